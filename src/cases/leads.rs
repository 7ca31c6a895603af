//! Leads as plain values: takes the table of leads, gives when each reached which stage by its own columns, its
//! handover and its verdict. Deals and touches are added to them by [`super::deals`] and [`super::touches`].

use super::campaigns::person;
use super::columns::{codes, decimals, ids, numbers, words};
use super::persons::{Known, split};
use crate::intake::read::SetAside;
use crate::project::Table;
use crate::record::Records;
use crate::stage::Stage;

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

/// One lead by its own row.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lead<'a> {
    /// What it is known by.
    pub known: Known<'a>,
    /// Its account.
    pub account: Option<&'a str>,
    /// Ids of deals it became, parted by `;`.
    pub deals: Option<&'a str>,
    /// Its source as found; a code, as are all names here.
    pub source: u32,
    /// Its channel as found.
    pub channel: u32,
    /// Its campaign, by name or id.
    pub campaign: u32,
    /// The person who owns it.
    pub owner: u32,
    /// Stages by its own columns.
    pub stages: StageTimes,
    /// When it was handed over to sales.
    pub handed_over_at: Option<i64>,
    /// What sales said.
    pub verdict: Option<Verdict>,
    /// When.
    pub verdict_at: Option<i64>,
    /// Why.
    pub verdict_reason: u32,
    /// Its score.
    pub score: Option<f64>,
    /// First touch by sales, where the lead itself tells.
    pub first_sales_touch_at: Option<i64>,
    /// Last touch by sales, where the lead itself tells.
    pub last_sales_touch_at: Option<i64>,
    /// Number of touches by sales, where the lead itself tells.
    pub sales_touches: Option<i64>,
    /// First and last form fill, where the lead itself tells.
    pub conversions_at: [Option<i64>; 2],
    /// Whether its file has a column for the handover.
    pub knows_handover: bool,
    /// Row in the table of leads.
    pub row: usize,
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
    let (keys, contacts, merged) = (ids(frame, "lead_id"), ids(frame, "contact_id"), ids(frame, "merged_ids"));
    let (emails, accounts, deals) = (ids(frame, "email"), ids(frame, "account_id"), ids(frame, "deal_id"));
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
    let (verdict_times, reasons) = (time("verdict_at"), codes(frame, "verdict_reason"));
    let scores = decimals(frame, "score");
    let (first_sales, last_sales) = (time("first_sales_touch_at"), time("last_sales_touch_at"));
    let sales_touches = numbers(frame, "sales_touches");
    let conversions = [time("first_conversion_at"), time("last_conversion_at")];
    let files = frame.files();
    let entries = ["created_at", "lead_at", "mql_at"].map(|name| numbers(frame, name));
    let knows = |field: &str| -> Vec<bool> { records.files.iter().map(|file| file.has(field)).collect() };
    let (knows_handover, knows_mql) = (knows("handed_over_at"), knows("mql_at"));
    let mut all = Vec::with_capacity(frame.height());
    for (row, own_file) in files.iter().copied().enumerate() {
        let mut stages: StageTimes = Default::default();
        for (stage, times) in &own_stages {
            stages[stage.index()] = times(row);
        }
        stages[Stage::Lead.index()] = stages[Stage::Lead.index()].or(created(row));
        stages[Stage::Sql.index()] = stages[Stage::Sql.index()].or(converted(row));
        let file = own_file as usize;
        let entered = stages.iter().any(Option::is_some);
        if !entered && entries.iter().any(|entry| entry.at(row).is_some()) {
            aside.push((SetAside::AfterAsOf, own_file));
            continue;
        }
        let handed_over_at = if knows_handover[file] {
            handed_over(row)
        } else if knows_mql[file] {
            stages[Stage::Mql.index()]
        } else {
            created(row)
        };
        let by_status =
            statuses.at(row).filter(|_| !with_verdicts[file]).and_then(|word| verdict(word.checked_sub(1)?));
        let said = verdicts.at(row).and_then(verdict).or(by_status);
        let accepted_at = stages[Stage::Sal.index()];
        let said = said.or_else(|| accepted_at.map(|_| Verdict::Accepted));
        let said_at = verdict_times(row).or_else(|| accepted_at.filter(|_| said == Some(Verdict::Accepted)));
        if said == Some(Verdict::Accepted) && accepted_at.is_none() {
            stages[Stage::Sal.index()] = said_at;
        }
        all.push(Lead {
            known: Known {
                id: keys.at(row).unwrap_or_default(),
                contact: contacts.at(row),
                merged: merged.at(row),
                email: emails.at(row),
                created_at: stages.iter().flatten().min().copied(),
            },
            account: split(accounts.at(row)).next(),
            knows_handover: knows_handover[file],
            deals: deals.at(row),
            source: sources.at(row),
            channel: channels.at(row),
            campaign: campaigns.at(row),
            owner: person(owners.at(row), &records.words),
            stages,
            handed_over_at,
            verdict: said,
            verdict_at: said_at,
            verdict_reason: reasons.at(row),
            score: scores.at(row),
            first_sales_touch_at: first_sales(row),
            last_sales_touch_at: last_sales(row),
            sales_touches: sales_touches.at(row),
            conversions_at: [conversions[0](row), conversions[1](row)],
            row,
        });
    }
    all
}

fn verdict(word: u8) -> Option<Verdict> {
    [Verdict::Accepted, Verdict::Rejected, Verdict::Recycled].get(usize::from(word)).copied()
}
