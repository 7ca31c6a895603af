//! Dates that are one number: compact dates by their digits, epochs by their size, days of a spreadsheet.
//!
//! Takes digits, with decimals or without; what a number means is decided by how many digits it has, so that no
//! two of these families read the same cell.

use super::clock::Clock;
use super::scan::{Family, PLAUSIBLE_YEARS, Scanned};
use crate::calendar::{Day, Zone};

/// The day numbered 0, as days since 1970-01-01: 1899-12-30.
///
/// In the 1900 system 1 is 1 January 1900 and 60 is a 29 February 1900 that never was (Excel keeps this fault of
/// Lotus 1-2-3 on purpose), so from 61 on, where all plausible days are, numbers count from one day earlier. The 1904
/// system of old Macintosh workbooks looks the same as text: its days are four years off, and only the workbook knows.
const SERIAL_ZERO: i32 = -25_569;
/// Milliseconds in a day.
const DAY: u64 = 86_400_000;
/// Decimals of a day that are read: a microsecond is more than a spreadsheet keeps.
const DECIMALS_READ: u32 = 11;

/// `text` begins with `digits` digits.
pub(super) fn scan_counted(text: &[u8], digits: usize) -> Option<Scanned> {
    let (whole, rest) = text.split_at(digits);
    let decimals = match rest {
        [] => rest,
        [b'.', decimals @ ..] if !decimals.is_empty() => decimals,
        // Only here no thousands can be meant, nor two dates.
        [b',', decimals @ ..] if !decimals.is_empty() && digits == 5 => decimals,
        _ => return None,
    };
    if !decimals.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let is_whole = decimals.iter().all(|digit| *digit == b'0');
    match digits {
        5 => Some(serial(value(whole) as i32, decimals)),
        // Programs that keep numbers with gaps as floats write `20260314.0`.
        8 | 10 | 12 | 14 if is_whole && let Some(scanned) = compact(whole) => Some(scanned),
        9 | 10 => Some(instant(Family::EpochSeconds, value(whole))),
        13 => Some(instant(Family::EpochMilliseconds, value(whole).div_euclid(1_000))),
        _ => None,
    }
}

/// The value of at most 14 digits.
fn value(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))
}

/// `YYYYMMDD`, and of the clock as much as there is: `HH` in Google Analytics, `HHMMSS` in databases.
///
/// Ten digits that are a plausible day and hour are taken for these. As seconds since 1970 they would lie
/// between 2032 and 2036.
fn compact(digits: &[u8]) -> Option<Scanned> {
    let (day, clock) = digits.split_at(8);
    let (year, month, day) = (value(&day[..4]) as i32, value(&day[4..6]) as u32, value(&day[6..]) as u32);
    if !PLAUSIBLE_YEARS.contains(&year) || Day::from_ymd(year, month, day).is_none() {
        return None;
    }
    let part = |at: usize| clock.get(at..at + 2).map(|digits| value(digits) as i32);
    let (hour, minute, second) = (part(0), part(2), part(4));
    if hour > Some(23) || minute > Some(59) || second > Some(60) {
        return None;
    }
    let clock = hour.map(|hour| Clock {
        seconds: hour * 3_600 + minute.unwrap_or(0) * 60 + second.unwrap_or(0),
        offset: None,
        has_minutes: minute.is_some(),
        has_seconds: second.is_some(),
        has_meridiem: false,
        is_period: false,
    });
    Some(Scanned { family: Family::Compact, year, first: month, second: day, short_year: false, weekday: None, clock })
}

fn instant(family: Family, instant: i64) -> Scanned {
    let (day, seconds) = Zone::utc().local(instant);
    let clock =
        Clock { seconds, offset: Some(0), has_minutes: true, has_seconds: true, has_meridiem: false, is_period: false };
    on_day(family, day, Some(clock))
}

/// A day, and as decimals the part of it that has passed. Floats miss the second by a hair, so the part is rounded to
/// the millisecond before the milliseconds are dropped.
fn serial(days: i32, decimals: &[u8]) -> Scanned {
    let read = decimals.iter().take(DECIMALS_READ as usize);
    let part = read.fold(0_u64, |part, digit| part * 10 + u64::from(digit - b'0'));
    let unit = 10_u64.pow(DECIMALS_READ.min(decimals.len() as u32));
    let milliseconds = (part * DAY + unit / 2) / unit;
    let clock = (part > 0).then_some(Clock {
        seconds: (milliseconds / 1_000) as i32,
        offset: None,
        has_minutes: true,
        has_seconds: true,
        has_meridiem: false,
        is_period: false,
    });
    on_day(Family::Serial, Day(SERIAL_ZERO + days), clock)
}

fn on_day(family: Family, day: Day, clock: Option<Clock>) -> Scanned {
    let (year, first, second) = day.ymd();
    Scanned { family, year, first, second, short_year: false, weekday: None, clock }
}
