//! Which rows of a table count: takes the rows of its exports, gives those that are used, amounts in the report's currency,
//! and for each other one the reason why not.

use super::currency;
use super::frame::Frame;
use super::overlap::{Kin, Overlaps, told_twice};
use super::pile::Pile;
use super::{ROW_CURRENCY, RecordError, versions};
use crate::fields::{self, Kind};
use crate::intake::Export;
use crate::intake::read::SetAside;
use crate::project::{Project, Table};
use crate::store::{Batch, Values, Words};

/// Rows that are not used: why, and their file.
pub type Aside = Vec<(SetAside, u32)>;

/// Makes the amounts of a table those of the report's currency.
pub struct Converting<'a> {
    /// The table.
    pub table: Table,
    /// The texts behind the codes of its rows.
    pub words: &'a Words,
    /// The report's currency.
    pub currency: &'a str,
    /// The project, which has the rates.
    pub project: &'a Project,
}

impl Converting<'_> {
    /// Converts a batch; the currency of its rows, which is its last column where it has amounts, is done with then.
    ///
    /// # Errors
    /// Where a rate is missing.
    pub fn convert(&self, names: &[String], batch: &mut Batch) -> Result<(), RecordError> {
        if names.last().is_none_or(|name| name != ROW_CURRENCY) || batch.columns().is_empty() {
            return Ok(());
        }
        let Some(Values::Codes(currencies)) = batch.pop() else { unreachable!("currencies are codes") };
        for (name, column) in names.iter().zip(batch.columns_mut()) {
            if let (Kind::Money, Values::Numbers(amounts)) = (fields::kind_of(self.table, name), column) {
                currency::convert(amounts, &currencies, self.words, self.currency, self.project)?;
            }
        }
        Ok(())
    }
}

/// The rows of a table that are used: those with a key, in their latest version; and why others are not, with their
/// file.
pub(super) fn settled(table: Table, frame: Frame, words: &Words) -> (Frame, Aside) {
    let mut aside = Vec::new();
    let Some((key, keys)) = fields::key_of(table).and_then(|key| Some((key, frame.column(key)?))) else {
        return (frame, aside);
    };
    // A deal may be known by its lead alone, and a touch needs no id: only persons, campaigns and the like do.
    let needs_id = !matches!(table, Table::Deals | Table::Touches);
    let latest = versions::latest(&frame, key, Some("modified_at"), words);
    let mut keep = Vec::with_capacity(frame.height());
    for (row, latest) in latest.into_iter().enumerate() {
        let reason = match (needs_id && keys.is_absent(row), latest) {
            (true, _) => Some(SetAside::NoId),
            (false, false) => Some(SetAside::OlderVersion),
            (false, true) => None,
        };
        aside.extend(reason.map(|reason| (reason, frame.files()[row])));
        keep.push(reason.is_none());
    }
    if aside.is_empty() { (frame, aside) } else { (frame.filtered(&keep), aside) }
}

/// The rows of a table without those that another export tells too; and why these are not used, with their file. The
/// ids of touches have served then.
pub(super) fn told_once(table: Table, frame: Frame, kin: &[Kin], words: &Words, overlaps: &Overlaps) -> (Frame, Aside) {
    let twice = told_twice(table, &frame, kin, words, overlaps);
    let aside = twice.iter().map(|(row, reason)| (*reason, frame.files()[*row])).collect();
    let frame = if table == Table::Touches { frame.without("touch_id") } else { frame };
    if twice.is_empty() {
        return (frame, aside);
    }
    let keep: Vec<bool> = (0..frame.height()).map(|row| !twice.contains_key(&row)).collect();
    (frame.filtered(&keep), aside)
}

/// The names of the columns and all rows of an export, amounts in the report's currency; `codes` are those of the common
/// dictionary.
pub(super) fn rows_of(
    export: &mut Export<Pile>,
    codes: &[u32],
    currency: &str,
    project: &Project,
) -> Result<(Vec<String>, Batch), RecordError> {
    let mut names = export.pile.names.clone();
    let mut whole = Batch::default();
    let converting = Converting { table: export.plan.table, words: &export.pile.words.clone(), currency, project };
    export.pile.take_batches(&mut |mut batch| {
        converting.convert(&names, &mut batch)?;
        batch.recode(codes);
        whole.append(batch);
        Ok::<(), RecordError>(())
    })?;
    names.retain(|name| name != ROW_CURRENCY);
    Ok((names, whole))
}
