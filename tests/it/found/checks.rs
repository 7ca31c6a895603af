//! What must hold of every input whatever: one check a fuzz target, each taking bytes and panicking where a promise is
//! broken. `fuzz/` runs them on bytes that it makes up, `found` on those that once broke one.

use std::fmt::Write as _;

use casefile::calendar::Zone;
use casefile::intake::container::{self, Content, Limits, Opened, Refusal};
use casefile::intake::text::encoding;
use casefile::intake::text::layout::Aside;
use casefile::intake::text::plain::{Ended, LOOK_BYTES, Plain};
use casefile::intake::text::record::{Record, is_blank};
use casefile::intake::text::split::{Dialect, Mend};
use casefile::intake::text::table::{DialectHint, Table};
use casefile::project;
use casefile::record::dates::{DateCensus, DateColumn, DayOrder, Moment};
use casefile::record::missing;
use casefile::record::money::{DecimalMark, LARGEST_COUNT, LARGEST_MINOR, NumberCensus, NumberColumn};

/// A check of some bytes: it panics where a promise is broken.
pub type Check = fn(&[u8]);

/// A check by the name of its target.
pub const CHECKS: [(&str, Check); 10] = [
    ("table", table),
    ("normal", normal),
    ("plain", plain),
    ("chunks", chunks),
    ("workbooks", workbooks),
    ("parquet", parquet),
    ("archives", archives),
    ("dates", dates),
    ("numbers", numbers),
    ("project", project_file),
];

/// A row as it is handed out.
type Row = (Option<Aside>, Vec<String>, Option<Mend>);

/// The table in any bytes: records as wide as the table at least, and the same however often they are read.
pub fn table(bytes: &[u8]) {
    let Ok((text, told)) = encoding::decode(bytes.to_vec(), None) else { return };
    assert!(!text.contains('\u{feff}'), "a byte-order mark is left");
    assert_eq!(told.broken > 0, told.first_broken_line.is_some());
    let Some(table) = Table::find(text.clone(), DialectHint::default()) else { return };
    let rows = rows_of(&table);
    let width = table.width();
    assert!(width > 0, "a table without a column");
    assert_eq!(rows.len(), table.layout.end.saturating_sub(table.layout.first), "each row once");
    for (aside, cells, _) in &rows {
        assert!(aside.is_some() || cells.len() >= width, "{cells:?} is narrower than {width}");
    }
    for line in &table.header_lines {
        assert_eq!(line.len(), width, "a line of the header is as wide as the table");
    }
    assert_eq!(table.asides().values().sum::<u64>(), table.layout.aside.len() as u64);
    assert!(table.header().is_none_or(|header| header.len() == width));
    let headers = table.headers();
    assert!(headers.iter().all(|header| header.len() == width));
    assert_eq!(rows, rows_of(&table), "the same when it is read again");
    let again = Table::find(text, DialectHint::default()).expect("the same text holds the same table");
    assert_eq!((again.dialect, &again.layout), (table.dialect, &table.layout));
    // Whoever looks for a header elsewhere may ask for any row.
    for row in [0, 2].into_iter().take(table.head(3).len()) {
        let moved = table.clone().with_header(row);
        rows_of(&moved);
        assert!(moved.header().is_none_or(|header| header.len() == moved.width()));
    }
}

/// What `normalize` writes is read cell by cell as it was written.
pub fn normal(bytes: &[u8]) {
    let Ok((text, _)) = encoding::decode(bytes.to_vec(), None) else { return };
    let Some(table) = Table::find(text, DialectHint::default()) else { return };
    let written = written(&table);
    // Cells of hardly more than NULs look like UTF-16 or UTF-32 again.
    if written.contains(&0) {
        return;
    }
    let (text, told) = encoding::decode(written, None).expect("we write UTF-8");
    assert!(told.is_plain() || told.padding > 0, "{told:?}");
    cells_stay(&text);
}

/// Standard CSV is read as it was written, whatever its cells hold: quotes are never taken for strays, and records that are
/// not mended on purpose come in their order with their cells.
fn cells_stay(text: &str) {
    // The `csv` crate drops a mark at the beginning.
    if text.starts_with('\u{feff}') {
        return;
    }
    let Some(table) = Table::find(text.to_owned(), DialectHint { dialect: Some(Dialect::STANDARD), mark: None }) else {
        return;
    };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut left = reader.records().map(|record| filled(record.expect("it is UTF-8").iter()));
    for (aside, cells, mend) in rows_of(&table) {
        assert!(!matches!(mend, Some(Mend::StrayQuote | Mend::UnclosedQuote)), "{mend:?}: {cells:?} of {text:?}");
        if aside.is_none() && matches!(mend, None | Some(Mend::Padded | Mend::Surplus)) {
            let cells = filled(cells.iter().map(String::as_str));
            assert!(left.any(|written| written == cells), "{mend:?}: {cells:?} of {text:?}");
        }
    }
}

/// Cells without the blank ones at the end.
fn filled<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut cells: Vec<String> = cells.map(str::to_owned).collect();
    let reach = cells.iter().rposition(|cell| !is_blank(cell.as_bytes())).map_or(0, |last| last + 1);
    cells.truncate(reach);
    cells
}

/// Where the plain reader takes a file, the careful one reads the same. The first byte says where the rest stands: at the
/// beginning of a file, or between what is seen of its beginning and its end.
pub fn plain(bytes: &[u8]) {
    let Some((how, odd)) = bytes.split_first() else { return };
    let (file, head, tail) = match how % 4 {
        0 => (odd.to_vec(), odd.len(), odd.len()),
        kind => {
            let odd = &odd[..odd.len().min(8192)];
            let head = plain_rows(kind, 0..60);
            let tail = plain_rows(kind, 60..80);
            let file = [PLAIN_HEADER.as_bytes(), &head, odd, &tail].concat();
            (file, PLAIN_HEADER.len() + head.len(), tail.len())
        }
    };
    let head = &file[..head.min(LOOK_BYTES)];
    let Some(end) = memchr_last_line(head) else { return };
    // What is seen of the beginning of a real file are hundreds of rows; of a handful the last one tells too much.
    if head.iter().filter(|byte| **byte == b'\n').count() < 30 {
        return;
    }
    let tail = &file[file.len() - tail.min(LOOK_BYTES)..];
    let Some(plain) = Plain::of(&head[..end], tail) else { return };
    let mut patient = 0;
    let ended = plain.read(&mut &*file, true, |_, _| patient += 1).expect("it is short");
    assert_eq!(ended, Ended::Whole, "a patient reader reads on");
    let mut read = Vec::new();
    let ended = plain.read(&mut &*file, false, |record, mend| read.push((owned(record), mend)));
    if ended.expect("it is short") == Ended::Surprised {
        return;
    }
    assert_eq!(read.len(), patient, "patience changes nothing where nothing is odd");
    let (text, _) = encoding::decode(file, None).expect("it is plain");
    let careful = Table::find(text, DialectHint::default()).expect("it holds rows");
    // Lines of totals and comments are told apart by the layout only; the words of a plan do it in a plain file.
    let mut records = Vec::new();
    careful.each(|aside, record, mend| {
        if !matches!(aside, Some(Aside::Blank | Aside::Title | Aside::Footer | Aside::OtherTable)) {
            records.push((owned(record), mend));
        }
    });
    assert_eq!(Some(&plain.header), careful.header().as_ref());
    let differing = (0..read.len().max(records.len())).find(|at| read.get(*at) != records.get(*at));
    if let Some(at) = differing {
        panic!("record {at}: plain {:?}, careful {:?}, {:?}", read.get(at), records.get(at), careful.layout.aside);
    }
}

const PLAIN_HEADER: &str = "id,company,note,created,amount\n";

fn plain_rows(kind: u8, rows: std::ops::Range<usize>) -> Vec<u8> {
    let mut text = String::new();
    for n in rows {
        let note = match kind {
            1 => "\"text, with\n lines\"",
            2 => "said \"\"so\"\"",
            _ => "plain",
        };
        let day = n % 28 + 1;
        let note = if note.starts_with("said") { format!("\"{note}\"") } else { note.to_owned() };
        writeln!(text, "{n},Company {n},{note},2026-01-{day:02},{n}.50").expect("it is a text");
    }
    text.into_bytes()
}

fn memchr_last_line(bytes: &[u8]) -> Option<usize> {
    bytes.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1)
}

/// Where a chunk of a plain file ends makes no difference to what is read. The first two bytes say where that is.
pub fn chunks(bytes: &[u8]) {
    const CHUNK: usize = 1 << 20;
    let [high, low, odd @ ..] = bytes else { return };
    let odd = &odd[..odd.len().min(16 * 1024)];
    let usual = [PLAIN_HEADER.as_bytes(), &plain_rows(3, 0..20)].concat();
    let plain = Plain::of(&usual, &usual).expect("it is plain");
    let back = usize::from(u16::from_be_bytes([*high, *low])) % (odd.len() + 2);
    let before = CHUNK - back;
    let mut file = PLAIN_HEADER.as_bytes().to_vec();
    let short = [&file[..], odd, &plain_rows(3, 0..5)].concat();
    // One long record, up to where the rest is to stand.
    let left = before - file.len() - b"1,,,,\n".len();
    file.extend_from_slice(format!("1,{},,,\n", "x".repeat(left)).as_bytes());
    file.extend_from_slice(odd);
    file.extend_from_slice(&plain_rows(3, 0..5));
    for patient in [false, true] {
        let read = |mut bytes: &[u8], skip: usize| {
            let (mut at, mut read) = (0, Vec::new());
            let ended = plain.read(&mut bytes, patient, |record, mend| {
                if at >= skip {
                    read.push((owned(record), mend));
                }
                at += 1;
            });
            (ended.expect("it is short"), read)
        };
        let ((ended, read_short), (also, read_long)) = (read(&short, 0), read(&file, 1));
        assert_eq!(ended, also, "patient: {patient}");
        // What was taken before a surprise is forgotten.
        assert!(
            ended == Ended::Surprised || read_short == read_long,
            "patient: {patient}\n{read_short:?}\n{read_long:?}"
        );
    }
}

/// Workbooks, as they are or as their members: lines `=== name` part what is then packed without compression.
pub fn workbooks(bytes: &[u8]) {
    match bytes.strip_prefix(b"=== ") {
        Some(rest) => opened(&zip_of(rest)),
        None => opened(bytes),
    }
}

/// Parquet files.
pub fn parquet(bytes: &[u8]) {
    opened(bytes);
}

/// Packed files, archives, JSON and pages; members as for [`workbooks`].
pub fn archives(bytes: &[u8]) {
    workbooks(bytes);
}

/// Limits that a file of a few KiB can meet.
fn small_limits() -> Limits {
    Limits {
        read: 1 << 20,
        inflated: 4 << 20,
        ratio: 200,
        workbook_cell: 1_000,
        cell: 1 << 14,
        columns: 300,
        rows: 5_000,
        archives: 3,
        values: 16,
        members: 100,
    }
}

fn opened(bytes: &[u8]) {
    let limits = small_limits();
    let once = container::open(bytes.to_vec(), &limits);
    match &once {
        Ok(opened) => holds(opened, &limits),
        Err(refusal) => assert!(!refusal.to_string().is_empty()),
    }
    let again: Result<Opened, Refusal> = container::open(bytes.to_vec(), &limits);
    assert_eq!(once, again, "the same when it is opened again");
}

/// What comes out of a container keeps to the limits, and text made of cells is standard CSV.
fn holds(opened: &Opened, limits: &Limits) {
    assert!(opened.parts.len() <= limits.members);
    let (mut size, mut rows) = (0, 0);
    for part in &opened.parts {
        assert!(!part.name.contains(|letter: char| letter.is_ascii_control()), "{:?}", part.name);
        part.notes.iter().for_each(|note| assert!(!note.to_string().is_empty()));
        let Content::Csv(text) = &part.content else { continue };
        size += text.len() as u64;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for record in reader.records() {
            let record = record.expect("it is UTF-8");
            rows += 1;
            assert!(record.len() <= limits.columns, "{} columns", record.len());
            assert!(
                record.iter().all(|cell| cell.len() <= limits.cell.max(4 * limits.workbook_cell)),
                "a cell too long"
            );
            writer.write_record(&record).expect("into memory");
        }
        let written = String::from_utf8(writer.into_inner().expect("into memory")).expect("it was UTF-8");
        // A mark at the beginning is a cell's own text here, and the `csv` crate drops it.
        assert!(text.starts_with('\u{feff}') || *text == written, "standard CSV: {text:?} {written:?}");
        cells_stay(text);
    }
    // Quotes come on top of what is counted, twice the text at most.
    assert!(size <= 2 * limits.inflated + 16 * limits.rows, "{size} bytes of text");
    assert!(rows <= limits.rows, "{rows} rows");
    opened.notes.iter().for_each(|note| assert!(!note.to_string().is_empty()));
}

/// A zip archive of members that are stored as they are.
fn zip_of(members: &[u8]) -> Vec<u8> {
    let mut zip = Vec::new();
    let mut directory = Vec::new();
    let mut count = 0_u16;
    let mut rest = members;
    while !rest.is_empty() {
        let name_end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let name = &rest[..name_end.min(200)];
        rest = rest.get(name_end + 1..).unwrap_or_default();
        let end = rest.windows(5).position(|window| window == b"\n=== ").unwrap_or(rest.len());
        let content = &rest[..end];
        rest = rest.get(end + 5..).unwrap_or_default();
        let sizes = [crc_of(content), content.len() as u32, content.len() as u32];
        let offset = zip.len() as u32;
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        sizes.iter().for_each(|size| common.extend_from_slice(&size.to_le_bytes()));
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        zip.extend_from_slice(b"PK\x03\x04");
        zip.extend_from_slice(&common);
        zip.extend_from_slice(name);
        zip.extend_from_slice(content);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name);
        count = count.wrapping_add(1);
    }
    let start = zip.len() as u32;
    let size = directory.len() as u32;
    zip.extend_from_slice(&directory);
    zip.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    [count, count].iter().for_each(|count| zip.extend_from_slice(&count.to_le_bytes()));
    [size, start].iter().for_each(|number| zip.extend_from_slice(&number.to_le_bytes()));
    zip.extend_from_slice(&[0, 0]);
    zip
}

fn crc_of(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// A column of dates, a line a cell: what is decided is what is read, and parts add up.
pub fn dates(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let cells: Vec<&str> = text.split('\n').collect();
    let census_of = |cells: &[&str]| {
        let mut census = DateCensus::default();
        cells.iter().for_each(|cell| census.feed(cell));
        census
    };
    let whole = census_of(&cells);
    let (first, second) = cells.split_at(cells.len() / 2);
    let mut parts = census_of(first);
    parts.merge(&census_of(second));
    assert_eq!(whole, parts, "parts add up");
    let filled: Vec<&str> = cells.iter().copied().filter(|cell| !missing::is_missing(cell)).collect();
    let zones = [Zone::utc(), Zone::named("America/St_Johns").expect("it is known")];
    for preferred in [None, Some(DayOrder::DayFirst), Some(DayOrder::MonthFirst)] {
        let decision = whole.decide(preferred);
        assert!(!decision.format_label.is_empty());
        assert_eq!(decision.values, filled.len() as u64);
        let read = |zone: &Zone| filled.iter().filter(|cell| reads_date(&decision.column, cell, zone)).count() as u64;
        for zone in &zones {
            assert_eq!(decision.values - read(zone), decision.unreadable, "what is counted is what is read");
        }
    }
}

fn reads_date(column: &DateColumn, cell: &str, zone: &Zone) -> bool {
    let Some(moment) = column.read(cell, zone) else { return false };
    let (year, month, day) = moment.day_in(zone).ymd();
    assert!((1970..=2101).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day), "{cell:?}");
    assert_eq!(moment.instant().is_none(), matches!(moment, Moment::Date(_)));
    true
}

/// A column of numbers, a line a cell: what is decided is what is read, and parts add up.
pub fn numbers(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let cells: Vec<&str> = text.split('\n').collect();
    let census_of = |cells: &[&str]| {
        let mut census = NumberCensus::default();
        cells.iter().for_each(|cell| census.feed(cell));
        census
    };
    let whole = census_of(&cells);
    let (first, second) = cells.split_at(cells.len() / 2);
    let mut parts = census_of(first);
    parts.merge(&census_of(second));
    assert_eq!(whole, parts, "parts add up");
    let filled: Vec<&str> = cells.iter().copied().filter(|cell| !missing::is_missing(cell)).collect();
    for preferred in [None, Some(DecimalMark::Point), Some(DecimalMark::Comma)] {
        let decision = whole.decide(preferred);
        assert_eq!(decision.values, filled.len() as u64);
        let read = filled.iter().filter(|cell| reads_number(decision.column, cell)).count() as u64;
        assert_eq!(decision.values - read, decision.unreadable, "what is counted is what is read");
    }
}

fn reads_number(column: NumberColumn, cell: &str) -> bool {
    let decimal = column.read_decimal(cell);
    if let Some(count) = column.read_count(cell) {
        assert!(count.unsigned_abs() <= LARGEST_COUNT.unsigned_abs(), "{cell:?}");
        // In a column of percentages a bare number is a count and no decimal.
        assert!(decimal.is_none_or(|decimal| decimal == count as f64), "{cell:?}");
    }
    for (digits, unit) in [(0, 1.0), (2, 100.0), (3, 1_000.0)] {
        let Some(minor) = column.read_minor(cell, digits) else { continue };
        assert!(minor.unsigned_abs() <= LARGEST_MINOR.unsigned_abs(), "{cell:?}");
        let Some(exact) = decimal.map(|decimal| decimal * unit) else { continue };
        assert!((minor as f64 - exact).abs() <= 0.5 + exact.abs() * 1e-12, "{cell:?}: {minor} of {exact}");
    }
    assert!(decimal.is_none_or(f64::is_finite), "{cell:?}");
    decimal.is_some()
}

/// A project file of any text is read, or each problem names a line of it.
pub fn project_file(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let once = project::read(text, "casefile.toml");
    match &once {
        Ok(project) => assert!(format!("{project:?}").len() > 2),
        Err(error) => {
            assert!(!error.problems.is_empty());
            for problem in &error.problems {
                let lines = text.split('\n').count();
                assert!((1..=lines).contains(&problem.place.line), "line {} of {lines}", problem.place.line);
                assert!(problem.place.before + problem.place.width <= 2 * 100, "{problem:?}");
                let shown = problem.to_string();
                let is_clean = |letter: char| letter == '\n' || !letter.is_control();
                assert!(shown.chars().all(is_clean), "control characters reach the terminal: {shown:?}");
            }
        }
    }
    assert_eq!(format!("{once:?}"), format!("{:?}", project::read(text, "casefile.toml")));
    for keys in [&["report", "title"][..], &["input", "0", "columns", "lead_id"], &["slices", "x"], &[]] {
        let problem = project::problem_at(text, "casefile.toml", keys, "what", "word", &["words", "sword"]);
        assert!(!problem.to_string().is_empty());
    }
}

fn rows_of(table: &Table) -> Vec<Row> {
    let mut rows = Vec::new();
    table.each(|aside, record, mend| rows.push((aside, owned(record), mend)));
    rows
}

fn owned(record: &Record) -> Vec<String> {
    record.texts().map(str::to_owned).collect()
}

/// A table as `normalize` writes it.
fn written(table: &Table) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    if let Some(header) = table.header() {
        writer.write_record(&header).expect("into memory");
    }
    table.each_record(|record| writer.write_record(record.iter()).expect("into memory"));
    writer.into_inner().expect("into memory")
}
