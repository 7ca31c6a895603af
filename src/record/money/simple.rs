//! Numbers as programs write them: digits, with one mark and more digits or without.
//!
//! Takes the text of a cell, gives what the general way ([`super::cell`]) gives for it, or nothing where there is
//! anything else in it: a sign, a blank, a currency, a second mark, more digits than a double holds exactly.

use super::DecimalMark;
use super::cell::Number;

/// Numbers of so many digits are whole numbers that a double holds exactly, however the mark is read.
const MOST_DIGITS: usize = 15;
/// Decimals of the currency that has most (ISO 4217).
const MOST_DECIMALS: u8 = 4;

/// Powers of ten up to that of the most digits.
const TENS: [i64; MOST_DIGITS + 1] = {
    let (mut tens, mut at) = ([1; MOST_DIGITS + 1], 1);
    while at < tens.len() {
        tens[at] = tens[at - 1] * 10;
        at += 1;
    }
    tens
};

/// Such a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Simple {
    /// All digits, as if there were no mark.
    digits: i64,
    /// What the mark would be as a decimal mark, if there is one.
    mark: Option<DecimalMark>,
    /// Digits before the mark, or all.
    before: u8,
    /// Digits behind it.
    behind: u8,
    /// The mark can group thousands: one to three digits before it, no leading zero, and three behind.
    may_group: bool,
}

impl Simple {
    #[inline]
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let (mut digits, mut mark, mut mark_at) = (0_i64, None, text.len());
        if text.len() > MOST_DIGITS + 1 {
            return None;
        }
        for (at, byte) in text.iter().enumerate() {
            let digit = byte.wrapping_sub(b'0');
            if digit <= 9 {
                digits = digits * 10 + i64::from(digit);
                continue;
            }
            let found = match byte {
                b'.' => DecimalMark::Point,
                b',' => DecimalMark::Comma,
                _ => return None,
            };
            if mark.replace(found).is_some() {
                return None;
            }
            mark_at = at;
        }
        let behind = text.len() - mark_at - usize::from(mark.is_some());
        if mark_at == 0 || mark_at + behind > MOST_DIGITS || (mark.is_some() && behind == 0) {
            return None;
        }
        Some(Self {
            digits,
            mark,
            before: mark_at as u8,
            behind: behind as u8,
            may_group: behind == 3 && mark_at <= 3 && text[0] != b'0',
        })
    }

    /// What the value says on the decimal mark.
    #[inline]
    pub(super) fn mark_use(&self) -> MarkUse {
        match self.mark {
            None => MarkUse::Nothing,
            Some(mark) if self.may_group => MarkUse::Group(mark),
            Some(mark) => MarkUse::Decimal(mark),
        }
    }

    /// The mark to read it with where `mark` is usual: its own where that alone makes a number of it.
    #[inline]
    pub(super) fn mark_in(&self, mark: DecimalMark) -> DecimalMark {
        match self.mark {
            Some(own) if !self.may_group => own,
            _ => mark,
        }
    }

    /// Whether a tool that shortens numbers would have shortened it.
    #[inline]
    pub(super) fn is_in_full(&self) -> bool {
        // The mark counts too.
        self.before > 3 || self.behind > 2
    }

    /// The digits, and how many of them are decimals under a mark; nothing where that mark does not allow the other.
    #[inline]
    fn under(&self, mark: DecimalMark) -> Option<(i64, u8)> {
        match self.mark {
            None => Some((self.digits, 0)),
            Some(own) if own == mark => Some((self.digits, self.behind)),
            Some(_) => self.may_group.then_some((self.digits, 0)),
        }
    }

    /// Rounded half to even, in units of so many decimals.
    #[inline]
    pub(super) fn rounded(&self, mark: DecimalMark, decimals: u8) -> Option<i64> {
        let (digits, scale) = self.under(mark)?;
        if decimals > MOST_DECIMALS {
            return number(digits, scale)?.rounded(u32::from(decimals));
        }
        if scale <= decimals {
            return digits.checked_mul(TENS[usize::from(decimals - scale)]);
        }
        let unit = TENS[usize::from(scale - decimals)];
        let (whole, rest) = (digits / unit, digits % unit);
        let up = rest * 2 > unit || (rest * 2 == unit && whole % 2 == 1);
        Some(whole + i64::from(up))
    }

    /// The number, if its decimals are zeros.
    #[inline]
    pub(super) fn whole(&self, mark: DecimalMark) -> Option<i64> {
        let (digits, scale) = self.under(mark)?;
        if scale == 0 {
            return Some(digits);
        }
        let unit = TENS[usize::from(scale)];
        (digits % unit == 0).then_some(digits / unit)
    }

    /// The nearest double: both sides of the division are exact.
    #[inline]
    pub(super) fn decimal(&self, mark: DecimalMark) -> Option<f64> {
        let (digits, scale) = self.under(mark)?;
        Some(if scale == 0 { digits as f64 } else { digits as f64 / TENS[usize::from(scale)] as f64 })
    }
}

#[cold]
fn number(digits: i64, scale: u8) -> Option<Number> {
    let mantissa = u128::try_from(digits).ok()?;
    let mut number = Number { negative: false, mantissa, scale: u32::from(scale), cut: false };
    number.shift(0);
    Some(number)
}

/// What a value says on the decimal mark.
pub(super) enum MarkUse {
    /// It is the same number under either.
    Nothing,
    /// It is a number only if its mark is the decimal mark.
    Decimal(DecimalMark),
    /// Its mark is the decimal mark, or groups thousands.
    Group(DecimalMark),
}
