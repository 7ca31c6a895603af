//! Time zones: which calendar day an instant falls on, and which instant a clock meant.
//!
//! Takes names of the IANA database and seconds since 1970-01-01 UTC. The database is the one built into the
//! program, never the machine's. What it says of the years that exports speak of is kept at hand ([`steps`]); anything
//! before and behind is asked of it.

mod steps;

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use self::steps::{Steps, changes};
use super::{Day, SECONDS_PER_DAY};

/// A zone name that the bundled IANA database does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a known time zone: use a name such as `UTC` or `Europe/Berlin`")]
pub struct UnknownZone {
    /// What was written.
    pub name: String,
}
/// A time zone: UTC, or a place of the IANA database that is built into the program.
///
/// The system's own zone files are never read, so the same name means the same everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: Cow<'static, str>,
    /// `None` is UTC, which needs no table.
    rules: Option<Arc<Rules>>,
}

/// What a place's clocks show.
#[derive(Debug)]
struct Rules {
    all: TimeZone,
    /// The offset at an instant.
    by_instant: Steps,
    /// The offset that is meant when a clock shows so many seconds since 1970-01-01 00:00.
    by_clock: Steps,
}

impl PartialEq for Rules {
    fn eq(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

impl Eq for Rules {}

impl Rules {
    fn of(all: TimeZone) -> Self {
        let (first, changes) = changes(&all);
        let mut before = first;
        // Of an hour shown twice the first is meant, and one that is left out is read by the offset before: the change
        // comes when the later of both clocks shows it.
        let by_clock = changes.iter().map(|&(instant, offset)| {
            let shown = instant + i64::from(before.max(offset));
            before = offset;
            (shown, offset)
        });
        Self { by_clock: Steps::of(first, by_clock), by_instant: Steps::of(first, changes.iter().copied()), all }
    }
}

impl Zone {
    /// Coordinated Universal Time.
    #[must_use]
    pub const fn utc() -> Self {
        Self { name: Cow::Borrowed("UTC"), rules: None }
    }

    /// The zone of that IANA name, such as `Europe/Berlin`.
    ///
    /// # Errors
    /// If the bundled database has no such zone.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        let unknown = || UnknownZone { name: name.to_owned() };
        let rules = TimeZoneDatabase::bundled().get(name).map_err(|_| unknown())?;
        if rules.is_unknown() {
            return Err(unknown());
        }
        if rules == TimeZone::UTC {
            return Ok(Self::utc());
        }
        let name = rules.iana_name().unwrap_or(name).to_owned();
        Ok(Self { name: Cow::Owned(name), rules: Some(Arc::new(Rules::of(rules))) })
    }

    /// The IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The calendar day at an instant (seconds since 1970-01-01 UTC).
    #[must_use]
    #[inline]
    pub fn day_of(&self, instant: i64) -> Day {
        self.local(instant).0
    }

    /// The calendar day at an instant, and the seconds shown by the clock since its midnight.
    #[must_use]
    #[inline]
    pub fn local(&self, instant: i64) -> (Day, i32) {
        let shown = instant.saturating_add(self.offset_at(instant));
        let day = shown.div_euclid(SECONDS_PER_DAY);
        let day = day.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
        (Day(day), shown.rem_euclid(SECONDS_PER_DAY) as i32)
    }

    /// The instant at which the clock shows `seconds_of_day` on that day.
    ///
    /// An hour that a clock change leaves out is read as the hour after it; of an hour shown twice, the
    /// first is meant. 24:00 is the next day's midnight.
    #[must_use]
    #[inline]
    pub fn instant_of(&self, day: Day, seconds_of_day: i32) -> i64 {
        let shown = i64::from(day.0) * SECONDS_PER_DAY + i64::from(seconds_of_day);
        let Some(rules) = &self.rules else {
            return shown;
        };
        match rules.by_clock.at(shown) {
            Some(offset) => shown - i64::from(offset),
            None => instant_by_rules(&rules.all, shown),
        }
    }

    #[inline]
    fn offset_at(&self, instant: i64) -> i64 {
        match &self.rules {
            None => 0,
            Some(rules) => match rules.by_instant.at(instant) {
                Some(offset) => i64::from(offset),
                None => offset_by_rules(&rules.all, instant),
            },
        }
    }
}

#[cold]
fn instant_by_rules(rules: &TimeZone, shown: i64) -> i64 {
    Timestamp::from_second(shown)
        .and_then(|clock| rules.to_ambiguous_timestamp(Offset::UTC.to_datetime(clock)).compatible())
        // Only beyond the year 9999, where no rule is known.
        .map_or(shown, Timestamp::as_second)
}

#[cold]
fn offset_by_rules(rules: &TimeZone, instant: i64) -> i64 {
    Timestamp::from_second(instant).map_or(0, |moment| i64::from(rules.to_offset(moment).seconds()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn clock_changes_have_one_rule() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let spring = Day::from_ymd(2026, 3, 29).unwrap();
        let utc = |day: Day, hour: i32| Zone::utc().instant_of(day, hour * 3_600);
        // 02:30 does not exist; it is read as 03:30 summer time, 01:30 UTC.
        assert_eq!(berlin.instant_of(spring, 9_000), utc(spring, 1) + 1_800);
        let autumn = Day::from_ymd(2026, 10, 25).unwrap();
        // 02:30 comes twice; the first is summer time, 00:30 UTC.
        assert_eq!(berlin.instant_of(autumn, 9_000), utc(autumn, 0) + 1_800);
        assert_eq!(berlin.day_of(utc(spring, 23)), spring.plus(1));
        assert_eq!(berlin.local(utc(spring, 23)), (spring.plus(1), 3_600));
        assert_eq!(Zone::utc().day_of(-1), Day(-1));
        assert_eq!(Zone::named("utc").unwrap(), Zone::utc());
        assert!(Zone::named("Mars/Olympus").is_err());
        assert!(Zone::named("Etc/Unknown").is_err());
        assert_eq!(Zone::named("Europe/Berlin").unwrap(), berlin);
        assert_ne!(Zone::named("Europe/Paris").unwrap(), berlin);
    }

    fn agrees(zone: &Zone, second: i64) -> Result<(), TestCaseError> {
        let rules = &zone.rules.as_ref().expect("not UTC").all;
        prop_assert_eq!(zone.offset_at(second), offset_by_rules(rules, second), "{} at {}", zone.name, second);
        let day = Day(second.div_euclid(SECONDS_PER_DAY) as i32);
        let clock = second.rem_euclid(SECONDS_PER_DAY) as i32;
        let (own, instant) = (zone.instant_of(day, clock), instant_by_rules(rules, second));
        // Where the list of changes ends and the rule for all later years begins, jiff takes the rule an hour too early in
        // Greenland (`America/Nuuk`, 28 October 2023), and gives an instant at which the clock shows another hour.
        let is_theirs_wrong = zone.local(instant) != (day, clock) && zone.local(own) == (day, clock);
        prop_assert!(own == instant || is_theirs_wrong, "{} showing {}: {} {}", zone.name, second, own, instant);
        Ok(())
    }

    /// Around every clock change of every zone, and at the ends of what is kept.
    #[test]
    fn what_is_kept_is_what_the_database_says() {
        let names = TimeZoneDatabase::bundled();
        for name in names.available() {
            let Ok(zone) = Zone::named(name.as_str()) else { continue };
            let Some(rules) = &zone.rules else { continue };
            let (_, changes) = changes(&rules.all);
            let ends = [-1, 0, steps::END - 1, steps::END, steps::END + 86_400, 300_000_000_000, -300_000_000_000];
            for at in ends.into_iter().chain(changes.iter().map(|change| change.0)) {
                let near =
                    [-90_000, -7_201, -7_200, -3_601, -3_600, -1_801, -1, 0, 1, 1_799, 3_599, 3_600, 7_200, 90_000];
                for away in near {
                    agrees(&zone, at + away).unwrap();
                }
            }
            for (at, before) in changes.iter().zip(changes.iter().skip(1)).map(|(one, next)| (next.0, one.1)) {
                for away in -1..=1 {
                    agrees(&zone, at + i64::from(before) + away).unwrap();
                    agrees(&zone, at + i64::from(zone.offset_at(at) as i32) + away).unwrap();
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_second_is_as_the_database_says(
            name in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Africa/Casablanca", "Asia/Gaza",
                "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "Europe/Dublin", "Etc/GMT+5"]),
            seconds in prop::collection::vec(-4_000_000_000..8_000_000_000_i64, 40),
        ) {
            let zone = Zone::named(name).unwrap();
            for second in seconds {
                agrees(&zone, second)?;
            }
        }
    }
}
