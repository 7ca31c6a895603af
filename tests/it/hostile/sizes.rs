//! Rows about size: what unpacks to far more than it is, cells and lines without end, quotes that nothing closes in a
//! large file. Each is made here, and must end within [`SECONDS`] and [`BYTES`].

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Run;
use crate::packing::{around, cells, gzip, repeated, sheet, stored, zip};
use crate::support::casefile;

const BYTES: u64 = 512 << 20;
const SECONDS: f64 = 30.0;

/// `normalize` of such a file, the most memory it held in bytes, and how long it took in seconds.
pub fn measured(bytes: &[u8]) -> (Run, u64, f64) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("export.csv");
    fs::write(&path, bytes).unwrap();
    measured_at(&path)
}

/// What is written goes to a file, so that this process need not hold it; only its first megabyte is kept.
fn measured_at(path: &Path) -> (Run, u64, f64) {
    let folder = TempDir::new().unwrap();
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    let begun = Instant::now();
    let mut command = casefile(&["normalize"]);
    command.arg(path).stdout(Stdio::from(fs::File::create(&out).unwrap()));
    let mut child = command.stderr(Stdio::from(fs::File::create(&err).unwrap())).spawn().unwrap();
    let mut peak = 0;
    let code = loop {
        peak = peak.max(high_water(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if begun.elapsed().as_secs_f64() > 2.0 * SECONDS {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let seconds = begun.elapsed().as_secs_f64();
    let mut output = Vec::new();
    fs::File::open(&out).unwrap().take(1 << 20).read_to_end(&mut output).unwrap();
    let message = String::from_utf8_lossy(&fs::read(&err).unwrap()).into_owned();
    // A process that ends between two looks, a millisecond apart, has had no time to take much.
    assert!(peak > 0 || seconds < 0.5 || !cfg!(target_os = "linux"), "the memory was measured");
    (Run { code, output, message }, peak, seconds)
}

/// The most memory that a process held so far, in bytes; 0 where the system does not tell.
fn high_water(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or_default() * 1024
}

/// Holds the limits; the run may be refused with these words, or read.
fn within_limits(row: u32, what: &str, bytes: &[u8], says: &[&str]) -> Run {
    let (run, peak, seconds) = measured(bytes);
    hold(row, what, &run, peak, seconds, says);
    run
}

fn hold(row: u32, what: &str, run: &Run, peak: u64, seconds: f64, says: &[&str]) {
    let megabytes = peak >> 20;
    assert!(peak < BYTES && seconds < SECONDS, "row {row}, {what}: {megabytes} MiB, {seconds} s: {}", run.message);
    for word in says {
        assert!(run.message.contains(word), "row {row}, {what}: `{word}` is not said: {}", run.message);
    }
}

const BLOCK: usize = 1 << 20;
const TIMES: usize = 1_200;

fn sheet_around(begin: &str, block: &[u8], end: &str) -> Vec<u8> {
    let leads = sheet("Leads", "@");
    let (before, after) = leads.xml.split_once('@').unwrap();
    let mut members = around(&[sheet("Leads", "")]);
    let (begin, end) = (format!("{before}{begin}"), format!("{end}{after}"));
    members.push(repeated("xl/worksheets/sheet1.xml", begin.as_bytes(), block, TIMES, end.as_bytes()));
    zip(&members)
}

#[test]
fn row_53_workbooks_that_unpack_to_more_than_a_gigabyte() {
    // Wide enough to have no more rows than a sheet may.
    let row = format!("<row>{}</row>", "<c t=\"inlineStr\"><is><t>L1</t></is></c><c><v>1</v></c>".repeat(40));
    let rows = row.repeat(BLOCK / row.len()).into_bytes();
    let header = cells(&[["lead_id".to_owned(), "score".to_owned()]]);
    let cases = [
        ("rows", sheet_around(&header, &rows, "")),
        ("blanks between rows", sheet_around(&header, &vec![b' '; BLOCK], "")),
        ("a comment", sheet_around(&format!("{header}<!--"), &vec![b'x'; BLOCK], "-->")),
        ("one text", sheet_around("<row><c t=\"inlineStr\"><is><t>", &vec![b'x'; BLOCK], "</t></is></c></row>")),
    ];
    for (what, bytes) in cases {
        assert!(bytes.len() < 12 << 20, "{what}: {} bytes", bytes.len());
        let run = within_limits(53, what, &bytes, &["limit"]);
        assert_eq!(run.code, Some(65), "{what}: {}", run.message);
    }
}

#[test]
fn row_53_archives_that_unpack_to_more_than_a_gigabyte() {
    let line = b"L1,2026-01-05,Webinar,Tom Baker,New\n";
    let lines = line.repeat(BLOCK / line.len());
    let begin = b"lead_id,created_at,source,owner,status\n";
    let bomb = zip(&[repeated("leads.csv", begin, &lines, TIMES, b"")]);
    let inside = zip(&[stored("inner.zip", &bomb)]);
    let member = gzip(&lines);
    let packed = [gzip(begin), member.repeat(TIMES)].concat();
    for (what, bytes) in [("zip", bomb), ("zip in zip", inside), ("gzip of many members", packed)] {
        assert!(bytes.len() < 12 << 20, "{what}: {} bytes", bytes.len());
        let run = within_limits(53, what, &bytes, &["limit"]);
        assert_eq!(run.code, Some(65), "{what}: {}", run.message);
        assert!(run.output.is_empty(), "{what}: no part of it is used");
    }
}

/// Over the ratio, and far under the size.
#[test]
fn row_53_what_packs_well_is_no_attack() {
    let blanks = [b"lead_id,created_at\nL1,2026-01-05\n".as_slice(), b"L2,2026-01-06\n"];
    let members = [repeated("leads.csv", blanks[0], &vec![b' '; BLOCK], 8, blanks[1])];
    let packed = zip(&members);
    assert!(packed.len() * 200 < 8 * BLOCK, "more than 200 to 1");
    let run = within_limits(53, "8 MiB of blanks", &packed, &["2 records"]);
    assert_eq!(run.code, Some(0));
}

/// A row of the text is not a row of the table: what is blank must cost nothing.
#[test]
fn row_111_blank_lines_without_end_take_little() {
    let text = format!("lead_id,created_at\nL1,2026-01-05\n{}L2,2026-01-06\n", "\n".repeat(30 << 20));
    let run = within_limits(111, "30 MiB of blank lines", text.as_bytes(), &["2 records"]);
    assert_eq!(String::from_utf8_lossy(&run.output), "lead_id,created_at\nL1,2026-01-05\nL2,2026-01-06\n");
}

#[test]
fn row_54_cells_that_share_one_long_text() {
    let text = "x".repeat(1 << 20);
    let strings = format!(
        "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>lead_id</t></si><si><t>note</t>\
         </si><si><t>{text}</t></si></sst>"
    );
    let rows: String =
        (0..30_000).map(|row| format!("<row><c><v>{row}</v></c><c t=\"s\"><v>2</v></c></row>")).collect();
    let data = format!("<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>{rows}");
    let leads = sheet("Leads", &data);
    let mut members = around(&[sheet("Leads", "")]);
    members.retain(|member| member.name != "xl/_rels/workbook.xml.rels");
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" \
         Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" \
         Type=\"{office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
    );
    members.push(stored("xl/_rels/workbook.xml.rels", relations.as_bytes()));
    members.push(repeated("xl/worksheets/sheet1.xml", leads.xml.as_bytes(), b"", 0, b""));
    members.push(repeated("xl/sharedStrings.xml", strings.as_bytes(), b"", 0, b""));
    let run = within_limits(54, "30,000 cells sharing a text of 1 MB", &zip(&members), &["limit"]);
    // Cut at 32,767 characters they would still be a gigabyte: refused, or cut and said.
    assert!(run.code == Some(65) || run.message.contains("cells cut"), "{}", run.message);
}

#[test]
fn row_54_a_long_cell_of_a_workbook_is_cut_where_excel_would() {
    let long = "y".repeat(40_000);
    let rows = [["lead_id", "note"], ["L1", long.as_str()], ["L2", "short"]].map(|row| row.map(str::to_owned));
    let run = within_limits(
        54,
        "a cell of 40,000 characters",
        &crate::packing::workbook(&[sheet("S", &cells(&rows))]),
        &["cells cut at the limit: 1, at B2"],
    );
    let text = String::from_utf8(run.output).unwrap();
    assert_eq!(text, format!("lead_id,note\nL1,{}\nL2,short\n", &long[..32_767]));
}

#[test]
fn row_35_a_cell_of_five_megabytes_is_limited_and_said() {
    let cell = "z".repeat(5_000_000);
    let text = format!("lead_id,created_at,note\nL1,2026-01-05,short\nL2,2026-01-06,{cell}\nL3,2026-01-07,short\n");
    let (run, peak, seconds) = measured(text.as_bytes());
    assert!(peak < 256 << 20 && seconds < 5.0, "{} MiB, {seconds} s", peak >> 20);
    assert!(run.message.contains("1 MiB") || run.message.contains("limit"), "the limit is named: {}", run.message);
}

#[test]
fn row_35_a_line_without_end_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("export.csv");
    let mut file = fs::File::create(&path).unwrap();
    file.write_all(b"lead_id,created_at\nL1,2026-01-05\nL2,").unwrap();
    let block = vec![b'a'; BLOCK];
    (0..256).for_each(|_| file.write_all(&block).unwrap());
    let (run, peak, seconds) = measured_at(&path);
    hold(35, "a line of 256 MB", &run, peak, seconds, &["line", "16 MiB"]);
    assert_eq!(run.code, Some(65), "{}", run.message);
    assert!(peak < 256 << 20 && seconds < 5.0, "{} MiB, {seconds} s", peak >> 20);
}

#[test]
fn row_19_a_quote_that_nothing_closes_in_a_large_file() {
    const ROWS: usize = 1_900_000;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("export.csv");
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    writeln!(file, "lead_id,created_at,source,owner,status").unwrap();
    for row in 0..ROWS {
        let quote = if row == 17 { "\"" } else { "" };
        writeln!(file, "L{row},2026-01-05,{quote}Organic search,Tom Baker of Bristol,New").unwrap();
    }
    file.flush().unwrap();
    assert!(fs::metadata(&path).unwrap().len() > 90 << 20);
    let (run, peak, seconds) = measured_at(&path);
    hold(19, "100 MB with a quote never closed", &run, peak, seconds, &["1900000 records"]);
    let text = String::from_utf8_lossy(&run.output);
    assert_eq!(text.lines().nth(18), Some("L17,2026-01-05,\"\"\"Organic search\",Tom Baker of Bristol,New"));
}

#[test]
fn row_19_a_file_of_quotes_takes_time_in_proportion() {
    let small = format!("lead_id,status\n{}\n", "\",\"".repeat(5_000));
    let large = format!("lead_id,status\n{}\n", "\",\"".repeat(150_000));
    let more = format!("lead_id,status\n{}\n", "\"".repeat(4 << 20));
    for (what, text) in [("quotes and commas", small), ("more quotes and commas", large), ("4 MiB of quotes", more)] {
        let run = within_limits(19, what, text.as_bytes(), &[]);
        assert!(matches!(run.code, Some(0 | 65)), "{what}: {}", run.message);
    }
}
