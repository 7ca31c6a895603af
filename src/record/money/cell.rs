//! One cell of a number column: what surrounds the digits, and the exact decimal the digits make.
//!
//! Takes text in which digits, blanks and minus signs are plain already ([`missing::plain`]), and the decimal
//! mark; gives the number, or nothing where a part is not understood.

use super::DecimalMark;
use super::around::Around;
use crate::record::missing;

/// Digits kept exactly: enough for every limit above, and free of overflow in `u128` with room to scale.
const DIGITS_KEPT: u32 = 30;
/// More digits before the decimals are beyond every limit, and these fit into `u64`.
const WHOLE_DIGITS_KEPT: u32 = 19;
/// An exact decimal: `mantissa` ÷ 10^`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) negative: bool,
    pub(super) mantissa: u128,
    pub(super) scale: u32,
    /// Decimals that are not zero were left out behind the kept ones.
    pub(super) cut: bool,
}

impl Number {
    /// The number × 10^`digits`, rounded half to even.
    pub(super) fn rounded(self, digits: u32) -> Option<i64> {
        let size = if digits >= self.scale {
            self.mantissa.checked_mul(power_of_ten(digits - self.scale)?)?
        } else {
            let unit = power_of_ten(self.scale - digits)?;
            let (whole, rest) = (self.mantissa / unit, self.mantissa % unit);
            let up = match rest.cmp(&(unit / 2)) {
                std::cmp::Ordering::Less => false,
                std::cmp::Ordering::Greater => true,
                std::cmp::Ordering::Equal => self.cut || whole % 2 == 1,
            };
            whole + u128::from(up)
        };
        let size = i64::try_from(size).ok()?;
        Some(if self.negative { -size } else { size })
    }

    /// The number, if it has no decimals but zeros.
    pub(super) fn whole(self) -> Option<i64> {
        let value = self.rounded(0)?;
        // Trailing zeros are gone already, so decimals that are left are not zeros.
        (self.scale == 0 && !self.cut).then_some(value)
    }

    /// The nearest binary fraction.
    pub(super) fn decimal(self) -> Option<f64> {
        if self.mantissa == 0 {
            return Some(0.0);
        }
        let size = self.mantissa as f64 / power_of_ten(self.scale)? as f64;
        Some(if self.negative { -size } else { size })
    }
}

pub(super) fn power_of_ten(exponent: u32) -> Option<u128> {
    10_u128.checked_pow(exponent)
}

/// A cell taken apart: what surrounds the digits is understood, the digits and marks are not yet.
pub(super) struct Cell<'t> {
    negative: bool,
    pub(super) currency: Option<&'static str>,
    /// From the first digit to the last.
    pub(super) body: &'t [u8],
    /// 3, 6 or 9 for `K`, `M`, `B`.
    pub(super) power: u32,
    pub(super) is_percentage: bool,
}

impl<'t> Cell<'t> {
    /// `text` is [`missing::plain`].
    pub(super) fn of(text: &'t str) -> Option<Self> {
        let text = missing::trimmed(text);
        let bytes = text.as_bytes();
        let mut start = bytes.iter().position(u8::is_ascii_digit)?;
        let end = bytes.iter().rposition(u8::is_ascii_digit)? + 1;
        // `.5`, but not the full stop of `Rs.500`.
        if let [before @ .., b'.' | b','] = &bytes[..start]
            && !before.last().is_some_and(u8::is_ascii_alphabetic)
        {
            start -= 1;
        }
        if start == 0 && end == bytes.len() {
            return Some(Self { negative: false, currency: None, body: bytes, power: 0, is_percentage: false });
        }
        let mut around = Around::default();
        around.read_before(&text[..start])?;
        around.read_behind(&text[end..])?;
        around.is_consistent().then(|| Self {
            negative: around.negative,
            currency: around.currency,
            body: &bytes[start..end],
            power: around.power,
            is_percentage: around.percent,
        })
    }

    /// Whether it is abbreviated and names no currency: `342.09K`, which could be many things.
    pub(super) fn is_bare(&self) -> bool {
        self.power > 0 && self.currency.is_none()
    }

    /// How many digits are before the first mark, or in all if there is none.
    pub(super) fn digits_before_marks(&self) -> usize {
        self.body.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(self.body.len())
    }

    pub(super) fn number(&self, mark: DecimalMark) -> Option<Number> {
        let (decimal, group) = match mark {
            DecimalMark::Point => (b'.', b','),
            DecimalMark::Comma => (b',', b'.'),
        };
        let (whole, decimals) = match self.body.iter().position(|&byte| byte == decimal) {
            Some(at) => (&self.body[..at], &self.body[at + 1..]),
            None => (self.body, &self.body[..0]),
        };
        if !is_grouped(whole, group) || !decimals.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut number = Number { negative: self.negative, mantissa: 0, scale: 0, cut: false };
        let mut kept = 0;
        let mut before_decimals = 0_u64;
        for digit in whole.iter().filter(|byte| byte.is_ascii_digit()) {
            kept += u32::from(before_decimals > 0 || *digit != b'0');
            if kept > WHOLE_DIGITS_KEPT {
                return None;
            }
            before_decimals = before_decimals * 10 + u64::from(digit - b'0');
        }
        number.mantissa = u128::from(before_decimals);
        for digit in decimals {
            if kept < DIGITS_KEPT && number.scale < DIGITS_KEPT {
                number.mantissa = number.mantissa * 10 + u128::from(digit - b'0');
                number.scale += 1;
                kept += u32::from(number.mantissa > 0);
            } else {
                number.cut |= *digit != b'0';
            }
        }
        number.shift(self.power);
        Some(number)
    }
}

impl Number {
    /// Times a power of ten, without decimals that are zeros at the end.
    pub(super) fn shift(&mut self, power: u32) {
        let eaten = power.min(self.scale);
        self.scale -= eaten;
        self.mantissa *= 10_u128.pow(power - eaten);
        if self.mantissa == 0 {
            self.negative = false;
        }
        // `1.50` and `1.5` are one number.
        while self.scale > 0 && self.mantissa.is_multiple_of(10) {
            self.mantissa /= 10;
            self.scale -= 1;
        }
    }
}

/// Whether the digits before the decimals are plain or grouped by one and the same mark: in threes, or, as
/// in India, in twos with three at the end.
fn is_grouped(whole: &[u8], group: u8) -> bool {
    let Some(&mark) = whole.iter().find(|byte| !byte.is_ascii_digit()) else {
        return true;
    };
    if ![group, b' ', b'\''].contains(&mark) {
        return false;
    }
    let mut groups = whole.split(|&byte| byte == mark);
    let first = groups.next().unwrap_or_default();
    let starts_well = (1..=3).contains(&first.len()) && first[0] != b'0';
    let (mut threes, mut twos, mut last) = (0, 0, 0);
    for group in groups {
        last = group.len();
        match group.len() {
            3 => threes += 1,
            2 => twos += 1,
            _ => return false,
        }
    }
    let all_digits = whole.iter().all(|&byte| byte == mark || byte.is_ascii_digit());
    let by_twos = mark == b',' && threes == 1 && first.len() <= 2;
    all_digits && starts_well && last == 3 && (twos == 0 || by_twos)
}
