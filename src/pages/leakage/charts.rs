//! The charts of the leakage page: the waterfall, the leaks by money and by number, and the trend.

use super::super::leak_words;
use super::super::model::{Block, Cell, Column};
use super::super::parts;
use super::super::paths;
use super::super::view::{Drawing, Labelled, View, uncapitalised};
use super::{LEAKED, MONEY, count, count_id, money_id};
use crate::cases::leakage::Leak;
use crate::chart::{self, Bar, ChartError, Step, StepKind, Tone};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::Id;
use crate::words::{numbers, say};

/// The steps of the waterfall after the leaks, before the customers: figure, words and kind.
fn ways_out() -> [(&'static str, String, StepKind); 4] {
    [
        ("in_progress", say!("leakage-step.in-progress"), StepKind::Pending),
        ("recycled", say!("leakage-step.recycled"), StepKind::Out),
        ("rejected", say!("leakage-step.rejected"), StepKind::Out),
        ("lost", say!("leakage-step.lost"), StepKind::Out),
    ]
}

/// From leads in to customers, each lead counted once.
pub(super) fn waterfall(view: &View<'_>) -> Result<Option<Block>, ChartError> {
    let steps = steps(view);
    // Without a lead there is no way to show; a total alone says nothing.
    let [leads, .., customers] = steps.as_slice() else {
        return Ok(None);
    };
    if leads.value == 0 {
        return Ok(None);
    }
    let (leads, customers) = (leads.value.unsigned_abs(), customers.value.unsigned_abs());
    let chart = Drawing {
        id: "waterfall-leads".to_owned(),
        title: say!("leakage-waterfall-title", customers = customers, leads = leads),
        subtitle: say!("leakage-waterfall-subtitle", period = view.period_words()),
        caption: say!("leakage-waterfall-caption"),
        ..Drawing::default()
    };
    let row = |step: &Step| vec![Cell::head(step.label.clone()), Cell::number(step.text.clone())];
    let columns = vec![
        Column::text(say!("leakage-step")),
        Column::number(say!("leakage-step.number"))
            .defined_at(paths::definition(find::leakage::WATERFALL.word("leads"))),
    ];
    let twin = parts::twin(view, &chart, columns, steps.iter().map(row).collect());
    let said = |step: &Step| format!("{}: {}", step.label, step.text);
    let desc = steps.iter().map(said).collect::<Vec<_>>().join("; ");
    let chart = Drawing { desc, ..chart };
    chart.block(twin, |words| chart::waterfall(words, &steps)).map(Some)
}

/// Leads in, leaks with a case, what else became of the leads, and at the end the customers.
fn steps(view: &View<'_>) -> Vec<Step> {
    let step = |id: &'static str, label: String, kind: StepKind| {
        // A step that no lead took has no figure.
        let leads = view.figure(find::leakage::WATERFALL.word(id)).and_then(Figure::whole_value);
        let value = i64::try_from(leads.unwrap_or(0)).ok()?;
        let text = numbers::count(value.unsigned_abs());
        let counts = value > 0 || kind == StepKind::Total;
        counts.then_some(Step { label, value, kind, text })
    };
    let leads = step("leads", say!("leakage-step.leads"), StepKind::Total);
    let customers = step("customers", say!("leakage-step.customers"), StepKind::Total);
    let (Some(leads), Some(customers)) = (leads, customers) else {
        return Vec::new();
    };
    let leaks = Leak::ALL.into_iter().filter_map(|leak| step(leak.id(), leak_words::title(leak), StepKind::Loss));
    let out = ways_out().into_iter().filter_map(|(id, label, kind)| step(id, label, kind));
    std::iter::once(leads).chain(leaks).chain(out).chain([customers]).collect()
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
    let name = uncapitalised(&leak_words::title(*first));
    let name_of_money = view.in_currency(view.label(MONEY));
    let subtitle = say!("leakage-by-money.subtitle", name = name_of_money, period = view.period_words());
    let chart = Drawing {
        id: "leaks-by-money".to_owned(),
        title: match stands_alone(&found) {
            true => say!("leakage-by-money", leak = name),
            false => say!("leakage-by-money.not-ahead", leak = name),
        },
        subtitle,
        caption: [say!("leakage-by-money.caption"), say!("leakage-money-meaning")].join(" "),
        ..Drawing::default()
    };
    let bar = |(leak, id, figure): &(Leak, Id, &Figure)| {
        let bar = view.bar(*id, "", "", figure)?;
        Some(labelled(bar, *leak, found.first().is_some_and(|(first, ..)| first == leak)))
    };
    let bars: Vec<Bar> = found.iter().filter_map(bar).collect();
    let row = |(leak, id, figure): &(Leak, Id, &Figure)| vec![head(*leak), view.cell(*id, Some(figure))];
    let rows = found.iter().map(row).collect();
    let columns = vec![Column::text(say!("leakage-leak")), Labelled::of(view, MONEY).column()];
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
        title: say!("leakage-by-number", leak = uncapitalised(&leak_words::title(first))),
        subtitle: say!("leakage-by-number.subtitle", period = view.period_words()),
        caption: say!("leakage-by-number.caption"),
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
        Column::text(say!("leakage-leak")),
        Column::number(say!("leakage-cases")),
        Column::number(say!("leakage-share")),
    ];
    parts::bar_figure(view, chart, &bars, chart::Unit::Count, columns, rows)
}

fn labelled(bar: Bar, leak: Leak, highlight: bool) -> Bar {
    let tone = if highlight { Tone::Highlight } else { Tone::Normal };
    Bar { label: leak_words::title(leak), tone, ..bar }
}

fn head(leak: Leak) -> Cell {
    let anchor = format!("#{}", paths::leak(leak.id()));
    Cell::head(leak_words::title(leak)).with_href(anchor)
}

/// Share of leads that broke a rule, by quarter of entry.
pub(super) fn over_time(view: &View<'_>) -> Result<Option<Block>, ChartError> {
    let unit = parts::trend_unit(parts::trend_periods(view));
    let chart = Drawing {
        id: "leakage-over-time".to_owned(),
        title: match view.said(LEAKED) {
            Some(share) => say!("leakage-trend", share = share, period = view.period_words()),
            None => say!("leakage-trend.unknown", unit = &unit),
        },
        subtitle: say!("leakage-trend.subtitle", unit = unit),
        caption: say!("leakage-trend.caption"),
        ..Drawing::default()
    };
    parts::trend(view, chart, &[LEAKED, MONEY].map(|id| Labelled::of(view, id)))
}
