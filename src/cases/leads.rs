//! Leads as plain values: takes the table of leads, gives when each reached which stage by its own columns, its
//! handover and its verdict. Deals and touches are added to them by [`super::deals`] and [`super::touches`].

use std::collections::BTreeSet;

use super::campaigns::is_person;
use super::columns::{decimals, files, integers, texts, words};
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
    /// Its source as found.
    pub source: Option<&'a str>,
    /// Its channel as found.
    pub channel: Option<&'a str>,
    /// Its campaign, by name or id.
    pub campaign: Option<&'a str>,
    /// The person who owns it.
    pub owner: Option<&'a str>,
    /// Stages by its own columns.
    pub stages: StageTimes,
    /// When it was handed over to sales.
    pub handed_over_at: Option<i64>,
    /// What sales said.
    pub verdict: Option<Verdict>,
    /// When.
    pub verdict_at: Option<i64>,
    /// Why.
    pub verdict_reason: Option<&'a str>,
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

/// Every lead of the table, in the order of its rows. What is dated after `as_of` has not happened yet; a lead of which
/// nothing has is set aside. Which columns tell of handover and verdict is asked file by file.
pub fn leads<'a>(records: &'a Records, as_of: Option<i64>, aside: &mut Vec<(SetAside, u32)>) -> Vec<Lead<'a>> {
    let Some(frame) = records.table(Table::Leads) else { return Vec::new() };
    let time = |name: &str| {
        let mut times = integers(frame, name);
        if let Some(as_of) = as_of {
            times.iter_mut().for_each(|time| *time = time.filter(|time| *time <= as_of));
        }
        times
    };
    let (ids, contacts, merged) = (texts(frame, "lead_id"), texts(frame, "contact_id"), texts(frame, "merged_ids"));
    let (emails, accounts, deals) = (texts(frame, "email"), texts(frame, "account_id"), texts(frame, "deal_id"));
    let (sources, channels, campaigns) = (texts(frame, "source"), texts(frame, "channel"), texts(frame, "campaign"));
    let owners = texts(frame, "owner");
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
    let (verdict_times, reasons) = (time("verdict_at"), texts(frame, "verdict_reason"));
    let scores = decimals(frame, "score");
    let (first_sales, last_sales) = (time("first_sales_touch_at"), time("last_sales_touch_at"));
    let sales_touches = integers(frame, "sales_touches");
    let conversions = [time("first_conversion_at"), time("last_conversion_at")];
    let files = files(frame);
    let entries = ["created_at", "lead_at", "mql_at"].map(|name| integers(frame, name));
    let files_with_verdicts: BTreeSet<u32> =
        verdicts.iter().zip(&files).filter(|(verdict, _)| verdict.is_some()).map(|(_, file)| *file).collect();
    let knows = |field: &str| -> Vec<bool> { records.files.iter().map(|file| file.has(field)).collect() };
    let (knows_handover, knows_mql) = (knows("handed_over_at"), knows("mql_at"));
    let mut all = Vec::with_capacity(frame.height());
    for row in 0..frame.height() {
        let mut stages: StageTimes = Default::default();
        for (stage, times) in &own_stages {
            stages[stage.index()] = times[row];
        }
        stages[Stage::Lead.index()] = stages[Stage::Lead.index()].or(created[row]);
        stages[Stage::Sql.index()] = stages[Stage::Sql.index()].or(converted[row]);
        let file = files[row] as usize;
        let entered = stages.iter().any(Option::is_some);
        if !entered && entries.iter().any(|entry| entry[row].is_some()) {
            aside.push((SetAside::AfterAsOf, files[row]));
            continue;
        }
        let handed_over_at = if knows_handover[file] {
            handed_over[row]
        } else if knows_mql[file] {
            stages[Stage::Mql.index()]
        } else {
            created[row]
        };
        let by_status = statuses[row]
            .filter(|_| !files_with_verdicts.contains(&files[row]))
            .and_then(|word| verdict(word.checked_sub(1)?));
        let said = verdicts[row].and_then(verdict).or(by_status);
        let accepted_at = stages[Stage::Sal.index()];
        let said = said.or_else(|| accepted_at.map(|_| Verdict::Accepted));
        let said_at = verdict_times[row].or_else(|| accepted_at.filter(|_| said == Some(Verdict::Accepted)));
        if said == Some(Verdict::Accepted) && accepted_at.is_none() {
            stages[Stage::Sal.index()] = said_at;
        }
        all.push(Lead {
            known: Known {
                id: ids[row].unwrap_or_default(),
                contact: contacts[row],
                merged: merged[row],
                email: emails[row],
                created_at: stages.iter().flatten().min().copied(),
            },
            account: split(accounts[row]).next(),
            knows_handover: knows_handover[file],
            deals: deals[row],
            source: sources[row],
            channel: channels[row],
            campaign: campaigns[row],
            owner: owners[row].filter(|owner| is_person(owner)),
            stages,
            handed_over_at,
            verdict: said,
            verdict_at: said_at,
            verdict_reason: reasons[row],
            score: scores[row],
            first_sales_touch_at: first_sales[row],
            last_sales_touch_at: last_sales[row],
            sales_touches: sales_touches[row],
            conversions_at: [conversions[0][row], conversions[1][row]],
            row,
        });
    }
    all
}

fn verdict(word: u8) -> Option<Verdict> {
    [Verdict::Accepted, Verdict::Rejected, Verdict::Recycled].get(usize::from(word)).copied()
}
