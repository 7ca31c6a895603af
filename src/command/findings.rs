//! What there is to say of an analysis besides its figures: what somebody should act on, and what a reader should know.
//! `check` prints both, `build` says the first.

use std::collections::BTreeSet;

use super::analysis::Analysis;
use super::failure::why;
use crate::calendar::Period;
use crate::find::figures::Figures;
use crate::find::gaps::Gap;
use crate::find::measure::Id;
use crate::find::{FAMILIES, leakage};
use crate::privacy::mask;
use crate::project::{InputRule, Project, Table, nearest};
use crate::record::{ColumnReport, FileReport};
use crate::words;

/// One thing found.
pub struct Finding {
    /// What it is about, in a word.
    pub about: &'static str,
    /// What was found, in a sentence.
    pub text: String,
}

/// What was found.
pub struct Findings {
    /// Somebody should act: values that were not read, files that were not used, settings without effect.
    pub wrong: Vec<Finding>,
    /// To know: assumptions, mended rows, agreements that were not kept by every lead.
    pub notes: Vec<Finding>,
}

impl Findings {
    /// Everything there is to say.
    pub fn of(analysis: &Analysis, project: &Project) -> Findings {
        let wrong = unused_settings(analysis, project).into_iter().chain(data_problems(analysis));
        let notes = assumptions(analysis).into_iter().chain(agreements(analysis)).chain(gaps(analysis));
        Findings { wrong: wrong.collect(), notes: notes.collect() }
    }
}

/// What the project file asks for that is not there: a file that no pattern finds, a slice whose column no file has, a
/// target for no measure.
fn unused_settings(analysis: &Analysis, project: &Project) -> Vec<Finding> {
    let find = |text: String| Finding { about: "setting", text };
    let names = || analysis.paths.iter();
    let is_used =
        |rule: &InputRule| names().filter_map(|name| project.input_rule(name)).any(|used| std::ptr::eq(used, rule));
    let is_hidden = |rule: &InputRule| names().any(|name| rule.file.matches(name));
    let rules = project.inputs.iter().filter(|rule| !is_used(rule) && !is_hidden(rule));
    let rules = rules.map(|rule| format!("the project file has a rule for `{}`, and no file fits it", rule.file));
    let has = |field: &str| analysis.files.iter().any(|file| file.has(field));
    let slices = project.slices.iter().filter(|(name, origin)| !has(&origin.field(name))).map(|(name, origin)| {
        format!("the slice `{name}` has no data: no table of {} has a column `{}`", origin.table.id(), origin.column)
    });
    // A measure that the data lacks is said to be missing; an id neither measured nor declared is misspelled.
    let figures = || analysis.report.figures.ids().map(|(_, id)| id);
    let declared = || FAMILIES.iter().flat_map(|family| family.measures).map(|measure| measure.pattern);
    let known: BTreeSet<&str> = figures().chain(declared()).collect();
    let targets = project.targets.keys().filter(|id| !known.contains(id.as_str()));
    let targets = targets.map(|id| {
        let near = nearest(id, known.iter().copied().filter(|id| !id.contains("{}")));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        format!("the target `{}` is for no measure that there is{hint}", mask(id))
    });
    rules.chain(slices).chain(targets).map(find).collect()
}

fn columns(analysis: &Analysis) -> impl Iterator<Item = (&FileReport, &ColumnReport)> {
    analysis.files.iter().flat_map(|file| file.columns.iter().map(move |column| (file, column)))
}

/// What is wrong with the exports themselves.
fn data_problems(analysis: &Analysis) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say = |about, text| found.push(Finding { about, text });
    for skip in analysis.skipped.iter().filter(|skip| !skip.is_known) {
        say("file", format!("{} is not used: {}", skip.name, why(skip)));
    }
    for file in analysis.files.iter().filter(|file| file.decoding.more_tables > 0) {
        let text = format!(
            "{} holds another table below the first, which is not read: save it as a file of its own",
            file.name
        );
        say("table", text);
    }
    for (file, column) in columns(analysis) {
        let place = format!("{}, column `{}`", file.name, column.header);
        if column.unreadable > 0 {
            let first = column.examples.first().map_or(0, |(row, _)| *row);
            let (count, filled) = (column.unreadable, column.filled);
            say(
                "not read",
                format!("{place}: {count} of {filled} values are no {}, first in row {first}", column.format),
            );
        }
        if let Some(mixed) = column.mixed.as_ref().filter(|mixed| mixed.is_swapped) {
            say("swapped", format!("{place}: {}", mixed.words(&column.format)));
        }
        if !column.unmapped.is_empty() && decided_elsewhere(file, column).is_none() {
            say("unmapped", format!("{place}: words that are not mapped: {}", unmapped(column)));
        }
        if column.damaged_ids > 0 {
            let text = format!(
                "{place}: {} ids were rounded by a spreadsheet, so they name no record: export the file again, and read it without opening it in a spreadsheet first",
                column.damaged_ids
            );
            say("damaged", text);
        }
    }
    // A column that is both a field and a slice is spoken of once.
    let mut said = BTreeSet::new();
    found.retain(|finding| said.insert(finding.text.clone()));
    found
}

fn unmapped(column: &ColumnReport) -> String {
    let words: Vec<String> = column.unmapped.iter().take(5).map(|(word, rows)| format!("`{word}` ({rows})")).collect();
    let more = if column.unmapped.len() > 5 { ", …" } else { "" };
    format!("{}{more}", words.join(", "))
}

/// What tells all that the words of a column would tell, where something does: then it is no matter whether they are
/// mapped. Only a column that is read in as many rows as this one counts.
fn decided_elsewhere(file: &FileReport, column: &ColumnReport) -> Option<String> {
    let of = |field: &str| file.columns.iter().find(|column| column.field == field);
    let read = |other: &ColumnReport| {
        let unmapped: u64 = other.unmapped.values().sum();
        other.filled - other.unreadable.min(other.filled) - unmapped.min(other.filled)
    };
    let whole = |field: &str| of(field).filter(|other| read(other) >= column.filled);
    let both = |one: &str, other: &str| Some((whole(one)?, whole(other)?));
    let named = |columns: &[&ColumnReport]| {
        columns.iter().map(|column| format!("`{}`", column.header)).collect::<Vec<_>>().join(" and ")
    };
    match (file.table, column.field.as_str()) {
        (Table::Deals, "stage") => {
            let outcome = whole("outcome").map(|outcome| named(&[outcome]));
            let flags = || both("closed", "won").map(|(closed, won)| named(&[closed, won]));
            // A deal with neither date is open.
            let dates = || Some(named(&[of("won_at")?, of("lost_at")?]));
            outcome.or_else(flags).or_else(dates)
        }
        // A status says something of a verdict only where no lead of the file bears one.
        (Table::Leads, "status") => of("verdict").filter(|verdict| read(verdict) > 0).map(|verdict| named(&[verdict])),
        _ => None,
    }
}

/// What was decided for want of better, and what was mended.
fn assumptions(analysis: &Analysis) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, column) in columns(analysis).filter(|(_, column)| !column.unmapped.is_empty()) {
        let Some(by) = decided_elsewhere(file, column) else { continue };
        let text = format!(
            "{}, column `{}`: words that are not mapped, and need not be, since what they would say is read from {by}: {}",
            file.name,
            column.header,
            unmapped(column)
        );
        found.push(Finding { about: "unmapped", text });
    }
    for (file, column) in columns(analysis).filter(|(_, column)| column.ambiguous) {
        let text =
            format!("{}, column `{}` is read as {}: no value decides it", file.name, column.header, column.format);
        found.push(Finding { about: "assumed", text });
    }
    for (file, column) in columns(analysis) {
        if let Some(mixed) = column.mixed.as_ref().filter(|mixed| !mixed.is_swapped) {
            let text = format!("{}, column `{}`: {}", file.name, column.header, mixed.words(&column.format));
            found.push(Finding { about: "mixed", text });
        }
    }
    for file in &analysis.files {
        for remark in file.decoding.remarks() {
            found.push(Finding { about: "read", text: format!("{}: {remark}", file.name) });
        }
        for (reason, rows) in &file.set_aside {
            found.push(Finding { about: "set aside", text: format!("{}: {rows} rows, {}", file.name, reason.words()) });
        }
    }
    for notice in &analysis.report.notices {
        let (title, text) = words::notices::notice(notice);
        found.push(Finding { about: "note", text: format!("{title}: {text}") });
    }
    found
}

/// How far the leads keep to what the two teams agreed.
fn agreements(analysis: &Analysis) -> Vec<Finding> {
    let figures = &analysis.report.figures;
    let leaks = analysis.report.leaks.iter().filter_map(|leak| {
        let word = leak.id();
        let cases = count(figures, leakage::CASES.word(word)).filter(|cases| *cases > 0)?;
        let share = figures.whole(leakage::SHARE.word(word), Period::All).and_then(|figure| figure.value);
        let share = share
            .map_or_else(String::new, |share| format!(", {:.1} % of the cases it applies to", share.real() * 100.0));
        Some(Finding { about: "agreement", text: format!("{}: {cases} cases{share}", leak.id().replace('_', " ")) })
    });
    leaks.collect()
}

fn count(figures: &Figures, id: Id) -> Option<i128> {
    figures.whole(id, Period::All)?.whole_value()
}

/// What the exports cannot answer.
fn gaps(analysis: &Analysis) -> Vec<Finding> {
    let gap = |gap: &Gap| {
        let (missing, supply) = words::notices::gap(*gap);
        Finding { about: "missing", text: format!("{missing} {supply}") }
    };
    analysis.report.gaps.iter().map(gap).collect()
}
