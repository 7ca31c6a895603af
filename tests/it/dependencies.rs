//! What the code may lean on: no network crate in the tree, every library behind its wall, every folder on those it may.
//!
//! Reads the sources, `Cargo.lock` and `deny.toml`, and asks Cargo for the tree that is built. Each failure names
//! the line to look at. What the program does when it runs is left to `offline`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lines that a source file may have before it has to be split.
const LONGEST_FILE_LINES: usize = 500;

/// Types that open a connection, and the module they are in.
const NETWORK: [&str; 8] =
    ["net", "TcpListener", "TcpStream", "UdpSocket", "ToSocketAddrs", "UnixDatagram", "UnixListener", "UnixStream"];

/// A name and the folders of `src` in which it may be used.
struct Wall {
    name: &'static str,
    folders: &'static [&'static str],
}

const WALLS: [Wall; 6] = [
    Wall { name: "polars", folders: &["cases", "tally"] },
    Wall { name: "plotters", folders: &["chart"] },
    Wall { name: "tera", folders: &["pages"] },
    Wall { name: "fluent_bundle", folders: &["words"] },
    Wall { name: "walkdir", folders: &["intake"] },
    // `std::fs` and everything in it, `File` too; `command` reads the project file.
    Wall { name: "fs", folders: &["intake", "store", "part", "site", "demo", "command"] },
];

/// The folders of `src`, each with all that its code may name of others.
///
/// A folder names only those above it in this list, so no two can need each other.
const FOLDERS: [(&str, &[&str]); 20] = [
    // The ground: words that everything else is said in.
    ("calendar", &[]),
    ("currencies", &[]),
    ("stage", &[]),
    ("project", &["stage"]),
    // The project file renames fields, and sets slices beside them.
    ("fields", &["project"]),
    // What may hold a name depends on the table that it stands in.
    ("privacy", &["project"]),
    // Tools that know nothing of leads, and the company that is invented with nothing of the code that reads it: an
    // oracle shares no code with what it judges.
    ("store", &[]),
    ("chart", &[]),
    ("site", &[]),
    ("demo", &[]),
    // The way of the data. Each arrow keeps the account of the one before it, so `SetAside` and `Skipped` of `intake`
    // are passed on to the page that shows them.
    ("intake", &["calendar", "currencies", "fields", "privacy", "project", "store"]),
    ("record", &["calendar", "currencies", "fields", "intake", "privacy", "project", "store"]),
    ("cases", &["calendar", "fields", "intake", "privacy", "project", "record", "stage", "store"]),
    ("tally", &["calendar", "cases", "stage"]),
    ("find", &["calendar", "cases", "privacy", "project", "record", "stage", "tally"]),
    // What is found, in words. `SetAside` and `Repeat` say why rows do not count.
    ("words", &["calendar", "find", "intake", "record"]),
    // Of `site` only its writer of CSV: a download is made by the page that offers it.
    (
        "pages",
        &["calendar", "cases", "chart", "find", "intake", "privacy", "project", "record", "site", "stage", "words"],
    ),
    // Counts, and the account of what was counted; what they mean is left to `find`.
    ("part", &["cases", "intake", "privacy", "project", "record", "stage", "tally"]),
    // What is typed is a share of a part.
    ("cli", &["part"]),
    // Each command is told from top to bottom, so it names every stop but for what the stops draw and say with.
    (
        "command",
        &[
            "calendar", "cases", "cli", "demo", "fields", "find", "intake", "pages", "part", "privacy", "project",
            "record", "site", "store", "tally", "words",
        ],
    ),
];

#[test]
fn no_network_crate_is_built() {
    let banned = banned_crates();
    let built = built_crates();
    assert!(banned.len() >= 9, "only {banned:?} read from the bans of deny.toml");
    assert!(built.contains("polars"), "not a tree of dependencies: {built:?}");

    let found: Vec<_> = built.intersection(&banned).collect();
    assert!(found.is_empty(), "{found:?} are banned in deny.toml; `cargo tree -i NAME` tells who brings them");
}

#[test]
fn every_package_comes_from_cargos_own_registry() {
    let lock = read(&root().join("Cargo.lock"));
    let sources: BTreeSet<_> = lock.lines().filter_map(|line| line.strip_prefix("source = ")).collect();

    assert_eq!(sources.len(), 1, "{sources:#?}");
    assert!(sources.iter().all(|source| source.starts_with("\"registry+")), "{sources:#?}");
}

#[test]
fn every_module_says_what_it_is() {
    let silent: Vec<_> =
        sources().into_iter().filter(|source| !source.text.starts_with("//! ")).map(|source| source.path).collect();
    assert!(silent.is_empty(), "these files do not open with `//!`: {silent:#?}");
}

#[test]
fn no_file_is_too_long_to_read() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|source| (source.path, source.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE_LINES)
        .collect();
    assert!(long.is_empty(), "these files have more than {LONGEST_FILE_LINES} lines: {long:#?}");
}

#[test]
fn libraries_stop_at_their_walls() {
    let sources = sources();
    let mut breaches = Vec::new();
    for wall in &WALLS {
        let outside = sources.iter().filter(|source| !wall.folders.contains(&source.folder()));
        breaches.extend(outside.flat_map(|source| source.mentions(|word| is_of(wall.name, word))));
    }
    assert!(breaches.is_empty(), "a library is used outside its folders:\n{}", breaches.join("\n"));
}

#[test]
fn folders_name_only_those_they_may() {
    let sources = sources();
    let mut unneeded: BTreeSet<(&str, &str)> =
        FOLDERS.iter().flat_map(|(folder, allowed)| allowed.iter().map(|used| (*folder, *used))).collect();
    let mut breaches = Vec::new();
    for source in sources.iter().filter(|source| !matches!(source.folder(), "lib" | "main")) {
        let folder = source.folder();
        let entry = FOLDERS.iter().find(|(name, _)| *name == folder);
        let (folder, allowed) = *entry.unwrap_or_else(|| panic!("`{folder}` is missing in the list of folders"));
        for (place, used) in source.folders_named() {
            match used {
                Named::Folder(used) if used == folder => {}
                Named::Folder(used) if allowed.contains(&used) => {
                    unneeded.remove(&(folder, used));
                }
                Named::Folder(used) => breaches.push(format!("{place}\n    `{folder}` may not name `{used}`")),
                Named::Unclear => breaches.push(format!("{place}\n    name one folder a path, as in `crate::stage`")),
            }
        }
    }
    assert!(breaches.is_empty(), "a folder is named where it may not be:\n{}", breaches.join("\n"));
    assert!(unneeded.is_empty(), "these may be struck from the list of folders, as no code needs them: {unneeded:?}");
}

#[test]
fn no_two_folders_need_each_other() {
    for (at, (folder, allowed)) in FOLDERS.iter().enumerate() {
        let above: Vec<_> = FOLDERS[..at].iter().map(|(name, _)| name).collect();
        let below: Vec<_> = allowed.iter().filter(|used| !above.contains(used)).collect();
        assert!(below.is_empty(), "`{folder}` may name only folders above it in the list, and {below:?} are not");
        assert!(allowed.is_sorted(), "what `{folder}` may name is in the order of the alphabet");
    }
}

#[test]
fn no_code_names_a_network_type() {
    let found: Vec<_> = sources().iter().flat_map(|source| source.mentions(|word| NETWORK.contains(&word))).collect();
    assert!(found.is_empty(), "the program opens no connection:\n{}", found.join("\n"));
}

#[test]
fn a_mention_is_found_in_code_and_not_in_comments() {
    let source = Source {
        path: PathBuf::from("src/find/mean.rs"),
        text: "//! No polars here.\nuse std::{fs, io}; // polars\nlet offset = polars_core::one();\n".into(),
    };
    assert_eq!(source.folder(), "find");
    assert_eq!(source.mentions(|word| is_of("fs", word)), ["src/find/mean.rs:2: use std::{fs, io};"]);
    assert_eq!(source.mentions(|word| is_of("polars", word)), ["src/find/mean.rs:3: let offset = polars_core::one();"]);
}

#[test]
fn a_folder_is_found_by_every_way_to_name_it() {
    let named = |path: &str, text: &str| -> Vec<String> {
        let source = Source { path: PathBuf::from(path), text: text.into() };
        source.folders_named().into_iter().map(|(place, named)| format!("{named:?} {place}")).collect()
    };
    let used = "use crate::find::{self, Id}; // crate::pages\nlet site = crate::site::csv(crate::chart::bar());\n";
    assert_eq!(
        named("src/tally/count.rs", used),
        [
            "Folder(\"find\") src/tally/count.rs:1: use crate::find::{self, Id};",
            "Folder(\"site\") src/tally/count.rs:2: let site = crate::site::csv(crate::chart::bar());",
            "Folder(\"chart\") src/tally/count.rs:2: let site = crate::site::csv(crate::chart::bar());",
        ]
    );
    // A path that climbs out names a folder as well, in a module within the file one step later.
    let climbing = "use super::super::find;\nmod tests {\n    use super::super::find;\n}\nuse super::find;\n";
    assert_eq!(
        named("src/tally/count.rs", climbing),
        ["Folder(\"find\") src/tally/count.rs:1: use super::super::find;"]
    );
    assert_eq!(
        named("src/tally/mod.rs", "use super::find;"),
        ["Folder(\"find\") src/tally/mod.rs:1: use super::find;"]
    );
    assert_eq!(named("src/tally.rs", "use super::find;"), ["Folder(\"find\") src/tally.rs:1: use super::find;"]);
    assert_eq!(named("src/tally/count/few.rs", climbing), [""; 0]);
    assert_eq!(
        named("src/tally.rs", "use crate::{find, pages};"),
        ["Unclear src/tally.rs:1: use crate::{find, pages};"]
    );
}

/// The crates that `deny.toml` bans outright; those it bounds by `wrappers` may be built.
fn banned_crates() -> BTreeSet<String> {
    let text = read(&root().join("deny.toml"));
    let bans = text.split("\n[").find(|section| section.starts_with("bans]")).expect("deny.toml has a section `bans`");
    bans.lines()
        .filter(|line| !line.contains("wrappers"))
        .filter_map(|line| line.trim().strip_prefix("{ crate = \"")?.split('"').next())
        .map(str::to_owned)
        .collect()
}

/// The crates that are built here for the program and its tests.
///
/// Asked of Cargo, as `Cargo.lock` also lists optional dependencies that no feature turns on.
fn built_crates() -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--locked", "--offline", "--edges", "normal,build,dev", "--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output()
        .expect("cargo runs these tests, so it can be run");
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8_lossy(&output.stdout);
    tree.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// A file of `src`, its path relative to the package.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// The folder right under `src`; empty for `lib.rs` and its like, and for `cases.rs` the name `cases`.
    fn folder(&self) -> &str {
        let mut parts = self.path.iter().skip(1).filter_map(|part| part.to_str());
        match (parts.next(), parts.next()) {
            (Some(folder), Some(_)) => folder,
            (Some(file), None) => file.trim_end_matches(".rs"),
            (None, _) => "",
        }
    }

    /// The lines of code that contain such a word, each with its place.
    fn mentions(&self, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let numbered = self.text.lines().zip(1..);
        numbered
            .map(|(line, number)| (code_of(line), number))
            .filter(|(code, _)| words(code).any(&wanted))
            .map(|(code, number)| format!("{}:{number}: {code}", self.path.display()))
            .collect()
    }
}

/// What a path from the root of the crate begins with.
#[derive(Debug)]
enum Named<'s> {
    /// A folder of `src`, or a file right under it.
    Folder(&'s str),
    /// A group, or everything.
    Unclear,
}

impl Source {
    /// The folders that paths from the root of the crate begin with, each with its place.
    ///
    /// Such a path begins with `crate`, or climbs as often by `super` as its module is deep.
    fn folders_named(&self) -> Vec<(String, Named<'_>)> {
        let mut found = Vec::new();
        // The indentation of each module that is open within the file: the form of the sources is held by rustfmt.
        let mut open: Vec<usize> = Vec::new();
        for (line, number) in self.text.lines().zip(1..) {
            let code = code_of(line);
            let indentation = line.len() - line.trim_start().len();
            if code.starts_with('}') {
                open.retain(|begun| *begun < indentation);
            }
            let climbing = "super::".repeat(self.depth() + open.len());
            for root in ["crate::", &climbing] {
                let mut rest = code;
                while let Some((before, after)) = rest.split_once(root) {
                    let is_whole = !before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
                    if is_whole {
                        let name = words(after).next().filter(|name| after.starts_with(name));
                        let place = format!("{}:{number}: {code}", self.path.display());
                        found.push((place, name.map_or(Named::Unclear, Named::Folder)));
                    }
                    rest = after;
                }
            }
            if code.ends_with('{') && words(code).any(|word| word == "mod") {
                open.push(indentation);
            }
        }
        found
    }

    /// How many modules the file is within: 1 right under `src`.
    fn depth(&self) -> usize {
        let steps = self.path.iter().count() - 1;
        if self.path.ends_with("mod.rs") { steps - 1 } else { steps }
    }
}

/// A line without its comment. Text in quotes stays: better a mention too many than one too few.
fn code_of(line: &str) -> &str {
    let code = line.trim();
    if code.starts_with("//") { "" } else { code.split(" // ").next().unwrap_or(code).trim_end() }
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

/// Whether a word names a crate, or one of its family as `polars_core` is of `polars`.
fn is_of(name: &str, word: &str) -> bool {
    word.strip_prefix(name).is_some_and(|rest| rest.is_empty() || (name != "fs" && rest.starts_with('_')))
}

/// All Rust files of `src`, in the order of their paths.
fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the sources can be read") {
            let path = entry.expect("an entry of the sources can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = read(&path);
                let path = path.strip_prefix(root()).expect("found under the root").to_owned();
                sources.push(Source { path, text });
            }
        }
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(sources.len() > 10, "the sources are not where they were");
    sources
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
