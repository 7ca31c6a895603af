//! The funnel page: how far leads get, how long it takes, and what becomes of deals.
//!
//! Takes the findings in one period, gives the page. Its parts: the cohort funnel here, time in `funnel::time`,
//! breakdowns in `funnel::split`; deals have a file of their own. Says what is missing where the exports hold no leads, and
//! then shows the deals alone.

mod split;
mod time;

use super::model::{Block, Cell, CellTone, Column, Note, NoteLevel, Page, Section, Table, Tile};
use super::view::{CASES_TO_JUDGE, Drawing, Labelled, View, table};
use super::{Account, deals};
use crate::chart::{ChartError, FunnelStep, Words, funnel};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::{Id, Measure};
use crate::stage::Stage;
use crate::words::{numbers, say};

/// The funnel page of a period.
pub fn page(view: &View<'_>, _: &Account<'_>) -> Result<Page, ChartError> {
    let report = view.report;
    let mut page = view.frame("funnel");
    page.finding = finding(view);
    page.sections.extend(view.notices("funnel"));
    page.sections.push(headline(view));
    if report.inputs.leads {
        page.sections.push(cohort(view)?);
        page.sections.push(time::to_customer(view)?);
        page.sections.push(split::by_source(view)?);
        page.sections.push(time::velocity(view));
        page.sections.push(time::cohorts(view));
        page.sections.push(time::trend(view)?);
        page.sections.push(split::by_the_rest(view));
    }
    page.sections.push(deals::deals(view)?);
    Ok(view.finish(page))
}

/// The whole figure's numerator and denominator, where it has a value.
pub(super) fn counts(figure: Option<&Figure>) -> Option<(u64, u64)> {
    let figure = figure.filter(|figure| figure.value.is_some())?;
    let part = u64::try_from(figure.numerator?).ok()?;
    Some((part, u64::try_from(figure.denominator?).ok()?))
}

fn finding(view: &View<'_>) -> String {
    conversion_sentence(view)
        .or_else(|| deals::sentence(view))
        .unwrap_or_else(|| say!("funnel-none", period = view.period_words()))
}

/// "Of 912 leads that entered in Q3 2026, 55 became customers so far (6.0%)."
fn conversion_sentence(view: &View<'_>) -> Option<String> {
    let (first, last) = view.way()?;
    let id = find::funnel::CONVERSION.pair(first, last);
    let figure = view.figure(id);
    let (part, of) = counts(figure)?;
    let rate = view.short_text(id, figure?);
    let is_judged = figure?.denominator? >= CASES_TO_JUDGE;
    let share = if is_judged { rate } else { say!("figure-too-few") };
    let (period, reached) = (view.period_words(), view.reached(last));
    let mut sentences = vec![match last {
        Stage::Customer => say!("funnel-became", leads = of, period = period, became = part, share = share),
        _ => say!("funnel-reached", leads = of, period = period, count = part, reached = reached, share = share),
    }];
    let median = find::funnel::DAYS.pair_at(first, last, 50);
    let days = view.said(median).filter(|_| i128::from(part) >= CASES_TO_JUDGE);
    sentences.extend(days.map(|days| say!("funnel-half-took", days = days)));
    Some(sentences.join(" "))
}

fn headline(view: &View<'_>) -> Section {
    let mut blocks = Vec::new();
    let tiles = headline_tiles(view);
    if !tiles.is_empty() {
        blocks.push(Block::Tiles { tiles });
    }
    let mut notes: Vec<Note> = view.gap_note("funnel").into_iter().collect();
    if !view.report.inputs.leads && notes.is_empty() {
        notes.push(Note {
            level: NoteLevel::Gap,
            title: say!("funnel-no-leads"),
            text: say!("funnel-no-leads.text"),
            href: Some("data.html".to_owned()),
        });
    }
    notes.extend(still_open(view));
    if !notes.is_empty() {
        blocks.push(Block::Notes { notes });
    }
    Section { id: "headline".to_owned(), title: String::new(), blocks }
}

fn headline_tiles(view: &View<'_>) -> Vec<Tile> {
    let Some((first, last)) = view.way() else {
        return Vec::new();
    };
    let days = |percentile| find::funnel::DAYS.pair_at(first, last, percentile);
    [
        view.tile(find::funnel::ENTERED.stage(first)),
        view.tile(find::funnel::CONVERSION.pair(first, last)),
        view.tile(days(50)),
        view.tile(days(90)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// That the period, or its cohort, is not complete.
fn still_open(view: &View<'_>) -> Option<Note> {
    let (first, last) = view.way()?;
    let period = view.period_words();
    let (title, text) = if view.is_open(view.period) {
        (say!("funnel-open-period", period = period), say!("funnel-open-period.text"))
    } else {
        let why = view.in_progress(first, last, view.period)?;
        (say!("funnel-on-their-way", period = period), say!("funnel-on-their-way.text", why = why))
    };
    Some(Note { level: NoteLevel::Info, title, text, href: None })
}

/// The cohort funnel: the leads of the first stage, and how many of them reached each later one.
fn cohort(view: &View<'_>) -> Result<Section, ChartError> {
    let mut blocks = Vec::new();
    let steps = steps(view);
    if steps.len() > 1 {
        blocks.push(funnel_chart(view, &steps)?);
    }
    if let Some(table) = stage_table(view) {
        blocks.push(Block::Table(table));
    }
    Ok(Section { id: "cohort".to_owned(), title: say!("funnel-cohort"), blocks })
}

/// A stage, how many of the first stage's cohort reached it, and the figure that says so; the first stage has none.
struct Reached<'a> {
    stage: Stage,
    cases: u64,
    share: Option<(Id, &'a Figure)>,
}

fn steps<'a>(view: &'a View<'_>) -> Vec<Reached<'a>> {
    let Some((first, stages)) = view.report.stages.split_first() else {
        return Vec::new();
    };
    let entered = view.figure(find::funnel::ENTERED.stage(*first));
    let Some(cases) = entered.and_then(Figure::whole_value).and_then(|n| u64::try_from(n).ok()) else {
        return Vec::new();
    };
    if cases == 0 {
        return Vec::new();
    }
    let later = stages.iter().filter_map(|stage| {
        let id = find::funnel::CONVERSION.pair(*first, *stage);
        let figure = view.figure(id)?;
        let (cases, _) = counts(Some(figure))?;
        let share = Some((id, figure));
        Some(Reached { stage: *stage, cases, share })
    });
    let start = Reached { stage: *first, cases, share: None };
    std::iter::once(start).chain(later).collect()
}

fn funnel_chart(view: &View<'_>, reached: &[Reached<'_>]) -> Result<Block, ChartError> {
    let project = &view.report.project;
    let text = |step: &Reached<'_>| match &step.share {
        Some((id, figure)) => {
            say!("funnel-step-of", cases = step.cases, share = view.short_text(*id, figure))
        }
        None => say!("funnel-step-leads", cases = step.cases),
    };
    let drops = reached.windows(2).map(|pair| {
        let lost = pair[0].cases.saturating_sub(pair[1].cases);
        Some(say!("funnel-step-lost", cases = lost))
    });
    let steps: Vec<FunnelStep> = reached
        .iter()
        .zip(std::iter::once(None).chain(drops))
        .map(|(step, drop)| FunnelStep {
            label: project.stage_short(step.stage).to_owned(),
            value: step.cases,
            text: text(step),
            drop,
        })
        .collect();
    let population = say!("funnel-cohort-population", period = view.period_words());
    let rows = reached.iter().map(|step| {
        let share = match &step.share {
            Some((id, figure)) => view.cell(*id, Some(figure)),
            None => Cell::number(numbers::percent(1.0, step.cases)),
        };
        vec![Cell::head(project.stage_name(step.stage)), Cell::number(numbers::count(step.cases)), share]
    });
    let columns = vec![
        Column::text(say!("funnel-stage")),
        Column::number(say!("funnel-stage.reached")),
        Column::number(say!("funnel-stage.share")),
    ];
    let described: Vec<String> = steps.iter().map(|s| format!("{}: {}", s.label, s.text)).collect();
    let drawing = Drawing {
        id: "funnel-cohort".to_owned(),
        title: weakest_step(view).unwrap_or_else(|| reached_title(view)),
        subtitle: say!("funnel-cohort-subtitle", population = &population),
        caption: say!("funnel-cohort-caption"),
        desc: described.join("; "),
    };
    let twin = table(view, "funnel-cohort-numbers", &population, columns, rows.collect());
    drawing.block(twin, |words: &Words<'_>| funnel(words, &steps))
}

/// "7.0% of the leads became customers so far".
fn reached_title(view: &View<'_>) -> String {
    let share = view.way().and_then(|(first, last)| {
        let id = find::funnel::CONVERSION.pair(first, last);
        let enough = view.figure(id)?.denominator? >= CASES_TO_JUDGE;
        let share = view.said(id).filter(|_| enough)?;
        Some(say!("funnel-cohort-title", share = share, reached = view.reached(last)))
    });
    share.unwrap_or_else(|| say!("funnel-cohort-title-plain", period = view.period_words()))
}

/// "Fewest leads go on from MQL to SAL": the neighbours with the lowest conversion, where its interval lies below
/// those of all others.
fn weakest_step(view: &View<'_>) -> Option<String> {
    let stages: Vec<Stage> = view.report.stages.iter().copied().filter(|s| *s <= Stage::Customer).collect();
    let steps: Vec<(Stage, Stage, &Figure)> = stages
        .windows(2)
        .filter_map(|pair| {
            let figure = view.figure(find::funnel::CONVERSION.pair(pair[0], pair[1]))?;
            figure.interval.map(|_| (pair[0], pair[1], figure))
        })
        .collect();
    let lowest = steps.iter().min_by(|one, other| {
        let rate = |step: &(Stage, Stage, &Figure)| step.2.real().unwrap_or(f64::MAX);
        rate(one).total_cmp(&rate(other))
    })?;
    let highest_end = lowest.2.interval?.high;
    let clear = steps.len() > 1
        && lowest.2.denominator? >= CASES_TO_JUDGE
        && steps.iter().all(|step| step.0 == lowest.0 || step.2.interval.is_some_and(|ends| ends.low > highest_end));
    let (from, to) = (view.stage_words(lowest.0), view.stage_words(lowest.1));
    clear.then(|| say!("funnel-cohort-weakest", from = from, to = to))
}

/// Each stage with the leads that entered it in the period, whichever cohort they began in.
fn stage_table(view: &View<'_>) -> Option<Table> {
    let stages = &view.report.stages;
    let rows: Vec<Vec<Cell>> = stages
        .iter()
        .enumerate()
        .map(|(place, stage)| stage_row(view, *stage, stages.get(place + 1).copied()))
        .collect();
    let measured = rows.iter().flatten().any(|cell| cell.number && cell.tone != CellTone::Muted);
    if !measured {
        return None;
    }
    let defined = |label: String, measure: &'static Measure| Labelled::new(label, measure).column();
    let columns = vec![
        Column::text(say!("funnel-stage")),
        defined(say!("funnel-stage.entered"), &find::funnel::ENTERED),
        defined(say!("funnel-stage.next"), &find::funnel::CONVERSION),
        defined(say!("funnel-stage.conversion"), &find::funnel::CONVERSION),
        Column::number(say!("funnel-stage.interval")),
        defined(say!("funnel-stage.skipped"), &find::funnel::SKIPPED),
        defined(say!("funnel-stage.changes"), &find::funnel::FLOW),
    ];
    let caption = say!("funnel-stages", period = view.period_words());
    let mut table = table(view, "funnel-stages", &caption, columns, rows);
    table.note = Some(say!("funnel-stages.note"));
    Some(table)
}

fn stage_row(view: &View<'_>, stage: Stage, next: Option<Stage>) -> Vec<Cell> {
    let whole = |measure: &'static Measure| {
        let id = measure.stage(stage);
        view.cell(id, view.figure(id))
    };
    let mut row = vec![Cell::head(view.report.project.stage_name(stage)), whole(&find::funnel::ENTERED)];
    row.extend(conversion_cells(view, stage, next));
    row.extend([whole(&find::funnel::SKIPPED), whole(&find::funnel::FLOW)]);
    row
}

/// Count, rate and interval of the step to the next stage; dashes after the last stage.
fn conversion_cells(view: &View<'_>, stage: Stage, next: Option<Stage>) -> [Cell; 3] {
    let nothing = || Cell::number("–").with_tone(CellTone::Muted);
    let Some(id) = next.map(|next| find::funnel::CONVERSION.pair(stage, next)) else {
        return [nothing(), nothing(), nothing()];
    };
    let figure = view.figure(id);
    let Some((figure, (part, of))) = figure.zip(counts(figure)) else {
        return [nothing(), view.cell(id, figure), nothing()];
    };
    let count = Cell::number(numbers::count(part)).with_detail(say!("funnel-of", count = of));
    let rate = Cell::number(view.value_text(id, figure));
    if figure.denominator.is_some_and(|cases| cases < CASES_TO_JUDGE) {
        let muted = CellTone::Muted;
        let judged = Cell::number(say!("figure-too-few")).with_tone(muted);
        return [count, rate.with_tone(muted), judged];
    }
    let interval = view.interval_text(id, figure);
    [count, rate, interval.map_or_else(nothing, Cell::number)]
}
