//! Cash money: deals by the day they closed and spend by the day it was spent, whenever the leads came in; and spend by
//! quarter.

use super::model::{Block, Cell, Column, Section, Table};
use super::parts;
use super::sources::{Lack, Spend};
use super::view::{Drawing, Labelled, View, dimension_words, period_name, table};
use crate::calendar::Period;
use crate::chart::{ChartError, MonthValue, Unit, Words, timeline};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::{Id, Measure};
use crate::words::say;

/// Quarters in the chart of spend.
const QUARTERS: usize = 12;

const MEASURES: [Id; 4] =
    [find::cash::REVENUE.id(), find::cash::DEALS.id(), find::cash::SPEND.id(), find::cash::ROAS.id()];

/// Why spend keeps a cash figure from having a value; none where it does not.
fn lack(view: &View<'_>, id: Id, dimension: &str, member: &str) -> Option<Lack> {
    let get = |measure: &'static Measure| view.member(measure, dimension, member);
    if !id.is(&find::cash::SPEND) && !id.is(&find::cash::ROAS) {
        return None;
    }
    // The spend of the period is the same in both views, and `roi.spend` tells 0 from not recorded.
    Lack::of(Spend::of(get(&find::cash::SPEND).or_else(|| get(&find::sources::SPEND))), None)
}

/// Money by close date.
pub(super) fn cash(view: &View<'_>) -> Result<Section, ChartError> {
    let tiles = MEASURES.map(|id| {
        let tile = view.tile(id)?;
        Some(match lack(view, id, "", "") {
            Some(lack) => lack.tile(tile),
            None => tile,
        })
    });
    let mut blocks = Vec::new();
    if let Some(tiles) = parts::tiles(tiles) {
        blocks.push(Some(parts::prose(say!("cash-what", period = view.period_words()))));
        blocks.push(Some(tiles));
        blocks.push(blended(view).map(parts::prose));
        blocks.extend(["source", "channel", "campaign"].map(|dimension| by_dimension(view, dimension)));
    }
    Ok(parts::section("cash-money", &say!("cash"), blocks))
}

/// What the return is over all deals, where that differs from that of the sources that were paid for.
fn blended(view: &View<'_>) -> Option<String> {
    let value = view.said(&find::cash::BLENDED_ROAS)?;
    (view.said(&find::cash::ROAS).as_ref() != Some(&value)).then(|| say!("cash-blended", value = value))
}

fn by_dimension(view: &View<'_>, dimension: &str) -> Option<Block> {
    let (one, _) = dimension_words(dimension);
    let caption = say!("cash-table", period = view.period_words(), dimension = one.as_str());
    let measures = MEASURES.map(|id| Labelled::of(view, id));
    let cell = |measure: &Labelled, member: &str| match lack(view, measure.id, dimension, member) {
        Some(lack) => lack.cell(),
        None => view.member_cell(measure.id, dimension, member),
    };
    let table = view.member_table_with(&format!("cash-by-{dimension}"), &caption, dimension, &measures, cell)?;
    Some(Block::Details { summary: say!("cash-table.summary", dimension = one), table })
}

/// Where there are no leads: what deals say of their own source.
pub(super) fn deals_by_source(view: &View<'_>) -> Result<Section, ChartError> {
    let measures =
        [&find::deals::REVENUE, &find::deals::WON, &find::deals::LOST, &find::deals::WIN_RATE, &find::deals::AVERAGE]
            .map(|id| Labelled::of(view, id));
    let mut blocks = Vec::new();
    let own = ["source", "channel", "campaign"];
    for dimension in view.report.deal_dimensions.iter().filter(|dimension| own.contains(&dimension.name.as_str())) {
        let (one, _) = dimension_words(&dimension.name);
        let population = say!("cash-deals.population", period = view.period_words());
        let chart = format!("deals-revenue-{}", dimension.name);
        let title = say!("cash-deals.title", dimension = one.as_str());
        blocks.push(view.bar_chart(&chart, title, &measures[0], &dimension.name, &population)?);
        let caption = say!("cash-deals.table", period = view.period_words(), dimension = one);
        let id = format!("sources-deals-by-{}", dimension.name);
        blocks.push(view.member_table(&id, &caption, &dimension.name, &measures).map(Block::Table));
    }
    Ok(parts::section("deals", &say!("cash-deals"), blocks))
}

/// Spend, leads, cost per lead and revenue by quarter.
pub(super) fn spend_by_quarter(view: &View<'_>) -> Result<Section, ChartError> {
    let quarters = &view.report.periods.quarters;
    let quarters = &quarters[quarters.len().saturating_sub(QUARTERS)..];
    let points: Vec<MonthValue> = quarters.iter().map(|quarter| point(view, *quarter)).collect();
    if points.iter().filter(|point| point.value.is_some()).count() < 2 {
        return Ok(parts::section("spend-by-quarter", "", []));
    }
    let twin = quarter_table(view, quarters);
    let said = |quarter: &Period| {
        let figure = view.figure_in(&find::sources::SPEND, *quarter)?;
        Some(format!("{}: {}", period_name(*quarter), view.short_text(&find::sources::SPEND, figure)))
    };
    let drawing = Drawing {
        id: "sources-spend-quarters".to_owned(),
        title: title(view, quarters),
        subtitle: say!("cash-quarters.subtitle", name = view.in_currency(view.label(&find::sources::SPEND))),
        caption: say!("cash-quarters.caption"),
        desc: quarters.iter().filter_map(said).collect::<Vec<_>>().join("; "),
    };
    let chart = drawing.block(twin, |words: &Words<'_>| timeline(words, &points, Unit::Money, true))?;
    Ok(parts::section("spend-by-quarter", &say!("cash-quarters"), [Some(chart)]))
}

fn point(view: &View<'_>, quarter: Period) -> MonthValue {
    let value = view.figure_in(&find::sources::SPEND, quarter).and_then(Figure::real);
    MonthValue {
        label: period_name(quarter),
        value: value.map(|minor| view.chart_value(find::measure::Unit::Money, minor)),
        low: None,
        high: None,
        complete: !view.is_open(quarter),
    }
}

/// "Q2 2026 saw the highest spend": among the quarters that are complete.
fn title(view: &View<'_>, quarters: &[Period]) -> String {
    let spent = |quarter: &Period| view.figure_in(&find::sources::SPEND, *quarter).and_then(Figure::real);
    let complete = quarters.iter().filter(|quarter| !view.is_open(**quarter));
    let mut spent: Vec<(f64, Period)> = complete.filter_map(|quarter| Some((spent(quarter)?, *quarter))).collect();
    spent.sort_by(|one, other| other.0.total_cmp(&one.0));
    match spent.as_slice() {
        [first, second, ..] if first.0 > second.0 => say!("cash-quarters.highest", quarter = period_name(first.1)),
        _ => say!("cash-quarters"),
    }
}

fn quarter_table(view: &View<'_>, quarters: &[Period]) -> Table {
    let measures = [
        &find::sources::SPEND,
        &find::sources::LEADS,
        &find::sources::CPL,
        &find::sources::REVENUE,
        &find::cash::REVENUE,
    ]
    .map(|id| Labelled::of(view, id));
    let known = |measure: &&Labelled| quarters.iter().any(|quarter| view.figure_in(measure.id, *quarter).is_some());
    let measures: Vec<Labelled> = measures.iter().filter(known).cloned().collect();
    let rows = quarters.iter().map(|quarter| {
        let name = period_name(*quarter);
        let head = if view.is_open(*quarter) { say!("cash-quarter.open", quarter = name) } else { name };
        let lack = Lack::of(Spend::of(view.figure_in(&find::sources::SPEND, *quarter)), None);
        let cells = measures.iter().map(|Labelled { id, .. }| match lack {
            Some(lack) if id.is(&find::sources::SPEND) || id.is(&find::sources::CPL) => lack.cell(),
            _ => view.cell(*id, view.figure_in(*id, *quarter)),
        });
        std::iter::once(Cell::head(head)).chain(cells).collect()
    });
    let rows = rows.collect();
    let columns =
        std::iter::once(Column::text(say!("cash-quarter"))).chain(measures.iter().map(Labelled::column)).collect();
    let mut table = table(view, "spend-by-quarter-numbers", &say!("cash-quarters.table"), columns, rows);
    table.note = Some(say!("cash-quarters.note"));
    table
}
