//! Values by month or other period, left to right, as bars or as a line; and the tiny line of a tile.

use super::axis::{self, Scale};
use super::canvas::{self, Canvas, FONT, Place, QUIET, WIDTH};
use super::ink::Ink;
use super::{ChartError, Svg, Unit, Words, text};

/// One period of [`timeline`].
#[derive(Debug, Clone, PartialEq)]
pub struct MonthValue {
    /// Name of the period, as in `Mar 2026`.
    pub label: String,
    /// Its value; `None` leaves a gap.
    pub value: Option<f64>,
    /// Lower end of the 95 % interval.
    pub low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub high: Option<f64>,
    /// False for a period that is still going on, or whose cases are too young to be judged.
    pub complete: bool,
}

/// Where the parts of the chart stand, in view box units.
struct Layout {
    left: f64,
    slot: f64,
    bottom: f64,
    up: Scale,
}

impl Layout {
    fn middle(&self, period: usize) -> f64 {
        self.left + (period as f64 + 0.5) * self.slot
    }
}

/// Values over time from zero, oldest first: bars with whiskers, or a line with its interval as a band.
/// Periods that are not complete are hatched bars, or a dashed line to an open dot.
pub fn timeline(words: &Words<'_>, values: &[MonthValue], unit: Unit, bars: bool) -> Result<Svg, ChartError> {
    let seen = values.iter().flat_map(|month| [month.value, month.low, month.high]).flatten();
    axis::check(seen.clone())?;
    if values.iter().all(|month| month.value.is_none()) {
        return canvas::nothing("timeline", words);
    }
    let open = values.iter().any(|month| !month.complete);
    let top = if open { 32.0 } else { 12.0 };
    let bottom = top + 210.0;
    let up = Scale::with_zero(seen, unit).between(bottom, top);
    let left = axis::label_room(&up, unit);
    let labels = values.iter().map(|month| text::clean(&month.label));
    let labels: Vec<String> = labels.collect();
    let widest = canvas::column(labels.iter().map(String::as_str), 160.0);
    // Half of the last name stands right of its period's middle.
    let half_slot = (WIDTH - left) / values.len() as f64 / 2.0;
    let right = WIDTH - (widest / 2.0 - half_slot).max(8.0);
    let layout = Layout { left, slot: (right - left) / values.len() as f64, bottom, up };
    let canvas = Canvas::new("timeline", words, (WIDTH, bottom + 28.0))?;
    axis::upwards(&canvas, &up, unit, (left, right), true)?;
    if open {
        draw_key(&canvas, bars, right)?;
    }
    if bars {
        draw_bars(&canvas, &layout, values)?;
    } else {
        draw_bands(&canvas, &layout, values)?;
        draw_line(&canvas, &layout, values)?;
    }
    let zero = up.at(0.0);
    canvas.line(&[(left, zero), (right, zero)], Ink::Axis)?;
    draw_periods(&canvas, &layout, &labels, widest)?;
    canvas.finish()
}

/// Says, above the plot at the right, how periods that are not complete are drawn.
fn draw_key(canvas: &Canvas, bars: bool, right: f64) -> Result<(), ChartError> {
    let words = "not complete yet";
    canvas.text(words, (right, 10.0), QUIET.at_end())?;
    let end = right - text::width(words, FONT, false) - 6.0;
    if bars {
        return canvas.bar((end - 16.0, 4.0), (end, 16.0), Ink::Hatch);
    }
    canvas.line(&[(end - 30.0, 10.0), (end - 5.0, 10.0)], Ink::OpenLine)?;
    canvas.dot((end - 4.0, 10.0), 3.5, Ink::Line(0), false)
}

fn draw_bars(canvas: &Canvas, layout: &Layout, values: &[MonthValue]) -> Result<(), ChartError> {
    let half = (layout.slot * 0.34).min(24.0);
    let zero = layout.up.at(0.0);
    for (period, month) in values.iter().enumerate() {
        let Some(value) = month.value else { continue };
        let x = layout.middle(period);
        let ink = if month.complete { Ink::Fill(0) } else { Ink::Hatch };
        canvas.bar((x - half, zero), (x + half, layout.up.at(value)), ink)?;
        draw_whisker(canvas, layout, x, month, half.min(4.0))?;
    }
    Ok(())
}

fn draw_whisker(canvas: &Canvas, layout: &Layout, x: f64, month: &MonthValue, half: f64) -> Result<(), ChartError> {
    let (Some(low), Some(high)) = (month.low, month.high) else {
        return Ok(());
    };
    let (low, high) = (layout.up.at(low), layout.up.at(high));
    for ink in [Ink::Halo, Ink::Whisker] {
        canvas.line(&[(x, low), (x, high)], ink)?;
        for end in [low, high] {
            canvas.line(&[(x - half, end), (x + half, end)], ink)?;
        }
    }
    Ok(())
}

/// A band over each run of periods with an interval; a lone one gets a whisker.
fn draw_bands(canvas: &Canvas, layout: &Layout, values: &[MonthValue]) -> Result<(), ChartError> {
    let periods: Vec<usize> = (0..values.len()).collect();
    let in_band = |period: usize| {
        let month = &values[period];
        month.value.and(month.low.zip(month.high))
    };
    for run in periods.chunk_by(|one, other| in_band(*one).is_some() == in_band(*other).is_some()) {
        let ends: Vec<(f64, (f64, f64))> =
            run.iter().filter_map(|period| Some((layout.middle(*period), in_band(*period)?))).collect();
        if let [(x, _)] = ends.as_slice() {
            draw_whisker(canvas, layout, *x, &values[run[0]], 4.0)?;
        } else if !ends.is_empty() {
            let upper = ends.iter().map(|(x, band)| (*x, layout.up.at(band.1)));
            let lower = ends.iter().rev().map(|(x, band)| (*x, layout.up.at(band.0)));
            let corners: Vec<Place> = upper.chain(lower).collect();
            canvas.shape(&corners, Ink::Band(0))?;
        }
    }
    Ok(())
}

/// The line through the values, broken at gaps; dashed wherever one end is not complete.
fn draw_line(canvas: &Canvas, layout: &Layout, values: &[MonthValue]) -> Result<(), ChartError> {
    let mut solid: Vec<Place> = Vec::new();
    let mut before: Option<(Place, bool)> = None;
    for (period, month) in values.iter().enumerate() {
        let Some(value) = month.value else {
            finish_line(canvas, &mut solid)?;
            before = None;
            continue;
        };
        let place = (layout.middle(period), layout.up.at(value));
        match before {
            Some((last, complete)) if !(complete && month.complete) => {
                finish_line(canvas, &mut solid)?;
                canvas.line(&[last, place], Ink::OpenLine)?;
            }
            _ => {}
        }
        solid.push(place);
        before = Some((place, month.complete));
    }
    finish_line(canvas, &mut solid)?;
    let radius = if layout.slot < 16.0 { 2.0 } else { 3.5 };
    for (period, month) in values.iter().enumerate() {
        let Some(value) = month.value else { continue };
        let place = (layout.middle(period), layout.up.at(value));
        if month.complete {
            canvas.dot(place, radius, Ink::Fill(0), true)?;
        } else {
            canvas.dot(place, radius, Ink::Halo, true)?;
            canvas.dot(place, radius, Ink::Line(0), false)?;
        }
    }
    Ok(())
}

fn finish_line(canvas: &Canvas, places: &mut Vec<Place>) -> Result<(), ChartError> {
    if places.len() > 1 {
        canvas.line(places, Ink::Line(0))?;
    }
    places.clear();
    Ok(())
}

/// Names of the periods, about one every 80 units, always that of the latest.
fn draw_periods(canvas: &Canvas, layout: &Layout, labels: &[String], widest: f64) -> Result<(), ChartError> {
    let every = (widest + 14.0).max(60.0) / layout.slot;
    let every = (every - 1e-9).ceil().max(1.0) as usize;
    let last = labels.len() - 1;
    for (period, label) in labels.iter().enumerate() {
        if (last - period).is_multiple_of(every) {
            let short = text::shorten(label, widest, FONT, false);
            let place = (layout.middle(period), layout.bottom + 16.0);
            canvas.centred_within(&short, place, (0.0, WIDTH))?;
        }
    }
    Ok(())
}

/// Size of a spark line, in view box units.
const SPARK: Place = (120.0, 32.0);

/// A tiny line without axes, from zero, with a dot at its latest point.
pub fn spark(words: &Words<'_>, points: &[f64]) -> Result<Svg, ChartError> {
    axis::check(points.iter().copied())?;
    let canvas = Canvas::new("spark", words, SPARK)?;
    let Some(count) = points.len().checked_sub(1) else {
        canvas.small_text("nothing to show", (4.0, SPARK.1 / 2.0))?;
        return canvas.finish();
    };
    let up = Scale::with_zero(points.iter().copied(), Unit::Count).between(SPARK.1 - 4.0, 4.0);
    let distance = (SPARK.0 - 8.0) / count.max(1) as f64;
    let place = |(step, value): (usize, &f64)| (4.0 + step as f64 * distance, up.at(*value));
    let places: Vec<Place> = points.iter().enumerate().map(place).collect();
    if places.len() > 1 {
        canvas.line(&places, Ink::Line(0))?;
    }
    canvas.dot(places[count], 3.0, Ink::Fill(0), true)?;
    canvas.finish()
}
