//! A checkpoint of a Delta log: takes the Parquet file, gives the actions in it. Tombstones of removed files are left out:
//! a checkpoint lists as added what is live, and nothing else.

use std::collections::BTreeMap;

use super::action::{Action, DeletionVector, File, Format, MetaData, Protocol};
use crate::intake::container::{Limits, Nested, nested};

/// The columns that are read, by the beginning of their path.
const COLUMNS: [&str; 9] = [
    "add.path",
    "add.partitionValues",
    "add.deletionVector",
    "metaData.schemaString",
    "metaData.partitionColumns",
    "metaData.configuration",
    "metaData.format.provider",
    "protocol",
    "sidecar.path",
];

/// The actions of one file of a checkpoint.
///
/// # Errors
/// In words that follow "whose checkpoint", where it is damaged or of the second form.
pub fn actions(bytes: Vec<u8>) -> Result<Vec<Action>, String> {
    let is_at = |path: &str, wanted: &str| {
        path.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let is_wanted = |path: &str| COLUMNS.iter().any(|wanted| is_at(path, wanted));
    let columns =
        nested(bytes, &is_wanted, &Limits::default()).map_err(|refusal| format!("cannot be read: {refusal}"))?;
    let rows = columns.values().map(Vec::len).max().unwrap_or_default();
    let checkpoint = Columns(columns);
    if (0..rows).any(|row| checkpoint.one("sidecar.path", row).is_some()) {
        return Err("is a V2 checkpoint".to_owned());
    }
    Ok((0..rows).filter_map(|row| checkpoint.action(row)).collect())
}

/// Values by the path of their column, row by row.
struct Columns(BTreeMap<String, Nested>);

impl Columns {
    fn action(&self, row: usize) -> Option<Action> {
        let action = Action::default();
        if let Some(path) = self.one("add.path", row) {
            let file = File {
                path,
                partition_values: Some(self.pairs("add.partitionValues", row)),
                deletion_vector: self.vector(row),
            };
            return Some(Action { add: Some(file), ..action });
        }
        if let Some(schema_string) = self.one("metaData.schemaString", row) {
            let meta_data = MetaData {
                schema_string,
                partition_columns: self.list("metaData.partitionColumns", row).unwrap_or_default(),
                configuration: self.pairs("metaData.configuration", row),
                format: Format { provider: self.one("metaData.format.provider", row).unwrap_or_default() },
            };
            return Some(Action { meta_data: Some(meta_data), ..action });
        }
        let min_reader_version = self.one("protocol.minReaderVersion", row)?.parse().unwrap_or(i64::MAX);
        let protocol = Protocol { min_reader_version, reader_features: self.list("protocol.readerFeatures", row) };
        Some(Action { protocol: Some(protocol), ..action })
    }

    fn vector(&self, row: usize) -> Option<DeletionVector> {
        let part = |name: &str| self.one(&format!("add.deletionVector.{name}"), row);
        Some(DeletionVector {
            storage_type: part("storageType")?,
            path_or_inline_dv: part("pathOrInlineDv").unwrap_or_default(),
            offset: part("offset").and_then(|offset| offset.parse().ok()),
        })
    }

    /// The value of a column that has one a row.
    fn one(&self, path: &str, row: usize) -> Option<String> {
        self.0.get(path)?.get(row)?.first().cloned().flatten()
    }

    /// The values of a list, whatever its writer calls its levels.
    fn list(&self, path: &str, row: usize) -> Option<Vec<String>> {
        let (_, values) = self.below(path, |_| true)?;
        Some(values.get(row)?.iter().flatten().cloned().collect())
    }

    /// The pairs of a map.
    fn pairs(&self, path: &str, row: usize) -> BTreeMap<String, Option<String>> {
        let keys = self.below(path, |name| name.ends_with(".key") || name.ends_with(".keys"));
        let values = self.below(path, |name| name.ends_with(".value") || name.ends_with(".values"));
        let (Some((_, keys)), Some((_, values))) = (keys, values) else { return BTreeMap::new() };
        let (Some(keys), Some(values)) = (keys.get(row), values.get(row)) else { return BTreeMap::new() };
        // Where there is no pair, both have one entry that is missing.
        keys.iter().zip(values).filter_map(|(key, value)| Some((key.clone()?, value.clone()))).collect()
    }

    fn below(&self, path: &str, is_meant: impl Fn(&str) -> bool) -> Option<(&String, &Nested)> {
        let begin = format!("{path}.");
        self.0.iter().find(|(name, _)| name.starts_with(&begin) && is_meant(name))
    }
}
