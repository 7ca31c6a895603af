//! What must not change: the same input gives the same bytes, whatever the machine; rows in another order, files in
//! parts, an unrelated file, the same tables in other encodings and containers give the same figures.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::messy::wide;
use crate::packing::{cells, gzip, sheet, stored, workbook, zip};
use crate::support::{Figures, build, built, casefile, root, succeed};

const STYLES: [&str; 3] = ["salesforce", "hubspot", "plain"];

fn sample(style: &str) -> PathBuf {
    root().join("sample-data").join(style)
}

/// Every file of a site.
pub fn bytes(site: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(site).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(site).unwrap().display().to_string();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

pub fn assert_same_site(one: &Path, other: &Path) {
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

pub fn assert_same_figures(one: &Path, other: &Path) {
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

/// The rows of a file, title lines and totals too. LinkedIn's are parted by tabs.
fn rows_of(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let separator = if text.contains('\t') { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The row of the header: the first that is no title.
fn header_of(rows: &[Vec<String>]) -> usize {
    rows.iter().position(|row| row.len() > 2).unwrap()
}

fn csv_of(rows: &[Vec<String>], separator: u8, style: csv::QuoteStyle, end: csv::Terminator) -> String {
    let mut writer = csv::WriterBuilder::new();
    writer.delimiter(separator).quote_style(style).terminator(end).flexible(true);
    let mut writer = writer.from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn plain_csv(rows: &[Vec<String>]) -> String {
    csv_of(rows, b',', csv::QuoteStyle::Necessary, csv::Terminator::Any(b'\n'))
}

/// The exports of a folder.
fn exports_in(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "csv"));
    paths.sort();
    assert!(paths.len() > 4);
    paths
}

/// Holds that every style gives the same figures when each of its files is written otherwise, under that ending. Of
/// two ways every second file takes the other.
fn rewritten(ending: &str, write: impl Fn(&Path, bool) -> Vec<u8>) {
    for style in STYLES {
        let (_folder, exports) = copied(style);
        for (at, path) in exports_in(&exports).into_iter().enumerate() {
            let bytes = write(&path, at % 2 == 0);
            assert!(bytes != fs::read(&path).unwrap(), "{} is written otherwise", path.display());
            fs::remove_file(&path).unwrap();
            fs::write(path.with_extension(ending), bytes).unwrap();
        }
        assert_same_figures(&built(style), &build(&exports, &[]).path);
    }
}

#[test]
fn utf_16_changes_no_figure() {
    let tabs = |path: &Path| csv_of(&rows_of(path), b'\t', csv::QuoteStyle::Necessary, csv::Terminator::CRLF);
    rewritten(
        "txt",
        |path, one| {
            if one { wide(&tabs(path), false, true) } else { wide(&plain_csv(&rows_of(path)), true, true) }
        },
    );
}

/// Whether a column holds money, by its label.
fn is_money(label: &str) -> bool {
    let label = label.to_lowercase();
    ["amount", "cost", "spend", "spent", "revenue"].iter().any(|word| label.contains(word))
}

#[test]
fn semicolons_and_decimal_commas_change_no_figure() {
    let mut commas = 0;
    for style in STYLES {
        for path in exports_in(&sample(style)) {
            commas += with_decimal_commas(&rows_of(&path)).1;
        }
    }
    assert!(commas > 2_500, "{commas} amounts are written with a comma");
    rewritten("csv", |path, _| {
        let (rows, _) = with_decimal_commas(&rows_of(path));
        csv_of(&rows, b';', csv::QuoteStyle::Necessary, csv::Terminator::CRLF).into_bytes()
    });
}

/// The rows with a comma in their amounts, and in how many.
fn with_decimal_commas(rows: &[Vec<String>]) -> (Vec<Vec<String>>, usize) {
    let mut rows = rows.to_vec();
    let header = header_of(&rows);
    let columns: Vec<usize> = (0..rows[header].len()).filter(|column| is_money(&rows[header][*column])).collect();
    let mut changed = 0;
    for row in &mut rows[header + 1..] {
        for column in &columns {
            if let Some(cell) = row.get_mut(*column).filter(|cell| cell.contains('.')) {
                assert!(
                    cell.bytes().all(|byte| byte.is_ascii_digit() || b".,-".contains(&byte)),
                    "{cell} is an amount"
                );
                // Sums have marks between their thousands too.
                *cell = cell.split('.').map(|part| part.replace(',', ".")).collect::<Vec<String>>().join(",");
                changed += 1;
            }
        }
    }
    (rows, changed)
}

#[test]
fn quotes_around_every_cell_and_other_line_ends_change_no_figure() {
    rewritten("csv", |path, one| {
        let end = if one { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\r') };
        csv_of(&rows_of(path), b',', csv::QuoteStyle::Always, end).into_bytes()
    });
}

#[test]
fn gzip_changes_no_figure() {
    rewritten("csv.gz", |path, _| gzip(&fs::read(path).unwrap()));
}

#[test]
fn workbooks_change_no_figure() {
    rewritten("xlsx", |path, _| workbook(&[sheet("Export", &cells(&rows_of(path)))]));
}

/// All tables of a folder as the sheets of one workbook, and as the members of one archive.
#[test]
fn one_file_for_a_whole_folder_changes_no_figure() {
    const NAMES: [&str; 12] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"];
    for style in STYLES {
        let paths = exports_in(&sample(style));
        let sheets: Vec<_> = paths.iter().zip(NAMES).map(|(path, name)| sheet(name, &cells(&rows_of(path)))).collect();
        assert_eq!(sheets.len(), paths.len());
        let members: Vec<_> = paths
            .iter()
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap();
                stored(&format!("exports/{name}"), &fs::read(path).unwrap())
            })
            .collect();
        for (name, bytes) in [("all.xlsx", workbook(&sheets)), ("all.zip", zip(&members))] {
            let folder = TempDir::new().unwrap();
            let exports = folder.path().join("exports");
            fs::create_dir(&exports).unwrap();
            fs::write(exports.join(name), bytes).unwrap();
            assert_same_figures(&built(style), &build(&exports, &[]).path);
        }
    }
}

/// In reports of ad tools the first column stays where it is: it holds the word for a total.
#[test]
fn columns_in_another_order_tabs_and_a_byte_order_mark_change_no_figure() {
    rewritten("csv", |path, one| {
        let mut rows = rows_of(path);
        let header = header_of(&rows);
        let kept = usize::from(!is_plain_table(path));
        rows[header..].iter_mut().for_each(|row| row[kept..].reverse());
        let separator = if one { b'\t' } else { b',' };
        let text = csv_of(&rows, separator, csv::QuoteStyle::Necessary, csv::Terminator::CRLF);
        [b"\xef\xbb\xbf", text.as_bytes()].concat()
    });
}

/// The parts are of different length, and one of them stands in a folder below.
#[test]
fn files_split_in_three_change_no_figure() {
    for style in STYLES {
        let (_folder, exports) = copied(style);
        let below = exports.join("parts");
        fs::create_dir(&below).unwrap();
        for path in exports_in(&exports) {
            let rows = rows_of(&path);
            let (head, data) = rows.split_at(header_of(&rows) + 1);
            let (first, rest) = data.split_at(data.len() / 6);
            let (second, third) = rest.split_at(rest.len() / 2);
            for (number, part) in [first, second, third].into_iter().enumerate() {
                let folder = if number == 1 { &below } else { &exports };
                let name = path.with_extension(format!("{number}.csv"));
                fs::write(folder.join(name.file_name().unwrap()), plain_csv(&[head, part].concat())).unwrap();
            }
            fs::remove_file(&path).unwrap();
        }
        assert_same_figures(&built(style), &build(&exports, &[]).path);
    }
}

/// Once as it is, which is told by the bytes, and once written otherwise, which is told by the records.
#[test]
fn the_same_exports_again_change_no_figure() {
    for style in STYLES {
        let (_folder, exports) = copied(style);
        for path in exports_in(&exports) {
            fs::copy(&path, path.with_extension("copy.csv")).unwrap();
        }
        assert_same_figures(&built(style), &build(&exports, &[]).path);
        for path in exports_in(&exports).into_iter().filter(|path| !path.to_string_lossy().ends_with(".copy.csv")) {
            let text = csv_of(&rows_of(&path), b';', csv::QuoteStyle::Always, csv::Terminator::CRLF);
            fs::write(path.with_extension("again.csv"), text).unwrap();
        }
        assert_same_figures(&built(style), &build(&exports, &[]).path);
    }
}
