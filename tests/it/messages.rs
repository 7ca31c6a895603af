//! What a person reads: help, and errors that say what, where and how to mend it.

use std::fs;

use tempfile::TempDir;

use crate::support::{casefile, root};

#[test]
fn the_help_names_every_command_and_option() {
    let help = |arguments: &[&str]| String::from_utf8(casefile(arguments).output().unwrap().stdout).unwrap();
    let main = help(&["--help"]);
    for word in ["build", "demo", "--quiet", "opens no network connection"] {
        assert!(main.contains(word), "{word}\n{main}");
    }
    let build = help(&["build", "--help"]);
    for word in ["<EXPORTS>", "--output", "--config", "--strict", "casefile.toml"] {
        assert!(build.contains(word), "{word}\n{build}");
    }
}

#[test]
fn a_mistake_in_the_project_file_points_at_its_line() {
    let folder = TempDir::new().unwrap();
    let project = folder.path().join("casefile.toml");
    fs::write(&project, "[agreements]\nfirst_tuch = \"4h\"\n").unwrap();
    let output = casefile(&["build"])
        .arg(root().join("sample-data/plain"))
        .arg("-o")
        .arg(folder.path().join("site"))
        .arg("-c")
        .arg(&project)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    for part in ["casefile.toml:2:1", "first_tuch = \"4h\"", "^^^^^^^^^^", "did you mean `first_touch`?"] {
        assert!(message.contains(part), "{part}\n{message}");
    }
}

#[test]
fn a_quiet_run_is_quiet_and_nothing_goes_to_standard_output() {
    let folder = TempDir::new().unwrap();
    for (more, quiet) in [(vec!["-q"], true), (vec![], false)] {
        let mut command = casefile(&["build"]);
        let output = command
            .arg(root().join("sample-data/plain"))
            .arg("-o")
            .arg(folder.path().join("site"))
            .args(more)
            .output()
            .unwrap();
        assert!(output.status.success());
        assert!(output.stdout.is_empty());
        assert_eq!(output.stderr.is_empty(), quiet);
    }
}

#[test]
fn strict_tells_a_scheduler_that_the_exports_have_problems() {
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    let run = |text: &str| {
        fs::write(exports.join("leads.csv"), text).unwrap();
        let site = folder.path().join("site");
        let output = casefile(&["build", "--strict"]).arg(&exports).arg("-o").arg(&site).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(run("lead_id,created_at,source\nL1,2025-01-02,web\n").0, Some(0));
    let (code, message) = run("lead_id,created_at,source\nL1,2025-01-02,web\nL2,soon,web\n");
    assert_eq!(code, Some(1), "{message}");
    assert!(message.contains("`created_at`") && message.contains("row 2"), "{message}");
    assert!(folder.path().join("site/index.html").is_file(), "the site is built all the same");
}
