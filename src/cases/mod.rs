//! Cases: canonical tables in, one wide row a lead out, with everything that is known of it: slices, stages, touches,
//! verdict, deals, the rule it broke. The only place where tables are joined. Counting is left to [`crate::tally`].

pub mod campaigns;
pub mod columns;
pub mod deals;
pub mod facts;
pub mod frame;
pub mod inputs;
pub mod leads;
pub mod leaks;
pub mod names;
pub mod persons;
pub mod spend;
pub mod touches;

use std::collections::BTreeMap;

use hashbrown::HashMap;
use polars::prelude::*;

use crate::calendar::{Day, Zone};
use crate::intake::read::SetAside;
use crate::privacy::mask;
use crate::project::{OwnerNames, Project, Table};
use crate::record::Records;
use crate::record::currency::NO_CURRENCY;
use crate::stage::Stage;
use campaigns::{Campaigns, Users, source_of};
use deals::{Deal, Outcome};
pub use facts::Facts;
use frame::{Answer, CaseRow, Speed};
use inputs::Inputs;
use leads::{Lead, Verdict};
use leaks::{Case, hold};
use names::Names;
use persons::{Known, Persons};
use spend::Spend;
use touches::{Book, Contact, Contacts, person};

/// The dimensions that a touch can earn credit for.
pub const CREDIT_DIMENSIONS: [&str; 3] = ["source", "channel", "campaign"];
/// The dimensions every lead and deal has; the project's slices follow.
const OWN_DIMENSIONS: [&str; 4] = ["source", "channel", "campaign", "owner"];
const OWNER: usize = 3;

/// Why cases could not be made.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// No lead, deal or touch has a date that can be read.
    #[error("nothing in the exports is dated: no lead, deal or touch has a date that can be read")]
    Undated,
    /// A table operation failed: our own mistake.
    #[error("the tables could not be joined: {0}")]
    Tables(#[from] PolarsError),
}

/// The joined cases, ready to be tallied.
#[derive(Debug, Clone)]
pub struct Cases {
    /// One row a lead; columns in [`frame::cases`].
    pub leads: DataFrame,
    /// One row a deal; columns in [`frame::deals`].
    pub deals: DataFrame,
    /// One row a stage that a won deal has left: `deal_stage`, `days`.
    pub stage_days: DataFrame,
    /// One row an amount spent: `dim.source`, `dim.channel`, `dim.campaign`, `month`, `amount`, `impressions`, `clicks`.
    pub spend: DataFrame,
    /// What is known besides.
    pub facts: Facts,
}

/// Joins the tables. Rows of touches and spend that belong to nothing are set aside in the account of `records`.
///
/// # Errors
/// Where nothing is dated.
pub fn join(records: &mut Records, project: &Project) -> Result<Cases, JoinError> {
    let mut aside = Vec::new();
    let cases = joined(records, project, &mut aside)?;
    for (reason, file) in aside {
        records.put_aside(reason, std::iter::once(file));
    }
    Ok(cases)
}

fn joined(records: &Records, project: &Project, aside: &mut Vec<(SetAside, u32)>) -> Result<Cases, JoinError> {
    let zone = &records.zone;
    let given = project.report.as_of.and_then(|date| {
        let day =
            Day::from_ymd(date.year().into(), date.month().unsigned_abs().into(), date.day().unsigned_abs().into())?;
        Some(zone.instant_of(day.plus(1), 0) - 1)
    });
    let mut inputs = Inputs::of(records);
    let (campaigns, users) = (Campaigns::new(records), Users::new(records));
    let leads = leads::leads(records, given, aside);
    let known: Vec<Known<'_>> = leads.iter().map(|lead| lead.known).collect();
    let persons = Persons::new(&known);
    let mut deals = deals::deals(records, &leads, &persons, given, aside);
    inputs.lost_deals = deals.iter().any(|deal| deal.outcome == Outcome::Lost);
    let book = Book { persons: &persons, campaigns: &campaigns, users: &users, project };
    let contacts = touches::contacts(records, &leads, &mut deals, &book, inputs, given, aside);
    let latest = latest(&leads, &deals, &contacts);
    let as_of = given.or(latest).ok_or(JoinError::Undated)?;
    let spend = spend::spend(records, &campaigns, project, zone, given, aside);

    let mut dimensions = Dimensions::new(records, project, &book, &leads);
    let by_lead = deals_by_lead(&deals, leads.len());
    let stage_names = &mut Names::default();
    let deal_codes: BTreeMap<usize, u32> = deals.iter().map(|deal| (deal.row, stage_names.code(deal.stage))).collect();
    let mut reasons = Names::default();
    let mut rows = Vec::with_capacity(leads.len());
    for (at, (lead, contact)) in leads.iter().zip(&contacts.leads).enumerate() {
        let own_deals: Vec<&Deal<'_>> = by_lead[at].iter().map(|deal| &deals[*deal as usize]).collect();
        let context = Context { inputs, project, as_of, persons: &persons, leads: &leads, zone };
        let mut row = case_row(at, lead, contact, &own_deals, &context);
        row.members = dimensions.of_lead(lead, &own_deals);
        row.reason = reasons.code(lead.verdict_reason.map(mask).as_deref());
        row.credits = contact.credits.map(|(first, last)| [dimensions.credit(&first), dimensions.credit(&last)]);
        row.deal_stage = live_deal(&own_deals).and_then(|deal| deal_codes.get(&deal.row)).copied().unwrap_or_default();
        rows.push(row);
    }
    let deal_members: Vec<Vec<u32>> = deals.iter().map(|deal| dimensions.of_deal(deal, &leads)).collect();
    let spend = dimensions.spend(&spend)?;
    let names: Vec<String> = dimensions.names.iter().map(|(name, _)| name.clone()).collect();
    let day = |at: i64| zone.day_of(at);
    let stage_days = deals::stage_days(records, &deals, stage_names);
    let reached = |stage: &Stage| rows.iter().any(|row| row.stages[stage.index()].is_some());
    Ok(Cases {
        leads: frame::cases(&rows, &names, zone)?,
        deals: frame::deals(&deals, &deal_members, &deal_codes, &names, zone, as_of)?,
        stage_days: frame::stage_days(&stage_days)?,
        spend,
        facts: Facts {
            dimensions: dimensions.finish(project),
            reasons: reasons.all(),
            deal_stages: stage_names.all(),
            stages: Stage::ALL.into_iter().filter(reached).collect(),
            inputs,
            currency: records.currency.clone(),
            currency_assumed: records.currencies.get(NO_CURRENCY).copied().unwrap_or_default(),
            as_of_day: day(as_of),
            touches: contacts.used,
            side_assumed: contacts.side_assumed,
            first_close: deals.iter().filter_map(|deal| deal.closed_at).min().map(day),
            first_entry: leads.iter().filter_map(|lead| lead.known.created_at).min().map(day),
        },
    })
}

/// The latest event: entries, stages, verdicts, closed deals, touches; never a plan, and never what was spent.
fn latest(leads: &[Lead<'_>], deals: &[Deal<'_>], contacts: &Contacts<'_>) -> Option<i64> {
    let of_leads = leads.iter().flat_map(|lead| {
        let own = [lead.handed_over_at, lead.verdict_at, lead.first_sales_touch_at, lead.last_sales_touch_at];
        lead.stages.into_iter().chain(own).chain(lead.conversions_at).flatten()
    });
    let of_deals = deals.iter().flat_map(|deal| [deal.created_at, deal.closed_at, deal.last_change_at]).flatten();
    of_leads.chain(of_deals).chain(contacts.latest_at).max()
}

/// The deals of each lead, in order of opening, then of id.
fn deals_by_lead(deals: &[Deal<'_>], leads: usize) -> Vec<Vec<u32>> {
    let mut by_lead = vec![Vec::new(); leads];
    for (at, deal) in (0_u32..).zip(deals) {
        if let Some(lead) = deal.lead {
            by_lead[lead as usize].push(at);
        }
    }
    for own in &mut by_lead {
        own.sort_by_key(|deal| {
            let deal = &deals[*deal as usize];
            (deal.created_at.or(deal.closed_at), deal.id, deal.closed_at, deal.amount, deal.stage)
        });
    }
    by_lead
}

struct Context<'c, 'a> {
    inputs: Inputs,
    project: &'a Project,
    as_of: i64,
    persons: &'c Persons<'a>,
    leads: &'c [Lead<'a>],
    zone: &'c Zone,
}

/// The open deal that a lead is judged by: the one that changed last.
fn live_deal<'d, 'a>(deals: &[&'d Deal<'a>]) -> Option<&'d Deal<'a>> {
    let open = deals.iter().filter(|deal| deal.outcome == Outcome::Open);
    open.max_by_key(|deal| (deal.last_change_at, deal.id, deal.stage)).copied()
}

fn case_row(
    at: usize,
    lead: &Lead<'_>,
    contact: &Contact<'_>,
    deals: &[&Deal<'_>],
    context: &Context<'_, '_>,
) -> CaseRow {
    let Context { inputs, project, as_of, .. } = context;
    let days = |at: i64| i64::from(context.zone.day_of(at).0);
    let of = |outcome: Outcome| deals.iter().filter(move |deal| deal.outcome == outcome);
    let mut wins: Vec<i64> = of(Outcome::Won).filter_map(|deal| deal.closed_at).collect();
    wins.sort_unstable();
    let mut stages = lead.stages;
    let mut earliest = |stage: Stage, at: Option<i64>| {
        let known = &mut stages[stage.index()];
        *known = (*known).into_iter().chain(at).min();
    };
    earliest(Stage::Opportunity, deals.iter().filter_map(|deal| deal.created_at).min());
    earliest(Stage::Customer, wins.first().copied());
    earliest(Stage::Repeat, wins.get(1).copied());
    let is_customer = stages[Stage::Customer.index()].is_some();
    let outcome = [Outcome::Won, Outcome::Open, Outcome::Lost].into_iter().find(|outcome| of(*outcome).count() > 0);
    let outcome = if is_customer { Some(Outcome::Won) } else { outcome };
    let last = |outcome| of(outcome).filter_map(|deal| deal.closed_by).max();
    let (outcome_at, outcome_by) = match outcome {
        Some(Outcome::Won) => {
            let customer_at = stages[Stage::Customer.index()];
            (wins.last().copied().or(customer_at), last(Outcome::Won).or(customer_at))
        }
        Some(Outcome::Lost) => (of(Outcome::Lost).filter_map(|deal| deal.closed_at).max(), last(Outcome::Lost)),
        _ => (None, None),
    };
    let state = CaseRow::state_of(outcome, lead.verdict);
    let last_dated = stages.iter().flatten().max().copied();
    let ended_at = match state {
        frame::State::Lost => outcome_at.or(last_dated),
        frame::State::Rejected | frame::State::Recycled => lead.verdict_at.or(last_dated),
        frame::State::InProgress | frame::State::Customer => None,
    };
    let beyond_handover = stages[Stage::Sal.index()..].iter().any(Option::is_some) || !deals.is_empty();
    let scored = project.definitions.score_threshold.zip(lead.score).is_some_and(|(limit, score)| score >= limit);
    let qualified_at = stages[Stage::Mql.index()].or(lead.known.created_at.filter(|_| scored));
    let case = Case {
        has_source: lead.source.is_some_and(|source| !project.sources.is_unknown(source)),
        qualified_at,
        beyond_handover,
        handed_over_at: lead.handed_over_at,
        has_owner: lead.owner.is_some(),
        contact: *contact,
        verdict: lead.verdict,
        verdict_at: lead.verdict_at,
        reason: lead.verdict_reason,
        outcome,
        outcome_at: outcome_by,
        has_loss_reason: of(Outcome::Lost).any(|deal| deal.loss_reason.is_some()),
        newest_deal_at: deals.iter().filter_map(|deal| deal.created_at).max(),
        idle_days: live_deal(deals).and_then(|deal| Some(days(*as_of) - days(deal.last_change_at?))),
        knows_handover: lead.knows_handover,
        is_duplicate: is_duplicate(at, lead, context),
    };
    let won_amounts = || of(Outcome::Won).filter_map(|deal| deal.amount);
    CaseRow {
        id: shown_id(lead.known.id),
        members: Vec::new(),
        stages,
        entered_at: lead.known.created_at,
        state,
        ended_at,
        is_customer: outcome == Some(Outcome::Won),
        won: won_amounts().sum(),
        won_deals: u32::try_from(of(Outcome::Won).count()).unwrap_or(u32::MAX),
        won_squares: won_amounts().map(|amount| i128::from(amount).pow(2)).sum(),
        open: of(Outcome::Open).filter_map(|deal| deal.amount).sum(),
        handed_over_at: lead.handed_over_at,
        verdict: lead.verdict.or((beyond_handover && lead.handed_over_at.is_some()).then_some(Verdict::Accepted)),
        verdict_at: lead.verdict_at,
        answer: answer(lead, beyond_handover, project, *as_of),
        reason: 0,
        speed: speed(lead, contact, *inputs, project, *as_of),
        first_sales_at: contact.first_sales_at,
        credits: None,
        held: hold(&case, *inputs, &project.agreements, *as_of),
        deal_stage: 0,
    }
}

/// A record id as lists may show it: one that is itself an address or a number of a person becomes a short fingerprint,
/// by which whoever holds the exports can still find the record.
fn shown_id(id: &str) -> String {
    match mask(id) {
        masked if masked == id => id.to_owned(),
        _ => format!("record {}", &blake3::hash(id.as_bytes()).to_hex()[..10]),
    }
}

fn is_duplicate(at: usize, lead: &Lead<'_>, context: &Context<'_, '_>) -> bool {
    let first = lead.known.email.and_then(|email| context.persons.by_email(email));
    let owners =
        first.filter(|first| *first as usize != at).map(|first| (context.leads[first as usize].owner, lead.owner));
    matches!(owners, Some((Some(one), Some(other))) if one != other)
}

fn answer(lead: &Lead<'_>, beyond_handover: bool, project: &Project, as_of: i64) -> Answer {
    let Some(handed_over_at) = lead.handed_over_at else { return Answer::None };
    let limit = project.agreements.verdict;
    match (lead.verdict, lead.verdict_at) {
        (Some(_), Some(at)) if at - handed_over_at <= limit => Answer::InTime,
        (Some(_), Some(_)) => Answer::Late,
        (Some(_), None) => Answer::Undated,
        (None, _) if beyond_handover => Answer::Undated,
        (None, _) if as_of - handed_over_at > limit => Answer::Missing,
        (None, _) => Answer::Pending,
    }
}

fn speed(lead: &Lead<'_>, contact: &Contact<'_>, inputs: Inputs, project: &Project, as_of: i64) -> Speed {
    let Some(handed_over_at) = lead.handed_over_at.filter(|_| inputs.sales_touches) else { return Speed::None };
    let limit = project.agreements.first_touch;
    match contact.first_sales_at {
        _ if contact.before_handover => Speed::AlreadyInContact,
        Some(first) if first - handed_over_at <= limit => Speed::InTime,
        Some(_) => Speed::Late,
        None if as_of - handed_over_at > limit => Speed::Never,
        None => Speed::Pending,
    }
}

/// The dimensions, and where a lead, a deal, a touch or an amount stands in each.
struct Dimensions<'b, 'a> {
    names: Vec<(String, Names)>,
    project: &'a Project,
    book: &'b Book<'b, 'a>,
    /// Slice → text by row of leads, by row of deals, by account.
    slices: Vec<Slice<'a>>,
    /// The usual source of the leads of a campaign, for money that only knows its campaign.
    campaign_sources: HashMap<String, &'a str>,
}

#[derive(Default)]
struct Slice<'a> {
    by_lead: Vec<Option<&'a str>>,
    by_deal: Vec<Option<&'a str>>,
    by_account: HashMap<&'a str, &'a str>,
}

impl<'b, 'a> Dimensions<'b, 'a> {
    fn new(records: &'a Records, project: &'a Project, book: &'b Book<'b, 'a>, leads: &[Lead<'a>]) -> Self {
        let own = OWN_DIMENSIONS.iter().map(|name| (*name).to_owned());
        let names = own.chain(project.slices.keys().cloned()).map(|name| (name, Names::default())).collect();
        let slices = project.slices.iter().map(|(name, origin)| {
            let field = crate::intake::recognise::slice_field(name);
            let mut slice = Slice::default();
            if let Some(frame) = records.table(origin.table) {
                match origin.table {
                    Table::Leads => slice.by_lead = columns::texts(frame, &field),
                    Table::Deals => slice.by_deal = columns::texts(frame, &field),
                    Table::Accounts => {
                        let pairs = columns::texts(frame, "account_id").into_iter().zip(columns::texts(frame, &field));
                        slice.by_account = pairs.filter_map(|(account, text)| account.zip(text)).collect();
                    }
                    _ => {}
                }
            }
            slice
        });
        let campaign_sources = campaign_sources(leads, book);
        Dimensions { names, project, book, slices: slices.collect(), campaign_sources }
    }

    fn code(&mut self, dimension: usize, name: Option<&str>) -> u32 {
        self.names[dimension].1.code(name.map(mask).as_deref())
    }

    fn source(&mut self, found: Option<&str>) -> u32 {
        let project = self.project;
        self.code(0, found.map(|found| project.sources.shown(found)))
    }

    /// Codes of source, channel and campaign.
    fn depths(&mut self, source: Option<&str>, channel: Option<&str>, campaign: Option<&str>) -> [u32; 3] {
        let project = self.project;
        let channel = channel.or_else(|| project.sources.channel(source?));
        [self.source(source), self.code(1, channel), self.code(2, campaign)]
    }

    fn of_lead(&mut self, lead: &Lead<'a>, deals: &[&Deal<'a>]) -> Vec<u32> {
        let campaign = self.book.campaigns.find(lead.campaign);
        let mut codes = self.depths(lead.source, lead.channel.or(campaign.channel), campaign.name).to_vec();
        codes.push(self.code(OWNER, lead.owner.map(|owner| self.book.users.name(owner))));
        for at in 0..self.slices.len() {
            let slice = &self.slices[at];
            let account = || lead.account.or_else(|| deals.iter().find_map(|deal| deal.account));
            let text = (slice.by_lead.get(lead.row).copied().flatten())
                .or_else(|| deals.iter().find_map(|deal| slice.by_deal.get(deal.row).copied().flatten()))
                .or_else(|| slice.by_account.get(account()?).copied());
            codes.push(self.code(OWN_DIMENSIONS.len() + at, text));
        }
        codes
    }

    fn of_deal(&mut self, deal: &Deal<'a>, leads: &[Lead<'a>]) -> Vec<u32> {
        let lead = deal.lead.map(|lead| &leads[lead as usize]);
        let campaign = self.book.campaigns.find(deal.campaign.or_else(|| lead?.campaign));
        let source = deal.source.or_else(|| lead?.source);
        let channel = deal.channel.or_else(|| lead?.channel).or(campaign.channel);
        let mut codes = self.depths(source, channel, campaign.name).to_vec();
        let owner = person(deal.owner).or_else(|| lead?.owner);
        codes.push(self.code(OWNER, owner.map(|owner| self.book.users.name(owner))));
        for at in 0..self.slices.len() {
            let slice = &self.slices[at];
            let account = || deal.account.or_else(|| lead?.account);
            let text = (slice.by_deal.get(deal.row).copied().flatten())
                .or_else(|| slice.by_lead.get(lead?.row).copied().flatten())
                .or_else(|| slice.by_account.get(account()?).copied());
            codes.push(self.code(OWN_DIMENSIONS.len() + at, text));
        }
        codes
    }

    fn credit(&mut self, credit: &touches::Credit<'_>) -> [u32; 3] {
        let by_campaign = credit.campaign.and_then(|name| self.campaign_sources.get(name)).copied();
        self.depths(credit.source.or(by_campaign), credit.channel, credit.campaign)
    }

    fn spend(&mut self, spend: &[Spend<'_>]) -> PolarsResult<DataFrame> {
        let mut codes: [Vec<u32>; 3] = Default::default();
        for amount in spend {
            let by_campaign = amount.campaign.and_then(|name| self.campaign_sources.get(name)).copied();
            let depths =
                self.depths(amount.source.or(by_campaign).or(amount.usual_source), amount.channel, amount.campaign);
            codes.iter_mut().zip(depths).for_each(|(codes, code)| codes.push(code));
        }
        let mut columns: Vec<Column> = CREDIT_DIMENSIONS
            .iter()
            .zip(codes)
            .map(|(name, codes)| Column::new(frame::dimension_column(name).into(), codes))
            .collect();
        let months: Vec<Option<i32>> = spend.iter().map(|amount| amount.month.map(|month| month.0)).collect();
        columns.extend([
            Column::new("month".into(), months),
            Column::new("amount".into(), spend.iter().map(|amount| amount.amount).collect::<Vec<i64>>()),
            Column::new("impressions".into(), spend.iter().map(|amount| amount.impressions).collect::<Vec<i64>>()),
            Column::new("clicks".into(), spend.iter().map(|amount| amount.clicks).collect::<Vec<i64>>()),
        ]);
        DataFrame::new(spend.len(), columns)
    }

    /// Names of all members. Owners go by number, the busiest first, unless the project shows names.
    fn finish(self, project: &Project) -> Vec<(String, Vec<String>)> {
        let shown = |(at, (name, names)): (usize, (String, Names))| {
            let hidden = at == OWNER && project.privacy.owners == OwnerNames::Hidden;
            (name, if hidden { names.numbered("Owner") } else { names.all() })
        };
        self.names.into_iter().enumerate().map(shown).collect()
    }
}

/// The source that most leads of a campaign have; in a tie the first by name.
fn campaign_sources<'a>(leads: &[Lead<'a>], book: &Book<'_, 'a>) -> HashMap<String, &'a str> {
    let mut counts: BTreeMap<&str, BTreeMap<&'a str, u64>> = BTreeMap::new();
    for lead in leads {
        let campaign = book.campaigns.find(lead.campaign);
        let source = source_of(&campaign, book.project).or(lead.source);
        if let (Some(name), Some(source)) = (campaign.name, source) {
            *counts.entry(name).or_default().entry(source).or_default() += 1;
        }
    }
    let most = |sources: BTreeMap<&'a str, u64>| {
        sources.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0))).map(|(source, _)| source)
    };
    counts.into_iter().filter_map(|(name, sources)| Some((name.to_owned(), most(sources)?))).collect()
}
