//! Writes a file: takes batches of one schema, gives the sealed file under its name, once it is whole.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::writer::SerializedFileWriter;
use rayon::prelude::*;

use super::encode::{Chunk, encode};
use super::layout::{parquet_schema, properties};
use super::seal::{CHUNKS_KEY, SEAL_KEY, Seal, Tail, UNSEALED, chunk_hash};
use crate::store::batch::{Batch, Values};
use crate::store::error::StoreError;
use crate::store::schema::{Schema, ValueKind};

/// Bytes that the texts of one column may have in a row group; a page has less than 2 GiB.
const MOST_TEXT: usize = 1 << 30;

/// A file being written: beside its name, with `.part` behind it, until it is finished. What is dropped unfinished is
/// removed.
pub struct Writer {
    path: PathBuf,
    part: PathBuf,
    schema: Schema,
    metadata: BTreeMap<String, String>,
    file: Option<SerializedFileWriter<Tail>>,
    chunks: String,
    rows: u64,
    most_text: usize,
}

impl Writer {
    /// Starts a file, readable only by its owner. `metadata` is given back by the reader.
    pub fn create(path: &Path, schema: &Schema, metadata: BTreeMap<String, String>) -> Result<Writer, StoreError> {
        let path = path.to_owned();
        if schema.is_empty() {
            return Err(StoreError::Refused { path, what: "a table without columns" });
        }
        if metadata.contains_key(SEAL_KEY) || metadata.contains_key(CHUNKS_KEY) {
            return Err(StoreError::Refused { path, what: "metadata under a name that the store uses itself" });
        }
        let mut part = OsString::from(&path);
        part.push(".part");
        let part = PathBuf::from(part);
        let cannot_write = |source| StoreError::CannotWrite { path: part.clone(), source };
        let file = Tail::of(create_anew(&part).map_err(cannot_write)?);
        let parquet = parquet_schema(schema).map_err(io_error).map_err(cannot_write)?;
        let file = SerializedFileWriter::new(file, parquet, properties(ValueKind::Numbers));
        let file = Some(file.map_err(io_error).map_err(cannot_write)?);
        let (schema, chunks) = (schema.clone(), String::new());
        Ok(Writer { path, part, schema, metadata, file, chunks, rows: 0, most_text: MOST_TEXT })
    }

    /// Writes a batch as a row group. Nothing is written for no rows; a batch with more than 1 GiB of text in one column
    /// becomes several groups.
    pub fn write(&mut self, batch: &Batch) -> Result<(), StoreError> {
        if !self.schema.fits(batch) {
            return Err(StoreError::Refused { path: self.path.clone(), what: "other columns than the schema has" });
        }
        let rows = batch.rows();
        if rows == 0 {
            return Ok(());
        }
        if rows > 1 && batch.columns().iter().any(|values| text_bytes(values) > self.most_text) {
            let half = |from: usize, to: usize| (from..to).map(|row| row as u32).collect::<Vec<_>>();
            self.write(&batch.take(&half(0, rows / 2)))?;
            return self.write(&batch.take(&half(rows / 2, rows)));
        }
        let group = self.write_group(batch).map_err(io_error);
        group.map_err(|source| StoreError::CannotWrite { path: self.part.clone(), source })?;
        self.rows += rows as u64;
        Ok(())
    }

    fn write_group(&mut self, batch: &Batch) -> Result<(), ParquetError> {
        let file = open(self.file.as_mut())?;
        let columns = file.schema_descr().columns().to_vec();
        let mut group = file.next_row_group()?;
        let encoded = batch.columns().par_iter().zip(&columns).map(|(values, column)| {
            let chunk = encode(values, column)?;
            Ok((chunk_hash(&chunk.bytes), chunk))
        });
        for (hash, Chunk { bytes, close }) in encoded.collect::<Result<Vec<_>, ParquetError>>()? {
            self.chunks.push_str(&hash);
            group.append_column(&bytes, close)?;
        }
        group.close()?;
        Ok(())
    }

    /// How many rows were written so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Ends the file and gives it its name, in place of any that had it.
    pub fn finish(mut self) -> Result<Seal, StoreError> {
        let seal = self.write_footer().map_err(io_error);
        let seal = seal.map_err(|source| StoreError::CannotWrite { path: self.part.clone(), source })?;
        fs::rename(&self.part, &self.path)
            .map_err(|source| StoreError::CannotWrite { path: self.path.clone(), source })?;
        self.part.clear();
        Ok(seal)
    }

    fn write_footer(&mut self) -> Result<Seal, ParquetError> {
        let mut file = open(self.file.take())?;
        file.flush()?;
        file.inner_mut().hold();
        for (key, value) in std::mem::take(&mut self.metadata) {
            file.append_key_value_metadata(KeyValue::new(key, value));
        }
        file.append_key_value_metadata(KeyValue::new(CHUNKS_KEY.to_owned(), std::mem::take(&mut self.chunks)));
        file.append_key_value_metadata(KeyValue::new(SEAL_KEY.to_owned(), UNSEALED.to_owned()));
        Ok(file.into_inner()?.seal()?)
    }

    #[cfg(test)]
    pub(super) fn with_most_text(self, most_text: usize) -> Writer {
        let mut writer = self;
        writer.most_text = most_text;
        writer
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.file = None;
        if !self.part.as_os_str().is_empty() {
            // Nothing depends on it: a part is nobody's file, and the next writer replaces it.
            let _ = fs::remove_file(&self.part);
        }
    }
}

fn open<F>(file: Option<F>) -> Result<F, ParquetError> {
    file.ok_or_else(|| ParquetError::General("the file is finished".to_owned()))
}

fn text_bytes(values: &Values) -> usize {
    match values {
        Values::Texts(texts) => texts.iter().map(str::len).sum(),
        _ => 0,
    }
}

fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(inner) => *inner,
            Err(inner) => io::Error::other(inner),
        },
        error => io::Error::other(error),
    }
}

/// A new file in place of what a killed run left; never through a link.
fn create_anew(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
