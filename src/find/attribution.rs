//! Attribution: customers and their money by the touch that earns the credit. Formulas: its messages in
//! `words/en/measures.ftl`.

use super::figures::{Figure, Figures};
use super::measure::{Absent, By, Good, Measure, Of};
use super::scope::Scope;
use crate::cases::attribution::{Model, WHOLE};
use crate::tally::Tallies;

/// Customers by the touch that a model credits.
pub static CONVERSIONS: Measure =
    Measure::count("attribution.{}.conversions").defined("attribution.{}").by(By::Credit).good(Good::More);
/// What they brought.
pub static REVENUE: Measure = Measure::money("attribution.{}.revenue", Of::Nothing)
    .defined("attribution.{}")
    .absent(Absent::Zero)
    .by(By::Credit)
    .good(Good::More);

/// Whose touch earns the credit.
pub static MEASURES: [&Measure; 2] = [&CONVERSIONS, &REVENUE];

/// The models of credit, as ids of figures name them.
pub fn models() -> [&'static str; Model::ALL.len()] {
    Model::ALL.map(Model::id)
}

/// Adds the figures.
pub fn find(tallies: &Tallies, scope: &Scope<'_>, figures: &mut Figures) {
    for (spot, credited) in scope.sums(&tallies.attribution.credited) {
        for (model, credit) in credited {
            scope.put(figures, CONVERSIONS.word(model.id()), spot, Figure::count_in_parts(credit.conversions, WHOLE));
            if scope.facts.inputs.amount {
                scope.put(figures, REVENUE.word(model.id()), spot, Figure::money(credit.revenue.into()));
            }
        }
    }
}
