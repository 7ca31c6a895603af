//! What the exports cannot answer, with what would supply it, and what a reader must know before believing the figures.

use std::collections::BTreeMap;

use super::figures::Figures;
use super::report::{Gap, Notice};
use super::words;
use crate::calendar::Period;
use crate::cases::Facts;
use crate::cases::leaks::Leak;
use crate::intake::read::SetAside;
use crate::record::{FileReport, Repeat};
use crate::stage::Stage;

/// Measures and leaks that lack their inputs.
pub fn gaps(facts: &Facts, measured: &[Leak], figures: &Figures) -> Vec<Gap> {
    let inputs = facts.inputs;
    let gap = |measure: &str, missing: &str, supply: &str| Gap {
        measure: measure.to_owned(),
        missing: missing.to_owned(),
        supply: supply.to_owned(),
    };
    let mut gaps = Vec::new();
    if !inputs.leads {
        gaps.push(gap(
            "funnel",
            "No leads are in the exports, so no source, no conversion and no handover can be measured.",
            "an export of leads with an id, a creation date and a source (Salesforce Lead.csv, HubSpot contacts, or a plain leads.csv)",
        ));
        if inputs.deals && !inputs.deal_source {
            gaps.push(gap(
                "source",
                "Where deals come from is not in the exports.",
                "a source on leads, or on deals (LeadSource in Salesforce)",
            ));
        }
    } else if !inputs.source {
        gaps.push(gap(
            "source",
            "Leads do not tell where they come from.",
            "a source on leads (LeadSource in Salesforce, Original Traffic Source in HubSpot)",
        ));
    }
    if !inputs.spend {
        gaps.push(gap(
            "roi",
            "No spend is in the exports, so cost per lead and return cannot be measured.",
            "a campaign report of the ad tools with cost by day, or a plain spend.csv with date, source and spend",
        ));
    }
    if !inputs.deals {
        gaps.push(gap(
            "deals",
            "No deals are in the exports, so revenue and win rate cannot be measured.",
            "an export of deals with outcome, close date and amount",
        ));
    } else {
        if !inputs.amount {
            gaps.push(gap("revenue", "Deals have no amount, so revenue cannot be measured.", "an amount on deals"));
        }
        if !inputs.deal_created {
            gaps.push(gap(
                "cycle",
                "Deals do not tell when they were opened, so their cycle cannot be measured.",
                "the date on which deals were opened",
            ));
        }
        // Where nobody knows what became of deals, it is not known that none is lost.
        let is_unknown = figures.whole(&super::deals::UNKNOWN, Period::All).is_some();
        if !inputs.lost_deals && is_unknown {
            gaps.push(gap(
                "win_rate",
                "No word of the exports says that a deal is lost, so there is no win rate.",
                "what the words of their stages mean, under `[input.values.stage]` in the project file",
            ));
        } else if !inputs.lost_deals {
            gaps.push(gap(
                "win_rate",
                "No deal in the exports is lost. Either none ever was, or the export leaves lost deals out; without them there is no win rate.",
                "an export of all deals, lost ones included",
            ));
        }
    }
    if inputs.leads && !inputs.verdict {
        gaps.push(gap(
            "feedback",
            "What sales said of the leads is not in the exports.",
            "a verdict (accepted, rejected, recycled) and its date on leads, or a lead status that tells it",
        ));
    }
    if inputs.leads && !inputs.sales_touches {
        gaps.push(gap(
            "handover",
            "When sales first contacted a lead is not in the exports.",
            "activities of sales with a lead id and a time (Salesforce Task.csv), or a column with the first sales touch",
        ));
    }
    if inputs.leads {
        let missing = Leak::ALL.into_iter().filter(|leak| !measured.contains(leak));
        gaps.extend(missing.filter_map(|leak| leak_gap(leak, facts)));
    }
    gaps
}

/// Why a leak has no figures. A leak that no case could show is no gap.
fn leak_gap(leak: Leak, facts: &Facts) -> Option<Gap> {
    let inputs = facts.inputs;
    let (lacking, supply) = match leak {
        Leak::NoSource => (!inputs.source, "a source on leads"),
        Leak::NeverHandedOver => (!inputs.handover, "a handover date on leads beside the MQL date"),
        Leak::NoOwner => (!inputs.owner, "an owner on leads"),
        Leak::LateFirstTouch | Leak::NeverTouched => (!inputs.sales_touches, "activities of sales with a time"),
        Leak::TooFewAttempts => {
            (!inputs.attempts || !inputs.verdict_reason, "every activity of sales, and the reason of a rejection")
        }
        Leak::NoVerdict => (!inputs.verdict, "the verdict of sales on leads"),
        Leak::RejectedWithoutReason => (!inputs.verdict_reason, "the reason of a rejection on leads"),
        Leak::NotNurtured => {
            (!inputs.marketing_touches || !inputs.verdict_at, "activities of marketing, and the date of the verdict")
        }
        Leak::Stalled => (!inputs.deals || !inputs.deal_created, "deals with their creation date and stage changes"),
        Leak::LostWithoutReason => (!inputs.loss_reason, "the reason of a loss on deals"),
        Leak::LostAndForgotten => (!inputs.deals || !inputs.touches, "deals, and activities of both teams"),
        Leak::NewEvidenceIgnored => (!inputs.marketing_touches, "activities of marketing with their direction"),
        Leak::WonThenSilent => (!inputs.deals || !inputs.touches, "deals, and activities of both teams"),
        Leak::UntraceableDeal => (!inputs.deals, "an export of deals"),
        Leak::Duplicate => (!inputs.email, "an e-mail column on leads (used as a join key, never shown)"),
    };
    lacking.then(|| Gap {
        measure: leak.id().to_owned(),
        missing: format!("This leak cannot be measured: {}.", leak.id().replace('_', " ")),
        supply: supply.to_owned(),
    })
}

/// What a reader must know.
pub fn notices(facts: &Facts, figures: &Figures, files: &[FileReport]) -> Vec<Notice> {
    let mut notices = Vec::new();
    notices.extend(spend_alone(facts));
    notices.extend(unknown_outcomes(figures));
    notices.extend(left_truncation(facts, figures));
    notices.extend(before_start(facts, figures));
    if facts.side_unknown > 0 {
        notices.push(Notice {
            page: "feedback",
            title: "Some touches do not say whose they are".to_owned(),
            text: format!(
                "Nothing says whether marketing or sales made {} of {} touches: they count as activity, and as contact by neither team. Name the column that says so as `side`, or map their kinds under `[input.values.side]` in the project file.",
                words::count(facts.side_unknown),
                words::count(facts.touches)
            ),
        });
    }
    if facts.late_closings > 0 {
        notices.push(Notice {
            page: "data",
            title: "Some closing dates lie after everything else".to_owned(),
            text: format!(
                "{} after {}, the day of the newest thing that happened. Such a date is taken as a plan or a typo: its deal \
                 counts as won or lost in all data, and in no month.",
                words::plural(facts.late_closings, "closing date of a won or lost deal lies", "closing dates of won or lost deals lie"),
                words::day(facts.as_of_day)
            ),
        });
    }
    notices.extend(repeats(facts, files));
    notices.extend(alike_sources(facts));
    for file in files {
        for column in file.columns.iter().filter(|column| column.ambiguous) {
            let is_date = column.format.contains('Y');
            let (doubt, setting) =
                if is_date { ("day from month", "order") } else { ("decimals from thousands", "decimal") };
            notices.push(Notice {
                page: if is_date { "index" } else { "data" },
                title: format!("How “{}” is read is an assumption", crate::privacy::mask(&column.header)),
                text: format!(
                    "No value of this column in {} tells {doubt}; it is read as {}. Set “{setting}” for the file in the project file to be sure.",
                    crate::privacy::mask(&file.name),
                    column.format
                ),
            });
        }
    }
    if facts.currency_assumed > 0 && facts.currency != crate::record::currency::NO_CURRENCY {
        notices.push(Notice {
            page: "sources",
            title: "Some amounts do not tell their currency".to_owned(),
            text: format!(
                "{}; {} taken as {}.",
                words::plural(facts.currency_assumed, "amount does not", "amounts do not"),
                if facts.currency_assumed == 1 { "it is" } else { "they are" },
                facts.currency
            ),
        });
    }
    notices
}

/// Most pairs of files of which the money that both tell is said one by one.
const MOST_REPEATS: usize = 20;

/// Reports of spend that tell what another one counts already, the largest amounts first.
fn repeats(facts: &Facts, files: &[FileReport]) -> Vec<Notice> {
    let mut all: Vec<(&FileReport, &Repeat)> =
        files.iter().flat_map(|file| file.repeats.iter().map(move |repeat| (file, repeat))).collect();
    all.sort_by(|one, other| other.1.amount.cmp(&one.1.amount).then(one.0.name.cmp(&other.0.name)));
    let more = all.len().saturating_sub(MOST_REPEATS) as u64;
    let said = |(file, repeat): (&FileReport, &Repeat)| {
        let name = |name: &str| crate::privacy::mask(name).into_owned();
        let by = files.get(repeat.by as usize).map_or_else(String::new, |file| name(&file.name));
        let rows = words::plural(repeat.rows, "row", "rows");
        let days = words::plural(repeat.days, "day", "days");
        let amount = words::money_full(repeat.amount.into(), &facts.currency);
        let text = match repeat.reason {
            SetAside::Restated => format!(
                "With other amounts in {by}, the later export of these days: {rows} of {days}. Its amounts count, and {amount} of the earlier ones do not."
            ),
            SetAside::InOtherExport => format!("Also in {by}: {rows} of {days} ({amount}), counted once."),
            _ => format!(
                "The same money as in {by}, which splits it better or covers more: {rows} of {days} ({amount}), counted once."
            ),
        };
        Notice { page: "sources", title: format!("{} repeats money of another report", name(&file.name)), text }
    };
    let mut notices: Vec<Notice> = all.into_iter().take(MOST_REPEATS).map(said).collect();
    if more > 0 {
        notices.push(Notice {
            page: "sources",
            title: "Further reports repeat money of others".to_owned(),
            text: format!("So do {}.", words::plural(more, "further pair of files", "further pairs of files")),
        });
    }
    notices
}

/// Sources that differ in nothing but letter case, blanks and marks: two tools have written one source in two ways.
fn alike_sources(facts: &Facts) -> Option<Notice> {
    const MOST: usize = 10;
    let (_, members) = facts.dimensions.iter().find(|(name, _)| name == "source")?;
    let mut by_letters: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for member in members.iter().filter(|member| !member.is_empty()) {
        let letters: String = member.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        by_letters.entry(letters).or_default().push(member);
    }
    let alike = |names: Vec<&str>| {
        let names: Vec<String> = names.into_iter().map(|name| format!("“{}”", crate::privacy::mask(name))).collect();
        names.join(" and ")
    };
    let pairs: Vec<String> = by_letters
        .into_iter()
        .filter(|(letters, names)| !letters.is_empty() && names.len() > 1)
        .map(|(_, names)| alike(names))
        .take(MOST)
        .collect();
    (!pairs.is_empty()).then(|| Notice {
        page: "sources",
        title: "Some sources may be one".to_owned(),
        text: format!("{}: they differ in letter case, blanks or marks alone. If they are one source, name them under `[sources.aliases]` in the project file.", pairs.join("; ")),
    })
}

/// Exports of ad tools alone.
fn spend_alone(facts: &Facts) -> Option<Notice> {
    let is_alone = !facts.inputs.leads && !facts.inputs.deals;
    is_alone.then(|| Notice {
        page: "index",
        title: "The exports hold spend alone".to_owned(),
        text: "There are no leads and no deals in them, so this report shows what was spent, and not what it brought. Add an export of leads, or of deals, to the folder.".to_owned(),
    })
}

/// Deals of which the exports do not say what became of them.
fn unknown_outcomes(figures: &Figures) -> Option<Notice> {
    let unknown = figures.whole(&super::deals::UNKNOWN, Period::All)?.whole_value()?;
    let unknown = u64::try_from(unknown).ok().filter(|unknown| *unknown > 0)?;
    Some(Notice {
        page: "index",
        title: "Not every deal says whether it was won".to_owned(),
        text: format!(
            "{} neither open nor known to be won or lost: closed without an outcome, or in a stage that no word explains. They count as neither. Say what their words mean under `[input.values.stage]` or `[input.values.outcome]` in the project file.",
            if unknown == 1 { "One deal is".to_owned() } else { format!("{} deals are", words::count(unknown)) }
        ),
    })
}

/// Days by which the first decided deal may lag the first lead before it is worth a word, besides the usual wait.
const USUAL_LAG_DAYS: i32 = 60;

/// Deals recorded only from some time after the first leads: the early cohorts look bad for no reason of their own.
fn left_truncation(facts: &Facts, figures: &Figures) -> Option<Notice> {
    let (entry, close) = (facts.first_entry?, facts.first_close?);
    let first = *facts.stages.first()?;
    let usual = figures.whole(super::funnel::DAYS.pair_at(first, Stage::Customer, 50), Period::All);
    let usual = usual.and_then(|figure| figure.real())? as i32;
    let lag = close.0 - entry.0;
    (lag > USUAL_LAG_DAYS && lag > 3 * usual).then(|| Notice {
        page: "funnel",
        title: "Early cohorts look worse than they were".to_owned(),
        text: format!(
            "Leads are recorded from {}, but the first decided deal is of {}, {} later, where half of all wins take {} or less. Deals before that day seem not to be in the exports (left truncation): leads that entered before it could not be seen to convert, so do not compare their conversion with that of later leads.",
            words::day(entry),
            words::day(close),
            words::days(lag),
            words::days(usual),
        ),
    })
}

fn before_start(facts: &Facts, figures: &Figures) -> Option<Notice> {
    let first = *facts.stages.first()?;
    let figure = figures.whole(super::funnel::BEFORE_START.pair(first, Stage::Customer), Period::All)?;
    let count = u64::try_from(figure.whole_value()?).ok().filter(|count| *count > 0)?;
    Some(Notice {
        page: "funnel",
        title: "Won before the first contact".to_owned(),
        text: format!(
            "{} dated as won before the lead's first date. Counted as won; as day 0 in the incidence curves; with its negative days in the percentiles.",
            if count == 1 { "One deal is".to_owned() } else { format!("{} deals are", words::count(count)) }
        ),
    })
}
