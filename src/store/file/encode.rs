//! One column of a batch as the bytes of a Parquet column chunk. Where the bytes go is left to the writer.

use bytes::Bytes;
use parquet::basic::{CompressionCodec, Encoding};
use parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use parquet::column::writer::{ColumnCloseResult, ColumnWriterImpl};
use parquet::data_type::{DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::layout::{lengths, properties};
use crate::store::batch::{NO_CODE, NO_NUMBER, NO_PRINT, NO_WORD, Values};
use crate::store::schema::ValueKind;
use crate::store::texts::Texts;

/// Rows handed over at a time.
const STEP: usize = 8_192;

/// A column chunk and what the footer says of it.
pub(super) struct Chunk {
    pub(super) bytes: Bytes,
    pub(super) close: ColumnCloseResult,
}

/// The chunk for a column.
pub(super) fn encode(values: &Values, column: &ColumnDescPtr) -> Result<Chunk> {
    let mut sink = TrackedWrite::new(Vec::new());
    let close = match values {
        Values::Numbers(values) => {
            let writer = writer::<Int64Type>(column, ValueKind::Numbers, SerializedPageWriter::new(&mut sink));
            write(writer, values.iter().copied(), |value| (value != NO_NUMBER).then_some(value))?
        }
        Values::Decimals(values) => {
            let writer = writer::<DoubleType>(column, ValueKind::Decimals, SerializedPageWriter::new(&mut sink));
            write(writer, values.iter().copied(), |value| (!value.is_nan()).then_some(value))?
        }
        Values::Words(values) => {
            let writer = writer::<Int32Type>(column, ValueKind::Words, SerializedPageWriter::new(&mut sink));
            write(writer, values.iter().copied(), |value| (value != NO_WORD).then_some(i32::from(value)))?
        }
        Values::Codes(values) => {
            let writer = writer::<Int32Type>(column, ValueKind::Codes, SerializedPageWriter::new(&mut sink));
            write(writer, values.iter().copied(), |value| (value != NO_CODE).then_some(value.cast_signed()))?
        }
        Values::Prints(values) => {
            let writer = writer::<Int64Type>(column, ValueKind::Prints, SerializedPageWriter::new(&mut sink));
            write(writer, values.iter().copied(), |value| (value != NO_PRINT).then_some(value.cast_signed()))?
        }
        Values::Texts(texts) => encode_texts(texts, column, &mut sink)?,
    };
    Ok(Chunk { bytes: Bytes::from(sink.into_inner()?), close })
}

fn writer<'a, T: DataType>(
    column: &ColumnDescPtr,
    kind: ValueKind,
    pages: impl PageWriter + 'a,
) -> ColumnWriterImpl<'a, T> {
    ColumnWriterImpl::new(column.clone(), properties(kind), Box::new(pages))
}

/// Writes all rows; `present` gives the value to be stored.
fn write<T: DataType, V: Copy>(
    mut writer: ColumnWriterImpl<'_, T>,
    mut rows: impl ExactSizeIterator<Item = V>,
    present: impl Fn(V) -> Option<T::T>,
) -> Result<ColumnCloseResult> {
    let step = rows.len().min(STEP);
    let (mut values, mut levels) = (Vec::with_capacity(step), Vec::with_capacity(step));
    while rows.len() > 0 {
        values.clear();
        levels.clear();
        for row in rows.by_ref().take(STEP) {
            let value = present(row);
            levels.push(i16::from(value.is_some()));
            values.extend(value);
        }
        writer.write_batch(&values, Some(&levels), None)?;
    }
    writer.close()
}

/// Parquet's own writer makes an object of each text. So it gets only their lengths, as a column of numbers, and
/// [`TextPages`] adds the texts to its pages: that is just what the encoding `DELTA_LENGTH_BYTE_ARRAY` is.
fn encode_texts(texts: &Texts, column: &ColumnDescPtr, sink: &mut TrackedWrite<Vec<u8>>) -> Result<ColumnCloseResult> {
    let pages = TextPages { pages: SerializedPageWriter::new(sink), texts, row: 0 };
    let writer = writer::<Int32Type>(&lengths()?, ValueKind::Texts, pages);
    let rows = (0..texts.len()).map(|row| texts.text(row).len());
    let mut close = write(writer, rows, |length| if length == 0 { None } else { i32::try_from(length).ok() })?;
    let written = close.metadata;
    close.metadata = ColumnChunkMetaData::builder(column.clone())
        .set_compression_codec(CompressionCodec::UNCOMPRESSED)
        .set_encodings(vec![Encoding::RLE, Encoding::DELTA_LENGTH_BYTE_ARRAY])
        .set_total_compressed_size(written.compressed_size())
        .set_total_uncompressed_size(written.uncompressed_size())
        .set_num_values(written.num_values())
        .set_data_page_offset(written.data_page_offset())
        .build()?;
    Ok(close)
}

/// Makes pages of texts from pages of their lengths.
struct TextPages<'a> {
    pages: SerializedPageWriter<'a, Vec<u8>>,
    texts: &'a Texts,
    row: usize,
}

impl PageWriter for TextPages<'_> {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec> {
        let Page::DataPage { buf, num_values, def_level_encoding, rep_level_encoding, .. } = page.compressed_page()
        else {
            return Err(ParquetError::General("lengths in another kind of page".to_owned()));
        };
        let rows = self.row..self.row + *num_values as usize;
        self.row = rows.end;
        let texts = rows.clone().map(|row| self.texts.text(row).len()).sum::<usize>();
        let mut bytes = Vec::with_capacity(buf.len() + texts);
        bytes.extend_from_slice(buf);
        rows.for_each(|row| bytes.extend_from_slice(self.texts.text(row).as_bytes()));
        let size = bytes.len();
        let page = Page::DataPage {
            buf: Bytes::from(bytes),
            num_values: *num_values,
            encoding: Encoding::DELTA_LENGTH_BYTE_ARRAY,
            def_level_encoding: *def_level_encoding,
            rep_level_encoding: *rep_level_encoding,
            statistics: None,
        };
        self.pages.write_page(CompressedPage::new(page, size))
    }

    fn close(&mut self) -> Result<()> {
        self.pages.close()
    }
}
