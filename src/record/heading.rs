//! What the lines above a table and the name of its file say about its days: takes both, gives the range that a report
//! is about, and when it was made. Days that could be two are decided by the other end of the range, or not at all.

use super::dates::{DateCensus, Moment};
use crate::calendar::{Day, Zone};

/// What comes between the two ends of a range.
const BETWEEN: [&str; 12] = [" - ", " – ", " — ", " to ", " bis ", " au ", " al ", " até ", " t/m ", "–", "—", ","];
/// Words of a line that says when a report was made.
const MADE: [&str; 8] =
    ["last completed", "generated", "exported", "downloaded", "created", "as of", "erstellt", "exportiert"];

/// The first and the last day of a report, by a line above it such as `1 March 2026 - 31 March 2026`.
pub fn range(titles: &[String]) -> Option<(Day, Day)> {
    let in_one_line = titles.iter().find_map(|title| {
        let title = value_of(title);
        BETWEEN.iter().find_map(|between| {
            let (first, last) = title.split_once(between)?;
            days([first, last]).filter(|[first, last]| first <= last)
        })
    });
    let says = |words: &[&str]| {
        let line = titles.iter().find(|title| words.iter().any(|word| title.to_lowercase().contains(word)))?;
        Some(value_of(line))
    };
    let in_two =
        || days([says(&["report start", "start date", "date from"])?, says(&["report end", "end date", "date to"])?]);
    in_one_line.or_else(in_two).map(|[first, last]| (first, last))
}

/// The same by the name of its file, where that holds two days.
pub fn range_in_name(name: &str) -> Option<(Day, Day)> {
    let days: Vec<Day> = days_in_name(name).collect();
    match days[..] {
        [first, last] if first < last => Some((first, last)),
        _ => None,
    }
}

/// The day on which a report was made, by a line above it, or by the latest day in the name of its file.
pub fn made(titles: &[String], name: &str) -> Option<Day> {
    let says = |title: &&String| MADE.iter().any(|word| title.to_lowercase().contains(word));
    // Whoever writes `4/15/2026` in one line writes no day first in the next.
    let all: Vec<&str> = titles.iter().flat_map(|title| ends_of(value_of(title))).collect();
    let by_line = titles.iter().filter(says).filter_map(|title| day(value_of(title), &all)).max();
    by_line.or_else(|| days_in_name(name).max()).or_else(|| moment_in_name(name)).or_else(|| month_in_name(name))
}

/// The day of a moment in a name, in seconds or milliseconds since 1970: `report1738600000000.csv`.
fn moment_in_name(name: &str) -> Option<Day> {
    let numbers = name.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| match digits.len() {
        10 => digits.parse::<i64>().ok(),
        13 => digits.parse::<i64>().ok().map(|milliseconds| milliseconds / 1_000),
        _ => None,
    });
    let day = |seconds: i64| Zone::utc().day_of(seconds);
    let (first, last) = (Day::from_ymd(2010, 1, 1)?, Day::from_ymd(2050, 1, 1)?);
    numbers.map(day).filter(|day| (first..last).contains(day)).max()
}

/// The last day of the latest month in a name: `deals_2025-02.csv`.
fn month_in_name(name: &str) -> Option<Day> {
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_digit()).collect();
    let month = |pair: &[&str]| {
        let [year, month] = pair else { return None };
        let is_month = year.len() == 4 && month.len() == 2;
        let year = year.parse().ok().filter(|year| is_month && (2000..2100).contains(year))?;
        Some(Day::from_ymd(year, month.parse().ok()?, 1)?.month().last_day())
    };
    words.windows(2).filter_map(month).max()
}

/// What a line says behind its own name: `Report Time: 4/1/2026 - 4/30/2026`.
fn value_of(title: &str) -> &str {
    let is_name = |name: &&str| !name.contains(|c: char| c.is_ascii_digit());
    let value = title.split_once(':').filter(|(name, _)| is_name(name)).map_or(title, |(_, value)| value);
    value.trim().trim_matches('"')
}

fn ends_of(value: &str) -> Vec<&str> {
    let parted = BETWEEN.iter().find_map(|between| value.split_once(between));
    parted.map_or_else(|| vec![value], |(first, last)| vec![first, last])
}

/// Two days that are written in one way.
fn days([first, last]: [&str; 2]) -> Option<[Day; 2]> {
    let both = [first, last];
    Some([day(first, &both)?, day(last, &both)?])
}

/// A day, in the way in which it and the others are written; `None` where that leaves two.
fn day(text: &str, others: &[&str]) -> Option<Day> {
    let mut census = DateCensus::default();
    others.iter().for_each(|other| census.feed(other));
    census.feed(text);
    let decided = census.decide(None);
    if decided.ambiguous_order {
        return None;
    }
    match decided.column.read(text, &Zone::utc())? {
        Moment::Date(day) => Some(day),
        Moment::Instant(at) => Some(Zone::utc().day_of(at)),
    }
}

/// The days in a name, written as `2026-06-01`, `2026_06_01` or `20260601`.
fn days_in_name(name: &str) -> impl Iterator<Item = Day> {
    let digits: Vec<char> = name.chars().collect();
    let number = |text: &[char]| text.iter().collect::<String>().parse::<u32>().ok();
    let day = move |at: usize| {
        let is_mark = |c: Option<&char>| c.is_some_and(|c| matches!(c, '-' | '_' | '.'));
        let step = usize::from(is_mark(digits.get(at + 4)) && is_mark(digits.get(at + 6 + 1)));
        let [month, day] = [at + 4 + step, at + 6 + 2 * step];
        let is_digit = |at: usize| digits.get(at).is_some_and(char::is_ascii_digit);
        if at > 0 && is_digit(at - 1) || is_digit(day + 2) {
            return None;
        }
        let year = number(digits.get(at..at + 4)?).and_then(|year| i32::try_from(year).ok());
        let year = year.filter(|year| (2000..2100).contains(year))?;
        Day::from_ymd(year, number(digits.get(month..month + 2)?)?, number(digits.get(day..day + 2)?)?)
    };
    (0..name.chars().count()).filter_map(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day_of(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_line_above_a_report_gives_its_range() {
        let of = |line: &str| range(&["Campaign report".to_owned(), line.to_owned()]);
        let march = Some((day_of("2026-03-01"), day_of("2026-03-31")));
        for line in [
            "1 March 2026 - 31 March 2026",
            "March 1, 2026 - March 31, 2026",
            "Report Time: 3/1/2026 - 3/31/2026",
            "\"01.03.2026 bis 31.03.2026\"",
            "2026-03-01 – 2026-03-31",
            "Report Time: 3/1/2026,3/31/2026",
        ] {
            assert_eq!(of(line), march, "{line}");
        }
        let lines =
            ["Report Start: March 1, 2026, 12:00 AM", "Report End: March 31, 2026, 11:59 PM"].map(str::to_owned);
        assert_eq!(range(&lines), march);
        for line in ["All time", "1/3/2026 - 2/3/2026", "31 March 2026 - 1 March 2026", "Brand - 2026"] {
            assert_eq!(of(line), None, "{line}");
        }
    }

    #[test]
    fn lines_and_names_say_when_a_report_was_made() {
        let lines =
            ["Report Time: 4/15/2026 - 4/30/2026".to_owned(), "Last Completed Available Day: 5/2/2026".to_owned()];
        assert_eq!(made(&lines, "a 2026-04-30.csv"), Some(day_of("2026-05-02")));
        assert_eq!(made(&[], "ads/2026-05-01/spend_2026_06_01.csv"), Some(day_of("2026-06-01")));
        assert_eq!(made(&[], "spend_20260501-final.csv"), Some(day_of("2026-05-01")));
        assert_eq!(made(&[], "spend_1202605013.csv"), None);
        assert_eq!(made(&[], "report1738600000000.csv"), Some(day_of("2025-02-03")));
        assert_eq!(made(&[], "crm/deals_2025-02.csv"), Some(day_of("2025-02-28")));
        assert_eq!(
            range_in_name("Campaign Report-(2025-01-01 to 2025-01-31).csv"),
            Some((day_of("2025-01-01"), day_of("2025-01-31")))
        );
        assert_eq!(range_in_name("leads-2025-01-01.csv"), None);
    }
}
