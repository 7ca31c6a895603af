//! Relations that the published figures must keep among themselves, on every sample.

use std::collections::BTreeMap;
use std::fs;

use casefile::find::measure::{Measure, Of, Unit};
use casefile::find::measure_of;
use casefile::pages::paths::definition_anchor;

use crate::case::{Case, LEADS};
use crate::support::{Figures, built, root};

const STYLES: [&str; 3] = ["salesforce", "hubspot", "plain"];

#[test]
fn every_rate_is_its_numerator_over_its_denominator_within_its_interval() {
    for style in STYLES {
        for (key, figure) in Figures::of(&built(style)).0 {
            let Some(value) = figure.value else {
                assert!(!figure.note.is_empty(), "{key:?} has no value and does not say why");
                continue;
            };
            if let (Some(low), Some(high)) = (figure.low, figure.high) {
                assert!(low <= value + 1e-9 && value <= high + 1e-9, "{key:?} {figure:?}");
            }
            if figure.unit != "rate" {
                continue;
            }
            assert!((0.0..=1.0).contains(&value), "{key:?} {value}");
            let (above, below) = (figure.numerator.unwrap(), figure.denominator.unwrap());
            if !key[0].starts_with("funnel.incidence") {
                assert!((value - above / below).abs() < 1e-12, "{key:?} {figure:?}");
                assert!(figure.low.is_some() || key[0] == "deals.win_rate_value", "{key:?} has an interval");
            }
        }
    }
}

#[test]
fn funnels_only_narrow() {
    let order = ["lead", "mql", "sal", "sql", "opportunity", "customer", "repeat"];
    for style in STYLES {
        let figures = Figures::of(&built(style));
        for (key, figure) in figures.0.iter().filter(|(key, _)| key[0].starts_with("funnel.conversion.lead.")) {
            let to = key[0].rsplit('.').next().unwrap();
            let next = order.iter().skip_while(|stage| **stage != to).nth(1);
            let next = next
                .and_then(|next| figures.find(&format!("funnel.conversion.lead.{next}"), &key[1], &key[2], &key[3]));
            if let Some(next) = next {
                assert!(next.numerator <= figure.numerator, "{key:?}");
            }
        }
    }
}

#[test]
fn the_waterfall_counts_every_lead_once() {
    for style in STYLES {
        let figures = Figures::of(&built(style));
        let mut parts: BTreeMap<[String; 3], f64> = BTreeMap::new();
        let mut leads: BTreeMap<[String; 3], f64> = BTreeMap::new();
        for (key, figure) in figures.0.iter().filter(|(key, _)| key[0].starts_with("waterfall.") && key[2] != "owner") {
            let place = [key[1].clone(), key[2].clone(), key[3].clone()];
            let sums = if key[0] == "waterfall.leads" { &mut leads } else { &mut parts };
            *sums.entry(place).or_default() += figure.value.unwrap();
        }
        assert!(!leads.is_empty());
        assert_eq!(leads, parts, "{style}");
    }
}

/// What two families show of one thing is one number: how sales' part of the agreement was kept, over all data.
#[test]
fn leakage_agrees_with_feedback_and_handover() {
    for style in STYLES {
        let figures = Figures::of(&built(style));
        let share = |id: &str| {
            let figure = figures.all(id);
            (figure.numerator.unwrap(), figure.denominator.unwrap())
        };
        let (never, due) = share("handover.never_touched");
        assert_eq!(share("leakage.never_touched.share"), (never, due), "{style}");
        let (in_time, _) = share("handover.within");
        assert_eq!(share("leakage.late_first_touch.share"), (due - never - in_time, due), "{style}");
        let (judged, due) = share("feedback.rate");
        assert_eq!(share("leakage.no_verdict.share"), (due - judged, due), "{style}");
        let (rejected, _) = share("feedback.rejected");
        assert_eq!(share("leakage.rejected_without_reason.share").1, rejected, "{style}");
    }
}

/// A card counts all cases that broke its rule, and the waterfall each case once: never more, and not the same everywhere.
#[test]
fn a_leak_is_never_smaller_than_its_step_of_the_waterfall() {
    for style in STYLES {
        let figures = Figures::of(&built(style));
        let steps = figures.0.iter().filter(|(key, _)| key[0].starts_with("waterfall."));
        let mut larger = 0;
        for (key, step) in steps {
            let leak = key[0].replace("waterfall.", "leakage.");
            let Some(cases) = figures.find(&leak, &key[1], &key[2], &key[3]) else { continue };
            assert!(cases.value >= step.value, "{style} {key:?}: {:?} of {:?}", step.value, cases.value);
            larger += usize::from(cases.value > step.value);
        }
        assert!(larger > 10, "{style}: some cases broke several rules");
    }
}

#[test]
fn members_and_quarters_add_up_to_the_whole() {
    let additive = [
        "roi.leads",
        "roi.mql",
        "roi.customer",
        "roi.revenue",
        "roi.spend",
        "cash.revenue",
        "deals.won",
        "deals.lost",
        "leakage.late_first_touch",
        "funnel.entered.mql",
    ];
    for style in STYLES {
        let figures = Figures::of(&built(style));
        for id in additive {
            let whole = figures.all(id).value.unwrap();
            let sum = |wanted: &dyn Fn(&[String; 4]) -> bool| -> f64 {
                let rows = figures.0.iter().filter(|(key, _)| key[0] == id && wanted(key));
                rows.filter_map(|(_, figure)| figure.value).sum()
            };
            let by_source = sum(&|key| key[1] == "all" && key[2] == "source");
            let by_quarter = sum(&|key| key[1].contains("-Q") && key[2].is_empty());
            assert!((by_source - whole).abs() < 0.005, "{style} {id}: sources {by_source}, whole {whole}");
            assert!((by_quarter - whole).abs() < 0.005, "{style} {id}: quarters {by_quarter}, whole {whole}");
        }
    }
}

/// Rows of a table of `sample-data/plain`, by the names of their columns.
fn sample_rows(table: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(root().join("sample-data/plain").join(table)).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// Counted straight from the exports: instants are all written in one form, so that their order is that of their texts.
#[test]
fn attempts_before_giving_up_are_the_touches_by_sales_from_handover_to_rejection() {
    let touches = sample_rows("touches.csv");
    let mut attempts: Vec<usize> = Vec::new();
    for lead in sample_rows("leads.csv").iter().filter(|lead| lead["verdict_reason"] == "Unreachable") {
        assert_eq!(lead["verdict"], "rejected");
        let own = touches.iter().filter(|touch| touch["lead_id"] == lead["lead_id"] && touch["side"] == "sales");
        let until = own.filter(|touch| (&lead["handed_over_at"]..=&lead["verdict_at"]).contains(&&touch["touched_at"]));
        attempts.push(until.count());
    }
    attempts.sort_unstable();
    let figures = Figures::of(&built("plain"));
    for percentile in [50, 90] {
        let figure = figures.all(&format!("handover.attempts.p{percentile}"));
        let wanted = attempts[(attempts.len() * percentile).div_ceil(100) - 1];
        assert_eq!((figure.value, figure.denominator), (Some(wanted as f64), Some(attempts.len() as f64)));
    }
    let by_owner = figures.0.iter().filter(|(key, _)| key[0] == "handover.attempts.p50" && key[1] == "all");
    let by_owner: Vec<_> = by_owner.filter(|(key, _)| key[2] == "owner").collect();
    assert!(!by_owner.is_empty());
    let told: f64 = by_owner.iter().filter_map(|(_, figure)| figure.denominator).sum();
    assert!(told <= attempts.len() as f64, "{by_owner:?}");
}

#[test]
fn rows_read_are_rows_used_and_rows_set_aside() {
    for style in STYLES {
        let figures = Figures::of(&built(style));
        let files: Vec<String> =
            figures.0.keys().filter(|key| key[0] == "quality.rows_read").map(|key| key[3].clone()).collect();
        assert!(files.len() > 4);
        for file in files {
            let dimension = if file.is_empty() { "" } else { "file" };
            let count = |id: &str| figures.count(&format!("quality.{id}"), dimension, &file);
            assert_eq!(count("rows_read"), count("rows_used") + count("rows_set_aside"), "{style} {file}");
        }
    }
}

/// The definition that an id belongs to, by the declaration of its measure.
fn definition(measure: &Measure, id: &str) -> String {
    let words: Vec<&str> = id.split('.').collect();
    let part = |(at, part): (usize, &str)| if part == "{}" { words[at].to_owned() } else { part.to_owned() };
    measure.definition.split('.').enumerate().map(part).collect::<Vec<String>>().join(".")
}

#[test]
fn every_figure_is_declared_published_where_it_is_said_to_be_and_defined_on_the_methods_page() {
    for style in STYLES {
        let site = built(style);
        let methods = fs::read_to_string(site.join("methods.html")).unwrap();
        for ([id, period, dimension, _], figure) in &Figures::of(&site).0 {
            let measure = measure_of(id).unwrap_or_else(|| panic!("{id} is declared nowhere"));
            assert!(measure.is_published(dimension, period.parse().unwrap()), "{id} by {dimension} in {period}");
            let is_amount = matches!(measure.unit, Unit::Money | Unit::MoneyPerDay);
            assert_eq!(is_amount, figure.unit.len() == 3, "{id} in {}", figure.unit);
            let has_denominator = figure.denominator.is_some() && figure.numerator.is_some();
            assert!(!has_denominator || measure.of != Of::Nothing || measure.unit == Unit::Count, "{id} of what");
            let anchor = definition_anchor(&definition(measure, id));
            assert!(methods.contains(&format!("id=\"{anchor}\"")), "{id} has no definition {anchor}");
        }
    }
}

#[test]
fn the_report_as_json_holds_the_same_figures() {
    let site = built("plain");
    let report: serde_json::Value = serde_json::from_slice(&fs::read(site.join("data/report.json")).unwrap()).unwrap();
    let figures = Figures::of(&site).0;
    let mut rows = 0;
    for columns in report["figures"].as_array().unwrap() {
        for at in 0..columns["value"].as_array().unwrap().len() {
            rows += 1;
            let text = |name: &str| columns[name][at].as_str().unwrap().to_owned();
            let key =
                [columns["figure"].as_str().unwrap().to_owned(), text("period"), text("dimension"), text("member")];
            for (name, published) in [("value", figures[&key].value), ("low", figures[&key].low)] {
                let found = columns[name][at].as_f64();
                // The reader of JSON may be off by the last bit.
                let same = found.zip(published).is_some_and(|(one, other)| (one - other).abs() <= 1e-12 * other.abs());
                assert!(same || found.is_none() && published.is_none(), "{key:?} {name}: {found:?}, {published:?}");
            }
        }
    }
    assert_eq!(rows, figures.len());
}

#[test]
fn a_target_is_met_or_missed_by_what_is_good_and_one_for_nothing_is_named() {
    let spend = "month,source,spend\n2026-01,Web,100\n2026-01,Fair,100\n";
    let project = "[targets]\n\"roi.leads\" = 3\n\"roi.cpl\" = 40\n\"roi.spend\" = 300\n\"roi.cpll\" = 1\n";
    let case = Case::new().file("leads.csv", LEADS).file("spend.csv", spend).project(project);
    let site = case.folder.path().join("site");
    let (code, text) = case.run("build");
    assert_eq!(code, Some(0), "{text}");
    let (_, check) = case.run("check");
    assert!(check.contains("`roi.cpll` is for no measure that there is; did you mean `roi.cpl`?"), "{check}");
    let overview = fs::read_to_string(site.join("index.html")).unwrap();
    let row = |name: &str| {
        let rows = overview.split("<tr>").filter(|row| row.contains(name));
        rows.map(str::to_owned).find(|row| row.contains("the target<")).unwrap_or_default()
    };
    // Four leads for 200: 50 each.
    assert!(row("Leads").contains("met: above the target"), "{}", row("Leads"));
    assert!(row("Cost per lead").contains("missed: above the target"), "{}", row("Cost per lead"));
    assert!(row("Spend").contains("below the target") && !row("Spend").contains("missed"), "{}", row("Spend"));
    assert!(overview.contains("roi.cpll"), "shown as it is written");
}
