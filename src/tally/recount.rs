//! The whole tally against a recount: generated leads and deals, counted one by one, straight from their definitions.
//! And its law: the tallies of two parts add up to that of the whole, however the rows are split.

use proptest::prelude::*;

use super::additive::{DealStage, Reason};
use super::attribution::Credited;
use super::funnel::End;
use super::handover::Band;
use super::leakage::Prospect;
use super::{Histogram, Place, Tallies, tally};
use crate::calendar::{Day, Month, Zone};
use crate::cases::attribution::{CREDIT_DIMENSIONS, Model};
use crate::cases::contacts::Contact;
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

const AS_OF: Day = Day(20_000);
const DIMENSIONS: [&str; 4] = ["source", "channel", "campaign", "owner"];
const PAIRS: [(Stage, Stage); 5] = [
    (Stage::Lead, Stage::Mql),
    (Stage::Lead, Stage::Customer),
    (Stage::Mql, Stage::Sal),
    (Stage::Sql, Stage::Customer),
    (Stage::Customer, Stage::Repeat),
];

/// Everything that is counted.
#[derive(Debug, Clone, Default)]
struct Exports {
    leads: Vec<Lead>,
    deals: Vec<(Deal<'static>, [u32; 4])>,
    /// Model; source, channel and campaign; month; parts of conversions, revenue.
    credits: Vec<(Model, [u32; 3], Option<i32>, [i64; 2])>,
    /// Code of the stage, days.
    stage_days: Vec<(u32, i32)>,
    /// Source, channel and campaign; month; amount.
    spend: Vec<([u32; 3], Option<i32>, i64)>,
}

/// A lead and its members.
#[derive(Debug, Clone)]
struct Lead {
    row: CaseRow<'static>,
    members: [u32; 4],
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
            contact: Contact::default(),
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

fn exports() -> impl Strategy<Value = Exports> {
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
fn stage_code(deal: &Deal<'_>) -> u32 {
    (deal.amount.unwrap_or_default() % 3) as u32
}

fn cases(exports: &Exports) -> Cases {
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

fn day(at: Option<i64>) -> Option<Day> {
    at.map(|at| Zone::utc().day_of(at))
}

fn month(at: Option<i64>) -> Option<Month> {
    day(at).map(Day::month)
}

/// The places of a row: the whole and its member of each dimension.
fn places(members: &[u32], month: Option<Month>) -> Vec<Place> {
    let whole = Place { dimension: 0, member: 0, month };
    let of_members = (1..).zip(members).map(|(dimension, member)| Place { dimension, member: *member, month });
    std::iter::once(whole).chain(of_members).collect()
}

fn count(histogram: &mut Histogram, value: i32) {
    match histogram.binary_search_by_key(&value, |(known, _)| *known) {
        Ok(at) => histogram[at].1 += 1,
        Err(at) => histogram.insert(at, (value, 1)),
    }
}

fn recount(exports: &Exports) -> Tallies {
    let mut tallies = Tallies::default();
    for lead in &exports.leads {
        funnel(&mut tallies, lead);
        money(&mut tallies, lead);
        sales(&mut tallies, lead);
        leakage(&mut tallies, lead);
    }
    for (deal, members) in &exports.deals {
        let opened = if deal.outcome == Outcome::Open { deal.created_at } else { deal.closed_at };
        for place in places(members, month(opened)) {
            let money = tallies.deals.deals.entry((place, deal.outcome)).or_default();
            money.deals += 1;
            money.amount += deal.amount.unwrap_or_default();
            money.squares += i128::from(deal.amount.unwrap_or_default()).pow(2);
            money.priced += u64::from(deal.amount.is_some());
            money.untraceable += u64::from(deal.lead.is_none());
            if let (Some(opened), Some(closed)) = (day(deal.created_at), day(deal.closed_at)) {
                count(tallies.deals.cycles.entry((place, deal.outcome)).or_default(), closed.0 - opened.0);
            }
        }
        for place in places(members, month(deal.created_at)) {
            if let Some(changed) = day(deal.last_change_at).filter(|_| deal.outcome == Outcome::Open) {
                count(tallies.deals.idle.entry((place, DealStage(stage_code(deal)))).or_default(), AS_OF.0 - changed.0);
            }
        }
    }
    for (stage, days) in &exports.stage_days {
        count(tallies.deals.stage_days.entry(DealStage(*stage)).or_default(), *days);
    }
    for (model, members, month, [conversions, revenue]) in &exports.credits {
        for place in places(members, month.map(Month)).into_iter().skip(1) {
            *tallies.attribution.credited.entry((place, *model)).or_default() +=
                Credited { conversions: *conversions, revenue: *revenue };
        }
    }
    for (members, month, amount) in &exports.spend {
        for place in places(members, month.map(Month)) {
            let spent = tallies.sources.spend.entry((place, ())).or_default();
            spent.records += 1;
            spent.amount += amount;
            spent.impressions += 2 * amount;
            spent.clicks += 3 * amount;
        }
    }
    tallies
}

fn far(lead: &Lead) -> Option<Stage> {
    let customer = (lead.progress.outcome == Some(Outcome::Won)).then_some(Stage::Customer);
    let dated = Stage::ALL.into_iter().filter(|stage| lead.progress.stages[stage.index()].is_some()).max();
    // A row of the table of leads is a lead, dated or not.
    dated.max(customer).max(Some(lead.progress.far))
}

fn funnel(tallies: &mut Tallies, lead: &Lead) {
    let reached = |stage: Stage| far(lead) >= Some(stage);
    let dated = |stage: Stage| day(lead.progress.stages[stage.index()]);
    for stage in Stage::ALL.into_iter().filter(|stage| reached(*stage)) {
        for place in places(&lead.members, month(lead.progress.stages[stage.index()])) {
            let cohort = tallies.funnel.cohorts.entry((place, stage)).or_default();
            cohort.entered += 1;
            Stage::ALL.into_iter().for_each(|later| cohort.reached[later.index()] += u64::from(reached(later)));
        }
    }
    for place in places(&lead.members, month(lead.progress.entered_at)) {
        let skips = tallies.funnel.skips.entry((place, ())).or_default();
        for stage in Stage::ALL.into_iter().filter(|stage| far(lead) > Some(*stage)) {
            skips.beyond[stage.index()] += 1;
            skips.undated[stage.index()] += u64::from(dated(stage).is_none());
        }
    }
    for (from, to) in PAIRS {
        let Some(since) = dated(from) else { continue };
        let next = Stage::ALL.into_iter().filter(|stage| *stage > to).find_map(dated);
        let (end, until) = match (dated(to), day(lead.progress.ended_at)) {
            (Some(reached), _) => (End::Reached, Some(reached)),
            _ if reached(to) => (End::Implied, next),
            (None, Some(ended)) => (End::Competing, Some(ended)),
            (None, None) => (End::Open, Some(AS_OF)),
        };
        let days = until.map_or(0, |until| until.0 - since.0);
        for place in places(&lead.members, Some(since.month())) {
            count(tallies.funnel.waits.entry((place, (from, to, end))).or_default(), days);
        }
    }
}

fn money(tallies: &mut Tallies, lead: &Lead) {
    for place in places(&lead.members, month(lead.progress.entered_at)) {
        let money = tallies.sources.leads.entry((place, ())).or_default();
        money.leads += 1;
        for stage in Stage::ALL {
            money.reached[stage.index()] += u64::from(far(lead) >= Some(stage));
        }
        money.won_deals += u64::from(lead.money.won_deals);
        money.won += lead.money.won;
        money.won_squares += lead.money.won_squares;
        money.open += lead.money.open;
    }
}

fn sales(tallies: &mut Tallies, lead: &Lead) {
    let handed_over = month(lead.handover.handed_over_at);
    let seconds = lead.handover.first_sales_at.zip(lead.handover.handed_over_at).map(|(first, from)| first - from);
    let seconds = seconds.filter(|_| matches!(lead.handover.first_touch, FirstTouch::InTime | FirstTouch::Late));
    for place in places(&lead.members, handed_over) {
        if lead.handover.first_touch != FirstTouch::None {
            let touched = tallies.handover.touched.entry((place, ())).or_default();
            touched.already += u64::from(lead.handover.first_touch == FirstTouch::AlreadyInContact);
            touched.in_time += u64::from(lead.handover.first_touch == FirstTouch::InTime);
            touched.late += u64::from(lead.handover.first_touch == FirstTouch::Late);
            touched.never += u64::from(lead.handover.first_touch == FirstTouch::Never);
            touched.pending += u64::from(lead.handover.first_touch == FirstTouch::Pending);
        }
        if let Some(seconds) = seconds {
            count(tallies.handover.minutes.entry((place, ())).or_default(), (seconds / 60) as i32);
        }
        if let Some(attempts) = lead.handover.given_up_after {
            count(tallies.handover.attempts.entry((place, ())).or_default(), attempts as i32);
        }
        if handed_over.is_none() {
            continue;
        }
        let feedback = tallies.feedback.verdicts.entry((place, ())).or_default();
        feedback.handed_over += 1;
        feedback.in_time += u64::from(lead.feedback.timing == VerdictTiming::InTime);
        feedback.late += u64::from(lead.feedback.timing == VerdictTiming::Late);
        feedback.undated += u64::from(lead.feedback.timing == VerdictTiming::Undated);
        feedback.missing += u64::from(lead.feedback.timing == VerdictTiming::Missing);
        feedback.pending += u64::from(lead.feedback.timing == VerdictTiming::Pending);
        let Some(verdict) = lead.feedback.verdict else { continue };
        feedback.accepted += u64::from(verdict == Verdict::Accepted);
        feedback.rejected += u64::from(verdict == Verdict::Rejected);
        feedback.recycled += u64::from(verdict == Verdict::Recycled);
        if let (Some(from), Some(to)) = (day(lead.handover.handed_over_at), day(lead.feedback.verdict_at)) {
            count(tallies.feedback.days.entry((place, ())).or_default(), to.0 - from.0);
        }
        if verdict != Verdict::Accepted {
            *tallies.feedback.reasons.entry((place, Reason(lead.feedback.reason))).or_default() += 1;
        }
    }
    let hours = |seconds: i64| seconds as f64 / 3_600.0;
    let band = match lead.handover.first_touch {
        FirstTouch::Never => Band::Never,
        FirstTouch::InTime | FirstTouch::Late => match seconds.map(hours) {
            Some(..=1.0) => Band::Hour,
            Some(..=24.0) => Band::Day,
            Some(..=72.0) => Band::ThreeDays,
            _ => Band::Later,
        },
        _ => return,
    };
    let became = tallies.handover.bands.entry((places(&[], handed_over)[0], band)).or_default();
    became.leads += 1;
    became.with_verdict += u64::from(lead.feedback.verdict.is_some());
    became.accepted += u64::from(lead.feedback.verdict == Some(Verdict::Accepted));
    became.customers += u64::from(far(lead) >= Some(Stage::Customer));
}

fn leakage(tallies: &mut Tallies, lead: &Lead) {
    let prospect = Prospect {
        broken: lead.held.broken,
        state: lead.progress.state,
        far: far(lead),
        source: lead.members[0],
        idle_days: lead.held.idle_days.map(|days| days as i32),
        deal_stage: lead.deal_stage,
    };
    for place in places(&lead.members, month(lead.progress.entered_at)) {
        *tallies.leakage.cases.entry((place, prospect)).or_default() += 1;
        let against = tallies.leakage.against.entry((place, ())).or_default();
        for leak in Leak::ALL {
            against.leads[leak.index()] += u64::from(lead.held.against & leak.bit() != 0);
        }
    }
}

/// Every row goes to one of two parts, as some flags say.
fn split(exports: &Exports, flags: &[bool]) -> [Exports; 2] {
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_recount_agrees_and_parts_add_up(
        exports in exports(), flags in prop::collection::vec(any::<bool>(), 1..60),
    ) {
        let whole = tally(&cases(&exports), &PAIRS).unwrap();
        let recounted = recount(&exports);
        prop_assert_eq!(&whole.funnel, &recounted.funnel);
        prop_assert_eq!(&whole.sources, &recounted.sources);
        prop_assert_eq!(&whole.attribution, &recounted.attribution);
        prop_assert_eq!(&whole.feedback, &recounted.feedback);
        prop_assert_eq!(&whole.handover, &recounted.handover);
        prop_assert_eq!(&whole.leakage, &recounted.leakage);
        prop_assert_eq!(&whole.deals, &recounted.deals);
        let [one, other] = split(&exports, &flags);
        let mut sum = tally(&cases(&one), &PAIRS).unwrap();
        sum.add(tally(&cases(&other), &PAIRS).unwrap());
        prop_assert!(sum == whole);
    }
}
