//! Withholding: figures of an owner about fewer people than `privacy.min_cell` are not published. Where one member of
//! a figure is withheld alone, the next smallest is too, so that it cannot be found by subtraction.

use std::collections::BTreeMap;

use super::figures::{Figure, Figures};
use super::measure::Unit;
use super::remark::Remark;
use super::sources;
use crate::calendar::Period;

/// The dimension that is about people who can be known.
pub const OWNER: &str = "owner";

/// Withholds what is about too few people.
pub fn withhold(figures: &mut Figures, min_cell: u32) {
    let least = i128::from(min_cell);
    if least <= 1 {
        return;
    }
    // People, member and place of each cell of one figure in one period.
    type Cells<'f> = Vec<(i128, &'f str, usize)>;
    let mut cells: BTreeMap<(&str, Period), Cells<'_>> = BTreeMap::new();
    let mut hidden = vec![false; figures.len()];
    for (at, (key, figure)) in figures.iter().enumerate().filter(|(_, (key, _))| key.dimension == OWNER) {
        match people(figure) {
            Some(count) if count > 0 => {
                cells.entry((key.text, key.period)).or_default().push((count, key.member, at));
            }
            Some(_) => {}
            // An amount that does not say how many people it is about goes with the number of the owner's leads.
            None => {
                let leads = figures.get(&sources::LEADS, key.period, OWNER, key.member).and_then(people);
                hidden[at] = leads.is_some_and(|leads| leads < least);
            }
        }
    }
    for mut members in cells.into_values() {
        members.sort_unstable();
        let few = members.iter().filter(|(people, ..)| *people < least).count();
        let withheld = if few == 1 { 2 } else { few };
        members.iter().take(withheld).for_each(|(.., at)| hidden[*at] = true);
    }
    for (figure, _) in figures.values_mut().zip(hidden).filter(|(_, hidden)| *hidden) {
        *figure = Figure::missing(figure.unit, Remark::Withheld(min_cell));
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
            figures.put(&super::super::feedback::RATE, Period::All, OWNER, member, Figure::rate(2, of));
        }
        withhold(&mut figures, 5);
        let shown =
            |member| figures.get(&super::super::feedback::RATE, Period::All, OWNER, member).unwrap().value.is_some();
        assert_eq!([shown("Owner 1"), shown("Owner 2"), shown("Owner 3")], [true, false, false]);
    }
}
