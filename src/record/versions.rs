//! The same record in several rows: takes a table and its key, gives which rows to use. The latest version wins, by
//! its modification time; where that does not decide, the greater content, so that the order of rows never matters.

use std::cmp::Ordering;

use super::frame::Frame;
use crate::store::keys::duplicates;
use crate::store::{NO_NUMBER, Values, Words};

/// For each row, whether it is the version to use. Rows without a key are all used.
pub fn latest(frame: &Frame, key: &str, modified: Option<&str>, words: &Words) -> Vec<bool> {
    let mut keep = vec![true; frame.height()];
    let Some(keys) = frame.column(key) else { return keep };
    let modified = match modified.and_then(|name| frame.column(name)) {
        Some(Values::Numbers(times)) => Some(times),
        _ => None,
    };
    let time = |row: usize| modified.map(|times| times[row]).filter(|time| *time != NO_NUMBER);
    let prints = (0..keep.len()).map(|row| Frame::print(keys, row, words));
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
