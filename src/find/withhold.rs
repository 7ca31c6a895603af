//! Withholding: figures of an owner about fewer people than `privacy.min_cell` are not published. Where one member of
//! a figure is withheld alone, the next smallest is too, so that it cannot be found by subtraction.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::{Figure, Figures, Key, Unit};
use crate::calendar::Period;

/// The dimension that is about people who can be known.
pub const OWNER: &str = "owner";

/// Withholds what is about too few people.
pub fn withhold(figures: &mut Figures, min_cell: u32) {
    let least = i128::from(min_cell);
    if least <= 1 {
        return;
    }
    let mut cells: BTreeMap<(String, Period), Vec<(i128, String)>> = BTreeMap::new();
    for (key, figure) in figures.iter().filter(|(key, _)| key.dimension == OWNER) {
        if let Some(people) = people(figure).filter(|people| *people > 0) {
            cells.entry((key.figure.clone(), key.period)).or_default().push((people, key.member.clone()));
        }
    }
    let mut hidden: BTreeSet<Key> = BTreeSet::new();
    // An amount that does not say how many people it is about goes with the number of the owner's leads.
    let leads = |key: &Key| figures.get("roi.leads", key.period, OWNER, &key.member).and_then(people);
    for (key, _) in figures.iter().filter(|(key, figure)| key.dimension == OWNER && people(figure).is_none()) {
        if leads(key).is_some_and(|leads| leads < least) {
            hidden.insert(key.clone());
        }
    }
    for ((figure, period), mut members) in cells {
        members.sort();
        let few = members.iter().filter(|(people, _)| *people < least).count();
        let withheld = if few == 1 { 2 } else { few };
        for (_, member) in members.into_iter().take(withheld) {
            hidden.insert(Key { figure: figure.clone(), period, dimension: OWNER.to_owned(), member });
        }
    }
    let note = format!("withheld: fewer than {min_cell}");
    for (key, figure) in figures.iter_mut() {
        if hidden.contains(key) {
            *figure = Figure::missing(figure.unit, note.clone());
        }
    }
}

/// How many people a figure is about: its denominator, or for a count the count itself.
fn people(figure: &Figure) -> Option<i128> {
    match (figure.denominator, figure.unit) {
        (Some(people), _) => Some(people),
        (None, Unit::Count) => figure.whole_value(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_small_cell_takes_the_next_with_it() {
        let mut figures = Figures::default();
        for (member, of) in [("Owner 1", 40), ("Owner 2", 9), ("Owner 3", 3)] {
            figures.put("feedback.rate", Period::All, OWNER, member, Figure::rate(2, of));
        }
        withhold(&mut figures, 5);
        let shown = |member| figures.get("feedback.rate", Period::All, OWNER, member).unwrap().value.is_some();
        assert_eq!([shown("Owner 1"), shown("Owner 2"), shown("Owner 3")], [true, false, false]);
    }
}
