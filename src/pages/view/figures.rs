//! Figures as a view sees them: those of its period and of its slice, or of the whole where it has none. Pages read figures
//! through here alone, so that one page serves every period and every slice.

use super::{Slice, View};
use crate::calendar::Period;
use crate::find::figures::{Change, Figure};
use crate::find::measure::Id;

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

    /// How a rate changed from one period to another.
    pub fn change_between(&self, id: impl Into<Id>, from: Period, to: Period) -> Option<Change> {
        let Slice { dimension, member } = self.slice.unwrap_or_default();
        self.report.figures.change(id, from, to, dimension, member)
    }
}
