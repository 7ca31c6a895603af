//! Touches, summed up a lead: takes the table of touches, gives for each lead the few instants that the measures
//! need. Each core goes through all touches for those of its own leads; per lead only a fixed-size state is kept.

use std::sync::atomic::{AtomicI64, Ordering};

use hashbrown::HashMap;
use rayon::prelude::*;

use super::campaigns::{Campaigns, Users};
use super::columns::{codes, keys, numbers, words};
use super::deals::{Deal, Outcome};
use super::inputs::Inputs;
use super::leads::{Lead, Verdict};
use super::links::Links;
use super::moments::Days;
use super::persons::{LeadIndex, Persons};
use super::time::Time;
use crate::calendar::SECONDS_PER_DAY;
use crate::intake::read::SetAside;
use crate::project::{Project, Table};
use crate::record::Records;
use crate::record::frame::Frame as RecordFrame;
use crate::store::{NO_CODE, NO_NUMBER, Words};

const MARKETING: u8 = 0;
const SALES: u8 = 1;
const INBOUND: u8 = 0;
/// Channels in which the person comes to us, where the export does not tell the direction.
const INBOUND_CHANNELS: [&str; 9] =
    ["form", "webinar", "event", "visit", "reply", "click", "download", "chat", "inbound"];

/// The touch that earns credit: what it was, and when. Names are codes in the dictionary of the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit {
    /// UTC seconds.
    pub at: i64,
    /// Source as found.
    pub source: u32,
    /// Channel as found.
    pub channel: u32,
    /// Campaign by name.
    pub campaign: u32,
}

impl Credit {
    /// What orders touches of one moment: the one that tells its source, then by name, never by row.
    fn tie<'w>(&self, words: &'w Words) -> (bool, [Option<&'w str>; 3]) {
        (self.source == NO_CODE, [self.source, self.channel, self.campaign].map(|code| words.text(code)))
    }

    fn is_before(&self, other: &Credit, words: &Words) -> bool {
        self.at < other.at || self.at == other.at && self.tie(words) < other.tie(words)
    }

    fn is_after(&self, other: &Credit, words: &Words) -> bool {
        self.at > other.at || self.at == other.at && self.tie(words) < other.tie(words)
    }
}

/// What is known of the touches of one lead.
#[derive(Debug, Clone, Copy, Default)]
pub struct Contact {
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
    pub credits: Option<(Credit, Credit)>,
}

/// What a lead's touches are held against; fixed before they stream through.
struct Frame {
    handed_over_at: Time,
    verdict_at: Time,
    nurture_from: Time,
    converted_at: Time,
}

/// What is known of all touches.
pub struct Contacts {
    /// One a lead.
    pub leads: Vec<Contact>,
    /// Touches used.
    pub used: u64,
    /// Touches of which nobody knows whether marketing or sales made them: they count for neither.
    pub side_unknown: u64,
    /// When touches were made.
    pub days: Days,
}

/// Who refers to whom.
pub struct Book<'b> {
    /// Leads by id, contact, e-mail.
    pub persons: &'b Persons,
    /// Campaigns by id and name.
    pub campaigns: &'b Campaigns,
    /// Users by id.
    pub users: &'b Users,
    /// The records.
    pub records: &'b Records,
    /// The project.
    pub project: &'b Project,
}

impl<'b> Book<'b> {
    /// The texts behind codes.
    pub fn words(&self) -> &'b Words {
        &self.records.words
    }
}

/// Sums the table of touches up. `deals` are told of activity that names them; rows that are not used are set aside with their
/// reason, in `aside`.
pub fn contacts(
    touches: Option<&RecordFrame>,
    leads: &[Lead<'_>],
    deals: &mut [Deal<'_>],
    book: &Book<'_>,
    inputs: Inputs,
    as_of: Option<i64>,
    aside: &mut Vec<(SetAside, u32)>,
) -> Contacts {
    let (frames, records) = (frames(leads, deals), book.records);
    let mut states: Vec<Contact> =
        leads.par_iter().zip(&frames).map(|(lead, frame)| begin(lead, frame, book)).collect();
    let mut contacts = Contacts { leads: Vec::new(), used: 0, side_unknown: 0, days: Days::default() };
    if let Some(table) = touches {
        let rows = Rows::of(table, leads, &frames, deals, book, as_of);
        for share in rows.sums(&mut states) {
            contacts.used += share.used;
            contacts.side_unknown += share.side_unknown;
            contacts.days.add(&share.days);
            aside.extend(share.aside);
        }
        let changes = rows.changes.into_iter().map(|at| Some(at.into_inner()).filter(|at| *at != NO_NUMBER));
        for (deal, at) in deals.iter_mut().zip(changes) {
            deal.last_change_at = deal.last_change_at.max(at);
        }
    }
    if !inputs.clock {
        whole_days(&mut states, &frames, records);
    }
    contacts.leads = states;
    contacts
}

/// The table of touches, and what its rows are held against.
struct Rows<'r> {
    table: &'r RecordFrame,
    leads: &'r [Lead<'r>],
    frames: &'r [Frame],
    book: &'r Book<'r>,
    as_of: Option<i64>,
    /// The lead and the deal behind each row.
    partners: Vec<(LeadIndex, u32)>,
    /// The open deal of each lead that has exactly one.
    only_open: Vec<u32>,
    /// Last activity by deal, as far as it was added up.
    changes: Vec<AtomicI64>,
}

/// What the touches of some leads come to.
struct Sums {
    used: u64,
    side_unknown: u64,
    days: Days,
    aside: Vec<(SetAside, u32)>,
}

impl<'r> Rows<'r> {
    fn of(
        table: &'r RecordFrame,
        leads: &'r [Lead<'r>],
        frames: &'r [Frame],
        deals: &[Deal<'_>],
        book: &'r Book<'r>,
        as_of: Option<i64>,
    ) -> Rows<'r> {
        let partners = partners(table, deals, book.persons, &Links::of(book.records));
        let only_open = only_open_deals(deals, leads.len());
        let changes = deals.iter().map(|_| AtomicI64::new(NO_NUMBER)).collect();
        Rows { table, leads, frames, book, as_of, partners, only_open, changes }
    }

    /// Adds all touches to the states of their leads. Each core takes some of the leads, and looks at all rows for theirs.
    fn sums(&self, states: &mut [Contact]) -> Vec<Sums> {
        let share = states.len().div_ceil(rayon::current_num_threads()).max(1);
        let mut shares: Vec<&mut [Contact]> = states.chunks_mut(share).collect();
        if shares.is_empty() {
            shares.push(&mut []);
        }
        shares.into_par_iter().enumerate().map(|(at, states)| self.sum(at * share, states)).collect()
    }

    /// Adds the touches of the leads from `first` on to their states. What belongs to no lead goes with the first ones.
    fn sum(&self, first: usize, states: &mut [Contact]) -> Sums {
        let Rows { table, leads, frames, book, as_of, .. } = *self;
        let records = book.records;
        let (times, entered) = (numbers(table, "touched_at"), numbers(table, "entered_at"));
        let (sides, done) = (words(table, "side"), words(table, "done"));
        let (directions, responded) = (words(table, "direction"), words(table, "responded"));
        let (sources, channels) = (codes(table, "source"), codes(table, "channel"));
        let (campaigns, owners, files) = (codes(table, "campaign"), codes(table, "owner"), table.files());
        let mut inbound = InboundChannels { words: book.words(), known: Vec::new() };
        let has_clock = |field: &str| -> Vec<bool> { records.files.iter().map(|file| file.has_clock(field)).collect() };
        let clocks = (has_clock("touched_at"), has_clock("entered_at"));
        let day = |at: i64| records.zone.day_of(at);
        let mut sums = Sums { used: 0, side_unknown: 0, days: Days::default(), aside: Vec::new() };
        for (row, (partner, of_deal)) in self.partners.iter().copied().enumerate() {
            let lead = partner as usize;
            let is_ours = if partner == NOBODY { first == 0 } else { lead >= first && lead - first < states.len() };
            if !is_ours {
                continue;
            }
            let file = files[row] as usize;
            let told = moment(times.at(row), entered.at(row), file, &clocks, records);
            let reason = match (done.at(row), told, partner, of_deal) {
                (Some(1), ..) => Some(SetAside::NotDone),
                (_, None, ..) => Some(SetAside::NoDate),
                (_, Some((at, _)), ..) if as_of.is_some_and(|as_of| at > as_of) => Some(SetAside::AfterAsOf),
                (_, _, NOBODY, NOBODY) => Some(SetAside::NoPartner),
                _ => None,
            };
            if let Some(reason) = reason {
                sums.aside.push((reason, files[row]));
                continue;
            }
            let Some((mut at, has_clock)) = told else { continue };
            sums.days.count(at);
            let handed_over_at = frames.get(lead).and_then(|frame| frame.handed_over_at.get());
            if let Some(handed_over_at) = handed_over_at
                && !has_clock
                && day(at) == day(handed_over_at)
            {
                // A touch that tells only its day is not before a handover of that day.
                at = at.max(handed_over_at);
            }
            sums.used += 1;
            let live = || self.only_open.get(lead).copied().unwrap_or(NOBODY);
            let deal = if of_deal == NOBODY { live() } else { of_deal };
            if let Some(last) = self.changes.get(deal as usize) {
                last.fetch_max(at, Ordering::Relaxed);
            }
            if partner == NOBODY {
                continue;
            }
            let told = sides.at(row).or_else(|| book.users.side(owners.at(row)));
            sums.side_unknown += u64::from(told.is_none());
            let campaign = book.campaigns.find(campaigns.at(row));
            let channel = or(channels.at(row), campaign.channel);
            let touch = Touch {
                side: told,
                inbound: inbound.tell(directions.at(row), responded.at(row), channel),
                credit: Credit { at, source: or(sources.at(row), campaign.source), channel, campaign: campaign.name },
            };
            add(&mut states[lead - first], &frames[lead], &touch, &leads[lead], book);
        }
        sums
    }
}

/// When the touches were made that [`contacts`] would use, if nothing limited them.
pub fn days(records: &Records, deals: &[Deal<'_>], persons: &Persons) -> Days {
    let mut days = Days::default();
    let Some(table) = records.table(Table::Touches) else { return days };
    let (times, entered, done) = (numbers(table, "touched_at"), numbers(table, "entered_at"), words(table, "done"));
    let has_clock = |field: &str| -> Vec<bool> { records.files.iter().map(|file| file.has_clock(field)).collect() };
    let clocks = (has_clock("touched_at"), has_clock("entered_at"));
    let partners = partners(table, deals, persons, &Links::of(records));
    let at = |row: usize| {
        let used = done.at(row) != Some(1) && partners[row] != (NOBODY, NOBODY);
        moment(times.at(row), entered.at(row), table.files()[row] as usize, &clocks, records).filter(|_| used)
    };
    (0..table.height()).filter_map(at).for_each(|(at, _)| days.count(at));
    days
}

/// When a touch was, and whether that tells a clock. One that tells its day alone takes the hour from its entry on that
/// day.
fn moment(
    touched_at: Option<i64>,
    entered_at: Option<i64>,
    file: usize,
    clocks: &(Vec<bool>, Vec<bool>),
    records: &Records,
) -> Option<(i64, bool)> {
    let at = touched_at.or(entered_at)?;
    let has_clock = if touched_at.is_some() { clocks.0[file] } else { clocks.1[file] };
    let day = |at: i64| records.zone.day_of(at);
    let entered = entered_at.filter(|entered| !has_clock && clocks.1[file] && day(*entered) == day(at));
    Some(entered.map_or((at, has_clock), |entered| (entered, true)))
}

/// The first code, or else the other.
fn or(code: u32, otherwise: u32) -> u32 {
    if code == NO_CODE { otherwise } else { code }
}

/// Where the exports tell only days, the wait for the first touch is a number of days.
fn whole_days(states: &mut [Contact], frames: &[Frame], records: &Records) {
    let day = |at: i64| i64::from(records.zone.day_of(at).0);
    for (contact, frame) in states.iter_mut().zip(frames) {
        if let (Some(first), Some(handed_over_at)) = (contact.first_sales_at, frame.handed_over_at.get()) {
            contact.first_sales_at = Some(handed_over_at + (day(first) - day(handed_over_at)) * SECONDS_PER_DAY);
        }
    }
}

/// The open deal of each lead that has exactly one: a touch on the lead is activity on it.
fn only_open_deals(deals: &[Deal<'_>], leads: usize) -> Vec<u32> {
    let mut open = vec![NOBODY; leads];
    let mut several = vec![false; leads];
    for (at, deal) in (0..).zip(deals).filter(|(_, deal)| deal.outcome == Outcome::Open) {
        if let Some(lead) = deal.lead {
            several[lead as usize] |= open[lead as usize] != NOBODY;
            open[lead as usize] = at;
        }
    }
    open.iter_mut().zip(several).filter(|(_, several)| *several).for_each(|(open, _)| *open = NOBODY);
    open
}

struct Touch {
    /// `None` where it cannot be known: then it is activity, and no contact by anybody.
    side: Option<u8>,
    inbound: bool,
    credit: Credit,
}

fn frames(leads: &[Lead<'_>], deals: &[Deal<'_>]) -> Vec<Frame> {
    let mut frames: Vec<Frame> = (leads.iter())
        .map(|lead| Frame {
            handed_over_at: lead.handed_over_at,
            verdict_at: lead.verdict_at,
            nurture_from: match lead.verdict {
                None | Some(Verdict::Accepted) => Time::NEVER,
                Some(Verdict::Rejected | Verdict::Recycled) => lead.verdict_at,
            },
            converted_at: lead.stages[crate::stage::Stage::Customer.index()],
        })
        .collect();
    for deal in deals.iter().filter(|deal| deal.outcome == Outcome::Won) {
        if let (Some(lead), Some(at)) = (deal.lead, deal.closed_at) {
            let converted_at = &mut frames[lead as usize].converted_at;
            *converted_at = Some(converted_at.get().map_or(at, |first| first.min(at))).into();
        }
    }
    frames
}

/// The state of a lead before its first touch: its creation, and what its own columns tell of touches.
fn begin(lead: &Lead<'_>, frame: &Frame, book: &Book<'_>) -> Contact {
    let campaign = book.campaigns.find(lead.campaign);
    let mut contact = Contact::default();
    if let (Some(at), Some(converted_at)) = (lead.created_at.get(), frame.converted_at.get()) {
        // The creation itself always earns credit: without it a slow deal would have no touch at all.
        let credit = Credit {
            at: at.min(converted_at),
            source: lead.source,
            channel: or(lead.channel, campaign.channel),
            campaign: campaign.name,
        };
        contact.credits = Some((credit, credit));
    }
    let first_sales_at = lead.first_sales_touch_at.get();
    if let Some(first) = first_sales_at {
        contact.before_handover = frame.handed_over_at.get().is_some_and(|handed_over_at| first < handed_over_at);
        contact.first_sales_at = Some(first).filter(|_| !contact.before_handover);
    }
    contact.last_sales_at = lead.last_sales_touch_at.get().max(first_sales_at);
    contact.attempts = lead.sales_touches.unwrap_or_default();
    contact.last_inbound_at = lead.conversions_at.into_iter().filter_map(Time::get).max();
    contact.last_at = contact.last_sales_at.max(contact.last_inbound_at);
    contact
}

fn add(contact: &mut Contact, frame: &Frame, touch: &Touch, lead: &Lead<'_>, book: &Book<'_>) {
    let project = book.project;
    let at = touch.credit.at;
    contact.last_at = contact.last_at.max(Some(at));
    let Some(side) = touch.side else { return };
    if side == SALES {
        contact.last_sales_at = contact.last_sales_at.max(Some(at));
        let Some(handed_over_at) = frame.handed_over_at.get() else { return };
        if at < handed_over_at {
            contact.before_handover = true;
            return;
        }
        contact.first_sales_at = Some(contact.first_sales_at.map_or(at, |first| first.min(at)));
        let told_by_lead = lead.sales_touches.is_some();
        contact.attempts +=
            u32::from(!told_by_lead && frame.verdict_at.get().is_none_or(|verdict_at| at <= verdict_at));
        return;
    }
    debug_assert_eq!(side, MARKETING);
    if touch.inbound {
        contact.last_inbound_at = contact.last_inbound_at.max(Some(at));
    }
    let in_time = |from: i64| at > from && at <= from.saturating_add(project.agreements.nurture);
    contact.nurtured |= frame.nurture_from.get().is_some_and(in_time);
    if let (Some(converted_at), Some((first, last))) = (frame.converted_at.get(), &mut contact.credits)
        && at <= converted_at
        && at >= converted_at.saturating_sub(project.attribution.lookback)
    {
        if touch.credit.is_before(first, book.words()) {
            *first = touch.credit;
        }
        if touch.credit.is_after(last, book.words()) {
            *last = touch.credit;
        }
    }
}

/// Which channels are those in which the person comes to us, asked once a channel.
struct InboundChannels<'w> {
    words: &'w Words,
    known: Vec<Option<bool>>,
}

impl InboundChannels<'_> {
    /// Whether a touch came from the person.
    fn tell(&mut self, direction: Option<u8>, responded: Option<u8>, channel: u32) -> bool {
        if let Some(direction) = direction {
            return direction == INBOUND;
        }
        if let Some(responded) = responded {
            return responded == 1;
        }
        let at = channel as usize;
        if self.known.len() <= at {
            self.known.resize(at + 1, None);
        }
        let words = self.words;
        *self.known[at].get_or_insert_with(|| {
            let channel = words.text(channel).unwrap_or_default();
            INBOUND_CHANNELS.iter().any(|word| contains(channel, word))
        })
    }
}

fn contains(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// No lead, or no deal.
const NOBODY: u32 = u32::MAX;

/// The lead and the deal behind each touch, [`NOBODY`] where there is none. The look-ups are most of the work, and run
/// on all cores.
fn partners(table: &RecordFrame, deals: &[Deal<'_>], persons: &Persons, links: &Links) -> Vec<(LeadIndex, u32)> {
    const ROWS: usize = 8192;
    let of_deals = keys(table, "deal_id");
    let by_deal: HashMap<u64, u32> = match of_deals.is_there() {
        true => links.deals_by_id(deals),
        false => HashMap::new(),
    };
    let (leads, contacts, emails) = (keys(table, "lead_id"), keys(table, "contact_id"), keys(table, "email"));
    let mut partners = vec![(NOBODY, NOBODY); table.height()];
    partners.par_chunks_mut(ROWS).enumerate().for_each(|(chunk, partners)| {
        // Touches of one lead often stand together.
        let mut last: Option<(u64, Option<LeadIndex>)> = None;
        for (row, partner) in (chunk * ROWS..).zip(partners) {
            let deal = of_deals.at(row).and_then(|id| by_deal.get(&id).copied());
            let by_id = leads.at(row).and_then(|id| match last {
                Some((known, lead)) if known == id => lead,
                _ => {
                    let lead = persons.by_id(id);
                    last = Some((id, lead));
                    lead
                }
            });
            let by_contact = || contacts.at(row).and_then(|id| persons.by_contact(id));
            let by_email = || emails.at(row).and_then(|email| persons.by_email(email));
            let by_deal = || deals[deal? as usize].lead;
            let lead = by_id.or_else(by_contact).or_else(by_email).or_else(by_deal);
            *partner = (lead.unwrap_or(NOBODY), deal.unwrap_or(NOBODY));
        }
    });
    partners
}
