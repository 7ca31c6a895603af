//! Packs files for tests: gzip, zip archives, workbooks. By hand and as small as can be, so that a test can also pack
//! what no tool would.

use std::io::Write;

use flate2::{Compress, Compression, Crc, FlushCompress};

/// A member of an archive as it is stored.
pub struct Member {
    pub name: String,
    method: u16,
    crc: u32,
    packed: Vec<u8>,
    size: u64,
}

/// A member without compression.
pub fn stored(name: &str, content: &[u8]) -> Member {
    let mut crc = Crc::new();
    crc.update(content);
    Member { name: name.to_owned(), method: 0, crc: crc.sum(), packed: content.to_vec(), size: content.len() as u64 }
}

/// A member that inflates to a beginning, a block so many times, and an end. The block is packed once, so a member of
/// a gigabyte is made at once.
pub fn repeated(name: &str, begin: &[u8], block: &[u8], times: usize, end: &[u8]) -> Member {
    let mut crc = Crc::new();
    let mut packed = deflated(begin, FlushCompress::Full);
    crc.update(begin);
    let packed_block = deflated(block, FlushCompress::Full);
    for _ in 0..times {
        packed.extend_from_slice(&packed_block);
        crc.update(block);
    }
    packed.extend(deflated(end, FlushCompress::Finish));
    crc.update(end);
    let size = (begin.len() + block.len() * times + end.len()) as u64;
    Member { name: name.to_owned(), method: 8, crc: crc.sum(), packed, size }
}

fn deflated(bytes: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut packed = Vec::with_capacity(bytes.len() / 2 + 1024);
    Compress::new(Compression::best(), false).compress_vec(bytes, &mut packed, flush).unwrap();
    packed
}

/// A zip archive of these members.
pub fn zip(members: &[Member]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for member in members {
        let offset = u32::try_from(archive.len()).unwrap();
        let sizes = [u32::try_from(member.packed.len()).unwrap(), u32::try_from(member.size).unwrap()];
        let name = member.name.as_bytes();
        // Version, flags (names in UTF-8), method, time, date: the same in both places.
        let mut common: Vec<u8> = [20, 0x800, member.method, 0, 0x21].into_iter().flat_map(u16::to_le_bytes).collect();
        common.extend(member.crc.to_le_bytes());
        common.extend(sizes.into_iter().flat_map(u32::to_le_bytes));
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend([0; 2]);
        archive.extend(name);
        archive.extend(&member.packed);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 12]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name);
    }
    let begin = u32::try_from(archive.len()).unwrap();
    let count = u16::try_from(members.len()).unwrap();
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count, count].into_iter().flat_map(u16::to_le_bytes));
    archive.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    archive.extend(begin.to_le_bytes());
    archive.extend([0; 2]);
    archive
}

/// A gzip file of one member.
pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A sheet of a workbook.
pub struct Sheet {
    pub name: &'static str,
    /// `hidden`, `veryHidden`, or nothing for a visible one.
    pub state: &'static str,
    /// The XML of the sheet.
    pub xml: String,
}

/// A visible sheet whose `sheetData` is given.
pub fn sheet(name: &'static str, data: &str) -> Sheet {
    let xml = format!("{XML}<worksheet xmlns=\"{MAIN}\"><sheetData>{data}</sheetData></worksheet>");
    Sheet { name, state: "", xml }
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Rows of texts as `sheetData` holds them, texts in line.
pub fn cells<R: AsRef<[String]>>(rows: &[R]) -> String {
    let cell =
        |text: &String| format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", escaped(text));
    let row = |row: &R| format!("<row>{}</row>", row.as_ref().iter().map(cell).collect::<String>());
    rows.iter().map(row).collect()
}

/// Text between tags and in attributes.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\r', "&#13;")
}

/// The members of a workbook but for its sheets.
pub fn around(sheets: &[Sheet]) -> Vec<Member> {
    let mut list = String::new();
    let mut relations = String::new();
    for (at, sheet) in sheets.iter().enumerate() {
        let (name, number) = (escaped(sheet.name), at + 1);
        let state = if sheet.state.is_empty() { String::new() } else { format!(" state=\"{}\"", sheet.state) };
        list.push_str(&format!("<sheet name=\"{name}\" sheetId=\"{number}\"{state} r:id=\"r{number}\"/>"));
        let target = format!("worksheets/sheet{number}.xml");
        relations
            .push_str(&format!("<Relationship Id=\"r{number}\" Type=\"{OFFICE}/worksheet\" Target=\"{target}\"/>"));
    }
    let workbook = format!("{XML}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{list}</sheets></workbook>");
    let relations = format!("{XML}<Relationships xmlns=\"{PACKAGE}\">{relations}</Relationships>");
    let root = format!(
        "{XML}<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" Type=\"{OFFICE}/officeDocument\" \
         Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let types = format!(
        "{XML}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default \
         Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default \
         Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"
    );
    [
        ("[Content_Types].xml", types),
        ("_rels/.rels", root),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations),
    ]
    .map(|(name, xml)| stored(name, xml.as_bytes()))
    .into()
}

/// A workbook of these sheets.
pub fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    let mut members = around(sheets);
    let named =
        |(at, sheet): (usize, &Sheet)| stored(&format!("xl/worksheets/sheet{}.xml", at + 1), sheet.xml.as_bytes());
    members.extend(sheets.iter().enumerate().map(named));
    zip(&members)
}
