//! OLE files ("compound files"), the wrapping of Excel before 2007 and of encrypted workbooks since. Takes the bytes,
//! gives the streams at the top by name. Only that is needed, so it is read here: no table is larger than the file
//! says it is long, and a chain that bites its own tail ends. Format: MS-CFB.

use std::collections::BTreeMap;

use super::refusal::Refusal;

const HEADER_LEN: usize = 512;
const ENTRY_LEN: usize = 128;
/// Sector numbers from here on are marks.
const MARKS: u32 = 0xFFFF_FFFA;
const STREAM: u8 = 2;

/// An opened file.
pub(super) struct Ole<'a> {
    bytes: &'a [u8],
    sector_len: usize,
    table: Vec<u32>,
    small_sector_len: usize,
    small_table: Vec<u32>,
    small_stream: Vec<u8>,
    small_below: u64,
    streams: BTreeMap<String, Entry>,
}

#[derive(Clone)]
struct Entry {
    name: String,
    kind: u8,
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    size: u64,
}

impl<'a> Ole<'a> {
    /// Reads the tables and the directory.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Ole<'a>, Refusal> {
        Ole::parse(bytes).ok_or_else(|| Refusal::damaged("the OLE file: its tables lead outside the file"))
    }

    fn parse(bytes: &'a [u8]) -> Option<Ole<'a>> {
        let (shift, small_shift) = (u16_at(bytes, 30)?, u16_at(bytes, 32)?);
        if !matches!(shift, 9 | 12) || small_shift != 6 {
            return None;
        }
        let mut ole = Ole {
            bytes,
            sector_len: 1 << shift,
            table: Vec::new(),
            small_sector_len: 1 << small_shift,
            small_table: Vec::new(),
            small_stream: Vec::new(),
            small_below: u64::from(u32_at(bytes, 56)?),
            streams: BTreeMap::new(),
        };
        ole.table = ole.read_table()?;
        let directory = ole.chain(u32_at(bytes, 48)?)?;
        let entries: Vec<Entry> = directory.chunks_exact(ENTRY_LEN).filter_map(|raw| entry(raw, shift)).collect();
        let root = entries.first()?;
        ole.small_table = numbers(&ole.chain(u32_at(bytes, 60)?)?);
        ole.small_stream = ole.chain(root.start)?;
        ole.streams = top_streams(&entries, root.child);
        Some(ole)
    }

    /// The table of what sector follows which: 109 of its sectors are named in the header, more in a chain.
    fn read_table(&self) -> Option<Vec<u32>> {
        let mut sectors = numbers(self.bytes.get(76..HEADER_LEN)?);
        let mut next = u32_at(self.bytes, 68)?;
        let most = self.bytes.len() / self.sector_len;
        for _ in 0..most {
            if next >= MARKS {
                break;
            }
            let mut more = numbers(self.sector(next)?);
            next = more.pop()?;
            sectors.extend(more);
        }
        let mut table = Vec::new();
        for sector in sectors.into_iter().filter(|sector| *sector < MARKS).take(most) {
            table.extend(numbers(self.sector(sector)?));
        }
        Some(table)
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize + 1).checked_mul(self.sector_len)?;
        let end = (start + self.sector_len).min(self.bytes.len());
        self.bytes.get(start..end)
    }

    fn chain(&self, start: u32) -> Option<Vec<u8>> {
        let mut data = Vec::new();
        let mut next = start;
        while next < MARKS {
            if data.len() > self.bytes.len() {
                return None;
            }
            data.extend_from_slice(self.sector(next)?);
            next = *self.table.get(next as usize)?;
        }
        Some(data)
    }

    fn small_chain(&self, start: u32) -> Option<Vec<u8>> {
        let mut data = Vec::new();
        let mut next = start;
        while next < MARKS {
            if data.len() > self.small_stream.len() {
                return None;
            }
            let from = (next as usize).checked_mul(self.small_sector_len)?;
            let to = (from + self.small_sector_len).min(self.small_stream.len());
            data.extend_from_slice(self.small_stream.get(from..to)?);
            next = *self.small_table.get(next as usize)?;
        }
        Some(data)
    }

    /// Whether there is a stream of this name at the top.
    pub(super) fn has(&self, name: &str) -> bool {
        self.streams.contains_key(name)
    }

    /// The bytes of a stream.
    pub(super) fn stream(&self, name: &str) -> Result<Vec<u8>, Refusal> {
        let damaged = || Refusal::damaged(format!("the OLE file: stream `{name}` is cut short"));
        let entry = self.streams.get(name).ok_or_else(damaged)?;
        let small = entry.size < self.small_below;
        let data = if small { self.small_chain(entry.start) } else { self.chain(entry.start) };
        let mut data = data.ok_or_else(damaged)?;
        let size = usize::try_from(entry.size).map_err(|_| damaged())?;
        if data.len() < size {
            return Err(damaged());
        }
        data.truncate(size);
        Ok(data)
    }
}

fn entry(raw: &[u8], shift: u16) -> Option<Entry> {
    let name_len = usize::from(u16_at(raw, 64)?).saturating_sub(2).min(62);
    let letters: Vec<u16> =
        raw[..name_len].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let (low, high) = (u64::from(u32_at(raw, 120)?), u64::from(u32_at(raw, 124)?));
    Some(Entry {
        name: String::from_utf16_lossy(&letters),
        kind: raw[66],
        left: u32_at(raw, 68)?,
        right: u32_at(raw, 72)?,
        child: u32_at(raw, 76)?,
        start: u32_at(raw, 116)?,
        // Small sectors mean version 3, where the upper half may hold anything.
        size: if shift == 9 { low } else { low | high << 32 },
    })
}

/// The streams of the root. They form a tree; those of embedded objects are elsewhere, under names like ours.
fn top_streams(entries: &[Entry], first: u32) -> BTreeMap<String, Entry> {
    let mut streams = BTreeMap::new();
    let mut seen = vec![false; entries.len()];
    let mut ahead = vec![first];
    while let Some(place) = ahead.pop() {
        // A mark such as "no further entry" is outside the directory, too.
        let Some(entry) = entries.get(place as usize) else { continue };
        if std::mem::replace(&mut seen[place as usize], true) {
            continue;
        }
        ahead.extend([entry.left, entry.right]);
        if entry.kind == STREAM {
            streams.insert(entry.name.clone(), entry.clone());
        }
    }
    streams
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks().0.iter().map(|four| u32::from_le_bytes(*four)).collect()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const END: u32 = 0xFFFF_FFFE;
    const FREE: u32 = 0xFFFF_FFFF;
    const SECTOR: usize = 512;

    fn entry_of(name: &str, kind: u8, child: u32, start: u32, size: usize) -> Vec<u8> {
        let mut raw: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let name_len = raw.len() as u16 + 2;
        raw.resize(64, 0);
        raw.extend(name_len.to_le_bytes());
        raw.extend([kind, 1]);
        raw.extend([FREE, FREE, child].iter().flat_map(|number| number.to_le_bytes()));
        raw.resize(116, 0);
        raw.extend(start.to_le_bytes());
        raw.extend((size as u64).to_le_bytes());
        raw
    }

    /// A file with one stream: table, directory, stream, a sector after the other.
    pub(in super::super) fn ole_of(name: &str, stream: &[u8]) -> Vec<u8> {
        let sectors = stream.len().div_ceil(SECTOR) as u32;
        let mut header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        header.resize(24, 0);
        header.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
        header.resize(44, 0);
        // One table sector; the directory in sector 1; no stream counts as small, however short it is.
        let numbers: [u32; 8] = [1, 1, 0, 0, END, 0, END, 0];
        header.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        header.extend(0_u32.to_le_bytes());
        header.resize(SECTOR, 0xFF);
        let mut table = vec![0xFFFF_FFFD, END];
        table.extend((1..=sectors).map(|place| if place == sectors { END } else { place + 2 }));
        table.resize(SECTOR / 4, FREE);
        let mut bytes = header;
        bytes.extend(table.iter().flat_map(|number| number.to_le_bytes()));
        bytes.extend(entry_of("Root Entry", 5, 1, END, 0));
        bytes.extend(entry_of(name, STREAM, FREE, 2, stream.len()));
        bytes.resize(3 * SECTOR, 0);
        bytes.extend(stream);
        bytes.resize((3 + sectors as usize) * SECTOR, 0);
        // The first sector that the header names is the table itself.
        bytes[76..80].copy_from_slice(&0_u32.to_le_bytes());
        bytes
    }

    #[test]
    fn a_stream_comes_back() {
        let stream: Vec<u8> = (0..1_300).map(|number| number as u8).collect();
        let bytes = ole_of("Workbook", &stream);
        let ole = Ole::read(&bytes).unwrap();
        assert!(ole.has("Workbook") && !ole.has("Root Entry"));
        assert_eq!(ole.stream("Workbook").unwrap(), stream);
    }

    #[test]
    fn a_chain_that_bites_its_tail_ends() {
        let mut bytes = ole_of("Workbook", &[1; 1_300]);
        // The second sector of the stream leads back to the first.
        bytes[SECTOR + 12..SECTOR + 16].copy_from_slice(&2_u32.to_le_bytes());
        assert!(Ole::read(&bytes).unwrap().stream("Workbook").is_err());
    }
}
