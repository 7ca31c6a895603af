//! Single values of a project file: takes what stands in quotes, gives its meaning or a hint how to write it.

use jiff::civil::Date;
use jiff::tz::TimeZoneDatabase;

use super::problem::{did_you_mean, nearest};
use super::{Decimal, ReportPeriod};

const SECONDS_PER_MINUTE: i64 = 60;
const SECONDS_PER_HOUR: i64 = 60 * SECONDS_PER_MINUTE;
const SECONDS_PER_DAY: i64 = 24 * SECONDS_PER_HOUR;
/// A century: longer times are typing mistakes, and shorter ones can be added to any date in reach.
const LONGEST: i64 = 36_525 * SECONDS_PER_DAY;
/// Years that dates in exports may have; the project file goes by the same limits.
const YEARS: std::ops::RangeInclusive<i16> = 1971..=2100;

/// A value, or how to write one.
pub type Valued<T> = Result<T, String>;

/// `30m`, `4h`, `2d` or `3w` in seconds.
pub fn duration(text: &str) -> Valued<i64> {
    let hint = || "write a whole number and a unit, at most a century: `30m`, `4h`, `2d` or `3w`".to_owned();
    let (unit_at, unit) = text.char_indices().next_back().ok_or_else(hint)?;
    let seconds = match unit {
        'm' => SECONDS_PER_MINUTE,
        'h' => SECONDS_PER_HOUR,
        'd' => SECONDS_PER_DAY,
        'w' => 7 * SECONDS_PER_DAY,
        _ => return Err(hint()),
    };
    let number = digits(text[..unit_at].trim_end()).ok_or_else(hint)?;
    number.checked_mul(seconds).filter(|total| (1..=LONGEST).contains(total)).ok_or_else(hint)
}

/// `2026-Q3`, `2026-03` or `all`.
pub fn period(text: &str) -> Valued<ReportPeriod> {
    let read = || {
        if text.eq_ignore_ascii_case("all") {
            return Some(ReportPeriod::All);
        }
        let (year, part) = text.split_once('-')?;
        let year = i16::try_from(digits(year)?).ok().filter(|year| YEARS.contains(year))?;
        let number = |part: &str, most| digits(part).filter(|number| (1..=most).contains(number)).map(|n| n as u8);
        match part.strip_prefix(['Q', 'q']) {
            Some(quarter) => number(quarter, 4).map(|quarter| ReportPeriod::Quarter { year, quarter }),
            None => number(part, 12).map(|month| ReportPeriod::Month { year, month }),
        }
    };
    read().ok_or_else(|| "write a quarter `2026-Q3`, a month `2026-03` or `all`".to_owned())
}

/// `2026-09-30`.
pub fn date(text: &str) -> Valued<Date> {
    let read = || {
        let shape = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date: Date = shape.then(|| text.parse().ok())??;
        YEARS.contains(&date.year()).then_some(date)
    };
    read().ok_or_else(|| "write a day as year, month, day: `2026-09-30`".to_owned())
}

/// An IANA zone of the bundled database, in its own spelling.
pub fn timezone(text: &str) -> Valued<String> {
    // Bundled, so that no machine's own zone files can change a report.
    let zones = TimeZoneDatabase::bundled();
    if let Some(name) = zones.get(text).ok().and_then(|zone| zone.iana_name().map(str::to_owned)) {
        return Ok(name);
    }
    let names: Vec<String> = zones.available().map(|name| name.to_string()).collect();
    let same_city = |name: &&String| name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(text));
    let city = names.iter().find(same_city).map(String::as_str);
    let near = city.or_else(|| nearest(text, names.iter().map(String::as_str)));
    Err(near.map_or_else(|| "write an IANA name such as `Europe/Berlin` or `UTC`".to_owned(), did_you_mean))
}

/// The name of an encoding, in its usual spelling.
pub fn encoding(text: &str) -> Valued<String> {
    let known = encoding_rs::Encoding::for_label_no_replacement(text.trim().as_bytes());
    // Encodings that switch by escapes can hide markup, and no export is known to use them.
    let known = known.filter(|encoding| *encoding != encoding_rs::ISO_2022_JP);
    let hint = || "write a name such as `utf-8`, `utf-16le`, `windows-1252`, `shift_jis` or `gb18030`".to_owned();
    known.map(|encoding| encoding.name().to_owned()).ok_or_else(hint)
}

/// One character of ASCII that parts cells.
pub fn separator(text: &str) -> Valued<u8> {
    match text.as_bytes() {
        [mark] if mark.is_ascii() && !mark.is_ascii_alphanumeric() && !b"\"'\n\r".contains(mark) => Ok(*mark),
        _ => Err("write the one character between cells, such as `,`, `;`, `|` or `\\t`".to_owned()),
    }
}

/// The shape of an ISO 4217 code; whether there is such a currency is for those who read amounts.
pub fn currency(text: &str) -> Valued<String> {
    let is_code = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let upper = text.to_ascii_uppercase();
    match (is_code(text), is_code(&upper)) {
        (true, _) => Ok(upper),
        (false, true) => Err(did_you_mean(&upper)),
        (false, false) => Err("write the three capital letters of the currency, such as `EUR`".to_owned()),
    }
}

/// A share from 0 to 1.
pub fn share(text: &str) -> Valued<Decimal> {
    let share = Decimal::parse(text).filter(|share| share.is_share());
    share.ok_or_else(|| "write a share from 0 to 1, with a point: `0.6`".to_owned())
}

/// An exchange rate above 0.
pub fn rate(text: &str) -> Valued<Decimal> {
    let rate = Decimal::parse(text).filter(|rate| !rate.is_zero());
    rate.ok_or_else(|| "write a number above 0, with a point: `0.92`".to_owned())
}

/// One of a few words, each with what it stands for.
pub fn one_of<T: Copy>(text: &str, words: &[(&str, T)]) -> Valued<T> {
    if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
        return Ok(*meaning);
    }
    let near = nearest(text, words.iter().map(|(word, _)| *word));
    Err(near.map_or_else(|| choices(words.iter().map(|(word, _)| *word)), did_you_mean))
}

/// `write `a`, `b` or `c``.
pub fn choices<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, [])) => format!("write {last}"),
        Some((last, others)) => format!("write {} or {last}", others.join(", ")),
        None => "leave it out".to_owned(),
    }
}

fn digits(text: &str) -> Option<i64> {
    let is_number = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_seconds() {
        assert_eq!(duration("30m"), Ok(1_800));
        assert_eq!(duration("4 h"), Ok(14_400));
        assert_eq!(duration("3w"), Ok(21 * 86_400));
        for wrong in ["", "h", "4", "-4h", "4.5h", "0d", "4 hours", "999999999w", "4µ"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn periods_and_days_keep_to_the_calendar() {
        for label in ["all", "2026-Q3", "2026-03"] {
            assert_eq!(period(label).unwrap().label(), label);
        }
        for wrong in ["", "2026", "2026-Q5", "2026-13", "2026-00", "26-Q1", "2026-Q", "9999-Q1"] {
            assert!(period(wrong).is_err(), "{wrong}");
        }
        assert!(date("2026-09-30").is_ok());
        for wrong in ["2026-09-31", "30.09.2026", "2026-9-30", "1800-01-01", "20260930"] {
            assert!(date(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn zones_and_currencies_offer_the_nearest() {
        assert_eq!(timezone("europe/berlin"), Ok("Europe/Berlin".to_owned()));
        assert_eq!(timezone("Berlin"), Err("did you mean `Europe/Berlin`?".to_owned()));
        assert_eq!(timezone("Europe/Berlln"), Err("did you mean `Europe/Berlin`?".to_owned()));
        assert_eq!(currency("eur"), Err("did you mean `EUR`?".to_owned()));
        assert!(currency("EURO").is_err() && currency("€").is_err());
    }
}
