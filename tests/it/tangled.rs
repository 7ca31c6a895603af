//! Small companies in which records hang together in every way there is: by contacts, by merged ids, by addresses and
//! deals, in versions and in exports that overlap. However their rows stand, and in however many parts they are counted,
//! the site is the same to the byte, and the figures are the same in any order.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;

use crate::relations::{assert_same_figures, assert_same_site};
use crate::support::{Figures, build, casefile, succeed};

/// Chance by a seed: SplitMix64. The wider it spreads, the fewer records share anything.
struct Chance {
    state: u64,
    spread: usize,
}

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn of<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.below(words.len())]
    }

    /// One of so many, and of more where it spreads.
    fn spread(&mut self, limit: usize) -> usize {
        self.below(limit * self.spread)
    }

    /// A number behind a letter, or nothing, one time in so many.
    fn id(&mut self, letter: &str, limit: usize, lacks: usize) -> String {
        if self.one_in(lacks) { String::new() } else { format!("{letter}{}", self.below(limit)) }
    }

    fn moment(&mut self) -> String {
        let (month, day, hour) = (1 + self.below(12), 1 + self.below(28), self.below(24));
        format!("2025-{month:02}-{day:02}T{hour:02}:{:02}:00Z", self.below(60))
    }

    /// An address of few, in one of its spellings.
    fn email(&mut self) -> String {
        let number = self.spread(90);
        self.of(&["Person.", "person."]).to_owned() + &format!("{number}@example.com")
    }

    fn shuffle(&mut self, rows: &mut [String]) {
        (1..rows.len()).for_each(|at| rows.swap(at, self.below(at + 1)));
    }
}

const LEADS: usize = 130;
const DEALS: usize = 70;

/// A lead as it stands in one export; the second time it was changed since, or before.
fn lead(number: usize, chance: &mut Chance) -> String {
    let merged = match chance.below(5) {
        0 => format!("M{}", chance.spread(60)),
        1 => format!("M{};M{}", chance.spread(60), chance.spread(60)),
        _ => String::new(),
    };
    format!(
        "L{number},{},{merged},{},{},{},{},{},owner {},{},{},{},{}",
        chance.id("C", 100 * chance.spread, 2),
        chance.id("D", DEALS, 6),
        if chance.one_in(4) { String::new() } else { chance.email() },
        chance.id("A", 50 * chance.spread, 4),
        chance.of(&["Web", "Fair", ""]),
        chance.id("campaign ", 6, 3),
        chance.below(4),
        chance.moment(),
        chance.moment(),
        chance.of(&["", "rejected", "accepted"]),
        if chance.one_in(5) { "2025-06-01T00:00:00Z".to_owned() } else { chance.moment() },
    )
}

fn deal(number: usize, chance: &mut Chance) -> String {
    let leads = match chance.below(4) {
        0 => String::new(),
        1 => format!("L{};M{}", chance.below(LEADS), chance.spread(60)),
        _ => format!("L{}", chance.below(LEADS)),
    };
    format!(
        "D{number},{leads},{},{},{},{},{},{}.25,EUR,{}",
        chance.id("C", 100 * chance.spread, 2),
        chance.id("A", 50 * chance.spread, 3),
        chance.moment(),
        chance.of(&["won", "lost", "open"]),
        chance.moment(),
        chance.below(9_000),
        chance.moment(),
    )
}

/// Name, header and rows.
type Export = (&'static str, &'static str, Vec<String>);

/// All exports.
fn company(seed: u64, spread: usize) -> Vec<Export> {
    let chance = &mut Chance { state: seed, spread };
    let some = |count: usize, row: &mut dyn FnMut(usize) -> String| (0..count).map(row).collect::<Vec<String>>();
    let leads = "lead_id,contact_id,merged_ids,deal_id,email,account_id,source,campaign,owner,created_at,handed_over_at,\
                 verdict,modified_at";
    let deals = "deal_id,lead_id,contact_id,account_id,created_at,outcome,closed_at,amount,currency,modified_at";
    let by_email = "email,touched_at,side,channel,owner";
    let told =
        |chance: &mut Chance| format!("{},{},email", chance.moment(), chance.of(&["sales", "marketing", "marketing"]));
    // Without ids, and many of them in both exports; some rows are alike in one of them.
    let mut rows = some(300, &mut |_| format!("{},{},owner {}", chance.email(), told(chance), chance.below(4)));
    (0..20).for_each(|at| rows[at * 9] = rows[at * 9 + 1].clone());
    let mailed = [rows[..200].to_vec(), rows[120..].to_vec()];
    let [first, second] = mailed;
    let changes = some(120, &mut |_| {
        format!("D{},{},{}", chance.below(DEALS), chance.of(&["New", "Offer", "Closed"]), chance.moment())
    });
    vec![
        ("leads-old.csv", leads, some(LEADS, &mut |number| lead(number, chance))),
        ("leads-new.csv", leads, some(60, &mut |number| lead(number * 3 % (LEADS + 9), chance))),
        ("deals-old.csv", deals, some(DEALS, &mut |number| deal(number, chance))),
        ("deals-new.csv", deals, some(30, &mut |number| deal(number * 2, chance))),
        ("mails-1.csv", by_email, first),
        ("mails-2.csv", by_email, second),
        (
            "calls.csv",
            "touch_id,contact_id,touched_at,side,channel",
            some(150, &mut |number| format!("T{number},{},{}", chance.id("C", 110 * chance.spread, 9), told(chance))),
        ),
        (
            "tasks.csv",
            "touch_id,lead_id,deal_id,touched_at,side,channel",
            // Ids that other exports have too, and ids of merged leads.
            some(150, &mut |number| {
                let lead =
                    if chance.one_in(3) { chance.id("M", 70 * chance.spread, 9) } else { chance.id("L", LEADS + 9, 2) };
                format!("T{},{lead},{},{}", number + 100, chance.id("D", DEALS + 5, 2), told(chance))
            }),
        ),
        ("changes-1.csv", "deal_id,stage,changed_at", changes[..80].to_vec()),
        ("changes-2.csv", "deal_id,stage,changed_at", changes[50..].to_vec()),
        (
            "accounts.csv",
            "account_id,industry,region",
            some(50, &mut |number| {
                format!("A{number},{},{}", chance.of(&["Metal", "Food"]), chance.of(&["North", "South"]))
            }),
        ),
    ]
}

const PROJECT: &str = r#"
[report]
currency = "EUR"

[[input]]
file = "leads-*.csv"
columns = { merged_ids = "merged_ids" }

[slices]
industry = { table = "accounts", column = "industry" }
"#;

/// Writes the exports, their rows in the order of a seed.
fn write(folder: &Path, company: Vec<Export>, order: Option<u64>) {
    fs::create_dir(folder).unwrap();
    let mut order = order.map(|state| Chance { state, spread: 1 });
    for (name, header, mut rows) in company {
        if let Some(order) = &mut order {
            order.shuffle(&mut rows);
        }
        fs::write(folder.join(name), format!("{header}\n{}\n", rows.join("\n"))).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_hangs_together_is_counted_together(
        seed in any::<u64>(),
        spread in prop::sample::select(vec![1_usize, 4, 12]),
        order in any::<u64>(),
        parts in 2..48_usize,
        other in 2..48_usize,
    ) {
        let folder = TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("project.toml"), PROJECT).unwrap();
        write(&path("ordered"), company(seed, spread), None);
        write(&path("shuffled"), company(seed, spread), Some(order));
        let project = path("project.toml").display().to_string();
        let of = |exports: &str, parts: Option<usize>| {
            let parts = parts.map(|parts| parts.to_string());
            let mut more = vec!["--no-cache", "-c", &project];
            more.extend(parts.iter().flat_map(|parts| ["--parts", parts]));
            build(&path(exports), &more)
        };
        let whole = of("ordered", None);
        assert_same_site(&of("ordered", Some(parts)).path, &whole.path);
        let shuffled = of("shuffled", Some(other));
        assert_same_site(&of("shuffled", None).path, &shuffled.path);
        assert_same_figures(&shuffled.path, &whole.path);
    }
}

#[test]
fn the_company_has_what_it_is_to_have() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("project.toml"), PROJECT).unwrap();
    let exports = folder.path().join("exports");
    write(&exports, company(1, 1), None);
    let project = folder.path().join("project.toml").display().to_string();
    let site = build(&exports, &["--no-cache", "-c", &project]);
    let figures = Figures::of(&site.path);
    for reason in [
        "an older version of the same record",
        "belongs to no lead or deal in the exports",
        "the same row in another export",
    ] {
        let rows = figures.get("quality.set_aside", "all", "reason", reason).value.unwrap_or_default();
        assert!(rows > 50.0, "{reason}: {rows}");
    }
    for file in ["calls.csv", "tasks.csv", "mails-1.csv", "mails-2.csv", "leads-new.csv"] {
        let rows = figures.get("quality.rows_used", "all", "file", file).value.unwrap_or_default();
        assert!(rows > 10.0, "{file}: {rows}");
    }
    let output = succeed(casefile(&["inspect", "-c", &project]).arg(&exports));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for field in ["merged_ids", "contact_id", "deal_id", "modified_at"] {
        assert!(said.contains(&format!("{field} \u{2190} {field}")), "{field}: {said}");
    }
    assert!(!said.contains("not used"), "{said}");
}
