//! Where the table ends, and which rows on the way are no data. Rows that are merely odd are kept.

use super::super::kinds::Kind;
use super::super::record::Record;
use super::super::rows::Rows;
use super::super::totals;
use super::{Aside, Layout};

/// Sets the end of the table and marks every row behind it.
pub fn find(rows: &mut Rows<'_>, layout: &mut Layout) {
    let header = joined_lines(rows, layout);
    let mut record = Record::default();
    let mut row = layout.first;
    let mut end = layout.first;
    let mut after_gap = false;
    let mut beyond = 0;
    while row < rows.len() {
        if rows.is_blank(row) {
            layout.aside.insert(row, Aside::Blank);
            after_gap = true;
            row += 1;
            continue;
        }
        if let Some(again) = header_below(rows, &header, row) {
            if begins_again(rows, layout, again) {
                break;
            }
            begin_block(rows, layout, row, again);
            after_gap = false;
            row = again;
            continue;
        }
        rows.read(row, &mut record);
        let what = if header.iter().any(|line| same(line, &record)) {
            if begins_again(rows, layout, row) { Row::NewTable } else { Row::Aside(Aside::RepeatedHeader) }
        } else if totals::is_comment(&record) && layout.width > 1 {
            Row::Aside(Aside::Comment)
        } else {
            kind_of(rows, layout, row, &record, after_gap, &mut beyond)
        };
        match what {
            Row::Data => end = row + 1,
            Row::Aside(aside) => {
                layout.aside.insert(row, aside);
            }
            Row::NewTable | Row::Below => break,
        }
        after_gap = false;
        row += 1;
    }
    layout.end = without_footers(rows, layout, end);
    layout.blocks.retain(|row, _| *row < layout.end);
    if !layout.blocks.is_empty() {
        let title = title_above(rows, layout);
        layout.blocks.insert(layout.first, title);
    }
    mark_below(rows, layout);
}

/// Title lines that a block of a table may have.
const MOST_TITLES: usize = 3;

/// The row in which the header occurs once more below the title lines that begin with `row`.
fn header_below(rows: &mut Rows<'_>, header: &[Record], row: usize) -> Option<usize> {
    let first = header.first().filter(|first| first.filled() > 1)?;
    if !is_title(rows, row) {
        return None;
    }
    let mut below = (row + 1..rows.len().min(row + 2 * MOST_TITLES)).filter(|row| !rows.is_blank(*row));
    let again = below.find(|row| !is_title(rows, *row))?;
    let looks_alike = rows.filled(again) == first.filled();
    (looks_alike && same(first, &rows.record(again))).then_some(again)
}

/// Whether a row holds nothing but its first cell, as titles do.
fn is_title(rows: &Rows<'_>, row: usize) -> bool {
    rows.filled(row) == 1 && rows.shape(row).reach == 1
}

/// Marks the title lines of a block, and keeps the first of them for its rows.
fn begin_block(rows: &mut Rows<'_>, layout: &mut Layout, from: usize, header: usize) {
    for row in from..header {
        layout.aside.insert(row, if rows.is_blank(row) { Aside::Blank } else { Aside::Title });
    }
    let title = rows.record(from).text(0).trim().to_owned();
    layout.blocks.insert(header, title);
}

/// The title of the first block: the line above the header that is where the next block has its title.
fn title_above(rows: &mut Rows<'_>, layout: &Layout) -> String {
    let titles_before = |header: usize| -> Vec<usize> {
        let from = (0..header).rev().find(|row| !rows.is_blank(*row)).map_or(0, |last| last + 1);
        (0..from).rev().take_while(|row| is_title(rows, *row)).take(MOST_TITLES).collect()
    };
    let Some(header) = layout.header.first() else { return String::new() };
    let lines = layout.blocks.keys().next().map_or(0, |again| titles_before(*again).len());
    let own = titles_before(*header);
    let title = own.get(..lines.min(own.len())).and_then(<[usize]>::last).copied();
    title.map_or_else(String::new, |row| rows.record(row).text(0).trim().to_owned())
}

enum Row {
    Data,
    Aside(Aside),
    NewTable,
    Below,
}

fn joined_lines(rows: &mut Rows<'_>, layout: &Layout) -> Vec<Record> {
    layout.header.iter().map(|line| rows.record(*line)).collect()
}

/// Whether two rows hold the same cells, blanks and surplus aside.
fn same(one: &Record, other: &Record) -> bool {
    let width = one.reach();
    width > 0 && other.reach() == width && (0..width).all(|at| one.text(at).trim() == other.text(at).trim())
}

/// Whether the table begins once more behind a repeated header, with the rows that it began with.
fn begins_again(rows: &mut Rows<'_>, layout: &Layout, header: usize) -> bool {
    let Some(next) = rows.next_filled(header + 1) else { return false };
    let first = rows.record(layout.first);
    next > layout.first && same(&first, &rows.record(next))
}

/// `beyond` keeps the next row of more than a first cell, so that many single cells are not looked through again for each.
fn kind_of(
    rows: &mut Rows<'_>,
    layout: &Layout,
    row: usize,
    record: &Record,
    after_gap: bool,
    beyond: &mut usize,
) -> Row {
    let width = layout.width;
    if record.filled() == 1 && width > 1 && record.reach() == 1 {
        if is_title_of_other(rows, layout, row, after_gap) {
            return Row::NewTable;
        }
        return of_single(rows, layout, row, record, after_gap, beyond);
    }
    if is_other_header(rows, layout, row, record, after_gap) {
        return Row::NewTable;
    }
    if after_gap && totals::is_footer(record) {
        return Row::Below;
    }
    Row::Data
}

/// A row with nothing but its first cell: below the table if no more data follows, else a row like others.
fn of_single(
    rows: &mut Rows<'_>,
    layout: &Layout,
    row: usize,
    record: &Record,
    after_gap: bool,
    beyond: &mut usize,
) -> Row {
    let mut parted = Record::default();
    if rows.cells(row) == 1 && rows.parted_otherwise(row, layout.width, &mut parted) && layout.profile.takes(&parted) {
        return Row::Data;
    }
    if !(after_gap || totals::is_footer(record)) {
        return Row::Data;
    }
    // Behind a gap or with the words of small print: more data of this table may still follow.
    if *beyond <= row {
        *beyond = (row + 1..rows.len()).find(|row| rows.shape(*row).reach > 1).unwrap_or(rows.len());
    }
    if *beyond == rows.len() {
        return Row::Below;
    }
    let following = rows.record(*beyond);
    let is_data = following.len() == layout.width && layout.profile.labels(&following) < 0;
    if is_data && !totals::is_footer(record) { Row::Data } else { Row::Below }
}

/// Whether a row is the header of another table: only labels where this table has values, and values below them.
fn is_other_header(rows: &mut Rows<'_>, layout: &Layout, row: usize, record: &Record, after_gap: bool) -> bool {
    let Some(next) = rows.next_filled(row + 1) else { return false };
    let own = record.reach();
    let is_padded = rows.cells(next) == record.len() && rows.shape(next).reach as usize <= own;
    let changes_width = own != layout.width && (rows.cells(next) == own || (after_gap && is_padded)) && next == row + 1;
    let is_wordy = record.filled() * 5 >= own * 4 && record.texts().all(|cell| !Kind::of(cell).is_typed());
    // An id where this table has ids: a record, whatever words its other cells hold.
    let has_id =
        (0..own).any(|at| layout.profile.kind(at) == Some(Kind::Code) && Kind::of(record.text(at)) == Kind::Code);
    if !is_wordy || has_id || record.filled() < 2 {
        return false;
    }
    let below = rows.record(next);
    let has_values = below.texts().any(|cell| Kind::of(cell).is_typed());
    let labels = layout.profile.labels(record);
    if layout.profile.typed() > 0 {
        let typed = layout.profile.typed_within(own);
        let is_apart = after_gap && changes_width && labels >= 0;
        let own_labels = is_apart || labels >= 2 && labels >= i32::try_from(typed).unwrap_or(i32::MAX);
        // Without a gap or another width, only labels of this very table show that it is another's header; and where
        // the table simply goes on below, one odd row does not end it.
        let is_certain = changes_width || (own == layout.width && (after_gap || is_like_header(rows, layout, record)));
        let goes_on = !after_gap && below.len() == layout.width && layout.profile.takes(&below);
        return has_values && own_labels && is_certain && !goes_on;
    }
    // Where no column of this table holds values, only another width, kept for some rows, decides.
    let stays = (next..rows.len()).take(3).all(|row| rows.cells(row) == own);
    changes_width && (after_gap || stays) && (has_values || after_gap)
}

/// Whether a row of one cell is the title of another table, whose header is right below.
fn is_title_of_other(rows: &mut Rows<'_>, layout: &Layout, row: usize, after_gap: bool) -> bool {
    let header = row + 1;
    if header >= rows.len() || rows.filled(header) < 3 {
        return false;
    }
    let record = rows.record(header);
    let is_apart = after_gap || record.reach() != layout.width;
    is_apart && is_other_header(rows, layout, header, &record, true)
}

/// Whether at least half of the labels of the header are in a row too.
fn is_like_header(rows: &mut Rows<'_>, layout: &Layout, record: &Record) -> bool {
    let labels: Vec<String> = record.texts().map(|label| label.trim().to_lowercase()).collect();
    let Some(line) = layout.header.last() else { return false };
    let header = rows.record(*line);
    let shared = header.texts().filter(|label| labels.contains(&label.trim().to_lowercase())).count();
    shared * 2 >= header.len()
}

/// The end of the table without small print right below its last row.
fn without_footers(rows: &mut Rows<'_>, layout: &Layout, end: usize) -> usize {
    let mut end = end;
    let mut record = Record::default();
    let mut below_is_print = rows.next_filled(end).is_some_and(|next| totals::is_footer(&rows.record(next)));
    while end > layout.first {
        let last = end - 1;
        if rows.is_blank(last) || layout.aside.contains_key(&last) {
            end = last;
            continue;
        }
        rows.read(last, &mut record);
        // The name of the report is alone above its small print.
        let is_name = below_is_print && layout.width > 2 && record.filled() == 1 && record.reach() == 1;
        if !is_name && !is_small_print(rows, layout, last, &record) {
            break;
        }
        below_is_print = !is_name;
        end = last;
    }
    end
}

fn is_small_print(rows: &Rows<'_>, layout: &Layout, row: usize, record: &Record) -> bool {
    if layout.width < 2 {
        return totals::is_footer(record);
    }
    let is_single = record.filled() == 1 && record.reach() == 1;
    if !is_single {
        return totals::is_footer(record);
    }
    let mut parted = Record::default();
    let is_parted = rows.parted_otherwise(row, layout.width, &mut parted) && layout.profile.takes(&parted);
    let text = record.text(0).trim();
    let is_sentence =
        Kind::of(text) == Kind::Words && text.contains(' ') && layout.profile.kind(0) != Some(Kind::Words);
    !is_parted && (totals::is_footer(record) || (layout.width > 2 && is_sentence))
}

/// Says of each row behind the end what it is.
fn mark_below(rows: &mut Rows<'_>, layout: &mut Layout) {
    let mut in_other = false;
    let mut after_gap = true;
    for row in layout.end..rows.len() {
        let what = if rows.is_blank(row) {
            after_gap = true;
            Aside::Blank
        } else {
            let begins = rows.filled(row) > 1 && rows.next_filled(row + 1).is_some_and(|next| rows.filled(next) > 1);
            if begins && (after_gap || !in_other) && (!in_other || rows.filled(row) > 1) {
                if !in_other || after_gap {
                    layout.others.push(row);
                }
                in_other = true;
            }
            after_gap = false;
            if in_other { Aside::OtherTable } else { Aside::Footer }
        };
        layout.aside.insert(row, what);
    }
}
