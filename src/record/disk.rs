//! The temporary folder for rows that do not fit into memory: made when it is needed, and only where there is room for what
//! will be written there. Remembers what failed, since a table that could not be written must end the run. What is written
//! there is left to [`super::buffer`] and [`super::parts`].

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::resources::{Resources, joined};
use crate::intake::failure::Halt;
use crate::store::spill::check_room;
use crate::store::{Size, Spill, StoreError};

/// Something worth knowing of how memory and disk are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Rows are written to the disk, because of the memory.
    Spilled {
        /// What they take, about, in bytes.
        bytes: u64,
        /// Where the temporary folder is.
        folder: PathBuf,
        /// Most memory to be used, in bytes.
        memory: u64,
    },
    /// Some part of the rows takes more memory than may be used.
    Large {
        /// What it takes while it is joined, about, in bytes.
        bytes: u64,
        /// Most memory to be used, in bytes.
        memory: u64,
        /// Whether it is for records that cannot be parted; else there are too many rows for as many parts as there may be.
        is_group: bool,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::Spilled { bytes, folder, memory } => write!(
                to,
                "some {} of rows go through `{}`: joined at once, they would take more than the {} of memory that may be \
                 used",
                Size(*bytes),
                folder.display(),
                Size(*memory)
            ),
            Notice::Large { bytes, memory, is_group } => {
                let why = match is_group {
                    true => {
                        "records that belong together, as all of one account or of an address that many share, count as one"
                    }
                    false => "the rows are too many for the number of parts that there may be",
                };
                write!(
                    to,
                    "some {} of memory will be used, more than the {} that may be: {why}",
                    Size(*bytes),
                    Size(*memory)
                )
            }
        }
    }
}

/// Called with what is worth knowing, from any thread.
pub type Notify<'a> = &'a (dyn Fn(Notice) + Sync);

impl Resources<'_> {
    /// Notifies where the largest of so many parts takes more than the memory. Sizes are those of rows as they are stored.
    pub(super) fn notify_of_parts(&self, largest: u64, all: u64, parts: u64) {
        let bytes = joined(largest);
        if bytes > self.memory {
            (self.notify)(Notice::Large { bytes, memory: self.memory, is_group: largest > all / parts.max(1) * 2 });
        }
    }
}

/// See the module.
pub struct Disk<'a> {
    resources: Resources<'a>,
    /// Size of all exports in bytes, and how much of it was read.
    exports: u64,
    read: AtomicU64,
    spill: Mutex<Option<Arc<Spill>>>,
    files: AtomicU64,
    /// Whether it was announced that rows go to the disk.
    is_announced: AtomicBool,
    failed: Mutex<Option<StoreError>>,
}

impl<'a> Disk<'a> {
    /// A folder to be made, for rows of exports of so many bytes.
    pub fn new(resources: Resources<'a>, exports: u64) -> Disk<'a> {
        let (read, files) = (AtomicU64::new(0), AtomicU64::new(0));
        Disk {
            resources,
            exports,
            read,
            spill: Mutex::new(None),
            files,
            is_announced: AtomicBool::new(false),
            failed: Mutex::new(None),
        }
    }

    /// Counts further bytes of the exports as read.
    pub fn advance(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The folder, with room for more rows, of so many bytes in memory.
    ///
    /// # Errors
    /// Where it cannot be made, or has no such room.
    pub fn spill_for(&self, bytes: u64) -> Result<Arc<Spill>, StoreError> {
        self.spill(packed(bytes))
    }

    fn spill(&self, needed: u64) -> Result<Arc<Spill>, StoreError> {
        let mut spill = self.spill.lock().unwrap_or_else(PoisonError::into_inner);
        check_room(self.resources.scratch, needed)?;
        match &*spill {
            Some(spill) => Ok(Arc::clone(spill)),
            None => Ok(Arc::clone(spill.insert(Arc::new(Spill::create(self.resources.scratch)?)))),
        }
    }

    /// A place for rows that are read; all rows so far take so many bytes. Where it is the first one, what all rows will take
    /// must fit.
    ///
    /// # Errors
    /// Where the folder cannot be made, or has no such room.
    pub fn next_file(&self, held: u64) -> Result<PathBuf, StoreError> {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        if number > 0 {
            return Ok(self.spill(0)?.file(&file_name(number)));
        }
        let bytes = self.expected(held);
        let spill = self.spill(bytes)?;
        self.notify(bytes);
        Ok(spill.file(&file_name(number)))
    }

    /// Announces that rows of so many bytes in memory go to the disk, unless that was done before.
    pub fn notify_of_rows(&self, bytes: u64) {
        self.notify(packed(bytes));
    }

    fn notify(&self, bytes: u64) {
        let Resources { scratch, memory, notify, .. } = self.resources;
        if self.is_announced.swap(true, Ordering::Relaxed) {
            return;
        }
        notify(Notice::Spilled { bytes, folder: scratch.to_owned(), memory });
    }

    /// What all rows will take on the disk, by what those that are read take in memory.
    fn expected(&self, held: u64) -> u64 {
        packed(self.all_rows(held))
    }

    /// What all rows will take in memory, by what those that are read take.
    fn all_rows(&self, held: u64) -> u64 {
        let read = self.read.load(Ordering::Relaxed);
        let left = self.exports.saturating_sub(read);
        // Rows of text take less than its bytes; what came out of an archive says nothing of other files.
        let share = u128::from(left) * u128::from(held) / u128::from(read.max(1));
        held + u64::try_from(share).map_or(left, |share| share.min(left))
    }

    /// Whether all rows will take far more than so many bytes: more than half as much again, or rows are on the disk already.
    /// What is to be partitioned had better not fill the memory first, since the ties of its keys need some too.
    pub fn is_far_above(&self, limit: u64, held: u64) -> bool {
        let is_representative = self.read.load(Ordering::Relaxed) > REPRESENTATIVE_BYTES;
        self.files.load(Ordering::Relaxed) > 0 || is_representative && self.all_rows(held) > limit / 2 * 3
    }

    /// Keeps the first failure, and gives what the reader of a file needs to stop.
    pub fn fail(&self, error: StoreError) -> Halt {
        let stop = Halt::Unkept(std::io::Error::other(error.to_string()));
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        stop
    }

    /// Whether something failed.
    pub fn has_failed(&self) -> bool {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// The first failure, if there was one.
    ///
    /// # Errors
    /// That failure.
    pub fn check(&self) -> Result<(), StoreError> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }
}

/// So much of the exports has to be read before it is representative of the rest, in bytes.
const REPRESENTATIVE_BYTES: u64 = 16 << 20;

/// What rows of so many bytes in memory take on the disk, about: half of it, as measured on exports of three tools.
fn packed(bytes: u64) -> u64 {
    bytes / 2
}

fn file_name(number: u64) -> String {
    format!("rows-{number}.parquet")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn resources<'a>(scratch: &'a Path, notify: Notify<'a>) -> Resources<'a> {
        Resources { memory: 4 << 30, scratch, parts: None, cache: None, go_on: &|| Ok(()), notify }
    }

    #[test]
    fn what_all_rows_will_take_is_announced_once_by_those_that_are_read() {
        let parent = tempfile::tempdir().unwrap();
        let notices = Mutex::new(Vec::new());
        let notify = |notice: Notice| notices.lock().unwrap().push(notice.to_string());
        let disk = Disk::new(resources(parent.path(), &notify), 8 << 20);
        disk.advance(2 << 20);
        let first = disk.next_file(1 << 20).unwrap();
        assert_ne!(disk.next_file(1 << 20).unwrap(), first);
        let expected = format!(
            "some 2 MiB of rows go through `{}`: joined at once, they would take more than the 4.0 GiB of memory that may be used",
            parent.path().display()
        );
        assert_eq!(*notices.lock().unwrap(), [expected]);
    }

    #[test]
    fn a_part_that_takes_more_than_the_memory_is_announced_with_its_reason() {
        let notices = Mutex::new(Vec::new());
        let notify = |notice: Notice| notices.lock().unwrap().push(notice.to_string());
        let (resources, gib) = (resources(Path::new("temp"), &notify), 1 << 30);
        resources.notify_of_parts(gib, 12 * gib, 9);
        assert!(notices.lock().unwrap().is_empty());
        resources.notify_of_parts(4 * gib, 12 * gib, 9);
        resources.notify_of_parts(2 * gib, 180 * gib, 128);
        let begins = [
            "some 10.0 GiB of memory will be used, more than the 4.0 GiB that may be: records that belong",
            "some 5.0 GiB of memory will be used, more than the 4.0 GiB that may be: the rows are too many",
        ];
        let notices = notices.lock().unwrap();
        assert!(
            notices.len() == 2 && notices.iter().zip(begins).all(|(notice, begin)| notice.starts_with(begin)),
            "{notices:?}"
        );
    }

    #[test]
    fn rows_of_an_archive_do_not_show_the_size_of_other_rows() {
        let parent = tempfile::tempdir().unwrap();
        let disk = Disk::new(resources(parent.path(), &|_| {}), 1_100);
        assert_eq!(disk.expected(10), 555, "what was read may not be counted yet");
        disk.advance(100);
        assert_eq!(disk.expected(5_000), 3_000);
        disk.advance(2_000);
        assert_eq!(disk.expected(5_000), 2_500, "a file may be read twice");
    }

    #[test]
    fn where_rows_will_not_fit_nothing_is_written() {
        let parent = tempfile::tempdir().unwrap();
        let disk = Disk::new(resources(parent.path(), &|_| panic!("nothing goes there")), 1 << 60);
        disk.advance(1 << 30);
        let error = disk.next_file(1 << 30).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, StoreError::NoRoom { .. }), "{text}");
        let begin = format!("some 536870912.0 GiB of rows are to be laid in `{}`, and ", parent.path().display());
        assert!(text.starts_with(&begin) && text.ends_with(" free there"), "{text}");
        assert_eq!(parent.path().read_dir().unwrap().count(), 0);
        let _ = disk.fail(error);
        assert!(disk.has_failed() && disk.check().is_err());
    }
}
