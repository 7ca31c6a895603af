//! Funnel and velocity: conversions of cohorts, flows, skipped stages, cumulative incidence and days from stage to
//! stage. Formulas: its messages in
//! `words/en/measures.ftl`.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{Figure, Figures, Value};
use super::measure::{By, Compared, Good, Measure, Of, Unit};
use super::remark::Remark;
use super::report::{CurveKey, HORIZONS, way};
use super::scope::{Days, Scope, Spot};
use super::stats::{DayCount, Incidence, IncidencePoint, quantile};
use crate::calendar::Period;
use crate::stage::Stage;
use crate::tally::funnel::{End, FunnelTally};

/// Leads that entered a stage.
pub static ENTERED: Measure = Measure::count("funnel.entered.{}").defined("funnel.entered").good(Good::More);
/// Of these, those that have reached a later one so far.
pub static CONVERSION: Measure = Measure::rate("funnel.conversion.{}.{}", Of::Leads)
    .defined("funnel.conversion")
    .compared(Compared::OnceFollowed)
    .good(Good::More);
/// Those that reach it within so many days.
pub static INCIDENCE: Measure = Measure::rate("funnel.incidence.{}.{}.{}", Of::LeadsSoFar)
    .defined("funnel.incidence")
    .by(By::These(&["source"]))
    .compared(Compared::Never)
    .good(Good::More);
/// Entries into a stage dated in the period.
pub static FLOW: Measure = Measure::count("funnel.flow.{}").defined("funnel.flow").by(By::Whole).good(Good::More);
/// Leads without a date for a stage, of those that went beyond it.
pub static SKIPPED: Measure =
    Measure::rate("funnel.skipped.{}", Of::Leads).defined("funnel.skipped").by(By::Whole).good(Good::Less);
/// Percentiles of the days between two stages.
pub static DAYS: Measure = Measure::percentiles("velocity.{}.{}.p{}", Unit::Days, Of::Leads)
    .defined("velocity")
    .by(By::These(&["source"]))
    .compared(Compared::Never)
    .good(Good::Less);
/// Leads whose later stage is dated before the earlier one.
pub static BEFORE_START: Measure = Measure::count("velocity.{}.{}.before_start")
    .defined("velocity.before_start")
    .by(By::Whole)
    .compared(Compared::Never)
    .good(Good::Less);

/// How far leads get, and how long it takes.
pub static MEASURES: [&Measure; 7] = [&ENTERED, &CONVERSION, &INCIDENCE, &FLOW, &SKIPPED, &DAYS, &BEFORE_START];

type Waits<'t> = BTreeMap<(Stage, Stage, End), Days<'t>>;

/// Percentiles of every duration.
const PERCENTILES: [u32; 3] = [50, 75, 90];

/// Adds the figures, and gives the curves for the charts: of the way through the funnel, in the periods with pages.
pub fn find(
    tally: &FunnelTally,
    pairs: &[(Stage, Stage)],
    scope: &Scope<'_>,
    figures: &mut Figures,
) -> BTreeMap<CurveKey, Vec<IncidencePoint>> {
    cohorts(tally, scope, figures);
    skips(tally, scope, figures);
    let competing: BTreeSet<(Stage, Stage)> = (tally.waits.keys())
        .filter(|(_, (.., end))| *end == End::Competing)
        .map(|(_, (from, to, _))| (*from, *to))
        .collect();
    let way = way(&scope.facts.stages);
    let mut curves = BTreeMap::new();
    for (spot, waits) in scope.histograms(&tally.waits, &DAYS) {
        for pair in pairs {
            let (from, to) = *pair;
            // Of members and of months only the whole way is shown.
            let is_of_all = spot.dimension == 0 && !matches!(spot.period, Period::Month(_));
            let is_shown = is_of_all || way == Some(*pair);
            let Some(incidence) = is_shown.then(|| incidence(&waits, from, to, competing.contains(pair))).flatten()
            else {
                continue;
            };
            if way == Some(*pair) || is_next(&scope.facts.stages, from, to) {
                incidence_figures(&incidence, waits.get(&(from, to, End::Open)), *pair, spot, scope, figures);
            }
            if !matches!(spot.period, Period::Month(_)) {
                velocity(waits.get(&(from, to, End::Reached)), *pair, spot, scope, figures);
            }
            if way != Some(*pair) || !scope.paged.contains(&spot.period) {
                continue;
            }
            let source = match scope.dimension(spot.dimension) {
                "" => String::new(),
                "source" => scope.member(spot.dimension, spot.member).to_owned(),
                _ => continue,
            };
            curves.insert(CurveKey { from, to, period: spot.period, source }, incidence.curve());
        }
    }
    curves
}

fn cohorts(tally: &FunnelTally, scope: &Scope<'_>, figures: &mut Figures) {
    let stages = &scope.facts.stages;
    for (spot, cohorts) in scope.sums(&tally.cohorts) {
        // Of members and of months only what tables show: from stage to stage, and the whole way.
        let is_of_all = spot.dimension == 0 && !matches!(spot.period, Period::Month(_));
        let is_shown =
            |from: Stage, to: Stage| is_of_all || is_next(stages, from, to) || way(stages) == Some((from, to));
        for from in stages {
            let Some(cohort) = cohorts.get(from) else { continue };
            scope.put(figures, ENTERED.stage(*from), spot, Figure::count(cohort.entered));
            for to in stages.iter().filter(|to| *to > from && is_shown(*from, **to)) {
                scope.put(
                    figures,
                    CONVERSION.pair(*from, *to),
                    spot,
                    Figure::rate(cohort.reached[to.index()], cohort.entered),
                );
            }
        }
    }
    // Changes dated in a period: undated entries happened at no known time and are in no flow.
    let dated = tally.cohorts.iter().filter(|((place, _), _)| place.month.is_some());
    let dated = dated.map(|(key, cohort)| (*key, cohort.entered)).collect();
    for (spot, flows) in scope.sums(&dated) {
        for (stage, entries) in flows.iter().filter(|(stage, _)| stages.contains(stage)) {
            scope.put(figures, FLOW.stage(*stage), spot, Figure::count(*entries));
        }
    }
}

/// Whether a stage follows directly on another.
fn is_next(stages: &[Stage], from: Stage, to: Stage) -> bool {
    stages.windows(2).any(|pair| pair == [from, to])
}

fn skips(tally: &FunnelTally, scope: &Scope<'_>, figures: &mut Figures) {
    let stages = &scope.facts.stages;
    for (spot, skips) in scope.sums(&tally.skips) {
        let Some(skips) = skips.get(&()) else { continue };
        for stage in stages.iter().skip(1).filter(|stage| Some(*stage) != stages.last()) {
            let at = stage.index();
            let figure = Figure::rate(skips.undated[at], skips.beyond[at]);
            scope.put(figures, SKIPPED.stage(*stage), spot, figure);
        }
    }
}

/// The histogram of waits as events; a wait that ended before it began counts as day 0.
fn incidence(waits: &Waits<'_>, from: Stage, to: Stage, competing: bool) -> Option<Incidence> {
    let of_pair = || waits.range((from, to, End::Open)..=(from, to, End::Competing));
    let mut days: Vec<DayCount> = Vec::with_capacity(of_pair().map(|(_, histogram)| histogram.len()).sum());
    for ((.., end), histogram) in of_pair() {
        days.extend(histogram.iter().map(|(day, leads)| {
            let none = DayCount { day: (*day).max(0), ..DayCount::default() };
            match end {
                End::Open => DayCount { censored: *leads, ..none },
                End::Reached | End::Implied => DayCount { reached: *leads, ..none },
                End::Competing => DayCount { competing: *leads, ..none },
            }
        }));
    }
    days.sort_by_key(|count| count.day);
    (!days.is_empty()).then(|| Incidence::new(&days, competing))
}

fn incidence_figures(
    incidence: &Incidence,
    open: Option<&Days<'_>>,
    (from, to): (Stage, Stage),
    spot: Spot,
    scope: &Scope<'_>,
    figures: &mut Figures,
) {
    let day = |wait: Option<&(i32, u64)>| wait.map(|(day, _)| *day);
    let (youngest, longest) = open.map_or((None, None), |open| (day(open.first()), day(open.last())));
    for horizon in HORIZONS {
        let id = INCIDENCE.pair_at(from, to, horizon.unsigned_abs());
        let Some(point) = incidence.at(horizon) else { continue };
        if point.at_risk == 0 && longest.is_some_and(|longest| longest < horizon) {
            let mut figure = Figure::missing(Unit::Rate, Remark::NotFollowed);
            figure.denominator = Some(incidence.cases().into());
            scope.put(figures, id, spot, figure);
            continue;
        }
        let in_progress = youngest.filter(|youngest| *youngest < horizon);
        let figure = Figure {
            value: Some(Value::Real(point.share)),
            numerator: Some(point.reached_so_far.into()),
            denominator: Some(incidence.cases().into()),
            interval: point.interval,
            unit: Unit::Rate,
            remark: in_progress.map(|youngest| Remark::InProgress(youngest.max(0))),
            judgement: None,
        };
        scope.put(figures, id, spot, figure);
    }
}

fn velocity(days: Option<&Days<'_>>, (from, to): (Stage, Stage), spot: Spot, scope: &Scope<'_>, figures: &mut Figures) {
    let Some(days) = days else { return };
    let cases = days.iter().map(|(_, leads)| leads).sum();
    for percentile in PERCENTILES {
        let figure = Figure::duration(quantile(days, percentile).map(i64::from), DAYS.unit, cases);
        scope.put(figures, DAYS.pair_at(from, to, percentile), spot, figure);
    }
    let before_start: u64 = days.iter().filter(|(day, _)| *day < 0).map(|(_, leads)| leads).sum();
    let mut figure = Figure::count(before_start);
    figure.denominator = Some(cases.into());
    if before_start > 0 {
        figure.remark = Some(Remark::BeforeStart);
        scope.put(figures, BEFORE_START.pair(from, to), spot, figure);
    }
}
