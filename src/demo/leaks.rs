//! Which leaks a case holds, by the agreed rules, in the order in which they count.
//!
//! Takes a case as the exports tell it and the moment they end; looks only at what happened, never
//! at what the story meant to plant. Leaves counting to `truth`.

use super::calendar::DAY;
use super::case::{Case, Deal, Judgement, Side, Stage};
use super::company::{Channel, SOURCES, UNREACHABLE};

/// A way for a case to leave the process without a decision, or against an agreed rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leak {
    /// 1: the source is blank.
    NoSource,
    /// 2: an MQL for more than 14 days, never handed over.
    NeverHandedOver,
    /// 3: handed over, and the owner is blank.
    NoOwner,
    /// 4a: the first sales touch came more than 24 hours after the handover.
    LateFirstTouch,
    /// 4b: handed over more than 24 hours ago, and no sales touch yet.
    NeverTouched,
    /// 5: rejected as unreachable after fewer than three sales touches.
    TooFewAttempts,
    /// 6: handed over, and no verdict within 14 days.
    NoVerdict,
    /// 7: rejected, and nobody said why.
    RejectedWithoutReason,
    /// 8: rejected or recycled more than 90 days ago, and no marketing touch in the 90 days after.
    NotNurtured,
    /// 9: an open deal, and neither it nor the lead has moved for more than 150 days.
    Stalled,
    /// 10: the last deal is lost, and nobody said why.
    LostWithoutReason,
    /// 11: lost more than 180 days ago, and no touch since.
    LostAndForgotten,
    /// 12: lost or rejected, then a form, a webinar or a clicked mail more than 14 days ago, and
    /// since then neither a sales touch nor a new deal.
    NewEvidenceIgnored,
    /// 13: won more than 90 days ago, and no touch since.
    WonThenSilent,
    /// 14: a deal with no lead behind it. No case holds it; `truth` counts such deals.
    UntraceableDeal,
    /// 15: the person is already the lead of another owner.
    Duplicate,
}

impl Leak {
    /// All leaks in the order in which the first one of a case is found.
    pub const ALL: [Self; 16] = [
        Self::NoSource,
        Self::NeverHandedOver,
        Self::NoOwner,
        Self::LateFirstTouch,
        Self::NeverTouched,
        Self::TooFewAttempts,
        Self::NoVerdict,
        Self::RejectedWithoutReason,
        Self::NotNurtured,
        Self::Stalled,
        Self::LostWithoutReason,
        Self::LostAndForgotten,
        Self::NewEvidenceIgnored,
        Self::WonThenSilent,
        Self::UntraceableDeal,
        Self::Duplicate,
    ];

    /// Its number in the agreed order, and its name.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::NoSource => ("1", "no_source"),
            Self::NeverHandedOver => ("2", "never_handed_over"),
            Self::NoOwner => ("3", "no_owner"),
            Self::LateFirstTouch => ("4a", "late_first_touch"),
            Self::NeverTouched => ("4b", "never_touched"),
            Self::TooFewAttempts => ("5", "too_few_attempts"),
            Self::NoVerdict => ("6", "no_verdict"),
            Self::RejectedWithoutReason => ("7", "rejected_without_reason"),
            Self::NotNurtured => ("8", "not_nurtured"),
            Self::Stalled => ("9", "stalled"),
            Self::LostWithoutReason => ("10", "lost_without_reason"),
            Self::LostAndForgotten => ("11", "lost_and_forgotten"),
            Self::NewEvidenceIgnored => ("12", "new_evidence_ignored"),
            Self::WonThenSilent => ("13", "won_then_silent"),
            Self::UntraceableDeal => ("14", "untraceable_deal"),
            Self::Duplicate => ("15", "duplicate"),
        }
    }

    /// Whether exports without rows for touches can show it.
    pub fn shows_without_touches(self) -> bool {
        !matches!(
            self,
            Self::TooFewAttempts
                | Self::NotNurtured
                | Self::LostAndForgotten
                | Self::NewEvidenceIgnored
                | Self::WonThenSilent
        )
    }
}

/// The leaks that a case holds when the exports end, in order.
pub fn leaks_of(case: &Case, end: i64) -> impl Iterator<Item = Leak> + '_ {
    Leak::ALL.into_iter().filter(move |&leak| holds(case, leak, end))
}

fn holds(case: &Case, leak: Leak, end: i64) -> bool {
    let older = |at: i64, days: i64| end - at > days * DAY;
    let touched_after = |at: i64| case.touches.iter().any(|touch| touch.at > at);
    match leak {
        Leak::NoSource => SOURCES[case.source].name.is_empty(),
        Leak::NeverHandedOver => case.handed_over_at.is_none() && case.mql_at.is_some_and(|at| older(at, 14)),
        Leak::NoOwner => case.handed_over_at.is_some() && case.owner.is_none(),
        Leak::LateFirstTouch => case
            .handed_over_at
            .zip(case.first_sales_touch())
            .is_some_and(|(handed_over, touched)| touched - handed_over > DAY),
        Leak::NeverTouched => case.handed_over_at.is_some_and(|at| older(at, 1)) && case.first_sales_touch().is_none(),
        Leak::TooFewAttempts => given_up_after(case).is_some_and(|attempts| attempts < 3),
        Leak::NoVerdict => case.handed_over_at.is_some_and(|handed_over| {
            let in_time = |at: i64| at - handed_over <= 14 * DAY;
            older(handed_over, 14) && !case.verdict.is_some_and(|verdict| in_time(verdict.at))
        }),
        Leak::RejectedWithoutReason => {
            case.verdict.is_some_and(|verdict| verdict.judgement == Judgement::Rejected && verdict.reason.is_empty())
        }
        Leak::NotNurtured => case
            .judged_at(&[Judgement::Rejected, Judgement::Recycled])
            .is_some_and(|at| older(at, 90) && !nurtured_after(case, at)),
        Leak::Stalled => case.deals.iter().any(|deal| {
            let touched = case.touches.last().map_or(0, |touch| touch.at);
            deal.closed_at().is_none() && older(deal.last_step().1.max(touched), 150)
        }),
        Leak::LostWithoutReason => {
            case.deals.last().is_some_and(|deal| deal.last_step().0 == Stage::Lost && deal.loss_reason.is_empty())
        }
        Leak::LostAndForgotten => case.lost_at().is_some_and(|at| older(at, 180) && !touched_after(at)),
        Leak::NewEvidenceIgnored => evidence_ignored(case, end),
        Leak::WonThenSilent => case.won_at().is_some_and(|at| older(at, 90) && !touched_after(at)),
        Leak::UntraceableDeal => false,
        Leak::Duplicate => case.entered_twice,
    }
}

/// Sales touches before the lead was given up as unreachable.
fn given_up_after(case: &Case) -> Option<usize> {
    let given_up_at =
        case.verdict.filter(|verdict| verdict.judgement == Judgement::Rejected && verdict.reason == UNREACHABLE)?.at;
    let before = case.touches_by(Side::Sales).filter(|touch| touch.at < given_up_at);
    Some(before.count())
}

fn nurtured_after(case: &Case, given_back_at: i64) -> bool {
    let in_time = |at: i64| at > given_back_at && at - given_back_at <= 90 * DAY;
    case.touches_by(Side::Marketing).any(|touch| in_time(touch.at))
}

fn evidence_ignored(case: &Case, end: i64) -> bool {
    let rejected_at = case.judged_at(&[Judgement::Rejected]);
    let Some(set_aside_at) = case.lost_at().or(rejected_at) else {
        return false;
    };
    let evidence = case.touches_by(Side::Marketing).rfind(|touch| {
        let asks = matches!(touch.channel, Channel::Form | Channel::Webinar | Channel::Email);
        touch.inbound && asks && touch.at > set_aside_at && end - touch.at > 14 * DAY
    });
    evidence.is_some_and(|evidence| {
        let touched = case.touches_by(Side::Sales).any(|touch| touch.at > evidence.at);
        let reopened = |deal: &Deal| deal.created_at() > evidence.at;
        !touched && !case.deals.iter().any(reopened)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::case::{Touch, Verdict};

    const END: i64 = 1_000 * DAY;

    fn held(case: &Case) -> Vec<Leak> {
        leaks_of(case, END).collect()
    }

    fn touch(day: i64, side: Side, channel: Channel, inbound: bool) -> Touch {
        Touch { at: day * DAY, side, channel, inbound, campaign: None, user: 0, deal: None }
    }

    /// Handed over on day 100 and called at once; nothing else.
    fn handed_over() -> Case {
        Case {
            mql_at: Some(99 * DAY),
            handed_over_at: Some(100 * DAY),
            owner: Some(0),
            touches: vec![touch(100, Side::Sales, Channel::Call, false)],
            ..Case::default()
        }
    }

    fn rejected(reason: &'static str) -> Case {
        let verdict = Verdict { at: 110 * DAY, judgement: Judgement::Rejected, reason };
        Case { verdict: Some(verdict), ..handed_over() }
    }

    fn with_deal(ending: Stage) -> Case {
        let verdict = Verdict { at: 110 * DAY, judgement: Judgement::Accepted, reason: "" };
        let steps = vec![(Stage::Prospecting, 120 * DAY), (ending, 130 * DAY)];
        Case { verdict: Some(verdict), deals: vec![Deal { steps, ..Deal::default() }], ..handed_over() }
    }

    #[test]
    fn the_handover_has_its_leaks() {
        assert_eq!(held(&Case::default()), []);
        assert_eq!(held(&handed_over()), [Leak::NoVerdict]);
        let waiting = Case { mql_at: Some(100 * DAY), ..Case::default() };
        assert_eq!(held(&waiting), [Leak::NeverHandedOver]);
        let untouched = Case { touches: Vec::new(), owner: None, ..handed_over() };
        assert_eq!(held(&untouched), [Leak::NoOwner, Leak::NeverTouched, Leak::NoVerdict]);
        let late = Case { touches: vec![touch(102, Side::Sales, Channel::Call, false)], ..handed_over() };
        assert_eq!(held(&late), [Leak::LateFirstTouch, Leak::NoVerdict]);
    }

    #[test]
    fn a_rejection_has_its_leaks() {
        assert_eq!(held(&rejected("")), [Leak::RejectedWithoutReason, Leak::NotNurtured]);
        let mut nurtured = rejected(UNREACHABLE);
        nurtured.touches.push(touch(150, Side::Marketing, Channel::Email, false));
        assert_eq!(held(&nurtured), [Leak::TooFewAttempts]);
        let mut back = rejected("No need");
        back.touches.push(touch(150, Side::Marketing, Channel::Form, true));
        assert_eq!(held(&back), [Leak::NewEvidenceIgnored]);
        back.touches.push(touch(152, Side::Sales, Channel::Call, false));
        assert_eq!(held(&back), []);
    }

    #[test]
    fn a_deal_has_its_leaks() {
        assert_eq!(held(&with_deal(Stage::Qualification)), [Leak::Stalled]);
        assert_eq!(held(&with_deal(Stage::Won)), [Leak::WonThenSilent]);
        assert_eq!(held(&with_deal(Stage::Lost)), [Leak::LostWithoutReason, Leak::LostAndForgotten]);
        let mut cared_for = with_deal(Stage::Won);
        cared_for.touches.push(touch(140, Side::Sales, Channel::Call, false));
        assert_eq!(held(&cared_for), []);
    }
}
