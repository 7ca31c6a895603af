//! Deals: won, lost and open ones, their money and how long they took, by month of closing (open ones: of opening).

use std::collections::BTreeMap;
use std::ops::AddAssign;

use polars::prelude::*;

use super::count::{Measure, Rows};
use super::tables::{add_histograms, add_tables, histograms, table};
use super::{Histogram, Table};
use crate::cases::deals::Outcome;
use crate::cases::frame::join_square;
use serde::{Deserialize, Serialize};

/// Deals with one outcome. Amounts are minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealMoney {
    /// Deals.
    pub deals: u64,
    /// Their amount.
    pub amount: i64,
    /// Sum of squares of the amounts.
    pub squares: i128,
    /// Of these, how many tell their amount.
    pub priced: u64,
    /// Of these, how many have no lead behind them.
    pub untraceable: u64,
}

impl AddAssign for DealMoney {
    fn add_assign(&mut self, other: DealMoney) {
        let DealMoney { deals, amount, squares, priced, untraceable } = other;
        self.deals += deals;
        self.amount += amount;
        self.squares += squares;
        self.priced += priced;
        self.untraceable += untraceable;
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DealTally {
    /// By month of closing, for open deals by month of opening.
    pub deals: Table<Outcome, DealMoney>,
    /// Days from opening to closing.
    pub cycles: Table<Outcome, Histogram>,
    /// Open deals: days since the last change or activity, by code of the stage and month of opening.
    pub idle: Table<u32, Histogram>,
    /// Won deals: days in each stage they left, by code of the stage.
    pub stage_days: BTreeMap<u32, Histogram>,
}

impl DealTally {
    /// Adds the tally of other deals.
    pub fn add(&mut self, other: DealTally) {
        add_tables(&mut self.deals, other.deals);
        add_histograms(&mut self.cycles, other.cycles);
        add_histograms(&mut self.idle, other.idle);
        add_histograms(&mut self.stage_days, other.stage_days);
    }
}

fn outcome(code: Option<i32>) -> Outcome {
    let known = Outcome::ALL.into_iter().find(|outcome| Some(*outcome as i32) == code);
    known.expect("the column of outcomes holds codes of outcomes")
}

fn stage(code: Option<i32>) -> u32 {
    code.and_then(|code| u32::try_from(code).ok()).unwrap_or_default()
}

/// Month of closing, for open deals of opening.
fn month() -> Expr {
    let is_open = col("outcome").eq(lit(Outcome::Open as i32));
    when(is_open).then(col("month.created")).otherwise(col("month.closed"))
}

/// Counts the deals, and the days in the stages that won ones have left.
pub fn tally(deals: &Rows, stage_days: &Rows) -> PolarsResult<DealTally> {
    let money = deals.count(Measure {
        rows: lit(true),
        month: month(),
        keys: [col("outcome"), col("has_lead")],
        sums: ["amount", "squares_high", "squares_low", "priced"].map(col),
    })?;
    let money = money.iter().map(|count| {
        let ([code, has_lead], [amount, high, low, priced]) = (count.keys, count.sums);
        let untraceable = if has_lead == Some(0) { count.rows } else { 0 };
        let priced = u64::try_from(priced).expect("a count of rows");
        let money = DealMoney { deals: count.rows, amount, squares: join_square(high, low), priced, untraceable };
        ((count.place, outcome(code)), money)
    });
    let cycles = deals.count(Measure {
        rows: col("cycle_days").is_not_null(),
        month: month(),
        keys: [col("outcome"), col("cycle_days")],
        sums: [],
    })?;
    let cycles = cycles.iter().map(|count| {
        let [code, days] = count.keys;
        ((count.place, outcome(code)), days.unwrap_or_default(), count.rows)
    });
    let idle = deals.count(Measure {
        rows: col("idle_days").is_not_null(),
        month: col("month.created"),
        keys: [col("deal_stage"), col("idle_days")],
        sums: [],
    })?;
    let idle = idle.iter().map(|count| {
        let [code, days] = count.keys;
        ((count.place, stage(code)), days.unwrap_or_default(), count.rows)
    });
    let left = stage_days.count(Measure {
        rows: lit(true),
        month: lit(NULL),
        keys: [col("deal_stage"), col("days")],
        sums: [],
    })?;
    let left = left.iter().map(|count| {
        let [code, days] = count.keys;
        (stage(code), days.unwrap_or_default(), count.rows)
    });
    Ok(DealTally {
        deals: table(money),
        cycles: histograms(cycles),
        idle: histograms(idle),
        stage_days: histograms(left),
    })
}
