//! Records into columns. Takes the records of a table and its [`Plan`], gives blocks of text columns with the number of
//! each row, and an exact account of what was read and set aside. Meaning is left to [`crate::record`].

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::decoding::Decoding;
use super::header::folded_header;
use super::recognise::{Filter, Plan};
use super::text::fast::Row;
use super::text::layout::Aside;
use super::text::record::{Record, is_blank};
use super::text::table::Table;
use super::text::totals;
use crate::privacy::roll::{Gathering, Roll};
use crate::project::meaning::folded;
use crate::store::Texts;
use serde::{Deserialize, Serialize};

/// Why a row that was read is not used. `read = used + set aside`, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SetAside {
    /// A line of totals among the data.
    Totals,
    /// Marked as deleted in the CRM.
    Deleted,
    /// Made by somebody to try a tool.
    Test,
    /// Merged into another record of the CRM.
    Merged,
    /// The header once more.
    RepeatedHeader,
    /// A comment among the data.
    Comment,
    /// Of a kind that the table does not hold, such as a deal among leads.
    OtherKind,
    /// No record id, where the table needs one.
    NoId,
    /// The same record again; the latest version is used.
    OlderVersion,
    /// The same record in another file, of which this row fills the columns that are missing there.
    Completes,
    /// The same row in another export of the same kind; it is used once.
    InOtherExport,
    /// The same money as in a report that splits it better.
    SameMoney,
    /// Corrected in a later export of the same days.
    Restated,
    /// A planned or unfinished activity.
    NotDone,
    /// No readable date, where the table needs one.
    NoDate,
    /// Belongs to no lead and no deal that the exports hold.
    NoPartner,
    /// Nothing in any column that is used.
    Blank,
    /// Dated after the as-of day that the project file sets.
    AfterAsOf,
    /// The title of the rows below it.
    Title,
}

impl SetAside {
    /// The reason in words.
    pub const fn words(self) -> &'static str {
        match self {
            SetAside::Totals => "a line of totals",
            SetAside::Deleted => "marked as deleted",
            SetAside::Test => "a test record",
            SetAside::Merged => "merged into another record",
            SetAside::RepeatedHeader => "the header repeated",
            SetAside::Comment => "a comment",
            SetAside::OtherKind => "of another kind than the table",
            SetAside::NoId => "no record id",
            SetAside::OlderVersion => "an older version of the same record",
            SetAside::Completes => "taken into the same record of another file",
            SetAside::InOtherExport => "the same row in another export",
            SetAside::SameMoney => "the same money as in another report",
            SetAside::Restated => "corrected in a later export of the same days",
            SetAside::NotDone => "planned, not done",
            SetAside::NoDate => "no readable date",
            SetAside::NoPartner => "belongs to no lead or deal in the exports",
            SetAside::Blank => "nothing in the columns used",
            SetAside::AfterAsOf => "dated after the as-of day",
            SetAside::Title => "a title among the rows",
        }
    }
}

/// Rows of a table as text, as they were read.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// One column a field, in the order of the plan's columns; an empty text is an empty cell.
    pub columns: Vec<Texts>,
    /// Number of each row among the records read with this block: 1 is the first.
    pub numbers: Vec<u32>,
    /// Records read.
    pub read: u64,
    /// Records that are no rows, by reason.
    pub set_aside: BTreeMap<SetAside, u64>,
    /// The persons that all records name, rows or not.
    pub people: Roll,
}

/// What a record offers: its cells by place.
pub trait Cells {
    /// How many cells.
    fn width(&self) -> usize;
    /// A cell; one that is not there is empty.
    fn cell(&self, at: usize) -> &str;
}

impl Cells for Record {
    fn width(&self) -> usize {
        self.len()
    }

    fn cell(&self, at: usize) -> &str {
        self.text(at)
    }
}

impl Cells for Row<'_> {
    fn width(&self) -> usize {
        self.len()
    }

    fn cell(&self, at: usize) -> &str {
        Row::cell(self, at)
    }
}

/// Passes the records of a table on, each with the reason why it is no row, where it is none; records that were mended
/// are counted in `decoding`.
pub fn each_record(table: &Table, decoding: &mut Decoding, mut take: impl FnMut(&Record, Option<SetAside>)) {
    let mut number = 0;
    table.each(|aside, record, mend| {
        let reason = match aside {
            None => None,
            Some(Aside::Total) => Some(SetAside::Totals),
            Some(Aside::RepeatedHeader) => Some(SetAside::RepeatedHeader),
            Some(Aside::Comment) => Some(SetAside::Comment),
            // An empty line is no row; one of separators only is.
            Some(Aside::Blank) if record.len() > 1 => Some(SetAside::Blank),
            Some(Aside::Blank | Aside::Title | Aside::Footer | Aside::OtherTable) => return,
        };
        number += 1;
        if let Some(mend) = mend {
            decoding.mended(mend, number);
        }
        take(record, reason);
    });
}

/// A block under construction.
pub struct BlockBuilder<'a> {
    plan: &'a Plan,
    /// How many columns the file itself has; those behind them its place gives.
    own: usize,
    /// Place of each column, and how far the decimal mark of its numbers is moved to the left.
    places: Vec<(usize, Option<u32>)>,
    /// Place of each column in which a blank cell stands for the value above it, and that value. Blocks that are cut do not
    /// end it.
    carried: Vec<(usize, String)>,
    people: Gathering,
    block: Block,
}

/// A record in which values from above are in blank cells.
struct Filled<'r, R> {
    record: &'r R,
    carried: &'r [(usize, String)],
}

impl<R: Cells> Cells for Filled<'_, R> {
    fn width(&self) -> usize {
        self.record.width()
    }

    fn cell(&self, at: usize) -> &str {
        let above = || self.carried.iter().find(|(place, _)| *place == at).map(|(_, value)| value.as_str());
        let cell = self.record.cell(at);
        if is_blank(cell.as_bytes()) { above().unwrap_or(cell) } else { cell }
    }
}

impl<'a> BlockBuilder<'a> {
    /// No rows yet.
    pub fn new(plan: &'a Plan) -> BlockBuilder<'a> {
        let places = plan.columns.iter().map(|(name, place)| (*place, plan.scale.get(name).copied())).collect();
        let carried = plan.carry_down.iter().map(|place| (*place, String::new())).collect();
        // Owners are few in a column of many rows, and are taken from its dictionary.
        let owners: Vec<usize> = plan.columns.get("owner").copied().into_iter().collect();
        let people = Gathering::new(&plan.headers, Some(plan.table), &owners);
        let own = plan.headers.len() - plan.given.len();
        let mut builder = BlockBuilder { plan, own, places, carried, people, block: Block::default() };
        builder.cut();
        builder
    }

    /// How many records were taken since the last cut.
    pub fn read(&self) -> u64 {
        self.block.read
    }

    /// The rows so far; the next begin anew.
    pub fn cut(&mut self) -> Block {
        let columns = self.places.iter().map(|_| Texts::default()).collect();
        self.block.people = self.people.cut();
        std::mem::replace(&mut self.block, Block { columns, ..Block::default() })
    }

    /// Takes the next record under the header, or counts why it is not used; `known` is a reason that is known already.
    pub fn take(&mut self, record: &impl Cells, known: Option<SetAside>) {
        if self.carried.is_empty() {
            return self.take_cells(record, known);
        }
        // A line of totals names what the lines below it are parts of; a header, a comment or a blank line names nothing.
        let is_line = matches!(known, None | Some(SetAside::Totals)) && !self.is_header(record);
        let is_line = is_line && (0..record.width()).any(|at| !is_blank(record.cell(at).as_bytes()));
        if !is_line {
            return self.take_cells(record, known);
        }
        self.carry(record);
        let is_part_of_total =
            |(place, value): &(usize, String)| is_blank(record.cell(*place).as_bytes()) && totals::is_total_word(value);
        let known = known.or_else(|| self.carried.iter().any(is_part_of_total).then_some(SetAside::Totals));
        let carried = std::mem::take(&mut self.carried);
        self.take_cells(&Filled { record, carried: &carried }, known);
        self.carried = carried;
    }

    /// Keeps the values of a record for the blank cells below it. A new value ends those of the columns behind it in the
    /// plan: the groups of one campaign are none of the next.
    fn carry(&mut self, record: &impl Cells) {
        let mut is_new = false;
        for (place, value) in &mut self.carried {
            let cell = record.cell(*place);
            if is_blank(cell.as_bytes()) {
                if is_new {
                    value.clear();
                }
            } else if value != cell {
                is_new = true;
                cell.clone_into(value);
            }
        }
    }

    fn take_cells(&mut self, record: &impl Cells, known: Option<SetAside>) {
        self.block.read += 1;
        if !self.people.is_empty() {
            self.people.take(|at| record.cell(at));
        }
        if let Some(reason) = known.or_else(|| self.reason_to_set_aside(record)) {
            *self.block.set_aside.entry(reason).or_default() += 1;
            return;
        }
        let BlockBuilder { plan, own, .. } = *self;
        let Block { columns, numbers, read, .. } = &mut self.block;
        numbers.push(u32::try_from(*read).unwrap_or(u32::MAX));
        for (texts, (place, scale)) in columns.iter_mut().zip(&self.places) {
            let cell = if *place < own { record.cell(*place) } else { given(plan, own, *place) };
            let is_missing = || plan.missing.contains(&folded(cell));
            if !plan.missing.is_empty() && !cell.is_empty() && is_missing() {
                texts.push("");
            } else if let Some(places) = scale {
                texts.push(&scaled(cell, *places));
            } else {
                texts.push(cell);
            }
        }
    }

    fn reason_to_set_aside(&self, record: &impl Cells) -> Option<SetAside> {
        let BlockBuilder { plan, own, .. } = *self;
        let first = record.cell(0).trim();
        let cell_at = |at: usize| if at < own { record.cell(at) } else { given(plan, own, at) };
        let takes = |filter: &Filter| filter.takes(cell_at(filter.column));
        if plan.totals.iter().any(|mark| is_marked(first, mark)) || plan.totals_in.iter().any(takes) {
            return Some(SetAside::Totals);
        }
        // Two plans may read one file: what is of another kind is that before it is anything else.
        if plan.rows.as_ref().is_some_and(|rows| !takes(rows)) || !plan.only.iter().all(takes) {
            return Some(SetAside::OtherKind);
        }
        if plan.deleted.iter().any(takes) {
            return Some(SetAside::Deleted);
        }
        if plan.older.iter().any(|(former, but)| takes(former) && !takes(but)) {
            return Some(SetAside::OlderVersion);
        }
        if plan.test.iter().any(takes) {
            return Some(SetAside::Test);
        }
        if plan.not_done.iter().any(takes) {
            return Some(SetAside::NotDone);
        }
        if self.is_header(record) {
            return Some(SetAside::RepeatedHeader);
        }
        let is_nothing = |place: usize| place >= own || is_blank(record.cell(place).as_bytes());
        if plan.has_titles && self.carried.is_empty() && !is_nothing(0) && (1..own).all(is_nothing) {
            return Some(SetAside::Title);
        }
        self.places.iter().all(|(place, _)| is_nothing(*place)).then_some(SetAside::Blank)
    }

    fn is_header(&self, record: &impl Cells) -> bool {
        let headers = &self.plan.headers[..self.own];
        // Nearly every row differs in its first cell.
        headers.first().is_some_and(|first| record.cell(0) == first)
            && (record.width() == self.own || record.width() == self.plan.headers.len())
            && (headers.iter().enumerate()).all(|(at, cell)| folded_header(record.cell(at)) == folded_header(cell))
    }
}

/// What the place of a file gives for one of the columns behind its own.
fn given(plan: &Plan, own: usize, at: usize) -> &str {
    plan.given.get(at - own).map_or("", String::as_str)
}

/// Whether a first cell has a mark: as a whole, or at its beginning where the mark ends with a colon or a `*`.
fn is_marked(cell: &str, mark: &str) -> bool {
    let begins = |mark: &str| cell.get(..mark.len()).is_some_and(|found| found.eq_ignore_ascii_case(mark));
    match mark.strip_suffix('*') {
        Some(begin) => begins(begin),
        None if mark.ends_with(':') => begins(mark),
        None => cell.eq_ignore_ascii_case(mark) && !mark.is_empty(),
    }
}

/// A whole number with its decimal mark moved to the left, exactly: micros into units. Other text stays as it is.
fn scaled(cell: &str, places: u32) -> Cow<'_, str> {
    let text = cell.trim();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(decimals) {
        return Cow::Borrowed(cell);
    }
    let places = places as usize;
    let padded = format!("{whole:0>width$}", width = places + 1);
    let (units, fraction) = padded.split_at(padded.len() - places);
    Cow::Owned(format!("{sign}{units}.{fraction}{decimals}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn micros_become_units_exactly() {
        assert_eq!(scaled("1234567", 6), "1.234567");
        assert_eq!(scaled("5", 6), "0.000005");
        assert_eq!(scaled("-2500000.0", 6), "-2.5000000");
        assert_eq!(scaled("n/a", 6), "n/a");
    }

    #[test]
    fn marks_of_totals_are_whole_cells_or_beginnings() {
        assert!(is_marked("TOTAL", "Total") && !is_marked("Total Solutions", "Total"));
        assert!(is_marked("Total: Account", "Total:") && is_marked("Grand Totals (5 records)", "Grand Totals (*"));
        assert!(!is_marked("", ""));
    }
}
