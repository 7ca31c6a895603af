//! From text to [`File`]: takes TOML, gives the shape with every fault of syntax, unknown key and wrong kind of
//! value, not only the first. Whether values make sense is for the next step.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

use super::file::File;
use super::problem::{did_you_mean, nearest, quoted};

/// Faults after which reading stops: a file with more is not a project file.
pub(super) const MOST_FAULTS: usize = 20;
/// Larger texts and longer key paths are refused unread: somebody named the wrong file.
const LARGEST: usize = 4 << 20;
const MOST_DOTS_IN_A_LINE: usize = 200;

/// A fault before it is placed in its line.
pub(super) struct Fault {
    pub(super) span: Range<usize>,
    pub(super) what: String,
    pub(super) note: Option<String>,
    pub(super) hint: Option<String>,
}

/// The shape of what could be read, and what could not. `name` is what messages call the file.
pub(super) fn read(text: &str, name: &str) -> (File, Vec<Fault>) {
    if let Some(fault) = beyond_reason(text, name) {
        return (File::default(), vec![fault]);
    }
    let (mut table, errors) = DeTable::parse_recoverable(text);
    // What recovery leaves of the table would give faults that are none, so syntax comes first and alone.
    if !errors.is_empty() {
        return (File::default(), of_syntax(&errors, text, name));
    }
    let mut faults = Vec::new();
    while faults.len() <= MOST_FAULTS {
        let error = match File::deserialize(Deserializer::from(table.clone())) {
            Ok(file) => return (file, faults),
            Err(error) => error,
        };
        // Without the entry at fault the rest can be read, and so each fault is found.
        let span = error.span().unwrap_or(0..0);
        let entry = take_from_table(table.get_mut(), &span, &mut Vec::new());
        let stuck = entry.is_none();
        faults.push(of_entry(&error, span, entry, text, name));
        if stuck {
            break;
        }
    }
    (File::default(), faults)
}

/// Where the keys lead: the value, or the last key on the way that the text has.
pub(super) fn locate(text: &str, keys: &[&str]) -> Range<usize> {
    if beyond_reason(text, "").is_some() {
        return 0..0;
    }
    let (table, _) = DeTable::parse_recoverable(text);
    let root = Spanned::new(0..0, DeValue::Table(table.into_inner()));
    let mut value = &root;
    for key in keys {
        let next = match value.get_ref() {
            DeValue::Table(table) => table.iter().find(|(found, _)| found.get_ref() == key).map(|(_, value)| value),
            DeValue::Array(list) => key.parse().ok().and_then(|index: usize| list.get(index)),
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => break,
        }
    }
    value.span()
}

fn beyond_reason(text: &str, name: &str) -> Option<Fault> {
    let is_long_path = |line: &str| line.bytes().filter(|byte| *byte == b'.').count() > MOST_DOTS_IN_A_LINE;
    if text.len() <= LARGEST && !text.lines().any(is_long_path) {
        return None;
    }
    Some(Fault {
        span: 0..0,
        what: format!("{} is too large or too deep for a project file", quoted(name)),
        note: None,
        hint: Some("name a `casefile.toml`, such as `casefile init` writes".to_owned()),
    })
}

/// The first fault of each line: what follows in a line is mostly what the first one leads to.
fn of_syntax(errors: &[Error], text: &str, name: &str) -> Vec<Fault> {
    let mut faults: Vec<Fault> = errors.iter().map(|error| of_one_syntax(error, text, name)).collect();
    faults.sort_by_key(|fault| fault.span.start);
    let is_same_line = |later: &Fault, earlier: &Fault| {
        text.get(earlier.span.start..later.span.start).is_some_and(|between| !between.contains('\n'))
    };
    faults.dedup_by(|later, earlier| is_same_line(later, earlier));
    faults
}

fn of_one_syntax(error: &Error, text: &str, name: &str) -> Fault {
    let span = error.span().unwrap_or(text.len()..text.len());
    let (name, written) = (quoted(name), text.get(span.clone()).unwrap_or_default());
    let fault = |what: String, note: Option<&str>, hint: Option<String>| Fault {
        span: span.clone(),
        what,
        note: note.map(|note| note.replace('\n', " ")),
        hint,
    };
    let before = text.get(..span.start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_unquoted = error.message().starts_with("string values must be quoted");
    if error.message() == "duplicate key" {
        let what = format!("{name} has a key twice: {}", quoted(written));
        return fault(what, None, Some("keep one of the two".to_owned()));
    }
    match line.trim_end().strip_suffix('=') {
        Some(key) if is_unquoted && written.trim().is_empty() => {
            let what = format!("{name} has a key without a value: {}", quoted(key.trim()));
            fault(what, None, Some("write a value after the `=`, or leave the key out".to_owned()))
        }
        Some(_) if is_unquoted => {
            let what = format!("{name} has a text without quotes: {}", quoted(written));
            fault(what, None, Some(format!("write it in quotes: {}", quoted(&format!("\"{written}\"")))))
        }
        _ => fault(format!("{name} is not valid TOML here"), Some(error.message()), None),
    }
}

/// An entry that was taken out of the table.
struct Entry<'text> {
    keys: Vec<String>,
    value: DeValue<'text>,
}

fn of_entry(error: &Error, span: Range<usize>, entry: Option<Entry<'_>>, text: &str, name: &str) -> Fault {
    let name = quoted(name);
    let message = error.message();
    let Some(Entry { keys, value }) = entry else {
        return Fault { span, what: format!("{name} cannot be read"), note: Some(message.to_owned()), hint: None };
    };
    let expected = message.rsplit_once(", expected ").map_or("", |(_, expected)| expected);
    if message.starts_with("unknown field") {
        let key = keys.last().map_or("", String::as_str);
        let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        let near = nearest(key, known.iter().copied()).map(did_you_mean);
        return Fault {
            span,
            what: format!("{name} has a key that does not exist: {}", quoted(key)),
            note: None,
            hint: near.or_else(|| Some(format!("known here: `{}`", known.join("`, `")))),
        };
    }
    let written = text.get(span.clone()).unwrap_or_default();
    let note = match expected {
        "" => message.to_owned(),
        _ => format!("expected {}, found {}", kind_expected(expected), kind_found(&value, written)),
    };
    Fault {
        hint: how_to_write(&keys, &value, expected, written),
        span,
        what: format!("{name} has a value of the wrong kind: {}", quoted(&keys.join("."))),
        note: Some(note),
    }
}

/// How to turn the value as written into one of the kind expected, where that is plain.
fn how_to_write(keys: &[String], value: &DeValue<'_>, expected: &str, written: &str) -> Option<String> {
    match (value, expected) {
        (DeValue::Table(_), "a sequence") if keys == ["input"] => {
            Some("write `[[input]]`, in double brackets".to_owned())
        }
        (DeValue::Table(_), "f64") if keys[0] == "targets" => {
            Some("write the figure's id in quotes, such as `\"feedback.rate\" = 0.9`".to_owned())
        }
        (DeValue::Table(_), _) => None,
        (DeValue::String(text), "f64" | "u32") => {
            text.parse::<f64>().is_ok().then(|| format!("write it without quotes: {}", quoted(text)))
        }
        (DeValue::String(text), "a boolean") => {
            nearest(text, ["true", "false"]).map(|word| format!("write it without quotes: `{word}`"))
        }
        (DeValue::String(_), "a sequence") => Some(format!("write a list: {}", quoted(&format!("[{written}]")))),
        (DeValue::Array(_), _) => None,
        (_, "a string") => Some(format!("write it in quotes: {}", quoted(&format!("\"{written}\"")))),
        _ => None,
    }
}

/// In the user's words, what serde calls by Rust's.
fn kind_expected(expected: &str) -> &str {
    match expected {
        "u32" => "a whole number of 0 or more",
        "f64" => "a number",
        "a boolean" => "`true` or `false`",
        "a string" => "a text in quotes",
        "a sequence" => "a list",
        _ => "a table of keys",
    }
}

fn kind_found(value: &DeValue<'_>, written: &str) -> String {
    let kind = match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => {
            return format!("the number {}", quoted(written));
        }
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table of keys",
    };
    kind.to_owned()
}

/// Takes out the entry whose key or value stands at the span; `keys` is the way to the table.
fn take_from_table<'text>(
    table: &mut DeTable<'text>,
    span: &Range<usize>,
    keys: &mut Vec<String>,
) -> Option<Entry<'text>> {
    let is_it = |key: Range<usize>, value: &Spanned<DeValue<'_>>| key == *span || value.span() == *span;
    let at_fault = table.iter().find(|(key, value)| is_it(key.span(), value)).map(|(key, _)| key.clone());
    if let Some(key) = at_fault {
        let value = table.remove(&key)?;
        keys.push(key.into_inner().into_owned());
        return Some(Entry { keys: std::mem::take(keys), value: value.into_inner() });
    }
    for (key, value) in table.iter_mut() {
        keys.push(key.get_ref().to_string());
        let taken = take_from_value(value.get_mut(), span, keys);
        if taken.is_some() {
            return taken;
        }
        keys.pop();
    }
    None
}

fn take_from_value<'text>(
    value: &mut DeValue<'text>,
    span: &Range<usize>,
    keys: &mut Vec<String>,
) -> Option<Entry<'text>> {
    match value {
        DeValue::Table(table) => take_from_table(table, span, keys),
        DeValue::Array(list) => {
            if let Some(index) = list.iter().position(|item| item.span() == *span) {
                let mut items: Vec<_> = list.iter().cloned().collect();
                let value = items.remove(index).into_inner();
                *list = items.into_iter().collect();
                return Some(Entry { keys: std::mem::take(keys), value });
            }
            list.iter_mut().find_map(|item| take_from_value(item.get_mut(), span, keys))
        }
        _ => None,
    }
}
