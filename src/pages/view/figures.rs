//! Figures as a view sees them: those of its period and of its slice, or of the whole where it has none. Pages read figures
//! through here alone, so that one page serves every period and every slice.

use super::texts::too_few;
use super::{Slice, View};
use crate::calendar::Period;
use crate::find;
use crate::find::figures::{Change, Figure};
use crate::find::gate::holm;
use crate::find::measure::Id;
use crate::stage::Stage;

impl<'a> View<'a> {
    /// A figure in the view's period.
    pub fn figure(&self, id: impl Into<Id>) -> Option<&'a Figure> {
        self.figure_in(id, self.period)
    }

    /// A figure in another period.
    pub fn figure_in(&self, id: impl Into<Id>, period: Period) -> Option<&'a Figure> {
        let Slice { dimension, member } = self.slice.unwrap_or_default();
        self.report.figures.get(id, period, dimension, member)
    }

    /// A figure of a member of a dimension in the view's period.
    pub fn member(&self, id: impl Into<Id>, dimension: &str, member: &str) -> Option<&'a Figure> {
        match dimension {
            "" => self.figure(id),
            _ if self.slice.is_some() => None,
            _ => self.report.figures.get(id, self.period, dimension, member),
        }
    }

    /// A figure of every member of a dimension that has it in the view's period, by name of the member. A slice is not broken
    /// down further.
    pub fn members(&self, id: impl Into<Id>, dimension: &str) -> Vec<(&'a str, &'a Figure)> {
        match self.slice {
            Some(_) => Vec::new(),
            None => self.report.figures.members(id, self.period, dimension),
        }
    }

    /// How a rate changed from one period to another. A headline rate only stands out where that survives how many of them
    /// are looked at together.
    pub fn change_between(&self, id: impl Into<Id>, from: Period, to: Period) -> Option<Change> {
        let id = id.into();
        let Slice { dimension, member } = self.slice.unwrap_or_default();
        let change = |id: Id| self.report.figures.change(id, from, to, dimension, member);
        let own = change(id)?;
        let headline = self.headline_rates();
        let Some(place) = headline.iter().position(|one| *one == id) else { return Some(own) };
        let is_judged = |id: Id| {
            let is_enough = |period: Period| self.figure_in(id, period).is_some_and(|figure| !too_few(figure));
            is_enough(from) && is_enough(to) && !self.is_unfair(id)
        };
        let chances = headline.iter().map(|id| Some(change(*id).filter(|_| is_judged(*id))?.chance));
        let clear = holm(&chances.collect::<Vec<_>>());
        Some(Change { standing_out: own.standing_out && clear[place], ..own })
    }

    /// The rates that the overview holds against the period before.
    pub fn headline_rates(&self) -> Vec<Id> {
        let fixed = [
            find::feedback::RATE.id(),
            find::feedback::ACCEPTED.id(),
            find::handover::WITHIN.id(),
            find::handover::NEVER_TOUCHED.id(),
            find::deals::WIN_RATE.id(),
        ];
        self.headline_conversions().into_iter().chain(fixed).collect()
    }

    /// The conversion to the next stage and the one to the last.
    fn headline_conversions(&self) -> Vec<Id> {
        let Some((first, last)) = self.way() else { return Vec::new() };
        let next = self.report.stages.iter().copied().find(|stage| *stage > first);
        let mut ends: Vec<Stage> = next.into_iter().chain([last]).collect();
        ends.dedup();
        ends.into_iter().map(|to| find::funnel::CONVERSION.pair(first, to)).collect()
    }
}
