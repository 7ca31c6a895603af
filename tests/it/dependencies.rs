//! What the code may lean on: no network crate in the tree, and every library behind its wall.
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
