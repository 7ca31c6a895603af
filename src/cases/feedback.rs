//! Feedback: takes a lead, gives what sales said of it, when and why, held against the agreed time.

use polars::prelude::Column;

use super::frame::Rows;
use super::leads::{Lead, Verdict};
use super::row::CaseRow;

/// How the verdict of sales stands, held against the agreed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VerdictTiming {
    /// Not handed over.
    None,
    /// A verdict within the agreed time.
    InTime,
    /// A verdict after it.
    Late,
    /// A verdict without a date.
    Undated,
    /// No verdict, the time is up.
    Missing,
    /// No verdict, the time is not up.
    Pending,
}

/// What sales said of one lead.
#[derive(Debug, Clone, Copy)]
pub struct Feedback {
    /// The verdict; a lead that came further without one was accepted.
    pub verdict: Option<Verdict>,
    /// When it was given, UTC seconds.
    pub verdict_at: Option<i64>,
    /// How it stands.
    pub timing: VerdictTiming,
    /// Code of its reason.
    pub reason: u32,
}

impl Feedback {
    /// What sales said of a lead; `agreed` is the time for a verdict in seconds, `reason` the code of its reason.
    pub fn of(lead: &Lead<'_>, beyond_handover: bool, agreed: i64, as_of: i64, reason: u32) -> Feedback {
        let (verdict, verdict_at) = (lead.verdict, lead.verdict_at.get());
        let timing = match (lead.handed_over_at.get(), verdict, verdict_at) {
            (None, ..) => VerdictTiming::None,
            (Some(from), Some(_), Some(at)) if at - from <= agreed => VerdictTiming::InTime,
            (_, Some(_), Some(_)) => VerdictTiming::Late,
            (_, Some(_), None) => VerdictTiming::Undated,
            (_, None, _) if beyond_handover => VerdictTiming::Undated,
            (Some(from), None, _) if as_of - from > agreed => VerdictTiming::Missing,
            (_, None, _) => VerdictTiming::Pending,
        };
        let is_implied = beyond_handover && lead.handed_over_at.get().is_some();
        Feedback { verdict: verdict.or(is_implied.then_some(Verdict::Accepted)), verdict_at, timing, reason }
    }
}

/// `verdict`, `verdict_timing`, `days_to_verdict` and `reason`.
pub fn columns(rows: &Rows<'_, CaseRow<'_>>) -> Vec<Column> {
    let days = |from: Option<i64>, to: Option<i64>| Some(rows.day(to)? - rows.day(from)?);
    vec![
        rows.column("verdict", |row| row.feedback.verdict.map(|verdict| verdict as i32)),
        rows.column("verdict_timing", |row| row.feedback.timing as i32),
        rows.column("days_to_verdict", |row| days(row.handover.handed_over_at, row.feedback.verdict_at)),
        rows.column("reason", |row| row.feedback.reason),
    ]
}
