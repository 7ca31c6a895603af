//! Downloads: `data/figures.csv`, `data/report.json` with its schema, the lists of cases, and each table as shown.

use serde_json::{Map, Number, Value as Json, json};

use super::model::Table;
use super::{Account, Files, PagesError};
use crate::find::Report;
use crate::find::figures::{Figure, Unit, Value};
use crate::record::money::minor_digits;
use crate::site::csv;

/// Version of the form of `report.json` and `figures.csv`; it rises when a reader would have to change.
const FORMAT_VERSION: u32 = 1;

const SCHEMA: &str = include_str!("../../templates/assets/report.schema.json");

/// Columns of `data/figures.csv`.
const COLUMNS: [&str; 11] =
    ["figure", "period", "dimension", "member", "value", "numerator", "denominator", "low", "high", "unit", "note"];

/// Every download that does not belong to one table of a page.
pub fn files(report: &Report, account: &Account<'_>) -> Result<Files, PagesError> {
    let mut files = Files::new();
    files.insert("data/figures.csv".to_owned(), figures(report));
    files.insert("data/report.json".to_owned(), report_json(report, account)?);
    files.insert("data/report.schema.json".to_owned(), SCHEMA.as_bytes().to_vec());
    for (leak, list) in &report.cases {
        let rows = list.cases.iter().map(|case| {
            vec![
                case.id.clone(),
                case.source.clone(),
                case.owner.clone(),
                case.stage.map_or_else(String::new, |stage| stage.id().to_owned()),
                case.entered.map_or_else(String::new, |month| month.to_string()),
                Unit::Money.text(Value::Whole(case.money), &report.currency),
                report.currency.clone(),
            ]
        });
        let header = ["record_id", "source", "owner", "stage", "entered", "money_at_stake", "currency"];
        files.insert(cases_path(leak.id()), csv(&header, rows));
    }
    Ok(files)
}

/// Where the list of cases behind a leak stands.
pub fn cases_path(leak: &str) -> String {
    format!("data/cases-{}.csv", leak.replace('_', "-"))
}

fn figures(report: &Report) -> Vec<u8> {
    let currency = &report.currency;
    let rows = report.figures.iter().map(|(key, figure)| {
        let text = |value: Option<Value>| value.map(|value| figure.unit.text(value, currency)).unwrap_or_default();
        let end = |end: Option<f64>| text(end.map(Value::Real));
        vec![
            key.figure.clone(),
            key.period.label(),
            key.dimension.clone(),
            key.member.clone(),
            text(figure.value),
            part(&key.figure, figure, figure.numerator, currency),
            below(&key.figure, figure, currency),
            end(figure.interval.map(|interval| interval.low)),
            end(figure.interval.map(|interval| interval.high)),
            figure.unit.word(currency).to_owned(),
            figure.note.clone(),
        ]
    });
    csv(&COLUMNS, rows)
}

/// What was counted, above: an amount where the figure divides amounts, else whole things.
fn part(id: &str, figure: &Figure, part: Option<i128>, currency: &str) -> String {
    let is_money = matches!(figure.unit, Unit::Money | Unit::MoneyPerDay | Unit::Ratio) || id == RATE_OF_AMOUNTS;
    let Some(part) = part else { return String::new() };
    if is_money { Unit::Money.text(Value::Whole(part), currency) } else { part.to_string() }
}

/// Out of what: an amount only where amounts are divided by amounts.
fn below(id: &str, figure: &Figure, currency: &str) -> String {
    let is_money = figure.unit == Unit::Ratio || id == RATE_OF_AMOUNTS;
    let Some(below) = figure.denominator else { return String::new() };
    if is_money { Unit::Money.text(Value::Whole(below), currency) } else { below.to_string() }
}

/// The one rate that divides amounts.
const RATE_OF_AMOUNTS: &str = "deals.win_rate_value";

impl Unit {
    /// The word in `figures.csv`.
    pub fn word(self, currency: &str) -> &str {
        match self {
            Unit::Count => "count",
            Unit::Rate => "rate",
            Unit::Days => "days",
            Unit::Minutes => "minutes",
            Unit::Ratio => "ratio",
            Unit::Money | Unit::MoneyPerDay => currency,
        }
    }

    /// A value for machines: amounts in major units, everything else as it is.
    pub fn text(self, value: Value, currency: &str) -> String {
        let digits = match self {
            Unit::Money | Unit::MoneyPerDay => minor_digits(currency),
            _ => 0,
        };
        match value {
            Value::Whole(whole) if digits == 0 => whole.to_string(),
            Value::Whole(whole) => {
                let scale = 10_u128.pow(digits.into());
                let (sign, size) = (if whole < 0 { "-" } else { "" }, whole.unsigned_abs());
                format!("{sign}{}.{:0width$}", size / scale, size % scale, width = usize::from(digits))
            }
            Value::Real(real) if digits == 0 => real.to_string(),
            Value::Real(real) => {
                let major = real / 10_f64.powi(digits.into());
                // An amount that was divided is shown to a hundredth of its minor unit.
                let text = format!("{major:.*}", usize::from(digits) + 2);
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
        }
    }
}

fn number(text: &str) -> Json {
    text.parse::<i64>()
        .map(Number::from)
        .ok()
        .or_else(|| Number::from_f64(text.parse().ok()?))
        .map_or(Json::Null, Json::Number)
}

fn report_json(report: &Report, account: &Account<'_>) -> Result<Vec<u8>, PagesError> {
    let currency = &report.currency;
    let figures: Vec<Json> = (report.figures.iter())
        .map(|(key, figure)| {
            let text =
                |value: Option<Value>| value.map_or(Json::Null, |value| number(&figure.unit.text(value, currency)));
            let mut row = Map::new();
            row.insert("figure".into(), key.figure.clone().into());
            row.insert("period".into(), key.period.label().into());
            row.insert("dimension".into(), key.dimension.clone().into());
            row.insert("member".into(), key.member.clone().into());
            row.insert("value".into(), text(figure.value));
            row.insert("numerator".into(), number(&part(&key.figure, figure, figure.numerator, currency)));
            row.insert("denominator".into(), number(&below(&key.figure, figure, currency)));
            row.insert("low".into(), text(figure.interval.map(|interval| Value::Real(interval.low))));
            row.insert("high".into(), text(figure.interval.map(|interval| Value::Real(interval.high))));
            row.insert("unit".into(), figure.unit.word(currency).into());
            row.insert("note".into(), figure.note.clone().into());
            Json::Object(row)
        })
        .collect();
    let gaps =
        report.gaps.iter().map(|gap| json!({"measure": gap.measure, "missing": gap.missing, "supply": gap.supply}));
    let notices =
        report.notices.iter().map(|notice| json!({"page": notice.page, "title": notice.title, "text": notice.text}));
    let leaks = report.leaks.iter().map(|leak| {
        let list = report.cases.get(leak);
        json!({
            "leak": leak.id(),
            "cases": list.map(|_| cases_path(leak.id())),
            "cases_in_all": list.map(|list| list.total),
        })
    });
    let dimensions =
        report.dimensions.iter().map(|dimension| json!({"name": dimension.name, "members": dimension.members}));
    let whole = json!({
        "format_version": FORMAT_VERSION,
        "tool": format!("casefile {}", env!("CARGO_PKG_VERSION")),
        "title": report.project.report.title,
        "organisation": report.project.report.organisation,
        "as_of": report.as_of.to_string(),
        "period": report.periods.shown.label(),
        "compared_with": report.periods.compared.map(|period| period.label()),
        "currency": currency,
        "stages": report.stages.iter().map(|stage| stage.id()).collect::<Vec<&str>>(),
        "dimensions": dimensions.collect::<Vec<Json>>(),
        "leaks": leaks.collect::<Vec<Json>>(),
        "gaps": gaps.collect::<Vec<Json>>(),
        "notices": notices.collect::<Vec<Json>>(),
        "files_read": account.files.len(),
        "files_not_used": account.skipped.len(),
        "figures": figures,
    });
    let mut bytes = serde_json::to_vec(&whole)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A table as shown, with the second line of a cell behind the first.
pub fn table(table: &Table) -> Vec<u8> {
    let header: Vec<&str> = table.columns.iter().map(|column| column.label.as_str()).collect();
    let rows = table.rows.iter().map(|row| {
        let text = |cell: &super::model::Cell| match &cell.detail {
            Some(detail) if !detail.is_empty() => format!("{} ({detail})", cell.text),
            _ => cell.text.clone(),
        };
        row.iter().map(text).collect()
    });
    csv(&header, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_in_major_units_exactly() {
        assert_eq!(Unit::Money.text(Value::Whole(1_000_553_400), "USD"), "10005534.00");
        assert_eq!(Unit::Money.text(Value::Whole(-5), "USD"), "-0.05");
        assert_eq!(Unit::Money.text(Value::Whole(5), "JPY"), "5");
        assert_eq!(Unit::Money.text(Value::Real(12_345.678), "USD"), "123.4568");
        assert_eq!(Unit::Rate.text(Value::Real(0.10525), "USD"), "0.10525");
    }
}
