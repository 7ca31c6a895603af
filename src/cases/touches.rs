//! Touches, summed up a lead: takes the table of touches, gives for each lead the few instants that the measures
//! need. Touches stream through once; per lead only a fixed-size state is kept.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::campaigns::{Campaigns, Users, is_person, source_of};
use super::columns::{files, integers, texts, words};
use super::deals::{Deal, Outcome};
use super::inputs::Inputs;
use super::leads::{Lead, Verdict};
use super::persons::{LeadIndex, Persons};
use crate::calendar::SECONDS_PER_DAY;
use crate::intake::read::SetAside;
use crate::project::{Project, Table};
use crate::record::Records;

const MARKETING: u8 = 0;
const SALES: u8 = 1;
const INBOUND: u8 = 0;
/// Channels in which the person comes to us, where the export does not tell the direction.
const INBOUND_CHANNELS: [&str; 9] =
    ["form", "webinar", "event", "visit", "reply", "click", "download", "chat", "inbound"];

/// The touch that earns credit: what it was, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit<'a> {
    /// UTC seconds.
    pub at: i64,
    /// Source as found.
    pub source: Option<&'a str>,
    /// Channel as found.
    pub channel: Option<&'a str>,
    /// Campaign by name.
    pub campaign: Option<&'a str>,
}

impl Credit<'_> {
    /// What orders touches of one moment: the one that tells its source, then by name, never by row.
    fn tie(&self) -> impl Ord {
        (
            self.source.is_none(),
            self.source.map(str::to_owned),
            self.channel.map(str::to_owned),
            self.campaign.map(str::to_owned),
        )
    }

    fn is_before(&self, other: &Credit<'_>) -> bool {
        self.at < other.at || self.at == other.at && self.tie() < other.tie()
    }

    fn is_after(&self, other: &Credit<'_>) -> bool {
        self.at > other.at || self.at == other.at && self.tie() < other.tie()
    }
}

/// What is known of the touches of one lead.
#[derive(Debug, Clone, Copy, Default)]
pub struct Contact<'a> {
    /// First sales touch at or after the handover, UTC seconds.
    pub first_sales_at: Option<i64>,
    /// Whether sales was in contact before the handover.
    pub before_handover: bool,
    /// Sales touches from the handover to the verdict, or to the end where there is none.
    pub attempts: u32,
    /// Last touch of any kind.
    pub last_at: Option<i64>,
    /// Last sales touch.
    pub last_sales_at: Option<i64>,
    /// Last touch of marketing in which the person came to us.
    pub last_inbound_at: Option<i64>,
    /// Whether marketing touched it between a rejection or recycling and the agreed time after.
    pub nurtured: bool,
    /// First and last touch of marketing before the conversion, within the lookback; the creation of the lead, with
    /// its own source, is one of them.
    pub credits: Option<(Credit<'a>, Credit<'a>)>,
}

/// What a lead's touches are held against; fixed before they stream through.
struct Frame {
    handed_over_at: Option<i64>,
    verdict_at: Option<i64>,
    nurture_from: Option<i64>,
    converted_at: Option<i64>,
}

/// What is known of all touches.
pub struct Contacts<'a> {
    /// One a lead.
    pub leads: Vec<Contact<'a>>,
    /// Touches used.
    pub used: u64,
    /// Touches without a side, counted as sales.
    pub side_assumed: u64,
    /// Latest touch used, UTC seconds.
    pub latest_at: Option<i64>,
}

/// Who refers to whom.
pub struct Book<'b, 'a> {
    /// Leads by id, contact, e-mail.
    pub persons: &'b Persons<'a>,
    /// Campaigns by id and name.
    pub campaigns: &'b Campaigns<'a>,
    /// Users by id.
    pub users: &'b Users<'a>,
    /// The project.
    pub project: &'a Project,
}

/// Sums the touches up. `deals` are told of activity that names them; rows that are not used are set aside with their
/// reason, in `aside`.
pub fn contacts<'a>(
    records: &'a Records,
    leads: &[Lead<'a>],
    deals: &mut [Deal<'a>],
    book: &Book<'_, 'a>,
    inputs: Inputs,
    as_of: Option<i64>,
    aside: &mut Vec<(SetAside, u32)>,
) -> Contacts<'a> {
    let frames = frames(leads, deals);
    let mut states: Vec<Contact<'a>> =
        (leads.iter().zip(&frames)).map(|(lead, frame)| begin(lead, frame, book)).collect();
    let mut contacts = Contacts { leads: Vec::new(), used: 0, side_assumed: 0, latest_at: None };
    if let Some(table) = records.table(Table::Touches) {
        let (times, entered) = (integers(table, "touched_at"), integers(table, "entered_at"));
        let (sides, done) = (words(table, "side"), words(table, "done"));
        let (directions, responded) = (words(table, "direction"), words(table, "responded"));
        let (sources, channels) = (texts(table, "source"), texts(table, "channel"));
        let (campaigns, owners, files) = (texts(table, "campaign"), texts(table, "owner"), files(table));
        let (partners, of_deals) = partners(records, deals, book);
        let only_open = only_open_deals(deals);
        let has_clock = |field: &str| -> Vec<bool> { records.files.iter().map(|file| file.has_clock(field)).collect() };
        let clocks = (has_clock("touched_at"), has_clock("entered_at"));
        let day = |at: i64| records.zone.day_of(at);
        for row in 0..table.height() {
            let at = times[row].or(entered[row]);
            let reason = match (done[row], at, partners[row], of_deals[row]) {
                (Some(1), ..) => Some(SetAside::NotDone),
                (_, None, ..) => Some(SetAside::NoDate),
                (_, Some(at), ..) if as_of.is_some_and(|as_of| at > as_of) => Some(SetAside::AfterAsOf),
                (_, _, None, None) => Some(SetAside::NoPartner),
                _ => None,
            };
            if let Some(reason) = reason {
                aside.push((reason, files[row]));
                continue;
            }
            let Some(mut at) = at else { continue };
            let file = files[row] as usize;
            let mut has_clock = if times[row].is_some() { clocks.0[file] } else { clocks.1[file] };
            if let Some(entered) =
                entered[row].filter(|entered| !has_clock && clocks.1[file] && day(*entered) == day(at))
            {
                // The touch tells its day, and its entry on that day the hour.
                (at, has_clock) = (entered, true);
            }
            let handed_over_at = partners[row].and_then(|lead| frames[lead as usize].handed_over_at);
            if let Some(handed_over_at) = handed_over_at
                && !has_clock
                && day(at) == day(handed_over_at)
            {
                // A touch that tells only its day is not before a handover of that day.
                at = at.max(handed_over_at);
            }
            contacts.used += 1;
            contacts.latest_at = contacts.latest_at.max(Some(at));
            let live = || partners[row].and_then(|lead| only_open.get(&lead).copied());
            if let Some(deal) = of_deals[row].or_else(live) {
                let deal = &mut deals[deal as usize];
                deal.last_change_at = deal.last_change_at.max(Some(at));
            }
            let Some(lead) = partners[row] else { continue };
            let told = sides[row].or_else(|| book.users.side(owners[row]));
            contacts.side_assumed += u64::from(told.is_none());
            let campaign = book.campaigns.find(campaigns[row]);
            let channel = channels[row].or(campaign.channel);
            let touch = Touch {
                side: told.unwrap_or(SALES),
                inbound: is_inbound(directions[row], responded[row], channel),
                credit: Credit {
                    at,
                    source: sources[row].or_else(|| source_of(&campaign, book.project)),
                    channel,
                    campaign: campaign.name,
                },
            };
            add(&mut states[lead as usize], &frames[lead as usize], &touch, &leads[lead as usize], book.project);
        }
    }
    if !inputs.clock {
        whole_days(&mut states, &frames, records);
    }
    contacts.leads = states;
    contacts
}

/// Where the exports tell only days, the wait for the first touch is a number of days.
fn whole_days(states: &mut [Contact<'_>], frames: &[Frame], records: &Records) {
    let day = |at: i64| i64::from(records.zone.day_of(at).0);
    for (contact, frame) in states.iter_mut().zip(frames) {
        if let (Some(first), Some(handed_over_at)) = (contact.first_sales_at, frame.handed_over_at) {
            contact.first_sales_at = Some(handed_over_at + (day(first) - day(handed_over_at)) * SECONDS_PER_DAY);
        }
    }
}

/// The open deal of each lead that has exactly one: a touch on the lead is activity on it.
fn only_open_deals(deals: &[Deal<'_>]) -> HashMap<LeadIndex, u32> {
    let mut open: HashMap<LeadIndex, Option<u32>> = HashMap::new();
    for (at, deal) in (0..).zip(deals).filter(|(_, deal)| deal.outcome == Outcome::Open) {
        if let Some(lead) = deal.lead {
            open.entry(lead).and_modify(|several| *several = None).or_insert(Some(at));
        }
    }
    deals.iter().filter_map(|deal| deal.lead).filter_map(|lead| Some((lead, (*open.get(&lead)?)?))).collect()
}

struct Touch<'a> {
    side: u8,
    inbound: bool,
    credit: Credit<'a>,
}

fn frames(leads: &[Lead<'_>], deals: &[Deal<'_>]) -> Vec<Frame> {
    let mut frames: Vec<Frame> = (leads.iter())
        .map(|lead| Frame {
            handed_over_at: lead.handed_over_at,
            verdict_at: lead.verdict_at,
            nurture_from: lead.verdict_at.filter(|_| lead.verdict.is_some_and(|said| said != Verdict::Accepted)),
            converted_at: lead.stages[crate::stage::Stage::Customer.index()],
        })
        .collect();
    for deal in deals.iter().filter(|deal| deal.outcome == Outcome::Won) {
        if let (Some(lead), Some(at)) = (deal.lead, deal.closed_at) {
            let converted_at = &mut frames[lead as usize].converted_at;
            *converted_at = Some(converted_at.map_or(at, |first| first.min(at)));
        }
    }
    frames
}

/// The state of a lead before its first touch: its creation, and what its own columns tell of touches.
fn begin<'a>(lead: &Lead<'a>, frame: &Frame, book: &Book<'_, 'a>) -> Contact<'a> {
    let campaign = book.campaigns.find(lead.campaign);
    let mut contact = Contact::default();
    if let (Some(at), Some(converted_at)) = (lead.known.created_at, frame.converted_at) {
        // The creation itself always earns credit: without it a slow deal would have no touch at all.
        let credit = Credit {
            at: at.min(converted_at),
            source: lead.source,
            channel: lead.channel.or(campaign.channel),
            campaign: campaign.name,
        };
        contact.credits = Some((credit, credit));
    }
    if let Some(first) = lead.first_sales_touch_at {
        contact.before_handover = frame.handed_over_at.is_some_and(|handed_over_at| first < handed_over_at);
        contact.first_sales_at = Some(first).filter(|_| !contact.before_handover);
    }
    contact.last_sales_at = lead.last_sales_touch_at.max(lead.first_sales_touch_at);
    contact.attempts = lead.sales_touches.and_then(|touches| u32::try_from(touches).ok()).unwrap_or_default();
    contact.last_inbound_at = lead.conversions_at.into_iter().flatten().max();
    contact.last_at = contact.last_sales_at.max(contact.last_inbound_at);
    contact
}

fn add<'a>(contact: &mut Contact<'a>, frame: &Frame, touch: &Touch<'a>, lead: &Lead<'a>, project: &Project) {
    let at = touch.credit.at;
    contact.last_at = contact.last_at.max(Some(at));
    if touch.side == SALES {
        contact.last_sales_at = contact.last_sales_at.max(Some(at));
        let Some(handed_over_at) = frame.handed_over_at else { return };
        if at < handed_over_at {
            contact.before_handover = true;
            return;
        }
        contact.first_sales_at = Some(contact.first_sales_at.map_or(at, |first| first.min(at)));
        let told_by_lead = lead.sales_touches.is_some();
        contact.attempts += u32::from(!told_by_lead && frame.verdict_at.is_none_or(|verdict_at| at <= verdict_at));
        return;
    }
    debug_assert_eq!(touch.side, MARKETING);
    if touch.inbound {
        contact.last_inbound_at = contact.last_inbound_at.max(Some(at));
    }
    let in_time = |from: i64| at > from && at <= from.saturating_add(project.agreements.nurture);
    contact.nurtured |= frame.nurture_from.is_some_and(in_time);
    if let (Some(converted_at), Some((first, last))) = (frame.converted_at, &mut contact.credits)
        && at <= converted_at
        && at >= converted_at.saturating_sub(project.attribution.lookback)
    {
        if touch.credit.is_before(first) {
            *first = touch.credit;
        }
        if touch.credit.is_after(last) {
            *last = touch.credit;
        }
    }
}

fn is_inbound(direction: Option<u8>, responded: Option<u8>, channel: Option<&str>) -> bool {
    if let Some(direction) = direction {
        return direction == INBOUND;
    }
    if let Some(responded) = responded {
        return responded == 1;
    }
    let channel = channel.unwrap_or_default();
    INBOUND_CHANNELS.iter().any(|word| contains(channel, word))
}

fn contains(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// The lead and the deal behind each touch. The look-ups are most of the work, and run on all cores.
fn partners<'a>(
    records: &'a Records,
    deals: &[Deal<'a>],
    book: &Book<'_, 'a>,
) -> (Vec<Option<LeadIndex>>, Vec<Option<u32>>) {
    let Some(table) = records.table(Table::Touches) else { return (Vec::new(), Vec::new()) };
    let by_deal: HashMap<&str, u32> = (0..).zip(deals).filter_map(|(at, deal)| Some((deal.id?, at))).collect();
    let (ids, contacts) = (texts(table, "lead_id"), texts(table, "contact_id"));
    let (emails, deal_ids) = (texts(table, "email"), texts(table, "deal_id"));
    (0..table.height())
        .into_par_iter()
        .with_min_len(4096)
        .map(|row| {
            let deal = deal_ids[row].and_then(|id| by_deal.get(id).copied());
            let by_id = ids[row].and_then(|id| book.persons.by_id(id));
            let by_contact = || contacts[row].and_then(|id| book.persons.by_id(id));
            let by_email = || emails[row].and_then(|email| book.persons.by_email(email));
            let by_deal = || deals[deal? as usize].lead;
            (by_id.or_else(by_contact).or_else(by_email).or_else(by_deal), deal)
        })
        .unzip()
}

/// Whether an owner as found is a person.
pub fn person(owner: Option<&str>) -> Option<&str> {
    owner.filter(|owner| is_person(owner))
}
