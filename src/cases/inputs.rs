//! What the exports can answer at all. A measure whose inputs are missing is said to be missing, with the column
//! that would supply it; it is never an empty chart or a zero.

use crate::project::Table;
use crate::record::Records;

/// Which inputs the exports hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    /// Some deal is lost.
    pub lost_deals: bool,
    /// Deals have amounts.
    pub amount: bool,
    /// Spend is recorded.
    pub spend: bool,
    /// Leads carry e-mails.
    pub email: bool,
    /// Handover and first touch carry a clock, so that minutes mean something.
    pub clock: bool,
}

impl Inputs {
    /// Looks at the columns and at the words found in them.
    pub fn of(records: &Records) -> Inputs {
        let lead = |field: &str| records.has(Table::Leads, field);
        let deal = |field: &str| records.has(Table::Deals, field);
        let sides = records.table(Table::Touches).map(|frame| super::columns::words(frame, "side"));
        let made_by = |side: u8| sides.as_ref().is_some_and(|sides| sides.contains(&Some(side)));
        let side_unsaid = sides.as_ref().is_some_and(|sides| sides.contains(&None));
        let status_says_verdict = records
            .table(Table::Leads)
            .is_some_and(|frame| super::columns::words(frame, "status").iter().flatten().any(|word| *word > 0));
        let touch_rows = made_by(1) || side_unsaid;
        let clock = |field: &str| records.files.iter().any(|file| file.has_clock(field));
        let handover_field = if lead("handed_over_at") {
            "handed_over_at"
        } else if lead("mql_at") {
            "mql_at"
        } else {
            "created_at"
        };
        Inputs {
            leads: records.table(Table::Leads).is_some(),
            deals: records.table(Table::Deals).is_some(),
            source: lead("source"),
            owner: lead("owner"),
            handover: lead("handed_over_at"),
            mql: lead("mql_at"),
            sales_touches: touch_rows || lead("first_sales_touch_at"),
            attempts: touch_rows || lead("sales_touches"),
            touches: sides.is_some(),
            marketing_touches: made_by(0),
            verdict: lead("verdict") || lead("sal_at") || status_says_verdict,
            verdict_at: lead("verdict_at") || lead("sal_at"),
            verdict_reason: lead("verdict_reason"),
            loss_reason: deal("loss_reason"),
            deal_created: deal("created_at"),
            lost_deals: false,
            amount: deal("amount"),
            spend: records.table(Table::Spend).is_some() || records.has(Table::Campaigns, "cost"),
            email: lead("email"),
            clock: clock(handover_field) && (clock("touched_at") || clock("first_sales_touch_at")),
        }
    }
}
