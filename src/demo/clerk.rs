//! What the three styles have in common: a clerk is shown the cases one by one and writes them
//! down in its own files, then forgets them.

use super::DemoError;
use super::calendar::{DAY, END};
use super::case::{Case, Deal, Judgement, Side};
use super::people::{Account, Person};

/// Rows of data by file name.
pub type RowCounts = Vec<(String, u64)>;

/// A case with the names of who it is about.
pub struct Entry<'a> {
    /// The case.
    pub case: &'a Case,
    /// The person.
    pub person: &'a Person,
    /// The account.
    pub account: &'a Account,
}

impl Entry<'_> {
    /// Whether the account came in with this lead, so that its row is written here and only here.
    pub fn opens_account(&self) -> bool {
        self.case.account == self.case.number
    }
}

/// Writes one style of exports.
pub trait Clerk {
    /// Writes down a case.
    fn record(&mut self, entry: &Entry) -> Result<(), DemoError>;

    /// Writes down a deal that has no lead, with its account.
    fn record_loose_deal(&mut self, deal: &Deal, account: &Account) -> Result<(), DemoError>;

    /// Finishes all files.
    fn close(self: Box<Self>) -> Result<RowCounts, DemoError>;
}

/// A running number.
#[derive(Default)]
pub struct Counter(u64);

impl Counter {
    /// The next number, from 1.
    pub fn advance(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

/// Where a lead stands, however a style words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody did anything yet, or marketing tends it.
    New,
    /// Marketing put it aside early.
    Disqualified,
    /// An MQL that is not handed over.
    Qualified,
    /// Handed over, not touched.
    Waiting,
    /// Sales is trying.
    Working,
    /// Sales refused it.
    Rejected,
    /// Sales sent it back.
    Recycled,
    /// Sales took it on.
    Accepted,
    /// Sales confirmed it.
    SalesQualified,
    /// It has an open deal.
    OpenDeal,
    /// Its deal was lost.
    LostDeal,
    /// It bought.
    Customer,
}

impl Standing {
    /// Where this case stands.
    pub fn of(case: &Case) -> Self {
        if case.won_at().is_some() {
            return Self::Customer;
        }
        if !case.deals.is_empty() {
            let lost = case.lost_at().is_some();
            return if lost { Self::LostDeal } else { Self::OpenDeal };
        }
        match case.verdict.map(|verdict| verdict.judgement) {
            Some(Judgement::Rejected) => Self::Rejected,
            Some(Judgement::Recycled) => Self::Recycled,
            Some(Judgement::Accepted) if case.sql_at.is_some() => Self::SalesQualified,
            Some(Judgement::Accepted) => Self::Accepted,
            None if case.first_sales_touch().is_some() => Self::Working,
            None if case.handed_over_at.is_some() => Self::Waiting,
            None if case.mql_at.is_some() => Self::Qualified,
            None if case.disqualified => Self::Disqualified,
            None => Self::New,
        }
    }
}

/// The day, if any, for which sales planned a call that never took place.
pub fn missed_plan(case: &Case) -> Option<i64> {
    let handed_over_at = case.handed_over_at?;
    let last = case.touches_by(Side::Sales).next_back()?.at;
    let planned = last.max(handed_over_at) + 3 * DAY;
    (case.number % 19 == 4 && planned <= END).then_some(planned)
}
