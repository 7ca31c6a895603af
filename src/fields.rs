//! The columns of the canonical tables: their names and what kind of value each holds. Presets, project files
//! and the reader of values all speak of these.

use crate::project::Table;
use crate::project::meaning::{BANDED_SLICE, SLICE};

/// What kind of value a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A record id, compared in canonical form.
    Id,
    /// Several record ids in one cell, parted by `;`.
    Ids,
    /// An e-mail address: a join key, never shown.
    Email,
    /// Text as found.
    Text,
    /// A day or a point in time.
    Moment,
    /// The same, or a calendar month, which stands for its first day.
    Period,
    /// An amount, in whole minor units once read.
    Money,
    /// A whole number.
    Count,
    /// A number with decimals.
    Decimal,
    /// Yes or no.
    Flag,
    /// One of these words, through a vocabulary.
    Word(&'static [&'static str]),
}

/// One column of a canonical table.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name, such as `handed_over_at`.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind }
}

/// The words of a verdict.
pub const VERDICTS: &[&str] = &["accepted", "rejected", "recycled"];
/// The words of a lead's status: the verdicts and `open`.
pub const STATUSES: &[&str] = &["open", "accepted", "rejected", "recycled"];
/// The words of a deal's outcome; `unknown` is closed, nobody knows how.
pub const OUTCOMES: &[&str] = &["open", "won", "lost", "unknown"];
/// What a change of the stage of a lead may say: the stages, and the words of a verdict.
pub const LEAD_STAGES: &[&str] =
    &["prospect", "lead", "mql", "sal", "sql", "opportunity", "customer", "accepted", "rejected", "recycled"];
/// Who made a touch.
pub const SIDES: &[&str] = &["marketing", "sales"];
/// Who began a touch.
pub const DIRECTIONS: &[&str] = &["inbound", "outbound"];
/// Yes and no as words.
pub const DONE: &[&str] = &["yes", "no"];

const LEADS: &[Field] = &[
    field("lead_id", Kind::Id),
    field("contact_id", Kind::Id),
    field("account_id", Kind::Id),
    field("deal_id", Kind::Ids),
    field("merged_ids", Kind::Ids),
    field("email", Kind::Email),
    field("source", Kind::Text),
    field("channel", Kind::Text),
    field("campaign", Kind::Text),
    field("owner", Kind::Id),
    field("created_at", Kind::Moment),
    field("modified_at", Kind::Moment),
    field("lead_at", Kind::Moment),
    field("mql_at", Kind::Moment),
    field("handed_over_at", Kind::Moment),
    field("sal_at", Kind::Moment),
    field("sql_at", Kind::Moment),
    field("converted_at", Kind::Moment),
    field("opportunity_at", Kind::Moment),
    field("customer_at", Kind::Moment),
    field("status", Kind::Word(STATUSES)),
    field("stage", Kind::Text),
    field("verdict", Kind::Word(VERDICTS)),
    field("verdict_at", Kind::Moment),
    field("verdict_reason", Kind::Text),
    field("score", Kind::Decimal),
    field("first_sales_touch_at", Kind::Moment),
    field("last_sales_touch_at", Kind::Moment),
    field("sales_touches", Kind::Count),
    field("first_conversion_at", Kind::Moment),
    field("last_conversion_at", Kind::Moment),
];

const TOUCHES: &[Field] = &[
    field("touch_id", Kind::Id),
    field("lead_id", Kind::Id),
    field("contact_id", Kind::Id),
    field("deal_id", Kind::Id),
    field("email", Kind::Email),
    field("touched_at", Kind::Moment),
    field("entered_at", Kind::Moment),
    field("side", Kind::Word(SIDES)),
    field("direction", Kind::Word(DIRECTIONS)),
    field("responded", Kind::Flag),
    field("done", Kind::Word(DONE)),
    field("source", Kind::Text),
    field("channel", Kind::Text),
    field("campaign", Kind::Text),
    field("owner", Kind::Id),
];

const STAGE_CHANGES: &[Field] = &[
    field("deal_id", Kind::Id),
    field("lead_id", Kind::Id),
    field("stage", Kind::Text),
    field("changed_at", Kind::Moment),
];

const LINKS: &[Field] = &[
    field("deal_id", Kind::Id),
    field("lead_id", Kind::Id),
    field("contact_id", Kind::Id),
    field("account_id", Kind::Id),
    field("merged_deal_id", Kind::Id),
    field("merged_contact_id", Kind::Id),
    field("is_primary", Kind::Flag),
];

const DEALS: &[Field] = &[
    field("deal_id", Kind::Id),
    field("lead_id", Kind::Ids),
    field("contact_id", Kind::Ids),
    field("account_id", Kind::Id),
    field("email", Kind::Email),
    field("stage", Kind::Text),
    field("outcome", Kind::Word(OUTCOMES)),
    field("closed", Kind::Flag),
    field("won", Kind::Flag),
    field("created_at", Kind::Moment),
    field("modified_at", Kind::Moment),
    field("closed_at", Kind::Moment),
    field("won_at", Kind::Moment),
    field("lost_at", Kind::Moment),
    field("amount", Kind::Money),
    field("currency", Kind::Text),
    field("amount_company", Kind::Money),
    field("company_currency", Kind::Text),
    field("owner", Kind::Id),
    field("source", Kind::Text),
    field("channel", Kind::Text),
    field("campaign", Kind::Text),
    field("loss_reason", Kind::Text),
    field("last_changed_at", Kind::Moment),
    field("last_activity_at", Kind::Moment),
];

const CAMPAIGNS: &[Field] = &[
    field("campaign_id", Kind::Id),
    field("name", Kind::Text),
    field("source", Kind::Text),
    field("channel", Kind::Text),
    field("cost", Kind::Money),
    field("currency", Kind::Text),
    field("started_at", Kind::Moment),
    field("ended_at", Kind::Moment),
];

const SPEND: &[Field] = &[
    field("spent_on", Kind::Period),
    field("until", Kind::Moment),
    field("account", Kind::Text),
    field("ad_group", Kind::Text),
    field("ad", Kind::Text),
    field("source", Kind::Text),
    field("channel", Kind::Text),
    field("campaign", Kind::Text),
    field("campaign_id", Kind::Id),
    field("amount", Kind::Money),
    field("currency", Kind::Text),
    field("impressions", Kind::Count),
    field("clicks", Kind::Count),
];

const ACCOUNTS: &[Field] = &[
    field("account_id", Kind::Id),
    field("industry", Kind::Text),
    field("region", Kind::Text),
    field("size", Kind::Text),
];

const USERS: &[Field] = &[field("owner", Kind::Id), field("name", Kind::Text), field("side", Kind::Word(SIDES))];

/// The fields of a canonical table. Contacts and campaign members have none of their own: presets bring
/// campaign members as touches.
pub fn of(table: Table) -> &'static [Field] {
    match table {
        Table::Leads => LEADS,
        Table::Touches => TOUCHES,
        Table::StageChanges => STAGE_CHANGES,
        Table::Deals => DEALS,
        Table::Campaigns => CAMPAIGNS,
        Table::Spend => SPEND,
        Table::Accounts => ACCOUNTS,
        Table::Users => USERS,
        Table::Links => LINKS,
        Table::CampaignMembers | Table::Contacts => &[],
    }
}

/// The kind of a field of a table; a slice is text, or a number where it has bands.
pub fn kind_of(table: Table, name: &str) -> Kind {
    let of_slice = if name.starts_with(BANDED_SLICE) { Kind::Decimal } else { Kind::Text };
    of(table).iter().find(|field| field.name == name).map_or(of_slice, |field| field.kind)
}

/// Whether a field is one that a slice of the project asks for.
pub fn is_slice(name: &str) -> bool {
    [SLICE, BANDED_SLICE].iter().any(|begin| name.starts_with(begin))
}

/// The words that a field takes; `None` where it takes any. The stage of a deal says what became of it, that of a lead
/// how far it came.
pub fn words_of(table: Table, name: &str) -> Option<&'static [&'static str]> {
    match (kind_of(table, name), table, name) {
        (Kind::Word(words), ..) => Some(words),
        (_, Table::Deals, "stage") => Some(OUTCOMES),
        (_, Table::StageChanges | Table::Leads, "stage") => Some(LEAD_STAGES),
        _ => None,
    }
}

/// The field that names a record of the table, where it has one.
pub fn key_of(table: Table) -> Option<&'static str> {
    match table {
        Table::Leads => Some("lead_id"),
        Table::Deals => Some("deal_id"),
        Table::Campaigns => Some("campaign_id"),
        Table::Accounts => Some("account_id"),
        Table::Users => Some("owner"),
        Table::Touches => Some("touch_id"),
        Table::StageChanges | Table::Spend | Table::Links | Table::CampaignMembers | Table::Contacts => None,
    }
}
