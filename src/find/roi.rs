//! Return on spend: cohort money (what the leads of a period have brought so far) and cash money (what was closed in
//! it), never mixed, and the credit to first and last touches. Formulas: section 7 of the definitions.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{Figure, Figures, Unit};
use super::scope::{Scope, Spot};
use super::stats::{Interval, sum_interval};
use super::words;
use crate::cases::deals::Outcome;
use crate::project::Decimal;
use crate::stage::Stage;
use crate::tally::Tallies;
use crate::tally::roi::{LeadMoney, Spent};

/// What a cost a thing says where there is no thing.
pub const SPEND_WITHOUT: &str = "spend, but nothing to divide it by";

/// Adds the figures.
pub fn find(tallies: &Tallies, margin: Decimal, scope: &Scope<'_>, figures: &mut Figures) {
    let leads: BTreeMap<Spot, _> = scope.sums(&tallies.roi.leads).collect();
    let spend: BTreeMap<Spot, _> = scope.sums(&tallies.roi.spend).collect();
    let spots: BTreeSet<Spot> = leads.keys().chain(spend.keys()).copied().collect();
    for spot in spots {
        let money = leads.get(&spot).and_then(|sums| sums.get(&())).copied().unwrap_or_default();
        let spent = spend.get(&spot).and_then(|sums| sums.get(&())).copied();
        if scope.facts.inputs.leads {
            cohort(&money, spot, scope, figures);
        }
        if is_spendable(spot, scope) && scope.facts.inputs.spend {
            spending(&money, spent, margin, spot, scope, figures);
        }
    }
    cash(tallies, &spend, scope, figures);
    attribution(tallies, scope, figures);
}

/// Spend is known by source, channel and campaign, and as a whole.
fn is_spendable(spot: Spot, scope: &Scope<'_>) -> bool {
    spot.dimension == 0 || crate::cases::CREDIT_DIMENSIONS.contains(&scope.dimension(spot.dimension))
}

fn cohort(money: &LeadMoney, spot: Spot, scope: &Scope<'_>, figures: &mut Figures) {
    scope.put(figures, "roi.leads", spot, Figure::count(money.leads));
    for stage in scope.facts.stages.iter().filter(|stage| **stage != Stage::Lead) {
        let figure = Figure::count(money.reached[stage.index()]);
        scope.put(figures, &format!("roi.{}", stage.id()), spot, figure);
    }
    if scope.facts.inputs.deals && scope.facts.inputs.amount {
        scope.put(figures, "roi.revenue", spot, revenue(money.won.into(), money.won_squares, money.won_deals));
        scope.put(figures, "roi.pipeline", spot, Figure::money(money.open.into()));
    }
}

fn revenue(sum: i128, squares: i128, deals: u64) -> Figure {
    let mut figure = Figure::money(sum).within(sum_interval(sum, squares));
    figure.denominator = Some(deals.into());
    let too_few = figure.interval.is_some_and(|interval| interval.high - sum as f64 > sum as f64);
    if too_few { figure.noted("too few deals to tell: the interval is wider than the sum") } else { figure }
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
        for (id, unit) in [
            ("spend", Unit::Money),
            ("cpl", Unit::Money),
            ("cac", Unit::Money),
            ("roas", Unit::Ratio),
            ("roi", Unit::Ratio),
        ] {
            scope.put(figures, &format!("roi.{id}"), spot, Figure::missing(unit, words::NO_SPEND));
        }
        return;
    };
    let amount = i128::from(spent.amount);
    let mut put = |id: &str, figure: Figure| scope.put_any(figures, id, spot, figure);
    put("roi.spend", Figure::money(amount));
    // A measure whose column no report has is no 0.
    if scope.facts.inputs.impressions {
        put("roi.impressions", Figure::count(spent.impressions.unsigned_abs()));
    }
    if scope.facts.inputs.clicks {
        put("roi.clicks", Figure::count(spent.clicks.unsigned_abs()));
    }
    if !scope.facts.inputs.leads {
        return;
    }
    let cost = |of: u64| match of {
        0 => Figure::missing(Unit::Money, SPEND_WITHOUT),
        of => Figure::quotient(amount, of.into(), Unit::Money),
    };
    put("roi.cpl", cost(money.leads));
    for stage in scope.facts.stages.iter().filter(|stage| **stage > Stage::Lead && **stage < Stage::Customer) {
        put(&format!("roi.cost_per_{}", stage.id()), cost(money.reached[stage.index()]));
    }
    put("roi.cac", cost(money.reached[Stage::Customer.index()]));
    if !(scope.facts.inputs.deals && scope.facts.inputs.amount) {
        return;
    }
    if amount <= 0 {
        let note = "spend is 0";
        put("roi.roas", Figure::missing(Unit::Ratio, note));
        put("roi.roi", Figure::missing(Unit::Ratio, note));
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
    put("roi.roas", Figure::quotient(won, amount, Unit::Ratio).within(scaled(1.0, 0.0)));
    let kept = margin.of(won).unwrap_or(won);
    let roi = Figure::quotient(kept - amount, amount, Unit::Ratio).within(scaled(margin.to_f64(), -1.0));
    put("roi.roi", roi);
}

fn cash(tallies: &Tallies, spend: &BTreeMap<Spot, BTreeMap<(), Spent>>, scope: &Scope<'_>, figures: &mut Figures) {
    if !scope.facts.inputs.deals {
        return;
    }
    let deals: BTreeMap<Spot, _> = scope.sums(&tallies.deals.deals).collect();
    let spots: BTreeSet<Spot> = deals.keys().chain(spend.keys()).copied().collect();
    for spot in spots.into_iter().filter(|spot| is_spendable(*spot, scope)) {
        let won = deals.get(&spot).and_then(|deals| deals.get(&Outcome::Won)).copied().unwrap_or_default();
        scope.put(figures, "cash.deals", spot, Figure::count(won.deals));
        if scope.facts.inputs.amount {
            scope.put(figures, "cash.revenue", spot, revenue(won.amount.into(), won.squares, won.deals));
        }
        let Some(spent) = spend.get(&spot).and_then(|sums| sums.get(&())) else { continue };
        scope.put(figures, "cash.spend", spot, Figure::money(spent.amount.into()));
        if spent.amount > 0 && scope.facts.inputs.amount {
            let roas = Figure::quotient(won.amount.into(), spent.amount.into(), Unit::Ratio);
            scope.put(figures, "cash.roas", spot, roas);
        }
    }
}

fn attribution(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    for (spot, credited) in scope.sums(&tallies.attribution.credited) {
        for (model, credit) in credited {
            let name = format!("attribution.{}", model.id());
            scope.put(figures, &format!("{name}.conversions"), spot, Figure::count(credit.conversions));
            if scope.facts.inputs.amount {
                scope.put(figures, &format!("{name}.revenue"), spot, Figure::money(credit.revenue.into()));
            }
        }
    }
}
