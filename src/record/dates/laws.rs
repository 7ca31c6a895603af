//! Laws that hold for every family and language: what is written is read back, parts add up, and no text panics.

use proptest::prelude::*;

use super::fast::scan_fast;
use super::scan::scan_any;
use super::*;

/// Full and short names, and a date in full with `{d}`, `{m}` and `{y}`, as CLDR has them.
struct Language {
    months: &'static str,
    short_months: &'static str,
    weekdays: &'static str,
    dates: &'static [&'static str],
}

const LANGUAGES: [Language; 7] = [
    Language {
        months: "January February March April May June July August September October November December",
        short_months: "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
        weekdays: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        dates: &["{m} {d}, {y}", "{d} {m} {y}", "{d}-{m}-{y}", "{m}. {d}, {y}"],
    },
    Language {
        months: "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        short_months: "Jan. Feb. Mrz. Apr. Mai Jun. Jul. Aug. Sept. Okt. Nov. Dez.",
        weekdays: "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        dates: &["{d}. {m} {y}", "{d} {m} {y}"],
    },
    Language {
        months: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        short_months: "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        weekdays: "lundi mardi mercredi jeudi vendredi samedi dimanche",
        dates: &["{d} {m} {y}", "{d}-{m}-{y}"],
    },
    Language {
        months: "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        short_months: "ene feb mar abr may jun jul ago sept oct nov dic",
        weekdays: "lunes martes miércoles jueves viernes sábado domingo",
        dates: &["{d} de {m} de {y}", "{d} {m} {y}"],
    },
    Language {
        months: "januari februari maart april mei juni juli augustus september oktober november december",
        short_months: "jan. feb. mrt. apr. mei jun. jul. aug. sep. okt. nov. dec.",
        weekdays: "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        dates: &["{d} {m} {y}", "{d}-{m}-{y}"],
    },
    Language {
        months: "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        short_months: "gen feb mar apr mag giu lug ago set ott nov dic",
        weekdays: "lunedì martedì mercoledì giovedì venerdì sabato domenica",
        dates: &["{d} {m} {y}"],
    },
    Language {
        months: "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        short_months: "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
        weekdays: "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
        dates: &["{d} de {m} de {y}", "{d} {m} {y}"],
    },
];

/// Each with the family it must be read as, where it has a clock of its own or may take one.
const NUMERIC: [(Family, &str); 11] = [
    (Family::Iso, "{y}-{mm}-{dd}"),
    (Family::YearFirst, "{y}/{mm}/{dd}"),
    (Family::YearFirst, "{y}. {m}. {d}."),
    (Family::YearFirst, "{y}年{m}月{d}日"),
    (Family::Slash, "{d}/{m}/{y}"),
    (Family::Slash, "{dd}/{mm}/{y}"),
    (Family::Dot, "{dd}.{mm}.{y}"),
    (Family::Dot, "{d}. {m}. {y}"),
    (Family::Dash, "{dd}-{mm}-{y}"),
    (Family::Compact, "{y}{mm}{dd}"),
    (Family::Iso, "{y}-{m}-{d}"),
];

fn filled(pattern: &str, day: Day, month: &str) -> String {
    let (year, number, day) = day.ymd();
    let month = if month.is_empty() { number.to_string() } else { month.to_owned() };
    pattern
        .replace("{y}", &year.to_string())
        .replace("{mm}", &format!("{number:02}"))
        .replace("{dd}", &format!("{day:02}"))
        .replace("{m}", &month)
        .replace("{d}", &day.to_string())
}

fn some_day() -> impl Strategy<Value = Day> {
    (Day::from_ymd(1971, 1, 1).unwrap().0..=Day::from_ymd(2100, 12, 31).unwrap().0).prop_map(Day)
}

/// A clock as written in some way, and its seconds; the day goes before it.
fn written_clock(way: usize, seconds: i32) -> (String, i32) {
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let to_minute = seconds - second;
    let (twelve, half) = ((hour + 11) % 12 + 1, usize::from(hour >= 12));
    match way % 12 {
        0 => (format!(" {hour:02}:{minute:02}:{second:02}"), seconds),
        1 => (format!("T{hour:02}:{minute:02}:{second:02}.120Z"), seconds),
        2 => (format!(", {twelve}:{minute:02} {}", ["AM", "PM"][half]), to_minute),
        3 => (format!(" {twelve}:{minute:02}:{second:02}\u{a0}{}", ["a. m.", "p. m."][half]), seconds),
        4 => (format!(" um {hour:02}:{minute:02} Uhr"), to_minute),
        5 => (format!(" à {hour:02}h{minute:02}"), to_minute),
        6 => (format!(" {hour:02}.{minute:02}.{second:02}"), seconds),
        7 => (format!("|{hour}"), hour * 3_600),
        8 => (format!(" {hour:02}:{minute:02} (UTC)"), to_minute),
        9 => (format!(" {hour:02}:{minute:02}:{second:02} GMT+0 (Coordinated Universal Time)"), seconds),
        10 => (format!(", {hour:02} h {minute:02}"), to_minute),
        _ => (format!(" {twelve} {}", ["am", "p.m."][half]), hour * 3_600),
    }
}

fn read(text: &str, order: Option<DayOrder>) -> Option<(Family, Moment)> {
    let mut census = DateCensus::default();
    census.feed(text);
    let column = census.decide(order).column;
    Some((column.family, column.read(text, &Zone::utc())?))
}

fn at(day: Day, seconds: i32) -> Moment {
    Moment::Instant(Zone::utc().instant_of(day, seconds))
}

/// The forms that have a way of their own, with any numbers in them.
fn common_form() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,7})?)?(Z| UTC|[-+][0-9]{2}:?[0-9]{2})?)?",
        "[12][09][0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9](:[0-6][0-9]([.][0-9]{3})?)?(Z|[-+][01][0-9]:?[0-5][0-9])?",
        "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}(,? [0-2]?[0-9]:[0-6][0-9](:[0-6][0-9])?( [AaPp][Mm])?)?",
        "[0-3]?[0-9][.][01]?[0-9][.][12][09][0-9]{2}( [0-2]?[0-9]:[0-5][0-9](:[0-5][0-9])?)?",
    ]
}

/// Text that looks like a date here and there.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[0-9]{1,14}",
        "[-/., :|TZ+()年月日'hº\u{a0}%]",
        "(Mar|mars|März|Montag|mar|de|um|Uhr|p\\. m\\.|GMT|UTC|segunda-feira|is|ä|\u{308})",
        "\\PC",
    ];
    prop_oneof![any::<String>(), prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())]
}

proptest! {
    #[test]
    fn a_date_with_names_is_read_back(
        day in some_day(), language in 0..7_usize, pattern: usize, short: bool, upper: bool, weekday: bool,
        clock in prop::option::of((any::<usize>(), 0..86_400)),
    ) {
        let language = &LANGUAGES[language];
        let names = if short { language.short_months } else { language.months };
        let name = names.split(' ').nth(day.ymd().1 as usize - 1).unwrap();
        let pattern = language.dates[pattern % language.dates.len()];
        let name = if pattern.starts_with("{m}.") { name.trim_end_matches('.') } else { name };
        let mut text = filled(pattern, day, &if upper { name.to_uppercase() } else { name.to_owned() });
        if weekday {
            text = format!("{}, {text}", language.weekdays.split(' ').nth(usize::from(day.weekday())).unwrap());
        }
        let (clock, moment) = match clock {
            Some((way, seconds)) => {
                let (clock, seconds) = written_clock(way, seconds);
                (clock, at(day, seconds))
            }
            None => (String::new(), Moment::Date(day)),
        };
        let text = text + &clock;
        prop_assert_eq!(read(&text, None).map(|read| read.1), Some(moment), "{}", text);
    }

    #[test]
    fn a_date_in_numbers_is_read_back(
        day in some_day(), pattern in 0..NUMERIC.len(), clock in prop::option::of((any::<usize>(), 0..86_400)),
    ) {
        let (family, pattern) = NUMERIC[pattern];
        let (clock, moment) = match clock.filter(|_| family != Family::Compact) {
            Some((way, seconds)) => {
                let (clock, seconds) = written_clock(way, seconds);
                (clock, at(day, seconds))
            }
            None => (String::new(), Moment::Date(day)),
        };
        let text = filled(pattern, day, "") + &clock;
        prop_assert_eq!(read(&text, Some(DayOrder::DayFirst)), Some((family, moment)), "{}", text);
    }

    #[test]
    fn a_date_that_is_one_number_is_read_back(day in some_day(), seconds in 0..86_400) {
        let moment = at(day, seconds);
        let instant = moment.instant().unwrap();
        if instant >= 100_000_000 && !(1_971_010_100..=2_100_123_123).contains(&instant) {
            prop_assert_eq!(read(&instant.to_string(), None), Some((Family::EpochSeconds, moment)));
            prop_assert_eq!(read(&format!("{instant}.75"), None), Some((Family::EpochSeconds, moment)));
        }
        if instant >= 1_000_000_000 {
            prop_assert_eq!(read(&format!("{instant}987"), None), Some((Family::EpochMilliseconds, moment)));
        }
        // As a spreadsheet keeps it: a double.
        let serial = f64::from(day.0 + 25_569) + f64::from(seconds) / 86_400.0;
        let expected = if seconds == 0 { Moment::Date(day) } else { moment };
        prop_assert_eq!(read(&serial.to_string(), None), Some((Family::Serial, expected)), "{}", serial);
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let compact = filled("{y}{mm}{dd}", day, "");
        for (text, seconds) in [
            (format!("{compact}{hour:02}"), hour * 3_600),
            (format!("{compact}{hour:02}{minute:02}"), seconds - second),
            (format!("{compact}{hour:02}{minute:02}{second:02}"), seconds),
        ] {
            prop_assert_eq!(read(&text, None), Some((Family::Compact, at(day, seconds))), "{}", text);
        }
    }

    #[test]
    fn no_text_panics_and_the_count_agrees_with_the_reading(texts in prop::collection::vec(any_text(), 0..12)) {
        let mut census = DateCensus::default();
        texts.iter().for_each(|text| census.feed(text));
        let decision = census.decide(None);
        let unread = |text: &&String| !missing::is_missing(text) && decision.column.read(text, &Zone::utc()).is_none();
        prop_assert_eq!(decision.unreadable, texts.iter().filter(unread).count() as u64);
    }

    #[test]
    fn parts_of_a_column_add_up(texts in prop::collection::vec(any_text(), 0..12), cut: prop::sample::Index) {
        let mut whole = DateCensus::default();
        texts.iter().for_each(|text| whole.feed(text));
        let (before, after) = texts.split_at(cut.index(texts.len() + 1));
        let mut parts = [DateCensus::default(), DateCensus::default()];
        before.iter().for_each(|text| parts[0].feed(text));
        after.iter().for_each(|text| parts[1].feed(text));
        let [mut one, other] = parts;
        one.merge(&other);
        prop_assert_eq!(one, whole);
    }

    #[test]
    fn common_forms_are_scanned_fast_and_alike(text in common_form()) {
        let (fast, any) = (scan_fast(text.as_bytes()), scan_any(&text));
        prop_assert!(fast.is_none() || fast == any, "{}", text);
        // Only numbers that no clock shows are left to the general scan.
        prop_assert!(fast.is_some() || any.is_none_or(|any| any.clock.is_some()), "{}", text);
    }

    #[test]
    fn a_common_form_with_a_fault_is_scanned_alike(
        text in common_form(), at: prop::sample::Index, other in "[-0-9./:TZ+, |AMh\\x00年]", way in 0..3,
    ) {
        let at = at.index(text.len() + 1);
        let (before, behind) = text.split_at(at);
        let behind = if way == 0 { behind } else { behind.get(1..).unwrap_or_default() };
        let text = format!("{before}{}{behind}", if way == 2 { "" } else { &other });
        prop_assert_eq!(scan(&text), scan_any(&text), "{}", text);
    }

    #[test]
    fn any_text_is_scanned_alike_and_counted_as_its_days(text in any_text()) {
        prop_assert_eq!(scan(&text), scan_any(&text));
        if let Some(scanned) = scan(&text) {
            let days = (scanned.day(DayOrder::DayFirst), scanned.day(DayOrder::MonthFirst));
            let expected = match days {
                (None, None) => None,
                (Some(_), None) => Some(Orders::DayFirst),
                (None, Some(_)) => Some(Orders::MonthFirst),
                (Some(one), Some(other)) => Some(if one == other { Orders::Alike } else { Orders::Either }),
            };
            prop_assert_eq!(scanned.orders(), expected);
        }
    }

    #[test]
    fn a_value_taken_apart_once_counts_and_reads_as_its_text(
        texts in prop::collection::vec(prop_oneof![common_form(), any_text()], 0..12), order: bool,
    ) {
        let (mut by_text, mut by_scan) = (DateCensus::default(), DateCensus::default());
        let texts: Vec<_> = texts.iter().filter(|text| !missing::is_missing(text)).collect();
        for text in &texts {
            by_text.feed(text);
            by_scan.feed_scanned(scan(text).as_ref());
        }
        prop_assert_eq!(&by_text, &by_scan);
        let column = by_text.decide(Some(if order { DayOrder::DayFirst } else { DayOrder::MonthFirst })).column;
        let berlin = Zone::named("Europe/Berlin").unwrap();
        for text in texts {
            prop_assert_eq!(column.read(text, &berlin), scan(text).and_then(|scanned| column.moment(&scanned, &berlin)));
        }
    }
}
