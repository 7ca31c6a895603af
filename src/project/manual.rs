//! The manual of the project file: every section and key with what it means, its default and an example. Taken from the
//! comments on the fields in `file.rs`, so that there is one place to write them.

/// A section of the project file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its name as written, such as `report`; empty for the top of the file.
    pub name: String,
    /// What it is for.
    pub meaning: String,
    /// Whether it is a list, written `[[input]]`.
    pub is_list: bool,
    /// Its keys, in their order.
    pub keys: Vec<Key>,
}

/// A key of the project file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// What it means, without default and example.
    pub meaning: String,
    /// What holds without it, as TOML where it can be written so, else in words.
    pub default: Option<String>,
    /// What may be written.
    pub example: Option<String>,
}

const SOURCE: &str = include_str!("file.rs");

/// All sections, the top of the file first.
pub fn sections() -> Vec<Section> {
    let structs = structs();
    let find = |name: &str| structs.iter().find(|found| found.name == name);
    let Some(root) = find("File") else { return Vec::new() };
    let mut sections = vec![Section { name: String::new(), meaning: String::new(), is_list: false, keys: Vec::new() }];
    for field in &root.fields {
        let inner = ["Vec<Spanned<", "Names<Spanned<", "Names<", "Vec<"]
            .iter()
            .find_map(|begin| field.kind.strip_prefix(begin));
        let inner = inner.unwrap_or(&field.kind).trim_end_matches('>');
        match find(inner).filter(|_| !field.kind.starts_with("Names<")) {
            Some(found) => sections.push(Section {
                name: field.name.clone(),
                meaning: found.meaning.clone(),
                is_list: field.kind.starts_with("Vec<"),
                keys: found.fields.iter().map(Field::key).collect(),
            }),
            // A table of names that the user chooses is a section of its own, with one example.
            None if field.kind.starts_with("Names<") => {
                let key = field.key();
                let entry = Key { name: String::new(), meaning: String::new(), default: None, ..key.clone() };
                let keys = vec![entry];
                sections.push(Section { name: field.name.clone(), meaning: key.meaning, is_list: false, keys });
            }
            None => sections[0].keys.push(field.key()),
        }
    }
    sections
}

struct Struct {
    name: String,
    meaning: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    kind: String,
    meaning: String,
}

impl Field {
    fn key(&self) -> Key {
        let (meaning, default, example) = taken_apart(&self.meaning);
        Key { name: self.name.clone(), meaning, default, example }
    }
}

/// The public structs of the file with their comments.
fn structs() -> Vec<Struct> {
    let mut structs: Vec<Struct> = Vec::new();
    let mut comment = String::new();
    for line in SOURCE.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("/// ") {
            if !comment.is_empty() {
                comment.push(' ');
            }
            comment.push_str(words);
        } else if let Some(rest) = line.strip_prefix("pub struct ") {
            let name = rest.trim_end_matches(" {").to_owned();
            structs.push(Struct { name, meaning: std::mem::take(&mut comment), fields: Vec::new() });
        } else if let Some((name, kind)) = line.strip_prefix("pub ").and_then(|rest| rest.split_once(": ")) {
            let kind = kind.trim_end_matches(',');
            let kind = kind.strip_prefix("Option<").and_then(|kind| kind.strip_suffix('>')).unwrap_or(kind);
            if let Some(last) = structs.last_mut() {
                let meaning = std::mem::take(&mut comment);
                last.fields.push(Field { name: name.to_owned(), kind: kind.to_owned(), meaning });
            }
        } else if !line.starts_with("#[") {
            comment.clear();
        }
    }
    structs
}

/// What a comment says: the meaning, the default, the example.
fn taken_apart(comment: &str) -> (String, Option<String>, Option<String>) {
    let (rest, example) = match comment.split_once("Example: ") {
        Some((rest, example)) => (rest, Some(code(example))),
        None => (comment, None),
    };
    let (meaning, default) = match rest.split_once("Default: ") {
        Some((meaning, default)) => (meaning, Some(code(default))),
        None => (rest, None),
    };
    (meaning.trim().to_owned(), default, example)
}

/// The text between backticks, or all of it where there are none around it.
fn code(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    match text.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        Some((code, rest)) if rest.trim().is_empty() || rest.starts_with(" or ") => code.to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_and_key_of_the_file_is_in_the_manual() {
        let sections = sections();
        let names: Vec<&str> = sections.iter().map(|section| section.name.as_str()).collect();
        let expected = [
            "",
            "report",
            "input",
            "stages",
            "definitions",
            "agreements",
            "sources",
            "slices",
            "rates",
            "attribution",
            "privacy",
            "targets",
        ];
        assert_eq!(names, expected);
        let agreements = &sections[5];
        assert_eq!(agreements.meaning, "Times the two teams agreed on: a number and a unit, `m`, `h`, `d` or `w`.");
        let first = &agreements.keys[0];
        assert_eq!(
            (first.name.as_str(), first.default.as_deref(), first.example.as_deref()),
            ("first_touch", Some("\"24h\""), Some("\"4h\""))
        );
        assert_eq!(first.meaning, "Longest time from handover to the first touch by sales.");
    }

    #[test]
    fn every_key_says_what_it_means_and_shows_how_it_is_written() {
        for section in sections() {
            for key in &section.keys {
                assert!(!key.meaning.is_empty() || key.name.is_empty(), "{}.{}", section.name, key.name);
                assert!(key.example.is_some() || key.default.is_some(), "{}.{}", section.name, key.name);
            }
        }
    }
}
