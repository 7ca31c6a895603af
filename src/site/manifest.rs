//! `manifest.json`: what a site was made from and what it consists of; also the mark that it is ours.
//!
//! Takes the finished files, the inputs and the project file; gives JSON with sorted keys, the same
//! bytes for the same build. Whether a text may be published is left to the caller.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Contents;

/// Name of the manifest inside the site.
pub const MANIFEST: &str = "manifest.json";

/// The value of `generator` by which a folder is known as ours.
pub const GENERATOR: &str = "casefile";

/// Version of the manifest's shape.
pub const MANIFEST_FORMAT: u32 = 1;

/// A manifest is not read beyond this size, in bytes.
const LARGEST_MANIFEST_BYTES: u64 = 64 << 20;

// The fields stand in the order of the alphabet, because serde writes them as they stand here.

/// What a site was made from and what it consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_FORMAT`] of the version that wrote it.
    pub format_version: u32,
    /// Always [`GENERATOR`].
    pub generator: String,
    /// The exports, by name and hash.
    pub inputs: Vec<InputFile>,
    /// Every file of the site but the manifest itself: path → size and hash.
    pub outputs: BTreeMap<String, OutputFile>,
    /// The project file, if there was one.
    pub project: Option<ProjectFile>,
    /// Version of Casefile.
    pub tool_version: String,
}

/// One export that was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InputFile {
    /// Size in bytes.
    pub bytes: u64,
    /// blake3 of the bytes, hexadecimal.
    pub hash: String,
    /// Name of the file; only the part after the last `/` or `\` is published.
    pub name: String,
    /// Rows read, without the header.
    pub rows: u64,
}

/// One file of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFile {
    /// blake3 of the bytes, hexadecimal.
    pub blake3: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// The project file of a build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectFile {
    /// blake3 of the text, hexadecimal.
    pub blake3: String,
    /// The text itself.
    pub text: String,
}

impl Manifest {
    /// The manifest of `contents`; a manifest that is already among them is passed over.
    pub fn new(contents: &Contents, inputs: &[InputFile], project: Option<&str>) -> Self {
        let mut inputs: Vec<InputFile> = inputs.iter().map(with_base_name).collect();
        inputs.sort_by(|a, b| (&a.name, a).cmp(&(&b.name, b)));
        Self {
            format_version: MANIFEST_FORMAT,
            generator: GENERATOR.to_owned(),
            inputs,
            outputs: contents
                .iter()
                .filter(|(path, _)| *path != MANIFEST)
                .map(|(path, bytes)| (path.to_owned(), OutputFile::of(bytes)))
                .collect(),
            project: project.map(|text| ProjectFile { blake3: hash(text.as_bytes()), text: text.to_owned() }),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Indented JSON with sorted keys and a newline at its end.
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).expect("text and numbers always serialise to JSON");
        json.push(b'\n');
        json
    }
}

impl OutputFile {
    fn of(bytes: &[u8]) -> Self {
        Self { blake3: hash(bytes), bytes: bytes.len() as u64 }
    }
}

/// The bytes of `manifest.json` for finished contents; add them as [`MANIFEST`] after all others.
///
/// `project` is the text of the project file as it may be published.
pub fn manifest_json(contents: &Contents, inputs: &[InputFile], project: Option<&str>) -> Vec<u8> {
    Manifest::new(contents, inputs, project).to_json()
}

/// The part of a manifest that every version has, or would be recognised without.
#[derive(Debug, Deserialize)]
struct Mark {
    generator: String,
    #[serde(default)]
    outputs: BTreeMap<String, serde::de::IgnoredAny>,
}

/// The files that the manifest in `folder` lists, itself included; nothing if the folder is not ours.
pub(super) fn listed_files(folder: &Path) -> io::Result<Option<BTreeSet<String>>> {
    let path = folder.join(MANIFEST);
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut json = Vec::new();
    BufReader::new(File::open(&path)?).take(LARGEST_MANIFEST_BYTES).read_to_end(&mut json)?;
    Ok(files_of_mark(&json))
}

/// The same from the bytes of a manifest.
pub(super) fn files_of_mark(json: &[u8]) -> Option<BTreeSet<String>> {
    let mark: Mark = serde_json::from_slice(json).ok()?;
    let mut files: BTreeSet<String> = mark.outputs.into_keys().collect();
    files.insert(MANIFEST.to_owned());
    (mark.generator == GENERATOR).then_some(files)
}

/// Folders say something about the machine or its user, so they stay out of the site.
fn with_base_name(input: &InputFile) -> InputFile {
    let InputFile { bytes, hash, name, rows } = input;
    InputFile {
        bytes: *bytes,
        hash: hash.clone(),
        name: name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned(),
        rows: *rows,
    }
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(name: &str) -> InputFile {
        InputFile { bytes: 12, hash: "00".to_owned(), name: name.to_owned(), rows: 3 }
    }

    #[test]
    fn the_same_build_gives_the_same_bytes() {
        let mut contents = Contents::new();
        contents.add("index.html", "<p>").unwrap();
        contents.add("data/figures.csv", "a\r\n").unwrap();
        let json = manifest_json(&contents, &[input("/home/someone/leads.csv"), input("deals.csv")], Some("x = 1"));
        let turned = manifest_json(&contents, &[input("deals.csv"), input("leads.csv")], Some("x = 1"));
        assert_eq!(json, turned);

        let manifest: Manifest = serde_json::from_slice(&json).unwrap();
        assert_eq!(manifest.inputs[1].name, "leads.csv");
        assert_eq!(manifest.outputs["index.html"].bytes, 3);
        assert_eq!(manifest.outputs["index.html"].blake3, blake3::hash(b"<p>").to_hex().to_string());
        assert_eq!(manifest.project.as_ref().unwrap().text, "x = 1");

        contents.add(MANIFEST, json.clone()).unwrap();
        assert_eq!(manifest_json(&contents, &manifest.inputs, Some("x = 1")), json);
    }

    #[test]
    fn keys_are_sorted() {
        let mut contents = Contents::new();
        contents.add("index.html", "<p>").unwrap();
        let json = manifest_json(&contents, &[input("a.csv")], Some(""));
        let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
        fn assert_sorted(value: &serde_json::Value) {
            if let Some(object) = value.as_object() {
                assert!(object.keys().is_sorted());
                object.values().for_each(assert_sorted);
            }
        }
        assert_sorted(&value);
        let text = String::from_utf8(json).unwrap();
        let places: Vec<_> = ["format_version", "generator", "inputs", "outputs", "project", "tool_version"]
            .map(|key| text.find(&format!("\n  \"{key}\"")).unwrap())
            .into();
        assert!(places.is_sorted());
    }

    #[test]
    fn only_our_generator_marks_a_folder() {
        assert_eq!(
            files_of_mark(br#"{"generator": "casefile", "outputs": {"a": 1}}"#),
            Some(BTreeSet::from([MANIFEST.to_owned(), "a".to_owned()]))
        );
        assert_eq!(files_of_mark(br#"{"generator": "other"}"#), None);
        assert_eq!(files_of_mark(br#"{"name": "My web app"}"#), None);
        assert_eq!(files_of_mark(b"{"), None);
    }
}
