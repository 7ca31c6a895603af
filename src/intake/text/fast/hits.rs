//! Where certain bytes are in a text, 64 bytes at a time.

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// Goes from one of four bytes to the next.
pub(super) struct Hits<'a> {
    text: &'a [u8],
    wanted: [u8; 4],
    /// Where the block begins that is looked at.
    base: usize,
    /// Its bytes that are wanted, from the lowest bit on, without those given.
    left: u64,
    /// The place behind the last one given.
    passed: usize,
}

impl<'a> Hits<'a> {
    pub(super) fn of(text: &'a [u8], wanted: [u8; 4]) -> Self {
        let left = block(text, 0, wanted);
        Self { text, wanted, base: 0, left, passed: 0 }
    }

    /// The next place, and the byte that is there.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<(usize, u8)> {
        while self.left == 0 {
            self.base += BLOCK;
            if self.base >= self.text.len() {
                self.base = self.text.len();
                self.passed = self.base;
                return None;
            }
            self.left = block(self.text, self.base, self.wanted);
        }
        let at = self.base + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        self.passed = at + 1;
        Some((at, *self.text.get(at)?))
    }

    /// The place behind the last one given.
    #[inline(always)]
    pub(super) fn passed(&self) -> usize {
        self.passed
    }
}

/// A bit for each wanted byte of a block.
#[inline(always)]
fn block(text: &[u8], base: usize, wanted: [u8; 4]) -> u64 {
    let rest = text.get(base..).unwrap_or_default();
    match rest.first_chunk() {
        Some(block) => bits(block, wanted),
        None => {
            let mut last = [0; BLOCK];
            last[..rest.len()].copy_from_slice(rest);
            bits(&last, wanted) & ((1 << rest.len()) - 1)
        }
    }
}

#[inline(always)]
fn bits(block: &[u8; BLOCK], [one, two, three, four]: [u8; 4]) -> u64 {
    let mut found = [0; BLOCK];
    // A plain loop over bytes, which the compiler does sixteen at a time.
    for (found, &byte) in found.iter_mut().zip(block) {
        *found = u8::from(byte == one) | u8::from(byte == two) | u8::from(byte == three) | u8::from(byte == four);
    }
    let (words, _) = found.as_chunks::<8>();
    // Eight bytes of 0 or 1 times this number have them as the bits of the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    words.iter().rev().fold(0, |bits, word| bits << 8 | u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_is_found_once_and_in_order(text in "[a,;\n\0-]{0,200}") {
            let mut hits = Hits::of(text.as_bytes(), *b",\n;;");
            let mut found = Vec::new();
            while let Some((at, byte)) = hits.next() {
                prop_assert_eq!(hits.passed(), at + 1);
                found.push((at, byte));
            }
            let expected: Vec<_> = text.bytes().enumerate().filter(|(_, byte)| b",\n;".contains(byte)).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
