//! The same record in several rows: takes a table and its key, gives which rows to use. The latest version wins, by
//! its modification time, else by when its export was made; where that does not decide, the fuller row, then the greater
//! content, so that the order of rows never matters. An id
//! that is known to be damaged, or that a spreadsheet rounded so that it stands for several records, names none.

use std::cmp::Ordering;

use super::frame::Frame;
use super::ids::{BY_EMAIL, DAMAGED, is_damaged, looks_rounded};
use super::overlap::ExportOrigin;
use crate::fields;
use crate::project::Table;
use crate::store::keys::{duplicates, print};
use crate::store::{NO_NUMBER, NO_PRINT, Texts, Values, Words};

/// What a row is among those of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// The one to use.
    Used,
    /// Older than that.
    Older,
    /// Of another file, which has columns that the used one's file lacks: these are filled from it.
    Completing,
}

/// What each row is, and the table in which the rows to use are complete. Rows without a key are all used. Of two
/// snapshots the newer wins, then the later modification, then the greater content, so that the order of rows never matters.
pub fn resolved(frame: Frame, key: &str, words: &Words, origins: &[ExportOrigin]) -> (Frame, Vec<Version>) {
    let mut versions = vec![Version::Used; frame.height()];
    let Some(keys) = frame.column(key) else { return (frame, versions) };
    let snapshot = |row: usize| origins.get(frame.files()[row] as usize).map_or(0, |origin| origin.snapshot);
    let modified = match frame.column("modified_at") {
        Some(Values::Numbers(times)) => Some(times),
        _ => None,
    };
    let time = |row: usize| modified.map(|times| times[row]).filter(|time| *time != NO_NUMBER);
    let is_damaged = |row: usize| Frame::text(keys, row, words).is_some_and(is_damaged);
    let prints = (0..versions.len()).map(|row| if is_damaged(row) { NO_PRINT } else { Frame::print(keys, row, words) });
    let rank = |row: usize| (snapshot(row), time(row));
    let made = |row: usize| origins.get(frame.files()[row] as usize).and_then(|origin| origin.made);
    // Of two exports only one of which says when it was made, nothing is known.
    let later =
        |one: usize, other: usize| made(one).zip(made(other)).map_or(Ordering::Equal, |(one, other)| one.cmp(&other));
    let filled = |row: usize| frame.columns().filter(|(_, values)| !values.is_absent(row)).count();
    let mut copies: Vec<(usize, usize, usize)> = Vec::new();
    for repeated in duplicates(prints, frame.height()) {
        let mut rows: Vec<usize> = std::iter::once(repeated.first).chain(repeated.again).collect();
        rows.sort_by(|one, other| {
            let fuller = || filled(*other).cmp(&filled(*one));
            let content = || frame.content(*other, words).cmp(&frame.content(*one, words));
            let later = later(*other, *one);
            rank(*other).cmp(&rank(*one)).then(later).then_with(fuller).then_with(content)
        });
        let [used, older @ ..] = rows.as_slice() else { continue };
        older.iter().for_each(|row| versions[*row] = Version::Older);
        for (column, (name, values)) in frame.columns().enumerate() {
            let lacks = |row: usize| {
                origins
                    .get(frame.files()[row] as usize)
                    .is_some_and(|origin| !origin.names.iter().any(|own| own == name))
            };
            if !lacks(*used) {
                continue;
            }
            if let Some(from) = older.iter().find(|row| !values.is_absent(**row)) {
                versions[*from] = Version::Completing;
                copies.push((column, *used, *from));
            }
        }
    }
    (frame.copied(&copies), versions)
}

/// What distinguishes two records of a table, whatever their id: where both rows have it, and it differs.
const APART: [&str; 4] = ["email", "created_at", "lead_id", "contact_id"];

/// The same rows, in which ids that stand for several records are marked as naming their own row alone. Rows with damaged
/// ids that share an e-mail are one person: the first of them by content keeps the others' place.
pub fn without_damaged_keys(table: Table, frame: Frame, words: &Words, origins: &[ExportOrigin]) -> Frame {
    let Some((key, Values::Texts(keys))) = fields::key_of(table).and_then(|key| Some((key, frame.column(key)?))) else {
        return frame;
    };
    let has_damaged = || keys.iter().any(is_damaged);
    let is_suspect = |row: usize| origins.get(frame.files()[row] as usize).is_some_and(|origin| origin.is_rounded);
    let suspects = origins.iter().any(|origin| origin.is_rounded);
    if !suspects && !has_damaged() {
        return frame;
    }
    let mut marked: Vec<bool> = keys.iter().map(is_damaged).collect();
    if suspects {
        let of_rounded = |row: usize| {
            let is_rounded = is_suspect(row) && keys.get(row).and_then(looks_rounded) == Some(true);
            if is_rounded { print(keys.get(row).unwrap_or_default()) } else { NO_PRINT }
        };
        for repeated in duplicates((0..keys.len()).map(of_rounded), keys.len()) {
            let rows: Vec<usize> = std::iter::once(repeated.first).chain(repeated.again.iter().copied()).collect();
            let differ = |name: &&str| frame.column(name).is_some_and(|values| differs(values, &rows, words));
            if APART.iter().filter(|name| **name != key).any(differ) {
                rows.into_iter().for_each(|row| marked[row] = true);
            }
        }
    }
    // A person whose id is lost is known by the e-mail, where there is one.
    let emails = frame.column("email").filter(|_| table == Table::Leads);
    let id = |row: usize, text: &str| match emails.map(|emails| Frame::print(emails, row, words)) {
        Some(email) if email != NO_PRINT => format!("{BY_EMAIL}{email:016x}"),
        _ if is_damaged(text) => text.to_owned(),
        _ => format!("{DAMAGED}{text}"),
    };
    let mut renamed = Texts::with_capacity(keys.len(), keys.heap_bytes());
    for (row, text) in keys.iter().enumerate() {
        if marked[row] { renamed.push(&id(row, text)) } else { renamed.push(text) }
    }
    frame.with(key, Values::Texts(renamed))
}

/// Whether two of these rows have different values.
fn differs(values: &Values, rows: &[usize], words: &Words) -> bool {
    let value = |row: usize| match values {
        Values::Numbers(numbers) => Some(numbers[row] as u64).filter(|_| numbers[row] != NO_NUMBER),
        values => Some(Frame::print(values, row, words)).filter(|print| *print != NO_PRINT),
    };
    let mut known = rows.iter().filter_map(|row| value(*row));
    let first = known.next();
    known.any(|other| Some(other) != first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::same_money::Grain;
    use crate::store::Batch;

    fn table(ids: &[&str], modified: &[i64], source: &[&str]) -> Frame {
        let names = ["id", "modified_at", "source"].map(str::to_owned).to_vec();
        let columns = vec![
            Values::Texts(ids.iter().copied().collect()),
            Values::Numbers(modified.to_vec()),
            Values::Texts(source.iter().copied().collect()),
        ];
        Frame::new(names, Batch::new(ids.len(), columns), vec![0; ids.len()])
    }

    fn used(frame: &Frame) -> Vec<bool> {
        let (_, versions) = resolved(frame.clone(), "id", &Words::default(), &[]);
        versions.into_iter().map(|version| version == Version::Used).collect()
    }

    #[test]
    fn the_latest_version_wins_wherever_it_is() {
        assert_eq!(used(&table(&["a", "a", "b"], &[2, 1, 1], &["x", "y", "z"])), [true, false, true]);
        assert_eq!(used(&table(&["b", "a", "a"], &[1, 1, 2], &["z", "y", "x"])), [true, false, true]);
    }

    #[test]
    fn without_a_time_the_content_decides_and_not_the_order() {
        assert_eq!(used(&table(&["a", "a"], &[1, 1], &["x", "y"])), [false, true]);
        assert_eq!(used(&table(&["a", "a"], &[1, 1], &["y", "x"])), [true, false]);
    }

    fn origin(names: &[&str], snapshot: usize) -> ExportOrigin {
        ExportOrigin {
            title: String::new(),
            tool: String::new(),
            money: None,
            segments: Vec::new(),
            grain: Grain::Day,
            range: None,
            made: None,
            is_rounded: false,
            part_of: None,
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            snapshot,
            is_superseded: false,
        }
    }

    #[test]
    fn a_file_with_other_columns_completes_the_record() {
        // The second file knows the source, and the first has no such column.
        let mut frame = table(&["a", "a"], &[2, 1], &["", "web"]);
        frame =
            Frame::new(["id", "modified_at", "source"].map(str::to_owned).to_vec(), frame.batch().clone(), vec![0, 1]);
        let origins = [origin(&["id", "modified_at"], 0), origin(&["id", "source"], 0)];
        let (whole, versions) = resolved(frame, "id", &Words::default(), &origins);
        assert_eq!(versions, [Version::Used, Version::Completing]);
        assert_eq!(Frame::text(whole.column("source").unwrap(), 0, &Words::default()), Some("web"));
    }

    #[test]
    fn the_newer_snapshot_wins_whatever_it_says() {
        let frame = table(&["a", "a"], &[1, 1], &["y", "x"]);
        let frame =
            Frame::new(["id", "modified_at", "source"].map(str::to_owned).to_vec(), frame.batch().clone(), vec![0, 1]);
        let names = ["id", "modified_at", "source"];
        let (_, versions) = resolved(frame, "id", &Words::default(), &[origin(&names, 1), origin(&names, 2)]);
        assert_eq!(versions, [Version::Older, Version::Used]);
    }
}
