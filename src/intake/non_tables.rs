//! Files that are for people or for machines, and no tables: notes, licences, pictures, documents, settings. Takes the name of
//! a file that gave no table, and the table that its text looked like, says what it is, if that is as it should be. What it
//! is called is asked only then: a table under such a name is read like any other.

use super::text::table::Table;

/// How often a text must keep to one number of cells to be a table, in percent of its records.
const EVEN: usize = 80;
/// With fewer records than this, a text that has no tabs is a note.
const FEWEST: usize = 3;

/// What a name says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NonTable {
    /// Text for people; a table may have such a name too.
    Text,
    /// Nothing that a table is ever saved as.
    Other(&'static str),
}

/// Beginnings of names of files that come along with others, without what follows the last dot.
const COME_ALONG: [&str; 12] = [
    "readme",
    "read me",
    "read_me",
    "license",
    "licence",
    "copying",
    "notice",
    "authors",
    "contributing",
    "changelog",
    "citation",
    "codeowners",
];

fn non_table_of(name: &str) -> Option<NonTable> {
    let base = name.rsplit('/').next().unwrap_or(name).to_lowercase();
    let (stem, end) = base.rsplit_once('.').unwrap_or((&base, ""));
    let comes_along = COME_ALONG.iter().any(|begin| {
        let rest = stem.strip_prefix(begin);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    Some(match end {
        "" if comes_along => NonTable::Text,
        "" if base == "_success" => NonTable::Other("a mark that a job was done"),
        "txt" | "text" | "log" | "md" | "markdown" | "mdown" | "rst" | "adoc" | "org" | "tex" => NonTable::Text,
        "png" | "jpg" | "jpeg" | "gif" | "svg" | "webp" | "bmp" | "tif" | "tiff" | "ico" | "heic" | "psd" => {
            NonTable::Other("a picture")
        }
        "mp3" | "m4a" | "wav" | "ogg" | "mp4" | "mov" | "avi" | "webm" | "mkv" => NonTable::Other("sound or film"),
        "pdf" | "doc" | "docx" | "odt" | "rtf" | "pages" | "ppt" | "pptx" | "odp" | "key" | "epub" | "eml" | "msg"
        | "ics" => NonTable::Other("a document"),
        "toml" | "yaml" | "yml" | "ini" | "cfg" | "conf" | "lock" | "env" => NonTable::Other("settings"),
        "py" | "ipynb" | "r" | "sql" | "js" | "ts" | "sh" | "bat" | "ps1" | "css" | "scss" | "vbs" | "exe" | "dll" => {
            NonTable::Other("a program")
        }
        "md5" | "sha1" | "sha256" | "sha512" | "asc" | "sig" | "crc" => NonTable::Other("a checksum or signature"),
        "woff" | "woff2" | "ttf" | "otf" => NonTable::Other("a typeface"),
        _ => return None,
    })
}

/// Whether a table in a file of this name has to be looked at, to decide whether it is one.
pub fn may_be_prose(name: &str) -> bool {
    non_table_of(name) == Some(NonTable::Text)
}

/// Whether what was taken for a table is a text in sentences: its records keep to no number of cells.
pub fn is_prose(table: &Table) -> bool {
    let width = table.width();
    let (mut records, mut even) = (0_usize, 0_usize);
    table.each_record(|record| {
        records += 1;
        even += usize::from(record.len() == width);
    });
    let is_short = records < FEWEST && table.dialect.separator.mark != b'\t';
    width < 2 || is_short || even * 100 < records * EVEN
}

/// Why nobody has to do anything about a file that gave no table; `None` where somebody has to. `is_prose` says what its
/// text is, where it was taken for a table that nobody knows.
pub fn reason(name: &str, is_prose: Option<bool>) -> Option<String> {
    match non_table_of(name)? {
        NonTable::Text if is_prose == Some(false) => None,
        NonTable::Text => Some("not a table: text for people".to_owned()),
        NonTable::Other(what) => Some(format!("not a table: {what}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::table::DialectHint;
    use super::*;

    #[test]
    fn names_say_what_comes_along_with_exports() {
        for (name, what) in [
            ("README", "text for people"),
            ("a/ReadMe.md", "text for people"),
            ("LICENSE-MIT", "text for people"),
            ("all.zip/notes on the export.txt", "text for people"),
            ("logo.PNG", "a picture"),
            ("Terms.pdf", "a document"),
            ("casefile.toml", "settings"),
            ("_SUCCESS", "a mark that a job was done"),
        ] {
            assert_eq!(reason(name, None), Some(format!("not a table: {what}")), "{name}");
        }
        for name in ["leads.csv", "readmes.csv", "licensees.xlsx", "noticeboard", "README.csv", "deals", "x.json"] {
            assert_eq!(reason(name, None), None, "{name}");
        }
    }

    #[test]
    fn a_table_under_the_name_of_a_note_is_no_note() {
        let of =
            |text: &str| is_prose(&Table::find(text.to_owned(), DialectHint { dialect: None, mark: None }).unwrap());
        assert!(of("These are the exports of May.\nAsk Anna, or Tom, where something is missing.\nThanks, all\n"));
        assert!(of("One line, and no more\n"));
        assert!(of("Exports\n=======\n\n- leads.csv: all leads, by day\n- deals.csv: deals\n"));
        assert!(!of("id\tname\n1\tx\n"));
        assert!(!of("code,label,order\n1,a,3\n2,b,4\n3,c,5\n"));
        assert_eq!(reason("codes.txt", Some(false)), None);
    }
}
