//! `casefile inspect`: what each file is, why, how it is read, and what each of its columns becomes.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::failure::{Failure, shown, why};
use super::project_file::project_file;
use super::voice::Voice;
use crate::calendar::{Day, Zone};
use crate::cli;
use crate::intake::{self, Extent, Skipped};
use crate::project::Project;
use crate::record::{self, ColumnReport, FileReport};

/// Version of the shape of `--json`.
const JSON_FORMAT: u32 = 1;

/// Every file of a folder with what it was taken for.
pub struct Inspected {
    /// The tables that are read.
    pub files: Vec<FileReport>,
    /// The files and tables that are not used.
    pub skipped: Vec<Skipped>,
    /// Zone of the days shown.
    zone: Zone,
}

/// Looks at every file of a folder; at pieces of the large ones, unless they are to be read in `full`. A folder in which
/// nothing can be used is no failure here.
///
/// # Errors
/// Where the folder or a preset cannot be read.
pub fn inspect(exports: &Path, project: &Project, full: bool, voice: &Voice) -> Result<Inspected, Failure> {
    let size = intake::size(exports)?;
    let stage = voice.bytes("reading", size);
    let (files, skipped) = {
        let extent = if full { Extent::Whole } else { Extent::Sample };
        record::accounts(exports, project, extent, &|bytes| stage.advance(bytes))?
    };
    stage.end(size, 0);
    let zone = Zone::named(&project.report.timezone).map_err(record::RecordError::from)?;
    Ok(Inspected { files, skipped, zone })
}

/// Prints what each file is.
pub fn run(arguments: &cli::Inspect, voice: &Voice) -> Result<ExitCode, Failure> {
    let project = project_file(arguments.config.as_deref(), arguments.presets.as_deref(), voice)?.project;
    let inspected = inspect(&arguments.exports, &project, arguments.full, voice)?;
    let text = if arguments.json { as_json(&inspected) } else { as_text(&inspected) };
    print(&text)?;
    Ok(if inspected.files.is_empty() { ExitCode::from(65) } else { ExitCode::SUCCESS })
}

/// Writes to standard output; whoever closes the pipe has had enough.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Write { path: "standard output".into(), cause: error })
        }
        _ => Ok(()),
    }
}

fn as_text(inspected: &Inspected) -> String {
    let mut text = table(inspected);
    for file in &inspected.files {
        text.push('\n');
        text.push_str(&shown(&file.name));
        text.push('\n');
        for (what, lines) in details(file) {
            for (at, line) in lines.iter().enumerate() {
                let what = if at == 0 { what } else { "" };
                text.push_str(format!("  {what:<11}{}", shown(line)).trim_end());
                text.push('\n');
            }
        }
    }
    if !inspected.skipped.is_empty() {
        text.push_str("\nNot used\n");
        for skip in &inspected.skipped {
            text.push_str(&format!("  {}: {}\n", shown(&skip.name), shown(&why(skip))));
        }
    }
    text
}

/// One line a table: what it is, its form, rows and days.
fn table(inspected: &Inspected) -> String {
    let heading = ["FILE", "WHAT IT IS", "BECOMES", "FORM", "ROWS", "DAYS"].map(str::to_owned);
    let row = |file: &FileReport| {
        [
            shown(&file.name),
            file.title.clone(),
            file.table.id().to_owned(),
            file.decoding.form(),
            rows(file),
            days(file, &inspected.zone).map_or_else(String::new, |(from, to)| format!("{from} to {to}")),
        ]
    };
    let rows: Vec<[String; 6]> = std::iter::once(heading).chain(inspected.files.iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> = (row.iter().zip(&widths).enumerate())
            .map(|(at, (cell, width))| if at == 4 { format!("{cell:>width$}") } else { format!("{cell:<width$}") })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// How many rows a file has, or about how many.
fn rows(file: &FileReport) -> String {
    match file.sampled {
        None => file.rows_read.to_string(),
        Some(_) => format!("~{}", about(file.rows_read)),
    }
}

/// A number with as many digits as an estimate deserves.
pub fn about(number: u64) -> u64 {
    let unit = 10_u64.pow(number.checked_ilog10().unwrap_or_default().saturating_sub(2));
    (number + unit / 2) / unit * unit
}

fn days(file: &FileReport, zone: &Zone) -> Option<(Day, Day)> {
    file.span().map(|(from, to)| (zone.day_of(from), zone.day_of(to)))
}

/// What is to be told of a file, line by line.
fn details(file: &FileReport) -> Vec<(&'static str, Vec<String>)> {
    let became = |column: &ColumnReport| {
        let doubt = if column.ambiguous { ", an assumption" } else { "" };
        let why = column.sensed.as_ref().map_or_else(String::new, |why| format!("; {why}"));
        format!("{} ← {} ({}{doubt}){why}", column.field, column.header, column.format)
    };
    let unread = file.columns.iter().filter(|column| column.unreadable > 0).map(|column| {
        let first = column.examples.first().map_or(0, |(row, _)| *row);
        format!("{}: {} of {} values, first in row {first}", column.header, column.unreadable, column.filled)
    });
    let unmapped = file.columns.iter().filter(|column| !column.unmapped.is_empty()).map(|column| {
        let words: Vec<String> =
            column.unmapped.iter().take(12).map(|(word, rows)| format!("{word} ({rows})")).collect();
        let more = column.unmapped.len().saturating_sub(12);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}: {}{more}", column.header, words.join(", "))
    });
    let aside = file.set_aside.iter().map(|(reason, rows)| format!("{rows}: {}", reason.words()));
    let sample = file.sampled.map(|rows| {
        format!("{rows} rows from all over the file: what is counted below is of these; `--full` reads all")
    });
    let all = vec![
        ("why", vec![file.why.clone()]),
        ("looked at", sample.into_iter().collect()),
        ("read", file.decoding.remarks()),
        ("above", file.decoding.titles.iter().filter(|title| !title.is_empty()).cloned().collect()),
        ("became", file.columns.iter().map(became).collect()),
        ("set aside", aside.collect()),
        ("not read", unread.collect()),
        ("unmapped", unmapped.collect()),
        ("not used", if file.unused.is_empty() { Vec::new() } else { vec![file.unused.join(", ")] }),
        ("note", file.notes.clone()),
    ];
    all.into_iter().filter(|(_, lines): &(_, Vec<String>)| !lines.is_empty()).collect()
}

fn as_json(inspected: &Inspected) -> String {
    let column = |column: &ColumnReport| {
        json!({
            "header": column.header,
            "field": column.field,
            "format": column.format,
            "filled": column.filled,
            "unreadable": column.unreadable,
            "is_assumption": column.ambiguous,
            "why": column.sensed,
            "unmapped": column.unmapped,
        })
    };
    let file = |file: &FileReport| {
        let days = days(file, &inspected.zone);
        let aside: BTreeMap<&str, u64> = file.set_aside.iter().map(|(reason, rows)| (reason.words(), *rows)).collect();
        json!({
            "file": file.name,
            "is": file.title,
            "why": file.why,
            "table": file.table.id(),
            "form": file.decoding.form(),
            "remarks": file.decoding.remarks(),
            "titles": file.decoding.titles,
            "rows_read": file.rows_read,
            "rows_looked_at": file.sampled,
            "rows_set_aside": aside,
            "first_day": days.map(|(from, _)| from.to_string()),
            "last_day": days.map(|(_, to)| to.to_string()),
            "columns": file.columns.iter().map(column).collect::<Vec<Value>>(),
            "columns_not_used": file.unused,
            "notes": file.notes,
            "blake3": Some(&file.hash).filter(|hash| !hash.is_empty()),
            "bytes": file.bytes,
        })
    };
    let skipped = |skip: &Skipped| json!({ "file": skip.name, "why": skip.reason, "is_known": skip.is_known });
    let all = json!({
        "format_version": JSON_FORMAT,
        "files": inspected.files.iter().map(file).collect::<Vec<Value>>(),
        "not_used": inspected.skipped.iter().map(skipped).collect::<Vec<Value>>(),
    });
    format!("{all:#}\n")
}
