//! Handover: takes a lead and its contact, gives when it was handed over, how the first touch by sales stands, and how often
//! sales tried before it gave up.

use polars::prelude::Column;

use super::contacts::Contact;
use super::frame::Rows;
use super::leads::Lead;
use super::row::CaseRow;

/// How the first touch by sales stands, held against the agreed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FirstTouch {
    /// Not handed over, or nothing is known of sales touches.
    None,
    /// Sales was in contact before the handover.
    AlreadyInContact,
    /// Touched within the agreed time.
    InTime,
    /// Touched later.
    Late,
    /// Not touched, the time is up.
    Never,
    /// Not touched, the time is not up.
    Pending,
}

/// The handover of one lead. Instants are UTC seconds.
#[derive(Debug, Clone, Copy)]
pub struct Handover {
    /// When it was handed over.
    pub handed_over_at: Option<i64>,
    /// How the first touch stands.
    pub first_touch: FirstTouch,
    /// First touch by sales at or after the handover.
    pub first_sales_at: Option<i64>,
    /// Touches by sales up to the rejection, where nobody could be reached.
    pub given_up_after: Option<u32>,
}

impl Handover {
    /// The handover of a lead; `agreed` is the time for the first touch in seconds, `None` where the exports tell nothing
    /// of touches by sales; `is_given_up` says that it was rejected because nobody could be reached.
    pub fn of(lead: &Lead<'_>, contact: &Contact, agreed: Option<i64>, is_given_up: bool, as_of: i64) -> Handover {
        let handed_over_at = lead.handed_over_at.get();
        let first_sales_at = contact.first_sales_at;
        let first_touch = match (handed_over_at.zip(agreed), first_sales_at) {
            (None, _) => FirstTouch::None,
            _ if contact.before_handover => FirstTouch::AlreadyInContact,
            (Some((from, agreed)), Some(first)) if first - from <= agreed => FirstTouch::InTime,
            (_, Some(_)) => FirstTouch::Late,
            (Some((from, agreed)), None) if as_of - from > agreed => FirstTouch::Never,
            (_, None) => FirstTouch::Pending,
        };
        // Attempts are counted from the handover, so that a lead without one has none that could be counted.
        let given_up_after = (is_given_up && handed_over_at.is_some()).then_some(contact.attempts);
        Handover { handed_over_at, first_touch, first_sales_at, given_up_after }
    }

    /// Speed-to-lead: seconds from the handover to the first touch by sales.
    pub fn speed_to_lead(&self) -> Option<i64> {
        matches!(self.first_touch, FirstTouch::InTime | FirstTouch::Late).then_some(())?;
        Some(self.first_sales_at? - self.handed_over_at?)
    }
}

/// `month.handed_over`, `first_touch`, `speed_to_lead_seconds`, `speed_to_lead_minutes` and `given_up_after`.
pub fn columns(rows: &Rows<'_, CaseRow<'_>>) -> Vec<Column> {
    vec![
        rows.column("month.handed_over", |row| rows.month(row.handover.handed_over_at)),
        rows.column("first_touch", |row| row.handover.first_touch as i32),
        rows.column("speed_to_lead_seconds", |row| row.handover.speed_to_lead()),
        rows.column("speed_to_lead_minutes", |row| row.handover.speed_to_lead().map(|seconds| seconds / 60)),
        rows.column("given_up_after", |row| {
            row.handover.given_up_after.map(|attempts| i32::try_from(attempts).unwrap_or(i32::MAX))
        }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_told_of_leads_that_were_handed_over_and_given_up() {
        let contact = Contact { attempts: 2, ..Contact::default() };
        let given_up_after = |handed_over_at: Option<i64>, is_given_up: bool| {
            let mut lead = Lead::unknown();
            lead.handed_over_at = handed_over_at.into();
            Handover::of(&lead, &contact, None, is_given_up, 90).given_up_after
        };
        assert_eq!(given_up_after(Some(10), true), Some(2));
        assert_eq!([given_up_after(Some(10), false), given_up_after(None, true)], [None, None]);
    }
}
