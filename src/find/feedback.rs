//! Feedback: what sales said of the leads handed over, and how soon. Formulas: its messages in
//! `words/en/measures.ftl`.

use std::collections::BTreeMap;

use super::figures::{Figure, Figures};
use super::measure::{By, Good, Measure, Of, Unit};
use super::scope::{Scope, Spot};
use crate::cases::names::NONE;
use crate::tally::Tallies;
use crate::tally::additive::Reason;

/// Leads handed over to sales.
pub static HANDED_OVER: Measure = Measure::count("feedback.handed_over");
/// Of these, those without a verdict whose time is not up.
pub static PENDING: Measure = Measure::count("feedback.pending").by(By::Whole);
/// Those with a verdict, of those due for one.
pub static RATE: Measure = Measure::rate("feedback.rate", Of::Leads).good(Good::More);
/// Those with a verdict in time.
pub static IN_TIME: Measure = Measure::rate("feedback.in_time", Of::Leads).good(Good::More);
/// Accepted, of those with a verdict.
pub static ACCEPTED: Measure = Measure::rate("feedback.accepted", Of::Leads).good(Good::More);
/// Rejected, of those with a verdict.
pub static REJECTED: Measure = Measure::rate("feedback.rejected", Of::Leads).good(Good::Less);
/// Sent back, of those with a verdict.
pub static RECYCLED: Measure = Measure::rate("feedback.recycled", Of::Leads);
/// Accepted, of all handed over.
pub static ACCEPTED_OF_ALL: Measure =
    Measure::rate("feedback.accepted_of_handed_over", Of::Leads).by(By::Whole).good(Good::More);
/// Percentiles of the days to a verdict.
pub static DAYS: Measure =
    Measure::percentiles("feedback.days.p{}", Unit::Days, Of::Leads).defined("feedback.days").good(Good::Less);
/// Leads rejected or sent back, by reason.
pub static REASON: Measure = Measure::count("feedback.reason").by(By::Own(&["reason"]));

/// What sales said of the leads.
pub static MEASURES: [&Measure; 10] =
    [&HANDED_OVER, &PENDING, &RATE, &IN_TIME, &ACCEPTED, &REJECTED, &RECYCLED, &ACCEPTED_OF_ALL, &DAYS, &REASON];

/// Adds the figures.
pub fn find(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    if scope.facts.inputs.verdict {
        verdicts(tallies, scope, figures);
        reasons(tallies, scope, figures);
    }
}

fn verdicts(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    for (spot, feedback) in scope.sums(&tallies.feedback.verdicts) {
        let Some(feedback) = feedback.get(&()) else { continue };
        let answered = feedback.in_time + feedback.late + feedback.undated;
        let mut put = |measure: &'static Measure, figure: Figure| scope.put(figures, measure, spot, figure);
        put(&HANDED_OVER, Figure::count(feedback.handed_over));
        put(&PENDING, Figure::count(feedback.pending));
        put(&RATE, Figure::rate(answered, feedback.handed_over - feedback.pending));
        if scope.facts.inputs.verdict_at {
            let due = feedback.in_time + feedback.late + feedback.missing;
            put(&IN_TIME, Figure::rate(feedback.in_time, due));
        }
        put(&ACCEPTED, Figure::rate(feedback.accepted, answered));
        put(&REJECTED, Figure::rate(feedback.rejected, answered));
        put(&RECYCLED, Figure::rate(feedback.recycled, answered));
        put(&ACCEPTED_OF_ALL, Figure::rate(feedback.accepted, feedback.handed_over));
    }
    for (spot, days) in scope.histograms(&tallies.feedback.days, &DAYS) {
        let Some(days) = days.get(&()) else { continue };
        scope.put_percentiles(figures, &DAYS, spot, days);
    }
}

/// Reasons are a dimension of their own, for the whole.
fn reasons(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    let whole: BTreeMap<_, _> = tallies
        .feedback
        .reasons
        .iter()
        .filter(|((place, _), _)| place.dimension == 0)
        .map(|(key, n)| (*key, *n))
        .collect();
    for (Spot { period, .. }, reasons) in scope.sums(&whole).filter(|(spot, _)| scope.paged.contains(&spot.period)) {
        let refused: u64 = reasons.values().sum();
        for (Reason(code), leads) in reasons {
            let name = scope.facts.reasons.get(code as usize).map_or(NONE, String::as_str);
            let mut figure = Figure::count(leads);
            figure.numerator = Some(leads.into());
            figure.denominator = Some(refused.into());
            figures.put(&REASON, period, "reason", name, figure);
        }
    }
}
