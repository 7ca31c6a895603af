//! Tells the case of a lead, from the moment it comes in to what sales made of it.
//!
//! Takes the plan, gives cases one at a time; each is drawn from its own stream, so none needs the
//! others. What follows the verdict is in `sequel`.

use super::calendar::{Arrivals, DAY, END, HOUR, MINUTE, in_office_hours};
use super::campaigns::running_campaign;
use super::case::{Case, Judgement, Verdict};
use super::company::{MARKETING_USERS, RECYCLING_REASON, REJECTION_REASONS, SALES_USERS, SOURCES, UNREACHABLE};
use super::odds::{
    ACCEPTED_IN_TIME, ACCEPTED_LATE, GIVEN_UP_EARLY, NEVER_HANDED_OVER, NEVER_TOUCHED, NO_OWNER, NO_REJECTION_REASON,
    SECOND_RECORDS, SHARED_ACCOUNTS, TOUCHED_IN_TIME, UNOWNED_IN_TIME, UNOWNED_NEVER,
};
use super::random::{Purpose, Random, Share};
use super::telling::Telling;

/// Longest time from handover to verdict, if there is one: under the fourteen days that the teams
/// agreed on, so that a missing verdict is the only late one.
const LONGEST_TO_VERDICT: i64 = 13 * DAY + 20 * HOUR;

/// Tells cases.
pub struct Storyteller {
    seed: u64,
    leads: u64,
    arrivals: Arrivals,
}

/// When sales first touched a lead.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FirstTouch {
    InTime,
    Late,
    Never,
}

impl Storyteller {
    /// A teller of so many leads.
    pub fn new(seed: u64, leads: u64) -> Self {
        Self { seed, leads, arrivals: Arrivals::new(seed, leads) }
    }

    /// Tells the case of the lead with this number, as the exports know it at their end.
    pub fn tell(&self, number: u64, case: &mut Case) {
        if !self.is_second_record(number) {
            self.tell_as(number, None, case);
            return;
        }
        let mut first = Case::default();
        self.tell_as(number - 1, None, &mut first);
        self.tell_as(number, Some(&first), case);
    }

    /// Whether the lead is made of the person of the lead before it.
    fn is_second_record(&self, number: u64) -> bool {
        let drawn = |number| Random::stream(self.seed, Purpose::SecondRecord, number).chance(SECOND_RECORDS);
        let inside = number > 0 && number + 1 < self.leads;
        inside && drawn(number) && (number == 1 || !drawn(number - 1))
    }

    /// The account of a lead: its own, or that of a lead up to five before it.
    fn account_of(&self, mut number: u64) -> u64 {
        loop {
            let mut random = Random::stream(self.seed, Purpose::Sharing, number);
            let step = if self.is_second_record(number) {
                1
            } else if random.chance(SHARED_ACCOUNTS) {
                1 + random.below(5)
            } else {
                return number;
            };
            match number.checked_sub(step) {
                Some(earlier) => number = earlier,
                None => return number,
            }
        }
    }

    fn tell_as(&self, number: u64, first: Option<&Case>, case: &mut Case) {
        case.clear();
        case.number = number;
        case.person = first.map_or(number, |first| first.person);
        case.account = self.account_of(number);
        case.created_at = self.arrivals.moment(number);
        let mut telling = Telling { random: Random::stream(self.seed, Purpose::Story, number), case };
        telling.assign(first);
        telling.arrive();
        telling.follow_to_the_end();
        case.customer_in_the_end = case.won_at().is_some();
        case.touches.sort_by_key(|touch| touch.at);
        case.cut_at(END);
        case.entered_twice =
            first.and_then(|first| first.owner).zip(case.owner).is_some_and(|(first, second)| first != second);
    }
}

impl Telling<'_> {
    /// Decides who in marketing and in sales will deal with it: others than with the first record.
    fn assign(&mut self, first: Option<&Case>) {
        let (sales, marketing) = (SALES_USERS as u64, MARKETING_USERS as u64);
        let (work, tend) = match first {
            None => (self.random.below(sales), self.random.below(marketing)),
            Some(first) => (
                first.worked_by as u64 + 1 + self.random.below(sales - 1),
                (first.tended_by - SALES_USERS) as u64 + 1 + self.random.below(marketing - 1),
            ),
        };
        self.case.worked_by = (work % sales) as usize;
        self.case.tended_by = SALES_USERS + (tend % marketing) as usize;
    }

    /// Source, campaign, channel and the touch that brought the lead in.
    fn arrive(&mut self) {
        let created_at = self.case.created_at;
        let source = self.random.weighted(SOURCES.iter().map(|source| source.share));
        self.case.source = source;
        self.case.channel = self.random.pick(SOURCES[source].channels);
        self.case.campaign = running_campaign(source, created_at, &mut self.random);
        let entry = SOURCES[source].entry;
        self.marketing_touch(created_at, entry, true, self.case.campaign);
    }

    /// Everything after the arrival.
    fn follow_to_the_end(&mut self) {
        let source = &SOURCES[self.case.source];
        if !self.random.chance(source.mql) {
            self.stay_a_lead();
            return;
        }
        let mql_at = self.case.created_at + self.random.skewed(HOUR, 45 * DAY);
        self.case.mql_at = Some(mql_at);
        self.engage(self.case.created_at, mql_at, 1, 3);
        self.case.score = 50 + self.random.below(32);
        if self.random.chance(NEVER_HANDED_OVER) {
            self.engage(mql_at, mql_at + 60 * DAY, 0, 2);
            return;
        }
        let ready_at = mql_at + self.random.between(10 * MINUTE, 20 * HOUR);
        let handed_over_at = in_office_hours(ready_at, &mut self.random);
        self.case.handed_over_at = Some(handed_over_at);
        let owned = !self.random.chance(NO_OWNER);
        self.case.owner = owned.then_some(self.case.worked_by);
        self.pursue(handed_over_at, owned);
    }

    /// A lead that never gets hot: tended for a while, or put aside.
    fn stay_a_lead(&mut self) {
        let created_at = self.case.created_at;
        self.case.score = self.random.below(50);
        self.case.disqualified = self.random.chance(Share(1_400));
        let days = if self.case.disqualified { 10 } else { 150 };
        self.engage(created_at, created_at + days * DAY, 1, 3);
    }

    /// Sales tries to reach the lead, and judges it.
    fn pursue(&mut self, handed_over_at: i64, owned: bool) {
        let kind = self.draw_first_touch(owned);
        let judgement = self.draw_judgement(kind);
        let reason = self.draw_reason(judgement, kind);
        let Some(first_at) = self.first_touch_at(kind, handed_over_at) else {
            if let Some(judgement) = judgement {
                let at = handed_over_at + self.random.between(2 * DAY, 13 * DAY);
                self.judge(Verdict { at, judgement, reason });
            }
            return;
        };
        let latest = handed_over_at + LONGEST_TO_VERDICT;
        let wanted = first_at + self.random.skewed(2 * HOUR, latest - first_at);
        let rolled = in_office_hours(wanted, &mut self.random);
        let verdict_at = if rolled <= latest { rolled } else { wanted };
        let attempts = self.draw_attempts(reason);
        self.sales_touch(first_at, None);
        for _ in 1..attempts {
            let at = self.random.between(first_at + HOUR, verdict_at - MINUTE);
            let rolled = in_office_hours(at, &mut self.random);
            self.sales_touch(if rolled < verdict_at { rolled } else { at }, None);
        }
        if let Some(judgement) = judgement {
            self.judge(Verdict { at: verdict_at, judgement, reason });
        }
    }

    fn draw_first_touch(&mut self, owned: bool) -> FirstTouch {
        let (in_time, never) = if owned {
            (TOUCHED_IN_TIME[self.case.worked_by], NEVER_TOUCHED)
        } else {
            (UNOWNED_IN_TIME, UNOWNED_NEVER)
        };
        let late = Share(in_time.0 + never.0).complement();
        match self.random.weighted([in_time, late, never].iter().map(|share| u64::from(share.0))) {
            0 => FirstTouch::InTime,
            1 => FirstTouch::Late,
            _ => FirstTouch::Never,
        }
    }

    /// When the first touch comes: safely on its side of the 24 hours.
    fn first_touch_at(&mut self, kind: FirstTouch, handed_over_at: i64) -> Option<i64> {
        match kind {
            FirstTouch::InTime => {
                let delay = self.random.skewed(4 * MINUTE, 23 * HOUR);
                let rolled = in_office_hours(handed_over_at + delay, &mut self.random);
                let at_once = handed_over_at + self.random.between(4 * MINUTE, 3 * HOUR);
                let in_time = rolled - handed_over_at < 24 * HOUR;
                Some(if in_time { rolled } else { at_once })
            }
            FirstTouch::Late => {
                let at = handed_over_at + DAY + self.random.skewed(HOUR, 7 * DAY);
                Some(in_office_hours(at, &mut self.random))
            }
            FirstTouch::Never => None,
        }
    }

    /// What sales will say, if anything: only the timing of the first touch counts.
    fn draw_judgement(&mut self, kind: FirstTouch) -> Option<Judgement> {
        let accepted = match kind {
            FirstTouch::InTime => ACCEPTED_IN_TIME,
            FirstTouch::Late => ACCEPTED_LATE,
            FirstTouch::Never => Share(0),
        };
        if self.random.chance(accepted) {
            return Some(Judgement::Accepted);
        }
        // Of those not accepted: rejected, recycled, and the rest without a verdict.
        let (rejected, recycled) = match kind {
            FirstTouch::Never => (3_000, 1_000),
            _ => (5_500, 2_800),
        };
        match self.random.weighted([rejected, recycled, 10_000 - rejected - recycled].into_iter()) {
            0 => Some(Judgement::Rejected),
            1 => Some(Judgement::Recycled),
            _ => None,
        }
    }

    fn draw_reason(&mut self, judgement: Option<Judgement>, kind: FirstTouch) -> &'static str {
        match judgement {
            Some(Judgement::Recycled) => RECYCLING_REASON,
            Some(Judgement::Rejected) => {
                if self.random.chance(NO_REJECTION_REASON) {
                    return "";
                }
                if kind == FirstTouch::Never && self.random.chance(Share(5_000)) {
                    return UNREACHABLE;
                }
                let weights = REJECTION_REASONS.iter().map(|&(_, weight)| weight);
                REJECTION_REASONS[self.random.weighted(weights)].0
            }
            Some(Judgement::Accepted) | None => "",
        }
    }

    fn draw_attempts(&mut self, reason: &str) -> i64 {
        if reason != UNREACHABLE {
            return self.random.between(1, 5);
        }
        if self.random.chance(GIVEN_UP_EARLY) {
            return self.random.between(1, 2);
        }
        self.random.between(3, 6)
    }

    fn judge(&mut self, verdict: Verdict) {
        self.case.verdict = Some(verdict);
        match verdict.judgement {
            Judgement::Accepted => self.sell(verdict.at),
            Judgement::Rejected | Judgement::Recycled => self.give_back(verdict.at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::odds::true_conversion;

    #[test]
    fn a_lead_is_the_same_whatever_came_before_it() {
        let teller = Storyteller::new(4, 500);
        let (mut alone, mut after) = (Case::default(), Case::default());
        for number in 0..=77 {
            teller.tell(number, &mut after);
        }
        teller.tell(77, &mut alone);
        assert_eq!(alone.touches.len(), after.touches.len());
        assert_eq!(alone.mql_at, after.mql_at);
        assert_eq!(alone.account, after.account);
    }

    #[test]
    fn nothing_happens_after_the_end_and_all_in_order() {
        let teller = Storyteller::new(4, 5_000);
        let mut case = Case::default();
        for number in 0..5_000 {
            teller.tell(number, &mut case);
            assert!(case.last_change() <= END);
            assert!(case.touches.is_sorted_by_key(|touch| touch.at));
            assert!(case.account <= number);
            let accepted = case.accepted_at();
            let opened = case.deals.first().map(|deal| deal.created_at());
            let path = [Some(case.created_at), case.mql_at, case.handed_over_at, accepted, case.sql_at, opened];
            assert!(path.iter().flatten().is_sorted(), "{path:?}");
            assert!(path.windows(2).all(|pair| pair[0].is_some() || pair[1].is_none()));
            for deal in &case.deals {
                assert!(deal.steps.is_sorted_by_key(|&(_, at)| at));
            }
        }
    }

    #[test]
    fn customers_come_as_often_as_the_closed_form_says() {
        let leads = 60_000;
        let teller = Storyteller::new(11, leads);
        let mut case = Case::default();
        let mut seen = [(0.0, 0.0); SOURCES.len()];
        for number in 0..leads {
            teller.tell(number, &mut case);
            seen[case.source].0 += 1.0;
            seen[case.source].1 += f64::from(u8::from(case.customer_in_the_end));
        }
        for (source, (count, customers)) in SOURCES.iter().zip(seen) {
            let expected = true_conversion(source);
            let four_errors = 4.0 * (expected * (1.0 - expected) / count).sqrt();
            let off = (customers / count - expected).abs();
            assert!(off < four_errors, "{}: {customers} of {count}", source.name);
        }
    }
}
