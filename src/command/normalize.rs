//! `casefile normalize`: one messy file as standard CSV, exactly as it is read, for other programs.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use super::failure::Failure;
use super::project_file::project_file;
use super::voice::Voice;
use crate::cli;
use crate::intake::source::Found;
use crate::intake::{self, IntakeError};

/// Writes the table of a file: UTF-8, comma, LF, quotes only where needed.
pub fn run(arguments: &cli::Normalize, voice: &Voice) -> Result<ExitCode, Failure> {
    let project = project_file(arguments.config.as_deref(), None, voice)?.project;
    let mut found = match intake::first_table(&arguments.file, &project) {
        Ok(found) => Some(found),
        // Nothing in, nothing out.
        Err(IntakeError::Empty { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let records = match &arguments.output {
        Some(path) => {
            let failed = |cause| Failure::Write { path: path.clone(), cause };
            refuse_same_file(&arguments.file, path)?;
            write_file(path, found.as_mut()).map_err(failed)?
        }
        None => match write(io::stdout().lock(), found.as_mut()) {
            // Whoever reads the pipe has had enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(ExitCode::SUCCESS),
            outcome => outcome.map_err(|cause| Failure::Write { path: "standard output".into(), cause })?,
        },
    };
    let Some(found) = found else {
        voice.say("the file is empty, and so is what was written");
        return Ok(ExitCode::SUCCESS);
    };
    let table = if found.name.is_empty() { String::new() } else { format!("{}: ", found.name) };
    let remarks = found.decoding.remarks();
    let remarks = if remarks.is_empty() { String::new() } else { format!("; {}", remarks.join("; ")) };
    voice.say(&super::failure::shown(&format!("{table}{records} records; {}{remarks}", found.decoding.form())));
    Ok(ExitCode::SUCCESS)
}

/// The file that is read must not be the one that is written.
fn refuse_same_file(input: &Path, output: &Path) -> Result<(), Failure> {
    let is_same = input.canonicalize().ok().is_some_and(|input| output.canonicalize().ok() == Some(input));
    if is_same { Err(Failure::SameFile { path: output.to_owned() }) } else { Ok(()) }
}

#[expect(clippy::disallowed_methods, reason = "the one file that `normalize` is asked to write")]
fn write_file(path: &Path, found: Option<&mut Found>) -> io::Result<u64> {
    write(BufWriter::new(File::create(path)?), found)
}

/// Writes the records, and counts those that had to be mended.
fn write(output: impl Write, found: Option<&mut Found>) -> io::Result<u64> {
    let Some(Found { table, decoding, .. }) = found else { return Ok(0) };
    // Rows whose surplus cells are kept are longer than the header.
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(output);
    if let Some(header) = table.header() {
        writer.write_record(&header)?;
    }
    let mut records = 0;
    let mut failed = None;
    table.each(|aside, record, mend| {
        if aside.is_none() && failed.is_none() {
            records += 1;
            failed = writer.write_record(record.iter()).err();
            if let Some(mend) = mend {
                decoding.mended(mend, records);
            }
        }
    });
    match failed {
        Some(error) => Err(error.into()),
        None => writer.flush().map(|()| records),
    }
}
