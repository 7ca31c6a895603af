//! The seal of a file: the BLAKE3 of its footer, kept within the footer. The footer has the hash of every column chunk,
//! so that the seal stands for the whole file.
//!
//! The footer is written with zeros where the seal belongs, hashed, and gets the seal in their place.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};

/// Key of the seal in the footer's metadata. It is the last entry, and nothing of the caller's is behind it.
pub(super) const SEAL_KEY: &str = "casefile.store.seal";
/// Key of the hashes of the column chunks.
pub(super) const CHUNKS_KEY: &str = "casefile.store.chunks";
/// What takes the place of the seal while it is computed.
pub(super) const UNSEALED: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Length of a chunk's hash in the footer: 16 bytes in hexadecimal.
pub(super) const CHUNK_HASH: usize = 32;

/// The length of the metadata and `PAR1`, at the end of every Parquet file.
pub(super) const END: usize = 8;

/// What a file is recognised by: two files have the same seal only if all their bytes are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seal(pub [u8; 32]);

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

/// Hash of a column chunk, as it is in the footer.
pub(super) fn chunk_hash(bytes: &[u8]) -> String {
    let mut hex = blake3::hash(bytes).to_hex().to_string();
    hex.truncate(CHUNK_HASH);
    hex
}

/// Puts the seal into a footer written with [`UNSEALED`]; `None` where that is not found.
pub(super) fn seal(footer: &mut [u8]) -> Option<Seal> {
    let place = place(footer)?;
    if footer[place.clone()] != *UNSEALED.as_bytes() {
        return None;
    }
    let hash = blake3::hash(footer);
    footer[place].copy_from_slice(hash.to_hex().as_bytes());
    Some(Seal(*hash.as_bytes()))
}

/// The seal of a footer; `None` where it is not the one that belongs there.
pub(super) fn check(footer: &[u8]) -> Option<Seal> {
    let place = place(footer)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&footer[..place.start]).update(UNSEALED.as_bytes()).update(&footer[place.end..]);
    let hash = hasher.finalize();
    (footer[place] == *hash.to_hex().as_bytes()).then(|| Seal(*hash.as_bytes()))
}

fn place(footer: &[u8]) -> Option<std::ops::Range<usize>> {
    let key = footer.windows(SEAL_KEY.len()).rposition(|window| window == SEAL_KEY.as_bytes())?;
    // Behind the key: one byte for the kind of the field, one for its length.
    let start = key + SEAL_KEY.len() + 2;
    let end = start + UNSEALED.len();
    (end + END <= footer.len()).then_some(start..end)
}

/// A file whose last bytes are held back, to be sealed.
pub(super) struct Tail {
    file: File,
    held: Option<Vec<u8>>,
}

impl Tail {
    pub(super) fn of(file: File) -> Tail {
        Tail { file, held: None }
    }

    /// Holds back all that follows.
    pub(super) fn hold(&mut self) {
        self.held = Some(Vec::new());
    }

    /// Seals and writes what was held back.
    pub(super) fn seal(mut self) -> io::Result<Seal> {
        let mut footer = self.held.take().unwrap_or_default();
        let seal = seal(&mut footer).ok_or_else(|| io::Error::other("no place for the seal in the footer"))?;
        self.file.write_all(&footer)?;
        Ok(seal)
    }
}

impl Write for Tail {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.held {
            Some(held) => held.write(bytes),
            None => self.file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
