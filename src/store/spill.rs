//! Room on disk for what does not fit into memory: takes a parent folder, gives a folder of our own that is gone when
//! the run has ended. What is written there, and in what form, is left to others.

use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::held::{HeldFolder, remove_stale};

const PREFIX: &str = "casefile-spill-";

/// A temporary folder `casefile-spill-<process>-<number>`, removed when dropped. If the run is killed, the next one in
/// the same parent removes it.
#[derive(Debug)]
pub struct Spill {
    folder: HeldFolder,
}

impl Spill {
    /// Makes a folder that only its owner may enter, and removes what killed runs left.
    pub fn create(parent: &Path) -> Result<Spill, StoreError> {
        remove_stale(parent, PREFIX);
        Ok(Spill { folder: HeldFolder::create(parent, PREFIX)? })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A place for a file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Holds that such a folder can be made in `parent`.
///
/// # Errors
/// Where it cannot; `parent` is named.
pub fn check_parent(parent: &Path) -> Result<(), StoreError> {
    match Spill::create(parent) {
        Ok(_) => Ok(()),
        Err(StoreError::CannotWrite { source, .. }) => Err(StoreError::CannotWrite { path: parent.to_owned(), source }),
        Err(other) => Err(other),
    }
}

/// Removes a file of such a folder before its time. Where that fails, it goes with the folder.
pub fn discard(path: &Path) {
    let _ = std::fs::remove_file(path);
}

/// Holds that so many bytes are free on the file system of a folder. Where the system does not know, writing will show.
///
/// # Errors
/// Where they are not.
pub fn check_room(folder: &Path, needed: u64) -> Result<(), StoreError> {
    match free_bytes(folder) {
        Ok(free) if free < needed => Err(StoreError::NoRoom { folder: folder.to_owned(), needed, free }),
        _ => Ok(()),
    }
}

/// Bytes that we may still write on the file system of a folder.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Result<u64, StoreError> {
    let system = rustix::fs::statvfs(folder);
    let system = system.map_err(|error| StoreError::CannotRead { path: folder.to_owned(), source: error.into() })?;
    // A file system that knows no size of its own, as some over a network do not, says nothing.
    if system.f_blocks == 0 {
        return Ok(u64::MAX);
    }
    Ok(system.f_bavail.saturating_mul(system.f_frsize))
}

/// Bytes that we may still write; not asked for on this system.
#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Result<u64, StoreError> {
    Ok(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    use super::*;

    const PARENT: &str = "CASEFILE_TEST_SPILL";

    #[test]
    fn the_folder_goes_with_its_owner() {
        let parent = tempfile::tempdir().unwrap();
        let (one, two) = (Spill::create(parent.path()).unwrap(), Spill::create(parent.path()).unwrap());
        fs::write(one.file("bucket-0"), "rows").unwrap();
        fs::write(two.file("bucket-0"), "rows").unwrap();
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&one.path().metadata().unwrap().permissions()) & 0o777,
            0o700
        );
        drop(one);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
        drop(two);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
        check_parent(parent.path()).unwrap();
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
        let nowhere = Spill::create(&parent.path().join("none"));
        assert!(matches!(nowhere, Err(StoreError::CannotWrite { path, .. }) if path.starts_with(parent.path())));
    }

    #[test]
    fn free_bytes_are_known() {
        let parent = tempfile::tempdir().unwrap();
        assert!(free_bytes(parent.path()).unwrap() > 0);
        check_room(parent.path(), 1).unwrap();
        assert!(cfg!(not(unix)) || free_bytes(&parent.path().join("none")).is_err());
    }

    /// Not a test by itself: the run that the next test kills.
    #[test]
    #[ignore = "started by the test below"]
    fn a_run_that_waits_to_be_killed() {
        if let Some(parent) = std::env::var_os(PARENT) {
            let spill = Spill::create(Path::new(&parent)).unwrap();
            fs::write(spill.file("bucket-0"), vec![7; 100_000]).unwrap();
            println!("\nready {}", spill.path().display());
            std::thread::sleep(std::time::Duration::from_secs(60));
        }
    }

    #[test]
    fn what_a_killed_run_left_goes_with_the_next() {
        let parent = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["a_run_that_waits_to_be_killed", "--ignored", "--nocapture"])
            .env(PARENT, parent.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.map(Result::unwrap).find_map(|line| Some(line.strip_prefix("ready ")?.to_owned()));
        let left = PathBuf::from(ready.unwrap());
        drop(Spill::create(parent.path()).unwrap());
        assert!(left.join("bucket-0").exists(), "while it lives, nobody takes it");
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(left.join("bucket-0").exists());
        drop(Spill::create(parent.path()).unwrap());
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }
}
