//! `casefile build`: the whole way from a folder of exports to a published site.

use std::path::Path;
use std::process::ExitCode;

use super::analysis::{Analysis, analyse};
use super::failure::{Failure, shown};
use super::findings::Findings;
use super::kept::Kept;
use super::means::Room;
use super::project_file::{ProjectFile, project_file};
use super::voice::Voice;
use crate::cli;
use crate::intake;
use crate::pages::{self, Account};
use crate::project::Project;
use crate::record::FileReport;
use crate::site::{self, Contents, InputFile, Interrupt, MANIFEST};

/// A site ready to be published, and what was found on the way.
pub struct Built {
    /// Every file of the site but the manifest.
    pub contents: Contents,
    /// What was found.
    pub analysis: Analysis,
}

/// What a signal came before.
pub const NOT_PUBLISHED: &str = "the site was published: what was there before is unchanged";
/// Findings that are said on the terminal; all of them stand on the data page.
const SAID: usize = 10;

/// Builds and publishes the site.
pub fn run(arguments: &cli::Build, voice: &Voice) -> Result<ExitCode, Failure> {
    let cli::Build { exports, output, config, presets, strict, timings, keep, room } = arguments;
    let interrupt = Interrupt::install().map_err(Failure::Signals)?;
    let room = Room::new(room, &interrupt)?;
    let ProjectFile { project, text } = project_file(config.as_deref(), presets.as_deref(), voice)?;
    intake::check_readable(exports)?;
    site::check_target(output, exports)?;
    let kept = Kept::new(keep, voice)?;
    let analysis = analyse(exports, &project, text.as_deref(), &room.means(), &kept, voice);
    // A signal explains whatever went wrong.
    interrupt.check().map_err(Failure::stopped(NOT_PUBLISHED))?;
    let publishing = Publishing { output, project: &project, interrupt: &interrupt };
    let code = publishing.publish(analysis?, *strict, voice)?;
    if *timings {
        voice.timings();
    }
    Ok(code)
}

/// Where a site is published, and with what.
pub struct Publishing<'a> {
    /// Folder of the site.
    pub output: &'a Path,
    /// The project.
    pub project: &'a Project,
    /// Whether to stop.
    pub interrupt: &'a Interrupt,
}

impl Publishing<'_> {
    /// Sets and publishes the site, and says what was found.
    pub fn publish(&self, analysis: Analysis, strict: bool, voice: &Voice) -> Result<ExitCode, Failure> {
        let Publishing { output, project, interrupt } = self;
        let mut built = set(analysis, voice)?;
        let inputs: Vec<InputFile> = built.analysis.files.iter().map(input_file).collect();
        let text = built.analysis.project_text.as_deref().map(crate::privacy::mask_lines);
        let manifest = site::manifest_json(&built.contents, &inputs, text.as_deref());
        built.contents.add(MANIFEST, manifest)?;
        built.contents.check_size(site::DEFAULT_SITE_LIMIT_BYTES)?;
        let stage = voice.step("publishing");
        let published = site::publish(output, &built.contents, &|| interrupt.check())?;
        stage.end(built.contents.size_bytes(), 0);
        for kept in &published.set_aside {
            voice.say(&format!("kept beside the site, since Casefile did not make it: {}", kept.display()));
        }
        let findings = Findings::of(&built.analysis, project);
        let report = &built.analysis.report;
        voice.say(&format!(
            "{} files, {} figures, as of {}: {}",
            published.files,
            report.figures.len(),
            crate::words::as_of(report),
            output.join("index.html").display()
        ));
        for finding in findings.wrong.iter().take(SAID) {
            voice.say(&shown(&format!("note: {}", finding.text)));
        }
        if findings.wrong.len() > SAID {
            voice.say(&format!("note: {} more on the data page", findings.wrong.len() - SAID));
        }
        Ok(if strict && !findings.wrong.is_empty() { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }
}

/// Findings in, the files of the site out.
fn set(analysis: Analysis, voice: &Voice) -> Result<Built, Failure> {
    let stage = voice.step("setting");
    let Analysis { report, files, skipped, currencies, project_text, withheld, .. } = &analysis;
    let project_text = project_text.as_deref();
    let account = Account { files, skipped, project_text, currencies, withheld: *withheld };
    let mut contents = Contents::new();
    for (path, bytes) in pages::files(report, &account)? {
        contents.add(&path, bytes)?;
    }
    stage.end(contents.size_bytes(), 0);
    Ok(Built { contents, analysis })
}

fn input_file(file: &FileReport) -> InputFile {
    InputFile {
        bytes: file.bytes,
        hash: file.hash.clone(),
        name: crate::privacy::mask(&file.name).into_owned(),
        rows: file.rows_read,
    }
}
