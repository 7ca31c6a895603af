//! Reads one delimited file in a single pass. Takes a file and its [`Plan`], gives text columns with the number of
//! each row, and an exact account of what was read and set aside. Meaning is left to [`crate::record`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use polars::prelude::*;

use super::recognise::{Plan, without_mark};

/// The column that holds the number of a row: 1 is the first record under the header.
pub const ROW: &str = "row";
/// How much of a file is looked at to recognise it.
pub const HEAD_BYTES: usize = 64 * 1024;
/// A cell longer than this is cut; a spreadsheet's own limit is 32,767 characters.
const CELL_LIMIT: usize = 1 << 20;
const BUFFER_BYTES: usize = 1 << 18;

/// Why a row that was read is not used. `read = used + set aside`, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetAside {
    /// A line of totals among the data.
    Totals,
    /// Marked as deleted in the CRM.
    Deleted,
    /// The header once more.
    RepeatedHeader,
    /// No record id, where the table needs one.
    NoId,
    /// The same record again; the latest version is used.
    OlderVersion,
    /// A planned or unfinished activity.
    NotDone,
    /// No readable date, where the table needs one.
    NoDate,
    /// Belongs to no lead and no deal that the exports hold.
    NoPartner,
    /// Nothing in any column that is used.
    Blank,
    /// Dated after the as-of day that the project file sets.
    AfterAsOf,
}

impl SetAside {
    /// The reason in words.
    pub const fn words(self) -> &'static str {
        match self {
            SetAside::Totals => "a line of totals",
            SetAside::Deleted => "marked as deleted",
            SetAside::RepeatedHeader => "the header repeated",
            SetAside::NoId => "no record id",
            SetAside::OlderVersion => "an older version of the same record",
            SetAside::NotDone => "planned, not done",
            SetAside::NoDate => "no readable date",
            SetAside::NoPartner => "belongs to no lead or deal in the exports",
            SetAside::Blank => "nothing in the columns used",
            SetAside::AfterAsOf => "dated after the as-of day",
        }
    }
}

/// What was read of a file.
#[derive(Debug, Clone)]
pub struct Rows {
    /// One text column a field, and [`ROW`].
    pub frame: DataFrame,
    /// Records under the header.
    pub read: u64,
    /// Rows not in `frame`, by reason.
    pub set_aside: BTreeMap<SetAside, u64>,
    /// Rows with fewer cells than the header: the missing ones count as blank.
    pub short: u64,
    /// Rows with more cells than the header: the surplus is not used.
    pub long: u64,
    /// Cells with bytes that are no UTF-8, shown with U+FFFD.
    pub broken: u64,
    /// BLAKE3 of the whole file, hexadecimal.
    pub hash: String,
    /// Size of the file in bytes as read.
    pub bytes: u64,
}

/// The first bytes of a file, up to a line end where there is one.
pub fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(HEAD_BYTES);
    File::open(path)?.take(HEAD_BYTES as u64).read_to_end(&mut bytes)?;
    if bytes.len() == HEAD_BYTES
        && let Some(end) = memchr::memrchr(b'\n', &bytes)
    {
        bytes.truncate(end + 1);
    }
    Ok(bytes)
}

/// BLAKE3 of a file, hexadecimal.
pub fn hash_of(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().to_hex().to_string()),
            read => hasher.update(&buffer[..read]),
        };
    }
}

/// Reads the whole file; `advance` is told how many bytes each step took.
///
/// # Errors
/// Where the disk fails. A malformed row is no error: it is kept and counted.
pub fn rows(path: &Path, plan: &Plan, advance: &(dyn Fn(u64) + Sync)) -> io::Result<Rows> {
    let mut source = Hashing { inner: File::open(path)?, hasher: blake3::Hasher::new(), bytes: 0, advance };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(plan.separator)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(BUFFER_BYTES)
        .from_reader(BufReader::with_capacity(BUFFER_BYTES, &mut source));
    let mut sheet = Sheet::new(plan);
    let mut record = csv::ByteRecord::new();
    let mut place = 0;
    while reader.read_byte_record(&mut record).map_err(io_error)? {
        if place > plan.title_lines {
            sheet.take(&record);
        }
        place += 1;
    }
    drop(reader);
    let (hash, bytes) = (source.hasher.finalize().to_hex().to_string(), source.bytes);
    sheet.finish(hash, bytes).map_err(io::Error::other)
}

fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Passes bytes through and takes their hash on the way, so that a file is read once.
struct Hashing<'a> {
    inner: File,
    hasher: blake3::Hasher,
    bytes: u64,
    advance: &'a (dyn Fn(u64) + Sync),
}

impl Read for Hashing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        self.bytes += read as u64;
        (self.advance)(read as u64);
        Ok(read)
    }
}

/// The columns under construction.
struct Sheet<'a> {
    plan: &'a Plan,
    width: usize,
    columns: Vec<(usize, StringChunkedBuilder)>,
    numbers: Vec<u32>,
    read: u64,
    set_aside: BTreeMap<SetAside, u64>,
    short: u64,
    long: u64,
    broken: u64,
}

impl<'a> Sheet<'a> {
    fn new(plan: &'a Plan) -> Sheet<'a> {
        let builder =
            |(name, column): (&String, &usize)| (*column, StringChunkedBuilder::new(PlSmallStr::from_str(name), 1024));
        Sheet {
            plan,
            width: plan.headers.len(),
            columns: plan.columns.iter().map(builder).collect(),
            numbers: Vec::new(),
            read: 0,
            set_aside: BTreeMap::new(),
            short: 0,
            long: 0,
            broken: 0,
        }
    }

    fn take(&mut self, record: &csv::ByteRecord) {
        self.read += 1;
        if let Some(reason) = self.reason_to_set_aside(record) {
            *self.set_aside.entry(reason).or_default() += 1;
            return;
        }
        match record.len().cmp(&self.width) {
            std::cmp::Ordering::Less => self.short += 1,
            std::cmp::Ordering::Greater if (self.width..record.len()).any(|i| !record[i].is_empty()) => self.long += 1,
            _ => {}
        }
        self.numbers.push(u32::try_from(self.read).unwrap_or(u32::MAX));
        for (column, builder) in &mut self.columns {
            match record.get(*column) {
                None | Some(b"") => builder.append_null(),
                Some(cell) => builder.append_value(text(cell, &mut self.broken)),
            }
        }
    }

    fn reason_to_set_aside(&self, record: &csv::ByteRecord) -> Option<SetAside> {
        let first = record.get(0).unwrap_or_default();
        let cell = first.trim_ascii();
        let is_total = |mark: &String| match mark.strip_suffix(':') {
            Some(_) => cell.get(..mark.len()).is_some_and(|found| found.eq_ignore_ascii_case(mark.as_bytes())),
            None => cell.eq_ignore_ascii_case(mark.as_bytes()),
        };
        if self.plan.totals.iter().any(is_total) {
            return Some(SetAside::Totals);
        }
        if let Some((column, values)) = &self.plan.deleted
            && let Some(mark) = record.get(*column)
            && values.iter().any(|value| mark.trim_ascii().eq_ignore_ascii_case(value.as_bytes()))
        {
            return Some(SetAside::Deleted);
        }
        if record.len() == self.width
            && record.iter().zip(&self.plan.headers).all(|(cell, header)| cell == without_mark(header.as_bytes()))
        {
            return Some(SetAside::RepeatedHeader);
        }
        if self.columns.iter().all(|(column, _)| record.get(*column).unwrap_or_default().trim_ascii().is_empty()) {
            return Some(SetAside::Blank);
        }
        None
    }

    fn finish(self, hash: String, bytes: u64) -> PolarsResult<Rows> {
        let height = self.numbers.len();
        let mut columns: Vec<Column> =
            self.columns.into_iter().map(|(_, builder)| builder.finish().into_series().into()).collect();
        columns.push(Column::new(ROW.into(), self.numbers));
        let frame = DataFrame::new(height, columns)?;
        let Sheet { read, set_aside, short, long, broken, .. } =
            Sheet { columns: Vec::new(), numbers: Vec::new(), ..self };
        Ok(Rows { frame, read, set_aside, short, long, broken, hash, bytes })
    }
}

/// A cell as text. Broken bytes become U+FFFD and are counted; what is longer than the limit is cut.
fn text<'a>(cell: &'a [u8], broken: &mut u64) -> Cow<'a, str> {
    let text = String::from_utf8_lossy(&cell[..cell.len().min(CELL_LIMIT)]);
    *broken += u64::from(matches!(text, Cow::Owned(_)));
    text
}
