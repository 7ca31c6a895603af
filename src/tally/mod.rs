//! Tally: cases in, small additive tables out. `tally(A ∪ B) = tally(A) + tally(B)` for any split of the leads, so the
//! same code serves one go, buckets and several machines. Rates, medians and intervals wait for [`crate::find`].
//!
//! Every tally is kept by [`Place`]: a dimension, a member of it and a calendar month. Polars ends here. What is counted
//! is said as expressions, one measure a file; how it is counted stands in [`count`] and [`kernel`].

pub mod additive;
pub mod attribution;
pub mod count;
pub mod deals;
pub mod feedback;
pub mod funnel;
pub mod handover;
pub mod kernel;
pub mod leakage;
pub mod lists;
#[cfg(test)]
mod recount;
pub mod sources;
pub mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use polars::prelude::PolarsError;

use crate::calendar::{Day, Month};
use crate::cases::attribution::CREDIT_DIMENSIONS;
use crate::cases::{Cases, Relabelling};
use crate::stage::Stage;
use additive::Additive;
use count::Rows;
use serde::{Deserialize, Serialize};
pub use tables::sums;

/// Where a number is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(usize, u32, Option<i32>)", into = "(usize, u32, Option<i32>)")]
pub struct Place {
    /// 0 is the whole; 1 is the first dimension.
    pub dimension: usize,
    /// Code of the member; 0 for the whole.
    pub member: u32,
    /// Calendar month; `None`: not dated, counts in `all` alone.
    pub month: Option<Month>,
}

impl From<(usize, u32, Option<i32>)> for Place {
    fn from((dimension, member, month): (usize, u32, Option<i32>)) -> Place {
        Place { dimension, member, month: month.map(Month) }
    }
}

impl From<Place> for (usize, u32, Option<i32>) {
    fn from(place: Place) -> (usize, u32, Option<i32>) {
        (place.dimension, place.member, place.month.map(|month| month.0))
    }
}

/// Numbers by place and a further key.
pub type Table<K, V> = BTreeMap<(Place, K), V>;

/// Days (or minutes) and how many cases took as long, in order of the days.
pub type Histogram = Vec<(i32, u64)>;

/// What is counted: the tables of one part of the exports.
pub struct Counted<'a> {
    /// Leads.
    leads: Rows,
    /// Deals.
    deals: Rows,
    /// Shares of credit.
    credits: Rows,
    /// Amounts spent.
    spend: Rows,
    /// Days that won deals stood in stages.
    stage_days: Rows,
    /// Pairs of stages between which waits are counted.
    pairs: &'a [(Stage, Stage)],
    /// The day that the exports describe.
    as_of: Day,
}

/// Makes everything that is counted of a list of families: a line `word: Tally` stands for the file of that word, whose
/// `tally` counts it.
macro_rules! tallies {
    ($($(#[$doc:meta])+ $family:ident: $tally:ident),+ $(,)?) => {
        /// Everything counted.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        pub struct Tallies {
            $($(#[$doc])+ pub $family: $family::$tally),+
        }

        impl Tallies {
            /// The same tallies with other codes.
            #[must_use]
            pub fn relabelled(self, codes: &Relabelling) -> Tallies {
                Tallies { $($family: self.$family.relabelled(codes)),+ }
            }

            /// Adds the tallies of other leads.
            pub fn add(&mut self, other: Tallies) {
                $(self.$family.add(other.$family);)+
            }

            /// Counts all families, several at a time; the first in the list is begun first.
            fn count(counted: &Counted<'_>) -> Result<Tallies, TallyError> {
                $(let mut $family = None;)+
                rayon::scope(|scope| {
                    $(scope.spawn(|_| $family = Some($family::tally(counted)));)+
                });
                Ok(Tallies { $($family: $family.expect("the scope has ended")?),+ })
            }
        }
    };
}

// The funnel is half of the work.
tallies! {
    /// Entries and conversions.
    funnel: FunnelTally,
    /// Money of leads, and spend.
    sources: SourceTally,
    /// Credit by model.
    attribution: AttributionTally,
    /// Verdicts.
    feedback: FeedbackTally,
    /// Time to the first touch by sales.
    handover: HandoverTally,
    /// Rules broken.
    leakage: LeakageTally,
    /// Deals by close date.
    deals: DealTally,
}

/// A table operation failed: our own mistake.
#[derive(Debug, thiserror::Error)]
#[error("the cases could not be counted: {0}")]
pub struct TallyError(#[from] PolarsError);

/// Counts everything.
pub fn tally(cases: &Cases, pairs: &[(Stage, Stage)]) -> Result<Tallies, TallyError> {
    let dimensions = (1..).zip(&cases.facts.dimensions).map(|(number, (name, _))| (number, name.as_str()));
    let credited = dimensions.clone().filter(|(_, name)| CREDIT_DIMENSIONS.contains(name));
    Tallies::count(&Counted {
        leads: Rows::new(&cases.leads, dimensions.clone())?,
        deals: Rows::new(&cases.deals, dimensions)?,
        credits: Rows::new(&cases.credits, credited.clone())?,
        spend: Rows::new(&cases.spend, credited)?,
        stage_days: Rows::new(&cases.stage_days, [])?,
        pairs,
        as_of: cases.facts.as_of_day,
    })
}

/// A number of leads at each stage up to the furthest that they reached, by its index.
fn up_to(far: Option<i32>, leads: u64) -> [u64; Stage::ALL.len()] {
    let far = far.and_then(|far| usize::try_from(far).ok());
    std::array::from_fn(|stage| if far.is_some_and(|far| stage <= far) { leads } else { 0 })
}
