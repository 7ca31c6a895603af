//! The bytes of a Parquet column chunk as one column of a batch. Whether they are the bytes that were written has been
//! checked before; what is wrong here is reported as an error all the same.

use std::io::Read;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::{DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::ColumnDescPtr;

use super::layout::lengths;
use crate::store::batch::{NO_CODE, NO_NUMBER, NO_PRINT, NO_WORD, Values};
use crate::store::schema::ValueKind;
use crate::store::texts::Texts;

/// Rows taken at a time.
const STEP: usize = 8_192;

/// The column in a chunk, whose bytes are `bytes`.
pub(super) fn decode(kind: ValueKind, chunk: &ColumnChunkMetaData, bytes: Bytes, rows: usize) -> Result<Values> {
    let part = Part { start: chunk.byte_range().0, bytes };
    let pages = SerializedPageReader::new(Arc::new(part), chunk, rows, None)?;
    let column = chunk.column_descr_ptr();
    let values = match kind {
        ValueKind::Numbers => Values::Numbers(in_place::<Int64Type>(column, pages, rows, NO_NUMBER)?),
        ValueKind::Decimals => Values::Decimals(in_place::<DoubleType>(column, pages, rows, f64::NAN)?),
        ValueKind::Words => {
            let narrow = |value: i32| u8::try_from(value).map_err(|_| wrong("a word beyond the last one"));
            Values::Words(converted(column, pages, rows, NO_WORD, narrow)?)
        }
        ValueKind::Codes => Values::Codes(converted(column, pages, rows, NO_CODE, |code| Ok(code.cast_unsigned()))?),
        ValueKind::Prints => {
            let prints = in_place::<Int64Type>(column, pages, rows, NO_PRINT.cast_signed())?;
            Values::Prints(prints.into_iter().map(i64::cast_unsigned).collect())
        }
        ValueKind::Texts => Values::Texts(decode_texts(pages, rows)?),
    };
    if values.len() == rows { Ok(values) } else { Err(wrong("another number of rows")) }
}

fn wrong(what: &str) -> ParquetError {
    ParquetError::General(what.to_owned())
}

/// Values that need no conversion: read behind one another, and then moved apart where some are absent.
fn in_place<T: DataType>(
    column: ColumnDescPtr,
    pages: impl PageReader + 'static,
    rows: usize,
    absent: T::T,
) -> Result<Vec<T::T>>
where
    T::T: Copy,
{
    let mut reader = ColumnReaderImpl::<T>::new(column, Box::new(pages));
    let mut values = Vec::with_capacity(rows);
    let mut levels = Vec::with_capacity(STEP.min(rows));
    loop {
        levels.clear();
        let start = values.len();
        if reader.read_records(STEP, Some(&mut levels), None, &mut values)?.0 == 0 {
            return Ok(values);
        }
        let mut present = values.len();
        values.resize(start + levels.len(), absent);
        if present == values.len() {
            continue;
        }
        for (row, level) in levels.iter().enumerate().rev() {
            values[start + row] = if *level == 1 {
                present -= 1;
                values[present]
            } else {
                absent
            };
        }
    }
}

fn converted<V: Copy>(
    column: ColumnDescPtr,
    pages: impl PageReader + 'static,
    rows: usize,
    absent: V,
    convert: impl Fn(i32) -> Result<V>,
) -> Result<Vec<V>> {
    let mut reader = ColumnReaderImpl::<Int32Type>::new(column, Box::new(pages));
    let mut all = Vec::with_capacity(rows);
    let mut levels = Vec::with_capacity(STEP.min(rows));
    let mut values = Vec::with_capacity(STEP.min(rows));
    loop {
        levels.clear();
        values.clear();
        if reader.read_records(STEP, Some(&mut levels), None, &mut values)?.0 == 0 {
            return Ok(all);
        }
        let mut values = values.iter();
        for level in &levels {
            let value = if *level == 1 { values.next() } else { None };
            all.push(value.map_or(Ok(absent), |value| convert(*value))?);
        }
    }
}

/// The counterpart of `encode_texts`: the lengths of a page are read as a column of numbers, the texts are what is
/// behind them.
fn decode_texts(mut pages: impl PageReader, rows: usize) -> Result<Texts> {
    let column = lengths()?;
    let mut texts = Texts::with_capacity(rows, 0);
    let (mut levels, mut lengths) = (Vec::new(), Vec::new());
    while let Some(mut page) = pages.get_next_page()? {
        let Page::DataPage { buf, encoding, num_values, .. } = &mut page else {
            return Err(wrong("texts in another kind of page"));
        };
        if *encoding != Encoding::DELTA_LENGTH_BYTE_ARRAY {
            return Err(wrong("texts in another encoding"));
        }
        *encoding = Encoding::DELTA_BINARY_PACKED;
        let (buf, rows) = (buf.clone(), *num_values as usize);
        levels.clear();
        lengths.clear();
        let mut reader = ColumnReaderImpl::<Int32Type>::new(column.clone(), Box::new(OnePage(Some(page))));
        reader.read_records(rows, Some(&mut levels), None, &mut lengths)?;

        let size = lengths.iter().map(|length: &i32| i64::from(*length)).sum::<i64>();
        let start = usize::try_from(size).ok().and_then(|size| buf.len().checked_sub(size));
        let joined = start.and_then(|start| std::str::from_utf8(&buf[start..]).ok());
        let mut rest = joined.ok_or_else(|| wrong("texts shorter than their lengths, or not UTF-8"))?;
        let mut lengths = lengths.iter();
        for level in &levels {
            let length = if *level == 1 { lengths.next().copied().unwrap_or(0) } else { 0 };
            let cut = usize::try_from(length).ok().and_then(|length| rest.split_at_checked(length));
            let (text, behind) = cut.ok_or_else(|| wrong("a text that ends within a character"))?;
            texts.push(text);
            rest = behind;
        }
    }
    Ok(texts)
}

/// A part of a file in memory, addressed as if it were the file.
struct Part {
    start: u64,
    bytes: Bytes,
}

impl Part {
    fn from(&self, at: u64) -> Result<Bytes> {
        let inside = at.checked_sub(self.start).and_then(|inside| usize::try_from(inside).ok());
        let inside = inside.filter(|inside| *inside <= self.bytes.len());
        inside.map(|inside| self.bytes.slice(inside..)).ok_or_else(|| wrong("a page outside its chunk"))
    }
}

impl Length for Part {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Part {
    type T = Box<dyn Read + Send>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(Box::new(self.from(start)?.reader()))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let bytes = self.from(start)?;
        if length > bytes.len() {
            return Err(wrong("a page longer than its chunk"));
        }
        Ok(bytes.slice(..length))
    }
}

/// A chunk of a single page.
struct OnePage(Option<Page>);

impl Iterator for OnePage {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.0.take().map(Ok)
    }
}

impl PageReader for OnePage {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        Ok(self.0.take())
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        let levels = self.0.as_ref().map(|page| page.num_values() as usize);
        Ok(levels.map(|levels| PageMetadata { num_rows: None, num_levels: Some(levels), is_dict: false }))
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.0 = None;
        Ok(())
    }
}
