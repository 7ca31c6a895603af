//! The same record in several rows: takes a table and its key, gives which rows to use. The latest version wins, by
//! its modification time; where that does not decide, the greater content, so that the order of rows never matters.

use std::cmp::Ordering;

use hashbrown::HashMap;
use polars::prelude::*;

/// For each row, whether it is the version to use. Rows without a key are all used.
pub fn latest(frame: &DataFrame, key: &str, modified: Option<&str>) -> PolarsResult<Vec<bool>> {
    let keys = frame.column(key)?.str()?.clone();
    let modified = match modified {
        Some(name) if frame.column(name).is_ok() => Some(frame.column(name)?.i64()?.clone()),
        _ => None,
    };
    let mut chosen: HashMap<&str, usize> = HashMap::with_capacity(keys.len());
    let mut keep = vec![true; keys.len()];
    for (row, key) in keys.iter().enumerate() {
        let Some(key) = key else { continue };
        match chosen.get(key).copied() {
            None => {
                chosen.insert(key, row);
            }
            Some(other) => {
                let later = modified.as_ref().map_or(Ordering::Equal, |times| times.get(row).cmp(&times.get(other)));
                if later.then_with(|| content(frame, row).cmp(&content(frame, other))) == Ordering::Greater {
                    keep[other] = false;
                    chosen.insert(key, row);
                } else {
                    keep[row] = false;
                }
            }
        }
    }
    Ok(keep)
}

/// The values of a row in a form that can be compared, without its place in the files.
fn content(frame: &DataFrame, row: usize) -> Vec<String> {
    let columns = frame.columns().iter().filter(|column| !matches!(column.name().as_str(), "row" | "file"));
    columns.map(|column| column.get(row).map_or_else(|_| String::new(), |value| format!("{value:?}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(ids: &[&str], modified: &[i64], source: &[&str]) -> DataFrame {
        let columns = vec![
            Column::new("id".into(), ids),
            Column::new("modified".into(), modified),
            Column::new("source".into(), source),
        ];
        DataFrame::new(ids.len(), columns).unwrap()
    }

    #[test]
    fn the_latest_version_wins_wherever_it_stands() {
        let frame = table(&["a", "a", "b"], &[2, 1, 1], &["x", "y", "z"]);
        assert_eq!(latest(&frame, "id", Some("modified")).unwrap(), [true, false, true]);
        let frame = table(&["b", "a", "a"], &[1, 1, 2], &["z", "y", "x"]);
        assert_eq!(latest(&frame, "id", Some("modified")).unwrap(), [true, false, true]);
    }

    #[test]
    fn without_a_time_the_content_decides_and_not_the_order() {
        let frame = table(&["a", "a"], &[1, 1], &["x", "y"]);
        assert_eq!(latest(&frame, "id", None).unwrap(), [false, true]);
        let frame = table(&["a", "a"], &[1, 1], &["y", "x"]);
        assert_eq!(latest(&frame, "id", None).unwrap(), [true, false]);
    }
}
