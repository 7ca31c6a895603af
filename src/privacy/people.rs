//! Names of persons in texts: takes a [`Roll`] of all names that the exports hold and the texts that may reach a page, gives
//! these texts with [`WITHHELD`] in place of each whole name, in whatever order its words stand and however they are
//! written. Words that are but a part of a name stay: many of them are ordinary words.
//!
//! A roll may hold millions of names, and a site some thousands of texts: the words of the texts are collected first, and
//! the roll is gone through once for what is among them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use hashbrown::HashSet;

use super::fold::{Word, WordKind, each_word, is_no_name, is_title};
use super::roll::{MOST_WORDS, Roll};

/// What stands in place of a name.
pub const WITHHELD: &str = "(name withheld)";
/// The same without its end, for where a number follows.
const WITHHELD_OPEN: &str = "(name withheld";

/// What the words of some texts could be names of.
#[derive(Debug, Default)]
pub struct Texts {
    prints: HashSet<u64>,
}

impl Texts {
    /// Takes a text.
    pub fn take(&mut self, text: &str) {
        if !may_hold_name(text) {
            return;
        }
        let mut note = |print: u64| {
            self.prints.insert(print);
            false
        };
        for humps in [false, true] {
            spans(text, humps, &mut note);
        }
        if let Some(decoded) = decoded(text) {
            self.take(&decoded);
        }
    }
}

/// The names that stand in some texts.
#[derive(Debug, Clone, Default)]
pub struct People {
    prints: HashSet<u64>,
}

impl People {
    /// The names of the roll that stand in these texts; owners are among them where they are hidden.
    pub fn of(roll: &Roll, texts: &Texts, are_owners_hidden: bool) -> People {
        // Nearly all names are in none of the texts, which few bits tell.
        let mut bits = vec![0_u64; 1 << 14];
        let place = |print: u64| ((print >> 44) as usize >> 6, 1_u64 << ((print >> 44) & 63));
        for print in &texts.prints {
            let (at, bit) = place(*print);
            bits[at] |= bit;
        }
        let owners = roll.owners.iter().filter(|_| are_owners_hidden);
        let may_be = |print: &u64| {
            let (at, bit) = place(*print);
            bits[at] & bit != 0
        };
        let prints = roll.persons.iter().chain(owners).filter(may_be).filter(|print| texts.prints.contains(print));
        People { prints: prints.collect() }
    }

    /// Whether none stands in any of them.
    pub fn is_empty(&self) -> bool {
        self.prints.is_empty()
    }

    /// The text without names of persons.
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_empty() || !may_hold_name(text) {
            return Cow::Borrowed(text);
        }
        let mut masked = Cow::Borrowed(text);
        for humps in [false, true] {
            let found = spans(&masked, humps, &mut |print| self.prints.contains(&print));
            if !found.is_empty() {
                masked = Cow::Owned(replaced(&masked, &found));
            }
        }
        if let Some(decoded) = decoded(&masked)
            && let Cow::Owned(without) = self.mask(&decoded)
        {
            masked = Cow::Owned(without);
        }
        masked
    }

    /// Texts that stand for different things, without names: where two would become one, they are numbered in the order in
    /// which they are given. Gives how many were masked.
    pub fn mask_apart(&self, texts: &mut [String]) -> u64 {
        let changed: Vec<(usize, String)> = (texts.iter().enumerate())
            .filter_map(|(at, text)| match self.mask(text) {
                Cow::Owned(masked) => Some((at, masked)),
                Cow::Borrowed(_) => None,
            })
            .collect();
        put_apart(texts, changed)
    }

    /// The same for texts that are all names, whole.
    pub fn withhold_all(texts: &mut [String], is_name: impl Fn(usize) -> bool) -> u64 {
        let changed = (0..texts.len()).filter(|at| is_name(*at)).map(|at| (at, WITHHELD.to_owned())).collect();
        put_apart(texts, changed)
    }

    /// What each of these texts, which stand for different things, is shown as where that differs.
    pub fn shown_as<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> BTreeMap<String, String> {
        let texts: BTreeSet<&str> = texts.into_iter().collect();
        let mut shown: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        self.mask_apart(&mut shown);
        let pairs = texts.into_iter().map(str::to_owned).zip(shown);
        pairs.filter(|(text, shown)| text != shown).collect()
    }
}

/// Puts masked texts in their places, numbered where there are several alike.
fn put_apart(texts: &mut [String], changed: Vec<(usize, String)>) -> u64 {
    let mut alike: BTreeMap<&str, usize> = BTreeMap::new();
    changed.iter().for_each(|(_, masked)| *alike.entry(masked).or_default() += 1);
    let at_changed: BTreeSet<usize> = changed.iter().map(|(at, _)| *at).collect();
    let others = texts.iter().enumerate().filter(|(at, _)| !at_changed.contains(at));
    let mut taken: BTreeSet<String> = others.map(|(_, text)| text.clone()).collect();
    let mut put = Vec::with_capacity(changed.len());
    for (at, masked) in &changed {
        let is_one = alike[masked.as_str()] == 1 && !taken.contains(masked);
        let numbered = (1..).map(|number: u64| masked.replacen(WITHHELD, &format!("{WITHHELD_OPEN} {number})"), 1));
        let own = std::iter::once(masked.clone()).filter(|_| is_one).chain(numbered);
        let Some(text) = own.into_iter().find(|text| !taken.contains(text)) else { continue };
        taken.insert(text.clone());
        put.push((*at, text));
    }
    let count = put.len() as u64;
    put.into_iter().for_each(|(at, text)| texts[at] = text);
    count
}

/// Whether two words follow each other in a text, with no digit between them: without these it holds no name. Nearly all ids
/// are told by it.
pub fn may_hold_name(text: &str) -> bool {
    let (mut words, mut before) = (0, b' ');
    for byte in text.bytes() {
        if !byte.is_ascii() || byte == b'%' {
            return true;
        }
        if byte.is_ascii_digit() {
            words = 0;
        } else if byte.is_ascii_alphabetic() {
            let is_hump = byte.is_ascii_uppercase() && before.is_ascii_lowercase();
            words += u32::from(is_hump || !before.is_ascii_alphabetic());
        }
        if words == 2 {
            return true;
        }
        before = byte;
    }
    false
}

/// Where names stand in a text, the longest first; `is_name` tells it of the print of several words.
fn spans(text: &str, humps: bool, is_name: &mut dyn FnMut(u64) -> bool) -> Vec<Range<usize>> {
    let mut words: Vec<Word> = Vec::new();
    each_word(text, humps, |word| words.push(word));
    // An initial or a title parts no name.
    words.retain(|word| word.kind != WordKind::Initial && !is_title(word.print));
    let is_odd: Vec<bool> = words.iter().map(|word| word.kind == WordKind::Number || is_no_name(word.print)).collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < words.len() {
        let reach = is_odd[at..].iter().take(MOST_WORDS).take_while(|is_odd| !**is_odd).count();
        let mut sums = Vec::with_capacity(reach);
        words[at..at + reach].iter().fold(0_u64, |sum, word| {
            let sum = sum.wrapping_add(word.print);
            sums.push(sum);
            sum
        });
        let longest = (2..=reach).rev().find(|length| is_name(sums[length - 1]));
        match longest {
            Some(length) => {
                found.push(words[at].start..words[at + length - 1].end);
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

fn replaced(text: &str, found: &[Range<usize>]) -> String {
    let (mut masked, mut from) = (String::with_capacity(text.len()), 0);
    for span in found {
        masked.push_str(&text[from..span.start]);
        masked.push_str(WITHHELD);
        from = span.end;
    }
    masked.push_str(&text[from..]);
    masked
}

/// A text in which something is written as in a web address, `Ada%20Lovelace`, as it is meant.
fn decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                plain.push(u8::try_from(16 * high + low).unwrap_or(b' '));
                at += 3;
            }
            (byte, ..) => {
                plain.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(plain).ok().filter(|plain| plain != text)
}

#[cfg(test)]
mod tests {
    use super::super::roll::Gathering;
    use super::*;
    use proptest::prelude::*;

    fn roll_of(headers: &[&str], rows: &[&[&str]]) -> Roll {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let mut gathering = Gathering::new(&headers, None, &[]);
        rows.iter().for_each(|row| gathering.take(|at| row[at]));
        let mut roll = gathering.cut();
        roll.finish(None);
        roll
    }

    fn masked(roll: &Roll, text: &str) -> String {
        let mut texts = Texts::default();
        texts.take(text);
        People::of(roll, &texts, true).mask(text).into_owned()
    }

    #[test]
    fn ids_hold_no_name_and_two_words_may() {
        for id in ["", "L0000123", "00QDn0000000001MAA", "a1b2c3", "Lovelace", "2026-01-01", "lovelace@2026"] {
            assert!(!may_hold_name(id), "{id}");
        }
        for text in
            ["Ada Lovelace", "ada_lovelace", "AdaLovelace", "1 Ada-Lovelace", "Ada%20Lovelace", "Jos\u{e9}", "a.b"]
        {
            assert!(may_hold_name(text), "{text}");
        }
    }

    #[test]
    fn whole_names_are_masked_however_they_are_written() {
        let roll = roll_of(
            &["First Name", "Last Name"],
            &[
                &["Ada", "Lovelace"],
                &["Jürgen", "Müller-Schmidt"],
                &["Seán", "O'Brien"],
                &["太郎", "山田"],
                &["Dr. Juan Carlos", "García Márquez"],
            ],
        );
        for (text, shown) in [
            ("Ada Lovelace", "(name withheld)"),
            ("Lovelace, Ada", "(name withheld)"),
            ("LOVELACE ADA", "(name withheld)"),
            ("Referral by Ada Lovelace, May", "Referral by (name withheld), May"),
            ("utm-ada_lovelace-2025", "utm-(name withheld)-2025"),
            ("ada.lovelace", "(name withheld)"),
            ("Ada K. Lovelace", "(name withheld)"),
            ("Lovelace, Dr. Ada", "(name withheld)"),
            ("AdaLovelace2024", "(name withheld)2024"),
            ("src=Ada%20Lovelace", "src=(name withheld)"),
            ("Ada+Lovelace", "(name withheld)"),
            ("J\u{fc}rgen M\u{fc}ller-Schmidt", "(name withheld)"),
            ("juergen mueller schmidt", "(name withheld)"),
            ("Mu\u{308}ller-Schmidt, Ju\u{308}rgen", "(name withheld)"),
            ("j%C3%BCrgen%20m%C3%BCller-schmidt", "(name withheld)"),
            ("Sean O’Brien", "(name withheld)"),
            ("紹介 山田太郎様", "紹介 (name withheld)様"),
            ("Juan García", "(name withheld)"),
            ("Garcia Marquez, Juan Carlos", "(name withheld)"),
            ("Ada Lovelace and ada lovelace", "(name withheld) and (name withheld)"),
        ] {
            assert_eq!(masked(&roll, text), shown, "{text}");
        }
    }

    #[test]
    fn parts_of_names_and_other_words_stay() {
        let roll = roll_of(
            &["First Name", "Last Name"],
            &[&["Summer", "Berlin"], &["Ada", "Lovelace"], &["", "Web Summit"], &["Google", "Ads"], &["Test", "7"]],
        );
        for text in [
            "Summer",
            "Berlin",
            "Web Summit",
            "Google Ads",
            "Test 7",
            "Lovelace",
            "Summer in Berlin",
            "Ada 2024 Lovelace",
            "Adalovelace",
            "A. Lovelace",
            "Summerberlin",
            "",
            "100 %",
            "%zz%4",
        ] {
            assert_eq!(masked(&roll, text), text);
        }
    }

    #[test]
    fn one_cell_may_hold_a_name_or_several() {
        let cells: [&[&str]; 7] = [
            &["Ada King Lovelace"],
            &["Babbage, Charles"],
            &["Mary Somerville (mary@example.com);Michael Faraday <m@example.com>"],
            &["Grace Hopper, Alan Turing"],
            &["Solo"],
            &["Ms. Jane Austen"],
            &["lost_without_reason"],
        ];
        let roll = roll_of(&["Contact Name"], &cells);
        for name in ["Ada Lovelace", "Lovelace, Ada King", "Charles Babbage", "Mary Somerville", "Faraday Michael"] {
            assert_eq!(masked(&roll, name), WITHHELD, "{name}");
        }
        for name in ["Grace Hopper", "Alan Turing", "Jane Austen"] {
            assert_eq!(masked(&roll, name), WITHHELD, "{name}");
        }
        assert_eq!(masked(&roll, "Solo run"), "Solo run");
        assert_eq!(masked(&roll, "Mary Faraday"), "Mary Faraday");
        assert_eq!(masked(&roll, "Closed Lost Reason"), "Closed Lost Reason");
    }

    #[test]
    fn owners_that_are_shown_stay() {
        let roll = roll_of(&["Lead Owner", "Full Name"], &[&["Grace Hopper", "Ada Lovelace"]]);
        let mut texts = Texts::default();
        let text = "Grace Hopper met Ada Lovelace";
        texts.take(text);
        assert_eq!(People::of(&roll, &texts, false).mask(text), "Grace Hopper met (name withheld)");
        assert_eq!(People::of(&roll, &texts, true).mask(text), "(name withheld) met (name withheld)");
    }

    #[test]
    fn what_was_different_stays_so() {
        let roll = roll_of(&["Full Name"], &[&["Ada Lovelace"], &["Charles Babbage"]]);
        let members = ["(none)", "Ada Lovelace", "By Ada Lovelace", "Charles Babbage", "(name withheld 1)", "Web"];
        let mut texts = Texts::default();
        members.iter().for_each(|member| texts.take(member));
        let people = People::of(&roll, &texts, true);
        let mut shown = members.map(str::to_owned);
        assert_eq!(people.mask_apart(&mut shown), 3);
        let wanted =
            ["(none)", "(name withheld 2)", "By (name withheld)", "(name withheld 3)", "(name withheld 1)", "Web"];
        assert_eq!(shown, wanted);
        let files = people.shown_as(["Ada Lovelace.csv", "lovelace_ada.csv", "leads.csv", "Ada Lovelace.csv"]);
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let wanted =
            [pair("Ada Lovelace.csv", "(name withheld 1).csv"), pair("lovelace_ada.csv", "(name withheld 2).csv")];
        assert_eq!(files, BTreeMap::from(wanted));
    }

    #[test]
    fn shares_of_a_roll_hold_all_of_it() {
        let roll = roll_of(&["Full Name"], &[&["Ada Lovelace"], &["Charles Babbage"], &["Ada King Lovelace"]]);
        let mut all = Roll::default();
        for number in 1..=3 {
            let mut share = roll.clone();
            share.finish(Some((number, 3)));
            all.add(&share);
        }
        all.finish(None);
        assert_eq!(all, roll);
        let bytes = postcard::to_stdvec(&roll).unwrap();
        assert_eq!(postcard::from_bytes::<Roll>(&bytes).unwrap(), roll);
    }

    /// A word as people write it: in other cases, with accents as letters of their own or left out.
    fn written(word: &str, how: u8) -> String {
        const ACCENTS: [(char, &str, &str); 6] = [
            ('é', "e\u{301}", "e"),
            ('ñ', "n\u{303}", "n"),
            ('ö', "o\u{308}", "oe"),
            ('ç', "c\u{327}", "c"),
            ('ł', "ł", "l"),
            ('ß', "ß", "ss"),
        ];
        let word = match how % 3 {
            0 => word.to_owned(),
            1 => word.to_uppercase(),
            _ => word
                .chars()
                .enumerate()
                .flat_map(|(at, c)| if at % 2 == 0 { c.to_uppercase().collect::<Vec<char>>() } else { vec![c] })
                .collect(),
        };
        let spelled = |c: char| match (how / 3 % 3, ACCENTS.iter().find(|(accented, ..)| *accented == c)) {
            (1, Some((_, apart, _))) => (*apart).to_owned(),
            (2, Some((_, _, without))) => (*without).to_owned(),
            _ => c.to_string(),
        };
        word.chars().map(spelled).collect()
    }

    proptest! {
        #[test]
        fn order_case_and_accents_hide_no_name(
            first in "[b-dfghkpr-téñöçß]{3,8}",
            last in "[b-dfghkpr-téñöçß]{3,8}(-[b-dfghkpr-téñöç]{3,6})?",
            how in any::<(u8, u8)>(),
            is_turned in any::<bool>(),
            between in "( |, |_|-|\\.|\\+|%20| [A-Z]\\. )",
            around in "(|by |for: |x/)",
        ) {
            // A title is no part of a name.
            prop_assume!(first != "phd" && !last.split('-').any(|part| part == "phd"));
            let roll = roll_of(&["First Name", "Last Name"], &[&[&first, &last]]);
            let (one, other) = (written(&first, how.0), written(&last, how.1));
            let (one, other) = if is_turned { (other, one) } else { (one, other) };
            let text = format!("{around}{one}{between}{other}");
            let shown = masked(&roll, &text);
            prop_assert_eq!(&shown, &format!("{around}{WITHHELD}"), "{} of {} {}", text, first, last);
        }

        #[test]
        fn any_text_is_taken(text in "\\PC{0,60}") {
            let roll = roll_of(&["Full Name"], &[&[&text]]);
            let _ = masked(&roll, &text);
        }
    }
}
