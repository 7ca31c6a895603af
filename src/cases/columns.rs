//! Columns of a canonical table by name, so that the joins can be plain loops over rows. A column that no export has
//! reads as absent in every row.

use crate::record::frame::Frame;
use crate::store::keys::print;
use crate::store::{NO_CODE, NO_NUMBER, NO_PRINT, NO_WORD, Texts, Values};

/// The texts of a column of ids.
#[derive(Clone, Copy)]
pub struct Ids<'a>(Option<&'a Texts>);

impl<'a> Ids<'a> {
    /// The text of a row.
    pub fn at(self, row: usize) -> Option<&'a str> {
        self.0.and_then(|texts| texts.get(row))
    }
}

/// The texts of a column, such as ids.
pub fn ids<'a>(frame: &'a Frame, name: &str) -> Ids<'a> {
    match frame.column(name) {
        Some(Values::Texts(texts)) => Ids(Some(texts)),
        _ => Ids(None),
    }
}

/// The prints of a column of keys.
#[derive(Clone, Copy)]
pub enum Keys<'a> {
    /// No export has the column.
    None,
    /// As they were read.
    Prints(&'a [u64]),
    /// Of its texts.
    Texts(&'a Texts),
}

impl Keys<'_> {
    /// The print of a row.
    pub fn at(self, row: usize) -> Option<u64> {
        match self {
            Keys::None => None,
            Keys::Prints(prints) => Some(prints[row]).filter(|print| *print != NO_PRINT),
            Keys::Texts(texts) => texts.get(row).map(print),
        }
    }

    /// Whether any export has the column.
    pub fn is_there(self) -> bool {
        !matches!(self, Keys::None)
    }
}

/// The prints of a column of keys.
pub fn keys<'a>(frame: &'a Frame, name: &str) -> Keys<'a> {
    match frame.column(name) {
        Some(Values::Prints(prints)) => Keys::Prints(prints),
        Some(Values::Texts(texts)) => Keys::Texts(texts),
        _ => Keys::None,
    }
}

/// The codes of a column of names, in the dictionary of the records.
#[derive(Clone, Copy)]
pub struct Codes<'a>(Option<&'a [u32]>);

impl Codes<'_> {
    /// The code of a row; 0 where it is absent.
    pub fn at(self, row: usize) -> u32 {
        self.0.map_or(NO_CODE, |codes| codes[row])
    }

    /// All codes that are there.
    pub fn all(&self) -> impl Iterator<Item = u32> {
        self.0.unwrap_or_default().iter().copied()
    }
}

/// The codes of a column of names.
pub fn codes<'a>(frame: &'a Frame, name: &str) -> Codes<'a> {
    match frame.column(name) {
        Some(Values::Codes(codes)) => Codes(Some(codes)),
        _ => Codes(None),
    }
}

/// The whole numbers of a column: instants, amounts, counts.
#[derive(Clone, Copy)]
pub struct Numbers<'a>(Option<&'a [i64]>);

impl Numbers<'_> {
    /// The number of a row.
    pub fn at(self, row: usize) -> Option<i64> {
        self.0.map(|numbers| numbers[row]).filter(|number| *number != NO_NUMBER)
    }
}

/// The whole numbers of a column.
pub fn numbers<'a>(frame: &'a Frame, name: &str) -> Numbers<'a> {
    match frame.column(name) {
        Some(Values::Numbers(numbers)) => Numbers(Some(numbers)),
        _ => Numbers(None),
    }
}

/// The decimals of a column.
#[derive(Clone, Copy)]
pub struct Decimals<'a>(Option<&'a [f64]>);

impl Decimals<'_> {
    /// The number of a row.
    pub fn at(self, row: usize) -> Option<f64> {
        self.0.map(|decimals| decimals[row]).filter(|decimal| !decimal.is_nan())
    }
}

/// The decimals of a column.
pub fn decimals<'a>(frame: &'a Frame, name: &str) -> Decimals<'a> {
    match frame.column(name) {
        Some(Values::Decimals(decimals)) => Decimals(Some(decimals)),
        _ => Decimals(None),
    }
}

/// The words of a column as indices, or flags as 0 and 1.
#[derive(Clone, Copy)]
pub struct Words<'a>(Option<&'a [u8]>);

impl Words<'_> {
    /// The word of a row.
    pub fn at(self, row: usize) -> Option<u8> {
        self.0.map(|words| words[row]).filter(|word| *word != NO_WORD)
    }
}

/// The words of a column.
pub fn words<'a>(frame: &'a Frame, name: &str) -> Words<'a> {
    match frame.column(name) {
        Some(Values::Words(words)) => Words(Some(words)),
        _ => Words(None),
    }
}
