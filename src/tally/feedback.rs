//! Feedback: what sales said of the leads handed over in a month, and how long it took.

use polars::prelude::*;

use super::additive::{Reason, adds_up, tables_of};
use super::count::Measure;
use super::tables::{histograms, table};
use super::{Counted, Histogram, Table};
use crate::cases::feedback::VerdictTiming;
use crate::cases::leads::Verdict;
use serde::{Deserialize, Serialize};

/// Leads handed over in a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Handed over.
    pub handed_over: u64,
    /// Verdict within the agreed time.
    pub in_time: u64,
    /// Verdict after it.
    pub late: u64,
    /// Verdict without a date.
    pub undated: u64,
    /// No verdict, the time is up.
    pub missing: u64,
    /// No verdict, the time is not up.
    pub pending: u64,
    /// Accepted.
    pub accepted: u64,
    /// Rejected.
    pub rejected: u64,
    /// Recycled.
    pub recycled: u64,
}

adds_up!(Feedback { handed_over, in_time, late, undated, missing, pending, accepted, rejected, recycled });

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FeedbackTally {
    /// By month of the handover.
    pub verdicts: Table<(), Feedback>,
    /// Days from handover to verdict.
    pub days: Table<(), Histogram>,
    /// Rejected and recycled leads by the code of the reason.
    pub reasons: Table<Reason, u64>,
}

tables_of!(FeedbackTally { verdicts, days, reasons });

fn was_handed_over() -> Expr {
    col("month.handed_over").is_not_null()
}

/// Counts the leads handed over.
pub fn tally(Counted { leads, .. }: &Counted) -> PolarsResult<FeedbackTally> {
    let verdicts = leads.count(Measure {
        rows: was_handed_over(),
        month: col("month.handed_over"),
        keys: [col("verdict_timing"), col("verdict")],
        sums: [],
    })?;
    let verdicts = verdicts.iter().map(|count| {
        let [timing, verdict] = count.keys;
        let timed = |code: VerdictTiming| if timing == Some(code as i32) { count.rows } else { 0 };
        let said = |code: Verdict| if verdict == Some(code as i32) { count.rows } else { 0 };
        let feedback = Feedback {
            handed_over: count.rows,
            in_time: timed(VerdictTiming::InTime),
            late: timed(VerdictTiming::Late),
            undated: timed(VerdictTiming::Undated),
            missing: timed(VerdictTiming::Missing),
            pending: timed(VerdictTiming::Pending),
            accepted: said(Verdict::Accepted),
            rejected: said(Verdict::Rejected),
            recycled: said(Verdict::Recycled),
        };
        ((count.place, ()), feedback)
    });
    let days = leads.count(Measure {
        rows: was_handed_over().and(col("days_to_verdict").is_not_null()).and(col("verdict").is_not_null()),
        month: col("month.handed_over"),
        keys: [col("days_to_verdict")],
        sums: [],
    })?;
    let days = days.iter().map(|count| ((count.place, ()), count.keys[0].unwrap_or_default(), count.rows));
    let reasons = leads.count(Measure {
        rows: was_handed_over().and(col("verdict").gt(lit(Verdict::Accepted as i32))),
        month: col("month.handed_over"),
        keys: [col("reason")],
        sums: [],
    })?;
    let reasons = reasons.iter().map(|count| {
        let reason = count.keys[0].and_then(|code| u32::try_from(code).ok()).unwrap_or_default();
        ((count.place, Reason(reason)), count.rows)
    });
    Ok(FeedbackTally { verdicts: table(verdicts), days: histograms(days), reasons: table(reasons) })
}
