//! Time zones: which calendar day an instant falls on, and which instant a clock meant.
//!
//! Takes names of the IANA database and seconds since 1970-01-01 UTC. The database is the one built into the
//! program, never the machine's.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

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
    rules: Option<TimeZone>,
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
        Ok(Self { name: Cow::Owned(name), rules: Some(rules) })
    }

    /// The IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The calendar day at an instant (seconds since 1970-01-01 UTC).
    #[must_use]
    pub fn day_of(&self, instant: i64) -> Day {
        self.local(instant).0
    }

    /// The calendar day at an instant, and the seconds shown by the clock since its midnight.
    #[must_use]
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
    pub fn instant_of(&self, day: Day, seconds_of_day: i32) -> i64 {
        let shown = i64::from(day.0) * SECONDS_PER_DAY + i64::from(seconds_of_day);
        let Some(rules) = &self.rules else {
            return shown;
        };
        Timestamp::from_second(shown)
            .and_then(|clock| rules.to_ambiguous_timestamp(Offset::UTC.to_datetime(clock)).compatible())
            // Only beyond the year 9999, where no rule is known.
            .map_or(shown, Timestamp::as_second)
    }

    fn offset_at(&self, instant: i64) -> i64 {
        match &self.rules {
            None => 0,
            Some(rules) => {
                Timestamp::from_second(instant).map_or(0, |moment| i64::from(rules.to_offset(moment).seconds()))
            }
        }
    }
}
#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
