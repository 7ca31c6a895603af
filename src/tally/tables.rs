//! Building tables from counts, which mostly come in the order of their keys, and adding them to each other.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Histogram;

/// The table of some entries; those with the same key add up.
pub fn table<K: Ord, V: AddAssign + Copy>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    sums(entries).into_iter().collect()
}

/// Some entries in order of their keys; those with the same key add up.
pub fn sums<K: Ord, V: AddAssign + Copy>(entries: impl IntoIterator<Item = (K, V)>) -> Vec<(K, V)> {
    let mut list: Vec<(K, V)> = entries.into_iter().collect();
    if !list.is_sorted_by(|one, other| one.0 < other.0) {
        list.sort_by(|one, other| one.0.cmp(&other.0));
        list.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 += next.1;
            }
            is_same
        });
    }
    list
}

/// The histograms of some entries: key, value, number of cases.
pub fn histograms<K: Ord + Copy>(entries: impl IntoIterator<Item = (K, i32, u64)>) -> BTreeMap<K, Histogram> {
    let mut found = BTreeMap::new();
    let mut entries = entries.into_iter().peekable();
    while let Some((key, ..)) = entries.peek().copied() {
        let of_key = std::iter::from_fn(|| entries.next_if(|(next, ..)| *next == key));
        add_histogram(found.entry(key).or_default(), sums(of_key.map(|(_, value, cases)| (value, cases))));
    }
    found
}

/// Adds one histogram to another.
pub fn add_histogram(histogram: &mut Histogram, other: Histogram) {
    *histogram = if histogram.is_empty() { other } else { sums(histogram.drain(..).chain(other)) };
}

/// A table from a list in order, which is far quicker than one entry after the other.
pub fn from_list<'de, D, K, V>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
}

/// A table as such a list.
pub fn as_list<S: Serializer, K: Serialize, V: Serialize>(
    table: &BTreeMap<K, V>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(table)
}
