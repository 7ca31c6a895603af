//! Tables that are kept from one run to the next: only files that changed are read again, what is damaged is made anew, and
//! the site is the same as without.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::relations::{assert_same_figures, bytes};
use crate::support::{casefile, succeed};

/// Exports in a folder, and a cache beside them.
struct Desk {
    folder: TempDir,
    runs: usize,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: TempDir::new().unwrap(), runs: 0 }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command that builds a site by such agreements.
    fn build(&self, first_touch: &str, output: &Path) -> std::process::Command {
        let project = self.path("casefile.toml");
        fs::write(&project, format!("[agreements]\nfirst_touch = \"{first_touch}\"\n")).unwrap();
        let mut command = casefile(&["build", "-c"]);
        command.arg(&project).arg(self.path("exports")).arg("-o").arg(output);
        command
    }

    /// The site without a cache.
    fn plain(&self, first_touch: &str) -> PathBuf {
        let site = self.path("plain");
        succeed(self.build(first_touch, &site).arg("--no-cache"));
        site
    }

    /// The site with the cache, which has to have the same figures. Gives what was said.
    fn run(&mut self, first_touch: &str, plain: &Path) -> String {
        self.runs += 1;
        let site = self.path(&format!("site-{}", self.runs));
        let output = succeed(self.build(first_touch, &site).arg("--cache").arg(self.path("cache")));
        assert_same_figures(&site, plain);
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// The same, beside the site without a cache.
    fn runs_alike(&mut self, first_touch: &str) -> String {
        let plain = self.plain(first_touch);
        self.run(first_touch, &plain)
    }

    /// Folders of the entries that hold tables; those that hold counts are removed.
    fn entries(&self) -> Vec<PathBuf> {
        let files = bytes(&self.path("cache"));
        let folders = |name: &str| -> Vec<PathBuf> {
            let own = files.keys().filter(|path| path.contains("v1/") && path.ends_with(&format!("/{name}")));
            own.map(|path| self.path("cache").join(path).parent().unwrap().to_owned()).collect()
        };
        folders("part").iter().for_each(|folder| fs::remove_dir_all(folder).unwrap());
        folders("slip")
    }
}

fn demo(leads: &str) -> Desk {
    let desk = Desk::new();
    succeed(casefile(&["demo", "--leads", leads, "--style", "plain", "--quiet"]).arg(desk.path("exports")));
    desk
}

#[test]
fn only_files_that_changed_are_read_again() {
    let mut desk = demo("6000");
    assert!(!desk.runs_alike("1h").contains("not read again"));
    // Counts depend on agreements, tables do not.
    let said = desk.runs_alike("2h");
    assert!(said.contains("2 files are as before, and not read again"), "{said}");

    // One value changed in place, the size of the file as before.
    let leads = desk.path("exports").join("leads.csv");
    let text = fs::read_to_string(&leads).unwrap().replacen("Webinar", "WEBINAR", 1);
    fs::write(&leads, text).unwrap();
    let said = desk.runs_alike("2h");
    assert!(said.contains("one file is as before, and not read again"), "{said}");
    let said = desk.runs_alike("3h");
    assert!(said.contains("2 files are as before"), "{said}");

    // Another zone is another way to read a file.
    let project = "[report]\ntimezone = \"Asia/Tokyo\"\n";
    fs::write(desk.path("zone.toml"), project).unwrap();
    let output = succeed(
        casefile(&["build", "-c"])
            .arg(desk.path("zone.toml"))
            .arg(desk.path("exports"))
            .arg("-o")
            .arg(desk.path("zoned"))
            .arg("--cache")
            .arg(desk.path("cache")),
    );
    assert!(!String::from_utf8_lossy(&output.stderr).contains("not read again"));
}

#[test]
fn damage_to_any_file_that_is_kept_is_noticed() {
    let mut desk = demo("6000");
    let plain = desk.plain("1h");
    desk.run("1h", &plain);
    for entry in desk.entries() {
        let names: Vec<PathBuf> = fs::read_dir(&entry).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(names.len(), 3, "{names:?}");
        for (name, share) in names.iter().zip([2, 3, 5]) {
            let mut content = fs::read(name).unwrap();
            let place = content.len() / share;
            content[place] ^= 4;
            fs::write(name, content).unwrap();
            let said = desk.run("1h", &plain);
            assert!(said.contains("one file is as before"), "{}: {said}", name.display());
            desk.entries();
            let said = desk.run("1h", &plain);
            assert!(said.contains("2 files are as before"), "{}: {said}", name.display());
            desk.entries();
        }
    }
}

#[test]
fn a_file_read_in_a_format_that_its_beginning_did_not_show_is_kept_as_it_was_read_in_the_end() {
    let mut desk = Desk::new();
    fs::create_dir(desk.path("exports")).unwrap();
    let row = |n: usize| {
        // The first rows leave open which is the day.
        let day = if n < 9_000 { n % 12 + 1 } else { n % 28 + 1 };
        let note = "x".repeat(400);
        format!("L{n},{:02}/{:02}/2025,{},{note}\n", day, n % 12 + 1, ["Web", "Fair"][n % 2])
    };
    let rows: String = (0..12_000).map(row).collect();
    fs::write(desk.path("exports").join("leads.csv"), format!("lead_id,created_at,source,company\n{rows}")).unwrap();
    assert!(!desk.runs_alike("1h").contains("not read again"));
    let said = desk.runs_alike("2h");
    assert!(said.contains("one file is as before, and not read again"), "{said}");
}

#[test]
fn a_file_of_long_ago_is_kept_like_any_other() {
    let mut desk = demo("6000");
    let touches = fs::File::options().write(true).open(desk.path("exports").join("touches.csv")).unwrap();
    touches.set_modified(std::time::SystemTime::UNIX_EPOCH - std::time::Duration::from_secs(1)).unwrap();
    desk.runs_alike("1h");
    let said = desk.runs_alike("2h");
    assert!(said.contains("2 files are as before"), "{said}");
}

#[test]
fn files_of_the_same_name_size_and_time_in_two_folders_are_told_apart() {
    let mut desk = demo("6000");
    let leads = desk.path("exports").join("leads.csv");
    desk.runs_alike("1h");
    let written = leads.metadata().unwrap().modified().unwrap();
    let text = fs::read_to_string(&leads).unwrap().replacen("Webinar", "WEBINAR", 1);
    fs::rename(desk.path("exports"), desk.path("elsewhere")).unwrap();
    fs::create_dir(desk.path("exports")).unwrap();
    for entry in fs::read_dir(desk.path("elsewhere")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, desk.path("exports").join(path.file_name().unwrap())).unwrap();
    }
    fs::write(&leads, text).unwrap();
    fs::File::options().write(true).open(&leads).unwrap().set_modified(written).unwrap();
    let said = desk.runs_alike("1h");
    assert!(said.contains("one file is as before"), "{said}");
}

#[test]
fn a_cache_among_the_exports_is_none_of_them() {
    let desk = demo("6000");
    let plain = desk.plain("1h");
    for site in ["first", "second"] {
        let cache = desk.path("exports").join("cache");
        succeed(desk.build("1h", &desk.path(site)).arg("--cache").arg(cache));
        assert_same_figures(&desk.path(site), &plain);
    }
}

/// What is kept stays where it is where there is little memory, and goes through parts from there.
#[test]
fn tables_that_are_kept_keep_to_the_memory() {
    let mut desk = demo("80000");
    let plain = desk.plain("1h");
    desk.run("1h", &plain);
    desk.entries();
    let site = desk.path("small");
    let mut command = desk.build("1h", &site);
    let output = succeed(command.arg("--cache").arg(desk.path("cache")).args(["--memory", "64MiB"]));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("not read again"), "{said}");
    assert_eq!(said.matches("go through").count(), 1, "{said}");
    assert_same_figures(&site, &plain);
}

/// Ctrl-C at any time: what is kept of such a run is what it read, and nothing that it did not come to.
#[cfg(unix)]
#[test]
fn a_run_that_was_interrupted_leaves_no_file_out_of_the_next() {
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    const TIMES: u32 = 8;
    let mut desk = demo("20000");
    let plain = desk.plain("1h");
    let started = Instant::now();
    succeed(desk.build("1h", &desk.path("timed")).arg("--cache").arg(desk.path("timed-cache")));
    let whole = started.elapsed();
    let mut stopped = 0;
    for time in 0..TIMES {
        let mut command = desk.build("1h", &desk.path("stopped"));
        command.arg("--cache").arg(desk.path("cache")).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // The earlier stages are the ones that keep files.
        std::thread::sleep(whole * time / TIMES + Duration::from_millis(20));
        succeed(std::process::Command::new("kill").arg("-INT").arg(child.id().to_string()).stderr(Stdio::null()));
        let code = child.wait().unwrap().code();
        assert!(matches!(code, Some(0 | 130)) || (code.is_none() && time == 0), "{code:?}");
        stopped += usize::from(code != Some(0));
        // With what was left, and whatever the runs before have left.
        desk.run("1h", &plain);
        fs::remove_dir_all(desk.path("cache")).unwrap();
    }
    assert!(stopped > 2, "{stopped} of {TIMES} runs were interrupted");
}

/// A machine that has no more files to open says nothing of the files that it could not open.
#[cfg(unix)]
#[test]
fn what_the_machine_lacks_ends_the_run_and_is_no_answer_about_a_file() {
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    for file in 0..400 {
        let rows: String = (0..40).map(|row| format!("L{file}-{row},2025-01-{:02},Web\n", row % 28 + 1)).collect();
        fs::write(exports.join(format!("leads-{file}.csv")), format!("lead_id,created_at,source\n{rows}")).unwrap();
    }
    let program = env!("CARGO_BIN_EXE_casefile");
    let mut codes = std::collections::BTreeSet::new();
    for files in [4, 6, 8, 9, 10, 11, 12, 14, 16, 20, 256] {
        let site = folder.path().join("site");
        let output = std::process::Command::new("sh")
            .args(["-c", &format!("ulimit -n {files}; exec \"$0\" \"$@\""), program, "build", "--no-cache", "-q"])
            .env("RAYON_NUM_THREADS", "4")
            .arg(&exports)
            .arg("-o")
            .arg(&site)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let code = output.status.code().unwrap();
        codes.insert(code);
        assert_eq!(site.exists(), code == 0, "{files}: {said}");
        assert!(!said.contains("is not used"), "{files}: {said}");
        if code == 0 {
            let figures = crate::support::Figures::of(&site);
            assert_eq!(figures.all("roi.leads").value, Some(16_000.0), "{files}");
            fs::remove_dir_all(&site).unwrap();
        }
    }
    assert!(codes.contains(&66) && codes.contains(&0), "{codes:?}");
}
