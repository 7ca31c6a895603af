//! One delimited file, written row by row.
//!
//! Takes cells, gives a file; quotes by RFC 4180. One line buffer a file, nothing kept of what
//! was written but the number of rows.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::DemoError;
use super::calendar::push_padded;

/// Which cells stand in quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// All, as CRM exports do.
    Always,
    /// Those that hold a separator, a quote or a line break.
    WhereNeeded,
}

/// A file being written.
pub struct Sheet {
    out: BufWriter<File>,
    path: PathBuf,
    separator: u8,
    quoting: Quoting,
    columns: usize,
    cells: usize,
    line: Vec<u8>,
    rows: u64,
}

impl Sheet {
    /// Starts a comma-separated file with its header, the titles joined by commas.
    pub fn csv(folder: &Path, name: &str, quoting: Quoting, header: &str) -> Result<Self, DemoError> {
        let mut sheet = Self::bare(folder, name, b',', quoting)?;
        sheet.header(header)?;
        Ok(sheet)
    }

    /// Starts a file that has something before its header.
    pub fn bare(folder: &Path, name: &str, separator: u8, quoting: Quoting) -> Result<Self, DemoError> {
        let path = folder.join(name);
        let file = File::create_new(&path).map_err(|source| DemoError::Write { path: path.clone(), source })?;
        Ok(Self {
            out: BufWriter::with_capacity(1 << 16, file),
            path,
            separator,
            quoting,
            columns: 0,
            cells: 0,
            line: Vec::with_capacity(512),
            rows: 0,
        })
    }

    /// Writes a line as it is.
    pub fn verbatim(&mut self, line: &str) -> Result<(), DemoError> {
        self.line.extend_from_slice(line.as_bytes());
        self.flush_line()
    }

    /// Writes the header, its titles joined by commas, and fixes the number of columns.
    pub fn header(&mut self, header: &str) -> Result<(), DemoError> {
        for title in header.split(',') {
            self.text(title);
        }
        self.columns = std::mem::take(&mut self.cells);
        self.flush_line()
    }

    /// Adds a cell of text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let separator = self.separator;
        let special = |byte: &u8| matches!(byte, b'"' | b'\n' | b'\r') || *byte == separator;
        let quoted = self.quoting == Quoting::Always || text.as_bytes().iter().any(special);
        self.separate();
        if !quoted {
            self.line.extend_from_slice(text.as_bytes());
            return self;
        }
        self.line.push(b'"');
        for &byte in text.as_bytes() {
            if byte == b'"' {
                self.line.push(b'"');
            }
            self.line.push(byte);
        }
        self.line.push(b'"');
        self
    }

    /// Adds a cell whose content, pushed by the caller, needs no quoting.
    pub fn plain(&mut self, push: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        self.separate();
        let quote = self.quoting == Quoting::Always;
        if quote {
            self.line.push(b'"');
        }
        push(&mut self.line);
        if quote {
            self.line.push(b'"');
        }
        self
    }

    /// Adds a cell as [`Sheet::plain`] does, empty where there is no value.
    pub fn maybe<T>(&mut self, value: Option<T>, push: impl FnOnce(&mut Vec<u8>, T)) -> &mut Self {
        self.plain(|line| {
            if let Some(value) = value {
                push(line, value);
            }
        })
    }

    /// Adds an empty cell.
    pub fn blank(&mut self) -> &mut Self {
        self.plain(|_| ())
    }

    /// Adds a whole number.
    pub fn whole(&mut self, number: u64) -> &mut Self {
        self.plain(|line| push_padded(line, number, 1))
    }

    /// Adds an amount as `1234.56`.
    pub fn money(&mut self, cents: u64) -> &mut Self {
        self.plain(|line| push_money(line, cents))
    }

    /// Adds `true` or `false`.
    pub fn flag(&mut self, flag: bool) -> &mut Self {
        self.plain(|line| line.extend_from_slice(if flag { b"true" } else { b"false" }))
    }

    /// Ends a row of data.
    pub fn end(&mut self) -> Result<(), DemoError> {
        self.rows += 1;
        self.end_uncounted()
    }

    /// Ends a row that is not data, such as a total.
    pub fn end_uncounted(&mut self) -> Result<(), DemoError> {
        debug_assert_eq!(self.cells, self.columns, "cells of {}", self.path.display());
        self.cells = 0;
        self.flush_line()
    }

    /// Closes the file and says its name and its number of rows of data.
    pub fn close(mut self) -> Result<(String, u64), DemoError> {
        self.out.flush().map_err(|source| DemoError::Write { path: self.path.clone(), source })?;
        let name = self.path.file_name().unwrap_or_default();
        Ok((name.to_string_lossy().into_owned(), self.rows))
    }

    fn separate(&mut self) {
        if self.cells > 0 {
            self.line.push(self.separator);
        }
        self.cells += 1;
    }

    fn flush_line(&mut self) -> Result<(), DemoError> {
        self.line.push(b'\n');
        let written = self.out.write_all(&self.line);
        self.line.clear();
        written.map_err(|source| DemoError::Write { path: self.path.clone(), source })
    }
}

/// Adds an amount as `1234.56`.
pub fn push_money(line: &mut Vec<u8>, cents: u64) {
    push_padded(line, cents / 100, 1);
    line.push(b'.');
    push_padded(line, cents % 100, 2);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(quoting: Quoting) -> String {
        let folder = tempfile::tempdir().unwrap();
        let mut sheet = Sheet::csv(folder.path(), "a.csv", quoting, "a,b,c").unwrap();
        sheet.blank().text("x, \"y\"\nz").money(1_205);
        sheet.end().unwrap();
        assert_eq!(sheet.close().unwrap(), ("a.csv".to_owned(), 1));
        std::fs::read_to_string(folder.path().join("a.csv")).unwrap()
    }

    #[test]
    fn cells_are_quoted_where_needed_or_always() {
        assert_eq!(written(Quoting::WhereNeeded), "a,b,c\n,\"x, \"\"y\"\"\nz\",12.05\n");
        assert_eq!(written(Quoting::Always), "\"a\",\"b\",\"c\"\n\"\",\"x, \"\"y\"\"\nz\",\"12.05\"\n");
    }
}
