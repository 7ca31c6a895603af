//! The names of all persons that exports hold, kept as prints of 8 bytes a distinct name: takes rows, gives what
//! [`super::people`] holds texts against. No name can be read from it.
//!
//! What is kept are whole names alone: a first and a last name, or a cell that holds two words or more. A name of more
//! words is kept whole and short (the first word with the last one), since people leave middle names out.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::columns::{self, NameColumn, Place};
use super::fold::{Word, WordKind, each_word, is_title};
use crate::project::Table;

/// The most words of a name.
pub const MOST_WORDS: usize = 10;
/// What is longer is no name, in bytes.
const LONGEST_CELL: usize = 2_000;
/// How many prints are kept before they are looked through for those that are there twice.
const TOGETHER: usize = 1 << 20;
/// How many of the last names are remembered, so that those that recur are kept once.
const RECENT: usize = 1 << 10;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roll {
    /// Leads, contacts, anybody.
    pub persons: Prints,
    /// Owners of records: the own people.
    pub owners: Prints,
}

/// Prints of names.
#[derive(Debug, Clone, Default)]
pub struct Prints {
    prints: Vec<u64>,
    /// How many of them, from the first, are different for certain and in order.
    in_order: usize,
}

impl PartialEq for Prints {
    fn eq(&self, other: &Prints) -> bool {
        self.prints == other.prints
    }
}

impl Eq for Prints {}

impl Serialize for Prints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.prints.iter().flat_map(|print| print.to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Prints {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Prints, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        let prints = bytes.as_chunks::<8>().0.iter().map(|print| u64::from_le_bytes(*print)).collect();
        Ok(Prints { prints, in_order: 0 })
    }
}

impl Prints {
    fn add(&mut self, other: &[u64]) {
        self.prints.extend_from_slice(other);
        if self.prints.len() > TOGETHER.max(2 * self.in_order) {
            self.put_in_order();
        }
    }

    /// Each once, in order.
    fn put_in_order(&mut self) {
        self.prints.sort_unstable();
        self.prints.dedup();
        self.in_order = self.prints.len();
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        self.prints.iter().copied()
    }
}

impl Roll {
    /// Adds the names of others.
    pub fn add(&mut self, other: &Roll) {
        self.persons.add(&other.persons.prints);
        self.owners.add(&other.owners.prints);
    }

    /// What it takes in memory, in bytes.
    pub fn bytes(&self) -> usize {
        (self.persons.prints.len() + self.owners.prints.len()) * size_of::<u64>()
    }

    /// Each name once, in order; of several shares of one folder, each keeps a part of them.
    pub fn finish(&mut self, share: Option<(usize, usize)>) {
        for prints in [&mut self.persons, &mut self.owners] {
            if let Some((number, of)) = share {
                prints.prints.retain(|print| print % of as u64 == number as u64 - 1);
            }
            prints.put_in_order();
        }
    }

    /// Adds an owner by what a cell holds.
    pub fn owner(&mut self, cell: &str) {
        let mut names = Names::default();
        names.whole(cell);
        self.owners.add(&names.prints);
    }
}

/// Gathers the names of the rows of one table.
#[derive(Debug)]
pub struct Gathering {
    columns: Vec<NameColumn>,
    names: Names,
    roll: Roll,
    recent: Vec<u64>,
}

impl Gathering {
    /// For a table with these headers; columns of `elsewhere` are looked at by others.
    pub fn new(headers: &[String], table: Option<Table>, elsewhere: &[usize]) -> Gathering {
        let mut columns = columns::of(headers, table);
        columns.retain(|column| !matches!(&column.place, Place::Whole(at) if elsewhere.contains(at)));
        let recent = if columns.is_empty() { Vec::new() } else { vec![0; RECENT] };
        Gathering { columns, names: Names::default(), roll: Roll::default(), recent }
    }

    /// Whether there is no column of names.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Takes the names of a row.
    pub fn take<'c>(&mut self, cell: impl Fn(usize) -> &'c str) {
        for NameColumn { place, is_owner } in &self.columns {
            self.names.prints.clear();
            match place {
                Place::Whole(at) => self.names.whole(cell(*at)),
                Place::Parts(first, middle, last) => {
                    self.names.parts(cell(*first), middle.map_or("", |at| cell(at)), cell(*last));
                }
            }
            let prints = if *is_owner { &mut self.roll.owners } else { &mut self.roll.persons };
            for print in &self.names.prints {
                let last = &mut self.recent[*print as usize % RECENT];
                if *last != *print {
                    *last = *print;
                    prints.prints.push(*print);
                }
            }
        }
    }

    /// The names so far; the next begin anew.
    pub fn cut(&mut self) -> Roll {
        std::mem::take(&mut self.roll)
    }
}

/// The prints that a name is known by.
#[derive(Debug, Default)]
struct Names {
    prints: Vec<u64>,
    given: Vec<u64>,
    middle: Vec<u64>,
    family: Vec<u64>,
}

impl Names {
    /// A first, a middle and a last name.
    fn parts(&mut self, first: &str, middle: &str, last: &str) {
        if first.is_empty() || last.is_empty() || first.len() + middle.len() + last.len() > LONGEST_CELL {
            return;
        }
        let kinds =
            [words_of(first, &mut self.given), words_of(middle, &mut self.middle), words_of(last, &mut self.family)];
        self.known_by(kinds.contains(&true));
    }

    /// What people of these given and family names are known by; where `are_letters`, by all of them alone.
    fn known_by(&mut self, are_letters: bool) {
        let Names { prints, given, middle, family } = self;
        if given.len() + middle.len() + family.len() > 2 {
            [&mut *given, &mut *family].into_iter().for_each(without_titles);
        }
        let ([first, ..], [head, .., _] | [head]) = (&given[..], &family[..]) else { return };
        if are_letters {
            return prints.push(sum(given).wrapping_add(sum(middle)).wrapping_add(sum(family)));
        }
        let tail = family[family.len() - 1];
        prints.push(first.wrapping_add(tail));
        if given.len() + middle.len() + family.len() == 2 {
            return;
        }
        let (given, middle, family) = (sum(given), sum(middle), sum(family));
        let more = [
            first.wrapping_add(*head),
            first.wrapping_add(family),
            given.wrapping_add(*head),
            given.wrapping_add(tail),
            given.wrapping_add(family),
            given.wrapping_add(middle).wrapping_add(family),
        ];
        for print in more {
            if !prints.contains(&print) {
                prints.push(print);
            }
        }
    }

    /// A cell that holds a name, or several parted by `;`.
    fn whole(&mut self, cell: &str) {
        // Codes and words of programs: `lost_without_reason`.
        if cell.len() > LONGEST_CELL || cell.contains('_') {
            return;
        }
        let is_plain = |byte: &u8| !matches!(byte, b';' | b'(' | b'<' | b'@' | b',' | b'[' | b'\n');
        if cell.as_bytes().iter().all(is_plain) {
            return self.words_in_order(cell);
        }
        for piece in cell.split([';', '\n']) {
            let piece = without_addresses(piece);
            match piece.split_once(',') {
                None => self.words_in_order(&piece),
                Some((family, given)) if !given.contains(',') => {
                    let kinds = [words_of(given, &mut self.given), words_of(family, &mut self.family)];
                    self.middle.clear();
                    // Two whole names rather than a last and a first one.
                    let are_two = self.given.len() > 1 && self.family.len() > 1;
                    self.known_by(kinds.contains(&true));
                    if are_two {
                        piece.split(',').for_each(|name| self.words_in_order(name));
                    }
                }
                Some(_) => piece.split(',').for_each(|name| self.words_in_order(name)),
            }
        }
    }

    /// A name in the order in which it is spoken, or the other way round.
    fn words_in_order(&mut self, name: &str) {
        let are_letters = words_of(name, &mut self.given);
        if self.given.len() > 2 {
            without_titles(&mut self.given);
        }
        if are_letters {
            if self.given.len() > 1 {
                self.prints.push(sum(&self.given));
            }
        } else if let [first, .., last] = &self.given[..] {
            self.prints.push(first.wrapping_add(*last));
            if self.given.len() > 2 {
                self.prints.push(sum(&self.given));
            }
        }
    }
}

fn sum(prints: &[u64]) -> u64 {
    prints.iter().fold(0, |sum, print| sum.wrapping_add(*print))
}

fn without_titles(words: &mut Vec<u64>) {
    words.retain(|word| !is_title(*word));
}

/// The words of a name, without initials and numbers; tells whether any is a letter of a script without blanks.
fn words_of(text: &str, words: &mut Vec<u64>) -> bool {
    words.clear();
    let mut are_letters = false;
    each_word(text, false, |Word { print, kind, .. }| {
        are_letters |= kind == WordKind::Letter;
        if matches!(kind, WordKind::Part | WordKind::Letter) {
            words.push(print);
        }
    });
    are_letters
}

/// A cell without what stands in brackets and without addresses: `Ada Lovelace (ada@example.com)`.
fn without_addresses(cell: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::with_capacity(cell.len());
    for c in cell.chars() {
        match c {
            '(' | '<' | '[' => depth += 1,
            ')' | '>' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept.split_whitespace().filter(|word| !word.contains('@')).collect::<Vec<&str>>().join(" ")
}
