//! Rows as columns of plain values. A value that is absent is a value of its own in each kind of column, so that a
//! column is one vector.

use super::texts::Texts;

/// An absent whole number.
pub const NO_NUMBER: i64 = i64::MIN;
/// An absent word.
pub const NO_WORD: u8 = u8::MAX;
/// The code of an absent text.
pub const NO_CODE: u32 = 0;
/// The print of an absent key.
pub const NO_PRINT: u64 = 0;

/// The values of one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Instants, minor units, counts; [`NO_NUMBER`] is absent.
    Numbers(Vec<i64>),
    /// Numbers with decimals; not a number is absent.
    Decimals(Vec<f64>),
    /// Places in a list of words, or flags; [`NO_WORD`] is absent.
    Words(Vec<u8>),
    /// Codes of texts in a dictionary; [`NO_CODE`] is absent.
    Codes(Vec<u32>),
    /// Prints of keys that are only compared, see [`super::keys::print`]; [`NO_PRINT`] is absent.
    Prints(Vec<u64>),
    /// Texts; an empty one is absent.
    Texts(Texts),
}

impl Values {
    /// How many rows.
    pub fn len(&self) -> usize {
        match self {
            Values::Numbers(values) => values.len(),
            Values::Decimals(values) => values.len(),
            Values::Words(values) => values.len(),
            Values::Codes(values) => values.len(),
            Values::Prints(values) => values.len(),
            Values::Texts(values) => values.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A column of this kind in which every value is absent.
    pub fn absent(&self, rows: usize) -> Values {
        match self {
            Values::Numbers(_) => Values::Numbers(vec![NO_NUMBER; rows]),
            Values::Decimals(_) => Values::Decimals(vec![f64::NAN; rows]),
            Values::Words(_) => Values::Words(vec![NO_WORD; rows]),
            Values::Codes(_) => Values::Codes(vec![NO_CODE; rows]),
            Values::Prints(_) => Values::Prints(vec![NO_PRINT; rows]),
            Values::Texts(_) => Values::Texts(std::iter::repeat_n("", rows).collect()),
        }
    }

    /// Adds the rows of a column of the same kind.
    ///
    /// # Panics
    /// Where the kinds differ: a field has one kind.
    pub fn append(&mut self, other: Values) {
        match (self, other) {
            (Values::Numbers(own), Values::Numbers(other)) => own.extend(other),
            (Values::Decimals(own), Values::Decimals(other)) => own.extend(other),
            (Values::Words(own), Values::Words(other)) => own.extend(other),
            (Values::Codes(own), Values::Codes(other)) => own.extend(other),
            (Values::Prints(own), Values::Prints(other)) => own.extend(other),
            (Values::Texts(own), Values::Texts(other)) => own.append(&other),
            (own, other) => panic!("a column of {} rows of another kind than its {} new ones", own.len(), other.len()),
        }
    }

    /// The rows named, in their order.
    pub fn take(&self, rows: &[u32]) -> Values {
        fn of<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter().map(|row| values[*row as usize]).collect()
        }
        match self {
            Values::Numbers(values) => Values::Numbers(of(values, rows)),
            Values::Decimals(values) => Values::Decimals(of(values, rows)),
            Values::Words(values) => Values::Words(of(values, rows)),
            Values::Codes(values) => Values::Codes(of(values, rows)),
            Values::Prints(values) => Values::Prints(of(values, rows)),
            Values::Texts(values) => Values::Texts(values.take(rows)),
        }
    }

    /// What the values take in memory; room that was never used takes none.
    pub fn heap_bytes(&self) -> usize {
        match self {
            Values::Numbers(values) => size_of_val(values.as_slice()),
            Values::Decimals(values) => size_of_val(values.as_slice()),
            Values::Words(values) => size_of_val(values.as_slice()),
            Values::Codes(values) => size_of_val(values.as_slice()),
            Values::Prints(values) => size_of_val(values.as_slice()),
            Values::Texts(values) => values.heap_bytes(),
        }
    }

    /// Whether a value is absent.
    pub fn is_absent(&self, row: usize) -> bool {
        match self {
            Values::Numbers(values) => values[row] == NO_NUMBER,
            Values::Decimals(values) => values[row].is_nan(),
            Values::Words(values) => values[row] == NO_WORD,
            Values::Codes(values) => values[row] == NO_CODE,
            Values::Prints(values) => values[row] == NO_PRINT,
            Values::Texts(values) => values.text(row).is_empty(),
        }
    }
}

/// Columns of one length, by place; their names are kept beside.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    rows: usize,
    columns: Vec<Values>,
}

impl Batch {
    /// Columns of one length.
    ///
    /// # Panics
    /// Where their lengths differ.
    pub fn new(rows: usize, columns: Vec<Values>) -> Batch {
        assert!(columns.iter().all(|column| column.len() == rows), "columns of one length");
        Batch { rows, columns }
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns.
    pub fn columns(&self) -> &[Values] {
        &self.columns
    }

    /// The columns, to be changed in place.
    pub fn columns_mut(&mut self) -> &mut [Values] {
        &mut self.columns
    }

    /// The columns, taken out.
    pub fn into_columns(self) -> Vec<Values> {
        self.columns
    }

    /// The last column, taken out.
    pub fn pop(&mut self) -> Option<Values> {
        self.columns.pop()
    }

    /// Changes codes of one dictionary to those of another; `codes` gives the new one of each.
    pub fn recode(&mut self, codes: &[u32]) {
        for column in &mut self.columns {
            if let Values::Codes(values) = column {
                values.iter_mut().for_each(|code| *code = codes[*code as usize]);
            }
        }
    }

    /// Adds the rows of a batch with the same columns.
    pub fn append(&mut self, other: Batch) {
        if self.columns.is_empty() && self.rows == 0 {
            *self = other;
            return;
        }
        self.rows += other.rows;
        self.columns.iter_mut().zip(other.columns).for_each(|(own, other)| own.append(other));
    }

    /// The rows named, in their order.
    pub fn take(&self, rows: &[u32]) -> Batch {
        Batch { rows: rows.len(), columns: self.columns.iter().map(|column| column.take(rows)).collect() }
    }

    /// The rows of each part, where `part` gives the part of a row.
    pub fn split(&self, parts: usize, part: impl Fn(usize) -> usize) -> Vec<Batch> {
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); parts];
        for row in 0..self.rows {
            rows[part(row)].push(u32::try_from(row).expect("a batch has fewer rows than 4 billion"));
        }
        rows.iter().map(|rows| self.take(rows)).collect()
    }

    /// The same rows in pieces of so many bytes each, about.
    pub fn pieces(&self, bytes: usize) -> impl Iterator<Item = Batch> {
        let each = (self.rows / self.heap_bytes().div_ceil(bytes.max(1)).max(1)).max(1);
        let rows = move |from: usize| (from..self.rows.min(from + each)).map(|row| row as u32).collect::<Vec<u32>>();
        (0..self.rows).step_by(each).map(move |from| self.take(&rows(from)))
    }

    /// What the values take in memory.
    pub fn heap_bytes(&self) -> usize {
        self.columns.iter().map(Values::heap_bytes).sum()
    }
}
