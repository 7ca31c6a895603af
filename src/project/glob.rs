//! File patterns. Takes a pattern and a path inside the exports folder, says whether they fit; never looks at a disk.

use std::fmt;

/// A pattern for paths: `*` any text within a name, `?` one character within a name, `**` any folders.
/// Letter case does not matter, `\` counts as `/`, and a pattern without `/` is about the file's name in any folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    pattern: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    One(char),
    AnyOne,
    AnyName,
    AnyPath,
    /// Nothing, or anything up to and with a `/`.
    AnyFolders,
}

impl Glob {
    /// A pattern as the user wrote it.
    pub fn new(pattern: &str) -> Glob {
        let lower = unified(pattern);
        let path = lower.trim_start_matches("./").trim_start_matches('/');
        let mut pieces = if lower.contains('/') { Vec::new() } else { vec![Piece::AnyFolders] };
        let mut rest = path;
        while let Some(first) = rest.chars().next() {
            let (piece, length) = match first {
                '*' if rest.starts_with("**/") => (Piece::AnyFolders, 3),
                '*' if rest.starts_with("**") => (Piece::AnyPath, 2),
                '*' => (Piece::AnyName, 1),
                '?' => (Piece::AnyOne, 1),
                other => (Piece::One(other), other.len_utf8()),
            };
            pieces.push(piece);
            rest = &rest[length..];
        }
        Glob { pattern: pattern.to_owned(), pieces }
    }

    /// The pattern as the user wrote it.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether the path fits the whole pattern. Takes time in proportion to pattern × path at worst.
    pub fn matches(&self, path: &str) -> bool {
        let path: Vec<char> = unified(path).chars().collect();
        // reached[i]: the pieces so far fit the first i characters.
        let mut reached = vec![false; path.len() + 1];
        reached[0] = true;
        for piece in &self.pieces {
            reached = piece.advance(&reached, &path);
        }
        reached[path.len()]
    }
}

impl Piece {
    fn advance(self, reached: &[bool], path: &[char]) -> Vec<bool> {
        let mut next = vec![false; reached.len()];
        let mut open = false;
        for (end, was_reached) in reached.iter().copied().enumerate() {
            let last = end.checked_sub(1).map(|index| path[index]);
            next[end] = match self {
                Piece::One(wanted) => last == Some(wanted) && reached[end - 1],
                Piece::AnyOne => last.is_some_and(|found| found != '/') && reached[end - 1],
                Piece::AnyName => {
                    open = was_reached || (open && last != Some('/'));
                    open
                }
                Piece::AnyPath => {
                    open |= was_reached;
                    open
                }
                Piece::AnyFolders => {
                    let closes_folder = open && last == Some('/');
                    open |= was_reached;
                    was_reached || closes_folder
                }
            };
        }
        next
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.pattern)
    }
}

fn unified(path: &str) -> String {
    path.to_lowercase().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_their_manual_says() {
        let fits = |pattern: &str, path: &str| Glob::new(pattern).matches(path);
        assert!(fits("closed_deals*.csv", "closed_deals.csv"));
        assert!(fits("closed_deals*.csv", "crm/2026/Closed_Deals_Q3.CSV"));
        assert!(!fits("closed_deals*.csv", "closed_deals/a.csv"));
        assert!(fits("crm/*.csv", "crm/deals.csv") && !fits("crm/*.csv", "crm/old/deals.csv"));
        assert!(fits("crm/**/deals.csv", "crm/deals.csv") && fits("crm/**/deals.csv", "crm/a/b/deals.csv"));
        assert!(!fits("crm/**/deals.csv", "crm/my_deals.csv"));
        assert!(fits("crm/**", "crm/a/b.csv") && !fits("crm/**", "crmx/b.csv"));
        assert!(fits("./crm\\?eads.csv", "crm/leads.csv") && !fits("crm/?eads.csv", "crm/eads.csv"));
        assert!(fits("**", "a/b") && fits("*", "a/b") && !fits("", "a"));
    }
}
