//! A number that changes at certain seconds and stays the same in between, found without a search.
//!
//! Takes the changes of a zone's offset from 1970 to 2101, gives the offset at a second in these years. Other years are
//! left to the database.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The first second that is not kept: 2101-01-03 00:00 UTC, so that all of 2100 is kept on every clock.
pub(super) const END: i64 = 4_134_153_600;
/// Seconds of a bin, as a power of two: some twelve days, in which clocks seldom change twice.
const BIN: u32 = 20;

/// Offsets by the second.
#[derive(Debug)]
pub(super) struct Steps {
    /// Where a step begins, and its offset; the first before all seconds that are kept.
    steps: Vec<(i64, i32)>,
    /// For each bin the step at its first second.
    bins: Vec<u16>,
}

impl Steps {
    /// Steps from the offset before all changes.
    pub(super) fn of(first: i32, changes: impl Iterator<Item = (i64, i32)>) -> Self {
        let steps: Vec<(i64, i32)> = std::iter::once((i64::MIN, first)).chain(changes).collect();
        let mut bins = Vec::with_capacity((END >> BIN) as usize + 1);
        let mut step = 0;
        for bin in 0..=END >> BIN {
            while steps.get(step + 1).is_some_and(|next| next.0 <= bin << BIN) {
                step += 1;
            }
            bins.push(u16::try_from(step).unwrap_or(u16::MAX));
        }
        Self { steps, bins }
    }

    /// The offset at a second, if it is kept.
    #[inline]
    pub(super) fn at(&self, second: i64) -> Option<i32> {
        if !(0..END).contains(&second) {
            return None;
        }
        let mut step = usize::from(*self.bins.get((second >> BIN) as usize)?);
        let mut offset = self.steps.get(step)?.1;
        while let Some(next) = self.steps.get(step + 1)
            && next.0 <= second
        {
            (step, offset) = (step + 1, next.1);
        }
        Some(offset)
    }
}

/// The offset from before 1970 on, and its changes from then to a while behind [`END`].
pub(super) fn changes(zone: &TimeZone) -> (i32, Vec<(i64, i32)>) {
    const BEFORE: Timestamp = Timestamp::constant(-7 * 86_400, 0);
    let changes = zone.following(BEFORE).map(|change| (change.timestamp().as_second(), change.offset().seconds()));
    (zone.to_offset(BEFORE).seconds(), changes.take_while(|change| change.0 < END + 7 * 86_400).collect())
}
