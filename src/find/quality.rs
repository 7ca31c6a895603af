//! The account of the rows as figures: by file, by column and by reason. Read = used + set aside, exactly.

use std::collections::BTreeMap;

use super::figures::{Figure, Figures};
use super::measure::{By, Good, Measure};
use crate::calendar::Period;
use crate::privacy::mask;
use crate::record::FileReport;

/// Rows read.
pub static ROWS_READ: Measure = Measure::count("quality.rows_read").by(By::These(&["file"])).of_all_data();
/// Rows that count somewhere.
pub static ROWS_USED: Measure = Measure::count("quality.rows_used").by(By::These(&["file"])).of_all_data();
/// Rows that do not.
pub static ROWS_SET_ASIDE: Measure = Measure::count("quality.rows_set_aside").by(By::These(&["file"])).of_all_data();
/// The same by reason.
pub static SET_ASIDE: Measure = Measure::count("quality.set_aside").by(By::Own(&["reason"])).of_all_data();
/// Values that could not be read.
pub static UNPARSED: Measure =
    Measure::count("quality.unparsed").by(By::Own(&["column"])).of_all_data().good(Good::Less);

/// The account of the rows.
pub static MEASURES: [&Measure; 5] = [&ROWS_READ, &ROWS_USED, &ROWS_SET_ASIDE, &SET_ASIDE, &UNPARSED];

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
        figures.put(&ROWS_READ, all, "file", &name, Figure::count(file.rows_read));
        figures.put(&ROWS_USED, all, "file", &name, Figure::count(file.rows_used()));
        figures.put(&ROWS_SET_ASIDE, all, "file", &name, Figure::count(file.rows_set_aside()));
        for (reason, rows) in &file.set_aside {
            *reasons.entry(reason.words()).or_default() += rows;
        }
        for column in file.columns.iter().filter(|column| column.unreadable > 0) {
            let mut figure = Figure::count(column.unreadable);
            figure.denominator = Some(column.filled.into());
            figures.put(&UNPARSED, all, "column", &mask(&format!("{}: {}", file.name, column.header)), figure);
        }
    }
    figures.put(&ROWS_READ, all, "", "", Figure::count(read));
    figures.put(&ROWS_USED, all, "", "", Figure::count(used));
    figures.put(&ROWS_SET_ASIDE, all, "", "", Figure::count(read - used));
    for (reason, rows) in reasons {
        figures.put(&SET_ASIDE, all, "reason", reason, Figure::count(rows));
    }
}
