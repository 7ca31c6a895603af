//! What the data page must report of a container that was read: everything left out or changed on the way. Counting
//! and wording for the page are left to the page; [`Note`]'s own words are one line.

use std::fmt;

/// Something a reader of the figures should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A hidden sheet beside visible ones.
    HiddenSheet {
        /// Its name.
        sheet: String,
        /// Whether it was read, because no visible sheet holds data.
        read: bool,
    },
    /// A sheet without a single filled cell.
    EmptySheet {
        /// Its name.
        sheet: String,
    },
    /// A chart, a dialog, a macro sheet.
    NoTable {
        /// Its name.
        sheet: String,
    },
    /// Formulas that were saved without their result: the cells are empty.
    NoResult(Counted),
    /// Cells longer than the limit: cut there.
    CutCells(Counted),
    /// Cells such as `#DIV/0!`, kept as that text.
    ErrorCells(Counted),
    /// Dates outside the calendar of the workbook, kept as plain numbers.
    NoDates(Counted),
    /// A column of a kind that has no text.
    ColumnLeftOut {
        /// Its name.
        column: String,
        /// Its kind.
        kind: &'static str,
    },
    /// A member that is not read.
    MemberLeftOut {
        /// Its name.
        member: String,
        /// Why.
        reason: String,
        /// Whether it is of a kind that holds no table.
        is_no_table: bool,
    },
    /// A member of the same name is further on, and is the one used.
    MemberTwice {
        /// The name.
        member: String,
    },
    /// Lists and objects inside a cell, written as JSON.
    NestedValues(Counted),
    /// Lines that are no JSON object: kept out.
    BrokenLines(Counted),
    /// Keys that an object holds twice: the last value is used.
    RepeatedKeys(Counted),
    /// Entries of a list that are no objects: kept out.
    NoObjects(Counted),
    /// Further tables of the file, not read.
    OtherTables {
        /// How many.
        count: u64,
        /// What stands for the one that was read.
        read: String,
    },
    /// Text that says nothing of its encoding and is no UTF-8.
    AssumedEncoding {
        /// What it was taken for.
        encoding: &'static str,
    },
}

impl Note {
    /// Whether nobody has to do anything about it: nothing is missing.
    pub fn is_as_it_should(&self) -> bool {
        match self {
            Note::EmptySheet { .. } | Note::NoTable { .. } | Note::HiddenSheet { read: true, .. } => true,
            Note::MemberLeftOut { is_no_table, .. } => *is_no_table,
            _ => false,
        }
    }

    /// The same of something inside a member of an archive: names begin with the member's.
    pub(super) fn below(self, member: &str) -> Note {
        let below = |name: String| format!("{member}/{name}");
        match self {
            Note::HiddenSheet { sheet, read } => Note::HiddenSheet { sheet: below(sheet), read },
            Note::EmptySheet { sheet } => Note::EmptySheet { sheet: below(sheet) },
            Note::NoTable { sheet } => Note::NoTable { sheet: below(sheet) },
            Note::MemberLeftOut { member, reason, is_no_table } => {
                Note::MemberLeftOut { member: below(member), reason, is_no_table }
            }
            Note::MemberTwice { member } => Note::MemberTwice { member: below(member) },
            other => other,
        }
    }
}

/// How many, and where the first of them is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// How many.
    pub count: u64,
    /// The first: a cell such as `C7`, or a line.
    pub first: String,
}

/// Counts one kind of thing; nothing counted gives no note.
#[derive(Debug, Default)]
pub(super) struct Tally {
    count: u64,
    first: String,
}

impl Tally {
    /// One more; `place` is asked for the first only.
    pub(super) fn add(&mut self, place: impl FnOnce() -> String) {
        if self.count == 0 {
            self.first = place();
        }
        self.count += 1;
    }

    /// The note, if there is something to note.
    pub(super) fn note(self, kind: fn(Counted) -> Note) -> Option<Note> {
        (self.count > 0).then(|| kind(Counted { count: self.count, first: self.first }))
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            1 => write!(to, "1, at {}", self.first),
            count => write!(to, "{count}, the first at {}", self.first),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::HiddenSheet { sheet, read: false } => write!(to, "sheet `{sheet}` is hidden and not read"),
            Note::HiddenSheet { sheet, read: true } => {
                write!(to, "sheet `{sheet}` is hidden, and read as no visible sheet holds data")
            }
            Note::EmptySheet { sheet } => write!(to, "sheet `{sheet}` is empty"),
            Note::NoTable { sheet } => write!(to, "sheet `{sheet}` is no table"),
            Note::NoResult(cells) => write!(to, "formulas saved without a result, left empty: {cells}"),
            Note::CutCells(cells) => write!(to, "cells cut at the limit: {cells}"),
            Note::ErrorCells(cells) => write!(to, "cells that hold an error: {cells}"),
            Note::NoDates(cells) => write!(to, "dates outside the calendar, kept as numbers: {cells}"),
            Note::ColumnLeftOut { column, kind } => write!(to, "column `{column}` holds {kind} and is left out"),
            Note::MemberLeftOut { member, reason, .. } => write!(to, "`{member}` is left out: {reason}"),
            Note::MemberTwice { member } => write!(to, "`{member}` is there more than once: the last is used"),
            Note::NestedValues(cells) => write!(to, "lists and objects kept as JSON text: {cells}"),
            Note::BrokenLines(lines) => write!(to, "lines that are no JSON object, kept out: {lines}"),
            Note::RepeatedKeys(keys) => write!(to, "keys given twice, the last is used: {keys}"),
            Note::NoObjects(entries) => write!(to, "entries that are no objects, kept out: {entries}"),
            Note::OtherTables { count, read } => write!(to, "{count} further tables are not read, only {read}"),
            Note::AssumedEncoding { encoding } => write!(to, "no UTF-8: taken for {encoding}"),
        }
    }
}
