//! Feedback and handover: what sales said, how fast, and how soon they called. Formulas: sections 5 and 6 of the
//! definitions.

use std::collections::BTreeMap;

use super::figures::{Figure, Figures, Unit};
use super::scope::{Scope, Spot};
use super::stats::quantile;
use crate::cases::names::NONE;
use crate::tally::Tallies;

/// Adds the figures.
pub fn find(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    if scope.facts.inputs.verdict {
        verdicts(tallies, scope, figures);
        reasons(tallies, scope, figures);
    }
    if scope.facts.inputs.sales_touches {
        speed(tallies, scope, figures);
        bands(tallies, scope, figures);
    }
}

fn verdicts(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    for (spot, feedback) in scope.sums(&tallies.feedback.verdicts) {
        let Some(feedback) = feedback.get(&()) else { continue };
        let answered = feedback.in_time + feedback.late + feedback.undated;
        let mut put = |id: &str, figure: Figure| scope.put(figures, id, spot, figure);
        put("feedback.handed_over", Figure::count(feedback.handed_over));
        put("feedback.pending", Figure::count(feedback.pending));
        put("feedback.rate", Figure::rate(answered, feedback.handed_over - feedback.pending));
        if scope.facts.inputs.verdict_at {
            let due = feedback.in_time + feedback.late + feedback.missing;
            put("feedback.in_time", Figure::rate(feedback.in_time, due));
        }
        put("feedback.accepted", Figure::rate(feedback.accepted, answered));
        put("feedback.rejected", Figure::rate(feedback.rejected, answered));
        put("feedback.recycled", Figure::rate(feedback.recycled, answered));
        put("feedback.accepted_of_handed_over", Figure::rate(feedback.accepted, feedback.handed_over));
    }
    for (spot, days) in scope.histograms(&tallies.feedback.days) {
        let Some(days) = days.get(&()) else { continue };
        percentiles("feedback.days", days, Unit::Days, spot, scope, figures);
    }
}

fn percentiles(name: &str, histogram: &[(i32, u64)], unit: Unit, spot: Spot, scope: &Scope<'_>, figures: &mut Figures) {
    let cases = histogram.iter().map(|(_, leads)| leads).sum();
    for percentile in [50, 90] {
        let figure = Figure::duration(quantile(histogram, percentile).map(i64::from), unit, cases);
        scope.put(figures, &format!("{name}.p{percentile}"), spot, figure);
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
    for (Spot { period, .. }, reasons) in scope.sums(&whole) {
        let refused: u64 = reasons.values().sum();
        for (code, leads) in reasons {
            let name = scope.facts.reasons.get(code as usize).map_or(NONE, String::as_str);
            let mut figure = Figure::count(leads);
            figure.numerator = Some(leads.into());
            figure.denominator = Some(refused.into());
            figures.put("feedback.reason", period, "reason", name, figure);
        }
    }
}

fn speed(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    for (spot, touched) in scope.sums(&tallies.handover.touched) {
        let Some(touched) = touched.get(&()) else { continue };
        let due = touched.in_time + touched.late + touched.never;
        scope.put(figures, "handover.within", spot, Figure::rate(touched.in_time, due));
        scope.put(figures, "handover.never_touched", spot, Figure::rate(touched.never, due));
        scope.put(figures, "handover.already_in_contact", spot, Figure::count(touched.already));
        scope.put(figures, "handover.pending", spot, Figure::count(touched.pending));
    }
    for (spot, minutes) in scope.histograms(&tallies.handover.minutes) {
        let Some(minutes) = minutes.get(&()) else { continue };
        percentiles("handover.speed", minutes, Unit::Minutes, spot, scope, figures);
    }
}

/// Bands of speed are a dimension of their own, for the whole.
fn bands(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    for (Spot { period, .. }, bands) in scope.sums(&tallies.handover.bands) {
        for (band, became) in bands {
            let mut put = |id: &str, figure: Figure| figures.put(id, period, "speed_band", band.name(), figure);
            put("handover.conversion", Figure::rate(became.customers, became.leads));
            if scope.facts.inputs.verdict {
                put("handover.accepted", Figure::rate(became.accepted, became.with_verdict));
            }
        }
    }
}
