//! Workbooks of Excel 97 to 2003 (XLS). Takes the OLE file, gives one part a sheet. Our own reader of the records
//! (BIFF8, MS-XLS), as crates store a sheet as a grid when they open it, and two far cells then fill the memory.

mod cells;
mod records;
mod strings;

use std::collections::BTreeMap;

use super::Opened;
use super::limits::Budget;
use super::ole::Ole;
use super::refusal::Refusal;
use super::shared_texts::SharedTexts;
use super::value::{self, Calendar, Shown};
use super::workbook::{self, Entry, State};
use records::{Record, Records, kind};

const BIFF8: u16 = 0x0600;
const SAVE_AS_XLSX: &str = "save it as XLSX";

/// What the cells of every sheet refer to.
struct Book {
    strings: SharedTexts,
    styles: Vec<Shown>,
    calendar: Calendar,
}

/// Reads the sheets, or says what else the file is.
pub(super) fn open(bytes: &[u8], budget: &Budget<'_>) -> Result<Opened, Refusal> {
    let ole = Ole::read(bytes)?;
    let has = |name| ole.has(name);
    match () {
        () if has("EncryptedPackage") || has("EncryptionInfo") => {
            Err(Refusal::Encrypted { what: "the workbook".to_owned() })
        }
        () if has("Workbook") => open_workbook(&ole.stream("Workbook")?, budget),
        () if has("Book") => Err(Refusal::not_read_until("a workbook of Excel 5 or 95", SAVE_AS_XLSX)),
        () if has("WordDocument") => Err(Refusal::not_read("a Word document")),
        () if has("PowerPoint Document") => Err(Refusal::not_read("a PowerPoint presentation")),
        () => Err(Refusal::not_read("an OLE file without a workbook")),
    }
}

fn open_workbook(stream: &[u8], budget: &Budget<'_>) -> Result<Opened, Refusal> {
    let (entries, starts, book) = globals(stream, budget)?;
    workbook::read_sheets(&entries, budget, |place, sheet| {
        let lost = || Refusal::damaged(format!("{} begins outside the workbook", sheet.what()));
        let from = stream.get(starts[place]..).ok_or_else(lost)?;
        cells::read(Records::new(from), &book, sheet)
    })
}

/// The first records: the list of sheets with where they start, and what they share.
fn globals(stream: &[u8], budget: &Budget<'_>) -> Result<(Vec<Entry>, Vec<usize>, Book), Refusal> {
    let (mut entries, mut starts) = (Vec::new(), Vec::new());
    let (mut formats, mut style_ids) = (BTreeMap::new(), Vec::new());
    let mut book = Book { strings: SharedTexts::default(), styles: Vec::new(), calendar: Calendar::From1900 };
    let mut records = Records::new(stream);
    check_version(records.next())?;
    while let Some(record) = records.next().transpose()? {
        match record.kind {
            kind::FILE_PASS => return Err(Refusal::Encrypted { what: "the workbook".to_owned() }),
            kind::DATE_MODE if record.u16(0)? == 1 => book.calendar = Calendar::From1904,
            kind::BOUND_SHEET => {
                budget.member("the workbook")?;
                entries.push(entry(&record)?);
                starts.push(record.u32(0)? as usize);
            }
            kind::FORMAT => {
                formats.insert(record.u16(0)?, value::shown_by(&record.long_text(2)?));
            }
            kind::STYLE => style_ids.push(record.u16(2)?),
            kind::SHARED_STRINGS => book.strings = strings::read(&record)?,
            kind::END => break,
            _ => {}
        }
    }
    let shown = |id: u16| formats.get(&id).copied().unwrap_or_else(|| value::shown_by_id(id));
    book.styles = style_ids.into_iter().map(shown).collect();
    Ok((entries, starts, book))
}

fn check_version(first: Option<Result<Record<'_>, Refusal>>) -> Result<(), Refusal> {
    let first = first.transpose()?.filter(|record| record.kind == kind::BEGIN);
    let first = first.ok_or_else(|| Refusal::damaged("the workbook does not begin as one"))?;
    match first.u16(0)? {
        BIFF8 => Ok(()),
        _ => Err(Refusal::not_read_until("a workbook of Excel 5 or 95", SAVE_AS_XLSX)),
    }
}

fn entry(record: &Record<'_>) -> Result<Entry, Refusal> {
    let state = match (record.u8(5)?, record.u8(4)? & 3) {
        (0, 0) => State::Visible,
        (0, _) => State::Hidden,
        _ => State::NoTable,
    };
    Ok(Entry::new(&record.short_text(6)?, state))
}

#[cfg(test)]
mod tests {
    use super::super::Content;
    use super::super::limits::Limits;
    use super::super::ole::tests::ole_of;
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
    }

    fn cell(kind: u16, row: u16, column: u16, style: u16, rest: &[u8]) -> Vec<u8> {
        let place = [row, column, style].map(u16::to_le_bytes).concat();
        record(kind, &[&place, rest].concat())
    }

    fn begin() -> Vec<u8> {
        record(kind::BEGIN, &[0, 6, 5, 0])
    }

    /// A workbook of one sheet; `more` is among the first records.
    fn workbook(more: &[u8], cells: &[Vec<u8>]) -> Vec<u8> {
        let styles = [record(kind::STYLE, &[0; 20]), record(kind::STYLE, &[0, 0, 14, 0])].concat();
        let texts = record(kind::SHARED_STRINGS, b"\x01\0\0\0\x01\0\0\0\x02\0\0id");
        let globals = |start: usize| {
            let listed = [&(start as u32).to_le_bytes()[..], b"\0\0\x01\0L"].concat();
            let listed = record(kind::BOUND_SHEET, &listed);
            [begin(), more.to_vec(), listed, styles.clone(), texts.clone(), record(kind::END, &[])].concat()
        };
        let start = globals(0).len();
        [globals(start), begin(), cells.concat(), record(kind::END, &[])].concat()
    }

    fn read(stream: &[u8]) -> Result<Opened, Refusal> {
        let limits = Limits::default();
        let bytes = ole_of("Workbook", stream);
        open(&bytes, &Budget::new(&limits, bytes.len() as u64))
    }

    #[test]
    fn cells_of_every_kind_are_read_without_a_grid() {
        let cells = [
            cell(kind::SHARED_LABEL, 0, 0, 0, &[0, 0, 0, 0]),
            cell(kind::NUMBER, 0, 1, 1, &45_631.0_f64.to_le_bytes()),
            cell(kind::SHORT_NUMBER, 1, 0, 0, &((7_u32 << 2) | 2).to_le_bytes()),
            cell(kind::FORMULA, 1, 1, 0, &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0]),
            record(kind::FORMULA_TEXT, b"\x01\0\0x"),
            cell(kind::TRUTH_OR_ERROR, 65_535, 255, 0, &[7, 1]),
        ];
        let opened = read(&workbook(&[], &cells)).unwrap();
        let far = format!("{}#DIV/0!", ",".repeat(255));
        assert_eq!(opened.parts[0].content, Content::Csv(format!("id,2024-12-05\n7,x\n{far}\n")));
    }

    #[test]
    fn a_password_and_a_wrong_place_are_reported() {
        let locked = workbook(&record(kind::FILE_PASS, &[0; 6]), &[]);
        assert!(matches!(read(&locked), Err(Refusal::Encrypted { .. })));
        let lost = workbook(&[], &[cell(kind::SHARED_LABEL, 2, 1, 0, &[9, 0, 0, 0])]);
        assert_eq!(read(&lost).unwrap_err().to_string(), "damaged: sheet `L`: cell B3 points to shared text 9 of 1");
    }
}
