//! The catalogue of words and the code that says them, held to each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use casefile::cases::leakage::Leak;
use casefile::find::FAMILIES;
use casefile::words::measures::definitions;

use crate::support::rust_files;

/// The files of the catalogue: family and text.
fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/words/en");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let family = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut files: Vec<(String, String)> =
        paths.map(|path| (family(&path), fs::read_to_string(&path).unwrap())).collect();
    files.sort();
    files
}

/// The arguments that each message and attribute asks for, by `key` or `key.attribute`, as the files write them.
fn asked() -> BTreeMap<String, BTreeSet<String>> {
    let mut asked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (family, text) in files() {
        let (mut message, mut key) = (String::new(), String::new());
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (name, _) = line.split_once(" = ").unwrap_or_default();
            if !line.starts_with([' ', '}']) {
                name.clone_into(&mut message);
                key = message.clone();
                assert!(asked.insert(key.clone(), BTreeSet::new()).is_none(), "{family}: `{key}` is there twice");
            } else if let Some(attribute) = name.trim().strip_prefix('.') {
                key = format!("{message}.{attribute}");
                assert!(asked.insert(key.clone(), BTreeSet::new()).is_none(), "{family}: `{key}` is there twice");
            }
            let names = line.split('$').skip(1).map(|rest| {
                let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
                rest[..end.unwrap_or(rest.len())].to_owned()
            });
            asked.get_mut(&key).unwrap().extend(names);
        }
    }
    asked
}

/// Each place of the code that says a message by its name: place, key, names of arguments.
fn said() -> Vec<(String, String, BTreeSet<String>)> {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut found = Vec::new();
    for (path, text) in files {
        let is_comment = |at: usize| text[..at].rsplit('\n').next().is_some_and(|line| line.contains("//"));
        for (at, _) in text.match_indices("say!(").filter(|(at, _)| !is_comment(*at)) {
            let call = inside(&text[at + 5..]);
            let Some(rest) = call.trim_start().strip_prefix('"') else { continue };
            let (key, rest) = rest.split_once('"').unwrap();
            found.push((format!("{}:{at}", path.display()), key.to_owned(), names(rest)));
        }
    }
    found
}

/// The text up to the bracket that closes a call.
fn inside(text: &str) -> &str {
    let mut depth = 0;
    let end = text.find(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth < 0
    });
    &text[..end.unwrap_or(text.len())]
}

/// The names before ` = ` at the top level of the arguments of a call.
fn names(arguments: &str) -> BTreeSet<String> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in arguments.char_indices() {
        depth += i32::from("([{".contains(letter)) - i32::from(")]}".contains(letter));
        if letter == ',' && depth == 0 {
            parts.push(&arguments[start..at]);
            start = at + 1;
        }
    }
    parts.push(&arguments[start..]);
    parts.iter().filter_map(|part| part.split_once(" = ")).map(|(name, _)| name.trim().to_owned()).collect()
}

#[test]
fn code_and_catalogue_ask_for_the_same_arguments() {
    let asked = asked();
    let found = said();
    assert!(found.len() > 20, "{} messages are said", found.len());
    for (place, key, given) in &found {
        let wanted = asked.get(key).unwrap_or_else(|| panic!("{place}: the catalogue has no `{key}`"));
        assert_eq!(wanted, given, "{place}: `{key}`");
    }
    let used: BTreeSet<&str> = found.iter().map(|(_, key, _)| key.as_str()).collect();
    // Said by a name that is put together of a closed list.
    let is_listed = |key: &str| {
        [
            "measure-",
            "page-",
            "dimension-",
            "feedback-verdict.",
            "handover-band",
            "handover-contacted",
            "percentile-",
            "gap-",
            "notice-repeat.",
            "leak-",
            "template-",
        ]
        .iter()
        .any(|one| key.starts_with(one))
    };
    let idle: Vec<&String> = asked.keys().filter(|key| !used.contains(key.as_str()) && !is_listed(key)).collect();
    assert!(idle.is_empty(), "nobody says {idle:?}");
}

#[test]
fn every_measure_is_named_and_defined_once() {
    let defined: Vec<String> = definitions().into_iter().map(|one| one.id).collect();
    let leaks: BTreeSet<String> = Leak::ALL.iter().map(|leak| format!("leakage.{}", leak.id())).collect();
    for measure in FAMILIES.iter().flat_map(|family| family.measures) {
        let of_leaks = leaks.iter().any(|leak| measure.has(leak)) || measure.definition == "leakage.{}";
        let is_defined = defined.iter().any(|id| {
            id == measure.definition
                || measure.definition.contains("{}") && id.starts_with(measure.definition.trim_end_matches("{}"))
        });
        assert!(is_defined || of_leaks, "{} is not in the catalogue", measure.definition);
    }
    let in_catalogue = asked().into_keys().filter(|key| key.starts_with("measure-") && !key.contains('.')).count();
    assert_eq!(in_catalogue, defined.len(), "an entry of the catalogue is of no measure");
}
