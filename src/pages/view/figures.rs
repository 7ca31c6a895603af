//! Figures as a view sees them: those of its period and of its slice, or of the whole where it has none. Pages read figures
//! through here alone, so that one page serves every period and every slice.

use super::texts::too_few;
use super::{Slice, View};
use crate::calendar::Period;
use crate::find;
use crate::find::figures::{Change, Figure};
use crate::find::gate::holm;
use crate::find::measure::{Id, Unit};
use crate::find::stats::{two_amounts, two_counts};
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
        let own = self.report.figures.change(id, from, to, dimension, member)?;
        Some(Change { standing_out: own.standing_out && self.has_changed(id, from, to), ..own })
    }

    /// Whether a figure changed from one period to another beyond chance: a headline figure with regard to how many of them
    /// are looked at together.
    pub fn has_changed(&self, id: Id, from: Period, to: Period) -> bool {
        let headline = self.headline();
        match headline.iter().position(|one| *one == id) {
            None => holm(&[self.chance_of_change(id, from, to)])[0],
            Some(place) => {
                let chances = headline.iter().map(|id| self.chance_of_change(*id, from, to));
                holm(&chances.collect::<Vec<_>>())[place]
            }
        }
    }

    /// How often chance alone changes a figure of the view as much, or more: shares of cases, numbers of things that happen by
    /// themselves, amounts with an interval. None where that cannot be told.
    pub fn chance_of_change(&self, id: Id, from: Period, to: Period) -> Option<f64> {
        let (now, then) = (self.figure_in(id, to)?, self.figure_in(id, from)?);
        let half = |figure: &Figure| Some((figure.real()?, figure.interval?.high - figure.real()?));
        let count = |figure: &Figure| u64::try_from(figure.whole_value()?).ok();
        match id.measure.unit {
            Unit::Rate if too_few(now) || too_few(then) || self.is_unfair(id) => None,
            Unit::Rate => {
                let Slice { dimension, member } = self.slice.unwrap_or_default();
                Some(self.report.figures.change(id, from, to, dimension, member)?.chance)
            }
            Unit::Count if !id.measure.is_percentile => {
                two_counts(count(now)?, self.days(to)?, count(then)?, self.days(from)?)
            }
            Unit::Money => two_amounts(half(now)?, half(then)?),
            _ => None,
        }
    }

    /// How many days a period has.
    fn days(&self, period: Period) -> Option<u64> {
        let (first, last) = period.months(self.report.periods.fiscal_year_start)?;
        u64::try_from(last.last_day().0 - first.first_day().0 + 1).ok()
    }

    /// The figures whose changes the overview looks at together.
    fn headline(&self) -> Vec<Id> {
        let entered = self.way().map(|(first, _)| find::funnel::ENTERED.stage(first));
        self.headline_rates().into_iter().chain(entered).chain([find::deals::REVENUE.id()]).collect()
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
