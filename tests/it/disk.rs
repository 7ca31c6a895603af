//! What does not fit into memory: the disk it goes through is told, and checked before; and a disk that fails ends the run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::relations::assert_same_site;
use crate::support::{build, casefile, succeed};

/// Exports whose rows do not fit into 64 MiB.
struct Large {
    _folder: TempDir,
    exports: PathBuf,
}

static LARGE: LazyLock<Large> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    succeed(casefile(&["demo", "--leads", "80000", "--style", "plain", "--quiet"]).arg(&exports));
    Large { _folder: folder, exports }
});

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A build in little memory, with temporary files in `scratch`, below which the site comes to stand.
fn little(command: &mut Command, scratch: &TempDir) -> Output {
    let temp = scratch.path().join("temp");
    fs::create_dir_all(&temp).unwrap();
    command.args(["build", "--no-cache", "--memory", "64MiB", "--temp"]).arg(&temp);
    let output = command.arg(&LARGE.exports).arg("-o").arg(scratch.path().join("site")).output().unwrap();
    assert_eq!(fs::read_dir(&temp).unwrap().count(), 0, "{}", said(&output));
    output
}

#[test]
fn rows_that_go_through_the_disk_are_told_once_and_change_nothing() {
    let scratch = TempDir::new().unwrap();
    let output = little(&mut casefile(&[]), &scratch);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(said.matches(" MiB of rows go through `").count(), 1, "{said}");
    assert!(said.contains("more than the 64 MiB of memory"), "{said}");
    let whole = build(&LARGE.exports, &["--no-cache", "--memory", "4GiB"]);
    assert_same_site(&scratch.path().join("site"), &whole.path);
}

#[test]
fn a_folder_for_temporary_files_that_does_not_serve_is_told_at_once() {
    let scratch = TempDir::new().unwrap();
    let path = |name: &str| scratch.path().join(name);
    fs::write(path("file"), "").unwrap();
    for (arguments, temp) in [
        (["build", "sample-data/plain", "-o"], "absent"),
        (["build", "sample-data/plain", "-o"], "file"),
        (["tally", "sample-data/plain", "-o"], "absent"),
        (["check", "sample-data/plain", "-c"], "absent"),
    ] {
        let output = casefile(&arguments).arg(path("none")).arg("--temp").arg(path(temp)).output().unwrap();
        let said = said(&output);
        assert_eq!(output.status.code(), Some(73), "{said}");
        let begin = format!("error: the folder for temporary files `{}` cannot be written: ", path(temp).display());
        assert!(said.starts_with(&begin) && said.contains("`--temp DIR`"), "{said}");
        assert!(!path("none").exists());
    }
}

#[test]
fn a_group_of_records_that_is_larger_than_the_memory_is_told() {
    let scratch = TempDir::new().unwrap();
    let exports = scratch.path().join("exports");
    fs::create_dir(&exports).unwrap();
    let row = |n: usize| format!("lead-number-{n},2025-{:02}-{:02},Web,all of one\n", n % 12 + 1, n % 27 + 1);
    let rows: String = (0..600_000).map(row).collect();
    fs::write(exports.join("leads.csv"), format!("lead_id,created_at,source,account_id\n{rows}")).unwrap();
    let mut command = casefile(&["build", "--no-cache", "--memory", "64MiB"]);
    let output = succeed(command.arg(&exports).arg("-o").arg(scratch.path().join("site")));
    let said = said(&output);
    assert_eq!(
        said.matches("MiB of memory will be used, more than the 64 MiB that may be: records").count(),
        1,
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn a_table_that_could_not_be_laid_on_the_disk_is_not_left_out() {
    let scratch = TempDir::new().unwrap();
    // No file may become larger than 2 MiB; the signal that would end the program is passed over.
    let mut command = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_casefile");
    command.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\"", program]);
    let output = little(&mut command, &scratch);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(74), "{said}");
    assert!(said.contains("error: `") && said.contains(".parquet.part` cannot be written: "), "{said}");
    assert!(!scratch.path().join("site").exists());
}

/// Whether rows lie in a temporary folder below this one.
fn has_rows(temp: &Path) -> bool {
    let files = walkdir::WalkDir::new(temp).into_iter().flatten();
    files.into_iter().any(|entry| entry.file_name().to_string_lossy().contains(".parquet"))
}

/// Runs a command, and sends it a signal once it has laid rows on the disk.
#[cfg(unix)]
fn signalled(arguments: &[&str], scratch: &Path, signal: &str) -> Output {
    let temp = scratch.join("temp");
    fs::create_dir_all(&temp).unwrap();
    let mut command = casefile(arguments);
    command.arg("--temp").arg(&temp).arg(&LARGE.exports).stdout(Stdio::null()).stderr(Stdio::piped());
    if arguments[0] != "check" {
        command.arg("-o").arg(scratch.join("output"));
    }
    let mut child = command.spawn().unwrap();
    let started = Instant::now();
    while !has_rows(&temp) {
        assert!(child.try_wait().unwrap().is_none(), "{arguments:?} ended before any rows were seen");
        assert!(started.elapsed() < Duration::from_secs(600), "{arguments:?} lays no rows on the disk");
        std::thread::sleep(Duration::from_millis(1));
    }
    succeed(Command::new("kill").arg(format!("-{signal}")).arg(child.id().to_string()));
    let output = child.wait_with_output().unwrap();
    assert_eq!(fs::read_dir(&temp).unwrap().count(), 0, "{arguments:?}: {}", said(&output));
    assert!(!scratch.join("output").exists(), "{arguments:?}");
    output
}

#[cfg(unix)]
#[test]
fn a_signal_leaves_no_temporary_file_and_is_told_by_what_it_came_before() {
    let scratch = TempDir::new().unwrap();
    let unchanged = "what was there before is unchanged";
    for (arguments, before) in [
        (["build", "--no-cache", "--quiet", "--parts=40"], format!("the site was published: {unchanged}")),
        (["build", "--no-cache", "--quiet", "--memory=64MiB"], format!("the site was published: {unchanged}")),
        (["check", "--no-cache", "--quiet", "--parts=40"], "all was read and counted: no finding is told".to_owned()),
        (["tally", "--timings", "--quiet", "--memory=64MiB"], format!("the counts were written: {unchanged}")),
    ] {
        for (signal, name, code) in [("TERM", "a request to end (SIGTERM)", 143), ("INT", "Ctrl-C", 130)] {
            let output = signalled(&arguments, scratch.path(), signal);
            let said = said(&output);
            assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
            assert_eq!(said, format!("error: stopped by {name} before {before}\n"), "{arguments:?}");
        }
    }
}
