//! Actions of a Delta log: takes the text of a commit, gives what it does to the table, as far as that decides which files
//! are read and what their columns are. By the Delta protocol (`PROTOCOL.md` of delta-io/delta).

use std::collections::BTreeMap;

use serde::Deserialize;

/// One line of a commit. What else there is (commit information, transactions, domains) changes no row.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Action {
    /// A file that belongs to the table from now on.
    pub add: Option<File>,
    /// A file that does so no more.
    pub remove: Option<File>,
    /// What the table is from now on.
    pub meta_data: Option<MetaData>,
    /// What whoever reads it must know.
    pub protocol: Option<Protocol>,
}

/// A file of the table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct File {
    /// Its path below the folder of the table, escaped as in an address.
    pub path: String,
    /// Values of the columns by which the table is cut into folders.
    pub partition_values: Option<BTreeMap<String, Option<String>>>,
    /// Rows of it that are deleted, kept elsewhere.
    pub deletion_vector: Option<DeletionVector>,
}

/// Where the deleted rows of a file are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeletionVector {
    /// In the log, or in a file.
    pub storage_type: String,
    /// The list, or the file.
    pub path_or_inline_dv: String,
    /// Where in the file.
    pub offset: Option<i64>,
}

/// What the table is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MetaData {
    /// Its columns, as JSON.
    pub schema_string: String,
    /// Columns that are in the log and not in the files.
    pub partition_columns: Vec<String>,
    /// Its settings.
    pub configuration: BTreeMap<String, Option<String>>,
    /// What its files are.
    pub format: Format,
}

/// What the files of a table are.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Format {
    /// `parquet`.
    pub provider: String,
}

/// What whoever reads the table must know.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Protocol {
    /// The version of the rules for readers.
    pub min_reader_version: i64,
    /// What is in use, from version 3 on.
    pub reader_features: Option<Vec<String>>,
}

/// The columns of a table.
#[derive(Debug, Default, Deserialize)]
pub struct Schema {
    /// One a column.
    pub fields: Vec<Field>,
}

/// A column of a table.
#[derive(Debug, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type: a word, or an object where it holds several values.
    #[serde(rename = "type")]
    pub kind: serde_json::Value,
}

impl File {
    /// By what a file is known: the same path with other deleted rows is another one.
    pub fn key(&self) -> (String, Option<DeletionVector>) {
        (self.path.clone(), self.deletion_vector.clone())
    }
}

/// The actions of a commit; the number of the line where it is none.
pub fn actions(text: &str) -> Result<Vec<Action>, usize> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| serde_json::from_str(line).map_err(|_| at + 1)).collect()
}
