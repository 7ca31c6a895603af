//! Reads a file: takes its path, gives its metadata at once, and batches by group and column when asked. Nothing is
//! given that was not checked against the seal.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use rayon::prelude::*;

use super::decode::decode;
use super::layout::schema_of;
use super::seal::{CHUNK_HASH, CHUNKS_KEY, END, SEAL_KEY, Seal, check, chunk_hash};
use crate::store::batch::Batch;
use crate::store::error::StoreError;
use crate::store::schema::Schema;

/// A Parquet file begins and ends with this.
const MAGIC: &[u8; 4] = b"PAR1";

/// A file whose footer was found whole. It can be read from several threads at once.
pub struct Reader {
    path: PathBuf,
    file: File,
    footer: ParquetMetaData,
    schema: Schema,
    metadata: BTreeMap<String, String>,
    chunks: String,
    seal: Seal,
}

impl Reader {
    /// Opens a file and checks its footer and its length.
    pub fn open(path: &Path) -> Result<Reader, StoreError> {
        let cannot_read = |source| StoreError::CannotRead { path: path.to_owned(), source };
        let damaged = |what| StoreError::Damaged { path: path.to_owned(), what };
        let file = File::open(path).map_err(cannot_read)?;
        let length = file.metadata().map_err(cannot_read)?.len();
        if length < (MAGIC.len() + END) as u64 {
            return Err(damaged("it is too short"));
        }
        if read_at(&file, 0, MAGIC.len()).map_err(cannot_read)? != MAGIC {
            return Err(damaged("it does not begin as Parquet does"));
        }
        let end = read_at(&file, length - END as u64, END).map_err(cannot_read)?;
        let [a, b, c, d, magic @ ..] = end.as_slice() else {
            return Err(damaged("it is too short"));
        };
        if magic != MAGIC {
            return Err(damaged("it does not end as Parquet does"));
        }
        let size = u64::from(u32::from_le_bytes([*a, *b, *c, *d])) + END as u64;
        let start = length.checked_sub(size).filter(|start| *start >= MAGIC.len() as u64);
        let start = start.ok_or_else(|| damaged("its footer is longer than itself"))?;
        let footer = read_at(&file, start, size as usize).map_err(cannot_read)?;
        let seal = check(&footer).ok_or_else(|| damaged("its footer is not the one written"))?;

        let footer = ParquetMetaDataReader::decode_metadata(&footer[..footer.len() - END]);
        let footer = footer.map_err(|_| damaged("its footer cannot be read"))?;
        let mut metadata = metadata_of(&footer);
        metadata.remove(SEAL_KEY);
        let chunks = metadata.remove(CHUNKS_KEY).unwrap_or_default();
        let schema = schema_of(footer.file_metadata().schema_descr());
        let schema = schema.ok_or_else(|| damaged("it has columns that the store does not write"))?;
        if !is_gapless(&footer, start) || chunks.len() != CHUNK_HASH * footer.num_row_groups() * schema.len() {
            return Err(damaged("its parts are not those of its footer"));
        }
        Ok(Reader { path: path.to_owned(), file, footer, schema, metadata, chunks, seal })
    }

    /// What the file is recognised by.
    pub fn seal(&self) -> Seal {
        self.seal
    }

    /// What its writer was given.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// Its columns.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// How many groups.
    pub fn row_groups(&self) -> usize {
        self.footer.num_row_groups()
    }

    /// How many rows in a group.
    pub fn rows(&self, group: usize) -> usize {
        usize::try_from(self.footer.row_group(group).num_rows()).unwrap_or(0)
    }

    /// How many rows in all.
    pub fn all_rows(&self) -> usize {
        (0..self.row_groups()).map(|group| self.rows(group)).sum()
    }

    /// A group: all of its columns, or those at the places named, in that order. Only these are read and checked.
    ///
    /// # Panics
    /// Where there is no such group or column.
    pub fn read(&self, group: usize, columns: Option<&[usize]>) -> Result<Batch, StoreError> {
        let rows = self.rows(group);
        let all: Vec<usize> = (0..self.schema.len()).collect();
        let columns = columns.unwrap_or(&all).par_iter();
        let values = columns.map(|column| self.column(group, *column)).collect::<Result<_, _>>()?;
        Ok(Batch::new(rows, values))
    }

    fn column(&self, group: usize, column: usize) -> Result<crate::store::batch::Values, StoreError> {
        let damaged = |what| StoreError::Damaged { path: self.path.clone(), what };
        let bytes = self.chunk(group, column)?;
        let chunk = self.footer.row_group(group).column(column);
        decode(self.schema.kind(column), chunk, bytes, self.rows(group))
            .map_err(|_| damaged("a column that cannot be read"))
    }

    /// The bytes of a chunk, once they are found to be those written.
    fn chunk(&self, group: usize, column: usize) -> Result<Bytes, StoreError> {
        let (start, length) = self.footer.row_group(group).column(column).byte_range();
        let bytes = read_at(&self.file, start, length as usize);
        let bytes = bytes.map_err(|source| match source.kind() {
            // Cut off after it was opened.
            io::ErrorKind::UnexpectedEof => StoreError::Damaged { path: self.path.clone(), what: "it is too short" },
            _ => StoreError::CannotRead { path: self.path.clone(), source },
        })?;
        let hash = CHUNK_HASH * (group * self.schema.len() + column);
        if self.chunks.get(hash..hash + CHUNK_HASH) != Some(chunk_hash(&bytes).as_str()) {
            return Err(StoreError::Damaged { path: self.path.clone(), what: "a column is not the one written" });
        }
        Ok(Bytes::from(bytes))
    }

    /// Checks every byte.
    pub fn verify(&self) -> Result<(), StoreError> {
        for group in 0..self.row_groups() {
            for column in 0..self.schema.len() {
                self.chunk(group, column)?;
            }
        }
        Ok(())
    }
}

fn metadata_of(footer: &ParquetMetaData) -> BTreeMap<String, String> {
    let entries = footer.file_metadata().key_value_metadata();
    let entries = entries.into_iter().flatten();
    entries.map(|entry| (entry.key.clone(), entry.value.clone().unwrap_or_default())).collect()
}

/// Whether the chunks fill the file from its first four bytes to the footer, so that no byte goes unchecked.
fn is_gapless(footer: &ParquetMetaData, end: u64) -> bool {
    let chunks = footer.row_groups().iter().flat_map(|group| group.columns());
    let mut at = MAGIC.len() as u64;
    for chunk in chunks {
        let (start, length) = chunk.byte_range();
        if start != at {
            return false;
        }
        at += length;
    }
    at == end
}

#[cfg(unix)]
fn read_at(file: &File, start: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    std::os::unix::fs::FileExt::read_exact_at(file, &mut bytes, start)?;
    Ok(bytes)
}

#[cfg(windows)]
fn read_at(file: &File, start: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match std::os::windows::fs::FileExt::seek_read(file, &mut bytes[filled..], start + filled as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => filled += read,
        }
    }
    Ok(bytes)
}
