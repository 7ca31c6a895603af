//! What can be typed. Doc comments are the help.

mod values;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// A static, offline report on leads from a folder of CRM and campaign exports.
///
/// Nothing leaves the machine: the program opens no network connection, and the site it writes asks for nothing.
#[derive(Debug, Parser)]
#[command(name = "casefile", version, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Say nothing but errors.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the site from a folder of exports.
    Build(Build),
    /// Say what each file is, why, how it is read, and what each of its columns becomes.
    Inspect(Inspect),
    /// Say what is wrong with the exports and how the agreements are kept; exit code 1 where anything is to be done.
    Check(Check),
    /// Count exports, or a share of them, into a file: the first half of `build`.
    Tally(Tally),
    /// Add what `tally` counted, and publish the site: the second half of `build`.
    Merge(Merge),
    /// Write a project file to read and finish, from what was found in the exports.
    Init(Init),
    /// Write one messy file as standard CSV, exactly as it is read.
    Normalize(Normalize),
    /// Write the exports of an invented company, with known leaks, to try things out.
    Demo(Demo),
}

/// Builds the site. It is written beside the target and swapped in: a failed run leaves the old site as it was.
#[derive(Debug, clap::Args)]
pub struct Build {
    /// Folder of exports, or a single file. Files are recognised by their columns, not by their names.
    pub exports: PathBuf,
    /// Folder of the site. An existing one is replaced only if Casefile made it.
    #[arg(long, short = 'o', default_value = "site")]
    pub output: PathBuf,
    /// Project file; everything in it has a default. Without this option, `casefile.toml` in the current folder is used
    /// if it is there.
    #[arg(long, short = 'c', value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of presets of your own, TOML files that say what a tool's exports look like.
    #[arg(long, value_name = "DIR")]
    pub presets: Option<PathBuf>,
    /// End with exit code 1 where the exports have problems: files that were not used, values that could not be read,
    /// words that are not mapped. The site is built all the same.
    #[arg(long)]
    pub strict: bool,
    /// Say where the time went, stage by stage.
    #[arg(long)]
    pub timings: bool,
    /// What is kept for the next run.
    #[command(flatten)]
    pub keep: Keep,
    /// What it may use of the machine.
    #[command(flatten)]
    pub room: Room,
}

/// What is kept for the next run.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Keep {
    /// Folder for what was read and counted, so that the next build reads only files that changed, and counts nothing again
    /// where none has: settings that change no count, such as titles, targets and the period, may differ. It holds the data
    /// of the exports, readable by its owner alone, and may be deleted at any time. What is longest unused goes above 2 GiB.
    /// Default: `casefile/counted` in the user's cache folder.
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Keep nothing, and use nothing that was kept.
    #[arg(long, conflicts_with = "cache")]
    pub no_cache: bool,
}

/// What a run may use of the machine.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Room {
    /// Most memory to use, such as `2GiB`. What does not fit is laid on the disk in parts, and counted one part after
    /// the other, with the same result. Default: half of the machine's memory.
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    pub memory: Option<u64>,
    /// Folder for temporary files. They are removed in the end, however it comes. Default: the system's.
    #[arg(long, value_name = "DIR")]
    pub temp: Option<PathBuf>,
    /// Count in so many parts, whatever the memory.
    #[arg(long, value_name = "N", hide = true, value_parser = values::parts)]
    pub parts: Option<usize>,
}

/// Counts exports into a file for `merge`. The file holds no row of the exports, but record ids of cases, names of members
/// and the account of how files were read.
#[derive(Debug, clap::Args)]
pub struct Tally {
    /// Folder of exports, or a single file.
    pub exports: PathBuf,
    /// The file to write.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: PathBuf,
    /// Count a share alone, such as `2/5`: on several machines, each with all of the exports. What hangs together by
    /// account, person or deal falls in one share.
    #[arg(long = "part", value_name = "K/N", value_parser = values::share)]
    pub share: Option<crate::part::Share>,
    /// Project file, as for `build`.
    #[arg(long, short = 'c', value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of presets of your own.
    #[arg(long, value_name = "DIR")]
    pub presets: Option<PathBuf>,
    /// Say where the time went, stage by stage.
    #[arg(long)]
    pub timings: bool,
    /// What it may use of the machine.
    #[command(flatten)]
    pub room: Room,
}

/// Adds what `tally` counted and publishes the site: the same, byte for byte, as `build` makes of all exports.
#[derive(Debug, clap::Args)]
pub struct Merge {
    /// Files that `tally` wrote: all shares of the same exports, or whole counts of different exports.
    #[arg(required = true, value_name = "FILE")]
    pub parts: Vec<PathBuf>,
    /// Folder of the site. An existing one is replaced only if Casefile made it.
    #[arg(long, short = 'o', default_value = "site")]
    pub output: PathBuf,
    /// Project file, the same as for `tally`; what is only said or shown may differ.
    #[arg(long, short = 'c', value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of presets of your own.
    #[arg(long, value_name = "DIR")]
    pub presets: Option<PathBuf>,
    /// End with exit code 1 where the exports have problems, as for `build`.
    #[arg(long)]
    pub strict: bool,
    /// Say where the time went, stage by stage.
    #[arg(long)]
    pub timings: bool,
}

/// Says what each file is. Nothing is written but what is printed.
#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// Folder of exports, or a single file.
    pub exports: PathBuf,
    /// Project file, as for `build`.
    #[arg(long, short = 'c', value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of presets of your own.
    #[arg(long, value_name = "DIR")]
    pub presets: Option<PathBuf>,
    /// Read large files to their end. Without it, pieces from all over the file are looked at, and the number of its rows is
    /// an estimate.
    #[arg(long)]
    pub full: bool,
    /// Print JSON for other programs.
    #[arg(long)]
    pub json: bool,
}

/// Checks the exports without making a site: values that cannot be read, words that are not mapped, files and tables
/// that are not used, settings that change nothing. Exit code 1 where there is something to act on.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// Folder of exports, or a single file.
    pub exports: PathBuf,
    /// Project file, as for `build`.
    #[arg(long, short = 'c', value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of presets of your own.
    #[arg(long, value_name = "DIR")]
    pub presets: Option<PathBuf>,
    /// Exit code 1 also where there is only something to know: assumptions, mended rows, agreements that some leads
    /// broke, questions that the exports cannot answer.
    #[arg(long)]
    pub strict: bool,
    /// What is kept for the next run.
    #[command(flatten)]
    pub keep: Keep,
    /// What it may use of the machine.
    #[command(flatten)]
    pub room: Room,
}

/// Writes a project file in which every default stands behind `#` with its meaning, and so does every proposal. An
/// existing file is never overwritten.
#[derive(Debug, clap::Args)]
pub struct Init {
    /// Folder of exports, or a single file.
    pub exports: PathBuf,
    /// The file to write: `casefile.toml` without it.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Folder of presets of your own.
    #[arg(long, value_name = "DIR")]
    pub presets: Option<PathBuf>,
}

/// Writes the table of a file as UTF-8 text with commas, line feeds and as few quotes as can be. The header stays as it
/// was found and every record is kept; titles, totals, repeated headers and small print are left out. Of several tables
/// the first that holds records is written.
#[derive(Debug, clap::Args)]
pub struct Normalize {
    /// The file: delimited text in any encoding, a workbook, Parquet, JSON, or an archive of these.
    pub file: PathBuf,
    /// Where to write; standard output without it.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Project file, whose rules may name the encoding and the separator of the file.
    #[arg(long, short = 'c', value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Writes exports and `truth.json`, which holds what a report on them must find.
#[derive(Debug, clap::Args)]
pub struct Demo {
    /// Folder to write to; it must be empty or not there yet.
    pub folder: PathBuf,
    /// How many leads.
    #[arg(long, default_value_t = 2_000)]
    pub leads: u64,
    /// The same seed gives the same company, whatever the style.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Whose exports the files look like.
    #[arg(long, value_enum, default_value_t = Style::Salesforce)]
    pub style: Style,
}

/// Whose exports the files look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Style {
    /// Salesforce objects by API name, Google Ads and LinkedIn reports.
    Salesforce,
    /// HubSpot contacts, companies and deals, Google Ads and LinkedIn reports.
    Hubspot,
    /// Plain tables: leads, touches, deals, stage changes, spend, accounts.
    Plain,
}
