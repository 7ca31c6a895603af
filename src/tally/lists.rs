//! Lists of the cases behind each leak, for people to act on. They are cut at fifty times [`LIMIT`] here, the furthest
//! stage first, and at [`LIMIT`] in find, the most money first; what is counted is counted in [`super::leakage`].

use polars::prelude::*;

use super::TallyError;
use crate::calendar::Month;
use crate::cases::Cases;
use crate::cases::frame::dimension_column;
use crate::cases::funnel::State;
use crate::cases::leakage::Leak;
use crate::stage::Stage;
use serde::{Deserialize, Serialize};

/// How many cases a list holds at most.
pub const LIMIT: u32 = 1_000;

/// One case behind a leak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Record id.
    pub id: String,
    /// Code of its source.
    pub source: u32,
    /// Code of its owner.
    pub owner: u32,
    /// Furthest stage reached.
    pub far: Option<Stage>,
    /// Month of entry.
    pub entered: Option<Month>,
    /// Days since the last change of its open deal.
    pub idle_days: Option<i32>,
    /// Code of the stage of its open deal.
    pub deal_stage: u32,
}

/// Adds the cases of other leads to a list, and cuts it anew.
pub fn add(list: &mut Vec<Listed>, other: Vec<Listed>, leak: Leak) {
    list.extend(other);
    let first = |listed: &Listed| match leak {
        Leak::Stalled => i64::from(listed.idle_days.unwrap_or(i32::MIN)),
        _ => listed.far.map_or(-1, |far| far.index() as i64),
    };
    list.sort_by(|one, other| first(other).cmp(&first(one)).then_with(|| one.id.cmp(&other.id)));
    list.truncate(50 * LIMIT as usize);
}

/// The cases, not won, that broke this rule. For [`Leak::Stalled`]: every open deal, the longest idle first.
pub fn cases(cases: &Cases, leak: Leak) -> Result<Vec<Listed>, TallyError> {
    let not_won = col("state").neq(lit(State::Customer as i32));
    let (of_leak, first) = match leak {
        Leak::Stalled => (col("idle_days").is_not_null(), "idle_days"),
        _ => (col("broken").and(lit(leak.bit() as i32)).neq(lit(0)), "far"),
    };
    let order = SortMultipleOptions::default().with_order_descending_multi([true, false]);
    let [source, owner] = ["source", "owner"].map(dimension_column);
    let columns = [&source, &owner, "far", "month.entered", "idle_days", "deal_stage"]
        .map(|name| col(name).cast(DataType::Int64));
    let mut wanted = vec![col("lead_id")];
    wanted.extend(columns);
    let table = (cases.leads.clone().lazy())
        .filter(not_won.and(of_leak))
        .sort([first, "lead_id"], order)
        .limit(50 * LIMIT)
        .select(wanted)
        .collect()?;
    let ids = table.column("lead_id").and_then(|column| column.str())?;
    let number = |at: usize, row: usize| table.columns()[at].i64().ok().and_then(|column| column.get(row));
    let code = |at: usize, row: usize| number(at, row).and_then(|code| u32::try_from(code).ok()).unwrap_or_default();
    let small = |at: usize, row: usize| number(at, row).and_then(|value| i32::try_from(value).ok());
    let listed = |row: usize| Listed {
        id: ids.get(row).unwrap_or_default().to_owned(),
        source: code(1, row),
        owner: code(2, row),
        far: small(3, row).and_then(|at| Stage::ALL.get(usize::try_from(at).ok()?)).copied(),
        entered: small(4, row).map(Month),
        idle_days: small(5, row),
        deal_stage: code(6, row),
    };
    Ok((0..table.height()).map(listed).collect())
}
