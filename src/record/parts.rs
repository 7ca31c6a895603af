//! Tables that do not fit into memory: takes the buffers of all exports, on the disk or in memory, and partitions their
//! rows, so that everything that could meet in a join is in one part. Each part is then a table like any other.
//! What the rows mean is left to others; the small tables that every part needs stay whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashSet;

use super::buffer::TableBuffer;
use super::currency::Money;
use super::frame::Frame;
use super::ids::split;
use super::overlap::Overlaps;
use super::resolve::Converting;
use super::resources::Resources;
use super::ties::{Key, KeyKind, Ties, part_alone};
use super::{ROW_CURRENCY, RecordError};
use crate::fields::{self, Kind};
use crate::intake::Export;
use crate::project::Table;
use crate::store::keys::print;
use crate::store::{Batch, NO_PRINT, Reader, Schema, Spill, StoreError, Texts, ValueKind, Values, Writer};

/// The tables whose rows are partitioned; all others stay whole.
const PARTED: [Table; 6] =
    [Table::Leads, Table::Deals, Table::StageChanges, Table::Touches, Table::Accounts, Table::Links];
/// The column of the file of each row in the files of parts: one more than its number.
const FILE: &str = "file";

/// The keys of the rows of a table: field, what it names, and whether only known keys count.
fn keys_of(table: Table) -> &'static [(&'static str, KeyKind)] {
    match table {
        Table::Leads => &[
            ("lead_id", KeyKind::Person),
            ("contact_id", KeyKind::Person),
            ("merged_ids", KeyKind::Person),
            ("email", KeyKind::Email),
            ("deal_id", KeyKind::Deal),
            ("account_id", KeyKind::Account),
        ],
        Table::Deals => &[
            ("deal_id", KeyKind::Deal),
            ("lead_id", KeyKind::Person),
            ("contact_id", KeyKind::Person),
            ("email", KeyKind::Email),
            ("account_id", KeyKind::Account),
        ],
        Table::StageChanges => &[("deal_id", KeyKind::Deal), ("lead_id", KeyKind::Person)],
        Table::Links => &[
            ("deal_id", KeyKind::Deal),
            ("lead_id", KeyKind::Person),
            ("contact_id", KeyKind::Person),
            ("account_id", KeyKind::Account),
            ("merged_deal_id", KeyKind::Deal),
            ("merged_contact_id", KeyKind::Person),
        ],
        Table::Touches => &[
            ("lead_id", KeyKind::Person),
            ("contact_id", KeyKind::Person),
            ("email", KeyKind::Email),
            ("deal_id", KeyKind::Deal),
        ],
        Table::Accounts => &[("account_id", KeyKind::Account)],
        _ => &[],
    }
}

/// Whether rows of the table bring new keys; others are found by keys that are known.
fn founds_keys(table: Table) -> bool {
    matches!(table, Table::Leads | Table::Deals)
}

/// The parts, on the disk.
#[derive(Debug)]
pub struct Parts {
    spill: Arc<Spill>,
    parts: usize,
    schemas: BTreeMap<Table, Schema>,
    /// What the rows of the largest part take as they are stored, about, in bytes.
    pub largest: u64,
    /// What is repeated in tables without ids, over all parts; filled as they are loaded the first time.
    pub overlaps: BTreeMap<Table, Overlaps>,
}

impl Parts {
    /// How many parts.
    pub fn count(&self) -> usize {
        self.parts
    }

    /// Whether the rows of a table are partitioned.
    pub fn holds(table: Table) -> bool {
        PARTED.contains(&table)
    }

    /// The tables of one part, as they were read.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn load(&self, part: usize) -> Result<BTreeMap<Table, Frame>, StoreError> {
        let mut tables = BTreeMap::new();
        for (table, schema) in &self.schemas {
            let path = self.spill.file(&file_name(*table, part));
            let mut batch = schema.empty();
            if path.exists() {
                let reader = Reader::open(&path)?;
                for group in 0..reader.row_groups() {
                    batch.append(reader.read(group, None)?);
                }
            }
            let Some(Values::Codes(files)) = batch.pop() else { unreachable!("the last column is that of the file") };
            let names = schema.columns().map(|(name, _)| name.to_owned()).filter(|name| name != FILE).collect();
            let files = files.into_iter().map(|file| file - 1).collect();
            tables.insert(*table, Frame::new(names, batch, files));
        }
        Ok(tables)
    }
}

fn file_name(table: Table, part: usize) -> String {
    format!("{}-{part}.parquet", table.id())
}

/// Partitions the rows of all exports, amounts in the report's currency. `codes` gives, for each export, the code
/// in the common dictionary for each code of its own.
///
/// # Errors
/// Where the work is to stop, a rate is missing, or the disk fails.
pub fn partition(
    exports: &mut [Export<TableBuffer>],
    codes: &[Vec<u32>],
    money: &Money<'_>,
    parts: usize,
    resources: &Resources<'_>,
    spill: Arc<Spill>,
) -> Result<Parts, RecordError> {
    let mut ties = tie(exports)?;
    let schemas = schemas(exports);
    let mut out = Out::new(&schemas, parts, resources.most_held(), &spill);
    for (number, (export, codes)) in exports.iter_mut().zip(codes).enumerate() {
        let table = export.plan.table;
        if !Parts::holds(table) {
            continue;
        }
        let names = export.buffer.names.clone();
        let keys = Keys::of(table, &names);
        let converting = Converting { table, words: &export.buffer.words.clone(), money };
        export.buffer.take_batches(&mut |mut batch| {
            resources.go_on()?;
            let rows = keys.parts_of(&batch, &mut ties, parts);
            converting.convert(&names, &mut batch)?;
            batch.recode(codes);
            out.put(table, number, &names, batch, &rows).map_err(RecordError::from)
        })?;
    }
    let largest = out.finish()?;
    Ok(Parts { spill, parts, schemas, largest, overlaps: BTreeMap::new() })
}

/// The columns of each table, over all exports.
fn schemas(exports: &[Export<TableBuffer>]) -> BTreeMap<Table, Schema> {
    let mut columns: BTreeMap<Table, BTreeMap<String, ValueKind>> = BTreeMap::new();
    for export in exports.iter().filter(|export| Parts::holds(export.plan.table)) {
        let known = columns.entry(export.plan.table).or_default();
        let names = export.buffer.names.iter().filter(|name| *name != ROW_CURRENCY);
        known.extend(names.cloned().zip(export.buffer.kinds().iter().copied()));
    }
    let with_file = |columns: BTreeMap<String, ValueKind>| {
        Schema::new(columns.into_iter().chain([(FILE.to_owned(), ValueKind::Codes)]))
    };
    columns.into_iter().map(|(table, columns)| (table, with_file(columns))).collect()
}

/// Where the keys of a table are: places of columns, what they name, and whether a cell may hold several.
struct Keys {
    columns: Vec<(usize, KeyKind, bool)>,
    touch: Option<usize>,
}

/// A column of keys: one a row, or texts that may hold several, parted by `;`.
#[derive(Clone, Copy)]
enum KeyColumn<'b> {
    Prints(&'b [u64]),
    Texts(&'b Texts),
    Lists(&'b Texts),
}

impl<'b> KeyColumn<'b> {
    fn of(values: &'b Values, is_list: bool) -> Option<KeyColumn<'b>> {
        match values {
            Values::Prints(prints) => Some(KeyColumn::Prints(prints)),
            Values::Texts(texts) if is_list => Some(KeyColumn::Lists(texts)),
            Values::Texts(texts) => Some(KeyColumn::Texts(texts)),
            _ => None,
        }
    }

    /// The prints of the keys of a row.
    fn at(self, row: usize) -> impl Iterator<Item = u64> + Clone + use<'b> {
        let (own, list) = match self {
            KeyColumn::Prints(prints) => (Some(prints[row]).filter(|print| *print != NO_PRINT), None),
            KeyColumn::Texts(texts) => (texts.get(row).map(print), None),
            KeyColumn::Lists(texts) => (None, texts.get(row)),
        };
        own.into_iter().chain(split(list).map(print))
    }
}

/// The keys of one row.
fn keys_at<'b>(columns: &'b [(KeyColumn<'b>, KeyKind)], row: usize) -> impl Iterator<Item = Key> + Clone {
    columns.iter().flat_map(move |(column, kind)| column.at(row).map(|print| Key::of(*kind, print)))
}

impl Keys {
    fn of(table: Table, names: &[String]) -> Keys {
        let place = |field: &str| names.iter().position(|name| name == field);
        // Of several accounts of one record the first counts.
        let is_list = |field: &str| fields::kind_of(table, field) == Kind::Ids || field == "account_id";
        let columns = keys_of(table).iter();
        let columns = columns.filter_map(|(field, kind)| Some((place(field)?, *kind, is_list(field)))).collect();
        let touch = place("touch_id").filter(|_| table == Table::Touches);
        Keys { columns, touch }
    }

    /// The part of each row of a batch.
    fn parts_of(&self, batch: &Batch, ties: &mut Ties, parts: usize) -> Vec<u16> {
        let all = batch.columns();
        let columns: Vec<(KeyColumn<'_>, KeyKind)> = self
            .columns
            .iter()
            .filter_map(|(place, kind, is_list)| Some((KeyColumn::of(&all[*place], *is_list)?, *kind)))
            .collect();
        let touches =
            self.touch.and_then(|place| KeyColumn::of(&all[place], false)).filter(|_| ties.has(KeyKind::Touch));
        // Rows with the same key are often adjacent.
        let mut last: Option<(Key, usize)> = None;
        let mut part_of = |row: usize| {
            let touch = touches.and_then(|ids| ids.at(row).next()).map(|print| Key::of(KeyKind::Touch, print));
            if let Some(place) = touch.and_then(|touch| ties.get(touch)) {
                return ties.part(place, parts);
            }
            let mut keys = keys_at(&columns, row);
            let Some(key) = keys.clone().next() else { return 0 };
            if let Some((_, part)) = last.filter(|(known, _)| *known == key) {
                return part;
            }
            match keys.find_map(|key| Some((key, ties.get(key)?))) {
                Some((found, place)) => {
                    let part = ties.part(place, parts);
                    if found == key {
                        last = Some((key, part));
                    }
                    part
                }
                None => part_alone(key, parts),
            }
        };
        (0..batch.rows()).map(|row| u16::try_from(part_of(row)).expect("fewer than 65,536 parts")).collect()
    }
}

/// How many keys rows bring, at most.
fn most_keys(exports: &[Export<TableBuffer>]) -> u64 {
    let keys = |export: &Export<TableBuffer>| {
        keys_of(export.plan.table).iter().map(|(field, _)| export.buffer.filled(field)).sum::<u64>()
    };
    exports.iter().filter(|export| founds_keys(export.plan.table)).map(keys).sum()
}

/// What the ties of all rows take in memory, in bytes.
pub fn bytes_of_ties(exports: &[Export<TableBuffer>]) -> u64 {
    Ties::bytes_for(most_keys(exports))
}

/// Ties together the keys of every row.
fn tie(exports: &[Export<TableBuffer>]) -> Result<Ties, StoreError> {
    let mut ties = Ties::with_capacity(usize::try_from(most_keys(exports)).unwrap_or(0));
    let repeated = repeated_touches(exports)?;
    // Those that bring keys come first.
    for founds in [true, false] {
        for export in exports.iter().filter(|export| founds_keys(export.plan.table) == founds) {
            let own = Keys::of(export.plan.table, &export.buffer.names);
            let touch = own.touch.filter(|_| !repeated.is_empty());
            if !founds && own.columns.len() < 2 && touch.is_none() {
                continue;
            }
            let places: Vec<usize> = own.columns.iter().map(|(place, ..)| *place).chain(touch).collect();
            export.buffer.each_batch(&places, &mut |batch| {
                let rows = batch.first().map_or(0, |values| values.len());
                let columns: Vec<(KeyColumn<'_>, KeyKind)> = batch
                    .iter()
                    .zip(&own.columns)
                    .filter_map(|(values, (_, kind, is_list))| Some((KeyColumn::of(values, *is_list)?, *kind)))
                    .collect();
                let touches = touch.and_then(|_| KeyColumn::of(batch.last()?, false));
                for row in 0..rows {
                    let id = touches.and_then(|ids| ids.at(row).next()).filter(|print| repeated.contains(print));
                    let touch = id.map(|print| Key::of(KeyKind::Touch, print)).into_iter();
                    if founds {
                        ties.tie_all(keys_at(&columns, row));
                    } else {
                        let known = keys_at(&columns, row).filter(|key| ties.get(*key).is_some());
                        let keys: Vec<Key> = touch.chain(known).collect();
                        ties.tie_all(keys.iter().copied());
                    }
                }
            })?;
        }
    }
    Ok(ties)
}

/// Prints of the ids that more than one row of touches has.
fn repeated_touches(exports: &[Export<TableBuffer>]) -> Result<HashSet<u64>, StoreError> {
    let touches = || exports.iter().filter(|export| export.plan.table == Table::Touches);
    let rows: u64 = touches().map(|export| export.buffer.filled("touch_id")).sum();
    let each = |take: &mut dyn FnMut(u64)| {
        for export in touches() {
            let Some(place) = export.buffer.names.iter().position(|name| name == "touch_id") else { continue };
            export.buffer.each_batch(&[place], &mut |batch| {
                let Some(ids) = batch.first().and_then(|values| KeyColumn::of(values, false)) else { return };
                (0..batch[0].len()).flat_map(|row| ids.at(row)).for_each(&mut *take);
            })?;
        }
        Ok::<(), StoreError>(())
    };
    // First, all that may occur twice: those whose bit was set before.
    let bits = usize::try_from(rows.saturating_mul(8)).unwrap_or(usize::MAX).next_power_of_two().max(1 << 16);
    let mut seen = vec![0_u64; bits / 64];
    let mut maybe: HashSet<u64> = HashSet::new();
    each(&mut |print| {
        let bit = (print >> 20) as usize & (bits - 1);
        if seen[bit / 64] >> (bit % 64) & 1 == 1 {
            maybe.insert(print);
        }
        seen[bit / 64] |= 1 << (bit % 64);
    })?;
    drop(seen);
    // Then, of these, all that are.
    let (mut once, mut repeated) = (HashSet::new(), HashSet::new());
    if !maybe.is_empty() {
        each(&mut |print| {
            if maybe.contains(&print) && !once.insert(print) {
                repeated.insert(print);
            }
        })?;
    }
    Ok(repeated)
}

/// Rows on their way to the files of their parts.
struct Out<'s> {
    schemas: &'s BTreeMap<Table, Schema>,
    spill: &'s Spill,
    held: BTreeMap<(Table, usize), Batch>,
    /// What these take, and what they may take before they are written.
    bytes: usize,
    most_held: usize,
    writers: BTreeMap<(Table, usize), Writer>,
    /// What the rows of each part take so far.
    sizes: Vec<u64>,
}

impl<'s> Out<'s> {
    fn new(schemas: &'s BTreeMap<Table, Schema>, parts: usize, most_held: usize, spill: &'s Spill) -> Out<'s> {
        Out {
            schemas,
            spill,
            held: BTreeMap::new(),
            bytes: 0,
            most_held,
            writers: BTreeMap::new(),
            sizes: vec![0; parts],
        }
    }

    fn put(
        &mut self,
        table: Table,
        file: usize,
        names: &[String],
        batch: Batch,
        part_of: &[u16],
    ) -> Result<(), StoreError> {
        let schema = &self.schemas[&table];
        let rows = batch.rows();
        let mut by_name: BTreeMap<&str, Values> = names.iter().map(String::as_str).zip(batch.into_columns()).collect();
        let number = u32::try_from(file + 1).expect("fewer files than 4 billion");
        let columns = schema.columns().map(|(name, kind)| match name {
            FILE => Values::Codes(vec![number; rows]),
            _ => by_name.remove(name).unwrap_or_else(|| kind.absent(rows)),
        });
        let batch = Batch::new(rows, columns.collect());
        for (part, rows) in batch.split(self.sizes.len(), |row| usize::from(part_of[row])).into_iter().enumerate() {
            if rows.rows() == 0 {
                continue;
            }
            self.bytes += rows.heap_bytes();
            self.sizes[part] += rows.heap_bytes() as u64;
            self.held.entry((table, part)).or_default().append(rows);
        }
        if self.bytes > self.most_held { self.write() } else { Ok(()) }
    }

    /// Writes everything that is held.
    fn write(&mut self) -> Result<(), StoreError> {
        for ((table, part), batch) in std::mem::take(&mut self.held) {
            let writer = match self.writers.entry((table, part)) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(free) => {
                    let path = self.spill.file(&file_name(table, part));
                    free.insert(Writer::create(&path, &self.schemas[&table], BTreeMap::new())?)
                }
            };
            writer.write(&batch)?;
        }
        self.bytes = 0;
        Ok(())
    }

    /// Writes the rest; gives what the rows of the largest part take.
    fn finish(mut self) -> Result<u64, StoreError> {
        self.write()?;
        self.writers.into_values().try_for_each(|writer| writer.finish().map(|_| ()))?;
        Ok(self.sizes.into_iter().max().unwrap_or_default())
    }
}
