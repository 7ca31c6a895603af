//! A part in a file: takes a [`Part`], gives bytes that say what they are and notice any damage; and back.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::Part;

/// What such a file begins with, and the number of its form, which a test holds to what is written.
const MAGIC: &[u8] = b"casefile part 4\n";
/// What it begins with, whatever the version.
const OURS: &[u8] = b"casefile part ";
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
    /// It was made by something else.
    #[error("`{}` is not what `casefile tally` writes", .path.display())]
    NotAPart {
        /// The file.
        path: PathBuf,
    },
    /// It was made by another version.
    #[error("`{}` was written by {by}, and this is Casefile {}", .path.display(), env!("CARGO_PKG_VERSION"))]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// What has written it.
        by: String,
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

/// Whether a file begins as one does, of any version.
pub fn is_part(path: &Path) -> bool {
    let mut start = [0; OURS.len()];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == OURS
}

/// The part in the bytes of a file.
///
/// # Errors
/// Where they are no part, or damaged.
pub fn read(path: &Path) -> Result<Part, PartError> {
    let path = || path.to_owned();
    let bytes = std::fs::read(path()).map_err(|cause| PartError::Unreadable { path: path(), cause })?;
    if !bytes.starts_with(OURS) {
        return Err(PartError::NotAPart { path: path() });
    }
    let other = |by: String| PartError::OtherVersion { path: path(), by };
    if bytes.len() >= MAGIC.len() && !bytes.starts_with(MAGIC) {
        return Err(other("a version of Casefile that writes it in another form".to_owned()));
    }
    if bytes.len() < MAGIC.len() + HASH {
        return Err(PartError::Damaged { path: path() });
    }
    let (content, hash) = bytes.split_at(bytes.len() - HASH);
    if blake3::hash(content).as_bytes() != hash {
        return Err(PartError::Damaged { path: path() });
    }
    // The version is first, so that it can be reported where nothing else can.
    let content = &content[MAGIC.len()..];
    let (program, _) = postcard::take_from_bytes::<String>(content).unwrap_or_default();
    if program != env!("CARGO_PKG_VERSION") {
        return Err(other(format!("Casefile {program}")));
    }
    postcard::from_bytes(content).map_err(|_| other(format!("another build of Casefile {program}")))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test writes the files that are read")]
mod tests {
    use std::fs;

    use super::super::form::form;
    use super::*;

    /// What the number in [`MAGIC`] stands for: a print of all that is written, in its order.
    const FORM: &str = "e5e1fa6f4db85f04";

    /// Without this, a file of another build could be read as something that was never counted.
    #[test]
    fn a_form_has_a_number_of_its_own() {
        let form = form::<Part>().join("\n");
        let found = &blake3::hash(form.as_bytes()).to_hex()[..16];
        assert!(
            found == FORM,
            "what a part consists of has changed, and files are read by its order alone: raise the number in `MAGIC`, \
             and put `{found}` into `FORM`"
        );
    }

    /// The bytes of a file with this content.
    fn sealed(magic: &[u8], content: &[u8]) -> Vec<u8> {
        let bytes = [magic, content].concat();
        let hash = blake3::hash(&bytes);
        [bytes.as_slice(), hash.as_bytes()].concat()
    }

    #[test]
    fn what_another_version_has_written_is_reported_as_that() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("1.part");
        let message = |bytes: &[u8]| {
            fs::write(&file, bytes).unwrap();
            read(&file).unwrap_err().to_string().replace(&file.display().to_string(), "1.part")
        };
        let this = env!("CARGO_PKG_VERSION");
        let of = |program: &str| postcard::to_stdvec(&(program, "settings")).unwrap();
        let older = format!("`1.part` was written by Casefile 0.0.9, and this is Casefile {this}");
        assert_eq!(message(&sealed(MAGIC, &of("0.0.9"))), older);
        let built = format!("`1.part` was written by another build of Casefile {this}, and this is Casefile {this}");
        assert_eq!(message(&sealed(MAGIC, &of(this))), built);
        let form = message(&sealed(b"casefile part 0\n", b""));
        assert!(
            form.starts_with("`1.part` was written by a version of Casefile that writes it in another form"),
            "{form}"
        );
        assert!(is_part(&file), "it may be written over");
        assert_eq!(message(MAGIC), "`1.part` is damaged");
        assert_eq!(message(b"lead_id,created_at"), "`1.part` is not what `casefile tally` writes");
    }
}
