//! A part as it may be shown: takes a [`Part`] and the project, gives both without the names of the persons that the
//! exports name, and counts what was withheld. All texts of a site come from these two, so that nothing else need be
//! looked through. Figures do not change: what was different stays different.
//!
//! Exceptions: owners by name where the project shows them, and names of companies where a slice is about companies; the
//! organisation of the report, which is one.

use std::collections::{BTreeMap, BTreeSet};

use super::Part;
use crate::cases::OWNER;
use crate::intake::Skipped;
use crate::intake::decoding::Decoding;
use crate::privacy::columns::{is_company, is_name};
use crate::privacy::people::{People, Texts, may_hold_name};
use crate::privacy::roll::Roll;
use crate::project::{OwnerNames, Project, SliceOrigin, Table};
use crate::record::{ColumnReport, FileReport};

/// What may be shown.
pub struct Shown {
    /// The part, with names assigned.
    pub part: Part,
    /// The project.
    pub project: Project,
    /// Text of the project file.
    pub project_text: Option<String>,
    /// How many texts held a name.
    pub withheld: u64,
}

/// A part, its project and the text of the project file, without names of persons.
pub fn shown(mut part: Part, project: &Project, text: Option<&str>) -> Shown {
    let mut project = project.clone();
    let mut text = text.map(str::to_owned);
    let Part { names, facts, people, .. } = &mut part;
    names.tell(facts, &project);
    // The stages of deals are in no page, and the project knows them by their names.
    let roll: Roll = std::mem::take(people);
    let mut pass = Pass::Collecting(Texts::default());
    everything(&mut part, &mut project, &mut text, &mut pass);
    let Pass::Collecting(texts) = pass else { unreachable!("it was begun as that") };
    let people = People::of(&roll, &texts, project.privacy.owners == OwnerNames::Hidden);
    drop(roll);
    let mut pass = Pass::Masking(people, 0);
    everything(&mut part, &mut project, &mut text, &mut pass);
    let Pass::Masking(_, withheld) = pass else { unreachable!("it was begun as that") };
    Shown { part, project, project_text: text, withheld }
}

/// What takes a text, to read it or to change it.
type Take<'a> = dyn FnMut(&mut String) + 'a;

/// A pass over all texts: the first collects them, the second masks each.
enum Pass {
    Collecting(Texts),
    Masking(People, u64),
}

impl Pass {
    /// A single text.
    fn at(&mut self, text: &mut String) {
        match self {
            Pass::Collecting(texts) => texts.take(text),
            Pass::Masking(people, withheld) => {
                if let std::borrow::Cow::Owned(masked) = people.mask(text) {
                    *text = masked;
                    *withheld += 1;
                }
            }
        }
    }

    fn at_each<'t>(&mut self, texts: impl IntoIterator<Item = &'t mut String>) {
        texts.into_iter().for_each(|text| self.at(text));
    }

    /// Texts that stand for different things.
    fn at_members(&mut self, texts: &mut [String]) {
        match self {
            Pass::Collecting(all) => texts.iter().for_each(|text| all.take(text)),
            Pass::Masking(people, withheld) => *withheld += people.mask_apart(texts),
        }
    }

    /// The keys of a map.
    fn at_keys<V>(&mut self, map: &mut BTreeMap<String, V>) {
        let (mut keys, values): (Vec<String>, Vec<V>) = std::mem::take(map).into_iter().unzip();
        self.at_members(&mut keys);
        *map = keys.into_iter().zip(values).collect();
    }

    /// The same names wherever they occur: `each` gives every one of them to what it is given.
    fn at_shared(&mut self, each: &mut dyn FnMut(&mut Take<'_>)) {
        match self {
            Pass::Collecting(texts) => each(&mut |text| texts.take(text)),
            Pass::Masking(people, _) if people.is_empty() => {}
            Pass::Masking(people, withheld) => {
                let mut all = BTreeSet::new();
                each(&mut |text| {
                    if may_hold_name(text) && !all.contains(text) {
                        all.insert(text.clone());
                    }
                });
                let shown = people.shown_as(all.iter().map(String::as_str));
                *withheld += shown.len() as u64;
                each(&mut |text| {
                    if let Some(masked) = shown.get(text) {
                        text.clone_from(masked);
                    }
                });
            }
        }
    }
}

/// Looks at every text that a page, a download or a message of findings may hold.
fn everything(part: &mut Part, project: &mut Project, text: &mut Option<String>, pass: &mut Pass) {
    let Part { facts, lists, files, skipped, .. } = part;
    for (at, (name, members)) in facts.dimensions.iter_mut().enumerate() {
        let origin = project.slices.get(name.as_str());
        let header = origin.map_or("", |origin| origin.column.as_str());
        if at == OWNER || origin.is_some_and(is_of_companies) {
            continue;
        }
        if origin.is_some() && is_name(header) {
            // Members are names, whatever they look like; the first is that of a blank.
            if let Pass::Masking(_, withheld) = pass {
                *withheld += People::withhold_all(members, |member| member > 0);
            }
            continue;
        }
        pass.at_members(members);
    }
    pass.at_members(&mut facts.reasons);
    pass.at_shared(&mut |take| lists.values_mut().flatten().for_each(|listed| take(&mut listed.id)));
    pass.at_shared(&mut |take| {
        files.iter_mut().for_each(|file| take(&mut file.name));
        skipped.iter_mut().for_each(|skip| take(&mut skip.name));
    });
    files.iter_mut().for_each(|file| of_file(file, pass));
    for Skipped { name: _, reason, detail, is_known: _, proposal: _, headers, samples: _, is_passing: _ } in skipped {
        pass.at_each([reason, detail].into_iter().chain(headers));
    }
    of_project(project, pass);
    if let Some(text) = text {
        let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        pass.at_each(&mut lines);
        *text = lines.join("\n");
    }
}

/// Whether a slice is about companies by their names.
fn is_of_companies(origin: &SliceOrigin) -> bool {
    let is_own = origin.table == Table::Accounts && origin.column.eq_ignore_ascii_case("name");
    is_own || is_company(&origin.column)
}

fn of_file(file: &mut FileReport, pass: &mut Pass) {
    let FileReport { name: _, title, why, table: _, hash: _, bytes: _, decoding, notes, columns, unused, .. } = file;
    let Decoding { titles, twice, notes: remarks, .. } = decoding;
    pass.at_each([title, why]);
    pass.at_each(titles.iter_mut().chain(twice).chain(remarks).chain(notes));
    // Two headers of one file stay two.
    let mut headers: Vec<String> = columns.iter().map(|column| column.header.clone()).collect();
    headers.append(unused);
    pass.at_members(&mut headers);
    *unused = headers.split_off(columns.len());
    for (ColumnReport { header, field: _, examples, mapped, unmapped, sensed, .. }, shown) in
        columns.iter_mut().zip(headers)
    {
        *header = shown;
        pass.at_each(examples.iter_mut().map(|(_, text)| text).chain(sensed));
        pass.at_keys(mapped);
        pass.at_keys(unmapped);
    }
}

/// What the project file says in words of its own. Its organisation is a company.
fn of_project(project: &mut Project, pass: &mut Pass) {
    pass.at(&mut project.report.title);
    pass.at_each(project.stage_names.values_mut());
    pass.at_each(project.definitions.texts.values_mut());
    pass.at_keys(&mut project.agreements.stall);
    let mut unknown: Vec<String> = std::mem::take(&mut project.sources.unknown).into_iter().collect();
    pass.at_members(&mut unknown);
    project.sources.unknown = unknown.into_iter().collect();
}
