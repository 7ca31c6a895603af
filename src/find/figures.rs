//! Figures: every number that any page shows, one row each. Takes typed results of the measures, gives the one table
//! that pages, charts, downloads and `report.json` are views of, so that they cannot disagree.

use std::fmt;
use std::sync::Arc;

use hashbrown::HashMap;

use super::gate::{self, Judgement};
use super::measure::{Id, Unit};
use super::remark::Remark;
use super::stats::{Interval, newcombe, two_shares, wilson};
use crate::calendar::Period;

/// A value: whole where it was counted, real where it was divided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// Exact.
    Whole(i128),
    /// Divided once, at the end.
    Real(f64),
}

impl Value {
    /// As a float, for charts and comparisons.
    pub fn real(self) -> f64 {
        match self {
            Value::Whole(whole) => whole as f64,
            Value::Real(real) => real,
        }
    }
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The value; `None` where there is nothing to measure, and then `remark` says why.
    pub value: Option<Value>,
    /// What was counted, above.
    pub numerator: Option<i128>,
    /// Out of what. For durations and means: how many cases they rest on.
    pub denominator: Option<i128>,
    /// 95 % interval, in the unit of the value.
    pub interval: Option<Interval>,
    /// Unit.
    pub unit: Unit,
    /// Why there is no value, or what to know about it.
    pub remark: Option<Remark>,
    /// Of a member, how it may be said to compare with the rest.
    pub judgement: Option<Judgement>,
}

impl Figure {
    /// A count.
    pub fn count(value: u64) -> Figure {
        Figure::whole(value.into(), Unit::Count)
    }

    /// A count that was added up in parts of which `whole` are one.
    pub fn count_in_parts(parts: i64, whole: i64) -> Figure {
        let value = match parts % whole {
            0 => Value::Whole((parts / whole).into()),
            _ => Value::Real(parts as f64 / whole as f64),
        };
        Figure { value: Some(value), ..Figure::whole(0, Unit::Count) }
    }

    /// An exact amount in minor units.
    pub fn money(minor: i128) -> Figure {
        Figure::whole(minor, Unit::Money)
    }

    fn whole(value: i128, unit: Unit) -> Figure {
        let value = Some(Value::Whole(value));
        Figure { value, numerator: None, denominator: None, interval: None, unit, remark: None, judgement: None }
    }

    /// A share with its Wilson interval; nothing to measure where `of` is 0.
    pub fn rate(part: u64, of: u64) -> Figure {
        let value = (of > 0).then(|| Value::Real(part as f64 / of as f64));
        Figure {
            value,
            numerator: Some(part.into()),
            denominator: Some(of.into()),
            interval: wilson(part, of),
            unit: Unit::Rate,
            remark: (of == 0).then_some(Remark::NothingToMeasure),
            judgement: None,
        }
    }

    /// A duration, or a percentile of a number, resting on `cases` cases.
    pub fn duration(value: Option<i64>, unit: Unit, cases: u64) -> Figure {
        Figure {
            value: value.map(|value| Value::Whole(value.into())),
            numerator: None,
            denominator: Some(cases.into()),
            interval: None,
            unit,
            remark: value.is_none().then_some(Remark::NoCase),
            judgement: None,
        }
    }

    /// A quotient of an amount or a number, such as cost a lead.
    pub fn quotient(above: i128, below: i128, unit: Unit) -> Figure {
        let value = (below != 0).then(|| Value::Real(above as f64 / below as f64));
        let (numerator, denominator) = (Some(above), Some(below));
        Figure { value, numerator, denominator, interval: None, unit, remark: None, judgement: None }
    }

    /// No value, and why.
    pub fn missing(unit: Unit, remark: Remark) -> Figure {
        Figure { remark: Some(remark), value: None, ..Figure::whole(0, unit) }
    }

    /// The same with a remark.
    pub fn remarked(mut self, remark: Remark) -> Figure {
        self.remark = Some(remark);
        self
    }

    /// The same with an interval.
    pub fn within(mut self, interval: Option<Interval>) -> Figure {
        self.interval = interval;
        self
    }

    /// The value as a float.
    pub fn real(&self) -> Option<f64> {
        self.value.map(Value::real)
    }

    /// The value as a count, where it is one.
    pub fn whole_value(&self) -> Option<i128> {
        match self.value {
            Some(Value::Whole(whole)) => Some(whole),
            _ => None,
        }
    }
}

/// Where a figure stands.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// Which figure.
    pub id: Id,
    /// Its id as text.
    pub text: &'a str,
    /// Its period.
    pub period: Period,
    /// The dimension it is broken down by; empty for the whole.
    pub dimension: &'a str,
    /// The member of the dimension; empty for the whole.
    pub member: &'a str,
}

/// A member of a dimension, shared by all figures about it; both names are empty for the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// The dimension.
    pub dimension: String,
    /// The member.
    pub name: String,
}

/// One figure with its period and member.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) period: Period,
    pub(super) member: Arc<Member>,
    pub(super) figure: Figure,
}

impl Row {
    fn place(&self) -> (Period, &str, &str) {
        (self.period, &self.member.dimension, &self.member.name)
    }
}

/// The rows of one id, in order of period, dimension and member.
#[derive(Debug, Clone)]
struct Rows {
    id: Id,
    text: String,
    rows: Vec<Row>,
}

/// All figures of a report, in one fixed order.
#[derive(Clone, Default)]
pub struct Figures {
    ids: Vec<Rows>,
    places: HashMap<Id, usize>,
}

impl fmt::Debug for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

impl Figures {
    /// Adds a figure.
    pub fn put(&mut self, id: impl Into<Id>, period: Period, dimension: &str, member: &str, value: Figure) {
        let member = Member { dimension: dimension.to_owned(), name: member.to_owned() };
        self.put_at(id, period, &Arc::new(member), value);
    }

    /// Adds a figure of a member; cheap where figures of one id come in their order.
    pub fn put_at(&mut self, id: impl Into<Id>, period: Period, member: &Arc<Member>, value: Figure) {
        let id = id.into();
        debug_assert_eq!(id.measure.unit, value.unit, "{id} is in its own unit");
        debug_assert!(id.measure.is_published(&member.dimension, period), "{id} by {} in {period:?}", member.dimension);
        let next = self.ids.len();
        let place = *self.places.entry(id).or_insert(next);
        if place == next {
            self.ids.push(Rows { id, text: id.to_string(), rows: Vec::new() });
        }
        let rows = &mut self.ids[place].rows;
        let row = Row { period, member: Arc::clone(member), figure: value };
        if rows.last().is_none_or(|last| last.place() < row.place()) {
            rows.push(row);
            return;
        }
        match rows.binary_search_by(|other| other.place().cmp(&row.place())) {
            Ok(at) => rows[at] = row,
            Err(at) => rows.insert(at, row),
        }
    }

    fn rows(&self, id: Id) -> &[Row] {
        self.places.get(&id).map_or(&[], |place| &self.ids[*place].rows)
    }

    /// A figure of the whole.
    pub fn whole(&self, id: impl Into<Id>, period: Period) -> Option<&Figure> {
        self.get(id, period, "", "")
    }

    /// A figure of one member of a dimension.
    pub fn get(&self, id: impl Into<Id>, period: Period, dimension: &str, member: &str) -> Option<&Figure> {
        let rows = self.rows(id.into());
        let at = rows.binary_search_by(|row| row.place().cmp(&(period, dimension, member))).ok()?;
        Some(&rows[at].figure)
    }

    /// One figure of every member of a dimension that has it, by name of the member.
    pub fn members(&self, id: impl Into<Id>, period: Period, dimension: &str) -> Vec<(&str, &Figure)> {
        let rows = self.rows(id.into());
        let from = rows.partition_point(|row| row.place() < (period, dimension, ""));
        let same = |row: &&Row| row.period == period && row.member.dimension == dimension;
        rows[from..].iter().take_while(same).map(|row| (row.member.name.as_str(), &row.figure)).collect()
    }

    /// The rows of every id, in order of their texts.
    fn in_order(&self) -> Vec<&Rows> {
        let mut ids: Vec<&Rows> = self.ids.iter().collect();
        ids.sort_unstable_by(|one, other| one.text.cmp(&other.text));
        ids
    }

    /// Every id with its text, in order.
    pub fn ids(&self) -> impl Iterator<Item = (Id, &str)> {
        self.in_order().into_iter().map(|rows| (rows.id, rows.text.as_str()))
    }

    /// Every figure, in order of id, period, dimension and member.
    pub fn iter(&self) -> impl Iterator<Item = (Key<'_>, &Figure)> {
        self.in_order().into_iter().flat_map(|Rows { id, text, rows }| {
            rows.iter().map(move |row| {
                let (period, dimension, member) = row.place();
                (Key { id: *id, text, period, dimension, member }, &row.figure)
            })
        })
    }

    /// The value of every figure in the same order, to change it in place.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Figure> {
        let mut ids: Vec<&mut Rows> = self.ids.iter_mut().collect();
        ids.sort_unstable_by(|one, other| one.text.cmp(&other.text));
        ids.into_iter().flat_map(|rows| &mut rows.rows).map(|row| &mut row.figure)
    }

    /// The rows of every id, in order of period, dimension and member; the whole comes before its members.
    pub(super) fn rows_mut(&mut self) -> impl Iterator<Item = (Id, &mut [Row])> {
        self.ids.iter_mut().map(|rows| (rows.id, rows.rows.as_mut_slice()))
    }

    /// How many figures there are.
    pub fn len(&self) -> usize {
        self.ids.iter().map(|rows| rows.rows.len()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// How a rate changed from one period to another, with the interval of the difference (Newcombe).
    pub fn change(&self, id: impl Into<Id>, from: Period, to: Period, dimension: &str, member: &str) -> Option<Change> {
        let id = id.into();
        let counts = |period| {
            let figure = self.get(id, period, dimension, member)?;
            Some((u64::try_from(figure.numerator?).ok()?, u64::try_from(figure.denominator?).ok()?))
        };
        let ((after, after_of), (before, before_of)) = (counts(to)?, counts(from)?);
        let (difference, interval) = newcombe(after, after_of, before, before_of)?;
        let chance = two_shares(after, after_of, before, before_of)?;
        let standing_out = (interval.low > 0.0 || interval.high < 0.0) && chance <= gate::LEVEL;
        Some(Change { difference, interval, chance, standing_out })
    }
}

/// The change of a rate between two periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Later less earlier, as a share.
    pub difference: f64,
    /// Its 95 % interval.
    pub interval: Interval,
    /// How often chance alone makes a difference as large as this.
    pub chance: f64,
    /// Whether it is no chance: the interval leaves out 0.
    pub standing_out: bool,
}
