//! Presets: what a tool's exports look like, as data. Takes TOML texts, gives table signatures, column
//! spellings and default vocabularies. Recognition itself is in [`super::recognise`].
//!
//! Built-in presets stand in `src/intake/presets/`, one a tool; their order here is the order in which
//! equally good matches win, and `plain` is last so that a tool's own preset always goes first.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::project::Table;

const BUILT_IN: [(&str, &str); 5] = [
    ("salesforce.toml", include_str!("presets/salesforce.toml")),
    ("hubspot.toml", include_str!("presets/hubspot.toml")),
    ("google_ads.toml", include_str!("presets/google_ads.toml")),
    ("linkedin.toml", include_str!("presets/linkedin.toml")),
    ("plain.toml", include_str!("presets/plain.toml")),
];

/// A tool whose exports are known.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// The word used in project files, such as `salesforce`.
    pub name: String,
    /// The name for people.
    pub title: String,
    /// IANA zone of date-times written without one; absent: the report's.
    pub zone: Option<String>,
    /// The tool's tables.
    #[serde(rename = "table")]
    pub tables: Vec<TablePreset>,
}

/// One table of a tool: how to know it and what its columns become.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TablePreset {
    /// The name for people, such as `Lead`.
    pub name: String,
    /// The canonical table, such as `leads`.
    pub table: String,
    /// Headers that must all be there.
    #[serde(default)]
    pub all: Vec<String>,
    /// Headers of which one must be there, unless the list is empty.
    #[serde(default)]
    pub any: Vec<String>,
    /// A second such list.
    #[serde(default)]
    pub also: Vec<String>,
    /// Headers that must not be there.
    #[serde(default)]
    pub none: Vec<String>,
    /// First cells that mark a row of totals: the whole cell, or its beginning where the mark ends with a colon.
    #[serde(default)]
    pub totals: Vec<String>,
    /// The column and values that mark a deleted row.
    pub deleted: Option<Marker>,
    /// `day_first` or `month_first`, where the tool always writes dates one way.
    pub order: Option<String>,
    /// Canonical field → fixed word for the whole file.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Canonical field → spellings of its header, best first.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Canonical field → canonical word → values found.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// Rows whose column holds one of these values, whatever the letter case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marker {
    /// Header of the column.
    pub column: String,
    /// Values that mark the row.
    pub values: Vec<String>,
}

/// A preset that cannot be used, with its file and reason.
#[derive(Debug, thiserror::Error)]
pub enum PresetError {
    /// The text is not a preset.
    #[error("preset `{file}` cannot be read: {cause}")]
    Unreadable {
        /// Name of the preset file.
        file: String,
        /// What TOML or the schema says.
        cause: Box<toml::de::Error>,
    },
    /// A table names a canonical table that does not exist.
    #[error("preset `{file}`, table `{name}`: there is no canonical table `{table}`")]
    NoSuchTable {
        /// Name of the preset file.
        file: String,
        /// Name of the table in the preset.
        name: String,
        /// The word that is no table.
        table: String,
    },
}

impl TablePreset {
    /// The canonical table; known to exist once the preset was read.
    pub fn canonical(&self) -> Table {
        Table::from_id(&self.table).expect("checked when the preset was read")
    }

    /// How many headers of the signature are there; `None` where it does not fit. `has` tells whether a folded
    /// header is in the file.
    pub fn fit(&self, has: &dyn Fn(&str) -> bool) -> Option<usize> {
        let found = |names: &[String]| names.iter().filter(|name| has(&folded_header(name))).count();
        let one_of = |names: &[String]| names.is_empty() || found(names) > 0;
        let fits =
            found(&self.all) == self.all.len() && one_of(&self.any) && one_of(&self.also) && found(&self.none) == 0;
        fits.then(|| found(&self.all) + found(&self.any).min(1) + found(&self.also).min(1))
    }
}

/// The presets that come with the program.
pub fn built_in() -> Result<Vec<Preset>, PresetError> {
    BUILT_IN.iter().map(|(file, text)| parse(file, text)).collect()
}

/// Reads one preset file.
pub fn parse(file: &str, text: &str) -> Result<Preset, PresetError> {
    let preset: Preset = toml::from_str(text)
        .map_err(|cause| PresetError::Unreadable { file: file.to_owned(), cause: Box::new(cause) })?;
    match preset.tables.iter().find(|table| Table::from_id(&table.table).is_none()) {
        Some(table) => Err(PresetError::NoSuchTable {
            file: file.to_owned(),
            name: table.name.clone(),
            table: table.table.clone(),
        }),
        None => Ok(preset),
    }
}

/// A header as it is compared: letters and digits only, lower case. `MQL_Date__c` and `mql_date_c` are one.
pub fn folded_header(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_built_in_preset_reads() {
        let presets = built_in().unwrap();
        assert_eq!(presets.len(), BUILT_IN.len());
        assert_eq!(presets.last().unwrap().name, "plain");
    }

    #[test]
    fn every_column_and_value_of_a_preset_is_a_field_of_its_table() {
        for preset in built_in().unwrap() {
            for table in &preset.tables {
                let fields = crate::fields::of(table.canonical());
                let used = table.columns.keys().chain(table.constants.keys()).chain(table.values.keys());
                for field in used {
                    assert!(fields.iter().any(|known| known.name == field), "{}: {field}", table.name);
                }
            }
        }
    }

    #[test]
    fn no_two_tables_of_a_preset_claim_the_headers_of_one() {
        for preset in built_in().unwrap() {
            for table in &preset.tables {
                let own: BTreeSet<String> = (table.all.iter().chain(&table.any).chain(&table.also))
                    .chain(table.columns.values().filter_map(|spellings| spellings.first()))
                    .map(|header| folded_header(header))
                    .collect();
                let best = (preset.tables.iter())
                    .filter_map(|other| Some((other.fit(&|header| own.contains(header))?, other.name.as_str())))
                    .max_by_key(|(fit, _)| *fit);
                if let Some((_, name)) = best {
                    let fit = table.fit(&|header| own.contains(header));
                    assert!(
                        name == table.name || fit >= best.map(|(fit, _)| fit),
                        "{} is taken for {name}",
                        table.name
                    );
                }
            }
        }
    }

    #[test]
    fn headers_are_compared_by_letters_and_digits() {
        assert_eq!(folded_header("\u{feff}MQL_Date__c "), folded_header("mql date c"));
    }
}
