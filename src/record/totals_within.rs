//! Totals among the rows of a table of spend: takes its rows, gives those that are the sum of others of the same file. A word
//! such as `All` in one of the columns says that a row may be one, and only arithmetic that it is: a campaign may well be
//! called so.

use std::collections::BTreeMap;

use super::same_money::Row;
use crate::intake::text::totals::is_total_word;
use crate::store::{NO_CODE, Words};

/// How a value begins that stands for all of something, in lower case.
const ALL: [&str; 16] = [
    "all",
    "overall",
    "alle",
    "gesamt",
    "tous",
    "toutes",
    "todos",
    "todas",
    "tutti",
    "tutte",
    "totaal",
    "total",
    "totale",
    "any",
    "everything",
    "combined",
];

/// The rows that are sums, in order.
pub fn sums(rows: &[Row], words: &Words) -> Vec<usize> {
    let mut known: BTreeMap<u32, bool> = BTreeMap::new();
    let mut is_total = |code: u32| *known.entry(code).or_insert_with(|| words.text(code).is_some_and(says_all));
    let mut totals: BTreeMap<(u32, (i64, i64)), Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        if row.about.iter().any(|code| is_total(*code)) {
            totals.entry((row.file, row.days)).or_default().push(at);
        }
    }
    if totals.is_empty() {
        return Vec::new();
    }
    let mut parts: BTreeMap<(u32, (i64, i64)), Vec<&Row>> = BTreeMap::new();
    for row in rows.iter().filter(|row| totals.contains_key(&(row.file, row.days))) {
        if !row.about.iter().any(|code| is_total(*code)) {
            parts.entry((row.file, row.days)).or_default().push(row);
        }
    }
    let mut found: Vec<usize> = Vec::new();
    for (place, totals) in totals {
        let parts = parts.get(&place).map_or(&[][..], Vec::as_slice);
        for at in totals {
            let total = &rows[at];
            // What a total is about: what stands for all, and what is blank, is whatever the parts are about.
            let is_of = |part: &&&Row| {
                total.about.iter().zip(part.about).all(|(own, part)| *own == NO_CODE || *own == part || known[own])
            };
            let of_total: Vec<i64> = parts.iter().filter(is_of).map(|part| part.amount).collect();
            let sum: i128 = of_total.iter().copied().map(i128::from).sum();
            // A sum may be off by the rounding of each of its parts.
            if !of_total.is_empty() && i128::from(total.amount).abs_diff(sum) <= of_total.len() as u128 {
                found.push(at);
            }
        }
    }
    found.sort_unstable();
    found
}

fn says_all(value: &str) -> bool {
    let value = value.trim().to_lowercase();
    let first = value.split_whitespace().next().unwrap_or_default();
    is_total_word(&value)
        || ALL.contains(&value.as_str())
        || (ALL[..3].contains(&first) && value.split_whitespace().count() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of one day: source, campaign, amount.
    fn sums_of(rows: &[(&str, &str, i64)]) -> Vec<usize> {
        let mut words = Words::default();
        let mut row = |(source, campaign, amount): &(&str, &str, i64)| {
            let mut about = [NO_CODE; 7];
            about[1] = words.code(source);
            about[4] = words.code(campaign);
            Row { file: 0, days: (1, 1), about, amount: *amount }
        };
        let rows: Vec<Row> = rows.iter().map(&mut row).collect();
        sums(&rows, &words)
    }

    #[test]
    fn a_row_for_all_is_a_total_where_it_is_the_sum_of_the_others() {
        assert_eq!(sums_of(&[("Ads", "All", 30), ("Ads", "A", 10), ("Ads", "B", 20), ("Fair", "C", 7)]), [0]);
        assert_eq!(sums_of(&[("Search", "", 100), ("Social", "", 50), ("All channels", "", 150)]), [2]);
        // Totals of the whole and of a part, where the rest is blank, and a rounded one.
        assert_eq!(
            sums_of(&[("Ads", "A", 10), ("Ads", "B", 5), ("Fair", "C", 7), ("Ads", "Total", 15), ("Total", "", 22)]),
            [3, 4]
        );
        assert_eq!(sums_of(&[("Ads", "Gesamt", 31), ("Ads", "A", 10), ("Ads", "B", 20)]), [0]);
    }

    #[test]
    fn a_campaign_for_all_is_one_where_the_others_do_not_add_up_to_it() {
        assert!(sums_of(&[("Ads", "All", 30), ("Ads", "A", 10), ("Ads", "B", 90)]).is_empty());
        assert!(sums_of(&[("Ads", "All", 30), ("Fair", "A", 30)]).is_empty());
        assert!(sums_of(&[("Ads", "Allgäu", 30), ("Ads", "A", 30)]).is_empty());
        assert!(sums_of(&[("Ads", "All hands on deck", 30), ("Ads", "A", 30)]).is_empty());
    }
}
