//! The HubSpot style: contacts, companies and deals as the screen exports them, and the ad
//! platforms' own reports.
//!
//! Takes cases, writes three files with labels as headers, all quoted, times to the minute and
//! without a zone. HubSpot exports no touches as rows, so some of the story is not in here.

use std::path::Path;

use super::DemoError;
use super::ads;
use super::calendar::{DAY, push_minute, push_padded};
use super::campaigns::CAMPAIGNS;
use super::case::{Case, Deal, Judgement, Side, Stage, Touch};
use super::clerk::{Clerk, Counter, Entry, RowCounts, Standing};
use super::company::{Channel, SOURCES, USERS};
use super::people::Account;
use super::sheet::{Quoting, Sheet};
use super::spend::Spend;

/// Record ids count from these numbers.
const CONTACT_IDS: u64 = 51_000_000;
const COMPANY_IDS: u64 = 7_300_000_000;
const DEAL_IDS: u64 = 9_100_000_000;

/// The files of the HubSpot style.
pub struct Hubspot {
    contacts: Sheet,
    companies: Sheet,
    deals: Sheet,
    reports: [(String, u64); 2],
    deal_numbers: Counter,
}

impl Hubspot {
    /// Starts the files and writes the ad reports.
    pub fn open(folder: &Path, spend: &Spend) -> Result<Self, DemoError> {
        let csv = |what, header| {
            let name = format!("hubspot-crm-exports-all-{what}-2026-01-01.csv");
            Sheet::csv(folder, &name, Quoting::Always, header)
        };
        Ok(Self {
            contacts: csv("contacts", CONTACT_COLUMNS)?,
            companies: csv("companies", COMPANY_COLUMNS)?,
            deals: csv("deals", DEAL_COLUMNS)?,
            reports: ads::write(folder, spend)?,
            deal_numbers: Counter::default(),
        })
    }

    fn write_contact(&mut self, entry: &Entry, deals: [Option<u64>; 2]) -> Result<(), DemoError> {
        let Entry { case, person, account } = entry;
        let standing = Standing::of(case);
        self.contacts
            .whole(CONTACT_IDS + case.number)
            .text(person.first_name)
            .text(person.last_name)
            .text(&person.email)
            .text(&person.phone)
            .text(&account.name)
            .text(lifecycle_stage(case))
            .text(lead_status(standing))
            .text(case.owner.map_or("", |place| USERS[place]))
            .plain(|line| push_minute(line, case.created_at));
        self.write_origin(case);
        self.write_stage_dates(case);
        self.write_contacting(case);
        self.write_conversions(case);
        let verdict = case.verdict;
        self.contacts
            .whole(case.score)
            .whole(COMPANY_IDS + account.number)
            .plain(|line| push_deals(line, deals))
            .text(verdict.map_or("", |verdict| judgement_name(verdict.judgement)))
            .maybe(verdict.map(|verdict| verdict.at), push_minute)
            .text(verdict.map_or("", |verdict| verdict.reason))
            .text(account.industry)
            .end()
    }

    fn write_origin(&mut self, case: &Case) {
        let source = &SOURCES[case.source];
        let campaign = case.campaign.map_or("", |place| CAMPAIGNS[place].name);
        self.contacts.text(source.hubspot);
        match source.hubspot_detail {
            Some(detail) => self.contacts.text(detail).text(campaign),
            None => self.contacts.text(campaign).blank(),
        };
    }

    fn write_stage_dates(&mut self, case: &Case) {
        let dates =
            [Some(case.created_at), case.mql_at, case.sql_at, case.deals.first().map(Deal::created_at), case.won_at()];
        for date in dates {
            self.contacts.maybe(date, push_minute);
        }
    }

    fn write_contacting(&mut self, case: &Case) {
        let last = case.touches_by(Side::Sales).next_back().map(|touch| touch.at);
        self.contacts
            .maybe(case.handed_over_at, push_minute)
            .maybe(case.first_sales_touch(), push_minute)
            .maybe(last, push_minute)
            .whole(case.touches_by(Side::Sales).count() as u64);
    }

    fn write_conversions(&mut self, case: &Case) {
        let mut conversions = case.touches.iter().filter(|touch| conversion(touch).is_some());
        let first = conversions.next();
        let recent = conversions.next_back().or(first);
        for touch in [first, recent] {
            self.contacts
                .text(touch.and_then(conversion).unwrap_or_default())
                .maybe(touch.map(|touch| touch.at), push_minute);
        }
    }

    fn write_company(&mut self, account: &Account, created_at: i64, owner: usize) -> Result<(), DemoError> {
        self.companies
            .whole(COMPANY_IDS + account.number)
            .text(&account.name)
            .text(&account.domain)
            .text(account.industry)
            .whole(account.employees)
            .plain(|line| push_minute(line, created_at))
            .text(USERS[owner])
            .end()
    }

    fn write_deal(&mut self, deal: &Deal, lead: Option<&Case>, account: &Account) -> Result<u64, DemoError> {
        let number = self.deal_numbers.advance();
        let (stage, changed_at) = deal.last_step();
        // Logging an activity on an open deal counts as modifying it.
        let touched = lead.and_then(|lead| lead.touches.last()).map(|touch| touch.at);
        let open = deal.closed_at().is_none();
        let modified_at = changed_at.max(touched.filter(|_| open).unwrap_or(changed_at));
        let close_at = deal.closed_at().unwrap_or(deal.planned_close * DAY);
        self.deals
            .whole(DEAL_IDS + number)
            .text(&format!("{} - {}", account.name, deal.product))
            .text("Sales Pipeline")
            .text(stage_name(stage))
            .money(deal.amount_cents)
            .text("USD")
            .plain(|line| push_minute(line, close_at))
            .plain(|line| push_minute(line, deal.created_at()))
            .text(USERS[deal.owner])
            .text(deal.loss_reason)
            .plain(|line| push_minute(line, modified_at))
            .flag(!open)
            .flag(deal.won_at().is_some())
            .text(lead.map_or("", |lead| SOURCES[lead.source].hubspot))
            .maybe(lead, |line, lead| push_padded(line, CONTACT_IDS + lead.number, 1))
            .whole(COMPANY_IDS + account.number)
            .text(if deal.repeat { "Existing Business" } else { "New Business" })
            .end()?;
        Ok(DEAL_IDS + number)
    }
}

impl Clerk for Hubspot {
    fn record(&mut self, entry: &Entry) -> Result<(), DemoError> {
        let case = entry.case;
        if entry.opens_account() {
            self.write_company(entry.account, case.created_at, case.worked_by)?;
        }
        let mut deals = [None; 2];
        for (deal, id) in case.deals.iter().zip(&mut deals) {
            *id = Some(self.write_deal(deal, Some(case), entry.account)?);
        }
        self.write_contact(entry, deals)
    }

    fn record_loose_deal(&mut self, deal: &Deal, account: &Account) -> Result<(), DemoError> {
        self.write_company(account, deal.created_at(), deal.owner)?;
        self.write_deal(deal, None, account).map(|_| ())
    }

    fn close(self: Box<Self>) -> Result<RowCounts, DemoError> {
        let files = [self.contacts, self.companies, self.deals];
        let mut rows: RowCounts = files.into_iter().map(Sheet::close).collect::<Result<_, _>>()?;
        rows.extend(self.reports);
        Ok(rows)
    }
}

const CONTACT_COLUMNS: &str = "\
    Record ID,First Name,Last Name,Email,Phone Number,Company Name,Lifecycle Stage,\
    Lead Status,Contact owner,Create Date,Original Traffic Source,\
    Original Traffic Source Drill-Down 1,Original Traffic Source Drill-Down 2,\
    Date entered \"Lead (Lifecycle Stage Pipeline)\",\
    Date entered \"Marketing Qualified Lead (Lifecycle Stage Pipeline)\",\
    Date entered \"Sales Qualified Lead (Lifecycle Stage Pipeline)\",\
    Date entered \"Opportunity (Lifecycle Stage Pipeline)\",\
    Date entered \"Customer (Lifecycle Stage Pipeline)\",Owner assigned date,\
    First outreach date,Last Contacted,Number of times contacted,First Conversion,\
    First Conversion Date,Recent Conversion,Recent Conversion Date,HubSpot Score,\
    Primary Associated Company ID,Associated Deal IDs,Sales verdict,Sales verdict date,\
    Rejection reason,Industry";
const COMPANY_COLUMNS: &str = "\
    Record ID,Company name,Company Domain Name,Industry,Number of Employees,Create Date,\
    Company owner";
const DEAL_COLUMNS: &str = "\
    Record ID,Deal Name,Pipeline,Deal Stage,Amount,Currency,Close Date,Create Date,\
    Deal owner,Closed Lost Reason,Last Modified Date,Is Deal Closed?,Is Closed Won,\
    Original Traffic Source,Associated Contact IDs,Associated Company IDs,Deal Type";

/// Adds the ids of a contact's deals, joined by `;`.
fn push_deals(line: &mut Vec<u8>, deals: [Option<u64>; 2]) {
    for (index, deal) in deals.into_iter().flatten().enumerate() {
        if index > 0 {
            line.push(b';');
        }
        push_padded(line, deal, 1);
    }
}

/// What HubSpot counts as a conversion: something the person filled in.
fn conversion(touch: &Touch) -> Option<&'static str> {
    match touch.channel {
        Channel::Form => Some("Contact form"),
        Channel::Webinar => Some("Webinar registration"),
        Channel::Event => Some("Stand visit form"),
        Channel::Ad => Some("Ad landing page form"),
        Channel::Email | Channel::Call | Channel::Meeting => None,
    }
}

fn lifecycle_stage(case: &Case) -> &'static str {
    if case.won_at().is_some() {
        "Customer"
    } else if !case.deals.is_empty() {
        "Opportunity"
    } else if case.sql_at.is_some() {
        "Sales Qualified Lead"
    } else if case.mql_at.is_some() {
        "Marketing Qualified Lead"
    } else {
        "Lead"
    }
}

fn lead_status(standing: Standing) -> &'static str {
    match standing {
        Standing::New | Standing::Qualified => "New",
        Standing::Waiting => "Open",
        Standing::Working => "Attempted to Contact",
        Standing::Disqualified | Standing::Rejected => "Unqualified",
        Standing::Recycled => "Bad Timing",
        Standing::Accepted | Standing::SalesQualified => "Connected",
        Standing::OpenDeal => "Open Deal",
        Standing::LostDeal | Standing::Customer => "In Progress",
    }
}

fn judgement_name(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Accepted => "Accepted",
        Judgement::Rejected => "Rejected",
        Judgement::Recycled => "Recycled",
    }
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Prospecting => "Appointment Scheduled",
        Stage::Qualification => "Qualified To Buy",
        Stage::Proposal | Stage::Negotiation => "Contract Sent",
        Stage::Won => "Closed Won",
        Stage::Lost => "Closed Lost",
    }
}
