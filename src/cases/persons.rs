//! Who is who. Takes the ids and e-mails of leads, gives the lead behind any reference: by lead id, by an id that was
//! merged into it, by the contact it became, then by e-mail. Where several leads answer to one reference, the one
//! created first does, in a tie the first by id.

use hashbrown::HashMap;

pub use crate::record::ids::split;

/// The index of a lead among all leads.
pub type LeadIndex = u32;

/// Every way to find a lead.
#[derive(Debug, Default)]
pub struct Persons<'a> {
    by_id: HashMap<&'a str, LeadIndex>,
    by_contact: HashMap<&'a str, LeadIndex>,
    /// Number of each address.
    by_email: HashMap<&'a str, u32>,
    /// The first lead with each address.
    first: Vec<LeadIndex>,
    /// Number of the address of each lead.
    emails: Vec<u32>,
}

/// No address.
const NO_EMAIL: u32 = u32::MAX;

/// What a lead is known by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// Its own id.
    pub id: &'a str,
    /// The contact it was converted to.
    pub contact: Option<&'a str>,
    /// Ids of records merged into it, parted by `;`.
    pub merged: Option<&'a str>,
    /// Its e-mail.
    pub email: Option<&'a str>,
    /// When it was created, UTC seconds.
    pub created_at: Option<i64>,
}

impl<'a> Persons<'a> {
    /// Builds the index over so many leads; `known` gives what one is known by.
    pub fn new<'l>(leads: usize, known: impl Fn(usize) -> &'l Known<'a>) -> Persons<'a>
    where
        'a: 'l,
    {
        let mut persons =
            Persons { by_id: HashMap::with_capacity(leads), emails: Vec::with_capacity(leads), ..Persons::default() };
        let age = |index: LeadIndex| {
            let lead = known(index as usize);
            (lead.created_at.unwrap_or(i64::MAX), lead.id)
        };
        let keep_older = |first: &mut LeadIndex, index: LeadIndex| {
            if age(index) < age(*first) {
                *first = index;
            }
        };
        for index in 0..u32::try_from(leads).expect("fewer leads than 4 billion") {
            let lead = known(index as usize);
            persons.by_id.insert(lead.id, index);
            for contact in split(lead.merged).chain(lead.contact) {
                keep_older(persons.by_contact.entry(contact).or_insert(index), index);
            }
            let Some(email) = lead.email else {
                persons.emails.push(NO_EMAIL);
                continue;
            };
            let next = u32::try_from(persons.first.len()).expect("fewer addresses than leads");
            let number = *persons.by_email.entry(email).or_insert(next);
            match persons.first.get_mut(number as usize) {
                Some(first) => keep_older(first, index),
                None => persons.first.push(index),
            }
            persons.emails.push(number);
        }
        persons
    }

    /// The lead with this id, or that became this contact.
    pub fn by_id(&self, id: &str) -> Option<LeadIndex> {
        self.by_id.get(id).or_else(|| self.by_contact.get(id)).copied()
    }

    /// The first lead with this e-mail.
    pub fn by_email(&self, email: &str) -> Option<LeadIndex> {
        self.by_email.get(email).map(|number| self.first[*number as usize])
    }

    /// The first lead with the e-mail of this one.
    pub fn with_same_email(&self, lead: usize) -> Option<LeadIndex> {
        self.first.get(self.emails[lead] as usize).copied()
    }
}
