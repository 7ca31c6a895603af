//! Measures in words: what each is called, means, and how it is computed.
//!
//! Takes the declared measures, gives their entries of the catalogue. Leaks have words of their own.

use super::{Value, find, message};
use crate::find::measure::Id;
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
            true => (attribution::models().into_iter()).map(|model| measure.definition.replace("{}", model)).collect(),
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
    Some(match id.number().filter(|_| id.measure.is_percentile) {
        None => name,
        Some(percentile) => message(&format!("percentile-{percentile}"), &[("name", name.into())]),
    })
}

fn key(definition: &str) -> String {
    format!("measure-{}", definition.replace(['.', '_'], "-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find::FAMILIES;
    use crate::find::measure::Unit;

    #[test]
    fn percentiles_of_one_measure_have_names_of_their_own_whatever_their_unit() {
        let all = FAMILIES.iter().flat_map(|family| family.measures.iter().copied());
        let mut units = Vec::new();
        for measure in all.filter(|measure| measure.is_percentile && measure.pattern.matches("{}").count() == 1) {
            let names = [50, 90].map(|percentile| label(measure.at(percentile), &[]).unwrap());
            assert_ne!(names[0], names[1], "{}", measure.pattern);
            units.push(measure.unit);
        }
        assert!(units.contains(&Unit::Count) && units.contains(&Unit::Days) && units.contains(&Unit::Minutes));
    }
}
