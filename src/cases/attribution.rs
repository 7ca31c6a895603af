//! Attribution: takes a customer and its journey, gives the touches that may have a share in the conversion, and how a
//! model shares the credit among them. A model is a function over these touches, `Model::weights`. Whom the credit
//! goes to is added up in [`crate::tally::attribution`].

use polars::prelude::{DataFrame, PolarsResult};
use serde::{Deserialize, Serialize};

use super::campaigns::Campaigns;
use super::deals::{Deal, Outcome};
use super::dimensions::{Dimensions, MemberColumns};
use super::frame::Rows;
use super::journeys::{Side, Touch};
use super::leads::Lead;
use super::sources::Money;
use super::tellings::or;
use crate::calendar::Zone;
use crate::stage::Stage;
use crate::store::Words;

/// The dimensions that a touch can earn credit for.
pub const CREDIT_DIMENSIONS: [&str; 3] = ["source", "channel", "campaign"];

/// A whole conversion: shares of it are whole numbers of parts, so that they add up exactly.
pub const WHOLE: i64 = 1_000_000;

/// A rule for sharing credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Model {
    /// All to the first touch.
    First,
    /// All to the last touch.
    Last,
}

impl Model {
    /// Every model.
    pub const ALL: [Model; 2] = [Model::First, Model::Last];

    /// The word in figure ids and columns.
    pub const fn id(self) -> &'static str {
        match self {
            Model::First => "first",
            Model::Last => "last",
        }
    }

    /// The touches of a path that earn credit, with their weights.
    fn weights(self, path: &[Touch]) -> Vec<(Touch, u64)> {
        let all_to = |touch: Option<&Touch>| touch.map(|touch| (*touch, 1)).into_iter().collect();
        match self {
            Model::First => all_to(path.first()),
            Model::Last => all_to(last(path)),
        }
    }
}

/// The last touch; of several of one moment the one that comes first all the same, which tells its source if any does.
fn last(path: &[Touch]) -> Option<&Touch> {
    let last_at = path.last()?.at;
    path.get(path.partition_point(|touch| touch.at < last_at))
}

/// Shares an amount by weights in whole units that add up to it: each gets what it is due rounded down, and the units left
/// over go to those with the largest remainders, of equal ones to the first.
fn shares(amount: i64, weights: &[(Touch, u64)]) -> Vec<i64> {
    let all: u64 = weights.iter().map(|(_, weight)| weight).sum();
    let due = |weight: u64| i128::from(amount) * i128::from(weight);
    let rounded = |weight: u64| due(weight).div_euclid(i128::from(all)) as i64;
    let mut shares: Vec<i64> = weights.iter().map(|(_, weight)| rounded(*weight)).collect();
    let left = amount - shares.iter().sum::<i64>();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|at| std::cmp::Reverse(due(weights[*at].1).rem_euclid(i128::from(all))));
    by_remainder.into_iter().take(left as usize).for_each(|at| shares[at] += 1);
    shares
}

/// A share of the credit for a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Credit {
    model: Model,
    /// When the lead became a customer, UTC seconds.
    converted_at: i64,
    /// Parts of the conversion: [`WHOLE`] are all of it.
    conversions: i64,
    /// Minor units.
    revenue: i64,
}

/// What all models credit, a row a share.
pub struct Credits {
    members: MemberColumns,
    rows: Vec<Credit>,
}

impl Default for Credits {
    /// None yet.
    fn default() -> Credits {
        Credits { members: MemberColumns::new(&CREDIT_DIMENSIONS), rows: Vec::new() }
    }
}

impl Credits {
    /// Shares the credit for a lead, if it became a customer, among the touches of its path, by each model.
    pub fn share(
        &mut self,
        lead: &Lead<'_>,
        journey: &[Touch],
        deals: &[&Deal<'_>],
        dimensions: &mut Dimensions<'_, '_>,
    ) {
        let book = dimensions.book();
        let Some(converted_at) = converted_at(lead, deals) else { return };
        let Some(creation) = creation(lead, book.campaigns) else { return };
        let path = path(creation, journey, converted_at, book.project.attribution.lookback, book.words());
        let won = Money::of(deals).won;
        for model in Model::ALL {
            let weights = model.weights(&path);
            let (conversions, revenue) = (shares(WHOLE, &weights), shares(won, &weights));
            for ((touch, _), (conversions, revenue)) in weights.iter().zip(conversions.into_iter().zip(revenue)) {
                self.members.push(&dimensions.credit(touch));
                self.rows.push(Credit { model, converted_at, conversions, revenue });
            }
        }
    }

    /// The table of credits, with the members of the touches that earned them: `model`, `month`, `conversions` and
    /// `revenue`.
    ///
    /// # Errors
    /// Where the columns do not fit: our own mistake.
    pub fn into_table(self, zone: &Zone) -> PolarsResult<DataFrame> {
        let rows = Rows::new(&self.rows, zone);
        let columns = vec![
            rows.column("model", |credit| credit.model as i32),
            rows.column("month", |credit| rows.month(Some(credit.converted_at))),
            rows.column("conversions", |credit| credit.conversions),
            rows.column("revenue", |credit| credit.revenue),
        ];
        rows.table(self.members, columns)
    }
}

/// When a lead became a customer, by its own columns or its first win, UTC seconds.
fn converted_at(lead: &Lead<'_>, deals: &[&Deal<'_>]) -> Option<i64> {
    let wins = deals.iter().filter(|deal| deal.outcome == Outcome::Won).filter_map(|deal| deal.closed_at);
    wins.chain(lead.stages[Stage::Customer.index()].get()).min()
}

/// The creation of a lead as a touch, with its own source; `None` where nobody knows when that was.
fn creation(lead: &Lead<'_>, campaigns: &Campaigns) -> Option<Touch> {
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
fn path(creation: Touch, journey: &[Touch], converted_at: i64, lookback: i64, words: &Words) -> Vec<Touch> {
    let from = converted_at.saturating_sub(lookback);
    let earns = |touch: &&Touch| touch.side == Side::Marketing && touch.at >= from && touch.at <= converted_at;
    let mut path: Vec<Touch> = journey.iter().filter(earns).copied().collect();
    let creation = Touch { at: creation.at.min(converted_at), ..creation };
    path.insert(path.partition_point(|touch| touch.order(&creation, words).is_lt()), creation);
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::journeys::Journeys;
    use super::super::journeys::tests::{rows, words};
    use super::*;

    /// Whom a model gives all the credit to.
    fn credited(model: Model, path: &[Touch]) -> Option<Touch> {
        let weights = model.weights(path);
        assert!(weights.len() <= 1, "{model:?} shares the credit");
        weights.first().map(|(touch, _)| *touch)
    }

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
        assert_eq!(Model::ALL.map(|model| credited(model, &path)), [Some(creation), Some(told)]);
        assert_eq!(Model::ALL.map(|model| credited(model, &path[1..])), [Some(told); 2]);
        assert_eq!(Model::ALL.map(|model| credited(model, &[])), [None; 2]);
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
            let earned = |touch: Touch| (touch.at, touch.source, touch.channel, touch.campaign);
            prop_assert_eq!(credited(Model::First, &path).map(earned), Some(earned(naive[0])));
            prop_assert_eq!(credited(Model::Last, &path).map(earned), Some(earned(naive[1])));
        }

        #[test]
        fn shares_add_up_to_the_last_unit_and_are_due_to_within_one(
            amount in -1_000_i64..1_000_000_000, weights in prop::collection::vec(1_u64..1_000, 1..9),
        ) {
            let all: u64 = weights.iter().sum();
            let weights: Vec<(Touch, u64)> = weights.into_iter().map(|weight| (Touch::NONE, weight)).collect();
            let shares = shares(amount, &weights);
            prop_assert_eq!(shares.iter().sum::<i64>(), amount);
            for (share, (_, weight)) in shares.iter().zip(&weights) {
                let due = amount as f64 * *weight as f64 / all as f64;
                prop_assert!((*share as f64 - due).abs() < 1.0, "{} of {}", share, due);
            }
            // Equal weights differ by a unit at most, and the first get more.
            let equal = super::shares(amount, &[(Touch::NONE, 7); 3]);
            prop_assert!(equal[0] >= equal[1] && equal[1] >= equal[2] && equal[0] - equal[2] <= 1);
        }
    }
}
