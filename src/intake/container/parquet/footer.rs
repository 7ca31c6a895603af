//! The footer before it is believed: its length against the file, its lists against its length, the tree of columns
//! against the number of its nodes. The crate that decodes it descends that tree by recursion.

use super::super::limits::{Bound, Budget};
use super::super::refusal::Refusal;
use super::shape;
use super::thrift::{LIST, STRUCT, Thrift};

const MAGIC: &[u8] = b"PAR1";
const MAGIC_ENCRYPTED: &[u8] = b"PARE";
/// Magic, length and magic around what is between.
const LEAST: usize = 12;
/// The footer of 1,000 columns in 100 row groups has some 10 MiB; decoded, it takes several times its size.
const LONGEST: usize = 16 << 20;

const SCHEMA: i16 = 2;
const CHILDREN: i16 = 5;
const ENCRYPTION: i16 = 8;

/// The bytes of the footer, checked.
pub(super) fn checked<'a>(bytes: &'a [u8], budget: &Budget<'_>) -> Result<&'a [u8], Refusal> {
    if bytes.ends_with(MAGIC_ENCRYPTED) {
        return Err(Refusal::Encrypted { what: "the Parquet file".to_owned() });
    }
    if bytes.len() < LEAST || !bytes.ends_with(MAGIC) {
        return Err(Refusal::damaged("the Parquet file is cut short: it does not end as one"));
    }
    let body = &bytes[MAGIC.len()..bytes.len() - 8];
    let length = bytes[bytes.len() - 8..].first_chunk().map_or(0, |four| u32::from_le_bytes(*four) as usize);
    let start = body.len().checked_sub(length).filter(|_| length > 0);
    let start = start.ok_or_else(|| Refusal::damaged(format!("the Parquet file gives its footer {length} bytes")))?;
    if length > LONGEST {
        return Err(Refusal::too_large("the footer of the Parquet file", Bound::Cell(LONGEST as u64)));
    }
    let footer = &body[start..];
    check(footer, budget)?;
    Ok(footer)
}

fn check(footer: &[u8], budget: &Budget<'_>) -> Result<(), Refusal> {
    let tree = walk(footer).ok_or_else(|| Refusal::damaged("the footer of the Parquet file"))?;
    if tree.encrypted {
        return Err(Refusal::Encrypted { what: "the Parquet file".to_owned() });
    }
    shape::check_footer(footer).ok_or_else(|| Refusal::damaged("the footer of the Parquet file"))?;
    check_tree(&tree.children, budget)
}

struct Tree {
    /// How many children each node has, in the order of the file: a node, then its children with all below them.
    children: Vec<u32>,
    encrypted: bool,
}

/// Walks over the whole footer.
fn walk(footer: &[u8]) -> Option<Tree> {
    let mut at = Thrift::new(footer);
    let mut fields = at.fields();
    let mut tree = Tree { children: Vec::new(), encrypted: false };
    while let Some((field, kind)) = fields.next(&mut at)? {
        match (field, kind) {
            (SCHEMA, LIST) => {
                let (count, kind) = at.list()?;
                for _ in 0..count {
                    tree.children.push(if kind == STRUCT { children_of(&mut at)? } else { return None });
                }
            }
            (ENCRYPTION, kind) => {
                tree.encrypted = true;
                at.skip(kind)?;
            }
            (_, kind) => at.skip(kind)?,
        }
    }
    Some(tree)
}

fn children_of(at: &mut Thrift<'_>) -> Option<u32> {
    let mut fields = at.fields();
    let mut children = 0;
    while let Some((field, kind)) = fields.next(at)? {
        match field {
            CHILDREN => children = u32::try_from(at.int(kind)??).ok()?,
            _ => at.skip(kind)?,
        }
    }
    Some(children)
}

/// Each node must have as many children as it says, and none be too deep.
fn check_tree(children: &[u32], budget: &Budget<'_>) -> Result<(), Refusal> {
    let damaged = || Refusal::damaged("the columns of the Parquet file: their tree does not add up");
    // How many children are still to come, for each node from the root to here.
    let mut open: Vec<u32> = Vec::new();
    for (place, count) in children.iter().enumerate() {
        match open.last_mut() {
            Some(left) => *left -= 1,
            None if place > 0 => return Err(damaged()),
            None => {}
        }
        if *count as usize > children.len() {
            return Err(damaged());
        }
        open.push(*count);
        if open.len() > budget.limits.values {
            return Err(Refusal::too_large("the Parquet file", Bound::Values(budget.limits.values as u64)));
        }
        while open.last() == Some(&0) {
            open.pop();
        }
    }
    if open.is_empty() && !children.is_empty() { Ok(()) } else { Err(damaged()) }
}
