//! The account of what was read: for the data page and for the `quality.*` figures. Every row of a file is either
//! used or set aside for one reason; every value of a column is filled, missing or unreadable.

use std::collections::BTreeMap;

use super::columns::{Format, FoundWords};
use super::dates::Mixed;
use crate::fields::Kind;
use crate::intake::decoding::Decoding;
use crate::intake::read::SetAside;
use crate::project::Table;
use serde::{Deserialize, Serialize};

/// How something was decided that the values of a column show or leave open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Choice {
    /// 3/4 is in April.
    DayFirst,
    /// 3/4 is in March.
    MonthFirst,
    /// 1,234 is a little more than one.
    Comma,
    /// 1.234 is a little more than one.
    Point,
}

impl Choice {
    /// How the column is read by it, for people.
    pub fn words(self) -> &'static str {
        match self {
            Choice::DayFirst => "with the day first",
            Choice::MonthFirst => "with the month first",
            Choice::Comma => "with a decimal comma",
            Choice::Point => "with a decimal point",
        }
    }
}

/// How one column of one file was understood.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ColumnReport {
    /// Header as found.
    pub header: String,
    /// Canonical field, or `slice.NAME`, `bands.NAME`.
    pub field: String,
    /// How values are read, for people: `YYYY-MM-DD`, `decimal point`, `text`, ….
    pub format: String,
    /// Values that are not missing.
    pub filled: u64,
    /// Of these, how many could not be read.
    pub unreadable: u64,
    /// A few of these, with their row. Not masked: pass them through [`crate::privacy::mask`] before showing.
    pub examples: Vec<(u32, String)>,
    /// Day and month, or decimal and thousands, could not be distinguished: the reading is an assumption.
    pub ambiguous: bool,
    /// What was decided there, by its values or as an assumption; `None` where nothing hung on it.
    pub choice: Option<Choice>,
    /// The further ways in which values are written, where they are not all written in one.
    pub mixed: Option<Mixed>,
    /// Whether date-times carry a clock.
    pub has_clock: bool,
    /// The first and the last moment, in seconds since 1970, where the column holds moments.
    pub span: Option<(i64, i64)>,
    /// Words in the vocabulary: what each stands for, and its rows.
    pub mapped: BTreeMap<String, (String, u64)>,
    /// Words outside the vocabulary, with their counts.
    pub unmapped: BTreeMap<String, u64>,
    /// Why the column was taken for the field, where no preset knows it.
    pub sensed: Option<String>,
    /// Ids that a spreadsheet has turned into numbers such as `1.2E+17`.
    pub damaged_ids: u64,
}

impl ColumnReport {
    /// Takes what was found in a column of words; `known` are the words there are.
    pub fn take_words(&mut self, found: FoundWords, known: &'static [&'static str]) {
        let word = |(value, (at, rows))| Some((value, ((*known.get(usize::from(at))?).to_owned(), rows)));
        self.mapped = found.mapped.into_iter().filter_map(word).collect();
        self.unmapped = found.unmapped;
    }
}

/// What was left out of a report of spend because another file counts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// The number of that file among all.
    pub by: u32,
    /// Why.
    pub reason: SetAside,
    /// Rows.
    pub rows: u64,
    /// Different days of these.
    pub days: u64,
    /// Their amount, in minor units of the report's currency.
    pub amount: i64,
}

/// How one file was read, row by row accounted for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileReport {
    /// Path below the exports folder.
    pub name: String,
    /// What it is, such as `Salesforce Lead`.
    pub title: String,
    /// Why it was taken for that.
    pub why: String,
    /// The canonical table it feeds.
    pub table: Table,
    /// BLAKE3 of its bytes; empty where only a sample was read.
    pub hash: String,
    /// Size in bytes.
    pub bytes: u64,
    /// How its bytes became a table.
    pub decoding: Decoding,
    /// What a reader must know of such a table.
    pub notes: Vec<String>,
    /// Records under the header; an estimate where only a sample was read.
    pub rows_read: u64,
    /// How many rows were read, where that is a sample: all further counts are of these.
    pub sampled: Option<u64>,
    /// Rows not used, by reason; see [`FileReport::rows_used`].
    pub set_aside: BTreeMap<SetAside, u64>,
    /// Its columns that are used.
    pub columns: Vec<ColumnReport>,
    /// Headers of columns that are not used.
    pub unused: Vec<String>,
    /// What was left out of it because another file counts the same money.
    pub repeats: Vec<Repeat>,
}

impl FileReport {
    /// Rows read less rows set aside, exactly.
    pub fn rows_used(&self) -> u64 {
        self.rows_read - self.rows_set_aside()
    }

    /// Whether one of its columns became this field.
    pub fn has(&self, field: &str) -> bool {
        self.columns.iter().any(|column| column.field == field)
    }

    /// Whether it has the field, and its values carry a clock.
    pub fn has_clock(&self, field: &str) -> bool {
        self.columns.iter().any(|column| column.field == field && column.has_clock)
    }

    /// The first and the last moment of things that happened: planned dates and dates of modification aside.
    pub fn span(&self) -> Option<(i64, i64)> {
        let happened =
            self.columns.iter().filter(|column| !matches!(column.field.as_str(), "modified_at" | "closed_at"));
        let spans = happened.filter_map(|column| column.span);
        spans.reduce(|(from, to), (first, last)| (from.min(first), to.max(last)))
    }

    /// Rows set aside for any reason.
    pub fn rows_set_aside(&self) -> u64 {
        self.set_aside.values().sum()
    }

    /// Counts further rows as set aside.
    pub fn put_aside(&mut self, reason: SetAside, rows: u64) {
        if rows > 0 {
            *self.set_aside.entry(reason).or_default() += rows;
        }
    }
}

/// How values of a column are read, for people, and whether that is an assumption.
pub fn described(kind: Kind, format: &Format) -> (String, bool) {
    match (kind, format) {
        (Kind::Moment | Kind::Period, Format::Dates(decision)) => {
            (decision.format_label.clone(), decision.ambiguous_order)
        }
        (Kind::Money | Kind::Count | Kind::Decimal, Format::Numbers(decision)) => {
            let mark = decision.column.mark.words();
            let is_percentage = kind == Kind::Decimal && decision.column.percentages;
            let what = if is_percentage { "percentage" } else { "number" };
            (format!("{what}, {mark}"), decision.ambiguous_mark)
        }
        (Kind::Word(words), _) => (words.join(", "), false),
        (Kind::Flag, _) => ("yes or no".to_owned(), false),
        (Kind::Id | Kind::Ids, _) => ("record id".to_owned(), false),
        (Kind::Email, _) => ("e-mail, as a join key only".to_owned(), false),
        _ => ("text".to_owned(), false),
    }
}
