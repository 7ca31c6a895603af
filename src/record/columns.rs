//! One column of text in, one typed column out. The format of dates and numbers is decided from all values of the
//! column, over every file of the same kind, before a single one is read. A value that does not parse is counted
//! and shown, never guessed at.

use std::borrow::Cow;
use std::collections::BTreeMap;

use polars::prelude::*;

use super::dates::{DateCensus, DateDecision, DayOrder, Moment};
use super::ids::{canonical_id, email_key, looks_damaged};
use super::missing::{is_missing, trimmed};
use super::money::{DecimalMark, NumberCensus, NumberDecision};
use super::report::ColumnReport;
use crate::calendar::Zone;
use crate::fields::Kind;
use crate::project::meaning::folded;

/// How many unreadable values are kept as examples.
const EXAMPLES: usize = 5;
/// How many words in and outside the vocabulary are kept by name; the rest is counted.
const MOST_WORDS: usize = 200;
/// Where words outside the vocabulary beyond [`MOST_WORDS`] are counted.
pub const OTHER_WORDS: &str = "(other words)";

/// What was decided for a column before it is read.
#[derive(Debug, Clone)]
pub enum Format {
    /// Dates in one format.
    Dates(DateDecision),
    /// Numbers with one decimal mark.
    Numbers(NumberDecision),
    /// Anything else.
    Text,
}

impl Format {
    /// Whether the values of one file alone say clearly that they are written in another way than those of all files
    /// of its kind together.
    pub fn contradicts(&self, shared: &Format, kind: Kind) -> bool {
        match (self, shared) {
            (Format::Dates(own), Format::Dates(shared)) => {
                own.column != shared.column
                    && !own.ambiguous_order
                    && own.unreadable * 20 <= own.values
                    && own.values > 0
            }
            (Format::Numbers(own), Format::Numbers(shared)) => {
                // A whole number has no decimals: a lone mark in it groups thousands.
                let tells = own.tells_mark || (kind == Kind::Count && own.ambiguous_mark);
                own.column.mark != shared.column.mark && tells && own.unreadable * 20 <= own.values
            }
            _ => false,
        }
    }
}

/// Evidence on the format of a column. Adds up over files.
#[derive(Debug, Clone)]
pub enum Census {
    /// Of dates.
    Dates(Box<DateCensus>),
    /// Of numbers.
    Numbers(NumberCensus),
    /// None needed.
    Text,
}

impl Census {
    /// The evidence in a column.
    pub fn of(kind: Kind, column: &StringChunked) -> Census {
        let values = column.iter().flatten();
        match kind {
            Kind::Moment => {
                let mut census = DateCensus::default();
                values.for_each(|text| census.feed(text));
                Census::Dates(Box::new(census))
            }
            Kind::Money | Kind::Count | Kind::Decimal => {
                let mut census = NumberCensus::default();
                values.for_each(|text| census.feed(text));
                Census::Numbers(census)
            }
            _ => Census::Text,
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

    /// The format, with what the project file or the preset prefers where the values leave it open.
    pub fn decide(&self, order: Option<DayOrder>, mark: Option<DecimalMark>) -> Format {
        match self {
            Census::Dates(census) => Format::Dates(census.decide(order)),
            Census::Numbers(census) => Format::Numbers(census.decide(mark)),
            Census::Text => Format::Text,
        }
    }
}

/// What reading a column needs to know besides its text.
pub struct Reading<'a> {
    /// Kind of the field.
    pub kind: Kind,
    /// The format decided for it.
    pub format: &'a Format,
    /// Zone of date-times written without one.
    pub source_zone: &'a Zone,
    /// Zone of the report's calendar days.
    pub report_zone: &'a Zone,
    /// Folded value found → canonical word.
    pub vocabulary: Option<&'a BTreeMap<String, String>>,
    /// Decimals of the currency of each row, where the kind is money.
    pub digits: &'a dyn Fn(usize) -> u8,
    /// Number of each row in its file, for examples.
    pub rows: &'a UInt32Chunked,
}

/// Reads a column. What could not be read is counted in `report`.
///
/// Instants are whole seconds since 1970-01-01 UTC; a date without a clock is the first instant of that day in
/// the report's zone. Money is whole minor units. Words are the index in their list.
pub fn typed(name: &str, text: &StringChunked, reading: &Reading<'_>, report: &mut ColumnReport) -> Series {
    let name = PlSmallStr::from_str(name);
    let mut tally = Tally { report, rows: reading.rows };
    match (reading.kind, reading.format) {
        (Kind::Moment, Format::Dates(decision)) => {
            tally.report.format.clone_from(&decision.format_label);
            tally.report.ambiguous = decision.ambiguous_order;
            tally.report.has_clock = decision.has_clock;
            let read = |_, value: &str| instant(decision.column.read(value, reading.source_zone), reading.report_zone);
            let values = tally.read_all(text, read);
            tally.report.span = values.iter().flatten().min().copied().zip(values.iter().flatten().max().copied());
            Int64Chunked::from_iter_options(name, values.into_iter()).into_series()
        }
        (Kind::Money, Format::Numbers(decision)) => {
            describe_numbers(decision, tally.report);
            integers(name, text, &mut tally, |row, value| decision.column.read_minor(value, (reading.digits)(row)))
        }
        (Kind::Count, Format::Numbers(decision)) => {
            describe_numbers(decision, tally.report);
            integers(name, text, &mut tally, |_, value| decision.column.read_count(value))
        }
        (Kind::Decimal, Format::Numbers(decision)) => {
            describe_numbers(decision, tally.report);
            if decision.column.percentages {
                tally.report.format = tally.report.format.replacen("number", "percentage", 1);
            }
            let values: Vec<Option<f64>> =
                tally.read_all(text, |_, value| decision.column.read_decimal(value).filter(|value| value.is_finite()));
            Float64Chunked::from_iter_options(name, values.into_iter()).into_series()
        }
        (Kind::Word(words), _) => words_column(name, text, words, reading.vocabulary, &mut tally),
        (Kind::Flag, _) => {
            tally.report.format = "yes or no".to_owned();
            let values: Vec<Option<u8>> = tally.read_all(text, |_, value| flag(value).map(u8::from));
            UInt8Chunked::from_iter_options(name, values.into_iter()).into_series()
        }
        (kind, _) => text_column(name, text, kind, &mut tally),
    }
}

fn describe_numbers(decision: &NumberDecision, report: &mut ColumnReport) {
    report.format = match decision.column.mark {
        DecimalMark::Point => "number, decimal point",
        DecimalMark::Comma => "number, decimal comma",
    }
    .to_owned();
    report.ambiguous = decision.ambiguous_mark;
}

/// The instant of a moment; a day begins at its midnight in the report's zone.
pub fn instant(moment: Option<Moment>, report_zone: &Zone) -> Option<i64> {
    moment.map(|moment| match moment {
        Moment::Instant(seconds) => seconds,
        Moment::Date(day) => report_zone.instant_of(day, 0),
    })
}

/// Counts filled and unreadable values on the way.
struct Tally<'a> {
    report: &'a mut ColumnReport,
    rows: &'a UInt32Chunked,
}

impl Tally<'_> {
    fn read_all<T>(&mut self, text: &StringChunked, mut read: impl FnMut(usize, &str) -> Option<T>) -> Vec<Option<T>> {
        let mut values = Vec::with_capacity(text.len());
        for (row, cell) in text.iter().enumerate() {
            let cell = cell.map(trimmed).filter(|cell| !is_missing(cell));
            let value = cell.and_then(|cell| read(row, cell));
            if let Some(cell) = cell {
                self.report.filled += 1;
                if value.is_none() {
                    self.unreadable(row, cell);
                }
            }
            values.push(value);
        }
        values
    }

    fn unreadable(&mut self, row: usize, cell: &str) {
        self.report.unreadable += 1;
        if self.report.examples.len() < EXAMPLES {
            self.report.examples.push((self.rows.get(row).unwrap_or_default(), cell.to_owned()));
        }
    }
}

fn integers(
    name: PlSmallStr,
    text: &StringChunked,
    tally: &mut Tally<'_>,
    read: impl FnMut(usize, &str) -> Option<i64>,
) -> Series {
    let values = tally.read_all(text, read);
    Int64Chunked::from_iter_options(name, values.into_iter()).into_series()
}

fn words_column(
    name: PlSmallStr,
    text: &StringChunked,
    known: &'static [&'static str],
    vocabulary: Option<&BTreeMap<String, String>>,
    tally: &mut Tally<'_>,
) -> Series {
    let (column, found) = words(name, text, known, vocabulary);
    tally.report.format = known.join(", ");
    tally.report.filled += (column.len() - column.null_count()) as u64 + found.unmapped.values().sum::<u64>();
    tally.report.take_words(found, known);
    column
}

/// The values of a column of words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundWords {
    /// Values in the vocabulary: the index of the word that each stands for, and its rows.
    pub mapped: BTreeMap<String, (u8, u64)>,
    /// Values outside it, with their rows.
    pub unmapped: BTreeMap<String, u64>,
}

/// The index of each value's word, through a vocabulary of folded values; a value that is itself a word needs no
/// entry. Gives the values found too, with their counts.
pub fn words(
    name: PlSmallStr,
    text: &StringChunked,
    words: &[&str],
    vocabulary: Option<&BTreeMap<String, String>>,
) -> (Series, FoundWords) {
    let place = |word: &str| words.iter().position(|known| *known == word).and_then(|at| u8::try_from(at).ok());
    let meaning = |cell: &str| {
        let key = folded(cell);
        place(vocabulary.and_then(|known| known.get(&key)).map_or(key.as_str(), String::as_str))
    };
    let mut found = FoundWords::default();
    let mut read = |cell: &str| {
        if let Some((word, rows)) = found.mapped.get_mut(cell) {
            *rows += 1;
            return Some(*word);
        }
        let word = meaning(cell);
        match word {
            Some(word) => {
                if found.mapped.len() < MOST_WORDS {
                    found.mapped.insert(cell.to_owned(), (word, 1));
                }
            }
            None => {
                let by_name = found.unmapped.contains_key(cell) || found.unmapped.len() < MOST_WORDS;
                *found.unmapped.entry(if by_name { cell } else { OTHER_WORDS }.to_owned()).or_default() += 1;
            }
        }
        word
    };
    let values: Vec<Option<u8>> =
        text.iter().map(|cell| cell.map(trimmed).filter(|cell| !is_missing(cell)).and_then(&mut read)).collect();
    (UInt8Chunked::from_iter_options(name, values.into_iter()).into_series(), found)
}

fn flag(value: &str) -> Option<bool> {
    const YES: [&str; 6] = ["true", "1", "yes", "y", "t", "1.0"];
    const NO: [&str; 6] = ["false", "0", "no", "n", "f", "0.0"];
    let is = |words: &[&str]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
    if is(&YES) { Some(true) } else { is(&NO).then_some(false) }
}

fn text_column(name: PlSmallStr, text: &StringChunked, kind: Kind, tally: &mut Tally<'_>) -> Series {
    tally.report.format = match kind {
        Kind::Id | Kind::Ids => "record id",
        Kind::Email => "e-mail, as a join key only",
        _ => "text",
    }
    .to_owned();
    let mut column = StringChunkedBuilder::new(name, text.len());
    for (row, cell) in text.iter().enumerate() {
        let Some(cell) = cell.map(trimmed).filter(|cell| !is_missing(cell)) else {
            column.append_null();
            continue;
        };
        tally.report.filled += 1;
        match kind {
            Kind::Id => {
                tally.report.damaged_ids += u64::from(looks_damaged(cell));
                let id = canonical_id(cell);
                if id.is_empty() { column.append_null() } else { column.append_value(&*id) }
            }
            Kind::Ids => {
                let ids: Vec<Cow<'_, str>> = cell.split(';').map(|id| canonical_id(id.trim())).collect();
                column.append_value(ids.join(";"));
            }
            Kind::Email => {
                let key = email_key(cell);
                if key.is_none() {
                    tally.unreadable(row, cell);
                }
                column.append_option(key);
            }
            _ => column.append_value(cell),
        }
    }
    column.finish().into_series()
}
