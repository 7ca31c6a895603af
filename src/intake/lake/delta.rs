//! A Delta table by its log: takes the files of `_delta_log/`, gives the files that are live at its newest version,
//! with the values of the columns that are in the log and not in them. What a reader must know and this one does not is
//! refused by its name. The rows of the files are left to whoever reads files.

use std::collections::BTreeMap;

use super::action::{self, Action, DeletionVector, File, MetaData, Protocol, Schema};
use super::checkpoint;
use super::place::{Place, decoded};
use crate::intake::source::{self, Source};
use crate::intake::walk::Found;

/// Newer rules for readers are not known.
const NEWEST_READER: i64 = 3;
/// From this version on the features in use are named.
const NAMED_FEATURES: i64 = 3;
/// Features that change nothing for whoever reads the newest version, or whose use shows elsewhere: in a file's deleted rows,
/// in the settings, in the names of checkpoints.
const KNOWN_FEATURES: [&str; 6] =
    ["deletionVectors", "columnMapping", "timestampNtz", "v2Checkpoint", "vacuumProtocolCheck", "domainMetadata"];
/// A commit of a hundred thousand files has some 50 MB.
const LARGEST_COMMIT: u64 = 512 << 20;

/// A table at its newest version.
#[derive(Debug)]
pub struct Snapshot {
    /// The version.
    pub version: u64,
    /// The files that are live, by their path below the folder of the table as the log has it.
    pub files: BTreeMap<String, File>,
    /// Its columns, with their types.
    columns: Vec<(String, String)>,
    /// Columns that are in the log.
    partitions: Vec<String>,
}

/// The version of a table that has been gathered so far.
#[derive(Default)]
struct State {
    files: BTreeMap<(String, Option<DeletionVector>), File>,
    metadata: Option<MetaData>,
    protocol: Option<Protocol>,
}

/// What there is in a log: commits and checkpoints by version.
#[derive(Default)]
struct Log<'a> {
    commits: BTreeMap<u64, &'a Found>,
    /// Files of a checkpoint by their place in it, and how many there should be.
    checkpoints: BTreeMap<u64, BTreeMap<u64, BTreeMap<u64, &'a Found>>>,
    /// Checkpoints in the second form.
    second: Vec<u64>,
    /// What the newest checkpoint is stated to be.
    last: Option<&'a Found>,
}

/// Reads the log. `files` are those of the folder `_delta_log` itself.
///
/// # Errors
/// In words that follow "a Delta table", where the log is not whole or uses what is not known here.
pub fn read(files: &[&Found]) -> Result<Snapshot, String> {
    let log = Log::of(files);
    let (mut state, first) = log.begin()?;
    let mut version = first.checked_sub(1);
    for (number, commit) in log.commits.range(first..) {
        if version.map_or(*number != 0, |before| *number != before + 1) {
            let missing = version.map_or(0, |before| before + 1);
            return Err(format!("whose log lacks version {missing}: copy its whole folder, `_delta_log` included"));
        }
        state.take(text_of(commit)?.as_str(), *number)?;
        version = Some(*number);
    }
    let version = version.expect("there is a checkpoint, or the first commit");
    log.check_last(version)?;
    state.snapshot(version)
}

impl<'a> Log<'a> {
    fn of(files: &[&'a Found]) -> Log<'a> {
        let mut log = Log::default();
        for file in files {
            let name = file.name.rsplit('/').next().unwrap_or_default();
            if name == "_last_checkpoint" {
                log.last = Some(file);
            }
            let parts: Vec<&str> = name.split('.').collect();
            let is_number = |text: &str| text.len() < 20 || text.len() == 20 && text.starts_with('0');
            let number = |text: &str| text.parse::<u64>().ok().filter(|_| is_number(text) && !text.starts_with('+'));
            let Some(version) = number(parts[0]) else { continue };
            match parts[1..] {
                ["json"] => drop(log.commits.insert(version, file)),
                ["checkpoint", "parquet"] => log.add_checkpoint(version, 1, 1, file),
                ["checkpoint", part, of, "parquet"] => {
                    if let (Some(part), Some(of)) = (number(part), number(of)) {
                        log.add_checkpoint(version, part, of, file);
                    }
                }
                ["checkpoint", _, "json" | "parquet"] => log.second.push(version),
                // Sums, compacted commits: what they say is in the commits too.
                _ => {}
            }
        }
        log
    }

    fn add_checkpoint(&mut self, version: u64, part: u64, of: u64, file: &'a Found) {
        self.checkpoints.entry(version).or_default().entry(of).or_default().insert(part, file);
    }

    /// The newest checkpoint that can be read, or nothing where the commits go back to the first; and the first commit behind.
    fn begin(&self) -> Result<(State, u64), String> {
        let mut reason = None;
        for (version, kinds) in self.checkpoints.iter().rev() {
            for (of, parts) in kinds {
                if parts.len() as u64 != *of || parts.keys().copied().ne(1..=*of) {
                    reason.get_or_insert(format!("whose checkpoint of version {version} lacks a part"));
                    continue;
                }
                match State::of_checkpoint(parts.values().copied()) {
                    Ok(state) => return Ok((state, version + 1)),
                    Err(what) => drop(reason.get_or_insert(format!("whose checkpoint of version {version} {what}"))),
                }
            }
        }
        if self.commits.contains_key(&0) {
            return Ok((State::default(), 0));
        }
        let mend = "copy its whole folder, `_delta_log` included";
        Err(match (reason, self.second.iter().max()) {
            (None, Some(version)) => format!("whose checkpoint of version {version} is a V2 checkpoint"),
            (Some(reason), _) => format!("{reason}: {mend}"),
            (None, None) if self.commits.is_empty() => format!("whose log is empty: {mend}"),
            (None, None) => format!("whose log begins in the middle, without a checkpoint: {mend}"),
        })
    }

    /// The newest checkpoint is named beside: a log that ends before it is not whole.
    fn check_last(&self, version: u64) -> Result<(), String> {
        #[derive(serde::Deserialize)]
        struct Last {
            version: u64,
        }
        let Some(text) = self.last.and_then(|file| text_of(file).ok()) else { return Ok(()) };
        match serde_json::from_str::<Last>(&text) {
            Ok(last) if last.version > version => Err(format!(
                "whose log ends at version {version}, before its checkpoint of version {}: copy its whole folder, \
                 `_delta_log` included",
                last.version
            )),
            _ => Ok(()),
        }
    }
}

fn text_of(file: &Found) -> Result<String, String> {
    let name = file.name.rsplit('/').next().unwrap_or_default();
    String::from_utf8(bytes_of(file)?).map_err(|_| format!("whose log is damaged: `{name}` is no text"))
}

fn bytes_of(file: &Found) -> Result<Vec<u8>, String> {
    let name = file.name.rsplit('/').next().unwrap_or_default();
    let cannot = |error: std::io::Error| format!("whose log cannot be read: `{name}`: {}", source::cause(&error));
    if file.bytes > LARGEST_COMMIT {
        return Err(format!("with more than {} MiB in a file of its log, `{name}`", LARGEST_COMMIT >> 20));
    }
    Source::open(&file.path).and_then(|mut source| source.piece(0, LARGEST_COMMIT)).map_err(cannot)
}

impl State {
    fn of_checkpoint<'a>(parts: impl Iterator<Item = &'a Found>) -> Result<State, String> {
        let mut state = State::default();
        for part in parts {
            let bytes = bytes_of(part).map_err(|_| "cannot be read".to_owned())?;
            for action in checkpoint::actions(bytes)? {
                state.act(action);
            }
        }
        match (&state.metadata, &state.protocol) {
            (Some(_), Some(_)) => Ok(state),
            _ => Err("does not say what the table is".to_owned()),
        }
    }

    fn take(&mut self, commit: &str, version: u64) -> Result<(), String> {
        let damaged = |line: usize| format!("whose log is damaged: version {version}, line {line}");
        for action in action::actions(commit).map_err(damaged)? {
            self.act(action);
        }
        Ok(())
    }

    fn act(&mut self, action: Action) {
        if let Some(file) = action.add {
            self.files.insert(file.key(), file);
        }
        if let Some(file) = action.remove {
            self.files.remove(&file.key());
        }
        self.metadata = action.meta_data.or(self.metadata.take());
        self.protocol = action.protocol.or(self.protocol.take());
    }

    fn snapshot(self, version: u64) -> Result<Snapshot, String> {
        let metadata = self.metadata.ok_or("whose log does not say what its columns are")?;
        check_protocol(&self.protocol.unwrap_or_default())?;
        if !matches!(metadata.format.provider.as_str(), "" | "parquet") {
            return Err(format!("whose files are {}, not Parquet", metadata.format.provider));
        }
        let setting = |name: &str| metadata.configuration.get(name).and_then(Option::as_deref).unwrap_or_default();
        let mapping = setting("delta.columnMapping.mode");
        if !matches!(mapping, "" | "none") {
            return Err(format!("that uses column mapping (mode `{mapping}`)"));
        }
        let schema: Schema = serde_json::from_str(&metadata.schema_string)
            .map_err(|_| "whose log does not say what its columns are".to_owned())?;
        let kind = |kind: serde_json::Value| kind.as_str().unwrap_or_default().to_owned();
        let columns = schema.fields.into_iter().map(|field| (field.name, kind(field.kind))).collect();
        let mut files = BTreeMap::new();
        for ((path, vector), file) in self.files {
            if vector.is_some() {
                return Err(
                    "that uses deletion vectors: rows of its files are deleted, and listed elsewhere".to_owned()
                );
            }
            if path.starts_with('/') || has_scheme(&path) {
                return Err("with files in another place (a shallow clone)".to_owned());
            }
            files.insert(path, file);
        }
        Ok(Snapshot { version, files, columns, partitions: metadata.partition_columns })
    }
}

fn check_protocol(protocol: &Protocol) -> Result<(), String> {
    let version = protocol.min_reader_version;
    if version > NEWEST_READER {
        return Err(format!("of reader version {version}, newer than this program knows"));
    }
    let features = protocol.reader_features.iter().flatten().filter(|_| version >= NAMED_FEATURES);
    let unknown: Vec<&str> = features.map(String::as_str).filter(|feature| !KNOWN_FEATURES.contains(feature)).collect();
    match unknown.as_slice() {
        [] => Ok(()),
        [one] => Err(format!("that uses the reader feature `{one}`")),
        many => Err(format!("that uses the reader features `{}`", many.join("`, `"))),
    }
}

/// Whether a path is an address of its own, such as `s3://` or `file:/`.
fn has_scheme(path: &str) -> bool {
    let Some((scheme, _)) = path.split_once(":/") else { return false };
    !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

impl Snapshot {
    /// The live files by their path below the folder of the table, with what is known of each; `is_there` gives whether
    /// there is such a file.
    pub fn places(&self, table: &str, is_there: impl Fn(&str) -> bool) -> BTreeMap<String, Place> {
        let place = |(path, file): (&String, &File)| {
            // Paths are escaped; a writer that did not escape them has files of that very name.
            let decoded = decoded(path);
            let path = if is_there(&decoded) || !is_there(path) { decoded } else { path.clone() };
            (path, self.place(table, file))
        };
        self.files.iter().map(place).collect()
    }

    fn place(&self, table: &str, file: &File) -> Place {
        let value = |column: &String, kind: &str| {
            let values = file.partition_values.as_ref();
            let value = values.and_then(|values| values.get(column)).and_then(Option::as_deref).unwrap_or_default();
            // A moment there is in UTC, though it does not say so.
            let is_bare = kind == "timestamp" && !value.is_empty() && !value.ends_with(['Z', 'z']);
            if is_bare && !value.get(10..).is_some_and(|clock| clock.contains(['+', '-'])) {
                format!("{value}Z")
            } else {
                value.to_owned()
            }
        };
        // A column that a file does not have was added later, and is missing in it.
        let column = |(name, kind): &(String, String)| {
            let is_partition = self.partitions.contains(name);
            (name.clone(), if is_partition { value(name, kind) } else { String::new() })
        };
        Place {
            table: Some(table.to_owned()),
            columns: self.columns.iter().map(column).collect(),
            known: Some(self.columns.iter().map(|(name, _)| name.clone()).collect()),
            version: Some(self.version),
        }
    }
}
