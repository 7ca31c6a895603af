//! What to know of a column whose values are not all written in one way. Takes what the values have shown and how the
//! column is read, gives the further ways with their values, and whether they have the mark of a spreadsheet that took
//! one for the other.

use serde::{Deserialize, Serialize};

use super::label::format_label;
use super::scan::{FAMILIES, Family};
use super::{DateCensus, DateColumn, DayOrder, FamilyCensus};

/// Fewer values than this in two formats are no mark of anything.
const LEAST_FOR_A_MARK: u64 = 3;

/// The ways in which values of one column are written, besides that of most.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mixed {
    /// Each further way, for people, and how many values are read so.
    pub others: Vec<(String, u64)>,
    /// Values that could be read in two ways, while others show that both occur: they are read as most are.
    pub unclear: u64,
    /// No day of the dates that a program wrote is after the 12th, and every day of the others is: what is left where a
    /// spreadsheet took days for months.
    pub is_swapped: bool,
}

impl Mixed {
    /// What there is to know, in sentences; `usual` is the way of most values.
    pub fn words(&self, usual: &str) -> String {
        let others: Vec<String> = self.others.iter().map(|(way, values)| format!("{values} as {way}")).collect();
        let mut words = format!("mixed formats: most values are read as {usual}; {}", others.join(", "));
        if self.unclear > 0 {
            words += &format!("; {} could be either and are read as {usual}", self.unclear);
        }
        if self.is_swapped {
            words += ". All days of the dates that a program wrote are the 12th or before it, and those of the dates left as \
                      text are all after it: a spreadsheet has probably swapped day and month of the former. Export the \
                      file again, and do not save it in a spreadsheet";
        }
        words
    }
}

impl DateCensus {
    /// In which further ways these values are written, where a column is read so; `None` where all are written in one.
    #[must_use]
    pub fn mixed(&self, column: &DateColumn) -> Option<Mixed> {
        let mut others = Vec::new();
        for family in FAMILIES {
            let seen = self.of(family);
            let is_usual = family == column.family;
            for order in [DayOrder::DayFirst, DayOrder::MonthFirst] {
                let values = ways_in(seen, order, column.order_of(family), is_usual);
                if values > 0 {
                    others.push((format_label(family, order, seen), values));
                }
            }
        }
        let own = self.of(column.family);
        let is_both = own.only_day_first > 0 && own.only_month_first > 0;
        let mixed =
            Mixed { others, unclear: if is_both { own.either_order } else { 0 }, is_swapped: self.is_swapped() };
        (!mixed.others.is_empty()).then_some(mixed)
    }

    fn is_swapped(&self) -> bool {
        let is_written = |family: &Family| !family.order_varies();
        let counted = [Family::Compact, Family::EpochSeconds, Family::EpochMilliseconds, Family::Month];
        let by_program = || FAMILIES.into_iter().filter(is_written).filter(|family| !counted.contains(family));
        let as_text = || FAMILIES.into_iter().filter(|family| family.order_varies());
        let written: u64 = by_program().map(|family| self.of(family).same_day).sum();
        let left: u64 = as_text().map(|family| self.of(family).reads()).sum();
        let is_early = by_program().all(|family| self.of(family).with_late_day == 0);
        let is_plain = as_text().all(|family| self.of(family).either_order + self.of(family).same_day == 0);
        written > 0 && left > 0 && written + left >= LEAST_FOR_A_MARK && is_early && is_plain
    }
}

/// How many values of a family are read in an order, besides those that are written as most of the column.
fn ways_in(seen: &FamilyCensus, order: DayOrder, known: Option<DayOrder>, is_usual: bool) -> u64 {
    let only = match order {
        DayOrder::DayFirst => seen.only_day_first,
        DayOrder::MonthFirst => seen.only_month_first,
    };
    // What is the same day in both is listed once: with the order that is known, else with the one that has values.
    let first = if seen.only_day_first >= seen.only_month_first { DayOrder::DayFirst } else { DayOrder::MonthFirst };
    let is_own = known.unwrap_or(first) == order;
    let either = if known.is_some() { seen.either_order } else { 0 };
    match (is_usual, is_own) {
        (true, true) => 0,
        (false, true) => only + seen.same_day + either,
        (_, false) => only,
    }
}
