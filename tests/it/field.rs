//! Exports of the field, where the data is there: each folder holds `exports` and an `expect.json` that says which figures
//! must come out and what each file must be taken for. What must be said in words is held by the script beside the data.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Figure, Figures, casefile, shared_data};

/// What the program makes of one folder.
struct Run {
    code: i32,
    figures: Option<Figures>,
    /// Tables by file, and files that are not used.
    tables: BTreeMap<String, Vec<String>>,
}

fn run(case: &Path) -> Run {
    let folder = TempDir::new().unwrap();
    let site = folder.path().join("site");
    let exports = case.join("exports");
    let build = casefile(&["build", "--quiet", "--no-cache"]).arg(&exports).arg("-o").arg(&site).output().unwrap();
    let inspected = casefile(&["inspect", "--json"]).arg(&exports).output().unwrap();
    let told: Value = serde_json::from_slice(&inspected.stdout).unwrap();
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in told["files"].as_array().unwrap() {
        let name = file["file"].as_str().unwrap().to_owned();
        tables.entry(name).or_default().push(file["table"].as_str().unwrap_or_default().to_owned());
    }
    let figures = site.join("data/figures.csv").exists().then(|| Figures::of(&site));
    Run { code: build.status.code().unwrap_or(-1), figures, tables }
}

/// A value that may be one or a list.
fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

fn folded(text: &str) -> String {
    text.to_lowercase().replace('_', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text fits a pattern of `*`, `?` and `[ab]`, letter case and `_` aside.
fn is_like(text: &str, pattern: &str) -> bool {
    fn fits(text: &[char], pattern: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['*', rest @ ..] => (0..=text.len()).any(|at| fits(&text[at..], rest)),
            ['[', rest @ ..] => {
                let Some(end) = rest.iter().position(|c| *c == ']') else { return false };
                text.first().is_some_and(|c| rest[..end].contains(c)) && fits(&text[1..], &rest[end + 1..])
            }
            [first, rest @ ..] => text.first().is_some_and(|c| *first == '?' || c == first) && fits(&text[1..], rest),
        }
    }
    let chars = |text: &str| folded(text).chars().collect::<Vec<char>>();
    fits(&chars(text), &chars(pattern))
}

fn near(one: f64, other: f64) -> bool {
    let slack: f64 = if other.abs() <= 1.0 { 0.0001 } else { 0.004 };
    (one - other).abs() <= slack.max(other.abs() * 1e-6)
}

/// Why a figure is not what is asked for, where it is not.
fn fault_of_figure(figures: &Figures, asked: &Value) -> Option<String> {
    let text = |key: &str, otherwise: &str| match &asked[key] {
        Value::Null => vec![Value::from(otherwise)],
        value => list(value),
    };
    let wanted = [list(&asked["id"]), text("period", "all"), text("dimension", ""), text("member", "")];
    let fits = |key: &[String; 4]| {
        key.iter().zip(&wanted).all(|(own, wanted)| wanted.iter().any(|wanted| is_like(own, wanted.as_str().unwrap())))
    };
    let told: Vec<(&[String; 4], &Figure)> =
        figures.0.iter().filter(|(key, figure)| fits(key) && figure.value.is_some()).collect();
    let name = asked["id"].to_string();
    let units = list(&asked["unit"]);
    let is_unit =
        |figure: &Figure| units == [Value::Null] || units.iter().any(|unit| unit.as_str() == Some(&figure.unit));
    let numbers = |value: &Value| list(value).iter().filter_map(Value::as_f64).collect::<Vec<f64>>();
    for (key, figure) in &told {
        let value = figure.value.unwrap();
        if numbers(&asked["is_not"]).iter().any(|never| near(value, *never)) && is_unit(figure) {
            return Some(format!("{key:?} is {value}"));
        }
    }
    let may_be_absent = list(&asked["is"]).iter().any(|value| value.as_str() == Some("none"))
        || asked["if_present"] == Value::Bool(true)
        || (asked["is"].is_null() && !asked["is_not"].is_null());
    if told.is_empty() {
        return (!may_be_absent).then(|| format!("{name} is absent"));
    }
    let is = numbers(&asked["is"]);
    if asked["sum"] == Value::Bool(true) {
        let sum: f64 = told.iter().filter_map(|(_, figure)| figure.value).sum();
        return (!is.is_empty() && !is.iter().any(|value| near(sum, *value)))
            .then(|| format!("{name} adds up to {sum}"));
    }
    for (key, figure) in told {
        let value = figure.value.unwrap();
        let says = |what: &str| Some(format!("{key:?}: {what} in {figure:?}"));
        if !asked["is"].is_null() && !is.iter().any(|wanted| near(value, *wanted)) {
            return says("not the value");
        }
        if let Some([least, most]) = asked["between"].as_array().map(Vec::as_slice)
            && !(least.as_f64().unwrap() - 1e-9..=most.as_f64().unwrap() + 1e-9).contains(&value)
        {
            return says("out of its bounds");
        }
        let rest = figure.denominator.zip(figure.numerator).map(|(whole, part)| whole - part);
        for (key, part) in [("num", figure.numerator), ("den", figure.denominator), ("rest", rest)] {
            if !asked[key].is_null()
                && !part.is_some_and(|part| numbers(&asked[key]).iter().any(|wanted| near(part, *wanted)))
            {
                return says(key);
            }
        }
        if asked["is_not"].is_null() && !is_unit(figure) {
            return says("another unit");
        }
    }
    None
}

/// Why a folder does not come out as one of its alternatives asks, besides what must be said in words.
fn faults(run: &Run, asked: &Value) -> Option<String> {
    let exits = asked["build_exit"].as_array().cloned().unwrap_or_else(|| vec![Value::from(0)]);
    if !exits.iter().any(|code| code.as_i64() == Some(run.code.into())) {
        return Some(format!("build ends with {}", run.code));
    }
    if let (Some(figures), Some(wanted)) = (&run.figures, asked["figures"].as_array())
        && let Some(fault) = wanted.iter().find_map(|asked| fault_of_figure(figures, asked))
    {
        return Some(fault);
    }
    for (file, wanted) in asked["tables"].as_object().into_iter().flatten() {
        let of_file = run.tables.iter().filter(|(name, _)| name.starts_with(file.as_str()));
        let tables: Vec<&str> = of_file.flat_map(|(_, tables)| tables).map(String::as_str).collect();
        let has = |key: &str| list(&wanted[key]).iter().any(|table| tables.contains(&table.as_str().unwrap_or("?")));
        if wanted["unused"] == Value::Bool(true) && !tables.is_empty() {
            return Some(format!("{file} is taken for {tables:?}"));
        }
        if (!wanted["as"].is_null() && !has("as")) || (!wanted["not_as"].is_null() && has("not_as")) {
            return Some(format!("{file} is taken for {tables:?}"));
        }
    }
    None
}

/// What is asked in all alternatives, and in one of them.
fn merged(outer: &Value, inner: &Value) -> Value {
    let mut all = outer.clone();
    for (key, value) in inner.as_object().into_iter().flatten() {
        let known = &mut all[key.as_str()];
        match (known.as_array_mut(), value.as_array()) {
            (Some(known), Some(more)) if !key.ends_with("_exit") => known.extend(more.clone()),
            _ => *known = value.clone(),
        }
    }
    all
}

#[test]
fn exports_of_the_field_come_out_right() {
    let Some(data) = shared_data("field") else { return };
    let mut wrong = Vec::new();
    let mut cases = 0;
    for entry in fs::read_dir(data).unwrap() {
        let case = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(case.join("expect.json")) else { continue };
        let expected: Value = serde_json::from_str(&text).unwrap();
        let run = run(&case);
        let alternatives = expected["any"].as_array().cloned().unwrap_or_else(|| vec![Value::Null]);
        let reasons: Vec<String> =
            alternatives.iter().filter_map(|one| faults(&run, &merged(&expected, one))).collect();
        if reasons.len() == alternatives.len() {
            wrong.push(format!("{}: {}", case.file_name().unwrap().to_string_lossy(), reasons.join("; ")));
        }
        cases += 1;
    }
    assert!(cases > 20, "the cases are found");
    wrong.sort();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
