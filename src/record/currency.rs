//! The report's currency, and amounts in it. Takes the currencies found and the project's rates, gives amounts in
//! whole minor units of one currency. A rate that is missing is an error that names it, never a guess.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::RecordError;
use super::missing::is_missing;
use super::money::{currency_in, is_currency, minor_digits};
use crate::currencies::of_name;
use crate::project::Project;
use crate::project::meaning::folded;
use crate::store::{NO_NUMBER, Texts, Words};

/// ISO 4217's code for "no currency": neither the exports nor the project file name one.
pub const NO_CURRENCY: &str = "XXX";

/// The column of deals that holds the amount in the company's own currency, as the CRM converted it.
pub const AMOUNT_COMPANY: &str = "amount_company";
/// Decimals in which that is kept: what its currency is, is known only when all is read.
pub const COMPANY_DIGITS: u8 = 2;

/// An amount in minor units of so many decimals in those of another number; `None` where it does not fit.
pub fn rescaled(amount: i64, from: u8, to: u8) -> Option<i64> {
    let factor = 10_i64.pow(u32::from(from.abs_diff(to)));
    if to >= from { amount.checked_mul(factor) } else { (amount % factor == 0).then_some(amount / factor) }
}

/// The same, rounded half to even where decimals go, and as large as it can be where it does not fit.
fn to_digits(amount: i64, from: u8, to: u8) -> i64 {
    let factor = 10_i64.pow(u32::from(from.abs_diff(to)));
    if to >= from {
        return amount.saturating_mul(factor);
    }
    let (whole, rest) = (amount.div_euclid(factor), amount.rem_euclid(factor));
    let is_up = rest * 2 > factor || (rest * 2 == factor && whole % 2 != 0);
    whole + i64::from(is_up)
}

/// The company's own currency: the one in which amounts are the same in it, whatever the row.
pub fn of_company<'c>(counted: impl Iterator<Item = &'c BTreeMap<String, (u64, u64)>>) -> Option<String> {
    let mut all: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (code, (same, other)) in counted.flatten() {
        let known = all.entry(code).or_default();
        *known = (known.0 + same, known.1 + other);
    }
    let own = all.into_iter().filter(|(code, (same, other))| *code != NO_CURRENCY && *same > 0 && *other == 0);
    own.max_by_key(|(_, (same, _))| *same).map(|(code, _)| code.to_owned())
}

/// The currency of each row: its own column, else the sign or code inside the amount, else the file's, else the
/// report's, else none.
#[derive(Debug, Clone)]
pub struct RowCurrencies<'a> {
    words: Option<&'a BTreeMap<String, String>>,
    own: Option<&'a Texts>,
    amounts: Option<&'a Texts>,
    otherwise: &'a str,
}

impl<'a> RowCurrencies<'a> {
    /// `own` is the text column of codes and `amounts` that of amounts, where the file has them; `words` are codes by what
    /// else is in that column: names, or ids of currencies.
    pub fn new(
        own: Option<&'a Texts>,
        amounts: Option<&'a Texts>,
        file: Option<&'a str>,
        words: Option<&'a BTreeMap<String, String>>,
        project: &'a Project,
    ) -> RowCurrencies<'a> {
        RowCurrencies {
            words,
            own,
            amounts,
            otherwise: file.or(project.report.currency.as_deref()).unwrap_or(NO_CURRENCY),
        }
    }

    /// The code of one row, in capitals.
    pub fn of(&self, row: usize) -> Cow<'a, str> {
        let own = self.own.and_then(|codes| codes.get(row)).map(str::trim).filter(|code| !is_missing(code));
        let capitals = |code: &'a str| match code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Borrowed(code),
            false => Cow::Owned(code.to_uppercase()),
        };
        let by_words = |text: &str| self.words?.get(&folded(text)).map(String::as_str);
        let mapped = |text: &str| by_words(text).or_else(|| of_name(text));
        let written = || self.amounts?.get(row).and_then(currency_in).filter(|code| is_currency(code));
        match own {
            Some(text) => {
                match mapped(text).map(Cow::Borrowed).or(Some(capitals(text)).filter(|code| is_currency(code))) {
                    Some(code) => code,
                    // Neither code nor name: an id. Whether that matters is seen when all currencies are known.
                    None => written().map_or_else(|| Cow::Owned(format!("{UNKNOWN}{text}")), Cow::Borrowed),
                }
            }
            None => written().map_or(Cow::Borrowed(self.otherwise), Cow::Borrowed),
        }
    }
}

/// What comes before the text of a currency that is neither a code nor a name that is known.
pub const UNKNOWN: char = '?';

/// The currency of the report: the project's, else the company's own, else the one most rows use (in a tie the first by
/// code).
pub fn choose(project: &Project, found: &BTreeMap<String, u64>, company: Option<&str>) -> String {
    let codes = found.iter().filter(|(code, _)| *code != NO_CURRENCY && !code.starts_with(UNKNOWN));
    let most = codes.max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
    let chosen = project.report.currency.clone().or_else(|| company.map(str::to_owned));
    let chosen = chosen.or_else(|| most.map(|(code, _)| code.clone()));
    chosen.unwrap_or_else(|| NO_CURRENCY.to_owned())
}

/// What amounts become: the report's currency, and what is known on the way to it.
#[derive(Debug, Clone)]
pub struct Money<'a> {
    /// The report's currency.
    pub report: &'a str,
    /// The project, which has the rates.
    pub project: &'a Project,
    /// The company's own currency, where the exports give amounts in it beside those in other currencies.
    pub company: Option<&'a str>,
    /// Whether all amounts are in one currency that nobody names.
    pub is_one_unnamed: bool,
}

impl<'a> Money<'a> {
    /// By the currencies that were found, with the number of amounts in each.
    pub fn new(
        report: &'a str,
        project: &'a Project,
        company: Option<&'a str>,
        found: &BTreeMap<String, u64>,
    ) -> Money<'a> {
        let is_one_unnamed = found.len() == 1 && found.keys().all(|code| code.starts_with(UNKNOWN));
        Money { report, project, company, is_one_unnamed }
    }

    /// Converts amounts in minor units of each row's currency to the report's, in place; `currencies` are codes in `words`.
    /// An amount without any currency counts as the report's. Where the project has no rate, an amount counts as the CRM
    /// itself gives it in the company's own currency, if it does.
    ///
    /// # Errors
    /// Where a rate is missing, a currency is neither a code nor a name, or an amount does not fit.
    pub fn convert(
        &self,
        amounts: &mut [i64],
        currencies: &[u32],
        of_company: Option<&[i64]>,
        words: &Words,
    ) -> Result<(), RecordError> {
        for (row, amount) in amounts.iter_mut().enumerate().filter(|(_, amount)| **amount != NO_NUMBER) {
            let from = words.text(currencies[row]).unwrap_or(NO_CURRENCY);
            let own = of_company.map(|own| own[row]).filter(|own| *own != NO_NUMBER);
            *amount = match (self.in_report(*amount, from), own.zip(self.company)) {
                (Err(_), Some((own, company))) => {
                    let own = to_digits(own, COMPANY_DIGITS, minor_digits(company));
                    self.in_report(own, company)?
                }
                (converted, _) => converted?,
            };
        }
        Ok(())
    }

    fn in_report(&self, amount: i64, from: &str) -> Result<i64, RecordError> {
        let from = if from == NO_CURRENCY { self.report } else { from };
        match from.strip_prefix(UNKNOWN) {
            Some(_) if self.is_one_unnamed => Ok(amount),
            Some(text) => Err(RecordError::Currency { text: text.to_owned() }),
            None => Ok(self.project.rates.convert(amount, from, self.report, minor_digits)?),
        }
    }
}
