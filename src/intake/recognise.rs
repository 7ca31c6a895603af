//! What a table is. Takes its headers and the lines above them, gives the canonical table and what each column becomes,
//! or the reason why it cannot be placed. Names of files do not matter, headers do.

use std::collections::BTreeMap;

use super::header::{Header, folded_header};
use super::preset::{KNOWN, Marker, MoneyLevel, PLAIN, Preset, TablePreset, word_outside};
use super::sense::{self, Proposal, Role};
use super::text::table::Table as TextTable;
use crate::fields;
use crate::project::meaning::folded;
use crate::project::{InputRule, Project, SliceOrigin, Table};
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
    /// Headers as found.
    pub headers: Vec<String>,
    /// Canonical field (or `slice.NAME`) → index of its column.
    pub columns: BTreeMap<String, usize>,
    /// The only rows that are read.
    pub rows: Option<Filter>,
    /// Rows that are marked as deleted.
    pub deleted: Option<Filter>,
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
    pub said: BTreeMap<String, BTreeMap<String, String>>,
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
    /// What the table seemed to be, where names and values are all that speaks for it.
    pub proposal: Option<Proposal>,
}

impl Plan {
    /// The plan of a table that no tool made: its columns, and the words of plain tables of its kind.
    fn own(table: Table, headers: Vec<String>, columns: BTreeMap<String, usize>, plain: Option<&TablePreset>) -> Plan {
        let currency = currency_of(&columns, &Header::all(&headers));
        Plan {
            table,
            preset: String::new(),
            title: format!("own table of {}", table.id().replace('_', " ")),
            why: String::new(),
            headers,
            columns,
            rows: None,
            deleted: None,
            test: Vec::new(),
            not_done: Vec::new(),
            carry_down: Vec::new(),
            totals: Vec::new(),
            totals_in: Vec::new(),
            missing: Vec::new(),
            constants: BTreeMap::new(),
            values: plain.map(vocabulary).unwrap_or_default(),
            said: BTreeMap::new(),
            order: None,
            zone: None,
            scale: BTreeMap::new(),
            money: None,
            segments: Vec::new(),
            currency,
            notes: Vec::new(),
            sensed: BTreeMap::new(),
            proposal: None,
        }
    }

    /// Takes columns that nothing else has taken for what they seem to be.
    fn take_left_over(&mut self, roles: BTreeMap<String, Role>) {
        for (field, role) in roles {
            let is_taken = self.columns.values().any(|used| *used == role.column);
            if !is_taken && !self.columns.contains_key(&field) && !self.constants.contains_key(&field) {
                self.columns.insert(field.clone(), role.column);
                self.sensed.insert(field, role.why);
            }
        }
        self.currency = self.currency.take().or_else(|| currency_of(&self.columns, &Header::all(&self.headers)));
    }
}

/// The currency that the header of the amounts names, where no column of its own does.
fn currency_of(columns: &BTreeMap<String, usize>, headers: &[Header]) -> Option<String> {
    let amounts = columns.get("amount").or_else(|| columns.get("cost"))?;
    let named = headers.get(*amounts)?.currency()?;
    (!columns.contains_key("currency")).then(|| named.to_owned())
}

/// Rows told by one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Index of the column.
    pub column: usize,
    /// Values in lower case; one that ends in `*` stands for all that begin so, an empty one for a blank cell.
    pub values: Vec<String>,
}

impl Filter {
    /// The column and the values that a marker means; `None` where the column is not there.
    pub fn of(marker: &Marker, headers: &[Header]) -> Option<Filter> {
        let column = marker.column.place(headers)?;
        Some(Filter { column, values: marker.values.iter().map(|value| folded(value)).collect() })
    }

    /// Whether a cell holds one of the values.
    pub fn takes(&self, cell: &str) -> bool {
        let cell = folded(cell);
        self.values.iter().any(|value| match value.strip_suffix('*') {
            Some(begin) => cell.starts_with(begin) && !cell.is_empty(),
            None => cell == *value,
        })
    }
}

/// Why a table is none of ours.
#[derive(Debug, Clone, PartialEq)]
pub enum Unplaced {
    /// A preset knows the table, and says why it is not used.
    Known {
        /// What it is.
        title: String,
        /// Why it is not used.
        why: String,
    },
    /// No table has such headers; these were the headers.
    NoSignature(Vec<String>),
    /// No preset fits, but this is what it seems to be.
    Perhaps {
        /// What it seems to be.
        proposal: Box<Proposal>,
        /// Its headers.
        headers: Vec<String>,
    },
    /// Its columns resemble those of a table, and one of them is of something else.
    Against {
        /// The table that it resembles.
        table: Table,
        /// What it seems to be.
        what: &'static str,
        /// The header that says so.
        header: String,
        /// Its headers.
        headers: Vec<String>,
        /// What its columns would be, where that was looked at.
        proposal: Option<Box<Proposal>>,
    },
    /// The table has no header.
    NoHeader(usize),
    /// The project file asks for a preset or a column that is not there.
    Rule(String),
}

impl std::fmt::Display for Unplaced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unplaced::Known { title, why } => write!(f, "recognised as {title}, and not used: {why}"),
            Unplaced::NoSignature(headers) => {
                write!(f, "no known table has its {} columns; ", headers.len())?;
                f.write_str("name its table and columns under `[[input]]` in the project file to use it")
            }
            Unplaced::Perhaps { proposal, .. } => {
                let (table, percent) = (proposal.table.id(), (proposal.confidence * 100.0).round());
                write!(f, "it may be {table} ({percent} % sure), too unsure to use: ")?;
                f.write_str("`casefile init` writes the rule to confirm it with")
            }
            Unplaced::Against { table, what, header, .. } => {
                let table = table.id();
                write!(f, "it looks like {what} (`{header}`), which are not {table}; ")?;
                write!(f, "if they are, name it `{table}` with its columns under `[[input]]` in the project file")
            }
            Unplaced::NoHeader(width) => {
                write!(f, "a table of {width} columns without a header; say under `[[input]]` in the project file ")?;
                f.write_str("which table it is and which columns are what: `column 1`, `column 2`, …")
            }
            Unplaced::Rule(reason) => f.write_str(reason),
        }
    }
}

impl Unplaced {
    /// Whether nothing says that it is a table at all.
    pub fn is_of_nothing_known(&self) -> bool {
        matches!(self, Unplaced::NoSignature(_) | Unplaced::NoHeader(_))
    }

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

/// What is known of a table before it is recognised.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// Headers that it may have, best first: its lines joined, and each line alone.
    pub headers: &'a [Vec<String>],
    /// The lines above the header.
    pub titles: &'a [String],
    /// The first records under it.
    pub rows: &'a [Vec<String>],
}

/// Says what a table is: one plan, and one more for each table that is read beside it from the same file.
///
/// # Errors
/// Where no preset fits, the table is known and not used, or the project file asks for what is not there.
pub fn recognise(
    heading: Heading<'_>,
    name: &str,
    project: &Project,
    presets: &[Preset],
) -> Result<Vec<Plan>, Unplaced> {
    let rule = project.input_rule(name);
    let forced = rule.and_then(|rule| rule.preset.as_deref());
    if let Some(wanted) = forced
        && !presets.iter().any(|preset| preset.name == wanted)
    {
        let nearest = crate::project::nearest(wanted, presets.iter().map(|preset| preset.name.as_str()));
        let hint = nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
        return Err(Unplaced::Rule(format!(
            "the project file asks for the preset `{wanted}`, which does not exist{hint}"
        )));
    }
    let presets: Vec<&Preset> = presets.iter().filter(|preset| forced.is_none_or(|name| preset.name == name)).collect();
    let best = heading.headers.iter().find_map(|found| best_match(found, heading, rule, &presets));
    let found = heading.headers.first().cloned().unwrap_or_default();
    let matched = match best {
        Some(matched) => matched,
        None => return Ok(vec![by_rule_alone(heading, name, project, &presets).ok_or(Unplaced::NoSignature(found))??]),
    };
    let mut plans = matched.plans(heading)?;
    for plan in &mut plans {
        apply_rule(plan, rule)?;
        add_slices(plan, &project.slices);
    }
    Ok(plans)
}

/// The plan of a file that no preset fits and that a rule of the project file says the table and columns of: it takes
/// nothing from any tool, neither its scale nor its zone nor its filters, but the words of plain tables. `None` where no rule
/// says enough.
fn by_rule_alone(
    heading: Heading<'_>,
    name: &str,
    project: &Project,
    presets: &[&Preset],
) -> Option<Result<Plan, Unplaced>> {
    let rule = project.input_rule(name)?;
    let (table, headers) = (rule.table?, heading.headers.first()?);
    if rule.preset.is_some() || rule.columns.is_empty() {
        return None;
    }
    let found = heading.headers.iter().find(|found| names_all(rule, found));
    let Some(found) = found else { return Some(Err(missing_column(rule, headers.clone()))) };
    let plain = plain_table(presets.iter().copied(), table);
    let columns = plain.map(|plain| plain.places(&Header::all(found))).unwrap_or_default();
    let mut plan = Plan::own(table, found.clone(), columns, plain);
    plan.why = "by the project file".to_owned();
    let ruled = apply_rule(&mut plan, Some(rule)).map(|()| add_slices(&mut plan, &project.slices));
    Some(ruled.map(|()| plan))
}

/// The table of plain presets for a canonical table: its column names and words.
fn plain_table<'p>(mut presets: impl Iterator<Item = &'p Preset>, table: Table) -> Option<&'p TablePreset> {
    let plain = presets.find(|preset| preset.name == PLAIN)?;
    plain.tables.iter().find(|like| like.canonical() == Some(table) && like.beside.is_none())
}

/// A table of a preset that fits.
struct Match<'a> {
    preset: &'a Preset,
    table: &'a TablePreset,
    found: Vec<String>,
    /// The headers as the preset has them, whatever the language they were found in.
    headers: Vec<Header>,
}

fn best_match<'a>(
    found: &[String],
    heading: Heading<'_>,
    rule: Option<&InputRule>,
    presets: &[&'a Preset],
) -> Option<Match<'a>> {
    let headers = Header::all(found);
    let forced_table = rule.and_then(|rule| rule.table);
    // A rule that names a preset, and every column that it needs, is a signature itself.
    let by_rule = rule.filter(|rule| rule.preset.is_some() && forced_table.is_some() && names_all(rule, found));
    let mut best: Option<((bool, usize, usize), Match<'a>)> = None;
    for preset in presets {
        let translated = preset.languages.values().filter_map(|language| language.translated(&headers));
        for headers in std::iter::once(headers.clone()).chain(translated) {
            for table in preset.tables.iter().filter(|table| table.beside.is_none()) {
                if forced_table.is_some_and(|forced| table.canonical() != Some(forced)) {
                    continue;
                }
                let fit = table.fit(&headers, heading.titles, heading.rows).or(by_rule.map(|_| 0));
                let Some(fit) = fit else { continue };
                // A tool's own preset goes before `plain`; then the better signature, then the more columns known.
                let score = (preset.name != PLAIN, fit, table.places(&headers).len());
                if best.as_ref().is_none_or(|(other, _)| score > *other) {
                    let matched = Match { preset, table, found: found.to_vec(), headers: headers.clone() };
                    best = Some((score, matched));
                }
            }
        }
    }
    best.map(|(_, matched)| matched)
}

impl Match<'_> {
    fn title(&self, table: &TablePreset) -> String {
        format!("{} {}", self.preset.title, table.name)
    }

    fn plans(&self, heading: Heading<'_>) -> Result<Vec<Plan>, Unplaced> {
        if self.table.table == KNOWN {
            let why = self.table.why.clone().unwrap_or_else(|| "it feeds no measure".to_owned());
            return Err(Unplaced::Known { title: self.title(self.table), why });
        }
        let is_beside = |table: &&TablePreset| {
            table.beside.as_deref() == Some(self.table.name.as_str())
                && table.fit(&self.headers, heading.titles, heading.rows).is_some()
        };
        let beside = self.preset.tables.iter().filter(is_beside);
        let plans = std::iter::once(self.table).chain(beside).filter_map(|table| self.plan(table)).collect();
        Ok(plans)
    }

    fn plan(&self, table: &TablePreset) -> Option<Plan> {
        let headers = &self.headers;
        let filter = |marker: &Marker| Filter::of(marker, headers);
        let columns = table.places(headers);
        Some(Plan {
            table: table.canonical()?,
            preset: self.preset.name.clone(),
            title: self.title(table),
            why: self.why(table),
            headers: self.found.clone(),
            currency: currency_of(&columns, headers),
            columns,
            rows: table.rows.as_ref().and_then(filter),
            deleted: table.deleted.as_ref().and_then(filter),
            test: table.test.iter().filter_map(filter).collect(),
            not_done: table.not_done.iter().filter_map(filter).collect(),
            carry_down: table.carry_down.iter().filter_map(|names| names.place(headers)).collect(),
            totals: table.totals.clone(),
            totals_in: table.totals_in.iter().filter_map(filter).collect(),
            missing: table.missing.iter().map(|word| folded(word)).collect(),
            constants: table.constants.clone(),
            values: vocabulary(table),
            said: BTreeMap::new(),
            order: table.order.clone(),
            zone: self.preset.zone.clone(),
            scale: table.scale.iter().map(|(field, divisor)| (field.clone(), divisor.ilog10())).collect(),
            money: table.money,
            segments: (table.segments.iter().filter_map(|names| names.place(headers)))
                .map(|at| self.found[at].clone())
                .collect(),
            notes: self.preset.note.iter().chain(&table.note).cloned().collect(),
            sensed: BTreeMap::new(),
            proposal: None,
        })
    }

    fn why(&self, table: &TablePreset) -> String {
        let names = table.all.iter().chain(&table.any).chain(&table.also);
        let mut known: Vec<&str> = Vec::new();
        for at in names.filter_map(|names| names.place(&self.headers)) {
            let header = self.found[at].as_str();
            if known.len() < 4 && !known.contains(&header) {
                known.push(header);
            }
        }
        if known.is_empty() {
            "by the project file".to_owned()
        } else {
            format!("has the columns {}", known.join(", "))
        }
    }
}

/// The plan of a table whose columns were placed by their sense.
///
/// # Errors
/// Where a rule of the project file names what is not there.
pub fn sensed(
    proposal: &Proposal,
    headers: Vec<String>,
    name: &str,
    project: &Project,
    presets: &[Preset],
) -> Result<Plan, Unplaced> {
    // Its words are those that plain tables use.
    let plain = plain_table(presets.iter(), proposal.table);
    let columns = proposal.roles.iter().map(|(field, role)| (field.clone(), role.column)).collect();
    let percent = (proposal.confidence * 100.0).round();
    let mut plan = Plan::own(proposal.table, headers, columns, plain);
    plan.why = format!("its columns are called and filled like those of {}, {percent} % sure", proposal.table.id());
    plan.sensed = proposal.roles.iter().map(|(field, role)| (field.clone(), role.why.clone())).collect();
    plan.proposal = Some(proposal.clone());
    apply_rule(&mut plan, project.input_rule(name))?;
    add_slices(&mut plan, &project.slices);
    Ok(plan)
}

/// The plan of the deals in the rows of a table of leads that no tool made; `None` where its rows tell no deal.
pub fn deals_beside(leads: &Plan, table: &TextTable, project: &Project, presets: &[Preset]) -> Option<Plan> {
    let preset = presets.iter().find(|preset| preset.name == PLAIN)?;
    let like = preset.tables.iter().find(|table| table.beside.is_some() && table.canonical() == Some(Table::Deals))?;
    let roles = sense::deals_of_leads(table)?;
    let key = ["lead_id", "email"].into_iter().find(|key| leads.columns.contains_key(*key))?;
    let decides = ["outcome", "stage"].into_iter().find_map(|field| roles.get(field))?.column;
    let mut columns: BTreeMap<String, usize> = roles.iter().map(|(field, role)| (field.clone(), role.column)).collect();
    // The deal has no number of its own, or none that is not the lead's.
    columns.remove("deal_id");
    columns.insert(key.to_owned(), leads.columns[key]);
    if key == "lead_id" {
        columns.insert("deal_id".to_owned(), leads.columns[key]);
    }
    for field in ["created_at", "owner", "source", "channel", "campaign"] {
        if let Some(column) = leads.columns.get(field) {
            columns.insert(field.to_owned(), *column);
        }
    }
    let mut plan = Plan::own(Table::Deals, leads.headers.clone(), columns, Some(like));
    plan.title = "own table of leads, and their deals".to_owned();
    plan.why = format!("its rows hold deals too: {}", leads.headers.get(decides).map_or("", String::as_str));
    let values = like.rows.as_ref().map(|rows| rows.values.iter().map(|value| folded(value)).collect());
    plan.rows = Some(Filter { column: decides, values: values.unwrap_or_default() });
    plan.sensed = roles
        .into_iter()
        .filter(|(field, _)| plan.columns.contains_key(field))
        .map(|(field, role)| (field, role.why))
        .collect();
    plan.proposal = leads.proposal.clone();
    add_slices(&mut plan, &project.slices);
    Some(plan)
}

/// Looks at the columns of plain tables and of tables of the project file once more: what is left over is taken for what
/// it is called, and rows of leads may hold deals. A table that something speaks against is none.
///
/// # Errors
/// Where a plain table is something else by its columns.
pub fn completed(
    mut plans: Vec<Plan>,
    table: &TextTable,
    project: &Project,
    presets: &[Preset],
    name: &str,
) -> Result<Vec<Plan>, Unplaced> {
    let is_alone = plans.len() == 1;
    let Some(plan) = plans.first_mut() else { return Ok(plans) };
    let is_ruled = project.input_rule(name).is_some_and(|rule| rule.table.is_some() || rule.preset.is_some());
    if plan.preset != PLAIN && !plan.preset.is_empty() {
        return Ok(plans);
    }
    if !is_ruled && let Some(unplaced) = speaks_against(plan, &plan.headers) {
        return Err(unplaced);
    }
    if is_ruled && plan.preset.is_empty() {
        return Ok(plans);
    }
    plan.take_left_over(sense::left_over(table, plan.table));
    if is_alone
        && plan.table == Table::Leads
        && !is_ruled
        && let Some(deals) = deals_beside(plan, table, project, presets)
    {
        plans.push(deals);
    }
    Ok(plans)
}

/// That a table taken for leads or deals is something else, where its columns say so.
fn speaks_against(plan: &Plan, headers: &[String]) -> Option<Unplaced> {
    if !matches!(plan.table, Table::Leads | Table::Deals) {
        return None;
    }
    let (what, header) = sense::speaks_against(headers)?;
    Some(Unplaced::Against {
        table: plan.table,
        what,
        header,
        headers: headers.to_vec(),
        proposal: plan.proposal.clone().map(Box::new),
    })
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
fn names_all(rule: &InputRule, found: &[String]) -> bool {
    let has = |wanted: &String| found.iter().any(|header| folded_header(header) == folded_header(wanted));
    !rule.columns.is_empty() && rule.columns.values().all(has)
}

/// Field → folded value → canonical word.
fn vocabulary(table: &TablePreset) -> BTreeMap<String, BTreeMap<String, String>> {
    let folded_words = |words: &BTreeMap<String, Vec<String>>| {
        let pairs = words.iter().flat_map(|(word, found)| found.iter().map(move |value| (value, word)));
        pairs.map(|(value, word)| (folded(value), word.clone())).collect()
    };
    table.values.iter().map(|(field, words)| (field.clone(), folded_words(words))).collect()
}

/// What the project file says of the file goes before the preset.
pub fn apply_rule(plan: &mut Plan, rule: Option<&InputRule>) -> Result<(), Unplaced> {
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
        if let Some(what) = words.values().find_map(|word| word_outside(plan.table, field, word)) {
            return Err(Unplaced::Rule(format!("the project file has {what}")));
        }
        let words = || words.iter().map(|(found, word)| (folded(found), word.clone()));
        plan.values.entry(field.clone()).or_default().extend(words());
        plan.said.entry(field.clone()).or_default().extend(words());
    }
    if (rule.table.is_some() || !rule.columns.is_empty()) && !plan.why.ends_with("by the project file") {
        plan.why.push_str(", and by the project file");
    }
    Ok(())
}

/// Adds the columns that hold the project's slices.
pub fn add_slices(plan: &mut Plan, slices: &BTreeMap<String, SliceOrigin>) {
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
