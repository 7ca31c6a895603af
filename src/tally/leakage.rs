//! Leakage: the rules that each lead broke, by month of entry, with what is needed to value it: how the case
//! stands, how far it got, its source. Open deals keep the days since the last change, so that the limit, which comes
//! from all deals, can be applied in [`crate::find`].

use polars::prelude::*;

use super::additive::{Key, adds_up, decoded, tables_of};
use super::count::Measure;
use super::tables::{as_list, from_list, table};
use super::{Counted, Table};
use crate::cases::Relabelling;
use crate::cases::frame::dimension_column;
use crate::cases::funnel::State;
use crate::cases::leakage::Leak;
use crate::stage::Stage;
use serde::{Deserialize, Serialize};

const LEAKS: usize = Leak::ALL.len();

/// What cases with equal prospects have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Prospect {
    /// The rules it broke, stalling apart: bits of [`Leak::bit`].
    pub broken: u32,
    /// How the case stands.
    pub state: State,
    /// Furthest stage reached.
    pub far: Option<Stage>,
    /// Code of its source.
    pub source: u32,
    /// Days since the last change of its open deal.
    pub idle_days: Option<i32>,
    /// Code of the stage of its open deal.
    pub deal_stage: u32,
}

impl Key for Prospect {
    fn relabelled(self, codes: &Relabelling) -> Prospect {
        let deal_stage = codes.stages[self.deal_stage as usize];
        Prospect { source: codes.members[0][self.source as usize], deal_stage, ..self }
    }
}

/// Leads that each rule applies to, by the rule's index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Against {
    /// Leads.
    pub leads: [u64; LEAKS],
}

adds_up!(Against { leads });

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LeakageTally {
    /// By month of entry.
    #[serde(serialize_with = "as_list", deserialize_with = "from_list")]
    pub cases: Table<Prospect, u64>,
    /// By month of entry.
    pub against: Table<(), Against>,
}

tables_of!(LeakageTally { cases, against });

const STATES: [State; 5] = [State::InProgress, State::Lost, State::Rejected, State::Recycled, State::Customer];

/// Counts the cases.
pub fn tally(Counted { leads, .. }: &Counted) -> PolarsResult<LeakageTally> {
    let source = col(dimension_column("source"));
    let prospects = leads.count(Measure {
        rows: lit(true),
        month: col("month.entered"),
        keys: [col("broken"), col("state"), col("far"), source, col("idle_days"), col("deal_stage")],
        sums: [],
    })?;
    let prospects = prospects.iter().map(|count| {
        let [broken, state, far, source, idle_days, deal_stage] = count.keys;
        let code = |code: Option<i32>| code.and_then(|code| u32::try_from(code).ok()).unwrap_or_default();
        let prospect = Prospect {
            broken: code(broken),
            state: decoded(&STATES, state).expect("every case stands somehow"),
            far: decoded(&Stage::ALL, far),
            source: code(source),
            idle_days,
            deal_stage: code(deal_stage),
        };
        ((count.place, prospect), count.rows)
    });
    let against =
        leads.count(Measure { rows: lit(true), month: col("month.entered"), keys: [col("against")], sums: [] })?;
    let against = against.iter().map(|count| {
        let bits = count.keys[0].unwrap_or_default();
        let leads = std::array::from_fn(|leak| if bits & (1 << leak) != 0 { count.rows } else { 0 });
        ((count.place, ()), Against { leads })
    });
    Ok(LeakageTally { cases: table(prospects), against: table(against) })
}
