//! The same money in several reports: takes the rows of a table of spend, gives those that another report of the same
//! tool counts already. What a row is *about* decides (account, campaign, days, and how finely it is cut), not whether
//! two rows are equal: a report by device repeats the money of the campaign, days that of their month, a later export
//! what an earlier one said of the same days.
//!
//! Of two reports about the same the one nearest to campaign and day is kept, uncut before cut; of two of one kind the
//! later one, by the last day that it covers, then by the day on which it was made, as far as a line above it or its
//! name says that, then by how many days. Times of files are not used: they do not survive a copy. Of two reports of
//! ranges that say only where they begin nothing more is known, and the first by name is kept. A report that does not
//! give its days counts only where none that does is about the same.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;

use super::frame::Frame;
use super::overlap::ExportOrigin;
use super::report::Repeat;
use super::totals_within::sums;
use super::vendor;
use crate::calendar::{Day, Month, Zone};
use crate::intake::preset::{MoneyLevel, PLAIN};
use crate::intake::read::SetAside;
use crate::intake::recognise::Plan;
use crate::store::{NO_CODE, NO_NUMBER, Values, Words};
use serde::{Deserialize, Serialize};

/// Fewer cells in common than this are chance, where neither an id nor an account says that campaigns are the same.
const LEAST_SHARED: usize = 3;
/// One cell in so many of the smaller report must be in the other.
const LEAST_SHARE: usize = 20;

/// The days that a row is about, by the header of its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Grain {
    /// One day.
    #[default]
    Day,
    /// Seven days from it.
    Week,
    /// The calendar month that it is in.
    Month,
    /// Three calendar months from it.
    Quarter,
    /// Twelve calendar months from it.
    Year,
    /// A range that it begins.
    Range,
}

impl Grain {
    /// The grain of a report, by its columns.
    pub fn of(plan: &Plan) -> Grain {
        let header =
            plan.columns.get("spent_on").and_then(|at| plan.headers.get(*at)).map(|header| header.to_lowercase());
        let Some(header) = header else { return Grain::Range };
        let parts: Vec<&str> = header.split(|c: char| !c.is_alphanumeric()).collect();
        let has = |words: &[&str]| words.iter().any(|word| parts.contains(word));
        let begins = ["start", "starts", "inicio", "início", "inizio", "début", "beginn", "begin"];
        if has(&begins) || plan.columns.contains_key("until") {
            Grain::Range
        } else if has(&["week", "woche", "semaine", "semana", "settimana"]) {
            Grain::Week
        } else if has(&["month", "monat", "mois", "mes", "mês", "mese", "maand"]) {
            Grain::Month
        } else if has(&["quarter", "quartal", "trimestre", "kwartaal"]) {
            Grain::Quarter
        } else if has(&["year", "jahr", "année", "año", "ano", "anno", "jaar"]) {
            Grain::Year
        } else {
            Grain::Day
        }
    }
}

/// The columns that say what a row is about, from the whole to the part.
pub const ABOUT: [&str; 7] = ["account", "source", "channel", "campaign_id", "campaign", "ad_group", "ad"];
/// How many of these say which campaign it is, and of whom.
const DOWN_TO_CAMPAIGN: usize = 5;

/// One row of spend.
pub struct Row {
    /// The number of its file.
    pub file: u32,
    /// First and last day that it is about.
    pub days: (i64, i64),
    /// Names of what it is about, by [`ABOUT`].
    pub about: [u32; ABOUT.len()],
    /// Minor units.
    pub amount: i64,
}

/// What a report covers, and how it is cut.
struct Cut {
    /// Whether nothing shows what days it is about.
    is_undated: bool,
    level: MoneyLevel,
    segments: usize,
    grain: Grain,
    /// Which of [`ABOUT`] it fills.
    fills: [bool; ABOUT.len()],
    /// First and last day.
    days: (i64, i64),
    /// When it was made.
    made: Option<Day>,
    rows: Vec<usize>,
}

impl Cut {
    /// The lesser, the better it serves as the one that counts.
    fn rank(&self) -> (bool, MoneyLevel, usize, Grain) {
        (self.is_undated, self.level, self.segments, self.grain)
    }

    /// How many days it covers.
    fn count_days(&self, rows: &[Row]) -> usize {
        self.rows.iter().map(|row| rows[*row].days.0).collect::<BTreeSet<i64>>().len()
    }

    /// Whether it was exported later than another, as far as both say that.
    fn later(&self, other: &Cut, rows: &[Row]) -> Ordering {
        let made = self.made.zip(other.made).map_or(Ordering::Equal, |(own, other)| own.cmp(&other));
        let days = || self.count_days(rows).cmp(&other.count_days(rows));
        self.days.1.cmp(&other.days.1).then(made).then_with(days)
    }
}

/// What a report says of one thing: its money and its rows.
#[derive(Default)]
struct Cell {
    amount: i128,
    rows: Vec<usize>,
}

type Cells = HashMap<(Vec<u32>, Option<(i64, i64)>), Cell>;

/// Rows that are not counted, each with the reason and the file that reports the same.
pub type NotCounted = BTreeMap<usize, (SetAside, u32)>;

/// The rows that another report counts already; `origins` is what each file is, and `zone` the one of calendar days.
pub fn same_money(frame: &Frame, origins: &[ExportOrigin], zone: &Zone, words: &Words) -> NotCounted {
    let (rows, grains) = rows(frame, origins, zone);
    let mut not_counted: NotCounted =
        sums(&rows, words).into_iter().map(|row| (row, (SetAside::Totals, rows[row].file))).collect();
    let is_dated: BTreeSet<u32> = rows.iter().filter(|row| row.days.0 != i64::MIN).map(|row| row.file).collect();
    let mut by_tool: BTreeMap<&str, BTreeMap<u32, Cut>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let origin = &origins[row.file as usize];
        let cut = by_tool.entry(&origin.tool).or_default().entry(row.file).or_insert_with(|| Cut {
            is_undated: !is_dated.contains(&row.file),
            made: origin.made,
            level: origin.money.unwrap_or(MoneyLevel::Other),
            segments: origin.segments.len(),
            grain: grains[&row.file],
            fills: [false; ABOUT.len()],
            days: (i64::MAX, i64::MIN),
            rows: Vec::new(),
        });
        cut.fills.iter_mut().zip(row.about).for_each(|(fills, code)| *fills |= code != NO_CODE);
        // A row without a day in a report of days is about none that another could report.
        if row.days.0 == i64::MIN && is_dated.contains(&row.file) || not_counted.contains_key(&at) {
            continue;
        }
        cut.days = (cut.days.0.min(row.days.0), cut.days.1.max(row.days.1));
        cut.rows.push(at);
    }
    for (tool, files) in &by_tool {
        let mut ranked: Vec<(&u32, &Cut)> = files.iter().collect();
        ranked.sort_by_key(|(file, cut)| (cut.rank(), **file));
        // From the best on, each report is held against all better ones: first what one of these covers is left out, then what
        // these cover a part of its rows only.
        for (at, (other, worse)) in ranked.iter().enumerate() {
            let meets = |(file, better): &&(&u32, &Cut)| {
                let meet = better.days.0 <= worse.days.1 && worse.days.0 <= better.days.1;
                meet && !origins[**file as usize].is_part_with(&origins[**other as usize])
            };
            let is_own = tool.is_empty() || *tool == PLAIN;
            let mut parts = Vec::new();
            for (file, better) in ranked[..at].iter().filter(meets) {
                let pair = Pair { rows: &rows, better, worse, files: (**file, **other), is_own };
                let is_open = |cut: &Cut| cut.days.1 == i64::MAX;
                let is_of_kind = pair.better.rank() == worse.rank();
                if is_of_kind && pair.better.is_undated && !pair.is_alike(&not_counted) {
                    // Two reports of one kind that give different amounts for the same are about different times.
                } else if is_of_kind && !(is_open(pair.better) && is_open(worse)) {
                    pair.again(&mut not_counted);
                } else {
                    pair.otherwise_cut(true, &mut not_counted);
                    parts.push(pair);
                }
            }
            parts.iter().for_each(|pair| pair.otherwise_cut(false, &mut not_counted));
        }
    }
    listed_beside(&rows, &by_tool, words, &mut not_counted);
    not_counted
}

/// Lines of lists that no tool made and that repeat what the reports of tools say: they name a company whose own
/// reports cover their days, or are to the cent what those of one company, or of all, report for these days.
fn listed_beside(
    rows: &[Row],
    by_tool: &BTreeMap<&str, BTreeMap<u32, Cut>>,
    words: &Words,
    not_counted: &mut NotCounted,
) {
    let is_own = |tool: &str| tool.is_empty() || tool == PLAIN;
    let mut vendors: HashMap<u32, Option<&str>> = HashMap::new();
    let mut vendor = |code: u32| *vendors.entry(code).or_insert_with(|| words.text(code).and_then(vendor::named));
    let covers =
        |row: &Row, report: &Cut| !report.is_undated && report.days.0 <= row.days.0 && row.days.1 <= report.days.1;
    let mut found = Vec::new();
    for cut in by_tool.iter().filter(|(tool, _)| is_own(tool)).flat_map(|(_, files)| files.values()) {
        for at in cut.rows.iter().filter(|at| !not_counted.contains_key(*at)) {
            let row = &rows[*at];
            let named = row.about[1..3].iter().find_map(|code| by_tool.get(vendor(*code)?));
            let by_name =
                named.and_then(|files| files.iter().find(|(_, report)| covers(row, report))).map(|(file, _)| *file);
            let within = |own: &&usize| {
                let days = rows[**own].days;
                !not_counted.contains_key(*own) && row.days.0 <= days.0 && days.1 <= row.days.1
            };
            // A single day of a single campaign may cost the same by chance; a month does not.
            let is_span = row.days.0 < row.days.1 && row.days.1 != i64::MAX && row.amount > 0;
            let mut sums: Vec<(u32, i128)> = Vec::new();
            for (_, files) in by_tool.iter().filter(|(tool, _)| is_span && !is_own(tool)) {
                let Some((file, _)) = files.iter().find(|(_, report)| covers(row, report)) else { continue };
                let of_days = files.values().flat_map(|report| report.rows.iter().filter(within));
                sums.push((*file, of_days.map(|own| i128::from(rows[*own].amount)).sum()));
            }
            let all: i128 = sums.iter().map(|(_, sum)| sum).sum();
            let is_it = |sum: i128| sum == i128::from(row.amount);
            let by_amount = sums.iter().find(|(_, sum)| is_it(*sum) || is_it(all)).map(|(file, _)| *file);
            found.extend(by_name.or(by_amount).map(|file| (*at, (SetAside::SameMoney, file))));
        }
    }
    not_counted.extend(found);
}

fn rows(frame: &Frame, origins: &[ExportOrigin], zone: &Zone) -> (Vec<Row>, BTreeMap<u32, Grain>) {
    let numbers = |name: &str| match frame.column(name) {
        Some(Values::Numbers(numbers)) => Some(numbers),
        _ => None,
    };
    let codes = ABOUT.map(|name| match frame.column(name) {
        Some(Values::Codes(codes)) => Some(codes),
        _ => None,
    });
    let (days, until, amounts) = (numbers("spent_on"), numbers("until"), numbers("amount"));
    let at = |numbers: Option<&Vec<i64>>, row: usize| numbers.map(|all| all[row]).filter(|at| *at != NO_NUMBER);
    let day = |numbers: Option<&Vec<i64>>, row: usize| at(numbers, row).map(|at| i64::from(zone.day_of(at).0));
    // A report of a range that says only where it begins has one day in all its rows; else these are days.
    let mut begins: BTreeMap<u32, BTreeSet<i64>> = BTreeMap::new();
    for (row, file) in frame.files().iter().enumerate() {
        begins.entry(*file).or_default().extend(day(days, row));
    }
    let mut ranges: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    for (file, days) in
        begins.iter().filter(|(file, days)| origins[**file as usize].grain == Grain::Range && days.len() == 1)
    {
        ranges.entry(&origins[*file as usize].tool).or_default().extend(days);
    }
    // A report whose days are all the first of a month is about months, whatever its column is called.
    let grains: BTreeMap<u32, Grain> =
        begins.iter().map(|(file, days)| (*file, by_values(origins[*file as usize].grain, days))).collect();
    let row = |(row, file): (usize, &u32)| {
        let of_report = origins[*file as usize].range.filter(|_| begins[file].is_empty());
        let of_report = of_report.map(|(first, last)| (i64::from(first.0), i64::from(last.0)));
        let first = day(days, row).or(of_report.map(|(first, _)| first));
        let until = day(until, row).or(of_report.map(|(_, last)| last));
        let last = match (first, until, grains[file]) {
            (None, ..) => i64::MAX,
            (Some(first), Some(last), _) => last.max(first),
            (Some(first), None, Grain::Day) => first,
            (Some(first), None, Grain::Week) => first + 6,
            (Some(first), None, Grain::Month) => months_end(first, 1),
            (Some(first), None, Grain::Quarter) => months_end(first, 3),
            (Some(first), None, Grain::Year) => months_end(first, 12),
            // A range that says only where it begins lasts until the next one of the same tool does.
            (Some(first), None, Grain::Range) if begins[file].len() == 1 => {
                let tool = &origins[*file as usize].tool;
                ranges
                    .get(tool.as_str())
                    .and_then(|all| all.range(first + 1..).next())
                    .map_or(i64::MAX, |next| next - 1)
            }
            (Some(first), None, Grain::Range) => first,
        };
        Row {
            file: *file,
            days: (first.unwrap_or(i64::MIN), last),
            about: codes.map(|codes| codes.map_or(NO_CODE, |codes| codes[row])),
            amount: at(amounts, row).unwrap_or_default(),
        }
    };
    (frame.files().iter().enumerate().map(row).collect(), grains)
}

/// What rows are about by their days, where a column of days leaves it open.
fn by_values(grain: Grain, days: &BTreeSet<i64>) -> Grain {
    let is_first = |day: &i64| i32::try_from(*day).is_ok_and(|day| Day(day).month().first_day() == Day(day));
    let steps = || days.iter().zip(days.iter().skip(1)).map(|(day, next)| next - day);
    match grain {
        Grain::Day if days.len() > 1 && days.iter().all(is_first) => Grain::Month,
        Grain::Day if days.len() > 2 && steps().all(|step| step % 7 == 0) => Grain::Week,
        other => other,
    }
}

/// The last day of so many calendar months from that of a day, both in days since 1970.
fn months_end(day: i64, months: i32) -> i64 {
    let last = |day: i32| Month(Day(day).month().0 + months - 1).last_day().0;
    i32::try_from(day).map_or(day, |day| i64::from(last(day)))
}

/// Whether two amounts differ by a quarter at most.
fn is_near(one: i128, other: i128) -> bool {
    one * 4 <= other * 5 && other * 4 <= one * 5
}

/// Two reports of one tool whose days meet.
struct Pair<'a> {
    rows: &'a [Row],
    better: &'a Cut,
    worse: &'a Cut,
    files: (u32, u32),
    /// Whether no tool made these reports.
    is_own: bool,
}

impl Pair<'_> {
    /// The columns by which the two can be compared: those that both fill, of `most` at most. Of id and name of the
    /// campaign the id does, where both have it.
    fn about(&self, most: usize) -> Vec<usize> {
        let both = |at: usize| self.better.fills[at] && self.worse.fills[at];
        let by_id = both(3);
        (0..most).filter(|at| both(*at) && !(*at == 4 && by_id)).collect()
    }

    /// What a report says of each thing, without what another one reports already.
    fn cells(&self, cut: &Cut, about: &[usize], by_day: bool, not_counted: &NotCounted) -> Cells {
        let mut cells = Cells::new();
        for at in cut.rows.iter().filter(|at| !not_counted.contains_key(*at)) {
            let row = &self.rows[*at];
            let key = (about.iter().map(|column| row.about[*column]).collect(), by_day.then_some(row.days));
            let cell = cells.entry(key).or_default();
            cell.amount += i128::from(row.amount);
            cell.rows.push(*at);
        }
        cells
    }

    /// Whether most of what both report has about the same amount in both.
    fn is_alike(&self, not_counted: &NotCounted) -> bool {
        let about = self.about(ABOUT.len());
        let (one, other) =
            (self.cells(self.better, &about, false, not_counted), self.cells(self.worse, &about, false, not_counted));
        let shared: Vec<_> = one.keys().filter(|key| other.contains_key(*key)).collect();
        let near = shared.iter().filter(|key| is_near(one[**key].amount, other[**key].amount)).count();
        near * 2 >= shared.len()
    }

    /// Two reports of one kind: what both report is counted once, from the later one.
    fn again(&self, not_counted: &mut NotCounted) {
        let about = self.about(ABOUT.len());
        if about.is_empty() && self.is_own {
            return;
        }
        let (one, other) =
            (self.cells(self.better, &about, true, not_counted), self.cells(self.worse, &about, true, not_counted));
        let mut shared: Vec<_> = one.keys().filter(|key| other.contains_key(*key)).collect();
        shared.sort_unstable();
        let near = |key: &&&(Vec<u32>, Option<(i64, i64)>)| is_near(one[**key].amount, other[**key].amount);
        // An id of the campaign, or its name within an account, says that it is the same one, whatever the amounts.
        let is_sure = about.contains(&3) || (about.contains(&0) && about.contains(&4));
        let smaller = one.len().min(other.len());
        let is_same = match is_sure {
            true => !shared.is_empty(),
            false => {
                shared.iter().filter(near).count() * 2 >= shared.len()
                    && shared.len() >= LEAST_SHARED.min(smaller)
                    && shared.len() * LEAST_SHARE >= smaller
            }
        };
        if !is_same || shared.is_empty() {
            return;
        }
        let later = self.worse.later(self.better, self.rows);
        for key in shared {
            let (one, other) = (&one[key], &other[key]);
            // Of two exports of the same days the greater number was seen later: money is spent, not taken back.
            let keeps_other = later.then_with(|| other.amount.cmp(&one.amount)).is_gt();
            let (gone, by) = if keeps_other { (one, self.files.1) } else { (other, self.files.0) };
            let same = one.amount == other.amount;
            let reason = if same { SetAside::InOtherExport } else { SetAside::Restated };
            for row in &gone.rows {
                not_counted.entry(*row).or_insert((reason, by));
            }
        }
    }

    /// Two reports that are cut in different ways: the better one counts where it covers what the other reports.
    /// `by_better` asks for what the better one covers, else for what it covers a part of only.
    fn otherwise_cut(&self, by_better: bool, not_counted: &mut NotCounted) {
        let about = self.about(DOWN_TO_CAMPAIGN);
        // Tables that no tool made may be about different things altogether where they have nothing in common.
        if about.is_empty() && self.is_own {
            return;
        }
        let better = self.cells(self.better, &about, false, not_counted);
        let open: Vec<usize> = self.worse.rows.iter().copied().filter(|at| !not_counted.contains_key(at)).collect();
        for at in &open {
            let row = &self.rows[*at];
            let key: Vec<u32> = about.iter().map(|column| row.about[*column]).collect();
            let Some(cell) = better.get(&(key, None)) else { continue };
            let meets = |own: &&usize| {
                let days = self.rows[**own].days;
                days.0 <= row.days.1 && row.days.0 <= days.1
            };
            let meeting: Vec<usize> = cell.rows.iter().filter(meets).copied().collect();
            if meeting.is_empty() {
                continue;
            }
            let reach = self.better.days;
            let is_undated = self.worse.is_undated && !self.better.is_undated;
            let covers = is_undated || reach.0 <= row.days.0 && (row.days.1 <= reach.1 || row.days.1 == i64::MAX);
            if covers && by_better {
                not_counted.entry(*at).or_insert((SetAside::SameMoney, self.files.0));
            }
            if covers || by_better {
                continue;
            }
            // Only some days of a range: the range is whole, so it counts and they do not.
            let within = |own: &usize| {
                let days = self.rows[*own].days;
                row.days.0 <= days.0 && days.1 <= row.days.1
            };
            for own in meeting.into_iter().filter(|own| within(own)) {
                not_counted.entry(own).or_insert((SetAside::SameMoney, self.files.1));
            }
        }
    }
}

/// What was left out of each file because another one reports it, in the order of the files.
pub fn repeats(frame: &Frame, not_counted: &NotCounted) -> Vec<(u32, Repeat)> {
    let number = |name: &str, row: usize| match frame.column(name) {
        Some(Values::Numbers(numbers)) => Some(numbers[row]).filter(|number| *number != NO_NUMBER),
        _ => None,
    };
    let mut all: BTreeMap<(u32, u32, SetAside), Repeat> = BTreeMap::new();
    let mut days = BTreeSet::new();
    for (row, (reason, by)) in not_counted {
        let key = (frame.files()[*row], *by, *reason);
        let repeat = all.entry(key).or_insert(Repeat { by: *by, reason: *reason, rows: 0, days: 0, amount: 0 });
        repeat.rows += 1;
        repeat.days += u64::from(days.insert((key, number("spent_on", *row))));
        repeat.amount += number("amount", *row).unwrap_or_default();
    }
    all.into_iter().map(|((file, ..), repeat)| (file, repeat)).collect()
}

#[cfg(test)]
mod tests;
