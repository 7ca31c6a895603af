//! Amounts, counts and decimals read one by one, and what a column makes of its values.

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
fn a_number_under_the_other_mark_alone_is_read_with_that_and_reported() {
    let mixed = decide(&["1,234.56", "1234.56", "7.5", "1.234,56", "12,5"]);
    assert_eq!((mixed.column.mark, mixed.unreadable, mixed.other_ways), (Point, 0, 2));
    for (text, cents) in [("1,234.56", 123_456), ("1.234,56", 123_456), ("12,5", 1_250), ("1,234", 123_400)] {
        assert_eq!(mixed.column.read_minor(text, 2), Some(cents), "{text}");
        assert_eq!(mixed.column.minor(&Scanned::of(text), 2), Some(cents), "{text}");
    }
    let swiss = decide(&["12,50 €", "7,25 €", "€ 1,200.75"]);
    assert_eq!((swiss.column.mark, swiss.unreadable, swiss.other_ways), (Comma, 0, 1));
    assert_eq!(swiss.column.read_minor("€ 1,200.75", 2), Some(120_075));
    let mut census = NumberCensus::default();
    ["12,50", "7,25", "1200.75", "1.234"].into_iter().for_each(|text| census.feed(text));
    let said = census.mixed(&census.decide(None).column).expect("two marks");
    assert_eq!((said.others, said.unclear), (vec![("decimal point".to_owned(), 1)], 1));
    assert_eq!(NumberCensus::default().mixed(&swiss.column), None);
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
