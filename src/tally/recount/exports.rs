//! Generated exports: takes chance, gives leads and deals of every kind as the joined tables that are tallied.

use proptest::prelude::*;

use crate::calendar::{Day, Month, Zone};
use crate::cases::attribution::{CREDIT_DIMENSIONS, Model};
use crate::cases::deals::{self, Deal, Outcome};
use crate::cases::feedback::{Feedback, VerdictTiming};
use crate::cases::frame::{self, Rows};
use crate::cases::funnel::{Progress, State};
use crate::cases::handover::{FirstTouch, Handover};
use crate::cases::inputs::Inputs;
use crate::cases::leads::Verdict;
use crate::cases::leakage::{Held, Leak};
use crate::cases::row::CaseRow;
use crate::cases::sources::Money;
use crate::cases::spend::{self, Spend};
use crate::cases::{Cases, Facts, MemberColumns};
use crate::stage::Stage;

pub const AS_OF: Day = Day(20_000);
const DIMENSIONS: [&str; 4] = ["source", "channel", "campaign", "owner"];
/// Everything that is counted.
#[derive(Debug, Clone, Default)]
pub struct Exports {
    pub leads: Vec<Lead>,
    pub deals: Vec<(Deal<'static>, [u32; 4])>,
    /// Model; source, channel and campaign; month; parts of conversions, revenue.
    pub credits: Vec<Credit>,
    /// Code of the stage, days.
    pub stage_days: Vec<(u32, i32)>,
    /// Source, channel and campaign; month; amount.
    pub spend: Vec<([u32; 3], Option<i32>, i64)>,
}

/// Model; source, channel and campaign; month; parts of conversions, revenue.
pub type Credit = (Model, [u32; 3], Option<i32>, [i64; 2]);

/// A lead and its members.
#[derive(Debug, Clone)]
pub struct Lead {
    pub row: CaseRow<'static>,
    pub members: [u32; 4],
}

impl std::ops::Deref for Lead {
    type Target = CaseRow<'static>;

    fn deref(&self) -> &CaseRow<'static> {
        &self.row
    }
}

fn instant() -> impl Strategy<Value = i64> {
    19_600 * 86_400..20_000 * 86_400_i64
}

fn maybe_instant() -> impl Strategy<Value = Option<i64>> {
    prop::option::weighted(0.6, instant())
}

fn members<const N: usize>() -> impl Strategy<Value = [u32; N]> {
    prop::array::uniform(0..4_u32)
}

fn lead() -> impl Strategy<Value = Lead> {
    let states = vec![State::InProgress, State::Lost, State::Rejected, State::Recycled, State::Customer];
    let timings = vec![
        VerdictTiming::None,
        VerdictTiming::InTime,
        VerdictTiming::Late,
        VerdictTiming::Undated,
        VerdictTiming::Missing,
        VerdictTiming::Pending,
    ];
    let first_touches = vec![
        FirstTouch::None,
        FirstTouch::AlreadyInContact,
        FirstTouch::InTime,
        FirstTouch::Late,
        FirstTouch::Never,
        FirstTouch::Pending,
    ];
    let outcomes = prop::option::of(prop::sample::select(Outcome::ALL.to_vec()));
    let verdicts = vec![Verdict::Accepted, Verdict::Rejected, Verdict::Recycled];
    let dates = (prop::array::uniform8(maybe_instant()), prop::array::uniform5(maybe_instant()), outcomes);
    let words = (
        prop::sample::select(states),
        prop::sample::select(timings),
        prop::sample::select(first_touches),
        prop::option::of(prop::sample::select(verdicts)),
    );
    let money = (0..1_000_000_i64, 0..3_u32, 0..1_000_000_000_000_000_i128, 0..1_000_000_i64);
    let held = (0..1_u32 << Leak::ALL.len(), 0..1_u32 << Leak::ALL.len(), prop::option::of(0..90_i64));
    let codes = (members::<4>(), 0..4_u32, 0..3_u32);
    let attempts = prop::option::of(0..9_u32);
    (dates, words, money, held, codes, attempts).prop_map(|(dates, words, money, held, codes, attempts)| {
        let progress = Progress {
            stages: dates.0,
            far: Stage::Lead,
            entered_at: dates.1[0],
            outcome: dates.2,
            state: words.0,
            ended_at: dates.1[1],
            beyond_handover: false,
        };
        let row = CaseRow {
            id: "lead".into(),
            progress,
            money: Money { won: money.0, won_deals: money.1, won_squares: money.2, open: money.3 },
            handover: Handover {
                handed_over_at: dates.1[2],
                first_touch: words.2,
                first_sales_at: dates.1[4],
                given_up_after: attempts,
            },
            feedback: Feedback { verdict: words.3, verdict_at: dates.1[3], timing: words.1, reason: codes.1 },
            held: Held { against: held.0, broken: held.1, idle_days: held.2 },
            deal_stage: codes.2,
        };
        Lead { row, members: codes.0 }
    })
}

fn deal() -> impl Strategy<Value = (Deal<'static>, [u32; 4])> {
    let outcomes = prop::sample::select(Outcome::ALL.to_vec());
    let dates = prop::array::uniform3(maybe_instant());
    let amount = prop::option::of(0..10_000_000_i64);
    (outcomes, dates, amount, prop::option::of(0..9_u32), members::<4>()).prop_map(
        |(outcome, [created_at, closed_at, last_change_at], amount, lead, members)| {
            let deal = Deal {
                id: None,
                lead,
                account: None,
                stage: 0,
                outcome,
                created_at,
                closed_at,
                closed_by: closed_at,
                amount,
                owner: 0,
                source: 0,
                channel: 0,
                campaign: 0,
                loss_reason: 0,
                last_change_at,
                modified_at: None,
                stage_changed_at: None,
                row: 0,
                file: 0,
            };
            (deal, members)
        },
    )
}

pub fn exports() -> impl Strategy<Value = Exports> {
    let month = prop::option::weighted(0.9, 24_288..24_292_i32);
    let model = prop::sample::select(Model::ALL.to_vec());
    (
        prop::collection::vec(lead(), 0..40),
        prop::collection::vec(deal(), 0..30),
        prop::collection::vec((0..3_u32, 0..9_i32), 0..20),
        prop::collection::vec((members::<3>(), month.clone(), 0..1_000_000_i64), 0..20),
        prop::collection::vec((model, members::<3>(), month, prop::array::uniform2(0..1_000_000_i64)), 0..20),
    )
        .prop_map(|(leads, deals, stage_days, spend, credits)| Exports {
            leads,
            deals,
            stage_days,
            spend,
            credits,
        })
}

/// The code of a deal's stage, which no deal here has: by its amount.
pub fn stage_code(deal: &Deal<'_>) -> u32 {
    (deal.amount.unwrap_or_default() % 3) as u32
}

pub fn cases(exports: &Exports) -> Cases {
    let names = DIMENSIONS.map(String::from);
    let zone = Zone::utc();
    let deals = (0..).zip(&exports.deals).map(|(row, (deal, _))| Deal { row, ..*deal }).collect::<Vec<_>>();
    let stages: Vec<u32> = deals.iter().map(stage_code).collect();
    let rows: Vec<CaseRow<'_>> = exports.leads.iter().map(|lead| lead.row.clone()).collect();
    let (mut of_leads, mut of_deals) = (MemberColumns::new(&names), MemberColumns::new(&names));
    exports.leads.iter().for_each(|lead| of_leads.push(&lead.members));
    exports.deals.iter().for_each(|(_, members)| of_deals.push(members));
    let (mut of_spend, mut of_credits) =
        (MemberColumns::new(&CREDIT_DIMENSIONS), MemberColumns::new(&CREDIT_DIMENSIONS));
    exports.spend.iter().for_each(|(members, ..)| of_spend.push(members));
    exports.credits.iter().for_each(|(_, members, ..)| of_credits.push(members));
    let spent = |(_, month, amount): &([u32; 3], Option<i32>, i64)| Spend {
        source: 0,
        usual_source: 0,
        channel: 0,
        campaign: 0,
        month: month.map(Month),
        amount: *amount,
        impressions: 2 * amount,
        clicks: 3 * amount,
    };
    let spend: Vec<Spend> = exports.spend.iter().map(spent).collect();
    let credits = Rows::new(&exports.credits, &zone);
    let credit_columns = vec![
        credits.column("model", |(model, ..)| *model as i32),
        credits.column("month", |(_, _, month, _)| *month),
        credits.column("conversions", |(.., parts)| parts[0]),
        credits.column("revenue", |(.., parts)| parts[1]),
    ];
    Cases {
        leads: frame::cases(&rows, of_leads, &zone).unwrap(),
        credits: credits.table(of_credits, credit_columns).unwrap(),
        deals: deals::table(&Rows::new(&deals, &zone), of_deals, &stages, i64::from(AS_OF.0) * 86_400).unwrap(),
        stage_days: deals::stage_days_table(&Rows::new(&exports.stage_days, &zone)).unwrap(),
        spend: spend::table(&Rows::new(&spend, &zone), of_spend).unwrap(),
        facts: Facts {
            dimensions: names.into_iter().map(|name| (name, Vec::new())).collect(),
            reasons: Vec::new(),
            deal_stages: Vec::new(),
            stages: Stage::ALL.to_vec(),
            inputs: Inputs::default(),
            currency: String::new(),
            currency_assumed: 0,
            as_of_day: AS_OF,
            touches: 0,
            side_unknown: 0,
            late_closings: 0,
            is_dated: true,
            first_close: None,
            first_entry: None,
        },
    }
}

/// Every row goes to one of two parts, as some flags say.
pub fn split(exports: &Exports, flags: &[bool]) -> [Exports; 2] {
    fn part<T: Clone>(rows: &[T], flags: &[bool], side: bool) -> Vec<T> {
        rows.iter().zip(flags.iter().cycle()).filter(|(_, flag)| **flag == side).map(|(row, _)| row.clone()).collect()
    }
    [true, false].map(|side| Exports {
        leads: part(&exports.leads, flags, side),
        deals: part(&exports.deals, flags, side),
        stage_days: part(&exports.stage_days, flags, side),
        spend: part(&exports.spend, flags, side),
        credits: part(&exports.credits, flags, side),
    })
}
