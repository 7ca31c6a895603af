//! Tally: cases in, small additive tables out. `tally(A ∪ B) = tally(A) + tally(B)` for any split of the leads, so the
//! same code serves one go, buckets and several machines. Rates, medians and intervals wait for [`crate::find`].
//!
//! Every tally is kept by [`Place`]: a dimension, a member of it and a calendar month. Polars ends here.

pub mod attribution;
pub mod deals;
pub mod feedback;
pub mod funnel;
pub mod handover;
pub mod leakage;
pub mod lists;
pub mod roi;

use std::collections::BTreeMap;
use std::ops::AddAssign;

use polars::prelude::*;

use crate::calendar::Month;
use crate::cases::Cases;
use crate::cases::frame::dimension_column;
use crate::stage::Stage;

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
    Ok(Tallies {
        funnel: funnel::tally(cases, pairs)?,
        roi: roi::tally(cases)?,
        attribution: attribution::tally(cases)?,
        feedback: feedback::tally(cases)?,
        handover: handover::tally(cases)?,
        leakage: leakage::tally(cases)?,
        deals: deals::tally(cases)?,
    })
}

/// Adds one table to another, key by key.
pub fn add_tables<K: Ord, V: AddAssign + Default>(table: &mut BTreeMap<K, V>, other: BTreeMap<K, V>) {
    for (key, value) in other {
        *table.entry(key).or_default() += value;
    }
}

/// Adds histograms, key by key.
pub fn add_histograms<K: Ord>(table: &mut BTreeMap<K, Histogram>, other: BTreeMap<K, Histogram>) {
    for (key, histogram) in other {
        add_tables(table.entry(key).or_default(), histogram);
    }
}

/// The value that stands for "none" in the rows of [`grouped`].
pub const NONE: i64 = i64::MIN;

/// One group: where it stands, its further keys, its sums; all as integers, [`NONE`] for null.
pub struct Group {
    /// Where.
    pub place: Place,
    /// Further keys and sums in the order they were asked for.
    pub values: Vec<i64>,
}

impl Group {
    /// A value as a count; null is 0.
    pub fn count(&self, at: usize) -> u64 {
        u64::try_from(self.values[at]).unwrap_or_default()
    }

    /// A value as a sum; null is 0.
    pub fn sum(&self, at: usize) -> i64 {
        if self.values[at] == NONE { 0 } else { self.values[at] }
    }

    /// A key, where it is not null.
    pub fn key(&self, at: usize) -> Option<i32> {
        i32::try_from(self.values[at]).ok()
    }
}

/// Groups a frame by each dimension in turn, the whole first, by month and further keys. `dimensions` are names whose
/// `dim.` columns the frame has, with their number in places.
pub fn grouped(
    frame: &LazyFrame,
    dimensions: &[(usize, String)],
    month: &str,
    keys: &[Expr],
    sums: &[Expr],
) -> PolarsResult<Vec<Group>> {
    const MEMBER: &str = "member";
    const MONTH: &str = "month of the group";
    let whole = std::iter::once((0, lit(0_u32).alias(MEMBER)));
    let members = dimensions.iter().map(|(at, name)| (*at, col(dimension_column(name)).alias(MEMBER)));
    let mut groups = Vec::new();
    for (dimension, member) in whole.chain(members) {
        let mut by = vec![col(MEMBER), col(MONTH)];
        by.extend(keys.iter().map(|key| key.clone().meta_name()).map(col));
        let mut needed = vec![member, col(month).alias(MONTH)];
        needed.extend(keys.iter().cloned());
        let table = frame.clone().with_columns(needed).group_by(by).agg(sums).collect()?;
        let columns = table.columns().iter().map(integers).collect::<PolarsResult<Vec<Vec<i64>>>>()?;
        for row in 0..table.height() {
            let month = Some(columns[1][row]).filter(|month| *month != NONE);
            let place = Place {
                dimension,
                member: u32::try_from(columns[0][row]).unwrap_or_default(),
                month: month.and_then(|month| i32::try_from(month).ok()).map(Month),
            };
            groups.push(Group { place, values: columns[2..].iter().map(|column| column[row]).collect() });
        }
    }
    Ok(groups)
}

/// The name a key was given with `alias`.
trait Named {
    fn meta_name(self) -> PlSmallStr;
}

impl Named for Expr {
    fn meta_name(self) -> PlSmallStr {
        match self {
            Expr::Alias(_, name) | Expr::Column(name) => name,
            other => PlSmallStr::from_string(format!("{other:?}")),
        }
    }
}

fn integers(column: &Column) -> PolarsResult<Vec<i64>> {
    let whole = column.cast(&DataType::Int64)?;
    Ok(whole.i64()?.iter().map(|value| value.unwrap_or(NONE)).collect())
}

/// Every dimension of the cases with its number in places.
pub fn all_dimensions(cases: &Cases) -> Vec<(usize, String)> {
    (1..).zip(cases.facts.dimensions.iter().map(|(name, _)| name.clone())).collect()
}

/// How many rows a condition holds for.
pub fn how_many(condition: Expr, name: &str) -> Expr {
    condition.cast(DataType::Int64).sum().alias(name)
}
