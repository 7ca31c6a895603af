//! Leads as plain values: takes the table of leads, gives when each reached which stage by its own columns, its
//! handover and its verdict. Deals and touches are added to them by [`super::deals`] and [`super::touches`].

use super::campaigns::person;
use super::columns::{codes, decimals, ids, numbers, words};
use super::history::{History, Word, word};
use super::persons::split;
use super::time::Time;
use crate::intake::read::SetAside;
use crate::project::Table;
use crate::record::{LEAD_STAGE, Records};
use crate::stage::Stage;
#[cfg(test)]
use crate::store::NO_CODE;
use crate::store::NO_PRINT;
use crate::store::keys::print;

/// What sales said of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Sales took it on.
    Accepted,
    /// Sales refused it.
    Rejected,
    /// Sent back to nurturing.
    Recycled,
}

/// Stage → the instant it was entered, UTC seconds; `None`: not dated.
pub type StageTimes = [Option<i64>; Stage::ALL.len()];

/// One lead by its own row. There may be ten million, so it is kept small.
#[derive(Debug, Clone, Copy)]
pub struct Lead<'a> {
    /// Its id.
    pub id: &'a str,
    /// When it came to be known: its first stage.
    pub created_at: Time,
    /// The print of its account.
    account: u64,
    /// Its source as found; a code, as are all names here.
    pub source: u32,
    /// Its channel as found.
    pub channel: u32,
    /// Its campaign, by name or id.
    pub campaign: u32,
    /// The person who owns it.
    pub owner: u32,
    /// Stages by its own columns.
    pub stages: [Time; Stage::ALL.len()],
    /// How far it came at least, with or without a date.
    pub far: Stage,
    /// When it was handed over to sales.
    pub handed_over_at: Time,
    /// What sales said.
    pub verdict: Option<Verdict>,
    /// When.
    pub verdict_at: Time,
    /// Why.
    pub verdict_reason: u32,
    /// Its score; not a number where it has none.
    score: f64,
    /// First touch by sales, where the lead itself tells.
    pub first_sales_touch_at: Time,
    /// Last touch by sales, where the lead itself tells.
    pub last_sales_touch_at: Time,
    /// Number of touches by sales, where the lead itself tells.
    pub sales_touches: Option<u32>,
    /// First and last form fill, where the lead itself tells.
    pub conversions_at: [Time; 2],
    /// Whether its file has a column for the handover.
    pub knows_handover: bool,
    /// Row in the table of leads.
    row: u32,
}

impl Lead<'_> {
    /// One of which nothing is known.
    #[cfg(test)]
    pub fn unknown() -> Lead<'static> {
        Lead {
            id: "",
            created_at: Time::NEVER,
            account: NO_PRINT,
            source: NO_CODE,
            channel: NO_CODE,
            campaign: NO_CODE,
            owner: NO_CODE,
            stages: Default::default(),
            far: Stage::Lead,
            handed_over_at: Time::NEVER,
            verdict: None,
            verdict_at: Time::NEVER,
            verdict_reason: NO_CODE,
            score: f64::NAN,
            first_sales_touch_at: Time::NEVER,
            last_sales_touch_at: Time::NEVER,
            sales_touches: None,
            conversions_at: Default::default(),
            knows_handover: false,
            row: 0,
        }
    }

    /// The print of its account.
    pub fn account(&self) -> Option<u64> {
        Some(self.account).filter(|account| *account != NO_PRINT)
    }

    /// Its score.
    pub fn score(&self) -> Option<f64> {
        Some(self.score).filter(|score| !score.is_nan())
    }

    /// Row in the table of leads.
    pub fn row(&self) -> usize {
        self.row as usize
    }

    /// Stages by its own columns.
    pub fn stage_times(&self) -> StageTimes {
        self.stages.map(Time::get)
    }

    /// What tells which of several leads came first: the earlier, in a tie the first by id.
    pub fn age(&self) -> impl Ord + use<'_> {
        (self.created_at.get().unwrap_or(i64::MAX), self.id)
    }
}

/// For each file, whether any of its leads bears a verdict.
pub fn with_verdicts(records: &Records) -> Vec<bool> {
    let mut with_verdicts = vec![false; records.files.len()];
    if let Some(frame) = records.table(Table::Leads) {
        let verdicts = words(frame, "verdict");
        for (row, file) in frame.files().iter().enumerate() {
            with_verdicts[*file as usize] |= verdicts.at(row).is_some();
        }
    }
    with_verdicts
}

/// Every lead of the table, in the order of its rows. What is dated after `as_of` has not happened yet; a lead of which
/// nothing has is set aside. Which columns tell of handover and verdict is asked file by file: `with_verdicts` is
/// [`with_verdicts`] over all leads.
pub fn leads<'a>(
    records: &'a Records,
    with_verdicts: &[bool],
    as_of: Option<i64>,
    aside: &mut Vec<(SetAside, u32)>,
) -> Vec<Lead<'a>> {
    let Some(frame) = records.table(Table::Leads) else { return Vec::new() };
    let time = |name: &str| {
        let times = numbers(frame, name);
        move |row: usize| times.at(row).filter(|time| as_of.is_none_or(|as_of| *time <= as_of))
    };
    let (keys, accounts) = (ids(frame, "lead_id"), ids(frame, "account_id"));
    let (sources, channels, campaigns) = (codes(frame, "source"), codes(frame, "channel"), codes(frame, "campaign"));
    let owners = codes(frame, "owner");
    let created = time("created_at");
    let own_stages = [
        (Stage::Lead, time("lead_at")),
        (Stage::Mql, time("mql_at")),
        (Stage::Sal, time("sal_at")),
        (Stage::Sql, time("sql_at")),
        (Stage::Opportunity, time("opportunity_at")),
        (Stage::Customer, time("customer_at")),
    ];
    let (converted, handed_over) = (time("converted_at"), time("handed_over_at"));
    let (verdicts, statuses) = (words(frame, "verdict"), words(frame, "status"));
    let stage_words = words(frame, LEAD_STAGE);
    let (verdict_times, reasons) = (time("verdict_at"), codes(frame, "verdict_reason"));
    let scores = decimals(frame, "score");
    let (first_sales, last_sales) = (time("first_sales_touch_at"), time("last_sales_touch_at"));
    let sales_touches = numbers(frame, "sales_touches");
    let conversions = [time("first_conversion_at"), time("last_conversion_at")];
    let files = frame.files();
    let entries = ["created_at", "lead_at", "mql_at"].map(|name| numbers(frame, name));
    let knows = |field: &str| -> Vec<bool> { records.files.iter().map(|file| file.has(field)).collect() };
    let (knows_handover, knows_mql) = (knows("handed_over_at"), knows("mql_at"));
    let history = History::of(records, as_of);
    let history_tells_mql = History::tells(records)[1];
    let mut all = Vec::with_capacity(frame.height());
    for (row, own_file) in files.iter().copied().enumerate() {
        let mut stages: StageTimes = Default::default();
        for (stage, times) in &own_stages {
            stages[stage.index()] = times(row);
        }
        stages[Stage::Lead.index()] = stages[Stage::Lead.index()].or(created(row));
        stages[Stage::Sql.index()] = stages[Stage::Sql.index()].or(converted(row));
        let past = keys.at(row).and_then(|id| history.at(print(id)));
        if let Some(past) = past {
            for (own, then) in stages.iter_mut().zip(past.stages) {
                *own = (*own).into_iter().chain(then).min();
            }
        }
        let file = own_file as usize;
        let entered = stages.iter().any(Option::is_some);
        if !entered && entries.iter().any(|entry| entry.at(row).is_some()) {
            aside.push((SetAside::AfterAsOf, own_file));
            continue;
        }
        let handed_over_at = if knows_handover[file] || handed_over(row).is_some() {
            handed_over(row)
        } else if knows_mql[file] || history_tells_mql {
            stages[Stage::Mql.index()]
        } else {
            created(row)
        };
        let by_status =
            statuses.at(row).filter(|_| !with_verdicts[file]).and_then(|word| verdict(word.checked_sub(1)?));
        let (far, by_stage) = match stage_words.at(row).and_then(word) {
            Some(Word::Stage(stage)) => (stage.max(Stage::Lead), None),
            Some(Word::Verdict(verdict)) => (Stage::Lead, Some(verdict)),
            None => (Stage::Lead, None),
        };
        let said = verdicts.at(row).and_then(verdict).or(by_status).or(by_stage);
        let accepted_at = stages[Stage::Sal.index()];
        let said = said.or_else(|| accepted_at.map(|_| Verdict::Accepted));
        let said_at = verdict_times(row).or_else(|| accepted_at.filter(|_| said == Some(Verdict::Accepted)));
        let (said, said_at) = match past.and_then(|past| past.verdict) {
            Some((at, verdict)) if said.is_none() => (Some(verdict), Some(at)),
            Some((at, verdict)) if said == Some(verdict) => (said, said_at.or(Some(at))),
            _ => (said, said_at),
        };
        if said == Some(Verdict::Accepted) && accepted_at.is_none() {
            stages[Stage::Sal.index()] = said_at;
        }
        all.push(Lead {
            id: keys.at(row).unwrap_or_default(),
            created_at: stages.iter().flatten().min().copied().into(),
            account: split(accounts.at(row)).next().map_or(NO_PRINT, print),
            knows_handover: knows_handover[file],
            source: sources.at(row),
            channel: channels.at(row),
            campaign: campaigns.at(row),
            owner: person(owners.at(row), &records.words),
            stages: stages.map(Time::from),
            far,
            handed_over_at: handed_over_at.into(),
            verdict: said,
            verdict_at: said_at.into(),
            verdict_reason: reasons.at(row),
            score: scores.at(row).unwrap_or(f64::NAN),
            first_sales_touch_at: first_sales(row).into(),
            last_sales_touch_at: last_sales(row).into(),
            sales_touches: sales_touches.at(row).map(|touches| u32::try_from(touches).unwrap_or_default()),
            conversions_at: [conversions[0](row).into(), conversions[1](row).into()],
            row: u32::try_from(row).expect("fewer leads than 4 billion"),
        });
    }
    all
}

fn verdict(word: u8) -> Option<Verdict> {
    [Verdict::Accepted, Verdict::Rejected, Verdict::Recycled].get(usize::from(word)).copied()
}
