//! Parts that the feedback, leakage and overview pages build alike: sections, numbered charts with the table behind
//! them, trends by quarter, and the line in a tile.
//!
//! Takes figures through a [`View`], gives blocks of a page. Leaves the sentences to the pages.

use super::model::{Block, Cell, Column, Note, NoteLevel, Section, Table, Tile};
use super::paths;
use super::view::{CASES_TO_JUDGE, Drawing, Labelled, View, axis_unit, described, table};
use crate::calendar::Period;
use crate::chart::{Bar, ChartError, MonthValue, Tone, Unit, Words, interval_bars, spark, timeline};
use crate::find::figures::Figure;
use crate::find::measure::{self, Id};
use crate::words::{numbers, say};

/// Under every chart whose whiskers are intervals.
pub fn whiskers() -> String {
    say!("chart-whiskers")
}

/// Most quarters in the line of a tile.
const QUARTERS_IN_SPARK: usize = 8;

/// A part of a page; blocks that are not there are left out.
pub fn section(id: &str, title: &str, blocks: impl IntoIterator<Item = Option<Block>>) -> Section {
    Section { id: id.to_owned(), title: title.to_owned(), blocks: blocks.into_iter().flatten().collect() }
}

/// A paragraph.
pub fn prose(text: impl Into<String>) -> Block {
    Block::Prose { text: text.into() }
}

/// Headline figures; none where there is not one of them.
pub fn tiles(tiles: impl IntoIterator<Item = Option<Tile>>) -> Option<Block> {
    let tiles: Vec<Tile> = tiles.into_iter().flatten().collect();
    (!tiles.is_empty()).then_some(Block::Tiles { tiles })
}

/// Remarks; none where there is not one.
pub fn notes(notes: impl IntoIterator<Item = Option<Note>>) -> Option<Block> {
    let notes: Vec<Note> = notes.into_iter().flatten().collect();
    (!notes.is_empty()).then_some(Block::Notes { notes })
}

/// A remark without a link.
pub fn note(level: NoteLevel, title: impl Into<String>, text: impl Into<String>) -> Note {
    Note { level, title: title.into(), text: text.into(), href: None }
}

/// Bars with the table behind them, whose rows are the given figures in the order of the bars. None where there is no
/// bar.
pub fn bar_figure(
    view: &View<'_>,
    chart: Drawing,
    bars: &[Bar],
    unit: Unit,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
) -> Result<Option<Block>, ChartError> {
    if bars.is_empty() {
        return Ok(None);
    }
    let twin = twin(view, &chart, columns, rows);
    let chart = Drawing { desc: described(bars), ..chart };
    chart.block(twin, |words| interval_bars(words, bars, unit, None)).map(Some)
}

/// The table behind a chart.
pub fn twin(view: &View<'_>, chart: &Drawing, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Table {
    table(view, &format!("{}-numbers", chart.id), &chart.subtitle, columns, rows)
}

/// Rates in a fixed order as bars, those with too few cases in the background: what stands beside each bar, the id of
/// its figure, and the figure.
pub fn rate_bars(view: &View<'_>, rates: &[(String, Id, &Figure)]) -> Vec<Bar> {
    let bar = |(label, id, figure): &(String, Id, &Figure)| {
        let mut bar = view.bar(*id, "", "", figure)?;
        bar.label.clone_from(label);
        bar.tone = if is_too_few(figure) { Tone::Muted } else { Tone::Normal };
        Some(bar)
    };
    rates.iter().filter_map(bar).collect()
}

/// Whether a rate rests on too few cases to judge.
pub fn is_too_few(figure: &Figure) -> bool {
    figure.denominator.is_none_or(|cases| cases < CASES_TO_JUDGE)
}

/// The periods of a trend: quarters, or months where there are fewer than three quarters.
pub fn trend_periods<'a>(view: &View<'a>) -> &'a [Period] {
    let periods = &view.report.periods;
    if periods.quarters.len() < 3 && periods.months.len() > periods.quarters.len() {
        &periods.months
    } else {
        &periods.quarters
    }
}

/// What one period of a trend is called: `quarter` or `month`.
pub fn trend_unit(periods: &[Period]) -> String {
    match periods.first() {
        Some(Period::Month(_)) => say!("chart-quarter.month"),
        _ => say!("chart-quarter"),
    }
}

/// A figure of the whole over time as a line with its interval, the first of `measures`; the table behind it holds them
/// all. None where fewer than two periods have a value.
pub fn trend(view: &View<'_>, chart: Drawing, measures: &[Labelled]) -> Result<Option<Block>, ChartError> {
    let Some(first) = measures.first() else {
        return Ok(None);
    };
    let periods = trend_periods(view);
    let values: Vec<MonthValue> =
        periods.iter().map(|period| month_value(view, *period, view.figure_in(first.id, *period))).collect();
    let unit = periods.iter().find_map(|period| view.figure_in(first.id, *period));
    let Some(unit) = unit.filter(|_| values.iter().filter(|one| one.value.is_some()).count() > 1) else {
        return Ok(None);
    };
    let rows = periods.iter().rev().map(|period| trend_row(view, *period, measures));
    let mut columns = vec![Column::text(say!("table-period"))];
    columns.extend(measures.iter().map(Labelled::column));
    let twin = twin(view, &chart, columns, rows.collect());
    let axis = axis_unit(unit.unit);
    let said = |row: &Vec<Cell>| format!("{}: {}", row[0].text, row[1].text);
    let desc = twin.rows.iter().rev().map(said).collect::<Vec<_>>().join("; ");
    let chart = Drawing { desc, ..chart };
    chart.block(twin, |words| timeline(words, &values, axis, false)).map(Some)
}

fn month_value(view: &View<'_>, period: Period, figure: Option<&Figure>) -> MonthValue {
    let label = match period {
        Period::Month(month) => numbers::month_short(month),
        other => numbers::period(other),
    };
    let shown = |value: f64| figure.map(|figure| view.chart_value(figure.unit, value));
    let ends = figure.and_then(|figure| figure.interval);
    MonthValue {
        label,
        value: figure.and_then(Figure::real).and_then(shown),
        low: ends.and_then(|ends| shown(ends.low)),
        high: ends.and_then(|ends| shown(ends.high)),
        complete: !view.is_open(period),
    }
}

fn trend_row(view: &View<'_>, period: Period, measures: &[Labelled]) -> Vec<Cell> {
    let head = Cell::head(numbers::period(period));
    let head = if view.is_open(period) { head.with_detail(say!("table-not-complete")) } else { head };
    let cell = |measure: &Labelled| view.cell(measure.id, view.figure_in(measure.id, period));
    std::iter::once(head).chain(measures.iter().map(cell)).collect()
}

/// The tile with a line of the figure over the complete quarters up to the period shown; without one where there are
/// fewer than three, or where the figure itself is too small to judge or belongs to leads still on their way.
pub fn with_spark(view: &View<'_>, tile: Tile, id: Id) -> Result<Tile, ChartError> {
    let is_rate = |figure: &Figure| figure.unit == measure::Unit::Rate;
    // The line of a young cohort would fall at its end, whatever becomes of its leads.
    if view.is_unfair(id) || view.figure(id).is_some_and(|figure| is_rate(figure) && is_too_few(figure)) {
        return Ok(tile);
    }
    let quarters = &view.report.periods.quarters;
    let last = match view.period {
        Period::Quarter(_) => Some(view.period),
        _ => quarters.iter().copied().rfind(|quarter| !view.is_open(*quarter)),
    };
    let points: Vec<f64> = quarters
        .iter()
        .filter(|quarter| Some(**quarter) <= last && !view.is_open(**quarter))
        .filter_map(|quarter| view.figure_in(id, *quarter)?.real())
        .collect();
    if points.len() < 3 {
        return Ok(tile);
    }
    let from = points.len().saturating_sub(QUARTERS_IN_SPARK);
    let drawing = format!("spark-{}", paths::slug(&id.to_string()));
    let line = Words { id: &drawing, title: &tile.label, desc: &say!("chart-spark") };
    let spark = Some(spark(&line, &points[from..])?);
    Ok(Tile { spark, ..tile })
}

#[cfg(test)]
pub mod sample;
