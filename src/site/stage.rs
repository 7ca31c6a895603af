//! The new site in a temporary folder beside the old one, safely on the disk before it is shown.
//!
//! Takes finished contents, gives `.NAME.tmp-PID` with all of them. The folder goes away again unless
//! it was moved to its place; moving is left to `swap`.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use super::contents::folders_above;
use super::target::Place;
use super::{Contents, Interrupted, MANIFEST, SiteError};

/// A step that may fail; tests make one fail to see what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// A file is written.
    Write(&'a str),
    /// Old and new change places in one go.
    Exchange,
    /// The old site is renamed.
    MoveOldAway,
    /// The new site is renamed.
    MoveNewIn,
}

/// Called before each step; an error is taken as the step's own.
pub(super) type Before<'a> = &'a dyn Fn(Step<'_>) -> io::Result<()>;

/// Files that are brought to the disk side by side.
const SYNCED_AT_ONCE: usize = 32;

/// Bytes of a file that are compared with those of the old site at once.
const COMPARED_AT_ONCE: usize = 1 << 18;

/// The temporary folder, removed when dropped unless it has become the site.
#[derive(Debug)]
pub(super) struct Stage {
    path: PathBuf,
    /// Where it will stand; errors name this place, the only one that the user knows.
    folder: PathBuf,
    is_temporary: bool,
}

impl Stage {
    /// Writes all files and brings them to the disk.
    pub(super) fn write(
        place: &Place,
        contents: &Contents,
        interrupted: &dyn Fn() -> Result<(), Interrupted>,
        before: Before<'_>,
    ) -> Result<Self, SiteError> {
        let stage = Self::create(place)?;
        let folders: BTreeSet<&str> = contents.iter().flat_map(|(path, _)| folders_above(path)).collect();
        for folder in &folders {
            stage.attempt(folder, create_folder)?;
        }
        let mut written = Vec::new();
        for (path, bytes) in manifest_first(contents) {
            interrupted()?;
            stage.attempt(path, |file| {
                before(Step::Write(path))?;
                if take_over(&stage.folder.join(path), file, bytes).is_err() {
                    write_file(file, bytes)?;
                    written.push(path);
                }
                Ok(())
            })?;
        }
        // A second round, because the system can then write many files at once.
        for some in written.chunks(SYNCED_AT_ONCE) {
            stage.sync_files(some, interrupted)?;
        }
        for folder in folders.iter().rev() {
            stage.attempt(folder, sync_folder)?;
        }
        stage.attempt("", sync_folder)?;
        Ok(stage)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Called once the folder has been moved to its place.
    pub(super) fn has_become_the_site(&mut self) {
        self.is_temporary = false;
    }

    fn create(place: &Place) -> Result<Self, SiteError> {
        let path = place.beside(&format!(".tmp-{}", std::process::id()));
        match create_folder(&path) {
            Ok(()) => Ok(Self { path, folder: place.folder(), is_temporary: true }),
            Err(source) => Err(SiteError::CannotCreate { path, source }),
        }
    }

    /// Brings files to the disk side by side: each waits for the disk, which then serves many at once.
    fn sync_files(&self, paths: &[&str], interrupted: &dyn Fn() -> Result<(), Interrupted>) -> Result<(), SiteError> {
        let sync = |path: &str| self.attempt(path, sync_file);
        thread::scope(|scope| {
            let begin = |path| (path, thread::Builder::new().spawn_scoped(scope, move || sync(path)));
            let begun: Vec<_> = paths.iter().copied().map(begin).collect();
            begun.into_iter().try_for_each(|(path, begun)| {
                interrupted()?;
                match begun {
                    Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                    // The system has no more threads to give.
                    Err(_) => sync(path),
                }
            })
        })
    }

    fn attempt(&self, path: &str, step: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), SiteError> {
        step(&self.path.join(path)).map_err(|source| SiteError::CannotWrite { path: self.folder.join(path), source })
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.is_temporary {
            // We made this folder and all in it. What resists is cleared away by the next run.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// The manifest comes first, so that whatever is left by a killed run can be known as ours.
fn manifest_first(contents: &Contents) -> impl Iterator<Item = (&str, &[u8])> {
    let manifest = contents.iter().filter(|(path, _)| *path == MANIFEST);
    let others = contents.iter().filter(|(path, _)| *path != MANIFEST);
    manifest.chain(others)
}

fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)?;
    set_mode(path, 0o755)
}

/// Gives a file of the old site that holds these very bytes a second name: writing them again would take far longer.
///
/// Any error says that it cannot be done, and the bytes are written.
fn take_over(old: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Not what a link in the old site leads to: that belongs to someone else.
    if fs::canonicalize(old)? != old || !holds(old, bytes)? {
        return Err(io::ErrorKind::NotFound.into());
    }
    fs::hard_link(old, path)?;
    set_mode(path, 0o644).or_else(|error| fs::remove_file(path).and(Err(error)))
}

/// Whether a file holds these very bytes.
fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() != bytes.len() as u64 {
        return Ok(false);
    }
    let mut buffer = vec![0; COMPARED_AT_ONCE.min(bytes.len())];
    for block in bytes.chunks(COMPARED_AT_ONCE) {
        let read = &mut buffer[..block.len()];
        file.read_exact(read)?;
        if read != block {
            return Ok(false);
        }
    }
    Ok(true)
}

fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    set_mode(path, 0o644)
}

/// Readable for all whatever the umask, since a web server usually runs as someone else.
#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

fn sync_file(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.sync_all()
}

/// Brings the names in a folder to the disk: without it a rename is atomic but may not last.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(path)?.sync_all() {
        // Some network file systems have no such thing for folders.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}
