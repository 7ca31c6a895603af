//! The funnel by dimension: by source as bars and a table, by every further dimension as tables.

use super::super::model::{Block, Section};
use super::super::paths;
use super::super::view::{Labelled, View, dimension_words, member_label};
use crate::chart::ChartError;
use crate::find;
use crate::words::{numbers, say};

/// Conversion by source.
pub(super) fn by_source(view: &View<'_>) -> Result<Section, ChartError> {
    let mut blocks = Vec::new();
    if let Some((first, last)) = view.way() {
        let id = find::funnel::CONVERSION.pair(first, last);
        let (one, several) = (say!("funnel-converts"), say!("funnel-converts.several"));
        let (better, worse) = (say!("funnel-converts.better"), say!("funnel-converts.worse"));
        let title = view.standing_title(id, "source", (&one, &several), (&better, &worse));
        let measure = Labelled::of(view, id);
        let population = say!("funnel-entered-in", period = view.period_words());
        let chart = view.bar_chart("funnel-source-rates", title, &measure, "source", &population)?;
        blocks.extend(verdict(view, &measure));
        blocks.extend(chart);
        blocks.extend(stage_table(view, "source").map(Block::Table));
    }
    Ok(Section { id: "sources".to_owned(), title: say!("funnel-by-source"), blocks })
}

/// Which sources stand out, in a sentence; and that the others are too few or too close to tell.
fn verdict(view: &View<'_>, measure: &Labelled) -> Option<Block> {
    let average = view.said(measure.id)?;
    let (above, below) = view.outstanding(measure.id, "source");
    let members = view.members(measure.id, "source").len();
    if members < 2 {
        return None;
    }
    let named = |members: &[&str]| {
        let shown: Vec<String> = members.iter().take(4).map(|member| member_label("source", member)).collect();
        match members.len() - shown.len() {
            0 => numbers::list(&shown),
            rest => say!("funnel-members-more", members = shown.join(", "), rest = rest),
        }
    };
    let mut sentences = vec![say!("funnel-all-together", average = average)];
    sentences.extend((!above.is_empty()).then(|| say!("funnel-above", members = named(&above))));
    sentences.extend((!below.is_empty()).then(|| say!("funnel-below", members = named(&below))));
    let rest = members - above.len() - below.len();
    sentences.extend((rest > 0).then(|| say!("funnel-alike-sources", rest = rest)));
    Some(Block::Prose { text: sentences.join(" ") })
}

/// Entries, each step and the whole way, by the members of a dimension.
fn stage_table(view: &View<'_>, dimension: &str) -> Option<super::super::model::Table> {
    let (first, last) = view.way()?;
    let mut measures = vec![Labelled::of(view, find::funnel::ENTERED.stage(first))];
    let steps = view.report.stages.windows(2).map(|pair| (pair[0], pair[1]));
    let whole = (view.report.stages.len() > 2).then_some((first, last));
    measures.extend(
        steps
            .filter(|pair| whole != Some(*pair))
            .chain(whole)
            .map(|(from, to)| Labelled::of(view, find::funnel::CONVERSION.pair(from, to))),
    );
    let (one, _) = dimension_words(dimension);
    let caption = say!("funnel-by-member", period = view.period_words(), dimension = one);
    view.member_table(
        &format!("funnel-by-{}", paths::dimension_slug(view.report, dimension)),
        &caption,
        dimension,
        &measures,
    )
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
            let count = table.rows.len().saturating_sub(1);
            let members = if count == 1 { one.clone() } else { many };
            let summary = say!("funnel-breakdown", dimension = one, count = count, members = members);
            Some(Block::Details { summary, table })
        })
        .collect();
    Section { id: "breakdowns".to_owned(), title: say!("funnel-breakdowns"), blocks }
}
