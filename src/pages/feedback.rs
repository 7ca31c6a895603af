//! The feedback page: what sales said of the leads it was given, how soon, and how soon it got in touch.
//!
//! Takes the findings in one period, gives a page. Leaves the figures to `find` and how they are worded to
//! [`View`]. The part on the first contact stands in `speed`.

mod speed;

use super::Account;
use super::model::{Block, Cell, Column, NoteLevel, Page, Section, Table, Tile};
use super::parts::{self, WHISKERS};
use super::view::{Drawing, Labelled, MEMBERS_IN_TABLE, View, dimension_words, largest_first, name_is_short};
use crate::chart::{self, ChartError, Tone};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::Id;
use crate::find::words;

const HANDED_OVER: Id = find::feedback::HANDED_OVER.id();
const RATE: Id = find::feedback::RATE.id();
const ACCEPTED: Id = find::feedback::ACCEPTED.id();
const ACCEPTED_OF_ALL: Id = find::feedback::ACCEPTED_OF_ALL.id();
const MEDIAN_DAYS: Id = find::feedback::DAYS.at(50);
const MOST_DAYS: Id = find::feedback::DAYS.at(90);

/// Verdicts in the order of the process.
const VERDICTS: [(&str, Id); 3] = [
    ("Accepted", ACCEPTED),
    ("Rejected", find::feedback::REJECTED.id()),
    ("Recycled (sent back)", find::feedback::RECYCLED.id()),
];

/// Most reasons in the chart.
const REASONS_IN_CHART: usize = 12;

/// The page in the period of the view, which holds the report; all pages are called alike.
pub fn page(view: &View<'_>, _: &Account<'_>) -> Result<Page, ChartError> {
    let mut page = view.frame("feedback");
    page.finding = finding(view);
    page.shows =
        "What sales said of the leads it was given, how soon it said so, and how soon it got in touch.".to_owned();
    page.how_to_read = "Each lead is counted in the period in which it was handed over. Shares of verdicts are of the leads with a verdict; the feedback rate says how many have one. A difference is only called one where the intervals allow it.".to_owned();
    page.cannot_tell =
        "Whether a verdict was right, what was said outside the CRM, and what faster or fuller feedback would bring."
            .to_owned();
    page.sections.extend(view.notices("feedback"));
    page.sections.push(headline(view));
    page.sections.push(verdicts(view)?);
    page.sections.push(by_dimension(view)?);
    page.sections.push(over_time(view)?);
    page.sections.push(speed::section(view)?);
    Ok(view.finish(page))
}

/// What the page found, in one or two sentences.
fn finding(view: &View<'_>) -> String {
    let period = view.period_words();
    let Some(rate) = view.figure(RATE).filter(|rate| rate.value.is_some()) else {
        return match view.said(HANDED_OVER) {
            Some(leads) if view.report.gap("feedback").is_none() => {
                format!("None of the {leads} leads handed over in {period} is due for a verdict yet.")
            }
            _ => format!("The exports do not say what sales thought of the leads handed over in {period}."),
        };
    };
    let of = basis(rate);
    let mut text = format!(
        "Of the leads handed over in {period} and due for a verdict, sales gave one on {}{of}.",
        view.short_text(RATE, rate)
    );
    if let Some(accepted) = view.figure(ACCEPTED).filter(|accepted| accepted.value.is_some()) {
        let share = view.short_text(ACCEPTED, accepted);
        text += &format!(" It accepted {share} of those with a verdict{}.", basis(accepted));
        if parts::is_too_few(accepted) {
            text += " These are too few to judge.";
        }
    }
    text
}

/// ` (842 of 8,000)`, where the figure has both.
fn basis(figure: &Figure) -> String {
    match (figure.numerator.map(u64::try_from), figure.denominator.map(u64::try_from)) {
        (Some(Ok(part)), Some(Ok(of))) => format!(" ({})", words::of(part, of)),
        _ => String::new(),
    }
}

/// Both ways to count acceptance, with the feedback rate between them, which is what parts them.
fn headline(view: &View<'_>) -> Section {
    let tiles = [
        view.tile("Handed over to sales", HANDED_OVER),
        view.tile("Accepted, of all handed over", ACCEPTED_OF_ALL),
        view.tile("Feedback rate", RATE),
        view.tile("Accepted, of those with a verdict", ACCEPTED),
        days_tile(view),
    ];
    let tiles = parts::tiles(tiles);
    let readings = tiles.is_some().then(|| {
        parts::prose(
            "Acceptance has two readings: of all leads handed over, and of those that sales gave a verdict on. \
             They differ by the leads without a verdict, so read both with the feedback rate between them.",
        )
    });
    let pending = view.figure(&find::feedback::PENDING).and_then(Figure::whole_value);
    let pending = pending.and_then(|leads| u64::try_from(leads).ok()).filter(|leads| *leads > 0);
    let pending = pending.map(|leads| {
        let text = format!(
            "{} without a verdict still had time on {}. The feedback rate leaves {} out.",
            words::plural(leads, "lead", "leads"),
            view.report.as_of_words(),
            if leads == 1 { "it" } else { "them" }
        );
        parts::note(NoteLevel::Info, "Not due yet.", text)
    });
    let remarks = parts::notes([view.gap_note("feedback"), pending]);
    parts::section("headline", "", [tiles, readings, remarks])
}

/// Median time to a verdict; the time within which nine in ten came stands beside it.
fn days_tile(view: &View<'_>) -> Option<Tile> {
    let mut tile = view.tile("Time to a verdict, median", MEDIAN_DAYS)?;
    if let Some(most) = view.said(MOST_DAYS) {
        tile.evidence += &format!("; nine in ten within {most}");
    }
    Some(tile)
}

fn verdicts(view: &View<'_>) -> Result<Section, ChartError> {
    let reasons = reasons(view)?;
    let silent = reasons.is_none() && view.figure(ACCEPTED).is_some();
    let silent = silent.then(|| {
        parts::note(
            NoteLevel::Gap,
            "No reasons to rank.",
            "No lead of the period was rejected or sent back, or the exports have no column with the reason.",
        )
    });
    let blocks = [verdict_chart(view)?, reasons, parts::notes([silent])];
    Ok(parts::section("verdicts", "What sales said", blocks))
}

fn verdict_chart(view: &View<'_>) -> Result<Option<Block>, ChartError> {
    let found: Vec<(String, Id, &Figure)> = VERDICTS
        .iter()
        .filter_map(|(label, id)| {
            let figure = view.figure(*id).filter(|figure| figure.value.is_some())?;
            Some(((*label).to_owned(), *id, figure))
        })
        .collect();
    let accepted = view.figure(ACCEPTED).filter(|accepted| accepted.value.is_some());
    let chart = Drawing {
        id: "verdict-split".to_owned(),
        title: match accepted {
            Some(accepted) if !parts::is_too_few(accepted) => {
                format!("Sales accepted {} of leads with a verdict", view.short_text(ACCEPTED, accepted))
            }
            _ => "Too few verdicts to judge".to_owned(),
        },
        subtitle: format!(
            "Share of the leads handed over in {} that have a verdict, in the order of the process",
            view.period_words()
        ),
        caption: match accepted {
            Some(accepted) if !parts::is_too_few(accepted) => WHISKERS.to_owned(),
            _ => "Grey: too few to judge.".to_owned(),
        },
        ..Drawing::default()
    };
    let row =
        |(label, id, figure): &(String, Id, &Figure)| vec![Cell::head(label.clone()), view.cell(*id, Some(figure))];
    let columns = vec![Column::text("Verdict"), Column::number("Share of leads with a verdict")];
    let bars = parts::rate_bars(view, &found);
    let rows = found.iter().map(row).collect();
    parts::bar_figure(view, chart, &bars, chart::Unit::Percent, columns, rows)
}

/// Reasons for rejecting a lead or sending it back, the most frequent first.
fn reasons(view: &View<'_>) -> Result<Option<Block>, ChartError> {
    const REASON: Id = find::feedback::REASON.id();
    let mut found = view.report.figures.members(REASON, view.period, "reason");
    found.retain(|(_, figure)| figure.real().is_some_and(|count| count > 0.0));
    found.sort_by(|(_, one), (_, other)| largest_first(one.real(), other.real()));
    let label = |member: &str| match member {
        "(none)" => "no reason given".to_owned(),
        named => named.to_owned(),
    };
    let of_refused = |figure: &Figure| match figure.denominator.map(u64::try_from) {
        Some(Ok(all)) => format!("{} of {}", view.short_text(REASON, figure), words::count(all)),
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
    let mut caption = "Grey: rejected or sent back without a reason.".to_owned();
    if !found.iter().any(|(member, _)| *member == "(none)") {
        caption = "Every lead that was rejected or recycled has a reason.".to_owned();
    }
    if left_out > 0 {
        let more = words::plural(left_out as u64, "reason", "reasons");
        caption += &format!(" {more} more in the table below.");
    }
    let chart = Drawing {
        id: "reasons".to_owned(),
        title: match *top {
            "(none)" => "Most often, no reason was given".to_owned(),
            named if name_is_short(named) => format!("Named most often: “{named}”"),
            _ => "One reason is named most often".to_owned(),
        },
        subtitle: format!(
            "Leads handed over in {} and rejected or recycled, by reason, the most frequent first",
            view.period_words()
        ),
        caption,
        ..Drawing::default()
    };
    let row = |(member, figure): &(&str, &Figure)| {
        let count = Cell::number(view.short_text(REASON, figure));
        vec![Cell::head(label(member)), count.with_detail(of_refused(figure))]
    };
    let rows = found.iter().take(MEMBERS_IN_TABLE).map(row).collect();
    let columns = vec![Column::text("Reason"), Labelled::new("Leads", REASON).column()];
    let bars: Vec<chart::Bar> = bars.collect();
    parts::bar_figure(view, chart, &bars, chart::Unit::Count, columns, rows)
}

/// The columns of the tables by dimension.
fn measures() -> Vec<Labelled> {
    [
        ("Handed over", HANDED_OVER),
        ("Feedback rate", RATE),
        ("In time", find::feedback::IN_TIME.id()),
        ("Accepted", ACCEPTED),
        ("Rejected", find::feedback::REJECTED.id()),
        ("Recycled", find::feedback::RECYCLED.id()),
        ("Days to verdict, median", MEDIAN_DAYS),
        ("Days, nine in ten", MOST_DAYS),
    ]
    .map(|(label, id)| Labelled::new(label, id))
    .to_vec()
}

fn by_dimension(view: &View<'_>) -> Result<Section, ChartError> {
    let mut blocks =
        vec![source_chart(view, RATE, "feedback-rate-by-source")?, source_chart(view, ACCEPTED, "accepted-by-source")?];
    for dimension in &view.report.dimensions {
        blocks.push(dimension_table(view, &dimension.name));
    }
    Ok(parts::section("breakdowns", "Who gets which verdict", blocks))
}

/// Sources, campaigns and owners in full view, further dimensions closed until asked for.
fn dimension_table(view: &View<'_>, dimension: &str) -> Option<Block> {
    let (one, _) = dimension_words(dimension);
    let caption = format!("Verdicts by {one}, leads handed over in {}", view.period_words());
    let id = format!("feedback-by-{}", parts::dimension_slug(view, dimension));
    let table: Table = view.member_table(&id, &caption, dimension, &measures())?;
    Some(match dimension {
        "source" | "campaign" | "owner" => Block::Table(table),
        _ => Block::Details { summary: format!("Verdicts by {one}"), table },
    })
}

/// A rate by source; the title says which sources stand out.
fn source_chart(view: &View<'_>, id: Id, chart: &str) -> Result<Option<Block>, ChartError> {
    let (verb, column, population) = if id == RATE {
        (("gets verdicts", "get verdicts"), "Feedback rate", "due for a verdict")
    } else {
        (("is accepted", "are accepted"), "Accepted", "with a verdict")
    };
    let title = view.standing_title(id, "source", verb, ("more often", "less often"));
    let population = format!("leads handed over in {} and {population}", view.period_words());
    view.bar_chart(chart, title, &Labelled::new(column, id), "source", &population)
}

/// Acceptance over time, with the feedback rate in the table behind it.
fn over_time(view: &View<'_>) -> Result<Section, ChartError> {
    let unit = parts::trend_unit(parts::trend_periods(view));
    let chart = Drawing {
        id: "acceptance-over-time".to_owned(),
        title: match view.change(ACCEPTED) {
            Some(change) => format!("Acceptance: {}", change.text),
            None => format!("Acceptance by {unit}"),
        },
        subtitle: format!("Accepted, of the leads with a verdict, by {unit} of the handover"),
        caption: "Band: 95% interval. Leads of the latest periods have had less time to get a verdict.".to_owned(),
        ..Drawing::default()
    };
    let measures = [("Accepted", ACCEPTED), ("Feedback rate", RATE), ("In time", find::feedback::IN_TIME.id())];
    let measures = measures.map(|(label, id)| Labelled::new(label, id));
    Ok(parts::section("over-time", "Over time", [parts::trend(view, chart, &measures)?]))
}

#[cfg(test)]
mod tests;
