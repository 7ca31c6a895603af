//! Several tables in one text: takes a text in which a table was found, has each of its tables recognised on its own, and
//! reads those that are known. What of them is not used is listed with its reason.

use super::super::decoding::Decoding;
use super::super::failure::Halt;
use super::super::lake::place::Place;
use super::super::misfit::Misfit;
use super::super::people;
use super::super::recognise::{Plan, Unplaced};
use super::super::source::{self, Found};
use super::super::text::parts::{self, Part};
use super::super::text::table::Table;
use super::super::{Consumer, Outcome, Skipped, below};
use super::Reader;
use super::known::first_rows;
use crate::privacy::roll::Roll;

/// Why a table is not used that is beside the one that a rule is about.
const BESIDE_THE_RULE: &str = "another table of the file than the one that the project file has a rule for";

/// A part of a text, and what it is.
struct Placed {
    name: String,
    table: Table,
    what: What,
}

enum What {
    /// A table that is used, with the row that is its header where its own is not.
    Used(Option<usize>, Vec<Plan>),
    /// A table that is not.
    Unplaced(Unplaced),
    LeftOut,
}

impl<C: Consumer> Reader<'_, C> {
    /// The tables of a text; `None` where there is one, or where none of several is known: then the text goes for one table.
    ///
    /// # Errors
    /// Where the run has to end.
    pub(super) fn several(
        &self,
        file: &str,
        name: &str,
        found: &Found,
        place: &Place,
    ) -> Result<Option<Outcome<C::Buffer>>, Halt> {
        let parts = parts::of(&found.table);
        let placed: Vec<Placed> = parts.into_iter().map(|part| self.placed_part(name, part)).collect();
        let used = placed.iter().filter(|part| matches!(part.what, What::Used(..))).count();
        let is_preamble = |part: &Placed| {
            matches!(part.what, What::Unplaced(Unplaced::NoSignature(_))) && part.table.layout.data().count() < 2
        };
        let preambles = placed.iter().filter(|part| is_preamble(part)).count();
        // One table below a few lines that merely look like one is the table of the file.
        let is_one = used == 1
            && used + preambles == placed.len()
            && self.known(name, &found.table, &first_rows(&found.table)).is_ok();
        if used == 0 || is_one {
            return Ok(None);
        }
        let mut outcome = Outcome { exports: Vec::new(), skipped: Vec::new(), hash: None, people: Roll::default() };
        for Placed { name: part, table, what } in placed {
            let (table, plans) = match what {
                What::Used(Some(row), plans) => (table.with_header(row), plans),
                What::Used(None, plans) => (table, plans),
                What::Unplaced(Unplaced::Rule(_)) if self.has_rule_of(name, &part) => {
                    outcome.people.add(&people::of_table(&table));
                    outcome.skipped.push(Skipped::as_it_should(&part, BESIDE_THE_RULE));
                    continue;
                }
                What::Unplaced(unplaced) => {
                    let rows = first_rows(&table);
                    outcome.people.add(&people::of_table(&table));
                    outcome.skipped.push(Misfit { unplaced, rows }.skipped(&part, None));
                    continue;
                }
                What::LeftOut => {
                    outcome.skipped.push(Skipped::as_it_should(&part, source::LEFT_OUT));
                    continue;
                }
            };
            outcome.exports.extend(self.exports(file, part_of(found, &part, table), plans, place)?);
        }
        Ok(Some(outcome))
    }

    fn placed_part(&self, name: &str, part: Part) -> Placed {
        let Part { title, table } = part;
        let name = below(name, &title);
        let what = if self.project.input_rule(&name).is_some_and(|rule| rule.ignore) {
            What::LeftOut
        } else {
            match self.known(&name, &table, &first_rows(&table)) {
                Ok((row, plans)) => What::Used(row, plans),
                Err(unplaced) => What::Unplaced(unplaced),
            }
        };
        Placed { name, table, what }
    }

    /// Whether a part goes by the rule of the whole text.
    fn has_rule_of(&self, name: &str, part: &str) -> bool {
        let (whole, own) = (self.project.input_rule(name), self.project.input_rule(part));
        whole.zip(own).is_some_and(|(whole, own)| std::ptr::eq(whole, own))
    }
}

/// A table of a text that was found. Its hash is that of its own text, so that no part is taken for a copy of another.
fn part_of(found: &Found, name: &str, table: Table) -> Found {
    let Decoding { containers, encoding, dialect, wrapped, notes, .. } = found.decoding.clone();
    let decoding = Decoding { containers, encoding, dialect, wrapped, notes, ..Decoding::of(&table) };
    let hash = blake3::hash(table.text().as_bytes()).to_hex().to_string();
    Found { name: name.to_owned(), hash, bytes: table.text().len() as u64, table, decoding }
}
