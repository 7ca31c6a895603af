//! Cohort money: what the period's leads cost and have brought so far, by source and by every further depth.

use super::super::model::{About, Block, Cell, Detail, Section, Table};
use super::super::parts;
use super::super::view::{Drawing, Labelled, View, described, dimension_words, member_label, name_is_short};
use super::{Lack, joined, lack};
use crate::chart::{ChartError, Tone, Unit, Words, interval_bars};
use crate::find;
use crate::find::figures::{Figure, Value};
use crate::find::measure::{self, Absent, Id};
use crate::record::currency::NO_CURRENCY;
use crate::stage::Stage;
use crate::words::{numbers, say};

/// The figures of a dimension's table, the one to sort by first: spend where any is recorded, else leads.
fn measures(view: &View<'_>, dimension: &str) -> Vec<Labelled> {
    let stages = view.report.stages.iter().filter(|stage| **stage > Stage::Lead && **stage <= Stage::Customer);
    let mut measures = vec![find::sources::SPEND.id(), find::sources::LEADS.id()];
    measures.extend(stages.map(|stage| find::sources::REACHED.stage(*stage)));
    measures.extend([
        find::sources::REVENUE.id(),
        find::sources::PIPELINE.id(),
        find::sources::CPL.id(),
        find::sources::CAC.id(),
        find::sources::ROAS.id(),
        find::sources::ROI.id(),
        find::sources::IMPRESSIONS.id(),
        find::sources::CLICKS.id(),
    ]);
    if !has_spend(view, dimension) {
        measures.swap(0, 1);
    }
    measures.into_iter().map(|id| Labelled::of(view, id)).collect()
}

/// Whether any member has recorded spend.
fn has_spend(view: &View<'_>, dimension: &str) -> bool {
    let spend = view.members(&find::sources::SPEND, dimension);
    spend.iter().any(|(_, figure)| figure.value.is_some())
}

/// A figure of a member; where spend keeps it from having a value, the words for that.
fn money_cell(view: &View<'_>, id: Id, dimension: &str, member: &str) -> Cell {
    lack_cell(view, id, dimension, member).unwrap_or_else(|| slim_cell(view, id, dimension, member))
}

/// The same without the currency, which stands in the head of the column.
fn bare_cell(view: &View<'_>, id: Id, dimension: &str, member: &str) -> Cell {
    lack_cell(view, id, dimension, member).unwrap_or_else(|| without_currency(view, id, dimension, member))
}

/// The cell of a figure that spend keeps from having a value.
fn lack_cell(view: &View<'_>, id: Id, dimension: &str, member: &str) -> Option<Cell> {
    let lack = lack(view, id, dimension, member)?;
    // Said once in the row, under spend or cost per lead.
    let is_said = match lack {
        Lack::Zero => false,
        Lack::NotRecorded => id.is(&find::sources::ROAS) || id.is(&find::sources::ROI) || id.is(&find::sources::CAC),
        Lack::NoLead | Lack::NoCustomer => id.is(&find::sources::ROAS) || id.is(&find::sources::ROI),
    };
    Some(if is_said { view.cell(id, None) } else { lack.cell() })
}

/// A cell that shows under its value the interval only: what it is divided by stands in the same row.
fn slim_cell(view: &View<'_>, id: Id, dimension: &str, member: &str) -> Cell {
    let mut cell = view.member_cell(id, dimension, member);
    let figure = view.member(id, dimension, member);
    if figure.is_some_and(|figure| figure.value.is_some()) {
        let has_interval = cell.details.iter().any(|detail| detail.about == About::Interval);
        cell.details.retain(|detail| match detail.about {
            About::Interval => true,
            About::Remark(_) => !has_interval,
            _ => false,
        });
    }
    cell
}

/// A slim cell whose amounts name no currency.
fn without_currency(view: &View<'_>, id: Id, dimension: &str, member: &str) -> Cell {
    let cell = slim_cell(view, id, dimension, member);
    let figure = view.member(id, dimension, member);
    // An amount that a member lacks is 0 where such amounts add up.
    let nothing = (id.measure.absent == Absent::Zero).then(|| Figure::money(0));
    let Some((figure, value)) = figure.or(nothing.as_ref()).and_then(|figure| Some((figure, figure.value?))) else {
        return cell;
    };
    if !is_amount(id) {
        return cell;
    }
    let currency = &view.report.currency;
    let text = match value {
        Value::Whole(minor) => numbers::amount_full(minor, currency),
        Value::Real(minor) => numbers::amount_average(minor, currency),
    };
    let short = |end: f64| numbers::amount_short(end.round() as i128, currency);
    let ends = figure.interval.map(|ends| say!("figure-range", low = short(ends.low), high = short(ends.high)));
    let ends = ends.map(|text| vec![Detail { about: About::Interval, text }]);
    Cell { text, details: ends.unwrap_or(cell.details), ..cell }
}

fn is_amount(id: Id) -> bool {
    id.measure.unit == measure::Unit::Money
}

fn money_table(view: &View<'_>, id: &str, dimension: &str) -> Option<Table> {
    let (one, _) = dimension_words(dimension);
    let caption = say!("sources-table", period = view.period_words(), dimension = one);
    let measures = measures(view, dimension);
    let mut table = view.member_table_with(id, &caption, dimension, &measures, |measure, member| {
        bare_cell(view, measure.id, dimension, member)
    })?;
    let found = |measure: &&Labelled| !view.members(measure.id, dimension).is_empty();
    let found: Vec<&Labelled> = measures.iter().filter(found).collect();
    if let Some(whole) = table.rows.last_mut() {
        let cells = found.iter().map(|measure| bare_cell(view, measure.id, "", ""));
        *whole = std::iter::once(Cell::head(say!("table-all"))).chain(cells).collect();
    }
    // The currency stands in the head of a column instead of in each of its cells: the table is wide enough.
    let currency = view.report.currency.as_str();
    for (column, measure) in table.columns.iter_mut().skip(1).zip(found) {
        if is_amount(measure.id) && currency != NO_CURRENCY {
            column.label = say!("sources-amount", name = &measure.label, currency = currency);
        }
    }
    let small_print = say!("sources-table.small-print", cac = view.label(&find::sources::CAC));
    table.note = Some(match table.note {
        Some(note) => joined(note, Some(small_print)),
        None => small_print,
    });
    Some(table)
}

/// Charts and table by source.
pub(super) fn by_source(view: &View<'_>) -> Result<Section, ChartError> {
    let period = view.period_words();
    let period = period.as_str();
    let charts = [
        ("sources-revenue", find::sources::REVENUE.id(), say!("sources-of-revenue", period = period)),
        ("sources-spend", find::sources::SPEND.id(), say!("sources-of-spend", period = period)),
        ("sources-cpl", find::sources::CPL.id(), say!("sources-of-cpl", period = period)),
    ];
    let mut blocks = vec![unpaid(view).map(parts::prose)];
    for (chart_id, id, population) in charts {
        blocks.push(chart(view, chart_id, &Labelled::of(view, id), &population)?);
    }
    blocks.push(money_table(view, "sources-by-source", "source").map(Block::Table));
    Ok(parts::section("cohort-money", &say!("sources-cohort"), blocks))
}

/// Bars of an amount by source; what spend keeps from having a value has no bar and stands in the table.
fn chart(view: &View<'_>, id: &str, measure: &Labelled, population: &str) -> Result<Option<Block>, ChartError> {
    let is_paid = |member: &str| lack(view, measure.id, "source", member).is_none();
    let (mut bars, left_out) = view.bars_where(measure.id, "source", is_paid);
    let caption = say!("sources-chart-table", name = &measure.label, population = population);
    let only = std::slice::from_ref(measure);
    let twin = view.member_table_with(&format!("{id}-numbers"), &caption, "source", only, |measure, member| {
        money_cell(view, measure.id, "source", member)
    });
    let (Some(twin), true) = (twin, bars.len() > 1) else {
        return Ok(None);
    };
    bars.iter_mut().for_each(|bar| bar.tone = Tone::Normal);
    let has_whiskers = bars.iter().any(|bar| bar.low.is_some());
    let name = view.in_currency(measure.label.as_str());
    let subtitle = match left_out {
        0 => say!("sources-chart", name = name, population = population),
        more => say!("sources-chart.more", name = name, population = population, more = more),
    };
    let drawing = Drawing {
        id: id.to_owned(),
        title: highest(view, measure),
        subtitle,
        caption: if has_whiskers { parts::whiskers() } else { String::new() },
        desc: described(&bars),
    };
    drawing.block(twin, |words: &Words<'_>| interval_bars(words, &bars, Unit::Money, None)).map(Some)
}

/// The title of a chart of amounts: whose is the highest. Revenue names no winner where the two highest intervals meet:
/// then that would rank noise.
fn highest(view: &View<'_>, measure: &Labelled) -> String {
    let mut members = view.members(measure.id, "source");
    members.retain(|(_, figure)| figure.value.is_some());
    members.sort_by(|(_, one), (_, other)| super::super::view::largest_first(one.real(), other.real()));
    let plain = say!("sources-by-source", name = &measure.label);
    let [(member, first), (_, second), ..] = members.as_slice() else {
        return plain;
    };
    let apart = match (first.interval, second.interval) {
        (Some(one), Some(other)) => one.low > other.high,
        _ => !measure.id.is(&find::sources::REVENUE) && first.real() > second.real(),
    };
    let name = member_label("source", member);
    let is_revenue = measure.id.is(&find::sources::REVENUE);
    match apart {
        false if is_revenue => say!("sources-close-revenue"),
        false => plain,
        true if !name_is_short(member) => plain,
        true if is_revenue => say!("sources-most-revenue", source = name),
        true if measure.id.is(&find::sources::SPEND) => say!("sources-most-spend", source = name),
        true => say!("sources-most-cpl", source = name),
    }
}

/// How many sources have no recorded spend, where others have.
fn unpaid(view: &View<'_>) -> Option<String> {
    let leads = view.members(&find::sources::LEADS, "source");
    let recorded = |member: &str| {
        let spend = view.member(&find::sources::SPEND, "source", member);
        spend.is_some_and(|figure| figure.value.is_some())
    };
    let without = leads.iter().filter(|(member, _)| !recorded(member)).count() as u64;
    (without > 0 && has_spend(view, "source")).then(|| say!("sources-unpaid", sources = without))
}

/// Tables by channel, campaign and the other dimensions that have money.
pub(super) fn by_the_rest(view: &View<'_>) -> Section {
    let dimensions = view.report.dimensions.iter().map(|dimension| dimension.name.as_str());
    let blocks = dimensions.filter(|name| ["channel", "campaign"].contains(name)).map(|name| {
        let table = money_table(view, &format!("sources-by-{name}"), name)?;
        let (one, many) = dimension_words(name);
        let members = table.rows.len().saturating_sub(1);
        Some(Block::Details { summary: say!("sources-by", members = members, one = one, many = many), table })
    });
    parts::section("cohort-money-deeper", &say!("sources-cohort.deeper"), blocks)
}
