//! What the exports can answer at all. A measure whose inputs are missing is said to be missing, with the column
//! that would supply it; it is never an empty chart or a zero.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::words;
use super::history::History;
use crate::project::Table;
use crate::record::{FileReport, Records};
use serde::{Deserialize, Serialize};

/// Which inputs the exports hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Inputs {
    /// A table of leads.
    pub leads: bool,
    /// A table of deals.
    pub deals: bool,
    /// Leads tell their source.
    pub source: bool,
    /// Leads tell their owner.
    pub owner: bool,
    /// Leads tell when they were handed over, in a column of its own.
    pub handover: bool,
    /// Leads tell when they became MQL.
    pub mql: bool,
    /// Sales touches are recorded, as rows or in columns of the lead.
    pub sales_touches: bool,
    /// Every sales touch is recorded, so that they can be counted.
    pub attempts: bool,
    /// Touches are recorded as rows, so that "no touch since" means something.
    pub touches: bool,
    /// Marketing touches are recorded as rows.
    pub marketing_touches: bool,
    /// Leads carry a verdict of sales.
    pub verdict: bool,
    /// Verdicts are dated.
    pub verdict_at: bool,
    /// Verdicts carry a reason.
    pub verdict_reason: bool,
    /// Deals carry a reason for a loss.
    pub loss_reason: bool,
    /// Deals tell when they were opened.
    pub deal_created: bool,
    /// Deals tell where they come from.
    pub deal_source: bool,
    /// Some deal is lost.
    pub lost_deals: bool,
    /// Deals have amounts.
    pub amount: bool,
    /// Spend is recorded.
    pub spend: bool,
    /// Reports of spend tell how often ads were shown.
    pub impressions: bool,
    /// Reports of spend tell how often ads were clicked.
    pub clicks: bool,
    /// Leads carry e-mails.
    pub email: bool,
    /// Handover and first touch carry a clock, so that minutes mean something.
    pub clock: bool,
}

/// Which tables and columns there are, and which words in them tell something. Adds up over parts of the exports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Presence {
    /// Tables with at least one row, and their columns.
    columns: BTreeMap<Table, BTreeSet<String>>,
    /// Whether touches are said to be of marketing, of sales, of nobody.
    sides: [bool; 3],
    /// Whether a status of some lead says more than `open`.
    status_says_verdict: bool,
    /// Whether changes of stage tell verdicts, and when leads became MQL.
    history: [bool; 2],
}

impl Presence {
    /// Looks at the tables.
    pub fn of(records: &Records) -> Presence {
        let mut presence = Presence::default();
        for table in records.tables.keys() {
            if let Some(frame) = records.table(*table) {
                presence.columns.insert(*table, frame.columns().map(|(name, _)| name.to_owned()).collect());
            }
        }
        if let Some(frame) = records.table(Table::Touches) {
            let sides = words(frame, "side");
            (0..frame.height()).for_each(|row| presence.sides[sides.at(row).map_or(2, usize::from).min(2)] = true);
        }
        presence.status_says_verdict = records.table(Table::Leads).is_some_and(|frame| {
            let statuses = words(frame, "status");
            (0..frame.height()).any(|row| statuses.at(row).is_some_and(|word| word > 0))
        });
        presence.history = History::tells(records);
        presence.history[0] |= History::stages_tell_verdicts(records);
        presence
    }

    /// Adds what another part holds.
    pub fn add(&mut self, other: Presence) {
        for (table, columns) in other.columns {
            self.columns.entry(table).or_default().extend(columns);
        }
        self.sides.iter_mut().zip(other.sides).for_each(|(own, other)| *own |= other);
        self.status_says_verdict |= other.status_says_verdict;
        self.history.iter_mut().zip(other.history).for_each(|(own, other)| *own |= other);
    }

    fn table(&self, table: Table) -> bool {
        self.columns.contains_key(&table)
    }

    fn has(&self, table: Table, field: &str) -> bool {
        self.columns.get(&table).is_some_and(|columns| columns.contains(field))
    }
}

impl Inputs {
    /// Adds what other exports hold.
    pub fn add(&mut self, other: Inputs) {
        let Inputs {
            leads,
            deals,
            source,
            owner,
            handover,
            mql,
            sales_touches,
            attempts,
            touches,
            marketing_touches,
            verdict,
            verdict_at,
            verdict_reason,
            loss_reason,
            deal_created,
            deal_source,
            lost_deals,
            amount,
            spend,
            impressions,
            clicks,
            email,
            clock,
        } = other;
        self.leads |= leads;
        self.deals |= deals;
        self.source |= source;
        self.owner |= owner;
        self.handover |= handover;
        self.mql |= mql;
        self.sales_touches |= sales_touches;
        self.attempts |= attempts;
        self.touches |= touches;
        self.marketing_touches |= marketing_touches;
        self.verdict |= verdict;
        self.verdict_at |= verdict_at;
        self.verdict_reason |= verdict_reason;
        self.loss_reason |= loss_reason;
        self.deal_created |= deal_created;
        self.deal_source |= deal_source;
        self.lost_deals |= lost_deals;
        self.amount |= amount;
        self.spend |= spend;
        self.impressions |= impressions;
        self.clicks |= clicks;
        self.email |= email;
        self.clock |= clock;
    }

    /// What the tables can answer; `files` tell which of their values carry a clock.
    pub fn of(presence: &Presence, lost_deals: bool, files: &[FileReport]) -> Inputs {
        let lead = |field: &str| presence.has(Table::Leads, field);
        let deal = |field: &str| presence.has(Table::Deals, field);
        let [by_marketing, by_sales, _] = presence.sides;
        let clock = |field: &str| files.iter().any(|file| file.has_clock(field));
        let handover_field = if lead("handed_over_at") {
            "handed_over_at"
        } else if lead("mql_at") {
            "mql_at"
        } else {
            "created_at"
        };
        Inputs {
            leads: presence.table(Table::Leads),
            deals: presence.table(Table::Deals),
            source: lead("source"),
            owner: lead("owner"),
            handover: lead("handed_over_at"),
            mql: lead("mql_at") || presence.history[1],
            sales_touches: by_sales || lead("first_sales_touch_at"),
            attempts: by_sales || lead("sales_touches"),
            touches: presence.table(Table::Touches),
            marketing_touches: by_marketing,
            verdict: lead("verdict") || lead("sal_at") || presence.status_says_verdict || presence.history[0],
            verdict_at: lead("verdict_at") || lead("sal_at") || presence.history[0],
            verdict_reason: lead("verdict_reason"),
            loss_reason: deal("loss_reason"),
            deal_created: deal("created_at"),
            deal_source: deal("source") || deal("channel") || deal("campaign"),
            lost_deals,
            amount: deal("amount"),
            spend: presence.table(Table::Spend) || presence.has(Table::Campaigns, "cost"),
            impressions: presence.has(Table::Spend, "impressions"),
            clicks: presence.has(Table::Spend, "clicks"),
            email: lead("email"),
            clock: clock(handover_field) && (clock("touched_at") || clock("first_sales_touch_at")),
        }
    }
}
