//! The project file, `casefile.toml`: takes its text, gives a [`Project`] in which everything is decided.
//!
//! [`file`](mod@file) is the shape of the text, [`meaning`] what the rest of the program sees, and one fallible step
//! between them collects every [`Problem`] with its line. Whether the columns, presets and files that a
//! project names exist is for the parts that know them; [`problem_at`] lets them point at the same text.

mod bands;
mod check;
mod collect;
pub mod file;
mod glob;
pub mod manual;
pub mod meaning;
mod problem;
mod rates;
mod shape;
mod values;
mod words;

pub use bands::Bands;
pub use glob::Glob;
pub use meaning::{Agreements, Attribution, Definitions, InputRule, Privacy, Project, Report, SliceOrigin, Sources};
pub use problem::{Place, Problem, ProjectError, nearest, problem_at};
pub use rates::{Decimal, RateError, Rates};
pub use words::{DateOrder, DecimalMark, OwnerNames, ReportPeriod, Table, Term};

/// Reads the text of a project file; `name` is what messages call it.
pub fn read(text: &str, name: &str) -> Result<Project, ProjectError> {
    check::read(text, name)
}
