//! Exact decimals and exchange rates. Takes amounts in whole minor units, gives amounts in whole minor units;
//! how many digits a currency has is the caller's knowledge.

use std::collections::BTreeMap;

/// Digits a written decimal may have in all, and after the point.
const MOST_DIGITS: usize = 18;
const MOST_DECIMALS: usize = 12;

/// A decimal number of zero or more, exactly as written: `numerator / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    numerator: i128,
    scale: u32,
}

impl Decimal {
    /// 1.
    pub const ONE: Decimal = Decimal { numerator: 1, scale: 0 };

    /// Reads digits with at most one point, such as `0.92`: no sign, no exponent, at most 18 digits and 12 decimals.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(decimals) {
            return None;
        }
        let (whole, decimals) = (whole.trim_start_matches('0'), decimals.trim_end_matches('0'));
        if decimals.len() > MOST_DECIMALS || whole.len() + decimals.len() > MOST_DIGITS {
            return None;
        }
        let numerator = format!("0{whole}{decimals}").parse().ok()?;
        Some(Decimal { numerator, scale: u32::try_from(decimals.len()).ok()? })
    }

    /// The number over `10^scale`.
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// Decimals, 0 to 12; the last one is not 0.
    pub fn scale(self) -> u32 {
        self.scale
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// Whether it is at most 1.
    pub fn is_share(self) -> bool {
        self.numerator <= 10_i128.pow(self.scale)
    }

    /// The nearest floating-point number, for ratios that are not added up.
    pub fn to_f64(self) -> f64 {
        self.numerator as f64 / 10_i128.pow(self.scale) as f64
    }

    /// This share of an amount, rounded half to even; `None` where it does not fit.
    pub fn of(self, amount: i128) -> Option<i128> {
        divide_half_even(amount.checked_mul(self.numerator)?, 10_i128.pow(self.scale))
    }
}

/// Why an amount could not be converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// The project file has no rate for this currency.
    #[error(
        "no rate from {from} to {to}: add `{missing} = \"…\"` under `[rates]`, and `currency` under `[report]`, in the project file"
    )]
    Missing {
        /// Currency of the amount.
        from: String,
        /// Currency wanted.
        to: String,
        /// The one of the two that has no rate.
        missing: String,
    },
    /// The amount in the other currency does not fit.
    #[error("the amount {minor} (minor units of {from}) is too large to convert to {to}")]
    TooLarge {
        /// The amount in minor units.
        minor: i64,
        /// Currency of the amount.
        from: String,
        /// Currency wanted.
        to: String,
    },
}

/// Exchange rates to one currency, the base.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rates {
    base: Option<String>,
    to_base: BTreeMap<String, Decimal>,
}

impl Rates {
    /// Rates from currency code to units of `base` for one unit; each is above 0.
    pub fn new(base: Option<String>, to_base: BTreeMap<String, Decimal>) -> Rates {
        Rates { base, to_base }
    }

    /// Whether the project gives no rate at all.
    pub fn is_empty(&self) -> bool {
        self.to_base.is_empty()
    }

    /// Each currency with its rate, by code.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Decimal)> {
        self.to_base.iter().map(|(code, rate)| (code.as_str(), *rate))
    }

    /// Units of the base currency for one unit of `currency`.
    pub fn rate(&self, currency: &str) -> Option<Decimal> {
        if self.base.as_deref() == Some(currency) {
            return Some(Decimal::ONE);
        }
        self.to_base.get(currency).copied()
    }

    /// An amount in minor units of `from` as minor units of `to`, by way of the base, rounded once, half to even.
    /// `digits` says how many decimals a currency's minor unit has (ISO 4217).
    pub fn convert(&self, minor: i64, from: &str, to: &str, digits: impl Fn(&str) -> u8) -> Result<i64, RateError> {
        if from == to {
            return Ok(minor);
        }
        let rate = |code: &str| {
            self.rate(code).ok_or_else(|| RateError::Missing {
                from: from.to_owned(),
                to: to.to_owned(),
                missing: code.to_owned(),
            })
        };
        let (from_rate, to_rate) = (rate(from)?, rate(to)?);
        let exact = || {
            let above = i128::from(minor)
                .checked_mul(from_rate.numerator)?
                .checked_mul(ten_to(to_rate.scale)?)?
                .checked_mul(ten_to(digits(to).into())?)?;
            let below =
                to_rate.numerator.checked_mul(ten_to(from_rate.scale)?)?.checked_mul(ten_to(digits(from).into())?)?;
            i64::try_from(divide_half_even(above, below)?).ok()
        };
        exact().ok_or_else(|| RateError::TooLarge { minor, from: from.to_owned(), to: to.to_owned() })
    }
}

fn ten_to(power: u32) -> Option<i128> {
    10_i128.checked_pow(power)
}

/// Division rounded to the nearest whole number, ties to the even one; `None` for a divisor that is not above 0.
fn divide_half_even(above: i128, below: i128) -> Option<i128> {
    if below <= 0 {
        return None;
    }
    let (quotient, rest) = (above.div_euclid(below), above.rem_euclid(below));
    // Compared with what is missing to the next whole number, since twice the rest could overflow.
    let up = match rest.cmp(&(below - rest)) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => quotient % 2 != 0,
    };
    Some(quotient + i128::from(up))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn digits(currency: &str) -> u8 {
        if currency == "JPY" { 0 } else { 2 }
    }

    fn rates() -> Rates {
        let to_base = [("USD", "0.92"), ("JPY", "0.0061"), ("GBP", "1.15")];
        Rates::new(Some("EUR".to_owned()), to_base.map(|(code, rate)| (code.to_owned(), decimal(rate))).into())
    }

    #[test]
    fn decimals_are_kept_as_written() {
        assert_eq!(decimal("0.920"), decimal("0.92"));
        assert_eq!((decimal("00012.50").numerator(), decimal("00012.50").scale()), (125, 1));
        assert_eq!(decimal("0.6").of(1_005), Some(603));
        assert!(decimal("1.0").is_share() && !decimal("1.01").is_share() && decimal("0").is_zero());
        for wrong in ["", ".", ".5", "5.", "-1", "+1", "1e3", "1,5", "1.2.3", "0.0000000000001", "1234567890123456789"]
        {
            assert_eq!(Decimal::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn amounts_are_rounded_once_half_to_even() {
        let convert = |minor, from, to| rates().convert(minor, from, to, digits);
        assert_eq!(convert(10_000, "USD", "EUR"), Ok(9_200));
        // 0.25 and 0.75 dollars at 0.92 are 0.23 and 0.69; 12.5 cents would be a tie: 11.5 → 12, 34.5 → 34.
        let half = Rates::new(Some("EUR".to_owned()), [("USD".to_owned(), decimal("0.5"))].into());
        assert_eq!(half.convert(23, "USD", "EUR", digits), Ok(12));
        assert_eq!(half.convert(69, "USD", "EUR", digits), Ok(34));
        assert_eq!(half.convert(-23, "USD", "EUR", digits), Ok(-12));
        // 1,000 yen are 6.10 euro; a pound is 1.25 dollars.
        assert_eq!(convert(1_000, "JPY", "EUR"), Ok(610));
        assert_eq!(convert(100, "GBP", "USD"), Ok(125));
        assert_eq!(convert(7, "SEK", "SEK"), Ok(7));
    }

    #[test]
    fn a_missing_rate_is_named() {
        let error = rates().convert(100, "CHF", "EUR", digits).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no rate from CHF to EUR: add `CHF = \"…\"` under `[rates]`, and `currency` under `[report]`, in the project file"
        );
        assert!(matches!(rates().convert(i64::MAX, "GBP", "JPY", digits), Err(RateError::TooLarge { .. })));
    }
}
