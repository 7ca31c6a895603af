//! A case: everything that happened to one lead, as the exports tell it.
//!
//! Gives the types and what follows directly from them. `story` makes cases, `leaks` judges them,
//! the styles write them down.

use super::company::Channel;

/// Which team made a touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Marketing.
    Marketing,
    /// Sales.
    Sales,
}

/// One dated contact between the company and the person.
#[derive(Clone, Copy, Debug)]
pub struct Touch {
    /// When.
    pub at: i64,
    /// By which team.
    pub side: Side,
    /// How.
    pub channel: Channel,
    /// Whether the person came to us.
    pub inbound: bool,
    /// Place of its campaign in `CAMPAIGNS`.
    pub campaign: Option<usize>,
    /// Place of whoever made it, or watches it, in `USERS`.
    pub user: usize,
    /// Place of the deal it is about in the case.
    pub deal: Option<usize>,
}

/// What sales said of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Sales took it on.
    Accepted,
    /// Sales refused it.
    Rejected,
    /// Sales sent it back to marketing.
    Recycled,
}

/// A judgement, its date and its reason (empty if none was given).
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// When.
    pub at: i64,
    /// What.
    pub judgement: Judgement,
    /// Why; empty where nobody wrote it down.
    pub reason: &'static str,
}

/// The stages of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Just opened.
    Prospecting,
    /// Being qualified.
    Qualification,
    /// An offer is out.
    Proposal,
    /// Terms are discussed.
    Negotiation,
    /// Won.
    Won,
    /// Lost.
    Lost,
}

impl Stage {
    /// The open stages in order.
    pub const OPEN: [Self; 4] = [Self::Prospecting, Self::Qualification, Self::Proposal, Self::Negotiation];
}

/// A deal.
#[derive(Clone, Debug, Default)]
pub struct Deal {
    /// The stages it entered and when, oldest first. Its first is the day it was opened.
    pub steps: Vec<(Stage, i64)>,
    /// Amount in cents.
    pub amount_cents: u64,
    /// What is sold.
    pub product: &'static str,
    /// Why it was lost; empty where nobody wrote it down.
    pub loss_reason: &'static str,
    /// The day an open deal is planned to close.
    pub planned_close: i64,
    /// Place of its owner in `USERS`.
    pub owner: usize,
    /// Whether a customer bought again.
    pub repeat: bool,
}

impl Deal {
    /// When it was opened.
    pub fn created_at(&self) -> i64 {
        self.steps.first().map_or(0, |&(_, at)| at)
    }

    /// The stage it is in, and since when.
    pub fn last_step(&self) -> (Stage, i64) {
        self.steps.last().copied().unwrap_or((Stage::Prospecting, 0))
    }

    /// When it was won.
    pub fn won_at(&self) -> Option<i64> {
        let (stage, at) = self.last_step();
        (stage == Stage::Won).then_some(at)
    }

    /// When it was lost.
    pub fn lost_at(&self) -> Option<i64> {
        let (stage, at) = self.last_step();
        (stage == Stage::Lost).then_some(at)
    }

    /// When it was won or lost.
    pub fn closed_at(&self) -> Option<i64> {
        self.won_at().or(self.lost_at())
    }

    /// Forgets what happened later than `end`.
    pub fn cut_at(&mut self, end: i64) {
        self.steps.retain(|&(_, at)| at <= end);
        if self.lost_at().is_none() {
            self.loss_reason = "";
        }
    }
}

/// One lead and all that is known of it.
#[derive(Default)]
pub struct Case {
    /// Its number, from 0.
    pub number: u64,
    /// The number of the person: that of the first lead made of them.
    pub person: u64,
    /// The number of the account: that of the lead it came in with.
    pub account: u64,
    /// Place of its source in `SOURCES`.
    pub source: usize,
    /// Its channel; empty where unrecorded.
    pub channel: &'static str,
    /// Place of its campaign in `CAMPAIGNS`.
    pub campaign: Option<usize>,
    /// When it came in.
    pub created_at: i64,
    /// Its score; an MQL has 50 or more.
    pub score: u64,
    /// Whether marketing put it aside early.
    pub disqualified: bool,
    /// When it became an MQL.
    pub mql_at: Option<i64>,
    /// When marketing turned it over to sales.
    pub handed_over_at: Option<i64>,
    /// Place in `USERS` of its owner: in marketing until handed over, in sales from then on.
    pub owner: Option<usize>,
    /// Place in `USERS` of the one in marketing who looks after it.
    pub tended_by: usize,
    /// Place in `USERS` of the one in sales who works it, owner or not.
    pub worked_by: usize,
    /// What sales said of it.
    pub verdict: Option<Verdict>,
    /// When it became an SQL.
    pub sql_at: Option<i64>,
    /// Its touches, oldest first.
    pub touches: Vec<Touch>,
    /// Its deals, oldest first: none, one, or a sale and a repeat sale.
    pub deals: Vec<Deal>,
    /// Whether the same person is already a lead of another owner.
    pub entered_twice: bool,
    /// Whether it becomes a customer, even after the end of the exports.
    pub customer_in_the_end: bool,
}

impl Case {
    /// Makes it an empty case again, keeping its buffers.
    pub fn clear(&mut self) {
        let (mut touches, mut deals) = (std::mem::take(&mut self.touches), std::mem::take(&mut self.deals));
        touches.clear();
        deals.clear();
        *self = Self { touches, deals, ..Self::default() };
    }

    /// When sales accepted it.
    pub fn accepted_at(&self) -> Option<i64> {
        self.judged_at(&[Judgement::Accepted])
    }

    /// When sales gave one of these judgements.
    pub fn judged_at(&self, judgements: &[Judgement]) -> Option<i64> {
        self.verdict.filter(|verdict| judgements.contains(&verdict.judgement)).map(|verdict| verdict.at)
    }

    /// When it became a customer.
    pub fn won_at(&self) -> Option<i64> {
        self.deals.iter().find_map(Deal::won_at)
    }

    /// When its last deal was lost.
    pub fn lost_at(&self) -> Option<i64> {
        self.deals.last().and_then(Deal::lost_at)
    }

    /// The touches of one team, oldest first.
    pub fn touches_by(&self, side: Side) -> impl DoubleEndedIterator<Item = &Touch> {
        self.touches.iter().filter(move |touch| touch.side == side)
    }

    /// The first touch by sales after the handover.
    pub fn first_sales_touch(&self) -> Option<i64> {
        let handed_over_at = self.handed_over_at?;
        self.touches_by(Side::Sales).map(|touch| touch.at).find(|&at| at >= handed_over_at)
    }

    /// The last moment anything happened to the lead itself or on its deals.
    pub fn last_change(&self) -> i64 {
        let moments = [
            Some(self.created_at),
            self.mql_at,
            self.handed_over_at,
            self.verdict.map(|verdict| verdict.at),
            self.sql_at,
            self.touches.last().map(|touch| touch.at),
            self.deals.last().map(|deal| deal.last_step().1),
        ];
        moments.into_iter().flatten().max().unwrap_or(self.created_at)
    }

    /// Forgets what happened later than `end`: exports know nothing of it.
    pub fn cut_at(&mut self, end: i64) {
        let known = |at: &i64| *at <= end;
        self.mql_at = self.mql_at.filter(known);
        self.handed_over_at = self.handed_over_at.filter(known);
        self.verdict = self.verdict.filter(|verdict| verdict.at <= end);
        self.sql_at = self.sql_at.filter(known);
        self.touches.retain(|touch| touch.at <= end);
        for deal in &mut self.deals {
            deal.cut_at(end);
        }
        self.deals.retain(|deal| !deal.steps.is_empty());
        if self.handed_over_at.is_none() {
            self.owner = Some(self.tended_by);
        }
    }
}
