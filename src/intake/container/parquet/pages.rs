//! The pages of one column in one row group. Their headers are all read and checked before the first is unpacked: what
//! they unpack to goes on the account of the file, and counts that the crate would make room for are held against
//! the rows, as a page may be a bomb, too.

use std::ops::Range;

use bytes::Bytes;
use parquet::basic::{CompressionCodec, Encoding};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::ColumnChunkMetaData;

use super::super::limits::Budget;
use super::super::refusal::Refusal;
use super::thrift::{STRUCT, Thrift};
use super::unpack;

/// The decoded dictionaries of a row group are in memory together; an entry takes this much, however short it is.
const ENTRY_MEMORY: usize = 32;
pub(super) const MOST_DICTIONARIES: usize = 256 << 20;

/// The pages, in their order.
pub(super) struct Pages {
    bytes: Bytes,
    codec: CompressionCodec,
    optional: bool,
    repeated: bool,
    headers: std::vec::IntoIter<Header>,
}

/// What a page says of itself.
#[derive(Debug, Clone)]
struct Header {
    kind: PageKind,
    packed: Range<usize>,
    unpacked: usize,
    values: u32,
    encoding: Encoding,
}

#[derive(Debug, Clone, Copy)]
enum PageKind {
    Dictionary,
    /// Whether the levels are packed in the one way that is still written.
    Data {
        levels_known: bool,
    },
    DataTwo {
        nulls: u32,
        rows: u32,
        levels: u32,
        levels_of_lists: u32,
        packed: bool,
    },
}

impl Pages {
    /// Reads all headers of the column.
    pub(super) fn read(
        bytes: &Bytes,
        chunk: &ColumnChunkMetaData,
        rows: i64,
        budget: &Budget<'_>,
    ) -> Result<Pages, Refusal> {
        let name = chunk.column_descr().name().to_owned();
        let damaged = || Refusal::damaged(format!("column `{name}` of the Parquet file: its pages"));
        if chunk.file_path().is_some() {
            return Err(Refusal::not_read("a Parquet file whose columns lie in other files"));
        }
        check_codec(chunk.compression_codec())?;
        let place = place_of(chunk, bytes.len()).ok_or_else(damaged)?;
        let optional = chunk.column_descr().max_def_level() > 0;
        let repeated = chunk.column_descr().max_rep_level() > 0;
        let mut headers = Vec::new();
        let mut at = place.start;
        let mut values = 0;
        while values < rows && at < place.end {
            let (header, next) = header(bytes, at..place.end).ok_or_else(damaged)?;
            budget.inflate(header.unpacked, "the Parquet file")?;
            check(&header, rows, optional).ok_or_else(damaged)?;
            if !matches!(header.kind, PageKind::Dictionary) {
                values += i64::from(header.values);
            }
            headers.push(header);
            at = next;
        }
        let (bytes, codec, headers) = (bytes.clone(), chunk.compression_codec(), headers.into_iter());
        Ok(Pages { bytes, codec, optional, repeated, headers })
    }

    /// What the dictionary will take when it is decoded.
    pub(super) fn dictionary_memory(&self) -> usize {
        let dictionaries = self.headers.as_slice().iter().filter(|header| matches!(header.kind, PageKind::Dictionary));
        dictionaries.map(|header| header.values as usize * ENTRY_MEMORY).sum()
    }

    fn page(&self, header: &Header) -> Option<Page> {
        let buf = self.unpacked(header)?;
        let (num_values, encoding) = (header.values, header.encoding);
        Some(match header.kind {
            PageKind::Dictionary => Page::DictionaryPage { buf, num_values, encoding, is_sorted: false },
            PageKind::Data { .. } => Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding: Encoding::RLE,
                rep_level_encoding: Encoding::RLE,
                statistics: None,
            },
            PageKind::DataTwo { nulls, rows, levels, levels_of_lists, .. } => Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                num_nulls: nulls,
                num_rows: rows,
                def_levels_byte_len: levels,
                rep_levels_byte_len: levels_of_lists,
                is_compressed: false,
                statistics: None,
            },
        })
    }

    /// The bytes of a page. In pages of the second version the levels before the values are never packed.
    fn unpacked(&self, header: &Header) -> Option<Bytes> {
        let packed = self.bytes.slice(header.packed.clone());
        let plain = match header.kind {
            PageKind::DataTwo { packed: false, .. } => packed.len(),
            PageKind::DataTwo { levels, levels_of_lists, .. } => (levels + levels_of_lists) as usize,
            PageKind::Dictionary | PageKind::Data { .. } => 0,
        };
        if self.codec == CompressionCodec::UNCOMPRESSED || plain == packed.len() {
            return (packed.len() == header.unpacked).then_some(packed);
        }
        let size = header.unpacked.checked_sub(plain)?;
        let mut whole = packed.get(..plain)?.to_vec();
        whole.extend(unpack::unpack(self.codec, packed.get(plain..)?, size)?);
        Some(Bytes::from(whole))
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> ParquetResult<Option<Page>> {
        let Some(header) = self.headers.next() else { return Ok(None) };
        let page = self.page(&header).filter(|page| delta_counts_hold(page, self.optional, self.repeated));
        page.map(Some).ok_or_else(|| ParquetError::General("a page".to_owned()))
    }

    fn peek_next_page(&mut self) -> ParquetResult<Option<PageMetadata>> {
        Ok(self.headers.as_slice().first().map(|header| PageMetadata {
            num_rows: None,
            num_levels: Some(header.values as usize),
            is_dict: matches!(header.kind, PageKind::Dictionary),
        }))
    }

    fn skip_next_page(&mut self) -> ParquetResult<()> {
        self.headers.next();
        Ok(())
    }
}

impl Iterator for Pages {
    type Item = ParquetResult<Page>;

    fn next(&mut self) -> Option<ParquetResult<Page>> {
        self.get_next_page().transpose()
    }
}

fn place_of(chunk: &ColumnChunkMetaData, file: usize) -> Option<Range<usize>> {
    let data = usize::try_from(chunk.data_page_offset()).ok()?;
    // Some writers give 0 where there is no dictionary.
    let dictionary = chunk.dictionary_page_offset().and_then(|offset| usize::try_from(offset).ok());
    let start = dictionary.filter(|offset| *offset > 0).map_or(data, |offset| offset.min(data));
    let end = start.checked_add(usize::try_from(chunk.compressed_size()).ok()?)?;
    (end <= file).then_some(start..end)
}

fn check_codec(codec: CompressionCodec) -> Result<(), Refusal> {
    match unpack::is_known(codec) {
        true => Ok(()),
        false => Err(Refusal::not_read(format!("a Parquet file packed by {codec}"))),
    }
}

/// Counts that would be made room for, against what can be there: `rows` values at most.
fn check(header: &Header, rows: i64, optional: bool) -> Option<()> {
    let holds = match header.kind {
        PageKind::Dictionary => header.values as usize <= header.unpacked,
        // Where no value may be missing, old writers name a packing for levels that are not there.
        PageKind::Data { levels_known } => (levels_known || !optional) && i64::from(header.values) <= rows,
        PageKind::DataTwo { levels, levels_of_lists, .. } => {
            let levels = levels.checked_add(levels_of_lists)? as usize;
            i64::from(header.values) <= rows && levels <= header.unpacked && levels <= header.packed.len()
        }
    };
    holds.then_some(())
}

/// The header at the start of `range`, and where the next one is.
fn header(bytes: &[u8], range: Range<usize>) -> Option<(Header, usize)> {
    let mut at = Thrift::new(bytes.get(range.clone())?);
    let mut fields = at.fields();
    let (mut kind, mut unpacked, mut packed, mut inner) = (None, None, None, None);
    while let Some((field, found)) = fields.next(&mut at)? {
        match field {
            1 => kind = at.int(found)?,
            2 => unpacked = at.int(found)?,
            3 => packed = at.int(found)?,
            5 | 7 | 8 if found == STRUCT => inner = Some(numbers(&mut at)?),
            _ => at.skip(found)?,
        }
    }
    let start = range.end - at.rest().len();
    let end = start.checked_add(usize::try_from(packed?).ok()?).filter(|end| *end <= range.end)?;
    let (kind, values, encoding) = kind_of(kind?, &inner?)?;
    let unpacked = usize::try_from(unpacked?).ok()?;
    Some((Header { kind, packed: start..end, unpacked, values, encoding }, end))
}

/// The whole numbers among the first eight fields of a structure.
fn numbers(at: &mut Thrift<'_>) -> Option<[Option<i64>; 8]> {
    let mut found = [None; 8];
    let mut fields = at.fields();
    while let Some((field, kind)) = fields.next(at)? {
        let number = at.int(kind)?;
        if let Some(place) = usize::try_from(field).ok().and_then(|field| found.get_mut(field)) {
            *place = number;
        }
    }
    Some(found)
}

/// The numbers mean something else in each kind of page (parquet.thrift, `PageHeader`).
fn kind_of(kind: i64, inner: &[Option<i64>; 8]) -> Option<(PageKind, u32, Encoding)> {
    let count = |field: usize| inner[field].and_then(|number| u32::try_from(number).ok());
    let encoding = |field: usize| inner[field].and_then(encoding_of);
    match kind {
        0 => {
            let levels_known = encoding(3) == Some(Encoding::RLE);
            Some((PageKind::Data { levels_known }, count(1)?, encoding(2)?))
        }
        2 => Some((PageKind::Dictionary, count(1)?, encoding(2)?)),
        3 => {
            let (nulls, rows, levels, levels_of_lists) = (count(2)?, count(3)?, count(5)?, count(6)?);
            let packed = inner[7] != Some(0);
            Some((PageKind::DataTwo { nulls, rows, levels, levels_of_lists, packed }, count(1)?, encoding(4)?))
        }
        _ => None,
    }
}

/// The encodings whose decoders make room only for what is checked here.
fn encoding_of(number: i64) -> Option<Encoding> {
    Some(match number {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        3 => Encoding::RLE,
        5 => Encoding::DELTA_BINARY_PACKED,
        6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
        7 => Encoding::DELTA_BYTE_ARRAY,
        8 => Encoding::RLE_DICTIONARY,
        9 => Encoding::BYTE_STREAM_SPLIT,
        _ => return None,
    })
}

/// Texts packed as differences begin with runs of lengths, and the decoder makes room for as many as a run claims.
fn delta_counts_hold(page: &Page, optional: bool, repeated: bool) -> bool {
    let runs = match page.encoding() {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
        Encoding::DELTA_BYTE_ARRAY => 2,
        _ => return true,
    };
    let start = match page {
        Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
            (def_levels_byte_len + rep_levels_byte_len) as usize
        }
        // Levels come before the values, and their length before them.
        _ => (0..usize::from(optional) + usize::from(repeated)).fold(0, |start, _| {
            let length = page.buffer().get(start..).and_then(|rest| rest.first_chunk::<4>());
            start + 4 + length.map_or(0, |four| u32::from_le_bytes(*four) as usize)
        }),
    };
    page.buffer().get(start..).is_some_and(|values| runs_hold(values, runs, u64::from(page.num_values())))
}

fn runs_hold(values: &[u8], runs: usize, most: u64) -> bool {
    let mut rest = values;
    (0..runs).all(|_| match after_run(rest, most) {
        Some(after) => {
            rest = after;
            true
        }
        None => false,
    })
}

/// What follows a run of numbers packed as differences, if it claims no more than `most` of them.
fn after_run(bytes: &[u8], most: u64) -> Option<&[u8]> {
    let mut at = Thrift::new(bytes);
    let (block, parts, count) = (at.varint()?, at.varint()?, at.varint()?);
    at.varint()?;
    if count > most || parts == 0 || block == 0 || block % parts != 0 {
        return None;
    }
    let in_part = block / parts;
    let mut left = count.saturating_sub(1);
    let mut rest = at.rest();
    while left > 0 {
        let mut head = Thrift::new(rest);
        head.varint()?;
        let parts = usize::try_from(parts).ok()?;
        let (widths, mut after) = head.rest().split_at_checked(parts)?;
        for width in widths {
            // Parts behind the last number are not there, whatever their width says.
            if left == 0 {
                break;
            }
            left = left.saturating_sub(in_part);
            let length = usize::try_from(in_part.checked_mul(u64::from(*width))? / 8).ok()?;
            after = after.get(length..)?;
        }
        rest = after;
    }
    Some(rest)
}
