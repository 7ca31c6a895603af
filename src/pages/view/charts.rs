//! Charts as blocks of a page: the drawing, its words and the table behind it.

use super::super::model::{Block, ChartBlock, Table};
use super::parts::{Labelled, axis_unit};
use super::texts::{dimension_words, member_label};
use super::{CASES_TO_JUDGE, View};
use crate::chart::{Bar, ChartError, Svg, Tone, Words, interval_bars};
use crate::find::gate::Judgement;
use crate::find::measure::{Id, Unit};
use crate::words::say;

/// Most words of a member's name within the title of a chart.
const WORDS_OF_A_NAME: usize = 4;

/// The words of a chart.
#[derive(Debug, Clone, Default)]
pub struct Drawing {
    /// Anchor of the figure; the drawing's own ids begin with `svg-`.
    pub id: String,
    /// The finding, in at most ten words.
    pub title: String,
    /// Labelled, unit, population, period and order.
    pub subtitle: String,
    /// What the marks mean.
    pub caption: String,
    /// What is drawn, for readers who cannot see it.
    pub desc: String,
}

impl Drawing {
    /// The drawing and its table as a block; `draw` gets the words for the SVG.
    pub fn block(
        self,
        twin: Table,
        draw: impl FnOnce(&Words<'_>) -> Result<Svg, ChartError>,
    ) -> Result<Block, ChartError> {
        let id = format!("svg-{}", self.id);
        let svg = draw(&Words { id: &id, title: &self.title, desc: &self.desc })?;
        Ok(Block::Chart(ChartBlock {
            id: self.id,
            number: 0,
            title: self.title,
            subtitle: self.subtitle,
            svg,
            caption: self.caption,
            twin,
        }))
    }
}

/// What bars show, one after the other, for readers who cannot see them.
pub fn described(bars: &[Bar]) -> String {
    let bars: Vec<String> = bars.iter().map(|bar| format!("{}: {}", bar.label, bar.text)).collect();
    bars.join("; ")
}

impl View<'_> {
    /// Bars of one figure by the members of a dimension, with the whole as reference where the figure is a rate, and the
    /// table behind them. `population` says of what, as in `leads that entered in Q3 2026`. None where fewer than two
    /// members have a value, or none has enough cases to judge.
    pub fn bar_chart(
        &self,
        id: &str,
        title: String,
        measure: &Labelled,
        dimension: &str,
        population: &str,
    ) -> Result<Option<Block>, ChartError> {
        let (bars, left_out) = self.bars(measure.id, dimension);
        let subtitle = self.bar_subtitle(measure, dimension, population, left_out, &bars);
        let twin = self.member_table(&format!("{id}-numbers"), &subtitle, dimension, std::slice::from_ref(measure));
        let judged = bars.iter().any(|bar| bar.tone != Tone::Muted);
        let (Some(twin), true) = (twin, bars.len() > 1 && judged) else {
            return Ok(None);
        };
        let figures = self.members(measure.id, dimension);
        let unit = figures.first().map_or(Unit::Count, |(_, figure)| figure.unit);
        let reference = (unit == Unit::Rate).then(|| self.average_line(measure.id)).flatten();
        let drawing =
            Drawing { id: id.to_owned(), title, subtitle, caption: bar_caption(&bars, unit), desc: described(&bars) };
        let draw = |words: &Words<'_>| interval_bars(words, &bars, axis_unit(unit), reference);
        drawing.block(twin, draw).map(Some)
    }

    fn bar_subtitle(
        &self,
        measure: &Labelled,
        dimension: &str,
        population: &str,
        left_out: usize,
        bars: &[Bar],
    ) -> String {
        let (one, many) = dimension_words(dimension);
        let name = measure.label.as_str();
        let subtitle = match bars.iter().any(|bar| bar.tone == Tone::Muted) {
            true => say!("chart-by-member-few", name = name, dimension = &one, population = population),
            false => say!("chart-by-member", name = name, dimension = &one, population = population),
        };
        match left_out {
            0 => subtitle,
            1 => say!("chart-more", subtitle = subtitle, rest = 1, members = one),
            rest => say!("chart-more", subtitle = subtitle, rest = rest, members = many),
        }
    }

    /// The finding of a chart of rates: which members stand out from the whole. `verb` is what one does and what several
    /// do, `sides` what a higher and a lower rate are called: `("converts", "convert")`, `("better", "worse")`.
    pub fn standing_title(
        &self,
        id: impl Into<Id>,
        dimension: &str,
        verb: (&str, &str),
        sides: (&str, &str),
    ) -> String {
        let id = id.into();
        let (one, many) = dimension_words(dimension);
        let (above, below) = self.outstanding(id, dimension);
        let who = |members: &[&str]| match members {
            [member] if name_is_short(member) => {
                say!("standing-named", name = member_label(dimension, member), verb = verb.0)
            }
            [_] => say!("standing-one", dimension = &one, verb = verb.0),
            all => say!("standing-several", count = all.len(), members = &many, verb = verb.1),
        };
        match (above.as_slice(), below.as_slice()) {
            ([], []) if self.is_nobody_judged(id, dimension) => {
                say!("standing-too-few", members = many)
            }
            ([], []) => say!("standing-nobody", dimension = one),
            (above, []) => say!("standing-than-average", who = who(above), side = sides.0),
            ([], below) => say!("standing-than-average", who = who(below), side = sides.1),
            (above, below) => {
                let (better, worse) = sides;
                let who = match above {
                    [_] => say!("standing-one", dimension = one, verb = verb.0),
                    _ => say!("standing-several", count = above.len(), members = many, verb = verb.1),
                };
                match below.len() {
                    1 => say!("standing-one-other", who = who, better = better, worse = worse),
                    rest => say!("standing-others", who = who, better = better, rest = rest, worse = worse),
                }
            }
        }
    }

    /// Whether no member of a dimension has cases enough to be judged.
    pub fn is_nobody_judged(&self, id: impl Into<Id>, dimension: &str) -> bool {
        let members = self.members(id, dimension);
        let is_judged = |one: Option<Judgement>| one.is_some_and(|one| !matches!(one, Judgement::NotJudged(_)));
        !members.iter().any(|(_, figure)| is_judged(figure.judgement))
    }
}

/// Whether a member has a name that can stand in a title of ten words.
pub fn name_is_short(member: &str) -> bool {
    let named = member != "(none)";
    named && member.split_whitespace().count() <= WORDS_OF_A_NAME && member.chars().count() <= 30
}

fn bar_caption(bars: &[Bar], unit: Unit) -> String {
    let mut parts = Vec::new();
    if bars.iter().any(|bar| bar.low.is_some()) {
        parts.push(say!("chart-whiskers"));
    }
    if unit == Unit::Rate {
        parts.push(say!("chart-all"));
    }
    if bars.iter().any(|bar| bar.tone == Tone::Highlight) {
        parts.push(say!("chart-highlighted"));
    }
    if bars.iter().any(|bar| bar.tone == Tone::Muted) {
        parts.push(say!("chart-grey", cases = CASES_TO_JUDGE as u64));
    }
    parts.join(" ")
}
