//! Records read by the book, mended ones, and hostile ones.

use super::*;

fn records(text: &str, dialect: Dialect, width: Option<usize>) -> Vec<(Vec<String>, Option<Mend>)> {
    let mut splitter = Splitter::new(text, dialect, width);
    let (mut at, mut record, mut all) = (0, Record::default(), Vec::new());
    while let Some(step) = splitter.read(at, &mut record) {
        assert!(step.end > at, "no step at {at} of {text:?}");
        at = step.end;
        all.push((record.texts().map(str::to_owned).collect(), step.mend));
    }
    all
}

fn cells(text: &str, dialect: Dialect, width: Option<usize>) -> Vec<Vec<String>> {
    records(text, dialect, width).into_iter().map(|(cells, _)| cells).collect()
}

#[test]
fn quoted_cells_hold_separators_quotes_and_lines() {
    let text = "a,b,c\n\"1,5\",\"say \"\"hi\"\"\",\"two\r\nlines\"\n,\"\",\n";
    let expected = [vec!["a", "b", "c"], vec!["1,5", "say \"hi\"", "two\r\nlines"], vec!["", "", ""]];
    assert_eq!(cells(text, Dialect::STANDARD, None), expected);
    assert!(records(text, Dialect::STANDARD, Some(3)).iter().all(|(_, mend)| mend.is_none()));
}

#[test]
fn every_kind_of_line_end_is_one() {
    let lone = Dialect { lone_returns: true, ..Dialect::STANDARD };
    assert_eq!(cells("a,b\r1,2\r\n3,4\n5,6", lone, None).len(), 4);
    assert_eq!(cells("a\rb,c\n", Dialect::STANDARD, None), [["a\rb", "c"]]);
}

#[test]
fn a_quote_inside_a_cell_is_text() {
    assert_eq!(cells("5\" pipe,\"12\" pipe\",x\n", Dialect::STANDARD, Some(3)), [["5\" pipe", "12\" pipe", "x"]]);
    assert_eq!(cells("a, \"b, c\" ,d\n", Dialect::STANDARD, Some(3)), [["a", "b, c", "d"]]);
}

#[test]
fn a_quote_that_nothing_closes_ends_with_its_line() {
    let text = "1,\"open,x\n2,b,y\n3,\"c\",z\n";
    let read = records(text, Dialect::STANDARD, Some(3));
    assert_eq!(read[0], (vec!["1".into(), "\"open".into(), "x".into()], Some(Mend::UnclosedQuote)));
    assert_eq!(read.len(), 3);
    assert_eq!(cells("1,\"open\n2,b\n", Dialect::STANDARD, None), [["1", "\"open"], ["2", "b"]]);
}

#[test]
fn undoubled_quotes_close_at_the_separator() {
    let text = "1,\"Round 48\"\",\"a, b\"\n";
    assert_eq!(cells(text, Dialect::STANDARD, Some(3)), [["1", "Round 48\"", "a, b"]]);
}

#[test]
fn backslashes_escape_where_the_dialect_says_so() {
    let dialect = Dialect { escape: Escape::Backslash, ..Dialect::STANDARD };
    let text = r#""say \"hi\"","c:\\dir\new",x"#;
    assert_eq!(cells(text, dialect, None), [["say \"hi\"", "c:\\dir\\new", "x"]]);
}

#[test]
fn a_row_in_one_quoted_cell_is_unwrapped() {
    let text = "a,b,c\n\"1,\"\"x, y\"\",3\"\n\"4,5,6\",,\n";
    let read = records(text, Dialect::STANDARD, Some(3));
    assert_eq!(read[1], (vec!["1".into(), "x, y".into(), "3".into()], Some(Mend::Wrapped)));
    assert_eq!(read[2].0, ["4", "5", "6"]);
}

#[test]
fn another_separator_is_tried_only_where_it_fits() {
    let splitter = Splitter::new("1;2;3\n", Dialect::STANDARD, Some(3));
    let mut record = Record::default();
    assert!(splitter.parted_otherwise(0, 3, &mut record).is_some());
    assert_eq!(record.len(), 3);
    assert!(splitter.parted_otherwise(0, 4, &mut record).is_none());
}

#[test]
fn blanks_beside_separators_belong_to_them_where_the_dialect_says_so() {
    let separator = Separator { mark: b'|', blank_before: true, blank_after: true };
    let dialect = Dialect { separator, ..Dialect::STANDARD };
    assert_eq!(cells("a | b | c\n1 |  | 3\n", dialect, None), [["a", "b", "c"], ["1", "", "3"]]);
}

#[test]
fn hostile_quotes_take_no_more_than_their_share_of_time() {
    for line in ["\"abc \"x\n", "\"\"x\n", "\"a,\"b,\"c\n", "a, \"b\n"] {
        let text = line.repeat(200_000);
        assert_eq!(cells(&text, Dialect::STANDARD, Some(3)).len(), 200_000, "{line:?}");
    }
    let one_line = "\"x,".repeat(1_000_000);
    assert_eq!(cells(&one_line, Dialect::STANDARD, Some(3)).len(), 1);
}
