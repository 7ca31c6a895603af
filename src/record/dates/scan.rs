//! One cell of a date column, taken apart without knowing the column's format.
//!
//! Takes the text, gives the [`Family`] it is written in and its numbers; gives nothing for what no date can look
//! like. Which of two numbers is the day, and whether such a day exists, is asked of [`Scanned::day`]. A week and a range are
//! no days, and are not read. Nor is a month alone (`Jan 2026`, `2026-03`), since its first day would be a guess; but
//! where a month is all that is needed, as of what was spent, it is asked for by [`scan_month`].

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::DayOrder;
use super::clock::{Clock, scan_clock};
use super::counted::scan_counted;
use super::fast::scan_fast;
use super::names::{Word, word};
use super::parts::{number, skip, starts_with_digit, two_digits};
use crate::calendar::Day;
use crate::record::missing;
use serde::{Deserialize, Serialize};

/// Years that an export of leads can plausibly contain. The epoch's own year is what a zero turns into.
pub(super) const PLAUSIBLE_YEARS: RangeInclusive<i32> = 1971..=2100;
/// Two-digit years up to this one are in the 2000s (POSIX `strptime`, `%y`).
const LAST_SHORT_YEAR_OF_2000S: u32 = 68;
/// What follows year, month and day in Chinese and Japanese, and in Korean.
const YEAR_MONTH_DAY: [[&str; 3]; 2] = [["年", "月", "日"], ["년", "월", "일"]];
/// What may follow the number of a day: English, French, Italian, Spanish and Portuguese.
const ORDINALS: [&str; 8] = ["st", "nd", "rd", "th", "er", "º", "°", "ª"];

/// Ways to write a date that are not mixed within one column. Of two that read equally many values
/// the earlier in this list is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Family {
    /// `2026-03-14`.
    Iso,
    /// `2026/03/14`, `2026.03.14` or `2026年3月14日`.
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
    /// `20260314`, with a clock of 2, 4 or 6 more digits or without.
    Compact,
    /// 9 or 10 digits, with decimals or without.
    EpochSeconds,
    /// 13 digits, likewise.
    EpochMilliseconds,
    /// 5 digits, likewise: a spreadsheet's own number for a day.
    Serial,
    /// A calendar month, where one may stand for its first day: `2026-03`, `03/2026`, `Mar 2026`.
    Month,
}

pub(super) const FAMILIES: [Family; 12] = [
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
    Family::Serial,
    Family::Month,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scanned {
    pub(super) family: Family,
    pub(super) year: i32,
    pub(super) first: u32,
    pub(super) second: u32,
    pub(super) short_year: bool,
    /// 0 for Monday, where the cell names it.
    pub(super) weekday: Option<u8>,
    pub(super) clock: Option<Clock>,
}

/// The orders of day and month in which a value is a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Orders {
    /// Both, and it is the same day.
    Alike,
    /// Both, and they are different days.
    Either,
    DayFirst,
    MonthFirst,
}

impl Scanned {
    /// The day, if there is such a day and it is the weekday that the cell says.
    #[inline(always)]
    pub(super) fn day(&self, order: DayOrder) -> Option<Day> {
        if !PLAUSIBLE_YEARS.contains(&self.year) {
            return None;
        }
        let (month, day) = match order {
            DayOrder::DayFirst if self.family.order_varies() => (self.second, self.first),
            _ => (self.first, self.second),
        };
        let day = Day::from_ymd(self.year, month, day)?;
        self.weekday.is_none_or(|weekday| weekday == day.weekday()).then_some(day)
    }

    /// In which orders [`Scanned::day`] gives a day. Most values are counted without working out which.
    #[inline(always)]
    pub(super) fn orders(&self) -> Option<Orders> {
        if self.weekday.is_some() {
            return self.orders_with_weekday();
        }
        if !PLAUSIBLE_YEARS.contains(&self.year) {
            return None;
        }
        let month_first = Day::exists(self.year, self.first, self.second);
        if !self.family.order_varies() {
            return month_first.then_some(Orders::Alike);
        }
        match (Day::exists(self.year, self.second, self.first), month_first) {
            (false, false) => None,
            (true, false) => Some(Orders::DayFirst),
            (false, true) => Some(Orders::MonthFirst),
            (true, true) => Some(if self.first == self.second { Orders::Alike } else { Orders::Either }),
        }
    }

    fn orders_with_weekday(&self) -> Option<Orders> {
        match (self.day(DayOrder::DayFirst), self.day(DayOrder::MonthFirst)) {
            (None, None) => None,
            (Some(_), None) => Some(Orders::DayFirst),
            (None, Some(_)) => Some(Orders::MonthFirst),
            (Some(one), Some(other)) => Some(if one == other { Orders::Alike } else { Orders::Either }),
        }
    }
}

/// Takes a value apart that is not missing. Both the count of a column's formats ([`super::DateCensus::feed_scanned`])
/// and its moments ([`super::DateColumn::moment`]) are had from what it gives.
#[inline(always)]
pub(crate) fn scan(text: &str) -> Option<Scanned> {
    match scan_fast(text.as_bytes()) {
        Some(scanned) => Some(scanned),
        None => scan_any(text),
    }
}

/// A value in whatever way it is written.
#[inline(never)]
pub(super) fn scan_any(text: &str) -> Option<Scanned> {
    let text = missing::trimmed(text);
    match missing::plain(text) {
        Cow::Borrowed(text) => scan_plain(text.as_bytes()),
        Cow::Owned(text) => scan_plain(text.as_bytes()),
    }
}

/// A calendar month, as its first day: `2026-03`, `2026/3`, `202603`, `03/2026`, `March 2026`, `Mar-26`, `2026 March`.
pub(crate) fn scan_month(text: &str) -> Option<Scanned> {
    let text = missing::plain(missing::trimmed(text));
    let (year, month) = year_and_month(text.as_bytes())?;
    let year = i32::try_from(year).ok().filter(|year| PLAUSIBLE_YEARS.contains(year))?;
    Day::from_ymd(year, month, 1)?;
    Some(Scanned {
        family: Family::Month,
        year,
        first: month,
        second: 1,
        short_year: false,
        weekday: None,
        clock: None,
    })
}

/// The first day of a range whose both ends are days: `2026-03-01 - 2026-03-31`.
pub(crate) fn scan_range(text: &str) -> Option<Scanned> {
    let (first, last) = text.split_once(" - ").or_else(|| text.split_once(" – "))?;
    scan(last)?;
    scan(first)
}

fn year_and_month(text: &[u8]) -> Option<(u32, u32)> {
    let marks = b" -./,'";
    let whole = |(value, digits, rest): (u32, usize, &[u8]), wanted: usize| {
        (digits == wanted && rest.is_empty()).then_some(value)
    };
    if !starts_with_digit(text) {
        let (name, rest) = word(text)?;
        let year = number(behind_of(skip(rest, marks)))?;
        // `Mar-26` is what a spreadsheet makes of a month; `Mar 26` may be a day.
        let short =
            || whole(year, 2).filter(|_| rest.starts_with(b"-") || rest.starts_with(b"'")).map(|year| 2000 + year);
        return Some((whole(year, 4).or_else(short)?, name.month()?));
    }
    let (first, digits, rest) = number(text)?;
    match (digits, rest.first()) {
        (6, None) => Some((first / 100, first % 100)),
        (4, Some(mark)) if marks.contains(mark) => {
            let rest = skip(rest, marks);
            let named = || word(rest).filter(|(_, rest)| rest.is_empty())?.0.month();
            let month = number(rest).and_then(|month| whole(month, 1).or(whole(month, 2)));
            Some((first, month.or_else(named)?))
        }
        (1 | 2, Some(mark)) if b"-./".contains(mark) => Some((whole(number(&rest[1..])?, 4)?, first)),
        _ => None,
    }
}

fn scan_plain(text: &[u8]) -> Option<Scanned> {
    // Nearly all dates of programs look so, and speed is theirs.
    if let Some((year, month, day, rest)) = iso_day(text) {
        return with_clock(Family::Iso, (year, 4), month, day, rest);
    }
    if !text.first()?.is_ascii_digit() {
        return scan_words(text);
    }
    let (number, digits, rest) = number(text)?;
    match (digits, rest.first()) {
        (_, None) => scan_counted(text, digits),
        (4, Some(&mark @ (b'-' | b'/' | b'.'))) => scan_year_first(number, mark, &rest[1..]),
        (1 | 2, Some(&mark @ (b'/' | b'.' | b'-'))) if starts_with_digit(behind_mark(mark, &rest[1..])) => {
            scan_numeric(number, mark, behind_mark(mark, &rest[1..]))
        }
        (1 | 2, _) => scan_day_name(number, rest),
        (4, _) => scan_named_parts(number, rest),
        (_, Some(b'.' | b',')) => scan_counted(text, digits),
        _ => None,
    }
}

/// `2026-03-14`, with all its digits, and what follows.
fn iso_day(text: &[u8]) -> Option<(u32, u32, u32, &[u8])> {
    let (century, rest) = two_digits(text)?;
    let (year, rest) = two_digits(rest)?;
    let (month, rest) = two_digits(rest.strip_prefix(b"-")?)?;
    let (day, rest) = two_digits(rest.strip_prefix(b"-")?)?;
    Some((century * 100 + year, month, day, rest))
}

/// `2026-03-14` and what follows, behind the year.
fn scan_year_first(year: u32, mark: u8, text: &[u8]) -> Option<Scanned> {
    let (month, _, rest) = number(behind_mark(mark, text)).filter(|&(_, digits, _)| digits <= 2)?;
    let rest = behind_mark(mark, rest.strip_prefix(&[mark])?);
    let (day, _, rest) = number(rest).filter(|&(_, digits, _)| digits <= 2)?;
    if mark == b'-' {
        return with_clock(Family::Iso, (year, 4), month, day, rest);
    }
    // Hungarian and Korean put a point behind the day too.
    let rest = rest.strip_prefix(b".").filter(|_| mark == b'.').unwrap_or(rest);
    with_clock(Family::YearFirst, (year, 4), month, day, rest)
}

/// `14/3/2026` or `3/14/26`, behind the first mark.
fn scan_numeric(first: u32, mark: u8, text: &[u8]) -> Option<Scanned> {
    let (second, _, rest) = number(text).filter(|&(_, digits, _)| digits <= 2)?;
    let rest = behind_mark(mark, rest.strip_prefix(&[mark])?);
    let (year, digits, rest) = number(rest)?;
    let family = match mark {
        b'/' => Family::Slash,
        b'.' => Family::Dot,
        _ => Family::Dash,
    };
    with_clock(family, (year, digits), first, second, rest)
}

/// Points may have a blank behind them, as in Czech: `14. 3. 2026`.
fn behind_mark(mark: u8, text: &[u8]) -> &[u8] {
    if mark == b'.' { skip(text, b" ") } else { text }
}

/// `2026年3月14日`, behind the year.
fn scan_named_parts(year: u32, text: &[u8]) -> Option<Scanned> {
    let part = |text, name: &str| {
        let (value, _, rest) = number(skip(text, b" ")).filter(|&(_, digits, _)| digits <= 2)?;
        Some((value, rest.strip_prefix(name.as_bytes())?))
    };
    YEAR_MONTH_DAY.iter().find_map(|[year_name, month_name, day_name]| {
        let (month, rest) = part(text.strip_prefix(year_name.as_bytes())?, month_name)?;
        let (day, rest) = part(rest, day_name)?;
        with_clock(Family::YearFirst, (year, 4), month, day, rest)
    })
}

/// `14 Mar 2026`, `14-Mar-26`, `14. März 2026`, `1er mars 2026` or `14 de marzo de 2026`, behind the day.
fn scan_day_name(day: u32, text: &[u8]) -> Option<Scanned> {
    let text = ORDINALS.iter().find_map(|ordinal| text.strip_prefix(ordinal.as_bytes())).unwrap_or(text);
    let (name, rest) = word(behind_of(skip(text, b" -./")))?;
    let month = name.month()?;
    let (year, digits, rest) = number(behind_of(skip(rest, b" -.,/")))?;
    with_clock(Family::DayName, (year, digits), month, day, rest)
}

/// Spanish and Portuguese say `14 de marzo de 2026`, some `del 2026`, and English `14th of March`.
fn behind_of(text: &[u8]) -> &[u8] {
    let behind = ["de ", "del ", "of "].iter().find_map(|of| text.strip_prefix(of.as_bytes()));
    behind.unwrap_or(text)
}

/// `Mar 14, 2026`, or a weekday before a date of any calendar format.
fn scan_words(text: &[u8]) -> Option<Scanned> {
    let (name, rest) = word(text)?;
    scan_name_day(&name, rest).or_else(|| scan_behind_weekday(name.weekday()?, rest))
}

/// `Mar 14, 2026`, behind the name.
fn scan_name_day(name: &Word, text: &[u8]) -> Option<Scanned> {
    let month = name.month()?;
    let (day, _, rest) = number(skip(text, b" .")).filter(|&(_, digits, _)| digits <= 2)?;
    let rest = ORDINALS.iter().find_map(|ordinal| rest.strip_prefix(ordinal.as_bytes())).unwrap_or(rest);
    let (year, digits, rest) = number(skip(rest, b" ,"))?;
    with_clock(Family::NameDay, (year, digits), month, day, rest)
}

/// `Mon, Apr 26, 2021`, `Mo. 26.04.2021` or `segunda-feira, 26 de abril de 2021`, behind the name.
fn scan_behind_weekday(weekday: u8, text: &[u8]) -> Option<Scanned> {
    let text = text.strip_prefix(b"-feira").unwrap_or(text);
    let date = skip(text, b" .,");
    if date.len() == text.len() {
        return None;
    }
    let scanned = if starts_with_digit(date) {
        let counted = [Family::Compact, Family::EpochSeconds, Family::EpochMilliseconds, Family::Serial];
        scan_plain(date).filter(|scanned| !counted.contains(&scanned.family))?
    } else {
        let (name, rest) = word(date)?;
        scan_name_day(&name, rest)?
    };
    Some(Scanned { weekday: Some(weekday), ..scanned })
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
    Some(Scanned { family, year, first, second, short_year: year_digits == 2, weekday: None, clock })
}
