//! What the first rows of a table show of all its rows: lines that are titles of others, and plans beside what was spent.
//! Takes a plan and the rows, adds to the plan what it has to leave out.

use super::plan::{Filter, Plan};
use crate::project::Table;

/// Adds what the rows show.
pub fn add(plan: &mut Plan, rows: &[Vec<String>]) {
    plan.has_titles = matches!(plan.table, Table::Leads | Table::Deals) && has_titles(rows);
    if plan.table == Table::Spend {
        plan.not_done.extend(plans_beside_actuals(plan, rows));
    }
}

/// Rows of what was planned, in a list that holds what was spent besides and distinguishes the two by a column.
fn plans_beside_actuals(plan: &Plan, rows: &[Vec<String>]) -> Option<Filter> {
    const PLANS: [&str; 12] = [
        "plan",
        "planned",
        "budget",
        "budgeted",
        "forecast",
        "target",
        "estimate",
        "soll",
        "geplant",
        "prévu",
        "previsto",
        "presupuesto",
    ];
    const ACTUALS: [&str; 9] =
        ["actual", "actuals", "ist", "spent", "real", "réel", "invoiced", "realised", "realized"];
    let values = |at: usize| rows.iter().filter_map(move |row| row.get(at)).map(|cell| cell.trim().to_lowercase());
    let is_either = |at: &usize| {
        let mut all = values(*at).filter(|value| !value.is_empty());
        let both = [&PLANS[..], &ACTUALS[..]].map(|words| values(*at).any(|value| words.contains(&value.as_str())));
        both == [true, true] && all.all(|value| PLANS.contains(&value.as_str()) || ACTUALS.contains(&value.as_str()))
    };
    let column = (0..plan.headers.len()).find(is_either)?;
    Some(Filter::new(column, PLANS.map(str::to_owned).to_vec()))
}

/// Whether groups of rows are separated by lines that hold their first cell alone, as people write `January` above the
/// leads of January: where nearly all other rows hold more.
fn has_titles(rows: &[Vec<String>]) -> bool {
    let filled = |row: &Vec<String>| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    let is_title = |row: &&Vec<String>| filled(row) == 1 && row.first().is_some_and(|cell| !cell.trim().is_empty());
    let titles = rows.iter().filter(is_title).count();
    let whole = rows.iter().filter(|row| filled(row) > 2).count();
    titles > 0 && titles * 2 <= rows.len() && whole * 10 >= (rows.len() - titles) * 9
}
