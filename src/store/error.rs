//! What can go wrong with stored files and folders; each names the path.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A failure to keep something, or to get it back.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full, the folder is missing or not ours to write to.
    #[error("`{}` cannot be written: {}", .path.display(), .source)]
    CannotWrite {
        /// File or folder.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// Missing, or not ours to read.
    #[error("`{}` cannot be read: {}", .path.display(), .source)]
    CannotRead {
        /// File or folder.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// Not what was written.
    #[error("`{}` is damaged: {what}", .path.display())]
    Damaged {
        /// File.
        path: PathBuf,
        /// What shows it.
        what: &'static str,
    },
    /// The file system of a folder is too full for what is to be written there.
    #[error("some {} of rows are to be laid in `{}`, and {} are free there", Size(*.needed), .folder.display(), Size(*.free))]
    NoRoom {
        /// Folder.
        folder: PathBuf,
        /// What is needed about, in bytes.
        needed: u64,
        /// What is free, in bytes.
        free: u64,
    },
    /// Columns other than those of the schema, or a name that is taken.
    #[error("`{}` cannot be written: {what}", .path.display())]
    Refused {
        /// File.
        path: PathBuf,
        /// Why not.
        what: &'static str,
    },
    /// A folder that we did not make.
    #[error("`{}` is not a cache of Casefile: it has no `{tag}` of ours", .path.display())]
    NotOurs {
        /// Folder.
        path: PathBuf,
        /// The file that would show it.
        tag: &'static str,
    },
}

impl StoreError {
    /// Whether what was stored must be made again.
    pub fn is_damage(&self) -> bool {
        matches!(self, StoreError::Damaged { .. })
    }
}

/// Bytes for people, in the units of `--memory`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        const GIB: u64 = 1 << 30;
        match self.0 {
            bytes if bytes >= GIB => write!(to, "{:.1} GiB", bytes as f64 / GIB as f64),
            bytes => write!(to, "{} MiB", bytes.div_ceil(1 << 20)),
        }
    }
}
