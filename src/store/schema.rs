//! What the columns of a batch are called and what they hold: takes names and kinds in their order, and gives the place
//! of a name. The batch itself knows only places; which columns a table has is decided elsewhere.

use super::batch::{Batch, NO_CODE, NO_NUMBER, NO_PRINT, NO_WORD, Values};
use super::texts::Texts;
use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ValueKind {
    /// Instants, minor units, counts.
    Numbers,
    /// Numbers with decimals.
    Decimals,
    /// Places in a list of words, or flags.
    Words,
    /// Codes of texts in a dictionary.
    Codes,
    /// Prints of keys.
    Prints,
    /// Texts.
    Texts,
}

impl ValueKind {
    /// A column of this kind in which every value is absent.
    pub fn absent(self, rows: usize) -> Values {
        match self {
            ValueKind::Numbers => Values::Numbers(vec![NO_NUMBER; rows]),
            ValueKind::Decimals => Values::Decimals(vec![f64::NAN; rows]),
            ValueKind::Words => Values::Words(vec![NO_WORD; rows]),
            ValueKind::Codes => Values::Codes(vec![NO_CODE; rows]),
            ValueKind::Prints => Values::Prints(vec![NO_PRINT; rows]),
            ValueKind::Texts => Values::Texts(std::iter::repeat_n("", rows).collect::<Texts>()),
        }
    }
}

impl From<&Values> for ValueKind {
    fn from(values: &Values) -> ValueKind {
        match values {
            Values::Numbers(_) => ValueKind::Numbers,
            Values::Decimals(_) => ValueKind::Decimals,
            Values::Words(_) => ValueKind::Words,
            Values::Codes(_) => ValueKind::Codes,
            Values::Prints(_) => ValueKind::Prints,
            Values::Texts(_) => ValueKind::Texts,
        }
    }
}

/// Names and kinds of the columns of a batch, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    columns: Vec<(String, ValueKind)>,
}

impl Schema {
    /// Columns in their order.
    pub fn new<N: Into<String>>(columns: impl IntoIterator<Item = (N, ValueKind)>) -> Schema {
        Schema { columns: columns.into_iter().map(|(name, kind)| (name.into(), kind)).collect() }
    }

    /// How many columns.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is no column.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Names and kinds.
    pub fn columns(&self) -> impl Iterator<Item = (&str, ValueKind)> {
        self.columns.iter().map(|(name, kind)| (name.as_str(), *kind))
    }

    /// Kind of a column.
    pub fn kind(&self, column: usize) -> ValueKind {
        self.columns[column].1
    }

    /// Place of a column.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|(own, _)| own == name)
    }

    /// Whether a batch has these columns.
    pub fn fits(&self, batch: &Batch) -> bool {
        batch.columns().len() == self.columns.len()
            && batch.columns().iter().zip(&self.columns).all(|(values, (_, kind))| ValueKind::from(values) == *kind)
    }

    /// A batch of no rows.
    pub fn empty(&self) -> Batch {
        Batch::new(0, self.columns.iter().map(|(_, kind)| kind.absent(0)).collect())
    }
}
