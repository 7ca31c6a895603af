//! Inputs that once broke a promise, found by `fuzz/`: each is put through the check of its target again.

mod checks;

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

use crate::support::processor_time;

/// Longer than any of them takes, on any machine and without optimisation: for what never ends.
const PATIENCE: Duration = Duration::from_secs(600);
/// A find of this size was one because it took long, in bytes.
const LARGE: usize = 16 << 10;

#[test]
fn what_was_found_once_stays_mended() {
    for (target, check) in checks::CHECKS {
        for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/found").join(target)) {
            let bytes = fs::read(&path).expect("a file that was listed can be read");
            let (done, finished) = mpsc::channel();
            let worker = thread::spawn(move || {
                let once = seconds_of(|| check(&bytes));
                let twice = if bytes.len() < LARGE { 0.0 } else { seconds_of(|| check(&bytes.repeat(2))) };
                // Whoever waited may have given up.
                let _ = done.send((once, twice));
            });
            match finished.recv_timeout(PATIENCE) {
                // What is below a quarter of a second is too little to be measured.
                Ok((once, twice)) => assert!(
                    twice < 3.0 * once + 0.25,
                    "{} takes {once} s of the processor, and twice as much of it {twice} s",
                    path.display()
                ),
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

/// The seconds of the processor that this thread spends on something; 0 where the system does not tell.
fn seconds_of(work: impl FnOnce()) -> f64 {
    let so_far = || processor_time(Path::new("/proc/thread-self/stat")).map_or(0.0, |(_, seconds)| seconds);
    let before = so_far();
    work();
    so_far() - before
}

/// What is in a folder, in order; nothing where there is no such folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.sort();
    paths
}
