//! What the feedback page must say, held on an invented report.

use super::super::parts::sample;
use super::*;

fn blocks(report: &find::Report) -> Vec<Block> {
    let page = page(&View::new(report, sample::quarter()), &sample::account()).unwrap();
    page.sections.into_iter().flat_map(|section| section.blocks).collect()
}

#[test]
fn both_acceptances_stand_with_the_feedback_rate_between_them() {
    let tiles = blocks(&sample::report()).into_iter().find_map(|block| match block {
        Block::Tiles { tiles } => Some(tiles),
        _ => None,
    });
    let values: Vec<(String, String)> = tiles.unwrap().into_iter().map(|tile| (tile.value, tile.evidence)).collect();
    assert_eq!(values[1].0, "40%");
    assert!(values[1].1.starts_with("40 of 100"), "{}", values[1].1);
    assert_eq!(values[2].0, "80%");
    assert_eq!(values[3].0, "50%");
    assert!(values[4].1.ends_with("nine in ten within 11 days"));
}

#[test]
fn a_missing_reason_is_said_in_words_and_bands_keep_their_order() {
    let charts = blocks(&sample::report()).into_iter().filter_map(|block| match block {
        Block::Chart(chart) => Some(chart),
        _ => None,
    });
    let charts: Vec<_> = charts.collect();
    let rows = |id: &str| -> Vec<String> {
        let chart = charts.iter().find(|chart| chart.id == id).unwrap();
        chart.twin.rows.iter().map(|row| row[0].text.clone()).collect()
    };
    assert_eq!(rows("reasons"), ["no reason given", "timing"]);
    assert_eq!(rows("accepted-by-speed"), ["within 1 h", "never"]);
    assert!(charts.iter().all(|chart| chart.title.split_whitespace().count() <= 10));
}

#[test]
fn without_verdicts_there_is_no_chart_and_no_tile() {
    let found = blocks(&sample::empty());
    assert!(!found.iter().any(|block| matches!(block, Block::Chart(_) | Block::Tiles { .. } | Block::Table(_))));
}
