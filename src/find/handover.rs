//! Handover: how soon sales got in touch with the leads handed over, how they fared by how soon, and how often sales tried
//! before it gave up. Formulas: its messages in
//! `words/en/measures.ftl`.

use super::figures::{Figure, Figures};
use super::measure::{By, Good, Measure, Of, Unit};
use super::scope::{Scope, Spot};
use crate::tally::Tallies;

/// By which dimensions the first contact is shown.
const SHOWN_BY: By = By::These(&["owner", "source"]);

/// Contacted in time, of those due for it.
pub static WITHIN: Measure = Measure::rate("handover.within", Of::Leads).by(SHOWN_BY).good(Good::More);
/// Never contacted, of the same.
pub static NEVER_TOUCHED: Measure = Measure::rate("handover.never_touched", Of::Leads).by(SHOWN_BY).good(Good::Less);
/// Contacted before their handover.
pub static ALREADY_IN_CONTACT: Measure = Measure::count("handover.already_in_contact").by(SHOWN_BY);
/// Not contacted yet, their time not up.
pub static PENDING: Measure = Measure::count("handover.pending").by(SHOWN_BY);
/// Percentiles of the minutes to the first contact.
pub static SPEED: Measure = Measure::percentiles("handover.speed.p{}", Unit::Minutes, Of::Leads)
    .defined("handover.speed")
    .by(SHOWN_BY)
    .good(Good::Less);
/// Became customers, by time to the first contact.
pub static CONVERSION: Measure =
    Measure::rate("handover.conversion", Of::Leads).by(By::Own(&[SPEED_BAND])).good(Good::More);
/// Accepted, of those with a verdict, by time to the first contact.
pub static ACCEPTED: Measure =
    Measure::rate("handover.accepted", Of::Leads).by(By::Own(&[SPEED_BAND])).good(Good::More);

/// Percentiles of the attempts before a lead was given up as unreachable.
pub static ATTEMPTS: Measure = Measure::percentiles("handover.attempts.p{}", Unit::Count, Of::Leads)
    .defined("handover.attempts")
    .by(By::These(&["owner"]))
    .good(Good::More);

/// The dimension of times to the first contact.
pub const SPEED_BAND: &str = "speed_band";

/// How soon sales got in touch, and how often it tried.
pub static MEASURES: [&Measure; 8] =
    [&WITHIN, &NEVER_TOUCHED, &ALREADY_IN_CONTACT, &PENDING, &SPEED, &CONVERSION, &ACCEPTED, &ATTEMPTS];

/// Adds the figures.
pub fn find(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    if scope.facts.inputs.sales_touches {
        speed(tallies, scope, figures);
        bands(tallies, scope, figures);
    }
    if scope.facts.inputs.attempts {
        attempts(tallies, scope, figures);
    }
}

fn speed(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    for (spot, touched) in scope.sums(&tallies.handover.touched) {
        let Some(touched) = touched.get(&()) else { continue };
        let due = touched.in_time + touched.late + touched.never;
        scope.put(figures, &WITHIN, spot, Figure::rate(touched.in_time, due));
        scope.put(figures, &NEVER_TOUCHED, spot, Figure::rate(touched.never, due));
        scope.put(figures, &ALREADY_IN_CONTACT, spot, Figure::count(touched.already));
        scope.put(figures, &PENDING, spot, Figure::count(touched.pending));
    }
    for (spot, minutes) in scope.histograms(&tallies.handover.minutes, &SPEED) {
        let Some(minutes) = minutes.get(&()) else { continue };
        scope.put_percentiles(figures, &SPEED, spot, minutes);
    }
}

fn attempts(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    for (spot, attempts) in scope.histograms(&tallies.handover.attempts, &ATTEMPTS) {
        let Some(attempts) = attempts.get(&()) else { continue };
        scope.put_percentiles(figures, &ATTEMPTS, spot, attempts);
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
                put(&ACCEPTED, Figure::rate(became.accepted, became.with_verdict));
            }
        }
    }
}
