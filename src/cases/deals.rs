//! Deals as plain values: takes the tables of deals and of stage changes, gives each deal's outcome, dates and amount
//! and the lead behind it. Closing dates of open deals are plans and are not used.

use hashbrown::{HashMap, HashSet};
use polars::prelude::{Column, DataFrame, PolarsResult};

use super::columns::{codes, ids, keys, numbers, words};
use super::dimensions::MemberColumns;
use super::frame::{Rows, split_square};
use super::history::History;
use super::leads::Lead;
use super::links::Links;
use super::moments::Limit;
use super::names::Members;
use super::persons::{LeadIndex, Persons, split};
use crate::calendar::SECONDS_PER_DAY;
use crate::intake::read::SetAside;
use crate::project::Table;
use crate::record::frame::Frame;
use crate::record::ids::is_damaged;
use crate::record::{ColumnReport, OUTCOME_BY_PROJECT, OUTCOME_BY_STAGE, Records};
use crate::store::keys::print;
use serde::{Deserialize, Serialize};

/// What became of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Outcome {
    /// Still open.
    Open,
    /// Sold.
    Won,
    /// Closed without a sale.
    Lost,
    /// Closed, or in a stage that no word explains: the exports do not say what became of it.
    Unknown,
}

impl Outcome {
    /// Every outcome, in the order of the words in [`crate::fields::OUTCOMES`].
    pub const ALL: [Outcome; 4] = [Outcome::Open, Outcome::Won, Outcome::Lost, Outcome::Unknown];
}

/// One deal.
#[derive(Debug, Clone, Copy)]
pub struct Deal<'a> {
    /// Its id, where it has one.
    pub id: Option<&'a str>,
    /// The lead behind it.
    pub lead: Option<LeadIndex>,
    /// The print of its account.
    pub account: Option<u64>,
    /// Its stage as named in the exports; a code, as are all names here.
    pub stage: u32,
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
    pub owner: u32,
    /// Its source as found.
    pub source: u32,
    /// Its channel as found.
    pub channel: u32,
    /// Its campaign, by name or id.
    pub campaign: u32,
    /// Why it was lost.
    pub loss_reason: u32,
    /// Last change or activity known.
    pub last_change_at: Option<i64>,
    /// When its record was last written to, by anybody for any reason.
    pub modified_at: Option<i64>,
    /// Last change of stage known.
    pub stage_changed_at: Option<i64>,
    /// Row in the table of deals.
    pub row: usize,
    /// File it stands in.
    pub file: u32,
}

/// Sets aside the deals that live on in another one, where that one is in the exports.
fn leave_merged(deals: &mut Vec<Deal<'_>>, links: &Links, aside: &mut Vec<(SetAside, u32)>) {
    let there: HashSet<u64> = deals.iter().filter_map(|deal| deal.id.map(print)).collect();
    deals.retain(|deal| {
        let id = deal.id.map(print);
        let lives_on = id.is_some_and(|id| links.survivor(id) != id && there.contains(&links.survivor(id)));
        if lives_on {
            aside.push((SetAside::Merged, deal.file));
        }
        !lives_on
    });
}

/// Every deal, with the lead behind it.
pub fn deals<'a>(
    records: &'a Records,
    leads: &[Lead<'_>],
    persons: &Persons,
    limit: Option<Limit>,
    aside: &mut Vec<(SetAside, u32)>,
) -> Vec<Deal<'a>> {
    let as_of = limit.map(|limit| limit.at);
    let frame = records.table(Table::Deals);
    let links = Links::of(records);
    let mut deals = frame.map_or_else(Vec::new, |frame| read(frame, records, limit));
    if links.has_merged() {
        leave_merged(&mut deals, &links, aside);
    }
    add_stage_changes(&mut deals, &links, records, as_of, aside);
    aside.extend(History::aside(records, persons, as_of));
    let Some(frame) = frame else { return deals };
    sharpen_closings(&mut deals, records);
    let (of_lead, of_contact) = (ids(frame, "lead_id"), ids(frame, "contact_id"));
    let emails = keys(frame, "email");
    let of_leads = leads_by_deal(records, leads);
    let created = numbers(frame, "created_at");
    deals.retain(|deal| {
        let later = as_of.is_some_and(|as_of| created.at(deal.row).is_some_and(|created_at| created_at > as_of));
        if later {
            aside.push((SetAside::AfterAsOf, deal.file));
        }
        !later
    });
    for deal in &mut deals {
        let row = deal.row;
        let by_deal = deal.id.and_then(|id| of_leads.get(&print(id)).copied());
        let by_lead = || split(of_lead.at(row)).find_map(|id| persons.by_id(print(id)));
        let by_contact = || split(of_contact.at(row)).find_map(|id| persons.by_contact(print(id)));
        let by_link = || links.lead(print(deal.id?), leads, persons);
        let by_email = || emails.at(row).and_then(|email| persons.by_email(email));
        deal.lead = by_deal.or_else(by_lead).or_else(by_contact).or_else(by_link).or_else(by_email);
        deal.account = deal.account.or_else(|| links.account(print(deal.id?)));
    }
    follow_customers(&mut deals, leads);
    deals
}

/// For each file, whether anything in it tells won deals from lost ones: a flag, a date, or a word that is understood.
fn tells_outcome(records: &Records) -> Vec<bool> {
    let decided = |word: &(String, u64)| matches!(word.0.as_str(), "won" | "lost");
    let tells = |column: &ColumnReport| match column.field.as_str() {
        "won" | "closed" | "won_at" | "lost_at" => true,
        "outcome" | "stage" => column.mapped.values().any(decided),
        _ => false,
    };
    records.files.iter().map(|file| file.columns.iter().any(tells)).collect()
}

fn read<'a>(frame: &'a Frame, records: &Records, limit: Option<Limit>) -> Vec<Deal<'a>> {
    let (as_of, is_given) = (limit.map(|limit| limit.at), limit.is_none_or(|limit| limit.is_given));
    let seen = |time: &Option<i64>| time.filter(|time| as_of.is_none_or(|as_of| *time <= as_of));
    let (keys, accounts, stages) = (ids(frame, "deal_id"), ids(frame, "account_id"), codes(frame, "stage"));
    let (outcomes, by_stage) = (words(frame, "outcome"), words(frame, OUTCOME_BY_STAGE));
    let by_project = words(frame, OUTCOME_BY_PROJECT);
    let tells = tells_outcome(records);
    let (closed, won) = (words(frame, "closed"), words(frame, "won"));
    let (created, closed_at) = (numbers(frame, "created_at"), numbers(frame, "closed_at"));
    let (won_at, lost_at) = (numbers(frame, "won_at"), numbers(frame, "lost_at"));
    let (amounts, owners) = (numbers(frame, "amount"), codes(frame, "owner"));
    let (sources, channels, campaigns) = (codes(frame, "source"), codes(frame, "channel"), codes(frame, "campaign"));
    let reasons = codes(frame, "loss_reason");
    let (changed, active) = (numbers(frame, "last_changed_at"), numbers(frame, "last_activity_at"));
    let modified = numbers(frame, "modified_at");
    let deal = |row: usize| {
        let by_flag = match (closed.at(row), won.at(row)) {
            (_, Some(1)) => Some(Outcome::Won),
            (Some(1), Some(0)) => Some(Outcome::Lost),
            (Some(0), _) => Some(Outcome::Open),
            _ => None,
        };
        let by_date =
            if won_at.at(row).is_some() { Some(Outcome::Won) } else { lost_at.at(row).map(|_| Outcome::Lost) };
        let is_closed = closed.at(row) == Some(1);
        // A deal that is flagged as closed is not open, whatever its stage is taken for.
        let by_word = outcomes.at(row).or(by_stage.at(row)).and_then(outcome);
        let by_word = by_word.filter(|word| !(is_closed && *word == Outcome::Open));
        let otherwise = match tells[frame.files()[row] as usize] && !is_closed {
            true => Outcome::Open,
            false => Outcome::Unknown,
        };
        // What the project says goes first, then the CRM's own flags, then the words that its preset knows.
        let said = by_project.at(row).and_then(outcome);
        let outcome = said.or(by_flag).or(by_word).or(by_date).unwrap_or(otherwise);
        let decided_at = match outcome {
            Outcome::Open => None,
            Outcome::Unknown => closed_at.at(row).filter(|_| is_closed),
            Outcome::Won => won_at.at(row).or(closed_at.at(row)),
            Outcome::Lost => lost_at.at(row).or(closed_at.at(row)),
        };
        // A deal that the newest snapshot no longer has left the pipeline, nobody knows how.
        let is_gone = outcome == Outcome::Open && records.is_superseded(frame.files()[row]);
        let outcome = if is_gone { Outcome::Unknown } else { outcome };
        // Decided after the moment that somebody asked for: at that moment it was still open. Where the moment was found, a
        // later date is a plan or a typo, and says nothing against the outcome.
        let is_later = decided_at.is_some() && seen(&decided_at).is_none();
        let outcome = if is_later && is_given { Outcome::Open } else { outcome };
        let created_at = seen(&created.at(row));
        let times = [created_at, seen(&changed.at(row)), seen(&active.at(row))];
        Deal {
            id: keys.at(row).filter(|id| !is_damaged(id)),
            lead: None,
            account: split(accounts.at(row)).next().map(print),
            stage: stages.at(row),
            outcome,
            created_at,
            closed_at: seen(&decided_at),
            closed_by: seen(&decided_at),
            amount: amounts.at(row),
            owner: owners.at(row),
            source: sources.at(row),
            channel: channels.at(row),
            campaign: campaigns.at(row),
            loss_reason: reasons.at(row),
            last_change_at: times.into_iter().flatten().max(),
            modified_at: modified.at(row),
            stage_changed_at: None,
            row,
            file: frame.files()[row],
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
    Outcome::ALL.get(usize::from(word)).copied()
}

fn add_stage_changes(
    deals: &mut [Deal<'_>],
    links: &Links,
    records: &Records,
    as_of: Option<i64>,
    aside: &mut Vec<(SetAside, u32)>,
) {
    let Some(changes) = records.table(Table::StageChanges) else { return };
    let by_id = links.deals_by_id(deals);
    let (of_deals, of_leads) = (keys(changes, "deal_id"), keys(changes, "lead_id"));
    let (times, files) = (numbers(changes, "changed_at"), changes.files());
    for (row, file) in files.iter().copied().enumerate().filter(|(row, _)| of_leads.at(*row).is_none()) {
        let deal = of_deals.at(row).and_then(|id| by_id.get(&id));
        match (deal, times.at(row)) {
            (None, _) => aside.push((SetAside::NoPartner, file)),
            (_, None) => aside.push((SetAside::NoDate, file)),
            (_, Some(time)) if as_of.is_some_and(|as_of| time > as_of) => aside.push((SetAside::AfterAsOf, file)),
            (Some(at), time) => {
                let deal = &mut deals[*at as usize];
                deal.last_change_at = deal.last_change_at.max(time);
                deal.stage_changed_at = deal.stage_changed_at.max(time);
            }
        }
    }
}

/// How long won deals stood in each stage they left: code of the stage, whole days.
pub fn stage_days(records: &Records, deals: &[Deal<'_>], stages: &mut Members) -> Vec<(u32, i32)> {
    let Some(changes) = records.table(Table::StageChanges) else { return Vec::new() };
    let won: HashMap<u64, Option<i64>> = (deals.iter().filter(|deal| deal.outcome == Outcome::Won))
        .filter_map(|deal| Some((print(deal.id?), deal.closed_at)))
        .collect();
    let (keys, names, times) = (keys(changes, "deal_id"), codes(changes, "stage"), numbers(changes, "changed_at"));
    let text = |code: u32| records.words.text(code);
    let mut steps: Vec<(u64, i64, &str, u32)> = (0..changes.height())
        .filter_map(|row| {
            let id = keys.at(row).filter(|id| won.contains_key(id))?;
            Some((id, times.at(row)?, text(names.at(row))?, names.at(row)))
        })
        .collect();
    steps.sort_unstable();
    // A snapshot that keeps the stage is no change.
    steps.dedup_by(|later, earlier| later.0 == earlier.0 && later.2 == earlier.2);
    let days = |from: i64, to: i64| i32::try_from((to - from).max(0) / SECONDS_PER_DAY).unwrap_or(i32::MAX);
    let left = steps.iter().enumerate().filter_map(|(at, (id, since, name, stage))| {
        let next = steps.get(at + 1).filter(|next| next.0 == *id).map(|next| next.1);
        let until = next.or_else(|| won.get(id).copied().flatten().filter(|closed_at| closed_at > since))?;
        Some((stages.of(*stage, || Some((*name).to_owned())), days(*since, until)))
    });
    left.collect()
}

fn leads_by_deal(records: &Records, leads: &[Lead<'_>]) -> HashMap<u64, LeadIndex> {
    let mut found: HashMap<u64, LeadIndex> = HashMap::new();
    let Some(frame) = records.table(Table::Leads) else { return found };
    let deals = ids(frame, "deal_id");
    for (index, lead) in (0..).zip(leads) {
        for deal in split(deals.at(lead.row())).map(print) {
            let first = found.entry(deal).or_insert(index);
            if lead.age() < leads[*first as usize].age() {
                *first = index;
            }
        }
    }
    found
}

/// A deal that names no lead, of an account with a customer: a further deal of the lead that was won first, if it
/// was opened after that win.
fn follow_customers(deals: &mut [Deal<'_>], leads: &[Lead<'_>]) {
    let mut first_win: HashMap<u64, (i64, &str, LeadIndex)> = HashMap::new();
    for deal in deals.iter().filter(|deal| deal.outcome == Outcome::Won) {
        let (Some(account), Some(lead), Some(closed_at)) = (deal.account, deal.lead, deal.closed_at) else { continue };
        let win = (closed_at, leads[lead as usize].id, lead);
        let first = first_win.entry(account).or_insert(win);
        *first = win.min(*first);
    }
    for deal in deals.iter_mut().filter(|deal| deal.lead.is_none()) {
        let opened_at = deal.created_at.or(deal.closed_at);
        let win = deal.account.and_then(|account| first_win.get(&account));
        deal.lead = win.filter(|(won_at, ..)| opened_at.is_some_and(|at| at >= *won_at)).map(|(.., lead)| *lead);
    }
}

/// The table of deals; `stages` are the codes of their stages. `idle_days` of open deals go up to the moment `as_of`.
///
/// # Errors
/// Where the columns do not fit: our own mistake.
pub fn table(rows: &Rows<'_, Deal<'_>>, members: MemberColumns, stages: &[u32], as_of: i64) -> PolarsResult<DataFrame> {
    let days = |from: Option<i64>, to: Option<i64>| Some(rows.day(to)? - rows.day(from)?);
    let square = |deal: &Deal<'_>| split_square(i128::from(deal.amount.unwrap_or_default()).pow(2));
    let is_open = |deal: &Deal<'_>| deal.outcome == Outcome::Open;
    let columns = vec![
        rows.column("outcome", |deal| deal.outcome as i32),
        rows.column("month.closed", |deal| rows.month(deal.closed_at)),
        rows.column("month.created", |deal| rows.month(deal.created_at)),
        rows.column("cycle_days", |deal| days(deal.created_at, deal.closed_at)),
        rows.column("amount", |deal| deal.amount.unwrap_or_default()),
        rows.column("priced", |deal| i64::from(deal.amount.is_some())),
        rows.column("squares_high", |deal| square(deal).0),
        rows.column("squares_low", |deal| square(deal).1),
        rows.column("idle_days", |deal| days(deal.last_change_at, Some(as_of)).filter(|_| is_open(deal))),
        rows.column("has_lead", |deal| i32::from(deal.lead.is_some())),
        Column::new("deal_stage".into(), stages),
    ];
    rows.table(members, columns)
}

/// The table of stages that won deals have left: `deal_stage` and `days`.
///
/// # Errors
/// Where the columns do not fit: our own mistake.
pub fn stage_days_table(rows: &Rows<'_, (u32, i32)>) -> PolarsResult<DataFrame> {
    let columns = vec![rows.column("deal_stage", |(stage, _)| *stage), rows.column("days", |(_, days)| *days)];
    rows.table(MemberColumns::none(), columns)
}
