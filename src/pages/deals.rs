//! What became of the deals that closed: won, lost, win rate, revenue and cycle, by dimension and by quarter.

use super::funnel::counts;
use super::model::{Block, Cell, Column, Note, NoteLevel, Section, Table, Tile};
use super::paths;
use super::view::{Labelled, View, dimension_words, period_name, table};
use crate::calendar::Period;
use crate::chart::ChartError;
use crate::find;
use crate::find::measure::Id;
use crate::words::{self, say};

/// Quarters in the table by quarter.
const QUARTERS: usize = 12;

/// Figures of deals in tables, the one to sort by first.
const MEASURES: [Id; 10] = [
    find::deals::WON.id(),
    find::deals::LOST.id(),
    find::deals::WIN_RATE.id(),
    find::deals::WIN_RATE_VALUE.id(),
    find::deals::REVENUE.id(),
    find::deals::AVERAGE.id(),
    MEDIAN,
    find::deals::CYCLE.at(90),
    find::deals::CYCLE_LOST.at(50),
    find::deals::CYCLE_LOST.at(90),
];
const MEDIAN: Id = find::deals::CYCLE.at(50);

fn measures(view: &View<'_>) -> Vec<Labelled> {
    MEASURES.iter().map(|id| Labelled::of(view, *id)).collect()
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
pub fn sentence(view: &View<'_>) -> Option<String> {
    let figure = view.figure(&find::deals::WIN_RATE);
    let (won, closed) = counts(figure)?;
    let rate = view.short_text(&find::deals::WIN_RATE, figure?);
    let period = view.period_words();
    Some(match view.said(&find::deals::REVENUE) {
        Some(revenue) => {
            say!("deals-won-worth", closed = closed, period = period, won = won, rate = rate, revenue = revenue)
        }
        None => say!("deals-won", closed = closed, period = period, won = won, rate = rate),
    })
}

/// The deals of the period.
pub fn deals(view: &View<'_>) -> Result<Section, ChartError> {
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
        let text = match basis.is_empty() {
            true => say!("deals-velocity", pace = pace),
            false => say!("deals-velocity-of", pace = pace, basis = basis),
        };
        blocks.push(Block::Prose { text });
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
    Ok(Section { id: "deals".to_owned(), title: say!("deals"), blocks })
}

fn tiles(view: &View<'_>) -> Vec<Tile> {
    let [won, lost, rate, by_value, revenue, ..] = MEASURES;
    let mut tiles: Vec<Tile> =
        [won, lost, rate, by_value, revenue].into_iter().filter_map(|id| view.tile(id)).collect();
    tiles.extend(view.tile(MEDIAN).map(|tile| match view.said(find::deals::CYCLE.at(90)) {
        Some(late) => Tile { evidence: say!("deals-late", evidence = tile.evidence.as_str(), time = late), ..tile },
        None => tile,
    }));
    tiles
}

fn notes(view: &View<'_>, has_deals: bool) -> Vec<Note> {
    let mut notes: Vec<Note> =
        ["deals", "revenue", "cycle", "win_rate"].iter().filter_map(|measure| view.gap_note(measure)).collect();
    if !has_deals && notes.is_empty() {
        notes.push(Note {
            level: NoteLevel::Gap,
            title: say!("deals-none-closed", period = view.period_words()),
            text: say!("deals-none-closed.text"),
            href: Some("data.html".to_owned()),
        });
    }
    let before = view.figure(&find::deals::BEFORE_START).and_then(|figure| figure.whole_value());
    if let Some(cases) = before.and_then(|cases| u64::try_from(cases).ok()).filter(|cases| *cases > 0) {
        notes.push(Note {
            level: NoteLevel::Info,
            title: say!("deals-before-start", cases = cases),
            text: say!("deals-before-start.text"),
            href: Some("data.html".to_owned()),
        });
    }
    let unknown = view.figure(&find::deals::UNKNOWN).and_then(|figure| figure.whole_value());
    if let Some(unknown) = unknown.and_then(|unknown| u64::try_from(unknown).ok()).filter(|unknown| *unknown > 0) {
        notes.push(Note {
            level: NoteLevel::Warning,
            title: say!("deals-unknown", deals = unknown),
            text: say!("deals-unknown.text"),
            href: Some("data.html#unmapped".to_owned()),
        });
    }
    let open = view.figure_in(&find::deals::OPEN, Period::All);
    if let Some(open) = open.and_then(|figure| figure.whole_value()).and_then(|open| u64::try_from(open).ok()) {
        notes.push(Note {
            level: NoteLevel::Info,
            title: say!("deals-open", deals = open),
            text: say!("deals-open.text", as_of = words::as_of(view.report)),
            href: None,
        });
    }
    notes
}

/// Win rate by the first dimension of deals that has more than one member, as bars.
fn win_rates(view: &View<'_>) -> Result<Option<Block>, ChartError> {
    let measure = Labelled::of(view, &find::deals::WIN_RATE);
    let population = say!("deals-closed-in", period = view.period_words());
    let (one, several) = (say!("deals-wins"), say!("deals-wins.several"));
    let (more, less) = (say!("deals-wins.more"), say!("deals-wins.less"));
    for dimension in &view.report.deal_dimensions {
        let title = view.standing_title(measure.id, &dimension.name, (&one, &several), (&more, &less));
        let chart = view.bar_chart("deals-win-rates", title, &measure, &dimension.name, &population)?;
        if chart.is_some() {
            return Ok(chart);
        }
    }
    Ok(None)
}

fn by_dimension(view: &View<'_>) -> Vec<Block> {
    (view.report.deal_dimensions.iter())
        .filter_map(|dimension| {
            let (one, many) = dimension_words(&dimension.name);
            let caption = say!("deals-by-member", period = view.period_words(), dimension = &one);
            let id = format!("deals-by-{}", paths::dimension_slug(view.report, &dimension.name));
            let table =
                view.member_table_with(&id, &caption, &dimension.name, &measures(view), |measure, member| {
                    slim(measure.id, view.judged_cell(measure.id, &dimension.name, member))
                })?;
            let count = table.rows.len().saturating_sub(1);
            let members = if count == 1 { one.clone() } else { many };
            let summary = say!("deals-breakdown", dimension = one, count = count, members = members);
            Some(Block::Details { summary, table })
        })
        .collect()
}

fn by_quarter(view: &View<'_>) -> Option<Table> {
    let quarters = &view.report.periods.quarters;
    let latest = &quarters[quarters.len().saturating_sub(QUARTERS)..];
    let has = |period: &&Period| view.figure_in(&find::deals::WON, **period).is_some();
    let latest: Vec<Period> = latest.iter().filter(has).copied().collect();
    if latest.is_empty() {
        return None;
    }
    let known = |measure: &Labelled| latest.iter().any(|period| view.figure_in(measure.id, *period).is_some());
    let measures: Vec<Labelled> = measures(view).into_iter().filter(known).collect();
    let rows = latest.iter().map(|period| {
        let name = period_name(*period);
        let name = if view.is_open(*period) { say!("deals-by-quarter.not-complete", quarter = name) } else { name };
        let cells =
            measures.iter().map(|measure| slim(measure.id, view.cell(measure.id, view.figure_in(measure.id, *period))));
        std::iter::once(Cell::head(name)).chain(cells).collect()
    });
    let rows = rows.collect();
    let columns = std::iter::once(Column::text(say!("deals-by-quarter.quarter")))
        .chain(measures.iter().map(Labelled::column))
        .collect();
    let mut table = table(view, "deals-by-quarter", &say!("deals-by-quarter"), columns, rows);
    table.note = Some(say!("deals-by-quarter.note"));
    Some(table)
}
