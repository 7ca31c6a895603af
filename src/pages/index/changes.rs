//! What changed against the period before: headline rates with the difference, its interval, and whether it is one.

use super::super::model::{Block, Cell, CellTone, Column, Section};
use super::super::parts;
use super::super::view::{Labelled, View, table, uncapitalised};
use crate::calendar::Period;
use crate::find;
use crate::stage::Stage;
use crate::words::numbers;

/// A rate that is compared, and why it cannot be, where that is so.
struct Compared {
    measure: Labelled,
    unfair: Option<String>,
}

/// The table of headline rates; empty without a period to compare with.
pub(super) fn section(view: &View<'_>) -> Section {
    let Some(before) = view.compared else {
        return Section::default();
    };
    let found = rates(view);
    let rows: Vec<Vec<Cell>> = found.iter().filter_map(|rate| row(view, rate, before)).collect();
    if rows.is_empty() {
        return Section::default();
    }
    let (now, then) = (numbers::period(view.period), numbers::period(before));
    let columns = vec![
        Column::text("Rate"),
        Column::number(now.clone()),
        Column::number(then.clone()),
        Column::number("Difference (95% interval)"),
        Column::text("What it means"),
    ];
    let mut table = table(view, "what-changed", &format!("Headline rates, {now} against {then}"), columns, rows);
    table.note =
        Some("Up or down: the interval of the difference leaves out 0. Else the difference may be chance.".to_owned());
    let title = format!("What changed against {then}");
    parts::section("changes", &title, [Some(parts::prose(summary(view, &found, &then))), Some(Block::Table(table))])
}

/// The changes that stand out, in a sentence.
fn summary(view: &View<'_>, rates: &[Compared], then: &str) -> String {
    let standing_out: Vec<String> = rates
        .iter()
        .filter(|rate| rate.unfair.is_none())
        .filter_map(|rate| {
            let change = view.change(rate.measure.id).filter(|change| change.standing_out)?;
            let text = change.text.replace(&format!(" from {then}"), "");
            Some(format!("{} {text}", uncapitalised(&rate.measure.label)))
        })
        .collect();
    let compared = rates.iter().filter(|rate| rate.unfair.is_none() && view.change(rate.measure.id).is_some()).count();
    if compared == 0 {
        "None of the headline rates can be compared yet.".to_owned()
    } else if standing_out.is_empty() {
        "No headline rate changed clearly.".to_owned()
    } else {
        format!("Clear changes: {}.", numbers::list(&standing_out))
    }
}

fn rates(view: &View<'_>) -> Vec<Compared> {
    let fixed = [
        ("Feedback rate", find::feedback::RATE.id()),
        ("Accepted, of those with a verdict", find::feedback::ACCEPTED.id()),
        ("First contact in time", find::feedback::WITHIN.id()),
        ("Never contacted", find::feedback::NEVER_TOUCHED.id()),
        ("Win rate", find::deals::WIN_RATE.id()),
    ];
    let fixed = fixed.map(|(label, id)| Compared { measure: Labelled::new(label, id), unfair: None });
    conversions(view).into_iter().chain(fixed).collect()
}

/// The conversion to the next stage and the one to the last.
fn conversions(view: &View<'_>) -> Vec<Compared> {
    let Some((first, last)) = view.way() else {
        return Vec::new();
    };
    let next = view.report.stages.iter().copied().find(|stage| *stage > first);
    let mut ends: Vec<Stage> = next.into_iter().chain([last]).collect();
    ends.dedup();
    let compared = |to: Stage| {
        let label = view.step_words(first, to);
        let id = find::funnel::CONVERSION.pair(first, to);
        Compared { measure: Labelled::new(label, id), unfair: view.in_progress(first, to, view.period) }
    };
    ends.into_iter().map(compared).collect()
}

/// One rate in both periods; none where one of them has no value.
fn row(view: &View<'_>, rate: &Compared, before: Period) -> Option<Vec<Cell>> {
    let id = rate.measure.id;
    let figures = &view.report.figures;
    let (now, then) = (figures.whole(id, view.period)?, figures.whole(id, before)?);
    now.value.and(then.value)?;
    let change = view.change(id)?;
    let judged = rate.unfair.is_none() && !parts::is_too_few(now) && !parts::is_too_few(then);
    let difference = figures.change(id, before, view.period, "", "").filter(|_| judged);
    let difference = match difference {
        Some(found) => {
            let ends = [found.interval.low, found.interval.high].map(numbers::signed_points);
            let ends = ends.join(" to ").replacen(" points", "", 1);
            Cell::number(numbers::signed_points(found.difference)).with_detail(ends)
        }
        None => Cell::number("–").with_tone(CellTone::Muted),
    };
    let tone = if change.standing_out { CellTone::Flag } else { CellTone::Plain };
    let head = Cell::head(rate.measure.label.clone()).with_href(rate.measure.column().href?);
    // The period stands in the heading already.
    let before = numbers::period(before);
    let verdict = change.text.replace(&format!(" from {before}"), "").replace(&format!(" with {before}"), "");
    let verdict = Cell::text(verdict).with_tone(tone);
    Some(vec![head, view.cell(id, Some(now)), view.cell(id, Some(then)), difference, verdict])
}
