//! What must not change: the same input gives the same bytes, whatever the machine; rows in another order, files in
//! parts, an unrelated file give the same figures.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::{Figures, build, built, casefile, root, succeed};

fn sample(style: &str) -> PathBuf {
    root().join("sample-data").join(style)
}

/// Every file of a site.
fn bytes(site: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(site).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(site).unwrap().display().to_string();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn assert_same_site(one: &Path, other: &Path) {
    let (one, other) = (bytes(one), bytes(other));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, content) in &one {
        assert!(content == &other[name], "{name} differs");
    }
}

/// Figures but for the account of files and rows, which tells where each row stood.
fn measures(site: &Path) -> BTreeMap<[String; 4], crate::support::Figure> {
    let mut figures = Figures::of(site).0;
    figures.retain(|key, _| !key[0].starts_with("quality."));
    figures
}

fn assert_same_figures(one: &Path, other: &Path) {
    let (one, other) = (measures(one), measures(other));
    let differing: Vec<_> = one.iter().filter(|(key, figure)| other.get(*key) != Some(figure)).take(5).collect();
    assert!(differing.is_empty(), "{differing:#?}");
    assert_eq!(one.len(), other.len());
}

fn copied(style: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    for entry in fs::read_dir(sample(style)).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), exports.join(entry.file_name())).unwrap();
    }
    (folder, exports)
}

#[test]
fn two_builds_other_threads_zone_and_locale_give_the_same_bytes() {
    for style in ["salesforce", "hubspot", "plain"] {
        let folder = TempDir::new().unwrap();
        let site = folder.path().join("site");
        let mut command = casefile(&["build"]);
        command.arg(sample(style)).arg("-o").arg(&site);
        for name in ["RAYON_NUM_THREADS", "POLARS_MAX_THREADS"] {
            command.env(name, "1");
        }
        succeed(command.env("TZ", "Pacific/Auckland").env("LC_ALL", "de_DE.UTF-8").env("LANG", "tr_TR.UTF-8"));
        assert_same_site(&built(style), &site);
    }
}

/// The data rows of a file in another order; title lines, header and totals stay where they are.
fn shuffled(text: &str) -> String {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let header = rows.remove(0);
    // A fixed permutation that leaves nothing where it was: by a hash of the row.
    rows.sort_by_key(|row| blake3::hash(row.as_slice().as_bytes()).to_hex().to_string());
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    std::iter::once(&header).chain(&rows).for_each(|row| writer.write_record(row).unwrap());
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn is_plain_table(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    name.ends_with(".csv") && !name.starts_with("google") && !name.starts_with("linkedin")
}

#[test]
fn shuffled_rows_give_the_same_figures() {
    for style in ["salesforce", "hubspot", "plain"] {
        let (_folder, exports) = copied(style);
        for entry in fs::read_dir(&exports).unwrap().map(Result::unwrap).filter(|entry| is_plain_table(&entry.path())) {
            let text = fs::read_to_string(entry.path()).unwrap();
            fs::write(entry.path(), shuffled(&text)).unwrap();
        }
        assert_same_figures(&built(style), &build(&exports, &[]).path);
    }
}

#[test]
fn files_split_in_two_give_the_same_figures() {
    for style in ["salesforce", "hubspot", "plain"] {
        let (_folder, exports) = copied(style);
        let files: Vec<PathBuf> = fs::read_dir(&exports).unwrap().map(|entry| entry.unwrap().path()).collect();
        for path in files.into_iter().filter(|path| is_plain_table(path)) {
            let text = fs::read_to_string(&path).unwrap();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            let middle = 1 + (rows.len() - 1) / 3;
            let parts = exports.join("parts");
            fs::create_dir_all(&parts).unwrap();
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            for (number, part) in [&rows[1..middle], &rows[middle..]].into_iter().enumerate() {
                let mut writer = csv::Writer::from_path(parts.join(format!("{stem} {number}.csv"))).unwrap();
                std::iter::once(&rows[0]).chain(part).for_each(|row| writer.write_record(row).unwrap());
                writer.flush().unwrap();
            }
            fs::remove_file(path).unwrap();
        }
        assert_same_figures(&built(style), &build(&exports, &[]).path);
    }
}

#[test]
fn unrelated_and_repeated_files_change_no_figure() {
    let (_folder, exports) = copied("salesforce");
    fs::write(exports.join("holidays.csv"), "day,country,bank holiday\n2025-05-01,DE,yes\n").unwrap();
    fs::write(exports.join("notes.txt"), "call the printer\n").unwrap();
    fs::write(exports.join("empty.csv"), "").unwrap();
    fs::copy(exports.join("Lead.csv"), exports.join("Lead (1).csv")).unwrap();
    let site = build(&exports, &[]);
    assert_same_figures(&built("salesforce"), &site.path);
    let page = fs::read_to_string(site.path.join("data.html")).unwrap();
    assert!(page.contains("the same bytes as"), "the copy is said");
    assert!(page.contains("holidays.csv") && page.contains("its 3 columns"), "what is not known is listed");
    assert!(!page.contains("bank holiday"), "but not what stands in it: it may have no header");
}

#[test]
fn other_separators_columns_in_another_order_and_a_byte_order_mark_change_no_figure() {
    let (_folder, exports) = copied("plain");
    for (at, path) in fs::read_dir(&exports).unwrap().map(|entry| entry.unwrap().path()).enumerate() {
        if !is_plain_table(&path) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let separator = if at % 2 == 0 { b';' } else { b'\t' };
        let mut writer = csv::WriterBuilder::new()
            .delimiter(separator)
            .terminator(csv::Terminator::CRLF)
            .quote_style(csv::QuoteStyle::Always)
            .from_writer(b"\xef\xbb\xbf".to_vec());
        for row in reader.records() {
            let row = row.unwrap();
            writer.write_record(row.iter().rev()).unwrap();
        }
        fs::write(&path, writer.into_inner().unwrap()).unwrap();
    }
    assert_same_figures(&built("plain"), &build(&exports, &[]).path);
}
