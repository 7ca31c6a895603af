//! Measures in words: what each is called, means, and how it is computed.
//!
//! Takes the declared measures, gives their entries of the catalogue. Leaks have words of their own.

use super::{Value, find, message};
use crate::find::measure::{Id, Unit};
use crate::find::{FAMILIES, attribution};

/// What the methods page prints of a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The id that figures are defined under, such as `feedback.rate`.
    pub id: String,
    /// Its name.
    pub term: String,
    /// What it says.
    pub meaning: String,
    /// How it is computed.
    pub formula: String,
    /// Where the formula comes from.
    pub source: String,
}

/// The definitions of all measures but the leaks, by family, each once.
pub fn definitions() -> Vec<Definition> {
    let mut ids: Vec<String> = Vec::new();
    for measure in FAMILIES.iter().flat_map(|family| family.measures) {
        let own = match measure.definition.contains("{}") {
            false => vec![measure.definition.to_owned()],
            true => (attribution::MODELS.iter()).map(|model| measure.definition.replace("{}", model)).collect(),
        };
        let is_new = |id: &String| !ids.contains(id) && has(id);
        let own: Vec<String> = own.into_iter().filter(is_new).collect();
        ids.extend(own);
    }
    ids.into_iter().map(definition).collect()
}

fn definition(id: String) -> Definition {
    let key = key(&id);
    let say = |attribute: &str| message(&format!("{key}.{attribute}"), &[]);
    Definition { term: message(&key, &[]), meaning: say("meaning"), formula: say("formula"), source: say("source"), id }
}

/// The name of what is defined under an id; none for a leak.
pub fn term(definition: &str) -> Option<String> {
    find(&key(definition), &[])
}

/// Whether the catalogue defines something under an id.
fn has(definition: &str) -> bool {
    term(definition).is_some()
}

/// What one figure is called on the pages: the label of its measure, with the stages that it is of in `stages`, and the
/// percentile of a duration or a number of things. None for a leak.
pub fn label(id: Id, stages: &[(&str, Value<'_>)]) -> Option<String> {
    let key = key(&id.definition());
    let name = find(&format!("{key}.label"), stages).or_else(|| find(&key, stages))?;
    let has_percentiles = matches!(id.measure.unit, Unit::Count | Unit::Days | Unit::Minutes);
    Some(match id.number().filter(|_| has_percentiles) {
        None => name,
        Some(percentile) => message(&format!("percentile-{percentile}"), &[("name", name.into())]),
    })
}

fn key(definition: &str) -> String {
    format!("measure-{}", definition.replace(['.', '_'], "-"))
}
