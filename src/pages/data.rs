//! The data page: every file and how it was read, every row accounted for, what did not parse, what is not mapped, and
//! what the exports cannot answer. Takes the account, gives a page a consultant can defend the report with.

use super::Account;
use super::model::{Block, Cell, CellTone, Column, Note, NoteLevel, Page, Section, Table};
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
use crate::words::{self, numbers};

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
    page.finding = format!(
        "{} read from {}: {} used, {} set aside with a reason. {}",
        numbers::plural(count(&find::quality::ROWS_READ), "row", "rows"),
        numbers::plural(account.files.len() as u64, "file", "files"),
        numbers::count(count(&find::quality::ROWS_USED)),
        numbers::count(count(&find::quality::ROWS_SET_ASIDE)),
        if account.skipped.is_empty() {
            "No file was left out.".to_owned()
        } else {
            format!(
                "{} left out; the reasons stand below.",
                numbers::plural(account.skipped.len() as u64, "file was", "files were")
            )
        }
    );
    page.sections = vec![
        section("known", "To know before reading the figures", notices(report, account)),
        section("gaps", "What could not be measured", gaps(report)),
        section("files", "Files read", vec![Block::Table(files(account))]),
        section("left-out", "Files not used", left_out(account)),
        section("set-aside", "Rows set aside, by reason", set_aside(report)),
        section("unreadable", "Values that could not be read", unreadable(account)),
        section("unmapped", "Words that are not mapped", unmapped(account)),
        section("columns", "What each column became", columns(account)),
        section("inputs", "Fingerprints of the files", vec![Block::Table(hashes(account))]),
    ];
    Ok(view.finish(page))
}

fn section(id: &str, title: &str, blocks: Vec<Block>) -> Section {
    Section { id: id.to_owned(), title: title.to_owned(), blocks }
}

fn table(id: &str, caption: &str, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Table {
    Table {
        id: id.to_owned(),
        caption: caption.to_owned(),
        columns,
        rows,
        csv: Some(format!("data/{id}.csv")),
        note: None,
    }
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
    let texts = numbers::plural(account.withheld, "text holds", "texts hold");
    (account.withheld > 0).then(|| Note {
        level: NoteLevel::Info,
        title: "Names of persons are withheld".to_owned(),
        text: format!(
            "{texts} the name of a person whom a column of names in the exports lists: a source, a campaign, a reason, a \
             file name, a header or the like. “{WITHHELD}” is shown in its place, with a number where several would read \
             alike. Names of companies stay where a slice is about companies, and owners where the project file shows them. \
             No figure changes by it."
        ),
        href: None,
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
        Note {
            level: NoteLevel::Warning,
            title: format!("{} was read by the sense of its columns", mask(&file.name)),
            text: format!(
                "{}. Confirm or change it under `[[input]]` in the project file.",
                columns.collect::<Vec<_>>().join("; ")
            ),
            href: None,
        }
    })
}

/// Columns whose dates or numbers are not all written in one way.
fn written_in_several_ways<'a>(account: &'a Account<'_>) -> impl Iterator<Item = Note> + use<'a> {
    every_column(account).filter_map(|(file, column)| {
        let mixed = column.mixed.as_ref()?;
        let what = if mixed.is_swapped { "may have day and month swapped" } else { "is written in more than one way" };
        Some(Note {
            level: if mixed.is_swapped { NoteLevel::Warning } else { NoteLevel::Info },
            title: format!("{}, column {}, {what}", mask(&file.name), mask(&column.header)),
            text: format!("It has {}.", mixed.words(&column.format)),
            href: None,
        })
    })
}

/// What is true of all exports of a tool or of one of its tables, each said once.
fn of_the_tools(account: &Account<'_>) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    for file in account.files {
        for text in &file.notes {
            if !notes.iter().any(|note| note.text == *text) {
                notes.push(Note { level: NoteLevel::Info, title: file.title.clone(), text: text.clone(), href: None });
            }
        }
    }
    notes
}

fn gaps(report: &Report) -> Vec<Block> {
    if report.gaps.is_empty() {
        return vec![Block::Prose { text: "Nothing: the exports hold what every measure needs.".to_owned() }];
    }
    let row = |gap: &Gap| {
        let (missing, supply) = words::notices::gap(*gap);
        let missing = match gap {
            Gap::Leak(leak) => format!("The leak “{}”", super::leak_words::words(*leak).title),
            _ => missing,
        };
        vec![Cell::head(missing), Cell::text(supply)]
    };
    let rows = report.gaps.iter().map(row);
    let columns = vec![Column::text("What is missing"), Column::text("What would supply it")];
    vec![Block::Table(table("not-answered", "What the exports cannot answer", columns, rows.collect()))]
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
        Column::text("File"),
        Column::text("Taken for"),
        Column::text("Form"),
        Column::number("Rows read"),
        Column::number("Used"),
        Column::number("Set aside"),
    ];
    table("files-read", "Files read", columns, account.files.iter().map(row).collect())
}

fn left_out(account: &Account<'_>) -> Vec<Block> {
    if account.skipped.is_empty() {
        return Vec::new();
    }
    let rows = account.skipped.iter().map(|skip| vec![Cell::head(mask(&skip.name)), Cell::text(mask(&skip.reason))]);
    let columns = vec![Column::text("File"), Column::text("Why")];
    vec![Block::Table(table("files-not-used", "Files not used", columns, rows.collect()))]
}

fn set_aside(report: &Report) -> Vec<Block> {
    let reasons = report.figures.members(&find::quality::SET_ASIDE, Period::All, "reason");
    if reasons.is_empty() {
        return vec![Block::Prose { text: "No row was set aside.".to_owned() }];
    }
    let rows = reasons.into_iter().map(|(reason, figure)| {
        let rows = figure.whole_value().and_then(|rows| u64::try_from(rows).ok()).unwrap_or_default();
        vec![Cell::head(reason), number(rows)]
    });
    let columns = vec![Column::text("Reason"), Column::number("Rows")];
    vec![Block::Table(table("rows-set-aside", "Rows set aside, by reason", columns, rows.collect()))]
}

fn every_column<'a>(account: &Account<'a>) -> impl Iterator<Item = (&'a FileReport, &'a ColumnReport)> + use<'a> {
    account.files.iter().flat_map(|file| file.columns.iter().map(move |column| (file, column)))
}

fn unreadable(account: &Account<'_>) -> Vec<Block> {
    let row = |(file, column): (&FileReport, &ColumnReport)| {
        let examples: Vec<String> =
            column.examples.iter().map(|(row, text)| format!("row {row}: {}", shape(text))).collect();
        // A column of addresses shows none of them, however broken.
        let is_address = column.field == "email";
        let examples = if is_address { "not shown".to_owned() } else { examples.join("; ") };
        vec![
            Cell::head(mask(&file.name)),
            Cell::text(mask(&column.header)),
            Cell::text(&column.format),
            number(column.unreadable).with_detail(format!("of {}", numbers::count(column.filled))),
            Cell::text(examples),
        ]
    };
    let rows: Vec<Vec<Cell>> = every_column(account).filter(|(_, column)| column.unreadable > 0).map(row).collect();
    if rows.is_empty() {
        return vec![Block::Prose { text: "Every value that is not blank was read.".to_owned() }];
    }
    let columns = vec![
        Column::text("File"),
        Column::text("Column"),
        Column::text("Read as"),
        Column::number("Not read"),
        Column::text("Examples"),
    ];
    vec![Block::Table(table("values-not-read", "Values that could not be read; their rows are kept", columns, rows))]
}

fn unmapped(account: &Account<'_>) -> Vec<Block> {
    let row = |(file, column): (&FileReport, &ColumnReport)| {
        let words: Vec<String> =
            column.unmapped.iter().map(|(word, rows)| format!("{} ({})", mask(word), numbers::count(*rows))).collect();
        // So many words are no vocabulary; they may be anything, names included.
        let shown =
            if words.len() > VOCABULARY { format!("{} different words", words.len()) } else { words.join(", ") };
        vec![Cell::head(mask(&file.name)), Cell::text(mask(&column.header)), Cell::text(shown)]
    };
    let rows: Vec<Vec<Cell>> =
        every_column(account).filter(|(_, column)| !column.unmapped.is_empty()).map(row).collect();
    if rows.is_empty() {
        return vec![Block::Prose { text: "Every word of every vocabulary is mapped.".to_owned() }];
    }
    let columns = vec![Column::text("File"), Column::text("Column"), Column::text("Words, with their rows")];
    let caption =
        "Words that no vocabulary knows: map them in the project file, under “values” of the rule for the file";
    vec![Block::Table(table("words-not-mapped", caption, columns, rows))]
}

fn columns(account: &Account<'_>) -> Vec<Block> {
    let row = |(file, column): (&FileReport, &ColumnReport)| {
        let mut format = Cell::text(&column.format);
        if column.ambiguous {
            format = format.with_detail("an assumption: no value decides it").with_tone(CellTone::Flag);
        } else if column.damaged_ids > 0 {
            let detail = format!("{} look damaged by a spreadsheet", numbers::plural(column.damaged_ids, "id", "ids"));
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
        Column::text("File"),
        Column::text("Column"),
        Column::text("Became"),
        Column::text("Read as"),
        Column::number("Filled"),
    ];
    let used = table("columns-used", "Columns used", headings, every_column(account).map(row).collect());
    let unused = account.files.iter().filter(|file| !file.unused.is_empty());
    let unused = unused.map(|file| {
        let headers: Vec<String> = file.unused.iter().map(|header| mask(header).into_owned()).collect();
        vec![Cell::head(mask(&file.name)), Cell::text(headers.join(", "))]
    });
    let unused: Vec<Vec<Cell>> = unused.collect();
    let mut blocks = vec![Block::Details { summary: "Columns used, file by file".to_owned(), table: used }];
    if !unused.is_empty() {
        let headings = vec![Column::text("File"), Column::text("Columns not used")];
        let table = table("columns-not-used", "Columns not used", headings, unused);
        blocks.push(Block::Details { summary: "Columns not used".to_owned(), table });
    }
    blocks
}

fn hashes(account: &Account<'_>) -> Table {
    let row = |file: &FileReport| vec![Cell::head(mask(&file.name)), number(file.bytes), Cell::text(&file.hash)];
    let columns = vec![Column::text("File"), Column::number("Bytes"), Column::text("BLAKE3")];
    table("fingerprints", "Size and BLAKE3 hash of every file read", columns, account.files.iter().map(row).collect())
}
