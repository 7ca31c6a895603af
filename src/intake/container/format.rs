//! What a file is, by its content and never by its name. Takes the bytes, gives the format; what needs more than the
//! first bytes (which kind of zip, of OLE file) is left to the reader of that container.

/// What the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text, as far as can be seen: encoding and dialect are left to the reader of tables.
    Text,
    /// One packed file.
    Gzip,
    /// One packed file.
    Zstd,
    /// An archive, or a workbook since 2007.
    Zip,
    /// An OLE file: a workbook before 2007, or one with a password.
    Ole,
    /// A Parquet file.
    Parquet,
    /// A JSON document, or a JSON object a line.
    Json,
    /// A page, often a report saved "as Excel".
    Html,
    /// A workbook in the XML of Excel 2003.
    SpreadsheetXml,
    /// Something else, by its name with an article.
    Refused(&'static str),
}

/// First bytes that no table begins with.
const SIGNATURES: &[(&[u8], Format)] = &[
    (b"\x1f\x8b", Format::Gzip),
    (b"\x28\xb5\x2f\xfd", Format::Zstd),
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Zip),
    (b"PK\x07\x08", Format::Zip),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format::Ole),
    (b"PAR1", Format::Parquet),
    (b"PARE", Format::Refused("an encrypted Parquet file")),
    (b"\x09\x08\x10\x00", Format::Refused("a workbook without its OLE file")),
    (b"\x09\x08\x08\x00", Format::Refused("a workbook of Excel 5 or 95")),
    (b"\x09\x04\x06\x00", Format::Refused("a workbook of Excel 4")),
    (b"%PDF-", Format::Refused("a PDF")),
    (b"\xff\xd8\xff", Format::Refused("a JPEG picture")),
    (b"\x89PNG\r\n\x1a\n", Format::Refused("a PNG picture")),
    (b"GIF87a", Format::Refused("a GIF picture")),
    (b"GIF89a", Format::Refused("a GIF picture")),
    (b"Rar!\x1a\x07", Format::Refused("a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", Format::Refused("a 7z archive")),
    (b"BZh", Format::Refused("a bzip2 file")),
    (b"\xfd7zXZ\x00", Format::Refused("an xz file")),
    (b"SQLite format 3\x00", Format::Refused("an SQLite database")),
    (b"\x7fELF", Format::Refused("a program (ELF)")),
    (b"ARROW1", Format::Refused("an Arrow file")),
    (b"Obj\x01", Format::Refused("an Avro file")),
    (b"ORC", Format::Refused("an ORC file")),
    (b"MIME-Version:", Format::Refused("a web archive (MHTML)")),
    (b"{\\rtf", Format::Refused("an RTF document")),
    (b"version https://git-lfs.github.com/spec/", Format::Refused("a pointer to a file kept elsewhere (git-lfs)")),
];

/// How far markup is looked at.
const HEAD: usize = 4096;

/// The format, by the first bytes and, where those are text, by the first significant letters.
pub fn format_of(bytes: &[u8]) -> Format {
    let known = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature));
    match known {
        // A header may begin with letters that are a signature elsewhere (`ORC`, `PAR1`); text follows then.
        Some((signature, format)) if !(is_word(signature) && is_plain(bytes)) => *format,
        _ if bytes.get(257..262) == Some(b"ustar") => Format::Refused("a tar archive"),
        _ if super::zip::ends_as_archive(bytes) => Format::Zip,
        // Its first bytes may be lost; its last ones say where everything would be.
        _ if bytes.ends_with(b"PAR1") => Format::Parquet,
        _ if is_skippable_zstd(bytes) => Format::Zstd,
        _ if is_program(bytes) => Format::Refused("a program (EXE)"),
        _ => by_letters(bytes),
    }
}

fn is_word(signature: &[u8]) -> bool {
    signature.len() <= 6 && signature.iter().all(u8::is_ascii_alphanumeric)
}

/// A frame that holds notes of a tool may stand first; its number has sixteen spellings.
fn is_skippable_zstd(bytes: &[u8]) -> bool {
    matches!(bytes, [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..])
}

fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().take(64).all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace())
}

/// `MZ` alone could begin a header; a program also tells where its second one stands.
fn is_program(bytes: &[u8]) -> bool {
    let at = bytes.get(60..64).and_then(|place| place.first_chunk()).map(|place| u32::from_le_bytes(*place) as usize);
    bytes.starts_with(b"MZ") && at.and_then(|at| bytes.get(at..)).is_some_and(|header| header.starts_with(b"PE\0\0"))
}

fn by_letters(bytes: &[u8]) -> Format {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    match text {
        [b'{', rest @ ..] if matches!(rest.trim_ascii_start(), [b'"' | b'}', ..]) => Format::Json,
        // `[id],[name]` is a header; a list of JSON holds objects, lists or texts.
        [b'[', rest @ ..] if matches!(rest.trim_ascii_start(), [b'{' | b'[' | b']' | b'"', ..]) => Format::Json,
        [b'<', ..] => by_markup(&text[..text.len().min(HEAD)]),
        _ => Format::Text,
    }
}

fn by_markup(head: &[u8]) -> Format {
    let head = head.to_ascii_lowercase();
    let has = |word: &[u8]| memchr::memmem::find(&head, word).is_some();
    if has(b"urn:schemas-microsoft-com:office:spreadsheet") && (head.starts_with(b"<?xml") || has(b"<workbook")) {
        return Format::SpreadsheetXml;
    }
    let begins = |words: &[&[u8]]| words.iter().any(|word| head.starts_with(word));
    let is_page = begins(&[b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<body", b"<style"]);
    let may_be_page = begins(&[b"<!--", b"<?xml", b"<div", b"<font", b"<center", b"<p>"]);
    if is_page || may_be_page && (has(b"<html") || has(b"<table")) {
        return Format::Html;
    }
    if has(b"opendocument") {
        return Format::Refused("a flat OpenDocument file");
    }
    // A header may well begin with a tag (`<b>Lead</b>,Status`).
    match begins(&[b"<?xml", b"<!doctype"]) || has(b"xmlns") {
        true => Format::Refused("an XML file"),
        false => Format::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        assert_eq!(format_of(b""), Format::Text);
        assert_eq!(format_of(b"id,name\n1,x\n"), Format::Text);
        assert_eq!(format_of(b"[id],[name]\n"), Format::Text);
        assert_eq!(format_of(b"ORC id,name\n"), Format::Text);
        assert_eq!(format_of(b"MZ,name\n"), Format::Text);
        assert_eq!(format_of(b"PAR1,name\n"), Format::Text);
        assert_eq!(format_of(b"PAR1\x15\x04"), Format::Parquet);
        assert_eq!(format_of(b"<b>Lead</b>,Status\n"), Format::Text);
        assert_eq!(format_of(b"\xef\xbb\xbf [\n {\"id\": 1}]"), Format::Json);
        assert_eq!(format_of(b"{\"id\":1}\n{\"id\":2}\n"), Format::Json);
        assert_eq!(format_of(b"\n<html><body>"), Format::Html);
        assert_eq!(format_of(b"<meta charset=utf-8><table>"), Format::Html);
        assert_eq!(format_of(b"<?xml version='1.0'?><x/>"), Format::Refused("an XML file"));
        assert_eq!(format_of(b"PK\x03\x04"), Format::Zip);
        assert_eq!(format_of(b"%PDF-1.7"), Format::Refused("a PDF"));
    }
}
