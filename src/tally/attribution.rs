//! Attribution: customers and their money credited to the first and to the last touch before the conversion, by month
//! of the conversion.

use std::ops::AddAssign;

use polars::prelude::*;

use super::{Place, Table, add_tables, grouped};
use crate::cases::{CREDIT_DIMENSIONS, Cases};

/// A rule for sharing credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
}

/// What was credited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Credited {
    /// Customers.
    pub conversions: u64,
    /// Their won amount, minor units.
    pub revenue: i64,
}

impl AddAssign for Credited {
    fn add_assign(&mut self, other: Credited) {
        self.conversions += other.conversions;
        self.revenue += other.revenue;
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AttributionTally {
    /// By month of the conversion; by source, channel and campaign, not the whole.
    pub credited: Table<Model, Credited>,
}

impl AttributionTally {
    /// Adds the tally of other leads.
    pub fn add(&mut self, other: AttributionTally) {
        add_tables(&mut self.credited, other.credited);
    }
}

/// Counts the customers.
pub fn tally(cases: &Cases) -> PolarsResult<AttributionTally> {
    let mut tally = AttributionTally::default();
    let sums = [len().cast(DataType::Int64).alias("conversions"), col("won").sum()];
    for model in Model::ALL {
        for (at, (name, _)) in (1..).zip(&cases.facts.dimensions) {
            if !CREDIT_DIMENSIONS.contains(&name.as_str()) {
                continue;
            }
            let credit = col(format!("{}.{name}", model.id()));
            let credited = cases.leads.clone().lazy().filter(credit.clone().is_not_null());
            for group in grouped(&credited, &[], "month.customer", &[credit], &sums)? {
                let member = group.key(0).and_then(|code| u32::try_from(code).ok()).unwrap_or_default();
                let place = Place { dimension: at, member, ..group.place };
                let row = Credited { conversions: group.count(1), revenue: group.sum(2) };
                *tally.credited.entry((place, model)).or_default() += row;
            }
        }
    }
    Ok(tally)
}
