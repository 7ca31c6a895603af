//! Tally: cases in, small additive tables out. `tally(A ∪ B) = tally(A) + tally(B)` for any split of the leads, so the
//! same code serves one go, buckets and several machines. Rates, medians and intervals wait for [`crate::find`].
//!
//! Every tally is kept by [`Place`]: a dimension, a member of it and a calendar month. Polars ends here. What is counted
//! is said as expressions, one measure a file; how it is counted stands in [`count`] and [`kernel`].

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
pub mod roi;
pub mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use polars::prelude::PolarsError;

use crate::calendar::Month;
use crate::cases::{CREDIT_DIMENSIONS, Cases};
use crate::stage::Stage;
use count::Rows;
pub use tables::{add_histograms, add_tables};

/// Where a number is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// 0 is the whole; 1 is the first dimension.
    pub dimension: usize,
    /// Code of the member; 0 for the whole.
    pub member: u32,
    /// Calendar month; `None`: not dated, counts in `all` alone.
    pub month: Option<Month>,
}

/// Numbers by place and a further key.
pub type Table<K, V> = BTreeMap<(Place, K), V>;

/// Days (or minutes) and how many cases took as long.
pub type Histogram = BTreeMap<i32, u64>;

/// Everything counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tallies {
    /// Entries and conversions.
    pub funnel: funnel::FunnelTally,
    /// Money of leads, and spend.
    pub roi: roi::RoiTally,
    /// Credit to first and last touches.
    pub attribution: attribution::AttributionTally,
    /// Verdicts.
    pub feedback: feedback::FeedbackTally,
    /// Time to the first touch.
    pub handover: handover::HandoverTally,
    /// Rules broken.
    pub leakage: leakage::LeakageTally,
    /// Deals by close date.
    pub deals: deals::DealTally,
}

impl Tallies {
    /// Adds the tallies of other leads.
    pub fn add(&mut self, other: Tallies) {
        let Tallies { funnel, roi, attribution, feedback, handover, leakage, deals } = other;
        self.funnel.add(funnel);
        self.roi.add(roi);
        self.attribution.add(attribution);
        self.feedback.add(feedback);
        self.handover.add(handover);
        self.leakage.add(leakage);
        self.deals.add(deals);
    }
}

/// A table operation failed: our own mistake.
#[derive(Debug, thiserror::Error)]
#[error("the cases could not be counted: {0}")]
pub struct TallyError(#[from] PolarsError);

/// Counts everything.
pub fn tally(cases: &Cases, pairs: &[(Stage, Stage)]) -> Result<Tallies, TallyError> {
    let dimensions = (1..).zip(&cases.facts.dimensions).map(|(number, (name, _))| (number, name.as_str()));
    let credited = dimensions.clone().filter(|(_, name)| CREDIT_DIMENSIONS.contains(name));
    let leads = Rows::new(&cases.leads, dimensions.clone())?;
    let deals = Rows::new(&cases.deals, dimensions)?;
    let spend = Rows::new(&cases.spend, credited.clone())?;
    let stage_days = Rows::new(&cases.stage_days, [])?;
    Ok(Tallies {
        funnel: funnel::tally(&leads, pairs, cases.facts.as_of_day)?,
        roi: roi::tally(&leads, &spend)?,
        attribution: attribution::tally(&leads, credited)?,
        feedback: feedback::tally(&leads)?,
        handover: handover::tally(&leads)?,
        leakage: leakage::tally(&leads)?,
        deals: deals::tally(&deals, &stage_days)?,
    })
}

/// A number of leads at each stage up to the furthest that they reached, by its index.
fn up_to(far: Option<i32>, leads: u64) -> [u64; Stage::ALL.len()] {
    let far = far.and_then(|far| usize::try_from(far).ok());
    std::array::from_fn(|stage| if far.is_some_and(|far| stage <= far) { leads } else { 0 })
}
