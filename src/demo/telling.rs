//! A case while it is told: its stream of draws, and how touches are added to it.
//!
//! Used by `story` and `sequel`, which decide what happens.

use super::calendar::{END, MINUTE};
use super::campaigns::{CAMPAIGNS, running_campaign};
use super::case::{Case, Side, Touch};
use super::company::{Channel, EMAIL, WEBINAR};
use super::random::Random;

/// A case being told.
pub struct Telling<'a> {
    /// The stream of the case.
    pub random: Random,
    /// What is told so far.
    pub case: &'a mut Case,
}

impl Telling<'_> {
    /// Adds some marketing touches between two moments.
    pub fn engage(&mut self, from: i64, until: i64, fewest: i64, most: i64) {
        for _ in 0..self.random.between(fewest, most) {
            let at = self.random.between(from + MINUTE, until - MINUTE);
            let kinds = [
                (Channel::Email, true),
                (Channel::Email, false),
                (Channel::Form, true),
                (Channel::Ad, true),
                (Channel::Webinar, true),
            ];
            let (channel, inbound) = kinds[self.random.weighted([34, 26, 14, 16, 10].into_iter())];
            let campaign = self.campaign_for(channel, at);
            self.marketing_touch(at, channel, inbound, campaign);
        }
    }

    /// A campaign that a touch of this channel belongs to.
    pub fn campaign_for(&mut self, channel: Channel, at: i64) -> Option<usize> {
        // A plan for after the end is never written down.
        let at = at.min(END);
        match channel {
            Channel::Email => running_campaign(EMAIL, at, &mut self.random),
            Channel::Webinar => running_campaign(WEBINAR, at, &mut self.random),
            Channel::Ad => {
                let platforms = CAMPAIGNS.iter().filter(|campaign| campaign.platform.is_some());
                Some(self.random.index(platforms.count()))
            }
            Channel::Form | Channel::Call | Channel::Meeting | Channel::Event => None,
        }
    }

    /// Adds a touch by marketing.
    pub fn marketing_touch(&mut self, at: i64, channel: Channel, inbound: bool, campaign: Option<usize>) {
        self.case.touches.push(Touch {
            at,
            side: Side::Marketing,
            channel,
            inbound,
            campaign,
            user: self.case.tended_by,
            deal: None,
        });
    }

    /// Adds a touch by sales.
    pub fn sales_touch(&mut self, at: i64, deal: Option<usize>) {
        let channels = [Channel::Call, Channel::Email, Channel::Meeting];
        let meetings = if deal.is_some() { 30 } else { 5 };
        let channel = channels[self.random.weighted([55, 40, meetings].into_iter())];
        self.case.touches.push(Touch {
            at,
            side: Side::Sales,
            channel,
            inbound: false,
            campaign: None,
            user: self.case.worked_by,
            deal,
        });
    }
}
