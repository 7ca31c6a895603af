//! The whole way from finished contents to a published folder.
//!
//! lock → clear leftovers → write beside the target → bring to the disk → swap → remove the old site.
//! A file that is the same in both sites is not written again: the new site takes it over.
//! Whatever fails before the swap leaves the old site as it was. Source of the order: "All File
//! Systems Are Not Created Equal" (OSDI 2014): a rename is atomic, and lasts once the folder is synced.

use std::path::{Path, PathBuf};

use super::lock::Lock;
use super::manifest::files_of_mark;
use super::remove::{clear_leftovers, remove_site};
use super::stage::{Before, Stage, sync_folder};
use super::swap::swap;
use super::target::{Place, check_replaceable};
use super::{Contents, Interrupted, MANIFEST, SiteError};

/// A site that stands in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The folder, with links resolved.
    pub folder: PathBuf,
    /// Number of files.
    pub files: usize,
    /// Size of all files together, in bytes.
    pub bytes: u64,
    /// Folders into which files were moved that lay in the old site but were not from Casefile.
    pub set_aside: Vec<PathBuf>,
}

/// Writes the contents beside `target` and puts them in its place.
///
/// `contents` must hold [`MANIFEST`], made by [`super::manifest_json`] from all the other files.
/// `interrupted` is asked between files; from the swap on nothing stops the work.
pub fn publish(
    target: &Path,
    contents: &Contents,
    interrupted: &dyn Fn() -> Result<(), Interrupted>,
) -> Result<Published, SiteError> {
    publish_stepwise(target, contents, interrupted, &|_| Ok(()))
}

fn publish_stepwise(
    target: &Path,
    contents: &Contents,
    interrupted: &dyn Fn() -> Result<(), Interrupted>,
    before: Before<'_>,
) -> Result<Published, SiteError> {
    check_manifest(target, contents)?;
    let place = Place::of(target)?;
    let folder = place.folder();
    let _lock = Lock::take(&place)?;
    let mut set_aside = clear_leftovers(&place)?;
    check_replaceable(&folder)?;
    let mut stage = Stage::write(&place, contents, interrupted, before)?;
    interrupted()?;
    let old = swap(&place, &mut stage, before)?;
    sync_folder(&place.parent).map_err(|source| SiteError::MayNotLast { parent: place.parent.clone(), source })?;
    set_aside.extend(old.and_then(|old| remove_site(&place, &old)));
    Ok(Published { folder, files: contents.len(), bytes: contents.size_bytes(), set_aside })
}

/// A site whose manifest does not list all its files could not be replaced later.
fn check_manifest(target: &Path, contents: &Contents) -> Result<(), SiteError> {
    let listed = contents.get(MANIFEST).and_then(files_of_mark);
    let lists_all = listed.is_some_and(|listed| contents.iter().all(|(path, _)| listed.contains(path)));
    if lists_all { Ok(()) } else { Err(SiteError::NoManifest { target: target.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeMap;
    use std::{fs, io};

    use super::super::manifest_json;
    use super::super::stage::Step;
    use super::*;

    struct Case {
        root: tempfile::TempDir,
    }

    impl Case {
        fn new() -> Self {
            Self { root: tempfile::tempdir().unwrap() }
        }

        fn path(&self, path: &str) -> PathBuf {
            self.root.path().join(path)
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn publish(&self, text: &str) -> Result<Published, SiteError> {
            publish(&self.path("site"), &site(text), &|| Ok(()))
        }

        fn publish_stepwise(&self, text: &str, before: Before<'_>) -> Result<Published, SiteError> {
            publish_stepwise(&self.path("site"), &site(text), &|| Ok(()), before)
        }

        /// Every file below the root: path → text.
        fn files(&self) -> BTreeMap<String, String> {
            let mut files = BTreeMap::new();
            let mut folders = vec![self.root.path().to_owned()];
            while let Some(folder) = folders.pop() {
                for entry in fs::read_dir(&folder).unwrap() {
                    let path = entry.unwrap().path();
                    if path.is_dir() {
                        folders.push(path);
                    } else {
                        let name = path.strip_prefix(self.root.path()).unwrap();
                        let text = fs::read_to_string(&path).unwrap();
                        files.insert(name.to_str().unwrap().to_owned(), text);
                    }
                }
            }
            files
        }

        fn names(&self) -> Vec<String> {
            self.files().into_keys().collect()
        }

        /// What stands beside each other in the root.
        fn top(&self) -> Vec<String> {
            let mut names: Vec<_> = fs::read_dir(self.root.path())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        }
    }

    fn site(text: &str) -> Contents {
        with_manifest(&[("index.html", text), ("data/figures.csv", text)])
    }

    fn with_manifest(files: &[(&str, &str)]) -> Contents {
        let mut contents = Contents::new();
        for (path, text) in files {
            contents.add(path, *text).unwrap();
        }
        let manifest = manifest_json(&contents, &[], None);
        contents.add(MANIFEST, manifest).unwrap();
        contents
    }

    fn full_disk() -> io::Error {
        io::ErrorKind::StorageFull.into()
    }

    /// As on a file system without an exchange of two names.
    fn no_exchange(step: Step<'_>) -> io::Result<()> {
        match step {
            Step::Exchange => Err(io::ErrorKind::Unsupported.into()),
            _ => Ok(()),
        }
    }

    #[test]
    fn a_site_is_written_and_replaced_whole() {
        for before in [&|_: Step<'_>| Ok(()) as io::Result<()>, &no_exchange] as [Before<'_>; 2] {
            let case = Case::new();
            let published = case.publish_stepwise("old", before).unwrap();
            assert_eq!(published.files, 3);
            let larger = with_manifest(&[("index.html", "old"), ("gone/page.html", "old")]);
            publish_stepwise(&case.path("site"), &larger, &|| Ok(()), before).unwrap();
            let published = case.publish_stepwise("new", before).unwrap();
            assert!(published.set_aside.is_empty());
            assert_eq!(case.names(), ["site/data/figures.csv", "site/index.html", "site/manifest.json"]);
            assert_eq!(case.files()["site/index.html"], "new");
            assert_eq!(case.top(), ["site"]);
        }
    }

    #[test]
    fn an_empty_folder_becomes_the_site() {
        let case = Case::new();
        fs::create_dir(case.path("site")).unwrap();
        case.publish("new").unwrap();
        assert_eq!(case.top(), ["site"]);
    }

    #[test]
    fn whatever_step_fails_the_old_site_stays_and_nothing_else() {
        let case = Case::new();
        case.publish("old").unwrap();
        let untouched = case.files();
        let failing =
            [Step::Write(MANIFEST), Step::Write("index.html"), Step::Exchange, Step::MoveOldAway, Step::MoveNewIn];
        for failing in failing {
            let error = case
                .publish_stepwise("new", &|step| match step {
                    step if step == failing => Err(full_disk()),
                    step => no_exchange(step),
                })
                .unwrap_err();
            assert_eq!(error.exit_code(), 74, "{failing:?}");
            assert_eq!(case.files(), untouched, "{failing:?}");
            assert_eq!(case.top(), ["site"], "{failing:?}");
        }
    }

    #[test]
    fn a_signal_between_files_stops_and_clears_away() {
        let case = Case::new();
        case.publish("old").unwrap();
        let untouched = case.files();
        for after in 0..7 {
            let left = Cell::new(after);
            let interrupted = || {
                left.set(left.get() - 1);
                if left.get() < 0 { Err(Interrupted { signal: 2 }) } else { Ok(()) }
            };
            let error = publish(&case.path("site"), &site("new"), &interrupted).unwrap_err();
            assert_eq!(error.exit_code(), 130);
            assert_eq!(case.files(), untouched);
            assert_eq!(case.top(), ["site"]);
        }
    }

    #[test]
    fn a_run_killed_between_the_renames_is_taken_back() {
        let case = Case::new();
        case.publish("old").unwrap();
        let untouched = case.files();
        fs::rename(case.path("site"), case.path(".site.old-4294967295")).unwrap();
        case.write(".site.tmp-4294967295/manifest.json", "{\"gener");
        let failed = case.publish_stepwise("new", &|_| Err(full_disk()));
        assert!(failed.is_err());
        assert_eq!(case.files(), untouched);
        assert_eq!(case.top(), ["site"]);
    }

    #[test]
    fn leftovers_go_and_files_of_others_stay() {
        let case = Case::new();
        case.publish("old").unwrap();
        fs::rename(case.path("site"), case.path(".site.tmp-1")).unwrap();
        case.publish("old").unwrap();
        case.write(".site.tmp-2/letter.txt", "Dear");
        fs::create_dir_all(case.path(".site.tmp-3/data/tables")).unwrap();
        case.write(".site.old-3/manifest.json", "{}");
        case.write(".site.old-notes/letter.txt", "Dear");
        case.write("site/.htaccess", "Require all granted");
        case.write("site/data/notes/a.txt", "mine");
        case.write("site/.DS_Store", "");
        let published = case.publish("new").unwrap();
        assert_eq!(published.set_aside.len(), 1);
        assert!(!case.path(".site.tmp-3").exists(), "a run that was killed before it wrote anything");
        assert_eq!(
            case.names(),
            [
                ".site.old-3/manifest.json",
                ".site.old-notes/letter.txt",
                ".site.tmp-2/letter.txt",
                "site.kept-1/.htaccess",
                "site.kept-1/data/notes/a.txt",
                "site/data/figures.csv",
                "site/index.html",
                "site/manifest.json",
            ]
        );
    }

    #[test]
    fn files_of_others_and_sites_without_a_mark_are_refused() {
        let case = Case::new();
        case.write("site/letter.txt", "Dear");
        assert!(matches!(case.publish("new"), Err(SiteError::NotOurs { .. })));
        assert_eq!(case.names(), ["site/letter.txt"]);

        let mut unmarked = Contents::new();
        unmarked.add("index.html", "").unwrap();
        let error = publish(&case.path("other"), &unmarked, &|| Ok(())).unwrap_err();
        assert_eq!(error.exit_code(), 70);
        unmarked.add(MANIFEST, manifest_json(&Contents::new(), &[], None)).unwrap();
        assert!(publish(&case.path("other"), &unmarked, &|| Ok(())).is_err());
    }

    #[test]
    fn files_that_come_while_the_pages_are_written_are_not_lost() {
        let case = Case::new();
        fs::create_dir(case.path("site")).unwrap();
        let result = case.publish_stepwise("new", &|step| {
            if step == Step::Write("index.html") {
                case.write("site/letter.txt", "Dear");
            }
            Ok(())
        });
        assert!(matches!(result, Err(SiteError::NotOurs { .. })));
        assert_eq!(case.names(), ["site/letter.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_stays_the_same_is_taken_over() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

        let case = Case::new();
        case.publish("same").unwrap();
        let data = |path: &str| case.path(path).metadata().unwrap();
        let place = |path: &str| (data(path).ino(), data(path).nlink());
        let before = place("site/index.html");
        fs::set_permissions(case.path("site/index.html"), fs::Permissions::from_mode(0o600)).unwrap();
        case.publish("same").unwrap();
        assert_eq!(place("site/index.html"), before);
        assert_eq!(data("site/index.html").mode() & 0o7777, 0o644);

        // What is of the same size, or is reached by a link, is written.
        case.write("elsewhere/figures.csv", "same");
        fs::remove_dir_all(case.path("site/data")).unwrap();
        symlink(case.path("elsewhere"), case.path("site/data")).unwrap();
        case.write("site/index.html", "eman");
        case.publish("same").unwrap();
        assert_eq!(case.files()["site/index.html"], "same");
        assert_ne!(place("site/index.html"), before);
        assert_eq!(place("elsewhere/figures.csv").1, 1);
    }

    #[cfg(unix)]
    #[test]
    fn everyone_may_read_and_links_are_neither_followed_nor_lost() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let case = Case::new();
        case.write("elsewhere/figures.csv", "mine");
        case.publish("old").unwrap();
        let mode = |path: &str| case.path(path).metadata().unwrap().permissions().mode() & 0o7777;
        assert_eq!((mode("site"), mode("site/data")), (0o755, 0o755));
        assert_eq!(mode("site/data/figures.csv"), 0o644);

        // A folder of the old site that someone replaced by a link.
        fs::remove_dir_all(case.path("site/data")).unwrap();
        symlink(case.path("elsewhere"), case.path("site/data")).unwrap();
        // The site itself may be reached through a link, which stays.
        symlink(case.path("site"), case.path("current")).unwrap();
        publish(&case.path("current"), &site("new"), &|| Ok(())).unwrap();
        assert_eq!(case.files()["elsewhere/figures.csv"], "mine");
        assert_eq!(case.files()["site/data/figures.csv"], "new");
        assert!(case.path("current").is_symlink());
        assert!(case.path("site.kept-1/data").is_symlink());
    }
}
