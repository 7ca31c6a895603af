//! Workbooks of Excel since 2007 (XLSX, XLSM). Takes the zip archive, gives one part a sheet. Our own reader, because
//! no crate streams cells out of a part whose size is limited while it unpacks, and for CSV text little is needed:
//! the list of sheets here, the shared texts, the formats of numbers, the cells.

mod cells;
mod strings;
mod styles;

use std::collections::BTreeMap;

use super::Opened;
use super::limits::Budget;
use super::refusal::Refusal;
use super::shared_texts::SharedTexts;
use super::value::Calendar;
use super::workbook::{self, Entry, State};
use super::xml::{Piece, Tag, Xml};
use super::zip::{Archive, Member};
use styles::Styles;

/// Where Excel and nearly everyone else keeps the list of sheets.
const USUAL_PLACE: &str = "xl/workbook.xml";

/// What the cells of every sheet refer to.
struct Book {
    strings: SharedTexts,
    styles: Styles,
    calendar: Calendar,
}

/// A sheet in the list, not yet found.
struct Listed {
    name: String,
    relation: String,
    hidden: bool,
}

/// Where a relation leads, and to what kind of part.
struct Relation {
    kind: String,
    target: String,
}

/// Whether the archive is such a workbook. Its list of sheets may be in any folder, or have been lost.
pub(super) fn is_workbook(archive: &Archive<'_>) -> bool {
    let is_list = |name: &str| name.rsplit('/').next() == Some("workbook.xml");
    let is_sheet = |name: &str| name.starts_with("xl/worksheets/") && name.ends_with(".xml");
    archive.member("[Content_Types].xml").is_some()
        && archive.members.iter().any(|member| is_list(&member.name) || is_sheet(&member.name))
}

/// Reads the sheets.
pub(super) fn open(archive: &Archive<'_>, budget: &Budget<'_>) -> Result<Opened, Refusal> {
    let place = match archive.member(USUAL_PLACE) {
        Some(_) => USUAL_PLACE.to_owned(),
        None => main_part(archive, budget)?,
    };
    let (listed, calendar) = list(xml_of(archive, &place, budget)?, budget)?;
    let relations = relations_of(archive, &place, budget)?;
    let book = Book {
        strings: part_of_kind(archive, &relations, "/sharedStrings", budget, strings::read)?,
        styles: part_of_kind(archive, &relations, "/styles", budget, Styles::read)?,
        calendar,
    };
    let entries: Vec<Entry> = listed.iter().map(|sheet| entry(sheet, &relations)).collect();
    workbook::read_sheets(&entries, budget, |place, sheet| {
        let listed = &listed[place];
        let part = relations.get(&listed.relation).and_then(|relation| archive.member(&relation.target));
        let part =
            part.ok_or_else(|| Refusal::damaged(format!("sheet `{}` has no part in the workbook", listed.name)))?;
        cells::read(xml(part, budget)?, &book, sheet)
    })
}

fn entry(listed: &Listed, relations: &BTreeMap<String, Relation>) -> Entry {
    let kind = relations.get(&listed.relation).map_or("/worksheet", |relation| &relation.kind);
    let state = match listed.hidden {
        _ if !kind.ends_with("/worksheet") => State::NoTable,
        true => State::Hidden,
        false => State::Visible,
    };
    Entry::new(&listed.name, state)
}

/// The sheets in their order, and the calendar of the workbook.
fn list(mut xml: Xml<'_>, budget: &Budget<'_>) -> Result<(Vec<Listed>, Calendar), Refusal> {
    let (mut listed, mut calendar) = (Vec::new(), Calendar::From1900);
    loop {
        match xml.next()? {
            Piece::Start(tag) if tag.name() == "sheet" => {
                budget.member("the workbook")?;
                listed.push(listed_sheet(&tag));
            }
            Piece::Start(tag) if tag.name() == "workbookPr" => calendar = calendar_of(&tag),
            Piece::Done => return Ok((listed, calendar)),
            _ => {}
        }
    }
}

fn calendar_of(tag: &Tag<'_>) -> Calendar {
    match tag.attribute("date1904").as_deref() {
        Some("1" | "true") => Calendar::From1904,
        _ => Calendar::From1900,
    }
}

fn listed_sheet(tag: &Tag<'_>) -> Listed {
    Listed {
        name: tag.attribute("name").unwrap_or_default(),
        relation: tag.attribute("id").unwrap_or_default(),
        hidden: tag.attribute("state").is_some_and(|state| state != "visible"),
    }
}

fn relations_of(
    archive: &Archive<'_>,
    place: &str,
    budget: &Budget<'_>,
) -> Result<BTreeMap<String, Relation>, Refusal> {
    let (folder, file) = place.rsplit_once('/').unwrap_or(("", place));
    let part = format!("{folder}/_rels/{file}.rels");
    let mut xml = xml_of(archive, part.trim_start_matches('/'), budget)?;
    let mut relations = BTreeMap::new();
    loop {
        match xml.next()? {
            Piece::Start(tag) if tag.name() == "Relationship" => {
                budget.member("the workbook")?;
                let target = resolved(folder, &tag.attribute("Target").unwrap_or_default());
                let kind = tag.attribute("Type").unwrap_or_default();
                relations.insert(tag.attribute("Id").unwrap_or_default(), Relation { kind, target });
            }
            Piece::Done => return Ok(relations),
            _ => {}
        }
    }
}

/// The part that the archive names as its main one.
fn main_part(archive: &Archive<'_>, budget: &Budget<'_>) -> Result<String, Refusal> {
    let relations = relations_of(archive, "", budget)?;
    let main = relations.into_values().find(|relation| relation.kind.ends_with("/officeDocument"));
    main.map(|relation| relation.target).ok_or_else(|| Refusal::damaged("the workbook has no list of sheets"))
}

/// A target as the name of a member: from the root, or from the folder of the part that names it.
fn resolved(folder: &str, target: &str) -> String {
    let (from, target) = target.strip_prefix('/').map_or((folder, target), |target| ("", target));
    let mut steps: Vec<&str> = from.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split(['/', '\\']) {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// A part that a workbook may do without.
fn part_of_kind<T: Default>(
    archive: &Archive<'_>,
    relations: &BTreeMap<String, Relation>,
    kind: &str,
    budget: &Budget<'_>,
    read: impl FnOnce(Xml<'_>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let relation = relations.values().find(|relation| relation.kind.ends_with(kind));
    match relation.and_then(|relation| archive.member(&relation.target)) {
        Some(part) => read(xml(part, budget)?),
        None => Ok(T::default()),
    }
}

fn xml_of<'a>(archive: &'a Archive<'a>, part: &str, budget: &'a Budget<'a>) -> Result<Xml<'a>, Refusal> {
    let member = archive.member(part).ok_or_else(|| Refusal::damaged(format!("the workbook lacks `{part}`")))?;
    xml(member, budget)
}

fn xml<'a>(member: &'a Member<'a>, budget: &'a Budget<'a>) -> Result<Xml<'a>, Refusal> {
    Ok(Xml::new(Box::new(member.open()?), &member.name, budget))
}

#[cfg(test)]
mod tests {
    use super::super::Content;
    use super::super::limits::Limits;
    use super::super::note::Note;
    use super::super::zip::tests::zip_of;
    use super::*;

    const ROW: &str = "<row r='1'><c r='A1' t='s'><v>0</v></c></row>";
    const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='yyyy\\-mm\\-dd hh:mm'/></numFmts>\
        <cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='46'/></cellXfs></styleSheet>";
    const STRINGS: &str =
        "<sst><si><t>Lead</t></si><si><r><t>rich </t></r><r><t>text</t></r><rPh><t>no</t></rPh></si></sst>";

    /// A workbook with the sheets `(name, attributes, rows)`.
    fn workbook(properties: &str, sheets: &[(&str, &str, &str)]) -> Vec<u8> {
        let mut list = String::new();
        let mut relations = "<Relationship Id='s' Type='t/styles' Target='styles.xml'/>\
            <Relationship Id='t' Type='t/sharedStrings' Target='/xl/sharedStrings.xml'/>"
            .to_owned();
        let mut parts = Vec::new();
        for (place, (name, attributes, rows)) in sheets.iter().enumerate() {
            list += &format!("<sheet name='{name}' r:id='r{place}' {attributes}/>");
            relations += &format!("<Relationship Id='r{place}' Type='t/worksheet' Target='worksheets/{place}.xml'/>");
            let xml = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
            parts.push((format!("xl/worksheets/{place}.xml"), xml));
        }
        parts.push((USUAL_PLACE.to_owned(), format!("<workbook>{properties}<sheets>{list}</sheets></workbook>")));
        parts.push(("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{relations}</Relationships>")));
        parts.push(("[Content_Types].xml".to_owned(), "<Types/>".to_owned()));
        parts.push(("xl/styles.xml".to_owned(), STYLES.to_owned()));
        parts.push(("xl/sharedStrings.xml".to_owned(), STRINGS.to_owned()));
        let members: Vec<(&str, &[u8])> = parts.iter().map(|(name, xml)| (name.as_str(), xml.as_bytes())).collect();
        zip_of(&members)
    }

    fn read(properties: &str, sheets: &[(&str, &str, &str)]) -> Result<Opened, Refusal> {
        let bytes = workbook(properties, sheets);
        let limits = Limits::default();
        let budget = Budget::new(&limits, bytes.len() as u64);
        open(&Archive::read(&bytes, &budget)?, &budget)
    }

    fn csv(opened: &Opened) -> &str {
        match &opened.parts[0].content {
            Content::Csv(text) => text,
            Content::Bytes(_) => panic!("a sheet is text"),
        }
    }

    #[test]
    fn every_kind_of_cell_has_its_text() {
        let rows = "<row r='1'><c r='A1' t='s'><v>1</v></c><c r='C1' s='1'><v>45631.5</v></c><c r='D1' s='2'><v>1.25</v>\
            </c></row><row r='5' hidden='1'><c t='b'><v>1</v></c><c t='e'><v>#DIV/0!</v></c><c><f>A1</f><v>7.0</v></c>\
            <c><f>A1</f></c><c t='inlineStr'><is><t>a &amp; _x0041_</t></is></c></row>";
        let opened = read("", &[("L", "", rows)]).unwrap();
        assert_eq!(csv(&opened), "rich text,,2024-12-05 12:00:00,30:00:00\ntrue,#DIV/0!,7,,a & A\n");
        let notes: Vec<String> = opened.parts[0].notes.iter().map(Note::to_string).collect();
        let expected = ["formulas saved without a result, left empty: 1, at D5", "cells that hold an error: 1, at B5"];
        assert_eq!(notes, expected);
    }

    #[test]
    fn the_calendar_of_1904_is_honoured() {
        let rows = "<row><c s='1'><v>44169</v></c><c s='1'><v>1e300</v></c></row>";
        let opened = read("<workbookPr date1904='1'/>", &[("L", "", rows)]).unwrap();
        assert_eq!(csv(&opened), "2024-12-05 00:00:00,1E300\n");
        assert_eq!(opened.parts[0].notes[0].to_string(), "dates outside the calendar, kept as numbers: 1, at B1");
    }

    #[test]
    fn hidden_sheets_are_read_only_where_no_other_holds_data() {
        let opened = read("", &[("H", "state='veryHidden'", ROW), ("E", "", ""), ("V", "", ROW)]).unwrap();
        assert_eq!(opened.parts.len(), 1);
        assert_eq!(opened.parts[0].name, "V");
        assert_eq!(opened.notes.len(), 2);
        let opened = read("", &[("H", "state='hidden'", ROW), ("E", "", "")]).unwrap();
        assert_eq!(opened.parts[0].name, "H");
    }

    #[test]
    fn cells_outside_the_sheet_are_named() {
        let refused = |rows| read("", &[("L", "", rows)]).unwrap_err().to_string();
        let far = refused("<row r='1'><c r='ZZZZZZZ1'><v>1</v></c></row>");
        assert_eq!(far, "damaged: sheet `L`: a cell `ZZZZZZZ1` in row 1");
        assert_eq!(refused("<row r='4294967297'/>"), "damaged: sheet `L`: row 4294967297 after row 0");
        let wrong = refused("<row r='1'><c r='B1' t='s'><v>-1</v></c></row>");
        assert_eq!(wrong, "damaged: sheet `L`: cell B1 points to shared text `-1` of 2");
        assert!(refused("<!DOCTYPE x [<!ENTITY a 'b'>]><row/>").contains("document type"));
    }
}
