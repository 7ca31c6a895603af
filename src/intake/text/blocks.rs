//! A file in blocks of whole records, worked on by several threads, with the results in the order of the file.
//!
//! Takes a source of bytes and a function that reads one block of text, gives what it made of each block to a consumer. A
//! block ends with a line end outside quotes, as far as counting quotes can show: that is right for every file that is
//! written by the book, and in any other the reader of an earlier block, or of this one, comes upon the quote that is not
//! ([`super::fast`] says so). What the records mean is left to that function; hashing the bytes and counting them to whoever
//! wraps the source.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use memchr::{memchr, memchr_iter, memrchr};

use super::plain::Ended;

/// How much is read at a time.
const BLOCK_BYTES: usize = 4 << 20;
/// Text that is held while a line end is looked for: the longest record that is read.
const MOST_HELD: usize = 16 << 20;
const TOO_LONG: &str = "a record is longer than 16 MiB";

/// Reads a source to its end, in blocks that `parse` works on in so many threads (with one, in this one), and gives what it
/// made of them to `take`, in order. `parse` gets the number of the block, from 0, and its text.
///
/// The source was not read to its end as plain text where the answer is [`Ended::Surprised`]: a block is no UTF-8, has no
/// line end outside quotes, or `take` broke off. All that was taken is to be forgotten then.
///
/// # Errors
/// Where the source fails, or a line is longer than any record may be.
pub fn read_in_blocks<T: Send>(
    source: &mut impl Read,
    threads: usize,
    parse: impl Fn(usize, &str) -> T + Sync,
    take: impl FnMut(T) -> ControlFlow<()>,
) -> io::Result<Ended> {
    read_in_blocks_of(BLOCK_BYTES, source, threads, parse, take)
}

fn read_in_blocks_of<T: Send>(
    block_bytes: usize,
    source: &mut impl Read,
    threads: usize,
    parse: impl Fn(usize, &str) -> T + Sync,
    mut take: impl FnMut(T) -> ControlFlow<()>,
) -> io::Result<Ended> {
    let mut blocks = Blocks { source, rest: Vec::new(), block_bytes, at_end: false };
    let Some(first) = blocks.next(Vec::new())? else { return Ok(Ended::Whole) };
    if threads > 1 && !blocks.at_end {
        return in_threads(blocks, first, threads, &parse, take);
    }
    let (mut number, mut block) = (0, first);
    loop {
        let parsed = block.text().map(|text| parse(number, text));
        if parsed.is_none_or(|parsed| take(parsed).is_break()) {
            return Ok(Ended::Surprised);
        }
        number += 1;
        match blocks.next(block.emptied())? {
            Some(next) => block = next,
            None => return Ok(Ended::Whole),
        }
    }
}

/// Whole records, or what cannot be divided into such.
enum Block {
    Records(Vec<u8>),
    Torn,
}

impl Block {
    fn text(&self) -> Option<&str> {
        match self {
            Block::Records(bytes) => std::str::from_utf8(bytes).ok(),
            Block::Torn => None,
        }
    }

    /// Its buffer, for another block.
    fn emptied(self) -> Vec<u8> {
        let mut buffer = match self {
            Block::Records(bytes) => bytes,
            Block::Torn => Vec::new(),
        };
        buffer.clear();
        buffer
    }
}

struct Blocks<'a, R> {
    source: &'a mut R,
    /// What follows the last block: the beginning of a record.
    rest: Vec<u8>,
    block_bytes: usize,
    at_end: bool,
}

impl<R: Read> Blocks<'_, R> {
    /// The next block, written into an empty buffer.
    fn next(&mut self, mut block: Vec<u8>) -> io::Result<Option<Block>> {
        block.append(&mut self.rest);
        while !self.at_end {
            // A buffer that is not used for the first time has the room.
            block.reserve(self.block_bytes);
            let read = self.source.by_ref().take(self.block_bytes as u64).read_to_end(&mut block)?;
            self.at_end = read < self.block_bytes;
            if self.at_end {
                break;
            }
            if let Some(end) = end_of_records(&block) {
                self.rest.extend_from_slice(&block[end..]);
                block.truncate(end);
                return Ok(Some(Block::Records(block)));
            }
            if block.len() > MOST_HELD {
                let may_be_quoted = memchr(b'"', &block).is_some();
                return if may_be_quoted { Ok(Some(Block::Torn)) } else { Err(io::Error::other(TOO_LONG)) };
            }
        }
        Ok((!block.is_empty()).then_some(Block::Records(block)))
    }
}

/// The place behind the last line end that has an even number of quotes before it.
fn end_of_records(block: &[u8]) -> Option<usize> {
    let mut is_quoted = memchr_iter(b'"', block).count() % 2 == 1;
    let mut end = block.len();
    loop {
        let line_end = memrchr(b'\n', &block[..end])?;
        is_quoted ^= memchr_iter(b'"', &block[line_end..end]).count() % 2 == 1;
        if !is_quoted {
            return Some(line_end + 1);
        }
        end = line_end;
    }
}

/// The result that a thread sends.
enum ThreadResult<T> {
    /// The block of that number came to this, or to nothing; and its buffer.
    Parsed(usize, Option<T>, Vec<u8>),
    /// It panicked. The panic goes on where the threads are joined.
    Panicked,
}

/// Reads and takes in this thread, and parses in others. So few blocks are under way that memory stays small and the
/// threads busy.
fn in_threads<T: Send, R: Read>(
    mut blocks: Blocks<'_, R>,
    first: Block,
    threads: usize,
    parse: &(impl Fn(usize, &str) -> T + Sync),
    mut take: impl FnMut(T) -> ControlFlow<()>,
) -> io::Result<Ended> {
    let most_under_way = threads + 2;
    let (to_threads, work) = mpsc::channel::<(usize, Block)>();
    let (results, from_threads) = mpsc::channel::<ThreadResult<T>>();
    let work = &Mutex::new(work);
    thread::scope(|scope| {
        for results in vec![results; threads] {
            scope.spawn(move || parse_blocks(work, &ResultSender(results), parse));
        }
        // Going out of scope, it shows the threads that there is no more to do.
        let to_threads = to_threads;
        let (mut sent, mut taken) = (0, 0);
        let mut next = Some(first);
        let mut waiting: BTreeMap<usize, Option<T>> = BTreeMap::new();
        let mut buffers = Vec::new();
        loop {
            while let Some(block) = next.take() {
                if to_threads.send((sent, block)).is_err() {
                    return Ok(Ended::Surprised);
                }
                sent += 1;
                if sent - taken < most_under_way {
                    next = blocks.next(buffers.pop().unwrap_or_default())?;
                }
            }
            if sent == taken {
                return Ok(Ended::Whole);
            }
            let Ok(ThreadResult::Parsed(number, parsed, buffer)) = from_threads.recv() else {
                return Ok(Ended::Surprised);
            };
            waiting.insert(number, parsed);
            buffers.push(buffer);
            while let Some(parsed) = waiting.remove(&taken) {
                taken += 1;
                if parsed.is_none_or(|parsed| take(parsed).is_break()) {
                    return Ok(Ended::Surprised);
                }
            }
            if sent - taken < most_under_way {
                next = blocks.next(buffers.pop().unwrap_or_default())?;
            }
        }
    })
}

fn parse_blocks<T>(
    work: &Mutex<Receiver<(usize, Block)>>,
    results: &ResultSender<T>,
    parse: &impl Fn(usize, &str) -> T,
) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, block)) = next else { return };
        let parsed = block.text().map(|text| parse(number, text));
        if results.0.send(ThreadResult::Parsed(number, parsed, block.emptied())).is_err() {
            return;
        }
    }
}

/// Reports when its thread panics, so that nobody waits for a result that will not come.
struct ResultSender<T>(Sender<ThreadResult<T>>);

impl<T> Drop for ResultSender<T> {
    fn drop(&mut self) {
        if thread::panicking() {
            // Nobody may be listening any more, which is as well.
            let _ = self.0.send(ThreadResult::Panicked);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Blocks and how it ended.
    fn read(text: &[u8], block_bytes: usize, threads: usize) -> (io::Result<Ended>, Vec<String>) {
        let mut blocks = Vec::new();
        let parse = |number: usize, text: &str| (number, text.to_owned());
        let ended = read_in_blocks_of(block_bytes, &mut &*text, threads, parse, |(number, text)| {
            assert_eq!(number, blocks.len(), "in order");
            blocks.push(text);
            ControlFlow::Continue(())
        });
        (ended, blocks)
    }

    #[test]
    fn blocks_end_with_lines_outside_quotes() {
        let (ended, blocks) = read(b"a,\"b\nc\"\nd,e\nf,\"\n\n\ng\",h", 10, 1);
        assert_eq!(ended.unwrap(), Ended::Whole);
        assert_eq!(blocks, ["a,\"b\nc\"\n", "d,e\n", "f,\"\n\n\ng\",h"]);
    }

    #[test]
    fn what_is_not_plain_ends_it() {
        assert_eq!(read(b"a\n\xff\n", 2, 2).0.unwrap(), Ended::Surprised);
        let long = vec![b'x'; MOST_HELD + (2 << 20)];
        assert_eq!(read(&long, 1 << 20, 2).0.unwrap_err().to_string(), TOO_LONG);
        let quoted = [b"\"", long.as_slice()].concat();
        assert_eq!(read(&quoted, 1 << 20, 2).0.unwrap(), Ended::Surprised);
        let mut taken = 0;
        let ended = read_in_blocks_of(
            4,
            &mut &b"a\nb\nc\nd\ne\n"[..],
            3,
            |_, _| (),
            |()| {
                taken += 1;
                if taken == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        assert_eq!((ended.unwrap(), taken), (Ended::Surprised, 2));
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_goes_on() {
        let text = "a\n".repeat(1_000);
        let parse = |number: usize, _: &str| assert!(number != 50, "stumbled");
        let _ = read_in_blocks_of(4, &mut text.as_bytes(), 3, parse, |()| ControlFlow::Continue(()));
    }

    proptest! {
        #[test]
        fn all_bytes_come_once_and_in_order(text in "[ab,\"\n]{0,80}", block_bytes in 1..20_usize, threads in 1..4_usize) {
            let (ended, blocks) = read(text.as_bytes(), block_bytes, threads);
            prop_assert_eq!(ended.unwrap(), Ended::Whole);
            prop_assert_eq!(blocks.concat(), text);
            for block in blocks.iter().rev().skip(1) {
                prop_assert!(block.ends_with('\n') && block.matches('"').count() % 2 == 0);
            }
        }
    }
}
