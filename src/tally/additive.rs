//! Adding up, and telling by other codes: what every table of counts can do, whatever it counts. Takes the fields of a
//! record or the tables of a family by name, once; what is counted stands in each family's file.

use std::collections::BTreeMap;

use super::tables::add_histogram;
use super::{Histogram, Place};
use crate::cases::Relabelling;
use crate::cases::deals::Outcome;
use crate::stage::Stage;
use serde::{Deserialize, Serialize};

/// A number of a record, or several of one kind.
pub trait Number {
    /// Adds another.
    fn plus(&mut self, other: Self);
}

macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl Number for $number {
            fn plus(&mut self, other: $number) {
                *self += other;
            }
        })+
    };
}
numbers!(u64, i64, i128);

impl<N: Number, const COUNT: usize> Number for [N; COUNT] {
    fn plus(&mut self, other: [N; COUNT]) {
        self.iter_mut().zip(other).for_each(|(own, other)| own.plus(other));
    }
}

/// Makes a record of numbers one that adds up, number by number; one that is forgotten does not compile.
macro_rules! adds_up {
    ($record:ident { $($number:ident),+ $(,)? }) => {
        impl std::ops::AddAssign for $record {
            fn add_assign(&mut self, other: $record) {
                let $record { $($number),+ } = other;
                $($crate::tally::additive::Number::plus(&mut self.$number, $number);)+
            }
        }

        impl $crate::tally::additive::Value for $record {
            fn add(&mut self, other: $record) {
                *self += other;
            }
        }
    };
}
pub(super) use adds_up;

/// What stands under a key of a table.
pub trait Value: Default {
    /// Adds another.
    fn add(&mut self, other: Self);
}

impl Value for Histogram {
    fn add(&mut self, other: Histogram) {
        add_histogram(self, other);
    }
}

impl Value for u64 {
    fn add(&mut self, other: u64) {
        *self += other;
    }
}

/// What numbers are kept by.
pub trait Key: Ord + Sized {
    /// The same by other codes; most keys hold none.
    #[must_use]
    fn relabelled(self, _codes: &Relabelling) -> Self {
        self
    }
}

impl Key for () {}
impl Key for Stage {}
impl Key for Outcome {}

/// The code of a reason of a verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason(pub u32);

impl Key for Reason {
    fn relabelled(self, codes: &Relabelling) -> Reason {
        Reason(codes.reasons[self.0 as usize])
    }
}

/// The code of a stage of deals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DealStage(pub u32);

impl Key for DealStage {
    fn relabelled(self, codes: &Relabelling) -> DealStage {
        DealStage(codes.stages[self.0 as usize])
    }
}

impl<K: Key> Key for (Place, K) {
    fn relabelled(self, codes: &Relabelling) -> (Place, K) {
        let (place, key) = self;
        let member = match place.dimension {
            0 => place.member,
            at => codes.members[at - 1][place.member as usize],
        };
        (Place { member, ..place }, key.relabelled(codes))
    }
}

/// A table that adds up.
pub trait Additive {
    /// Adds another, key by key.
    fn add(&mut self, other: Self);
    /// The same by other codes.
    #[must_use]
    fn relabelled(self, codes: &Relabelling) -> Self;
}

impl<K: Key, V: Value> Additive for BTreeMap<K, V> {
    fn add(&mut self, other: BTreeMap<K, V>) {
        if self.is_empty() {
            *self = other;
            return;
        }
        other.into_iter().for_each(|(key, value)| self.entry(key).or_default().add(value));
    }

    fn relabelled(self, codes: &Relabelling) -> BTreeMap<K, V> {
        self.into_iter().map(|(key, value)| (key.relabelled(codes), value)).collect()
    }
}

/// Makes a family's tally of its tables: it adds up and is told by other codes table by table; one that is forgotten does
/// not compile.
macro_rules! tables_of {
    ($tally:ident { $($table:ident),+ $(,)? }) => {
        impl $crate::tally::additive::Additive for $tally {
            fn add(&mut self, other: $tally) {
                let $tally { $($table),+ } = other;
                $($crate::tally::additive::Additive::add(&mut self.$table, $table);)+
            }

            fn relabelled(self, codes: &$crate::cases::Relabelling) -> $tally {
                let $tally { $($table),+ } = self;
                $tally { $($table: $crate::tally::additive::Additive::relabelled($table, codes)),+ }
            }
        }
    };
}
pub(super) use tables_of;

/// What a code in a column of our own stands for, by the place of each in `all`; nothing for null.
///
/// # Panics
/// For a code that is none: whoever made the column and who reads it disagree.
pub fn decoded<T: Copy>(all: &[T], code: Option<i32>) -> Option<T> {
    let known = |code: i32| usize::try_from(code).ok().and_then(|code| all.get(code)).copied();
    code.map(|code| known(code).unwrap_or_else(|| panic!("{code} is none of {} codes", all.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Month;

    #[test]
    fn tables_and_their_keys_go_by_other_codes() {
        let codes = Relabelling { members: vec![vec![0, 2, 1]], reasons: vec![0, 5], stages: vec![7] };
        let place = |dimension, member| Place { dimension, member, month: Some(Month(3)) };
        let table = BTreeMap::from([((place(0, 0), Reason(1)), 4_u64), ((place(1, 1), Reason(0)), 5)]);
        let expected = BTreeMap::from([((place(0, 0), Reason(5)), 4), ((place(1, 2), Reason(0)), 5)]);
        assert_eq!(Additive::relabelled(table, &codes), expected);
        assert_eq!(DealStage(0).relabelled(&codes), DealStage(7));
    }

    #[test]
    #[should_panic(expected = "9 is none of 2 codes")]
    fn an_unknown_code_is_a_mistake_of_our_own() {
        assert_eq!((decoded(&[1, 2], None), decoded(&[1, 2], Some(1))), (None, Some(2)));
        decoded(&[1, 2], Some(9));
    }
}
