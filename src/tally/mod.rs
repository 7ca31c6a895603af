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
use rayon::join;

use crate::calendar::Month;
use crate::cases::{CREDIT_DIMENSIONS, Cases, Relabelling};
use crate::stage::Stage;
use count::Rows;
use serde::{Deserialize, Serialize};
pub use tables::{add_histograms, add_tables, sums};

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

/// A table with other places and keys.
fn moved<K: Ord, V>(table: Table<K, V>, place: impl Fn(Place) -> Place, key: impl Fn(K) -> K) -> Table<K, V> {
    table.into_iter().map(|((at, known), value)| ((place(at), key(known)), value)).collect()
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

/// Everything counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    /// The same tallies with other codes.
    #[must_use]
    pub fn relabelled(self, codes: &Relabelling) -> Tallies {
        let Tallies { funnel, roi, attribution, feedback, handover, leakage, deals } = self;
        let place = |place: Place| match place.dimension {
            0 => place,
            at => Place { member: codes.members[at - 1][place.member as usize], ..place },
        };
        let reason = |code: u32| codes.reasons[code as usize];
        let stage = |code: u32| codes.stages[code as usize];
        let source = |code: u32| codes.members[0][code as usize];
        let prospect = |known: leakage::Prospect| leakage::Prospect {
            source: source(known.source),
            deal_stage: stage(known.deal_stage),
            ..known
        };
        Tallies {
            funnel: funnel::FunnelTally {
                cohorts: moved(funnel.cohorts, place, |key| key),
                skips: moved(funnel.skips, place, |key| key),
                waits: moved(funnel.waits, place, |key| key),
            },
            roi: roi::RoiTally { leads: moved(roi.leads, place, |key| key), spend: moved(roi.spend, place, |key| key) },
            attribution: attribution::AttributionTally { credited: moved(attribution.credited, place, |key| key) },
            feedback: feedback::FeedbackTally {
                verdicts: moved(feedback.verdicts, place, |key| key),
                days: moved(feedback.days, place, |key| key),
                reasons: moved(feedback.reasons, place, reason),
            },
            handover: handover::HandoverTally {
                touched: moved(handover.touched, place, |key| key),
                minutes: moved(handover.minutes, place, |key| key),
                bands: moved(handover.bands, place, |key| key),
            },
            leakage: leakage::LeakageTally {
                cases: moved(leakage.cases, place, prospect),
                against: moved(leakage.against, place, |key| key),
            },
            deals: deals::DealTally {
                deals: moved(deals.deals, place, |key| key),
                cycles: moved(deals.cycles, place, |key| key),
                idle: moved(deals.idle, place, stage),
                stage_days: deals.stage_days.into_iter().map(|(code, days)| (stage(code), days)).collect(),
            },
        }
    }

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
    // The funnel is half of the work.
    let (funnel, ((roi, attribution), ((feedback, handover), (leakage, deals)))) = join(
        || funnel::tally(&leads, pairs, cases.facts.as_of_day),
        || {
            join(
                || join(|| roi::tally(&leads, &spend), || attribution::tally(&leads, credited)),
                || {
                    join(
                        || join(|| feedback::tally(&leads), || handover::tally(&leads)),
                        || join(|| leakage::tally(&leads), || deals::tally(&deals, &stage_days)),
                    )
                },
            )
        },
    );
    Ok(Tallies {
        funnel: funnel?,
        roi: roi?,
        attribution: attribution?,
        feedback: feedback?,
        handover: handover?,
        leakage: leakage?,
        deals: deals?,
    })
}

/// A number of leads at each stage up to the furthest that they reached, by its index.
fn up_to(far: Option<i32>, leads: u64) -> [u64; Stage::ALL.len()] {
    let far = far.and_then(|far| usize::try_from(far).ok());
    std::array::from_fn(|stage| if far.is_some_and(|far| stage <= far) { leads } else { 0 })
}
