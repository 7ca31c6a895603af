//! How a number gets smaller: the funnel and the waterfall. Both run from top to bottom.

use super::axis::{self, Scale};
use super::canvas::{self, Canvas, PLAIN, QUIET, WIDTH};
use super::ink::Ink;
use super::{ChartError, Svg, Unit, Words, text};

/// One step of [`funnel`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunnelStep {
    /// Name of the stage.
    pub label: String,
    /// Cases that reached it.
    pub value: u64,
    /// The count in words, as in `3,120 (39 %)`.
    pub text: String,
    /// What was lost on the way from the step above, in words.
    pub drop: Option<String>,
}

/// One step of [`waterfall`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What the step stands for.
    pub label: String,
    /// A total, or how many leave the running total here.
    pub value: i64,
    /// What kind of step it is.
    pub kind: StepKind,
    /// The count in words.
    pub text: String,
}

/// What a step of a waterfall does to the running total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// Drawn from zero; the running total starts anew from it.
    Total,
    /// Leaked: taken off the running total.
    Loss,
    /// Not decided yet: taken off the running total.
    Pending,
    /// Left by a decision: taken off the running total.
    Out,
}

/// Half the thickness of a bar, in view box units.
const HALF_BAR: f64 = 14.0;

/// Left-aligned bars on one baseline from zero, with the drop-off written between the steps.
pub fn funnel(words: &Words<'_>, steps: &[FunnelStep]) -> Result<Svg, ChartError> {
    let steps: Vec<FunnelStep> = steps.iter().map(cleaned).collect();
    let values = steps.iter().map(|step| step.value as f64);
    axis::check(values.clone())?;
    if steps.is_empty() {
        return canvas::nothing("funnel", words);
    }
    let label_room = canvas::column(steps.iter().map(|step| step.label.as_str()), 200.0);
    let zero = label_room + 12.0;
    let beside: Vec<(f64, f64)> = steps.iter().map(|step| (step.value as f64, words_room(&step.text))).collect();
    let scale = Scale::with_zero(values, Unit::Count).with_words(zero, WIDTH, &beside);
    let gaps = steps.iter().skip(1).map(gap_above).sum::<f64>();
    let height = steps.len() as f64 * 2.0 * HALF_BAR + gaps + 8.0;
    let canvas = Canvas::new("funnel", words, (WIDTH, height))?;
    let mut top = 4.0;
    for (count, step) in steps.iter().enumerate() {
        if count > 0 {
            let gap = gap_above(step);
            if let Some(drop) = &step.drop {
                let place = (zero + 10.0, top + gap / 2.0);
                canvas.label(drop, place, WIDTH - place.0, QUIET)?;
            }
            top += gap;
        }
        let y = top + HALF_BAR;
        let end = scale.at(step.value as f64);
        canvas.wrapped(&step.label, (label_room, y), label_room, PLAIN.at_end())?;
        canvas.bar((zero, top), (end, top + 2.0 * HALF_BAR), Ink::Fill(0))?;
        canvas.label(&step.text, (end + BESIDE, y), MOST_WORDS, PLAIN)?;
        top += 2.0 * HALF_BAR;
    }
    canvas.line(&[(zero, 0.0), (zero, height)], Ink::Axis)?;
    canvas.finish()
}

/// Room for the words beside a bar, with their distance from it.
fn words_room(words: &str) -> f64 {
    canvas::column([words], MOST_WORDS) + BESIDE
}

/// Widest words beside a bar, in view box units.
const MOST_WORDS: f64 = 230.0;

/// Distance of words from their bar, in view box units.
const BESIDE: f64 = 8.0;

/// Distance of a step's bar from the one above it.
fn gap_above(step: &FunnelStep) -> f64 {
    if step.drop.is_some() { 26.0 } else { 12.0 }
}

fn cleaned(step: &FunnelStep) -> FunnelStep {
    FunnelStep {
        label: text::clean(&step.label),
        text: text::clean(&step.text),
        drop: step.drop.as_deref().map(text::clean),
        value: step.value,
    }
}

/// From where to where a step is drawn; its end is the running total after it.
#[derive(Debug, PartialEq, Eq)]
struct Span {
    from: i64,
    to: i64,
}

impl Span {
    fn right(&self) -> f64 {
        self.from.max(self.to) as f64
    }
}

/// Spans of the steps; a bar that takes something off runs from the old total to the new one.
fn spans(steps: &[Step]) -> Vec<Span> {
    let mut running = 0i64;
    let mut spans = Vec::with_capacity(steps.len());
    for step in steps {
        let from = match step.kind {
            StepKind::Total => 0,
            StepKind::Loss | StepKind::Pending | StepKind::Out => running,
        };
        running = match step.kind {
            StepKind::Total => step.value,
            StepKind::Loss | StepKind::Pending | StepKind::Out => running.saturating_sub(step.value),
        };
        spans.push(Span { from, to: running });
    }
    spans
}

/// One row of a waterfall, ready to be drawn.
struct Row {
    label: String,
    text: String,
    kind: StepKind,
    span: Span,
    /// Middle of the row, in view box units.
    y: f64,
}

/// The rows from top to bottom, and where the last one ends.
fn rows(steps: &[Step], label_room: f64) -> (Vec<Row>, f64) {
    let mut bottom = 4.0;
    let mut rows = Vec::with_capacity(steps.len());
    for (step, span) in steps.iter().zip(spans(steps)) {
        let label = text::clean(&step.label);
        let height = canvas::row_height(&label, label_room, 30.0);
        rows.push(Row { label, text: text::clean(&step.text), kind: step.kind, span, y: bottom + height / 2.0 });
        bottom += height;
    }
    (rows, bottom)
}

/// A horizontal waterfall: totals from zero, the other steps hanging where the running total stands,
/// with connectors between them.
pub fn waterfall(words: &Words<'_>, steps: &[Step]) -> Result<Svg, ChartError> {
    let label_room = canvas::column(steps.iter().map(|step| step.label.as_str()), 230.0);
    let (rows, bottom) = rows(steps, label_room);
    let ends = rows.iter().flat_map(|row| [row.span.from as f64, row.span.to as f64]);
    axis::check(ends.clone())?;
    if rows.is_empty() {
        return canvas::nothing("waterfall", words);
    }
    let beside: Vec<(f64, f64)> = rows.iter().map(|row| (row.span.right(), words_room(&row.text))).collect();
    let scale = Scale::with_zero(ends, Unit::Count);
    let scale = scale.with_words(label_room + 12.0, WIDTH, &beside);
    let canvas = Canvas::new("waterfall", words, (WIDTH, bottom + 26.0))?;
    let height = (0.0, bottom);
    axis::across(&canvas, &scale, Unit::Count, height, (0.0, WIDTH))?;
    for (count, row) in rows.iter().enumerate() {
        let above = count.checked_sub(1).map(|place| &rows[place]);
        draw_row(&canvas, &scale, label_room, row, above)?;
    }
    let zero = scale.at(0.0);
    canvas.line(&[(zero, 0.0), (zero, bottom)], Ink::Axis)?;
    canvas.finish()
}

fn draw_row(canvas: &Canvas, scale: &Scale, label_room: f64, row: &Row, above: Option<&Row>) -> Result<(), ChartError> {
    let (from, to) = (scale.at(row.span.from as f64), scale.at(row.span.to as f64));
    let (top, bottom) = (row.y - THIN, row.y + THIN);
    let label_end = (label_room, row.y);
    canvas.wrapped(&row.label, label_end, label_room, PLAIN.at_end())?;
    canvas.bar((from, top), (to, bottom), ink(row.kind))?;
    if let Some(above) = above {
        let x = scale.at(above.span.to as f64);
        canvas.line(&[(x, above.y + THIN), (x, top)], Ink::Axis)?;
    }
    let place = (from.max(to) + BESIDE, row.y);
    canvas.label(&row.text, place, MOST_WORDS, PLAIN.with_halo())
}

/// Half the thickness of a waterfall's bar, in view box units.
const THIN: f64 = 10.0;

fn ink(kind: StepKind) -> Ink {
    match kind {
        StepKind::Total => Ink::Total,
        StepKind::Loss => Ink::Loss,
        StepKind::Pending => Ink::Pending,
        StepKind::Out => Ink::Out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lead_is_taken_off_once() {
        let step = |kind, value| Step { label: String::new(), value, kind, text: String::new() };
        let steps =
            [step(StepKind::Total, 10), step(StepKind::Loss, 4), step(StepKind::Pending, 3), step(StepKind::Total, 3)];
        let span = |from, to| Span { from, to };
        assert_eq!(spans(&steps), [span(0, 10), span(10, 6), span(6, 3), span(0, 3)]);
    }
}
