//! The program opens no connection: a whole build, watched by `strace`.
//!
//! Takes the built program and `sample-data/plain`; gives a list of the system calls of the network family that it
//! made, which has to be empty. Skipped where nothing can be watched; `dependencies` holds everywhere.

use std::ffi::OsStr;
use std::io::{self, ErrorKind, Write};
use std::net::UdpSocket;
use std::path::Path;
use std::process::{Command, Output};

/// Set where strace has to be there, as in CI.
const REQUIRED: &str = "CASEFILE_REQUIRE_STRACE";

/// Tells the control below that it is the one being watched.
const WATCHED: &str = "CASEFILE_TEST_OPENS_A_SOCKET";

#[test]
fn a_build_makes_no_network_call() {
    if !can_watch("a_build_makes_no_network_call") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let site = folder.path().join("site");
    let (output, calls) = watch(
        Command::new(env!("CARGO_BIN_EXE_casefile"))
            .args(["build", "sample-data/plain", "-o"])
            .arg(&site)
            .current_dir(env!("CARGO_MANIFEST_DIR")),
    );

    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    assert!(site.join("index.html").is_file(), "the build that was watched wrote no site");
    assert!(calls.is_empty(), "network calls of a build:\n{}", calls.join("\n"));
}

/// The control: a program that does open a socket is seen doing so. It is this test, run once more by itself.
#[test]
fn a_socket_would_be_seen() {
    if std::env::var_os(WATCHED).is_some() {
        UdpSocket::bind("127.0.0.1:0").expect("a port of the loopback interface is free");
        return;
    }
    if !can_watch("a_socket_would_be_seen") {
        return;
    }
    let this_program = std::env::current_exe().expect("a running program has a path");
    let name = concat!(module_path!(), "::a_socket_would_be_seen");
    let name = name.split_once("::").map_or(name, |(_, within_the_crate)| within_the_crate);
    let (output, calls) = watch(Command::new(this_program).args(["--exact", name]).env(WATCHED, "1"));

    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    assert!(calls.iter().any(|call| call.contains("socket(")), "{calls:#?}");
    assert!(calls.iter().any(|call| call.contains("bind(")), "{calls:#?}");
}

#[test]
fn ends_and_signals_are_no_calls() {
    let trace = "812   --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---\n\
                 813   socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP <unfinished ...>\n\
                 813   +++ exited with 0 +++\n\
                 812   +++ killed by SIGTERM +++\n";
    assert_eq!(network_calls(trace), ["813   socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP <unfinished ...>"]);
}

/// What strace can do here.
enum Watch {
    Works,
    Missing,
    /// The system lets no process watch another, as in some containers.
    Refused(String),
}

/// Whether a program can be watched; if not, says on stderr that the test is skipped, and why.
///
/// Written past `eprintln!`, whose output of a passing test nobody gets to see.
fn can_watch(test: &str) -> bool {
    let reason = match try_strace() {
        Watch::Works => return true,
        Watch::Missing if std::env::var_os(REQUIRED).is_some() => {
            panic!("{REQUIRED} is set, and strace is not installed")
        }
        Watch::Missing => "strace is not installed".to_owned(),
        Watch::Refused(words) => format!("the system refuses ptrace: {words}"),
    };
    let message = format!("skipped {test}: {reason}\n");
    io::stderr().write_all(message.as_bytes()).expect("stderr can be written to");
    false
}

fn try_strace() -> Watch {
    let output = match strace(OsStr::new("/dev/null")).arg("true").output() {
        Ok(output) => output,
        Err(error) if error.kind() == ErrorKind::NotFound => return Watch::Missing,
        Err(error) => panic!("strace cannot be run: {error}"),
    };
    let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if output.status.success() {
        Watch::Works
    } else if words.to_lowercase().contains("ptrace") {
        Watch::Refused(words)
    } else {
        panic!("strace fails on `true`, {}: {words}", output.status)
    }
}

/// Runs a command to its end; gives what it said, and its network calls with those of its children.
fn watch(command: &mut Command) -> (Output, Vec<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let trace = folder.path().join("trace");
    let mut watched = strace(trace.as_os_str());
    watched.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        watched.env(name, value.expect("the tests take no variable away"));
    }
    watched.current_dir(command.get_current_dir().unwrap_or(Path::new(".")));
    let output = watched.output().expect("strace ran a moment ago");
    let text = std::fs::read_to_string(&trace).expect("strace writes its trace, if an empty one");
    (output, network_calls(&text))
}

fn strace(trace: &OsStr) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", "trace=network", "-o"]).arg(trace);
    strace
}

/// The lines of a trace that are system calls. With `trace=network` all of them are of the network family:
/// socket, connect, bind, sendto, recvfrom and their like.
fn network_calls(trace: &str) -> Vec<String> {
    trace.lines().filter(|line| !is_end_or_signal(line)).map(str::to_owned).collect()
}

/// `812 +++ exited with 0 +++` and `812 --- SIGCHLD {…} ---` tell of a process, not of a call.
fn is_end_or_signal(line: &str) -> bool {
    let event = line.trim_start_matches(|letter: char| letter.is_ascii_digit()).trim_start();
    event.starts_with("+++") || event.starts_with("---")
}
