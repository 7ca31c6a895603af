//! The Salesforce style: one file an object with API names, and the ad platforms' own reports.
//!
//! Takes cases, writes `Lead`, `Opportunity`, `OpportunityHistory`, `Campaign`, `CampaignMember`,
//! `Task`, `Account` and `User`, all quoted as the weekly data export is. A marketing touch before
//! the verdict that belongs to a campaign is a campaign member, any other touch a task. How
//! ids look is in `salesforce_ids`.

use std::path::Path;

use super::DemoError;
use super::ads;
use super::calendar::{DAY, LAST_DAY, day_of, push_day, push_iso_millis};
use super::campaigns::CAMPAIGNS;
use super::case::{Case, Deal, Stage, Touch};
use super::clerk::{Clerk, Counter, Entry, RowCounts, Standing, missed_plan};
use super::company::{SALES_USERS, SOURCES, USERS};
use super::people::Account;
use super::plain::stage_name;
use super::salesforce_ids::{Kind, push_id};
use super::salesforce_words::{
    ACCOUNT_COLUMNS, CAMPAIGN_COLUMNS, HISTORY_COLUMNS, LEAD_COLUMNS, MEMBER_COLUMNS, OPPORTUNITY_COLUMNS,
    TASK_COLUMNS, judgement_name, probability, rating, status_name, task_words,
};
use super::sheet::{Quoting, Sheet, push_money};
use super::spend::Spend;

/// The files of the Salesforce style.
pub struct Salesforce {
    leads: Sheet,
    opportunities: Sheet,
    history: Sheet,
    campaigns: Sheet,
    members: Sheet,
    tasks: Sheet,
    accounts: Sheet,
    users: Sheet,
    reports: [(String, u64); 2],
    campaign_cents: [u64; CAMPAIGNS.len()],
    responses: [u64; CAMPAIGNS.len()],
    member_numbers: Counter,
    task_numbers: Counter,
    opportunity_numbers: Counter,
    history_numbers: Counter,
}

impl Salesforce {
    /// Starts the files and writes the ad reports.
    pub fn open(folder: &Path, spend: &Spend) -> Result<Self, DemoError> {
        let csv = |name, header| Sheet::csv(folder, name, Quoting::Always, header);
        Ok(Self {
            leads: csv("Lead.csv", LEAD_COLUMNS)?,
            opportunities: csv("Opportunity.csv", OPPORTUNITY_COLUMNS)?,
            history: csv("OpportunityHistory.csv", HISTORY_COLUMNS)?,
            campaigns: csv("Campaign.csv", CAMPAIGN_COLUMNS)?,
            members: csv("CampaignMember.csv", MEMBER_COLUMNS)?,
            tasks: csv("Task.csv", TASK_COLUMNS)?,
            accounts: csv("Account.csv", ACCOUNT_COLUMNS)?,
            users: csv("User.csv", "Id,Name,Department,IsActive")?,
            reports: ads::write(folder, spend)?,
            campaign_cents: spend.campaign_cents,
            responses: [0; CAMPAIGNS.len()],
            member_numbers: Counter::default(),
            task_numbers: Counter::default(),
            opportunity_numbers: Counter::default(),
            history_numbers: Counter::default(),
        })
    }

    fn write_lead(&mut self, entry: &Entry, opportunity: Option<u64>) -> Result<(), DemoError> {
        let Entry { case, person, account } = entry;
        let converted_at = converted_at(case);
        let converted = |kind, number| {
            let id = converted_at.map(|_| number);
            move |line: &mut Vec<u8>| {
                if let Some(number) = id {
                    push_id(line, kind, number);
                }
            }
        };
        let verdict = case.verdict;
        self.leads
            .plain(|line| push_id(line, Kind::Lead, case.number + 1))
            .flag(false)
            .text(person.first_name)
            .text(person.last_name)
            .text(person.title)
            .text(&account.name)
            .blank()
            .text(account.country)
            .text(&person.phone)
            .text(&person.email)
            .text(SOURCES[case.source].name)
            .text(status_name(Standing::of(case)))
            .text(account.industry)
            .text(rating(case.score))
            .plain(|line| push_owner(line, case.owner))
            .flag(converted_at.is_some())
            .maybe(converted_at.map(day_of), push_day)
            .plain(converted(Kind::Account, account.number + 1))
            .plain(converted(Kind::Contact, case.number + 1))
            .maybe(opportunity, |line, number| push_id(line, Kind::Opportunity, number))
            .plain(|line| push_iso_millis(line, case.created_at))
            .plain(|line| push_iso_millis(line, case.last_change()))
            .whole(case.score)
            .maybe(case.mql_at, push_iso_millis)
            .maybe(case.handed_over_at, push_iso_millis)
            .maybe(case.accepted_at(), push_iso_millis)
            .maybe(case.sql_at, push_iso_millis)
            .text(verdict.map_or("", |verdict| judgement_name(verdict.judgement)))
            .maybe(verdict.map(|verdict| verdict.at), push_iso_millis)
            .text(verdict.map_or("", |verdict| verdict.reason))
            .maybe(case.campaign, push_campaign)
            .end()
    }

    fn write_touches(&mut self, case: &Case, opportunities: [Option<u64>; 2]) -> Result<(), DemoError> {
        let verdict_at = case.verdict.map_or(i64::MAX, |verdict| verdict.at);
        let mut joined = [false; CAMPAIGNS.len()];
        for touch in &case.touches {
            let campaign = touch.campaign.filter(|&place| touch.at <= verdict_at && !joined[place]);
            if let Some(place) = campaign {
                joined[place] = true;
                self.write_member(case, touch, place)?;
            } else {
                let what = touch.deal.and_then(|place| opportunities[place]);
                self.write_task(case, touch, what)?;
            }
        }
        missed_plan(case).map_or(Ok(()), |planned| self.write_missed_call(case, planned))
    }

    /// A person is a member of a campaign once.
    fn write_member(&mut self, case: &Case, touch: &Touch, place: usize) -> Result<(), DemoError> {
        let number = self.member_numbers.advance();
        self.responses[place] += u64::from(touch.inbound);
        let contact = converted_at(case).map(|_| case.number + 1);
        let responded = touch.inbound.then_some(day_of(touch.at));
        self.members
            .plain(|line| push_id(line, Kind::CampaignMember, number))
            .flag(false)
            .plain(|line| push_campaign(line, place))
            .plain(|line| push_id(line, Kind::Lead, case.number + 1))
            .maybe(contact, |line, number| push_id(line, Kind::Contact, number))
            .text(if touch.inbound { "Responded" } else { "Sent" })
            .flag(touch.inbound)
            .plain(|line| push_iso_millis(line, touch.at))
            .maybe(responded, push_day)
            .end()
    }

    fn write_task(&mut self, case: &Case, touch: &Touch, what: Option<u64>) -> Result<(), DemoError> {
        let (subject, kind, subtype) = task_words(touch);
        self.task_start(case, touch.at, what, touch.user);
        self.tasks
            .text(subject)
            .plain(|line| push_day(line, day_of(touch.at)))
            .text("Completed")
            .text(kind)
            .text(subtype)
            .plain(|line| push_iso_millis(line, touch.at))
            .plain(|line| push_iso_millis(line, touch.at))
            .flag(false)
            .end()
    }

    /// A call that was planned and never made: not a touch.
    fn write_missed_call(&mut self, case: &Case, planned: i64) -> Result<(), DemoError> {
        self.task_start(case, planned, None, case.worked_by);
        self.tasks
            .text("Call back")
            .plain(|line| push_day(line, day_of(planned)))
            .text("Not Started")
            .text("Call")
            .text("Call")
            .plain(|line| push_iso_millis(line, planned - 2 * DAY))
            .blank()
            .flag(false)
            .end()
    }

    fn task_start(&mut self, case: &Case, at: i64, what: Option<u64>, user: usize) {
        let number = self.task_numbers.advance();
        let is_contact = converted_at(case).is_some_and(|converted_at| at >= converted_at);
        let who = if is_contact { Kind::Contact } else { Kind::Lead };
        self.tasks
            .plain(|line| push_id(line, Kind::Task, number))
            .plain(|line| push_id(line, who, case.number + 1))
            .maybe(what, |line, number| push_id(line, Kind::Opportunity, number))
            .plain(|line| push_owner(line, Some(user)));
    }

    fn write_opportunity(&mut self, deal: &Deal, lead: Option<&Case>, account: &Account) -> Result<u64, DemoError> {
        let number = self.opportunity_numbers.advance();
        let (stage, changed_at) = deal.last_step();
        let touched = lead.and_then(|lead| lead.touches.last()).map(|touch| day_of(touch.at));
        let name = format!("{} - {}", account.name, deal.product);
        let campaign = lead.filter(|_| !deal.repeat).and_then(|lead| lead.campaign);
        self.opportunities
            .plain(|line| push_id(line, Kind::Opportunity, number))
            .flag(false)
            .plain(|line| push_id(line, Kind::Account, account.number + 1))
            .text(&name)
            .text(stage_name(stage))
            .money(deal.amount_cents)
            .whole(probability(stage))
            .plain(|line| push_day(line, deal.closed_at().map_or(deal.planned_close, day_of)))
            .text(if deal.repeat { "Existing Customer - Upgrade" } else { "New Customer" })
            .text(lead.map_or("", |lead| SOURCES[lead.source].name))
            .flag(deal.closed_at().is_some())
            .flag(deal.won_at().is_some())
            .maybe(campaign, push_campaign)
            .plain(|line| push_owner(line, Some(deal.owner)))
            .plain(|line| push_iso_millis(line, deal.created_at()))
            .plain(|line| push_iso_millis(line, changed_at))
            .plain(|line| push_iso_millis(line, changed_at))
            .maybe(touched, push_day)
            .text(deal.loss_reason)
            .text(deal.product)
            .end()?;
        for &step in &deal.steps {
            self.write_step(deal, number, step)?;
        }
        Ok(number)
    }

    fn write_step(&mut self, deal: &Deal, opportunity: u64, (stage, at): (Stage, i64)) -> Result<(), DemoError> {
        let number = self.history_numbers.advance();
        let settled = deal.closed_at().is_some() || (stage, at) != deal.last_step();
        let close = match stage {
            Stage::Won | Stage::Lost => day_of(at),
            _ if settled => day_of(at) + USUAL_DAYS_TO_CLOSE,
            _ => deal.planned_close,
        };
        self.history
            .plain(|line| push_id(line, Kind::OpportunityHistory, number))
            .plain(|line| push_id(line, Kind::Opportunity, opportunity))
            .text(stage_name(stage))
            .money(deal.amount_cents)
            .plain(|line| push_day(line, close))
            .whole(probability(stage))
            .plain(|line| push_iso_millis(line, at))
            .plain(|line| push_owner(line, Some(deal.owner)))
            .flag(false)
            .end()
    }

    fn write_account(&mut self, account: &Account, created_at: i64, customer: bool) -> Result<(), DemoError> {
        self.accounts
            .plain(|line| push_id(line, Kind::Account, account.number + 1))
            .flag(false)
            .text(&account.name)
            .text(if customer { "Customer" } else { "Prospect" })
            .text(account.country)
            .text(account.industry)
            .whole(account.employees)
            .plain(|line| push_iso_millis(line, created_at))
            .end()
    }

    fn write_campaigns(&mut self) -> Result<(), DemoError> {
        for (place, campaign) in CAMPAIGNS.iter().enumerate() {
            let cents = self.campaign_cents[place];
            let over = campaign.ends < LAST_DAY;
            self.campaigns
                .plain(|line| push_campaign(line, place))
                .flag(false)
                .text(campaign.name)
                .text(campaign.kind)
                .text(if over { "Completed" } else { "In Progress" })
                .plain(|line| push_day(line, campaign.starts))
                .plain(|line| push_day(line, campaign.ends))
                .plain(|line| push_money(line, cents / 10 * 11))
                .money(cents)
                .whole(self.responses[place])
                .plain(|line| push_iso_millis(line, campaign.starts * DAY))
                .end()?;
        }
        Ok(())
    }

    fn write_users(&mut self) -> Result<(), DemoError> {
        for (place, name) in USERS.iter().enumerate() {
            let sales = place < SALES_USERS;
            self.users
                .plain(|line| push_owner(line, Some(place)))
                .text(name)
                .text(if sales { "Sales" } else { "Marketing" })
                .flag(true)
                .end()?;
        }
        Ok(())
    }
}

impl Clerk for Salesforce {
    fn record(&mut self, entry: &Entry) -> Result<(), DemoError> {
        let case = entry.case;
        if entry.opens_account() {
            self.write_account(entry.account, case.created_at, case.won_at().is_some())?;
        }
        let mut opportunities = [None; 2];
        for (deal, number) in case.deals.iter().zip(&mut opportunities) {
            *number = Some(self.write_opportunity(deal, Some(case), entry.account)?);
        }
        self.write_lead(entry, opportunities[0])?;
        self.write_touches(case, opportunities)
    }

    fn record_loose_deal(&mut self, deal: &Deal, account: &Account) -> Result<(), DemoError> {
        self.write_account(account, deal.created_at(), deal.won_at().is_some())?;
        self.write_opportunity(deal, None, account).map(|_| ())
    }

    fn close(mut self: Box<Self>) -> Result<RowCounts, DemoError> {
        self.write_campaigns()?;
        self.write_users()?;
        let files = [
            self.leads,
            self.opportunities,
            self.history,
            self.campaigns,
            self.members,
            self.tasks,
            self.accounts,
            self.users,
        ];
        let mut rows: RowCounts = files.into_iter().map(Sheet::close).collect::<Result<_, _>>()?;
        rows.extend(self.reports);
        Ok(rows)
    }
}

/// How far ahead sales plans the close of a deal that is still open.
const USUAL_DAYS_TO_CLOSE: i64 = 75;

/// A lead is converted when its first deal is opened.
fn converted_at(case: &Case) -> Option<i64> {
    case.deals.first().map(Deal::created_at)
}

/// Adds a user's id, or that of the queue where nobody owns the lead.
fn push_owner(line: &mut Vec<u8>, owner: Option<usize>) {
    match owner {
        Some(place) => push_id(line, Kind::User, place as u64 + 1),
        None => push_id(line, Kind::Queue, 1),
    }
}

fn push_campaign(line: &mut Vec<u8>, place: usize) {
    push_id(line, Kind::Campaign, place as u64 + 1);
}
