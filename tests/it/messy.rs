//! Random tables in random dialects, for tests that read them back: what people export, written as tools write it.
//!
//! A text can say the same in two ways, so some tables are not made, or not in every dialect. Each such limit stands
//! here with its reason; what is not listed must be read back exactly.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Whole numbers that count up from here.
    Number(u64),
    /// Codes with letters.
    Code,
    Date,
    Amount,
    Mail,
    Word,
    /// Prose with separators, quotes, apostrophes, line breaks.
    Prose,
    /// Nothing.
    Blank,
}

impl Column {
    /// Whether a label could not be such a value.
    fn is_typed(self) -> bool {
        matches!(self, Column::Number(_) | Column::Date | Column::Amount | Column::Mail)
    }

    fn cell(self, row: usize, dice: u64, line_break: &str) -> String {
        let pick = |words: &[&str]| words[usize::try_from(dice).unwrap() % words.len()].to_owned();
        match self {
            Column::Number(first) => (first + row as u64).to_string(),
            Column::Code => format!("L-{:05}", 17 + row * 3),
            Column::Date => format!("2026-{:02}-{:02}", dice % 12 + 1, dice / 12 % 28 + 1),
            Column::Amount => money(amount(dice)),
            Column::Mail => format!("{}.{}@example.com", pick(&["ada", "o'brien", "jörg", "li"]), dice % 97),
            Column::Word => pick(WORDS),
            Column::Prose => prose(dice, line_break),
            Column::Blank => String::new(),
        }
    }
}

const LABELS: [&str; 12] = [
    "Lead ID",
    "Created",
    "Company",
    "Remarks",
    "Contact e-mail",
    "Status",
    "Value (EUR)",
    "Owner",
    "City",
    "next_step",
    "Reason lost",
    "Größe",
];

const WORDS: &[&str] = &[
    "New",
    "Köln",
    "O'Brien",
    "Besançon",
    "trade fair",
    "A & B",
    "señor Núñez",
    "c:\\temp",
    "50% off",
    "web",
    "Müller",
    "St. Gallen",
    "déjà vu",
    "+49 30 123",
    "'s-Hertogenbosch",
    "true",
];

/// Words that no code page of one byte knows.
const FAR_WORDS: &[&str] = &["Łódź", "東京", "Москва", "🚀 launch", "Ελλάδα"];

const PIECES: &[&str] = &[
    "call again",
    ", ",
    "; ",
    " | ",
    "\t",
    "\"",
    "'",
    "BREAK",
    "maybe",
    " \"soon\" ",
    ", or later",
    "10:30",
    "it's fine",
    "5,50; 6,50",
    "asked: why?",
    " naïve café ",
    "d'accord",
    ",",
    ";",
    "BREAKBREAK",
    "c:\\new\\x",
    "=1+1",
];

/// A sentence of up to six pieces. Blanks around it are left out: whether those belong to a cell or to its separator
/// is a question that a file of two columns cannot answer.
fn prose(dice: u64, line_break: &str) -> String {
    let mut dice = dice;
    let mut text = String::new();
    for _ in 0..=dice % 6 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 7;
        text.push_str(PIECES[usize::try_from(dice % PIECES.len() as u64).unwrap()]);
    }
    text.trim().replace("BREAK", line_break).trim().to_owned()
}

/// Cents; few are round, some are negative.
fn amount(dice: u64) -> i64 {
    let cents = i64::try_from(dice % 900_000).unwrap() + 99;
    if dice % 17 == 3 { -cents } else { cents }
}

fn money(cents: i64) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

/// A header and records as wide as it.
#[derive(Debug, Clone)]
pub struct Table {
    pub header: Vec<String>,
    pub records: Vec<Vec<String>>,
    /// For each column of amounts their sum in cents.
    sums: Vec<Option<i64>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    Minimal,
    All,
}

/// How bytes stand for the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Utf8 { mark: bool },
    Utf16 { big: bool, mark: bool },
    Windows1252,
}

/// How a table is written.
#[derive(Debug, Clone)]
pub struct Dialect {
    separator: char,
    quote: char,
    quoting: Quoting,
    backslash: bool,
    line_end: &'static str,
    coding: Coding,
    titles: usize,
    blank_below_titles: bool,
    blank_lines_at_end: usize,
    separator_line: bool,
    total: bool,
    last_line_ends: bool,
}

/// A table with the dialect to write it in.
#[derive(Clone)]
pub struct Messy {
    pub table: Table,
    pub dialect: Dialect,
}

/// The text says all: what proptest shrinks to should fit a screen.
impl std::fmt::Debug for Messy {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{:?} in {:?}", self.text(), self.dialect)
    }
}

fn any_column() -> impl Strategy<Value = Column> {
    prop_oneof![
        Just(Column::Date),
        Just(Column::Amount),
        Just(Column::Mail),
        Just(Column::Word),
        Just(Column::Prose),
        Just(Column::Prose),
        Just(Column::Code),
        Just(Column::Number(7_001)),
        Just(Column::Blank),
    ]
}

/// The first column names the record, so it is always filled: a row without anything is a blank line, and a row that
/// has only a sentence in its first cell is small print.
fn any_key() -> impl Strategy<Value = Column> {
    prop_oneof![Just(Column::Code), Just(Column::Number(1)), Just(Column::Number(482_113)), Just(Column::Mail)]
}

fn any_dialect() -> impl Strategy<Value = Dialect> {
    let coding = prop_oneof![
        any::<bool>().prop_map(|mark| Coding::Utf8 { mark }),
        any::<(bool, bool)>().prop_map(|(big, mark)| Coding::Utf16 { big, mark }),
        Just(Coding::Windows1252),
    ];
    let cells = (
        select(&[',', ';', '\t', '|'][..]),
        select(&['"', '"', '"', '\''][..]),
        select(&[Quoting::Minimal, Quoting::All][..]),
        any::<bool>(),
        select(&["\n", "\r\n", "\r"][..]),
    );
    let around = (0..4_usize, any::<bool>(), 0..3_usize, any::<bool>(), any::<bool>(), any::<bool>());
    (cells, coding, around).prop_map(|((separator, quote, quoting, backslash, line_end), coding, around)| {
        let (titles, blank_below_titles, blank_lines_at_end, separator_line, total, last_line_ends) = around;
        Dialect {
            separator,
            quote,
            quoting,
            backslash,
            line_end,
            coding,
            titles,
            blank_below_titles,
            blank_lines_at_end,
            separator_line,
            total,
            last_line_ends,
        }
    })
}

/// A random table in a random dialect, if the text can tell which.
pub fn any_messy() -> impl Strategy<Value = Messy> {
    let columns = (any_key(), vec(any_column(), 1..8)).prop_map(|(key, mut columns)| {
        columns.insert(0, key);
        columns
    });
    let table = (columns, Just(LABELS).prop_shuffle(), 3..40_usize, any_dialect());
    table
        .prop_flat_map(|(columns, labels, rows, dialect)| {
            let dice = vec(vec((any::<u64>(), 0..5_u8), columns.len()), rows);
            (Just(columns), Just(labels), dice, Just(dialect))
        })
        .prop_map(|(columns, labels, dice, dialect)| messy(&columns, &labels, &dice, dialect))
        .prop_filter("the text cannot tell", Messy::is_told)
}

fn messy(columns: &[Column], labels: &[&str], dice: &[Vec<(u64, u8)>], dialect: Dialect) -> Messy {
    let mut columns = columns.to_vec();
    // A table of words alone has no header that could be told from its rows.
    if !columns.iter().any(|column| column.is_typed()) {
        *columns.last_mut().unwrap() = Column::Date;
    }
    let always = columns.iter().position(|column| column.is_typed()).unwrap_or_default();
    let line_break = if dialect.line_end == "\r\n" && dice.len().is_multiple_of(2) { "\r\n" } else { "\n" };
    let line_break = if dialect.line_end == "\r" { "\r" } else { line_break };
    let mut sums: Vec<Option<i64>> = columns.iter().map(|column| (*column == Column::Amount).then_some(0)).collect();
    let mut records = Vec::new();
    for (row, dice) in dice.iter().enumerate() {
        let mut record = Vec::new();
        for (at, (column, (dice, blank))) in columns.iter().zip(dice).enumerate() {
            // One cell in five is blank; the key and one typed column never are.
            if *blank == 0 && at != 0 && at != always {
                record.push(String::new());
                continue;
            }
            if let Some(sum) = &mut sums[at] {
                *sum += amount(*dice);
            }
            record.push(column.cell(row, *dice, line_break));
        }
        records.push(record);
    }
    let far = FAR_WORDS[dice.len() % FAR_WORDS.len()];
    if let Some(at) = columns.iter().position(|column| *column == Column::Word)
        && dialect.coding != Coding::Windows1252
    {
        records[0][at] = far.to_owned();
    }
    let header = labels.iter().take(columns.len()).map(|label| (*label).to_owned()).collect();
    Messy { table: Table { header, records, sums }, dialect }
}

impl Messy {
    fn cells(&self) -> impl Iterator<Item = &String> {
        self.table.records.iter().flatten()
    }

    /// Whether the text tells its dialect at all.
    fn is_told(&self) -> bool {
        let Messy { table, dialect } = self;
        let quoted = |cell: &&String| self.is_quoted(cell);
        // Apostrophes are quotes where they do the work of quotes: around every cell, or around cells that hold the
        // separator, more than once. Elsewhere they belong to the words.
        let holding =
            self.cells().filter(quoted).filter(|cell| cell.contains(dialect.separator) && !cell.contains(['\n', '\r']));
        let apostrophes = dialect.quote != '\'' || dialect.quoting == Quoting::All || holding.count() > 1;
        // And where they are quotes, a double quote that stands bare at the edge of a cell could be one as well.
        let bare = |cell: &&String| !self.is_quoted(cell) && (cell.starts_with('"') || cell.ends_with('"'));
        let apostrophes = apostrophes && (dialect.quote != '\'' || !self.cells().any(|cell| bare(&cell)));
        // Backslashes escape where one stands before a quote. Where none does, a backslash may well be one.
        let escapes = self.cells().any(|cell| cell.contains(dialect.quote));
        let backslashes = !dialect.backslash || escapes || !self.cells().any(|cell| cell.contains('\\'));
        // One code page is told from another by its letters and what they stand beside, so it takes a few of them.
        let far: BTreeSet<char> = self.cells().flat_map(|cell| cell.chars()).filter(|c| !c.is_ascii()).collect();
        let code_page = dialect.coding != Coding::Windows1252 || far.len() > 3;
        // A total of nothing is no total.
        let total = !dialect.total || table.sums.iter().flatten().any(|sum| *sum != 0);
        apostrophes && backslashes && code_page && total
    }

    fn is_quoted(&self, cell: &str) -> bool {
        let Dialect { separator, quote, backslash, .. } = self.dialect;
        let needs = |c: char| c == separator || c == quote || c == '\n' || c == '\r' || (backslash && c == '\\');
        self.dialect.quoting == Quoting::All || cell.contains(needs)
    }

    fn written(&self, cell: &str) -> String {
        let quote = self.dialect.quote;
        if !self.is_quoted(cell) {
            return cell.to_owned();
        }
        let inside = if self.dialect.backslash {
            cell.replace('\\', "\\\\").replace(quote, &format!("\\{quote}"))
        } else {
            cell.replace(quote, &format!("{quote}{quote}"))
        };
        format!("{quote}{inside}{quote}")
    }

    fn line<'a>(&self, cells: impl IntoIterator<Item = &'a String>) -> String {
        let cells: Vec<String> = cells.into_iter().map(|cell| self.written(cell)).collect();
        cells.join(&self.dialect.separator.to_string())
    }

    /// The file as text.
    pub fn text(&self) -> String {
        let Messy { table, dialect } = self;
        let mut lines = Vec::new();
        if dialect.separator_line {
            lines.push(format!("sep={}", dialect.separator));
        }
        let titles = ["Leads by source", "Created 2026-01-01 to 2026-12-31", "All owners"];
        lines.extend(titles.iter().take(dialect.titles).map(|title| self.line([&(*title).to_owned()])));
        if dialect.titles > 0 && dialect.blank_below_titles {
            lines.push(String::new());
        }
        lines.push(self.line(&table.header));
        lines.extend(table.records.iter().map(|record| self.line(record)));
        if dialect.total && table.sums.iter().any(Option::is_some) {
            let sum = |sum: &Option<i64>| sum.map_or_else(String::new, money);
            let mut total: Vec<String> = table.sums.iter().map(sum).collect();
            total[0] = "Total".to_owned();
            lines.push(self.line(&total));
        }
        let mut text = lines.join(dialect.line_end);
        if dialect.last_line_ends || dialect.blank_lines_at_end > 0 {
            text.push_str(dialect.line_end);
        }
        text.push_str(&dialect.line_end.repeat(dialect.blank_lines_at_end));
        text
    }

    /// The file as bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let text = self.text();
        match self.dialect.coding {
            Coding::Utf8 { mark } => format!("{}{text}", if mark { "\u{feff}" } else { "" }).into_bytes(),
            Coding::Utf16 { big, mark } => wide(&text, big, mark),
            Coding::Windows1252 => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        }
    }
}

/// UTF-16, with a byte-order mark or without.
pub fn wide(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}
