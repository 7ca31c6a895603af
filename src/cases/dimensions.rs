//! The dimensions that figures are broken down by, and where a lead, a deal, a touch or an amount stands in each. Takes
//! names as codes, gives members as codes; what each is called is told at the end.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::book::Book;
use super::campaigns::{Campaigns, person};
use super::columns::{self, Codes, Decimals};
use super::deals::Deal;
use super::facts::Facts;
use super::frame;
use super::journeys::Touch;
use super::leads::Lead;
use super::names::{Members, Names};
use super::spend::Spend;
use crate::privacy::mask;
use crate::project::{Bands, OwnerNames, Project, Table};
use crate::record::Records;
use crate::store::{NO_CODE, Words};

/// The dimensions every lead and deal has; the project's slices follow.
const OWN_DIMENSIONS: [&str; 4] = ["source", "channel", "campaign", "owner"];
const SOURCE: usize = 0;
const CHANNEL: usize = 1;
const CAMPAIGN: usize = 2;
/// The place of owners among the dimensions.
pub const OWNER: usize = 3;

/// The members of all dimensions, of reasons and of stages of deals, as they come to light from part to part.
#[derive(Debug, Clone)]
pub struct Naming {
    dimensions: Vec<(String, Members)>,
    /// The channel that a source comes by, where the project tells; by code of the source.
    channels: HashMap<u32, u32>,
    /// Reasons of verdicts.
    pub reasons: Members,
    /// Stages of deals.
    pub stages: Members,
}

impl Naming {
    /// No members yet.
    pub fn new(project: &Project) -> Naming {
        let own = OWN_DIMENSIONS.iter().map(|name| (*name).to_owned());
        let names = own.chain(project.slices.keys().cloned()).map(|name| (name, Members::default()));
        let (channels, reasons, stages) = (HashMap::new(), Members::default(), Members::default());
        Naming { dimensions: names.collect(), channels, reasons, stages }
    }

    /// The names of everything that has come to light.
    pub fn finish(self, words: &Words, project: &Project) -> MemberNames {
        let names = |(at, (name, members)): (usize, (String, Members))| {
            (name, members.finish(|code| spelled(at, code, words, project)))
        };
        MemberNames {
            dimensions: self.dimensions.into_iter().enumerate().map(names).collect(),
            reasons: self.reasons.finish(|code| words.text(code).map(|text| mask(text).into_owned())),
            stages: self.stages.finish(|code| words.text(code).map(str::to_owned)),
        }
    }

    /// The dimensions, without their members.
    pub fn dimensions(&self) -> Vec<(String, Vec<String>)> {
        self.dimensions.iter().map(|(name, _)| (name.clone(), Vec::new())).collect()
    }
}

/// The names of the members of all dimensions, of reasons and of stages of deals, with how often each spelling was found.
/// Adds up over parts of the exports, and over exports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberNames {
    /// By dimension, in their order.
    pub dimensions: Vec<(String, Names)>,
    /// Reasons of verdicts.
    pub reasons: Names,
    /// Stages of deals.
    pub stages: Names,
}

/// The code here for each code there, after other names were taken up.
pub struct Relabelling {
    /// Members by dimension.
    pub members: Vec<Vec<u32>>,
    /// Reasons of verdicts.
    pub reasons: Vec<u32>,
    /// Stages of deals.
    pub stages: Vec<u32>,
}

impl MemberNames {
    /// Takes up the names of other rows, of the same dimensions.
    pub fn adopt(&mut self, other: &MemberNames) -> Relabelling {
        let members = self.dimensions.iter_mut().zip(&other.dimensions).map(|((_, own), (_, other))| own.adopt(other));
        Relabelling {
            members: members.collect(),
            reasons: self.reasons.adopt(&other.reasons),
            stages: self.stages.adopt(&other.stages),
        }
    }

    /// The same names with codes in order of their spelling, whatever the order in which they came to light.
    pub fn in_order(self) -> (MemberNames, Relabelling) {
        let (mut dimensions, mut members) = (Vec::new(), Vec::new());
        for (name, names) in self.dimensions {
            let (names, codes) = names.in_order();
            dimensions.push((name, names));
            members.push(codes);
        }
        let ((reasons, of_reasons), (stages, of_stages)) = (self.reasons.in_order(), self.stages.in_order());
        let names = MemberNames { dimensions, reasons, stages };
        (names, Relabelling { members, reasons: of_reasons, stages: of_stages })
    }

    /// Tells what everything is called. Owners go by number, the busiest first, unless the project shows names.
    pub fn tell(&self, facts: &mut Facts, project: &Project) {
        let shown = |(at, (name, names)): (usize, &(String, Names))| {
            let hidden = at == OWNER && project.privacy.owners == OwnerNames::Hidden;
            (name.clone(), if hidden { names.numbered("Owner") } else { names.all() })
        };
        facts.dimensions = self.dimensions.iter().enumerate().map(shown).collect();
        facts.reasons = self.reasons.all();
        facts.deal_stages = self.stages.all();
    }
}

/// See the module.
pub struct Dimensions<'b, 'a> {
    naming: &'b mut Naming,
    project: &'b Project,
    book: &'b Book<'b>,
    slices: Vec<Slice<'a>>,
    /// The usual source of the leads of a campaign, for money that only knows its campaign.
    campaign_sources: HashMap<u32, u32>,
}

/// Where a slice is told: by row of leads, by row of deals, by account.
#[derive(Default)]
struct Slice<'a> {
    by_lead: Option<Told<'a>>,
    by_deal: Option<Told<'a>>,
    by_account: HashMap<u64, u32>,
}

/// A column of a slice: names by their codes, or numbers by their bands.
enum Told<'a> {
    Names(Codes<'a>),
    Numbers(Decimals<'a>, Bands),
}

impl Told<'_> {
    /// The code of a row: that of a name, or the number of a band; 0 where it is absent.
    fn at(&self, row: usize) -> u32 {
        match self {
            Told::Names(codes) => codes.at(row),
            Told::Numbers(numbers, bands) => numbers.at(row).map_or(NO_CODE, |number| bands.number(number)),
        }
    }
}

/// The members of rows, a column a dimension.
pub struct MemberColumns {
    columns: Vec<(String, Vec<u32>)>,
}

impl MemberColumns {
    /// Those of rows that have no dimensions.
    pub fn none() -> MemberColumns {
        MemberColumns { columns: Vec::new() }
    }

    /// No rows yet; `names` are those of the dimensions.
    pub fn new(names: &[impl AsRef<str>]) -> MemberColumns {
        MemberColumns { columns: names.iter().map(|name| (name.as_ref().to_owned(), Vec::new())).collect() }
    }

    /// Adds a row.
    pub fn push(&mut self, members: &[u32]) {
        self.columns.iter_mut().zip(members).for_each(|((_, column), member)| column.push(*member));
    }

    /// The columns, by name of the dimension.
    pub fn into_columns(self) -> impl Iterator<Item = Column> {
        self.columns.into_iter().map(|(name, codes)| Column::new(frame::dimension_column(&name).into(), codes))
    }
}

fn or(code: u32, otherwise: impl FnOnce() -> u32) -> u32 {
    if code == NO_CODE { otherwise() } else { code }
}

impl<'b, 'a> Dimensions<'b, 'a> {
    /// The slices of one part, and the names that all parts share.
    pub fn new(
        naming: &'b mut Naming,
        records: &'a Records,
        book: &'b Book<'b>,
        sources: &CampaignSources,
    ) -> Dimensions<'b, 'a> {
        let project = book.project;
        let slices = project.slices.iter().map(|(name, origin)| {
            let field = origin.field(name);
            let mut slice = Slice::default();
            if let Some(frame) = records.table(origin.table) {
                let texts = match &origin.bands {
                    None => Told::Names(columns::codes(frame, &field)),
                    Some(bands) => Told::Numbers(columns::decimals(frame, &field), bands.clone()),
                };
                match origin.table {
                    Table::Leads => slice.by_lead = Some(texts),
                    Table::Deals => slice.by_deal = Some(texts),
                    Table::Accounts => {
                        let accounts = columns::keys(frame, "account_id");
                        let pair = |row| Some((accounts.at(row)?, texts.at(row))).filter(|(_, code)| *code != NO_CODE);
                        slice.by_account = (0..frame.height()).filter_map(pair).collect();
                    }
                    _ => {}
                }
            }
            slice
        });
        let slices = slices.collect();
        Dimensions { naming, project, book, slices, campaign_sources: sources.usual(book.words()) }
    }

    /// Empty columns for the members of rows.
    pub fn columns(&self) -> MemberColumns {
        let names: Vec<&String> = self.naming.dimensions.iter().map(|(name, _)| name).collect();
        MemberColumns::new(&names)
    }

    fn member(&mut self, dimension: usize, code: u32) -> u32 {
        let (words, project) = (self.book.words(), self.project);
        self.naming.dimensions[dimension].1.of(code, || spelled(dimension, code, words, project))
    }

    /// Members of source, channel and campaign.
    fn depths(&mut self, source: u32, channel: u32, campaign: u32) -> [u32; 3] {
        let channel = if channel == NO_CODE { self.channel_of(source) } else { self.member(CHANNEL, channel) };
        [self.member(SOURCE, source), channel, self.member(CAMPAIGN, campaign)]
    }

    /// The channel by which a source comes, where the project tells.
    fn channel_of(&mut self, source: u32) -> u32 {
        let Some(text) = self.book.words().text(source) else { return 0 };
        let project = self.project;
        let names = &mut self.naming.dimensions[CHANNEL].1;
        let mut named = || project.sources.channel(text).map_or(0, |channel| names.named(&mask(channel)));
        match self.naming.channels.get(&source) {
            // It is named each time, since the most frequent spelling is shown.
            Some(0) => 0,
            _ => {
                let member = named();
                self.naming.channels.insert(source, member);
                member
            }
        }
    }

    /// Members of a lead.
    pub fn of_lead(&mut self, lead: &Lead<'a>, deals: &[&Deal<'a>]) -> Vec<u32> {
        let campaign = self.book.campaigns.find(lead.campaign);
        let mut members = Vec::with_capacity(self.naming.dimensions.len());
        members.extend(self.depths(lead.source, or(lead.channel, || campaign.channel), campaign.name));
        members.push(self.member(OWNER, self.book.users.name(lead.owner)));
        for at in 0..self.slices.len() {
            let slice = &self.slices[at];
            let account = || lead.account().or_else(|| deals.iter().find_map(|deal| deal.account));
            let by_lead = slice.by_lead.as_ref().map_or(NO_CODE, |codes| codes.at(lead.row()));
            let by_deal = || match &slice.by_deal {
                Some(codes) => {
                    deals.iter().map(|deal| codes.at(deal.row)).find(|code| *code != NO_CODE).unwrap_or(NO_CODE)
                }
                None => NO_CODE,
            };
            let code = or(by_lead, || or(by_deal(), || slice.of_account(account())));
            members.push(self.member(OWN_DIMENSIONS.len() + at, code));
        }
        members
    }

    /// Members of a deal.
    pub fn of_deal(&mut self, deal: &Deal<'a>, leads: &[Lead<'a>]) -> Vec<u32> {
        let lead = deal.lead.map(|lead| &leads[lead as usize]);
        let of_lead = |field: fn(&Lead<'a>) -> u32| lead.map_or(NO_CODE, field);
        let campaign = self.book.campaigns.find(or(deal.campaign, || of_lead(|lead| lead.campaign)));
        let source = or(deal.source, || of_lead(|lead| lead.source));
        let channel = or(or(deal.channel, || of_lead(|lead| lead.channel)), || campaign.channel);
        let mut members = Vec::with_capacity(self.naming.dimensions.len());
        members.extend(self.depths(source, channel, campaign.name));
        let owner = or(person(deal.owner, self.book.words()), || of_lead(|lead| lead.owner));
        members.push(self.member(OWNER, self.book.users.name(owner)));
        for at in 0..self.slices.len() {
            let slice = &self.slices[at];
            let account = || deal.account.or_else(|| lead?.account());
            let by_deal = slice.by_deal.as_ref().map_or(NO_CODE, |codes| codes.at(deal.row));
            let by_lead = || lead.zip(slice.by_lead.as_ref()).map_or(NO_CODE, |(lead, codes)| codes.at(lead.row()));
            let code = or(by_deal, || or(by_lead(), || slice.of_account(account())));
            members.push(self.member(OWN_DIMENSIONS.len() + at, code));
        }
        members
    }

    /// What names are looked up in.
    pub fn book(&self) -> &'b Book<'b> {
        self.book
    }

    /// Member of a reason of a verdict.
    pub fn reason(&mut self, code: u32) -> u32 {
        let words = self.book.words();
        self.naming.reasons.of(code, || words.text(code).map(|text| mask(text).into_owned()))
    }

    fn usual_source(&self, campaign: u32) -> u32 {
        self.campaign_sources.get(&campaign).copied().unwrap_or(NO_CODE)
    }

    /// Members of the source, channel and campaign of a touch that earns credit.
    pub fn credit(&mut self, touch: &Touch) -> [u32; 3] {
        let source = or(touch.source, || self.usual_source(touch.campaign));
        self.depths(source, touch.channel, touch.campaign)
    }

    /// Members of the source, channel and campaign of an amount spent.
    pub fn of_spend(&mut self, spend: &Spend) -> [u32; 3] {
        let source = or(or(spend.source, || self.usual_source(spend.campaign)), || spend.usual_source);
        self.depths(source, spend.channel, spend.campaign)
    }
}

impl Slice<'_> {
    fn of_account(&self, account: Option<u64>) -> u32 {
        account.and_then(|account| self.by_account.get(&account)).copied().unwrap_or(NO_CODE)
    }
}

/// How a name of a dimension is spelled on pages.
fn spelled(dimension: usize, code: u32, words: &Words, project: &Project) -> Option<String> {
    let slice = dimension.checked_sub(OWN_DIMENSIONS.len()).and_then(|at| project.slices.values().nth(at));
    if let Some(bands) = slice.and_then(|slice| slice.bands.as_ref()) {
        return bands.label(code);
    }
    let found = words.text(code)?;
    let shown = if dimension == SOURCE { project.sources.shown(found) } else { found };
    Some(mask(shown).into_owned())
}

/// How many leads of a campaign have a source, by code of the name and of the source. Adds up over parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CampaignSources(BTreeMap<(u32, u32), u64>);

impl CampaignSources {
    /// Counts the leads.
    pub fn of(leads: &[Lead<'_>], campaigns: &Campaigns) -> CampaignSources {
        let mut counts: HashMap<(u32, u32), u64> = HashMap::new();
        for lead in leads {
            let campaign = campaigns.find(lead.campaign);
            let source = or(campaign.source, || lead.source);
            if campaign.name != NO_CODE && source != NO_CODE {
                *counts.entry((campaign.name, source)).or_default() += 1;
            }
        }
        CampaignSources(counts.into_iter().collect())
    }

    /// Adds the leads of another part.
    pub fn add(&mut self, other: CampaignSources) {
        for (key, leads) in other.0 {
            *self.0.entry(key).or_default() += leads;
        }
    }

    /// The source that most leads of a campaign have; in a tie the first by name.
    fn usual(&self, words: &Words) -> HashMap<u32, u32> {
        let mut most: HashMap<u32, (u64, u32)> = HashMap::new();
        let name = |source: u32| words.text(source);
        for ((campaign, source), leads) in &self.0 {
            let known = most.entry(*campaign).or_insert((*leads, *source));
            if *leads > known.0 || *leads == known.0 && name(*source) < name(known.1) {
                *known = (*leads, *source);
            }
        }
        most.into_iter().map(|(campaign, (_, source))| (campaign, source)).collect()
    }
}
