//! Sources: what the leads of a source brought. Takes the deals of a lead, gives their money.

use polars::prelude::Column;

use super::deals::{Deal, Outcome};
use super::frame::{Rows, split_square};
use super::row::CaseRow;

/// The money of the deals of one lead, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Money {
    /// Won amount.
    pub won: i64,
    /// Won deals.
    pub won_deals: u32,
    /// Sum of squares of won amounts.
    pub won_squares: i128,
    /// Amount of its open deals.
    pub open: i64,
}

impl Money {
    /// The money of some deals.
    pub fn of(deals: &[&Deal<'_>]) -> Money {
        let mut money = Money::default();
        for deal in deals {
            let amount = deal.amount.unwrap_or_default();
            match deal.outcome {
                Outcome::Won => {
                    money.won += amount;
                    money.won_deals += 1;
                    money.won_squares += i128::from(amount).pow(2);
                }
                Outcome::Open => money.open += amount,
                Outcome::Lost | Outcome::Unknown => {}
            }
        }
        money
    }
}

/// `won`, `won_deals`, `won_squares_high`, `won_squares_low` and `open`.
pub fn columns(rows: &Rows<'_, CaseRow<'_>>) -> Vec<Column> {
    vec![
        rows.column("won", |row| row.money.won),
        rows.column("won_deals", |row| i64::from(row.money.won_deals)),
        rows.column("won_squares_high", |row| split_square(row.money.won_squares).0),
        rows.column("won_squares_low", |row| split_square(row.money.won_squares).1),
        rows.column("open", |row| row.money.open),
    ]
}
