//! Delimited text: bytes in, the records of one table out. Nothing is known here of what a table means; every decision on
//! encoding, dialect and layout is kept so that it can be reported.

pub mod blocks;
pub mod dialect;
pub mod encoding;
pub mod fast;
pub mod kinds;
pub mod layout;
pub mod parts;
pub mod plain;
pub mod profile;
pub mod record;
pub mod rows;
pub mod split;
pub mod table;
pub mod totals;
