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
    /// Something whose tables another program exports, by its name with an article, and the command.
    Foreign(&'static str, &'static str),
}

const SQLITE: &str = "export each table with `sqlite3 -header -csv FILE \"select * from TABLE\" > TABLE.csv`";
const DUCKDB: &str = "export each table with `duckdb FILE -c \"copy TABLE to 'TABLE.csv'\"`";
const ACCESS: &str = "export each table with `mdb-export FILE TABLE > TABLE.csv`";
const SAS: &str =
    "export it with `python3 -c \"import pandas; pandas.read_sas('FILE').to_csv('TABLE.csv', index=False)\"`";
const SPSS: &str =
    "export it with `python3 -c \"import pandas; pandas.read_spss('FILE').to_csv('TABLE.csv', index=False)\"`";
const STATA: &str =
    "export it with `python3 -c \"import pandas; pandas.read_stata('FILE').to_csv('TABLE.csv', index=False)\"`";
const FEATHER: &str =
    "export it with `python3 -c \"import pandas; pandas.read_feather('FILE').to_csv('TABLE.csv', index=False)\"`";
const ORC: &str =
    "export it with `python3 -c \"import pandas; pandas.read_orc('FILE').to_csv('TABLE.csv', index=False)\"`";
const AVRO: &str = "export it with `duckdb -c \"copy (from read_avro('FILE')) to 'TABLE.csv'\"`";
const DUMP: &str = "restore it, and export each table with `psql -c \"\\copy TABLE to 'TABLE.csv' csv header\"`";
const HYPER: &str = "export it from Tableau as CSV";
const R: &str = "export it with `Rscript -e 'write.csv(readRDS(\"FILE\"), \"TABLE.csv\", row.names = FALSE)'`";
const HALF: &str = "it belongs to the database beside it";
const SAS_BEGIN: &[u8] = &[
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc2, 0xea, 0x81, 0x60, 0xb3, 0x14, 0x11, 0xcf, 0xbd, 0x92, 0x08, 0x00, 0x09,
    0xc7, 0x31, 0x8c, 0x18, 0x1f, 0x10, 0x11,
];

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
    (b"SQLite format 3\x00", Format::Foreign("an SQLite database", SQLITE)),
    (b"\x37\x7f\x06\x82", Format::Foreign("the log of an SQLite database", HALF)),
    (b"\x37\x7f\x06\x83", Format::Foreign("the log of an SQLite database", HALF)),
    (b"\x18\xe2\x2d\x00", Format::Foreign("the index of an SQLite log", HALF)),
    (b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", Format::Foreign("the journal of an SQLite database", HALF)),
    (b"\x00\x01\x00\x00Standard Jet DB\x00", Format::Foreign("an Access database", ACCESS)),
    (b"\x00\x01\x00\x00Standard ACE DB\x00", Format::Foreign("an Access database", ACCESS)),
    (SAS_BEGIN, Format::Foreign("a SAS table", SAS)),
    (b"HEADER RECORD*******LIB", Format::Foreign("a SAS transport file", SAS)),
    (b"$FL2@(#)", Format::Foreign("an SPSS file", SPSS)),
    (b"$FL3@(#)", Format::Foreign("an SPSS file", SPSS)),
    (b"<stata_dta>", Format::Foreign("a Stata file", STATA)),
    (b"FEA1", Format::Foreign("a Feather file", FEATHER)),
    (b"PGDMP", Format::Foreign("a dump of a PostgreSQL database", DUMP)),
    (b"HyPe", Format::Foreign("a Tableau extract", HYPER)),
    (b"RDX2\n", Format::Foreign("an R data file", R)),
    (b"RDX3\n", Format::Foreign("an R data file", R)),
    (b"X\n\x00\x00\x00", Format::Foreign("an R data file", R)),
    (b"\x89HDF\r\n\x1a\n", Format::Refused("an HDF5 file")),
    (b"\x7fELF", Format::Refused("a program (ELF)")),
    (b"ARROW1", Format::Foreign("an Arrow file", FEATHER)),
    (b"Obj\x01", Format::Foreign("an Avro file", AVRO)),
    (b"ORC", Format::Foreign("an ORC file", ORC)),
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
        _ if bytes.get(8..12) == Some(b"DUCK") && !is_plain(bytes) => Format::Foreign("a DuckDB database", DUCKDB),
        _ if bytes.get(257..262) == Some(b"ustar") => Format::Refused("a tar archive"),
        _ if super::zip::ends_as_archive(bytes) => Format::Zip,
        // Its first bytes may be lost; its last ones say where everything would be.
        _ if bytes.ends_with(b"PAR1") => Format::Parquet,
        _ if is_skippable_zstd(bytes) => Format::Zstd,
        _ if is_program(bytes) => Format::Refused("a program (EXE)"),
        _ if is_binary(&bytes[..bytes.len().min(HEAD)]) => {
            Format::Refused("a file that is no text and of no known kind")
        }
        _ => by_letters(bytes),
    }
}

fn is_word(signature: &[u8]) -> bool {
    signature.len() <= 6 && signature.iter().all(u8::is_ascii_alphanumeric)
}

/// A frame that holds notes of a tool may be first; its number has sixteen spellings.
fn is_skippable_zstd(bytes: &[u8]) -> bool {
    matches!(bytes, [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..])
}

fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().take(64).all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace())
}

/// `MZ` alone could begin a header; a program also says where its second one is.
fn is_program(bytes: &[u8]) -> bool {
    let at = bytes.get(60..64).and_then(|place| place.first_chunk()).map(|place| u32::from_le_bytes(*place) as usize);
    bytes.starts_with(b"MZ") && at.and_then(|at| bytes.get(at..)).is_some_and(|header| header.starts_with(b"PE\0\0"))
}

/// Whether bytes are those of numbers and not of letters: control characters that no text has, or zeros where text of wide
/// letters would not have them.
fn is_binary(head: &[u8]) -> bool {
    const LEAST: usize = 32;
    let padding = head.iter().rev().take_while(|byte| **byte == 0).count();
    let head = &head[..head.len() - padding];
    let is_wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if head.len() < LEAST || is_wide {
        return false;
    }
    let mut zeros = [0_usize; 4];
    head.iter().enumerate().filter(|(_, byte)| **byte == 0).for_each(|(at, _)| zeros[at % 4] += 1);
    if zeros.iter().sum::<usize>() * 10 > head.len() {
        // Letters of two bytes have their zeros in one of them, letters of four in all but one.
        zeros.sort_unstable();
        let [least, second, _, most] = zeros;
        let is_wide = least * 20 <= most && (second * 20 <= most || second * 10 >= most * 9);
        return !is_wide;
    }
    // Escapes, shifts and separators are text in some encodings.
    let controls = head.iter().filter(|byte| matches!(byte, 0x01..=0x08 | 0x10..=0x19)).count();
    controls * 33 > head.len()
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

    #[test]
    fn what_another_program_exports_is_reported_with_its_command() {
        let what = |begin: &[u8]| match format_of(&[begin, &[0; 64][..], b"\x01"].concat()) {
            Format::Foreign(what, command) if !command.is_empty() => what,
            other => panic!("{begin:?}: {other:?}"),
        };
        assert_eq!(what(b"SQLite format 3\0"), "an SQLite database");
        assert_eq!(what(b"\x01\x02\x03\x04\x05\x06\x07\x08DUCK\x40\0\0\0"), "a DuckDB database");
        assert_eq!(what(b"\0\x01\0\0Standard ACE DB\0"), "an Access database");
        assert_eq!(what(SAS_BEGIN), "a SAS table");
        assert_eq!(what(b"$FL2@(#) SPSS DATA FILE"), "an SPSS file");
        assert_eq!(what(b"Obj\x01"), "an Avro file");
        assert_eq!(format_of(b"12345678DUCK,name\nx,y\n"), Format::Text);
    }

    #[test]
    fn numbers_are_no_text_and_wide_letters_are() {
        let numbers: Vec<u8> = (0..2000_u32).flat_map(|n| n.wrapping_mul(0x9e37_79b9).to_le_bytes()).collect();
        assert!(matches!(format_of(&numbers), Format::Refused(_)));
        let small: Vec<u8> = (0..500_u16).flat_map(|n| [0, 0, 0, (n % 7) as u8, 0, 3]).collect();
        assert!(matches!(format_of(&small), Format::Refused(_)));
        let text = "id,name,größe\n1,Müller,ÄÖÜ\n2,x,y\n".repeat(9);
        let two: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let four: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        let padded = [text.as_bytes(), &[0; 5000]].concat();
        let odd = [text.as_bytes(), b"3,a\0b,\x01\n"].concat();
        for bytes in [text.into_bytes(), two, four, padded, odd] {
            assert_eq!(format_of(&bytes), Format::Text, "{:?}", &bytes[..8]);
        }
    }
}
