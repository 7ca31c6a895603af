//! The clock behind a date, and its offset from UTC.
//!
//! Takes what follows the day of a cell, gives seconds since midnight and the offset where one is written.
//! All of the text has to be understood: a word too many makes the cell unreadable.

use super::parts::{behind_digits, number, one_or_two_digits, skip, starts_with_digit, two_digits};

/// No place on earth is further from UTC; more is a typing error.
pub(super) const LARGEST_OFFSET_HOURS: u32 = 18;
/// What may come between date and clock, besides blanks and commas; longer ones before those they begin with.
const BEFORE: [&str; 10] = ["at ", "um ", "à ", "a las ", "a la ", "às ", "om ", "alle ore ", "alle ", "ore "];
/// What may follow a clock of 24 hours: German, Dutch, English, French.
const BEHIND: [&str; 4] = ["uhr", "uur", "hrs", "h"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    /// Since midnight; 24:00 and the leap second :60 run into the next day or minute.
    pub(super) seconds: i32,
    /// Seconds east of UTC.
    pub(super) offset: Option<i32>,
    pub(super) has_minutes: bool,
    pub(super) has_seconds: bool,
    pub(super) has_meridiem: bool,
    /// The hour is behind a bar: `2026-03-15|7`.
    pub(super) is_period: bool,
}

/// `T14:05`, ` 14:05:33.120Z`, `, 2:05 PM`, ` at 2:05 p. m.`, ` um 14:05 Uhr`, ` 14h05`, `|7`, with an offset or
/// without.
pub(super) fn scan_clock(text: &[u8]) -> Option<Clock> {
    let text = match text {
        [b'T' | b't', rest @ ..] => rest,
        [b' ' | b',', ..] => behind_a_word(skip(text, b" ,")),
        [b'|', hour @ ..] => return scan_period(hour),
        _ => return None,
    };
    let (hour, rest) = one_or_two_digits(text)?;
    let (minute, second, rest) = scan_minutes(rest)?;
    // Most clocks have no words behind them, and speed is theirs.
    let (hour, has_meridiem, rest) = match rest {
        [] | [b'Z' | b'+' | b'-', ..] => (minute.map(|_| hour)?, false, rest),
        _ => hour_by_words(hour, minute.is_some(), rest)?,
    };
    let (minutes, seconds) = (minute.unwrap_or(0), second.unwrap_or(0));
    let midnight_after = hour == 24 && minutes == 0 && seconds == 0;
    if minutes > 59 || seconds > 60 || (hour > 23 && !midnight_after) {
        return None;
    }
    let clock = Clock {
        seconds: (hour * 3_600 + minutes * 60 + seconds) as i32,
        offset: None,
        has_minutes: minute.is_some(),
        has_seconds: second.is_some(),
        has_meridiem,
        is_period: false,
    };
    match rest {
        // A day written as its midnight, and the hour: `3/15/2020 12:00:00 AM|7`.
        [b'|', hour @ ..] if clock.seconds == 0 => {
            let period = scan_period(hour)?;
            Some(Clock { seconds: period.seconds, is_period: true, ..clock })
        }
        _ => Some(Clock { offset: scan_offset(rest)?, ..clock }),
    }
}

/// The hour of 24, whether it was one of 12, and what follows the words that say so.
fn hour_by_words(hour: u32, has_minutes: bool, text: &[u8]) -> Option<(u32, bool, &[u8])> {
    match meridiem(text) {
        Some((noon_hours, rest)) => (1..=12).contains(&hour).then_some((hour % 12 + noon_hours, true, rest)),
        None => match behind_hour_word(text) {
            Some(rest) => Some((hour, false, rest)),
            // A number by itself is no clock: `14 Mar 2026 7`.
            None => has_minutes.then_some((hour, false, text)),
        },
    }
}

/// The hour of the day in reports by hour of Microsoft Advertising.
fn scan_period(text: &[u8]) -> Option<Clock> {
    let (hour, _, _) = number(text).filter(|&(hour, digits, rest)| hour <= 23 && digits <= 2 && rest.is_empty())?;
    Some(Clock {
        seconds: (hour * 3_600) as i32,
        offset: None,
        has_minutes: false,
        has_seconds: false,
        has_meridiem: false,
        is_period: true,
    })
}

/// `:05`, `:05:33`, the same with points, `h05`, or nothing; and what follows.
fn scan_minutes(text: &[u8]) -> Option<(Option<u32>, Option<u32>, &[u8])> {
    if let [mark @ (b':' | b'.'), rest @ ..] = text {
        let (minute, rest) = two_digits(rest)?;
        let Some(rest) = rest.strip_prefix(&[*mark]) else {
            return Some((Some(minute), None, rest));
        };
        let (second, rest) = two_digits(rest)?;
        return Some((Some(minute), Some(second), without_fraction(rest)?));
    }
    // `14h05` and `14 h 05`; a lone `14 h` is left to the words behind a clock.
    if let [b'h' | b'H', rest @ ..] = skip(text, b" ")
        && let Some((minute, rest)) = two_digits(skip(rest, b" "))
    {
        return Some((Some(minute), None, rest));
    }
    Some((None, None, text))
}

/// Parts of a second are dropped: nothing is measured that finely.
fn without_fraction(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'.' | b',', rest @ ..] if starts_with_digit(rest) => Some(behind_digits(rest)),
        [b'.' | b',', ..] => None,
        _ => Some(text),
    }
}

fn behind_a_word(text: &[u8]) -> &[u8] {
    if starts_with_digit(text) {
        return text;
    }
    let behind = BEFORE.iter().find_map(|word| text.strip_prefix(word.as_bytes()));
    behind.unwrap_or(text)
}

/// Hours to add for AM (0) or PM (12), if either is written: `am`, `P.M.`, `p. m.`; and what follows.
fn meridiem(text: &[u8]) -> Option<(u32, &[u8])> {
    let (noon_hours, rest) = match skip(text, b" ") {
        [b'a' | b'A', rest @ ..] => (0, rest),
        [b'p' | b'P', rest @ ..] => (12, rest),
        _ => return None,
    };
    let rest = match rest {
        [b'.', rest @ ..] => skip(rest, b" "),
        _ => rest,
    };
    match rest {
        [b'm' | b'M', b'.', rest @ ..] | [b'm' | b'M', rest @ ..] => Some((noon_hours, rest)),
        _ => None,
    }
}

/// What follows a word that says that this is a clock.
fn behind_hour_word(text: &[u8]) -> Option<&[u8]> {
    let text = skip(text, b" ");
    BEHIND.iter().find_map(|word| {
        let (head, rest) = text.split_at_checked(word.len())?;
        head.eq_ignore_ascii_case(word.as_bytes()).then_some(rest)
    })
}

/// `Some(None)` at the end of the text, `Some(Some(seconds east))` for an offset, `None` for anything else.
///
/// Of names only `Z`, `UTC` and `GMT` are read. Others are not unique: `CST` is Chicago, Shanghai and Havana, `IST` is
/// India, Ireland and Israel; and `EST` or `CET` is written all year round by people who mean the clock of their
/// place, summer time or not. A name in brackets behind an offset repeats it, and is passed over.
fn scan_offset(text: &[u8]) -> Option<Option<i32>> {
    let text = skip(text, b" ");
    match text {
        [] => return Some(None),
        [b'+' | b'-', ..] => return scan_signed_offset(text, 2).map(Some),
        [b'Z' | b'z', rest @ ..] => return is_remark(rest).then_some(Some(0)),
        b"(UTC)" | b"(GMT)" => return Some(Some(0)),
        _ => {}
    }
    let behind_name = text.strip_prefix(b"UTC").or_else(|| text.strip_prefix(b"GMT"))?;
    if is_remark(behind_name) { Some(Some(0)) } else { scan_signed_offset(behind_name, 1).map(Some) }
}

/// `+02:00`, `-0430`, `+02`, and with few enough `least_digits` `+2`.
fn scan_signed_offset(text: &[u8], least_digits: usize) -> Option<i32> {
    let (sign, text) = match text {
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (number, digits, rest) = number(text).filter(|&(_, digits, _)| digits >= least_digits)?;
    let (hours, minutes, rest) = match (digits, rest) {
        (1 | 2, [b':', rest @ ..]) => two_digits(rest).map(|(minutes, rest)| (number, minutes, rest))?,
        (1 | 2, _) => (number, 0, rest),
        (4, _) => (number / 100, number % 100, rest),
        _ => return None,
    };
    let plausible = minutes < 60 && hours * 60 + minutes <= LARGEST_OFFSET_HOURS * 60;
    (plausible && is_remark(rest)).then_some(sign * (hours * 3_600 + minutes * 60) as i32)
}

/// Nothing, or a name of the zone in brackets: ` (Central European Summer Time)`, `[Europe/Berlin]`.
fn is_remark(text: &[u8]) -> bool {
    matches!(skip(text, b" "), [] | [b'(', .., b')'] | [b'[', .., b']'])
}
