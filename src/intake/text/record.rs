//! One record of delimited text: its cells, one after the other in one buffer that is used again for the next record.

/// The cells of a record as bytes of UTF-8 text, without quotes and escapes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Record {
    /// A record of these cells.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a [u8]>) -> Record {
        let mut record = Record::default();
        for cell in cells {
            record.push(cell);
        }
        record
    }

    /// The same with one more cell at a place.
    pub fn with(&self, place: usize, cell: &[u8]) -> Record {
        let before = self.iter().take(place);
        Record::of(before.chain(std::iter::once(cell)).chain(self.iter().skip(place)))
    }

    /// No cells; the buffer is kept.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds a cell.
    pub fn push(&mut self, cell: &[u8]) {
        self.text.extend_from_slice(cell);
        self.end_cell();
    }

    /// Adds to the cell that is being written; [`Record::end_cell`] ends it.
    pub fn write(&mut self, part: &[u8]) {
        self.text.extend_from_slice(part);
    }

    /// Ends the cell that was being written.
    pub fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }

    /// How much text there is so far, for [`Record::cut_to`].
    pub fn written(&self) -> usize {
        self.text.len()
    }

    /// Takes back what was written of the cell since.
    pub fn cut_to(&mut self, written: usize) {
        self.text.truncate(written);
    }

    /// How many cells.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A cell.
    pub fn get(&self, at: usize) -> Option<&[u8]> {
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }

    /// A cell as text; one that is not there is empty.
    pub fn text(&self, at: usize) -> &str {
        let cell = self.get(at).unwrap_or_default();
        std::str::from_utf8(cell).expect("cells are cut from UTF-8 text at single-byte characters")
    }

    /// All cells.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// All cells as text.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.text(at))
    }

    /// Cells that hold more than blanks.
    pub fn filled(&self) -> usize {
        self.iter().filter(|cell| !is_blank(cell)).count()
    }

    /// One more than the place of the last cell that holds more than blanks.
    pub fn reach(&self) -> usize {
        (0..self.len()).rev().find(|at| self.get(*at).is_some_and(|cell| !is_blank(cell))).map_or(0, |last| last + 1)
    }

    /// Whether no cell holds more than blanks.
    pub fn is_blank(&self) -> bool {
        is_blank(&self.text)
    }

    /// Cuts cells to so many bytes, at the end of a character; returns whether there was one to cut.
    pub fn cut_cells(&mut self, most: usize) -> bool {
        if self.text.len() <= most || self.iter().all(|cell| cell.len() <= most) {
            return false;
        }
        let cut =
            |text: &str| (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        let cells: Vec<String> = self.texts().map(|text| text[..cut(text)].to_owned()).collect();
        *self = Record::of(cells.iter().map(String::as_bytes));
        true
    }

    /// Leaves out the cells from `width` on, and fills up with empty ones to it.
    pub fn resize(&mut self, width: usize) {
        self.ends.truncate(width);
        self.text.truncate(self.ends.last().copied().unwrap_or_default());
        while self.ends.len() < width {
            self.end_cell();
        }
    }
}

/// Whether there is nothing but blanks, no-break spaces included.
pub fn is_blank(cell: &[u8]) -> bool {
    if cell.is_ascii() {
        return cell.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0);
    }
    std::str::from_utf8(cell)
        .is_ok_and(|text| text.chars().all(|c| c.is_whitespace() || matches!(c, '\0' | '\u{feff}')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_their_bounds_and_the_width_can_be_set() {
        let mut record = Record::of([b"a".as_slice(), b"", b"cd"]);
        assert_eq!(record.texts().collect::<Vec<_>>(), ["a", "", "cd"]);
        assert_eq!((record.len(), record.filled()), (3, 2));
        record.resize(4);
        assert_eq!(record.texts().collect::<Vec<_>>(), ["a", "", "cd", ""]);
        record.resize(1);
        assert_eq!(record.texts().collect::<Vec<_>>(), ["a"]);
        assert!(Record::of([b" ".as_slice(), "\u{a0}".as_bytes()]).is_blank());
    }
}
