//! The account of the rows as figures: by file, by column and by reason. Read = used + set aside, exactly.

use std::collections::BTreeMap;

use super::figures::{Figure, Figures};
use crate::calendar::Period;
use crate::privacy::mask;
use crate::record::FileReport;

/// Adds the figures.
pub fn find(files: &[FileReport], figures: &mut Figures) {
    let all = Period::All;
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut read, mut used) = (0, 0);
    let mut tables: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files {
        *tables.entry(file.name.as_str()).or_default() += 1;
    }
    for file in files {
        // A file that is read as several tables has an account for each.
        let is_shared = tables[file.name.as_str()] > 1;
        let name = if is_shared { format!("{}: {}", file.name, file.title) } else { file.name.clone() };
        let name = mask(&name);
        read += file.rows_read;
        used += file.rows_used();
        figures.put("quality.rows_read", all, "file", &name, Figure::count(file.rows_read));
        figures.put("quality.rows_used", all, "file", &name, Figure::count(file.rows_used()));
        figures.put("quality.rows_set_aside", all, "file", &name, Figure::count(file.rows_set_aside()));
        for (reason, rows) in &file.set_aside {
            *reasons.entry(reason.words()).or_default() += rows;
        }
        for column in file.columns.iter().filter(|column| column.unreadable > 0) {
            let mut figure = Figure::count(column.unreadable);
            figure.denominator = Some(column.filled.into());
            figures.put("quality.unparsed", all, "column", &mask(&format!("{}: {}", file.name, column.header)), figure);
        }
    }
    figures.put("quality.rows_read", all, "", "", Figure::count(read));
    figures.put("quality.rows_used", all, "", "", Figure::count(used));
    figures.put("quality.rows_set_aside", all, "", "", Figure::count(read - used));
    for (reason, rows) in reasons {
        figures.put("quality.set_aside", all, "reason", reason, Figure::count(rows));
    }
}
