//! What a run says: progress on a terminal, one line in a pipe, nothing when asked to be quiet. Everything goes to
//! standard error; a closed pipe is no error.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::clock::{self, Reading, Timing};
use super::failure::Failure;

/// See the module.
pub struct Voice {
    quiet: bool,
    terminal: bool,
    timings: Mutex<Vec<Timing>>,
}

/// A part of the work, with its sign of life.
pub struct Stage<'v> {
    voice: &'v Voice,
    what: &'static str,
    started: Reading,
    bar: ProgressBar,
}

impl Stage<'_> {
    /// Tells of further bytes, or whatever is counted.
    pub fn advance(&self, amount: u64) {
        self.bar.inc(amount);
    }

    /// Something worth knowing, said meanwhile.
    pub fn note(&self, line: &str) {
        self.bar.suspend(|| self.voice.say(line));
    }

    /// Tells how far it is.
    pub fn reached(&self, amount: u64) {
        self.bar.set_position(amount);
    }

    /// Ends the stage, through which so many bytes and rows went.
    pub fn end(self, bytes: u64, rows: u64) {
        self.bar.finish_and_clear();
        let timing = self.started.timing(self.what, bytes, rows);
        self.voice.timings.lock().unwrap_or_else(PoisonError::into_inner).push(timing);
    }
}

impl Voice {
    /// Quiet, or as standard error allows.
    pub fn new(quiet: bool) -> Voice {
        Voice { quiet, terminal: std::io::stderr().is_terminal(), timings: Mutex::default() }
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

    /// Where the time went, stage by stage.
    pub fn timings(&self) {
        let timings = self.timings.lock().unwrap_or_else(PoisonError::into_inner);
        self.line(clock::table(&timings).trim_end());
    }

    /// A stage with a known size in bytes.
    pub fn bytes(&self, what: &'static str, size: u64) -> Stage<'_> {
        let style = "{msg:10} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}";
        self.stage(what, ProgressBar::new(size), style)
    }

    /// A stage in which something is counted.
    pub fn counted(&self, what: &'static str, size: u64) -> Stage<'_> {
        self.stage(what, ProgressBar::new(size), "{msg:10} {wide_bar} {human_pos}/{human_len} {per_sec}")
    }

    /// A stage of unknown length.
    pub fn step(&self, what: &'static str) -> Stage<'_> {
        self.stage(what, ProgressBar::new_spinner(), "{msg:10} {elapsed}")
    }

    fn stage(&self, what: &'static str, bar: ProgressBar, style: &str) -> Stage<'_> {
        let bar = if self.quiet || !self.terminal {
            ProgressBar::hidden()
        } else {
            bar.set_style(ProgressStyle::with_template(style).expect("a template of our own"));
            bar.set_message(what);
            // The first line comes at once.
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        };
        Stage { voice: self, what, started: Reading::now(), bar }
    }
}
