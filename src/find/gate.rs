//! The gate: whether a figure may be said to differ. Takes all figures, gives each rate and return of a member its
//! judgement, asked in this one place, so that charts, tables and sentences say the same.
//!
//! A member is held against all others, not against the whole that it is a part of. It only differs where that survives the
//! number of members held against each other: by Holm's correction over the members of one figure in one period that have
//! cases enough. What nobody recorded is no contender, and none of the others either.

use std::cmp::Ordering;

use super::figures::{Figure, Figures, Row};
use super::measure::{Id, Of, Unit};
use super::stats::{Interval, Z_95, two_shares};

/// Fewest cases on which a rate is judged.
pub const LEAST_CASES: i128 = 30;
/// How often chance alone may call any one of the members that are held against each other different.
pub const LEVEL: f64 = 0.05;

/// What may be said of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// Higher than the rest, beyond chance.
    Above,
    /// Lower than the rest, beyond chance.
    Below,
    /// No clear difference from the rest.
    NoDifference,
    /// Nothing may be said.
    NotJudged(Why),
}

/// Why nothing may be said of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It, or all others together, rests on too few cases.
    TooFew,
    /// It is what nobody recorded.
    Unrecorded,
    /// It tells neither counts nor an interval to hold it by.
    NotComparable,
}

/// Judges the members of all figures. `is_unrecorded` says of a dimension and its member whether that is what nobody
/// recorded.
pub fn judge(figures: &mut Figures, is_unrecorded: impl Fn(&str, &str) -> bool) {
    for (id, rows) in figures.rows_mut().filter(|(id, _)| matches!(id.measure.unit, Unit::Rate | Unit::Ratio)) {
        for of_period in rows.chunk_by_mut(|one, other| one.period == other.period) {
            let (whole, members) =
                of_period.split_at_mut(of_period.partition_point(|row| row.member.dimension.is_empty()));
            let Some(whole) = whole.first().map(|row| row.figure.clone()) else { continue };
            for members in members.chunk_by_mut(|one, other| one.member.dimension == other.member.dimension) {
                judge_members(id, &whole, members, &is_unrecorded);
            }
        }
    }
}

fn judge_members(id: Id, whole: &Figure, members: &mut [Row], is_unrecorded: &impl Fn(&str, &str) -> bool) {
    let is_unrecorded = |row: &&Row| is_unrecorded(&row.member.dimension, &row.member.name);
    let unrecorded = members.iter().filter(is_unrecorded).filter_map(|row| counts(&row.figure));
    let named = counts(whole).map(|all| unrecorded.fold(all, |(k, n), (own, of)| (k - own, n - of)));
    let held = |row: &Row| {
        if is_unrecorded(&row) {
            return Some(Err(Why::Unrecorded));
        }
        row.figure.value.is_some().then(|| held_against_rest(id, &row.figure, whole, named))
    };
    let held: Vec<Option<Result<Held, Why>>> = members.iter().map(held).collect();
    let differs = holm(&held.iter().map(|held| Some(held.as_ref()?.as_ref().ok()?.chance)).collect::<Vec<_>>());
    for ((row, held), differs) in members.iter_mut().zip(held).zip(differs) {
        row.figure.judgement = held.map(|held| match held {
            Err(why) => Judgement::NotJudged(why),
            Ok(_) if !differs => Judgement::NoDifference,
            Ok(Held { side: Ordering::Greater, .. }) => Judgement::Above,
            Ok(_) => Judgement::Below,
        });
    }
}

/// A member held against the rest.
struct Held {
    /// Whether it lies above or below.
    side: Ordering,
    /// How often chance alone makes a difference as large as this.
    chance: f64,
}

/// What a rate is made of.
fn counts(figure: &Figure) -> Option<(i128, i128)> {
    figure.numerator.zip(figure.denominator)
}

/// `named` is what the rate of all recorded members is made of.
fn held_against_rest(id: Id, member: &Figure, whole: &Figure, named: Option<(i128, i128)>) -> Result<Held, Why> {
    let is_few = |cases: i128| member.unit == Unit::Rate && cases < LEAST_CASES;
    if is_few(member.denominator.unwrap_or(LEAST_CASES)) {
        return Err(Why::TooFew);
    }
    let is_quotient = member.unit == Unit::Rate && !matches!(id.measure.of, Of::LeadsSoFar | Of::Amounts);
    if !is_quotient {
        return against_whole(member, whole);
    }
    let ((own, of), (all, of_all)) = counts(member).zip(named).ok_or(Why::NotComparable)?;
    let (rest, of_rest) = (all - own, of_all - of);
    // Members that overlap, or a whole that is not their sum, have no rest.
    if rest < 0 || of_rest < rest || is_few(of_rest) {
        return Err(Why::TooFew);
    }
    let count = |cases: i128| u64::try_from(cases).map_err(|_| Why::NotComparable);
    let chance = two_shares(count(own)?, count(of)?, count(rest)?, count(of_rest)?).ok_or(Why::NotComparable)?;
    let side = (own * of_rest).cmp(&(rest * of));
    Ok(Held { side, chance })
}

/// Where there are no counts to take the rest from, the interval is all there is.
fn against_whole(member: &Figure, whole: &Figure) -> Result<Held, Why> {
    let held = || {
        let (value, whole) = (member.real()?, whole.real()?);
        let Interval { low, high } = member.interval?;
        let end = if whole < value { value - low } else { high - value };
        let distance = (value - whole).abs();
        // A value on the end of its interval is certain only as far as the interval tells.
        let chance = if end > 0.0 { libm::erfc(distance / end * Z_95 / std::f64::consts::SQRT_2) } else { 1.0 };
        Some(Held { side: value.total_cmp(&whole), chance })
    };
    held().ok_or(Why::NotComparable)
}

/// Which of several differences are no chance, where any one of them may be taken for one in at most one of twenty cases.
/// Source: S. Holm, Scandinavian Journal of Statistics 6 (1979) 65–70.
pub fn holm(chances: &[Option<f64>]) -> Vec<bool> {
    let mut order: Vec<(usize, f64)> =
        chances.iter().enumerate().filter_map(|(at, chance)| Some((at, (*chance)?))).collect();
    order.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    let mut differs = vec![false; chances.len()];
    let all = order.len();
    let clear = order.iter().enumerate().take_while(|(place, (_, chance))| chance * (all - place) as f64 <= LEVEL);
    clear.for_each(|(_, (at, _))| differs[*at] = true);
    differs
}

#[cfg(test)]
mod tests {
    use super::super::funnel;
    use super::*;
    use crate::calendar::Period;
    use crate::stage::Stage;

    /// Judgements of sources with so many customers of so many leads.
    fn judged(sources: &[(&str, u64, u64)]) -> Vec<Option<Judgement>> {
        let id = funnel::CONVERSION.pair(Stage::Lead, Stage::Customer);
        let mut figures = Figures::default();
        let sum = |of: fn(&(&str, u64, u64)) -> u64| sources.iter().map(of).sum();
        figures.put(id, Period::All, "", "", Figure::rate(sum(|one| one.1), sum(|one| one.2)));
        for (name, customers, leads) in sources {
            figures.put(id, Period::All, "source", name, Figure::rate(*customers, *leads));
        }
        judge(&mut figures, |_, member| member == "(none)");
        let of = |name: &str| figures.get(id, Period::All, "source", name).unwrap().judgement;
        sources.iter().map(|(name, ..)| of(name)).collect()
    }

    /// Benjamini and Hochberg, JRSS B 57 (1995) 289–300, table 1; Holm names three of the fifteen.
    #[test]
    fn holm_names_three_of_fifteen() {
        let chances = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let named = holm(&chances.map(Some));
        assert_eq!(named.iter().filter(|differs| **differs).count(), 3);
        assert!(named[..3].iter().all(|differs| *differs));
        assert_eq!(holm(&[None, Some(0.04), None]), [false, true, false], "what is not judged counts for nothing");
    }

    #[test]
    fn a_member_is_held_against_the_rest_with_regard_to_their_number() {
        // By its own interval against the rate of all, A would stand out: 2.9 % to 11.5 % against 12.1 %.
        let alike = [("A", 7, 120), ("B", 16, 120), ("C", 16, 120), ("D", 15, 120), ("E", 17, 120), ("F", 16, 120)];
        assert!(judged(&alike).iter().all(|one| *one == Some(Judgement::NoDifference)), "{:?}", judged(&alike));
        let twice = [("A", 36, 120), ("B", 14, 120), ("C", 16, 120), ("D", 15, 120), ("E", 17, 120), ("F", 16, 120)];
        assert_eq!(judged(&twice)[0], Some(Judgement::Above));
        assert!(judged(&twice)[1..].iter().all(|one| *one == Some(Judgement::NoDifference)));
    }

    #[test]
    fn one_success_and_what_nobody_recorded_are_never_named() {
        let few = [("Fair", 1, 108), ("Web", 0, 900), ("Mail", 0, 800)];
        assert_eq!(judged(&few)[0], Some(Judgement::NoDifference), "one customer is no evidence");
        let unknown = [("(none)", 61, 320), ("Web", 30, 900), ("Fair", 30, 900), ("Talk", 1, 12)];
        let expected = [
            Judgement::NotJudged(Why::Unrecorded),
            Judgement::NoDifference,
            Judgement::NoDifference,
            Judgement::NotJudged(Why::TooFew),
        ];
        assert_eq!(judged(&unknown), expected.map(Some), "with it among the others both would be below");
    }
}
