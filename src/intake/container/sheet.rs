//! One sheet of a workbook on its way to text. Takes filled cells by row and column in whatever order a row has them,
//! gives CSV rows and the notes on what was cut or left out. Only filled cells cost anything: there is no grid.

use super::limits::{Bound, Budget};
use super::note::{Note, Tally};
use super::refusal::Refusal;
use super::table::Table;
use super::value::{self, Calendar, Shown};

/// Rows of a sheet in today's formats.
pub(super) const MOST_ROWS: u64 = 1_048_576;

/// A sheet under construction.
pub(super) struct Sheet<'a> {
    table: Table<'a>,
    budget: &'a Budget<'a>,
    row: u64,
    /// Column of each filled cell of this row, and where its text is in `text`.
    cells: Vec<(usize, std::ops::Range<usize>)>,
    text: String,
    /// Formulas without a result.
    pub(super) no_result: Tally,
    /// Cells holding an error.
    pub(super) errors: Tally,
    cut: Tally,
    no_dates: Tally,
}

impl<'a> Sheet<'a> {
    /// An empty sheet, and how to refer to it.
    pub(super) fn new(what: impl Into<String>, budget: &'a Budget<'a>) -> Sheet<'a> {
        Sheet {
            table: Table::new(budget, what),
            budget,
            row: 0,
            cells: Vec::new(),
            text: String::new(),
            no_result: Tally::default(),
            errors: Tally::default(),
            cut: Tally::default(),
            no_dates: Tally::default(),
        }
    }

    /// Goes on to a row, counted from 1.
    ///
    /// # Errors
    /// Where the row was passed before or is outside any sheet.
    pub(super) fn start_row(&mut self, row: u64) -> Result<(), Refusal> {
        self.end_row()?;
        if row <= self.row || row > MOST_ROWS {
            return Err(Refusal::damaged(format!("{}: row {row} after row {}", self.what(), self.row)));
        }
        self.row = row;
        Ok(())
    }

    /// How to refer to it.
    pub(super) fn what(&self) -> &str {
        self.table.what()
    }

    /// The row that is being filled.
    pub(super) const fn row(&self) -> u64 {
        self.row
    }

    /// A cell of the current row, columns counted from 0. An empty text is no cell.
    pub(super) fn text(&mut self, column: usize, text: &str) -> Result<(), Refusal> {
        if column >= self.budget.limits.columns {
            let what = format!("cell {} of {}", address(column, self.row), self.what());
            return Err(Refusal::too_large(what, Bound::Columns(self.budget.limits.columns as u64)));
        }
        let kept = within(text, self.budget.limits.workbook_cell);
        if kept.len() < text.len() {
            let row = self.row;
            self.cut.add(|| address(column, row));
        }
        if self.cells.len() > self.budget.limits.columns {
            return Err(Refusal::damaged(format!("{}: row {} has more cells than columns", self.what(), self.row)));
        }
        if !kept.is_empty() {
            let start = self.text.len();
            self.text.push_str(kept);
            self.cells.push((column, start..self.text.len()));
            // A row counts as it grows: of cells that repeat a long text even a single row is too much.
            self.budget.check_written(self.text.len(), self.table.what())?;
        }
        Ok(())
    }

    /// A number, by what its format shows.
    pub(super) fn number(
        &mut self,
        column: usize,
        number: f64,
        shown: Shown,
        calendar: Calendar,
    ) -> Result<(), Refusal> {
        if shown == Shown::Number {
            return self.text(column, &value::number(number));
        }
        match value::date(number, shown, calendar) {
            Some(date) => self.text(column, &date),
            None => {
                let row = self.row;
                self.no_dates.add(|| address(column, row));
                self.text(column, &value::number(number))
            }
        }
    }

    /// A cell that holds an error such as `#N/A`.
    pub(super) fn error(&mut self, column: usize, text: &str) -> Result<(), Refusal> {
        let row = self.row;
        self.errors.add(|| address(column, row));
        self.text(column, text)
    }

    /// A formula whose result was not saved.
    pub(super) fn formula_without_result(&mut self, column: usize) {
        let row = self.row;
        self.no_result.add(|| address(column, row));
    }

    /// Writes the current row as often as `times` says, as formats do that fold equal rows.
    pub(super) fn repeat_row(&mut self, times: u64) -> Result<(), Refusal> {
        self.sort();
        for _ in 1..times {
            self.write_row()?;
        }
        Ok(())
    }

    /// The table, if any cell is filled, and the notes.
    pub(super) fn finish(mut self) -> Result<(Option<String>, Vec<Note>), Refusal> {
        self.end_row()?;
        let notes = [
            self.no_result.note(Note::NoResult),
            self.cut.note(Note::CutCells),
            self.errors.note(Note::ErrorCells),
            self.no_dates.note(Note::NoDates),
        ];
        let text = (!self.table.is_empty()).then(|| self.table.finish());
        Ok((text, notes.into_iter().flatten().collect()))
    }

    fn end_row(&mut self) -> Result<(), Refusal> {
        if !self.cells.is_empty() {
            self.sort();
            self.write_row()?;
        }
        self.cells.clear();
        self.text.clear();
        Ok(())
    }

    /// By column; of two cells in one place the last stays.
    fn sort(&mut self) {
        if self.cells.is_sorted_by(|one, next| one.0 < next.0) {
            return;
        }
        self.cells.reverse();
        self.cells.sort_by_key(|(column, _)| *column);
        self.cells.dedup_by_key(|(column, _)| *column);
    }

    fn write_row(&mut self) -> Result<(), Refusal> {
        let mut next = 0;
        for (column, range) in &self.cells {
            while next < *column {
                self.table.cell("")?;
                next += 1;
            }
            self.table.cell(&self.text[range.clone()])?;
            next += 1;
        }
        self.table.end_row()
    }
}

/// The text up to the limit of characters.
pub(super) fn within(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

/// A cell as people write it: `C7`. Columns count from 0, rows from 1.
pub(super) fn address(column: usize, row: u64) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.push(char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &row.to_string()
}

/// The column and row of an address such as `C7`; nothing where no sheet has such a cell.
pub(super) fn place_of(address: &str) -> Option<(usize, u64)> {
    let split = address.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, digits) = address.split_at(split);
    if letters.is_empty() || letters.len() > 3 || digits.len() > 7 {
        return None;
    }
    let mut column = 0;
    for letter in letters.bytes() {
        let letter = letter.to_ascii_uppercase();
        column = column * 26 + usize::from(letter.is_ascii_uppercase().then(|| letter - b'A' + 1)?);
    }
    let row = digits.parse().ok().filter(|row| (1..=MOST_ROWS).contains(row))?;
    Some((column - 1, row)).filter(|(column, _)| *column < 16_384)
}

#[cfg(test)]
mod tests {
    use super::super::limits::Limits;
    use super::*;

    #[test]
    fn addresses_go_both_ways() {
        for (text, place) in [("A1", (0, 1)), ("Z2", (25, 2)), ("AA10", (26, 10)), ("XFD1048576", (16_383, 1_048_576))]
        {
            assert_eq!(place_of(text), Some(place));
            assert_eq!(address(place.0, place.1), text);
        }
        for text in ["", "A", "1", "A0", "XFE1", "ZZZZZZZ1", "A4294967297", "A-1", "é1"] {
            assert_eq!(place_of(text), None, "{text}");
        }
    }

    #[test]
    fn far_cells_cost_no_grid() {
        let limits = Limits::default();
        let budget = Budget::new(&limits, 100);
        let mut sheet = Sheet::new("sheet `S`", &budget);
        sheet.start_row(1).unwrap();
        sheet.text(2, "c").unwrap();
        sheet.text(0, "a").unwrap();
        sheet.text(2, "C").unwrap();
        sheet.start_row(1_048_576).unwrap();
        sheet.text(1, "b").unwrap();
        assert_eq!(sheet.finish().unwrap().0.as_deref(), Some("a,,C\n,b\n"));
    }

    #[test]
    fn a_long_cell_is_cut_and_noted() {
        let limits = Limits { workbook_cell: 3, ..Limits::default() };
        let budget = Budget::new(&limits, 100);
        let mut sheet = Sheet::new("sheet `S`", &budget);
        sheet.start_row(7).unwrap();
        sheet.text(1, "größer").unwrap();
        let (text, notes) = sheet.finish().unwrap();
        assert_eq!(text.as_deref(), Some(",grö\n"));
        assert_eq!(notes[0].to_string(), "cells cut at the limit: 1, at B7");
    }
}
