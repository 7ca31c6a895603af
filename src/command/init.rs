//! `casefile init`: a project file to read and finish. Everything in it that changes a figure stands behind `#`, so that
//! a build with it, unedited, is the build without it.

use std::fs::OpenOptions;
use std::io::Write;
use std::process::ExitCode;

use super::failure::Failure;
use super::inspect::{Inspected, about, inspect};
use super::project_file::USUAL_PROJECT;
use super::voice::Voice;
use crate::cli;
use crate::fields;
use crate::intake::Skipped;
use crate::intake::sense::Role;
use crate::privacy::mask;
use crate::project::manual::{self, Key, Section};
use crate::project::{Project, Table};
use crate::record::{ColumnReport, FileReport};
use crate::words::numbers::plural;

/// Words of a vocabulary that are listed; a column with more is no vocabulary.
const MOST_WORDS: usize = 40;
/// From here on a proposal is written as a line to be used, and below it as a comment.
const LIKELY: f64 = 0.5;
/// Columns of lines.
const LINE: usize = 110;

/// Writes the project file. It never overwrites.
pub fn run(arguments: &cli::Init, voice: &Voice) -> Result<ExitCode, Failure> {
    let project = Project { presets: arguments.presets.clone(), ..Project::default() };
    let inspected = inspect(&arguments.exports, &project, false, voice)?;
    let text = text(&inspected, arguments.presets.as_ref().map(|path| path.display().to_string()));
    let path = arguments.output.clone().unwrap_or_else(|| USUAL_PROJECT.into());
    let failed = |cause: std::io::Error| match cause.kind() {
        std::io::ErrorKind::AlreadyExists => Failure::Exists { path: path.clone() },
        _ => Failure::Write { path: path.clone(), cause },
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    voice.say(&format!(
        "{}: {} found, {} not used; every line behind `#` is a default or a proposal",
        path.display(),
        plural(inspected.files.len() as u64, "table", "tables"),
        plural(inspected.skipped.len() as u64, "file", "files")
    ));
    Ok(ExitCode::SUCCESS)
}

/// The text of the project file.
fn text(inspected: &Inspected, presets: Option<String>) -> String {
    let mut page = Page::default();
    page.words("The project file of Casefile. All keys are optional: what stands behind `# ` is the default, an example or a proposal, and changes nothing until the `# ` is taken away.");
    page.blank();
    for section in manual::sections() {
        match section.name.as_str() {
            "" => page.top(&section, presets.as_deref()),
            "input" => page.inputs(&section, inspected),
            _ => page.section(&section),
        }
    }
    page.0
}

/// The file under construction.
#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, line: &str) {
        // What comes from the exports cannot end the comment it stands in.
        self.0.extend(line.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }));
        self.0.push('\n');
    }

    fn blank(&mut self) {
        self.0.push('\n');
    }

    /// Words as comments, in lines of a readable length.
    fn words(&mut self, words: &str) {
        let mut line = String::from("#");
        for word in words.split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > LINE && line.len() > 1 {
                self.line(&line);
                line = String::from("#");
            }
            line.push(' ');
            line.push_str(word);
        }
        if line.len() > 1 {
            self.line(&line);
        }
    }

    fn top(&mut self, section: &Section, presets: Option<&str>) {
        for key in &section.keys {
            self.words(&key.meaning);
            match presets.filter(|_| key.name == "presets") {
                Some(folder) => self.line(&format!("presets = {}", quoted(folder))),
                None => self.key(key),
            }
        }
        self.blank();
    }

    fn section(&mut self, section: &Section) {
        self.words(&section.meaning);
        self.line(&format!("[{}]", section.name));
        for key in &section.keys {
            if !key.name.is_empty() {
                self.words(&key.meaning);
            }
            self.key(key);
        }
        self.blank();
    }

    /// A key as a comment: its default where that can be written, else an example.
    fn key(&mut self, key: &Key) {
        let written = |value: &&String| is_toml(value);
        let default = key.default.as_ref();
        let (value, what) = match (default.filter(written), key.example.as_ref()) {
            (Some(value), _) => (value, "the default"),
            (None, Some(value)) => (value, "an example"),
            (None, None) => return,
        };
        let otherwise =
            default.filter(|_| what == "an example").map_or_else(String::new, |text| format!("; default: {text}"));
        if key.name.is_empty() {
            self.line(&format!("# {value}    # {what}"));
        } else {
            self.line(&format!("# {} = {value}    # {what}{otherwise}", key.name));
        }
    }

    fn inputs(&mut self, section: &Section, inspected: &Inspected) {
        self.words(
            "What was found, and what it was taken for. A file is read as told here anyway: take the `# ` away only from what you change, and from the lines `[[input]]` and `file` above it.",
        );
        self.blank();
        for file in &inspected.files {
            self.file(file);
        }
        for skip in &inspected.skipped {
            self.skipped(skip, &inspected.files);
        }
        self.words(&section.meaning);
        self.line("# [[input]]");
        for key in &section.keys {
            self.words(&key.meaning);
            self.key(key);
        }
        self.blank();
    }

    fn file(&mut self, file: &FileReport) {
        let rows = match file.sampled {
            None => format!("{} rows", file.rows_read),
            Some(sampled) => format!("about {} rows, of which {sampled} were looked at", about(file.rows_read)),
        };
        self.words(&format!("{}: {}, {rows} ({}).", file.name, file.title, file.why));
        self.line("# [[input]]");
        self.line(&format!("# file = {}", quoted(&pattern(&file.name))));
        self.line(&format!("# table = {}", quoted(file.table.id())));
        self.line("# [input.columns]");
        for column in file.columns.iter().filter(|column| !fields::is_slice(&column.field)) {
            self.line(&format!("# {} = {}{}", column.field, quoted(&column.header), doubt(column)));
        }
        if !file.unused.is_empty() {
            self.words(&format!("    not used: {}", file.unused.join(", ")));
        }
        for column in file.columns.iter().filter(|column| !column.mapped.is_empty()) {
            let words = column.mapped.iter().map(|(word, (meaning, rows))| format!("{word} = {meaning} ({rows})"));
            self.words(&format!("    {}, by the vocabulary: {}", column.header, words.collect::<Vec<_>>().join(", ")));
        }
        let unmapped: Vec<&ColumnReport> = file.columns.iter().filter(|column| !column.unmapped.is_empty()).collect();
        if !unmapped.is_empty() {
            self.words(
                "    Words that no vocabulary knows, with their rows; say what each stands for, or leave it open:",
            );
            for column in unmapped {
                self.vocabulary(file, column);
            }
        }
        self.blank();
    }

    fn vocabulary(&mut self, file: &FileReport, column: &ColumnReport) {
        if column.unmapped.len() > MOST_WORDS {
            self.words(&format!(
                "    `{}` holds {} different words: no vocabulary.",
                column.header,
                column.unmapped.len()
            ));
            return;
        }
        let choices = fields::words_of(file.table, &column.field).unwrap_or_default();
        self.line(&format!("# [input.values.{}]    # each is one of {}", column.field, choices.join(", ")));
        for (word, rows) in &column.unmapped {
            self.line(&format!("# {} = \"\"    # {rows} rows", quoted(word)));
        }
    }

    /// The rule to use a file with that is not used: what its columns seem to be, with a few values of each.
    fn skipped(&mut self, skip: &Skipped, read: &[FileReport]) {
        self.words(&format!("{}: {}.", skip.name, skip.reason));
        if skip.headers.is_empty() {
            self.blank();
            return;
        }
        let table = skip.proposal.as_ref().map_or(Table::Leads, |proposal| proposal.table);
        // Where records of the kind are read already, those with the same number would take each other's place.
        let other = read.iter().find(|file| file.table == table);
        let key = fields::key_of(table).filter(|_| other.is_some());
        if let Some((other, key)) = other.zip(key) {
            self.words(&format!(
                "    {} are read from {} already. `{key}` is left out below, so that no record takes the place of another: name it only where both files number the same records.",
                table.id(), other.name
            ));
        }
        self.line("# [[input]]");
        self.line(&format!("# file = {}", quoted(&pattern(&skip.name))));
        let doubt = if skip.proposal.is_none() { "    # or another: what the rows of the file are" } else { "" };
        self.line(&format!("# table = {}{doubt}", quoted(table.id())));
        self.line("# [input.columns]");
        for (at, header) in skip.headers.iter().enumerate() {
            let role = skip.proposal.as_ref().and_then(|proposal| {
                let is_sure = |role: &Role| role.confidence >= LIKELY;
                let fits = |(field, role): &(&String, &Role)| {
                    role.column == at && is_sure(role) && Some(field.as_str()) != key
                };
                proposal.roles.iter().find(fits)
            });
            let values = skip.samples.get(at).map_or(&[][..], Vec::as_slice);
            let values: Vec<String> = values.iter().map(|value| short(&mask(value))).collect();
            let such = if values.is_empty() { String::new() } else { format!("such as {}", values.join("; ")) };
            match role {
                Some((field, role)) => {
                    let percent = (role.confidence * 100.0).round();
                    self.line(&format!("# {field} = {}    # {percent} % sure; {such}", quoted(header)));
                }
                None => self.line(&format!("# # a_field = {}    # {such}", quoted(header))),
            }
        }
        let fields: Vec<&str> = fields::of(table).iter().map(|field| field.name).collect();
        self.words(&format!("    Fields of {}: {}.", table.id(), fields.join(", ")));
        self.blank();
    }
}

/// A value in a line of comments.
fn short(value: &str) -> String {
    const MOST: usize = 40;
    let one_line: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = one_line.chars().take(MOST).collect();
    if cut.len() < one_line.len() { format!("{cut}…") } else { cut }
}

fn doubt(column: &ColumnReport) -> String {
    let mut doubt = String::new();
    if column.ambiguous {
        doubt.push_str(&format!("    # read as {}: an assumption", column.format));
    }
    if let Some(why) = &column.sensed {
        doubt.push_str(&format!("    # {why}"));
    }
    doubt
}

/// A pattern for one file, and for no other of its name in another folder.
fn pattern(name: &str) -> String {
    if name.contains('/') { name.to_owned() } else { format!("/{name}") }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Whether a default is written as a value, and not in words.
fn is_toml(value: &str) -> bool {
    format!("x = {value}").parse::<toml::Table>().is_ok()
}
