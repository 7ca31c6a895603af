//! Campaigns and users: takes their tables, gives the name, source, channel and side behind a reference. Names are codes
//! in the dictionary of the records.

use hashbrown::HashMap;

use super::columns::{codes, numbers, words};
use crate::project::{Project, Table};
use crate::record::Records;
use crate::record::ids::canonical_id;
use crate::store::{NO_CODE, Words};

/// What is known of one campaign; names are codes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Campaign {
    /// Its name.
    pub name: u32,
    /// The source it brings leads from: its own, else the project's.
    pub source: u32,
    /// Its channel.
    pub channel: u32,
    /// Its own cost in minor units.
    pub cost: Option<i64>,
    /// When it began, UTC seconds.
    pub started_at: Option<i64>,
}

impl Campaign {
    /// What decides between campaigns of one name: what they hold, not where they stand.
    fn rank<'a>(&self, words: &'a Words) -> (Option<&'a str>, Option<&'a str>, Option<i64>, Option<i64>) {
        (words.text(self.source), words.text(self.channel), self.cost, self.started_at)
    }
}

/// Campaigns by any reference to them.
#[derive(Debug, Default)]
pub struct Campaigns {
    /// The campaign behind each code, as a place in `known`; 0: none.
    by_code: Vec<u32>,
    known: Vec<Campaign>,
    all: Vec<Campaign>,
}

/// Where references to campaigns stand.
const REFERENCES: [(Table, &str); 5] = [
    (Table::Leads, "campaign"),
    (Table::Touches, "campaign"),
    (Table::Deals, "campaign"),
    (Table::Spend, "campaign"),
    (Table::Spend, "campaign_id"),
];

impl Campaigns {
    /// Reads the table of campaigns, if there is one, and looks up every reference once.
    pub fn new(records: &mut Records, project: &Project) -> Campaigns {
        let Records { tables, words: dictionary, .. } = records;
        let mut by_id: HashMap<String, Campaign> = HashMap::new();
        let mut by_name: HashMap<u32, Campaign> = HashMap::new();
        let mut all = Vec::new();
        if let Some(frame) = tables.get(&Table::Campaigns) {
            let (keys, names) = (codes(frame, "campaign_id"), codes(frame, "name"));
            let (sources, channels) = (codes(frame, "source"), codes(frame, "channel"));
            let (costs, starts) = (numbers(frame, "cost"), numbers(frame, "started_at"));
            for row in 0..frame.height() {
                let (key, name) = (keys.at(row), names.at(row));
                let campaign = Campaign {
                    name: if name == NO_CODE { key } else { name },
                    source: sources.at(row),
                    channel: channels.at(row),
                    cost: costs.at(row),
                    started_at: starts.at(row),
                };
                if let Some(id) = dictionary.text(key) {
                    by_id.insert(id.to_owned(), campaign);
                }
                if name != NO_CODE {
                    let known = by_name.entry(name).or_insert(campaign);
                    if campaign.rank(dictionary) < known.rank(dictionary) {
                        *known = campaign;
                    }
                }
                all.push(campaign);
            }
        }
        let mut campaigns = Campaigns { by_code: Vec::new(), known: vec![Campaign::default()], all };
        for (table, field) in REFERENCES {
            let Some(frame) = tables.get(&table) else { continue };
            for code in codes(frame, field).all().filter(|code| *code != NO_CODE) {
                if campaigns.by_code.get(code as usize).is_none_or(|place| *place == 0) {
                    let named = by_name.get(&code).copied();
                    let text = dictionary.text(code).unwrap_or_default();
                    let found = by_id.get(&*canonical_id(text)).copied().or(named);
                    let found = found.unwrap_or(Campaign { name: code, ..Campaign::default() });
                    campaigns.put(code, with_source(found, project, dictionary));
                }
            }
        }
        for campaign in &mut campaigns.all {
            *campaign = with_source(*campaign, project, dictionary);
        }
        campaigns
    }

    fn put(&mut self, code: u32, campaign: Campaign) {
        let at = code as usize;
        if self.by_code.len() <= at {
            self.by_code.resize(at + 1, 0);
        }
        self.by_code[at] = u32::try_from(self.known.len()).expect("fewer campaigns than 4 billion");
        self.known.push(campaign);
    }

    /// The campaign behind an id or a name; a name that is not in the table stands for itself.
    pub fn find(&self, reference: u32) -> Campaign {
        self.known[self.by_code.get(reference as usize).copied().unwrap_or_default() as usize]
    }

    /// Every campaign of the table.
    pub fn all(&self) -> &[Campaign] {
        &self.all
    }
}

/// The campaign with its own source, else with the project's.
fn with_source(campaign: Campaign, project: &Project, words: &mut Words) -> Campaign {
    if campaign.source != NO_CODE {
        return campaign;
    }
    let source = words.text(campaign.name).and_then(|name| project.sources.source_of_campaign(name));
    Campaign { source: source.map_or(NO_CODE, |source| words.code(source)), ..campaign }
}

/// Users of the CRM by id: their name and whether they are marketing (0) or sales (1).
#[derive(Debug, Default)]
pub struct Users {
    by_id: HashMap<u32, (u32, Option<u8>)>,
}

impl Users {
    /// Reads the table of users, if there is one.
    pub fn new(records: &Records) -> Users {
        let mut users = Users::default();
        if let Some(frame) = records.table(Table::Users) {
            let (ids, names, sides) = (codes(frame, "owner"), codes(frame, "name"), words(frame, "side"));
            for row in 0..frame.height() {
                if ids.at(row) != NO_CODE {
                    users.by_id.insert(ids.at(row), (names.at(row), sides.at(row)));
                }
            }
        }
        users
    }

    /// The name behind an owner, else the owner as found.
    pub fn name(&self, owner: u32) -> u32 {
        self.by_id.get(&owner).map(|(name, _)| *name).filter(|name| *name != NO_CODE).unwrap_or(owner)
    }

    /// The side of an owner, where told.
    pub fn side(&self, owner: u32) -> Option<u8> {
        if self.by_id.is_empty() { None } else { self.by_id.get(&owner).and_then(|(_, side)| *side) }
    }
}

/// Whether an owner is a person: a Salesforce queue (`00G…`) is not.
pub fn is_person(owner: &str) -> bool {
    !(owner.starts_with("00G") && matches!(owner.len(), 15 | 18))
}

/// The owner, where it is a person.
pub fn person(owner: u32, words: &Words) -> u32 {
    if words.text(owner).is_some_and(is_person) { owner } else { NO_CODE }
}
