//! Folders that are a table of a lake: takes the files that were found and the folders that are such tables, gives the files
//! that are read, with what is known of each by its path, and a line for each folder of what is not. A Delta table is
//! read by its log; Iceberg and Hudi tables are recognised and left alone, since their files are a table only together with
//! their metadata.

mod action;
mod checkpoint;
mod delta;
pub mod place;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::container::Format;
use super::source::Source;
use super::walk::{Found, Skipped};
use place::Place;

/// Where the log of a Delta table is.
const DELTA_LOG: &str = "_delta_log";
/// Where a Hudi table keeps its own accounts.
const HUDI: &str = ".hoodie";
/// Where an Iceberg table keeps its metadata, and its files.
const ICEBERG: [&str; 2] = ["metadata", "data"];
/// Kinds of files that tables of a lake keep their rows in.
const DATA_ENDINGS: [&str; 3] = [".parquet", ".orc", ".avro"];

/// What made a folder a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Delta Lake.
    Delta,
    /// Apache Iceberg.
    Iceberg,
    /// Apache Hudi.
    Hudi,
}

/// A folder that is a table.
#[derive(Debug, Clone)]
pub struct Lake {
    /// Its path below the exports folder; empty for that folder itself.
    pub name: String,
    /// Its name for people.
    pub shown: String,
    /// What made it.
    pub kind: Kind,
}

/// What was found in the exports folder.
#[derive(Debug, Default)]
pub struct Walked {
    /// Files that are read.
    pub files: Vec<Found>,
    /// Files that say which others are read.
    pub logs: Vec<Found>,
    /// What is not read, with its reason.
    pub skipped: Vec<Skipped>,
}

/// What kind of table a folder is; `None` for any other folder. A Delta table may have the metadata of the others beside
/// its own.
pub fn kind_of(folder: &Path) -> Option<Kind> {
    let is_folder = |name: &str| folder.join(name).symlink_metadata().is_ok_and(|data| data.is_dir());
    if is_folder(DELTA_LOG) {
        Some(Kind::Delta)
    } else if is_folder(ICEBERG[0]) && has_table_metadata(&folder.join(ICEBERG[0])) {
        Some(Kind::Iceberg)
    } else {
        is_folder(HUDI).then_some(Kind::Hudi)
    }
}

/// Whether a folder holds the metadata of an Iceberg table: a JSON that gives the version of its format.
fn has_table_metadata(folder: &Path) -> bool {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = files.map(|file| file.path()).collect();
    paths.sort_unstable();
    paths.iter().any(|path| {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().to_lowercase());
        let is_packed = name.ends_with(".gz.metadata.json") || name.ends_with(".metadata.json.gz");
        let says_format = || {
            let head = Source::open(path).and_then(|mut source| source.piece(0, 1 << 20)).unwrap_or_default();
            memchr::memmem::find(&head, b"\"format-version\"").is_some()
        };
        is_packed || name.ends_with(".metadata.json") && says_format()
    })
}

/// Separates the files of tables from the others.
pub fn sort(found: Vec<Found>, skipped: Vec<Skipped>, lakes: &[Lake]) -> Walked {
    let mut walked = Walked::default();
    let mut inside: BTreeMap<usize, Vec<Found>> = BTreeMap::new();
    for file in found {
        match lake_of(&file.name, lakes) {
            Some(lake) => inside.entry(lake).or_default().push(file),
            None => walked.files.push(Found { place: Place::of(&file.name), ..file }),
        }
    }
    // What a table keeps hidden beside its files is its own business.
    walked.skipped =
        skipped.into_iter().filter(|file| !file.is_known || lake_of(&file.name, lakes).is_none()).collect();
    for (at, lake) in lakes.iter().enumerate() {
        lake.take(inside.remove(&at).unwrap_or_default(), &mut walked);
    }
    walked.files.sort_by(|a, b| a.name.cmp(&b.name));
    walked.logs.sort_by(|a, b| a.name.cmp(&b.name));
    walked
}

/// The innermost table that a file is in.
fn lake_of(name: &str, lakes: &[Lake]) -> Option<usize> {
    let around = lakes.iter().enumerate().filter(|(_, lake)| lake.below(name).is_some());
    around.max_by_key(|(_, lake)| lake.name.len()).map(|(at, _)| at)
}

impl Lake {
    /// The path of a file below the folder.
    fn below<'a>(&self, name: &'a str) -> Option<&'a str> {
        if self.name.is_empty() { Some(name) } else { name.strip_prefix(self.name.as_str())?.strip_prefix('/') }
    }

    fn take(&self, found: Vec<Found>, walked: &mut Walked) {
        let below = |file: &Found| self.below(&file.name).unwrap_or_default().to_owned();
        let (log, found): (Vec<Found>, Vec<Found>) =
            found.into_iter().partition(|file| self.kind == Kind::Delta && in_folder(&below(file), DELTA_LOG));
        let (own, others): (Vec<Found>, Vec<Found>) =
            found.into_iter().partition(|file| self.is_own(file, &below(file)));
        walked.files.extend(others.into_iter().map(|file| Found { place: Place::of(&file.name), ..file }));
        match self.kind {
            Kind::Delta => self.take_delta(&log, own, walked),
            Kind::Iceberg | Kind::Hudi => walked.skipped.push(Skipped::new(&self.shown, self.refusal(None))),
        }
        walked.logs.extend(log);
    }

    /// Whether a file is one that the table itself may have written, live or not.
    fn is_own(&self, file: &Found, below: &str) -> bool {
        let is_hidden = below.split('/').any(|part| part.starts_with(['_', '.']));
        let lower = below.to_lowercase();
        let is_metadata = self.kind == Kind::Iceberg && ICEBERG.iter().any(|folder| in_folder(below, folder));
        let by_name = is_hidden || is_metadata || DATA_ENDINGS.iter().any(|end| lower.ends_with(end));
        by_name || Source::open(&file.path).is_ok_and(|source| is_data(source.format()))
    }

    fn take_delta(&self, log: &[Found], own: Vec<Found>, walked: &mut Walked) {
        let top = |file: &&Found| self.below(&file.name).is_some_and(|below| below.matches('/').count() == 1);
        let snapshot = match delta::read(&log.iter().filter(top).collect::<Vec<_>>()) {
            Ok(snapshot) => snapshot,
            Err(what) => return walked.skipped.push(Skipped::new(&self.shown, self.refusal(Some(&what)))),
        };
        let mut files: BTreeMap<String, Found> = BTreeMap::new();
        for file in own {
            files.insert(self.below(&file.name).unwrap_or_default().to_owned(), file);
        }
        let places = snapshot.places(&self.shown, |path| files.contains_key(path));
        let missing = places.keys().filter(|path| !files.contains_key(*path)).count();
        if missing > 0 {
            let what = format!("of which {missing} of {} files are missing: copy its whole folder", places.len());
            return walked.skipped.push(Skipped::new(&self.shown, self.refusal(Some(&what))));
        }
        let live = places.len();
        for (path, place) in places {
            walked.files.extend(files.remove(&path).map(|file| Found { place, ..file }));
        }
        let is_data = |path: &&String| !path.split('/').any(|part| part.starts_with(['_', '.']));
        let dead = files.keys().filter(is_data).count();
        let version = snapshot.version;
        let reason = match (live, dead) {
            (_, 0) if live > 0 => return,
            (0, 0) => format!("a Delta table without a row, by its log at version {version}"),
            (_, 1) => {
                format!("one file of this Delta table is not part of it any more, by its log at version {version}")
            }
            _ => {
                format!("{dead} files of this Delta table are not part of it any more, by its log at version {version}")
            }
        };
        walked.skipped.push(Skipped::as_it_should(&self.shown, reason));
    }

    /// Why the table is not read, and the command that exports it.
    fn refusal(&self, what: Option<&str>) -> String {
        let is_plain = |c: char| c.is_alphanumeric() || "/._-= ".contains(c);
        let folder = if self.shown.chars().all(is_plain) { self.shown.as_str() } else { "FOLDER" };
        let (kind, command) = match self.kind {
            Kind::Delta => {
                ("a Delta table", format!("duckdb -c \"COPY (FROM delta_scan('{folder}')) TO 'TABLE.csv'\""))
            }
            Kind::Iceberg => (
                "an Iceberg table",
                format!("duckdb -c \"COPY (FROM iceberg_scan('{folder}', allow_moved_paths = true)) TO 'TABLE.csv'\""),
            ),
            Kind::Hudi => (
                "a Hudi table",
                format!("spark.read.format(\"hudi\").load(\"{folder}\").toPandas().to_csv(\"TABLE.csv\", index=False)"),
            ),
        };
        let tool = if self.kind == Kind::Hudi { " in `pyspark` with Hudi's bundle" } else { "" };
        match what {
            Some(what) if what.contains(": copy") => format!("{kind} {what}"),
            Some(what) => format!("{kind} {what}; this is not read: export it with `{command}`"),
            None => format!("{kind}, which is not read: export it with `{command}`{tool}"),
        }
    }
}

fn in_folder(below: &str, folder: &str) -> bool {
    below.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn is_data(format: Format) -> bool {
    matches!(format, Format::Parquet | Format::Foreign("an ORC file" | "an Avro file", _))
}
