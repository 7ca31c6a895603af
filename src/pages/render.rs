//! Turns a page's structs into HTML, by templates that are part of the program.
//!
//! Takes a `Page` and its `Site`, gives the text of one HTML file. Everything placed by a template is
//! escaped here, except drawings, which escaped their own text when they were made. Leaves the words
//! to the page builders and the catalogue, and the files to `site`.
//!
//! A template has these variables: `page` and `site`, the structs of `model`; `words`, the phrases of
//! `PHRASES` by their names; and for a phrase with a number of `COUNTED` the function
//! `say(phrase='figure', number=3)`. A component takes `words` from its caller by `@words: map`. No
//! template holds a word of its own.

use std::collections::BTreeMap;
use std::io::Write;

use tera::{Context, Kwargs, State, Tera, TeraResult};

use super::model::{Page, Site};
use crate::words;

/// A template's name and text.
macro_rules! template {
    ($name:literal) => {
        ($name, include_str!(concat!("../../templates/", $name)))
    };
}

/// Templates by the name under which they extend and render each other.
const TEMPLATES: &[(&str, &str)] = &[
    template!("base.html"),
    template!("components/sections.html"),
    template!("components/tiles.html"),
    template!("components/table.html"),
    template!("components/chart.html"),
    template!("components/notes.html"),
    template!("components/leaks.html"),
    template!("components/definitions.html"),
    template!("page.html"),
];

/// The template of every page.
const PAGE: &str = "page.html";

/// Names of the phrases in `words`. Each is the message `template-<name>` of the catalogue, with `-` for `_`.
const PHRASES: [&str; 32] = [
    "skip_to_content",
    "data_as_of",
    "pages",
    "period",
    "on_this_page",
    "about_this_page",
    "shows",
    "how_to_read",
    "cannot_tell",
    "organisation",
    "status",
    "made_with",
    "build",
    "what_was_read",
    "definitions_and_methods",
    "every_figure",
    "report_as_data",
    "stands_out",
    "take_care",
    "not_measurable",
    "more_on_this",
    "nothing_to_show",
    "download_csv",
    "numbers_behind",
    "source",
    "used_in",
    "money_at_stake",
    "cases",
    "next_step",
    "suggested_for",
    "see_the_cases",
    "how_it_is_defined",
];

/// Names of the phrases that hold a number, for the function `say`.
const COUNTED: [&str; 3] = ["figure", "figure.aloud", "used_in_figures"];

/// Files that every site holds, by their path from its root.
const ASSETS: &[(&str, &[u8])] = &[("assets/casefile.css", include_bytes!("../../templates/assets/casefile.css"))];

/// What kept a page from being written.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The templates do not fit together.
    #[error("the page templates cannot be read")]
    Templates(#[source] tera::Error),
    /// A template and the page's structs do not fit together.
    #[error("page `{slug}` cannot be written")]
    Page {
        /// The page's slug.
        slug: String,
        /// What the template engine said.
        #[source]
        source: tera::Error,
    },
}

/// Writes pages; made once, used for all of them.
#[derive(Debug)]
pub struct Renderer {
    templates: Tera,
}

impl Renderer {
    /// Reads the templates.
    pub fn new() -> Result<Self, RenderError> {
        let mut templates = Tera::new();
        templates.autoescape_on([""]); // the ending of every name, so nothing goes unescaped
        templates.set_escape_fn(escape);
        templates.register_filter("link", link);
        templates.register_function("say", say);
        templates.global_context().insert("words", &phrases());
        templates.add_raw_templates(TEMPLATES.iter().copied()).map_err(RenderError::Templates)?;
        Ok(Self { templates })
    }

    /// The HTML of one page.
    pub fn render(&self, page: &Page, site: &Site) -> Result<String, RenderError> {
        let mut context = Context::new();
        context.insert("page", page);
        context.insert("site", site);
        let failed = |source| RenderError::Page { slug: page.slug.clone(), source };
        self.templates.render(PAGE, &context).map_err(failed)
    }
}

/// The phrases of the templates by name.
fn phrases() -> BTreeMap<&'static str, String> {
    PHRASES.iter().map(|name| (*name, words::message(&key(name), &[]))).collect()
}

/// The key of a phrase in the catalogue.
fn key(phrase: &str) -> String {
    format!("template-{}", phrase.replace('_', "-"))
}

/// The function `say`: a phrase with its number.
fn say(arguments: Kwargs, _: &State) -> TeraResult<String> {
    let phrase = arguments.must_get::<&str>("phrase")?;
    let number = arguments.must_get::<u64>("number")?;
    if !COUNTED.contains(&phrase) {
        return Err(tera::Error::message(format!("`{phrase}` is no phrase with a number")));
    }
    Ok(words::message(&key(phrase), &[("number", number.into())]))
}

/// Files to put beside the pages: path from the site's root, and content.
pub fn assets() -> &'static [(&'static str, &'static [u8])] {
    ASSETS
}

/// Escapes for HTML text and quoted attributes alike.
///
/// Characters that HTML forbids or that reorder their neighbours come out as U+FFFD: no browser shows
/// them, and an embedding or override would let a name from an export rearrange the words beside it.
fn escape(text: &str, out: &mut dyn Write) -> std::io::Result<()> {
    let mut plain_from = 0;
    for (at, character) in text.char_indices() {
        let Some(replacement) = replacement(character) else {
            continue;
        };
        out.write_all(&text.as_bytes()[plain_from..at])?;
        out.write_all(replacement.as_bytes())?;
        plain_from = at + character.len_utf8();
    }
    out.write_all(&text.as_bytes()[plain_from..])
}

/// What stands for a character that cannot stand for itself.
fn replacement(character: char) -> Option<&'static str> {
    match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        '\n' | '\t' => None,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Some("\u{FFFD}"),
        '\u{FFFE}' | '\u{FFFF}' => Some("\u{FFFD}"),
        _ if character.is_control() => Some("\u{FFFD}"),
        _ => None,
    }
}

/// The filter `link`: a path from the site's root, or a fragment, as an address that works on this page.
///
/// Addresses are ours, made of slugs. Should one hold anything else, it is percent-encoded into a path
/// below the site, so that none can name another scheme or host.
fn link(href: &str, arguments: Kwargs, _: &State) -> TeraResult<String> {
    let root = arguments.must_get::<&str>("root")?;
    let (path, fragment) = match href.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (href, None),
    };
    let mut address = String::with_capacity(root.len() + href.len());
    if !path.is_empty() || fragment.is_none() {
        address.push_str(root);
        encode(path.trim_start_matches('/'), &mut address);
    }
    if let Some(fragment) = fragment {
        address.push('#');
        encode(fragment, &mut address);
    }
    Ok(address)
}

/// Percent-encodes all but unreserved characters (RFC 3986, section 2.3) and the slash.
fn encode(text: &str, out: &mut String) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::chart::{Svg, Words, spark};
    use crate::pages::model::*;

    const HOSTILE: &str = "<script>alert(1)</script>\"'&{{7*7}}{% raw %}\u{202E}cod\u{2066}\u{7}\u{0}\u{85}";
    const STYLE: &str = include_str!("../../templates/assets/casefile.css");

    fn drawing() -> Svg {
        let words = Words { id: "a-drawing", title: "A line", desc: "It goes up." };
        spark(&words, &[1.0, 2.0]).unwrap()
    }

    fn sample() -> Page {
        let word = || "word".to_owned();
        let table = || Table {
            id: "a-table".into(),
            columns: vec![Column::text("Source").defined_at("methods.html#source")],
            rows: vec![
                vec![Cell::head("fair").with_tone(CellTone::Muted)],
                vec![Cell::number("3").with_detail("3 of 4").with_href("x.html")],
            ],
            csv: Some("data/a-table.csv".into()),
            note: Some(word()),
            ..Table::default()
        };
        let chart = ChartBlock {
            id: "a-chart".into(),
            number: 1,
            title: word(),
            subtitle: word(),
            svg: drawing(),
            caption: word(),
            twin: table(),
        };
        let tile = Tile {
            change: Some(Change { standing_out: true, ..Change::default() }),
            spark: Some(drawing()),
            ..Tile::default()
        };
        let note = Note { level: NoteLevel::Gap, href: Some("data.html".into()), ..Note::default() };
        let leak = LeakCard { cases_href: Some("cases.html".into()), ..LeakCard::default() };
        let definition = Definition { figures: vec![word(), word()], ..Definition::default() };
        Page {
            nav: vec![Link { current: true, ..Link::default() }],
            periods: vec![Link::default()],
            sections: vec![Section {
                id: "a-section".into(),
                title: word(),
                blocks: vec![
                    Block::Prose { text: word() },
                    Block::Tiles { tiles: vec![tile] },
                    Block::Chart(chart),
                    Block::Table(table()),
                    Block::Notes { notes: vec![note] },
                    Block::Leaks { leaks: vec![leak] },
                    Block::Definitions { entries: vec![definition] },
                    Block::Details { summary: word(), table: table() },
                ],
            }],
            ..Page::default()
        }
    }

    /// Puts hostile text into every string that is neither a drawing nor one of our own enums.
    fn poison(value: &mut Value) {
        const OURS: &[&str] = &["kind", "svg", "spark", "level", "direction", "tone"];
        match value {
            Value::String(text) => *text = HOSTILE.to_owned(),
            Value::Array(items) => items.iter_mut().for_each(poison),
            Value::Object(fields) => fields
                .iter_mut()
                .filter(|(name, _)| !OURS.contains(&name.as_str()))
                .for_each(|(_, field)| poison(field)),
            _ => {}
        }
    }

    #[test]
    fn hostile_text_in_any_field_stays_text() {
        let mut page = serde_json::to_value(sample()).unwrap();
        let mut site = serde_json::to_value(Site {
            organisation: Some(String::new()),
            status: Some(String::new()),
            ..Site::default()
        })
        .unwrap();
        poison(&mut page);
        poison(&mut site);
        let context = Context::from_serialize(&json!({ "page": page, "site": site })).unwrap();
        let renderer = Renderer::new().unwrap();
        let html = renderer.templates.render(PAGE, &context).unwrap();
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;{{7*7}}"));
        for raw in ["<script", "\"'", ">49<", "\u{202E}", "\u{2066}", "\u{7}", "\u{0}", "\u{85}"] {
            assert!(!html.contains(raw), "{raw:?}");
        }
        assert_eq!(html.matches("<svg").count(), 2, "drawings are not escaped");
    }

    #[test]
    fn every_page_opens_with_charset_and_policy() {
        let renderer = Renderer::new().unwrap();
        let html = renderer.render(&sample(), &Site::default()).unwrap();
        let head = html.split_once("<head>\n").unwrap().1;
        assert!(head.starts_with(
            "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; script-src 'self'; style-src 'self'; \
             img-src 'self' data:; base-uri 'none'; form-action 'none'\">\n"
        ));
        assert_eq!(html.matches("<h1>").count(), 1);
    }

    #[test]
    fn only_a_drawing_is_placed_as_it_is() {
        let all: String = TEMPLATES.iter().map(|(_, text)| *text).collect();
        assert_eq!(all.matches("safe").count(), 1);
        assert_eq!(all.matches("<drawing svg=").count(), 2);
        assert!(all.contains("<drawing svg={chart.svg} />"));
        assert!(all.contains("<drawing svg={tile.spark} />"));
        assert!(!all.contains("style=\"") && !all.contains("<script"));
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && STYLE.len() < 30_000);
    }

    /// What a template places as it stands: its text without what the engine reads.
    fn as_it_stands(template: &str) -> String {
        let mut text = template.to_owned();
        for (open, close) in [("{#", "#}"), ("{%", "%}"), ("{{", "}}")] {
            while let Some((before, rest)) = text.split_once(open) {
                text = format!("{before}{}", rest.split_once(close).unwrap().1);
            }
        }
        text
    }

    #[test]
    fn templates_hold_no_words_of_their_own() {
        for (name, template) in TEMPLATES {
            for piece in as_it_stands(template).split('<').skip(1) {
                let (tag, text) = piece.split_once('>').unwrap();
                assert!(!text.contains(char::is_alphabetic), "{name}: {text}");
                let heard = tag.split_once("aria-label=\"").map_or("\"", |(_, label)| label);
                assert!(heard.starts_with('"'), "{name}: {tag}");
            }
        }
    }

    #[test]
    fn templates_use_every_phrase_and_no_other() {
        let all: String = TEMPLATES.iter().map(|(_, text)| *text).collect();
        let named = |before: &str, is_name: fn(char) -> bool| -> BTreeSet<String> {
            let name = |rest: &str| rest[..rest.find(|letter| !is_name(letter)).unwrap_or(rest.len())].to_owned();
            all.split(before).skip(1).map(name).collect()
        };
        let is_name = |letter: char| letter.is_ascii_lowercase() || letter == '_';
        assert_eq!(named("{{ words.", is_name), PHRASES.map(String::from).into());
        assert_eq!(named("say(phrase='", |letter| letter != '\''), COUNTED.map(String::from).into());
    }

    #[test]
    fn a_link_stays_below_the_root_of_the_site() {
        let mut tera = Tera::new();
        tera.register_filter("link", link);
        let linked = |href: &str| {
            let mut context = Context::new();
            context.insert("href", href);
            let text = "{{ href | link(root='../') }}";
            tera.render_str(text, &context, false).unwrap()
        };
        assert_eq!(linked("methods.html#feedback-rate"), "../methods.html#feedback-rate");
        assert_eq!(linked("#leak-4"), "#leak-4");
        assert_eq!(linked("//elsewhere.example/x?y"), "../elsewhere.example/x%3Fy");
        assert_eq!(linked("javascript:alert(1)"), "../javascript%3Aalert%281%29");
    }

    /// The colours that a theme sets, by name.
    fn colours(block: &str) -> BTreeMap<&str, [f64; 3]> {
        let body = block.split_once('}').unwrap().0;
        body.split(';')
            .filter_map(|line| line.split_once(": #"))
            .map(|(name, hex)| {
                let part = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
                (name.trim(), [part(0), part(2), part(4)])
            })
            .collect()
    }

    /// Contrast ratio by WCAG 2.2, from relative luminance in sRGB.
    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let luminance = |colour: [f64; 3]| {
            let [red, green, blue] = colour.map(|channel| match channel / 255.0 {
                low if low <= 0.040_45 => low / 12.92,
                high => ((high + 0.055) / 1.055).powf(2.4),
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        (one / other).max(other / one)
    }

    #[test]
    fn both_themes_keep_their_contrasts() {
        let after = |mark: &str| STYLE.split_once(mark).unwrap().1;
        let light = colours(after(":root {"));
        let dark = colours(after("(prefers-color-scheme: dark) {\n  :root {"));
        assert!(light.keys().eq(dark.keys()), "each theme sets every colour");
        let mut pairs: Vec<_> = ["--bar", "--hi", "--lo"].map(|bar| ("--whisker", bar, 3.0)).into();
        for text in ["--ink", "--muted", "--link", "--flag"] {
            pairs.extend([(text, "--paper", 4.5), (text, "--panel", 4.5)]);
        }
        let not_marks = ["--paper", "--panel", "--line"];
        let marks = light.keys().filter(|name| !not_marks.contains(name));
        pairs.extend(marks.map(|mark| (*mark, "--paper", 3.0)));
        for (theme, colours) in [("light", light), ("dark", dark)] {
            for (mark, ground, least) in &pairs {
                let found = contrast(colours[mark], colours[ground]);
                assert!(found >= *least, "{theme}: {mark} on {ground} is {found:.2}, not {least}");
            }
        }
    }
}
