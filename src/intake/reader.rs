//! One file into tables: takes a file that was found, decides whether it is plain and read as it comes or held and read
//! with care, and passes its rows, block by block, to the consumer.

mod known;
mod several;

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::ControlFlow;

use super::container::Limits;
use super::decoding::Decoding;
use super::failure::{Fault, Halt, NoAnswer, is_passing, is_shortage};
use super::lake::place::Place;
use super::marks;
use super::misfit::Misfit;
use super::open_table::{AllCollected, Collected, OpenTable, TypedBlock};
use super::preset::Preset;
use super::read::{self, Block, BlockBuilder};
use super::recognise::{self, Heading, Plan, Unplaced};
use super::signs;
use super::source::{self, Found, Held, Refused, Source};
use super::text::blocks::read_in_blocks;
use super::text::fast::{Fast, Row};
use super::text::plain::{Ended, Plain};
use super::text::table::Table;
use super::{Advance, Consumer, Export, Outcome, Skipped, below, non_tables, people, walk};
use crate::privacy::roll::Roll;
use crate::project::Project;
use known::first_rows;

/// Files above this are looked at in pieces, where that is asked for.
const SAMPLED_BYTES: u64 = 16 << 20;
/// How many pieces are looked at.
const PIECES: u64 = 8;
/// Size of a piece.
const PIECE_BYTES: u64 = 512 << 10;
/// Line ends that are tried as the end of a record.
const STARTS: usize = 16;

/// How many records make a block.
const BLOCK_RECORDS: u64 = 32_768;

/// Reads files, one by one.
pub struct Reader<'a, C> {
    /// Its rules for files.
    pub project: &'a Project,
    /// The presets there are.
    pub presets: &'a [Preset],
    /// Limits of what is opened.
    pub limits: Limits,
    /// Interprets and stores the rows.
    pub consumer: &'a C,
    /// Whether large files are looked at in pieces, instead of being read.
    pub samples: bool,
    /// Called with the bytes read.
    pub advance: Advance<'a>,
}

/// The answer of a file that has no table.
fn without_tables<P>(hash: Option<String>, skipped: Skipped) -> Outcome<P> {
    Outcome { hash, exports: Vec::new(), skipped: vec![skipped], people: Roll::default() }
}

impl<C: Consumer> Reader<'_, C> {
    /// Reads one file.
    ///
    /// # Errors
    /// Where that gives no answer about it.
    pub fn read(&self, file: &walk::Found) -> Result<Outcome<C::Buffer>, NoAnswer> {
        self.consumer.go_on().map_err(NoAnswer::Halt)?;
        let rule = self.project.input_rule(&file.name);
        if rule.is_some_and(|rule| rule.ignore) {
            return Ok(without_tables(None, Skipped::as_it_should(&file.name, source::LEFT_OUT)));
        }
        if let Some(known) = self.consumer.known(file) {
            (self.advance)(file.bytes);
            return Ok(known);
        }
        // A file that changes while it is read is read once more.
        for _ in 0..2 {
            match self.read_once(file) {
                Ok(outcome) => {
                    self.consumer.keep(file, &outcome);
                    return Ok(outcome);
                }
                Err(Fault::Changed) => {}
                Err(Fault::Halt(halt)) => return Err(NoAnswer::Halt(halt)),
                Err(Fault::Io(cause)) if is_shortage(&cause) => {
                    return Err(NoAnswer::Halt(Halt::Short { file: file.name.clone(), cause }));
                }
                Err(Fault::Io(error)) => {
                    let reason = format!("cannot be read: {}", source::cause(&error));
                    return match is_passing(&error) {
                        true => Err(NoAnswer::ThisTime(Box::new(Skipped::this_time(&file.name, reason)))),
                        false => Ok(without_tables(None, Skipped::new(&file.name, reason))),
                    };
                }
            }
        }
        let reason = "it changed while it was read, and again when it was read once more: run again later";
        Err(NoAnswer::ThisTime(Box::new(Skipped::this_time(&file.name, reason))))
    }

    /// What a file comes to. What is read of one that changed meanwhile is nothing, whatever came of it.
    fn read_once(&self, file: &walk::Found) -> Result<Outcome<C::Buffer>, Fault> {
        let mut source = Source::open(&file.path)?;
        let outcome = match self.plain(file, &mut source).transpose() {
            Some(outcome) => outcome,
            None => self.careful(file, &mut source),
        };
        match outcome {
            Err(Fault::Halt(halt)) => Err(Fault::Halt(halt)),
            _ if !source.is_unchanged()? => Err(Fault::Changed),
            outcome => outcome,
        }
    }

    /// A plain file, read as it comes; `None` where it is not plain after all.
    fn plain(&self, file: &walk::Found, source: &mut Source) -> Result<Option<Outcome<C::Buffer>>, Fault> {
        let Some(mut plain) = source.plain(self.project.input_rule(&file.name))? else { return Ok(None) };
        plain.head = plain.head.with(file.place.beside(&plain.header), |header| file.place.knows(header));
        let headers = [plain.head.header().unwrap_or_default()];
        let heading = Heading { headers: &headers, titles: &[], rows: &first_rows(&plain.head) };
        let plans = match recognise::recognise(heading, &file.name, self.project, self.presets) {
            Ok(plans) => recognise::completed(plans, &plain.head, self.project, self.presets, &file.name),
            Err(Unplaced::NoSignature(_)) => return Ok(None),
            Err(unplaced) => Err(unplaced),
        };
        let plans = match plans {
            Ok(plans) => placed(plans, &plain.head, &file.place),
            Err(unplaced) => {
                let people = if self.samples { Roll::default() } else { people::of_plain(&plain, source)? };
                let unused = without_tables(None, Misfit::from(unplaced).skipped(&file.name, None));
                return Ok(Some(Outcome { people, ..unused }));
            }
        };
        // What is too large to be held must be read as it comes, whatever comes.
        let patient = source.bytes > self.limits.read;
        let bytes = source.bytes;
        // A value that is carried down may be in the block before.
        let is_carried = plans.iter().any(|plan| !plan.carry_down.is_empty());
        let fast = Fast::of(&plain).filter(|_| !is_carried);
        if let Some(fast) = fast.as_ref().filter(|_| self.samples && bytes > SAMPLED_BYTES)
            && let Some((collected, rows)) = self.sampled(&file.name, &plain, fast, &plans, source)?
        {
            let export = |(plan, collected): (Plan, Collected<C::Buffer>)| Export {
                name: file.name.clone(),
                file: file.name.clone(),
                plan,
                decoding: of_plain(&plain, &file.place),
                buffer: collected.buffer,
                read: rows,
                sampled: Some(collected.read),
                set_aside: collected.set_aside,
                hash: String::new(),
                bytes,
            };
            let exports = plans.into_iter().zip(collected).map(export).collect();
            return Ok(Some(Outcome { hash: None, exports, skipped: Vec::new(), people: Roll::default() }));
        }
        let fast = match fast {
            Some(fast) => self.in_blocks(&file.name, &plain, &fast, &plans, source)?,
            None => None,
        };
        let (collected, hash, decoding) = match fast {
            Some((collected, hash)) => (collected, hash, of_plain(&plain, &file.place)),
            None => match self.as_it_comes(file, &plain, &plans, source, patient)? {
                Some(read) => read,
                None => return Ok(None),
            },
        };
        let exports = plans.into_iter().zip(collected).map(|(plan, Collected { buffer, read, set_aside })| Export {
            name: file.name.clone(),
            file: file.name.clone(),
            plan,
            decoding: decoding.clone(),
            buffer,
            read,
            sampled: None,
            set_aside,
            hash: hash.clone(),
            bytes,
        });
        let exports = exports.collect();
        Ok(Some(Outcome { hash: Some(hash), exports, skipped: Vec::new(), people: Roll::default() }))
    }

    /// A table of a plain file, to be read.
    fn open<'p>(&self, name: &str, plain: &Plain, plan: &'p Plan) -> OpenTable<'p, C>
    where
        C: 'p,
        Self: 'p,
    {
        let mut builder = BlockBuilder::new(plan);
        plain.head.each(|aside, record, _| {
            if aside.is_none() {
                builder.take(record, None);
            }
        });
        OpenTable::new(self.consumer, name, plan, &[builder.cut()])
    }

    /// Reads a few pieces of a file, and estimates how many records it has by these; `None` where it is not plain there.
    fn sampled(
        &self,
        name: &str,
        plain: &Plain,
        fast: &Fast,
        plans: &[Plan],
        source: &mut Source,
    ) -> Result<Option<(AllCollected<C>, u64)>, Fault> {
        let mut open_tables: Vec<OpenTable<'_, C>> = plans.iter().map(|plan| self.open(name, plain, plan)).collect();
        let size = source.bytes;
        let (mut looked_at, mut rows) = (0_u64, 0_u64);
        for piece in 0..PIECES {
            let from = (size - PIECE_BYTES) / (PIECES - 1) * piece;
            let bytes = source.piece(from, PIECE_BYTES)?;
            let Some((blocks, length)) = blocks_of_piece(&bytes, piece == 0, fast, plans) else { return Ok(None) };
            looked_at += length;
            rows += blocks.first().map_or(0, |block| block.read);
            for (open_table, block) in open_tables.iter_mut().zip(blocks) {
                open_table.append_block(self.consumer, block)?;
            }
        }
        (self.advance)(size);
        let estimated = u128::from(size) * u128::from(rows) / u128::from(looked_at.max(1));
        let collected = open_tables
            .into_iter()
            .map(|open_table| open_table.finish(self.consumer))
            .collect::<Result<Vec<_>, Halt>>()?;
        Ok(Some((collected, u64::try_from(estimated).unwrap_or(u64::MAX))))
    }

    /// Reads block by block, on all cores; `None` where a record is not as plain as that needs.
    fn in_blocks(
        &self,
        name: &str,
        plain: &Plain,
        fast: &Fast,
        plans: &[Plan],
        source: &mut Source,
    ) -> Result<Option<(AllCollected<C>, String)>, Fault> {
        let open_tables: Vec<OpenTable<'_, C>> = plans.iter().map(|plan| self.open(name, plain, plan)).collect();
        let (table_readers, mut collected): (Vec<C::TableReader>, Vec<Collected<C::Buffer>>) =
            open_tables.into_iter().map(|open_table| (open_table.table_reader, open_table.collected)).unzip();
        let read = |number: usize, text: &str| {
            let mut builders: Vec<BlockBuilder<'_>> = plans.iter().map(BlockBuilder::new).collect();
            let take = |row: &Row<'_>| builders.iter_mut().for_each(|builder| builder.take(row, None));
            let ended = if number == 0 { fast.each_under_header(text, take) } else { fast.each(text, take) };
            let typed = |(builder, table_reader): (&mut BlockBuilder<'_>, &C::TableReader)| {
                TypedBlock::of(self.consumer, table_reader, builder.cut())
            };
            (ended == Ended::Whole).then(|| builders.iter_mut().zip(&table_readers).map(typed).collect::<Vec<_>>())
        };
        let mut failed = Ok(());
        let stops = Cell::new(false);
        let mut hashing = Hashing::new(source.rewind()?, self.advance, &stops);
        let threads = rayon::current_num_threads();
        let ended = read_in_blocks(&mut hashing, threads, read, |typed| {
            let Some(typed) = typed else { return ControlFlow::Break(()) };
            for (collected, typed) in collected.iter_mut().zip(typed) {
                failed = std::mem::replace(&mut failed, Ok(())).and_then(|()| collected.append(self.consumer, typed));
            }
            if failed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        failed?;
        let hash = hashing.hasher.finalize().to_hex().to_string();
        Ok((ended == Ended::Whole).then_some((collected, hash)))
    }

    /// Reads record by record, as they come. Where `patient`, what is not plain is mended; else `None` is given at the first
    /// record that is not.
    fn as_it_comes(
        &self,
        file: &walk::Found,
        plain: &Plain,
        plans: &[Plan],
        source: &mut Source,
        patient: bool,
    ) -> Result<Option<(AllCollected<C>, String, Decoding)>, Fault> {
        let mut decoding = of_plain(plain, &file.place);
        let mut open_tables: Vec<OpenTable<'_, C>> =
            plans.iter().map(|plan| self.open(&file.name, plain, plan)).collect();
        let stops = Cell::new(false);
        let mut hashing = Hashing::new(source.rewind()?, self.advance, &stops);
        let mut number = 0;
        let mut failed = Ok(());
        let ended = plain.read(&mut hashing, patient, |record, mend| {
            number += 1;
            if let Some(mend) = mend {
                decoding.mended(mend, number);
            }
            for open_table in &mut open_tables {
                open_table.builder.take(record, None);
                if open_table.builder.read() == BLOCK_RECORDS && failed.is_ok() {
                    failed = open_table.append(self.consumer);
                    // What is left of the file is of no interest then.
                    stops.set(failed.is_err());
                }
            }
        });
        failed?;
        if ended? == Ended::Surprised {
            return Ok(None);
        }
        let hash = hashing.hasher.finalize().to_hex().to_string();
        let collected = open_tables
            .into_iter()
            .map(|open_table| open_table.finish(self.consumer))
            .collect::<Result<Vec<_>, Halt>>()?;
        Ok(Some((collected, hash, decoding)))
    }

    /// Any file: held, taken apart, each table recognised on its own.
    fn careful(&self, file: &walk::Found, source: &mut Source) -> Result<Outcome<C::Buffer>, Fault> {
        let below = |part: &str| below(&file.name, part);
        let held = source.tables(&|part| self.project.input_rule(&below(part)), &self.limits)?;
        let Held { hash, found: tables, refused } = held;
        (self.advance)(source.bytes);
        let mut outcome = Outcome { hash, exports: Vec::new(), skipped: Vec::new(), people: Roll::default() };
        outcome.skipped.extend(refused.into_iter().map(|Refused { name, reason, is_known }| {
            let name = below(&name);
            match non_tables::reason(&name, None) {
                Some(what) if !is_known => Skipped::as_it_should(name, format!("{what} ({reason})")),
                _ => Skipped { is_known, ..Skipped::new(name, reason) },
            }
        }));
        for found in tables {
            let name = below(&found.name);
            let place = file.place.of_part(&found.name);
            let given = place.beside(&found.table.header().unwrap_or_default());
            let table = found.table.with(given, |header| place.knows(header));
            let found = Found { table, ..found };
            if let Some(several) = self.several(&file.name, &name, &found, &place)? {
                outcome.exports.extend(several.exports);
                outcome.skipped.extend(several.skipped);
                outcome.people.add(&several.people);
                continue;
            }
            let Found { hash, bytes, table, decoding, .. } = found;
            let is_prose = non_tables::may_be_prose(&name).then(|| non_tables::is_prose(&table));
            match self.recognised(&name, &table) {
                Ok((header, plans)) => {
                    let table = match header {
                        Some(row) => table.with_header(row),
                        None => table,
                    };
                    let found = Found { name, hash, bytes, table, decoding };
                    outcome.exports.extend(self.exports(&file.name, found, plans, &place)?);
                }
                Err(misfit) => {
                    outcome.people.add(&people::of_table(&table));
                    outcome.skipped.push(misfit.skipped(&name, is_prose));
                }
            }
        }
        Ok(outcome)
    }

    /// The tables that one table of a file becomes; `found` has its name below the exports.
    fn exports(
        &self,
        file: &str,
        found: Found,
        plans: Vec<Plan>,
        place: &Place,
    ) -> Result<Vec<Export<C::Buffer>>, Halt> {
        let Found { name, hash, bytes, table, mut decoding } = found;
        self.consumer.go_on()?;
        let plans = placed(plans, &table, place);
        decoding.notes.extend(place.remark());
        if table.header_lines.len() != decoding.header_lines {
            decoding.header_lines = table.header_lines.len();
        }
        let mut builders: Vec<(BlockBuilder<'_>, Vec<Block>)> =
            plans.iter().map(|plan| (BlockBuilder::new(plan), Vec::new())).collect();
        read::each_record(&table, &mut decoding, |record, reason| {
            for (builder, blocks) in &mut builders {
                builder.take(record, reason);
                if builder.read() == BLOCK_RECORDS {
                    blocks.push(builder.cut());
                }
            }
        });
        let mut all = Vec::with_capacity(plans.len());
        for (plan, (mut builder, mut blocks)) in plans.iter().zip(builders) {
            blocks.push(builder.cut());
            let mut open_table = OpenTable::new(self.consumer, &name, plan, &blocks);
            for block in blocks {
                open_table.append_block(self.consumer, block)?;
            }
            all.push(open_table.finish(self.consumer)?);
        }
        let export = |(plan, Collected { buffer, read, set_aside })| Export {
            name: name.clone(),
            file: file.to_owned(),
            plan,
            decoding: decoding.clone(),
            buffer,
            read,
            sampled: None,
            set_aside,
            hash: hash.clone(),
            bytes,
        };
        Ok(plans.into_iter().zip(all).map(export).collect())
    }
}

/// The plans of a table, with what is known of it by the path of its file, and the marks that a connector left in it.
fn placed(mut plans: Vec<Plan>, table: &Table, place: &Place) -> Vec<Plan> {
    let first = first_rows(table);
    for plan in &mut plans {
        signs::add(plan, &first);
        plan.given = table.given().iter().map(|(_, value)| value.clone()).collect();
        plan.part_of.clone_from(&place.table);
        marks::add(plan);
    }
    plans
}

/// How a plain file is read, and what its place says of it.
fn of_plain(plain: &Plain, place: &Place) -> Decoding {
    let mut decoding = Decoding::of_plain(plain);
    decoding.notes.extend(place.remark());
    decoding
}

/// The records of a piece of a file, for each plan, and how many bytes they take. A piece begins and ends anywhere: the
/// first line end behind which all records are plain is taken for the end of one.
fn blocks_of_piece(bytes: &[u8], is_first: bool, fast: &Fast, plans: &[Plan]) -> Option<(Vec<Block>, u64)> {
    // A line end may be inside quotes, at either end of the piece.
    let ends = memchr::memrchr_iter(b'\n', bytes).map(|at| at + 1).take(STARTS / 4);
    let starts = || {
        let behind = memchr::memchr_iter(b'\n', bytes).filter(|_| !is_first).map(|at| at + 1);
        std::iter::once(0).filter(|_| is_first).chain(behind).take(STARTS)
    };
    for (end, start) in ends.flat_map(|end| starts().map(move |start| (end, start))).filter(|(end, start)| start < end)
    {
        let Ok(text) = std::str::from_utf8(&bytes[start..end]) else { continue };
        let mut builders: Vec<BlockBuilder<'_>> = plans.iter().map(BlockBuilder::new).collect();
        let take = |row: &Row<'_>| builders.iter_mut().for_each(|builder| builder.take(row, None));
        let ended = if is_first { fast.each_under_header(text, take) } else { fast.each(text, take) };
        if ended == Ended::Whole {
            return Some((builders.iter_mut().map(BlockBuilder::cut).collect(), (end - start) as u64));
        }
    }
    None
}

/// Passes bytes through and takes their hash on the way, so that a file is read once.
struct Hashing<'a, R> {
    inner: R,
    hasher: blake3::Hasher,
    advance: Advance<'a>,
    /// Whether whoever reads wants no more.
    stops: &'a Cell<bool>,
}

impl<'a, R> Hashing<'a, R> {
    fn new(inner: R, advance: Advance<'a>, stops: &'a Cell<bool>) -> Hashing<'a, R> {
        Hashing { inner, hasher: blake3::Hasher::new(), advance, stops }
    }
}

impl<R: Read> Read for Hashing<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stops.get() {
            return Err(io::Error::other("no more is wanted"));
        }
        let read = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        (self.advance)(read as u64);
        Ok(read)
    }
}
