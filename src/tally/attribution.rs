//! Attribution: customers and their money by whom each model gives the credit to, by month of the conversion.

use polars::prelude::*;

use super::additive::{Key, adds_up, decoded, tables_of};
use super::count::Measure;
use super::tables::table;
use super::{Counted, Table};
use crate::cases::attribution::Model;
use serde::{Deserialize, Serialize};

impl Key for Model {}

/// What was credited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credited {
    /// Parts of conversions, of which [`WHOLE`](crate::cases::attribution::WHOLE) are one.
    pub conversions: i64,
    /// Won amount of these customers, as far as it is credited here, minor units.
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

/// Adds up the credit.
pub fn tally(Counted { credits, .. }: &Counted) -> PolarsResult<AttributionTally> {
    let credited = credits.count(Measure {
        rows: lit(true),
        month: col("month"),
        keys: [col("model")],
        sums: ["conversions", "revenue"].map(col),
    })?;
    let of_members = credited.iter().filter(|count| count.place.dimension > 0);
    let credited = of_members.map(|count| {
        let ([model], [conversions, revenue]) = (count.keys, count.sums);
        let model = decoded(&Model::ALL, model).expect("every credit is by some model");
        ((count.place, model), Credited { conversions, revenue })
    });
    Ok(AttributionTally { credited: table(credited) })
}
