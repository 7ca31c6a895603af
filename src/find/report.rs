//! The findings as a whole: what the pages are made from. Plain values only; everything that is a number and is shown
//! is also a row of [`Figures`].

use std::collections::BTreeMap;

use super::figures::Figures;
use super::gaps::Gap;
use super::notices::Notice;
use super::stats::IncidencePoint;
use crate::calendar::{Day, Month, Period};
use crate::cases::inputs::Inputs;
use crate::cases::leakage::Leak;
use crate::project::Project;
use crate::stage::Stage;

/// Days since entry at which a cumulative incidence is read.
pub const HORIZONS: [i32; 5] = [30, 60, 90, 180, 365];

/// The first stage of a funnel and the one it is judged by: customer, or where no lead became one the last.
pub fn way(stages: &[Stage]) -> Option<(Stage, Stage)> {
    let first = *stages.first()?;
    let last = stages.iter().rfind(|stage| **stage <= Stage::Customer).copied()?;
    (first < last).then_some((first, last))
}

/// Everything found.
#[derive(Debug, Clone)]
pub struct Report {
    /// Every number of the site.
    pub figures: Figures,
    /// The calendar.
    pub periods: Periods,
    /// The day the exports describe.
    pub as_of: Day,
    /// Whether anything in the exports tells that day.
    pub is_dated: bool,
    /// First and last month in which a lead entered, or where there is no lead a deal closed.
    pub months: Option<(Month, Month)>,
    /// ISO 4217 code of every amount, `XXX` where none is known.
    pub currency: String,
    /// Stages that some lead has reached with a date, in order.
    pub stages: Vec<Stage>,
    /// Pairs of stages whose incidence and velocity are measured: neighbours, then each stage with `customer`.
    pub pairs: Vec<(Stage, Stage)>,
    /// Dimensions: `source`, `channel`, `campaign`, `owner` and the project's slices, those that hold more than one member.
    pub dimensions: Vec<Dimension>,
    /// The same for deals.
    pub deal_dimensions: Vec<Dimension>,
    /// Incidence curves of the whole and of the members of `source`, for the charts: of the funnel's [`way`], in the
    /// periods that have pages.
    pub curves: BTreeMap<CurveKey, Vec<IncidencePoint>>,
    /// Leaks that could be measured, in their order.
    pub leaks: Vec<Leak>,
    /// Record ids of the cases behind each leak, the most money first.
    pub cases: BTreeMap<Leak, CaseList>,
    /// What the exports cannot answer.
    pub gaps: Vec<Gap>,
    /// What a reader must know before believing the figures.
    pub notices: Vec<Notice>,
    /// What the exports hold.
    pub inputs: Inputs,
    /// The project, with every default.
    pub project: Project,
}

impl Report {
    /// A dimension of leads by name.
    pub fn dimension(&self, name: &str) -> Option<&Dimension> {
        self.dimensions.iter().find(|dimension| dimension.name == name)
    }

    /// Why a measure has no figures, where that is so.
    pub fn gap(&self, measure: &str) -> Option<&Gap> {
        self.gaps.iter().find(|gap| gap.measure() == measure)
    }
}

/// The periods of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Periods {
    /// The one that the site opens with.
    pub shown: Period,
    /// The one it is compared with.
    pub compared: Option<Period>,
    /// Why the site opens with this one, where it is not the usual choice.
    pub why: Option<Notice>,
    /// Quarters with data, in order of time; the last one may be incomplete.
    pub quarters: Vec<Period>,
    /// Months with data, in order of time.
    pub months: Vec<Period>,
    /// The periods that have pages of their own: the latest eight quarters and `all`, latest first, `all` last.
    pub paged: Vec<Period>,
    /// First month of the fiscal year.
    pub fiscal_year_start: u8,
}

/// A dimension and its members, the largest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Its name in figures, such as `source`.
    pub name: String,
    /// Members as named in figures, by number of leads (or deals) in all, the largest first.
    pub members: Vec<String>,
}

/// Which incidence curve.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CurveKey {
    /// From this stage.
    pub from: Stage,
    /// To this one.
    pub to: Stage,
    /// Leads that entered in this period.
    pub period: Period,
    /// Empty for the whole, else a member of `source`.
    pub source: String,
}

/// The cases behind a leak.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseList {
    /// The first of them, the most money at stake first.
    pub cases: Vec<CaseRow>,
    /// How many there are in all.
    pub total: u64,
}

/// One case in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Record id in the CRM.
    pub id: String,
    /// Source.
    pub source: String,
    /// Owner as the site may show it.
    pub owner: String,
    /// Furthest stage reached.
    pub stage: Option<Stage>,
    /// When it entered.
    pub entered: Option<Month>,
    /// Money at stake, minor units.
    pub money: i128,
}
