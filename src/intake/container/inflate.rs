//! Unpacking, counted. Takes a reader that unpacks, gives its bytes or a refusal; every format that packs goes
//! through here, so that a bomb is met in one place and before memory grows.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

use super::limits::{Bound, Budget};
use super::refusal::Refusal;

const CHUNK: usize = 1 << 16;
/// Up to here bytes are kept while it is still open whether the rest stays within the limits. What is longer is
/// unpacked once just to be counted and again to be kept: a bomb then costs time, and no memory.
const KEPT_UNSEEN: usize = 64 << 20;
/// The longest run of bytes that may make up one piece of markup or text, as a parser holds such a piece whole.
const LONGEST_PIECE: u64 = 64 << 20;

/// Everything in a gzip file of one or more members.
pub(super) fn gzip(bytes: &[u8], budget: &Budget<'_>) -> Result<Vec<u8>, Refusal> {
    read_all(|| MultiGzDecoder::new(bytes), budget, "the gzip file")
}

/// Everything in a zstd file of one or more frames.
pub(super) fn zstd(bytes: &[u8], budget: &Budget<'_>) -> Result<Vec<u8>, Refusal> {
    read_all(|| zstd_frames(bytes), budget, "the zstd file")
}

/// A reader of zstd frames that counts nothing: whoever reads from it holds the limit.
pub(super) fn zstd_frames(bytes: &[u8]) -> impl Read {
    Frames { rest: bytes, frame: None }
}

/// Reads to the end under the budget; `open` starts from the first byte, and may be asked twice.
pub(super) fn read_all<R: Read>(open: impl Fn() -> R, budget: &Budget<'_>, what: &str) -> Result<Vec<u8>, Refusal> {
    let before = budget.inflated();
    let mut kept = Vec::new();
    let mut reader = Metered::new(open(), budget, what);
    if !fill(&mut reader, &mut kept, KEPT_UNSEEN)? {
        kept = Vec::new();
        while reader.chunk()?.is_some() {}
        budget.restore(before);
        fill(&mut Metered::new(open(), budget, what), &mut kept, usize::MAX)?;
    }
    Ok(kept)
}

/// Whether the end came before `most` bytes were passed.
fn fill<R: Read>(reader: &mut Metered<'_, R>, kept: &mut Vec<u8>, most: usize) -> Result<bool, Refusal> {
    while kept.len() <= most {
        match reader.chunk()? {
            None => return Ok(true),
            Some(chunk) => kept.extend_from_slice(chunk),
        }
    }
    Ok(false)
}

/// Passes bytes on and counts them; over the limit it fails with the refusal as its cause.
pub(super) struct Metered<'a, R> {
    inner: R,
    budget: &'a Budget<'a>,
    what: &'a str,
    piece: u64,
    chunk: Vec<u8>,
}

impl<'a, R: Read> Metered<'a, R> {
    /// Counts what `inner` gives, which is called `what`.
    pub(super) const fn new(inner: R, budget: &'a Budget<'a>, what: &'a str) -> Metered<'a, R> {
        Metered { inner, budget, what, piece: 0, chunk: Vec::new() }
    }

    /// Notes that a parser has released what it held.
    pub(super) const fn next_piece(&mut self) {
        self.piece = 0;
    }

    fn chunk(&mut self) -> Result<Option<&[u8]>, Refusal> {
        self.chunk.resize(CHUNK, 0);
        let read = loop {
            match self.inner.read(&mut self.chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome.map_err(|error| refusal_of(&error, self.what))?,
            }
        };
        self.budget.inflate(read, self.what)?;
        Ok((read > 0).then(|| &self.chunk[..read]))
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.piece > LONGEST_PIECE {
            return Err(io::Error::other(Refusal::too_large(self.what, Bound::Cell(LONGEST_PIECE))));
        }
        let read = self.inner.read(buffer)?;
        self.budget.inflate(read, self.what).map_err(io::Error::other)?;
        self.piece += read as u64;
        Ok(read)
    }
}

/// The refusal inside an error of a reader of ours; of any other reader, that `what` is damaged.
pub(super) fn refusal_of(error: &io::Error, what: &str) -> Refusal {
    let ours = error.get_ref().and_then(|cause| cause.downcast_ref::<Refusal>());
    ours.cloned().unwrap_or_else(|| match error.kind() {
        io::ErrorKind::UnexpectedEof => Refusal::damaged(format!("{what} is cut short")),
        _ => Refusal::damaged(format!("{what} cannot be unpacked")),
    })
}

/// The frames of a zstd file one after another, each checked against its checksum.
struct Frames<'a> {
    rest: &'a [u8],
    frame: Option<StreamingDecoder<&'a [u8], ruzstd::decoding::FrameDecoder>>,
}

impl<'a> Frames<'a> {
    /// The next frame that holds data. Frames to skip hold notes of the tool that wrote them.
    fn open(&mut self) -> io::Result<Option<StreamingDecoder<&'a [u8], ruzstd::decoding::FrameDecoder>>> {
        while !self.rest.is_empty() {
            match StreamingDecoder::new(self.rest) {
                Ok(frame) => return Ok(Some(frame)),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let end = 8 + length as usize;
                    self.rest = self.rest.get(end..).ok_or(io::ErrorKind::UnexpectedEof)?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(None)
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.frame.is_none() {
                self.frame = self.open()?;
            }
            let Some(frame) = &mut self.frame else { return Ok(0) };
            let read = frame.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            let (rest, decoder) = self.frame.take().expect("a frame was read from").into_parts();
            self.rest = rest;
            let written = decoder.get_checksum_from_data();
            if written.is_some() && written != decoder.get_calculated_checksum() {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
    }
}
