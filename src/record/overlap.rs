//! Exports that tell the same twice: takes the rows of one table and which export each came from, gives the rows to set
//! aside. Tables with record ids settle by [`super::versions`]; here are those without: the same rows in two exports
//! of one kind, and several reports of the same money.
//!
//! Rows that are alike within one export stay: two calls in one minute are two calls. Two exports are taken to overlap
//! only where a good part of the smaller stands in the other too.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::frame::Frame;
use crate::fields;
use crate::intake::preset::MoneyLevel;
use crate::intake::read::SetAside;
use crate::project::Table;
use crate::store::{NO_NUMBER, NO_WORD, Values, Words};

/// Fewer rows in common than this are chance.
const LEAST_SHARED: u64 = 3;
/// One row in so many of the smaller export must stand in the other.
const LEAST_SHARE: u64 = 20;
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

/// How much of two exports is the same. Adds up over parts of their rows, since rows that are alike stand in one part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlaps {
    /// By pair of files: rows with the same key, and those of them that are the same altogether.
    shared: BTreeMap<(u32, u32), (u64, u64)>,
    /// By file: different keys.
    keys: BTreeMap<u32, u64>,
    /// Whether some row has no id, where the table has ids at all.
    lacks_ids: bool,
}

impl Overlaps {
    /// Compares the exports of one kind. Tables whose rows all have an id are settled by that.
    pub fn of(table: Table, frame: &Frame, kin: &[Kin], words: &Words) -> Overlaps {
        let mut overlaps = Overlaps { lacks_ids: lacks_ids(table, frame), ..Overlaps::default() };
        if !overlaps.lacks_ids {
            return overlaps;
        }
        for group in groups(frame.files(), kin) {
            let by_file = ByFile::of(table, frame, &group, words);
            for (file, rows) in &by_file.rows {
                overlaps.keys.insert(*file, rows.len() as u64);
            }
            by_file.each_pair(|one, other, shared| {
                let (rows, others) = (&by_file.rows[&one], &by_file.rows[&other]);
                let same = |key: &&u64| by_file.contents[rows[*key][0]] == by_file.contents[others[*key][0]];
                let equal = shared.iter().filter(same).count() as u64;
                overlaps.shared.insert((one, other), (shared.len() as u64, equal));
            });
        }
        overlaps
    }

    /// Adds other rows of the same exports.
    pub fn add(&mut self, other: Overlaps) {
        for (pair, (shared, equal)) in other.shared {
            let known = self.shared.entry(pair).or_default();
            *known = (known.0 + shared, known.1 + equal);
        }
        for (file, keys) in other.keys {
            *self.keys.entry(file).or_default() += keys;
        }
        self.lacks_ids |= other.lacks_ids;
    }

    /// Whether two files tell the same.
    fn tell_the_same(&self, one: u32, other: u32) -> bool {
        let Some((shared, equal)) = self.shared.get(&(one, other)).copied() else { return false };
        let keys = |file: u32| self.keys.get(&file).copied().unwrap_or_default();
        let smaller = keys(one).min(keys(other));
        // Keys that recur with other numbers are two accounts with campaigns of one name.
        self.lacks_ids && equal >= LEAST_SHARED.min(smaller) && equal * LEAST_SHARE >= smaller && equal * 2 >= shared
    }
}

fn lacks_ids(table: Table, frame: &Frame) -> bool {
    let keys = fields::key_of(table).and_then(|key| frame.column(key));
    keys.is_none_or(|keys| (0..keys.len()).any(|row| keys.is_absent(row)))
}

/// The rows of a table that are told elsewhere too, with the reason. `kin` is what each file is; `overlaps` is of all
/// rows, of which the table may hold a part.
pub fn told_twice(
    table: Table,
    frame: &Frame,
    kin: &[Kin],
    words: &Words,
    overlaps: &Overlaps,
) -> BTreeMap<usize, SetAside> {
    let files = frame.files();
    let mut twice = BTreeMap::new();
    if table == Table::Spend {
        for row in same_money(frame, files, kin) {
            twice.insert(row, SetAside::SameMoney);
        }
    }
    if !overlaps.shared.is_empty() {
        for group in groups(files, kin) {
            let shared = shared_rows(table, frame, &group, words, overlaps);
            twice.extend(shared.into_iter().map(|row| (row, SetAside::InOtherExport)));
        }
    }
    twice
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
fn same_money(frame: &Frame, files: &[u32], kin: &[Kin]) -> Vec<usize> {
    let days: Vec<Option<i64>> = match frame.column("spent_on") {
        Some(Values::Numbers(instants)) => {
            let day = |at: &i64| (*at != NO_NUMBER).then(|| at.div_euclid(SECONDS_PER_DAY));
            instants.iter().map(day).collect()
        }
        _ => vec![None; files.len()],
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
    (0..files.len()).filter(is_told).collect()
}

/// The rows of a group of files by their key. `measured` columns are no part of it: they may differ, as they do when a
/// report is run again later.
struct ByFile {
    rows: BTreeMap<u32, HashMap<u64, Vec<usize>>>,
    contents: Vec<u64>,
}

fn measured(table: Table) -> &'static [&'static str] {
    if table == Table::Spend { &["amount", "impressions", "clicks"] } else { &[] }
}

impl ByFile {
    fn of(table: Table, frame: &Frame, group: &BTreeSet<u32>, words: &Words) -> ByFile {
        let (keys, contents) = (fingerprints(frame, measured(table), words), fingerprints(frame, &[], words));
        let mut rows: BTreeMap<u32, HashMap<u64, Vec<usize>>> = BTreeMap::new();
        for (row, file) in frame.files().iter().enumerate().filter(|(_, file)| group.contains(file)) {
            rows.entry(*file).or_default().entry(keys[row]).or_default().push(row);
        }
        ByFile { rows, contents }
    }

    /// The keys that each two files share, sorted.
    fn each_pair(&self, mut take: impl FnMut(u32, u32, &[u64])) {
        let numbers: Vec<u32> = self.rows.keys().copied().collect();
        for (at, one) in numbers.iter().enumerate() {
            for other in &numbers[at + 1..] {
                let (rows, others) = (&self.rows[one], &self.rows[other]);
                let mut shared: Vec<u64> = rows.keys().filter(|key| others.contains_key(*key)).copied().collect();
                shared.sort_unstable();
                take(*one, *other, &shared);
            }
        }
    }
}

/// The rows of a group of files that stand in another file of it too and are left to that one: where measured numbers
/// differ, the greater ones stay.
fn shared_rows(table: Table, frame: &Frame, group: &BTreeSet<u32>, words: &Words, overlaps: &Overlaps) -> Vec<usize> {
    let by_file = ByFile::of(table, frame, group, words);
    let sizes: Vec<i64> = match measured(table).first().and_then(|name| frame.column(name)) {
        Some(Values::Numbers(sizes)) => sizes.iter().map(|size| if *size == NO_NUMBER { 0 } else { *size }).collect(),
        _ => vec![0; frame.height()],
    };
    let mut left = BTreeSet::new();
    by_file.each_pair(|one, other, shared| {
        if !overlaps.tell_the_same(one, other) {
            return;
        }
        for key in shared {
            let (rows, others) = (&by_file.rows[&one][key], &by_file.rows[&other][key]);
            let size = |rows: &[usize]| (rows.len(), rows.iter().map(|row| i128::from(sizes[*row])).sum::<i128>());
            left.extend(if size(others) > size(rows) { rows } else { others });
        }
    });
    left.into_iter().collect()
}

/// A number for each row that is the same for the same values, wherever the row stands.
fn fingerprints(frame: &Frame, except: &[&str], words: &Words) -> Vec<u64> {
    let mut prints = vec![0_u64; frame.height()];
    let of_words: Vec<u64> = words.texts().iter().map(print_of).collect();
    for (name, values) in frame.columns() {
        if except.contains(&name) {
            continue;
        }
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

    fn kin(title: &str, money: Option<MoneyLevel>) -> Kin {
        Kin { preset: "ads".to_owned(), title: title.to_owned(), money, starts: false }
    }

    fn frame(rows: &[(u32, i64, &str, i64)]) -> Frame {
        let columns = vec![
            Values::Numbers(rows.iter().map(|row| row.1 * SECONDS_PER_DAY).collect()),
            Values::Texts(rows.iter().map(|row| row.2).collect()),
            Values::Numbers(rows.iter().map(|row| row.3).collect()),
        ];
        let names = ["spent_on", "campaign", "amount"].map(str::to_owned).to_vec();
        Frame::new(names, Batch::new(rows.len(), columns), rows.iter().map(|row| row.0).collect())
    }

    fn told_twice(table: Table, frame: &Frame, kin: &[Kin]) -> BTreeMap<usize, SetAside> {
        let words = Words::default();
        super::told_twice(table, frame, kin, &words, &Overlaps::of(table, frame, kin, &words))
    }

    #[test]
    fn the_same_money_counts_in_the_best_report_of_each_day() {
        let kin = [kin("campaigns", Some(MoneyLevel::Campaign)), kin("ads", Some(MoneyLevel::Ad))];
        let rows = [(0, 1, "a", 5), (1, 1, "a", 2), (1, 1, "a", 3), (1, 2, "a", 7)];
        let twice = told_twice(Table::Spend, &frame(&rows), &kin);
        assert_eq!(twice, BTreeMap::from([(1, SetAside::SameMoney), (2, SetAside::SameMoney)]));
    }

    #[test]
    fn a_report_of_a_whole_range_tells_the_money_of_its_days() {
        let starting = |title, money| Kin { starts: true, ..kin(title, Some(money)) };
        let kin = [starting("campaigns", MoneyLevel::Campaign), starting("ads", MoneyLevel::Ad)];
        // The campaigns' rows all bear the first day of the month.
        let range = [(0, 1, "a", 5), (0, 1, "b", 5), (1, 5, "a", 5), (1, 6, "b", 5)];
        assert_eq!(told_twice(Table::Spend, &frame(&range), &kin).into_keys().collect::<Vec<_>>(), [2, 3]);
        // The ads' rows bear it, and the campaigns are split by day.
        let daily = [(0, 1, "a", 5), (0, 2, "b", 5), (0, 3, "b", 5), (1, 1, "a", 9), (1, 1, "b", 6)];
        assert_eq!(told_twice(Table::Spend, &frame(&daily), &kin).into_keys().collect::<Vec<_>>(), [3, 4]);
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
        let twice = told_twice(Table::Spend, &frame(&rows), &kin);
        let left: Vec<usize> = twice.into_keys().collect();
        assert_eq!(left, [3, 4, 5, 6], "the later number of the last shared day stays");
    }

    #[test]
    fn accounts_with_campaigns_of_one_name_both_count() {
        let kin = [kin("campaigns", None), kin("campaigns", None)];
        let rows = [(0, 1, "a", 5), (0, 2, "a", 6), (0, 3, "a", 7), (1, 1, "a", 1), (1, 2, "a", 2), (1, 3, "a", 3)];
        assert!(told_twice(Table::Spend, &frame(&rows), &kin).is_empty());
    }

    #[test]
    fn rows_alike_in_one_export_stay() {
        let kin = [kin("touches", None)];
        let rows = [(0, 1, "a", 5), (0, 1, "a", 5)];
        assert!(told_twice(Table::Touches, &frame(&rows), &kin).is_empty());
    }
}
