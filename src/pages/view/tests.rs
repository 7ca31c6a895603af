//! A small report made by hand, and what a view says of it.

use std::collections::BTreeMap;

use super::super::model::{CellTone, Direction};
use super::*;
use crate::calendar::Period;
use crate::find;
use crate::find::figures::{Figure, Figures};
use crate::find::measure::Unit;
use crate::find::report::{Periods, Report};
use crate::project::Project;

fn period(label: &str) -> Period {
    label.parse().unwrap()
}

/// Two quarters; 40 of 100 in the first one, 60 of 100 in the second, of which source A 50 of 60 and B 1 of 3.
fn report() -> Report {
    let (before, shown) = (period("2026-Q2"), period("2026-Q3"));
    let mut figures = Figures::default();
    figures.put(&find::feedback::RATE, before, "", "", Figure::rate(40, 100));
    figures.put(&find::feedback::RATE, shown, "", "", Figure::rate(60, 100));
    figures.put(&find::feedback::RATE, shown, "source", "A", Figure::rate(50, 60));
    figures.put(&find::feedback::RATE, shown, "source", "B", Figure::rate(1, 1));
    figures.put(&find::feedback::PENDING, shown, "source", "A", Figure::count(7));
    find::gate::judge(&mut figures, |_, _| false);
    figures.put(&find::sources::ROI, shown, "", "", Figure::quotient(-25, 100, Unit::Ratio));
    figures.put(&find::sources::SPEND, shown, "", "", Figure::missing(Unit::Money, find::remark::Remark::NoSpend));
    Report {
        figures,
        periods: Periods {
            shown,
            compared: Some(before),
            why: None,
            quarters: vec![before, shown],
            months: Vec::new(),
            paged: vec![shown, before, Period::All],
            fiscal_year_start: 1,
        },
        as_of: "2026-09-15".parse().unwrap(),
        is_dated: true,
        months: None,
        currency: "EUR".to_owned(),
        stages: Vec::new(),
        pairs: Vec::new(),
        dimensions: Vec::new(),
        deal_dimensions: Vec::new(),
        curves: BTreeMap::new(),
        leaks: Vec::new(),
        cases: BTreeMap::new(),
        gaps: Vec::new(),
        notices: Vec::new(),
        inputs: crate::cases::inputs::Inputs::default(),
        project: Project::default(),
    }
}

#[test]
fn links_stay_in_the_folder_of_their_period() {
    let report = report();
    let other = View::new(&report, period("2026-Q2"));
    let hrefs: Vec<String> = other.nav("funnel").into_iter().map(|link| link.href).collect();
    assert_eq!(hrefs[..2], ["2026-q2/index.html", "2026-q2/funnel.html"]);
    assert_eq!(hrefs[5..], ["data.html", "methods.html"]);
    let picker: Vec<String> = other.periods("funnel").into_iter().map(|link| link.href).collect();
    assert_eq!(picker, ["funnel.html", "2026-q2/funnel.html", "all/funnel.html"]);
    assert_eq!((other.root(), other.csv_path("stages")), ("../", "data/2026-q2-stages.csv".to_owned()));
    let shown = View::new(&report, period("2026-Q3"));
    assert_eq!((shown.root(), shown.csv_path("stages")), ("", "data/stages.csv".to_owned()));
    assert_eq!(shown.period_label(), "Q3 2026 (1 July 2026 to 15 September 2026)");
}

#[test]
fn a_tile_names_its_evidence_and_a_clear_change() {
    let report = report();
    let view = View::new(&report, period("2026-Q3"));
    let tile = view.tile(&find::feedback::RATE).unwrap();
    assert_eq!((tile.value.as_str(), tile.evidence.as_str()), ("60%", "60 of 100, 95% interval 50% to 69%"));
    let change = tile.change.unwrap();
    assert_eq!((change.text.as_str(), change.direction), ("up by 20.0 points from Q2 2026", Direction::Up));
    assert_eq!(tile.href, "methods.html#def-feedback-rate");
    assert_eq!(view.said(&find::sources::ROI).unwrap(), "−25%");
    assert_eq!(view.tile(&find::sources::SPEND).unwrap().value, "no spend recorded");
}

#[test]
fn one_of_one_is_not_ranked() {
    let report = report();
    let view = View::new(&report, period("2026-Q3"));
    let measures = [Labelled::new("Rate", &find::feedback::RATE), Labelled::new("Pending", &find::feedback::PENDING)];
    let table = view.member_table("rates", "Rates", "source", &measures).unwrap();
    let cell = |row: usize, column: usize| &table.rows[row][column];
    assert_eq!((cell(0, 0).text.as_str(), cell(0, 1).tone), ("A", CellTone::Flag));
    assert_eq!(cell(0, 1).detail().as_deref(), Some("50 of 60; 72% to 91%; above the others"));
    assert_eq!((cell(1, 0).text.as_str(), cell(1, 1).tone), ("B", CellTone::Muted));
    assert_eq!(cell(1, 1).detail().as_deref(), Some("1 of 1"));
    assert!(table.note.unwrap().ends_with("Grey: fewer than 30 cases, too few to judge."));
    assert_eq!((cell(1, 2).text.as_str(), cell(2, 0).text.as_str()), ("0", "All"));
}
