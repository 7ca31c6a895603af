//! The sources page: what each source cost and brought.
//!
//! Takes the findings in one period, gives the page. Three ways to count money stand apart, each under its own heading:
//! by the period's leads (`sources::cohort`), by close date (`cash`), by touch (`attribution`). Spend
//! that nobody recorded, spend recorded as 0, and spend without a result are three different things and read so.

mod cohort;

use super::model::{Cell, CellTone, Note, NoteLevel, Page, Section, Tile};
use super::parts;
use super::view::{View, uncapitalised};
use super::{Account, attribution, cash};
use crate::chart::ChartError;
use crate::find;
use crate::find::figures::{Figure, Value};
use crate::find::measure::Id;
use crate::find::remark::Remark;
use crate::stage::Stage;
use crate::words::{numbers, say};

/// The sources page of a period.
pub fn page(view: &View<'_>, _: &Account<'_>) -> Result<Page, ChartError> {
    let report = view.report;
    let mut page = view.frame("sources");
    page.finding = finding(view);
    page.sections.extend(view.notices("sources"));
    page.sections.push(headline(view));
    if report.inputs.leads {
        page.sections.push(cohort::by_source(view)?);
        page.sections.push(cohort::by_the_rest(view));
    } else {
        page.sections.push(cash::deals_by_source(view)?);
    }
    page.sections.push(cash::cash(view)?);
    page.sections.push(attribution::first_and_last(view));
    page.sections.push(cash::spend_by_quarter(view)?);
    Ok(view.finish(page))
}

/// What a figure that is divided by spend, or into it, says about the spend behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spend {
    /// No export says what was spent.
    NotRecorded,
    /// An export says that nothing was spent.
    Zero,
    /// Something was spent.
    Some,
}

impl Spend {
    pub(super) fn of(figure: Option<&Figure>) -> Self {
        match figure.and_then(|figure| figure.value) {
            None => Self::NotRecorded,
            Some(Value::Whole(0)) => Self::Zero,
            Some(value) if value.real() == 0.0 => Self::Zero,
            Some(_) => Self::Some,
        }
    }
}

/// Why spend keeps a figure from having a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lack {
    /// No export says what was spent.
    NotRecorded,
    /// An export says that nothing was spent.
    Zero,
    /// Something was spent, and no lead came in.
    NoLead,
    /// Something was spent, and no lead became a customer.
    NoCustomer,
}

impl Lack {
    /// `counted` is what the spend is divided by, with what it is called where it is 0.
    pub(super) fn of(spend: Spend, counted: Option<(i128, Self)>) -> Option<Self> {
        match (spend, counted) {
            (Spend::NotRecorded, _) => Some(Self::NotRecorded),
            (Spend::Zero, _) => Some(Self::Zero),
            (Spend::Some, Some((0, lack))) => Some(lack),
            (Spend::Some, _) => None,
        }
    }

    /// What stands in place of the value.
    fn words(self) -> String {
        match self {
            Self::NotRecorded => say!("remark-no-spend"),
            Self::Zero => say!("sources-zero-spend"),
            Self::NoLead => say!("sources-no-lead"),
            Self::NoCustomer => say!("sources-no-customer"),
        }
    }

    /// The cell with these words.
    pub(super) fn cell(self) -> Cell {
        Cell::number(self.words()).with_tone(CellTone::Muted)
    }

    /// The tile of a figure with these words.
    pub(super) fn tile(self, tile: Tile) -> Tile {
        Tile { value: self.words(), evidence: String::new(), ..tile }
    }
}

/// Why spend keeps a figure of a member (or of the whole: both empty) from having a value; none where it does not.
fn lack(view: &View<'_>, id: Id, dimension: &str, member: &str) -> Option<Lack> {
    let get = |id: Id| view.member(id, dimension, member);
    let counted = |id: Id| get(id).and_then(Figure::whole_value).unwrap_or(0);
    let counted = match id {
        _ if id.is(&find::sources::CPL) => Some((counted(find::sources::LEADS.id()), Lack::NoLead)),
        _ if id.is(&find::sources::CAC) => Some((counted(CUSTOMERS), Lack::NoCustomer)),
        _ if id.is(&find::sources::SPEND) || id.is(&find::sources::ROAS) || id.is(&find::sources::ROI) => None,
        _ => return None,
    };
    // Where spend and leads do not meet, the figure says so itself.
    let apart = [Remark::NotToldByLeads, Remark::SpendAndLeadsApart];
    if get(id).and_then(|figure| figure.remark).is_some_and(|remark| apart.contains(&remark)) {
        return None;
    }
    let has_value = get(id).is_some_and(|figure| figure.value.is_some());
    let lack = Lack::of(Spend::of(get(find::sources::SPEND.id())), counted)?;
    // A figure that has a value keeps it, unless it comes of a spend of 0.
    (!has_value || lack == Lack::Zero).then_some(lack)
}

fn finding(view: &View<'_>) -> String {
    let period = view.period_words();
    let leads =
        view.figure(&find::sources::LEADS).and_then(Figure::whole_value).and_then(|leads| u64::try_from(leads).ok());
    let Some(leads) = leads.filter(|_| view.report.inputs.leads) else {
        let deals = (!view.report.deal_dimensions.is_empty()).then(|| say!("sources-no-leads.deals"));
        return joined(say!("sources-no-leads", period = period), deals);
    };
    let revenue = view.said(&find::sources::REVENUE);
    let came_in = || match revenue.as_ref() {
        Some(revenue) => say!("sources-leads.brought", leads = leads, period = period.as_str(), revenue = revenue),
        None => say!("sources-leads", leads = leads, period = period.as_str()),
    };
    match Spend::of(view.figure(&find::sources::SPEND)) {
        Spend::NotRecorded => joined(came_in(), Some(say!("sources-leads.cost-unknown"))),
        Spend::Zero => joined(came_in(), Some(say!("sources-leads.cost-zero"))),
        Spend::Some => {
            let spend = view.said(&find::sources::SPEND).unwrap_or_default();
            let period = period.as_str();
            let spent = match revenue.as_ref() {
                Some(revenue) => {
                    say!("sources-spent.brought", period = period, spend = spend, leads = leads, revenue = revenue)
                }
                None => say!("sources-spent", period = period, spend = spend, leads = leads),
            };
            joined(spent, view.said(&find::sources::CPL).map(|cost| say!("sources-spent.cost", cost = cost)))
        }
    }
}

/// A sentence, and another where there is one.
pub(super) fn joined(first: String, second: Option<String>) -> String {
    std::iter::once(first).chain(second).collect::<Vec<_>>().join(" ")
}

const CUSTOMERS: Id = find::sources::REACHED.stage(Stage::Customer);

/// Headline figures where spend is recorded.
const PAID_TILES: &[Id] = &[
    find::sources::SPEND.id(),
    find::sources::CPL.id(),
    find::sources::CAC.id(),
    find::sources::ROAS.id(),
    find::sources::ROI.id(),
];

/// Headline figures where it is not.
const UNPAID_TILES: &[Id] =
    &[find::sources::LEADS.id(), CUSTOMERS, find::sources::REVENUE.id(), find::sources::PIPELINE.id()];

fn headline(view: &View<'_>) -> Section {
    let tiles = if view.report.inputs.spend { PAID_TILES } else { UNPAID_TILES }.iter().map(|id| {
        let tile = view.tile(*id)?;
        Some(match lack(view, *id, "", "") {
            Some(lack) => lack.tile(tile),
            None => tile,
        })
    });
    let notes = ["source", "roi", "deals", "revenue", "attribution"]
        .iter()
        .map(|measure| view.gap_note(measure))
        .chain([young(view)])
        .chain(["source", "campaign"].iter().map(|dimension| fruitless(view, dimension)));
    parts::section("headline", "", [parts::tiles(tiles), blended(view).map(parts::prose), parts::notes(notes)])
}

/// What costs and returns are over everything, where that differs from those of the sources that were paid for.
fn blended(view: &View<'_>) -> Option<String> {
    let pairs = [
        (&find::sources::CPL, &find::sources::BLENDED_CPL),
        (&find::sources::CAC, &find::sources::BLENDED_CAC),
        (&find::sources::ROAS, &find::sources::BLENDED_ROAS),
    ];
    let said = pairs.iter().filter_map(|(measure, blended)| {
        let (own, value) = (view.said(*measure), view.said(*blended)?);
        let name = uncapitalised(&view.label(*measure));
        (own.as_ref() != Some(&value)).then(|| say!("sources-blended-figure", name = name, value = value))
    });
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| say!("sources-blended", figures = numbers::list(&said)))
}

/// That the period's leads have not had the usual time to buy.
fn young(view: &View<'_>) -> Option<Note> {
    let (first, last) = view.way()?;
    let why = view.in_progress(first, last, view.period)?;
    let text = joined(why, Some(say!("sources-young.text")));
    Some(parts::note(NoteLevel::Info, say!("sources-young", period = view.period_words()), text))
}

/// Members that cost money and brought no lead.
fn fruitless(view: &View<'_>, dimension: &str) -> Option<Note> {
    let without_lead = |member: &str| {
        let leads = view.member(&find::sources::LEADS, dimension, member);
        leads.and_then(Figure::whole_value).unwrap_or(0) == 0
    };
    let told = |member: &str| {
        let cost = view.member(&find::sources::CPL, dimension, member);
        cost.and_then(|cost| cost.remark) != Some(Remark::NotToldByLeads)
    };
    let members: Vec<&str> = view
        .members(&find::sources::SPEND, dimension)
        .into_iter()
        .filter(|(member, spend)| Spend::of(Some(spend)) == Spend::Some && without_lead(member) && told(member))
        .map(|(member, _)| member)
        .collect();
    let (one, many) = super::view::dimension_words(dimension);
    let shown: Vec<String> =
        members.iter().take(5).map(|member| super::view::member_label(dimension, member)).collect();
    let (shown, rest) = (shown.join(", "), members.len().saturating_sub(5));
    (!members.is_empty()).then(|| {
        let text = match rest {
            0 => say!("sources-fruitless.members", members = shown),
            rest => say!("sources-fruitless.more", members = shown, more = rest),
        };
        let title = say!("sources-fruitless", members = members.len(), one = one, many = many);
        parts::note(NoteLevel::Warning, title, text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_ways_of_having_no_cost_read_differently() {
        let said = |figure: Option<&Figure>, leads: i128| {
            Lack::of(Spend::of(figure), Some((leads, Lack::NoLead))).map(Lack::words)
        };
        assert_eq!(said(None, 5).unwrap(), "no spend recorded");
        assert_eq!(said(Some(&Figure::money(0)), 5).unwrap(), "spend recorded as 0");
        assert_eq!(said(Some(&Figure::money(900)), 0).unwrap(), "spend but no lead");
        assert_eq!(said(Some(&Figure::money(900)), 5), None);
    }
}
