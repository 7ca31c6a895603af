//! Old sites and what killed runs left behind, cleared away without costing anyone a file.
//!
//! Only files that a manifest of ours lists are removed. What else lies in an old site (a server's
//! settings, someone's notes) is set aside in `NAME.kept-1` beside the site, and the caller told.
//! All of this runs under the lock, so nothing here belongs to a run that is still going.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::manifest::listed_files;
use super::stage::sync_folder;
use super::target::Place;
use super::{MANIFEST, SiteError};

/// What desktops leave in folders that were looked at; not worth keeping.
const DROPPINGS: [&str; 4] = [".DS_Store", "Thumbs.db", "desktop.ini", ".directory"];

/// Puts back an old site whose successor never came, then removes the leftovers of killed runs.
///
/// Gives the folders in which files of others were set aside.
pub(super) fn clear_leftovers(place: &Place) -> Result<Vec<PathBuf>, SiteError> {
    let unreadable = |source| SiteError::Unreadable { path: place.parent.clone(), source };
    put_back(place).map_err(unreadable)?;
    let begun = folders_beside(place, ".tmp-").map_err(unreadable)?;
    let old = folders_beside(place, ".old-").map_err(unreadable)?;
    let begun = begun.iter().filter(|folder| is_ours(folder) || is_barely_begun(folder));
    let old = old.iter().filter(|folder| is_ours(folder));
    Ok(begun.chain(old).filter_map(|folder| remove_site(place, folder)).collect())
}

/// Removes an old site; gives the folder in which files of others were set aside, if there were any.
///
/// A failure is not an error: the new site stands, and the next run tries again.
pub(super) fn remove_site(place: &Place, folder: &Path) -> Option<PathBuf> {
    let listed = listed_files(folder).ok()?.unwrap_or_default();
    sweep(folder, "", &listed).ok()?;
    // The manifest goes last: what is half removed can still be known as ours.
    if holds_only_a_manifest(folder).ok()? {
        remove_manifest(folder);
        let _ = fs::remove_dir(folder);
        return None;
    }
    let kept = free_name(place);
    fs::rename(folder, &kept).ok()?;
    if listed.contains(MANIFEST) {
        remove_manifest(&kept);
    }
    Some(kept)
}

fn is_ours(folder: &Path) -> bool {
    matches!(listed_files(folder), Ok(Some(_)))
}

/// Removes the listed files below `folder`, and folders that are empty then. Links are not followed.
fn sweep(folder: &Path, prefix: &str, listed: &BTreeSet<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() {
            sweep(&entry.path(), &format!("{path}/"), listed)?;
            // Fails where something was kept in it, as it should.
            let _ = fs::remove_dir(entry.path());
        } else if kind.is_file() && path != MANIFEST && (listed.contains(&path) || DROPPINGS.contains(&name)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A folder of a run that was killed before its manifest was complete: there is no file in it yet but that, and no folder
/// in which there is one.
fn is_barely_begun(folder: &Path) -> bool {
    fn has_no_file_but(folder: &Path, name: Option<&str>) -> io::Result<bool> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let is_none = match entry.file_type()?.is_dir() {
                true => has_no_file_but(&entry.path(), None)?,
                false => name.is_some_and(|name| entry.file_name() == name),
            };
            if !is_none {
                return Ok(false);
            }
        }
        Ok(true)
    }
    has_no_file_but(folder, Some(MANIFEST)).unwrap_or(false)
}

fn holds_only_a_manifest(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        if entry?.file_name() != MANIFEST {
            return Ok(false);
        }
    }
    Ok(true)
}

fn remove_manifest(folder: &Path) {
    let _ = fs::remove_file(folder.join(MANIFEST));
}

/// A run that was killed between its two renames leaves no site, but the old one under its other name.
fn put_back(place: &Place) -> io::Result<()> {
    if place.folder().symlink_metadata().is_ok() {
        return Ok(());
    }
    let mut ours = Vec::new();
    for folder in folders_beside(place, ".old-")? {
        if listed_files(&folder)?.is_some() {
            ours.push((folder.metadata()?.modified()?, folder));
        }
    }
    if let Some((_, newest)) = ours.into_iter().max() {
        fs::rename(newest, place.folder())?;
        sync_folder(&place.parent)?;
    }
    Ok(())
}

/// The folders `.NAME.tmp-1234` and the like, in the order of their names.
fn folders_beside(place: &Place, ending: &str) -> io::Result<Vec<PathBuf>> {
    let beginning = place.beside(ending);
    let beginning = beginning.file_name().unwrap_or_default();
    let mut folders = Vec::new();
    for entry in fs::read_dir(&place.parent)? {
        let entry = entry?;
        if has_process_after(&entry.file_name(), beginning) && entry.file_type()?.is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort();
    Ok(folders)
}

fn has_process_after(name: &OsStr, beginning: &OsStr) -> bool {
    name.as_encoded_bytes()
        .strip_prefix(beginning.as_encoded_bytes())
        .is_some_and(|rest| !rest.is_empty() && rest.iter().all(u8::is_ascii_digit))
}

fn free_name(place: &Place) -> PathBuf {
    let mut number: u64 = 1;
    loop {
        let name = place.sibling(&format!(".kept-{number}"));
        if name.symlink_metadata().is_err() {
            return name;
        }
        number += 1;
    }
}
