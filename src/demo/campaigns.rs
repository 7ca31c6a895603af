//! The demo company's campaigns.
//!
//! Gives the table and which campaign runs when; `spend` says what they cost.

use super::calendar::{day_number, day_of};
use super::random::Random;

/// Who reports what an advertising campaign cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Google Ads.
    Google,
    /// LinkedIn Campaign Manager.
    LinkedIn,
}

/// A campaign.
pub struct Campaign {
    /// Its name, the same in every tool.
    pub name: &'static str,
    /// Place of its source in `SOURCES`.
    pub source: usize,
    /// Its share of the source's leads, against others running on the same day.
    pub weight: u64,
    /// First day.
    pub starts: i64,
    /// Last day.
    pub ends: i64,
    /// The advertising tool that reports its spend; else the cost stands in the CRM.
    pub platform: Option<Platform>,
    /// Salesforce's campaign type.
    pub kind: &'static str,
}

impl Campaign {
    /// Whether it runs on this day.
    pub fn runs_on(&self, day: i64) -> bool {
        (self.starts..=self.ends).contains(&day)
    }
}

/// A campaign that the CRM holds the cost of.
const fn campaign(
    name: &'static str,
    source: usize,
    weight: u64,
    starts: i64,
    ends: i64,
    kind: &'static str,
) -> Campaign {
    Campaign { name, source, weight, starts, ends, platform: None, kind }
}

/// An advertising campaign; all of them run all the time.
const fn advertising(name: &'static str, source: usize, weight: u64, by: Platform) -> Campaign {
    Campaign {
        name,
        source,
        weight,
        starts: day_number(2023, 1, 1),
        ends: day_number(2025, 12, 31),
        platform: Some(by),
        kind: "Advertisement",
    }
}

/// The campaigns, advertising first.
pub const CAMPAIGNS: [Campaign; 15] = [
    advertising("Search - Brand", 1, 35, Platform::Google),
    advertising("Search - CNC Lathes", 1, 65, Platform::Google),
    advertising("Social - Plant Managers", 2, 60, Platform::LinkedIn),
    advertising("Social - Retrofit Video", 2, 40, Platform::LinkedIn),
    campaign("Workshop Letter", 3, 70, day_number(2023, 1, 1), day_number(2025, 12, 31), "Email"),
    campaign("MX-4 Launch Mailing", 3, 30, day_number(2024, 3, 1), day_number(2025, 12, 31), "Email"),
    campaign(
        "Webinar: Cutting Downtime by a Third",
        4,
        100,
        day_number(2023, 1, 1),
        day_number(2023, 12, 31),
        "Webinar",
    ),
    campaign("Webinar: Safe Retrofit", 4, 100, day_number(2024, 1, 1), day_number(2024, 12, 31), "Webinar"),
    campaign(
        "Webinar: \"Lathe 4.0\", live & recorded",
        4,
        100,
        day_number(2025, 1, 1),
        day_number(2025, 12, 31),
        "Webinar",
    ),
    campaign("Metal Days 2023", 5, 100, day_number(2023, 1, 1), day_number(2024, 2, 4), "Trade Show"),
    campaign("Metal Days 2024", 5, 100, day_number(2024, 2, 5), day_number(2025, 2, 2), "Trade Show"),
    campaign("Metal Days 2025", 5, 100, day_number(2025, 2, 3), day_number(2025, 12, 31), "Trade Show"),
    campaign("Workshop Register 2023", 6, 100, day_number(2023, 1, 1), day_number(2024, 6, 30), "Direct Mail"),
    campaign("Workshop Register 2024", 6, 100, day_number(2024, 7, 1), day_number(2025, 12, 31), "Direct Mail"),
    campaign("Dealer Bonus Programme", 7, 100, day_number(2023, 1, 1), day_number(2025, 12, 31), "Partners"),
];

/// A campaign of this source running at this moment, if it has one.
pub fn running_campaign(source: usize, moment: i64, random: &mut Random) -> Option<usize> {
    let day = day_of(moment);
    let weight = |campaign: &Campaign| {
        let counts = campaign.source == source && campaign.runs_on(day);
        if counts { campaign.weight } else { 0 }
    };
    let weights = CAMPAIGNS.iter().map(weight);
    (weights.clone().sum::<u64>() > 0).then(|| random.weighted(weights))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::calendar::{DAY, FIRST_DAY, LAST_DAY};
    use crate::demo::company::SOURCES;
    use crate::demo::random::Purpose;

    #[test]
    fn every_source_that_costs_has_a_campaign_every_day() {
        let mut random = Random::stream(1, Purpose::Spend, 1);
        for (index, source) in SOURCES.iter().enumerate() {
            for day in FIRST_DAY..=LAST_DAY {
                let running = running_campaign(index, day * DAY, &mut random);
                assert_eq!(running.is_some(), source.cents_per_lead > 0, "{}", source.name);
            }
        }
    }
}
