//! Rows 1 to 11: what is no table at all, and how bytes become text.

use super::{Case, TABLE, build, fixture, hold, reads, reads_as, refused};
use crate::messy::wide;

fn encoded(text: &str, label: &str) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
    let (bytes, used, lossy) = encoding.encode(text);
    assert!(used == encoding && !lossy, "{label} can say it");
    bytes.into_owned()
}

/// The table with other people in it.
fn table_of(names: [&str; 4]) -> String {
    let rows: String = (1..=8)
        .map(|row| format!("L{row},2026-01-{row:02},{},{},{}\n", names[row % 4], names[(row + 1) % 4], row * 10))
        .collect();
    format!("lead_id,created_at,owner,company,score\n{rows}")
}

fn replaced(from: &str, to: &[u8]) -> Vec<u8> {
    let at = TABLE.find(from).unwrap();
    [&TABLE.as_bytes()[..at], to, &TABLE.as_bytes()[at + from.len()..]].concat()
}

#[test]
fn files_without_a_row_are_nothing_in_and_nothing_out() {
    let empty = |what, input: Vec<u8>| reads_as(1, what, input, "", &["the file is empty"]);
    hold(vec![
        empty("empty", Vec::new()),
        empty("a byte-order mark alone", "\u{feff}".into()),
        empty("blanks and line ends alone", "  \n \t\r\n\n".into()),
        empty("separators alone", ",,,\n,,,\n".into()),
        empty("zeros alone", vec![0; 600]),
        empty("a UTF-16 mark alone", b"\xff\xfe".to_vec()),
    ]);
}

#[test]
fn a_folder_with_empty_files_is_built_all_the_same() {
    let files: [(&str, &[u8]); 4] =
        [("leads.csv", TABLE.as_bytes()), ("a.csv", b""), ("b.csv", b"\xef\xbb\xbf"), ("c.csv", b" \n\n ")];
    let built = build(&files, &[]);
    assert_eq!(built.figure("roi.leads"), 8.0);
    built.says(&["a.csv", "b.csv", "c.csv", "empty"]);
}

#[test]
fn marks_and_widths_of_unicode() {
    let tabs = TABLE.replace("\"Trade fair, hall 4\"", "Trade fair; hall 4").replace(',', "\t");
    let tabs_normal = TABLE.replace("\"Trade fair, hall 4\"", "Trade fair; hall 4");
    let inside = TABLE.replace("L4,", "\u{feff}L4,");
    let mut lone = wide(TABLE, false, true);
    let at = lone.windows(4).position(|four| four == [b'T', 0, b'o', 0]).unwrap();
    lone[at..at + 2].copy_from_slice(&[0, 0xd8]);
    let marked = format!("\u{feff}{TABLE}");
    let twice = format!("\u{feff}{marked}");
    let cases: Vec<Case> = vec![
        reads(2, "a byte-order mark", marked.clone(), &["8 records", "UTF-8"]),
        reads(2, "two byte-order marks", twice, &["8 records"]),
        reads(2, "a byte-order mark inside", inside, &["1 byte-order marks inside left out"]),
        reads(2, "a byte-order mark before quotes", marked.replace("lead_id", "\"lead_id\""), &["8 records"]),
        reads_as(3, "UTF-16LE with a mark, tabs", wide(&tabs, false, true), tabs_normal.clone(), &["UTF-16LE, tab"]),
        reads_as(3, "UTF-16BE with a mark, tabs", wide(&tabs, true, true), tabs_normal, &["UTF-16BE, tab"]),
        reads(3, "UTF-16LE with a mark, commas, CRLF", wide(&crlf(), false, true), &["UTF-16LE, comma"]),
        reads(4, "UTF-16LE without a mark", wide(TABLE, false, false), &["UTF-16LE"]),
        reads(4, "UTF-16BE without a mark", wide(TABLE, true, false), &["UTF-16BE"]),
        reads_as(
            4,
            "a lone surrogate",
            lone,
            TABLE.replacen("Tom", "\u{fffd}om", 1),
            &["1 broken characters, first in line 2"],
        ),
    ];
    hold(cases);
}

/// The half of a character at the end is damage, and no record.
#[test]
fn row_4_an_odd_number_of_bytes() {
    let mut odd = wide(TABLE, false, true);
    odd.push(b'x');
    let mut inside = wide(TABLE.trim_end(), false, true);
    inside.push(b'x');
    hold(vec![
        reads_as(
            4,
            "half a character in the last cell",
            inside,
            TABLE.replace("Recycled", "Recycled\u{fffd}"),
            &["1 broken"],
        ),
        reads(4, "half a character behind the last line", odd, &["1 broken characters"]),
    ]);
}

/// Line ends of Windows between the rows.
fn crlf() -> String {
    TABLE.replace('\n', "\r\n").replace("social\r\n", "social\n")
}

#[test]
fn encodings_that_hide_things_are_not_decoded() {
    let four = |big: bool, mark: bool| -> Vec<u8> {
        let text = if mark { format!("\u{feff}{TABLE}") } else { TABLE.to_owned() };
        let unit = |c: char| if big { u32::from(c).to_be_bytes() } else { u32::from(c).to_le_bytes() };
        text.chars().flat_map(unit).collect()
    };
    let utf7 = TABLE.replace("Jörg", "J+APY-rg").replace("Tom Baker", "+ADw-script+AD4-");
    let escapes = TABLE.replace("Jörg", "\u{1b}$B;3ED\u{1b}(B");
    hold(vec![
        refused(5, "UTF-32LE", four(false, true), &["UTF-32"]),
        refused(5, "UTF-32BE", four(true, true), &["UTF-32"]),
        refused(5, "UTF-32LE without a mark", four(false, false), &["UTF-32"]),
        reads_as(5, "UTF-7 stays what it is", utf7.clone(), utf7, &["UTF-8"]),
        reads_as(5, "ISO-2022 escapes stay what they are", escapes.clone(), escapes, &["UTF-8"]),
    ]);
}

#[test]
fn code_pages_are_guessed_over_the_whole_file() {
    let western = table_of(["Müller & Söhne", "Café Zoë", "Besançon – Prêt", "Núñez"]);
    let russian = table_of(["Рога и копыта", "Северный ветер", "Москва", "Петербург"]);
    let japanese = table_of(["株式会社山田商店", "鈴木一郎", "東京電機", "佐藤花子"]);
    let chinese = table_of(["北京科技有限公司", "王小明", "上海贸易公司", "李小红"]);
    // Far behind whatever a sample would see.
    let many: String = (0..20_000).map(|row| format!("L{row},2026-01-05,Tom Baker,North,{row}\n")).collect();
    let late = format!("lead_id,created_at,owner,company,score\n{many}L9,2026-01-05,Jörg Köhler,Café Zoë,7\n");
    hold(vec![
        reads_as(6, "windows-1252", encoded(&western, "windows-1252"), western, &["windows-1252"]),
        reads_as(6, "windows-1251", encoded(&russian, "windows-1251"), russian, &["windows-1251"]),
        reads_as(6, "Shift-JIS", encoded(&japanese, "shift_jis"), japanese, &["Shift_JIS"]),
        reads_as(6, "GB18030", encoded(&chinese, "gb18030"), chinese, &["8 records; GB"]),
        reads_as(33, "windows-1252 in the last row only", encoded(&late, "windows-1252"), late, &["windows-1252"]),
    ]);
}

#[test]
fn the_data_page_says_what_was_guessed_and_the_project_file_overrules_it() {
    let russian = table_of(["Рога и копыта", "Северный ветер", "Москва", "Петербург"]);
    let bytes = encoded(&russian, "windows-1251");
    build(&[("leads.csv", &bytes)], &[]).says(&["windows-1251"]);
    let folder = tempfile::TempDir::new().unwrap();
    let project = folder.path().join("casefile.toml");
    std::fs::write(&project, "[[input]]\nfile = \"leads.csv\"\nencoding = \"windows-1252\"\n").unwrap();
    build(&[("leads.csv", &bytes)], &["-c", project.to_str().unwrap()]).says(&["windows-1252"]);
}

#[test]
fn damaged_text_is_kept_and_counted() {
    let bad = replaced("Mia Stone", b"Mia \xff Stone");
    let mut cut = format!("{TABLE}L9,2026-01-22,ida@firm.example,Webinar,Mia Stone,Süß").into_bytes();
    cut.pop();
    let mut two = TABLE.as_bytes().to_vec();
    two.extend(encoded("L9,2026-01-22,ida@firm.example,Café,Jörg Groß,New\n", "windows-1252"));
    two.extend(encoded("L10,2026-01-23,jo@firm.example,Prêt,Zoë Größe,New\n", "windows-1252"));
    let mixed = format!(
        "{TABLE}L9,2026-01-22,ida@firm.example,Café,Jörg Groß,New\nL10,2026-01-23,jo@firm.example,Prêt,Zoë Größe,New\n"
    );
    let mut padded = TABLE.as_bytes().to_vec();
    padded.extend([0; 512]);
    hold(vec![
        reads_as(
            7,
            "one bad byte",
            bad,
            TABLE.replacen("Mia Stone", "Mia \u{fffd} Stone", 1),
            &["1 broken", "first in line 5"],
        ),
        reads_as(
            7,
            "the last character is cut",
            cut,
            format!("{TABLE}L9,2026-01-22,ida@firm.example,Webinar,Mia Stone,Sü\u{fffd}\n"),
            &["1 broken"],
        ),
        reads_as(8, "two encodings in one file", two, mixed, &["2 lines in windows-1252 among the others"]),
        reads_as(
            9,
            "an overlong form of <",
            replaced("Organic search", b"\xc0\xbcscript>"),
            TABLE.replacen("Organic search", "\u{fffd}\u{fffd}script>", 1),
            &["2 broken", "first in line 5"],
        ),
        reads_as(
            9,
            "a character as two surrogates (CESU-8)",
            replaced("Organic search", b"\xed\xa0\xbd\xed\xb8\x80"),
            TABLE.replacen("Organic search", &"\u{fffd}".repeat(6), 1),
            &["6 broken"],
        ),
        reads(10, "padding of zeros", padded, &["512 bytes of padding"]),
        reads_as(
            10,
            "zeros inside cells",
            replaced("Organic search", b"Organic\0search"),
            TABLE.replacen("Organic search", "Organic\0search", 1),
            &["8 records"],
        ),
    ]);
}

#[test]
fn a_zero_in_a_cell_is_shown_as_a_replacement() {
    let zeros = TABLE.replace("Webinar", "Web\0inar");
    let built = build(&[("leads.csv", zeros.as_bytes())], &[]);
    assert_eq!(built.figure("roi.leads"), 8.0);
    let pages = walkdir::WalkDir::new(&built.site).into_iter().map(Result::unwrap);
    let mut shown = false;
    for page in pages.filter(|page| page.file_type().is_file()) {
        let bytes = std::fs::read(page.path()).unwrap();
        assert!(!bytes.contains(&0), "{}", page.path().display());
        shown |= String::from_utf8_lossy(&bytes).contains("Web\u{fffd}inar");
    }
    assert!(shown, "the source is named somewhere");
}

#[test]
fn content_decides_what_a_file_is() {
    let pk = TABLE.replacen("lead_id", "PK", 1);
    let magic = TABLE.replacen("lead_id", "PAR1", 1);
    let bracket = TABLE.replacen("lead_id", "[id]", 1);
    let markup = TABLE.replacen("lead_id", "<b>lead</b>", 1);
    let page = "<html><head><title>Log in</title></head><body><form>Password</form></body></html>";
    let html = "<html><body><table><tr><th>lead_id</th><th>created_at</th></tr><tr><td>L1</td><td>2026-01-05</td></tr>\
                <tr><td>L2</td><td>2026-01-06</td></tr></table></body></html>";
    hold(vec![
        refused(11, "a JPEG", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01".to_vec(), &["JPEG"]),
        refused(11, "a PNG", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), &["PNG"]),
        refused(11, "a PDF", "%PDF-1.7\n1 0 obj\n", &["PDF"]),
        refused(11, "a database", "SQLite format 3\0\x10\0", &["SQLite"]),
        refused(11, "a program", b"\x7fELF\x02\x01\x01\0".to_vec(), &["program"]),
        refused(11, "a RAR archive", b"Rar!\x1a\x07\x01\0".to_vec(), &["RAR"]),
        refused(11, "a 7z archive", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(), &["7z"]),
        refused(11, "some XML", "<?xml version=\"1.0\"?><feed><entry/></feed>", &["XML"]),
        refused(11, "a log-in page", page, &["HTML page without a table"]),
        refused(11, "a Word document", fixture("word-document.docx"), &["Word document"]),
        refused(
            11,
            "a pointer to a file kept elsewhere",
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 12\n",
            &["git-lfs"],
        ),
        reads_as(11, "a table in HTML", html, "lead_id,created_at\nL1,2026-01-05\nL2,2026-01-06\n", &["HTML table"]),
        reads_as(11, "a first column PK is no zip", pk.clone(), pk, &["UTF-8"]),
        reads_as(11, "a first column PAR1 is no Parquet", magic.clone(), magic, &["UTF-8"]),
        reads_as(11, "a first column [id] is no JSON", bracket.clone(), bracket, &["UTF-8"]),
        reads_as(11, "markup in a header is no HTML", markup.clone(), markup, &["UTF-8"]),
    ]);
}

#[test]
fn other_formats_in_a_folder_are_named_and_left_out() {
    let files: [(&str, &[u8]); 3] =
        [("leads.xlsx", TABLE.as_bytes()), ("photo.csv", b"\xff\xd8\xff\xe0\0\x10JFIF"), ("brief.csv", b"%PDF-1.7\n")];
    let built = build(&files, &[]);
    assert_eq!(built.figure("roi.leads"), 8.0, "plain text under the name of a workbook is read");
    built.says(&["photo.csv", "a JPEG picture is not read", "brief.csv", "a PDF is not read"]);
}
