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
    let mut found = Vec::new();
    let mut by_file: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    rows.iter().enumerate().for_each(|(at, row)| by_file.entry(row.file).or_default().push(at));
    for own in by_file.into_values() {
        let of_file = |at: usize| own.iter().map(move |row| rows[*row].about[at]);
        let columns: Vec<usize> = (0..rows[own[0]].about.len()).filter(|at| of_file(*at).any(&mut is_total)).collect();
        for column in columns {
            // What the rest of a row is about, but for what stands for all: the parts and their sums.
            let mut groups: BTreeMap<_, (i128, Vec<usize>, Vec<usize>)> = BTreeMap::new();
            for at in own.iter().copied().filter(|at| !found.contains(at)) {
                let row = &rows[at];
                let mut rest = row.about;
                rest[column] = NO_CODE;
                let (sum, parts, totals) = groups.entry((row.days, rest)).or_default();
                if is_total(row.about[column]) {
                    totals.push(at);
                } else {
                    *sum += i128::from(row.amount);
                    parts.push(at);
                }
            }
            // A sum may be off by the rounding of each of its parts.
            let is_sum = |(sum, parts, totals): &(i128, Vec<usize>, Vec<usize>)| {
                let is_near = |at: &usize| i128::from(rows[*at].amount).abs_diff(*sum) <= parts.len() as u128;
                !parts.is_empty() && totals.len() == 1 && totals.iter().all(is_near)
            };
            found.extend(groups.into_values().filter(is_sum).flat_map(|(.., totals)| totals));
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
        // A total of totals, and a rounded one.
        assert_eq!(sums_of(&[("Ads", "Total", 10), ("Ads", "A", 10), ("Total", "A", 10)]), [0, 2]);
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
