//! Plain calendar types: a day, a month, a quarter and a reporting period, each a number that sorts and
//! adds, and a [`Zone`] that turns an instant into a calendar day and back.
//!
//! Takes numbers and labels (`2026-03-14`, `2026-03`, `2026-Q3`), gives the same back. No type here
//! carries a zone: which zone a day belongs to is decided where instants are read (`record`) and
//! where they are cut into months (`cases`). Reading dates as exports write them is left to
//! `record::dates`, wording for pages to `find::words`.

mod zone;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use zone::{UnknownZone, Zone};

/// Seconds in a calendar day without a clock change.
pub const SECONDS_PER_DAY: i64 = 86_400;

/// A label that is not a day, month, quarter or period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{label}` is not {expected}")]
pub struct BadLabel {
    /// What was written.
    pub label: String,
    /// What would have been understood, with an example.
    pub expected: &'static str,
}

/// A calendar day, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Day(pub i32);

/// A calendar month, as year × 12 + (month − 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Month(pub i32);

/// A quarter of a fiscal year, as year × 4 + (quarter − 1).
///
/// A fiscal year is named by the calendar year in which it **ends**: with a start in April, `2026-Q1`
/// is April to June 2025. With a start in January it is the calendar quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Quarter(pub i32);

/// What a report covers. Sorts with `All` first, then quarters, then months, each by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Period {
    /// Everything in the exports.
    All,
    /// One fiscal quarter.
    Quarter(Quarter),
    /// One calendar month.
    Month(Month),
}

impl Day {
    /// The day, if there is such a day in the years 1 to 9999.
    #[must_use]
    #[inline]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        Self::exists(year, month, day).then(|| Self(days_from_civil(year, month, day)))
    }

    /// Whether there is such a day in the years 1 to 9999.
    #[must_use]
    #[inline]
    pub fn exists(year: i32, month: u32, day: u32) -> bool {
        (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && day >= 1
            && (day <= 28 || day <= days_in_month(year, month))
    }

    /// Year, month (1 to 12) and day of the month.
    #[must_use]
    pub fn ymd(self) -> (i32, u32, u32) {
        civil_from_days(self.0)
    }

    /// The month that holds the day.
    #[must_use]
    pub fn month(self) -> Month {
        let (year, month, _) = self.ymd();
        Month(year * 12 + month as i32 - 1)
    }

    /// 0 for Monday to 6 for Sunday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        (i64::from(self.0) + 3).rem_euclid(7) as u8
    }

    /// So many days later, or earlier where negative.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }
}

impl Month {
    /// The month, if `month` is 1 to 12 and the year 1 to 9999.
    #[must_use]
    pub fn from_year_month(year: i32, month: u32) -> Option<Self> {
        let exists = (1..=9999).contains(&year) && (1..=12).contains(&month);
        exists.then(|| Self(year * 12 + month as i32 - 1))
    }

    /// The calendar year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// 1 for January to 12 for December.
    #[must_use]
    pub fn month_of_year(self) -> u32 {
        self.0.rem_euclid(12) as u32 + 1
    }

    /// The first day of the month.
    #[must_use]
    pub fn first_day(self) -> Day {
        Day(days_from_civil(self.year(), self.month_of_year(), 1))
    }

    /// The last day of the month.
    #[must_use]
    pub fn last_day(self) -> Day {
        let length = days_in_month(self.year(), self.month_of_year());
        Day(days_from_civil(self.year(), self.month_of_year(), length))
    }

    /// The quarter of the fiscal year that starts in month `fiscal_year_start` (1 to 12).
    #[must_use]
    pub fn quarter(self, fiscal_year_start: u8) -> Quarter {
        Quarter((self.0 + fiscal_shift(fiscal_year_start)).div_euclid(3))
    }

    /// So many months later, or earlier where negative.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self(self.0.saturating_add(months))
    }
}

impl Quarter {
    /// The quarter, if `quarter` is 1 to 4 and the year 1 to 9999.
    #[must_use]
    pub fn from_year_quarter(year: i32, quarter: u32) -> Option<Self> {
        let exists = (1..=9999).contains(&year) && (1..=4).contains(&quarter);
        exists.then(|| Self(year * 4 + quarter as i32 - 1))
    }

    /// The fiscal year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.div_euclid(4)
    }

    /// 1 to 4.
    #[must_use]
    pub fn quarter_of_year(self) -> u32 {
        self.0.rem_euclid(4) as u32 + 1
    }

    /// The first of its three months.
    #[must_use]
    pub fn first_month(self, fiscal_year_start: u8) -> Month {
        Month(self.0.saturating_mul(3) - fiscal_shift(fiscal_year_start))
    }

    /// The last of its three months.
    #[must_use]
    pub fn last_month(self, fiscal_year_start: u8) -> Month {
        self.first_month(fiscal_year_start).plus(2)
    }

    /// So many quarters later, or earlier where negative.
    #[must_use]
    pub fn plus(self, quarters: i32) -> Self {
        Self(self.0.saturating_add(quarters))
    }
}

impl Period {
    /// `all`, `2026-Q3` or `2026-03`: as the project file and the file names of the site write it.
    #[must_use]
    pub fn label(self) -> String {
        self.to_string()
    }

    /// Whether the month lies in the period. A quarter needs to know when the fiscal year starts.
    #[must_use]
    pub fn contains(self, month: Month, fiscal_year_start: u8) -> bool {
        match self {
            Self::All => true,
            Self::Quarter(quarter) => month.quarter(fiscal_year_start) == quarter,
            Self::Month(only) => month == only,
        }
    }

    /// First and last month, or `None` for `All`, which has no bounds of its own.
    #[must_use]
    pub fn months(self, fiscal_year_start: u8) -> Option<(Month, Month)> {
        match self {
            Self::All => None,
            Self::Quarter(quarter) => {
                Some((quarter.first_month(fiscal_year_start), quarter.last_month(fiscal_year_start)))
            }
            Self::Month(month) => Some((month, month)),
        }
    }

    /// The period of the same length just before.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        match self {
            Self::All => None,
            Self::Quarter(quarter) => Some(Self::Quarter(quarter.plus(-1))),
            Self::Month(month) => Some(Self::Month(month.plus(-1))),
        }
    }

    /// The same period a year before.
    #[must_use]
    pub fn year_before(self) -> Option<Self> {
        match self {
            Self::All => None,
            Self::Quarter(quarter) => Some(Self::Quarter(quarter.plus(-4))),
            Self::Month(month) => Some(Self::Month(month.plus(-12))),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month_of_year())
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.year(), self.quarter_of_year())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Quarter(quarter) => quarter.fmt(f),
            Self::Month(month) => month.fmt(f),
        }
    }
}

impl FromStr for Day {
    type Err = BadLabel;

    fn from_str(label: &str) -> Result<Self, BadLabel> {
        let read = || {
            let (month, day) = label.rsplit_once('-')?;
            let (year, month) = year_and(month, '-', 2)?;
            Self::from_ymd(year, month, digits(day, 2)?)
        };
        read().ok_or_else(|| bad(label, "a day such as `2026-03-14`"))
    }
}

impl FromStr for Month {
    type Err = BadLabel;

    fn from_str(label: &str) -> Result<Self, BadLabel> {
        year_and(label, '-', 2)
            .and_then(|(year, month)| Self::from_year_month(year, month))
            .ok_or_else(|| bad(label, "a month such as `2026-03`"))
    }
}

impl FromStr for Quarter {
    type Err = BadLabel;

    fn from_str(label: &str) -> Result<Self, BadLabel> {
        let read = || {
            let (year, quarter) = label.split_once("-Q").or_else(|| label.split_once("-q"))?;
            Self::from_year_quarter(digits(year, 4)? as i32, digits(quarter, 1)?)
        };
        read().ok_or_else(|| bad(label, "a quarter such as `2026-Q3`"))
    }
}

impl FromStr for Period {
    type Err = BadLabel;

    fn from_str(label: &str) -> Result<Self, BadLabel> {
        if label == "all" {
            return Ok(Self::All);
        }
        label
            .parse()
            .map(Self::Quarter)
            .or_else(|_| label.parse().map(Self::Month))
            .map_err(|_| bad(label, "a period: `all`, a quarter such as `2026-Q3` or a month such as `2026-03`"))
    }
}

macro_rules! written_as_label {
    ($($kind:ty),*) => {$(
        impl From<$kind> for String {
            fn from(value: $kind) -> Self {
                value.to_string()
            }
        }
        impl TryFrom<String> for $kind {
            type Error = BadLabel;
            fn try_from(label: String) -> Result<Self, BadLabel> {
                label.parse()
            }
        }
    )*};
}
written_as_label!(Day, Month, Quarter, Period);

fn bad(label: &str, expected: &'static str) -> BadLabel {
    BadLabel { label: label.to_owned(), expected }
}

fn year_and(label: &str, mark: char, width: usize) -> Option<(i32, u32)> {
    let (year, rest) = label.split_once(mark)?;
    Some((digits(year, 4)? as i32, digits(rest, width)?))
}

fn digits(text: &str, width: usize) -> Option<u32> {
    let plain = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Months by which the fiscal year runs ahead of the calendar year.
fn fiscal_shift(fiscal_year_start: u8) -> i32 {
    (13 - i32::from(fiscal_year_start)).rem_euclid(12)
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days of 400 years, after which the calendar repeats itself.
const DAYS_OF_ERA: i64 = 146_097;
/// From 1 March of the year 0, where eras are counted from, to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 719_468;

/// C. Neri and L. Schneider, *Euclidean affine functions and their application to calendar algorithms* (2022), within
/// an era. The year starts in March, so that the leap day comes last.
#[inline]
fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let (year, month) = if month <= 2 { (i64::from(year) - 1, month + 12) } else { (i64::from(year), month) };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400) as u32);
    let day_of_era = year * 1_461 / 4 - year / 100 + (979 * month - 2_919) / 32 + day - 1;
    (era * DAYS_OF_ERA + i64::from(day_of_era) - DAYS_BEFORE_1970) as i32
}

/// The inverse, of the same source.
#[inline]
fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let days = i64::from(days) + DAYS_BEFORE_1970;
    let (era, day_of_era) = (days.div_euclid(DAYS_OF_ERA), days.rem_euclid(DAYS_OF_ERA) as u32);
    let quarters = day_of_era * 4 + 3;
    let (century, day_of_century) = (quarters / DAYS_OF_ERA as u32, quarters % DAYS_OF_ERA as u32 / 4);
    // The year in the upper half, the part of it that has passed in the lower.
    let years = u64::from(day_of_century * 4 + 3) * 2_939_745;
    let day_of_year = years as u32 / 2_939_745 / 4;
    let months = day_of_year * 2_141 + 197_913;
    let (month, day) = (months >> 16, (months & 0xffff) / 2_141 + 1);
    let year = era * 400 + i64::from(century * 100) + (years >> 32) as i64;
    // January and February are the 13th and 14th month.
    if day_of_year >= 306 { ((year + 1) as i32, month - 12, day) } else { (year as i32, month, day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970_and_return() {
        assert_eq!(Day::from_ymd(1970, 1, 1), Some(Day(0)));
        assert_eq!(Day::from_ymd(2000, 2, 29), Some(Day(11_016)));
        assert_eq!(Day::from_ymd(2026, 2, 29), None);
        assert_eq!(Day::from_ymd(2026, 13, 1), None);
        let first = Day::from_ymd(1, 1, 1).unwrap();
        let (mut year, mut month, mut of_month) = (1, 1, 1);
        for day in first.0..=Day::from_ymd(9_999, 12, 31).unwrap().0 {
            assert_eq!(Day(day).ymd(), (year, month, of_month));
            assert_eq!(Day::from_ymd(year, month, of_month), Some(Day(day)));
            of_month += 1;
            if of_month > days_in_month(year, month) {
                (month, of_month) = if month == 12 { (1, 1) } else { (month + 1, 1) };
                year += i32::from(month == 1);
            }
        }
        assert_eq!(Day(-719_529).ymd(), (-1, 12, 31));
        assert_eq!(Day(0).weekday(), 3);
        assert_eq!(Day(-1).weekday(), 2);
    }

    #[test]
    fn months_and_quarters_follow_the_fiscal_year() {
        let april: Month = "2025-04".parse().unwrap();
        assert_eq!(april.first_day().to_string(), "2025-04-01");
        assert_eq!(april.last_day().to_string(), "2025-04-30");
        assert_eq!(april.quarter(1).to_string(), "2025-Q2");
        assert_eq!(april.quarter(4).to_string(), "2026-Q1");
        assert_eq!(april.quarter(4).first_month(4), april);
        assert_eq!("2025-11".parse::<Month>().unwrap().quarter(2).to_string(), "2026-Q4");
    }

    #[test]
    fn labels_are_read_back() {
        for label in ["all", "2026-Q3", "2026-03"] {
            assert_eq!(label.parse::<Period>().unwrap().label(), label);
        }
        assert_eq!("2026-03-14".parse::<Day>().unwrap().to_string(), "2026-03-14");
        for wrong in ["2026-Q5", "2026-3", "26-03", "", "2026-00", "2026-+3"] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
        let quarter: Period = "2026-Q1".parse().unwrap();
        assert!(quarter.contains("2026-03".parse().unwrap(), 1));
        assert!(!quarter.contains("2026-04".parse().unwrap(), 1));
        assert_eq!(quarter.previous().unwrap().label(), "2025-Q4");
        assert_eq!(quarter.year_before().unwrap().label(), "2025-Q1");
    }
}
