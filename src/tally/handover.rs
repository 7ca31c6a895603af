//! Handover: how long leads handed over in a month waited for the first touch by sales, in whole minutes, what became of
//! them by how long they waited, and how often sales tried before it gave them up.

use polars::prelude::*;

use super::additive::{Key, adds_up, decoded, tables_of};
use super::count::Measure;
use super::tables::{histograms, table};
use super::{Counted, Histogram, Table};
use crate::cases::handover::FirstTouch;
use crate::cases::leads::Verdict;
use crate::stage::Stage;
use serde::{Deserialize, Serialize};

/// How long a lead waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

impl Key for Band {}

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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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

adds_up!(Touched { already, in_time, late, never, pending });

/// What became of leads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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

adds_up!(Became { leads, with_verdict, accepted, customers });

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HandoverTally {
    /// By month of the handover.
    pub touched: Table<(), Touched>,
    /// Minutes from handover to first sales touch.
    pub minutes: Table<(), Histogram>,
    /// By how long they waited.
    pub bands: Table<Band, Became>,
    /// Touches by sales before the lead was given up as unreachable.
    pub attempts: Table<(), Histogram>,
}

tables_of!(HandoverTally { touched, minutes, bands, attempts });

fn is(first_touch: FirstTouch) -> Expr {
    col("first_touch").eq(lit(first_touch as i32))
}

/// How long a lead waited, as the place of the [`Band`].
fn band() -> Expr {
    let seconds = || col("speed_to_lead_seconds");
    let hours = |hours: i64| lit(hours * 3_600);
    let band = |band: Band| lit(band as i32);
    when(is(FirstTouch::Never)).then(band(Band::Never)).otherwise(
        when(seconds().lt_eq(hours(1))).then(band(Band::Hour)).otherwise(
            when(seconds().lt_eq(hours(24)))
                .then(band(Band::Day))
                .otherwise(when(seconds().lt_eq(hours(72))).then(band(Band::ThreeDays)).otherwise(band(Band::Later))),
        ),
    )
}

/// Counts the leads handed over.
pub fn tally(Counted { leads, .. }: &Counted) -> PolarsResult<HandoverTally> {
    let touched = leads.count(Measure {
        rows: is(FirstTouch::None).not(),
        month: col("month.handed_over"),
        keys: [col("first_touch")],
        sums: [],
    })?;
    let touched = touched.iter().map(|count| {
        let of = |first_touch: FirstTouch| if count.keys == [Some(first_touch as i32)] { count.rows } else { 0 };
        let touched = Touched {
            already: of(FirstTouch::AlreadyInContact),
            in_time: of(FirstTouch::InTime),
            late: of(FirstTouch::Late),
            never: of(FirstTouch::Never),
            pending: of(FirstTouch::Pending),
        };
        ((count.place, ()), touched)
    });
    let minutes = leads.count(Measure {
        rows: is(FirstTouch::None).not().and(col("speed_to_lead_minutes").is_not_null()),
        month: col("month.handed_over"),
        keys: [col("speed_to_lead_minutes")],
        sums: [],
    })?;
    let minutes = minutes.iter().map(|count| ((count.place, ()), count.keys[0].unwrap_or(i32::MAX), count.rows));
    let is_customer = col("far").gt_eq(lit(Stage::Customer.index() as i32));
    let bands = leads.whole().count(Measure {
        rows: is(FirstTouch::InTime).or(is(FirstTouch::Late)).or(is(FirstTouch::Never)),
        month: col("month.handed_over"),
        keys: [band(), col("verdict"), is_customer],
        sums: [],
    })?;
    let bands = bands.iter().map(|count| {
        let [band, verdict, is_customer] = count.keys;
        let band = decoded(&Band::ALL, band).expect("every lead that was due waited for some time");
        let rows_if = |holds: bool| if holds { count.rows } else { 0 };
        let became = Became {
            leads: count.rows,
            with_verdict: rows_if(verdict.is_some()),
            accepted: rows_if(verdict == Some(Verdict::Accepted as i32)),
            customers: rows_if(is_customer == Some(1)),
        };
        ((count.place, band), became)
    });
    let attempts = leads.count(Measure {
        rows: col("given_up_after").is_not_null(),
        month: col("month.handed_over"),
        keys: [col("given_up_after")],
        sums: [],
    })?;
    let attempts = attempts.iter().map(|count| ((count.place, ()), count.keys[0].unwrap_or_default(), count.rows));
    Ok(HandoverTally {
        touched: table(touched),
        minutes: histograms(minutes),
        bands: table(bands),
        attempts: histograms(attempts),
    })
}
