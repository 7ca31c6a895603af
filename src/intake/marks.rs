//! Marks that connectors leave: columns that say of a row that it is deleted, or a former version of its record. Takes the
//! headers of a table, whatever made it, gives the filters that set such rows aside. Which columns and values these are is
//! data, in `marks.toml`; that a preset may know further marks of its own tool is left to [`super::preset`].

use std::sync::LazyLock;

use serde::Deserialize;

use super::plan::{Filter, Plan};
use super::text::kinds::Kind;
use crate::project::Table;

/// All marks that are known.
static MARKS: LazyLock<Vec<Mark>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("marks.toml")).expect("a test reads it");
    file.mark
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    mark: Vec<Mark>,
}

/// Columns of one connector that say the same.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    /// Who leaves them.
    #[expect(dead_code, reason = "for whoever reads the file")]
    by: String,
    columns: Vec<String>,
    /// Columns beside which these say nothing.
    #[serde(default)]
    unless: Vec<String>,
    is: MarkMeaning,
    values: Vec<String>,
    /// Values that do not count, whatever else fits.
    #[serde(default)]
    but: Vec<String>,
}

/// What a mark means for its row.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum MarkMeaning {
    Deleted,
    Older,
}

/// Adds the marks that a table has to its plan. They hold beside those of its preset.
pub fn add(plan: &mut Plan) {
    let headers: Vec<String> = plan.headers.iter().map(|header| header.trim().to_lowercase()).collect();
    for (column, header) in headers.iter().enumerate() {
        let is_meant =
            |mark: &&Mark| mark.columns.contains(header) && !mark.unless.iter().any(|other| headers.contains(other));
        for mark in MARKS.iter().filter(is_meant) {
            let filter = |values: &Vec<String>| Filter::new(column, values.clone());
            match mark.is {
                MarkMeaning::Deleted => plan.deleted.push(filter(&mark.values)),
                // A history of stages is made of what was so before.
                MarkMeaning::Older if plan.table == Table::StageChanges => {}
                MarkMeaning::Older => plan.older.push((filter(&mark.values), filter(&mark.but))),
            }
        }
    }
}

/// Whether a folded cell is blank, or has the word that a program writes where it has no value.
pub fn is_nothing(cell: &str) -> bool {
    matches!(cell, "none" | "nat" | "nan" | "<na>" | "undefined" | "nil" | "\\n") || Kind::of(cell) == Kind::Missing
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::project::meaning::folded;

    #[test]
    fn every_mark_is_written_as_it_is_compared() {
        let mut seen = BTreeSet::new();
        for mark in MARKS.iter() {
            assert!(!mark.columns.is_empty() && !mark.values.is_empty());
            for column in &mark.columns {
                assert_eq!(*column, column.trim().to_lowercase());
                assert!(seen.insert((column.clone(), mark.is == MarkMeaning::Older)), "{column} twice");
            }
            assert!(mark.values.iter().chain(&mark.but).all(|value| *value == folded(value)), "{:?}", mark.values);
            assert!(mark.but.is_empty() || mark.is == MarkMeaning::Older, "{:?}", mark.columns);
        }
        assert!(seen.len() > 20);
    }

    #[test]
    fn a_moment_marks_a_row_and_a_word_for_nothing_does_not() {
        let filter = |values: &[&str]| Filter::new(0, values.iter().map(|v| (*v).to_owned()).collect());
        let filled = filter(&["*"]);
        assert!(filled.takes("2026-01-05 10:00:00") && filled.takes("0001"));
        for nothing in ["", "  ", "null", "NULL", "None", "\\N", "NaT", "nan", "n/a", "-"] {
            assert!(!filled.takes(nothing), "{nothing}");
        }
    }
}
