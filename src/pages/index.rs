//! The overview: the one page of the meeting. Headline figures, the biggest leak in money, what stands out, what
//! changed, and what could not be measured.
//!
//! Takes the findings in one period, gives a page that leads on to the others. Leaves the findings in words to
//! `findings`, the table of changes to `changes`.

mod changes;
mod findings;
mod targets;

use super::Account;
use super::leakage;
use super::model::{Block, Note, NoteLevel, Page, Section, Tile};
use super::parts;
use super::view::{View, capitalised, many};
use crate::chart::ChartError;
use crate::find;
use crate::find::gaps::Gap;
use crate::find::measure::Id;
use crate::stage::Stage;
use crate::words::numbers;

/// Most tiles in the row.
const TILES: usize = 6;
/// Most gaps that stand here; the data page has them all.
const GAPS: usize = 3;

/// The page in the period of the view, which holds the report; all pages are called alike.
pub fn page(view: &View<'_>, _: &Account<'_>) -> Result<Page, ChartError> {
    let mut page = view.frame("index");
    page.finding = findings::headline(view);
    page.sections.push(headline(view)?);
    page.sections.extend(view.notices("index"));
    page.sections.push(changes::section(view));
    page.sections.push(targets::section(view));
    page.sections.push(findings::section(view));
    page.sections.push(gaps(view));
    Ok(view.finish(page))
}

/// Headline figures, and the biggest leak in money beside what money at stake means.
fn headline(view: &View<'_>) -> Result<Section, ChartError> {
    let found = tiles(view).into_iter().flatten().take(TILES);
    let tiles: Vec<Tile> = found.map(|(id, tile)| parts::with_spark(view, tile, id)).collect::<Result<_, _>>()?;
    let tiles = (!tiles.is_empty()).then_some(Block::Tiles { tiles });
    let largest = leakage::ranked(view).into_iter().next();
    let largest = largest.map(|leak| leakage::card(view, leak, 1));
    let title = if largest.is_some() { "Headline figures and the biggest leak" } else { "" };
    let card = largest.map(|card| Block::Leaks { leaks: vec![card] });
    let worth = card.is_some() && view.said(leakage::MONEY).is_some();
    let meaning = worth.then(|| parts::prose(leakage::MONEY_MEANING));
    Ok(parts::section("headline", title, [tiles, card, meaning]))
}

/// The tiles with their figures' ids, the most telling ones first; a report without leads shows its deals.
fn tiles(view: &View<'_>) -> Vec<Option<(Id, Tile)>> {
    let tile = |label: &str, id: Id| Some((id, view.tile(label, id)?));
    // Where there is no such figure, or none yet, the next one stands in.
    let valued = |label: &str, id: Id| view.said(id).and_then(|_| tile(label, id));
    if !view.report.inputs.leads && !view.report.inputs.deals {
        return vec![
            tile("Spend", find::roi::SPEND.id()),
            tile("Impressions", find::roi::IMPRESSIONS.id()),
            tile("Clicks", find::roi::CLICKS.id()),
        ];
    }
    if !view.report.inputs.leads {
        return vec![
            tile("Deals won", find::deals::WON.id()),
            tile("Deals lost", find::deals::LOST.id()),
            tile("Win rate", find::deals::WIN_RATE.id()),
            revenue(view),
            tile("Average won deal", find::deals::AVERAGE.id()),
            tile("Time to a win, median", find::deals::CYCLE.at(50)),
            tile("Spend", find::roi::SPEND.id()),
        ];
    }
    let way = view.way();
    let first = way.map_or(Stage::Lead, |(first, _)| first);
    let entered = find::funnel::ENTERED.stage(first);
    let conversion = way.and_then(|(from, to)| {
        let id = find::funnel::CONVERSION.pair(from, to);
        tile(&view.step_words(from, to), id)
    });
    vec![
        tile(&view.entered_words(first), entered),
        conversion,
        revenue(view).or_else(|| tile("New customers", find::funnel::ENTERED.stage(Stage::Customer))),
        tile("Feedback rate", find::feedback::RATE.id()),
        valued("First contact in time", find::feedback::WITHIN.id())
            .or_else(|| tile("Accepted, of those with a verdict", find::feedback::ACCEPTED.id())),
        tile("Money at stake", leakage::MONEY),
    ]
}

/// Money won in the period; it belongs to deals closed then, whenever their leads came in.
fn revenue(view: &View<'_>) -> Option<(Id, Tile)> {
    const REVENUE: Id = find::deals::REVENUE.id();
    view.said(REVENUE)?;
    let tile = view.tile("Revenue won", REVENUE)?;
    let parts = ["deals closed then".to_owned(), tile.evidence];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Some((REVENUE, Tile { evidence: parts.join("; "), ..tile }))
}

/// What the exports cannot answer, in short; leaks have theirs on their own page.
fn gaps(view: &View<'_>) -> Section {
    let (leaks, measures): (Vec<Gap>, Vec<Gap>) = view.report.gaps.iter().partition(|gap| matches!(gap, Gap::Leak(_)));
    let mut notes: Vec<Option<Note>> = measures.iter().take(GAPS).map(|gap| view.gap_note(gap.measure())).collect();
    let further = measures.len().saturating_sub(GAPS) as u64;
    let further = (further > 0).then(|| numbers::plural(further, "further measure", "further measures"));
    notes.push(further.map(|more| Note {
        href: Some(view.path("data")),
        ..parts::note(NoteLevel::Gap, format!("{}.", capitalised(&more)), "The data page lists what is missing.")
    }));
    let leaks = (!leaks.is_empty()).then(|| numbers::plural(leaks.len() as u64, "kind of leak", "kinds of leak"));
    notes.push(leaks.map(|leaks| Note {
        href: Some(format!("{}#not-measurable", view.path("leakage"))),
        ..parts::note(
            NoteLevel::Gap,
            format!("{}.", capitalised(&leaks)),
            "The leakage page says which column would supply each.",
        )
    }));
    parts::section("gaps", "What could not be measured", [parts::notes(notes)])
}

#[cfg(test)]
mod tests;
