//! Deals as plain values: takes the tables of deals and of stage changes, gives each deal's outcome, dates and amount
//! and the lead behind it. Closing dates of open deals are plans and are not used.

use hashbrown::HashMap;
use polars::prelude::DataFrame;

use super::columns::{files, integers, texts, words};
use super::leads::Lead;
use super::names::Names;
use super::persons::{LeadIndex, Persons, split};
use crate::calendar::SECONDS_PER_DAY;
use crate::intake::read::SetAside;
use crate::project::Table;
use crate::record::{OUTCOME_BY_STAGE, Records};

/// What became of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Still open.
    Open,
    /// Sold.
    Won,
    /// Closed without a sale.
    Lost,
}

/// One deal.
#[derive(Debug, Clone, Copy)]
pub struct Deal<'a> {
    /// Its id, where it has one.
    pub id: Option<&'a str>,
    /// The lead behind it.
    pub lead: Option<LeadIndex>,
    /// Its account.
    pub account: Option<&'a str>,
    /// Its stage as named in the exports.
    pub stage: Option<&'a str>,
    /// What became of it.
    pub outcome: Outcome,
    /// When it was opened, UTC seconds.
    pub created_at: Option<i64>,
    /// When it was won or lost.
    pub closed_at: Option<i64>,
    /// The moment by which it was certainly closed: that of its last change of stage on the closing day; else, where
    /// closing dates have no clock, the end of that day. What comes later came after the closing.
    pub closed_by: Option<i64>,
    /// Amount in minor units of the report's currency.
    pub amount: Option<i64>,
    /// The person who owns it.
    pub owner: Option<&'a str>,
    /// Its source as found.
    pub source: Option<&'a str>,
    /// Its channel as found.
    pub channel: Option<&'a str>,
    /// Its campaign, by name or id.
    pub campaign: Option<&'a str>,
    /// Why it was lost.
    pub loss_reason: Option<&'a str>,
    /// Last change or activity known.
    pub last_change_at: Option<i64>,
    /// Last change of stage known.
    pub stage_changed_at: Option<i64>,
    /// Row in the table of deals.
    pub row: usize,
    /// File it stands in.
    pub file: u32,
}

/// Every deal, with the lead behind it.
pub fn deals<'a>(
    records: &'a Records,
    leads: &[Lead<'a>],
    persons: &Persons<'a>,
    as_of: Option<i64>,
    aside: &mut Vec<(SetAside, u32)>,
) -> Vec<Deal<'a>> {
    let Some(frame) = records.table(Table::Deals) else { return Vec::new() };
    let mut deals = read(frame, as_of);
    add_stage_changes(&mut deals, records, as_of, aside);
    sharpen_closings(&mut deals, records);
    let references = (texts(frame, "lead_id"), texts(frame, "contact_id"));
    let of_leads = leads_by_deal(leads);
    let created = integers(frame, "created_at");
    deals.retain(|deal| {
        let later = as_of.is_some_and(|as_of| created[deal.row].is_some_and(|created_at| created_at > as_of));
        if later {
            aside.push((SetAside::AfterAsOf, deal.file));
        }
        !later
    });
    for deal in &mut deals {
        let row = deal.row;
        let by_deal = deal.id.and_then(|id| of_leads.get(id).copied());
        let by_reference = || split(references.0[row]).chain(split(references.1[row])).find_map(|id| persons.by_id(id));
        deal.lead = by_deal.or_else(by_reference);
    }
    follow_customers(&mut deals, leads);
    deals
}

fn read(frame: &DataFrame, as_of: Option<i64>) -> Vec<Deal<'_>> {
    let seen = |time: &Option<i64>| time.filter(|time| as_of.is_none_or(|as_of| *time <= as_of));
    let (ids, accounts, stages) = (texts(frame, "deal_id"), texts(frame, "account_id"), texts(frame, "stage"));
    let (outcomes, by_stage) = (words(frame, "outcome"), words(frame, OUTCOME_BY_STAGE));
    let (closed, won) = (words(frame, "closed"), words(frame, "won"));
    let (created, closed_at) = (integers(frame, "created_at"), integers(frame, "closed_at"));
    let (won_at, lost_at) = (integers(frame, "won_at"), integers(frame, "lost_at"));
    let (amounts, owners) = (integers(frame, "amount"), texts(frame, "owner"));
    let (sources, channels, campaigns) = (texts(frame, "source"), texts(frame, "channel"), texts(frame, "campaign"));
    let reasons = texts(frame, "loss_reason");
    let (changed, active) = (integers(frame, "last_changed_at"), integers(frame, "last_activity_at"));
    let files = files(frame);
    let deal = |row: usize| {
        let by_flag = match (closed[row], won[row]) {
            (_, Some(1)) => Some(Outcome::Won),
            (Some(1), Some(0)) => Some(Outcome::Lost),
            (Some(0), _) => Some(Outcome::Open),
            _ => None,
        };
        let by_date = if won_at[row].is_some() { Some(Outcome::Won) } else { lost_at[row].map(|_| Outcome::Lost) };
        let by_word = outcomes[row].or(by_stage[row]).and_then(outcome);
        let outcome = by_flag.or(by_word).or(by_date).unwrap_or(Outcome::Open);
        let decided_at = match outcome {
            Outcome::Open => None,
            Outcome::Won => won_at[row].or(closed_at[row]),
            Outcome::Lost => lost_at[row].or(closed_at[row]),
        };
        // Decided after the as-of moment: at that moment it was still open.
        let outcome = if decided_at.is_some() && seen(&decided_at).is_none() { Outcome::Open } else { outcome };
        let created_at = seen(&created[row]);
        let times = [created_at, seen(&changed[row]), seen(&active[row])];
        Deal {
            id: ids[row],
            lead: None,
            account: split(accounts[row]).next(),
            stage: stages[row],
            outcome,
            created_at,
            closed_at: seen(&decided_at),
            closed_by: seen(&decided_at),
            amount: amounts[row],
            owner: owners[row],
            source: sources[row],
            channel: channels[row],
            campaign: campaigns[row],
            loss_reason: reasons[row],
            last_change_at: times.into_iter().flatten().max(),
            stage_changed_at: None,
            row,
            file: files[row],
        }
    };
    (0..frame.height()).map(deal).collect()
}

/// Gives closings that are mere days the moment of the last change of stage on that day, or its end.
fn sharpen_closings(deals: &mut [Deal<'_>], records: &Records) {
    let closings = ["closed_at", "won_at", "lost_at"];
    let clocked: Vec<bool> =
        records.files.iter().map(|file| closings.iter().any(|field| file.has_clock(field))).collect();
    let day = |at: i64| records.zone.day_of(at);
    for deal in deals.iter_mut().filter(|deal| !clocked[deal.file as usize]) {
        deal.closed_by = deal.closed_at.map(|closed_at| {
            let changed_at = deal.stage_changed_at.filter(|changed_at| day(*changed_at) == day(closed_at));
            changed_at.unwrap_or(closed_at + SECONDS_PER_DAY - 1)
        });
    }
}

fn outcome(word: u8) -> Option<Outcome> {
    [Outcome::Open, Outcome::Won, Outcome::Lost].get(usize::from(word)).copied()
}

fn add_stage_changes<'a>(
    deals: &mut [Deal<'a>],
    records: &'a Records,
    as_of: Option<i64>,
    aside: &mut Vec<(SetAside, u32)>,
) {
    let Some(changes) = records.table(Table::StageChanges) else { return };
    let by_id: HashMap<&str, usize> = deals.iter().enumerate().filter_map(|(at, deal)| Some((deal.id?, at))).collect();
    let (ids, times, files) = (texts(changes, "deal_id"), integers(changes, "changed_at"), files(changes));
    for row in 0..changes.height() {
        let deal = ids[row].and_then(|id| by_id.get(id));
        match (deal, times[row]) {
            (None, _) => aside.push((SetAside::NoPartner, files[row])),
            (_, None) => aside.push((SetAside::NoDate, files[row])),
            (_, Some(time)) if as_of.is_some_and(|as_of| time > as_of) => aside.push((SetAside::AfterAsOf, files[row])),
            (Some(at), time) => {
                deals[*at].last_change_at = deals[*at].last_change_at.max(time);
                deals[*at].stage_changed_at = deals[*at].stage_changed_at.max(time);
            }
        }
    }
}

/// How long won deals stood in each stage they left: code of the stage, whole days.
pub fn stage_days<'a>(records: &'a Records, deals: &[Deal<'a>], stages: &mut Names) -> Vec<(u32, i32)> {
    let Some(changes) = records.table(Table::StageChanges) else { return Vec::new() };
    let won: HashMap<&str, Option<i64>> = (deals.iter().filter(|deal| deal.outcome == Outcome::Won))
        .filter_map(|deal| Some((deal.id?, deal.closed_at)))
        .collect();
    let (ids, names, times) = (texts(changes, "deal_id"), texts(changes, "stage"), integers(changes, "changed_at"));
    let mut steps: Vec<(&str, i64, &str)> = (0..changes.height())
        .filter_map(|row| Some((ids[row].filter(|id| won.contains_key(id))?, times[row]?, names[row]?)))
        .collect();
    steps.sort_unstable();
    // A snapshot that keeps the stage is no change.
    steps.dedup_by(|later, earlier| later.0 == earlier.0 && later.2 == earlier.2);
    let days = |from: i64, to: i64| i32::try_from((to - from).max(0) / SECONDS_PER_DAY).unwrap_or(i32::MAX);
    let left = steps.iter().enumerate().filter_map(|(at, (id, since, stage))| {
        let next = steps.get(at + 1).filter(|next| next.0 == *id).map(|next| next.1);
        let until = next.or_else(|| won.get(id).copied().flatten().filter(|closed_at| closed_at > since))?;
        Some((stages.code(Some(stage)), days(*since, until)))
    });
    left.collect()
}

fn leads_by_deal<'a>(leads: &[Lead<'a>]) -> HashMap<&'a str, LeadIndex> {
    let mut found: HashMap<&'a str, LeadIndex> = HashMap::new();
    let age = |index: LeadIndex| {
        let lead = &leads[index as usize];
        (lead.known.created_at.unwrap_or(i64::MAX), lead.known.id)
    };
    for (index, lead) in (0..).zip(leads) {
        for deal in split(lead.deals) {
            let first = found.entry(deal).or_insert(index);
            if age(index) < age(*first) {
                *first = index;
            }
        }
    }
    found
}

/// A deal that names no lead, of an account with a customer: a further deal of the lead that was won first, if it
/// was opened after that win.
fn follow_customers(deals: &mut [Deal<'_>], leads: &[Lead<'_>]) {
    let mut first_win: HashMap<&str, (i64, &str, LeadIndex)> = HashMap::new();
    for deal in deals.iter().filter(|deal| deal.outcome == Outcome::Won) {
        let (Some(account), Some(lead), Some(closed_at)) = (deal.account, deal.lead, deal.closed_at) else { continue };
        let win = (closed_at, leads[lead as usize].known.id, lead);
        let first = first_win.entry(account).or_insert(win);
        *first = win.min(*first);
    }
    for deal in deals.iter_mut().filter(|deal| deal.lead.is_none()) {
        let opened_at = deal.created_at.or(deal.closed_at);
        let win = deal.account.and_then(|account| first_win.get(account));
        deal.lead = win.filter(|(won_at, ..)| opened_at.is_some_and(|at| at >= *won_at)).map(|(.., lead)| *lead);
    }
}
