//! Sources, by cohort: what the leads of a period cost and have brought so far. What was closed in the period is another
//! matter, in [`super::cash`]. Formulas: its messages in `words/en/measures.ftl`.
//!
//! A ratio of what came in to what was spent is one over members that have both: that of all is over the sources with spend
//! in the period that leads ever came from. Over everything it is called blended.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{Figure, Figures};
use super::measure::{Absent, By, Compared, Good, Id, Measure, Of, Unit};
use super::remark::Remark;
use super::scope::{Scope, Spot};
use super::stats::{Interval, sum_interval};
use crate::calendar::Period;
use crate::project::Decimal;
use crate::stage::Stage;
use crate::tally::sources::{LeadMoney, Spent};
use crate::tally::{Place, Tallies};

/// Leads of the period.
pub static LEADS: Measure = Measure::count("roi.leads").good(Good::More);
/// Of these, those that have reached a stage so far.
pub static REACHED: Measure = Measure::count("roi.{}").defined("roi.stage").compared(Compared::Never).good(Good::More);
/// What they have brought so far.
pub static REVENUE: Measure =
    Measure::money("roi.revenue", Of::Deals).absent(Absent::Zero).compared(Compared::Never).good(Good::More);
/// Their open deals.
pub static PIPELINE: Measure =
    Measure::money("roi.pipeline", Of::Nothing).absent(Absent::Zero).compared(Compared::Never).good(Good::More);
/// What was spent.
pub static SPEND: Measure = Measure::money("roi.spend", Of::Nothing).by(By::Credit);
/// Times shown.
pub static IMPRESSIONS: Measure = Measure::count("roi.impressions").absent(Absent::Unknown).by(By::Credit);
/// Times clicked.
pub static CLICKS: Measure = Measure::count("roi.clicks").absent(Absent::Unknown).by(By::Credit);
/// Spend of all sources for each lead of any, also of those that nothing was spent on.
pub static BLENDED_CPL: Measure = Measure::money("roi.blended_cpl", Of::Leads).by(By::Whole).good(Good::Less);
/// The same for each customer.
pub static BLENDED_CAC: Measure =
    Measure::money("roi.blended_cac", Of::Customers).by(By::Whole).compared(Compared::Never).good(Good::Less);
/// Revenue of all sources for each unit spent on any.
pub static BLENDED_ROAS: Measure =
    Measure::ratio("roi.blended_roas").by(By::Whole).compared(Compared::Never).good(Good::More);
/// Spend for each lead.
pub static CPL: Measure = Measure::money("roi.cpl", Of::Leads).by(By::Credit).good(Good::Less);
/// Spend for each lead that reached a stage.
pub static COST_PER: Measure = Measure::money("roi.cost_per_{}", Of::LeadsAtStage)
    .defined("roi.cost_per")
    .by(By::Credit)
    .compared(Compared::Never)
    .good(Good::Less);
/// Spend for each customer.
pub static CAC: Measure =
    Measure::money("roi.cac", Of::Customers).by(By::Credit).compared(Compared::Never).good(Good::Less);
/// Revenue for each unit spent.
pub static ROAS: Measure = Measure::ratio("roi.roas").by(By::Credit).compared(Compared::Never).good(Good::More);
/// What came back beyond what was spent.
pub static ROI: Measure =
    Measure::ratio("roi.roi").as_return().by(By::Credit).compared(Compared::Never).good(Good::More);

/// What the leads of a period cost and brought.
pub static MEASURES: [&Measure; 15] = [
    &LEADS,
    &REACHED,
    &REVENUE,
    &PIPELINE,
    &SPEND,
    &IMPRESSIONS,
    &CLICKS,
    &CPL,
    &COST_PER,
    &CAC,
    &ROAS,
    &ROI,
    &BLENDED_CPL,
    &BLENDED_CAC,
    &BLENDED_ROAS,
];

/// The sides of a ratio: what was spent, and what the leads brought.
type Sides = (Spent, LeadMoney);

/// What was spent and what came in over the sources that have both, by period: spend in the period, and leads at any time. A
/// source that was paid for and brought nothing in the period counts with nothing.
fn matched(tallies: &Tallies, scope: &Scope<'_>) -> BTreeMap<Period, Sides> {
    let Some(sources) = scope.number("source") else { return BTreeMap::new() };
    let mut of_source: BTreeMap<(Period, u32), Sides> = BTreeMap::new();
    // Code 0 is what nobody recorded the source of, on either side: these do not meet.
    let is_named = |place: &Place| place.dimension == sources && place.member > 0;
    for ((place, ()), spent) in tallies.sources.spend.iter().filter(|((place, ()), _)| is_named(place)) {
        for period in scope.periods(place.month) {
            of_source.entry((period, place.member)).or_default().0 += *spent;
        }
    }
    for ((place, ()), money) in tallies.sources.leads.iter().filter(|((place, ()), _)| is_named(place)) {
        for period in scope.periods(place.month) {
            of_source.entry((period, place.member)).or_default().1 += *money;
        }
    }
    let with_leads: BTreeSet<u32> = (of_source.iter())
        .filter(|((period, _), (_, money))| *period == Period::All && money.leads > 0)
        .map(|((_, source), _)| *source)
        .collect();
    let mut matched: BTreeMap<Period, Sides> = BTreeMap::new();
    let both =
        of_source.into_iter().filter(|((_, source), (spent, _))| spent.amount > 0 && with_leads.contains(source));
    for ((period, _), (spent, money)) in both {
        let sides = matched.entry(period).or_default();
        sides.0 += spent;
        sides.1 += money;
    }
    matched
}

/// Dimensions that some lead has a member of.
fn told_by_leads(tallies: &Tallies) -> BTreeSet<usize> {
    let told = tallies.sources.leads.keys().filter(|(place, ())| place.member > 0);
    told.map(|(place, ())| place.dimension).collect()
}

/// Adds the figures.
pub fn find(tallies: &Tallies, margin: Decimal, scope: &Scope<'_>, figures: &mut Figures) {
    let leads: BTreeMap<Spot, _> = scope.sums(&tallies.sources.leads).collect();
    let spend: BTreeMap<Spot, _> = scope.sums(&tallies.sources.spend).collect();
    let spots: BTreeSet<Spot> = leads.keys().chain(spend.keys()).copied().collect();
    let (matched, told) = (matched(tallies, scope), told_by_leads(tallies));
    for spot in spots {
        let money = leads.get(&spot).and_then(|sums| sums.get(&())).copied().unwrap_or_default();
        let spent = spend.get(&spot).and_then(|sums| sums.get(&())).copied();
        if scope.facts.inputs.leads {
            cohort(&money, spot, scope, figures);
        }
        if scope.has(&SPEND, spot) && scope.facts.inputs.spend {
            spending(spent, spot, scope, figures);
            if let Some(spent) = spent.filter(|_| scope.facts.inputs.leads) {
                let own = (spent, money);
                let is_whole = spot.dimension == 0;
                let sides = if is_whole { matched.get(&spot.period).copied() } else { Some(own) };
                let sides = match sides {
                    None => Err(Remark::SpendAndLeadsApart),
                    Some(_) if !is_whole && !told.contains(&spot.dimension) => Err(Remark::NotToldByLeads),
                    Some((_, money)) if money.leads == 0 => Err(Remark::SpendWithoutLead),
                    Some(sides) => Ok(sides),
                };
                ratios(sides, margin, spot, scope, figures);
                blended(own, spot, scope, figures);
            }
        }
    }
}

fn cohort(money: &LeadMoney, spot: Spot, scope: &Scope<'_>, figures: &mut Figures) {
    scope.put(figures, &LEADS, spot, Figure::count(money.leads));
    for stage in scope.facts.stages.iter().filter(|stage| **stage != Stage::Lead) {
        let figure = Figure::count(money.reached[stage.index()]);
        scope.put(figures, REACHED.stage(*stage), spot, figure);
    }
    if scope.facts.inputs.deals && scope.facts.inputs.amount {
        scope.put(figures, &REVENUE, spot, revenue(money.won.into(), money.won_squares, money.won_deals));
        scope.put(figures, &PIPELINE, spot, Figure::money(money.open.into()));
    }
}

/// A won amount with its interval, and the deals it is from.
pub(super) fn revenue(sum: i128, squares: i128, deals: u64) -> Figure {
    let mut figure = Figure::money(sum).within(sum_interval(sum, squares));
    figure.denominator = Some(deals.into());
    let too_few = figure.interval.is_some_and(|interval| interval.high - sum as f64 > sum as f64);
    if too_few { figure.remarked(Remark::TooFewDeals) } else { figure }
}

fn spending(spent: Option<Spent>, spot: Spot, scope: &Scope<'_>, figures: &mut Figures) {
    let Some(spent) = spent else {
        for measure in [&SPEND, &CPL, &CAC, &ROAS, &ROI] {
            scope.put(figures, measure, spot, Figure::missing(measure.unit, Remark::NoSpend));
        }
        return;
    };
    let mut put = |id: Id, figure: Figure| scope.put_any(figures, id, spot, figure);
    put(SPEND.id(), Figure::money(spent.amount.into()));
    // A measure whose column no report has is no 0.
    if scope.facts.inputs.impressions {
        put(IMPRESSIONS.id(), Figure::count(spent.impressions.unsigned_abs()));
    }
    if scope.facts.inputs.clicks {
        put(CLICKS.id(), Figure::count(spent.clicks.unsigned_abs()));
    }
}

/// An amount for each of so many.
fn cost(amount: i128, of: u64) -> Figure {
    match of {
        0 => Figure::missing(Unit::Money, Remark::SpendWithoutAny),
        of => Figure::quotient(amount, of.into(), Unit::Money),
    }
}

/// What was spent held against what came in, where the two meet; else why they do not.
fn ratios(sides: Result<Sides, Remark>, margin: Decimal, spot: Spot, scope: &Scope<'_>, figures: &mut Figures) {
    let has_amounts = scope.facts.inputs.deals && scope.facts.inputs.amount;
    let between = scope.facts.stages.iter().filter(|stage| **stage > Stage::Lead && **stage < Stage::Customer);
    let costs = [(CPL.id(), Stage::Lead), (CAC.id(), Stage::Customer)];
    let costs = costs.into_iter().chain(between.map(|stage| (COST_PER.stage(*stage), *stage)));
    let returns = [ROAS.id(), ROI.id()].into_iter().filter(|_| has_amounts);
    let mut put = |id: Id, figure: Figure| scope.put_any(figures, id, spot, figure);
    let (spent, money) = match sides {
        Ok(sides) => sides,
        Err(why) => {
            costs.for_each(|(id, _)| put(id, Figure::missing(Unit::Money, why)));
            returns.for_each(|id| put(id, Figure::missing(Unit::Ratio, why)));
            return;
        }
    };
    let amount = i128::from(spent.amount);
    for (id, stage) in costs {
        put(id, cost(amount, if stage == Stage::Lead { money.leads } else { money.reached[stage.index()] }));
    }
    if amount <= 0 {
        returns.for_each(|id| put(id, Figure::missing(Unit::Ratio, Remark::ZeroSpend)));
        return;
    }
    if !has_amounts {
        return;
    }
    let won = i128::from(money.won);
    let over = |value: f64| value / amount as f64;
    let interval = sum_interval(won, money.won_squares);
    let scaled = |scale: f64, shift: f64| {
        interval.map(|interval| Interval {
            low: over(interval.low) * scale + shift,
            high: over(interval.high) * scale + shift,
        })
    };
    put(ROAS.id(), Figure::quotient(won, amount, Unit::Ratio).within(scaled(1.0, 0.0)));
    let kept = margin.of(won).unwrap_or(won);
    let roi = Figure::quotient(kept - amount, amount, Unit::Ratio).within(scaled(margin.to_f64(), -1.0));
    put(ROI.id(), roi);
}

/// The same over everything, whether the two meet or not.
fn blended((spent, money): Sides, spot: Spot, scope: &Scope<'_>, figures: &mut Figures) {
    let amount = i128::from(spent.amount);
    scope.put(figures, &BLENDED_CPL, spot, cost(amount, money.leads));
    scope.put(figures, &BLENDED_CAC, spot, cost(amount, money.reached[Stage::Customer.index()]));
    if scope.facts.inputs.deals && scope.facts.inputs.amount && amount > 0 {
        scope.put(figures, &BLENDED_ROAS, spot, Figure::quotient(money.won.into(), amount, Unit::Ratio));
    }
}
