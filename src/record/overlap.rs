//! Exports that tell the same twice: takes the rows of one table and which export each came from, gives the rows to set
//! aside. Tables with record ids settle by [`super::versions`]; here are those without: the same rows in two exports
//! of one kind, and several reports of the same money.
//!
//! Rows that are alike within one export stay: two calls in one minute are two calls. Two exports are taken to overlap
//! only where a good part of the smaller stands in the other too.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use polars::prelude::*;

use super::FILE;
use crate::intake::preset::MoneyLevel;
use crate::intake::read::{ROW, SetAside};
use crate::project::Table;

/// Fewer rows in common than this are chance.
const LEAST_SHARED: usize = 3;
/// One row in so many of the smaller export must stand in the other.
const LEAST_SHARE: usize = 20;
const SECONDS_PER_DAY: i64 = 86_400;

/// What an export is, as far as that tells whether another could hold the same rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kin {
    /// Name of its preset.
    pub preset: String,
    /// What it is, such as `Google Ads campaign report`.
    pub title: String,
    /// What its rows are split by, where it is a report of spend.
    pub money: Option<MoneyLevel>,
    /// Whether its column of days says when the report starts, and so bears one day where it is not split by day.
    pub starts: bool,
}

/// The rows of a table that are told elsewhere too, with the reason. `kin` is what each file is.
///
/// # Errors
/// Where a column is not of its type: our own mistake.
pub fn told_twice(table: Table, frame: &DataFrame, kin: &[Kin]) -> PolarsResult<BTreeMap<usize, SetAside>> {
    let files: Vec<u32> = frame.column(FILE)?.u32()?.iter().map(Option::unwrap_or_default).collect();
    let mut twice = BTreeMap::new();
    if table == Table::Spend {
        for row in same_money(frame, &files, kin)? {
            twice.insert(row, SetAside::SameMoney);
        }
    }
    let measured: &[&str] = if table == Table::Spend { &["amount", "impressions", "clicks"] } else { &[] };
    for group in groups(&files, kin) {
        let shared = shared_rows(frame, &files, &group, measured)?;
        twice.extend(shared.into_iter().map(|row| (row, SetAside::InOtherExport)));
    }
    Ok(twice)
}

/// Files of the same kind, where there are several.
fn groups(files: &[u32], kin: &[Kin]) -> Vec<BTreeSet<u32>> {
    let mut groups: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for file in files.iter().copied().collect::<BTreeSet<u32>>() {
        groups.entry(kin[file as usize].title.as_str()).or_default().insert(file);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// What a report of spend covers.
struct Covered {
    money: MoneyLevel,
    /// Its rows bear one day, that on which the report begins, or none: they are about a whole range.
    is_range: bool,
    days: BTreeSet<i64>,
}

impl Covered {
    /// Whether this better report tells the money of a day of another one; `day` is `None`, and `other_is_range` true,
    /// where that one's rows are about a range.
    fn tells(&self, day: Option<i64>, other_is_range: bool) -> bool {
        let (Some(day), Some(first), Some(last)) = (day, self.days.first(), self.days.last()) else { return true };
        match (self.is_range, other_is_range) {
            (true, _) => day >= *first,
            (false, true) => (*first..=*last).contains(&day),
            (false, false) => self.days.contains(&day),
        }
    }
}

/// Rows of reports that split the money less well than another report of the same tool does for the same day.
fn same_money(frame: &DataFrame, files: &[u32], kin: &[Kin]) -> PolarsResult<Vec<usize>> {
    let days: Vec<Option<i64>> = match frame.column("spent_on") {
        Ok(column) => column.i64()?.iter().map(|instant| instant.map(|at| at.div_euclid(SECONDS_PER_DAY))).collect(),
        Err(_) => vec![None; files.len()],
    };
    let mut covered: BTreeMap<u32, Covered> = BTreeMap::new();
    for (row, file) in files.iter().enumerate() {
        let Some(money) = kin[*file as usize].money else { continue };
        let known = covered.entry(*file).or_insert(Covered { money, is_range: false, days: BTreeSet::new() });
        known.days.extend(days[row]);
    }
    for (file, covered) in &mut covered {
        covered.is_range = covered.days.is_empty() || (covered.days.len() == 1 && kin[*file as usize].starts);
    }
    let is_told = |row: &usize| {
        let file = files[*row];
        let Some(own) = covered.get(&file) else { return false };
        covered.iter().any(|(other, better)| {
            let is_same_tool = kin[*other as usize].preset == kin[file as usize].preset;
            is_same_tool && better.money < own.money && better.tells(days[*row], own.is_range)
        })
    };
    Ok((0..files.len()).filter(is_told).collect())
}

/// The rows of a group of files that stand in another file of it too and are left to that one. `measured` columns may
/// differ, as they do when a report is run again later: then the greater numbers stay.
fn shared_rows(frame: &DataFrame, files: &[u32], group: &BTreeSet<u32>, measured: &[&str]) -> PolarsResult<Vec<usize>> {
    let (keys, contents) = (fingerprints(frame, measured)?, fingerprints(frame, &[])?);
    let sizes: Vec<i64> = match measured.first().and_then(|name| frame.column(name).ok()) {
        Some(column) => column.i64()?.iter().map(Option::unwrap_or_default).collect(),
        None => vec![0; files.len()],
    };
    let mut by_file: BTreeMap<u32, HashMap<u64, Vec<usize>>> = BTreeMap::new();
    for (row, file) in files.iter().enumerate().filter(|(_, file)| group.contains(file)) {
        by_file.entry(*file).or_default().entry(keys[row]).or_default().push(row);
    }
    let mut left = BTreeSet::new();
    let numbers: Vec<u32> = by_file.keys().copied().collect();
    for (at, one) in numbers.iter().enumerate() {
        for other in &numbers[at + 1..] {
            let (one, other) = (&by_file[one], &by_file[other]);
            let mut shared: Vec<u64> = one.keys().filter(|key| other.contains_key(*key)).copied().collect();
            shared.sort_unstable();
            let same = |key: &&u64| contents[one[*key][0]] == contents[other[*key][0]];
            let equal = shared.iter().filter(same).count();
            let smaller = one.len().min(other.len());
            // Keys that recur with other numbers are two accounts with campaigns of one name.
            if equal < LEAST_SHARED.min(smaller) || equal * LEAST_SHARE < smaller || equal * 2 < shared.len() {
                continue;
            }
            for key in shared {
                let (rows, others) = (&one[&key], &other[&key]);
                let size = |rows: &[usize]| (rows.len(), rows.iter().map(|row| i128::from(sizes[*row])).sum::<i128>());
                left.extend(if size(others) > size(rows) { rows } else { others });
            }
        }
    }
    Ok(left.into_iter().collect())
}

/// A number for each row that is the same for the same values, wherever the row stands.
fn fingerprints(frame: &DataFrame, except: &[&str]) -> PolarsResult<Vec<u64>> {
    let mut prints = vec![0_u64; frame.height()];
    for column in frame.columns() {
        let name = column.name().as_str();
        if name == FILE || name == ROW || except.contains(&name) {
            continue;
        }
        let mut mix = |row: usize, value: u64| {
            prints[row] = (prints[row].rotate_left(5) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        };
        match column.dtype() {
            DataType::String => {
                for (row, text) in column.str()?.iter().enumerate() {
                    mix(row, text.map_or(0, |text| print_of(text.as_bytes()).wrapping_add(1)));
                }
            }
            DataType::Float64 => {
                for (row, value) in column.f64()?.iter().enumerate() {
                    mix(row, value.map_or(0, |value| value.to_bits().wrapping_add(1)));
                }
            }
            _ => {
                let numbers = column.cast(&DataType::Int64)?;
                for (row, value) in numbers.i64()?.iter().enumerate() {
                    mix(row, value.map_or(0, |value| (value as u64).wrapping_add(1)));
                }
            }
        }
    }
    Ok(prints)
}

/// FNV-1a.
fn print_of(bytes: &[u8]) -> u64 {
    let step = |print: u64, byte: &u8| (print ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kin(title: &str, money: Option<MoneyLevel>) -> Kin {
        Kin { preset: "ads".to_owned(), title: title.to_owned(), money, starts: false }
    }

    fn frame(rows: &[(u32, i64, &str, i64)]) -> DataFrame {
        let columns = vec![
            Column::new(FILE.into(), rows.iter().map(|row| row.0).collect::<Vec<u32>>()),
            Column::new("spent_on".into(), rows.iter().map(|row| row.1 * SECONDS_PER_DAY).collect::<Vec<i64>>()),
            Column::new("campaign".into(), rows.iter().map(|row| row.2).collect::<Vec<&str>>()),
            Column::new("amount".into(), rows.iter().map(|row| row.3).collect::<Vec<i64>>()),
        ];
        DataFrame::new(rows.len(), columns).unwrap()
    }

    #[test]
    fn the_same_money_counts_in_the_best_report_of_each_day() {
        let kin = [kin("campaigns", Some(MoneyLevel::Campaign)), kin("ads", Some(MoneyLevel::Ad))];
        let rows = [(0, 1, "a", 5), (1, 1, "a", 2), (1, 1, "a", 3), (1, 2, "a", 7)];
        let twice = told_twice(Table::Spend, &frame(&rows), &kin).unwrap();
        assert_eq!(twice, BTreeMap::from([(1, SetAside::SameMoney), (2, SetAside::SameMoney)]));
    }

    #[test]
    fn a_report_of_a_whole_range_tells_the_money_of_its_days() {
        let starting = |title, money| Kin { starts: true, ..kin(title, Some(money)) };
        let kin = [starting("campaigns", MoneyLevel::Campaign), starting("ads", MoneyLevel::Ad)];
        // The campaigns' rows all bear the first day of the month.
        let range = [(0, 1, "a", 5), (0, 1, "b", 5), (1, 5, "a", 5), (1, 6, "b", 5)];
        assert_eq!(told_twice(Table::Spend, &frame(&range), &kin).unwrap().into_keys().collect::<Vec<_>>(), [2, 3]);
        // The ads' rows bear it, and the campaigns are split by day.
        let daily = [(0, 1, "a", 5), (0, 2, "b", 5), (0, 3, "b", 5), (1, 1, "a", 9), (1, 1, "b", 6)];
        assert_eq!(told_twice(Table::Spend, &frame(&daily), &kin).unwrap().into_keys().collect::<Vec<_>>(), [3, 4]);
    }

    #[test]
    fn an_export_that_holds_an_earlier_one_counts_once_with_its_later_numbers() {
        let kin = [kin("campaigns", None), kin("campaigns", None)];
        let rows = [
            (0, 1, "a", 5),
            (0, 1, "b", 5),
            (0, 2, "a", 5),
            (0, 2, "b", 1),
            (1, 1, "a", 5),
            (1, 1, "b", 5),
            (1, 2, "a", 5),
            (1, 2, "b", 4),
            (1, 3, "a", 9),
        ];
        let twice = told_twice(Table::Spend, &frame(&rows), &kin).unwrap();
        let left: Vec<usize> = twice.into_keys().collect();
        assert_eq!(left, [3, 4, 5, 6], "the later number of the last shared day stays");
    }

    #[test]
    fn accounts_with_campaigns_of_one_name_both_count() {
        let kin = [kin("campaigns", None), kin("campaigns", None)];
        let rows = [(0, 1, "a", 5), (0, 2, "a", 6), (0, 3, "a", 7), (1, 1, "a", 1), (1, 2, "a", 2), (1, 3, "a", 3)];
        assert!(told_twice(Table::Spend, &frame(&rows), &kin).unwrap().is_empty());
    }

    #[test]
    fn rows_alike_in_one_export_stay() {
        let kin = [kin("touches", None)];
        let rows = [(0, 1, "a", 5), (0, 1, "a", 5)];
        assert!(told_twice(Table::Touches, &frame(&rows), &kin).unwrap().is_empty());
    }
}
