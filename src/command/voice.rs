//! What a run says: progress on a terminal, one line in a pipe, nothing when asked to be quiet. Everything goes to
//! standard error; a closed pipe is no error.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::failure::Failure;

/// See the module.
pub struct Voice {
    quiet: bool,
    terminal: bool,
}

impl Voice {
    /// Quiet, or as standard error allows.
    pub fn new(quiet: bool) -> Voice {
        Voice { quiet, terminal: std::io::stderr().is_terminal() }
    }

    /// Something worth knowing.
    pub fn say(&self, line: &str) {
        if !self.quiet {
            self.line(line);
        }
    }

    /// Something wrong.
    pub fn error(&self, line: &str) {
        self.line(&format!("error: {line}"));
    }

    /// How to mend it.
    pub fn hint(&self, line: &str) {
        self.line(&format!("hint: {line}"));
    }

    /// A failure with its hint. A project file's problems bring their own form.
    pub fn failure(&self, failure: &Failure) {
        match failure {
            Failure::Project(problems) => self.line(problems.to_string().trim_end()),
            other => self.error(&other.to_string()),
        }
        if let Some(hint) = failure.hint() {
            self.hint(&hint);
        }
    }

    fn line(&self, line: &str) {
        // Nobody is left to tell if standard error is closed.
        let _ = writeln!(std::io::stderr(), "{line}");
    }

    /// A bar for something that has a known size in bytes.
    pub fn bytes(&self, what: &str, size: u64) -> ProgressBar {
        let style = "{msg:10} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}";
        self.bar(what, ProgressBar::new(size), style)
    }

    /// A bar for something that is counted.
    pub fn counted(&self, what: &str, size: u64) -> ProgressBar {
        self.bar(what, ProgressBar::new(size), "{msg:10} {wide_bar} {human_pos}/{human_len} {per_sec}")
    }

    /// A sign of life for something of unknown length.
    pub fn step(&self, what: &str) -> ProgressBar {
        let bar = self.bar(what, ProgressBar::new_spinner(), "{msg:10} {elapsed}");
        if self.terminal && !self.quiet {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        bar
    }

    fn bar(&self, what: &str, bar: ProgressBar, style: &str) -> ProgressBar {
        if self.quiet || !self.terminal {
            return ProgressBar::hidden();
        }
        bar.set_style(ProgressStyle::with_template(style).expect("a template of our own"));
        bar.set_message(what.to_owned());
        bar
    }
}
