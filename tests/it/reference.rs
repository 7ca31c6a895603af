//! Public data sets with answers computed by another engine: `expected.json` beside the data states its conventions.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Figures, Site, build, casefile, root, shared_data};

fn expected(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap()
}

fn project(name: &str) -> String {
    root().join("tests/projects").join(name).display().to_string()
}

/// Equal up to the six decimals that the answers are given in.
fn close(found: Option<f64>, expected: &Value, what: &str) {
    let (found, expected) = (found.unwrap_or(f64::NAN), expected.as_f64().unwrap_or(f64::NAN));
    assert!((found - expected).abs() <= 1.01e-6, "{what}: found {found}, expected {expected}");
}

fn member(name: &str) -> &str {
    match name {
        "(blank)" | "(no account)" => "(none)",
        name => name,
    }
}

/// With the project file, and with none.
fn olist() -> Option<(Value, Vec<Site>)> {
    let folder = shared_data("olist")?;
    let with_project = build(&folder, &["-c", &project("olist.toml")]);
    Some((expected(&folder), vec![with_project, build(&folder, &[])]))
}

#[test]
fn olist_conversion_and_intervals_equal_the_answers_overall_and_by_origin() {
    let Some((expected, sites)) = olist() else { return };
    for figures in sites.iter().map(|site| Figures::of(&site.path)) {
        assert_eq!(figures.all("funnel.entered.mql").value, Some(8000.0));
        assert_eq!(figures.all("roi.customer").value, Some(842.0));
        let rate = &expected["overall"]["conversion"];
        let found = figures.all("funnel.conversion.mql.customer");
        assert_eq!((found.numerator, found.denominator), (Some(842.0), Some(8000.0)));
        close(found.value, &rate["rate"], "conversion");
        close(found.low, &rate["wilson95"][0], "low");
        close(found.high, &rate["wilson95"][1], "high");
        let origins = expected["by_origin"].as_object().unwrap();
        assert!(origins.contains_key("(blank)") && origins.contains_key("unknown"));
        for (origin, answer) in origins {
            let found = figures.get("funnel.conversion.mql.customer", "all", "source", member(origin));
            assert_eq!(found.numerator, answer["num"].as_f64(), "{origin}");
            assert_eq!(found.denominator, answer["den"].as_f64(), "{origin}");
            close(found.low, &answer["wilson95"][0], origin);
            close(found.high, &answer["wilson95"][1], origin);
        }
        let missing = figures.all("leakage.no_source.share");
        assert_eq!((missing.numerator, missing.denominator), (Some(1159.0), Some(8000.0)));
    }
}

#[test]
fn olist_days_and_incidence_equal_the_answers() {
    let Some((expected, sites)) = olist() else { return };
    for figures in sites.iter().map(|site| Figures::of(&site.path)) {
        assert_eq!(figures.all("velocity.mql.customer.p50").value, Some(14.0));
        assert_eq!(figures.all("velocity.mql.customer.p75").value, Some(55.0));
        assert_eq!(figures.all("velocity.mql.customer.p90").value, Some(162.0));
        assert_eq!(figures.all("velocity.mql.customer.before_start").value, Some(1.0));
        let check = |answer: &Value, period: &str, dimension: &str, member: &str, day: &str| {
            let id = format!("funnel.incidence.mql.customer.{day}");
            let found = figures.get(&id, period, dimension, member);
            close(found.value, &answer["cuminc"], &format!("{id} {period} {member}"));
            let interval = &answer["ci95_greenwood_loglog"];
            if interval.is_array() {
                close(found.low, &interval[0], &format!("{id} {member} low"));
                close(found.high, &interval[1], &format!("{id} {member} high"));
            }
        };
        for day in ["30", "60", "90", "180", "365"] {
            check(&expected["km_overall"][day], "all", "", "", day);
        }
        for (origin, answer) in expected["by_origin"].as_object().unwrap() {
            for day in ["30", "90", "180"] {
                check(&answer["km"][day], "all", "source", member(origin), day);
            }
            for (percentile, key) in [("p50", "p50_type1"), ("p75", "p75_type1"), ("p90", "p90_type1")] {
                let id = format!("velocity.mql.customer.{percentile}");
                let found = figures.get(&id, "all", "source", member(origin)).value;
                assert_eq!(found, answer["days_to_won"][key].as_f64(), "{origin} {percentile}");
            }
        }
        for (month, answer) in expected["by_first_contact_month"].as_object().unwrap() {
            for day in ["30", "60", "90", "180"] {
                check(&answer["km"][day], month, "", "", day);
            }
        }
        for (month, won) in expected["flow_won_by_month"].as_object().unwrap() {
            assert_eq!(figures.get("funnel.flow.customer", month, "", "").value, won.as_f64(), "{month}");
        }
    }
}

#[test]
fn olist_says_that_early_cohorts_are_cut_off_and_that_a_deal_precedes_its_lead() {
    let Some((_, sites)) = olist() else { return };
    for site in &sites {
        let page = fs::read_to_string(site.path.join("funnel.html")).unwrap();
        assert!(page.contains("left truncation"), "the left truncation is said");
        assert!(page.contains("5 December 2017"), "with the day of the first deal");
        assert!(page.contains("Won before the first contact"), "the deal before its lead is said");
    }
    crate::browser::check_site(&sites[0].path);
}

#[test]
fn maven_deals_equal_the_answers_overall_and_by_every_slice() {
    let Some(folder) = shared_data("maven_crm") else { return };
    let expected = expected(&folder);
    let site = build(&folder, &["-c", &project("maven_crm.toml")]);
    let figures = Figures::of(&site.path);
    assert_eq!(figures.all("deals.won").value, Some(4238.0));
    assert_eq!(figures.all("deals.lost").value, Some(2473.0));
    assert_eq!(figures.all("deals.open").value, Some(2089.0));
    assert_eq!(figures.all("deals.revenue").value, Some(10_005_534.0));
    assert_eq!(figures.all("deals.revenue").unit, "USD");
    close(figures.all("deals.win_rate").value, &expected["overall"]["win_rate"]["rate"], "win rate");
    let stalled = &expected["open_older_than_won_p90"];
    assert_eq!(figures.all("deals.stalled").numerator, stalled["num"].as_f64());
    assert_eq!(figures.all("deals.stalled").denominator, stalled["den"].as_f64());
    let check = |answer: &Value, period: &str, dimension: &str, member: &str| {
        let value = |id: &str| figures.find(id, period, dimension, member).and_then(|figure| figure.value);
        let what = format!("{period} {member}");
        assert_eq!(value("deals.won").unwrap_or_default(), answer["won"].as_f64().unwrap(), "{what}");
        assert_eq!(value("deals.lost").unwrap_or_default(), answer["lost"].as_f64().unwrap(), "{what}");
        assert_eq!(value("deals.revenue").unwrap_or_default(), answer["revenue"].as_f64().unwrap(), "{what}");
        if answer["win_rate"]["rate"].is_number() {
            let found = figures.get("deals.win_rate", period, dimension, member);
            close(found.value, &answer["win_rate"]["rate"], &what);
            close(found.low, &answer["win_rate"]["wilson95"][0], &what);
            close(found.high, &answer["win_rate"]["wilson95"][1], &what);
        }
        for (name, block) in [("cycle", "cycle_won"), ("cycle_lost", "cycle_lost")] {
            for percentile in ["p50", "p75", "p90"] {
                let answer = &answer[block][format!("{percentile}_type1")];
                assert_eq!(value(&format!("deals.{name}.{percentile}")), answer.as_f64(), "{what} {name} {percentile}");
            }
        }
    };
    check(&expected["overall"], "all", "", "");
    for (block, dimension) in [("by_agent", "owner"), ("by_product", "product"), ("by_sector", "sector")] {
        for (name, answer) in expected[block].as_object().unwrap() {
            check(answer, "all", dimension, member(name));
        }
    }
    for (quarter, answer) in expected["by_close_quarter"].as_object().unwrap() {
        check(answer, &quarter.replace('Q', "-Q"), "", "");
    }
}

#[test]
fn maven_says_what_its_exports_lack_and_what_would_supply_it() {
    let Some(folder) = shared_data("maven_crm") else { return };
    let site = build(&folder, &["-c", &project("maven_crm.toml")]);
    let page = fs::read_to_string(site.path.join("data.html")).unwrap();
    for said in
        ["No leads are in the exports", "No spend is in the exports", "Where deals come from", "Lead.csv", "spend.csv"]
    {
        assert!(page.contains(said), "the data page says: {said}");
    }
    // The pages of a report without leads are other pages: they too must hold in a browser.
    crate::browser::check_site(&site.path);
}

#[test]
fn connector_copies_and_small_exports_build_or_say_why_not() {
    for (name, code, says) in [
        ("dbt_seeds/dbt_hubspot", 0, ""),
        ("dbt_seeds/dbt_marketo", 0, ""),
        ("dbt_seeds/dbt_pardot", 0, ""),
        ("dbt_seeds/dbt_salesforce", 0, ""),
        ("dbt_seeds/dbt_ad_reporting", 2, "error: no rate from MXN to USD: add `MXN = "),
        // Its leads have neither an id nor a date.
        ("salesforce_easy_spaces", 65, "error: the exports hold no leads, no deals and no spend\n"),
    ] {
        let Some(folder) = shared_data(name) else { continue };
        let target = tempfile::TempDir::new().unwrap();
        let site = target.path().join("site");
        let output = casefile(&["build", "--quiet"]).arg(&folder).arg("-o").arg(&site).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{name}: {said}");
        assert!(said.starts_with(says) && said.is_empty() == says.is_empty(), "{name}: {said}");
        assert_eq!(site.join("index.html").is_file(), code == 0, "{name}");
    }
}
