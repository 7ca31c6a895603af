//! One date format for a column, decided from all its values.
//!
//! Takes the text of cells, gives a [`DateDecision`] and then, cell by cell, a [`Moment`]. A [`DateCensus`]
//! adds up, so parts of a column can be fed apart and merged. What a missing value looks like is
//! `record::missing`'s to say; which zone a clock without an offset belongs to is the caller's.
//!
//! Every value is scanned once, without knowing the answer, into a family of formats and its numbers (`scan`); the
//! family that reads most values is the column's, and values of other families are then unreadable.
//! Impossible days, years outside 1971 to 2100 and days that are not the weekday they are said to be are unreadable
//! in every family.

mod clock;
mod counted;
mod fast;
mod label;
mod names;
mod parts;
mod scan;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

use super::missing;
use crate::calendar::{Day, SECONDS_PER_DAY, Zone};
use label::format_label;
use scan::{FAMILIES, Family, Orders};
pub(crate) use scan::{Scanned, scan};
use serde::{Deserialize, Serialize};

/// Which of two numbers is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DayOrder {
    /// 14/3/2026.
    DayFirst,
    /// 3/14/2026.
    MonthFirst,
}

/// A point in time as precise as the cell was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// A calendar day without a clock; it stays that day in every zone.
    Date(Day),
    /// Seconds since 1970-01-01 UTC.
    Instant(i64),
}

impl Moment {
    /// The calendar day in the zone of the report.
    #[must_use]
    #[inline]
    pub fn day_in(self, report_zone: &Zone) -> Day {
        match self {
            Self::Date(day) => day,
            Self::Instant(instant) => report_zone.day_of(instant),
        }
    }

    /// The instant, where the cell had a clock.
    #[must_use]
    #[inline]
    pub fn instant(self) -> Option<i64> {
        match self {
            Self::Date(_) => None,
            Self::Instant(instant) => Some(instant),
        }
    }
}

/// The format of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateColumn {
    family: Family,
    order: DayOrder,
}

/// What a column's values have shown so far. Adds up: feeding two parts and merging them is feeding the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateCensus {
    values: u64,
    families: [FamilyCensus; FAMILIES.len()],
}

/// What was decided for a column, and how sure that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateDecision {
    /// The format.
    pub column: DateColumn,
    /// Values that are not missing.
    pub values: u64,
    /// Of these, how many the format cannot read.
    pub unreadable: u64,
    /// The values do not tell day from month, and it matters: the order was preferred or assumed.
    pub ambiguous_order: bool,
    /// Some values can be read in this order alone, and more than in the other.
    pub tells_order: bool,
    /// At least one value has a clock time.
    pub has_clock: bool,
    /// The format for people, such as `YYYY-MM-DD HH:MM:SS`; brackets hold what only some values have.
    pub format_label: String,
    /// At least one value says its offset from UTC.
    pub has_offset: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct FamilyCensus {
    /// Readable in either order, with the same result (or the family has but one order).
    same_day: u64,
    /// Readable in either order, as different days.
    either_order: u64,
    only_day_first: u64,
    only_month_first: u64,
    with_weekday: u64,
    with_clock: u64,
    with_minutes: u64,
    with_seconds: u64,
    with_meridiem: u64,
    with_offset: u64,
    with_period: u64,
    with_short_year: u64,
}

impl FamilyCensus {
    fn reads(&self) -> u64 {
        self.same_day + self.either_order + self.only_day_first.max(self.only_month_first)
    }

    fn counters(&mut self) -> [&mut u64; 12] {
        let Self {
            same_day,
            either_order,
            only_day_first,
            only_month_first,
            with_weekday,
            with_clock,
            with_minutes,
            with_seconds,
            with_meridiem,
            with_offset,
            with_period,
            with_short_year,
        } = self;
        [
            same_day,
            either_order,
            only_day_first,
            only_month_first,
            with_weekday,
            with_clock,
            with_minutes,
            with_seconds,
            with_meridiem,
            with_offset,
            with_period,
            with_short_year,
        ]
    }
}

impl DateCensus {
    /// Takes one more value into account; missing ones are passed over.
    pub fn feed(&mut self, text: &str) {
        if missing::is_missing(text) {
            return;
        }
        self.feed_scanned(scan(text).as_ref());
    }

    /// Takes one more value into account that is not missing, as [`scan`] took it apart.
    #[inline(always)]
    pub(crate) fn feed_scanned(&mut self, scanned: Option<&Scanned>) {
        self.values += 1;
        if let Some(scanned) = scanned {
            self.count(scanned);
        }
    }

    #[inline(always)]
    fn count(&mut self, scanned: &Scanned) {
        let family = &mut self.families[scanned.family as usize];
        *match scanned.orders() {
            None => return,
            Some(Orders::Alike) => &mut family.same_day,
            Some(Orders::Either) => &mut family.either_order,
            Some(Orders::DayFirst) => &mut family.only_day_first,
            Some(Orders::MonthFirst) => &mut family.only_month_first,
        } += 1;
        family.with_short_year += u64::from(scanned.short_year);
        family.with_weekday += u64::from(scanned.weekday.is_some());
        if let Some(clock) = scanned.clock {
            family.with_clock += 1;
            family.with_minutes += u64::from(clock.has_minutes);
            family.with_seconds += u64::from(clock.has_seconds);
            family.with_meridiem += u64::from(clock.has_meridiem);
            family.with_offset += u64::from(clock.offset.is_some());
            family.with_period += u64::from(clock.is_period);
        }
    }

    /// Adds what another part of the column has shown.
    pub fn merge(&mut self, other: &Self) {
        self.values += other.values;
        for (mine, theirs) in self.families.iter_mut().zip(&other.families) {
            let mut theirs = *theirs;
            for (mine, theirs) in mine.counters().into_iter().zip(theirs.counters()) {
                *mine += *theirs;
            }
        }
    }

    /// The format that reads most values. `preferred` settles the order of day and month only where the
    /// values themselves do not.
    #[must_use]
    pub fn decide(&self, preferred: Option<DayOrder>) -> DateDecision {
        let mut family = Family::Iso;
        for candidate in FAMILIES {
            if self.of(candidate).reads() > self.of(family).reads() {
                family = candidate;
            }
        }
        let seen = self.of(family);
        let order = match seen.only_day_first.cmp(&seen.only_month_first) {
            std::cmp::Ordering::Greater => DayOrder::DayFirst,
            std::cmp::Ordering::Less => DayOrder::MonthFirst,
            std::cmp::Ordering::Equal => preferred.unwrap_or(family.usual_order()),
        };
        DateDecision {
            column: DateColumn { family, order },
            values: self.values,
            unreadable: self.values - seen.reads(),
            ambiguous_order: seen.either_order > 0 && seen.only_day_first == seen.only_month_first,
            tells_order: seen.only_day_first != seen.only_month_first,
            has_clock: seen.with_clock > 0,
            format_label: format_label(family, order, seen),
            has_offset: seen.with_offset > 0,
        }
    }

    fn of(&self, family: Family) -> &FamilyCensus {
        &self.families[family as usize]
    }
}

impl DateColumn {
    /// Which of two numbers is taken for the day.
    pub fn order(&self) -> DayOrder {
        self.order
    }

    /// The moment a cell speaks of, if it is written in the column's format. `zone` is where a clock
    /// without an offset hangs.
    #[must_use]
    #[inline]
    pub fn read(&self, text: &str, zone: &Zone) -> Option<Moment> {
        self.moment(&scan(text)?, zone)
    }

    /// The same for a value that [`scan`] took apart.
    #[inline(always)]
    pub(crate) fn moment(&self, scanned: &Scanned, zone: &Zone) -> Option<Moment> {
        if scanned.family != self.family {
            return None;
        }
        let day = scanned.day(self.order)?;
        let Some(clock) = scanned.clock else {
            return Some(Moment::Date(day));
        };
        Some(Moment::Instant(match clock.offset {
            Some(offset) => i64::from(day.0) * SECONDS_PER_DAY + i64::from(clock.seconds - offset),
            None => zone.instant_of(day, clock.seconds),
        }))
    }
}
