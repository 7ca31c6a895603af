//! When something happened, or that it did not, in eight bytes: tables of leads have a dozen such moments a row, and
//! there may be ten million rows.

use crate::store::NO_NUMBER;

/// An instant, UTC seconds, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time(i64);

impl Time {
    /// It did not happen, or nobody knows when.
    pub const NEVER: Time = Time(NO_NUMBER);

    /// The instant.
    pub fn get(self) -> Option<i64> {
        (self != Time::NEVER).then_some(self.0)
    }
}

impl Default for Time {
    fn default() -> Time {
        Time::NEVER
    }
}

impl From<Option<i64>> for Time {
    fn from(instant: Option<i64>) -> Time {
        Time(instant.unwrap_or(NO_NUMBER))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_or_none_goes_in_and_comes_out() {
        for instant in [None, Some(0), Some(-1), Some(i64::MAX)] {
            assert_eq!(Time::from(instant).get(), instant);
        }
        assert_eq!(size_of::<Time>(), 8);
    }
}
