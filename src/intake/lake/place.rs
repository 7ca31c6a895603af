//! What is known of a file by its path. Takes the path of a file, gives the columns that the folders above it stand
//! for (`dt=2026-01-01/country=DE/`), as Hive, Spark and others write them, and the table that it is a part of.

/// What stands for a value that is missing.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";
/// How words begin in the name of such a column where its folders are not parts of a table, but the table once more.
const AGAIN: [&str; 9] = ["snapshot", "export", "extract", "load", "ingest", "batch", "sync", "backup", "version"];

/// What is known of a file, or of a part of one, besides its content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The table of which it is a part, by its folder; `None` where it is a table by itself.
    pub table: Option<String>,
    /// Columns that have one value in all of its rows; an empty one is missing.
    pub columns: Vec<(String, String)>,
    /// The columns that the table has, where its log says so: no other column of the file counts.
    pub known: Option<Vec<String>>,
    /// The version of the table by its log.
    pub version: Option<u64>,
}

impl Place {
    /// What the folders of a path stand for; `name` is a path below the exports folder.
    pub fn of(name: &str) -> Place {
        let mut place = Place::default();
        let folders: Vec<&str> = name.split('/').collect();
        let folders = &folders[..folders.len() - 1];
        for (at, folder) in folders.iter().enumerate() {
            let Some((column, value)) = partition(folder) else { continue };
            if place.columns.is_empty() {
                place.table = Some(folders[..at].join("/"));
            }
            // Of two folders of one name the inner one counts.
            place.columns.retain(|(known, _)| !known.eq_ignore_ascii_case(&column));
            place.columns.push((column, value));
        }
        let is_again = |(column, _): &(String, String)| {
            let column = column.to_lowercase();
            let mut words = column.split(|letter: char| !letter.is_alphanumeric());
            words.any(|word| AGAIN.iter().any(|again| word.starts_with(again)))
        };
        if place.columns.iter().any(is_again) {
            place.table = None;
        }
        place
    }

    /// What is known of a part of a file: an archive has folders, too.
    pub fn of_part(&self, part: &str) -> Place {
        let inner = Place::of(part);
        let mut place = self.clone();
        place.table = place.table.or(inner.table);
        place.columns.retain(|(known, _)| !inner.columns.iter().any(|(column, _)| column.eq_ignore_ascii_case(known)));
        place.columns.extend(inner.columns);
        place
    }

    /// The columns that a table with these headers does not have itself.
    pub fn beside(&self, headers: &[String]) -> Vec<(String, String)> {
        let has = |column: &str| headers.iter().any(|header| header.trim().eq_ignore_ascii_case(column));
        self.columns.iter().filter(|(column, _)| !has(column)).cloned().collect()
    }

    /// Whether a column of the file is one of its table.
    pub fn knows(&self, header: &str) -> bool {
        self.known.as_ref().is_none_or(|known| known.iter().any(|column| column.eq_ignore_ascii_case(header)))
    }

    /// What whoever reads the figures should know, in a sentence.
    pub fn remark(&self) -> Option<String> {
        if let Some(version) = self.version {
            return Some(format!("a file of the Delta table that the folder is, at version {version} of its log"));
        }
        let names: Vec<&str> = self.columns.iter().map(|(column, _)| column.as_str()).collect();
        (!names.is_empty()).then(|| format!("its folders give the columns {}", names.join(", ")))
    }

    /// What is kept of a file goes by this: its columns and values. The version is none of it, as long as they are the same.
    pub fn print(&self) -> String {
        let Place { table, columns, known, version: _ } = self;
        if *self == Place::default() { String::new() } else { format!("{table:?} {columns:?} {known:?}") }
    }
}

/// The column and value that a folder stands for.
fn partition(folder: &str) -> Option<(String, String)> {
    let (column, value) = folder.split_once('=')?;
    let column = decoded(column);
    if column.trim().is_empty() {
        return None;
    }
    Some((column, if value == NO_VALUE { String::new() } else { decoded(value) }))
}

/// A text with `%3A` and the like as the characters that they stand for; as it is where these are no text.
pub fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.first_chunk::<2>().and_then(|two| std::str::from_utf8(two).ok());
        // A sign before the digits would be read as one of a number.
        let digits = digits.filter(|two| two.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(name: &str) -> Vec<(String, String)> {
        Place::of(name).columns
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(column, value)| ((*column).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn folders_stand_for_columns() {
        let place = Place::of("crm/leads/dt=2026-01-01/country=DE/part-0.parquet");
        assert_eq!(place.columns, pairs(&[("dt", "2026-01-01"), ("country", "DE")]));
        assert_eq!(place.table.as_deref(), Some("crm/leads"));
        assert_eq!(columns("leads/a=b.csv"), [], "the name of the file is no folder");
        assert_eq!(columns("leads/=b/x.csv"), []);
        assert_eq!(Place::of("snapshot_date=2026-01-01/x.csv").table, None);
    }

    #[test]
    fn missing_values_and_escapes() {
        let name = "source=__HIVE_DEFAULT_PARTITION__/at=10%3A30/who=M%C3%BCller%20%26%20Co/odd=%zz%2/plus=%+1/x.csv";
        let expected = [("source", ""), ("at", "10:30"), ("who", "Müller & Co"), ("odd", "%zz%2"), ("plus", "%+1")];
        assert_eq!(columns(name), pairs(&expected));
        assert_eq!(columns("a=%ff/x.csv"), pairs(&[("a", "%ff")]));
        assert_eq!(columns("a=x=y/x.csv"), pairs(&[("a", "x=y")]));
    }

    #[test]
    fn a_column_of_the_file_itself_goes_first() {
        let place = Place::of("country=DE/x.csv");
        assert_eq!(place.beside(&["id".to_owned(), "Country".to_owned()]), []);
        assert_eq!(place.beside(&["id".to_owned()]), pairs(&[("country", "DE")]));
        assert_eq!(place.of_part("country=FR/a.csv").columns, pairs(&[("country", "FR")]));
    }
}
