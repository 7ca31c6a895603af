//! Buffers the typed rows of one table: in memory up to a limit, and on the disk beyond it. Takes blocks in their order,
//! gives the rows back batch by batch, with the account of what their values have shown.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::columns::{Format, Found};
use super::disk::Disk;
use super::formats::{FormatKey, Formats, Preferred};
use super::table_reader::Typed;
use crate::intake::failure::Halt;
use crate::privacy::roll::Roll;
use crate::store::spill;
use crate::store::{Batch, Reader, Schema, StoreError, ValueKind, Values, Words, Writer};
use serde::{Deserialize, Serialize};

/// A buffer is written to the disk when it has grown to this, in bytes, once the limit is reached.
pub const WRITTEN_BYTES: usize = 8 << 20;

/// Where rows are stored.
pub enum RowStorage<'a> {
    /// Nowhere: rows are read for their account alone.
    None,
    /// In memory up to a limit over all buffers, and in a folder beyond it.
    Memory(Memory<'a>),
}

/// The limit in memory, what is used of it, and the folder for the rest.
pub struct Memory<'a> {
    limit: usize,
    held: AtomicUsize,
    disk: &'a Disk<'a>,
    go_on: &'a (dyn Fn() -> io::Result<()> + Sync),
}

impl<'a> RowStorage<'a> {
    /// Stores up to so many bytes in memory.
    pub fn new(limit: usize, disk: &'a Disk<'a>, go_on: &'a (dyn Fn() -> io::Result<()> + Sync)) -> RowStorage<'a> {
        RowStorage::Memory(Memory { limit, held: AtomicUsize::new(0), disk, go_on })
    }
}

/// The rows of one table so far; without the rows themselves where it is written down.
#[derive(Debug, Serialize, Deserialize)]
pub struct TableBuffer {
    /// Names of the columns.
    pub names: Vec<String>,
    /// What they hold, once there are rows.
    kinds: Vec<ValueKind>,
    /// Rows in memory: all of them, or the last.
    #[serde(skip)]
    batch: Batch,
    #[serde(skip)]
    written: Option<Written>,
    /// What the rows on the disk took in memory.
    bytes: u64,
    /// The texts behind codes.
    pub words: Words,
    /// Fields of the columns of the plan.
    fields: Vec<String>,
    /// What the columns of the plan have shown, in their order.
    pub found: Vec<Found>,
    /// The formats that they were read in.
    pub formats: Vec<Format>,
    /// What they share their format with.
    pub keys: Vec<FormatKey>,
    /// What is preferred where values leave a format open.
    pub preferred: Preferred,
    /// Currencies of amounts, with the number of amounts.
    pub currencies: BTreeMap<String, u64>,
    /// By currency: rows whose amount is also that in the company's currency, and those where it is not.
    pub company: BTreeMap<String, (u64, u64)>,
    /// The persons that its records name.
    pub people: Roll,
}

/// Rows on the disk.
enum Written {
    Open(Box<Writer>, PathBuf),
    Whole(PathBuf),
    /// In a file that is kept from one run to the next.
    Kept(Box<Reader>),
}

impl std::fmt::Debug for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Written::Open(_, path) | Written::Whole(path) => write!(f, "{}", path.display()),
            Written::Kept(_) => f.write_str("rows that are kept"),
        }
    }
}

impl TableBuffer {
    /// No rows yet.
    pub fn new(
        names: Vec<String>,
        fields: Vec<String>,
        found: Vec<Found>,
        formats: Vec<Format>,
        keys: Vec<FormatKey>,
        preferred: Preferred,
    ) -> TableBuffer {
        TableBuffer {
            names,
            kinds: Vec::new(),
            batch: Batch::default(),
            written: None,
            bytes: 0,
            words: Words::default(),
            fields,
            found,
            formats,
            keys,
            preferred,
            currencies: BTreeMap::new(),
            company: BTreeMap::new(),
            people: Roll::default(),
        }
    }

    /// Whether some column was read in another format than was decided in the end.
    pub fn misread(&self, name: &str, decided: &Formats) -> bool {
        self.keys.iter().zip(&self.formats).any(|(key, tried)| match (tried, decided.get(name, key)) {
            (Format::Dates(tried), Some(Format::Dates(right))) => tried.column != right.column,
            (Format::Numbers(tried), Some(Format::Numbers(right))) => tried.column != right.column,
            _ => false,
        })
    }

    /// What the columns hold; nothing where there are no rows.
    pub fn kinds(&self) -> &[ValueKind] {
        &self.kinds
    }

    /// How many values of a field are filled.
    pub fn filled(&self, field: &str) -> u64 {
        self.fields.iter().position(|own| own == field).map_or(0, |at| self.found[at].filled)
    }

    /// Whether rows are on the disk.
    pub fn is_written(&self) -> bool {
        self.written.is_some()
    }

    /// What all rows take in memory, or would take.
    pub fn all_bytes(&self) -> u64 {
        self.bytes + self.batch.heap_bytes() as u64
    }

    /// What the rows in a temporary file, which goes when they are taken, would take in memory.
    pub fn written_bytes(&self) -> u64 {
        if matches!(self.written, Some(Written::Kept(_))) { 0 } else { self.bytes }
    }

    /// What the rows in memory take.
    pub fn held_bytes(&self) -> u64 {
        self.batch.heap_bytes() as u64
    }

    /// How many rows are in memory.
    pub fn rows(&self) -> usize {
        self.batch.rows()
    }

    /// The rows in memory.
    pub fn batch(&self) -> &Batch {
        &self.batch
    }

    /// Writes the rows in memory; `held` is what all rows of all buffers take.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn write(&mut self, disk: &Disk<'_>, held: u64) -> Result<(), StoreError> {
        let batch = std::mem::take(&mut self.batch);
        self.bytes += batch.heap_bytes() as u64;
        let writer = match &mut self.written {
            Some(Written::Open(writer, _)) => writer,
            _ => {
                let path = disk.next_file(held)?;
                let columns = self.names.iter().cloned().zip(self.kinds.iter().copied());
                let writer = Writer::create(&path, &Schema::new(columns), BTreeMap::new())?;
                let Written::Open(writer, _) = self.written.insert(Written::Open(Box::new(writer), path)) else {
                    unreachable!("it was opened just now")
                };
                writer
            }
        };
        writer.write(&batch)
    }

    /// Ends the writing, if some was written; the rows in memory stay there.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn close(&mut self) -> Result<(), StoreError> {
        self.written = match self.written.take() {
            Some(Written::Open(writer, path)) => {
                writer.finish()?;
                Some(Written::Whole(path))
            }
            done => done,
        };
        Ok(())
    }

    /// Gives some columns of all rows, batch by batch, in the order in which they are asked for.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn each_batch(&self, columns: &[usize], take: &mut dyn FnMut(&[&Values])) -> Result<(), StoreError> {
        let opened;
        let reader = match &self.written {
            Some(Written::Whole(path)) => {
                opened = Reader::open(path)?;
                Some(&opened)
            }
            Some(Written::Kept(reader)) => Some(&**reader),
            Some(Written::Open(..)) | None => None,
        };
        for (reader, group) in
            reader.into_iter().flat_map(|reader| (0..reader.row_groups()).map(move |at| (reader, at)))
        {
            let batch = reader.read(group, Some(columns))?;
            take(&batch.columns().iter().collect::<Vec<_>>());
        }
        if self.batch.rows() > 0 {
            take(&columns.iter().map(|at| &self.batch.columns()[*at]).collect::<Vec<_>>());
        }
        Ok(())
    }

    /// Gives all rows away, batch by batch.
    ///
    /// # Errors
    /// Where the disk fails, or `take` does.
    pub fn take_batches<E: From<StoreError>>(&mut self, take: &mut dyn FnMut(Batch) -> Result<(), E>) -> Result<(), E> {
        match self.written.take() {
            Some(Written::Whole(path)) => {
                let reader = Reader::open(&path)?;
                (0..reader.row_groups()).try_for_each(|group| take(reader.read(group, None)?))?;
                drop(reader);
                // It would go with its folder anyway; this frees the space sooner.
                spill::discard(&path);
            }
            Some(Written::Kept(reader)) => {
                (0..reader.row_groups()).try_for_each(|group| take(reader.read(group, None)?))?;
            }
            Some(Written::Open(..)) | None => {}
        }
        // Nothing is left, not even columns, where the last rows were written.
        let left = std::mem::take(&mut self.batch);
        if left.columns().is_empty() { Ok(()) } else { take(left) }
    }
}

impl RowStorage<'_> {
    /// Whether there is any use in more rows.
    ///
    /// # Errors
    /// Where the work is to stop, or the disk failed before.
    pub fn go_on(&self) -> Result<(), Halt> {
        let RowStorage::Memory(Memory { disk, go_on, .. }) = self else { return Ok(()) };
        go_on().map_err(Halt::Stopped)?;
        if disk.has_failed() { Err(Halt::Unkept(io::Error::other("the disk failed before"))) } else { Ok(()) }
    }

    /// Appends the rows of a block, which begins behind `before` records.
    ///
    /// # Errors
    /// Where the work is to stop, or the limit in memory is reached and the disk fails.
    pub fn append(&self, buffer: &mut TableBuffer, typed: Typed, before: u64) -> Result<(), Halt> {
        let Typed { mut batch, words, found, currencies, company, people } = typed;
        buffer.found.iter_mut().zip(found).for_each(|(own, other)| own.add(other, before));
        for (currency, amounts) in currencies {
            *buffer.currencies.entry(currency).or_default() += amounts;
        }
        for (currency, (same, other)) in company {
            let known = buffer.company.entry(currency).or_default();
            *known = (known.0 + same, known.1 + other);
        }
        let RowStorage::Memory(Memory { limit, held, disk, .. }) = self else { return Ok(()) };
        self.go_on()?;
        let names_before = buffer.people.bytes();
        buffer.people.add(&people);
        // They stay in memory, whatever becomes of the rows.
        held.fetch_add(buffer.people.bytes().saturating_sub(names_before), Ordering::Relaxed);
        if buffer.kinds.is_empty() {
            buffer.kinds = batch.columns().iter().map(ValueKind::from).collect();
        }
        batch.recode(&buffer.words.adopt(&words));
        let before = buffer.batch.heap_bytes();
        buffer.batch.append(batch);
        let grown = buffer.batch.heap_bytes();
        let all = held.fetch_add(grown - before.min(grown), Ordering::Relaxed) + grown - before.min(grown);
        let limit = if disk.is_far_above(*limit as u64, all as u64) { *limit / 2 } else { *limit };
        if all > limit && grown > WRITTEN_BYTES {
            held.fetch_sub(grown, Ordering::Relaxed);
            buffer.write(disk, all as u64).map_err(|error| disk.fail(error))?;
        }
        Ok(())
    }
}

impl RowStorage<'_> {
    /// Restores the rows that a buffer had in an earlier run, which took so many bytes: where they would exceed the limit in
    /// memory, they stay in their file.
    ///
    /// # Errors
    /// Where they are not what was kept.
    pub fn restore(&self, buffer: &mut TableBuffer, reader: Reader, bytes: u64) -> Result<(), StoreError> {
        let RowStorage::Memory(Memory { limit, held, .. }) = self else { return Ok(()) };
        let size = usize::try_from(bytes).unwrap_or(usize::MAX);
        let before = held.fetch_add(size, Ordering::Relaxed);
        if before.saturating_add(size) > *limit {
            held.fetch_sub(size, Ordering::Relaxed);
            // What is damaged is to be known now, and not when all else has been read.
            reader.verify()?;
            buffer.bytes = bytes;
            buffer.written = Some(Written::Kept(Box::new(reader)));
            return Ok(());
        }
        let read = (0..reader.row_groups()).try_for_each(|group| {
            buffer.batch.append(reader.read(group, None)?);
            Ok(())
        });
        read.inspect_err(|_| self.release(bytes))
    }

    /// Releases the memory of rows that are not restored after all.
    pub fn release(&self, bytes: u64) {
        if let RowStorage::Memory(Memory { held, .. }) = self {
            held.fetch_sub(usize::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Resources;

    #[test]
    fn a_buffer_of_which_all_rows_are_written_gives_them_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let resources = Resources {
            memory: 0,
            scratch: parent.path(),
            parts: None,
            cache: None,
            go_on: &|| Ok(()),
            notify: &|_| {},
        };
        let (disk, preferred) = (Disk::new(resources, 0), Preferred::default());
        let storage = RowStorage::new(0, &disk, resources.go_on);
        let mut buffer =
            TableBuffer::new(vec!["n".to_owned()], Vec::new(), Vec::new(), Vec::new(), Vec::new(), preferred);
        let rows = WRITTEN_BYTES / size_of::<i64>() + 1;
        for _ in 0..2 {
            let batch = Batch::new(rows, vec![Values::Numbers(vec![7; rows])]);
            let typed = Typed {
                batch,
                words: Words::default(),
                found: Vec::new(),
                currencies: BTreeMap::new(),
                company: BTreeMap::new(),
                people: Roll::default(),
            };
            storage.append(&mut buffer, typed, 0).unwrap();
        }
        assert_eq!(buffer.rows(), 0);
        buffer.close().unwrap();
        let mut given = Vec::new();
        let mut take = |batch: Batch| {
            given.push((batch.columns().len(), batch.rows()));
            Ok::<(), StoreError>(())
        };
        buffer.take_batches(&mut take).unwrap();
        assert_eq!(given, [(1, rows), (1, rows)]);
    }

    #[test]
    fn rows_of_an_earlier_run_stay_in_their_file_where_there_is_no_room() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("rows.parquet");
        let batch = |from: i64| Batch::new(3, vec![Values::Numbers((from..from + 3).collect())]);
        let mut writer = Writer::create(&path, &Schema::new([("n", ValueKind::Numbers)]), BTreeMap::new()).unwrap();
        [0, 3].into_iter().for_each(|from| writer.write(&batch(from)).unwrap());
        writer.finish().unwrap();
        let resources = Resources {
            memory: 0,
            scratch: parent.path(),
            parts: None,
            cache: None,
            go_on: &|| Ok(()),
            notify: &|_| {},
        };
        let disk = Disk::new(resources, 0);
        for (limit, is_written) in [(10, true), (100, false)] {
            let storage = RowStorage::new(limit, &disk, resources.go_on);
            let none = Vec::new;
            let mut buffer = TableBuffer::new(
                vec!["n".to_owned()],
                Vec::new(),
                Vec::new(),
                Vec::new(),
                none(),
                Preferred::default(),
            );
            storage.restore(&mut buffer, Reader::open(&path).unwrap(), 48).unwrap();
            buffer.close().unwrap();
            assert_eq!((buffer.is_written(), buffer.all_bytes()), (is_written, 48));
            let mut sum = 0;
            buffer
                .each_batch(&[0], &mut |columns| match columns[0] {
                    Values::Numbers(numbers) => sum += numbers.iter().sum::<i64>(),
                    other => panic!("{other:?}"),
                })
                .unwrap();
            let mut rows = 0;
            let mut take = |batch: Batch| {
                rows += batch.rows();
                Ok::<(), StoreError>(())
            };
            buffer.take_batches(&mut take).unwrap();
            assert_eq!((sum, rows), (15, 6));
            assert!(path.exists(), "it is not ours to remove");
        }
    }
}
