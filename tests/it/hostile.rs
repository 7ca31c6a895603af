//! Bad input: each row of the table of faults that concerns files, encodings, dialect and shape, workbooks, Parquet and
//! archives, through the real program. A [`Case`] reads like a row of that table: its number, what is wrong, the input,
//! and the outcome that must come of it.

mod archives;
mod encodings;
mod folders;
mod shapes;
mod sizes;
mod workbooks;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::{Figures, casefile, root};

/// A table in its normal form: what `normalize` must write, however it came.
pub const TABLE: &str = "lead_id,created_at,email,source,owner,status\n\
    L1,2026-01-05,ada@firm.example,Webinar,Tom Baker,New\n\
    L2,2026-01-07,ben@firm.example,Referral,Jörg Keller,Qualified\n\
    L3,2026-01-09,cleo@firm.example,\"Trade fair, hall 4\",Tom Baker,New\n\
    L4,2026-01-12,dan@firm.example,Organic search,Mia Stone,Rejected\n\
    L5,2026-01-14,eve@firm.example,\"Paid social\nspring\",\"Ann \"\"Annie\"\" Lee\",New\n\
    L6,2026-01-15,finn@firm.example,Paid search,Mia Stone,Converted\n\
    L7,2026-01-19,gwen@firm.example,,Tom Baker,New\n\
    L8,2026-01-21,hugo@firm.example,Webinar,Mia Stone,Recycled\n";

/// Another, with amounts.
pub const DEALS: &str = "deal_id,account,closed_at,outcome,amount\n\
    D1,North,2026-01-05,won,1250.50\n\
    D2,South,2026-01-07,lost,980.00\n\
    D3,East,2026-01-09,won,15400.75\n\
    D4,West,2026-01-12,open,310.20\n\
    D5,North,2026-01-14,won,2245.99\n";

/// What must come of a file.
pub enum Outcome {
    /// Exit code 0, this table in its normal form, and on standard error these words.
    Reads(String, &'static [&'static str]),
    /// Exit code 65, nothing on standard output, and on standard error one line with these words.
    Refused(&'static [&'static str]),
}

/// A row of the table of faults.
pub struct Case {
    row: u32,
    what: &'static str,
    input: Vec<u8>,
    outcome: Outcome,
}

/// A file that must be read as [`TABLE`], with these words on standard error.
pub fn reads(row: u32, what: &'static str, input: impl Into<Vec<u8>>, says: &'static [&'static str]) -> Case {
    reads_as(row, what, input, TABLE, says)
}

/// A file that must be read as this table.
pub fn reads_as(
    row: u32,
    what: &'static str,
    input: impl Into<Vec<u8>>,
    table: impl Into<String>,
    says: &'static [&'static str],
) -> Case {
    Case { row, what, input: input.into(), outcome: Outcome::Reads(table.into(), says) }
}

/// A file that must be refused with these words.
pub fn refused(row: u32, what: &'static str, input: impl Into<Vec<u8>>, says: &'static [&'static str]) -> Case {
    Case { row, what, input: input.into(), outcome: Outcome::Refused(says) }
}

/// A file of `tests/fixtures/hostile`.
pub fn fixture(name: &str) -> Vec<u8> {
    fs::read(root().join("tests/fixtures/hostile").join(name)).unwrap()
}

/// What a run came to.
pub struct Run {
    pub code: Option<i32>,
    pub output: Vec<u8>,
    pub message: String,
}

pub fn normalize(path: &Path) -> Run {
    let output = casefile(&["normalize"]).arg(path).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    Run { code: output.status.code(), output: output.stdout, message }
}

/// Holds every case, and says all that are missed.
pub fn hold(cases: Vec<Case>) {
    let folder = TempDir::new().unwrap();
    let mut missed = Vec::new();
    for case in cases {
        // A name that tells nothing.
        let path = folder.path().join("export.csv");
        fs::write(&path, &case.input).unwrap();
        let run = normalize(&path);
        if let Some(fault) = case.fault(&run) {
            missed.push(format!("row {}, {}: {fault}", case.row, case.what));
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

impl Case {
    fn fault(&self, run: &Run) -> Option<String> {
        let (code, says) = match &self.outcome {
            Outcome::Reads(_, says) => (0, says),
            Outcome::Refused(says) => (65, says),
        };
        let message = run.message.trim_end();
        if run.code != Some(code) {
            return Some(format!("exit {:?} instead of {code}: {message}", run.code));
        }
        if let Some(word) = says.iter().find(|word| !message.contains(**word)) {
            return Some(format!("`{word}` is not said: {message}"));
        }
        match &self.outcome {
            Outcome::Reads(table, _) if run.output != table.as_bytes() => {
                let output = String::from_utf8_lossy(&run.output).into_owned();
                let found: Vec<&str> = output.lines().collect();
                let at = table.lines().zip(&found).position(|(wanted, found)| wanted != *found);
                let at = at.unwrap_or_else(|| found.len().min(table.lines().count()));
                let cut = |line: Option<&str>| line.map(|line| line.chars().take(200).collect::<String>());
                let (found, wanted) = (cut(found.get(at).copied()), cut(table.lines().nth(at)));
                Some(format!("line {}: {found:?} instead of {wanted:?}; {message}", at + 1))
            }
            Outcome::Refused(_) if message.lines().count() != 1 || !run.output.is_empty() => {
                Some(format!("not one line, or something written: {message}"))
            }
            _ => None,
        }
    }
}

/// A build of a folder of such files.
pub struct Build {
    _folder: TempDir,
    pub code: Option<i32>,
    pub message: String,
    site: PathBuf,
}

/// Builds a folder of files, named and filled so.
pub fn build(files: &[(&str, &[u8])], more: &[&str]) -> Build {
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    for (name, content) in files {
        let path = exports.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let site = folder.path().join("site");
    let output = casefile(&["build"]).arg(&exports).arg("-o").arg(&site).args(more).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    Build { code: output.status.code(), message, site, _folder: folder }
}

impl Build {
    /// A count over all data.
    pub fn figure(&self, figure: &str) -> f64 {
        assert_eq!(self.code, Some(0), "{}", self.message);
        Figures::of(&self.site).count(figure, "", "")
    }

    /// The words of the data page, tags left out.
    pub fn data_page(&self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.message);
        let page = fs::read_to_string(self.site.join("data.html")).unwrap();
        let mut words = String::new();
        let mut in_tag = false;
        for c in page.chars() {
            match c {
                '<' => in_tag = true,
                '>' => in_tag = false,
                c if !in_tag => words.push(c),
                _ => {}
            }
        }
        words.split_whitespace().collect::<Vec<&str>>().join(" ")
    }

    /// Holds that the data page says all these.
    pub fn says(&self, words: &[&str]) {
        let page = self.data_page();
        let missing: Vec<_> = words.iter().filter(|word| !page.contains(**word)).collect();
        assert!(missing.is_empty(), "not on the data page: {missing:?}\n{page}");
    }

    /// Holds that the data page says none of these.
    pub fn does_not_say(&self, words: &[&str]) {
        let page = self.data_page();
        let found: Vec<_> = words.iter().filter(|word| page.contains(**word)).collect();
        assert!(found.is_empty(), "on the data page: {found:?}");
    }
}
