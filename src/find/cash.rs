//! Cash: what was closed and what was spent in a period, whenever the leads came in. Formulas: its messages in
//! `words/en/measures.ftl`. The return of all is over the sources with spend in the period of which deals ever closed; over
//! everything it is called blended.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{Figure, Figures};
use super::measure::{Absent, By, Good, Measure, Of, Unit};
use super::remark::Remark;
use super::scope::{Scope, Spot};
use super::sources::revenue;
use crate::calendar::Period;
use crate::cases::deals::Outcome;
use crate::tally::{Place, Tallies};

/// Deals won in the period.
pub static DEALS: Measure = Measure::count("cash.deals").by(By::Credit).good(Good::More);
/// What they brought.
pub static REVENUE: Measure =
    Measure::money("cash.revenue", Of::Deals).absent(Absent::Zero).by(By::Credit).good(Good::More);
/// What was spent beside it.
pub static SPEND: Measure = Measure::money("cash.spend", Of::Nothing).by(By::Credit);
/// The one for each unit of the other.
pub static ROAS: Measure = Measure::ratio("cash.roas").by(By::Credit).good(Good::More);
/// Revenue of all deals for each unit spent on any source.
pub static BLENDED_ROAS: Measure = Measure::ratio("cash.blended_roas").by(By::Whole).good(Good::More);

/// Outcomes that end a deal.
const CLOSED: [Outcome; 2] = [Outcome::Won, Outcome::Lost];

/// What was won and spent in a period.
pub static MEASURES: [&Measure; 5] = [&DEALS, &REVENUE, &SPEND, &ROAS, &BLENDED_ROAS];

/// Members of dimensions of which some deal was ever won or lost.
fn with_closed_deals(tallies: &Tallies) -> BTreeSet<(usize, u32)> {
    let closed = tallies.deals.deals.keys().filter(|(_, outcome)| CLOSED.contains(outcome));
    closed.map(|(place, _)| (place.dimension, place.member)).collect()
}

/// What was spent and what was won over the sources that have both, by period: spend in the period, and closed deals at any
/// time. A source that was paid for and won nothing in the period counts with nothing.
fn matched(
    tallies: &Tallies,
    with_deals: &BTreeSet<(usize, u32)>,
    scope: &Scope<'_>,
) -> BTreeMap<Period, (i128, i128)> {
    let Some(sources) = scope.number("source") else { return BTreeMap::new() };
    let has_both = |place: &Place| {
        place.dimension == sources && place.member > 0 && with_deals.contains(&(place.dimension, place.member))
    };
    // Spent, and won amount.
    let mut of_source: BTreeMap<(Period, u32), (i128, i128)> = BTreeMap::new();
    for ((place, ()), spent) in tallies.sources.spend.iter().filter(|((place, ()), _)| has_both(place)) {
        for period in scope.periods(place.month) {
            of_source.entry((period, place.member)).or_default().0 += i128::from(spent.amount);
        }
    }
    let won = tallies.deals.deals.iter().filter(|((place, one), _)| has_both(place) && *one == Outcome::Won);
    for ((place, _), money) in won {
        for period in scope.periods(place.month) {
            of_source.entry((period, place.member)).or_default().1 += i128::from(money.amount);
        }
    }
    let mut matched: BTreeMap<Period, (i128, i128)> = BTreeMap::new();
    for ((period, _), (spent, won)) in of_source.into_iter().filter(|(_, (spent, _))| *spent > 0) {
        let sides = matched.entry(period).or_default();
        sides.0 += spent;
        sides.1 += won;
    }
    matched
}

/// Adds the figures.
pub fn find(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    if !scope.facts.inputs.deals {
        return;
    }
    let spend: BTreeMap<Spot, _> = scope.sums(&tallies.sources.spend).collect();
    let deals: BTreeMap<Spot, _> = scope.sums(&tallies.deals.deals).collect();
    let with_deals = with_closed_deals(tallies);
    let matched = matched(tallies, &with_deals, scope);
    let spots: BTreeSet<Spot> = deals.keys().chain(spend.keys()).copied().collect();
    for spot in spots.into_iter().filter(|spot| scope.has(&DEALS, *spot)) {
        let won = deals.get(&spot).and_then(|deals| deals.get(&Outcome::Won)).copied().unwrap_or_default();
        scope.put(figures, &DEALS, spot, Figure::count(won.deals));
        if scope.facts.inputs.amount {
            scope.put(figures, &REVENUE, spot, revenue(won.amount.into(), won.squares, won.deals));
        }
        let Some(spent) = spend.get(&spot).and_then(|sums| sums.get(&())) else { continue };
        scope.put(figures, &SPEND, spot, Figure::money(spent.amount.into()));
        if spent.amount <= 0 || !scope.facts.inputs.amount {
            continue;
        }
        let own = Figure::quotient(won.amount.into(), spent.amount.into(), Unit::Ratio);
        let roas = match (spot.dimension, matched.get(&spot.period)) {
            (0, Some((spent, won))) => Figure::quotient(*won, *spent, Unit::Ratio),
            (0, None) => Figure::missing(Unit::Ratio, Remark::SpendAndDealsApart),
            // Where no deal ever closed, it is not known that what was spent brings any.
            (dimension, _) if !with_deals.contains(&(dimension, spot.member)) => {
                Figure::missing(Unit::Ratio, Remark::SpendWithoutDeal)
            }
            _ => own.clone(),
        };
        scope.put_any(figures, &ROAS, spot, roas);
        scope.put(figures, &BLENDED_ROAS, spot, own);
    }
}
