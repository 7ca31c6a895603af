//! Tables that no tool made: takes what their columns seem to be, gives the plan to read them by, or why they are not read.
//! A row may be a lead and its deal; a column that nothing has claimed is taken for what it is called; and a table that
//! is about something else is none.

use std::collections::BTreeMap;

use super::plan::{Filter, Plan};
use super::preset::{PLAIN, Preset};
use super::recognise::{Unplaced, add_slices, apply_rule, plain_table};
use super::sense::{self, Proposal};
use super::text::table::Table as TextTable;
use crate::project::meaning::folded;
use crate::project::{Project, Table};

/// The plan of a table whose columns were placed by their sense.
///
/// # Errors
/// Where a rule of the project file names what is not there.
pub fn sensed(
    proposal: &Proposal,
    headers: Vec<String>,
    name: &str,
    project: &Project,
    presets: &[Preset],
) -> Result<Plan, Unplaced> {
    // Its words are those that plain tables use.
    let plain = plain_table(presets.iter(), proposal.table);
    let columns = proposal.roles.iter().map(|(field, role)| (field.clone(), role.column)).collect();
    let percent = (proposal.confidence * 100.0).round();
    let mut plan = Plan::own(proposal.table, headers, columns, plain);
    plan.why = format!("its columns are called and filled like those of {}, {percent} % sure", proposal.table.id());
    plan.sensed = proposal.roles.iter().map(|(field, role)| (field.clone(), role.why.clone())).collect();
    plan.proposal = Some(proposal.clone());
    apply_rule(&mut plan, project.input_rule(name))?;
    add_slices(&mut plan, &project.slices);
    Ok(plan)
}

/// The plan of the deals in the rows of a table of leads that no tool made; `None` where its rows hold no deal.
fn deals_beside(leads: &Plan, table: &TextTable, project: &Project, presets: &[Preset]) -> Option<Plan> {
    let preset = presets.iter().find(|preset| preset.name == PLAIN)?;
    let like = preset.tables.iter().find(|table| table.beside.is_some() && table.canonical() == Some(Table::Deals))?;
    let roles = sense::deals_of_leads(table)?;
    let key = ["lead_id", "email"].into_iter().find(|key| leads.columns.contains_key(*key))?;
    let decides = ["outcome", "stage"].into_iter().find_map(|field| roles.get(field))?.column;
    let mut columns: BTreeMap<String, usize> = roles.iter().map(|(field, role)| (field.clone(), role.column)).collect();
    // The deal has no number of its own, or none that is not the lead's.
    columns.remove("deal_id");
    columns.insert(key.to_owned(), leads.columns[key]);
    if key == "lead_id" {
        columns.insert("deal_id".to_owned(), leads.columns[key]);
    }
    for field in ["created_at", "owner", "source", "channel", "campaign"] {
        if let Some(column) = leads.columns.get(field) {
            columns.insert(field.to_owned(), *column);
        }
    }
    let mut plan = Plan::own(Table::Deals, leads.headers.clone(), columns, Some(like));
    plan.title = "own table of leads, and their deals".to_owned();
    plan.why = format!("its rows hold deals too: {}", leads.headers.get(decides).map_or("", String::as_str));
    let values = like.rows.as_ref().map(|rows| rows.values.iter().map(|value| folded(value)).collect());
    plan.rows = Some(Filter::new(decides, values.unwrap_or_default()));
    plan.sensed = roles
        .into_iter()
        .filter(|(field, _)| plan.columns.contains_key(field))
        .map(|(field, role)| (field, role.why))
        .collect();
    plan.of_leads = true;
    plan.proposal = leads.proposal.clone();
    add_slices(&mut plan, &project.slices);
    Some(plan)
}

/// Looks at the columns of plain tables and of tables of the project file once more: what is left over is taken for what
/// it is called, and rows of leads may hold deals. A table that something contradicts is none.
///
/// # Errors
/// Where a plain table is something else by its columns.
pub fn completed(
    mut plans: Vec<Plan>,
    table: &TextTable,
    project: &Project,
    presets: &[Preset],
    name: &str,
) -> Result<Vec<Plan>, Unplaced> {
    let is_alone = plans.len() == 1;
    let Some(plan) = plans.first_mut() else { return Ok(plans) };
    if project.input_rules(name).len() > 1 {
        return Ok(plans);
    }
    let is_ruled = project.input_rule(name).is_some_and(|rule| rule.table.is_some() || rule.preset.is_some());
    if plan.preset != PLAIN && !plan.preset.is_empty() {
        add_what_decides(plan, table);
        return Ok(plans);
    }
    if !is_ruled && let Some(unplaced) = speaks_against(plan, &plan.headers) {
        return Err(unplaced);
    }
    if is_ruled && plan.preset.is_empty() {
        return Ok(plans);
    }
    plan.take_left_over(sense::left_over(table, plan.table));
    if is_alone
        && plan.table == Table::Leads
        && !is_ruled
        && let Some(deals) = deals_beside(plan, table, project, presets)
    {
        plans.push(deals);
    }
    Ok(plans)
}

/// A tool's table in a language or form that its preset does not know in full: the day on which a record began and its
/// source are found by their plain names, for without these it shows little.
fn add_what_decides(plan: &mut Plan, table: &TextTable) {
    const DECIDE: [&str; 2] = ["created_at", "source"];
    if matches!(plan.table, Table::Leads | Table::Deals) && DECIDE.iter().any(|field| plan.lacks(field)) {
        let mut roles = sense::left_over(table, plan.table);
        roles.retain(|field, role| DECIDE.contains(&field.as_str()) && role.confidence == 1.0);
        plan.take_left_over(roles);
    }
}

/// That a table taken for leads or deals is something else, where its columns say so.
fn speaks_against(plan: &Plan, headers: &[String]) -> Option<Unplaced> {
    if !matches!(plan.table, Table::Leads | Table::Deals) {
        return None;
    }
    let (what, header) = sense::speaks_against(headers)?;
    Some(Unplaced::Against {
        table: plan.table,
        what,
        header,
        headers: headers.to_vec(),
        proposal: plan.proposal.clone().map(Box::new),
    })
}
