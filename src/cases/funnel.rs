//! Funnel: takes a lead with its deals, gives when it reached which stage, how far it came, how it stands and when it
//! ended.

use polars::prelude::Column;
use serde::{Deserialize, Serialize};

use super::deals::{Deal, Outcome};
use super::frame::Rows;
use super::leads::{Lead, StageTimes, Verdict};
use super::row::CaseRow;
use crate::stage::Stage;

/// How a case stands at the as-of moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum State {
    /// Nothing decided yet.
    InProgress,
    /// Lost.
    Lost,
    /// Refused by sales.
    Rejected,
    /// Sent back to nurturing.
    Recycled,
    /// Customer.
    Customer,
}

impl State {
    /// How a lead stands, from verdict and deals.
    pub fn of(outcome: Option<Outcome>, verdict: Option<Verdict>) -> State {
        match (outcome, verdict) {
            (Some(Outcome::Won), _) => State::Customer,
            (Some(Outcome::Lost), _) => State::Lost,
            (Some(Outcome::Open), _) => State::InProgress,
            (None | Some(Outcome::Unknown), Some(Verdict::Rejected)) => State::Rejected,
            (None | Some(Outcome::Unknown), Some(Verdict::Recycled)) => State::Recycled,
            (None | Some(Outcome::Unknown), _) => State::InProgress,
        }
    }
}

/// The way of one lead through the funnel. Instants are UTC seconds.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Stage times, own and by deals.
    pub stages: StageTimes,
    /// How far its own row says it came, with or without a date.
    pub far: Stage,
    /// When it entered.
    pub entered_at: Option<i64>,
    /// What became of its deals: won if one was, else open if one is, else lost. A customer by its own row counts as won.
    pub outcome: Option<Outcome>,
    /// How it stands.
    pub state: State,
    /// When it ended without becoming a customer.
    pub ended_at: Option<i64>,
    /// Whether it went beyond the handover: was accepted, or came further.
    pub beyond_handover: bool,
}

impl Progress {
    /// The way of a lead with its deals.
    pub fn of(lead: &Lead<'_>, deals: &[&Deal<'_>]) -> Progress {
        let of = |outcome: Outcome| deals.iter().filter(move |deal| deal.outcome == outcome);
        let mut wins: Vec<i64> = of(Outcome::Won).filter_map(|deal| deal.closed_at).collect();
        wins.sort_unstable();
        let mut stages = lead.stage_times();
        let mut earliest = |stage: Stage, at: Option<i64>| {
            let known = &mut stages[stage.index()];
            *known = (*known).into_iter().chain(at).min();
        };
        earliest(Stage::Opportunity, deals.iter().filter_map(|deal| deal.created_at).min());
        earliest(Stage::Customer, wins.first().copied());
        earliest(Stage::Repeat, wins.get(1).copied());
        let is_customer = stages[Stage::Customer.index()].is_some() || lead.far >= Stage::Customer;
        let by_deals = [Outcome::Won, Outcome::Open, Outcome::Lost].into_iter().find(|one| of(*one).count() > 0);
        let outcome = if is_customer { Some(Outcome::Won) } else { by_deals };
        let state = State::of(outcome, lead.verdict);
        let last_dated = stages.iter().flatten().max().copied();
        let ended_at = match state {
            State::Lost => of(Outcome::Lost).filter_map(|deal| deal.closed_at).max().or(last_dated),
            State::Rejected | State::Recycled => lead.verdict_at.get().or(last_dated),
            State::InProgress | State::Customer => None,
        };
        Progress {
            stages,
            far: lead.far,
            entered_at: lead.created_at.get(),
            outcome,
            state,
            ended_at,
            beyond_handover: stages[Stage::Sal.index()..].iter().any(Option::is_some) || !deals.is_empty(),
        }
    }

    /// Whether it is a customer; a win may lack its date.
    pub fn is_customer(&self) -> bool {
        self.outcome == Some(Outcome::Won)
    }

    /// When it entered a stage.
    pub fn at(&self, stage: Stage) -> Option<i64> {
        self.stages[stage.index()]
    }

    /// The furthest stage it reached, by dates, deals and its own row.
    pub fn furthest(&self) -> Stage {
        let dated = Stage::ALL.into_iter().rev().find(|stage| self.at(*stage).is_some());
        let own = dated.map_or(self.far, |dated| dated.max(self.far));
        if self.is_customer() { own.max(Stage::Customer) } else { own }
    }
}

/// `day.<stage>` and `month.<stage>` of each stage, `month.entered`, `far`, `state` and `day.ended`.
pub fn columns(rows: &Rows<'_, CaseRow<'_>>) -> Vec<Column> {
    let mut columns = vec![
        rows.column("far", |row| row.progress.furthest().index() as i32),
        rows.column("month.entered", |row| rows.month(row.progress.entered_at)),
        rows.column("state", |row| row.progress.state as i32),
        rows.column("day.ended", |row| rows.day(row.progress.ended_at)),
    ];
    for stage in Stage::ALL {
        columns.push(rows.column(&format!("day.{}", stage.id()), |row| rows.day(row.progress.at(stage))));
        columns.push(rows.column(&format!("month.{}", stage.id()), |row| rows.month(row.progress.at(stage))));
    }
    columns
}
