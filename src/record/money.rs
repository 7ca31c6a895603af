//! Numbers and amounts of money: one decimal mark for a column, decided from all its values.
//!
//! Takes the text of cells, gives a [`NumberDecision`] and then, cell by cell, whole minor units, whole counts or plain
//! decimals. A value that is a number under the other mark alone is read with that, and reported. Everything up to the
//! last step is exact decimal arithmetic. A currency inside the cell is read and reported; converting is left to
//! `record::currency`, dividing micros to the preset.
//!
//! Percentages are neither amounts nor counts; a column of decimals may hold them, and is then of percentages
//! alone. Numbers shortened without a currency (`342.09K`) are read where the whole column is written so. Exponents
//! (`1e999`), `NaN` and `Infinity` are refused.

mod around;
mod cell;
#[cfg(test)]
mod laws;
mod simple;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::dates::Mixed;
use super::missing;
pub use crate::currencies::{is_currency, minor_digits};
use cell::{Cell, Number};
use serde::{Deserialize, Serialize};
use simple::{MarkUse, Simple};

/// Larger amounts, in minor units, are taken for damage (an id or a telephone number in the wrong column).
pub const LARGEST_MINOR: i64 = 10_000_000_000_000;
/// The same for counts.
pub const LARGEST_COUNT: i64 = 1_000_000_000_000_000;

/// What comes before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DecimalMark {
    /// `1,234.56`.
    Point,
    /// `1.234,56`.
    Comma,
}

impl DecimalMark {
    const fn other(self) -> DecimalMark {
        match self {
            DecimalMark::Point => DecimalMark::Comma,
            DecimalMark::Comma => DecimalMark::Point,
        }
    }

    /// What numbers with it are called.
    pub const fn words(self) -> &'static str {
        match self {
            DecimalMark::Point => "decimal point",
            DecimalMark::Comma => "decimal comma",
        }
    }
}

/// How a column writes its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberColumn {
    /// The decimal mark.
    pub mark: DecimalMark,
    /// `342.09K` is a number here, without a currency beside it.
    pub abbreviates: bool,
    /// As decimals, percentages are read (`14.29%` is 14.29) and other numbers are not.
    pub percentages: bool,
    /// What is a number under the other mark alone is read with that.
    pub takes_other_mark: bool,
}

/// What a column's values have shown so far. Adds up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberCensus {
    values: u64,
    /// Numbers that are none of the two below.
    plain: Marks,
    /// `342.09K`.
    bare: Marks,
    /// `14.29%`.
    percentages: Marks,
    /// Plain numbers that a tool that shortens numbers would have shortened: from about a thousand up.
    in_full: u64,
    /// Plain numbers such as `$1.2K`.
    abbreviated: u64,
    currencies: BTreeMap<String, u64>,
}

/// What numbers of one kind say on the decimal mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Marks {
    /// The same number under either mark.
    either: u64,
    only_point: u64,
    only_comma: u64,
    /// `1,234`: thousands if the point is the mark.
    lone_comma: u64,
    /// `1.234`: thousands if the comma is the mark.
    lone_point: u64,
}

/// What was decided for a column, and how sure that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberDecision {
    /// The way to read it.
    pub column: NumberColumn,
    /// Values that are not missing.
    pub values: u64,
    /// Of these, how many are no numbers; in a column of percentages, no decimals.
    pub unreadable: u64,
    /// Of those that are read, how many are numbers under the other mark alone.
    pub other_ways: u64,
    /// Values like `1,234` mean different numbers under the two marks, and no other value shows which:
    /// the mark was preferred or assumed.
    pub ambiguous_mark: bool,
    /// Some values can be read with this mark alone, and more than with the other.
    pub shows_mark: bool,
    /// Values such as `$1.2K` that are read: rounded, so sums over them are approximate.
    pub abbreviated: u64,
    /// Currencies named inside the cells: ISO codes, or the sign (`$`, `¥`, `kr`) where it has several owners.
    pub currencies: BTreeMap<String, u64>,
}

/// One value taken apart without knowing the column's decimal mark.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scanned {
    /// Digits with at most one mark in them.
    Simple(Simple),
    /// Written in any other way.
    Any(Any),
    /// No number.
    Nothing,
}

/// A number under either mark, and what surrounds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Any {
    point: Option<Number>,
    comma: Option<Number>,
    has_comma: bool,
    is_percentage: bool,
    /// Abbreviated, and names no currency.
    is_bare: bool,
    is_in_full: bool,
    is_abbreviated: bool,
    currency: Option<&'static str>,
}

impl NumberCensus {
    /// Takes one more value into account; missing ones are passed over.
    pub fn feed(&mut self, text: &str) {
        if missing::is_missing(text) {
            return;
        }
        self.values += 1;
        self.count(&Scanned::of(text));
    }

    /// Takes one more value into account that is not missing, as [`Scanned::of`] took it apart.
    #[inline]
    pub(crate) fn feed_scanned(&mut self, scanned: &Scanned) {
        self.values += 1;
        self.count(scanned);
    }

    #[inline]
    fn count(&mut self, scanned: &Scanned) {
        match scanned {
            Scanned::Simple(number) => self.count_simple(number),
            Scanned::Any(number) => self.count_any(number),
            Scanned::Nothing => {}
        }
    }

    #[inline]
    fn count_simple(&mut self, number: &Simple) {
        *match number.mark_use() {
            MarkUse::Nothing => &mut self.plain.either,
            MarkUse::Decimal(DecimalMark::Point) => &mut self.plain.only_point,
            MarkUse::Decimal(DecimalMark::Comma) => &mut self.plain.only_comma,
            MarkUse::Group(DecimalMark::Point) => &mut self.plain.lone_point,
            MarkUse::Group(DecimalMark::Comma) => &mut self.plain.lone_comma,
        } += 1;
        self.in_full += u64::from(number.is_in_full());
    }

    fn count_any(&mut self, number: &Any) {
        let marks = match (number.is_percentage, number.is_bare) {
            (true, _) => &mut self.percentages,
            (_, true) => &mut self.bare,
            _ => &mut self.plain,
        };
        *match (number.point, number.comma) {
            (None, None) => return,
            (Some(_), None) => &mut marks.only_point,
            (None, Some(_)) => &mut marks.only_comma,
            (Some(one), Some(other)) if one == other => &mut marks.either,
            _ if number.has_comma => &mut marks.lone_comma,
            _ => &mut marks.lone_point,
        } += 1;
        if number.is_percentage || number.is_bare {
            return;
        }
        self.in_full += u64::from(number.is_in_full);
        self.abbreviated += u64::from(number.is_abbreviated);
        if let Some(currency) = number.currency {
            match self.currencies.get_mut(currency) {
                Some(cells) => *cells += 1,
                None => drop(self.currencies.insert(currency.to_owned(), 1)),
            }
        }
    }

    /// How many values are written with the other mark, where a column is read so; `None` where none is.
    #[must_use]
    pub fn mixed(&self, column: &NumberColumn) -> Option<Mixed> {
        let mut seen = if column.percentages { self.percentages } else { self.plain };
        if column.abbreviates && !column.percentages {
            seen.add(self.bare);
        }
        let other = column.mark.other();
        let values = seen.only_under(other);
        let others = vec![(other.words().to_owned(), values)];
        (values > 0).then(|| Mixed { others, unclear: seen.lone(), is_swapped: false })
    }

    /// Adds what another part of the column has shown.
    pub fn merge(&mut self, other: &Self) {
        self.values += other.values;
        self.plain.add(other.plain);
        self.bare.add(other.bare);
        self.percentages.add(other.percentages);
        self.in_full += other.in_full;
        self.abbreviated += other.abbreviated;
        for (currency, cells) in &other.currencies {
            *self.currencies.entry(currency.clone()).or_default() += cells;
        }
    }

    /// The mark that reads most values. Where the values leave it open, `preferred`; else a lone mark
    /// before exactly three digits is taken to group thousands.
    #[must_use]
    pub fn decide(&self, preferred: Option<DecimalMark>) -> NumberDecision {
        let abbreviates = self.abbreviates();
        let mut seen = self.plain;
        if abbreviates {
            seen.add(self.bare);
        }
        let percentages = self.percentages.reads() > seen.reads();
        if percentages {
            seen = self.percentages;
        }
        let mark = match seen.only_point.cmp(&seen.only_comma) {
            std::cmp::Ordering::Greater => DecimalMark::Point,
            std::cmp::Ordering::Less => DecimalMark::Comma,
            std::cmp::Ordering::Equal => preferred.unwrap_or(seen.grouping_mark()),
        };
        NumberDecision {
            column: NumberColumn { mark, abbreviates, percentages, takes_other_mark: true },
            values: self.values,
            unreadable: self.values - seen.readable(),
            other_ways: seen.only_under(mark.other()),
            ambiguous_mark: seen.lone() > 0 && seen.only_point == seen.only_comma,
            shows_mark: seen.only_point != seen.only_comma,
            abbreviated: self.abbreviated + if abbreviates { self.bare.reads() } else { 0 },
            currencies: self.currencies.clone(),
        }
    }

    /// Whether the column shortens what it can: nothing from a thousand up is written in full, and at least half of
    /// its numbers are shortened. Smaller ones have nothing to shorten.
    fn abbreviates(&self) -> bool {
        let shortened = self.bare.reads() + self.abbreviated;
        self.bare.reads() > 0 && self.in_full == 0 && shortened * 2 >= self.plain.reads() + self.bare.reads()
    }
}

impl Marks {
    fn add(&mut self, other: Self) {
        let Self { either, only_point, only_comma, lone_comma, lone_point } = other;
        self.either += either;
        self.only_point += only_point;
        self.only_comma += only_comma;
        self.lone_comma += lone_comma;
        self.lone_point += lone_point;
    }

    /// How many the better mark reads.
    fn reads(self) -> u64 {
        self.either + self.lone() + self.only_point.max(self.only_comma)
    }

    /// How many are read: those that one mark alone reads are read with it.
    fn readable(self) -> u64 {
        self.either + self.lone() + self.only_point + self.only_comma
    }

    fn only_under(self, mark: DecimalMark) -> u64 {
        match mark {
            DecimalMark::Point => self.only_point,
            DecimalMark::Comma => self.only_comma,
        }
    }

    fn lone(self) -> u64 {
        self.lone_comma + self.lone_point
    }

    fn grouping_mark(self) -> DecimalMark {
        if self.lone_point > self.lone_comma { DecimalMark::Comma } else { DecimalMark::Point }
    }
}

impl NumberColumn {
    /// Amounts and numbers with this mark, none of them shortened without a currency, and no percentages.
    #[must_use]
    pub const fn with_mark(mark: DecimalMark) -> Self {
        Self { mark, abbreviates: false, percentages: false, takes_other_mark: false }
    }

    /// An amount in whole minor units of a currency with so many decimals (see [`minor_digits`]).
    ///
    /// Surplus decimals are rounded half to even, so that rounding does not drift in sums.
    #[must_use]
    pub fn read_minor(&self, text: &str, digits: u8) -> Option<i64> {
        match Simple::of(text.as_bytes()) {
            Some(simple) => simple.rounded(self.mark_of(&simple), digits),
            None => self.number(text, false)?.rounded(u32::from(digits)),
        }
        .filter(is_amount)
    }

    /// A whole number; decimals must be zeros, as in `96.00`.
    #[must_use]
    pub fn read_count(&self, text: &str) -> Option<i64> {
        match Simple::of(text.as_bytes()) {
            Some(simple) => simple.whole(self.mark_of(&simple)),
            None => self.number(text, false)?.whole(),
        }
        .filter(is_count)
    }

    /// A number for scores and ratings, where the nearest binary fraction is good enough. A percentage is the
    /// number before its sign.
    #[must_use]
    pub fn read_decimal(&self, text: &str) -> Option<f64> {
        match Simple::of(text.as_bytes()) {
            Some(simple) => {
                if self.percentages {
                    None
                } else {
                    simple.decimal(self.mark_of(&simple))
                }
            }
            None => self.number(text, self.percentages)?.decimal(),
        }
    }

    /// [`NumberColumn::read_minor`] for a value that was taken apart.
    #[inline]
    pub(crate) fn minor(&self, scanned: &Scanned, digits: u8) -> Option<i64> {
        match scanned {
            Scanned::Simple(simple) => simple.rounded(self.mark_of(simple), digits),
            Scanned::Any(any) => any.under(self, false)?.rounded(u32::from(digits)),
            Scanned::Nothing => None,
        }
        .filter(is_amount)
    }

    /// [`NumberColumn::read_count`] for a value that was taken apart.
    #[inline]
    pub(crate) fn count(&self, scanned: &Scanned) -> Option<i64> {
        match scanned {
            Scanned::Simple(simple) => simple.whole(self.mark_of(simple)),
            Scanned::Any(any) => any.under(self, false)?.whole(),
            Scanned::Nothing => None,
        }
        .filter(is_count)
    }

    /// [`NumberColumn::read_decimal`] for a value that was taken apart.
    #[inline]
    pub(crate) fn decimal(&self, scanned: &Scanned) -> Option<f64> {
        match scanned {
            Scanned::Simple(simple) => {
                if self.percentages {
                    None
                } else {
                    simple.decimal(self.mark_of(simple))
                }
            }
            Scanned::Any(any) => any.under(self, self.percentages)?.decimal(),
            Scanned::Nothing => None,
        }
    }

    #[inline]
    fn mark_of(&self, simple: &Simple) -> DecimalMark {
        if self.takes_other_mark { simple.mark_in(self.mark) } else { self.mark }
    }

    fn number(&self, text: &str, percentages: bool) -> Option<Number> {
        let plain = missing::plain(text);
        let cell = Cell::of(&plain)?;
        let other = || cell.number(self.mark.other()).filter(|_| self.takes_other_mark);
        let number = || cell.number(self.mark).or_else(other);
        if self.takes(cell.is_percentage, cell.is_bare(), percentages) { number() } else { None }
    }

    fn takes(&self, is_percentage: bool, is_bare: bool, percentages: bool) -> bool {
        is_percentage == percentages && (self.abbreviates || !is_bare)
    }
}

fn is_amount(minor: &i64) -> bool {
    minor.unsigned_abs() <= LARGEST_MINOR.unsigned_abs()
}

fn is_count(value: &i64) -> bool {
    value.unsigned_abs() <= LARGEST_COUNT.unsigned_abs()
}

impl Scanned {
    /// Takes a value apart that is not missing. Both the count of a column's marks ([`NumberCensus::feed_scanned`]) and
    /// its numbers ([`NumberColumn::minor`] and the like) are had from what it gives.
    #[inline]
    pub(crate) fn of(text: &str) -> Self {
        Simple::of(text.as_bytes()).map_or_else(|| Self::of_any(text), Self::Simple)
    }

    fn of_any(text: &str) -> Self {
        let plain = missing::plain(text);
        let Some(cell) = Cell::of(&plain) else { return Self::Nothing };
        let before_marks = cell.digits_before_marks();
        let behind_marks = cell.body.len() - before_marks;
        let point = cell.number(DecimalMark::Point);
        let comma = if behind_marks == 0 { point } else { cell.number(DecimalMark::Comma) };
        Self::Any(Any {
            point,
            comma,
            has_comma: cell.body.contains(&b','),
            is_percentage: cell.is_percentage,
            is_bare: cell.is_bare(),
            // `1234`, `1,234` and more; `999.99` is not.
            is_in_full: cell.power == 0 && (before_marks > 3 || behind_marks > 3),
            is_abbreviated: cell.power > 0,
            currency: cell.currency,
        })
    }
}

impl Any {
    fn under(&self, column: &NumberColumn, percentages: bool) -> Option<Number> {
        let (number, other) = match column.mark {
            DecimalMark::Point => (self.point, self.comma),
            DecimalMark::Comma => (self.comma, self.point),
        };
        let number = number.or(other.filter(|_| column.takes_other_mark));
        number.filter(|_| column.takes(self.is_percentage, self.is_bare, percentages))
    }
}

/// The currency a cell names: an ISO code where that is certain, else the sign (`$`, `¥`, `kr`).
#[must_use]
pub fn currency_in(text: &str) -> Option<&'static str> {
    Cell::of(&missing::plain(text))?.currency
}
