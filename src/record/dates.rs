//! One date format for a column, decided from all its values.
//!
//! Takes the text of cells, gives a [`DateDecision`] and then, cell by cell, a [`Moment`]. A [`DateCensus`]
//! adds up, so parts of a column can be fed apart and merged. What a missing value looks like is
//! `record::missing`'s to say; which zone a clock without an offset belongs to is the caller's.
//!
//! Every value is scanned once, without knowing the answer, into a family of formats and its numbers (`scan`); the
//! family that reads most values is the column's. Values of other families, and those that are a day in the other order
//! alone, are read where each can be read in one way only, and reported ([`Mixed`]); the rest of them is unreadable.
//! Impossible days, years outside 1971 to 2100 and days that are not the weekday they claim to be are unreadable
//! in every family.

mod clock;
mod counted;
mod fast;
mod label;
mod mixed;
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
pub use mixed::Mixed;
use scan::{FAMILIES, Family, Orders};
pub(crate) use scan::{Scanned, scan};
use scan::{scan_month, scan_range};
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
    /// The orders of values of other families that could be days in both, where that is known.
    others: [Option<DayOrder>; FAMILIES.len()],
}

/// What a column's values have shown so far. Adds up: feeding two parts and merging them is feeding the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateCensus {
    values: u64,
    /// Whether a month, or a range, may stand for its first day.
    takes_months: bool,
    families: [FamilyCensus; FAMILIES.len()],
}

/// What was decided for a column, and how sure that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateDecision {
    /// The format.
    pub column: DateColumn,
    /// Values that are not missing.
    pub values: u64,
    /// Of these, how many are not read.
    pub unreadable: u64,
    /// Of those that are read, how many are written in another format, or with day and month in the other order.
    pub other_ways: u64,
    /// The values do not distinguish day from month, and it matters: the order was preferred or assumed.
    pub ambiguous_order: bool,
    /// Some values can be read in this order alone, and more than in the other.
    pub shows_order: bool,
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
    /// In families of one order: days after the 12th of their month, which no month is like.
    with_late_day: u64,
}

impl FamilyCensus {
    fn reads(&self) -> u64 {
        self.same_day + self.either_order + self.only_day_first.max(self.only_month_first)
    }

    /// The order that its values show.
    fn shown_order(&self) -> Option<DayOrder> {
        match self.only_day_first.cmp(&self.only_month_first) {
            std::cmp::Ordering::Greater => Some(DayOrder::DayFirst),
            std::cmp::Ordering::Less => Some(DayOrder::MonthFirst),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// Values that are days in an order.
    fn reads_in(&self, order: DayOrder) -> u64 {
        let only = match order {
            DayOrder::DayFirst => self.only_day_first,
            DayOrder::MonthFirst => self.only_month_first,
        };
        self.same_day + self.either_order + only
    }

    /// Values that can be read in one way, and in either where `is_known` says that it is known in which.
    fn read_plainly(&self, is_known: bool) -> u64 {
        let either = if is_known { self.either_order } else { 0 };
        self.same_day + self.only_day_first + self.only_month_first + either
    }

    fn counters(&mut self) -> [&mut u64; 13] {
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
            with_late_day,
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
            with_late_day,
        ]
    }
}

impl DateCensus {
    /// Of a column in which a month may stand for its first day.
    pub fn with_months() -> DateCensus {
        DateCensus { takes_months: true, ..DateCensus::default() }
    }

    /// A value that is not missing, taken apart in the ways that the column may be written in.
    #[inline(always)]
    pub(crate) fn scanned(&self, text: &str) -> Option<Scanned> {
        // Apart, for nearly all columns are of days, and each of their values comes here.
        if self.takes_months {
            return scan(text).or_else(|| scan_month(text)).or_else(|| scan_range(text));
        }
        scan(text)
    }

    /// Takes one more value into account; missing ones are passed over.
    pub fn feed(&mut self, text: &str) {
        if missing::is_missing(text) {
            return;
        }
        self.feed_scanned(self.scanned(text).as_ref());
    }

    /// Takes one more value into account that is not missing, as [`scan()`] took it apart.
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
        family.with_late_day += u64::from(scanned.second > 12);
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
        self.takes_months |= other.takes_months;
        for (mine, theirs) in self.families.iter_mut().zip(&other.families) {
            let mut theirs = *theirs;
            for (mine, theirs) in mine.counters().into_iter().zip(theirs.counters()) {
                *mine += *theirs;
            }
        }
    }

    /// The format that reads most values. `preferred` decides the order of day and month only where the
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
        let order = seen.shown_order().or(preferred).unwrap_or(family.usual_order());
        let others = FAMILIES.map(|other| {
            // Nothing depends on it where there is no value that could be either.
            let matters = other != family && self.of(other).either_order > 0;
            if matters { self.of(other).shown_order().or(preferred) } else { None }
        });
        let column = DateColumn { family, order, others };
        let read: u64 = FAMILIES.into_iter().map(|family| self.read_by(&column, family)).sum();
        DateDecision {
            column,
            values: self.values,
            unreadable: self.values - read,
            other_ways: read - seen.reads_in(order),
            ambiguous_order: seen.either_order > 0 && seen.only_day_first == seen.only_month_first,
            shows_order: seen.only_day_first != seen.only_month_first,
            has_clock: self.families.iter().any(|seen| seen.with_clock > 0),
            format_label: format_label(family, order, seen),
            has_offset: self.families.iter().any(|seen| seen.with_offset > 0),
        }
    }

    /// How many values of a family are read in a column.
    fn read_by(&self, column: &DateColumn, family: Family) -> u64 {
        self.of(family).read_plainly(column.order_of(family).is_some())
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

    /// Whether most values are written in the same way as in another column.
    pub fn is_alike(&self, other: &DateColumn) -> bool {
        (self.family, self.order) == (other.family, other.order)
    }

    /// The order in which values of a family that could be days in both are read.
    fn order_of(&self, family: Family) -> Option<DayOrder> {
        if family == self.family { Some(self.order) } else { self.others[family as usize] }
    }

    /// The moment that a cell gives, if it is written in the column's format. `zone` is where a clock
    /// without an offset belongs.
    #[must_use]
    #[inline]
    pub fn read(&self, text: &str, zone: &Zone) -> Option<Moment> {
        self.moment(&scan(text)?, zone)
    }

    /// The same for a value that [`scan()`] took apart.
    #[inline(always)]
    pub(crate) fn moment(&self, scanned: &Scanned, zone: &Zone) -> Option<Moment> {
        let usual = if scanned.family == self.family { scanned.day(self.order) } else { None };
        let day = match usual {
            Some(day) => day,
            None => self.day_otherwise(scanned)?,
        };
        let Some(clock) = scanned.clock else {
            return Some(Moment::Date(day));
        };
        Some(Moment::Instant(match clock.offset {
            Some(offset) => i64::from(day.0) * SECONDS_PER_DAY + i64::from(clock.seconds - offset),
            None => zone.instant_of(day, clock.seconds),
        }))
    }

    /// The day of a value that is not written as most are, where it can be only one.
    #[cold]
    fn day_otherwise(&self, scanned: &Scanned) -> Option<Day> {
        scanned.day(match scanned.orders()? {
            Orders::Alike | Orders::DayFirst => DayOrder::DayFirst,
            Orders::MonthFirst => DayOrder::MonthFirst,
            Orders::Either => self.order_of(scanned.family)?,
        })
    }
}
