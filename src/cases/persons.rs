//! Who is who. Takes the ids and e-mails of leads, gives the lead behind any reference: by lead id, by an id that was
//! merged into it, by the contact it became, then by e-mail. Where several leads answer to one reference, the one
//! created first does, in a tie the first by id.

use hashbrown::HashMap;

/// The index of a lead among all leads.
pub type LeadIndex = u32;

/// Every way to find a lead.
#[derive(Debug, Default)]
pub struct Persons<'a> {
    by_id: HashMap<&'a str, LeadIndex>,
    by_contact: HashMap<&'a str, LeadIndex>,
    by_email: HashMap<&'a str, LeadIndex>,
}

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
    /// Builds the index; `leads` in the order of their indices.
    pub fn new(leads: &[Known<'a>]) -> Persons<'a> {
        let mut persons = Persons { by_id: HashMap::with_capacity(leads.len()), ..Persons::default() };
        let age = |index: LeadIndex| {
            let lead = &leads[index as usize];
            (lead.created_at.unwrap_or(i64::MAX), lead.id)
        };
        let older = |map: &mut HashMap<&'a str, LeadIndex>, key: &'a str, index: LeadIndex| {
            let first = map.entry(key).or_insert(index);
            if age(index) < age(*first) {
                *first = index;
            }
        };
        for (index, lead) in (0..).zip(leads) {
            persons.by_id.insert(lead.id, index);
            for merged in split(lead.merged) {
                older(&mut persons.by_contact, merged, index);
            }
            if let Some(contact) = lead.contact {
                older(&mut persons.by_contact, contact, index);
            }
            if let Some(email) = lead.email {
                older(&mut persons.by_email, email, index);
            }
        }
        persons
    }

    /// The lead with this id, or that became this contact.
    pub fn by_id(&self, id: &str) -> Option<LeadIndex> {
        self.by_id.get(id).or_else(|| self.by_contact.get(id)).copied()
    }

    /// The first lead with this e-mail.
    pub fn by_email(&self, email: &str) -> Option<LeadIndex> {
        self.by_email.get(email).copied()
    }
}

/// The ids in a cell that may hold several, parted by `;`.
pub fn split(ids: Option<&str>) -> impl Iterator<Item = &str> {
    ids.into_iter().flat_map(|ids| ids.split(';')).map(str::trim).filter(|id| !id.is_empty())
}
