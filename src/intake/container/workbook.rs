//! What all workbooks share: which of the sheets are read. Takes the list of sheets and a way to read one, gives the
//! parts and notes; how a sheet is stored is left to each format.

use super::limits::Budget;
use super::note::Note;
use super::refusal::Refusal;
use super::sheet::Sheet;
use super::xml::{Piece, Xml};
use super::{Content, Opened, Part};

/// Letters kept of a sheet's name. Spreadsheets allow 31.
const NAME_LETTERS: usize = 255;

/// A sheet by its entry in the workbook.
pub(super) struct Entry {
    name: String,
    state: State,
}

/// Whether a sheet is for the reader of the workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It has a tab.
    Visible,
    /// It was put away, by hand or for good.
    Hidden,
    /// It holds a chart, a dialog or macros.
    NoTable,
}

impl Entry {
    /// A sheet and its state.
    pub(super) fn new(name: &str, state: State) -> Entry {
        Entry { name: name.chars().take(NAME_LETTERS).collect(), state }
    }
}

/// Reads the visible sheets; if none of them holds data, the hidden ones.
pub(super) fn read_sheets<'a>(
    entries: &'a [Entry],
    budget: &'a Budget<'a>,
    mut fill: impl FnMut(usize, &mut Sheet<'a>) -> Result<(), Refusal>,
) -> Result<Opened, Refusal> {
    let mut opened = Opened::default();
    for wanted in [State::Visible, State::Hidden] {
        let read = opened.parts.is_empty();
        for (place, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.state == wanted) {
            if wanted == State::Hidden {
                opened.notes.push(Note::HiddenSheet { sheet: entry.name.clone(), read });
            }
            if read {
                let mut sheet = Sheet::new(format!("sheet `{}`", entry.name), budget);
                fill(place, &mut sheet)?;
                opened.take(entry, sheet)?;
            }
        }
    }
    let others = entries.iter().filter(|entry| entry.state == State::NoTable);
    opened.notes.extend(others.map(|entry| Note::NoTable { sheet: entry.name.clone() }));
    match (opened.parts.is_empty(), entries.is_empty()) {
        (false, _) => Ok(opened),
        (true, false) => Err(Refusal::not_read("a workbook whose sheets are all empty")),
        (true, true) => Err(Refusal::not_read("a workbook without sheets")),
    }
}

/// Reads sheets that are in one document, each in an element of that name; `open` starts the document anew.
pub(super) fn read_document<'a>(
    entries: &'a [Entry],
    budget: &'a Budget<'a>,
    element: &str,
    open: impl Fn() -> Result<Xml<'a>, Refusal>,
    read: impl Fn(&mut Xml<'a>, &mut Sheet<'a>) -> Result<(), Refusal>,
) -> Result<Opened, Refusal> {
    let before = budget.inflated();
    let mut reading: Option<(Xml<'a>, usize)> = None;
    read_sheets(entries, budget, |wanted, sheet| {
        let (mut xml, mut next) = match reading.take() {
            Some((xml, next)) if next <= wanted => (xml, next),
            _ => {
                budget.restore(before);
                (open()?, 0)
            }
        };
        while next <= wanted {
            go_to_sheet(&mut xml, element)?;
            next += 1;
        }
        read(&mut xml, sheet)?;
        reading = Some((xml, next));
        Ok(())
    })
}

/// Up to the start of the next sheet, past what is left of the last.
fn go_to_sheet(xml: &mut Xml<'_>, element: &str) -> Result<(), Refusal> {
    loop {
        match xml.next()? {
            Piece::Start(tag) if tag.name() == element => return Ok(()),
            Piece::Done => return Err(Refusal::damaged("the workbook lost a sheet")),
            _ => {}
        }
    }
}

impl Opened {
    fn take(&mut self, entry: &Entry, sheet: Sheet<'_>) -> Result<(), Refusal> {
        match sheet.finish()? {
            (Some(text), notes) => {
                self.parts.push(Part { name: entry.name.clone(), content: Content::Csv(text), notes });
            }
            (None, notes) => {
                self.notes.push(Note::EmptySheet { sheet: entry.name.clone() });
                self.notes.extend(notes);
            }
        }
        Ok(())
    }
}
