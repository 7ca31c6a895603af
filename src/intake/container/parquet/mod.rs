//! Parquet. Takes the bytes, gives CSV text; columns of simple kinds become text, others are named and left out.
//! The `parquet` crate decodes values; what it would believe (lengths, counts, depth) is checked here before, as a
//! failed allocation cannot be caught, and a panic of it on bad bytes becomes a refusal.

mod footer;
mod nested;
mod pages;
mod shape;
mod text;
mod thrift;
mod unpack;

use std::panic::{self, AssertUnwindSafe};

use bytes::Bytes;
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::schema::types::{ColumnDescPtr, SchemaDescriptor};

use super::limits::{Bound, Budget};
use super::note::{Note, Tally};
use super::refusal::Refusal;
use super::table::Table;
pub use nested::{Nested, nested};
use pages::Pages;
use text::{Batch, Kind};

/// Rows decoded at a time.
const BATCH: usize = 1024;

/// Reads all rows.
pub(super) fn open(bytes: Vec<u8>, budget: &Budget<'_>) -> Result<(String, Vec<Note>), Refusal> {
    let bytes = Bytes::from(bytes);
    // The crate has panicked on damaged files before (index out of range, arithmetic). Nothing that it changes is
    // used after a panic, so nothing half-changed is seen.
    panic::catch_unwind(AssertUnwindSafe(|| read(&bytes, budget)))
        .unwrap_or_else(|_| Err(Refusal::damaged("the Parquet file")))
}

/// A column that is read.
struct Column {
    /// Its place among all columns of a row group.
    place: usize,
    descriptor: ColumnDescPtr,
    kind: Kind,
}

fn read(bytes: &Bytes, budget: &Budget<'_>) -> Result<(String, Vec<Note>), Refusal> {
    let footer = footer::checked(bytes, budget)?;
    let metadata = ParquetMetaDataReader::decode_metadata(footer).map_err(|error| damaged(&error))?;
    check_rows(&metadata, budget)?;
    let (columns, mut notes) = columns_of(metadata.file_metadata().schema_descr(), budget)?;
    let mut table = Table::new(budget, "the Parquet file");
    for column in &columns {
        table.cell(column.descriptor.name())?;
    }
    table.end_row()?;
    let mut remarks = Remarks::default();
    for (place, group) in metadata.row_groups().iter().enumerate() {
        let group = Group { place: place + 1, group, bytes, columns: &columns };
        group.write(&mut table, &mut remarks, budget)?;
    }
    notes.extend(remarks.cut.note(Note::CutCells));
    notes.extend(remarks.no_dates.note(Note::NoDates));
    Ok((table.finish(), notes))
}

/// What is counted over all cells.
#[derive(Default)]
struct Remarks {
    cut: Tally,
    no_dates: Tally,
}

fn check_rows(metadata: &ParquetMetaData, budget: &Budget<'_>) -> Result<(), Refusal> {
    let mut rows = 0_u64;
    for group in metadata.row_groups() {
        let more =
            u64::try_from(group.num_rows()).map_err(|_| Refusal::damaged("a row group of fewer than no rows"))?;
        rows = rows.saturating_add(more);
    }
    match rows > budget.limits.rows {
        true => Err(Refusal::too_large("the Parquet file", Bound::Rows(budget.limits.rows))),
        false => Ok(()),
    }
}

/// The columns with a text, and notes on the others. A nested column is named once, by its outermost name.
fn columns_of(schema: &SchemaDescriptor, budget: &Budget<'_>) -> Result<(Vec<Column>, Vec<Note>), Refusal> {
    let (mut columns, mut notes) = (Vec::new(), Vec::new());
    for (place, descriptor) in schema.columns().iter().enumerate() {
        let path = descriptor.path().parts();
        let kind = match path.len() == 1 && descriptor.max_rep_level() == 0 {
            true => text::kind_of(descriptor),
            false => Err("lists or groups of values"),
        };
        match kind {
            Ok(kind) => columns.push(Column { place, descriptor: descriptor.clone(), kind }),
            Err(kind) => {
                let column = path.first().cloned().unwrap_or_default();
                notes.push(Note::ColumnLeftOut { column, kind });
            }
        }
    }
    notes.dedup();
    match columns.len() {
        0 => Err(Refusal::not_read("a Parquet file without a column of a simple kind")),
        count if count > budget.limits.columns => {
            Err(Refusal::too_large("the Parquet file", Bound::Columns(budget.limits.columns as u64)))
        }
        _ => Ok((columns, notes)),
    }
}

/// A row group, whose columns are read side by side.
struct Group<'a> {
    place: usize,
    group: &'a RowGroupMetaData,
    bytes: &'a Bytes,
    columns: &'a [Column],
}

impl Group<'_> {
    fn write(&self, table: &mut Table<'_>, remarks: &mut Remarks, budget: &Budget<'_>) -> Result<(), Refusal> {
        let mut readers = self.readers(budget)?;
        let mut batches: Vec<Batch> = self.columns.iter().map(|_| Batch::default()).collect();
        let mut left = usize::try_from(self.group.num_rows()).expect("the rows were counted against a limit");
        while left > 0 {
            let rows = left.min(BATCH);
            for ((column, reader), batch) in self.columns.iter().zip(&mut readers).zip(&mut batches) {
                self.fill(column, reader, batch, rows)?;
                self.remark(column, batch, remarks, budget);
            }
            for row in 0..rows {
                for batch in &batches {
                    table.cell(batch.cell(row))?;
                }
                table.end_row()?;
            }
            left -= rows;
        }
        Ok(())
    }

    fn readers(&self, budget: &Budget<'_>) -> Result<Vec<ColumnReader>, Refusal> {
        let mut dictionaries = 0;
        let mut readers = Vec::new();
        for column in self.columns {
            let name = column.descriptor.name();
            let chunk = self.group.columns().get(column.place);
            let chunk =
                chunk.ok_or_else(|| Refusal::damaged(format!("row group {}: no column `{name}`", self.place)))?;
            let pages = Pages::read(self.bytes, chunk, self.group.num_rows(), budget)?;
            dictionaries += pages.dictionary_memory();
            if dictionaries > pages::MOST_DICTIONARIES {
                let what = format!("row group {} of the Parquet file", self.place);
                return Err(Refusal::too_large(what, Bound::SharedTexts(pages::MOST_DICTIONARIES as u64)));
            }
            readers.push(get_column_reader(column.descriptor.clone(), Box::new(pages)));
        }
        Ok(readers)
    }

    fn fill(&self, column: &Column, reader: &mut ColumnReader, batch: &mut Batch, rows: usize) -> Result<(), Refusal> {
        let optional = column.descriptor.max_def_level() > 0;
        let read = batch.fill(reader, column.kind, optional, rows).map_err(|error| damaged(&error))?;
        match read == rows {
            true => Ok(()),
            false => {
                let name = column.descriptor.name();
                Err(Refusal::damaged(format!("row group {}: column `{name}` ends before its last row", self.place)))
            }
        }
    }

    /// Cuts what is too long, and gathers what the batch has to report.
    fn remark(&self, column: &Column, batch: &mut Batch, remarks: &mut Remarks, budget: &Budget<'_>) {
        let place = || format!("column `{}` of row group {}", column.descriptor.name(), self.place);
        for _ in 0..batch.cut_at(budget.limits.cell) {
            remarks.cut.add(place);
        }
        for _ in 0..batch.no_dates {
            remarks.no_dates.add(place);
        }
    }
}

/// The crate's own words are for programmers; the kind of error is enough here.
fn damaged(error: &ParquetError) -> Refusal {
    match error {
        ParquetError::External(cause) if cause.downcast_ref::<Refusal>().is_some() => {
            cause.downcast_ref::<Refusal>().cloned().expect("the guard saw one")
        }
        ParquetError::NYI(_) => Refusal::not_read("a Parquet file with an encoding of its own"),
        ParquetError::EOF(_) => Refusal::damaged("the Parquet file is cut short"),
        _ => Refusal::damaged("the Parquet file"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use super::super::limits::Limits;
    use super::*;

    const SCHEMA: &str = "message leads { required binary id (UTF8); optional int64 at (TIMESTAMP(MILLIS,true)); \
        required binary raw; required group tags (LIST) { repeated group list { required int64 element; } } }";

    fn file() -> Vec<u8> {
        let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Default::default()).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let texts = [ByteArray::from("a,b"), ByteArray::from("c")];
        for place in 0..4 {
            let mut column = group.next_column().unwrap().unwrap();
            match place {
                1 => column.typed::<Int64Type>().write_batch(&[1_767_601_820_500], Some(&[1, 0]), None).unwrap(),
                3 => column.typed::<Int64Type>().write_batch(&[1, 2], Some(&[1, 1]), Some(&[0, 0])).unwrap(),
                _ => column.typed::<ByteArrayType>().write_batch(&texts, None, None).unwrap(),
            };
            column.close().unwrap();
        }
        group.close().unwrap();
        writer.into_inner().unwrap()
    }

    fn read_file(bytes: Vec<u8>) -> Result<(String, Vec<Note>), Refusal> {
        let limits = Limits::default();
        let budget = Budget::new(&limits, bytes.len() as u64);
        open(bytes, &budget)
    }

    #[test]
    fn simple_columns_become_text_and_others_are_named() {
        let (table, notes) = read_file(file()).unwrap();
        assert_eq!(table, "id,at\n\"a,b\",2026-01-05 08:30:20.500Z\nc,\n");
        let notes: Vec<String> = notes.iter().map(Note::to_string).collect();
        let expected = [
            "column `raw` holds bytes and is left out",
            "column `tags` holds lists or groups of values and is left out",
        ];
        assert_eq!(notes, expected);
    }

    #[test]
    fn no_cut_and_no_flipped_bit_gets_out_as_a_panic() {
        let whole = file();
        for end in 0..whole.len() {
            assert!(read_file(whole[..end].to_vec()).is_err(), "cut at {end}");
        }
        for place in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x80;
            // Whether a flipped bit inside a text is seen is chance; that the reading ends is not.
            let _ = read_file(bytes);
        }
    }
}
