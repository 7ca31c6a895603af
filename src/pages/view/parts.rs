//! Figures as parts of a page: tiles, cells, bars, tables and notes.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::super::model::{About, Block, Cell, CellTone, Column, Note, NoteLevel, Section, Table, Tile};
use super::super::paths;
use super::texts::{dimension_words, member_label, too_few};
use super::{CASES_TO_JUDGE, MEMBERS_IN_CHART, MEMBERS_IN_TABLE, View};
use crate::chart::{self, Bar, Tone};
use crate::find::figures::Figure;
use crate::find::gate::Judgement;
use crate::find::measure::{Absent, Id, Of, Unit};
use crate::words::{self, say};

/// A column of a table or a chart: a figure and what it is called there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// What the reader sees.
    pub label: String,
    /// Which figure.
    pub id: Id,
}

impl Labelled {
    /// A figure under a name.
    pub fn new(label: impl Into<String>, id: impl Into<Id>) -> Self {
        Self { label: label.into(), id: id.into() }
    }

    /// A figure under its own name.
    pub fn of(view: &View<'_>, id: impl Into<Id>) -> Self {
        let id = id.into();
        Self { label: view.label(id), id }
    }

    /// The column's header, linked to the definition.
    pub fn column(&self) -> Column {
        Column::number(self.label.clone()).defined_at(paths::definition(self.id))
    }
}

impl View<'_> {
    /// The value of a whole figure in this period in words; none where it is absent or has no value.
    pub fn said(&self, id: impl Into<Id>) -> Option<String> {
        let id = id.into();
        let figure = self.figure(id)?;
        figure.value?;
        Some(self.short_text(id, figure))
    }

    /// A tile for a whole figure under its own name; none where the report has no such figure.
    pub fn tile(&self, id: impl Into<Id>) -> Option<Tile> {
        let id = id.into();
        self.tile_named(&self.label(id), id)
    }

    /// The same under another name.
    pub fn tile_named(&self, label: &str, id: impl Into<Id>) -> Option<Tile> {
        let id = id.into();
        let figure = self.figure(id)?;
        Some(Tile {
            label: label.to_owned(),
            value: self.short_text(id, figure),
            evidence: self.evidence_text(id, figure),
            change: self.change(id),
            spark: None,
            href: paths::definition(id),
        })
    }

    /// A cell with a figure and, under it, what it rests on; a dash where there is none, or where a rate is of no case.
    pub fn cell(&self, id: impl Into<Id>, figure: Option<&Figure>) -> Cell {
        let id = id.into();
        let of_none = |figure: &&Figure| figure.unit == Unit::Rate && figure.denominator == Some(0);
        let Some(figure) = figure.filter(|figure| !of_none(figure)) else {
            return Cell::number("–").with_tone(CellTone::Muted);
        };
        let mut cell = Cell::number(self.value_text(id, figure));
        cell.details = self.details(id, figure);
        if figure.value.is_none() || too_few(figure) { cell.with_tone(CellTone::Muted) } else { cell }
    }

    /// A cell of a member. A count that a member lacks is 0, as empty counts have no row of their own.
    pub fn member_cell(&self, id: impl Into<Id>, dimension: &str, member: &str) -> Cell {
        let id = id.into();
        match self.member(id, dimension, member) {
            Some(figure) => self.cell(id, Some(figure)),
            None => {
                let is_zero = || id.measure.absent == Absent::Zero && !self.members(id, dimension).is_empty();
                let nothing = match id.measure.unit {
                    Unit::Count if is_zero() => Some(Figure::count(0)),
                    Unit::Money if is_zero() => Some(Figure::money(0)),
                    _ => None,
                };
                self.cell(id, nothing.as_ref())
            }
        }
    }

    /// A cell of a member's rate that is flagged, in words too, where the member stands out from the whole.
    pub fn judged_cell(&self, id: impl Into<Id>, dimension: &str, member: &str) -> Cell {
        let id = id.into();
        let cell = self.member_cell(id, dimension, member);
        let standing = match self.judgement(id, dimension, member) {
            Some(Judgement::Above) => say!("table-above"),
            Some(Judgement::Below) => say!("table-below"),
            _ => return cell,
        };
        cell.with(About::Standing, standing).with_tone(CellTone::Flag)
    }

    /// Members of a dimension that have any of the figures in this period, by the first figure's value, the largest
    /// first; those with too few cases to judge or without it last.
    pub fn members_of(&self, dimension: &str, measures: &[Labelled]) -> Vec<String> {
        let names: BTreeSet<&str> =
            measures.iter().flat_map(|measure| self.members(measure.id, dimension)).map(|(member, _)| member).collect();
        let first = |member: &str| {
            let first = measures.first()?;
            self.member(first.id, dimension, member)
        };
        let mut names: Vec<&str> = names.into_iter().collect();
        names.sort_by(|one, other| judged_first(first(one), first(other)));
        names.into_iter().map(str::to_owned).collect()
    }

    /// A table of a dimension: a row for each member, a column for each figure that any member has, the largest by the
    /// first figure on top, then the row of the whole. None where no member has any figure.
    pub fn member_table(&self, id: &str, caption: &str, dimension: &str, measures: &[Labelled]) -> Option<Table> {
        self.member_table_with(id, caption, dimension, measures, |measure, member| {
            self.judged_cell(measure.id, dimension, member)
        })
    }

    /// As [`View::member_table`], each cell of a member made by `cell` from the figure and the member.
    pub fn member_table_with(
        &self,
        id: &str,
        caption: &str,
        dimension: &str,
        measures: &[Labelled],
        cell: impl Fn(&Labelled, &str) -> Cell,
    ) -> Option<Table> {
        let found = |measure: &&Labelled| !self.members(measure.id, dimension).is_empty();
        let measures: Vec<Labelled> = measures.iter().filter(found).cloned().collect();
        let members = self.members_of(dimension, &measures);
        if members.is_empty() {
            return None;
        }
        let mut rows: Vec<Vec<Cell>> = members
            .iter()
            .take(MEMBERS_IN_TABLE)
            .map(|member| {
                let head = Cell::head(member_label(dimension, member));
                let cells = measures.iter().map(|measure| cell(measure, member));
                std::iter::once(head).chain(cells).collect()
            })
            .collect();
        rows.push(self.whole_row(&measures));
        let few = said_below(&mut rows, |about| about == About::TooFew);
        let mut columns = vec![Column::text(capitalised(&dimension_words(dimension).0))];
        columns.extend(measures.iter().map(Labelled::column));
        let mut table = table(self, id, caption, columns, rows);
        table.note = self.member_note(dimension, members.len(), &measures);
        if few {
            let grey = say!("table-grey", cases = CASES_TO_JUDGE as u64);
            table.note = Some(table.note.into_iter().chain([grey]).collect::<Vec<_>>().join(" "));
        }
        Some(table)
    }

    fn whole_row(&self, measures: &[Labelled]) -> Vec<Cell> {
        let mut row = vec![Cell::head(say!("table-all"))];
        row.extend(measures.iter().map(|measure| self.cell(measure.id, self.figure(measure.id))));
        row
    }

    fn member_note(&self, dimension: &str, members: usize, measures: &[Labelled]) -> Option<String> {
        let mut notes = Vec::new();
        if let Some(first) = measures.first() {
            notes.push(say!("table-sorted", name = uncapitalised(&first.label)));
        }
        if members > MEMBERS_IN_TABLE {
            let rest = (members - MEMBERS_IN_TABLE) as u64;
            let (one, many) = dimension_words(dimension);
            let members = if rest == 1 { one } else { many };
            notes.push(say!("table-left-out", rest = rest, members = members));
        }
        let is_rate = |measure: &Labelled| self.figure(measure.id).is_some_and(|figure| figure.unit == Unit::Rate);
        if measures.iter().any(is_rate) {
            notes.push(say!("table-above-below"));
        }
        (!notes.is_empty()).then(|| notes.join(" "))
    }

    /// Bars of a figure by member, at most [`MEMBERS_IN_CHART`]: the largest value first, those with too few cases to
    /// judge last and in the background, those that stand out from the whole highlighted. Also says how many members
    /// were left out.
    pub fn bars(&self, id: impl Into<Id>, dimension: &str) -> (Vec<Bar>, usize) {
        self.bars_where(id, dimension, |_| true)
    }

    /// As [`View::bars`], of the members that `kept` keeps.
    pub fn bars_where(&self, id: impl Into<Id>, dimension: &str, kept: impl Fn(&str) -> bool) -> (Vec<Bar>, usize) {
        let id = id.into();
        let mut members = self.members(id, dimension);
        members.retain(|(member, figure)| figure.value.is_some() && kept(member));
        members.sort_by(|(_, one), (_, other)| judged_first(Some(one), Some(other)));
        let left_out = members.len().saturating_sub(MEMBERS_IN_CHART);
        let bars = members
            .into_iter()
            .take(MEMBERS_IN_CHART)
            .filter_map(|(member, figure)| self.bar(id, dimension, member, figure))
            .collect();
        (bars, left_out)
    }

    /// One bar; none where the figure has no value.
    pub fn bar(&self, id: impl Into<Id>, dimension: &str, member: &str, figure: &Figure) -> Option<Bar> {
        let id = id.into();
        let value = self.chart_value(figure.unit, figure.real()?);
        let ends = figure.interval.filter(|_| !too_few(figure));
        let tone = match self.judgement(id, dimension, member) {
            Some(Judgement::NotJudged(_)) => Tone::Muted,
            Some(Judgement::Above | Judgement::Below) if figure.unit == Unit::Rate => Tone::Highlight,
            _ => Tone::Normal,
        };
        Some(Bar {
            label: member_label(dimension, member),
            value,
            low: ends.map(|ends| self.chart_value(figure.unit, ends.low)),
            high: ends.map(|ends| self.chart_value(figure.unit, ends.high)),
            text: self.bar_text(id, figure),
            tone,
        })
    }

    fn bar_text(&self, id: Id, figure: &Figure) -> String {
        let value = self.short_text(id, figure);
        match (figure.unit, figure.numerator, figure.denominator) {
            (Unit::Rate, Some(part), Some(of)) if id.measure.of != Of::Amounts => {
                let count = |number: i128| u64::try_from(number).unwrap_or(0);
                say!("figure-with-basis", value = value, part = count(part), all = count(of))
            }
            _ => value,
        }
    }

    /// A value in the unit of a chart's axis: money in major units.
    pub fn chart_value(&self, unit: Unit, value: f64) -> f64 {
        match unit {
            Unit::Money | Unit::MoneyPerDay => value / self.minor_per_major(),
            _ => value,
        }
    }

    /// The line of the average in a chart of bars.
    pub fn average_line(&self, id: impl Into<Id>) -> Option<(f64, String)> {
        let id = id.into();
        let figure = self.figure(id)?;
        let value = self.chart_value(figure.unit, figure.real()?);
        Some((value, say!("figure-all", value = self.short_text(id, figure))))
    }

    /// A note on what the exports cannot answer for a measure, and which column would supply it.
    pub fn gap_note(&self, measure: &str) -> Option<Note> {
        let (missing, supply) = words::notices::gap(*self.report.gap(measure)?);
        Some(Note {
            level: NoteLevel::Gap,
            title: sentence(&missing),
            text: say!("gap-supply", supply = supply),
            href: Some("data.html".to_owned()),
        })
    }

    /// The notices of a page, as its first section; none where there are none.
    pub fn notices(&self, page: &str) -> Option<Section> {
        let notices = self.report.notices.iter().filter(|notice| notice.page() == page);
        let notes: Vec<Note> = notices
            .map(|notice| {
                let (title, text) = words::notices::notice(notice);
                Note { level: NoteLevel::Warning, title: sentence(&title), text, href: None }
            })
            .collect();
        (!notes.is_empty()).then(|| Section {
            id: "notices".to_owned(),
            title: String::new(),
            blocks: vec![Block::Notes { notes }],
        })
    }
}

/// A table whose download belongs to the view's period.
pub fn table(view: &View<'_>, id: &str, caption: &str, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Table {
    Table { id: id.to_owned(), caption: caption.to_owned(), columns, rows, csv: Some(view.csv_path(id)), note: None }
}

/// Takes a part out of the second line of every cell, so that the table can say it once, below; the cells that had it
/// turn grey. Whether any cell had it.
pub fn said_below(rows: &mut [Vec<Cell>], is_said: impl Fn(About) -> bool) -> bool {
    let mut found = false;
    for cell in rows.iter_mut().flatten() {
        let parts = cell.details.len();
        cell.details.retain(|detail| !is_said(detail.about));
        if cell.details.len() < parts {
            cell.tone = CellTone::Muted;
            found = true;
        }
    }
    found
}

/// The unit of a chart's axis for a figure's unit.
pub fn axis_unit(unit: Unit) -> chart::Unit {
    match unit {
        Unit::Count | Unit::Ratio => chart::Unit::Count,
        Unit::Rate => chart::Unit::Percent,
        Unit::Days => chart::Unit::Days,
        Unit::Minutes => chart::Unit::Minutes,
        Unit::Money | Unit::MoneyPerDay => chart::Unit::Money,
    }
}

/// The larger first, what has no value last.
pub fn largest_first(one: Option<f64>, other: Option<f64>) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => other.total_cmp(&one),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

/// The larger first; then those with too few cases to judge; last what has no value.
fn judged_first(one: Option<&Figure>, other: Option<&Figure>) -> Ordering {
    let few = |figure: Option<&Figure>| figure.is_some_and(too_few);
    let real = |figure: Option<&Figure>| figure.and_then(Figure::real);
    let missing = real(one).is_none().cmp(&real(other).is_none());
    let order = missing.then_with(|| few(one).cmp(&few(other)));
    order.then_with(|| largest_first(real(one), real(other)))
}

/// The text with a capital first letter and a full stop.
fn sentence(text: &str) -> String {
    let text = capitalised(text.trim());
    if text.is_empty() || text.ends_with(['.', '?', '!']) { text } else { text + "." }
}

/// The text with a capital first letter.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The text with a small first letter, unless it begins with an abbreviation.
pub fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}
