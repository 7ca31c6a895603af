//! Cash money: deals by the day they closed and spend by the day it was spent, whenever the leads came in; and spend by
//! quarter.

use super::super::model::{Block, Cell, CellTone, Column, Section, Tile};
use super::super::view::{Drawing, Labelled, View, dimension_words, period_name, table};
use super::Spend;
use crate::calendar::Period;
use crate::chart::{ChartError, MonthValue, Unit, Words, timeline};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::{Id, Measure};
use crate::words::numbers;

/// Quarters in the chart of spend.
const QUARTERS: usize = 12;

const MEASURES: [(&str, Id); 4] = [
    ("Revenue won", find::roi::CASH_REVENUE.id()),
    ("Deals won", find::roi::CASH_DEALS.id()),
    ("Spend", find::roi::CASH_SPEND.id()),
    ("Revenue per unit of spend", find::roi::CASH_ROAS.id()),
];

fn measures() -> Vec<Labelled> {
    MEASURES.iter().map(|(label, id)| Labelled::new(*label, *id)).collect()
}

/// Why a cash figure has no value, where the spend is the reason.
fn spend_words(view: &View<'_>, id: Id, dimension: &str, member: &str) -> Option<String> {
    let get = |measure: &'static Measure| view.report.figures.get(measure, view.period, dimension, member);
    if !id.is(&find::roi::CASH_SPEND) && !id.is(&find::roi::CASH_ROAS) {
        return None;
    }
    // The spend of the period is the same in both views, and `roi.spend` tells 0 from not recorded.
    match Spend::of(get(&find::roi::CASH_SPEND).or_else(|| get(&find::roi::SPEND))) {
        Spend::NotRecorded => Some(numbers::NO_SPEND.to_owned()),
        Spend::Zero => Some(numbers::ZERO_SPEND.to_owned()),
        Spend::Some => None,
    }
}

/// Money by close date.
pub(super) fn cash(view: &View<'_>) -> Result<Section, ChartError> {
    let mut section = Section {
        id: "cash-money".to_owned(),
        title: "Cash money: what closed and what was spent in the period".to_owned(),
        blocks: Vec::new(),
    };
    let tiles: Vec<Tile> = MEASURES
        .iter()
        .filter_map(|(label, id)| {
            let mut tile = view.tile(label, *id)?;
            if let Some(why) = spend_words(view, *id, "", "") {
                tile.value = why;
                tile.evidence = String::new();
            }
            Some(tile)
        })
        .collect();
    if tiles.is_empty() {
        return Ok(section);
    }
    section.blocks.push(Block::Prose {
        text: format!(
            "Deals won in {}, whenever their lead came in, and what was spent in the same time. Not the return on one \
             campaign: a deal that closes now may come from a lead and a spend long before.",
            view.period_words()
        ),
    });
    section.blocks.push(Block::Tiles { tiles });
    for dimension in ["source", "channel", "campaign"] {
        let (one, _) = dimension_words(dimension);
        let caption = format!("Closed and spent in {}, by {one}", view.period_words());
        let id = format!("cash-by-{dimension}");
        let table =
            view.member_table_with(&id, &caption, dimension, &measures(), |measure, member| {
                match spend_words(view, measure.id, dimension, member) {
                    Some(why) => Cell::number(why).with_tone(CellTone::Muted),
                    None => view.member_cell(measure.id, dimension, member),
                }
            });
        section.blocks.extend(table.map(|table| Block::Details { summary: format!("Cash money by {one}"), table }));
    }
    Ok(section)
}

/// Where there are no leads: what deals say of their own source.
pub(super) fn deals_by_source(view: &View<'_>) -> Result<Section, ChartError> {
    let measures = [
        ("Revenue won", &find::deals::REVENUE),
        ("Won", &find::deals::WON),
        ("Lost", &find::deals::LOST),
        ("Win rate", &find::deals::WIN_RATE),
        ("Average won deal", &find::deals::AVERAGE),
    ]
    .map(|(label, id)| Labelled::new(label, id));
    let mut blocks = Vec::new();
    let own = ["source", "channel", "campaign"];
    for dimension in view.report.deal_dimensions.iter().filter(|dimension| own.contains(&dimension.name.as_str())) {
        let (one, _) = dimension_words(&dimension.name);
        let population = format!("deals closed in {}", view.period_words());
        let chart = format!("deals-revenue-{}", dimension.name);
        let title = format!("Revenue won by {one}");
        blocks.extend(view.bar_chart(&chart, title, &measures[0], &dimension.name, &population)?);
        let caption = format!("Deals closed in {}, by their own {one}", view.period_words());
        let id = format!("sources-deals-by-{}", dimension.name);
        blocks.extend(view.member_table(&id, &caption, &dimension.name, &measures).map(Block::Table));
    }
    Ok(Section { id: "deals".to_owned(), title: "Deals by their own source".to_owned(), blocks })
}

/// Spend, leads, cost per lead and revenue by quarter.
pub(super) fn spend_by_quarter(view: &View<'_>) -> Result<Section, ChartError> {
    let mut section =
        Section { id: "spend-by-quarter".to_owned(), title: "Spend by quarter".to_owned(), blocks: Vec::new() };
    let quarters = &view.report.periods.quarters;
    let quarters = &quarters[quarters.len().saturating_sub(QUARTERS)..];
    let points: Vec<MonthValue> = quarters.iter().map(|quarter| point(view, *quarter)).collect();
    if points.iter().filter(|point| point.value.is_some()).count() < 2 {
        return Ok(section);
    }
    let twin = quarter_table(view, quarters);
    let said = |quarter: &Period| {
        let figure = view.report.figures.whole(&find::roi::SPEND, *quarter)?;
        Some(format!("{}: {}", period_name(*quarter), view.short_text(&find::roi::SPEND, figure)))
    };
    let drawing = Drawing {
        id: "sources-spend-quarters".to_owned(),
        title: title(view, quarters),
        subtitle: format!("{}, by the quarter it was spent in; by time", view.in_currency("Spend")),
        caption: "A quarter without a bar has no spend recorded, or spend recorded as 0: the table tells which."
            .to_owned(),
        desc: quarters.iter().filter_map(said).collect::<Vec<_>>().join("; "),
    };
    section.blocks.push(drawing.block(twin, |words: &Words<'_>| timeline(words, &points, Unit::Money, true))?);
    Ok(section)
}

fn point(view: &View<'_>, quarter: Period) -> MonthValue {
    let value = view.report.figures.whole(&find::roi::SPEND, quarter).and_then(Figure::real);
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
    let spent = |quarter: &Period| view.report.figures.whole(&find::roi::SPEND, *quarter).and_then(Figure::real);
    let complete = quarters.iter().filter(|quarter| !view.is_open(**quarter));
    let mut spent: Vec<(f64, Period)> = complete.filter_map(|quarter| Some((spent(quarter)?, *quarter))).collect();
    spent.sort_by(|one, other| other.0.total_cmp(&one.0));
    match spent.as_slice() {
        [first, second, ..] if first.0 > second.0 => {
            format!("{} saw the highest spend", period_name(first.1))
        }
        _ => "Spend by quarter".to_owned(),
    }
}

fn quarter_table(view: &View<'_>, quarters: &[Period]) -> super::super::model::Table {
    let measures = [
        ("Spend", &find::roi::SPEND),
        ("Leads", &find::roi::LEADS),
        ("Cost per lead", &find::roi::CPL),
        ("Revenue of these leads so far", &find::roi::REVENUE),
        ("Revenue won", &find::roi::CASH_REVENUE),
    ]
    .map(|(label, id)| Labelled::new(label, id));
    let figures = &view.report.figures;
    let known = |measure: &&Labelled| quarters.iter().any(|quarter| figures.whole(measure.id, *quarter).is_some());
    let measures: Vec<Labelled> = measures.iter().filter(known).cloned().collect();
    let rows = quarters.iter().map(|quarter| {
        let open = view.is_open(*quarter);
        let name = period_name(*quarter);
        let head = Cell::head(if open { format!("{name}, not complete") } else { name });
        let spend = Spend::of(figures.whole(&find::roi::SPEND, *quarter));
        let cells = measures.iter().map(|Labelled { id, .. }| {
            let is_spend = id.is(&find::roi::SPEND) || id.is(&find::roi::CPL);
            match spend {
                Spend::NotRecorded if is_spend => Cell::number(numbers::NO_SPEND).with_tone(CellTone::Muted),
                Spend::Zero if is_spend => Cell::number(numbers::ZERO_SPEND).with_tone(CellTone::Muted),
                _ => view.cell(*id, figures.whole(*id, *quarter)),
            }
        });
        std::iter::once(head).chain(cells).collect()
    });
    let rows = rows.collect();
    let columns = std::iter::once(Column::text("Quarter")).chain(measures.iter().map(Labelled::column)).collect();
    let mut table = table(view, "spend-by-quarter-numbers", "Spend, leads and revenue by quarter", columns, rows);
    table.note =
        Some("Oldest first. The last two columns differ: one follows the leads, the other the close dates.".to_owned());
    table
}
