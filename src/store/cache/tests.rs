//! The cache as a whole: what is given back is what was put, or nothing.

use std::fs::{self, OpenOptions};
use std::process::Command;
use std::time::{Duration, SystemTime};

use super::*;

const FOLDER: &str = "CASEFILE_TEST_CACHE";

fn key(name: &str) -> Key {
    Key::from(blake3::hash(name.as_bytes()))
}

/// An entry of two files, as long as `size`.
fn put(cache: &Cache, name: &str, size: usize) -> Entry {
    let put = cache.put(&key(name), |folder| -> Result<(), StoreError> {
        fs::write(folder.join("rows"), name.repeat(size)).unwrap();
        fs::write(folder.join("words"), name).unwrap();
        Ok(())
    });
    put.unwrap()
}

fn is_right(entry: &Entry, name: &str, size: usize) -> bool {
    entry.names().eq(["rows", "words"])
        && fs::read_to_string(entry.file("rows")).unwrap() == name.repeat(size)
        && fs::read_to_string(entry.file("words")).unwrap() == name
}

/// Makes an entry look unused for a while.
fn age(entry: &Entry, seconds: u64) {
    let file = OpenOptions::new().write(true).open(entry.file(MANIFEST)).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 - seconds)).unwrap();
}

/// Some file systems wait for the disk where a file is emptied and filled again.
fn replace(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names = names(folder).unwrap();
    names.sort();
    names
}

#[test]
fn an_entry_is_found_by_the_next_run() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("a/cache");
    let cache = Cache::open(&folder, 1000).unwrap();
    assert_eq!(cache.get(&key("x"), Check::Whole).unwrap(), None);
    let made = put(&cache, "x", 9);
    assert!(is_right(&made, "x", 9) && made.bytes() == 10);
    drop(cache);
    assert_eq!(names_in(&folder), [TAG, README, "lock", "v1"]);
    assert!(fs::read_to_string(folder.join(TAG)).unwrap().starts_with("Signature: 8a477f597d28d172789f06886806bc55\n"));
    let cache = Cache::open(&folder, 1000).unwrap();
    for check in [Check::Whole, Check::Ends] {
        assert_eq!(cache.get(&key("x"), check).unwrap(), Some(made.clone()));
    }
    assert_eq!(cache.get(&key("y"), Check::Whole).unwrap(), None);
    assert!(cache.size().unwrap() > 10);
    #[cfg(unix)]
    for path in [&folder, &folder.join("v1"), made.folder()] {
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o777, 0o700);
    }
    cache.clear().unwrap();
    assert!(!folder.exists());
}

#[test]
fn a_key_is_a_hash_and_leads_nowhere_else() {
    for text in ["", "../../x", &"A".repeat(64), &"a".repeat(63), &"é".repeat(32), &format!("../{}", "a".repeat(61))] {
        assert_eq!(Key::parse(text), None, "{text}");
    }
    assert_eq!(Key::parse(key("x").as_str()), Some(key("x")));
}

#[test]
fn what_was_there_first_is_kept() {
    let root = tempfile::tempdir().unwrap();
    let (one, two) = (Cache::open(root.path(), 1000).unwrap(), Cache::open(root.path(), 1000).unwrap());
    put(&one, "x", 9);
    let entry = two.put(&key("x"), |folder| -> Result<(), StoreError> {
        fs::write(folder.join("other"), "").unwrap();
        Ok(())
    });
    assert!(is_right(&entry.unwrap(), "x", 9));
}

#[test]
fn a_failed_attempt_leaves_nothing() {
    let root = tempfile::tempdir().unwrap();
    let cache = Cache::open(root.path(), 1000).unwrap();
    let failed = cache.put(&key("x"), |folder| {
        fs::write(folder.join("rows"), "half").unwrap();
        Err(StoreError::Refused { path: folder.to_owned(), what: "no" })
    });
    assert!(matches!(failed, Err(StoreError::Refused { what: "no", .. })));
    let nested = cache.put(&key("x"), |folder| -> Result<(), StoreError> {
        fs::create_dir(folder.join("deep")).unwrap();
        Ok(())
    });
    assert!(matches!(nested, Err(StoreError::Refused { .. })));
    assert_eq!(cache.get(&key("x"), Check::Whole).unwrap(), None);
    assert_eq!(cache.size().unwrap(), 0);
    assert_eq!(names_in(cache.staging.path()), ["lock"]);
}

#[test]
fn a_damaged_entry_is_absent_and_gone() {
    let root = tempfile::tempdir().unwrap();
    let cache = Cache::open(root.path(), 1_000_000).unwrap();
    let gone = |what: &str| {
        for check in [Check::Ends, Check::Whole] {
            assert_eq!(cache.get(&key("x"), check).unwrap(), None, "{what}");
        }
        assert!(!cache.place(&key("x")).exists(), "{what}");
    };
    for name in ["rows", "words", MANIFEST] {
        let bytes = fs::read(put(&cache, "x", 50).file(name)).unwrap();
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1 << (place % 8);
            replace(&put(&cache, "x", 50).file(name), &damaged);
            gone(&format!("byte {place} of {name} changed"));
            replace(&put(&cache, "x", 50).file(name), &bytes[..place]);
            gone(&format!("{name} cut to {place}"));
        }
        fs::remove_file(put(&cache, "x", 50).file(name)).unwrap();
        gone(&format!("no {name}"));
        let path = put(&cache, "x", 50).file(name);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        gone(&format!("a folder in place of {name}"));
    }
    fs::write(put(&cache, "x", 50).file("more"), "").unwrap();
    gone("one file more");
    let other = put(&cache, "y", 50);
    fs::create_dir_all(cache.place(&key("x")).parent().unwrap()).unwrap();
    fs::rename(other.folder(), cache.place(&key("x"))).unwrap();
    gone("the entry of another key");
    fs::write(cache.place(&key("x")), "a file").unwrap();
    gone("a file in place of the entry");
    assert!(is_right(&put(&cache, "x", 3), "x", 3));
}

#[test]
fn the_middle_of_a_large_file_needs_the_whole_check() {
    let root = tempfile::tempdir().unwrap();
    let cache = Cache::open(root.path(), 1_000_000).unwrap();
    let path = put(&cache, "x", 200_000).file("rows");
    let mut bytes = fs::read(&path).unwrap();
    bytes[1000] = b'y';
    fs::write(&path, &bytes).unwrap();
    assert!(cache.get(&key("x"), Check::Ends).unwrap().is_some());
    assert!(cache.get(&key("x"), Check::Whole).unwrap().is_none());
}

#[test]
fn the_longest_unused_go_first_and_the_used_stay() {
    let root = tempfile::tempdir().unwrap();
    let cache = Cache::open(root.path(), 0).unwrap();
    for (seconds, name) in ["new", "mid", "old", "oldest"].iter().enumerate() {
        age(&put(&cache, name, 1000), seconds as u64);
    }
    assert_eq!(cache.trim().unwrap(), 0, "all were made by this run");
    let all = cache.size().unwrap();
    drop(cache);
    let cache = Cache::open(root.path(), all - 1).unwrap();
    assert!(cache.get(&key("oldest"), Check::Ends).unwrap().is_some());
    assert!(cache.trim().unwrap() > 1000);
    let left = |name| cache.place(&key(name)).exists();
    assert_eq!(["new", "mid", "old", "oldest"].map(left), [true, true, false, true]);
    drop(cache);

    // What another living run has used stays too, even if that run came later.
    let cache = Cache::open(root.path(), 0).unwrap();
    let other = Cache::open(root.path(), 0).unwrap();
    assert!(other.get(&key("mid"), Check::Ends).unwrap().is_some());
    cache.trim().unwrap();
    let left = |name| cache.place(&key(name)).exists();
    assert_eq!(["new", "mid", "oldest"].map(left), [false, true, false], "`oldest` was used before either began");
}

#[test]
fn entries_of_another_version_count_and_go() {
    let root = tempfile::tempdir().unwrap();
    let cache = Cache::open(root.path(), 10).unwrap();
    let old = root.path().join("v0/ab/abc");
    fs::create_dir_all(&old).unwrap();
    fs::write(old.join("x"), "0123456789abc").unwrap();
    fs::create_dir_all(root.path().join("video/a/b")).unwrap();
    assert_eq!((cache.size().unwrap(), cache.trim().unwrap(), cache.size().unwrap()), (13, 13, 0));
    cache.clear().unwrap();
    assert_eq!(names_in(root.path()), [TAG, README, "lock", "video"], "something else is in it");
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let root = tempfile::tempdir().unwrap();
    for name in ["letter.txt", README, TAG] {
        let folder = root.path().join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(name), "Dear").unwrap();
        let error = Cache::open(&folder, 10).unwrap_err();
        assert!(matches!(error, StoreError::NotOurs { .. }), "{error}");
        assert_eq!(names_in(&folder), [name]);
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), "Dear");
    }
    let file = root.path().join("file");
    fs::write(&file, "Dear").unwrap();
    assert!(matches!(Cache::open(&file, 10), Err(StoreError::CannotWrite { .. })));
}

#[test]
fn what_a_killed_run_left_goes_at_the_next_opening() {
    let root = tempfile::tempdir().unwrap();
    let cache = Cache::open(root.path(), 10).unwrap();
    let killed = HeldFolder::create(root.path(), STAGING).unwrap();
    fs::create_dir(killed.path().join("0")).unwrap();
    fs::write(killed.path().join("0/rows"), "half").unwrap();
    let left = root.path().join("tmp-4294967295-3");
    fs::rename(killed.abandon(), &left).unwrap();
    assert!(left.exists() && cache.size().unwrap() == 0);
    drop(Cache::open(root.path(), 10).unwrap());
    assert!(!left.exists() && cache.staging.path().exists());
}

/// Not a test by itself: one of several runs that the next test starts.
#[test]
#[ignore = "started by the test below"]
fn a_run_among_others() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    for round in 0..15_usize {
        let cache = Cache::open(Path::new(&folder), 3_000).unwrap();
        for turn in 0..8_usize {
            let name = format!("{}", (round * 7 + turn * 3 + std::process::id() as usize) % 10);
            let entry = cache.get(&key(&name), Check::Whole).unwrap();
            let entry = entry.unwrap_or_else(|| put(&cache, &name, 500));
            cache.trim().unwrap();
            assert!(is_right(&entry, &name, 500), "{name}");
        }
        if round == 13 && std::env::var_os("CASEFILE_TEST_KILLED").is_some() {
            std::process::abort();
        }
    }
}

#[test]
fn several_runs_at_once_do_not_disturb_each_other() {
    let root = tempfile::tempdir().unwrap();
    let run = |killed: bool| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["a_run_among_others", "--ignored"]).env(FOLDER, root.path());
        if killed {
            command.env("CASEFILE_TEST_KILLED", "yes");
        }
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let runs = [false, true, false, true].map(|killed| (killed, run(killed)));
    for (killed, run) in runs {
        let output = run.wait_with_output().unwrap();
        // A test that fails says why on its output.
        let said = [output.stdout, output.stderr].concat();
        assert_eq!(output.status.success(), !killed, "{}", String::from_utf8_lossy(&said));
    }
    let cache = Cache::open(root.path(), 3_000).unwrap();
    cache.trim().unwrap();
    assert!(cache.size().unwrap() <= 3_000);
    assert_eq!(names_in(root.path()).iter().filter(|name| name.starts_with(STAGING)).count(), 1);
}
