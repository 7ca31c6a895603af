//! One file into tables: takes a file that was found, decides whether it is plain and read as it comes or held and read
//! with care, and hands its rows, block by block, to the clerk.

mod known;
mod several;

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::ControlFlow;

use super::container::Limits;
use super::failure::{Fault, Halt, NoAnswer, is_passing, is_shortage};
use super::lake::place::Place;
use super::manner::Manner;
use super::marks;
use super::misfit::Misfit;
use super::paper::{AllPiled, Paper, Piled, Typed};
use super::preset::Preset;
use super::read::{self, Block, Sheet};
use super::recognise::{self, Heading, Plan, Unplaced};
use super::signs;
use super::source::{self, Found, Held, Refused, Source};
use super::text::blocks::read_in_blocks;
use super::text::fast::{Fast, Row};
use super::text::plain::{Ended, Plain};
use super::text::table::Table;
use super::{Advance, Clerk, Export, Outcome, Skipped, below, papers, people, walk};
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
    /// Whoever makes sense of the rows.
    pub clerk: &'a C,
    /// Whether large files are looked at in pieces, instead of being read.
    pub samples: bool,
    /// Told of the bytes read.
    pub advance: Advance<'a>,
}

/// The answer of a file that has no table.
fn without_tables<P>(hash: Option<String>, skipped: Skipped) -> Outcome<P> {
    Outcome { hash, exports: Vec::new(), skipped: vec![skipped], people: Roll::default() }
}

impl<C: Clerk> Reader<'_, C> {
    /// Reads one file.
    ///
    /// # Errors
    /// Where that gives no answer about it.
    pub fn read(&self, file: &walk::Found) -> Result<Outcome<C::Pile>, NoAnswer> {
        self.clerk.go_on().map_err(NoAnswer::Halt)?;
        let rule = self.project.input_rule(&file.name);
        if rule.is_some_and(|rule| rule.ignore) {
            return Ok(without_tables(None, Skipped::as_it_should(&file.name, source::LEFT_OUT)));
        }
        if let Some(known) = self.clerk.known(file) {
            (self.advance)(file.bytes);
            return Ok(known);
        }
        // A file that changes while it is read is read once more.
        for _ in 0..2 {
            match self.read_once(file) {
                Ok(outcome) => {
                    self.clerk.keep(file, &outcome);
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
    fn read_once(&self, file: &walk::Found) -> Result<Outcome<C::Pile>, Fault> {
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
    fn plain(&self, file: &walk::Found, source: &mut Source) -> Result<Option<Outcome<C::Pile>>, Fault> {
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
        // A value that is carried down may stand in the block before.
        let is_carried = plans.iter().any(|plan| !plan.carry_down.is_empty());
        let fast = Fast::of(&plain).filter(|_| !is_carried);
        if let Some(fast) = fast.as_ref().filter(|_| self.samples && bytes > SAMPLED_BYTES)
            && let Some((piled, rows)) = self.sampled(&file.name, &plain, fast, &plans, source)?
        {
            let export = |(plan, piled): (Plan, Piled<C::Pile>)| Export {
                name: file.name.clone(),
                file: file.name.clone(),
                plan,
                manner: of_plain(&plain, &file.place),
                pile: piled.pile,
                read: rows,
                sampled: Some(piled.read),
                set_aside: piled.set_aside,
                hash: String::new(),
                bytes,
            };
            let exports = plans.into_iter().zip(piled).map(export).collect();
            return Ok(Some(Outcome { hash: None, exports, skipped: Vec::new(), people: Roll::default() }));
        }
        let fast = match fast {
            Some(fast) => self.in_blocks(&file.name, &plain, &fast, &plans, source)?,
            None => None,
        };
        let (piled, hash, manner) = match fast {
            Some((piled, hash)) => (piled, hash, of_plain(&plain, &file.place)),
            None => match self.as_it_comes(file, &plain, &plans, source, patient)? {
                Some(read) => read,
                None => return Ok(None),
            },
        };
        let exports = plans.into_iter().zip(piled).map(|(plan, Piled { pile, read, set_aside })| Export {
            name: file.name.clone(),
            file: file.name.clone(),
            plan,
            manner: manner.clone(),
            pile,
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
    fn open<'p>(&self, name: &str, plain: &Plain, plan: &'p Plan) -> Paper<'p, C>
    where
        C: 'p,
        Self: 'p,
    {
        let mut sheet = Sheet::new(plan);
        plain.head.each(|aside, record, _| {
            if aside.is_none() {
                sheet.take(record, None);
            }
        });
        Paper::new(self.clerk, name, plan, &[sheet.cut()])
    }

    /// Reads a few pieces of a file, and estimates how many records it has by these; `None` where it is not plain there.
    fn sampled(
        &self,
        name: &str,
        plain: &Plain,
        fast: &Fast,
        plans: &[Plan],
        source: &mut Source,
    ) -> Result<Option<(AllPiled<C>, u64)>, Fault> {
        let mut papers: Vec<Paper<'_, C>> = plans.iter().map(|plan| self.open(name, plain, plan)).collect();
        let size = source.bytes;
        let (mut looked_at, mut rows) = (0_u64, 0_u64);
        for piece in 0..PIECES {
            let from = (size - PIECE_BYTES) / (PIECES - 1) * piece;
            let bytes = source.piece(from, PIECE_BYTES)?;
            let Some((blocks, length)) = blocks_of_piece(&bytes, piece == 0, fast, plans) else { return Ok(None) };
            looked_at += length;
            rows += blocks.first().map_or(0, |block| block.read);
            for (paper, block) in papers.iter_mut().zip(blocks) {
                paper.lay_block(self.clerk, block)?;
            }
        }
        (self.advance)(size);
        let estimated = u128::from(size) * u128::from(rows) / u128::from(looked_at.max(1));
        let piled = papers.into_iter().map(|paper| paper.finish(self.clerk)).collect::<Result<Vec<_>, Halt>>()?;
        Ok(Some((piled, u64::try_from(estimated).unwrap_or(u64::MAX))))
    }

    /// Reads block by block, on all cores; `None` where a record is not as plain as that needs.
    fn in_blocks(
        &self,
        name: &str,
        plain: &Plain,
        fast: &Fast,
        plans: &[Plan],
        source: &mut Source,
    ) -> Result<Option<(AllPiled<C>, String)>, Fault> {
        let papers: Vec<Paper<'_, C>> = plans.iter().map(|plan| self.open(name, plain, plan)).collect();
        let (desks, mut piled): (Vec<C::Desk>, Vec<Piled<C::Pile>>) =
            papers.into_iter().map(|paper| (paper.desk, paper.piled)).unzip();
        let read = |number: usize, text: &str| {
            let mut sheets: Vec<Sheet<'_>> = plans.iter().map(Sheet::new).collect();
            let take = |row: &Row<'_>| sheets.iter_mut().for_each(|sheet| sheet.take(row, None));
            let ended = if number == 0 { fast.each_under_header(text, take) } else { fast.each(text, take) };
            let typed = |(sheet, desk): (&mut Sheet<'_>, &C::Desk)| Typed::of(self.clerk, desk, sheet.cut());
            (ended == Ended::Whole).then(|| sheets.iter_mut().zip(&desks).map(typed).collect::<Vec<_>>())
        };
        let mut failed = Ok(());
        let stops = Cell::new(false);
        let mut hashing = Hashing::new(source.rewind()?, self.advance, &stops);
        let threads = rayon::current_num_threads();
        let ended = read_in_blocks(&mut hashing, threads, read, |typed| {
            let Some(typed) = typed else { return ControlFlow::Break(()) };
            for (piled, typed) in piled.iter_mut().zip(typed) {
                failed = std::mem::replace(&mut failed, Ok(())).and_then(|()| piled.lay(self.clerk, typed));
            }
            if failed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        failed?;
        let hash = hashing.hasher.finalize().to_hex().to_string();
        Ok((ended == Ended::Whole).then_some((piled, hash)))
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
    ) -> Result<Option<(AllPiled<C>, String, Manner)>, Fault> {
        let mut manner = of_plain(plain, &file.place);
        let mut papers: Vec<Paper<'_, C>> = plans.iter().map(|plan| self.open(&file.name, plain, plan)).collect();
        let stops = Cell::new(false);
        let mut hashing = Hashing::new(source.rewind()?, self.advance, &stops);
        let mut number = 0;
        let mut failed = Ok(());
        let ended = plain.read(&mut hashing, patient, |record, mend| {
            number += 1;
            if let Some(mend) = mend {
                manner.mended(mend, number);
            }
            for paper in &mut papers {
                paper.sheet.take(record, None);
                if paper.sheet.read() == BLOCK_RECORDS && failed.is_ok() {
                    failed = paper.lay(self.clerk);
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
        let piled = papers.into_iter().map(|paper| paper.finish(self.clerk)).collect::<Result<Vec<_>, Halt>>()?;
        Ok(Some((piled, hash, manner)))
    }

    /// Any file: held, taken apart, each table recognised on its own.
    fn careful(&self, file: &walk::Found, source: &mut Source) -> Result<Outcome<C::Pile>, Fault> {
        let below = |part: &str| below(&file.name, part);
        let held = source.tables(&|part| self.project.input_rule(&below(part)), &self.limits)?;
        let Held { hash, found: tables, refused } = held;
        (self.advance)(source.bytes);
        let mut outcome = Outcome { hash, exports: Vec::new(), skipped: Vec::new(), people: Roll::default() };
        outcome.skipped.extend(refused.into_iter().map(|Refused { name, reason, is_known }| {
            let name = below(&name);
            match papers::reason(&name, None) {
                Some(paper) if !is_known => Skipped::as_it_should(name, format!("{paper} ({reason})")),
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
            let Found { hash, bytes, table, manner, .. } = found;
            let is_prose = papers::may_be_prose(&name).then(|| papers::is_prose(&table));
            match self.recognised(&name, &table) {
                Ok((header, plans)) => {
                    let table = match header {
                        Some(row) => table.with_header(row),
                        None => table,
                    };
                    let found = Found { name, hash, bytes, table, manner };
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

    /// The tables that one table of a file becomes; `found` bears its name below the exports.
    fn exports(&self, file: &str, found: Found, plans: Vec<Plan>, place: &Place) -> Result<Vec<Export<C::Pile>>, Halt> {
        let Found { name, hash, bytes, table, mut manner } = found;
        self.clerk.go_on()?;
        let plans = placed(plans, &table, place);
        manner.notes.extend(place.remark());
        if table.header_lines.len() != manner.header_lines {
            manner.header_lines = table.header_lines.len();
        }
        let mut sheets: Vec<(Sheet<'_>, Vec<Block>)> =
            plans.iter().map(|plan| (Sheet::new(plan), Vec::new())).collect();
        read::each_record(&table, &mut manner, |record, reason| {
            for (sheet, blocks) in &mut sheets {
                sheet.take(record, reason);
                if sheet.read() == BLOCK_RECORDS {
                    blocks.push(sheet.cut());
                }
            }
        });
        let mut all = Vec::with_capacity(plans.len());
        for (plan, (mut sheet, mut blocks)) in plans.iter().zip(sheets) {
            blocks.push(sheet.cut());
            let mut paper = Paper::new(self.clerk, &name, plan, &blocks);
            for block in blocks {
                paper.lay_block(self.clerk, block)?;
            }
            all.push(paper.finish(self.clerk)?);
        }
        let export = |(plan, Piled { pile, read, set_aside })| Export {
            name: name.clone(),
            file: file.to_owned(),
            plan,
            manner: manner.clone(),
            pile,
            read,
            sampled: None,
            set_aside,
            hash: hash.clone(),
            bytes,
        };
        Ok(plans.into_iter().zip(all).map(export).collect())
    }
}

/// The plans of a table, with what is known of it by where its file lies, and the marks that a connector left in it.
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
fn of_plain(plain: &Plain, place: &Place) -> Manner {
    let mut manner = Manner::of_plain(plain);
    manner.notes.extend(place.remark());
    manner
}

/// The records of a piece of a file, for each plan, and how many bytes they take. A piece begins and ends anywhere: the
/// first line end behind which all records are plain is taken for the end of one.
fn blocks_of_piece(bytes: &[u8], is_first: bool, fast: &Fast, plans: &[Plan]) -> Option<(Vec<Block>, u64)> {
    // A line end may stand inside quotes, at either end of the piece.
    let ends = memchr::memrchr_iter(b'\n', bytes).map(|at| at + 1).take(STARTS / 4);
    let starts = || {
        let behind = memchr::memchr_iter(b'\n', bytes).filter(|_| !is_first).map(|at| at + 1);
        std::iter::once(0).filter(|_| is_first).chain(behind).take(STARTS)
    };
    for (end, start) in ends.flat_map(|end| starts().map(move |start| (end, start))).filter(|(end, start)| start < end)
    {
        let Ok(text) = std::str::from_utf8(&bytes[start..end]) else { continue };
        let mut sheets: Vec<Sheet<'_>> = plans.iter().map(Sheet::new).collect();
        let take = |row: &Row<'_>| sheets.iter_mut().for_each(|sheet| sheet.take(row, None));
        let ended = if is_first { fast.each_under_header(text, take) } else { fast.each(text, take) };
        if ended == Ended::Whole {
            return Some((sheets.iter_mut().map(Sheet::cut).collect(), (end - start) as u64));
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
