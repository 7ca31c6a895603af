//! What the exports cannot answer. The words, and which column would supply it, are left to [`crate::words`].

use super::figures::Figures;
use crate::calendar::Period;
use crate::cases::Facts;
use crate::cases::inputs::Inputs;
use crate::cases::leakage::Leak;

/// Something that the exports cannot answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Nothing about leads.
    Leads,
    /// Where deals come from, where there are no leads.
    DealSource,
    /// Where leads come from.
    Source,
    /// What was spent.
    Spend,
    /// Nothing about deals.
    Deals,
    /// What deals are worth.
    Amount,
    /// When deals were opened.
    DealCreated,
    /// Which words say that a deal is lost.
    LossWords,
    /// Any lost deal.
    LostDeals,
    /// What sales said of leads.
    Verdict,
    /// When sales first contacted a lead.
    FirstContact,
    /// What a leak is measured by.
    Leak(Leak),
}

impl Gap {
    /// The measure: `funnel`, `source`, `roi`, `deals`, `revenue`, `cycle`, `win_rate`, `feedback`, `handover`, or the id of
    /// a leak.
    pub fn measure(self) -> &'static str {
        match self {
            Gap::Leads => "funnel",
            Gap::DealSource | Gap::Source => "source",
            Gap::Spend => "roi",
            Gap::Deals => "deals",
            Gap::Amount => "revenue",
            Gap::DealCreated => "cycle",
            Gap::LossWords | Gap::LostDeals => "win_rate",
            Gap::Verdict => "feedback",
            Gap::FirstContact => "handover",
            Gap::Leak(leak) => leak.id(),
        }
    }
}

/// Measures and leaks that lack their inputs.
pub fn gaps(facts: &Facts, measured: &[Leak], figures: &Figures) -> Vec<Gap> {
    let inputs = facts.inputs;
    let mut gaps = Vec::new();
    if !inputs.leads {
        gaps.push(Gap::Leads);
        if inputs.deals && !inputs.deal_source {
            gaps.push(Gap::DealSource);
        }
    } else if !inputs.source {
        gaps.push(Gap::Source);
    }
    if !inputs.spend {
        gaps.push(Gap::Spend);
    }
    gaps.extend(of_deals(&inputs, figures));
    if inputs.leads && !inputs.verdict {
        gaps.push(Gap::Verdict);
    }
    if inputs.leads && !inputs.sales_touches {
        gaps.push(Gap::FirstContact);
    }
    if inputs.leads {
        let missing = Leak::ALL.into_iter().filter(|leak| !measured.contains(leak) && lacks(*leak, &inputs));
        gaps.extend(missing.map(Gap::Leak));
    }
    gaps
}

fn of_deals(inputs: &Inputs, figures: &Figures) -> Vec<Gap> {
    if !inputs.deals {
        return vec![Gap::Deals];
    }
    // Where nobody knows what became of deals, it is not known that none is lost.
    let is_unknown = figures.whole(&super::deals::UNKNOWN, Period::All).is_some();
    let lost = if is_unknown { Gap::LossWords } else { Gap::LostDeals };
    let lacking = [(inputs.amount, Gap::Amount), (inputs.deal_created, Gap::DealCreated), (inputs.lost_deals, lost)];
    lacking.into_iter().filter(|(is_there, _)| !is_there).map(|(_, gap)| gap).collect()
}

/// Whether a leak has no figures for want of an input. A leak that no case could show is no gap.
fn lacks(leak: Leak, inputs: &Inputs) -> bool {
    match leak {
        Leak::NoSource => !inputs.source,
        Leak::NeverHandedOver => !inputs.handover,
        Leak::NoOwner => !inputs.owner,
        Leak::LateFirstTouch | Leak::NeverTouched => !inputs.sales_touches,
        Leak::TooFewAttempts => !inputs.attempts || !inputs.verdict_reason,
        Leak::NoVerdict => !inputs.verdict,
        Leak::RejectedWithoutReason => !inputs.verdict_reason,
        Leak::NotNurtured => !inputs.marketing_touches || !inputs.verdict_at,
        Leak::Stalled => !inputs.deals || !inputs.deal_created,
        Leak::LostWithoutReason => !inputs.loss_reason,
        Leak::LostAndForgotten | Leak::WonThenSilent => !inputs.deals || !inputs.touches,
        Leak::NewEvidenceIgnored => !inputs.marketing_touches,
        Leak::UntraceableDeal => !inputs.deals,
        Leak::Duplicate => !inputs.email,
    }
}
