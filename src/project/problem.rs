//! What is wrong with a project file, where, and how to mend it. Takes a byte range of the text, gives the message
//! with its line and a caret; leaves it to others to find the faults.

use std::fmt;
use std::ops::Range;

use super::shape;

/// Characters of a source line that are shown; longer lines are cut round the word.
const WIDEST: usize = 100;
/// Longer words are compared with nothing: comparing takes time in proportion to the square of the length.
const LONGEST_WORD: usize = 60;

/// A fault in the project file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in one line.
    pub what: String,
    /// Where.
    pub place: Place,
    /// What there is to know beside it.
    pub note: Option<String>,
    /// How to mend it.
    pub hint: Option<String>,
}

/// A word in the project file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line, or what of it is shown, without control characters.
    pub source: String,
    /// Characters of `source` before the word.
    pub before: usize,
    /// Characters of the word, at least 1.
    pub width: usize,
}

impl Place {
    /// The word at a byte range of the text; a range that goes past the text or the line is cut.
    pub(super) fn of(text: &str, name: &str, span: &Range<usize>) -> Place {
        let start = floor_of_character(text, span.start);
        let end = floor_of_character(text, span.end.max(start));
        let line_start = text[..start].rfind('\n').map_or(0, |index| index + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |index| start + index);
        let source = text[line_start..line_end].trim_end_matches('\r');
        let column = text[line_start..start].chars().count();
        let width = text[start..end.min(line_end)].trim_end_matches('\r').chars().count().max(1);
        let hidden = if column + width > WIDEST { column.saturating_sub(WIDEST / 4) } else { 0 };
        Place {
            file: clean(name),
            line: text[..start].matches('\n').count() + 1,
            column: column + 1,
            source: clean(&source.chars().skip(hidden).take(WIDEST).collect::<String>()),
            before: column - hidden,
            width: width.min(WIDEST.saturating_sub(column - hidden)).max(1),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { file, line, column, source, before, width } = &self.place;
        writeln!(out, "error: {}", self.what)?;
        writeln!(out, "  --> {file}:{line}:{column}")?;
        writeln!(out, "{}", format!("   | {source}").trim_end())?;
        write!(out, "   | {}{}", " ".repeat(*before), "^".repeat(*width))?;
        if let Some(note) = &self.note {
            write!(out, "\n   = {note}")?;
        }
        if let Some(hint) = &self.hint {
            write!(out, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

/// Everything found wrong with a project file, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ProjectError {
    /// The faults, at least one.
    pub problems: Vec<Problem>,
    /// Whether there are more than are listed.
    pub more: bool,
}

impl fmt::Display for ProjectError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                out.write_str("\n\n")?;
            }
            write!(out, "{problem}")?;
        }
        if self.more {
            out.write_str("\n\nhint: there are more problems; mend these first")?;
        }
        Ok(())
    }
}

/// A fault that only another part of the program can find, such as a column that no file has.
///
/// `keys` leads to the value: `["input", "0", "columns", "lead_id"]`, with lists counted from 0. Where the text
/// lacks a key, the place is the last one that it has. `candidates` are what the word could have been.
pub fn problem_at(text: &str, name: &str, keys: &[&str], what: &str, word: &str, candidates: &[&str]) -> Problem {
    Problem {
        what: clean(what),
        place: Place::of(text, name, &shape::locate(text, keys)),
        note: None,
        hint: nearest(word, candidates.iter().copied()).map(did_you_mean),
    }
}

/// The candidate most like the word, where one is like it: at most every third letter differs, whatever the case.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.trim().to_lowercase();
    let length = word.chars().count();
    if length == 0 || length > LONGEST_WORD {
        return None;
    }
    let distance = |candidate: &str| strsim::osa_distance(&word, &candidate.to_lowercase());
    let scored = candidates.into_iter().map(|candidate| (distance(candidate), candidate));
    let most = (length / 3).max(1);
    // The first of equals, so that the order of the candidates decides.
    scored
        .filter(|(differs, _)| *differs <= most && *differs < length)
        .min_by_key(|(differs, _)| *differs)
        .map(|(_, candidate)| candidate)
}

pub(super) fn did_you_mean(candidate: &str) -> String {
    format!("did you mean {}?", quoted(candidate))
}

/// Text from a file as it may go to a terminal: no control characters, and a blank for a tab so that carets fit.
pub(super) fn clean(text: &str) -> String {
    let is_unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.chars()
        .map(|c| {
            if c == '\t' {
                ' '
            } else if is_unseen(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

/// As [`clean`], and short enough to stand in a sentence.
pub(super) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(LONGEST_WORD).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("`{}{dots}`", clean(&short))
}

fn floor_of_character(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_under_the_word() {
        let text = "a = 1\r\n\tü = \"\u{1b}x\"\r\n";
        let start = text.find('"').unwrap();
        let problem = Problem {
            what: "no".to_owned(),
            place: Place::of(text, "casefile.toml", &(start..start + 4)),
            note: Some("why".to_owned()),
            hint: Some("mend".to_owned()),
        };
        assert_eq!(
            problem.to_string(),
            "error: no\n  --> casefile.toml:2:6\n   |  ü = \"\u{fffd}x\"\n   |      ^^^^\n   = why\nhint: mend"
        );
        let past = Place::of("x", "f", &(7..9));
        assert_eq!((past.line, past.column, past.width), (1, 2, 1));
    }

    #[test]
    fn a_long_line_is_cut_round_the_word() {
        let text = format!("{}word{}", "x".repeat(1_000), "y".repeat(1_000));
        let place = Place::of(&text, "f", &(1_000..1_004));
        assert_eq!(place.column, 1_001);
        assert_eq!(place.source.chars().skip(place.before).take(place.width).collect::<String>(), "word");
    }

    #[test]
    fn only_a_like_word_is_nearest() {
        assert_eq!(nearest("frist_touch", ["attempts", "first_touch"]), Some("first_touch"));
        assert_eq!(nearest("LEADS", ["deals", "leads"]), Some("leads"));
        assert_eq!(nearest("budget", ["attempts", "first_touch"]), None);
        assert_eq!(nearest("x", ["y"]), None);
    }
}
