//! All rows of a text at a glance: where each begins, how many cells it has, how many of them hold something. A row is
//! read again from its place when more is asked, so that a large file costs little more than its text.

use std::collections::BTreeMap;

use super::record::Record;
use super::split::{Dialect, Splitter, Step};

/// One row at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Where it begins in the text.
    pub start: usize,
    /// Its cells.
    pub cells: u32,
    /// Its cells that hold more than blanks.
    pub filled: u32,
    /// One more than the place of the last of these.
    pub reach: u32,
}

/// The rows of a text under one dialect. Empty lines that follow one another are one row.
#[derive(Debug, Clone)]
pub struct Rows<'a> {
    splitter: Splitter<'a>,
    shapes: Vec<Shape>,
    /// The widest row.
    pub widest: usize,
}

impl<'a> Rows<'a> {
    /// Looks through a text. `width` is what rows usually have, so that broken ones can be mended to it.
    pub fn of(text: &'a str, dialect: Dialect, width: usize) -> Rows<'a> {
        let mut splitter = Splitter::new(text, dialect, (width > 0).then_some(width));
        let (mut start, mut record, mut shapes, mut widest) = (0, Record::default(), Vec::new(), 0);
        let mut after_empty = false;
        while let Some(step) = splitter.read(start, &mut record) {
            // One empty line after another says nothing more, and there may be millions.
            let is_empty = record.len() < 2 && record.is_blank();
            if !(is_empty && after_empty) {
                shapes.push(Shape {
                    start,
                    cells: record.len() as u32,
                    filled: record.filled() as u32,
                    reach: record.reach() as u32,
                });
            }
            after_empty = is_empty;
            widest = widest.max(record.len());
            start = step.end;
        }
        Rows { splitter, shapes, widest }
    }

    /// The width of the widest row that is not a stray: one cell far to the right of a sheet makes no table of its width.
    pub fn width_without_strays(&self) -> usize {
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        for shape in self.shapes.iter().filter(|shape| shape.reach > 0) {
            *counts.entry(shape.reach).or_default() += 1;
        }
        let usual = counts.iter().filter(|(reach, _)| **reach > 1).max_by_key(|(reach, count)| (**count, **reach));
        let most = usual.map_or(0, |(reach, _)| *reach * 2).max(8);
        counts.keys().rev().find(|reach| **reach <= most).map_or(self.widest, |reach| *reach as usize)
    }

    /// How many rows, blank ones included.
    pub fn len(&self) -> usize {
        self.shapes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }

    /// A row at a glance.
    pub fn shape(&self, row: usize) -> Shape {
        self.shapes[row]
    }

    /// The row that begins at a place of the text.
    pub fn beginning_at(&self, start: usize) -> Option<usize> {
        self.shapes.binary_search_by_key(&start, |shape| shape.start).ok()
    }

    /// Cells of a row.
    pub fn cells(&self, row: usize) -> usize {
        self.shapes[row].cells as usize
    }

    /// Cells of a row that hold something.
    pub fn filled(&self, row: usize) -> usize {
        self.shapes[row].filled as usize
    }

    /// Whether a row holds nothing.
    pub fn is_blank(&self, row: usize) -> bool {
        self.shapes[row].filled == 0
    }

    /// The first row from `row` on that holds something.
    pub fn next_filled(&self, row: usize) -> Option<usize> {
        (row..self.len()).find(|row| !self.is_blank(*row))
    }

    /// Reads a row.
    pub fn read(&mut self, row: usize, record: &mut Record) -> Step {
        self.splitter.read(self.shapes[row].start, record).expect("a row that was seen is there")
    }

    /// A row on its own.
    pub fn record(&mut self, row: usize) -> Record {
        let mut record = Record::default();
        self.read(row, &mut record);
        record
    }

    /// The row parted by another character, where that gives exactly so many cells.
    pub fn parted_otherwise(&self, row: usize, width: usize, record: &mut Record) -> bool {
        let next = self.shapes.get(row + 1).map(|shape| shape.start);
        let step = self.splitter.parted_otherwise(self.shapes[row].start, width, record);
        step.is_some_and(|step| next.is_none_or(|next| step.end == next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_cell_far_to_the_right_makes_no_table_of_its_width() {
        let stray = format!("id,name,city\n1,Ada,Cork\n2,Eve,Rome\n{}note\n", ",".repeat(200));
        assert_eq!(Rows::of(&stray, Dialect::STANDARD, 0).width_without_strays(), 3);
        let sparse = "id,name,city,note\n1,Ada\n2,Eve\n";
        assert_eq!(Rows::of(sparse, Dialect::STANDARD, 0).width_without_strays(), 4);
    }
}
