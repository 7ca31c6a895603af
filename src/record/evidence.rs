//! Whether tables that were taken for leads, deals or touches by their names and values alone belong with the others. Takes
//! everything that was read, gives what may count: such a table enters a figure only where its ids or e-mails are those
//! of the other tables, or where there is no other. What may not is listed with what it looks like.

use hashbrown::HashSet;

use super::buffer::TableBuffer;
use crate::intake::{Export, Skipped};
use crate::project::Table;
use crate::store::keys::print;
use crate::store::{NO_PRINT, StoreError, Values};

/// One row in so many must belong to a person of the other tables.
const LEAST_SHARE: u64 = 3;

/// Takes out the tables that do not belong with the others, and lists them among what is not used.
///
/// # Errors
/// Where rows on the disk cannot be read.
pub fn keep_what_fits(exports: &mut Vec<Export<TableBuffer>>, skipped: &mut Vec<Skipped>) -> Result<(), StoreError> {
    if exports.iter().all(|export| export.plan.proposal.is_none()) {
        leave_deals_of_leads(exports, skipped);
        return Ok(());
    }
    let persons = Persons::of(exports)?;
    let mut out: Vec<(String, String)> = Vec::new();
    for export in exports.iter().filter(|export| export.plan.proposal.is_some()) {
        if out.iter().any(|(name, _)| *name == export.name) {
            continue;
        }
        if let Some(why) = reason_to_leave(export, exports, &persons)? {
            out.push((export.name.clone(), why));
        }
    }
    for (name, why) in out {
        let Some(export) = exports.iter().find(|export| export.name == name) else { continue };
        let proposal = export.plan.proposal.clone();
        let sure = proposal.as_ref().map_or(0.0, |proposal| (proposal.confidence * 100.0).round());
        let table = proposal.as_ref().map_or(export.plan.table, |proposal| proposal.table);
        let reason = format!(
            "it may be {} ({sure} % sure), and is not used: {why}; `casefile init` writes the rule to use it with",
            table.id()
        );
        let headers = export.plan.headers.clone();
        skipped.push(Skipped { proposal, headers, ..Skipped::new(&name, reason) });
        exports.retain(|export| export.name != name);
    }
    leave_deals_of_leads(exports, skipped);
    skipped.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(())
}

/// Where a table of deals is there, what a list of leads says of sales is an estimate or the same once more.
fn leave_deals_of_leads(exports: &mut Vec<Export<TableBuffer>>, skipped: &mut Vec<Skipped>) {
    let is_of_deals =
        |export: &&Export<TableBuffer>| export.plan.table == Table::Deals && !export.plan.of_leads && export.read > 0;
    let Some(deals) = exports.iter().find(is_of_deals).map(|export| export.name.clone()) else { return };
    for export in exports.iter().filter(|export| export.plan.of_leads) {
        let reason =
            format!("its rows name stages and amounts of deals too, which are not used: deals are read from {deals}");
        skipped.push(Skipped::as_it_should(format!("{} (deals of leads)", export.name), reason));
    }
    exports.retain(|export| !export.plan.of_leads);
}

/// Why a table that was taken by names and values alone is not used.
fn reason_to_leave(
    export: &Export<TableBuffer>,
    exports: &[Export<TableBuffer>],
    persons: &Persons,
) -> Result<Option<String>, StoreError> {
    let Some(proposal) = &export.plan.proposal else { return Ok(None) };
    let is_firm = |other: &Export<TableBuffer>| other.plan.proposal.is_none() && !other.plan.of_leads && other.read > 0;
    let firm = |table: Table| exports.iter().find(|other| other.plan.table == table && is_firm(other));
    let sensed = |table: Table| {
        exports.iter().filter(move |other| other.plan.proposal.as_ref().is_some_and(|known| known.table == table))
    };
    // Of several such tables the surest is used, and those with the same columns, which are parts of one list.
    let surest = || {
        let rank = |other: &&Export<TableBuffer>| other.plan.proposal.as_ref().map_or(0.0, |known| known.confidence);
        sensed(proposal.table).max_by(|one, other| rank(one).total_cmp(&rank(other)).then(other.name.cmp(&one.name)))
    };
    match proposal.table {
        table @ (Table::Leads | Table::Deals) => {
            if let Some(known) = firm(table) {
                return Ok(Some(format!("{} are read from {}", table.id(), known.name)));
            }
            if let Some(first) = surest().filter(|first| first.plan.headers != export.plan.headers) {
                return Ok(Some(format!("{} resembles {} more", first.name, table.id())));
            }
            let must_belong = table == Table::Deals && firm(Table::Leads).is_some();
            (must_belong && !persons.has_enough_of(export)?)
                .then(|| "hardly any of its rows belongs to a lead in the exports".to_owned())
                .map_or(Ok(None), |why| Ok(Some(why)))
        }
        Table::Touches if persons.is_empty() || persons.has_enough_of(export)? => Ok(None),
        Table::Touches => Ok(Some("hardly any of its rows belongs to a lead in the exports".to_owned())),
        _ => Ok(None),
    }
}

/// The people of the leads: ids and e-mails, as prints.
struct Persons(HashSet<u64>);

/// The fields by which a row belongs to a person or to a company.
const KEYS: [&str; 4] = ["lead_id", "contact_id", "email", "account_id"];

impl Persons {
    fn of(exports: &[Export<TableBuffer>]) -> Result<Persons, StoreError> {
        let mut persons = Persons(HashSet::new());
        for export in exports.iter().filter(|export| export.plan.table == Table::Leads) {
            each_key(export, &mut |key, _| {
                persons.0.insert(key);
            })?;
        }
        Ok(persons)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether enough rows of a table belong to one of them. A table without any such column belongs to nobody.
    fn has_enough_of(&self, export: &Export<TableBuffer>) -> Result<bool, StoreError> {
        let mut known: HashSet<u64> = HashSet::new();
        each_key(export, &mut |key, row| {
            if self.0.contains(&key) {
                known.insert(row);
            }
        })?;
        Ok(known.len() as u64 * LEAST_SHARE >= export.read.max(1))
    }
}

/// Every key of every row of a table, with the number of the row.
fn each_key(export: &Export<TableBuffer>, take: &mut impl FnMut(u64, u64)) -> Result<(), StoreError> {
    let place = |field: &&str| export.buffer.names.iter().position(|name| name == field);
    let places: Vec<usize> = KEYS.iter().filter_map(place).collect();
    let mut before = 0;
    export.buffer.each_batch(&places, &mut |columns| {
        let rows = columns.first().map_or(0, |values| values.len());
        for values in columns {
            for row in 0..rows {
                let key = match values {
                    Values::Prints(prints) => Some(prints[row]).filter(|key| *key != NO_PRINT),
                    Values::Texts(texts) => texts.get(row).map(print),
                    _ => None,
                };
                if let Some(key) = key {
                    take(key, before + row as u64);
                }
            }
        }
        before += rows as u64;
    })
}
