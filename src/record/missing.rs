//! Which words in a cell mean "nothing is recorded", and what surrounds a value without belonging to it.
//!
//! Takes the text of one cell, gives the same text trimmed, or the answer that it is missing. The one
//! list of such words is [`MISSING_WORDS`]; the data page prints it. Whether a *column* may hold such
//! a word as a real value (a person named Null) is left to the caller, who then does not ask.

use std::borrow::Cow;

/// Words that stand for a value that is not there, as exports spell them; compared exactly after trimming.
///
/// Spelling matters: `Null` is a surname, `NA` is a region, `NaN` is a failed calculation, and
/// `(none)`, `(other)` and `(direct)` are answers (in web analytics, `(direct) / (none)` is how people came who typed
/// the address), so none of them is in the list. Nor is `Select`, which can be a choice or a name: the presets of
/// tools where it is an unanswered question say so themselves (`missing` of a table). Between dashes it is nothing else.
/// Percentages and amounts of zero are values.
pub const MISSING_WORDS: &[&str] = &[
    "",
    // A lone dash of any length: Salesforce reports, Google Ads; the last one is a minus sign.
    "-",
    "--",
    "---",
    "–",
    "—",
    "−",
    // Databases and programs.
    "null",
    "NULL",
    "(null)",
    "<null>",
    "[NULL]",
    "[null]",
    "<NA>",
    "NaT",
    "None",
    "undefined",
    "\\N",
    // Spreadsheets, with the results of failed formulas.
    "n/a",
    "N/A",
    "n.a.",
    "N.A.",
    "#N/A",
    "#N/A N/A",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#REF!",
    "#VALUE!",
    "#SPILL!",
    "#CALC!",
    "#ERROR!",
    // The same in German, French, Spanish, Italian, Portuguese and Dutch, where they differ.
    "#NV",
    "#WERT!",
    "#BEZUG!",
    "#ZAHL!",
    "#VALEUR!",
    "#NOMBRE!",
    "#NOM?",
    "#NUL!",
    "#N/D",
    "#¡VALOR!",
    "#¡REF!",
    "#¡NUM!",
    "#¡DIV/0!",
    "#¿NOMBRE?",
    "#VALORE!",
    "#RIF!",
    "#NOME?",
    "#VALOR!",
    "#N/B",
    "#WAARDE!",
    "#VERW!",
    "#GETAL!",
    "#DEEL/0!",
    "(blank)",
    "(empty)",
    // Web analytics, and pick lists in which nothing was picked.
    "(not set)",
    "-None-",
    "--None--",
    "- None -",
    "-Select-",
    "--Select--",
    "- Select -",
    "-- Select --",
    // Dates and references made of zeros, and the first day that a database or a spreadsheet can think of.
    "0000-00-00",
    "0000-00-00 00:00:00",
    "0000-00-00T00:00:00",
    "0000-00-00T00:00:00Z",
    "00/00/0000",
    "00.00.0000",
    "0001-01-01",
    "0001-01-01 00:00:00",
    "0001-01-01T00:00:00",
    "0001-01-01T00:00:00Z",
    "1900-01-00",
    "1900-01-00 00:00:00",
    "1/0/1900",
    "000000000000000",
    "000000000000000AAA",
    "00000000-0000-0000-0000-000000000000",
];

/// The lengths in bytes of the missing words, as a bit each, by what their first and last byte come to: most real
/// values differ already here.
const LENGTHS: [u64; 256] = lengths();

/// Whether a text with this first byte can be missing: the first bytes of the words, and what can surround them.
const MAY_BEGIN: [bool; 256] = beginnings();

/// Whether the cell says that nothing is recorded.
#[must_use]
#[inline]
pub fn is_missing(text: &str) -> bool {
    match text.as_bytes().first() {
        None => true,
        Some(first) => MAY_BEGIN[usize::from(*first)] && is_missing_word(text),
    }
}

fn is_missing_word(text: &str) -> bool {
    let text = trimmed(text);
    let (Some(&first), Some(&last)) = (text.as_bytes().first(), text.as_bytes().last()) else {
        return true;
    };
    text.len() < 64 && LENGTHS[slot(first, last)] >> text.len() & 1 == 1 && MISSING_WORDS.contains(&text)
}

const fn slot(first: u8, last: u8) -> usize {
    (first ^ last.rotate_left(4)) as usize
}

/// The text without blanks, no-break spaces, zero-width characters and padding around it.
#[must_use]
#[inline]
pub fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        [only] if only.is_ascii_graphic() => text,
        _ => text.trim_matches(surrounds),
    }
}

/// The text with digits of any script as `0` to `9`, every kind of blank as a plain one, zero-width
/// characters gone, and typographic minus signs and apostrophes plain. Borrows where nothing changes.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|&c| !is_zero_width(c)).map(plain_char).collect())
}

fn surrounds(c: char) -> bool {
    c.is_whitespace() || c == '\0' || is_zero_width(c)
}

/// Zero-width space, joiners, direction marks and their brackets, word joiner and byte order mark.
pub(super) fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn plain_char(c: char) -> char {
    if c.is_whitespace() {
        return ' ';
    }
    match c {
        // Minus, en dash and full-width hyphen; what is typed for the Swiss group mark; full-width and Arabic marks.
        '\u{2212}' | '\u{2013}' | '\u{FF0D}' => '-',
        '\u{2019}' | '\u{00B4}' | '\u{02BC}' => '\'',
        '\u{FF0E}' | '\u{066B}' => '.',
        '\u{FF0C}' | '\u{066C}' => ',',
        '\u{FF0F}' => '/',
        '\u{FF1A}' => ':',
        '\u{FF05}' | '\u{066A}' => '%',
        _ => digit_of_any_script(c).unwrap_or(c),
    }
}

/// Blocks of ten digits in the order of their values (Unicode category Nd), by their zero.
const ZEROS: [u32; 14] =
    [0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0E50, 0x0ED0, 0xFF10];

fn digit_of_any_script(c: char) -> Option<char> {
    let code = u32::from(c);
    let zero = ZEROS.iter().rev().find(|&&zero| zero <= code)?;
    char::from_digit(code - zero, 10)
}

const fn lengths() -> [u64; 256] {
    let (mut lengths, mut index) = ([0; 256], 0);
    while index < MISSING_WORDS.len() {
        let word = MISSING_WORDS[index].as_bytes();
        if !word.is_empty() {
            lengths[slot(word[0], word[word.len() - 1])] |= 1 << word.len();
        }
        index += 1;
    }
    lengths
}

const fn beginnings() -> [bool; 256] {
    let (mut may_begin, mut byte) = ([false; 256], 0);
    while byte < may_begin.len() {
        may_begin[byte] = !(byte as u8).is_ascii_graphic();
        byte += 1;
    }
    let mut index = 0;
    while index < MISSING_WORDS.len() {
        if let [first, ..] = MISSING_WORDS[index].as_bytes() {
            may_begin[*first as usize] = true;
        }
        index += 1;
    }
    may_begin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_list_is_missing_with_blanks_around_it() {
        for word in MISSING_WORDS {
            assert!(is_missing(word), "{word}");
            assert!(is_missing(&format!(" \u{a0}{word}\u{feff}\t")), "{word}");
        }
        for value in
            ["Null", "0", "NA", "(none)", "n", "-5", "NaN", "Nullmeyer", "Select", "(other)", "1900-01-01", "0%"]
        {
            assert!(!is_missing(value), "{value}");
        }
    }

    #[test]
    fn only_the_edges_are_trimmed() {
        assert_eq!(trimmed("\u{200b} Ada  Lovelace\u{a0}\0"), "Ada  Lovelace");
        assert_eq!(trimmed("Ada"), "Ada");
        assert_eq!(trimmed(" \u{feff}"), "");
    }

    #[test]
    fn digits_of_any_script_become_plain() {
        assert_eq!(plain("１２．５"), "12.5");
        assert_eq!(plain("٣٤"), "34");
        assert_eq!(plain("2:05\u{202f}PM"), "2:05 PM");
        assert_eq!(plain("−5"), "-5");
        assert!(matches!(plain("plain"), Cow::Borrowed(_)));
    }

    proptest::proptest! {
        #[test]
        fn the_list_is_what_counts(
            before in "[ \u{a0}\u{feff}\0]{0,2}", word in proptest::sample::select(MISSING_WORDS.to_vec()), other in "\\PC{0,2}",
            behind in "[ \u{a0}\u{feff}\0]{0,2}",
        ) {
            for text in [format!("{before}{word}{behind}"), format!("{before}{other}{word}{behind}"), other] {
                let bare = text.trim_matches(surrounds);
                proptest::prop_assert_eq!(trimmed(&text), bare);
                proptest::prop_assert_eq!(is_missing(&text), MISSING_WORDS.contains(&bare), "{:?}", text);
            }
        }
    }
}
