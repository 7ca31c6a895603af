//! Formats read one by one, and what a column makes of its values.

use super::*;

fn decide(values: &[&str]) -> DateDecision {
    let mut census = DateCensus::default();
    values.iter().for_each(|value| census.feed(value));
    census.decide(None)
}

/// The value as `YYYY-MM-DD` or, with a clock, UTC seconds; read by a column that holds only it.
fn alone(text: &str) -> Option<String> {
    match decide(&[text]).column.read(text, &Zone::utc())? {
        Moment::Date(day) => Some(day.to_string()),
        Moment::Instant(instant) => {
            let (day, seconds) = Zone::utc().local(instant);
            let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
            Some(format!("{day} {hour:02}:{minute:02}:{second:02}"))
        }
    }
}

#[test]
fn each_format_is_read() {
    for text in [
        "2026-03-14",
        "2026/3/14",
        "20260314",
        "14.03.2026",
        "14-03-26",
        "3/14/2026",
        "14/3/26",
        "14 Mar 2026",
        "14-Mar-26",
        "Mar 14, 2026",
        "March 14, 2026",
        "march 14 2026",
        "14 march 2026",
        "２０２６-０３-１４",
        "２０２６年３月１４日",
        "2026년 3월 14일",
        "2026. 3. 14.",
        "14. 3. 2026",
        "14MAR2026",
        "14/Mar/2026",
        "14th of March 2026",
        "March 14th, 2026",
        "14 Mrz 2026",
        "14. MÄRZ 2026",
        "14. Ma\u{308}rz 2026",
        "14 mars 2026",
        "14 de marzo del 2026",
        "14 de março de 2026",
        "14 mrt. 2026",
        "Sat, Mar 14, 2026",
        "Sa. 14.03.2026",
        "sábado, 14 de março de 2026",
        "20260314.0",
        "46095",
        "46095.0",
    ] {
        assert_eq!(alone(text).as_deref(), Some("2026-03-14"), "{text}");
    }
    for text in [
        "2026-03-14T14:05:33Z",
        "2026-03-14 14:05:33",
        "2026-03-14T16:05:33.120+02:00",
        "2026-03-14T09:35:33-0430",
        "2026-03-14 14:05:33 UTC",
        "3/14/2026, 2:05:33 PM",
        "14/03/2026 14:05:33",
        "Mar 14, 2026 2:05:33\u{202f}p.m.",
        "1773497133",
        "1773497133987",
        "1773497133.123",
        "1773497133987.0",
        "20260314140533",
        "46095.58718750000000001",
        "46095,5871875",
        "14. März 2026 um 14:05:33 Uhr",
        "14 mars 2026 à 14:05:33",
        "14.03.2026 14.05.33",
        "14/3/2026 2:05:33 p. m.",
        "Sat Mar 14 2026 16:05:33 GMT+0200 (Central European Summer Time)",
        "2026-03-14 16:05:33 GMT+2",
        "2026-03-14 16:05:33 UTC+02:00",
        "2026-03-14 14:05:33 (UTC)",
        "2026-03-14T16:05:33+02:00[Europe/Berlin]",
    ] {
        assert_eq!(alone(text).as_deref(), Some("2026-03-14 14:05:33"), "{text}");
    }
    assert_eq!(alone("2026-03-14 24:00").as_deref(), Some("2026-03-15 00:00:00"));
    assert_eq!(alone("3/14/2026 12:00 AM").as_deref(), Some("2026-03-14 00:00:00"));
    assert_eq!(alone("Sept 1, 2026").as_deref(), Some("2026-09-01"));
    assert_eq!(alone("1er juillet 2026, 14h05").as_deref(), Some("2026-07-01 14:05:00"));
    assert_eq!(alone("1º de enero de 2026 a las 14:05").as_deref(), Some("2026-01-01 14:05:00"));
    assert_eq!(alone("mar. 14 avr. 2026").as_deref(), Some("2026-04-14"));
    assert_eq!(alone("Mon, Apr 26, 2021 12:25").as_deref(), Some("2021-04-26 12:25:00"));
    assert_eq!(alone("Mar 14, 2026 2 PM").as_deref(), Some("2026-03-14 14:00:00"));
    assert_eq!(alone("45631.5").as_deref(), Some("2024-12-05 12:00:00"));
    assert_eq!(alone("46095.99999999999").as_deref(), Some("2026-03-15 00:00:00"));
}

#[test]
fn what_cannot_be_is_unreadable() {
    for text in [
        "2026-02-31",
        "2026-13-01",
        "31/02/2026",
        "1970-01-01",
        "10000-01-01",
        "2101-01-01",
        "2026-03-14 25:00",
        "2026-03-14 14:60",
        "2026-03-14T14:05+25:00",
        "13/13/2026",
        "3/14/2026 13:00 PM",
        "2026-03",
        "12.5",
        "Mar 2026",
        "2026-03-14x",
        "99999999999999999999",
        "1.2.3.4",
        "Jan 2026",
        "2026-W11-6",
        "2026年3月",
        "January 20, 2026 - January 21, 2026",
        "2026-03-14/2026-03-15",
        "1.-3. März 2026",
        "Sun, Mar 14, 2026",
        "Sat 46095",
        "14 Mar 2026 7",
        "14 Zrz 2026",
        "2026-03-14 14:05 CET",
        "2026-03-14 14:05 (EST)",
        "2026-03-14 2:05 PM Uhr",
        "2026-03-14|24",
        "2026-03-14 01:00|7",
        "45631,500.5",
        "1234",
        "1773497133.",
        "20260314.5",
        "45,631",
        "25933",
        "73416",
    ] {
        assert_eq!(alone(text), None, "{text}");
    }
}

#[test]
fn one_value_above_twelve_decides_the_order() {
    let decision = decide(&["03/04/2026", "14/03/2026", "", "n/a", "05/06/2026 10:00"]);
    assert_eq!((decision.values, decision.unreadable, decision.ambiguous_order), (3, 0, false));
    assert_eq!(decision.format_label, "DD/MM/YYYY [HH:MM]");
    let april = decision.column.read("03/04/2026", &Zone::utc());
    assert_eq!(april, Day::from_ymd(2026, 4, 3).map(Moment::Date));
}

#[test]
fn a_weekday_decides_the_order_too() {
    // 3 April 2026 was a Friday, 4 March a Wednesday.
    let decision = decide(&["Fri 03/04/2026"]);
    assert_eq!((decision.format_label.as_str(), decision.ambiguous_order), ("Weekday, DD/MM/YYYY", false));
    assert_eq!(decide(&["Wed 03/04/2026"]).format_label, "Weekday, MM/DD/YYYY");
    assert_eq!(decide(&["Mon 03/04/2026"]).unreadable, 1);
}

#[test]
fn hours_of_a_day_are_read() {
    for text in ["2026-03-15|7", "3/15/2026 12:00:00 AM|7", "2026031507"] {
        assert_eq!(alone(text).as_deref(), Some("2026-03-15 07:00:00"), "{text}");
    }
    assert_eq!(decide(&["2026-03-15|7"]).format_label, "YYYY-MM-DD|HH");
    assert_eq!(decide(&["3/15/2026 12:00:00 AM|7"]).format_label, "MM/DD/YYYY HH:MM:SS AM/PM|HH");
    assert_eq!(decide(&["2026031507", "20260315"]).format_label, "YYYYMMDD[HH]");
}

#[test]
fn days_of_a_spreadsheet_are_the_last_choice() {
    let serials = decide(&["45631", "45631.5", "12.5"]);
    assert_eq!(serials.format_label, "days of a spreadsheet (1900 system)");
    assert_eq!((serials.values, serials.unreadable, serials.has_clock), (3, 1, true));
    assert_eq!(decide(&["45631", "2026-03-14"]).format_label, "YYYY-MM-DD");
    assert_eq!(decide(&["45631", "1773497133"]).format_label, "seconds since 1970");
    assert_eq!(decide(&["45631", "20260314"]).format_label, "YYYYMMDD");
}

#[test]
fn an_undecided_order_is_reported_and_the_preference_counts() {
    let mut census = DateCensus::default();
    census.feed("03/04/2026");
    census.feed("05/05/2026");
    let decision = census.decide(Some(DayOrder::DayFirst));
    assert!(decision.ambiguous_order);
    assert_eq!(decision.format_label, "DD/MM/YYYY");
    assert_eq!(census.decide(None).format_label, "MM/DD/YYYY");
    assert!(!decide(&["05/05/2026"]).ambiguous_order);
}

/// Day, as text, of each value in a column that holds all of them.
fn days(values: &[&str]) -> Vec<Option<String>> {
    let column = decide(values).column;
    values.iter().map(|value| Some(column.read(value, &Zone::utc())?.day_in(&Zone::utc()).to_string())).collect()
}

fn mixed(values: &[&str]) -> Option<Mixed> {
    let mut census = DateCensus::default();
    values.iter().for_each(|value| census.feed(value));
    census.mixed(&census.decide(None).column)
}

#[test]
fn plain_values_of_other_families_are_read_and_parts_add_up() {
    let (one, other) = (["2026-03-14", "03/14/2026"], ["2026-03-15 10:00:00Z", "hello"]);
    let mut census = DateCensus::default();
    one.iter().for_each(|value| census.feed(value));
    let mut second = DateCensus::default();
    other.iter().for_each(|value| second.feed(value));
    census.merge(&second);
    let decision = census.decide(None);
    assert_eq!(decision, decide(&[one, other].concat()));
    assert_eq!((decision.values, decision.unreadable, decision.other_ways), (4, 1, 1));
    assert!(decision.has_clock && decision.has_offset);
    assert_eq!(decision.format_label, "YYYY-MM-DD [HH:MM:SS ±HH:MM]");
    let day = decision.column.read("03/14/2026", &Zone::utc());
    assert_eq!(day, Day::from_ymd(2026, 3, 14).map(Moment::Date));
}

#[test]
fn a_minority_is_read_where_each_value_can_be_read_in_one_way() {
    let day = |day: &str| Some(day.to_owned());
    let dashes = ["15-01-2025", "13-01-2025", "2025-09-01", "2025-02-01", "31-12-2024", "2024-10-12"];
    let expected = ["2025-01-15", "2025-01-13", "2025-09-01", "2025-02-01", "2024-12-31", "2024-10-12"].map(day);
    assert_eq!(days(&dashes), expected);
    // Serials beside dates, and both beside a name.
    let serials = ["2025-01-15", "45672", "2025-01-17", "18 Jan 2025"];
    assert_eq!(days(&serials), ["2025-01-15", "2025-01-15", "2025-01-17", "2025-01-18"].map(day));
    // `9/1/2025` by itself is two days; beside `9/15/2025` it is one.
    let alone = ["2025-09-01", "2025-09-02", "2025-09-03", "9/1/2025"];
    assert_eq!(days(&alone).last(), Some(&None));
    assert_eq!(decide(&alone).unreadable, 1);
    let told = ["2025-09-01", "2025-09-02", "2025-09-03", "9/1/2025", "9/15/2025"];
    assert_eq!(days(&told)[3..], ["2025-09-01", "2025-09-15"].map(day));
    // Both orders in one column: a day that can only be one is read, the rest goes by the most.
    let orders = ["14/03/2026", "15/03/2026", "3/16/2026", "3/4/2026"];
    assert_eq!(days(&orders), ["2026-03-14", "2026-03-15", "2026-03-16", "2026-04-03"].map(day));
    let decision = decide(&orders);
    assert_eq!((decision.unreadable, decision.other_ways), (0, 1));
}

#[test]
fn further_ways_are_reported_and_the_mark_of_swapped_days_is_known() {
    let case = mixed(&["15-01-2025", "13-01-2025", "2025-09-01", "2025-02-01", "2025-03-01"]).unwrap();
    assert_eq!((case.others, case.is_swapped), (vec![("DD-MM-YYYY".to_owned(), 2)], true));
    // The same from a machine set to the United States, and with numbers of a spreadsheet.
    assert!(mixed(&["1/15/2025", "1/13/2025", "2025-09-01", "2025-02-01"]).unwrap().is_swapped);
    assert!(mixed(&["15.01.2025", "13.01.2025", "45902", "45690"]).unwrap().is_swapped);
    // A day after the 12th on one side, or one up to it on the other, shows that nothing was swapped.
    assert!(!mixed(&["15-01-2025", "13-01-2025", "2025-09-01", "2025-02-21"]).unwrap().is_swapped);
    assert!(!mixed(&["15-01-2025", "03-01-2025", "2025-09-01", "2025-02-01"]).unwrap().is_swapped);
    assert_eq!(mixed(&["2025-09-01", "2025-09-02 10:00"]), None);
    let orders = mixed(&["14/03/2026", "15/03/2026", "3/16/2026", "3/4/2026"]).unwrap();
    assert_eq!((orders.others, orders.unclear), (vec![("MM/DD/YYYY".to_owned(), 1)], 1));
}

#[test]
fn a_clock_belongs_to_its_zone_and_a_date_in_none() {
    let berlin = Zone::named("Europe/Berlin").unwrap();
    let column = decide(&["2026-07-01 00:30", "2026-07-01"]).column;
    let clock = column.read("2026-07-01 00:30", &berlin).unwrap();
    assert_eq!(clock.day_in(&Zone::utc()).to_string(), "2026-06-30");
    assert_eq!(clock.day_in(&berlin).to_string(), "2026-07-01");
    let date = column.read("2026-07-01", &berlin).unwrap();
    assert_eq!(date.day_in(&Zone::named("Asia/Tokyo").unwrap()).to_string(), "2026-07-01");
}
