//! The funnel by dimension: by source as bars and a table, by every further dimension as tables.

use super::super::model::{Block, Section};
use super::super::view::{Labelled, View, dimension_words, member_label};
use crate::chart::ChartError;
use crate::find;
use crate::words::numbers;

/// Conversion by source.
pub(super) fn by_source(view: &View<'_>) -> Result<Section, ChartError> {
    let mut blocks = Vec::new();
    if let Some((first, last)) = view.way() {
        let id = find::funnel::CONVERSION.pair(first, last);
        let title = view.standing_title(id, "source", ("converts", "convert"), ("better", "worse"));
        let measure = Labelled::new(view.step_words(first, last), id);
        let population = format!("leads that entered in {}", view.period_words());
        let chart = view.bar_chart("funnel-source-rates", title, &measure, "source", &population)?;
        blocks.extend(verdict(view, &measure));
        blocks.extend(chart);
        blocks.extend(stage_table(view, "source").map(Block::Table));
    }
    Ok(Section { id: "sources".to_owned(), title: "By source".to_owned(), blocks })
}

/// Which sources stand out, in a sentence; and that the others are too few or too close to tell.
fn verdict(view: &View<'_>, measure: &Labelled) -> Option<Block> {
    let average = view.said(measure.id)?;
    let (above, below) = view.outstanding(measure.id, "source");
    let members = view.report.figures.members(measure.id, view.period, "source").len();
    if members < 2 {
        return None;
    }
    let named = |members: &[&str]| {
        let shown: Vec<String> = members.iter().take(4).map(|member| member_label("source", member)).collect();
        match members.len() - shown.len() {
            0 => numbers::list(&shown),
            rest => format!("{} and {rest} more", shown.join(", ")),
        }
    };
    let mut text = format!("All together: {average}.");
    if !above.is_empty() {
        text += &format!(" Above it: {}.", named(&above));
    }
    if !below.is_empty() {
        text += &format!(" Below it: {}.", named(&below));
    }
    let rest = (members - above.len() - below.len()) as u64;
    if rest > 0 {
        let rest = numbers::plural(rest, "source", "sources");
        text += &format!(" {rest}: {} from the average.", numbers::TOO_FEW);
    }
    Some(Block::Prose { text })
}

/// Entries, each step and the whole way, by the members of a dimension.
fn stage_table(view: &View<'_>, dimension: &str) -> Option<super::super::model::Table> {
    let (first, last) = view.way()?;
    let mut measures = vec![Labelled::new(view.entered_words(first), find::funnel::ENTERED.stage(first))];
    let steps = view.report.stages.windows(2).map(|pair| (pair[0], pair[1]));
    let whole = (view.report.stages.len() > 2).then_some((first, last));
    measures.extend(
        steps
            .filter(|pair| whole != Some(*pair))
            .chain(whole)
            .map(|(from, to)| Labelled::new(view.step_words(from, to), find::funnel::CONVERSION.pair(from, to))),
    );
    let (one, _) = dimension_words(dimension);
    let caption = format!("Leads that entered each stage in {}, and how many went on, by {one}", view.period_words());
    view.member_table(&format!("funnel-by-{}", slug(view, dimension)), &caption, dimension, &measures)
}

/// A dimension within an id of ours: its own name where that is one of the fixed ones, else its place, since a
/// project may give it any name.
fn slug(view: &View<'_>, dimension: &str) -> String {
    if ["source", "channel", "campaign", "owner"].contains(&dimension) {
        return dimension.to_owned();
    }
    let place = view.report.dimensions.iter().position(|other| other.name == dimension);
    format!("slice-{}", place.map_or(0, |place| place + 1))
}

/// Tables by every dimension but the source.
pub(super) fn by_the_rest(view: &View<'_>) -> Section {
    let blocks = view
        .report
        .dimensions
        .iter()
        .filter(|dimension| dimension.name != "source")
        .filter_map(|dimension| {
            let table = stage_table(view, &dimension.name)?;
            let (one, many) = dimension_words(&dimension.name);
            let members = numbers::plural(table.rows.len().saturating_sub(1) as u64, &one, &many);
            Some(Block::Details { summary: format!("By {one}: {members}"), table })
        })
        .collect();
    Section { id: "breakdowns".to_owned(), title: "By everything else".to_owned(), blocks }
}
