//! The files of a site in memory, under names that every file system and web server accepts.
//!
//! Takes paths and bytes, gives them back in the order of their paths. Writing is left to `publish`.

use std::collections::BTreeMap;

use super::SiteError;
use super::names::is_reserved;

/// Largest site that is written unless the caller sets another limit, in bytes (500 MB).
pub const DEFAULT_SITE_LIMIT_BYTES: u64 = 500_000_000;

/// Longest name of one file or folder inside the site, in bytes.
const LONGEST_SEGMENT_BYTES: usize = 100;

/// The finished files of a site: relative path with `/` → bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    files: BTreeMap<String, Vec<u8>>,
}

/// Why a path cannot stand in a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// A folder or file name is empty, as in `a//b`, `/a` or `a/`.
    #[error("a part of it is empty")]
    Empty,
    /// A part is longer than 100 bytes.
    #[error("a part of it is longer than 100 bytes")]
    TooLong,
    /// A part holds something other than `a-z`, `0-9`, `.`, `_` and `-`. Capitals are out as well,
    /// so that two names never differ only in their case.
    #[error("only a-z, 0-9, `.`, `_` and `-` are allowed")]
    Character,
    /// A part begins or ends with a dot, which also rules out `.` and `..`.
    #[error("a part of it begins or ends with a dot")]
    Dot,
    /// A part is a device name on Windows, such as `con` or `aux.html`.
    #[error("a part of it is a device name on Windows")]
    Reserved,
    /// The path is already taken.
    #[error("there is already a file of that name")]
    Twice,
    /// The path would have to be a file and a folder at once.
    #[error("it is needed both as a file and as a folder")]
    FileAndFolder,
}

impl Contents {
    /// A site without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one file; `path` is relative to the site and uses `/`.
    pub fn add(&mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Result<(), SiteError> {
        let refused = |fault| SiteError::BadPath { path: path.to_owned(), fault };
        check_path(path).map_err(refused)?;
        self.check_free(path).map_err(refused)?;
        self.files.insert(path.to_owned(), bytes.into());
        Ok(())
    }

    /// The bytes of one file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// All files in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file yet.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Size of all files together, in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.files.values().map(|bytes| bytes.len() as u64).sum()
    }

    /// Refuses a site larger than `limit_bytes`.
    pub fn check_size(&self, limit_bytes: u64) -> Result<(), SiteError> {
        let bytes = self.size_bytes();
        if bytes > limit_bytes {
            return Err(SiteError::TooLarge { bytes, limit_bytes });
        }
        Ok(())
    }

    fn check_free(&self, path: &str) -> Result<(), PathFault> {
        if self.files.contains_key(path) {
            return Err(PathFault::Twice);
        }
        let below = format!("{path}/");
        let is_folder = self.files.range(below.clone()..).next().is_some_and(|(next, _)| next.starts_with(&below));
        let has_file_above = folders_above(path).any(|folder| self.files.contains_key(folder));
        if is_folder || has_file_above {
            return Err(PathFault::FileAndFolder);
        }
        Ok(())
    }
}

/// The folders that a path lies in, outermost first: `a`, `a/b` for `a/b/c`.
pub(super) fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// Checks each part of a path against what all file systems and servers agree on.
pub(super) fn check_path(path: &str) -> Result<(), PathFault> {
    path.split('/').try_for_each(check_segment)
}

fn check_segment(segment: &str) -> Result<(), PathFault> {
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
    if segment.is_empty() {
        Err(PathFault::Empty)
    } else if segment.len() > LONGEST_SEGMENT_BYTES {
        Err(PathFault::TooLong)
    } else if !segment.bytes().all(is_plain) {
        Err(PathFault::Character)
    } else if segment.starts_with('.') || segment.ends_with('.') {
        Err(PathFault::Dot)
    } else if is_reserved(segment) {
        Err(PathFault::Reserved)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault_of(contents: &mut Contents, path: &str) -> Option<PathFault> {
        match contents.add(path, "x") {
            Ok(()) => None,
            Err(SiteError::BadPath { fault, .. }) => Some(fault),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn only_names_that_are_safe_everywhere_are_taken() {
        let long = "a".repeat(101);
        for (path, fault) in [
            ("", PathFault::Empty),
            ("/etc/passwd", PathFault::Empty),
            ("a//b", PathFault::Empty),
            ("data/", PathFault::Empty),
            (long.as_str(), PathFault::TooLong),
            ("Index.html", PathFault::Character),
            ("a b", PathFault::Character),
            ("a\\b", PathFault::Character),
            ("c:x", PathFault::Character),
            ("../up", PathFault::Dot),
            (".htaccess", PathFault::Dot),
            ("a/name.", PathFault::Dot),
            ("con", PathFault::Reserved),
            ("data/aux.csv", PathFault::Reserved),
            ("lpt9.tar.gz", PathFault::Reserved),
        ] {
            assert_eq!(fault_of(&mut Contents::new(), path), Some(fault), "{path:?}");
        }
        for path in ["index.html", "data/tallies/a_1.parquet", "com.html", "com10"] {
            assert_eq!(fault_of(&mut Contents::new(), path), None, "{path:?}");
        }
    }

    #[test]
    fn a_path_is_used_once_and_is_a_file_or_a_folder() {
        let mut contents = Contents::new();
        contents.add("data/figures.csv", "x").unwrap();
        contents.add("data-page.html", "x").unwrap();
        assert_eq!(fault_of(&mut contents, "data/figures.csv"), Some(PathFault::Twice));
        assert_eq!(fault_of(&mut contents, "data"), Some(PathFault::FileAndFolder));
        assert_eq!(fault_of(&mut contents, "data/figures.csv/x"), Some(PathFault::FileAndFolder));
        assert_eq!((contents.len(), contents.size_bytes()), (2, 2));
        assert!(contents.check_size(2).is_ok());
        assert!(contents.check_size(1).is_err());
    }
}
