//! Money: what the leads of a month became and brought, what was spent in it, and what was closed in it.

use std::ops::AddAssign;

use polars::prelude::*;

use super::count::{Measure, Rows};
use super::tables::{add_tables, table};
use super::{Table, up_to};
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

impl AddAssign for LeadMoney {
    fn add_assign(&mut self, other: LeadMoney) {
        let LeadMoney { leads, reached, won_deals, won, won_squares, open } = other;
        self.leads += leads;
        self.reached.iter_mut().zip(reached).for_each(|(own, other)| *own += other);
        self.won_deals += won_deals;
        self.won += won;
        self.won_squares += won_squares;
        self.open += open;
    }
}

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

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Spent) {
        let Spent { records, amount, impressions, clicks } = other;
        self.records += records;
        self.amount += amount;
        self.impressions += impressions;
        self.clicks += clicks;
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RoiTally {
    /// By month of entry of the lead.
    pub leads: Table<(), LeadMoney>,
    /// By month of the spend; by source, channel and campaign only.
    pub spend: Table<(), Spent>,
}

impl RoiTally {
    /// Adds the tally of other leads and spend.
    pub fn add(&mut self, other: RoiTally) {
        add_tables(&mut self.leads, other.leads);
        add_tables(&mut self.spend, other.spend);
    }
}

/// Counts the cases and the spend.
pub fn tally(leads: &Rows, spend: &Rows) -> PolarsResult<RoiTally> {
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
    Ok(RoiTally { leads: table(reached.chain(money)), spend: table(spend) })
}
