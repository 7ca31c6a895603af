//! The shared texts of an XLS workbook. They run on over the records that continue theirs, and a text that is cut by
//! such a border says anew there whether its letters are wide.

use super::super::refusal::Refusal;
use super::super::shared_texts::SharedTexts;
use super::records::{Record, decoded};

const WIDE: u8 = 1;
const WITH_READING_AID: u8 = 4;
const WITH_RUNS: u8 = 8;
const RUN_LEN: usize = 4;

/// Reads all texts.
pub(super) fn read(record: &Record<'_>) -> Result<SharedTexts, Refusal> {
    let mut bytes = Pieces { pieces: &record.pieces, at: 8 };
    let count = record.u32(4)?;
    let mut texts = SharedTexts::default();
    for place in 0..count {
        let damaged = || Refusal::damaged(format!("shared text {place} of {count} is cut short"));
        let text = bytes.text().ok_or_else(damaged)?;
        texts.push(&text)?;
        texts.end_one()?;
    }
    Ok(texts)
}

/// The text that fills a record, and perhaps the records that continue it.
pub(super) fn whole(record: &Record<'_>) -> Option<String> {
    let mut bytes = Pieces { pieces: &record.pieces, at: 0 };
    let length = usize::from(u16::from_le_bytes([bytes.byte()?, bytes.byte()?]));
    let wide = bytes.byte()? & WIDE != 0;
    bytes.letters(length, wide)
}

/// The pieces of a record as one run of bytes.
struct Pieces<'a> {
    pieces: &'a [&'a [u8]],
    at: usize,
}

impl<'a> Pieces<'a> {
    fn text(&mut self) -> Option<String> {
        let length = usize::from(u16::from_le_bytes([self.byte()?, self.byte()?]));
        let flags = self.byte()?;
        let runs = match flags & WITH_RUNS {
            0 => 0,
            _ => usize::from(u16::from_le_bytes([self.byte()?, self.byte()?])),
        };
        let aid = match flags & WITH_READING_AID {
            0 => 0,
            _ => u32::from_le_bytes([self.byte()?, self.byte()?, self.byte()?, self.byte()?]) as usize,
        };
        let text = self.letters(length, flags & WIDE != 0)?;
        self.skip(runs * RUN_LEN + aid)?;
        Some(text)
    }

    fn letters(&mut self, mut left: usize, mut wide: bool) -> Option<String> {
        let mut text = String::new();
        while left > 0 {
            if self.here().is_empty() {
                self.go_on()?;
                wide = self.byte()? & WIDE != 0;
            }
            let width = 1 + usize::from(wide);
            let count = left.min(self.here().len() / width);
            if count == 0 && !self.here().is_empty() {
                return None;
            }
            text.push_str(&decoded(&self.here()[..count * width], wide));
            self.at += count * width;
            left -= count;
        }
        Some(text)
    }

    fn here(&self) -> &'a [u8] {
        self.pieces.first().and_then(|piece| piece.get(self.at..)).unwrap_or_default()
    }

    fn go_on(&mut self) -> Option<()> {
        self.pieces = self.pieces.get(1..).filter(|rest| !rest.is_empty())?;
        self.at = 0;
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        while self.here().is_empty() {
            self.go_on()?;
        }
        self.at += 1;
        Some(self.pieces[0][self.at - 1])
    }

    fn skip(&mut self, mut left: usize) -> Option<()> {
        while left > self.here().len() {
            left -= self.here().len();
            self.go_on()?;
        }
        self.at += left;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_on_in_the_next_record_with_other_letters() {
        let first = [&[2, 0, 0, 0, 2, 0, 0, 0][..], &[4, 0, 0], b"ab"].concat();
        let second =
            [&[1][..], "cé".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().as_slice(), &[1, 0, 0, b'x']]
                .concat();
        let record = Record { kind: 0xFC, pieces: vec![&first, &second] };
        let texts = read(&record).unwrap();
        assert_eq!((texts.get(0), texts.get(1), texts.get(2)), (Some("abcé"), Some("x"), None));
    }

    #[test]
    fn a_count_beyond_the_record_is_damage() {
        let bytes = [255, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, b'x'];
        assert!(read(&Record { kind: 0xFC, pieces: vec![&bytes] }).is_err());
    }
}
