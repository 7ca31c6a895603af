//! Part: everything that was counted of some exports, short of findings. Parts add up: of one folder cut in shares, as
//! `casefile tally` writes them on several machines, or of different folders. What is found in them is for
//! [`crate::find`] to say; how a part is kept in a file, for [`file`] here.

pub mod file;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::cases::leaks::Leak;
use crate::cases::{Facts, MemberNames, Relabelling};
use crate::intake::Skipped;
use crate::intake::read::SetAside;
use crate::project::Project;
use crate::record::FileReport;
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
}

/// Why parts do not add up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unlike {
    /// By another version of the program.
    #[error("they were made by different versions of Casefile: {0} and {1}")]
    Program(String, String),
    /// With other settings.
    #[error("they were made with different settings in the project file")]
    Settings,
    /// They are not about the same day.
    #[error("one describes {0} and another {1}")]
    AsOf(String, String),
    /// Amounts are in different currencies.
    #[error("one counts in {0} and another in {1}")]
    Currency(String, String),
    /// They know different stages.
    #[error("the leads of one reach other stages than those of another")]
    Stages,
    /// A share is missing.
    #[error("share {0} of {1} is missing")]
    Missing(usize, usize),
    /// Shares of different cuts of the same exports.
    #[error("some are shares of {0} and some of {1}, of the same exports")]
    Cut(usize, usize),
    /// The same rows twice.
    #[error("{0} is in two of them")]
    Twice(String),
}

impl Unlike {
    /// How to mend it.
    pub fn hint(&self) -> &'static str {
        match self {
            Unlike::Program(..) => "make all of them anew with one version",
            Unlike::Settings => "make all of them with the same `-c casefile.toml`",
            Unlike::AsOf(..) => "set `as_of` under `[report]` in the project file, and make them anew",
            Unlike::Currency(..) => "set `currency` under `[report]` in the project file, and make them anew",
            Unlike::Stages => "put these exports into one folder, and count them together",
            Unlike::Missing(..) => "make it with `casefile tally --part`, on the same exports, and add it",
            Unlike::Cut(..) => "count all shares anew, each of the same number: `--part 1/N`, `--part 2/N`, …",
            Unlike::Twice(..) => "give each share, and each folder of exports, once",
        }
    }
}

/// A print of the settings that counting depends on: what is only said or shown is not among them. `presets` are all that
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
    // Which open deals have stood still too long is found, not counted.
    counted.agreements.stall = plain.agreements.stall;
    counted.targets = plain.targets;
    counted.privacy.owners = plain.privacy.owners;
    counted.privacy.min_cell = plain.privacy.min_cell;
    counted.presets = None;
    blake3::hash(format!("{counted:?}\n{presets:?}").as_bytes()).to_hex().to_string()
}

/// All parts as one.
///
/// # Errors
/// Where they do not belong together.
pub fn merged(mut parts: Vec<Part>) -> Result<Option<Part>, Unlike> {
    parts.sort_by(|one, other| {
        (&one.origin.exports, one.origin.share).cmp(&(&other.origin.exports, other.origin.share))
    });
    check(&parts)?;
    // The shares of each folder first: its files are in each of them.
    let mut folders: Vec<Part> = Vec::new();
    for part in parts {
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

/// Whether sorted parts belong together.
fn check(parts: &[Part]) -> Result<(), Unlike> {
    let Some(first) = parts.first() else { return Ok(()) };
    for part in parts {
        let (one, other) = (&first.origin, &part.origin);
        if one.program != other.program {
            return Err(Unlike::Program(one.program.clone(), other.program.clone()));
        }
        if one.settings != other.settings {
            return Err(Unlike::Settings);
        }
        if first.facts.as_of_day != part.facts.as_of_day {
            return Err(Unlike::AsOf(first.facts.as_of_day.to_string(), part.facts.as_of_day.to_string()));
        }
        if first.facts.stages != part.facts.stages {
            return Err(Unlike::Stages);
        }
        if first.facts.currency != part.facts.currency {
            return Err(Unlike::Currency(first.facts.currency.clone(), part.facts.currency.clone()));
        }
    }
    let mut hashes = BTreeSet::new();
    for of_exports in parts.chunk_by(|one, other| one.origin.exports == other.origin.exports) {
        let shares: Vec<Option<Share>> = of_exports.iter().map(|part| part.origin.share).collect();
        let of = shares[0].map_or(1, |share| share.of);
        if let Some(other) = shares.iter().flatten().find(|share| shares[0].is_some() && share.of != of) {
            return Err(Unlike::Cut(of, other.of));
        }
        if let Some(twice) = shares.windows(2).find(|pair| pair[0] == pair[1] || pair[0].is_none()) {
            let what = twice[0]
                .map_or_else(|| "one folder".to_owned(), |share| format!("share {} of {}", share.number, share.of));
            return Err(Unlike::Twice(what));
        }
        if let Some(missing) =
            (1..=of).find(|number| !shares.contains(&Some(Share { number: *number, of })) && shares[0].is_some())
        {
            return Err(Unlike::Missing(missing, of));
        }
        for file in &of_exports[0].files {
            if !hashes.insert((file.hash.as_str(), file.title.as_str())) {
                return Err(Unlike::Twice(file.name.clone()));
            }
        }
    }
    Ok(())
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
        let Part { origin, facts, tallies, lists, names, files, aside_at_reading, skipped, currencies } = other;
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
