//! How long it takes: incidence by days since entry, days between stages, cohorts side by side, the trend by month.

use super::super::model::About;
use super::super::model::{Block, Cell, CellTone, Column, Note, NoteLevel, Section, Table};
use super::super::view::{CASES_TO_JUDGE, Drawing, Labelled, View, period_name, said_below, table};
use super::counts;
use crate::calendar::Period;
use crate::chart::{ChartError, Curve, MonthValue, Tone, Unit, Words, curves, timeline};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::{Id, Measure};
use crate::find::remark::Remark;
use crate::find::report::{CurveKey, HORIZONS};
use crate::find::stats::IncidencePoint;
use crate::stage::Stage;
use crate::words::{numbers, say};

/// Curves of sources beside that of the whole; a chart has four colours.
const SOURCES_WITH_CURVES: usize = 3;
/// Periods in the cohort table.
const COHORTS: usize = 12;
/// Months in the trend.
const MONTHS_IN_TREND: usize = 18;

/// Incidence by days since entry, for the whole and the largest sources.
pub(super) fn to_customer(view: &View<'_>) -> Result<Section, ChartError> {
    let mut section = Section { id: "by-days".to_owned(), title: say!("funnel-by-days"), blocks: Vec::new() };
    let Some((first, last)) = view.way() else {
        return Ok(section);
    };
    let lines = lines(view, first, last);
    let Some(twin) = horizon_table(view, first, last) else {
        return Ok(section);
    };
    section.blocks.push(Block::Prose { text: say!("funnel-by-days.reading") });
    let flat = lines.iter().flat_map(|line| &line.points).all(|point| point.1 == 0.0);
    if flat {
        section.blocks.push(Block::Table(twin));
        return Ok(section);
    }
    let drawing = Drawing {
        id: "funnel-incidence".to_owned(),
        title: incidence_title(view, first, last)
            .unwrap_or_else(|| say!("funnel-by-days-title-plain", reach = view.reach(last))),
        subtitle: say!("funnel-by-days-subtitle", reached = view.reached(last), period = view.period_words()),
        caption: say!("funnel-by-days-caption"),
        desc: described(&lines),
    };
    let draw = |words: &Words<'_>| curves(words, &lines, &say!("funnel-by-days.axis"), Unit::Percent);
    section.blocks.push(drawing.block(twin, draw)?);
    Ok(section)
}

/// "5.2% become customers within 90 days": at the longest horizon for which the youngest lead has been followed, or at
/// 90; none where that is not one lead.
fn incidence_title(view: &View<'_>, first: Stage, last: Stage) -> Option<String> {
    let followed = view.followed_days(view.period).unwrap_or(90);
    let horizon = HORIZONS.into_iter().rfind(|days| *days <= followed.max(30))?;
    let id = find::funnel::INCIDENCE.pair_at(first, last, horizon.unsigned_abs());
    let figure = view.figure(id)?;
    let telling = figure.denominator? >= CASES_TO_JUDGE && figure.real()? > 0.0;
    let share = view.said(id).filter(|_| telling)?;
    Some(say!("funnel-by-days-title", share = share, reach = view.reach(last), days = horizon))
}

fn described(lines: &[Curve]) -> String {
    let end = |line: &Curve| {
        let (day, share) = *line.points.last()?;
        Some(say!("funnel-by-days-line", name = &line.label, share = numbers::percent(share, 1_000), day = day))
    };
    lines.iter().filter_map(end).collect::<Vec<_>>().join("; ")
}

fn lines(view: &View<'_>, first: Stage, last: Stage) -> Vec<Curve> {
    let curve = |source: &str| {
        let key = CurveKey { from: first, to: last, period: view.period, source: source.to_owned() };
        view.report.curves.get(&key).filter(|points| !points.is_empty())
    };
    let Some(whole) = curve("") else {
        return Vec::new();
    };
    let mut lines = vec![line(&say!("table-all"), whole, true)];
    let sources = curve_sources(view);
    let of_sources = sources.iter().filter_map(|source| Some((source, curve(source)?)));
    lines.extend(
        of_sources
            .take(SOURCES_WITH_CURVES)
            .map(|(source, points)| line(&super::super::view::member_label("source", source), points, false)),
    );
    lines
}

/// Sources by size in all data.
fn curve_sources(view: &View<'_>) -> Vec<String> {
    view.report.dimension("source").map_or_else(Vec::new, |source| source.members.clone())
}

fn line(label: &str, points: &[IncidencePoint], with_band: bool) -> Curve {
    let last_day = HORIZONS[HORIZONS.len() - 1];
    let shown = || points.iter().filter(|point| point.day <= last_day);
    let start = (0.0, 0.0);
    let later = shown().map(|point| (f64::from(point.day), point.share));
    let band = shown().filter_map(|point| {
        let ends = point.interval?;
        Some((f64::from(point.day), ends.low, ends.high))
    });
    Curve {
        label: label.to_owned(),
        points: std::iter::once(start).chain(later).collect(),
        band: if with_band { band.collect() } else { Vec::new() },
        tone: Tone::Normal,
    }
}

/// The whole and each source with a curve, by horizon.
fn horizon_table(view: &View<'_>, first: Stage, last: Stage) -> Option<Table> {
    let within = |days: i32| find::funnel::INCIDENCE.pair_at(first, last, days.unsigned_abs());
    let at = |dimension: &str, member: &str, days: i32| {
        view.cell(within(days), view.member(within(days), dimension, member))
    };
    let measured = |dimension: &str, member: &str| {
        HORIZONS.iter().any(|days| {
            let figure = view.member(within(*days), dimension, member);
            figure.is_some_and(|figure| figure.value.is_some())
        })
    };
    let row = |label: String, dimension: &str, member: &str| {
        let cells = HORIZONS.iter().map(|days| at(dimension, member, *days));
        std::iter::once(Cell::head(label)).chain(cells).collect::<Vec<Cell>>()
    };
    let mut rows: Vec<Vec<Cell>> = measured("", "").then(|| row(say!("table-all"), "", "")).into_iter().collect();
    let sources = curve_sources(view);
    let sources = sources.iter().filter(|source| measured("source", source));
    rows.extend(
        sources
            .take(super::super::view::MEMBERS_IN_CHART)
            .map(|source| row(super::super::view::member_label("source", source), "source", source)),
    );
    if rows.is_empty() {
        return None;
    }
    let caption = say!("funnel-by-days-table", reached = view.reached(last), period = view.period_words());
    let is_too_few = said_below(&mut rows, |about| about == About::TooFew);
    let is_in_progress = said_below(&mut rows, |about| matches!(about, About::Remark(Remark::InProgress(_))));
    let mut table = table(view, "funnel-by-days", &caption, horizon_columns(say!("funnel-by-days.source")), rows);
    let cases = CASES_TO_JUDGE as u64;
    table.note = match (is_too_few, is_in_progress) {
        (true, true) => Some(say!("funnel-grey-both", cases = cases)),
        (true, false) => Some(say!("funnel-grey-few", cases = cases)),
        (false, true) => Some(say!("funnel-grey-in-progress")),
        (false, false) => None,
    };
    Some(table)
}

fn horizon_columns(first: String) -> Vec<Column> {
    let horizon =
        |days: &i32| Labelled::new(say!("funnel-by-days.days", days = *days), &find::funnel::INCIDENCE).column();
    let first = Column::text(first);
    std::iter::once(first).chain(HORIZONS.iter().map(horizon)).collect()
}

/// Days between stages.
pub(super) fn velocity(view: &View<'_>) -> Section {
    let rows: Vec<Vec<Cell>> =
        view.report.pairs.iter().filter_map(|(from, to)| velocity_row(view, *from, *to)).collect();
    let mut blocks = Vec::new();
    if !rows.is_empty() {
        let defined = |label: String, measure: &'static Measure| Labelled::new(label, measure).column();
        let columns = vec![
            Column::text(say!("funnel-velocity.from-to")),
            defined(say!("funnel-velocity.half"), &find::funnel::DAYS),
            defined(say!("funnel-velocity.three-in-four"), &find::funnel::DAYS),
            defined(say!("funnel-velocity.nine-in-ten"), &find::funnel::DAYS),
            Column::number(say!("funnel-velocity.cases")),
            defined(say!("funnel-velocity.before-start"), &find::funnel::BEFORE_START),
        ];
        let caption = say!("funnel-velocity-table", period = view.period_words());
        let mut table = table(view, "funnel-velocity", &caption, columns, rows);
        table.note = Some(say!("funnel-velocity-table.note"));
        blocks.push(Block::Table(table));
    }
    let notes: Vec<Note> = view.report.pairs.iter().filter_map(|(from, to)| before_start(view, *from, *to)).collect();
    if !notes.is_empty() {
        blocks.push(Block::Notes { notes });
    }
    Section { id: "velocity".to_owned(), title: say!("funnel-velocity"), blocks }
}

fn velocity_row(view: &View<'_>, from: Stage, to: Stage) -> Option<Vec<Cell>> {
    let at = |percentile| find::funnel::DAYS.pair_at(from, to, percentile);
    let median = view.figure(at(50))?;
    median.value?;
    let said = |id: Id| {
        let text = view.figure(id).map(|figure| view.value_text(id, figure));
        text.map_or_else(|| Cell::number("–").with_tone(CellTone::Muted), Cell::number)
    };
    let cases = median.denominator.and_then(|cases| u64::try_from(cases).ok());
    Some(vec![
        Cell::head(view.step_words(from, to)),
        said(at(50)),
        said(at(75)),
        said(at(90)),
        Cell::number(cases.map_or_else(String::new, numbers::count)),
        said(find::funnel::BEFORE_START.pair(from, to)),
    ])
}

/// Cases whose later stage is dated before the earlier one.
fn before_start(view: &View<'_>, from: Stage, to: Stage) -> Option<Note> {
    let figure = view.figure(find::funnel::BEFORE_START.pair(from, to))?;
    let cases = figure.whole_value().and_then(|cases| u64::try_from(cases).ok())?;
    (cases > 0).then(|| Note {
        level: NoteLevel::Info,
        title: say!("funnel-before-start", cases = cases, to = view.stage_words(to), from = view.stage_words(from)),
        text: say!("funnel-before-start.text"),
        href: Some("data.html".to_owned()),
    })
}

/// Periods of entry side by side, by days since entry.
pub(super) fn cohorts(view: &View<'_>) -> Section {
    let mut section = Section { id: "cohorts".to_owned(), title: say!("funnel-cohorts"), blocks: Vec::new() };
    let Some((first, last)) = view.way() else {
        return section;
    };
    let rows: Vec<Vec<Cell>> =
        cohort_periods(view).into_iter().filter_map(|period| cohort_row(view, first, last, period)).collect();
    if rows.is_empty() {
        return section;
    }
    let reached = view.reached(last);
    let (caption, first) = match view.period {
        Period::All => (say!("funnel-cohorts-by-quarter", reached = reached), say!("funnel-cohorts.quarter")),
        _ => (say!("funnel-cohorts-by-month", reached = reached), say!("funnel-cohorts.month")),
    };
    let mut columns = horizon_columns(first);
    columns.insert(1, Labelled::new(say!("funnel-cohorts.entered"), &find::funnel::ENTERED).column());
    let mut table = table(view, "funnel-cohorts", &caption, columns, rows);
    table.note = Some(say!("funnel-cohorts-note"));
    section.blocks.push(Block::Table(table));
    section
}

/// For all data its latest quarters; else the months up to the end of the period.
fn cohort_periods(view: &View<'_>) -> Vec<Period> {
    let periods = &view.report.periods;
    let all = if view.period == Period::All { &periods.quarters } else { &periods.months };
    let mut kept = until(view, all);
    kept.drain(..kept.len().saturating_sub(COHORTS));
    kept
}

/// The periods that do not begin after the end of the view's period.
fn until(view: &View<'_>, periods: &[Period]) -> Vec<Period> {
    let start = view.report.periods.fiscal_year_start;
    let end = view.period.months(start).map(|(_, last)| last);
    let kept = |period: &&Period| match (end, period.months(start)) {
        (Some(end), Some((first, _))) => first <= end,
        _ => true,
    };
    periods.iter().filter(kept).copied().collect()
}

fn cohort_row(view: &View<'_>, first: Stage, last: Stage, period: Period) -> Option<Vec<Cell>> {
    let entered_id = find::funnel::ENTERED.stage(first);
    let entered = view.figure_in(entered_id, period)?;
    let cells = HORIZONS.iter().map(|days| {
        let id = find::funnel::INCIDENCE.pair_at(first, last, days.unsigned_abs());
        cohort_cell(view, id, view.figure_in(id, period), period, *days)
    });
    let start = [Cell::head(period_name(period)), view.cell(entered_id, Some(entered))];
    Some(start.into_iter().chain(cells).collect())
}

fn cohort_cell(view: &View<'_>, id: Id, figure: Option<&Figure>, period: Period, days: i32) -> Cell {
    let start = period.months(view.report.periods.fiscal_year_start).map(|(first, _)| first.first_day());
    let longest = start.map_or(i32::MAX, |start| view.report.as_of.0 - start.0);
    if longest < days {
        return Cell::number(say!("funnel-cohorts.not-yet")).with_tone(CellTone::Muted);
    }
    let Some(figure) = figure.filter(|figure| figure.value.is_some()) else {
        return view.cell(id, figure);
    };
    let cell = Cell::number(view.value_text(id, figure));
    let cell = match view.interval_text(id, figure) {
        Some(interval) => cell.with_detail(interval),
        None => cell,
    };
    let complete = view.followed_days(period).is_none_or(|followed| followed >= days);
    if complete { cell } else { cell.with_tone(CellTone::Muted) }
}

/// Conversion so far by month of entry.
pub(super) fn trend(view: &View<'_>) -> Result<Section, ChartError> {
    let mut section = Section { id: "trend".to_owned(), title: say!("funnel-trend"), blocks: Vec::new() };
    let Some((first, last)) = view.way() else {
        return Ok(section);
    };
    let mut months = until(view, &view.report.periods.months);
    months.drain(..months.len().saturating_sub(MONTHS_IN_TREND));
    let id = find::funnel::CONVERSION.pair(first, last);
    let points: Vec<MonthValue> = months.iter().map(|month| trend_point(view, id, (first, last), *month)).collect();
    if points.iter().filter(|point| point.value.is_some()).count() < 2 {
        return Ok(section);
    }
    let rows = months.iter().zip(&points).map(|(month, point)| {
        let figure = view.figure_in(id, *month);
        let state = if point.complete { say!("funnel-trend.complete") } else { say!("funnel-trend.in-progress") };
        vec![Cell::head(period_name(*month)), view.cell(id, figure), Cell::text(state)]
    });
    let measure = Labelled::of(view, id);
    let columns =
        vec![Column::text(say!("funnel-trend.month")), measure.column(), Column::text(say!("funnel-trend.state"))];
    let caption = say!("funnel-trend-table", name = &measure.label);
    let drawing = Drawing {
        id: "funnel-trend".to_owned(),
        title: trend_title(view, id, &months, &points, last),
        subtitle: say!("funnel-trend-subtitle", name = &measure.label),
        caption: say!("funnel-trend-caption"),
        desc: described_trend(&points),
    };
    let twin = table(view, "funnel-trend-numbers", &caption, columns, rows.collect());
    section.blocks.push(drawing.block(twin, |words: &Words<'_>| timeline(words, &points, Unit::Percent, false))?);
    Ok(section)
}

fn described_trend(points: &[MonthValue]) -> String {
    let said = |point: &MonthValue| {
        let share = numbers::percent(point.value?, 1_000);
        Some(match point.complete {
            true => say!("funnel-trend-point", month = &point.label, share = share),
            false => say!("funnel-trend-point-so-far", month = &point.label, share = share),
        })
    };
    points.iter().filter_map(said).collect::<Vec<_>>().join("; ")
}

fn trend_point(view: &View<'_>, id: Id, (first, last): (Stage, Stage), month: Period) -> MonthValue {
    let figure = view.figure_in(id, month);
    let ends = figure.and_then(|figure| figure.interval);
    let label = month.months(1).map_or_else(String::new, |(month, _)| numbers::month_short(month));
    MonthValue {
        label,
        value: figure.and_then(Figure::real),
        low: ends.map(|ends| ends.low),
        high: ends.map(|ends| ends.high),
        complete: view.in_progress(first, last, month).is_none() && !view.is_open(month),
    }
}

/// Says how the latest complete month differs from the one a year or else some months before; only where the interval of
/// the difference leaves out 0.
fn trend_title(view: &View<'_>, id: Id, months: &[Period], points: &[MonthValue], last: Stage) -> String {
    let measured = |month: &Period| counts(view.figure_in(id, *month)).is_some();
    let judged = |(month, point): &(&Period, &MonthValue)| point.complete && measured(month);
    let complete: Vec<Period> = months.iter().zip(points).filter(judged).map(|(month, _)| *month).collect();
    let to = view.stage_words(last);
    let (Some(from), Some(until)) = (complete.first(), complete.last()) else {
        return say!("funnel-trend-none");
    };
    let named = |period: &Period| period.months(1).map_or_else(String::new, |(month, _)| numbers::month_short(month));
    match view.change_between(id, *from, *until) {
        Some(change) if from != until && change.standing_out => {
            let (from, until) = (named(from), named(until));
            match change.difference > 0.0 {
                true => say!("funnel-trend-rose", to = to, from = from, until = until),
                false => say!("funnel-trend-fell", to = to, from = from, until = until),
            }
        }
        _ => say!("funnel-trend-unclear", to = to, from = named(from)),
    }
}
