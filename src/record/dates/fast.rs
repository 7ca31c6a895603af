//! The commonest ways to write a date, by arithmetic on their bytes.
//!
//! Takes the text of a cell, gives exactly what the general scan gives for it, or nothing where it is written in any other
//! way: a blank too many, a word, a number that no clock shows. All of these are left to `scan`.

use super::clock::{Clock, LARGEST_OFFSET_HOURS};
use super::parts::{behind_digits, one_or_two_digits, starts_with_digit, two_digits};
use super::scan::{Family, Scanned};

/// The top bit of each of eight bytes.
const HIGH: u64 = 0x8080_8080_8080_8080;

const YEAR_MONTH: Form = Form::of(b"0000-00-");
const DAY_T_CLOCK: Form = Form::of(b"00T00:00");
const DAY_BLANK_CLOCK: Form = Form::of(b"00 00:00");

/// Eight bytes as they must be, with `0` for any digit.
struct Form {
    text: u64,
    /// What lifts a byte into its top bit as soon as it is larger than it may be.
    room: u64,
}

impl Form {
    const fn of(text: &[u8; 8]) -> Form {
        let (mut room, mut at) = ([0x7f; 8], 0);
        while at < 8 {
            if text[at] == b'0' {
                room[at] = 0x7f - 9;
            }
            at += 1;
        }
        Form { text: u64::from_le_bytes(*text), room: u64::from_le_bytes(room) }
    }

    #[inline(always)]
    /// Each byte together with the one behind it, as a number of two digits; nothing where a byte is another.
    fn pairs(&self, text: &[u8; 8]) -> Option<[u8; 8]> {
        let digits = u64::from_le_bytes(*text) ^ self.text;
        // Bytes that have their top bit already are found as they are, so what they carry over does not matter.
        let is_such = (digits | digits.wrapping_add(self.room)) & HIGH == 0;
        is_such.then(|| (digits.wrapping_mul(10).wrapping_add(digits >> 8)).to_le_bytes())
    }
}

#[inline(always)]
pub(super) fn scan_fast(text: &[u8]) -> Option<Scanned> {
    match text {
        [_, _, _, _, b'-', ..] => year_first(text),
        [_, b'/', ..] | [_, _, b'/', ..] => year_last(Family::Slash, b'/', text),
        [_, b'.', ..] | [_, _, b'.', ..] => year_last(Family::Dot, b'.', text),
        _ => None,
    }
}

/// `2026-03-14`, with `T14:05:33` or ` 14:05` behind it, parts of a second, and an offset.
#[inline(always)]
fn year_first(text: &[u8]) -> Option<Scanned> {
    let (first, rest) = text.split_first_chunk()?;
    let [century, _, year, _, _, month, ..] = YEAR_MONTH.pairs(first)?;
    let scanned = |day: u32, clock| Scanned {
        family: Family::Iso,
        year: i32::from(century) * 100 + i32::from(year),
        first: u32::from(month),
        second: day,
        short_year: false,
        weekday: None,
        clock,
    };
    let Some((second, rest)) = rest.split_first_chunk() else {
        let (day, rest) = two_digits(rest)?;
        return rest.is_empty().then(|| scanned(day, None));
    };
    let form = if second[2] == b' ' { &DAY_BLANK_CLOCK } else { &DAY_T_CLOCK };
    let [day, _, _, hour, _, _, minute, _] = form.pairs(second)?;
    let (second, rest) = match rest {
        [b':', rest @ ..] => two_digits(rest).map(|(second, rest)| (Some(second), rest))?,
        _ => (None, rest),
    };
    let rest = match rest {
        [b'.', rest @ ..] if second.is_some() && starts_with_digit(rest) => behind_digits(rest),
        _ => rest,
    };
    let clock = clock(u32::from(hour), u32::from(minute), second)?;
    Some(scanned(u32::from(day), Some(Clock { offset: offset(rest)?, ..clock })))
}

/// `Z`, ` UTC`, `+02:00`, `+0200` or nothing.
#[inline(always)]
fn offset(text: &[u8]) -> Option<Option<i32>> {
    let (sign, hours, minutes) = match text {
        [] => return Some(None),
        b"Z" | b" UTC" => return Some(Some(0)),
        [sign, hours @ .., b':', tens, ones] if hours.len() == 2 => (*sign, hours, [*tens, *ones]),
        [sign, hours @ .., tens, ones] if hours.len() == 2 => (*sign, hours, [*tens, *ones]),
        _ => return None,
    };
    let sign = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let ((hours, _), (minutes, _)) = (two_digits(hours)?, two_digits(&minutes)?);
    let is_plausible = minutes < 60 && hours * 60 + minutes <= LARGEST_OFFSET_HOURS * 60;
    is_plausible.then_some(Some(sign * (hours * 3_600 + minutes * 60) as i32))
}

/// `14.3.2026` or `3/14/2026`, with ` 14:05`, `, 14:05:33` or ` 2:05 PM` behind it.
fn year_last(family: Family, mark: u8, text: &[u8]) -> Option<Scanned> {
    let (first, rest) = one_or_two_digits(text)?;
    let (second, rest) = one_or_two_digits(rest.strip_prefix(&[mark])?)?;
    let (century, rest) = two_digits(rest.strip_prefix(&[mark])?)?;
    let (year, rest) = two_digits(rest)?;
    let clock = match rest {
        [] => None,
        [b' ', rest @ ..] | [b',', b' ', rest @ ..] => Some(clock_of_day(rest)?),
        _ => return None,
    };
    let year = (century * 100 + year) as i32;
    Some(Scanned { family, year, first, second, short_year: false, weekday: None, clock })
}

/// `14:05`, `14:05:33`, `2:05 PM`.
fn clock_of_day(text: &[u8]) -> Option<Clock> {
    let (hour, rest) = one_or_two_digits(text)?;
    let (minute, rest) = two_digits(rest.strip_prefix(b":")?)?;
    let (second, rest) = match rest {
        [b':', rest @ ..] => two_digits(rest).map(|(second, rest)| (Some(second), rest))?,
        _ => (None, rest),
    };
    let noon_hours = match rest {
        [] => return clock(hour, minute, second),
        [b' ', b'A' | b'a', b'M' | b'm'] => 0,
        [b' ', b'P' | b'p', b'M' | b'm'] => 12,
        _ => return None,
    };
    let hour = (1..=12).contains(&hour).then_some(hour % 12 + noon_hours)?;
    Some(Clock { has_meridiem: true, ..clock(hour, minute, second)? })
}

/// A time that clocks show every day.
#[inline(always)]
fn clock(hour: u32, minute: u32, second: Option<u32>) -> Option<Clock> {
    let seconds = second.unwrap_or(0);
    if hour > 23 || minute > 59 || seconds > 59 {
        return None;
    }
    Some(Clock {
        seconds: (hour * 3_600 + minute * 60 + seconds) as i32,
        offset: None,
        has_minutes: true,
        has_seconds: second.is_some(),
        has_meridiem: false,
        is_period: false,
    })
}
