//! Scales and the grid behind the data.
//!
//! Takes the values that must be seen, gives positions, and draws grid lines with tick labels. Scales of
//! amounts always hold zero, so that no length and no slope is exaggerated.

use super::canvas::{Canvas, FONT, Place, QUIET};
use super::ink::Ink;
use super::text;
use super::ticks::Ticks;
use super::{ChartError, Unit};

/// Largest distance from zero that a chart accepts; beyond it, whole numbers are no longer exact.
const LARGEST: f64 = 1e15;

/// Values mapped to view box units along one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// A scale from zero, or from the lowest value below it, to the highest value.
    pub(super) fn with_zero(values: impl IntoIterator<Item = f64>, unit: Unit) -> Self {
        let (low, high) =
            values.into_iter().fold((0.0, 0.0), |(low, high): Place, value| (low.min(value), high.max(value)));
        let flat = high - low < 1e-9;
        let high = match unit {
            Unit::Percent if flat => 0.1,
            _ if flat => 1.0,
            _ => high,
        };
        Self { low, high, from: 0.0, to: 1.0 }
    }

    /// The same values between two places.
    pub(super) fn between(self, from: f64, to: f64) -> Self {
        Self { from, to, ..self }
    }

    /// The same places, up to the first tick at or above the highest value, so that a line of the grid stands above all
    /// data.
    pub(super) fn up_to_tick(self, unit: Unit) -> Self {
        let step = self.ticks(TICK_DISTANCE, unit).step;
        Self { high: (self.high / step - 1e-9).ceil() * step, ..self }
    }

    /// The place of a value.
    pub(super) fn at(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        self.from + share * (self.to - self.from)
    }

    /// The same values from one place on, as long as it can be with words of the given widths beside the
    /// given values and nothing beyond `edge`.
    pub(super) fn with_words(self, from: f64, edge: f64, words: &[(f64, f64)]) -> Self {
        let share = self.between(0.0, 1.0);
        let longest = words
            .iter()
            .filter(|(value, _)| share.at(*value) > 0.0)
            .map(|(value, width)| (edge - from - width) / share.at(*value))
            .fold(edge - from, f64::min);
        self.between(from, from + longest)
    }

    /// Round ticks, about one every `distance` view box units.
    fn ticks(&self, distance: f64, unit: Unit) -> Ticks {
        let about = ((self.to - self.from).abs() / distance).floor() as usize;
        Ticks::new(self.low, self.high, about.max(1), unit)
    }
}

/// Vertical grid lines from `top` to `bottom`, tick labels below, none of them beyond `left` or `right`.
pub(super) fn across(
    canvas: &Canvas,
    scale: &Scale,
    unit: Unit,
    (top, bottom): Place,
    (left, right): Place,
) -> Result<(), ChartError> {
    let narrow = (scale.to - scale.from).abs() < 300.0;
    let ticks = scale.ticks(if narrow { 60.0 } else { 80.0 }, unit);
    for value in &ticks.values {
        let x = scale.at(*value);
        canvas.line(&[(x, top), (x, bottom)], Ink::Grid)?;
        canvas.centred_within(&ticks.label(*value), (x, bottom + 14.0), (left, right))?;
    }
    Ok(())
}

/// Horizontal grid lines from `left` to `right`, tick labels to their left if wanted.
pub(super) fn upwards(
    canvas: &Canvas,
    scale: &Scale,
    unit: Unit,
    (left, right): Place,
    labelled: bool,
) -> Result<(), ChartError> {
    let ticks = scale.ticks(TICK_DISTANCE, unit);
    for value in &ticks.values {
        let y = scale.at(*value);
        canvas.line(&[(left, y), (right, y)], Ink::Grid)?;
        if labelled {
            let place = (left - 8.0, y);
            canvas.text(&ticks.label(*value), place, QUIET.at_end())?;
        }
    }
    Ok(())
}

/// Room needed left of a plot for the tick labels of `upwards`.
pub(super) fn label_room(scale: &Scale, unit: Unit) -> f64 {
    let ticks = scale.ticks(TICK_DISTANCE, unit);
    let widest = ticks.values.iter().map(|value| text::width(&ticks.label(*value), FONT, false)).fold(0.0, f64::max);
    widest + 10.0
}

/// Distance of ticks upwards, in view box units.
const TICK_DISTANCE: f64 = 35.0;

/// Fails when a value cannot be drawn.
pub(super) fn check(values: impl IntoIterator<Item = f64>) -> Result<(), ChartError> {
    for value in values {
        if !value.is_finite() {
            return Err(ChartError::NotFinite);
        }
        if value.abs() > LARGEST {
            return Err(ChartError::TooLarge(value));
        }
    }
    Ok(())
}

/// The corners of a step line: each value holds until the next one.
pub(super) fn steps(places: &[Place]) -> Vec<Place> {
    let mut corners: Vec<Place> = Vec::new();
    for place in places {
        if let Some(last) = corners.last().copied() {
            if corners.len() > 1 && corners[corners.len() - 2].1 == last.1 {
                corners.pop(); // the level goes on: no corner here
            }
            corners.push((place.0, last.1));
        }
        if corners.last() != Some(place) {
            corners.push(*place);
        }
    }
    corners
}

/// The outline of a band between two step lines, as one shape.
pub(super) fn step_band(lower: &[Place], upper: &[Place]) -> Vec<Place> {
    let mut corners = steps(upper);
    corners.extend(steps(lower).into_iter().rev());
    corners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_holds_zero_and_never_divides_by_nothing() {
        let scale = Scale::with_zero([2.0, 4.0], Unit::Count).between(100.0, 300.0);
        assert_eq!((scale.at(0.0), scale.at(4.0)), (100.0, 300.0));
        let flat = Scale::with_zero([0.0, 0.0], Unit::Count).between(0.0, 10.0);
        assert_eq!(flat.at(0.0), 0.0);
        let below = Scale::with_zero([-5.0], Unit::Count).between(0.0, 10.0);
        assert_eq!((below.at(-5.0), below.at(0.0)), (0.0, 10.0));
    }

    #[test]
    fn a_step_line_holds_each_value_and_skips_flat_corners() {
        assert_eq!(steps(&[(0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (3.0, 2.0)]), [(0.0, 1.0), (3.0, 1.0), (3.0, 2.0)]);
    }
}
