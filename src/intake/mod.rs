//! Intake: a folder of exports in, recognised tables out, block by block as columns of text, each with its dialect and
//! provenance. It never guesses silently: [`Export::plan`] and [`Export::decoding`] say what was decided and why,
//! [`Intake::skipped`] lists what is not used. What the values mean is left to a [`Consumer`], which [`crate::record`] is.

pub mod container;
pub mod decoding;
pub mod failure;
pub mod header;
pub mod lake;
mod marks;
mod misfit;
mod non_tables;
mod open_table;
mod own;
mod people;
pub mod plan;
pub mod preset;
pub mod read;
mod reader;
pub mod recognise;
pub mod sense;
mod signs;
pub mod source;
pub mod text;
pub mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::privacy::roll::Roll;
use crate::project::Project;
use container::Limits;
use decoding::Decoding;
use failure::{Halt, NoAnswer};
use lake::Walked;
use preset::PresetError;
use read::{Block, SetAside};
use reader::Reader;
use recognise::Plan;
use serde::{Deserialize, Serialize};
use source::{Found, Source};
pub use walk::Skipped;

/// Interprets and stores the text that is read. Blocks of one table are read on any thread, and appended in their order.
pub trait Consumer: Sync {
    /// What reading a block of one table needs to know.
    type TableReader: Sync;
    /// What a block becomes.
    type Typed: Send;
    /// Collects the blocks of one table.
    type Buffer: Send;

    /// Begins a table; `sample` holds rows of it.
    fn open(&self, name: &str, plan: &Plan, sample: &[Block]) -> (Self::TableReader, Self::Buffer);

    /// Types the values of a block. `columns` are those of the plan.
    fn read(&self, table_reader: &Self::TableReader, block: Block) -> Self::Typed;

    /// Appends what a block became; `before` is the number of records before it.
    ///
    /// # Errors
    /// Where the run has to end: it was asked to, or the disk fails on which rows are stored.
    fn append(&self, buffer: &mut Self::Buffer, typed: Self::Typed, before: u64) -> Result<(), Halt>;

    /// Whether the next file may be begun.
    ///
    /// # Errors
    /// Where the run has to end.
    fn go_on(&self) -> Result<(), Halt> {
        Ok(())
    }

    /// What is known of a file from before, if just this file was read.
    fn known(&self, _file: &walk::Found) -> Option<Outcome<Self::Buffer>> {
        None
    }

    /// Receives the result of a file, for the next run. It is always an answer about the file's bytes.
    fn keep(&self, _file: &walk::Found, _outcome: &Outcome<Self::Buffer>) {}
}

/// What a file came to: the answer that its bytes give, whenever they are read. What came between is a
/// [`failure::NoAnswer`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome<P> {
    /// BLAKE3 of the bytes that were read, hexadecimal; `None` where that was not the whole file.
    pub hash: Option<String>,
    /// Its tables.
    pub exports: Vec<Export<P>>,
    /// What of it is not used.
    pub skipped: Vec<Skipped>,
    /// The persons that tables name which are not used.
    pub people: Roll,
}

/// A table that was recognised and read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Export<P> {
    /// Path below the exports folder, and the part of the file where it has several.
    pub name: String,
    /// Path of the file itself.
    pub file: String,
    /// What the table is and what its columns become.
    pub plan: Plan,
    /// How it was read.
    pub decoding: Decoding,
    /// What the consumer made of its rows.
    pub buffer: P,
    /// Records under the header; an estimate where only a sample was read.
    pub read: u64,
    /// How many records were read, where that is a sample.
    pub sampled: Option<u64>,
    /// Records that are no rows, by reason.
    pub set_aside: BTreeMap<SetAside, u64>,
    /// BLAKE3 of its bytes, hexadecimal.
    pub hash: String,
    /// Size of these in bytes.
    pub bytes: u64,
}

/// Everything found in a folder.
#[derive(Debug, Clone)]
pub struct Intake<P> {
    /// Tables read, sorted by name.
    pub exports: Vec<Export<P>>,
    /// Files and parts of files not read, sorted by name, with the reason.
    pub skipped: Vec<Skipped>,
    /// The persons that tables name which are not used.
    pub people: Roll,
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
    /// The run has to end.
    #[error(transparent)]
    Halted(Halt),
    /// A file had to be read twice, and was another one the second time.
    #[error("`{file}` changed while it was read")]
    Changed {
        /// The file, as it is called in the exports.
        file: String,
    },
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

/// Files above this are read one after the other, each on all cores.
const LARGE_BYTES: u64 = 16 << 20;

/// Called with the bytes read so far, from several threads.
pub type Advance<'a> = &'a (dyn Fn(u64) + Sync);

/// Total size in bytes of the files that would be looked at.
pub fn size(folder: &Path) -> Result<u64, IntakeError> {
    Ok(walk::files(folder)?.files.iter().map(|found| found.bytes).sum())
}

/// The files of a folder that are read, and those that say which they are, as the system lists them: names, sizes in bytes,
/// and what else it says.
pub type Listing = Vec<(String, u64, walk::Stamp)>;

/// What the system says of the files of a folder.
///
/// # Errors
/// Where the folder cannot be read.
pub fn listing(folder: &Path) -> Result<Listing, IntakeError> {
    let Walked { files, logs, .. } = walk::files(folder)?;
    Ok(files.into_iter().chain(logs).map(|found| (found.name, found.bytes, found.stamp)).collect())
}

/// A print of the names and contents of all files of a folder; `known` are contents of which the hash is known. `None`
/// where a file cannot be read.
///
/// # Errors
/// Where the folder cannot be read.
pub fn print(folder: &Path, known: &BTreeMap<&str, &str>) -> Result<Option<String>, IntakeError> {
    let Walked { mut files, logs, skipped } = walk::files(folder)?;
    files.extend(logs);
    let hash = |found: &walk::Found| match known.get(found.name.as_str()) {
        Some(hash) => Ok((*hash).to_owned()),
        None => hash_of(&found.path),
    };
    let hashes: Vec<io::Result<String>> = files.par_iter().map(hash).collect();
    let mut hasher = blake3::Hasher::new();
    for (found, hash) in files.iter().zip(hashes) {
        let Ok(hash) = hash else { return Ok(None) };
        hasher.update(format!("{}\0{hash}\0{}\0", found.name, found.place.print()).as_bytes());
    }
    for skipped in skipped {
        hasher.update(format!("{}\0{}\0", skipped.name, skipped.reason).as_bytes());
    }
    Ok(Some(hasher.finalize().to_hex().to_string()))
}

/// Whether the exports can be read at all, before anything is done.
pub fn check_readable(folder: &Path) -> Result<(), IntakeError> {
    let unreadable = |cause| IntakeError::Unreadable { path: folder.to_owned(), cause };
    std::fs::metadata(folder).map(|_| ()).map_err(unreadable)
}

/// What is read of a folder.
#[derive(Debug, Clone, Copy)]
pub enum Extent<'a> {
    /// All of it.
    Whole,
    /// The files of these names.
    Files(&'a BTreeSet<String>),
    /// All files, but of the large ones only pieces; they have no hash then.
    Sample,
}

/// Reads every table of the folder that we know.
///
/// # Errors
/// Where the folder cannot be read, a preset is wrong, or nothing in the folder can be used.
pub fn read<C: Consumer>(
    folder: &Path,
    project: &Project,
    consumer: &C,
    extent: Extent<'_>,
    advance: Advance<'_>,
) -> Result<Intake<C::Buffer>, IntakeError> {
    let presets = preset::with_folder(project.presets.as_deref())?;
    let Walked { files, mut skipped, .. } = walk::files(folder)?;
    let (mut files, copies) = without_copies(files);
    skipped.extend(copies);
    if let Extent::Files(names) = extent {
        files.retain(|found| names.contains(&found.name));
    }
    let samples = matches!(extent, Extent::Sample);
    let reader = Reader { project, presets: &presets, limits: Limits::default(), consumer, samples, advance };
    // A large file is read on all cores; small ones side by side.
    let (large, small): (Vec<_>, Vec<_>) = files.iter().partition(|found| found.bytes > LARGE_BYTES);
    let read = |found: &walk::Found| match reader.read(found) {
        Ok(outcome) => Ok((outcome.exports, outcome.skipped, outcome.people)),
        Err(NoAnswer::ThisTime(skipped)) => Ok((Vec::new(), vec![*skipped], Roll::default())),
        Err(NoAnswer::Halt(halt)) => Err(IntakeError::Halted(halt)),
    };
    let mut came = large.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    came.extend(small.into_par_iter().map(read).collect::<Result<Vec<_>, _>>()?);
    let mut exports = Vec::new();
    let mut people = Roll::default();
    for (tables, unused, persons) in came {
        exports.extend(tables);
        skipped.extend(unused);
        people.add(&persons);
    }
    exports.sort_by(|a, b| a.name.cmp(&b.name));
    skipped.extend(drop_copied_tables(&mut exports));
    skipped.sort_by(|a, b| a.name.cmp(&b.name));
    if exports.iter().all(|export| export.read == 0) {
        skipped.extend(
            exports
                .iter()
                .map(|export| Skipped::new(&export.name, format!("{}, but it holds no rows", export.plan.title))),
        );
        return Err(IntakeError::NoData { folder: folder.to_owned(), skipped });
    }
    Ok(Intake { exports, skipped, people })
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
    let held = source.tables(&|part| project.input_rule(&below(&name, part)), &Limits::default());
    let source::Held { found, refused, .. } = held.map_err(unreadable)?;
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

/// What came first with the same bytes: its name, and the table that it is a part of.
type FirstWith<K> = BTreeMap<K, (String, Option<String>)>;

/// Leaves out files that hold the same bytes as one before them. Only files of equal size are compared, and not those that
/// are parts of one table, or whose path gives their rows another meaning.
fn without_copies(files: Vec<walk::Found>) -> (Vec<walk::Found>, Vec<Skipped>) {
    let mut by_size: BTreeMap<u64, usize> = BTreeMap::new();
    for found in &files {
        *by_size.entry(found.bytes).or_default() += 1;
    }
    let mut first_with: FirstWith<(String, Vec<(String, String)>)> = BTreeMap::new();
    let mut kept = Vec::new();
    let mut copies = Vec::new();
    for found in files {
        let hash = match by_size.get(&found.bytes) {
            Some(1) => None,
            _ => hash_of(&found.path).ok().map(|hash| (hash, found.place.columns.clone())),
        };
        match hash.as_ref().and_then(|hash| first_with.get(hash)) {
            Some((first, table)) if found.bytes > 0 && (table.is_none() || *table != found.place.table) => {
                copies.push(Skipped::as_it_should(found.name, format!("the same bytes as {first}: taken once")));
            }
            _ => {
                if let Some(hash) = hash {
                    first_with.insert(hash, (found.name.clone(), found.place.table.clone()));
                }
                kept.push(found);
            }
        }
    }
    (kept, copies)
}

/// Leaves out tables whose bytes are those of one before them, in whatever archive.
fn drop_copied_tables<P>(exports: &mut Vec<Export<P>>) -> Vec<Skipped> {
    let mut first_with: FirstWith<(String, String, Vec<String>)> = BTreeMap::new();
    let mut copies = Vec::new();
    exports.retain(|export| {
        let key = (export.hash.clone(), export.plan.title.clone(), export.plan.given.clone());
        match first_with.get(&key) {
            Some((_, table)) if table.is_some() && *table == export.plan.part_of => true,
            Some((first, _)) => {
                copies.push(Skipped::as_it_should(&export.name, format!("the same bytes as {first}: taken once")));
                false
            }
            None => {
                first_with.insert(key, (export.name.clone(), export.plan.part_of.clone()));
                true
            }
        }
    });
    copies
}

/// BLAKE3 of a file, hexadecimal.
pub fn hash_of(path: &Path) -> io::Result<String> {
    let mut source = Source::open(path)?;
    let mut hasher = blake3::Hasher::new();
    io::copy(source.rewind()?, &mut hasher)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// The name of a part of a file.
fn below(file: &str, part: &str) -> String {
    if part.is_empty() { file.to_owned() } else { format!("{file}/{part}") }
}
