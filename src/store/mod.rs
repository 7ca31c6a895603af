//! Store: columns of plain values, in memory and on disk. Knows nothing of leads, exports or pages: it holds what
//! [`crate::record`] puts in and [`crate::cases`] takes out.

#![expect(clippy::disallowed_methods, reason = "what is kept on the disk beside sites is written here alone")]

pub mod batch;
pub mod cache;
pub mod error;
pub mod file;
mod held;
pub mod keys;
pub mod schema;
pub mod sealed;
pub mod spill;
pub mod texts;
pub mod words;

pub use batch::{Batch, NO_CODE, NO_NUMBER, NO_PRINT, NO_WORD, Values};
pub use cache::{Cache, Check, Entry, Key};
pub use error::{Size, StoreError};
pub use file::{Reader, Writer};
pub use held::write;
pub use schema::{Schema, ValueKind};
pub use spill::Spill;
pub use texts::Texts;
pub use words::Words;
