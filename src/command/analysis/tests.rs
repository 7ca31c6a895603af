//! A run that is stopped at any of its check points, or that could not read a file, leaves nothing behind that another run
//! would take for an answer.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Crc;
use tempfile::TempDir;

use super::*;
use crate::cli::Keep;
use crate::demo::{self, Plan, Style};
use crate::intake::failure::Halt;

/// Exports that are large enough to be kept.
static DEMO: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    demo::write(folder.path(), &Plan { leads: 6_000, seed: 1, style: Style::Plain }, &mut |_| {}).unwrap();
    folder
});

/// The names and bytes of its tables.
fn tables() -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(DEMO.path()).unwrap().map(Result::unwrap);
    let csv = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "csv"));
    let mut files: Vec<(String, Vec<u8>)> =
        csv.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())).collect();
    files.sort();
    files
}

/// An archive of some files, stored as they are.
fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut data, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let mut crc = Crc::new();
        crc.update(bytes);
        let size = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let common = [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &crc.sum().to_le_bytes(), &size, &size, &length, &[0, 0]];
        let common = common.concat();
        let at = u32::try_from(data.len()).unwrap().to_le_bytes();
        directory.extend([b"PK\x01\x02\x14\x00", &common[..], &[0; 10], &at, name.as_bytes()].concat());
        data.extend([b"PK\x03\x04", &common[..], name.as_bytes(), bytes].concat());
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let [size, at] = [&directory, &data].map(|part| u32::try_from(part.len()).unwrap().to_le_bytes());
    let end = [b"PK\x05\x06\0\0\0\0", &count[..], &count, &size, &at, &[0, 0]].concat();
    [data, directory, end].concat()
}

/// The ways in which the same tables may lie in a folder.
fn layouts() -> Vec<(&'static str, TempDir)> {
    let folder = || TempDir::new().unwrap();
    let (plain, packed, mixed) = (folder(), folder(), folder());
    let files = tables();
    files.iter().for_each(|(name, bytes)| fs::write(plain.path().join(name), bytes).unwrap());
    fs::write(packed.path().join("all.zip"), archive(&files)).unwrap();
    let (first, rest) = files.split_at(2);
    fs::write(mixed.path().join("some.zip"), archive(first)).unwrap();
    rest.iter().for_each(|(name, bytes)| fs::write(mixed.path().join(name), bytes).unwrap());
    vec![("plain", plain), ("packed", packed), ("mixed", mixed)]
}

fn cache_in(folder: &Path) -> Kept {
    Kept::new(&Keep { cache: Some(folder.to_owned()), no_cache: false }, &Voice::new(true)).unwrap()
}

/// All that is found, in so many parts, as one text; what `go_on` says at each check point may end the run.
fn found_in(
    exports: &Path,
    parts: Option<usize>,
    kept: &Kept,
    go_on: &(dyn Fn() -> io::Result<()> + Sync),
) -> Result<String, Failure> {
    let scratch = TempDir::new().unwrap();
    let means = Resources { memory: 1 << 30, scratch: scratch.path(), parts, cache: None, go_on, notify: &|_| {} };
    let Analysis { report, files, skipped, .. } =
        analyse(exports, &Project::default(), None, &means, kept, &Voice::new(true))?;
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0, "what went through the disk is gone");
    Ok(format!("{:?}\n{files:?}\n{skipped:?}", report.figures))
}

fn always() -> io::Result<()> {
    Ok(())
}

/// How two long texts differ, in short.
fn assert_same(found: &str, expected: &str, what: &str) {
    let at = found.bytes().zip(expected.bytes()).position(|(one, other)| one != other);
    let around = |text: &str, at: usize| text.chars().skip(at.saturating_sub(200)).take(400).collect::<String>();
    if let Some(at) = at {
        panic!("{what}:\n{}\n\nand not\n\n{}", around(found, at), around(expected, at));
    }
    assert_eq!(found.len(), expected.len(), "{what}");
}

#[test]
fn a_run_that_is_stopped_anywhere_leaves_no_answer_that_it_did_not_get() {
    for (layout, exports) in layouts() {
        // What is in parts goes the same way in every layout.
        for parts in [None, Some(3)].into_iter().filter(|parts| parts.is_none() || layout == "mixed") {
            let expected = found_in(exports.path(), parts, &Kept::nothing(), &always).unwrap();
            let mut stops = 0;
            for stop in 1.. {
                let cache = TempDir::new().unwrap();
                let calls = AtomicU64::new(0);
                let go_on = || match calls.fetch_add(1, Ordering::SeqCst) + 1 {
                    call if call >= stop => Err(io::Error::other("asked to")),
                    _ => Ok(()),
                };
                let first = found_in(exports.path(), parts, &cache_in(cache.path()), &go_on);
                let what = format!("{layout}, {parts:?}, stopped at check point {stop}");
                let Err(failure) = first else {
                    assert!(calls.into_inner() < stop, "{what}: it was not obeyed");
                    break;
                };
                assert!(matches!(failure, Failure::Halted(Halt::Stopped(_))), "{what}: {failure}");
                stops += 1;
                // What is kept of it serves the next run.
                let again = found_in(exports.path(), parts, &cache_in(cache.path()), &always).unwrap();
                assert_same(&again, &expected, &what);
            }
            assert!(stops >= 8, "{layout}, {parts:?}: {stops} check points");
        }
    }
}

#[test]
fn a_file_that_was_written_to_while_it_was_read_is_read_anew_by_the_next_run() {
    for (layout, exports) in layouts() {
        let expected = found_in(exports.path(), None, &Kept::nothing(), &always).unwrap();
        let largest = fs::read_dir(exports.path()).unwrap().map(|entry| entry.unwrap().path());
        let largest = largest.max_by_key(|path| path.metadata().unwrap().len()).unwrap();
        let (content, written) = (fs::read(&largest).unwrap(), largest.metadata().unwrap().modified().unwrap());
        let cache = TempDir::new().unwrap();
        // It grows at every check point, so that reading it twice does not help; at the end it is as before.
        let grow = || {
            let mut file = fs::File::options().append(true).open(&largest)?;
            file.write_all(b"more\n")
        };
        match found_in(exports.path(), None, &cache_in(cache.path()), &grow) {
            Ok(found) => assert!(found.contains("it changed while it was read"), "{layout}"),
            Err(Failure::Intake(intake::IntakeError::NoData { .. })) => assert_eq!(layout, "packed"),
            Err(other) => panic!("{layout}: {other}"),
        }
        fs::write(&largest, content).unwrap();
        fs::File::options().write(true).open(&largest).unwrap().set_modified(written).unwrap();
        let again = found_in(exports.path(), None, &cache_in(cache.path()), &always).unwrap();
        assert_same(&again, &expected, layout);
    }
}

#[test]
fn counts_that_lack_a_file_which_could_not_be_read_are_not_kept() {
    let (_, exports) = layouts().swap_remove(0);
    let cache = TempDir::new().unwrap();
    let kept = cache_in(cache.path());
    let (project, voice) = (Project::default(), Voice::new(true));
    assert!(kept.get(exports.path(), &project, &voice).unwrap().is_none());
    let scratch = std::env::temp_dir();
    let means =
        Resources { memory: 1 << 30, scratch: &scratch, parts: None, cache: None, go_on: &always, notify: &|_| {} };
    let part = count(exports.path(), &project, &means, None, &voice).unwrap();
    let lacking = Skipped::this_time("deals.csv", "cannot be read: input/output error");
    let skipped = part.skipped.iter().cloned().chain([lacking]).collect();
    kept.put(exports.path(), &project, &Part { skipped, ..part.clone() }, &voice).unwrap();
    assert!(kept.get(exports.path(), &project, &voice).unwrap().is_none());
    // Of files that were not there when the run began, neither.
    let mut other = part.clone();
    other.files[0].name = "gone.csv".to_owned();
    kept.put(exports.path(), &project, &other, &voice).unwrap();
    assert!(kept.get(exports.path(), &project, &voice).unwrap().is_none());
    kept.put(exports.path(), &project, &part, &voice).unwrap();
    assert!(kept.get(exports.path(), &project, &voice).unwrap().is_some());
}
