//! The formats of numbers, of which only one thing is asked: whether a number is a date.

use std::collections::BTreeMap;

use super::super::refusal::Refusal;
use super::super::value::{self, Shown};
use super::super::xml::{Piece, Tag, Xml};

/// Excel allows 65,490.
const MOST_STYLES: usize = 1 << 16;

/// What a number shows, by the style of its cell.
#[derive(Default)]
pub(super) struct Styles(Vec<Shown>);

impl Styles {
    /// Reads the part `styles.xml`.
    pub(super) fn read(mut xml: Xml<'_>) -> Result<Styles, Refusal> {
        let mut own_formats = BTreeMap::new();
        let mut styles = Vec::new();
        let mut in_cell_styles = false;
        loop {
            match xml.next()? {
                Piece::Start(tag) => match tag.name() {
                    "numFmt" if own_formats.len() < MOST_STYLES => {
                        let format = tag.attribute("formatCode").unwrap_or_default();
                        own_formats.insert(id(&tag), value::shown_by(&format));
                    }
                    "cellXfs" => in_cell_styles = true,
                    "xf" if in_cell_styles && styles.len() < MOST_STYLES => {
                        let by_number = || value::shown_by_id(id(&tag));
                        styles.push(own_formats.get(&id(&tag)).copied().unwrap_or_else(by_number));
                    }
                    _ => {}
                },
                Piece::End(tag) if tag.name() == "cellXfs" => in_cell_styles = false,
                Piece::Done => return Ok(Styles(styles)),
                _ => {}
            }
        }
    }

    /// What a number of this style shows.
    pub(super) fn shown(&self, style: usize) -> Shown {
        self.0.get(style).copied().unwrap_or_default()
    }
}

fn id(tag: &Tag<'_>) -> u16 {
    tag.attribute("numFmtId").and_then(|id| id.parse().ok()).unwrap_or_default()
}
