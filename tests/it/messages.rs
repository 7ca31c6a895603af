//! What a person reads: help, and errors that say what, where and how to mend it.

use std::fs;

use tempfile::TempDir;

use crate::support::{casefile, root, succeed};

/// Every command, with its arguments and options in the order of the alphabet; `--help` and `--quiet` are of each.
const COMMANDS: [(&str, &str); 8] = [
    ("build", "--cache --config --memory --no-cache --output --presets --strict --temp --timings <EXPORTS>"),
    ("inspect", "--config --full --json --presets <EXPORTS>"),
    ("check", "--cache --config --memory --no-cache --presets --strict --temp <EXPORTS>"),
    ("tally", "--config --memory --output --part --presets --temp --timings <EXPORTS>"),
    ("merge", "--config --output --presets --strict --timings <FILE>..."),
    ("init", "--output --presets <EXPORTS>"),
    ("normalize", "--config --output <FILE>"),
    ("demo", "--leads --seed --style <FOLDER>"),
];

/// What the help of a command says.
fn help(arguments: &[&str]) -> String {
    String::from_utf8(succeed(casefile(arguments).arg("--help")).stdout).unwrap()
}

#[test]
fn the_help_names_every_command_and_option() {
    let main = help(&[]);
    assert!(main.contains("opens no network connection") && main.contains("--quiet"), "{main}");
    let (_, listed) = main.split_once("Commands:\n").unwrap();
    // What a command is for may take two lines; the second is further in.
    let listed = listed.lines().take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("    "));
    let listed: Vec<_> = listed.filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(listed, COMMANDS.map(|(command, _)| command).into_iter().chain(["help"]).collect::<Vec<_>>());

    for (command, expected) in COMMANDS {
        let text = help(&[command]);
        let mut named: Vec<_> = text.lines().filter_map(named_on).collect();
        named.retain(|name| !["--help", "--quiet"].contains(name));
        named.sort_unstable();
        assert_eq!(named.join(" "), expected, "{command}\n{text}");
        assert!(text.contains("--quiet"), "{command}\n{text}");
    }
}

/// The argument or option that a line of help is about.
fn named_on(line: &str) -> Option<&str> {
    // The letter of an option stands before it, and sentences are further in than both.
    let is_about = line.starts_with("  ") && !line.starts_with("       ");
    let begins = |word: &&str| word.starts_with("--") || word.starts_with('<');
    let mut words = line.split_whitespace().take(if line.trim_start().starts_with('-') { 2 } else { 1 });
    words.find(begins).filter(|_| is_about)
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
