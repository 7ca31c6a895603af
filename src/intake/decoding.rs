//! How the bytes of a file became a table: the account of what was decided on the way, for the data page, `inspect` and
//! the terminal. Nothing is decided here.

use std::collections::{BTreeMap, BTreeSet};

use super::text::encoding::Encoding;
use super::text::layout::Aside;
use super::text::plain::Plain;
use super::text::split::{Dialect, Escape, Mend};
use super::text::table::{Table, name_of};
use serde::{Deserialize, Serialize};

/// How a table was decoded.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Decoding {
    /// What the text was in, outermost first, such as `zip archive` or `workbook`; empty for a plain file.
    pub containers: Vec<String>,
    /// How the bytes became text; `None` where the container gives text itself.
    pub encoding: Option<Encoding>,
    /// How the text was divided into cells; `None` where the container gives cells itself.
    pub dialect: Option<Dialect>,
    /// Whether every row was in one quoted cell.
    pub wrapped: bool,
    /// The lines above the header.
    pub titles: Vec<String>,
    /// Lines of the header: 0 where there is none.
    pub header_lines: usize,
    /// Headers that more than one column has.
    pub twice: Vec<String>,
    /// Columns without name and value at the right edge, left out.
    pub ghosts: usize,
    /// Further tables in the same text, not read.
    pub more_tables: usize,
    /// Rows that were mended, by what was done: how many, and the number of the first.
    pub mends: BTreeMap<Mend, (u64, u64)>,
    /// Lines around and between the records that are none, by what they are.
    pub asides: BTreeMap<Aside, u64>,
    /// What else there is to know, in sentences.
    pub notes: Vec<String>,
}

impl Decoding {
    /// What is known from the table itself.
    pub fn of(table: &Table) -> Decoding {
        Decoding {
            dialect: Some(table.dialect),
            wrapped: table.around.is_some(),
            titles: table.titles.clone(),
            header_lines: table.header_lines.len(),
            twice: twice(&table.header().unwrap_or_default()),
            ghosts: table.ghosts,
            more_tables: others_of(table),
            asides: table.asides(),
            ..Decoding::default()
        }
    }

    /// What is known of a plain file.
    pub fn of_plain(plain: &Plain) -> Decoding {
        Decoding {
            encoding: Some(Encoding::plain()),
            dialect: Some(plain.dialect),
            header_lines: 1,
            twice: twice(&plain.header),
            ..Decoding::default()
        }
    }

    /// Counts a mended row.
    pub fn mended(&mut self, mend: Mend, row: u64) {
        let (count, _) = self.mends.entry(mend).or_insert((0, row));
        *count += 1;
    }

    /// The form of the file in a few words: `workbook, sheet Leads` or `UTF-16LE, tab`.
    pub fn form(&self) -> String {
        let mut words = self.containers.clone();
        if let Some(encoding) = &self.encoding {
            words.push(encoding.name.clone().into_owned());
        }
        if let Some(dialect) = self.dialect {
            words.extend(dialect_words(dialect));
        }
        words.join(", ")
    }

    /// Everything that is not as in a plain file, a short sentence each.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if let Some(encoding) = &self.encoding {
            remarks.extend(encoding_remarks(encoding));
        }
        if self.wrapped {
            remarks.push("each row stood in one quoted cell".to_owned());
        }
        match self.header_lines {
            0 => remarks.push("no header".to_owned()),
            1 => {}
            lines => remarks.push(format!("{lines} lines of header, joined")),
        }
        for label in &self.twice {
            remarks.push(format!("the header `{label}` stands twice: the first of the two is used"));
        }
        for (aside, count) in &self.asides {
            let Some((one, many)) = aside_words(*aside) else { continue };
            // Their words may name people: `inspect` shows them on the terminal, and no page does.
            remarks.push(format!("{count} {}", if *count == 1 { one } else { many }));
        }
        if self.more_tables > 0 {
            let tables = if self.more_tables == 1 { "another table" } else { "other tables" };
            remarks.push(format!("{tables} below it not read"));
        }
        if self.ghosts > 0 {
            remarks.push(format!("{} empty columns without a name left out", self.ghosts));
        }
        for (mend, (count, first)) in &self.mends {
            let rows = if *count == 1 { "row" } else { "rows" };
            remarks.push(format!("{count} {rows} {}, first row {first}", mend_words(*mend)));
        }
        remarks.extend(self.notes.iter().cloned());
        remarks
    }
}

/// Further tables of the text, but for the blocks that are read as one.
fn others_of(table: &Table) -> usize {
    let layout = &table.layout;
    layout.others.iter().filter(|row| layout.blocks.is_empty() || **row >= layout.end).count()
}

/// The headers that occur more than once, each listed once.
fn twice(header: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let again = header.iter().filter(|label| !label.trim().is_empty() && !seen.insert(label.as_str()));
    again.cloned().collect::<BTreeSet<String>>().into_iter().collect()
}

fn dialect_words(dialect: Dialect) -> Vec<String> {
    let mut words = vec![name_of(dialect.separator)];
    if dialect.quote == Some(b'\'') {
        words.push("apostrophes as quotes".to_owned());
    }
    if dialect.escape == Escape::Backslash {
        words.push("backslash escapes".to_owned());
    }
    if dialect.lone_returns {
        words.push("carriage returns".to_owned());
    }
    words
}

fn encoding_remarks(encoding: &Encoding) -> Vec<String> {
    let mut remarks = Vec::new();
    if encoding.broken > 0 {
        let line = encoding.first_broken_line.unwrap_or_default();
        remarks.push(format!("{} broken characters, first in line {line}", encoding.broken));
    }
    if let Some((lines, name)) = &encoding.other_lines {
        remarks.push(format!("{lines} lines in {name} among the others"));
    }
    if encoding.stray_marks > 0 {
        remarks.push(format!("{} byte-order marks inside left out", encoding.stray_marks));
    }
    if encoding.padding > 0 {
        remarks.push(format!("{} bytes of padding at the end left out", encoding.padding));
    }
    remarks
}

/// What such lines are called, one and many; nothing for those that concern no one.
fn aside_words(aside: Aside) -> Option<(&'static str, &'static str)> {
    match aside {
        Aside::Blank => None,
        Aside::Title => Some(("line above the header", "lines above the header")),
        Aside::Total => Some(("line of totals", "lines of totals")),
        Aside::RepeatedHeader => Some(("repeated header", "repeated headers")),
        Aside::Comment => Some(("comment line", "comment lines")),
        Aside::Footer => Some(("line below the table", "lines below the table")),
        Aside::OtherTable => Some(("line of another table", "lines of other tables")),
    }
}

fn mend_words(mend: Mend) -> &'static str {
    match mend {
        Mend::StrayQuote => "with a stray quote, kept as text",
        Mend::UnclosedQuote => "with a quote that nothing closes, kept as text",
        Mend::Wrapped => "unwrapped from one quoted cell",
        Mend::OtherSeparator => "parted by another character than the rest",
        Mend::Realigned => "with a separator too many or too few, realigned by the kinds of the columns",
        Mend::Padded => "with cells missing at the end",
        Mend::Surplus => "with more cells than the header",
        Mend::Cut => "with a cell longer than 1 MiB, which is the limit: cut there",
    }
}
