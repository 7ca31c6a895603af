//! Batches on disk: takes batches and a few words about them, gives an ordinary Parquet file, and the batches again by
//! group and column. Where a single byte has changed it says so, and gives no rows. What the columns mean, and
//! when a file is outdated, is left to others.
//!
//! A file has a row group for each batch. Every column chunk has its BLAKE3 in the footer, so a reader checks just what
//! it reads; the footer has its own (`seal`), which is checked first of all and stands for the whole file. Files are
//! not synced: what a power cut leaves of one is noticed as damage.

#![expect(clippy::disallowed_methods, reason = "files that are asked for by name")]

mod decode;
mod encode;
mod layout;
mod reader;
mod seal;
#[cfg(test)]
mod tests;
mod writer;

pub use reader::Reader;
pub use seal::Seal;
pub use writer::Writer;
