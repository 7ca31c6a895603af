//! Counts of different exports that do not add up: each is refused, with the files and what they say.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::{casefile, succeed};

/// Counts of exports, each of one table of leads.
struct Counts {
    folder: TempDir,
}

impl Counts {
    fn new() -> Counts {
        Counts { folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Counts leads with a header and rows, in a file of that name.
    fn of(self, name: &str, rows: &[&str]) -> Counts {
        let exports = self.path(&format!("exports {name}"));
        fs::create_dir(&exports).unwrap();
        fs::write(exports.join("leads.csv"), rows.join("\n") + "\n").unwrap();
        let project = "[report]\nas_of = \"2025-12-31\"\n";
        fs::write(self.path("day.toml"), project).unwrap();
        let mut command = casefile(&["tally"]);
        command.arg(&exports).arg("-o").arg(self.path(name)).arg("-c").arg(self.path("day.toml"));
        succeed(&mut command);
        self
    }

    /// What is said where these are added, with the names of files alone, and how it ends.
    fn added(&self, names: &[&str]) -> (String, Option<i32>) {
        let mut command = casefile(&["merge", "--quiet"]);
        command.args(names.iter().map(|name| self.path(name))).arg("-c").arg(self.path("day.toml"));
        let output = command.arg("-o").arg(self.path("site")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).replace(&format!("{}/", self.folder.path().display()), "");
        assert_eq!(output.status.success(), self.path("site").exists(), "{said}");
        let _ = fs::remove_dir_all(self.path("site"));
        (said, output.status.code())
    }

    fn refused(&self, names: &[&str], words: &str) {
        let (said, code) = self.added(names);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.starts_with("error: these counts do not add up: ") && said.contains(words), "{said}");
    }
}

#[test]
fn other_stages_are_named_with_the_file_that_has_them() {
    let counts = Counts::new()
        .of("north", &["lead_id,created_at,mql_at,sql_at", "L1,2025-01-20,2025-02-20,2025-03-20"])
        .of("south", &["lead_id,created_at,mql_at,sql_at", "L2,2025-01-20,2025-02-20,"]);
    let words = "leads of `north` reach other stages than those of `south`: SQL";
    counts.refused(&["north", "south"], words);
    counts.refused(&["south", "north"], words);
}

#[test]
fn what_is_given_twice_is_named_with_both_files() {
    let rows = ["lead_id,created_at,source", "L1,2025-01-20,Web"];
    let counts = Counts::new().of("one", &rows);
    fs::copy(counts.path("one"), counts.path("copy")).unwrap();
    counts.refused(&["one", "copy"], "one folder is in two of them, `one` and `copy`");
}

#[test]
fn dates_that_do_not_tell_the_day_must_be_read_as_those_of_the_others_are() {
    let header = "lead_id,created_at,source";
    let counts = Counts::new()
        .of("tells", &[header, "L1,20/03/2025,Web", "L2,02/03/2025,Web"])
        .of("tells not", &[header, "L3,02/03/2025,Web", "L4,04/03/2025,Fair"])
        .of("tells other", &[header, "L5,03/20/2025,Web", "L6,03/02/2025,Fair"])
        .of("hangs on nothing", &[header, "L7,05/05/2025,Web"]);
    counts.refused(&["tells", "tells not"], "`created_at` of ");
    let (said, _) = counts.added(&["tells", "tells not"]);
    for words in ["with the day first in `tells`", "with the month first in `tells not`", "`order`"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(counts.added(&["tells", "tells other"]).1, Some(0), "each says itself how it is written");
    assert_eq!(counts.added(&["tells other", "tells not"]).1, Some(0), "what is assumed is what the other tells");
    assert_eq!(counts.added(&["tells", "hangs on nothing"]).1, Some(0));
}
