//! What the overview page must say, held on an invented report.

use super::super::parts::sample;
use super::*;

#[test]
fn the_biggest_leak_in_money_stands_under_the_tiles() {
    let report = sample::report();
    let found = page(&View::new(&report, sample::quarter()), &sample::account()).unwrap();
    let [Block::Tiles { tiles }, Block::Leaks { leaks }, ..] = found.sections[0].blocks.as_slice() else {
        panic!("{:?}", found.sections[0]);
    };
    let labels: Vec<&str> = tiles.iter().map(|tile| tile.label.as_str()).collect();
    assert_eq!(labels, ["New leads", "Lead to customer", "Feedback rate", "Acceptance rate", "Money at stake"]);
    assert_eq!((leaks.len(), leaks[0].title.as_str()), (1, "Handed over, never contacted"));
    assert_eq!(
        found.finding,
        "Of the 200 leads of Q3 2026, 20 became customers so far (10.0%). \
         The biggest leak is “handed over, never contacted”, with EUR 8k at stake."
    );
}

#[test]
fn equal_quarters_show_no_clear_change() {
    let report = sample::report();
    let found = page(&View::new(&report, sample::quarter()), &sample::account()).unwrap();
    let changes = found.sections.iter().find(|section| section.id == "changes").unwrap();
    let [Block::Prose { text }, Block::Table(table)] = changes.blocks.as_slice() else { panic!("{changes:?}") };
    assert_eq!(text, "No headline rate changed clearly.");
    assert_eq!(table.rows[0][4].text, "no clear change");
    assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
}

#[test]
fn sources_are_not_ranked_on_noise() {
    let report = sample::report();
    let view = View::new(&report, sample::quarter());
    let found = findings::section(&view);
    let [Block::Notes { notes }] = found.blocks.as_slice() else { panic!("{found:?}") };
    assert_eq!(notes[0].text, "Webinar brought the most leads, 140 of 200.");
    assert!(notes[1].text.ends_with("no source differs clearly from the others."), "{}", notes[1].text);
}

#[test]
fn exports_without_rows_still_give_a_page() {
    let report = sample::empty();
    let found = page(&View::new(&report, sample::quarter()), &sample::account()).unwrap();
    assert!(found.sections.is_empty() && !found.finding.is_empty());
}
