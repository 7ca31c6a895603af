//! The format of a column in the letters that people know from spreadsheets; brackets hold what only some
//! values have.

use super::scan::Family;
use super::{DayOrder, FamilyCensus};

pub(super) fn format_label(family: Family, order: DayOrder, seen: &FamilyCensus) -> String {
    let year = if seen.with_short_year > 0 { "YY" } else { "YYYY" };
    let mark = match family {
        Family::Dot => '.',
        Family::Dash => '-',
        _ => '/',
    };
    let day = match (family, order) {
        (Family::Iso, _) => "YYYY-MM-DD".to_owned(),
        (Family::YearFirst, _) => "YYYY/MM/DD".to_owned(),
        (Family::Compact, _) => "YYYYMMDD".to_owned(),
        (Family::DayName, _) => format!("D Month {year}"),
        (Family::NameDay, _) => format!("Month D, {year}"),
        (Family::EpochSeconds, _) => return "seconds since 1970".to_owned(),
        (Family::EpochMilliseconds, _) => return "milliseconds since 1970".to_owned(),
        (Family::Month, _) => return "a month, as its first day".to_owned(),
        (Family::Serial, _) => return "days of a spreadsheet (1900 system)".to_owned(),
        (_, DayOrder::DayFirst) => format!("DD{mark}MM{mark}{year}"),
        (_, DayOrder::MonthFirst) => format!("MM{mark}DD{mark}{year}"),
    };
    let weekday = match seen.with_weekday {
        0 => "",
        some if some == seen.reads() => "Weekday, ",
        _ => "[Weekday, ]",
    };
    let (space, clock) = clock_label(family, seen);
    let clock = match seen.with_clock {
        0 => String::new(),
        some if some == seen.reads() => format!("{space}{clock}"),
        _ => format!("{space}[{clock}]"),
    };
    format!("{weekday}{day}{clock}")
}

/// What comes between day and clock, and the clock.
fn clock_label(family: Family, seen: &FamilyCensus) -> (&'static str, String) {
    let if_any = |count: u64, text: &'static str| if count > 0 { text } else { "" };
    if family == Family::Compact {
        let (minutes, seconds) = (if_any(seen.with_minutes, "MM"), if_any(seen.with_seconds, "SS"));
        return ("", format!("HH{minutes}{seconds}"));
    }
    if seen.with_period == seen.with_clock && seen.with_minutes == 0 {
        return ("", "|HH".to_owned());
    }
    let (minutes, seconds) = (if_any(seen.with_minutes, ":MM"), if_any(seen.with_seconds, ":SS"));
    let (meridiem, offset) = (if_any(seen.with_meridiem, " AM/PM"), if_any(seen.with_offset, " ±HH:MM"));
    let period = if_any(seen.with_period, "|HH");
    (" ", format!("HH{minutes}{seconds}{meridiem}{offset}{period}"))
}
