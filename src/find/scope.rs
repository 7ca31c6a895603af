//! From tallies by place to sums by period. Takes tables kept by month, gives for each dimension, member and period the
//! sum of its months; months of their own are kept for the whole and for `source` alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use super::figures::{Figure, Figures};
use crate::calendar::Period;
use crate::cases::Facts;
use crate::tally::{Histogram, Place, Table, add_tables};

/// Where a figure stands: dimension (0 the whole), member, period.
pub type Spot = (usize, u32, Period);

/// The dimension whose figures are also kept by month.
const BY_MONTH: &str = "source";

/// What turns places into names and periods.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// Names behind codes.
    pub facts: &'a Facts,
    /// First month of the fiscal year.
    pub fiscal_year_start: u8,
}

impl Scope<'_> {
    /// Whether a dimension tells anything: more than blanks.
    pub fn is_told(&self, dimension: usize) -> bool {
        dimension == 0 || self.facts.dimensions.get(dimension - 1).is_some_and(|(_, members)| members.len() > 1)
    }

    /// The name of a dimension; empty for the whole.
    pub fn dimension(&self, dimension: usize) -> &str {
        dimension.checked_sub(1).and_then(|at| self.facts.dimensions.get(at)).map_or("", |(name, _)| name)
    }

    /// The number of a dimension by name.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.facts.dimensions.iter().position(|(known, _)| known == name).map(|at| at + 1)
    }

    /// The name of a member; empty for the whole.
    pub fn member(&self, dimension: usize, member: u32) -> &str {
        let members = dimension.checked_sub(1).and_then(|at| self.facts.dimensions.get(at)).map(|(_, members)| members);
        members.map_or("", |members| members.get(member as usize).map_or("", String::as_str))
    }

    /// The periods that a place belongs to.
    pub fn periods(&self, place: Place) -> Vec<Period> {
        let mut periods = vec![Period::All];
        if let Some(month) = place.month {
            periods.push(Period::Quarter(month.quarter(self.fiscal_year_start)));
            if place.dimension == 0 || self.dimension(place.dimension) == BY_MONTH {
                periods.push(Period::Month(month));
            }
        }
        periods
    }

    /// Sums by spot.
    pub fn sums<K: Ord + Copy, V: AddAssign + Copy + Default>(
        &self,
        table: &Table<K, V>,
    ) -> BTreeMap<Spot, BTreeMap<K, V>> {
        let mut sums: BTreeMap<Spot, BTreeMap<K, V>> = BTreeMap::new();
        for ((place, key), value) in table.iter().filter(|((place, _), _)| self.is_told(place.dimension)) {
            for period in self.periods(*place) {
                let spot = sums.entry((place.dimension, place.member, period)).or_default();
                *spot.entry(*key).or_default() += *value;
            }
        }
        sums
    }

    /// Histograms by spot.
    pub fn histograms<K: Ord + Copy>(&self, table: &Table<K, Histogram>) -> BTreeMap<Spot, BTreeMap<K, Histogram>> {
        let mut sums: BTreeMap<Spot, BTreeMap<K, Histogram>> = BTreeMap::new();
        for ((place, key), histogram) in table.iter().filter(|((place, _), _)| self.is_told(place.dimension)) {
            for period in self.periods(*place) {
                let spot = sums.entry((place.dimension, place.member, period)).or_default();
                add_tables(spot.entry(*key).or_default(), histogram.clone());
            }
        }
        sums
    }

    /// Adds a figure at a spot. Empty counts and rates of members are left out: absent means nothing there.
    pub fn put(&self, figures: &mut Figures, id: &str, spot: Spot, figure: Figure) {
        let (dimension, member, period) = spot;
        let says_nothing = figure.value.is_none()
            && figure.denominator.unwrap_or_default() == 0
            && figure.numerator.unwrap_or_default() == 0;
        let is_zero = figure.whole_value() == Some(0) && figure.denominator.is_none();
        if dimension > 0 && (says_nothing && figure.note.starts_with("nothing") || is_zero) {
            return;
        }
        figures.put(id, period, self.dimension(dimension), self.member(dimension, member), figure);
    }

    /// Members of a dimension by a size, the largest first, in a tie by name.
    pub fn by_size(&self, dimension: usize, sizes: &BTreeMap<u32, u64>) -> Vec<String> {
        let mut members: Vec<(u64, &str)> =
            sizes.iter().map(|(member, size)| (*size, self.member(dimension, *member))).collect();
        members.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let unique: BTreeSet<&str> = members.iter().map(|(_, name)| *name).collect();
        debug_assert_eq!(unique.len(), members.len(), "names of members are distinct");
        members.into_iter().map(|(_, name)| name.to_owned()).collect()
    }
}
