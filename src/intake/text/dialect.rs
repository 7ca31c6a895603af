//! What parts the cells of a text. Takes a sample of it, tries every separator and quote that occurs, and gives the
//! dialect under which the sample looks most like a table: rows of one width, cells that look like single values.
//!
//! The idea of scoring candidates by the regularity of rows and the kinds of cells is that of van den Burg, Nazábal and
//! Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019), and of García, "Detecting CSV file
//! dialects by table uniformity measurement and data type inference" (2024); the score itself is ours.

mod clocks;

use std::collections::BTreeMap;

use super::kinds::Kind;
use super::record::Record;
use super::split::{Dialect, Escape, Separator, Splitter};

/// Records of the sample that a candidate is judged by.
const RECORDS: usize = 400;

/// Characters that may part cells, with how readily each is believed. Blanks and colons part words and times too.
const MARKS: [(u8, f64); 10] = [
    (b',', 1.0),
    (b';', 1.0),
    (b'\t', 1.02),
    (b'|', 1.0),
    (b'^', 0.9),
    (b'~', 0.9),
    (0x1f, 1.0),
    (0x01, 1.0),
    (b':', 0.45),
    (b' ', 0.55),
];

/// The dialect of a text and the width of its rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// The dialect.
    pub dialect: Dialect,
    /// Cells of a usual row; 1 where nothing parts them.
    pub width: usize,
    /// The dialect around, where each row is in one quoted cell of it.
    pub around: Option<Dialect>,
}

/// The dialect that fits a sample best. `mark` is the separator that the file itself or the project names, if it does.
pub fn guess(sample: &str, mark: Option<u8>) -> Guess {
    let own = best(sample, mark);
    for around in [own.dialect, Dialect::STANDARD.with_mark(0)] {
        let Some(inner) = unwrapped(sample, around) else { continue };
        let guess = best(&inner, None);
        // A list of names such as `"Smith, John"` has a header that does not part.
        if guess.width > 2 && first_width(&inner, guess.dialect) == guess.width {
            return Guess { around: Some(around), ..guess };
        }
    }
    own
}

fn first_width(sample: &str, dialect: Dialect) -> usize {
    let mut record = Record::default();
    Splitter::new(sample, dialect, None).read(0, &mut record);
    record.len()
}

fn best(sample: &str, mark: Option<u8>) -> Guess {
    let mut best = (0.0, Guess { dialect: Dialect::STANDARD, width: 1, around: None });
    for candidate in candidates(sample, mark) {
        let score = Score::of(sample, candidate);
        // Where both read equally well, a backslash before a quote is there to escape it.
        let is_escape = candidate.escape == Escape::Backslash && score.value >= best.0;
        if score.value > best.0 || (is_escape && score.value > 0.0) {
            best = (score.value, Guess { dialect: candidate, width: score.width, around: None });
        }
    }
    let (_, mut guess) = best;
    if let Some(mark) = mark
        && guess.width == 1
    {
        guess.dialect.separator = Separator::plain(mark);
    }
    guess.dialect.separator = with_blanks(sample, guess.dialect);
    guess
}

fn candidates(sample: &str, mark: Option<u8>) -> Vec<Dialect> {
    let bytes = sample.as_bytes();
    let marks = MARKS.iter().map(|(mark, _)| *mark).filter(|found| mark.is_none_or(|mark| mark == *found));
    let is_there = |mark: &u8| memchr::memchr(*mark, bytes).is_some();
    let parts_clocks = |found: u8| mark.is_none() && matches!(found, b':' | b' ') && clocks::are_parted(sample, found);
    let mut marks: Vec<u8> = marks.filter(is_there).filter(|mark| !parts_clocks(*mark)).collect();
    marks.extend(mark.filter(|mark| !MARKS.iter().any(|(known, _)| known == mark)));
    let mut all = Vec::new();
    for mark in marks {
        for lone_returns in returns(bytes) {
            for (quote, escape) in quotings(bytes, mark) {
                all.push(Dialect { separator: Separator::plain(mark), quote, escape, lone_returns, exact: false });
            }
        }
    }
    all
}

/// Whether carriage returns alone may end lines: certainly, perhaps, or not.
fn returns(bytes: &[u8]) -> Vec<bool> {
    let lone = memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
    let feeds = memchr::memchr_iter(b'\n', bytes).count();
    match (lone, feeds) {
        (0, _) => vec![false],
        (_, 0) => vec![true],
        _ => vec![false, true],
    }
}

/// Quotes worth trying between such separators: those that open and close cells somewhere.
fn quotings(bytes: &[u8], mark: u8) -> Vec<(Option<u8>, Escape)> {
    let mut all = Vec::new();
    for quote in [b'"', b'\''] {
        let edges = Edges::of(bytes, quote, mark);
        if edges.opens == 0 || edges.closes == 0 {
            continue;
        }
        // Apostrophes occur at the edges of words too: as quotes they come in pairs and often, and do a quote's work.
        let is_pair = edges.opens > 1 && edges.opens.abs_diff(edges.closes) * 4 <= edges.opens;
        if quote == b'\'' && !(is_pair && (edges.holding > 0 || edges.at_top)) {
            continue;
        }
        all.push((Some(quote), Escape::Doubled));
        if edges.escaped > 0 {
            all.push((Some(quote), Escape::Backslash));
        }
    }
    if memchr::memmem::find(bytes, &[b'\\', mark]).is_some() && !all.contains(&(Some(b'"'), Escape::Backslash)) {
        all.push((Some(b'"'), Escape::Backslash));
    }
    if !all.contains(&(Some(b'"'), Escape::Doubled)) {
        // No double quote is used as one: a stray one later in the file is still taken for what it is. Nor is every
        // backslash before a separator an escape: folders end with one.
        all.push((Some(b'"'), Escape::Doubled));
    }
    all
}

/// How often a quote is at the edges of cells.
struct Edges {
    opens: usize,
    closes: usize,
    escaped: usize,
    /// Cells that hold a separator between two such quotes.
    holding: usize,
    /// Whether a cell of the first line is quoted.
    at_top: bool,
}

impl Edges {
    fn of(bytes: &[u8], quote: u8, mark: u8) -> Edges {
        let mut edges = Edges { opens: 0, closes: 0, escaped: 0, holding: 0, at_top: false };
        let first_line = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
        let mut opened = None;
        // Where the last line end before a quote is; the text is gone through once.
        let (mut last_end, mut ends) = (None, memchr::memchr_iter(b'\n', bytes).peekable());
        for at in memchr::memchr_iter(quote, bytes) {
            while let Some(end) = ends.next_if(|end| *end < at) {
                last_end = Some(end);
            }
            let crosses_line = |from: usize| last_end.is_some_and(|end| end > from);
            let before = bytes[..at].iter().rev().find(|byte| **byte != b' ' || mark == b' ');
            let after = bytes[at + 1..].iter().find(|byte| **byte != b' ' || mark == b' ');
            let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == mark || matches!(byte, b'\n' | b'\r'));
            // A cell that begins or ends with a separator lets its closing quote look like one that opens too.
            let (opens, closes) = (is_edge(before), is_edge(after));
            match opened {
                Some(from) if closes => {
                    let held: &[u8] = &bytes[from..at];
                    edges.closes += 1;
                    edges.holding += usize::from(!crosses_line(from) && held.contains(&mark));
                    opened = None;
                }
                Some(from) if !opens || !crosses_line(from) => {}
                _ if opens => {
                    edges.opens += 1;
                    edges.at_top |= at < first_line;
                    opened = Some(at);
                }
                _ => edges.closes += usize::from(closes),
            }
            let slashes = bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
            edges.escaped += slashes % 2;
        }
        edges
    }
}

/// How much a sample looks like a table under a dialect.
struct Score {
    value: f64,
    width: usize,
}

impl Score {
    fn of(sample: &str, dialect: Dialect) -> Score {
        let rows = Rows::of(sample, dialect);
        let none = Score { value: 0.0, width: 1 };
        let Some(width) = rows.usual_width() else { return none };
        let share = rows.share_of(width);
        let belief = MARKS.iter().find(|(mark, _)| *mark == dialect.separator.mark).map_or(1.0, |(_, belief)| *belief);
        // Two columns are easily two halves of something else; many are not.
        let size = 1.0 - 1.0 / (width as f64 + 0.5);
        let doubts = 1.0 - 0.5 * rows.mended as f64 / rows.all.len().max(1) as f64;
        // Whether a backslash escapes shows where the header has the width of the rows, and only then.
        let is_exact = rows.all.first().is_some_and(|row| row.0 == width);
        let has_escapes = memchr::memmem::find(sample.as_bytes(), &[b'\\', dialect.separator.mark]).is_some();
        let header = match rows.begins_with(width) {
            true if is_exact || !has_escapes => 1.0,
            true => 0.8,
            false => 0.65,
        };
        let value = belief * share * share * rows.goodness(width) * size * doubts * header;
        // Words and clocks are full of blanks and colons: as separators they must show values, in several columns.
        let is_weak = matches!(dialect.separator.mark, b' ' | b':');
        let is_believable = !is_weak || (value > 0.25 && width > 2 && rows.typed * 5 > rows.cells);
        if value < 0.05 || !is_believable { none } else { Score { value, width } }
    }
}

/// The rows of a sample: how many cells each has, and how good these look.
struct Rows {
    all: Vec<(usize, f64)>,
    mended: usize,
    cells: usize,
    typed: usize,
}

impl Rows {
    fn of(sample: &str, dialect: Dialect) -> Rows {
        let mut rows = Rows { all: Vec::new(), mended: 0, cells: 0, typed: 0 };
        let mut splitter = Splitter::new(sample, dialect, None);
        let (mut at, mut record) = (0, Record::default());
        while rows.all.len() < RECORDS
            && let Some(step) = splitter.read(at, &mut record)
        {
            at = step.end;
            if !record.is_blank() {
                rows.all.push((record.len(), goodness(&record, dialect)));
                rows.mended += usize::from(step.mend.is_some());
                rows.cells += record.len();
                rows.typed += record.texts().filter(|cell| Kind::of(cell).is_typed()).count();
            }
        }
        rows
    }

    /// The width that most rows have, those of one cell aside; of equally frequent ones the greatest.
    fn usual_width(&self) -> Option<usize> {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for (width, _) in self.all.iter().filter(|(width, _)| *width > 1) {
            *counts.entry(*width).or_default() += 1;
        }
        // A table of few rows below lines of two cells each is still the table.
        let most = counts
            .iter()
            .max_by_key(|(width, count)| (*count * (**width).min(12), **width))
            .map(|(width, _)| *width)?;
        // Rows that lack cells at their end are shorter than the header, never wider.
        let first = self.all.first().map_or(0, |row| row.0);
        let within = self.all.iter().filter(|row| row.0 > 1 && row.0 <= first).count();
        let varies = counts[&most] * 10 < self.all.len() * 9;
        let is_header = varies && first > most && first <= most * 2 && within * 20 >= self.all.len() * 19;
        Some(if is_header { first } else { most })
    }

    /// Whether the first row has the width, or all but one of its cells.
    fn begins_with(&self, width: usize) -> bool {
        self.all.first().is_some_and(|row| row.0 > 1 && row.0.abs_diff(width) < 2)
    }

    /// The share of rows that have the width, between the first and the last that do: what is above and below may be
    /// titles and footers.
    fn share_of(&self, width: usize) -> f64 {
        let fits = |row: &(usize, f64)| row.0 == width;
        // A row that lacks cells at its end, or has one too many, still counts for the width, if less.
        let weight = |row: &(usize, f64)| match row.0 {
            cells if cells == width => 1.0,
            cells if cells > 1 && cells < width && cells * 2 >= width => 0.75,
            cells if cells == width + 1 => 0.5,
            _ => 0.0,
        };
        let first = self.all.iter().position(fits).unwrap_or_default();
        let last = self.all.iter().rposition(fits).unwrap_or_default();
        let table = &self.all[first..=last];
        let outside = self.all.len() - table.len();
        let inside = table.iter().map(weight).sum::<f64>() / table.len() as f64;
        // A few lines around a table are usual; a table of one row under fifty lines is not.
        let frame = table.len() as f64 / (table.len() + outside.saturating_sub(12)) as f64;
        inside * frame * if table.len() == 1 && outside > 0 { 0.6 } else { 1.0 }
    }

    fn goodness(&self, width: usize) -> f64 {
        let fitting: Vec<f64> = self.all.iter().filter(|row| row.0 == width).map(|row| row.1).collect();
        fitting.iter().sum::<f64>() / fitting.len().max(1) as f64
    }
}

/// How much the cells of a record look like single values, from 0 to 1.
fn goodness(record: &Record, dialect: Dialect) -> f64 {
    let mark = dialect.separator.mark;
    let of_cell = |cell: &str| {
        // A quote at an edge that the reading leaves unexplained; the dialect's own is explained by its escapes.
        let is_quote = |c: char| matches!(c, '"' | '\'') && dialect.quote.map(char::from) != Some(c);
        match (cell.starts_with(is_quote), cell.ends_with(is_quote)) {
            (true, true) => return 0.5,
            (false, false) => {}
            _ => return 0.2,
        }
        match Kind::of(cell) {
            Kind::Number | Kind::Date | Kind::Time | Kind::Address => 1.0,
            Kind::Missing => 0.8,
            Kind::Code | Kind::Words => {
                // What else might have been the separator, not one in prose.
                let others = cell.bytes().any(|byte| byte != mark && matches!(byte, b';' | b'\t' | b'|' | 0x1f));
                if others {
                    0.65
                } else if matches!(Kind::of(cell), Kind::Code) && !cell.contains([',', ':']) {
                    0.95
                } else {
                    0.85
                }
            }
        }
    };
    record.texts().map(of_cell).sum::<f64>() / record.len().max(1) as f64
}

/// The separator with the blanks that are beside every one of them.
fn with_blanks(sample: &str, dialect: Dialect) -> Separator {
    let mark = dialect.separator.mark;
    if matches!(mark, b' ' | b'\t') {
        return dialect.separator;
    }
    let bytes = sample.as_bytes();
    let (mut before, mut after, mut all, mut in_quotes) = (0, 0, 0, false);
    let (mut filled_before, mut filled_after) = (0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        if Some(*byte) == dialect.quote {
            in_quotes = !in_quotes;
        } else if *byte == b'\n' && dialect.quote == Some(b'\'') {
            in_quotes = false;
        } else if *byte == mark && !in_quotes {
            all += 1;
            let (left, right) = (at.checked_sub(1).map(|at| bytes[at]), bytes.get(at + 1).copied());
            before += usize::from(left == Some(b' '));
            after += usize::from(right == Some(b' '));
            let is_edge = |byte: Option<u8>| byte.is_none_or(|byte| byte == mark || matches!(byte, b'\n' | b'\r'));
            filled_before += usize::from(!is_edge(left));
            filled_after += usize::from(!is_edge(right));
        }
    }
    let everywhere = |with: usize, filled: usize| all > 1 && filled > 1 && with == filled;
    Separator { mark, blank_before: everywhere(before, filled_before), blank_after: everywhere(after, filled_after) }
}

/// The text in which every row is in one quoted cell, without that quoting; `None` where most rows do not.
pub fn unwrapped(text: &str, around: Dialect) -> Option<String> {
    let mut splitter = Splitter::new(text, around, None);
    let (mut at, mut record) = (0, Record::default());
    let (mut inner, mut quoted, mut all) = (String::new(), 0_usize, 0_usize);
    while let Some(step) = splitter.read(at, &mut record) {
        let is_quoted = text.as_bytes()[at] == b'"' && record.filled() == 1 && step.mend.is_none();
        if !record.is_blank() {
            all += 1;
            quoted += usize::from(is_quoted);
        }
        if all == RECORDS && quoted * 5 < all * 4 {
            return None;
        }
        inner.push_str(if is_quoted { record.text(0) } else { text[at..step.end].trim_end_matches(['\r', '\n']) });
        inner.push('\n');
        at = step.end;
    }
    (all > 1 && quoted * 5 >= all * 4).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sample: &str) -> (char, Option<char>, usize) {
        let guess = guess(sample, None);
        (char::from(guess.dialect.separator.mark), guess.dialect.quote.map(char::from), guess.width)
    }

    #[test]
    fn the_separator_is_what_makes_a_table() {
        assert_eq!(found("id,name,amount\n1,Ada; Bob,5\n2,Eve; Joe; Ann,7\n"), (',', Some('"'), 3));
        assert_eq!(found("id;name;amount\n1;Ada, B.;5,20\n2;Eve;7,50\n"), (';', Some('"'), 3));
        assert_eq!(found("id\tname\n1\tAda, Lady\n2\tEve\n"), ('\t', Some('"'), 2));
        assert_eq!(found("email\nada@example.com\nbob@example.com\n").2, 1);
        assert_eq!(found("Name\nAda Lovelace\nAlan Turing\nGrace Hopper\n").2, 1);
        assert_eq!(found("Time\n10:20\n11:30\n"), (',', Some('"'), 1));
        assert_eq!(found("a:b:c\n1:2:3\n4:5:6\n7:8:9\n"), (':', Some('"'), 3));
    }

    #[test]
    fn clocks_and_dates_are_not_taken_apart() {
        for clocks in [
            "HH:mm:ss.S\n10:20:30.5\n11:30:31.5\n12:30:31.7\n",
            "Start (HH:mm:ss.S)\n2026-01-01 10:20:30.5\n2026-01-02 11:30:31.5\n2026-01-02 12:30:31.7\n",
            "duration\n00:10:05\n00:11:10\n01:02:59\n",
            "Sent\n15 Apr 2026 10:20\n16 Apr 2026 11:20\n17 Apr 2026 12:30\n",
        ] {
            assert_eq!(found(clocks).2, 1, "{clocks}");
        }
    }

    #[test]
    fn apostrophes_are_quotes_only_in_pairs_around_cells() {
        assert_eq!(found("'a','b, c'\n'1','x'\n'2','y, z'\n"), (',', Some('\''), 2));
        assert_eq!(found("name,city\nO'Brien,Cork\n'tis,Rome\nD'Arcy,Nice\n"), (',', Some('"'), 2));
    }

    #[test]
    fn backslashes_escape_only_where_that_reads_better() {
        let backslash = "a,b\n\"say \\\"hi, you\\\" now\",2\n\"x\",3\n\"y \\\"z, q\\\" r\",5\n";
        assert_eq!(guess(backslash, None).dialect.escape, Escape::Backslash);
        let doubled = "a,b\n\"say \"\"hi\"\"\",2\n\"c:\\dir\\\",3\n";
        assert_eq!(guess(doubled, None).dialect.escape, Escape::Doubled);
    }

    #[test]
    fn blanks_beside_every_separator_belong_to_it() {
        let separator = guess("a, b, c\n1, \"x, y\", 3\n4, z, 6\n", None).dialect.separator;
        assert_eq!(separator, Separator { mark: b',', blank_before: false, blank_after: true });
        assert!(!guess("a,b,c\n1, --,3\n4, --,6\n", None).dialect.separator.blank_after);
        let piped = guess("a | b | c\n1 | x | 3\n4 | z | 6\n", None).dialect.separator;
        assert!(piped.blank_before && piped.blank_after);
    }

    #[test]
    fn wrapped_rows_are_seen_through() {
        let guess = guess("\"a,b,c\"\n\"1,\"\"x, y\"\",3\"\n\"4,z,6\"\n", None);
        assert!(guess.around.is_some());
        assert_eq!(guess.width, 3);
    }
}
