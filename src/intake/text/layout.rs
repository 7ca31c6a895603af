//! Where the table is in a file: takes its rows, gives the header lines, the rows of data, and for every other row
//! what it is: a title above, a total, a footer, a repeated header, the beginning of another table. Of several tables
//! the first is the one that is read; blocks that have one and the same header, each under its title, are one table.

mod ends;
mod header;
mod sums;

use std::collections::BTreeMap;

use super::profile::{Profile, SAMPLE};
use super::record::Record;
use super::rows::Rows;
use super::totals;
use serde::{Deserialize, Serialize};

/// What a row is that is neither header nor data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Aside {
    /// Nothing in any cell.
    Blank,
    /// Above the header: a title, a date range, a filter.
    Title,
    /// A line of totals.
    Total,
    /// The header once more.
    RepeatedHeader,
    /// A comment.
    Comment,
    /// Below the table: the small print of a report.
    Footer,
    /// Part of another table.
    OtherTable,
}

/// Where the table is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    /// Cells of a row of the table.
    pub width: usize,
    /// The lines of the header, none where there is no header.
    pub header: Vec<usize>,
    /// The rows of data, from the first.
    pub first: usize,
    /// One more than the last row of data.
    pub end: usize,
    /// Rows that are no data, with what they are. Rows above the header and behind the end are all in it.
    pub aside: BTreeMap<usize, Aside>,
    /// The first row of each further table.
    pub others: Vec<usize>,
    /// Where the table comes in blocks under titles, each with the header again: the first row of each block, and its
    /// title.
    pub blocks: BTreeMap<usize, String>,
    /// Whether rows of several cells are above the header, as those of another table would be.
    pub is_busy_above: bool,
    /// What the columns hold.
    pub profile: Profile,
}

impl Layout {
    /// The layout of a text whose usual rows have `width` cells.
    pub fn of(rows: &mut Rows<'_>, width: usize) -> Layout {
        let profile = profile(rows, width);
        let header = header::find(rows, &profile);
        let mut layout = Layout { width, profile, first: header.first, header: header.lines, ..Layout::default() };
        ends::find(rows, &mut layout);
        layout.profile_again(rows);
        layout.mark_above(rows);
        sums::mark(rows, &mut layout);
        layout
    }

    /// The layout where the header is known to be in a row.
    pub fn under(rows: &mut Rows<'_>, width: usize, header: usize) -> Layout {
        let profile = profile(rows, width);
        let mut layout = Layout { width, profile, first: header + 1, header: vec![header], ..Layout::default() };
        ends::find(rows, &mut layout);
        layout.profile_again(rows);
        layout.mark_above(rows);
        sums::mark(rows, &mut layout);
        layout
    }

    /// Where the header is repeated, what the columns hold without it: in short blocks its labels weigh as much as values.
    fn profile_again(&mut self, rows: &mut Rows<'_>) {
        if self.aside.values().any(|aside| *aside == Aside::RepeatedHeader) {
            let records: Vec<Record> = self.data().take(SAMPLE).map(|row| rows.record(row)).collect();
            self.profile = Profile::of(records.iter(), self.width);
        }
    }

    /// The width of a first table that is not as wide as most rows of the file; `None` where the first table is.
    pub fn first_width(rows: &mut Rows<'_>, width: usize) -> Option<usize> {
        let run = first_run(rows)?;
        let own = rows.cells(run.start);
        if own == width {
            return None;
        }
        let records: Vec<Record> = run.clone().map(|row| rows.record(row)).collect();
        let profile = Profile::of(records[1..].iter(), own);
        (profile.typed() > 0 && profile.labels(&records[0]) > 0).then_some(own)
    }

    /// The rows of data.
    pub fn data(&self) -> impl Iterator<Item = usize> {
        (self.first..self.end).filter(|row| !self.aside.contains_key(row))
    }

    fn mark_above(&mut self, rows: &mut Rows<'_>) {
        let mut record = Record::default();
        for row in 0..self.first {
            if self.header.contains(&row) {
                continue;
            }
            rows.read(row, &mut record);
            let what = if rows.is_blank(row) {
                Aside::Blank
            } else if totals::is_comment(&record) {
                Aside::Comment
            } else {
                Aside::Title
            };
            self.is_busy_above |= rows.filled(row) > 2;
            self.aside.insert(row, what);
        }
    }
}

/// The first rows of one width above 1 that follow one another, at least three.
fn first_run(rows: &Rows<'_>) -> Option<std::ops::Range<usize>> {
    const LEAST: usize = 3;
    const MOST: usize = 40;
    let mut start = 0;
    for row in 0..rows.len().min(2_000) {
        if rows.is_blank(row) || rows.cells(row) < 2 || rows.cells(row) != rows.cells(start) {
            start = row;
        }
        if rows.cells(start) > 1 && !rows.is_blank(start) && row + 1 - start >= LEAST {
            let width = rows.cells(start);
            let end = (row..rows.len().min(start + MOST)).find(|row| rows.cells(*row) != width);
            return Some(start..end.unwrap_or(rows.len().min(start + MOST)));
        }
    }
    None
}

/// The profile of the first rows of the usual width. The very first may be labels, and are left out where others are.
fn profile(rows: &mut Rows<'_>, width: usize) -> Profile {
    // Where hardly a row is whole or well filled, those that lack a few cells at their end, or many within, must do.
    let wanted = [(width, width.div_ceil(3)), (width.div_ceil(2), width.div_ceil(3)), (width, 1)];
    let samples = wanted.into_iter().map(|(least, filled)| usual_rows(rows, width, least, filled));
    let sample = samples.reduce(|best, other| if best.len() < 4 && other.len() > best.len() { other } else { best });
    let sample = sample.unwrap_or_default();
    let skipped = match sample.len() {
        0 | 1 => 0,
        2..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    let records: Vec<Record> = sample[skipped..].iter().map(|row| rows.record(*row)).collect();
    Profile::of(records.iter(), width)
}

/// Rows of at least so many cells, so many of them filled, up to a gap behind the first few.
fn usual_rows(rows: &Rows<'_>, width: usize, least: usize, filled: usize) -> Vec<usize> {
    let mut sample: Vec<usize> = Vec::new();
    for row in 0..rows.len() {
        if sample.len() == SAMPLE || (rows.is_blank(row) && sample.len() > 8) {
            break;
        }
        if (least..=width).contains(&rows.cells(row)) && rows.filled(row) >= filled.max(1) {
            sample.push(row);
        }
    }
    sample
}
