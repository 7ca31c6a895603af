//! The way from a folder of exports to findings, short of pages: what `build` sets and publishes, and `check` judges.

use std::collections::BTreeMap;
use std::path::Path;

use super::failure::Failure;
use super::voice::Voice;
use crate::cases::leaks::Leak;
use crate::cases::{self, Cases, Facts, JoinError, Naming, Survey};
use crate::find::{self, Evidence, Report};
use crate::intake::{self, Skipped};
use crate::project::Project;
use crate::record::{self, FileReport, Means, Records};
use crate::tally::lists::Listed;
use crate::tally::{self, Tallies, lists};

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

/// What was counted, and what is known besides.
struct Counted {
    facts: Facts,
    tallies: Tallies,
    lists: BTreeMap<Leak, Vec<Listed>>,
}

/// Reads, joins, counts and finds.
///
/// # Errors
/// Where nothing can be used, amounts cannot be made one currency, or the disk fails.
pub fn analyse(exports: &Path, project: &Project, means: &Means<'_>, voice: &Voice) -> Result<Analysis, Failure> {
    let size = intake::size(exports)?;
    let stage = voice.bytes("reading", size);
    let (mut records, skipped) = record::record(exports, project, means, &|bytes| stage.advance(bytes))?;
    let rows = records.files.iter().map(|file| file.rows_read).sum();
    stage.end(size, rows);
    let counted = match counted(&mut records, project, means, voice) {
        Err(Failure::Join(JoinError::Undated)) => return Err(Failure::Undated { skipped }),
        counted => counted?,
    };
    let stage = voice.step("finding");
    let Counted { facts, tallies, lists } = counted;
    let evidence = Evidence { tallies: &tallies, lists, facts: &facts, files: &records.files };
    let report = find::find(evidence, project);
    stage.end(0, 0);
    Ok(Analysis { report, files: records.files, skipped, currencies: records.currencies })
}

/// Joins and counts, part by part where the exports are in parts.
fn counted(records: &mut Records, project: &Project, means: &Means<'_>, voice: &Voice) -> Result<Counted, Failure> {
    let mut naming = Naming::new(project);
    let mut counted = match records.parts() {
        None => {
            let stage = voice.step("joining");
            let cases = cases::join_part(records, project, None, &mut naming)?;
            // The tables of values are done with, and they are most of the memory.
            records.tables.clear();
            stage.end(0, cases.leads.height() as u64);
            let stage = voice.step("counting");
            let counted = Counted::of(cases, project)?;
            stage.end(0, 0);
            counted
        }
        Some(parts) => in_parts(records, parts, project, means, &mut naming, voice)?,
    };
    naming.tell(&mut counted.facts, &records.words, project);
    Ok(counted)
}

/// Surveys all parts, then joins and counts one after the other.
fn in_parts(
    records: &mut Records,
    parts: usize,
    project: &Project,
    means: &Means<'_>,
    naming: &mut Naming,
    voice: &Voice,
) -> Result<Counted, Failure> {
    let stage = voice.counted("surveying", parts as u64);
    let mut survey = Survey::default();
    for part in 0..parts {
        (means.go_on)()?;
        records.load(part, false)?;
        survey.add(Survey::of(records, project));
        stage.advance(1);
    }
    stage.end(0, 0);
    let stage = voice.counted("counting", parts as u64);
    let mut all: Option<Counted> = None;
    for part in 0..parts {
        (means.go_on)()?;
        records.load(part, true)?;
        let cases = cases::join_part(records, project, Some(&survey), naming)?;
        records.tables.clear();
        let counted = Counted::of(cases, project)?;
        match &mut all {
            Some(all) => all.add(counted),
            None => all = Some(counted),
        }
        stage.advance(1);
    }
    stage.end(0, 0);
    Ok(all.ok_or(JoinError::Undated)?)
}

impl Counted {
    fn of(cases: Cases, project: &Project) -> Result<Counted, Failure> {
        let tallies = tally::tally(&cases, &cases.facts.pairs())?;
        let lists = case_lists(&cases, project)?;
        Ok(Counted { facts: cases.facts, tallies, lists })
    }

    /// Adds what was counted in another part.
    fn add(&mut self, other: Counted) {
        self.facts.add(&other.facts);
        self.tallies.add(other.tallies);
        for (leak, listed) in other.lists {
            lists::add(self.lists.entry(leak).or_default(), listed, leak);
        }
    }
}

fn case_lists(cases: &Cases, project: &Project) -> Result<BTreeMap<Leak, Vec<Listed>>, Failure> {
    if !project.privacy.cases || !cases.facts.inputs.leads {
        return Ok(BTreeMap::new());
    }
    let list = |leak| Ok((leak, lists::cases(cases, leak)?));
    Leak::ALL.into_iter().map(list).collect()
}
