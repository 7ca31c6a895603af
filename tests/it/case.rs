//! Exports small enough to count by hand: a folder of them, a project file, and what the program makes of it.

use std::fs;

use tempfile::TempDir;

use crate::support::{Figures, casefile};

/// A folder of exports, and a project file beside it where there is one.
pub struct Case {
    /// Removed with the value.
    pub folder: TempDir,
}

/// What a build came to.
pub struct Built {
    /// All that is published.
    pub figures: Figures,
    /// What `check` says.
    pub check: String,
}

impl Case {
    /// No exports yet.
    pub fn new() -> Case {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("exports")).unwrap();
        Case { folder }
    }

    /// Adds a file to the exports.
    pub fn file(self, name: &str, text: &str) -> Case {
        fs::write(self.folder.path().join("exports").join(name), text).unwrap();
        self
    }

    /// With this project file.
    pub fn project(self, text: &str) -> Case {
        fs::write(self.folder.path().join("casefile.toml"), text).unwrap();
        self
    }

    /// Runs a command on it; gives the exit code and all that is said.
    pub fn run(&self, command: &str) -> (Option<i32>, String) {
        let mut command = casefile(&[command]);
        command.arg(self.folder.path().join("exports")).current_dir(self.folder.path());
        let project = self.folder.path().join("casefile.toml");
        if project.exists() {
            command.arg("-c").arg(project);
        }
        if command.get_args().next().is_some_and(|name| name == "build") {
            command.arg("-o").arg(self.folder.path().join("site"));
        }
        if command.get_args().next().is_some_and(|name| name != "inspect") {
            command.arg("--no-cache");
        }
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text)
    }

    /// Builds the site, which must end well.
    pub fn build(self) -> Built {
        let (code, text) = self.run("build");
        assert_eq!(code, Some(0), "{text}");
        let (_, check) = self.run("check");
        Built { figures: Figures::of(&self.folder.path().join("site")), check }
    }
}

impl Built {
    /// The value of a figure over all data; nothing published is nothing.
    pub fn all(&self, id: &str) -> Option<f64> {
        self.figures.find(id, "all", "", "").and_then(|figure| figure.value)
    }

    /// The value of a figure of a member.
    pub fn of(&self, id: &str, dimension: &str, member: &str) -> Option<f64> {
        self.figures.find(id, "all", dimension, member).and_then(|figure| figure.value)
    }

    /// Holds that figures of the whole over all data have these values; nothing published is 0.
    #[track_caller]
    pub fn holds(&self, expected: &[(&str, f64)]) {
        for (id, value) in expected {
            assert_eq!(self.all(id).unwrap_or_default(), *value, "{id}\n{}", self.check);
        }
    }

    /// Holds that a line of `check` has all these words.
    #[track_caller]
    pub fn says(&self, words: &[&str]) {
        let is_said = self.check.lines().any(|line| words.iter().all(|word| line.contains(word)));
        assert!(is_said, "nothing said like {words:?} in\n{}", self.check);
    }
}

/// Four leads of two sources.
pub const LEADS: &str = "lead_id,email,lead_source,created_at\n\
    L1,p1@example.com,Web,2026-01-02\nL2,p2@example.com,Web,2026-01-03\n\
    L3,p3@example.com,Fair,2026-01-04\nL4,p4@example.com,Fair,2026-01-05\n";
