//! Tables of web pages: reports that a CRM saves "as Excel" are often pages under the name `.xls`. Takes the bytes,
//! gives the table with the most cells. Read twice, first to count, so that only one table is ever held.

mod letters;

use std::borrow::Cow;

use super::limits::{Bound, Budget};
use super::note::Note;
use super::refusal::Refusal;
use super::sheet::Sheet;

/// What a span may claim; a wider one would only leave the sheet.
const WIDEST: usize = 16_384;
/// Further right, cells that reach down are taken for single ones: each row looks at all of them.
const WIDEST_REACHING: usize = 256;

/// Reads the largest table.
pub(super) fn open(bytes: &[u8], budget: &Budget<'_>) -> Result<(String, Vec<Note>), Refusal> {
    let (text, encoding) = letters::decoded(bytes)?;
    let cells = cells_of_each(&text, budget)?;
    // Of equal ones the first.
    let largest = (0..cells.len()).rev().max_by_key(|place| cells[*place]);
    let wanted =
        largest.filter(|place| cells[*place] > 0).ok_or_else(|| Refusal::not_read("an HTML page without a table"))?;
    let mut sheet = Sheet::new("the HTML table", budget);
    read(&text, wanted, &mut sheet)?;
    let (table, mut notes) = sheet.finish()?;
    let table = table.ok_or_else(|| Refusal::not_read("an HTML page whose table is empty"))?;
    notes.extend(encoding.map(|encoding| Note::AssumedEncoding { encoding }));
    let others = cells.iter().filter(|count| **count > 0).count() as u64 - 1;
    if others > 0 {
        notes.push(Note::OtherTables { count: others, read: format!("table {}", wanted + 1) });
    }
    Ok((table, notes))
}

/// What the markup is made of.
enum Token<'a> {
    Start { name: Cow<'a, str>, attributes: &'a str },
    End { name: Cow<'a, str> },
    Text(&'a str),
}

/// Cuts markup into tokens. Comments and what is no text of the page are left out.
struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            let is_tag = |after: u8| after.is_ascii_alphabetic() || matches!(after, b'/' | b'!' | b'?');
            let bytes = self.rest.as_bytes();
            if bytes[0] != b'<' || !bytes.get(1).is_some_and(|after| is_tag(*after)) {
                // A lone `<` is text.
                let from = usize::from(bytes[0] == b'<');
                let end = self.rest[from..].find('<').map_or(self.rest.len(), |end| end + from);
                return Some(Token::Text(self.take(end, 0)));
            }
            if let Some(token) = self.markup() {
                return Some(token);
            }
        }
        None
    }
}

impl<'a> Tokens<'a> {
    /// The next bytes, and past what follows them.
    fn take(&mut self, length: usize, past: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = &rest[past.min(rest.len())..];
        taken
    }

    fn markup(&mut self) -> Option<Token<'a>> {
        if let Some(comment) = self.rest.strip_prefix("<!--") {
            let end = comment.find("-->").map_or(comment.len(), |end| end + 3);
            self.rest = &comment[end..];
            return None;
        }
        let tag = self.take(end_of_tag(self.rest), 1);
        let tag = &tag[1..];
        let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let name_end = tag.find(|letter: char| letter.is_whitespace() || letter == '/').unwrap_or(tag.len());
        let name = lower(&tag[..name_end]);
        if !closes && matches!(name.as_ref(), "script" | "style" | "title") {
            self.skip_to_end_of(&name);
            return None;
        }
        Some(if closes { Token::End { name } } else { Token::Start { name, attributes: &tag[name_end..] } })
    }

    fn skip_to_end_of(&mut self, name: &str) {
        while let Some(start) = self.rest.find("</") {
            self.rest = &self.rest[start + 2..];
            if self.rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
                return;
            }
        }
        self.rest = "";
    }
}

/// Where the `>` of a tag is: not in quotes, where the quotes are closed.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return at,
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    tag.find('>').unwrap_or(tag.len())
}

fn lower(name: &str) -> Cow<'_, str> {
    match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    }
}

/// How many cells each table has, in the order in which they begin. A table inside a cell is one of its own.
fn cells_of_each(text: &str, budget: &Budget<'_>) -> Result<Vec<u64>, Refusal> {
    let mut cells = Vec::new();
    let mut open = Vec::new();
    for token in (Tokens { rest: text }) {
        match token {
            Token::Start { name, .. } if name == "table" => {
                if open.len() == budget.limits.values {
                    return Err(Refusal::too_large("the HTML page", Bound::Values(budget.limits.values as u64)));
                }
                open.push(cells.len());
                cells.push(0);
            }
            Token::End { name } if name == "table" => drop(open.pop()),
            Token::Start { name, .. } if name == "td" || name == "th" => {
                if let Some(table) = open.last() {
                    cells[*table] += 1;
                }
            }
            _ => {}
        }
    }
    Ok(cells)
}

/// Puts the cells of the wanted table into `sheet`.
fn read(text: &str, wanted: usize, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
    let mut row = Row::default();
    let (mut tables, mut open) = (0, Vec::new());
    for token in (Tokens { rest: text }) {
        let here = open.last() == Some(&wanted);
        match token {
            Token::Start { name, .. } if name == "table" => {
                open.push(tables);
                tables += 1;
            }
            Token::End { name } if name == "table" => {
                if here {
                    return row.end_cell(sheet);
                }
                open.pop();
            }
            _ if !here => {}
            Token::Text(text) => row.push(text),
            Token::Start { name, attributes } => match name.as_ref() {
                "tr" => row.start(sheet)?,
                "td" | "th" => row.start_cell(attributes, sheet)?,
                "br" => row.break_line(),
                _ => {}
            },
            Token::End { name } => {
                if matches!(name.as_ref(), "td" | "th" | "tr") {
                    row.end_cell(sheet)?;
                }
            }
        }
    }
    row.end_cell(sheet)
}

/// The row that is being filled.
#[derive(Default)]
struct Row {
    number: u64,
    column: usize,
    /// How many more rows the cells above reach down, for each column.
    reaching: Vec<u32>,
    /// The columns of this row that cells above reach into.
    taken: Vec<bool>,
    cell: Option<Cell>,
}

#[derive(Default)]
struct Cell {
    text: String,
    across: usize,
    down: u32,
}

impl Row {
    fn start(&mut self, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
        self.end_cell(sheet)?;
        self.number += 1;
        self.column = 0;
        self.taken.clear();
        self.taken.extend(self.reaching.iter().map(|left| *left > 0));
        self.reaching.iter_mut().for_each(|left| *left = left.saturating_sub(1));
        sheet.start_row(self.number)
    }

    fn start_cell(&mut self, attributes: &str, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
        self.end_cell(sheet)?;
        if self.number == 0 {
            self.start(sheet)?;
        }
        while self.taken.get(self.column) == Some(&true) {
            self.column += 1;
        }
        let across = span(attributes, "colspan").clamp(1, WIDEST);
        let down = u32::try_from(span(attributes, "rowspan")).unwrap_or(0);
        self.cell = Some(Cell { text: String::new(), across, down });
        Ok(())
    }

    fn push(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell {
            letters::push_text(&mut cell.text, text);
        }
    }

    fn break_line(&mut self) {
        if let Some(cell) = &mut self.cell {
            cell.text.truncate(cell.text.trim_end_matches(' ').len());
            cell.text.push('\n');
        }
    }

    fn end_cell(&mut self, sheet: &mut Sheet<'_>) -> Result<(), Refusal> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        sheet.text(self.column, cell.text.trim())?;
        let end = self.column + cell.across;
        if cell.down > 1 && end <= WIDEST_REACHING {
            self.reaching.resize(self.reaching.len().max(end), 0);
            self.reaching[self.column..end].fill(cell.down - 1);
        }
        self.column = end;
        Ok(())
    }
}

/// A whole number in an attribute; 0 without it.
fn span(attributes: &str, name: &str) -> usize {
    let Some(at) = attributes.to_ascii_lowercase().find(name) else { return 0 };
    let value = attributes[at + name.len()..].trim_start().trim_start_matches('=').trim_start();
    let digits: String =
        value.trim_start_matches(['"', '\'']).chars().take_while(char::is_ascii_digit).take(6).collect();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::limits::Limits;
    use super::*;

    fn read_page(page: &[u8]) -> (String, Vec<Note>) {
        let limits = Limits::default();
        open(page, &Budget::new(&limits, page.len() as u64)).unwrap()
    }

    #[test]
    fn the_largest_table_is_read() {
        let page = b"<html><style>td{}</style><table><tr><td>small</table><TABLE border='>'><TR><TH>id<th>na&auml;me \
            <tr><td>1</td><td>a &lt;b&gt;<br>c &#8364; < d</td></tr><!-- <tr><td>no --></table>";
        let (table, notes) = read_page(page);
        assert_eq!(table, "id,na\u{e4}me\n1,\"a <b>\nc \u{20ac} < d\"\n");
        assert_eq!(notes[0].to_string(), "1 further tables are not read, only table 2");
    }

    #[test]
    fn spans_keep_columns_in_place() {
        let page = b"<table><tr><td rowspan=2>g</td><td colspan=2>x</td><td>y</td></tr><tr><td>1</td><td>2</td><td>3</td></table>";
        assert_eq!(read_page(page).0, "g,x,,y\n,1,2,3\n");
        let page = b"<table><tr><td>a<td rowspan=2>b<tr><td>1<tr><td>2<td>3</table>";
        assert_eq!(read_page(page).0, "a,b\n1\n2,3\n");
    }

    #[test]
    fn text_that_is_no_utf_8_is_taken_for_windows_1252() {
        let (table, notes) = read_page(b"<table><tr><td>M\xfcller \x80</td></tr></table>");
        assert_eq!(table, "M\u{fc}ller \u{20ac}\n");
        assert_eq!(notes, [Note::AssumedEncoding { encoding: "windows-1252" }]);
    }
}
