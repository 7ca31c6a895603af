//! Remarks on figures in words.

use crate::find::remark::Remark;

/// A remark, without a full stop.
pub fn remark(remark: Remark) -> String {
    match remark {
        Remark::NothingToMeasure => say!("remark-nothing-to-measure"),
        Remark::NoCase => say!("remark-no-case"),
        Remark::NoSpend => say!("remark-no-spend"),
        Remark::ZeroSpend => say!("remark-zero-spend"),
        Remark::SpendWithoutAny => say!("remark-spend-without-any"),
        Remark::SpendWithoutLead => say!("remark-spend-without-lead"),
        Remark::SpendWithoutDeal => say!("remark-spend-without-deal"),
        Remark::SpendAndLeadsApart => say!("remark-spend-and-leads-apart"),
        Remark::SpendAndDealsApart => say!("remark-spend-and-deals-apart"),
        Remark::NotToldByLeads => say!("remark-not-told-by-leads"),
        Remark::NotFollowed => say!("remark-not-followed"),
        Remark::InProgress(days) => say!("remark-in-progress", days = days),
        Remark::BeforeStart => say!("remark-before-start"),
        Remark::WonBeforeOpened => say!("remark-won-before-opened"),
        Remark::OfMedianCycle => say!("remark-of-median-cycle"),
        Remark::NotAtStake => say!("remark-not-at-stake"),
        Remark::TooFewDeals => say!("remark-too-few-deals"),
        Remark::Withheld(people) => say!("remark-withheld", people = people),
    }
}
