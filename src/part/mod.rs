//! Part: everything that was counted of some exports, short of findings. Parts add up: of one folder cut in shares, as
//! `casefile tally` writes them on several machines, or of different folders. What is found in them is for
//! [`crate::find`] to say; how a part is kept in a file, for [`mod@file`] here.

mod check;
pub mod file;
#[cfg(test)]
mod form;
pub mod withhold;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cases::leakage::Leak;
use crate::cases::{Facts, MemberNames, Relabelling};
use crate::intake::Skipped;
use crate::intake::read::SetAside;
use crate::privacy::roll::Roll;
use crate::project::Project;
use crate::record::{Choice, FileReport};
use crate::tally::Tallies;
use crate::tally::lists::{self, Listed};

/// A share of some exports: the first of three is 1 of 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Share {
    /// Which, from 1.
    pub number: usize,
    /// Of how many.
    pub of: usize,
}

impl Share {
    /// The places of the parts that make up this share, where all shares are in so many parts: a multiple of [`Share::of`].
    pub fn places(self, parts: usize) -> std::ops::Range<usize> {
        let each = parts / self.of.max(1);
        (self.number - 1) * each..self.number * each
    }
}

/// What a part was made from, and with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Version of the program.
    pub program: String,
    /// Print of the settings that counting depends on.
    pub settings: String,
    /// Print of the exports.
    pub exports: String,
    /// The share of these exports; `None`: all of them.
    pub share: Option<Share>,
}

/// See the module.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    /// What it was made from.
    pub origin: Origin,
    /// What is known of the cases as a whole.
    pub facts: Facts,
    /// What was counted.
    pub tallies: Tallies,
    /// The first cases behind each leak.
    pub lists: BTreeMap<Leak, Vec<Listed>>,
    /// What the members behind codes are called.
    pub names: MemberNames,
    /// How each file was read.
    pub files: Vec<FileReport>,
    /// What was set aside of each file while all of it was read: the same in each share.
    pub aside_at_reading: Vec<BTreeMap<SetAside, u64>>,
    /// What was not used.
    pub skipped: Vec<Skipped>,
    /// Currencies found, with the number of amounts.
    pub currencies: BTreeMap<String, u64>,
    /// The persons that the exports name, as prints; each share of some exports has a share of them.
    pub people: Roll,
}

/// What one of the files of parts states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The file.
    pub file: String,
    /// What it states.
    pub what: String,
}

impl Stated {
    fn new(file: &str, what: impl ToString) -> Stated {
        Stated { file: file.to_owned(), what: what.to_string() }
    }
}

/// Why parts do not add up; files are those of parts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unlike {
    /// With other settings.
    #[error("`{file}` was made with different settings in the project file")]
    Settings {
        /// The file.
        file: String,
    },
    /// They are not about the same day.
    #[error("`{}` describes {}, and `{}` {}", .0.file, .0.what, .1.file, .1.what)]
    AsOf(Stated, Stated),
    /// Amounts are in different currencies.
    #[error("`{}` counts in {}, and `{}` in {}", .0.file, .0.what, .1.file, .1.what)]
    Currency(Stated, Stated),
    /// They know different stages, so that different waits between stages were measured.
    #[error("leads of `{file}` reach other stages than those of `{other}`: {stages}")]
    Stages {
        /// The file.
        file: String,
        /// The other.
        other: String,
        /// Stages that only the first has.
        stages: String,
    },
    /// The same kind of column was read in two ways, and one of them is an assumption that the values of all would
    /// resolve.
    #[error("{column} is read {} in `{file}`, and {} in `{other}`: not all values tell", .read.words(), .otherwise.words())]
    Choice {
        /// What the column is, and of which exports.
        column: String,
        /// A file.
        file: String,
        /// How it is read there.
        read: Choice,
        /// The other file.
        other: String,
        /// How it is read there.
        otherwise: Choice,
    },
    /// A share is missing.
    #[error("share {number} of {of} is missing, of the exports that `{file}` has a share of")]
    Missing {
        /// Which.
        number: usize,
        /// Of how many.
        of: usize,
        /// The file of another share.
        file: String,
    },
    /// Shares of different cuts of the same exports.
    #[error("`{}` is one share of {}, and `{}` one of {}, of the same exports", .0.file, .0.what, .1.file, .1.what)]
    Cut(Stated, Stated),
    /// The same rows twice.
    #[error("{what} is in two of them, `{one}` and `{other}`")]
    Twice {
        /// What.
        what: String,
        /// A file.
        one: String,
        /// The other.
        other: String,
    },
}

impl Unlike {
    /// How to mend it.
    pub fn hint(&self) -> &'static str {
        match self {
            Unlike::Settings { .. } => "make all of them with the same `-c casefile.toml`",
            Unlike::AsOf(..) => "set `as_of` under `[report]` in the project file, and make them anew",
            Unlike::Currency(..) => "set `currency` under `[report]` in the project file, and make them anew",
            Unlike::Stages { .. } => "put these exports into one folder, and count them together",
            Unlike::Choice { .. } => {
                "say it with `order` or `decimal` under `[[input]]` in the project file, and make them anew"
            }
            Unlike::Missing { .. } => "make it with `casefile tally --part`, on the same exports, and add it",
            Unlike::Cut(..) => "count all shares anew, each of the same number: `--part 1/N`, `--part 2/N`, …",
            Unlike::Twice { .. } => "give each share, and each folder of exports, once",
        }
    }
}

/// A print of the settings that counting depends on: what is only displayed is not among them. `presets` are all that
/// are used.
pub fn settings_print(project: &Project, presets: &[crate::intake::preset::Preset]) -> String {
    let mut counted = project.clone();
    let plain = Project::default();
    counted.report.title = plain.report.title;
    counted.report.organisation = plain.report.organisation;
    counted.report.period = plain.report.period;
    counted.report.fiscal_year_start = plain.report.fiscal_year_start;
    counted.report.margin = plain.report.margin;
    counted.stage_names = plain.stage_names;
    counted.definitions.texts = plain.definitions.texts;
    // Which open deals have been idle too long is found, not counted.
    counted.agreements.stall = plain.agreements.stall;
    counted.targets = plain.targets;
    counted.privacy.owners = plain.privacy.owners;
    counted.privacy.min_cell = plain.privacy.min_cell;
    counted.presets = None;
    blake3::hash(format!("{counted:?}\n{presets:?}").as_bytes()).to_hex().to_string()
}

/// All parts as one, each with the name of its file.
///
/// # Errors
/// Where they do not belong together.
pub fn merged(mut parts: Vec<(String, Part)>) -> Result<Option<Part>, Unlike> {
    parts.sort_by(|(_, one), (_, other)| {
        (&one.origin.exports, one.origin.share).cmp(&(&other.origin.exports, other.origin.share))
    });
    check::check(&parts)?;
    // The shares of each folder first: its files are in each of them.
    let mut folders: Vec<Part> = Vec::new();
    for (_, part) in parts {
        match folders.last_mut().filter(|folder| folder.origin.exports == part.origin.exports) {
            Some(folder) => folder.add(part),
            None => folders.push(part),
        }
    }
    let mut folders = folders.into_iter();
    let Some(mut all) = folders.next() else { return Ok(None) };
    folders.for_each(|folder| all.add(folder));
    all.origin.share = None;
    Ok(Some(all))
}

impl Part {
    /// The same part with members in order of their names, so that nothing depends on the order of rows or parts.
    #[must_use]
    pub fn in_order(self) -> Part {
        let (names, codes) = self.names.in_order();
        let lists = self.lists.into_iter().map(|(leak, listed)| (leak, relabelled(listed, &codes))).collect();
        Part { names, tallies: self.tallies.relabelled(&codes), lists, ..self }
    }

    /// Adds another part.
    fn add(&mut self, other: Part) {
        let Part { origin, facts, tallies, lists, names, files, aside_at_reading, skipped, currencies, people } = other;
        self.people.add(&people);
        let codes = self.names.adopt(&names);
        self.tallies.add(tallies.relabelled(&codes));
        for (leak, listed) in lists {
            lists::add(self.lists.entry(leak).or_default(), relabelled(listed, &codes), leak);
        }
        if self.origin.exports == origin.exports {
            self.facts.add(&facts);
            for ((own, other), base) in self.files.iter_mut().zip(files).zip(aside_at_reading) {
                for (reason, rows) in other.set_aside {
                    own.put_aside(reason, rows - base.get(&reason).copied().unwrap_or_default());
                }
            }
            return;
        }
        self.facts.add_others(&facts);
        self.files.extend(files);
        self.files.sort_by(|one, other| (&one.name, &one.title).cmp(&(&other.name, &other.title)));
        self.aside_at_reading.extend(aside_at_reading);
        self.skipped.extend(skipped);
        self.skipped.sort_by(|one, other| one.name.cmp(&other.name));
        for (currency, amounts) in currencies {
            *self.currencies.entry(currency).or_default() += amounts;
        }
        self.origin.exports =
            blake3::hash(format!("{} {}", self.origin.exports, origin.exports).as_bytes()).to_hex().to_string();
    }
}

fn relabelled(listed: Vec<Listed>, codes: &Relabelling) -> Vec<Listed> {
    let source = |code: u32| codes.members[0][code as usize];
    let owner = |code: u32| codes.members[crate::cases::OWNER][code as usize];
    let one = |listed: Listed| Listed {
        source: source(listed.source),
        owner: owner(listed.owner),
        deal_stage: codes.stages[listed.deal_stage as usize],
        ..listed
    };
    listed.into_iter().map(one).collect()
}
