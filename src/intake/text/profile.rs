//! What the columns of a table hold: takes records, gives for each column the kind that most of its values have, and
//! with that distinguishes labels from values and finds the place where a row lost or gained a separator.

use super::kinds::Kind;
use super::record::Record;

/// How many records a profile is made of.
pub const SAMPLE: usize = 300;

/// The kind of each column, where its values agree on one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    columns: Vec<Column>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Column {
    /// The kind that at least [`AGREEING`] of the values have.
    kind: Option<Kind>,
    /// Values that are not missing.
    filled: usize,
    /// Values that are missing.
    missing: usize,
}

/// The share of a column's values that must be of one kind.
const AGREEING: f64 = 0.7;

impl Profile {
    /// The profile of records; each should have `width` cells.
    pub fn of<'a>(records: impl Iterator<Item = &'a Record>, width: usize) -> Profile {
        let mut counts = vec![[0_usize; 7]; width];
        for record in records {
            for (column, cell) in record.texts().take(width).enumerate() {
                counts[column][place(Kind::of(cell))] += 1;
            }
        }
        Profile { columns: counts.into_iter().map(|counts| Column::of(&counts)).collect() }
    }

    /// How many columns.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// How many columns hold values that no label looks like.
    pub fn typed(&self) -> usize {
        self.columns.iter().filter(|column| column.kind.is_some_and(Kind::is_typed)).count()
    }

    /// How many of the first columns do.
    pub fn typed_within(&self, columns: usize) -> usize {
        self.columns.iter().take(columns).filter(|column| column.kind.is_some_and(Kind::is_typed)).count()
    }

    /// The kind of a column.
    pub fn kind(&self, column: usize) -> Option<Kind> {
        self.columns.get(column)?.kind
    }

    /// How much a row looks like labels: columns of values in which it has words, less those in which it has a value
    /// too. Positive for a header, negative for data, 0 where neither is clear.
    pub fn labels(&self, record: &Record) -> i32 {
        self.labels_of(record.texts())
    }

    /// The same for the cells of a row.
    pub fn labels_of<'a>(&self, cells: impl Iterator<Item = &'a str>) -> i32 {
        let of_column = |(column, cell): (&Column, &str)| {
            let Some(kind) = column.kind else { return 0 };
            match (kind, Kind::of(cell)) {
                (_, Kind::Missing) => 0,
                (own, found) if own == found => {
                    if own == Kind::Words {
                        0
                    } else {
                        -2
                    }
                }
                (own, found) if own.is_typed() => {
                    if found.is_typed() {
                        -1
                    } else {
                        2
                    }
                }
                (Kind::Code, Kind::Words) => 1,
                (Kind::Words | Kind::Code, Kind::Number | Kind::Date) => -1,
                _ => 0,
            }
        };
        self.columns.iter().zip(cells).map(of_column).sum()
    }

    /// How well the cells of a row fit their columns.
    fn fit(&self, record: &Record) -> i32 {
        self.columns.iter().zip(record.texts()).map(|(column, cell)| column.fit(Kind::of(cell))).sum()
    }

    /// Mends a row with one cell too many or too few by leaving out the empty cell, or putting in the one, that lets all
    /// others are in their columns; returns whether it did. Only where the kinds of the columns say clearly which.
    pub fn realign(&self, record: &mut Record) -> bool {
        let width = self.width();
        if self.typed() < 2 {
            return false;
        }
        let is_long = record.len() == width + 1;
        if !is_long && record.len() + 1 != width {
            return false;
        }
        let Some((best, at)) = self.best_place(record, is_long) else { return false };
        let mut plain = record.clone();
        plain.resize(width);
        let is_clear = best >= self.fit(&plain) + 3;
        if is_clear {
            *record = if is_long {
                Record::of(record.iter().enumerate().filter(|(cell, _)| *cell != at).map(|(_, cell)| cell))
            } else {
                record.with(at, b"")
            };
        }
        is_clear
    }

    /// How well the row fits without the empty cell, or with the gap, that lets it fit best, and where that is. Of equally
    /// good places the last: a gap behind the cells it follows. Cells before it are in their own columns and those
    /// behind it one beside, so two sums describe every place.
    fn best_place(&self, record: &Record, is_long: bool) -> Option<(i32, usize)> {
        let cells: Vec<Kind> = record.texts().map(Kind::of).collect();
        let own = |at: usize| self.columns.get(at).map_or(0, |column| column.fit(cells[at]));
        let beside = |at: usize| match is_long {
            true => at.checked_sub(1).map_or(0, |column| self.columns[column].fit(cells[at])),
            false => self.columns[at + 1].fit(cells[at]),
        };
        let mut sum: i32 = (0..cells.len()).map(beside).sum();
        let mut best: Option<(i32, usize)> = None;
        let places = if is_long { cells.len() } else { cells.len() + 1 };
        for place in 0..places {
            let (fit, may_be) = match is_long {
                true => (sum - beside(place), record.get(place).is_some_and(<[u8]>::is_empty)),
                false => (sum + self.columns[place].fit(Kind::Missing), true),
            };
            if may_be && best.is_none_or(|(best, _)| fit >= best) {
                best = Some((fit, place));
            }
            if place < cells.len() {
                sum += own(place) - beside(place);
            }
        }
        best
    }

    /// Whether a row fits the columns without one misfit.
    pub fn takes(&self, record: &Record) -> bool {
        let clashes = self.columns.iter().zip(record.texts()).any(|(column, cell)| {
            let found = Kind::of(cell);
            column.kind.is_some_and(|kind| kind.is_typed() && found != kind && found != Kind::Missing)
        });
        record.len() == self.width() && self.typed() > 0 && !clashes && self.fit(record) > 0
    }
}

impl Column {
    /// How well a value fits the column.
    fn fit(&self, found: Kind) -> i32 {
        let Some(kind) = self.kind else { return 0 };
        match (kind, found) {
            (_, Kind::Missing) => -i32::from(self.filled > self.missing * 9),
            (own, found) if own == found => 2,
            (Kind::Code, Kind::Words) | (Kind::Words, Kind::Code) => 1,
            (own, _) if own.is_typed() => -2,
            (_, found) if found.is_typed() => -1,
            _ => 0,
        }
    }

    fn of(counts: &[usize; 7]) -> Column {
        let missing = counts[place(Kind::Missing)];
        let filled = counts.iter().sum::<usize>() - missing;
        let most = KINDS.into_iter().filter(|kind| *kind != Kind::Missing).max_by_key(|kind| counts[place(*kind)]);
        let kind = most.filter(|kind| filled > 0 && counts[place(*kind)] as f64 >= AGREEING * filled as f64);
        Column { kind, filled, missing }
    }
}

const KINDS: [Kind; 7] = [Kind::Missing, Kind::Number, Kind::Date, Kind::Time, Kind::Address, Kind::Code, Kind::Words];

fn place(kind: Kind) -> usize {
    KINDS.iter().position(|known| *known == kind).expect("every kind is in the list")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(cells: &[&str]) -> Record {
        Record::of(cells.iter().map(|cell| cell.as_bytes()))
    }

    fn profile() -> Profile {
        let rows = [record(&["2026-01-01", "10:00", "Boots", "5"]), record(&["2026-01-02", "11:30", "Hat", ""])];
        Profile::of(rows.iter(), 4)
    }

    #[test]
    fn labels_are_distinguished_from_values() {
        assert!(profile().labels(&record(&["Day", "Time", "Product", "Amount"])) > 0);
        assert!(profile().labels(&record(&["2026-01-03", "09:00", "Sock", "7"])) < 0);
        assert_eq!(profile().labels(&record(&["", "", "Sock", ""])), 0);
    }

    #[test]
    fn a_row_with_a_separator_too_many_or_too_few_is_realigned() {
        let mut long = record(&["2026-01-03", "", "09:00", "Sock", "7"]);
        assert!(profile().realign(&mut long));
        assert_eq!(long, record(&["2026-01-03", "09:00", "Sock", "7"]));
        let mut short = record(&["2026-01-0309:00", "Sock", "7"]);
        assert!(profile().realign(&mut short));
        assert_eq!(short.text(3), "7");
        let mut unclear = record(&["2026-01-03", "09:00", "Sock"]);
        assert!(!profile().realign(&mut unclear));
    }
}
