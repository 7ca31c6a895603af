//! The smallest steps of scanning: each takes the text that is left, gives what was found and what is left then.

/// A leading number: its value, how many digits it has, and what follows. Beyond nine digits the value is cut.
pub(super) fn number(text: &[u8]) -> Option<(u32, usize, &[u8])> {
    let mut value = 0_u32;
    let mut digits = 0;
    while let Some(digit) = text.get(digits).filter(|byte| byte.is_ascii_digit()) {
        if digits < 9 {
            value = value * 10 + u32::from(digit - b'0');
        }
        digits += 1;
    }
    (digits > 0).then(|| (value, digits, &text[digits..]))
}

pub(super) fn two_digits(text: &[u8]) -> Option<(u32, &[u8])> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => {
            Some((u32::from(tens - b'0') * 10 + u32::from(ones - b'0'), rest))
        }
        _ => None,
    }
}

/// A third digit is left to be stumbled over.
pub(super) fn one_or_two_digits(text: &[u8]) -> Option<(u32, &[u8])> {
    two_digits(text).or_else(|| match text {
        [digit @ b'0'..=b'9', rest @ ..] => Some((u32::from(digit - b'0'), rest)),
        _ => None,
    })
}

pub(super) fn starts_with_digit(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_digit)
}

pub(super) fn skip<'t>(text: &'t [u8], any_of: &[u8]) -> &'t [u8] {
    let end = text.iter().position(|byte| !any_of.contains(byte)).unwrap_or(text.len());
    &text[end..]
}

pub(super) fn behind_digits(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    &text[end..]
}
