//! From tallies by place to sums by period. Takes tables kept by month, gives for each dimension, member and period the
//! sum of its months. Members have figures in the periods that have pages, the whole in every month and quarter too.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;
use std::sync::Arc;

use super::figures::{Figure, Figures, Member};
use super::measure::{Id, Measure};
use super::stats::quantile;
use crate::calendar::{Month, Period};
use crate::cases::Facts;
use crate::tally::{Histogram, Place, Table, sums};

/// Where a figure stands. Sorts as figures do: by period, then by name of dimension and member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Period.
    pub period: Period,
    /// Place of the member among those of all dimensions, by name.
    rank: u32,
    /// Dimension; 0 is the whole.
    pub dimension: usize,
    /// Code of the member; 0 for the whole.
    pub member: u32,
}

/// A histogram, of one place or of several.
pub type Days<'t> = Cow<'t, [(i32, u64)]>;

/// Days that may lie between the first and the last of histograms, for each entry, so that they are added up by day.
const DENSE: usize = 4;

/// What turns places into names and periods.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// Names behind codes.
    pub facts: &'a Facts,
    /// First month of the fiscal year.
    pub fiscal_year_start: u8,
    /// The periods that have pages.
    pub paged: Vec<Period>,
    /// Members of all dimensions by rank.
    members: Vec<Arc<Member>>,
    /// Ranks of the members of each dimension by code; the last one is that of a code without a name.
    ranks: Vec<Vec<u32>>,
}

impl<'a> Scope<'a> {
    /// The scope of a report.
    pub fn new(facts: &'a Facts, fiscal_year_start: u8, paged: Vec<Period>) -> Scope<'a> {
        let mut ranks = vec![vec![0]];
        let mut named = vec![("", "", 0, 0)];
        for (dimension, (name, members)) in (1..).zip(&facts.dimensions) {
            ranks.push(vec![0; members.len() + 1]);
            let members = members.iter().map(String::as_str).chain([""]);
            named.extend((0..).zip(members).map(|(code, member)| (name.as_str(), member, dimension, code)));
        }
        named.sort_unstable();
        for (rank, (.., dimension, code)) in (0..).zip(&named) {
            ranks[*dimension][*code] = rank;
        }
        let member = |(dimension, name, ..): &(&str, &str, usize, usize)| {
            Arc::new(Member { dimension: (*dimension).to_owned(), name: (*name).to_owned() })
        };
        Scope { facts, fiscal_year_start, paged, members: named.iter().map(member).collect(), ranks }
    }

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

    /// All periods that a month counts in; `None`: what is not dated counts in `all` alone.
    pub fn periods(&self, month: Option<Month>) -> impl Iterator<Item = Period> {
        let start = self.fiscal_year_start;
        let narrower = month.map(|month| [Period::Quarter(month.quarter(start)), Period::Month(month)]);
        std::iter::once(Period::All).chain(narrower.into_iter().flatten())
    }

    /// The spots that a place counts in.
    fn spots(&self, place: Place) -> Vec<Spot> {
        let rank = self.rank(place.dimension, place.member);
        let has_figures =
            |period: &Period| place.dimension == 0 || *period == Period::All || self.paged.contains(period);
        let spot = |period| Spot { period, rank, dimension: place.dimension, member: place.member };
        self.periods(place.month).filter(has_figures).map(spot).collect()
    }

    /// The rows of a table, which come by place, by the spots they count in; spots in order, the rows of each by key.
    fn by_spot<K: Ord + Copy, V: Copy>(
        &self,
        table: impl Iterator<Item = ((Place, K), V)>,
    ) -> Vec<(Spot, Vec<(K, V)>)> {
        let mut found = Vec::new();
        // A table is sorted by place, and so by month: a spot that a place does not count in gets nothing more.
        let mut open: Vec<(Spot, Vec<(K, V)>)> = Vec::new();
        let mut current = None;
        for ((place, key), value) in table.filter(|((place, _), _)| self.is_told(place.dimension)) {
            if current != Some(place) {
                current = Some(place);
                let spots = self.spots(place);
                found.extend(open.extract_if(.., |(spot, _)| !spots.contains(spot)));
                for spot in spots {
                    if !open.iter().any(|(known, _)| *known == spot) {
                        open.push((spot, Vec::new()));
                    }
                }
            }
            open.iter_mut().for_each(|(_, rows)| rows.push((key, value)));
        }
        found.append(&mut open);
        found.sort_by_key(|(spot, _)| *spot);
        found.iter_mut().for_each(|(_, rows)| rows.sort_by_key(|(key, _)| *key));
        found
    }

    /// Sums by spot, in order; each made when it is asked for.
    pub fn sums<K: Ord + Copy, V: AddAssign + Copy>(
        &self,
        table: &Table<K, V>,
    ) -> impl Iterator<Item = (Spot, BTreeMap<K, V>)> {
        let rows = self.by_spot(table.iter().map(|(key, value)| (*key, *value)));
        rows.into_iter().map(|(spot, rows)| (spot, sums(rows).into_iter().collect()))
    }

    /// Histograms by spot, in order, where a measure is published; each made when it is asked for, since all of them are
    /// many.
    pub fn histograms<'t, K: Ord + Copy>(
        &self,
        table: &'t Table<K, Histogram>,
        measure: &Measure,
    ) -> impl Iterator<Item = (Spot, BTreeMap<K, Days<'t>>)> {
        let rows = self.by_spot(table.iter().map(|(key, histogram)| (*key, histogram)));
        rows.into_iter().filter(|(spot, _)| self.has(measure, *spot)).map(|(spot, rows)| {
            let of_keys = rows.chunk_by(|one, other| one.0 == other.0);
            (spot, of_keys.map(|rows| (rows[0].0, added(rows))).collect())
        })
    }

    /// The place of a member among those of its dimension, by name.
    pub fn rank(&self, dimension: usize, member: u32) -> u32 {
        let ranks = &self.ranks[dimension];
        ranks[(member as usize).min(ranks.len() - 1)]
    }

    /// Adds a figure at a spot, where its measure is published there. Empty counts and rates of members are left out: absent
    /// means nothing there.
    pub fn put(&self, figures: &mut Figures, id: impl Into<Id>, spot: Spot, figure: Figure) {
        let is_of_nobody = figure.value.is_none() && figure.denominator == Some(0);
        let is_zero = figure.whole_value() == Some(0) && figure.denominator.is_none();
        if spot.dimension == 0 || !(is_of_nobody || is_zero) {
            self.put_any(figures, id, spot, figure);
        }
    }

    /// Adds a figure at a spot, also an empty one, where its measure is published there.
    pub fn put_any(&self, figures: &mut Figures, id: impl Into<Id>, spot: Spot, figure: Figure) {
        let id = id.into();
        if self.has(id.measure, spot) {
            figures.put_at(id, spot.period, &self.members[spot.rank as usize], figure);
        }
    }

    /// Adds the median and the ninth decile of a histogram at a spot.
    pub fn put_percentiles(
        &self,
        figures: &mut Figures,
        measure: &'static Measure,
        spot: Spot,
        histogram: &[(i32, u64)],
    ) {
        let cases = histogram.iter().map(|(_, cases)| cases).sum();
        for percentile in [50, 90] {
            let value = quantile(histogram, percentile).map(i64::from);
            self.put(figures, measure.at(percentile), spot, Figure::duration(value, measure.unit, cases));
        }
    }

    /// Whether a measure is published at a spot.
    pub fn has(&self, measure: &Measure, spot: Spot) -> bool {
        measure.is_published(self.dimension(spot.dimension), spot.period)
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

/// The sum of histograms.
fn added<'t, K>(histograms: &[(K, &'t Histogram)]) -> Days<'t> {
    if let [(_, histogram)] = histograms {
        return Cow::Borrowed(histogram);
    }
    let ends = histograms.iter().filter_map(|(_, histogram)| Some((histogram.first()?.0, histogram.last()?.0)));
    let (first, last) = ends.fold((i32::MAX, i32::MIN), |(first, last), end| (first.min(end.0), last.max(end.1)));
    let entries: usize = histograms.iter().map(|(_, histogram)| histogram.len()).sum();
    let span = usize::try_from(i64::from(last) - i64::from(first) + 1).unwrap_or_default();
    // Where most days occur they are sooner counted by day than put in order.
    if span > DENSE * entries {
        let mut all = Histogram::with_capacity(entries);
        histograms.iter().for_each(|(_, histogram)| all.extend_from_slice(histogram));
        return sums(all).into();
    }
    let mut by_day = vec![0; span];
    for (day, cases) in histograms.iter().flat_map(|(_, histogram)| *histogram) {
        by_day[day.abs_diff(first) as usize] += cases;
    }
    let mut days = Histogram::with_capacity(by_day.iter().filter(|cases| **cases > 0).count());
    days.extend((first..).zip(by_day).filter(|(_, cases)| *cases > 0));
    days.into()
}
