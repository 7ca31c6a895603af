//! Keys as prints, and keys that occur more than once among millions, found with little memory.
//!
//! A key that is only ever compared (the id of a touch, the lead that it names, an address) is kept as a [`print()`] of 64
//! bits in place of its text. Two keys of an export have the same one by chance with a probability of `n² / 2⁶⁵`: one in
//! ten thousand that this happens to any two of sixty million touches, one in three billion among a hundred thousand.
//!
//! [`duplicates`] takes the prints of a column twice over, gives those that occur again, each with all its places, in the
//! order in which they first occur. Nearly all keys of an export occur once, so the first time only a bit of each is
//! kept. What a key is, and what to do about one that comes again, is left to the caller. [`hash64`] is a hash for other
//! uses too: the same on every machine, and between versions as long as its test passes.

use hashbrown::HashMap;

use super::batch::NO_PRINT;

/// Bits in the table for each key: one in about thirty-two keys is a candidate without cause.
const BITS_PER_KEY: usize = 16;
/// Odd numbers without a pattern: the fractional parts of the square roots of 2 (its last bit set), 3, 5 and 7.
const FACTORS: [u64; 4] = [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1];

/// What distinguishes a key; [`NO_PRINT`] for an empty one.
#[must_use]
#[inline]
pub fn print(key: &str) -> u64 {
    if key.is_empty() { NO_PRINT } else { hash64(key).max(NO_PRINT + 1) }
}

/// A key that occurs more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// Where it first occurs.
    pub first: usize,
    /// Where it occurs again, in order.
    pub again: Vec<usize>,
}

/// The keys that occur more than once, in the order in which they first occur; absent ones do not count. Places count
/// from 0.
///
/// `count` is how many keys there are, near enough: it sets how much memory is used (2 to 4 bytes a key).
pub fn duplicates(prints: impl Iterator<Item = u64> + Clone, count: usize) -> Vec<Repeated> {
    let candidates = Candidates::of(prints.clone(), count);
    let mut seen: Vec<Repeated> = Vec::new();
    if candidates.is_empty {
        return seen;
    }
    let mut places: HashMap<u64, usize> = HashMap::new();
    for (place, print) in prints.enumerate().filter(|(_, print)| candidates.hold(*print)) {
        let at = *places.entry(print).or_insert(seen.len());
        match seen.get_mut(at) {
            Some(repeated) => repeated.again.push(place),
            None => seen.push(Repeated { first: place, again: Vec::new() }),
        }
    }
    seen.retain(|key| !key.again.is_empty());
    seen
}

/// Hashes that occurred more than once, or may have.
struct Candidates {
    bits: Bits,
    is_empty: bool,
}

impl Candidates {
    fn of(prints: impl Iterator<Item = u64>, count: usize) -> Self {
        let mut once = Bits::for_keys(count);
        let hashes: Vec<u64> = prints.filter(|print| *print != NO_PRINT && once.set(*print)).collect();
        // The table is as large as few hashes need, so that it stays in the fastest memory.
        let mut bits = Bits::for_keys(hashes.len());
        for hash in &hashes {
            // Other bits than before: what was taken for one key by the first table is separated by this.
            bits.set(hash.rotate_left(32));
        }
        Self { bits, is_empty: hashes.is_empty() }
    }

    #[inline]
    fn hold(&self, print: u64) -> bool {
        print != NO_PRINT && self.bits.has(print.rotate_left(32))
    }
}

/// A bit for each hash, shared by those with the same lower part.
struct Bits {
    words: Vec<u64>,
    mask: usize,
}

impl Bits {
    fn for_keys(count: usize) -> Self {
        let words = count.saturating_mul(BITS_PER_KEY).div_ceil(64).next_power_of_two();
        Self { words: vec![0; words], mask: words - 1 }
    }

    /// Sets the bit; returns whether it was set.
    #[inline]
    fn set(&mut self, hash: u64) -> bool {
        let bit = 1 << (hash & 63);
        let word = &mut self.words[(hash >> 6) as usize & self.mask];
        let was_set = *word & bit != 0;
        *word |= bit;
        was_set
    }

    #[inline]
    fn has(&self, hash: u64) -> bool {
        self.words[(hash >> 6) as usize & self.mask] >> (hash & 63) & 1 == 1
    }
}

/// A hash of short texts, eight bytes at a time: a multiplication whose halves are combined, as in W. Yi's
/// *wyhash*. Not for texts that somebody chose to collide.
#[must_use]
#[inline]
pub fn hash64(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut state = FACTORS[0];
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        state = folded(state ^ u64::from_le_bytes(*word), FACTORS[1]);
    }
    let last = match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)),
        _ => rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    // The length comes in on its own, so that what fills up the last word cannot be taken for text.
    folded(folded(state ^ last, FACTORS[2]) ^ bytes.len() as u64, FACTORS[3])
}

#[inline]
fn folded(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    (product as u64) ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn a_hash_is_the_same_on_every_machine() {
        let hashes = ["", "a", "T000001", "T0000012", "0015g00000XyZab", "ada.lovelace@example.com"].map(hash64);
        // Worked out by a second implementation, in Python.
        let known = [
            0x5ab3_6d30_fb85_f72f,
            0x34a4_0019_dcad_7fae,
            0x920d_7c36_cc11_01f2,
            0xa76c_812a_e333_f5c8,
            0x0e7a_d57d_aec8_952d,
            0xe45b_70bf_e305_0d19,
        ];
        assert_eq!(hashes, known);
    }

    #[test]
    fn ids_that_count_up_do_not_share_hashes_nor_many_bits() {
        let ids: Vec<String> = (0..200_000).map(|n| format!("T{n:07}")).collect();
        let hashes: BTreeSet<u64> = ids.iter().map(|id| hash64(id)).collect();
        assert_eq!(hashes.len(), ids.len());
        for shift in [0, 16, 32, 40] {
            let bits: BTreeSet<u64> = hashes.iter().map(|hash| hash >> shift & 0x3f_ffff).collect();
            // 200 000 balls into 2^22 urns leave 195 299 of these filled, give or take 70.
            assert!((194_800..195_800).contains(&bits.len()), "{shift}: {}", bits.len());
        }
    }

    #[test]
    fn texts_of_any_length_do_not_share_prints() {
        let of_length = |length: u32| {
            let spelled =
                move |n: u64| (0..length).map(|bit| if n >> bit & 1 == 1 { 'a' } else { 'b' }).collect::<String>();
            (0..1_u64 << length.min(14)).map(spelled)
        };
        let texts: BTreeSet<String> =
            (1..=18).flat_map(of_length).chain(["babaaba", "baba"].map(str::to_owned)).collect();
        let prints: BTreeSet<u64> = texts.iter().map(|text| print(text)).collect();
        assert_eq!(prints.len(), texts.len());
    }

    #[test]
    fn what_occurs_again_is_found_with_its_places() {
        let keys = ["b", "", "a", "c", "a", "b", "a", ""];
        let found = duplicates(keys.into_iter().map(print), keys.len());
        let expected = [(0, vec![5]), (2, vec![4, 6])];
        assert_eq!(found, expected.map(|(first, again)| Repeated { first, again }));
        assert!(duplicates(std::iter::empty(), 0).is_empty());
    }

    proptest! {
        #[test]
        fn all_are_found_and_no_more(keys in prop::collection::vec("[a-c]{0,4}|[a-b]{7,10}", 0..60), count in 0..100_usize) {
            let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            let keyed = keys.iter().enumerate().filter(|(_, key)| !key.is_empty());
            keyed.for_each(|(place, key)| places.entry(key).or_default().push(place));
            let mut expected: Vec<_> = places.into_values().filter(|places| places.len() > 1).collect();
            expected.sort_by_key(|places| places[0]);
            let found = duplicates(keys.iter().map(|key| print(key)), count);
            let found: Vec<_> = found.into_iter().map(|key| [vec![key.first], key.again].concat()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
