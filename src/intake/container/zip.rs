//! Zip archives. Takes the bytes, gives the members in order and a reader for each; nothing is extracted, a name is
//! a label. Our own reader of the directory, because a directory lies: members are counted while they are read, the
//! size of each is what comes out of it, and a member that occurs there twice is seen.

use std::collections::BTreeMap;
use std::io::{self, Read};

use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::inflate;
use super::limits::Budget;
use super::note::Note;
use super::refusal::Refusal;

const END: &[u8] = b"PK\x05\x06";
const END_LEN: usize = 22;
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const LOCATOR_64_LEN: usize = 20;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_LEN: usize = 46;
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_LEN: usize = 30;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const FLAG_ENCRYPTED: u16 = 1;

/// Whether the bytes end as an archive does, whatever they begin with: one may be behind a program.
pub(super) fn ends_as_archive(bytes: &[u8]) -> bool {
    bytes.len() > END_LEN && bytes[bytes.len() - END_LEN..].starts_with(END)
}

/// The directory of an archive.
pub(super) struct Archive<'a> {
    /// Members in their order, each name once.
    pub(super) members: Vec<Member<'a>>,
    /// Names that occur there more than once.
    pub(super) notes: Vec<Note>,
    /// Where among the members each name is.
    places: BTreeMap<String, usize>,
}

/// One member, packed.
#[derive(Debug, Clone)]
pub(super) struct Member<'a> {
    /// Its name, made harmless: a label.
    pub(super) name: String,
    /// Its name as it is in the directory, by which it is looked up.
    written: String,
    pub(super) is_folder: bool,
    encrypted: bool,
    method: u16,
    crc: u32,
    size: u64,
    packed: Option<&'a [u8]>,
}

impl<'a> Archive<'a> {
    /// Reads the directory at the end.
    pub(super) fn read(bytes: &'a [u8], budget: &Budget<'_>) -> Result<Archive<'a>, Refusal> {
        let directory = Directory::find(bytes)?;
        let mut rest = directory.entries;
        let mut found = Vec::new();
        while rest.starts_with(ENTRY) {
            budget.member("the zip archive")?;
            let (member, after) =
                entry(rest, directory.data).ok_or_else(|| Refusal::damaged("the directory of the zip archive"))?;
            found.push(member);
            rest = after;
        }
        Ok(Archive::last_of_each(found))
    }

    /// Of members with one name the last counts, as for every tool that works by the directory.
    fn last_of_each(found: Vec<Member<'a>>) -> Archive<'a> {
        let last: BTreeMap<String, usize> =
            found.iter().enumerate().map(|(place, member)| (member.written.clone(), place)).collect();
        let (mut members, mut notes): (Vec<Member<'a>>, _) = (Vec::new(), Vec::new());
        for (place, member) in found.into_iter().enumerate() {
            match last.get(&member.written) {
                Some(last) if *last != place => notes.push(Note::MemberTwice { member: member.name }),
                _ => members.push(member),
            }
        }
        notes.dedup();
        let places = members.iter().enumerate().map(|(place, member)| (member.written.clone(), place)).collect();
        Archive { members, notes, places }
    }

    /// A member by its name. Parts of office documents may be spelled in any case.
    pub(super) fn member(&self, name: &str) -> Option<&Member<'a>> {
        let exact = self.places.get(name).map(|place| &self.members[*place]);
        exact.or_else(|| self.members.iter().find(|member| member.written.eq_ignore_ascii_case(name)))
    }
}

impl<'a> Member<'a> {
    /// A reader of the unpacked bytes that fails where they are not what the directory says.
    pub(super) fn open(&self) -> Result<Unpacked<'a>, Refusal> {
        if self.encrypted {
            return Err(Refusal::Encrypted { what: format!("`{}`", self.name) });
        }
        let packed = self.packed.ok_or_else(|| Refusal::damaged(format!("`{}` is cut short", self.name)))?;
        let source = match self.method {
            STORED => Source::Stored(packed),
            DEFLATED => Source::Deflated(DeflateDecoder::new(packed)),
            other => return Err(Refusal::not_read(format!("`{}` (packed by method {other})", self.name))),
        };
        Ok(Unpacked { source, crc: Crc::new(), expected_crc: self.crc, left: self.size })
    }

    /// All its bytes.
    pub(super) fn read(&self, budget: &Budget<'_>) -> Result<Vec<u8>, Refusal> {
        self.open()?;
        let open = || self.open().expect("it was opened on the line before");
        inflate::read_all(open, budget, &format!("`{}`", self.name))
    }

    /// Why it is left alone, if it is a file of the system that packed it.
    pub(super) fn reason_to_skip(&self) -> Option<&'static str> {
        let base = self.name.rsplit('/').next().unwrap_or_default();
        let lower = base.to_ascii_lowercase();
        let of_the_system = self.name.starts_with("__MACOSX/")
            || base.starts_with("~$")
            || base.starts_with('.')
            || lower == "thumbs.db"
            || lower == "desktop.ini";
        of_the_system.then_some("a lock file or a file of the system")
    }
}

/// Bytes of one member as they come out.
pub(super) struct Unpacked<'a> {
    source: Source<'a>,
    crc: Crc,
    expected_crc: u32,
    left: u64,
}

enum Source<'a> {
    Stored(&'a [u8]),
    Deflated(DeflateDecoder<&'a [u8]>),
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.source {
            Source::Stored(bytes) => bytes.read(buffer)?,
            Source::Deflated(decoder) => decoder.read(buffer)?,
        };
        self.crc.update(&buffer[..read]);
        self.left = self.left.checked_sub(read as u64).ok_or(io::ErrorKind::InvalidData)?;
        if read == 0 && !buffer.is_empty() && (self.left > 0 || self.crc.sum() != self.expected_crc) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(read)
    }
}

/// Where things are.
struct Directory<'a> {
    entries: &'a [u8],
    /// The bytes from which members are counted: an archive may be behind a program that unpacks it.
    data: &'a [u8],
}

impl<'a> Directory<'a> {
    fn find(bytes: &'a [u8]) -> Result<Directory<'a>, Refusal> {
        let at = end_record(bytes)
            .ok_or_else(|| Refusal::damaged("the zip archive is cut short: no directory at its end"))?;
        Directory::at(bytes, at).ok_or_else(|| Refusal::damaged("the zip archive: its directory is not where it says"))
    }

    fn at(bytes: &'a [u8], end: usize) -> Option<Directory<'a>> {
        let (mut size, mut offset, mut stop) =
            (u64::from(u32_at(bytes, end + 12)?), u64::from(u32_at(bytes, end + 16)?), end);
        let locator = end.checked_sub(LOCATOR_64_LEN).filter(|at| bytes[*at..].starts_with(LOCATOR_64));
        if let Some(locator) = locator
            && (size == u64::from(u32::MAX) || offset == u64::from(u32::MAX) || u16_at(bytes, end + 10)? == u16::MAX)
        {
            stop = usize::try_from(u64_at(bytes, locator + 8)?).ok()?;
            if !bytes.get(stop..)?.starts_with(END_64) {
                return None;
            }
            (size, offset) = (u64_at(bytes, stop + 40)?, u64_at(bytes, stop + 48)?);
        }
        let start = stop.checked_sub(usize::try_from(size).ok()?)?;
        let shift = start.checked_sub(usize::try_from(offset).ok()?)?;
        Some(Directory { entries: bytes.get(start..stop)?, data: &bytes[shift..start] })
    }
}

fn end_record(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(END_LEN)?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    (first..=last).rev().find(|at| bytes[*at..].starts_with(END))
}

/// One entry of the directory, and what follows it.
fn entry<'a>(bytes: &'a [u8], data: &'a [u8]) -> Option<(Member<'a>, &'a [u8])> {
    let name_end = ENTRY_LEN + usize::from(u16_at(bytes, 28)?);
    let extra_end = name_end + usize::from(u16_at(bytes, 30)?);
    let end = extra_end + usize::from(u16_at(bytes, 32)?);
    let raw_name = String::from_utf8_lossy(bytes.get(ENTRY_LEN..name_end)?).into_owned();
    let mut sizes = [u32_at(bytes, 24)?, u32_at(bytes, 20)?, u32_at(bytes, 42)?].map(u64::from);
    widen(&mut sizes, bytes.get(name_end..extra_end)?)?;
    let [size, packed, offset] = sizes;
    let member = Member {
        name: harmless(&raw_name),
        is_folder: raw_name.ends_with(['/', '\\']),
        // A few tools on Windows write it with the other slash.
        written: raw_name.replace('\\', "/"),
        encrypted: u16_at(bytes, 8)? & FLAG_ENCRYPTED != 0,
        method: u16_at(bytes, 10)?,
        crc: u32_at(bytes, 16)?,
        size,
        packed: packed_bytes(data, offset, packed),
    };
    Some((member, bytes.get(end..)?))
}

/// Puts the long sizes of zip64 in the place of those that read `0xFFFFFFFF`, in their order.
fn widen(sizes: &mut [u64; 3], extra: &[u8]) -> Option<()> {
    let mut rest = extra;
    while rest.len() >= 4 {
        let length = usize::from(u16_at(rest, 2)?);
        if u16_at(rest, 0)? == 1 {
            let mut at = 4;
            for size in sizes.iter_mut().filter(|size| **size == u64::from(u32::MAX)) {
                *size = u64_at(rest, at)?;
                at += 8;
            }
            return Some(());
        }
        rest = rest.get(4 + length..)?;
    }
    Some(())
}

fn packed_bytes(data: &[u8], offset: u64, length: u64) -> Option<&[u8]> {
    let local = data.get(usize::try_from(offset).ok()?..)?;
    if !local.starts_with(LOCAL) {
        return None;
    }
    let start = LOCAL_LEN + usize::from(u16_at(local, 26)?) + usize::from(u16_at(local, 28)?);
    local.get(start..)?.get(..usize::try_from(length).ok()?)
}

/// A name as a label: one kind of slash, no way up or out, nothing that a terminal would obey.
fn harmless(name: &str) -> String {
    let name: String = name.chars().map(|letter| if letter.is_control() { '\u{FFFD}' } else { letter }).collect();
    let steps = name.split(['/', '\\']);
    steps.filter(|step| !matches!(*step, "" | "." | "..")).collect::<Vec<_>>().join("/")
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::super::limits::{Bound, Limits};
    use super::*;

    /// A small archive, packed.
    pub(in super::super) fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
        let (mut data, mut entries) = (Vec::new(), Vec::new());
        for (name, bytes) in members {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes).unwrap();
            let packed = encoder.finish().unwrap();
            let mut crc = Crc::new();
            crc.update(bytes);
            let mut common = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
            common.extend(crc.sum().to_le_bytes());
            common.extend((packed.len() as u32).to_le_bytes());
            common.extend((bytes.len() as u32).to_le_bytes());
            common.extend((name.len() as u16).to_le_bytes());
            common.extend([0, 0]);
            entries.extend(
                [ENTRY, &[20, 0], &common, &[0; 10], &(data.len() as u32).to_le_bytes(), name.as_bytes()].concat(),
            );
            data.extend([LOCAL, &common, name.as_bytes(), &packed].concat());
        }
        let count = (members.len() as u16).to_le_bytes();
        let (size, offset) = ((entries.len() as u32).to_le_bytes(), (data.len() as u32).to_le_bytes());
        [&data[..], &entries, END, &[0; 4], &count, &count, &size, &offset, &[0, 0]].concat()
    }

    fn read<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Archive<'a>, Refusal> {
        Archive::read(bytes, &Budget::new(limits, bytes.len() as u64))
    }

    fn names(archive: &Archive<'_>) -> Vec<String> {
        archive.members.iter().map(|member| member.name.clone()).collect()
    }

    #[test]
    fn members_come_in_order_and_unpack() {
        let bytes = zip_of(&[("b.csv", b"x,y\n"), ("a/c.csv", b"")]);
        let archive = read(&bytes, &Limits::default()).unwrap();
        assert_eq!(names(&archive), ["b.csv", "a/c.csv"]);
        let limits = Limits::default();
        assert_eq!(archive.members[0].read(&Budget::new(&limits, 100)).unwrap(), b"x,y\n");
    }

    #[test]
    fn names_are_labels() {
        let bytes = zip_of(&[("../../etc/x.csv", b""), ("/C:\\y\\\u{1b}z", b"")]);
        let archive = read(&bytes, &Limits::default()).unwrap();
        assert_eq!(names(&archive), ["etc/x.csv", "C:/y/\u{FFFD}z"]);
    }

    #[test]
    fn of_two_members_with_one_name_the_last_is_used() {
        let bytes = zip_of(&[("a.csv", b"1"), ("a.csv", b"2")]);
        let archive = read(&bytes, &Limits::default()).unwrap();
        assert_eq!(archive.notes, [Note::MemberTwice { member: "a.csv".to_owned() }]);
        let limits = Limits::default();
        assert_eq!(archive.members[0].read(&Budget::new(&limits, 100)).unwrap(), b"2");
    }

    #[test]
    fn a_flipped_bit_and_a_missing_end_are_damage() {
        let mut bytes = zip_of(&[("a.csv", b"some text")]);
        assert!(matches!(read(&bytes[..bytes.len() - 3], &Limits::default()), Err(Refusal::Damaged { .. })));
        bytes[38] ^= 0x40;
        let archive = read(&bytes, &Limits::default()).unwrap();
        let limits = Limits::default();
        assert!(matches!(archive.members[0].read(&Budget::new(&limits, 100)), Err(Refusal::Damaged { .. })));
    }

    #[test]
    fn members_are_counted_while_they_are_read() {
        let bytes = zip_of(&[("a", b""), ("b", b""), ("c", b"")]);
        let limits = Limits { members: 2, ..Limits::default() };
        assert!(matches!(read(&bytes, &limits), Err(Refusal::TooLarge { bound: Bound::Members(2), .. })));
    }
}
