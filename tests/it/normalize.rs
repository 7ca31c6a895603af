//! Delimited text is read back as it was meant: random tables in random dialects, and every fixture, whose normal form
//! is its own normal form.

use std::fs;
use std::path::{Path, PathBuf};

use casefile::intake;
use casefile::project::Project;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use tempfile::TempDir;

use crate::messy::any_messy;
use crate::support::{casefile, root};

/// The same cases in every run, unless PROPTEST_RNG_SEED asks for others; PROPTEST_CASES asks for more.
fn runner(cases: u32) -> TestRunner {
    let mut config = Config {
        failure_persistence: None,
        max_global_rejects: 1 << 20,
        max_local_rejects: 1 << 24,
        ..Config::default()
    };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(20_260_105);
    }
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    TestRunner::new(config)
}

type Cells = (Vec<String>, Vec<Vec<String>>);

/// The table of a file as the library reads it.
fn read(path: &Path) -> Cells {
    let found = intake::first_table(path, &Project::default()).unwrap();
    let mut records = Vec::new();
    found.table.each_record(|record| records.push(record.texts().map(str::to_owned).collect()));
    (found.table.header().unwrap_or_default(), records)
}

/// The first difference, where a failure would otherwise print two tables.
fn difference(found: &Cells, wanted: &Cells) -> Option<String> {
    if found.0 != wanted.0 {
        return Some(format!("header {:?} instead of {:?}", found.0, wanted.0));
    }
    let differs = found.1.iter().zip(&wanted.1).position(|(found, wanted)| found != wanted);
    if let Some(row) = differs {
        return Some(format!("record {}: {:?} instead of {:?}", row + 1, found.1[row], wanted.1[row]));
    }
    let (found, wanted) = (found.1.len(), wanted.1.len());
    (found != wanted).then(|| format!("{found} records instead of {wanted}"))
}

#[test]
fn a_table_is_read_back_from_any_dialect() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("export.csv");
    let outcome = runner(2_000).run(&any_messy(), |messy| {
        fs::write(&path, messy.bytes()).unwrap();
        let wanted = (messy.table.header.clone(), messy.table.records.clone());
        difference(&read(&path), &wanted).map_or(Ok(()), |what| Err(TestCaseError::fail(what)))
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// What `normalize` writes of a file, or its exit code and message.
fn normalized(path: &Path) -> Result<Vec<u8>, (Option<i32>, String)> {
    let output = casefile(&["-q", "normalize"]).arg(path).output().unwrap();
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err((output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

#[test]
fn the_normal_form_of_a_random_table_is_standard_and_its_own() {
    let folder = TempDir::new().unwrap();
    let (path, again) = (folder.path().join("export.csv"), folder.path().join("normal.csv"));
    let outcome = runner(150).run(&any_messy(), |messy| {
        fs::write(&path, messy.bytes()).unwrap();
        let normal = normalized(&path).map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
        std::iter::once(&messy.table.header).chain(&messy.table.records).for_each(|row| {
            writer.write_record(row).unwrap();
        });
        if normal != writer.into_inner().unwrap() {
            return Err(TestCaseError::fail(format!("normalized to {:?}", String::from_utf8_lossy(&normal))));
        }
        fs::write(&again, &normal).unwrap();
        match normalized(&again) {
            Ok(twice) if twice == normal => Ok(()),
            other => Err(TestCaseError::fail(format!("normalized again to {other:?}"))),
        }
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

fn fixtures() -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(root().join("tests/fixtures")).sort_by_file_name();
    // A log of a Delta table is no table.
    let is_log = |entry: &walkdir::DirEntry| entry.path().components().any(|part| part.as_os_str() == "_delta_log");
    let files = entries.into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file() && !is_log(entry));
    files.map(walkdir::DirEntry::into_path).collect()
}

/// What gives no table at all is refused with the code for that, never with another.
#[test]
fn the_normal_form_of_every_fixture_is_its_own() {
    let folder = TempDir::new().unwrap();
    let again = folder.path().join("normal.csv");
    let mut differing = Vec::new();
    let mut read = 0;
    for path in fixtures() {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        match normalized(&path) {
            Ok(normal) => {
                read += 1;
                fs::write(&again, &normal).unwrap();
                match normalized(&again) {
                    Ok(twice) if twice == normal => {}
                    Ok(twice) => differing.push(format!("{name}: {}", String::from_utf8_lossy(&twice))),
                    Err(error) => differing.push(format!("{name}: {error:?}")),
                }
            }
            Err((Some(65), _)) => {}
            Err((code, message)) => differing.push(format!("{name}: exit {code:?}: {message}")),
        }
    }
    assert!(differing.is_empty(), "{differing:#?}");
    assert!(read > 280, "{read} fixtures hold tables");
}
