//! Folders that live as long as a run: takes a parent and a prefix, gives a folder of our own that is removed when
//! dropped, and removes those that killed runs left in the same parent.
//!
//! What marks a living run is the system's lock on the file `lock` in the folder, because it ends with the process
//! however that ends. Whoever gets the lock has the folder: its maker, who otherwise makes another one, or the run that
//! clears it away. The lock file goes last, and a folder without one goes only if it is empty; so a folder of somebody
//! else that is called alike is left alone.

#![expect(clippy::disallowed_methods, reason = "removes folders of its own")]

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use super::error::StoreError;

const LOCK: &str = "lock";
/// Names tried before giving up.
const MOST_ATTEMPTS: usize = 1000;

/// Numbers the folders of this process, so that it never takes one of its own for a leftover.
static MADE: AtomicU32 = AtomicU32::new(0);

/// A folder `PREFIX<process>-<number>` that only its owner may enter; removed when dropped.
#[derive(Debug)]
pub(super) struct HeldFolder {
    path: PathBuf,
    lock: File,
}

impl HeldFolder {
    /// Makes a folder.
    pub(super) fn create(parent: &Path, prefix: &str) -> Result<HeldFolder, StoreError> {
        let process = std::process::id();
        for _ in 0..MOST_ATTEMPTS {
            let path = parent.join(format!("{prefix}{process}-{}", MADE.fetch_add(1, Ordering::Relaxed)));
            match take(&path) {
                Ok(Some(lock)) => return Ok(HeldFolder { path, lock }),
                // A leftover of another process with our number, or cleared away before we had the lock.
                Ok(None) => {}
                Err(source) => return Err(StoreError::CannotWrite { path, source }),
            }
        }
        let source = io::Error::other("every name for a new folder is taken");
        Err(StoreError::CannotWrite { path: parent.to_owned(), source })
    }

    /// When it was made, by the clock of its file system.
    pub(super) fn made(&self) -> Option<SystemTime> {
        self.lock.metadata().and_then(|data| data.modified()).ok()
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Ends as a killed run does: the lock is gone, the folder is not.
    #[cfg(test)]
    pub(super) fn abandon(mut self) -> PathBuf {
        std::mem::take(&mut self.path)
    }
}

impl Drop for HeldFolder {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // What cannot be removed now is tried again by the next run.
            let _ = remove_held(&self.path);
        }
        let _ = self.lock.unlock();
    }
}

/// Makes a folder and its lock; `None` where somebody was before us.
fn take(path: &Path) -> io::Result<Option<File>> {
    match private_folder().create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
        made => made?,
    }
    let lock = path.join(LOCK);
    let file = match private_file().create_new(true).open(&lock) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    match file.try_lock() {
        Ok(()) => Ok(is_at(&file, &lock).then_some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        // No locks on this file system. Then nobody else gets one either, and the folder stays if we are killed.
        Err(fs::TryLockError::Error(_)) => Ok(Some(file)),
    }
}

/// Removes what killed runs left. What cannot be removed, or belongs to another user, is passed over.
pub(super) fn remove_stale(parent: &Path, prefix: &str) {
    for path in folders(parent, prefix).filter_map(|(path, own)| (!own).then_some(path)) {
        match open_lock(&path) {
            Some(lock) => {
                if lock.try_lock().is_ok() && is_at(&lock, &path.join(LOCK)) {
                    let _ = remove_held(&path);
                }
            }
            // Empty, or not ours.
            None => {
                let _ = fs::remove_dir(&path);
            }
        }
    }
}

/// When the first of the other living runs began, by the clock of the file system.
pub(super) fn oldest_living(parent: &Path, prefix: &str, this: &Path) -> Option<SystemTime> {
    let others = folders(parent, prefix).filter(|(path, _)| path != this);
    let living = others.filter_map(|(path, own)| {
        let lock = open_lock(&path)?;
        let is_living = own || lock.try_lock().is_err();
        if is_living { lock.metadata().ok()?.modified().ok() } else { None }
    });
    living.min()
}

/// Folders called as ours are, and whether this process has made them.
fn folders(parent: &Path, prefix: &str) -> impl Iterator<Item = (PathBuf, bool)> {
    let made = MADE.load(Ordering::Relaxed);
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    entries.filter_map(move |entry| {
        let name = entry.file_name();
        let (process, number) = name.to_str()?.strip_prefix(prefix)?.split_once('-')?;
        let (process, number) = (process.parse::<u32>().ok()?, number.parse::<u32>().ok()?);
        let is_folder = entry.path().symlink_metadata().ok()?.is_dir();
        is_folder.then(|| (entry.path(), process == std::process::id() && number < made))
    })
}

fn open_lock(folder: &Path) -> Option<File> {
    let mut options = private_file();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // In a folder that others can write to, a link must not lead us to another file.
        options.custom_flags(i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0));
    }
    options.open(folder.join(LOCK)).ok()
}

/// Removes a folder whose lock we hold; the lock last.
fn remove_held(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == LOCK {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    fs::remove_file(folder.join(LOCK))?;
    fs::remove_dir(folder)
}

/// Folders that only their owner may enter.
pub(super) fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Files that only their owner may read.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a new file that only its owner may read.
///
/// # Errors
/// Where there is one of that name, or the disk fails.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let written = private_file().create_new(true).open(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|source| StoreError::CannotWrite { path: path.to_owned(), source })
}

/// Whether the path still names the file that we hold.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    match (file.metadata(), path.symlink_metadata()) {
        (Ok(held), Ok(named)) => (held.dev(), held.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_a_living_run_stays_and_that_of_a_killed_one_goes() {
        let parent = tempfile::tempdir().unwrap();
        let living = HeldFolder::create(parent.path(), "x-").unwrap();
        let killed = HeldFolder::create(parent.path(), "x-").unwrap();
        fs::create_dir(killed.path().join("deep")).unwrap();
        fs::write(killed.path().join("deep/file"), "rows").unwrap();
        let (renamed, killed) = (parent.path().join("x-4294967295-7"), killed.abandon());
        fs::rename(killed, &renamed).unwrap();
        remove_stale(parent.path(), "x-");
        assert!(living.path().join(LOCK).exists() && !renamed.exists());
        let path = living.path().to_owned();
        drop(living);
        assert!(!path.exists());
    }

    #[test]
    fn what_is_only_called_alike_stays() {
        let parent = tempfile::tempdir().unwrap();
        let letters = tempfile::tempdir().unwrap();
        fs::write(letters.path().join(LOCK), "").unwrap();
        for name in ["x-1-2", "x-1-b", "x-", "y-1-1"] {
            fs::create_dir(parent.path().join(name)).unwrap();
            fs::write(parent.path().join(name).join("letter"), "Dear").unwrap();
        }
        fs::create_dir(parent.path().join("x-1-5")).unwrap();
        fs::write(parent.path().join("x-1-3"), "a file").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(letters.path(), parent.path().join("x-1-4")).unwrap();
        remove_stale(parent.path(), "x-");
        assert!(!parent.path().join("x-1-5").exists(), "an empty one has nothing to lose");
        assert!(["x-1-2", "x-1-b", "x-", "y-1-1"].iter().all(|name| parent.path().join(name).join("letter").exists()));
        assert!(parent.path().join("x-1-3").exists() && letters.path().join(LOCK).exists());
    }
}
