//! One cell of a date column, taken apart without knowing the column's format.
//!
//! Takes the text, gives the [`Family`] it is written in and its numbers; gives nothing for what no date can look
//! like. Which of two numbers is the day, and whether such a day exists, is asked of [`Scanned::day`].

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::DayOrder;
use crate::calendar::{Day, Zone};
use crate::record::missing;

/// Years that an export of leads can plausibly speak of. The epoch's own year is what a zero turns into.
const PLAUSIBLE_YEARS: RangeInclusive<i32> = 1971..=2100;
/// Two-digit years up to this one are in the 2000s (POSIX `strptime`, `%y`).
const LAST_SHORT_YEAR_OF_2000S: u32 = 68;
/// No place on earth is further from UTC; more is a typing error.
const LARGEST_OFFSET_HOURS: u32 = 18;
/// Ways to write a date that are not mixed within one column. Of two that read equally many values
/// the earlier in this list is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Family {
    /// `2026-03-14`.
    Iso,
    /// `2026/03/14` or `2026.03.14`.
    YearFirst,
    /// `14/3/2026` or `3/14/2026`.
    Slash,
    /// `14.3.2026`.
    Dot,
    /// `14-3-2026`.
    Dash,
    /// `14 Mar 2026`.
    DayName,
    /// `Mar 14, 2026`.
    NameDay,
    /// `20260314`.
    Compact,
    /// 9 or 10 digits.
    EpochSeconds,
    /// 13 digits.
    EpochMilliseconds,
}

pub(super) const FAMILIES: [Family; 10] = [
    Family::Iso,
    Family::YearFirst,
    Family::Slash,
    Family::Dot,
    Family::Dash,
    Family::DayName,
    Family::NameDay,
    Family::Compact,
    Family::EpochSeconds,
    Family::EpochMilliseconds,
];

impl Family {
    pub(super) fn order_varies(self) -> bool {
        matches!(self, Self::Slash | Self::Dot | Self::Dash)
    }

    /// Where neither the values nor the user say: dots and dashes between numbers are European and
    /// Indian habits, slashes most often come from a tool set to US English.
    pub(super) fn usual_order(self) -> DayOrder {
        if self == Self::Slash { DayOrder::MonthFirst } else { DayOrder::DayFirst }
    }
}

/// A value taken apart. `first` and `second` are month and day, in an order that only
/// [`Family::order_varies`] leaves open.
pub(super) struct Scanned {
    pub(super) family: Family,
    year: i32,
    first: u32,
    second: u32,
    pub(super) short_year: bool,
    pub(super) clock: Option<Clock>,
}

#[derive(Clone, Copy)]
pub(super) struct Clock {
    /// Since midnight; 24:00 and the leap second :60 run into the next day or minute.
    pub(super) seconds: i32,
    /// Seconds east of UTC.
    pub(super) offset: Option<i32>,
    pub(super) has_seconds: bool,
    pub(super) has_meridiem: bool,
}

impl Scanned {
    pub(super) fn day(&self, order: DayOrder) -> Option<Day> {
        if !PLAUSIBLE_YEARS.contains(&self.year) {
            return None;
        }
        let (month, day) = match order {
            DayOrder::DayFirst if self.family.order_varies() => (self.second, self.first),
            _ => (self.first, self.second),
        };
        Day::from_ymd(self.year, month, day)
    }
}

pub(super) fn scan(text: &str) -> Option<Scanned> {
    let text = missing::trimmed(text);
    match missing::plain(text) {
        Cow::Borrowed(text) => scan_plain(text.as_bytes()),
        Cow::Owned(text) => scan_plain(text.as_bytes()),
    }
}

fn scan_plain(text: &[u8]) -> Option<Scanned> {
    if !text.first()?.is_ascii_digit() {
        return scan_name_day(text);
    }
    let (number, digits, rest) = number(text)?;
    match (digits, rest.first()) {
        (_, None) => scan_digits(text),
        (4, Some(&mark @ (b'-' | b'/' | b'.'))) => scan_year_first(number, mark, &rest[1..]),
        (1 | 2, Some(&mark @ (b'/' | b'.' | b'-'))) if starts_with_digit(&rest[1..]) => {
            scan_numeric(number, mark, &rest[1..])
        }
        (1 | 2, Some(b' ' | b'-' | b'.')) => scan_day_name(number, rest),
        _ => None,
    }
}

/// `2026-03-14` and what follows, behind the year.
fn scan_year_first(year: u32, mark: u8, text: &[u8]) -> Option<Scanned> {
    let (month, _, rest) = number(text).filter(|&(_, digits, _)| digits <= 2)?;
    let rest = rest.strip_prefix(&[mark])?;
    let (day, _, rest) = number(rest).filter(|&(_, digits, _)| digits <= 2)?;
    let family = if mark == b'-' { Family::Iso } else { Family::YearFirst };
    with_clock(family, (year, 4), month, day, rest)
}

/// `14/3/2026` or `3/14/26`, behind the first mark.
fn scan_numeric(first: u32, mark: u8, text: &[u8]) -> Option<Scanned> {
    let (second, _, rest) = number(text).filter(|&(_, digits, _)| digits <= 2)?;
    let rest = rest.strip_prefix(&[mark])?;
    let (year, digits, rest) = number(rest)?;
    let family = match mark {
        b'/' => Family::Slash,
        b'.' => Family::Dot,
        _ => Family::Dash,
    };
    with_clock(family, (year, digits), first, second, rest)
}

/// `14 Mar 2026`, `14-Mar-26` or `14. March 2026`, behind the day.
fn scan_day_name(day: u32, text: &[u8]) -> Option<Scanned> {
    let (month, rest) = month_name(skip(text, b" -."))?;
    let (year, digits, rest) = number(skip(rest, b" -.,"))?;
    with_clock(Family::DayName, (year, digits), month, day, rest)
}

/// `Mar 14, 2026`.
fn scan_name_day(text: &[u8]) -> Option<Scanned> {
    let (month, rest) = month_name(text)?;
    let (day, _, rest) = number(skip(rest, b" .")).filter(|&(_, digits, _)| digits <= 2)?;
    let (year, digits, rest) = number(skip(rest, b" ,"))?;
    with_clock(Family::NameDay, (year, digits), month, day, rest)
}

/// Digits only: a compact date by its 8 digits, an epoch by its size.
fn scan_digits(text: &[u8]) -> Option<Scanned> {
    let value =
        text.iter().fold(0_i64, |value, digit| value.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    let (family, instant) = match text.len() {
        8 => {
            let (year, month, day) = (value / 10_000, value / 100 % 100, value % 100);
            let year = (u32::try_from(year).ok()?, 4);
            return with_clock(Family::Compact, year, month as u32, day as u32, b"");
        }
        9 | 10 => (Family::EpochSeconds, value),
        13 => (Family::EpochMilliseconds, value.div_euclid(1_000)),
        _ => return None,
    };
    let (day, seconds) = Zone::utc().local(instant);
    let (year, first, second) = day.ymd();
    let clock = Clock { seconds, offset: Some(0), has_seconds: true, has_meridiem: false };
    Some(Scanned { family, year, first, second, short_year: false, clock: Some(clock) })
}

/// The last step of every calendar format: the year's digits, and a clock or nothing behind the date.
fn with_clock(
    family: Family,
    (year, year_digits): (u32, usize),
    first: u32,
    second: u32,
    rest: &[u8],
) -> Option<Scanned> {
    let year = match year_digits {
        4 => year,
        2 if year <= LAST_SHORT_YEAR_OF_2000S => 2000 + year,
        2 => 1900 + year,
        _ => return None,
    };
    let clock = if rest.is_empty() { None } else { Some(scan_clock(rest)?) };
    let year = i32::try_from(year).ok()?;
    Some(Scanned { family, year, first, second, short_year: year_digits == 2, clock })
}

/// `T14:05`, ` 14:05:33.120Z`, `, 2:05 PM`, ` at 2:05 p.m.`, with an offset or without.
fn scan_clock(text: &[u8]) -> Option<Clock> {
    let text = match text {
        [b'T' | b't', rest @ ..] => rest,
        [b' ' | b',', ..] => {
            let rest = skip(text, b" ,");
            rest.strip_prefix(b"at ").unwrap_or(rest)
        }
        _ => return None,
    };
    let (hour, _, rest) = number(text).filter(|&(_, digits, _)| digits <= 2)?;
    let (minute, rest) = two_digits(rest.strip_prefix(b":")?)?;
    let (second, rest) = match rest.strip_prefix(b":") {
        Some(rest) => two_digits(rest).map(|(second, rest)| (Some(second), rest))?,
        None => (None, rest),
    };
    let rest = if second.is_some() { without_fraction(rest)? } else { rest };
    let (meridiem, rest) = meridiem(rest);
    let hour = match meridiem {
        Some(noon_hours) if (1..=12).contains(&hour) => hour % 12 + noon_hours,
        Some(_) => return None,
        None => hour,
    };
    let seconds = second.unwrap_or(0);
    let midnight_after = hour == 24 && minute == 0 && seconds == 0;
    if minute > 59 || seconds > 60 || (hour > 23 && !midnight_after) {
        return None;
    }
    Some(Clock {
        seconds: (hour * 3_600 + minute * 60 + seconds) as i32,
        offset: scan_offset(rest)?,
        has_seconds: second.is_some(),
        has_meridiem: meridiem.is_some(),
    })
}

/// Parts of a second are dropped: nothing is measured that finely.
fn without_fraction(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'.' | b',', rest @ ..] if starts_with_digit(rest) => Some(skip(rest, b"0123456789")),
        [b'.' | b',', ..] => None,
        _ => Some(text),
    }
}

/// Hours to add for AM (0) or PM (12), if either is written.
fn meridiem(text: &[u8]) -> (Option<u32>, &[u8]) {
    let word = skip(text, b" ");
    for (spelling, hours) in [("am", 0), ("pm", 12), ("a.m.", 0), ("p.m.", 12)] {
        if let Some((head, rest)) = word.split_at_checked(spelling.len())
            && head.eq_ignore_ascii_case(spelling.as_bytes())
        {
            return (Some(hours), rest);
        }
    }
    (None, text)
}

/// `Some(None)` at the end of the text, `Some(Some(seconds east))` for an offset, `None` for anything else.
fn scan_offset(text: &[u8]) -> Option<Option<i32>> {
    let text = skip(text, b" ");
    let (sign, digits) = match text {
        [] => return Some(None),
        b"Z" | b"z" | b"UTC" | b"GMT" => return Some(Some(0)),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, rest) = two_digits(digits)?;
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    let minutes = if rest.is_empty() { 0 } else { two_digits(rest).filter(|(_, end)| end.is_empty())?.0 };
    let plausible = minutes < 60 && hours * 60 + minutes <= LARGEST_OFFSET_HOURS * 60;
    plausible.then(|| Some(sign * (hours * 3_600 + minutes * 60) as i32))
}

/// A leading number: its value, how many digits it has, and what follows. Beyond nine digits the value is cut.
fn number(text: &[u8]) -> Option<(u32, usize, &[u8])> {
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

fn two_digits(text: &[u8]) -> Option<(u32, &[u8])> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => {
            Some((u32::from(tens - b'0') * 10 + u32::from(ones - b'0'), rest))
        }
        _ => None,
    }
}

fn starts_with_digit(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_digit)
}

fn skip<'t>(text: &'t [u8], any_of: &[u8]) -> &'t [u8] {
    let end = text.iter().position(|byte| !any_of.contains(byte)).unwrap_or(text.len());
    &text[end..]
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// An English month, in full or by its first three letters (or `Sept`), and what follows.
fn month_name(text: &[u8]) -> Option<(u32, &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let index = MONTHS.iter().position(|name| match word.len() {
        3 => word.eq_ignore_ascii_case(&name.as_bytes()[..3]),
        4 if *name == "september" => word.eq_ignore_ascii_case(b"sept"),
        _ => word.eq_ignore_ascii_case(name.as_bytes()),
    })?;
    Some((index as u32 + 1, rest))
}
