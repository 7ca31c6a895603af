//! Fast and careful reading agree wherever the fast one is not surprised.

use std::ops::ControlFlow;

use proptest::prelude::*;

use super::super::blocks::read_in_blocks;
use super::super::record::Record;
use super::super::split::{Dialect, Splitter};
use super::*;

fn fast(width: usize, profile: &Profile) -> Fast {
    Fast::new(b',', width, profile).expect("wide enough")
}

fn rows(fast: &Fast, text: &str, has_header: bool) -> Option<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    let take = |row: &Row<'_>| rows.push(row.cells().map(str::to_owned).collect());
    let ended = if has_header { fast.each_under_header(text, take) } else { fast.each(text, take) };
    (ended == Ended::Whole).then_some(rows)
}

/// What [`Plain::read`] gives under a header; nothing where it is surprised.
fn careful(text: &str, width: usize, profile: &Profile) -> Option<Vec<Vec<String>>> {
    let header = (0..width).map(|at| format!("c{at}")).collect();
    let plain = Plain::with(Dialect::STANDARD, header, profile.clone());
    let mut rows = Vec::new();
    let text = format!("{}\n{text}", vec!["c"; width].join(","));
    let ended = plain.read(&mut text.as_bytes(), false, |record, mend| {
        assert_eq!(mend, None);
        rows.push(record.texts().map(str::to_owned).collect());
    });
    (ended.expect("no disk to fail") == Ended::Whole).then_some(rows)
}

fn profile(sample: &str, width: usize) -> Profile {
    let (mut splitter, mut at) = (Splitter::new(sample, Dialect::STANDARD, Some(width)), 0);
    let (mut record, mut records) = (Record::default(), Vec::new());
    while let Some(step) = splitter.read(at, &mut record) {
        at = step.end;
        records.push(record.clone());
    }
    Profile::of(records.iter(), width)
}

#[test]
fn cells_are_given_as_they_are_meant() {
    let text = "1,\"a, b\",x\r\n,\"say \"\"hi\"\"\",\"two\r\nlines\"\n\\N,\"\\N\",\"\"\"\"\n\"\",é,last";
    let expected = [["1", "a, b", "x"], ["", "say \"hi\"", "two\r\nlines"], ["", "\\N", "\""], ["", "é", "last"]];
    assert_eq!(rows(&fast(3, &Profile::default()), text, false).expect("plain"), expected);
}

#[test]
fn what_is_not_plain_is_a_surprise() {
    let fast = fast(3, &Profile::default());
    assert!(rows(&fast, "a,b,c\n1,2,3\n", false).is_some());
    for odd in [
        "1,2\n",
        "1,2,3,4\n",
        "\n",
        ",,\n",
        " ,\u{a0},\"\"\n",
        "1,5\",3\n",
        "1,\"2\" ,3\n",
        "1, \"2\",3\n",
        "1,2\r,3\n",
        "1,2,3\r",
        "1,\"2\"x,3\n",
        "1,\"2,3\n",
        "1,2\u{feff},3\n",
        "\"4,5,6\",,\n",
        "1,2,3\0",
        "1,\"2\r\n\"\"\",3\n",
        "\r\n",
    ] {
        assert_eq!(rows(&fast, &format!("a,b,c\n{odd}"), false), None, "{odd:?}");
    }
    let long = "x".repeat(LONGEST_CELL + 1);
    assert_eq!(rows(&fast, &format!("{long},b,c\n"), false), None);
}

#[test]
fn a_header_is_passed_over_once_and_noticed_later() {
    let profile = profile("1,2026-03-14,x\n2,2026-03-15,y\n", 3);
    let fast = fast(3, &profile);
    assert_eq!(
        rows(&fast, "\u{feff}id,day,name\n3,2026-03-16,z\n", true),
        Some(vec![vec!["3".into(), "2026-03-16".into(), "z".into()]])
    );
    assert_eq!(rows(&fast, "id,day,name\n3,2026-03-16,z\n", false), None);
    assert_eq!(rows(&fast, ",2026-03-16,z\n", false).map(|rows| rows.len()), Some(1));
}

#[test]
fn a_file_in_blocks_is_the_file() {
    let row = |n: usize| format!("{n},\"Company, {n}\",\"text, with\n lines\",2026-01-{:02},{n}.50\n", n % 28 + 1);
    let mut text = "id,company,note,created,amount\n".to_owned();
    (0..200_000).for_each(|n| text.push_str(&row(n)));
    let fast = fast(5, &profile(&row(1).repeat(9), 5));
    for threads in 1..4 {
        let parse = |number: usize, text: &str| {
            let mut ids = Vec::new();
            let take = |row: &Row<'_>| ids.push(row.cell(0).to_owned());
            let ended = if number == 0 { fast.each_under_header(text, take) } else { fast.each(text, take) };
            (ended == Ended::Whole).then_some(ids)
        };
        let mut all = Vec::new();
        let ended = read_in_blocks(&mut text.as_bytes(), threads, parse, |ids| match ids {
            Some(ids) => {
                all.extend(ids);
                ControlFlow::Continue(())
            }
            None => ControlFlow::Break(()),
        });
        assert_eq!(ended.expect("no disk to fail"), Ended::Whole);
        assert!(all.iter().enumerate().all(|(n, id)| *id == n.to_string()) && all.len() == 200_000);
    }
}

/// Rows as programs write them, and now and then as people do.
fn text() -> impl Strategy<Value = String> {
    let cell = prop_oneof![
        6 => "[a-c0-9]{0,12}".prop_map(|cell| cell),
        2 => "\"([a-z,\n\r 0-9é]|\"\"){0,20}\"".prop_map(|cell| cell),
        1 => "2026-0[1-9]-1[0-9]", 1 => "\\\\N|\"\\\\N\"| |é\u{a0}|年",
    ];
    let odd = prop_oneof![40 => Just(String::new()), 1 => "[\"\r\n, \0\u{feff}\u{1a}]{1,2}"];
    let row = (prop::collection::vec((cell, odd), 3), prop_oneof![9 => "\n", 2 => "\r\n", 1 => ",\n|\r|,|"]);
    let line = row
        .prop_map(|(cells, end)| cells.into_iter().map(|(cell, odd)| cell + &odd).collect::<Vec<_>>().join(",") + &end);
    prop::collection::vec(line, 0..9).prop_map(|lines| lines.concat())
}

proptest! {
    #[test]
    fn what_is_read_fast_is_what_is_read_with_care(text in prop_oneof![9 => text(), 1 => "[a1,\"\n\r ]{0,20}"], typed: bool) {
        let profile = if typed { profile("a,1,2026-01-10\nb,2,2026-01-11\n", 3) } else { Profile::default() };
        if let Some(rows) = rows(&fast(3, &profile), &text, false) {
            prop_assert_eq!(Some(rows), careful(&text, 3, &profile), "{:?}", text);
        }
    }

    #[test]
    fn what_a_csv_writer_writes_is_read_back(
        records in prop::collection::vec(prop::collection::vec("[a-cé,\"\r\n 0-9]{0,9}", 4), 0..30), crlf: bool, cut: prop::sample::Index,
    ) {
        let mut writer = csv::WriterBuilder::new()
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .from_writer(Vec::new());
        records.iter().for_each(|record| writer.write_record(record).expect("in memory"));
        let text = String::from_utf8(writer.into_inner().expect("in memory")).expect("text");
        let fast = fast(4, &Profile::default());
        let whole = rows(&fast, &text, false);
        let is_doubtful = |record: &Vec<String>| {
            record.iter().all(|cell| is_blank(cell.as_bytes()))
                || record.iter().any(|cell| cell.contains("\n\""))
                || (record[0].contains(',') && record[1..].iter().all(|cell| is_blank(cell.as_bytes())))
        };
        prop_assert_eq!(whole.is_some(), !records.iter().any(is_doubtful), "{:?}", text);
        let Some(rows) = whole else { return Ok(()) };
        prop_assert_eq!(&rows, &records);
        // Any two parts at a record's end are the whole.
        let records_cut = cut.index(records.len() + 1);
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        records[..records_cut].iter().for_each(|record| writer.write_record(record).expect("in memory"));
        let begin = String::from_utf8(writer.into_inner().expect("in memory")).expect("text");
        prop_assert_eq!(self::rows(&fast, &begin, false).map(|rows| rows.len()), Some(records_cut));
    }
}
