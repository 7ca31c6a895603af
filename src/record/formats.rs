//! The format of each column of dates and numbers: takes the evidence of all files, gives one format for the files of
//! one kind, so that a file split in two reads the same; but a file whose own values say otherwise, as one from a
//! machine set to another country, is read by them.

use std::collections::BTreeMap;

use super::columns::{Census, Format};
use super::dates::DayOrder;
use super::money::DecimalMark;
use crate::fields;
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
    /// The key of a column of a file.
    pub fn new(plan: &Plan, rule: Option<&InputRule>, field: &str) -> FormatKey {
        let set = rule.map_or_else(String::new, |rule| format!("{:?} {:?}", rule.order, rule.decimal));
        FormatKey { title: plan.title.clone(), set, table: plan.table, field: field.to_owned() }
    }
}

/// What the project file or the preset prefers, where values leave the format open.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Preferred {
    order: Option<DayOrder>,
    mark: Option<DecimalMark>,
}

impl Preferred {
    /// By the rule of the project file, else by the preset.
    pub fn of(plan: &Plan, rule: Option<&InputRule>) -> Preferred {
        let by_rule = rule.and_then(|rule| rule.order).map(day_order);
        Preferred {
            order: by_rule.or_else(|| plan.order.as_deref().and_then(order_named)),
            mark: rule.and_then(|rule| rule.decimal).map(decimal_mark),
        }
    }

    /// The format that the evidence shows.
    pub fn decide(self, census: &Census) -> Format {
        census.decide(self.order, self.mark)
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
                    chosen.order = chosen.order.or(preferred.order);
                    chosen.mark = chosen.mark.or(preferred.mark);
                }
                None => {
                    merged.insert(key, (census.clone(), preferred));
                }
            }
        }
        let shared: BTreeMap<FormatKey, Format> =
            merged.into_iter().map(|(key, (census, preferred))| (key.clone(), preferred.decide(&census))).collect();
        let contradicting = |Evidence { name, key, census, preferred }: Evidence<'a>| {
            let own = preferred.decide(census);
            let kind = fields::kind_of(key.table, &key.field);
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
