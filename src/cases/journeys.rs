//! Journeys: takes the touches of all leads in any order, gives those of each lead from its first to its last. What
//! belongs to a lead, and what a touch tells, is left to [`super::touches`]; what a journey means to those who read it.

use std::cmp::Ordering;
use std::ops::Range;

use rayon::prelude::*;

use super::persons::LeadIndex;
use crate::store::{NO_CODE, Words};

/// Who made a touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Marketing.
    Marketing,
    /// Sales.
    Sales,
    /// Nobody can say: it is activity, and no contact by anybody.
    Unknown,
}

impl Side {
    /// The side that a word of the exports means.
    pub fn of(word: u8) -> Side {
        debug_assert!(word <= 1, "exports know two sides");
        if word == 1 { Side::Sales } else { Side::Marketing }
    }
}

/// One touch of a lead. There may be a hundred million, so it is kept small; names are codes in the dictionary of the
/// records, [`NO_CODE`] where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// UTC seconds.
    pub at: i64,
    /// Source as found, else that of its campaign.
    pub source: u32,
    /// Channel as found, else that of its campaign.
    pub channel: u32,
    /// Campaign by name.
    pub campaign: u32,
    /// Who made it.
    pub side: Side,
    /// Whether the person came to us.
    pub is_inbound: bool,
}

const _: () = assert!(size_of::<Touch>() == 24, "memory grows with every touch");

impl Touch {
    /// One of which nothing is known.
    pub const NONE: Touch =
        Touch { at: 0, source: NO_CODE, channel: NO_CODE, campaign: NO_CODE, side: Side::Unknown, is_inbound: false };

    /// Which of two touches comes first: the earlier; of one moment the one that tells its source, then by name. Rows
    /// have no say, so touches that come out equal are equal.
    pub fn order(&self, other: &Touch, words: &Words) -> Ordering {
        self.at.cmp(&other.at).then_with(|| self.tie(words).cmp(&other.tie(words)))
    }

    fn tie<'w>(&self, words: &'w Words) -> impl Ord + use<'w> {
        let names = [self.source, self.channel, self.campaign].map(|code| words.text(code));
        (self.source == NO_CODE, names, self.side, self.is_inbound)
    }
}

/// The touches of all leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journeys {
    /// Where the touches of each lead begin, and after the last lead where they end.
    starts: Vec<u32>,
    touches: Vec<Touch>,
}

impl Journeys {
    /// Puts the touches of so many leads in order. `owners` has the lead of each row, anything beyond them where it has
    /// none; `reader` makes what reads the touch of a row that has one, once for each core.
    ///
    /// Each core takes some of the leads, whose touches lie together, and looks at all rows for theirs: nothing is
    /// shared between cores, and no touch is held twice.
    pub fn new<R>(leads: usize, owners: &[LeadIndex], reader: impl Fn() -> R + Sync, words: &Words) -> Journeys
    where
        R: FnMut(usize) -> Touch,
    {
        let share = leads.div_ceil(rayon::current_num_threads()).max(1);
        let starts = starts(leads, owners, share);
        let mut touches = vec![Touch::NONE; starts[leads] as usize];
        let mut shares = Vec::new();
        let mut rest = touches.as_mut_slice();
        for first in (0..leads).step_by(share) {
            let own = first..leads.min(first + share);
            let (touches, others) = rest.split_at_mut((starts[own.end] - starts[own.start]) as usize);
            shares.push((own, touches));
            rest = others;
        }
        shares.into_par_iter().for_each(|(own, touches)| {
            let starts = &starts[own.start..=own.end];
            scatter(own, starts, touches, owners, reader());
            sort(starts, touches, words);
        });
        Journeys { starts, touches }
    }

    /// The touches of a lead, from the first to the last.
    pub fn of(&self, lead: usize) -> &[Touch] {
        &self.touches[self.starts[lead] as usize..self.starts[lead + 1] as usize]
    }

    /// How many touches are such.
    pub fn count(&self, is_such: impl Fn(&Touch) -> bool + Sync) -> u64 {
        let chunks = self.touches.par_chunks(65_536);
        chunks.map(|touches| touches.iter().filter(|touch| is_such(touch)).count() as u64).sum()
    }
}

/// Where the touches of each lead begin, and where they end.
fn starts(leads: usize, owners: &[LeadIndex], share: usize) -> Vec<u32> {
    assert!(u32::try_from(owners.len()).is_ok(), "fewer touches than 4 billion");
    let mut starts = vec![0_u32; leads + 1];
    starts[1..].par_chunks_mut(share).enumerate().for_each(|(at, counts)| {
        for owner in owners {
            if let Some(count) = counts.get_mut((*owner as usize).wrapping_sub(at * share)) {
                *count += 1;
            }
        }
    });
    (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
    starts
}

/// Reads the touches of some leads into their places, in the order of rows.
fn scatter(
    own: Range<usize>,
    starts: &[u32],
    touches: &mut [Touch],
    owners: &[LeadIndex],
    mut read: impl FnMut(usize) -> Touch,
) {
    let mut next: Vec<u32> = starts[..own.len()].iter().map(|start| start - starts[0]).collect();
    for (row, owner) in owners.iter().enumerate() {
        if let Some(next) = next.get_mut((*owner as usize).wrapping_sub(own.start)) {
            touches[*next as usize] = read(row);
            *next += 1;
        }
    }
}

/// Sorts the touches of each of some leads. Most journeys are in order as they come.
fn sort(starts: &[u32], touches: &mut [Touch], words: &Words) {
    for lead in starts.windows(2) {
        let journey = &mut touches[(lead[0] - starts[0]) as usize..(lead[1] - starts[0]) as usize];
        if !journey.is_sorted_by(|one, other| one.order(other, words).is_le()) {
            journey.sort_unstable_by(|one, other| one.order(other, words));
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Names whose codes are not in their order.
    pub fn words() -> Words {
        let mut words = Words::default();
        for name in ["web", "ads", "mail"] {
            words.code(name);
        }
        words
    }

    prop_compose! {
        fn touch()(
            at in 0_i64..8, names in prop::array::uniform3(0_u32..4),
            side in prop::sample::select(vec![Side::Marketing, Side::Sales, Side::Unknown]), is_inbound: bool,
        ) -> Touch {
            let [source, channel, campaign] = names;
            Touch { at, source, channel, campaign, side, is_inbound }
        }
    }

    /// Rows with the lead of each: one of so many, or none.
    pub fn rows(leads: u32) -> impl Strategy<Value = Vec<(u32, Touch)>> {
        let owner = prop_oneof![9 => 0..leads, 1 => Just(u32::MAX)];
        prop::collection::vec((owner, touch()), 0..60)
    }

    fn ordered(leads: usize, rows: &[(u32, Touch)]) -> Journeys {
        let owners: Vec<u32> = rows.iter().map(|(owner, _)| *owner).collect();
        Journeys::new(leads, &owners, || |row: usize| rows[row].1, &words())
    }

    #[test]
    fn a_lead_without_touches_has_an_empty_journey() {
        let touch = Touch { at: 7, ..Touch::NONE };
        let journeys = ordered(3, &[(2, touch), (u32::MAX, touch), (0, touch)]);
        assert_eq!([0, 1, 2].map(|lead| journeys.of(lead).len()), [1, 0, 1]);
        assert_eq!(journeys.count(|touch| touch.side == Side::Unknown), 2);
        assert_eq!(ordered(0, &[(u32::MAX, touch)]).count(|_| true), 0, "no leads at all");
    }

    #[test]
    fn of_one_moment_the_one_that_tells_its_source_comes_first_then_by_name() {
        let words = words();
        let [web, ads] = ["web", "ads"].map(|name| words.known(name).unwrap());
        let touch = |at: i64, source: u32, channel: u32| Touch { at, source, channel, ..Touch::NONE };
        let in_order = [
            touch(1, NO_CODE, web),
            touch(2, ads, web),
            touch(2, web, NO_CODE),
            touch(2, web, ads),
            touch(2, NO_CODE, ads),
        ];
        let rows: Vec<(u32, Touch)> = in_order.iter().rev().map(|touch| (0, *touch)).collect();
        assert_eq!(ordered(1, &rows).of(0), in_order);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn each_lead_has_its_touches_in_order_whatever_the_order_of_rows(
            (rows, shuffled) in rows(5).prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        ) {
            let (words, journeys) = (words(), ordered(5, &rows));
            for lead in 0..5 {
                let own = rows.iter().filter(|(owner, _)| *owner == lead);
                let mut own: Vec<Touch> = own.map(|(_, touch)| *touch).collect();
                own.sort_by(|one, other| one.order(other, &words));
                prop_assert_eq!(journeys.of(lead as usize), own);
            }
            prop_assert!(ordered(5, &shuffled) == journeys);
        }
    }
}
