//! Handover: how long leads handed over in a month waited for the first touch by sales, in whole minutes, and what
//! became of them by how long they waited.

use std::ops::AddAssign;

use polars::prelude::*;

use super::{Histogram, Table, add_histograms, add_tables, all_dimensions, grouped, how_many};
use crate::cases::Cases;
use crate::cases::frame::Speed;
use crate::cases::leads::Verdict;
use crate::stage::Stage;

/// How long a lead waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Up to an hour.
    Hour,
    /// Up to a day.
    Day,
    /// Up to three days.
    ThreeDays,
    /// Longer.
    Later,
    /// Never touched, the agreed time past.
    Never,
}

impl Band {
    /// Every band, the quickest first.
    pub const ALL: [Band; 5] = [Band::Hour, Band::Day, Band::ThreeDays, Band::Later, Band::Never];

    /// Its name in figures.
    pub const fn name(self) -> &'static str {
        match self {
            Band::Hour => "within 1 h",
            Band::Day => "1 h to 24 h",
            Band::ThreeDays => "1 to 3 days",
            Band::Later => "later",
            Band::Never => "never",
        }
    }
}

/// Leads handed over in a month, by how the first touch stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Touched {
    /// Sales was in contact before.
    pub already: u64,
    /// Within the agreed time.
    pub in_time: u64,
    /// Later.
    pub late: u64,
    /// Never, the time is up.
    pub never: u64,
    /// Not yet, the time is not up.
    pub pending: u64,
}

impl AddAssign for Touched {
    fn add_assign(&mut self, other: Touched) {
        let Touched { already, in_time, late, never, pending } = other;
        self.already += already;
        self.in_time += in_time;
        self.late += late;
        self.never += never;
        self.pending += pending;
    }
}

/// What became of leads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Became {
    /// Leads.
    pub leads: u64,
    /// With a verdict.
    pub with_verdict: u64,
    /// Accepted by sales.
    pub accepted: u64,
    /// Customers.
    pub customers: u64,
}

impl AddAssign for Became {
    fn add_assign(&mut self, other: Became) {
        let Became { leads, with_verdict, accepted, customers } = other;
        self.leads += leads;
        self.with_verdict += with_verdict;
        self.accepted += accepted;
        self.customers += customers;
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HandoverTally {
    /// By month of the handover.
    pub touched: Table<(), Touched>,
    /// Minutes from handover to first sales touch.
    pub minutes: Table<(), Histogram>,
    /// By how long they waited.
    pub bands: Table<Band, Became>,
}

impl HandoverTally {
    /// Adds the tally of other leads.
    pub fn add(&mut self, other: HandoverTally) {
        add_tables(&mut self.touched, other.touched);
        add_histograms(&mut self.minutes, other.minutes);
        add_tables(&mut self.bands, other.bands);
    }
}

/// Counts the leads handed over.
pub fn tally(cases: &Cases) -> PolarsResult<HandoverTally> {
    let dimensions = all_dimensions(cases);
    let is = |speed: Speed| col("speed").eq(lit(speed as i32));
    let handed_over = cases.leads.clone().lazy().filter(is(Speed::None).not());
    let sums = [
        how_many(is(Speed::AlreadyInContact), "already"),
        how_many(is(Speed::InTime), "in time"),
        how_many(is(Speed::Late), "late"),
        how_many(is(Speed::Never), "never"),
        how_many(is(Speed::Pending), "pending"),
    ];
    let mut tally = HandoverTally::default();
    for group in grouped(&handed_over, &dimensions, "month.handed_over", &[], &sums)? {
        let touched = Touched {
            already: group.count(0),
            in_time: group.count(1),
            late: group.count(2),
            never: group.count(3),
            pending: group.count(4),
        };
        tally.touched.insert((group.place, ()), touched);
    }
    let touched = handed_over.clone().filter(col("speed_minutes").is_not_null());
    let count = [len().cast(DataType::Int64).alias("leads")];
    for group in grouped(&touched, &dimensions, "month.handed_over", &[col("speed_minutes")], &count)? {
        let minutes = group.key(0).unwrap_or(i32::MAX);
        *tally.minutes.entry((group.place, ())).or_default().entry(minutes).or_default() += group.count(1);
    }
    let seconds = || col("speed_seconds");
    let hours = |hours: i64| lit(hours * 3_600);
    let band = |band: Band| lit(band as i32);
    let waited = when(is(Speed::Never)).then(band(Band::Never)).otherwise(
        when(seconds().lt_eq(hours(1))).then(band(Band::Hour)).otherwise(
            when(seconds().lt_eq(hours(24)))
                .then(band(Band::Day))
                .otherwise(when(seconds().lt_eq(hours(72))).then(band(Band::ThreeDays)).otherwise(band(Band::Later))),
        ),
    );
    let known = is(Speed::InTime).or(is(Speed::Late)).or(is(Speed::Never));
    let sums = [
        len().cast(DataType::Int64).alias("leads"),
        how_many(col("verdict").is_not_null(), "with verdict"),
        how_many(col("verdict").eq(lit(Verdict::Accepted as i32)), "accepted"),
        how_many(col("far").gt_eq(lit(Stage::Customer.index() as i32)), "customers"),
    ];
    let waited = handed_over.filter(known).with_columns([waited.alias("band")]);
    for group in grouped(&waited, &[], "month.handed_over", &[col("band")], &sums)? {
        let Some(band) = group.key(0).and_then(|code| Band::ALL.into_iter().find(|band| *band as i32 == code)) else {
            continue;
        };
        let became = Became {
            leads: group.count(1),
            with_verdict: group.count(2),
            accepted: group.count(3),
            customers: group.count(4),
        };
        tally.bands.insert((group.place, band), became);
    }
    Ok(tally)
}
