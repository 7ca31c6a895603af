//! Names of persons: wherever one stands in the exports, no file of the site shows it, and no figure changes by it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::{Figures, Site, build, casefile, succeed};

const LEADS: [[&str; 2]; 5] =
    [["Ada", "Lovelace"], ["Jürgen", "Müller-Schmidt"], ["Grace", "Hopper"], ["Summer", "Berlin"], ["Alan", "Turing"]];
/// What no text of a site may hold, in small letters.
const NAMES: [&str; 18] = [
    "ada lovelace",
    "lovelace",
    "jürgen müller-schmidt",
    "juergen mueller",
    "müller-schmidt, jürgen",
    "muller",
    "mueller",
    "müller",
    "grace hopper",
    "hopper",
    "summer berlin",
    "berlin, summer",
    "frase",
    "moses frase",
    "somerville",
    "kim owner",
    "owner, kim",
    "faraday",
];
/// The same exports with words in place of names, one for one.
const IN_PLACE: [(&str, &str); 17] = [
    ("Ada Lovelace", "Partner One"),
    ("Lovelace, Ada", "Partner Two"),
    ("Referral by JUERGEN MUELLER SCHMIDT, May", "Referral by Three, May"),
    ("ada_lovelace", "four"),
    ("hopper-grace-2025", "five"),
    ("Kim Owner tour", "Six tour"),
    ("Grace Hopper said no", "Seven said no"),
    ("Mary Somerville", "Eight"),
    ("Michael Faraday left", "Nine left"),
    ("Moses Frase", "Ten"),
    ("Müller-Schmidt Jürgen", "Eleven"),
    ("AdaLovelace", "Twelve"),
    ("Summer  Berlin", "Thirteen"),
    ("src=Grace%20Hopper", "src=Fourteen"),
    ("Ms. Grace B. Hopper", "Fifteen"),
    ("Frase Moses gave up", "Sixteen gave up"),
    ("FARADAY, M. Michael", "Seventeen"),
];

fn csv(path: &Path, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut writer = csv::Writer::from_path(path).unwrap();
    writer.write_record(header).unwrap();
    rows.into_iter().for_each(|row| writer.write_record(row).unwrap());
    writer.flush().unwrap();
}

/// Exports whose texts are full of names; where `as_words`, of other words. The names of persons are as they are.
fn exports(folder: &Path, as_words: bool) -> PathBuf {
    let exports = folder.join(if as_words { "words" } else { "names" });
    fs::create_dir(&exports).unwrap();
    let text = |text: &str| match IN_PLACE.iter().find(|(name, _)| *name == text) {
        Some((_, word)) if as_words => (*word).to_owned(),
        Some(_) => text.to_owned(),
        None => panic!("{text} has no word"),
    };
    let day = |at: usize| format!("2025-{:02}-{:02}", 1 + at % 9, 1 + at % 27);
    let sources = [
        text("Ada Lovelace"),
        text("Lovelace, Ada"),
        text("Referral by JUERGEN MUELLER SCHMIDT, May"),
        text("AdaLovelace"),
        text("Moses Frase"),
        "Summer".to_owned(),
        "Web".to_owned(),
    ];
    let campaigns = [
        text("ada_lovelace"),
        text("hopper-grace-2025"),
        text("Kim Owner tour"),
        text("src=Grace%20Hopper"),
        "Berlin".to_owned(),
    ];
    let reasons =
        [text("Grace Hopper said no"), text("Mary Somerville"), text("Ms. Grace B. Hopper"), "Budget".to_owned()];
    let regions = [text("Müller-Schmidt Jürgen"), text("Summer  Berlin"), "North".to_owned()];
    let header = if as_words { "Referred by nobody" } else { "Referred by Ada Lovelace" };
    let leads = (0..420).map(|at| {
        let [first, last] = LEADS[at % 5];
        let company = if at % 2 == 0 { "Alan Turing" } else { "Acme" };
        let owner = if at % 3 == 0 { "Kim Owner" } else { "Lee Smith" };
        let cells = [
            &format!("L{at}"),
            first,
            last,
            &format!("p{at}@firm.example"),
            company,
            &day(at),
            &sources[at % 7],
            &campaigns[at % 5],
            owner,
            "rejected",
            &reasons[at % 4],
            &regions[at % 3],
            &day(at),
            &day(at),
            &day(at),
            "",
        ];
        cells.map(str::to_owned).to_vec()
    });
    let headers = [
        "lead_id",
        "First Name",
        "Last Name",
        "email",
        "company",
        "created_at",
        "source",
        "campaign",
        "owner",
        "verdict",
        "verdict_reason",
        "region",
        "mql_at",
        "handed_over_at",
        "verdict_at",
        header,
    ];
    let name = if as_words { "leads words.csv" } else { "leads Ada Lovelace.csv" };
    csv(&exports.join(name), &headers, leads);
    let losses = [text("Michael Faraday left"), text("Frase Moses gave up"), text("FARADAY, M. Michael")];
    let deals = (0..90).map(|at| {
        let outcome = if at % 3 == 0 { "lost" } else { "won" };
        let id = format!("D{at}");
        let (lead, amount) = (format!("L{at}"), format!("{}", 100 + at));
        let closed = format!("2025-11-{:02}", 1 + at % 9);
        // An outcome that no vocabulary knows, and that stands on the data page therefore.
        let stage = if at % 9 == 0 { sources[1].as_str() } else { "Proposal" };
        let cells = [
            &id,
            &lead,
            &amount,
            "EUR",
            stage,
            outcome,
            &day(at),
            &closed,
            &losses[at % 3],
            "Mary Somerville (m@e.example)",
        ];
        cells.map(str::to_owned).to_vec()
    });
    let headers = [
        "deal_id",
        "lead_id",
        "amount",
        "currency",
        "stage",
        "outcome",
        "created_at",
        "closed_at",
        "loss_reason",
        "Contact person",
    ];
    csv(&exports.join("deals.csv"), &headers, deals);
    // Tables that are not used hold names all the same: plain ones, and such as are read with care.
    let guests = (0..40).map(|at| vec![format!("Guest {at}"), format!("g{at}@firm.example"), "A".to_owned()]);
    let guest = vec!["Moses Frase".to_owned(), "m@firm.example".to_owned(), "B".to_owned()];
    csv(&exports.join("guests.csv"), &["Name", "Email", "Seat colour"], guests.chain([guest]));
    let note = "Seat plan of May\n\nVorname;Nachname;Sitz\nMichael;Faraday;7\nJohn;Doe;8\n";
    fs::write(exports.join("seats.csv"), note).unwrap();
    exports
}

const PROJECT: &str = "# as Ada Lovelace wished\n[report]\ntitle = \"Report for Grace Hopper\"\n\
    [slices]\nregion = { table = \"leads\", column = \"region\" }\ncompany = { table = \"leads\", column = \"company\" }\n\
    person = { table = \"leads\", column = \"Last Name\" }\n";

fn every_text(site: &Path) -> BTreeMap<String, String> {
    let files = walkdir::WalkDir::new(site).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().display().to_string(), fs::read_to_string(entry.path()).unwrap())).collect()
}

fn site_of(exports: &Path, project: &str, more: &[&str]) -> Site {
    let file = exports.with_extension("toml");
    fs::write(&file, project).unwrap();
    build(exports, &[&["-c", &file.display().to_string(), "--no-cache"], more].concat())
}

fn assert_nobody(site: &Path, names: &[&str]) {
    for (path, text) in every_text(site) {
        let text = text.to_lowercase();
        let leaked: Vec<&&str> = names.iter().filter(|name| text.contains(**name)).collect();
        assert!(leaked.is_empty(), "{path}: {leaked:?}");
    }
}

#[test]
fn no_name_of_a_person_reaches_the_site_wherever_it_stands() {
    let folder = TempDir::new().unwrap();
    let exports = exports(folder.path(), false);
    let site = site_of(&exports, PROJECT, &[]);
    assert_nobody(&site.path, &NAMES);
    let data = fs::read_to_string(site.path.join("data.html")).unwrap();
    assert!(data.contains("Names of persons are withheld"), "the data page says so");
    let members = |dimension: &str| -> Vec<String> {
        let figures = Figures::of(&site.path);
        let mut members: Vec<String> =
            figures.0.keys().filter(|key| key[2] == dimension).map(|key| key[3].clone()).collect();
        members.sort();
        members.dedup();
        members
    };
    let withheld = |number: usize| format!("(name withheld {number})");
    let sources = members("source");
    for member in [withheld(1), withheld(2), withheld(3), withheld(4)] {
        assert!(sources.contains(&member), "{member} of {sources:?}");
    }
    // Half a name is an ordinary word; a company may be called like a person where companies are meant.
    assert!(sources.contains(&"Summer".to_owned()) && members("campaign").contains(&"Berlin".to_owned()));
    assert!(sources.contains(&"Referral by (name withheld), May".to_owned()), "{sources:?}");
    assert!(members("company").contains(&"Alan Turing".to_owned()));
    assert_eq!(members("person").iter().filter(|member| member.starts_with("(name withheld")).count(), 5);
}

#[test]
fn names_that_are_withheld_change_no_figure() {
    let folder = TempDir::new().unwrap();
    let sites = [false, true].map(|as_words| site_of(&exports(folder.path(), as_words), PROJECT, &[]));
    let [names, words] = sites.each_ref().map(|site| Figures::of(&site.path));
    let of_members = |figures: &Figures| {
        let mut all: Vec<String> = Vec::new();
        for ([figure, period, dimension, _], found) in &figures.0 {
            all.push(format!("{figure} {period} {dimension} {found:?}"));
        }
        all.sort();
        all
    };
    assert_eq!(names.0.len(), words.0.len());
    assert_eq!(of_members(&names), of_members(&words));
    let numbered = |figures: &Figures, dimension: &str| {
        figures.0.keys().filter(|key| key[2] == dimension && key[3].contains("(name withheld")).count()
    };
    assert!(numbered(&names, "source") > 0);
    // The slice of last names is one of persons, whatever stands elsewhere.
    assert_eq!(numbered(&words, "source") + numbered(&words, "campaign") + numbered(&words, "reason"), 0);
}

#[test]
fn the_order_of_rows_the_parts_and_the_cache_change_no_number_of_a_name() {
    let folder = TempDir::new().unwrap();
    let exports = exports(folder.path(), false);
    let texts = |site: &Site| {
        let root = site.path.display().to_string();
        let without = |(path, text): (String, String)| (path.replace(&root, ""), text);
        every_text(&site.path).into_iter().map(without).collect::<BTreeMap<String, String>>()
    };
    let whole = texts(&site_of(&exports, PROJECT, &[]));
    let parted = texts(&site_of(&exports, PROJECT, &["--parts", "3"]));
    let differs = |other: &BTreeMap<String, String>| {
        whole
            .iter()
            .filter(|(path, text)| other.get(*path) != Some(*text))
            .map(|(path, _)| path.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(differs(&parted), Vec::<String>::new());
    // Turned upside down.
    let path = exports.join("leads Ada Lovelace.csv");
    let text = fs::read_to_string(&path).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().rev().collect();
    fs::write(&path, format!("{header}\n{}\n", rows.join("\n"))).unwrap();
    let turned = site_of(&exports, PROJECT, &[]);
    let turned = texts(&turned);
    assert_eq!(turned["/data/figures.csv"], whole["/data/figures.csv"]);
    // Counted in shares, and put together.
    let toml = exports.with_extension("toml");
    let parts: Vec<String> = (1..=2)
        .map(|number| {
            let part = folder.path().join(format!("{number}.part"));
            let mut tally = casefile(&["tally"]);
            tally.arg(&exports).arg("--part").arg(format!("{number}/2")).arg("-c").arg(&toml).arg("-o").arg(&part);
            succeed(&mut tally);
            part.display().to_string()
        })
        .collect();
    let merged = folder.path().join("merged");
    let mut merge = casefile(&["merge"]);
    merge.args(&parts).arg("-c").arg(&toml).arg("-o").arg(&merged);
    succeed(&mut merge);
    assert_nobody(&merged, &NAMES);
    assert_eq!(fs::read_to_string(merged.join("data/figures.csv")).unwrap(), turned["/data/figures.csv"]);
}

#[test]
fn owners_that_the_project_shows_stay_and_no_one_else() {
    let folder = TempDir::new().unwrap();
    let exports = exports(folder.path(), false);
    let project = format!("{PROJECT}[privacy]\nowners = \"names\"\n");
    let site = site_of(&exports, &project, &[]);
    let figures = fs::read_to_string(site.path.join("data/figures.csv")).unwrap();
    assert!(figures.contains("Kim Owner tour"), "a campaign that is called by an owner");
    assert_nobody(&site.path, &NAMES[..15]);
}

#[test]
fn findings_on_the_terminal_name_nobody() {
    let folder = TempDir::new().unwrap();
    let exports = exports(folder.path(), false);
    let output = casefile(&["check"]).arg(&exports).arg("--no-cache").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).to_lowercase();
    assert!(text.contains("(name withheld"), "{text}");
    for name in NAMES {
        assert!(!text.contains(name), "{name}: {text}");
    }
}

#[test]
fn a_rule_for_a_file_that_is_called_by_a_person_is_found() {
    let folder = TempDir::new().unwrap();
    let exports = exports(folder.path(), false);
    let project = folder.path().join("rule.toml");
    fs::write(&project, "[[input]]\nfile = \"leads Ada*.csv\"\ntable = \"leads\"\n").unwrap();
    let output = casefile(&["check"]).arg(&exports).arg("-c").arg(&project).arg("--no-cache").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!text.contains("no file fits it"), "{text}");
}

#[test]
fn samples_without_such_texts_withhold_nothing() {
    for style in ["salesforce", "hubspot", "plain"] {
        for (path, text) in every_text(&crate::support::built(style)) {
            assert!(!text.contains("(name withheld"), "{path}");
        }
    }
}
