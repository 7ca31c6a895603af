//! What is no answer about a file. A file is read and answers: its tables, or why it has none; the same bytes will answer
//! the same again, so that may be kept. Here is the rest: a run that has to end, and a file that the system did not give
//! this time. Neither is ever kept, which the types ensure: only an [`super::Outcome`] can be.

use std::io;

use super::source;
use super::walk::Skipped;

/// The run has to end: it was asked to, or what it needs of the machine gave out.
#[derive(Debug, thiserror::Error)]
pub enum Halt {
    /// Somebody asked for it.
    #[error("stopped: {0}")]
    Stopped(io::Error),
    /// Rows could not be kept where they were to be.
    #[error("rows could not be kept: {0}")]
    Unkept(io::Error),
    /// Memory or open files gave out over a file, which may be as good as any.
    #[error("`{file}` could not be read: {}", source::cause(.cause))]
    Short {
        /// The file, as it is called in the exports.
        file: String,
        /// What the system says.
        cause: io::Error,
    },
}

/// Why a file came to no answer.
#[derive(Debug)]
pub enum NoAnswer {
    /// The run has to end.
    Halt(Halt),
    /// The file could not be read this time. The run goes on without it, and the next one tries again.
    ThisTime(Box<Skipped>),
}

/// What came between a file and its answer, while it is read.
#[derive(Debug)]
pub enum Fault {
    /// The run has to end.
    Halt(Halt),
    /// Reading failed.
    Io(io::Error),
    /// The file was written to meanwhile.
    Changed,
}

impl From<Halt> for Fault {
    fn from(halt: Halt) -> Fault {
        Fault::Halt(halt)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Io(error)
    }
}

/// Codes of Linux and related systems: too many open files, in the system and in this process.
const NO_MORE_FILES: [i32; 2] = [23, 24];

/// Whether an error is about what the machine has left, and not about the file that was being read.
pub fn is_shortage(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, OutOfMemory, QuotaExceeded, StorageFull};
    matches!(error.kind(), OutOfMemory | StorageFull | QuotaExceeded | Interrupted) || is_out_of_files(error)
}

/// Whether no more files can be opened.
pub fn is_out_of_files(error: &io::Error) -> bool {
    cfg!(unix) && error.raw_os_error().is_some_and(|code| NO_MORE_FILES.contains(&code))
}

/// Whether an error is the system's word on the file, which may be another one next time; all others are our own words on
/// what is in it.
pub fn is_passing(error: &io::Error) -> bool {
    error.raw_os_error().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_machine_lacks_is_distinguished_from_what_a_file_is() {
        let of_system = io::Error::from_raw_os_error;
        for (error, shortage, passing) in [
            (io::Error::from(io::ErrorKind::OutOfMemory), true, false),
            (of_system(12), true, true),
            (of_system(24), true, true),
            (of_system(23), true, true),
            (of_system(28), true, true),
            (of_system(4), true, true),
            (of_system(13), false, true),
            (of_system(5), false, true),
            (of_system(2), false, true),
            (io::Error::other("a record is longer than 16 MiB"), false, false),
        ] {
            assert_eq!((is_shortage(&error), is_passing(&error)), (shortage, passing), "{error}");
        }
    }
}
