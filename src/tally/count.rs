//! Measures in, counts out. A measure says which rows of a table count, and by which month and keys, as expressions;
//! they are evaluated once, into columns of integers, and counted for the whole and for each dimension by the
//! [`super::kernel`]. Polars ends here.

use polars::prelude::*;
use rayon::prelude::*;

use super::Place;
use super::kernel::{self, Bits, Groups};
use crate::calendar::Month;
use crate::cases::frame::dimension_column;

/// What is counted of each row.
pub struct Measure<const KEYS: usize, const SUMS: usize> {
    /// Whether the row counts; null is no.
    pub rows: Expr,
    /// Its calendar month; null: not dated.
    pub month: Expr,
    /// What it is counted by besides: small whole numbers.
    pub keys: [Expr; KEYS],
    /// Whole numbers to add up; null is 0.
    pub sums: [Expr; SUMS],
}

/// The rows of a table, with the dimensions that they are counted by.
#[derive(Clone)]
pub struct Rows {
    frame: DataFrame,
    dimensions: Vec<Dimension>,
}

#[derive(Clone)]
struct Dimension {
    /// Number in places.
    number: usize,
    /// Code of the member, by row.
    codes: UInt32Chunked,
    /// All codes are below.
    members: usize,
}

/// Rows with the same place and keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count<const KEYS: usize, const SUMS: usize> {
    /// Where.
    pub place: Place,
    /// The keys in the order of the measure.
    pub keys: [Option<i32>; KEYS],
    /// Rows.
    pub rows: u64,
    /// The sums in the order of the measure.
    pub sums: [i64; SUMS],
}

/// The counts of a measure.
pub struct Counts<const KEYS: usize, const SUMS: usize> {
    /// Month and keys by number of the combination.
    groups: Vec<(Option<Month>, [Option<i32>; KEYS])>,
    /// By dimension with its number.
    cells: Vec<(usize, Vec<kernel::Cell<SUMS>>)>,
}

impl<const KEYS: usize, const SUMS: usize> Counts<KEYS, SUMS> {
    /// Each count, in order of place and keys; null comes first.
    pub fn iter(&self) -> impl Iterator<Item = Count<KEYS, SUMS>> {
        let cells = self.cells.iter().flat_map(|(dimension, cells)| cells.iter().map(|cell| (*dimension, *cell)));
        cells.map(|(dimension, kernel::Cell { member, group, rows, sums })| {
            let (month, keys) = self.groups[group as usize];
            Count { place: Place { dimension, member, month }, keys, rows: rows.into(), sums }
        })
    }
}

impl Rows {
    /// The rows of a frame for the whole and some dimensions: their numbers in places and their names.
    pub fn new<'a>(frame: &DataFrame, dimensions: impl IntoIterator<Item = (usize, &'a str)>) -> PolarsResult<Rows> {
        let mut all = Vec::new();
        for (number, name) in dimensions {
            let codes = frame.column(&dimension_column(name))?.u32()?.rechunk().into_owned();
            let members = codes.max().map_or(0, |code| code as usize + 1);
            all.push(Dimension { number, codes, members });
        }
        Ok(Rows { frame: frame.clone(), dimensions: all })
    }

    /// The same rows for the whole alone.
    pub fn whole(&self) -> Rows {
        Rows { frame: self.frame.clone(), dimensions: Vec::new() }
    }

    /// The same rows with further columns.
    pub fn with(&self, columns: impl AsRef<[Expr]>) -> PolarsResult<Rows> {
        let frame = self.frame.clone().lazy().with_columns(columns).collect()?;
        Ok(Rows { frame, dimensions: self.dimensions.clone() })
    }

    /// Counts.
    pub fn count<const KEYS: usize, const SUMS: usize>(
        &self,
        measure: Measure<KEYS, SUMS>,
    ) -> PolarsResult<Counts<KEYS, SUMS>> {
        if self.frame.height() == 0 {
            return Ok(Counts { groups: Vec::new(), cells: Vec::new() });
        }
        let Measure { rows, month, keys, sums } = measure;
        let small = |expr: Expr| expr.cast(DataType::Int32);
        let large = |expr: Expr| expr.cast(DataType::Int64).fill_null(lit(0_i64));
        let columns = std::iter::once(rows.fill_null(lit(false)))
            .chain(std::iter::once(month).chain(keys).map(small))
            .chain(sums.into_iter().map(large))
            .zip(0..)
            .map(|(expr, at): (Expr, u32)| expr.alias(at.to_string()));
        let table = self.frame.clone().lazy().select(columns.collect::<Vec<Expr>>()).collect()?;
        let table = table.columns().iter().map(|column| column.as_materialized_series().rechunk());
        let table: Vec<Series> = table.collect();
        let small = table[1..2 + KEYS].iter().map(|column| Ok(small_integers(column.i32()?)));
        let small = small.collect::<PolarsResult<Vec<kernel::Column<'_>>>>()?;
        let mut sums: [&[i64]; SUMS] = [&[]; SUMS];
        for (sum, column) in sums.iter_mut().zip(&table[2 + KEYS..]) {
            *sum = column.i64()?.cont_slice()?;
        }
        let groups = Groups::new(&small, rows_that_hold(table[0].bool()?));
        let keys = |row: usize| {
            let value = |column: usize| small[column].get(row);
            (value(0).map(Month), std::array::from_fn(|key| value(1 + key)))
        };
        Ok(Counts { groups: groups.examples().map(keys).collect(), cells: self.cells(&groups, &sums)? })
    }

    fn cells<const SUMS: usize>(
        &self,
        groups: &Groups,
        sums: &[&[i64]; SUMS],
    ) -> PolarsResult<Vec<(usize, Vec<kernel::Cell<SUMS>>)>> {
        let is_sparse = |dimension: &Dimension| !groups.is_dense::<SUMS>(dimension.members);
        let order = if self.dimensions.iter().any(is_sparse) { groups.order() } else { Vec::new() };
        let cells = |dimension: &Dimension| {
            let codes = dimension.codes.cont_slice()?;
            let cells = if is_sparse(dimension) {
                Groups::sparse(codes, dimension.members, &order, sums)
            } else {
                groups.dense(codes, dimension.members, sums)
            };
            Ok((dimension.number, cells))
        };
        let of_dimensions = self.dimensions.par_iter().map(cells).collect::<PolarsResult<Vec<_>>>()?;
        Ok(std::iter::once((0, groups.whole(sums))).chain(of_dimensions).collect())
    }
}

/// A column of one chunk as the kernel takes it.
fn small_integers(column: &Int32Chunked) -> kernel::Column<'_> {
    let array = column.downcast_as_array();
    let known = array.validity().map(|known| known.as_slice());
    let known = known.map(|(bytes, offset, _)| Bits { bytes, offset });
    kernel::Column { values: array.values().as_slice(), known }
}

/// The places of the rows for which a condition of one chunk, without nulls, holds.
fn rows_that_hold(condition: &BooleanChunked) -> Vec<u32> {
    let (bytes, offset, height) = condition.downcast_as_array().values().as_slice();
    Bits { bytes, offset }.rows(height)
}
