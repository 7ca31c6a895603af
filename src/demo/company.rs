//! What is fixed about the demo company, Northfield Tools: its sources and how they convert, its
//! people, products and words.
//!
//! Gives tables. Leaves campaigns to `campaigns`, all other probabilities to `odds`, the single
//! case to `story`.

use super::random::Share;

/// Where leads come from, and what becomes of them.
pub struct Source {
    /// Name in the CRM; empty where the source was never recorded.
    pub name: &'static str,
    /// HubSpot's word for it.
    pub hubspot: &'static str,
    /// HubSpot's drill-down where its word alone does not tell; else the campaign stands there.
    pub hubspot_detail: Option<&'static str>,
    /// Share of all leads, in ten-thousandths.
    pub share: u64,
    /// P(MQL | lead).
    pub mql: Share,
    /// P(SQL | accepted by sales).
    pub sql: Share,
    /// P(opportunity | SQL).
    pub opportunity: Share,
    /// P(won | opportunity).
    pub win: Share,
    /// What marketing pays a lead, in cents.
    pub cents_per_lead: u64,
    /// Channels of a lead from here.
    pub channels: &'static [&'static str],
    /// The touch that brings the lead in.
    pub entry: Channel,
}

/// How a touch was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// A mail sent, or a link in one clicked.
    Email,
    /// A telephone call.
    Call,
    /// A meeting.
    Meeting,
    /// A form filled on the website.
    Form,
    /// A webinar attended.
    Webinar,
    /// A trade show or another event.
    Event,
    /// An advertisement clicked.
    Ad,
}

/// The sources, most leads first, the unrecorded last.
pub const SOURCES: [Source; 9] = [
    Source {
        name: "Organic Search",
        hubspot: "Organic Search",
        hubspot_detail: None,
        share: 2_000,
        mql: Share(5_000),
        sql: Share(7_800),
        opportunity: Share(7_400),
        win: Share(5_200),
        cents_per_lead: 0,
        channels: &["Organic", "Direct"],
        entry: Channel::Form,
    },
    Source {
        name: "Paid Search",
        hubspot: "Paid Search",
        hubspot_detail: None,
        share: 1_900,
        mql: Share(4_800),
        sql: Share(7_400),
        opportunity: Share(7_200),
        win: Share(5_000),
        cents_per_lead: 46_000,
        channels: &["Google Ads"],
        entry: Channel::Ad,
    },
    Source {
        name: "Paid Social",
        hubspot: "Paid Social",
        hubspot_detail: None,
        share: 1_500,
        mql: Share(3_800),
        sql: Share(6_200),
        opportunity: Share(6_200),
        win: Share(4_400),
        cents_per_lead: 58_000,
        channels: &["LinkedIn"],
        entry: Channel::Ad,
    },
    Source {
        name: "Email Marketing",
        hubspot: "Email Marketing",
        hubspot_detail: None,
        share: 1_200,
        mql: Share(4_500),
        sql: Share(7_200),
        opportunity: Share(7_000),
        win: Share(4_700),
        cents_per_lead: 4_500,
        channels: &["Newsletter", "Mailing"],
        entry: Channel::Email,
    },
    Source {
        name: "Webinar",
        hubspot: "Other Campaigns",
        hubspot_detail: None,
        share: 900,
        mql: Share(6_200),
        sql: Share(8_000),
        opportunity: Share(7_400),
        win: Share(5_200),
        cents_per_lead: 14_000,
        channels: &["Live Webinar", "Recorded Webinar"],
        entry: Channel::Webinar,
    },
    Source {
        name: "Trade Show",
        hubspot: "Offline Sources",
        hubspot_detail: Some("Trade Show"),
        share: 800,
        mql: Share(5_800),
        sql: Share(7_800),
        opportunity: Share(7_400),
        win: Share(5_100),
        cents_per_lead: 64_000,
        channels: &["Stand", "Side Event"],
        entry: Channel::Event,
    },
    Source {
        name: "Purchased List",
        hubspot: "Offline Sources",
        hubspot_detail: Some("Purchased List"),
        share: 700,
        mql: Share(2_000),
        sql: Share(5_600),
        opportunity: Share(5_400),
        win: Share(3_500),
        cents_per_lead: 2_200,
        channels: &["List"],
        entry: Channel::Email,
    },
    Source {
        name: "Partner Referral",
        hubspot: "Referrals",
        hubspot_detail: None,
        share: 600,
        mql: Share(7_800),
        sql: Share(9_000),
        opportunity: Share(8_800),
        win: Share(6_200),
        cents_per_lead: 12_000,
        channels: &["Dealer", "Consultant"],
        entry: Channel::Form,
    },
    Source {
        name: "",
        hubspot: "",
        hubspot_detail: None,
        share: 400,
        mql: Share(4_000),
        sql: Share(6_800),
        opportunity: Share(6_800),
        win: Share(4_600),
        cents_per_lead: 0,
        channels: &[""],
        entry: Channel::Form,
    },
];

/// Place of Email Marketing in [`SOURCES`].
pub const EMAIL: usize = 3;
/// Place of Webinar in [`SOURCES`].
pub const WEBINAR: usize = 4;
/// Places of the advertising sources in [`SOURCES`].
pub const ADVERTISING: [usize; 2] = [1, 2];

/// How many of [`USERS`], from the first, are in sales; the others are in marketing.
pub const SALES_USERS: usize = 8;
/// How many of [`USERS`] are in marketing.
pub const MARKETING_USERS: usize = USERS.len() - SALES_USERS;

/// The people who work leads, sales first.
pub const USERS: [&str; 11] = [
    "Ada Winter",
    "Bruno Falk",
    "Chiara Rossi",
    "Dev Patel",
    "Elin Berg",
    "Farid Aziz",
    "Grace Obi",
    "Hugo Martin",
    "Ines Prado",
    "Jonas Lind",
    "Kaya Demir",
];

/// What sales gives as the reason for a rejection, with its weight. The first means: given up.
pub const REJECTION_REASONS: [(&str, u64); 6] = [
    (UNREACHABLE, 32),
    ("No budget", 18),
    ("No need", 20),
    ("Wrong contact", 12),
    ("Already supplied", 10),
    ("Too small", 8),
];
/// The reason that means: tried, and given up.
pub const UNREACHABLE: &str = "Unreachable";
/// The reason given with a recycled lead.
pub const RECYCLING_REASON: &str = "Not now";
/// Why deals are lost, with weights.
pub const LOSS_REASONS: [(&str, u64); 5] =
    [("Price", 32), ("Competitor", 26), ("No decision", 20), ("Timing", 14), ("Missing feature", 8)];
/// What the company sells.
pub const PRODUCTS: [&str; 5] = ["Lathe MX-4", "Milling Cell F2", "Press Brake P60", "Retrofit Kit", "Service Plan"];
/// What a repeat customer buys.
pub const REPEAT_PRODUCTS: [&str; 2] = ["Retrofit Kit", "Service Plan"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_shares_are_the_whole() {
        assert_eq!(SOURCES.iter().map(|source| source.share).sum::<u64>(), 10_000);
    }
}
