//! What a table is. Takes its headers and the lines above them, gives the canonical table and what each column becomes,
//! or the reason why it cannot be placed. Names of files do not matter, headers do.

use std::collections::BTreeMap;

use super::header::{Header, folded_header};
pub use super::own::{completed, sensed};
pub use super::plan::{Filter, Plan};
use super::plan::{currency_of, vocabulary};
use super::preset::{KNOWN, Marker, PLAIN, Preset, TablePreset, word_outside};
use super::sense::Proposal;
use crate::fields;
use crate::project::meaning::folded;
use crate::project::{InputRule, Project, SliceOrigin, Table};

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
                let columns = if headers.len() == 1 { "column" } else { "columns" };
                write!(f, "no known table has its {} {columns}; ", headers.len())?;
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
    let rules = project.input_rules(name);
    if rules.len() < 2 {
        return by_rule(heading, project, presets, rules.first().copied());
    }
    let mut all: Vec<Plan> = Vec::new();
    for rule in rules {
        for plan in by_rule(heading, project, presets, Some(rule))? {
            if rule.table.is_some_and(|table| table != plan.table) {
                continue;
            }
            // Tables of one kind are distinguished by their title.
            let before = all.iter().filter(|other| other.title.starts_with(&plan.title)).count();
            let title = if before == 0 { plan.title.clone() } else { format!("{} {}", plan.title, before + 1) };
            all.push(Plan { title, ..plan });
        }
    }
    Ok(all)
}

/// The same for one rule of the project file, or for none.
fn by_rule(
    heading: Heading<'_>,
    project: &Project,
    presets: &[Preset],
    rule: Option<&InputRule>,
) -> Result<Vec<Plan>, Unplaced> {
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
        None => return Ok(vec![by_rule_alone(heading, rule, project, &presets).ok_or(Unplaced::NoSignature(found))??]),
    };
    let mut plans = matched.plans(heading)?;
    for plan in &mut plans {
        // What a rule says of one table is not about the one that is read beside it.
        apply_rule(plan, rule.filter(|rule| rule.table.is_none_or(|table| table == plan.table)))?;
        add_slices(plan, &project.slices);
    }
    Ok(plans)
}

/// The plan of a file that no preset fits and that a rule of the project file says the table and columns of: it takes
/// nothing from any tool, neither its scale nor its zone nor its filters, but the words of plain tables. `None` where no rule
/// says enough.
fn by_rule_alone(
    heading: Heading<'_>,
    rule: Option<&InputRule>,
    project: &Project,
    presets: &[&Preset],
) -> Option<Result<Plan, Unplaced>> {
    let rule = rule?;
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
pub(super) fn plain_table<'p>(mut presets: impl Iterator<Item = &'p Preset>, table: Table) -> Option<&'p TablePreset> {
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
        let plans = std::iter::once(self.table).chain(beside).filter_map(|table| self.plan(table, heading)).collect();
        Ok(plans)
    }

    fn plan(&self, table: &TablePreset, heading: Heading<'_>) -> Option<Plan> {
        let headers = &self.headers;
        let filter = |marker: &Marker| Filter::of(marker, headers);
        let columns = table.places(headers);
        Some(Plan {
            table: table.canonical()?,
            preset: self.preset.name.clone(),
            title: self.title(table),
            why: self.why(table),
            headers: self.found.clone(),
            given: Vec::new(),
            part_of: None,
            currency: currency_of(&columns, headers),
            columns,
            rows: table.rows.as_ref().and_then(filter),
            only: Vec::new(),
            deleted: table.deleted.iter().filter_map(filter).collect(),
            older: Vec::new(),
            test: table.test.iter().filter_map(filter).collect(),
            not_done: table.not_done.iter().filter_map(filter).collect(),
            carry_down: table.carry_down.iter().filter_map(|names| names.place(headers)).collect(),
            totals: table.totals.clone(),
            totals_in: table.totals_in.iter().filter_map(filter).chain(self.sums_of_segments(table, heading)).collect(),
            missing: table.missing.iter().map(|word| folded(word)).collect(),
            constants: table.constants.clone(),
            values: vocabulary(table),
            project_words: BTreeMap::new(),
            order: table.order.clone(),
            zone: self.preset.zone.clone(),
            scale: table.scale.iter().map(|(field, divisor)| (field.clone(), divisor.ilog10())).collect(),
            money: table.money,
            segments: (table.segments.iter().filter_map(|names| names.place(headers)))
                .map(|at| self.found[at].clone())
                .collect(),
            notes: self.preset.note.iter().chain(&table.note).cloned().collect(),
            sensed: BTreeMap::new(),
            has_titles: false,
            of_leads: self.preset.name == PLAIN && table.beside.is_some(),
            proposal: None,
        })
    }

    /// Rows that stand for all of a segment, in a report that splits by it below them, as pivots do.
    fn sums_of_segments(&self, table: &TablePreset, heading: Heading<'_>) -> Vec<Filter> {
        const ALL: [&str; 3] = ["all", "total", "(all)"];
        let value = |row: &Vec<String>, at: usize| row.get(at).map_or_else(String::new, |cell| folded(cell));
        let is_split = |at: &usize| {
            let values: Vec<String> =
                heading.rows.iter().map(|row| value(row, *at)).filter(|value| !value.is_empty()).collect();
            let of_all = values.iter().filter(|value| ALL.contains(&value.as_str())).count();
            of_all > 0 && of_all < values.len()
        };
        let places = table.segments.iter().filter_map(|names| names.place(&self.headers)).filter(is_split);
        places.map(|at| Filter::new(at, ALL.map(str::to_owned).to_vec())).collect()
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

/// What the project file says of the file goes before the preset.
pub fn apply_rule(plan: &mut Plan, rule: Option<&InputRule>) -> Result<(), Unplaced> {
    let Some(rule) = rule else { return Ok(()) };
    let mut mapped = BTreeMap::new();
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
        mapped.insert(field.clone(), column);
    }
    // A column that the project gives to some field is not also what the preset thought it was.
    plan.columns.retain(|_, used| !mapped.values().any(|column| column == used));
    // Another column of amounts, another currency in its header.
    if ["amount", "cost", "currency"].iter().any(|field| mapped.contains_key(*field)) {
        plan.currency = None;
    }
    plan.columns.extend(mapped);
    for (header, values) in &rule.rows {
        let wanted = folded_header(header);
        let column = plan.headers.iter().position(|found| folded_header(found) == wanted);
        let column = column.ok_or_else(|| Unplaced::Rule(no_such_column(header, &plan.headers)))?;
        plan.only.push(Filter::new(column, values.clone()));
    }
    for (field, word) in &rule.constants {
        let known = fields::of(plan.table).iter().any(|known| known.name == field);
        let what = match known {
            true => word_outside(plan.table, field, word),
            false => Some(format!("a fixed word for `{field}`, which is no field of {}", plan.table.id())),
        };
        if let Some(what) = what {
            return Err(Unplaced::Rule(format!("the project file has {what}")));
        }
        plan.columns.remove(field);
        plan.constants.insert(field.clone(), word.clone());
    }
    for (field, words) in &rule.values {
        if let Some(what) = words.values().find_map(|word| word_outside(plan.table, field, word)) {
            return Err(Unplaced::Rule(format!("the project file has {what}")));
        }
        let words = || words.iter().map(|(found, word)| (folded(found), word.clone()));
        plan.values.entry(field.clone()).or_default().extend(words());
        plan.project_words.entry(field.clone()).or_default().extend(words());
    }
    plan.currency = plan.currency.take().or_else(|| currency_of(&plan.columns, &Header::all(&plan.headers)));
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
            plan.columns.insert(origin.field(name), column);
        }
    }
}
