//! What the overview found, in sentences: the largest source, the sources that stand out, the largest leak, feedback.

use super::super::leak_words;
use super::super::leakage;
use super::super::model::{Note, NoteLevel, Section};
use super::super::parts;
use super::super::view::{View, many, member_label, uncapitalised};
use crate::find;
use crate::find::figures::Figure;
use crate::find::gate::Judgement;
use crate::find::measure::Id;
use crate::stage::Stage;
use crate::words::{numbers, say};

const MINUTES_PER_DAY: f64 = 1_440.0;

/// The page's finding: how many came in and what became of them.
pub(super) fn headline(view: &View<'_>) -> String {
    if !view.report.inputs.leads {
        return match (view.said(&find::deals::WON), view.said(&find::deals::WIN_RATE)) {
            (Some(won), Some(rate)) => {
                say!("overview-deals-alone", period = view.period_words(), won = won, rate = rate)
            }
            _ => say!("overview-no-leads"),
        };
    }
    let Some((from, to)) = view.way() else {
        return say!("overview-no-way", period = view.period_words());
    };
    let id = find::funnel::CONVERSION.pair(from, to);
    let Some(figure) = view.figure(id).filter(|figure| figure.value.is_some()) else {
        return say!("overview-none-came", period = view.period_words());
    };
    let caution = if parts::is_too_few(figure) {
        Some(say!("overview-too-few"))
    } else {
        view.in_progress(from, to, view.period).map(|_| say!("overview-in-progress"))
    };
    let sentences = [Some(became(view, from, to, figure)), caution, biggest_leak(view)];
    let sentences: Vec<String> = sentences.into_iter().flatten().collect();
    sentences.join(" ")
}

/// How many leads came in and how many came as far as a stage.
fn became(view: &View<'_>, from: Stage, to: Stage, figure: &Figure) -> String {
    let count = |number: Option<i128>| number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
    let (reached, leads) = (count(figure.numerator), count(figure.denominator));
    let rate = view.short_text(find::funnel::CONVERSION.pair(from, to), figure);
    let (period, stage) = (view.period_words(), view.stage_words(from));
    let stages = many(&stage);
    if to == Stage::Customer {
        return say!(
            "overview-became-customers",
            leads = leads,
            stage = stage,
            stages = stages,
            period = period,
            reached = reached,
            rate = rate
        );
    }
    let end = view.report.project.stage_short(to);
    say!(
        "overview-reached-stage",
        leads = leads,
        stage = stage,
        stages = stages,
        period = period,
        reached = reached,
        end = end,
        rate = rate
    )
}

/// The leak to look at first.
fn biggest_leak(view: &View<'_>) -> Option<String> {
    let largest = leakage::ranked(view).into_iter().next()?;
    let leak = uncapitalised(&leak_words::title(largest));
    Some(match view.figure(leakage::money_id(largest)).filter(|money| money.real() > Some(0.0)) {
        Some(money) => {
            say!("overview-biggest-leak", leak = leak, money = view.short_text(leakage::MONEY, money))
        }
        None => say!("overview-biggest-leak.by-cases", leak = leak),
    })
}

/// Three to five findings, each with the way to its page.
pub(super) fn section(view: &View<'_>) -> Section {
    let found = [largest_source(view), best_source(view), feedback(view), first_contact(view), leaks(view)];
    parts::section("findings", &say!("overview-findings"), [parts::notes(found)])
}

fn finding(view: &View<'_>, title: String, text: String, page: &str) -> Note {
    Note { href: Some(view.path(page)), ..parts::note(NoteLevel::Info, title, text) }
}

/// The source with the most leads.
fn largest_source(view: &View<'_>) -> Option<Note> {
    let (first, _) = view.way()?;
    let id = find::funnel::ENTERED.stage(first);
    let all = view.figure(id)?.whole_value()?;
    let members = view.members(id, "source");
    let size = |figure: &Figure| figure.whole_value().unwrap_or(0);
    // Of sources of one size the first by name is taken.
    let largest = members.iter().rev().max_by_key(|(_, figure)| size(figure))?;
    let (name, leads) = (largest.0, u64::try_from(size(largest.1)).ok().filter(|leads| *leads > 0)?);
    let of = numbers::of(leads, u64::try_from(all).ok()?);
    let text = match name {
        "(none)" => say!("overview-largest-source.none", of = of),
        name => say!("overview-largest-source.text", source = name, of = of),
    };
    Some(finding(view, say!("overview-largest-source"), text, "sources"))
}

/// The source that converts better than the whole, beyond chance, and the one that converts worse.
fn best_source(view: &View<'_>) -> Option<Note> {
    let (from, to) = view.way()?;
    let id = find::funnel::CONVERSION.pair(from, to);
    let whole = view.figure(id)?;
    whole.value?;
    let members = view.members(id, "source");
    if members.len() < 2 {
        return None;
    }
    let standing = |wanted: Judgement, sign: f64| {
        let of = |(member, _): &&(&str, &Figure)| view.judgement(id, "source", member) == Some(wanted);
        let value = |figure: &Figure| figure.real().unwrap_or(0.0) * sign;
        members.iter().filter(of).max_by(|one, other| value(one.1).total_cmp(&value(other.1)))
    };
    let said = |(member, figure): &(&str, &Figure)| {
        let (share, evidence) = (view.short_text(id, figure), view.evidence_text(id, figure));
        let source = member_label("source", member);
        say!("overview-best-source.rate", source = source, share = share, evidence = evidence)
    };
    let all = view.short_text(id, whole);
    let (above, below) = (standing(Judgement::Above, 1.0), standing(Judgement::Below, -1.0));
    let text = match (above.map(said), below.map(said)) {
        (Some(best), Some(worst)) => say!("overview-best-source.both", all = all, best = best, worst = worst),
        (Some(best), None) => say!("overview-best-source.better", all = all, best = best),
        (None, Some(worst)) => say!("overview-best-source.worse", all = all, worst = worst),
        (None, None) if view.is_nobody_judged(id, "source") => say!("overview-best-source.too-few", all = all),
        (None, None) => say!("overview-best-source.neither", all = all),
    };
    let title = say!("overview-best-source", stage = view.stage_words(to));
    Some(finding(view, title, text, "sources"))
}

fn feedback(view: &View<'_>) -> Option<Note> {
    const RATE: Id = find::feedback::RATE.id();
    let figure = view.figure(RATE).filter(|rate| rate.value.is_some())?;
    let (rate, evidence) = (view.short_text(RATE, figure), view.evidence_text(RATE, figure));
    let text = match view.said(&find::feedback::ACCEPTED) {
        Some(accepted) => {
            say!("overview-feedback.accepted", rate = rate, evidence = evidence, accepted = accepted)
        }
        None => say!("overview-feedback.text", rate = rate, evidence = evidence),
    };
    Some(finding(view, say!("overview-feedback"), text, "feedback"))
}

fn first_contact(view: &View<'_>) -> Option<Note> {
    const NEVER: Id = find::handover::NEVER_TOUCHED.id();
    const MEDIAN: Id = find::handover::SPEED.at(50);
    const MOST: Id = find::handover::SPEED.at(90);
    let never = view.figure(NEVER).filter(|never| never.value.is_some())?;
    let (share, evidence) = (view.short_text(NEVER, never), view.evidence_text(NEVER, never));
    let text = match (view.said(MEDIAN), view.said(MOST)) {
        (Some(_), Some(_)) if is_same_day(view, MOST) => {
            say!("overview-first-contact.same-day", share = share, evidence = evidence)
        }
        (Some(_), Some(most)) if is_same_day(view, MEDIAN) => {
            say!("overview-first-contact.half-same-day", share = share, evidence = evidence, most = most)
        }
        (Some(median), Some(most)) => {
            say!("overview-first-contact.within", share = share, evidence = evidence, median = median, most = most)
        }
        _ => say!("overview-first-contact.never", share = share, evidence = evidence),
    };
    Some(Note {
        href: Some(format!("{}#speed", view.path("feedback"))),
        ..finding(view, say!("overview-first-contact"), text, "feedback")
    })
}

/// Whether a time, where exports hold days without a clock, ends on the day on which it begins.
fn is_same_day(view: &View<'_>, id: Id) -> bool {
    let minutes = view.figure(id).and_then(Figure::real);
    !view.report.inputs.clock && minutes.is_some_and(|minutes| minutes.abs() < MINUTES_PER_DAY)
}

fn leaks(view: &View<'_>) -> Option<Note> {
    let leaks = leakage::ranked(view);
    let leaked = view.figure(leakage::LEAKED).filter(|leaked| leaked.value.is_some())?;
    let most = leaks.into_iter().max_by_key(|leak| leakage::count(view, *leak))?;
    let text = say!(
        "overview-leaks.text",
        share = view.short_text(leakage::LEAKED, leaked),
        evidence = view.evidence_text(leakage::LEAKED, leaked),
        leak = leak_words::title(most),
        cases = leak_words::cases(most, leakage::count(view, most))
    );
    Some(finding(view, say!("overview-leaks"), text, "leakage"))
}
