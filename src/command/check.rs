//! `casefile check`: what is wrong with the exports, and how the agreements are kept, without a site. For schedulers:
//! the exit code tells whether anything was found.

use std::process::ExitCode;

use super::analysis::{Analysis, analyse};
use super::failure::{Failure, shown};
use super::findings::Findings;
use super::inspect::print;
use super::kept::Kept;
use super::means::Room;
use super::project_file::{ProjectFile, project_file};
use super::voice::Voice;
use crate::cli;
use crate::record::FileReport;
use crate::site::Interrupt;
use crate::words::numbers::{count, plural};

/// Prints the findings; exit code 1 where something is wrong, and with `--strict` where anything is noted.
pub fn run(arguments: &cli::Check, voice: &Voice) -> Result<ExitCode, Failure> {
    let interrupt = Interrupt::install().map_err(Failure::Signals)?;
    let room = Room::new(&arguments.room, &interrupt)?;
    let ProjectFile { project, text: project_text } =
        project_file(arguments.config.as_deref(), arguments.presets.as_deref(), voice)?;
    let kept = Kept::new(&arguments.keep, voice)?;
    let analysis = analyse(&arguments.exports, &project, project_text.as_deref(), &room.means(), &kept, voice);
    // A signal explains whatever went wrong.
    interrupt.check().map_err(Failure::stopped("all was read and counted: no finding is told"))?;
    let analysis = analysis?;
    let findings = Findings::of(&analysis, &project);
    print(&text(&findings, &analysis))?;
    let is_found = !findings.wrong.is_empty() || (arguments.strict && !findings.notes.is_empty());
    Ok(if is_found { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn text(findings: &Findings, analysis: &Analysis) -> String {
    let rows: u64 = analysis.files.iter().map(|file| file.rows_read).sum();
    let aside: u64 = analysis.files.iter().map(FileReport::rows_set_aside).sum();
    let mut text = format!(
        "{}, {} read, {} used, {} set aside with a reason; as of {}\n",
        plural(analysis.files.len() as u64, "table", "tables"),
        plural(rows, "row", "rows"),
        count(rows - aside),
        count(aside),
        crate::words::as_of(&analysis.report)
    );
    for (title, list) in [("To act on", &findings.wrong), ("To know", &findings.notes)] {
        if list.is_empty() {
            text.push_str(&format!("\n{title}: nothing\n"));
            continue;
        }
        text.push_str(&format!("\n{title}: {}\n", list.len()));
        for finding in list {
            text.push_str(&format!("  {:<11} {}\n", finding.about, shown(&finding.text)));
        }
    }
    text
}
