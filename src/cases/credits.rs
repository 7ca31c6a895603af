//! Credit: takes a customer and its journey, gives the touches that may have a share in the conversion, and whom a model
//! gives it to. A model is a function over these touches; how much the credit is worth is left to
//! [`crate::tally::attribution`].

use super::campaigns::Campaigns;
use super::deals::{Deal, Outcome};
use super::journeys::{Side, Touch};
use super::leads::Lead;
use super::tellings::or;
use crate::stage::Stage;
use crate::store::Words;

/// When a lead became a customer, by its own columns or its first win, UTC seconds.
pub fn converted_at(lead: &Lead<'_>, deals: &[&Deal<'_>]) -> Option<i64> {
    let wins = deals.iter().filter(|deal| deal.outcome == Outcome::Won).filter_map(|deal| deal.closed_at);
    wins.chain(lead.stages[Stage::Customer.index()].get()).min()
}

/// The creation of a lead as a touch, with its own source; `None` where nobody knows when that was.
pub fn creation(lead: &Lead<'_>, campaigns: &Campaigns) -> Option<Touch> {
    let campaign = campaigns.find(lead.campaign);
    Some(Touch {
        at: lead.created_at.get()?,
        source: lead.source,
        channel: or(lead.channel, campaign.channel),
        campaign: campaign.name,
        side: Side::Marketing,
        is_inbound: false,
    })
}

/// The touches that earn credit for a conversion, in order: those of marketing before it, within the lookback in seconds,
/// and the creation of the lead, however long ago: without it a slow deal would have no touch at all.
pub fn path(creation: Touch, journey: &[Touch], converted_at: i64, lookback: i64, words: &Words) -> Vec<Touch> {
    let from = converted_at.saturating_sub(lookback);
    let earns = |touch: &&Touch| touch.side == Side::Marketing && touch.at >= from && touch.at <= converted_at;
    let mut path: Vec<Touch> = journey.iter().filter(earns).copied().collect();
    let creation = Touch { at: creation.at.min(converted_at), ..creation };
    path.insert(path.partition_point(|touch| touch.order(&creation, words).is_lt()), creation);
    path
}

/// All to the first touch.
pub fn first(path: &[Touch]) -> Option<&Touch> {
    path.first()
}

/// All to the last touch; of one moment to the one that comes first all the same, which tells its source if any does.
pub fn last(path: &[Touch]) -> Option<&Touch> {
    let last_at = path.last()?.at;
    path.get(path.partition_point(|touch| touch.at < last_at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::journeys::Journeys;
    use super::super::journeys::tests::{rows, words};
    use super::*;

    #[test]
    fn the_creation_earns_credit_and_never_comes_after_the_conversion() {
        let words = words();
        let creation = Touch { at: 50, ..Touch::NONE };
        assert_eq!(path(creation, &[], 1_000, 10, &words), [creation], "long ago");
        assert_eq!(path(creation, &[], 20, 10, &words), [Touch { at: 20, ..creation }]);
    }

    #[test]
    fn touches_of_sales_after_the_conversion_or_long_ago_earn_none() {
        let words = words();
        let creation = Touch { at: 0, ..Touch::NONE };
        let touch = |at: i64, side: Side| Touch { at, side, ..Touch::NONE };
        let marketing = |at: i64| touch(at, Side::Marketing);
        let journey = [marketing(89), marketing(90), touch(95, Side::Sales), marketing(100), marketing(101)];
        assert_eq!(path(creation, &journey, 100, 10, &words), [creation, marketing(90), marketing(100)]);
    }

    #[test]
    fn of_touches_of_one_moment_the_one_that_tells_its_source_is_first_and_last() {
        let (words, creation) = (words(), Touch { at: 0, ..Touch::NONE });
        let untold = Touch { at: 5, side: Side::Marketing, ..Touch::NONE };
        let told = Touch { source: 1, ..untold };
        let path = path(creation, &[told, untold], 9, 9, &words);
        assert_eq!([first(&path), last(&path)], [Some(&creation), Some(&told)]);
        assert_eq!([first(&path[1..]), last(&path[1..])], [Some(&told); 2]);
        assert_eq!([first(&[]), last(&[])], [None; 2]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn first_and_last_are_those_of_a_naive_count(
            rows in rows(1), created_at in 0_i64..8, converted_at in 0_i64..8, lookback in 0_i64..8,
        ) {
            let words = words();
            let creation = Touch { at: created_at, source: 3, ..Touch::NONE };
            // In the order of rows, as they were once folded.
            let mut naive = [Touch { at: created_at.min(converted_at), ..creation }; 2];
            for (_, touch) in rows.iter().filter(|(owner, _)| *owner == 0) {
                let in_time = touch.at <= converted_at && touch.at >= converted_at - lookback;
                if touch.side == Side::Marketing && in_time {
                    let [first, last] = &mut naive;
                    if touch.order(first, &words).is_lt() {
                        *first = *touch;
                    }
                    // The later, and of one moment the one that comes first by what it tells.
                    if touch.at > last.at || touch.at == last.at && touch.order(last, &words).is_lt() {
                        *last = *touch;
                    }
                }
            }
            let owners: Vec<u32> = rows.iter().map(|(owner, _)| *owner).collect();
            let journeys = Journeys::new(1, &owners, || |row: usize| rows[row].1, &words);
            let path = path(creation, journeys.of(0), converted_at, lookback, &words);
            let earned = |touch: &Touch| (touch.at, touch.source, touch.channel, touch.campaign);
            prop_assert_eq!(first(&path).map(earned), Some(earned(&naive[0])));
            prop_assert_eq!(last(&path).map(earned), Some(earned(&naive[1])));
        }
    }
}
