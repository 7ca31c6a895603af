//! What project files mean, and that none makes the reader panic.

use proptest::prelude::*;

use super::*;
use crate::project::{Decimal, ReportPeriod, problem_at};

const NAME: &str = "casefile.toml";
const DAY: i64 = 86_400;

fn project(text: &str) -> Project {
    read(text, NAME).unwrap_or_else(|error| panic!("{error}"))
}

const EVERY_KEY: &str = r#"
[report]
title = "Leads, third quarter"
organisation = "Northfield Tools"
period = "2026-Q3"
as_of = "2026-09-30"
timezone = "Europe/Berlin"
currency = "EUR"
fiscal_year_start = 4
margin = "0.6"

[[input]]
file = "closed_deals*.csv"
ignore = false
preset = "plain"
table = "deals"
columns = { lead_id = "mql_id", mql_at = "first_contact_date" }
values = { outcome = { "Won" = "won", "Engaging" = "open" } }
order = "day_first"
decimal = ","
timezone = "America/New_York"
currency = "USD"

[[input]]
file = "old/**"
ignore = true
order = "month_first"
decimal = "."

[stages]
prospect = "Contact"
lead = "Enquiry"
mql = "Marketing qualified"
sal = "Accepted"
sql = "Qualified"
opportunity = "Deal"
customer = "Client"
repeat = "Returning client"

[definitions]
lead = "l"
mql = "m"
sal = "a"
sql = "q"
opportunity = "o"
customer = "c"
handover = "h"
score_threshold = 50

[agreements]
first_touch = "4h"
attempts = 6
verdict = "1w"
handover = "2d"
nurture = "30d"
forgotten = "26w"
after_sale = "31d"
new_evidence = "90m"
stall = { Opportunity = "60d" }
unreachable = ["Nicht zu sprechen"]

[sources]
aliases = { "Paid Search" = ["paid_search", "google ads", "PPC"] }
unknown = ["unknown", "Other"]
channels = { "Paid Search" = "Advertising" }
campaigns = { "Spring push" = "Paid Search" }
inbound = ["Hotline"]

[slices]
product = { table = "deals", column = "product" }
score = { table = "leads", column = "Lead score", bands = [20, 49.5] }

[rates]
USD = "0.92"

[attribution]
lookback = "60d"

[privacy]
min_cell = 10
owners = "names"
cases = false

[targets]
"feedback.rate" = 0.9
"roi.cpl" = 40
"#;

#[test]
fn an_empty_file_is_no_file() {
    let empty = project("# nothing\n");
    assert_eq!(empty, Project::default());
    assert_eq!(empty.report.title, "Lead report");
    assert_eq!(empty.agreements.first_touch, DAY);
    assert_eq!(empty.attribution.lookback, 90 * DAY);
    assert!(empty.sources.is_unknown(" (Not Set) ") && empty.sources.is_unknown(""));
    assert_eq!(empty.stage_name(Stage::Sal), "Sales accepted lead (SAL)");
    assert!(empty.rates.is_empty() && empty.input_rule("deals.csv").is_none());
}

#[test]
fn every_key_of_the_report_and_its_inputs_is_read() {
    let project = project(EVERY_KEY);
    let report = &project.report;
    assert_eq!((report.title.as_str(), report.organisation.as_str()), ("Leads, third quarter", "Northfield Tools"));
    assert_eq!(report.period, Some(ReportPeriod::Quarter { year: 2026, quarter: 3 }));
    assert_eq!(report.as_of, Some(jiff::civil::date(2026, 9, 30)));
    assert_eq!((report.timezone.as_str(), report.currency.as_deref()), ("Europe/Berlin", Some("EUR")));
    assert_eq!((report.fiscal_year_start, report.margin), (4, Decimal::parse("0.6").unwrap()));

    let rule = project.input_rule("crm/Closed_Deals_2026.csv").unwrap();
    assert_eq!((rule.ignore, rule.preset.as_deref(), rule.table), (false, Some("plain"), Some(Table::Deals)));
    assert_eq!(rule.columns["mql_at"], "first_contact_date");
    assert_eq!(rule.values["outcome"]["Engaging"], "open");
    assert_eq!((rule.order, rule.decimal), (Some(DateOrder::DayFirst), Some(DecimalMark::Comma)));
    assert_eq!((rule.timezone.as_deref(), rule.currency.as_deref()), (Some("America/New_York"), Some("USD")));
    assert!(project.input_rule("old/2024/leads.csv").unwrap().ignore);
}

#[test]
fn every_key_of_what_the_teams_agreed_is_read() {
    let project = project(EVERY_KEY);
    assert_eq!(project.stage_names.len(), Stage::ALL.len());
    assert_eq!(project.stage_name(Stage::Mql), "Marketing qualified");
    assert_eq!(project.definitions.texts.len(), Term::ALL.len());
    assert_eq!(project.definitions.score_threshold, Some(50.0));
    let expected = Agreements {
        first_touch: 4 * 3_600,
        attempts: 6,
        verdict: 7 * DAY,
        handover: 2 * DAY,
        nurture: 30 * DAY,
        forgotten: 182 * DAY,
        after_sale: 31 * DAY,
        new_evidence: 90 * 60,
        stall: [("opportunity".to_owned(), 60 * DAY)].into(),
        unreachable: ["nicht zu sprechen".to_owned()].into(),
    };
    assert_eq!(project.agreements, expected);
    assert_eq!(project.agreements.stall_limit("OPPORTUNITY"), Some(60 * DAY));
    assert!(project.agreements.is_unreachable("NICHT zu sprechen gewesen"));
    assert!(!project.agreements.is_unreachable("No answer") && Agreements::default().is_unreachable("No answer"));
}

#[test]
fn every_other_key_is_read() {
    let project = project(EVERY_KEY);
    let sources = &project.sources;
    assert_eq!((sources.shown("Google Ads"), sources.shown(" Fair ")), ("Paid Search", "Fair"));
    assert!(sources.is_unknown("other") && !sources.is_unknown("n/a"));
    assert_eq!(sources.channel("ppc"), Some("Advertising"));
    assert_eq!(sources.source_of_campaign("spring PUSH"), Some("Paid Search"));
    assert!(sources.is_inbound("Sales hotline") && !sources.is_inbound("Web form"));
    assert!(Project::default().sources.is_inbound("Web Form") && !Project::default().sources.is_inbound("E-mail"));
    assert_eq!(
        project.slices["product"],
        SliceOrigin { table: Table::Deals, column: "product".to_owned(), bands: None }
    );
    assert_eq!(project.slices["score"].bands, Bands::of(vec![20.0, 49.5]));
    assert_eq!(project.rates.convert(100, "USD", "EUR", |_| 2), Ok(92));
    assert_eq!(project.attribution.lookback, 60 * DAY);
    assert_eq!(project.privacy, Privacy { min_cell: 10, owners: OwnerNames::Names, cases: false });
    assert_eq!(project.targets, [("feedback.rate".to_owned(), 0.9), ("roi.cpl".to_owned(), 40.0)].into());
}

#[test]
fn a_word_that_is_looked_for_in_texts_cannot_be_empty() {
    let error = read("[agreements]\nunreachable = [\"no answer\", \" \"]\n", NAME).unwrap_err();
    assert!(error.to_string().contains("`unreachable` cannot be empty"), "{error}");
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_lines() {
    let text = "[report]\nperiod = \"Q3\"\ntitel = \"x\"\nmargin = 0.6\n[[input]]\nfile = 1\n[rates]\nUSD = \"0\"\n";
    let error = read(text, NAME).unwrap_err();
    let lines: Vec<usize> = error.problems.iter().map(|problem| problem.place.line).collect();
    assert_eq!((lines, error.more), (vec![2, 3, 4, 6, 8], false));

    let many: String = (0..30).map(|index| format!("key{index} = 1\n")).collect();
    let error = read(&many, NAME).unwrap_err();
    assert_eq!((error.problems.len(), error.more), (MOST_FAULTS, true));
}

#[test]
fn other_parts_can_point_at_a_value() {
    let problem = problem_at(
        EVERY_KEY,
        NAME,
        &["input", "0", "columns", "lead_id"],
        "`deals.csv` has no column `mql_id`",
        "mql_id",
        &["mql id", "amount"],
    );
    assert_eq!((problem.place.line, problem.place.column), (17, 23));
    assert_eq!(problem.hint.as_deref(), Some("did you mean `mql id`?"));
}

#[test]
fn hostile_files_are_refused_in_words() {
    let deep = format!("a{} = 1", ".a".repeat(100_000));
    let nested = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let line_by_line = format!("a{} = 1", ".a".repeat(900));
    for text in [deep.as_str(), nested.as_str(), line_by_line.as_str(), "a = \"\u{0}", "\u{feff}[report", "\r"] {
        assert!(!read(text, NAME).unwrap_err().to_string().contains('\u{0}'));
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}|[\\[\\]{}=\"'.,#a-c\\n\\r\\t0-9é-]{0,80}") {
        let _ = read(&text, NAME);
    }

    #[test]
    fn no_damage_to_a_good_file_makes_it_panic(start in 0..EVERY_KEY.len(), length in 0_usize..30, by in "\\PC{0,4}") {
        let end = (start + length).min(EVERY_KEY.len());
        let text = format!("{}{by}{}", &EVERY_KEY[..start], &EVERY_KEY[end..]);
        if let Err(error) = read(&text, NAME) {
            prop_assert!(!error.problems.is_empty());
            prop_assert!(error.to_string().starts_with("error: "));
        }
    }
}
