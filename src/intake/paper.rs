//! One table while it is read: takes its records or blocks, has the clerk make sense of each block and lay it down, and
//! keeps the account of what was read and set aside.

use std::collections::BTreeMap;

use super::Clerk;
use super::failure::Halt;
use super::read::{Block, SetAside, Sheet};
use super::recognise::Plan;

/// The rows of one table on their way to where they lie.
pub struct Paper<'a, C: Clerk> {
    /// The block under construction.
    pub sheet: Sheet<'a>,
    /// What reading a block needs to know.
    pub desk: C::Desk,
    /// What lies there already.
    pub piled: Piled<C::Pile>,
}

/// What lies there, and the account of its rows.
pub struct Piled<P> {
    /// The rows.
    pub pile: P,
    /// Records read.
    pub read: u64,
    /// Records that are no rows, by reason.
    pub set_aside: BTreeMap<SetAside, u64>,
}

/// The same for each plan of a file.
pub type AllPiled<C> = Vec<Piled<<C as Clerk>::Pile>>;

/// What a block became, and the account of its rows.
pub struct Typed<T> {
    typed: T,
    read: u64,
    set_aside: BTreeMap<SetAside, u64>,
}

impl<T> Typed<T> {
    /// Makes sense of a block.
    pub fn of<C: Clerk<Typed = T>>(clerk: &C, desk: &C::Desk, mut block: Block) -> Typed<T> {
        let (read, set_aside) = (block.read, std::mem::take(&mut block.set_aside));
        Typed { typed: clerk.read(desk, block), read, set_aside }
    }
}

impl<P> Piled<P> {
    /// Lays down what the next block became.
    pub fn lay<C: Clerk<Pile = P>>(&mut self, clerk: &C, block: Typed<C::Typed>) -> Result<(), Halt> {
        let before = self.read;
        self.read += block.read;
        for (reason, rows) in block.set_aside {
            *self.set_aside.entry(reason).or_default() += rows;
        }
        clerk.lay(&mut self.pile, block.typed, before)
    }
}

impl<'a, C: Clerk> Paper<'a, C> {
    /// Begins a table; `sample` holds rows of it.
    pub fn new(clerk: &C, name: &str, plan: &'a Plan, sample: &[Block]) -> Paper<'a, C> {
        let (desk, pile) = clerk.open(name, plan, sample);
        Paper { sheet: Sheet::new(plan), desk, piled: Piled { pile, read: 0, set_aside: BTreeMap::new() } }
    }

    /// Lays down the block under construction.
    pub fn lay(&mut self, clerk: &C) -> Result<(), Halt> {
        let block = self.sheet.cut();
        self.lay_block(clerk, block)
    }

    /// Lays down a block.
    pub fn lay_block(&mut self, clerk: &C, block: Block) -> Result<(), Halt> {
        let typed = Typed::of(clerk, &self.desk, block);
        self.piled.lay(clerk, typed)
    }

    /// Lays down the rest.
    pub fn finish(mut self, clerk: &C) -> Result<Piled<C::Pile>, Halt> {
        if self.sheet.read() > 0 {
            self.lay(clerk)?;
        }
        Ok(self.piled)
    }
}
