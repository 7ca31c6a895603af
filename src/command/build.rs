//! `casefile build`: the whole way from a folder of exports to a published site.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use super::failure::{Failure, shown, why};
use super::project_file::{ProjectFile, project_file};
use super::voice::Voice;
use crate::cases::leaks::Leak;
use crate::cases::{self, Cases};
use crate::cli;
use crate::find::{self, Evidence, Report};
use crate::intake::{self, Skipped};
use crate::pages::{self, Account};
use crate::project::Project;
use crate::record::{self, FileReport};
use crate::site::{self, Contents, InputFile, Interrupt, MANIFEST};
use crate::tally::{self, lists};

/// A site ready to be published, and what was found on the way.
pub struct Built {
    /// Every file of the site but the manifest.
    pub contents: Contents,
    /// The findings.
    pub report: Report,
    /// The account of every file read.
    pub files: Vec<FileReport>,
    /// The files that were not used.
    pub skipped: Vec<Skipped>,
}

/// Builds and publishes the site.
pub fn run(arguments: &cli::Build, voice: &Voice) -> Result<ExitCode, Failure> {
    let cli::Build { exports, output, config, presets, strict } = arguments;
    let ProjectFile { project, text } = project_file(config.as_deref(), presets.as_deref(), voice)?;
    intake::check_readable(exports)?;
    site::check_target(output, exports)?;
    let mut built = site_contents(exports, &project, text.as_deref(), voice)?;
    let inputs: Vec<InputFile> = built.files.iter().map(input_file).collect();
    let manifest =
        site::manifest_json(&built.contents, &inputs, text.as_deref().map(crate::privacy::mask_lines).as_deref());
    built.contents.add(MANIFEST, manifest)?;
    built.contents.check_size(site::DEFAULT_SITE_LIMIT_BYTES)?;
    let interrupt = Interrupt::install().map_err(Failure::Signals)?;
    let published = site::publish(output, &built.contents, &|| interrupt.check())?;
    for kept in &published.set_aside {
        voice.say(&format!("kept beside the site, since Casefile did not make it: {}", kept.display()));
    }
    let mut problems = unused_settings(&project, &built);
    problems.extend(self::problems(&built));
    voice.say(&format!(
        "{} files, {} figures, as of {}: {}",
        published.files,
        built.report.figures.len(),
        find::words::day(built.report.as_of),
        output.join("index.html").display()
    ));
    for problem in problems.iter().take(10) {
        voice.say(&format!("note: {problem}"));
    }
    if problems.len() > 10 {
        voice.say(&format!("note: {} more on the data page", problems.len() - 10));
    }
    Ok(if *strict && !problems.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Everything but the disk: exports in, the files of the site out.
pub fn site_contents(
    exports: &Path,
    project: &Project,
    project_text: Option<&str>,
    voice: &Voice,
) -> Result<Built, Failure> {
    let bar = voice.bytes("reading", intake::size(exports)?);
    let mut intake = intake::read(exports, project, &|bytes| bar.inc(bytes))?;
    bar.finish_and_clear();
    let skipped = std::mem::take(&mut intake.skipped);
    let bar = voice.step("parsing");
    let mut records = record::record(intake, project)?;
    bar.set_message("joining");
    let cases = cases::join(&mut records, project)?;
    // The tables of values are done with, and they are most of the memory.
    records.tables.clear();
    bar.set_message("counting");
    let tallies = tally::tally(&cases, &cases.facts.pairs())?;
    let lists = case_lists(&cases, project)?;
    bar.set_message("finding");
    let evidence = Evidence { tallies: &tallies, lists, facts: &cases.facts, files: &records.files };
    let report = find::find(evidence, project);
    bar.set_message("setting");
    let account = Account { files: &records.files, skipped: &skipped, project_text, currencies: &records.currencies };
    let mut contents = Contents::new();
    for (path, bytes) in pages::files(&report, &account)? {
        contents.add(&path, bytes)?;
    }
    bar.finish_and_clear();
    Ok(Built { contents, report, files: records.files, skipped })
}

fn case_lists(cases: &Cases, project: &Project) -> Result<BTreeMap<Leak, Vec<lists::Listed>>, Failure> {
    if !project.privacy.cases || !cases.facts.inputs.leads {
        return Ok(BTreeMap::new());
    }
    let list = |leak| Ok((leak, lists::cases(cases, leak)?));
    Leak::ALL.into_iter().map(list).collect()
}

fn input_file(file: &FileReport) -> InputFile {
    InputFile {
        bytes: file.bytes,
        hash: file.hash.clone(),
        name: crate::privacy::mask(&file.name).into_owned(),
        rows: file.rows_read,
    }
}

/// What the project file asks for that is not there: a file that no pattern finds, a slice whose column no file has.
fn unused_settings(project: &Project, built: &Built) -> Vec<String> {
    let names = || built.files.iter().map(|file| &file.name).chain(built.skipped.iter().map(|skip| &skip.name));
    let rules = project.inputs.iter().filter(|rule| !names().any(|name| rule.file.matches(name)));
    let rules = rules.map(|rule| format!("the project file has a rule for `{}`, and no file fits it", rule.file));
    let has = |name: &str| built.files.iter().any(|file| file.has(&intake::recognise::slice_field(name)));
    let slices = project.slices.iter().filter(|(name, _)| !has(name)).map(|(name, origin)| {
        format!("the slice `{name}` has no data: no table of {} has a column `{}`", origin.table.id(), origin.column)
    });
    rules.chain(slices).collect()
}

/// What is wrong with the exports, a line each.
fn problems(built: &Built) -> Vec<String> {
    let skipped = built
        .skipped
        .iter()
        .filter(|skip| !skip.is_known)
        .map(|skip| format!("{} is not used: {}", shown(&skip.name), why(skip)));
    let columns = built.files.iter().flat_map(|file| file.columns.iter().map(move |column| (file, column)));
    let unreadable = columns.clone().filter(|(_, column)| column.unreadable > 0).map(|(file, column)| {
        let first = column.examples.first().map_or(0, |(row, _)| *row);
        format!(
            "{}, column `{}`: {} of {} values cannot be read as {} (first in row {first})",
            shown(&file.name),
            shown(&column.header),
            column.unreadable,
            column.filled,
            column.format
        )
    });
    let unmapped = columns.filter(|(_, column)| !column.unmapped.is_empty()).map(|(file, column)| {
        let words: Vec<String> = column.unmapped.keys().take(5).map(|word| format!("`{}`", shown(word))).collect();
        format!(
            "{}, column `{}`: {} unmapped: {}",
            shown(&file.name),
            shown(&column.header),
            if column.unmapped.len() == 1 {
                "a word is".to_owned()
            } else {
                format!("{} words are", column.unmapped.len())
            },
            words.join(", ")
        )
    });
    skipped.chain(unreadable).chain(unmapped).collect()
}
