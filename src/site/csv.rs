//! Tables as CSV downloads that a spreadsheet can open without running anything.
//!
//! Takes a header and rows of text, gives UTF-8 without a byte order mark, lines ended by CRLF, cells
//! quoted where needed (RFC 4180). All downloads of a site have this one form.
//!
//! **Formula guard.** Spreadsheets evaluate a cell that begins like a formula, quoted or not. Such a
//! cell, unless it is a plain number, gets a leading `'`. The rule can be undone: a cell was guarded
//! if it begins with `'` and what follows begins like a formula. Source: OWASP, "CSV Injection".

use std::borrow::Cow;

use ::csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

/// A table as the bytes of a CSV file: UTF-8, CRLF, quoted where needed.
///
/// A cell that begins like a formula and is not a plain number gets a leading `'`; names of columns too.
pub fn csv(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut table = Csv::new(header);
    rows.for_each(|row| table.row(&row));
    table.finish()
}

/// The same, written row by row.
#[derive(Debug)]
pub struct Csv {
    writer: Writer<Vec<u8>>,
}

impl Csv {
    /// A table that has its header alone.
    pub fn new(header: &[&str]) -> Csv {
        let writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .quote_style(QuoteStyle::Necessary)
            .flexible(true)
            .from_writer(Vec::new());
        let mut table = Csv { writer };
        table.row(header);
        table
    }

    /// Adds a row of any length.
    pub fn row(&mut self, cells: &[impl AsRef<str>]) {
        let mut write = || {
            cells.iter().try_for_each(|cell| self.writer.write_field(guard(cell.as_ref()).as_bytes()))?;
            self.writer.write_record(None::<&[u8]>)
        };
        write().expect("writing rows of any length to memory cannot fail");
    }

    /// The bytes of the file.
    pub fn finish(self) -> Vec<u8> {
        self.writer.into_inner().expect("flushing to memory cannot fail")
    }
}

fn guard(cell: &str) -> Cow<'_, str> {
    // Most cells, and none of them begins like a formula.
    if cell.as_bytes().first().is_none_or(u8::is_ascii_alphanumeric) {
        return Cow::Borrowed(cell);
    }
    if begins_like_formula(cell) && !is_plain_number(cell.trim_matches(' ')) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Whether the first character that a spreadsheet would look at starts a formula or a command.
fn begins_like_formula(cell: &str) -> bool {
    cell.chars().find(|&character| starts_formula(character) || !is_passed_over(character)).is_some_and(starts_formula)
}

fn starts_formula(character: char) -> bool {
    matches!(character, '=' | '+' | '-' | '@' | '|' | '%' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠' | '−')
}

/// Blanks, quotes, controls and characters without width, which some programs drop before they look.
fn is_passed_over(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\'' | '"' | '`' | '´' | '‘' | '’' | '‚' | '“' | '”' | '„' | '«' | '»' | '‹' | '›')
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
                | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// A signed number with digits, separators between digits, an exponent and a percent sign: `-1,234.5`,
/// `+3e-7`, `-12.5 %`. Nothing in it can be evaluated.
fn is_plain_number(text: &str) -> bool {
    let text = text.strip_suffix('%').map_or(text, |number| number.trim_end_matches([' ', '\u{a0}', '\u{202f}']));
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let digits = without_sign(mantissa);
    let digits = digits.strip_prefix('.').unwrap_or(digits);
    digits.split(['.', ',', '\u{a0}', '\u{202f}']).all(is_digits)
        && exponent.is_none_or(|exponent| is_digits(without_sign(exponent)))
}

fn without_sign(number: &str) -> &str {
    number.strip_prefix(['+', '-', '−']).unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The documented way back.
    fn unguarded(cell: &str) -> &str {
        match cell.strip_prefix('\'') {
            Some(rest) if begins_like_formula(rest) => rest,
            _ => cell,
        }
    }

    #[test]
    fn lines_end_with_crlf_and_cells_are_quoted_where_needed() {
        let rows = [vec!["a,b".to_owned(), "say \"hi\"".to_owned()]];
        assert_eq!(csv(&["name", "=cmd"], rows.into_iter()), b"name,'=cmd\r\n\"a,b\",\"say \"\"hi\"\"\"\r\n");
        assert_eq!(csv(&["one"], std::iter::once(vec![String::new()])), b"one\r\n\"\"\r\n");
    }

    #[test]
    fn formulas_are_guarded() {
        for cell in [
            "=1+1",
            "  =1",
            "\"=1",
            "'=1",
            "\u{feff}\u{200b}@SUM(A1)",
            "+49 170 1234567",
            "-2+3",
            "-",
            "|calc",
            "%x",
            "\t1",
            "\r\n",
            "＝1",
            " －1",
            "-1e",
            "+.",
            "=1%",
        ] {
            assert_eq!(guard(cell), format!("'{cell}"), "{cell:?}");
        }
    }

    #[test]
    fn numbers_and_plain_text_stay() {
        for cell in [
            "",
            " ",
            "-5",
            "+3",
            "-1,234.50",
            "-1.234,50",
            "-12.5 %",
            "-3%",
            "−4",
            "-2.5e-7",
            "-.5",
            " -5 ",
            "a=b",
            "x-y",
            "'quoted'",
            "50 %",
            "Köln",
        ] {
            assert_eq!(guard(cell), cell, "{cell:?}");
        }
    }

    proptest! {
        #[test]
        fn a_reader_gets_the_same_cells_but_for_the_guard(
            rows in prop::collection::vec(prop::collection::vec("[=+@|%\t\r\n'\" \u{200b}＝,;a1.-]{0,6}|\\PC{0,8}", 3), 0..6)
        ) {
            let bytes = csv(&["a", "b", "c"], rows.clone().into_iter());
            let mut reader = ::csv::ReaderBuilder::new().from_reader(bytes.as_slice());
            let read: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            for cell in read.iter().flatten() {
                prop_assert!(!begins_like_formula(cell) || cell.starts_with('\'') || is_plain_number(cell.trim_matches(' ')));
            }
            let back: Vec<Vec<String>> = read
                .iter()
                .map(|row| row.iter().map(|cell| unguarded(cell).to_owned()).collect())
                .collect();
            prop_assert_eq!(back, rows);
        }
    }
}
