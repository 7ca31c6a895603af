//! Leakage: the first rule that each lead broke, by month of entry, with what is needed to value it: how the case
//! stands, how far it got, its source. Open deals keep the days since the last change, so that the limit, which comes
//! from all deals, can be applied in [`crate::find`].

use std::ops::AddAssign;

use polars::prelude::*;

use super::{Table, add_tables, all_dimensions, grouped, how_many};
use crate::cases::Cases;
use crate::cases::frame::{State, against_column, dimension_column};
use crate::cases::leaks::Leak;
use crate::stage::Stage;

const LEAKS: usize = Leak::ALL.len();

/// What cases with equal prospects have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prospect {
    /// The first rule broken, stalling apart.
    pub leak: Option<Leak>,
    /// How the case stands.
    pub state: State,
    /// Furthest stage reached.
    pub far: Option<Stage>,
    /// Code of its source.
    pub source: u32,
    /// Days since the last change of its open deal.
    pub idle_days: Option<i32>,
    /// Code of the stage of its open deal.
    pub deal_stage: u32,
}

/// Leads held against each rule, by the rule's index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Against {
    /// Leads.
    pub leads: [u64; LEAKS],
}

impl AddAssign for Against {
    fn add_assign(&mut self, other: Against) {
        self.leads.iter_mut().zip(other.leads).for_each(|(own, other)| *own += other);
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeakageTally {
    /// By month of entry.
    pub cases: Table<Prospect, u64>,
    /// By month of entry.
    pub against: Table<(), Against>,
}

impl LeakageTally {
    /// Adds the tally of other leads.
    pub fn add(&mut self, other: LeakageTally) {
        add_tables(&mut self.cases, other.cases);
        add_tables(&mut self.against, other.against);
    }
}

const STATES: [State; 5] = [State::InProgress, State::Lost, State::Rejected, State::Recycled, State::Customer];

/// Counts the cases.
pub fn tally(cases: &Cases) -> PolarsResult<LeakageTally> {
    let leads = cases.leads.clone().lazy().with_columns([col(dimension_column("source")).alias("source")]);
    let dimensions = all_dimensions(cases);
    let keys = ["leak", "state", "far", "source", "idle_days", "deal_stage"].map(col);
    let mut tally = LeakageTally::default();
    for group in grouped(&leads, &dimensions, "month.entered", &keys, &[len().cast(DataType::Int64).alias("leads")])? {
        let at = |key: usize| group.key(key).and_then(|code| usize::try_from(code).ok());
        let code = |key: usize| group.key(key).and_then(|code| u32::try_from(code).ok()).unwrap_or_default();
        let prospect = Prospect {
            leak: at(0).and_then(|code| Leak::ALL.get(code)).copied(),
            state: at(1).and_then(|code| STATES.get(code)).copied().unwrap_or(State::InProgress),
            far: at(2).and_then(|code| Stage::ALL.get(code)).copied(),
            source: code(3),
            idle_days: group.key(4),
            deal_stage: code(5),
        };
        *tally.cases.entry((group.place, prospect)).or_default() += group.count(6);
    }
    let held = |leak: &Leak| how_many(col(against_column(*leak)), leak.id());
    let sums: Vec<Expr> = Leak::ALL.iter().map(held).collect();
    for group in grouped(&leads, &dimensions, "month.entered", &[], &sums)? {
        let mut against = Against::default();
        (against.leads.iter_mut().enumerate()).for_each(|(at, leads)| *leads = group.count(at));
        tally.against.insert((group.place, ()), against);
    }
    Ok(tally)
}
