//! The encoding of JSON and markup, which their own readers need as UTF-8. Delimited text is not touched: its encoding
//! is left to the reader of tables, which sees the whole of it.

use super::format::{Format, format_of};

/// How much is looked at to know markup by.
const HEAD: usize = 8192;

/// Two bytes to a number, in either order.
type Unit = fn([u8; 2]) -> u16;

/// The bytes as UTF-8 where they are JSON or markup in UTF-16 with its mark; anything else as it is.
pub(super) fn as_utf8(bytes: Vec<u8>) -> Vec<u8> {
    let unit: Unit = match bytes.first_chunk() {
        Some([0xFF, 0xFE]) => u16::from_le_bytes,
        Some([0xFE, 0xFF]) => u16::from_be_bytes,
        _ => return bytes,
    };
    let body = &bytes[2..];
    let head = decoded(&body[..body.len().min(HEAD)], unit);
    match format_of(head.as_bytes()) {
        Format::Json | Format::Html | Format::SpreadsheetXml => decoded(body, unit).into_bytes(),
        _ => bytes,
    }
}

fn decoded(bytes: &[u8], unit: Unit) -> String {
    let units = bytes.as_chunks().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
