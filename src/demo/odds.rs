//! How likely it is that something goes right or wrong with a lead, whatever its source.
//!
//! Gives probabilities and the closed form of those that `truth` states. `company` holds what
//! differs by source.

use super::company::{SALES_USERS, Source};
use super::random::Share;

/// P(first touch within 24 hours | handed over), by sales user: some are quick, some are not.
pub const TOUCHED_IN_TIME: [Share; SALES_USERS] =
    [Share(7_800), Share(7_000), Share(6_600), Share(6_200), Share(6_000), Share(5_600), Share(5_000), Share(4_600)];
/// P(never touched | handed over to an owner).
pub const NEVER_TOUCHED: Share = Share(700);
/// P(touched within 24 hours | handed over without an owner).
pub const UNOWNED_IN_TIME: Share = Share(2_500);
/// P(never touched | handed over without an owner).
pub const UNOWNED_NEVER: Share = Share(3_500);

/// P(accepted | first touch within 24 hours), whatever else is true of the lead.
pub const ACCEPTED_IN_TIME: Share = Share(6_200);
/// P(accepted | first touch later), whatever else is true of the lead.
pub const ACCEPTED_LATE: Share = Share(3_800);

/// P(never handed over | MQL).
pub const NEVER_HANDED_OVER: Share = Share(500);
/// P(no owner | handed over).
pub const NO_OWNER: Share = Share(250);
/// P(too few attempts | given up as unreachable after a touch).
pub const GIVEN_UP_EARLY: Share = Share(3_500);
/// P(no reason | rejected).
pub const NO_REJECTION_REASON: Share = Share(1_200);
/// P(nothing from marketing for 90 days | rejected or recycled).
pub const NOT_NURTURED: Share = Share(2_800);
/// P(stalls for good | deal not won); the others are lost.
pub const STALLS: Share = Share(2_000);
/// P(no reason | lost).
pub const NO_LOSS_REASON: Share = Share(1_500);
/// P(never touched again | lost).
pub const FORGOTTEN: Share = Share(3_200);
/// P(never touched again | won).
pub const SILENT_AFTER_WIN: Share = Share(2_000);
/// P(buys again | won and not silent): a fifth of all customers.
pub const BUYS_AGAIN: Share = Share(2_500);
/// P(the person comes back | rejected, recycled or lost, and not left alone).
pub const COMES_BACK: Share = Share(2_600);
/// P(the person comes back | rejected or recycled, and left alone).
pub const COMES_BACK_UNASKED: Share = Share(1_000);
/// P(sales reacts | the person came back).
pub const REACTS: Share = Share(5_500);
/// P(a deal without a lead | a deal with one), for deals that come in beside them.
pub const LOOSE_DEALS: Share = Share(310);
/// P(second record | lead), before second records of second records are left out.
pub const SECOND_RECORDS: Share = Share(155);
/// P(on the account of a lead shortly before | lead).
pub const SHARED_ACCOUNTS: Share = Share(1_500);

/// P(accepted | handed over): owners are drawn evenly, and what counts is only whether and when
/// the first touch came.
pub fn acceptance() -> f64 {
    let quick: f64 = TOUCHED_IN_TIME.iter().map(|share| share.fraction()).sum();
    let quick = quick / SALES_USERS as f64;
    let accepted = |in_time: f64, never: f64| {
        in_time * ACCEPTED_IN_TIME.fraction() + (1.0 - in_time - never) * ACCEPTED_LATE.fraction()
    };
    NO_OWNER.complement().fraction() * accepted(quick, NEVER_TOUCHED.fraction())
        + NO_OWNER.fraction() * accepted(UNOWNED_IN_TIME.fraction(), UNOWNED_NEVER.fraction())
}

/// P(customer | source), had the data no end: the product of the stage probabilities.
pub fn true_conversion(source: &Source) -> f64 {
    source.mql.fraction()
        * NEVER_HANDED_OVER.complement().fraction()
        * acceptance()
        * source.sql.fraction()
        * source.opportunity.fraction()
        * source.win.fraction()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::company::SOURCES;

    #[test]
    fn conversions_are_what_the_company_is_known_for() {
        let percent = |name| {
            let source = SOURCES.iter().find(|source| source.name == name).unwrap();
            (true_conversion(source) * 1000.0).round() / 10.0
        };
        // 0.975 × (0.61 × 0.62 + 0.32 × 0.38) + 0.025 × (0.25 × 0.62 + 0.40 × 0.38)
        assert!((acceptance() - 0.494_98).abs() < 1e-9);
        assert_eq!(percent("Partner Referral"), 18.0);
        assert_eq!(percent("Webinar"), 9.0);
        assert_eq!(percent("Paid Search"), 6.0);
        assert_eq!(percent("Purchased List"), 1.0);
    }
}
