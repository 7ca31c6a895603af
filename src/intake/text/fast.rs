//! Plain files fast: one pass over a block of text, which finds the cells of its records and copies none of them.
//!
//! Takes text that begins with a record ([`super::blocks`] cuts a file so), gives its rows one by one, each with its cells
//! as they are in the text. It understands only what is written by the book: one-byte separators, quotes around whole
//! cells, doubled inside, rows of one width. At anything else it says [`Ended::Surprised`], in all cases in which
//! [`Plain::read`] does and in some more; mending is left to the careful reader.

mod hits;
#[cfg(test)]
mod tests;
mod values;

use memchr::{memchr, memmem};

use super::kinds::Kind;
use super::plain::{Ended, Plain};
use super::profile::Profile;
use super::record::is_blank;
use super::table::LONGEST_CELL;
use hits::Hits;
use values::is_plain_value;

const QUOTE: u8 = b'"';
/// What databases write for nothing, where it is not quoted.
const NOTHING: &[u8] = b"\\N";
const MARK: &str = "\u{feff}";

/// How the rows of a plain file are distinguished from anything else.
#[derive(Debug, Clone, PartialEq)]
pub struct Fast {
    separator: u8,
    width: usize,
    /// The first column of values that no label looks like, and what all columns hold.
    typed: Option<(usize, Profile)>,
}

/// One row of a block of text.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    text: &'a str,
    /// Where each cell begins; the last is where the one behind the row would.
    starts: &'a [u32],
    /// Cells with doubled quotes, without them.
    owned: &'a Owned,
}

/// Cells that had to be written anew.
#[derive(Debug, Clone, Default)]
struct Owned {
    text: String,
    /// Their columns, and where they end in the text.
    cells: Vec<(usize, usize)>,
}

/// What reading a row takes, kept from one to the next.
struct Reading<'a> {
    text: &'a str,
    hits: Hits<'a>,
    starts: Vec<u32>,
    owned: Owned,
}

/// What is at the place where the search for the rest of a row stopped.
enum Found {
    Row,
    End,
    Odd,
}

impl Fast {
    /// The fast reader of a plain file; `None` where its dialect asks for more.
    pub fn of(plain: &Plain) -> Option<Fast> {
        let separator = plain.dialect.separator.mark;
        let is_usual = separator.is_ascii() && !matches!(separator, QUOTE | b'\n' | b'\r' | b'\0' | b'\\');
        Fast::new(separator, plain.header.len(), plain.profile()).filter(|_| is_usual)
    }

    fn new(separator: u8, width: usize, profile: &Profile) -> Option<Fast> {
        let first = (0..profile.width()).find(|at| profile.kind(*at).is_some_and(Kind::is_typed));
        // In a table of one column an empty line could be a row.
        (width > 1).then(|| Fast { separator, width, typed: first.map(|first| (first, profile.clone())) })
    }

    /// The rows of a block of text from within a file.
    pub fn each(&self, text: &str, take: impl FnMut(&Row<'_>)) -> Ended {
        self.read(text, false, take)
    }

    /// The rows of the first block of a file, without its header.
    pub fn each_under_header(&self, text: &str, take: impl FnMut(&Row<'_>)) -> Ended {
        self.read(text.trim_start_matches(MARK), true, take)
    }

    fn read(&self, text: &str, has_header: bool, take: impl FnMut(&Row<'_>)) -> Ended {
        let is_odd = u32::try_from(text.len()).is_err()
            || memmem::find(text.as_bytes(), MARK.as_bytes()).is_some()
            // Padding at the end of a file; other blocks end with a line.
            || text.ends_with(['\0', '\u{1a}']);
        if is_odd {
            return Ended::Surprised;
        }
        match memchr(b'\r', text.as_bytes()) {
            None => self.rows::<false>(text, has_header, take),
            Some(_) => self.rows::<true>(text, has_header, take),
        }
    }

    fn rows<const RETURNS: bool>(&self, text: &str, has_header: bool, mut take: impl FnMut(&Row<'_>)) -> Ended {
        let mut reading = Reading {
            text,
            hits: Hits::of(text.as_bytes(), [self.separator, QUOTE, b'\n', if RETURNS { b'\r' } else { b'\n' }]),
            starts: vec![0; self.width + 1],
            owned: Owned::default(),
        };
        let mut is_header = has_header;
        loop {
            match self.next::<RETURNS>(&mut reading) {
                Found::Row => {}
                Found::End => return Ended::Whole,
                Found::Odd => return Ended::Surprised,
            }
            let row = Row { text, starts: &reading.starts, owned: &reading.owned };
            if self.is_odd(&row) || (!is_header && self.may_be_header(&row)) {
                return Ended::Surprised;
            }
            if !is_header {
                take(&row);
            }
            is_header = false;
            // Where the next row begins: behind a line end, which `next` has put there.
            let behind = reading.hits.passed();
            reading.starts[0] = behind as u32;
        }
    }

    /// Finds the cells of the row that begins at the first start.
    #[inline(always)]
    fn next<const RETURNS: bool>(&self, reading: &mut Reading<'_>) -> Found {
        let bytes = reading.text.as_bytes();
        let Some(starts) = reading.starts.get_mut(..=self.width) else { return Found::Odd };
        let mut column = 0;
        let mut has_doubled = false;
        if starts[0] as usize >= bytes.len() {
            return Found::End;
        }
        let end = loop {
            let Some((at, byte)) = reading.hits.next() else {
                // The last line of a file may lack its end.
                break bytes.len();
            };
            if byte == self.separator {
                column += 1;
                if column == self.width {
                    return Found::Odd;
                }
                starts[column] = at as u32 + 1;
            } else if byte == b'\n' {
                let behind_return = RETURNS && at > starts[column] as usize && bytes[at - 1] == b'\r';
                break at - usize::from(behind_return);
            } else if byte == QUOTE {
                if at != starts[column] as usize {
                    return Found::Odd;
                }
                let Some(doubled) = self.pass_quoted(bytes, &mut reading.hits) else { return Found::Odd };
                has_doubled |= doubled;
            } else if bytes.get(at + 1) != Some(&b'\n') {
                // A carriage return alone.
                return Found::Odd;
            }
        };
        if column + 1 != self.width {
            return Found::Odd;
        }
        starts[self.width] = end as u32 + 1;
        if !reading.owned.cells.is_empty() || has_doubled {
            reading.owned.write(reading.text, &reading.starts);
        }
        Found::Row
    }

    /// Goes behind the quote that closes a cell; returns whether there were doubled ones. Nothing where it is not
    /// closed by the book.
    #[inline]
    fn pass_quoted(&self, bytes: &[u8], hits: &mut Hits<'_>) -> Option<bool> {
        let mut has_doubled = false;
        loop {
            let (at, byte) = hits.next()?;
            if byte != QUOTE {
                continue;
            }
            match bytes.get(at + 1) {
                // At the beginning of a line it may as well close one cell and open another.
                Some(&QUOTE) if bytes[at - 1] == b'\n' => return None,
                Some(&QUOTE) => {
                    has_doubled = true;
                    hits.next();
                }
                None | Some(b'\n') => return Some(has_doubled),
                Some(b'\r') if bytes.get(at + 2) == Some(&b'\n') => return Some(has_doubled),
                Some(&next) if next == self.separator => return Some(has_doubled),
                Some(_) => return None,
            }
        }
    }

    /// Whether a row is one that is mended, cut or passed over.
    #[inline]
    fn is_odd(&self, row: &Row<'_>) -> bool {
        let (start, end) = (row.starts[0] as usize, row.starts[self.width] as usize);
        match row.text.as_bytes()[start] {
            QUOTE => self.is_odd_if_quoted(row) || end - start > LONGEST_CELL,
            first if first.is_ascii_graphic() && first != self.separator && first != NOTHING[0] => {
                end - start > LONGEST_CELL
            }
            _ => row.cells().all(|cell| is_blank(cell.as_bytes())) || end - start > LONGEST_CELL,
        }
    }

    /// Whether the whole row is in its first cell, or holds nothing.
    fn is_odd_if_quoted(&self, row: &Row<'_>) -> bool {
        let first = row.cell(0).as_bytes();
        (memchr(self.separator, first).is_some() || is_blank(first))
            && row.cells().skip(1).all(|cell| is_blank(cell.as_bytes()))
    }

    /// Whether a row has words in place of values, as the header of another table would.
    #[inline]
    fn may_be_header(&self, row: &Row<'_>) -> bool {
        let Some((first, profile)) = &self.typed else { return false };
        let value = row.cell(*first);
        !is_plain_value(value.as_bytes()) && !Kind::of(value).is_typed() && profile.labels_of(row.cells()) > 0
    }
}

impl<'a> Row<'a> {
    /// How many cells.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no cell, which no row is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A cell, without quotes around it and with those in it written once; one that is not there is empty.
    #[inline]
    pub fn cell(&self, column: usize) -> &'a str {
        let [start, next] = match self.starts.get(column..) {
            Some([start, next, ..]) => [*start as usize, *next as usize],
            _ => return "",
        };
        let cell = self.text.get(start..next - 1).unwrap_or_default();
        match cell.as_bytes() {
            [QUOTE, ..] => self.quoted(column, cell),
            NOTHING => "",
            _ => cell,
        }
    }

    fn quoted(&self, column: usize, cell: &'a str) -> &'a str {
        self.owned.cell(column).unwrap_or_else(|| cell.get(1..cell.len() - 1).unwrap_or_default())
    }

    /// All cells.
    pub fn cells(&self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(|column| self.cell(column))
    }
}

impl Owned {
    /// Takes the cells of a row that have doubled quotes.
    fn write(&mut self, text: &str, starts: &[u32]) {
        self.text.clear();
        self.cells.clear();
        for (column, ends) in starts.windows(2).enumerate() {
            let cell = text.get(ends[0] as usize..ends[1] as usize - 1).unwrap_or_default();
            let Some(inside) = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')) else { continue };
            if !inside.contains('"') {
                continue;
            }
            for (at, part) in inside.split("\"\"").enumerate() {
                if at > 0 {
                    self.text.push('"');
                }
                self.text.push_str(part);
            }
            self.cells.push((column, self.text.len()));
        }
    }

    fn cell(&self, column: usize) -> Option<&str> {
        let at = self.cells.iter().position(|cell| cell.0 == column)?;
        let start = at.checked_sub(1).map_or(0, |before| self.cells[before].1);
        self.text.get(start..self.cells[at].1)
    }
}
