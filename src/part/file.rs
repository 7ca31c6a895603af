//! A part in a file: takes a [`Part`], gives bytes that say what they are and notice any damage; and back.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::Part;

/// What such a file begins with, and the version of its form.
const MAGIC: &[u8] = b"casefile part 1\n";
/// Length of the hash at its end.
const HASH: usize = 32;

/// Why a file is no part.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// It cannot be opened or read.
    #[error("`{}` cannot be read: {cause}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It was made by something else, or by another version.
    #[error("`{}` is not what `casefile tally` of this version writes", .path.display())]
    NotAPart {
        /// The file.
        path: PathBuf,
    },
    /// It is not what was written.
    #[error("`{}` is damaged", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
}

/// The bytes of a file.
///
/// # Panics
/// Never: every value of a part can be written.
pub fn bytes(part: &Part) -> Vec<u8> {
    let mut bytes = postcard::to_extend(part, MAGIC.to_vec()).expect("a part has nothing that cannot be written");
    let hash = blake3::hash(&bytes);
    bytes.extend_from_slice(hash.as_bytes());
    bytes
}

/// Whether a file begins as one does.
pub fn is_part(path: &Path) -> bool {
    let mut start = [0; MAGIC.len()];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == MAGIC
}

/// The part in the bytes of a file.
///
/// # Errors
/// Where they are no part, or damaged.
pub fn read(path: &Path) -> Result<Part, PartError> {
    let path = || path.to_owned();
    let bytes = std::fs::read(path()).map_err(|cause| PartError::Unreadable { path: path(), cause })?;
    if !bytes.starts_with(MAGIC) || bytes.len() < MAGIC.len() + HASH {
        return Err(PartError::NotAPart { path: path() });
    }
    let (content, hash) = bytes.split_at(bytes.len() - HASH);
    if blake3::hash(content).as_bytes() != hash {
        return Err(PartError::Damaged { path: path() });
    }
    let part: Part = postcard::from_bytes(&content[MAGIC.len()..]).map_err(|_| PartError::NotAPart { path: path() })?;
    if part.origin.program != env!("CARGO_PKG_VERSION") {
        return Err(PartError::NotAPart { path: path() });
    }
    Ok(part)
}
