//! Files into tables: opens a file once, decides by its first bytes what it is, and gives its tables, each with the
//! way it was decoded. Plain files are left on the disk, to be read as they come; all others are held.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::SystemTime;

use super::container::{self, Content, Format, Limits, Part};
use super::decoding::Decoding;
use super::text::encoding;
use super::text::plain::{LOOK_BYTES, Plain};
use super::text::split::Dialect;
use super::text::table::{DialectHint, Table};
use crate::project::InputRule;

/// Smaller files are held whatever they look like: reading them twice costs nothing.
const HELD_BYTES: u64 = 1 << 20;
/// A line longer than this is no line of a table, in bytes.
const LONGEST_LINE: usize = 16 << 20;
/// Columns beyond this are no table; the limit of spreadsheets.
const MOST_COLUMNS: usize = 16_384;

/// The reason why a file that a rule leaves out is not read.
pub const LEFT_OUT: &str = "left out by the project file";

/// The reason why a file without a single row is not read.
pub const EMPTY: &str = "empty";

/// Why something cannot be read: the system's reason without paths of the machine, or our own.
pub fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::Other => error.to_string(),
        // The one shortage that the system has and Rust has no word for.
        _ if super::failure::is_out_of_files(error) => "too many files are open".to_owned(),
        kind => kind.to_string(),
    }
}

/// A table of a file.
#[derive(Debug)]
pub struct Found {
    /// Its name below the file; empty where the file is the table.
    pub name: String,
    /// BLAKE3 of its bytes, before any decoding.
    pub hash: String,
    /// Size of these, in bytes.
    pub bytes: u64,
    /// The table.
    pub table: Table,
    /// How it was read.
    pub decoding: Decoding,
}

/// Why a file, or a part of it, gives no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The part; empty for the whole file.
    pub name: String,
    /// The reason, in a sentence.
    pub reason: String,
    /// Whether that is as it should be.
    pub is_known: bool,
}

impl Refused {
    fn new(name: String, reason: String) -> Refused {
        Refused { name, reason, is_known: false }
    }
}

/// All that a file holds.
#[derive(Debug)]
pub struct Held {
    /// BLAKE3 of its bytes, hexadecimal; `None` where it is not read at all.
    pub hash: Option<String>,
    /// Its tables.
    pub found: Vec<Found>,
    /// What in it gives none.
    pub refused: Vec<Refused>,
}

impl Held {
    /// A file that gives nothing.
    fn refused(hash: Option<String>, reason: String) -> Held {
        Held { hash, found: Vec::new(), refused: vec![Refused::new(String::new(), reason)] }
    }
}

/// A file that is open.
#[derive(Debug)]
pub struct Source {
    file: File,
    /// Its size in bytes when it was opened.
    pub bytes: u64,
    /// When it had last been written then, where the system knows.
    modified: Option<SystemTime>,
    head: Vec<u8>,
}

impl Source {
    /// Opens a regular file. Links are not followed, and nothing is waited for.
    ///
    /// # Errors
    /// Where it cannot be opened or is no regular file.
    pub fn open(path: &Path) -> io::Result<Source> {
        let mut file = open_regular(path)?;
        let data = file.metadata()?;
        let (bytes, modified) = (data.len(), data.modified().ok());
        let mut head = Vec::with_capacity(LOOK_BYTES);
        (&mut file).take(LOOK_BYTES as u64).read_to_end(&mut head)?;
        Ok(Source { file, bytes, modified, head })
    }

    /// What the file is, by its first bytes.
    pub fn format(&self) -> Format {
        container::format_of(&self.head)
    }

    /// Whether the file is as it was when it was opened.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn is_unchanged(&self) -> io::Result<bool> {
        let data = self.file.metadata()?;
        Ok(data.len() == self.bytes && data.modified().ok() == self.modified)
    }

    /// Whether the file looks plain and is large enough for that to matter.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn plain(&mut self, rule: Option<&InputRule>) -> io::Result<Option<Plain>> {
        let is_set_by_rule = rule.is_some_and(|rule| rule.encoding.is_some() || rule.separator.is_some());
        if self.bytes <= HELD_BYTES || is_set_by_rule || !matches!(container::format_of(&self.head), Format::Text) {
            return Ok(None);
        }
        let Some(end) = memchr::memrchr(b'\n', &self.head) else { return Ok(None) };
        self.file.seek(SeekFrom::End(-(LOOK_BYTES as i64)))?;
        let mut tail = Vec::with_capacity(LOOK_BYTES);
        (&mut self.file).take(LOOK_BYTES as u64).read_to_end(&mut tail)?;
        Ok(Plain::of(&self.head[..=end], &tail))
    }

    /// The bytes of the file from its beginning.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn rewind(&mut self) -> io::Result<&mut File> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok(&mut self.file)
    }

    /// Some bytes of the file.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn piece(&mut self, from: u64, bytes: u64) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(from))?;
        let mut piece = Vec::new();
        (&mut self.file).take(bytes).read_to_end(&mut piece)?;
        Ok(piece)
    }

    /// All bytes of the file, or why they are not held.
    fn hold(&mut self, limits: &Limits) -> io::Result<Result<Vec<u8>, String>> {
        if self.bytes > limits.read {
            let reason = format!("it has {} bytes, and only plain files may be over {}", self.bytes, limits.read);
            return Ok(Err(reason));
        }
        let is_text = matches!(container::format_of(&self.head), Format::Text);
        let file = self.rewind()?;
        let mut bytes = Vec::new();
        let mut line = 0;
        loop {
            let from = bytes.len();
            let read = file.take(HELD_BYTES).read_to_end(&mut bytes)?;
            if read == 0 {
                return Ok(Ok(bytes));
            }
            line = match memchr::memrchr2(b'\n', b'\r', &bytes[from..]) {
                Some(end) => read - end,
                None => line + read,
            };
            if is_text && line > LONGEST_LINE {
                let reason = "a line of it is longer than 16 MiB, which is the limit: it is no table";
                return Ok(Err(reason.to_owned()));
            }
            // It grows as it is read: whoever compares its size afterwards says so.
            if bytes.len() as u64 > limits.read {
                return Ok(Ok(bytes));
            }
        }
    }

    /// All tables of the file, and what in it gives none.
    /// `rule_of` gives the rule of the project file for a part.
    ///
    /// # Errors
    /// Where its bytes cannot be had.
    pub fn tables<'p>(&mut self, rule_of: &dyn Fn(&str) -> Option<&'p InputRule>, limits: &Limits) -> io::Result<Held> {
        let bytes = match self.hold(limits)? {
            Ok(bytes) => bytes,
            Err(reason) => return Ok(Held::refused(None, reason)),
        };
        let hash = Some(hash_of(&bytes));
        if bytes.is_empty() {
            return Ok(Held::refused(hash, EMPTY.to_owned()));
        }
        let format = container::format_of(&bytes);
        let opened = match container::open(bytes, limits) {
            Ok(opened) => opened,
            Err(refusal) => {
                let refused =
                    Refused { name: String::new(), reason: refusal.to_string(), is_known: refusal.is_no_table() };
                return Ok(Held { hash, found: Vec::new(), refused: vec![refused] });
            }
        };
        let mut found = Vec::new();
        let refused_by = |note: &container::Note| Refused {
            name: String::new(),
            reason: note.to_string(),
            is_known: note.is_as_it_should(),
        };
        let mut refused: Vec<Refused> = opened.notes.iter().map(refused_by).collect();
        for part in opened.parts {
            let name = part.name.clone();
            let rule = rule_of(&name);
            if rule.is_some_and(|rule| rule.ignore) {
                refused.push(Refused { name, reason: LEFT_OUT.to_owned(), is_known: true });
                continue;
            }
            match table_of(part, format, rule) {
                Ok(table) => found.push(table),
                Err(reason) => refused.push(Refused::new(name, reason)),
            }
        }
        Ok(Held { hash, found, refused })
    }
}

fn table_of(part: Part, format: Format, rule: Option<&InputRule>) -> Result<Found, String> {
    let (text, hint, hash, bytes, encoding) = match part.content {
        Content::Bytes(content) => {
            let (hash, bytes) = (hash_of(&content), content.len() as u64);
            let wanted = rule.and_then(|rule| rule.encoding.as_deref());
            let (text, encoding) = encoding::decode(content, wanted).map_err(|error| error.to_string())?;
            let hint = DialectHint { dialect: None, mark: rule.and_then(|rule| rule.separator) };
            (text, hint, hash, bytes, Some(encoding))
        }
        Content::Csv(text) => {
            let hint = DialectHint { dialect: Some(Dialect::STANDARD), mark: None };
            (text.clone(), hint, hash_of(text.as_bytes()), text.len() as u64, None)
        }
    };
    let table = Table::find(text, hint).ok_or_else(|| EMPTY.to_owned())?;
    if table.width() > MOST_COLUMNS {
        return Err(format!("it has {} columns; the limit is 16,384", table.width()));
    }
    let mut decoding = Decoding::of(&table);
    let encoding_is_ours = encoding.is_none();
    if encoding_is_ours {
        decoding.dialect = None;
    }
    decoding.encoding = encoding;
    decoding.containers.extend(around(format, encoding_is_ours).map(str::to_owned));
    decoding.notes.extend(part.notes.iter().map(ToString::to_string));
    Ok(Found { name: part.name, hash, bytes, table, decoding })
}

/// What a table was in, for people. `is_made` means that its text was made from cells.
fn around(format: Format, is_made: bool) -> Option<&'static str> {
    Some(match format {
        Format::Text | Format::Refused(_) | Format::Foreign(..) => return None,
        Format::Gzip => "gzip",
        Format::Zstd => "Zstandard",
        Format::Zip if is_made => "workbook",
        Format::Zip => "zip archive",
        Format::Ole => "old workbook (XLS)",
        Format::Parquet => "Parquet",
        Format::Json => "JSON",
        Format::Html => "HTML table",
        Format::SpreadsheetXml => "workbook in XML (2003)",
    })
}

fn hash_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[cfg(unix)]
fn open_regular(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(rustix::io::retry_on_intr(|| rustix::fs::open(path, flags, Mode::empty()))?);
    only_regular(file)
}

#[cfg(not(unix))]
fn open_regular(path: &Path) -> io::Result<File> {
    only_regular(File::open(path)?)
}

/// Devices, pipes and folders are left alone, whatever a path named a moment ago.
fn only_regular(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("not a regular file")) }
}
