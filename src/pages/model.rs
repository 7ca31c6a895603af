//! What a page is made of: plain structs whose values are already words.
//!
//! Takes nothing by itself: the page builders fill these structs with formatted text. Gives the
//! templates everything they place but the phrases around it, and nothing to compute. Leaves formatting of numbers to the
//! builders, drawing to `chart`, and escaping to `render`: any string here may hold hostile text.
//!
//! Every `href` is relative to the root of the site and has no leading slash (`data.html`,
//! `methods.html#feedback-rate`), or is a bare fragment of the same page (`#leak-4`); `render` puts
//! `Page::root` before it. Every `id` is a slug of ours, `[a-z0-9-]+`, never text from an export.

use serde::{Serialize, Serializer};

use crate::find::remark::Remark;

use crate::chart::Svg;

/// What all pages of one site share: the header and the trust block.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Site {
    /// Title of the report, such as "Lead process review".
    pub title: String,
    /// Whose figures these are, if the project file says so.
    pub organisation: Option<String>,
    /// Language of the words on the pages, as in the HTML `lang` attribute: `en`.
    pub language: String,
    /// The moment that the exports describe, for people: "30 September 2026".
    pub as_of: String,
    /// Name and version of the program: "Casefile 0.1.0".
    pub tool: String,
    /// Short hash of input and settings; the same for the same site.
    pub build_id: String,
    /// "Draft", "Final" or what the project file says; none if it says nothing.
    pub status: Option<String>,
}

/// A place to go to, in the page list or the period picker.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Link {
    /// What the reader sees.
    pub label: String,
    /// Where it leads, from the root of the site.
    pub href: String,
    /// Whether it is the page that the reader is on.
    pub current: bool,
}

/// One HTML page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Page {
    /// Name of the page's file without its ending; errors name the page by it.
    pub slug: String,
    /// The page's one `<h1>`.
    pub title: String,
    /// What the page found, in one or two sentences, shown under the title.
    pub finding: String,
    /// Whether a list of the sections stands on top.
    pub has_contents: bool,
    /// The way from this page to the root of the site: empty or `../`.
    pub root: String,
    /// The page list.
    pub nav: Vec<Link>,
    /// The period picker; empty where the page knows no periods.
    pub periods: Vec<Link>,
    /// The period shown, for people: "Q3 2026 (1 July to 30 September)".
    pub period: String,
    /// What this page shows.
    pub shows: String,
    /// How to read it.
    pub how_to_read: String,
    /// What it cannot tell.
    pub cannot_tell: String,
    /// The body, top to bottom.
    pub sections: Vec<Section>,
}

/// A titled part of a page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Section {
    /// Anchor, stable between builds.
    pub id: String,
    /// The heading; may be empty, except above leak cards, whose own headings come one level below.
    pub title: String,
    /// What stands under the heading, in order.
    pub blocks: Vec<Block>,
}

/// One piece of a section.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Prose {
        /// Plain text; an empty line starts a new paragraph.
        text: String,
    },
    /// A row of headline figures.
    Tiles {
        /// Four to six read well in a row.
        tiles: Vec<Tile>,
    },
    /// A chart with the table behind it.
    Chart(ChartBlock),
    /// A table in full view.
    Table(Table),
    /// Remarks: information, warnings, and measures that lack data.
    Notes {
        /// In the order in which they are to be read.
        notes: Vec<Note>,
    },
    /// Leaks, the costliest first.
    Leaks {
        /// One card a leak.
        leaks: Vec<LeakCard>,
    },
    /// The glossary of the methods page.
    Definitions {
        /// One entry a measure.
        entries: Vec<Definition>,
    },
    /// A table that is closed until asked for.
    Details {
        /// The line that opens it.
        summary: String,
        /// The table within.
        table: Table,
    },
}

/// A headline figure.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Tile {
    /// What is measured: "Feedback rate".
    pub label: String,
    /// The figure with its unit: "10.5 %".
    pub value: String,
    /// What it rests on: "842 of 8,000, 95 % interval 9.9 to 11.2 %".
    pub evidence: String,
    /// Comparison with another period, where there is one.
    pub change: Option<Change>,
    /// A line without axes; it decorates and says nothing that the text does not.
    pub spark: Option<Svg>,
    /// The figure's definition; empty for none.
    pub href: String,
}

/// How a figure differs from that of another period.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Change {
    /// The whole comparison in words: "2.1 points below Q2 2026".
    pub text: String,
    /// Which way it went; shown as an arrow before the text.
    pub direction: Direction,
    /// Whether the interval of the difference leaves out zero.
    pub standing_out: bool,
}

/// Which way a figure went; whether that is good is for the text to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The figure grew.
    Up,
    /// The figure shrank.
    Down,
    /// No difference worth showing.
    #[default]
    Level,
}

/// A numbered figure.
#[derive(Debug, Clone, Serialize)]
pub struct ChartBlock {
    /// Anchor of the figure, stable between builds; differs from the ids inside the SVG.
    pub id: String,
    /// Number of the figure on its page, from 1.
    pub number: u32,
    /// The finding, in at most ten words.
    pub title: String,
    /// Labelled, unit, population, period and the order of the bars.
    pub subtitle: String,
    /// The drawing.
    pub svg: Svg,
    /// What the marks mean ("whiskers: 95 % interval") and other remarks under the drawing.
    pub caption: String,
    /// The numbers behind the drawing.
    pub twin: Table,
}

/// A table; each row has as many cells as there are columns.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Table {
    /// Anchor, stable between builds.
    pub id: String,
    /// What the table holds.
    pub caption: String,
    /// The header row.
    pub columns: Vec<Column>,
    /// The body, row by row.
    pub rows: Vec<Vec<Cell>>,
    /// The same table as a download, from the root of the site.
    pub csv: Option<String>,
    /// A remark under the table: rounding, suppressed cells.
    pub note: Option<String>,
}

/// A column's header.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Column {
    /// The words in the header.
    pub label: String,
    /// Whether the column holds numbers, which stand at the right.
    pub number: bool,
    /// The definition of what the column holds.
    pub href: Option<String>,
}

impl Column {
    /// A column of words.
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// A column of numbers.
    pub fn number(label: impl Into<String>) -> Self {
        Self { label: label.into(), number: true, href: None }
    }

    /// The same column, its header linked to a definition.
    pub fn defined_at(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

/// One cell of a table.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cell {
    /// What the cell says.
    pub text: String,
    /// Whether it names its row.
    pub head: bool,
    /// Whether it is a number, which stands at the right.
    pub number: bool,
    /// A small second line, part by part: "12 of 40; 18 to 45 %". Templates get it as one text.
    #[serde(rename = "detail", serialize_with = "as_one_text")]
    pub details: Vec<Detail>,
    /// How loud it is.
    pub tone: CellTone,
    /// Where the text leads.
    pub href: Option<String>,
}

impl Cell {
    /// A cell of words.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A cell that names its row.
    pub fn head(text: impl Into<String>) -> Self {
        Self { head: true, ..Self::text(text) }
    }

    /// A cell with a number, already formatted.
    pub fn number(text: impl Into<String>) -> Self {
        Self { number: true, ..Self::text(text) }
    }

    /// The same cell with a further part of its second line.
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        self.with(About::Other, detail)
    }

    /// The same, which says what the part is about.
    pub fn with(mut self, about: About, detail: impl Into<String>) -> Self {
        self.details.push(Detail { about, text: detail.into() });
        self
    }

    /// The second line as one text; none where there is none.
    pub fn detail(&self) -> Option<String> {
        let texts: Vec<&str> = self.details.iter().map(|detail| detail.text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }

    /// The same cell, quieter or flagged.
    pub fn with_tone(mut self, tone: CellTone) -> Self {
        self.tone = tone;
        self
    }

    /// The same cell, its text a link.
    pub fn with_href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

/// A part of the second line of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// What it is about.
    pub about: About,
    /// What it says.
    pub text: String,
}

/// What a part of the second line of a cell is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// What the figure rests on.
    Basis,
    /// Its interval.
    Interval,
    /// That it rests on too few cases to judge.
    TooFew,
    /// A remark on it.
    Remark(Remark),
    /// How it compares with the whole.
    Standing,
    /// Anything else.
    Other,
}

fn as_one_text<S: Serializer>(details: &[Detail], serializer: S) -> Result<S::Ok, S::Error> {
    let texts: Vec<&str> = details.iter().map(|detail| detail.text.as_str()).collect();
    if texts.is_empty() { serializer.serialize_none() } else { serializer.serialize_str(&texts.join("; ")) }
}

/// How loud a cell is. A flagged cell also says in words what is the matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum CellTone {
    /// As any other.
    #[default]
    #[serde(rename = "")]
    Plain,
    /// Too few to tell, not recorded, not comparable.
    #[serde(rename = "muted")]
    Muted,
    /// Stands out from the average, or breaks an agreement.
    #[serde(rename = "flag")]
    Flag,
}

/// A remark.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Note {
    /// What sort of remark it is.
    pub level: NoteLevel,
    /// Its first words, set apart.
    pub title: String,
    /// The remark.
    pub text: String,
    /// Where to read more, or where to mend it.
    pub href: Option<String>,
}

/// What sort of remark a note is; shown as a word, not only as a colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteLevel {
    /// Good to know.
    #[default]
    Info,
    /// A reason for care with the figures.
    Warning,
    /// Something that the exports do not let us measure.
    Gap,
}

/// A leak: what is lost, what it may be worth, and who could do what about it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LeakCard {
    /// Anchor, stable between builds.
    pub id: String,
    /// Place by money at stake, from 1.
    pub rank: u32,
    /// The leak's name: "Handed over, never contacted".
    pub title: String,
    /// How many cases: "182 leads".
    pub count: String,
    /// Out of how many: "14.2 % of 1,280 handed over; 95 % interval 12.4 to 16.2 %".
    pub share: String,
    /// Money at stake: "€412k"; or why it cannot be told.
    pub money: String,
    /// Whether it is an amount, which stands out, and no word in place of one.
    pub has_money: bool,
    /// Its interval: "95 % interval €310k to €530k"; may be empty.
    pub money_interval: String,
    /// What happens here, in a sentence.
    pub what: String,
    /// What to do next, in a sentence.
    pub next_step: String,
    /// Who is suggested to do it: marketing, sales or both.
    pub owner: String,
    /// The list of the cases, where the project file allows lists.
    pub cases_href: Option<String>,
    /// How the leak is defined.
    pub definition_href: String,
}

/// An entry of the methods page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Definition {
    /// Anchor that figures link to.
    pub id: String,
    /// The measure's name.
    pub term: String,
    /// What it means, in words.
    pub meaning: String,
    /// How it is computed; may be empty.
    pub formula: String,
    /// Where the formula comes from; may be empty.
    pub source: String,
    /// How many figures of this site use it.
    pub used: usize,
    /// The first of them, as words.
    pub figures: Vec<String>,
}
