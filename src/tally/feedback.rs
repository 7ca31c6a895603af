//! Feedback: what sales said of the leads handed over in a month, and how long it took.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use polars::prelude::*;

use super::{Histogram, Table, add_histograms, add_tables, all_dimensions, grouped, how_many};
use crate::cases::Cases;
use crate::cases::frame::Answer;
use crate::cases::leads::Verdict;

/// Leads handed over in a month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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

impl AddAssign for Feedback {
    fn add_assign(&mut self, other: Feedback) {
        let Feedback { handed_over, in_time, late, undated, missing, pending, accepted, rejected, recycled } = other;
        self.handed_over += handed_over;
        self.in_time += in_time;
        self.late += late;
        self.undated += undated;
        self.missing += missing;
        self.pending += pending;
        self.accepted += accepted;
        self.rejected += rejected;
        self.recycled += recycled;
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedbackTally {
    /// By month of the handover.
    pub verdicts: Table<(), Feedback>,
    /// Days from handover to verdict.
    pub days: BTreeMap<(super::Place, ()), Histogram>,
    /// Rejected and recycled leads by the code of the reason.
    pub reasons: Table<u32, u64>,
}

impl FeedbackTally {
    /// Adds the tally of other leads.
    pub fn add(&mut self, other: FeedbackTally) {
        add_tables(&mut self.verdicts, other.verdicts);
        add_histograms(&mut self.days, other.days);
        add_tables(&mut self.reasons, other.reasons);
    }
}

/// Counts the leads handed over.
pub fn tally(cases: &Cases) -> PolarsResult<FeedbackTally> {
    let dimensions = all_dimensions(cases);
    let handed_over = cases.leads.clone().lazy().filter(col("month.handed_over").is_not_null());
    let answer = |answer: Answer, name: &str| how_many(col("answer").eq(lit(answer as i32)), name);
    let verdict = |verdict: Verdict, name: &str| how_many(col("verdict").eq(lit(verdict as i32)), name);
    let sums = [
        len().cast(DataType::Int64).alias("handed over"),
        answer(Answer::InTime, "in time"),
        answer(Answer::Late, "late"),
        answer(Answer::Undated, "undated"),
        answer(Answer::Missing, "missing"),
        answer(Answer::Pending, "pending"),
        verdict(Verdict::Accepted, "accepted"),
        verdict(Verdict::Rejected, "rejected"),
        verdict(Verdict::Recycled, "recycled"),
    ];
    let mut tally = FeedbackTally::default();
    for group in grouped(&handed_over, &dimensions, "month.handed_over", &[], &sums)? {
        let feedback = Feedback {
            handed_over: group.count(0),
            in_time: group.count(1),
            late: group.count(2),
            undated: group.count(3),
            missing: group.count(4),
            pending: group.count(5),
            accepted: group.count(6),
            rejected: group.count(7),
            recycled: group.count(8),
        };
        tally.verdicts.insert((group.place, ()), feedback);
    }
    let count = [len().cast(DataType::Int64).alias("leads")];
    let dated = handed_over.clone().filter(col("verdict_days").is_not_null().and(col("verdict").is_not_null()));
    for group in grouped(&dated, &dimensions, "month.handed_over", &[col("verdict_days")], &count)? {
        let days = group.key(0).unwrap_or_default();
        *tally.days.entry((group.place, ())).or_default().entry(days).or_default() += group.count(1);
    }
    let refused = handed_over.filter(col("verdict").gt(lit(Verdict::Accepted as i32)));
    for group in grouped(&refused, &dimensions, "month.handed_over", &[col("reason")], &count)? {
        let reason = group.key(0).and_then(|code| u32::try_from(code).ok()).unwrap_or_default();
        *tally.reasons.entry((group.place, reason)).or_default() += group.count(1);
    }
    Ok(tally)
}
