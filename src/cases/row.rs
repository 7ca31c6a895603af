//! One row a lead: takes a lead with its deals and its journey, gives what each family knows of it.

use std::borrow::Cow;

use super::contacts::Contact;
use super::deals::Deal;
use super::feedback::Feedback;
use super::funnel::Progress;
use super::handover::Handover;
use super::inputs::Inputs;
use super::journeys::Journeys;
use super::leads::Lead;
use super::leakage::{Case, Held, hold};
use super::persons::Persons;
use super::sources::Money;
use crate::calendar::Zone;
use crate::privacy::mask;
use crate::project::Project;
use crate::record::ids::is_lost;
use crate::store::{NO_CODE, Words};

/// One lead, joined.
#[derive(Debug, Clone)]
pub struct CaseRow<'a> {
    /// Record id, as lists may show it.
    pub id: Cow<'a, str>,
    /// Its way through the funnel.
    pub progress: Progress,
    /// What its deals brought.
    pub money: Money,
    /// Its handover.
    pub handover: Handover,
    /// What sales said of it.
    pub feedback: Feedback,
    /// The rule it broke, and those it was held against.
    pub held: Held,
    /// Code of the stage of its open deal.
    pub deal_stage: u32,
}

/// Codes of a row, which are given out in the order of leads.
#[derive(Debug, Clone, Copy)]
pub struct Codes {
    /// Of the reason of its verdict.
    pub reason: u32,
    /// Of the stage of its open deal.
    pub deal_stage: u32,
}

/// What all rows are made from.
pub struct Context<'c, 'a> {
    /// What the exports can answer.
    pub inputs: Inputs,
    /// What the project says.
    pub project: &'c Project,
    /// The moment that the exports describe, UTC seconds.
    pub as_of: i64,
    /// Who is who.
    pub persons: &'c Persons,
    /// All leads.
    pub leads: &'c [Lead<'a>],
    /// Their touches.
    pub journeys: &'c Journeys,
    /// Of the report.
    pub zone: &'c Zone,
    /// The names behind codes.
    pub words: &'c Words,
}

impl<'a> Context<'_, 'a> {
    /// The row of the lead at a place, with its deals.
    pub fn row(&self, place: usize, deals: &[&Deal<'a>], codes: Codes) -> CaseRow<'a> {
        let lead = &self.leads[place];
        let agreed = &self.project.agreements;
        let contact = self.contact(place);
        let progress = Progress::of(lead, deals);
        let first_touch = self.inputs.sales_touches.then_some(agreed.first_touch);
        let case = Case::of(lead, deals, &progress, &contact, self.is_duplicate(place), self);
        CaseRow {
            id: shown_id(lead.id),
            money: Money::of(deals),
            handover: Handover::of(lead, &contact, first_touch, case.is_given_up(agreed), self.as_of),
            feedback: Feedback::of(lead, progress.beyond_handover, agreed.verdict, self.as_of, codes.reason),
            held: hold(&case, self.inputs, agreed, self.as_of),
            progress,
            deal_stage: codes.deal_stage,
        }
    }

    /// What the journey of a lead and its own columns tell of its touches.
    fn contact(&self, place: usize) -> Contact {
        let lead = &self.leads[place];
        let contact = Contact::of(lead, self.journeys.of(place), self.project.agreements.nurture);
        if self.inputs.clock { contact } else { contact.in_whole_days(lead.handed_over_at.get(), self.zone) }
    }

    /// Whether the same person was a lead before, and both are owned, by two people.
    fn is_duplicate(&self, place: usize) -> bool {
        let owner = |place: usize| self.leads[place].owner;
        let first = self.persons.with_same_email(place).map(|first| first as usize).filter(|first| *first != place);
        let owners = first.map(|first| (owner(first), owner(place)));
        owners.is_some_and(|(one, other)| one != NO_CODE && other != NO_CODE && one != other)
    }
}

/// A record id as lists may show it: one that is itself an address or a number of a person becomes a short fingerprint,
/// by which whoever holds the exports can still find the record.
fn shown_id(id: &str) -> Cow<'_, str> {
    if is_lost(id) {
        return Cow::Borrowed("(id lost in a spreadsheet)");
    }
    match mask(id) {
        masked if masked == id => Cow::Borrowed(id),
        _ => Cow::Owned(format!("record {}", &blake3::hash(id.as_bytes()).to_hex()[..10])),
    }
}
