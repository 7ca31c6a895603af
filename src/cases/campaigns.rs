//! Campaigns and users by id: takes their tables, gives the names, sources, channels and sides behind an id.

use hashbrown::HashMap;

use super::columns::{integers, texts, words};
use crate::project::{Project, Table};
use crate::record::Records;
use crate::record::ids::canonical_id;

/// What is known of one campaign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Campaign<'a> {
    /// Its name.
    pub name: Option<&'a str>,
    /// The source it brings leads from, where told.
    pub source: Option<&'a str>,
    /// Its channel.
    pub channel: Option<&'a str>,
    /// Its own cost in minor units.
    pub cost: Option<i64>,
    /// When it began, UTC seconds.
    pub started_at: Option<i64>,
}

/// Campaigns by id and by name.
#[derive(Debug, Default)]
pub struct Campaigns<'a> {
    by_id: HashMap<&'a str, Campaign<'a>>,
    by_name: HashMap<&'a str, Campaign<'a>>,
    all: Vec<Campaign<'a>>,
}

impl<'a> Campaigns<'a> {
    /// Reads the table of campaigns, if there is one.
    pub fn new(records: &'a Records) -> Campaigns<'a> {
        let mut campaigns = Campaigns::default();
        let Some(frame) = records.table(Table::Campaigns) else { return campaigns };
        let (ids, names) = (texts(frame, "campaign_id"), texts(frame, "name"));
        let (sources, channels) = (texts(frame, "source"), texts(frame, "channel"));
        let (costs, starts) = (integers(frame, "cost"), integers(frame, "started_at"));
        for row in 0..frame.height() {
            let campaign = Campaign {
                name: names[row].or(ids[row]),
                source: sources[row],
                channel: channels[row],
                cost: costs[row],
                started_at: starts[row],
            };
            if let Some(id) = ids[row] {
                campaigns.by_id.insert(id, campaign);
            }
            if let Some(name) = names[row] {
                // Of campaigns that share a name, one is chosen by what it holds, not by where it stands.
                let known = campaigns.by_name.entry(name).or_insert(campaign);
                *known = (*known).min(campaign);
            }
            campaigns.all.push(campaign);
        }
        campaigns
    }

    /// The campaign behind an id or a name; a name that is not in the table stands for itself.
    pub fn find(&self, reference: Option<&'a str>) -> Campaign<'a> {
        let Some(reference) = reference else { return Campaign::default() };
        if self.all.is_empty() {
            return Campaign { name: Some(reference), ..Campaign::default() };
        }
        let known = self.by_id.get(&*canonical_id(reference)).or_else(|| self.by_name.get(reference));
        known.copied().unwrap_or(Campaign { name: Some(reference), ..Campaign::default() })
    }

    /// Every campaign of the table.
    pub fn all(&self) -> &[Campaign<'a>] {
        &self.all
    }
}

/// Users of the CRM by id: their name and whether they are marketing (0) or sales (1).
#[derive(Debug, Default)]
pub struct Users<'a> {
    by_id: HashMap<&'a str, (Option<&'a str>, Option<u8>)>,
}

impl<'a> Users<'a> {
    /// Reads the table of users, if there is one.
    pub fn new(records: &'a Records) -> Users<'a> {
        let mut users = Users::default();
        if let Some(frame) = records.table(Table::Users) {
            let (ids, names, sides) = (texts(frame, "owner"), texts(frame, "name"), words(frame, "side"));
            for row in 0..frame.height() {
                if let Some(id) = ids[row] {
                    users.by_id.insert(id, (names[row], sides[row]));
                }
            }
        }
        users
    }

    /// The name behind an owner, else the owner as found.
    pub fn name(&self, owner: &'a str) -> &'a str {
        self.by_id.get(owner).and_then(|(name, _)| *name).unwrap_or(owner)
    }

    /// The side of an owner, where told.
    pub fn side(&self, owner: Option<&str>) -> Option<u8> {
        self.by_id.get(owner?).and_then(|(_, side)| *side)
    }
}

/// Whether an owner is a person: a Salesforce queue (`00G…`) is not.
pub fn is_person(owner: &str) -> bool {
    !(owner.starts_with("00G") && matches!(owner.len(), 15 | 18))
}

/// The source of a campaign: its own, else the project's, else none.
pub fn source_of<'a>(campaign: &Campaign<'a>, project: &'a Project) -> Option<&'a str> {
    campaign.source.or_else(|| campaign.name.and_then(|name| project.sources.source_of_campaign(name)))
}
