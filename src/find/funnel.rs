//! Funnel and velocity: conversions of cohorts, flows, skipped stages, cumulative incidence and days from stage to
//! stage. Formulas: sections 3 and 4 of the definitions, printed on the methods page.

use std::collections::BTreeMap;

use super::figures::{Figure, Figures, Unit, Value};
use super::report::{CurveKey, HORIZONS};
use super::scope::Scope;
use super::stats::{DayCount, Incidence, IncidencePoint, quantile};
use crate::stage::Stage;
use crate::tally::Histogram;
use crate::tally::funnel::{End, FunnelTally};

type Waits = BTreeMap<(Stage, Stage, End), Histogram>;

/// Percentiles of every duration.
const PERCENTILES: [u32; 3] = [50, 75, 90];

/// Adds the figures, and gives the curves for the charts.
pub fn find(
    tally: &FunnelTally,
    pairs: &[(Stage, Stage)],
    scope: &Scope<'_>,
    figures: &mut Figures,
) -> BTreeMap<CurveKey, Vec<IncidencePoint>> {
    cohorts(tally, scope, figures);
    skips(tally, scope, figures);
    let waits = scope.histograms(&tally.waits);
    let mut competing: BTreeMap<(Stage, Stage), bool> = BTreeMap::new();
    for (from, to, end) in tally.waits.keys().map(|(_, key)| *key) {
        *competing.entry((from, to)).or_default() |= end == End::Competing;
    }
    let mut curves = BTreeMap::new();
    for (spot, waits) in &waits {
        for (from, to) in pairs {
            let Some(incidence) = incidence(waits, *from, *to, competing.get(&(*from, *to)) == Some(&true)) else {
                continue;
            };
            incidence_figures(&incidence, waits, (*from, *to), *spot, scope, figures);
            velocity(waits, (*from, *to), *spot, scope, figures);
            let (dimension, member, period) = *spot;
            let source = match scope.dimension(dimension) {
                "" => String::new(),
                "source" => scope.member(dimension, member).to_owned(),
                _ => continue,
            };
            curves.insert(CurveKey { from: *from, to: *to, period, source }, incidence.curve().to_vec());
        }
    }
    curves
}

fn cohorts(tally: &FunnelTally, scope: &Scope<'_>, figures: &mut Figures) {
    let stages = &scope.facts.stages;
    for (spot, cohorts) in scope.sums(&tally.cohorts) {
        for from in stages {
            let Some(cohort) = cohorts.get(from) else { continue };
            scope.put(figures, &format!("funnel.entered.{}", from.id()), spot, Figure::count(cohort.entered));
            for to in stages.iter().filter(|to| *to > from) {
                let id = format!("funnel.conversion.{}.{}", from.id(), to.id());
                scope.put(figures, &id, spot, Figure::rate(cohort.reached[to.index()], cohort.entered));
            }
        }
    }
    // Changes dated in a period: undated entries happened at no known time and are in no flow.
    let dated = tally.cohorts.iter().filter(|((place, _), _)| place.month.is_some());
    let dated = dated.map(|(key, cohort)| (*key, cohort.entered)).collect();
    for (spot, flows) in scope.sums(&dated) {
        for (stage, entries) in flows.iter().filter(|(stage, _)| stages.contains(stage)) {
            scope.put(figures, &format!("funnel.flow.{}", stage.id()), spot, Figure::count(*entries));
        }
    }
}

fn skips(tally: &FunnelTally, scope: &Scope<'_>, figures: &mut Figures) {
    let stages = &scope.facts.stages;
    for (spot, skips) in scope.sums(&tally.skips) {
        let Some(skips) = skips.get(&()) else { continue };
        for stage in stages.iter().skip(1).filter(|stage| Some(*stage) != stages.last()) {
            let at = stage.index();
            let figure = Figure::rate(skips.undated[at], skips.beyond[at]);
            scope.put(figures, &format!("funnel.skipped.{}", stage.id()), spot, figure);
        }
    }
}

/// The histogram of waits as events; a wait that ended before it began counts as day 0.
fn incidence(waits: &Waits, from: Stage, to: Stage, competing: bool) -> Option<Incidence> {
    let mut days: BTreeMap<i32, DayCount> = BTreeMap::new();
    let ends = [End::Open, End::Reached, End::Implied, End::Competing];
    for end in ends {
        for (day, leads) in waits.get(&(from, to, end)).into_iter().flatten() {
            let day = (*day).max(0);
            let count = days.entry(day).or_insert(DayCount { day, ..DayCount::default() });
            match end {
                End::Open => count.censored += leads,
                End::Reached | End::Implied => count.reached += leads,
                End::Competing => count.competing += leads,
            }
        }
    }
    let days: Vec<DayCount> = days.into_values().collect();
    (!days.is_empty()).then(|| Incidence::new(&days, competing))
}

fn incidence_figures(
    incidence: &Incidence,
    waits: &Waits,
    (from, to): (Stage, Stage),
    spot: super::scope::Spot,
    scope: &Scope<'_>,
    figures: &mut Figures,
) {
    let open = waits.get(&(from, to, End::Open));
    let longest = open.and_then(|open| open.keys().next_back()).copied();
    let youngest = waits.get(&(from, to, End::Open)).and_then(|open| open.keys().next()).copied();
    for horizon in HORIZONS {
        let Some(point) = incidence.at(horizon) else { continue };
        let id = format!("funnel.incidence.{}.{}.{horizon}", from.id(), to.id());
        if point.at_risk == 0 && longest.is_some_and(|longest| longest < horizon) {
            let mut figure = Figure::missing(Unit::Rate, "not yet: no lead has been followed for so long");
            figure.denominator = Some(incidence.cases().into());
            scope.put(figures, &id, spot, figure);
            continue;
        }
        let note = match youngest {
            Some(youngest) if youngest < horizon => {
                format!("in progress: the youngest open lead has been followed for {} days", youngest.max(0))
            }
            _ => String::new(),
        };
        let figure = Figure {
            value: Some(Value::Real(point.share)),
            numerator: Some(point.reached_so_far.into()),
            denominator: Some(incidence.cases().into()),
            interval: point.interval,
            unit: Unit::Rate,
            note,
        };
        scope.put(figures, &id, spot, figure);
    }
}

fn velocity(
    waits: &Waits,
    (from, to): (Stage, Stage),
    spot: super::scope::Spot,
    scope: &Scope<'_>,
    figures: &mut Figures,
) {
    let Some(days) = waits.get(&(from, to, End::Reached)) else { return };
    let days: Vec<(i32, u64)> = days.iter().map(|(day, leads)| (*day, *leads)).collect();
    let cases = days.iter().map(|(_, leads)| leads).sum();
    let name = format!("velocity.{}.{}", from.id(), to.id());
    for percentile in PERCENTILES {
        let figure = Figure::duration(quantile(&days, percentile).map(i64::from), Unit::Days, cases);
        scope.put(figures, &format!("{name}.p{percentile}"), spot, figure);
    }
    let before_start: u64 = days.iter().filter(|(day, _)| *day < 0).map(|(_, leads)| leads).sum();
    let mut figure = Figure::count(before_start);
    figure.denominator = Some(cases.into());
    if before_start > 0 {
        figure.note =
            "dated before its start: counts as day 0 in the incidence, as dated in the percentiles".to_owned();
        scope.put(figures, &format!("{name}.before_start"), spot, figure);
    }
}
