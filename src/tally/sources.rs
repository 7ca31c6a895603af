//! Money: what the leads of a month became and brought, what was spent in it, and what was closed in it.

use polars::prelude::*;

use super::additive::{adds_up, tables_of};
use super::count::Measure;
use super::tables::table;
use super::{Counted, Table, up_to};
use crate::cases::frame::join_square;
use crate::stage::Stage;
use serde::{Deserialize, Serialize};

const STAGES: usize = Stage::ALL.len();

/// Leads that entered in a month and their money so far. Amounts are minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadMoney {
    /// Leads.
    pub leads: u64,
    /// How many reached each stage, by its index.
    pub reached: [u64; STAGES],
    /// Won deals.
    pub won_deals: u64,
    /// Won amount.
    pub won: i64,
    /// Sum of squares of won amounts.
    pub won_squares: i128,
    /// Amount of open deals.
    pub open: i64,
}

adds_up!(LeadMoney { leads, reached, won_deals, won, won_squares, open });

/// What was spent in a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Amounts recorded.
    pub records: u64,
    /// Minor units.
    pub amount: i64,
    /// Times shown.
    pub impressions: i64,
    /// Times clicked.
    pub clicks: i64,
}

adds_up!(Spent { records, amount, impressions, clicks });

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceTally {
    /// By month of entry of the lead.
    pub leads: Table<(), LeadMoney>,
    /// By month of the spend; by source, channel and campaign only.
    pub spend: Table<(), Spent>,
}

tables_of!(SourceTally { leads, spend });

/// Counts the cases and the spend.
pub fn tally(Counted { leads, spend, .. }: &Counted) -> PolarsResult<SourceTally> {
    let reached =
        leads.count(Measure { rows: lit(true), month: col("month.entered"), keys: [col("far")], sums: [] })?;
    let reached = reached.iter().map(|count| {
        let reached = up_to(count.keys[0], count.rows);
        ((count.place, ()), LeadMoney { leads: count.rows, reached, ..LeadMoney::default() })
    });
    // Most leads bring nothing, so that their money is summed apart.
    let sums = ["won_deals", "won", "won_squares_high", "won_squares_low", "open"].map(col);
    let brings = |sum: &Expr| sum.clone().neq(lit(0));
    let money = leads.count(Measure {
        rows: sums.iter().map(brings).fold(lit(false), Expr::or),
        month: col("month.entered"),
        keys: [],
        sums,
    })?;
    let money = money.iter().map(|count| {
        let [won_deals, won, high, low, open] = count.sums;
        let won_deals = u64::try_from(won_deals).unwrap_or_default();
        let won_squares = join_square(high, low);
        ((count.place, ()), LeadMoney { won_deals, won, won_squares, open, ..LeadMoney::default() })
    });
    let sums = ["amount", "impressions", "clicks"].map(col);
    let spend = spend.count(Measure { rows: lit(true), month: col("month"), keys: [], sums })?;
    let spend = spend.iter().map(|count| {
        let [amount, impressions, clicks] = count.sums;
        ((count.place, ()), Spent { records: count.rows, amount, impressions, clicks })
    });
    Ok(SourceTally { leads: table(reached.chain(money)), spend: table(spend) })
}
