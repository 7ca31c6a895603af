//! Cohort money: what the period's leads cost and have brought so far, by source and by every further depth.

use super::super::model::{Block, Cell, CellTone, Section, Table};
use super::super::view::{Drawing, Measure, View, described, dimension_words, member_label, name_is_short};
use super::spend_words;
use crate::chart::{ChartError, Tone, Unit, Words, interval_bars};
use crate::find::words;
use crate::stage::Stage;

/// The figures of a dimension's table, the one to sort by first: spend where any is recorded, else leads.
fn measures(view: &View<'_>, dimension: &str) -> Vec<Measure> {
    let project = &view.report.project;
    let mut measures = vec![Measure::new("Spend", "roi.spend"), Measure::new("Leads", "roi.leads")];
    let stages = view.report.stages.iter().filter(|stage| **stage > Stage::Lead && **stage <= Stage::Customer);
    measures.extend(stages.map(|stage| Measure::new(project.stage_short(*stage), format!("roi.{}", stage.id()))));
    measures.extend(
        [
            ("Revenue so far", "roi.revenue"),
            ("Open pipeline", "roi.pipeline"),
            ("Cost per lead", "roi.cpl"),
            ("Paid CAC", "roi.cac"),
            ("ROAS", "roi.roas"),
            ("ROI", "roi.roi"),
            ("Impressions", "roi.impressions"),
            ("Clicks", "roi.clicks"),
        ]
        .map(|(label, id)| Measure::new(label, id)),
    );
    if !has_spend(view, dimension) {
        measures.swap(0, 1);
    }
    measures
}

/// Whether any member has recorded spend.
fn has_spend(view: &View<'_>, dimension: &str) -> bool {
    let spend = view.report.figures.members("roi.spend", view.period, dimension);
    spend.iter().any(|(_, figure)| figure.value.is_some())
}

/// A figure of a member; where spend keeps it from having a value, the words for that.
fn money_cell(view: &View<'_>, id: &str, dimension: &str, member: &str) -> Cell {
    match spend_words(view, id, dimension, member) {
        // Said once in the row, under spend or cost per lead.
        Some(why) if ["roi.roas", "roi.roi"].contains(&id) && why != words::ZERO_SPEND => view.cell(id, None),
        Some(why) if id == "roi.cac" && why == words::NO_SPEND => view.cell(id, None),
        Some(why) => Cell::number(why).with_tone(CellTone::Muted),
        None => slim_cell(view, id, dimension, member),
    }
}

/// A cell that shows under its value the interval only: what it is divided by stands in the same row.
fn slim_cell(view: &View<'_>, id: &str, dimension: &str, member: &str) -> Cell {
    let mut cell = view.member_cell(id, dimension, member);
    let figure = view.report.figures.get(id, view.period, dimension, member);
    if let Some(figure) = figure.filter(|figure| figure.value.is_some()) {
        let interval = view.interval_text(id, figure);
        let note = view.note_text(figure);
        cell.detail = interval.or_else(|| (!note.is_empty()).then_some(note));
    }
    cell
}

fn money_table(view: &View<'_>, id: &str, dimension: &str) -> Option<Table> {
    let (one, _) = dimension_words(dimension);
    let caption =
        format!("Leads that came in during {}, what they cost and brought so far, by {one}", view.period_words());
    let measures = measures(view, dimension);
    let mut table = view.member_table_with(id, &caption, dimension, &measures, |measure, member| {
        money_cell(view, &measure.id, dimension, member)
    })?;
    let found = |measure: &&Measure| !view.report.figures.members(&measure.id, view.period, dimension).is_empty();
    if let Some(whole) = table.rows.last_mut() {
        let cells = measures.iter().filter(found).map(|measure| money_cell(view, &measure.id, "", ""));
        *whole = std::iter::once(Cell::head("All")).chain(cells).collect();
    }
    currency_in_head(&mut table, &view.report.currency);
    let ranges = "Small print: 95% interval. Paid CAC: spend on media only, for each new customer. A dash: nothing to \
        measure, for the reason under spend.";
    table.note = Some(table.note.map_or_else(|| ranges.to_owned(), |note| format!("{note} {ranges}")));
    Some(table)
}

/// Names the currency in the head of a column instead of in each of its cells: the table is wide enough.
fn currency_in_head(table: &mut Table, currency: &str) {
    let name = format!("{currency} ");
    for (place, column) in table.columns.iter_mut().enumerate().filter(|(_, column)| column.number) {
        let mut amounts = false;
        for cell in table.rows.iter_mut().filter_map(|row| row.get_mut(place)) {
            amounts |= cell.text.starts_with(&name);
            cell.text = cell.text.replace(&name, "");
            cell.detail = cell.detail.take().map(|detail| detail.replace(&name, ""));
        }
        if amounts {
            column.label += &format!(" ({currency})");
        }
    }
}

/// Charts and table by source.
pub(super) fn by_source(view: &View<'_>) -> Result<Section, ChartError> {
    let mut blocks = Vec::new();
    let period = view.period_words();
    let charts = [
        ("sources-revenue", "Revenue so far", "roi.revenue", format!("leads that came in during {period}")),
        ("sources-spend", "Spend", "roi.spend", format!("spend in {period}")),
        ("sources-cpl", "Cost per lead", "roi.cpl", format!("spend in {period} for each lead of {period}")),
    ];
    blocks.extend(unpaid(view).map(|text| Block::Prose { text }));
    for (id, label, figure, population) in charts {
        blocks.extend(chart(view, id, &Measure::new(label, figure), &population)?);
    }
    blocks.extend(money_table(view, "sources-by-source", "source").map(Block::Table));
    Ok(Section {
        id: "cohort-money".to_owned(),
        title: "Cohort money: what the period’s leads cost and brought".to_owned(),
        blocks,
    })
}

/// Bars of an amount by source; what spend keeps from having a value has no bar and stands in the table.
fn chart(view: &View<'_>, id: &str, measure: &Measure, population: &str) -> Result<Option<Block>, ChartError> {
    let said = |member: &str| spend_words(view, &measure.id, "source", member);
    let (mut bars, left_out) = view.bars_where(&measure.id, "source", |member| said(member).is_none());
    let caption = format!("{} by source, {population}", measure.label);
    let only = std::slice::from_ref(measure);
    let twin = view.member_table_with(&format!("{id}-numbers"), &caption, "source", only, |measure, member| {
        money_cell(view, &measure.id, "source", member)
    });
    let (Some(twin), true) = (twin, bars.len() > 1) else {
        return Ok(None);
    };
    bars.iter_mut().for_each(|bar| bar.tone = Tone::Normal);
    let has_whiskers = bars.iter().any(|bar| bar.low.is_some());
    let more = if left_out > 0 { format!("; {left_out} more in the table") } else { String::new() };
    let drawing = Drawing {
        id: id.to_owned(),
        title: highest(view, measure),
        subtitle: format!("{}{} by source, {population}; highest first{more}", measure.label, view.in_currency()),
        caption: if has_whiskers { "Whiskers: 95% interval.".to_owned() } else { String::new() },
        desc: described(&bars),
    };
    drawing.block(twin, |words: &Words<'_>| interval_bars(words, &bars, Unit::Money, None)).map(Some)
}

/// The title of a chart of amounts: whose is the highest. Revenue names no winner where the two highest intervals meet:
/// then that would rank noise.
fn highest(view: &View<'_>, measure: &Measure) -> String {
    let mut members = view.report.figures.members(&measure.id, view.period, "source");
    members.retain(|(_, figure)| figure.value.is_some());
    members.sort_by(|(_, one), (_, other)| super::super::view::largest_first(one.real(), other.real()));
    let plain = format!("{} by source", measure.label);
    let [(member, first), (_, second), ..] = members.as_slice() else {
        return plain;
    };
    let apart = match (first.interval, second.interval) {
        (Some(one), Some(other)) => one.low > other.high,
        _ => measure.id != "roi.revenue" && first.real() > second.real(),
    };
    let name = member_label("source", member);
    match measure.id.as_str() {
        "roi.revenue" if !apart => "Revenue: sources too close to rank".to_owned(),
        _ if !apart || !name_is_short(member) => plain,
        "roi.revenue" => format!("{name} brought the most revenue"),
        "roi.spend" => format!("{name} cost the most"),
        _ => format!("A lead from {name} cost the most"),
    }
}

/// How many sources have no recorded spend, where others have.
fn unpaid(view: &View<'_>) -> Option<String> {
    let leads = view.report.figures.members("roi.leads", view.period, "source");
    let recorded = |member: &str| {
        let spend = view.report.figures.get("roi.spend", view.period, "source", member);
        spend.is_some_and(|figure| figure.value.is_some())
    };
    let without = leads.iter().filter(|(member, _)| !recorded(member)).count() as u64;
    (without > 0 && has_spend(view, "source")).then(|| {
        format!(
            "{} {} no spend recorded. The cost per lead of all counts their leads too.",
            words::plural(without, "source", "sources"),
            if without == 1 { "has" } else { "have" },
        )
    })
}

/// Tables by channel, campaign and the other dimensions that have money.
pub(super) fn by_the_rest(view: &View<'_>) -> Section {
    let dimensions = view.report.dimensions.iter().enumerate();
    let blocks = dimensions
        .filter(|(_, dimension)| ["channel", "campaign"].contains(&dimension.name.as_str()))
        .filter_map(|(_, dimension)| {
            let table = money_table(view, &format!("sources-by-{}", dimension.name), &dimension.name)?;
            let (one, many) = dimension_words(&dimension.name);
            let members = words::plural(table.rows.len().saturating_sub(1) as u64, &one, &many);
            Some(Block::Details { summary: format!("By {one}: {members}"), table })
        })
        .collect();
    Section { id: "cohort-money-deeper".to_owned(), title: "Cohort money by channel and campaign".to_owned(), blocks }
}
