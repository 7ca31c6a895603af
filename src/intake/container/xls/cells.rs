//! The cells of one sheet of an XLS workbook, record by record.

use super::super::refusal::Refusal;
use super::super::sheet::{self, Sheet};
use super::Book;
use super::records::{Record, Records, kind};
use super::strings;

/// The upper bytes of a formula's result that mean it is no number.
const NO_NUMBER: [u8; 2] = [0xFF, 0xFF];

/// Reads to the end of the sheet.
pub(super) fn read(records: Records<'_>, book: &Book, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
    let mut depth = 0_usize;
    // Where the text goes that a later record gives to a formula.
    let mut awaiting_text = None;
    for record in records {
        let record = record?;
        match record.kind {
            kind::BEGIN => depth += 1,
            kind::END => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Ok(());
                }
            }
            // A chart that is on the sheet has records of its own.
            _ if depth > 1 => {}
            kind::FORMULA_TEXT => {
                if let Some(column) = awaiting_text.take() {
                    let damaged = || Refusal::damaged(format!("{}: the text of a formula", sheet.what()));
                    let text = strings::whole(&record).ok_or_else(damaged)?;
                    sheet.text(column, &text)?;
                }
            }
            kind::FORMULA => awaiting_text = formula(&record, book, sheet)?,
            _ => cell(&record, book, sheet)?,
        }
    }
    Err(Refusal::damaged(format!("{} is cut short", sheet.what())))
}

fn cell(record: &Record<'_>, book: &Book, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
    match record.kind {
        kind::NUMBER => number(record.f64(6)?, record, 4, book, sheet),
        kind::SHORT_NUMBER => number(unpacked(record.u32(6)?), record, 4, book, sheet),
        kind::SHORT_NUMBERS => short_numbers(record, book, sheet),
        kind::SHARED_LABEL => shared_label(record, book, sheet),
        kind::LABEL | kind::RICH_LABEL => {
            let column = go_to(record, sheet)?;
            sheet.text(column, &record.long_text(6)?)
        }
        kind::TRUTH_OR_ERROR => {
            let column = go_to(record, sheet)?;
            match record.u8(7)? {
                0 => sheet.text(column, truth(record.u8(6)?)),
                _ => sheet.error(column, error(record.u8(6)?)),
            }
        }
        _ => Ok(()),
    }
}

/// The row of the record becomes the current one; its column is given.
fn go_to(record: &Record<'_>, sheet: &mut Sheet<'_>) -> Result<usize, Refusal> {
    let row = u64::from(record.u16(0)?) + 1;
    if row != sheet.row() {
        sheet.start_row(row)?;
    }
    Ok(usize::from(record.u16(2)?))
}

fn number(value: f64, record: &Record<'_>, style_at: usize, book: &Book, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
    let column = go_to(record, sheet)?;
    put_number(value, column, record.u16(style_at)?, book, sheet)
}

fn put_number(value: f64, column: usize, style: u16, book: &Book, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
    let shown = book.styles.get(usize::from(style)).copied().unwrap_or_default();
    sheet.number(column, value, shown, book.calendar)
}

/// Numbers of neighbouring cells: the first column, six bytes each, the last column.
fn short_numbers(record: &Record<'_>, book: &Book, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
    let first = go_to(record, sheet)?;
    let count = record.data().len().saturating_sub(6) / 6;
    for place in 0..count {
        let at = 4 + place * 6;
        put_number(unpacked(record.u32(at + 2)?), first + place, record.u16(at)?, book, sheet)?;
    }
    Ok(())
}

fn shared_label(record: &Record<'_>, book: &Book, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
    let column = go_to(record, sheet)?;
    let place = record.u32(6)?;
    let text = book.strings.get(place as usize).ok_or_else(|| {
        let cell = sheet::address(column, sheet.row());
        let count = book.strings.len();
        Refusal::damaged(format!("{}: cell {cell} points to shared text {place} of {count}", sheet.what()))
    })?;
    sheet.text(column, text)
}

/// Puts the saved result; where it is a text, gives the column for the record that holds it.
fn formula(record: &Record<'_>, book: &Book, sheet: &mut Sheet<'_>) -> Result<Option<usize>, Refusal> {
    let column = go_to(record, sheet)?;
    let result: [u8; 8] = record.array(6)?;
    if result[6..] != NO_NUMBER {
        put_number(f64::from_le_bytes(result), column, record.u16(4)?, book, sheet)?;
        return Ok(None);
    }
    match result[0] {
        0 => return Ok(Some(column)),
        1 => sheet.text(column, truth(result[2]))?,
        2 => sheet.error(column, error(result[2]))?,
        _ => {}
    }
    Ok(None)
}

/// A number in four bytes: thirty bits of a whole one or of a float, perhaps to be divided by 100.
fn unpacked(packed: u32) -> f64 {
    let value = match packed & 2 {
        0 => f64::from_bits(u64::from(packed & !3) << 32),
        _ => f64::from(packed.cast_signed() >> 2),
    };
    if packed & 1 == 1 { value / 100.0 } else { value }
}

const fn truth(byte: u8) -> &'static str {
    if byte == 0 { "false" } else { "true" }
}

const fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR!",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_unpack() {
        assert_eq!(unpacked((5 << 2) | 2), 5.0);
        assert_eq!(unpacked((12_345 << 2) | 3), 123.45);
        assert_eq!(unpacked((-7_i32 << 2).cast_unsigned() | 2), -7.0);
        assert_eq!(unpacked((1.5_f64.to_bits() >> 32) as u32), 1.5);
    }
}
