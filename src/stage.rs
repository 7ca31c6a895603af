//! The stages of a lead, in their one order. Gives the canonical words used in ids, project files and
//! tables; what a project calls its stages stands in [`crate::project::Project`].
use serde::{Deserialize, Serialize};

/// One step on the way from a known name to a customer who buys again.
///
/// Stages are ordered: `Stage::Mql < Stage::Customer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// Known, not yet a lead by the agreed definition.
    Prospect,
    /// Entered by marketing or sales as a lead.
    Lead,
    /// Marketing holds it ready for sales.
    Mql,
    /// Sales took it on.
    Sal,
    /// Sales found it worth pursuing.
    Sql,
    /// A deal was opened.
    Opportunity,
    /// Bought.
    Customer,
    /// Bought again.
    Repeat,
}

impl Stage {
    /// Every stage, first to last.
    pub const ALL: [Stage; 8] = [
        Stage::Prospect,
        Stage::Lead,
        Stage::Mql,
        Stage::Sal,
        Stage::Sql,
        Stage::Opportunity,
        Stage::Customer,
        Stage::Repeat,
    ];

    /// The word in figure ids, project files and tables, such as `mql`.
    pub const fn id(self) -> &'static str {
        match self {
            Stage::Prospect => "prospect",
            Stage::Lead => "lead",
            Stage::Mql => "mql",
            Stage::Sal => "sal",
            Stage::Sql => "sql",
            Stage::Opportunity => "opportunity",
            Stage::Customer => "customer",
            Stage::Repeat => "repeat",
        }
    }

    /// The name in full, such as `Marketing qualified lead (MQL)`.
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Prospect => "Prospect",
            Stage::Lead => "Lead",
            Stage::Mql => "Marketing qualified lead (MQL)",
            Stage::Sal => "Sales accepted lead (SAL)",
            Stage::Sql => "Sales qualified lead (SQL)",
            Stage::Opportunity => "Opportunity",
            Stage::Customer => "Customer",
            Stage::Repeat => "Repeat customer",
        }
    }

    /// The name where room is scarce, such as `MQL`.
    pub const fn short(self) -> &'static str {
        match self {
            Stage::Prospect => "Prospect",
            Stage::Lead => "Lead",
            Stage::Mql => "MQL",
            Stage::Sal => "SAL",
            Stage::Sql => "SQL",
            Stage::Opportunity => "Opportunity",
            Stage::Customer => "Customer",
            Stage::Repeat => "Repeat",
        }
    }

    /// The stage with this [`id`](Stage::id), which is matched exactly.
    pub fn from_id(id: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.id() == id)
    }

    /// Place in the order, 0 for prospect.
    pub const fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lead_back_to_their_stage_in_order() {
        assert!(Stage::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        for (index, stage) in Stage::ALL.into_iter().enumerate() {
            assert_eq!(Stage::from_id(stage.id()), Some(stage));
            assert_eq!(stage.index(), index);
        }
        assert_eq!(Stage::from_id("MQL"), None);
    }
}
