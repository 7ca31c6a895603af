//! The way from a folder of exports to findings, short of pages: what `build` sets and publishes, and `check` judges.

use std::collections::BTreeMap;
use std::path::Path;

use super::failure::Failure;
use super::voice::Voice;
use crate::cases::leaks::Leak;
use crate::cases::{self, Cases, JoinError};
use crate::find::{self, Evidence, Report};
use crate::intake::{self, Skipped};
use crate::project::Project;
use crate::record::{self, FileReport};
use crate::tally::{self, lists};

/// What the exports hold, found out.
pub struct Analysis {
    /// The findings.
    pub report: Report,
    /// The account of every table read.
    pub files: Vec<FileReport>,
    /// What was not used.
    pub skipped: Vec<Skipped>,
    /// Currencies found, with the number of amounts.
    pub currencies: BTreeMap<String, u64>,
}

/// Reads, joins, counts and finds.
///
/// # Errors
/// Where nothing can be used, or amounts cannot be made one currency.
pub fn analyse(exports: &Path, project: &Project, voice: &Voice) -> Result<Analysis, Failure> {
    let bar = voice.bytes("reading", intake::size(exports)?);
    let mut intake = intake::read(exports, project, &|bytes| bar.inc(bytes))?;
    bar.finish_and_clear();
    let skipped = std::mem::take(&mut intake.skipped);
    let bar = voice.step("parsing");
    let mut records = record::record(intake, project)?;
    bar.set_message("joining");
    let cases = match cases::join(&mut records, project) {
        Err(JoinError::Undated) => return Err(Failure::Undated { skipped }),
        joined => joined?,
    };
    // The tables of values are done with, and they are most of the memory.
    records.tables.clear();
    bar.set_message("counting");
    let tallies = tally::tally(&cases, &cases.facts.pairs())?;
    let lists = case_lists(&cases, project)?;
    bar.set_message("finding");
    let evidence = Evidence { tallies: &tallies, lists, facts: &cases.facts, files: &records.files };
    let report = find::find(evidence, project);
    bar.finish_and_clear();
    Ok(Analysis { report, files: records.files, skipped, currencies: records.currencies })
}

fn case_lists(cases: &Cases, project: &Project) -> Result<BTreeMap<Leak, Vec<lists::Listed>>, Failure> {
    if !project.privacy.cases || !cases.facts.inputs.leads {
        return Ok(BTreeMap::new());
    }
    let list = |leak| Ok((leak, lists::cases(cases, leak)?));
    Leak::ALL.into_iter().map(list).collect()
}
