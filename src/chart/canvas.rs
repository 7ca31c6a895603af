//! The canvas: a plotters drawing area with view box coordinates and the few marks charts are made of.
//!
//! Takes positions in view box units, and an ink; gives an [`Svg`]. Everything goes through plotters'
//! elements; scales and layout are left to the chart modules.

use std::cell::RefCell;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, ShapeStyle, TextStyle};

use super::ink::Ink;
use super::pen::{SvgPen, UNITS, units};
use super::text;
use super::{ChartError, Svg, Words};

/// Width of a page chart in view box units.
pub(super) const WIDTH: f64 = 720.0;

/// Font size of all words in page charts, in view box units.
pub(super) const FONT: f64 = 14.0;

/// A place in view box units, from the top left corner.
pub(super) type Place = (f64, f64);

/// How a line of text looks and which side of it is held at its place.
#[derive(Clone, Copy)]
pub(super) struct Lettering {
    ink: Ink,
    bold: bool,
    hold: HPos,
}

/// Plain text, held at its start.
pub(super) const PLAIN: Lettering = Lettering { ink: Ink::Text, bold: false, hold: HPos::Left };

/// Secondary text, held at its start.
pub(super) const QUIET: Lettering = Lettering { ink: Ink::Muted, ..PLAIN };

/// Bold text, held at its start.
pub(super) const STRONG: Lettering = Lettering { bold: true, ..PLAIN };

impl Lettering {
    /// The same, held at its end.
    pub(super) fn at_end(self) -> Self {
        Self { hold: HPos::Right, ..self }
    }

    /// The same, held at its middle.
    pub(super) fn centred(self) -> Self {
        Self { hold: HPos::Center, ..self }
    }

    /// The same with a ground-coloured outline, for text that may stand over a mark.
    pub(super) fn with_halo(self) -> Self {
        Self { ink: Ink::TextHalo, ..self }
    }
}

/// One picture being drawn.
pub(super) struct Canvas {
    pen: Rc<RefCell<SvgPen>>,
    area: DrawingArea<SvgPen, Shift>,
}

type Drawn = Result<(), ChartError>;

impl Canvas {
    /// An empty picture. Fails when the id could not stand in the page.
    pub(super) fn new(shape: &str, words: &Words<'_>, size: Place) -> Result<Self, ChartError> {
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if words.id.is_empty() || !words.id.bytes().all(allowed) {
            return Err(ChartError::BadId(words.id.to_owned()));
        }
        let pen = Rc::new(RefCell::new(SvgPen::new(shape, words, size)));
        let area = DrawingArea::from(&pen);
        Ok(Self { pen, area })
    }

    /// The finished picture.
    pub(super) fn finish(self) -> Result<Svg, ChartError> {
        self.area.present()?;
        Ok(Svg(self.pen.borrow().finish()))
    }

    /// A filled rectangle between two opposite corners.
    pub(super) fn bar(&self, from: Place, to: Place, ink: Ink) -> Drawn {
        let style = ShapeStyle::from(ink).filled();
        Ok(self.area.draw(&Rectangle::new([at(from), at(to)], style))?)
    }

    /// A line through the places.
    pub(super) fn line(&self, places: &[Place], ink: Ink) -> Drawn {
        Ok(self.area.draw(&PathElement::new(all(places), ink))?)
    }

    /// A filled shape with these corners.
    pub(super) fn shape(&self, corners: &[Place], ink: Ink) -> Drawn {
        Ok(self.area.draw(&Polygon::new(all(corners), ink))?)
    }

    /// A circle, filled or only its outline.
    pub(super) fn dot(&self, centre: Place, radius: f64, ink: Ink, filled: bool) -> Drawn {
        let style = ShapeStyle { filled, ..ShapeStyle::from(ink) };
        Ok(self.area.draw(&Circle::new(at(centre), units(radius), style))?)
    }

    /// One line of text in the common font size, its middle at the height of `place`.
    pub(super) fn text(&self, words: &str, place: Place, lettering: Lettering) -> Drawn {
        self.draw_text(words, place, lettering, FONT)
    }

    /// Text that is shortened to `room`, with the full words as its `<title>` where it was.
    pub(super) fn label(&self, words: &str, place: Place, room: f64, look: Lettering) -> Drawn {
        let short = text::shorten(words, room, FONT, look.bold);
        if short != words {
            self.pen.borrow_mut().explain_next_text(words);
        }
        self.text(&short, place, look)
    }

    /// Up to two lines of text around the height of `place`; what does not fit is shortened.
    pub(super) fn wrapped(&self, words: &str, place: Place, room: f64, look: Lettering) -> Drawn {
        let lines = text::wrap(words, room, FONT, 2);
        let top = place.1 - (lines.len() as f64 - 1.0) * LINE_HEIGHT / 2.0;
        let whole = lines.join(" ") == words;
        for (count, line) in lines.iter().enumerate() {
            if !whole {
                self.pen.borrow_mut().explain_next_text(words);
            }
            let y = top + count as f64 * LINE_HEIGHT;
            self.text(line, (place.0, y), look)?;
        }
        Ok(())
    }

    /// One line of text, moved sideways as far as needed to stay inside `from..to`.
    pub(super) fn centred_within(&self, words: &str, place: Place, (from, to): Place) -> Drawn {
        let half = text::width(words, FONT, false) / 2.0;
        let x = place.0.min(to - half).max(from + half);
        self.text(words, (x, place.1), QUIET.centred())
    }

    /// Text in a font size of its own, for pictures smaller than page charts.
    pub(super) fn small_text(&self, words: &str, place: Place) -> Drawn {
        self.draw_text(words, place, QUIET, 12.0)
    }

    fn draw_text(&self, words: &str, place: Place, look: Lettering, size: f64) -> Drawn {
        if words.is_empty() {
            return Ok(());
        }
        let face = if look.bold { FontStyle::Bold } else { FontStyle::Normal };
        let style = TextStyle {
            font: FontDesc::new(FontFamily::SansSerif, size * UNITS, face),
            color: look.ink.colour().to_backend_color(),
            pos: Pos::new(look.hold, VPos::Center),
        };
        Ok(self.area.draw(&Text::new(words, at(place), style))?)
    }
}

/// Distance of two lines of one label, in view box units.
const LINE_HEIGHT: f64 = 17.0;

/// Height of a row that holds the label on one or two lines.
pub(super) fn row_height(label: &str, room: f64, one_line: f64) -> f64 {
    match text::wrap(label, room, FONT, 2).len() {
        1 => one_line,
        _ => one_line.max(2.0 * LINE_HEIGHT + 8.0),
    }
}

/// Width of the widest of the texts in the common font size, at most `most`.
pub(super) fn column<'a>(texts: impl IntoIterator<Item = &'a str>, most: f64) -> f64 {
    texts.into_iter().map(|words| text::width(words, FONT, false)).fold(0.0, f64::max).min(most)
}

/// A picture that says that there is nothing to show.
pub(super) fn nothing(shape: &str, words: &Words<'_>) -> Result<Svg, ChartError> {
    let canvas = Canvas::new(shape, words, (WIDTH, 48.0))?;
    canvas.text("nothing to show", (WIDTH / 2.0, 24.0), QUIET.centred())?;
    canvas.finish()
}

fn at((x, y): Place) -> (i32, i32) {
    (units(x), units(y))
}

fn all(places: &[Place]) -> Vec<(i32, i32)> {
    places.iter().copied().map(at).collect()
}
