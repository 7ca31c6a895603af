//! Lines of totals among the data: known by their word, or, first and last, by an empty key and numbers that are the sums
//! of their columns.

use super::super::kinds::Kind;
use super::super::record::{Record, is_blank};
use super::super::rows::Rows;
use super::super::totals;
use super::{Aside, Layout};

/// Marks the lines of totals.
pub fn mark(rows: &mut Rows<'_>, layout: &mut Layout) {
    if layout.width < 2 {
        return;
    }
    let keys = keys(rows, layout);
    by_word(rows, layout, &keys);
    let ends = [layout.data().next(), layout.data().last()];
    for row in ends.into_iter().flatten() {
        if layout.data().take(2).count() < 2 {
            return;
        }
        let record = rows.record(row);
        if names_nothing(&keys, layout, &record) && equals_the_sums(rows, layout, row, &record) {
            layout.aside.insert(row, Aside::Total);
        }
    }
}

/// Rows looked at for the columns that are always filled.
const LOOK: usize = 2_000;

/// The columns that hold something else than a number in every row but those of totals, the first and the last aside.
fn keys(rows: &mut Rows<'_>, layout: &Layout) -> Vec<usize> {
    let data: Vec<usize> = layout.data().take(LOOK).collect();
    let inner = if data.len() > 3 { &data[1..data.len() - 1] } else { &data[..] };
    let mut missing = vec![0_usize; layout.width];
    let (mut seen, mut record) = (0, Record::default());
    for row in inner {
        rows.read(*row, &mut record);
        if totals::label(&record).is_some() || (data.len() <= 3 && record.text(0).trim().is_empty()) {
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

fn by_word(rows: &mut Rows<'_>, layout: &mut Layout, keys: &[usize]) {
    let mut record = Record::default();
    let data: Vec<usize> = layout.data().collect();
    let mut marked = Vec::new();
    let mut at_top = true;
    let mut trailing = Vec::new();
    for row in data {
        rows.read(row, &mut record);
        let Some(label) = totals::label(&record) else {
            at_top = false;
            trailing.clear();
            continue;
        };
        // A group of a report is summed up in a row that lacks what every other row has.
        let is_short = lacks_one(keys, &record) || record.filled() == 1;
        let is_certain = totals::is_certain_total(&record) && (label.contains(':') || layout.profile.typed() == 0);
        if is_short || is_certain || at_top {
            marked.push(row);
        } else {
            trailing.push(row);
        }
    }
    for row in marked.into_iter().chain(trailing) {
        layout.aside.insert(row, Aside::Total);
    }
}

/// Whether a row has nothing in a column that every other row fills.
fn lacks_one(keys: &[usize], record: &Record) -> bool {
    keys.iter().any(|column| record.get(*column).is_none_or(is_blank))
}

/// Whether a row names nothing: no name, id or address where every other row has one.
fn names_nothing(keys: &[usize], layout: &Layout, record: &Record) -> bool {
    let is_name = |column: &&usize| {
        matches!(layout.profile.kind(**column), None | Some(Kind::Words | Kind::Code | Kind::Address))
    };
    let mut names = keys.iter().filter(is_name).peekable();
    names.peek().is_some() && names.all(|column| record.get(*column).is_none_or(is_blank))
}

/// Whether some number of the row is the sum of its column, to rounding. The column must be one of numbers, with more
/// than one other: of rates and reach, which do not add up, nothing is asked.
fn equals_the_sums(rows: &mut Rows<'_>, layout: &Layout, row: usize, record: &Record) -> bool {
    let is_number = |column: &usize| {
        Kind::of(record.text(*column)) == Kind::Number && layout.profile.kind(*column) == Some(Kind::Number)
    };
    let columns: Vec<usize> = (0..layout.width).filter(is_number).collect();
    let mut sums = vec![[0.0_f64; 2]; columns.len()];
    let mut counts = vec![0_usize; columns.len()];
    let mut other = Record::default();
    let data: Vec<usize> = layout.data().filter(|data| *data != row).collect();
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
