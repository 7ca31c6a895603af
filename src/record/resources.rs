//! What a run may use, and what rows need of it: takes a limit in bytes, gives how many rows may be held in memory and in
//! how many parts the rest is joined. What the machine has is for the caller to find out.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::buffer::TableBuffer;
use super::disk::Notify;
use super::table_cache::TableCache;
use crate::intake::Export;
use crate::intake::failure::Halt;
use crate::project::Table;

/// How much memory and disk there is, and whether to go on.
#[derive(Clone, Copy)]
pub struct Resources<'a> {
    /// Most memory to be used, in bytes.
    pub memory: u64,
    /// Where a temporary folder may be made.
    pub scratch: &'a Path,
    /// So many parts, or a multiple of it where these would not fit into the memory.
    pub parts: Option<usize>,
    /// Where tables are kept from one run to the next, if they are.
    pub cache: Option<&'a TableCache<'a>>,
    /// An error once the work is to stop.
    pub go_on: &'a (dyn Fn() -> io::Result<()> + Sync),
    /// Called with what is worth knowing.
    pub notify: Notify<'a>,
}

/// What rows take in memory while they are joined, by what they take as they are stored: two and a half times as much, as measured
/// on a million leads; with room for what was read and not stored yet.
pub(super) const fn joined(bytes: u64) -> u64 {
    bytes.saturating_mul(5) / 2
}

/// Each part has a file a table open while rows are partitioned; systems allow a thousand.
const MOST_PARTS: u64 = 128;
/// What one part may take while it is joined, as a share of the memory.
const PART_SHARE: u64 = 2;
/// What rows on their way to their parts may take, as a share of the memory, and within which bounds in bytes: far fewer
/// would be written in crumbs, and more would speed nothing up.
const HELD_SHARE: u64 = 8;
const LEAST_HELD: usize = 4 << 20;
const MOST_HELD: usize = 192 << 20;

impl Resources<'_> {
    /// Whether to go on.
    ///
    /// # Errors
    /// Where the work is to stop.
    pub fn go_on(&self) -> Result<(), Halt> {
        (self.go_on)().map_err(Halt::Stopped)
    }

    /// What rows may take in memory, so that they can be joined there.
    pub(super) fn row_limit(&self) -> u64 {
        self.memory / 5 * 2
    }

    /// What rows may take on their way to the files of their parts: beside the ties of their keys.
    pub(super) fn most_held(&self) -> usize {
        usize::try_from(self.memory / HELD_SHARE).unwrap_or(MOST_HELD).clamp(LEAST_HELD, MOST_HELD)
    }

    /// How many parts rows of so many bytes are partitioned into; `must_part`: they did not fit into the memory.
    pub(super) fn parts_for(&self, bytes: u64, must_part: bool) -> usize {
        let needed = joined(bytes).saturating_mul(PART_SHARE).div_ceil(self.memory.max(1));
        let needed = usize::try_from(needed.clamp(2, MOST_PARTS)).unwrap_or(2);
        match self.parts {
            None => needed,
            Some(parts) if must_part => needed.next_multiple_of(parts.max(1)),
            Some(parts) => parts,
        }
    }
}

/// What all rows take as they are stored.
pub(super) fn all_bytes(exports: &[Export<TableBuffer>]) -> u64 {
    exports.iter().map(|export| export.buffer.all_bytes()).sum()
}

/// What appending the files of one table to each other takes besides, about: half of their rows, since memory that was
/// left in pieces serves again only in part.
pub(super) fn copied_bytes(exports: &[Export<TableBuffer>]) -> u64 {
    let mut by_table: BTreeMap<Table, (u64, u64)> = BTreeMap::new();
    for export in exports {
        let (files, bytes) = by_table.entry(export.plan.table).or_default();
        *files += 1;
        *bytes += export.buffer.all_bytes();
    }
    by_table.into_values().filter(|(files, _)| *files > 1).map(|(_, bytes)| bytes / 2).sum()
}
