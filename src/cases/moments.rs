//! The moment that exports describe. Takes when things happened, gives the latest moment that can be believed: that of the
//! newest thing that certainly happened. The closing date of a deal may be a plan or a typo, so it is held against
//! everything else. Adds up over parts of the exports.
//!
//! A closing date is believed
//! - up to the newest of the other things, and as far beyond as these may have been silent by chance, which few things do not
//!   tell: then a month;
//! - beyond that, as long as many deals close, and at least half as often as in the quarter before;
//! - where they are more than a fifth of all closings, since such exports tell of deals alone, up to a long gap;
//! - where deals tell of no other moment, so that closings are all there is, up to a long gap with next to nothing behind it.
//!
//! A deal whose record was last written to before the day on which it is said to have closed did not close then. Other dates
//! are certain, but for next to none of very many that lie behind a gap of half a year.

use std::collections::BTreeMap;

use super::deals::Deal;
use super::leads::Lead;
use super::time::Time;
use crate::calendar::SECONDS_PER_DAY;

/// So many gaps between days tell how long a silence may be, and fewer than the least tell nothing.
const MOST_GAPS: usize = 30;
const LEAST_GAPS: usize = 3;
/// A silence is by chance unless it is rarer than one in so many.
const RARE: f64 = 1_000.0;
/// Days over which it is counted how often deals close, and how many closings have to be in them, and behind them.
const QUARTER_DAYS: i64 = 90;
const LEAST_CLOSINGS: u64 = 10;
/// Closings behind a silence are few up to this share, in percent.
const FEW: u64 = 20;

/// What tells dates that cannot be believed at the end of a row of days.
struct Tail {
    /// Share of all, in percent, and number that may stand behind the gap.
    percent: u64,
    at_least: u64,
    /// How long the gap must be, in days, whatever the gaps before it.
    gap: i64,
}

const OF_EVENTS: Tail = Tail { percent: 1, at_least: 0, gap: 180 };
const OF_CLOSINGS: Tail = Tail { percent: 2, at_least: 1, gap: 31 };
const OF_FEW_CLOSINGS: Tail = Tail { percent: 20, at_least: 1, gap: 365 };

/// How many things happened on each day, and the last moment of it. Days are those of UTC since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Days {
    /// The days of living memory, from [`FIRST_DAY`] on, so that counting is quick.
    near: Vec<(u64, i64)>,
    far: BTreeMap<i64, (u64, i64)>,
}

/// 1940 to 2100.
const FIRST_DAY: i64 = -10_957;
const NEAR_DAYS: i64 = 58_440;

impl Days {
    /// Counts a thing.
    pub fn count(&mut self, at: i64) {
        self.add_to(at.div_euclid(SECONDS_PER_DAY), 1, at);
    }

    fn add_to(&mut self, day: i64, count: u64, last: i64) {
        let place = day - FIRST_DAY;
        let slot = if (0..NEAR_DAYS).contains(&place) {
            let place = place as usize;
            if place >= self.near.len() {
                self.near.resize(place + 1, (0, i64::MIN));
            }
            &mut self.near[place]
        } else {
            self.far.entry(day).or_insert((0, i64::MIN))
        };
        slot.0 += count;
        slot.1 = slot.1.max(last);
    }

    /// Adds what happened elsewhere.
    pub fn add(&mut self, other: &Days) {
        other.each().for_each(|(day, count, last)| self.add_to(day, count, last));
    }

    /// Day, count and last moment of the days on which something happened, in order.
    fn each(&self) -> impl Iterator<Item = (i64, u64, i64)> {
        let near = (FIRST_DAY..).zip(&self.near).map(|(day, (count, last))| (day, *count, *last));
        let far = |is_before: bool| {
            let far = self.far.iter().filter(move |(day, _)| (**day < FIRST_DAY) == is_before);
            far.map(|(day, (count, last))| (*day, *count, *last))
        };
        far(true).chain(near.filter(|(_, count, _)| *count > 0)).chain(far(false))
    }

    fn total(&self) -> u64 {
        self.each().map(|(_, count, _)| count).sum()
    }
}

/// Days in order, with count and last moment.
type Row = [(i64, u64, i64)];

/// How many days of silence after the last day are by chance, by the gaps before: with a rate that these gaps tell no better
/// than they can.
fn silence(days: &Row) -> Option<f64> {
    let recent = &days[days.len().saturating_sub(MOST_GAPS + 1)..];
    let gaps = recent.len().saturating_sub(1);
    let span = recent.last()?.0 - recent.first()?.0;
    (gaps >= LEAST_GAPS).then(|| span as f64 * (RARE.powf(1.0 / gaps as f64) - 1.0))
}

/// The days up to the gap behind which too little stands to be believed; nothing is cut where too little stands before it.
fn believed<'d>(mut days: &'d Row, tail: &Tail) -> &'d Row {
    let all: u64 = days.iter().map(|(_, count, _)| count).sum();
    let few = (all * tail.percent / 100).max(tail.at_least);
    let mut behind = 0;
    for at in (1..days.len()).rev() {
        behind += days[at].1;
        if behind > few {
            break;
        }
        let gap = days[at].0 - days[at - 1].0;
        if gap > tail.gap && silence(&days[..at]).is_some_and(|silence| gap as f64 > silence) {
            days = &days[..at];
        }
    }
    days
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moments {
    /// What certainly happened: entries, stages, verdicts, touches, changes.
    happened: Days,
    /// Closing dates of deals of which some other moment is known.
    closings: Days,
    /// Closing dates of all other deals.
    lone_closings: Days,
}

/// What is dated later has not happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// UTC seconds.
    pub at: i64,
    /// Whether somebody asked for that moment; else it was found, and what is later is a plan or a typo.
    pub is_given: bool,
}

/// The moment that exports describe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// UTC seconds.
    pub at: i64,
    /// Whether something is dated later.
    pub has_later: bool,
}

impl Moments {
    /// What leads and deals tell; never a plan, and never what was spent.
    pub fn of(leads: &[Lead<'_>], deals: &[Deal<'_>]) -> Moments {
        let mut moments = Moments::default();
        for lead in leads {
            let own = [lead.handed_over_at, lead.verdict_at, lead.first_sales_touch_at, lead.last_sales_touch_at];
            let all = lead.stages.into_iter().chain(own).chain(lead.conversions_at);
            all.filter_map(Time::get).for_each(|at| moments.happened.count(at));
        }
        for deal in deals {
            let own = [deal.created_at, deal.last_change_at];
            own.into_iter().flatten().for_each(|at| moments.happened.count(at));
            let is_lone = own.iter().all(Option::is_none);
            let closings = if is_lone { &mut moments.lone_closings } else { &mut moments.closings };
            // Nobody wrote to the record on the day on which it is said to have closed, or later: that day is a plan.
            let is_plan = |at: &i64| deal.modified_at.is_some_and(|modified| *at > modified + SECONDS_PER_DAY);
            deal.closed_at.filter(|at| !is_plan(at)).into_iter().for_each(|at| closings.count(at));
        }
        moments
    }

    /// Adds what touches tell.
    pub fn touched(&mut self, days: &Days) {
        self.happened.add(days);
    }

    /// Adds what another part tells.
    pub fn add(&mut self, other: &Moments) {
        self.happened.add(&other.happened);
        self.closings.add(&other.closings);
        self.lone_closings.add(&other.lone_closings);
    }

    /// How many closing dates lie on a later day.
    pub fn closings_after(&self, at: i64) -> u64 {
        let day = at.div_euclid(SECONDS_PER_DAY);
        let all = self.closings.each().chain(self.lone_closings.each());
        all.filter(|(closed, ..)| *closed > day).map(|(_, count, _)| count).sum()
    }

    /// The moment; `None` where nothing is dated.
    pub fn as_of(&self) -> Option<AsOf> {
        let happened: Vec<_> = self.happened.each().collect();
        let certain = believed(&happened, &OF_EVENTS);
        let mut closings = self.closings.clone();
        let lone: Vec<_> = self.lone_closings.each().collect();
        let mut latest = certain.last().map(|(_, _, at)| *at);
        if certain.is_empty() || lone.len() > LEAST_GAPS && self.lone_closings.total() >= closings.total() {
            // They are all there is, and all that tells of deals.
            latest = latest.max(believed(&lone, &OF_CLOSINGS).last().map(|(_, _, at)| *at));
        } else {
            closings.add(&self.lone_closings);
        }
        let closings: Vec<_> = closings.each().collect();
        let latest = latest.max(believed_closing(&closings, certain));
        let last = |days: &Days| days.each().last().map(|(_, _, at)| at);
        let newest = last(&self.happened).max(last(&self.closings)).max(last(&self.lone_closings));
        latest.map(|at| AsOf { at, has_later: newest.is_some_and(|newest| newest > at) })
    }
}

/// The last closing that is believed, beside what certainly happened.
fn believed_closing(closings: &Row, certain: &Row) -> Option<i64> {
    let at_most = |day: i64| &closings[..closings.partition_point(|(closed, ..)| *closed <= day)];
    let count = |days: &Row| days.iter().map(|(_, count, _)| count).sum::<u64>();
    let (Some(newest), Some(silence)) = (certain.last().map(|(day, ..)| *day), silence(certain)) else {
        return believed(closings, &OF_FEW_CLOSINGS).last().map(|(_, _, at)| *at);
    };
    let gaps = certain.len().saturating_sub(1).min(MOST_GAPS) as i64;
    let mut end = newest.saturating_add(silence as i64 + MOST_GAPS as i64 - gaps);
    // As long as they come at least half as often as in the quarter before.
    let before = at_most(newest);
    let usual = count(before) - count(at_most(newest - QUARTER_DAYS));
    if usual >= LEAST_CLOSINGS {
        let keeps_pace = |day: i64| {
            let since = i128::from(count(at_most(day)) - count(before));
            since >= i128::from(LEAST_CLOSINGS)
                && 2 * since * i128::from(QUARTER_DAYS) >= i128::from(usual) * i128::from(day - newest)
        };
        let after = closings.iter().map(|(day, ..)| *day).filter(|day| *day > newest);
        end = end.max(after.filter(|day| keeps_pace(*day)).max().unwrap_or(end));
    }
    let (kept, all) = (count(at_most(end)), count(closings));
    let few = all - kept <= (all * FEW / 100).max(1);
    let kept = if few { at_most(end) } else { believed(closings, &OF_FEW_CLOSINGS) };
    kept.last().map(|(_, _, at)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(of: impl IntoIterator<Item = i64>) -> Days {
        let mut days = Days::default();
        of.into_iter().for_each(|day| days.count(day * SECONDS_PER_DAY + 60));
        days
    }

    /// The day and whether something is later; `closings` are of deals of which another moment is known where
    /// `are_known`.
    fn as_of(happened: Vec<i64>, closings: Vec<i64>, are_known: bool) -> (i64, bool) {
        let (happened, closings) = (days(happened), days(closings));
        let (closings, lone_closings) =
            if are_known { (closings, Days::default()) } else { (Days::default(), closings) };
        let as_of = Moments { happened, closings, lone_closings }.as_of().unwrap();
        (as_of.at.div_euclid(SECONDS_PER_DAY), as_of.has_later)
    }

    const START: i64 = 20_000;

    fn daily(days: i64) -> Vec<i64> {
        (START..START + days).collect()
    }

    fn with(mut days: Vec<i64>, more: &[i64]) -> Vec<i64> {
        days.extend(more);
        days
    }

    #[test]
    fn planned_and_mistyped_closings_move_nothing() {
        for later in [&[START + 140][..], &[START + 47_000], &[START + 110, START + 125, START + 140, START + 9_999]] {
            let closings = with((START..START + 100).step_by(4).collect(), later);
            assert_eq!(as_of(daily(100), closings, true), (START + 99, true), "{later:?}");
        }
    }

    #[test]
    fn closings_go_on_for_a_while_when_all_else_is_done() {
        assert_eq!(as_of(daily(100), with(daily(100), &[START + 102]), true), (START + 102, false), "a weekend");
        assert_eq!(as_of(daily(100), daily(104), true), (START + 103, false));
        assert_eq!(as_of(daily(100), daily(190), true), (START + 189, false), "as many deals a day as before");
        let closings = (START + 60..START + 200).step_by(5).collect();
        assert_eq!(as_of(daily(60), closings, true), (START + 195, false), "all deals close after the last lead");
        assert_eq!(as_of(vec![START], vec![START + 63], true), (START + 63, false), "a single deal");
        let (rare, sales) = (vec![START, START + 20, START + 50, START + 90], vec![START + 40, START + 150]);
        assert_eq!(as_of(rare, sales, true), (START + 150, false));
    }

    #[test]
    fn where_closings_are_all_there_is_they_tell() {
        let closings: Vec<i64> = (START..START + 100).step_by(3).collect();
        assert_eq!(as_of(Vec::new(), closings.clone(), false), (START + 99, false));
        assert_eq!(as_of(Vec::new(), with(closings.clone(), &[START + 27_000]), false), (START + 99, true));
        // Leads end early, deals tell of nothing but their closing.
        assert_eq!(as_of(daily(30), closings.clone(), false), (START + 99, false));
        assert_eq!(as_of(daily(30), with(closings, &[START + 27_000]), false), (START + 99, true));
        assert_eq!(as_of(Vec::new(), vec![START, START + 900], false), (START + 900, false), "two tell nothing");
    }

    #[test]
    fn one_mistyped_date_among_hundreds_moves_nothing() {
        assert_eq!(as_of(with(daily(200), &[START + 13_000]), Vec::new(), true), (START + 199, true));
        assert_eq!(as_of(with(daily(20), &[START + 400]), Vec::new(), true), (START + 400, false), "it may be true");
    }

    #[test]
    fn parts_add_up() {
        let all: Vec<i64> = with(daily(90), &[-40_000, 80_000]);
        let (one, other) = all.split_at(41);
        let mut sum = days(one.iter().copied());
        sum.add(&days(other.iter().copied()));
        assert!(sum.each().eq(days(all).each()));
    }
}
