//! The commands: each file tells one from top to bottom. Takes what was typed, gives an exit code; messages go to
//! standard error.

mod analysis;
mod build;
mod check;
mod clock;
mod demo;
mod failure;
mod findings;
mod init;
mod inspect;
mod kept;
mod means;
mod normalize;
mod project_file;
mod tally;
mod voice;

use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use crate::cli::{Arguments, Command};
pub use analysis::Analysis;
pub use build::Built;
pub use failure::Failure;
use voice::Voice;

/// Our own mistake, in the numbers of `sysexits.h`.
const EXIT_BUG: u8 = 70;

/// Runs a command and reports what went wrong.
pub fn run(arguments: &Arguments) -> ExitCode {
    let voice = Voice::new(arguments.quiet);
    // A panic is our own mistake: one line with its place in the source, without paths of this machine, and the old site
    // stays as it was.
    static PLACE: Mutex<String> = Mutex::new(String::new());
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, place_of);
        // The first panic is the mistake; what follows from it is not.
        let mut known = PLACE.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_empty() {
            *known = place;
        }
    }));
    let outcome = catch_unwind(AssertUnwindSafe(|| match &arguments.command {
        Command::Build(build) => build::run(build, &voice),
        Command::Check(check) => check::run(check, &voice),
        Command::Tally(arguments) => tally::tally(arguments, &voice),
        Command::Merge(arguments) => tally::merge(arguments, &voice),
        Command::Inspect(inspect) => inspect::run(inspect, &voice),
        Command::Init(init) => init::run(init, &voice),
        Command::Demo(demo) => demo::run(demo, &voice),
        Command::Normalize(normalize) => normalize::run(normalize, &voice),
    }));
    match outcome {
        Ok(Ok(code)) => code,
        Ok(Err(failure)) => {
            voice.failure(&failure);
            ExitCode::from(failure.exit_code())
        }
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown");
            let place = PLACE.lock().unwrap_or_else(PoisonError::into_inner).clone();
            voice.error(&format!("this is a mistake of Casefile itself, not of yours: {text}{place}"));
            voice.hint("any site that was there before is unchanged; please report this with the line above");
            ExitCode::from(EXIT_BUG)
        }
    }
}

/// A place in the source; of a library, the name of its file alone.
fn place_of(location: &Location<'_>) -> String {
    let file = location.file();
    let name = || file.rsplit(['/', '\\']).next().unwrap_or_default();
    let own = if file.starts_with("src/") { file } else { name() };
    format!(" ({own}:{})", location.line())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_of_our_own_names_its_place_and_no_path_of_this_machine() {
        let place = place_of(Location::caller());
        assert!(place.starts_with(" (src/command/mod.rs:") && place.ends_with(')'), "{place}");
    }
}
