//! Finds the files of a folder. Takes a folder, gives regular files in a fixed order and, with its reason,
//! everything it left alone. Links are not followed, devices and pipes are not opened.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use walkdir::WalkDir;

use super::IntakeError;
use super::failure::{Halt, is_shortage};
use super::lake::place::Place;
use super::lake::{self, Lake, Walked};
use super::preset::PresetError;
use super::sense::Proposal;
use serde::{Deserialize, Serialize};

/// A regular file below the exports folder.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Path below the exports folder, with `/`, for people and patterns.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// What else the system says of it.
    pub stamp: Stamp,
    /// What is known of it by its path.
    pub place: Place,
}

/// What the system says of a file, by which it is distinguished from another one of its name and size, and from itself
/// before it was written anew. Moments are nanoseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    written: Option<i64>,
    /// When anything about it changed, which nobody can set.
    changed: Option<i64>,
    /// Which file of which device it is.
    place: Option<(u64, u64)>,
}

impl Stamp {
    fn of(data: &std::fs::Metadata) -> Stamp {
        let written = data.modified().ok().and_then(nanoseconds);
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let changed = data.ctime().checked_mul(1_000_000_000).and_then(|at| at.checked_add(data.ctime_nsec()));
            Stamp { written, changed, place: Some((data.dev(), data.ino())) }
        }
        #[cfg(not(unix))]
        Stamp { written, changed: None, place: None }
    }

    /// Whether it was written, and changed, so long before a moment at least.
    pub fn is_older_than(&self, moment: Option<SystemTime>, by: Duration) -> bool {
        let latest = self.written.max(self.changed).zip(moment.and_then(nanoseconds));
        latest.is_some_and(|(latest, moment)| i128::from(moment) - i128::from(latest) > by.as_nanos().cast_signed())
    }
}

fn nanoseconds(moment: SystemTime) -> Option<i64> {
    match moment.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).ok(),
        Err(before) => i64::try_from(before.duration().as_nanos()).ok().map(|nanoseconds| -nanoseconds),
    }
}

/// Something in the folder that is not read, and why.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Skipped {
    /// Path below the exports folder.
    pub name: String,
    /// The reason, for the data page.
    pub reason: String,
    /// What helps to mend it, for whoever runs the program; it may quote the file, so it is in no page.
    pub detail: String,
    /// Whether that is as it should be: a table that feeds nothing, a copy, a file of the system, one left out on purpose.
    pub is_known: bool,
    /// Whether it may be another matter next time, though the file is the same: it could not be opened or read, or
    /// was written to meanwhile. Nothing is kept that was counted without it.
    pub is_passing: bool,
    /// What it seems to be, where that is too unsure to be used.
    pub proposal: Option<Proposal>,
    /// Its headers, where it is a table that somebody may want to use.
    pub headers: Vec<String>,
    /// A few values of each of its columns, for whoever writes a rule for it; in no page.
    pub samples: Vec<Vec<String>>,
}

impl Skipped {
    /// A file and its reason.
    pub fn new(name: impl Into<String>, reason: impl Into<String>) -> Skipped {
        Skipped { name: name.into(), reason: reason.into(), ..Skipped::default() }
    }
}

impl Skipped {
    /// A file that could not be read this time.
    pub fn this_time(name: impl Into<String>, reason: impl Into<String>) -> Skipped {
        Skipped { is_passing: true, ..Skipped::new(name, reason) }
    }

    /// A file that nobody has to do anything about.
    pub fn as_it_should(name: impl Into<String>, reason: impl Into<String>) -> Skipped {
        Skipped { is_known: true, ..Skipped::new(name, reason) }
    }
}

/// What says that a folder is a cache: <https://bford.info/cachedir/>.
const CACHE_TAG: &str = "CACHEDIR.TAG";
/// How deep folders may be nested.
const MAX_DEPTH: usize = 64;

/// Every file below `folder` (or the file itself) that is read, sorted by name, and what was left alone.
///
/// # Errors
/// Where the folder does not exist or cannot be looked at, or the machine has no more files to open.
pub fn files(folder: &Path) -> Result<Walked, IntakeError> {
    let missing = |cause| IntakeError::Unreadable { path: folder.to_owned(), cause };
    std::fs::metadata(folder).map_err(missing)?;
    let mut found = Vec::new();
    let mut skipped = Vec::new();
    let mut lakes = Vec::new();
    let mut entries = WalkDir::new(folder).max_depth(MAX_DEPTH).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        match entry {
            Err(error) => {
                let name = error.path().map_or_else(String::new, |path| shown(folder, path));
                // A folder that cannot be looked into is not one without files.
                if error.io_error().is_some_and(is_shortage) {
                    return Err(IntakeError::Halted(Halt::Short { file: name, cause: error.into() }));
                }
                let is_passing = error.io_error().is_some();
                let reason = format!("cannot be opened: {}", cause_of(&error));
                skipped.push(Skipped { is_passing, ..Skipped::new(name, reason) });
            }
            // Such as our own, which holds the tables of these exports once more.
            Ok(entry) if entry.depth() > 0 && entry.file_type().is_dir() && entry.path().join(CACHE_TAG).exists() => {
                let reason = "a cache, by its `CACHEDIR.TAG`: nothing in it is looked at";
                skipped.push(Skipped::as_it_should(shown(folder, entry.path()), reason));
                entries.skip_current_dir();
            }
            Ok(entry) if entry.file_type().is_dir() => {
                if let Some(kind) = lake::kind_of(entry.path()) {
                    let shown = shown(folder, entry.path());
                    let name = if entry.depth() == 0 { String::new() } else { shown.clone() };
                    lakes.push(Lake { name, shown, kind });
                }
                if entry.depth() == MAX_DEPTH {
                    let reason = format!("more than {MAX_DEPTH} folders deep: nothing in it is looked at");
                    skipped.push(Skipped::new(shown(folder, entry.path()), reason));
                }
            }
            Ok(entry) => match reason_to_skip(&entry) {
                Some((reason, is_known)) => {
                    skipped.push(Skipped { is_known, ..Skipped::new(shown(folder, entry.path()), reason) });
                }
                None => {
                    let data = entry.metadata().ok();
                    let bytes = data.as_ref().map_or(0, std::fs::Metadata::len);
                    let stamp = data.as_ref().map(Stamp::of).unwrap_or_default();
                    let name = shown(folder, entry.path());
                    found.push(Found { name, path: entry.into_path(), bytes, stamp, place: Place::default() });
                }
            },
        }
    }
    Ok(lake::sort(found, skipped, &lakes))
}

/// The preset files of a folder, sorted by name: name and text.
///
/// # Errors
/// Where the folder or one of the files cannot be read.
pub fn presets(folder: &Path) -> Result<Vec<(String, String)>, PresetError> {
    let failed = |cause: std::io::Error| PresetError::Folder { folder: folder.to_owned(), cause };
    let mut presets = Vec::new();
    for entry in WalkDir::new(folder).max_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|error| failed(error.into()))?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|end| end == "toml") {
            let text = std::fs::read_to_string(entry.path()).map_err(failed)?;
            presets.push((entry.file_name().to_string_lossy().into_owned(), text));
        }
    }
    Ok(presets)
}

fn reason_to_skip(entry: &walkdir::DirEntry) -> Option<(&'static str, bool)> {
    let name = entry.file_name().to_string_lossy();
    if entry.path_is_symlink() {
        return Some(("a link: links are not followed", false));
    }
    if !entry.file_type().is_file() {
        return Some(("not a regular file", false));
    }
    let lower = name.to_lowercase();
    if name.starts_with("~$") || name.starts_with('.') || lower == "thumbs.db" || lower == "desktop.ini" {
        return Some(("a lock file or a file of the system", true));
    }
    // What Spark and Databricks leave beside the files that they wrote.
    if lower == "_success" || ["_committed_", "_started_"].iter().any(|begin| lower.starts_with(begin)) {
        return Some(("a mark of the program that wrote the files beside it", true));
    }
    if [".crdownload", ".part", ".tmp", ".swp"].iter().any(|end| lower.ends_with(end)) {
        return Some(("an unfinished download or temporary file", false));
    }
    None
}

fn cause_of(error: &walkdir::Error) -> String {
    error.io_error().map_or_else(|| "a loop of links".to_owned(), |cause| cause.kind().to_string())
}

fn shown(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).ok().filter(|below| !below.as_os_str().is_empty());
    let below = below.or_else(|| path.file_name().map(Path::new)).unwrap_or(path);
    below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
