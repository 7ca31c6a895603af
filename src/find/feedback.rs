//! Feedback and handover: what sales said, how fast, and how soon they called. Formulas: sections 5 and 6 of the
//! definitions.

use std::collections::BTreeMap;

use super::figures::{Figure, Figures};
use super::measure::{By, Good, Measure, Of, Unit};
use super::scope::{Scope, Spot};
use super::stats::quantile;
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
    Measure::of_unit("feedback.days.p{}", Unit::Days, Of::Leads).defined("feedback.days").good(Good::Less);
/// Leads rejected or sent back, by reason.
pub static REASON: Measure = Measure::count("feedback.reason").by(By::Own(&["reason"]));

/// By which dimensions the first contact is shown.
const SHOWN_BY: By = By::These(&["owner", "source"]);

/// Contacted in time, of those due for it.
pub static WITHIN: Measure = Measure::rate("handover.within", Of::Leads).by(SHOWN_BY).good(Good::More);
/// Never contacted, of the same.
pub static NEVER_TOUCHED: Measure = Measure::rate("handover.never_touched", Of::Leads).by(SHOWN_BY).good(Good::Less);
/// Contacted before their handover.
pub static ALREADY_IN_CONTACT: Measure = Measure::count("handover.already_in_contact").by(SHOWN_BY);
/// Not contacted yet, their time not up.
pub static CONTACT_PENDING: Measure = Measure::count("handover.pending").by(SHOWN_BY);
/// Percentiles of the minutes to the first contact.
pub static SPEED: Measure = Measure::of_unit("handover.speed.p{}", Unit::Minutes, Of::Leads)
    .defined("handover.speed")
    .by(SHOWN_BY)
    .good(Good::Less);
/// Became customers, by time to the first contact.
pub static CONVERSION: Measure =
    Measure::rate("handover.conversion", Of::Leads).by(By::Own(&[SPEED_BAND])).good(Good::More);
/// Accepted, of those with a verdict, by time to the first contact.
pub static ACCEPTED_BY_SPEED: Measure =
    Measure::rate("handover.accepted", Of::Leads).by(By::Own(&[SPEED_BAND])).good(Good::More);

/// The dimension of times to the first contact.
pub const SPEED_BAND: &str = "speed_band";

/// What sales said of the leads.
pub static MEASURES: [&Measure; 10] =
    [&HANDED_OVER, &PENDING, &RATE, &IN_TIME, &ACCEPTED, &REJECTED, &RECYCLED, &ACCEPTED_OF_ALL, &DAYS, &REASON];
/// How soon sales got in touch.
pub static OF_HANDOVER: [&Measure; 7] =
    [&WITHIN, &NEVER_TOUCHED, &ALREADY_IN_CONTACT, &CONTACT_PENDING, &SPEED, &CONVERSION, &ACCEPTED_BY_SPEED];

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
    for (spot, days) in scope.histograms(&tallies.feedback.days) {
        let Some(days) = days.get(&()) else { continue };
        percentiles(&DAYS, days, spot, scope, figures);
    }
}

fn percentiles(
    measure: &'static Measure,
    histogram: &[(i32, u64)],
    spot: Spot,
    scope: &Scope<'_>,
    figures: &mut Figures,
) {
    let cases = histogram.iter().map(|(_, leads)| leads).sum();
    for percentile in [50, 90] {
        let figure = Figure::duration(quantile(histogram, percentile).map(i64::from), measure.unit, cases);
        scope.put(figures, measure.at(percentile), spot, figure);
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

fn speed(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    for (spot, touched) in scope.sums(&tallies.handover.touched) {
        let Some(touched) = touched.get(&()) else { continue };
        let due = touched.in_time + touched.late + touched.never;
        scope.put(figures, &WITHIN, spot, Figure::rate(touched.in_time, due));
        scope.put(figures, &NEVER_TOUCHED, spot, Figure::rate(touched.never, due));
        scope.put(figures, &ALREADY_IN_CONTACT, spot, Figure::count(touched.already));
        scope.put(figures, &CONTACT_PENDING, spot, Figure::count(touched.pending));
    }
    for (spot, minutes) in scope.histograms(&tallies.handover.minutes) {
        let Some(minutes) = minutes.get(&()) else { continue };
        percentiles(&SPEED, minutes, spot, scope, figures);
    }
}

/// Bands of speed are a dimension of their own, for the whole.
fn bands(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    let bands = scope.sums(&tallies.handover.bands).filter(|(spot, _)| scope.paged.contains(&spot.period));
    for (Spot { period, .. }, bands) in bands {
        for (band, became) in bands {
            let mut put = |measure: &'static Measure, figure: Figure| {
                figures.put(measure, period, SPEED_BAND, band.name(), figure)
            };
            put(&CONVERSION, Figure::rate(became.customers, became.leads));
            if scope.facts.inputs.verdict {
                put(&ACCEPTED_BY_SPEED, Figure::rate(became.accepted, became.with_verdict));
            }
        }
    }
}
