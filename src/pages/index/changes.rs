//! What changed against the period before: headline rates with the difference, its interval, and whether it is one.

use super::super::model::{Block, Cell, CellTone, Column, Section};
use super::super::parts;
use super::super::paths;
use super::super::view::{Labelled, View, table, uncapitalised};
use crate::calendar::Period;
use crate::find::figures::{Change, Figure};
use crate::find::measure::Id;
use crate::find::stats::Interval;
use crate::words::{numbers, say};

/// A rate in both periods, and what can be said of the two.
struct Compared<'r> {
    measure: Labelled,
    now: &'r Figure,
    then: &'r Figure,
    verdict: Verdict,
}

/// What the difference of a rate means.
enum Verdict {
    /// It cannot be told yet: the youngest leads are still on their way.
    InProgress,
    /// One of the two rests on too few cases.
    TooFew,
    /// The difference, which may be chance where its interval holds 0.
    Differs(Change),
}

impl Verdict {
    /// The difference, where it is no chance.
    fn clear(&self) -> Option<Change> {
        match self {
            Verdict::Differs(change) if change.standing_out => Some(*change),
            _ => None,
        }
    }
}

/// The table of headline rates; empty without a period to compare with.
pub(super) fn section(view: &View<'_>) -> Section {
    let Some(before) = view.compared else {
        return Section::default();
    };
    let found: Vec<Compared<'_>> =
        view.headline_rates().into_iter().filter_map(|id| compare(view, id, before)).collect();
    if found.is_empty() {
        return Section::default();
    }
    let (now, then) = (numbers::period(view.period), numbers::period(before));
    let columns = vec![
        Column::text(say!("overview-rate")),
        Column::number(now.as_str()),
        Column::number(then.as_str()),
        Column::number(say!("overview-rate.difference")),
        Column::text(say!("overview-rate.meaning")),
    ];
    let caption = say!("overview-changes.table", period = now, before = then.as_str());
    let rows = found.iter().map(|rate| row(view, rate)).collect();
    let mut table = table(view, "what-changed", &caption, columns, rows);
    table.note = Some(say!("overview-changes.note"));
    let title = say!("overview-changes", before = then);
    parts::section("changes", &title, [Some(parts::prose(summary(&found))), Some(Block::Table(table))])
}

/// The changes that stand out, in a sentence.
fn summary(rates: &[Compared<'_>]) -> String {
    let change = |rate: &Compared<'_>| {
        rate.verdict.clear()?;
        Some(say!("overview-change", measure = uncapitalised(&rate.measure.label), change = meaning(&rate.verdict)))
    };
    let changes: Vec<String> = rates.iter().filter_map(change).collect();
    if rates.iter().all(|rate| matches!(rate.verdict, Verdict::InProgress)) {
        say!("overview-no-rate-compared")
    } else if changes.is_empty() {
        say!("overview-no-rate-changed")
    } else {
        say!("overview-clear-changes", changes = numbers::list(&changes))
    }
}

/// One rate in both periods; none where one of them has no value.
fn compare<'r>(view: &View<'r>, id: Id, before: Period) -> Option<Compared<'r>> {
    let (now, then) = (view.figure(id)?, view.figure_in(id, before)?);
    now.value.and(then.value)?;
    let verdict = if view.is_unfair(id) {
        Verdict::InProgress
    } else if parts::is_too_few(now) || parts::is_too_few(then) {
        Verdict::TooFew
    } else {
        Verdict::Differs(view.change_between(id, before, view.period)?)
    };
    Some(Compared { measure: Labelled::of(view, id), now, then, verdict })
}

fn row(view: &View<'_>, rate: &Compared<'_>) -> Vec<Cell> {
    let id = rate.measure.id;
    let difference = match rate.verdict {
        Verdict::Differs(found) => {
            Cell::number(numbers::signed_points(found.difference)).with_detail(ends(found.interval))
        }
        _ => Cell::number("–").with_tone(CellTone::Muted),
    };
    let tone = if rate.verdict.clear().is_some() { CellTone::Flag } else { CellTone::Plain };
    let head = Cell::head(rate.measure.label.as_str()).with_href(paths::definition(id));
    let verdict = Cell::text(meaning(&rate.verdict)).with_tone(tone);
    vec![head, view.cell(id, Some(rate.now)), view.cell(id, Some(rate.then)), difference, verdict]
}

/// What a difference means; the period stands in the heading already.
fn meaning(verdict: &Verdict) -> String {
    match verdict {
        Verdict::InProgress => say!("overview-change.in-progress"),
        Verdict::TooFew => say!("overview-change.too-few"),
        Verdict::Differs(change) if !change.standing_out => say!("overview-change.level"),
        Verdict::Differs(change) => {
            let points = numbers::decimal(change.difference.abs() * 100.0, 1);
            match change.difference > 0.0 {
                true => say!("overview-change.up", points = points),
                false => say!("overview-change.down", points = points),
            }
        }
    }
}

/// The interval of a difference: `+0.3 to +4.2 points`.
fn ends(interval: Interval) -> String {
    say!("overview-difference", low = signed(interval.low), high = signed(interval.high))
}

/// A difference in percentage points with its sign.
fn signed(difference: f64) -> String {
    let shown = numbers::decimal(difference * 100.0, 1);
    let is_up = difference > 0.0 && shown != numbers::decimal(0.0, 1);
    if is_up { format!("+{shown}") } else { shown }
}
