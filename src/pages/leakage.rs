//! The leakage page: where leads leave the process, how many, and what such cases have been worth.
//!
//! Takes the findings in one period, gives a page and, for the overview, the card of a leak. Leaves the words for each
//! leak to [`leak_words`], the charts to `charts`.

mod charts;

use super::Account;
use super::leak_words::{self, LeakWords};
use super::model::{Block, Cell, CellTone, Column, LeakCard, Note, NoteLevel, Page, Section, Table, Tile};
use super::parts;
use super::view::{Labelled, View, definition_href, dimension_words, largest_first, member_label, table};
use crate::calendar::Period;
use crate::cases::leaks::Leak;
use crate::chart::ChartError;
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::Id;
use crate::find::report::CaseRow;
use crate::words::{self, numbers};

/// Money at stake in all leaks.
pub(super) const MONEY: Id = find::leakage::MONEY_OF_ALL.id();
/// Share of leads that broke a rule.
pub(super) const LEAKED: Id = find::leakage::LEAKED.id();
/// What money at stake is, and what it is not.
pub(super) const MONEY_MEANING: &str =
    "Money at stake is what such cases have been worth on average, not what plugging the leak would return.";

/// Most cases of a leak that stand on the page.
const CASES_ON_PAGE: usize = 10;
/// Most leaks that get a column in the tables by source and owner.
const LEAKS_IN_TABLE: usize = 5;

/// The page in the period of the view, which holds the report; all pages are called alike.
pub fn page(view: &View<'_>, _: &Account<'_>) -> Result<Page, ChartError> {
    let leaks = ranked(view);
    let mut page = view.frame("leakage");
    page.finding = finding(view, &leaks);
    page.sections.extend(view.notices("leakage"));
    page.sections.push(headline(view, &leaks));
    let waterfall = charts::waterfall(view)?;
    page.sections.push(parts::section("waterfall", "From leads in to customers", [waterfall]));
    let bars = [charts::money(view, &leaks)?, charts::counts(view, &leaks)?];
    page.sections.push(parts::section("largest", "The largest leaks", bars));
    page.sections.push(cards(view, &leaks));
    if view.is_default() {
        page.sections.push(cases(view, &leaks));
    }
    page.sections.push(breakdowns(view, &leaks));
    let over_time = charts::over_time(view)?;
    page.sections.push(parts::section("over-time", "Over time", [over_time]));
    if !view.report.inputs.leads {
        page.sections.push(standing_still(view));
    }
    page.sections.push(unmeasured(view));
    Ok(view.finish(page))
}

/// Id of a leak's count.
pub(super) fn count_id(leak: Leak) -> Id {
    find::leakage::CASES.word(leak.id())
}

/// Id of a leak's money at stake.
pub(super) fn money_id(leak: Leak) -> Id {
    find::leakage::MONEY.word(leak.id())
}

/// How many cases a leak has in the period.
pub(super) fn count(view: &View<'_>, leak: Leak) -> u64 {
    let figure = view.figure(count_id(leak));
    let count = figure.and_then(Figure::whole_value).unwrap_or(0);
    u64::try_from(count).unwrap_or(0)
}

/// Leaks with a case in the period, the most money at stake first, then the most cases.
pub(super) fn ranked(view: &View<'_>) -> Vec<Leak> {
    let money = |leak: Leak| view.figure(money_id(leak)).and_then(Figure::real);
    let mut leaks = view.report.leaks.clone();
    leaks.retain(|leak| count(view, *leak) > 0);
    leaks.sort_by(|one, other| {
        let by_money = largest_first(money(*one), money(*other));
        by_money.then_with(|| count(view, *other).cmp(&count(view, *one)))
    });
    leaks
}

/// What the page found, in one or two sentences.
fn finding(view: &View<'_>, leaks: &[Leak]) -> String {
    let period = view.period_words();
    let Some(largest) = leaks.first() else {
        return if view.report.leaks.is_empty() {
            "The exports do not hold what is needed to find leaks.".to_owned()
        } else {
            format!("No lead of {period} broke a rule that could be checked.")
        };
    };
    let leaked = view.figure(LEAKED).filter(|leaked| leaked.value.is_some());
    let share = leaked.map(|leaked| {
        let share = view.short_text(LEAKED, leaked);
        let of = leaked.numerator.zip(leaked.denominator);
        let of = of.map(|(part, of)| (u64::try_from(part).unwrap_or(0), u64::try_from(of).unwrap_or(0)));
        let of = of.map(|(part, of)| format!(" ({})", numbers::of(part, of)));
        format!("{share} of the leads of {period} broke a rule{}. ", of.unwrap_or_default())
    });
    let own = leak_words::words(*largest);
    let most = match (view.said(money_id(*largest)), view.said(MONEY)) {
        (Some(money), Some(all)) if view.figure(money_id(*largest)).and_then(Figure::real) > Some(0.0) => {
            format!("Of the {all} at stake, the most, {money}, is in “{}”.", own.title)
        }
        _ => format!("The first to look at is “{}” with {}.", own.title, case_count(view, *largest, own)),
    };
    share.unwrap_or_default() + &most
}

/// `182 leads`.
fn case_count(view: &View<'_>, leak: Leak, own: LeakWords) -> String {
    numbers::plural(count(view, leak), own.case.0, own.case.1)
}

fn headline(view: &View<'_>, leaks: &[Leak]) -> Section {
    // Younger leads have had less time to break a rule, so periods are not held against each other here.
    let without_change = |tile: Option<Tile>| tile.map(|tile| Tile { change: None, ..tile });
    let largest = leaks.first().and_then(|leak| {
        let id = money_id(*leak);
        let figure = view.figure(id).filter(|figure| figure.real() > Some(0.0))?;
        let parts = [leak_words::words(*leak).title.to_owned(), money_basis(view, id, figure)];
        let tile = view.tile("Largest leak in money", id)?;
        Some(Tile { evidence: parts.join("; "), ..tile })
    });
    let tiles = [view.tile("Money at stake", MONEY), view.tile("Leads that broke a rule", LEAKED), largest];
    let tiles = parts::tiles(tiles.map(without_change));
    let meaning = view.said(MONEY).map(|_| parts::prose(MONEY_MEANING));
    // Without won amounts no case has a worth.
    let worthless = view.figure(MONEY).is_none() && !leaks.is_empty();
    let lacking = ["deals", "revenue"].map(|measure| view.gap_note(measure).filter(|_| worthless));
    let gap = parts::notes(lacking);
    parts::section("headline", "", [tiles, meaning, gap])
}

/// A leak as a card.
pub(super) fn card(view: &View<'_>, leak: Leak, rank: u32) -> LeakCard {
    let own = leak_words::words(leak);
    let share_id = find::leakage::SHARE.word(leak.id());
    let share = view.figure(share_id).filter(|share| share.value.is_some());
    let (money, money_interval) = money_words(view, leak);
    let agreed = leak_words::agreed(leak, &view.report.project.agreements);
    LeakCard {
        id: leak_words::anchor(leak),
        rank,
        title: own.title.to_owned(),
        count: case_count(view, leak, own),
        share: share.map_or_else(String::new, |share| {
            let rate = view.short_text(share_id, share);
            format!("{rate} of the {} that this rule applies to; {}", own.case.1, view.evidence_text(share_id, share))
        }),
        money,
        money_interval,
        what: [Some(own.what.to_owned()), agreed].into_iter().flatten().collect::<Vec<_>>().join(" "),
        next_step: own.next_step.to_owned(),
        owner: own.owner.to_owned(),
        cases_href: has_list(view, leak).then(|| super::paths::cases(leak.id())),
        definition_href: definition_href(count_id(leak)),
    }
}

/// A leak's money at stake, and what it rests on.
fn money_words(view: &View<'_>, leak: Leak) -> (String, String) {
    let id = money_id(leak);
    let Some(figure) = view.figure(id) else {
        return (numbers::NOT_MEASURABLE.to_owned(), String::new());
    };
    match figure.real() {
        Some(money) if money > 0.0 => (view.short_text(id, figure), money_basis(view, id, figure)),
        Some(_) => ("none".to_owned(), "no such case is still to be won".to_owned()),
        None => ("none".to_owned(), view.note_text(figure)),
    }
}

/// `78 cases not won; 95% interval EUR 87.4k to EUR 168k`.
fn money_basis(view: &View<'_>, id: Id, figure: &Figure) -> String {
    let cases = figure.denominator.and_then(|cases| u64::try_from(cases).ok());
    let cases = cases.map(|cases| numbers::plural(cases, "case not won", "cases not won"));
    let interval = view.interval_text(id, figure).map(|ends| format!("95% interval {ends}"));
    let parts: Vec<String> = cases.into_iter().chain(interval).collect();
    parts.join("; ")
}

/// Whether the site holds a list of a leak's cases.
fn has_list(view: &View<'_>, leak: Leak) -> bool {
    let some = view.report.cases.get(&leak).is_some_and(|list| !list.cases.is_empty());
    view.report.project.privacy.cases && some
}

fn cards(view: &View<'_>, leaks: &[Leak]) -> Section {
    let cards: Vec<LeakCard> = (1..).zip(leaks).map(|(rank, leak)| card(view, *leak, rank)).collect();
    let none = |leak: &&Leak| count(view, **leak) == 0;
    let absent = view.report.leaks.iter().filter(none);
    let absent: Vec<String> = absent.map(|leak| format!("“{}”", leak_words::words(*leak).title)).collect();
    let absent = (!absent.is_empty()).then(|| {
        let text = format!("No case of {} in {}.", numbers::list(&absent), view.period_words());
        parts::note(NoteLevel::Info, "Checked, and none found.", text)
    });
    let cards = (!cards.is_empty()).then_some(Block::Leaks { leaks: cards });
    let order = if view.figure(MONEY).is_some() { "money" } else { "cases" };
    let title = format!("Leak by leak, the most {order} first");
    parts::section("leaks", &title, [cards, parts::notes([absent])])
}

/// The first cases of each leak; the lists know no periods, so they stand only in the default rendering.
fn cases(view: &View<'_>, leaks: &[Leak]) -> Section {
    let blocks = leaks.iter().map(|leak| case_table(view, *leak));
    parts::section("cases", "The first cases of each leak", blocks)
}

/// Place of the owner among the columns of a list of cases.
const OWNER_COLUMN: usize = 2;

fn case_table(view: &View<'_>, leak: Leak) -> Option<Block> {
    let list = view.report.cases.get(&leak).filter(|_| has_list(view, leak))?;
    let own = leak_words::words(leak);
    let shown = list.cases.len().min(CASES_ON_PAGE);
    let mut rows: Vec<Vec<Cell>> = list.cases.iter().take(CASES_ON_PAGE).map(|case| case_row(view, case)).collect();
    let mut columns = vec![
        Column::text("Record id"),
        Column::text("Source"),
        Column::text("Owner"),
        Column::text("Furthest stage"),
        Column::text("Entered"),
        Column::number("Money at stake").defined_at(definition_href(MONEY)),
    ];
    // Owners are in the lists only where the project shows their names.
    if list.cases.iter().all(|case| case.owner.is_empty()) {
        columns.remove(OWNER_COLUMN);
        rows.iter_mut().for_each(|row| drop(row.remove(OWNER_COLUMN)));
    }
    let id = format!("first-cases-{}", leak_words::slug(leak));
    let total = numbers::plural(list.total, own.case.0, own.case.1);
    let caption =
        format!("{}: the first {shown} of {total} over all the time covered, the most money first", own.title);
    let mut table = table(view, &id, &caption, columns, rows);
    // The download is the whole list, which is made elsewhere.
    table.csv = None;
    table.note = Some("The card of the leak links to the whole list.".to_owned());
    Some(Block::Details { summary: format!("{} ({total})", own.title), table })
}

fn case_row(view: &View<'_>, case: &CaseRow) -> Vec<Cell> {
    let or_dash = |text: Option<String>| match text.filter(|text| !text.is_empty()) {
        Some(text) => Cell::text(text),
        None => Cell::text("–").with_tone(CellTone::Muted),
    };
    let stage = case.stage.map(|stage| view.report.project.stage_short(stage).to_owned());
    vec![
        Cell::head(case.id.clone()),
        or_dash(Some(member_label("source", &case.source))),
        or_dash(Some(case.owner.clone())),
        or_dash(stage),
        or_dash(case.entered.map(numbers::month)),
        Cell::number(numbers::money_full(case.money, &view.report.currency)),
    ]
}

/// The largest leaks by source and by owner.
fn breakdowns(view: &View<'_>, leaks: &[Leak]) -> Section {
    let mut measures = vec![Labelled::new("Money at stake", MONEY), Labelled::new("Leads that broke a rule", LEAKED)];
    let largest = leaks.iter().take(LEAKS_IN_TABLE);
    measures.extend(largest.map(|leak| Labelled::new(leak_words::words(*leak).title, count_id(*leak))));
    let table = |dimension: &str| -> Option<Table> {
        let (one, _) = dimension_words(dimension);
        let caption = format!("The largest leaks by {one}, leads of {}", view.period_words());
        view.member_table(&format!("leaks-by-{one}"), &caption, dimension, &measures)
    };
    let tables = ["source", "owner"].map(|dimension| table(dimension).map(Block::Table));
    parts::section("breakdowns", "Leaks by source and owner", tables)
}

/// Open deals that stand still: what can be said of leaks where there is no lead.
fn standing_still(view: &View<'_>) -> Section {
    let id = find::deals::STALLED.id();
    let figure = view.report.figures.whole(id, Period::All).filter(|figure| figure.value.is_some());
    let text = figure.map(|figure| {
        format!(
            "{} of the open deals have stood still for longer than their limit ({}), whenever they were opened. The limit of a stage is the agreed one, else what nine in ten won deals took.",
            view.value_text(id, figure),
            view.evidence_text(id, figure)
        )
    });
    parts::section("standing-still", "Open deals that stand still", [text.map(parts::prose)])
}

/// Leaks that the exports cannot show, and which column would; and those that no case came far enough for.
fn unmeasured(view: &View<'_>) -> Section {
    let missing = Leak::ALL.into_iter().filter(|leak| !view.report.leaks.contains(leak));
    let (lacking, unreached): (Vec<Leak>, Vec<Leak>) = missing.partition(|leak| view.report.gap(leak.id()).is_some());
    let mut notes: Vec<Option<Note>> = lacking.into_iter().map(|leak| gap(view, leak)).collect();
    if view.report.inputs.leads {
        notes.push(nothing_to_check(&unreached));
    } else {
        notes.push(view.gap_note("funnel"));
    }
    parts::section("not-measurable", "Leaks that could not be measured", [parts::notes(notes)])
}

fn gap(view: &View<'_>, leak: Leak) -> Option<Note> {
    let (_, supply) = words::notices::gap(*view.report.gap(leak.id())?);
    let title = format!("{}.", leak_words::words(leak).title);
    let text = format!("It would take {}.", supply.trim_end_matches('.'));
    Some(Note { href: Some(view.path("data")), ..parts::note(NoteLevel::Gap, title, text) })
}

fn nothing_to_check(leaks: &[Leak]) -> Option<Note> {
    let names: Vec<String> = leaks.iter().map(|leak| format!("“{}”", leak_words::words(*leak).title)).collect();
    let text = format!("No case came far enough to be checked for {}.", numbers::list(&names));
    (!names.is_empty()).then(|| parts::note(NoteLevel::Info, "Nothing to check.", text))
}

#[cfg(test)]
mod tests;
