//! What surrounds the digits of a number: signs, parentheses, a currency, an abbreviation, a percent sign.
//!
//! Takes the text before the first digit and that behind the last, gives what they say, or nothing where a part is
//! not understood. `CR` and `DR` are not: which of the two is negative depends on whose books they are from.

use crate::currencies::{currency_at_start, is_currency};

/// Abbreviations that stand for an amount's zeros, and whether they need a currency beside them: a lower-case `m` or
/// `b` alone may as well be metres, months or bytes. `M` is a million, as in every CRM; bankers' `M` for a thousand
/// is not in use there.
const ABBREVIATIONS: [(&str, u32, bool); 16] = [
    ("K", 3, false),
    ("M", 6, false),
    ("B", 9, false),
    ("k", 3, false),
    ("m", 6, true),
    ("b", 9, true),
    ("bn", 9, false),
    ("Bn", 9, false),
    ("mn", 6, false),
    ("Mn", 6, false),
    ("Tsd.", 3, false),
    ("Tsd", 3, false),
    ("Mio.", 6, false),
    ("Mio", 6, false),
    ("Mrd.", 9, false),
    ("Mrd", 9, false),
];

#[derive(Default)]
pub(super) struct Around {
    pub(super) negative: bool,
    pub(super) currency: Option<&'static str>,
    /// 3, 6 or 9 where the number is abbreviated.
    pub(super) power: u32,
    pub(super) percent: bool,
    opened: bool,
    closed: bool,
    /// The abbreviation says little without a currency beside it.
    needs_currency: bool,
}

impl Around {
    pub(super) fn read_before(&mut self, text: &str) -> Option<()> {
        // Some tools guard a leading sign against being taken for a formula.
        let mut text = match text.strip_prefix('\'') {
            Some(rest) if rest.starts_with(['-', '+', '=']) => rest,
            _ => text,
        };
        while let Some(first) = text.chars().next() {
            let rest = &text[first.len_utf8()..];
            text = match first {
                ' ' => rest,
                '+' if !self.negative => rest,
                '-' if !self.negative => {
                    self.negative = true;
                    rest
                }
                '(' if !self.opened => {
                    self.opened = true;
                    rest
                }
                // Turkish and Basque put it in front.
                '%' if !self.percent => {
                    self.percent = true;
                    rest
                }
                _ => self.read_currency(text)?,
            };
        }
        Some(())
    }

    pub(super) fn read_behind(&mut self, text: &str) -> Option<()> {
        let mut text = if text.is_empty() { text } else { self.read_abbreviation(text) };
        while let Some(first) = text.chars().next() {
            let rest = &text[first.len_utf8()..];
            text = match first {
                ' ' => rest,
                // SAP writes the sign behind.
                '-' if !self.negative => {
                    self.negative = true;
                    rest
                }
                ')' if !self.closed => {
                    self.closed = true;
                    rest
                }
                '%' if !self.percent => {
                    self.percent = true;
                    rest
                }
                _ => self.read_currency(text)?,
            };
        }
        Some(())
    }

    /// `K`, `M`, `B`, `Mio.` directly behind the digits, or behind a blank if a currency is named too.
    fn read_abbreviation<'t>(&mut self, text: &'t str) -> &'t str {
        let word = text.trim_start_matches(' ');
        if !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return text;
        }
        for (spelling, power, needs_currency) in ABBREVIATIONS {
            // `Kč` and `MXN` only begin like one.
            if let Some(rest) = word.strip_prefix(spelling)
                && !rest.starts_with(|c: char| c.is_alphabetic() || c == '.')
            {
                self.power = power;
                self.needs_currency = needs_currency || word.len() < text.len();
                return rest;
            }
        }
        text
    }

    /// Takes one sign or code off the front. A code beside a sign that several countries use decides.
    fn read_currency<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let (currency, rest) = currency_at_start(text)?;
        self.currency = match self.currency {
            None => Some(currency),
            Some(known) if known == currency => Some(known),
            Some(known) if !is_currency(known) => Some(currency),
            Some(known) if !is_currency(currency) => Some(known),
            Some(_) => return None,
        };
        Some(rest)
    }

    /// Whether the parts fit each other; a negative in parentheses is negative from here on.
    pub(super) fn is_consistent(&mut self) -> bool {
        let amount = self.currency.is_some();
        let consistent = self.opened == self.closed
            && !(self.opened && self.negative)
            && !(self.percent && (amount || self.power > 0))
            && (amount || !self.needs_currency);
        self.negative |= self.opened;
        consistent
    }
}
