//! Row 12 and what archives can hold: gzip, Zstandard, zip.

use std::fs;

use super::{Case, TABLE, build, fixture, hold, reads, refused};
use crate::packing::{gzip, stored, zip};

/// The normal form of the table in the packed fixtures, which were made elsewhere.
fn packed_table() -> String {
    String::from_utf8(fixture("leads.csv")).unwrap()
}

fn reads_packed(row: u32, what: &'static str, name: &str, says: &'static [&'static str]) -> Case {
    super::reads_as(row, what, fixture(name), packed_table(), says)
}

fn cut(bytes: &[u8], keep: usize) -> Vec<u8> {
    bytes[..keep].to_vec()
}

#[test]
fn gzip_files() {
    let whole = gzip(TABLE.as_bytes());
    let (first, second) = TABLE.split_at(TABLE.find("L4").unwrap() + 9);
    let members = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    let mut wrong = whole.clone();
    let at = wrong.len() - 6;
    wrong[at] ^= 1;
    hold(vec![
        reads(12, "gzip", whole.clone(), &["gzip, UTF-8, comma"]),
        reads(12, "gzip of several members", members.clone(), &["8 records"]),
        reads(12, "gzip with empty members around", [gzip(b""), whole.clone(), gzip(b"")].concat(), &["8 records"]),
        reads(12, "gzip in gzip", gzip(&whole), &["8 records"]),
        refused(12, "gzip cut short", cut(&whole, whole.len() * 2 / 3), &["gzip", "cut short"]),
        refused(12, "gzip without its last bytes", cut(&whole, whole.len() - 4), &["gzip", "cut short"]),
        refused(12, "the second member cut short", cut(&members, members.len() - 20), &["gzip", "cut short"]),
        refused(12, "a gzip header alone", cut(&whole, 10), &["gzip", "cut short"]),
        refused(12, "gzip with a wrong checksum", wrong, &["gzip", "cannot be unpacked"]),
        refused(1, "gzip of nothing", gzip(b""), &["empty"]),
    ]);
}

#[test]
fn zstandard_files() {
    let whole = fixture("one-frame.csv.zst");
    hold(vec![
        reads_packed(12, "Zstandard", "one-frame.csv.zst", &["Zstandard, UTF-8, comma"]),
        reads_packed(12, "Zstandard of several frames", "two-frames.csv.zst", &["20 records"]),
        reads_packed(12, "Zstandard among frames to be skipped", "skippable-frames.csv.zst", &["20 records"]),
        reads_packed(12, "Zstandard that does not say its size", "no-size.csv.zst", &["20 records"]),
        refused(12, "Zstandard cut short", cut(&whole, whole.len() * 2 / 3), &["zstd"]),
        refused(12, "Zstandard with a wrong checksum", fixture("wrong-checksum.csv.zst"), &["zstd"]),
        refused(12, "Zstandard that needs a dictionary", fixture("needs-dictionary.csv.zst"), &["zstd"]),
        refused(12, "Zstandard that asks for 2 GiB", fixture("window-of-2-gib.csv.zst"), &["zstd"]),
    ]);
}

#[test]
fn names_do_not_decide() {
    let packed = gzip(TABLE.as_bytes());
    let plain = TABLE.replace("L1,", "P1,");
    let built = build(&[("plain.csv.gz", plain.as_bytes()), ("packed.csv", &packed)], &[]);
    assert_eq!(built.figure("roi.leads"), 9.0, "plain text named .gz and gzip named .csv: L2 to L8 are in both");
}

#[test]
fn rows_of_a_file_that_is_cut_short_are_not_used() {
    let other: String = (0..5_000).map(|row| format!("X{row},2026-01-05,{}\n", row * 7919 % 10_007)).collect();
    let packed = gzip(format!("lead_id,created_at,score\n{other}").as_bytes());
    let built = build(&[("leads.csv", TABLE.as_bytes()), ("cut.csv.gz", &packed[..packed.len() / 2])], &[]);
    assert_eq!(built.figure("roi.leads"), 8.0);
    built.says(&["cut.csv.gz", "cut short"]);
    assert!(built.message.contains("cut.csv.gz is not used"), "{}", built.message);
}

#[test]
fn zip_archives() {
    let leads = || stored("leads.csv", TABLE.as_bytes());
    let whole = zip(&[leads()]);
    let nested = zip(&[stored("b/inner.zip", &zip(&[leads()]))]);
    let first_empty = zip(&[stored("a.csv", b""), stored("b.csv", b"lead_id,created_at\n"), leads()]);
    let others = zip(&[stored("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF"), stored("b.pdf", b"%PDF-1.7\n"), leads()]);
    let mut wrong = whole.clone();
    let at = whole.windows(4).position(|four| four == b"L4,2").unwrap();
    wrong[at] = b'X';
    hold(vec![
        reads(12, "zip", whole.clone(), &["leads.csv: 8 records; zip archive"]),
        reads(12, "zip in zip", nested, &["b/inner.zip/leads.csv"]),
        reads(60, "empty members first", first_empty, &["leads.csv: 8 records"]),
        reads(11, "pictures beside the table", others, &["leads.csv: 8 records"]),
        reads_packed(12, "zip as streams are packed", "streamed.zip", &["20 records"]),
        refused(61, "an empty zip", zip(&[]), &["empty zip archive"]),
        refused(61, "a zip cut short", cut(&whole, whole.len() / 2), &["zip archive", "cut short"]),
        refused(61, "a zip without its last bytes", cut(&whole, whole.len() - 5), &["zip archive", "cut short"]),
        refused(61, "a wrong checksum", wrong, &["`leads.csv` cannot be unpacked"]),
        refused(14, "an encrypted member", fixture("encrypted-member.zip"), &["encrypted", "password"]),
        refused(53, "zips in each other, seventy deep", fixture("zips-70-deep.zip"), &["archives inside each other"]),
        refused(53, "sizes of 2^63", fixture("sizes-of-2-to-63.zip"), &["leads.csv"]),
    ]);
}

/// An entry that names a place outside is read like any other, and nothing is written anywhere.
#[test]
fn names_in_archives_lead_nowhere() {
    let folder = tempfile::TempDir::new().unwrap();
    let evil = folder.path().join("evil.csv");
    let absolute = evil.display().to_string();
    let names = ["../../evil.csv", "..\\..\\evil.csv", "a/../../evil.csv", absolute.as_str(), "C:\\evil.csv"];
    let members: Vec<_> = names.iter().map(|name| stored(name, TABLE.as_bytes())).collect();
    let built = build(&[("a/b/export.zip", &zip(&members))], &[]);
    assert_eq!(built.figure("roi.leads"), 8.0, "the same table five times");
    assert!(!evil.exists());
    let site_and_around = walkdir::WalkDir::new(built.site.parent().unwrap()).into_iter().map(Result::unwrap);
    let written: Vec<_> =
        site_and_around.filter(|entry| entry.file_name().to_string_lossy().contains("evil")).collect();
    assert!(written.is_empty(), "{written:?}");
}

#[test]
fn row_58_of_two_members_of_one_name_it_is_said_which_is_used() {
    let other = TABLE.replace("L1,", "Z1,");
    let twice = zip(&[stored("leads.csv", TABLE.as_bytes()), stored("leads.csv", other.as_bytes())]);
    let built = build(&[("export.zip", &twice)], &[]);
    assert_eq!(built.figure("roi.leads"), 8.0, "one of the two");
    built.says(&["`leads.csv` is there more than once"]);
}

#[test]
fn every_member_of_an_archive_in_a_folder_is_accounted_for() {
    let members = [
        stored("crm/leads.csv", TABLE.as_bytes()),
        stored("crm/deals.csv", super::DEALS.as_bytes()),
        stored("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF"),
        stored("__MACOSX/._leads.csv", b"\0\x05\x16\x07"),
        stored("crm/.DS_Store", b"\0\0\0\x01Bud1"),
    ];
    let built = build(&[("export.zip", &zip(&members)), ("locked.zip", &fixture("encrypted-member.zip"))], &[]);
    assert_eq!(built.figure("roi.leads"), 8.0);
    assert_eq!(built.figure("deals.won"), 3.0);
    built.says(&[
        "export.zip/crm/leads.csv",
        "export.zip/crm/deals.csv",
        "photo.jpg",
        "JPEG",
        "locked.zip",
        "encrypted",
    ]);
    let kept = fs::read_to_string(built.site.join("data/report.json")).unwrap();
    assert!(!kept.contains("Bud1"));
}
