//! The letters of a page: its encoding, its named letters, its blanks.

use std::borrow::Cow;

use super::super::refusal::Refusal;

/// How far the page is searched for the name of its encoding.
const HEAD: usize = 4096;
/// The longest name of a letter here, with room for a number.
const LONGEST_NAME: usize = 10;

/// Bytes 0x80 to 0x9F of windows-1252; elsewhere a byte is the letter of that number.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Names of the letters from U+00A1 on, without a gap.
const LATIN: &str = "iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 \
    acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring \
    AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times \
    Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute \
    ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc \
    uuml yacute thorn yuml";

/// The page as text, and what it was taken for where it does not say.
pub(super) fn decoded(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<&'static str>), Refusal> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((Cow::Borrowed(text), None));
    }
    match named_encoding(&bytes[..bytes.len().min(HEAD)]).as_deref() {
        None | Some("utf-8" | "windows-1252" | "iso-8859-1" | "us-ascii") => {
            let letter = |byte: u8| match byte {
                0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
                byte => char::from(byte),
            };
            Ok((bytes.iter().copied().map(letter).collect(), Some("windows-1252")))
        }
        Some(other) => Err(Refusal::not_read_until(format!("an HTML page in `{other}`"), "save it as UTF-8")),
    }
}

fn named_encoding(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
    let name = after.trim_start_matches(['"', '\'']);
    Some(name.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).take(24).collect())
}

/// Adds text as a browser would show it: blanks in a row are one, named letters are letters.
pub(super) fn push_text(to: &mut String, text: &str) {
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let (letter, length) = match letter {
            '&' => reference(rest).unwrap_or(('&', 1)),
            other => (other, other.len_utf8()),
        };
        rest = &rest[length..];
        match letter {
            letter if letter.is_whitespace() => {
                if !to.is_empty() && !to.ends_with([' ', '\n']) {
                    to.push(' ');
                }
            }
            letter => to.push(letter),
        }
    }
}

/// The letter that a reference stands for, and the length of the reference.
fn reference(text: &str) -> Option<(char, usize)> {
    let window = &text[..text.floor_char_boundary(LONGEST_NAME + 2)];
    let end = window.find(';')?;
    let name = &text[1..end];
    let letter = match name.strip_prefix('#') {
        Some(number) => numbered(number)?,
        None => named(name)?,
    };
    Some((letter, end + 1))
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|letter| *letter != '\0')
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "euro" => '€',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "bull" => '•',
        "hellip" => '…',
        "trade" => '™',
        _ => {
            let place = LATIN.split_whitespace().position(|known| known == name)?;
            char::from_u32(0xA1 + u32::try_from(place).ok()?)?
        }
    })
}
