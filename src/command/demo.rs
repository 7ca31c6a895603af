//! `casefile demo`: writes the exports of an invented company.

use std::process::ExitCode;

use super::failure::Failure;
use super::voice::Voice;
use crate::cli;
use crate::demo::{self, Plan, Style};

/// Writes the demo.
pub fn run(arguments: &cli::Demo, voice: &Voice) -> Result<ExitCode, Failure> {
    let style = match arguments.style {
        cli::Style::Salesforce => Style::Salesforce,
        cli::Style::Hubspot => Style::Hubspot,
        cli::Style::Plain => Style::Plain,
    };
    let plan = Plan { leads: arguments.leads, seed: arguments.seed, style };
    let stage = voice.counted("writing", plan.leads);
    let truth = demo::write(&arguments.folder, &plan, &mut |leads| stage.reached(leads))?;
    let rows: u64 = truth.rows.values().sum();
    stage.end(0, rows);
    voice.say(&format!(
        "{} leads in {} files, {rows} rows; what is true of them is in truth.json",
        plan.leads,
        truth.rows.len()
    ));
    Ok(ExitCode::SUCCESS)
}
