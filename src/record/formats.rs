//! The format of each column of dates and numbers: takes the evidence of all files, gives one format for the files of
//! one kind, so that a file split in two reads the same; but a file whose own values say otherwise, as one from a
//! machine set to another country, is read by them.

use std::collections::BTreeMap;

use super::columns::{Census, Format};
use super::dates::DayOrder;
use super::money::DecimalMark;
use crate::fields::{self, Kind};
use crate::intake::recognise::Plan;
use crate::project::{DateOrder, DecimalMark as ProjectMark, InputRule, Table};
use serde::{Deserialize, Serialize};

/// What columns of one format have in common: what the file is, the order and decimal mark that a rule of the project
/// sets for it, and the field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FormatKey {
    title: String,
    set: String,
    table: Table,
    field: String,
}

impl FormatKey {
    /// The other columns of the same kind of file.
    fn kind(&self) -> (&str, &str, Table) {
        (&self.title, &self.set, self.table)
    }

    /// The key of a column of a file.
    pub fn new(plan: &Plan, rule: Option<&InputRule>, field: &str) -> FormatKey {
        let set = rule.map_or_else(String::new, |rule| format!("{:?} {:?}", rule.order, rule.decimal));
        FormatKey { title: plan.title.clone(), set, table: plan.table, field: field.to_owned() }
    }
}

/// What the project file or the preset prefers, where values leave the format open.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Preferred {
    /// By the rule of the project file.
    order: Option<DayOrder>,
    mark: Option<DecimalMark>,
    /// What the tool usually does.
    usual_order: Option<DayOrder>,
}

impl Preferred {
    /// By the rule of the project file, and by the preset.
    pub fn of(plan: &Plan, rule: Option<&InputRule>) -> Preferred {
        Preferred {
            order: rule.and_then(|rule| rule.order).map(day_order),
            mark: rule.and_then(|rule| rule.decimal).map(decimal_mark),
            usual_order: plan.order.as_deref().and_then(order_named),
        }
    }

    /// The format that the evidence shows.
    pub fn decide(self, census: &Census) -> Format {
        census.decide(self.order.or(self.usual_order), self.mark)
    }

    /// The same, where other columns show how their values are written: the nearest columns first. They show nothing of whole
    /// numbers, in which a mark groups thousands, whichever it is.
    fn decide_beside(self, census: &Census, kind: Kind, shown: &[Shown]) -> Format {
        let shown = if kind == Kind::Count { &[] } else { shown };
        let shown_order = shown.iter().find_map(|shown| shown.order());
        let shown_mark = shown.iter().find_map(|shown| shown.mark());
        let order = self.order.or(shown_order).or(self.usual_order);
        let mut format = census.decide(order, self.mark.or(shown_mark));
        match &mut format {
            Format::Dates(decision) if shown_order.is_some() => decision.ambiguous_order = false,
            Format::Numbers(decision) if shown_mark.is_some() => decision.ambiguous_mark = false,
            _ => {}
        }
        format
    }

    fn or(self, other: Preferred) -> Preferred {
        Preferred {
            order: self.order.or(other.order),
            mark: self.mark.or(other.mark),
            usual_order: self.usual_order.or(other.usual_order),
        }
    }
}

/// What columns show of day and month, and of the decimal mark, by their values: how many show each.
#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    orders: [u32; 2],
    marks: [u32; 2],
}

impl Shown {
    fn add(&mut self, format: &Format) {
        match format {
            Format::Dates(decision) if decision.shows_order => {
                self.orders[usize::from(decision.column.order() == DayOrder::MonthFirst)] += 1;
            }
            Format::Numbers(decision) if decision.shows_mark => {
                self.marks[usize::from(decision.column.mark == DecimalMark::Comma)] += 1;
            }
            _ => {}
        }
    }

    /// The order, where all that show one show the same.
    fn order(self) -> Option<DayOrder> {
        one_of(self.orders, [DayOrder::DayFirst, DayOrder::MonthFirst])
    }

    fn mark(self) -> Option<DecimalMark> {
        one_of(self.marks, [DecimalMark::Point, DecimalMark::Comma])
    }
}

/// The one of two that is counted, where the other is not.
fn one_of<T>([one, other]: [u32; 2], [first, second]: [T; 2]) -> Option<T> {
    match (one > 0, other > 0) {
        (true, false) => Some(first),
        (false, true) => Some(second),
        _ => None,
    }
}

/// The format of each column of each file.
#[derive(Debug, Clone, Default)]
pub struct Formats {
    shared: BTreeMap<FormatKey, Format>,
    own: BTreeMap<(String, FormatKey), Format>,
}

/// The evidence in a column of a file.
pub struct Evidence<'a> {
    /// Path of the file.
    pub name: &'a str,
    /// What the column shares its format with.
    pub key: &'a FormatKey,
    /// What its values show.
    pub census: &'a Census,
    /// What is preferred.
    pub preferred: Preferred,
}

impl Formats {
    /// Decides over the evidence of all columns.
    pub fn of<'a>(evidence: impl Iterator<Item = Evidence<'a>> + Clone) -> Formats {
        let mut merged: BTreeMap<&FormatKey, (Census, Preferred)> = BTreeMap::new();
        for Evidence { key, census, preferred, .. } in evidence.clone() {
            match merged.get_mut(key) {
                Some((known, chosen)) => {
                    known.merge(census);
                    *chosen = chosen.or(preferred);
                }
                None => {
                    merged.insert(key, (census.clone(), preferred));
                }
            }
        }
        // Whoever wrote one column day first wrote its neighbours so.
        let mut shown: BTreeMap<_, Shown> = BTreeMap::new();
        for (key, (census, preferred)) in &merged {
            shown.entry(key.kind()).or_default().add(&preferred.decide(census));
        }
        let beside = |key: &FormatKey| shown.get(&key.kind()).copied().unwrap_or_default();
        let shared: BTreeMap<FormatKey, Format> = (merged.iter())
            .map(|(key, (census, preferred))| {
                (
                    (*key).clone(),
                    preferred.decide_beside(census, fields::kind_of(key.table, &key.field), &[beside(key)]),
                )
            })
            .collect();
        let mut shown_in_file: BTreeMap<_, Shown> = BTreeMap::new();
        for Evidence { name, key, census, preferred } in evidence.clone() {
            shown_in_file.entry((name, key.kind())).or_default().add(&preferred.decide(census));
        }
        let contradicting = |Evidence { name, key, census, preferred }: Evidence<'a>| {
            let in_file = shown_in_file.get(&(name, key.kind())).copied().unwrap_or_default();
            let kind = fields::kind_of(key.table, &key.field);
            let own = preferred.decide_beside(census, kind, &[in_file, beside(key)]);
            let is_other = shared.get(key).is_some_and(|shared| own.contradicts(shared, kind));
            is_other.then(|| ((name.to_owned(), key.clone()), own))
        };
        let own = evidence.filter_map(contradicting).collect();
        Formats { shared, own }
    }

    /// How columns are to be read in a file, as text; how often values were seen is no part of it. Nothing where nothing was
    /// decided.
    pub fn print(&self, name: &str) -> String {
        let own = self.own.iter().filter(|((file, _), _)| file == name).map(|((_, key), format)| (key, format));
        let column = |(key, format): (&FormatKey, &Format)| match format {
            Format::Dates(decision) => format!("{key:?} {:?}\n", decision.column),
            Format::Numbers(decision) => format!("{key:?} {:?}\n", decision.column),
            Format::Text => String::new(),
        };
        self.shared.iter().chain(own).map(column).collect()
    }

    /// The format of a column of a file, where it was decided.
    pub fn get(&self, name: &str, key: &FormatKey) -> Option<&Format> {
        let own = (name.to_owned(), key.clone());
        self.own.get(&own).or_else(|| self.shared.get(key))
    }
}

fn day_order(order: DateOrder) -> DayOrder {
    match order {
        DateOrder::DayFirst => DayOrder::DayFirst,
        DateOrder::MonthFirst => DayOrder::MonthFirst,
    }
}

fn order_named(name: &str) -> Option<DayOrder> {
    match name {
        "day_first" => Some(DayOrder::DayFirst),
        "month_first" => Some(DayOrder::MonthFirst),
        _ => None,
    }
}

fn decimal_mark(mark: ProjectMark) -> DecimalMark {
    match mark {
        ProjectMark::Comma => DecimalMark::Comma,
        ProjectMark::Point => DecimalMark::Point,
    }
}
