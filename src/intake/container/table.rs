//! Standard CSV text under construction: UTF-8, comma, LF, doubled quotes. Takes rows of cells, gives the text; what
//! a cell means is left to the formats that fill it.

use super::limits::Budget;
use super::refusal::Refusal;

/// A table being written, on the account of its file.
pub(super) struct Table<'a> {
    text: String,
    budget: &'a Budget<'a>,
    /// What to call it where a limit is met.
    what: String,
    in_row: bool,
}

impl<'a> Table<'a> {
    /// An empty table.
    pub(super) fn new(budget: &'a Budget<'a>, what: impl Into<String>) -> Table<'a> {
        Table { text: String::new(), budget, what: what.into(), in_row: false }
    }

    /// How to refer to it.
    pub(super) fn what(&self) -> &str {
        &self.what
    }

    /// The next cell of the row.
    pub(super) fn cell(&mut self, cell: &str) -> Result<(), Refusal> {
        self.budget.write(cell.len() + 1, &self.what)?;
        if self.in_row {
            self.text.push(',');
        }
        self.in_row = true;
        push_field(&mut self.text, cell);
        Ok(())
    }

    /// Ends the row. A row of one empty cell is quoted, as a blank line would be no row at all.
    pub(super) fn end_row(&mut self) -> Result<(), Refusal> {
        self.budget.row(&self.what)?;
        if self.text.is_empty() || self.text.ends_with('\n') {
            self.text.push_str("\"\"");
        }
        self.text.push('\n');
        self.in_row = false;
        Ok(())
    }

    /// Whether no row was written.
    pub(super) const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

fn push_field(text: &mut String, cell: &str) {
    let special = |byte: &u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    if !cell.as_bytes().iter().any(special) {
        return text.push_str(cell);
    }
    text.push('"');
    for (place, piece) in cell.split('"').enumerate() {
        if place > 0 {
            text.push_str("\"\"");
        }
        text.push_str(piece);
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::super::limits::Limits;
    use super::*;

    fn written(rows: &[&[&str]]) -> String {
        let limits = Limits::default();
        let budget = Budget::new(&limits, 1);
        let mut table = Table::new(&budget, "test");
        for row in rows {
            for cell in *row {
                table.cell(cell).unwrap();
            }
            table.end_row().unwrap();
        }
        table.finish()
    }

    #[test]
    fn quotes_only_where_needed() {
        assert_eq!(written(&[&["a", "b,c", "d\"e", "f\ng"], &["", "x"]]), "a,\"b,c\",\"d\"\"e\",\"f\ng\"\n,x\n");
    }

    #[test]
    fn a_row_of_one_empty_cell_is_no_blank_line() {
        assert_eq!(written(&[&["a"], &[""], &["b"]]), "a\n\"\"\nb\n");
    }
}
