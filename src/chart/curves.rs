//! Step curves with bands, such as cumulative incidence by days since entry, and small multiples of them.

use super::axis::{self, Scale};
use super::canvas::{self, Canvas, PLAIN, Place, QUIET, STRONG, WIDTH};
use super::ink::Ink;
use super::{ChartError, Svg, Tone, Unit, Words, text};

/// One curve of [`curves`].
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// What the curve stands for; written at its end.
    pub label: String,
    /// (x, y): the value y holds from x on, until the next point.
    pub points: Vec<(f64, f64)>,
    /// (x, lower end, upper end) of the 95 % interval, in the same way.
    pub band: Vec<(f64, f64, f64)>,
    /// `Muted` keeps the curve out of the four colours.
    pub tone: Tone,
}

/// One panel of [`small_multiples`].
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What the panel shows.
    pub title: String,
    /// (x, y): the value y holds from x on, until the next point.
    pub points: Vec<(f64, f64)>,
    /// (x, lower end, upper end) of the 95 % interval, in the same way.
    pub band: Vec<(f64, f64, f64)>,
    /// A second line under the title, as in `12 of 96`.
    pub note: String,
}

/// Line and band of one series.
struct Trace<'a> {
    points: &'a [(f64, f64)],
    band: &'a [(f64, f64, f64)],
}

impl Trace<'_> {
    fn across(&self) -> impl Iterator<Item = f64> {
        let points = self.points.iter().map(|point| point.0);
        points.chain(self.band.iter().map(|point| point.0))
    }

    fn upwards(&self) -> impl Iterator<Item = f64> {
        let points = self.points.iter().map(|point| point.1);
        points.chain(self.band.iter().flat_map(|point| [point.1, point.2]))
    }

    fn is_empty(&self) -> bool {
        self.points.is_empty() && self.band.is_empty()
    }

    /// The points' places, from left to right.
    fn places(&self, x: &Scale, y: &Scale) -> Vec<Place> {
        let mut points = self.points.to_vec();
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        points.iter().map(|p| (x.at(p.0), y.at(p.1))).collect()
    }

    fn draw_band(&self, canvas: &Canvas, x: &Scale, y: &Scale, ink: Ink) -> Result<(), ChartError> {
        if self.band.len() < 2 {
            return Ok(());
        }
        let mut band = self.band.to_vec();
        band.sort_by(|one, other| one.0.total_cmp(&other.0));
        let lower: Vec<Place> = band.iter().map(|p| (x.at(p.0), y.at(p.1))).collect();
        let upper: Vec<Place> = band.iter().map(|p| (x.at(p.0), y.at(p.2))).collect();
        canvas.shape(&axis::step_band(&lower, &upper), ink)
    }

    /// The step line; a lone point is a dot.
    fn draw_line(&self, canvas: &Canvas, x: &Scale, y: &Scale, (line, dot): (Ink, Ink)) -> Result<(), ChartError> {
        let places = self.places(x, y);
        match places.as_slice() {
            [] => Ok(()),
            [only] => canvas.dot(*only, 3.5, dot, true),
            _ => canvas.line(&axis::steps(&places), line),
        }
    }
}

/// How a curve is drawn: its place among the coloured series, or `None` for a muted one.
fn colours(curves: &[Curve]) -> Vec<Option<u8>> {
    let mut next = 0;
    let mut colour = |curve: &Curve| {
        let coloured = !matches!(curve.tone, Tone::Muted) && next < 4;
        coloured.then(|| {
            next += 1;
            next - 1
        })
    };
    curves.iter().map(&mut colour).collect()
}

fn inks(colour: Option<u8>) -> (Ink, Ink) {
    match colour {
        Some(series) => (Ink::Line(series), Ink::Fill(series)),
        None => (Ink::MutedLine, Ink::Low),
    }
}

/// Lowest distance of two labels at the right, in view box units.
const LABEL_DISTANCE: f64 = 18.0;

/// Middles of labels near the wanted ones, in the same order, far enough apart, between `top` and `bottom`
/// as far as there is room.
fn spread(wanted: &[f64], top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|one, other| wanted[*one].total_cmp(&wanted[*other]));
    let mut places = wanted.to_vec();
    let mut least = top;
    for label in &order {
        places[*label] = places[*label].max(least);
        least = places[*label] + LABEL_DISTANCE;
    }
    let mut most = bottom;
    for label in order.iter().rev() {
        places[*label] = places[*label].min(most);
        most = places[*label] - LABEL_DISTANCE;
    }
    places
}

/// Step curves on common scales from zero, with their bands, each named at the right beside a sample of
/// its line. The first four that are not muted get a colour and a dash of their own.
pub fn curves(words: &Words<'_>, curves: &[Curve], x_label: &str, y_unit: Unit) -> Result<Svg, ChartError> {
    let traces: Vec<Trace<'_>> = curves.iter().map(trace).collect();
    check(&traces)?;
    if traces.iter().all(Trace::is_empty) {
        return canvas::nothing("curves", words);
    }
    let labels: Vec<String> = curves.iter().map(|c| text::clean(&c.label)).collect();
    let label_room = canvas::column(labels.iter().map(String::as_str), 190.0);
    let top = 12.0;
    // Labels may need more height than the curves.
    let bottom = top + f64::max(250.0, labels.len() as f64 * LABEL_DISTANCE);
    let up = Scale::with_zero(traces.iter().flat_map(Trace::upwards), y_unit).between(bottom, top).up_to_tick(y_unit);
    let left = axis::label_room(&up, y_unit);
    let right = WIDTH - label_room - 42.0;
    let days = Scale::with_zero(traces.iter().flat_map(Trace::across), Unit::Count);
    let days = days.between(left, right);

    let canvas = Canvas::new("curves", words, (WIDTH, bottom + 48.0))?;
    axis::upwards(&canvas, &up, y_unit, (left, right), true)?;
    axis::across(&canvas, &days, Unit::Days, (top, bottom), (0.0, WIDTH))?;
    let zero = up.at(0.0);
    canvas.line(&[(left, zero), (right, zero)], Ink::Axis)?;
    let middle = (f64::midpoint(left, right), bottom + 36.0);
    canvas.centred_within(&text::clean(x_label), middle, (0.0, WIDTH))?;

    let colours = colours(curves);
    draw_traces(&canvas, &traces, &colours, (&days, &up))?;
    let ends: Vec<f64> = traces.iter().map(|trace| end(trace, &days, &up)).collect();
    let heights = spread(&ends, top, bottom);
    draw_names(&canvas, (right, label_room), &labels, &colours, &heights)?;
    canvas.finish()
}

/// Bands first; then muted curves, then coloured ones, the first one on top of all.
fn draw_traces(
    canvas: &Canvas,
    traces: &[Trace<'_>],
    colours: &[Option<u8>],
    (x, y): (&Scale, &Scale),
) -> Result<(), ChartError> {
    for (trace, colour) in traces.iter().zip(colours) {
        if let Some(series) = colour {
            trace.draw_band(canvas, x, y, Ink::Band(*series))?;
        }
    }
    let mut order: Vec<usize> = (0..traces.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse((colours[*place].is_none(), *place)));
    for place in order {
        traces[place].draw_line(canvas, x, y, inks(colours[place]))?;
    }
    Ok(())
}

fn trace(curve: &Curve) -> Trace<'_> {
    Trace { points: &curve.points, band: &curve.band }
}

fn check(traces: &[Trace<'_>]) -> Result<(), ChartError> {
    axis::check(traces.iter().flat_map(Trace::across))?;
    axis::check(traces.iter().flat_map(Trace::upwards))
}

/// Height of a curve's last point.
fn end(trace: &Trace<'_>, x: &Scale, y: &Scale) -> f64 {
    trace.places(x, y).last().map_or(y.at(0.0), |last| last.1)
}

fn draw_names(
    canvas: &Canvas,
    (right, room): Place,
    labels: &[String],
    colours: &[Option<u8>],
    heights: &[f64],
) -> Result<(), ChartError> {
    for ((label, colour), y) in labels.iter().zip(colours).zip(heights) {
        let look = if colour.is_some() { PLAIN } else { QUIET };
        canvas.line(&[(right + 8.0, *y), (right + 34.0, *y)], inks(*colour).0)?;
        canvas.label(label, (right + 40.0, *y), room + 2.0, look)?;
    }
    Ok(())
}

/// Height of the title lines and of the plot of one panel, and distances, in view box units.
const PANEL_HEAD: f64 = 46.0;
const PANEL_PLOT: f64 = 110.0;
const PANEL_FOOT: f64 = 40.0;
const PANEL_GAP: f64 = 24.0;

/// Panels of one size on common scales, in up to three columns, each with its step curve and band.
pub fn small_multiples(words: &Words<'_>, panels: &[Panel], unit: Unit, x_label: &str) -> Result<Svg, ChartError> {
    let traces: Vec<Trace<'_>> =
        panels.iter().map(|panel| Trace { points: &panel.points, band: &panel.band }).collect();
    check(&traces)?;
    if traces.iter().all(Trace::is_empty) {
        return canvas::nothing("panels", words);
    }
    let columns = panels.len().min(3);
    let rows = panels.len().div_ceil(columns);
    let up = Scale::with_zero(traces.iter().flat_map(Trace::upwards), unit);
    let along = Scale::with_zero(traces.iter().flat_map(Trace::across), Unit::Count);
    let left = axis::label_room(&up.between(PANEL_PLOT, 0.0), unit);
    let gaps = PANEL_GAP * (columns as f64 - 1.0);
    let width = (WIDTH - left - 12.0 - gaps) / columns as f64;
    let row = PANEL_HEAD + PANEL_PLOT + PANEL_FOOT;
    let height = rows as f64 * row + 16.0;

    let canvas = Canvas::new("panels", words, (WIDTH, height))?;
    for (count, (panel, trace)) in panels.iter().zip(&traces).enumerate() {
        let from = left + (count % columns) as f64 * (width + PANEL_GAP);
        let top = (count / columns) as f64 * row;
        let plot = top + PANEL_HEAD;
        let up = up.between(plot + PANEL_PLOT, plot);
        let along = along.between(from, from + width);
        canvas.label(&text::clean(&panel.title), (from, top + 12.0), width, STRONG)?;
        canvas.label(&text::clean(&panel.note), (from, top + 30.0), width, QUIET)?;
        let sides = (from, from + width);
        axis::upwards(&canvas, &up, unit, sides, count % columns == 0)?;
        draw_panel(&canvas, trace, (&along, &up), sides, plot)?;
    }
    let middle = (f64::midpoint(left, WIDTH), height - 8.0);
    canvas.centred_within(&text::clean(x_label), middle, (0.0, WIDTH))?;
    canvas.finish()
}

/// The plot of one panel, whose top edge is at `plot`.
fn draw_panel(
    canvas: &Canvas,
    trace: &Trace<'_>,
    (along, up): (&Scale, &Scale),
    (left, right): Place,
    plot: f64,
) -> Result<(), ChartError> {
    let bottom = plot + PANEL_PLOT;
    let edges = (left - 8.0, right + 4.0);
    axis::across(canvas, along, Unit::Days, (plot, bottom), edges)?;
    let zero = up.at(0.0);
    canvas.line(&[(left, zero), (right, zero)], Ink::Axis)?;
    if trace.is_empty() {
        let middle = (f64::midpoint(left, right), plot + PANEL_PLOT / 2.0);
        canvas.text("nothing to show", middle, QUIET.centred())?;
    }
    trace.draw_band(canvas, along, up, Ink::Band(0))?;
    trace.draw_line(canvas, along, up, (Ink::Line(0), Ink::Fill(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_distance_and_order() {
        assert_eq!(spread(&[50.0, 52.0, 200.0], 0.0, 200.0), [50.0, 68.0, 200.0]);
        assert_eq!(spread(&[100.0, 100.0], 0.0, 100.0), [82.0, 100.0]);
    }

    #[test]
    fn only_four_curves_are_coloured() {
        let curve = |tone| Curve { label: String::new(), points: vec![], band: vec![], tone };
        let tones = [Tone::Normal, Tone::Muted, Tone::Normal, Tone::Normal, Tone::Highlight, Tone::Normal];
        let given = colours(&tones.map(curve));
        assert_eq!(given, [Some(0), None, Some(1), Some(2), Some(3), None]);
    }
}
