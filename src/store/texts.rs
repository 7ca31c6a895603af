//! A column of texts in one buffer: takes texts row by row, gives them back by row. An empty text is an absent one.

use serde::{Deserialize, Serialize};

/// Texts by row; no allocation of its own for any of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    bytes: String,
    /// Where each text ends, but for whole multiples of 4 GiB.
    ends: Vec<u32>,
    /// The rows before whose end another 4 GiB were filled.
    turns: Vec<usize>,
}

impl Texts {
    /// No texts, with room for some.
    pub fn with_capacity(rows: usize, bytes: usize) -> Texts {
        Texts { bytes: String::with_capacity(bytes), ends: Vec::with_capacity(rows), turns: Vec::new() }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds a row; an empty text is an absent one.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.end_row();
    }

    fn end_row(&mut self) {
        let end = self.bytes.len();
        while end >> 32 > self.turns.len() {
            self.turns.push(self.ends.len());
        }
        self.ends.push(end as u32);
    }

    /// The text of a row; `None` where it is absent.
    pub fn get(&self, row: usize) -> Option<&str> {
        let text = self.text(row);
        if text.is_empty() { None } else { Some(text) }
    }

    /// The text of a row, empty where it is absent.
    pub fn text(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.end(before));
        &self.bytes[start..self.end(row)]
    }

    fn end(&self, row: usize) -> usize {
        let turns = if self.turns.is_empty() { 0 } else { self.turns.partition_point(|turn| *turn <= row) };
        (turns << 32) + self.ends[row] as usize
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.text(row))
    }

    /// Adds all rows of another column.
    pub fn append(&mut self, other: &Texts) {
        if self.turns.is_empty() && other.turns.is_empty() && (self.bytes.len() + other.bytes.len()) >> 32 == 0 {
            let base = self.bytes.len() as u32;
            self.bytes.push_str(&other.bytes);
            self.ends.extend(other.ends.iter().map(|end| base + end));
            return;
        }
        other.iter().for_each(|text| self.push(text));
    }

    /// The rows named, in their order.
    pub fn take(&self, rows: &[u32]) -> Texts {
        let mut taken = Texts::with_capacity(rows.len(), 0);
        rows.iter().for_each(|row| taken.push(self.text(*row as usize)));
        taken
    }

    /// What the texts take in memory; room that was never used takes none.
    pub fn heap_bytes(&self) -> usize {
        self.bytes.len() + size_of_val(self.ends.as_slice())
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Texts {
        let mut all = Texts::default();
        texts.into_iter().for_each(|text| all.push(text));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_went_in() {
        let mut texts: Texts = ["a", "", "bcd"].into_iter().collect();
        texts.append(&["é", ""].into_iter().collect());
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["a", "", "bcd", "é", ""]);
        assert_eq!((texts.get(1), texts.get(3)), (None, Some("é")));
        assert_eq!(texts.take(&[3, 0]).iter().collect::<Vec<_>>(), ["é", "a"]);
    }
}
