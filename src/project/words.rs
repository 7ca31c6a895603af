//! The words a project file chooses from: tables, terms, periods and ways to read and show. Gives each its
//! meaning and its spelling; what a project does with them stands in [`meaning`](super::meaning).
use serde::{Deserialize, Serialize};

/// The period a report opens with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportPeriod {
    /// All data.
    All,
    /// A fiscal quarter.
    Quarter {
        /// Year as in the label, 1971 to 2100.
        year: i16,
        /// 1 to 4.
        quarter: u8,
    },
    /// A calendar month.
    Month {
        /// Year, 1971 to 2100.
        year: i16,
        /// 1 to 12.
        month: u8,
    },
}

impl ReportPeriod {
    /// `all`, `2026-Q3` or `2026-03`.
    pub fn label(self) -> String {
        match self {
            ReportPeriod::All => "all".to_owned(),
            ReportPeriod::Quarter { year, quarter } => format!("{year:04}-Q{quarter}"),
            ReportPeriod::Month { year, month } => format!("{year:04}-{month:02}"),
        }
    }
}

/// A canonical table, as a project file names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Table {
    /// One row a lead.
    Leads,
    /// One row a contact between us and a person.
    Touches,
    /// One row a change of stage.
    StageChanges,
    /// One row a deal.
    Deals,
    /// One row a campaign.
    Campaigns,
    /// One row a person in a campaign.
    CampaignMembers,
    /// One row an amount spent.
    Spend,
    /// One row an account.
    Accounts,
    /// One row a user of the CRM.
    Users,
    /// One row a contact person.
    Contacts,
    /// One row a tie between records: whose deal it is, what was merged into what.
    Links,
}

impl Table {
    /// Every table.
    pub const ALL: [Table; 11] = [
        Table::Leads,
        Table::Touches,
        Table::StageChanges,
        Table::Deals,
        Table::Campaigns,
        Table::CampaignMembers,
        Table::Spend,
        Table::Accounts,
        Table::Users,
        Table::Contacts,
        Table::Links,
    ];

    /// The word in project files, such as `stage_changes`.
    pub const fn id(self) -> &'static str {
        match self {
            Table::Leads => "leads",
            Table::Touches => "touches",
            Table::StageChanges => "stage_changes",
            Table::Deals => "deals",
            Table::Campaigns => "campaigns",
            Table::CampaignMembers => "campaign_members",
            Table::Spend => "spend",
            Table::Accounts => "accounts",
            Table::Users => "users",
            Table::Contacts => "contacts",
            Table::Links => "links",
        }
    }

    /// The table with this [`id`](Table::id), which is matched exactly.
    pub fn from_id(id: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| table.id() == id)
    }
}

/// Whether 03/04/2026 is in April or in March.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
}

/// The sign before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalMark {
    /// 1.234,56
    Comma,
    /// 1,234.56
    Point,
}

/// A word whose meaning the two teams agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// What a lead is.
    Lead,
    /// When marketing holds a lead ready for sales.
    Mql,
    /// When sales has accepted a lead.
    Sal,
    /// When sales holds a lead worth pursuing.
    Sql,
    /// When there is a deal.
    Opportunity,
    /// When somebody is a customer.
    Customer,
    /// When and with what a lead is handed over.
    Handover,
}

impl Term {
    /// Every term, in the order they are shown.
    pub const ALL: [Term; 7] =
        [Term::Lead, Term::Mql, Term::Sal, Term::Sql, Term::Opportunity, Term::Customer, Term::Handover];

    /// The key in project files, such as `handover`.
    pub const fn id(self) -> &'static str {
        match self {
            Term::Lead => "lead",
            Term::Mql => "mql",
            Term::Sal => "sal",
            Term::Sql => "sql",
            Term::Opportunity => "opportunity",
            Term::Customer => "customer",
            Term::Handover => "handover",
        }
    }
}

/// How owners appear on the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerNames {
    /// Owner 1, Owner 2, …
    Hidden,
    /// As in the exports.
    Names,
}
