//! Funnel: entries into each stage, what the entrants reached, stages that were skipped, and how many days it took,
//! by month of entry. Days are kept as histograms by whole day, so that medians and incidence stay exact.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use polars::prelude::*;

use super::{Histogram, Table, add_histograms, add_tables, all_dimensions, grouped, how_many};
use crate::cases::Cases;
use crate::stage::Stage;

const STAGES: usize = Stage::ALL.len();

/// Leads that entered a stage in a month, and how many of them got how far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cohort {
    /// Leads.
    pub entered: u64,
    /// Of these, how many reached each stage, by its index.
    pub reached: [u64; STAGES],
}

impl AddAssign for Cohort {
    fn add_assign(&mut self, other: Cohort) {
        self.entered += other.entered;
        self.reached.iter_mut().zip(other.reached).for_each(|(own, other)| *own += other);
    }
}

/// Leads by month of entry that went beyond a stage, and how many of them have no date for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Skips {
    /// Went beyond the stage, by its index.
    pub beyond: [u64; STAGES],
    /// Of these, without a date for it.
    pub undated: [u64; STAGES],
}

impl AddAssign for Skips {
    fn add_assign(&mut self, other: Skips) {
        self.beyond.iter_mut().zip(other.beyond).for_each(|(own, other)| *own += other);
        self.undated.iter_mut().zip(other.undated).for_each(|(own, other)| *own += other);
    }
}

/// What ended the wait of a lead in one stage for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// Nothing yet: observed until the as-of day.
    Open,
    /// Reached it, on a known day.
    Reached,
    /// Reached it on an unknown day, not later than a later stage that is dated.
    Implied,
    /// Lost, rejected or recycled first.
    Competing,
}

const ENDS: [End; 4] = [End::Open, End::Reached, End::Implied, End::Competing];

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FunnelTally {
    /// By month of entry into the stage.
    pub cohorts: Table<Stage, Cohort>,
    /// By month of entry into the process.
    pub skips: Table<(), Skips>,
    /// By month of entry into the first stage of the pair.
    pub waits: Table<(Stage, Stage, End), Histogram>,
}

impl FunnelTally {
    /// Adds the tally of other leads.
    pub fn add(&mut self, other: FunnelTally) {
        add_tables(&mut self.cohorts, other.cohorts);
        add_tables(&mut self.skips, other.skips);
        add_histograms(&mut self.waits, other.waits);
    }
}

fn day(stage: Stage) -> Expr {
    col(format!("day.{}", stage.id()))
}

fn reached(stage: Stage) -> Expr {
    col("far").gt_eq(lit(stage.index() as i32))
}

/// Counts the cases.
pub fn tally(cases: &Cases, pairs: &[(Stage, Stage)]) -> PolarsResult<FunnelTally> {
    let leads = cases.leads.clone().lazy();
    let dimensions = all_dimensions(cases);
    let mut tally = FunnelTally::default();
    for stage in Stage::ALL {
        let entrants = leads.clone().filter(reached(stage));
        let sums: Vec<Expr> = std::iter::once(len().cast(DataType::Int64).alias("entered"))
            .chain(Stage::ALL.map(|later| how_many(reached(later), later.id())))
            .collect();
        for group in grouped(&entrants, &dimensions, &format!("month.{}", stage.id()), &[], &sums)? {
            let mut cohort = Cohort { entered: group.count(0), ..Cohort::default() };
            (cohort.reached.iter_mut().enumerate()).for_each(|(at, reached)| *reached = group.count(1 + at));
            tally.cohorts.insert((group.place, stage), cohort);
        }
    }
    let beyond = |stage: Stage| col("far").gt(lit(stage.index() as i32));
    let sums: Vec<Expr> = (Stage::ALL.iter())
        .flat_map(|stage| {
            [
                how_many(beyond(*stage), &format!("beyond {}", stage.id())),
                how_many(beyond(*stage).and(day(*stage).is_null()), &format!("undated {}", stage.id())),
            ]
        })
        .collect();
    for group in grouped(&leads, &dimensions, "month.entered", &[], &sums)? {
        let mut skips = Skips::default();
        for at in 0..STAGES {
            skips.beyond[at] = group.count(2 * at);
            skips.undated[at] = group.count(2 * at + 1);
        }
        tally.skips.insert((group.place, ()), skips);
    }
    for (from, to) in pairs {
        tally.waits.extend(waits(cases, *from, *to)?);
    }
    Ok(tally)
}

/// How long the leads in `from` waited for `to`, and what ended the wait.
fn waits(cases: &Cases, from: Stage, to: Stage) -> PolarsResult<Table<(Stage, Stage, End), Histogram>> {
    let later = Stage::ALL.into_iter().filter(|stage| *stage > to).rev();
    let implied_day = later.fold(lit(NULL).cast(DataType::Int32), |otherwise, stage| {
        when(day(stage).is_not_null()).then(day(stage)).otherwise(otherwise)
    });
    let (dated, implied, ended) = (day(to).is_not_null(), reached(to), col("day.ended").is_not_null());
    let code = |end: End| lit(end as i32);
    let end = when(dated.clone()).then(code(End::Reached)).otherwise(
        when(implied.clone())
            .then(code(End::Implied))
            .otherwise(when(ended.clone()).then(code(End::Competing)).otherwise(code(End::Open))),
    );
    let until = when(dated).then(day(to)).otherwise(
        when(implied)
            .then(implied_day)
            .otherwise(when(ended).then(col("day.ended")).otherwise(lit(cases.facts.as_of_day.0))),
    );
    let waiting = cases
        .leads
        .clone()
        .lazy()
        .filter(day(from).is_not_null())
        .with_columns([end.alias("end"), (until - day(from)).alias("days")]);
    let groups = grouped(
        &waiting,
        &all_dimensions(cases),
        &format!("month.{}", from.id()),
        &[col("end"), col("days")],
        &[len().cast(DataType::Int64).alias("leads")],
    )?;
    let mut waits: BTreeMap<_, Histogram> = BTreeMap::new();
    for group in groups {
        let end = group.key(0).and_then(|code| ENDS.into_iter().find(|end| *end as i32 == code)).unwrap_or(End::Open);
        let days = group.key(1).unwrap_or_default();
        *waits.entry((group.place, (from, to, end))).or_default().entry(days).or_default() += group.count(2);
    }
    Ok(waits)
}
