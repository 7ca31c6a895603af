//! Who is who. Takes the ids and e-mails of leads, gives the lead behind any reference: by lead id, by an id that was
//! merged into it, by the contact it became, by e-mail. Where several leads answer to one reference, the one
//! created first does, in a tie the first by id. References are prints, see [`crate::store::keys`].

use hashbrown::HashMap;

use super::columns::{ids, keys};
use super::leads::Lead;
use crate::project::Table;
use crate::record::Records;
use crate::record::ids::is_damaged;
pub use crate::record::ids::split;
use crate::store::keys::print;

/// The index of a lead among all leads.
pub type LeadIndex = u32;

/// Every way to find a lead.
#[derive(Debug, Default)]
pub struct Persons {
    by_id: HashMap<u64, LeadIndex>,
    by_contact: HashMap<u64, LeadIndex>,
    /// Number of each address.
    by_email: HashMap<u64, u32>,
    /// The first lead with each address.
    first: Vec<LeadIndex>,
    /// Number of the address of each lead.
    emails: Vec<u32>,
}

/// No address.
const NO_EMAIL: u32 = u32::MAX;

impl Persons {
    /// Builds the index over all leads. Ids of leads and ids of contacts are two things: where a tool's contacts are its
    /// leads, its preset says so by naming one column for both.
    pub fn new(records: &Records, leads: &[Lead<'_>]) -> Persons {
        let Some(frame) = records.table(Table::Leads) else { return Persons::default() };
        let (contacts, merged, emails) = (keys(frame, "contact_id"), ids(frame, "merged_ids"), keys(frame, "email"));
        let keep_older = |first: &mut LeadIndex, index: LeadIndex| {
            if leads[index as usize].age() < leads[*first as usize].age() {
                *first = index;
            }
        };
        let ids = || {
            let mut by_id = HashMap::with_capacity(leads.len());
            let mut by_contact = HashMap::new();
            for (index, lead) in (0..).zip(leads).filter(|(_, lead)| !lead.id.is_empty() && !is_damaged(lead.id)) {
                by_id.insert(print(lead.id), index);
            }
            let mut of_merged = HashMap::new();
            for (index, lead) in (0..).zip(leads) {
                if let Some(contact) = contacts.at(lead.row()) {
                    keep_older(by_contact.entry(contact).or_insert(index), index);
                }
                for gone in split(merged.at(lead.row())).map(print) {
                    keep_older(of_merged.entry(gone).or_insert(index), index);
                }
            }
            for (gone, index) in of_merged {
                by_id.entry(gone).or_insert(index);
                by_contact.entry(gone).or_insert(index);
            }
            (by_id, by_contact)
        };
        let addresses = || {
            let mut by_email = HashMap::new();
            let (mut first, mut numbers) = (Vec::new(), Vec::with_capacity(leads.len()));
            for (index, lead) in (0..).zip(leads) {
                let Some(email) = emails.at(lead.row()) else {
                    numbers.push(NO_EMAIL);
                    continue;
                };
                let next = u32::try_from(first.len()).expect("fewer addresses than leads");
                let number = *by_email.entry(email).or_insert(next);
                match first.get_mut(number as usize) {
                    Some(first) => keep_older(first, index),
                    None => first.push(index),
                }
                numbers.push(number);
            }
            (by_email, first, numbers)
        };
        let ((by_id, by_contact), (by_email, first, emails)) = rayon::join(ids, addresses);
        let mut persons = Persons { by_id, by_contact, by_email, first, emails };
        persons.follow_merges(records);
        persons
    }

    /// Contacts that were merged into another one are found by the lead of that one.
    fn follow_merges(&mut self, records: &Records) {
        let Some(links) = records.table(Table::Links) else { return };
        let (kept, gone) = (keys(links, "contact_id"), keys(links, "merged_contact_id"));
        for row in 0..links.height() {
            let Some((kept, gone)) = kept.at(row).zip(gone.at(row)) else { continue };
            if let Some(index) = self.by_contact(kept) {
                self.by_contact.entry(gone).or_insert(index);
                // Where contacts are the leads, the id that is gone was that of a lead too.
                if self.by_id(kept) == Some(index) {
                    self.by_id.entry(gone).or_insert(index);
                }
            }
        }
    }

    /// The lead with this id, its own or one that was merged into it.
    pub fn by_id(&self, id: u64) -> Option<LeadIndex> {
        self.by_id.get(&id).copied()
    }

    /// The lead that became this contact.
    pub fn by_contact(&self, id: u64) -> Option<LeadIndex> {
        self.by_contact.get(&id).copied()
    }

    /// The first lead with this e-mail.
    pub fn by_email(&self, email: u64) -> Option<LeadIndex> {
        self.by_email.get(&email).map(|number| self.first[*number as usize])
    }

    /// The first lead with the e-mail of this one.
    pub fn with_same_email(&self, lead: usize) -> Option<LeadIndex> {
        self.first.get(self.emails[lead] as usize).copied()
    }
}
