//! A canonical table in memory: columns by the name of their field, and the file of each row. What a column holds, and
//! which there are, is for [`super::table_reader`] to say.

use std::collections::{BTreeMap, HashMap};

use crate::store::keys::print;
use crate::store::{Batch, NO_NUMBER, NO_PRINT, NO_WORD, Values, Words};

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    names: Vec<String>,
    batch: Batch,
    files: Vec<u32>,
}

impl Frame {
    /// The files of one table under each other; a column that a file lacks is absent for its rows. Parts are the number
    /// of the file, the names of its columns and these.
    pub fn joined(parts: Vec<(u32, Vec<String>, Batch)>) -> Frame {
        let mut kinds: BTreeMap<String, Values> = BTreeMap::new();
        for (_, names, batch) in &parts {
            for (name, values) in names.iter().zip(batch.columns()) {
                kinds.entry(name.clone()).or_insert_with(|| values.absent(0));
            }
        }
        let mut frame = Frame { names: kinds.keys().cloned().collect(), ..Frame::default() };
        for (number, names, batch) in parts {
            let rows = batch.rows();
            let mut by_name: BTreeMap<String, Values> = names.into_iter().zip(batch.into_columns()).collect();
            let columns = kinds.iter().map(|(name, kind)| by_name.remove(name).unwrap_or_else(|| kind.absent(rows)));
            frame.batch.append(Batch::new(rows, columns.collect()));
            frame.files.extend(std::iter::repeat_n(number, rows));
        }
        frame
    }

    /// Columns by their name, and the file of each row.
    ///
    /// # Panics
    /// Where their lengths differ.
    pub fn new(names: Vec<String>, batch: Batch, files: Vec<u32>) -> Frame {
        assert!(names.len() == batch.columns().len() && files.len() == batch.rows(), "columns of one length");
        Frame { names, batch, files }
    }

    /// How many rows.
    pub fn height(&self) -> usize {
        self.batch.rows()
    }

    /// A column.
    pub fn column(&self, name: &str) -> Option<&Values> {
        self.names.iter().position(|known| known == name).map(|at| &self.batch.columns()[at])
    }

    /// The columns with their names, in order of these.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &Values)> {
        self.names.iter().map(String::as_str).zip(self.batch.columns())
    }

    /// The file of each row.
    pub fn files(&self) -> &[u32] {
        &self.files
    }

    /// The rows to keep.
    pub fn filtered(&self, keep: &[bool]) -> Frame {
        let rows: Vec<u32> = (0_u32..).zip(keep).filter(|(_, keep)| **keep).map(|(row, _)| row).collect();
        let files = rows.iter().map(|row| self.files[*row as usize]).collect();
        Frame { names: self.names.clone(), batch: self.batch.take(&rows), files }
    }

    /// The rows as they are stored, without the file of each.
    pub fn batch(&self) -> &Batch {
        &self.batch
    }

    /// The text of a row in a column of texts or of codes in a dictionary; `None` where it is absent.
    pub fn text<'a>(values: &'a Values, row: usize, words: &'a Words) -> Option<&'a str> {
        match values {
            Values::Texts(texts) => texts.get(row),
            Values::Codes(codes) => words.text(codes[row]),
            Values::Numbers(_) | Values::Decimals(_) | Values::Words(_) | Values::Prints(_) => None,
        }
    }

    /// The print of a row in a column of keys, of texts or of codes in a dictionary; 0 where it is absent.
    pub fn print(values: &Values, row: usize, words: &Words) -> u64 {
        match values {
            Values::Prints(prints) => prints[row],
            values => print(Frame::text(values, row, words).unwrap_or_default()),
        }
    }

    /// The values of a row in a form that can be compared, without its place in the files.
    pub fn content(&self, row: usize, words: &Words) -> Vec<String> {
        let value = |values: &Values| match values {
            Values::Numbers(values) if values[row] != NO_NUMBER => format!("Int64({})", values[row]),
            Values::Decimals(values) if !values[row].is_nan() => format!("Float64({:?})", values[row]),
            Values::Words(values) if values[row] != NO_WORD => format!("UInt8({})", values[row]),
            Values::Prints(values) if values[row] != NO_PRINT => format!("UInt64({})", values[row]),
            other => {
                Frame::text(other, row, words).map_or_else(|| "Null".to_owned(), |text| format!("String({text:?})"))
            }
        };
        self.batch.columns().iter().map(value).collect()
    }

    /// The same rows with other values in a column.
    #[must_use]
    pub fn with(self, name: &str, values: Values) -> Frame {
        let Frame { names, batch, files } = self;
        let rows = batch.rows();
        let mut columns = batch.into_columns();
        if let Some(at) = names.iter().position(|known| known == name) {
            columns[at] = values;
        }
        Frame { names, batch: Batch::new(rows, columns), files }
    }

    /// The same rows, in which values are copied within columns: place of the column, to this row, from that one.
    #[must_use]
    pub fn copied(self, copies: &[(usize, usize, usize)]) -> Frame {
        if copies.is_empty() {
            return self;
        }
        let Frame { names, batch, files } = self;
        let rows = batch.rows();
        let mut columns = batch.into_columns();
        for (place, values) in columns.iter_mut().enumerate() {
            let own = || copies.iter().filter(|(column, ..)| *column == place).map(|(_, to, from)| (*to, *from));
            match values {
                Values::Numbers(values) => own().for_each(|(to, from)| values[to] = values[from]),
                Values::Decimals(values) => own().for_each(|(to, from)| values[to] = values[from]),
                Values::Words(values) => own().for_each(|(to, from)| values[to] = values[from]),
                Values::Codes(values) => own().for_each(|(to, from)| values[to] = values[from]),
                Values::Prints(values) => own().for_each(|(to, from)| values[to] = values[from]),
                Values::Texts(texts) => {
                    let from: HashMap<usize, usize> = own().collect();
                    if !from.is_empty() {
                        let source = |row: usize| from.get(&row).copied().unwrap_or(row);
                        *texts = (0..rows).map(|row| texts.get(source(row)).unwrap_or_default()).collect();
                    }
                }
            }
        }
        Frame { names, batch: Batch::new(rows, columns), files }
    }

    /// The same rows without a column.
    #[must_use]
    pub fn without(self, name: &str) -> Frame {
        let Frame { mut names, batch, files } = self;
        let rows = batch.rows();
        let mut columns = batch.into_columns();
        if let Some(at) = names.iter().position(|known| known == name) {
            names.remove(at);
            columns.remove(at);
        }
        Frame { names, batch: Batch::new(rows, columns), files }
    }
}
