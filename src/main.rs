//! Reads the arguments, runs, leaves.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    casefile::run(&casefile::cli::Arguments::parse())
}
