//! Whose a touch is: takes what a row of touches refers to, gives the lead and the deal behind it. Whether the touch
//! counts, and what it tells, is left to [`super::touches`] and `tellings`.

use hashbrown::HashMap;

use super::columns::{Keys, keys};
use super::deals::{Deal, Outcome};
use super::links::Links;
use super::persons::{LeadIndex, Persons};
use crate::record::frame::Frame;

/// No lead, or no deal.
pub const NOBODY: u32 = u32::MAX;

/// What rows of touches refer to.
pub struct Partners<'p> {
    deals: &'p [Deal<'p>],
    persons: &'p Persons,
    by_deal: HashMap<u64, u32>,
    /// References by column.
    of_deals: Keys<'p>,
    leads: Keys<'p>,
    contacts: Keys<'p>,
    emails: Keys<'p>,
}

impl<'p> Partners<'p> {
    /// The references of a table of touches.
    pub fn of(table: &'p Frame, deals: &'p [Deal<'p>], persons: &'p Persons, links: &Links) -> Partners<'p> {
        let of_deals = keys(table, "deal_id");
        let by_deal = if of_deals.is_there() { links.deals_by_id(deals) } else { HashMap::new() };
        let (leads, contacts, emails) = (keys(table, "lead_id"), keys(table, "contact_id"), keys(table, "email"));
        Partners { deals, persons, by_deal, of_deals, leads, contacts, emails }
    }

    /// Looks rows up, best in their order.
    pub fn finder(&self) -> Finder<'_> {
        Finder { partners: self, last: None }
    }
}

/// Looks up the partners of rows.
pub struct Finder<'f> {
    partners: &'f Partners<'f>,
    /// What was found last: touches of one lead often stand together.
    last: Option<(u64, Option<LeadIndex>)>,
}

impl Finder<'_> {
    /// The lead and the deal behind a row, as places among all of them; [`NOBODY`] where there is none.
    pub fn find(&mut self, row: usize) -> (LeadIndex, u32) {
        let Partners { deals, persons, by_deal, of_deals, leads, contacts, emails } = self.partners;
        let deal = of_deals.at(row).and_then(|id| by_deal.get(&id).copied());
        let by_id = leads.at(row).and_then(|id| self.by_id(id));
        let by_contact = || contacts.at(row).and_then(|id| persons.by_contact(id));
        let by_email = || emails.at(row).and_then(|email| persons.by_email(email));
        let by_deal = || deals[deal? as usize].lead;
        let lead = by_id.or_else(by_contact).or_else(by_email).or_else(by_deal);
        (lead.unwrap_or(NOBODY), deal.unwrap_or(NOBODY))
    }

    fn by_id(&mut self, id: u64) -> Option<LeadIndex> {
        match self.last {
            Some((known, lead)) if known == id => lead,
            _ => {
                let lead = self.partners.persons.by_id(id);
                self.last = Some((id, lead));
                lead
            }
        }
    }
}

/// The open deal of each of so many leads that has exactly one, else [`NOBODY`]: a touch on the lead is activity on it.
pub fn only_open_deals(deals: &[Deal<'_>], leads: usize) -> Vec<u32> {
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
