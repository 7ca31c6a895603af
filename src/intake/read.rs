//! Records into columns. Takes the records of a table and its [`Plan`], gives text columns with the number of each row,
//! and an exact account of what was read and set aside. Meaning is left to [`crate::record`].

use std::borrow::Cow;
use std::collections::BTreeMap;

use polars::prelude::*;

use super::header::folded_header;
use super::manner::Manner;
use super::recognise::{Filter, Plan};
use super::text::layout::Aside;
use super::text::record::{Record, is_blank};
use super::text::table::Table;
use crate::project::meaning::folded;

/// The column that holds the number of a row: 1 is the first record under the header.
pub const ROW: &str = "row";

/// Why a row that was read is not used. `read = used + set aside`, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetAside {
    /// A line of totals among the data.
    Totals,
    /// Marked as deleted in the CRM.
    Deleted,
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
    /// The same row in another export of the same kind; it is used once.
    InOtherExport,
    /// The same money as in a report that splits it better.
    SameMoney,
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
}

impl SetAside {
    /// The reason in words.
    pub const fn words(self) -> &'static str {
        match self {
            SetAside::Totals => "a line of totals",
            SetAside::Deleted => "marked as deleted",
            SetAside::RepeatedHeader => "the header repeated",
            SetAside::Comment => "a comment",
            SetAside::OtherKind => "of another kind than the table",
            SetAside::NoId => "no record id",
            SetAside::OlderVersion => "an older version of the same record",
            SetAside::InOtherExport => "the same row in another export",
            SetAside::SameMoney => "the same money as in another report",
            SetAside::NotDone => "planned, not done",
            SetAside::NoDate => "no readable date",
            SetAside::NoPartner => "belongs to no lead or deal in the exports",
            SetAside::Blank => "nothing in the columns used",
            SetAside::AfterAsOf => "dated after the as-of day",
        }
    }
}

/// What was read of a table.
#[derive(Debug, Clone)]
pub struct Rows {
    /// One text column a field, and [`ROW`].
    pub frame: DataFrame,
    /// Records under the header.
    pub read: u64,
    /// Rows not in `frame`, by reason.
    pub set_aside: BTreeMap<SetAside, u64>,
}

/// The rows of a table, once for each plan; rows that were mended are counted in `manner`.
///
/// # Errors
/// Where columns cannot be made: our own mistake.
pub fn rows(table: &Table, plans: &[Plan], manner: &mut Manner) -> PolarsResult<Vec<Rows>> {
    let mut sheets: Vec<Sheet<'_>> = plans.iter().map(Sheet::new).collect();
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
            manner.mended(mend, number);
        }
        sheets.iter_mut().for_each(|sheet| sheet.take_or_set_aside(record, reason));
    });
    sheets.into_iter().map(Sheet::finish).collect()
}

/// The columns under construction.
pub struct Sheet<'a> {
    plan: &'a Plan,
    columns: Vec<Building>,
    numbers: Vec<u32>,
    read: u64,
    set_aside: BTreeMap<SetAside, u64>,
}

struct Building {
    place: usize,
    texts: StringChunkedBuilder,
    /// How many places the decimal mark of its numbers is moved to the left.
    scale: Option<u32>,
}

impl<'a> Sheet<'a> {
    /// No rows yet.
    pub fn new(plan: &'a Plan) -> Sheet<'a> {
        let building = |(name, place): (&String, &usize)| Building {
            place: *place,
            texts: StringChunkedBuilder::new(PlSmallStr::from_str(name), 1024),
            scale: plan.scale.get(name).copied(),
        };
        let columns = plan.columns.iter().map(building).collect();
        Sheet { plan, columns, numbers: Vec::new(), read: 0, set_aside: BTreeMap::new() }
    }

    /// Takes the next record under the header, or counts why it is not used.
    pub fn take(&mut self, record: &Record) {
        self.take_or_set_aside(record, None);
    }

    fn take_or_set_aside(&mut self, record: &Record, known: Option<SetAside>) {
        self.read += 1;
        if let Some(reason) = known.or_else(|| self.reason_to_set_aside(record)) {
            *self.set_aside.entry(reason).or_default() += 1;
            return;
        }
        self.numbers.push(u32::try_from(self.read).unwrap_or(u32::MAX));
        for column in &mut self.columns {
            let cell = record.text(column.place);
            if cell.is_empty() || (!self.plan.missing.is_empty() && self.plan.missing.contains(&folded(cell))) {
                column.texts.append_null();
            } else if let Some(places) = column.scale {
                column.texts.append_value(scaled(cell, places));
            } else {
                column.texts.append_value(cell);
            }
        }
    }

    fn reason_to_set_aside(&self, record: &Record) -> Option<SetAside> {
        let plan = self.plan;
        let first = record.text(0).trim();
        let takes = |filter: &Filter| filter.takes(record.text(filter.column));
        if plan.totals.iter().any(|mark| is_marked(first, mark)) || plan.totals_in.iter().any(takes) {
            return Some(SetAside::Totals);
        }
        if plan.deleted.as_ref().is_some_and(takes) {
            return Some(SetAside::Deleted);
        }
        if plan.rows.as_ref().is_some_and(|rows| !takes(rows)) {
            return Some(SetAside::OtherKind);
        }
        if self.is_header(record) {
            return Some(SetAside::RepeatedHeader);
        }
        let is_empty = |column: &Building| record.get(column.place).is_none_or(is_blank);
        self.columns.iter().all(is_empty).then_some(SetAside::Blank)
    }

    fn is_header(&self, record: &Record) -> bool {
        let headers = &self.plan.headers;
        // Nearly every row differs in its first cell.
        record.get(0) == headers.first().map(String::as_bytes)
            && record.len() == headers.len()
            && record.texts().zip(headers).all(|(cell, header)| folded_header(cell) == folded_header(header))
    }

    /// The columns, and the account of the rows.
    pub fn finish(self) -> PolarsResult<Rows> {
        let height = self.numbers.len();
        let mut columns: Vec<Column> =
            self.columns.into_iter().map(|column| column.texts.finish().into_series().into()).collect();
        columns.push(Column::new(ROW.into(), self.numbers));
        Ok(Rows { frame: DataFrame::new(height, columns)?, read: self.read, set_aside: self.set_aside })
    }
}

/// Whether a first cell bears a mark: as a whole, or at its beginning where the mark ends with a colon or a `*`.
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
