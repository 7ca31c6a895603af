//! The moment that exports describe: a closing date that is a plan or a typo does not move it, and changes nothing but its
//! own deal, in one go and in parts.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::relations::assert_same_site;
use crate::support::{Figures, build, built, casefile, root, shared_data, succeed};

const PLAIN: &str = "sample-data/plain";

/// The plain sample, in which some won deals close on another day. Gives the days on which they closed.
fn with_closings(folder: &Path, moved: &[&str]) -> Vec<String> {
    let mut known = Vec::new();
    for entry in fs::read_dir(root().join(PLAIN)).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
    }
    let path = folder.join("deals.csv");
    let mut reader = csv::Reader::from_path(&path).unwrap();
    let headers = reader.headers().unwrap().clone();
    let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (outcome, closed_at) = (place("outcome"), place("closed_at"));
    let mut records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let mut days = moved.iter();
    // From the last on, so that the quarter with the newest closings is concerned too.
    for record in records.iter_mut().rev().filter(|record| &record[outcome] == "won") {
        let Some(day) = days.next() else { break };
        known.push(record[closed_at][..10].to_owned());
        let cells = record.iter().enumerate().map(|(at, cell)| if at == closed_at { *day } else { cell });
        *record = cells.collect::<Vec<&str>>().into();
    }
    let mut writer = csv::Writer::from_path(&path).unwrap();
    writer.write_record(&headers).unwrap();
    records.iter().for_each(|record| writer.write_record(record).unwrap());
    writer.flush().unwrap();
    known
}

fn as_of(site: &Path) -> String {
    let report: serde_json::Value = serde_json::from_slice(&fs::read(site.join("data/report.json")).unwrap()).unwrap();
    report["as_of"].as_str().unwrap().to_owned()
}

#[test]
fn closing_dates_in_the_future_change_nothing_but_their_deals() {
    let before = built("plain");
    let (day, figures) = (as_of(&before), Figures::of(&before));
    assert_eq!(day, "2025-12-31");
    for moved in
        [&["2099-01-01T09:00:00Z"][..], &["2026-02-03T09:00:00Z", "2026-03-31T09:00:00Z", "2031-01-01T09:00:00Z"]]
    {
        let folder = TempDir::new().unwrap();
        let known = with_closings(folder.path(), moved);
        let site = build(folder.path(), &["--no-cache"]);
        assert_eq!(as_of(&site.path), day, "{moved:?}");
        let found = Figures::of(&site.path);
        for figure in
            ["deals.won", "deals.lost", "deals.open", "deals.revenue", "roi.leads", "roi.customer", "roi.revenue"]
        {
            assert_eq!(found.all(figure).value, figures.all(figure).value, "{moved:?}: {figure}");
        }
        // Leads that are open wait no longer than before.
        for leak in ["late_first_touch", "never_touched", "no_verdict", "not_nurtured", "stalled", "lost_and_forgotten"]
        {
            let leak = format!("leakage.{leak}");
            assert_eq!(found.count(&leak, "", ""), figures.count(&leak, "", ""), "{moved:?}: {leak}");
        }
        // In the months there are fewer, by those that were moved.
        let won = |figures: &Figures| -> f64 {
            let rows = figures.0.iter().filter(|([figure, period, dimension, _], _)| {
                figure == "deals.won" && period.contains("-Q") && dimension.is_empty()
            });
            rows.filter_map(|(_, figure)| figure.value).sum()
        };
        let oldest = figures.0.keys().filter(|[figure, period, ..]| figure == "deals.won" && period.contains("-Q"));
        let oldest = oldest.map(|[_, period, ..]| period[..4].to_owned()).min().unwrap();
        assert!(known.iter().all(|day| day[..4] > oldest[..]), "{known:?}: in the quarters that are shown");
        assert_eq!(won(&figures) - won(&found), moved.len() as f64, "{moved:?}");
        let page = fs::read_to_string(site.path.join("data.html")).unwrap();
        let dates = if moved.len() == 1 {
            "1 closing date of a won or lost deal lies"
        } else {
            "3 closing dates of won or lost deals lie"
        };
        assert!(page.contains(dates) && page.contains("a plan or a typo"), "{moved:?}");

        let parted = folder.path().join("../parted");
        let parted = TempDir::new_in(parted.parent().unwrap()).unwrap();
        for (number, more) in [&["--parts", "5"][..], &["--parts", "1"]].iter().enumerate() {
            let output = parted.path().join(number.to_string());
            succeed(
                casefile(&["build", "--no-cache", "--quiet"]).args(*more).arg(folder.path()).arg("-o").arg(&output),
            );
            assert_same_site(&output, &site.path);
        }
    }
}

#[test]
fn a_mistyped_year_among_hundreds_of_leads_is_reported_and_moves_nothing() {
    let Some(attacks) = shared_data("attacks") else { return };
    let folder = TempDir::new().unwrap();
    fs::copy(attacks.join("future_typo.csv"), folder.path().join("leads.csv")).unwrap();
    let site = build(folder.path(), &["--no-cache"]);
    let text = fs::read_to_string(attacks.join("future_typo.csv")).unwrap();
    let newest =
        text.lines().skip(1).filter_map(|line| line.split(',').nth(1)).filter(|day| *day < "2062").max().unwrap();
    assert_eq!(as_of(&site.path), newest);
    assert!(fs::read_to_string(site.path.join("data.html")).unwrap().contains("dated after the as-of day"));
    let parted = build(folder.path(), &["--no-cache", "--parts", "3"]);
    assert_same_site(&parted.path, &site.path);
}

#[test]
fn closings_count_where_they_are_all_that_tells_of_deals() {
    let rows = |closed: &dyn Fn(usize) -> String| -> String {
        (0..60)
            .map(|n| format!("D{n},{},{},{}\n", if n % 3 == 0 { "lost" } else { "won" }, closed(n), 100 + n))
            .collect()
    };
    let day = |n: usize| format!("2025-{:02}-{:02}", n / 20 + 4, n % 20 + 1);
    for (typo, expected) in [(None, "2025-06-20"), (Some(59), "2025-06-19")] {
        let closed = |n: usize| if Some(n) == typo { "2099-06-20".to_owned() } else { day(n) };
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("deals.csv"), format!("deal_id,outcome,closed_at,amount\n{}", rows(&closed)))
            .unwrap();
        let site = build(folder.path(), &["--no-cache"]);
        assert_eq!(as_of(&site.path), expected);
        assert_eq!(Figures::of(&site.path).all("deals.won").value, Some(40.0));
    }
}

#[test]
fn a_deal_cannot_close_after_its_record_was_last_written_to() {
    let mut rows = String::new();
    for n in 0..16 {
        // A quarter of those that are closed are dated months ahead.
        let closed = if n % 4 == 0 { format!("2026-{:02}-30", 9 + n / 8) } else { format!("2026-03-{:02}", n + 10) };
        rows += &format!(
            "0062900000000{n:02}AAA,D{n},Closed Won,100,{closed},2026-01-{:02}T08:00:00.000Z,true,true,2026-03-30T08:00:00.000Z\n",
            n + 1
        );
    }
    let exports = TempDir::new().unwrap();
    let deals = format!("Id,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,LastModifiedDate\n{rows}");
    fs::write(exports.path().join("Opportunity.csv"), deals).unwrap();
    let output = casefile(&["check", "--no-cache"]).arg(exports.path()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("as of 25 March 2026"), "{said}");
}

#[test]
fn in_a_few_rows_a_deal_that_closes_soon_after_everything_else_did() {
    let exports = TempDir::new().unwrap();
    let leads: String = (1..7).map(|n| format!("L{n},Web,2026-01-0{n}\n")).collect();
    fs::write(exports.path().join("leads.csv"), format!("lead_id,lead_source,created_at\n{leads}")).unwrap();
    let deals =
        "deal_id,stage,created_at,closed_at,amount\n1,won,2026-01-05,2026-01-20,10\n2,lost,2026-01-05,2026-01-25,10\n";
    fs::write(exports.path().join("deals.csv"), deals).unwrap();
    let output = casefile(&["check", "--no-cache"]).arg(exports.path()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("as of 25 January 2026") && !said.contains("a plan or a typo"), "{said}");
}
