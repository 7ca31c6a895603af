//! Bad input and faults: nothing private or hostile reaches the site, a failed run leaves the old site as it was, and
//! each failure has its exit code.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::{Figures, build, built, casefile, root};

fn every_text(site: &Path) -> Vec<(String, String)> {
    let files = walkdir::WalkDir::new(site).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().display().to_string(), fs::read_to_string(entry.path()).unwrap())).collect()
}

/// The values of some columns of a sample.
fn column(file: &str, names: &[&str]) -> BTreeSet<String> {
    let mut reader = csv::Reader::from_path(root().join("sample-data").join(file)).unwrap();
    let headers = reader.headers().unwrap().clone();
    let wanted: Vec<usize> =
        names.iter().map(|name| headers.iter().position(|header| header == *name).unwrap()).collect();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    records
        .iter()
        .flat_map(|record| wanted.iter().map(|at| record[*at].to_owned()))
        .filter(|text| text.len() > 5)
        .collect()
}

#[test]
fn no_address_number_or_name_of_a_person_reaches_the_site() {
    let private = [
        ("salesforce", column("salesforce/Lead.csv", &["Email", "Phone"])),
        ("salesforce", column("salesforce/User.csv", &["Name"])),
        (
            "hubspot",
            column(
                "hubspot/hubspot-crm-exports-all-contacts-2026-01-01.csv",
                &["Email", "Phone Number", "Contact owner"],
            ),
        ),
        ("plain", column("plain/leads.csv", &["email"])),
    ];
    for (style, values) in private {
        assert!(values.len() > 5, "{style} has something to hide");
        for (path, text) in every_text(&built(style)) {
            let leaked: Vec<&String> = values.iter().filter(|value| text.contains(value.as_str())).take(3).collect();
            assert!(leaked.is_empty(), "{path}: {leaked:?}");
            assert!(!text.contains(".example"), "{path} holds a domain of the demo's people");
        }
    }
}

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% include 'x' %}",
    "=HYPERLINK(\"http://evil.test\",\"x\")",
    "ask anna.keller@firm.example or +49 170 1234567",
    "\u{202e}gnp.exe\u{0007}",
];

#[test]
fn hostile_text_is_shown_as_text_and_private_text_is_masked() {
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    let mut leads = csv::Writer::from_path(exports.join("leads.csv")).unwrap();
    leads
        .write_record(["lead_id", "created_at", "source", "campaign", "owner", "verdict", "verdict_reason", "mql_at"])
        .unwrap();
    for (at, text) in HOSTILE.iter().cycle().take(120).enumerate() {
        let day = format!("2025-0{}-1{}", 1 + at % 9, at % 9);
        let id = format!("{text}-{at}");
        leads.write_record([id.as_str(), &day, text, text, text, "rejected", text, &day]).unwrap();
    }
    leads.flush().unwrap();
    drop(leads);
    let project = folder.path().join("p.toml");
    fs::write(&project, "[report]\ntitle = \"<script>alert(2)</script>\"\n[privacy]\nowners = \"names\"\n").unwrap();
    let site = build(&exports, &["-c", &project.display().to_string()]);
    for (path, text) in every_text(&site.path) {
        assert!(!text.contains("anna.keller@firm.example"), "{path}: an address");
        assert!(!text.contains("170 1234567"), "{path}: a phone number");
        if path.ends_with(".html") {
            for bad in ["<script", "<img", "onerror=alert(1)>", "\u{202e}", "\u{0007}", "{{ 49", "http://evil.test\""] {
                let allowed = bad == "onerror=alert(1)>" && !text.contains("<img");
                assert!(!text.contains(bad) || allowed, "{path}: {bad}");
            }
            assert!(text.contains("default-src 'none'"), "{path}: the policy");
        }
        if path.ends_with(".csv") {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            for cell in reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
                let number = cell.trim_end_matches('%').parse::<f64>().is_ok();
                assert!(number || !cell.starts_with(['=', '+', '-', '@']), "{path}: {cell}");
            }
        }
    }
}

#[test]
fn a_failed_run_leaves_the_old_site_and_a_foreign_folder_is_refused() {
    let folder = TempDir::new().unwrap();
    let (exports, site) = (folder.path().join("exports"), folder.path().join("site"));
    fs::create_dir(&exports).unwrap();
    fs::write(exports.join("leads.csv"), "lead_id,created_at,source\nL1,2025-01-02,web\n").unwrap();
    let run = |site: &Path| casefile(&["build"]).arg(&exports).arg("-o").arg(site).output().unwrap();
    assert_eq!(run(&site).status.code(), Some(0));
    let before = every_text(&site);
    fs::write(exports.join("leads.csv"), "nothing,to,see\n1,2,3\n").unwrap();
    let failed = run(&site);
    assert_eq!(failed.status.code(), Some(65), "no usable data");
    assert!(String::from_utf8_lossy(&failed.stderr).contains("nothing, to, see"));
    assert_eq!(every_text(&site), before, "the old site is as it was");
    let leftovers: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");

    fs::write(exports.join("leads.csv"), "lead_id,created_at,source\nL1,2025-01-02,web\n").unwrap();
    let foreign = folder.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("thesis.txt"), "ten years").unwrap();
    assert_eq!(run(&foreign).status.code(), Some(2));
    assert_eq!(fs::read_to_string(foreign.join("thesis.txt")).unwrap(), "ten years");
    assert_eq!(run(&exports.join("site")).status.code(), Some(2), "inside the exports");
    assert_eq!(run(&folder.path().join("no/such/place")).status.code(), Some(73));
}

#[test]
fn missing_and_empty_folders_have_their_codes() {
    let folder = TempDir::new().unwrap();
    let site = folder.path().join("site");
    let code = |exports: &Path| casefile(&["build"]).arg(exports).arg("-o").arg(&site).output().unwrap().status.code();
    assert_eq!(code(&folder.path().join("not there")), Some(66));
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert_eq!(code(&empty), Some(65));
    assert!(!site.exists());
    fs::write(empty.join("leads.csv"), "lead_id,created_at,source\n").unwrap();
    assert_eq!(code(&empty), Some(65), "a header alone is no data");
    fs::write(empty.join("leads.csv"), "lead_id,created_at,source\nL1,,web\nL2,soon,web\n").unwrap();
    assert_eq!(code(&empty), Some(0), "leads without a day are told of together");
    assert!(site.join("index.html").exists());
}

#[test]
fn small_and_odd_exports_build_without_a_crash() {
    let exports = [
        "lead_id,created_at,source\nL1,2025-01-02,web\n",
        "lead_id,created_at,source\nL1,,\nL2,never,x\nL3,2025-01-02,y\n",
        "lead_id;created_at;source\r\nL1;02.03.2025;\"a;b\"\r\nL1;02.03.2025;\"a;b\"\r\n",
        "deal_id,amount,outcome,closed_at\nD1,-5,won,2025-01-02\nD2,1e400,lost,2025-02-30\nD3,,open,\n",
        "lead_id,created_at\nL1,1900-01-01\nL2,2099-12-31\n",
        "lead_id,created_at,mql_at,handed_over_at,verdict,verdict_at\nL1,2025-03-02,2025-03-01,2025-02-01,rejected,2025-01-01\n",
    ];
    for text in exports {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("x.csv"), text).unwrap();
        let site = TempDir::new().unwrap();
        let output = casefile(&["build"]).arg(folder.path()).arg("-o").arg(site.path().join("site")).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
        Figures::of(&site.path().join("site"));
    }
}

#[test]
fn two_currencies_need_a_rate_that_is_named() {
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    let deals = "deal_id,amount,currency,outcome,closed_at\nD1,100,EUR,won,2025-01-02\nD2,100,USD,won,2025-01-03\n";
    fs::write(exports.join("deals.csv"), deals).unwrap();
    let project = folder.path().join("p.toml");
    fs::write(&project, "[report]\ncurrency = \"EUR\"\n").unwrap();
    let run = || {
        casefile(&["build"])
            .arg(&exports)
            .arg("-o")
            .arg(folder.path().join("site"))
            .arg("-c")
            .arg(&project)
            .output()
            .unwrap()
    };
    let failed = run();
    assert_eq!(failed.status.code(), Some(2));
    let message = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(message.contains("no rate from USD to EUR"), "{message}");
    fs::write(&project, "[report]\ncurrency = \"EUR\"\n[rates]\nUSD = \"0.92\"\n").unwrap();
    assert_eq!(run().status.code(), Some(0));
    assert_eq!(Figures::of(&folder.path().join("site")).all("deals.revenue").value, Some(192.0));
}
