//! How long it takes: incidence by days since entry, days between stages, cohorts side by side, the trend by month.

use super::super::model::About;
use super::super::model::{Block, Cell, CellTone, Column, Note, NoteLevel, Section, Table};
use super::super::view::{CASES_TO_JUDGE, Drawing, Labelled, View, capitalised, period_name, said_below, table};
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
use crate::words::numbers;

/// Curves of sources beside that of the whole; a chart has four colours.
const SOURCES_WITH_CURVES: usize = 3;
/// Periods in the cohort table.
const COHORTS: usize = 12;
/// Months in the trend.
const MONTHS_IN_TREND: usize = 18;

/// Incidence by days since entry, for the whole and the largest sources.
pub(super) fn to_customer(view: &View<'_>) -> Result<Section, ChartError> {
    let mut section = Section {
        id: "by-days".to_owned(),
        title: "How far they got by days since entry".to_owned(),
        blocks: Vec::new(),
    };
    let Some((first, last)) = view.way() else {
        return Ok(section);
    };
    let lines = lines(view, first, last);
    let Some(twin) = horizon_table(view, first, last) else {
        return Ok(section);
    };
    section.blocks.push(Block::Prose {
        text:
            "Read at the same number of days, young and old leads compare fairly: a lead counts only for as long as it \
               has been followed."
                .to_owned(),
    });
    let flat = lines.iter().flat_map(|line| &line.points).all(|point| point.1 == 0.0);
    if flat {
        section.blocks.push(Block::Table(twin));
        return Ok(section);
    }
    let drawing = Drawing {
        id: "funnel-incidence".to_owned(),
        title: incidence_title(view, first, last).unwrap_or_else(|| format!("How soon leads {}", view.reach(last))),
        subtitle: format!(
            "Share that {} by days since entry, leads that entered in {}; all and the largest sources",
            view.reached(last),
            view.period_words()
        ),
        caption:
            "Band: 95% interval of all leads; those of the sources stand in the table. Cumulative incidence: loss and \
                  rejection end a lead's way, leads still open count while they are followed."
                .to_owned(),
        desc: described(&lines),
    };
    let draw = |words: &Words<'_>| curves(words, &lines, "Days since entry", Unit::Percent);
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
    Some(format!("{share} {} within {horizon} days", view.reach(last)))
}

fn described(lines: &[Curve]) -> String {
    let end = |line: &Curve| {
        let (day, share) = *line.points.last()?;
        Some(format!("{}: {} by day {day}", line.label, numbers::percent(share, 1_000)))
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
    let mut lines = vec![line("All", whole, true)];
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
        let figure = view.report.figures.get(within(days), view.period, dimension, member);
        view.cell(within(days), figure)
    };
    let measured = |dimension: &str, member: &str| {
        HORIZONS.iter().any(|days| {
            let figure = view.report.figures.get(within(*days), view.period, dimension, member);
            figure.is_some_and(|figure| figure.value.is_some())
        })
    };
    let row = |label: String, dimension: &str, member: &str| {
        let cells = HORIZONS.iter().map(|days| at(dimension, member, *days));
        std::iter::once(Cell::head(label)).chain(cells).collect::<Vec<Cell>>()
    };
    let mut rows: Vec<Vec<Cell>> = measured("", "").then(|| row("All".to_owned(), "", "")).into_iter().collect();
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
    let caption =
        format!("Share that {} by days since entry, leads that entered in {}", view.reached(last), view.period_words());
    let is_too_few = said_below(&mut rows, |about| about == About::TooFew);
    let is_in_progress = said_below(&mut rows, |about| matches!(about, About::Remark(Remark::InProgress(_))));
    let remarks = [
        is_too_few.then(|| format!("fewer than {CASES_TO_JUDGE} cases, too few to judge")),
        is_in_progress.then(|| "in progress, some leads have not been followed for that long".to_owned()),
    ];
    let remarks: Vec<String> = remarks.into_iter().flatten().collect();
    let mut table = table(view, "funnel-by-days", &caption, horizon_columns("Source"), rows);
    table.note = (!remarks.is_empty()).then(|| format!("Grey: {}.", remarks.join("; or ")));
    Some(table)
}

fn horizon_columns(first: &str) -> Vec<Column> {
    let horizon = |days: &i32| Labelled::new(format!("{days} days"), &find::funnel::INCIDENCE).column();
    let first = Column::text(first);
    std::iter::once(first).chain(HORIZONS.iter().map(horizon)).collect()
}

/// Days between stages.
pub(super) fn velocity(view: &View<'_>) -> Section {
    let rows: Vec<Vec<Cell>> =
        view.report.pairs.iter().filter_map(|(from, to)| velocity_row(view, *from, *to)).collect();
    let mut blocks = Vec::new();
    if !rows.is_empty() {
        let defined = |label: &str, measure: &'static Measure| Labelled::new(label, measure).column();
        let columns = vec![
            Column::text("From, to"),
            defined("Half within", &find::funnel::DAYS),
            defined("Three in four within", &find::funnel::DAYS),
            defined("Nine in ten within", &find::funnel::DAYS),
            Column::number("Cases"),
            defined("Dated before their start", &find::funnel::BEFORE_START),
        ];
        let caption = format!("Days from stage to stage, leads that entered in {}", view.period_words());
        let mut table = table(view, "funnel-velocity", &caption, columns, rows);
        table.note = Some("Of the leads that made the step, so a young period shows only its quick ones.".to_owned());
        blocks.push(Block::Table(table));
    }
    let notes: Vec<Note> = view.report.pairs.iter().filter_map(|(from, to)| before_start(view, *from, *to)).collect();
    if !notes.is_empty() {
        blocks.push(Block::Notes { notes });
    }
    Section { id: "velocity".to_owned(), title: "How long each step took".to_owned(), blocks }
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
        title: format!(
            "{} dated {} before {}.",
            numbers::plural(cases, "case is", "cases are"),
            view.stage_words(to),
            view.stage_words(from)
        ),
        text: "They count as day 0 in the shares by days, and with their negative days in the table above.".to_owned(),
        href: Some("data.html".to_owned()),
    })
}

/// Periods of entry side by side, by days since entry.
pub(super) fn cohorts(view: &View<'_>) -> Section {
    let mut section =
        Section { id: "cohorts".to_owned(), title: "Cohorts side by side".to_owned(), blocks: Vec::new() };
    let Some((first, last)) = view.way() else {
        return section;
    };
    let by = if view.period == Period::All { "quarter" } else { "month" };
    let rows: Vec<Vec<Cell>> =
        cohort_periods(view).into_iter().filter_map(|period| cohort_row(view, first, last, period)).collect();
    if rows.is_empty() {
        return section;
    }
    let caption = format!("Share that {} by days since entry, by {by} of entry", view.reached(last));
    let mut columns = horizon_columns(&format!("{} of entry", capitalised(by)));
    columns.insert(1, Labelled::new("Entered", &find::funnel::ENTERED).column());
    let mut table = table(view, "funnel-cohorts", &caption, columns, rows);
    table.note = Some(
        "Oldest first. Grey: in progress, some leads have not been followed for that long. “Not yet”: no lead has."
            .to_owned(),
    );
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
    let figures = &view.report.figures;
    let entered_id = find::funnel::ENTERED.stage(first);
    let entered = figures.whole(entered_id, period)?;
    let cells = HORIZONS.iter().map(|days| {
        let id = find::funnel::INCIDENCE.pair_at(first, last, days.unsigned_abs());
        cohort_cell(view, id, figures.whole(id, period), period, *days)
    });
    let start = [Cell::head(period_name(period)), view.cell(entered_id, Some(entered))];
    Some(start.into_iter().chain(cells).collect())
}

fn cohort_cell(view: &View<'_>, id: Id, figure: Option<&Figure>, period: Period, days: i32) -> Cell {
    let start = period.months(view.report.periods.fiscal_year_start).map(|(first, _)| first.first_day());
    let longest = start.map_or(i32::MAX, |start| view.report.as_of.0 - start.0);
    if longest < days {
        return Cell::number("not yet").with_tone(CellTone::Muted);
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
    let mut section =
        Section { id: "trend".to_owned(), title: "The trend by month of entry".to_owned(), blocks: Vec::new() };
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
        let figure = view.report.figures.whole(id, *month);
        let state = if point.complete { "complete" } else { "in progress" };
        vec![Cell::head(period_name(*month)), view.cell(id, figure), Cell::text(state)]
    });
    let measure = Labelled::new(view.step_words(first, last), id);
    let columns = vec![Column::text("Month of entry"), measure.column(), Column::text("State")];
    let caption = format!("{}, by month of entry", measure.label);
    let drawing = Drawing {
        id: "funnel-trend".to_owned(),
        title: trend_title(view, id, &months, &points, last),
        subtitle: format!("{}, share of the leads that entered in the month; by time", measure.label),
        caption:
            "Band: 95% interval. Dashed: the month's leads have been followed for less time than nine in ten of those \
                  who made it took."
                .to_owned(),
        desc: described_trend(&points),
    };
    let twin = table(view, "funnel-trend-numbers", &caption, columns, rows.collect());
    section.blocks.push(drawing.block(twin, |words: &Words<'_>| timeline(words, &points, Unit::Percent, false))?);
    Ok(section)
}

fn described_trend(points: &[MonthValue]) -> String {
    let said = |point: &MonthValue| {
        let value = numbers::percent(point.value?, 1_000);
        Some(format!("{}: {value}{}", point.label, if point.complete { "" } else { " so far" }))
    };
    points.iter().filter_map(said).collect::<Vec<_>>().join("; ")
}

fn trend_point(view: &View<'_>, id: Id, (first, last): (Stage, Stage), month: Period) -> MonthValue {
    let figure = view.report.figures.whole(id, month);
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
    let measured = |month: &Period| counts(view.report.figures.whole(id, *month)).is_some();
    let judged = |(month, point): &(&Period, &MonthValue)| point.complete && measured(month);
    let complete: Vec<Period> = months.iter().zip(points).filter(judged).map(|(month, _)| *month).collect();
    let to = view.stage_words(last);
    let (Some(from), Some(until)) = (complete.first(), complete.last()) else {
        return "No month is complete enough to judge yet".to_owned();
    };
    let named = |period: &Period| period.months(1).map_or_else(String::new, |(month, _)| numbers::month_short(month));
    match view.report.figures.change(id, *from, *until, "", "") {
        Some(change) if from != until && change.standing_out => {
            let way = if change.difference > 0.0 { "rose" } else { "fell" };
            format!("Conversion to {to} {way} from {} to {}", named(from), named(until))
        }
        _ => format!("No clear change in conversion to {to} since {}", named(from)),
    }
}
