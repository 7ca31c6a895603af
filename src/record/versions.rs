//! The same record in several rows: takes a table and its key, gives which rows to use. The latest version wins, by
//! its modification time; where that does not decide, the greater content, so that the order of rows never matters. An id
//! that is known to be damaged, or that a spreadsheet rounded so that it stands for several records, names none.

use std::cmp::Ordering;

use super::frame::Frame;
use super::ids::{BY_EMAIL, DAMAGED, is_damaged, looks_rounded};
use super::overlap::Kin;
use crate::fields;
use crate::project::Table;
use crate::store::keys::{duplicates, print};
use crate::store::{NO_NUMBER, NO_PRINT, Texts, Values, Words};

/// For each row, whether it is the version to use. Rows without a key are all used.
pub fn latest(frame: &Frame, key: &str, modified: Option<&str>, words: &Words) -> Vec<bool> {
    let mut keep = vec![true; frame.height()];
    let Some(keys) = frame.column(key) else { return keep };
    let modified = match modified.and_then(|name| frame.column(name)) {
        Some(Values::Numbers(times)) => Some(times),
        _ => None,
    };
    let time = |row: usize| modified.map(|times| times[row]).filter(|time| *time != NO_NUMBER);
    let is_damaged = |row: usize| Frame::text(keys, row, words).is_some_and(is_damaged);
    let prints = (0..keep.len()).map(|row| if is_damaged(row) { NO_PRINT } else { Frame::print(keys, row, words) });
    for repeated in duplicates(prints, frame.height()) {
        let mut chosen = repeated.first;
        for row in repeated.again.iter().copied() {
            let later = time(row).cmp(&time(chosen));
            let content = || frame.content(row, words).cmp(&frame.content(chosen, words));
            if later.then_with(content) == Ordering::Greater {
                keep[chosen] = false;
                chosen = row;
            } else {
                keep[row] = false;
            }
        }
    }
    keep
}

/// What tells two records of a table apart, whatever their id: where both rows have it, and it differs.
const APART: [&str; 4] = ["email", "created_at", "lead_id", "contact_id"];

/// The same rows, in which ids that stand for several records are marked as naming their own row alone. Rows with damaged
/// ids that share an e-mail are one person: the first of them by content keeps the others' place.
pub fn without_damaged_keys(table: Table, frame: Frame, words: &Words, kin: &[Kin]) -> Frame {
    let Some((key, Values::Texts(keys))) = fields::key_of(table).and_then(|key| Some((key, frame.column(key)?))) else {
        return frame;
    };
    let has_damaged = || keys.iter().any(is_damaged);
    let is_suspect = |row: usize| kin.get(frame.files()[row] as usize).is_some_and(|kin| kin.is_rounded);
    let suspects = kin.iter().any(|kin| kin.is_rounded);
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
            if APART.iter().filter(|name| **name != key).any(|name| differ(&name)) {
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
    use crate::store::Batch;

    fn table(ids: &[&str], modified: &[i64], source: &[&str]) -> Frame {
        let names = ["id", "modified", "source"].map(str::to_owned).to_vec();
        let columns = vec![
            Values::Texts(ids.iter().copied().collect()),
            Values::Numbers(modified.to_vec()),
            Values::Texts(source.iter().copied().collect()),
        ];
        Frame::new(names, Batch::new(ids.len(), columns), vec![0; ids.len()])
    }

    fn used(frame: &Frame, modified: Option<&str>) -> Vec<bool> {
        latest(frame, "id", modified, &Words::default())
    }

    #[test]
    fn the_latest_version_wins_wherever_it_stands() {
        let frame = table(&["a", "a", "b"], &[2, 1, 1], &["x", "y", "z"]);
        assert_eq!(used(&frame, Some("modified")), [true, false, true]);
        let frame = table(&["b", "a", "a"], &[1, 1, 2], &["z", "y", "x"]);
        assert_eq!(used(&frame, Some("modified")), [true, false, true]);
    }

    #[test]
    fn without_a_time_the_content_decides_and_not_the_order() {
        let frame = table(&["a", "a"], &[1, 1], &["x", "y"]);
        assert_eq!(used(&frame, None), [false, true]);
        let frame = table(&["a", "a"], &[1, 1], &["y", "x"]);
        assert_eq!(used(&frame, None), [true, false]);
    }
}
