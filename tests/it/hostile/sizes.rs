//! Rows about size: what unpacks to far more than it is, cells and lines without end, quotes that nothing closes in a
//! large file. Each is made here, and must end within [`BYTES`]; where twice as much could take four times as long, it is held
//! that it does not. What is counted is the time of the processor, as what else a machine does shows in every other.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::Run;
use crate::packing::{around, cells, gzip, repeated, sheet, stored, zip};
use crate::support::{casefile, processor_time};

const BYTES: u64 = 512 << 20;
/// Longer than any of them takes on any machine: what runs on is ended.
const PATIENCE: Duration = Duration::from_secs(600);

/// What a run used.
pub struct Used {
    /// The most memory it held, in bytes.
    pub peak: u64,
    /// Seconds of the processor, of the program and for it.
    pub processor: f64,
}

/// Holds that a run of twice as much, or of much that is not there, took no more than its share. What is below a
/// quarter of a second is too little to be measured.
pub fn assert_in_proportion(what: &str, one: &Used, double: &Used) {
    let (one, double) = (one.processor, double.processor);
    assert!(double < 3.0 * one + 0.25, "{what}: {one} s of the processor, and {double} s for twice as much");
}

/// `normalize` of such a file, and what it used.
pub fn measured(bytes: &[u8]) -> (Run, Used) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("export.csv");
    fs::write(&path, bytes).unwrap();
    measured_at(&path)
}

/// What is written goes to a file, so that this process need not hold it; only its first megabyte is kept.
fn measured_at(path: &Path) -> (Run, Used) {
    let folder = TempDir::new().unwrap();
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    let begun = Instant::now();
    let mut command = casefile(&["normalize"]);
    command.arg(path).stdout(Stdio::from(fs::File::create(&out).unwrap()));
    let mut child = command.stderr(Stdio::from(fs::File::create(&err).unwrap())).spawn().unwrap();
    let mut peak = 0;
    let processor = loop {
        peak = peak.max(high_water(child.id()));
        // Where the system does not tell, it is waited for.
        let stat = PathBuf::from(format!("/proc/{}/stat", child.id()));
        let (is_running, processor) = processor_time(&stat).unwrap_or_default();
        if !is_running {
            break processor;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let code = child.wait().unwrap().code();
    let mut output = Vec::new();
    fs::File::open(&out).unwrap().take(1 << 20).read_to_end(&mut output).unwrap();
    let message = String::from_utf8_lossy(&fs::read(&err).unwrap()).into_owned();
    // A process that ends between two looks, a millisecond apart, has had no time to take much.
    assert!(peak > 0 || processor < 0.5, "the memory was measured");
    (Run { code, output, message }, Used { peak, processor })
}

/// The most memory that a process held so far, in bytes; 0 where the system does not tell.
fn high_water(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or_default() * 1024
}

/// Holds the limit; the run may be refused with these words, or read.
fn within_limits(row: u32, what: &str, bytes: &[u8], says: &[&str]) -> (Run, Used) {
    let (run, used) = measured(bytes);
    hold(row, what, &run, &used, says);
    (run, used)
}

/// Holds the limit of a run, and that it says these words.
fn hold(row: u32, what: &str, run: &Run, used: &Used, says: &[&str]) {
    let megabytes = used.peak >> 20;
    assert!(used.peak < BYTES && run.code.is_some(), "row {row}, {what}: {megabytes} MiB: {}", run.message);
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
        let (run, _) = within_limits(53, what, &bytes, &["limit"]);
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
        let (run, _) = within_limits(53, what, &bytes, &["limit"]);
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
    let (run, _) = within_limits(53, "8 MiB of blanks", &packed, &["2 records"]);
    assert_eq!(run.code, Some(0));
}

/// A row of the text is not a row of the table: what is blank must cost nothing.
#[test]
fn row_111_blank_lines_without_end_take_little() {
    let [half, whole] = [15, 30].map(|size: usize| {
        let text = format!("lead_id,created_at\nL1,2026-01-05\n{}L2,2026-01-06\n", "\n".repeat(size << 20));
        let (run, used) = within_limits(111, "MiBs of blank lines", text.as_bytes(), &["2 records"]);
        assert_eq!(String::from_utf8_lossy(&run.output), "lead_id,created_at\nL1,2026-01-05\nL2,2026-01-06\n");
        used
    });
    assert_in_proportion("blank lines", &half, &whole);
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
    let (run, _) = within_limits(54, "30,000 cells sharing a text of 1 MB", &zip(&members), &["limit"]);
    // Cut at 32,767 characters they would still be a gigabyte: refused, or cut and said.
    assert!(run.code == Some(65) || run.message.contains("cells cut"), "{}", run.message);
}

#[test]
fn row_54_a_long_cell_of_a_workbook_is_cut_where_excel_would() {
    let long = "y".repeat(40_000);
    let rows = [["lead_id", "note"], ["L1", long.as_str()], ["L2", "short"]].map(|row| row.map(str::to_owned));
    let (run, _) = within_limits(
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
    let [half, whole] = [2_500_000, 5_000_000].map(|letters| {
        let cell = "z".repeat(letters);
        let text = format!("lead_id,created_at,note\nL1,2026-01-05,short\nL2,2026-01-06,{cell}\nL3,2026-01-07,short\n");
        let (run, used) = measured(text.as_bytes());
        assert!(used.peak < 256 << 20, "{} MiB", used.peak >> 20);
        assert!(run.message.contains("1 MiB") || run.message.contains("limit"), "the limit is named: {}", run.message);
        used
    });
    assert_in_proportion("a long cell", &half, &whole);
}

#[test]
fn row_35_a_line_without_end_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("export.csv");
    let mut file = fs::File::create(&path).unwrap();
    file.write_all(b"lead_id,created_at\nL1,2026-01-05\nL2,").unwrap();
    let block = vec![b'a'; BLOCK];
    let mut used = Vec::new();
    // What has become too long is read no further, so a longer line is no more work.
    for _ in 0..2 {
        (0..128).for_each(|_| file.write_all(&block).unwrap());
        let (run, of_run) = measured_at(&path);
        hold(35, "a line of 256 MB", &run, &of_run, &["line", "16 MiB"]);
        assert_eq!(run.code, Some(65), "{}", run.message);
        assert!(of_run.peak < 256 << 20, "{} MiB", of_run.peak >> 20);
        used.push(of_run);
    }
    assert_in_proportion("a line without end", &used[0], &used[1]);
}

#[test]
fn row_19_a_quote_that_nothing_closes_in_a_large_file() {
    const ROWS: usize = 1_900_000;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("export.csv");
    let [half, whole] = [ROWS / 2, ROWS].map(|rows| {
        let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
        writeln!(file, "lead_id,created_at,source,owner,status").unwrap();
        for row in 0..rows {
            let quote = if row == 17 { "\"" } else { "" };
            writeln!(file, "L{row},2026-01-05,{quote}Organic search,Tom Baker of Bristol,New").unwrap();
        }
        file.flush().unwrap();
        let (run, used) = measured_at(&path);
        hold(19, "100 MB with a quote never closed", &run, &used, &[&format!("{rows} records")]);
        let text = String::from_utf8_lossy(&run.output);
        assert_eq!(text.lines().nth(18), Some("L17,2026-01-05,\"\"\"Organic search\",Tom Baker of Bristol,New"));
        used
    });
    assert!(fs::metadata(&path).unwrap().len() > 90 << 20);
    assert_in_proportion("a quote that nothing closes", &half, &whole);
}

#[test]
fn row_19_a_file_of_quotes_takes_time_in_proportion() {
    for (what, piece, times) in [
        ("quotes and commas", "\",\"", 5_000),
        ("more quotes and commas", "\",\"", 150_000),
        ("4 MiB of quotes", "\"", 4 << 20),
    ] {
        let [half, whole] = [times / 2, times].map(|times| {
            let text = format!("lead_id,status\n{}\n", piece.repeat(times));
            let (run, used) = within_limits(19, what, text.as_bytes(), &[]);
            assert!(matches!(run.code, Some(0 | 65)), "{what}: {}", run.message);
            used
        });
        assert_in_proportion(what, &half, &whole);
    }
}
