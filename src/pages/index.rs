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
use super::view::View;
use crate::chart::ChartError;
use crate::find;
use crate::find::gaps::Gap;
use crate::find::measure::Id;
use crate::stage::Stage;
use crate::words::say;

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
    let title = largest.as_ref().map_or_else(String::new, |_| say!("overview-headline"));
    let card = largest.map(|card| Block::Leaks { leaks: vec![card] });
    let worth = card.is_some() && view.said(leakage::MONEY).is_some();
    let meaning = worth.then(|| parts::prose(say!("leakage-money-meaning")));
    Ok(parts::section("headline", &title, [tiles, card, meaning]))
}

/// The tiles with their figures' ids, the most telling ones first; a report without leads shows its deals.
fn tiles(view: &View<'_>) -> Vec<Option<(Id, Tile)>> {
    let tile = |id: Id| Some((id, view.tile(id)?));
    // Where there is no such figure, or none yet, the next one stands in.
    let valued = |id: Id| view.said(id).and_then(|_| tile(id));
    if !view.report.inputs.leads && !view.report.inputs.deals {
        return [&find::sources::SPEND, &find::sources::IMPRESSIONS, &find::sources::CLICKS]
            .map(|one| tile(one.id()))
            .to_vec();
    }
    if !view.report.inputs.leads {
        return vec![
            tile(find::deals::WON.id()),
            tile(find::deals::LOST.id()),
            tile(find::deals::WIN_RATE.id()),
            revenue(view),
            tile(find::deals::AVERAGE.id()),
            tile(find::deals::CYCLE.at(50)),
            tile(find::sources::SPEND.id()),
        ];
    }
    let way = view.way();
    let first = way.map_or(Stage::Lead, |(first, _)| first);
    vec![
        tile(find::funnel::ENTERED.stage(first)),
        way.and_then(|(from, to)| tile(find::funnel::CONVERSION.pair(from, to))),
        revenue(view).or_else(|| tile(find::funnel::ENTERED.stage(Stage::Customer))),
        tile(find::feedback::RATE.id()),
        valued(find::handover::WITHIN.id()).or_else(|| tile(find::feedback::ACCEPTED.id())),
        tile(leakage::MONEY),
    ]
}

/// Money won in the period; it belongs to deals closed then, whenever their leads came in.
fn revenue(view: &View<'_>) -> Option<(Id, Tile)> {
    const REVENUE: Id = find::deals::REVENUE.id();
    view.said(REVENUE)?;
    let tile = view.tile(REVENUE)?;
    let evidence = match tile.evidence.as_str() {
        "" => say!("overview-closed-then"),
        evidence => say!("overview-closed-then.evidence", evidence = evidence),
    };
    Some((REVENUE, Tile { evidence, ..tile }))
}

/// What the exports cannot answer, in short; leaks have theirs on their own page.
fn gaps(view: &View<'_>) -> Section {
    let (leaks, measures): (Vec<Gap>, Vec<Gap>) = view.report.gaps.iter().partition(|gap| matches!(gap, Gap::Leak(_)));
    let mut notes: Vec<Option<Note>> = measures.iter().take(GAPS).map(|gap| view.gap_note(gap.measure())).collect();
    let further = measures.len().saturating_sub(GAPS);
    notes.push((further > 0).then(|| Note {
        href: Some(view.path("data")),
        ..parts::note(
            NoteLevel::Gap,
            say!("overview-further-gaps", measures = further),
            say!("overview-further-gaps.text"),
        )
    }));
    notes.push((!leaks.is_empty()).then(|| Note {
        href: Some(format!("{}#not-measurable", view.path("leakage"))),
        ..parts::note(NoteLevel::Gap, say!("overview-leak-gaps", leaks = leaks.len()), say!("overview-leak-gaps.text"))
    }));
    parts::section("gaps", &say!("overview-gaps"), [parts::notes(notes)])
}

#[cfg(test)]
mod tests;
