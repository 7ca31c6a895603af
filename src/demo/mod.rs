//! A believable company's exports, of any size, with planted truths.
//!
//! Takes a [`Plan`], writes a folder of exports in one of three styles and `truth.json` beside
//! them, gives the [`Truth`]. The cases come from `story` and `sequel` one at a time, are written
//! by a clerk of the style and forgotten, so memory does not grow with the number of leads. The
//! output is a function of the plan alone. Leaves reading the exports to the rest of the program.

#![expect(clippy::disallowed_methods, reason = "the demo writes its exports here")]

mod ads;
mod calendar;
mod campaigns;
mod case;
mod clerk;
mod company;
mod hubspot;
mod leaks;
mod odds;
mod people;
mod plain;
mod random;
mod salesforce;
mod salesforce_ids;
mod salesforce_words;
mod sequel;
mod sheet;
mod spend;
mod story;
mod telling;
mod truth;

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use thiserror::Error;

use case::Case;
use clerk::{Clerk, Entry};
use people::{Account, Person};
use random::{Purpose, Random};
use spend::Spend;
use story::Storyteller;
pub use truth::{Counts, Deals, LeakTruth, Money, SourceTruth, SpeedBand, SpeedEffect, Truth, Verdicts};

/// How many leads pass between two calls that tell the progress.
const PROGRESS_STEP: u64 = 1_000;
/// The file that holds the truth.
const TRUTH_FILE: &str = "truth.json";

/// Whose exports the files look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// Salesforce objects, Google Ads and LinkedIn reports.
    Salesforce,
    /// HubSpot screen exports, Google Ads and LinkedIn reports.
    Hubspot,
    /// Tidy tables with one column a fact.
    Plain,
}

impl Style {
    /// Whether the exports have a row for each touch.
    fn has_touches(self) -> bool {
        !matches!(self, Self::Hubspot)
    }

    /// Whether the exports tell what campaigns other than advertising cost.
    fn has_campaign_costs(self) -> bool {
        !matches!(self, Self::Hubspot)
    }

    fn clerk(self, folder: &Path, spend: &Spend) -> Result<Box<dyn Clerk>, DemoError> {
        Ok(match self {
            Self::Salesforce => Box::new(salesforce::Salesforce::open(folder, spend)?),
            Self::Hubspot => Box::new(hubspot::Hubspot::open(folder, spend)?),
            Self::Plain => Box::new(plain::Plain::open(folder, spend)?),
        })
    }
}

/// What to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// How many leads.
    pub leads: u64,
    /// Which of the possible companies; the same seed gives the same story in every style.
    pub seed: u64,
    /// In whose style.
    pub style: Style,
}

/// Why a demo could not be written.
#[derive(Debug, Error)]
pub enum DemoError {
    /// The folder holds something already, which is left as it is.
    #[error("`{}` is not empty", .folder.display())]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder could not be made or looked into.
    #[error("cannot use `{}` as a folder", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be written.
    #[error("cannot write `{}`", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes the exports and `truth.json` into an empty or a new folder, and gives the truth.
/// `progress` is told now and then how many leads are written.
pub fn write(folder: &Path, plan: &Plan, progress: &mut dyn FnMut(u64)) -> Result<Truth, DemoError> {
    make_empty(folder)?;
    let spend = Spend::new(plan.seed, plan.leads);
    let mut clerk = plan.style.clerk(folder, &spend)?;
    let mut truth = Truth::new(plan);
    truth.count_spend(&spend, plan.style.has_campaign_costs());
    write_cases(plan, clerk.as_mut(), &mut truth, progress)?;
    truth.set_rows(clerk.close()?);
    write_truth(folder, &truth)?;
    Ok(truth)
}

/// Makes the folder if it is missing; whatever is in it is somebody's.
fn make_empty(folder: &Path) -> Result<(), DemoError> {
    let failed = |source| DemoError::Folder { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    match std::fs::read_dir(folder).map_err(failed)?.next() {
        None => Ok(()),
        Some(_) => Err(DemoError::NotEmpty { folder: folder.to_owned() }),
    }
}

fn write_cases(
    plan: &Plan,
    clerk: &mut dyn Clerk,
    truth: &mut Truth,
    progress: &mut dyn FnMut(u64),
) -> Result<(), DemoError> {
    let teller = Storyteller::new(plan.seed, plan.leads);
    let mut case = Case::default();
    let mut person = Person::default();
    let mut account = Account::default();
    for number in 0..plan.leads {
        teller.tell(number, &mut case);
        account.fill(plan.seed, case.account);
        person.fill(plan.seed, case.person, &account);
        truth.count(&case);
        clerk.record(&Entry { case: &case, person: &person, account: &account })?;
        write_loose_deal(plan, &case, clerk, truth)?;
        if (number + 1) % PROGRESS_STEP == 0 || number + 1 == plan.leads {
            progress(number + 1);
        }
    }
    Ok(())
}

/// Beside some deals, another comes in that nobody connects to a lead.
fn write_loose_deal(plan: &Plan, case: &Case, clerk: &mut dyn Clerk, truth: &mut Truth) -> Result<(), DemoError> {
    let Some(around) = case.deals.first().map(case::Deal::created_at) else {
        return Ok(());
    };
    let mut random = Random::stream(plan.seed, Purpose::LooseDeal, case.number);
    if !random.chance(odds::LOOSE_DEALS) {
        return Ok(());
    }
    let Some(deal) = sequel::loose_deal(around, &mut random) else {
        return Ok(());
    };
    let mut account = Account::default();
    // Numbers from here on belong to no lead.
    account.fill(plan.seed, plan.leads + truth.deals.untraceable);
    truth.count_loose_deal(&deal);
    clerk.record_loose_deal(&deal, &account)
}

fn write_truth(folder: &Path, truth: &Truth) -> Result<(), DemoError> {
    let path = folder.join(TRUTH_FILE);
    let failed = |source: io::Error| DemoError::Write { path: path.clone(), source };
    let mut text = serde_json::to_vec_pretty(truth).map_err(|error| failed(error.into()))?;
    text.push(b'\n');
    std::fs::write(&path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const STYLES: [Style; 3] = [Style::Salesforce, Style::Hubspot, Style::Plain];

    fn demo(leads: u64, style: Style) -> (tempfile::TempDir, Truth) {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan { leads, seed: 7, style };
        let truth = write(folder.path(), &plan, &mut |_| ()).unwrap();
        (folder, truth)
    }

    fn bytes_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
        let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
        entries
            .map(|entry| {
                let name = entry.file_name().into_string().unwrap();
                (name, std::fs::read(entry.path()).unwrap())
            })
            .collect()
    }

    #[test]
    fn the_same_plan_gives_the_same_bytes() {
        for style in STYLES {
            let (first, _) = demo(300, style);
            let (second, _) = demo(300, style);
            assert_eq!(bytes_of(first.path()), bytes_of(second.path()));
        }
    }

    #[test]
    fn the_story_is_the_same_in_each_style() {
        let [salesforce, hubspot, plain] = STYLES.map(|style| demo(2_000, style).1);
        assert_eq!(salesforce.totals, hubspot.totals);
        assert_eq!(salesforce.totals, plain.totals);
        assert_eq!(salesforce.revenue_cents.total, plain.revenue_cents.total);
        let first = |truth: &Truth| -> Vec<u64> { truth.leaks.iter().map(|leak| leak.first).collect() };
        assert_eq!(first(&salesforce), first(&hubspot));
        assert_eq!(first(&salesforce), first(&plain));
    }

    #[test]
    fn every_leak_occurs_and_none_is_the_rule() {
        let (_folder, truth) = demo(20_000, Style::Plain);
        for leak in &truth.leaks {
            assert!(leak.holding > 20 && leak.first > 0, "{leak:?}");
            assert!(leak.holding * 4 < truth.totals.leads, "{leak:?}");
        }
        let first: u64 = truth.leaks.iter().map(|leak| leak.first).sum();
        assert_eq!(first - truth.deals.untraceable + truth.leads_without_leak, truth.totals.leads);
    }

    #[test]
    fn files_hold_the_rows_that_the_truth_counts() {
        for style in STYLES {
            let (folder, truth) = demo(1_500, style);
            for (name, &rows) in &truth.rows {
                let text = std::fs::read(folder.path().join(name)).unwrap();
                let report = name.contains("campaign-report");
                let mut reader = csv::ReaderBuilder::new()
                    .delimiter(if name.starts_with("linkedin") { b'\t' } else { b',' })
                    .flexible(report)
                    .from_reader(text.as_slice());
                let records = reader.records().map(Result::unwrap).count() as u64;
                // Before the rows of a report stand its other lines, behind Google's two totals.
                let more = if report { 4 } else { 0 };
                assert_eq!(records, rows + more, "{name}");
            }
        }
    }

    #[test]
    fn a_folder_in_use_is_left_alone() {
        let (folder, truth) = demo(3, Style::Plain);
        let before = bytes_of(folder.path());
        let again = write(folder.path(), &truth.plan, &mut |_| ());
        assert!(matches!(again, Err(DemoError::NotEmpty { .. })));
        assert_eq!(bytes_of(folder.path()), before);
    }

    #[test]
    fn progress_ends_with_the_last_lead() {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan { leads: 2_500, seed: 1, style: Style::Hubspot };
        let mut told = Vec::new();
        write(folder.path(), &plan, &mut |leads| told.push(leads)).unwrap();
        assert_eq!(told, [1_000, 2_000, 2_500]);
    }
}
