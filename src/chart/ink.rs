//! Inks: what the marks and words of a chart are drawn with.
//!
//! plotters styles carry RGB colours. Here a colour is only a number that stands for an ink; the pen turns it
//! back and writes the ink's class. What each class looks like is left to the style sheet.

use plotters::style::{Color, RGBColor, ShapeStyle};
use plotters_backend::BackendColor;

/// What a mark or a text is drawn with: a class of the style sheet, carried through plotters as a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Plain text.
    Text,
    /// Plain text with a ground-coloured outline, for text over marks.
    TextHalo,
    /// Secondary text: ticks, notes.
    Muted,
    /// Grid lines.
    Grid,
    /// Axes, base lines, connectors.
    Axis,
    /// Filled area of series 1 to 4 (counted from 0).
    Fill(u8),
    /// Line of series 1 to 4 (counted from 0).
    Line(u8),
    /// Line of series 1 through periods that are not complete.
    OpenLine,
    /// Line of a series beyond the fourth.
    MutedLine,
    /// Interval band of series 1 to 4 (counted from 0).
    Band(u8),
    /// Highlighted bar.
    High,
    /// Bar pushed to the background.
    Low,
    /// Bar of something not complete.
    Hatch,
    /// Interval whisker.
    Whisker,
    /// Ground-coloured line under a whisker, so that it shows on a dark bar.
    Halo,
    /// Reference line.
    Reference,
    /// Waterfall: lost.
    Loss,
    /// Waterfall: left otherwise.
    Out,
    /// Waterfall: total.
    Total,
    /// Waterfall: not decided yet.
    Pending,
}

/// Every ink; its place in the list is its colour.
const INKS: [Ink; 29] = [
    Ink::Text,
    Ink::TextHalo,
    Ink::Muted,
    Ink::Grid,
    Ink::Axis,
    Ink::Fill(0),
    Ink::Fill(1),
    Ink::Fill(2),
    Ink::Fill(3),
    Ink::Line(0),
    Ink::Line(1),
    Ink::Line(2),
    Ink::Line(3),
    Ink::OpenLine,
    Ink::MutedLine,
    Ink::Band(0),
    Ink::Band(1),
    Ink::Band(2),
    Ink::Band(3),
    Ink::High,
    Ink::Low,
    Ink::Hatch,
    Ink::Whisker,
    Ink::Halo,
    Ink::Reference,
    Ink::Loss,
    Ink::Out,
    Ink::Total,
    Ink::Pending,
];

impl Ink {
    /// The colour that carries this ink through plotters.
    pub(super) fn colour(self) -> RGBColor {
        let place = INKS.iter().position(|ink| *ink == self).unwrap_or(0);
        RGBColor(u8::try_from(place).unwrap_or(0), 0, 0)
    }

    /// The ink that a colour stands for; a colour that is none of ours is plain text.
    pub(super) fn of(colour: BackendColor) -> Self {
        let place = usize::from(colour.rgb.0);
        INKS.get(place).copied().unwrap_or(Self::Text)
    }

    /// The classes written into the SVG.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Text => "ink",
            Self::TextHalo => "ink halo",
            Self::Muted => "muted",
            Self::Grid => "grid",
            Self::Axis => "axis",
            Self::Fill(0) => "s1",
            Self::Fill(1) => "s2",
            Self::Fill(2) => "s3",
            Self::Fill(_) => "s4",
            Self::Line(0) => "s1-line",
            Self::Line(1) => "s2-line",
            Self::Line(2) => "s3-line",
            Self::Line(_) => "s4-line",
            Self::OpenLine => "s1-line open-line",
            Self::MutedLine => "axis muted-line",
            Self::Band(0) => "band",
            Self::Band(1) => "band band-2",
            Self::Band(2) => "band band-3",
            Self::Band(_) => "band band-4",
            Self::High => "mark-hi",
            Self::Low => "mark-lo",
            Self::Hatch => "hatch",
            Self::Whisker => "whisker",
            Self::Halo => "halo",
            Self::Reference => "ref",
            Self::Loss => "loss",
            Self::Out => "out",
            Self::Total => "total",
            Self::Pending => "pending",
        }
    }
}

impl From<Ink> for ShapeStyle {
    fn from(ink: Ink) -> Self {
        Color::stroke_width(&ink.colour(), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ink_survives_its_colour() {
        for ink in INKS {
            assert_eq!(Ink::of(ink.colour().to_backend_color()), ink);
        }
    }
}
