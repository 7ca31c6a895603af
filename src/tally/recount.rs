//! The whole tally against a recount: generated leads and deals, counted one by one, straight from their definitions.
//! And its law: the tallies of two parts add up to that of the whole, however the rows are split.

mod exports;

use proptest::prelude::*;

use super::additive::{DealStage, Reason};
use super::attribution::Credited;
use super::funnel::End;
use super::handover::Band;
use super::leakage::Prospect;
use super::{Histogram, Place, Tallies, tally};
use crate::calendar::{Day, Month, Zone};
use crate::cases::deals::Outcome;
use crate::cases::feedback::VerdictTiming;
use crate::cases::handover::FirstTouch;
use crate::cases::leads::Verdict;
use crate::cases::leakage::Leak;
use crate::stage::Stage;
use exports::{AS_OF, Exports, Lead, cases, exports, split, stage_code};

const PAIRS: [(Stage, Stage); 5] = [
    (Stage::Lead, Stage::Mql),
    (Stage::Lead, Stage::Customer),
    (Stage::Mql, Stage::Sal),
    (Stage::Sql, Stage::Customer),
    (Stage::Customer, Stage::Repeat),
];

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
