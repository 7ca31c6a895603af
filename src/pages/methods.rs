//! The methods page: what each figure means, the rules that hold, and every default. Takes the report and the project,
//! gives a page that every figure of the site links to.

use super::Account;
use super::leak_words;
use super::model::{Block, Cell, Column, Definition, Page, Section, Table};
use super::parts;
use super::paths;
use super::view::View;
use crate::cases::leakage::Leak;
use crate::chart::ChartError;
use crate::find;
use crate::find::Report;
use crate::privacy::{mask, mask_lines};
use crate::project::{OwnerNames, Project, Term};
use crate::stage::Stage;
use crate::words::{self, say};

/// How many ids of one measure are printed.
const SHOWN_IDS: usize = 6;

/// The page.
pub fn page(view: &View<'_>, account: &Account<'_>) -> Result<Page, ChartError> {
    let report = view.report;
    let mut page = view.frame("methods");
    page.finding = say!("methods-finding");
    page.sections = vec![
        section("agreed", say!("methods-agreed"), agreed(&report.project)),
        section("rules", say!("methods-rules"), vec![Block::Table(settings(&report.project, account))]),
        section("figures", say!("methods-figures"), vec![Block::Definitions { entries: entries(report) }]),
        section("leaks", say!("methods-leaks"), vec![Block::Definitions { entries: leaks(report) }]),
        section("conventions", say!("methods-conventions"), vec![conventions()]),
        section("project-file", say!("methods-project-file"), project_file(account)),
    ];
    Ok(view.finish(page))
}

fn section(id: &str, title: String, blocks: Vec<Block>) -> Section {
    Section { id: id.to_owned(), title, blocks }
}

/// The rules that hold for every figure, a paragraph each.
fn conventions() -> Block {
    let paragraphs = [
        say!("methods-conventions.unit"),
        say!("methods-conventions.rates"),
        say!("methods-conventions.pending"),
        say!("methods-conventions.days"),
        say!("methods-conventions.identity"),
        say!("methods-conventions.owners"),
    ];
    parts::prose(paragraphs.join("\n\n"))
}

fn entries(report: &Report) -> Vec<Definition> {
    let figures_of = |id: &str| {
        let mut figures: Vec<String> =
            report.figures.ids().filter(|(own, _)| own.definition() == id).map(|(_, text)| text.to_owned()).collect();
        let used = figures.len();
        figures.truncate(SHOWN_IDS);
        if used > SHOWN_IDS {
            figures.push(say!("methods-figures.more", figures = used - SHOWN_IDS));
        }
        (used, figures)
    };
    let entry = |measure: words::measures::Definition| {
        let (used, figures) = figures_of(&measure.id);
        Definition {
            id: paths::definition_anchor(&measure.id),
            used,
            figures,
            term: measure.term,
            meaning: measure.meaning,
            formula: measure.formula,
            source: measure.source,
        }
    };
    words::measures::definitions().into_iter().map(entry).collect()
}

fn leaks(report: &Report) -> Vec<Definition> {
    let definition = |leak: Leak| {
        let words = leak_words::words(leak);
        let id = find::leakage::CASES.word(leak.id()).to_string();
        let measured = report.leaks.contains(&leak);
        Definition {
            id: paths::definition_anchor(&id),
            term: words.title.to_owned(),
            meaning: words.what.to_owned(),
            formula: say!("methods-leaks.formula"),
            source: say!("methods-leaks.source"),
            used: if measured { 2 } else { 0 },
            figures: if measured { vec![id.clone(), format!("{id}.share")] } else { Vec::new() },
        }
    };
    Leak::ALL.into_iter().map(definition).collect()
}

/// What the project file says that the teams mean.
fn agreed(project: &Project) -> Vec<Block> {
    let texts: Vec<String> = (Term::ALL.iter())
        .filter_map(|term| {
            Some(format!("{}: {}", term.id(), mask_lines(project.definitions.texts.get(term)?).trim_end()))
        })
        .collect();
    let text = if texts.is_empty() { say!("methods-agreed.none") } else { texts.join("\n\n") };
    let score = project.definitions.score_threshold;
    let score = score.map(|threshold| say!("methods-agreed.score", threshold = threshold.to_string()));
    std::iter::once(text).chain(score).map(parts::prose).collect()
}

/// A setting: its name, its value, and whether that is the default.
type Setting = (String, String, bool);

fn settings(project: &Project, account: &Account<'_>) -> Table {
    let usual = Project::default();
    let stages = Stage::ALL.into_iter().filter(|stage| project.stage_names.contains_key(stage)).map(|stage| {
        let name = mask(project.stage_name(stage)).into_owned();
        (say!("methods-setting.stage-name", stage = stage.id()), name, false)
    });
    let settings = times(project, &usual).into_iter().chain(rules(project, &usual, account)).chain(stages);
    let row = |(name, value, is_usual): Setting| {
        let origin = if is_usual { say!("methods-settings.default") } else { say!("methods-settings.project-file") };
        vec![Cell::head(name), Cell::text(value), Cell::text(origin)]
    };
    Table {
        id: "settings".to_owned(),
        caption: say!("methods-settings"),
        columns: vec![
            Column::text(say!("methods-setting")),
            Column::text(say!("methods-settings.value")),
            Column::text(say!("methods-settings.origin")),
        ],
        rows: settings.map(row).collect(),
        csv: Some("data/settings.csv".to_owned()),
        note: None,
    }
}

/// Times that the teams agreed on, and how far attribution looks back.
fn times(project: &Project, usual: &Project) -> [Setting; 8] {
    let (agreed, usual_agreed) = (&project.agreements, &usual.agreements);
    let time = |name: String, seconds: i64, usual: i64| (name, leak_words::time(seconds), seconds == usual);
    [
        time(say!("methods-setting.first-touch"), agreed.first_touch, usual_agreed.first_touch),
        time(say!("methods-setting.verdict"), agreed.verdict, usual_agreed.verdict),
        time(say!("methods-setting.handover"), agreed.handover, usual_agreed.handover),
        time(say!("methods-setting.nurture"), agreed.nurture, usual_agreed.nurture),
        time(say!("methods-setting.forgotten"), agreed.forgotten, usual_agreed.forgotten),
        time(say!("methods-setting.after-sale"), agreed.after_sale, usual_agreed.after_sale),
        time(say!("methods-setting.new-evidence"), agreed.new_evidence, usual_agreed.new_evidence),
        time(say!("methods-setting.lookback"), project.attribution.lookback, usual.attribution.lookback),
    ]
}

/// The further rules and units of the report.
fn rules(project: &Project, usual: &Project, account: &Account<'_>) -> Vec<Setting> {
    let (report, usual_report) = (&project.report, &usual.report);
    let attempts = project.agreements.attempts;
    let mut rules =
        vec![(say!("methods-setting.attempts"), attempts.to_string(), attempts == usual.agreements.attempts)];
    rules.extend(project.agreements.stall.iter().map(|(stage, seconds)| {
        (say!("methods-setting.stall", stage = mask(stage)), leak_words::time(*seconds), false)
    }));
    let currency = report.currency.clone().unwrap_or_else(|| found(account));
    let margin = say!("methods-margin", percent = (report.margin.to_f64() * 100.0).to_string());
    let unknown: Vec<&str> = project.sources.unknown.iter().map(String::as_str).collect();
    let owners = match project.privacy.owners {
        OwnerNames::Names => say!("methods-owners.named"),
        OwnerNames::Hidden => say!("methods-owners"),
    };
    let (start, cell) = (report.fiscal_year_start, project.privacy.min_cell);
    rules.extend([
        (say!("methods-setting.timezone"), report.timezone.clone(), report.timezone == usual_report.timezone),
        (say!("methods-setting.currency"), currency, report.currency.is_none()),
        (say!("methods-setting.margin"), margin, report.margin == usual_report.margin),
        (say!("methods-setting.fiscal-year"), start.to_string(), start == usual_report.fiscal_year_start),
        (say!("methods-setting.unknown-sources"), unknown.join(", "), project.sources.unknown == usual.sources.unknown),
        (say!("methods-setting.min-cell"), cell.to_string(), cell == usual.privacy.min_cell),
        (say!("methods-setting.owners"), owners, project.privacy.owners == usual.privacy.owners),
    ]);
    rules
}

/// The currencies of the exports, where the project file names none.
fn found(account: &Account<'_>) -> String {
    let currency =
        |(code, amounts): (&String, &u64)| say!("methods-currency", code = code, amounts = amounts.to_string());
    let currencies: Vec<String> = account.currencies.iter().map(currency).collect();
    match currencies.is_empty() {
        true => say!("methods-currency.none"),
        false => say!("methods-currency.found", currencies = currencies.join(", ")),
    }
}

fn project_file(account: &Account<'_>) -> Vec<Block> {
    let text = match account.project_text {
        None => say!("methods-project-file.none"),
        Some(text) => {
            mask_lines(text).lines().filter(|line| !line.trim().is_empty()).collect::<Vec<&str>>().join("\n\n")
        }
    };
    vec![parts::prose(text)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_entry_has_its_own_anchor() {
        let defined = words::measures::definitions();
        let anchors: BTreeSet<String> = defined.iter().map(|one| paths::definition_anchor(&one.id)).collect();
        assert_eq!(anchors.len(), defined.len());
    }
}
