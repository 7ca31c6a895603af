//! The plain style: six tidy tables with one column a fact, as a data team would hand them over.
//!
//! Takes cases, writes `leads`, `touches`, `deals`, `stage_changes`, `spend` and `accounts`.

use std::path::Path;

use super::DemoError;
use super::calendar::{push_day, push_iso, push_padded};
use super::campaigns::CAMPAIGNS;
use super::case::{Case, Deal, Judgement, Side, Stage, Touch};
use super::clerk::{Clerk, Counter, Entry, RowCounts, Standing};
use super::company::{Channel, SOURCES, USERS};
use super::people::Account;
use super::sheet::{Quoting, Sheet};
use super::spend::Spend;

/// The files of the plain style.
pub struct Plain {
    leads: Sheet,
    touches: Sheet,
    deals: Sheet,
    stage_changes: Sheet,
    accounts: Sheet,
    spend: Sheet,
    touch_numbers: Counter,
    deal_numbers: Counter,
}

impl Plain {
    /// Starts the files and writes the spend.
    pub fn open(folder: &Path, spend: &Spend) -> Result<Self, DemoError> {
        let csv = |name, header| Sheet::csv(folder, name, Quoting::WhereNeeded, header);
        let mut plain = Self {
            leads: csv("leads.csv", LEAD_COLUMNS)?,
            touches: csv("touches.csv", TOUCH_COLUMNS)?,
            deals: csv("deals.csv", DEAL_COLUMNS)?,
            stage_changes: csv("stage_changes.csv", "deal_id,stage,changed_at")?,
            accounts: csv("accounts.csv", "account_id,name,industry,region,size")?,
            spend: csv("spend.csv", SPEND_COLUMNS)?,
            touch_numbers: Counter::default(),
            deal_numbers: Counter::default(),
        };
        plain.write_spend(spend)?;
        Ok(plain)
    }

    fn write_spend(&mut self, spend: &Spend) -> Result<(), DemoError> {
        for ad in &spend.advertising {
            self.spend_place(ad.day, ad.campaign);
            self.spend.money(ad.cents).text("USD");
            self.spend.whole(ad.impressions).whole(ad.clicks).end()?;
        }
        for (place, &cents) in spend.campaign_cents.iter().enumerate() {
            if cents > 0 {
                self.spend_place(CAMPAIGNS[place].starts, place);
                self.spend.money(cents).text("USD").blank().blank().end()?;
            }
        }
        Ok(())
    }

    fn spend_place(&mut self, day: i64, campaign: usize) {
        let campaign = &CAMPAIGNS[campaign];
        let source = &SOURCES[campaign.source];
        self.spend.plain(|line| push_day(line, day)).text(source.name).text(source.channels[0]).text(campaign.name);
    }

    fn write_lead(&mut self, entry: &Entry, deal: Option<u64>) -> Result<(), DemoError> {
        let Entry { case, person, account } = entry;
        let verdict = case.verdict;
        let judgement = verdict.map_or("", |verdict| judgement_name(verdict.judgement));
        self.leads
            .plain(|line| push_number(line, b'L', case.number + 1))
            .plain(|line| push_iso(line, case.created_at))
            .text(SOURCES[case.source].name)
            .text(case.channel)
            .text(case.campaign.map_or("", |place| CAMPAIGNS[place].name))
            .text(&person.email)
            .text(&account.name)
            .text(account.industry)
            .text(account.region)
            .text(case.owner.map_or("", |place| USERS[place]))
            .plain(|line| push_number(line, b'A', account.number + 1))
            .text(status_name(Standing::of(case)))
            .whole(case.score)
            .maybe(case.mql_at, push_iso)
            .maybe(case.handed_over_at, push_iso)
            .text(judgement)
            .maybe(verdict.map(|verdict| verdict.at), push_iso)
            .text(verdict.map_or("", |verdict| verdict.reason))
            .maybe(case.accepted_at(), push_iso)
            .maybe(case.sql_at, push_iso)
            .maybe(deal, |line, deal| push_number(line, b'D', deal))
            .end()
    }

    fn write_touch(&mut self, case: &Case, touch: &Touch) -> Result<(), DemoError> {
        let number = self.touch_numbers.advance();
        self.touches
            .plain(|line| push_number(line, b'T', number))
            .plain(|line| push_number(line, b'L', case.number + 1))
            .plain(|line| push_iso(line, touch.at))
            .text(match touch.side {
                Side::Marketing => "marketing",
                Side::Sales => "sales",
            })
            .text(channel_name(touch.channel))
            .text(if touch.inbound { "inbound" } else { "outbound" })
            .text(touch.campaign.map_or("", |place| CAMPAIGNS[place].name))
            .text(USERS[touch.user])
            .end()
    }

    fn write_deal(&mut self, deal: &Deal, lead: Option<&Case>, account: &Account) -> Result<u64, DemoError> {
        let number = self.deal_numbers.advance();
        let (stage, last_changed_at) = deal.last_step();
        self.deals
            .plain(|line| push_number(line, b'D', number))
            .maybe(lead, |line, lead| push_number(line, b'L', lead.number + 1))
            .plain(|line| push_number(line, b'A', account.number + 1))
            .plain(|line| push_iso(line, deal.created_at()))
            .text(stage_name(stage))
            .text(match stage {
                Stage::Won => "won",
                Stage::Lost => "lost",
                _ => "open",
            })
            .maybe(deal.closed_at(), push_iso)
            .money(deal.amount_cents)
            .text("USD")
            .text(USERS[deal.owner])
            .text(lead.map_or("", |lead| SOURCES[lead.source].name))
            .text(deal.product)
            .text(deal.loss_reason)
            .plain(|line| push_iso(line, last_changed_at))
            .end()?;
        for &(stage, at) in &deal.steps {
            self.stage_changes
                .plain(|line| push_number(line, b'D', number))
                .text(stage_name(stage))
                .plain(|line| push_iso(line, at))
                .end()?;
        }
        Ok(number)
    }

    fn write_account(&mut self, account: &Account) -> Result<(), DemoError> {
        self.accounts
            .plain(|line| push_number(line, b'A', account.number + 1))
            .text(&account.name)
            .text(account.industry)
            .text(account.region)
            .text(account.size())
            .end()
    }
}

impl Clerk for Plain {
    fn record(&mut self, entry: &Entry) -> Result<(), DemoError> {
        if entry.opens_account() {
            self.write_account(entry.account)?;
        }
        let mut first_deal = None;
        for deal in &entry.case.deals {
            let number = self.write_deal(deal, Some(entry.case), entry.account)?;
            first_deal = first_deal.or(Some(number));
        }
        self.write_lead(entry, first_deal)?;
        for touch in &entry.case.touches {
            self.write_touch(entry.case, touch)?;
        }
        Ok(())
    }

    fn record_loose_deal(&mut self, deal: &Deal, account: &Account) -> Result<(), DemoError> {
        self.write_account(account)?;
        self.write_deal(deal, None, account).map(|_| ())
    }

    fn close(self: Box<Self>) -> Result<RowCounts, DemoError> {
        let files = [self.leads, self.touches, self.deals, self.stage_changes, self.accounts, self.spend];
        files.into_iter().map(Sheet::close).collect()
    }
}

const LEAD_COLUMNS: &str = "\
    lead_id,created_at,source,channel,campaign,email,company,industry,region,owner,\
    account_id,status,score,mql_at,handed_over_at,verdict,verdict_at,verdict_reason,sal_at,\
    sql_at,deal_id";
const TOUCH_COLUMNS: &str = "\
    touch_id,lead_id,touched_at,side,channel,direction,campaign,owner";
const DEAL_COLUMNS: &str = "\
    deal_id,lead_id,account_id,created_at,stage,outcome,closed_at,amount,currency,owner,\
    source,product,loss_reason,last_changed_at";
const SPEND_COLUMNS: &str = "\
    date,source,channel,campaign,spend,currency,impressions,clicks";

/// Adds an id such as `L000001`.
fn push_number(line: &mut Vec<u8>, letter: u8, number: u64) {
    line.push(letter);
    push_padded(line, number, 6);
}

fn judgement_name(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Accepted => "accepted",
        Judgement::Rejected => "rejected",
        Judgement::Recycled => "recycled",
    }
}

fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email",
        Channel::Call => "call",
        Channel::Meeting => "meeting",
        Channel::Form => "form",
        Channel::Webinar => "webinar",
        Channel::Event => "event",
        Channel::Ad => "ad",
    }
}

/// A stage of a deal in the words that Salesforce uses too.
pub fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Prospecting => "Prospecting",
        Stage::Qualification => "Qualification",
        Stage::Proposal => "Proposal/Price Quote",
        Stage::Negotiation => "Negotiation/Review",
        Stage::Won => "Closed Won",
        Stage::Lost => "Closed Lost",
    }
}

fn status_name(standing: Standing) -> &'static str {
    match standing {
        Standing::New => "New",
        Standing::Disqualified => "Disqualified",
        Standing::Qualified => "MQL",
        Standing::Waiting => "Handed over",
        Standing::Working => "Working",
        Standing::Rejected => "Rejected",
        Standing::Recycled => "Recycled",
        Standing::Accepted => "Accepted",
        Standing::SalesQualified => "SQL",
        Standing::OpenDeal => "Opportunity",
        Standing::LostDeal => "Lost",
        Standing::Customer => "Customer",
    }
}
