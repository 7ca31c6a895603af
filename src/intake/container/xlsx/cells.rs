//! The cells of one sheet, one after another. Only saved results count: a formula's text is never shown.

use std::borrow::Cow;

use super::super::refusal::Refusal;
use super::super::sheet::{self, Sheet};
use super::super::value::{self, Shown};
use super::super::xml::{Piece, Tag, Xml};
use super::Book;

/// More bytes than a cell may have characters, so that the cut is still seen to be one.
const LONGEST_VALUE: usize = 4 * 32_768 + 4;

/// A cell between its tags.
#[derive(Default)]
struct Cell {
    column: usize,
    style: usize,
    kind: Kind,
    value: String,
    has_formula: bool,
}

/// How the value is to be understood.
#[derive(Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Truth,
    Error,
    IsoDate,
}

/// Reads the cells into `sheet`.
pub(super) fn read(mut xml: Xml<'_>, book: &Book, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
    let mut cell = Cell::default();
    let (mut in_value, mut in_aid, mut next_column) = (false, false, 0);
    loop {
        match xml.next()? {
            Piece::Start(tag) => match tag.name() {
                "c" => cell.start(&tag, next_column, sheet)?,
                "v" | "t" => in_value = !in_aid,
                "f" => cell.has_formula = true,
                "rPh" => in_aid = true,
                "row" => {
                    next_column = 0;
                    start_row(&tag, sheet)?;
                }
                _ => {}
            },
            Piece::Text(text) if in_value && cell.value.len() < LONGEST_VALUE => cell.value.push_str(&text),
            Piece::End(tag) => match tag.name() {
                "v" | "t" => in_value = false,
                "rPh" => in_aid = false,
                "c" => {
                    next_column = cell.column + 1;
                    cell.put(book, sheet)?;
                }
                _ => {}
            },
            Piece::Done => return Ok(()),
            _ => {}
        }
    }
}

fn start_row(tag: &Tag<'_>, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
    let row = match tag.attribute("r") {
        None => sheet.row() + 1,
        Some(row) => row.parse().map_err(|_| Refusal::damaged(format!("{}: a row `{}`", sheet.what(), short(&row))))?,
    };
    sheet.start_row(row)
}

impl Cell {
    fn start(&mut self, tag: &Tag<'_>, next_column: usize, sheet: &Sheet<'_>) -> Result<(), Refusal> {
        *self = Cell { column: next_column, value: std::mem::take(&mut self.value), ..Cell::default() };
        self.value.clear();
        for (name, value) in tag.attributes() {
            match name {
                "r" => {
                    let place = sheet::place_of(&value).filter(|(_, row)| *row == sheet.row());
                    let outside = || {
                        Refusal::damaged(format!("{}: a cell `{}` in row {}", sheet.what(), short(&value), sheet.row()))
                    };
                    self.column = place.ok_or_else(outside)?.0;
                }
                "s" => self.style = value.parse().unwrap_or_default(),
                "t" => self.kind = Kind::of(&value),
                _ => {}
            }
        }
        Ok(())
    }

    fn put(&self, book: &Book, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
        if self.value.is_empty() {
            if self.has_formula && self.kind != Kind::Text {
                sheet.formula_without_result(self.column);
            }
            return Ok(());
        }
        match self.kind {
            Kind::Number => self.put_number(book, sheet),
            Kind::Shared => sheet.text(self.column, &without_escapes(self.shared(book, sheet)?)),
            Kind::Text => sheet.text(self.column, &without_escapes(&self.value)),
            Kind::Truth => sheet.text(self.column, if self.value.trim() == "1" { "true" } else { "false" }),
            Kind::Error => sheet.error(self.column, &self.value),
            Kind::IsoDate => sheet.text(self.column, &value::iso_as_written(&self.value)),
        }
    }

    fn put_number(&self, book: &Book, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
        match book.styles.shown(self.style) {
            Shown::Number => match value::number_as_written(&self.value) {
                Some(number) => sheet.text(self.column, &number),
                None => sheet.text(self.column, &self.value),
            },
            shown => match self.value.trim().parse() {
                Ok(number) => sheet.number(self.column, number, shown, book.calendar),
                Err(_) => sheet.text(self.column, &self.value),
            },
        }
    }

    fn shared<'b>(&self, book: &'b Book, sheet: &Sheet<'_>) -> Result<&'b str, Refusal> {
        let text = self.value.trim().parse().ok().and_then(|place: usize| book.strings.get(place));
        text.ok_or_else(|| {
            let cell = sheet::address(self.column, sheet.row());
            let (value, count) = (short(&self.value), book.strings.len());
            Refusal::damaged(format!("{}: cell {cell} points to shared text `{value}` of {count}", sheet.what()))
        })
    }
}

impl Kind {
    fn of(written: &str) -> Kind {
        match written {
            "s" => Kind::Shared,
            "str" | "inlineStr" => Kind::Text,
            "b" => Kind::Truth,
            "e" => Kind::Error,
            "d" => Kind::IsoDate,
            _ => Kind::Number,
        }
    }
}

/// Enough of a wrong value to know it by.
fn short(value: &str) -> String {
    value.chars().take(24).collect()
}

/// Excel writes letters that XML cannot hold as `_x000D_`, and an underscore before such a run as `_x005F_`.
fn without_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("_x") {
        plain.push_str(&rest[..start]);
        match escaped(&rest[start..]) {
            Some(letter) => {
                plain.push(letter);
                rest = &rest[start + 7..];
            }
            None => {
                plain.push_str("_x");
                rest = &rest[start + 2..];
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

fn escaped(run: &str) -> Option<char> {
    let digits = run.get(2..6).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let ends = run.as_bytes().get(6) == Some(&b'_');
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).filter(|_| ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_excel_are_letters() {
        assert_eq!(without_escapes("a_x000D_b_x005F_x0041_"), "a\rb_x0041_");
        assert_eq!(without_escapes("max_x and _xZZZZ_ and _x00"), "max_x and _xZZZZ_ and _x00");
    }
}
