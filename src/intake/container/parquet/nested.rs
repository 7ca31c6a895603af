//! Columns of a Parquet file that are inside groups and lists, such as those of a checkpoint. Takes the bytes and which
//! columns are wanted, gives their values row by row, as text. Columns of other kinds than text and whole numbers are left out.

use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};

use bytes::Bytes;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::DataType;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaDataReader};

use super::super::limits::{Bound, Budget, Limits};
use super::super::refusal::Refusal;
use super::pages::Pages;
use super::{check_rows, damaged, footer};

/// Values of one column by row: several where it is in a list, one that is missing where there is none.
pub type Nested = Vec<Vec<Option<String>>>;

/// Values of one column in one row group; more than that is no list of files.
const MOST_VALUES: i64 = 20_000_000;

/// The wanted columns by their path, such as `add.path`.
///
/// # Errors
/// Where the file is damaged, or over a limit.
pub fn nested(
    bytes: Vec<u8>,
    is_wanted: &dyn Fn(&str) -> bool,
    limits: &Limits,
) -> Result<BTreeMap<String, Nested>, Refusal> {
    let bytes = Bytes::from(bytes);
    let budget = Budget::new(limits, bytes.len() as u64);
    // As for flat columns: the crate has panicked on damaged files before.
    panic::catch_unwind(AssertUnwindSafe(|| read(&bytes, is_wanted, &budget)))
        .unwrap_or_else(|_| Err(Refusal::damaged("the Parquet file")))
}

fn read(
    bytes: &Bytes,
    is_wanted: &dyn Fn(&str) -> bool,
    budget: &Budget<'_>,
) -> Result<BTreeMap<String, Nested>, Refusal> {
    let footer = footer::checked(bytes, budget)?;
    let metadata = ParquetMetaDataReader::decode_metadata(footer).map_err(|error| damaged(&error))?;
    check_rows(&metadata, budget)?;
    let mut columns: BTreeMap<String, Nested> = BTreeMap::new();
    for group in metadata.row_groups() {
        let rows = usize::try_from(group.num_rows()).expect("the rows were counted against a limit");
        for chunk in group.columns() {
            let path = chunk.column_descr().path().string();
            if is_wanted(&path)
                && let Some(values) = values_of(bytes, chunk, rows, budget)?
            {
                columns.entry(path).or_default().extend(values);
            }
        }
    }
    Ok(columns)
}

/// The values of a column in a row group; nothing where it is of a kind that is not read.
fn values_of(
    bytes: &Bytes,
    chunk: &ColumnChunkMetaData,
    rows: usize,
    budget: &Budget<'_>,
) -> Result<Option<Nested>, Refusal> {
    if !(0..=MOST_VALUES).contains(&chunk.num_values()) {
        return Err(Refusal::too_large("the Parquet file", Bound::Rows(MOST_VALUES.unsigned_abs())));
    }
    let pages = Pages::read(bytes, chunk, chunk.num_values(), budget)?;
    let values = match get_column_reader(chunk.column_descr_ptr(), Box::new(pages)) {
        ColumnReader::ByteArrayColumnReader(reader) => {
            take(reader, chunk, rows, budget, |value| String::from_utf8_lossy(value.data()).into_owned())?
        }
        ColumnReader::Int32ColumnReader(reader) => take(reader, chunk, rows, budget, |value| value.to_string())?,
        ColumnReader::Int64ColumnReader(reader) => take(reader, chunk, rows, budget, |value| value.to_string())?,
        _ => return Ok(None),
    };
    Ok(Some(values))
}

fn take<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    chunk: &ColumnChunkMetaData,
    rows: usize,
    budget: &Budget<'_>,
    text_of: impl Fn(&T::T) -> String,
) -> Result<Nested, Refusal> {
    let cut_short = || Refusal::damaged("the Parquet file: a column ends before its last row");
    let descriptor = chunk.column_descr();
    let (deepest, is_list) = (descriptor.max_def_level(), descriptor.max_rep_level() > 0);
    let (mut values, mut levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    let mut read = 0;
    while read < rows {
        let (levels, repeats) = ((deepest > 0).then_some(&mut levels), is_list.then_some(&mut repeats));
        match reader.read_records(rows - read, levels, repeats, &mut values).map_err(|error| damaged(&error))?.0 {
            0 => return Err(cut_short()),
            more => read += more,
        }
    }
    let entries = if deepest > 0 { levels.len() } else { values.len() };
    let mut nested: Nested = Vec::with_capacity(rows);
    let mut next = values.iter();
    for entry in 0..entries {
        let is_there = deepest == 0 || levels.get(entry) == Some(&deepest);
        let text = if is_there { Some(text_of(next.next().ok_or_else(cut_short)?)) } else { None };
        budget.write(text.as_ref().map_or(1, String::len), "the Parquet file")?;
        match nested.last_mut() {
            Some(row) if is_list && repeats.get(entry).is_some_and(|level| *level > 0) => row.push(text),
            _ => nested.push(vec![text]),
        }
    }
    if nested.len() == rows { Ok(nested) } else { Err(cut_short()) }
}
