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
mod label;
mod names;
mod parts;
mod scan;

#[cfg(test)]
mod laws;

use super::missing;
use crate::calendar::{Day, SECONDS_PER_DAY, Zone};
use label::format_label;
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
        let scanned = scan(text)?;
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
            "２０２６年３月１４日",
            "2026년 3월 14일",
            "2026. 3. 14.",
            "14. 3. 2026",
            "14MAR2026",
            "14/Mar/2026",
            "14th of March 2026",
            "March 14th, 2026",
            "14 Mrz 2026",
            "14. MÄRZ 2026",
            "14. Ma\u{308}rz 2026",
            "14 mars 2026",
            "14 de marzo del 2026",
            "14 de março de 2026",
            "14 mrt. 2026",
            "Sat, Mar 14, 2026",
            "Sa. 14.03.2026",
            "sábado, 14 de março de 2026",
            "20260314.0",
            "46095",
            "46095.0",
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
            "1773497133.123",
            "1773497133987.0",
            "20260314140533",
            "46095.58718750000000001",
            "46095,5871875",
            "14. März 2026 um 14:05:33 Uhr",
            "14 mars 2026 à 14:05:33",
            "14.03.2026 14.05.33",
            "14/3/2026 2:05:33 p. m.",
            "Sat Mar 14 2026 16:05:33 GMT+0200 (Central European Summer Time)",
            "2026-03-14 16:05:33 GMT+2",
            "2026-03-14 16:05:33 UTC+02:00",
            "2026-03-14 14:05:33 (UTC)",
            "2026-03-14T16:05:33+02:00[Europe/Berlin]",
        ] {
            assert_eq!(alone(text).as_deref(), Some("2026-03-14 14:05:33"), "{text}");
        }
        assert_eq!(alone("2026-03-14 24:00").as_deref(), Some("2026-03-15 00:00:00"));
        assert_eq!(alone("3/14/2026 12:00 AM").as_deref(), Some("2026-03-14 00:00:00"));
        assert_eq!(alone("Sept 1, 2026").as_deref(), Some("2026-09-01"));
        assert_eq!(alone("1er juillet 2026, 14h05").as_deref(), Some("2026-07-01 14:05:00"));
        assert_eq!(alone("1º de enero de 2026 a las 14:05").as_deref(), Some("2026-01-01 14:05:00"));
        assert_eq!(alone("mar. 14 avr. 2026").as_deref(), Some("2026-04-14"));
        assert_eq!(alone("Mon, Apr 26, 2021 12:25").as_deref(), Some("2021-04-26 12:25:00"));
        assert_eq!(alone("Mar 14, 2026 2 PM").as_deref(), Some("2026-03-14 14:00:00"));
        assert_eq!(alone("45631.5").as_deref(), Some("2024-12-05 12:00:00"));
        assert_eq!(alone("46095.99999999999").as_deref(), Some("2026-03-15 00:00:00"));
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
            "3/14/2026 13:00 PM",
            "2026-03",
            "12.5",
            "Mar 2026",
            "2026-03-14x",
            "99999999999999999999",
            "1.2.3.4",
            "Jan 2026",
            "2026-W11-6",
            "2026年3月",
            "January 20, 2026 - January 21, 2026",
            "2026-03-14/2026-03-15",
            "1.-3. März 2026",
            "Sun, Mar 14, 2026",
            "Sat 46095",
            "14 Mar 2026 7",
            "14 Zrz 2026",
            "2026-03-14 14:05 CET",
            "2026-03-14 14:05 (EST)",
            "2026-03-14 2:05 PM Uhr",
            "2026-03-14|24",
            "2026-03-14 01:00|7",
            "45631,500.5",
            "1234",
            "1773497133.",
            "20260314.5",
            "45,631",
            "25933",
            "73416",
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
    fn a_weekday_decides_the_order_too() {
        // 3 April 2026 was a Friday, 4 March a Wednesday.
        let decision = decide(&["Fri 03/04/2026"]);
        assert_eq!((decision.format_label.as_str(), decision.ambiguous_order), ("Weekday, DD/MM/YYYY", false));
        assert_eq!(decide(&["Wed 03/04/2026"]).format_label, "Weekday, MM/DD/YYYY");
        assert_eq!(decide(&["Mon 03/04/2026"]).unreadable, 1);
    }

    #[test]
    fn hours_of_a_day_are_read() {
        for text in ["2026-03-15|7", "3/15/2026 12:00:00 AM|7", "2026031507"] {
            assert_eq!(alone(text).as_deref(), Some("2026-03-15 07:00:00"), "{text}");
        }
        assert_eq!(decide(&["2026-03-15|7"]).format_label, "YYYY-MM-DD|HH");
        assert_eq!(decide(&["3/15/2026 12:00:00 AM|7"]).format_label, "MM/DD/YYYY HH:MM:SS AM/PM|HH");
        assert_eq!(decide(&["2026031507", "20260315"]).format_label, "YYYYMMDD[HH]");
    }

    #[test]
    fn days_of_a_spreadsheet_are_the_last_choice() {
        let serials = decide(&["45631", "45631.5", "12.5"]);
        assert_eq!(serials.format_label, "days of a spreadsheet (1900 system)");
        assert_eq!((serials.values, serials.unreadable, serials.has_clock), (3, 1, true));
        assert_eq!(decide(&["45631", "2026-03-14"]).format_label, "YYYY-MM-DD");
        assert_eq!(decide(&["45631", "1773497133"]).format_label, "seconds since 1970");
        assert_eq!(decide(&["45631", "20260314"]).format_label, "YYYYMMDD");
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
