//! Record: recognised text tables in, canonical typed tables out. Formats are decided here, values read, currencies
//! made one, older versions of a record set aside; every row and value is accounted for in [`FileReport`]. What
//! belongs together across tables is left to [`crate::cases`].

pub mod columns;
pub mod currency;
pub mod dates;
pub mod ids;
pub mod missing;
pub mod money;
pub mod overlap;
pub mod report;
pub mod versions;

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;
use rayon::prelude::*;

use crate::calendar::{UnknownZone, Zone};
use crate::fields::{self, Kind};
use crate::intake::read::{ROW, SetAside};
use crate::intake::{Export, Intake};
use crate::project::meaning::folded;
use crate::project::{DateOrder, DecimalMark as ProjectMark, InputRule, Project, RateError, Table};
use columns::{Census, Format, Reading, typed};
use currency::RowCurrencies;
use dates::DayOrder;
use money::{DecimalMark, minor_digits};
use overlap::Kin;
pub use report::{ColumnReport, FileReport};

/// The column that holds the number of the file among [`Records::files`].
pub const FILE: &str = "file";

/// The column of deals that holds what the stage says of the outcome: the index in [`fields::OUTCOMES`].
pub const OUTCOME_BY_STAGE: &str = "outcome_by_stage";

/// The canonical tables and the account of how they came to be.
#[derive(Debug, Clone)]
pub struct Records {
    /// Each table that the exports hold. Columns are those of [`fields::of`] that some file has, the slices
    /// as `slice.NAME`, and [`FILE`] and [`ROW`].
    pub tables: BTreeMap<Table, DataFrame>,
    /// One account a file, sorted by name.
    pub files: Vec<FileReport>,
    /// ISO 4217 code of every amount in the tables, `XXX` where none is known.
    pub currency: String,
    /// Currencies found, with the number of amounts.
    pub currencies: BTreeMap<String, u64>,
    /// Calendar days are counted in this zone.
    pub zone: Zone,
}

impl Records {
    /// A table, if the exports hold one with at least one row.
    pub fn table(&self, table: Table) -> Option<&DataFrame> {
        self.tables.get(&table).filter(|frame| frame.height() > 0)
    }

    /// Whether some file of the table has the column.
    pub fn has(&self, table: Table, field: &str) -> bool {
        self.table(table).is_some_and(|frame| frame.column(field).is_ok())
    }

    /// Counts further rows as set aside; `files` is the file of each of them.
    pub fn put_aside(&mut self, reason: SetAside, files: impl Iterator<Item = u32>) {
        for file in files {
            self.files[file as usize].put_aside(reason, 1);
        }
    }
}

/// Why tables could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Amounts in several currencies and a rate missing.
    #[error(transparent)]
    Rate(#[from] RateError),
    /// A time zone that does not exist.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// A table operation failed: our own mistake.
    #[error("the tables could not be made: {0}")]
    Tables(#[from] PolarsError),
}

/// One file on its way: its typed columns, its account, and the currency of each row where it has amounts.
struct Typed {
    table: Table,
    columns: Vec<Series>,
    report: FileReport,
    kin: Kin,
    currencies: Vec<String>,
}

/// Makes the canonical tables.
///
/// # Errors
/// Where a rate between currencies is missing.
pub fn record(intake: Intake, project: &Project) -> Result<Records, RecordError> {
    let zone = Zone::named(&project.report.timezone)?;
    let formats = formats(&intake.exports, project);
    let typed: Vec<Result<Typed, RecordError>> =
        (intake.exports.into_par_iter()).map(|export| typed_file(export, &formats, project, &zone)).collect();
    let mut typed = typed.into_iter().collect::<Result<Vec<Typed>, RecordError>>()?;
    let mut currencies: BTreeMap<String, u64> = BTreeMap::new();
    for file in &typed {
        let amounts = file.columns.iter().find(|column| fields::kind_of(file.table, column.name()) == Kind::Money);
        let Some(amounts) = amounts.map(|column| column.is_not_null()) else { continue };
        for (code, _) in file.currencies.iter().zip(amounts.iter()).filter(|(_, filled)| *filled == Some(true)) {
            *currencies.entry(code.clone()).or_default() += 1;
        }
    }
    let currency = currency::choose(project, &currencies);
    for file in &mut typed {
        convert_amounts(file, &currency, project)?;
    }
    let mut by_table: BTreeMap<Table, Vec<(u32, Vec<Series>)>> = BTreeMap::new();
    let mut files = Vec::with_capacity(typed.len());
    let mut kin = Vec::with_capacity(typed.len());
    for (number, file) in (0_u32..).zip(typed) {
        by_table.entry(file.table).or_default().push((number, file.columns));
        files.push(file.report);
        kin.push(file.kin);
    }
    let mut records = Records { tables: BTreeMap::new(), files, currency, currencies, zone };
    for (table, parts) in by_table {
        let frame = joined(table, parts)?;
        let frame = settled(table, frame, &mut records)?;
        let frame = told_once(table, frame, &kin, &mut records)?;
        records.tables.insert(table, frame);
    }
    Ok(records)
}

/// How each table was read, without making amounts one currency or settling what is told twice.
///
/// # Errors
/// Where a time zone does not exist.
pub fn accounts(intake: Intake, project: &Project) -> Result<Vec<FileReport>, RecordError> {
    let zone = Zone::named(&project.report.timezone)?;
    let formats = formats(&intake.exports, project);
    let typed = |export| typed_file(export, &formats, project, &zone).map(|file| file.report);
    intake.exports.into_par_iter().map(typed).collect::<Vec<_>>().into_iter().collect()
}

/// What columns of one format have in common: what the file is, the order and decimal mark that a rule of the project
/// sets for it, and the field.
type FormatKey = (String, String, String);

fn format_key(plan: &crate::intake::recognise::Plan, rule: Option<&InputRule>, field: &str) -> FormatKey {
    let set = rule.map_or_else(String::new, |rule| format!("{:?} {:?}", rule.order, rule.decimal));
    (plan.title.clone(), set, field.to_owned())
}

/// The format of each column: decided over all files of one kind, so that a file split in two reads the same; but a file
/// whose own values say otherwise, as one from a machine set to another country, is read by them.
struct Formats {
    shared: BTreeMap<FormatKey, Format>,
    own: BTreeMap<(String, FormatKey), Format>,
}

impl Formats {
    fn of(&self, name: &str, key: FormatKey) -> &Format {
        let own = (name.to_owned(), key);
        self.own.get(&own).or_else(|| self.shared.get(&own.1)).unwrap_or(&Format::Text)
    }
}

fn formats(exports: &[Export], project: &Project) -> Formats {
    type Seen<'a> = (&'a Export, FormatKey, Census, Option<&'a InputRule>, Option<String>);
    let censuses: Vec<Seen<'_>> = (exports.par_iter())
        .flat_map_iter(|export| {
            let rule = project.input_rule(&export.name);
            let text = move |field: &String| export.rows.frame.column(field).ok().and_then(|column| column.str().ok());
            export.plan.columns.keys().filter_map(move |field| {
                let kind = fields::kind_of(export.plan.table, field);
                let census = Census::of(kind, text(field)?);
                let key = format_key(&export.plan, rule, field);
                Some((export, key, census, rule, export.plan.order.clone()))
            })
        })
        .collect();
    type Evidence = (Census, Option<DayOrder>, Option<DecimalMark>);
    let mut merged: BTreeMap<FormatKey, Evidence> = BTreeMap::new();
    let mut by_file: Vec<(&Export, FormatKey, Format)> = Vec::new();
    for (export, key, census, rule, preset_order) in censuses {
        let order = rule.and_then(|rule| rule.order).map(day_order).or_else(|| preset_order.and_then(order_named));
        let mark = rule.and_then(|rule| rule.decimal).map(decimal_mark);
        by_file.push((export, key.clone(), census.decide(order, mark)));
        match merged.get_mut(&key) {
            Some((known, known_order, known_mark)) => {
                known.merge(&census);
                *known_order = known_order.or(order);
                *known_mark = known_mark.or(mark);
            }
            None => {
                merged.insert(key, (census, order, mark));
            }
        }
    }
    let shared: BTreeMap<FormatKey, Format> =
        merged.into_iter().map(|(key, (census, order, mark))| (key, census.decide(order, mark))).collect();
    let contradicts = |(export, key, own): &(&Export, FormatKey, Format)| {
        let kind = fields::kind_of(export.plan.table, &key.2);
        shared.get(key).is_some_and(|shared| own.contradicts(shared, kind))
    };
    let own = by_file.into_iter().filter(contradicts);
    let own = own.map(|(export, key, own)| ((export.name.clone(), key), own)).collect();
    Formats { shared, own }
}

fn day_order(order: DateOrder) -> DayOrder {
    match order {
        DateOrder::DayFirst => DayOrder::DayFirst,
        DateOrder::MonthFirst => DayOrder::MonthFirst,
    }
}

fn order_named(name: String) -> Option<DayOrder> {
    match name.as_str() {
        "day_first" => Some(DayOrder::DayFirst),
        "month_first" => Some(DayOrder::MonthFirst),
        _ => None,
    }
}

fn decimal_mark(mark: ProjectMark) -> DecimalMark {
    match mark {
        ProjectMark::Comma => DecimalMark::Comma,
        ProjectMark::Point => DecimalMark::Point,
    }
}

fn typed_file(export: Export, formats: &Formats, project: &Project, zone: &Zone) -> Result<Typed, RecordError> {
    let Export { name, plan, manner, rows, hash, bytes } = export;
    let rule = project.input_rule(&name);
    let source_zone = rule.and_then(|rule| rule.timezone.as_deref()).or(plan.zone.as_deref());
    let source_zone = source_zone.map_or_else(|| Ok(zone.clone()), Zone::named)?;
    let text = |field: &str| rows.frame.column(field).and_then(|column| column.str().cloned());
    let numbers = rows.frame.column(ROW)?.u32()?.clone();
    let has_money = plan.columns.keys().any(|field| fields::kind_of(plan.table, field) == Kind::Money);
    let file_currency = plan.currency.as_deref().or_else(|| rule.and_then(|rule| rule.currency.as_deref()));
    let amounts = text("amount").or_else(|_| text("cost")).ok();
    let by_row = RowCurrencies::new(text("currency").ok(), amounts, file_currency, project);
    let currencies: Vec<String> =
        if has_money { (0..rows.frame.height()).map(|row| by_row.of(row)).collect() } else { Vec::new() };
    let mut columns = Vec::new();
    let mut reports = Vec::new();
    for (field, index) in &plan.columns {
        let header = plan.headers.get(*index).cloned().unwrap_or_default();
        let mut report = ColumnReport {
            header,
            field: field.clone(),
            sensed: plan.sensed.get(field).cloned(),
            ..ColumnReport::default()
        };
        let reading = Reading {
            kind: fields::kind_of(plan.table, field),
            format: formats.of(&name, format_key(&plan, rule, field)),
            source_zone: &source_zone,
            report_zone: zone,
            vocabulary: plan.values.get(field),
            digits: &|row| minor_digits(&currencies[row]),
            rows: &numbers,
        };
        columns.push(typed(field, &text(field)?, &reading, &mut report));
        // What the project file says is no assumption.
        let is_said = match reading.format {
            Format::Dates(_) => rule.is_some_and(|rule| rule.order.is_some()),
            Format::Numbers(_) => rule.is_some_and(|rule| rule.decimal.is_some()),
            Format::Text => false,
        };
        report.ambiguous &= !is_said;
        reports.push(report);
    }
    columns.extend(constants(&plan, rows.frame.height()));
    columns.extend(side_by_channel(&plan, text("channel").ok().as_ref()));
    let stage = reports.iter_mut().find(|report: &&mut ColumnReport| report.field == "stage");
    columns.extend(outcome_by_stage(&plan, text("stage").ok().as_ref(), stage));
    columns.push(numbers.into_series());
    let used: BTreeSet<usize> = plan.columns.values().copied().collect();
    let unused = plan.headers.iter().enumerate().filter(|(at, _)| !used.contains(at));
    let report = FileReport {
        name,
        title: plan.title.clone(),
        why: plan.why.clone(),
        table: plan.table,
        hash,
        bytes,
        manner,
        notes: plan.notes.clone(),
        rows_read: rows.read,
        set_aside: rows.set_aside,
        columns: reports,
        unused: unused.map(|(_, header)| header.clone()).collect(),
    };
    let day = plan.columns.get("spent_on").and_then(|at| plan.headers.get(*at)).map(|header| header.to_lowercase());
    let starts = day.is_some_and(|day| ["start", "inicio", "début"].iter().any(|word| day.contains(word)));
    let kin = Kin { preset: plan.preset, title: plan.title, money: plan.money, starts };
    Ok(Typed { table: plan.table, columns, report, kin, currencies })
}

/// The column of a table of spend that holds what a preset fixes for a field.
pub fn usual(field: &str) -> String {
    format!("usual_{field}")
}

/// Columns that a preset fixes for the whole file: only where the file has no such column itself.
fn constants(plan: &crate::intake::recognise::Plan, height: usize) -> Vec<Series> {
    let own = |field: &&String| !plan.columns.contains_key(*field);
    (plan.constants.iter().filter(|(field, _)| own(field)))
        .map(|(field, word)| match fields::kind_of(plan.table, field) {
            Kind::Word(words) => {
                let at = words.iter().position(|known| known == word).and_then(|at| u8::try_from(at).ok());
                UInt8Chunked::from_iter_options(PlSmallStr::from_str(field), std::iter::repeat_n(at, height))
                    .into_series()
            }
            // What a report's tool usually brings is weaker than what its campaign tells.
            _ if plan.table == Table::Spend => Series::new(usual(field).into(), vec![word.as_str(); height]),
            _ => Series::new(PlSmallStr::from_str(field), vec![word.as_str(); height]),
        })
        .collect()
}

/// Whose touch it was, where a file has no column for it but the preset knows some channels as one side's. A channel
/// that it does not know says nothing.
fn side_by_channel(plan: &crate::intake::recognise::Plan, channel: Option<&StringChunked>) -> Option<Series> {
    let told_otherwise = plan.columns.contains_key("side") || plan.constants.contains_key("side");
    let vocabulary = plan.values.get("side").filter(|_| !told_otherwise)?;
    let place = |word: &String| fields::SIDES.iter().position(|side| side == word).and_then(|at| u8::try_from(at).ok());
    let side = |channel: Option<&str>| vocabulary.get(&folded(channel?)).and_then(place);
    let sides = channel?.iter().map(side);
    Some(UInt8Chunked::from_iter_options("side".into(), sides).into_series())
}

/// What the stage of a deal says of its outcome, through the vocabulary of stages; stages that are not in it are
/// counted as unmapped, and say nothing.
fn outcome_by_stage(
    plan: &crate::intake::recognise::Plan,
    stages: Option<&StringChunked>,
    report: Option<&mut ColumnReport>,
) -> Option<Series> {
    let (stages, report) = (stages?, report?);
    if plan.table != Table::Deals {
        return None;
    }
    let none = BTreeMap::new();
    let known = plan.values.get("stage").unwrap_or(&none);
    let (column, found) = columns::words(OUTCOME_BY_STAGE.into(), stages, fields::OUTCOMES, Some(known));
    report.take_words(found, fields::OUTCOMES);
    Some(column)
}

fn convert_amounts(file: &mut Typed, currency: &str, project: &Project) -> Result<(), RecordError> {
    for column in &mut file.columns {
        if fields::kind_of(file.table, column.name()) == Kind::Money {
            *column = currency::convert(column.i64()?, &file.currencies, currency, project)?.into_series();
        }
    }
    Ok(())
}

/// The files of one table under each other; a column that a file lacks is empty for its rows.
fn joined(table: Table, parts: Vec<(u32, Vec<Series>)>) -> PolarsResult<DataFrame> {
    let mut types: BTreeMap<PlSmallStr, DataType> = BTreeMap::new();
    for column in parts.iter().flat_map(|(_, columns)| columns) {
        types.insert(column.name().clone(), column.dtype().clone());
    }
    let mut whole: Option<DataFrame> = None;
    for (number, columns) in parts {
        let height = columns.first().map_or(0, |column| column.len());
        let mut by_name: BTreeMap<PlSmallStr, Series> =
            columns.into_iter().map(|column| (column.name().clone(), column)).collect();
        let mut all: Vec<Column> = (types.iter())
            .map(|(name, kind)| by_name.remove(name).unwrap_or_else(|| Series::full_null(name.clone(), height, kind)))
            .map(Column::from)
            .collect();
        all.push(Column::new(FILE.into(), vec![number; height]));
        let frame = DataFrame::new(height, all)?;
        match &mut whole {
            Some(whole) => {
                whole.vstack_mut(&frame)?;
            }
            None => whole = Some(frame),
        }
    }
    let mut frame = whole.unwrap_or_default();
    frame.rechunk_mut();
    debug_assert!(!types.is_empty() || frame.height() == 0, "{table:?} without columns");
    Ok(frame)
}

/// The rows of a table that are used: those with a key, in their latest version.
fn settled(table: Table, frame: DataFrame, records: &mut Records) -> Result<DataFrame, RecordError> {
    let Some(key) = fields::key_of(table).filter(|key| frame.column(key).is_ok()) else {
        return Ok(frame);
    };
    // A deal may be known by its lead alone, and a touch needs no id: only persons, campaigns and the like do.
    let needs_id = !matches!(table, Table::Deals | Table::Touches);
    let keys = frame.column(key)?.str()?.clone();
    let latest = versions::latest(&frame, key, Some("modified_at"))?;
    let file = frame.column(FILE)?.u32()?.clone();
    let mut keep = Vec::with_capacity(frame.height());
    for (row, latest) in latest.into_iter().enumerate() {
        let reason = match (needs_id && keys.get(row).is_none(), latest) {
            (true, _) => Some(SetAside::NoId),
            (false, false) => Some(SetAside::OlderVersion),
            (false, true) => None,
        };
        if let Some(reason) = reason {
            records.put_aside(reason, file.get(row).into_iter());
        }
        keep.push(reason.is_none());
    }
    if keep.iter().all(|keep| *keep) {
        return Ok(frame);
    }
    let mask: BooleanChunked = keep.into_iter().collect();
    Ok(frame.filter(&mask)?)
}

/// The rows of a table without those that another export tells too. Records with an id are settled already.
fn told_once(table: Table, frame: DataFrame, kin: &[Kin], records: &mut Records) -> Result<DataFrame, RecordError> {
    let has_ids = fields::key_of(table).is_some_and(|key| frame.column(key).is_ok_and(|keys| keys.null_count() == 0));
    if has_ids || frame.height() == 0 {
        return Ok(frame);
    }
    let twice = overlap::told_twice(table, &frame, kin)?;
    if twice.is_empty() {
        return Ok(frame);
    }
    let file = frame.column(FILE)?.u32()?.clone();
    for (row, reason) in &twice {
        records.put_aside(*reason, file.get(*row).into_iter());
    }
    let mask: BooleanChunked = (0..frame.height()).map(|row| !twice.contains_key(&row)).collect();
    Ok(frame.filter(&mask)?)
}
