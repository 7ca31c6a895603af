//! XML as our formats need it: elements by local name, text with its references resolved, one piece at a time.
//! A document that declares entities of its own is refused, nothing is ever fetched, depth and length are limited.

use std::borrow::Cow;
use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesEnd, BytesRef, BytesStart, Event};

use super::inflate::{self, Metered};
use super::limits::{Bound, Budget};
use super::refusal::Refusal;

const BUFFER_BYTES: usize = 1 << 16;

/// A document being read.
pub(super) struct Xml<'a> {
    reader: Reader<BufReader<Metered<'a, Box<dyn Read + 'a>>>>,
    buffer: Vec<u8>,
    part: &'a str,
    depth: usize,
    deepest: usize,
}

/// What comes next.
pub(super) enum Piece<'b> {
    /// An element begins. An empty one begins and ends.
    Start(Tag<'b>),
    /// An element ends.
    End(EndTag<'b>),
    /// Text, or a piece of it.
    Text(Cow<'b, str>),
    /// Nothing of interest: a comment, the declaration.
    Other,
    /// The document ends.
    Done,
}

/// The start of an element.
pub(super) struct Tag<'b>(BytesStart<'b>);

/// The end of an element.
pub(super) struct EndTag<'b>(BytesEnd<'b>);

impl EndTag<'_> {
    /// Its name without the prefix.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }
}

impl Tag<'_> {
    /// Its name without the prefix.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// Every attribute by its name without the prefix.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let mut attributes = self.0.attributes();
        // Finding a name that occurs twice takes time by the square of their number.
        attributes.with_checks(false);
        attributes.filter_map(Result::ok).map(|attribute| {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            (local(attribute.key.into_inner()), value.unwrap_or_default())
        })
    }

    /// One attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes().find(|(key, _)| *key == name).map(|(_, value)| value.into_owned())
    }
}

impl<'a> Xml<'a> {
    /// Reads `source`, which is called `part`.
    pub(super) fn new(source: Box<dyn Read + 'a>, part: &'a str, budget: &'a Budget<'a>) -> Xml<'a> {
        let metered = Metered::new(source, budget, part);
        let mut reader = Reader::from_reader(BufReader::with_capacity(BUFFER_BYTES, metered));
        reader.config_mut().expand_empty_elements = true;
        Xml { reader, buffer: Vec::new(), part, depth: 0, deepest: budget.limits.values }
    }

    /// The next piece.
    pub(super) fn next(&mut self) -> Result<Piece<'_>, Refusal> {
        self.buffer.clear();
        self.reader.get_mut().get_mut().next_piece();
        let part = self.part;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| refusal(&error, part))?;
        match event {
            Event::Start(start) => {
                self.depth += 1;
                if self.depth > self.deepest {
                    return Err(Refusal::too_large(part, Bound::Values(self.deepest as u64)));
                }
                Ok(Piece::Start(Tag(start)))
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(Piece::End(EndTag(end)))
            }
            Event::Text(text) => Ok(Piece::Text(text.xml10_content())),
            Event::CData(text) => Ok(Piece::Text(text.xml10_content())),
            Event::GeneralRef(reference) => resolved(&reference, part).map(Piece::Text),
            Event::DocType(_) => Err(Refusal::damaged(format!("{part} declares a document type of its own"))),
            Event::Eof if self.depth > 0 => Err(Refusal::damaged(format!("{part} is cut short"))),
            Event::Eof => Ok(Piece::Done),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Empty(_) => Ok(Piece::Other),
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// A character reference or one of XML's five names; others could only come from a document type.
fn resolved(reference: &BytesRef<'_>, part: &str) -> Result<Cow<'static, str>, Refusal> {
    let undeclared = || Refusal::damaged(format!("{part} uses an entity that XML does not know"));
    if let Some(letter) = reference.resolve_char_ref().map_err(|_| undeclared())? {
        return Ok(Cow::Owned(letter.to_string()));
    }
    let text = quick_xml::escape::resolve_predefined_entity(&reference.xml10_content()).ok_or_else(undeclared)?;
    Ok(Cow::Borrowed(text))
}

fn refusal(error: &quick_xml::Error, part: &str) -> Refusal {
    match error {
        quick_xml::Error::Io(error) => inflate::refusal_of(error, part),
        _ => Refusal::damaged(format!("{part} is no well-formed XML")),
    }
}
