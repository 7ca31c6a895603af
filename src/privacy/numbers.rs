//! Numbers that belong to people: telephone, IBAN, payment card, IPv4 address; and dates, which do not.
//!
//! Takes the bytes of a text and a place in it, gives the end of the token that begins there and the word to
//! show instead. Only ASCII digits and capitals are looked at, so every end is the end of a character.

/// ITU-T E.164: digits of an international telephone number.
const LONGEST_PHONE: usize = 15;
const SHORTEST_INTERNATIONAL_PHONE: usize = 8;
const SHORTEST_LOCAL_PHONE: usize = 9;
/// ISO 13616: the shortest IBAN in use (Norway) and the longest allowed.
const SHORTEST_IBAN: usize = 15;
const LONGEST_IBAN: usize = 34;
/// Whether a number or code may begin here, rather than go on: in ids and UUIDs it goes on.
pub(super) fn begins_a_token(bytes: &[u8], at: usize) -> bool {
    let follows_nothing = match bytes[..at] {
        [] => true,
        [.., letter, b'.'] => letter.is_ascii_alphabetic(),
        [.., before] => !(before.is_ascii_alphanumeric() || matches!(before, b'-' | b'_' | b'.' | b'/' | b'+')),
    };
    follows_nothing && matches!(bytes[at], b'0'..=b'9' | b'+' | b'(' | b'%' | b'A'..=b'Z')
}

/// A token that starts here: its end, and the word for it; no word for dates and such, which are passed over whole.
pub(super) fn number_token(bytes: &[u8], at: usize) -> Option<(usize, Option<&'static str>)> {
    if bytes[at].is_ascii_uppercase() {
        return iban_end(bytes, at).map(|end| (end, Some("[IBAN]")));
    }
    if let Some(end) = date_end(bytes, at) {
        return Some((end, None));
    }
    let run = DigitRun::at(bytes, at)?;
    let word = if run.is_ip_address() {
        Some("[IP address]")
    } else if run.is_card() {
        Some("[card number]")
    } else if run.is_phone() {
        Some("[phone]")
    } else {
        None
    };
    Some((run.end, word))
}

/// Digits with single separators between them, as telephone numbers are written.
struct DigitRun {
    end: usize,
    international: bool,
    digits: usize,
    /// Lengths of the first groups; a run of more groups is no number of anybody.
    groups: [usize; Self::MOST_GROUPS],
    group_count: usize,
    /// Values of the first four groups, for IP addresses.
    values: [usize; 4],
    /// The only separator that occurs, if it is one.
    separator: Separator,
    leading_zero: bool,
    touches_letters: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    None,
    Only(u8),
    Mixed,
}

impl DigitRun {
    const MOST_GROUPS: usize = 12;

    fn at(bytes: &[u8], start: usize) -> Option<Self> {
        let mut at = start + plus_length(&bytes[start..]);
        let international = at > start;
        let mut run = Self {
            end: start,
            international,
            digits: 0,
            groups: [0; Self::MOST_GROUPS],
            group_count: 0,
            values: [0; 4],
            separator: Separator::None,
            leading_zero: false,
            touches_letters: false,
        };
        loop {
            let gap = separators(&bytes[at..]);
            let group_start = at + gap.length;
            let length = bytes[group_start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if length == 0 || (gap.length == 0 && run.digits > 0) {
                break;
            }
            if run.digits > 0 {
                run.note_separator(gap.mark);
            } else {
                run.leading_zero = bytes[group_start] == b'0';
            }
            run.note_group(&bytes[group_start..group_start + length]);
            at = group_start + length;
            run.end = at;
        }
        run.touches_letters = bytes.get(run.end).is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_');
        (run.digits > 0).then_some(run)
    }

    fn note_separator(&mut self, mark: u8) {
        self.separator = match self.separator {
            Separator::None => Separator::Only(mark),
            Separator::Only(known) if known == mark => Separator::Only(known),
            _ => Separator::Mixed,
        };
    }

    fn note_group(&mut self, digits: &[u8]) {
        if let Some(group) = self.groups.get_mut(self.group_count) {
            *group = digits.len();
        }
        if let Some(value) = self.values.get_mut(self.group_count) {
            *value = digits.iter().take(4).fold(0, |value, digit| value * 10 + usize::from(digit - b'0'));
        }
        self.group_count += 1;
        self.digits += digits.len();
    }

    fn groups(&self) -> &[usize] {
        &self.groups[..self.group_count.min(Self::MOST_GROUPS)]
    }

    fn is_ip_address(&self) -> bool {
        self.separator == Separator::Only(b'.')
            && self.group_count == 4
            && self.groups().iter().all(|&length| length <= 3)
            && self.values.iter().all(|&value| value <= 255)
    }

    fn is_card(&self) -> bool {
        self.groups() == [4, 4, 4, 4] && !self.touches_letters
    }

    fn is_phone(&self) -> bool {
        if self.touches_letters || self.digits > LONGEST_PHONE || self.group_count > Self::MOST_GROUPS {
            return false;
        }
        if self.international {
            return self.digits >= SHORTEST_INTERNATIONAL_PHONE;
        }
        self.group_count > 1 && self.digits >= SHORTEST_LOCAL_PHONE && !self.is_amount() && !self.is_years()
    }

    /// `1.234.567.890`; with blanks between the threes it is more likely a telephone number.
    fn is_amount(&self) -> bool {
        let in_threes = self.groups().iter().skip(1).all(|&length| length == 3) && self.groups[0] <= 3;
        in_threes && self.separator == Separator::Only(b'.') && !self.leading_zero
    }

    /// `2024-2025 2026`.
    fn is_years(&self) -> bool {
        self.groups().iter().all(|&length| length == 4)
            && self.values.iter().take(self.group_count).all(|value| (1900..2100).contains(value))
    }
}

/// `+`, or `%2B` inside a URL.
fn plus_length(bytes: &[u8]) -> usize {
    match bytes {
        [b'+', ..] => 1,
        [b'%', b'2', b'B' | b'b', ..] => 3,
        _ => 0,
    }
}

struct Gap {
    length: usize,
    mark: u8,
}

/// What stands between two groups of digits: one mark with blanks and parentheses around it.
fn separators(bytes: &[u8]) -> Gap {
    let mut gap = Gap { length: 0, mark: b' ' };
    let (mut marks, mut blanks) = (0, 0);
    loop {
        match &bytes[gap.length..] {
            [mark @ (b'-' | b'.' | b'/'), ..] if marks == 0 => {
                marks += 1;
                gap.mark = *mark;
                gap.length += 1;
            }
            [b' ' | b'(' | b')', ..] if blanks < 3 => {
                blanks += 1;
                gap.length += 1;
            }
            // No-break space, and the narrow one.
            [0xC2, 0xA0, ..] if blanks < 3 => {
                blanks += 1;
                gap.length += 2;
            }
            [0xE2, 0x80, 0xAF, ..] if blanks < 3 => {
                blanks += 1;
                gap.length += 3;
            }
            _ => return gap,
        }
    }
}

/// Where a calendar date ends that starts here, if nothing but a clock can follow it.
fn date_end(bytes: &[u8], at: usize) -> Option<usize> {
    let group = |from: usize| {
        let digits = bytes.get(from..)?.iter().take(5).take_while(|byte| byte.is_ascii_digit());
        let value = digits.clone().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
        Some((value, digits.count()))
    };
    let (first, first_length) = group(at)?;
    let mark = *bytes.get(at + first_length).filter(|mark| b"-./".contains(mark))?;
    let second_at = at + first_length + 1;
    let (second, second_length) = group(second_at)?;
    let third_at = second_at + second_length + 1;
    if bytes.get(third_at - 1) != Some(&mark) {
        return None;
    }
    let (third, third_length) = group(third_at)?;
    let is_day = |value: u32, length: usize| (1..=2).contains(&length) && (1..=31).contains(&value);
    let is_year = |value: u32, length: usize| length == 2 || (length == 4 && (1900..2101).contains(&value));
    let in_order = first_length == 4 && is_year(first, 4) && is_day(third, third_length);
    let reversed = is_day(first, first_length) && is_year(third, third_length);
    let end = third_at + third_length;
    let goes_on = bytes.get(end).is_some_and(|byte| byte.is_ascii_digit() || b"-./".contains(byte));
    ((in_order || reversed) && is_day(second, second_length) && !goes_on).then_some(end)
}

/// Where an IBAN ends that starts here: the longest stretch with the right check digits (ISO 7064, mod 97-10).
fn iban_end(bytes: &[u8], start: usize) -> Option<usize> {
    let head = bytes.get(start..start + 4)?;
    if !(head[1].is_ascii_uppercase() && head[2].is_ascii_digit() && head[3].is_ascii_digit()) {
        return None;
    }
    let (mut remainder, mut length, mut found) = (0, 4, None);
    let mut at = start + 4;
    while length < LONGEST_IBAN {
        if bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        let Some(byte) = bytes.get(at).filter(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) else {
            break;
        };
        remainder = mod_97(remainder, *byte);
        length += 1;
        at += 1;
        let goes_on = bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        if length >= SHORTEST_IBAN && !goes_on && head.iter().fold(remainder, |rest, byte| mod_97(rest, *byte)) == 1 {
            found = Some(at);
        }
    }
    found
}

/// A letter counts as two digits, `A` as 10 to `Z` as 35.
fn mod_97(remainder: u32, byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
        _ => (remainder * 100 + u32::from(byte - b'A') + 10) % 97,
    }
}
