//! One table while it is read: takes its records or blocks, has the consumer interpret and store each block, and counts
//! what was read and set aside.

use std::collections::BTreeMap;

use super::Consumer;
use super::failure::Halt;
use super::read::{Block, BlockBuilder, SetAside};
use super::recognise::Plan;

/// A table that is being read.
pub struct OpenTable<'a, C: Consumer> {
    /// The block under construction.
    pub builder: BlockBuilder<'a>,
    /// What reading a block needs to know.
    pub table_reader: C::TableReader,
    /// The rows collected so far.
    pub collected: Collected<C::Buffer>,
}

/// The rows of a table collected so far, and how many were read and set aside.
pub struct Collected<P> {
    /// The rows.
    pub buffer: P,
    /// Records read.
    pub read: u64,
    /// Records that are no rows, by reason.
    pub set_aside: BTreeMap<SetAside, u64>,
}

/// The same for each plan of a file.
pub type AllCollected<C> = Vec<Collected<<C as Consumer>::Buffer>>;

/// A block with its values typed, and how many of its rows were read and set aside.
pub struct TypedBlock<T> {
    typed: T,
    read: u64,
    set_aside: BTreeMap<SetAside, u64>,
}

impl<T> TypedBlock<T> {
    /// Types the values of a block.
    pub fn of<C: Consumer<Typed = T>>(consumer: &C, table_reader: &C::TableReader, mut block: Block) -> TypedBlock<T> {
        let (read, set_aside) = (block.read, std::mem::take(&mut block.set_aside));
        TypedBlock { typed: consumer.read(table_reader, block), read, set_aside }
    }
}

impl<P> Collected<P> {
    /// Appends the next typed block.
    pub fn append<C: Consumer<Buffer = P>>(&mut self, consumer: &C, block: TypedBlock<C::Typed>) -> Result<(), Halt> {
        let before = self.read;
        self.read += block.read;
        for (reason, rows) in block.set_aside {
            *self.set_aside.entry(reason).or_default() += rows;
        }
        consumer.append(&mut self.buffer, block.typed, before)
    }
}

impl<'a, C: Consumer> OpenTable<'a, C> {
    /// Begins a table; `sample` holds rows of it.
    pub fn new(consumer: &C, name: &str, plan: &'a Plan, sample: &[Block]) -> OpenTable<'a, C> {
        let (table_reader, buffer) = consumer.open(name, plan, sample);
        OpenTable {
            builder: BlockBuilder::new(plan),
            table_reader,
            collected: Collected { buffer, read: 0, set_aside: BTreeMap::new() },
        }
    }

    /// Appends the block under construction.
    pub fn append(&mut self, consumer: &C) -> Result<(), Halt> {
        let block = self.builder.cut();
        self.append_block(consumer, block)
    }

    /// Types and appends a block.
    pub fn append_block(&mut self, consumer: &C, block: Block) -> Result<(), Halt> {
        let typed = TypedBlock::of(consumer, &self.table_reader, block);
        self.collected.append(consumer, typed)
    }

    /// Appends the rest.
    pub fn finish(mut self, consumer: &C) -> Result<Collected<C::Buffer>, Halt> {
        if self.builder.read() > 0 {
            self.append(consumer)?;
        }
        Ok(self.collected)
    }
}
