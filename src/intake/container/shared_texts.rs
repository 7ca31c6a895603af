//! The texts that cells of all sheets share. Held once in one piece of memory, however often they are used; how they
//! are stored in the file is left to the formats.

use super::limits::Bound;
use super::refusal::Refusal;

/// Far above any workbook that would still open; 64 MiB of places.
const MOST_TEXTS: usize = 1 << 24;
/// The texts are in memory while the sheets are read.
const MOST_BYTES: usize = 256 << 20;

/// All shared texts, in their order.
#[derive(Default)]
pub(super) struct SharedTexts {
    text: String,
    ends: Vec<u32>,
}

impl SharedTexts {
    /// Adds to the text that is not ended yet.
    pub(super) fn push(&mut self, piece: &str) -> Result<(), Refusal> {
        if self.text.len() + piece.len() > MOST_BYTES {
            return Err(Refusal::too_large("the workbook", Bound::SharedTexts(MOST_BYTES as u64)));
        }
        self.text.push_str(piece);
        Ok(())
    }

    /// Ends one text; the next begins.
    pub(super) fn end_one(&mut self) -> Result<(), Refusal> {
        if self.ends.len() == MOST_TEXTS {
            return Err(Refusal::too_large("the workbook", Bound::SharedTexts(MOST_BYTES as u64)));
        }
        self.ends.push(u32::try_from(self.text.len()).expect("MOST_BYTES fits into 32 bits"));
        Ok(())
    }

    /// One text, by its place.
    pub(super) fn get(&self, place: usize) -> Option<&str> {
        let end = *self.ends.get(place)?;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start as usize..end as usize])
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }
}
