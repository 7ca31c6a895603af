//! What is known of the cases as a whole, besides their tables: names behind codes, stages, what the exports hold.

use super::inputs::Inputs;
use crate::calendar::Day;
use crate::stage::Stage;
use serde::{Deserialize, Serialize};

/// See the module.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Facts {
    /// Names of the dimensions, and of their members by code.
    pub dimensions: Vec<(String, Vec<String>)>,
    /// Reasons of verdicts by code.
    pub reasons: Vec<String>,
    /// Stages of deals as named in the exports, by code.
    pub deal_stages: Vec<String>,
    /// Stages that some lead has reached with a date, in order.
    pub stages: Vec<Stage>,
    /// What the exports hold.
    pub inputs: Inputs,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// Amounts without a currency of their own, taken as the report's.
    pub currency_assumed: u64,
    /// The day the exports describe.
    pub as_of_day: Day,
    /// Whether anything tells that day.
    pub is_dated: bool,
    /// Touches used.
    pub touches: u64,
    /// Touches of which nobody knows whose they are: they count for neither team.
    pub side_unknown: u64,
    /// Closing dates of deals after that day: plans and typos, which are not used.
    pub late_closings: u64,
    /// Earliest day on which a deal was won or lost.
    pub first_close: Option<Day>,
    /// Earliest day on which a lead entered.
    pub first_entry: Option<Day>,
}

impl Facts {
    /// Adds what is known of the cases of another part of the same exports, of which the stages, inputs and the day are
    /// the same.
    pub fn add(&mut self, other: &Facts) {
        self.touches += other.touches;
        self.side_unknown += other.side_unknown;
        self.late_closings += other.late_closings;
        self.first_close = self.first_close.into_iter().chain(other.first_close).min();
        self.first_entry = self.first_entry.into_iter().chain(other.first_entry).min();
    }

    /// Adds what is known of the cases of other exports, with the same stages and about the same day.
    pub fn add_others(&mut self, other: &Facts) {
        self.add(other);
        self.inputs.add(other.inputs);
        self.currency_assumed += other.currency_assumed;
    }

    /// Pairs of stages whose waits are measured: neighbours, then each stage with `customer`.
    pub fn pairs(&self) -> Vec<(Stage, Stage)> {
        let neighbours = self.stages.iter().zip(self.stages.iter().skip(1)).map(|(from, to)| (*from, *to));
        let mut pairs: Vec<(Stage, Stage)> = neighbours.collect();
        if self.stages.contains(&Stage::Customer) {
            pairs.extend(
                self.stages.iter().filter(|from| **from < Stage::Customer).map(|from| (*from, Stage::Customer)),
            );
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}
