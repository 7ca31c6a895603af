//! The report's currency, and amounts in it. Takes the currencies found and the project's rates, gives amounts in
//! whole minor units of one currency. A rate that is missing is an error that names it, never a guess.

use std::collections::BTreeMap;

use polars::prelude::*;

use super::RecordError;
use super::missing::is_missing;
use super::money::{currency_in, is_currency, minor_digits};
use crate::project::Project;

/// ISO 4217's code for "no currency": neither the exports nor the project file name one.
pub const NO_CURRENCY: &str = "XXX";

/// The currency of each row: its own column, else the sign or code inside the amount, else the file's, else the
/// report's, else none.
#[derive(Debug, Clone)]
pub struct RowCurrencies {
    own: Option<StringChunked>,
    amounts: Option<StringChunked>,
    otherwise: String,
}

impl RowCurrencies {
    /// `own` is the text column of codes and `amounts` that of amounts, where the file has them.
    pub fn new(
        own: Option<StringChunked>,
        amounts: Option<StringChunked>,
        file: Option<&str>,
        project: &Project,
    ) -> RowCurrencies {
        let otherwise = file.or(project.report.currency.as_deref()).unwrap_or(NO_CURRENCY);
        RowCurrencies { own, amounts, otherwise: otherwise.to_owned() }
    }

    /// The code of one row, in capitals.
    pub fn of(&self, row: usize) -> String {
        let own = self.own.as_ref().and_then(|codes| codes.get(row)).map(str::trim).filter(|code| !is_missing(code));
        let own = own.map(str::to_uppercase).filter(|code| is_currency(code));
        let written = || {
            self.amounts
                .as_ref()
                .and_then(|amounts| amounts.get(row))
                .and_then(currency_in)
                .filter(|code| is_currency(code))
        };
        own.or_else(|| written().map(str::to_owned)).unwrap_or_else(|| self.otherwise.clone())
    }
}

/// The currency of the report: the project's, else the one most rows use (in a tie the first by code).
pub fn choose(project: &Project, found: &BTreeMap<String, u64>) -> String {
    let most = found.iter().filter(|(code, _)| *code != NO_CURRENCY).max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
    let chosen = project.report.currency.clone().or_else(|| most.map(|(code, _)| code.clone()));
    chosen.unwrap_or_else(|| NO_CURRENCY.to_owned())
}

/// Converts amounts in minor units of each row's currency to the report's. An amount without any currency counts as
/// the report's.
///
/// # Errors
/// Where a rate is missing or an amount does not fit.
pub fn convert(
    amounts: &Int64Chunked,
    currencies: &[String],
    report: &str,
    project: &Project,
) -> Result<Int64Chunked, RecordError> {
    let mut converted = Vec::with_capacity(amounts.len());
    for (amount, currency) in amounts.iter().zip(currencies) {
        let from = if currency == NO_CURRENCY { report } else { currency };
        let amount = amount.map(|amount| project.rates.convert(amount, from, report, minor_digits)).transpose()?;
        converted.push(amount);
    }
    Ok(Int64Chunked::from_iter_options(amounts.name().clone(), converted.into_iter()))
}
