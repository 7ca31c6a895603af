//! Takes personal data out of any text that may reach a page, a download or a message.
//!
//! Takes text from a cell, a file name or a URL, gives the same text with e-mail addresses, telephone numbers,
//! IBANs, payment card numbers and IPv4 addresses replaced by words such as `[e-mail]`. [`mask`] goes by pattern
//! alone; names of persons have no pattern, and are held against the names that the exports hold ([`people`]). Escaping
//! for HTML is the pages' to do. One pass, bounded look-ahead, no recursion. Where a pattern could be a person's number or a harmless one, it is masked.
//!
//! Left alone: ids without separators, UUIDs and hexadecimal, dates, amounts grouped in threes.

pub mod columns;
pub mod fold;
mod numbers;
pub mod people;
pub mod roll;

use std::borrow::Cow;

use numbers::{begins_a_token, number_token};

/// Characters that are kept of one text.
const LONGEST_TEXT: usize = 200;

/// The text without personal data, control characters or surplus length.
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    if is_harmless(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(masked_step_by_step(text))
}

/// The same for any text, harmless or not.
fn masked_step_by_step(text: &str) -> String {
    let (mut masked, mut at) = (Masked::default(), 0);
    while at < text.len() && !masked.is_full() {
        at = masked.step(text, at);
    }
    masked.clipped(at < text.len())
}

/// The same for a text of many lines, whatever their length.
#[must_use]
pub fn mask_lines(text: &str) -> String {
    text.lines().map(|line| mask_whole(line) + "\n").collect()
}

/// The text without personal data or control characters, at its full length.
fn mask_whole(text: &str) -> String {
    let (mut masked, mut at) = (Masked::default(), 0);
    while at < text.len() {
        at = masked.step(text, at);
    }
    masked.text
}

/// The shape of a value: letters as `x` and `X`, everything else as it is. Shows what is wrong with a value that should
/// be a date or a number, and no name.
#[must_use]
pub fn shape(text: &str) -> String {
    let shaped = |c: char| match c {
        c if c.is_uppercase() => 'X',
        c if c.is_alphabetic() => 'x',
        c => c,
    };
    mask(text).chars().map(shaped).collect()
}

/// Most cells: short, and without anything that would be masked.
fn is_harmless(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() > LONGEST_TEXT {
        return false;
    }
    // Without a branch, so that many bytes are looked at in one go.
    let is_odd = |byte: u8| !(0x20..0x7f).contains(&byte) || byte == b'@' || byte == b'%';
    let has_odd = bytes.iter().fold(false, |odd, byte| odd | is_odd(*byte));
    if has_odd && (bytes.contains(&b'@') || contains_encoded_at(bytes) || text.chars().any(is_unprintable)) {
        return false;
    }
    bytes.iter().filter(|byte| byte.is_ascii_digit()).count() < 4 || !holds_number(bytes)
}

/// Whether any number or code in it would be masked. None begins within a character.
fn holds_number(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        let token = if begins_a_token(bytes, at) { number_token(bytes, at) } else { None };
        match token {
            Some((_, Some(_))) => return true,
            Some((end, None)) => at = end,
            None => at += 1,
        }
    }
    false
}

fn contains_encoded_at(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|three| three == b"%40")
}

/// Control characters, and those that turn the direction of the text that follows.
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The text written so far.
#[derive(Default)]
struct Masked {
    text: String,
    chars: usize,
    /// Where in `text`, and after how many characters, the current run of mailbox characters began.
    mailbox: Option<(usize, usize)>,
}

impl Masked {
    /// Full with one character to spare, so that a mailbox at the edge is complete or cut, never half shown.
    fn is_full(&self) -> bool {
        // A mailbox that is still running may yet turn out to be an address.
        let settled = self.mailbox.map_or(self.chars, |(_, chars)| chars);
        settled > LONGEST_TEXT
    }

    /// Writes what begins at `at`, as it is or masked, and returns where the next thing begins.
    fn step(&mut self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        if let Some(end) = self.mailbox.and_then(|_| domain_end(bytes, at)) {
            self.mask_mailbox();
            return end;
        }
        if begins_a_token(bytes, at)
            && let Some((end, word)) = number_token(bytes, at)
        {
            match word {
                Some(word) => self.push_word(word),
                None => text[at..end].chars().for_each(|c| self.push(c)),
            }
            return end;
        }
        let Some(c) = text[at..].chars().next() else {
            return text.len();
        };
        self.push(c);
        at + c.len_utf8()
    }

    fn push(&mut self, c: char) {
        let c = match c {
            '\n' | '\r' | '\t' => ' ',
            c if is_unprintable(c) => '\u{FFFD}',
            c => c,
        };
        if !is_mailbox(c) {
            self.mailbox = None;
        } else if self.mailbox.is_none() {
            self.mailbox = Some((self.text.len(), self.chars));
        }
        self.text.push(c);
        self.chars += 1;
    }

    fn push_word(&mut self, word: &str) {
        self.text.push_str(word);
        self.chars += word.chars().count();
        self.mailbox = None;
    }

    fn mask_mailbox(&mut self) {
        if let Some((start, chars)) = self.mailbox.take() {
            self.text.truncate(start);
            self.chars = chars;
        }
        self.push_word("[e-mail]");
    }

    fn clipped(mut self, more_follows: bool) -> String {
        if self.chars > LONGEST_TEXT || more_follows {
            let kept = self.text.char_indices().nth(LONGEST_TEXT - 1).map_or(self.text.len(), |(at, _)| at);
            self.text.truncate(kept);
            self.text.push('…');
        }
        self.text
    }
}

fn is_mailbox(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '%' | '\'' | '~' | '!' | '#' | '$' | '*')
}

/// Where an address ends whose `@` (or `%40`, inside a URL) stands at `at`.
fn domain_end(bytes: &[u8], at: usize) -> Option<usize> {
    let start = match &bytes[at..] {
        [b'@', ..] => at + 1,
        [b'%', b'4', b'0', ..] => at + 3,
        _ => return None,
    };
    let is_domain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80 || matches!(byte, b'.' | b'-');
    let length = bytes[start..].iter().position(|byte| !is_domain(byte)).unwrap_or(bytes.len() - start);
    let domain = &bytes[start..start + length];
    let dots_behind = domain.iter().rev().take_while(|&&byte| byte == b'.' || byte == b'-').count();
    let domain = &domain[..domain.len() - dots_behind];
    let has_inner_dot = domain.iter().position(|&byte| byte == b'.').is_some_and(|dot| dot > 0);
    has_inner_dot.then_some(start + domain.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_and_numbers_of_people_are_masked() {
        for (text, shown) in [
            ("mail ada.l+crm@example.co.uk, please", "mail [e-mail], please"),
            ("?email=ada%40example.com&x=1", "?email=[e-mail]&x=1"),
            ("<Ada@Müller.de>.", "<[e-mail]>."),
            ("1234567@example.com", "[e-mail]"),
            ("call +49 (0)30 123456-78 now", "call [phone] now"),
            ("+4930123456", "[phone]"),
            ("(212) 555-1234", "[phone]"),
            ("212.555.1234", "[phone]"),
            ("06.12.34.56.78", "[phone]"),
            ("06\u{a0}12 34 56 78", "[phone]"),
            ("Tel.030/123 456 78", "Tel.[phone]"),
            ("tel=%2B4930123456", "tel=[phone]"),
            ("from 192.168.10.200:80", "from [IP address]:80"),
            ("DE89 3704 0044 0532 0130 00 Berlin", "[IBAN] Berlin"),
            ("GB82WEST12345698765432", "[IBAN]"),
            ("4111 1111 1111 1111", "[card number]"),
        ] {
            assert_eq!(mask(text), shown, "{text}");
        }
    }

    #[test]
    fn ids_dates_and_amounts_stay() {
        for text in [
            "0015g00000XyZabAAF",
            "4876876000001234567",
            "550e8400-e29b-41d4-a716-446655440000",
            "deadbeef12345678",
            "2026-03-14 14:05:33",
            "14.03.2026 10:00",
            "3/14/2026",
            "2026-03-14T14:05:33.120+02:00",
            "USD 1,234,567.89",
            "1.234.567.890,00",
            "Q3-2026",
            "2024-2025 2026",
            "@ada",
            "a@b",
            "Spring campaign 2026",
            "DE89 is not one",
            "20%",
            "DE89370400440532013001",
        ] {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn control_characters_and_length_are_bounded() {
        assert_eq!(mask("a\u{1b}[31m\u{202e}b\nc"), "a\u{fffd}[31m\u{fffd}b c");
        let long = mask(&"ä ".repeat(300)).into_owned();
        assert_eq!((long.chars().count(), long.ends_with('…')), (200, true));
        assert_eq!(mask(&"x".repeat(200)), "x".repeat(200));
        assert_eq!(mask(&format!("{} ada@example.com", "x ".repeat(95))).chars().count(), 199);
        assert!(!mask(&format!("{}ada.lovelace@example.com", "x ".repeat(98))).contains("ada"));
    }

    proptest! {
        #[test]
        fn any_text_is_masked_within_bounds(text in "[a-z0-9@.%+() \u{a0}DE/-]{0,300}|\\PC{0,300}") {
            let once = mask(&text).into_owned();
            prop_assert!(once.chars().count() <= LONGEST_TEXT);
            prop_assert!(!once.chars().any(is_unprintable));
            prop_assert_eq!(once, masked_step_by_step(&text));
        }
    }
}
