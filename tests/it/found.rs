//! Inputs that once broke a promise, found by `fuzz/`: each is put through the check of its target again.

mod checks;

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

/// Longer than any of them takes, on any machine and without optimisation.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn what_was_found_once_stays_mended() {
    for (target, check) in checks::CHECKS {
        for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/found").join(target)) {
            let bytes = fs::read(&path).expect("a file that was listed can be read");
            let (done, finished) = mpsc::channel();
            let worker = thread::spawn(move || {
                check(&bytes);
                // Whoever waited may have given up.
                let _ = done.send(());
            });
            match finished.recv_timeout(PATIENCE) {
                Ok(()) => {}
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("{} takes too long", path.display()),
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    assert!(worker.join().is_ok(), "{} breaks the check of `{target}`", path.display());
                }
            }
        }
    }
}

#[test]
fn every_folder_of_finds_has_its_check() {
    for folder in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/found")) {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        assert!(checks::CHECKS.iter().any(|(target, _)| *target == name), "no target is called {name}");
    }
}

/// What is in a folder, in order; nothing where there is no such folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.sort();
    paths
}
