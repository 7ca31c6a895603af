//! The methods page: what each figure means, the rules that hold, and every default. Takes the report and the project,
//! gives a page that every figure of the site links to.

use super::Account;
use super::leak_words;
use super::model::{Block, Cell, Column, Definition, Page, Section, Table};
use super::view::{View, definition_anchor};
use crate::cases::leaks::Leak;
use crate::chart::ChartError;
use crate::find;
use crate::find::Report;
use crate::privacy::{mask, mask_lines};
use crate::project::{OwnerNames, Project, Term};
use crate::stage::Stage;
use crate::words;

/// How many ids of one measure are printed.
const SHOWN_IDS: usize = 6;

/// The page.
pub fn page(view: &View<'_>, account: &Account<'_>) -> Result<Page, ChartError> {
    let report = view.report;
    let mut page = view.frame("methods");
    page.finding =
        "Every figure of this site, what it means and how it is computed, and every rule and default that was \
                    applied. A number that is challenged can be looked up in data/figures.csv by the id given here."
            .to_owned();
    page.sections = vec![
        section("agreed", "What the teams agreed", agreed(&report.project)),
        section("rules", "Times and rules", vec![Block::Table(settings(&report.project, account))]),
        section("figures", "Figures", vec![Block::Definitions { entries: entries(report) }]),
        section("leaks", "Leaks", vec![Block::Definitions { entries: leaks(report) }]),
        section("conventions", "Conventions", vec![Block::Prose { text: CONVENTIONS.to_owned() }]),
        section("project-file", "Project file", project_file(account)),
    ];
    Ok(view.finish(page))
}

const CONVENTIONS: &str = "The unit of the funnel is the lead, a person; deals are counted as deals and reached through their lead. A deal belongs to the lead that names it or that it names; a deal that names none, of an account with a customer, is a further deal of the lead that was won first.

Every rate prints its numerator and denominator. Where there is nothing to divide by there is no value: never 0, and never infinity. Under 30 cases a rate is not compared.

A case that cannot yet have met a deadline at the as-of day is left out of that rate and counted as pending. Means of ratios are never taken: sums first, then one division.

Calendar days are counted in the report's time zone. A date without a clock stays that day. Quantiles are the smallest day at which the cumulative share reaches the percentile.

Where several leads have one e-mail, contact or deal, the one created first is meant. E-mails serve to join records and to find duplicates; none is shown.

Owners go by number unless the project file shows names, and figures about fewer people than the smallest cell are withheld, with the next smallest where a single one could be found by subtraction from the same period. Whoever compares several periods may still narrow one down: publish owners only where they know of it.";

fn section(id: &str, title: &str, blocks: Vec<Block>) -> Section {
    Section { id: id.to_owned(), title: title.to_owned(), blocks }
}

fn entries(report: &Report) -> Vec<Definition> {
    let figures_of = |id: &str| {
        let mut figures: Vec<String> =
            report.figures.ids().filter(|(own, _)| own.definition() == id).map(|(_, text)| text.to_owned()).collect();
        let more = figures.len().saturating_sub(SHOWN_IDS);
        figures.truncate(SHOWN_IDS);
        if more > 0 {
            figures.push(format!("and {more} more"));
        }
        figures
    };
    let entry = |measure: words::measures::Definition| Definition {
        id: definition_anchor(&measure.id),
        figures: figures_of(&measure.id),
        term: measure.term,
        meaning: measure.meaning,
        formula: measure.formula,
        source: measure.source,
    };
    words::measures::definitions().into_iter().map(entry).collect()
}

fn leaks(report: &Report) -> Vec<Definition> {
    let definition = |leak: Leak| {
        let words = leak_words::words(leak);
        let id = find::leakage::CASES.word(leak.id()).to_string();
        let measured = report.leaks.contains(&leak);
        Definition {
            id: definition_anchor(&id),
            term: words.title.to_owned(),
            meaning: words.what.to_owned(),
            formula: "cases at this rule ÷ cases held against it that broke no earlier one".to_owned(),
            source: "Convention".to_owned(),
            figures: if measured { vec![id.clone(), format!("{id}.share")] } else { Vec::new() },
        }
    };
    Leak::ALL.into_iter().map(definition).collect()
}

/// The anchor of an entry, as the other pages link to it.
fn agreed(project: &Project) -> Vec<Block> {
    let texts: Vec<String> = (Term::ALL.iter())
        .filter_map(|term| {
            Some(format!("{}: {}", term.id(), mask_lines(project.definitions.texts.get(term)?).trim_end()))
        })
        .collect();
    let text = if texts.is_empty() {
        "The project file holds no agreed definitions. Write them into its section “definitions”, so that this page shows what \
         both teams mean by a lead, an MQL and an accepted lead."
            .to_owned()
    } else {
        texts.join("\n\n")
    };
    let mut blocks = vec![Block::Prose { text }];
    if let Some(threshold) = project.definitions.score_threshold {
        blocks.push(Block::Prose { text: format!("A lead meets the definition when its score reaches {threshold}.") });
    }
    blocks
}

fn settings(project: &Project, account: &Account<'_>) -> Table {
    let usual = Project::default();
    let (agreed, usual_agreed) = (&project.agreements, &usual.agreements);
    let duration = leak_words::time;
    let mut rows: Vec<(String, String, bool)> = Vec::new();
    let mut time =
        |what: &str, seconds: i64, usual: i64| rows.push((what.to_owned(), duration(seconds), seconds == usual));
    time("First touch by sales after the handover, at most", agreed.first_touch, usual_agreed.first_touch);
    time("Verdict after the handover, at most", agreed.verdict, usual_agreed.verdict);
    time("Handover after MQL, at most", agreed.handover, usual_agreed.handover);
    time("Nurturing touch after a rejection, at most", agreed.nurture, usual_agreed.nurture);
    time("A lost deal counts as forgotten after", agreed.forgotten, usual_agreed.forgotten);
    time("Touch after a sale, at most", agreed.after_sale, usual_agreed.after_sale);
    time("Reopening after new evidence, at most", agreed.new_evidence, usual_agreed.new_evidence);
    time("Lookback of attribution", project.attribution.lookback, usual.attribution.lookback);
    let mut plain = |what: &str, value: String, is_usual: bool| rows.push((what.to_owned(), value, is_usual));
    plain(
        "Attempts before a lead may be given up",
        agreed.attempts.to_string(),
        agreed.attempts == usual_agreed.attempts,
    );
    for (stage, seconds) in &agreed.stall {
        plain(&format!("A deal in “{}” stalls after", mask(stage)), duration(*seconds), false);
    }
    plain(
        "Time zone of calendar days",
        project.report.timezone.clone(),
        project.report.timezone == usual.report.timezone,
    );
    let currency = project.report.currency.clone();
    plain("Currency", currency.clone().unwrap_or_else(|| found(account)), currency.is_none());
    plain(
        "Margin",
        format!("{} % of revenue", project.report.margin.to_f64() * 100.0),
        project.report.margin == usual.report.margin,
    );
    plain(
        "First month of the fiscal year",
        project.report.fiscal_year_start.to_string(),
        project.report.fiscal_year_start == 1,
    );
    let unknown: Vec<&str> = project.sources.unknown.iter().map(String::as_str).collect();
    plain("Sources that count as not recorded", unknown.join(", "), project.sources.unknown == usual.sources.unknown);
    plain(
        "Smallest cell of an owner",
        project.privacy.min_cell.to_string(),
        project.privacy.min_cell == usual.privacy.min_cell,
    );
    let owners = if project.privacy.owners == OwnerNames::Names { "by name" } else { "by number" };
    plain("Owners", owners.to_owned(), project.privacy.owners == usual.privacy.owners);
    for stage in Stage::ALL.into_iter().filter(|stage| project.stage_names.contains_key(stage)) {
        plain(&format!("Name of the stage {}", stage.id()), mask(project.stage_name(stage)).into_owned(), false);
    }
    let row = |(what, value, is_usual): (String, String, bool)| {
        let origin = if is_usual { "default" } else { "project file" };
        vec![Cell::head(what), Cell::text(value), Cell::text(origin)]
    };
    Table {
        id: "settings".to_owned(),
        caption: "Settings of this report and where they come from".to_owned(),
        columns: vec![Column::text("Setting"), Column::text("Value"), Column::text("From")],
        rows: rows.into_iter().map(row).collect(),
        csv: Some("data/settings.csv".to_owned()),
        note: None,
    }
}

fn found(account: &Account<'_>) -> String {
    let codes: Vec<String> =
        account.currencies.iter().map(|(code, amounts)| format!("{code} ({amounts} amounts)")).collect();
    if codes.is_empty() { "no amounts".to_owned() } else { format!("as found: {}", codes.join(", ")) }
}

fn project_file(account: &Account<'_>) -> Vec<Block> {
    let text = match account.project_text {
        None => "No project file was used: every setting above is the default.".to_owned(),
        Some(text) => {
            mask_lines(text).lines().filter(|line| !line.trim().is_empty()).collect::<Vec<&str>>().join("\n\n")
        }
    };
    vec![Block::Prose { text }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_entry_has_its_own_anchor() {
        let defined = words::measures::definitions();
        let anchors: BTreeSet<String> = defined.iter().map(|one| definition_anchor(&one.id)).collect();
        assert_eq!(anchors.len(), defined.len());
    }
}
