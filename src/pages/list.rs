//! The pages of the site, one line each: takes nothing, gives what navigation, period picker, paths and the making of all
//! files are read from. What a page says is left to its own file, its title and name to the catalogue.

use super::view::View;
use super::{Account, data, feedback, funnel, index, leakage, methods, sources};
use crate::chart::ChartError;
use crate::pages::model::Page;

/// A page.
pub struct PageSpec {
    /// Name of its file without the ending.
    pub slug: &'static str,
    /// Whether every period has one of its own; else there is one, at the root.
    pub by_period: bool,
    /// Whether it opens with a list of its sections.
    pub has_contents: bool,
    /// Makes it, from the findings as seen in a period and the account of the files.
    pub make: fn(&View<'_>, &Account<'_>) -> Result<Page, ChartError>,
}

const fn page(slug: &'static str, make: fn(&View<'_>, &Account<'_>) -> Result<Page, ChartError>) -> PageSpec {
    PageSpec { slug, by_period: true, has_contents: false, make }
}

/// All pages, in the order of the page list.
pub static PAGES: [PageSpec; 7] = [
    page("index", index::page),
    page("funnel", funnel::page),
    page("sources", sources::page),
    page("feedback", feedback::page),
    PageSpec { has_contents: true, ..page("leakage", leakage::page) },
    PageSpec { by_period: false, has_contents: true, ..page("data", data::page) },
    PageSpec { by_period: false, has_contents: true, ..page("methods", methods::page) },
];

/// The page of a slug.
///
/// # Panics
/// Where there is none: slugs are ours.
pub fn of(slug: &str) -> &'static PageSpec {
    PAGES.iter().find(|page| page.slug == slug).unwrap_or_else(|| panic!("`{slug}` is no page"))
}
