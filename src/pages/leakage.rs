//! The leakage page: where leads leave the process, how many, and what such cases have been worth.
//!
//! Takes the findings in one period, gives a page and, for the overview, the card of a leak. Leaves the words for each
//! leak to [`leak_words`], the charts to `charts`.

mod charts;

use super::Account;
use super::leak_words::{self, Case};
use super::model::{Block, Cell, CellTone, Column, LeakCard, Note, NoteLevel, Page, Section, Table, Tile};
use super::parts;
use super::paths;
use super::view::{Labelled, View, dimension_words, largest_first, member_label, table};
use crate::calendar::Period;
use crate::cases::leakage::Leak;
use crate::chart::ChartError;
use crate::find;
use crate::find::figures::Figure;
use crate::find::measure::Id;
use crate::find::report::CaseRow;
use crate::words::{numbers, say};

/// Money at stake in all leaks.
pub(super) const MONEY: Id = find::leakage::MONEY_OF_ALL.id();
/// Share of leads that broke a rule.
pub(super) const LEAKED: Id = find::leakage::LEAKED.id();

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
    page.sections.push(parts::section("waterfall", &say!("leakage-waterfall"), [waterfall]));
    let bars = [charts::money(view, &leaks)?, charts::counts(view, &leaks)?];
    page.sections.push(parts::section("largest", &say!("leakage-largest"), bars));
    page.sections.push(cards(view, &leaks));
    if view.is_default() {
        page.sections.push(cases(view, &leaks));
    }
    page.sections.push(breakdowns(view, &leaks));
    let over_time = charts::over_time(view)?;
    page.sections.push(parts::section("over-time", &say!("leakage-over-time"), [over_time]));
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
    match leaks.first() {
        Some(largest) => {
            let sentences: Vec<String> = broken(view).into_iter().chain([most(view, *largest)]).collect();
            sentences.join(" ")
        }
        None if view.report.leaks.is_empty() => say!("leakage-nothing-to-find"),
        None => say!("leakage-none-found", period = view.period_words()),
    }
}

/// How many leads broke a rule.
fn broken(view: &View<'_>) -> Option<String> {
    let leaked = view.figure(LEAKED).filter(|leaked| leaked.value.is_some())?;
    let of = numbers::of(u64::try_from(leaked.numerator?).ok()?, u64::try_from(leaked.denominator?).ok()?);
    let share = view.short_text(LEAKED, leaked);
    Some(say!("leakage-broken", share = share, period = view.period_words(), of = of))
}

/// Where the most money is, or without money which leak to look at first.
fn most(view: &View<'_>, largest: Leak) -> String {
    let title = leak_words::title(largest);
    match (view.said(money_id(largest)), view.said(MONEY)) {
        (Some(money), Some(all)) if view.figure(money_id(largest)).and_then(Figure::real) > Some(0.0) => {
            say!("leakage-most-money", all = all, money = money, leak = title)
        }
        _ => say!("leakage-most-cases", leak = title, cases = case_count(view, largest)),
    }
}

/// `182 leads`.
fn case_count(view: &View<'_>, leak: Leak) -> String {
    leak_words::cases(leak, count(view, leak))
}

fn headline(view: &View<'_>, leaks: &[Leak]) -> Section {
    // Younger leads have had less time to break a rule, so periods are not held against each other here.
    let without_change = |tile: Option<Tile>| tile.map(|tile| Tile { change: None, ..tile });
    let largest = leaks.first().and_then(|leak| {
        let id = money_id(*leak);
        let figure = view.figure(id).filter(|figure| figure.real() > Some(0.0))?;
        let parts = [leak_words::title(*leak), money_basis(view, id, figure)];
        let tile = view.tile_named(&say!("leakage-largest-in-money"), id)?;
        Some(Tile { evidence: parts.join("; "), ..tile })
    });
    let tiles = [view.tile(MONEY), view.tile(LEAKED), largest];
    let tiles = parts::tiles(tiles.map(without_change));
    let meaning = view.said(MONEY).map(|_| parts::prose(say!("leakage-money-meaning")));
    // Without won amounts no case has a worth.
    let worthless = view.figure(MONEY).is_none() && !leaks.is_empty();
    let lacking = ["deals", "revenue"].map(|measure| view.gap_note(measure).filter(|_| worthless));
    let gap = parts::notes(lacking);
    parts::section("headline", "", [tiles, meaning, gap])
}

/// A leak as a card.
pub(super) fn card(view: &View<'_>, leak: Leak, rank: u32) -> LeakCard {
    let own = leak_words::words(leak);
    let (money, money_interval) = money_words(view, leak);
    let agreed = leak_words::agreed(leak, &view.report.project.agreements);
    LeakCard {
        id: paths::leak(leak.id()),
        rank,
        title: own.title,
        count: case_count(view, leak),
        share: share_words(view, leak),
        money,
        has_money: view.figure(money_id(leak)).and_then(Figure::real) > Some(0.0),
        money_interval,
        what: std::iter::once(own.what).chain(agreed).collect::<Vec<_>>().join(" "),
        next_step: own.next_step,
        owner: own.owner,
        cases_href: has_list(view, leak).then(|| paths::cases(leak.id())),
        definition_href: paths::definition(count_id(leak)),
    }
}

/// A leak's share of the cases that its rule applies to; empty where it cannot be told.
fn share_words(view: &View<'_>, leak: Leak) -> String {
    let id = find::leakage::SHARE.word(leak.id());
    let Some(figure) = view.figure(id).filter(|share| share.value.is_some()) else {
        return String::new();
    };
    let (share, evidence) = (view.short_text(id, figure), view.evidence_text(id, figure));
    match leak_words::case(leak) {
        Case::Lead => say!("leakage-share-of-leads", share = share, evidence = evidence),
        Case::Deal => say!("leakage-share-of-deals", share = share, evidence = evidence),
    }
}

/// A leak's money at stake, and what it rests on.
fn money_words(view: &View<'_>, leak: Leak) -> (String, String) {
    let id = money_id(leak);
    let Some(figure) = view.figure(id) else {
        return (say!("not-measurable"), String::new());
    };
    match figure.real() {
        Some(money) if money > 0.0 => (view.short_text(id, figure), money_basis(view, id, figure)),
        Some(_) => (say!("leakage-no-money"), say!("leakage-no-money.nothing-left")),
        None => (say!("leakage-no-money"), view.note_text(figure)),
    }
}

/// `78 cases not won; 95% interval EUR 87.4k to EUR 168k`.
fn money_basis(view: &View<'_>, id: Id, figure: &Figure) -> String {
    let cases = figure.denominator.and_then(|cases| u64::try_from(cases).ok());
    let cases = cases.map(|cases| say!("leakage-not-won", cases = cases));
    let interval = view.interval_text(id, figure).map(|ends| say!("leakage-interval", ends = ends));
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
    let mut absent = view.report.leaks.clone();
    absent.retain(|leak| count(view, *leak) == 0);
    let absent = (!absent.is_empty()).then(|| {
        let text = say!("leakage-absent.text", leaks = leak_words::quoted(&absent), period = view.period_words());
        parts::note(NoteLevel::Info, say!("leakage-absent"), text)
    });
    let cards = (!cards.is_empty()).then_some(Block::Leaks { leaks: cards });
    let by_money = view.figure(MONEY).is_some();
    let title = if by_money { say!("leakage-cards") } else { say!("leakage-cards.by-cases") };
    parts::section("leaks", &title, [cards, parts::notes([absent])])
}

/// The first cases of each leak; the lists know no periods, so they stand only in the default rendering.
fn cases(view: &View<'_>, leaks: &[Leak]) -> Section {
    let blocks = leaks.iter().map(|leak| case_table(view, *leak));
    parts::section("cases", &say!("leakage-first-cases"), blocks)
}

/// Place of the owner among the columns of a list of cases.
const OWNER_COLUMN: usize = 2;

fn case_table(view: &View<'_>, leak: Leak) -> Option<Block> {
    let list = view.report.cases.get(&leak).filter(|_| has_list(view, leak))?;
    let shown = list.cases.len().min(CASES_ON_PAGE);
    let mut rows: Vec<Vec<Cell>> = list.cases.iter().take(CASES_ON_PAGE).map(|case| case_row(view, case)).collect();
    let mut columns = vec![
        Column::text(say!("leakage-case")),
        Column::text(say!("leakage-case.source")),
        Column::text(say!("leakage-case.owner")),
        Column::text(say!("leakage-case.stage")),
        Column::text(say!("leakage-case.entered")),
        Labelled::of(view, MONEY).column(),
    ];
    // Owners are in the lists only where the project shows their names.
    if list.cases.iter().all(|case| case.owner.is_empty()) {
        columns.remove(OWNER_COLUMN);
        rows.iter_mut().for_each(|row| drop(row.remove(OWNER_COLUMN)));
    }
    let id = format!("first-cases-{}", paths::slug(leak.id()));
    let (title, total) = (leak_words::title(leak), leak_words::cases(leak, list.total));
    let caption = say!("leakage-case-list.caption", leak = title.as_str(), shown = shown, cases = total.as_str());
    let mut table = table(view, &id, &caption, columns, rows);
    // The download is the whole list, which is made elsewhere.
    table.csv = None;
    table.note = Some(say!("leakage-case-list.note"));
    Some(Block::Details { summary: say!("leakage-case-list", leak = title, cases = total), table })
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
    let mut measures = vec![Labelled::of(view, MONEY), Labelled::of(view, LEAKED)];
    let largest = leaks.iter().take(LEAKS_IN_TABLE);
    measures.extend(largest.map(|leak| Labelled::of(view, count_id(*leak))));
    let table = |dimension: &str| -> Option<Table> {
        let (one, _) = dimension_words(dimension);
        let caption = say!("leakage-table", dimension = one, period = view.period_words());
        view.member_table(&format!("leaks-by-{dimension}"), &caption, dimension, &measures)
    };
    let tables = ["source", "owner"].map(|dimension| table(dimension).map(Block::Table));
    parts::section("breakdowns", &say!("leakage-breakdowns"), tables)
}

/// Open deals that stand still: what can be said of leaks where there is no lead.
fn standing_still(view: &View<'_>) -> Section {
    let id = find::deals::STALLED.id();
    let figure = view.figure_in(id, Period::All).filter(|figure| figure.value.is_some());
    let text = figure.map(|figure| {
        let (share, evidence) = (view.value_text(id, figure), view.evidence_text(id, figure));
        say!("leakage-standing-still.text", share = share, evidence = evidence)
    });
    parts::section("standing-still", &say!("leakage-standing-still"), [text.map(parts::prose)])
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
    parts::section("not-measurable", &say!("leakage-unmeasured"), [parts::notes(notes)])
}

fn gap(view: &View<'_>, leak: Leak) -> Option<Note> {
    let title = say!("leakage-unmeasured.leak", leak = leak_words::title(leak));
    Some(Note { title, ..view.gap_note(leak.id())? })
}

fn nothing_to_check(leaks: &[Leak]) -> Option<Note> {
    let text = say!("leakage-unreached.text", leaks = leak_words::quoted(leaks));
    (!leaks.is_empty()).then(|| parts::note(NoteLevel::Info, say!("leakage-unreached"), text))
}

#[cfg(test)]
mod tests;
