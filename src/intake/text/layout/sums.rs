//! Lines of totals among the data: known by their word, or, first and last under a header, by an empty key and numbers that
//! are the sums of their columns. The parts of such a sum are none.

use super::super::kinds::Kind;
use super::super::record::{Record, is_blank};
use super::super::rows::Rows;
use super::super::totals;
use super::{Aside, Layout};

/// Words for the whole of what the rows below split, as a pivot has them; compared in lower case.
const WHOLES: [&str; 14] = [
    "all", "(all)", "alle", "alles", "todo", "todos", "todas", "tudo", "tous", "toutes", "tout", "tutti", "tutte",
    "všechny",
];

/// Marks the lines of totals.
pub fn mark(rows: &mut Rows<'_>, layout: &mut Layout) {
    if layout.width < 2 {
        return;
    }
    let runs = runs(layout);
    let keys = keys(rows, layout, &runs);
    by_word(rows, layout, &keys, &runs);
    for run in &runs {
        let run: Vec<usize> = run.iter().copied().filter(|row| !layout.aside.contains_key(row)).collect();
        let mut ends = vec![run.first(), run.last()];
        ends.dedup();
        for row in ends.into_iter().flatten() {
            let data: Vec<usize> = run.iter().copied().filter(|row| !layout.aside.contains_key(row)).collect();
            let is_alone = data.len() < 2;
            // A block without a row has a line of sums too.
            if is_alone && (layout.blocks.is_empty() || runs.len() < 2) {
                break;
            }
            let record = rows.record(*row);
            let is_unnamed = names_nothing(&keys, layout, &record)
                || (runs.len() > 1 && !is_alone && lacks_one(&names(&keys, layout), &record));
            if is_unnamed && (is_alone || equals_the_sums(rows, layout, &data, *row, &record)) {
                let is_part = !is_alone && is_part_of_whole(rows, layout, &data, &record);
                if !is_part {
                    layout.aside.insert(*row, Aside::Total);
                }
            }
        }
    }
}

/// The rows of data from one header to the next, where it is repeated.
fn runs(layout: &Layout) -> Vec<Vec<usize>> {
    let mut runs = vec![Vec::new()];
    for row in layout.first..layout.end {
        match layout.aside.get(&row) {
            None => runs.last_mut().expect("there is a first").push(row),
            Some(Aside::RepeatedHeader) => runs.push(Vec::new()),
            Some(_) => {}
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// Rows looked at for the columns that are always filled.
const LOOK: usize = 2_000;

/// The columns that hold something else than a number in every row but those of totals, the first and the last of each run
/// aside.
fn keys(rows: &mut Rows<'_>, layout: &Layout, runs: &[Vec<usize>]) -> Vec<usize> {
    let few = runs.iter().map(Vec::len).sum::<usize>() <= 3;
    let within = |run: &'_ Vec<usize>| match run.len() {
        length if few && runs.len() < 2 => 0..length,
        length => usize::from(length > 2)..length - 1,
    };
    let inner = runs.iter().flat_map(|run| &run[within(run)]).take(LOOK);
    let mut missing = vec![0_usize; layout.width];
    let (mut seen, mut record) = (0, Record::default());
    for row in inner {
        rows.read(*row, &mut record);
        if totals::label(&record).is_some() || (few && record.text(0).trim().is_empty()) {
            continue;
        }
        seen += 1;
        for (column, missing) in missing.iter_mut().enumerate() {
            *missing += usize::from(record.get(column).is_none_or(is_blank));
        }
    }
    let is_key = |column: &usize| {
        seen > 0 && missing[*column] * 50 <= seen && layout.profile.kind(*column) != Some(Kind::Number)
    };
    (0..layout.width).filter(is_key).collect()
}

fn by_word(rows: &mut Rows<'_>, layout: &mut Layout, keys: &[usize], runs: &[Vec<usize>]) {
    let mut record = Record::default();
    let mut marked = Vec::new();
    for run in runs {
        let mut at_top = true;
        let mut trailing = Vec::new();
        for row in run {
            rows.read(*row, &mut record);
            let Some(label) = totals::label(&record) else {
                at_top = false;
                trailing.clear();
                continue;
            };
            // A group of a report is summed up in a row that lacks what every other row has.
            let is_short = lacks_one(keys, &record) || record.filled() == 1;
            let is_certain = totals::is_certain_total(&record) && (label.contains(':') || layout.profile.typed() == 0);
            if is_short || is_certain || at_top {
                marked.push(*row);
            } else {
                trailing.push(*row);
            }
        }
        marked.append(&mut trailing);
    }
    for row in marked {
        layout.aside.insert(row, Aside::Total);
    }
}

/// Whether a row has nothing in a column that every other row fills.
fn lacks_one(keys: &[usize], record: &Record) -> bool {
    keys.iter().any(|column| record.get(*column).is_none_or(is_blank))
}

/// The columns of names, ids and addresses among those that every row fills.
fn names(keys: &[usize], layout: &Layout) -> Vec<usize> {
    let is_name =
        |column: &usize| matches!(layout.profile.kind(*column), None | Some(Kind::Words | Kind::Code | Kind::Address));
    keys.iter().copied().filter(is_name).collect()
}

/// Whether a row names nothing: no name, id or address where every other row has one.
fn names_nothing(keys: &[usize], layout: &Layout, record: &Record) -> bool {
    let names = names(keys, layout);
    !names.is_empty() && names.iter().all(|column| record.get(*column).is_none_or(is_blank))
}

/// Whether a row is a part of what another sums up: it has a value where that one has a word for all of them.
fn is_part_of_whole(rows: &mut Rows<'_>, layout: &Layout, data: &[usize], record: &Record) -> bool {
    let is_value = |column: &usize| {
        let cell = record.text(*column).trim();
        layout.profile.kind(*column) != Some(Kind::Number) && Kind::of(cell) != Kind::Missing && !is_whole(cell)
    };
    let columns: Vec<usize> = (0..layout.width).filter(is_value).collect();
    let mut other = Record::default();
    data.iter().any(|row| {
        rows.read(*row, &mut other);
        columns.iter().any(|column| is_whole(other.text(*column).trim()))
    })
}

fn is_whole(cell: &str) -> bool {
    let cell = cell.to_lowercase();
    WHOLES.contains(&cell.as_str()) || totals::is_total_word(&cell)
}

/// Whether some number of the row is the sum of its column, to rounding. The column must be one of numbers, with more
/// than one other: of rates and reach, which do not add up, nothing is asked.
fn equals_the_sums(rows: &mut Rows<'_>, layout: &Layout, run: &[usize], row: usize, record: &Record) -> bool {
    let is_number = |column: &usize| {
        Kind::of(record.text(*column)) == Kind::Number && layout.profile.kind(*column) == Some(Kind::Number)
    };
    let columns: Vec<usize> = (0..layout.width).filter(is_number).collect();
    let mut sums = vec![[0.0_f64; 2]; columns.len()];
    let mut counts = vec![0_usize; columns.len()];
    let mut other = Record::default();
    let data: Vec<usize> = run.iter().copied().filter(|data| *data != row).collect();
    for data in &data {
        rows.read(*data, &mut other);
        for ((column, sum), count) in columns.iter().zip(&mut sums).zip(&mut counts) {
            *count += usize::from(Kind::of(other.text(*column)) == Kind::Number);
            for (mark, sum) in ['.', ','].into_iter().zip(sum) {
                *sum += number(other.text(*column), mark).unwrap_or_default();
            }
        }
    }
    let least = 2.min(data.len());
    let is_sum = |(column, sums): (&usize, &[f64; 2])| {
        ['.', ','].into_iter().zip(sums).any(|(mark, sum)| {
            let close = |own: f64| own != 0.0 && (own - sum).abs() <= 1e-6 * sum.abs() + 0.011;
            number(record.text(*column), mark).is_some_and(close)
        })
    };
    columns.iter().zip(&sums).zip(counts).filter(|(_, count)| *count >= least).any(|(column, _)| is_sum(column))
}

/// The number in a cell if `mark` parts the decimals.
fn number(text: &str, mark: char) -> Option<f64> {
    let mut digits = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '0'..='9' | '-' => digits.push(c),
            c if c == mark => digits.push('.'),
            _ => {}
        }
    }
    digits.parse().ok()
}
