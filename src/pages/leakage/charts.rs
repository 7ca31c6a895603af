//! The charts of the leakage page: the waterfall, the leaks by money and by number, and the trend.

use super::super::leak_words;
use super::super::model::{Block, Cell, Column};
use super::super::parts;
use super::super::view::{Drawing, Labelled, View, definition_href, uncapitalised};
use super::{LEAKED, MONEY_MEANING, count, count_id, money_id};
use crate::cases::leaks::Leak;
use crate::chart::{self, Bar, ChartError, Step, StepKind, Tone};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::Id;
use crate::words::numbers;

/// The steps of the waterfall after the leaks: figure, words and kind.
const ENDS: [(&str, &str, StepKind); 5] = [
    ("in_progress", "Still in progress", StepKind::Pending),
    ("recycled", "Sent back to nurturing", StepKind::Out),
    ("rejected", "Rejected by sales", StepKind::Out),
    ("lost", "Lost", StepKind::Out),
    ("customers", "Customers", StepKind::Total),
];

/// From leads in to customers, each lead counted once.
pub(super) fn waterfall(view: &View<'_>) -> Result<Option<Block>, ChartError> {
    let steps = steps(view);
    // Without a lead there is no way to show; a total alone says nothing.
    if steps.len() < 2 || steps[0].value == 0 {
        return Ok(None);
    }
    let period = view.period_words();
    let customers = steps.iter().find(|step| step.label == "Customers").map_or(0, |step| step.value);
    let chart = Drawing {
        id: "waterfall-leads".to_owned(),
        title: format!(
            "{} of {} became customers",
            numbers::count(customers.unsigned_abs()),
            numbers::plural(steps[0].value.unsigned_abs(), "lead", "leads")
        ),
        subtitle: format!("Leads of {period}, each counted once at the first rule it broke, in the order of the rules"),
        caption: "Strong colour: leaked. Dashed: not decided yet. Grey: left by a decision. A lead that bought counts as a customer, even where a rule was broken on the way.".to_owned(),
        ..Drawing::default()
    };
    let row = |step: &Step| vec![Cell::head(step.label.clone()), Cell::number(step.text.clone())];
    let columns = vec![
        Column::text("Step"),
        Column::number("Leads").defined_at(definition_href(find::leakage::WATERFALL.word("leads"))),
    ];
    let twin = parts::twin(view, &chart, columns, steps.iter().map(row).collect());
    let said = |step: &Step| format!("{}: {}", step.label, step.text);
    let desc = steps.iter().map(said).collect::<Vec<_>>().join("; ");
    let chart = Drawing { desc, ..chart };
    chart.block(twin, |words| chart::waterfall(words, &steps)).map(Some)
}

/// Leads in, leaks with a case, what else became of the leads, and customers.
fn steps(view: &View<'_>) -> Vec<Step> {
    let step = |id: &'static str, label: &str, kind: StepKind| {
        // A step that no lead took has no figure.
        let leads = view.figure(find::leakage::WATERFALL.word(id)).and_then(Figure::whole_value);
        let value = i64::try_from(leads.unwrap_or(0)).ok()?;
        let text = numbers::count(value.unsigned_abs());
        let counts = value > 0 || kind == StepKind::Total;
        counts.then(|| Step { label: label.to_owned(), value, kind, text })
    };
    let Some(leads) = step("leads", "Leads in", StepKind::Total) else {
        return Vec::new();
    };
    let leaks = Leak::ALL.into_iter().filter_map(|leak| step(leak.id(), leak_words::words(leak).title, StepKind::Loss));
    let ends = ENDS.into_iter().filter_map(|(id, label, kind)| step(id, label, kind));
    std::iter::once(leads).chain(leaks).chain(ends).collect()
}

/// Leaks by money at stake.
pub(super) fn money(view: &View<'_>, leaks: &[Leak]) -> Result<Option<Block>, ChartError> {
    let found: Vec<(Leak, Id, &Figure)> = leaks
        .iter()
        .filter_map(|leak| {
            let id = money_id(*leak);
            let figure = view.figure(id).filter(|figure| figure.real() > Some(0.0))?;
            Some((*leak, id, figure))
        })
        .collect();
    let Some((first, ..)) = found.first() else {
        return Ok(None);
    };
    let name = leak_words::words(*first).title;
    let chart = Drawing {
        id: "leaks-by-money".to_owned(),
        title: if stands_alone(&found) {
            format!("Most money at stake: {}", uncapitalised(name))
        } else {
            format!("Most money: {}, not clearly ahead", uncapitalised(name))
        },
        subtitle: format!("{}, leads of {}, the most first", view.in_currency("Money at stake"), view.period_words()),
        caption: format!(
            "{} Where whiskers overlap, the order of two leaks is not certain. {MONEY_MEANING}",
            parts::whiskers()
        ),
        ..Drawing::default()
    };
    let bar = |(leak, id, figure): &(Leak, Id, &Figure)| {
        let bar = view.bar(*id, "", "", figure)?;
        Some(labelled(bar, *leak, found.first().is_some_and(|(first, ..)| first == leak)))
    };
    let bars: Vec<Bar> = found.iter().filter_map(bar).collect();
    let row = |(leak, id, figure): &(Leak, Id, &Figure)| vec![head(*leak), view.cell(*id, Some(figure))];
    let rows = found.iter().map(row).collect();
    let columns = vec![Column::text("Leak"), Labelled::new("Money at stake", super::MONEY).column()];
    parts::bar_figure(view, chart, &bars, chart::Unit::Money, columns, rows)
}

/// Whether the first leak's interval lies above that of the second.
fn stands_alone(found: &[(Leak, Id, &Figure)]) -> bool {
    match found {
        [(.., first), (.., second), ..] => match (first.interval, second.interval) {
            (Some(first), Some(second)) => first.low > second.high,
            _ => false,
        },
        _ => true,
    }
}

/// Leaks by number of cases.
pub(super) fn counts(view: &View<'_>, leaks: &[Leak]) -> Result<Option<Block>, ChartError> {
    let mut leaks = leaks.to_vec();
    leaks.sort_by_key(|leak| std::cmp::Reverse(count(view, *leak)));
    let Some(first) = leaks.first().copied() else {
        return Ok(None);
    };
    let chart = Drawing {
        id: "leaks-by-number".to_owned(),
        title: format!("Most cases: {}", uncapitalised(leak_words::words(first).title)),
        subtitle: format!("Cases, leads of {}, the most first; the money may be elsewhere", view.period_words()),
        caption: "Counts of all cases on record, so without an interval.".to_owned(),
        ..Drawing::default()
    };
    let bar = |leak: &Leak| {
        let id = count_id(*leak);
        let bar = view.bar(id, "", "", view.figure(id)?)?;
        Some(labelled(bar, *leak, *leak == first))
    };
    let bars: Vec<Bar> = leaks.iter().filter_map(bar).collect();
    let row = |leak: &Leak| {
        let share = find::leakage::SHARE.word(leak.id());
        let id = count_id(*leak);
        vec![head(*leak), view.cell(id, view.figure(id)), view.cell(share, view.figure(share))]
    };
    let rows = leaks.iter().map(row).collect();
    let columns = vec![
        Column::text("Leak"),
        Column::number("Cases"),
        Column::number("Share of the cases that the rule applies to"),
    ];
    parts::bar_figure(view, chart, &bars, chart::Unit::Count, columns, rows)
}

fn labelled(bar: Bar, leak: Leak, highlight: bool) -> Bar {
    let tone = if highlight { Tone::Highlight } else { Tone::Normal };
    Bar { label: leak_words::words(leak).title.to_owned(), tone, ..bar }
}

fn head(leak: Leak) -> Cell {
    let anchor = format!("#{}", leak_words::anchor(leak));
    Cell::head(leak_words::words(leak).title).with_href(anchor)
}

/// Share of leads that broke a rule, by quarter of entry.
pub(super) fn over_time(view: &View<'_>) -> Result<Option<Block>, ChartError> {
    let unit = parts::trend_unit(parts::trend_periods(view));
    let shown = view.said(LEAKED);
    let chart = Drawing {
        id: "leakage-over-time".to_owned(),
        title: match shown {
            Some(share) => format!("{share} of the leads of {} broke a rule", view.period_words()),
            None => format!("Leads that broke a rule, by {unit}"),
        },
        subtitle: format!("Share of leads that broke a rule, by {unit} in which the lead entered"),
        caption: "Band: 95% interval. Leads of the latest periods have had less time to break a rule, so a fall at the end is no success yet.".to_owned(),
        ..Drawing::default()
    };
    let measures = [Labelled::new("Leads that broke a rule", LEAKED), Labelled::new("Money at stake", super::MONEY)];
    parts::trend(view, chart, &measures)
}
