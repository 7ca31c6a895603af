//! One date format for a column, decided from all its values.
//!
//! Takes the text of cells, gives a [`DateDecision`] and then, cell by cell, a [`Moment`]. A [`DateCensus`]
//! adds up, so parts of a column can be fed apart and merged. What a missing value looks like is
//! `record::missing`'s to say; which zone a clock without an offset belongs to is the caller's.
//!
//! Every value is scanned once, without knowing the answer, into a family of formats and its numbers (`scan`); the
//! family that reads most values is the column's, and values of other families are then unreadable.
//! Impossible days and years outside 1971 to 2100 are unreadable in every family.

mod scan;

use super::missing;
use crate::calendar::{Day, Zone};
use scan::{FAMILIES, Family, Scanned, scan};

/// Which of two numbers is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    pub fn day_in(self, report_zone: &Zone) -> Day {
        match self {
            Self::Date(day) => day,
            Self::Instant(instant) => report_zone.day_of(instant),
        }
    }

    /// The instant, where the cell had a clock.
    #[must_use]
    pub fn instant(self) -> Option<i64> {
        match self {
            Self::Date(_) => None,
            Self::Instant(instant) => Some(instant),
        }
    }
}

/// The format of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateColumn {
    family: Family,
    order: DayOrder,
}

/// What a column's values have shown so far. Adds up: feeding two parts and merging them is feeding the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateCensus {
    values: u64,
    families: [FamilyCensus; FAMILIES.len()],
}

/// What was decided for a column, and how sure that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateDecision {
    /// The format.
    pub column: DateColumn,
    /// Values that are not missing.
    pub values: u64,
    /// Of these, how many the format cannot read.
    pub unreadable: u64,
    /// The values do not tell day from month, and it matters: the order was preferred or assumed.
    pub ambiguous_order: bool,
    /// At least one value has a clock time.
    pub has_clock: bool,
    /// The format for people, such as `YYYY-MM-DD HH:MM:SS`; brackets hold what only some values have.
    pub format_label: String,
    /// At least one value says its offset from UTC.
    pub has_offset: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct FamilyCensus {
    /// Readable in either order, with the same result (or the family has but one order).
    same_day: u64,
    /// Readable in either order, as different days.
    either_order: u64,
    only_day_first: u64,
    only_month_first: u64,
    with_clock: u64,
    with_seconds: u64,
    with_meridiem: u64,
    with_offset: u64,
    with_short_year: u64,
}

impl FamilyCensus {
    fn reads(&self) -> u64 {
        self.same_day + self.either_order + self.only_day_first.max(self.only_month_first)
    }

    fn counters(&mut self) -> [&mut u64; 9] {
        let Self {
            same_day,
            either_order,
            only_day_first,
            only_month_first,
            with_clock,
            with_seconds,
            with_meridiem,
            with_offset,
            with_short_year,
        } = self;
        [
            same_day,
            either_order,
            only_day_first,
            only_month_first,
            with_clock,
            with_seconds,
            with_meridiem,
            with_offset,
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
        self.values += 1;
        if let Some(scanned) = scan(text) {
            self.count(&scanned);
        }
    }

    fn count(&mut self, scanned: &Scanned) {
        let day_first = scanned.day(DayOrder::DayFirst);
        let month_first = scanned.day(DayOrder::MonthFirst);
        let family = &mut self.families[scanned.family as usize];
        *match (day_first, month_first) {
            (None, None) => return,
            (Some(_), None) => &mut family.only_day_first,
            (None, Some(_)) => &mut family.only_month_first,
            (Some(one), Some(other)) if one == other => &mut family.same_day,
            (Some(_), Some(_)) => &mut family.either_order,
        } += 1;
        family.with_short_year += u64::from(scanned.short_year);
        if let Some(clock) = scanned.clock {
            family.with_clock += 1;
            family.with_seconds += u64::from(clock.has_seconds);
            family.with_meridiem += u64::from(clock.has_meridiem);
            family.with_offset += u64::from(clock.offset.is_some());
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
    /// The moment a cell speaks of, if it is written in the column's format. `zone` is where a clock
    /// without an offset hangs.
    #[must_use]
    pub fn read(&self, text: &str, zone: &Zone) -> Option<Moment> {
        let scanned = scan(text).filter(|scanned| scanned.family == self.family)?;
        let day = scanned.day(self.order)?;
        let Some(clock) = scanned.clock else {
            return Some(Moment::Date(day));
        };
        Some(Moment::Instant(match clock.offset {
            Some(offset) => Zone::utc().instant_of(day, clock.seconds) - i64::from(offset),
            None => zone.instant_of(day, clock.seconds),
        }))
    }
}

fn format_label(family: Family, order: DayOrder, seen: &FamilyCensus) -> String {
    let year = if seen.with_short_year > 0 { "YY" } else { "YYYY" };
    let mark = match family {
        Family::Dot => '.',
        Family::Dash => '-',
        _ => '/',
    };
    let mut label = match (family, order) {
        (Family::Iso, _) => "YYYY-MM-DD".to_owned(),
        (Family::YearFirst, _) => "YYYY/MM/DD".to_owned(),
        (Family::Compact, _) => "YYYYMMDD".to_owned(),
        (Family::DayName, _) => format!("D Month {year}"),
        (Family::NameDay, _) => format!("Month D, {year}"),
        (Family::EpochSeconds, _) => return "seconds since 1970".to_owned(),
        (Family::EpochMilliseconds, _) => return "milliseconds since 1970".to_owned(),
        (_, DayOrder::DayFirst) => format!("DD{mark}MM{mark}{year}"),
        (_, DayOrder::MonthFirst) => format!("MM{mark}DD{mark}{year}"),
    };
    if seen.with_clock > 0 {
        let seconds = if seen.with_seconds > 0 { ":SS" } else { "" };
        let meridiem = if seen.with_meridiem > 0 { " AM/PM" } else { "" };
        let offset = if seen.with_offset > 0 { " ±HH:MM" } else { "" };
        let clock = format!("HH:MM{seconds}{meridiem}{offset}");
        let everywhere = seen.with_clock == seen.reads();
        label += &if everywhere { format!(" {clock}") } else { format!(" [{clock}]") };
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(values: &[&str]) -> DateDecision {
        let mut census = DateCensus::default();
        values.iter().for_each(|value| census.feed(value));
        census.decide(None)
    }

    /// The value as `YYYY-MM-DD` or, with a clock, UTC seconds; read by a column that holds only it.
    fn alone(text: &str) -> Option<String> {
        match decide(&[text]).column.read(text, &Zone::utc())? {
            Moment::Date(day) => Some(day.to_string()),
            Moment::Instant(instant) => {
                let (day, seconds) = Zone::utc().local(instant);
                let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
                Some(format!("{day} {hour:02}:{minute:02}:{second:02}"))
            }
        }
    }

    #[test]
    fn each_format_is_read() {
        for text in [
            "2026-03-14",
            "2026/3/14",
            "20260314",
            "14.03.2026",
            "14-03-26",
            "3/14/2026",
            "14/3/26",
            "14 Mar 2026",
            "14-Mar-26",
            "Mar 14, 2026",
            "March 14, 2026",
            "march 14 2026",
            "14 march 2026",
            "２０２６-０３-１４",
        ] {
            assert_eq!(alone(text).as_deref(), Some("2026-03-14"), "{text}");
        }
        for text in [
            "2026-03-14T14:05:33Z",
            "2026-03-14 14:05:33",
            "2026-03-14T16:05:33.120+02:00",
            "2026-03-14T09:35:33-0430",
            "2026-03-14 14:05:33 UTC",
            "3/14/2026, 2:05:33 PM",
            "14/03/2026 14:05:33",
            "Mar 14, 2026 2:05:33\u{202f}p.m.",
            "1773497133",
            "1773497133987",
        ] {
            assert_eq!(alone(text).as_deref(), Some("2026-03-14 14:05:33"), "{text}");
        }
        assert_eq!(alone("2026-03-14 24:00").as_deref(), Some("2026-03-15 00:00:00"));
        assert_eq!(alone("3/14/2026 12:00 AM").as_deref(), Some("2026-03-14 00:00:00"));
        assert_eq!(alone("Sept 1, 2026").as_deref(), Some("2026-09-01"));
    }

    #[test]
    fn what_cannot_be_is_unreadable() {
        for text in [
            "2026-02-31",
            "2026-13-01",
            "31/02/2026",
            "1970-01-01",
            "10000-01-01",
            "2101-01-01",
            "2026-03-14 25:00",
            "2026-03-14 14:60",
            "2026-03-14T14:05+25:00",
            "13/13/2026",
            "14 Mrz 2026",
            "3/14/2026 13:00 PM",
            "2026-03",
            "12.5",
            "Mar 2026",
            "2026-03-14x",
            "99999999999999999999",
            "1.2.3.4",
        ] {
            assert_eq!(alone(text), None, "{text}");
        }
    }

    #[test]
    fn one_value_above_twelve_decides_the_order() {
        let decision = decide(&["03/04/2026", "14/03/2026", "", "n/a", "05/06/2026 10:00"]);
        assert_eq!((decision.values, decision.unreadable, decision.ambiguous_order), (3, 0, false));
        assert_eq!(decision.format_label, "DD/MM/YYYY [HH:MM]");
        let april = decision.column.read("03/04/2026", &Zone::utc());
        assert_eq!(april, Day::from_ymd(2026, 4, 3).map(Moment::Date));
    }

    #[test]
    fn an_undecided_order_is_said_and_the_preference_counts() {
        let mut census = DateCensus::default();
        census.feed("03/04/2026");
        census.feed("05/05/2026");
        let decision = census.decide(Some(DayOrder::DayFirst));
        assert!(decision.ambiguous_order);
        assert_eq!(decision.format_label, "DD/MM/YYYY");
        assert_eq!(census.decide(None).format_label, "MM/DD/YYYY");
        assert!(!decide(&["05/05/2026"]).ambiguous_order);
    }

    #[test]
    fn families_are_never_mixed_and_parts_add_up() {
        let (one, other) = (["2026-03-14", "03/14/2026"], ["2026-03-15 10:00:00Z", "hello"]);
        let mut census = DateCensus::default();
        one.iter().for_each(|value| census.feed(value));
        let mut second = DateCensus::default();
        other.iter().for_each(|value| second.feed(value));
        census.merge(&second);
        let decision = census.decide(None);
        assert_eq!(decision, decide(&[one, other].concat()));
        assert_eq!((decision.values, decision.unreadable), (4, 2));
        assert!(decision.has_clock && decision.has_offset);
        assert_eq!(decision.format_label, "YYYY-MM-DD [HH:MM:SS ±HH:MM]");
        assert_eq!(decision.column.read("03/14/2026", &Zone::utc()), None);
    }

    #[test]
    fn a_clock_hangs_in_its_zone_and_a_date_in_none() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let column = decide(&["2026-07-01 00:30", "2026-07-01"]).column;
        let clock = column.read("2026-07-01 00:30", &berlin).unwrap();
        assert_eq!(clock.day_in(&Zone::utc()).to_string(), "2026-06-30");
        assert_eq!(clock.day_in(&berlin).to_string(), "2026-07-01");
        let date = column.read("2026-07-01", &berlin).unwrap();
        assert_eq!(date.day_in(&Zone::named("Asia/Tokyo").unwrap()).to_string(), "2026-07-01");
    }
}
