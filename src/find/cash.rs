//! Cash: what was closed and what was spent in a period, whenever the leads came in. Formulas: section 7 of the
//! definitions.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{Figure, Figures};
use super::measure::{Absent, By, Good, Measure, Of, Unit};
use super::scope::{Scope, Spot};
use super::sources::revenue;
use crate::cases::deals::Outcome;
use crate::tally::Tallies;

/// Deals won in the period.
pub static DEALS: Measure = Measure::count("cash.deals").by(By::Credit).good(Good::More);
/// What they brought.
pub static REVENUE: Measure =
    Measure::money("cash.revenue", Of::Deals).absent(Absent::Zero).by(By::Credit).good(Good::More);
/// What was spent beside it.
pub static SPEND: Measure = Measure::money("cash.spend", Of::Nothing).by(By::Credit);
/// The one for each unit of the other.
pub static ROAS: Measure = Measure::ratio("cash.roas").by(By::Credit).good(Good::More);

/// What was won and spent in a period.
pub static MEASURES: [&Measure; 4] = [&DEALS, &REVENUE, &SPEND, &ROAS];

/// Adds the figures.
pub fn find(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    if !scope.facts.inputs.deals {
        return;
    }
    let spend: BTreeMap<Spot, _> = scope.sums(&tallies.sources.spend).collect();
    let deals: BTreeMap<Spot, _> = scope.sums(&tallies.deals.deals).collect();
    let spots: BTreeSet<Spot> = deals.keys().chain(spend.keys()).copied().collect();
    for spot in spots.into_iter().filter(|spot| scope.has(&DEALS, *spot)) {
        let won = deals.get(&spot).and_then(|deals| deals.get(&Outcome::Won)).copied().unwrap_or_default();
        scope.put(figures, &DEALS, spot, Figure::count(won.deals));
        if scope.facts.inputs.amount {
            scope.put(figures, &REVENUE, spot, revenue(won.amount.into(), won.squares, won.deals));
        }
        let Some(spent) = spend.get(&spot).and_then(|sums| sums.get(&())) else { continue };
        scope.put(figures, &SPEND, spot, Figure::money(spent.amount.into()));
        if spent.amount > 0 && scope.facts.inputs.amount {
            let roas = Figure::quotient(won.amount.into(), spent.amount.into(), Unit::Ratio);
            scope.put(figures, &ROAS, spot, roas);
        }
    }
}
