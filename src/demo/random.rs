//! Repeatable randomness for the demo company.
//!
//! Takes a seed, a purpose and a number; gives a stream of draws that depends on nothing else, so
//! that lead 7 is the same lead whatever was drawn for the leads before it. Integer arithmetic
//! only: the same plan gives the same bytes on every machine.
//!
//! The generator is xoshiro256++ 1.0, its state filled by SplitMix64, both by Blackman and Vigna,
//! <https://prng.di.unimi.it/> (public domain).

/// What a stream is drawn for. Streams of different purposes are unrelated.
#[derive(Clone, Copy)]
pub enum Purpose {
    /// The moment a lead comes in.
    Arrival = 1,
    /// Whether a lead is a second record of the person before it.
    SecondRecord,
    /// Whether a lead sits on an earlier lead's account.
    Sharing,
    /// What happens to a lead.
    Story,
    /// Name, title and phone number of a person.
    Person,
    /// Name, industry, country and size of an account.
    Account,
    /// A deal without a lead.
    LooseDeal,
    /// Advertising spend of a day.
    Spend,
}

/// A probability in ten-thousandths, so that products of probabilities are known exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share(pub u16);

impl Share {
    /// Certainty.
    const WHOLE: u16 = 10_000;

    /// The probability as a fraction of one.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / f64::from(Self::WHOLE)
    }

    /// The probability that it does not happen.
    pub const fn complement(self) -> Self {
        Self(Self::WHOLE - self.0)
    }
}

/// One stream of draws.
pub struct Random([u64; 4]);

impl Random {
    /// The stream of this seed, purpose and number.
    pub fn stream(seed: u64, purpose: Purpose, number: u64) -> Self {
        let mut state = seed;
        let mut mixed = split_mix(&mut state) ^ purpose as u64;
        mixed = split_mix(&mut mixed) ^ number;
        Self(std::array::from_fn(|_| split_mix(&mut mixed)))
    }

    /// Sixty-four fresh bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A whole number from 0 up to, not including, `limit` (0 if `limit` is 0).
    pub fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(limit)) >> 64) as u64
    }

    /// An index below `count`.
    pub fn index(&mut self, count: usize) -> usize {
        self.below(count as u64) as usize
    }

    /// A whole number from `low` to `high`, both possible; `low` if there is no room between them.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let room = high.saturating_sub(low).max(0) as u64;
        low + self.below(room + 1) as i64
    }

    /// Like [`Random::between`], but small values are far more common: the cube of an even draw.
    /// Waiting times and amounts look like this, and a cube needs no logarithm.
    pub fn skewed(&mut self, low: i64, high: i64) -> i64 {
        let draw = u128::from(self.bits() >> 32);
        let cube = (draw * draw * draw) >> 32;
        let room = high.saturating_sub(low).max(0) as u128;
        low + ((cube * (room + 1)) >> 64) as i64
    }

    /// True with this probability.
    pub fn chance(&mut self, share: Share) -> bool {
        self.below(u64::from(Share::WHOLE)) < u64::from(share.0)
    }

    /// An index, each as likely as its weight.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let mut rest = self.below(weights.clone().sum());
        for (index, weight) in weights.enumerate() {
            if rest < weight {
                return index;
            }
            rest -= weight;
        }
        0
    }

    /// One of the values, each equally likely.
    pub fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.index(values.len())]
    }
}

/// One step of SplitMix64.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_mix_gives_the_published_first_values() {
        let mut state = 1_234_567;
        assert_eq!(split_mix(&mut state), 6_457_827_717_110_365_317);
        assert_eq!(split_mix(&mut state), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_stream_depends_on_seed_purpose_and_number_alone() {
        let first = |seed, purpose, number| Random::stream(seed, purpose, number).bits();
        assert_eq!(first(7, Purpose::Story, 3), first(7, Purpose::Story, 3));
        assert_ne!(first(7, Purpose::Story, 3), first(8, Purpose::Story, 3));
        assert_ne!(first(7, Purpose::Story, 3), first(7, Purpose::Person, 3));
        assert_ne!(first(7, Purpose::Story, 3), first(7, Purpose::Story, 4));
    }

    #[test]
    fn draws_stay_in_their_bounds() {
        let mut random = Random::stream(1, Purpose::Story, 1);
        for _ in 0..1000 {
            assert!((5..=9).contains(&random.between(5, 9)));
            assert!((5..=9).contains(&random.skewed(5, 9)));
            assert_eq!(random.between(5, 4), 5);
            assert_ne!(random.weighted([3, 0, 2].into_iter()), 1);
        }
    }

    #[test]
    fn a_share_comes_up_as_often_as_it_says() {
        let mut random = Random::stream(1, Purpose::Story, 1);
        let hits = (0..100_000).filter(|_| random.chance(Share(2_500))).count();
        assert!((24_300..25_700).contains(&hits), "{hits} of 100000");
    }
}
