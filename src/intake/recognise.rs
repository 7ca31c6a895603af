//! What a file is. Takes its first lines, gives the separator, the line of the header, the table it is and what
//! each column becomes, or the reason why it cannot be placed. Names of files do not matter, headers do.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::preset::{Preset, TablePreset, folded_header};
use crate::fields;
use crate::project::{InputRule, Project, SliceOrigin, Table};

/// How many lines above the header are looked through.
const TITLE_LINES: usize = 15;
const SEPARATORS: [u8; 4] = *b",;\t|";

/// How a file is to be read.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Separator between cells.
    pub separator: u8,
    /// Records above the header: titles and blank cells.
    pub title_lines: usize,
    /// The canonical table.
    pub table: Table,
    /// Name of the preset, such as `salesforce`.
    pub preset: String,
    /// What the file is, for people, such as `Salesforce Lead`.
    pub title: String,
    /// Why it was taken for that, for people.
    pub why: String,
    /// Headers as found.
    pub headers: Vec<String>,
    /// Canonical field (or `slice.NAME`) → index of its column.
    pub columns: BTreeMap<String, usize>,
    /// The column that marks deleted rows, and the values that do, in lower case.
    pub deleted: Option<(usize, Vec<String>)>,
    /// First cells that mark totals: the whole cell, or its beginning where the mark ends with a colon.
    pub totals: Vec<String>,
    /// Canonical field → fixed word.
    pub constants: BTreeMap<String, String>,
    /// Canonical field → folded value found → canonical word.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// `day_first` or `month_first` by preset.
    pub order: Option<String>,
    /// IANA zone of naive date-times by preset.
    pub zone: Option<String>,
}

/// Why a file is no table of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unplaced {
    /// Not one line of text.
    Empty,
    /// Bytes that are no UTF-8 text, with what they look like.
    NotText(&'static str),
    /// No table has such headers; these were the headers.
    NoSignature(Vec<String>),
    /// The project file asks for a preset or a column that is not there.
    Rule(String),
}

impl std::fmt::Display for Unplaced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unplaced::Empty => f.write_str("empty"),
            Unplaced::NotText(what) => write!(f, "{what}: only delimited UTF-8 text is read"),
            Unplaced::NoSignature(headers) => {
                write!(f, "no known table has its {} columns; ", headers.len())?;
                f.write_str("name its table and columns under `[[input]]` in the project file to use it")
            }
            Unplaced::Rule(reason) => f.write_str(reason),
        }
    }
}

impl Unplaced {
    /// The headers found, where that helps: for the terminal alone, since a file without a header begins with data.
    pub fn detail(&self) -> String {
        match self {
            Unplaced::NoSignature(headers) => {
                headers.iter().take(8).map(String::as_str).collect::<Vec<&str>>().join(", ")
            }
            _ => String::new(),
        }
    }
}

/// Says what a file is from its first bytes, which end at a line end or the end of the file.
pub fn recognise(head: &[u8], name: &str, project: &Project, presets: &[Preset]) -> Result<Plan, Unplaced> {
    let head = text_of(head)?;
    let rule = project.input_rule(name);
    let mut best: Option<(usize, Plan)> = None;
    let mut fallback = (0, Vec::new());
    for separator in SEPARATORS {
        let records = first_records(&head, separator);
        if let Some((score, plan)) = best_plan(&records, separator, rule, presets)?
            && best.as_ref().is_none_or(|(other, _)| score > *other)
        {
            best = Some((score, plan));
        }
        for record in records {
            if record.len() > fallback.0 {
                fallback = (record.len(), record);
            }
        }
    }
    let (_, mut plan) = best.ok_or_else(|| match rule {
        Some(rule) if rule.table.is_some() => missing_column(rule, fallback.1),
        _ => Unplaced::NoSignature(fallback.1),
    })?;
    apply_rule(&mut plan, rule)?;
    add_slices(&mut plan, &project.slices);
    Ok(plan)
}

fn text_of(head: &[u8]) -> Result<Cow<'_, str>, Unplaced> {
    let unread = |what| Err(Unplaced::NotText(what));
    match head {
        [b'P', b'K', 3, 4, ..] => return unread("a zip archive or workbook"),
        [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] => return unread("a compressed file"),
        [b'P', b'A', b'R', b'1', ..] => return unread("a Parquet file"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return unread("UTF-16 text"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => return unread("an old workbook"),
        _ => {}
    }
    if head.contains(&0) {
        return unread("a binary file");
    }
    // A broken byte is counted when the file is read; here it only must not hide the columns behind it.
    let text = String::from_utf8_lossy(without_mark(head));
    if text.starts_with("version https://git-lfs.github.com/spec/") {
        return unread("a pointer to a file kept elsewhere (git-lfs)");
    }
    match text.trim_start().bytes().next() {
        None => Err(Unplaced::Empty),
        Some(b'{' | b'[') => unread("JSON"),
        Some(b'<') => unread("HTML or XML"),
        Some(_) => Ok(text),
    }
}

/// The bytes behind any leading byte-order marks.
pub fn without_mark(mut bytes: &[u8]) -> &[u8] {
    while let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        bytes = rest;
    }
    bytes
}

fn first_records(head: &str, separator: u8) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(head.as_bytes());
    let records = reader.records().take(TITLE_LINES + 1).filter_map(Result::ok);
    records.map(|record| record.iter().map(str::to_owned).collect()).collect()
}

fn best_plan(
    records: &[Vec<String>],
    separator: u8,
    rule: Option<&InputRule>,
    presets: &[Preset],
) -> Result<Option<(usize, Plan)>, Unplaced> {
    let forced_table = rule.and_then(|rule| rule.table);
    let forced_preset = rule.and_then(|rule| rule.preset.as_deref());
    if let Some(name) = forced_preset
        && !presets.iter().any(|preset| preset.name == name)
    {
        return Err(Unplaced::Rule(format!("the project file asks for the preset `{name}`, which does not exist")));
    }
    let mut best: Option<(usize, Plan)> = None;
    for (line, headers) in records.iter().enumerate() {
        let folded: Vec<String> = headers.iter().map(|header| folded_header(header)).collect();
        let has = |header: &str| folded.iter().any(|found| found == header);
        for preset in presets.iter().filter(|preset| forced_preset.is_none_or(|name| preset.name == name)) {
            for table in preset.tables.iter().filter(|table| forced_table.is_none_or(|t| table.canonical() == t)) {
                let fit = table.fit(&has);
                let by_rule = rule.filter(|rule| forced_table.is_some() && names_all(rule, &folded)).map(|_| 0);
                let Some(fit) = fit.or(by_rule) else { continue };
                // A tool's own preset goes before `plain`; then the better signature, then the more columns known.
                let known = columns_of(table, &folded).len();
                let plain = usize::from(preset.name == "plain");
                let score = (1 + fit) * 1_000 * (2 - plain) + known;
                if best.as_ref().is_none_or(|(other, _)| score > *other) {
                    best = Some((score, plan_of(preset, table, records, line, separator, &folded)));
                }
            }
        }
    }
    Ok(best)
}

/// Why a file cannot be the table that a rule of the project file says it is.
fn missing_column(rule: &InputRule, headers: Vec<String>) -> Unplaced {
    let has = |wanted: &String| headers.iter().any(|header| folded_header(header) == folded_header(wanted));
    match rule.columns.values().find(|wanted| !has(wanted)) {
        Some(wanted) => Unplaced::Rule(no_such_column(wanted, &headers)),
        None => Unplaced::NoSignature(headers),
    }
}

fn no_such_column(wanted: &str, headers: &[String]) -> String {
    let nearest = crate::project::nearest(wanted, headers.iter().map(String::as_str));
    let hint = nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
    format!("the project file names the column `{wanted}`, which is not in the file{hint}")
}

/// Whether every column that a rule names is among the headers, so that the rule itself is the signature.
fn names_all(rule: &InputRule, folded: &[String]) -> bool {
    !rule.columns.is_empty() && rule.columns.values().all(|header| folded.contains(&folded_header(header)))
}

fn columns_of(table: &TablePreset, folded: &[String]) -> BTreeMap<String, usize> {
    let place = |spelling: &String| {
        let wanted = folded_header(spelling);
        folded.iter().position(|found| *found == wanted)
    };
    (table.columns.iter())
        .filter_map(|(field, spellings)| Some((field.clone(), spellings.iter().find_map(place)?)))
        .collect()
}

fn plan_of(
    preset: &Preset,
    table: &TablePreset,
    records: &[Vec<String>],
    line: usize,
    separator: u8,
    folded: &[String],
) -> Plan {
    let has = |header: &String| folded.contains(&folded_header(header));
    let mut known: Vec<&str> = (table.all.iter().chain(&table.any).chain(&table.also))
        .filter(|header| has(header))
        .map(String::as_str)
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    known.retain(|header| seen.insert(folded_header(header)));
    known.truncate(4);
    let deleted = table.deleted.as_ref().and_then(|marker| {
        let wanted = folded_header(&marker.column);
        let column = folded.iter().position(|found| *found == wanted)?;
        Some((column, marker.values.iter().map(|value| value.to_lowercase()).collect()))
    });
    Plan {
        separator,
        title_lines: line,
        table: table.canonical(),
        preset: preset.name.clone(),
        title: format!("{} {}", preset.title, table.name),
        why: format!("has the columns {}", known.join(", ")),
        headers: records[line].clone(),
        columns: columns_of(table, folded),
        deleted,
        totals: table.totals.clone(),
        constants: table.constants.clone(),
        values: vocabulary(table),
        order: table.order.clone(),
        zone: preset.zone.clone(),
    }
}

/// Field → folded value → canonical word.
fn vocabulary(table: &TablePreset) -> BTreeMap<String, BTreeMap<String, String>> {
    let folded = |words: &BTreeMap<String, Vec<String>>| {
        let pairs = words.iter().flat_map(|(word, found)| found.iter().map(move |value| (value, word)));
        pairs.map(|(value, word)| (crate::project::meaning::folded(value), word.clone())).collect()
    };
    table.values.iter().map(|(field, words)| (field.clone(), folded(words))).collect()
}

/// What the project file says of the file goes before the preset.
fn apply_rule(plan: &mut Plan, rule: Option<&InputRule>) -> Result<(), Unplaced> {
    let Some(rule) = rule else { return Ok(()) };
    for (field, header) in &rule.columns {
        if !fields::of(plan.table).iter().any(|known| known.name == field) {
            let nearest = crate::project::nearest(field, fields::of(plan.table).iter().map(|known| known.name));
            let hint = nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
            let table = plan.table.id();
            return Err(Unplaced::Rule(format!("the project file maps `{field}`, which is no field of {table}{hint}")));
        }
        let wanted = folded_header(header);
        let column = plan.headers.iter().position(|found| folded_header(found) == wanted);
        let column = column.ok_or_else(|| Unplaced::Rule(no_such_column(header, &plan.headers)))?;
        // A column that the project gives to one field is not also what the preset thought it was.
        plan.columns.retain(|_, used| *used != column);
        plan.columns.insert(field.clone(), column);
    }
    for (field, words) in &rule.values {
        let known = plan.values.entry(field.clone()).or_default();
        known.extend(words.iter().map(|(found, word)| (crate::project::meaning::folded(found), word.clone())));
    }
    if rule.table.is_some() || !rule.columns.is_empty() {
        plan.why.push_str(", and by the project file");
    }
    Ok(())
}

fn add_slices(plan: &mut Plan, slices: &BTreeMap<String, SliceOrigin>) {
    for (name, origin) in slices.iter().filter(|(_, origin)| origin.table == plan.table) {
        let wanted = folded_header(&origin.column);
        let by_header = plan.headers.iter().position(|found| folded_header(found) == wanted);
        if let Some(column) = by_header.or_else(|| plan.columns.get(&origin.column).copied()) {
            plan.columns.insert(slice_field(name), column);
        }
    }
}

/// The name of a slice among the fields of a table.
pub fn slice_field(name: &str) -> String {
    format!("slice.{name}")
}
