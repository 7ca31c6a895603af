//! One file into tables: takes a file that was found, decides whether it is plain and read as it comes or held and read
//! with care, and hands its rows, block by block, to the clerk.

use std::io::{self, Read};
use std::ops::ControlFlow;

use super::container::Limits;
use super::lake::place::Place;
use super::manner::Manner;
use super::marks;
use super::paper::{AllPiled, Paper, Piled, Typed};
use super::preset::Preset;
use super::read::{self, Block, Sheet};
use super::recognise::{self, Heading, Plan, Unplaced};
use super::sense::Proposal;
use super::source::{self, Found, Source};
use super::text::blocks::read_in_blocks;
use super::text::fast::{Fast, Row};
use super::text::plain::{Ended, Plain};
use super::text::table::Table;
use super::{Advance, Clerk, Export, Outcome, Skipped, below, sense, walk};
use crate::project::Project;

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

/// Why a table of a file is not read.
enum NotRead {
    /// It is no table of ours; with its first rows.
    Unplaced(Unplaced, Vec<Vec<String>>),
    Failed(String),
}

impl From<Unplaced> for NotRead {
    fn from(unplaced: Unplaced) -> NotRead {
        NotRead::Unplaced(unplaced, Vec::new())
    }
}

impl From<io::Error> for NotRead {
    fn from(error: io::Error) -> NotRead {
        NotRead::Failed(format!("cannot be kept: {}", source::cause(&error)))
    }
}

impl NotRead {
    fn skipped(&self, name: &str) -> Skipped {
        match self {
            NotRead::Unplaced(unplaced, rows) => {
                let skipped = Skipped { detail: unplaced.detail(), ..Skipped::new(name, unplaced.to_string()) };
                let with = |headers: &[String], proposal: Option<Proposal>| Skipped {
                    proposal,
                    headers: headers.to_vec(),
                    samples: samples(headers.len(), rows),
                    ..skipped.clone()
                };
                match unplaced {
                    Unplaced::Known { .. } => Skipped { is_known: true, ..skipped },
                    Unplaced::NoSignature(headers) => with(headers, None),
                    Unplaced::Perhaps { proposal, headers } => with(headers, Some((**proposal).clone())),
                    Unplaced::Against { proposal, headers, .. } => {
                        Skipped { is_known: true, ..with(headers, proposal.as_deref().cloned()) }
                    }
                    Unplaced::NoHeader(_) | Unplaced::Rule(_) => skipped,
                }
            }
            NotRead::Failed(reason) => Skipped::new(name, reason.clone()),
        }
    }
}

/// The first few values of each column.
fn samples(columns: usize, rows: &[Vec<String>]) -> Vec<Vec<String>> {
    const MOST: usize = 3;
    let filled = |at: usize| rows.iter().filter_map(move |row| row.get(at)).filter(|cell| !cell.trim().is_empty());
    (0..columns).map(|at| filled(at).take(MOST).cloned().collect()).collect()
}

impl<C: Clerk> Reader<'_, C> {
    /// Reads one file.
    pub fn read(&self, file: &walk::Found) -> Outcome<C::Pile> {
        let rule = self.project.input_rule(&file.name);
        let failed = |reason: String| Outcome { exports: Vec::new(), skipped: vec![Skipped::new(&file.name, reason)] };
        if rule.is_some_and(|rule| rule.ignore) {
            let skipped = vec![Skipped::as_it_should(&file.name, source::LEFT_OUT)];
            return Outcome { exports: Vec::new(), skipped };
        }
        if let Some(known) = self.clerk.known(file) {
            (self.advance)(file.bytes);
            return known;
        }
        // A file that changes while it is read is read once more.
        for _ in 0..2 {
            match self.read_once(file) {
                Ok(Some(outcome)) => {
                    self.clerk.keep(file, &outcome);
                    return outcome;
                }
                Ok(None) => {}
                Err(error) => return failed(format!("cannot be read: {}", source::cause(&error))),
            }
        }
        failed("it changed while it was read, and again when it was read once more: run again later".to_owned())
    }

    /// What a file comes to; `None` where it changed meanwhile.
    fn read_once(&self, file: &walk::Found) -> io::Result<Option<Outcome<C::Pile>>> {
        let mut source = Source::open(&file.path)?;
        let outcome = match self.plain(file, &mut source)? {
            Some(outcome) => outcome,
            None => self.careful(file, &mut source),
        };
        Ok(source.is_unchanged()?.then_some(outcome))
    }

    /// A plain file, read as it comes; `None` where it is not plain after all.
    fn plain(&self, file: &walk::Found, source: &mut Source) -> io::Result<Option<Outcome<C::Pile>>> {
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
                let skipped = vec![NotRead::from(unplaced).skipped(&file.name)];
                return Ok(Some(Outcome { exports: Vec::new(), skipped }));
            }
        };
        // What is too large to be held must be read as it comes, whatever comes.
        let patient = source.bytes > self.limits.read;
        let bytes = source.bytes;
        let fast = Fast::of(&plain);
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
            return Ok(Some(Outcome { exports, skipped: Vec::new() }));
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
        Ok(Some(Outcome { exports: exports.collect(), skipped: Vec::new() }))
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
    ) -> io::Result<Option<(AllPiled<C>, u64)>> {
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
        let piled = papers.into_iter().map(|paper| paper.finish(self.clerk)).collect::<io::Result<Vec<_>>>()?;
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
    ) -> io::Result<Option<(AllPiled<C>, String)>> {
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
        let mut hashing = Hashing { inner: source.rewind()?, hasher: blake3::Hasher::new(), advance: self.advance };
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
    ) -> io::Result<Option<(AllPiled<C>, String, Manner)>> {
        let mut manner = of_plain(plain, &file.place);
        let mut papers: Vec<Paper<'_, C>> = plans.iter().map(|plan| self.open(&file.name, plain, plan)).collect();
        let mut hashing = Hashing { inner: source.rewind()?, hasher: blake3::Hasher::new(), advance: self.advance };
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
                }
            }
        })?;
        failed?;
        if ended == Ended::Surprised {
            return Ok(None);
        }
        let hash = hashing.hasher.finalize().to_hex().to_string();
        let piled = papers.into_iter().map(|paper| paper.finish(self.clerk)).collect::<io::Result<Vec<_>>>()?;
        Ok(Some((piled, hash, manner)))
    }

    /// Any file: held, taken apart, each table recognised on its own.
    fn careful(&self, file: &walk::Found, source: &mut Source) -> Outcome<C::Pile> {
        let below = |part: &str| below(&file.name, part);
        let (tables, refused) = source.tables(&|part| self.project.input_rule(&below(part)), &self.limits);
        (self.advance)(source.bytes);
        let mut outcome = Outcome { exports: Vec::new(), skipped: Vec::new() };
        outcome.skipped.extend(refused.iter().map(|refused| Skipped {
            is_known: refused.reason == source::LEFT_OUT,
            ..Skipped::new(below(&refused.name), refused.reason.clone())
        }));
        for found in tables {
            let name = below(&found.name);
            let place = file.place.of_part(&found.name);
            match self.exports(&file.name, &name, found, &place) {
                Ok(exports) => outcome.exports.extend(exports),
                Err(reason) => outcome.skipped.push(reason.skipped(&name)),
            }
        }
        outcome
    }

    fn exports(&self, file: &str, name: &str, found: Found, place: &Place) -> Result<Vec<Export<C::Pile>>, NotRead> {
        let Found { hash, bytes, table, mut manner, .. } = found;
        let given = place.beside(&table.header().unwrap_or_default());
        let (table, plans) = self.recognised(name, table.with(given, |header| place.knows(header)))?;
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
            let mut paper = Paper::new(self.clerk, name, plan, &blocks);
            for block in blocks {
                paper.lay_block(self.clerk, block)?;
            }
            all.push(paper.finish(self.clerk)?);
        }
        let export = |(plan, Piled { pile, read, set_aside })| Export {
            name: name.to_owned(),
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

    /// What a table is, or why it is none of ours.
    fn recognised(&self, name: &str, table: Table) -> Result<(Table, Vec<Plan>), NotRead> {
        let rows = first_rows(&table);
        self.placed(name, table, &rows).map_err(|unplaced| NotRead::Unplaced(unplaced, rows))
    }

    /// The same; if its header tells nothing, a row of its beginning may be the header of a table that we know.
    fn placed(&self, name: &str, table: Table, first: &[Vec<String>]) -> Result<(Table, Vec<Plan>), Unplaced> {
        const LOOK_ROWS: usize = 20;
        let place = |headers: &[Vec<String>], titles: &[String], rows: &[Vec<String>]| {
            recognise::recognise(Heading { headers, titles, rows }, name, self.project, self.presets)
        };
        let mut headers = table.headers();
        if headers.is_empty() {
            let own = (1..=table.width()).map(|column| format!("column {column}"));
            headers.push(own.chain(table.given().iter().map(|(name, _)| name.clone())).collect());
        }
        let unplaced = match place(&headers, &table.titles, first) {
            Ok(plans) => {
                let plans = recognise::completed(plans, &table, self.project, self.presets, name)?;
                return Ok((table, plans));
            }
            Err(unplaced @ Unplaced::NoSignature(_)) => unplaced,
            Err(other) => return Err(other),
        };
        for (row, mut cells) in table.head(LOOK_ROWS).into_iter().enumerate() {
            if table.layout.header.contains(&row) {
                continue;
            }
            cells.extend(table.given().iter().map(|(name, _)| name.clone()));
            match place(&[cells], &table.titles, first) {
                Ok(plans) => return Ok((table.with_header(row), plans)),
                Err(known @ Unplaced::Known { .. }) => return Err(known),
                Err(_) => {}
            }
        }
        if table.header_lines.is_empty() {
            return Err(Unplaced::NoHeader(table.width()));
        }
        let wanted = self.project.input_rule(name).and_then(|rule| rule.table);
        match sense::propose(&table, wanted) {
            Some(proposal) if proposal.confidence >= sense::SURE || wanted.is_some() => {
                let headers = table.header().unwrap_or_default();
                let plan = recognise::sensed(&proposal, headers, name, self.project, self.presets)?;
                let plans = recognise::completed(vec![plan], &table, self.project, self.presets, name)?;
                Ok((table, plans))
            }
            Some(proposal) => {
                let headers = table.header().unwrap_or_default();
                Err(Unplaced::Perhaps { proposal: Box::new(proposal), headers })
            }
            None => Err(match wanted {
                Some(wanted) => Unplaced::Rule(format!(
                    "it cannot be read as {}: name its columns under `columns` in the project file",
                    wanted.id()
                )),
                None => unplaced,
            }),
        }
    }
}

/// The plans of a table, with what is known of it by where its file lies, and the marks that a connector left in it.
fn placed(mut plans: Vec<Plan>, table: &Table, place: &Place) -> Vec<Plan> {
    for plan in &mut plans {
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

/// The first records of a table.
fn first_rows(table: &Table) -> Vec<Vec<String>> {
    const MOST: usize = 50;
    let mut rows = Vec::new();
    table.each_record(|record| {
        if rows.len() < MOST {
            rows.push(record.texts().map(str::to_owned).collect());
        }
    });
    rows
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
}

impl<R: Read> Read for Hashing<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        (self.advance)(read as u64);
        Ok(read)
    }
}
