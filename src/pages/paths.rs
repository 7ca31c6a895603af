//! Names of files and anchors: takes slugs, periods, dimensions and ids, gives where a page, a download or a definition is.
//! All paths are from the root of the site.

use super::list;
use crate::calendar::Period;
use crate::find::measure::Id;
use crate::find::report::Report;

/// A name as a slug: `a` to `z`, digits and single `-`.
pub fn slug(name: &str) -> String {
    let kept = |letter: char| letter.is_ascii_alphanumeric();
    let words = name.split(|letter| !kept(letter)).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    words.join("-")
}

/// A dimension's name as a slug that no other dimension of the report has; project files name slices freely.
pub fn dimension_slug(report: &Report, dimension: &str) -> String {
    let plain = slug(dimension);
    if plain == dimension {
        return plain;
    }
    let place = report.dimensions.iter().position(|other| other.name == dimension);
    format!("{plain}-slice-{}", place.unwrap_or(0) + 1)
}

/// The file of a page in a period: those of the period that the site opens with, and pages without a period, are at the
/// root; those of another period are in a folder named after it.
pub fn page(report: &Report, slug: &str, period: Period) -> String {
    if period == report.periods.shown || !list::of(slug).by_period {
        format!("{slug}.html")
    } else {
        format!("{}/{slug}.html", folder(period))
    }
}

/// The download of a table of a period.
pub fn table(report: &Report, id: &str, period: Period) -> String {
    if period == report.periods.shown { format!("data/{id}.csv") } else { format!("data/{}-{id}.csv", folder(period)) }
}

/// The anchor of a leak on the pages.
pub fn leak(id: &str) -> String {
    format!("leak-{}", slug(id))
}

/// The list of cases behind a leak.
pub fn cases(leak: &str) -> String {
    format!("data/cases-{}.csv", slug(leak))
}

/// Where a figure is defined: `methods.html#def-feedback-rate`.
pub fn definition(id: impl Into<Id>) -> String {
    format!("methods.html#{}", definition_anchor(&id.into().definition()))
}

/// The anchor of a definition on the methods page.
pub fn definition_anchor(definition: &str) -> String {
    format!("def-{}", definition.replace(['.', '_'], "-"))
}

fn folder(period: Period) -> String {
    period.label().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_hold_only_what_an_id_may() {
        assert_eq!(slug("Größe (Mitarbeiter)"), "gr-e-mitarbeiter");
        assert_eq!((slug("no_source"), slug("—")), ("no-source".to_owned(), String::new()));
    }
}
