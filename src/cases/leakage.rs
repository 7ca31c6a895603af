//! Leakage: takes what is known of one lead, gives the rules that apply to it and those of them that it broke. Whether an
//! open deal is *stalled* depends on a limit that comes from all deals, so that rule is decided in
//! [`crate::find::leakage`] from [`Held::idle_days`].

use polars::prelude::Column;
use serde::{Deserialize, Serialize};

use super::contacts::Contact;
use super::deals::{Deal, Outcome};
use super::deals_by_lead::live_deal;
use super::frame::Rows;
use super::funnel::Progress;
use super::inputs::Inputs;
use super::leads::{Lead, Verdict};
use super::row::{CaseRow, Context};
use crate::project::Agreements;
use crate::stage::Stage;
use crate::store::NO_CODE;

/// A leak, in the order of the waterfall, where a case that broke several rules counts at the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Leak {
    /// No source recorded.
    NoSource,
    /// Meets the definition, never handed over.
    NeverHandedOver,
    /// Handed over, no owner.
    NoOwner,
    /// First sales touch after the agreed time.
    LateFirstTouch,
    /// No sales touch at all, the agreed time past.
    NeverTouched,
    /// Given up after too few attempts.
    TooFewAttempts,
    /// No verdict in the agreed time.
    NoVerdict,
    /// Rejected without a reason.
    RejectedWithoutReason,
    /// Rejected or recycled, then no nurturing touch.
    NotNurtured,
    /// Open deal without change or activity beyond its stage's limit.
    Stalled,
    /// Lost without a reason.
    LostWithoutReason,
    /// Lost, and no touch since.
    LostAndForgotten,
    /// Lost, then engaged again, and nobody reopened it.
    NewEvidenceIgnored,
    /// Won, then no touch after the sale.
    WonThenSilent,
    /// A deal with no lead behind it.
    UntraceableDeal,
    /// The same person twice, worked by two owners.
    Duplicate,
}

impl Leak {
    /// Every leak, in order.
    pub const ALL: [Leak; 16] = [
        Leak::NoSource,
        Leak::NeverHandedOver,
        Leak::NoOwner,
        Leak::LateFirstTouch,
        Leak::NeverTouched,
        Leak::TooFewAttempts,
        Leak::NoVerdict,
        Leak::RejectedWithoutReason,
        Leak::NotNurtured,
        Leak::Stalled,
        Leak::LostWithoutReason,
        Leak::LostAndForgotten,
        Leak::NewEvidenceIgnored,
        Leak::WonThenSilent,
        Leak::UntraceableDeal,
        Leak::Duplicate,
    ];

    /// The word in figure ids.
    pub const fn id(self) -> &'static str {
        match self {
            Leak::NoSource => "no_source",
            Leak::NeverHandedOver => "never_handed_over",
            Leak::NoOwner => "no_owner",
            Leak::LateFirstTouch => "late_first_touch",
            Leak::NeverTouched => "never_touched",
            Leak::TooFewAttempts => "too_few_attempts",
            Leak::NoVerdict => "no_verdict",
            Leak::RejectedWithoutReason => "rejected_without_reason",
            Leak::NotNurtured => "not_nurtured",
            Leak::Stalled => "stalled",
            Leak::LostWithoutReason => "lost_without_reason",
            Leak::LostAndForgotten => "lost_and_forgotten",
            Leak::NewEvidenceIgnored => "new_evidence_ignored",
            Leak::WonThenSilent => "won_then_silent",
            Leak::UntraceableDeal => "untraceable_deal",
            Leak::Duplicate => "duplicate",
        }
    }

    /// Its place in [`Leak::ALL`].
    pub fn index(self) -> usize {
        Leak::ALL.iter().position(|leak| *leak == self).expect("every leak is in ALL")
    }

    /// The bit of the leak in a set of leaks.
    pub fn bit(self) -> u32 {
        1 << self.index()
    }

    /// The leaks of a set, in order.
    pub fn of_bits(bits: u32) -> impl Iterator<Item = Leak> {
        Leak::ALL.into_iter().filter(move |leak| bits & leak.bit() != 0)
    }
}

/// What a lead is held against.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Whether a source is recorded that means something.
    pub has_source: bool,
    /// Meets the agreed definition since, UTC seconds.
    pub qualified_at: Option<i64>,
    /// Went beyond the handover: accepted, or further.
    pub beyond_handover: bool,
    /// Handed over to sales.
    pub handed_over_at: Option<i64>,
    /// Whether a person owns it.
    pub has_owner: bool,
    /// Its touches.
    pub contact: Contact,
    /// Verdict of sales.
    pub verdict: Option<Verdict>,
    /// When.
    pub verdict_at: Option<i64>,
    /// Reason of the verdict.
    pub reason: Option<&'a str>,
    /// What became of its deals: won if one was, else open if one is, else lost.
    pub outcome: Option<Outcome>,
    /// When that was, for won (the last win) and lost; where closing dates have no clock, the end of that day, so
    /// that a touch on the same day is not taken for one that came after.
    pub outcome_at: Option<i64>,
    /// Whether a lost deal has a reason.
    pub has_loss_reason: bool,
    /// When its newest deal was opened.
    pub newest_deal_at: Option<i64>,
    /// Days since the last change or activity of its open deal, the freshest where it has several.
    pub idle_days: Option<i64>,
    /// Whether the exports can tell that it was handed over.
    pub knows_handover: bool,
    /// The same person stands here already; both are owned, by two people.
    pub is_duplicate: bool,
}

impl<'a> Case<'a> {
    /// What is known of a lead with its deals.
    pub fn of(
        lead: &Lead<'_>,
        deals: &[&Deal<'_>],
        progress: &Progress,
        contact: &Contact,
        is_duplicate: bool,
        context: &Context<'a, '_>,
    ) -> Case<'a> {
        let Context { project, words, zone, as_of, .. } = context;
        let closed_by = |outcome: Outcome| {
            let closed = deals.iter().filter(|deal| deal.outcome == outcome);
            closed.filter_map(|deal| deal.closed_by).max()
        };
        let days = |at: i64| i64::from(zone.day_of(at).0);
        let scored = project.definitions.score_threshold.zip(lead.score()).is_some_and(|(limit, score)| score >= limit);
        let is_lost = |deal: &&&Deal<'_>| deal.outcome == Outcome::Lost;
        Case {
            has_source: words.text(lead.source).is_some_and(|source| !project.sources.is_unknown(source)),
            qualified_at: progress.at(Stage::Mql).or(progress.entered_at.filter(|_| scored)),
            beyond_handover: progress.beyond_handover,
            handed_over_at: lead.handed_over_at.get(),
            has_owner: lead.owner != NO_CODE,
            contact: *contact,
            verdict: lead.verdict,
            verdict_at: lead.verdict_at.get(),
            reason: words.text(lead.verdict_reason),
            outcome: progress.outcome,
            outcome_at: match progress.outcome {
                Some(Outcome::Won) => closed_by(Outcome::Won).or(progress.at(Stage::Customer)),
                Some(Outcome::Lost) => closed_by(Outcome::Lost),
                _ => None,
            },
            has_loss_reason: deals.iter().filter(is_lost).any(|deal| deal.loss_reason != NO_CODE),
            newest_deal_at: deals.iter().filter_map(|deal| deal.created_at).max(),
            idle_days: live_deal(deals, words).and_then(|deal| Some(days(*as_of) - days(deal.last_change_at?))),
            knows_handover: lead.knows_handover,
            is_duplicate,
        }
    }
}

impl Case<'_> {
    /// Whether sales rejected it because nobody could be reached.
    pub fn is_given_up(&self, agreed: &Agreements) -> bool {
        let is_unreachable = self.reason.is_some_and(|reason| agreed.is_unreachable(reason));
        self.verdict == Some(Verdict::Rejected) && is_unreachable
    }
}

/// The outcome of holding a lead against the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held {
    /// The rules that apply to it: bits of [`Leak::bit`].
    pub against: u32,
    /// Those that it broke, stalling apart.
    pub broken: u32,
    /// Days since the last change or activity of its open deal.
    pub idle_days: Option<i64>,
}

/// `against` and `broken`, a bit a rule, `idle_days` and `deal_stage`.
pub fn columns(rows: &Rows<'_, CaseRow<'_>>) -> Vec<Column> {
    vec![
        rows.column("against", |row| row.held.against as i32),
        rows.column("broken", |row| row.held.broken as i32),
        rows.column("idle_days", |row| row.held.idle_days.map(|days| days as i32)),
        rows.column("deal_stage", |row| row.deal_stage),
    ]
}

/// Holds a lead against every rule whose inputs exist.
pub fn hold(case: &Case<'_>, inputs: Inputs, agreements: &Agreements, as_of: i64) -> Held {
    let mut held = Held::default();
    for leak in Leak::ALL {
        let Some(broken) = judge(leak, case, inputs, agreements, as_of) else { continue };
        held.against |= leak.bit();
        held.broken |= if broken { leak.bit() } else { 0 };
        if leak == Leak::Stalled {
            held.idle_days = case.idle_days;
        }
    }
    held
}

/// Whether a lead breaks a rule; `None` where the rule does not concern it, its time is not up, or the exports lack
/// what the rule needs.
fn judge(leak: Leak, case: &Case<'_>, inputs: Inputs, agreed: &Agreements, as_of: i64) -> Option<bool> {
    let past = |from: i64, limit: i64| as_of - from > limit;
    let contact = &case.contact;
    let handed_over_at = case.handed_over_at;
    let refused = matches!(case.verdict, Some(Verdict::Rejected | Verdict::Recycled));
    let lost_at = case.outcome_at.filter(|_| case.outcome == Some(Outcome::Lost));
    match leak {
        Leak::NoSource => inputs.source.then_some(!case.has_source),
        Leak::NeverHandedOver => {
            let qualified_at = case.qualified_at.filter(|_| case.knows_handover)?;
            let missing = handed_over_at.is_none() && !case.beyond_handover;
            (!missing || past(qualified_at, agreed.handover)).then_some(missing)
        }
        Leak::NoOwner => handed_over_at.filter(|_| inputs.owner).map(|_| !case.has_owner),
        Leak::LateFirstTouch => {
            let handed_over_at = handed_over_at.filter(|_| inputs.sales_touches && !contact.before_handover)?;
            let late = |first: i64| first - handed_over_at > agreed.first_touch;
            contact.first_sales_at.map(late).or(past(handed_over_at, agreed.first_touch).then_some(false))
        }
        Leak::NeverTouched => {
            let handed_over_at = handed_over_at.filter(|_| inputs.sales_touches && !contact.before_handover)?;
            let touched = contact.first_sales_at.is_some();
            (touched || past(handed_over_at, agreed.first_touch)).then_some(!touched)
        }
        Leak::TooFewAttempts => {
            (inputs.attempts && case.is_given_up(agreed)).then_some(contact.attempts < agreed.attempts)
        }
        Leak::NoVerdict => {
            let handed_over_at = handed_over_at.filter(|_| inputs.verdict)?;
            let missing = case.verdict.is_none() && !case.beyond_handover;
            (!missing || past(handed_over_at, agreed.verdict)).then_some(missing)
        }
        Leak::RejectedWithoutReason => {
            (inputs.verdict_reason && case.verdict == Some(Verdict::Rejected)).then_some(case.reason.is_none())
        }
        Leak::NotNurtured => {
            let refused_at = case.verdict_at.filter(|_| inputs.marketing_touches && refused)?;
            (contact.nurtured || past(refused_at, agreed.nurture)).then_some(!contact.nurtured)
        }
        Leak::Stalled => (case.outcome == Some(Outcome::Open) && case.idle_days.is_some()).then_some(false),
        Leak::LostWithoutReason => {
            (inputs.loss_reason && case.outcome == Some(Outcome::Lost)).then_some(!case.has_loss_reason)
        }
        Leak::LostAndForgotten => {
            let lost_at = lost_at.filter(|_| inputs.touches)?;
            let touched = contact.last_at.is_some_and(|at| at > lost_at);
            (touched || past(lost_at, agreed.forgotten)).then_some(!touched)
        }
        Leak::NewEvidenceIgnored => {
            // A recycled lead is in nurturing: that it engages again is the plan.
            let rejected = case.verdict == Some(Verdict::Rejected) && case.outcome.is_none();
            let ended_at = lost_at.or(case.verdict_at.filter(|_| rejected))?;
            let evidence_at = contact.last_inbound_at.filter(|at| inputs.marketing_touches && *at > ended_at)?;
            let reopened = contact.last_sales_at.max(case.newest_deal_at).is_some_and(|at| at >= evidence_at);
            (reopened || past(evidence_at, agreed.new_evidence)).then_some(!reopened)
        }
        Leak::WonThenSilent => {
            let won_at = case.outcome_at.filter(|_| case.outcome == Some(Outcome::Won))?;
            let touched = contact.last_at.is_some_and(|at| at > won_at);
            (inputs.touches && (touched || past(won_at, agreed.after_sale))).then_some(!touched)
        }
        Leak::UntraceableDeal => None,
        Leak::Duplicate => inputs.email.then_some(case.is_duplicate),
    }
}
