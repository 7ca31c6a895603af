//! Exports that repeat each other: takes the rows of one table and which export each came from, gives the rows to set
//! aside. Tables with record ids are resolved by `versions`; here are those without: the same rows in two exports
//! of one kind. Reports of the same money are left to [`super::same_money`].
//!
//! Rows that are alike within one export stay: two calls in one minute are two calls. Two exports are taken to overlap
//! only where a good part of the smaller is in the other too.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::buffer::TableBuffer;
use super::columns::Found;
use super::frame::Frame;
use super::heading;
use super::same_money::Grain;
use super::vendor;
use crate::calendar::Day;
use crate::fields;
use crate::intake::Export;
use crate::intake::preset::MoneyLevel;
use crate::project::{Project, Table};
use crate::store::{NO_NUMBER, NO_WORD, Values, Words};

/// Fewer rows in common than this are chance.
const LEAST_SHARED: u64 = 3;
/// One row in so many of the smaller export must be in the other.
const LEAST_SHARE: u64 = 20;

/// Where the rows of an export come from, as far as that decides whether another could hold the same rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportOrigin {
    /// What it is, such as `Google Ads campaign report`.
    pub title: String,
    /// The tool whose money it reports, where it is a report of spend.
    pub tool: String,
    /// What its rows are split by then.
    pub money: Option<MoneyLevel>,
    /// Columns by which they are cut more finely.
    pub segments: Vec<String>,
    /// The days that a row is about.
    pub grain: Grain,
    /// The days that the whole report is about, where a line above it gives them.
    pub range: Option<(Day, Day)>,
    /// When it was made, where a line above it or its name says so.
    pub made: Option<Day>,
    /// Whether a spreadsheet rounded the ids of its records.
    pub is_rounded: bool,
    /// The columns that it has.
    pub names: Vec<String>,
    /// Which of several snapshots it is, from 1; 0 where it is none.
    pub snapshot: usize,
    /// Whether there is a newer snapshot.
    pub is_superseded: bool,
    /// The table that it is a part of.
    pub part_of: Option<String>,
}

impl ExportOrigin {
    /// Whether both are parts of one table: rows that are alike in them are several rows.
    pub fn is_part_with(&self, other: &ExportOrigin) -> bool {
        self.part_of.is_some() && self.part_of == other.part_of
    }

    /// What a table is, by its plan and by what its values have shown.
    pub fn of(export: &Export<TableBuffer>) -> ExportOrigin {
        let Export { plan, buffer, name, decoding, .. } = export;
        let key = fields::key_of(plan.table).and_then(|key| plan.columns.keys().position(|field| field == key));
        let by_columns = [("ad", MoneyLevel::Ad), ("ad_group", MoneyLevel::AdGroup)];
        let finest = by_columns.into_iter().find(|(field, _)| plan.columns.contains_key(*field));
        let named = ["campaign", "campaign_id"].iter().any(|field| plan.columns.contains_key(*field));
        let by_columns =
            finest.map_or(if named { MoneyLevel::Campaign } else { MoneyLevel::Account }, |(_, level)| level);
        let is_spend = plan.table == Table::Spend;
        ExportOrigin {
            title: plan.title.clone(),
            tool: vendor::of_plan(plan),
            money: is_spend.then(|| plan.money.unwrap_or(by_columns)),
            segments: plan.segments.clone(),
            grain: if is_spend { Grain::of(plan) } else { Grain::Day },
            range: heading::range(&decoding.titles).or_else(|| heading::range_in_name(name)),
            made: heading::made(&decoding.titles, name),
            is_rounded: key.is_some_and(|at| buffer.found.get(at).is_some_and(Found::is_rounded)),
            part_of: plan.part_of.clone(),
            names: buffer.names.clone(),
            snapshot: 0,
            is_superseded: false,
        }
    }
}

/// Numbers the files that the project file says are snapshots, in the order of their names.
pub fn number_snapshots(origins: &mut [ExportOrigin], names: &[&str], project: &Project) {
    let mut by_rule: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        if let Some(rule) = project.input_rule(name).filter(|rule| rule.snapshots) {
            by_rule.entry((rule.file.to_string(), origins[at].title.clone())).or_default().push(at);
        }
    }
    for files in by_rule.values() {
        for (place, at) in files.iter().enumerate() {
            origins[*at].snapshot = place + 1;
            origins[*at].is_superseded = place + 1 < files.len();
        }
    }
}

/// How much of two exports is the same. Adds up over parts of their rows, since rows that are alike are in one part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlaps {
    /// By pair of files: how many different rows are in both.
    shared: BTreeMap<(u32, u32), u64>,
    /// By file: different rows.
    keys: BTreeMap<u32, u64>,
    /// Whether some row has no id, where the table has ids at all.
    lacks_ids: bool,
}

impl Overlaps {
    /// Compares the exports of one kind. Tables whose rows all have an id are resolved by that.
    pub fn of(table: Table, frame: &Frame, origins: &[ExportOrigin], words: &Words) -> Overlaps {
        let mut overlaps = Overlaps { lacks_ids: lacks_ids(table, frame), ..Overlaps::default() };
        if !overlaps.lacks_ids || table == Table::Spend {
            return overlaps;
        }
        for group in groups(frame.files(), origins) {
            let by_file = ByFile::of(frame, &group, words);
            for (file, rows) in &by_file.0 {
                overlaps.keys.insert(*file, rows.len() as u64);
            }
            by_file.each_pair(|one, other, shared| {
                if !origins[one as usize].is_part_with(&origins[other as usize]) {
                    overlaps.shared.insert((one, other), shared.len() as u64);
                }
            });
        }
        overlaps
    }

    /// Adds other rows of the same exports.
    pub fn add(&mut self, other: Overlaps) {
        for (pair, shared) in other.shared {
            *self.shared.entry(pair).or_default() += shared;
        }
        for (file, keys) in other.keys {
            *self.keys.entry(file).or_default() += keys;
        }
        self.lacks_ids |= other.lacks_ids;
    }

    /// Whether two files overlap.
    fn is_overlap(&self, one: u32, other: u32) -> bool {
        let Some(shared) = self.shared.get(&(one, other)).copied() else { return false };
        let keys = |file: u32| self.keys.get(&file).copied().unwrap_or_default();
        let smaller = keys(one).min(keys(other));
        self.lacks_ids && shared >= LEAST_SHARED.min(smaller) && shared * LEAST_SHARE >= smaller
    }
}

fn lacks_ids(table: Table, frame: &Frame) -> bool {
    let keys = fields::key_of(table).and_then(|key| frame.column(key));
    keys.is_none_or(|keys| (0..keys.len()).any(|row| keys.is_absent(row)))
}

/// The rows of a table that are in another export too. `origins` is what each file is; `overlaps` is of all
/// rows, of which the table may hold a part.
pub fn repeated_rows(frame: &Frame, origins: &[ExportOrigin], words: &Words, overlaps: &Overlaps) -> BTreeSet<usize> {
    if overlaps.shared.is_empty() {
        return BTreeSet::new();
    }
    let groups = groups(frame.files(), origins).into_iter();
    groups.flat_map(|group| shared_rows(frame, &group, words, overlaps)).collect()
}

/// Files of the same kind, where there are several.
fn groups(files: &[u32], origins: &[ExportOrigin]) -> Vec<BTreeSet<u32>> {
    let mut groups: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for file in files.iter().copied().collect::<BTreeSet<u32>>() {
        groups.entry(origins[file as usize].title.as_str()).or_default().insert(file);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// The rows of a group of files by what they hold.
struct ByFile(BTreeMap<u32, HashMap<u64, Vec<usize>>>);

impl ByFile {
    fn of(frame: &Frame, group: &BTreeSet<u32>, words: &Words) -> ByFile {
        let contents = fingerprints(frame, words);
        let mut rows: BTreeMap<u32, HashMap<u64, Vec<usize>>> = BTreeMap::new();
        for (row, file) in frame.files().iter().enumerate().filter(|(_, file)| group.contains(file)) {
            rows.entry(*file).or_default().entry(contents[row]).or_default().push(row);
        }
        ByFile(rows)
    }

    /// What each two files share, sorted.
    fn each_pair(&self, mut take: impl FnMut(u32, u32, &[u64])) {
        let numbers: Vec<u32> = self.0.keys().copied().collect();
        for (at, one) in numbers.iter().enumerate() {
            for other in &numbers[at + 1..] {
                let (rows, others) = (&self.0[one], &self.0[other]);
                let mut shared: Vec<u64> = rows.keys().filter(|key| others.contains_key(*key)).copied().collect();
                shared.sort_unstable();
                take(*one, *other, &shared);
            }
        }
    }
}

/// The rows of a group of files that are in another file of it too and are left to that one: the one in which they
/// occur more often, else the first.
fn shared_rows(frame: &Frame, group: &BTreeSet<u32>, words: &Words, overlaps: &Overlaps) -> Vec<usize> {
    let by_file = ByFile::of(frame, group, words);
    let mut left = BTreeSet::new();
    by_file.each_pair(|one, other, shared| {
        if !overlaps.is_overlap(one, other) {
            return;
        }
        for content in shared {
            let (rows, others) = (&by_file.0[&one][content], &by_file.0[&other][content]);
            left.extend(if others.len() > rows.len() { rows } else { others });
        }
    });
    left.into_iter().collect()
}

/// A number for each row that is the same for the same values, wherever the row is.
fn fingerprints(frame: &Frame, words: &Words) -> Vec<u64> {
    let mut prints = vec![0_u64; frame.height()];
    let of_words: Vec<u64> = words.texts().iter().map(print_of).collect();
    for (_, values) in frame.columns() {
        let mut mix = |row: usize, value: u64| {
            prints[row] = (prints[row].rotate_left(5) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        };
        let known = |value: u64, is_absent: bool| if is_absent { 0 } else { value.wrapping_add(1) };
        match values {
            Values::Texts(texts) => texts.iter().enumerate().for_each(|(row, text)| mix(row, print_of(text))),
            Values::Codes(codes) => {
                codes.iter().enumerate().for_each(|(row, code)| mix(row, of_words[*code as usize]));
            }
            Values::Prints(prints) => prints.iter().enumerate().for_each(|(row, print)| mix(row, *print)),
            Values::Numbers(numbers) => (numbers.iter().enumerate())
                .for_each(|(row, value)| mix(row, known(*value as u64, *value == NO_NUMBER))),
            Values::Decimals(decimals) => {
                (decimals.iter().enumerate()).for_each(|(row, value)| mix(row, known(value.to_bits(), value.is_nan())))
            }
            Values::Words(places) => (places.iter().enumerate())
                .for_each(|(row, place)| mix(row, known(u64::from(*place), *place == NO_WORD))),
        }
    }
    prints
}

/// FNV-1a, and 0 for an absent text.
fn print_of(text: &str) -> u64 {
    if text.is_empty() {
        return 0;
    }
    let step = |print: u64, byte: u8| (print ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step).wrapping_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Batch;

    fn frame(rows: &[(u32, i64, &str)]) -> Frame {
        let columns = vec![
            Values::Numbers(rows.iter().map(|row| row.1).collect()),
            Values::Texts(rows.iter().map(|row| row.2).collect()),
        ];
        let names = ["touched_at", "channel"].map(str::to_owned).to_vec();
        Frame::new(names, Batch::new(rows.len(), columns), rows.iter().map(|row| row.0).collect())
    }

    fn twice(frame: &Frame, files: usize) -> Vec<usize> {
        let origin = ExportOrigin {
            title: "touches".to_owned(),
            tool: String::new(),
            money: None,
            segments: Vec::new(),
            grain: Grain::Day,
            range: None,
            made: None,
            is_rounded: false,
            names: Vec::new(),
            snapshot: 0,
            is_superseded: false,
            part_of: None,
        };
        let (origins, words) = (vec![origin; files], Words::default());
        repeated_rows(frame, &origins, &words, &Overlaps::of(Table::Touches, frame, &origins, &words))
            .into_iter()
            .collect()
    }

    #[test]
    fn rows_that_are_in_two_exports_count_once() {
        let rows = [(0, 1, "a"), (0, 2, "b"), (0, 3, "c"), (1, 2, "b"), (1, 3, "c"), (1, 1, "a"), (1, 4, "d")];
        assert_eq!(twice(&frame(&rows), 2), [3, 4, 5]);
    }

    #[test]
    fn a_few_rows_in_common_are_chance() {
        let rows =
            [(0, 1, "a"), (0, 2, "b"), (0, 3, "c"), (0, 4, "d"), (1, 1, "a"), (1, 2, "b"), (1, 8, "e"), (1, 9, "f")];
        assert!(twice(&frame(&rows), 2).is_empty());
    }

    #[test]
    fn rows_alike_in_one_export_stay() {
        assert!(twice(&frame(&[(0, 1, "a"), (0, 1, "a")]), 1).is_empty());
    }
}
