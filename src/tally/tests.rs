//! Laws of counting: the kernel against a count row by row, over columns of every width.

use std::collections::BTreeMap;

use polars::prelude::*;
use proptest::prelude::*;

use super::Place;
use super::count::{Count, Measure, Rows};
use crate::calendar::Month;

/// Rows of a table that is counted by two keys in two dimensions.
#[derive(Debug, Clone, Copy)]
struct Row {
    counts: Option<bool>,
    month: Option<i32>,
    keys: [Option<i32>; 2],
    sum: Option<i64>,
    members: [u32; 2],
}

/// Small numbers, some farther apart, or any: they are numbered by a table, by a hash, or column by column.
fn width() -> impl Strategy<Value = i32> {
    prop_oneof![Just(2), Just(40), Just(100_000), Just(i32::MAX)]
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let widths = ([width(), width(), width()], 1..5_u32, prop_oneof![Just(3_u32), Just(1_000), Just(50_000)]);
    let of_widths = |([month, key, other], few, many): ([i32; 3], u32, u32)| {
        let value = |width: i32| prop::option::weighted(0.9, -width..=width);
        let row = (
            prop::option::weighted(0.9, prop::bool::weighted(0.8)),
            value(month),
            [value(key).boxed(), value(other).boxed()],
            prop::option::weighted(0.9, -1_000_000_000_000..1_000_000_000_000_i64),
            [(0..few).boxed(), (0..many).boxed()],
        );
        prop::collection::vec(row.prop_map(row_of), 0..60)
    };
    widths.prop_flat_map(of_widths)
}

type Parts = (Option<bool>, Option<i32>, [Option<i32>; 2], Option<i64>, [u32; 2]);

fn row_of((counts, month, keys, sum, members): Parts) -> Row {
    Row { counts, month, keys, sum, members }
}

fn frame(rows: &[Row]) -> DataFrame {
    fn column<T>(rows: &[Row], name: &str, value: impl Fn(&Row) -> T) -> Column
    where
        Series: NamedFrom<Vec<T>, [T]>,
    {
        Series::new(name.into(), rows.iter().map(value).collect::<Vec<T>>()).into()
    }
    let columns = vec![
        column(rows, "counts", |row| row.counts),
        column(rows, "month", |row| row.month),
        column(rows, "key", |row| row.keys[0]),
        column(rows, "other", |row| row.keys[1]),
        column(rows, "sum", |row| row.sum),
        column(rows, "dim.few", |row| row.members[0]),
        column(rows, "dim.many", |row| row.members[1]),
    ];
    DataFrame::new(rows.len(), columns).unwrap()
}

fn counted(frame: &DataFrame) -> Vec<Count<2, 1>> {
    let measure =
        Measure { rows: col("counts"), month: col("month"), keys: [col("key"), col("other")], sums: [col("sum")] };
    let rows = Rows::new(frame, [(1, "few"), (2, "many")]).unwrap();
    rows.count(measure).unwrap().iter().collect()
}

type Key = (Place, [Option<i32>; 2]);

fn naive(rows: &[Row]) -> Vec<Count<2, 1>> {
    let mut counts: BTreeMap<Key, Count<2, 1>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.counts == Some(true)) {
        for (dimension, member) in [(0, 0), (1, row.members[0]), (2, row.members[1])] {
            let place = Place { dimension, member, month: row.month.map(Month) };
            let none = Count { place, keys: row.keys, rows: 0, sums: [0] };
            let count = counts.entry((place, row.keys)).or_insert(none);
            count.rows += 1;
            count.sums[0] += row.sum.unwrap_or_default();
        }
    }
    counts.into_values().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_kernel_counts_as_one_counts_by_hand(rows in rows(), cut in any::<prop::sample::Index>()) {
        let whole = frame(&rows);
        prop_assert_eq!(counted(&whole), naive(&rows));
        // A table of several chunks, and a part of a table.
        let cut = cut.index(rows.len() + 1);
        let chunks = frame(&rows[..cut]).vstack(&frame(&rows[cut..])).unwrap();
        prop_assert_eq!(counted(&chunks), naive(&rows));
        prop_assert_eq!(counted(&whole.slice(cut as i64, rows.len())), naive(&rows[cut..]));
    }
}

#[test]
fn conditions_and_months_may_be_constant() {
    let rows = [row_of((None, None, [Some(1), None], None, [0, 0])); 3];
    let rows = Rows::new(&frame(&rows), []).unwrap();
    let measure = Measure { rows: lit(true), month: lit(NULL), keys: [col("key")], sums: [] };
    let place = Place { dimension: 0, member: 0, month: None };
    let counts: Vec<Count<1, 0>> = rows.count(measure).unwrap().iter().collect();
    assert_eq!(counts, [Count { place, keys: [Some(1)], rows: 3, sums: [] }]);
}
