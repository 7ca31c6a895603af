//! Intake: a folder of exports in, recognised tables of text columns out, each with its dialect and provenance.
//! It never guesses silently: [`Export::plan`] says what was decided and why, [`Intake::skipped`] lists what is
//! not used. What the values mean is left to [`crate::record`].

pub mod container;
pub mod preset;
pub mod read;
pub mod recognise;
pub mod text;
pub mod walk;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::project::Project;
use preset::{Preset, PresetError};
use read::Rows;
use recognise::{Plan, Unplaced};
use walk::Found;
pub use walk::Skipped;

/// A file that was recognised and read.
#[derive(Debug, Clone)]
pub struct Export {
    /// Path below the exports folder.
    pub name: String,
    /// What the file is and how it is read.
    pub plan: Plan,
    /// Its rows as text.
    pub rows: Rows,
}

/// Everything found in a folder.
#[derive(Debug, Clone, Default)]
pub struct Intake {
    /// Files read, sorted by name.
    pub exports: Vec<Export>,
    /// Files not read, sorted by name, with the reason.
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
    /// A preset of our own is broken.
    #[error(transparent)]
    Preset(#[from] PresetError),
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

/// Reads every file of the folder that is a table we know.
///
/// # Errors
/// Where the folder cannot be read, or nothing in it can be used.
pub fn read(folder: &Path, project: &Project, advance: Advance<'_>) -> Result<Intake, IntakeError> {
    let presets = preset::built_in()?;
    let (files, mut skipped) = walk::files(folder)?;
    let (files, copies) = without_copies(files);
    skipped.extend(copies);
    let outcomes: Vec<Result<Export, Skipped>> =
        files.par_iter().map(|found| read_one(found, project, &presets, advance)).collect();
    let mut exports = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(export) => exports.push(export),
            Err(reason) => skipped.push(reason),
        }
    }
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

/// Leaves out files that hold the same bytes as one before them. Only files of equal size are compared.
fn without_copies(files: Vec<Found>) -> (Vec<Found>, Vec<Skipped>) {
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
            _ => read::hash_of(&found.path).ok(),
        };
        match hash.as_ref().and_then(|hash| first_with.get(hash)) {
            Some(first) if found.bytes > 0 => {
                copies.push(Skipped::new(found.name, format!("the same bytes as {first}: taken once")));
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

fn plan_of(found: &Found, project: &Project, presets: &[Preset]) -> Result<Plan, Skipped> {
    let skip = |reason: String| Skipped::new(&found.name, reason);
    if project.input_rule(&found.name).is_some_and(|rule| rule.ignore) {
        return Err(skip("left out by the project file".to_owned()));
    }
    let head = read::head(&found.path).map_err(|error| skip(format!("cannot be read: {}", error.kind())))?;
    let detailed = |reason: Unplaced| Skipped { detail: reason.detail(), ..skip(reason.to_string()) };
    recognise::recognise(&head, &found.name, project, presets).map_err(detailed)
}

fn read_one(found: &Found, project: &Project, presets: &[Preset], advance: Advance<'_>) -> Result<Export, Skipped> {
    let plan = plan_of(found, project, presets)?;
    let skip = |reason: String| Skipped::new(&found.name, reason);
    let rows =
        read::rows(&found.path, &plan, advance).map_err(|error| skip(format!("cannot be read: {}", error.kind())))?;
    if rows.bytes != found.bytes {
        return Err(skip("changed while it was read: run again".to_owned()));
    }
    Ok(Export { name: found.name.clone(), plan, rows })
}
