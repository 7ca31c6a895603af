//! What the demo company's marketing cost, by day and campaign.
//!
//! Takes the number of leads, gives the spend that brings them in at the sources' true cost a
//! lead, so that a small demo costs little. A fixed-size table; no dependence on the cases.

use super::calendar::{FIRST_DAY, LAST_DAY, day_weight, weekday};
use super::campaigns::{CAMPAIGNS, Campaign, Platform};
use super::company::{ADVERTISING, SOURCES};
use super::random::{Purpose, Random};

/// From this many leads on, advertising is reported by day, below it by week.
const DAILY_FROM: u64 = 5_000;
/// Cents a click, by advertising platform.
const CENTS_PER_CLICK: (u64, u64) = (310, 690);

/// What one campaign's advertising cost on one day, or in the week from that day.
#[derive(Clone, Copy)]
pub struct AdSpend {
    /// The day.
    pub day: i64,
    /// Place of the campaign in `CAMPAIGNS`.
    pub campaign: usize,
    /// Cost in cents.
    pub cents: u64,
    /// How often the advertisement was shown.
    pub impressions: u64,
    /// How often it was clicked.
    pub clicks: u64,
    /// Leads as the platform counts them.
    pub conversions: u64,
}

/// All spend.
pub struct Spend {
    /// Advertising, by day and campaign.
    pub advertising: Vec<AdSpend>,
    /// Cost in cents of each campaign that the CRM holds the cost of; 0 for advertising.
    pub campaign_cents: [u64; CAMPAIGNS.len()],
}

impl Spend {
    /// The spend that brings in so many leads.
    pub fn new(seed: u64, leads: u64) -> Self {
        let total: u64 = (FIRST_DAY..=LAST_DAY).map(day_weight).sum();
        let budget = Budget { leads, total };
        let campaign_cents = std::array::from_fn(|index| {
            let campaign = &CAMPAIGNS[index];
            if campaign.platform.is_some() {
                return 0;
            }
            let days = campaign.starts..=campaign.ends;
            let cents: u64 = days.map(|day| budget.cents(campaign, day, 1_000)).sum();
            cents / 100 * 100
        });
        let weekly = leads < DAILY_FROM;
        let mut advertising: Vec<AdSpend> = Vec::new();
        for (index, campaign) in CAMPAIGNS.iter().enumerate() {
            let Some(platform) = campaign.platform else {
                continue;
            };
            let mut waiting = 0;
            let mut reported = 0;
            for day in FIRST_DAY..=LAST_DAY {
                let purpose_number = (day as u64) * CAMPAIGNS.len() as u64 + index as u64;
                let mut random = Random::stream(seed, Purpose::Spend, purpose_number);
                let mood = random.between(800, 1_200) as u64;
                waiting += budget.cents(campaign, day, mood);
                if weekly && weekday(day) != 0 && day != LAST_DAY {
                    continue;
                }
                // A week runs from Monday to Sunday, the first one has only its Sunday.
                let since_monday = (weekday(day) as i64 + 6) % 7;
                let first = if weekly { (day - since_monday).max(FIRST_DAY) } else { day };
                advertising.extend(ad_spend(first, index, platform, waiting, reported));
                reported += waiting;
                waiting = 0;
            }
        }
        advertising.sort_by_key(|spend| (spend.day, spend.campaign));
        Self { advertising, campaign_cents }
    }

    /// The advertising of one platform, oldest first.
    pub fn on(&self, platform: Platform) -> impl Iterator<Item = &AdSpend> {
        self.advertising.iter().filter(move |spend| CAMPAIGNS[spend.campaign].platform == Some(platform))
    }
}

/// How money is spread over leads and days.
struct Budget {
    leads: u64,
    total: u64,
}

impl Budget {
    /// What a campaign costs on a day, in cents; `mood` is 1000 on an ordinary day.
    fn cents(&self, campaign: &Campaign, day: i64, mood: u64) -> u64 {
        let source = &SOURCES[campaign.source];
        let rivals = CAMPAIGNS.iter().filter(|other| other.source == campaign.source && other.runs_on(day));
        let rivals: u64 = rivals.map(|other| other.weight).sum();
        let leads_of_day = [self.leads, source.share, day_weight(day), campaign.weight];
        let factors = leads_of_day.into_iter().chain([source.cents_per_lead, mood]);
        let cents: u128 = factors.map(u128::from).product();
        let divisors = [10_000, self.total, rivals.max(1), 1_000];
        (cents / divisors.into_iter().map(u128::from).product::<u128>()) as u64
    }
}

/// The report of so much money, if it is any, after so much was reported before.
fn ad_spend(day: i64, campaign: usize, platform: Platform, cents: u64, cents_before: u64) -> Option<AdSpend> {
    let (google, linked_in) = CENTS_PER_CLICK;
    let (price, shown_per_click) = match platform {
        Platform::Google => (google, 27),
        Platform::LinkedIn => (linked_in, 190),
    };
    let cents_per_lead = SOURCES[CAMPAIGNS[campaign].source].cents_per_lead;
    let clicks = cents / price;
    debug_assert!(ADVERTISING.contains(&CAMPAIGNS[campaign].source));
    (cents > 0).then_some(AdSpend {
        day,
        campaign,
        cents,
        impressions: clicks * shown_per_click + cents % 97,
        clicks,
        conversions: (cents_before + cents) / cents_per_lead - cents_before / cents_per_lead,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_costs_what_its_source_says() {
        for leads in [1_000, 100_000] {
            let spend = Spend::new(3, leads);
            for place in ADVERTISING {
                let source = &SOURCES[place];
                let ads = spend.advertising.iter();
                let ads = ads.filter(|spend| CAMPAIGNS[spend.campaign].source == place);
                let cents: u64 = ads.map(|spend| spend.cents).sum();
                let expected = leads * source.share / 10_000 * source.cents_per_lead;
                assert!(cents.abs_diff(expected) * 50 < expected, "{cents} of {expected}");
            }
        }
    }

    #[test]
    fn a_small_demo_reports_by_week() {
        let spend = Spend::new(3, 900);
        assert_eq!(spend.advertising.len(), 4 * 158);
        assert!(spend.advertising[4..].iter().all(|spend| weekday(spend.day) == 1));
        assert_eq!(Spend::new(3, 5_000).advertising.len(), 4 * 1_096);
    }
}
