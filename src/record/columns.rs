//! One column of text in, one typed column out, block by block. The format of dates and numbers is decided from all
//! values of the column, over every file of the same kind; while it is read, the format that its beginning shows is
//! tried, and whether that was right is seen at the end. A value that does not parse is counted and shown, never
//! guessed at.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::dates::{DateCensus, DateDecision, DayOrder, Mixed, Moment};
use super::ids::{DAMAGED, canonical_id, email_key, id_in, looks_damaged, looks_rounded};
use super::missing::{is_missing, trimmed};
use super::money::{DecimalMark, NumberCensus, NumberDecision, Scanned as Number};
use super::report::Choice;
pub use super::vocabulary::{FoundWords, OTHER_WORDS, meaning, word_column};
use crate::calendar::Zone;
use crate::fields::Kind;
use crate::project::Table;
use crate::store::keys::print;
use crate::store::{NO_NUMBER, NO_WORD, Texts, Values, Words};
use serde::{Deserialize, Serialize};

/// How many unreadable values are kept as examples.
const EXAMPLES: usize = 5;
/// How many different words are counted by name at all.
const MOST_COUNTED: usize = 100_000;

/// What was decided for a column before it is read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Format {
    /// Dates in one format.
    Dates(DateDecision),
    /// Numbers with one decimal mark.
    Numbers(NumberDecision),
    /// Anything else.
    Text,
}

impl Format {
    /// What was decided where values can be read in two ways, if some value depends on it.
    pub fn choice(&self, kind: Kind) -> Option<Choice> {
        match self {
            Format::Dates(dates) if dates.shows_order || dates.ambiguous_order => Some(match dates.column.order() {
                DayOrder::DayFirst => Choice::DayFirst,
                DayOrder::MonthFirst => Choice::MonthFirst,
            }),
            // A lone mark in a whole number groups thousands, whichever it is.
            Format::Numbers(numbers) if kind != Kind::Count && (numbers.shows_mark || numbers.ambiguous_mark) => {
                Some(match numbers.column.mark {
                    DecimalMark::Comma => Choice::Comma,
                    DecimalMark::Point => Choice::Point,
                })
            }
            _ => None,
        }
    }

    /// Whether the values of one file alone say clearly that they are written in another way than those of all files
    /// of its kind together.
    pub fn contradicts(&self, shared: &Format, kind: Kind) -> bool {
        match (self, shared) {
            (Format::Dates(own), Format::Dates(shared)) => {
                !own.column.is_alike(&shared.column)
                    && !own.ambiguous_order
                    && (own.unreadable + own.other_ways) * 20 <= own.values
                    && own.values > 0
            }
            (Format::Numbers(own), Format::Numbers(shared)) => {
                // A whole number has no decimals: a lone mark in it groups thousands.
                let shows = own.shows_mark || (kind == Kind::Count && own.ambiguous_mark);
                let is_one_way = (own.unreadable + own.other_ways) * 20 <= own.values;
                own.column.mark != shared.column.mark && shows && is_one_way
            }
            _ => false,
        }
    }
}

/// Evidence on the format of a column. Adds up over files.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Census {
    /// Of dates.
    Dates(Box<DateCensus>),
    /// Of numbers.
    Numbers(NumberCensus),
    /// None needed.
    Text,
}

impl Census {
    /// No evidence yet.
    pub fn new(kind: Kind) -> Census {
        match kind {
            Kind::Moment => Census::Dates(Box::default()),
            Kind::Period => Census::Dates(Box::new(DateCensus::with_months())),
            Kind::Money | Kind::Count | Kind::Decimal => Census::Numbers(NumberCensus::default()),
            _ => Census::Text,
        }
    }

    /// Takes the values of a column into account.
    pub fn feed(&mut self, column: &Texts) {
        match self {
            Census::Dates(census) => column.iter().for_each(|text| census.feed(text)),
            Census::Numbers(census) => column.iter().for_each(|text| census.feed(text)),
            Census::Text => {}
        }
    }

    /// Adds the evidence of another file.
    pub fn merge(&mut self, other: &Census) {
        match (self, other) {
            (Census::Dates(own), Census::Dates(other)) => own.merge(other),
            (Census::Numbers(own), Census::Numbers(other)) => own.merge(other),
            _ => {}
        }
    }

    /// In which further ways the values are written, where the column is read in a format.
    pub fn mixed(&self, format: &Format) -> Option<Mixed> {
        match (self, format) {
            (Census::Dates(census), Format::Dates(decided)) => census.mixed(&decided.column),
            (Census::Numbers(census), Format::Numbers(decided)) => census.mixed(&decided.column),
            _ => None,
        }
    }

    /// The format, with what the project file or the preset prefers where the values leave it open.
    pub fn decide(&self, order: Option<DayOrder>, mark: Option<DecimalMark>) -> Format {
        match self {
            Census::Dates(census) => Format::Dates(census.decide(order)),
            Census::Numbers(census) => Format::Numbers(census.decide(mark)),
            Census::Text => Format::Text,
        }
    }
}

/// What becomes of the texts of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// They recur, and are kept in a dictionary.
    Codes,
    /// They are only compared, and are kept as prints.
    Prints,
    /// They are kept as they are.
    Texts,
}

impl Kept {
    /// What becomes of the texts of a field: names and words recur, unlike ids; of these, lists show those of leads, and
    /// deals are ordered by theirs. A cell with several ids is taken apart when they are joined.
    pub fn of(table: Table, kind: Kind, field: &str) -> Kept {
        let recurs = kind == Kind::Text || field == "owner" || field == "campaign_id";
        let is_compared = match table {
            Table::Touches | Table::StageChanges | Table::Links => matches!(kind, Kind::Id | Kind::Email),
            Table::Leads => matches!(field, "contact_id" | "email"),
            _ => false,
        };
        match (recurs, is_compared) {
            (true, _) => Kept::Codes,
            (false, true) => Kept::Prints,
            (false, false) => Kept::Texts,
        }
    }

    /// A column of no rows.
    pub fn empty(self) -> Values {
        match self {
            Kept::Codes => Values::Codes(Vec::new()),
            Kept::Prints => Values::Prints(Vec::new()),
            Kept::Texts => Values::Texts(Texts::default()),
        }
    }
}

/// What reading a column needs to know besides its text.
pub struct Reading<'a> {
    /// Kind of the field.
    pub kind: Kind,
    /// What becomes of its texts.
    pub kept: Kept,
    /// Whether it names the records of the table.
    pub is_key: bool,
    /// The format to read it in.
    pub format: &'a Format,
    /// Zone of date-times written without one.
    pub source_zone: &'a Zone,
    /// Zone of the report's calendar days.
    pub report_zone: &'a Zone,
    /// Folded value found → canonical word.
    pub vocabulary: Option<&'a BTreeMap<String, String>>,
    /// Decimals of the currency of each row, where the kind is money.
    pub digits: &'a dyn Fn(usize) -> u8,
    /// Number of each row, for examples.
    pub numbers: &'a [u32],
}

/// What the values of a column have shown. Adds up over the blocks of a table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Found {
    /// Evidence on the format.
    pub census: Census,
    /// Values that are not missing.
    pub filled: u64,
    /// Of these, how many could not be read.
    pub unreadable: u64,
    /// A few of these, with their row.
    pub examples: Vec<(u32, String)>,
    /// The first and the last moment, where the column holds moments.
    pub span: Option<(i64, i64)>,
    /// Values with their rows, where the column holds words.
    pub words: BTreeMap<String, u64>,
    /// Ids that a spreadsheet has turned into numbers.
    pub damaged_ids: u64,
    /// Ids with more digits than a spreadsheet keeps, and those of them that end in zeros beyond what it keeps.
    pub long_ids: (u64, u64),
}

impl Found {
    /// Whether a spreadsheet rounded the ids of this column: all of its long ones end in zeros.
    pub fn is_rounded(&self) -> bool {
        let (long, rounded) = self.long_ids;
        long > 1 && rounded * 10 >= long * 9
    }

    /// Nothing yet.
    pub fn new(kind: Kind) -> Found {
        Found {
            census: Census::new(kind),
            filled: 0,
            unreadable: 0,
            examples: Vec::new(),
            span: None,
            words: BTreeMap::new(),
            damaged_ids: 0,
            long_ids: (0, 0),
        }
    }

    /// Adds what the next block has shown, which begins behind `before` rows.
    pub fn add(&mut self, other: Found, before: u64) {
        let Found { census, filled, unreadable, examples, span, words, damaged_ids, long_ids } = other;
        self.census.merge(&census);
        self.filled += filled;
        self.unreadable += unreadable;
        let room = EXAMPLES - self.examples.len();
        let shifted = |row: u32| u32::try_from(before + u64::from(row)).unwrap_or(u32::MAX);
        self.examples.extend(examples.into_iter().take(room).map(|(row, text)| (shifted(row), text)));
        self.span = match (self.span, span) {
            (Some((from, to)), Some((first, last))) => Some((from.min(first), to.max(last))),
            (own, other) => own.or(other),
        };
        for (word, rows) in words {
            let is_counted = self.words.len() < MOST_COUNTED || self.words.contains_key(&word);
            *self.words.entry(if is_counted { word } else { OTHER_WORDS.to_owned() }).or_default() += rows;
        }
        self.damaged_ids += damaged_ids;
        self.long_ids = (self.long_ids.0 + long_ids.0, self.long_ids.1 + long_ids.1);
    }
}

/// Reads the values of a block of a column. Texts that recur are given codes in `dictionary`.
///
/// Instants are whole seconds since 1970-01-01 UTC; a date without a clock is the first instant of that day in
/// the report's zone. Money is whole minor units. Words are the index in their list.
pub fn typed(text: &Texts, reading: &Reading<'_>, dictionary: &mut Words) -> (Values, Found) {
    let mut found = Found::new(reading.kind);
    let values = match (reading.kind, reading.format) {
        (Kind::Moment | Kind::Period, Format::Dates(decision)) => {
            let Found { census: Census::Dates(census), .. } = &mut found else { unreachable!("a census of its kind") };
            let mut census = std::mem::take(census);
            let read = |_, value: &str| {
                let scanned = census.scanned(value);
                census.feed_scanned(scanned.as_ref());
                let moment = scanned.and_then(|scanned| decision.column.moment(&scanned, reading.source_zone));
                instant(moment, reading.report_zone)
            };
            let values = read_all(text, reading, &mut found, NO_NUMBER, read);
            found.census = Census::Dates(census);
            let known = || values.iter().copied().filter(|value| *value != NO_NUMBER);
            found.span = known().min().zip(known().max());
            Values::Numbers(values)
        }
        (Kind::Money, Format::Numbers(decision)) => {
            let read = |row, number: &Number| decision.column.minor(number, (reading.digits)(row));
            Values::Numbers(read_numbers(text, reading, &mut found, NO_NUMBER, read))
        }
        (Kind::Count, Format::Numbers(decision)) => {
            let read = |_, number: &Number| decision.column.count(number);
            Values::Numbers(read_numbers(text, reading, &mut found, NO_NUMBER, read))
        }
        (Kind::Decimal, Format::Numbers(decision)) => {
            let read = |_, number: &Number| decision.column.decimal(number).filter(|value| value.is_finite());
            Values::Decimals(read_numbers(text, reading, &mut found, f64::NAN, read))
        }
        (Kind::Word(words), _) => Values::Words(word_column(text, words, reading.vocabulary, &mut found)),
        (Kind::Flag, _) => {
            Values::Words(read_all(text, reading, &mut found, NO_WORD, |_, value| flag(value).map(u8::from)))
        }
        (kind, _) => text_column(text, kind, reading, dictionary, &mut found),
    };
    (values, found)
}

/// The instant of a moment; a day begins at its midnight in the report's zone.
pub fn instant(moment: Option<Moment>, report_zone: &Zone) -> Option<i64> {
    moment.map(|moment| match moment {
        Moment::Instant(seconds) => seconds,
        Moment::Date(day) => report_zone.instant_of(day, 0),
    })
}

/// The value in a cell, where there is one.
pub(super) fn value_in(cell: &str) -> Option<&str> {
    let cell = trimmed(cell);
    if is_missing(cell) { None } else { Some(cell) }
}

/// Reads each cell, and counts what is filled and what cannot be read.
fn read_all<T: Copy>(
    text: &Texts,
    reading: &Reading<'_>,
    found: &mut Found,
    absent: T,
    mut read: impl FnMut(usize, &str) -> Option<T>,
) -> Vec<T> {
    let mut values = Vec::with_capacity(text.len());
    for (row, cell) in text.iter().enumerate() {
        let cell = value_in(cell);
        let value = cell.and_then(|cell| read(row, cell));
        if let Some(cell) = cell {
            found.filled += 1;
            if value.is_none() {
                unreadable(found, reading, row, cell);
            }
        }
        values.push(value.unwrap_or(absent));
    }
    values
}

/// The same for numbers, which count as evidence on the format besides.
fn read_numbers<T: Copy>(
    text: &Texts,
    reading: &Reading<'_>,
    found: &mut Found,
    absent: T,
    mut read: impl FnMut(usize, &Number) -> Option<T>,
) -> Vec<T> {
    let mut census = NumberCensus::default();
    let values = read_all(text, reading, found, absent, |row, value| {
        let number = Number::of(value);
        census.feed_scanned(&number);
        read(row, &number)
    });
    found.census = Census::Numbers(census);
    values
}

fn unreadable(found: &mut Found, reading: &Reading<'_>, row: usize, cell: &str) {
    found.unreadable += 1;
    if found.examples.len() < EXAMPLES {
        found.examples.push((reading.numbers[row], cell.to_owned()));
    }
}

fn flag(value: &str) -> Option<bool> {
    const YES: [&str; 6] = ["true", "1", "yes", "y", "t", "1.0"];
    const NO: [&str; 6] = ["false", "0", "no", "n", "f", "0.0"];
    let is = |words: &[&str]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
    if is(&YES) { Some(true) } else { is(&NO).then_some(false) }
}

/// The column that texts of a field are kept in.
enum Column<'a> {
    Codes(Vec<u32>, &'a mut Words),
    Prints(Vec<u64>),
    Texts(Texts),
}

impl Column<'_> {
    fn push(&mut self, text: &str) {
        match self {
            Column::Codes(codes, dictionary) => codes.push(dictionary.code(text)),
            Column::Prints(prints) => prints.push(print(text)),
            Column::Texts(texts) => texts.push(text),
        }
    }
}

fn text_column(text: &Texts, kind: Kind, reading: &Reading<'_>, dictionary: &mut Words, found: &mut Found) -> Values {
    let mut column = match reading.kept {
        Kept::Codes => Column::Codes(Vec::with_capacity(text.len()), dictionary),
        Kept::Prints => Column::Prints(Vec::with_capacity(text.len())),
        Kept::Texts => Column::Texts(Texts::with_capacity(text.len(), text.heap_bytes())),
    };
    for (row, cell) in text.iter().enumerate() {
        let Some(cell) = value_in(cell) else {
            column.push("");
            continue;
        };
        found.filled += 1;
        match kind {
            Kind::Id if looks_damaged(cell) => {
                found.damaged_ids += 1;
                // A record keeps its row, and a reference to a damaged id is a reference to nothing.
                if reading.is_key { column.push(&format!("{DAMAGED}{cell}")) } else { column.push("") }
            }
            Kind::Id => {
                let id = id_in(cell);
                if let Some(is_rounded) = looks_rounded(&id) {
                    found.long_ids.0 += 1;
                    found.long_ids.1 += u64::from(is_rounded);
                }
                column.push(&id);
            }
            Kind::Ids if looks_damaged(cell) => {
                found.damaged_ids += 1;
                column.push("");
            }
            Kind::Ids if cell.contains(';') => {
                let ids: Vec<Cow<'_, str>> = cell.split(';').map(|id| canonical_id(id.trim())).collect();
                column.push(&ids.join(";"));
            }
            Kind::Ids => column.push(&id_in(cell)),
            Kind::Email => {
                let key = email_key(cell);
                if key.is_none() {
                    unreadable(found, reading, row, cell);
                }
                column.push(key.as_deref().unwrap_or_default());
            }
            _ => column.push(cell),
        }
    }
    match column {
        Column::Codes(codes, _) => Values::Codes(codes),
        Column::Prints(prints) => Values::Prints(prints),
        Column::Texts(texts) => Values::Texts(texts),
    }
}
