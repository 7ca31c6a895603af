//! Whether parts belong together: takes parts with the names of their files, gives the first thing by which they do not.

use std::collections::BTreeMap;

use super::{Part, Share, Stated, Unlike};
use crate::record::Choice;
use crate::stage::Stage;

/// Whether sorted parts belong together.
pub(super) fn check(parts: &[(String, Part)]) -> Result<(), Unlike> {
    let Some((file, first)) = parts.first() else { return Ok(()) };
    for (other, part) in parts {
        if first.origin.settings != part.origin.settings {
            return Err(Unlike::Settings { file: other.clone() });
        }
        let (one, two) = (&first.facts, &part.facts);
        if one.as_of_day != two.as_of_day {
            return Err(Unlike::AsOf(Stated::new(file, one.as_of_day), Stated::new(other, two.as_of_day)));
        }
        // Waits are measured between stages that follow one another among those that are reached.
        if one.stages != two.stages {
            let (file, other) = (file.clone(), other.clone());
            return Err(match names_beyond(&one.stages, &two.stages) {
                stages if stages.is_empty() => {
                    Unlike::Stages { file: other, other: file, stages: names_beyond(&two.stages, &one.stages) }
                }
                stages => Unlike::Stages { file, other, stages },
            });
        }
        if one.currency != two.currency {
            return Err(Unlike::Currency(Stated::new(file, &one.currency), Stated::new(other, &two.currency)));
        }
    }
    let mut hashes: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for of_exports in parts.chunk_by(|(_, one), (_, other)| one.origin.exports == other.origin.exports) {
        shares(of_exports)?;
        let (file, part) = &of_exports[0];
        for export in &part.files {
            if let Some(other) = hashes.insert((&export.hash, &export.title), file) {
                return Err(Unlike::Twice { what: export.name.clone(), one: other.to_owned(), other: file.clone() });
            }
        }
    }
    choices(parts)
}

/// The stages that are not among others.
fn names_beyond(stages: &[Stage], others: &[Stage]) -> String {
    let beyond = stages.iter().filter(|stage| !others.contains(stage));
    beyond.map(|stage| stage.short()).collect::<Vec<_>>().join(", ")
}

/// Whether these are all shares of the same exports, each once.
fn shares(parts: &[(String, Part)]) -> Result<(), Unlike> {
    for pair in parts.windows(2) {
        let [(file, one), (other, two)] = pair else { continue };
        let twice = |what: String| Unlike::Twice { what, one: file.clone(), other: other.clone() };
        match (one.origin.share, two.origin.share) {
            (Some(one), Some(two)) if one.of != two.of => {
                return Err(Unlike::Cut(Stated::new(file, one.of), Stated::new(other, two.of)));
            }
            (Some(one), Some(two)) if one == two => {
                return Err(twice(format!("share {} of {}", one.number, one.of)));
            }
            (Some(_), Some(_)) => {}
            _ => return Err(twice("one folder".to_owned())),
        }
    }
    let (file, first) = &parts[0];
    let Some(Share { of, .. }) = first.origin.share else { return Ok(()) };
    let is_there =
        |number: &usize| parts.iter().any(|(_, part)| part.origin.share == Some(Share { number: *number, of }));
    match (1..=of).find(|number| !is_there(number)) {
        Some(number) => Err(Unlike::Missing { number, of, file: file.clone() }),
        None => Ok(()),
    }
}

/// How a column was read in one of the files.
struct Read<'p> {
    file: &'p str,
    exports: &'p str,
    choice: Choice,
    is_assumed: bool,
}

/// Whether columns of one kind were read alike in different exports. Where the values of both say how they are written,
/// each is right; where those of one do not, it would have been read like the other, had all been counted together.
fn choices(parts: &[(String, Part)]) -> Result<(), Unlike> {
    let mut known: BTreeMap<(&str, &str, &str), Vec<Read<'_>>> = BTreeMap::new();
    for (file, part) in parts {
        for (export, column) in part.files.iter().flat_map(|export| export.columns.iter().map(move |one| (export, one)))
        {
            let Some(choice) = column.choice else { continue };
            let alike = known.entry((&export.title, export.table.id(), &column.field)).or_default();
            let read = Read { file, exports: &part.origin.exports, choice, is_assumed: column.ambiguous };
            let is_unlike = |other: &&Read<'_>| {
                other.exports != read.exports && other.choice != choice && (other.is_assumed || read.is_assumed)
            };
            if let Some(other) = alike.iter().find(is_unlike) {
                return Err(Unlike::Choice {
                    column: format!("`{}` of {}", column.field, export.title),
                    file: other.file.to_owned(),
                    read: other.choice,
                    other: file.clone(),
                    otherwise: choice,
                });
            }
            alike.push(read);
        }
    }
    Ok(())
}
