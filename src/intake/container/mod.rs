//! Containers: whatever wraps a table. Takes the bytes of a file, gives its parts as text: standard CSV written here
//! for workbooks, Parquet and JSON, and bytes as they are for delimited text in packed files and archives. Every
//! limit is held while things unpack. Encoding and dialect of text, and what a table means, are left to the reader.

mod format;
mod html;
mod inflate;
mod json;
mod limits;
mod markup;
mod note;
mod ods;
mod ole;
mod parquet;
mod refusal;
mod shared_texts;
mod sheet;
mod spreadsheet_xml;
mod table;
mod value;
mod workbook;
mod xls;
mod xlsx;
mod xml;
mod zip;

pub use format::{Format, format_of};
pub use limits::{Bound, Limits};
pub use note::{Counted, Note};
pub use parquet::{Nested, nested};
pub use refusal::Refusal;

use super::non_tables;
use limits::Budget;
use zip::Archive;

/// One table of a file, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name below the file: `Lead.csv`, `Sheet 1`, `inner.zip/Lead.csv`; empty for the file itself.
    pub name: String,
    /// The text.
    pub content: Content,
    /// What was left out or changed in it.
    pub notes: Vec<Note>,
}

/// The text of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Delimited text as it was found, in whatever encoding and dialect.
    Bytes(Vec<u8>),
    /// Standard CSV written by us: UTF-8, comma, LF, doubled quotes. Rows may differ in length.
    Csv(String),
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// The tables, at least one.
    pub parts: Vec<Part>,
    /// What belongs to no part: sheets and members that were left alone.
    pub notes: Vec<Note>,
}

/// Opens a file, and the archives inside it.
///
/// # Errors
/// Where nothing in it can be read, or a limit is met. A member that is no table is noted, and ends nothing.
pub fn open(bytes: Vec<u8>, limits: &Limits) -> Result<Opened, Refusal> {
    let size = bytes.len() as u64;
    if size > limits.read {
        return Err(Refusal::too_large("the file", Bound::Read(limits.read)));
    }
    open_at(bytes, 0, &Budget::new(limits, size))
}

/// `depth` archives are around these bytes.
fn open_at(bytes: Vec<u8>, depth: usize, budget: &Budget<'_>) -> Result<Opened, Refusal> {
    let bytes = markup::as_utf8(bytes);
    match format_of(&bytes) {
        Format::Text if bytes.is_empty() => Err(Refusal::not_read("an empty file")),
        Format::Text => Ok(one(Content::Bytes(bytes), Vec::new())),
        Format::Gzip => open_at(inflate::gzip(&bytes, budget)?, deeper(depth, budget)?, budget),
        Format::Zstd => open_at(inflate::zstd(&bytes, budget)?, deeper(depth, budget)?, budget),
        Format::Zip => open_zip(&bytes, depth, budget),
        Format::Ole => xls::open(&bytes, budget),
        Format::Parquet => parquet::open(bytes, budget).map(|(text, notes)| one(Content::Csv(text), notes)),
        Format::Json if json::is_our_own(&bytes) => Err(Refusal::not_read(refusal::OUR_OWN)),
        Format::Json => json::open(&bytes, budget).map(|(text, notes)| one(Content::Csv(text), notes)),
        Format::Html => html::open(&bytes, budget).map(|(text, notes)| one(Content::Csv(text), notes)),
        Format::SpreadsheetXml => spreadsheet_xml::open(&bytes, budget),
        Format::Refused(what) => Err(Refusal::not_read(what)),
        Format::Foreign(what, mend) => Err(Refusal::not_read_until(what, mend)),
    }
}

fn one(content: Content, notes: Vec<Note>) -> Opened {
    Opened { parts: vec![Part { name: String::new(), content, notes }], notes: Vec::new() }
}

fn deeper(depth: usize, budget: &Budget<'_>) -> Result<usize, Refusal> {
    match depth < budget.limits.archives {
        true => Ok(depth + 1),
        false => Err(Refusal::too_large("the archive", Bound::Archives(budget.limits.archives as u64))),
    }
}

/// A zip archive may be a workbook or a document under another name.
fn open_zip(bytes: &[u8], depth: usize, budget: &Budget<'_>) -> Result<Opened, Refusal> {
    let archive = Archive::read(bytes, budget)?;
    let media_type = ods::media_type(&archive, budget);
    let workbook = match (&media_type, document_in(&archive)) {
        _ if xlsx::is_workbook(&archive) => xlsx::open(&archive, budget),
        (Some(named), _) if ods::is_spreadsheet(named) => ods::open(&archive, budget),
        (Some(_), _) => Err(Refusal::not_read("an OpenDocument file that is no spreadsheet")),
        (None, Some(refusal)) => Err(refusal),
        (None, None) => return open_members(archive, deeper(depth, budget)?, budget),
    };
    let mut opened = workbook?;
    opened.notes.extend(archive.notes);
    Ok(opened)
}

/// Documents and workbooks of other kinds are zip archives, too.
fn document_in(archive: &Archive<'_>) -> Option<Refusal> {
    let has = |name| archive.member(name).is_some();
    match () {
        () if has("xl/workbook.bin") => Some(Refusal::not_read_until("a binary workbook (XLSB)", "save it as XLSX")),
        () if has("word/document.xml") => Some(Refusal::not_read("a Word document")),
        () if has("ppt/presentation.xml") => Some(Refusal::not_read("a PowerPoint presentation")),
        () if has("Index/Document.iwa") => Some(Refusal::not_read("an Apple Numbers or Pages document")),
        () => None,
    }
}

fn open_members(archive: Archive<'_>, depth: usize, budget: &Budget<'_>) -> Result<Opened, Refusal> {
    let mut opened = Opened { parts: Vec::new(), notes: archive.notes };
    let mut first_refusal = None;
    for member in archive.members.iter().filter(|member| !member.is_folder) {
        if let Some(reason) = member.reason_to_skip() {
            opened.leave_out(&member.name, reason.to_owned(), true);
            continue;
        }
        match member.read(budget).and_then(|bytes| open_at(bytes, depth, budget)) {
            Ok(inner) => opened.add(&member.name, inner),
            Err(refusal) if refusal.ends_all() => return Err(refusal),
            Err(refusal) => {
                let is_no_table = refusal.is_no_table() || non_tables::reason(&member.name, None).is_some();
                opened.leave_out(&member.name, refusal.to_string(), is_no_table);
                first_refusal.get_or_insert(refusal);
            }
        }
    }
    match opened.parts.is_empty() {
        true => Err(first_refusal.unwrap_or_else(|| Refusal::not_read("an empty zip archive"))),
        false => Ok(opened),
    }
}

impl Opened {
    /// Takes what a member holds, under its name.
    fn add(&mut self, member: &str, inner: Opened) {
        let below = |name: &str| if name.is_empty() { member.to_owned() } else { format!("{member}/{name}") };
        self.parts.extend(inner.parts.into_iter().map(|part| Part { name: below(&part.name), ..part }));
        self.notes.extend(inner.notes.into_iter().map(|note| note.below(member)));
    }

    fn leave_out(&mut self, member: &str, reason: String, is_no_table: bool) {
        self.notes.push(Note::MemberLeftOut { member: member.to_owned(), reason, is_no_table });
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::zip::tests::zip_of;
    use super::*;

    fn gzip_of(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn opened(bytes: Vec<u8>) -> Result<Opened, Refusal> {
        open(bytes, &Limits::default())
    }

    #[test]
    fn archives_open_inside_archives_up_to_the_limit() {
        let lead = b"id,name\n1,x\n";
        let inner = zip_of(&[("Lead.csv", lead), ("__MACOSX/._Lead.csv", b"x"), ("x.pdf", b"%PDF-1")]);
        let outer = zip_of(&[("inner.zip", &inner), ("leads.csv.gz", &gzip_of(lead))]);
        let both = opened(outer.clone()).unwrap();
        let names: Vec<&str> = both.parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["inner.zip/Lead.csv", "leads.csv.gz"]);
        assert_eq!(both.notes.len(), 2);
        assert_eq!(both.notes[1].to_string(), "`inner.zip/x.pdf` is left out: a PDF is not read");
        let deepest = opened(gzip_of(&gzip_of(&outer))).unwrap_err();
        assert_eq!(deepest.to_string(), "the archive is over the limit of 3 archives inside each other");
    }

    #[test]
    fn a_bomb_is_met_before_it_is_kept() {
        let bomb = opened(gzip_of(&vec![b'0'; 100 << 20])).unwrap_err();
        assert_eq!(bomb.to_string(), "the gzip file is over the limit of 200 times the size of the file");
        assert!(opened(gzip_of(&vec![b'0'; 1 << 20])).is_ok());
    }

    #[test]
    fn a_gzip_file_cut_short_gives_no_rows() {
        let whole = gzip_of(b"id,name\n1,x\n");
        assert!(matches!(opened(whole[..whole.len() - 4].to_vec()), Err(Refusal::Damaged { .. })));
        let two = [whole.clone(), whole].concat();
        let content = Content::Bytes(b"id,name\n1,x\nid,name\n1,x\n".to_vec());
        assert_eq!(opened(two).unwrap().parts[0].content, content);
    }

    #[test]
    fn what_is_no_table_is_named() {
        let refused = |bytes: &[u8]| opened(bytes.to_vec()).unwrap_err().to_string();
        assert_eq!(refused(b""), "an empty file is not read");
        assert_eq!(refused(b"%PDF-1.7"), "a PDF is not read");
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n";
        assert_eq!(refused(pointer), "a pointer to a file kept elsewhere (git-lfs) is not read");
        let word = zip_of(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<x/>")]);
        assert_eq!(refused(&word), "a Word document is not read");
    }

    #[test]
    fn json_in_utf_16_is_read_and_text_in_it_is_left_alone() {
        let wide = |text: &str| {
            let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            [&[0xFF, 0xFE][..], &units].concat()
        };
        let json = opened(wide("[{\"a\": \"é\"}]")).unwrap();
        assert_eq!(json.parts[0].content, Content::Csv("a\né\n".to_owned()));
        let text = wide("id\tname\n");
        assert_eq!(opened(text.clone()).unwrap().parts[0].content, Content::Bytes(text));
    }
}
