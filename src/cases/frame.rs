//! The table of cases, ready to be tallied: small numbers alone, codes for members, months and days for instants. Takes
//! joined rows, gives a [`DataFrame`] of the columns that each family makes; nothing is looked up any more.

use polars::prelude::*;

use super::dimensions::MemberColumns;
use super::row::CaseRow;
use super::{feedback, funnel, handover, leakage, sources};
use crate::calendar::Zone;

/// What gives the columns of a family.
type Columns = fn(&Rows<'_, CaseRow<'_>>) -> Vec<Column>;

/// Every family that has columns in the table of cases.
const FAMILIES: [Columns; 5] =
    [funnel::columns, sources::columns, handover::columns, feedback::columns, leakage::columns];

/// Rows that become columns.
pub struct Rows<'r, Row> {
    rows: &'r [Row],
    zone: &'r Zone,
}

impl<Row> Rows<'_, Row> {
    /// These rows; days and months are those of a zone.
    pub fn new<'r>(rows: &'r [Row], zone: &'r Zone) -> Rows<'r, Row> {
        Rows { rows, zone }
    }

    /// A column with a value of each row, such as a whole number or none.
    pub fn column<T, Kind: ?Sized>(&self, name: &str, value: impl Fn(&Row) -> T) -> Column
    where
        Series: NamedFrom<Vec<T>, Kind>,
    {
        Column::new(name.into(), self.rows.iter().map(value).collect::<Vec<T>>())
    }

    /// The day of an instant, counted from 1970.
    pub fn day(&self, at: Option<i64>) -> Option<i32> {
        at.map(|at| self.zone.day_of(at).0)
    }

    /// The calendar month of an instant, as a number.
    pub fn month(&self, at: Option<i64>) -> Option<i32> {
        at.map(|at| self.zone.day_of(at).month().0)
    }

    /// The table of these rows: the members of each dimension, and further columns.
    ///
    /// # Errors
    /// Where the columns do not fit: our own mistake.
    pub fn table(&self, members: MemberColumns, columns: Vec<Column>) -> PolarsResult<DataFrame> {
        DataFrame::new(self.rows.len(), members.into_columns().chain(columns).collect())
    }
}

/// The low 40 bits of a square and the rest: both add up exactly in 64 bits, and so does their whole in 128.
pub fn split_square(square: i128) -> (i64, i64) {
    ((square >> 40) as i64, (square & ((1 << 40) - 1)) as i64)
}

/// Puts the two parts of a sum of squares together again.
pub fn join_square(high: i64, low: i64) -> i128 {
    (i128::from(high) << 40) + i128::from(low)
}

/// The column of a dimension.
pub fn dimension_column(name: &str) -> String {
    format!("dim.{name}")
}

/// The table of cases: the members of each dimension, `lead_id`, and the columns of all families.
///
/// # Errors
/// Where the columns do not fit: our own mistake.
pub fn cases(rows: &[CaseRow<'_>], members: MemberColumns, zone: &Zone) -> PolarsResult<DataFrame> {
    let all = Rows::new(rows, zone);
    let ids = Column::new("lead_id".into(), rows.iter().map(|row| &*row.id).collect::<Vec<&str>>());
    all.table(members, FAMILIES.iter().flat_map(|family| family(&all)).chain([ids]).collect())
}
