//! Deals: won, lost, open, win rate by count and by value, revenue, cycle and stalled ones, by close date. The same with
//! and without a table of leads. Formulas: its messages in
//! `words/en/measures.ftl`.

use std::collections::BTreeMap;

use super::figures::{Figure, Figures};
use super::measure::{Absent, By, Compared, Good, Id, Measure, Of, Privacy, Unit};
use super::remark::Remark;
use super::scope::{Scope, Spot};
use super::stats::{quantile, sum_interval};
use crate::calendar::Period;
use crate::cases::deals::Outcome;
use crate::project::Agreements;
use crate::tally::additive::DealStage;
use crate::tally::deals::DealTally;
use crate::tally::sums;

/// Deals won.
pub static WON: Measure = Measure::count("deals.won").good(Good::More);
/// Deals lost.
pub static LOST: Measure = Measure::count("deals.lost").good(Good::Less);
/// Deals open now.
pub static OPEN: Measure = Measure::count("deals.open").of_all_data();
/// Deals of which nobody knows what became.
pub static UNKNOWN: Measure = Measure::count("deals.unknown").good(Good::Less);
/// Won, of those closed.
pub static WIN_RATE: Measure = Measure::rate("deals.win_rate", Of::Deals).good(Good::More);
/// The same by amount.
pub static WIN_RATE_VALUE: Measure = Measure::rate("deals.win_rate_value", Of::Amounts)
    .compared(Compared::Never)
    .private(Privacy::NotOfOwners)
    .good(Good::More);
/// What won deals brought.
pub static REVENUE: Measure = Measure::money("deals.revenue", Of::Deals).absent(Absent::Zero).good(Good::More);
/// The same for each of them.
pub static AVERAGE: Measure = Measure::money("deals.average", Of::Deals).good(Good::More);
/// Percentiles of the days from opening to winning.
pub static CYCLE: Measure =
    Measure::percentiles("deals.cycle.p{}", Unit::Days, Of::Deals).defined("deals.cycle").good(Good::Less);
/// The same of deals that were lost.
pub static CYCLE_LOST: Measure =
    Measure::percentiles("deals.cycle_lost.p{}", Unit::Days, Of::Deals).defined("deals.cycle_lost");
/// Deals that were won before they were opened.
pub static BEFORE_START: Measure = Measure::count("deals.before_start").good(Good::Less);
/// Open deals that stand still.
pub static STALLED: Measure = Measure::rate("deals.stalled", Of::Deals).of_all_data().good(Good::Less);
/// Won amount a day of the median cycle.
pub static VELOCITY: Measure = Measure::of_unit("velocity.pipeline", Unit::MoneyPerDay, Of::Days)
    .by(By::Whole)
    .compared(Compared::Never)
    .good(Good::More);

/// Deals by close date.
pub static MEASURES: [&Measure; 13] = [
    &WON,
    &LOST,
    &OPEN,
    &UNKNOWN,
    &WIN_RATE,
    &WIN_RATE_VALUE,
    &REVENUE,
    &AVERAGE,
    &CYCLE,
    &CYCLE_LOST,
    &BEFORE_START,
    &STALLED,
    &VELOCITY,
];

/// How many days an open deal may stand in a stage without change or activity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StallLimits {
    /// By code of the stage: agreed, or the p90 of won deals in that stage.
    pub by_stage: BTreeMap<u32, i32>,
    /// For other stages: the p90 of the whole cycle of won deals; `None` where nothing is known.
    pub otherwise: Option<i32>,
}

/// Fewest won deals that must have left a stage before their p90 is its limit.
const ENOUGH: u64 = 20;

impl StallLimits {
    /// The limits that hold: agreed ones first.
    pub fn new(tally: &DealTally, stages: &[String], agreed: &Agreements) -> StallLimits {
        let mut by_stage: BTreeMap<u32, i32> = (tally.stage_days.iter())
            .filter(|(_, histogram)| histogram.iter().map(|(_, deals)| deals).sum::<u64>() >= ENOUGH)
            .filter_map(|(DealStage(stage), histogram)| Some((*stage, quantile(histogram, 90)?)))
            .collect();
        for (code, stage) in (0..).zip(stages) {
            if let Some(seconds) = agreed.stall_limit(stage) {
                by_stage.insert(code, i32::try_from(seconds / 86_400).unwrap_or(i32::MAX));
            }
        }
        let won = tally.cycles.iter().filter(|((place, outcome), _)| place.dimension == 0 && *outcome == Outcome::Won);
        let cycles = sums(won.flat_map(|(_, histogram)| histogram.iter().copied()));
        StallLimits { by_stage, otherwise: quantile(&cycles, 90) }
    }

    /// The limit of a stage in days.
    pub fn of(&self, stage: u32) -> Option<i32> {
        self.by_stage.get(&stage).copied().or(self.otherwise)
    }

    /// Whether an open deal has stood still beyond its limit.
    pub fn is_stalled(&self, stage: u32, idle_days: i32) -> bool {
        self.of(stage).is_some_and(|limit| idle_days > limit)
    }
}

/// Adds the figures.
pub fn find(tally: &DealTally, limits: &StallLimits, scope: &Scope<'_>, figures: &mut Figures) {
    if !scope.facts.inputs.deals {
        return;
    }
    let cycles: BTreeMap<Spot, _> = scope.histograms(&tally.cycles, &CYCLE).collect();
    // Where lost deals are recorded with an amount of 0, there is no win rate by value.
    let lost_have_amounts =
        tally.deals.iter().any(|((_, outcome), money)| *outcome == Outcome::Lost && money.amount > 0);
    for (spot, deals) in scope.sums(&tally.deals) {
        let of = |outcome: Outcome| deals.get(&outcome).copied().unwrap_or_default();
        let (won, lost, open) = (of(Outcome::Won), of(Outcome::Lost), of(Outcome::Open));
        let mut put = |id: Id, figure: Figure| scope.put(figures, id, spot, figure);
        put(WON.id(), Figure::count(won.deals));
        put(LOST.id(), Figure::count(lost.deals));
        put(OPEN.id(), Figure::count(open.deals));
        let unknown = of(Outcome::Unknown);
        if unknown.deals > 0 {
            put(UNKNOWN.id(), Figure::count(unknown.deals));
        }
        if scope.facts.inputs.lost_deals {
            put(WIN_RATE.id(), Figure::rate(won.deals, won.deals + lost.deals));
            if lost_have_amounts && won.amount + lost.amount > 0 {
                let (above, below) = (won.amount.into(), i128::from(won.amount) + i128::from(lost.amount));
                put(WIN_RATE_VALUE.id(), Figure::quotient(above, below, Unit::Rate));
            }
        }
        if scope.facts.inputs.amount {
            let sum = i128::from(won.amount);
            let mut revenue = Figure::money(sum).within(sum_interval(sum, won.squares));
            revenue.denominator = Some(won.deals.into());
            put(REVENUE.id(), revenue);
            // A deal that does not tell its amount is no deal of 0.
            if won.priced > 0 {
                put(AVERAGE.id(), Figure::quotient(sum, won.priced.into(), Unit::Money));
            }
        }
        let Some(cycles) = cycles.get(&spot) else { continue };
        for (outcome, measure) in [(Outcome::Won, &CYCLE), (Outcome::Lost, &CYCLE_LOST)] {
            let Some(days) = cycles.get(&outcome) else { continue };
            let cases = days.iter().map(|(_, deals)| deals).sum();
            for percentile in [50, 75, 90] {
                let figure = Figure::duration(quantile(days, percentile).map(i64::from), Unit::Days, cases);
                put(measure.at(percentile), figure);
            }
            let before_start: u64 = days.iter().filter(|(day, _)| *day < 0).map(|(_, deals)| deals).sum();
            if before_start > 0 && outcome == Outcome::Won {
                put(BEFORE_START.id(), Figure::count(before_start).remarked(Remark::WonBeforeOpened));
            }
            let median = quantile(days, 50).filter(|median| *median > 0 && outcome == Outcome::Won);
            if let Some(median) = median.filter(|_| scope.facts.inputs.amount) {
                let velocity = Figure::quotient(won.amount.into(), median.into(), Unit::MoneyPerDay);
                put(VELOCITY.id(), velocity.remarked(Remark::OfMedianCycle));
            }
        }
    }
    stalled(tally, limits, scope, figures);
}

fn stalled(tally: &DealTally, limits: &StallLimits, scope: &Scope<'_>, figures: &mut Figures) {
    for (spot, stages) in scope.histograms(&tally.idle, &STALLED) {
        if spot.period != Period::All || limits.otherwise.is_none() && limits.by_stage.is_empty() {
            continue;
        }
        let idle =
            || stages.iter().flat_map(|(stage, days)| days.iter().map(move |(day, deals)| (*stage, *day, *deals)));
        let open = idle().map(|(.., deals)| deals).sum();
        let stalled =
            idle().filter(|(DealStage(stage), day, _)| limits.is_stalled(*stage, *day)).map(|(.., deals)| deals).sum();
        scope.put(figures, &STALLED, spot, Figure::rate(stalled, open));
    }
}
