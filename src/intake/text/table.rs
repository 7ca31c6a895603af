//! The table in a text: finds it, and gives its records one by one, each as wide as the header, with what was done to
//! make it fit. Takes decoded text; what the table means is left to [`crate::intake::recognise`].

use std::collections::{BTreeMap, BTreeSet};

use super::dialect::{self, Guess};
use super::kinds::Kind;
use super::layout::{Aside, Layout};
use super::record::Record;
use super::rows::Rows;
use super::split::{Dialect, Mend, Separator, Splitter};

/// Bytes of a cell beyond which it is cut; a spreadsheet's own limit is 32,767 characters.
pub const LONGEST_CELL: usize = 1 << 20;
/// What the column with the titles of blocks is called: the first of these that no column of the table is called.
const BLOCK_NAMES: [&str; 3] = ["Group", "Block", "Title of the block"];
/// How much of a text is looked at for its dialect.
const SAMPLE_BYTES: usize = 256 * 1024;

/// A table found in a text.
#[derive(Debug, Clone)]
pub struct Table {
    text: String,
    /// How the text is divided into cells.
    pub dialect: Dialect,
    /// The dialect around, where each row was in one quoted cell of it.
    pub around: Option<Dialect>,
    /// Where the table is.
    pub layout: Layout,
    /// Where it ends in the text.
    end: usize,
    /// The lines of the header, each as wide as the table; none where there is no header.
    pub header_lines: Vec<Vec<String>>,
    /// The words of the lines above the header, a line each.
    pub titles: Vec<String>,
    /// Columns at the right edge without a name and without a value, left out.
    pub ghosts: usize,
    /// Columns behind these that its text does not hold: name, and value in every record.
    given: Vec<(String, String)>,
}

/// What is known of the dialect of a text, from the project file or because another part of the program wrote it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DialectHint {
    /// The dialect.
    pub dialect: Option<Dialect>,
    /// Only the separator.
    pub mark: Option<u8>,
}

impl Table {
    /// The table of a text; `None` where the text holds no row at all.
    pub fn find(text: String, hint: DialectHint) -> Option<Table> {
        let (start, mark) = separator_line(&text);
        let mut text = if start == 0 { text } else { text[start..].to_owned() };
        let guess = match hint.dialect {
            Some(dialect) => Guess { dialect: Dialect { exact: true, ..dialect }, width: 0, around: None },
            None => dialect::guess(sample(&text), hint.mark.or(mark)),
        };
        if let Some(inner) = guess.around.and_then(|around| dialect::unwrapped(&text, around)) {
            text = inner;
        }
        Table::placed(text, guess)
    }

    /// The table of a part of a text whose dialect is known.
    pub(super) fn of_part(text: String, dialect: Dialect) -> Option<Table> {
        let guess = dialect::guess(sample(&text), Some(dialect.separator.mark));
        Table::placed(text, Guess { dialect, around: None, ..guess })
    }

    fn placed(text: String, guess: Guess) -> Option<Table> {
        let Placed { layout, header_lines, titles, end } = place(&text, guess)?;
        let Guess { dialect, around, .. } = guess;
        let given = Vec::new();
        let mut table = Table { dialect, around, layout, end, header_lines, titles, ghosts: 0, given, text };
        table.drop_ghosts();
        table.name_blocks();
        Some(table)
    }

    /// The table with further columns, each of one value, and without the names of those columns that are not known.
    pub fn with(mut self, given: Vec<(String, String)>, is_known: impl Fn(&str) -> bool) -> Table {
        for label in self.header_lines.iter_mut().flatten().filter(|label| !is_known(label)) {
            label.clear();
        }
        self.given = given;
        self
    }

    /// The columns that its text does not hold.
    pub fn given(&self) -> &[(String, String)] {
        &self.given
    }

    /// Columns of the text, that of the titles of its blocks among them.
    pub fn width(&self) -> usize {
        self.own_width() + usize::from(!self.layout.blocks.is_empty())
    }

    /// Columns that are in the text.
    fn own_width(&self) -> usize {
        self.layout.width - self.ghosts
    }

    /// The text that it was found in.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The header, its lines joined column by column with a blank; `None` where the table has none.
    pub fn header(&self) -> Option<Vec<String>> {
        let mut header = self.header_of(self.width())?;
        header.extend(self.given.iter().map(|(name, _)| name.clone()));
        Some(header)
    }

    /// The first `width` columns of it.
    fn header_of(&self, width: usize) -> Option<Vec<String>> {
        if self.header_lines.is_empty() {
            return None;
        }
        let (last, above) = self.header_lines.split_last()?;
        let recurs = recurs(last);
        let column = |at: usize| {
            // Where labels recur, a group goes on until the next: its cells were one.
            let group = |line: &'_ Vec<String>| match line[..=at].iter().rfind(|label| !label.trim().is_empty()) {
                Some(label) if recurs && !last[at].trim().is_empty() => label.clone(),
                _ => line[at].clone(),
            };
            let words = above.iter().map(group).chain(std::iter::once(last[at].clone()));
            words.filter(|word| !word.trim().is_empty()).collect::<Vec<String>>().join(" ")
        };
        Some((0..width).map(column).collect())
    }

    /// Each row of the table from the first record to the last, with what it is where it is no record, and what was
    /// mended where it is one. Records are at least as wide as the table: surplus cells that hold something stay.
    pub fn each(&self, mut take: impl FnMut(Option<Aside>, &Record, Option<Mend>)) {
        let mut rows = self.rows();
        let mut record = Record::default();
        let (mut blocks, mut block) = (self.layout.blocks.iter().peekable(), None);
        for row in self.layout.first..self.layout.end {
            while let Some((_, title)) = blocks.next_if(|(first, _)| **first <= row) {
                block = Some(title);
            }
            match self.layout.aside.get(&row) {
                Some(aside) => {
                    rows.read(row, &mut record);
                    take(Some(*aside), &record, None);
                }
                None => {
                    let mend = self.read(&mut rows, row, &mut record);
                    if let Some(title) = block {
                        record = record.with(self.own_width(), title.as_bytes());
                    }
                    self.given.iter().for_each(|(_, value)| record.push(value.as_bytes()));
                    take(None, &record, mend);
                }
            }
        }
    }

    /// Each record of the table.
    pub fn each_record(&self, mut take: impl FnMut(&Record)) {
        self.each(|aside, record, _| {
            if aside.is_none() {
                take(record);
            }
        });
    }

    /// The headers that the table may have: its lines joined, then each of several lines alone, the last first.
    pub fn headers(&self) -> Vec<Vec<String>> {
        let mut headers: Vec<Vec<String>> = self.header().into_iter().collect();
        if self.header_lines.len() > 1 {
            let given = self.given.iter().map(|(name, _)| name);
            // Labels that recur mean nothing without their groups.
            let alone = self.header_lines.iter().rev().filter(|line| !recurs(line));
            headers.extend(alone.map(|line| line.iter().chain(given.clone()).cloned().collect()));
        }
        headers
    }

    /// The first rows of the text, as they are, for whoever looks for a header that the layout does not show.
    pub fn head(&self, most: usize) -> Vec<Vec<String>> {
        self.head_to(self.text.len(), most)
    }

    /// How many of these are before the end of the table.
    pub fn own_head(&self, most: usize) -> usize {
        self.head_to(self.end, most).len()
    }

    fn head_to(&self, end: usize, most: usize) -> Vec<Vec<String>> {
        let mut splitter = Splitter::new(&self.text, self.dialect, None);
        let (mut at, mut record, mut head) = (0, Record::default(), Vec::new());
        while head.len() < most
            && at < end
            && let Some(step) = splitter.read(at, &mut record)
        {
            at = step.end;
            head.push(record.texts().map(str::to_owned).collect());
        }
        head
    }

    /// The same table with its header in another row, counted as in [`Table::head`].
    pub fn with_header(self, row: usize) -> Table {
        let mut splitter = Splitter::new(&self.text, self.dialect, None);
        let (mut start, mut record) = (0, Record::default());
        for _ in 0..row {
            let Some(step) = splitter.read(start, &mut record) else { return self };
            start = step.end;
        }
        if splitter.read(start, &mut record).is_none() {
            return self;
        }
        let width = record.len().max(1);
        let mut rows = Rows::of(&self.text, self.dialect, width);
        // Rows are mended to a width, so that under another one they may begin elsewhere.
        let Some(row) = rows.beginning_at(start) else { return self };
        let layout = Layout::under(&mut rows, width, row);
        let header_lines = vec![header_line(&mut rows, row, &layout)];
        let titles = titles(&mut rows, &layout);
        let end = end_of(&rows, &layout, self.text.len());
        let mut table = Table { layout, end, header_lines, titles, ghosts: 0, ..self };
        table.drop_ghosts();
        table.name_blocks();
        table
    }

    /// How many rows there are of each kind that is no data.
    pub fn asides(&self) -> BTreeMap<Aside, u64> {
        let mut counts = BTreeMap::new();
        for aside in self.layout.aside.values() {
            *counts.entry(*aside).or_default() += 1;
        }
        counts
    }

    fn rows(&self) -> Rows<'_> {
        Rows::of(&self.text, self.dialect, self.layout.width)
    }

    fn read(&self, rows: &mut Rows<'_>, row: usize, record: &mut Record) -> Option<Mend> {
        let mend = read_fitting(rows, &self.layout, row, record);
        let reach = if self.given.is_empty() { record.reach() } else { 0 };
        record.resize(self.own_width().max(reach));
        if record.cut_cells(LONGEST_CELL) { Some(Mend::Cut) } else { mend }
    }

    /// Gives the titles of blocks a header.
    fn name_blocks(&mut self) {
        if self.layout.blocks.is_empty() {
            return;
        }
        let is_taken = |name: &&str| {
            let mut labels = self.header_lines.iter().flatten();
            labels.any(|label| label.trim().eq_ignore_ascii_case(name))
        };
        let name = BLOCK_NAMES.into_iter().find(|name| !is_taken(name)).unwrap_or_default().to_owned();
        let width = self.own_width();
        let last = self.header_lines.len().saturating_sub(1);
        for (at, line) in self.header_lines.iter_mut().enumerate() {
            line.truncate(width);
            line.push(if at == last { name.clone() } else { String::new() });
        }
    }

    fn drop_ghosts(&mut self) {
        let Some(header) = self.header_of(self.own_width()) else { return };
        let named = header.iter().rposition(|label| !label.trim().is_empty()).map_or(0, |last| last + 1);
        if named == header.len() {
            return;
        }
        let rows = self.rows();
        let reach = self.layout.data().map(|row| rows.shape(row).reach as usize).filter(|reach| *reach <= header.len());
        let reach = reach.max().unwrap_or_default().max(named).max(1);
        self.ghosts = header.len() - reach;
        for line in &mut self.header_lines {
            line.truncate(reach);
        }
    }
}

/// A row, mended to the width of the table where the columns show how.
fn read_fitting(rows: &mut Rows<'_>, layout: &Layout, row: usize, record: &mut Record) -> Option<Mend> {
    let mend = rows.read(row, record).mend;
    if record.len() == layout.width {
        return mend;
    }
    if record.len() == 1 && layout.width > 1 {
        let mut parted = Record::default();
        if rows.parted_otherwise(row, layout.width, &mut parted) && layout.profile.takes(&parted) {
            *record = parted;
            return Some(Mend::OtherSeparator);
        }
    }
    if layout.profile.realign(record) {
        return Some(Mend::Realigned);
    }
    let reach = record.reach();
    let is_short = record.len() < layout.width;
    record.resize(layout.width.max(reach));
    mend.or(match reach.cmp(&layout.width) {
        std::cmp::Ordering::Greater => Some(Mend::Surplus),
        _ => is_short.then_some(Mend::Padded),
    })
}

/// The place behind a line `sep=;`, as spreadsheets write it, and the separator it names.
fn separator_line(text: &str) -> (usize, Option<u8>) {
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    let line = text[..end].trim_end_matches([',', ';']).trim_matches('"');
    let lower = line.get(..4).map(str::to_ascii_lowercase);
    let named = match (lower.as_deref(), line.len()) {
        (Some("sep="), 5) => line.bytes().last(),
        // The separator itself was trimmed away above.
        (Some("sep="), 4) => text[..end].trim_matches('"').as_bytes().get(4).copied(),
        _ => None,
    };
    match named {
        Some(mark) if mark.is_ascii() => {
            let rest = &text[end..];
            let line_end = if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
            (end + line_end, Some(mark))
        }
        _ => (0, None),
    }
}

/// The beginning of a text, up to a line end.
fn sample(text: &str) -> &str {
    let mut end = text.len().min(SAMPLE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if end < text.len()
        && let Some(line) = memchr::memrchr2(b'\n', b'\r', &text.as_bytes()[..end])
    {
        end = line + 1;
    }
    &text[..end]
}

/// A table in its place.
struct Placed {
    layout: Layout,
    header_lines: Vec<Vec<String>>,
    titles: Vec<String>,
    end: usize,
}

/// Whether a label occurs more than once in a line of a header.
fn recurs(line: &[String]) -> bool {
    let mut seen = BTreeSet::new();
    !line.iter().filter(|label| !label.trim().is_empty()).all(|label| seen.insert(label.trim()))
}

/// Where the table ends in a text of such a length.
fn end_of(rows: &Rows<'_>, layout: &Layout, length: usize) -> usize {
    if layout.end < rows.len() { rows.shape(layout.end).start } else { length }
}

fn place(text: &str, guess: Guess) -> Option<Placed> {
    let mut width = guess.width;
    let mut rows = Rows::of(text, guess.dialect, width);
    rows.next_filled(0)?;
    if width == 0 {
        width = rows.width_without_strays();
    } else if let Some(first) = Layout::first_width(&mut rows, width) {
        width = first;
        rows = Rows::of(text, guess.dialect, width);
    }
    let layout = Layout::of(&mut rows, width);
    let header_lines = layout.header.iter().map(|line| header_line(&mut rows, *line, &layout)).collect();
    let titles = titles(&mut rows, &layout);
    let end = end_of(&rows, &layout, text.len());
    Some(Placed { layout, header_lines, titles, end })
}

/// The words of the lines above the header.
fn titles(rows: &mut Rows<'_>, layout: &Layout) -> Vec<String> {
    let above = layout.aside.range(..layout.first).filter(|(_, aside)| matches!(aside, Aside::Title | Aside::Comment));
    above.map(|(row, _)| title(&rows.record(*row))).collect()
}

fn header_line(rows: &mut Rows<'_>, line: usize, layout: &Layout) -> Vec<String> {
    let width = layout.width;
    let mut record = rows.record(line);
    if record.len() == 1 && width > 1 {
        let mut parted = Record::default();
        if rows.parted_otherwise(line, width, &mut parted) {
            record = parted;
        }
    }
    // A label too many that is empty moves all behind it.
    if record.len() == width + 1
        && let Some(empty) = (0..record.len()).find(|at| record.text(*at).is_empty())
    {
        record = Record::of(record.iter().enumerate().filter(|(at, _)| *at != empty).map(|(_, cell)| cell));
    }
    record.resize(width);
    record.texts().map(str::to_owned).collect()
}

fn title(record: &Record) -> String {
    let words = record.texts().map(str::trim).filter(|cell| Kind::of(cell) != Kind::Missing);
    words.collect::<Vec<&str>>().join(" ")
}

/// A separator as people call it.
pub fn name_of(separator: Separator) -> String {
    match separator.mark {
        b',' => "comma".to_owned(),
        b';' => "semicolon".to_owned(),
        b'\t' => "tab".to_owned(),
        b'|' => "bar".to_owned(),
        b' ' => "blank".to_owned(),
        mark => format!("`{}`", char::from(mark).escape_default()),
    }
}
