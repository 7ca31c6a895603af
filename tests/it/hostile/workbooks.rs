//! Rows 14 and 53 to 63: workbooks of all kinds, and Parquet.

use super::{Case, TABLE, build, fixture, hold, reads_as, refused};
use crate::packing::{Member, Sheet, around, cells, sheet, stored, workbook, zip};

/// The table of the fixtures with real dates and numbers: a blank between day and time, no zeros behind the point.
fn typed() -> String {
    let table = String::from_utf8(fixture("leads.csv")).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in reader.records() {
        let record = record.unwrap();
        let cell = |(column, cell): (usize, &str)| match column {
            1 if cell.contains(':') => cell.replace('T', " "),
            6 if cell.contains('.') => cell.trim_end_matches('0').trim_end_matches('.').to_owned(),
            _ => cell.to_owned(),
        };
        writer.write_record(record.iter().enumerate().map(cell)).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn reads_fixture(row: u32, name: &'static str, says: &'static [&'static str]) -> Case {
    reads_as(row, name, fixture(name), typed(), says)
}

fn refused_fixture(row: u32, name: &'static str, says: &'static [&'static str]) -> Case {
    refused(row, name, fixture(name), says)
}

fn rows(table: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// A workbook with one sheet whose rows are given as XML, below a header of two labels.
fn with_rows(data: &str) -> Vec<u8> {
    let header = cells(&rows("lead_id,owner\nL1,Mia\nL2,Tom\n"));
    workbook(&[sheet("Leads", &format!("{header}{data}"))])
}

/// A workbook whose table of shared texts is given as XML.
fn with_strings(strings: &str) -> Vec<u8> {
    let sheets = [sheet("Leads", "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>")];
    let mut members: Vec<Member> = around(&sheets);
    members.retain(|member| member.name != "xl/_rels/workbook.xml.rels");
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" \
         Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" \
         Type=\"{office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
    );
    members.push(stored("xl/_rels/workbook.xml.rels", relations.as_bytes()));
    members.push(stored("xl/worksheets/sheet1.xml", sheets[0].xml.as_bytes()));
    members.push(stored("xl/sharedStrings.xml", strings.as_bytes()));
    zip(&members)
}

#[test]
fn workbooks_of_every_kind() {
    let by_hand = workbook(&[sheet("Leads", &cells(&rows(TABLE)))]);
    hold(vec![
        reads_as(11, "a workbook under another name", by_hand, TABLE, &["Leads: 8 records; workbook"]),
        reads_fixture(60, "leads-openpyxl.xlsx", &["workbook"]),
        reads_fixture(60, "leads.xls", &["old workbook"]),
        reads_fixture(60, "leads.ods", &["workbook"]),
        reads_fixture(24, "title-and-total.xls", &["2 lines above the header", "1 line of totals"]),
        reads_fixture(24, "title-and-total.ods", &["2 lines above the header", "1 line of totals"]),
        refused_fixture(11, "binary.xlsb", &["XLSB", "save it as XLSX"]),
    ]);
}

#[test]
fn row_14_workbooks_with_a_password() {
    let names = [
        "encrypted-workbook.xlsx",
        "encrypted-workbook-2007.xlsx",
        "encrypted-workbook.xls",
        "encrypted-spreadsheet.ods",
    ];
    hold(names.map(|name| refused_fixture(14, name, &["is encrypted", "without a password"])).into());
    let built = build(&[("leads.csv", TABLE.as_bytes()), ("locked.xlsx", &fixture(names[0]))], &["--strict"]);
    assert_eq!(built.code, Some(1), "built, and the file is a problem: {}", built.message);
    assert!(built.message.contains("locked.xlsx") && built.message.contains("is encrypted"), "{}", built.message);
}

#[test]
fn row_55_sheets_that_claim_to_be_huge() {
    let far = with_rows("<row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>x</t></is></c></row>");
    let mut wide = sheet("Leads", &cells(&rows(TABLE)));
    wide.xml = wide.xml.replace("<sheetData>", "<dimension ref=\"A1:XFD1048576\"/><sheetData>");
    let two = workbook(&[sheet(
        "S",
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row>",
    )]);
    let small = "lead_id,status\n1,2\n";
    hold(vec![
        reads_as(55, "a dimension of the whole sheet", workbook(&[wide]), TABLE, &["8 records"]),
        reads_as(
            55,
            "dimension-of-4-thousand-million-rows.xls",
            fixture("dimension-of-4-thousand-million-rows.xls"),
            small,
            &["1 record"],
        ),
        reads_fixture(55, "blanks-to-the-edges.ods", &["20 records"]),
        refused_fixture(55, "one-cell-repeated-17-thousand-million-times.ods", &["over the limit"]),
    ]);
    let (_, near) = super::sizes::measured(&workbook(&[sheet("Leads", &cells(&rows(TABLE)))]));
    for (what, bytes) in [("a table and a cell at the far corner", far), ("two cells at the far corners", two)] {
        let (run, used) = super::sizes::measured(&bytes);
        assert_eq!(run.code, Some(0), "{what}: {}", run.message);
        assert!(used.peak < 100 << 20, "{what}: {} bytes", used.peak);
        super::sizes::assert_in_proportion(what, &near, &used);
    }
}

#[test]
fn row_56_entities_are_refused_and_nothing_is_read_from_the_disk() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    let outside = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>";
    let strings = |doctype: &str, text: &str| {
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        with_strings(&format!("{doctype}<sst xmlns=\"{main}\"><si><t>lead_id</t></si><si><t>{text}</t></si></sst>"))
    };
    let in_sheet = |doctype: &str| {
        let mut sheet = sheet("Leads", "<row><c t=\"inlineStr\"><is><t>&a;</t></is></c></row>");
        sheet.xml = sheet.xml.replacen("?>\n", &format!("?>\n{doctype}"), 1);
        workbook(&[sheet])
    };
    hold(vec![
        reads_as(56, "no entity at all", strings("", "owner"), "lead_id,owner\n", &["0 records"]),
        refused(56, "entities that expand, in the texts", strings(bomb, "&b;"), &["document type"]),
        refused(56, "an external entity, in the texts", strings(outside, "&a;"), &["document type"]),
        refused(56, "entities that expand, in the sheet", in_sheet(bomb), &["document type"]),
        refused(56, "an external entity, in the sheet", in_sheet(outside), &["document type"]),
        refused(56, "an entity that is nowhere declared", strings("", "&unknown;"), &["entity"]),
        refused_fixture(56, "entities.ods", &["document type"]),
    ]);
}

#[test]
fn row_57_places_outside_the_sheet_name_the_cell() {
    let cell = |reference: &str| format!("<row r=\"4\"><c r=\"{reference}\"><v>1</v></c></row>");
    hold(vec![
        refused(57, "row 4294967297", with_rows("<row r=\"4294967297\"><c><v>1</v></c></row>"), &["row 4294967297"]),
        refused(57, "row 1048577", with_rows("<row r=\"1048577\"><c><v>1</v></c></row>"), &["row 1048577"]),
        refused(57, "row 0", with_rows("<row r=\"0\"><c><v>1</v></c></row>"), &["row 0"]),
        refused(57, "row -1", with_rows("<row r=\"-1\"><c><v>1</v></c></row>"), &["-1"]),
        refused(57, "column ZZZZZZZ", with_rows(&cell("ZZZZZZZ4")), &["ZZZZZZZ4"]),
        refused(57, "column XFE", with_rows(&cell("XFE4")), &["XFE4"]),
        refused(57, "text -1", with_rows("<row r=\"4\"><c r=\"B4\" t=\"s\"><v>-1</v></c></row>"), &["B4", "-1"]),
        refused(57, "text 7 of none", with_rows("<row r=\"4\"><c r=\"B4\" t=\"s\"><v>7</v></c></row>"), &["B4", "7"]),
        refused_fixture(57, "text-beyond-the-table.xls", &["damaged", "B2"]),
    ]);
}

#[test]
fn row_58_parts_lead_nowhere_else() {
    let sheets = [sheet("Leads", &cells(&rows(TABLE)))];
    let relation = |target: &str, mode: &str| {
        let mut members = around(&sheets);
        members.retain(|member| member.name != "xl/_rels/workbook.xml.rels");
        let xml = format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship \
             Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
             Target=\"{target}\"{mode}/></Relationships>"
        );
        members.push(stored("xl/_rels/workbook.xml.rels", xml.as_bytes()));
        members.push(stored("xl/worksheets/sheet1.xml", sheets[0].xml.as_bytes()));
        zip(&members)
    };
    let mut beside = around(&sheets);
    beside.push(stored("xl/worksheets/sheet1.xml", sheets[0].xml.as_bytes()));
    beside.push(stored("../../evil.csv", b"x"));
    beside.push(stored("/tmp/evil.csv", b"x"));
    hold(vec![
        reads_as(58, "the relation that is meant", relation("worksheets/sheet1.xml", ""), TABLE, &["8 records"]),
        refused(58, "a relation that climbs", relation("../../../../etc/passwd", ""), &["`Leads`"]),
        refused(58, "an external relation", relation("file:///etc/passwd", " TargetMode=\"External\""), &["`Leads`"]),
        reads_as(58, "parts beside it that climb", zip(&beside), TABLE, &["8 records"]),
    ]);
}

#[test]
fn row_59_formulas_give_their_saved_values() {
    let normal = "lead_id,amount,doubled,label,is_big,result\n\
        001001,100.5,201,open,true,#DIV/0!\n001002,7.25,,,,\n001003,3,6,001003,false,#N/A\n\
        001004,4,8,,true,#REF!\n001005,5,239.5,=1+1,false,#NAME?\n";
    let says: &[&str] = &["formulas saved without a result, left empty: 3", "cells that hold an error: 4"];
    hold(vec![reads_as(59, "formulas.xlsx", fixture("formulas.xlsx"), normal, says)]);
}

#[test]
fn row_60_sheets_that_are_hidden_empty_or_named_with_markup() {
    let named = |name, state, table: &str| Sheet { state, ..sheet(name, &cells(&rows(table))) };
    let other = TABLE.replace("\nL", "\nH");
    let sheets = [
        named("Empty", "", ""),
        named("Hidden", "hidden", &other),
        named("Very hidden", "veryHidden", &other),
        named("<img src=x onerror=alert(1)>", "", TABLE),
        named("Deals & more", "", super::DEALS),
    ];
    let book = workbook(&sheets);
    hold(vec![
        reads_as(60, "the first visible sheet with data", book.clone(), TABLE, &["8 records"]),
        reads_as(
            60,
            "markup in a sheet's name (ODS)",
            fixture("sheet-named-with-markup.ods"),
            typed(),
            &["20 records"],
        ),
        reads_as(60, "all sheets hidden", workbook(&[named("Only", "hidden", TABLE)]), TABLE, &["Only: 8 records"]),
    ]);
    let built = build(&[("book.xlsx", &book)], &[]);
    assert_eq!(built.figure("roi.leads"), 8.0, "hidden sheets count for nothing");
    assert_eq!(built.figure("deals.won"), 3.0, "and every visible one counts");
    built.says(&["`Hidden` is hidden and not read", "`Very hidden` is hidden", "`Empty` is empty", "Deals &amp; more"]);
    built.says(&["&lt;img src=x onerror=alert(1)&gt;"]);
    let page = std::fs::read_to_string(built.site.join("data.html")).unwrap();
    assert!(!page.contains("<img src=x"), "escaped");
}

#[test]
fn row_61_workbooks_that_are_damaged_are_refused_in_a_line() {
    let whole = workbook(&[sheet("Leads", &cells(&rows(TABLE)))]);
    let mut cut_sheet = sheet("Leads", &cells(&rows(TABLE)));
    cut_sheet.xml.truncate(cut_sheet.xml.len() * 2 / 3);
    let mut no_xml = sheet("Leads", "");
    no_xml.xml = "this is not XML <<<".to_owned();
    let mut unrelated = around(&[sheet("Leads", "")]);
    unrelated.retain(|member| !member.name.ends_with("workbook.xml.rels"));
    let mut without = around(&[sheet("Leads", "")]);
    without.retain(|member| member.name != "xl/workbook.xml");
    hold(vec![
        refused(61, "cut in half", whole[..whole.len() / 2].to_vec(), &["cut short"]),
        refused(61, "the last bytes gone", whole[..whole.len() - 10].to_vec(), &["cut short"]),
        refused(61, "no sheets", workbook(&[]), &["without sheets"]),
        refused(61, "an empty sheet", workbook(&[sheet("Leads", "")]), &["empty"]),
        refused(61, "a sheet that ends in the middle", workbook(&[cut_sheet]), &["sheet1.xml"]),
        refused(61, "a sheet that is no XML", workbook(&[no_xml]), &["sheet1.xml"]),
        refused(61, "a sheet without a part", zip(&around(&[sheet("Leads", "")])), &["`Leads` has no part"]),
        refused(61, "a sheet without a relation", zip(&unrelated), &["xl/_rels/workbook.xml.rels"]),
        refused(61, "no workbook", zip(&without), &["not read"]),
        refused_fixture(61, "cut-short.xls", &["damaged"]),
        refused_fixture(61, "sectors-in-a-circle.xls", &["damaged"]),
        refused_fixture(61, "no-sheets.xls", &["without sheets"]),
        refused_fixture(61, "no-workbook.xls", &["not read"]),
    ]);
}

#[test]
fn row_62_parquet_files_that_lie_are_errors() {
    hold(vec![
        refused_fixture(62, "first-half.parquet", &["Parquet", "cut short"]),
        refused_fixture(62, "second-half.parquet", &["Parquet"]),
        refused_fixture(62, "without-its-end.parquet", &["Parquet", "cut short"]),
        refused_fixture(62, "footer-of-4-gib.parquet", &["footer", "4294967280"]),
        refused_fixture(62, "footer-past-the-file.parquet", &["footer", "60000"]),
        refused_fixture(62, "footer-of-no-bytes.parquet", &["footer"]),
        refused_fixture(62, "rows-2-to-60.parquet", &["rows"]),
        refused_fixture(62, "rows-negative.parquet", &["damaged"]),
        refused_fixture(62, "column-past-the-file.parquet", &["column `lead_id`"]),
        refused_fixture(62, "page-of-2-gib.parquet", &["over the limit"]),
        refused_fixture(62, "page-of-2-to-31-values.parquet", &["column `lead_id`"]),
        refused_fixture(62, "schema-of-2-to-31-columns.parquet", &["damaged"]),
        refused(62, "the magic alone", "PAR1PAR1", &["Parquet", "cut short"]),
    ]);
}

/// Every byte of the footer and every seventh of the rest changed in turn: read or refused, never our own mistake.
#[test]
fn row_62_flipped_bits_never_end_in_a_panic() {
    let whole = fixture("leads-snappy.parquet");
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("x.parquet");
    let project = casefile::project::Project::default();
    for at in (0..whole.len()).filter(|at| at % 7 == 0 || *at > whole.len() - 1_200) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        std::fs::write(&path, &flipped).unwrap();
        // In process, for speed; a panic fails the test.
        if let Ok(found) = casefile::intake::first_table(&path, &project) {
            found.table.each_record(|_| ());
        }
    }
}

#[test]
fn row_63_parquet_kinds_of_columns() {
    let types = "lead_id,int64,int32,uint64,double,float,bool,date32,ts_us,ts_ms,ts_us_utc,ts_ms_utc,decimal,text\n\
        001001,9007199254740993,2147483647,18446744073709551615,0.1,0.5,true,2026-01-05,2026-01-05 08:15:00,\
        2026-01-05 08:15:00,2026-01-05 08:15:00Z,2026-01-05 08:15:00Z,1250.50,\"Jörg, \"\"Q\"\"\nnext\"\n\
        001002,-1,-2147483648,0,-0.00000025,16777216,false,1969-12-31,1969-12-31 23:59:59.999,\
        1969-12-31 23:59:59.999,1969-12-31 23:59:59.999Z,1969-12-31 23:59:59.999Z,-0.01,\n\
        001003,,,,,,,,,,,,,\n";
    let nested = "lead_id,email,amount\n001001,a@example.com,1.10\n001002,b@example.com,2.20\n001003,,\n";
    hold(vec![
        reads_fixture(63, "leads-snappy.parquet", &["Parquet"]),
        reads_fixture(63, "leads-zstd.parquet", &["Parquet"]),
        reads_as(63, "simple-types.parquet", fixture("simple-types.parquet"), types, &["3 records"]),
        reads_as(
            63,
            "nested.parquet",
            fixture("nested.parquet"),
            nested,
            &["`tags` holds lists", "`photo` holds bytes"],
        ),
        refused_fixture(63, "only-nested.parquet", &["without a column of a simple kind"]),
    ]);
    let run = super::normalize(&crate::support::root().join("tests/fixtures/hostile/not-a-number.parquet"));
    assert_eq!(run.code, Some(0), "{}", run.message);
    let text = String::from_utf8(run.output).unwrap();
    assert!(text.starts_with("lead_id,amount\nL-0,"), "{text}");
    assert!(text.contains("L-3,0\n") && text.contains("L-4,1.5\n"), "-0 is 0: {text}");
}
