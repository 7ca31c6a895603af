//! Keys that occur more than once among millions, found with little memory.
//!
//! Takes the keys of a column twice over, gives those that occur again, each with all its places, in the order in which
//! they first stand. Nearly all keys of an export occur once, so the first time only a few bits of each are kept; the
//! second time the few keys that may have occurred before are compared as text. What a key is, and what to do about one
//! that comes again, is left to the caller. [`hash64`] is a hash for other uses too: the same on every machine, and
//! between versions as long as its test stands.

use hashbrown::HashTable;

/// Bits in the table for each key: one in about thirty-two keys is a candidate without cause.
const BITS_PER_KEY: usize = 16;
/// Odd numbers without a pattern: the fractional parts of the square roots of 2 (its last bit set), 3 and 5.
const FACTORS: [u64; 3] = [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b];

/// A key that occurs more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated<'a> {
    /// The key.
    pub key: &'a str,
    /// Where it first stands.
    pub first: usize,
    /// Where it stands again, in order.
    pub again: Vec<usize>,
}

/// The keys that occur more than once, in the order in which they first stand. Places count from 0.
///
/// `count` is how many keys there are, near enough: it sets how much memory is used (2 to 4 bytes a key).
pub fn duplicates<'a>(keys: impl Iterator<Item = &'a str> + Clone, count: usize) -> Vec<Repeated<'a>> {
    let candidates = Candidates::of(keys.clone(), count);
    let mut seen: Vec<Repeated<'a>> = Vec::new();
    if candidates.is_empty {
        return seen;
    }
    let mut places: HashTable<usize> = HashTable::new();
    for (place, key) in keys.enumerate() {
        let hash = hash64(key);
        if !candidates.hold(hash) {
            continue;
        }
        match places.find(hash, |at| seen[*at].key == key) {
            Some(at) => seen[*at].again.push(place),
            None => {
                places.insert_unique(hash, seen.len(), |at| hash64(seen[*at].key));
                seen.push(Repeated { key, first: place, again: Vec::new() });
            }
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
    fn of<'a>(keys: impl Iterator<Item = &'a str>, count: usize) -> Self {
        let mut once = Bits::for_keys(count);
        let mut hashes = Vec::new();
        for key in keys {
            let hash = hash64(key);
            if once.set(hash) {
                hashes.push(hash);
            }
        }
        // The table is as large as few hashes need, so that it stays in the fastest memory.
        let mut bits = Bits::for_keys(hashes.len());
        for hash in &hashes {
            // Other bits than before: what was taken for one key by the first table is told apart by this.
            bits.set(hash.rotate_left(32));
        }
        Self { bits, is_empty: hashes.is_empty() }
    }

    #[inline]
    fn hold(&self, hash: u64) -> bool {
        self.bits.has(hash.rotate_left(32))
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

    /// Sets the bit; tells whether it was set.
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

/// A hash of short texts, eight bytes at a time: a multiplication whose halves are laid over one another, as in W. Yi's
/// *wyhash*. Not for texts that somebody chose to collide.
#[must_use]
#[inline]
pub fn hash64(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut state = FACTORS[0] ^ bytes.len() as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        state = folded(state ^ u64::from_le_bytes(*word), FACTORS[1]);
    }
    // The length is part of the state, so what fills up the last word cannot be taken for text.
    let last = match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)),
        _ => rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    folded(state ^ last, FACTORS[2])
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
            0xe087_f629_9ff1_b481,
            0xba22_bb49_17dc_44ba,
            0x6162_e74a_435c_e64e,
            0x6562_5834_bed0_1b8a,
            0xa014_ca60_c0df_d401,
            0xf6de_7db8_d542_1b63,
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
    fn what_occurs_again_is_found_with_its_places() {
        let keys = ["b", "a", "c", "a", "b", "a", ""];
        let found = duplicates(keys.into_iter(), keys.len());
        let expected = [("b", 0, vec![4]), ("a", 1, vec![3, 5])];
        assert_eq!(found, expected.map(|(key, first, again)| Repeated { key, first, again }));
        assert!(duplicates(std::iter::empty(), 0).is_empty());
    }

    proptest! {
        #[test]
        fn all_are_found_and_no_more(keys in prop::collection::vec("[a-c]{0,4}|[a-b]{7,10}", 0..60), count in 0..100_usize) {
            let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            keys.iter().enumerate().for_each(|(place, key)| places.entry(key).or_default().push(place));
            let mut expected: Vec<_> = places.into_iter().filter(|(_, places)| places.len() > 1).collect();
            expected.sort_by_key(|(_, places)| places[0]);
            let found = duplicates(keys.iter().map(String::as_str), count);
            let found: Vec<_> = found.into_iter().map(|key| (key.key, [vec![key.first], key.again].concat())).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
