//! Where the site goes, and whether it may go there.
//!
//! Takes the folder as typed, gives its real place or a refusal. Nothing is written here.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::SiteError;
use super::manifest::listed_files;

/// Refuses a target that would cost someone their files or that cannot be written.
///
/// Meant for the start of a run, before any long work; [`super::publish()`] looks at the target again.
/// `inputs` is the folder or file that is read.
pub fn check_target(target: &Path, inputs: &Path) -> Result<(), SiteError> {
    // The overlap comes first: where it is wrong, the other answers would only lead astray.
    check_apart(target, inputs)?;
    let place = Place::of(target)?;
    check_replaceable(&place.folder())?;
    check_not_mounted(&place)?;
    check_writable(&place.parent)
}

/// The target as a name in an existing folder, links resolved.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) parent: PathBuf,
    pub(super) name: OsString,
}

impl Place {
    pub(super) fn of(target: &Path) -> Result<Self, SiteError> {
        let no_name = || SiteError::NoName { target: target.to_owned() };
        if target.symlink_metadata().is_ok() {
            let real = fs::canonicalize(target).map_err(|source| match source.kind() {
                // A link that leads nowhere.
                io::ErrorKind::NotFound => SiteError::NotAFolder { target: target.to_owned() },
                _ => SiteError::Unreadable { path: target.to_owned(), source },
            })?;
            let (Some(parent), Some(name)) = (real.parent(), real.file_name()) else {
                return Err(no_name());
            };
            return Ok(Self { parent: parent.to_owned(), name: name.to_owned() });
        }
        let name = target.file_name().ok_or_else(no_name)?.to_owned();
        let parent = existing_parent_or_here(target);
        match fs::canonicalize(parent) {
            Ok(real) if real.is_dir() => Ok(Self { parent: real, name }),
            Ok(real) => Err(SiteError::NoParent { parent: real, source: io::ErrorKind::NotADirectory.into() }),
            Err(source) => Err(SiteError::NoParent { parent: parent.to_owned(), source }),
        }
    }

    /// The folder of the site.
    pub(super) fn folder(&self) -> PathBuf {
        self.parent.join(&self.name)
    }

    /// A hidden name beside the site: `.NAME` and what follows.
    pub(super) fn beside(&self, ending: &str) -> PathBuf {
        self.parent.join(joined(&[".".as_ref(), &self.name, ending.as_ref()]))
    }

    /// A visible name beside the site: `NAME` and what follows.
    pub(super) fn sibling(&self, ending: &str) -> PathBuf {
        self.parent.join(joined(&[&self.name, ending.as_ref()]))
    }
}

fn joined(parts: &[&OsStr]) -> OsString {
    parts.iter().copied().collect()
}

fn existing_parent_or_here(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Refuses anything but nothing, an empty folder, or a folder with our manifest.
pub(super) fn check_replaceable(folder: &Path) -> Result<(), SiteError> {
    let unreadable = |source| SiteError::Unreadable { path: folder.to_owned(), source };
    match folder.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unreadable(error)),
        Ok(metadata) if !metadata.is_dir() => {
            return Err(SiteError::NotAFolder { target: folder.to_owned() });
        }
        Ok(_) => {}
    }
    let is_empty = fs::read_dir(folder).map_err(unreadable)?.next().is_none();
    if is_empty || listed_files(folder).map_err(unreadable)?.is_some() {
        Ok(())
    } else {
        Err(SiteError::NotOurs { target: folder.to_owned() })
    }
}

fn check_apart(target: &Path, inputs: &Path) -> Result<(), SiteError> {
    let (real_target, real_inputs) = (resolved(target), resolved(inputs));
    if real_target.starts_with(&real_inputs) {
        Err(SiteError::InsideInputs { target: target.to_owned(), inputs: inputs.to_owned() })
    } else if real_inputs.starts_with(&real_target) {
        Err(SiteError::AroundInputs { target: target.to_owned(), inputs: inputs.to_owned() })
    } else {
        Ok(())
    }
}

/// The path with all links resolved as far as it exists; what does not exist yet is kept as typed.
fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for existing in absolute.ancestors() {
        if let Ok(real) = fs::canonicalize(existing) {
            return match absolute.strip_prefix(existing) {
                Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
                _ => real,
            };
        }
    }
    absolute
}

/// Another file system begins where the device number changes.
#[cfg(unix)]
fn check_not_mounted(place: &Place) -> Result<(), SiteError> {
    use std::os::unix::fs::MetadataExt;

    let folder = place.folder();
    match (folder.metadata(), place.parent.metadata()) {
        (Ok(inside), Ok(outside)) if inside.dev() != outside.dev() => Err(SiteError::MountPoint { target: folder }),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn check_not_mounted(_: &Place) -> Result<(), SiteError> {
    Ok(())
}

/// Asks the system rather than trying it out, so that a check leaves no trace.
#[cfg(unix)]
fn check_writable(parent: &Path) -> Result<(), SiteError> {
    use rustix::fs::{Access, access};

    access(parent, Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|error| SiteError::NotWritable { parent: parent.to_owned(), source: error.into() })
}

/// Elsewhere the answer is known only when the temporary folder is made.
#[cfg(not(unix))]
fn check_writable(_: &Path) -> Result<(), SiteError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Case {
        root: tempfile::TempDir,
    }

    impl Case {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            fs::create_dir(root.path().join("exports")).unwrap();
            Self { root }
        }

        fn path(&self, path: &str) -> PathBuf {
            self.root.path().join(path)
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn check(&self, target: &str) -> Result<(), SiteError> {
            check_target(&self.path(target), &self.path("exports"))
        }

        fn refusal(&self, target: &str) -> (String, u8) {
            let error = self.check(target).unwrap_err();
            assert!(!error.hint().is_empty());
            let kind = format!("{error:?}");
            let kind = kind.split([' ', '{', '(']).next().unwrap().to_owned();
            (kind, error.exit_code())
        }
    }

    fn refused(kind: &str, exit_code: u8) -> (String, u8) {
        (kind.to_owned(), exit_code)
    }

    #[test]
    fn a_new_an_empty_and_an_old_site_are_fine() {
        let case = Case::new();
        fs::create_dir(case.path("empty")).unwrap();
        case.write("old/manifest.json", r#"{"generator":"casefile"}"#);
        case.write("old/index.html", "");
        for target in ["new", "empty", "old", "exports-site"] {
            case.check(target).unwrap();
        }
        assert!(!case.path("new").exists(), "a check leaves no trace");
    }

    #[test]
    fn files_of_others_are_refused() {
        let case = Case::new();
        case.write("file", "");
        case.write("home/letter.txt", "");
        case.write("webapp/manifest.json", r#"{"name":"My web app"}"#);
        assert_eq!(case.refusal("file"), refused("NotAFolder", 2));
        assert_eq!(case.refusal("home"), refused("NotOurs", 2));
        assert_eq!(case.refusal("webapp"), refused("NotOurs", 2));
        assert_eq!(case.refusal("missing/site"), refused("NoParent", 73));
        assert_eq!(case.refusal("file/site"), refused("NoParent", 73));
    }

    #[test]
    fn exports_and_site_stay_apart() {
        let case = Case::new();
        case.write("old/manifest.json", r#"{"generator":"casefile"}"#);
        case.write("old/exports/leads.csv", "");
        assert_eq!(case.refusal("exports"), refused("InsideInputs", 2));
        assert_eq!(case.refusal("exports/site"), refused("InsideInputs", 2));
        assert_eq!(case.refusal("exports/a/b/site"), refused("InsideInputs", 2));
        assert_eq!(case.refusal("exports/../exports/s"), refused("InsideInputs", 2));
        let around = check_target(&case.path("old"), &case.path("old/exports"));
        assert!(matches!(around, Err(SiteError::AroundInputs { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_looked_through() {
        use std::os::unix::fs::symlink;

        let case = Case::new();
        symlink(case.path("exports"), case.path("link")).unwrap();
        symlink(case.path("nowhere"), case.path("dangling")).unwrap();
        assert_eq!(case.refusal("link"), refused("InsideInputs", 2));
        assert_eq!(case.refusal("link/new/site"), refused("InsideInputs", 2));
        assert_eq!(case.refusal("dangling"), refused("NotAFolder", 2));
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_takes_no_files_is_refused_early() {
        use std::os::unix::fs::PermissionsExt;

        let case = Case::new();
        fs::create_dir(case.path("locked")).unwrap();
        fs::set_permissions(case.path("locked"), fs::Permissions::from_mode(0o555)).unwrap();
        // A superuser may write anywhere, and is told so.
        match fs::write(case.path("locked/probe"), "") {
            Ok(()) => case.check("locked/site").unwrap(),
            Err(_) => assert_eq!(case.refusal("locked/site"), refused("NotWritable", 73)),
        }
    }
}
