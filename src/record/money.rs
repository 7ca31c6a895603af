//! Numbers and amounts of money: one decimal mark for a column, decided from all its values.
//!
//! Takes the text of cells, gives a [`NumberDecision`] and then, cell by cell, whole minor units, whole
//! counts or plain decimals. Everything up to the last step is exact decimal arithmetic. A currency
//! inside the cell is read and reported; converting is left to `record::currency`, dividing micros to the preset.
//!
//! Percentages are neither amounts nor counts; a column of decimals may hold them, and is then of percentages
//! alone. Numbers shortened without a currency (`342.09K`) are read where the whole column is written so. Exponents
//! (`1e999`), `NaN` and `Infinity` are refused.

mod around;
mod cell;
mod currencies;
#[cfg(test)]
mod laws;

use std::collections::BTreeMap;

use super::missing;
use cell::{Cell, Number, power_of_ten};
pub use currencies::{is_currency, minor_digits};

/// Larger amounts, in minor units, are taken for damage (an id or a telephone number in the wrong column).
pub const LARGEST_MINOR: i64 = 10_000_000_000_000;
/// The same for counts.
pub const LARGEST_COUNT: i64 = 1_000_000_000_000_000;

/// What stands before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecimalMark {
    /// `1,234.56`.
    Point,
    /// `1.234,56`.
    Comma,
}

/// How a column writes its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberColumn {
    /// The decimal mark.
    pub mark: DecimalMark,
    /// `342.09K` is a number here, without a currency beside it.
    pub abbreviates: bool,
    /// As decimals, percentages are read (`14.29%` is 14.29) and other numbers are not.
    pub percentages: bool,
}

/// What a column's values have shown so far. Adds up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    currencies: BTreeMap<&'static str, u64>,
}

/// What numbers of one kind say on the decimal mark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberDecision {
    /// The way to read it.
    pub column: NumberColumn,
    /// Values that are not missing.
    pub values: u64,
    /// Of these, how many are no numbers in that way; in a column of percentages, no decimals.
    pub unreadable: u64,
    /// Values like `1,234` mean different numbers under the two marks, and no other value tells which:
    /// the mark was preferred or assumed.
    pub ambiguous_mark: bool,
    /// Some values can be read with this mark alone, and more than with the other.
    pub tells_mark: bool,
    /// Values such as `$1.2K` that are read: rounded, so sums over them are approximate.
    pub abbreviated: u64,
    /// Currencies named inside the cells: ISO codes, or the sign (`$`, `¥`, `kr`) where it has several owners.
    pub currencies: BTreeMap<&'static str, u64>,
}

impl NumberCensus {
    /// Takes one more value into account; missing ones are passed over.
    pub fn feed(&mut self, text: &str) {
        if missing::is_missing(text) {
            return;
        }
        self.values += 1;
        let plain = missing::plain(text);
        let Some(cell) = Cell::of(&plain) else {
            return;
        };
        let before_marks = cell.digits_before_marks();
        let behind_marks = cell.body.len() - before_marks;
        let point = cell.number(DecimalMark::Point);
        let comma = if behind_marks == 0 { point } else { cell.number(DecimalMark::Comma) };
        let marks = match (cell.is_percentage, cell.is_bare()) {
            (true, _) => &mut self.percentages,
            (_, true) => &mut self.bare,
            _ => &mut self.plain,
        };
        *match (point, comma) {
            (None, None) => return,
            (Some(_), None) => &mut marks.only_point,
            (None, Some(_)) => &mut marks.only_comma,
            (Some(one), Some(other)) if one == other => &mut marks.either,
            _ if cell.body.contains(&b',') => &mut marks.lone_comma,
            _ => &mut marks.lone_point,
        } += 1;
        if cell.is_percentage || cell.is_bare() {
            return;
        }
        // `1234`, `1,234` and more; `999.99` is not.
        self.in_full += u64::from(cell.power == 0 && (before_marks > 3 || behind_marks > 3));
        self.abbreviated += u64::from(cell.power > 0);
        if let Some(currency) = cell.currency {
            *self.currencies.entry(currency).or_default() += 1;
        }
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
            *self.currencies.entry(currency).or_default() += cells;
        }
    }

    /// The mark that reads most values. Where the values do not tell, `preferred`; else a lone mark
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
            column: NumberColumn { mark, abbreviates, percentages },
            values: self.values,
            unreadable: self.values - seen.reads(),
            ambiguous_mark: seen.lone() > 0 && seen.only_point == seen.only_comma,
            tells_mark: seen.only_point != seen.only_comma,
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
        Self { mark, abbreviates: false, percentages: false }
    }

    /// An amount in whole minor units of a currency with so many decimals (see [`minor_digits`]).
    ///
    /// Surplus decimals are rounded half to even, so that rounding does not drift in sums.
    #[must_use]
    pub fn read_minor(&self, text: &str, digits: u8) -> Option<i64> {
        let value = self.number(text, false)?.rounded(u32::from(digits))?;
        (value.unsigned_abs() <= LARGEST_MINOR.unsigned_abs()).then_some(value)
    }

    /// A whole number; decimals must be zeros, as in `96.00`.
    #[must_use]
    pub fn read_count(&self, text: &str) -> Option<i64> {
        let number = self.number(text, false)?;
        let value = number.rounded(0)?;
        // Trailing zeros are gone already, so decimals that are left are not zeros.
        let is_whole = number.scale == 0 && !number.cut;
        (is_whole && value.unsigned_abs() <= LARGEST_COUNT.unsigned_abs()).then_some(value)
    }

    /// A number for scores and ratings, where the nearest binary fraction is good enough. A percentage is the
    /// number before its sign.
    #[must_use]
    pub fn read_decimal(&self, text: &str) -> Option<f64> {
        let number = self.number(text, self.percentages)?;
        if number.mantissa == 0 {
            return Some(0.0);
        }
        let size = number.mantissa as f64 / power_of_ten(number.scale)? as f64;
        Some(if number.negative { -size } else { size })
    }

    fn number(&self, text: &str, percentages: bool) -> Option<Number> {
        let plain = missing::plain(text);
        let cell = Cell::of(&plain)?;
        let fits = cell.is_percentage == percentages && (self.abbreviates || !cell.is_bare());
        if fits { cell.number(self.mark) } else { None }
    }
}

/// The currency a cell names: an ISO code where that is certain, else the sign (`$`, `¥`, `kr`).
#[must_use]
pub fn currency_in(text: &str) -> Option<&'static str> {
    Cell::of(&missing::plain(text))?.currency
}

#[cfg(test)]
mod tests {
    use super::*;
    use DecimalMark::{Comma, Point};

    fn decide(values: &[&str]) -> NumberDecision {
        let mut census = NumberCensus::default();
        values.iter().for_each(|value| census.feed(value));
        census.decide(None)
    }

    fn cents(text: &str, mark: DecimalMark) -> Option<i64> {
        NumberColumn::with_mark(mark).read_minor(text, 2)
    }

    #[test]
    fn amounts_are_exact_in_either_dialect() {
        for text in [
            "1,234.56",
            "$1,234.56",
            "USD 1,234.56",
            "1234.56 USD",
            "US$ 1234.560",
            "1'234.56",
            "１,234.56",
            "CHF 1’234.56",
            "1 234.56",
            "₹1,234.56",
            "1,234.56 $US",
        ] {
            assert_eq!(cents(text, Point), Some(123_456), "{text}");
        }
        for text in [
            "1.234,56",
            "1.234,56 €",
            "EUR 1.234,56",
            "1 234,56",
            "1\u{202f}234,56\u{a0}zł",
            "R$ 1.234,56",
            "1 234,56 kr",
            "kr. 1.234,56",
            "1\u{a0}234,56 Kč",
            "1 234,56 Ft",
            "₺1.234,56",
            "1.234,56 TL",
        ] {
            assert_eq!(cents(text, Comma), Some(123_456), "{text}");
        }
        for text in ["-5", "(5.00)", "−5", "$-5", "-$5", "5-", "($5)", "'-5"] {
            assert_eq!(cents(text, Point), Some(-500), "{text}");
        }
        assert_eq!(cents("12,34,567.8", Point), Some(123_456_780));
        assert_eq!(cents("Rs.500", Point), Some(50_000));
        assert_eq!(cents(".5", Point), Some(50));
        assert_eq!(cents("$1.2K", Point), Some(120_000));
        assert_eq!(cents("-0", Point), Some(0));
        assert_eq!(cents("١٬٢٣٤٫٥٦", Point), Some(123_456));
        assert_eq!(cents("$1,117.10K", Point), Some(111_710_000));
        assert_eq!(cents("USD 485,000.00", Point), Some(48_500_000));
        assert_eq!(cents("485.000,00 EUR", Comma), Some(48_500_000));
        for text in ["1.2M €", "€1.2 M", "EUR 1.2M", "1.2m USD", "1.2 Mio. €"] {
            assert_eq!(cents(text, Point), Some(120_000_000), "{text}");
        }
        assert_eq!(cents("($1.2K)", Point), Some(-120_000));
    }

    #[test]
    fn surplus_decimals_round_half_to_even() {
        for (text, expected) in [("0.125", 12), ("0.135", 14), ("0.1250000001", 13), ("-0.125", -12)] {
            assert_eq!(cents(text, Point), Some(expected), "{text}");
        }
        assert_eq!(NumberColumn::with_mark(Point).read_minor("1234.5", 0), Some(1234));
        assert_eq!(NumberColumn::with_mark(Point).read_minor("1.5", 3), Some(1500));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in [
            "",
            "12%",
            "%12",
            "12% EUR",
            "1.2K",
            "1.2 M",
            "1.2K%",
            "$-",
            "5.00 CR",
            "1e999",
            "1.23E+15",
            "NaN",
            "Infinity",
            "12 34",
            "1,23",
            "1.2.3",
            "USD",
            "5 EUR USD",
            "100000000000.01",
            "1,234,56",
            "--5",
            "(5",
            "0,123",
            "12abc",
            "99999999999999999999999999999999999999999",
        ] {
            assert_eq!(cents(text, Point), None, "{text}");
        }
        assert_eq!(cents("100,000,000,000", Point), Some(LARGEST_MINOR));
    }

    #[test]
    fn counts_and_decimals() {
        let column = NumberColumn::with_mark(Point);
        assert_eq!(column.read_count("96.00"), Some(96));
        assert_eq!(column.read_count("1,042"), Some(1042));
        assert_eq!(column.read_count("-5"), Some(-5));
        assert_eq!(column.read_count("1.5"), None);
        assert_eq!(column.read_decimal("0.1"), Some(0.1));
        assert_eq!(NumberColumn::with_mark(Comma).read_decimal("-4,75"), Some(-4.75));
    }

    #[test]
    fn consistent_values_decide_the_mark() {
        let german = decide(&["1.234", "12,50", "-", "1.000.000,00 €", "12%"]);
        assert_eq!((german.column.mark, german.ambiguous_mark), (Comma, false));
        assert_eq!((german.values, german.unreadable), (4, 1));
        assert_eq!(german.currencies.get("EUR"), Some(&1));
        let english = decide(&["1,234", "0.5", "7"]);
        assert_eq!((english.column.mark, english.ambiguous_mark), (Point, false));
        for (text, mark) in [("1,234", Point), ("1.234", Comma)] {
            let decision = decide(&[text, "5"]);
            assert!(decision.ambiguous_mark, "{text}");
            assert_eq!(decision.column.mark, mark, "{text}");
        }
        assert_eq!(decide(&["$1.2K", "$5"]).abbreviated, 1);
    }

    #[test]
    fn numbers_are_shortened_in_a_whole_column_or_not_at_all() {
        let column = decide(&["342.09K", "1.2M", "500", "0"]);
        assert_eq!((column.unreadable, column.abbreviated), (0, 2));
        assert_eq!(column.column.read_minor("342.09K", 2), Some(34_209_000));
        assert_eq!(column.column.read_minor("1.2 M", 2), None);
        for written_in_full in [["342.09K", "12,500"], ["342.09K", "1000.00"]] {
            let decision = decide(&written_in_full);
            assert_eq!((decision.unreadable, decision.abbreviated), (1, 0));
            assert_eq!(decision.column.read_minor("342.09K", 2), None);
        }
        assert_eq!(decide(&["12", "24", "3M"]).unreadable, 1);
        assert_eq!(decide(&["3m", "6m"]).unreadable, 2);
    }

    #[test]
    fn a_column_of_percentages_is_read_as_decimals_only() {
        let decision = decide(&["14,29%", "٪٥", "8 %", "-0,5 %", "7"]);
        assert_eq!((decision.column.mark, decision.unreadable), (Comma, 1));
        assert_eq!(decision.column.read_decimal("14,29%"), Some(14.29));
        assert_eq!(decision.column.read_decimal("-0,5 %"), Some(-0.5));
        assert_eq!(decision.column.read_decimal("7"), None);
        assert_eq!(decision.column.read_count("8%"), None);
        let plain = decide(&["14,29%", "7", "8"]).column;
        assert_eq!((plain.read_decimal("14,29%"), plain.read_decimal("7")), (None, Some(7.0)));
    }

    #[test]
    fn currencies_are_known_and_sorted() {
        assert!(is_currency("EUR") && !is_currency("eur") && !is_currency("XXX"));
        assert_eq!((minor_digits("JPY"), minor_digits("KWD"), minor_digits("EUR")), (0, 3, 2));
        assert_eq!(currency_in("$485,000 USD"), Some("USD"));
        assert_eq!(currency_in("$5"), Some("$"));
        assert_eq!(currency_in("5"), None);
    }
}
