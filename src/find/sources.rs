//! Sources, by cohort: what the leads of a period cost and have brought so far. What was closed in the period is another
//! matter, in [`super::cash`]. Formulas: section 7 of the definitions.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{Figure, Figures};
use super::measure::{Absent, By, Compared, Good, Id, Measure, Of, Unit};
use super::remark::Remark;
use super::scope::{Scope, Spot};
use super::stats::{Interval, sum_interval};
use crate::project::Decimal;
use crate::stage::Stage;
use crate::tally::Tallies;
use crate::tally::sources::{LeadMoney, Spent};

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
pub static MEASURES: [&Measure; 12] =
    [&LEADS, &REACHED, &REVENUE, &PIPELINE, &SPEND, &IMPRESSIONS, &CLICKS, &CPL, &COST_PER, &CAC, &ROAS, &ROI];

/// Adds the figures.
pub fn find(tallies: &Tallies, margin: Decimal, scope: &Scope<'_>, figures: &mut Figures) {
    let leads: BTreeMap<Spot, _> = scope.sums(&tallies.sources.leads).collect();
    let spend: BTreeMap<Spot, _> = scope.sums(&tallies.sources.spend).collect();
    let spots: BTreeSet<Spot> = leads.keys().chain(spend.keys()).copied().collect();
    for spot in spots {
        let money = leads.get(&spot).and_then(|sums| sums.get(&())).copied().unwrap_or_default();
        let spent = spend.get(&spot).and_then(|sums| sums.get(&())).copied();
        if scope.facts.inputs.leads {
            cohort(&money, spot, scope, figures);
        }
        if scope.has(&SPEND, spot) && scope.facts.inputs.spend {
            spending(&money, spent, margin, spot, scope, figures);
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

fn spending(
    money: &LeadMoney,
    spent: Option<Spent>,
    margin: Decimal,
    spot: Spot,
    scope: &Scope<'_>,
    figures: &mut Figures,
) {
    let Some(spent) = spent else {
        for measure in [&SPEND, &CPL, &CAC, &ROAS, &ROI] {
            scope.put(figures, measure, spot, Figure::missing(measure.unit, Remark::NoSpend));
        }
        return;
    };
    let amount = i128::from(spent.amount);
    let mut put = |id: Id, figure: Figure| scope.put_any(figures, id, spot, figure);
    put(SPEND.id(), Figure::money(amount));
    // A measure whose column no report has is no 0.
    if scope.facts.inputs.impressions {
        put(IMPRESSIONS.id(), Figure::count(spent.impressions.unsigned_abs()));
    }
    if scope.facts.inputs.clicks {
        put(CLICKS.id(), Figure::count(spent.clicks.unsigned_abs()));
    }
    if !scope.facts.inputs.leads {
        return;
    }
    let cost = |of: u64| match of {
        0 => Figure::missing(Unit::Money, Remark::SpendWithoutAny),
        of => Figure::quotient(amount, of.into(), Unit::Money),
    };
    put(CPL.id(), cost(money.leads));
    for stage in scope.facts.stages.iter().filter(|stage| **stage > Stage::Lead && **stage < Stage::Customer) {
        put(COST_PER.stage(*stage), cost(money.reached[stage.index()]));
    }
    put(CAC.id(), cost(money.reached[Stage::Customer.index()]));
    if !(scope.facts.inputs.deals && scope.facts.inputs.amount) {
        return;
    }
    if amount <= 0 {
        put(ROAS.id(), Figure::missing(Unit::Ratio, Remark::ZeroSpend));
        put(ROI.id(), Figure::missing(Unit::Ratio, Remark::ZeroSpend));
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
