//! Several tables in one text, one below the other, each with a header of its own: takes the table that was found in
//! it, gives each of them with its title. Blocks of one header are one table, which [`super::layout`] handles; what a
//! table is, and which of several is used, is left to recognition.

use std::collections::BTreeSet;

use super::kinds::Kind;
use super::profile::Profile;
use super::record::Record;
use super::rows::Rows;
use super::table::Table;

/// Rows that the columns of a part are known by.
const SAMPLE: usize = 50;
/// Title lines that a table may have.
const MOST_TITLES: usize = 3;

/// One of several tables of a text.
#[derive(Debug, Clone)]
pub struct Part {
    /// The line above its header, or its number where there is none; no two parts have the same.
    pub title: String,
    /// The table.
    pub table: Table,
}

/// The tables of a text in which one was found; none where that is the only one.
pub fn of(found: &Table) -> Vec<Part> {
    // A text is looked through once more only where there is more in it.
    if found.layout.others.is_empty() && !found.layout.is_busy_above {
        return Vec::new();
    }
    let text = found.text();
    let mut rows = Rows::of(text, found.dialect, 0);
    let starts = starts(&mut rows);
    if starts.len() < 2 {
        return Vec::new();
    }
    let ends = starts.iter().skip(1).map(|start| rows.shape(start.row).start).chain(std::iter::once(text.len()));
    let slices = starts.iter().zip(ends).map(|(start, end)| &text[rows.shape(start.row).start..end]);
    let mut parts: Vec<Part> = Vec::new();
    for (start, slice) in starts.iter().zip(slices) {
        let Some(table) = Table::of_part(slice.to_owned(), found.dialect) else { continue };
        let named = if start.title.is_empty() { format!("table {}", parts.len() + 1) } else { start.title.clone() };
        let is_taken = |title: &str| parts.iter().any(|part| part.title == title);
        let again = (2..).map(|number| format!("{named} ({number})"));
        let title = std::iter::once(named.clone()).chain(again).find(|title| !is_taken(title)).unwrap_or(named);
        parts.push(Part { title, table });
    }
    parts
}

/// Where a table begins, title lines and all, and the line right above its header.
struct Start {
    row: usize,
    title: String,
}

/// The table that is being looked through.
struct Current {
    header: Record,
    rows: Vec<Record>,
}

/// The first table begins with the text.
fn starts(rows: &mut Rows<'_>) -> Vec<Start> {
    let mut starts: Vec<Start> = Vec::new();
    let mut current: Option<Current> = None;
    for row in 0..rows.len() {
        if rows.filled(row) < 2 {
            continue;
        }
        let record = rows.record(row);
        match &mut current {
            None if is_header(rows, row, &record) && has_values_below(rows, row, &record) => {
                let title = first_title(rows, row);
                starts.push(Start { row: 0, title });
                current = Some(Current { header: record, rows: Vec::new() });
            }
            None => {}
            Some(table) => {
                let again = table.header == record;
                if !again
                    && !table.rows.is_empty()
                    && is_header(rows, row, &record)
                    && let Some(lead) = lead(rows, row)
                    && begins_another(rows, table, row, &record, &lead)
                {
                    starts.push(Start { row: lead.from, title: lead.title });
                    current = Some(Current { header: record, rows: Vec::new() });
                } else if !again && table.rows.len() < SAMPLE {
                    table.rows.push(record);
                }
            }
        }
    }
    starts
}

/// What is above a header.
struct Lead {
    /// The first title line, or the header itself.
    from: usize,
    title: String,
    /// Whether an empty line is above.
    is_after_gap: bool,
}

/// Whether a row may be a header: labels side by side, no value among them, no two alike.
fn is_header(rows: &Rows<'_>, row: usize, record: &Record) -> bool {
    let reach = record.reach();
    let mut seen = BTreeSet::new();
    rows.filled(row) * 5 >= reach * 4
        && record.texts().all(|cell| !Kind::of(cell).is_typed())
        && record.texts().take(reach).filter(|cell| !cell.trim().is_empty()).all(|label| seen.insert(label.trim()))
}

/// Whether values are right below a header, no further to the right than it goes.
fn has_values_below(rows: &mut Rows<'_>, header: usize, record: &Record) -> bool {
    let below = header + 1;
    if below >= rows.len() || rows.filled(below) < 2 {
        return false;
    }
    let next = rows.record(below);
    next.reach() <= record.reach() && record.filled() > 2 && next.texts().any(|cell| Kind::of(cell).is_typed())
}

/// Whether a table without a row ends right below its header: another title, or nothing more.
fn is_empty_below(rows: &Rows<'_>, header: usize) -> bool {
    rows.next_filled(header + 1).is_none_or(|next| is_title(rows, next))
}

fn is_title(rows: &Rows<'_>, row: usize) -> bool {
    rows.filled(row) == 1 && rows.shape(row).reach == 1
}

/// The title lines or the gap right above a header; `None` where a row of a table is there.
fn lead(rows: &mut Rows<'_>, header: usize) -> Option<Lead> {
    let above = header.checked_sub(1)?;
    let nearest = if rows.is_blank(above) { above.checked_sub(1)? } else { above };
    let titles = (0..=nearest).rev().take_while(|row| is_title(rows, *row)).take(MOST_TITLES);
    let from = titles.last().unwrap_or(header);
    if from == header {
        return rows.is_blank(above).then(|| Lead { from, title: String::new(), is_after_gap: true });
    }
    let title = title_in(rows, nearest);
    let is_after_gap = from == 0 || rows.is_blank(from - 1);
    (Kind::of(&title) != Kind::Missing).then_some(Lead { from, title, is_after_gap })
}

/// The title of the first table: the line right above its header, else the first title of the text.
fn first_title(rows: &mut Rows<'_>, header: usize) -> String {
    let above = (0..header).rev().find(|row| !rows.is_blank(*row)).filter(|row| is_title(rows, *row));
    let title = above.or_else(|| (0..header).find(|row| is_title(rows, *row)));
    title.map_or_else(String::new, |row| title_in(rows, row))
}

/// A title as part of a name.
fn title_in(rows: &mut Rows<'_>, row: usize) -> String {
    const LONGEST: usize = 60;
    let record = rows.record(row);
    let words = record.text(0).split_whitespace().collect::<Vec<&str>>().join(" ");
    words.replace(['/', '\\'], "-").chars().take(LONGEST).collect()
}

/// Whether a header begins another table, and is no odd row of the one above it.
fn begins_another(rows: &mut Rows<'_>, table: &Current, row: usize, record: &Record, lead: &Lead) -> bool {
    let has_title = lead.from < row;
    let has_values = has_values_below(rows, row, record);
    if !(has_values || has_title && record.filled() > 2 && is_empty_below(rows, row)) {
        return false;
    }
    let width = table.header.reach();
    let profile = Profile::of(table.rows.iter(), width);
    let (own, labels) = (record.reach(), profile.labels(record));
    let typed = i32::try_from(profile.typed_within(own)).unwrap_or(i32::MAX);
    let reads_like_labels = labels >= 2 && labels >= typed;
    if own != width && has_title {
        return labels >= 0;
    }
    let header: BTreeSet<&str> = table.header.texts().map(str::trim).collect();
    let shared = record.texts().filter(|label| header.contains(label.trim())).count();
    let is_apart = lead.is_after_gap || shared * 2 >= own || typed > 1;
    reads_like_labels && is_apart
}

#[cfg(test)]
mod tests {
    use super::super::table::DialectHint;
    use super::*;

    fn parts(text: &str) -> Vec<(String, Vec<String>, usize)> {
        let table = Table::find(text.to_owned(), DialectHint::default()).expect("a table");
        let part = |part: Part| {
            let mut records = 0;
            part.table.each_record(|_| records += 1);
            (part.title, part.table.header().unwrap_or_default(), records)
        };
        of(&table).into_iter().map(part).collect()
    }

    fn labels(labels: &str) -> Vec<String> {
        labels.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn each_table_under_a_title_is_found_with_it() {
        let text = "Report\nGenerated,04/23/2026 02:31 PM\nTopic,ID,Start,Users\nDemo,812 000,04/22/2026 10:45 AM,6\n\
                    Hosts\nAttended,Name,Email,Joined\nYes,Our Host,host@ourfirm.example,04/22/2026\n\
                    Guests\nAttended,Name,First,Email,Joined\nYes,Ada A,Ada,a@example.com,04/22/2026\n\
                    No,Bob B,Bob,b@example.com,--\n";
        let expected = [
            ("Report".to_owned(), labels("Topic,ID,Start,Users"), 1),
            ("Hosts".to_owned(), labels("Attended,Name,Email,Joined"), 1),
            ("Guests".to_owned(), labels("Attended,Name,First,Email,Joined"), 2),
        ];
        assert_eq!(parts(text), expected);
    }

    #[test]
    fn tables_with_a_gap_between_them_are_found_without_titles() {
        let text = "Day,Campaign,Cost\n2026-01-01,A,5\n2026-01-02,B,6\n\n\
                    id,email,source,created_at,status\n1,a@example.com,Web,2026-01-01,open\n2,b@example.com,Web,2026-01-02,open\n";
        let titles: Vec<(String, usize)> =
            parts(text).into_iter().map(|(title, _, records)| (title, records)).collect();
        assert_eq!(titles, [("table 1".to_owned(), 2), ("table 2".to_owned(), 2)]);
    }

    #[test]
    fn one_table_has_no_parts_whatever_is_in_it() {
        for text in [
            "Leads\n\nname,email,amount\nAda,a@example.com,5\nBob,b@example.com,6\n",
            "Owner,Ada\nRange,2026-01-01\n\nname,email,amount\nAda,a@example.com,5\nBob,b@example.com,6\n",
            "name,city,amount\nAda,Rome,5\nin two\nBob,Paris,unknown\nEve,Nice,7\nJoe,Cork,8\n",
            "name,city,amount,on\nAda,Rome,5,2026-01-01\n\nBob,Paris,unknown,\nEve,Nice,7,2026-01-02\n",
        ] {
            assert_eq!(parts(text), [], "{text}");
        }
    }
}
