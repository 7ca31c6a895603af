//! Notices and gaps in words.

use super::numbers;
use crate::find::gaps::Gap;
use crate::find::notices::{Column, Notice};
use crate::intake::read::SetAside;
use crate::record::Repeat;

/// A notice: in a few words, and in a sentence or two.
pub fn notice(notice: &Notice) -> (String, String) {
    match notice {
        Notice::SpendAlone => (say!("notice-spend-alone"), say!("notice-spend-alone.text")),
        Notice::UnknownOutcomes { deals } => {
            (say!("notice-unknown-outcomes"), say!("notice-unknown-outcomes.text", deals = *deals))
        }
        Notice::LeftTruncation { entry, close, lag, usual } => {
            let (entry, close) = (numbers::day(*entry), numbers::day(*close));
            let (lag, usual) = (numbers::days(*lag), numbers::days(*usual));
            let text = say!("notice-left-truncation.text", entry = entry, close = close, lag = lag, usual = usual);
            (say!("notice-left-truncation"), text)
        }
        Notice::BeforeStart { deals } => {
            (say!("notice-before-start"), say!("notice-before-start.text", deals = *deals))
        }
        Notice::SideUnknown { unknown, touches } => {
            let text = say!("notice-side-unknown.text", unknown = *unknown, touches = *touches);
            (say!("notice-side-unknown"), text)
        }
        Notice::LateClosings { dates, as_of } => {
            let text = say!("notice-late-closings.text", dates = *dates, as_of = numbers::day(*as_of));
            (say!("notice-late-closings"), text)
        }
        Notice::Repeat { file, by, repeat, currency } => {
            (say!("notice-repeat", file = file), repeated(by, repeat, currency))
        }
        Notice::FurtherRepeats(pairs) => {
            (say!("notice-further-repeats"), say!("notice-further-repeats.text", pairs = *pairs))
        }
        Notice::AlikeSources(groups) => {
            let group = |names: &Vec<String>| {
                let quoted: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
                quoted.join(" and ")
            };
            let groups: Vec<String> = groups.iter().map(group).collect();
            (say!("notice-alike-sources"), say!("notice-alike-sources.text", groups = groups.join("; ")))
        }
        Notice::AmbiguousDates(Column { header, file, format }) => {
            let text = say!("notice-ambiguous.dates", file = file, format = format);
            (say!("notice-ambiguous", header = header), text)
        }
        Notice::AmbiguousNumbers(Column { header, file, format }) => {
            let text = say!("notice-ambiguous.numbers", file = file, format = format);
            (say!("notice-ambiguous", header = header), text)
        }
        Notice::CurrencyAssumed { amounts, currency } => {
            let text = say!("notice-currency-assumed.text", amounts = *amounts, currency = currency);
            (say!("notice-currency-assumed"), text)
        }
        Notice::NothingLastQuarter(quarter) => {
            let text = say!("notice-unusual-period.nothing-last-quarter", quarter = quarter.to_string());
            (say!("notice-unusual-period"), text)
        }
        Notice::NoCompleteQuarter => (say!("notice-unusual-period"), say!("notice-unusual-period.no-complete-quarter")),
    }
}

/// What a report of spend repeats, and which amounts count.
fn repeated(by: &str, repeat: &Repeat, currency: &str) -> String {
    let (rows, days) = (say!("notice-rows", rows = repeat.rows), say!("notice-days", days = repeat.days));
    let amount = numbers::money_full(repeat.amount.into(), currency);
    let key = match repeat.reason {
        SetAside::Restated => "notice-repeat.restated",
        SetAside::InOtherExport => "notice-repeat.again",
        _ => "notice-repeat.same-money",
    };
    say!(key, by = by, rows = rows, days = days, amount = amount)
}

/// What the exports cannot answer, as a sentence, and which table and column would supply it.
pub fn gap(gap: Gap) -> (String, String) {
    let key = match gap {
        Gap::Leads => "gap-leads",
        Gap::DealSource => "gap-deal-source",
        Gap::Source => "gap-source",
        Gap::Spend => "gap-spend",
        Gap::Deals => "gap-deals",
        Gap::Amount => "gap-amount",
        Gap::DealCreated => "gap-deal-created",
        Gap::LossWords => "gap-loss-words",
        Gap::LostDeals => "gap-lost-deals",
        Gap::Verdict => "gap-verdict",
        Gap::FirstContact => "gap-first-contact",
        Gap::Leak(leak) => {
            let missing = say!("gap-leak", leak = leak.id().replace('_', " "));
            return (missing, say!(&format!("gap-leak.{}", leak.id())));
        }
    };
    (say!(key), say!(&format!("{key}.supply")))
}
