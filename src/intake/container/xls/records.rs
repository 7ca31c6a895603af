//! The records of a BIFF8 stream. Gives each with its continuations; numbers and short texts are read out of a
//! record by their place, and a place outside it is damage.

use super::super::refusal::Refusal;

/// The kinds that matter to us (MS-XLS, 2.3).
pub(super) mod kind {
    pub(in super::super) const BEGIN: u16 = 0x0809;
    pub(in super::super) const END: u16 = 0x000A;
    pub(in super::super) const CONTINUE: u16 = 0x003C;
    pub(in super::super) const FILE_PASS: u16 = 0x002F;
    pub(in super::super) const DATE_MODE: u16 = 0x0022;
    pub(in super::super) const BOUND_SHEET: u16 = 0x0085;
    pub(in super::super) const FORMAT: u16 = 0x041E;
    pub(in super::super) const STYLE: u16 = 0x00E0;
    pub(in super::super) const SHARED_STRINGS: u16 = 0x00FC;
    pub(in super::super) const FORMULA: u16 = 0x0006;
    pub(in super::super) const FORMULA_TEXT: u16 = 0x0207;
    pub(in super::super) const NUMBER: u16 = 0x0203;
    pub(in super::super) const SHORT_NUMBER: u16 = 0x027E;
    pub(in super::super) const SHORT_NUMBERS: u16 = 0x00BD;
    pub(in super::super) const SHARED_LABEL: u16 = 0x00FD;
    pub(in super::super) const LABEL: u16 = 0x0204;
    pub(in super::super) const RICH_LABEL: u16 = 0x00D6;
    pub(in super::super) const TRUTH_OR_ERROR: u16 = 0x0205;
}

/// Walks the records.
pub(super) struct Records<'a> {
    rest: &'a [u8],
}

/// One record.
pub(super) struct Record<'a> {
    /// What it is.
    pub(super) kind: u16,
    /// Its bytes, and those of each continuation.
    pub(super) pieces: Vec<&'a [u8]>,
}

impl<'a> Records<'a> {
    /// From the start of a stream, or from a sheet on.
    pub(super) const fn new(rest: &'a [u8]) -> Records<'a> {
        Records { rest }
    }

    fn one(&mut self) -> Option<(u16, &'a [u8])> {
        let (kind, length) = (u16_in(self.rest, 0)?, usize::from(u16_in(self.rest, 2)?));
        let data = self.rest.get(4..4 + length)?;
        self.rest = &self.rest[4 + length..];
        Some((kind, data))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Refusal>;

    fn next(&mut self) -> Option<Result<Record<'a>, Refusal>> {
        if self.rest.is_empty() {
            return None;
        }
        let Some((kind, data)) = self.one() else {
            return Some(Err(Refusal::damaged("the workbook is cut short")));
        };
        let mut pieces = vec![data];
        while u16_in(self.rest, 0) == Some(kind::CONTINUE) {
            match self.one() {
                Some((_, more)) => pieces.push(more),
                None => return Some(Err(Refusal::damaged("the workbook is cut short"))),
            }
        }
        Some(Ok(Record { kind, pieces }))
    }
}

impl<'a> Record<'a> {
    /// The bytes without the continuations.
    pub(super) fn data(&self) -> &'a [u8] {
        self.pieces[0]
    }

    /// A byte.
    pub(super) fn u8(&self, at: usize) -> Result<u8, Refusal> {
        self.data().get(at).copied().ok_or_else(|| self.short())
    }

    /// Two bytes.
    pub(super) fn u16(&self, at: usize) -> Result<u16, Refusal> {
        u16_in(self.data(), at).ok_or_else(|| self.short())
    }

    /// Four bytes.
    pub(super) fn u32(&self, at: usize) -> Result<u32, Refusal> {
        self.array(at).map(u32::from_le_bytes)
    }

    /// Bytes of a number that is not whole.
    pub(super) fn f64(&self, at: usize) -> Result<f64, Refusal> {
        self.array(at).map(f64::from_le_bytes)
    }

    /// Some bytes.
    pub(super) fn array<const N: usize>(&self, at: usize) -> Result<[u8; N], Refusal> {
        let found = self.data().get(at..).and_then(|bytes| bytes.first_chunk());
        found.copied().ok_or_else(|| self.short())
    }

    /// A text whose length is one byte.
    pub(super) fn short_text(&self, at: usize) -> Result<String, Refusal> {
        let length = usize::from(self.u8(at)?);
        self.letters(at + 1, length)
    }

    /// A text whose length is two bytes.
    pub(super) fn long_text(&self, at: usize) -> Result<String, Refusal> {
        let length = usize::from(self.u16(at)?);
        self.letters(at + 2, length)
    }

    fn letters(&self, at: usize, length: usize) -> Result<String, Refusal> {
        let wide = self.u8(at)? & 1 == 1;
        let bytes = self.data().get(at + 1..at + 1 + length * (1 + usize::from(wide)));
        Ok(decoded(bytes.ok_or_else(|| self.short())?, wide))
    }

    fn short(&self) -> Refusal {
        Refusal::damaged(format!("a record of kind {:#06x} in the workbook is too short", self.kind))
    }
}

/// Letters of two bytes, or of one byte where all of a text are below U+0100.
pub(super) fn decoded(bytes: &[u8], wide: bool) -> String {
    if !wide {
        return bytes.iter().copied().map(char::from).collect();
    }
    let units = bytes.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn u16_in(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}
