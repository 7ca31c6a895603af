//! A table that is none of ours: takes why it could not be placed and its first rows, gives what is reported of it.
//! Where it is a text for people, [`super::non_tables`] says so.

use super::header::folded_header;
use super::non_tables;
use super::recognise::Unplaced;
use super::sense::Proposal;
use super::walk::Skipped;

/// See the module.
pub struct Misfit {
    /// Why it is not read.
    pub unplaced: Unplaced,
    /// Its first rows.
    pub rows: Vec<Vec<String>>,
}

impl From<Unplaced> for Misfit {
    fn from(unplaced: Unplaced) -> Misfit {
        Misfit { unplaced, rows: Vec::new() }
    }
}

impl Misfit {
    /// What is reported of it; `is_prose` is whether its text is one in sentences, where its name suggests that.
    pub fn skipped(&self, name: &str, is_prose: Option<bool>) -> Skipped {
        let unplaced = &self.unplaced;
        let skipped = Skipped { detail: unplaced.detail(), ..Skipped::new(name, unplaced.to_string()) };
        let with = |headers: &[String], proposal: Option<Proposal>| Skipped {
            proposal,
            headers: headers.to_vec(),
            samples: samples(headers.len(), &self.rows),
            ..skipped.clone()
        };
        match unplaced {
            Unplaced::NoSignature(_) | Unplaced::NoHeader(_) if non_tables::reason(name, is_prose).is_some() => {
                Skipped::as_it_should(name, non_tables::reason(name, is_prose).unwrap_or_default())
            }
            Unplaced::Known { .. } => Skipped { is_known: true, ..skipped },
            Unplaced::NoSignature(headers) => with(headers, None),
            Unplaced::Perhaps { proposal, headers } => with(headers, Some((**proposal).clone())),
            Unplaced::Against { proposal, headers, .. } => {
                // Whoever keeps the folder knows better: a list of leads may have such a column.
                Skipped { is_known: !is_leads_by_name(headers), ..with(headers, proposal.as_deref().cloned()) }
            }
            Unplaced::NoHeader(_) | Unplaced::Rule(_) => skipped,
        }
    }
}

/// Whether a column is plainly called the id of a lead or of a deal.
fn is_leads_by_name(headers: &[String]) -> bool {
    let ids = ["leadid", "dealid", "opportunityid"];
    headers.iter().any(|header| ids.contains(&folded_header(header).as_str()))
}

/// The first few values of each column.
fn samples(columns: usize, rows: &[Vec<String>]) -> Vec<Vec<String>> {
    const MOST: usize = 3;
    let filled = |at: usize| rows.iter().filter_map(move |row| row.get(at)).filter(|cell| !cell.trim().is_empty());
    (0..columns).map(|at| filled(at).take(MOST).cloned().collect()).collect()
}
