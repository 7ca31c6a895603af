//! The little of Thrift's compact protocol that the checks need: walk over fields, read whole numbers, skip the rest.
//! Nothing is stored, a list cannot be longer than the bytes that are left, and depth is limited.

/// Structures inside structures; Parquet's own go five deep.
const DEEPEST: usize = 32;

const STOP: u8 = 0;
pub(super) const TRUE: u8 = 1;
pub(super) const FALSE: u8 = 2;
pub(super) const BYTE: u8 = 3;
pub(super) const DOUBLE: u8 = 7;
pub(super) const BINARY: u8 = 8;
pub(super) const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
pub(super) const STRUCT: u8 = 12;

/// A place in the bytes.
#[derive(Clone)]
pub(super) struct Thrift<'a> {
    bytes: &'a [u8],
    depth: usize,
}

/// The fields of one structure.
pub(super) struct Fields {
    last: i16,
}

impl<'a> Thrift<'a> {
    /// At the start of a structure.
    pub(super) const fn new(bytes: &'a [u8]) -> Thrift<'a> {
        Thrift { bytes, depth: 0 }
    }

    /// What was not walked over yet.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// The fields of the structure that begins here.
    pub(super) const fn fields(&self) -> Fields {
        Fields { last: 0 }
    }

    /// The number of a field of this kind; nothing for a field of any other kind, which is skipped.
    pub(super) fn int(&mut self, kind: u8) -> Option<Option<i64>> {
        match kind {
            TRUE => Some(Some(1)),
            FALSE => Some(Some(0)),
            4..=6 => Some(Some(self.zigzag()?)),
            other => {
                self.skip(other)?;
                Some(None)
            }
        }
    }

    /// How many elements of what kind the list here holds.
    pub(super) fn list(&mut self) -> Option<(usize, u8)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => usize::try_from(self.varint()?).ok()?,
            few => usize::from(few),
        };
        (count <= self.bytes.len()).then_some((count, head & 15))
    }

    /// Walks over a value.
    pub(super) fn skip(&mut self, kind: u8) -> Option<()> {
        match kind {
            TRUE | FALSE => Some(()),
            BYTE => self.byte().map(drop),
            4..=6 => self.varint().map(drop),
            DOUBLE => self.take(8),
            BINARY => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.take(length)
            }
            LIST | SET => self.deeper(Thrift::skip_list),
            STRUCT => self.deeper(Thrift::skip_fields),
            // No structure of Parquet holds a map.
            MAP => None,
            _ => None,
        }
    }

    fn skip_list(&mut self) -> Option<()> {
        let (count, kind) = self.list()?;
        // Nothing read here holds a list of truths, and the crate walks over one as if its elements took no bytes.
        if matches!(kind, TRUE | FALSE) {
            return None;
        }
        for _ in 0..count {
            self.skip(kind)?;
        }
        Some(())
    }

    fn skip_fields(&mut self) -> Option<()> {
        let mut fields = self.fields();
        while let Some((_, kind)) = fields.next(self)? {
            self.skip(kind)?;
        }
        Some(())
    }

    fn deeper(&mut self, walk: fn(&mut Thrift<'a>) -> Option<()>) -> Option<()> {
        self.depth += 1;
        let walked = if self.depth > DEEPEST { None } else { walk(self) };
        self.depth -= 1;
        walked
    }

    fn take(&mut self, count: usize) -> Option<()> {
        self.bytes = self.bytes.get(count..)?;
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn zigzag(&mut self) -> Option<i64> {
        let raw = self.varint()?;
        Some((raw >> 1).cast_signed() ^ -(raw & 1).cast_signed())
    }

    /// Seven bits a byte, the lowest first.
    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

impl Fields {
    /// The next field's number and kind; `Some(None)` at the end of the structure.
    pub(super) fn next(&mut self, at: &mut Thrift<'_>) -> Option<Option<(i16, u8)>> {
        let head = at.byte()?;
        if head == STOP {
            return Some(None);
        }
        self.last = match head >> 4 {
            0 => i16::try_from(at.zigzag()?).ok()?,
            step => self.last.checked_add(i16::from(step))?,
        };
        Some(Some((self.last, head & 15)))
    }
}
