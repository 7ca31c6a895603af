//! How much is taken of one file, and the account that is kept while it is opened. Every byte that comes to be, out
//! of an inflater or into a table, passes [`Budget`] before it is kept, so a number found in a file is never believed.

use std::cell::Cell;
use std::fmt;

use super::refusal::Refusal;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// What may come out of a file of any size. Repeated lines pack 1,000:1 by themselves, and a small file of them is no
/// attack, so the ratio counts only above what any machine can hold.
const FREE_OF_RATIO: u64 = 64 * MIB;

/// How much is taken of one file.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of the file itself.
    pub read: u64,
    /// Bytes unpacked from it in all.
    pub inflated: u64,
    /// Times its own size that it may unpack to, or be as text.
    pub ratio: u64,
    /// Characters of a cell in a workbook.
    pub workbook_cell: usize,
    /// Bytes of a cell elsewhere.
    pub cell: usize,
    /// Columns of a table.
    pub columns: usize,
    /// Rows of a file in all.
    pub rows: u64,
    /// Archives inside archives.
    pub archives: usize,
    /// Lists and objects inside lists and objects, elements inside elements.
    pub values: usize,
    /// Members and sheets of a file in all.
    pub members: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            read: 2 * GIB,
            inflated: GIB,
            ratio: 200,
            workbook_cell: 32_767,
            cell: 1 << 20,
            columns: 16_384,
            rows: 50_000_000,
            archives: 3,
            values: 64,
            members: 100_000,
        }
    }
}

/// A limit that was met, with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Bytes of the file.
    Read(u64),
    /// Bytes unpacked.
    Inflated(u64),
    /// Times the size of the file.
    Ratio(u64),
    /// Bytes of text written from a file.
    Written(u64),
    /// Bytes of one value.
    Cell(u64),
    /// Bytes of the texts that cells share.
    SharedTexts(u64),
    /// Columns of a table.
    Columns(u64),
    /// Rows in all.
    Rows(u64),
    /// Archives inside archives.
    Archives(u64),
    /// Values inside values.
    Values(u64),
    /// Members and sheets in all.
    Members(u64),
}

impl fmt::Display for Bound {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Bound::Read(bytes) => write!(to, "{} for a file", Size(bytes)),
            Bound::Inflated(bytes) => write!(to, "{} unpacked", Size(bytes)),
            Bound::Ratio(times) => write!(to, "{times} times the size of the file"),
            Bound::Written(bytes) => write!(to, "{} as text", Size(bytes)),
            Bound::Cell(bytes) => write!(to, "{} for a single value", Size(bytes)),
            Bound::SharedTexts(bytes) => write!(to, "{} of shared texts", Size(bytes)),
            Bound::Columns(count) => write!(to, "{count} columns"),
            Bound::Rows(count) => write!(to, "{count} rows"),
            Bound::Archives(count) => write!(to, "{count} archives inside each other"),
            Bound::Values(count) => write!(to, "{count} values inside each other"),
            Bound::Members(count) => write!(to, "{count} members and sheets"),
        }
    }
}

/// Bytes in the largest unit that leaves a whole number.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes >= GIB && bytes.is_multiple_of(GIB) => write!(to, "{} GiB", bytes / GIB),
            bytes if bytes >= MIB && bytes.is_multiple_of(MIB) => write!(to, "{} MiB", bytes / MIB),
            bytes => write!(to, "{bytes} bytes"),
        }
    }
}

/// What one file has used up so far. Readers and writers of the same file share it, hence the cells.
#[derive(Debug)]
pub(super) struct Budget<'a> {
    pub(super) limits: &'a Limits,
    packed: u64,
    inflated: Cell<u64>,
    written: Cell<u64>,
    rows: Cell<u64>,
    members: Cell<usize>,
}

impl<'a> Budget<'a> {
    /// For a file of `packed` bytes.
    pub(super) const fn new(limits: &'a Limits, packed: u64) -> Budget<'a> {
        let (inflated, written, rows, members) = (Cell::new(0), Cell::new(0), Cell::new(0), Cell::new(0));
        Budget { limits, packed, inflated, written, rows, members }
    }

    /// Counts bytes that an inflater gave.
    pub(super) fn inflate(&self, bytes: usize, what: &str) -> Result<(), Refusal> {
        let total = self.inflated.get().saturating_add(bytes as u64);
        self.inflated.set(total);
        self.check(total, Bound::Inflated(self.limits.inflated), what)
    }

    /// Gives bytes back that were counted and not kept.
    pub(super) fn restore(&self, inflated: u64) {
        self.inflated.set(inflated);
    }

    /// Bytes unpacked so far.
    pub(super) const fn inflated(&self) -> u64 {
        self.inflated.get()
    }

    /// Counts bytes of a table's text: a shared string or a repeated value multiplies as well as an inflater does.
    pub(super) fn write(&self, bytes: usize, what: &str) -> Result<(), Refusal> {
        let total = self.written.get().saturating_add(bytes as u64);
        self.written.set(total);
        self.check(total, Bound::Written(self.limits.inflated), what)
    }

    /// Whether `bytes` more could be written, without counting them.
    pub(super) fn check_written(&self, bytes: usize, what: &str) -> Result<(), Refusal> {
        let total = self.written.get().saturating_add(bytes as u64);
        self.check(total, Bound::Written(self.limits.inflated), what)
    }

    /// Counts one member of an archive or one sheet of a workbook.
    pub(super) fn member(&self, what: &str) -> Result<(), Refusal> {
        self.members.set(self.members.get() + 1);
        match self.members.get() > self.limits.members {
            true => Err(Refusal::too_large(what, Bound::Members(self.limits.members as u64))),
            false => Ok(()),
        }
    }

    /// Counts one row.
    pub(super) fn row(&self, what: &str) -> Result<(), Refusal> {
        self.rows.set(self.rows.get() + 1);
        match self.rows.get() > self.limits.rows {
            true => Err(Refusal::too_large(what, Bound::Rows(self.limits.rows))),
            false => Ok(()),
        }
    }

    fn check(&self, total: u64, absolute: Bound, what: &str) -> Result<(), Refusal> {
        if total > self.limits.inflated {
            return Err(Refusal::too_large(what, absolute));
        }
        if total > FREE_OF_RATIO && total / self.limits.ratio > self.packed {
            return Err(Refusal::too_large(what, Bound::Ratio(self.limits.ratio)));
        }
        Ok(())
    }
}
