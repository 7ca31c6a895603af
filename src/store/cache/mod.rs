//! What was computed once and may be wanted again: takes a key and a way to make files, gives the folder with these
//! files, from disk if a run before has made them. What goes into a key is left to others: an entry never changes, so all
//! that its content depends on must be in it.
//!
//! ```text
//! DIR/CACHEDIR.TAG            marks this as a cache, for backups and for us
//! DIR/README.txt              explains it to people
//! DIR/lock                    held for a moment by whoever notes a use, or removes what seems unused
//! DIR/v1/ab/abcdef…/          an entry: its files, and MANIFEST with their hashes
//! DIR/tmp-<process>-<n>/      of a living run: entries that are being made
//! ```
//!
//! An entry appears by a rename and goes by one, so several runs may work at once. Nothing is synced: what a power cut
//! leaves of an entry does not fit its list any more. A damaged entry counts as absent.

#![expect(clippy::disallowed_methods, reason = "the cache writes to its own folder")]

mod entry;
#[cfg(test)]
mod tests;

pub use entry::{Check, Entry, Key};

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use self::entry::MANIFEST;
use super::error::StoreError;
use super::held::{HeldFolder, oldest_living, private_file, private_folder, remove_stale};

const TAG: &str = "CACHEDIR.TAG";
/// As <https://bford.info/cachedir/> has it.
const TAG_TEXT: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # This file is a cache directory tag created by casefile.\n\
    # For information about cache directory tags see https://bford.info/cachedir/\n";
const README: &str = "README.txt";
const README_TEXT: &str = "Casefile keeps here what it has read from exports, so that the next run is quicker.\n\
    It holds the data of these exports, so treat it as you treat them.\n\
    You can delete this folder at any time: Casefile makes again what it needs.\n";
const LOCK: &str = "lock";
const STAGING: &str = "tmp-";
/// Entries of another version are of no use, but count and grow old like all others.
const VERSION: &str = "v1";

/// A folder of entries, shared by all runs of a user.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    limit_bytes: u64,
    staging: HeldFolder,
    staged: AtomicU32,
    lock: Mutex<File>,
    /// Entries that this run has asked for or made.
    used: Mutex<BTreeSet<PathBuf>>,
}

impl Cache {
    /// Opens a cache, and makes it where there is no such folder or an empty one. `limit_bytes` is kept by
    /// [`Cache::trim`].
    pub fn open(folder: &Path, limit_bytes: u64) -> Result<Cache, StoreError> {
        let cannot_write = |source| StoreError::CannotWrite { path: folder.to_owned(), source };
        private_folder().recursive(true).create(folder).map_err(cannot_write)?;
        if !bears_our_tag(folder)? && !is_bare(folder)? {
            return Err(StoreError::NotOurs { path: folder.to_owned(), tag: TAG });
        }
        remove_stale(folder, STAGING);
        let staging = HeldFolder::create(folder, STAGING)?;
        // The tag first, and by a rename, so that no other run sees half of it.
        for (name, text) in [(TAG, TAG_TEXT), (README, README_TEXT)] {
            let (path, draft) = (folder.join(name), staging.path().join(name));
            if !path.exists() {
                let written = fs::write(&draft, text).and_then(|()| fs::rename(&draft, &path));
                written.map_err(|source| self::cannot_write(&path, source))?;
            }
        }
        let lock = private_file().create(true).open(folder.join(LOCK)).map_err(cannot_write)?;
        let (folder, staged) = (folder.to_owned(), AtomicU32::new(0));
        Ok(Cache { folder, limit_bytes, staging, staged, lock: Mutex::new(lock), used: Mutex::default() })
    }

    /// The entry of a key, if there is one. A damaged one is removed. It counts as used from now on.
    pub fn get(&self, key: &Key, check: Check) -> Result<Option<Entry>, StoreError> {
        let folder = self.place(key);
        self.use_entry(&folder);
        match entry::open(&folder, key, check) {
            Ok(Some(entry)) => Ok(Some(entry)),
            Ok(None) => {
                self.remove(key)?;
                Ok(None)
            }
            Err(source) => Err(StoreError::CannotRead { path: folder, source }),
        }
    }

    /// Makes the entry of a key: `fill` writes plain files into the folder that it is given. If another run was
    /// quicker, its entry is kept and ours dropped.
    pub fn put<E: From<StoreError>>(&self, key: &Key, fill: impl FnOnce(&Path) -> Result<(), E>) -> Result<Entry, E> {
        let draft = Draft(self.staging.path().join(self.staged.fetch_add(1, Ordering::Relaxed).to_string()));
        private_folder().create(&draft.0).map_err(|source| cannot_write(&draft.0, source))?;
        fill(&draft.0)?;
        let entry = entry::list(&draft.0, key)?;
        Ok(self.publish(key, &draft.0, entry)?)
    }

    fn publish(&self, key: &Key, draft: &Path, entry: Entry) -> Result<Entry, StoreError> {
        let folder = self.place(key);
        self.use_entry(&folder);
        let parent = folder.parent().unwrap_or(&self.folder);
        let mut last = None;
        // A second time where another run cleared the cache in between, or where the entry in our way was damaged.
        for _ in 0..3 {
            private_folder().recursive(true).create(parent).map_err(|source| cannot_write(parent, source))?;
            match fs::rename(draft, &folder) {
                Ok(()) => return Ok(entry.moved_to(folder)),
                Err(error) => last = Some(error),
            }
            if let Some(existing) = self.get(key, Check::Whole)? {
                return Ok(existing);
            }
        }
        Err(cannot_write(&folder, last.unwrap_or_else(|| io::Error::other("no attempt was made"))))
    }

    /// Removes an entry, as whoever finds it damaged should.
    pub fn remove(&self, key: &Key) -> Result<(), StoreError> {
        self.discard(&self.place(key))
    }

    /// Moves a folder out of sight at once, and removes it then.
    fn discard(&self, folder: &Path) -> Result<(), StoreError> {
        let rest = Draft(self.staging.path().join(format!("old-{}", self.staged.fetch_add(1, Ordering::Relaxed))));
        match fs::rename(folder, &rest.0) {
            Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                Err(cannot_write(folder, error))
            }
            _ => Ok(()),
        }
    }

    /// Removes the entries longest unused until the rest is within the limit. What this run has used stays, and what
    /// other living runs may have used. Gives the bytes removed.
    pub fn trim(&self) -> Result<u64, StoreError> {
        let mut entries = self.entries()?;
        let mut bytes = entries.iter().map(|entry| entry.bytes).sum::<u64>();
        if bytes <= self.limit_bytes {
            return Ok(0);
        }
        let others = oldest_living(&self.folder, STAGING, self.staging.path());
        let before = bytes;
        entries.sort_unstable_by(|one, two| (one.used_at, &one.folder).cmp(&(two.used_at, &two.folder)));
        for entry in entries {
            if bytes <= self.limit_bytes {
                break;
            }
            if self.is_used(&entry.folder) || others.is_some_and(|start| entry.used_at >= start) {
                continue;
            }
            if self.discard_unused(&entry)? {
                bytes -= entry.bytes;
            }
        }
        Ok(before - bytes)
    }

    /// Removes an entry unless it was used since it was found.
    fn discard_unused(&self, entry: &Found) -> Result<bool, StoreError> {
        self.locked(|| {
            let still = Found::at(entry.folder.clone());
            let unused = still.is_none_or(|still| still.used_at == entry.used_at) && !self.is_used(&entry.folder);
            if unused { self.discard(&entry.folder).map(|()| true) } else { Ok(false) }
        })
    }

    /// Bytes of all entries.
    pub fn size(&self) -> Result<u64, StoreError> {
        Ok(self.entries()?.iter().map(|entry| entry.bytes).sum())
    }

    /// Removes all entries, and the folder itself unless there is something else in it, or another run at work.
    pub fn clear(self) -> Result<(), StoreError> {
        for version in versions(&self.folder)? {
            self.discard(&version)?;
        }
        let folder = self.folder.clone();
        drop(self);
        remove_stale(&folder, STAGING);
        let names = names(&folder)?;
        if bears_our_tag(&folder)? && names.iter().all(|name| [TAG, README, LOCK].contains(&name.as_str())) {
            for path in [folder.join(LOCK), folder.join(README), folder.join(TAG)] {
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(cannot_write(&path, error)),
                    _ => {}
                }
            }
            // Fails where another run has just begun, which then finds the folder bare and makes it anew.
            let _ = fs::remove_dir(&folder);
        }
        Ok(())
    }

    /// When this run opened it, by the clock of its file system.
    pub fn opened_at(&self) -> Option<SystemTime> {
        self.staging.made()
    }

    /// The folder of the cache.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn place(&self, key: &Key) -> PathBuf {
        let key = key.as_str();
        self.folder.join(VERSION).join(&key[..2]).join(key)
    }

    /// Notes a use, for this run and for all others.
    fn use_entry(&self, folder: &Path) {
        self.locked(|| {
            self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
            touch(&folder.join(MANIFEST));
        });
    }

    /// Does something that no other run is to do in between. Where the file system has no locks it is done all the same.
    fn locked<T>(&self, action: impl FnOnce() -> T) -> T {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = lock.lock();
        let done = action();
        let _ = lock.unlock();
        done
    }

    fn is_used(&self, folder: &Path) -> bool {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).contains(folder)
    }

    fn entries(&self) -> Result<Vec<Found>, StoreError> {
        let mut found = Vec::new();
        for version in versions(&self.folder)? {
            for bucket in folders(&version)? {
                for folder in folders(&bucket)? {
                    found.extend(Found::at(folder));
                }
            }
        }
        Ok(found)
    }
}

/// An entry on disk, of any version and in any state.
struct Found {
    folder: PathBuf,
    bytes: u64,
    used_at: SystemTime,
}

impl Found {
    /// `None` where another run has removed it meanwhile.
    fn at(folder: PathBuf) -> Option<Found> {
        let files = fs::read_dir(&folder).ok()?.flatten();
        let bytes = files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum();
        let used = folder.join(MANIFEST).metadata().or_else(|_| folder.metadata()).ok()?;
        Some(Found { used_at: used.modified().ok()?, bytes, folder })
    }
}

/// A folder that is removed, unless it was moved elsewhere by then.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        // What cannot be removed goes with the folder of this run.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn cannot_write(path: &Path, source: io::Error) -> StoreError {
    StoreError::CannotWrite { path: path.to_owned(), source }
}

/// Whether we made a folder.
fn bears_our_tag(folder: &Path) -> Result<bool, StoreError> {
    let path = folder.join(TAG);
    match fs::read(&path) {
        Ok(text) => Ok(text == TAG_TEXT.as_bytes()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(StoreError::CannotRead { path, source }),
    }
}

/// Whether there is nothing in a folder but what a run leaves there before it has put up the tag.
fn is_bare(folder: &Path) -> Result<bool, StoreError> {
    Ok(names(folder)?.iter().all(|name| name.starts_with(STAGING)))
}

fn names(folder: &Path) -> Result<Vec<String>, StoreError> {
    let cannot_read = |source| StoreError::CannotRead { path: folder.to_owned(), source };
    let found = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        found => found.map_err(cannot_read)?,
    };
    found.map(|entry| Ok(entry.map_err(cannot_read)?.file_name().to_string_lossy().into_owned())).collect()
}

/// Folders `v1`, `v2`, … with the entries of each version.
fn versions(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let is_version = |path: &PathBuf| {
        let number = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix('v'));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    Ok(folders(folder)?.into_iter().filter(is_version).collect())
}

/// Folders in a folder, not links to such, in order.
fn folders(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut paths = names(folder)?.into_iter().map(|name| folder.join(name)).collect::<Vec<_>>();
    paths.retain(|path| path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()));
    paths.sort_unstable();
    Ok(paths)
}

/// Notes that an entry was used, by the clock of the file system. In a cache that can only be read it is not noted.
#[cfg(unix)]
fn touch(path: &Path) {
    use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT, utimensat};

    let at = |nanoseconds| Timespec { tv_sec: 0, tv_nsec: nanoseconds };
    let times = Timestamps { last_access: at(UTIME_OMIT), last_modification: at(UTIME_NOW) };
    let _ = utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW);
}

#[cfg(not(unix))]
fn touch(_: &Path) {}
