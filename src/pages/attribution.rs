//! First against last touch: to whom a won customer is credited, and whether the order of sources depends on that.

use super::model::{Block, Cell, CellTone, Column, Section, Table};
use super::parts;
use super::sources::joined;
use super::view::{Labelled, MEMBERS_IN_TABLE, View, capitalised, dimension_words, member_label, table};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::Id;
use crate::words::{numbers, say};

const FIRST: Id = find::attribution::CONVERSIONS.word("first");
const LAST: Id = find::attribution::CONVERSIONS.word("last");

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
        let figure = view.member(id, dimension, member);
        figure.and_then(Figure::real).unwrap_or(0.0)
    };
    let measures = [FIRST, LAST].map(|id| Labelled::of(view, id));
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
        blocks.push(Some(parts::prose(verdict(&sources, view))));
        blocks.push(Some(Block::Table(touch_table(view, "source", &sources))));
    }
    for dimension in ["channel", "campaign"] {
        let members = ranked(view, dimension);
        if members.is_empty() {
            continue;
        }
        let (one, many) = dimension_words(dimension);
        let summary = say!("attribution-by", members = members.len(), one = one, many = many);
        blocks.push(Some(Block::Details { summary, table: touch_table(view, dimension, &members) }));
    }
    parts::section("attribution", &say!("attribution"), blocks)
}

fn verdict(sources: &[Ranked], view: &View<'_>) -> String {
    let moving: Vec<String> =
        sources.iter().filter(|source| source.moves()).map(|source| member_label("source", &source.member)).collect();
    let what = say!("attribution-what", period = view.period_words());
    let order = match moving.as_slice() {
        _ if sources.len() < 2 => return what,
        [] => say!("attribution-order"),
        [one] => say!("attribution-order.one", source = one),
        some if some.len() <= 4 => say!("attribution-order.some", sources = numbers::list(some)),
        many => say!("attribution-order.many", sources = many.len()),
    };
    joined(what, Some(order))
}

fn touch_table(view: &View<'_>, dimension: &str, members: &[Ranked]) -> Table {
    // A model has one name for both of its figures.
    let conversions = find::attribution::models().map(|model| {
        let id = find::attribution::CONVERSIONS.word(model);
        (id, say!("attribution-conversions", touch = view.label(id)))
    });
    let revenue = find::attribution::models().map(|model| {
        let id = find::attribution::REVENUE.word(model);
        (id, say!("attribution-revenue", touch = view.label(id)))
    });
    let measures = conversions.into_iter().chain(revenue).map(|(id, label)| Labelled::new(label, id));
    let found = |measure: &Labelled| !view.members(measure.id, dimension).is_empty();
    let measures: Vec<Labelled> = measures.filter(found).collect();
    let rows = members.iter().take(MEMBERS_IN_TABLE).map(|ranked| {
        let cells = measures.iter().map(|measure| view.member_cell(measure.id, dimension, &ranked.member));
        let head = Cell::head(member_label(dimension, &ranked.member));
        std::iter::once(head).chain(cells).chain([rank_cell(ranked)]).collect()
    });
    let rows = rows.collect();
    let (one, many) = dimension_words(dimension);
    let mut columns = vec![Column::text(capitalised(&one))];
    columns.extend(measures.iter().map(Labelled::column));
    columns.push(Column::text(say!("attribution-place")));
    let caption = say!("attribution-table", period = view.period_words(), dimension = one.as_str());
    let mut table = table(view, &format!("attribution-by-{dimension}"), &caption, columns, rows);
    let rest = members.len().saturating_sub(MEMBERS_IN_TABLE) as u64;
    let left_out = (rest > 0).then(|| say!("attribution-left-out", members = rest, one = one, many = many));
    table.note = Some(joined(say!("attribution-table.note"), left_out));
    table
}

fn rank_cell(ranked: &Ranked) -> Cell {
    if ranked.moves() {
        let text = say!("attribution-place.differs", first = ranked.first, last = ranked.last);
        Cell::text(text).with_tone(CellTone::Flag)
    } else {
        Cell::text(say!("attribution-place.same", place = ranked.first))
    }
}
