//! Presets: every table of every tool is known by its fixture in `tests/fixtures/presets/TOOL/TABLE.*`, without a
//! project file, whatever the file is called and whatever lies beside it; and a user's own presets are used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use casefile::calendar::Zone;
use casefile::intake::preset::{self, KNOWN, Preset, TablePreset};
use casefile::intake::recognise::{Heading, recognise};
use casefile::intake::{self, Extent, Intake, IntakeError};
use casefile::privacy::roll::Roll;
use casefile::project::Project;
use casefile::record::Resources;
use casefile::record::buffer::{RowStorage, TableBuffer};
use casefile::record::disk::Disk;
use casefile::record::formats::Formats;
use casefile::record::table_reader::ValueReader;
use tempfile::TempDir;

use crate::support::{casefile, root, succeed};

/// A file that looks like a tool's export of a table.
struct Fixture {
    tool: String,
    table: String,
    path: PathBuf,
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn fixtures() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for folder in entries(&root().join("tests/fixtures/presets")) {
        let tool = folder.file_name().unwrap().to_str().unwrap().to_owned();
        for path in entries(&folder) {
            let table = path.file_stem().unwrap().to_str().unwrap().to_owned();
            fixtures.push(Fixture { tool: tool.clone(), table, path });
        }
    }
    assert!(fixtures.len() > 200, "the fixtures are found");
    fixtures
}

fn built_in() -> Vec<Preset> {
    preset::built_in().unwrap()
}

fn table<'a>(presets: &'a [Preset], tool: &str, table: &str) -> Option<(&'a Preset, &'a TablePreset)> {
    let preset = presets.iter().find(|preset| preset.name == tool)?;
    Some((preset, preset.tables.iter().find(|known| known.name == table)?))
}

/// Reads a folder or file; a folder in which nothing can be used still says what each file is.
fn read(path: &Path, presets: Option<&Path>) -> Intake<TableBuffer> {
    let project = Project { presets: presets.map(Path::to_owned), ..Project::default() };
    let zone = Zone::utc();
    let scratch = std::env::temp_dir();
    let means =
        Resources { memory: 1 << 30, scratch: &scratch, parts: None, cache: None, go_on: &|| Ok(()), notify: &|_| {} };
    let disk = Disk::new(means, 0);
    let room = RowStorage::new(usize::MAX, &disk, &|| Ok(()));
    match intake::read(
        path,
        &project,
        &ValueReader::new(&project, &zone, Formats::default(), room, None),
        Extent::Whole,
        &|_| (),
    ) {
        Ok(intake) => intake,
        Err(IntakeError::NoData { skipped, .. }) => Intake { exports: Vec::new(), skipped, people: Roll::default() },
        Err(other) => panic!("{}: {other}", path.display()),
    }
}

/// What each file was taken for, by name: the titles of its tables, used or only known.
fn titles(intake: &Intake<TableBuffer>) -> BTreeMap<String, BTreeSet<String>> {
    let mut titles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for export in &intake.exports {
        titles.entry(export.name.clone()).or_default().insert(export.plan.title.clone());
    }
    for skipped in &intake.skipped {
        let known = skipped.reason.strip_prefix("recognised as ").and_then(|rest| rest.split_once(", and not used: "));
        let title = known.filter(|_| skipped.is_known).map_or(skipped.reason.as_str(), |(title, _)| title);
        titles.entry(skipped.name.clone()).or_default().insert(title.to_owned());
    }
    titles
}

/// What a fixture must be taken for; `beside` tables come with the table that they are read beside.
fn expected(presets: &[Preset], fixture: &Fixture) -> String {
    let (preset, table) = table(presets, &fixture.tool, &fixture.table)
        .unwrap_or_else(|| panic!("{}: no such table in the presets", fixture.path.display()));
    format!("{} {}", preset.title, table.name)
}

#[test]
fn every_fixture_is_known_as_the_table_it_shows() {
    let presets = built_in();
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let found = read(&fixture.path, None);
        let expected = expected(&presets, &fixture);
        let titles: BTreeSet<String> = titles(&found).into_values().flatten().collect();
        let (preset, known) = table(&presets, &fixture.tool, &fixture.table).unwrap();
        // A table that is read beside another brings that one along.
        let main = known.beside.as_ref().map(|main| format!("{} {main}", preset.title));
        let others = |title: &&String| **title != expected && Some(*title) != main.as_ref();
        let strange = titles.iter().filter(others).any(|title| {
            let is_beside = |other: &TablePreset| {
                other.beside.as_ref() == Some(known.beside.as_ref().unwrap_or(&known.name))
                    && format!("{} {}", preset.title, other.name) == *title
            };
            !preset.tables.iter().any(is_beside)
        });
        if !titles.contains(&expected) || strange {
            wrong.push(format!("{}/{}: {titles:?}", fixture.tool, fixture.table));
        }
        let is_known = known.table == KNOWN;
        let rows: u64 = found.exports.iter().map(|export| export.read).sum();
        if is_known != found.exports.is_empty() || (!is_known && rows == 0) {
            wrong.push(format!("{}/{}: {rows} rows of {} exports", fixture.tool, fixture.table, found.exports.len()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn rows_of_the_fixtures_are_used() {
    let presets = built_in();
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let title = expected(&presets, &fixture);
        let (_, known) = table(&presets, &fixture.tool, &fixture.table).unwrap();
        for export in read(&fixture.path, None).exports.iter().filter(|export| export.plan.title == title) {
            let (rows, fields) = (export.buffer.rows(), export.plan.columns.len());
            if rows == 0 || fields < 2.min(known.columns.len()) {
                wrong.push(format!("{}/{}: {rows} rows, {fields} fields", fixture.tool, fixture.table));
            }
        }
    }
    assert!(wrong.is_empty(), "a fixture shows rows that are used: {wrong:#?}");
}

/// Of equally good matches the first wins; so where the order does not matter, there are no such.
#[test]
fn no_other_table_claims_a_fixture_equally() {
    let presets = built_in();
    let mut reversed = presets.clone();
    reversed.reverse();
    reversed.iter_mut().for_each(|preset| preset.tables.reverse());
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let project = Project::default();
        let table = intake::first_table(&fixture.path, &project).unwrap().table;
        let headers = table.headers();
        let rows = table.head(50);
        let heading = Heading { headers: &headers, titles: &table.titles, rows: rows.get(1..).unwrap_or_default() };
        let main = |presets: &[Preset]| match recognise(heading, "x.csv", &project, presets) {
            Ok(plans) => plans[0].title.clone(),
            Err(unplaced) => unplaced.to_string(),
        };
        let (one, other) = (main(&presets), main(&reversed));
        if one != other {
            wrong.push(format!("{}/{}: {one}, or as well {other}", fixture.tool, fixture.table));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_table_of_every_preset_has_a_fixture() {
    let shown: BTreeSet<(String, String)> =
        fixtures().into_iter().map(|fixture| (fixture.tool, fixture.table)).collect();
    let mut missing = Vec::new();
    for preset in built_in() {
        for table in &preset.tables {
            // What is read beside another table is shown by that one's fixture, if not by its own.
            let shows = table.beside.as_ref().unwrap_or(&table.name);
            if ![shows, &table.name].iter().any(|name| shown.contains(&(preset.name.clone(), (*name).clone()))) {
                missing.push(format!("{}/{}", preset.name, table.name));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn tables_beside_another_are_read_from_its_fixture() {
    let presets = built_in();
    let mut pairs = 0;
    for preset in &presets {
        for table in &preset.tables {
            let Some(main) = &table.beside else { continue };
            let title = format!("{} {}", preset.title, table.name);
            let is_main = |fixture: &Fixture| fixture.tool == preset.name && fixture.table == *main;
            let found = fixtures().into_iter().filter(is_main).any(|fixture| {
                let found = read(&fixture.path, None);
                found.exports.iter().any(|export| export.plan.title == title && export.buffer.rows() > 0)
            });
            assert!(found, "no fixture of {main} shows rows of {title}");
            pairs += 1;
        }
    }
    assert!(pairs > 3, "there are such tables");
}

/// All tools at once, under names that say nothing.
#[test]
fn a_folder_of_many_tools_is_sorted() {
    let presets = built_in();
    let folder = TempDir::new().unwrap();
    let mut alone: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut tools = BTreeSet::new();
    for (number, fixture) in fixtures().iter().enumerate() {
        let name = format!("{}/download {number}.csv", ["a", "b", "a/c"][number % 3]);
        let path = folder.path().join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(&fixture.path, &path).unwrap();
        alone.insert(name, titles(&read(&fixture.path, None)).into_values().flatten().collect());
        tools.insert(expected(&presets, fixture));
    }
    assert!(tools.len() > 10);
    let together = titles(&read(folder.path(), None));
    let differing: Vec<_> = alone.iter().filter(|(name, titles)| together.get(*name) != Some(titles)).collect();
    assert!(differing.is_empty(), "{differing:#?}");
    assert_eq!(together.len(), alone.len());
}

/// The tools whose fixtures a company could well have together: one build, and each file under its true name.
#[test]
fn a_build_of_many_tools_lists_every_file_as_what_it_is() {
    let presets = built_in();
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    let tools = "salesforce hubspot dynamics google_ads linkedin meta_ads microsoft_ads mailchimp marketo mautic odoo \
                 pipedrive suitecrm zoho ga4";
    let mut expected_titles = BTreeSet::new();
    for (number, fixture) in fixtures().iter().filter(|fixture| tools.split(' ').any(|t| t == fixture.tool)).enumerate()
    {
        fs::copy(&fixture.path, exports.join(format!("{number}.txt"))).unwrap();
        let (_, known) = table(&presets, &fixture.tool, &fixture.table).unwrap();
        if known.table != KNOWN {
            expected_titles.insert(expected(&presets, fixture));
        }
    }
    let project = folder.path().join("casefile.toml");
    fs::write(&project, "[report]\ncurrency = \"EUR\"\n[rates]\nUSD = \"0.9\"\nGBP = \"1.2\"\nCHF = \"1\"\nBRL = \"0.2\"\nMXN = \"0.05\"\nEGP = \"0.02\"\nPLN = \"0.2\"\nCAD = \"0.6\"\nJPY = \"0.006\"\nARS = \"0.001\"\nCOP = \"0.0002\"\nSAR = \"0.2\"\nAED = \"0.2\"\n").unwrap();
    let site = folder.path().join("site");
    succeed(casefile(&["build"]).arg(&exports).arg("-o").arg(&site).arg("-c").arg(&project));
    let page = fs::read_to_string(site.join("data.html")).unwrap();
    let missing: Vec<_> = expected_titles.iter().filter(|title| !page.contains(title.as_str())).collect();
    assert!(missing.is_empty(), "not on the data page: {missing:#?}");
    assert!(expected_titles.len() > 30);
}

const OWN: &str = r#"
name = "NAME"
title = "House CRM"
[[table]]
name = "enquiries"
table = "leads"
all = ["Enquiry No", "Came In"]
[table.columns]
lead_id = ["Enquiry No"]
created_at = ["Came In"]
source = ["Heard Of Us By"]
"#;

const ENQUIRIES: &str = "Enquiry No,Came In,Heard Of Us By\nE1,2026-01-05,fair\nE2,2026-01-06,web\n";

fn own_presets(folder: &Path, name: &str, text: &str) -> PathBuf {
    let presets = folder.join("presets");
    fs::create_dir_all(&presets).unwrap();
    fs::write(presets.join(format!("{name}.toml")), text).unwrap();
    fs::write(presets.join("notes.md"), "not a preset").unwrap();
    presets
}

#[test]
fn a_users_preset_is_used() {
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    fs::write(exports.join("x.csv"), ENQUIRIES).unwrap();
    let site = folder.path().join("site");
    let build = || {
        let mut command = casefile(&["build"]);
        command.arg(&exports).arg("-o").arg(&site);
        command
    };
    let without = build().output().unwrap();
    assert_eq!(without.status.code(), Some(65), "no built-in preset knows it");
    let presets = own_presets(folder.path(), "house", &OWN.replace("NAME", "house"));
    succeed(build().arg("--presets").arg(&presets));
    let figures = crate::support::Figures::of(&site);
    assert_eq!(figures.all("roi.leads").value, Some(2.0));
    let page = fs::read_to_string(site.join("data.html")).unwrap();
    assert!(page.contains("House CRM enquiries"));
    // The project file may name the folder too; its paths begin where it stands.
    fs::write(folder.path().join("casefile.toml"), "presets = \"presets\"\n").unwrap();
    fs::remove_dir_all(&site).unwrap();
    succeed(build().arg("-c").arg(folder.path().join("casefile.toml")));
    assert_eq!(crate::support::Figures::of(&site).all("roi.leads").value, Some(2.0));
}

#[test]
fn a_users_preset_takes_the_place_of_the_built_in_one_of_its_name() {
    let folder = TempDir::new().unwrap();
    let fixture = root().join("tests/fixtures/presets/mautic/contacts.csv");
    let presets = own_presets(folder.path(), "anything", &OWN.replace("NAME", "mautic"));
    assert_eq!(read(&fixture, None).exports[0].plan.preset, "mautic");
    let instead = read(&fixture, Some(&presets));
    assert!(instead.exports.iter().all(|export| export.plan.preset != "mautic"), "the built-in one is gone");
    let exports = folder.path().join("x.csv");
    fs::write(&exports, ENQUIRIES).unwrap();
    assert_eq!(read(&exports, Some(&presets)).exports[0].plan.preset, "mautic");
    // The others are still there.
    let other = root().join("tests/fixtures/presets/zoho/Deals.csv");
    assert_eq!(read(&other, Some(&presets)).exports[0].plan.preset, "zoho");
}

#[test]
fn of_two_equal_matches_the_users_goes_first() {
    let folder = TempDir::new().unwrap();
    let built_in = fs::read_to_string(root().join("src/intake/presets/mautic.toml")).unwrap();
    let mine = built_in.replace("name = \"mautic\"", "name = \"mine\"");
    let presets = own_presets(folder.path(), "mine", &mine);
    let fixture = root().join("tests/fixtures/presets/mautic/contacts.csv");
    assert_eq!(read(&fixture, Some(&presets)).exports[0].plan.preset, "mine");
}

#[test]
fn a_wrong_preset_of_the_user_ends_the_run_with_its_place() {
    let own = OWN.replace("NAME", "house");
    let cases = [
        (own.replace("source =", "sorce ="), "`sorce` is no field of leads; did you mean `source`?"),
        (own.replace("\"leads\"", "\"lead\""), "there is no canonical table `lead`"),
        (own.replace("all = [\"Enquiry No\", \"Came In\"]", ""), "it has no signature"),
        (own.replace("[table.columns]", "beside = \"quotes\"\n[table.columns]"), "there is no such table"),
        (own.replace("[table.columns]", "scale = { lead_id = 7 }\n[table.columns]"), "power of ten, not `7`"),
    ];
    for (text, what) in cases {
        let (code, message) = built_with(&text);
        assert_eq!(code, Some(2), "{message}");
        assert!(message.starts_with("error: preset `house.toml`, table `enquiries`: "), "{message}");
        assert!(message.contains(what), "{message}");
    }
    for text in [own.replace("name = \"enquiries\"", ""), own.replace("all =", "al ="), "name = ".to_owned()] {
        let (code, message) = built_with(&text);
        assert_eq!(code, Some(2), "{message}");
        assert!(message.starts_with("error: preset `house.toml` cannot be read: "), "{message}");
    }
}

/// Exit code and message of a build with such a preset; no site may come of it.
fn built_with(preset: &str) -> (Option<i32>, String) {
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    fs::write(exports.join("leads.csv"), "lead_id,created_at,source\nL1,2025-01-02,web\n").unwrap();
    let presets = own_presets(folder.path(), "house", preset);
    let site = folder.path().join("site");
    let mut command = casefile(&["build"]);
    let output = command.arg(&exports).arg("-o").arg(&site).arg("--presets").arg(&presets).output().unwrap();
    assert!(!site.exists(), "nothing is published");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_folder_of_presets_that_is_not_there_ends_the_run() {
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("leads.csv");
    fs::write(&exports, "lead_id,created_at,source\nL1,2025-01-02,web\n").unwrap();
    let mut command = casefile(&["build"]);
    let nowhere = folder.path().join("nowhere");
    command.arg(&exports).arg("-o").arg(folder.path().join("site")).arg("--presets").arg(&nowhere);
    let output = command.output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("nowhere") && message.contains("presets"), "{message}");
}
