//! One family, one word, one file in each folder: the list of families is walked, and each is asked for its files.

use std::collections::BTreeSet;
use std::path::Path;

use casefile::find::FAMILIES;

/// Folders in which a family has a file of its name, with the ending.
const FOLDERS: [(&str, &str); 5] =
    [("src/cases", "rs"), ("src/tally", "rs"), ("src/find", "rs"), ("src/words/en", "ftl"), ("src/pages", "rs")];

/// Families without a file in a folder, and why.
const WITHOUT: [(&str, &str, &str); 6] = [
    ("cash", "src/cases", "joined by deals and sources"),
    ("cash", "src/tally", "read from the tallies of deals and sources"),
    ("quality", "src/cases", "counted by `record`, row by row"),
    ("quality", "src/tally", "counted by `record`, row by row"),
    ("quality", "src/words/en", "said by the data page"),
    ("quality", "src/pages", "shown by the data page"),
];

#[test]
fn every_family_has_a_file_of_its_name_in_each_folder() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut missing = BTreeSet::new();
    for family in &FAMILIES {
        for (folder, ending) in FOLDERS {
            if !root.join(folder).join(format!("{}.{ending}", family.name)).exists() {
                missing.insert((family.name, folder));
            }
        }
    }
    let listed: BTreeSet<_> = WITHOUT.iter().map(|(family, folder, _)| (*family, *folder)).collect();
    assert_eq!(missing, listed, "a family without a file, or an exception that is none");
}

#[test]
fn pages_read_figures_through_the_view() {
    // The view itself, and pages of the whole report: what was read, what is defined, which targets are set.
    let may = ["view/figures.rs", "downloads.rs", "data.rs", "methods.rs", "targets.rs", "sample.rs", "tests.rs"];
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages");
    let mut files = Vec::new();
    crate::support::rust_files(&pages, &mut files);
    assert!(files.len() > 20);
    for (path, text) in files {
        if may.iter().any(|end| path.ends_with(end)) {
            continue;
        }
        let own = text.split("#[cfg(test)]").next().unwrap_or_default();
        assert!(!own.contains("report.figures"), "{} reads figures past the view", path.display());
    }
}
