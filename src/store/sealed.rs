//! Bytes with a hash behind them: takes any, gives them sealed, and back only if none has changed.

/// Length of the hash.
const HASH: usize = 32;

/// The bytes with their BLAKE3 behind them.
#[must_use]
pub fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let hash = blake3::hash(&bytes);
    bytes.extend_from_slice(hash.as_bytes());
    bytes
}

/// The bytes that were sealed; `None` where they are not what they were.
#[must_use]
pub fn unsealed(bytes: &[u8]) -> Option<&[u8]> {
    let (content, hash) = bytes.split_at_checked(bytes.len().checked_sub(HASH)?)?;
    (blake3::hash(content).as_bytes() == hash).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_changed_bit_is_noticed() {
        let bytes = sealed(b"rows".to_vec());
        assert_eq!(unsealed(&bytes), Some(b"rows".as_slice()));
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(unsealed(&damaged), None, "bit {bit}");
        }
        assert_eq!(unsealed(&bytes[1..]), None);
        assert_eq!(unsealed(b"short"), None);
    }
}
