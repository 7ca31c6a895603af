//! Spreadsheets of OpenDocument (ODS). Takes the zip archive, gives one part a sheet. Our own reader, as cells and
//! rows that repeat a million times (every sheet ends with them) must cost nothing while they are empty.

use std::collections::BTreeSet;

use super::Opened;
use super::limits::Budget;
use super::refusal::Refusal;
use super::sheet::Sheet;
use super::value;
use super::workbook::{self, Entry, State};
use super::xml::{Piece, Tag, Xml};
use super::zip::Archive;

const CONTENT: &str = "content.xml";
const MANIFEST: &str = "META-INF/manifest.xml";
const SPREADSHEET: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
/// More bytes than a cell may have characters, so that the cut is still seen to be one.
const LONGEST_VALUE: usize = 4 * 32_768 + 4;

/// The media type that an OpenDocument file names in its first member.
pub(super) fn media_type(archive: &Archive<'_>, budget: &Budget<'_>) -> Option<Vec<u8>> {
    let named = archive.member("mimetype")?.read(budget).ok()?;
    named.starts_with(b"application/vnd.oasis.opendocument.").then_some(named)
}

/// Whether the media type is that of a spreadsheet, or of a template for one.
pub(super) fn is_spreadsheet(media_type: &[u8]) -> bool {
    media_type.starts_with(SPREADSHEET)
}

/// Reads the sheets.
pub(super) fn open(archive: &Archive<'_>, budget: &Budget<'_>) -> Result<Opened, Refusal> {
    if is_encrypted(archive, budget)? {
        return Err(Refusal::Encrypted { what: "the spreadsheet".to_owned() });
    }
    // The same part is read more than once, first for the list of sheets: that is no more to unpack.
    let before = budget.inflated();
    let entries = list(content(archive, budget)?, budget)?;
    budget.restore(before);
    let open = || content(archive, budget);
    workbook::read_document(&entries, budget, "table", open, read_table)
}

fn is_encrypted(archive: &Archive<'_>, budget: &Budget<'_>) -> Result<bool, Refusal> {
    if archive.member("encrypted-package").is_some() {
        return Ok(true);
    }
    let Some(manifest) = archive.member(MANIFEST) else { return Ok(false) };
    let mut xml = Xml::new(Box::new(manifest.open()?), MANIFEST, budget);
    loop {
        match xml.next()? {
            Piece::Start(tag) if tag.name() == "encryption-data" => return Ok(true),
            Piece::Done => return Ok(false),
            _ => {}
        }
    }
}

fn content<'a>(archive: &'a Archive<'a>, budget: &'a Budget<'a>) -> Result<Xml<'a>, Refusal> {
    let member = archive.member(CONTENT).ok_or_else(|| Refusal::damaged("the spreadsheet lacks `content.xml`"))?;
    Ok(Xml::new(Box::new(member.open()?), CONTENT, budget))
}

/// The sheets in their order. A sheet is hidden by its style, and the styles come before the sheets.
fn list(mut xml: Xml<'_>, budget: &Budget<'_>) -> Result<Vec<Entry>, Refusal> {
    let mut hiding = BTreeSet::new();
    let mut style = String::new();
    let mut entries = Vec::new();
    let mut inside = 0_usize;
    loop {
        match xml.next()? {
            Piece::Start(tag) => match tag.name() {
                "style" => style = tag.attribute("name").unwrap_or_default(),
                "table-properties" if tag.attribute("display").as_deref() == Some("false") => {
                    budget.member(CONTENT)?;
                    hiding.insert(std::mem::take(&mut style));
                }
                "table" => {
                    if inside == 0 {
                        budget.member(CONTENT)?;
                        entries.push(entry(&tag, &hiding));
                    }
                    inside += 1;
                }
                _ => {}
            },
            Piece::End(tag) if tag.name() == "table" => inside = inside.saturating_sub(1),
            Piece::Done => return Ok(entries),
            _ => {}
        }
    }
}

fn entry(table: &Tag<'_>, hiding: &BTreeSet<String>) -> Entry {
    let hidden = table.attribute("style-name").is_some_and(|style| hiding.contains(&style));
    let state = if hidden { State::Hidden } else { State::Visible };
    Entry::new(&table.attribute("name").unwrap_or_default(), state)
}

/// Reads to the end of the sheet.
fn read_table(xml: &mut Xml<'_>, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
    let mut place = Place::default();
    let mut cell: Option<Cell> = None;
    // Comments and tables inside a cell are none of its text.
    let mut aside = 0_usize;
    loop {
        match xml.next()? {
            Piece::Start(tag) if aside > 0 || matches!(tag.name(), "annotation" | "table" | "shapes") => aside += 1,
            Piece::Start(tag) => match (tag.name(), &mut cell) {
                ("table-row", _) => place.start_row(&tag),
                ("table-cell" | "covered-table-cell", _) => cell = Some(Cell::of(&tag)),
                (name, Some(cell)) => cell.inner_element(name, &tag),
                _ => {}
            },
            Piece::End(_) if aside > 0 => aside -= 1,
            Piece::Text(text) if aside == 0 => {
                if let Some(cell) = &mut cell {
                    cell.push(&text);
                }
            }
            Piece::End(tag) => match tag.name() {
                "table-cell" | "covered-table-cell" => {
                    if let Some(cell) = cell.take() {
                        place.put(&cell, sheet)?;
                    }
                }
                "p" => cell.iter_mut().for_each(|cell| cell.in_paragraph = false),
                "table-row" => place.end_row(sheet)?,
                "table" => return Ok(()),
                _ => {}
            },
            Piece::Done => return Ok(()),
            _ => {}
        }
    }
}

/// Where in the sheet the reading is.
#[derive(Default)]
struct Place {
    /// Rows passed.
    above: u64,
    /// How often the current row occurs.
    times: u64,
    column: usize,
    filled: bool,
}

impl Place {
    fn start_row(&mut self, tag: &Tag<'_>) {
        self.times = repeated(tag, "number-rows-repeated");
        (self.column, self.filled) = (0, false);
    }

    fn put(&mut self, cell: &Cell, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
        let after = self.column.saturating_add(usize::try_from(cell.times).unwrap_or(usize::MAX));
        if cell.is_filled() {
            if !self.filled {
                sheet.start_row(self.above + 1)?;
                self.filled = true;
            }
            for column in self.column..after {
                cell.put(column, sheet)?;
            }
        }
        self.column = after;
        Ok(())
    }

    fn end_row(&mut self, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
        if self.filled {
            sheet.repeat_row(self.times)?;
        }
        self.above = self.above.saturating_add(self.times);
        Ok(())
    }
}

/// A cell between its tags.
#[derive(Default)]
struct Cell {
    times: u64,
    kind: String,
    is_error: bool,
    value: Option<String>,
    has_formula: bool,
    text: String,
    paragraphs: usize,
    in_paragraph: bool,
}

impl Cell {
    fn of(tag: &Tag<'_>) -> Cell {
        let mut cell = Cell { times: repeated(tag, "number-columns-repeated"), ..Cell::default() };
        for (name, value) in tag.attributes() {
            match name {
                // LibreOffice repeats this in a namespace of its own, where it can also say `error`.
                "value-type" if value == "error" => cell.is_error = true,
                "value-type" => cell.kind = value.into_owned(),
                "value" | "date-value" | "time-value" | "boolean-value" | "string-value" => {
                    cell.value = Some(value.into_owned());
                }
                "formula" => cell.has_formula = true,
                _ => {}
            }
        }
        cell
    }

    fn inner_element(&mut self, name: &str, tag: &Tag<'_>) {
        match name {
            "p" => {
                if self.paragraphs > 0 {
                    self.text.push('\n');
                }
                self.paragraphs += 1;
                self.in_paragraph = true;
            }
            "s" => {
                let count = tag.attribute("c").and_then(|count| count.parse().ok()).unwrap_or(1);
                self.push(&" ".repeat(LONGEST_VALUE.min(count)));
            }
            "tab" => self.push("\t"),
            "line-break" => self.push("\n"),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if self.in_paragraph && self.text.len() < LONGEST_VALUE {
            self.text.push_str(text);
        }
    }

    fn is_filled(&self) -> bool {
        self.value.is_some() || !self.text.is_empty() || self.has_formula
    }

    fn put(&self, column: usize, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
        let value = self.value.as_deref();
        match (self.kind.as_str(), value) {
            _ if self.is_error => sheet.error(column, &self.text),
            ("float" | "percentage" | "currency", Some(raw)) => {
                sheet.text(column, value::number_as_written(raw).as_deref().unwrap_or(raw))
            }
            ("date", Some(raw)) => sheet.text(column, &value::iso_as_written(raw)),
            ("time", Some(raw)) => sheet.text(column, clock_of(raw).as_deref().unwrap_or(raw)),
            ("boolean", Some(raw)) => sheet.text(column, raw),
            (_, Some(text)) => sheet.text(column, text),
            ("", None) if self.has_formula && self.text.is_empty() => {
                sheet.formula_without_result(column);
                Ok(())
            }
            (_, None) if is_error_text(&self.text) && self.has_formula => sheet.error(column, &self.text),
            (_, None) => sheet.text(column, &self.text),
        }
    }
}

fn is_error_text(text: &str) -> bool {
    text.starts_with("#") || text.starts_with("Err:")
}

/// How often something occurs; once without a word.
fn repeated(tag: &Tag<'_>, attribute: &str) -> u64 {
    tag.attribute(attribute).and_then(|times| times.parse().ok()).filter(|times| *times > 0).unwrap_or(1)
}

/// `PT08H30M00.5S` as `08:30:00`.
fn clock_of(raw: &str) -> Option<String> {
    let (sign, rest) = raw.strip_prefix('-').map_or((1, raw), |rest| (-1, rest));
    let mut rest = rest.strip_prefix("PT")?;
    let mut seconds = 0_i64;
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_alphabetic()) {
        let unit = match rest.as_bytes()[at] {
            b'H' => 3_600,
            b'M' => 60,
            b'S' => 1,
            _ => return None,
        };
        let whole: i64 = rest[..at].split(['.', ',']).next()?.parse().ok()?;
        seconds = seconds.checked_add(whole.checked_mul(unit)?)?;
        rest = &rest[at + 1..];
    }
    Some(value::clock(sign * seconds))
}

#[cfg(test)]
mod tests {
    use super::super::Content;
    use super::super::limits::Limits;
    use super::super::zip::tests::zip_of;
    use super::*;

    fn read(tables: &str) -> Result<Opened, Refusal> {
        let content = format!(
            "<office:document-content><office:automatic-styles><style:style style:name='h'><style:table-properties \
             table:display='false'/></style:style></office:automatic-styles><office:body><office:spreadsheet>{tables}\
             </office:spreadsheet></office:body></office:document-content>"
        );
        let bytes = zip_of(&[("mimetype", SPREADSHEET), (CONTENT, content.as_bytes())]);
        let limits = Limits::default();
        let budget = Budget::new(&limits, bytes.len() as u64);
        open(&Archive::read(&bytes, &budget).unwrap(), &budget)
    }

    #[test]
    fn values_come_from_the_attributes_and_text_from_paragraphs() {
        let opened = read(
            "<table:table table:name='L'><table:table-row><table:table-cell><text:p>id<text:s text:c='2'/>x</text:p>\
             <text:p>two &amp; more</text:p><office:annotation><text:p>no</text:p></office:annotation></table:table-cell>\
             <table:table-cell office:value-type='float' office:value='5.0'><text:p>5,00 €</text:p></table:table-cell>\
             <table:table-cell office:value-type='date' office:date-value='2026-01-05T08:15:00'/>\
             <table:table-cell office:value-type='time' office:time-value='PT08H30M00S'/>\
             <table:table-cell office:value-type='boolean' office:boolean-value='true'/></table:table-row></table:table>",
        );
        let csv = "\"id  x\ntwo & more\",5,2026-01-05 08:15:00,08:30:00,true\n";
        assert_eq!(opened.unwrap().parts[0].content, Content::Csv(csv.to_owned()));
    }

    #[test]
    fn empty_repeats_cost_nothing_and_filled_ones_are_written() {
        let opened = read(
            "<table:table table:name='L'><table:table-row table:number-rows-repeated='2'><table:table-cell \
             table:number-columns-repeated='2'><text:p>a</text:p></table:table-cell><table:table-cell \
             table:number-columns-repeated='4294967295'/></table:table-row><table:table-row \
             table:number-rows-repeated='4294967295'><table:table-cell/></table:table-row></table:table>",
        );
        assert_eq!(opened.unwrap().parts[0].content, Content::Csv("a,a\na,a\n".to_owned()));
    }

    #[test]
    fn a_hidden_sheet_is_named_and_left_alone() {
        let row = "<table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>";
        let opened = read(&format!(
            "<table:table table:name='H' table:style-name='h'>{row}</table:table><table:table table:name='V'>{row}</table:table>"
        ));
        let opened = opened.unwrap();
        assert_eq!(opened.parts.len(), 1);
        assert_eq!(opened.notes[0].to_string(), "sheet `H` is hidden and not read");
    }
}
