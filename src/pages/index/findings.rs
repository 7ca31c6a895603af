//! What the overview found, in sentences: the largest source, the sources that stand out, the largest leak, feedback.

use super::super::leak_words;
use super::super::leakage;
use super::super::model::{Note, NoteLevel, Section};
use super::super::parts;
use super::super::view::{Standing, View, member_label, uncapitalised};
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::Id;
use crate::stage::Stage;
use crate::words::numbers;

/// The page's finding: how many came in and what became of them.
pub(super) fn headline(view: &View<'_>) -> String {
    let period = view.period_words();
    if !view.report.inputs.leads {
        return match (view.said(&find::deals::WON), view.said(&find::deals::WIN_RATE)) {
            (Some(won), Some(rate)) => format!(
                "The exports hold deals and no leads. In {period}, {won} deals were won, {rate} of those closed."
            ),
            _ => "The exports hold no leads, so there is no way from lead to customer to show.".to_owned(),
        };
    }
    let Some((from, to)) = view.way() else {
        return format!("The leads of {period}, and what became of them.");
    };
    let id = find::funnel::CONVERSION.pair(from, to);
    let Some(figure) = view.figure(id).filter(|figure| figure.value.is_some()) else {
        return format!("No lead came in in {period}.");
    };
    let count = |number: Option<i128>| number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
    let (reached, all) = (count(figure.numerator), count(figure.denominator));
    let one = view.stage_words(from);
    let end = match to {
        Stage::Customer => numbers::plural(reached, "became a customer", "became customers"),
        _ => format!("{} {}", numbers::count(reached), view.reached(to)),
    };
    let mut text = format!(
        "Of the {} of {period}, {end} so far ({}).",
        numbers::plural(all, &one, &super::many(&one)),
        view.short_text(id, figure)
    );
    if parts::is_too_few(figure) {
        text += " These are too few to judge.";
    } else if view.in_progress(from, to, view.period).is_some() {
        text += " More may follow: the youngest are still on their way.";
    }
    if let Some(largest) = leakage::ranked(view).first() {
        let title = uncapitalised(leak_words::words(*largest).title);
        match view.figure(leakage::money_id(*largest)).filter(|money| money.real() > Some(0.0)) {
            Some(money) => {
                let money = view.short_text(leakage::MONEY, money);
                text += &format!(" The biggest leak is “{title}”, with {money} at stake.");
            }
            None => text += &format!(" The leak with the most cases is “{title}”."),
        }
    }
    text
}

/// Three to five findings, each with the way to its page.
pub(super) fn section(view: &View<'_>) -> Section {
    let found = [largest_source(view), best_source(view), feedback(view), first_contact(view), leaks(view)];
    parts::section("findings", "What stands out", [parts::notes(found)])
}

fn finding(view: &View<'_>, title: &str, text: String, page: &str) -> Note {
    Note { href: Some(view.path(page)), ..parts::note(NoteLevel::Info, title, text) }
}

/// The source with the most leads.
fn largest_source(view: &View<'_>) -> Option<Note> {
    let (first, _) = view.way()?;
    let id = find::funnel::ENTERED.stage(first);
    let all = view.figure(id)?.whole_value()?;
    let members = view.report.figures.members(id, view.period, "source");
    let size = |figure: &Figure| figure.whole_value().unwrap_or(0);
    // Of sources of one size the first by name is taken.
    let largest = members.iter().rev().max_by_key(|(_, figure)| size(figure))?;
    let (name, leads) = (largest.0, u64::try_from(size(largest.1)).ok().filter(|leads| *leads > 0)?);
    let of = numbers::of(leads, u64::try_from(all).ok()?);
    let text = match name {
        "(none)" => format!("No source at all is recorded for {of} leads, more than any source brought."),
        name => format!("{name} brought the most leads, {of}."),
    };
    Some(finding(view, "Largest source.", text, "sources"))
}

/// The source that converts better than the whole, beyond chance, and the one that converts worse.
fn best_source(view: &View<'_>) -> Option<Note> {
    let (from, to) = view.way()?;
    let id = find::funnel::CONVERSION.pair(from, to);
    let whole = view.figure(id)?;
    whole.value?;
    let members = view.report.figures.members(id, view.period, "source");
    if members.len() < 2 {
        return None;
    }
    let standing = |wanted: Standing, sign: f64| {
        let of = |(member, _): &&(&str, &Figure)| view.standing(id, "source", member) == Some(wanted);
        let value = |figure: &Figure| figure.real().unwrap_or(0.0) * sign;
        members.iter().filter(of).max_by(|one, other| value(one.1).total_cmp(&value(other.1)))
    };
    let said = |(member, figure): &(&str, &Figure)| {
        let (share, evidence) = (view.short_text(id, figure), view.evidence_text(id, figure));
        format!("{} ({share}; {evidence})", member_label("source", member))
    };
    let of_all = view.short_text(id, whole);
    let (above, below) = (standing(Standing::Above, 1.0), standing(Standing::Below, -1.0));
    let text = match (above.map(said), below.map(said)) {
        (Some(above), Some(below)) => format!("Against {of_all} of all leads, {above} does best and {below} worst."),
        (Some(above), None) => format!("Against {of_all} of all leads, {above} does clearly better."),
        (None, Some(below)) => {
            format!("Against {of_all} of all leads, {below} does clearly worse; none does clearly better.")
        }
        (None, None) => format!("No source can be told apart from the {of_all} of all leads: {}.", numbers::TOO_FEW),
    };
    let stage = view.report.project.stage_short(to);
    let title = format!("Conversion to {} by source.", uncapitalised(stage));
    Some(finding(view, &title, text, "sources"))
}

fn feedback(view: &View<'_>) -> Option<Note> {
    const RATE: Id = find::feedback::RATE.id();
    let rate = view.figure(RATE).filter(|rate| rate.value.is_some())?;
    let mut text = format!(
        "Of the leads handed over and due for a verdict, sales gave one on {} ({})",
        view.short_text(RATE, rate),
        view.evidence_text(RATE, rate)
    );
    match view.said(&find::feedback::ACCEPTED) {
        Some(accepted) => text += &format!(", and accepted {accepted} of those with a verdict."),
        None => text += ".",
    }
    Some(finding(view, "Feedback.", text, "feedback"))
}

fn first_contact(view: &View<'_>) -> Option<Note> {
    const NEVER: Id = find::feedback::NEVER_TOUCHED.id();
    let never = view.figure(NEVER).filter(|never| never.value.is_some())?;
    let mut text = format!(
        "Of the leads handed over whose agreed time is up, {} were never contacted ({})",
        view.short_text(NEVER, never),
        view.evidence_text(NEVER, never)
    );
    match (view.said(find::feedback::SPEED.at(50)), view.said(find::feedback::SPEED.at(90))) {
        (Some(median), Some(most)) => {
            let within =
                |time: String| if time == "0 days" { "on the day itself".to_owned() } else { format!("within {time}") };
            let (median, most) = (within(median), within(most));
            text += &format!("; where there was a first contact, half came {median} and nine in ten {most}.");
        }
        _ => text += ".",
    }
    Some(Note {
        href: Some(format!("{}#speed", view.path("feedback"))),
        ..finding(view, "First contact.", text, "feedback")
    })
}

fn leaks(view: &View<'_>) -> Option<Note> {
    let leaks = leakage::ranked(view);
    let leaked = view.figure(leakage::LEAKED).filter(|leaked| leaked.value.is_some())?;
    let most = leaks.iter().max_by_key(|leak| leakage::count(view, **leak))?;
    let own = leak_words::words(*most);
    let text = format!(
        "{} of the leads broke a rule ({}). Most often: “{}”, {}.",
        view.short_text(leakage::LEAKED, leaked),
        view.evidence_text(leakage::LEAKED, leaked),
        own.title,
        numbers::plural(leakage::count(view, *most), own.case.0, own.case.1)
    );
    Some(finding(view, "Leaks.", text, "leakage"))
}
