//! Charts: from a few typed points to the text of an SVG.
//!
//! Takes values with their labels already in words, gives an [`Svg`] to place inside a page. Pure: the same
//! points give the same bytes. What the values mean, how they are sorted and what the page says around
//! the chart is left to the caller; colours, line widths and the font are left to the style sheet.
//!
//! Charts are drawn by plotters through a pen of our own (`pen`). All are 720 view box units wide and as high as
//! their rows need; words in them are 14 units high (12 in a [`spark`]), written as `font-size` attributes that
//! the style sheet must not override. The root has the classes `chart` and `chart-SHAPE`: `bars`, `funnel`,
//! `waterfall`, `curves`, `timeline`, `panels`, `spark`.
//!
//! | class | on | look it should get |
//! |---|---|---|
//! | `t`, `t-strong`, `t-small` | text | plain; bold; secondary |
//! | `ink`, `muted` | text | fill: text colour; secondary text colour |
//! | `halo` | text, line, dot | outline (text: `paint-order: stroke`), stroke (line) or fill and stroke (dot) in the ground's colour, about 3 wide |
//! | `grid`, `axis` | line | stroke: light; base lines and connectors |
//! | `s1` … `s4` | filled | fill of series 1 to 4 |
//! | `s1-line` … `s4-line` | line | stroke of series 1 to 4, each with its own dash; series 1 without |
//! | `open-line` | line, with `s1-line` | through periods that are not complete; dashed by attribute |
//! | `muted-line` | line, with `axis` | stroke of series beyond the fourth |
//! | `band`, `band-2` … `band-4` | filled | fill of series 1 to 4 at low opacity; `band-2` and on stand beside `band` |
//! | `mark-hi`, `mark-lo` | filled | fill: highlighted bar; bar in the background |
//! | `hatch` | filled | no fill (its stripes come from the chart, in `s1`); a thin stroke may outline it |
//! | `whisker` | line | stroke of an interval |
//! | `ref` | line | stroke of a reference line, dashed |
//! | `loss`, `out`, `total`, `pending` | filled | fill of a waterfall's steps |

mod axis;
mod bars;
mod canvas;
mod curves;
mod flow;
mod ink;
mod pen;
mod text;
mod ticks;
mod timeline;

use plotters::drawing::DrawingAreaErrorKind;
use serde::{Serialize, Serializer};

pub use bars::{Bar, interval_bars};
pub use curves::{Curve, Panel, curves, small_multiples};
pub use flow::{FunnelStep, Step, StepKind, funnel, waterfall};
pub use timeline::{MonthValue, spark, timeline};

/// The text of an SVG element. Made only by the charts of this module, which escape every word in it, so
/// a page may place it as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Svg(String);

impl Svg {
    /// The text, from `<svg` on.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Svg {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl Serialize for Svg {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// What a chart is called.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// Unique in the page; letters `a` to `z`, digits and `-`.
    pub id: &'a str,
    /// The finding, in a sentence.
    pub title: &'a str,
    /// What is drawn, for readers who cannot see it.
    pub desc: &'a str,
}

/// How an axis is labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Whole numbers.
    Count,
    /// Shares: 0.12 is written as 12 %.
    Percent,
    /// Money in major units, in thousands (k), millions (m) or billions (bn).
    Money,
    /// Days.
    Days,
    /// Minutes, written as hours where the ticks are full hours.
    Minutes,
}

/// How much a mark should stand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As the others.
    Normal,
    /// The one to look at.
    Highlight,
    /// In the background, such as one that is too small to judge.
    Muted,
    /// Not complete yet.
    Hatched,
}

/// Why there is no chart.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// A value was infinite or not a number.
    #[error("a chart was given a value that is not a finite number")]
    NotFinite,
    /// A value was so large that it could not be drawn truly.
    #[error("a chart was given {0:e}, which is too large to draw")]
    TooLarge(f64),
    /// The id could not stand in a page.
    #[error("`{0}` is no chart id: use a to z, 0 to 9 and -")]
    BadId(String),
    /// plotters refused.
    #[error("a chart could not be drawn: {0}")]
    Drawing(String),
}

impl From<DrawingAreaErrorKind<std::convert::Infallible>> for ChartError {
    fn from(error: DrawingAreaErrorKind<std::convert::Infallible>) -> Self {
        Self::Drawing(error.to_string())
    }
}

#[cfg(test)]
mod tests;
