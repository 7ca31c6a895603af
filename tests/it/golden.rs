//! Golden pages: what a reader reads on every page of the default period, as plain text in `tests/golden/`, so that no word
//! or number changes unread. Changes are accepted with `CASEFILE_ACCEPT=1` once they were read (CONTRIBUTING.md).

use std::env;
use std::fs;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use similar::TextDiff;

use crate::support::{build, built, root, shared_data};

const PAGES: [&str; 7] = ["index", "funnel", "sources", "feedback", "leakage", "data", "methods"];

/// The text of the main part of a page, a line each paragraph, heading or table row.
fn text_of(html: &str) -> String {
    let main = html.find("<main").zip(html.find("</main>")).map(|(from, to)| &html[from..to]).expect("a main part");
    let mut reader = Reader::from_str(main);
    let config = reader.config_mut();
    (config.check_end_names, config.allow_unmatched_ends) = (false, true);
    let mut page = Page::default();
    loop {
        match reader.read_event().expect("well-formed markup") {
            Event::Start(tag) | Event::Empty(tag) => page.open(&tag),
            Event::End(tag) => page.close(tag.local_name().as_ref()),
            Event::Text(text) => page.line.push_str(&text),
            Event::GeneralRef(name) => page.line.push_str(&character(&name)),
            Event::Eof => break,
            _ => {}
        }
    }
    page.end_line();
    page.lines.join("\n") + "\n"
}

/// The character that a reference such as `amp` or `#x27` means.
fn character(name: &str) -> String {
    let number = name.strip_prefix("#x").map(|hex| u32::from_str_radix(hex, 16));
    let number = number.or_else(|| name.strip_prefix('#').map(str::parse)).map(|number| number.unwrap());
    match (number, quick_xml::escape::resolve_predefined_entity(name)) {
        (Some(number), _) => char::from_u32(number).unwrap().to_string(),
        (None, Some(known)) => known.to_owned(),
        (None, None) => panic!("&{name}; is no character"),
    }
}

#[derive(Default)]
struct Page {
    lines: Vec<String>,
    line: String,
    /// The element that all of the line is from: a row of a table, or a chart.
    within: Option<&'static str>,
}

impl Page {
    fn open(&mut self, tag: &BytesStart<'_>) {
        match (self.within, tag.local_name().as_ref()) {
            (Some("svg"), "text" | "title" | "desc") | (Some("tr"), "td" | "th") => self.part(" | "),
            (Some("tr"), "p" | "div" | "br" | "small") => self.part(" / "),
            (Some(_), _) => {}
            (None, "h1") => self.begin("# "),
            (None, "h2") => self.begin("## "),
            (None, "h3" | "h4") => self.begin("### "),
            (None, "li") => self.begin("- "),
            (None, "figure") => self.begin("[figure] "),
            (None, "details") => self.begin("[fold] "),
            (None, "bdi" | "span" | "strong" | "a" | "code" | "time" | "b") => {}
            (None, name) => {
                self.end_line();
                self.within = ["svg", "tr"].into_iter().find(|whole| *whole == name);
            }
        }
    }

    fn close(&mut self, tag: &str) {
        if self.within == Some(tag) {
            self.within = None;
            self.end_line();
        } else if self.within.is_none()
            && matches!(tag, "p" | "li" | "h1" | "h2" | "h3" | "h4" | "summary" | "dt" | "dd")
        {
            self.end_line();
        }
    }

    /// Begins the next part of a line.
    fn part(&mut self, mark: &str) {
        let line = self.line.trim_end();
        if !(line.is_empty() || line.ends_with(['|', '/', ']'])) {
            self.line.push_str(mark);
        }
    }

    fn begin(&mut self, mark: &str) {
        self.end_line();
        mark.clone_into(&mut self.line);
    }

    fn end_line(&mut self) {
        let line: Vec<&str> = self.line.split_whitespace().collect();
        // A mark without words is that of the paragraph behind it.
        if let [mark @ ("-" | "[figure]" | "[fold]")] = line[..] {
            self.line = format!("{mark} ");
            return;
        }
        if !line.is_empty() {
            self.lines.push(line.join(" "));
        }
        self.line.clear();
    }
}

/// Holds the pages of a site against those that were accepted, or accepts them.
#[track_caller]
fn hold(name: &str, site: &Path) {
    let folder = root().join("tests/golden").join(name);
    let is_accepting = env::var_os("CASEFILE_ACCEPT").is_some();
    let mut differences = String::new();
    for page in PAGES {
        let found = text_of(&fs::read_to_string(site.join(page).with_extension("html")).unwrap());
        let path = folder.join(page).with_extension("txt");
        if is_accepting {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &found).unwrap();
            continue;
        }
        let accepted = fs::read_to_string(&path).unwrap_or_default();
        let diff = TextDiff::from_lines(&accepted, &found);
        let file = format!("{name}/{page}.txt");
        differences += &diff.unified_diff().context_radius(1).header(&file, &file).to_string();
    }
    assert!(differences.is_empty(), "read what changed, then accept it with CASEFILE_ACCEPT=1:\n{differences}");
}

#[test]
fn the_pages_of_the_samples_read_as_accepted() {
    for style in ["salesforce", "hubspot", "plain"] {
        hold(style, &built(style));
    }
}

#[test]
fn the_pages_of_public_data_read_as_accepted() {
    for name in ["olist", "maven_crm"] {
        let Some(exports) = shared_data(name) else { continue };
        let project = root().join("tests/projects").join(name).with_extension("toml");
        hold(name, &build(&exports, &["-c", &project.display().to_string()]).path);
    }
}

#[test]
fn text_of_a_page_is_what_a_reader_reads() {
    let html = "<p>above</p><main id='main'><h1><bdi>Leads &amp; deals</bdi></h1>\n<ul><li><p>One&#x27;s</p></li></ul>\
                <table><tr><th>Source</th><td>12</td></tr></table><figure><svg><text>a</text><text>b</text></svg></figure></main>";
    assert_eq!(text_of(html), "# Leads & deals\n- One's\nSource | 12\n[figure] a | b\n");
}
