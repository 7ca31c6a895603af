//! Attribution: customers and their money credited to the first and to the last touch before the conversion, by month
//! of the conversion.

use polars::prelude::*;

use super::additive::{Additive, Key, adds_up, tables_of};
use super::count::Measure;
use super::tables::table;
use super::{Counted, Place, Table};
use serde::{Deserialize, Serialize};

/// A rule for sharing credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Model {
    /// All to the first touch.
    First,
    /// All to the last touch.
    Last,
}

impl Key for Model {}

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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credited {
    /// Customers.
    pub conversions: u64,
    /// Their won amount, minor units.
    pub revenue: i64,
}

adds_up!(Credited { conversions, revenue });

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AttributionTally {
    /// By month of the conversion; by source, channel and campaign, not the whole.
    pub credited: Table<Model, Credited>,
}

tables_of!(AttributionTally { credited });

/// Counts the customers.
pub fn tally(Counted { leads, credited: dimensions, .. }: &Counted) -> PolarsResult<AttributionTally> {
    let leads = leads.whole();
    let mut tally = AttributionTally::default();
    for model in Model::ALL {
        for (dimension, name) in dimensions {
            let dimension = *dimension;
            let credit = col(format!("{}.{name}", model.id()));
            let credited = leads.count(Measure {
                rows: credit.clone().is_not_null(),
                month: col("month.customer"),
                keys: [credit],
                sums: [col("won")],
            })?;
            let credited = credited.iter().map(|count| {
                let [credit] = count.keys;
                let member = credit.and_then(|code| u32::try_from(code).ok()).unwrap_or_default();
                let [revenue] = count.sums;
                ((Place { dimension, member, ..count.place }, model), Credited { conversions: count.rows, revenue })
            });
            tally.credited.add(table(credited));
        }
    }
    Ok(tally)
}
