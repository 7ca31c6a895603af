//! Texts that hold more than one plain table: blocks of one header under titles, several tables one below the other, pivots
//! with blank cells, headers of several lines, and records that are short where the header ends.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use casefile::intake::text::table::{DialectHint, Table};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Figures, build, casefile};

/// Header and records of the table in a text, a line each, their cells parted by `|`.
fn read(text: &str) -> Vec<String> {
    let table = Table::find(text.to_owned(), DialectHint::default()).unwrap();
    let mut lines: Vec<String> = table.header().map(|header| header.join("|")).into_iter().collect();
    table.each_record(|record| lines.push(record.texts().collect::<Vec<_>>().join("|")));
    lines
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    folder
}

fn inspected(folder: &Path, more: &[&str]) -> Value {
    let output = casefile(&["inspect", "--json"]).arg(folder).args(more).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Name and rows used of every table that `inspect` names.
fn used(told: &Value) -> Vec<(&str, u64)> {
    let file = |file: &'_ Value| -> u64 {
        let aside = file["rows_set_aside"].as_object().unwrap().values();
        file["rows_read"].as_u64().unwrap() - aside.map(|rows| rows.as_u64().unwrap()).sum::<u64>()
    };
    told["files"].as_array().unwrap().iter().map(|found| (found["file"].as_str().unwrap(), file(found))).collect()
}

#[test]
fn blocks_of_one_header_are_one_table_with_their_titles() {
    let board = "Deals,,,\n,,,\nApril,,,\nName,Owner,Amount,Closed\nA,Kim,100,2026-04-01\nB,Kim,200,2026-04-02\n,,300,\n,,,\n\
                 May,,,\nName,Owner,Amount,Closed\nC,Kim,50,2026-05-01\n,,50,\n,,,\nJune,,,\nName,Owner,Amount,Closed\n,,0,\n,,,\n\
                 July,,,\nName,Owner,Amount,Closed\nD,Kim,7,2026-07-01\nE,Kim,8,2026-07-02\n,,15,\n";
    let expected = [
        "Name|Owner|Amount|Closed|Group",
        "A|Kim|100|2026-04-01|April",
        "B|Kim|200|2026-04-02|April",
        "C|Kim|50|2026-05-01|May",
        "D|Kim|7|2026-07-01|July",
        "E|Kim|8|2026-07-02|July",
    ];
    assert_eq!(read(board), expected);
    // Without gaps, with a line below each title, with semicolons, and where a column is called so already.
    let tight = "North\nall of it\nid;Group;score\n1;x;5\n2;y;6\nSouth\nall of it\nid;Group;score\n3;x;7\n4;y;8\n";
    assert_eq!(read(tight), ["id|Group|score|Block", "1|x|5|North", "2|y|6|North", "3|x|7|South", "4|y|8|South"]);
}

#[test]
fn a_header_that_is_repeated_without_a_title_makes_no_groups() {
    let pages = "id,name,score\n1,Ada,5\n2,Bob,6\n\nid,name,score\n3,Eve,7\n4,Joe,8\n";
    assert_eq!(read(pages), ["id|name|score", "1|Ada|5", "2|Bob|6", "3|Eve|7", "4|Joe|8"]);
    // One title above one table is the title of the file.
    assert_eq!(read("Leads\nid,name,score\n1,Ada,5\n2,Bob,6\n")[0], "id|name|score");
}

#[test]
fn blocks_of_a_workbook_are_read_as_those_of_a_text() {
    let mut rows = String::new();
    let mut row = |cells: &[&str]| {
        rows.push_str("<Row>");
        cells.iter().for_each(|cell| write!(rows, "<Cell><Data ss:Type='String'>{cell}</Data></Cell>").unwrap());
        rows.push_str("</Row>");
    };
    for (group, from) in [("New Leads", 0), ("Contacted", 3), ("Qualified", 6)] {
        row(&[group]);
        row(&["lead_id", "email", "lead_source", "created_at", "status"]);
        for lead in from..from + 3 {
            let (id, email, day) = (format!("L{lead}"), format!("p{lead}@example.com"), format!("2026-04-1{lead}"));
            row(&[&id, &email, "Web", &day, "open"]);
        }
        row(&[""]);
    }
    let book = format!(
        "<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook \
         xmlns='urn:schemas-microsoft-com:office:spreadsheet' xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'>\
         <Worksheet ss:Name='Board'><Table>{rows}</Table></Worksheet></Workbook>"
    );
    let exports = folder(&[("board.xls", &book)]);
    let told = inspected(exports.path(), &[]);
    let used = used(&told);
    assert_eq!(used.iter().map(|(_, rows)| rows).sum::<u64>(), 9, "{used:?}");
}

const GUESTS: &str = "Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Approval Status,Join Time\n\
    Yes,Ada A,Ada,A,p0@example.com,\"04/10/2026 09:00:00 PM\",approved,\"04/22/2026 10:50:00 AM\"\n\
    No,Bob B,Bob,B,p1@example.com,\"04/11/2026 09:00:00 PM\",approved,--\n";
const HOSTS: &str = "Attended,User Name (Original Name),Email,Join Time\n\
    Yes,Our Host,host@ourfirm.example,\"04/22/2026 10:40:00 AM\"\n";
const LEADS: &str = "lead_id,email,lead_source,created_at,status\nL0,p0@example.com,Webinar,2026-04-01,converted\n\
    L1,p1@example.com,Webinar,2026-04-02,open\nL2,p2@example.com,Webinar,2026-04-03,open\n";

#[test]
fn each_of_several_tables_is_recognised_on_its_own() {
    // Whatever stands first, the attendees are read, and the hosts are named with a reason.
    for report in [
        format!("Attendee Report\nHost Details\n{HOSTS}Attendee Details\n{GUESTS}"),
        format!("Attendee Report\n\nAttendee Details\n{GUESTS}\nHost Details\n{HOSTS}"),
    ] {
        let exports = folder(&[("report.csv", &report), ("leads.csv", LEADS)]);
        let told = inspected(exports.path(), &[]);
        let found = used(&told);
        assert!(found.contains(&("report.csv/Attendee Details", 1)), "{found:?}");
        let skipped = told["not_used"].to_string();
        assert!(skipped.contains("report.csv/Host Details") && skipped.contains("hosts and speakers"), "{skipped}");
    }
}

#[test]
fn two_plain_tables_of_one_text_are_both_used() {
    let spend = "date,campaign,cost,impressions,clicks\n2026-04-01,A,5.50,100,9\n2026-04-02,A,6.50,120,8\n";
    let exports = folder(&[("all.csv", &format!("{LEADS}\nCosts\n{spend}"))]);
    let both = [("all.csv/Costs", 2), ("all.csv/table 1", 3)];
    assert_eq!(used(&inspected(exports.path(), &[])), both);
    // A rule for the file holds for its parts, and one for a part for that alone.
    let settings = TempDir::new().unwrap();
    let path = settings.path().join("casefile.toml");
    let path = path.to_str().unwrap();
    fs::write(path, "[[input]]\nfile = \"all.csv\"\norder = \"day_first\"\n").unwrap();
    assert_eq!(used(&inspected(exports.path(), &["-c", path])), both);
    fs::write(path, "[[input]]\nfile = \"all.csv/Costs\"\nignore = true\n").unwrap();
    assert_eq!(used(&inspected(exports.path(), &["-c", path])), both[1..]);
}

const PIVOT: &str =
    "Campaign name,Ad set name,Day,Amount spent (USD),Impressions,Link clicks,Reporting starts,Reporting ends\n";

#[test]
fn values_that_are_written_once_are_carried_to_the_rows_below() {
    let rows = "Course A,All,All,100.00,5000,90,2026-05-01,2026-05-31\n,Set 1,All,100.00,5000,90,2026-05-01,2026-05-31\n\
                ,,2026-05-01,40.00,2000,35,2026-05-01,2026-05-31\n,,2026-05-02,60.00,3000,55,2026-05-01,2026-05-31\n\
                Course B,All,All,30.00,900,10,2026-05-01,2026-05-31\n,Set 2,All,30.00,900,10,2026-05-01,2026-05-31\n\
                ,,2026-05-02,30.00,900,10,2026-05-01,2026-05-31\n,,All,130.00,5900,100,2026-05-01,2026-05-31\n";
    let exports = folder(&[("report.csv", &format!("{PIVOT}{rows}")), ("leads.csv", LEADS)]);
    let figures = Figures::of(&build(exports.path(), &[]).path);
    assert_eq!(figures.get("roi.spend", "all", "", "").value, Some(130.0));
    for (campaign, spend) in [("Course A", 100.0), ("Course B", 30.0)] {
        assert_eq!(figures.get("roi.spend", "all", "campaign", campaign).value, Some(spend), "{campaign}");
    }
}

/// A file that would be read in blocks on several threads; its campaigns go on from one block to the next.
#[test]
fn values_are_carried_through_large_files() {
    let header = PIVOT.replace("Ad set name,", "");
    let mut text = header;
    let (campaigns, days) = (40, 900);
    for campaign in 0..campaigns {
        writeln!(text, "Course {campaign},All,{days}.00,1,1,2023-01-01,2025-12-31").unwrap();
        for day in 0..days {
            let (year, month, day) = (2023 + day / 336, day % 336 / 28 + 1, day % 28 + 1);
            writeln!(text, ",{year}-{month:02}-{day:02},1.00,1000,10,2023-01-01,2025-12-31").unwrap();
        }
    }
    assert!(text.len() > 1 << 20, "it is not held");
    let exports = folder(&[("report.csv", &text), ("leads.csv", LEADS)]);
    let figures = Figures::of(&build(exports.path(), &[]).path);
    assert_eq!(figures.get("roi.spend", "all", "", "").value, Some(f64::from(campaigns * days)));
    for campaign in [0, 17, campaigns - 1] {
        let spend = figures.get("roi.spend", "all", "campaign", &format!("Course {campaign}")).value;
        assert_eq!(spend, Some(f64::from(days)), "{campaign}");
    }
}

#[test]
fn the_one_part_of_a_sum_is_no_line_of_totals() {
    for rows in ["A,All,100.00\n,2026-05-01,100.00\n", "A,Todos,90.5\n,2026-05-01,0\n,2026-05-02,90.5\n"] {
        let text = format!("Campaign,Day,Cost\n{rows}");
        assert_eq!(read(&text).len(), 1 + rows.lines().count(), "{text}");
    }
    // A sum below what it sums up still is.
    assert_eq!(read("Campaign,Day,Cost\nA,2026-05-01,40\nB,2026-05-02,60\n,,100\n").len(), 3);
}

#[test]
fn a_short_first_record_is_a_record() {
    let rest = "Bob,030 12,2026-01-02,5\nEve,030 13,2026-01-03,7\nJoe,030 14,2026-01-04,8\n";
    for short in ["Ada,none given,unknown", "Ada,none given", "Ada"] {
        let lines = read(&format!("name,phone,created_at,amount\n{short}\n{rest}"));
        assert_eq!(lines[0], "name|phone|created_at|amount", "{short}");
        let cells: Vec<&str> = short.split(',').chain(std::iter::repeat("")).take(4).collect();
        assert_eq!(lines[1], cells.join("|"), "{short}");
        assert_eq!(lines.len(), 5, "{short}");
    }
    assert_eq!(read("name,amount\nAda\nBob,5\nEve,7\nJoe,9\n"), ["name|amount", "Ada|", "Bob|5", "Eve|7", "Joe|9"]);
    // A cell that is missing in the middle is put where the others stand in their columns.
    let gap = read(
        "name,email,source,created\nAda,Web,2026-01-01\nBob,b@x.com,Fair,2026-01-02\nEve,e@x.com,Web,2026-01-03\n\
                    Joe,j@x.com,Web,2026-01-04\n",
    );
    assert_eq!(gap[..2], ["name|email|source|created", "Ada||Web|2026-01-01"]);
}

#[test]
fn times_are_not_split_at_their_colons() {
    let times: String = (1..8).map(|n| format!("0{n}:15:2{n}.{n}\n")).collect();
    assert_eq!(read(&format!("HH:mm:ss.S\n{times}"))[..2], ["HH:mm:ss.S", "01:15:21.1"]);
    let rows: String = (1..8).map(|n| format!("C{n},0{n}:15:2{n},1{n}:05:00\n")).collect();
    assert_eq!(read(&format!("call,from HH:mm:ss,to HH:mm:ss\n{rows}"))[1], "C1|01:15:21|11:05:00");
    let spans: String = (1..8).map(|n| format!("2026-01-0{n} 10:0{n}:00 - 2026-01-0{n} 11:0{n}:00\n")).collect();
    assert_eq!(read(&format!("Meeting (from - to)\n{spans}"))[1], "2026-01-01 10:01:00 - 2026-01-01 11:01:00");
}

#[test]
fn groups_above_a_header_are_joined_with_it() {
    let data = "2026-01-01,North,5,1.5\n2026-01-02,South,6,2.5\n2026-01-03,West,7,3.5\n";
    for rows in [data, &data[..data.find('\n').unwrap() + 1]] {
        let lines = read(&format!(",,Search,Search\nDay,Region,Clicks,Cost\n{rows}"));
        assert_eq!(lines[0], "Day|Region|Search Clicks|Search Cost");
        assert_eq!(lines.len(), 1 + rows.lines().count());
    }
    // Cells that were one in a spreadsheet, and groups that are years.
    let merged = ",,Search,,Display,\nDay,Region,Clicks,Cost,Clicks,Cost\n2026-01-01,North,5,1.5,6,2.5\n2026-01-02,South,6,2,7,3\n";
    assert_eq!(read(merged)[0], "Day|Region|Search Clicks|Search Cost|Display Clicks|Display Cost");
    let years = ",,2025,2026\nRegion,Owner,Cost,Cost\nNorth,Kim,5,1.5\nSouth,Kim,6,2.5\nWest,Kim,7,3.5\n";
    assert_eq!(read(years)[..2], ["Region|Owner|2025 Cost|2026 Cost", "North|Kim|5|1.5"]);
}

#[test]
fn dates_in_two_formats_are_read_and_a_swap_is_said() {
    let leads = |days: [&str; 6]| {
        let row = |(at, day): (usize, &str)| format!("L{at},p{at}@example.com,Web,{day}\n");
        let rows: String = days.into_iter().enumerate().map(row).collect();
        format!("lead_id,email,lead_source,created_at\n{rows}")
    };
    let said = |days| {
        let exports = folder(&[("leads.csv", &leads(days))]);
        let output = casefile(&["check"]).arg(exports.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    let swapped = said(["1/15/2025", "1/13/2025", "12/31/2024", "2025-09-01", "2025-02-01", "2024-10-12"]);
    assert!(swapped.contains("swapped day and month") && !swapped.contains("not read"), "{swapped}");
    let mixed = said(["2025-01-15", "45672", "2025-01-17", "18 Jan 2025", "2025-01-19", "2025-01-20"]);
    assert!(mixed.contains("mixed formats") && mixed.contains("1 as D Month YYYY"), "{mixed}");
    assert!(!mixed.contains("swapped") && !mixed.contains("not read"), "{mixed}");
}
