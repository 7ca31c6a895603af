//! Record: recognised tables of text in, canonical typed tables out. Formats are decided here, values read, currencies
//! made one, older versions of a record set aside; every row and value is accounted for in [`FileReport`]. What
//! belongs together across tables is left to [`crate::cases`].

pub mod buffer;
pub mod columns;
pub mod currency;
pub mod dates;
pub mod disk;
mod evidence;
pub mod formats;
pub mod frame;
mod heading;
pub mod ids;
pub mod missing;
pub mod money;
pub mod overlap;
pub mod parts;
pub mod report;
pub mod resolve;
pub mod resources;
pub mod same_money;
pub mod table_cache;
pub mod table_reader;
pub mod ties;
mod totals_within;
pub mod vendor;
mod versions;
pub mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use crate::calendar::{UnknownZone, Zone};
use crate::fields;
use crate::intake::failure::Halt;
use crate::intake::read::SetAside;
use crate::intake::{self, Advance, Export, Extent, Intake, IntakeError, Skipped};
use crate::privacy::roll::Roll;
use crate::project::{Project, RateError, Table};
use crate::store::{Batch, StoreError, Words};
use buffer::{RowStorage, TableBuffer};
use columns::Format;
use currency::Money;
use disk::Disk;
pub use disk::Notice;
use evidence::keep_what_fits;
use formats::{Evidence, Formats};
use frame::Frame;
use overlap::{ExportOrigin, Overlaps};
use parts::Parts;
use report::described;
pub use report::{Choice, ColumnReport, FileReport, Repeat};
use resolve::{Comparison, Deduplicated, resolved, rows_of, without_repeats};
pub use resources::Resources;
use resources::{all_bytes, copied_bytes, joined};
pub use table_cache::TableCache;
use table_reader::{ValueReader, found_words};

/// The column of deals that holds what the stage says of the outcome: the index in [`fields::OUTCOMES`].
pub const OUTCOME_BY_STAGE: &str = "outcome_by_stage";
/// The column of deals that holds the outcome by the words of the project file: the index in [`fields::OUTCOMES`].
pub const OUTCOME_BY_PROJECT: &str = "outcome_by_project";
/// The column of leads, and of changes of their stage, that holds what the stage says: the index in
/// [`fields::LEAD_STAGES`].
pub const LEAD_STAGE: &str = "lead_stage";
/// The column of tables of amounts that holds the currency of each row.
pub const ROW_CURRENCY: &str = "row_currency";

/// The column of a table of spend that holds what a preset fixes for a field.
pub fn usual(field: &str) -> String {
    format!("usual_{field}")
}

/// The canonical tables and the account of how they came to be.
#[derive(Debug)]
pub struct Records {
    /// Each table that the exports hold. Columns are those of [`fields::of`] that some file has, and the slices as
    /// `slice.NAME`, `bands.NAME`.
    pub tables: BTreeMap<Table, Frame>,
    /// The texts behind the codes in all tables.
    pub words: Words,
    /// One account a file, sorted by name.
    pub files: Vec<FileReport>,
    /// ISO 4217 code of every amount in the tables, `XXX` where none is known.
    pub currency: String,
    /// Currencies found, with the number of amounts.
    pub currencies: BTreeMap<String, u64>,
    /// Calendar days are counted in this zone.
    pub zone: Zone,
    /// The persons that the exports name, in tables that are used and in others.
    pub people: Roll,
    /// Whether what was spent counts with these tables: it does once, with the first part.
    pub counts_spend: bool,
    /// The parts of the tables that do not fit into memory; [`Records::load`] loads one.
    parts: Option<Parts>,
    /// The tables that stay whole where there are parts.
    whole: BTreeMap<Table, Frame>,
    origins: Vec<ExportOrigin>,
}

impl Records {
    /// A table, if the exports hold one with at least one row.
    pub fn table(&self, table: Table) -> Option<&Frame> {
        self.tables.get(&table).filter(|frame| frame.height() > 0)
    }

    /// Whether some file of the table has the column.
    pub fn has(&self, table: Table, field: &str) -> bool {
        self.table(table).is_some_and(|frame| frame.column(field).is_some())
    }

    /// Whether a file is a snapshot, and there is a newer one.
    pub fn is_superseded(&self, file: u32) -> bool {
        self.origins.get(file as usize).is_some_and(|origin| origin.is_superseded)
    }

    /// How many parts the tables are in; `None` where they are all in memory.
    pub fn parts(&self) -> Option<usize> {
        self.parts.as_ref().map(Parts::count)
    }

    /// Loads the tables of one part, in place of those that are there. Where `is_last_time`, what is set aside is
    /// counted, and rows that another export repeats are left out; all parts must have been loaded once before.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn load(&mut self, part: usize, is_last_time: bool) -> Result<(), RecordError> {
        let Some(mut parts) = self.parts.take() else { return Ok(()) };
        self.tables.clear();
        for (table, frame) in parts.load(part)? {
            let (frame, mut aside) = resolved(table, frame, &self.words, &self.origins);
            let frame = if is_last_time {
                let overlaps = parts.overlaps.get(&table).cloned().unwrap_or_default();
                let comparison = Comparison { origins: &self.origins, words: &self.words, zone: &self.zone };
                let deduplicated = without_repeats(table, frame, &overlaps, &comparison);
                aside.extend(deduplicated.aside);
                aside.into_iter().for_each(|(reason, file)| self.put_aside(reason, std::iter::once(file)));
                deduplicated.frame
            } else {
                let overlaps = Overlaps::of(table, &frame, &self.origins, &self.words);
                parts.overlaps.entry(table).or_default().add(overlaps);
                frame
            };
            self.tables.insert(table, frame);
        }
        self.counts_spend = part == 0;
        self.tables.extend(self.whole.iter().map(|(table, frame)| (*table, frame.clone())));
        self.parts = Some(parts);
        Ok(())
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
    /// The exports cannot be read.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// Amounts in several currencies and a rate missing.
    #[error(transparent)]
    Rate(#[from] RateError),
    /// A currency that is neither a code nor a name, such as the id of one, beside others.
    #[error(
        "a column of currencies holds `{text}`, which is neither a code nor a name, beside other currencies: say which one it is, `\"{text}\" = \"EUR\"` under `[input.values.currency]` in the project file, and its rate under `[rates]`"
    )]
    Currency {
        /// What is in the column.
        text: String,
    },
    /// A time zone that does not exist.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// The work is to stop.
    #[error(transparent)]
    Halted(#[from] Halt),
    /// Rows could not be written to the disk, or be read again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads the exports and makes the canonical tables; gives what was not used besides.
///
/// # Errors
/// Where the exports cannot be read, a rate between currencies is missing, or the disk fails.
pub fn record(
    folder: &Path,
    project: &Project,
    resources: &Resources<'_>,
    advance: Advance<'_>,
) -> Result<(Records, Vec<Skipped>), RecordError> {
    let zone = Zone::named(&project.report.timezone)?;
    let disk = Disk::new(*resources, intake::size(folder)?);
    let advance = |bytes| {
        disk.advance(bytes);
        advance(bytes);
    };
    let storage =
        || RowStorage::new(usize::try_from(resources.row_limit()).unwrap_or(usize::MAX), &disk, resources.go_on);
    let value_reader = ValueReader::new(project, &zone, Formats::default(), storage(), resources.cache);
    let intake = intake::read(folder, project, &value_reader, Extent::Whole, &advance);
    // A table that could not be stored is not one that could not be read.
    disk.check()?;
    let Intake { mut exports, mut skipped, mut people } = intake?;
    resources.go_on()?;
    // A table that does not fit names persons all the same.
    exports.iter_mut().for_each(|export| people.add(&std::mem::take(&mut export.buffer.people)));
    keep_what_fits(&mut exports, &mut skipped)?;
    if exports.is_empty() {
        return Err(IntakeError::NoData { folder: folder.to_owned(), skipped }.into());
    }
    let formats = formats(&exports);
    let again = read_again(folder, project, &zone, &mut exports, &formats, storage, resources.cache);
    disk.check()?;
    again?;
    resources.go_on()?;
    let mut currencies: BTreeMap<String, u64> = BTreeMap::new();
    for (code, amounts) in exports.iter().flat_map(|export| &export.buffer.currencies) {
        *currencies.entry(code.clone()).or_default() += amounts;
    }
    let company = currency::of_company(exports.iter().map(|export| &export.buffer.company));
    let currency = currency::choose(project, &currencies, company.as_deref());
    let mut words = Words::default();
    let codes: Vec<Vec<u32>> = exports.iter().map(|export| words.adopt(&export.buffer.words)).collect();
    let mut records = Records {
        tables: BTreeMap::new(),
        words,
        files: exports.iter().map(|export| account(export, &formats, project)).collect(),
        currency,
        currencies,
        zone: zone.clone(),
        people,
        counts_spend: true,
        parts: None,
        whole: BTreeMap::new(),
        origins: exports.iter().map(ExportOrigin::of).collect(),
    };
    let names: Vec<&str> = exports.iter().map(|export| export.name.as_str()).collect();
    overlap::number_snapshots(&mut records.origins, &names, project);
    let report_currency = records.currency.clone();
    let money = Money::new(&report_currency, project, company.as_deref(), &records.currencies);
    let is_written = exports.iter().any(|export| export.buffer.is_written());
    let must_part = is_written || joined(all_bytes(&exports)) + copied_bytes(&exports) > resources.memory;
    if must_part {
        disk.notify_of_rows(all_bytes(&exports));
        free_memory(&mut exports, resources, &disk)?;
    }
    for export in &mut exports {
        export.buffer.close()?;
    }
    let is_parted = resources.parts.is_some() || must_part;
    let held = (0_u32..).zip(&mut exports).zip(&codes);
    let held: Vec<_> = held.filter(|((_, export), _)| !(is_parted && Parts::holds(export.plan.table))).collect();
    let take = |((number, export), codes): ((u32, &mut Export<TableBuffer>), &Vec<u32>)| {
        let rows = rows_of(export, codes, &money)?;
        Ok((export.plan.table, (number, rows.0, rows.1)))
    };
    let mut by_table: BTreeMap<Table, Vec<(u32, Vec<String>, Batch)>> = BTreeMap::new();
    for (table, rows) in held.into_par_iter().map(take).collect::<Result<Vec<_>, RecordError>>()? {
        by_table.entry(table).or_default().push(rows);
    }
    let resolve = |(table, exports)| {
        let (frame, mut aside) = resolved(table, Frame::joined(exports), &records.words, &records.origins);
        let overlaps = Overlaps::of(table, &frame, &records.origins, &records.words);
        let comparison = Comparison { origins: &records.origins, words: &records.words, zone: &records.zone };
        let deduplicated = without_repeats(table, frame, &overlaps, &comparison);
        aside.extend(deduplicated.aside);
        (table, Deduplicated { aside, ..deduplicated })
    };
    let resolved: Vec<(Table, Deduplicated)> = by_table.into_par_iter().map(resolve).collect();
    for (table, deduplicated) in resolved {
        deduplicated.aside.into_iter().for_each(|(reason, file)| records.put_aside(reason, std::iter::once(file)));
        deduplicated.repeats.into_iter().for_each(|(file, repeat)| records.files[file as usize].repeats.push(repeat));
        records.tables.insert(table, deduplicated.frame);
    }
    if is_parted {
        let bytes = all_bytes(&exports);
        let parts = resources.parts_for(bytes, must_part);
        // Buffers on the disk are partitioned one after the other, and each is removed then.
        let written = exports.iter().map(|export| export.buffer.written_bytes());
        let needed = bytes - written.clone().sum::<u64>() + written.max().unwrap_or_default();
        let spill = disk.spill_for(needed)?;
        records.whole = std::mem::take(&mut records.tables);
        let partitioned = parts::partition(&mut exports, &codes, &money, parts, resources, spill)?;
        resources.notify_of_parts(partitioned.largest, bytes, parts as u64);
        records.parts = Some(partitioned);
    }
    Ok((records, skipped))
}

/// Writes rows to the disk until what is left in memory leaves room for what partitioning takes.
fn free_memory(
    exports: &mut [Export<TableBuffer>],
    resources: &Resources<'_>,
    disk: &Disk<'_>,
) -> Result<(), StoreError> {
    let beside = parts::bytes_of_ties(exports) + resources.most_held() as u64;
    let mut held: u64 = exports.iter().map(|export| export.buffer.held_bytes()).sum();
    for export in exports.iter_mut().filter(|export| Parts::holds(export.plan.table)) {
        if held + beside <= resources.memory / 5 * 3 {
            break;
        }
        let own = export.buffer.held_bytes();
        if own > 0 {
            export.buffer.write(disk, held)?;
            held -= own;
        }
    }
    Ok(())
}

/// How each table was read, without making amounts one currency or removing what is repeated; and what is not used.
/// Of large files a sample may do.
///
/// # Errors
/// Where the exports cannot be read or a time zone does not exist.
pub fn accounts(
    folder: &Path,
    project: &Project,
    extent: Extent<'_>,
    advance: Advance<'_>,
) -> Result<(Vec<FileReport>, Vec<Skipped>), RecordError> {
    let zone = Zone::named(&project.report.timezone)?;
    let value_reader = ValueReader::new(project, &zone, Formats::default(), RowStorage::None, None);
    let intake = match intake::read(folder, project, &value_reader, extent, advance) {
        Ok(intake) => intake,
        Err(IntakeError::NoData { skipped, .. }) => return Ok((Vec::new(), skipped)),
        Err(error) => return Err(error.into()),
    };
    let Intake { mut exports, mut skipped, .. } = intake;
    keep_what_fits(&mut exports, &mut skipped)?;
    let formats = formats(&exports);
    // What a sample was misread by is not worth the reading of all.
    if !matches!(extent, Extent::Sample) {
        read_again(folder, project, &zone, &mut exports, &formats, || RowStorage::None, None)?;
    }
    Ok((exports.iter().map(|export| account(export, &formats, project)).collect(), skipped))
}

/// The formats of all files, by the evidence of all their values.
fn formats(exports: &[Export<TableBuffer>]) -> Formats {
    Formats::of(exports.iter().flat_map(|export| {
        let buffer = &export.buffer;
        buffer.keys.iter().zip(&buffer.found).map(|(key, found)| Evidence {
            name: &export.name,
            key,
            census: &found.census,
            preferred: buffer.preferred,
        })
    }))
}

/// Reads once more what was read in a format that turned out to be wrong.
fn read_again<'r>(
    folder: &Path,
    project: &Project,
    zone: &Zone,
    exports: &mut [Export<TableBuffer>],
    formats: &Formats,
    storage: impl Fn() -> RowStorage<'r>,
    cache: Option<&TableCache<'_>>,
) -> Result<(), RecordError> {
    let misread: BTreeSet<String> = (exports.iter())
        .filter(|export| export.buffer.misread(&export.name, formats))
        .map(|export| export.file.clone())
        .collect();
    if misread.is_empty() {
        return Ok(());
    }
    let value_reader = ValueReader::new(project, zone, formats.clone(), storage(), cache);
    let mut again = match intake::read(folder, project, &value_reader, Extent::Files(&misread), &|_| {}) {
        Ok(again) => again.exports,
        // They are not there any more.
        Err(IntakeError::NoData { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    for known in exports.iter_mut().filter(|export| misread.contains(&export.file)) {
        let same = |export: &Export<TableBuffer>| {
            (&export.name, &export.plan.title, &export.hash) == (&known.name, &known.plan.title, &known.hash)
        };
        let Some(place) = again.iter().position(same) else {
            return Err(IntakeError::Changed { file: known.file.clone() }.into());
        };
        *known = again.swap_remove(place);
    }
    Ok(())
}

/// The account of a table, in the formats that were decided.
fn account(export: &Export<TableBuffer>, formats: &Formats, project: &Project) -> FileReport {
    let Export { name, plan, decoding, buffer, hash, bytes, read, sampled, set_aside, .. } = export;
    let rule = project.input_rule(name);
    let mut columns = Vec::with_capacity(buffer.found.len());
    for (((field, index), found), key) in plan.columns.iter().zip(&buffer.found).zip(&buffer.keys) {
        let kind = fields::kind_of(plan.table, field);
        let decided = formats.get(name, key).unwrap_or(&Format::Text);
        let (format, ambiguous) = described(kind, decided);
        // What the project file sets is no assumption.
        let is_set_by_rule = match decided {
            Format::Dates(_) => rule.is_some_and(|rule| rule.order.is_some()),
            Format::Numbers(_) => rule.is_some_and(|rule| rule.decimal.is_some()),
            Format::Text => false,
        };
        let mut report = ColumnReport {
            header: plan.headers.get(*index).cloned().unwrap_or_default(),
            field: field.clone(),
            format,
            filled: found.filled,
            unreadable: found.unreadable,
            examples: found.examples.clone(),
            ambiguous: ambiguous && !is_set_by_rule,
            choice: decided.choice(kind).filter(|_| !is_set_by_rule),
            mixed: found.census.mixed(decided).filter(|_| kind != fields::Kind::Count),
            has_clock: matches!(decided, Format::Dates(decision) if decision.has_clock),
            span: found.span,
            mapped: BTreeMap::new(),
            unmapped: BTreeMap::new(),
            sensed: plan.sensed.get(field).cloned(),
            damaged_ids: found.damaged_ids + if found.is_rounded() { found.long_ids.1 } else { 0 },
        };
        if let Some((words, known)) = found_words(plan.table, field, found, plan) {
            report.take_words(words, known);
        }
        columns.push(report);
    }
    let used: BTreeSet<usize> = plan.columns.values().copied().collect();
    let unused = plan.headers.iter().enumerate().filter(|(at, _)| !used.contains(at));
    FileReport {
        name: name.clone(),
        title: plan.title.clone(),
        why: plan.why.clone(),
        table: plan.table,
        hash: hash.clone(),
        bytes: *bytes,
        decoding: decoding.clone(),
        notes: plan.notes.clone(),
        rows_read: *read,
        sampled: *sampled,
        set_aside: set_aside.clone(),
        columns,
        unused: unused.map(|(_, header)| header.clone()).collect(),
        repeats: Vec::new(),
    }
}
