//! Opens every page of a built site from `file://` in a real browser and tells what does not hold.
//!
//! Takes the folder of a site; gives the faults of all its pages at once, each with the page, the
//! width and what was found. Looked at: the console, what is asked for outside the folder, links and
//! ids, chart titles, the width of the layout on a desk and on a phone, and the dark colours. It
//! leaves to people whether a page looks good, and to `webdriver` how to talk to the browser.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, thread};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use walkdir::WalkDir;

use crate::webdriver::{Browser, decoded, path_of};

/// A desk and a phone: width and height in CSS pixels.
const SIZES: [(u32, u32); 2] = [(1366, 768), (390, 844)];

/// Fewer visible characters than this in the main part are taken for a page that shows nothing.
const LEAST_TEXT: usize = 80;

/// How long what a page fetches after it has loaded may take to fail; it comes from the disk.
const LATE_ANSWER: Duration = Duration::from_millis(300);

/// What a page consists of, at any width.
const CONTENT: &str = r#"
const all = (selector) => [...document.querySelectorAll(selector)];
const ids = all('[id]').map((element) => element.id);
const known = new Set(ids);
const csp = document.querySelector('head meta[http-equiv="Content-Security-Policy" i]');
const references = ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for', 'headers'];
const links = all('[href], [src]').map((element) =>
    element.getAttribute('href') ?? element.getAttribute('src'));
return {
    policy: csp?.content ?? '',
    headings: all('h1').length,
    untitled: all('svg[role=img]')
        .map((svg, index) => [svg.querySelector(':scope > title'), index])
        .filter(([title]) => !title?.textContent.trim())
        .map(([, index]) => index + 1),
    repeated: [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))],
    dangling: references.flatMap((name) => all(`[${name}]`)
        .flatMap((element) => element.getAttribute(name).split(/\s+/))
        .filter((id) => id && !known.has(id))
        .map((id) => `${name}="${id}"`)),
    ids,
    links: [...new Set(links)].map((written) => ({
        written,
        address: URL.canParse(written, document.baseURI)
            ? new URL(written, document.baseURI).href : '',
    })),
};
"#;

/// How a page is laid out at the present width. What reaches beyond it is named, unless it is inside
/// something that scrolls or cuts off by itself.
const LAYOUT: &str = r#"
const root = document.documentElement;
const contained = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== 'visible') return true;
    }
    return false;
};
const name = (element) => element.tagName.toLowerCase() + (element.id ? `#${element.id}` : '')
    + [...element.classList].map((word) => `.${word}`).join('');
const beyond = root.scrollWidth <= root.clientWidth ? [] : [...document.body.querySelectorAll('*')]
    .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 0.5)
    .filter((element) => !element.ownerSVGElement && !contained(element));
return {
    present: root.clientWidth,
    needed: root.scrollWidth,
    beyond: beyond.slice(0, 3).map(name),
    text: (document.querySelector('main') ?? document.body).innerText.trim().length,
};
"#;

/// What `CONTENT` returns.
#[derive(Deserialize)]
struct Content {
    policy: String,
    headings: usize,
    untitled: Vec<usize>,
    repeated: Vec<String>,
    dangling: Vec<String>,
    ids: BTreeSet<String>,
    links: Vec<Link>,
}

/// A link as written in the page, and the whole address it stands for.
#[derive(Deserialize)]
struct Link {
    written: String,
    address: String,
}

/// What `LAYOUT` returns; widths in CSS pixels.
#[derive(Deserialize)]
struct Layout {
    present: u32,
    needed: u32,
    beyond: Vec<String>,
    text: usize,
}

/// One fault of one page.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Problem {
    page: String,
    /// The width or colours at which it shows; empty where it does at any.
    view: String,
    found: String,
}

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.view.as_str() {
            "" => write!(f, "{}: {}", self.page, self.found),
            view => write!(f, "{} at {view}: {}", self.page, self.found),
        }
    }
}

/// Fails with all faults of all pages below `site`; skips where no browser is installed.
pub fn check_site(site: &Path) {
    let Some(browser) = installed_browser() else {
        return;
    };
    let problems = problems_of(&browser, site);
    let list: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert!(list.is_empty(), "{} faults in {}:\n{}", list.len(), site.display(), list.join("\n"));
}

/// The browser, or `None` where there is none and none is required.
fn installed_browser() -> Option<Browser> {
    let browser = Browser::start().unwrap_or_else(|error| panic!("no browser: {error}"));
    if browser.is_none() {
        assert!(
            env::var_os("CASEFILE_REQUIRE_BROWSER").is_none(),
            "CASEFILE_REQUIRE_BROWSER is set, and chromium or chromedriver is not installed"
        );
        // Straight to the stream: the test program holds back what passing tests print.
        writeln!(std::io::stderr(), "skipped: no chromium and chromedriver").expect("standard error can be written");
    }
    browser
}

fn problems_of(browser: &Browser, site: &Path) -> Vec<Problem> {
    let site = site.canonicalize().expect("the site is there");
    let pages = html_files(&site);
    assert!(!pages.is_empty(), "no page below {}", site.display());
    let mut visit = Visit { browser, site: &site, problems: Vec::new() };
    let contents: BTreeMap<PathBuf, Content> = pages
        .into_iter()
        .map(|page| {
            let content = visit.page(&page);
            (page, content)
        })
        .collect();
    let mut problems = visit.problems;
    for (page, content) in &contents {
        for link in &content.links {
            if let Some(fault) = fault_of_link(link, &site, &contents) {
                let found = format!("link `{}` {fault}", link.written);
                problems.push(problem(&site, page, "", found));
            }
        }
    }
    problems.sort();
    problems.dedup();
    problems
}

/// A walk through the pages of one site.
struct Visit<'a> {
    browser: &'a Browser,
    site: &'a Path,
    problems: Vec<Problem>,
}

impl Visit<'_> {
    /// Opens a page once and looks at it at every width, then in the dark.
    fn page(&mut self, page: &Path) -> Content {
        let browser = self.browser;
        let [(width, height), narrower @ ..] = SIZES;
        browser.dark(false);
        browser.size(width, height);
        browser.open(page);
        let content: Content = returned(browser, CONTENT);
        self.content(page, &content);
        self.layout(page, width);
        for (width, height) in narrower {
            browser.size(width, height);
            self.layout(page, width);
        }
        browser.dark(true);
        // Reading the layout makes the browser apply the colours before its logs are read.
        returned::<Layout>(browser, LAYOUT);
        self.logs(page, "dark");
        content
    }

    fn layout(&mut self, page: &Path, width: u32) {
        let view = format!("{width} px");
        let layout: Layout = returned(self.browser, LAYOUT);
        if layout.present > width {
            let found = format!("is laid out {} px wide: no viewport?", layout.present);
            self.note(page, &view, found);
        }
        if layout.needed > layout.present {
            let found = format!(
                "scrolls sideways: needs {} px and has {} px; beyond the edge: {}",
                layout.needed,
                layout.present,
                layout.beyond.join(", ")
            );
            self.note(page, &view, found);
        }
        if layout.text < LEAST_TEXT {
            let found = format!("only {} characters of text are visible", layout.text);
            self.note(page, &view, found);
        }
        self.logs(page, &view);
    }

    fn content(&mut self, page: &Path, content: &Content) {
        if content.policy.trim().is_empty() {
            let found = "has no Content-Security-Policy".to_owned();
            self.note(page, "", found);
        }
        if content.headings != 1 {
            let found = format!("has {} h1 headings instead of one", content.headings);
            self.note(page, "", found);
        }
        for number in &content.untitled {
            let found = format!("svg[role=img] number {number} has no title");
            self.note(page, "", found);
        }
        for id in &content.repeated {
            self.note(page, "", format!("id `{id}` stands more than once"));
        }
        for reference in &content.dangling {
            self.note(page, "", format!("{reference} names no id of the page"));
        }
    }

    /// Takes what the browser has logged since the last look.
    fn logs(&mut self, page: &Path, view: &str) {
        let requests = self.browser.requests();
        let opened = requests.iter().any(|address| path_of(address).is_some_and(|path| path == page));
        if !requests.is_empty() && !opened {
            // What is fetched only at another width or in the dark has no load event to wait for.
            thread::sleep(LATE_ANSWER);
        }
        for line in self.browser.console() {
            if line.starts_with("SEVERE") || line.contains("Content Security Policy") {
                self.note(page, view, format!("console: {line}"));
            }
        }
        for address in requests {
            let inside = path_of(&address).is_some_and(|path| path.starts_with(self.site));
            // A `data:` address carries its content with it: nothing is fetched.
            if !inside && !address.starts_with("data:") {
                self.note(page, view, format!("asks for {address}"));
            }
        }
    }

    fn note(&mut self, page: &Path, view: &str, found: String) {
        self.problems.push(problem(self.site, page, view, found));
    }
}

fn problem(site: &Path, page: &Path, view: &str, found: String) -> Problem {
    let page = page.strip_prefix(site).unwrap_or(page);
    Problem { page: page.display().to_string(), view: view.to_owned(), found }
}

/// What is wrong with a link, if anything. Links to other schemes (a web site, mail) are not followed.
fn fault_of_link(link: &Link, site: &Path, pages: &BTreeMap<PathBuf, Content>) -> Option<String> {
    if link.address.is_empty() {
        return Some("is not an address".to_owned());
    }
    let target = path_of(&link.address)?;
    if !target.starts_with(site) {
        return Some(format!("leads out of the site, to {}", target.display()));
    }
    if !target.is_file() {
        return Some("leads to no file".to_owned());
    }
    let (_, fragment) = link.address.split_once('#')?;
    let fragment = decoded(fragment);
    // An empty fragment and `top` are the start of any page.
    if fragment.is_empty() || fragment == "top" {
        return None;
    }
    let ids = &pages.get(&target)?.ids;
    (!ids.contains(&fragment)).then(|| format!("leads to no id `{fragment}`"))
}

fn html_files(site: &Path) -> Vec<PathBuf> {
    WalkDir::new(site)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.expect("the site can be read").into_path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "html"))
        .collect()
}

fn returned<T: DeserializeOwned>(browser: &Browser, script: &str) -> T {
    serde_json::from_value(browser.script(script)).expect("the script returns what was agreed")
}

#[test]
fn every_page_holds_in_a_browser() {
    check_site(&crate::support::built("plain"));
}

/// Without faults: what the checker accepts.
const SOUND: &str = r##"<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self' data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sound</title><link rel="stylesheet" href="sound.css"></head><body><main>
<h1 id="head">A page on which nothing is wrong</h1>
<p>It has a text that is long enough to be seen, a chart with a title, and links that lead somewhere.</p>
<svg role="img" width="40" height="40" aria-labelledby="chart"><title id="chart">A chart</title></svg>
<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">
<div class="scroller"><div class="wide">A wide table in a frame that scrolls by itself.</div></div>
<p><a href="#head">Up</a> <a href="sub%20folder/small.html#caf%C3%A9">Down</a> <a href="https://example.org/">Out</a></p>
</main></body></html>"##;

/// Every fault that the checker knows, once.
const BROKEN: &str = r##"<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'">
<title>Broken</title><link rel="stylesheet" href="sound.css"></head><body>
<h1>One</h1><h1>Two</h1><p>Short.</p>
<script>undefinedFunction();</script>
<img alt="" src="http://127.0.0.1:9/x.png">
<div class="wide" id="twice"></div><p id="twice" aria-labelledby="nobody"></p>
<svg role="img" width="40" height="40"><title> </title></svg>
<p><a href="missing.html">dead</a> <a href="index.html#nowhere">lost</a> <a href="/etc/hostname">out</a></p>
</body></html>"##;

/// No policy, a failing script, a width that only a phone and a picture that only the dark would meet.
const LOOSE: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Loose</title>
<style>p { width: 700px } @media (prefers-color-scheme: dark) { p { background: url(absent.png) } }</style>
</head><body><h1>Loose</h1><p>A text that is long enough to be seen, though it stands on a page without a policy.</p>
<script>undefinedFunction();</script></body></html>"#;

#[test]
#[expect(clippy::disallowed_methods, reason = "the faulty site has to be on the disk, and no build would write it")]
fn the_checker_sees_each_fault_and_accepts_a_sound_page() {
    let Some(browser) = installed_browser() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder of its own");
    // A folder name that has to be encoded in an address.
    let site = folder.path().join("a site #1");
    fs::create_dir_all(site.join("sub folder")).expect("a new folder");
    let small = SOUND
        .replace("sound.css", "../sound.css")
        .replace("sub%20folder/small.html#caf%C3%A9", "../index.html#chart")
        .replace("<main>", "<main id=\"café\">");
    let style = ".wide { width: 2000px; height: 9px } .scroller { overflow-x: auto }";
    let files = [
        ("index.html", SOUND),
        ("sub folder/small.html", &small),
        ("sound.css", style),
        ("broken.html", BROKEN),
        ("loose.html", LOOSE),
    ];
    for (name, text) in files {
        fs::write(site.join(name), text).expect("a new file");
    }

    let problems = problems_of(&browser, &site);
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    let expected = [
        ("broken.html: ", "has 2 h1 headings"),
        ("broken.html: ", "svg[role=img] number 1 has no title"),
        ("broken.html: ", "id `twice` stands more than once"),
        ("broken.html: ", "aria-labelledby=\"nobody\" names no id"),
        ("broken.html: ", "link `missing.html` leads to no file"),
        ("broken.html: ", "link `index.html#nowhere` leads to no id"),
        ("broken.html: ", "link `/etc/hostname` leads out of the site"),
        ("broken.html at 1366 px: ", "console: SEVERE security: "),
        ("broken.html at 1366 px: ", "inline script"),
        ("broken.html at 1366 px: ", "asks for http://127.0.0.1:9/x.png"),
        ("broken.html at 1366 px: ", "beyond the edge: div#twice.wide"),
        ("broken.html at 1366 px: ", "characters of text are visible"),
        ("broken.html at 390 px: ", "is laid out 980 px wide"),
        ("broken.html at 390 px: ", "beyond the edge: div#twice.wide"),
        ("loose.html: ", "has no Content-Security-Policy"),
        ("loose.html at 1366 px: ", "undefinedFunction is not defined"),
        ("loose.html at 390 px: ", "scrolls sideways"),
        ("loose.html at dark: ", "absent.png"),
    ];
    let all = lines.join("\n");
    for (place, fault) in expected {
        assert!(
            lines.iter().any(|line| line.starts_with(place) && line.contains(fault)),
            "not seen: {place}{fault}\n{all}"
        );
    }
    assert!(!all.contains("loose.html at 1366 px: scrolls"), "{all}");
    let sound = |line: &String| line.starts_with("index") || line.starts_with("sub");
    assert!(!lines.iter().any(sound), "{all}");
}
