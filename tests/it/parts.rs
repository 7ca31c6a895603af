//! Exports in parts: however many, in memory or on the disk, on however many threads, on one machine or several, kept from
//! the last run or not, the site is the same to the byte; and whatever ends a run, nothing is left behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use tempfile::TempDir;

use crate::relations::{assert_same_figures, assert_same_site, bytes};
use crate::support::{Site, build, built, casefile, root, succeed};

/// Exports of which some files are large enough to be read in blocks, and their site.
struct Demo {
    _folder: TempDir,
    exports: PathBuf,
    site: Site,
}

static DEMO: LazyLock<Demo> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    let exports = folder.path().join("exports");
    succeed(casefile(&["demo", "--leads", "9000", "--style", "plain", "--quiet"]).arg(&exports));
    let site = build(&exports, &["--no-cache"]);
    Demo { _folder: folder, exports, site }
});

/// The exports of a name, and the site made of them in one go.
fn sample(name: &str) -> (PathBuf, PathBuf) {
    match name {
        "demo" => (DEMO.exports.clone(), DEMO.site.path.clone()),
        style => (root().join("sample-data").join(style), built(style)),
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_on_any_number_of_threads_gives_the_same_site(
        name in prop::sample::select(vec!["demo", "demo", "salesforce", "hubspot", "plain"]),
        parts in prop::option::of(1..40_usize),
        is_small in any::<bool>(),
        threads in 1..5_usize,
    ) {
        let (exports, expected) = sample(name);
        let folder = TempDir::new().unwrap();
        let (site, scratch) = (folder.path().join("site"), folder.path().join("scratch"));
        fs::create_dir(&scratch).unwrap();
        let mut command = casefile(&["build", "--no-cache", "--temp"]);
        command.arg(&scratch).arg(&exports).arg("-o").arg(&site).env("RAYON_NUM_THREADS", threads.to_string());
        if let Some(parts) = parts {
            command.arg("--parts").arg(parts.to_string());
        }
        if is_small {
            command.arg("--memory").arg("64MiB");
        }
        succeed(&mut command);
        assert_same_site(&site, &expected);
        prop_assert_eq!(names_in(&scratch), Vec::<String>::new());
    }
}

/// Small tables in which much hangs together that does not look so.
fn awkward(folder: &Path) {
    let rows = |header: &str, row: &dyn Fn(usize) -> String, count: usize| {
        let rows: Vec<String> = (0..count).map(row).collect();
        format!("{header}\n{}\n", rows.join("\n"))
    };
    let day = |n: usize| format!("2025-{:02}-{:02}T10:{:02}:00Z", n % 12 + 1, n % 27 + 1, n % 60);
    let lead = |n: usize| {
        // Every fifth shares the address of the one before, every seventh has no account, every eleventh comes again later.
        let email = format!("person{}@example.com", if n.is_multiple_of(5) && n > 0 { n - 1 } else { n });
        let account = if n.is_multiple_of(7) { String::new() } else { format!("A{}", n % 60) };
        let (id, again) = (if n.is_multiple_of(11) && n > 10 { n - 3 } else { n }, n.is_multiple_of(11));
        format!(
            "L{id},{},{},{email},{account},C{},owner {},{},{}",
            day(n),
            ["Web", "Fair", ""][n % 3],
            n % 9,
            n % 4,
            day(n + usize::from(again)),
            if n.is_multiple_of(3) { "rejected" } else { "" },
        )
    };
    let header = "lead_id,created_at,source,email,account_id,campaign,owner,handed_over_at,verdict";
    fs::write(folder.join("leads.csv"), rows(header, &lead, 600)).unwrap();
    let deal = |n: usize| {
        let lead = if n.is_multiple_of(4) { String::new() } else { format!("L{}", n * 2) };
        let outcome = ["won", "lost", "open"][n % 3];
        format!("D{n},{lead},A{},{},{outcome},{},{}.50,EUR", n % 60, day(n), day(n + 40), n * 10)
    };
    let header = "deal_id,lead_id,account_id,created_at,outcome,closed_at,amount,currency";
    fs::write(folder.join("deals.csv"), rows(header, &deal, 280)).unwrap();
    // The same id of a touch in two files with different leads, and touches of nobody.
    for (name, shift) in [("touches-1.csv", 0), ("touches-2.csv", 1)] {
        let touch = |n: usize| {
            let id = if n.is_multiple_of(50) { format!("shared{n}") } else { format!("T{shift}-{n}") };
            format!(
                "{id},L{},{},{},email,owner {}",
                (n + shift * 7) % 700,
                day(n * 3 + shift),
                ["sales", "marketing"][n % 2],
                n % 4
            )
        };
        fs::write(folder.join(name), rows("touch_id,lead_id,touched_at,side,channel,owner", &touch, 1_500)).unwrap();
    }
    let change = |n: usize| format!("D{},{},{}", n % 300, ["New", "Offer", "Closed"][n % 3], day(n));
    for name in ["changes-a.csv", "changes-b.csv"] {
        let from = if name == "changes-b.csv" { 200 } else { 0 };
        fs::write(folder.join(name), rows("deal_id,stage,changed_at", &|n| change(n + from), 500)).unwrap();
    }
    let account = |n: usize| format!("A{n},{},{}", ["Metal", "Food"][n % 2], ["North", "South", "East"][n % 3]);
    fs::write(folder.join("accounts.csv"), rows("account_id,industry,region", &account, 70)).unwrap();
}

#[test]
fn what_hangs_together_in_hidden_ways_stays_together() {
    let folder = TempDir::new().unwrap();
    awkward(folder.path());
    let whole = build(folder.path(), &[]);
    for parts in ["2", "7", "31"] {
        let split = build(folder.path(), &["--parts", parts]);
        assert_same_figures(&split.path, &whole.path);
        assert_same_site(&split.path, &whole.path);
    }
}

#[test]
fn shares_counted_apart_make_the_site_of_all() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    let exports = root().join("sample-data/hubspot");
    for number in 1..=3 {
        let share = format!("{number}/3");
        succeed(casefile(&["tally", "--part", &share]).arg(&exports).arg("-o").arg(path(&format!("{number}"))));
    }
    let merge = |parts: &[&str], site: &str| {
        let mut command = casefile(&["merge"]);
        command.args(parts.iter().map(|name| path(name))).arg("-o").arg(path(site));
        command
    };
    succeed(&mut merge(&["3", "1", "2"], "site"));
    assert_same_site(&path("site"), &built("hubspot"));

    let refused = |parts: &[&str], code: i32, words: &str| {
        let output = merge(parts, "none").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(words), "{said}");
        assert!(!path("none").exists());
    };
    refused(&["1", "3"], 2, "share 2 of 3 is missing");
    refused(&["1", "2", "2", "3"], 2, "share 2 of 3 is in two of them");
    refused(&["1", "absent"], 66, "cannot be read");
    succeed(casefile(&["tally", "--part", "1/4"]).arg(&exports).arg("-o").arg(path("quarter")));
    refused(&["1", "2", "3", "quarter"], 2, "do not add up");
    let mut damaged = fs::read(path("2")).unwrap();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(path("damaged"), damaged).unwrap();
    refused(&["1", "damaged", "3"], 65, "is damaged");
    fs::write(path("other"), "a,b\n1,2\n").unwrap();
    refused(&["other"], 65, "is not what `casefile tally`");
    // It never writes over what it has not written.
    let output = casefile(&["tally", "sample-data/plain", "-o"]).arg(path("other")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(path("other")).unwrap(), b"a,b\n1,2\n");
    fs::write(path("agreed.toml"), "[agreements]\nfirst_touch = \"1h\"\n").unwrap();
    let output = merge(&["1", "2", "3"], "none").arg("-c").arg(path("agreed.toml")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("different settings"));
}

#[test]
fn different_exports_of_one_day_add_up() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("day.toml"), "[report]\nas_of = \"2025-12-31\"\ncurrency = \"USD\"\n").unwrap();
    for (seed, name) in [("1", "north"), ("2", "south")] {
        succeed(casefile(&["demo", "--leads", "3000", "--style", "plain", "--seed", seed, "-q"]).arg(path(name)));
        let mut command = casefile(&["tally"]);
        succeed(command.arg(path(name)).arg("-o").arg(path(&format!("{name}.part"))).arg("-c").arg(path("day.toml")));
    }
    let mut command = casefile(&["merge"]);
    command.args([path("north.part"), path("south.part")]).arg("-c").arg(path("day.toml")).arg("-o").arg(path("site"));
    succeed(&mut command);
    let leads = |site: &Path| crate::support::Figures::of(site).count("roi.leads", "", "");
    let of = |name: &str| {
        let config = path("day.toml");
        leads(&build(&path(name), &["-c", config.to_str().unwrap()]).path)
    };
    assert_eq!(leads(&path("site")), of("north") + of("south"));
}

#[test]
fn what_is_kept_gives_the_same_site_and_damage_is_noticed() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    let exports = path("exports");
    succeed(casefile(&["demo", "--leads", "9000", "--style", "plain", "-q"]).arg(&exports));
    let run = |site: &str, more: &[&str]| {
        let mut command = casefile(&["build", "--timings", "--cache"]);
        let output = succeed(command.arg(path("kept")).arg(&exports).arg("-o").arg(path(site)).args(more));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(run("first", &[]).contains("reading"));
    let again = run("second", &[]);
    assert!(again.contains("looking up") && !again.contains("reading"), "{again}");
    assert_same_site(&path("second"), &path("first"));

    // Another title changes no count; another agreement does.
    fs::write(path("title.toml"), "[report]\ntitle = \"Another\"\n").unwrap();
    let config = path("title.toml");
    assert!(!run("titled", &["-c", config.to_str().unwrap()]).contains("reading"));
    assert_same_figures(&path("titled"), &path("first"));
    fs::write(path("agreed.toml"), "[agreements]\nfirst_touch = \"1h\"\n").unwrap();
    let config = path("agreed.toml");
    assert!(run("agreed", &["-c", config.to_str().unwrap()]).contains("reading"));

    // Every file of the cache damaged in turn.
    let entries = bytes(&path("kept"));
    for name in entries.keys().filter(|name| name.contains("v1/")) {
        let file = path("kept").join(name);
        let mut content = fs::read(&file).unwrap_or_else(|_| entries[name].clone());
        let middle = content.len() / 2;
        content[middle] ^= 1;
        fs::write(&file, content).unwrap();
        run("damaged", &[]);
        assert_same_site(&path("damaged"), &path("first"));
    }

    // One value changed in place, the size of the file as before.
    let leads = exports.join("leads.csv");
    let text = fs::read_to_string(&leads).unwrap().replacen("Webinar", "WEBINAR", 1);
    fs::write(&leads, text).unwrap();
    assert!(run("changed", &[]).contains("reading"));
    let fresh = build(&exports, &["--no-cache"]);
    assert_same_site(&path("changed"), &fresh.path);
}

#[test]
fn a_cache_that_was_asked_for_must_work_and_the_usual_one_need_not() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let site = folder.path().join("site");
    let mut command = casefile(&["build", "sample-data/plain", "--cache"]);
    let output = command.arg(folder.path()).arg("-o").arg(&site).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(74), "{said}");
    assert!(said.contains("is not a cache of Casefile"), "{said}");
    let mut command = casefile(&["build", "sample-data/plain"]);
    succeed(command.arg("-o").arg(&site).env("XDG_CACHE_HOME", folder.path().join("mine.txt")));
}

#[test]
fn nonsense_is_told_before_anything_is_read() {
    for (arguments, words) in [
        (["build", "sample-data/plain", "--memory", "much"], "give a number with a unit, such as 2GiB"),
        (["build", "sample-data/plain", "--memory", "5"], "give a number with a unit"),
        (["tally", "sample-data/plain", "--part", "4/3"], "such as 2/5"),
        (["build", "sample-data/plain", "--parts", "0"], "from 1 to 128"),
    ] {
        let output = casefile(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(words), "{arguments:?}");
    }
}

/// Ends a build after a while; `signal` is the name of what ends it.
fn end_after(wait: Duration, signal: &str, site: &Path, scratch: &Path) -> Option<i32> {
    let mut command = casefile(&["build", "--no-cache", "--parts", "6", "--quiet", "--temp"]);
    command.arg(scratch).arg(&DEMO.exports).arg("-o").arg(site).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let started = Instant::now();
    while started.elapsed() < wait && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    // What has ended already is not there any more, and its number may be another's.
    if child.try_wait().unwrap().is_none() {
        let _ = std::process::Command::new("kill").arg(format!("-{signal}")).arg(child.id().to_string()).output();
    }
    child.wait().unwrap().code()
}

#[test]
fn killed_fifty_times_nothing_is_wrong_and_nothing_left() {
    let folder = TempDir::new().unwrap();
    let (site, scratch) = (folder.path().join("site"), folder.path().join("scratch"));
    fs::create_dir(&scratch).unwrap();
    let started = Instant::now();
    let mut command = casefile(&["build", "--no-cache", "--parts", "6", "--quiet", "--temp"]);
    succeed(command.arg(&scratch).arg(&DEMO.exports).arg("-o").arg(&site));
    let usual = started.elapsed();
    for round in 0..50_u32 {
        // Spread over the whole of a run, and a little beyond.
        let wait = usual * (round * 7 % 50) / 45;
        let signal = ["KILL", "KILL", "TERM", "KILL", "INT"][round as usize % 5];
        let code = end_after(wait, signal, &site, &scratch);
        assert_same_site(&site, &DEMO.site.path);
        if signal != "KILL" {
            assert!(matches!(code, Some(0 | 130 | 143) | None), "{signal}: {code:?}");
        }
    }
    let mut command = casefile(&["build", "--no-cache", "--parts", "6", "--quiet", "--temp"]);
    succeed(command.arg(&scratch).arg(&DEMO.exports).arg("-o").arg(&site));
    assert_same_site(&site, &DEMO.site.path);
    assert_eq!(names_in(&scratch), Vec::<String>::new());
    assert_eq!(names_in(folder.path()), ["scratch", "site"]);
}

#[test]
fn each_stage_is_timed() {
    let folder = TempDir::new().unwrap();
    let mut command = casefile(&["build", "sample-data/plain", "--quiet", "--timings", "-o"]);
    let output = succeed(command.arg(folder.path().join("site")));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let stages: Vec<&str> = said.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(stages, ["stage", "reading", "joining", "counting", "finding", "setting", "publishing", "all"]);
    assert!(output.stdout.is_empty());
}

#[test]
fn large_files_are_looked_at_in_pieces() {
    let folder = TempDir::new().unwrap();
    let mut text = String::from("lead_id,created_at,source,note\n");
    let rows = 450_000_u32;
    for n in 0..rows {
        // A line feed inside quotes every few rows.
        let note = if n.is_multiple_of(3) { "\"two\nlines, and \"\"more\"\"\"" } else { "one line" };
        text.push_str(&format!("L{n:07},2025-{:02}-{:02},Web,{note}\n", n % 12 + 1, n % 28 + 1));
    }
    fs::write(folder.path().join("leads.csv"), text).unwrap();
    let inspected = |more: &[&str]| {
        let output = succeed(casefile(&["inspect", "--json"]).arg(folder.path()).args(more));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()["files"][0].clone()
    };
    let sampled = inspected(&[]);
    let estimate = sampled["rows_read"].as_f64().unwrap();
    assert!((estimate / f64::from(rows) - 1.0).abs() < 0.05, "{estimate}");
    assert!(sampled["rows_looked_at"].as_u64().unwrap() < 200_000);
    assert!(sampled["blake3"].is_null());
    let full = inspected(&["--full"]);
    assert_eq!(full["rows_read"], rows);
    assert!(full["rows_looked_at"].is_null() && full["blake3"].is_string());
    let table = succeed(casefile(&["inspect"]).arg(folder.path()));
    assert!(String::from_utf8_lossy(&table.stdout).contains("~4"), "an estimate is marked");
}
