//! What a table that is held is: takes it with its first rows, asks for a preset or rule that knows it under its own header
//! or another row of its beginning, and last for what its columns seem to be.

use super::super::misfit::Misfit;
use super::super::recognise::{self, Heading, Plan, Unplaced};
use super::super::text::table::Table;
use super::super::{Consumer, sense};
use super::Reader;

impl<C: Consumer> Reader<'_, C> {
    /// What a table is by what is known of tools; if its header shows nothing, a row of its beginning may be the header
    /// of a table that we know, and is given with the plans.
    pub(super) fn known(
        &self,
        name: &str,
        table: &Table,
        first: &[Vec<String>],
    ) -> Result<(Option<usize>, Vec<Plan>), Unplaced> {
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
                let plans = recognise::completed(plans, table, self.project, self.presets, name)?;
                return Ok((None, plans));
            }
            Err(unplaced @ Unplaced::NoSignature(_)) => unplaced,
            Err(other) => return Err(other),
        };
        // What is behind the end of the table is another, which does not say that this one is of no use.
        let own_rows = table.own_head(LOOK_ROWS);
        let mut of_no_use = None;
        for (row, mut cells) in table.head(LOOK_ROWS).into_iter().enumerate() {
            if table.layout.header.contains(&row) {
                continue;
            }
            cells.extend(table.given().iter().map(|(name, _)| name.clone()));
            match place(&[cells], &table.titles, first) {
                Ok(plans) => return Ok((Some(row), plans)),
                Err(known @ Unplaced::Known { .. }) if row < own_rows => of_no_use = of_no_use.or(Some(known)),
                Err(_) => {}
            }
        }
        Err(of_no_use.unwrap_or(unplaced))
    }

    /// What a table is, or why it is none of ours; where a row of its beginning is its header, that row is given.
    pub(super) fn recognised(&self, name: &str, table: &Table) -> Result<(Option<usize>, Vec<Plan>), Misfit> {
        let rows = first_rows(table);
        self.placed(name, table, &rows).map_err(|unplaced| Misfit { unplaced, rows })
    }

    /// The same, by its sense where nothing is known of it.
    fn placed(&self, name: &str, table: &Table, first: &[Vec<String>]) -> Result<(Option<usize>, Vec<Plan>), Unplaced> {
        let unplaced = match self.known(name, table, first) {
            Ok(known) => return Ok(known),
            Err(unplaced @ Unplaced::NoSignature(_)) => unplaced,
            Err(other) => return Err(other),
        };
        if table.header_lines.is_empty() {
            return Err(Unplaced::NoHeader(table.width()));
        }
        let wanted = self.project.input_rule(name).and_then(|rule| rule.table);
        match sense::propose(table, wanted) {
            Some(proposal) if proposal.confidence >= sense::SURE || wanted.is_some() => {
                let headers = table.header().unwrap_or_default();
                let plan = recognise::sensed(&proposal, headers, name, self.project, self.presets)?;
                let plans = recognise::completed(vec![plan], table, self.project, self.presets, name)?;
                Ok((None, plans))
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

/// The first records of a table.
pub(super) fn first_rows(table: &Table) -> Vec<Vec<String>> {
    const MOST: usize = 50;
    let mut rows = Vec::new();
    table.each_record(|record| {
        if rows.len() < MOST {
            rows.push(record.texts().map(str::to_owned).collect());
        }
    });
    rows
}
