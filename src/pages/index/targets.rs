//! What the teams aim at: the targets of the project file beside the period's figures. A target is a value for a figure
//! id; it is met where the figure is on the good side of it, which the measure's declaration names.

use super::super::model::{Block, Cell, Column, Section, Table};
use super::super::parts;
use super::super::paths;
use super::super::view::View;
use crate::find;
use crate::find::figures::{Figure, Value};
use crate::find::measure::{Good, Id, Unit};
use crate::privacy::mask;
use crate::record::money::minor_digits;
use crate::words::{self, say};

/// The targets; empty where the project file sets none.
pub fn section(view: &View<'_>) -> Section {
    let rows: Vec<Vec<Cell>> = view.report.project.targets.iter().map(|(id, target)| row(view, id, *target)).collect();
    let table = (!rows.is_empty()).then(|| {
        Block::Table(Table {
            id: "targets".to_owned(),
            caption: say!("overview-targets.table", period = view.period_words()),
            columns: vec![
                Column::text(say!("overview-target")),
                Column::number(say!("overview-target.target")),
                Column::number(say!("overview-target.figure")),
                Column::text(say!("overview-target.stands")),
            ],
            rows,
            csv: Some(view.csv_path("targets")),
            note: None,
        })
    });
    parts::section("targets", &say!("overview-targets"), [table])
}

fn row(view: &View<'_>, text: &str, target: f64) -> Vec<Cell> {
    let measure = find::measure_of(text);
    let id = view.report.figures.ids().find(|(_, own)| *own == text).map(|(id, _)| id);
    let is_declared = measure.is_some_and(|measure| measure.pattern == text);
    let definition = id.map(Id::definition).or_else(|| is_declared.then_some(measure?.definition.to_owned()));
    let name = definition.as_deref().and_then(words::measures::term).unwrap_or_else(|| mask(text).into_owned());
    let Some((id, figure)) = id.and_then(|id| Some((id, view.figure(id)?))) else {
        let unknown = say!("overview-target-unknown");
        return vec![Cell::head(name), Cell::number(target.to_string()), Cell::number("–"), Cell::text(unknown)];
    };
    let aimed = Figure { value: Some(wanted(figure.unit, target, &view.report.currency)), ..Figure::clone(figure) };
    let stands = match (figure.real(), aimed.real(), figure.interval) {
        (None, ..) | (_, None, _) => say!("overview-target-not-measured"),
        (_, Some(aimed), Some(interval)) if interval.holds(aimed) => say!("overview-target-too-close"),
        (Some(value), Some(aimed), _) => held(measure.map_or(Good::Neither, |measure| measure.good), value >= aimed),
    };
    vec![
        Cell::head(name).with_href(paths::definition(id)),
        Cell::number(view.value_text(id, &aimed)),
        view.cell(id, Some(figure)),
        Cell::text(stands),
    ]
}

/// Whether a target is met, by the side of it that is good and the side on which the figure is.
fn held(good: Good, is_above: bool) -> String {
    match (good, is_above) {
        (Good::More, true) => say!("overview-target-met"),
        (Good::More, false) => say!("overview-target-missed"),
        (Good::Less, true) => say!("overview-target-missed.above"),
        (Good::Less, false) => say!("overview-target-met.below"),
        (Good::Neither, true) => say!("overview-target-neither"),
        (Good::Neither, false) => say!("overview-target-neither.below"),
    }
}

/// The target in the figure's own unit: amounts are given in major units.
fn wanted(unit: Unit, target: f64, currency: &str) -> Value {
    match unit {
        Unit::Money | Unit::MoneyPerDay => Value::Real(target * 10_f64.powi(minor_digits(currency).into())),
        Unit::Count | Unit::Days | Unit::Minutes => Value::Whole(target.round() as i128),
        Unit::Rate | Unit::Ratio => Value::Real(target),
    }
}
