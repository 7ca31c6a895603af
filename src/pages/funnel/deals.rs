//! What became of the deals that closed: won, lost, win rate, revenue and cycle, by dimension and by quarter.

use super::super::model::{Block, Cell, Column, Note, NoteLevel, Section, Table, Tile};
use super::super::view::{Labelled, View, dimension_words, period_name, table};
use super::counts;
use crate::calendar::Period;
use crate::chart::ChartError;
use crate::find;
use crate::find::measure::Id;
use crate::words::numbers;

/// Quarters in the table by quarter.
const QUARTERS: usize = 12;

/// Figures of deals in tables, the one to sort by first.
const MEASURES: [(&str, Id); 10] = [
    ("Won", find::deals::WON.id()),
    ("Lost", find::deals::LOST.id()),
    ("Win rate", find::deals::WIN_RATE.id()),
    ("Win rate by value", find::deals::WIN_RATE_VALUE.id()),
    ("Revenue won", find::deals::REVENUE.id()),
    ("Average won deal", find::deals::AVERAGE.id()),
    ("Half won within", find::deals::CYCLE.at(50)),
    ("Nine in ten won within", find::deals::CYCLE.at(90)),
    ("Half lost within", find::deals::CYCLE_LOST.at(50)),
    ("Nine in ten lost within", find::deals::CYCLE_LOST.at(90)),
];

fn measures() -> Vec<Labelled> {
    MEASURES.iter().map(|(label, id)| Labelled::new(*label, *id)).collect()
}

/// The cell without what the neighbouring cells say already.
fn slim(id: Id, mut cell: Cell) -> Cell {
    let is_latest = [&find::deals::CYCLE, &find::deals::CYCLE_LOST].iter().any(|measure| id == measure.at(90));
    if id.is(&find::deals::AVERAGE) || is_latest {
        cell.details.clear();
    }
    cell
}

/// "Of 70 deals closed in Q3 2026, 23 were won (33%), worth EUR 1.2m."
pub(super) fn sentence(view: &View<'_>) -> Option<String> {
    let figure = view.figure(&find::deals::WIN_RATE);
    let (won, closed) = counts(figure)?;
    let rate = view.short_text(&find::deals::WIN_RATE, figure?);
    let mut text = format!(
        "Of {} closed in {}, {} won ({rate})",
        numbers::plural(closed, "deal", "deals"),
        view.period_words(),
        numbers::plural(won, "was", "were"),
    );
    if let Some(revenue) = view.said(&find::deals::REVENUE) {
        text += &format!(", worth {revenue}");
    }
    Some(text + ".")
}

/// The deals of the period.
pub(super) fn deals(view: &View<'_>) -> Result<Section, ChartError> {
    let mut blocks = Vec::new();
    let tiles = tiles(view);
    let has_deals = !tiles.is_empty();
    if has_deals {
        blocks.extend(sentence(view).filter(|_| view.way().is_some()).map(|text| Block::Prose { text }));
        blocks.push(Block::Tiles { tiles });
    }
    if let Some(pipeline) = view.figure(&find::deals::VELOCITY).filter(|figure| figure.value.is_some()) {
        let pace = view.short_text(&find::deals::VELOCITY, pipeline);
        let basis = view.note_text(pipeline);
        let basis = if basis.is_empty() { String::new() } else { format!(" ({basis})") };
        blocks.push(Block::Prose { text: format!("Pipeline velocity: {pace}{basis}.") });
    }
    let notes = notes(view, has_deals);
    if !notes.is_empty() {
        blocks.push(Block::Notes { notes });
    }
    if has_deals {
        blocks.extend(win_rates(view)?);
        blocks.extend(by_dimension(view));
    }
    blocks.extend(by_quarter(view).map(Block::Table));
    Ok(Section { id: "deals".to_owned(), title: "Deals that closed".to_owned(), blocks })
}

fn tiles(view: &View<'_>) -> Vec<Tile> {
    let mut tiles: Vec<Tile> = [
        ("Deals won", find::deals::WON.id()),
        ("Deals lost", find::deals::LOST.id()),
        ("Win rate", find::deals::WIN_RATE.id()),
        ("Win rate by value", find::deals::WIN_RATE_VALUE.id()),
        ("Revenue won", find::deals::REVENUE.id()),
        ("Time to a win, median", find::deals::CYCLE.at(50)),
    ]
    .iter()
    .filter_map(|(label, id)| view.tile(label, *id))
    .collect();
    let late = view.said(find::deals::CYCLE.at(90));
    if let (Some(late), Some(cycle)) = (late, tiles.iter_mut().find(|tile| tile.label == "Time to a win, median")) {
        cycle.evidence += &format!("; nine in ten within {late}");
    }
    tiles
}

fn notes(view: &View<'_>, has_deals: bool) -> Vec<Note> {
    let mut notes: Vec<Note> =
        ["deals", "revenue", "cycle", "win_rate"].iter().filter_map(|measure| view.gap_note(measure)).collect();
    if !has_deals && notes.is_empty() {
        notes.push(Note {
            level: NoteLevel::Gap,
            title: format!("No deal closed in {}.", view.period_words()),
            text: "A table of deals with a close date and an outcome would show some, if there were any.".to_owned(),
            href: Some("data.html".to_owned()),
        });
    }
    let before = view.figure(&find::deals::BEFORE_START).and_then(|figure| figure.whole_value());
    if let Some(cases) = before.and_then(|cases| u64::try_from(cases).ok()).filter(|cases| *cases > 0) {
        notes.push(Note {
            level: NoteLevel::Info,
            title: format!("{} dated as won before being opened.", numbers::plural(cases, "deal is", "deals are")),
            text: "They count as won, and with their negative days in the days to close.".to_owned(),
            href: Some("data.html".to_owned()),
        });
    }
    let unknown = view.figure(&find::deals::UNKNOWN).and_then(|figure| figure.whole_value());
    if let Some(unknown) = unknown.and_then(|unknown| u64::try_from(unknown).ok()).filter(|unknown| *unknown > 0) {
        notes.push(Note {
            level: NoteLevel::Warning,
            title: format!("The outcome of {} is not known.", numbers::plural(unknown, "deal", "deals")),
            text: "Closed without an outcome, or in a stage that no word explains: they count as neither won, lost nor open.".to_owned(),
            href: Some("data.html#unmapped".to_owned()),
        });
    }
    let open = view.report.figures.whole(&find::deals::OPEN, Period::All);
    if let Some(open) = open.and_then(|figure| figure.whole_value()).and_then(|open| u64::try_from(open).ok()) {
        notes.push(Note {
            level: NoteLevel::Info,
            title: format!("{} open.", numbers::plural(open, "deal is", "deals are")),
            text: format!("On {}. Open deals count in no win rate.", crate::words::as_of(view.report)),
            href: None,
        });
    }
    notes
}

/// Win rate by the first dimension of deals that has more than one member, as bars.
fn win_rates(view: &View<'_>) -> Result<Option<Block>, ChartError> {
    let measure = Labelled::new("Win rate", find::deals::WIN_RATE.id());
    let population = format!("deals closed in {}", view.period_words());
    for dimension in &view.report.deal_dimensions {
        let title = view.standing_title(measure.id, &dimension.name, ("wins", "win"), ("more", "less"));
        let chart = view.bar_chart("deals-win-rates", title, &measure, &dimension.name, &population)?;
        if chart.is_some() {
            return Ok(chart);
        }
    }
    Ok(None)
}

fn by_dimension(view: &View<'_>) -> Vec<Block> {
    let dimensions = view.report.deal_dimensions.iter().enumerate();
    dimensions
        .filter_map(|(place, dimension)| {
            let (one, many) = dimension_words(&dimension.name);
            let caption = format!("Deals closed in {}, by {one}", view.period_words());
            let id = format!("deals-by-{}", place + 1);
            let table = view.member_table_with(&id, &caption, &dimension.name, &measures(), |measure, member| {
                slim(measure.id, view.judged_cell(measure.id, &dimension.name, member))
            })?;
            let members = numbers::plural(table.rows.len().saturating_sub(1) as u64, &one, &many);
            Some(Block::Details { summary: format!("Deals by {one}: {members}"), table })
        })
        .collect()
}

fn by_quarter(view: &View<'_>) -> Option<Table> {
    let figures = &view.report.figures;
    let quarters = &view.report.periods.quarters;
    let latest = &quarters[quarters.len().saturating_sub(QUARTERS)..];
    let has = |period: &&Period| figures.whole(&find::deals::WON, **period).is_some();
    let latest: Vec<Period> = latest.iter().filter(has).copied().collect();
    if latest.is_empty() {
        return None;
    }
    let known = |measure: &Labelled| latest.iter().any(|period| figures.whole(measure.id, *period).is_some());
    let measures: Vec<Labelled> = measures().into_iter().filter(known).collect();
    let rows = latest.iter().map(|period| {
        let name = period_name(*period);
        let name = if view.is_open(*period) { format!("{name}, not complete") } else { name };
        let cells =
            measures.iter().map(|measure| slim(measure.id, view.cell(measure.id, figures.whole(measure.id, *period))));
        std::iter::once(Cell::head(name)).chain(cells).collect()
    });
    let rows = rows.collect();
    let columns = std::iter::once(Column::text("Quarter")).chain(measures.iter().map(Labelled::column)).collect();
    let mut table = table(view, "deals-by-quarter", "Deals by the quarter in which they closed", columns, rows);
    table.note = Some("Oldest first.".to_owned());
    Some(table)
}
