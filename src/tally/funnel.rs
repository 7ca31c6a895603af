//! Funnel: entries into each stage, what the entrants reached, stages that were skipped, and how many days it took,
//! by month of entry. Days are kept as histograms by whole day, so that medians and incidence stay exact.

use polars::prelude::*;
use std::collections::BTreeMap;

use super::additive::{Key, adds_up, decoded, tables_of};
use super::count::{Measure, Rows};
use super::tables::{as_list, from_list, histograms, table};
use super::{Counted, Histogram, Table, up_to};
use crate::calendar::Day;
use crate::stage::Stage;
use serde::{Deserialize, Serialize};

const STAGES: usize = Stage::ALL.len();

/// Leads that entered a stage in a month, and how many of them got how far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohort {
    /// Leads.
    pub entered: u64,
    /// Of these, how many reached each stage, by its index.
    pub reached: [u64; STAGES],
}

adds_up!(Cohort { entered, reached });

/// Leads by month of entry that went beyond a stage, and how many of them have no date for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skips {
    /// Went beyond the stage, by its index.
    pub beyond: [u64; STAGES],
    /// Of these, without a date for it.
    pub undated: [u64; STAGES],
}

adds_up!(Skips { beyond, undated });

/// What ended the wait of a lead in one stage for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

impl Key for (Stage, Stage, End) {}

const ENDS: [End; 4] = [End::Open, End::Reached, End::Implied, End::Competing];

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FunnelTally {
    /// By month of entry into the stage.
    pub cohorts: Table<Stage, Cohort>,
    /// By month of entry into the process.
    pub skips: Table<(), Skips>,
    /// By month of entry into the first stage of the pair.
    #[serde(serialize_with = "as_list", deserialize_with = "from_list")]
    pub waits: Table<(Stage, Stage, End), Histogram>,
}

tables_of!(FunnelTally { cohorts, skips, waits });

fn day(stage: Stage) -> Expr {
    col(format!("day.{}", stage.id()))
}

fn reached(stage: Stage) -> Expr {
    col("far").gt_eq(lit(stage.index() as i32))
}

fn reached_column(stage: Stage) -> String {
    format!("reached.{}", stage.id())
}

/// The stages that have a date, a bit each.
fn dated() -> Expr {
    let bit = |stage: Stage| day(stage).is_not_null().cast(DataType::Int32) * lit(1 << stage.index());
    Stage::ALL.into_iter().map(bit).fold(lit(0), |bits, bit| bits + bit)
}

/// Counts the cases.
pub fn tally(Counted { leads, pairs, as_of, .. }: &Counted) -> PolarsResult<FunnelTally> {
    let leads = leads.with(Stage::ALL.map(|stage| reached(stage).alias(reached_column(stage))))?;
    let mut cohorts = BTreeMap::new();
    for stage in Stage::ALL {
        let entrants = leads.count(Measure {
            rows: col(reached_column(stage)),
            month: col(format!("month.{}", stage.id())),
            keys: [col("far")],
            sums: [],
        })?;
        cohorts.extend(table(entrants.iter().map(|count| {
            let cohort = Cohort { entered: count.rows, reached: up_to(count.keys[0], count.rows) };
            ((count.place, stage), cohort)
        })));
    }
    Ok(FunnelTally { cohorts, skips: skips(&leads)?, waits: waits(&leads, pairs, *as_of)? })
}

/// Who went beyond which stage, with or without a date for it.
fn skips(leads: &Rows) -> PolarsResult<Table<(), Skips>> {
    let skips =
        leads.count(Measure { rows: lit(true), month: col("month.entered"), keys: [col("far"), dated()], sums: [] })?;
    Ok(table(skips.iter().map(|count| {
        let [far, dated] = count.keys;
        let beyond = up_to(far.map(|far| far - 1), count.rows);
        let is_dated = |stage: usize| dated.unwrap_or_default() & (1 << stage) != 0;
        let undated = std::array::from_fn(|stage| if is_dated(stage) { 0 } else { beyond[stage] });
        ((count.place, ()), Skips { beyond, undated })
    })))
}

/// How long the leads in the first stage of each pair waited for the second, and what ended the wait.
fn waits(leads: &Rows, pairs: &[(Stage, Stage)], as_of: Day) -> PolarsResult<Table<(Stage, Stage, End), Histogram>> {
    const UNREACHED: &str = "observed until";
    const REACHED: &str = "reached by";
    let has_ended = || col("day.ended").is_not_null();
    let unreached = col("day.ended").fill_null(lit(as_of.0));
    let mut leads = leads.with([unreached.alias(UNREACHED), lit(NULL).cast(DataType::Int32).alias(REACHED)])?;
    let mut waits = BTreeMap::new();
    for to in Stage::ALL.into_iter().rev() {
        // Without a date of its own, a stage was reached by the day of the next one that has a date.
        leads = leads.with([day(to).fill_null(col(REACHED)).alias(REACHED)])?;
        let code = |end: End| lit(end as i32);
        let end = when(day(to).is_not_null())
            .then(code(End::Reached))
            .when(col(reached_column(to)))
            .then(code(End::Implied))
            .when(has_ended())
            .then(code(End::Competing))
            .otherwise(code(End::Open));
        let until = when(col(reached_column(to))).then(col(REACHED)).otherwise(col(UNREACHED));
        let ended = leads.with([end.alias("end"), until.alias("until")])?;
        for (from, _) in pairs.iter().filter(|pair| pair.1 == to) {
            let waiting = ended.count(Measure {
                rows: day(*from).is_not_null(),
                month: col(format!("month.{}", from.id())),
                keys: [col("end"), col("until") - day(*from)],
                sums: [],
            })?;
            waits.extend(histograms(waiting.iter().map(|count| {
                let [end, days] = count.keys;
                let end = decoded(&ENDS, end).expect("every wait ended somehow, or did not");
                ((count.place, (*from, to, end)), days.unwrap_or_default(), count.rows)
            })));
        }
    }
    Ok(waits)
}
