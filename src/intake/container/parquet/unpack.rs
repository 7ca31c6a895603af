//! Unpacks pages: Snappy and LZ4 here, as each is a screenful and then no number of theirs makes room for anything;
//! gzip and zstd by the readers that whole files use.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use parquet::basic::CompressionCodec;

use super::super::inflate;
use super::thrift::Thrift;

/// Whether pages packed so can be unpacked.
pub(super) fn is_known(codec: CompressionCodec) -> bool {
    use CompressionCodec::{GZIP, LZ4_RAW, SNAPPY, UNCOMPRESSED, ZSTD};
    matches!(codec, UNCOMPRESSED | SNAPPY | GZIP | ZSTD | LZ4_RAW)
}

/// Unpacks to exactly `size` bytes; nothing where they are fewer or more.
pub(super) fn unpack(codec: CompressionCodec, packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let unpacked = match codec {
        CompressionCodec::SNAPPY => snappy(packed, size),
        CompressionCodec::LZ4_RAW => lz4(packed, size),
        CompressionCodec::GZIP => exactly(MultiGzDecoder::new(packed), size),
        CompressionCodec::ZSTD => exactly(inflate::zstd_frames(packed), size),
        _ => None,
    };
    unpacked.filter(|unpacked| unpacked.len() == size)
}

fn exactly(reader: impl Read, size: usize) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    reader.take(size as u64 + 1).read_to_end(&mut unpacked).ok()?;
    Some(unpacked)
}

/// Bytes on their way out, never more than asked for.
struct Out {
    bytes: Vec<u8>,
    size: usize,
}

impl Out {
    const fn new(size: usize) -> Out {
        Out { bytes: Vec::new(), size }
    }

    /// Passes on the next `length` bytes of `from`.
    fn literal(&mut self, from: &mut &[u8], length: usize) -> Option<()> {
        let (literal, rest) = from.split_at_checked(length)?;
        *from = rest;
        self.bytes.extend_from_slice(literal);
        (self.bytes.len() <= self.size).then_some(())
    }

    /// Repeats what is `back` bytes before the end. A copy longer than that repeats itself.
    fn copy(&mut self, back: usize, length: usize) -> Option<()> {
        if back == 0 || self.bytes.len() + length > self.size {
            return None;
        }
        let start = self.bytes.len().checked_sub(back)?;
        let mut left = length;
        while left > 0 {
            let step = left.min(self.bytes.len() - start);
            self.bytes.extend_from_within(start..start + step);
            left -= step;
        }
        Some(())
    }
}

/// Snappy without frames (`format_description.txt` of google/snappy): the length, then literals and copies.
fn snappy(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut length = Thrift::new(packed);
    if length.varint()? != size as u64 {
        return None;
    }
    let mut rest = length.rest();
    let mut out = Out::new(size);
    while !rest.is_empty() {
        let tag = number(&mut rest, 1)?;
        match tag & 3 {
            0 => {
                let length = match tag >> 2 {
                    short @ ..60 => short,
                    long => number(&mut rest, long - 59)?,
                };
                out.literal(&mut rest, length.checked_add(1)?)?;
            }
            1 => {
                let low = number(&mut rest, 1)?;
                out.copy((tag >> 5) << 8 | low, 4 + (tag >> 2 & 7))?;
            }
            wide => {
                let back = number(&mut rest, if wide == 2 { 2 } else { 4 })?;
                out.copy(back, 1 + (tag >> 2))?;
            }
        }
    }
    Some(out.bytes)
}

/// A block of LZ4 (`lz4_Block_format.md` of lz4/lz4): literals and a copy by turns; the last literals end it.
fn lz4(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut rest = packed;
    let mut out = Out::new(size);
    while !rest.is_empty() {
        let token = number(&mut rest, 1)?;
        let literal = long_length(&mut rest, token >> 4)?;
        out.literal(&mut rest, literal)?;
        if rest.is_empty() {
            break;
        }
        let back = number(&mut rest, 2)?;
        let length = long_length(&mut rest, token & 15)?;
        out.copy(back, length + 4)?;
    }
    Some(out.bytes)
}

/// A length of 15 goes on in the next bytes, as long as they are 255.
fn long_length(rest: &mut &[u8], short: usize) -> Option<usize> {
    let mut length = short;
    let mut goes_on = short == 15;
    while goes_on {
        let more = number(rest, 1)?;
        length += more;
        goes_on = more == 255;
    }
    Some(length)
}

/// A number of one to four bytes, the lowest first.
fn number(rest: &mut &[u8], width: usize) -> Option<usize> {
    let (bytes, after) = rest.split_at_checked(width)?;
    *rest = after;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_copies_of_both_kinds() {
        // "ab", then six bytes from two back.
        assert_eq!(snappy(&[8, 1 << 2, b'a', b'b', (2 << 2) | 1, 2], 8).as_deref(), Some(&b"abababab"[..]));
        assert_eq!(lz4(&[0x22, b'a', b'b', 2, 0, 0x10, b'c'], 9).as_deref(), Some(&b"ababababc"[..]));
    }

    #[test]
    fn what_claims_more_than_it_may_is_nothing() {
        assert_eq!(snappy(&[255, 255, 255, 255, 15, 0], 8), None);
        assert_eq!(snappy(&[8, 1 << 2, b'a', b'b', (7 << 2) | 1, 2], 8), None);
        assert_eq!(snappy(&[8, 1 << 2, b'a', b'b', (2 << 2) | 1, 3], 8), None);
        assert_eq!(lz4(&[0x2F, b'a', b'b', 2, 0, 255, 255, 0], 9), None);
        assert_eq!(unpack(CompressionCodec::LZ4_RAW, &[0x10, b'a'], 2), None);
    }
}
