//! Why a file, or a member of one, is not read: one line each, for a person in a hurry. What the reader does about
//! it is left to whoever asked.

use super::limits::Bound;

/// What Casefile writes beside exports, to be held against a report.
pub(super) const OUR_OWN: &str = "a file that Casefile wrote itself";
/// Kinds of files that people and programs keep beside exports, as they are called here.
const NO_TABLES: [&str; 11] = [
    OUR_OWN,
    "a PDF",
    "a JPEG picture",
    "a PNG picture",
    "a GIF picture",
    "an RTF document",
    "a Word document",
    "a PowerPoint presentation",
    "a program (ELF)",
    "a program (EXE)",
    "an OpenDocument file that is no spreadsheet",
];

/// Why a container gives nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It needs a password.
    #[error("{what} is encrypted: save it without a password")]
    Encrypted {
        /// The file's kind or the member's name.
        what: String,
    },
    /// It is, or would become, larger than we take.
    #[error("{what} is over the limit of {bound}")]
    TooLarge {
        /// Which part of the file; a cell where it is one.
        what: String,
        /// The limit and its value.
        bound: Bound,
    },
    /// It says what it is, but does not keep to it.
    #[error("damaged: {what}")]
    Damaged {
        /// What is wrong and where; in workbooks the cell.
        what: String,
    },
    /// A kind of file that holds no table for us.
    #[error("{what} is not read{}", .mend.map(|mend| format!(": {mend}")).unwrap_or_default())]
    NotRead {
        /// The kind, with an article.
        what: String,
        /// What would help, where something does.
        mend: Option<&'static str>,
    },
}

impl Refusal {
    /// Something that breaks its own format.
    pub(super) fn damaged(what: impl Into<String>) -> Refusal {
        Refusal::Damaged { what: what.into() }
    }

    /// A kind that is left alone.
    pub(super) fn not_read(what: impl Into<String>) -> Refusal {
        Refusal::NotRead { what: what.into(), mend: None }
    }

    /// A kind that is left alone, and what whoever has the file can do.
    pub(super) fn not_read_until(what: impl Into<String>, mend: &'static str) -> Refusal {
        Refusal::NotRead { what: what.into(), mend: Some(mend) }
    }

    /// Whether it is a kind of file that never holds a table of an export: nobody has to do anything about it.
    pub fn is_no_table(&self) -> bool {
        matches!(self, Refusal::NotRead { what, .. } if NO_TABLES.contains(&what.as_str()))
    }

    /// Something beyond a limit.
    pub(super) fn too_large(what: impl Into<String>, bound: Bound) -> Refusal {
        Refusal::TooLarge { what: what.into(), bound }
    }

    /// Whether nothing else of the same file may be tried: what it used up is used up.
    pub(super) const fn ends_all(&self) -> bool {
        matches!(
            self,
            Refusal::TooLarge {
                bound: Bound::Rows(_) | Bound::Inflated(_) | Bound::Ratio(_) | Bound::Written(_) | Bound::Members(_),
                ..
            }
        )
    }
}
