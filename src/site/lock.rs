//! One run at a time on one site.
//!
//! A file `.NAME.casefile-lock` beside the site holds the process id, for people and messages; what
//! counts is the system's lock on that file, because it ends with the process however that ends. So a
//! file left behind by a killed run stops nobody, and neither does a process id that was given out
//! again or means another process in another container.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::SiteError;
use super::target::Place;

/// Another run may remove the file between our opening and locking it; then we open it anew.
const MOST_ATTEMPTS: usize = 100;

/// The right to write one site; given back when dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock or says who holds it; does not wait.
    pub(super) fn take(place: &Place) -> Result<Self, SiteError> {
        let path = place.beside(".casefile-lock");
        let cannot_create = |source| SiteError::CannotCreate { path: path.clone(), source };
        for _ in 0..MOST_ATTEMPTS {
            let mut file = open(&path).map_err(cannot_create)?;
            let holder = holder(&mut file);
            match file.try_lock() {
                Ok(()) if is_at(&file, &path) => {}
                Ok(()) => continue,
                // No locks on this file system: the process id is all there is to go by.
                Err(TryLockError::Error(_)) if !holder.is_some_and(may_be_alive) => {}
                Err(_) => {
                    return Err(SiteError::Busy { lock: path, process: holder });
                }
            }
            sign(&mut file).map_err(cannot_create)?;
            return Ok(Self { file, path });
        }
        Err(SiteError::Busy { lock: path, process: None })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still held, so nobody else's lock is removed. A failure leaves a file that
        // the next run takes over.
        if is_at(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    never_through_a_link(&mut options);
    options.open(path)
}

/// In a folder that others can write to, a link in place of the lock must not lead us to a file.
#[cfg(unix)]
fn never_through_a_link(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;

    let flags = rustix::fs::OFlags::NOFOLLOW.bits();
    options.custom_flags(i32::try_from(flags).unwrap_or(0));
}

#[cfg(not(unix))]
fn never_through_a_link(_: &mut OpenOptions) {}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(20).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Age says nothing about a lock, so where processes cannot be looked up they count as alive.
fn may_be_alive(process: u32) -> bool {
    !cfg!(target_os = "linux") || Path::new("/proc").join(process.to_string()).exists()
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
    fn the_second_run_is_refused_until_the_first_has_ended() {
        let root = tempfile::tempdir().unwrap();
        let place = Place::of(&root.path().join("site")).unwrap();
        let first = Lock::take(&place).unwrap();
        let error = Lock::take(&place).unwrap_err();
        assert_eq!(error.exit_code(), 73);
        assert!(matches!(error, SiteError::Busy { process: Some(process), .. } if process == std::process::id()));
        drop(first);
        assert!(!place.beside(".casefile-lock").exists());
        Lock::take(&place).unwrap();
    }

    #[test]
    fn a_lock_file_left_by_a_killed_run_is_taken_over() {
        let root = tempfile::tempdir().unwrap();
        let place = Place::of(&root.path().join("site")).unwrap();
        fs::write(place.beside(".casefile-lock"), "4294967295\n").unwrap();
        let lock = Lock::take(&place).unwrap();
        let text = fs::read_to_string(&lock.path).unwrap();
        assert_eq!(text, format!("{}\n", std::process::id()));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_place_of_the_lock_is_not_followed() {
        let root = tempfile::tempdir().unwrap();
        let place = Place::of(&root.path().join("site")).unwrap();
        let letter = root.path().join("letter.txt");
        fs::write(&letter, "Dear").unwrap();
        std::os::unix::fs::symlink(&letter, place.beside(".casefile-lock")).unwrap();
        assert!(matches!(Lock::take(&place), Err(SiteError::CannotCreate { .. })));
        assert_eq!(fs::read_to_string(&letter).unwrap(), "Dear");
    }
}
