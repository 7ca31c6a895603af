//! Deals: won, lost and open ones, their money and how long they took, by month of closing (open ones: of opening).

use std::collections::BTreeMap;
use std::ops::AddAssign;

use polars::prelude::*;

use super::{Histogram, Table, add_histograms, add_tables, all_dimensions, grouped, how_many};
use crate::cases::Cases;
use crate::cases::deals::Outcome;
use crate::cases::frame::join_square;

/// Deals with one outcome. Amounts are minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DealMoney {
    /// Deals.
    pub deals: u64,
    /// Their amount.
    pub amount: i64,
    /// Sum of squares of the amounts.
    pub squares: i128,
    /// Of these, how many have no lead behind them.
    pub untraceable: u64,
}

impl AddAssign for DealMoney {
    fn add_assign(&mut self, other: DealMoney) {
        let DealMoney { deals, amount, squares, untraceable } = other;
        self.deals += deals;
        self.amount += amount;
        self.squares += squares;
        self.untraceable += untraceable;
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
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

const OUTCOMES: [Outcome; 3] = [Outcome::Open, Outcome::Won, Outcome::Lost];

/// Counts the deals.
pub fn tally(cases: &Cases) -> PolarsResult<DealTally> {
    let dimensions = all_dimensions(cases);
    let is_open = || col("outcome").eq(lit(Outcome::Open as i32));
    let month = when(is_open()).then(col("month.created")).otherwise(col("month.closed"));
    let deals = cases.deals.clone().lazy().with_columns([month.alias("month")]);
    let outcome = |code: Option<i32>| OUTCOMES.into_iter().find(|outcome| Some(*outcome as i32) == code);
    let sums = [
        len().cast(DataType::Int64).alias("deals"),
        col("amount").sum(),
        col("squares_high").sum(),
        col("squares_low").sum(),
        how_many(col("has_lead").eq(lit(0)), "untraceable"),
    ];
    let mut tally = DealTally::default();
    for group in grouped(&deals, &dimensions, "month", &[col("outcome")], &sums)? {
        let money = DealMoney {
            deals: group.count(1),
            amount: group.sum(2),
            squares: join_square(group.sum(3), group.sum(4)),
            untraceable: group.count(5),
        };
        let outcome = outcome(group.key(0)).unwrap_or(Outcome::Open);
        tally.deals.insert((group.place, outcome), money);
    }
    let count = [len().cast(DataType::Int64).alias("deals")];
    let closed = deals.clone().filter(col("cycle_days").is_not_null());
    for group in grouped(&closed, &dimensions, "month", &[col("outcome"), col("cycle_days")], &count)? {
        let key = (group.place, outcome(group.key(0)).unwrap_or(Outcome::Open));
        let days = group.key(1).unwrap_or_default();
        *tally.cycles.entry(key).or_default().entry(days).or_default() += group.count(2);
    }
    let idle = deals.clone().filter(col("idle_days").is_not_null());
    for group in grouped(&idle, &dimensions, "month.created", &[col("deal_stage"), col("idle_days")], &count)? {
        let stage = group.key(0).and_then(|code| u32::try_from(code).ok()).unwrap_or_default();
        let days = group.key(1).unwrap_or_default();
        *tally.idle.entry((group.place, stage)).or_default().entry(days).or_default() += group.count(2);
    }
    let stage_days = cases.stage_days.clone().lazy().with_columns([lit(NULL).cast(DataType::Int32).alias("month")]);
    for group in grouped(&stage_days, &[], "month", &[col("deal_stage"), col("days")], &count)? {
        let stage = group.key(0).and_then(|code| u32::try_from(code).ok()).unwrap_or_default();
        let days = group.key(1).unwrap_or_default();
        *tally.stage_days.entry(stage).or_default().entry(days).or_default() += group.count(2);
    }
    Ok(tally)
}
