//! What was read before, kept for the next run: takes a file of the exports, gives its tables as they were stored, if they
//! are of just these bytes and were read in just this way; and keeps the tables of files that are read anew. A file counts
//! as the same where the system says that it is this very file, not written since, well before it was read; or else where
//! every byte is as it was. Whether anything is kept at all is for the caller to say.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::buffer::{RowStorage, TableBuffer, WRITTEN_BYTES};
use super::formats::Formats;
use crate::intake::preset::Preset;
use crate::intake::walk::{Found, Stamp};
use crate::intake::{Outcome, hash_of};
use crate::project::Project;
use crate::store::sealed::{sealed, unsealed};
use crate::store::{self, Cache, Check, Entry, Key, Reader, Schema, StoreError, Writer};

/// Smaller files are read as quickly as they are looked up, in bytes.
const LEAST_BYTES: u64 = 1 << 20;
/// What is written to a file so shortly before it is read might not show in its time, on any file system.
pub const SURE: Duration = Duration::from_secs(3);
/// The file of an entry that describes its rows.
const CACHED_FILE: &str = "slip";

/// See the module.
pub struct TableCache<'a> {
    cache: &'a Cache,
    /// Print of what the tables of a file depend on besides its bytes.
    print: String,
    failed: Mutex<Option<StoreError>>,
    /// Files that needed not be read, with their bytes.
    taken: Mutex<BTreeMap<String, u64>>,
}

/// What is known of the rows of a file.
#[derive(Serialize, Deserialize)]
struct CachedFile<O> {
    /// What the system reported of the file.
    stamp: Stamp,
    /// Whether it was last written long enough before it was read for that to show.
    is_sure: bool,
    /// What the rows of each of its tables take in memory, in bytes.
    sizes: Vec<u64>,
    /// Its tables, without their rows, and the hash of the bytes that they were read from.
    outcome: O,
}

impl<'a> TableCache<'a> {
    /// A place in a cache. `program` distinguishes builds of the program; `presets` are all that are used.
    pub fn new(cache: &'a Cache, program: &str, project: &Project, presets: &[Preset]) -> TableCache<'a> {
        let Project { report, inputs, slices, .. } = project;
        let reading = (&report.timezone, &report.currency, inputs, slices, presets);
        let print = blake3::hash(format!("{program} {reading:?}").as_bytes()).to_hex().to_string();
        TableCache { cache, print, failed: Mutex::default(), taken: Mutex::default() }
    }

    /// The first failure of the cache itself, if there was one.
    pub fn failure(&self) -> Option<StoreError> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// How many files needed not be read, and their bytes.
    pub fn taken(&self) -> (u64, u64) {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        (taken.len() as u64, taken.values().sum())
    }

    fn fail(&self, error: StoreError) {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// By what an entry is found: the name and size of the file, and how it is read.
    fn key(&self, file: &Found, formats: &Formats) -> Key {
        // The log of a table may say something else of a file that is as it was.
        let place = file.place.print();
        let text = format!("{}\0{}\0{}\0{}\0{place}", self.print, formats.print(&file.name), file.name, file.bytes);
        blake3::hash(text.as_bytes()).into()
    }

    /// The tables of a file, in formats that were decided before; their rows are restored into `storage`.
    pub fn get(&self, file: &Found, formats: &Formats, storage: &RowStorage<'_>) -> Option<Outcome<TableBuffer>> {
        if file.bytes < LEAST_BYTES {
            return None;
        }
        let key = self.key(file, formats);
        let entry = self.cache.get(&key, Check::Ends).map_err(|error| self.fail(error)).ok()??;
        // What cannot be read is damaged, and of no use to anyone.
        let known = taken(file, &entry, storage).ok().flatten();
        match &known {
            Some(_) => {
                let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
                taken.insert(file.name.clone(), file.bytes);
            }
            None => self.cache.remove(&key).unwrap_or_else(|error| self.fail(error)),
        }
        known
    }

    /// Keeps what a file came to, unless its rows went to the disk for want of memory. An answer is all that can come here;
    /// it has the hash of the bytes that gave it, so that it stands for these alone, whatever the file holds by now.
    pub fn put(&self, file: &Found, formats: &Formats, outcome: &Outcome<TableBuffer>) {
        // It may have been taken in other formats before.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&file.name);
        let is_whole = |buffer: &TableBuffer| !buffer.is_written();
        if file.bytes < LEAST_BYTES
            || outcome.hash.is_none()
            || outcome.exports.is_empty()
            || !outcome.exports.iter().all(|export| is_whole(&export.buffer))
        {
            return;
        }
        let sizes = outcome.exports.iter().map(|export| export.buffer.all_bytes()).collect();
        let is_sure = file.stamp.is_older_than(self.cache.opened_at(), SURE);
        let cached = CachedFile { stamp: file.stamp, is_sure, sizes, outcome };
        let cached = postcard::to_stdvec(&cached).expect("tables have nothing that cannot be written");
        let kept = self.cache.put(&self.key(file, formats), |folder| {
            for (number, export) in outcome.exports.iter().enumerate() {
                let buffer = &export.buffer;
                if buffer.rows() == 0 {
                    continue;
                }
                let schema = Schema::new(buffer.names.iter().cloned().zip(buffer.kinds().iter().copied()));
                let mut writer = Writer::create(&folder.join(rows_of(number)), &schema, BTreeMap::new())?;
                // In pieces, so that they can be taken up one by one where there is little memory.
                buffer.batch().pieces(WRITTEN_BYTES).try_for_each(|piece| writer.write(&piece))?;
                writer.finish()?;
            }
            store::write(&folder.join(CACHED_FILE), &sealed(cached))
        });
        if let Err(error) = kept {
            self.fail(error);
        }
    }
}

fn rows_of(export: usize) -> String {
    format!("rows-{export}.parquet")
}

/// The tables in an entry, if they are of this very file.
fn taken(file: &Found, entry: &Entry, storage: &RowStorage<'_>) -> Result<Option<Outcome<TableBuffer>>, StoreError> {
    let bytes = entry.read(CACHED_FILE)?;
    let cached =
        unsealed(&bytes).and_then(|cached| postcard::from_bytes::<CachedFile<Outcome<TableBuffer>>>(cached).ok());
    let Some(CachedFile { stamp, is_sure, sizes, mut outcome }) = cached else { return Ok(None) };
    let is_same = is_sure && stamp == file.stamp;
    if !is_same && hash_of(&file.path).ok() != outcome.hash {
        return Ok(None);
    }
    for (number, bytes) in sizes.into_iter().enumerate() {
        let buffer = &mut outcome.exports[number].buffer;
        if buffer.kinds().is_empty() {
            continue;
        }
        let taken =
            Reader::open(&entry.file(&rows_of(number))).and_then(|reader| storage.restore(buffer, reader, bytes));
        if let Err(error) = taken {
            // All of the file is read again: what is in memory of it goes.
            outcome.exports[..number].iter().for_each(|export| storage.release(export.buffer.held_bytes()));
            return Err(error);
        }
    }
    Ok(Some(outcome))
}
