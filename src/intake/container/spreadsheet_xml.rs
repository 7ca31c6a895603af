//! Workbooks in the XML of Excel 2003 (SpreadsheetML), which some programs still write under the name `.xls`. Takes
//! the bytes as UTF-8, gives one part a sheet. Dates are stored as dates.

use super::Opened;
use super::limits::Budget;
use super::refusal::Refusal;
use super::sheet::Sheet;
use super::value;
use super::workbook::{self, Entry, State};
use super::xml::{Piece, Tag, Xml};

const PART: &str = "the XML workbook";
/// More bytes than a cell may have characters, so that the cut is still seen to be one.
const LONGEST_VALUE: usize = 4 * 32_768 + 4;

/// Reads the sheets.
pub(super) fn open(bytes: &[u8], budget: &Budget<'_>) -> Result<Opened, Refusal> {
    // A mark at the start is none of the document.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let before = budget.inflated();
    let entries = list(Xml::new(Box::new(bytes), PART, budget), budget)?;
    budget.restore(before);
    workbook::read_document(&entries, budget, "Worksheet", || Ok(Xml::new(Box::new(bytes), PART, budget)), read)
}

/// The sheets in their order. Whether one is hidden comes after its cells.
fn list(mut xml: Xml<'_>, budget: &Budget<'_>) -> Result<Vec<Entry>, Refusal> {
    let mut entries = Vec::new();
    let (mut name, mut state, mut in_state) = (String::new(), State::Visible, false);
    loop {
        match xml.next()? {
            Piece::Start(tag) if tag.name() == "Worksheet" => {
                name = tag.attribute("Name").unwrap_or_default();
                state = State::Visible;
            }
            Piece::Start(tag) if tag.name() == "Visible" => in_state = true,
            Piece::Text(text) if in_state && text.ends_with("Hidden") => state = State::Hidden,
            Piece::End(tag) => {
                in_state = false;
                if tag.name() == "Worksheet" {
                    budget.member(PART)?;
                    entries.push(Entry::new(&name, state));
                }
            }
            Piece::Done => return Ok(entries),
            _ => {}
        }
    }
}

/// A cell between its tags.
#[derive(Default)]
struct Cell {
    column: usize,
    across: usize,
    kind: String,
    value: String,
    has_formula: bool,
}

/// Reads to the end of the sheet.
fn read(xml: &mut Xml<'_>, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
    let mut cell = Cell::default();
    let (mut row, mut column, mut in_value, mut in_comment) = (0, 0, false, false);
    loop {
        match xml.next()? {
            Piece::Start(tag) => match tag.name() {
                "Row" => {
                    row = index(&tag, "Index").unwrap_or(row + 1);
                    column = 0;
                    sheet.start_row(row as u64)?;
                }
                "Cell" => cell = Cell::of(&tag, column),
                "Comment" => in_comment = true,
                "Data" if !in_comment => {
                    in_value = true;
                    cell.kind = tag.attribute("Type").unwrap_or_default();
                }
                _ => {}
            },
            Piece::Text(text) if in_value && cell.value.len() < LONGEST_VALUE => cell.value.push_str(&text),
            Piece::End(tag) => match tag.name() {
                "Data" => in_value = false,
                "Comment" => in_comment = false,
                "Cell" => {
                    column = cell.column.saturating_add(1 + cell.across);
                    cell.put(sheet)?;
                }
                "Worksheet" => return Ok(()),
                _ => {}
            },
            Piece::Done => return Ok(()),
            _ => {}
        }
    }
}

impl Cell {
    fn of(tag: &Tag<'_>, next_column: usize) -> Cell {
        Cell {
            column: index(tag, "Index").map_or(next_column, |index| index - 1),
            across: index(tag, "MergeAcross").unwrap_or(0),
            has_formula: tag.attribute("Formula").is_some(),
            ..Cell::default()
        }
    }

    fn put(&self, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
        let value = self.value.as_str();
        match self.kind.as_str() {
            _ if value.is_empty() => {
                if self.has_formula && self.kind != "String" {
                    sheet.formula_without_result(self.column);
                }
                Ok(())
            }
            "Number" => sheet.text(self.column, value::number_as_written(value).as_deref().unwrap_or(value)),
            "DateTime" => sheet.text(self.column, &value::iso_as_written(value)),
            "Boolean" => sheet.text(self.column, if value == "1" { "true" } else { "false" }),
            "Error" => sheet.error(self.column, value),
            _ => sheet.text(self.column, value),
        }
    }
}

/// A count in an attribute; those here begin with 1.
fn index(tag: &Tag<'_>, attribute: &str) -> Option<usize> {
    tag.attribute(attribute)?.parse().ok().filter(|index| *index > 0)
}

#[cfg(test)]
mod tests {
    use super::super::Content;
    use super::super::limits::Limits;
    use super::*;

    #[test]
    fn cells_come_by_their_index_and_kind() {
        let text = "<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet' \
            xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'><Worksheet ss:Name='L'><Table><Row><Cell><Data \
            ss:Type='String'>id</Data><Comment><Data>no</Data></Comment></Cell><Cell ss:Index='3'><Data ss:Type='Number'>\
            1.50</Data></Cell></Row><Row ss:Index='4'><Cell ss:MergeAcross='1'><Data ss:Type='DateTime'>\
            2026-01-05T08:15:00.000</Data></Cell><Cell><Data ss:Type='Boolean'>1</Data></Cell></Row></Table></Worksheet>\
            <Worksheet ss:Name='H'><Table/><WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>\
            </Workbook>";
        let limits = Limits::default();
        let opened = open(text.as_bytes(), &Budget::new(&limits, text.len() as u64)).unwrap();
        assert_eq!(opened.parts[0].content, Content::Csv("id,,1.5\n2026-01-05 08:15:00,,true\n".to_owned()));
        assert_eq!(opened.notes[0].to_string(), "sheet `H` is hidden and not read");
    }
}
