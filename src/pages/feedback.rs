//! The feedback page: what sales said of the leads it was given, how soon, and how soon it got in touch.
//!
//! Takes the findings in one period, gives a page. Leaves the figures to `find` and how they are worded to
//! [`View`]. The section on the first contact is that of the handover.

use super::model::{Block, Cell, Column, NoteLevel, Page, Section, Table, Tile};
use super::parts;
use super::paths;
use super::view::{Drawing, Labelled, MEMBERS_IN_TABLE, View, dimension_words, largest_first, name_is_short};
use super::{Account, handover};
use crate::chart::{self, ChartError, Tone};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::Id;
use crate::words::{self, numbers, say};

const HANDED_OVER: Id = find::feedback::HANDED_OVER.id();
const RATE: Id = find::feedback::RATE.id();
const ACCEPTED: Id = find::feedback::ACCEPTED.id();
const ACCEPTED_OF_ALL: Id = find::feedback::ACCEPTED_OF_ALL.id();
const MEDIAN_DAYS: Id = find::feedback::DAYS.at(50);
const MOST_DAYS: Id = find::feedback::DAYS.at(90);

/// Verdicts in the order of the process, by their names in the catalogue.
const VERDICTS: [(&str, Id); 3] = [
    ("feedback-verdict.accepted", ACCEPTED),
    ("feedback-verdict.rejected", find::feedback::REJECTED.id()),
    ("feedback-verdict.recycled", find::feedback::RECYCLED.id()),
];

/// Most reasons in the chart.
const REASONS_IN_CHART: usize = 12;

/// The page in the period of the view, which holds the report; all pages are called alike.
pub fn page(view: &View<'_>, _: &Account<'_>) -> Result<Page, ChartError> {
    let mut page = view.frame("feedback");
    page.finding = finding(view);
    page.sections.extend(view.notices("feedback"));
    page.sections.push(headline(view));
    page.sections.push(verdicts(view)?);
    page.sections.push(by_dimension(view)?);
    page.sections.push(over_time(view)?);
    page.sections.push(handover::section(view)?);
    Ok(view.finish(page))
}

/// What the page found, in one or two sentences.
fn finding(view: &View<'_>) -> String {
    let period = view.period_words();
    let Some(rate) = view.figure(RATE).filter(|rate| rate.value.is_some()) else {
        return match view.said(HANDED_OVER) {
            Some(leads) if view.report.gap("feedback").is_none() => {
                say!("feedback-none-due", leads = leads, period = period)
            }
            _ => say!("feedback-not-told", period = period),
        };
    };
    let of = basis(rate);
    let rate = view.short_text(RATE, rate);
    let mut sentences = vec![say!("feedback-given", period = period, rate = rate, of = of)];
    if let Some(accepted) = view.figure(ACCEPTED).filter(|accepted| accepted.value.is_some()) {
        let share = view.short_text(ACCEPTED, accepted);
        sentences.push(say!("feedback-given-accepted", share = share, of = basis(accepted)));
        sentences.extend(parts::is_too_few(accepted).then(|| say!("feedback-given-too-few")));
    }
    sentences.join(" ")
}

/// ` (842 of 8,000)`, where the figure has both.
fn basis(figure: &Figure) -> String {
    match (figure.numerator.map(u64::try_from), figure.denominator.map(u64::try_from)) {
        (Some(Ok(part)), Some(Ok(of))) => format!(" ({})", numbers::of(part, of)),
        _ => String::new(),
    }
}

/// Both ways to count acceptance, with the feedback rate between them, which is what parts them.
fn headline(view: &View<'_>) -> Section {
    let tiles =
        [view.tile(HANDED_OVER), view.tile(ACCEPTED_OF_ALL), view.tile(RATE), view.tile(ACCEPTED), days_tile(view)];
    let tiles = parts::tiles(tiles);
    let readings = tiles.is_some().then(|| parts::prose(say!("feedback-two-readings")));
    let pending = view.figure(&find::feedback::PENDING).and_then(Figure::whole_value);
    let pending = pending.and_then(|leads| u64::try_from(leads).ok()).filter(|leads| *leads > 0);
    let pending = pending.map(|leads| {
        let text = say!("feedback-not-due.text", leads = leads, as_of = words::as_of(view.report));
        parts::note(NoteLevel::Info, say!("feedback-not-due"), text)
    });
    let remarks = parts::notes([view.gap_note("feedback"), pending]);
    parts::section("headline", "", [tiles, readings, remarks])
}

/// Median time to a verdict; the time within which nine in ten came stands beside it.
fn days_tile(view: &View<'_>) -> Option<Tile> {
    let mut tile = view.tile(MEDIAN_DAYS)?;
    if let Some(most) = view.said(MOST_DAYS) {
        tile.evidence = say!("feedback-most-within", evidence = tile.evidence, time = most);
    }
    Some(tile)
}

fn verdicts(view: &View<'_>) -> Result<Section, ChartError> {
    let reasons = reasons(view)?;
    let silent = reasons.is_none() && view.figure(ACCEPTED).is_some();
    let silent =
        silent.then(|| parts::note(NoteLevel::Gap, say!("feedback-no-reasons"), say!("feedback-no-reasons.text")));
    let blocks = [verdict_chart(view)?, reasons, parts::notes([silent])];
    Ok(parts::section("verdicts", &say!("feedback-verdicts"), blocks))
}

fn verdict_chart(view: &View<'_>) -> Result<Option<Block>, ChartError> {
    let found: Vec<(String, Id, &Figure)> = VERDICTS
        .iter()
        .filter_map(|(label, id)| {
            let figure = view.figure(*id).filter(|figure| figure.value.is_some())?;
            Some((words::message(label, &[]), *id, figure))
        })
        .collect();
    let accepted = view.figure(ACCEPTED).filter(|accepted| accepted.value.is_some());
    let chart = Drawing {
        id: "verdict-split".to_owned(),
        title: match accepted {
            Some(accepted) if !parts::is_too_few(accepted) => {
                say!("feedback-split-title", share = view.short_text(ACCEPTED, accepted))
            }
            _ => say!("feedback-split-too-few"),
        },
        subtitle: say!("feedback-split-subtitle", period = view.period_words()),
        caption: match accepted {
            Some(accepted) if !parts::is_too_few(accepted) => parts::whiskers(),
            _ => say!("feedback-split-grey"),
        },
        ..Drawing::default()
    };
    let row =
        |(label, id, figure): &(String, Id, &Figure)| vec![Cell::head(label.clone()), view.cell(*id, Some(figure))];
    let columns = vec![Column::text(say!("feedback-verdict")), Column::number(say!("feedback-verdict.share"))];
    let bars = parts::rate_bars(view, &found);
    let rows = found.iter().map(row).collect();
    parts::bar_figure(view, chart, &bars, chart::Unit::Percent, columns, rows)
}

/// Reasons for rejecting a lead or sending it back, the most frequent first.
fn reasons(view: &View<'_>) -> Result<Option<Block>, ChartError> {
    const REASON: Id = find::feedback::REASON.id();
    let mut found = view.members(REASON, "reason");
    found.retain(|(_, figure)| figure.real().is_some_and(|count| count > 0.0));
    found.sort_by(|(_, one), (_, other)| largest_first(one.real(), other.real()));
    let label = |member: &str| match member {
        "(none)" => say!("feedback-reason.none"),
        named => named.to_owned(),
    };
    let of_refused = |figure: &Figure| match figure.denominator.map(u64::try_from) {
        Some(Ok(all)) => say!("feedback-reason-of", leads = view.short_text(REASON, figure), all = all),
        _ => view.short_text(REASON, figure),
    };
    let Some((top, _)) = found.first() else {
        return Ok(None);
    };
    let bars = found.iter().take(REASONS_IN_CHART).map(|(member, figure)| chart::Bar {
        label: label(member),
        value: figure.real().unwrap_or(0.0),
        low: None,
        high: None,
        text: of_refused(figure),
        tone: if *member == "(none)" { Tone::Muted } else { Tone::Normal },
    });
    let left_out = found.len().saturating_sub(REASONS_IN_CHART);
    let mut caption = match found.iter().any(|(member, _)| *member == "(none)") {
        true => say!("feedback-reasons-grey"),
        false => say!("feedback-reasons-all-given"),
    };
    if left_out > 0 {
        caption = say!("feedback-reasons-more", caption = caption, more = left_out);
    }
    let chart = Drawing {
        id: "reasons".to_owned(),
        title: match *top {
            "(none)" => say!("feedback-reasons-title-none"),
            named if name_is_short(named) => say!("feedback-reasons-title-named", reason = named),
            _ => say!("feedback-reasons-title-one"),
        },
        subtitle: say!("feedback-reasons-subtitle", period = view.period_words()),
        caption,
        ..Drawing::default()
    };
    let row = |(member, figure): &(&str, &Figure)| {
        let count = Cell::number(view.short_text(REASON, figure));
        vec![Cell::head(label(member)), count.with_detail(of_refused(figure))]
    };
    let rows = found.iter().take(MEMBERS_IN_TABLE).map(row).collect();
    let columns = vec![Column::text(say!("feedback-reason")), Labelled::of(view, REASON).column()];
    let bars: Vec<chart::Bar> = bars.collect();
    parts::bar_figure(view, chart, &bars, chart::Unit::Count, columns, rows)
}

/// The columns of the tables by dimension.
const MEASURES: [Id; 8] = [
    HANDED_OVER,
    RATE,
    find::feedback::IN_TIME.id(),
    ACCEPTED,
    find::feedback::REJECTED.id(),
    find::feedback::RECYCLED.id(),
    MEDIAN_DAYS,
    MOST_DAYS,
];

fn by_dimension(view: &View<'_>) -> Result<Section, ChartError> {
    let mut blocks =
        vec![source_chart(view, RATE, "feedback-rate-by-source")?, source_chart(view, ACCEPTED, "accepted-by-source")?];
    for dimension in &view.report.dimensions {
        blocks.push(dimension_table(view, &dimension.name));
    }
    Ok(parts::section("breakdowns", &say!("feedback-breakdowns"), blocks))
}

/// Sources, campaigns and owners in full view, further dimensions closed until asked for.
fn dimension_table(view: &View<'_>, dimension: &str) -> Option<Block> {
    let (one, _) = dimension_words(dimension);
    let caption = say!("feedback-table", dimension = &one, period = view.period_words());
    let id = format!("feedback-by-{}", paths::dimension_slug(view.report, dimension));
    let table: Table = view.member_table(&id, &caption, dimension, &MEASURES.map(|id| Labelled::of(view, id)))?;
    Some(match dimension {
        "source" | "campaign" | "owner" => Block::Table(table),
        _ => Block::Details { summary: say!("feedback-table-summary", dimension = one), table },
    })
}

/// A rate by source; the title says which sources stand out.
fn source_chart(view: &View<'_>, id: Id, chart: &str) -> Result<Option<Block>, ChartError> {
    let (one, several, population) = if id == RATE {
        let population = say!("feedback-rate-verb.population", period = view.period_words());
        (say!("feedback-rate-verb"), say!("feedback-rate-verb.several"), population)
    } else {
        let population = say!("feedback-accepted-verb.population", period = view.period_words());
        (say!("feedback-accepted-verb"), say!("feedback-accepted-verb.several"), population)
    };
    let (more, less) = (say!("feedback-more-often"), say!("feedback-more-often.less"));
    let title = view.standing_title(id, "source", (&one, &several), (&more, &less));
    view.bar_chart(chart, title, &Labelled::of(view, id), "source", &population)
}

/// Acceptance over time, with the feedback rate in the table behind it.
fn over_time(view: &View<'_>) -> Result<Section, ChartError> {
    let unit = parts::trend_unit(parts::trend_periods(view));
    let chart = Drawing {
        id: "acceptance-over-time".to_owned(),
        title: match view.change(ACCEPTED) {
            Some(change) => say!("feedback-trend-changed", change = change.text),
            None => say!("feedback-trend", unit = &unit),
        },
        subtitle: say!("feedback-trend-subtitle", unit = unit),
        caption: say!("feedback-trend-caption"),
        ..Drawing::default()
    };
    let measures = [ACCEPTED, RATE, find::feedback::IN_TIME.id()].map(|id| Labelled::of(view, id));
    Ok(parts::section("over-time", &say!("feedback-over-time"), [parts::trend(view, chart, &measures)?]))
}

#[cfg(test)]
mod tests;
