//! The sources page: what each source cost and brought.
//!
//! Takes the findings in one period, gives the page. Three ways to count money stand apart, each under its own heading:
//! by the period's leads (`sources::cohort`), by close date (`sources::cash`), by touch (`sources::attribution`). Spend
//! that nobody recorded, spend recorded as 0, and spend without a result are three different things and read so.

mod attribution;
mod cash;
mod cohort;

use super::Account;
use super::model::{Block, Note, NoteLevel, Page, Section, Tile};
use super::view::View;
use crate::chart::ChartError;
use crate::find;
use crate::find::figures::{Figure, Value};
use crate::find::measure::{Id, Of};
use crate::stage::Stage;
use crate::words::numbers;

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
enum Spend {
    /// No export says what was spent.
    NotRecorded,
    /// An export says that nothing was spent.
    Zero,
    /// Something was spent.
    Some,
}

impl Spend {
    fn of(figure: Option<&Figure>) -> Self {
        match figure.and_then(|figure| figure.value) {
            None => Self::NotRecorded,
            Some(Value::Whole(0)) => Self::Zero,
            Some(value) if value.real() == 0.0 => Self::Zero,
            Some(_) => Self::Some,
        }
    }
}

/// What stands in place of a figure that spend keeps from having a value; none where the figure's own words do. `below`
/// is what the spend is divided by, and its count.
fn without_value(spend: Spend, below: Option<(&str, u64)>) -> Option<String> {
    match (spend, below) {
        (Spend::NotRecorded, _) => Some(numbers::NO_SPEND.to_owned()),
        (Spend::Zero, _) => Some(numbers::ZERO_SPEND.to_owned()),
        (Spend::Some, Some((what, 0))) => Some(format!("spend but no {what}")),
        (Spend::Some, _) => None,
    }
}

/// What stands in place of a figure of spend of a member (or of the whole: both empty), where it has no value.
fn spend_words(view: &View<'_>, id: Id, dimension: &str, member: &str) -> Option<String> {
    let figures = &view.report.figures;
    let get = |id: Id| figures.get(id, view.period, dimension, member);
    let count = |id: Id| get(id).and_then(Figure::whole_value).and_then(|n| u64::try_from(n).ok());
    if get(id).is_some_and(|figure| figure.value.is_some()) && !id.is(&find::roi::SPEND) {
        let free = Spend::of(get(find::roi::SPEND.id())) == Spend::Zero && divided_by_spend(id).is_some();
        return free.then(|| numbers::ZERO_SPEND.to_owned());
    }
    let spend = Spend::of(get(find::roi::SPEND.id()));
    match divided_by_spend(id)? {
        Divided::Itself if spend == Spend::Some => None,
        Divided::Itself => without_value(spend, None),
        Divided::Below => without_value(spend, None),
        Divided::Above(count_id, what) => without_value(spend, count(count_id).or(Some(0)).map(|n| (what, n))),
    }
}

/// How a figure depends on spend.
enum Divided {
    /// It is the spend.
    Itself,
    /// Spend is below the line.
    Below,
    /// Spend is above the line, and this figure, with its name, below.
    Above(Id, &'static str),
}

fn divided_by_spend(id: Id) -> Option<Divided> {
    match (id.measure.of, id.stage()) {
        _ if id.is(&find::roi::SPEND) => Some(Divided::Itself),
        _ if id.is(&find::roi::ROAS) || id.is(&find::roi::ROI) => Some(Divided::Below),
        _ if id.is(&find::roi::CPL) => Some(Divided::Above(find::roi::LEADS.id(), "lead")),
        (Of::Customers, _) => Some(Divided::Above(find::roi::REACHED.stage(Stage::Customer), "customer")),
        (Of::LeadsAtStage, Some(stage)) => Some(Divided::Above(find::roi::REACHED.stage(stage), stage.short())),
        _ => None,
    }
}

fn finding(view: &View<'_>) -> String {
    let period = view.period_words();
    let leads = view.said(&find::roi::LEADS).filter(|_| view.report.inputs.leads);
    let Some(leads) = leads else {
        let deals =
            if view.report.deal_dimensions.is_empty() { "" } else { " What deals tell of themselves stands below." };
        return format!("The exports hold no leads for {period}, so no deal can be traced back to one.{deals}");
    };
    let spend = view.figure(&find::roi::SPEND);
    let revenue = view.said(&find::roi::REVENUE);
    let brought = revenue.map_or_else(String::new, |revenue| format!(", and those leads brought {revenue} so far"));
    match Spend::of(spend) {
        Spend::NotRecorded => {
            format!("{leads} leads came in during {period}{brought}. What they cost is not in the exports.")
        }
        Spend::Zero => format!("{leads} leads came in during {period}{brought}. Spend is recorded as 0."),
        Spend::Some => {
            let spend = view.said(&find::roi::SPEND).unwrap_or_default();
            let mut text = format!("In {period}, {spend} was spent; {leads} leads came in{brought}.");
            if let Some(cost) = view.said(&find::roi::CPL) {
                text += &format!(" A lead cost {cost}.");
            }
            text
        }
    }
}

/// Headline figures where spend is recorded.
const PAID_TILES: &[(&str, Id)] = &[
    ("Spend", find::roi::SPEND.id()),
    ("Cost per lead (CPL)", find::roi::CPL.id()),
    ("Paid cost per customer (CAC)", find::roi::CAC.id()),
    ("Revenue per unit of spend (ROAS)", find::roi::ROAS.id()),
    ("Return on spend (ROI)", find::roi::ROI.id()),
];

/// Headline figures where it is not.
const UNPAID_TILES: &[(&str, Id)] = &[
    ("Leads in", find::roi::LEADS.id()),
    ("Customers so far", find::roi::REACHED.stage(Stage::Customer)),
    ("Revenue so far", find::roi::REVENUE.id()),
    ("Open pipeline", find::roi::PIPELINE.id()),
];

fn headline(view: &View<'_>) -> Section {
    let tiles: Vec<Tile> = if view.report.inputs.spend { PAID_TILES } else { UNPAID_TILES }
        .iter()
        .filter_map(|(label, id)| {
            let mut tile = view.tile(label, *id)?;
            if let Some(why) = spend_words(view, *id, "", "") {
                tile.value = why;
                tile.evidence = String::new();
            }
            Some(tile)
        })
        .collect();
    let mut blocks = Vec::new();
    if !tiles.is_empty() {
        blocks.push(Block::Tiles { tiles });
    }
    let notes: Vec<Note> = ["source", "roi", "deals", "revenue", "attribution"]
        .iter()
        .filter_map(|measure| view.gap_note(measure))
        .chain(young(view))
        .chain(["source", "campaign"].iter().filter_map(|dimension| fruitless(view, dimension)))
        .collect();
    if !notes.is_empty() {
        blocks.push(Block::Notes { notes });
    }
    Section { id: "headline".to_owned(), title: String::new(), blocks }
}

/// That the period's leads have not had the usual time to buy.
fn young(view: &View<'_>) -> Option<Note> {
    let (first, last) = view.way()?;
    let why = view.in_progress(first, last, view.period)?;
    Some(Note {
        level: NoteLevel::Info,
        title: format!("The leads of {} are still on their way.", view.period_words()),
        text: format!("{why} Revenue and returns will still grow; costs will not."),
        href: None,
    })
}

/// Members that cost money and brought no lead.
fn fruitless(view: &View<'_>, dimension: &str) -> Option<Note> {
    let figures = &view.report.figures;
    let without_lead = |member: &str| {
        let leads = figures.get(&find::roi::LEADS, view.period, dimension, member);
        leads.and_then(Figure::whole_value).unwrap_or(0) == 0
    };
    let members: Vec<&str> = figures
        .members(&find::roi::SPEND, view.period, dimension)
        .into_iter()
        .filter(|(member, spend)| Spend::of(Some(spend)) == Spend::Some && without_lead(member))
        .map(|(member, _)| member)
        .collect();
    let (one, many) = super::view::dimension_words(dimension);
    let count = numbers::plural(members.len() as u64, &one, &many);
    let shown: Vec<String> =
        members.iter().take(5).map(|member| super::view::member_label(dimension, member)).collect();
    let rest = members.len() - shown.len();
    let more = if rest > 0 { format!(", and {rest} more") } else { String::new() };
    (!members.is_empty()).then(|| Note {
        level: NoteLevel::Warning,
        title: format!("{count} with spend but no lead."),
        text: format!("{}{more}.", shown.join(", ")),
        href: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_ways_of_having_no_cost_read_differently() {
        let said = |figure: Option<&Figure>, leads: u64| without_value(Spend::of(figure), Some(("lead", leads)));
        assert_eq!(said(None, 5).unwrap(), "no spend recorded");
        assert_eq!(said(Some(&Figure::money(0)), 5).unwrap(), "spend recorded as 0");
        assert_eq!(said(Some(&Figure::money(900)), 0).unwrap(), "spend but no lead");
        assert_eq!(said(Some(&Figure::money(900)), 5), None);
    }
}
