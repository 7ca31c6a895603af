//! Columns of words: takes texts and a vocabulary, gives the word that each stands for, and the account of those in it and
//! outside it.

use std::collections::BTreeMap;

use super::columns::{Found, value_in};
use crate::project::meaning::folded;
use crate::store::{NO_WORD, Texts, Words};

/// How many words in and outside the vocabulary are shown by name, the most frequent; the rest is counted.
const MOST_WORDS: usize = 200;
/// Where words outside the vocabulary beyond `MOST_WORDS` are counted.
pub const OTHER_WORDS: &str = "(other words)";

/// The place in `words` of each value's word, through a vocabulary of folded values; a value that is itself a word needs
/// no entry there.
pub fn word_column(
    text: &Texts,
    words: &[&str],
    vocabulary: Option<&BTreeMap<String, String>>,
    found: &mut Found,
) -> Vec<u8> {
    let mut seen = Words::default();
    let mut meanings = vec![NO_WORD];
    let mut rows = vec![0_u64];
    let mut read = |cell: &str| {
        let code = seen.code(cell) as usize;
        if code == meanings.len() {
            meanings.push(meaning(cell, words, vocabulary).unwrap_or(NO_WORD));
            rows.push(0);
        }
        rows[code] += 1;
        meanings[code]
    };
    let values = text.iter().map(|cell| value_in(cell).map_or(NO_WORD, &mut read)).collect();
    found.filled += rows.iter().sum::<u64>();
    found.words = seen.texts().iter().zip(rows).skip(1).map(|(word, rows)| (word.to_owned(), rows)).collect();
    values
}

/// The place of the word that a value stands for.
pub fn meaning(cell: &str, words: &[&str], vocabulary: Option<&BTreeMap<String, String>>) -> Option<u8> {
    let key = folded(cell);
    let exact = vocabulary.and_then(|known| known.get(&key));
    // `Closed: won` is `closed won` by its letters.
    let by_letters = || vocabulary?.iter().find(|(known, _)| letters(known).eq(letters(&key))).map(|(_, word)| word);
    let known = exact.or_else(by_letters).map_or(key.as_str(), String::as_str);
    let word = if words.contains(&known) { known } else { by_its_words(&key, words).unwrap_or(known) };
    words.iter().position(|known| *known == word).and_then(|at| u8::try_from(at).ok())
}

/// Words that say what became of a deal wherever they are in the name of its stage.
const OUTCOME_WORDS: [(&str, &[&str]); 2] = [
    (
        "won",
        &[
            "won", "gewonnen", "gagné", "gagnée", "ganado", "ganada", "ganho", "ganha", "vinto", "vinta", "wygrana",
            "wygrany",
        ],
    ),
    (
        "lost",
        &["lost", "verloren", "perdu", "perdue", "perdido", "perdida", "perso", "persa", "przegrana", "przegrany"],
    ),
];

/// The outcome that the words of a stage say, where the field is one of outcomes and they do not contradict each other.
fn by_its_words(text: &str, words: &[&str]) -> Option<&'static str> {
    if words != crate::fields::OUTCOMES {
        return None;
    }
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '\'').collect();
    let is_denied = |at: usize| at > 0 && ["not", "nicht", "no", "non", "não", "pas", "niet"].contains(&parts[at - 1]);
    let has = |all: &[&str]| parts.iter().enumerate().any(|(at, part)| all.contains(part) && !is_denied(at));
    let mut outcomes = OUTCOME_WORDS.iter().filter(|(_, all)| has(all)).map(|(outcome, _)| *outcome);
    let first = outcomes.next()?;
    outcomes.next().is_none().then_some(first)
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric())
}

/// The words of a column, known and unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundWords {
    /// Values in the vocabulary: the index of the word that each stands for, and its rows.
    pub mapped: BTreeMap<String, (u8, u64)>,
    /// Values outside it, with their rows.
    pub unmapped: BTreeMap<String, u64>,
}

impl FoundWords {
    /// The values found in a column of words, by whether they are in the vocabulary.
    pub fn of(found: &Found, words: &[&str], vocabulary: Option<&BTreeMap<String, String>>) -> FoundWords {
        let mut counted = FoundWords::default();
        let mut by_rows: Vec<(&String, u64)> = found.words.iter().map(|(word, rows)| (word, *rows)).collect();
        by_rows.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
        for (word, rows) in by_rows {
            match meaning(word, words, vocabulary) {
                Some(place) if counted.mapped.len() < MOST_WORDS => {
                    counted.mapped.insert(word.clone(), (place, rows));
                }
                Some(_) => {}
                None => {
                    let name = if counted.unmapped.len() < MOST_WORDS { word } else { OTHER_WORDS };
                    *counted.unmapped.entry(name.to_owned()).or_default() += rows;
                }
            }
        }
        counted
    }
}
