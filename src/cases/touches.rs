//! Touches: takes their table, gives which rows count and when they were, tells deals of the activity on them, and makes
//! the journeys of leads. Whose a touch is, what it tells and in which order it stands is left to [`super::partners`],
//! `tellings` and [`super::journeys`].

use std::sync::atomic::{AtomicI64, Ordering};

use rayon::prelude::*;

use super::book::Book;
use super::columns::{Numbers, Words, numbers, words};
use super::deals::Deal;
use super::journeys::Journeys;
use super::leads::Lead;
use super::links::Links;
use super::moments::Days;
use super::partners::{Finder, NOBODY, Partners, only_open_deals};
use super::persons::{LeadIndex, Persons};
use super::tellings::Tellings;
use crate::intake::read::SetAside;
use crate::project::Table;
use crate::record::Records;
use crate::record::frame::Frame;
use crate::store::NO_NUMBER;

/// How many rows are looked at in one go.
const ROWS: usize = 8192;

/// What is known of the rows of touches before any of them is read in full.
#[derive(Default)]
pub struct Touched {
    /// The lead behind each row; [`NOBODY`] where the row does not count, or its deal has no lead.
    owners: Vec<LeadIndex>,
    /// When the touch of each row that counts was made, UTC seconds.
    times: Vec<i64>,
    /// When something was last done about each deal, UTC seconds.
    changes: Vec<Option<i64>>,
    /// How many rows count.
    pub used: u64,
    /// When touches were made.
    pub days: Days,
    /// Rows that do not count, with their file.
    pub aside: Vec<(SetAside, u32)>,
}

impl Touched {
    /// Looks at the rows of a table. What was made after `as_of` does not count.
    pub fn of(
        table: Option<&Frame>,
        leads: &[Lead<'_>],
        deals: &[Deal<'_>],
        persons: &Persons,
        records: &Records,
        as_of: Option<i64>,
    ) -> Touched {
        let Some(table) = table else { return Touched::default() };
        let links = Links::of(records);
        let partners = Partners::of(table, deals, persons, &links);
        let rows = Rows {
            leads,
            only_open: only_open_deals(deals, leads.len()),
            changes: deals.iter().map(|_| AtomicI64::new(NO_NUMBER)).collect(),
            moments: Moments::of(table, records),
            done: words(table, "done"),
            files: table.files(),
            as_of,
        };
        let (mut owners, mut times) = (vec![NOBODY; table.height()], vec![0; table.height()]);
        let chunks = owners.par_chunks_mut(ROWS).zip(times.par_chunks_mut(ROWS)).enumerate();
        let sums = chunks.fold(Sums::default, |mut sums, (chunk, (owners, times))| {
            let mut finder = partners.finder();
            for ((row, owner), time) in (chunk * ROWS..).zip(owners).zip(times) {
                if let Some((lead, at)) = rows.look(row, &mut finder, &mut sums) {
                    (*owner, *time) = (lead, at);
                }
            }
            sums
        });
        let Sums { used, days, aside } = sums.reduce(Sums::default, Sums::add);
        let changes = rows.changes.into_iter().map(|at| Some(at.into_inner()).filter(|at| *at != NO_NUMBER));
        Touched { owners, times, changes: changes.collect(), used, days, aside }
    }

    /// Tells deals of the activity on them: those that the touches were held against.
    pub fn tell(&self, deals: &mut [Deal<'_>]) {
        for (deal, at) in deals.iter_mut().zip(&self.changes) {
            deal.last_change_at = deal.last_change_at.max(*at);
        }
    }

    /// The journeys of so many leads. The table is read, and done with.
    pub fn journeys(self, table: Option<Frame>, leads: usize, book: &Book<'_>) -> Journeys {
        let Touched { owners, times, .. } = self;
        let reader = || {
            let mut tellings = table.as_ref().map(|table| Tellings::of(table, book));
            let times = &times;
            move |row: usize| tellings.as_mut().expect("rows are those of a table").touch(row, times[row])
        };
        Journeys::new(leads, &owners, reader, book.words())
    }
}

/// When touches were made that would count if nothing limited them.
pub fn days(records: &Records, leads: &[Lead<'_>], deals: &[Deal<'_>], persons: &Persons) -> Days {
    Touched::of(records.table(Table::Touches), leads, deals, persons, records, None).days
}

/// What the rows of a table are held against.
struct Rows<'r> {
    leads: &'r [Lead<'r>],
    /// The open deal of each lead that has exactly one.
    only_open: Vec<u32>,
    /// Last activity by deal, as far as it was added up.
    changes: Vec<AtomicI64>,
    moments: Moments<'r>,
    done: Words<'r>,
    files: &'r [u32],
    as_of: Option<i64>,
}

/// What some rows come to.
#[derive(Default)]
struct Sums {
    used: u64,
    days: Days,
    aside: Vec<(SetAside, u32)>,
}

impl Sums {
    fn add(mut self, other: Sums) -> Sums {
        self.used += other.used;
        self.days.add(&other.days);
        self.aside.extend(other.aside);
        self
    }
}

impl Rows<'_> {
    /// The lead behind a row and when the touch was, where it counts.
    fn look(&self, row: usize, finder: &mut Finder<'_>, sums: &mut Sums) -> Option<(LeadIndex, i64)> {
        let (partner, of_deal) = finder.find(row);
        let moment = match self.moment(row, partner == NOBODY && of_deal == NOBODY) {
            Ok(moment) => moment,
            Err(reason) => {
                sums.aside.push((reason, self.files[row]));
                return None;
            }
        };
        sums.used += 1;
        sums.days.count(moment.at);
        let at = self.after_handover(moment, partner);
        let live = || self.only_open.get(partner as usize).copied().unwrap_or(NOBODY);
        let deal = if of_deal == NOBODY { live() } else { of_deal };
        if let Some(last) = self.changes.get(deal as usize) {
            last.fetch_max(at, Ordering::Relaxed);
        }
        Some((partner, at))
    }

    /// When the touch of a row was, or why it does not count.
    fn moment(&self, row: usize, is_of_nobody: bool) -> Result<Moment, SetAside> {
        if self.done.at(row) == Some(1) {
            return Err(SetAside::NotDone);
        }
        let moment = self.moments.at(row).ok_or(SetAside::NoDate)?;
        if self.as_of.is_some_and(|as_of| moment.at > as_of) {
            return Err(SetAside::AfterAsOf);
        }
        if is_of_nobody { Err(SetAside::NoPartner) } else { Ok(moment) }
    }

    /// A touch that tells only its day is not before a handover of that day.
    fn after_handover(&self, moment: Moment, lead: LeadIndex) -> i64 {
        let Moment { at, has_clock } = moment;
        let same_day = |other: &i64| self.moments.is_one_day(at, *other);
        let of_lead = || self.leads.get(lead as usize)?.handed_over_at.get();
        if has_clock { at } else { of_lead().filter(same_day).map_or(at, |handed_over_at| at.max(handed_over_at)) }
    }
}

/// When a touch was.
#[derive(Clone, Copy)]
struct Moment {
    /// UTC seconds.
    at: i64,
    /// Whether that tells more than the day.
    has_clock: bool,
}

/// The columns that tell when touches were.
struct Moments<'m> {
    touched: Numbers<'m>,
    entered: Numbers<'m>,
    /// For each file, whether its touches, and the entries of these, tell a clock.
    touched_clock: Vec<bool>,
    entered_clock: Vec<bool>,
    files: &'m [u32],
    records: &'m Records,
}

impl<'m> Moments<'m> {
    fn of(table: &'m Frame, records: &'m Records) -> Moments<'m> {
        let clock = |field: &str| records.files.iter().map(|file| file.has_clock(field)).collect();
        Moments {
            touched: numbers(table, "touched_at"),
            entered: numbers(table, "entered_at"),
            touched_clock: clock("touched_at"),
            entered_clock: clock("entered_at"),
            files: table.files(),
            records,
        }
    }

    /// When the touch of a row was. One that tells its day alone takes the hour from its entry on that day.
    fn at(&self, row: usize) -> Option<Moment> {
        let file = self.files[row] as usize;
        let (touched, entered) = (self.touched.at(row), self.entered.at(row));
        let at = touched.or(entered)?;
        let has_clock = if touched.is_some() { self.touched_clock[file] } else { self.entered_clock[file] };
        let tells_hour = |entered: &i64| !has_clock && self.entered_clock[file] && self.is_one_day(*entered, at);
        let by_entry = entered.filter(tells_hour).map(|at| Moment { at, has_clock: true });
        Some(by_entry.unwrap_or(Moment { at, has_clock }))
    }

    fn is_one_day(&self, one: i64, other: i64) -> bool {
        self.records.zone.day_of(one) == self.records.zone.day_of(other)
    }
}
