//! Deals: won, lost and open ones, their money and how long they took, by month of closing (open ones: of opening).

use polars::prelude::*;
use std::collections::BTreeMap;

use super::additive::{DealStage, adds_up, decoded, tables_of};
use super::count::Measure;
use super::tables::{histograms, table};
use super::{Counted, Histogram, Table};
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

adds_up!(DealMoney { deals, amount, squares, priced, untraceable });

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DealTally {
    /// By month of closing, for open deals by month of opening.
    pub deals: Table<Outcome, DealMoney>,
    /// Days from opening to closing.
    pub cycles: Table<Outcome, Histogram>,
    /// Open deals: days since the last change or activity, by code of the stage and month of opening.
    pub idle: Table<DealStage, Histogram>,
    /// Won deals: days in each stage they left, by code of the stage.
    pub stage_days: BTreeMap<DealStage, Histogram>,
}

tables_of!(DealTally { deals, cycles, idle, stage_days });

fn outcome(code: Option<i32>) -> Outcome {
    decoded(&Outcome::ALL, code).expect("every deal has an outcome, if only an unknown one")
}

fn stage(code: Option<i32>) -> DealStage {
    DealStage(code.and_then(|code| u32::try_from(code).ok()).unwrap_or_default())
}

/// Month of closing, for open deals of opening.
fn month() -> Expr {
    let is_open = col("outcome").eq(lit(Outcome::Open as i32));
    when(is_open).then(col("month.created")).otherwise(col("month.closed"))
}

/// Counts the deals, and the days in the stages that won ones have left.
pub fn tally(Counted { deals, stage_days, .. }: &Counted) -> PolarsResult<DealTally> {
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
