//! The pen: a plotters back end that writes SVG text.
//!
//! Takes drawing commands in tenths of a view box unit (plotters' coordinates are whole numbers) and
//! gives SVG whose colours are class names. What is drawn, and where, is left to the chart modules.
//!
//! A colour is only a number that stands for an [`Ink`], which the pen writes as a class, so that the site's
//! style sheet decides what it looks like.

use std::convert::Infallible;
use std::fmt::Write as _;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};

use super::Words;
use super::ink::Ink;
use super::text;

/// Back end units in one view box unit.
pub(super) const UNITS: f64 = 10.0;

/// Writes one SVG.
pub(super) struct SvgPen {
    head: String,
    body: String,
    id: String,
    size: (u32, u32),
    hatched: bool,
    full_text: Option<String>,
}

impl SvgPen {
    /// A pen for a picture of `size` view box units. The words must have been checked by the caller.
    pub(super) fn new(shape: &str, words: &Words<'_>, size: (f64, f64)) -> Self {
        let (id, title, desc) = (words.id, text::escape(words.title), text::escape(words.desc));
        let size = (units(size.0).unsigned_abs(), units(size.1).unsigned_abs());
        let (width, height) = (Tenths::from(size.0), Tenths::from(size.1));
        let head = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             class=\"chart chart-{shape}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{desc}</desc>\n"
        );
        Self { head, body: String::new(), id: id.to_owned(), size, hatched: false, full_text: None }
    }

    /// Gives the next text a `<title>`, for words that had to be shortened.
    pub(super) fn explain_next_text(&mut self, full_text: &str) {
        self.full_text = Some(full_text.to_owned());
    }

    /// The finished SVG.
    pub(super) fn finish(&self) -> String {
        let pattern = if self.hatched { self.hatch_pattern() } else { String::new() };
        format!("{}{pattern}{}</svg>\n", self.head, self.body)
    }

    /// Stripes in the colour of series 1; a pattern must stand in the picture that uses it.
    fn hatch_pattern(&self) -> String {
        format!(
            "<defs><pattern id=\"{}-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><rect class=\"s1\" width=\"2\" height=\"6\"/></pattern></defs>\n",
            self.id
        )
    }

    /// Class of a mark, with what cannot come from a class: the pattern's name and an empty inside.
    fn attributes(&mut self, colour: BackendColor, filled: bool) -> String {
        let ink = Ink::of(colour);
        let class = ink.class();
        match ink {
            Ink::Hatch => {
                self.hatched = true;
                format!("class=\"{class}\" fill=\"url(#{}-hatch)\"", self.id)
            }
            Ink::OpenLine => {
                format!("class=\"{class}\" fill=\"none\" stroke-dasharray=\"3 4\"")
            }
            _ if filled => format!("class=\"{class}\""),
            _ => format!("class=\"{class}\" fill=\"none\""),
        }
    }

    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        self.body.write_fmt(element).expect("writing into a String does not fail");
        self.body.push('\n');
    }
}

/// View box units as whole back end units.
pub(super) fn units(length: f64) -> i32 {
    (length * UNITS).round() as i32
}

/// Back end units, written as view box units with at most one decimal.
#[derive(Clone, Copy)]
struct Tenths(i64);

impl<N: Into<i64>> From<N> for Tenths {
    fn from(tenths: N) -> Self {
        Self(tenths.into())
    }
}

impl std::fmt::Display for Tenths {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, tenth) = (self.0.abs() / 10, self.0.abs() % 10);
        match tenth {
            0 => write!(out, "{sign}{whole}"),
            _ => write!(out, "{sign}{whole}.{tenth}"),
        }
    }
}

/// Path data through the points.
fn path_data(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut data = String::new();
    for (x, y) in points {
        let command = if data.is_empty() { "M" } else { "L" };
        write!(data, "{command}{} {}", Tenths::from(x), Tenths::from(y)).expect("writing into a String does not fail");
    }
    data
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for SvgPen {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Drawn {
        self.draw_rect((x, y), (x + 1, y + 1), &colour, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (x0, y0): BackendCoord,
        (x1, y1): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let attributes = self.attributes(style.color(), fill);
        let (x, y) = (Tenths::from(x0.min(x1)), Tenths::from(y0.min(y1)));
        let (width, height) = (Tenths::from(x0.abs_diff(x1)), Tenths::from(y0.abs_diff(y1)));
        self.put(format_args!("<rect {attributes} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let attributes = self.attributes(style.color(), false);
        let data = path_data(path);
        self.put(format_args!("<path {attributes} d=\"{data}\"/>"));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        let attributes = self.attributes(style.color(), fill);
        let (x, y, radius) = (Tenths::from(x), Tenths::from(y), Tenths::from(radius));
        self.put(format_args!("<circle {attributes} cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, corners: I, style: &S) -> Drawn {
        let attributes = self.attributes(style.color(), true);
        let data = path_data(corners);
        self.put(format_args!("<path {attributes} d=\"{data}Z\"/>"));
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, words: &str, style: &T, (x, y): BackendCoord) -> Drawn {
        let ink = Ink::of(style.color());
        let weight = match (style.style(), ink) {
            (FontStyle::Bold, _) => "t-strong",
            (_, Ink::Muted) => "t-small",
            _ => "t",
        };
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        // Share of the font size from the given point down to the base line.
        let drop = match style.anchor().v_pos {
            VPos::Top => 0.8,
            VPos::Center => 0.35,
            VPos::Bottom => -0.2,
        };
        let base_line = Tenths::from(y + (style.size() * drop).round() as i32);
        let size = Tenths::from(style.size().round() as i32);
        let full_text = match self.full_text.take() {
            Some(full) => format!("<title>{}</title>", text::escape(&full)),
            None => String::new(),
        };
        self.put(format_args!(
            "<text class=\"{weight} {}\" font-size=\"{size}\" text-anchor=\"{anchor}\" x=\"{}\" \
             y=\"{base_line}\">{full_text}{}</text>",
            ink.class(),
            Tenths::from(x),
            text::escape(words)
        ));
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        words: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let bold = matches!(style.style(), FontStyle::Bold);
        let width = text::width(words, style.size(), bold);
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }

    fn blit_bitmap(&mut self, _: BackendCoord, _: (u32, u32), _: &[u8]) -> Drawn {
        Ok(()) // charts hold no pictures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_have_at_most_one_decimal() {
        let written: Vec<String> = [0, 5, 10, 123, -5, -30].map(|tenths| Tenths::from(tenths).to_string()).into();
        assert_eq!(written, ["0", "0.5", "1", "12.3", "-0.5", "-3"]);
    }
}
