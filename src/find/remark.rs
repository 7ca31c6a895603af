//! What to know about a figure besides its value, or why it has none. The words for it are left to [`crate::words`].

/// A remark on a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// Its denominator is 0.
    NothingToMeasure,
    /// No case has the duration.
    NoCase,
    /// No export says what was spent.
    NoSpend,
    /// The exports say that nothing was spent.
    ZeroSpend,
    /// Money was spent, and nothing of what it is spread over is there.
    SpendWithoutAny,
    /// Money was spent on a member that no lead came from.
    SpendWithoutLead,
    /// No source has both spend and leads.
    SpendAndLeadsApart,
    /// Money was spent on a member of which no deal was closed.
    SpendWithoutDeal,
    /// No source has both spend and closed deals.
    SpendAndDealsApart,
    /// Spend tells of a dimension that no lead does.
    NotToldByLeads,
    /// No lead has been followed for as many days.
    NotFollowed,
    /// The youngest open lead has been followed for so many days, fewer than the horizon.
    InProgress(i32),
    /// A later stage is dated before an earlier one.
    BeforeStart,
    /// Deals are dated as won before they were opened.
    WonBeforeOpened,
    /// How the pipeline velocity was computed.
    OfMedianCycle,
    /// Deals that are known, and only where they came from is not.
    NotAtStake,
    /// The interval of an amount is wider than the amount.
    TooFewDeals,
    /// It is about fewer people than the project file asks for.
    Withheld(u32),
}
