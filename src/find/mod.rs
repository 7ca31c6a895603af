//! Find: additive tallies in, typed findings out: rates with intervals, percentiles, curves, money at stake, what is
//! missing. Plain Rust, no Polars, instant. How they are shown is left to [`crate::pages`].

pub mod attribution;
pub mod cash;
pub mod deals;
pub mod feedback;
pub mod figures;
pub mod funnel;
pub mod gaps;
pub mod gate;
pub mod handover;
pub mod leakage;
pub mod measure;
pub mod notices;
pub mod periods;
pub mod quality;
pub mod remark;
pub mod report;
pub mod scope;
pub mod sources;
pub mod stats;
pub mod withhold;

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::Month;
use crate::cases::Facts;
use crate::cases::deals::Outcome;
use crate::cases::leakage::Leak;
use crate::cases::names::NONE;
use crate::project::{OwnerNames, Project};
use crate::record::FileReport;
use crate::tally::Tallies;
use crate::tally::lists::Listed;
use deals::StallLimits;
use figures::Figures;
use leakage::Worth;
use measure::Measure;
pub use report::Report;
use report::{CaseList, Dimension};
use scope::Scope;

/// A family of measures: one subject, one word for it.
pub struct Family {
    /// The word.
    pub name: &'static str,
    /// What it measures.
    pub measures: &'static [&'static Measure],
}

/// All measures there are, by family.
pub static FAMILIES: [Family; 9] = [
    Family { name: "funnel", measures: &funnel::MEASURES },
    Family { name: "sources", measures: &sources::MEASURES },
    Family { name: "cash", measures: &cash::MEASURES },
    Family { name: "attribution", measures: &attribution::MEASURES },
    Family { name: "feedback", measures: &feedback::MEASURES },
    Family { name: "handover", measures: &handover::MEASURES },
    Family { name: "leakage", measures: &leakage::MEASURES },
    Family { name: "deals", measures: &deals::MEASURES },
    Family { name: "quality", measures: &quality::MEASURES },
];

/// The measure that a figure's id may be one of.
pub fn measure_of(id: &str) -> Option<&'static Measure> {
    let all = FAMILIES.iter().flat_map(|family| family.measures.iter().copied());
    // What an id says itself goes before what it only names: `roi.cost_per_mql` is no number of leads at a stage.
    all.filter(|measure| measure.pattern == id || measure.has(id))
        .max_by_key(|measure| measure.pattern.replace("{}", "").len())
}

/// What the findings are made from.
pub struct Evidence<'a> {
    /// What was counted.
    pub tallies: &'a Tallies,
    /// The first cases behind each leak.
    pub lists: BTreeMap<Leak, Vec<Listed>>,
    /// Names and inputs.
    pub facts: &'a Facts,
    /// How each file was read.
    pub files: &'a [FileReport],
}

/// Finds everything.
pub fn find(evidence: Evidence<'_>, project: &Project) -> Report {
    let Evidence { tallies, lists, facts, files } = evidence;
    let pairs = facts.pairs();
    let limits = StallLimits::new(&tallies.deals, &facts.deal_stages, &project.agreements);
    let (entered, closed) = months(tallies);
    // Where there are neither leads nor deals, the report is one of what was spent.
    let is_spend_alone = !facts.inputs.leads && !facts.inputs.deals;
    let spent = || tallies.sources.spend.keys().filter_map(|(place, ())| place.month).collect();
    let (entered, closed) = if is_spend_alone { (BTreeSet::new(), spent()) } else { (entered, closed) };
    let opening = if facts.inputs.leads { &entered } else { &closed };
    let all_months: BTreeSet<Month> = entered.union(&closed).copied().collect();
    let periods = periods::periods(opening, &all_months, facts.as_of_day, project);
    let scope = Scope::new(facts, project.report.fiscal_year_start, periods.paged.clone());
    let mut figures = Figures::default();
    let mut curves = BTreeMap::new();
    let mut leaked = leakage::Found { leaks: Vec::new(), not_won: BTreeMap::new() };
    if facts.inputs.leads {
        curves = funnel::find(&tallies.funnel, &pairs, &scope, &mut figures);
        feedback::find(tallies, &scope, &mut figures);
        handover::find(tallies, &scope, &mut figures);
        leaked = leakage::find(tallies, &limits, &scope, &mut figures);
    }
    if facts.inputs.leads || facts.inputs.spend {
        sources::find(tallies, project.report.margin, &scope, &mut figures);
        cash::find(tallies, &scope, &mut figures);
        attribution::find(tallies, &scope, &mut figures);
    }
    deals::find(&tallies.deals, &limits, &scope, &mut figures);
    quality::find(files, &mut figures);
    let worth = Worth::new(tallies, &scope);
    let cases = case_lists(lists, &leaked, &limits, &worth, &scope, project);
    let dimensions = dimensions(&scope, &sizes(&scope, tallies, true));
    let deal_dimensions = dimensions_of_deals(&scope, tallies);
    let mut notices = notices::notices(facts, &figures, files);
    notices.extend(periods.why.clone());
    let gaps = gaps::gaps(facts, &leaked.leaks, &figures);
    withhold::withhold(&mut figures, project.privacy.min_cell);
    gate::judge(&mut figures, |dimension, member| {
        member == NONE || dimension == "source" && project.sources.is_unknown(member)
    });
    Report {
        figures,
        periods,
        as_of: facts.as_of_day,
        is_dated: facts.is_dated,
        months: opening.first().copied().zip(opening.last().copied()),
        currency: facts.currency.clone(),
        stages: facts.stages.clone(),
        pairs,
        dimensions,
        deal_dimensions,
        curves,
        gaps,
        leaks: leaked.leaks,
        cases,
        notices,
        inputs: facts.inputs,
        project: project.clone(),
    }
}

fn case_lists(
    lists: BTreeMap<Leak, Vec<Listed>>,
    leaked: &leakage::Found,
    limits: &StallLimits,
    worth: &Worth,
    scope: &Scope<'_>,
    project: &Project,
) -> BTreeMap<Leak, CaseList> {
    let shown = lists.into_iter().filter(|(leak, _)| project.privacy.cases && leaked.leaks.contains(leak));
    let shows_owners = project.privacy.owners == OwnerNames::Names;
    let list = |(leak, listed): (Leak, Vec<Listed>)| {
        let total = leaked.not_won.get(&leak).copied().unwrap_or_default();
        (leak, leakage::list(leak, listed, total, limits, worth, scope, shows_owners))
    };
    shown.map(list).filter(|(_, list)| !list.cases.is_empty()).collect()
}

/// Months in which leads entered, and those in which deals closed.
fn months(tallies: &Tallies) -> (BTreeSet<Month>, BTreeSet<Month>) {
    let entered = tallies.sources.leads.keys().filter_map(|(place, ())| place.month).collect();
    let is_closed = |outcome: &Outcome| *outcome != Outcome::Open;
    let closed = tallies.deals.deals.keys().filter(|(_, outcome)| is_closed(outcome));
    (entered, closed.filter_map(|(place, _)| place.month).collect())
}

/// Number of leads (or deals) of each member of each dimension.
fn sizes(scope: &Scope<'_>, tallies: &Tallies, leads: bool) -> BTreeMap<usize, BTreeMap<u32, u64>> {
    let mut sizes: BTreeMap<usize, BTreeMap<u32, u64>> = BTreeMap::new();
    let mut add = |place: &crate::tally::Place, count: u64| {
        if place.dimension > 0 && scope.is_told(place.dimension) {
            *sizes.entry(place.dimension).or_default().entry(place.member).or_default() += count;
        }
    };
    if leads {
        tallies.sources.leads.iter().for_each(|((place, ()), money)| add(place, money.leads));
        // A member with spend and no lead is a member all the same.
        tallies.sources.spend.keys().for_each(|(place, ())| add(place, 0));
    } else {
        tallies.deals.deals.iter().for_each(|((place, _), money)| add(place, money.deals));
    }
    sizes
}

fn dimensions(scope: &Scope<'_>, sizes: &BTreeMap<usize, BTreeMap<u32, u64>>) -> Vec<Dimension> {
    let told = sizes.iter().filter(|(_, members)| members.keys().any(|member| *member > 0));
    let dimension = |(number, members): (&usize, &BTreeMap<u32, u64>)| Dimension {
        name: scope.dimension(*number).to_owned(),
        members: scope.by_size(*number, members),
    };
    told.map(dimension).collect()
}

fn dimensions_of_deals(scope: &Scope<'_>, tallies: &Tallies) -> Vec<Dimension> {
    dimensions(scope, &sizes(scope, tallies, false))
}
