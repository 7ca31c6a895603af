//! Rows that concern more than one file: what is left alone, what changes while it is read, what is there twice.

use std::fs;
use std::io::Write;

use tempfile::TempDir;

use super::{TABLE, build};
use crate::support::{Figures, casefile};

const LATER: &str = "lead_id,created_at,email,source,owner,status,modified_at\n\
    L7,2026-01-19,gwen@firm.example,,Tom Baker,Qualified,2026-02-02\n\
    L8,2026-01-21,hugo@firm.example,Webinar,Mia Stone,Qualified,2026-02-02\n\
    L9,2026-02-01,ida@firm.example,Webinar,Mia Stone,New,2026-02-02\n";

#[test]
fn row_15_files_of_the_system_and_unfinished_downloads_are_listed() {
    let files: [(&str, &[u8]); 8] = [
        ("leads.csv", TABLE.as_bytes()),
        ("~$leads.xlsx", b"lock"),
        (".DS_Store", b"\0\0\0\x01Bud1"),
        ("._leads.csv", TABLE.as_bytes()),
        ("leads.csv.crdownload", b"lead_id,created_at\nL77,2026-01-01\n"),
        ("more.csv.part", b"lead_id,created_at\nL78,2026-01-01\n"),
        ("Thumbs.db", b"\xd0\xcf\x11\xe0"),
        ("desktop.ini", b"[.ShellClassInfo]\n"),
    ];
    let built = build(&files, &[]);
    assert_eq!(built.figure("roi.leads"), 8.0, "nothing in them counts");
    built.says(&[
        "~$leads.xlsx",
        ".DS_Store",
        "._leads.csv",
        "leads.csv.crdownload",
        "more.csv.part",
        "Thumbs.db",
        "desktop.ini",
    ]);
    built.says(&["a lock file or a file of the system", "an unfinished download"]);
}

#[test]
fn row_37_the_same_export_twice_counts_once() {
    let built = build(&[("leads.csv", TABLE.as_bytes()), ("old/leads (1).csv", TABLE.as_bytes())], &[]);
    assert_eq!(built.figure("roi.leads"), 8.0);
    built.says(&["the same bytes as leads.csv: taken once"]);
    // Other bytes, the same records.
    let windows = TABLE.replace('\n', "\r\n").replace("social\r\n", "social\n");
    let built = build(&[("leads.csv", TABLE.as_bytes()), ("leads 2.csv", windows.as_bytes())], &[]);
    assert_eq!(built.figure("roi.leads"), 8.0);
    built.says(&["an older version of the same record"]);
}

#[test]
fn row_37_of_overlapping_exports_the_latest_version_of_a_record_wins() {
    for names in [("a.csv", "b.csv"), ("b.csv", "a.csv")] {
        let built = build(&[(names.0, TABLE.as_bytes()), (names.1, LATER.as_bytes())], &[]);
        assert_eq!(built.figure("roi.leads"), 9.0, "whatever the files are called");
        built.says(&["an older version of the same record"]);
    }
}

/// A file that another program is still writing, through the first reading and the second.
#[test]
fn row_13_a_file_that_changes_while_it_is_read_is_left_out_with_a_note() {
    const ROWS: u64 = 300_000;
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    fs::write(exports.join("few.csv"), TABLE).unwrap();
    let mut file = fs::File::create(exports.join("growing.csv")).unwrap();
    let rows: String = (0..ROWS).map(|row| format!("G{row},2026-01-05,Webinar,Tom Baker\n")).collect();
    write!(file, "lead_id,created_at,source,owner\n{rows}").unwrap();
    let mut more = ROWS;
    let mut run_meanwhile = |command: &str, output: &std::path::Path| {
        let mut child = casefile(&["-q", command]).arg(&exports).arg("-o").arg(output).spawn().unwrap();
        while child.try_wait().unwrap().is_none() {
            writeln!(file, "G{more},2026-01-05,Webinar,Tom Baker").unwrap();
            more += 1;
            std::thread::sleep(std::time::Duration::from_micros(200));
        }
        child.wait().unwrap().code()
    };
    let (site, part) = (folder.path().join("site"), folder.path().join("part"));
    assert_eq!(run_meanwhile("build", &site), Some(0));
    let leads = Figures::of(&site).count("roi.leads", "", "");
    let page = fs::read_to_string(site.join("data.html")).unwrap();
    assert!(page.contains("changed while it was read"), "{leads} leads were counted, and nothing is said");
    assert_eq!(leads, 8.0, "what was read of it is not used");
    // Counts are for later: a file that could be read then must not be missing in them.
    assert_eq!(run_meanwhile("tally", &part), Some(66));
    assert!(!part.exists());
}
