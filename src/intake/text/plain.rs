//! Plain files: read in one pass as they come from the disk, without ever being held as a whole. Takes the beginning and
//! the end of a file, says whether it looks plain (UTF-8, one header line, rows of one width, nothing around); then
//! reads its records, and gives up at the first that is not so, for the careful reader to take over.

use std::io::{self, Read};

use super::dialect;
use super::encoding;
use super::kinds::Kind;
use super::profile::Profile;
use super::record::Record;
use super::split::{Dialect, Escape, Mend, Splitter};
use super::table::{DialectHint, LONGEST_CELL, Table};
use super::totals;

/// How much of the beginning and of the end of a file is looked at.
pub const LOOK_BYTES: usize = 64 * 1024;
/// How much is read at a time.
const CHUNK_BYTES: usize = 1 << 20;
/// Text that is held while one record is looked for: the longest record that is read.
const MOST_HELD: usize = 16 << 20;

/// How a plain file is to be read.
#[derive(Debug)]
pub struct Plain {
    /// How its text is divided.
    pub dialect: Dialect,
    /// Its header.
    pub header: Vec<String>,
    /// The table that its beginning is.
    pub head: Table,
    /// What its columns hold at its beginning.
    profile: Profile,
}

/// What reading a plain file came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All records were read.
    Whole,
    /// A record was not plain: everything taken so far is to be forgotten.
    Surprised,
}

impl Plain {
    /// Whether a file looks plain by its first bytes, up to a line end, and its last ones.
    pub fn of(head: &[u8], tail: &[u8]) -> Option<Plain> {
        let (text, encoding) = encoding::decode(head.to_vec(), None).ok()?;
        if !encoding.is_plain() {
            return None;
        }
        let table = Table::find(without_last_record(text), DialectHint::default())?;
        let dialect = table.dialect;
        let is_usual = dialect.quote == Some(b'"')
            && dialect.escape == Escape::Doubled
            && !dialect.lone_returns
            && !dialect.separator.blank_before
            && !dialect.separator.blank_after
            && table.around.is_none();
        let layout = &table.layout;
        let is_bare = layout.header == [0] && layout.aside.is_empty() && layout.width > 1 && table.ghosts == 0;
        let mut is_regular = true;
        table.each(|_, record, mend| is_regular &= mend.is_none() && record.len() == layout.width);
        let profile = layout.profile.clone();
        let plain = Plain { dialect, header: table.header()?, head: table, profile };
        (is_usual && is_bare && is_regular && plain.ends_well(tail)).then_some(plain)
    }

    #[cfg(test)]
    pub(super) fn with(dialect: Dialect, header: Vec<String>, profile: Profile) -> Plain {
        let head = Table::find("a,b\n1,2\n3,4\n5,6\n".to_owned(), DialectHint::default()).expect("a table");
        Plain { dialect, header, head, profile }
    }

    /// What the columns hold at the beginning of the file.
    pub(super) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether the last rows of a file are rows like others.
    fn ends_well(&self, tail: &[u8]) -> bool {
        const LAST_ROWS: usize = 4;
        let Ok(text) = std::str::from_utf8(skip_broken(tail)) else { return false };
        let mut splitter = Splitter::new(text, self.dialect, Some(self.header.len()));
        let (mut at, mut record, mut last) = (0, Record::default(), Vec::new());
        while let Some(step) = splitter.read(at, &mut record) {
            at = step.end;
            last.push(record.clone());
        }
        let from = last.len().saturating_sub(LAST_ROWS);
        let is_row = |record: &Record| {
            record.len() == self.header.len()
                && !record.is_blank()
                && totals::label(record).is_none()
                && !totals::is_footer(record)
        };
        last.len() > LAST_ROWS && last[from..].iter().all(is_row)
    }

    /// Whether a row has words in place of values, as the header of another table would.
    fn may_be_header(&self, record: &Record) -> bool {
        let mut typed = (0..self.profile.width()).filter(|at| self.profile.kind(*at).is_some_and(Kind::is_typed));
        // Nearly every row has a value in the first such column.
        typed.next().is_some_and(|first| !Kind::of(record.text(first)).is_typed()) && self.profile.labels(record) > 0
    }

    /// Reads the records under the header. Where `patient`, rows that are not plain are mended, counted and taken,
    /// as they must be in a file too large to be held.
    ///
    /// # Errors
    /// Where the disk fails, or a record is longer than any may be.
    pub fn read(
        &self,
        source: &mut impl Read,
        patient: bool,
        mut take: impl FnMut(&Record, Option<Mend>),
    ) -> io::Result<Ended> {
        let mut held = Held::default();
        let mut record = Record::default();
        let mut is_header = true;
        loop {
            let at_end = held.refill(source)?;
            let Some(text) = held.text(at_end, patient) else { return Ok(Ended::Surprised) };
            let length = text.len();
            let mut splitter = Splitter::new(text, self.dialect, Some(self.header.len()));
            let mut at = if is_header { mark_length(text) } else { 0 };
            if !patient && loses_something(&text[at..], at_end) {
                return Ok(Ended::Surprised);
            }
            while let Some(step) = splitter.read(at, &mut record) {
                // What touches the end of the text may go on behind it.
                let may_go_on = step.end == length || (step.mend.is_some() && length - at < CHUNK_BYTES);
                if may_go_on && !at_end {
                    break;
                }
                at = step.end;
                if record.is_blank() && !patient {
                    return Ok(Ended::Surprised);
                }
                // An empty line is no row; one of separators only is, and is counted.
                if record.is_blank() && record.len() < 2 {
                    continue;
                }
                let is_odd = step.mend.is_some() || record.len() != self.header.len();
                if !patient && (is_odd || (!is_header && self.may_be_header(&record))) {
                    return Ok(Ended::Surprised);
                }
                if is_header {
                    is_header = false;
                    continue;
                }
                let width = record.len();
                record.resize(self.header.len().max(record.reach()));
                let missing = (width < self.header.len()).then_some(Mend::Padded);
                let surplus = (record.len() > self.header.len()).then_some(Mend::Surplus);
                let cut = record.cut_cells(LONGEST_CELL).then_some(Mend::Cut);
                take(&record, cut.or(step.mend).or(missing).or(surplus));
            }
            if at_end {
                return Ok(Ended::Whole);
            }
            held.forget(at);
            if held.bytes.len() > MOST_HELD {
                return Err(io::Error::other("a record is longer than 16 MiB"));
            }
        }
    }
}

/// The bytes that are held, from the beginning of a record.
#[derive(Default)]
struct Held {
    bytes: Vec<u8>,
}

impl Held {
    /// Reads another chunk; returns whether that was the last.
    fn refill(&mut self, source: &mut impl Read) -> io::Result<bool> {
        let read = source.take(CHUNK_BYTES as u64).read_to_end(&mut self.bytes)?;
        Ok(read < CHUNK_BYTES)
    }

    /// The text that is held. A character that is cut at its end is left for later. Where `patient`, bytes that mean
    /// nothing are replaced in what is held, so that places in the text are places in it.
    fn text(&mut self, at_end: bool, patient: bool) -> Option<&str> {
        let valid = match std::str::from_utf8(&self.bytes) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() && !at_end => error.valid_up_to(),
            Err(_) if patient => self.replace_broken(at_end),
            Err(_) => return None,
        };
        Some(std::str::from_utf8(&self.bytes[..valid]).expect("valid up to there"))
    }

    /// Gives the length of the text that is held then.
    fn replace_broken(&mut self, at_end: bool) -> usize {
        let mut text = String::with_capacity(self.bytes.len() + 64);
        let mut cut = Vec::new();
        let mut chunks = self.bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            let is_cut = || std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
            if chunks.peek().is_none() && !at_end && is_cut() {
                cut = chunk.invalid().to_vec();
            } else if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        let valid = text.len();
        self.bytes = text.into_bytes();
        self.bytes.append(&mut cut);
        valid
    }

    fn forget(&mut self, bytes: usize) {
        self.bytes.drain(..bytes);
    }
}

/// The text without its last record, which may be cut in the middle, quotes and all.
fn without_last_record(mut text: String) -> String {
    let mut splitter = Splitter::new(&text, dialect::guess(&text, None).dialect, None);
    let (mut at, mut before, mut record) = (0, 0, Record::default());
    while let Some(step) = splitter.read(at, &mut record) {
        // A cell that its end cuts is broken into lines.
        if step.mend.is_some() {
            break;
        }
        before = at;
        at = step.end;
    }
    text.truncate(if at < text.len() { at } else { before });
    text
}

/// Whether the careful reader leaves some of it out: byte-order marks inside, padding at the end.
fn loses_something(text: &str, at_end: bool) -> bool {
    memchr::memmem::find(text.as_bytes(), "\u{feff}".as_bytes()).is_some()
        || (at_end && text.ends_with(['\0', '\u{1a}']))
}

fn mark_length(text: &str) -> usize {
    text.len() - text.trim_start_matches('\u{feff}').len()
}

/// The bytes behind a character that is cut at their beginning.
fn skip_broken(bytes: &[u8]) -> &[u8] {
    let cut = bytes.iter().take(4).take_while(|byte| (0x80..0xc0).contains(*byte)).count();
    &bytes[cut..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(rows: usize, odd: &str) -> String {
        let row = |n: usize| format!("{n},Company {n},\"text, with\n lines\",2026-01-{:02},{n}.50\n", n % 28 + 1);
        let mut text = "id,company,note,created,amount\n".to_owned();
        (0..rows).for_each(|n| text.push_str(&row(n)));
        text.push_str(odd);
        (rows..rows + 40).for_each(|n| text.push_str(&row(n)));
        text
    }

    fn read(text: &str, patient: bool) -> Option<(Ended, Vec<String>)> {
        let bytes = text.as_bytes();
        let head = &bytes[..bytes.len().min(LOOK_BYTES)];
        let head = &head[..memchr::memrchr(b'\n', head)? + 1];
        let plain = Plain::of(head, &bytes[bytes.len().saturating_sub(LOOK_BYTES)..])?;
        let mut first = Vec::new();
        let ended = plain.read(&mut &*bytes, patient, |record, _| first.push(record.text(0).to_owned())).unwrap();
        Some((ended, first))
    }

    #[test]
    fn every_record_of_a_plain_file_is_read_once() {
        let text = file(60_000, "");
        let (ended, ids) = read(&text, false).expect("it looks plain");
        assert_eq!(ended, Ended::Whole);
        assert!(ids.iter().enumerate().all(|(n, id)| *id == n.to_string()), "in order, none lost");
        assert_eq!(ids.len(), 60_040);
    }

    #[test]
    fn what_is_not_plain_is_noticed_wherever_it_is() {
        for odd in ["1,2,3\n", "\n", "1,\"open,x,2026-01-01,5\n", "1,a,b,c,d,e,f\n"] {
            let text = file(60_000, odd);
            assert_eq!(read(&text, false).map(|(ended, _)| ended), Some(Ended::Surprised), "{odd:?}");
            let (ended, ids) = read(&text, true).unwrap();
            let more = usize::from(odd != "\n");
            assert_eq!((ended, ids.len()), (Ended::Whole, 60_040 + more), "{odd:?}");
        }
    }

    #[test]
    fn titles_totals_and_other_encodings_do_not_look_plain() {
        let text = file(100, "");
        assert!(read(&text, false).is_some());
        assert!(read(&format!("Report of today\n{text}"), false).is_none());
        assert!(read(&format!("{text}Total,,,,5000\n"), false).is_none());
        assert!(read(&format!("{text}\nCopyright (c) Example. All rights reserved.\n"), false).is_none());
        assert!(read(&text.replace("note", "bemerkung;ä"), false).is_some());
    }
}
