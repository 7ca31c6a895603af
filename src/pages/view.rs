//! One rendering of the period pages: which period, where its files stand, and the builders that all pages share.
//!
//! Takes the findings and a period, gives navigation, paths, and figures as words (`texts`) or as parts of a page
//! (`parts`: tiles, cells, bars, tables, notes; `charts`: bars with the table behind them). Leaves to each page what it says and in which order; to `model` what a
//! page is made of; to `chart` the drawing.
//!
//! The pages of the default period stand at the root of the site, those of another period in a folder named after it
//! (`2026-q2/funnel.html`). A page is made by [`View::frame`], filled, and closed by [`View::finish`].

mod charts;
mod figures;
mod parts;
mod texts;

use super::list::{self, PAGES, PageSpec};
use super::model::{Block, Link, Page};
use super::paths;
use crate::calendar::Period;
use crate::find;
use crate::find::report::{Report, way};
use crate::stage::Stage;
use crate::words::{self, numbers, say};

pub use charts::{Drawing, described, name_is_short};
pub use parts::{Labelled, axis_unit, capitalised, largest_first, said_below, table, uncapitalised};
pub use texts::{dimension_words, many, member_label};

/// Fewest cases under which a rate is not judged or compared.
pub const CASES_TO_JUDGE: i128 = find::gate::LEAST_CASES;
/// Most members of a dimension in a chart.
pub const MEMBERS_IN_CHART: usize = 12;
/// Most members of a dimension in a table.
pub const MEMBERS_IN_TABLE: usize = 100;

/// The findings as seen in one period, of the whole or of one slice.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The findings.
    pub report: &'a Report,
    /// The period of this rendering.
    pub period: Period,
    /// The period to compare it with.
    pub compared: Option<Period>,
    /// The member of a dimension that its pages are about; none for all leads and deals.
    pub slice: Option<Slice<'a>>,
}

/// One member of a dimension, such as a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Slice<'a> {
    /// The dimension.
    pub dimension: &'a str,
    /// Its member.
    pub member: &'a str,
}

impl<'a> View<'a> {
    /// The findings in a period. The default period is compared as the report says, another one with the quarter before
    /// it where that has data.
    pub fn new(report: &'a Report, period: Period) -> Self {
        let periods = &report.periods;
        let before =
            period.previous().filter(|before| periods.quarters.contains(before) || periods.months.contains(before));
        let compared = if period == periods.shown { periods.compared } else { before };
        Self { report, period, compared, slice: None }
    }

    /// Whether this is the period that the site opens with.
    pub fn is_default(&self) -> bool {
        self.period == self.report.periods.shown
    }

    /// The way from the period's pages to the root of the site: empty or `../`.
    pub fn root(&self) -> &'static str {
        if self.is_default() { "" } else { "../" }
    }

    /// The file of one of the period's pages, from the root of the site; data and methods stand only there.
    pub fn path(&self, slug: &str) -> String {
        paths::page(self.report, slug, self.period)
    }

    /// The download of a table: `data/<id>.csv` for the default period, else `data/<period>-<id>.csv`.
    pub fn csv_path(&self, id: &str) -> String {
        paths::table(self.report, id, self.period)
    }

    /// The page list as it stands on the page `slug`.
    pub fn nav(&self, slug: &str) -> Vec<Link> {
        let link = |page: &PageSpec| Link {
            label: words::message(&format!("page-{}.name", page.slug), &[]),
            href: self.path(page.slug),
            current: page.slug == slug,
        };
        PAGES.iter().map(link).collect()
    }

    /// The period picker of the page `slug`; empty for pages without a period.
    pub fn periods(&self, slug: &str) -> Vec<Link> {
        let periods = &self.report.periods;
        if !list::of(slug).by_period {
            return Vec::new();
        }
        let mut paged = periods.paged.clone();
        if !paged.contains(&periods.shown) {
            paged.insert(0, periods.shown);
        }
        let link = |period: &Period| Link {
            label: period_name(*period),
            href: paths::page(self.report, slug, *period),
            current: *period == self.period,
        };
        paged.iter().map(link).collect()
    }

    /// The period for people: `Q3 2026 (1 July 2026 to 30 September 2026)`.
    pub fn period_label(&self) -> String {
        let name = period_name(self.period);
        let fiscal_year_start = self.report.periods.fiscal_year_start;
        let months = self.period.months(fiscal_year_start);
        match (months, self.report.months) {
            (Some((first, last)), _) => {
                let (from, to) =
                    (numbers::day(first.first_day()), numbers::day(last.last_day().min(self.report.as_of)));
                say!("view-period-span", name = name, from = from, to = to)
            }
            (None, Some((first, last))) => {
                say!("view-period-span", name = name, from = numbers::month(first), to = numbers::month(last))
            }
            (None, None) => name,
        }
    }

    /// The period within a sentence, after "in": `Q3 2026`, `the time covered`.
    pub fn period_words(&self) -> String {
        numbers::period(self.period)
    }

    /// Whether the period ends only after the as-of day, so that its counts will still grow.
    pub fn is_open(&self, period: Period) -> bool {
        period
            .months(self.report.periods.fiscal_year_start)
            .is_some_and(|(_, last)| last.last_day() > self.report.as_of)
    }

    /// For how many days the period's youngest possible lead has been followed; none for all data.
    pub fn followed_days(&self, period: Period) -> Option<i32> {
        let (_, last) = period.months(self.report.periods.fiscal_year_start)?;
        Some((self.report.as_of.0 - last.last_day().0).max(0))
    }

    /// Why the conversion between two stages cannot be compared with that of an older period yet, as a sentence: the
    /// youngest leads have been followed for less time than nine in ten of those who made it took, by all data.
    pub fn in_progress(&self, from: Stage, to: Stage, period: Period) -> Option<String> {
        let followed = self.followed_days(period)?;
        let id = find::funnel::DAYS.pair_at(from, to, 90);
        let usual = self.figure_in(id, Period::All)?.real()?;
        (f64::from(followed) < usual).then(|| {
            let (followed, usual) = (numbers::days(followed), numbers::days(usual.round() as i32));
            say!("view-in-progress", followed = followed, reached = self.reached(to), usual = usual)
        })
    }

    /// The first stage of the report's funnel and the one it is judged by: customer, or where no lead became one the last.
    pub fn way(&self) -> Option<(Stage, Stage)> {
        way(&self.report.stages)
    }

    /// An empty page with its title, its place in the site, and the sentences at its end.
    pub fn frame(&self, slug: &str) -> Page {
        let page = list::of(slug);
        let said = |attribute: &str| words::message(&format!("page-{slug}.{attribute}"), &[]);
        Page {
            slug: slug.to_owned(),
            title: words::message(&format!("page-{slug}"), &[]),
            shows: said("shows"),
            how_to_read: said("how-to-read"),
            cannot_tell: said("cannot-tell"),
            has_contents: page.has_contents,
            root: if page.by_period { self.root() } else { "" }.to_owned(),
            nav: self.nav(slug),
            periods: self.periods(slug),
            period: self.period_label(),
            ..Page::default()
        }
    }

    /// The page without empty sections, its charts numbered from 1 in order.
    pub fn finish(&self, mut page: Page) -> Page {
        page.sections.retain(|section| !section.blocks.is_empty());
        let blocks = page.sections.iter_mut().flat_map(|part| &mut part.blocks);
        let charts = blocks.filter_map(|block| match block {
            Block::Chart(chart) => Some(chart),
            _ => None,
        });
        for (number, chart) in (1..).zip(charts) {
            chart.number = number;
        }
        page
    }
}

/// Name of a period in the picker: `Q3 2026`, `All data`.
pub fn period_name(period: Period) -> String {
    match period {
        Period::All => say!("view-all-data"),
        other => numbers::period(other),
    }
}

#[cfg(test)]
mod tests;
