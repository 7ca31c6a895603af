//! The words for each leak, read from the catalogue; every page uses them.
//!
//! Takes a leak and the times that the teams agreed on, gives its name, what happens there, what to do next and who
//! might do it. How many cases there are and what they may be worth is left to the pages.

use crate::cases::leakage::Leak;
use crate::project::Agreements;
use crate::words::{self, say};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What a reader is told about a leak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeakWords {
    /// Its name, short enough for a chart.
    pub title: String,
    /// What happens here, in a sentence.
    pub what: String,
    /// What to do next, in a sentence.
    pub next_step: String,
    /// Who is suggested to do it.
    pub owner: String,
}

/// What a case of a leak is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// A lead.
    Lead,
    /// A deal, with no lead behind it.
    Deal,
}

/// The words for a leak.
pub fn words(leak: Leak) -> LeakWords {
    let said = |attribute: &str| words::message(&format!("{}.{attribute}", key(leak)), &[]);
    LeakWords { title: title(leak), what: said("what"), next_step: said("next-step"), owner: owner(leak) }
}

/// The name of a leak.
pub fn title(leak: Leak) -> String {
    words::message(&key(leak), &[])
}

/// Names of leaks within a sentence: `“No source recorded” and “Deal stalled”`.
pub fn quoted(leaks: &[Leak]) -> String {
    let names: Vec<String> = leaks.iter().map(|leak| say!("leakage-quoted", leak = title(*leak))).collect();
    words::numbers::list(&names)
}

/// A leak's message in the catalogue.
fn key(leak: Leak) -> String {
    format!("leak-{}", leak.id().replace('_', "-"))
}

fn owner(leak: Leak) -> String {
    match leak {
        Leak::NoSource | Leak::NeverHandedOver | Leak::NotNurtured | Leak::LostAndForgotten => {
            say!("leakage-owner-marketing")
        }
        Leak::NewEvidenceIgnored | Leak::WonThenSilent | Leak::UntraceableDeal | Leak::Duplicate => {
            say!("leakage-owner-both")
        }
        Leak::NoOwner
        | Leak::LateFirstTouch
        | Leak::NeverTouched
        | Leak::TooFewAttempts
        | Leak::NoVerdict
        | Leak::RejectedWithoutReason
        | Leak::Stalled
        | Leak::LostWithoutReason => say!("leakage-owner-sales"),
    }
}

/// What a case of a leak is.
pub const fn case(leak: Leak) -> Case {
    match leak {
        Leak::UntraceableDeal => Case::Deal,
        _ => Case::Lead,
    }
}

/// So many cases of a leak: `182 leads`.
pub fn cases(leak: Leak, cases: u64) -> String {
    match case(leak) {
        Case::Lead => say!("leakage-leads", cases = cases),
        Case::Deal => say!("leakage-deals", cases = cases),
    }
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
            return Some(say!("leakage-agreed-attempts", attempts = agreements.attempts));
        }
        _ => return None,
    };
    Some(say!("leakage-agreed-time", time = time(seconds)))
}

/// An agreed time in the largest unit that it fills: `24 hours`, `14 days`, `90 minutes`.
pub fn time(seconds: i64) -> String {
    let fills = |unit: i64| seconds >= unit && seconds % unit == 0;
    // A single day is said in hours, as agreements on a first contact are.
    if fills(DAY) && seconds != DAY {
        say!("leakage-time-days", number = seconds / DAY)
    } else if fills(HOUR) {
        say!("leakage-time-hours", number = seconds / HOUR)
    } else if fills(MINUTE) {
        say!("leakage-time-minutes", number = seconds / MINUTE)
    } else {
        say!("leakage-time-seconds", number = seconds)
    }
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
            assert!(others.iter().all(|other| title(*other) != own.title));
            assert!(!own.owner.is_empty());
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
