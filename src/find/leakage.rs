//! Leakage: each rule's count, share and money at stake over all cases that broke it, whatever other rules they broke, and
//! the waterfall in which every lead is counted once, at the first. Formulas: its messages in
//! `words/en/measures.ftl`.
//!
//! Money at stake of a leak is, over its cases that are not won, the won amount that leads of the same source that came
//! as far have brought on average. The share of customers is shrunk towards that of all sources where leads are few.

use std::collections::BTreeMap;

use super::deals::StallLimits;
use super::figures::{Figure, Figures};
use super::measure::{By, Good, Measure, Of, Unit};
use super::remark::Remark;
use super::report::{CaseList, CaseRow};
use super::scope::{Scope, Spot};
use super::stats::{Interval, shrunk, sum_interval};
use crate::calendar::Period;
use crate::cases::funnel::State;
use crate::cases::leakage::Leak;
use crate::stage::Stage;
use crate::tally::Tallies;
use crate::tally::leakage::Prospect;
use crate::tally::lists::{LIMIT, Listed};
use crate::tally::sources::LeadMoney;

/// By which dimensions leaks are shown.
const SHOWN_BY: By = By::These(&["source", "owner"]);

/// Leads that broke a rule.
pub static LEAKED: Measure = Measure::rate("leakage.leaked", Of::Leads).by(SHOWN_BY).good(Good::Less);
/// What all of them would be worth.
pub static MONEY_OF_ALL: Measure = Measure::money("leakage.money", Of::Nothing).by(SHOWN_BY).good(Good::Less);
/// Cases behind a leak.
pub static CASES: Measure = Measure::count("leakage.{}").by(SHOWN_BY).good(Good::Less);
/// The same, of the cases that the rule applies to.
pub static SHARE: Measure =
    Measure::rate("leakage.{}.share", Of::Cases).defined("leakage.{}").by(By::Whole).good(Good::Less);
/// What those that are not won would be worth.
pub static MONEY: Measure =
    Measure::money("leakage.{}.money", Of::Cases).defined("leakage.{}").by(By::Whole).good(Good::Less);
/// Every lead once, by what became of it.
pub static WATERFALL: Measure = Measure::count("waterfall.{}").defined("waterfall").by(By::Whole);

/// Where leads leak, in numbers and in money.
pub static MEASURES: [&Measure; 6] = [&LEAKED, &MONEY_OF_ALL, &CASES, &SHARE, &MONEY, &WATERFALL];

/// Weight of the overall share, in leads (`m` of the definitions).
const PRIOR_WEIGHT: f64 = 20.0;

/// What a case has been worth on average.
#[derive(Debug, Clone, Default)]
pub struct Worth {
    all: LeadMoney,
    by_source: BTreeMap<u32, LeadMoney>,
}

impl Worth {
    /// From all leads, whenever they entered.
    pub fn new(tallies: &Tallies, scope: &Scope<'_>) -> Worth {
        let mut worth = Worth::default();
        let source = scope.number("source");
        for ((place, ()), money) in &tallies.sources.leads {
            if place.dimension == 0 {
                worth.all += *money;
            } else if Some(place.dimension) == source {
                *worth.by_source.entry(place.member).or_default() += *money;
            }
        }
        worth
    }

    /// The expected won amount of a case, in minor units: P(customer | stage, source) × mean won amount a customer.
    pub fn of(&self, far: Option<Stage>, source: u32) -> f64 {
        let reached = |money: &LeadMoney| far.map_or(money.leads, |stage| money.reached[stage.index()]);
        let customers = |money: &LeadMoney| money.reached[Stage::Customer.index()];
        let (all, won) = (reached(&self.all), customers(&self.all));
        if all == 0 || won == 0 {
            return 0.0;
        }
        let own = self.by_source.get(&source).copied().unwrap_or_default();
        let chance = shrunk(customers(&own), reached(&own), won as f64 / all as f64, PRIOR_WEIGHT);
        chance * self.all.won as f64 / won as f64
    }

    /// Half the 95 % interval of any such sum, as a share of it: that of the won amount itself.
    fn half_width(&self) -> Option<f64> {
        let sum = i128::from(self.all.won);
        let interval = sum_interval(sum, self.all.won_squares).filter(|_| sum > 0)?;
        Some(interval.high / sum as f64 - 1.0)
    }
}

/// The rules that a group broke, stalling included: bits of [`Leak::bit`].
fn broken(prospect: &Prospect, limits: &StallLimits) -> u32 {
    let stalled = prospect.idle_days.is_some_and(|days| limits.is_stalled(prospect.deal_stage, days));
    prospect.broken | if stalled { Leak::Stalled.bit() } else { 0 }
}

/// What cases worth the same have in common: their furthest stage, their source by name.
type Alike = (Option<Stage>, u32);

/// Sums of the cases behind one leak, or behind any.
#[derive(Debug, Clone, Default)]
struct Sum {
    cases: u64,
    not_won: u64,
    /// Those not won that are worth the same, with the code of their source. By name, not by code, so that the order of rows
    /// shows in no digit.
    alike: BTreeMap<Alike, (u32, u64)>,
}

impl Sum {
    fn add(&mut self, prospect: &Prospect, source: u32, leads: u64) {
        self.cases += leads;
        if prospect.state != State::Customer {
            self.not_won += leads;
            self.alike.entry((prospect.far, source)).or_insert((prospect.source, 0)).1 += leads;
        }
    }

    /// What those that are not won have been worth on average.
    fn money(&self, worth: &Worth) -> f64 {
        let worths = self.alike.iter().map(|((far, _), (source, leads))| *leads as f64 * worth.of(*far, *source));
        worths.sum()
    }
}

/// What was found of leaks.
pub struct Found {
    /// Those that could be measured, in their order.
    pub leaks: Vec<Leak>,
    /// How many cases of each are not won, over all data.
    pub not_won: BTreeMap<Leak, u64>,
}

/// Adds the figures.
pub fn find(tallies: &Tallies, limits: &StallLimits, scope: &Scope<'_>, figures: &mut Figures) -> Found {
    let worth = Worth::new(tallies, scope);
    let against: BTreeMap<Spot, _> = scope.sums(&tallies.leakage.against).collect();
    let source_number = scope.number("source");
    let has_money = scope.facts.inputs.deals && scope.facts.inputs.amount;
    let mut measured = [0_u64; Leak::ALL.len()];
    let mut all_not_won = BTreeMap::new();
    let knows_stalling = limits.otherwise.is_some() || !limits.by_stage.is_empty();
    for (spot, groups) in scope.sums(&tallies.leakage.cases) {
        // A case counts for each rule that it broke, once among all, and in the waterfall at the first.
        let mut of_leaks: BTreeMap<Leak, Sum> = BTreeMap::new();
        let mut of_any = Sum::default();
        let mut waterfall: BTreeMap<&'static str, u64> = BTreeMap::new();
        for (prospect, leads) in &groups {
            let broken = broken(prospect, limits);
            let source = source_number.map_or(0, |number| scope.rank(number, prospect.source));
            Leak::of_bits(broken).for_each(|leak| of_leaks.entry(leak).or_default().add(prospect, source, *leads));
            let first = Leak::of_bits(broken).next();
            if first.is_some() {
                of_any.add(prospect, source, *leads);
            }
            let is_won = prospect.state == State::Customer;
            let step = first.filter(|_| !is_won).map_or(state_word(prospect.state), Leak::id);
            *waterfall.entry(step).or_default() += leads;
        }
        let leads: u64 = groups.values().sum();
        let held = against.get(&spot).and_then(|sums| sums.get(&())).copied().unwrap_or_default().leads;
        for leak in Leak::ALL.into_iter().filter(|leak| held[leak.index()] > 0) {
            if leak == Leak::Stalled && !knows_stalling {
                continue;
            }
            measured[leak.index()] += held[leak.index()];
            let sum = of_leaks.remove(&leak).unwrap_or_default();
            let word = leak.id();
            scope.put(figures, CASES.word(word), spot, Figure::count(sum.cases));
            scope.put(figures, SHARE.word(word), spot, Figure::rate(sum.cases, held[leak.index()]));
            if has_money {
                let mut figure = money(sum.money(&worth), &worth);
                figure.denominator = Some(sum.not_won.into());
                scope.put(figures, MONEY.word(word), spot, figure);
            }
            if spot.dimension == 0 && spot.period == Period::All {
                all_not_won.insert(leak, sum.not_won);
            }
        }
        scope.put(figures, &LEAKED, spot, Figure::rate(of_any.cases, leads));
        if has_money {
            scope.put(figures, &MONEY_OF_ALL, spot, money(of_any.money(&worth), &worth));
        }
        scope.put(figures, WATERFALL.word("leads"), spot, Figure::count(leads));
        for (step, leads) in waterfall {
            scope.put(figures, WATERFALL.word(step), spot, Figure::count(leads));
        }
    }
    untraceable(tallies, scope, figures, &mut measured);
    let leaks = Leak::ALL.into_iter().filter(|leak| measured[leak.index()] > 0).collect();
    Found { leaks, not_won: all_not_won }
}

/// An expected amount in minor units, rounded, with its interval.
fn money(expected: f64, worth: &Worth) -> Figure {
    let interval = worth
        .half_width()
        .filter(|_| expected > 0.0)
        .map(|half| Interval { low: (expected * (1.0 - half)).max(0.0), high: expected * (1.0 + half) });
    Figure::money(expected.round() as i128).within(interval)
}

fn state_word(state: State) -> &'static str {
    match state {
        State::InProgress => "in_progress",
        State::Lost => "lost",
        State::Rejected => "rejected",
        State::Recycled => "recycled",
        State::Customer => "customers",
    }
}

/// Deals with no lead behind them: a leak of deals, not of leads, so it is no step of the waterfall.
fn untraceable(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures, measured: &mut [u64; Leak::ALL.len()]) {
    if !(scope.facts.inputs.leads && scope.facts.inputs.deals) {
        return;
    }
    let word = Leak::UntraceableDeal.id();
    for (spot, deals) in scope.sums(&tallies.deals.deals) {
        let all: u64 = deals.values().map(|money| money.deals).sum();
        let untraceable: u64 = deals.values().map(|money| money.untraceable).sum();
        measured[Leak::UntraceableDeal.index()] += all;
        scope.put(figures, CASES.word(word), spot, Figure::count(untraceable));
        scope.put(figures, SHARE.word(word), spot, Figure::rate(untraceable, all));
        if spot.dimension == 0 {
            figures.put(MONEY.word(word), spot.period, "", "", Figure::missing(Unit::Money, Remark::NotAtStake));
        }
    }
}

/// The list of cases behind a leak, the most money first.
pub fn list(
    leak: Leak,
    listed: Vec<Listed>,
    total: u64,
    limits: &StallLimits,
    worth: &Worth,
    scope: &Scope<'_>,
    shows_owners: bool,
) -> CaseList {
    let name = |dimension: &str, code: u32| {
        scope.number(dimension).map_or_else(String::new, |number| scope.member(number, code).to_owned())
    };
    let kept = listed.into_iter().filter(|case| {
        let stalled = || case.idle_days.is_some_and(|days| limits.is_stalled(case.deal_stage, days));
        leak != Leak::Stalled || stalled()
    });
    let mut cases: Vec<(i128, Listed)> =
        kept.map(|case| (worth.of(case.far, case.source).round() as i128, case)).collect();
    // Most have less money than any that is shown, and need not be put in order.
    let mut money: Vec<i128> = cases.iter().map(|(money, _)| *money).collect();
    if money.len() > LIMIT as usize {
        let (_, least, _) = money.select_nth_unstable_by(LIMIT as usize - 1, |a, b| b.cmp(a));
        cases.retain(|(money, _)| money >= least);
    }
    cases.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    cases.truncate(LIMIT as usize);
    let row = |(money, case): (i128, Listed)| CaseRow {
        source: name("source", case.source),
        // A number for an owner could be counted back to a figure that is withheld.
        owner: if shows_owners { name("owner", case.owner) } else { String::new() },
        stage: case.far,
        entered: case.entered,
        money,
        id: case.id,
    };
    CaseList { cases: cases.into_iter().map(row).collect(), total }
}
