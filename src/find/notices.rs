//! What a reader must know before believing the figures. The words are left to [`crate::words`].

use std::collections::BTreeMap;

use super::figures::Figures;
use crate::calendar::{Day, Period, Quarter};
use crate::cases::Facts;
use crate::privacy::mask;
use crate::record::currency::NO_CURRENCY;
use crate::record::report::Choice;
use crate::record::{ColumnReport, FileReport, Repeat};
use crate::stage::Stage;

/// Something a reader must know. Names of files, columns and members are as the site may show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The exports hold spend alone.
    SpendAlone,
    /// Deals of which the exports do not say what became of them.
    UnknownOutcomes {
        /// How many.
        deals: u64,
    },
    /// Deals are recorded only from some time after the first leads.
    LeftTruncation {
        /// First day on which a lead entered.
        entry: Day,
        /// First day on which a deal was decided.
        close: Day,
        /// Days between.
        lag: i32,
        /// Median days from entry to a win.
        usual: i32,
    },
    /// Deals won before their lead's first date.
    BeforeStart {
        /// How many.
        deals: u64,
    },
    /// Touches of which nobody knows whether marketing or sales made them.
    SideUnknown {
        /// How many.
        unknown: u64,
        /// Of how many.
        touches: u64,
    },
    /// Closing dates after everything else that happened.
    LateClosings {
        /// How many.
        dates: u64,
        /// The day of the newest thing that happened.
        as_of: Day,
    },
    /// A report that states money which another one counts already.
    Repeat {
        /// The report.
        file: String,
        /// The other one.
        by: String,
        /// What it repeats, and how.
        repeat: Repeat,
        /// Currency of the amount.
        currency: String,
    },
    /// Further pairs of such reports.
    FurtherRepeats(u64),
    /// Sources that differ in letter case, blanks and marks alone.
    AlikeSources(Vec<Vec<String>>),
    /// A column of dates of which no value says which part is the day.
    AmbiguousDates(Column),
    /// A column of numbers of which no value says which mark separates decimals.
    AmbiguousNumbers(Column),
    /// Amounts without a currency.
    CurrencyAssumed {
        /// How many.
        amounts: u64,
        /// The currency they were taken as.
        currency: String,
    },
    /// Nothing entered in the last complete quarter.
    NothingLastQuarter(Quarter),
    /// No quarter with data is complete.
    NoCompleteQuarter,
}

/// A column and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// Its file.
    pub file: String,
    /// The format that was assumed.
    pub format: String,
}

impl Notice {
    /// The page it belongs on, by its slug.
    pub fn page(&self) -> &'static str {
        match self {
            Notice::SpendAlone
            | Notice::UnknownOutcomes { .. }
            | Notice::AmbiguousDates(_)
            | Notice::NothingLastQuarter(_)
            | Notice::NoCompleteQuarter => "index",
            Notice::LeftTruncation { .. } | Notice::BeforeStart { .. } => "funnel",
            Notice::SideUnknown { .. } => "feedback",
            Notice::Repeat { .. }
            | Notice::FurtherRepeats(_)
            | Notice::AlikeSources(_)
            | Notice::CurrencyAssumed { .. } => "sources",
            Notice::LateClosings { .. } | Notice::AmbiguousNumbers(_) => "data",
        }
    }
}

/// All of them, without those on the choice of the period.
pub fn notices(facts: &Facts, figures: &Figures, files: &[FileReport]) -> Vec<Notice> {
    let mut notices = Vec::new();
    notices.extend((!facts.inputs.leads && !facts.inputs.deals).then_some(Notice::SpendAlone));
    notices.extend(unknown_outcomes(figures));
    notices.extend(left_truncation(facts, figures));
    notices.extend(before_start(facts, figures));
    let (unknown, touches) = (facts.side_unknown, facts.touches);
    notices.extend((unknown > 0).then_some(Notice::SideUnknown { unknown, touches }));
    let (dates, as_of) = (facts.late_closings, facts.as_of_day);
    notices.extend((dates > 0).then_some(Notice::LateClosings { dates, as_of }));
    notices.extend(repeats(facts, files));
    notices.extend(alike_sources(facts));
    notices.extend(files.iter().flat_map(ambiguous));
    let is_assumed = facts.currency_assumed > 0 && facts.currency != NO_CURRENCY;
    notices.extend(
        is_assumed
            .then(|| Notice::CurrencyAssumed { amounts: facts.currency_assumed, currency: facts.currency.clone() }),
    );
    notices
}

fn unknown_outcomes(figures: &Figures) -> Option<Notice> {
    let unknown = figures.whole(&super::deals::UNKNOWN, Period::All)?.whole_value()?;
    let deals = u64::try_from(unknown).ok().filter(|unknown| *unknown > 0)?;
    Some(Notice::UnknownOutcomes { deals })
}

/// Days by which the first decided deal may lag the first lead before it is worth a word, besides the usual wait.
const USUAL_LAG_DAYS: i32 = 60;

/// Deals recorded only from some time after the first leads: the early cohorts look bad for no reason of their own.
fn left_truncation(facts: &Facts, figures: &Figures) -> Option<Notice> {
    let (entry, close) = (facts.first_entry?, facts.first_close?);
    let first = *facts.stages.first()?;
    let usual = figures.whole(super::funnel::DAYS.pair_at(first, Stage::Customer, 50), Period::All);
    let usual = usual.and_then(|figure| figure.real())? as i32;
    let lag = close.0 - entry.0;
    (lag > USUAL_LAG_DAYS && lag > 3 * usual).then_some(Notice::LeftTruncation { entry, close, lag, usual })
}

fn before_start(facts: &Facts, figures: &Figures) -> Option<Notice> {
    let first = *facts.stages.first()?;
    let figure = figures.whole(super::funnel::BEFORE_START.pair(first, Stage::Customer), Period::All)?;
    let deals = u64::try_from(figure.whole_value()?).ok().filter(|count| *count > 0)?;
    Some(Notice::BeforeStart { deals })
}

/// Most pairs of files of which the money that both state is named one by one.
const MOST_REPEATS: usize = 20;

/// Reports of spend that state what another one counts already, the largest amounts first.
fn repeats(facts: &Facts, files: &[FileReport]) -> Vec<Notice> {
    let mut all: Vec<(&FileReport, &Repeat)> =
        files.iter().flat_map(|file| file.repeats.iter().map(move |repeat| (file, repeat))).collect();
    all.sort_by(|one, other| other.1.amount.cmp(&one.1.amount).then(one.0.name.cmp(&other.0.name)));
    let more = all.len().saturating_sub(MOST_REPEATS) as u64;
    let named = |(file, repeat): (&FileReport, &Repeat)| Notice::Repeat {
        file: mask(&file.name).into_owned(),
        by: files.get(repeat.by as usize).map_or_else(String::new, |file| mask(&file.name).into_owned()),
        repeat: repeat.clone(),
        currency: facts.currency.clone(),
    };
    let mut notices: Vec<Notice> = all.into_iter().take(MOST_REPEATS).map(named).collect();
    notices.extend((more > 0).then_some(Notice::FurtherRepeats(more)));
    notices
}

/// Sources that differ in nothing but letter case, blanks and marks: two tools have written one source in two ways.
fn alike_sources(facts: &Facts) -> Option<Notice> {
    const MOST: usize = 10;
    let (_, members) = facts.dimensions.iter().find(|(name, _)| name == "source")?;
    let mut by_letters: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for member in members.iter().filter(|member| !member.is_empty()) {
        let letters: String = member.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        by_letters.entry(letters).or_default().push(member);
    }
    let masked = |names: Vec<&str>| names.into_iter().map(|name| mask(name).into_owned()).collect();
    let groups: Vec<Vec<String>> = by_letters
        .into_iter()
        .filter(|(letters, names)| !letters.is_empty() && names.len() > 1)
        .map(|(_, names)| masked(names))
        .take(MOST)
        .collect();
    (!groups.is_empty()).then_some(Notice::AlikeSources(groups))
}

/// Columns of a file that were read by an assumption.
fn ambiguous(file: &FileReport) -> impl Iterator<Item = Notice> + '_ {
    file.columns.iter().filter(|column| column.ambiguous).map(|column: &ColumnReport| {
        let read = Column {
            header: mask(&column.header).into_owned(),
            file: mask(&file.name).into_owned(),
            format: column.format.clone(),
        };
        if is_date(column) { Notice::AmbiguousDates(read) } else { Notice::AmbiguousNumbers(read) }
    })
}

/// Whether the doubt is one of day and month, not of decimals and thousands.
fn is_date(column: &ColumnReport) -> bool {
    matches!(column.choice, Some(Choice::DayFirst | Choice::MonthFirst))
}
