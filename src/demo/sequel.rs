//! What follows a verdict: a sale, a repeat sale, nurturing, silence, or the person coming back.
//!
//! Adds to the case that `story` tells. All waits are drawn so that a case lies clearly on one
//! side of the limits by which `leaks` judges it, except where the end of the exports cuts it.

use super::calendar::{DAY, END, HOUR, MINUTE, day_of, in_office_hours};
use super::case::{Deal, Stage};
use super::company::{Channel, LOSS_REASONS, PRODUCTS, REPEAT_PRODUCTS, SALES_USERS, SOURCES};
use super::odds::{
    BUYS_AGAIN, COMES_BACK, COMES_BACK_UNASKED, FORGOTTEN, NO_LOSS_REASON, NOT_NURTURED, REACTS, SILENT_AFTER_WIN,
    STALLS,
};
use super::random::{Random, Share};
use super::telling::Telling;

/// Smallest and largest amount of a deal, in cents.
const AMOUNTS: (i64, i64) = (200_000, 12_000_000);
/// Shortest and longest stay in an open stage.
const STAY: (i64, i64) = (2 * DAY, 45 * DAY);

/// How a deal ends, if no end of the exports comes first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Won,
    Lost,
    Stalled,
}

impl Telling<'_> {
    /// A lead that sales accepted: perhaps an SQL, perhaps a deal, perhaps a customer.
    pub fn sell(&mut self, accepted_at: i64) {
        let source = &SOURCES[self.case.source];
        self.case.score += self.random.below(10);
        if !self.random.chance(source.sql) {
            return;
        }
        let wanted = accepted_at + self.random.skewed(DAY, 25 * DAY);
        let sql_at = in_office_hours(wanted, &mut self.random);
        self.case.sql_at = Some(sql_at);
        let touched_at = self.random_within(accepted_at, sql_at);
        self.sales_touch(touched_at, None);
        if !self.random.chance(source.opportunity) {
            return;
        }
        let opened_at = sql_at + self.random.skewed(HOUR, 15 * DAY);
        let opened_at = in_office_hours(opened_at, &mut self.random);
        let ending = if self.random.chance(source.win) {
            Ending::Won
        } else if self.random.chance(STALLS) {
            Ending::Stalled
        } else {
            Ending::Lost
        };
        let deal = open_deal(opened_at, ending, self.case.worked_by, false, &mut self.random);
        let (_, last_at) = deal.last_step();
        self.work_deal(&deal, 0);
        self.case.deals.push(deal);
        match ending {
            Ending::Won => self.after_win(last_at),
            Ending::Lost => self.after_loss(last_at),
            Ending::Stalled => {}
        }
    }

    fn random_within(&mut self, from: i64, until: i64) -> i64 {
        self.random.between(from + MINUTE, until - MINUTE)
    }

    /// Touches while a deal is open: one or two by sales in each stage, now and then marketing's.
    fn work_deal(&mut self, deal: &Deal, place: usize) {
        for pair in deal.steps.windows(2) {
            let (from, until) = (pair[0].1, pair[1].1);
            for _ in 0..self.random.between(1, 2) {
                let at = self.random_within(from, until);
                let rolled = in_office_hours(at, &mut self.random);
                self.sales_touch(if rolled < until { rolled } else { at }, Some(place));
            }
            if self.random.chance(Share(3_000)) {
                self.engage(from, until, 1, 1);
            }
        }
    }

    /// After a win: thanks, service, more mail, a second order; or nothing at all.
    fn after_win(&mut self, won_at: i64) {
        self.case.score += self.random.below(9);
        if self.random.chance(SILENT_AFTER_WIN) {
            return;
        }
        for _ in 0..self.random.between(1, 3) {
            let at = won_at + self.random.between(7 * DAY, 80 * DAY);
            if self.random.chance(Share(5_000)) {
                self.sales_call(at);
            } else {
                self.send_mail(at);
            }
        }
        if self.random.chance(BUYS_AGAIN) {
            let opened_at = won_at + self.random.between(90 * DAY, 400 * DAY);
            let opened_at = in_office_hours(opened_at, &mut self.random);
            let owner = self.case.worked_by;
            let deal = open_deal(opened_at, Ending::Won, owner, true, &mut self.random);
            let (_, won_again_at) = deal.last_step();
            self.work_deal(&deal, 1);
            self.case.deals.push(deal);
            let at = won_again_at + self.random.between(7 * DAY, 60 * DAY);
            self.sales_call(at);
        }
    }

    /// After a loss: kept in touch for some months; or forgotten.
    fn after_loss(&mut self, lost_at: i64) {
        if self.random.chance(FORGOTTEN) {
            return;
        }
        for _ in 0..self.random.between(1, 3) {
            let at = lost_at + self.random.between(10 * DAY, 170 * DAY);
            self.send_mail(at);
        }
        if self.random.chance(COMES_BACK) {
            self.come_back(lost_at, (30, 170));
        }
    }

    /// After a rejection or recycling: nurtured; or left alone, at least for 90 days.
    pub fn give_back(&mut self, given_back_at: i64) {
        if self.random.chance(NOT_NURTURED) {
            if self.random.chance(COMES_BACK_UNASKED) {
                self.come_back(given_back_at, (100, 300));
            }
            return;
        }
        for _ in 0..self.random.between(1, 3) {
            let at = given_back_at + self.random.between(4 * DAY, 80 * DAY);
            self.send_mail(at);
        }
        if self.random.chance(COMES_BACK) {
            self.come_back(given_back_at, (20, 200));
        }
    }

    /// New evidence, so many days later: the person fills a form or attends a webinar. Sales may
    /// react within a week.
    fn come_back(&mut self, since: i64, (fewest, most): (i64, i64)) {
        let at = since + self.random.between(fewest * DAY, most * DAY);
        let channel = self.random.pick(&[Channel::Form, Channel::Form, Channel::Webinar]);
        let campaign = self.campaign_for(channel, at);
        self.marketing_touch(at, channel, true, campaign);
        if self.random.chance(REACTS) {
            let reaction_at = at + self.random.between(2 * HOUR, 4 * DAY);
            self.sales_call(reaction_at);
        }
    }

    fn sales_call(&mut self, at: i64) {
        let at = in_office_hours(at, &mut self.random);
        self.sales_touch(at, None);
    }

    fn send_mail(&mut self, at: i64) {
        let campaign = self.campaign_for(Channel::Email, at);
        self.marketing_touch(at, Channel::Email, false, campaign);
    }
}

/// Plans a deal from its first stage to its ending.
fn open_deal(opened_at: i64, ending: Ending, owner: usize, repeat: bool, random: &mut Random) -> Deal {
    let stages = match ending {
        Ending::Won => Stage::OPEN.len(),
        Ending::Lost | Ending::Stalled => 1 + random.index(Stage::OPEN.len()),
    };
    let mut at = opened_at;
    let mut steps = Vec::with_capacity(stages + 1);
    for &stage in &Stage::OPEN[..stages] {
        steps.push((stage, at));
        at = in_office_hours(at + random.skewed(STAY.0, STAY.1), random);
    }
    match ending {
        Ending::Won => steps.push((Stage::Won, at)),
        Ending::Lost => steps.push((Stage::Lost, at)),
        Ending::Stalled => {}
    }
    let loss_reason = if ending == Ending::Lost && !random.chance(NO_LOSS_REASON) {
        LOSS_REASONS[random.weighted(LOSS_REASONS.iter().map(|&(_, weight)| weight))].0
    } else {
        ""
    };
    let products = if repeat { &REPEAT_PRODUCTS[..] } else { &PRODUCTS[..] };
    Deal {
        steps,
        amount_cents: random.skewed(AMOUNTS.0, AMOUNTS.1) as u64,
        product: random.pick(products),
        loss_reason,
        planned_close: day_of(END) + random.between(5, 120),
        owner,
        repeat,
    }
}

/// A deal that nobody connected to a lead, opened about this moment and cut at the end. It always
/// has a reason if lost, and is recent if open: being untraceable is all that is wrong with it.
pub fn loose_deal(around: i64, random: &mut Random) -> Option<Deal> {
    let recent = around > END - 100 * DAY;
    let ending = match random.below(100) {
        0..45 => Ending::Won,
        45..75 if !recent => Ending::Lost,
        _ if recent => Ending::Stalled,
        _ => Ending::Won,
    };
    let owner = random.index(SALES_USERS);
    let mut deal = open_deal(around, ending, owner, false, random);
    if ending == Ending::Lost && deal.loss_reason.is_empty() {
        deal.loss_reason = LOSS_REASONS[0].0;
    }
    deal.cut_at(END);
    (!deal.steps.is_empty()).then_some(deal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::random::Purpose;

    #[test]
    fn a_won_deal_passes_every_stage_and_a_lost_one_ends_lost() {
        let mut random = Random::stream(1, Purpose::Story, 1);
        let won = open_deal(0, Ending::Won, 0, false, &mut random);
        assert_eq!(won.steps.len(), 5);
        assert!(won.won_at().is_some());
        let lost = open_deal(0, Ending::Lost, 0, false, &mut random);
        assert_eq!(lost.closed_at(), lost.lost_at());
        assert!((200_000..=12_000_000).contains(&lost.amount_cents));
    }

    #[test]
    fn a_loose_deal_has_no_other_fault() {
        for number in 0..2_000 {
            let mut random = Random::stream(1, Purpose::LooseDeal, number);
            let around = END - (number as i64) * 12 * HOUR;
            let Some(deal) = loose_deal(around, &mut random) else {
                continue;
            };
            let (_, last_at) = deal.last_step();
            assert!(deal.closed_at().is_some() || END - last_at < 150 * DAY);
            assert!(deal.lost_at().is_none() || !deal.loss_reason.is_empty());
        }
    }
}
