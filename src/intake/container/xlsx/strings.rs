//! The part `sharedStrings.xml`. Runs of formatted text are joined; reading aids (`rPh`) are no text.

use super::super::refusal::Refusal;
use super::super::shared_texts::SharedTexts;
use super::super::xml::{Piece, Xml};

/// Reads all texts.
pub(super) fn read(mut xml: Xml<'_>) -> Result<SharedTexts, Refusal> {
    let mut texts = SharedTexts::default();
    let (mut in_text, mut in_aid) = (false, false);
    loop {
        match xml.next()? {
            Piece::Start(tag) => match tag.name() {
                "t" => in_text = !in_aid,
                "rPh" => in_aid = true,
                _ => {}
            },
            Piece::Text(text) if in_text => texts.push(&text)?,
            Piece::End(tag) => match tag.name() {
                "t" => in_text = false,
                "rPh" => in_aid = false,
                "si" => texts.end_one()?,
                _ => {}
            },
            Piece::Done => return Ok(texts),
            _ => {}
        }
    }
}
