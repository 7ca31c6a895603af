//! Horizontal bars from zero with interval whiskers: one value for each of several names.

use super::axis::{self, Scale};
use super::canvas::{self, Canvas, FONT, PLAIN, Place, QUIET, WIDTH};
use super::ink::Ink;
use super::{ChartError, Svg, Tone, Unit, Words, text};

/// One bar of [`interval_bars`].
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What the bar stands for.
    pub label: String,
    /// Its length, in the chart's unit.
    pub value: f64,
    /// Lower end of the 95 % interval.
    pub low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub high: Option<f64>,
    /// The value in words, as in `12.4 % (31 of 250)`.
    pub text: String,
    /// How much the bar should stand out.
    pub tone: Tone,
}

/// Where the parts of the chart stand, in view box units.
struct Layout {
    label_room: f64,
    value_room: f64,
    plot: Place,
    top: f64,
    /// Middle and half thickness of each row's bar.
    rows: Vec<f64>,
    bottom: f64,
}

/// Half the thickness of a bar, in view box units.
const HALF_BAR: f64 = 9.0;

impl Layout {
    fn new(bars: &[Bar], has_reference: bool) -> Self {
        let label_room = canvas::column(bars.iter().map(|bar| bar.label.as_str()), 200.0);
        let value_room = canvas::column(bars.iter().map(|bar| bar.text.as_str()), 220.0);
        let top = if has_reference { 26.0 } else { 4.0 };
        let mut bottom = top;
        let mut rows = Vec::with_capacity(bars.len());
        for bar in bars {
            let height = canvas::row_height(&bar.label, label_room, 30.0);
            rows.push(bottom + height / 2.0);
            bottom += height;
        }
        Self {
            label_room,
            value_room,
            plot: (label_room + 12.0, WIDTH - value_room - 14.0),
            top,
            rows,
            bottom: bottom + 4.0,
        }
    }
}

/// Horizontal bars from zero, a whisker for each interval, the value in words at the right, and a dashed
/// line with its label at `reference`, such as the average. Drawn in the given order.
pub fn interval_bars(
    words: &Words<'_>,
    bars: &[Bar],
    unit: Unit,
    reference: Option<(f64, String)>,
) -> Result<Svg, ChartError> {
    let bars: Vec<Bar> = bars.iter().map(cleaned).collect();
    let seen = bars
        .iter()
        .flat_map(|bar| [Some(bar.value), bar.low, bar.high])
        .chain([reference.as_ref().map(|line| line.0)])
        .flatten();
    axis::check(seen.clone())?;
    if bars.is_empty() {
        return canvas::nothing("bars", words);
    }
    let layout = Layout::new(&bars, reference.is_some());
    let scale = Scale::with_zero(seen, unit).between(layout.plot.0, layout.plot.1);
    let canvas = Canvas::new("bars", words, (WIDTH, layout.bottom + 26.0))?;
    let height = (layout.top, layout.bottom);
    axis::across(&canvas, &scale, unit, height, (0.0, WIDTH))?;
    for (bar, y) in bars.iter().zip(&layout.rows) {
        draw_bar(&canvas, &layout, &scale, bar, *y)?;
    }
    let zero = scale.at(0.0);
    canvas.line(&[(zero, layout.top), (zero, layout.bottom)], Ink::Axis)?;
    if let Some((value, label)) = reference {
        draw_reference(&canvas, &layout, scale.at(value), &label)?;
    }
    for (bar, y) in bars.iter().zip(&layout.rows) {
        draw_interval(&canvas, &scale, bar, *y)?;
    }
    canvas.finish()
}

fn cleaned(bar: &Bar) -> Bar {
    Bar { label: text::clean(&bar.label), text: text::clean(&bar.text), ..bar.clone() }
}

fn ink(tone: Tone) -> Ink {
    match tone {
        Tone::Normal => Ink::Fill(0),
        Tone::Highlight => Ink::High,
        Tone::Muted => Ink::Low,
        Tone::Hatched => Ink::Hatch,
    }
}

fn draw_bar(canvas: &Canvas, layout: &Layout, scale: &Scale, bar: &Bar, y: f64) -> Result<(), ChartError> {
    let label_end = (layout.label_room, y);
    canvas.wrapped(&bar.label, label_end, layout.label_room, PLAIN.at_end())?;
    let (from, to) = (scale.at(0.0), scale.at(bar.value));
    canvas.bar((from, y - HALF_BAR), (to, y + HALF_BAR), ink(bar.tone))?;
    canvas.label(&bar.text, (WIDTH, y), layout.value_room, PLAIN.at_end())
}

/// The whisker, on a ground-coloured line so that it can be seen on its own bar.
fn draw_interval(canvas: &Canvas, scale: &Scale, bar: &Bar, y: f64) -> Result<(), ChartError> {
    let (Some(low), Some(high)) = (bar.low, bar.high) else {
        return Ok(());
    };
    let (low, high) = (scale.at(low), scale.at(high));
    for ink in [Ink::Halo, Ink::Whisker] {
        canvas.line(&[(low, y), (high, y)], ink)?;
        for end in [low, high] {
            canvas.line(&[(end, y - 4.0), (end, y + 4.0)], ink)?;
        }
    }
    Ok(())
}

fn draw_reference(canvas: &Canvas, layout: &Layout, x: f64, label: &str) -> Result<(), ChartError> {
    canvas.line(&[(x, layout.top - 6.0), (x, layout.bottom)], Ink::Reference)?;
    let label = text::shorten(&text::clean(label), 300.0, FONT, false);
    let half = text::width(&label, FONT, false) / 2.0;
    let x = x.min(WIDTH - half).max(half);
    canvas.text(&label, (x, 10.0), QUIET.centred())
}
