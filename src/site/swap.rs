//! Old site out, new site in.
//!
//! Takes the finished temporary folder; gives the place where the old site lies afterwards. In one
//! step where the system can exchange two names (Linux, `renameat2`), else in two renames, of which a
//! failed second is taken back here and one that never came is taken back by the next run.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::SiteError;
use super::stage::{Before, Stage, Step};
use super::target::{Place, check_replaceable};

/// Puts the staged site in its place; gives where the old one is now, if there was one.
pub(super) fn swap(place: &Place, stage: &mut Stage, before: Before<'_>) -> Result<Option<PathBuf>, SiteError> {
    let folder = place.folder();
    // Looked at again: someone may have put files there while the pages were written.
    check_replaceable(&folder)?;
    let result = match folder.symlink_metadata() {
        Err(_) => move_in(stage.path(), &folder, before).map(|()| None),
        Ok(_) => replace(place, stage.path(), before).map(Some),
    };
    match result {
        Ok(old) => {
            stage.has_become_the_site();
            Ok(old)
        }
        Err(error) => Err(named(error, folder)),
    }
}

fn replace(place: &Place, stage: &Path, before: Before<'_>) -> io::Result<PathBuf> {
    let folder = place.folder();
    match before(Step::Exchange).and_then(|()| exchange(stage, &folder)) {
        Ok(()) => Ok(stage.to_owned()),
        // The system, or this file system, has no such exchange.
        Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput) => {
            let old = place.beside(&format!(".old-{}", std::process::id()));
            replace_in_two_steps(stage, &folder, &old, before)?;
            Ok(old)
        }
        Err(error) => Err(error),
    }
}

fn replace_in_two_steps(stage: &Path, folder: &Path, old: &Path, before: Before<'_>) -> io::Result<()> {
    before(Step::MoveOldAway).and_then(|()| fs::rename(folder, old))?;
    move_in(stage, folder, before).inspect_err(|_| {
        // Should this fail too, the next run finds the old site and puts it back.
        let _ = fs::rename(old, folder);
    })
}

fn move_in(stage: &Path, folder: &Path, before: Before<'_>) -> io::Result<()> {
    before(Step::MoveNewIn).and_then(|()| fs::rename(stage, folder))
}

#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};

    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn named(error: io::Error, folder: PathBuf) -> SiteError {
    match error.kind() {
        io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => SiteError::MountPoint { target: folder },
        _ => SiteError::CannotWrite { path: folder, source: error },
    }
}
