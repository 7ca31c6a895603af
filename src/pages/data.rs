//! The data page: every file and how it was read, every row accounted for, what did not parse, what is not mapped, and
//! what the exports cannot answer. Takes the account, gives a page a consultant can defend the report with.

use super::Account;
use super::model::{Block, Cell, CellTone, Column, Note, NoteLevel, Page, Section, Table};
use super::parts;
use super::view::View;
use crate::calendar::Period;
use crate::chart::ChartError;
use crate::find;
use crate::find::Report;
use crate::find::gaps::Gap;
use crate::find::measure::Measure;
use crate::privacy::people::WITHHELD;
use crate::privacy::{mask, shape};
use crate::record::{ColumnReport, FileReport};
use crate::words::{self, numbers, say};

/// A column with more words outside the vocabulary than this holds no vocabulary.
const VOCABULARY: usize = 30;

/// The page.
pub fn page(view: &View<'_>, account: &Account<'_>) -> Result<Page, ChartError> {
    let report = view.report;
    let mut page = view.frame("data");
    let count = |measure: &'static Measure| {
        let figure = report.figures.whole(measure, Period::All).and_then(|figure| figure.whole_value());
        figure.and_then(|value| u64::try_from(value).ok()).unwrap_or_default()
    };
    let finding = say!(
        "data-finding",
        rows = count(&find::quality::ROWS_READ),
        files = account.files.len(),
        used = count(&find::quality::ROWS_USED),
        set_aside = count(&find::quality::ROWS_SET_ASIDE),
    );
    let left = match account.skipped.len() {
        0 => say!("data-finding.all-read"),
        files => say!("data-finding.left-out", files = files),
    };
    page.finding = format!("{finding} {left}");
    page.sections = vec![
        section("known", say!("data-known"), notices(report, account)),
        section("gaps", say!("data-gaps"), gaps(report)),
        section("files", say!("data-files-read"), vec![Block::Table(files(account))]),
        section("left-out", say!("data-files-not-used"), left_out(account)),
        section("set-aside", say!("data-set-aside"), set_aside(report)),
        section("unreadable", say!("data-unreadable"), unreadable(account)),
        section("unmapped", say!("data-unmapped"), unmapped(account)),
        section("columns", say!("data-columns"), columns(account)),
        section("inputs", say!("data-fingerprints"), vec![Block::Table(hashes(account))]),
    ];
    Ok(view.finish(page))
}

fn section(id: &str, title: String, blocks: Vec<Block>) -> Section {
    Section { id: id.to_owned(), title, blocks }
}

fn table(id: &str, caption: String, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Table {
    Table { id: id.to_owned(), caption, columns, rows, csv: Some(format!("data/{id}.csv")), note: None }
}

fn number(value: u64) -> Cell {
    Cell::number(numbers::count(value))
}

fn notices(report: &Report, account: &Account<'_>) -> Vec<Block> {
    let mut notes: Vec<Note> = (report.notices.iter())
        .map(|notice| {
            let (title, text) = words::notices::notice(notice);
            let href = Some(format!("{}.html", notice.page())).filter(|_| notice.page() != "data");
            Note { level: NoteLevel::Warning, title, text, href }
        })
        .collect();
    notes.extend(withheld(account));
    notes.extend(by_sense(account));
    notes.extend(written_in_several_ways(account));
    notes.extend(of_the_tools(account));
    if notes.is_empty() { Vec::new() } else { vec![Block::Notes { notes }] }
}

/// Texts that held names of persons.
fn withheld(account: &Account<'_>) -> Option<Note> {
    (account.withheld > 0).then(|| {
        let text = say!("data-withheld.text", texts = account.withheld, mark = WITHHELD);
        parts::note(NoteLevel::Info, say!("data-withheld"), text)
    })
}

/// Tables that no preset knows and that were read all the same.
fn by_sense<'a>(account: &'a Account<'_>) -> impl Iterator<Item = Note> + use<'a> {
    let sensed = account.files.iter().filter(|file| file.columns.iter().any(|column| column.sensed.is_some()));
    sensed.map(|file| {
        let columns = file
            .columns
            .iter()
            .filter_map(|column| Some(format!("{}: {}", column.field, mask(column.sensed.as_ref()?))));
        let text = say!("data-by-sense.text", columns = columns.collect::<Vec<_>>().join("; "));
        parts::note(NoteLevel::Warning, say!("data-by-sense", file = mask(&file.name)), text)
    })
}

/// Columns whose dates or numbers are not all written in one way.
fn written_in_several_ways<'a>(account: &'a Account<'_>) -> impl Iterator<Item = Note> + use<'a> {
    every_column(account).filter_map(|(file, column)| {
        let mixed = column.mixed.as_ref()?;
        let (file, header) = (mask(&file.name), mask(&column.header));
        let (level, title) = match mixed.is_swapped {
            true => (NoteLevel::Warning, say!("data-mixed.swapped", file = file, column = header)),
            false => (NoteLevel::Info, say!("data-mixed", file = file, column = header)),
        };
        Some(parts::note(level, title, say!("data-mixed.text", ways = mixed.words(&column.format))))
    })
}

/// What is true of all exports of a tool or of one of its tables, each said once.
fn of_the_tools(account: &Account<'_>) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    for file in account.files {
        for text in &file.notes {
            if !notes.iter().any(|note| note.text == *text) {
                notes.push(parts::note(NoteLevel::Info, &file.title, text));
            }
        }
    }
    notes
}

fn gaps(report: &Report) -> Vec<Block> {
    if report.gaps.is_empty() {
        return vec![parts::prose(say!("data-gaps.none"))];
    }
    let row = |gap: &Gap| {
        let (missing, supply) = words::notices::gap(*gap);
        let missing = match gap {
            Gap::Leak(leak) => say!("data-not-answered.leak", leak = super::leak_words::words(*leak).title),
            _ => missing,
        };
        vec![Cell::head(missing), Cell::text(supply)]
    };
    let rows = report.gaps.iter().map(row);
    let columns = vec![Column::text(say!("data-not-answered.missing")), Column::text(say!("data-not-answered.supply"))];
    vec![Block::Table(table("not-answered", say!("data-not-answered"), columns, rows.collect()))]
}

fn files(account: &Account<'_>) -> Table {
    let row = |file: &FileReport| {
        let remarks = file.decoding.remarks().join("; ");
        let mut form = Cell::text(file.decoding.form());
        if !remarks.is_empty() {
            form = form.with_detail(mask(&remarks));
        }
        vec![
            Cell::head(mask(&file.name)),
            Cell::text(&file.title).with_detail(mask(&file.why)),
            form,
            number(file.rows_read),
            number(file.rows_used()),
            number(file.rows_set_aside()),
        ]
    };
    let columns = vec![
        Column::text(say!("data-file")),
        Column::text(say!("data-files-read.taken-for")),
        Column::text(say!("data-files-read.form")),
        Column::number(say!("data-files-read.rows")),
        Column::number(say!("data-files-read.used")),
        Column::number(say!("data-files-read.set-aside")),
    ];
    table("files-read", say!("data-files-read"), columns, account.files.iter().map(row).collect())
}

fn left_out(account: &Account<'_>) -> Vec<Block> {
    if account.skipped.is_empty() {
        return Vec::new();
    }
    let rows = account.skipped.iter().map(|skip| vec![Cell::head(mask(&skip.name)), Cell::text(mask(&skip.reason))]);
    let columns = vec![Column::text(say!("data-file")), Column::text(say!("data-files-not-used.why"))];
    vec![Block::Table(table("files-not-used", say!("data-files-not-used"), columns, rows.collect()))]
}

fn set_aside(report: &Report) -> Vec<Block> {
    let reasons = report.figures.members(&find::quality::SET_ASIDE, Period::All, "reason");
    if reasons.is_empty() {
        return vec![parts::prose(say!("data-set-aside.none"))];
    }
    let rows = reasons.into_iter().map(|(reason, figure)| {
        let rows = figure.whole_value().and_then(|rows| u64::try_from(rows).ok()).unwrap_or_default();
        vec![Cell::head(reason), number(rows)]
    });
    let columns = vec![Column::text(say!("data-set-aside.reason")), Column::number(say!("data-set-aside.rows"))];
    vec![Block::Table(table("rows-set-aside", say!("data-set-aside"), columns, rows.collect()))]
}

fn every_column<'a>(account: &Account<'a>) -> impl Iterator<Item = (&'a FileReport, &'a ColumnReport)> + use<'a> {
    account.files.iter().flat_map(|file| file.columns.iter().map(move |column| (file, column)))
}

fn unreadable(account: &Account<'_>) -> Vec<Block> {
    let row = |(file, column): (&FileReport, &ColumnReport)| {
        let example =
            |(row, text): &(u32, String)| say!("data-unreadable.example", row = row.to_string(), value = shape(text));
        let examples: Vec<String> = column.examples.iter().map(example).collect();
        // A column of addresses shows none of them, however broken.
        let is_address = column.field == "email";
        let examples = if is_address { say!("data-unreadable.not-shown") } else { examples.join("; ") };
        vec![
            Cell::head(mask(&file.name)),
            Cell::text(mask(&column.header)),
            Cell::text(&column.format),
            number(column.unreadable).with_detail(say!("data-unreadable.of", filled = column.filled)),
            Cell::text(examples),
        ]
    };
    let rows: Vec<Vec<Cell>> = every_column(account).filter(|(_, column)| column.unreadable > 0).map(row).collect();
    if rows.is_empty() {
        return vec![parts::prose(say!("data-unreadable.none"))];
    }
    let columns = vec![
        Column::text(say!("data-file")),
        Column::text(say!("data-column")),
        Column::text(say!("data-read-as")),
        Column::number(say!("data-unreadable.not-read")),
        Column::text(say!("data-unreadable.examples")),
    ];
    vec![Block::Table(table("values-not-read", say!("data-unreadable.table"), columns, rows))]
}

fn unmapped(account: &Account<'_>) -> Vec<Block> {
    let row = |(file, column): (&FileReport, &ColumnReport)| {
        let words: Vec<String> =
            column.unmapped.iter().map(|(word, rows)| format!("{} ({})", mask(word), numbers::count(*rows))).collect();
        // So many words are no vocabulary; they may be anything, names included.
        let shown =
            if words.len() > VOCABULARY { say!("data-unmapped.many", words = words.len()) } else { words.join(", ") };
        vec![Cell::head(mask(&file.name)), Cell::text(mask(&column.header)), Cell::text(shown)]
    };
    let rows: Vec<Vec<Cell>> =
        every_column(account).filter(|(_, column)| !column.unmapped.is_empty()).map(row).collect();
    if rows.is_empty() {
        return vec![parts::prose(say!("data-unmapped.none"))];
    }
    let columns = vec![
        Column::text(say!("data-file")),
        Column::text(say!("data-column")),
        Column::text(say!("data-unmapped.words")),
    ];
    vec![Block::Table(table("words-not-mapped", say!("data-unmapped.table"), columns, rows))]
}

fn columns(account: &Account<'_>) -> Vec<Block> {
    let row = |(file, column): (&FileReport, &ColumnReport)| {
        let mut format = Cell::text(&column.format);
        if column.ambiguous {
            format = format.with_detail(say!("data-columns.assumed")).with_tone(CellTone::Flag);
        } else if column.damaged_ids > 0 {
            let detail = say!("data-columns.damaged-ids", ids = column.damaged_ids);
            format = format.with_detail(detail).with_tone(CellTone::Flag);
        }
        vec![
            Cell::head(mask(&file.name)),
            Cell::text(mask(&column.header)),
            Cell::text(&column.field),
            format,
            number(column.filled),
        ]
    };
    let headings = vec![
        Column::text(say!("data-file")),
        Column::text(say!("data-column")),
        Column::text(say!("data-columns.became")),
        Column::text(say!("data-read-as")),
        Column::number(say!("data-columns.filled")),
    ];
    let used = table("columns-used", say!("data-columns.table"), headings, every_column(account).map(row).collect());
    let unused = account.files.iter().filter(|file| !file.unused.is_empty());
    let unused = unused.map(|file| {
        let headers: Vec<String> = file.unused.iter().map(|header| mask(header).into_owned()).collect();
        vec![Cell::head(mask(&file.name)), Cell::text(headers.join(", "))]
    });
    let unused: Vec<Vec<Cell>> = unused.collect();
    let mut blocks = vec![Block::Details { summary: say!("data-columns.summary"), table: used }];
    if !unused.is_empty() {
        let headings = vec![Column::text(say!("data-file")), Column::text(say!("data-columns-not-used"))];
        let table = table("columns-not-used", say!("data-columns-not-used"), headings, unused);
        blocks.push(Block::Details { summary: say!("data-columns-not-used"), table });
    }
    blocks
}

fn hashes(account: &Account<'_>) -> Table {
    let row = |file: &FileReport| vec![Cell::head(mask(&file.name)), number(file.bytes), Cell::text(&file.hash)];
    let columns = vec![
        Column::text(say!("data-file")),
        Column::number(say!("data-fingerprints.bytes")),
        Column::text(say!("data-fingerprints.hash")),
    ];
    table("fingerprints", say!("data-fingerprints.table"), columns, account.files.iter().map(row).collect())
}
