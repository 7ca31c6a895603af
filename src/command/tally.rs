//! `casefile tally` and `casefile merge`: the two halves of `build`, for exports that are counted on several machines.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use super::analysis::{count, found};
use super::build::{NOT_PUBLISHED, Publishing};
use super::failure::Failure;
use super::means::Room;
use super::project_file::{ProjectFile, project_file};
use super::voice::Voice;
use crate::cli;
use crate::intake::{self, Skipped, preset};
use crate::part::{self, Part, Unlike, settings_print};
use crate::site::Interrupt;
use crate::words::numbers::plural;

/// Counts, and writes the part.
pub fn tally(arguments: &cli::Tally, voice: &Voice) -> Result<ExitCode, Failure> {
    let cli::Tally { exports, output, share, config, presets, timings, room } = arguments;
    let interrupt = Interrupt::install().map_err(Failure::Signals)?;
    let room = Room::new(room, &interrupt)?;
    let ProjectFile { project, .. } = project_file(config.as_deref(), presets.as_deref(), voice)?;
    intake::check_readable(exports)?;
    if output.exists() && !part::file::is_part(output) {
        return Err(Failure::Exists { path: output.clone() });
    }
    let part = count(exports, &project, &room.means(), *share, voice);
    // A signal explains whatever went wrong.
    interrupt.check().map_err(Failure::stopped("the counts were written: what was there before is unchanged"))?;
    let part = part?;
    // A part is kept for long: what a later run could read must not be missing in it.
    let lacking: Vec<Skipped> = part.skipped.iter().filter(|skipped| skipped.is_passing).cloned().collect();
    if !lacking.is_empty() {
        return Err(Failure::Lacking { skipped: lacking });
    }
    write(output, &part::file::bytes(&part)).map_err(|cause| Failure::Write { path: output.clone(), cause })?;
    let rows: u64 = part.files.iter().map(|file| file.rows_read).sum();
    voice.say(&format!(
        "{}: counts of {}, {}",
        output.display(),
        plural(part.files.len() as u64, "table", "tables"),
        plural(rows, "row", "rows")
    ));
    if *timings {
        voice.timings();
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a file whole or not at all, for its owner alone.
#[expect(clippy::disallowed_methods, reason = "the one file that `tally` is asked to write")]
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".part");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.and_then(|()| std::fs::rename(&draft, path)).inspect_err(|_| {
        // What is left of it is of no use.
        let _ = std::fs::remove_file(&draft);
    })
}

/// Adds parts, and publishes the site.
pub fn merge(arguments: &cli::Merge, voice: &Voice) -> Result<ExitCode, Failure> {
    let cli::Merge { parts: paths, output, config, presets, strict, timings } = arguments;
    let interrupt = Interrupt::install().map_err(Failure::Signals)?;
    let ProjectFile { project, text } = project_file(config.as_deref(), presets.as_deref(), voice)?;
    for path in paths {
        crate::site::check_target(output, path)?;
    }
    let stage = voice.counted("adding", paths.len() as u64);
    let mut parts: Vec<(String, Part)> = Vec::with_capacity(paths.len());
    for path in paths {
        interrupt.check().map_err(Failure::stopped(NOT_PUBLISHED))?;
        parts.push((super::failure::shown(&path.display().to_string()), part::file::read(path)?));
        stage.advance(1);
    }
    let known = preset::with_folder(project.presets.as_deref()).map_err(intake::IntakeError::from)?;
    let settings = settings_print(&project, &known);
    if let Some((file, _)) = parts.iter().find(|(_, part)| part.origin.settings != settings) {
        return Err(Unlike::Settings { file: file.clone() }.into());
    }
    let Some(part) = part::merged(parts)? else { return Ok(ExitCode::SUCCESS) };
    stage.end(0, 0);
    let publishing = Publishing { output, project: &project, interrupt: &interrupt };
    let code = publishing.publish(found(part, &project, text.as_deref(), voice), *strict, voice)?;
    if *timings {
        voice.timings();
    }
    Ok(code)
}
