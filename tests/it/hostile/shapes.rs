//! Rows 16 to 36: how a text is divided into cells, and where in it the table stands.

use super::{DEALS, TABLE, build, hold, reads, reads_as, refused};

/// A table written with another separator and another quote, quotes doubled, only where needed.
fn written(table: &str, separator: u8, quote: u8, style: csv::QuoteStyle) -> String {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes());
    let mut writer =
        csv::WriterBuilder::new().delimiter(separator).quote(quote).quote_style(style).from_writer(Vec::new());
    reader.records().for_each(|record| writer.write_record(&record.unwrap()).unwrap());
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn needed(table: &str, separator: u8) -> String {
    written(table, separator, b'"', csv::QuoteStyle::Necessary)
}

#[test]
fn separators() {
    let semicolons = needed(TABLE, b';');
    let bars = DEALS.replace(',', " | ");
    let blanks = DEALS.replace(',', ", ");
    hold(vec![
        reads(16, "semicolons", semicolons.clone(), &["semicolon"]),
        reads(16, "tabs", needed(TABLE, b'\t'), &["tab"]),
        reads(16, "bars", needed(TABLE, b'|'), &["bar"]),
        reads_as(16, "bars with blanks around", bars, DEALS, &["bar"]),
        reads_as(16, "commas and blanks", blanks, DEALS, &["comma"]),
        reads(16, "a line sep=;", format!("sep=;\r\n{semicolons}"), &["semicolon", "8 records"]),
        reads(16, "a line sep=, in quotes", format!("\"sep=,\"\n{TABLE}"), &["comma", "8 records"]),
        reads_as(16, "semicolons and decimal commas", decimal_commas(DEALS), DEALS.replace(".", ","), &["semicolon"])
            .with(&decimal_commas_normal()),
    ]);
}

fn decimal_commas(table: &str) -> String {
    table.replace(',', ";").replace('.', ",")
}

fn decimal_commas_normal() -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    decimal_commas(DEALS).lines().for_each(|line| writer.write_record(line.split(';')).unwrap());
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

impl super::Case {
    fn with(mut self, table: &str) -> super::Case {
        if let super::Outcome::Reads(wanted, _) = &mut self.outcome {
            table.clone_into(wanted);
        }
        self
    }
}

#[test]
fn quotes_and_escapes() {
    let apostrophes = written(TABLE, b',', b'\'', csv::QuoteStyle::Always);
    let names = TABLE.replace("Tom Baker", "Pat O'Brien").replace("Mia Stone", "Ana D'Arcy");
    let quoted = TABLE.replace("\"Ann \"\"Annie\"\" Lee\"", "\"Ann \\\"Annie\\\" Lee\"");
    let path = TABLE.replace("Organic search", "c:\\new\\");
    let inch = TABLE.replace("Organic search", "27\" screen");
    let inch_normal = TABLE.replace("Organic search", "\"27\"\" screen\"");
    let nick = TABLE.replace("Organic search", "\"Ann\" Lee");
    let nick_normal = TABLE.replace("Organic search", "\"\"\"Ann\"\" Lee\"");
    hold(vec![
        reads(17, "apostrophes as quotes", apostrophes, &["apostrophes as quotes"]),
        reads_as(17, "apostrophes that are text", names.clone(), names, &["8 records"]),
        reads(17, "quotes behind backslashes", quoted, &["backslash escapes"]),
        reads_as(17, "backslashes that are text", path.clone(), path, &["8 records"]),
        reads_as(18, "a quote inside a cell", inch, inch_normal, &["8 records"]),
        reads_as(18, "a cell that begins with a quoted word", nick, nick_normal, &["8 records"]),
        reads(
            20,
            "every cell in quotes, CRLF",
            written(TABLE, b',', b'"', csv::QuoteStyle::Always).replace('\n', "\r\n").replace("social\r\n", "social\n"),
            &["8 records"],
        ),
    ]);
}

#[test]
fn row_17_quotes_behind_backslashes_in_a_bare_cell() {
    // Python's csv with an escape character leaves such cells without quotes.
    let bare = TABLE.replace("\"Ann \"\"Annie\"\" Lee\"", "Ann \\\"Annie\\\" Lee");
    hold(vec![reads(17, "quotes behind backslashes in a bare cell", bare, &["8 records"])]);
}

#[test]
fn row_17_what_databases_write_for_nothing() {
    let nothing = DEALS.replace("South", "\\N").replace("310.20", "\\N");
    let normal = DEALS.replace("South", "").replace("310.20", "");
    hold(vec![reads_as(17, "\\N for nothing", nothing, normal, &["5 records"])]);
}

#[test]
fn a_quote_that_nothing_closes_is_text_and_no_row_is_lost() {
    let open = TABLE.replace("Organic search", "\"Organic search");
    let normal = TABLE.replace("Organic search", "\"\"\"Organic search\"");
    let last = format!("{TABLE}L9,2026-01-22,ida@firm.example,Webinar,\"Mia,New\n");
    let last_normal = format!("{TABLE}L9,2026-01-22,ida@firm.example,Webinar,\"\"\"Mia\",New\n");
    hold(vec![
        reads_as(19, "a quote never closed", open.clone(), normal, &["8 records"]),
        reads_as(19, "a quote never closed in the last row", last, last_normal, &["9 records"]),
    ]);
    let built = build(&[("leads.csv", open.as_bytes())], &[]);
    assert_eq!(built.figure("roi.leads"), 8.0);
    built.says(&["1 row with a quote that nothing closes, kept as text, first row 4"]);
}

#[test]
fn line_breaks_in_quotes_wherever_they_fall() {
    // Large enough for the reader of plain files, whose pieces end anywhere; some cells look like rows themselves.
    let mut text = "lead_id,created_at,note,status\n".to_owned();
    for row in 0..40_000 {
        text.push_str(&format!("L{row},2026-01-05,\"first\nL9,2026-01-05,x,New\n, and \"\"third\"\"\",New\n"));
    }
    assert!(text.len() > 2 << 20);
    hold(vec![reads_as(20, "line breaks in quotes", text.clone(), text.clone(), &["40000 records"])]);
    assert_eq!(build(&[("leads.csv", text.as_bytes())], &[]).figure("roi.leads"), 40_000.0);
}

#[test]
fn line_ends() {
    let returns = DEALS.replace('\n', "\r");
    let mixed: String =
        DEALS.lines().zip(["\n", "\r\n", "\r"].iter().cycle()).map(|(line, end)| format!("{line}{end}")).collect();
    hold(vec![
        reads_as(21, "carriage returns", returns, DEALS, &["carriage returns"]),
        reads_as(21, "line ends of all kinds", mixed, DEALS, &["5 records"]),
        reads_as(21, "no line end at the end", DEALS.trim_end(), DEALS, &["5 records"]),
        reads(21, "CRLF", TABLE.replace('\n', "\r\n").replace("social\r\n", "social\n"), &["8 records"]),
    ]);
}

#[test]
fn short_and_long_rows() {
    let short = DEALS.replace("D4,West,2026-01-12,open,310.20", "D4,West,2026-01-12");
    let short_normal = DEALS.replace("D4,West,2026-01-12,open,310.20", "D4,West,2026-01-12,,");
    let empty = DEALS.replace("310.20", "310.20,,");
    let full = DEALS.replace("310.20", "310.20,surplus");
    let blank_lines = DEALS.replace("D3", "\nD3").replace("D5", "\n\nD5");
    let blanks = DEALS.replace("D4,West,2026-01-12,open,310.20", "D4 West 2026-01-12 open 310.20");
    let trailing = DEALS.replace('\n', ",\n");
    hold(vec![
        reads_as(22, "a short row", short, short_normal, &["5 records"]),
        reads_as(22, "empty cells too many", empty, DEALS, &["5 records"]),
        reads_as(22, "a full cell too many", full.clone(), full, &["5 records"]),
        reads_as(22, "blank lines", blank_lines, DEALS, &["5 records"]),
        reads_as(22, "a row parted by blanks", blanks, DEALS, &["5 records"]),
        reads_as(
            31,
            "a separator at the end of each line",
            trailing,
            DEALS,
            &["1 empty columns without a name left out"],
        ),
    ]);
}

#[test]
fn rows_that_were_mended_are_counted_on_the_data_page() {
    for (deals, says) in [
        (DEALS.replace(",open,310.20", ""), "1 row with cells missing at the end, first row 4"),
        (DEALS.replace("310.20", "310.20,surplus"), "1 row with more cells than the header, first row 4"),
        (DEALS.replace("West,2026-01-12,open,310.20", "West\t2026-01-12"), "1 row with cells missing"),
        (DEALS.replace("West", "\"West\" End"), "1 row with a quote that nothing closes, kept as text, first row 4"),
    ] {
        let built = build(&[("deals.csv", deals.as_bytes())], &[]);
        assert_eq!(built.figure("deals.won"), 3.0, "{deals}");
        built.says(&[says]);
    }
}

#[test]
fn rows_18_19_22_normalize_says_what_it_mended() {
    let open = DEALS.replace("West", "\"West");
    let short = DEALS.replace(",open,310.20", "");
    let short_normal = DEALS.replace("open,310.20", ",");
    let full = DEALS.replace("310.20", "310.20,surplus");
    let stray = DEALS.replace("West", "\"West\" End");
    hold(vec![
        reads_as(18, "a stray quote", stray, DEALS.replace("West", "\"\"\"West\"\" End\""), &["kept as text"]),
        reads_as(19, "a quote never closed", open, DEALS.replace("West", "\"\"\"West\""), &["nothing closes", "4"]),
        reads_as(22, "a short row", short, short_normal, &["cells missing"]),
        reads_as(22, "a long row", full.clone(), full, &["more cells than the header"]),
    ]);
}

#[test]
fn titles_totals_and_footers() {
    let title = "Won and lost deals\nFilter: owner is anyone\n2026-01-01 to 2026-01-31\n\n";
    let total = "Total,,,,20187.44\n";
    let first = DEALS.replacen('\n', &format!("\n{total}"), 1);
    let footer = "\nReport name: Deals\nConfidential Information - Do Not Distribute\nCopyright (c) 2026 Firm. All rights reserved.\n";
    let named = TABLE.replace("Mia Stone", "Total");
    let all = format!("{title}{DEALS}{total}{footer}");
    hold(vec![
        reads_as(23, "title, filter and range above", format!("{title}{DEALS}"), DEALS, &["3 lines above the header"]),
        reads_as(24, "a total at the end", format!("{DEALS}{total}"), DEALS, &["1 line of totals"]),
        reads_as(24, "a total as the first row", first, DEALS, &["1 line of totals"]),
        reads_as(24, "a total without a word", format!("{DEALS},,,,20187.44\n"), DEALS, &["1 line of totals"]),
        reads_as(24, "someone named Total", named.clone(), named, &["8 records"]),
        reads_as(25, "a footer", format!("{DEALS}{footer}"), DEALS, &["3 lines below the table"]),
        reads_as(25, "all of these", all.clone(), DEALS, &["3 lines above", "1 line of totals", "3 lines below"]),
    ]);
    let built = build(&[("deals.csv", all.as_bytes())], &[]);
    assert_eq!(built.figure("deals.revenue"), 18_897.24);
    built.says(&["3 lines above the header", "1 line of totals", "3 lines below the table"]);
}

#[test]
fn row_23_the_title_is_shown_on_the_terminal_and_may_name_people() {
    let text = format!("Won and lost deals\nGenerated by Jane Roe\n\n{DEALS}");
    let built = build(&[("deals.csv", text.as_bytes())], &[]);
    built.says(&["2 lines above the header"]);
    built.does_not_say(&["Jane Roe"]);
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("deals.csv"), text).unwrap();
    let output = crate::support::succeed(crate::support::casefile(&["inspect"]).arg(folder.path()));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("Won and lost deals") && told.contains("Generated by Jane Roe"), "{told}");
}

/// No blank in a key column and an amount that equals another's by chance do not make a record a total.
#[test]
fn a_record_is_no_total_by_chance() {
    let phones = "lead_id,owner,created_at,phone\nL1,Mia,2026-01-01,\nL2,Tom,2026-01-02,+49 30 123\n\
                  L3,Ann,2026-01-04,\nL4,,2026-01-03,+49 30 123\n";
    let accounts = "lead_id,owner,created_at,account_no\nL1,Mia,2026-01-01,\nL2,Tom,2026-01-02,7003\n\
                    L3,Ann,2026-01-02,\nL4,Ann,2026-01-02,\nL5,Tom,,7003\n";
    hold(vec![
        reads_as(24, "the same telephone number twice", phones, phones, &["4 records"]),
        reads_as(24, "the same account number twice", accounts, accounts, &["5 records"]),
    ]);
}

#[test]
fn headers() {
    let (head, rows) = DEALS.split_once('\n').unwrap();
    let repeated = DEALS.replace("D3", &format!("{head}\nD3"));
    let two = format!("Deal,Account,Closed,,\nid,name,at,outcome,amount\n{rows}");
    let two_normal = format!("Deal id,Account name,Closed at,outcome,amount\n{rows}");
    let comments = format!("# exported by a script\n# on Monday\n{DEALS}");
    let hash = DEALS.replacen("deal_id", "#", 1);
    let other = "\nproduct,launched_at,price,currency\nBoots,2026-01-01,50.00,EUR\nHat,2026-02-01,20.00,EUR\n";
    hold(vec![
        reads_as(26, "the header again", repeated, DEALS, &["1 repeated header"]),
        reads_as(27, "another table below", format!("{DEALS}{other}"), DEALS, &["another table below it not read"]),
        reads_as(28, "two lines of header", two, two_normal, &["2 lines of header, joined"]),
        reads_as(29, "no header", rows, rows, &["5 records", "no header"]),
        reads_as(32, "comments above", comments, DEALS, &["comment"]),
        reads_as(32, "a column named #", hash.clone(), hash, &["5 records"]),
    ]);
}

#[test]
fn row_27_a_narrow_table_below_is_no_part_of_the_first() {
    let text = format!("{DEALS}\nowner,quota\nMia,500\nTom,600\n");
    hold(vec![reads_as(27, "a narrow table below", text, DEALS, &["another table below it not read"])]);
}

/// Most rows of an export fill few of its columns.
#[test]
fn a_sparse_table_keeps_its_header() {
    let sparse = "lead_id,created_at,c,d,e,f,g,h\nL1,2026-01-01,,,,,,\nL2,2026-01-02,,,,,,\nL3,2026-01-03,,,,,,\n";
    hold(vec![reads_as(29, "rows that fill a quarter of the columns", sparse, sparse, &["3 records; UTF-8, comma"])]);
    assert_eq!(build(&[("leads.csv", sparse.as_bytes())], &[]).figure("roi.leads"), 3.0);
}

#[test]
fn a_file_without_a_header_is_read_where_the_project_file_says_how() {
    let (_, rows) = DEALS.split_once('\n').unwrap();
    let without = build(&[("deals.csv", rows.as_bytes())], &[]);
    assert_eq!(without.code, Some(65), "{}", without.message);
    assert!(
        without.message.contains("without a header") && without.message.contains("column 1"),
        "{}",
        without.message
    );
    let folder = tempfile::TempDir::new().unwrap();
    let project = folder.path().join("casefile.toml");
    let rule = "[[input]]\nfile = \"deals.csv\"\ntable = \"deals\"\n[input.columns]\ndeal_id = \"column 1\"\n\
                closed_at = \"column 3\"\noutcome = \"column 4\"\namount = \"column 5\"\n";
    std::fs::write(&project, rule).unwrap();
    let built = build(&[("deals.csv", rows.as_bytes())], &["-c", project.to_str().unwrap()]);
    assert_eq!(built.figure("deals.won"), 3.0, "no row is lost");
    assert_eq!(built.figure("deals.revenue"), 18_897.24);
}

#[test]
fn names_of_columns_that_are_not_one() {
    let (head, rows) = TABLE.split_once('\n').unwrap();
    let padded = format!("{}\n{rows}", head.replace("owner", " owner "));
    let built = build(&[("leads.csv", padded.as_bytes())], &[]);
    assert_eq!(built.figure("roi.leads"), 8.0);
    // The same name twice, with other values: which one is meant is not for us to guess.
    let twice = "lead_id,created_at,source,source\nL1,2026-01-05,web,fair\nL2,2026-01-06,web,fair\n";
    hold(vec![reads_as(30, "the same name twice", twice, twice, &["2 records"])]);
    let built = build(&[("leads.csv", twice.as_bytes())], &[]);
    let told = format!("{} {}", built.message, if built.code == Some(0) { built.data_page() } else { String::new() });
    assert!(told.contains("source_2") || told.contains("twice") || told.contains("more than once"), "{told}");
}

#[test]
fn what_changes_late_in_a_file() {
    let early: String = (0..30_000).map(|row| format!("{row},2026-01-05,web,{row}.50\n")).collect();
    let late: String =
        (0..500).map(|row| format!("\"X-{row}\",\"2026-01-05\",\"web, \"\"late\"\"\",\"n/a\"\n")).collect();
    let table = format!("lead_id,created_at,source,score\n{early}{late}");
    let normal = format!(
        "lead_id,created_at,source,score\n{early}{}",
        late.replace("\"X-", "X-").replace("\",\"2026-01-05\",", ",2026-01-05,").replace("\"n/a\"", "n/a")
    );
    hold(vec![reads_as(
        33,
        "ids with letters, quotes and words for nothing, late",
        table.clone(),
        normal,
        &["30500 records"],
    )]);
    assert_eq!(build(&[("leads.csv", table.as_bytes())], &[]).figure("roi.leads"), 30_500.0);
}

#[test]
fn one_column_and_too_many() {
    let one = "email\nada@firm.example\nben@firm.example\ncleo@firm.example\n";
    let names = "Name\nAda Lovelace\nAlan Turing\nGrace Hopper\n";
    let wide = |columns: usize| {
        let header: Vec<String> = (0..columns).map(|column| format!("column {column}")).collect();
        let row = vec!["1"; columns].join(",");
        format!("{}\n{row}\n{row}\n{row}\n", header.join(","))
    };
    hold(vec![
        reads_as(34, "one column", one, one, &["3 records"]),
        reads_as(34, "one column of words", names, names, &["3 records"]),
        reads_as(34, "16,384 columns", wide(16_384), wide(16_384), &["3 records"]),
        refused(34, "20,000 columns", wide(20_000), &["20000 columns", "16,384"]),
    ]);
}

#[test]
fn columns_in_another_order_and_by_another_name_are_the_same() {
    let moved =
        "created,lead_source,Lead ID,owner\n2026-01-25,Webinar,L9,Mia Stone\n2026-01-26,Referral,L10,Mia Stone\n";
    let built = build(&[("a.csv", TABLE.as_bytes()), ("b.csv", moved.as_bytes())], &[]);
    assert_eq!(built.figure("roi.leads"), 10.0);
    built.says(&["Lead ID", "lead_source", "created"]);
}
