//! `inspect`, `init` and `check`, through the real program.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Figures, build, casefile, root, shared_data, succeed};

fn sample(style: &str) -> PathBuf {
    root().join("sample-data").join(style)
}

/// Every folder of exports that there is to try things on.
fn folders() -> Vec<PathBuf> {
    let samples = ["salesforce", "hubspot", "plain"].map(sample);
    let seeds = ["dbt_hubspot", "dbt_salesforce", "dbt_marketo", "dbt_pardot"].map(|name| format!("dbt_seeds/{name}"));
    let shared = ["olist", "maven_crm", "salesforce_easy_spaces"].map(str::to_owned).into_iter().chain(seeds);
    samples.into_iter().chain(shared.filter_map(|name| shared_data(&name))).collect()
}

fn figures(site: &Path) -> String {
    fs::read_to_string(site.join("data/figures.csv")).unwrap()
}

fn inspected(folder: &Path) -> Value {
    let output = casefile(&["inspect", "--json"]).arg(folder).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_build_with_the_project_file_of_init_is_the_build_without_one() {
    for folder in folders() {
        let scratch = TempDir::new().unwrap();
        let project = scratch.path().join("casefile.toml");
        succeed(casefile(&["init"]).arg(&folder).arg("-o").arg(&project));
        // Leads without any date make no report, with a project file or without one.
        if !casefile(&["build", "-q"])
            .arg(&folder)
            .arg("-o")
            .arg(scratch.path().join("try"))
            .status()
            .unwrap()
            .success()
        {
            let output = casefile(&["build"]).arg(&folder).arg("-c").arg(&project).output().unwrap();
            assert_eq!(output.status.code(), Some(65), "{}", folder.display());
            continue;
        }
        let with = build(&folder, &["-c", project.to_str().unwrap()]);
        assert_eq!(figures(&with.path), figures(&scratch.path().join("try")), "{}", folder.display());
    }
}

#[test]
fn init_never_overwrites() {
    let scratch = TempDir::new().unwrap();
    let project = scratch.path().join("casefile.toml");
    fs::write(&project, "# mine\n").unwrap();
    let output = casefile(&["init"]).arg(sample("plain")).arg("-o").arg(&project).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("is there already") && message.contains("hint: it is never overwritten"), "{message}");
    assert_eq!(fs::read_to_string(&project).unwrap(), "# mine\n");
}

#[test]
fn the_project_file_of_init_lists_words_with_their_rows_and_proposals() {
    let scratch = TempDir::new().unwrap();
    let exports = scratch.path().join("exports");
    fs::create_dir(&exports).unwrap();
    let leads =
        "lead_id,created_at,status,source\n1,2026-01-01,New,Web\n2,2026-01-02,Ripe,Web\n3,2026-01-05,Ripe,Fair\n";
    fs::write(exports.join("leads.csv"), leads).unwrap();
    let project = scratch.path().join("casefile.toml");
    succeed(casefile(&["init"]).arg(&exports).arg("-o").arg(&project));
    let text = fs::read_to_string(&project).unwrap();
    for line in [
        "# status, by the vocabulary: New = open (1)",
        "# \"Ripe\" = \"\"    # 2 rows",
        "# first_touch = \"24h\"    # the default",
    ] {
        assert!(text.lines().any(|found| found == line), "no line {line:?} in\n{text}");
    }
    // Without the comment signs, the proposal is a rule that works.
    let rule = "[[input]]\nfile = \"leads.csv\"\n[input.values.status]\n\"Ripe\" = \"accepted\"\n";
    fs::write(&project, rule).unwrap();
    let output = succeed(casefile(&["check"]).arg(&exports).arg("-c").arg(&project));
    assert!(String::from_utf8(output.stdout).unwrap().contains("To act on: nothing"));
}

#[test]
fn inspect_names_every_table_of_the_connector_copies() {
    let Some(seeds) = shared_data("dbt_seeds") else { return };
    let tools = [
        ("dbt_hubspot", "", "HubSpot (connector copy)"),
        ("dbt_salesforce", "", "Salesforce (connector copy)"),
        ("dbt_marketo", "", "Marketo (connector copy)"),
        ("dbt_pardot", "", "Pardot (connector copy)"),
        ("dbt_ad_reporting", "google_ads", "Google Ads (connector copy)"),
        ("dbt_ad_reporting", "microsoft_ads", "Microsoft Advertising (connector copy)"),
        ("dbt_ad_reporting", "facebook_ads", "Facebook Ads (connector copy)"),
        ("dbt_ad_reporting", "linkedin", "LinkedIn Ads (connector copy)"),
    ];
    for (folder, begin, title) in tools {
        let all = inspected(&seeds.join(folder));
        let mut told: BTreeMap<String, String> = BTreeMap::new();
        for file in all["files"].as_array().unwrap() {
            told.insert(file["file"].as_str().unwrap().to_owned(), file["is"].as_str().unwrap().to_owned());
        }
        for file in all["not_used"].as_array().unwrap() {
            told.insert(file["file"].as_str().unwrap().to_owned(), file["why"].as_str().unwrap().to_owned());
        }
        let tables: Vec<_> =
            told.iter().filter(|(name, _)| name.starts_with(begin) && name.ends_with(".csv")).collect();
        assert!(tables.len() > 5, "{folder}: {told:?}");
        for (name, what) in tables {
            let is_named = what.contains(title) || what.contains("Connector") || what.contains("the same bytes as");
            assert!(is_named, "{folder}/{name}: {what}");
        }
    }
}

#[test]
fn inspect_says_what_a_file_is_how_it_is_read_and_what_is_left_over() {
    let all = inspected(&sample("hubspot"));
    let files = all["files"].as_array().unwrap();
    let contacts = files.iter().find(|file| file["is"] == "HubSpot contacts").unwrap();
    assert_eq!((contacts["table"].as_str(), contacts["rows_read"].as_u64()), (Some("leads"), Some(900)));
    assert_eq!(contacts["form"], "UTF-8, comma");
    assert!(contacts["first_day"].as_str().unwrap() < contacts["last_day"].as_str().unwrap());
    let email = contacts["columns"].as_array().unwrap().iter().find(|column| column["field"] == "email").unwrap();
    assert_eq!(email["header"], "Email");
    assert!(contacts["columns_not_used"].as_array().unwrap().iter().any(|header| header == "Phone Number"));
    let output = succeed(casefile(&["inspect"]).arg(sample("hubspot")));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("FILE ") && text.contains("email ← Email (e-mail, as a join key only)"), "{text}");
}

#[test]
fn check_tells_schedulers_whether_there_is_something_to_do() {
    let scratch = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(scratch.path().join(name), text).unwrap();
    write("leads.csv", "lead_id,created_at,source\n1,2026-01-01,Web\n2,2026-01-02,Web\n3,2026-01-03,Fair\n");
    let code = |more: &[&str]| casefile(&["check"]).args(more).arg(scratch.path()).output().unwrap().status.code();
    assert_eq!(code(&[]), Some(0), "clean exports");
    assert_eq!(code(&["--strict"]), Some(1), "but they cannot answer everything");
    write(
        "deals.csv",
        "deal_id,lead_id,outcome,amount,closed_at\n1,1,won,12k,2026-02-01\n2,2,Ended,5,2026-02-02\n3,3,lost,7,2026-02-03\n",
    );
    let output = casefile(&["check"]).arg(scratch.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("deals.csv, column `amount`: 1 of 3 values are no number"), "{text}");
    assert!(text.contains("deals.csv, column `outcome`: words that are not mapped: `Ended` (1)"), "{text}");
    assert_eq!(casefile(&["check", "/nowhere"]).output().unwrap().status.code(), Some(66));
}

#[test]
fn check_has_nothing_against_what_comes_along_with_exports() {
    let picture: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let files: [(&str, &[u8]); 12] = [
        ("README", b"These exports were made on 3 March.\nAsk Anna, or Tom, about the rest.\nThanks, all.\n"),
        ("README.md", b"# Exports\n\n| file | what |\n|---|---|\n| leads.csv | leads, all of them |\n"),
        ("LICENSE.txt", b"Permission is hereby granted, free of charge, to any person\nobtaining a copy, and so on.\n"),
        ("notes on May.txt", b"Webinar leads: late by a week.\n\nFair, again, without owners.\n"),
        ("one word.txt", b"done\n"),
        ("logo.png", picture),
        ("a picture without an end", picture),
        ("terms.pdf", b"%PDF-1.7\n"),
        ("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0"),
        ("casefile.toml", b"[report]\ntitle = \"May\"\n"),
        ("query.sql", b"select id, name, source, created_at\nfrom leads\nwhere x, y\n"),
        ("_SUCCESS", b""),
    ];
    let scratch = TempDir::new().unwrap();
    fs::write(scratch.path().join("leads.csv"), "lead_id,created_at,source\n1,2026-01-01,Web\n2,2026-01-02,Fair\n")
        .unwrap();
    files.iter().for_each(|(name, bytes)| fs::write(scratch.path().join(name), bytes).unwrap());
    let output = casefile(&["check"]).arg(scratch.path()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    // They are listed all the same, and none feeds anything.
    let all = inspected(scratch.path());
    assert_eq!(all["files"].as_array().unwrap().len(), 1);
    let unused = all["not_used"].as_array().unwrap();
    for (name, _) in files {
        let skip = unused.iter().find(|skip| skip["file"] == name).unwrap_or_else(|| panic!("{name} is not listed"));
        assert_eq!(skip["is_known"], true, "{skip}");
    }
    // What may be an export is not passed over because of its name.
    for (name, text) in [("codes.txt", "code\tlabel\n1\tx\n2\ty\n"), ("unknown.csv", "a,b,c\n1,2,3\n4,5,6\n")] {
        fs::write(scratch.path().join(name), text).unwrap();
        assert_eq!(casefile(&["check"]).arg(scratch.path()).output().unwrap().status.code(), Some(1), "{name}");
        fs::remove_file(scratch.path().join(name)).unwrap();
    }
    fs::write(scratch.path().join("leads.txt"), "lead_id\tcreated_at\tsource\n8\t2026-01-01\tWeb\n").unwrap();
    assert_eq!(inspected(scratch.path())["files"].as_array().unwrap().len(), 2);
}

#[test]
fn check_has_nothing_against_the_samples() {
    for style in ["salesforce", "hubspot", "plain"] {
        let output = casefile(&["check"]).arg(sample(style)).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{style}: {text}");
    }
}

#[test]
fn words_that_decide_nothing_need_not_be_mapped() {
    let leads =
        "lead_id,created_at,source,status,verdict\n1,2026-01-01,Web,Zeta,accepted\n2,2026-01-02,Fair,Eta,rejected\n";
    let cases = [
        (
            "deals.csv",
            "deal_id,created_at,stage,outcome,closed_at\n1,2026-01-03,Zeta,won,2026-02-01\n2,2026-01-04,Eta,open,\n",
            0,
        ),
        (
            "deals.csv",
            "Id,Name,AccountId,CreatedDate,StageName,IsClosed,IsWon,CloseDate\n1,A,x,2026-01-03,Zeta,true,true,2026-02-01\n2,B,y,2026-01-04,Eta,false,false,2026-05-01\n",
            0,
        ),
        (
            "deals.csv",
            "deal_id,created_at,stage,won_at,lost_at\n1,2026-01-03,Zeta,2026-02-01,\n2,2026-01-04,Eta,,2026-02-02\n",
            0,
        ),
        // The stage alone, or beside an outcome that only some have.
        (
            "deals.csv",
            "deal_id,created_at,stage,closed_at\n1,2026-01-03,Won,2026-02-01\n2,2026-01-04,Eta,2026-02-02\n",
            1,
        ),
        (
            "deals.csv",
            "deal_id,created_at,stage,outcome,closed_at\n1,2026-01-03,Zeta,won,2026-02-01\n2,2026-01-04,Eta,,2026-02-02\n",
            1,
        ),
        ("leads.csv", leads, 0),
        ("leads.csv", "lead_id,created_at,source,status\n1,2026-01-01,Web,Zeta\n2,2026-01-02,Fair,Eta\n", 1),
    ];
    for (name, text, expected) in cases {
        let scratch = TempDir::new().unwrap();
        fs::write(scratch.path().join(name), text).unwrap();
        let output = casefile(&["check"]).arg(scratch.path()).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(expected), "{text}\n{said}");
        assert!(said.contains("`Eta` (1)"), "{text}\n{said}");
    }
}

#[test]
fn a_rule_for_a_workbook_holds_for_its_sheets_and_a_wrong_word_is_said() {
    let scratch = TempDir::new().unwrap();
    let workbook = root().join("tests/fixtures/hostile/leads.ods");
    let name = "leads.ods";
    fs::copy(workbook, scratch.path().join(name)).unwrap();
    let project = scratch.path().join("casefile.toml");
    let inspect = |rule: &str| {
        fs::write(&project, rule).unwrap();
        let output = casefile(&["inspect", "--json"]).arg(scratch.path()).arg("-c").arg(&project).output().unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let why = |told: &Value| {
        let skipped = told["not_used"].as_array().unwrap().iter();
        let of_sheets = skipped.filter(|file| file["file"].as_str().unwrap().starts_with(name));
        of_sheets.map(|file| file["why"].as_str().unwrap().to_owned()).collect::<Vec<String>>().join("\n")
    };
    let ignored = inspect("[[input]]\nfile = \"leads.ods\"\nignore = true\n");
    assert!(why(&ignored).contains("left out by the project file"), "{ignored:#}");
    let wrong = "[[input]]\nfile = \"leads.ods\"\ntable = \"leads\"\nvalues = { status = { \"New\" = \"opn\" } }\n";
    let told = inspect(wrong);
    assert!(why(&told).contains("`opn` under `status`, which is one of open, accepted"), "{told:#}");
}

#[test]
fn exports_without_a_date_are_a_report_of_all_data() {
    let scratch = TempDir::new().unwrap();
    fs::write(scratch.path().join("leads.csv"), "deal_id,amount,outcome\n1,5,won\n2,7,lost\n").unwrap();
    fs::write(scratch.path().join("notes.csv"), "call the printer\nand the painter\n").unwrap();
    let target = TempDir::new().unwrap();
    let site = target.path().join("site");
    let output = casefile(&["build"]).arg(scratch.path()).arg("-o").arg(&site).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("notes.csv is not used"), "{message}");
    let figures = Figures::of(&site);
    assert_eq!((figures.all("deals.won").value, figures.all("deals.lost").value), (Some(1.0), Some(1.0)));
    let page = fs::read_to_string(site.join("index.html")).unwrap();
    assert!(page.contains("a day that the exports do not tell") && !page.contains("1970"), "no day is made up");
}
