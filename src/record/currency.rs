//! The report's currency, and amounts in it. Takes the currencies found and the project's rates, gives amounts in
//! whole minor units of one currency. A rate that is missing is an error that names it, never a guess.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::RecordError;
use super::missing::is_missing;
use super::money::{currency_in, is_currency, minor_digits};
use crate::project::Project;
use crate::store::{NO_NUMBER, Texts, Words};

/// ISO 4217's code for "no currency": neither the exports nor the project file name one.
pub const NO_CURRENCY: &str = "XXX";

/// The currency of each row: its own column, else the sign or code inside the amount, else the file's, else the
/// report's, else none.
#[derive(Debug, Clone)]
pub struct RowCurrencies<'a> {
    own: Option<&'a Texts>,
    amounts: Option<&'a Texts>,
    otherwise: &'a str,
}

impl<'a> RowCurrencies<'a> {
    /// `own` is the text column of codes and `amounts` that of amounts, where the file has them.
    pub fn new(
        own: Option<&'a Texts>,
        amounts: Option<&'a Texts>,
        file: Option<&'a str>,
        project: &'a Project,
    ) -> RowCurrencies<'a> {
        RowCurrencies { own, amounts, otherwise: file.or(project.report.currency.as_deref()).unwrap_or(NO_CURRENCY) }
    }

    /// The code of one row, in capitals.
    pub fn of(&self, row: usize) -> Cow<'a, str> {
        let own = self.own.and_then(|codes| codes.get(row)).map(str::trim).filter(|code| !is_missing(code));
        let capitals = |code: &'a str| match code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Borrowed(code),
            false => Cow::Owned(code.to_uppercase()),
        };
        let own = own.map(capitals).filter(|code| is_currency(code));
        let written = || self.amounts?.get(row).and_then(currency_in).filter(|code| is_currency(code));
        own.or_else(|| written().map(Cow::Borrowed)).unwrap_or(Cow::Borrowed(self.otherwise))
    }
}

/// The currency of the report: the project's, else the one most rows use (in a tie the first by code).
pub fn choose(project: &Project, found: &BTreeMap<String, u64>) -> String {
    let most = found.iter().filter(|(code, _)| *code != NO_CURRENCY).max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
    let chosen = project.report.currency.clone().or_else(|| most.map(|(code, _)| code.clone()));
    chosen.unwrap_or_else(|| NO_CURRENCY.to_owned())
}

/// Converts amounts in minor units of each row's currency to the report's, in place; `currencies` are codes in `words`.
/// An amount without any currency counts as the report's.
///
/// # Errors
/// Where a rate is missing or an amount does not fit.
pub fn convert(
    amounts: &mut [i64],
    currencies: &[u32],
    words: &Words,
    report: &str,
    project: &Project,
) -> Result<(), RecordError> {
    for (amount, code) in amounts.iter_mut().zip(currencies).filter(|(amount, _)| **amount != NO_NUMBER) {
        let from = words.text(*code).filter(|from| *from != NO_CURRENCY).unwrap_or(report);
        *amount = project.rates.convert(*amount, from, report, minor_digits)?;
    }
    Ok(())
}
