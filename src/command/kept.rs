//! What was counted before, kept for the next run, and the place where tables are kept beside it ([`TableCache`]): takes
//! exports and settings, gives the part that was counted of just
//! these, if there is one. An entry is found by names, sizes and settings, and used only where the exports are the same: no
//! file was written since, by the system's word and well before the entry was made, or else every byte is as it was. A
//! damaged entry is made anew; where the usual folder cannot be used, the run goes on without.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::voice::Voice;
use crate::cli;
use crate::intake::{self, Listing, preset};
use crate::part::{self, Part, settings_print};
use crate::project::Project;
use crate::record::TableCache;
use crate::record::table_cache::SURE;
use crate::store::{self, Cache, Check, Entry, Key, StoreError};

/// Exports smaller than this are read as quickly as they are looked up, in bytes.
const LEAST_BYTES: u64 = 4 << 20;
/// What all entries may take, in bytes.
const LIMIT_BYTES: u64 = 2 << 30;
/// Names of the files of an entry.
const PART: &str = "part";
const PRINT: &str = "print";
const LISTING: &str = "listing";

/// See the module.
pub struct Kept {
    cache: Option<Cache>,
    /// Whether its folder was asked for: it must work then, and else is a convenience.
    is_asked_for: bool,
    /// The files of the exports, before they are read.
    before: RefCell<Listing>,
}

impl Kept {
    /// Nothing is kept.
    pub fn nothing() -> Kept {
        Kept { cache: None, is_asked_for: false, before: RefCell::default() }
    }

    /// The folder that was typed, else that of the system for such things.
    pub fn new(arguments: &cli::Keep, voice: &Voice) -> Result<Kept, Failure> {
        if arguments.no_cache {
            return Ok(Kept::nothing());
        }
        let Some(folder) = arguments.cache.clone().or_else(usual_folder) else { return Ok(Kept::nothing()) };
        let kept = Kept { is_asked_for: arguments.cache.is_some(), ..Kept::nothing() };
        match Cache::open(&folder, LIMIT_BYTES) {
            Ok(cache) => Ok(Kept { cache: Some(cache), ..kept }),
            Err(error) => kept.failed(error, voice).map(|()| kept),
        }
    }

    fn failed(&self, error: StoreError, voice: &Voice) -> Result<(), Failure> {
        if self.is_asked_for {
            return Err(error.into());
        }
        voice.say(&format!("note: nothing is kept for the next run: {error}"));
        Ok(())
    }

    /// What the cache gives, or nothing where it failed and is but a convenience.
    fn unless_failed<T>(&self, given: Result<T, StoreError>, voice: &Voice) -> Result<Option<T>, Failure> {
        given.map(Some).or_else(|error| self.failed(error, voice).map(|()| None))
    }

    /// Where the tables of these exports are kept; `None` where they would fill the cache alone.
    pub fn shelf(&self, exports: &Path, project: &Project) -> Result<Option<TableCache<'_>>, Failure> {
        let fits = |size: u64| (LEAST_BYTES..=LIMIT_BYTES).contains(&size);
        let Some(cache) = self.cache.as_ref().filter(|_| intake::size(exports).is_ok_and(fits)) else {
            return Ok(None);
        };
        let presets = preset::with_folder(project.presets.as_deref()).map_err(intake::IntakeError::from)?;
        Ok(Some(TableCache::new(cache, &program(), project, &presets)))
    }

    /// Whether tables could be kept; and what is longest unused goes, where that became too much.
    pub fn check(&self, shelf: Option<&TableCache<'_>>, voice: &Voice) -> Result<(), Failure> {
        shelf.and_then(TableCache::failure).map_or(Ok(()), |error| self.failed(error, voice))?;
        let Some(cache) = &self.cache else { return Ok(()) };
        self.unless_failed(cache.trim(), voice).map(|_| ())
    }

    /// What was counted of these exports before.
    pub fn get(&self, exports: &Path, project: &Project, voice: &Voice) -> Result<Option<Part>, Failure> {
        let Some(cache) = self.cache.as_ref().filter(|_| intake::size(exports).is_ok_and(|size| size >= LEAST_BYTES))
        else {
            return Ok(None);
        };
        self.before.replace(intake::listing(exports)?);
        let key = self.key(project)?;
        let Some(Some(entry)) = self.unless_failed(cache.get(&key, Check::Ends), voice)? else { return Ok(None) };
        let stage = voice.step("looking up");
        let is_same = self.is_listed(&entry) || {
            let print = intake::print(exports, &BTreeMap::new())?;
            print.is_some_and(|print| entry.read(PRINT).is_ok_and(|known| known == print.as_bytes()))
        };
        let part = if is_same { part::file::read(&entry.file(PART)).ok() } else { None };
        stage.end(intake::size(exports)?, 0);
        if part.is_none() {
            // Of other exports with these names and sizes, or damaged.
            self.unless_failed(cache.remove(&key), voice)?;
        }
        Ok(part)
    }

    /// Keeps what was counted, if all of the exports could be read, can be told by a print, and are still as they were.
    pub fn put(&self, exports: &Path, project: &Project, part: &Part, voice: &Voice) -> Result<(), Failure> {
        let Some(cache) = self.cache.as_ref().filter(|_| intake::size(exports).is_ok_and(|size| size >= LEAST_BYTES))
        else {
            return Ok(());
        };
        if part.skipped.iter().any(|skipped| skipped.is_passing) {
            return Ok(());
        }
        let stage = voice.step("keeping");
        let before = self.before.borrow();
        // A file that is a table has the hash that was taken while it was read.
        let size = |name: &str| before.iter().find(|(known, ..)| known == name).map(|(_, bytes, _)| *bytes);
        let whole = part.files.iter().filter(|file| size(&file.name) == Some(file.bytes));
        let known = whole.map(|file| (file.name.as_str(), file.hash.as_str())).collect();
        let print = intake::print(exports, &known)?;
        // The print must be of what was read: nothing may have been written until it was taken.
        let is_of_these = *before == intake::listing(exports)? && read_of(part, &before);
        if let Some(print) = print.filter(|_| is_of_these) {
            // What was written just before it was read might have been written again without a trace.
            let is_sure = before.iter().all(|(_, _, stamp)| stamp.is_older_than(cache.opened_at(), SURE));
            let listing = if is_sure { listed(&before) } else { "not sure\n".to_owned() };
            let written: Result<Entry, StoreError> = cache.put(&self.key(project)?, |folder| {
                store::write(&folder.join(PART), &part::file::bytes(part))?;
                store::write(&folder.join(LISTING), listing.as_bytes())?;
                store::write(&folder.join(PRINT), print.as_bytes())
            });
            self.unless_failed(written.and_then(|_| cache.trim()), voice)?;
        }
        stage.end(0, 0);
        Ok(())
    }

    /// Whether the system says that no file was written since, well before the exports were read.
    fn is_listed(&self, entry: &Entry) -> bool {
        entry.read(LISTING).is_ok_and(|text| text == listed(&self.before.borrow()).as_bytes())
    }

    /// By what an entry is found: names and sizes of files, and settings.
    fn key(&self, project: &Project) -> Result<Key, Failure> {
        let presets = preset::with_folder(project.presets.as_deref()).map_err(intake::IntakeError::from)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(format!("{} {}", program(), settings_print(project, &presets)).as_bytes());
        for (name, bytes, _) in self.before.borrow().iter() {
            hasher.update(format!("\0{name}\0{bytes}").as_bytes());
        }
        Ok(hasher.finalize().into())
    }
}

/// Whether every table that was read is of a file that was listed: one that came and went meanwhile is not.
fn read_of(part: &Part, listing: &Listing) -> bool {
    let is_below =
        |name: &str, file: &str| name.strip_prefix(file).is_some_and(|part| part.is_empty() || part.starts_with('/'));
    part.files.iter().all(|read| listing.iter().any(|(file, ..)| is_below(&read.name, file)))
}

/// The version of the program, and what tells builds of one version apart.
fn program() -> String {
    let built = std::env::current_exe().and_then(std::fs::metadata).ok();
    let built = built.map(|data| (data.len(), data.modified().ok()));
    format!("{} {built:?}", env!("CARGO_PKG_VERSION"))
}

/// A listing as text.
fn listed(listing: &Listing) -> String {
    listing.iter().map(|(name, bytes, stamp)| format!("{stamp:?} {bytes} {name}\n")).collect()
}

/// The user's folder for what can be made again.
fn usual_folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    set("XDG_CACHE_HOME")
        .or_else(|| Some(set("HOME")?.join(".cache")))
        .map(|caches| caches.join("casefile").join("counted"))
}
