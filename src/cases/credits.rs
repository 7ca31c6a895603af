//! Credit: takes a customer and its journey, gives the touches that may have a share in the conversion, and whom a model
//! gives it to. A model is a function over these touches; how much the credit is worth is left to
//! [`crate::tally::attribution`].

use super::book::Book;
use super::deals::{Deal, Outcome};
use super::journeys::{Side, Touch};
use super::leads::Lead;
use super::tellings::or;
use crate::stage::Stage;

/// When a lead became a customer, by its own columns or its first win, UTC seconds.
pub fn converted_at(lead: &Lead<'_>, deals: &[&Deal<'_>]) -> Option<i64> {
    let wins = deals.iter().filter(|deal| deal.outcome == Outcome::Won).filter_map(|deal| deal.closed_at);
    wins.chain(lead.stages[Stage::Customer.index()].get()).min()
}

/// The touches that earn credit for a conversion, in order: those of marketing before it, within the lookback, and the
/// creation of the lead, with its own source. None where nobody knows when it was created.
pub fn path(lead: &Lead<'_>, journey: &[Touch], converted_at: i64, book: &Book<'_>) -> Vec<Touch> {
    let Some(created_at) = lead.created_at.get() else { return Vec::new() };
    let from = converted_at.saturating_sub(book.project.attribution.lookback);
    let earns = |touch: &&Touch| touch.side == Side::Marketing && touch.at >= from && touch.at <= converted_at;
    let mut path: Vec<Touch> = journey.iter().filter(earns).copied().collect();
    // Without the creation, which counts however long ago it was, a slow deal would have no touch at all.
    let creation = creation(lead, created_at.min(converted_at), book);
    path.insert(path.partition_point(|touch| touch.order(&creation, book.words()).is_lt()), creation);
    path
}

/// The creation of a lead, as a touch.
fn creation(lead: &Lead<'_>, at: i64, book: &Book<'_>) -> Touch {
    let campaign = book.campaigns.find(lead.campaign);
    Touch {
        at,
        source: lead.source,
        channel: or(lead.channel, campaign.channel),
        campaign: campaign.name,
        side: Side::Marketing,
        is_inbound: false,
    }
}

/// All to the first touch.
pub fn first(path: &[Touch]) -> Option<&Touch> {
    path.first()
}

/// All to the last touch.
pub fn last(path: &[Touch]) -> Option<&Touch> {
    path.last()
}
