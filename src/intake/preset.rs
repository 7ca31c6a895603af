//! Presets: what a tool's exports look like, as data. Takes TOML texts, gives table signatures, column
//! spellings and default vocabularies. Recognition itself is in [`super::recognise`].
//!
//! Built-in presets are in `src/intake/presets/`, one a tool, with their schema in its `README.md`. Their order is
//! the order in which equally good matches win, and `plain` is last so that a tool's own preset always goes first.

use std::collections::BTreeMap;
use std::path::Path;

use super::header::{Header, Language, Names};
use crate::calendar::Zone;
use crate::project::Table;
use serde::{Deserialize, Serialize};

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        /// Name of the file and text of every preset that comes with the program.
        const BUILT_IN: &[(&str, &str)] = &[$((concat!($name, ".toml"), include_str!(concat!("presets/", $name, ".toml")))),*];
    };
}

built_in![
    "salesforce",
    "hubspot",
    "activecampaign",
    "acuity",
    "aircall",
    "amazon_ads",
    "apollo",
    "apple_search_ads",
    "billing",
    "calendar",
    "calendly",
    "close",
    "commerce",
    "connector_amazon_ads",
    "connector_apple_ads",
    "connector_facebook_ads",
    "connector_google_ads",
    "connector_hubspot",
    "connector_linkedin_ads",
    "connector_marketo",
    "connector_microsoft_ads",
    "connector_pardot",
    "connector_pinterest_ads",
    "connector_reddit_ads",
    "connector_salesforce",
    "connector_shared",
    "connector_snapchat_ads",
    "connector_tiktok_ads",
    "connector_twitter_ads",
    "dynamics",
    "elementor",
    "eventbrite",
    "ga4",
    "google_ads",
    "gravity_forms",
    "helpdesk",
    "hubspot_meetings",
    "klaviyo",
    "kommo",
    "linkedin",
    "luma",
    "mailchimp",
    "mailing_lists",
    "marketo",
    "mautic",
    "meta_ads",
    "meta_lead_forms",
    "microsoft_ads",
    "monday",
    "odoo",
    "people_and_surveys",
    "pinterest_ads",
    "pipedrive",
    "rd_station",
    "ringcentral",
    "salesforce_objects",
    "salesforce_reports",
    "snapchat_ads",
    "suitecrm",
    "tally",
    "teams_webinar",
    "tiktok_ads",
    "tiktok_lead_forms",
    "typeform",
    "work_lists",
    "x_ads",
    "zoho",
    "zoom_webinar",
    "plain",
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
    /// What a reader of the report must know of this tool's exports.
    pub note: Option<String>,
    /// Headers in the languages that the tool can be set to: language → header found → header as the tables have it.
    #[serde(default)]
    pub languages: BTreeMap<String, Language>,
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
    /// The canonical table, such as `leads`, or `known` for a table that is recognised and not used.
    pub table: String,
    /// Why a known table is not used.
    pub why: Option<String>,
    /// Headers that must all be there.
    #[serde(default)]
    pub all: Vec<Names>,
    /// Headers of which one must be there, unless the list is empty.
    #[serde(default)]
    pub any: Vec<Names>,
    /// A second such list.
    #[serde(default)]
    pub also: Vec<Names>,
    /// Headers that must not be there.
    #[serde(default)]
    pub none: Vec<Names>,
    /// How a line above the header must begin, unless the list is empty.
    #[serde(default)]
    pub above: Vec<String>,
    /// Columns that must be there, and the values that every filled cell of their first rows must have: ids that begin
    /// with the mark of an object.
    #[serde(default)]
    pub holds: Vec<Marker>,
    /// The table of this preset that this one is read beside, from the same file.
    pub beside: Option<String>,
    /// The only rows that are read.
    pub rows: Option<Marker>,
    /// The column and values that mark a deleted row.
    pub deleted: Option<Marker>,
    /// Values that mark a record that somebody made to try the tool, each in a column of its own.
    #[serde(default)]
    pub test: Vec<Marker>,
    /// Values that mark an activity that was planned and did not take place.
    #[serde(default)]
    pub not_done: Vec<Marker>,
    /// Columns in which a blank cell stands for the value above it.
    #[serde(default)]
    pub carry_down: Vec<Names>,
    /// First cells that mark a row of totals: the whole cell, or its beginning where the mark ends with a colon.
    #[serde(default)]
    pub totals: Vec<String>,
    /// Other columns and values that mark a row of totals; an empty value stands for a blank cell.
    #[serde(default)]
    pub totals_in: Vec<Marker>,
    /// Further words that mean "nothing is recorded" in this table.
    #[serde(default)]
    pub missing: Vec<String>,
    /// `day_first` or `month_first`, where the tool always writes dates one way.
    pub order: Option<String>,
    /// Field → power of ten that its numbers are divided by.
    #[serde(default)]
    pub scale: BTreeMap<String, u64>,
    /// What the rows of a table of spend are split by.
    pub money: Option<MoneyLevel>,
    /// Headers that, where a report of spend has them, cut its rows more finely than its level: device, network, hour.
    #[serde(default)]
    pub segments: Vec<Names>,
    /// What a reader of the report must know of this table.
    pub note: Option<String>,
    /// Canonical field → fixed word for the whole file.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Canonical field → spellings of its header, best first.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<Names>>,
    /// Canonical field → canonical word → values found.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// What the rows of a report of spend are split by. Of several reports about the same days the first in this order
/// counts as money: the others repeat the same money, or only a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MoneyLevel {
    /// A row a campaign.
    Campaign,
    /// A row a group of ads.
    #[serde(rename = "ad group")]
    AdGroup,
    /// A row an ad.
    Ad,
    /// A row an account: whole, but nothing is known of the campaign.
    Account,
    /// A row a keyword: only what was spent on search.
    Keyword,
    /// By something else, such as a country.
    Other,
}

/// Rows whose column holds one of these values, whatever the letter case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marker {
    /// Header of the column.
    pub column: Names,
    /// Values that mark the row.
    pub values: Vec<String>,
}

impl Marker {
    /// Whether the column is there, and every filled cell of these rows has one of the values: letter by letter, since
    /// `00q` and `00Q` are two objects; `?` stands for any one character.
    fn holds(&self, headers: &[Header], rows: &[Vec<String>]) -> bool {
        let Some(column) = self.column.place(headers) else { return false };
        let cells =
            || rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        cells().next().is_some() && cells().all(|cell| self.values.iter().any(|value| is_like(cell, value)))
    }
}

/// Whether a cell is a value, or begins with it where it ends with `*`; `?` stands for any one character.
fn is_like(cell: &str, value: &str) -> bool {
    let begin = value.strip_suffix('*');
    let mut cells = cell.chars();
    let begins =
        begin.unwrap_or(value).chars().all(|wanted| cells.next().is_some_and(|c| wanted == '?' || c == wanted));
    begins && (begin.is_some() || cells.next().is_none())
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
    /// A table says something that cannot be.
    #[error("preset `{file}`, table `{name}`: {what}")]
    Wrong {
        /// Name of the preset file.
        file: String,
        /// Name of the table in the preset.
        name: String,
        /// What is wrong.
        what: String,
    },
    /// The folder of presets, or a file in it, cannot be opened.
    #[error("the presets in `{}` cannot be read: {cause}", .folder.display())]
    Folder {
        /// What was named.
        folder: std::path::PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
}

impl TablePreset {
    /// The canonical table; `None` for a table that is only known.
    pub fn canonical(&self) -> Option<Table> {
        Table::from_id(&self.table)
    }

    /// How many headers of the signature are there; `None` where it does not fit. `titles` are the lines above, and
    /// `rows` the first records.
    pub fn fit(&self, headers: &[Header], titles: &[String], rows: &[Vec<String>]) -> Option<usize> {
        let found = |names: &[Names]| names.iter().filter(|names| names.place(headers).is_some()).count();
        let one_of = |names: &[Names]| names.is_empty() || found(names) > 0;
        let begins = |mark: &String| titles.iter().any(|title| begins_with(title, mark));
        let fits = found(&self.all) == self.all.len()
            && one_of(&self.any)
            && one_of(&self.also)
            && found(&self.none) == 0
            && (self.above.is_empty() || self.above.iter().any(begins))
            && self.holds.iter().all(|marker| marker.holds(headers, rows));
        let others = usize::from(!self.above.is_empty()) + self.holds.len();
        fits.then(|| found(&self.all) + found(&self.any).min(1) + found(&self.also).min(1) + others)
    }

    /// The columns that are known: canonical field → place among the headers.
    pub fn places(&self, headers: &[Header]) -> BTreeMap<String, usize> {
        let place = |spellings: &Vec<Names>| spellings.iter().find_map(|names| names.place(headers));
        self.columns.iter().filter_map(|(field, names)| Some((field.clone(), place(names)?))).collect()
    }
}

/// Whether a line begins so, whatever the letter case; a `*` at the end of the mark is understood.
fn begins_with(line: &str, mark: &str) -> bool {
    line.trim().to_lowercase().starts_with(&mark.trim_end_matches('*').to_lowercase())
}

/// The presets that come with the program.
pub fn built_in() -> Result<Vec<Preset>, PresetError> {
    BUILT_IN.iter().map(|(file, text)| parse(file, text)).collect()
}

/// The presets that come with the program and those of a user's folder, which go first. One of the user's takes the
/// place of a built-in one of the same name.
///
/// # Errors
/// Where the folder or a preset in it cannot be read.
pub fn with_folder(folder: Option<&Path>) -> Result<Vec<Preset>, PresetError> {
    let mut presets = Vec::new();
    for (file, text) in folder.map_or_else(|| Ok(Vec::new()), super::walk::presets)? {
        presets.push(parse(&file, &text)?);
    }
    let own: Vec<String> = presets.iter().map(|preset: &Preset| preset.name.clone()).collect();
    presets.extend(built_in()?.into_iter().filter(|preset| !own.contains(&preset.name)));
    Ok(presets)
}

/// Reads one preset file, and holds it against the fields there are.
pub fn parse(file: &str, text: &str) -> Result<Preset, PresetError> {
    let preset: Preset = toml::from_str(text)
        .map_err(|cause| PresetError::Unreadable { file: file.to_owned(), cause: Box::new(cause) })?;
    for table in &preset.tables {
        let wrong = |what: String| PresetError::Wrong { file: file.to_owned(), name: table.name.clone(), what };
        if let Some(what) = fault(&preset, table) {
            return Err(wrong(what));
        }
    }
    Ok(preset)
}

/// What is wrong with a table of a preset, if something is.
fn fault(preset: &Preset, table: &TablePreset) -> Option<String> {
    if let Some(zone) = preset.zone.as_ref().filter(|zone| Zone::named(zone).is_err()) {
        return Some(format!("there is no time zone `{zone}`"));
    }
    if let Some(order) = table.order.as_ref().filter(|order| !["day_first", "month_first"].contains(&order.as_str())) {
        return Some(format!("`order` is `day_first` or `month_first`, not `{order}`"));
    }
    let Some(canonical) = table.canonical() else {
        let is_known = table.table == KNOWN && table.columns.is_empty();
        return (!is_known).then(|| format!("there is no canonical table `{}`", table.table));
    };
    let fields = crate::fields::of(canonical);
    let mut used =
        table.columns.keys().chain(table.constants.keys()).chain(table.values.keys()).chain(table.scale.keys());
    if let Some(field) = used.find(|field| !fields.iter().any(|known| known.name == **field)) {
        let nearest = crate::project::nearest(field, fields.iter().map(|known| known.name));
        let hint = nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
        return Some(format!("`{field}` is no field of {}{hint}", canonical.id()));
    }
    if table.all.is_empty() && table.any.is_empty() && table.also.is_empty() && table.holds.is_empty() {
        return Some("it has no signature: name headers under `all` or `any`".to_owned());
    }
    for (field, word) in &table.constants {
        let wrong = |word: &str| word_outside(canonical, field, word);
        if let Some(what) = wrong(word) {
            return Some(what);
        }
    }
    for (field, words) in &table.values {
        if let Some(what) = words.keys().find_map(|word| word_outside(canonical, field, word)) {
            return Some(what);
        }
    }
    if let Some(other) = table.beside.as_ref().filter(|name| !preset.tables.iter().any(|other| other.name == **name)) {
        return Some(format!("it is read beside `{other}`, and there is no such table"));
    }
    let is_power = |divisor: u64| divisor > 0 && 10_u64.pow(divisor.ilog10()) == divisor;
    let odd = table.scale.values().find(|divisor| !is_power(**divisor));
    odd.map(|divisor| format!("`scale` takes a power of ten, not `{divisor}`"))
}

/// Why a word cannot be in a field: it is none of those that the field takes.
pub fn word_outside(table: Table, field: &str, word: &str) -> Option<String> {
    let known = crate::fields::words_of(table, field)?;
    (!known.contains(&word)).then(|| format!("`{word}` under `{field}`, which is one of {}", known.join(", ")))
}

/// What stands for a canonical table where a table is recognised and not used.
pub const KNOWN: &str = "known";
/// The preset of tables by their column names, whatever made them.
pub const PLAIN: &str = "plain";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_built_in_preset_reads() {
        let presets = built_in().unwrap();
        assert_eq!(presets.len(), BUILT_IN.len());
        assert_eq!(presets.last().unwrap().name, "plain");
        let mut names = BTreeSet::new();
        for preset in &presets {
            assert!(names.insert(preset.name.clone()), "{} twice", preset.name);
            let mut tables = BTreeSet::new();
            assert!(preset.tables.iter().all(|table| tables.insert(table.name.clone())), "{}", preset.name);
        }
    }

    #[test]
    fn every_preset_in_the_folder_is_built_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/intake/presets");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let files: BTreeSet<String> = files.filter(|name| name.ends_with(".toml")).collect();
        assert_eq!(files, BUILT_IN.iter().map(|(name, _)| (*name).to_owned()).collect());
    }

    #[test]
    fn a_wrong_preset_says_what_and_where() {
        let message = |table: &str| {
            let text = format!("name = \"x\"\ntitle = \"X\"\n[[table]]\nname = \"T\"\n{table}");
            parse("x.toml", &text).unwrap_err().to_string()
        };
        assert_eq!(
            message("table = \"lead\"\nall = [\"Id\"]"),
            "preset `x.toml`, table `T`: there is no canonical table `lead`"
        );
        let field = "table = \"leads\"\nall = [\"Id\"]\n[table.columns]\nlead_if = [\"Id\"]";
        assert!(message(field).ends_with("`lead_if` is no field of leads; did you mean `lead_id`?"));
        assert!(message("table = \"leads\"").contains("no signature"));
        assert!(message("table = \"leads\"\nal = []").contains("cannot be read"));
    }
}
