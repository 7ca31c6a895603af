//! Cohort money: what the period's leads cost and have brought so far, by source and by every further depth.

use super::super::model::{About, Detail};
use super::super::model::{Block, Cell, CellTone, Section, Table};
use super::super::view::{Drawing, Labelled, View, described, dimension_words, member_label, name_is_short};
use super::spend_words;
use crate::chart::{ChartError, Tone, Unit, Words, interval_bars};
use crate::find;
use crate::find::measure::Id;
use crate::stage::Stage;
use crate::words::numbers;

/// The figures of a dimension's table, the one to sort by first: spend where any is recorded, else leads.
fn measures(view: &View<'_>, dimension: &str) -> Vec<Labelled> {
    let project = &view.report.project;
    let mut measures = vec![Labelled::new("Spend", &find::roi::SPEND), Labelled::new("Leads", &find::roi::LEADS)];
    let stages = view.report.stages.iter().filter(|stage| **stage > Stage::Lead && **stage <= Stage::Customer);
    measures.extend(stages.map(|stage| Labelled::new(project.stage_short(*stage), find::roi::REACHED.stage(*stage))));
    measures.extend(
        [
            ("Revenue so far", &find::roi::REVENUE),
            ("Open pipeline", &find::roi::PIPELINE),
            ("Cost per lead", &find::roi::CPL),
            ("Paid CAC", &find::roi::CAC),
            ("ROAS", &find::roi::ROAS),
            ("ROI", &find::roi::ROI),
            ("Impressions", &find::roi::IMPRESSIONS),
            ("Clicks", &find::roi::CLICKS),
        ]
        .map(|(label, id)| Labelled::new(label, id)),
    );
    if !has_spend(view, dimension) {
        measures.swap(0, 1);
    }
    measures
}

/// Whether any member has recorded spend.
fn has_spend(view: &View<'_>, dimension: &str) -> bool {
    let spend = view.report.figures.members(&find::roi::SPEND, view.period, dimension);
    spend.iter().any(|(_, figure)| figure.value.is_some())
}

/// A figure of a member; where spend keeps it from having a value, the words for that.
fn money_cell(view: &View<'_>, id: Id, dimension: &str, member: &str) -> Cell {
    match spend_words(view, id, dimension, member) {
        // Said once in the row, under spend or cost per lead.
        Some(why) if (id.is(&find::roi::ROAS) || id.is(&find::roi::ROI)) && why != numbers::ZERO_SPEND => {
            view.cell(id, None)
        }
        Some(why) if id.is(&find::roi::CAC) && why == numbers::NO_SPEND => view.cell(id, None),
        Some(why) => Cell::number(why).with_tone(CellTone::Muted),
        None => slim_cell(view, id, dimension, member),
    }
}

/// A cell that shows under its value the interval only: what it is divided by stands in the same row.
fn slim_cell(view: &View<'_>, id: Id, dimension: &str, member: &str) -> Cell {
    let mut cell = view.member_cell(id, dimension, member);
    let figure = view.report.figures.get(id, view.period, dimension, member);
    if let Some(figure) = figure.filter(|figure| figure.value.is_some()) {
        let interval = view.interval_text(id, figure);
        let note = view.note_text(figure);
        cell.details = interval
            .or_else(|| (!note.is_empty()).then_some(note))
            .into_iter()
            .map(|text| Detail { about: About::Other, text })
            .collect();
    }
    cell
}

fn money_table(view: &View<'_>, id: &str, dimension: &str) -> Option<Table> {
    let (one, _) = dimension_words(dimension);
    let caption =
        format!("Leads that came in during {}, what they cost and brought so far, by {one}", view.period_words());
    let measures = measures(view, dimension);
    let mut table = view.member_table_with(id, &caption, dimension, &measures, |measure, member| {
        money_cell(view, measure.id, dimension, member)
    })?;
    let found = |measure: &&Labelled| !view.report.figures.members(measure.id, view.period, dimension).is_empty();
    if let Some(whole) = table.rows.last_mut() {
        let cells = measures.iter().filter(found).map(|measure| money_cell(view, measure.id, "", ""));
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
            cell.details.iter_mut().for_each(|detail| detail.text = detail.text.replace(&name, ""));
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
        ("sources-revenue", "Revenue so far", &find::roi::REVENUE, format!("leads that came in during {period}")),
        ("sources-spend", "Spend", &find::roi::SPEND, format!("spend in {period}")),
        ("sources-cpl", "Cost per lead", &find::roi::CPL, format!("spend in {period} for each lead of {period}")),
    ];
    blocks.extend(unpaid(view).map(|text| Block::Prose { text }));
    for (id, label, figure, population) in charts {
        blocks.extend(chart(view, id, &Labelled::new(label, figure), &population)?);
    }
    blocks.extend(money_table(view, "sources-by-source", "source").map(Block::Table));
    Ok(Section {
        id: "cohort-money".to_owned(),
        title: "Cohort money: what the period’s leads cost and brought".to_owned(),
        blocks,
    })
}

/// Bars of an amount by source; what spend keeps from having a value has no bar and stands in the table.
fn chart(view: &View<'_>, id: &str, measure: &Labelled, population: &str) -> Result<Option<Block>, ChartError> {
    let said = |member: &str| spend_words(view, measure.id, "source", member);
    let (mut bars, left_out) = view.bars_where(measure.id, "source", |member| said(member).is_none());
    let caption = format!("{} by source, {population}", measure.label);
    let only = std::slice::from_ref(measure);
    let twin = view.member_table_with(&format!("{id}-numbers"), &caption, "source", only, |measure, member| {
        money_cell(view, measure.id, "source", member)
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
        subtitle: format!("{} by source, {population}; highest first{more}", view.in_currency(measure.label.as_str())),
        caption: if has_whiskers { "Whiskers: 95% interval.".to_owned() } else { String::new() },
        desc: described(&bars),
    };
    drawing.block(twin, |words: &Words<'_>| interval_bars(words, &bars, Unit::Money, None)).map(Some)
}

/// The title of a chart of amounts: whose is the highest. Revenue names no winner where the two highest intervals meet:
/// then that would rank noise.
fn highest(view: &View<'_>, measure: &Labelled) -> String {
    let mut members = view.report.figures.members(measure.id, view.period, "source");
    members.retain(|(_, figure)| figure.value.is_some());
    members.sort_by(|(_, one), (_, other)| super::super::view::largest_first(one.real(), other.real()));
    let plain = format!("{} by source", measure.label);
    let [(member, first), (_, second), ..] = members.as_slice() else {
        return plain;
    };
    let apart = match (first.interval, second.interval) {
        (Some(one), Some(other)) => one.low > other.high,
        _ => !measure.id.is(&find::roi::REVENUE) && first.real() > second.real(),
    };
    let name = member_label("source", member);
    let is_revenue = measure.id.is(&find::roi::REVENUE);
    match apart {
        false if is_revenue => "Revenue: sources too close to rank".to_owned(),
        false => plain,
        true if !name_is_short(member) => plain,
        true if is_revenue => format!("{name} brought the most revenue"),
        true if measure.id.is(&find::roi::SPEND) => format!("{name} cost the most"),
        true => format!("A lead from {name} cost the most"),
    }
}

/// How many sources have no recorded spend, where others have.
fn unpaid(view: &View<'_>) -> Option<String> {
    let leads = view.report.figures.members(&find::roi::LEADS, view.period, "source");
    let recorded = |member: &str| {
        let spend = view.report.figures.get(&find::roi::SPEND, view.period, "source", member);
        spend.is_some_and(|figure| figure.value.is_some())
    };
    let without = leads.iter().filter(|(member, _)| !recorded(member)).count() as u64;
    (without > 0 && has_spend(view, "source")).then(|| {
        format!(
            "{} {} no spend recorded. The cost per lead of all counts their leads too.",
            numbers::plural(without, "source", "sources"),
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
            let members = numbers::plural(table.rows.len().saturating_sub(1) as u64, &one, &many);
            Some(Block::Details { summary: format!("By {one}: {members}"), table })
        })
        .collect();
    Section { id: "cohort-money-deeper".to_owned(), title: "Cohort money by channel and campaign".to_owned(), blocks }
}
