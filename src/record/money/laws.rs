//! Laws that hold for every way to write a number: what is written is read back, parts add up, and no text panics.

use proptest::prelude::*;

use super::*;

/// Decimal mark and group mark; an empty one does not group.
const MARKS: [(DecimalMark, &str); 11] = [
    (DecimalMark::Point, ""),
    (DecimalMark::Point, ","),
    (DecimalMark::Point, " "),
    (DecimalMark::Point, "'"),
    (DecimalMark::Point, "’"),
    (DecimalMark::Comma, ""),
    (DecimalMark::Comma, "."),
    (DecimalMark::Comma, "\u{a0}"),
    (DecimalMark::Comma, "\u{202f}"),
    (DecimalMark::Comma, " "),
    (DecimalMark::Comma, "'"),
];

/// Before and behind the digits, and the currency that is meant.
const CURRENCIES: [(&str, &str, Option<&str>); 16] = [
    ("", "", None),
    ("$", "", Some("$")),
    ("USD ", "", Some("USD")),
    ("", " EUR", Some("EUR")),
    ("", "\u{a0}€", Some("EUR")),
    ("R$\u{a0}", "", Some("BRL")),
    ("CHF ", "", Some("CHF")),
    ("", " kr", Some("kr")),
    ("", " zł", Some("PLN")),
    ("", "\u{a0}Kč", Some("CZK")),
    ("", " Ft", Some("HUF")),
    ("₺", "", Some("TRY")),
    ("₹ ", "", Some("INR")),
    ("US$", "", Some("USD")),
    ("", " $US", Some("USD")),
    ("Rs.", "", Some("Rs")),
];

fn grouped(whole: u64, group: &str, indian: bool) -> String {
    let digits = whole.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        let left = digits.len() - at;
        let starts_group = if indian { left == 3 || (left > 3 && left % 2 == 1) } else { left.is_multiple_of(3) };
        if at > 0 && starts_group {
            text += group;
        }
        text.push(digit);
    }
    text
}

fn written(cents: u64, mark: DecimalMark, group: &str, indian: bool) -> String {
    let decimal = if mark == DecimalMark::Point { '.' } else { ',' };
    format!("{}{decimal}{:02}", grouped(cents / 100, group, indian), cents % 100)
}

fn in_digits(text: &str, zero: char) -> String {
    let digit = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(u32::from(zero) + digit)).unwrap_or(c);
    text.chars().map(digit).collect()
}

fn any_text() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof!["[0-9]{1,21}", "[-+., '()%$€ABEKMbmx\u{a0}]", "(USD|EUR|kr|Kč|Mio\\.|bn|R\\$|−|٪|１|٣|₹)", "\\PC",];
    prop_oneof![any::<String>(), prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())]
}

fn census_of(texts: &[String]) -> NumberCensus {
    let mut census = NumberCensus::default();
    texts.iter().for_each(|text| census.feed(text));
    census
}

proptest! {
    #[test]
    fn an_amount_is_read_back(
        cents in 0..=LARGEST_MINOR as u64, (mark, group) in prop::sample::select(MARKS.to_vec()), indian: bool,
        (before, behind, currency) in prop::sample::select(CURRENCIES.to_vec()),
        negative in 0..6_usize, zero in prop::sample::select(vec!['0', '٠', '०', '０']),
    ) {
        let number = in_digits(&written(cents, mark, group, indian && group == ","), zero);
        let text = match negative {
            0 => format!("{before}{number}{behind}"),
            1 => format!("-{before}{number}{behind}"),
            2 => format!("{before}-{number}{behind}"),
            3 => format!("({before}{number}{behind})"),
            4 => format!("{before}({number}){behind}"),
            _ => format!("{before}−{number}{behind}"),
        };
        let expected = if negative == 0 { cents as i64 } else { -(cents as i64) };
        prop_assert_eq!(NumberColumn::with_mark(mark).read_minor(&text, 2), Some(expected), "{}", text);
        prop_assert_eq!(currency_in(&text), currency, "{}", text);
        let decision = census_of(std::slice::from_ref(&text)).decide(Some(mark));
        prop_assert_eq!(decision.column.read_minor(&text, 2), Some(expected), "{}", text);
    }

    #[test]
    fn a_shortened_amount_is_read_back(
        cents in 100..100_000_u64, mark in prop::sample::select(vec![DecimalMark::Point, DecimalMark::Comma]),
        (before, behind, _) in prop::sample::select(CURRENCIES.to_vec()),
        (short, zeros) in prop::sample::select(vec![("K", 1_000), ("M", 1_000_000), ("bn", 1_000_000_000), ("k", 1_000)]),
    ) {
        let text = format!("{before}{}{short}{behind}", written(cents, mark, "", false));
        let column = census_of(std::slice::from_ref(&text)).decide(None).column;
        let expected = Some(cents as i64 * zeros).filter(|cents| *cents <= LARGEST_MINOR);
        prop_assert_eq!(column.read_minor(&text, 2), expected, "{}", text);
    }

    #[test]
    fn a_percentage_is_a_decimal_and_no_amount(
        cents in 0..100_000_u64, mark in prop::sample::select(vec![DecimalMark::Point, DecimalMark::Comma]),
        sign in prop::sample::select(vec!["%", " %", "\u{a0}%", "٪", "％"]),
    ) {
        let text = written(cents, mark, "", false) + sign;
        let column = census_of(std::slice::from_ref(&text)).decide(None).column;
        prop_assert_eq!(column.read_decimal(&text), Some(cents as f64 / 100.0));
        prop_assert_eq!((column.read_minor(&text, 2), column.read_count(&text)), (None, None));
    }

    #[test]
    fn no_text_panics_and_the_count_agrees_with_the_reading(texts in prop::collection::vec(any_text(), 0..12)) {
        let decision = census_of(&texts).decide(None);
        let unread = |text: &&String| {
            let _ = (decision.column.read_minor(text, 3), decision.column.read_count(text), currency_in(text));
            !missing::is_missing(text) && decision.column.read_decimal(text).is_none()
        };
        prop_assert_eq!(decision.unreadable, texts.iter().filter(unread).count() as u64);
    }

    #[test]
    fn parts_of_a_column_add_up(texts in prop::collection::vec(any_text(), 0..12), cut: prop::sample::Index) {
        let (before, after) = texts.split_at(cut.index(texts.len() + 1));
        let mut parts = census_of(before);
        parts.merge(&census_of(after));
        prop_assert_eq!(parts, census_of(&texts));
    }

    #[test]
    fn a_simple_number_is_the_general_one(
        text in prop_oneof!["[0-9]{0,6}[.,]?[0-9]{0,4}", "[0-9]{1,17}", "[0-9]{1,14}[.,][0-9]{1,14}", "[1-9][0-9]{0,2}[.,][0-9]{3}",
            "[0-9.,]{0,8}", any_text()],
        digits in prop_oneof![0..6_u8, any::<u8>()], abbreviates: bool, percentages: bool, takes_other_mark: bool,
    ) {
        for mark in [DecimalMark::Point, DecimalMark::Comma] {
            let column = NumberColumn { mark, abbreviates, percentages, takes_other_mark };
            let minor = column.number(&text, false).and_then(|number| number.rounded(u32::from(digits))).filter(is_amount);
            let count = column.number(&text, false).and_then(Number::whole).filter(is_count);
            let decimal = column.number(&text, percentages).and_then(Number::decimal);
            let scanned = Scanned::of(&text);
            prop_assert_eq!((column.read_minor(&text, digits), column.minor(&scanned, digits)), (minor, minor), "{}", text);
            prop_assert_eq!((column.read_count(&text), column.count(&scanned)), (count, count), "{}", text);
            prop_assert_eq!((column.read_decimal(&text), column.decimal(&scanned)), (decimal, decimal), "{}", text);
        }
        let (mut simple, mut general) = (NumberCensus::default(), NumberCensus::default());
        simple.feed_scanned(&Scanned::of(&text));
        general.feed_scanned(&Scanned::of_any(&text));
        prop_assert_eq!(simple, general, "{}", text);
    }
}
