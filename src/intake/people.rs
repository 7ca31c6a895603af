//! The persons that a table names which is not used: takes the file or the table, gives their names as prints, so that no
//! text of other tables shows one of them. Tables that are used give theirs while they are read ([`mod@super::read`]).

use std::io;
use std::ops::ControlFlow;

use super::source::Source;
use super::text::blocks::read_in_blocks;
use super::text::fast::Fast;
use super::text::plain::{Ended, Plain};
use super::text::table::Table;
use crate::privacy::columns::is_of_persons;
use crate::privacy::roll::{Gathering, Roll};

/// How many rows of a table may hold its header.
const LOOK_ROWS: usize = 20;

/// The persons that a plain file names. Where it has a column of names, all of it is read.
///
/// # Errors
/// Where the disk fails.
pub fn of_plain(plain: &Plain, source: &mut Source) -> io::Result<Roll> {
    let gathering = || Gathering::new(&plain.header, None, &[]);
    let mut all = Roll::default();
    if gathering().is_empty() {
        return Ok(all);
    }
    if let Some(fast) = Fast::of(plain) {
        let read = |number: usize, text: &str| {
            let mut people = gathering();
            let ended = if number == 0 {
                fast.each_under_header(text, |row| people.take(|at| row.cell(at)))
            } else {
                fast.each(text, |row| people.take(|at| row.cell(at)))
            };
            (ended == Ended::Whole).then(|| people.cut())
        };
        let ended = read_in_blocks(&mut source.rewind()?, rayon::current_num_threads(), read, |people| match people {
            Some(people) => {
                all.add(&people);
                ControlFlow::Continue(())
            }
            None => ControlFlow::Break(()),
        })?;
        if ended == Ended::Whole {
            return Ok(all);
        }
    }
    // What is not by the book is mended; names that were taken already are the same.
    let mut people = gathering();
    plain.read(&mut source.rewind()?, true, |record, _| people.take(|at| record.text(at)))?;
    all.add(&people.cut());
    Ok(all)
}

/// The persons that a table names which is held.
pub fn of_table(table: &Table) -> Roll {
    // Among the rows of a beginning many a cell looks like a header.
    let rows = table.head(LOOK_ROWS).into_iter().filter(|row| is_of_persons(row));
    let headers = table.headers().into_iter().chain(rows);
    let named = headers.map(|header| Gathering::new(&header, None, &[])).find(|people| !people.is_empty());
    let Some(mut people) = named else { return Roll::default() };
    table.each(|_, record, _| people.take(|at| record.text(at)));
    people.cut()
}
