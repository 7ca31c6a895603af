//! Typed columns of a canonical table as plain vectors, so that the joins can be plain loops. A column that no export
//! has reads as empty.

use polars::prelude::*;

/// The text of a column.
pub fn texts<'a>(frame: &'a DataFrame, name: &str) -> Vec<Option<&'a str>> {
    match frame.column(name).and_then(|column| column.str()) {
        Ok(column) => column.iter().collect(),
        Err(_) => vec![None; frame.height()],
    }
}

/// The whole numbers of a column: instants, amounts, counts.
pub fn integers(frame: &DataFrame, name: &str) -> Vec<Option<i64>> {
    match frame.column(name).and_then(|column| column.i64()) {
        Ok(column) => column.iter().collect(),
        Err(_) => vec![None; frame.height()],
    }
}

/// The decimals of a column.
pub fn decimals(frame: &DataFrame, name: &str) -> Vec<Option<f64>> {
    match frame.column(name).and_then(|column| column.f64()) {
        Ok(column) => column.iter().collect(),
        Err(_) => vec![None; frame.height()],
    }
}

/// The words of a column as indices, or flags as 0 and 1.
pub fn words(frame: &DataFrame, name: &str) -> Vec<Option<u8>> {
    match frame.column(name).and_then(|column| column.u8()) {
        Ok(column) => column.iter().collect(),
        Err(_) => vec![None; frame.height()],
    }
}

/// The file of each row.
pub fn files(frame: &DataFrame) -> Vec<u32> {
    let column = frame.column(crate::record::FILE).and_then(|column| column.u32());
    column.map_or_else(|_| vec![0; frame.height()], |column| column.iter().map(Option::unwrap_or_default).collect())
}
