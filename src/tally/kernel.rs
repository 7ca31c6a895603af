//! The kernel of counting: columns of small integers in, the number of rows (and sums) of each combination out. Each
//! combination of month and keys gets a number once; each dimension then adds into cells of member and combination,
//! which is what most of the time of a tally goes into. Everything is an integer, so any order gives the same.

use hashbrown::HashMap;

/// Bytes that the cells of one dimension may take where they are laid out in full.
const FULL_BYTES: usize = 4 << 20;
/// Codes up to which they are numbered by a table rather than a hash.
const TABLE_CODES: u64 = 4 << 20;
/// Rows whose codes are made at a time: they stay in the nearest cache.
const BLOCK: usize = 1_024;

/// A column of small integers.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    /// By row; anything where there is no value.
    pub values: &'a [i32],
    /// Which rows have a value; `None`: all.
    pub known: Option<Bits<'a>>,
}

/// One bit a row, the lowest of a byte first.
#[derive(Debug, Clone, Copy)]
pub struct Bits<'a> {
    /// The bits.
    pub bytes: &'a [u8],
    /// Place of the first row.
    pub offset: usize,
}

impl Bits<'_> {
    fn get(self, row: usize) -> bool {
        let at = self.offset + row;
        self.bytes[at / 8] >> (at % 8) & 1 == 1
    }

    /// The first so many rows without those whose bit is not set.
    pub fn rows(self, height: usize) -> Vec<u32> {
        // Every row is written and only those that count stay: quicker than to ask for each.
        let mut rows = vec![0; height + 1];
        let mut next = 0;
        for row in 0..height {
            rows[next] = row as u32;
            next += usize::from(self.get(row));
        }
        rows.truncate(next);
        rows
    }
}

impl Column<'_> {
    /// The value of a row.
    pub fn get(&self, row: usize) -> Option<i32> {
        self.known.is_none_or(|known| known.get(row)).then(|| self.values[row])
    }

    /// The digits of its values among some rows.
    fn digits(&self, rows: &[u32]) -> Digits {
        let (mut low, mut high) = (i32::MAX, i32::MIN);
        let mut widen = |value: i32, is_known: bool| {
            low = low.min(if is_known { value } else { i32::MAX });
            high = high.max(if is_known { value } else { i32::MIN });
        };
        match self.known {
            None => rows.iter().for_each(|row| widen(self.values[*row as usize], true)),
            Some(known) => rows.iter().for_each(|row| widen(self.values[*row as usize], known.get(*row as usize))),
        }
        let range = if low > high { 1 } else { u64::from(high.abs_diff(low)) + 2 };
        Digits { low, range }
    }

    /// Appends the digits of rows to their codes.
    fn append(&self, codes: &mut [u64], rows: &[u32], digits: Digits) {
        let Digits { low, range } = digits;
        let digit = |row: usize| u64::from(self.values[row].wrapping_sub(low) as u32) + 1;
        match self.known {
            _ if range == 1 => {}
            None => codes.iter_mut().zip(rows).for_each(|(code, row)| *code = *code * range + digit(*row as usize)),
            Some(known) => codes.iter_mut().zip(rows).for_each(|(code, row)| {
                let row = *row as usize;
                *code = *code * range + if known.get(row) { digit(row) } else { 0 };
            }),
        }
    }
}

/// How the values of a column are digits: 0 for null, 1 for the least value.
#[derive(Clone, Copy)]
struct Digits {
    /// The least value.
    low: i32,
    /// Every digit is below.
    range: u64,
}

/// The rows that count, and the combination of values that each of them has.
pub struct Groups {
    /// Places of the rows in their columns, ascending.
    rows: Vec<u32>,
    /// Combination of each of these rows.
    of_row: Vec<u32>,
    /// Combination → a row that has it, and how many have. Combinations are in order of their values.
    combinations: Vec<(u32, u32)>,
}

/// Rows of one member with one combination.
#[derive(Debug, Clone, Copy)]
pub struct Cell<const SUMS: usize> {
    /// Code of the member.
    pub member: u32,
    /// Number of the combination.
    pub group: u32,
    /// Rows.
    pub rows: u32,
    /// Sums over these rows.
    pub sums: [i64; SUMS],
}

impl Groups {
    /// Numbers the combinations of values that the rows have in the columns.
    pub fn new(columns: &[Column<'_>], rows: Vec<u32>) -> Groups {
        let mut codes = vec![0_u64; rows.len()];
        let digits: Vec<Digits> = columns.iter().map(|column| column.digits(&rows)).collect();
        let range = digits.iter().try_fold(1_u64, |range, digits| range.checked_mul(digits.range));
        let (of_row, groups) = if let Some(range) = range {
            for (codes, rows) in codes.chunks_mut(BLOCK).zip(rows.chunks(BLOCK)) {
                columns.iter().zip(&digits).for_each(|(column, digits)| column.append(codes, rows, *digits));
            }
            numbered(&codes, range)
        } else {
            let mut all = (Vec::new(), 1);
            for (column, digits) in columns.iter().zip(&digits) {
                column.append(&mut codes, &rows, *digits);
                all = numbered(&codes, u64::MAX);
                codes.iter_mut().zip(&all.0).for_each(|(code, number)| *code = u64::from(*number));
            }
            all
        };
        let mut combinations = vec![(0, 0); groups];
        for (row, group) in rows.iter().zip(&of_row) {
            let (example, rows) = &mut combinations[*group as usize];
            *example = *row;
            *rows += 1;
        }
        Groups { rows, of_row, combinations }
    }

    /// A row of each combination, in their order.
    pub fn examples(&self) -> impl Iterator<Item = usize> {
        self.combinations.iter().map(|(row, _)| *row as usize)
    }

    /// Counts all rows, as those of a member 0.
    pub fn whole<const SUMS: usize>(&self, sums: &[&[i64]; SUMS]) -> Vec<Cell<SUMS>> {
        let cell = |(group, (_, rows)): (u32, &(u32, u32))| Cell { member: 0, group, rows: *rows, sums: [0; SUMS] };
        let mut cells: Vec<Cell<SUMS>> = (0..).zip(&self.combinations).map(cell).collect();
        if SUMS > 0 {
            for (row, group) in self.rows.iter().zip(&self.of_row) {
                add(&mut cells[*group as usize].sums, sums, *row as usize);
            }
        }
        cells
    }

    /// Whether the cells of a dimension of so many members are best laid out in full.
    pub fn is_dense<const SUMS: usize>(&self, members: usize) -> bool {
        let cells = self.combinations.len().saturating_mul(members);
        let size = size_of::<u32>() + size_of::<[i64; SUMS]>();
        cells <= FULL_BYTES / size && cells <= 4 * self.rows.len() + 1_024
    }

    /// Counts by the members of a dimension, the codes of which are below `members`, with a place for every cell there
    /// could be. In order of member and combination.
    pub fn dense<const SUMS: usize>(&self, codes: &[u32], members: usize, sums: &[&[i64]; SUMS]) -> Vec<Cell<SUMS>> {
        let width = self.combinations.len();
        let mut counts = vec![0_u32; members * width];
        let mut totals = vec![[0_i64; SUMS]; members * width];
        for (row, group) in self.rows.iter().zip(&self.of_row) {
            let row = *row as usize;
            let at = codes[row] as usize * width + *group as usize;
            counts[at] += 1;
            add(&mut totals[at], sums, row);
        }
        // Every cell is written and only those with rows stay: quicker than to ask for each whether it has any.
        let found = counts.iter().filter(|rows| **rows > 0).count();
        let mut cells = vec![Cell { member: 0, group: 0, rows: 0, sums: [0; SUMS] }; found + 1];
        let mut next = 0;
        for member in 0..members {
            let of_member = member * width..(member + 1) * width;
            let counted = counts[of_member.clone()].iter().zip(&totals[of_member]);
            for (group, (rows, sums)) in (0..).zip(counted) {
                cells[next] = Cell { member: member as u32, group, rows: *rows, sums: *sums };
                next += usize::from(*rows > 0);
            }
        }
        cells.truncate(found);
        cells
    }

    /// The same with places for those cells alone that have rows; for this the rows are needed [in order](Self::order).
    pub fn sparse<const SUMS: usize>(
        codes: &[u32],
        members: usize,
        order: &[(u32, u32)],
        sums: &[&[i64]; SUMS],
    ) -> Vec<Cell<SUMS>> {
        let mut cells: Vec<Cell<SUMS>> = Vec::new();
        // Member → its last cell, which counts on where it is of the same combination.
        let mut last = vec![u32::MAX; members];
        for (row, group) in order {
            let row = *row as usize;
            let last = &mut last[codes[row] as usize];
            match cells.get_mut(*last as usize) {
                Some(cell) if cell.group == *group => {
                    cell.rows += 1;
                    add(&mut cell.sums, sums, row);
                }
                _ => {
                    *last = cells.len() as u32;
                    let mut cell = Cell { member: codes[row], group: *group, rows: 1, sums: [0; SUMS] };
                    add(&mut cell.sums, sums, row);
                    cells.push(cell);
                }
            }
        }
        by_number(&cells, members, |cell| cell.member)
    }

    /// The rows and their combinations, in order of the latter.
    pub fn order(&self) -> Vec<(u32, u32)> {
        let pairs: Vec<(u32, u32)> = self.rows.iter().copied().zip(self.of_row.iter().copied()).collect();
        by_number(&pairs, self.combinations.len(), |(_, group)| *group)
    }
}

fn add<const SUMS: usize>(totals: &mut [i64; SUMS], sums: &[&[i64]; SUMS], row: usize) {
    for (total, column) in totals.iter_mut().zip(sums) {
        *total += column[row];
    }
}

/// Numbers without gaps for codes below `range`, in the same order, and how many there are.
fn numbered(codes: &[u64], range: u64) -> (Vec<u32>, usize) {
    if range <= TABLE_CODES.min(16 * codes.len() as u64 + 1_024) {
        let mut numbers = vec![0_u32; range as usize];
        codes.iter().for_each(|code| numbers[*code as usize] = 1);
        let mut next = 0;
        for number in &mut numbers {
            next += std::mem::replace(number, next);
        }
        return (codes.iter().map(|code| numbers[*code as usize]).collect(), next as usize);
    }
    let mut numbers: HashMap<u64, u32> = codes.iter().map(|code| (*code, 0)).collect();
    let mut distinct: Vec<u64> = numbers.keys().copied().collect();
    distinct.sort_unstable();
    for (number, code) in (0..).zip(&distinct) {
        numbers.insert(*code, number);
    }
    (codes.iter().map(|code| numbers[code]).collect(), distinct.len())
}

/// Sorts by a number below `numbers`; what has the same number keeps its order.
fn by_number<T: Copy>(list: &[T], numbers: usize, number: impl Fn(&T) -> u32) -> Vec<T> {
    let Some(some) = list.first() else { return Vec::new() };
    let mut next = vec![0_u32; numbers];
    list.iter().for_each(|item| next[number(item) as usize] += 1);
    let mut start = 0;
    for next in &mut next {
        start += std::mem::replace(next, start);
    }
    let mut sorted = vec![*some; list.len()];
    for item in list {
        let next = &mut next[number(item) as usize];
        sorted[*next as usize] = *item;
        *next += 1;
    }
    sorted
}
