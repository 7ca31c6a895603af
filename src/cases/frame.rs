//! Cases and deals as tables of small numbers, ready to be tallied: codes for members, months and days for instants.
//! Takes the joined values, gives [`DataFrame`]s; nothing is looked up any more.

use std::borrow::Cow;

use polars::prelude::*;

use super::deals::{Deal, Outcome};
use super::dimensions::MemberColumns;
use super::leads::{StageTimes, Verdict};
use super::leaks::{Held, Leak};
use crate::calendar::Zone;
use crate::stage::Stage;
use serde::{Deserialize, Serialize};

/// How a case stands at the as-of moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum State {
    /// Nothing decided yet.
    InProgress,
    /// Lost.
    Lost,
    /// Refused by sales.
    Rejected,
    /// Sent back to nurturing.
    Recycled,
    /// Customer.
    Customer,
}

/// How the time to the first sales touch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speed {
    /// Not handed over, or nothing is known of sales touches.
    None,
    /// Sales was in contact before the handover.
    AlreadyInContact,
    /// Touched within the agreed time.
    InTime,
    /// Touched later.
    Late,
    /// Not touched, the time is up.
    Never,
    /// Not touched, the time is not up.
    Pending,
}

/// How the time to the verdict stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Not handed over.
    None,
    /// A verdict within the agreed time.
    InTime,
    /// A verdict after it.
    Late,
    /// A verdict without a date.
    Undated,
    /// No verdict, the time is up.
    Missing,
    /// No verdict, the time is not up.
    Pending,
}

/// One lead, joined.
#[derive(Debug, Clone)]
pub struct CaseRow<'a> {
    /// Record id.
    pub id: Cow<'a, str>,
    /// Stage times, own and by deals.
    pub stages: StageTimes,
    /// How far it came at least, with or without a date.
    pub far: Stage,
    /// When it entered.
    pub entered_at: Option<i64>,
    /// How it stands.
    pub state: State,
    /// When it ended without becoming a customer.
    pub ended_at: Option<i64>,
    /// Whether it is a customer; a win may lack its date.
    pub is_customer: bool,
    /// Won amount of all its deals, minor units.
    pub won: i64,
    /// Number of its won deals.
    pub won_deals: u32,
    /// Sum of squares of won amounts.
    pub won_squares: i128,
    /// Amount of its open deals, minor units.
    pub open: i64,
    /// Handover.
    pub handed_over_at: Option<i64>,
    /// Verdict.
    pub verdict: Option<Verdict>,
    /// When.
    pub verdict_at: Option<i64>,
    /// Answer of sales in time.
    pub answer: Answer,
    /// Code of the reason of the verdict.
    pub reason: u32,
    /// Speed of the first touch.
    pub speed: Speed,
    /// Touches.
    pub first_sales_at: Option<i64>,
    /// Codes of source, channel and campaign of the first and of the last touch before the conversion.
    pub credits: Option<[[u32; 3]; 2]>,
    /// The rule it broke, and those it was held against.
    pub held: Held,
    /// Code of the stage of its open deal.
    pub deal_stage: u32,
}

impl CaseRow<'_> {
    /// How the lead stands, from verdict and deals.
    pub fn state_of(outcome: Option<Outcome>, verdict: Option<Verdict>) -> State {
        match (outcome, verdict) {
            (Some(Outcome::Won), _) => State::Customer,
            (Some(Outcome::Lost), _) => State::Lost,
            (Some(Outcome::Open), _) => State::InProgress,
            (None | Some(Outcome::Unknown), Some(Verdict::Rejected)) => State::Rejected,
            (None | Some(Outcome::Unknown), Some(Verdict::Recycled)) => State::Recycled,
            (None | Some(Outcome::Unknown), _) => State::InProgress,
        }
    }
}

/// The low 40 bits of a square and the rest: both add up exactly in 64 bits, and so does their whole in 128.
pub fn split_square(square: i128) -> (i64, i64) {
    ((square >> 40) as i64, (square & ((1 << 40) - 1)) as i64)
}

/// Puts the two parts of a sum of squares together again.
pub fn join_square(high: i64, low: i64) -> i128 {
    (i128::from(high) << 40) + i128::from(low)
}

/// The column of a dimension.
pub fn dimension_column(name: &str) -> String {
    format!("dim.{name}")
}

/// The column that says whether a case was held against a rule.
pub fn against_column(leak: Leak) -> String {
    format!("against.{}", leak.id())
}

/// The table of cases. Days and months are of the report's zone.
pub fn cases(rows: &[CaseRow<'_>], members: MemberColumns, zone: &Zone) -> PolarsResult<DataFrame> {
    let mut columns: Vec<Column> = members.into_columns().collect();
    let day = |at: Option<i64>| at.map(|at| zone.day_of(at));
    for stage in Stage::ALL {
        let days: Vec<Option<i32>> = each(rows, |row| day(row.stages[stage.index()]).map(|day| day.0));
        let months: Vec<Option<i32>> = each(rows, |row| day(row.stages[stage.index()]).map(|day| day.month().0));
        columns.push(Column::new(format!("day.{}", stage.id()).into(), days));
        columns.push(Column::new(format!("month.{}", stage.id()).into(), months));
    }
    let far = |row: &CaseRow<'_>| {
        let stage = Stage::ALL.into_iter().rev().find(|stage| row.stages[stage.index()].is_some());
        let dated = stage.map_or(row.far, |stage| stage.max(row.far));
        let far = if row.is_customer { dated.max(Stage::Customer) } else { dated };
        far.index() as i32
    };
    let whole_days = |from: Option<i64>, to: Option<i64>| Some(day(to)?.0 - day(from)?.0);
    let square = |row: &CaseRow<'_>| split_square(row.won_squares);
    let month = |at: Option<i64>| day(at).map(|day| day.month().0);
    columns.extend([
        Column::new("far".into(), each(rows, far)),
        Column::new("month.entered".into(), each(rows, |row| month(row.entered_at))),
        Column::new("state".into(), each(rows, |row| row.state as i32)),
        Column::new("day.ended".into(), each(rows, |row| day(row.ended_at).map(|day| day.0))),
        Column::new("won".into(), each(rows, |row| row.won)),
        Column::new("won_deals".into(), each(rows, |row| i64::from(row.won_deals))),
        Column::new("won_squares_high".into(), each(rows, |row| square(row).0)),
        Column::new("won_squares_low".into(), each(rows, |row| square(row).1)),
        Column::new("open".into(), each(rows, |row| row.open)),
        Column::new("month.handed_over".into(), each(rows, |row| month(row.handed_over_at))),
        Column::new("verdict".into(), each(rows, |row| row.verdict.map(|verdict| verdict as i32))),
        Column::new("verdict_days".into(), each(rows, |row| whole_days(row.handed_over_at, row.verdict_at))),
        Column::new("answer".into(), each(rows, |row| row.answer as i32)),
        Column::new("reason".into(), each(rows, |row| row.reason)),
        Column::new("speed".into(), each(rows, |row| row.speed as i32)),
        Column::new("speed_minutes".into(), each(rows, |row| speed_seconds(row).map(|seconds| seconds / 60))),
        Column::new("speed_seconds".into(), each(rows, speed_seconds)),
        Column::new("leak".into(), each(rows, |row| row.held.leak.map(|leak| leak.index() as i32))),
        Column::new("idle_days".into(), each(rows, |row| row.held.idle_days.map(|days| days as i32))),
        Column::new("deal_stage".into(), each(rows, |row| row.deal_stage)),
        Column::new("lead_id".into(), rows.iter().map(|row| &*row.id).collect::<Vec<&str>>()),
    ]);
    for leak in Leak::ALL {
        let held = each(rows, |row| row.held.against & leak.bit() != 0);
        columns.push(Column::new(against_column(leak).into(), held));
    }
    for (which, name) in ["first", "last"].into_iter().enumerate() {
        for (depth, dimension) in super::CREDIT_DIMENSIONS.into_iter().enumerate() {
            let codes = each(rows, |row| row.credits.map(|credits| credits[which][depth]));
            columns.push(Column::new(format!("{name}.{dimension}").into(), codes));
        }
    }
    DataFrame::new(rows.len(), columns)
}

/// Seconds from the handover to the first sales touch.
fn speed_seconds(row: &CaseRow<'_>) -> Option<i64> {
    matches!(row.speed, Speed::InTime | Speed::Late).then_some(())?;
    Some(row.first_sales_at? - row.handed_over_at?)
}

fn each<T>(rows: &[CaseRow<'_>], value: impl Fn(&CaseRow<'_>) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// The table of deals.
pub fn deals(
    deals: &[Deal<'_>],
    members: MemberColumns,
    stages: &[u32],
    zone: &Zone,
    as_of: i64,
) -> PolarsResult<DataFrame> {
    let mut columns: Vec<Column> = members.into_columns().collect();
    let day = |at: Option<i64>| at.map(|at| zone.day_of(at));
    let square = |deal: &Deal<'_>| split_square(i128::from(deal.amount.unwrap_or_default()).pow(2));
    columns.extend([
        Column::new("outcome".into(), deals.iter().map(|deal| deal.outcome as i32).collect::<Vec<i32>>()),
        Column::new(
            "month.closed".into(),
            deals.iter().map(|deal| day(deal.closed_at).map(|day| day.month().0)).collect::<Vec<Option<i32>>>(),
        ),
        Column::new(
            "month.created".into(),
            deals.iter().map(|deal| day(deal.created_at).map(|day| day.month().0)).collect::<Vec<Option<i32>>>(),
        ),
        Column::new(
            "cycle_days".into(),
            deals
                .iter()
                .map(|deal| Some(day(deal.closed_at)?.0 - day(deal.created_at)?.0))
                .collect::<Vec<Option<i32>>>(),
        ),
        Column::new("amount".into(), deals.iter().map(|deal| deal.amount.unwrap_or_default()).collect::<Vec<i64>>()),
        Column::new("priced".into(), deals.iter().map(|deal| i64::from(deal.amount.is_some())).collect::<Vec<i64>>()),
        Column::new("squares_high".into(), deals.iter().map(|deal| square(deal).0).collect::<Vec<i64>>()),
        Column::new("squares_low".into(), deals.iter().map(|deal| square(deal).1).collect::<Vec<i64>>()),
        Column::new("deal_stage".into(), stages),
        Column::new(
            "idle_days".into(),
            deals
                .iter()
                .map(|deal| {
                    Some(day(Some(as_of))?.0 - day(deal.last_change_at)?.0).filter(|_| deal.outcome == Outcome::Open)
                })
                .collect::<Vec<Option<i32>>>(),
        ),
        Column::new("has_lead".into(), deals.iter().map(|deal| i32::from(deal.lead.is_some())).collect::<Vec<i32>>()),
    ]);
    DataFrame::new(deals.len(), columns)
}

/// The table of stages that won deals have left.
pub fn stage_days(days: &[(u32, i32)]) -> PolarsResult<DataFrame> {
    let columns = vec![
        Column::new("deal_stage".into(), days.iter().map(|(stage, _)| *stage).collect::<Vec<u32>>()),
        Column::new("days".into(), days.iter().map(|(_, days)| *days).collect::<Vec<i32>>()),
    ];
    DataFrame::new(days.len(), columns)
}
