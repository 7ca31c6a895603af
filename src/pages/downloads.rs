//! Downloads: `data/figures.csv`, `data/report.json` with its schema, the lists of cases, and each table as shown.

use std::fmt::Write;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use super::model::Table;
use super::paths;
use super::{Account, Files, PagesError};
use crate::calendar::Period;
use crate::find::Report;
use crate::find::figures::{Figure, Value};
use crate::find::measure::{Id, Of, Unit};
use crate::record::money::minor_digits;
use crate::site::{Csv, csv};
use crate::words;

/// Version of the form of `report.json` and `figures.csv`; it rises when a reader would have to change.
const FORMAT_VERSION: u32 = 2;

const SCHEMA: &str = include_str!("../../templates/assets/report.schema.json");

/// Columns of `data/figures.csv`.
const COLUMNS: [&str; 11] =
    ["figure", "period", "dimension", "member", "value", "numerator", "denominator", "low", "high", "unit", "note"];

/// Every download that does not belong to one table of a page.
pub fn files(report: &Report, account: &Account<'_>) -> Result<Files, PagesError> {
    let mut files = Files::new();
    let (table, json) = rayon::join(|| figures(report), || report_json(report, account));
    files.insert("data/figures.csv".to_owned(), table);
    files.insert("data/report.json".to_owned(), json?);
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
        files.insert(paths::cases(leak.id()), csv(&header, rows));
    }
    Ok(files)
}

fn figures(report: &Report) -> Vec<u8> {
    let mut table = Csv::new(&COLUMNS);
    let digits = minor_digits(&report.currency);
    let mut period = (Period::All, Period::All.label());
    // The texts of a row: value, numerator, denominator, low and high.
    let mut texts: [String; 5] = Default::default();
    for (key, figure) in report.figures.iter() {
        if period.0 != key.period {
            period = (key.period, key.period.label());
        }
        for (text, number) in texts.iter_mut().zip(numbers(key.id, figure)) {
            text.clear();
            if let Some((unit, value)) = number {
                unit.write(value, digits, text);
            }
        }
        let [value, numerator, denominator, low, high] = texts.each_ref().map(String::as_str);
        let unit = figure.unit.word(&report.currency);
        table.row(&[
            key.text,
            &period.1,
            key.dimension,
            key.member,
            value,
            numerator,
            denominator,
            low,
            high,
            unit,
            &figure.remark.map(words::remarks::remark).unwrap_or_default(),
        ]);
    }
    table.finish()
}

/// Value, numerator, denominator, low and high of a figure, each in its unit.
fn numbers(id: Id, figure: &Figure) -> [Option<(Unit, Value)>; 5] {
    let of_amounts = id.measure.of == Of::Amounts;
    let above_is_money = of_amounts || matches!(figure.unit, Unit::Money | Unit::MoneyPerDay);
    let part = |part: Option<i128>, is_money: bool| {
        let unit = if is_money { Unit::Money } else { Unit::Count };
        Some((unit, Value::Whole(part?)))
    };
    let end = |end: Option<f64>| Some((figure.unit, Value::Real(end?)));
    [
        figure.value.map(|value| (figure.unit, value)),
        // What was counted, above: an amount where the figure divides amounts, else whole things.
        part(figure.numerator, above_is_money),
        // Out of what: an amount only where amounts are divided by amounts.
        part(figure.denominator, of_amounts),
        end(figure.interval.map(|interval| interval.low)),
        end(figure.interval.map(|interval| interval.high)),
    ]
}

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
        let mut text = String::new();
        self.write(value, minor_digits(currency), &mut text);
        text
    }

    /// Writes the text of a value; `minor_digits` are those of the currency.
    fn write(self, value: Value, minor_digits: u8, text: &mut String) {
        let digits = self.digits(minor_digits);
        let written = match value {
            Value::Whole(whole) if digits == 0 => match i64::try_from(whole) {
                Ok(whole) => write!(text, "{whole}"),
                Err(_) => write!(text, "{whole}"),
            },
            Value::Whole(whole) => {
                let scale = 10_u128.pow(digits.into());
                let (sign, size) = (if whole < 0 { "-" } else { "" }, whole.unsigned_abs());
                write!(text, "{sign}{}.{:0width$}", size / scale, size % scale, width = usize::from(digits))
            }
            Value::Real(real) if digits == 0 => write!(text, "{real}"),
            Value::Real(real) => {
                let major = real / 10_f64.powi(digits.into());
                // An amount that was divided is shown to a hundredth of its minor unit.
                let written = write!(text, "{major:.*}", usize::from(digits) + 2);
                text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
                written
            }
        };
        written.expect("writing to a string cannot fail");
    }

    /// Digits after the point: those of the currency for amounts.
    fn digits(self, minor_digits: u8) -> u8 {
        match self {
            Unit::Money | Unit::MoneyPerDay => minor_digits,
            _ => 0,
        }
    }
}

/// A number in `report.json`: the same as its text in `figures.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
enum Number {
    /// None, or no finite one.
    Nothing,
    Whole(i64),
    Real(f64),
}

impl Number {
    fn of((unit, value): (Unit, Value), minor_digits: u8) -> Number {
        /// Up to here floats hold every whole number, so that a value and its text are the same number.
        const EXACT: u128 = 1 << 53;
        let digits = unit.digits(minor_digits);
        match value {
            Value::Whole(whole) if digits == 0 => {
                i64::try_from(whole).map_or(Number::Real(whole as f64), Number::Whole)
            }
            Value::Whole(whole) if whole.unsigned_abs() <= EXACT => {
                Number::Real(whole as f64 / 10_f64.powi(digits.into()))
            }
            Value::Real(real) if digits == 0 && real.abs() <= EXACT as f64 => {
                if real.fract() == 0.0 {
                    Number::Whole(real as i64)
                } else {
                    Number::Real(real)
                }
            }
            _ => {
                let mut text = String::new();
                unit.write(value, minor_digits, &mut text);
                Number::read(&text)
            }
        }
    }

    fn read(text: &str) -> Number {
        let whole = text.parse().map(Number::Whole).ok();
        whole.or_else(|| text.parse().map(Number::Real).ok()).unwrap_or(Number::Nothing)
    }
}

/// `report.json`. Here and below fields stand in the order of the alphabet, and are written as they stand.
#[derive(Serialize)]
struct ReportJson<'a> {
    as_of: String,
    compared_with: Option<Period>,
    currency: &'a str,
    dimensions: Vec<Json>,
    figures: FigureColumns<'a>,
    files_not_used: usize,
    files_read: usize,
    format_version: u32,
    gaps: Vec<Json>,
    leaks: Vec<Json>,
    notices: Vec<Json>,
    organisation: &'a str,
    period: Period,
    stages: Vec<&'a str>,
    title: &'a str,
    tool: String,
}

/// The figures of a report by columns: an object for each id, whose columns have an entry for each of its rows.
struct FigureColumns<'a>(&'a Report);

/// The rows of one id. A column in which no row has anything is left out.
#[derive(Default, Serialize)]
struct Columns<'a> {
    definition: String,
    #[serde(skip_serializing_if = "is_blank")]
    denominator: Vec<Number>,
    dimension: Vec<&'a str>,
    figure: &'a str,
    #[serde(skip_serializing_if = "is_blank")]
    high: Vec<Number>,
    #[serde(skip_serializing_if = "is_blank")]
    low: Vec<Number>,
    member: Vec<&'a str>,
    #[serde(skip_serializing_if = "is_without_note")]
    note: Vec<String>,
    #[serde(skip_serializing_if = "is_blank")]
    numerator: Vec<Number>,
    period: Vec<Period>,
    unit: &'a str,
    value: Vec<Number>,
}

fn is_blank(column: &[Number]) -> bool {
    column.iter().all(|number| *number == Number::Nothing)
}

fn is_without_note(column: &[String]) -> bool {
    column.iter().all(String::is_empty)
}

impl Serialize for FigureColumns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let FigureColumns(report) = self;
        let digits = minor_digits(&report.currency);
        let mut written = serializer.serialize_seq(None)?;
        let mut columns = Columns::default();
        for (key, figure) in report.figures.iter() {
            if columns.figure != key.text {
                if !columns.figure.is_empty() {
                    written.serialize_element(&columns)?;
                }
                let unit = figure.unit.word(&report.currency);
                columns = Columns { figure: key.text, definition: key.id.definition(), unit, ..Columns::default() };
            }
            let [value, numerator, denominator, low, high] = numbers(key.id, figure)
                .map(|number| number.map_or(Number::Nothing, |number| Number::of(number, digits)));
            columns.period.push(key.period);
            columns.dimension.push(key.dimension);
            columns.member.push(key.member);
            columns.value.push(value);
            columns.numerator.push(numerator);
            columns.denominator.push(denominator);
            columns.low.push(low);
            columns.high.push(high);
            columns.note.push(figure.remark.map(words::remarks::remark).unwrap_or_default());
        }
        if !columns.figure.is_empty() {
            written.serialize_element(&columns)?;
        }
        written.end()
    }
}

/// About the bytes of a figure.
const BYTES_A_FIGURE: usize = 80;

fn report_json(report: &Report, account: &Account<'_>) -> Result<Vec<u8>, PagesError> {
    let gaps = report.gaps.iter().map(|gap| {
        let (missing, supply) = words::notices::gap(*gap);
        json!({"measure": gap.measure(), "missing": missing, "supply": supply})
    });
    let notices = report.notices.iter().map(|notice| {
        let (title, text) = words::notices::notice(notice);
        json!({"page": notice.page(), "title": title, "text": text})
    });
    let leaks = report.leaks.iter().map(|leak| {
        let list = report.cases.get(leak);
        json!({
            "leak": leak.id(),
            "cases": list.map(|_| paths::cases(leak.id())),
            "cases_in_all": list.map(|list| list.total),
        })
    });
    let dimensions =
        report.dimensions.iter().map(|dimension| json!({"name": dimension.name, "members": dimension.members}));
    let whole = ReportJson {
        as_of: report.as_of.to_string(),
        compared_with: report.periods.compared,
        currency: &report.currency,
        dimensions: dimensions.collect(),
        figures: FigureColumns(report),
        files_not_used: account.skipped.len(),
        files_read: account.files.len(),
        format_version: FORMAT_VERSION,
        gaps: gaps.collect(),
        leaks: leaks.collect(),
        notices: notices.collect(),
        organisation: &report.project.report.organisation,
        period: report.periods.shown,
        stages: report.stages.iter().map(|stage| stage.id()).collect(),
        title: &report.project.report.title,
        tool: format!("casefile {}", env!("CARGO_PKG_VERSION")),
    };
    let mut bytes = Vec::with_capacity(report.figures.len() * BYTES_A_FIGURE);
    serde_json::to_writer(&mut bytes, &whole)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A table as shown, with the second line of a cell behind the first.
pub fn table(table: &Table) -> Vec<u8> {
    let header: Vec<&str> = table.columns.iter().map(|column| column.label.as_str()).collect();
    let rows = table.rows.iter().map(|row| {
        let text = |cell: &super::model::Cell| match cell.detail() {
            Some(detail) if !detail.is_empty() => format!("{} ({detail})", cell.text),
            _ => cell.text.clone(),
        };
        row.iter().map(text).collect()
    });
    csv(&header, rows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_written_in_major_units_exactly() {
        assert_eq!(Unit::Money.text(Value::Whole(1_000_553_400), "USD"), "10005534.00");
        assert_eq!(Unit::Money.text(Value::Whole(-5), "USD"), "-0.05");
        assert_eq!(Unit::Money.text(Value::Whole(5), "JPY"), "5");
        assert_eq!(Unit::Money.text(Value::Real(12_345.678), "USD"), "123.4568");
        assert_eq!(Unit::Rate.text(Value::Real(0.10525), "USD"), "0.10525");
    }

    proptest! {
        #[test]
        fn a_number_is_that_of_its_text(
            whole in prop_oneof![any::<i128>(), -100_000_i128..100_000],
            real in prop_oneof![any::<f64>(), 0.0..1.0, (-10_i32..10).prop_map(f64::from), Just(-0.0)],
            is_money: bool,
            digits in prop_oneof![Just(0_u8), Just(2), Just(3), Just(4)],
        ) {
            let unit = if is_money { Unit::Money } else { Unit::Rate };
            for value in [Value::Whole(whole), Value::Real(real)] {
                let mut text = String::new();
                unit.write(value, digits, &mut text);
                let json = |number: Number| serde_json::to_string(&number).unwrap();
                prop_assert_eq!(json(Number::of((unit, value), digits)), json(Number::read(&text)), "{}", text);
            }
        }
    }
}
