//! Ties between records: takes the table of links, gives whose deal it is where the deal itself does not say, and which
//! deal lives on where one was merged into another.

use hashbrown::{HashMap, HashSet};

use super::columns::{keys, words};
use super::deals::Deal;
use super::leads::Lead;
use super::persons::{LeadIndex, Persons};
use crate::project::Table;
use crate::record::Records;
use crate::store::keys::print;

/// A person of a deal: lead id, contact id, whether it is the main one.
type Person = (Option<u64>, Option<u64>, bool);

/// See the module. Ids are prints.
#[derive(Debug, Default)]
pub struct Links {
    /// Merged deal → the deal that it was merged into.
    merged: HashMap<u64, u64>,
    /// Deal → its people.
    people: HashMap<u64, Vec<Person>>,
    /// Deal → its account.
    accounts: HashMap<u64, u64>,
}

impl Links {
    /// The links of the records.
    pub fn of(records: &Records) -> Links {
        let mut links = Links::default();
        let Some(frame) = records.table(Table::Links) else { return links };
        let (deals, merged) = (keys(frame, "deal_id"), keys(frame, "merged_deal_id"));
        let (leads, contacts) = (keys(frame, "lead_id"), keys(frame, "contact_id"));
        let (accounts, primary) = (keys(frame, "account_id"), words(frame, "is_primary"));
        for row in 0..frame.height() {
            let Some(deal) = deals.at(row) else { continue };
            if let Some(gone) = merged.at(row).filter(|gone| *gone != deal) {
                // Of several tellings of one merge the least print wins, so that the order of rows does not matter.
                let into = links.merged.entry(gone).or_insert(deal);
                *into = deal.min(*into);
            }
            let (lead, contact) = (leads.at(row), contacts.at(row));
            if lead.is_some() || contact.is_some() {
                links.people.entry(deal).or_default().push((lead, contact, primary.at(row) == Some(1)));
            }
            if let Some(account) = accounts.at(row) {
                let known = links.accounts.entry(deal).or_insert(account);
                *known = account.min(*known);
            }
        }
        links
    }

    /// Whether some deal was merged into another one.
    pub fn has_merged(&self) -> bool {
        !self.merged.is_empty()
    }

    /// The deal that a merged one lives on in; itself where it was not merged.
    pub fn survivor(&self, deal: u64) -> u64 {
        let (mut at, mut seen) = (deal, HashSet::new());
        // A circle of merges is nobody's: it ends where it began.
        while let Some(next) = self.merged.get(&at).filter(|_| seen.insert(at)) {
            at = *next;
        }
        at
    }

    /// The account that a deal is linked to.
    pub fn account(&self, deal: u64) -> Option<u64> {
        self.accounts.get(&deal).copied()
    }

    /// The lead of a deal by its links: that of the main person, else the one that came first.
    pub fn lead(&self, deal: u64, leads: &[Lead<'_>], persons: &Persons) -> Option<LeadIndex> {
        let people = self.people.get(&deal)?.iter();
        let known = people.filter_map(|(lead, contact, is_primary)| {
            let found = lead.and_then(|id| persons.by_id(id));
            Some((found.or_else(|| persons.by_contact((*contact)?))?, *is_primary))
        });
        let rank = |(lead, is_primary): &(LeadIndex, bool)| (!is_primary, *lead);
        let by_age = |one: &(LeadIndex, bool), other: &(LeadIndex, bool)| {
            let age = |lead: u32| leads[lead as usize].age();
            rank(one).0.cmp(&rank(other).0).then_with(|| age(one.0).cmp(&age(other.0)))
        };
        known.min_by(by_age).map(|(lead, _)| lead)
    }

    /// Deals by their id, and by the ids of deals that were merged into them.
    pub fn deals_by_id(&self, deals: &[Deal<'_>]) -> HashMap<u64, u32> {
        let mut by_id: HashMap<u64, u32> =
            (0..).zip(deals).filter_map(|(at, deal)| Some((print(deal.id?), at))).collect();
        for gone in self.merged.keys() {
            if let Some(at) = by_id.get(&self.survivor(*gone)).copied() {
                by_id.entry(*gone).or_insert(at);
            }
        }
        by_id
    }
}
