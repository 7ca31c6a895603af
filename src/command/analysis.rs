//! The way from a folder of exports to findings, short of pages: what `build` sets and publishes, and `check` judges. Its
//! two halves are what `tally` and `merge` do.

use std::collections::BTreeMap;
use std::path::Path;

use super::failure::Failure;
use super::kept::Kept;
use super::voice::Voice;
use crate::cases::leakage::Leak;
use crate::cases::{self, Cases, Facts, JoinError, Naming, Survey};
use crate::find::{self, Evidence, Report};
use crate::intake::{self, Skipped, preset};
use crate::part::withhold::{self, Shown};
use crate::part::{Origin, Part, Share, settings_print};
use crate::project::Project;
use crate::record::{self, FileReport, Notice, Records, Resources, TableCache};
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
    /// Names of the files read and of those not used, as they are on the disk: to find the rules that are about them.
    pub paths: Vec<String>,
    /// Text of the project file, without names of persons.
    pub project_text: Option<String>,
    /// How many texts held the name of a person.
    pub withheld: u64,
}

/// What was counted, and what is known besides.
struct Counted {
    facts: Facts,
    tallies: Tallies,
    lists: BTreeMap<Leak, Vec<Listed>>,
}

/// Reads, joins, counts and finds. What was counted of the same exports before is taken from what is kept.
///
/// # Errors
/// Where nothing can be used, amounts cannot be made one currency, or the disk fails.
pub fn analyse(
    exports: &Path,
    project: &Project,
    text: Option<&str>,
    means: &Resources<'_>,
    kept: &Kept,
    voice: &Voice,
) -> Result<Analysis, Failure> {
    let part = match kept.get(exports, project, voice)? {
        Some(part) => part,
        None => {
            let shelf = kept.shelf(exports, project)?;
            let part = count(exports, project, &Resources { cache: shelf.as_ref(), ..*means }, None, voice);
            kept.check(shelf.as_ref(), voice)?;
            let part = part?;
            means.go_on()?;
            kept.put(exports, project, &part, voice)?;
            part
        }
    };
    Ok(found(part, project, text, voice))
}

/// Reads, joins and counts all of the exports, or a share of them.
///
/// # Errors
/// Where nothing can be used, amounts cannot be made one currency, or the disk fails.
pub fn count(
    exports: &Path,
    project: &Project,
    means: &Resources<'_>,
    share: Option<Share>,
    voice: &Voice,
) -> Result<Part, Failure> {
    let presets = preset::with_folder(project.presets.as_deref()).map_err(intake::IntakeError::from)?;
    let size = intake::size(exports)?;
    let stage = voice.bytes("reading", size);
    let tell = |notice: Notice| stage.note(&format!("note: {notice}"));
    let means = Resources { parts: share.map(|share| share.of).or(means.parts), ..*means };
    let reading = Resources { notify: &tell, ..means };
    let (mut records, skipped) = record::record(exports, project, &reading, &|bytes| stage.advance(bytes))?;
    let rows = records.files.iter().map(|file| file.rows_read).sum();
    let (known, known_bytes) = means.cache.map_or((0, 0), TableCache::taken);
    stage.end(size.saturating_sub(known_bytes), rows);
    if known > 0 {
        let files = if known == 1 { "one file is" } else { &format!("{known} files are") };
        voice.say(&format!("{files} as before, and not read again"));
    }
    let aside_at_reading = records.files.iter().map(|file| file.set_aside.clone()).collect();
    let mut naming = Naming::new(project);
    let counted = match records.parts() {
        None => whole(&mut records, project, &means, &mut naming, voice),
        Some(parts) => {
            let wanted = share.map_or(0..parts, |share| share.places(parts));
            in_parts(&mut records, parts, wanted, project, &means, &mut naming, voice)
        }
    };
    let Counted { facts, tallies, lists } = match counted {
        Err(Failure::Join(JoinError::Nothing)) => return Err(Failure::Nothing { skipped }),
        counted => counted?,
    };
    let origin = Origin {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        settings: settings_print(project, &presets),
        exports: read_print(&records.files),
        share,
    };
    let names = naming.finish(&records.words, project);
    let Records { files, currencies, mut people, .. } = records;
    people.finish(share.map(|share| (share.number, share.of)));
    Ok(Part { origin, facts, tallies, lists, names, files, aside_at_reading, skipped, currencies, people })
}

/// A print of the tables that were read.
fn read_print(files: &[FileReport]) -> String {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        hasher.update(format!("{}\0{}\0{}\0", file.name, file.title, file.hash).as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// What a part holds, found out; no text of it holds the name of a person. `text` is that of the project file.
pub fn found(part: Part, project: &Project, text: Option<&str>, voice: &Voice) -> Analysis {
    let stage = voice.step("finding");
    let part = part.in_order();
    let paths = part.files.iter().map(|file| &file.name).chain(part.skipped.iter().map(|skip| &skip.name));
    let paths = paths.cloned().collect();
    let Shown { part, project: shown, project_text, withheld } = withhold::shown(part, project, text);
    let Part { facts, tallies, lists, files, skipped, currencies, .. } = part;
    let evidence = Evidence { tallies: &tallies, lists, facts: &facts, files: &files };
    let mut report = find::find(evidence, project);
    report.project = shown;
    stage.end(0, 0);
    Analysis { report, files, skipped, currencies, paths, project_text, withheld }
}

/// Joins and counts all at once.
fn whole(
    records: &mut Records,
    project: &Project,
    means: &Resources<'_>,
    naming: &mut Naming,
    voice: &Voice,
) -> Result<Counted, Failure> {
    means.go_on()?;
    let stage = voice.step("joining");
    let cases = cases::join_part(records, project, None, naming)?;
    // The tables of values are done with, and they are most of the memory.
    records.tables.clear();
    stage.end(0, cases.leads.height() as u64);
    means.go_on()?;
    let stage = voice.step("counting");
    let counted = Counted::of(cases, project)?;
    stage.end(0, 0);
    Ok(counted)
}

/// Surveys all parts, then joins and counts the wanted ones, one after the other.
fn in_parts(
    records: &mut Records,
    parts: usize,
    wanted: std::ops::Range<usize>,
    project: &Project,
    means: &Resources<'_>,
    naming: &mut Naming,
    voice: &Voice,
) -> Result<Counted, Failure> {
    let stage = voice.counted("surveying", parts as u64);
    let mut survey = Survey::default();
    for part in 0..parts {
        means.go_on()?;
        records.load(part, false)?;
        survey.add(Survey::of(records, project));
        stage.advance(1);
    }
    stage.end(0, 0);
    let stage = voice.counted("counting", wanted.len() as u64);
    let mut all: Option<Counted> = None;
    for part in wanted {
        means.go_on()?;
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
    Ok(all.ok_or(JoinError::Nothing)?)
}

impl Counted {
    fn of(mut cases: Cases, project: &Project) -> Result<Counted, Failure> {
        cases.gather();
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

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests write the exports they need, into temporary folders")]
mod tests;
