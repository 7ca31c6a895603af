//! Intake: a folder of exports in, recognised tables of text columns out, each with its dialect and provenance.
//! It never guesses silently: [`Export::plan`] and [`Export::manner`] say what was decided and why, [`Intake::skipped`]
//! lists what is not used. What the values mean is left to [`crate::record`].

pub mod container;
pub mod header;
pub mod manner;
pub mod preset;
pub mod read;
pub mod recognise;
pub mod sense;
pub mod source;
pub mod text;
pub mod walk;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use polars::prelude::PolarsError;
use rayon::prelude::*;

use crate::project::Project;
use container::Limits;
use manner::Manner;
use preset::{Preset, PresetError};
use read::{Rows, Sheet};
use recognise::{Heading, Plan, Unplaced};
use source::{Found, Source};
use text::plain::{Ended, Plain};
use text::table::Table;
pub use walk::Skipped;

/// A table that was recognised and read.
#[derive(Debug, Clone)]
pub struct Export {
    /// Path below the exports folder, and the part of the file where it has several.
    pub name: String,
    /// What the table is and what its columns become.
    pub plan: Plan,
    /// How it was read.
    pub manner: Manner,
    /// Its rows as text.
    pub rows: Rows,
    /// BLAKE3 of its bytes, hexadecimal.
    pub hash: String,
    /// Size of these in bytes.
    pub bytes: u64,
}

/// Everything found in a folder.
#[derive(Debug, Clone, Default)]
pub struct Intake {
    /// Tables read, sorted by name.
    pub exports: Vec<Export>,
    /// Files and parts of files not read, sorted by name, with the reason.
    pub skipped: Vec<Skipped>,
}

/// Why nothing could be read at all.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The folder or file is not there or cannot be opened.
    #[error("`{}` cannot be read: {cause}", .path.display())]
    Unreadable {
        /// What was asked for.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// A preset is wrong.
    #[error(transparent)]
    Preset(#[from] PresetError),
    /// A file that was asked for holds nothing at all.
    #[error("`{}` is empty", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A file that was asked for holds no table.
    #[error("`{}` is not read: {reason}", .path.display())]
    NoTable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// No file of the folder is a table we know.
    #[error("no file in `{}` could be used", .folder.display())]
    NoData {
        /// The exports folder.
        folder: PathBuf,
        /// Every file with its reason.
        skipped: Vec<Skipped>,
    },
}

/// Told of the bytes read so far; called from several threads.
pub type Advance<'a> = &'a (dyn Fn(u64) + Sync);

/// Total size in bytes of the files that would be looked at.
pub fn size(folder: &Path) -> Result<u64, IntakeError> {
    Ok(walk::files(folder)?.0.iter().map(|found| found.bytes).sum())
}

/// Whether the exports can be read at all, before anything is done.
pub fn check_readable(folder: &Path) -> Result<(), IntakeError> {
    let unreadable = |cause| IntakeError::Unreadable { path: folder.to_owned(), cause };
    std::fs::metadata(folder).map(|_| ()).map_err(unreadable)
}

/// Reads every table of the folder that we know.
///
/// # Errors
/// Where the folder cannot be read, a preset is wrong, or nothing in the folder can be used.
pub fn read(folder: &Path, project: &Project, advance: Advance<'_>) -> Result<Intake, IntakeError> {
    let presets = preset::with_folder(project.presets.as_deref())?;
    let (files, mut skipped) = walk::files(folder)?;
    let (files, copies) = without_copies(files);
    skipped.extend(copies);
    let reader = Reader { project, presets: &presets, limits: Limits::default(), advance };
    let outcomes: Vec<Outcome> = files.par_iter().map(|found| reader.read(found)).collect();
    let mut exports = Vec::new();
    for outcome in outcomes {
        exports.extend(outcome.exports);
        skipped.extend(outcome.skipped);
    }
    exports.sort_by(|a, b| a.name.cmp(&b.name));
    skipped.extend(drop_copied_tables(&mut exports));
    skipped.sort_by(|a, b| a.name.cmp(&b.name));
    if exports.iter().all(|export| export.rows.read == 0) {
        skipped.extend(
            exports
                .iter()
                .map(|export| Skipped::new(&export.name, format!("{}, but it holds no rows", export.plan.title))),
        );
        return Err(IntakeError::NoData { folder: folder.to_owned(), skipped });
    }
    Ok(Intake { exports, skipped })
}

/// The first table of one file that holds any record or header, as it is read.
///
/// # Errors
/// Where the file cannot be opened, or no table is in it.
pub fn first_table(path: &Path, project: &Project) -> Result<Found, IntakeError> {
    let unreadable = |cause| IntakeError::Unreadable { path: path.to_owned(), cause };
    // A link that was named outright is meant.
    let target = std::fs::canonicalize(path).map_err(unreadable)?;
    let mut source = Source::open(&target).map_err(unreadable)?;
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let (found, refused) = source.tables(&|part| project.input_rule(&below(&name, part)), &Limits::default());
    let filled = |found: &Found| found.table.layout.data().next().is_some();
    let mut found = found;
    let at = found.iter().position(filled).unwrap_or_default();
    if at < found.len() {
        return Ok(found.swap_remove(at));
    }
    let path = path.to_owned();
    match refused.into_iter().map(|refused| refused.reason).find(|reason| reason != source::EMPTY) {
        Some(reason) => Err(IntakeError::NoTable { path, reason }),
        None => Err(IntakeError::Empty { path }),
    }
}

/// Leaves out files that hold the same bytes as one before them. Only files of equal size are compared.
fn without_copies(files: Vec<walk::Found>) -> (Vec<walk::Found>, Vec<Skipped>) {
    let mut by_size: BTreeMap<u64, usize> = BTreeMap::new();
    for found in &files {
        *by_size.entry(found.bytes).or_default() += 1;
    }
    let mut first_with: BTreeMap<String, String> = BTreeMap::new();
    let mut kept = Vec::new();
    let mut copies = Vec::new();
    for found in files {
        let hash = match by_size.get(&found.bytes) {
            Some(1) => None,
            _ => hash_of(&found.path).ok(),
        };
        match hash.as_ref().and_then(|hash| first_with.get(hash)) {
            Some(first) if found.bytes > 0 => {
                copies.push(Skipped::as_it_should(found.name, format!("the same bytes as {first}: taken once")));
            }
            _ => {
                if let Some(hash) = hash {
                    first_with.insert(hash, found.name.clone());
                }
                kept.push(found);
            }
        }
    }
    (kept, copies)
}

/// Leaves out tables whose bytes are those of one before them, in whatever archive.
fn drop_copied_tables(exports: &mut Vec<Export>) -> Vec<Skipped> {
    let mut first_with: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut copies = Vec::new();
    exports.retain(|export| {
        let key = (export.hash.clone(), export.plan.title.clone());
        match first_with.get(&key) {
            Some(first) => {
                copies.push(Skipped::as_it_should(&export.name, format!("the same bytes as {first}: taken once")));
                false
            }
            None => {
                first_with.insert(key, export.name.clone());
                true
            }
        }
    });
    copies
}

/// BLAKE3 of a file, hexadecimal.
fn hash_of(path: &Path) -> io::Result<String> {
    let mut source = Source::open(path)?;
    let mut hasher = blake3::Hasher::new();
    io::copy(source.rewind()?, &mut hasher)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// The name of a part of a file.
fn below(file: &str, part: &str) -> String {
    if part.is_empty() { file.to_owned() } else { format!("{file}/{part}") }
}

/// What a file came to.
#[derive(Default)]
struct Outcome {
    exports: Vec<Export>,
    skipped: Vec<Skipped>,
}

/// Reads files, one by one.
struct Reader<'a> {
    project: &'a Project,
    presets: &'a [Preset],
    limits: Limits,
    advance: Advance<'a>,
}

/// Why a table of a file is not read.
enum NotRead {
    Unplaced(Unplaced),
    Failed(String),
}

impl From<Unplaced> for NotRead {
    fn from(unplaced: Unplaced) -> NotRead {
        NotRead::Unplaced(unplaced)
    }
}

impl From<PolarsError> for NotRead {
    fn from(error: PolarsError) -> NotRead {
        NotRead::Failed(format!("cannot be made a table: {error}"))
    }
}

impl NotRead {
    fn skipped(&self, name: &str) -> Skipped {
        match self {
            NotRead::Unplaced(unplaced) => {
                let skipped = Skipped { detail: unplaced.detail(), ..Skipped::new(name, unplaced.to_string()) };
                match unplaced {
                    Unplaced::Known { .. } => Skipped { is_known: true, ..skipped },
                    Unplaced::Perhaps { proposal, headers } => {
                        Skipped { proposal: Some((**proposal).clone()), headers: headers.clone(), ..skipped }
                    }
                    _ => skipped,
                }
            }
            NotRead::Failed(reason) => Skipped::new(name, reason.clone()),
        }
    }
}

impl Reader<'_> {
    fn read(&self, file: &walk::Found) -> Outcome {
        let rule = self.project.input_rule(&file.name);
        let failed = |reason: String| Outcome { exports: Vec::new(), skipped: vec![Skipped::new(&file.name, reason)] };
        if rule.is_some_and(|rule| rule.ignore) {
            let skipped = vec![Skipped::as_it_should(&file.name, source::LEFT_OUT)];
            return Outcome { exports: Vec::new(), skipped };
        }
        // A file that changes while it is read is read once more.
        for _ in 0..2 {
            match self.read_once(file) {
                Ok(Some(outcome)) => return outcome,
                Ok(None) => {}
                Err(error) => return failed(format!("cannot be read: {}", source::cause(&error))),
            }
        }
        failed("it changed while it was read, and again when it was read once more: run again later".to_owned())
    }

    /// What a file comes to; `None` where it changed meanwhile.
    fn read_once(&self, file: &walk::Found) -> io::Result<Option<Outcome>> {
        let mut source = Source::open(&file.path)?;
        let outcome = match self.plain(file, &mut source)? {
            Some(outcome) => outcome,
            None => self.careful(file, &mut source),
        };
        Ok(source.is_unchanged()?.then_some(outcome))
    }

    /// A plain file, read as it comes; `None` where it is not plain after all.
    fn plain(&self, file: &walk::Found, source: &mut Source) -> io::Result<Option<Outcome>> {
        let Some(plain) = source.plain(self.project.input_rule(&file.name))? else { return Ok(None) };
        let headers = [plain.header.clone()];
        let heading = Heading { headers: &headers, titles: &[] };
        let plans = match recognise::recognise(heading, &file.name, self.project, self.presets) {
            Ok(plans) => plans,
            Err(Unplaced::NoSignature(_)) => return Ok(None),
            Err(unplaced) => {
                let skipped = vec![NotRead::from(unplaced).skipped(&file.name)];
                return Ok(Some(Outcome { exports: Vec::new(), skipped }));
            }
        };
        // What is too large to be held must be read as it comes, whatever comes.
        let patient = source.bytes > self.limits.read;
        let mut manner = Manner::of_plain(&plain);
        let bytes = source.bytes;
        let Some((all, hash)) = self.stream(&plain, &plans, source, patient, &mut manner)? else { return Ok(None) };
        let exports = plans.into_iter().zip(all).map(|(plan, rows)| Export {
            name: file.name.clone(),
            plan,
            manner: manner.clone(),
            rows,
            hash: hash.clone(),
            bytes,
        });
        Ok(Some(Outcome { exports: exports.collect(), skipped: Vec::new() }))
    }

    fn stream(
        &self,
        plain: &Plain,
        plans: &[Plan],
        source: &mut Source,
        patient: bool,
        manner: &mut Manner,
    ) -> io::Result<Option<(Vec<Rows>, String)>> {
        let mut sheets: Vec<Sheet<'_>> = plans.iter().map(Sheet::new).collect();
        let mut hashing = Hashing { inner: source.rewind()?, hasher: blake3::Hasher::new(), advance: self.advance };
        let mut number = 0;
        let ended = plain.read(&mut hashing, patient, |record, mend| {
            number += 1;
            if let Some(mend) = mend {
                manner.mended(mend, number);
            }
            sheets.iter_mut().for_each(|sheet| sheet.take(record));
        })?;
        if ended == Ended::Surprised {
            return Ok(None);
        }
        let hash = hashing.hasher.finalize().to_hex().to_string();
        let rows: Result<Vec<Rows>, PolarsError> = sheets.into_iter().map(Sheet::finish).collect();
        Ok(Some((rows.map_err(io::Error::other)?, hash)))
    }

    /// Any file: held, taken apart, each table recognised on its own.
    fn careful(&self, file: &walk::Found, source: &mut Source) -> Outcome {
        let below = |part: &str| below(&file.name, part);
        let (tables, refused) = source.tables(&|part| self.project.input_rule(&below(part)), &self.limits);
        (self.advance)(source.bytes);
        let mut outcome = Outcome::default();
        outcome.skipped.extend(refused.iter().map(|refused| Skipped {
            is_known: refused.reason == source::LEFT_OUT,
            ..Skipped::new(below(&refused.name), refused.reason.clone())
        }));
        for found in tables {
            let name = below(&found.name);
            match self.exports(&name, found) {
                Ok(exports) => outcome.exports.extend(exports),
                Err(reason) => outcome.skipped.push(reason.skipped(&name)),
            }
        }
        outcome
    }

    fn exports(&self, name: &str, found: Found) -> Result<Vec<Export>, NotRead> {
        let Found { hash, bytes, table, mut manner, .. } = found;
        let (table, plans) = self.recognised(name, table)?;
        if table.header_lines.len() != manner.header_lines {
            manner.header_lines = table.header_lines.len();
        }
        let all = read::rows(&table, &plans, &mut manner)?;
        let export = |(plan, rows)| Export {
            name: name.to_owned(),
            plan,
            manner: manner.clone(),
            rows,
            hash: hash.clone(),
            bytes,
        };
        Ok(plans.into_iter().zip(all).map(export).collect())
    }

    /// What a table is; if its header tells nothing, a row of its beginning may be the header of a table that we know.
    fn recognised(&self, name: &str, table: Table) -> Result<(Table, Vec<Plan>), NotRead> {
        const LOOK_ROWS: usize = 20;
        let place = |headers: &[Vec<String>], titles: &[String]| {
            recognise::recognise(Heading { headers, titles }, name, self.project, self.presets)
        };
        let mut headers = table.headers();
        if headers.is_empty() {
            headers.push((1..=table.width()).map(|column| format!("column {column}")).collect());
        }
        let unplaced = match place(&headers, &table.titles) {
            Ok(plans) => return Ok((table, plans)),
            Err(unplaced @ Unplaced::NoSignature(_)) => unplaced,
            Err(other) => return Err(other.into()),
        };
        for (row, cells) in table.head(LOOK_ROWS).into_iter().enumerate() {
            if table.layout.header.contains(&row) {
                continue;
            }
            match place(&[cells], &table.titles) {
                Ok(plans) => return Ok((table.with_header(row), plans)),
                Err(known @ Unplaced::Known { .. }) => return Err(known.into()),
                Err(_) => {}
            }
        }
        if table.header_lines.is_empty() {
            return Err(Unplaced::NoHeader(table.width()).into());
        }
        let wanted = self.project.input_rule(name).and_then(|rule| rule.table);
        match sense::propose(&table, wanted) {
            Some(proposal) if proposal.confidence >= sense::SURE || wanted.is_some() => {
                let headers = table.header().unwrap_or_default();
                let plan = recognise::sensed(&proposal, headers, name, self.project, self.presets)?;
                Ok((table, vec![plan]))
            }
            Some(proposal) => {
                let headers = table.header().unwrap_or_default();
                Err(Unplaced::Perhaps { proposal: Box::new(proposal), headers }.into())
            }
            None => Err(match wanted {
                Some(wanted) => Unplaced::Rule(format!(
                    "it cannot be read as {}: name its columns under `columns` in the project file",
                    wanted.id()
                )),
                None => unplaced,
            }
            .into()),
        }
    }
}

/// Passes bytes through and takes their hash on the way, so that a file is read once.
struct Hashing<'a, R> {
    inner: R,
    hasher: blake3::Hasher,
    advance: Advance<'a>,
}

impl<R: Read> Read for Hashing<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        (self.advance)(read as u64);
        Ok(read)
    }
}
