//! JSON as a table. Takes a list of objects, an object that holds such a list, or an object a line; gives CSV text.
//! Columns come in the order they are first met, numbers digit for digit, values inside values as JSON. Read twice
//! from the text, first for the columns, so that only the text and the table are in memory.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::limits::{Bound, Budget};
use super::note::{Note, Tally};
use super::refusal::Refusal;
use super::table::Table;

/// How far below the top a list of objects is looked for: `{"data": {"leads": {"nodes": [...]}}}`.
const DEEPEST_LIST: usize = 4;

/// Whether Casefile wrote it and says so with its first key, as in the truth of a demo.
pub(super) fn is_our_own(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start().strip_prefix(b"{").unwrap_or_default().trim_ascii_start();
    let value = text.strip_prefix(b"\"casefile\"").unwrap_or_default().trim_ascii_start();
    value.strip_prefix(b":").is_some_and(|value| value.trim_ascii_start().starts_with(b"\""))
}

/// Reads a document, or an object a line.
pub(super) fn open(bytes: &[u8], budget: &Budget<'_>) -> Result<(String, Vec<Note>), Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::damaged("the JSON is no UTF-8"))?;
    let text = text.trim_start_matches('\u{FEFF}');
    let mut reading = Reading::default();
    let source = source_of(text, &mut reading)?;
    reading.columns_of(&source, budget)?;
    let table = reading.table_of(&source, budget)?;
    Ok((table, reading.into_notes()))
}

/// Where the objects are.
enum Source<'a> {
    List(&'a str),
    Lines(&'a str),
    Single(&'a str),
}

fn source_of<'a>(text: &'a str, reading: &mut Reading) -> Result<Source<'a>, Refusal> {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(list) if list.get().starts_with('[') => Ok(Source::List(list.get())),
        Ok(object) => in_object(object, reading),
        Err(error) if text.trim_start().starts_with('[') => Err(broken(&error)),
        Err(error) => {
            let (good, bad) = lines(text).fold((0_u64, 0_u64), |(good, bad), (_, line)| match object(line) {
                Ok(_) => (good + 1, bad),
                Err(_) => (good, bad + 1),
            });
            if good > bad { Ok(Source::Lines(text)) } else { Err(broken(&error)) }
        }
    }
}

/// The longest list of objects in an object; without any, the object itself is the only row.
fn in_object<'a>(object: &'a RawValue, reading: &mut Reading) -> Result<Source<'a>, Refusal> {
    let mut lists = Vec::new();
    lists_below(object, "", 0, &mut lists)?;
    let Some((name, longest)) = lists.iter().max_by_key(|(_, list)| list.len()) else {
        // An object a line, and one line. With lists in it, it is a table of another make (`{"id": [1, 2]}`).
        let holds_lists = memchr::memchr(b'[', object.get().as_bytes()).is_some();
        return if holds_lists { Err(no_table()) } else { Ok(Source::Single(object.get())) };
    };
    let count = lists.len() as u64 - 1;
    reading.others = (count > 0).then(|| Note::OtherTables { count, read: name.clone() });
    Ok(Source::List(longest))
}

fn lists_below<'a>(
    value: &'a RawValue,
    path: &str,
    depth: usize,
    lists: &mut Vec<(String, &'a str)>,
) -> Result<(), Refusal> {
    for (key, value) in object(value.get()).map_err(|error| broken(&error))?.0 {
        let path = if path.is_empty() { key.0.into_owned() } else { format!("{path}.{}", key.0) };
        match value.get().as_bytes() {
            [b'[', rest @ ..] if rest.trim_ascii_start().starts_with(b"{") => lists.push((path, value.get())),
            [b'{', ..] if depth < DEEPEST_LIST => lists_below(value, &path, depth + 1, lists)?,
            _ => {}
        }
    }
    Ok(())
}

/// What is gathered on the way.
#[derive(Default)]
struct Reading {
    columns: Vec<String>,
    places: HashMap<String, usize>,
    others: Option<Note>,
    nested: Tally,
    broken_lines: Tally,
    repeated: Tally,
    no_objects: Tally,
    cut: Tally,
}

impl Reading {
    fn columns_of(&mut self, source: &Source<'_>, budget: &Budget<'_>) -> Result<(), Refusal> {
        let most = budget.limits.columns;
        each_row(source, &mut |_, row| {
            for (key, _) in row.map(|row| row.0).unwrap_or_default() {
                if !self.places.contains_key(key.0.as_ref()) {
                    if self.columns.len() == most {
                        return Err(Refusal::too_large("the JSON", Bound::Columns(most as u64)));
                    }
                    self.places.insert(key.0.to_string(), self.columns.len());
                    self.columns.push(key.0.into_owned());
                }
            }
            Ok(())
        })?;
        if !self.columns.is_empty() {
            return Ok(());
        }
        if let Source::List(text) = source {
            compact(text, budget.limits.values, &|| "the list".to_owned())?;
        }
        Err(no_table())
    }

    fn table_of(&mut self, source: &Source<'_>, budget: &Budget<'_>) -> Result<String, Refusal> {
        let mut table = Table::new(budget, "the JSON");
        for column in &self.columns {
            table.cell(column)?;
        }
        table.end_row()?;
        let mut row_cells: Vec<Option<&RawValue>> = Vec::new();
        each_row(source, &mut |place, row| {
            let place = || place_in_words(source, place);
            match row {
                None if matches!(source, Source::Lines(_)) => self.broken_lines.add(place),
                None => self.no_objects.add(place),
                Some(row) => {
                    self.sort_into(&mut row_cells, row, &place);
                    self.write(&row_cells, &place, &mut table, budget)?;
                }
            }
            Ok(())
        })?;
        Ok(table.finish())
    }

    fn sort_into<'a>(&mut self, cells: &mut Vec<Option<&'a RawValue>>, row: Object<'a>, place: &impl Fn() -> String) {
        cells.clear();
        for (key, value) in row.0 {
            let Some(&column) = self.places.get(key.0.as_ref()) else { continue };
            if cells.len() <= column {
                cells.resize(column + 1, None);
            }
            if cells[column].replace(value).is_some() {
                self.repeated.add(|| format!("{}, key `{}`", place(), key.0));
            }
        }
    }

    fn write(
        &mut self,
        cells: &[Option<&RawValue>],
        place: &impl Fn() -> String,
        table: &mut Table<'_>,
        budget: &Budget<'_>,
    ) -> Result<(), Refusal> {
        for (column, cell) in cells.iter().enumerate() {
            let name = &self.columns[column];
            let raw = cell.map_or("", RawValue::get);
            let text = match raw.as_bytes().first() {
                None | Some(b'n') => Cow::Borrowed(""),
                Some(b'"') => unquoted(raw),
                Some(b'[' | b'{') => {
                    self.nested.add(|| format!("{}, key `{name}`", place()));
                    Cow::Owned(compact(raw, budget.limits.values, place)?)
                }
                Some(_) => Cow::Borrowed(raw),
            };
            let kept = &text[..text.floor_char_boundary(budget.limits.cell)];
            if kept.len() < text.len() {
                self.cut.add(|| format!("{}, key `{name}`", place()));
            }
            table.cell(kept)?;
        }
        if cells.is_empty() {
            table.cell("")?;
        }
        table.end_row()
    }

    fn into_notes(self) -> Vec<Note> {
        let notes = [
            self.others,
            self.nested.note(Note::NestedValues),
            self.broken_lines.note(Note::BrokenLines),
            self.repeated.note(Note::RepeatedKeys),
            self.no_objects.note(Note::NoObjects),
            self.cut.note(Note::CutCells),
        ];
        notes.into_iter().flatten().collect()
    }
}

/// An object with its keys in order, repeated ones included.
struct Object<'a>(Vec<(Key<'a>, &'a RawValue)>);

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object<'a>, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

fn object(text: &str) -> serde_json::Result<Object<'_>> {
    serde_json::from_str(text)
}

/// Called with the place of each row, counted from 1, and the row; nothing where it is no object.
type Each<'e, 'a> = &'e mut dyn FnMut(u64, Option<Object<'a>>) -> Result<(), Refusal>;

fn each_row<'a>(source: &Source<'a>, each: Each<'_, 'a>) -> Result<(), Refusal> {
    match source {
        Source::Single(text) => each(1, object(text).ok()),
        Source::Lines(text) => lines(text).try_for_each(|(place, line)| each(place, object(line).ok())),
        Source::List(text) => {
            let mut outcome = Ok(());
            let entries = Entries { each, outcome: &mut outcome };
            let read = serde_json::Deserializer::from_str(text).deserialize_seq(entries);
            outcome?;
            read.map_err(|error| broken(&error))
        }
    }
}

/// Walks a list without holding it.
struct Entries<'e, 'a> {
    each: Each<'e, 'a>,
    outcome: &'e mut Result<(), Refusal>,
}

impl<'a> Visitor<'a> for Entries<'_, 'a> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<(), A::Error> {
        let mut place = 0;
        while let Some(entry) = list.next_element::<&'a RawValue>()? {
            place += 1;
            *self.outcome = (self.each)(place, object(entry.get()).ok());
            if self.outcome.is_err() {
                return Err(de::Error::custom("stopped by us"));
            }
        }
        Ok(())
    }
}

/// Lines that are not blank, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    (1..).zip(text.split('\n')).filter(|(_, line)| !line.trim().is_empty())
}

fn place_in_words(source: &Source<'_>, place: u64) -> String {
    match source {
        Source::Lines(_) => format!("line {place}"),
        Source::List(_) | Source::Single(_) => format!("object {place}"),
    }
}

/// A string without its quotes.
fn unquoted(raw: &str) -> Cow<'_, str> {
    match serde_json::from_str::<Key<'_>>(raw) {
        Ok(text) => text.0,
        Err(_) => Cow::Owned(with_half_pairs(raw)),
    }
}

/// Half of a surrogate pair is no letter: it is read as bytes, and shown as U+FFFD.
fn with_half_pairs(raw: &str) -> String {
    struct Bytes;
    impl Visitor<'_> for Bytes {
        type Value = String;

        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("a string")
        }

        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
            Ok(String::from_utf8_lossy(bytes).into_owned())
        }
    }
    serde_json::Deserializer::from_str(raw).deserialize_bytes(Bytes).unwrap_or_else(|_| raw.to_owned())
}

fn no_table() -> Refusal {
    Refusal::not_read("JSON without a list of objects")
}

/// A list or object without the blanks between its values.
fn compact(raw: &str, deepest: usize, place: &impl Fn() -> String) -> Result<String, Refusal> {
    let mut text = String::with_capacity(raw.len());
    let (mut in_string, mut escaped, mut depth) = (false, false, 0_usize);
    for letter in raw.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            ' ' | '\t' | '\r' | '\n' => continue,
            _ => {}
        }
        if depth > deepest {
            return Err(Refusal::too_large(format!("{} of the JSON", place()), Bound::Values(deepest as u64)));
        }
        text.push(letter);
    }
    Ok(text)
}

fn broken(error: &serde_json::Error) -> Refusal {
    Refusal::damaged(format!("the JSON breaks off or is wrong at line {}, column {}", error.line(), error.column()))
}

#[cfg(test)]
mod tests {
    use super::super::limits::Limits;
    use super::*;

    fn read(text: &str) -> (String, Vec<String>) {
        let limits = Limits::default();
        let (table, notes) = open(text.as_bytes(), &Budget::new(&limits, text.len() as u64)).unwrap();
        (table, notes.iter().map(Note::to_string).collect())
    }

    fn refused(text: &str) -> String {
        let limits = Limits::default();
        open(text.as_bytes(), &Budget::new(&limits, text.len() as u64)).unwrap_err().to_string()
    }

    #[test]
    fn a_list_of_objects_has_columns_in_order_of_appearance() {
        let (table, notes) =
            read(r#"[{"id": 10000000000000000001, "name": "A, B"}, {"extra": true, "id": 1.50, "name": null}]"#);
        assert_eq!(table, "id,name,extra\n10000000000000000001,\"A, B\"\n1.50,,true\n");
        assert!(notes.is_empty());
    }

    #[test]
    fn the_longest_list_of_an_object_is_read() {
        let (table, notes) = read(r#"{"meta": {"x": [{"a": 1}]}, "data": {"leads": [{"id": 1}, {"id": 2}]}}"#);
        assert_eq!(table, "id\n1\n2\n");
        assert_eq!(notes, ["1 further tables are not read, only data.leads"]);
    }

    #[test]
    fn a_broken_line_is_kept_out_and_counted() {
        let (table, notes) = read("{\"id\":1}\n\n{\"id\":\n{\"id\":3}\n");
        assert_eq!(table, "id\n1\n3\n");
        assert_eq!(notes, ["lines that are no JSON object, kept out: 1, at line 3"]);
    }

    #[test]
    fn nested_values_and_repeated_keys_are_noted() {
        let (table, notes) = read(r#"[{"a": [1, {"b": "c d"}], "k": 1, "k": "\u00fc"}]"#);
        assert_eq!(table, "a,k\n\"[1,{\"\"b\"\":\"\"c d\"\"}]\",ü\n");
        assert_eq!(notes.len(), 2);
    }

    #[test]
    fn what_is_cut_short_or_no_table_is_refused() {
        assert_eq!(refused(r#"[{"a": 1}, {"a""#), "damaged: the JSON breaks off or is wrong at line 1, column 15");
        assert_eq!(refused("[[1, 2], [3]]"), "JSON without a list of objects is not read");
        let deep = format!("[{{\"a\": {}{}}}]", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(refused(&deep), "object 1 of the JSON is over the limit of 64 values inside each other");
    }
}
