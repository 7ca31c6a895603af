//! What the leakage page must say, held on an invented report.

use super::super::parts::sample;
use super::*;

#[test]
fn cards_stand_in_the_order_of_money_and_say_their_share() {
    let report = sample::report();
    let view = View::new(&report, sample::quarter());
    let leaks = ranked(&view);
    assert_eq!(leaks, [Leak::NeverTouched, Leak::NoOwner]);
    let first = card(&view, leaks[0], 1);
    assert_eq!((first.count.as_str(), first.money.as_str()), ("40 leads", "EUR 8k"));
    assert_eq!(first.money_interval, "40 cases not won; 95% interval EUR 6.4k to EUR 9.6k");
    assert!(first.share.starts_with("20.0% of the leads that this rule applies to; 40 of 200"), "{}", first.share);
    assert_eq!(first.cases_href.unwrap(), "data/cases-never-touched.csv");
    assert_eq!(card(&view, leaks[1], 2).cases_href, None);
}

#[test]
fn the_waterfall_leaves_nobody_out() {
    let report = sample::report();
    let view = View::new(&report, sample::quarter());
    let found = page(&view, &sample::account()).unwrap();
    let chart = found.sections.iter().flat_map(|section| &section.blocks).find_map(|block| match block {
        Block::Chart(chart) if chart.id == "waterfall-leads" => Some(chart),
        _ => None,
    });
    let chart = chart.unwrap();
    assert_eq!(chart.title, "20 of 200 leads became customers");
    let counts: Vec<u64> = chart.twin.rows.iter().map(|row| row[1].text.parse().unwrap()).collect();
    assert_eq!(counts[0], counts[1..].iter().sum::<u64>());
    assert!(chart.twin.rows.iter().all(|row| row[0].text != "Same person, two owners"));
}

#[test]
fn first_cases_stand_only_in_the_default_period() {
    let report = sample::report();
    let has_cases = |period: &str| {
        let view = View::new(&report, period.parse().unwrap());
        let found = page(&view, &sample::account()).unwrap();
        found.sections.iter().find(|section| section.id == "cases").map(|section| match &section.blocks[0] {
            Block::Details { table, .. } => (table.rows.len(), table.csv.is_none()),
            other => panic!("{other:?}"),
        })
    };
    assert_eq!(has_cases("2026-Q3"), Some((10, true)));
    assert_eq!(has_cases("2026-Q2"), None);
}

#[test]
fn without_leads_no_leak_is_claimed() {
    let report = sample::empty();
    let found = page(&View::new(&report, sample::quarter()), &sample::account()).unwrap();
    assert_eq!(found.finding, "The exports do not hold what is needed to find leaks.");
    assert!(found.sections.is_empty());
}
