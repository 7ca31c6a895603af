//! Numbers and dates as text for pages, in one place and one English.
//!
//! Takes typed figures, gives words; nothing else in the program formats a number for a reader. Rounding is to
//! the nearest, ties of exact amounts away from zero; so shown parts need not add up to the shown whole. A share
//! that is not 0 never reads as 0, and one that is not 1 never as 100 %.

use crate::calendar::{Day, Month, Period, Quarter};
use crate::find::stats::Interval;
use crate::record::currency::NO_CURRENCY;
use crate::record::money::minor_digits;

/// Where the denominator is 0 or the exports lack a column.
pub fn not_measurable() -> String {
    say!("not-measurable")
}

/// Below this many cases a percentage has no decimals.
const CASES_FOR_A_DECIMAL: u64 = 200;
const MINUTES_PER_DAY: u64 = 1_440;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A whole number with thousands commas: `8,000`.
#[must_use]
pub fn count(n: u64) -> String {
    grouped(&n.to_string())
}

/// `1 lead`, `8,000 leads`.
#[must_use]
pub fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// `555 of 8,000`.
#[must_use]
pub fn of(k: u64, n: u64) -> String {
    format!("{} of {}", count(k), count(n))
}

/// A share of `n` cases: `6.9%`, or `7%` where `n` is below 200.
#[must_use]
pub fn percent(rate: f64, n: u64) -> String {
    if !rate.is_finite() {
        return not_measurable();
    }
    if rate == 0.0 || rate == 1.0 {
        return format!("{}%", rate * 100.0);
    }
    let places = usize::from(n >= CASES_FOR_A_DECIMAL);
    let step = if places == 1 { 0.1 } else { 1.0 };
    let hundredths = rate * 100.0;
    let shown = fixed(hundredths, places);
    let reads_as = |whole: f64| shown == fixed(whole, places);
    if rate > 0.0 && reads_as(0.0) {
        return format!("<{step}%");
    }
    if rate < 1.0 && reads_as(100.0) {
        return format!(">{}%", fixed(100.0 - step, places));
    }
    format!("{shown}%")
}

/// The interval of a share of `n` cases: `6.4% to 7.5%`.
#[must_use]
pub fn percent_interval(interval: Interval, n: u64) -> String {
    format!("{} to {}", percent(interval.low, n), percent(interval.high, n))
}

/// The difference of two shares in percentage points: `+2.3 points`, `−0.4 points`.
#[must_use]
pub fn signed_points(difference: f64) -> String {
    let shown = decimal(difference * 100.0, 1);
    let is_up = !shown.starts_with('−') && shown != "0.0";
    format!("{}{shown} points", if is_up { "+" } else { "" })
}

/// A number with so many decimals and thousands commas: `4.2`, `−1,234.50`.
#[must_use]
pub fn decimal(value: f64, places: usize) -> String {
    fixed(value, places)
}

/// An amount to the last unit that matters: `USD 10,005,534`, `EUR 12.50`.
#[must_use]
pub fn money_full(minor: i128, currency: &str) -> String {
    format!("{}{}", code(currency), amount_full(minor, currency))
}

/// The same without the currency, which the head of a column names: `10,005,534`.
#[must_use]
pub fn amount_full(minor: i128, currency: &str) -> String {
    let unit = minor_per_major(currency);
    let (whole, rest) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    let mut shown = grouped(&whole.to_string());
    if rest > 0 {
        shown += &format!(".{rest:0width$}", width = usize::from(minor_digits(currency)));
    }
    format!("{}{shown}", minus(minor))
}

/// An amount at a glance, with at most three significant digits: `USD 10m`, `EUR 1.23k`, `JPY 456bn`.
#[must_use]
pub fn money_short(minor: i128, currency: &str) -> String {
    format!("{}{}", code(currency), amount_short(minor, currency))
}

/// The same without the currency: `10m`.
#[must_use]
pub fn amount_short(minor: i128, currency: &str) -> String {
    let rounded = three_digits(minor.unsigned_abs());
    let unit = minor_per_major(currency);
    let (scale, suffix) = match rounded / unit {
        0..1_000 => (1, ""),
        1_000..1_000_000 => (1_000, "k"),
        1_000_000..1_000_000_000 => (1_000_000, "m"),
        _ => (1_000_000_000, "bn"),
    };
    let unit = unit * scale;
    let mut shown = grouped(&(rounded / unit).to_string());
    let rest = rounded % unit;
    if rest > 0 {
        let width = unit.ilog10() as usize;
        let decimals = format!("{rest:0width$}");
        shown += &format!(".{}", decimals.trim_end_matches('0'));
    }
    format!("{}{shown}{suffix}", minus(minor))
}

/// An average amount: `EUR 12.35`, `EUR 1,235`.
#[must_use]
pub fn money_average(minor: f64, currency: &str) -> String {
    format!("{}{}", code(currency), amount_average(minor, currency))
}

/// The same without the currency, to the minor unit, or from 1,000 on to the major one: `12.35`, `1,235`.
#[must_use]
pub fn amount_average(minor: f64, currency: &str) -> String {
    let unit = minor_per_major(currency) as f64;
    let rounded = if minor.abs() < 1_000.0 * unit { minor.round() } else { (minor / unit).round() * unit };
    amount_full(rounded as i128, currency)
}

/// The currency before an amount; nothing where none is known, since `XXX` tells a reader nothing.
fn code(currency: &str) -> String {
    if currency == NO_CURRENCY { String::new() } else { format!("{currency} ") }
}

/// `1 day`, `45 days`.
#[must_use]
pub fn days(n: i32) -> String {
    let sign = minus(i128::from(n));
    format!("{sign}{}", plural(u64::from(n.unsigned_abs()), "day", "days"))
}

/// `45 min`, `3 h 20 min`, and from a day on `2.1 days`.
#[must_use]
pub fn minutes(n: i64) -> String {
    let size = n.unsigned_abs();
    let shown = match size {
        0..60 => format!("{size} min"),
        60..MINUTES_PER_DAY if size.is_multiple_of(60) => format!("{} h", size / 60),
        60..MINUTES_PER_DAY => format!("{} h {} min", size / 60, size % 60),
        _ => days_and_tenths(size),
    };
    format!("{}{shown}", minus(i128::from(n)))
}

/// `14 March 2026`.
#[must_use]
pub fn day(day: Day) -> String {
    let (year, month_of_year, of_month) = day.ymd();
    format!("{of_month} {} {year}", month_name(month_of_year))
}

/// `March 2026`.
#[must_use]
pub fn month(month: Month) -> String {
    format!("{} {}", month_name(month.month_of_year()), month.year())
}

/// `Mar 2026`, for axes and narrow columns.
#[must_use]
pub fn month_short(month: Month) -> String {
    format!("{} {}", &month_name(month.month_of_year())[..3], month.year())
}

/// `Q3 2026`.
#[must_use]
pub fn quarter(quarter: Quarter) -> String {
    format!("Q{} {}", quarter.quarter_of_year(), quarter.year())
}

/// `the time covered`, `Q3 2026` or `March 2026`.
#[must_use]
pub fn period(period: Period) -> String {
    match period {
        Period::All => "the time covered".to_owned(),
        Period::Quarter(of_year) => quarter(of_year),
        Period::Month(of_year) => month(of_year),
    }
}

/// `a`, `a and b`, `a, b and c`; empty for no items.
#[must_use]
pub fn list<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

fn month_name(month_of_year: u32) -> &'static str {
    MONTHS[(month_of_year as usize + 11) % 12]
}

fn minor_per_major(currency: &str) -> u128 {
    10_u128.pow(u32::from(minor_digits(currency)))
}

fn minus(value: i128) -> &'static str {
    if value < 0 { "−" } else { "" }
}

/// Rounded to three significant digits.
fn three_digits(value: u128) -> u128 {
    let surplus = value.checked_ilog10().unwrap_or(0).saturating_sub(2);
    let unit = 10_u128.pow(surplus);
    value.saturating_add(unit / 2) / unit * unit
}

fn days_and_tenths(minutes: u64) -> String {
    let tenths = (u128::from(minutes) * 10 + u128::from(MINUTES_PER_DAY) / 2) / u128::from(MINUTES_PER_DAY);
    let whole = grouped(&(tenths / 10).to_string());
    match (tenths, tenths % 10) {
        (10, _) => "1 day".to_owned(),
        (0..1_000, 1..) => format!("{whole}.{} days", tenths % 10),
        _ => format!("{whole} days"),
    }
}

fn fixed(value: f64, places: usize) -> String {
    if !value.is_finite() {
        return not_measurable();
    }
    let shown = format!("{:.places$}", value.abs());
    let is_zero = !shown.contains(|c: char| ('1'..='9').contains(&c));
    let sign = if value < 0.0 && !is_zero { "−" } else { "" };
    let (whole, rest) = shown.split_at(shown.find('.').unwrap_or(shown.len()));
    format!("{sign}{}{rest}", grouped(whole))
}

/// Commas between groups of three digits.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_a_decimal_only_where_it_means_something() {
        assert_eq!(percent(0.069_375, 8000), "6.9%");
        assert_eq!(percent(0.3, 40), "30%");
        assert_eq!((percent(0.0, 300), percent(1.0, 300)), ("0%".to_owned(), "100%".to_owned()));
        assert_eq!((percent(0.0001, 8000), percent(0.001, 50)), ("<0.1%".to_owned(), "<1%".to_owned()));
        assert_eq!((percent(0.9999, 8000), percent(0.999, 50)), (">99.9%".to_owned(), ">99%".to_owned()));
        assert_eq!(percent_interval(Interval { low: 0.064, high: 0.0752 }, 8000), "6.4% to 7.5%");
        assert_eq!(signed_points(0.023), "+2.3 points");
        assert_eq!(
            (signed_points(-0.004), signed_points(-0.000_01)),
            ("−0.4 points".to_owned(), "0.0 points".to_owned())
        );
        assert_eq!(percent(f64::NAN, 5), not_measurable());
    }

    #[test]
    fn money_in_full_and_at_a_glance() {
        for (minor, currency, full, short) in [
            (1_000_553_400, "USD", "USD 10,005,534", "USD 10m"),
            (1_250, "EUR", "EUR 12.50", "EUR 12.5"),
            (-123_456, "EUR", "EUR −1,234.56", "EUR −1.23k"),
            (99_950_000, "USD", "USD 999,500", "USD 1m"),
            (4_560_000, "JPY", "JPY 4,560,000", "JPY 4.56m"),
            (1_005, "KWD", "KWD 1.005", "KWD 1.01"),
            (5, "USD", "USD 0.05", "USD 0.05"),
            (0, "USD", "USD 0", "USD 0"),
            (1_230_000_000_000_000, "USD", "USD 12,300,000,000,000", "USD 12,300bn"),
        ] {
            assert_eq!(
                (money_full(minor, currency), money_short(minor, currency)),
                (full.to_owned(), short.to_owned())
            );
        }
    }

    #[test]
    fn amounts_where_the_currency_stands_elsewhere() {
        assert_eq!(
            (amount_full(-123_456, "EUR"), amount_short(-123_456, "EUR")),
            ("−1,234.56".into(), "−1.23k".into())
        );
        let averages = [1_234.6, 99_999.4, 123_456.0, -123_456.0].map(|minor| amount_average(minor, "EUR"));
        assert_eq!(averages, ["12.35", "999.99", "1,235", "−1,235"]);
        assert_eq!(amount_average(1_234.4, "JPY"), "1,234");
    }

    #[test]
    fn durations_take_the_unit_that_fits() {
        for (n, shown) in [
            (0, "0 min"),
            (59, "59 min"),
            (60, "1 h"),
            (200, "3 h 20 min"),
            (1439, "23 h 59 min"),
            (1440, "1 day"),
            (3024, "2.1 days"),
            (2880, "2 days"),
            (1_440_000, "1,000 days"),
            (-5, "−5 min"),
        ] {
            assert_eq!(minutes(n), shown);
        }
        assert_eq!((days(1), days(1234)), ("1 day".to_owned(), "1,234 days".to_owned()));
    }

    #[test]
    fn dates_and_lists_read_as_prose() {
        let pi_day: Day = "2026-03-14".parse().unwrap();
        assert_eq!(day(pi_day), "14 March 2026");
        assert_eq!(
            (month(pi_day.month()), month_short(pi_day.month())),
            ("March 2026".to_owned(), "Mar 2026".to_owned())
        );
        assert_eq!(period("2026-Q3".parse().unwrap()), "Q3 2026");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(
            (list(&["a", "b"]), list(&["a"]), list::<&str>(&[])),
            ("a and b".to_owned(), "a".to_owned(), String::new())
        );
        assert_eq!(
            (plural(1, "lead", "leads"), plural(8000, "lead", "leads")),
            ("1 lead".to_owned(), "8,000 leads".to_owned())
        );
        assert_eq!((of(555, 8000), decimal(-1234.5, 2)), ("555 of 8,000".to_owned(), "−1,234.50".to_owned()));
    }
}
