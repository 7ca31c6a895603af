//! What must be known of all leads before any of them can be joined: the moment that the exports describe, what they
//! hold at all, the usual source of a campaign. Adds up over parts of the exports, so that these can be joined one
//! after the other.

use std::collections::BTreeSet;

use super::campaigns::Campaigns;
use super::deals::{self, Deal, Outcome};
use super::dimensions::CampaignSources;
use super::inputs::Presence;
use super::leads::{self, Lead};
use super::moments::{Limit, Moments};
use super::persons::Persons;
use super::time::Time;
use super::touches;
use crate::calendar::Day;
use crate::project::Project;
use crate::record::Records;
use crate::stage::Stage;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// When what they tell happened.
    pub moments: Moments,
    /// Which tables and columns there are.
    pub presence: Presence,
    /// Whether some deal is lost.
    pub lost_deals: bool,
    /// For each file, whether any of its leads bears a verdict.
    pub with_verdicts: Vec<bool>,
    /// The sources of the leads of each campaign.
    pub campaign_sources: CampaignSources,
    /// For each stage, whether some lead has reached it with a date.
    pub reached: [bool; Stage::ALL.len()],
}

impl Survey {
    /// Looks at one part.
    pub fn of(records: &mut Records, project: &Project) -> Survey {
        let campaigns = Campaigns::new(records, project);
        let records = &*records;
        // What the project asks for limits what is seen; nothing that is seen changes it.
        let limit = given(records, project).map(|at| Limit { at, is_given: true });
        let mut aside = Vec::new();
        // What a status says of a verdict changes no moment.
        let with_verdicts = leads::with_verdicts(records);
        let leads = leads::leads(records, &with_verdicts, limit.map(|limit| limit.at), &mut aside);
        let persons = Persons::new(records, &leads);
        let deals = deals::deals(records, &leads, &persons, limit, &mut aside);
        let mut moments = Moments::of(&leads, &deals);
        moments.touched(&touches::days(records, &leads, &deals, &persons));
        Survey {
            moments,
            presence: Presence::of(records),
            lost_deals: deals.iter().any(|deal| deal.outcome == Outcome::Lost),
            with_verdicts,
            campaign_sources: CampaignSources::of(&leads, &campaigns),
            reached: reached(&leads, &deals),
        }
    }

    /// What limits the tables when they are joined, where something is dated later than can be believed.
    pub fn limit(&self) -> Option<Limit> {
        self.moments.as_of().filter(|as_of| as_of.has_later).map(|as_of| Limit { at: as_of.at, is_given: false })
    }

    /// Adds what another part holds.
    pub fn add(&mut self, other: Survey) {
        let Survey { moments, presence, lost_deals, with_verdicts, campaign_sources, reached } = other;
        self.moments.add(&moments);
        self.presence.add(presence);
        self.lost_deals |= lost_deals;
        self.with_verdicts.resize(with_verdicts.len().max(self.with_verdicts.len()), false);
        self.with_verdicts.iter_mut().zip(with_verdicts).for_each(|(own, other)| *own |= other);
        self.campaign_sources.add(campaign_sources);
        self.reached.iter_mut().zip(reached).for_each(|(own, other)| *own |= other);
    }
}

/// For each stage, whether some lead has reached it, by its own columns or by a deal.
fn reached(leads: &[Lead<'_>], deals: &[Deal<'_>]) -> [bool; Stage::ALL.len()] {
    let mut reached = [false; Stage::ALL.len()];
    for lead in leads {
        reached.iter_mut().zip(&lead.stages).for_each(|(reached, at)| *reached |= *at != Time::NEVER);
        let is_undated = lead.stages.iter().all(|at| *at == Time::NEVER);
        reached[lead.far.index()] |= is_undated || lead.far > Stage::Lead;
    }
    let mut won = BTreeSet::new();
    for deal in deals {
        let Some(lead) = deal.lead else { continue };
        reached[Stage::Opportunity.index()] |= deal.created_at.is_some();
        if deal.outcome == Outcome::Won && deal.closed_at.is_some() {
            reached[Stage::Customer.index()] = true;
            reached[Stage::Repeat.index()] |= !won.insert(lead);
        }
    }
    reached
}

/// The as-of moment that the project sets: the end of its day.
pub fn given(records: &Records, project: &Project) -> Option<i64> {
    let date = project.report.as_of?;
    let day = Day::from_ymd(date.year().into(), date.month().unsigned_abs().into(), date.day().unsigned_abs().into())?;
    Some(records.zone.instant_of(day.plus(1), 0) - 1)
}
