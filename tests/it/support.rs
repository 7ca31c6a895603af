//! What the tests share: the program, sites built with it, their figures, and the shared data where a machine has it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{LazyLock, Mutex};

use tempfile::TempDir;

/// The program under test.
pub fn casefile(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casefile"));
    // What a run keeps for the next one is not the user's business here.
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    command.args(arguments).current_dir(root()).env("XDG_CACHE_HOME", kept);
    command
}

/// The folder of the package.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program and holds that it ended well.
pub fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// A folder of the data that stands beside the package, or nothing, said aloud, on a machine without it.
///
/// # Panics
/// Where it is not there, though `CASEFILE_REQUIRE_DATA` is set.
pub fn shared_data(folder: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    assert!(
        std::env::var_os("CASEFILE_REQUIRE_DATA").is_none(),
        "CASEFILE_REQUIRE_DATA is set, and ../shared/data/{folder} is not there"
    );
    eprintln!("skipped: no shared data ({folder})");
    None
}

/// Whether a process or thread still runs, and its seconds of the processor so far, by its `stat` in `/proc`. A process
/// keeps it until it is waited for.
pub fn processor_time(stat: &Path) -> Option<(bool, f64)> {
    let stat = fs::read_to_string(stat).ok()?;
    // The name of the program, in brackets, may hold blanks.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    // In hundredths of a second, on every system that has it.
    let ticks: u32 = fields[11..13].iter().map(|ticks| ticks.parse::<u32>().unwrap()).sum();
    Some((fields[0] != "Z", f64::from(ticks) / 100.0))
}

/// A site built from exports into a temporary folder.
pub struct Site {
    /// Removed with the value.
    _folder: TempDir,
    /// The root of the site.
    pub path: PathBuf,
}

/// Builds a site; `more` are further arguments.
pub fn build(exports: &Path, more: &[&str]) -> Site {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("site");
    let mut command = casefile(&["build"]);
    command.arg(exports).arg("-o").arg(&path).args(more);
    succeed(&mut command);
    Site { _folder: folder, path }
}

/// The site of a folder of `sample-data`, built once for all tests.
pub fn built(style: &str) -> PathBuf {
    static SITES: LazyLock<Mutex<BTreeMap<String, Site>>> = LazyLock::new(Mutex::default);
    let mut sites = SITES.lock().unwrap();
    let site = sites.entry(style.to_owned()).or_insert_with(|| build(&root().join("sample-data").join(style), &[]));
    site.path.clone()
}

/// A row of `figures.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub value: Option<f64>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub unit: String,
    pub note: String,
}

/// All published figures by id, period, dimension and member.
pub struct Figures(pub BTreeMap<[String; 4], Figure>);

impl Figures {
    /// Reads the published file.
    pub fn of(site: &Path) -> Figures {
        let mut reader = csv::Reader::from_path(site.join("data/figures.csv")).unwrap();
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let wanted = "figure period dimension member value numerator denominator low high unit note";
        assert_eq!(header.join(" "), wanted, "the columns of the design");
        let number = |text: &str| if text.is_empty() { None } else { Some(text.parse::<f64>().unwrap()) };
        let rows = reader.records().map(|record| {
            let record = record.unwrap();
            let key = [0, 1, 2, 3].map(|at| record[at].to_owned());
            let figure = Figure {
                value: number(&record[4]),
                numerator: number(&record[5]),
                denominator: number(&record[6]),
                low: number(&record[7]),
                high: number(&record[8]),
                unit: record[9].to_owned(),
                note: record[10].to_owned(),
            };
            (key, figure)
        });
        Figures(rows.collect())
    }

    /// A figure, if it is published.
    pub fn find(&self, figure: &str, period: &str, dimension: &str, member: &str) -> Option<&Figure> {
        self.0.get(&[figure, period, dimension, member].map(str::to_owned))
    }

    /// A figure that must be published.
    pub fn get(&self, figure: &str, period: &str, dimension: &str, member: &str) -> &Figure {
        self.find(figure, period, dimension, member)
            .unwrap_or_else(|| panic!("no figure {figure} {period} {dimension} {member}"))
    }

    /// A figure of the whole over all data.
    pub fn all(&self, figure: &str) -> &Figure {
        self.get(figure, "all", "", "")
    }

    /// The value of a count over all data; nothing published is 0.
    pub fn count(&self, figure: &str, dimension: &str, member: &str) -> f64 {
        self.find(figure, "all", dimension, member).and_then(|figure| figure.value).unwrap_or_default()
    }
}

/// Every Rust file below a folder, with its text.
pub fn rust_files(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            files.push((path, text));
        }
    }
}
