//! One entry of the cache: a folder of files, and a list of them with their hashes. Takes a folder, gives its list; takes
//! a folder with a list, says whether all is as it was.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::store::error::StoreError;
use crate::store::held::private_file;

/// The list of an entry.
pub(super) const MANIFEST: &str = "MANIFEST";
/// First line of a list.
const FORM: &str = "casefile cache entry 1";
/// Bytes at the end of a file that are always checked.
const TAIL: u64 = 64 * 1024;
/// Bytes read at a time.
const BLOCK: usize = 1 << 20;

/// Name of an entry: the BLAKE3 of all that its content depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// The key written in hexadecimal; `None` where a text is no such key.
    pub fn parse(text: &str) -> Option<Key> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 64 && text.bytes().all(is_hex)).then(|| Key(text.to_owned()))
    }

    /// The key in hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<blake3::Hash> for Key {
    fn from(hash: blake3::Hash) -> Key {
        Key(hash.to_hex().to_string())
    }
}

/// How much of an entry is read before it is given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Every byte.
    Whole,
    /// The sizes, and the last 64 KiB of each file. Enough for files of [`crate::store::file`], which are sealed at their
    /// end and checked further when read: damage found then is for the caller to report with
    /// [`super::Cache::remove`].
    Ends,
}

/// An entry that was found whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    folder: PathBuf,
    files: Vec<(String, u64)>,
}

impl Entry {
    /// Where a file of it is, whether there is one or not.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// All of a file of it.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let path = self.file(name);
        fs::read(&path).map_err(|source| StoreError::CannotRead { path, source })
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Names of its files, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(name, _)| name.as_str())
    }

    /// Bytes of its files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, size)| size).sum()
    }

    pub(super) fn moved_to(mut self, folder: PathBuf) -> Entry {
        self.folder = folder;
        self
    }
}

/// Hashes of a file.
#[derive(PartialEq, Eq)]
struct Print {
    size: u64,
    tail: String,
    whole: String,
}

/// Writes the list of a folder; what is in it must be plain files.
pub(super) fn list(folder: &Path, key: &Key) -> Result<Entry, StoreError> {
    let cannot_read = |path: &Path, source| StoreError::CannotRead { path: path.to_owned(), source };
    let mut files = Vec::new();
    for found in fs::read_dir(folder).map_err(|error| cannot_read(folder, error))? {
        let found = found.map_err(|error| cannot_read(folder, error))?;
        let path = found.path();
        let is_file = found.file_type().map_err(|error| cannot_read(&path, error))?.is_file();
        match found.file_name().into_string() {
            Ok(name) if is_file && name != MANIFEST && !name.contains('\n') => files.push(name),
            _ => return Err(StoreError::Refused { path, what: "an entry of the cache has plain files only" }),
        }
    }
    files.sort_unstable();
    let mut text = format!("{FORM}\n{}\n", key.as_str());
    let mut sizes = Vec::with_capacity(files.len());
    for name in files {
        let path = folder.join(&name);
        let Print { size, tail, whole } = print(&path).map_err(|error| cannot_read(&path, error))?;
        text.push_str(&format!("{whole} {tail} {size} {name}\n"));
        sizes.push((name, size));
    }
    text.push_str(&format!("{}\n", blake3::hash(text.as_bytes())));
    let path = folder.join(MANIFEST);
    let written = private_file().create_new(true).open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| StoreError::CannotWrite { path, source })?;
    Ok(Entry { folder: folder.to_owned(), files: sizes })
}

/// The entry in a folder; `None` where it is not, or not as it was listed.
pub(super) fn open(folder: &Path, key: &Key, check: Check) -> io::Result<Option<Entry>> {
    let Some(manifest) = unless_missing(fs::read(folder.join(MANIFEST)))? else { return Ok(None) };
    let Some(listed) = String::from_utf8(manifest).ok().and_then(|text| listed(&text, key)) else { return Ok(None) };
    let found = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    if found.len() != listed.len() + 1 {
        return Ok(None);
    }
    for (name, expected) in &listed {
        let path = folder.join(name);
        let Some(metadata) = unless_missing(path.symlink_metadata())? else { return Ok(None) };
        if !metadata.is_file() || metadata.len() != expected.size {
            return Ok(None);
        }
        let Some(same) = unless_missing(match check {
            Check::Whole => print(&path).map(|found| found == *expected),
            Check::Ends => print_tail(&path).map(|(_, tail)| tail == expected.tail),
        })?
        else {
            return Ok(None);
        };
        if !same {
            return Ok(None);
        }
    }
    let files = listed.into_iter().map(|(name, print)| (name, print.size)).collect();
    Ok(Some(Entry { folder: folder.to_owned(), files }))
}

fn unless_missing<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        // Another run may have cleared it away in the meantime.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        // A file cut off while it is read, or a folder in place of a file.
        Err(error) if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::IsADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

fn listed(text: &str, key: &Key) -> Option<Vec<(String, Print)>> {
    let (body, hash) = text.strip_suffix('\n')?.rsplit_once('\n')?;
    let body = &text[..body.len() + 1];
    if hash != blake3::hash(body.as_bytes()).to_hex().as_str() {
        return None;
    }
    let mut lines = body.lines();
    if lines.next() != Some(FORM) || lines.next() != Some(key.as_str()) {
        return None;
    }
    lines
        .map(|line| {
            let mut parts = line.splitn(4, ' ');
            let (whole, tail) = (parts.next()?.to_owned(), parts.next()?.to_owned());
            let size = parts.next()?.parse().ok()?;
            Some((parts.next()?.to_owned(), Print { size, tail, whole }))
        })
        .collect()
}

fn print_tail(path: &Path) -> io::Result<(u64, String)> {
    use std::io::Seek;

    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    file.seek(io::SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    file.take(TAIL).read_to_end(&mut bytes)?;
    Ok((size, blake3::hash(&bytes).to_hex().to_string()))
}

fn print(path: &Path) -> io::Result<Print> {
    let (size, tail) = print_tail(path)?;
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0; BLOCK.min(usize::try_from(size).unwrap_or(BLOCK).max(1))];
    loop {
        match file.read(&mut block)? {
            0 => break,
            read => hasher.update(&block[..read]),
        };
    }
    Ok(Print { size, tail, whole: hasher.finalize().to_hex().to_string() })
}
