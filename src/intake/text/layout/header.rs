//! The lines of the header: those right above the first row that is plainly data and that read like labels over it.

use std::collections::BTreeSet;

use super::super::kinds::Kind;
use super::super::profile::Profile;
use super::super::record::Record;
use super::super::rows::Rows;

/// Lines that a header may have.
const MOST_LINES: usize = 3;
/// Rows looked through for the first row of data.
const LOOK: usize = 400;

/// The header and the first row of data.
pub struct Header {
    /// The lines of the header.
    pub lines: Vec<usize>,
    /// The first row of data; behind the header, or the end where there is none.
    pub first: usize,
}

/// Finds the header of a table with such columns.
pub fn find(rows: &mut Rows<'_>, profile: &Profile) -> Header {
    let filled: Vec<usize> = (0..rows.len()).filter(|row| !rows.is_blank(*row)).take(LOOK).collect();
    match filled.as_slice() {
        [] => Header { lines: Vec::new(), first: rows.len() },
        [only] if rows.len() < 50 => of_one_row(rows, *only),
        _ => match first_values(rows, profile, &filled) {
            Some(values) => above(rows, profile, values),
            None => of_words(rows, profile, &filled),
        },
    }
}

/// The only row of a file is its header, unless it holds values.
fn of_one_row(rows: &mut Rows<'_>, row: usize) -> Header {
    let record = rows.record(row);
    let values = record.texts().filter(|cell| Kind::of(cell).is_typed()).count();
    if values * 3 > record.len() {
        Header { lines: Vec::new(), first: row }
    } else {
        Header { lines: vec![row], first: row + 1 }
    }
}

/// The first row that is as wide as the table and holds values where the columns do.
fn first_values(rows: &mut Rows<'_>, profile: &Profile, filled: &[usize]) -> Option<usize> {
    let mut record = Record::default();
    let fits =
        |record: &Record, width: usize| record.len() == width || (record.len() > width && record.reach() <= width);
    filled.iter().copied().find(|row| {
        rows.read(*row, &mut record);
        fits(&record, profile.width()) && profile.labels(&record) < 0 && !is_line_of_groups(rows, profile, *row)
    })
}

/// Whether a row is over a header of which labels recur, as their groups do: nothing over the first columns, and each
/// group over a column. Groups may be numbers, such as years.
fn is_line_of_groups(rows: &mut Rows<'_>, profile: &Profile, row: usize) -> bool {
    let below = row + 1;
    if below >= rows.len() || rows.cells(row) != profile.width() || rows.filled(below) != profile.width() {
        return false;
    }
    let (groups, labels) = (rows.record(row), rows.record(below));
    groups.text(0).trim().is_empty() && is_wordy(&labels) && profile.labels(&labels) > 0 && !is_distinct(&labels)
}

fn is_wordy(record: &Record) -> bool {
    record.texts().all(|cell| !Kind::of(cell).is_typed())
}

fn is_distinct(record: &Record) -> bool {
    let mut seen = BTreeSet::new();
    record.texts().all(|label| seen.insert(label.trim().to_lowercase()))
}

/// Whether a row can be nothing but the header: a label over every column, no two alike, and words where values are.
fn is_whole_header(rows: &mut Rows<'_>, profile: &Profile, row: usize) -> bool {
    let width = profile.width();
    if rows.cells(row) != width || rows.filled(row) != width {
        return false;
    }
    let record = rows.record(row);
    profile.labels(&record) > 0 && is_wordy(&record) && is_distinct(&record)
}

/// The header of data that begins at `values`, or a little above it with rows that say nothing.
fn above(rows: &mut Rows<'_>, profile: &Profile, values: usize) -> Header {
    let candidates = lines_above(rows, profile, values);
    let mut record = Record::default();
    let mut score = |row: usize, rows: &mut Rows<'_>| {
        rows.read(row, &mut record);
        (profile.labels(&record), is_wordy(&record))
    };
    let scores: Vec<(usize, i32, bool)> = candidates
        .iter()
        .map(|row| {
            let (labels, wordy) = score(*row, rows);
            (*row, labels, wordy)
        })
        .collect();
    let half = profile.width().div_ceil(2);
    let Some(last) = scores.iter().rposition(|(row, labels, _)| *labels > 0 && rows.cells(*row) >= half) else {
        return parted_otherwise(rows, profile, values)
            .or_else(|| over_short_rows(rows, profile, values))
            .unwrap_or(Header { lines: Vec::new(), first: first_of_data(rows, profile, &candidates, values) });
    };
    // Below a whole header, a row that is shorter or holds a value is a record, whatever words are in it.
    let whole = scores.iter().position(|(row, _, _)| is_whole_header(rows, profile, *row));
    let is_record = |(row, _, wordy): &(usize, i32, bool), rows: &mut Rows<'_>| {
        let is_short = rows.cells(*row) < profile.width();
        (is_short || !wordy) && !rows.record(*row).text(0).trim().is_empty()
    };
    let last = match whole.filter(|whole| *whole < last) {
        Some(whole) if is_record(&scores[whole + 1], rows) => whole,
        _ => last,
    };
    let mut lines = vec![scores[last].0];
    for (row, labels, wordy) in scores[..last].iter().rev() {
        let adjoins = lines.first() == Some(&(row + 1));
        // A line of groups is over some of the columns only, and holds no value either.
        let is_whole = rows.cells(*row).abs_diff(profile.width()) < 2;
        let is_label = *labels > 0 || (*labels == 0 && *wordy) || is_line_of_groups(rows, profile, *row);
        if !adjoins || !is_whole || lines.len() == MOST_LINES || !is_label {
            break;
        }
        lines.insert(0, *row);
    }
    let first = scores.get(last + 1).map_or(values, |(row, _, _)| *row);
    Header { lines, first }
}

/// The first of the rows right above the values that are as wide as the table, or nearly so.
fn first_of_data(rows: &Rows<'_>, profile: &Profile, candidates: &[usize], values: usize) -> usize {
    let is_whole = |row: &&usize| rows.cells(**row).abs_diff(profile.width()) < 2;
    candidates.iter().rev().take_while(is_whole).last().copied().unwrap_or(values)
}

/// The rows above the first values that may belong to the table: as wide as it, or nearly so. Blank lines may part
/// the header from its data, but not its lines from one another.
fn lines_above(rows: &Rows<'_>, profile: &Profile, values: usize) -> Vec<usize> {
    let width = profile.width();
    let mut lines = Vec::new();
    let mut blanks = 0;
    for row in (0..values).rev() {
        if rows.is_blank(row) {
            if !lines.is_empty() {
                break;
            }
            blanks += 1;
            continue;
        }
        let cells = rows.cells(row);
        let is_near = cells == width || (width > 2 && cells > 1 && cells <= width + 3);
        let is_full = rows.filled(row) >= 2.min(width) || width == 1;
        let is_whole = blanks < 2 || (cells == width && rows.filled(row) * 5 >= width * 4);
        if !is_near || !is_full || !is_whole {
            break;
        }
        lines.insert(0, row);
    }
    lines
}

/// Rows of a cell or two that may be between a header and the first row of values.
const MOST_SHORT: usize = 4;

/// A whole header above records that are too short, or too empty, to look like rows of the table.
fn over_short_rows(rows: &mut Rows<'_>, profile: &Profile, values: usize) -> Option<Header> {
    let from = values.saturating_sub(MOST_SHORT + 1);
    let header = (from..values).rev().find(|row| is_whole_header(rows, profile, *row))?;
    let is_short = |row: usize| !rows.is_blank(row) && rows.filled(row) < profile.width();
    (header + 1..values).all(is_short).then(|| Header { lines: vec![header], first: header + 1 })
}

/// A header that is parted by another character than its data.
fn parted_otherwise(rows: &Rows<'_>, profile: &Profile, values: usize) -> Option<Header> {
    let row = values.checked_sub(1).filter(|row| rows.cells(*row) == 1 && profile.width() > 2)?;
    let mut record = Record::default();
    let fits = rows.parted_otherwise(row, profile.width(), &mut record) && profile.labels(&record) > 0;
    fits.then(|| Header { lines: vec![row], first: values })
}

/// The header of a table in which no column says anything: its first full row.
fn of_words(rows: &mut Rows<'_>, profile: &Profile, filled: &[usize]) -> Header {
    let width = profile.width();
    let is_full = |row: &&usize| rows.cells(**row) == width && rows.filled(**row) * 2 >= width;
    let row = filled.iter().find(is_full).or(filled.first()).copied().unwrap_or_default();
    // Groups are over labels, and not over the first of them.
    let groups = (row.saturating_sub(1)..=row).find(|row| is_over_labels(rows, *row, width));
    let row = groups.map_or(row, |groups| groups + 1);
    let header = rows.record(row);
    if says_itself_again(rows, &header, row) {
        return Header { lines: Vec::new(), first: groups.unwrap_or(row) };
    }
    Header { lines: groups.into_iter().chain(std::iter::once(row)).collect(), first: row + 1 }
}

/// Whether a row of two cells or more, none of them the first, is over one that has words in all of them.
fn is_over_labels(rows: &mut Rows<'_>, row: usize, width: usize) -> bool {
    let below = row + 1;
    if below >= rows.len() || rows.cells(row) != width || rows.filled(row) < 2 || rows.filled(below) != width {
        return false;
    }
    let is_indented = rows.record(row).text(0).trim().is_empty();
    is_indented && is_wordy(&rows.record(below))
}

/// Whether a row's words turn up again below it, as values do and labels do not.
fn says_itself_again(rows: &mut Rows<'_>, header: &Record, row: usize) -> bool {
    let mut again = vec![false; header.len()];
    let mut record = Record::default();
    for other in row + 1..rows.len().min(row + 1 + LOOK) {
        rows.read(other, &mut record);
        // The same row once more is a repeated header, not data.
        if record == *header {
            continue;
        }
        for (column, again) in again.iter_mut().enumerate() {
            *again |= !header.text(column).trim().is_empty() && record.get(column) == header.get(column);
        }
    }
    let repeated = again.iter().filter(|again| **again).count();
    repeated > 0 && repeated * 3 >= header.len()
}
