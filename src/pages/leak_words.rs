//! The words for each leak, in one table that every page uses.
//!
//! Takes a leak and the times that the teams agreed on, gives its name, what happens there, what to do next and who
//! might do it. How many cases there are and what they may be worth is left to the pages.

use crate::cases::leaks::Leak;
use crate::project::Agreements;

/// What a reader is told about a leak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeakWords {
    /// Its name, short enough for a chart.
    pub title: &'static str,
    /// What happens here, in a sentence.
    pub what: &'static str,
    /// What to do next, in a sentence.
    pub next_step: &'static str,
    /// Who is suggested to do it: `marketing`, `sales` or `marketing and sales`.
    pub owner: &'static str,
    /// What one case is called, and several.
    pub case: (&'static str, &'static str),
}

const MARKETING: &str = "marketing";
const SALES: &str = "sales";
const BOTH: &str = "marketing and sales";
const LEAD: (&str, &str) = ("lead", "leads");
const DEAL: (&str, &str) = ("deal", "deals");

/// The words for a leak.
pub const fn words(leak: Leak) -> LeakWords {
    let (title, what, next_step, owner, case) = match leak {
        Leak::NoSource => (
            "No source recorded",
            "The lead came in with no source on record, so nobody can tell what brought it.",
            "Make the source a required field on forms and imports, and fill it in for these leads.",
            MARKETING,
            LEAD,
        ),
        Leak::NeverHandedOver => (
            "Ready, never handed over",
            "The lead met the agreed definition, and nobody passed it on to sales in the agreed time.",
            "Hand these leads over this week, and let the handover follow as soon as a lead meets the definition.",
            MARKETING,
            LEAD,
        ),
        Leak::NoOwner => (
            "Handed over, no owner",
            "The lead was passed to sales, and no person was named to work it.",
            "Name an owner for each of these leads, and set a rule that names one at every handover.",
            SALES,
            LEAD,
        ),
        Leak::LateFirstTouch => (
            "First sales contact too late",
            "Sales got in touch with the lead, but only after the agreed time.",
            "Find out what held up the first contact, and set a reminder before the agreed time is up.",
            SALES,
            LEAD,
        ),
        Leak::NeverTouched => (
            "Handed over, never contacted",
            "The lead was passed to sales, the agreed time is up, and no contact by sales is on record.",
            "Contact these leads first, and go through untouched leads together every week.",
            SALES,
            LEAD,
        ),
        Leak::TooFewAttempts => (
            "Given up too early",
            "Sales closed the lead as not reached after fewer attempts than agreed.",
            "Put these leads back on the call list until the agreed number of attempts is made.",
            SALES,
            LEAD,
        ),
        Leak::NoVerdict => (
            "No verdict from sales",
            "Sales has not said whether it takes the lead, refuses it or sends it back, and the agreed time is up.",
            "Ask each owner for a verdict on these leads, and check for missing ones every week.",
            SALES,
            LEAD,
        ),
        Leak::RejectedWithoutReason => (
            "Rejected without a reason",
            "Sales refused the lead and gave no reason, so marketing cannot learn from it.",
            "Make the reason a required field with a short list of choices, and fill it in for these leads.",
            SALES,
            LEAD,
        ),
        Leak::NotNurtured => (
            "Sent back, not nurtured",
            "Sales refused the lead or sent it back, and marketing has not been in touch since.",
            "Put these leads into a nurturing programme, and let every lead that is sent back start one.",
            MARKETING,
            LEAD,
        ),
        Leak::Stalled => (
            "Deal stalled",
            "The deal is open, and nothing has happened on it for longer than deals stay in its stage.",
            "Decide on each of these deals: a next step with a date, or close it.",
            SALES,
            LEAD,
        ),
        Leak::LostWithoutReason => (
            "Lost without a reason",
            "The deal was lost and no reason was recorded, so neither team can learn from it.",
            "Record why these deals were lost, and make the reason a required field when a deal is closed.",
            SALES,
            LEAD,
        ),
        Leak::LostAndForgotten => (
            "Lost and forgotten",
            "The deal was lost, and nobody has been in touch since.",
            "Put these leads on a list of people to keep in touch with, each with a date to look again.",
            MARKETING,
            LEAD,
        ),
        Leak::NewEvidenceIgnored => (
            "Came back, not reopened",
            "The lead was lost or rejected, then came back to us on its own, and nobody reopened the case.",
            "Reopen these cases now, and tell the owner whenever a closed lead comes back.",
            BOTH,
            LEAD,
        ),
        Leak::WonThenSilent => (
            "Won, then silence",
            "The customer bought, and nobody has been in touch since.",
            "Call these customers, and plan a first call after every sale.",
            BOTH,
            LEAD,
        ),
        Leak::UntraceableDeal => (
            "Deal with no lead behind it",
            "The deal cannot be traced to a lead, so no source gets the credit for it.",
            "Link these deals to their leads, and ask for the link whenever a deal is opened.",
            BOTH,
            DEAL,
        ),
        Leak::Duplicate => (
            "Same person, two owners",
            "The same person is in the exports twice, and two owners work the records.",
            "Merge these records, and agree on one owner for each person.",
            BOTH,
            LEAD,
        ),
    };
    LeakWords { title, what, next_step, owner, case }
}

/// What the teams agreed on that the leak is held against, as a sentence.
pub fn agreed(leak: Leak, agreements: &Agreements) -> Option<String> {
    let seconds = match leak {
        Leak::NeverHandedOver => agreements.handover,
        Leak::LateFirstTouch | Leak::NeverTouched => agreements.first_touch,
        Leak::NoVerdict => agreements.verdict,
        Leak::NotNurtured => agreements.nurture,
        Leak::LostAndForgotten => agreements.forgotten,
        Leak::NewEvidenceIgnored => agreements.new_evidence,
        Leak::WonThenSilent => agreements.after_sale,
        Leak::TooFewAttempts => {
            return Some(format!("Agreed: at least {} attempts.", agreements.attempts));
        }
        _ => return None,
    };
    Some(format!("Agreed time: {}.", time(seconds)))
}

/// An agreed time in the largest unit that it fills: `24 hours`, `14 days`, `90 minutes`.
pub fn time(seconds: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let fills = |size: i64| seconds >= size && seconds % size == 0;
    let unit = |&(size, name): &(i64, &str)| (seconds / size, name.to_owned());
    let (number, name) = match UNITS.iter().find(|(size, _)| fills(*size)) {
        // A single day is said in hours, as agreements on a first contact are.
        Some(&(86_400, _)) if seconds == 86_400 => (24, "hour".to_owned()),
        Some(found) => unit(found),
        None => (seconds, "second".to_owned()),
    };
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

/// The anchor of a leak on the pages.
pub fn anchor(leak: Leak) -> String {
    format!("leak-{}", slug(leak))
}

/// The leak's id as a slug.
pub fn slug(leak: Leak) -> String {
    leak.id().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leak_has_words_of_its_own() {
        for (place, leak) in Leak::ALL.into_iter().enumerate() {
            let own = words(leak);
            assert!(own.title.len() <= 30, "{}", own.title);
            assert!(own.what.ends_with('.') && own.next_step.ends_with('.'));
            let others = &Leak::ALL[..place];
            assert!(others.iter().all(|other| words(*other).title != own.title));
        }
    }

    #[test]
    fn agreed_times_are_read_in_their_own_unit() {
        let agreements = Agreements::default();
        let said = |leak| agreed(leak, &agreements);
        assert_eq!(said(Leak::NeverTouched).unwrap(), "Agreed time: 24 hours.");
        assert_eq!(said(Leak::NoVerdict).unwrap(), "Agreed time: 14 days.");
        assert_eq!(said(Leak::TooFewAttempts).unwrap(), "Agreed: at least 3 attempts.");
        assert_eq!(said(Leak::NoSource), None);
        assert_eq!((time(5_400), time(3_600)), ("90 minutes".to_owned(), "1 hour".to_owned()));
    }
}
