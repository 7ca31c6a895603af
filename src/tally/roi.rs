//! Money: what the leads of a month became and brought, what was spent in it, and what was closed in it.

use std::ops::AddAssign;

use polars::prelude::*;

use super::{Table, add_tables, all_dimensions, grouped, how_many};
use crate::cases::frame::join_square;
use crate::cases::{CREDIT_DIMENSIONS, Cases};
use crate::stage::Stage;

const STAGES: usize = Stage::ALL.len();

/// Leads that entered in a month and their money so far. Amounts are minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
#[derive(Debug, Clone, Default, PartialEq)]
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
pub fn tally(cases: &Cases) -> PolarsResult<RoiTally> {
    let dimensions = all_dimensions(cases);
    let mut sums = vec![len().cast(DataType::Int64).alias("leads")];
    sums.extend(Stage::ALL.map(|stage| how_many(col("far").gt_eq(lit(stage.index() as i32)), stage.id())));
    sums.extend(["won_deals", "won", "won_squares_high", "won_squares_low", "open"].map(|name| col(name).sum()));
    let mut tally = RoiTally::default();
    for group in grouped(&cases.leads.clone().lazy(), &dimensions, "month.entered", &[], &sums)? {
        let mut money = LeadMoney {
            leads: group.count(0),
            won_deals: group.count(1 + STAGES),
            won: group.sum(2 + STAGES),
            won_squares: join_square(group.sum(3 + STAGES), group.sum(4 + STAGES)),
            open: group.sum(5 + STAGES),
            ..LeadMoney::default()
        };
        (money.reached.iter_mut().enumerate()).for_each(|(at, reached)| *reached = group.count(1 + at));
        tally.leads.insert((group.place, ()), money);
    }
    let dimensions: Vec<(usize, String)> =
        dimensions.into_iter().filter(|(_, name)| CREDIT_DIMENSIONS.contains(&name.as_str())).collect();
    let sums = [
        len().cast(DataType::Int64).alias("records"),
        col("amount").sum(),
        col("impressions").sum(),
        col("clicks").sum(),
    ];
    for group in grouped(&cases.spend.clone().lazy(), &dimensions, "month", &[], &sums)? {
        let spent =
            Spent { records: group.count(0), amount: group.sum(1), impressions: group.sum(2), clicks: group.sum(3) };
        tally.spend.insert((group.place, ()), spent);
    }
    Ok(tally)
}
