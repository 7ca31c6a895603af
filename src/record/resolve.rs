//! Which rows of a table count: takes the rows of its exports, gives those that are used, amounts in the report's currency,
//! and for each other one the reason why not.

use super::buffer::TableBuffer;
use super::currency::{AMOUNT_COMPANY, Money};
use super::frame::Frame;
use super::overlap::{ExportOrigin, Overlaps, repeated_rows};
use super::report::Repeat;
use super::same_money::{NotCounted, repeats, same_money};
use super::versions::{self, Version};
use super::{ROW_CURRENCY, RecordError};
use crate::calendar::Zone;
use crate::fields::{self, Kind};
use crate::intake::Export;
use crate::intake::read::SetAside;
use crate::project::Table;
use crate::store::{Batch, Values, Words};

/// Rows that are not used: why, and their file.
pub type Aside = Vec<(SetAside, u32)>;

/// Makes the amounts of a table those of the report's currency.
pub struct Converting<'a> {
    /// The table.
    pub table: Table,
    /// The texts behind the codes of its rows.
    pub words: &'a Words,
    /// What amounts become.
    pub money: &'a Money<'a>,
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
        let of_company = names.iter().position(|name| name == AMOUNT_COMPANY).map(|at| &batch.columns()[at]);
        let of_company = match of_company {
            Some(Values::Numbers(amounts)) => Some(amounts.clone()),
            _ => None,
        };
        for (name, column) in names.iter().zip(batch.columns_mut()) {
            if let (Kind::Money, Values::Numbers(amounts)) = (fields::kind_of(self.table, name), column)
                && name != AMOUNT_COMPANY
            {
                self.money.convert(amounts, &currencies, of_company.as_deref(), self.words)?;
            }
        }
        Ok(())
    }
}

/// The rows of a table that are used: those with a key, in their latest version; and why others are not, with their
/// file.
pub(super) fn resolved(table: Table, frame: Frame, words: &Words, origins: &[ExportOrigin]) -> (Frame, Aside) {
    let mut aside = Vec::new();
    let frame = versions::without_damaged_keys(table, frame, words, origins);
    let Some((key, keys)) = fields::key_of(table).and_then(|key| Some((key, frame.column(key)?))) else {
        return (frame, aside);
    };
    // A deal may be known by its lead alone, and a touch needs no id: only persons, campaigns and the like do.
    let needs_id = !matches!(table, Table::Deals | Table::Touches);
    let lacks_id: Vec<bool> = (0..frame.height()).map(|row| needs_id && keys.is_absent(row)).collect();
    let (frame, versions) = versions::resolved(frame, key, words, origins);
    let mut keep = Vec::with_capacity(frame.height());
    for (row, version) in versions.into_iter().enumerate() {
        let reason = match (lacks_id[row], version) {
            (true, _) => Some(SetAside::NoId),
            (false, Version::Older) => Some(SetAside::OlderVersion),
            (false, Version::Completing) => Some(SetAside::Completes),
            (false, Version::Used) => None,
        };
        aside.extend(reason.map(|reason| (reason, frame.files()[row])));
        keep.push(reason.is_none());
    }
    if aside.is_empty() { (frame, aside) } else { (frame.filtered(&keep), aside) }
}

/// The rows of a table without those that another export has too; why these are not used, with their file; and what was
/// left out of each file because another one has it. The ids of touches are no longer needed then.
pub(super) fn without_repeats(
    table: Table,
    frame: Frame,
    overlaps: &Overlaps,
    comparison: &Comparison<'_>,
) -> Deduplicated {
    let not_counted: NotCounted = match table {
        Table::Spend => same_money(&frame, comparison.origins, comparison.zone, comparison.words),
        _ => {
            let twice = repeated_rows(&frame, comparison.origins, comparison.words, overlaps);
            twice.into_iter().map(|row| (row, (SetAside::InOtherExport, frame.files()[row]))).collect()
        }
    };
    let repeats = match table {
        Table::Spend => repeats(&frame, &not_counted),
        _ => Vec::new(),
    };
    let aside = not_counted.iter().map(|(row, (reason, _))| (*reason, frame.files()[*row])).collect();
    let frame = if table == Table::Touches { frame.without("touch_id") } else { frame };
    if not_counted.is_empty() {
        return Deduplicated { frame, aside, repeats };
    }
    let keep: Vec<bool> = (0..frame.height()).map(|row| !not_counted.contains_key(&row)).collect();
    Deduplicated { frame: frame.filtered(&keep), aside, repeats }
}

/// What rows of several exports are compared by.
pub(super) struct Comparison<'a> {
    /// Where the rows of each file come from.
    pub origins: &'a [ExportOrigin],
    /// The texts behind codes.
    pub words: &'a Words,
    /// The zone of calendar days.
    pub zone: &'a Zone,
}

/// A table without what several exports repeat.
pub(super) struct Deduplicated {
    /// The rows that are used.
    pub frame: Frame,
    /// The others.
    pub aside: Aside,
    /// What was left out of each file.
    pub repeats: Vec<(u32, Repeat)>,
}

/// The names of the columns and all rows of an export, amounts in the report's currency; `codes` are those of the common
/// dictionary.
pub(super) fn rows_of(
    export: &mut Export<TableBuffer>,
    codes: &[u32],
    money: &Money<'_>,
) -> Result<(Vec<String>, Batch), RecordError> {
    let mut names = export.buffer.names.clone();
    let mut whole = Batch::default();
    let converting = Converting { table: export.plan.table, words: &export.buffer.words.clone(), money };
    export.buffer.take_batches(&mut |mut batch| {
        converting.convert(&names, &mut batch)?;
        batch.recode(codes);
        whole.append(batch);
        Ok::<(), RecordError>(())
    })?;
    names.retain(|name| name != ROW_CURRENCY);
    Ok((names, whole))
}
