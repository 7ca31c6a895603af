//! Numbers and dates of workbooks as text. Takes what a cell stores and the kind its format shows, gives the text that
//! stands for it; how a format is stored is left to each workbook format.

use std::fmt::Write;

const SECONDS_A_DAY: f64 = 86_400.0;
/// Above this (2^53) a float has lost digits, and the exponent says so.
const EXACT_TO: f64 = 9_007_199_254_740_992.0;

/// Where a workbook begins to count days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Calendar {
    /// 1 is the first of January 1900, and 60 a day that never was.
    #[default]
    From1900,
    /// 0 is the first of January 1904.
    From1904,
}

/// What a number stands for by its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    /// A plain number.
    #[default]
    Number,
    /// A day.
    Date,
    /// A day and a time.
    DateTime,
    /// A time of day.
    Time,
    /// Hours that may pass 24.
    Duration,
}

/// A number as text: whole numbers without a point, others with as many digits as it takes to read them back.
pub(super) fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    match value.abs() <= EXACT_TO {
        true => value.to_string(),
        false => format!("{value:E}"),
    }
}

/// A number as a workbook writes it. Whole numbers stay digit for digit, as ids may have more than a float holds.
pub(super) fn number_as_written(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain && (digits.len() == 1 || !digits.starts_with('0')) && raw != "-0" {
        return Some(raw.to_owned());
    }
    let value: f64 = raw.parse().ok()?;
    Some(if value.is_finite() { number(value) } else { raw.to_owned() })
}

/// A day count as ISO text; nothing where the calendar has no such day.
pub(super) fn date(serial: f64, shown: Shown, calendar: Calendar) -> Option<String> {
    let seconds = (serial * SECONDS_A_DAY).round();
    // Both calendars end with the year 9999; the bound also keeps the whole seconds exact.
    if !seconds.is_finite() || seconds.abs() > 2_958_466.0 * SECONDS_A_DAY {
        return None;
    }
    let seconds = seconds as i64;
    let (day, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    match shown {
        Shown::Number => None,
        Shown::Duration => Some(clock(seconds)),
        Shown::Time if day == 0 => Some(clock(of_day)),
        Shown::Date if of_day == 0 => civil(day, calendar),
        Shown::Date | Shown::DateTime | Shown::Time => Some(format!("{} {}", civil(day, calendar)?, clock(of_day))),
    }
}

/// Seconds as `HH:MM:SS`, with as many hours as it takes.
pub(super) fn clock(seconds: i64) -> String {
    let (sign, rest) = (if seconds < 0 { "-" } else { "" }, seconds.abs());
    format!("{sign}{:02}:{:02}:{:02}", rest / 3_600, rest / 60 % 60, rest % 60)
}

fn civil(day: i64, calendar: Calendar) -> Option<String> {
    let from_epoch = match calendar {
        Calendar::From1900 if (1..60).contains(&day) => day - 25_568,
        Calendar::From1900 if (61..=2_958_465).contains(&day) => day - 25_569,
        Calendar::From1904 if (0..=2_957_003).contains(&day) => day - 24_107,
        _ => return None,
    };
    Some(iso_day(from_epoch))
}

/// Days since 1970-01-01 as `YYYY-MM-DD`. The method is Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>): years run from March, so that a leap day is the last.
pub(super) fn iso_day(from_epoch: i64) -> String {
    let from_0000_03 = from_epoch + 719_468;
    let era = from_0000_03.div_euclid(146_097);
    let of_era = from_0000_03.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let mut text = String::with_capacity(10);
    write!(text, "{year:04}-{month:02}-{day:02}").expect("a String takes what is written");
    text
}

/// An ISO date-time as others write it (`2026-01-05T10:00:00.000`), in our spelling.
pub(super) fn iso_as_written(raw: &str) -> String {
    let raw = raw.trim();
    let text = raw.strip_suffix(".000").or_else(|| raw.strip_suffix(".000000000")).unwrap_or(raw);
    text.replacen('T', " ", 1)
}

/// What a format of a spreadsheet shows, such as `dd/mm/yyyy hh:mm`.
pub(super) fn shown_by(format: &str) -> Shown {
    if format.eq_ignore_ascii_case("general") || format.eq_ignore_ascii_case("standard") {
        return Shown::Number;
    }
    let Some(letters) = letters_of(format) else { return Shown::Duration };
    let has = |wanted: &[char]| letters.contains(wanted);
    let has_clock = has(&['h', 's']);
    match (has(&['y', 'd']) || (has(&['m']) && !has_clock), has_clock) {
        _ if has(&['#', '?']) || (has(&['0']) && !has(&['s'])) => Shown::Number,
        (true, true) => Shown::DateTime,
        (true, false) => Shown::Date,
        (false, true) => Shown::Time,
        (false, false) => Shown::Number,
    }
}

/// The placeholders of the first section, in lower case, without what is in quotes, behind an escape or in
/// brackets; nothing where the brackets count hours, minutes or seconds.
fn letters_of(format: &str) -> Option<String> {
    let mut letters = String::new();
    let mut rest = format.chars();
    while let Some(letter) = rest.next() {
        match letter {
            ';' => break,
            '"' => {
                rest.by_ref().find(|letter| *letter == '"');
            }
            '\\' | '_' | '*' => {
                rest.next();
            }
            '[' => {
                let inside: String = rest.by_ref().take_while(|letter| *letter != ']').collect();
                let inside = inside.to_ascii_lowercase();
                if !inside.is_empty() && ["h", "m", "s"].iter().any(|unit| inside.replace(unit, "").is_empty()) {
                    return None;
                }
            }
            other => letters.extend(other.to_lowercase()),
        }
    }
    Some(letters.replace("am/pm", "").replace("a/p", ""))
}

/// What one of the formats that are known by number alone shows, in XLSX and XLS alike (ECMA-376, 18.8.30; those
/// from 27 on hold in the languages of East Asia).
pub(super) const fn shown_by_id(id: u16) -> Shown {
    match id {
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Shown::Date,
        22 => Shown::DateTime,
        18..=21 | 32..=35 | 45 | 47 | 55 | 56 => Shown::Time,
        46 => Shown::Duration,
        _ => Shown::Number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        assert_eq!(number(5.0), "5");
        assert_eq!(number(-0.0), "0");
        assert_eq!(number(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(number(999_999_999_999_999.0), "999999999999999");
        assert_eq!(number(1.23e17), "1.23E17");
        assert_eq!(number_as_written("500000000000001234").as_deref(), Some("500000000000001234"));
        assert_eq!(number_as_written("130000.0").as_deref(), Some("130000"));
        assert_eq!(number_as_written("1e999").as_deref(), Some("1e999"));
        assert_eq!(number_as_written("x"), None);
    }

    #[test]
    fn serials_are_days_of_either_calendar() {
        let day = |serial, calendar| date(serial, Shown::Date, calendar);
        assert_eq!(day(1.0, Calendar::From1900).as_deref(), Some("1900-01-01"));
        assert_eq!(day(59.0, Calendar::From1900).as_deref(), Some("1900-02-28"));
        assert_eq!(day(60.0, Calendar::From1900), None);
        assert_eq!(day(61.0, Calendar::From1900).as_deref(), Some("1900-03-01"));
        assert_eq!(day(45_631.0, Calendar::From1900).as_deref(), Some("2024-12-05"));
        assert_eq!(day(2_958_465.0, Calendar::From1900).as_deref(), Some("9999-12-31"));
        assert_eq!(day(2_958_466.0, Calendar::From1900), None);
        assert_eq!(day(-1.0, Calendar::From1900), None);
        assert_eq!(day(0.0, Calendar::From1904).as_deref(), Some("1904-01-01"));
        assert_eq!(day(44_169.0, Calendar::From1904).as_deref(), Some("2024-12-05"));
        assert_eq!(day(1e300, Calendar::From1900), None);
    }

    #[test]
    fn a_time_is_shown_where_there_is_one() {
        let shown = |serial, shown| date(serial, shown, Calendar::From1900);
        assert_eq!(shown(45_631.5, Shown::Date).as_deref(), Some("2024-12-05 12:00:00"));
        assert_eq!(shown(45_631.0, Shown::DateTime).as_deref(), Some("2024-12-05 00:00:00"));
        assert_eq!(shown(45_630.999_999_99, Shown::DateTime).as_deref(), Some("2024-12-05 00:00:00"));
        assert_eq!(shown(0.25, Shown::Time).as_deref(), Some("06:00:00"));
        assert_eq!(shown(1.25, Shown::Duration).as_deref(), Some("30:00:00"));
    }

    #[test]
    fn formats_distinguish_dates_from_numbers() {
        assert_eq!(shown_by("General"), Shown::Number);
        assert_eq!(shown_by("#,##0.00\\ \"days\""), Shown::Number);
        assert_eq!(shown_by("0.00E+00"), Shown::Number);
        assert_eq!(shown_by("[$-409]m/d/yyyy h:mm AM/PM;@"), Shown::DateTime);
        assert_eq!(shown_by("yyyy\\-mm\\-dd"), Shown::Date);
        assert_eq!(shown_by("mmm-yy"), Shown::Date);
        assert_eq!(shown_by("[Red]0"), Shown::Number);
        assert_eq!(shown_by("mm:ss.0"), Shown::Time);
        assert_eq!(shown_by("[hh]:mm"), Shown::Duration);
        assert_eq!(shown_by("@"), Shown::Number);
    }
}
