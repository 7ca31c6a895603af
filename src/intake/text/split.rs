//! Delimited text into records, one at a time. Takes text and its [`Dialect`], gives cells and says where a record had to
//! be mended to fit. No row is ever lost: where quotes do not add up, a record ends with its line.
//!
//! A record is first read by the book. Only if that leaves doubts (a quote in the middle of a cell, a cell that runs
//! over lines while the record does not have the table's width) are other readings tried, and one is taken only if it
//! fits the width exactly.

use memchr::{memchr, memchr2, memchr3};

use super::record::Record;
use serde::{Deserialize, Serialize};

/// Bytes that a quoted cell may run on for before its opening quote counts as text.
const LONGEST_QUOTED: usize = 1 << 20;
/// Quotes that make no sense inside a quoted cell before its opening quote counts as text. With the limit above this
/// keeps the work in proportion to the text, whatever the text.
const MOST_STRAYS: usize = 64;
/// How far a quote behind blanks is looked for the quote that closes it.
const NEAR: usize = 4096;

/// What comes between cells: a character, with a blank before or behind it where every one in the file has that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Separator {
    /// The character.
    pub mark: u8,
    /// Whether a blank before it belongs to it.
    pub blank_before: bool,
    /// Whether a blank behind it belongs to it.
    pub blank_after: bool,
}

impl Separator {
    /// A character alone.
    pub const fn plain(mark: u8) -> Separator {
        Separator { mark, blank_before: false, blank_after: false }
    }
}

/// How a quote is written inside a quoted cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Escape {
    /// Twice.
    Doubled,
    /// Behind a backslash (twice is understood too).
    Backslash,
}

/// How a text is divided into cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dialect {
    /// What comes between cells.
    pub separator: Separator,
    /// What surrounds cells that hold separators, if anything does.
    pub quote: Option<u8>,
    /// How a quote inside such a cell is written.
    pub escape: Escape,
    /// Whether a carriage return alone ends a line.
    pub lone_returns: bool,
    /// Whether the text is known to keep to all this, as what we wrote ourselves: its quotes are never mended.
    pub exact: bool,
}

impl Dialect {
    /// Comma, double quotes, doubled.
    pub const STANDARD: Dialect = Dialect {
        separator: Separator::plain(b','),
        quote: Some(b'"'),
        escape: Escape::Doubled,
        lone_returns: false,
        exact: false,
    };

    /// The same with another character between cells.
    pub const fn with_mark(self, mark: u8) -> Dialect {
        Dialect { separator: Separator::plain(mark), ..self }
    }
}

/// What was done to a record so that it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Mend {
    /// A quote inside a cell was taken as text.
    StrayQuote,
    /// A quote that nothing closes was taken as text, and the record ends with its line.
    UnclosedQuote,
    /// A whole row was in one quoted cell.
    Wrapped,
    /// The row was parted by another character than the rest of the file.
    OtherSeparator,
    /// An empty cell was put in or taken out where the kinds of the columns say that a separator is missing or too many.
    Realigned,
    /// The row has fewer cells than the header: those at its end are empty.
    Padded,
    /// The row has more cells than the header, and they hold something.
    Surplus,
    /// A cell was longer than any may be, and was cut.
    Cut,
}

/// One record read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Where the next record begins.
    pub end: usize,
    /// What had to be mended.
    pub mend: Option<Mend>,
}

/// How to read a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Quoted cells may run over lines.
    ByTheBook,
    /// Every cell ends with its line at the latest; a quote that is not closed there is text.
    OneLine,
    /// The same, and quotes inside quoted cells are not doubled.
    OneLineUndoubled,
    /// The same as one line, and a quote behind a separator begins a cell, so that the one before it closes nothing.
    OneLineAnew,
    /// Quotes are text.
    NoQuotes,
}

/// Doubts that a reading leaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Doubts {
    /// Quotes inside quoted cells that neither close nor are written as they should.
    stray: bool,
    /// Such a quote right behind a separator or line end, where cells begin.
    opens_inside: bool,
    /// A quoted cell ran into the end or the limit.
    unclosed: bool,
    /// A cell holds a line end.
    lines: bool,
    /// The first cell was quoted.
    quoted_first: bool,
}

/// Reads records of one text.
#[derive(Debug, Clone)]
pub struct Splitter<'a> {
    text: &'a [u8],
    dialect: Dialect,
    /// Cells of a regular row; readings that fit it go before others.
    width: Option<usize>,
    /// There is no quote that could close a cell from the first to the second of these.
    none_closes: (usize, usize),
    /// The same for the quotes that are looked for near blanks.
    none_near: (usize, usize),
    trial: Record,
}

impl<'a> Splitter<'a> {
    /// A splitter of a text, which is UTF-8.
    pub fn new(text: &'a str, dialect: Dialect, width: Option<usize>) -> Splitter<'a> {
        Splitter {
            text: text.as_bytes(),
            dialect,
            width,
            none_closes: (0, 0),
            none_near: (0, 0),
            trial: Record::default(),
        }
    }

    /// Reads the record that begins at `start`; `None` at the end of the text.
    pub fn read(&mut self, start: usize, record: &mut Record) -> Option<Step> {
        if start >= self.text.len() {
            return None;
        }
        let (end, doubts) = self.parse(start, Reading::ByTheBook, record);
        let fits = |record: &Record| self.width.is_none_or(|width| record.len() == width);
        let fitting = fits(record);
        let mut step = Step { end, mend: doubts.stray.then_some(Mend::StrayQuote) };
        let doubtful = doubts.unclosed || doubts.opens_inside || (!fitting && doubts.stray);
        if doubtful
            && !self.dialect.exact
            && let Some(other) = self.otherwise(start, record, doubts)
        {
            step = other;
        }
        if doubts.quoted_first && self.unwrap(record) {
            step.mend = Some(Mend::Wrapped);
        }
        Some(step)
    }

    /// Another reading of a doubtful record: one that fits the width, or the end of the line where nothing closes.
    fn otherwise(&mut self, start: usize, record: &mut Record, doubts: Doubts) -> Option<Step> {
        let mend = if doubts.unclosed || doubts.lines { Mend::UnclosedQuote } else { Mend::StrayQuote };
        let mut trial = std::mem::take(&mut self.trial);
        let mut found = None;
        for reading in [Reading::OneLineUndoubled, Reading::OneLineAnew, Reading::OneLine, Reading::NoQuotes] {
            let (end, _) = self.parse(start, reading, &mut trial);
            if self.width == Some(trial.len()) {
                found = Some(end);
                break;
            }
        }
        if found.is_none() && doubts.unclosed {
            found = Some(self.parse(start, Reading::OneLine, &mut trial).0);
        }
        if found.is_some() {
            std::mem::swap(record, &mut trial);
        }
        self.trial = trial;
        found.map(|end| Step { end, mend: Some(mend) })
    }

    /// A row that is in one quoted cell, as a spreadsheet leaves it: its text is a record of the table's width.
    fn unwrap(&mut self, record: &mut Record) -> bool {
        let Some(width) = self.width.filter(|width| *width > 1) else { return false };
        let first = record.get(0).unwrap_or_default();
        if record.filled() != 1 || memchr(self.dialect.separator.mark, first).is_none() {
            return false;
        }
        let mut inner = Splitter {
            text: first,
            width: None,
            none_closes: (0, 0),
            none_near: (0, 0),
            trial: Record::default(),
            ..*self
        };
        let mut unwrapped = std::mem::take(&mut self.trial);
        let (end, doubts) = inner.parse(0, Reading::ByTheBook, &mut unwrapped);
        let whole = end >= first.len() && unwrapped.len() == width && !doubts.unclosed;
        if whole {
            std::mem::swap(record, &mut unwrapped);
        }
        self.trial = unwrapped;
        whole
    }

    /// The same record parted by other characters, where that gives exactly so many cells.
    pub fn parted_otherwise(&self, start: usize, width: usize, record: &mut Record) -> Option<Step> {
        let own = self.dialect.separator.mark;
        for mark in [b';', b',', b'\t', b'|', b' '] {
            if mark == own {
                continue;
            }
            let mut other = Splitter {
                text: self.text,
                dialect: self.dialect.with_mark(mark),
                width: Some(width),
                none_closes: (0, 0),
                none_near: (0, 0),
                trial: Record::default(),
            };
            let (end, _) = other.parse(start, Reading::OneLine, record);
            if record.len() == width {
                return Some(Step { end, mend: Some(Mend::OtherSeparator) });
            }
        }
        None
    }

    fn parse(&mut self, start: usize, reading: Reading, record: &mut Record) -> (usize, Doubts) {
        record.clear();
        let mut doubts = Doubts::default();
        let one_line = if reading == Reading::ByTheBook { None } else { Some(self.line_end(start)) };
        let mut at = start;
        loop {
            let opens = self.opening_quote(at, reading);
            doubts.quoted_first |= opens.is_some() && at == start;
            let after = match opens {
                Some(inside) => {
                    let limit = one_line.unwrap_or_else(|| self.text.len().min(inside + LONGEST_QUOTED));
                    self.quoted((at, inside, limit), reading, record, &mut doubts)
                }
                None => self.unquoted(at, record),
            };
            record.end_cell();
            match self.text.get(after) {
                Some(byte) if *byte == self.dialect.separator.mark => {
                    let blank = self.dialect.separator.blank_after && self.text.get(after + 1) == Some(&b' ');
                    at = after + 1 + usize::from(blank);
                }
                Some(b'\r') if self.text[after + 1..].starts_with(b"\n") => return (after + 2, doubts),
                Some(b'\r') if self.text[after + 1..].starts_with(b"\r\n") => return (after + 3, doubts),
                Some(_) => return (after + 1, doubts),
                None => return (after, doubts),
            }
        }
    }

    /// Where the content of a quoted cell begins, if one begins here. Blanks may be before the quote.
    fn opening_quote(&mut self, at: usize, reading: Reading) -> Option<usize> {
        let quote = self.dialect.quote.filter(|_| reading != Reading::NoQuotes)?;
        let mut place = at;
        while self.text.get(place) == Some(&b' ') && self.dialect.separator.mark != b' ' {
            place += 1;
        }
        if self.text.get(place) != Some(&quote) {
            return None;
        }
        // A blank before the quote is layout only if the quote is closed in its line.
        if place > at && !self.closes_in_line(place + 1, quote) {
            return None;
        }
        Some(place + 1)
    }

    /// Whether a quote that closes a cell is near. What was looked through is not looked through again for the next
    /// cell, so that a line full of quotes is read in one pass.
    fn closes_in_line(&mut self, place: usize, quote: u8) -> bool {
        let limit = self.text.len().min(place + NEAR);
        let (from, to) = self.none_near;
        let is_known = (from..=to).contains(&place);
        if is_known && to >= limit {
            return false;
        }
        let (from, start) = if is_known { (from, to) } else { (place, place) };
        let end = memchr2(b'\n', b'\r', &self.text[start..limit]).map_or(limit, |found| start + found);
        let found = (start..end).find(|at| self.text[*at] == quote && self.ends_cell(at + 1).is_some());
        self.none_near = (from, found.unwrap_or(end));
        found.is_some()
    }

    /// Whether a cell that is closed before `at` ends there, blanks aside; gives the place of its separator or line end.
    fn ends_cell(&self, at: usize) -> Option<usize> {
        let mut place = at;
        loop {
            match self.text.get(place) {
                None => return Some(place),
                Some(byte) if *byte == self.dialect.separator.mark => return Some(place),
                Some(b'\n' | b'\r') => return Some(place),
                Some(b' ' | b'\t') => place += 1,
                Some(_) => return None,
            }
        }
    }

    fn unquoted(&self, at: usize, record: &mut Record) -> usize {
        let mark = self.dialect.separator.mark;
        let mut place = at;
        loop {
            place = memchr3(mark, b'\n', b'\r', &self.text[place..]).map_or(self.text.len(), |found| place + found);
            match self.text.get(place) {
                // A carriage return alone is text, unless the file ends its lines so.
                Some(b'\r') if !self.ends_line(place) => place += 1,
                // A separator behind a backslash is text where backslashes escape.
                Some(byte) if *byte == mark && self.is_escaped(at, place) => place += 1,
                _ => break,
            }
        }
        let mut cell = &self.text[at..place];
        if self.dialect.separator.blank_before && self.text.get(place) == Some(&mark) {
            cell = cell.strip_suffix(b" ").unwrap_or(cell);
        }
        // What databases write for nothing.
        if cell == b"\\N" {
            return place;
        }
        if self.dialect.escape == Escape::Backslash && memchr(b'\\', cell).is_some() {
            self.write_unescaped(cell, record);
        } else {
            record.write(cell);
        }
        place
    }

    /// Writes a cell without the backslashes that are before what they escape.
    fn write_unescaped(&self, cell: &[u8], record: &mut Record) {
        let is_special = |byte: &u8| *byte == self.dialect.separator.mark || Some(*byte) == self.dialect.quote;
        let mut rest = cell;
        while let Some(slash) = memchr(b'\\', rest) {
            let escapes = rest.get(slash + 1).is_some_and(|next| is_special(next) || *next == b'\\');
            record.write(&rest[..slash]);
            record.write(if escapes { &rest[slash + 1..slash + 2] } else { b"\\" });
            rest = &rest[slash + 1 + usize::from(escapes)..];
        }
        record.write(rest);
    }

    /// Whether an odd number of backslashes is before a place, in a dialect in which they escape.
    fn is_escaped(&self, from: usize, place: usize) -> bool {
        self.dialect.escape == Escape::Backslash
            && self.text[from..place].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
    }

    /// Whether the carriage return at a place ends a line.
    fn ends_line(&self, at: usize) -> bool {
        let rest = &self.text[at + 1..];
        self.dialect.lone_returns || rest.is_empty() || rest.starts_with(b"\n") || rest.starts_with(b"\r\n")
    }

    /// Reads a quoted cell that begins at the first place, with its content from the second and at most to the third;
    /// gives the place behind it.
    fn quoted(
        &mut self,
        (at, inside, limit): (usize, usize, usize),
        reading: Reading,
        record: &mut Record,
        doubts: &mut Doubts,
    ) -> usize {
        let quote = self.dialect.quote.expect("only called where the dialect has a quote");
        let doubled = reading != Reading::OneLineUndoubled;
        let backslash = self.dialect.escape == Escape::Backslash;
        let begun = record.written();
        let mut place = inside;
        let mut strays = 0;
        while strays <= MOST_STRAYS {
            let found = if backslash {
                memchr2(quote, b'\\', &self.text[place..limit])
            } else {
                self.next_quote(place, limit, quote)
            };
            let Some(found) = found.map(|found| place + found) else {
                break;
            };
            record.write(&self.text[place..found]);
            let next = self.text.get(found + 1).copied();
            if self.text[found] == b'\\' && quote != b'\\' {
                let escaped = next.filter(|byte| *byte == quote || *byte == b'\\');
                record.write(&[escaped.unwrap_or(b'\\')]);
                place = found + 1 + usize::from(escaped.is_some());
                continue;
            }
            let begins_line = found > inside && self.text[found - 1] == b'\n';
            if doubled && next == Some(quote) && found + 1 < limit {
                strays += usize::from(begins_line);
                record.write(&[quote]);
                place = found + 2;
                continue;
            }
            if let Some(end) = self.ends_cell(found + 1) {
                doubts.lines |= memchr2(b'\n', b'\r', &self.text[inside..found]).is_some();
                return end;
            }
            strays += 1;
            doubts.stray = true;
            let begins_cell = found > inside && self.text[found - 1] == self.dialect.separator.mark;
            doubts.opens_inside |= begins_line || begins_cell;
            if begins_cell && reading == Reading::OneLineAnew {
                break;
            }
            record.write(&[quote]);
            place = found + 1;
        }
        // Nothing closes the cell: its quote is text, and so is all up to the next separator.
        doubts.unclosed = true;
        record.cut_to(begun);
        self.unquoted(at, record)
    }

    /// The next quote before the limit. A stretch that was found to hold none is not searched again, so that a file
    /// full of quotes that nothing closes is still read in one pass.
    fn next_quote(&mut self, place: usize, limit: usize, quote: u8) -> Option<usize> {
        let (from, to) = self.none_closes;
        let start = if (from..to).contains(&place) { to.min(limit) } else { place };
        let found = memchr(quote, &self.text[start..limit]).map(|found| start + found - place);
        if found.is_none() && limit > to {
            self.none_closes = (if (from..to).contains(&place) { from } else { place }, limit);
        }
        found
    }

    fn line_end(&self, from: usize) -> usize {
        let rest = &self.text[from..];
        let mut length = 0;
        while let Some(found) = memchr2(b'\n', b'\r', &rest[length..]) {
            length += found;
            if rest[length] == b'\n' || self.ends_line(from + length) {
                return from + length;
            }
            length += 1;
        }
        self.text.len()
    }
}

#[cfg(test)]
mod tests;
