//! Pages: findings in, the files of the site out: HTML, CSV and JSON as bytes by path. Deterministic to the byte; every
//! number comes from [`crate::find::figures`]. Writing them to disk is left to [`crate::site`].

mod attribution;
mod cash;
mod data;
mod deals;
mod downloads;
mod feedback;
mod funnel;
mod handover;
mod index;
pub mod leak_words;
mod leakage;
mod list;
mod methods;
pub mod model;
mod parts;
pub mod paths;
pub mod render;
mod sources;
pub mod view;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::calendar::Period;
use crate::chart::ChartError;
use crate::find::Report;
use crate::intake::Skipped;
use crate::record::FileReport;
use list::PAGES;
use model::{Block, Page, Site};
use render::{RenderError, Renderer};
use view::View;

/// What the data page tells besides the figures.
pub struct Account<'a> {
    /// How each file was read.
    pub files: &'a [FileReport],
    /// Files that were not used.
    pub skipped: &'a [Skipped],
    /// The project file as it was given.
    pub project_text: Option<&'a str>,
    /// Currencies found, with the number of amounts.
    pub currencies: &'a BTreeMap<String, u64>,
    /// How many texts held the name of a person.
    pub withheld: u64,
}

/// Why the pages could not be made: always our own mistake.
#[derive(Debug, thiserror::Error)]
pub enum PagesError {
    /// A chart could not be drawn.
    #[error("a chart could not be drawn: {0}")]
    Chart(#[from] ChartError),
    /// A template failed.
    #[error("{}", chain(.0))]
    Render(#[from] RenderError),
    /// A value could not be written as JSON.
    #[error("the report could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// An error with all its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source()).map(|cause| format!(": {cause}"));
    error.to_string() + &causes.collect::<String>()
}

/// Files by path from the root of the site.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Every file of the site but its manifest.
pub fn files(report: &Report, account: &Account<'_>) -> Result<Files, PagesError> {
    let (downloads, pages) = rayon::join(|| downloads::files(report, account), || pages(report, account));
    let mut files = downloads?;
    for (path, bytes) in pages?.into_iter().flatten() {
        files.entry(path).or_insert(bytes);
    }
    for (path, bytes) in render::assets() {
        files.insert((*path).to_owned(), bytes.to_vec());
    }
    Ok(files)
}

/// The pages of each period, and those without a period, each with the downloads of their tables.
fn pages(report: &Report, account: &Account<'_>) -> Result<Vec<Files>, PagesError> {
    let renderer = Renderer::new()?;
    let site = site(report, account);
    let of_period = |period: Period| {
        let view = View::new(report, period);
        let mut files = Files::new();
        for page in PAGES.iter().filter(|page| page.by_period) {
            set(&renderer, (page.make)(&view, account)?, &view, &site, &mut files)?;
        }
        Ok(files)
    };
    let mut pages = paged(report).into_par_iter().map(of_period).collect::<Result<Vec<Files>, PagesError>>()?;
    let view = View::new(report, report.periods.shown);
    let mut fixed = Files::new();
    for page in PAGES.iter().filter(|page| !page.by_period) {
        set(&renderer, (page.make)(&view, account)?, &view, &site, &mut fixed)?;
    }
    pages.push(fixed);
    Ok(pages)
}

fn paged(report: &Report) -> Vec<Period> {
    let mut periods = report.periods.paged.clone();
    if !periods.contains(&report.periods.shown) {
        periods.insert(0, report.periods.shown);
    }
    periods
}

fn site(report: &Report, account: &Account<'_>) -> Site {
    let organisation = &report.project.report.organisation;
    Site {
        title: report.project.report.title.clone(),
        organisation: Some(organisation.clone()).filter(|name| !name.is_empty()),
        language: "en".to_owned(),
        as_of: crate::words::as_of(report),
        tool: format!("Casefile {}", env!("CARGO_PKG_VERSION")),
        build_id: build_id(account),
        status: None,
    }
}

/// A short hash of everything that the site depends on: the tool, the project file and the bytes of every input.
fn build_id(account: &Account<'_>) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
    hasher.update(account.project_text.unwrap_or_default().as_bytes());
    for file in account.files {
        hasher.update(file.hash.as_bytes());
    }
    hasher.finalize().to_hex()[..12].to_owned()
}

/// Renders a page and collects the downloads of its tables.
fn set(renderer: &Renderer, page: Page, view: &View<'_>, site: &Site, files: &mut Files) -> Result<(), PagesError> {
    for block in page.sections.iter().flat_map(|section| &section.blocks) {
        let table = match block {
            Block::Table(table) | Block::Details { table, .. } => table,
            Block::Chart(chart) => &chart.twin,
            _ => continue,
        };
        if let Some(path) = &table.csv
            && !files.contains_key(path)
        {
            files.insert(path.clone(), downloads::table(table));
        }
    }
    let path = view.path(&page.slug);
    files.insert(path, renderer.render(&page, site)?.into_bytes());
    Ok(())
}
