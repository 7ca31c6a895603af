//! What becomes of a table: its canonical table, what each column becomes, which rows are read. Made by
//! [`super::recognise`], followed by [`mod@super::read`] and by whoever makes sense of the rows.

use std::collections::BTreeMap;

use super::header::Header;
use super::marks;
use super::preset::{Marker, MoneyLevel, TablePreset};
use super::sense::{Proposal, Role};
use crate::project::Table;
use crate::project::meaning::folded;
use serde::{Deserialize, Serialize};

/// How the records of a table become those of a canonical table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// The canonical table.
    pub table: Table,
    /// Name of the preset, such as `salesforce`; empty where the columns were placed by their sense.
    pub preset: String,
    /// What the table is, for people, such as `Salesforce Lead`.
    pub title: String,
    /// Why it was taken for that, for people.
    pub why: String,
    /// Headers as found, and behind them those of columns that the place of the file gives.
    pub headers: Vec<String>,
    /// The values of the latter, one each for all rows.
    pub given: Vec<String>,
    /// The folder of the table that the file is a part of, where it is one of several.
    pub part_of: Option<String>,
    /// Canonical field (or `slice.NAME`, `bands.NAME`) → index of its column.
    pub columns: BTreeMap<String, usize>,
    /// The only rows that are read.
    pub rows: Option<Filter>,
    /// What the project file asks of rows besides.
    pub only: Vec<Filter>,
    /// Rows that are marked as deleted: by the tool, and by whatever carried them here.
    pub deleted: Vec<Filter>,
    /// Rows that are marked as former versions of their record, but for those that the second filter takes.
    pub older: Vec<(Filter, Filter)>,
    /// Rows that somebody made to try the tool.
    pub test: Vec<Filter>,
    /// Rows of what was planned and did not take place.
    pub not_done: Vec<Filter>,
    /// Places of columns in which a blank cell stands for the value above it.
    pub carry_down: Vec<usize>,
    /// First cells that mark totals: the whole cell, or its beginning where the mark ends with a colon or a `*`.
    pub totals: Vec<String>,
    /// Rows that are totals by the value of some column.
    pub totals_in: Vec<Filter>,
    /// Further words that mean that nothing is recorded.
    pub missing: Vec<String>,
    /// Canonical field → fixed word.
    pub constants: BTreeMap<String, String>,
    /// Canonical field → folded value found → canonical word.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// The same, as the project file alone has it.
    pub project_words: BTreeMap<String, BTreeMap<String, String>>,
    /// `day_first` or `month_first` by preset.
    pub order: Option<String>,
    /// IANA zone of naive date-times by preset.
    pub zone: Option<String>,
    /// Canonical field → how many places its decimal mark is moved to the left.
    pub scale: BTreeMap<String, u32>,
    /// What the rows of a table of spend are split by.
    pub money: Option<MoneyLevel>,
    /// Headers of columns by which a report of spend cuts its rows more finely than by its level.
    pub segments: Vec<String>,
    /// ISO 4217 code that the header of the amounts names.
    pub currency: Option<String>,
    /// What a reader must know of such a table.
    pub notes: Vec<String>,
    /// What was placed by names and values, without a preset: field → why.
    pub sensed: BTreeMap<String, String>,
    /// Whether lines that hold their first cell alone are titles of the rows below them.
    pub has_titles: bool,
    /// Whether it is the deals in the rows of a table of leads, as nobody's tool but a person keeps them.
    pub of_leads: bool,
    /// What the table seemed to be, where names and values are all the evidence for it.
    pub proposal: Option<Proposal>,
}

impl Plan {
    /// The plan of a table that no tool made: its columns, and the words of plain tables of its kind.
    pub(super) fn own(
        table: Table,
        headers: Vec<String>,
        columns: BTreeMap<String, usize>,
        plain: Option<&TablePreset>,
    ) -> Plan {
        let currency = currency_of(&columns, &Header::all(&headers));
        Plan {
            table,
            preset: String::new(),
            title: format!("own table of {}", table.id().replace('_', " ")),
            why: String::new(),
            headers,
            given: Vec::new(),
            part_of: None,
            columns,
            rows: None,
            only: Vec::new(),
            deleted: Vec::new(),
            older: Vec::new(),
            test: Vec::new(),
            not_done: Vec::new(),
            carry_down: Vec::new(),
            totals: Vec::new(),
            totals_in: Vec::new(),
            missing: Vec::new(),
            constants: BTreeMap::new(),
            values: plain.map(vocabulary).unwrap_or_default(),
            project_words: BTreeMap::new(),
            order: None,
            zone: None,
            scale: BTreeMap::new(),
            money: None,
            segments: Vec::new(),
            currency,
            notes: Vec::new(),
            sensed: BTreeMap::new(),
            has_titles: false,
            of_leads: false,
            proposal: None,
        }
    }

    /// Whether nothing gives the field: no column, and no fixed word.
    pub(super) fn lacks(&self, field: &str) -> bool {
        !self.columns.contains_key(field) && !self.constants.contains_key(field)
    }

    /// Takes columns that nothing else has taken for what they seem to be.
    pub(super) fn take_left_over(&mut self, roles: BTreeMap<String, Role>) {
        for (field, role) in roles {
            let is_taken = self.columns.values().any(|used| *used == role.column);
            if !is_taken && self.lacks(&field) {
                self.columns.insert(field.clone(), role.column);
                self.sensed.insert(field, role.why);
            }
        }
        self.currency = self.currency.take().or_else(|| currency_of(&self.columns, &Header::all(&self.headers)));
    }
}

/// The currency that the header of the amounts names, where no column of its own does.
pub(super) fn currency_of(columns: &BTreeMap<String, usize>, headers: &[Header]) -> Option<String> {
    let amounts = columns.get("amount").or_else(|| columns.get("cost"))?;
    let named = headers.get(*amounts)?.currency()?;
    (!columns.contains_key("currency")).then(|| named.to_owned())
}

/// Rows selected by one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Index of the column.
    pub column: usize,
    /// Values in lower case; one that ends in `*` stands for all that begin so, a `*` alone for whatever is no blank and no
    /// word for nothing, an empty one for a blank cell.
    pub values: Vec<String>,
    /// Whether any value ends in `*`.
    has_beginnings: bool,
}

impl Filter {
    /// A column, and values in lower case.
    pub fn new(column: usize, values: Vec<String>) -> Filter {
        let has_beginnings = values.iter().any(|value| value.ends_with('*'));
        Filter { column, values, has_beginnings }
    }

    /// The column and the values that a marker means; `None` where the column is not there.
    pub fn of(marker: &Marker, headers: &[Header]) -> Option<Filter> {
        let column = marker.column.place(headers)?;
        Some(Filter::new(column, marker.values.iter().map(|value| folded(value)).collect()))
    }

    /// Whether a cell holds one of the values.
    pub fn takes(&self, cell: &str) -> bool {
        // Asked of every row, mostly for words such as `false`: these are compared without a copy in lower case.
        if !self.has_beginnings && cell.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return self.values.iter().any(|value| value.eq_ignore_ascii_case(cell));
        }
        let cell = folded(cell);
        self.values.iter().any(|value| match value.strip_suffix('*') {
            Some("") => !marks::is_nothing(&cell),
            Some(begin) => cell.starts_with(begin),
            None => cell == *value,
        })
    }
}

/// Field → folded value → canonical word.
pub(super) fn vocabulary(table: &TablePreset) -> BTreeMap<String, BTreeMap<String, String>> {
    let folded_words = |words: &BTreeMap<String, Vec<String>>| {
        let pairs = words.iter().flat_map(|(word, found)| found.iter().map(move |value| (value, word)));
        pairs.map(|(value, word)| (folded(value), word.clone())).collect()
    };
    table.values.iter().map(|(field, words)| (field.clone(), folded_words(words))).collect()
}
