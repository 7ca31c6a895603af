//! First against last touch: to whom a won customer is credited, and whether the order of sources depends on that.

use super::super::model::{Block, Cell, CellTone, Column, Section, Table};
use super::super::view::{Labelled, MEMBERS_IN_TABLE, View, capitalised, dimension_words, member_label, table};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::Id;
use crate::words::numbers;

const FIRST: Id = find::roi::CREDITED.word("first");
const LAST: Id = find::roi::CREDITED.word("last");

/// A member with its place by either touch, 1 for the most conversions; members with the same share a place.
struct Ranked {
    member: String,
    first: usize,
    last: usize,
}

impl Ranked {
    fn moves(&self) -> bool {
        self.first != self.last
    }
}

fn ranked(view: &View<'_>, dimension: &str) -> Vec<Ranked> {
    let count = |id: Id, member: &str| {
        let figure = view.report.figures.get(id, view.period, dimension, member);
        figure.and_then(Figure::real).unwrap_or(0.0)
    };
    let measures = [FIRST, LAST].map(|id| Labelled::new("", id));
    let members = view.members_of(dimension, &measures);
    let place = |id: Id, member: &str| {
        let own = count(id, member);
        1 + members.iter().filter(|other| count(id, other) > own).count()
    };
    members
        .iter()
        .map(|member| Ranked { member: member.clone(), first: place(FIRST, member), last: place(LAST, member) })
        .collect()
}

/// Conversions and revenue by first and by last touch, side by side.
pub(super) fn first_and_last(view: &View<'_>) -> Section {
    let mut blocks = Vec::new();
    let sources = ranked(view, "source");
    if !sources.is_empty() {
        blocks.push(Block::Prose { text: verdict(&sources, view) });
        blocks.push(Block::Table(touch_table(view, "source", &sources)));
    }
    for dimension in ["channel", "campaign"] {
        let members = ranked(view, dimension);
        if members.is_empty() {
            continue;
        }
        let (one, many) = dimension_words(dimension);
        let count = numbers::plural(members.len() as u64, &one, &many);
        blocks.push(Block::Details {
            summary: format!("First against last touch by {one}: {count}"),
            table: touch_table(view, dimension, &members),
        });
    }
    Section { id: "attribution".to_owned(), title: "First touch against last touch".to_owned(), blocks }
}

fn verdict(sources: &[Ranked], view: &View<'_>) -> String {
    let moving: Vec<String> =
        sources.iter().filter(|source| source.moves()).map(|source| member_label("source", &source.member)).collect();
    let what = format!(
        "Each conversion of {} is credited once to the first touch on record, once to the last.",
        view.period_words()
    );
    match moving.as_slice() {
        _ if sources.len() < 2 => what,
        [] => format!("{what} The order of sources is the same either way."),
        [one] => format!("{what} The order depends on the choice: {one} changes place."),
        some if some.len() <= 4 => {
            format!("{what} The order depends on the choice: {} change places.", numbers::list(some))
        }
        many => format!("{what} The order depends on the choice: {} sources change places.", many.len()),
    }
}

fn touch_table(view: &View<'_>, dimension: &str, members: &[Ranked]) -> Table {
    let measures = [
        ("First touch: conversions", FIRST),
        ("Last touch: conversions", LAST),
        ("First touch: revenue", find::roi::CREDITED_REVENUE.word("first")),
        ("Last touch: revenue", find::roi::CREDITED_REVENUE.word("last")),
    ]
    .map(|(label, id)| Labelled::new(label, id));
    let found = |measure: &Labelled| !view.report.figures.members(measure.id, view.period, dimension).is_empty();
    let measures: Vec<Labelled> = measures.into_iter().filter(found).collect();
    let rows = members.iter().take(MEMBERS_IN_TABLE).map(|ranked| {
        let cells = measures.iter().map(|measure| view.member_cell(measure.id, dimension, &ranked.member));
        let head = Cell::head(member_label(dimension, &ranked.member));
        std::iter::once(head).chain(cells).chain([rank_cell(ranked)]).collect()
    });
    let rows = rows.collect();
    let (one, many) = dimension_words(dimension);
    let mut columns = vec![Column::text(capitalised(&one))];
    columns.extend(measures.iter().map(Labelled::column));
    columns.push(Column::text("Place"));
    let caption =
        format!("Conversions in {}, credited to the first and to the last touch, by {one}", view.period_words());
    let mut table = table(view, &format!("attribution-by-{dimension}"), &caption, columns, rows);
    let rest = members.len().saturating_sub(MEMBERS_IN_TABLE) as u64;
    let left_out = match rest {
        0 => String::new(),
        rest => format!(" {} with less left out.", numbers::plural(rest, &one, &many)),
    };
    table.note = Some(format!("Sorted by first touch. Place: by conversions.{left_out}"));
    table
}

fn rank_cell(ranked: &Ranked) -> Cell {
    if ranked.moves() {
        let text = format!("differs: {} by first, {} by last", ranked.first, ranked.last);
        Cell::text(text).with_tone(CellTone::Flag)
    } else {
        Cell::text(format!("{} either way", ranked.first))
    }
}
