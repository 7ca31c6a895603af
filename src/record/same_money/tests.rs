//! Reports of the same money, small enough to add up in the head: file, first day, last day where the row is about a range,
//! campaign, amount.

use super::*;
use crate::store::Batch;

/// What is known of a report.
struct Report {
    tool: &'static str,
    level: MoneyLevel,
    segments: usize,
    grain: Grain,
}

const CAMPAIGNS: Report = Report { tool: "ads", level: MoneyLevel::Campaign, segments: 0, grain: Grain::Day };
const ADS: Report = Report { level: MoneyLevel::Ad, ..CAMPAIGNS };
const BY_DEVICE: Report = Report { segments: 1, ..CAMPAIGNS };
const RANGE: Report = Report { grain: Grain::Range, ..CAMPAIGNS };

fn origins(reports: &[Report]) -> Vec<ExportOrigin> {
    let origin = |report: &Report| ExportOrigin {
        title: "report".to_owned(),
        tool: report.tool.to_owned(),
        money: Some(report.level),
        segments: vec!["Device".to_owned(); report.segments],
        grain: report.grain,
        range: None,
        made: None,
        is_rounded: false,
        names: Vec::new(),
        snapshot: 0,
        is_superseded: false,
        part_of: None,
    };
    reports.iter().map(origin).collect()
}

type RowOf<'a> = (u32, i64, i64, &'a str, i64);

/// The sum of what is counted, and the rows that are not.
fn counted(rows: &[RowOf<'_>], reports: &[Report], columns: &[&str]) -> (i64, Vec<usize>) {
    let mut words = Words::default();
    let day = |day: i64| if day == 0 { NO_NUMBER } else { day * 86_400 };
    // The campaign is in as many columns as are asked for: `account/campaign`.
    let part = |text: &str, at: usize| text.split('/').nth(at).unwrap_or_default().to_owned();
    let mut values = vec![
        Values::Numbers(rows.iter().map(|row| day(row.1)).collect()),
        Values::Numbers(rows.iter().map(|row| day(row.2)).collect()),
    ];
    for at in 0..columns.len() {
        values.push(Values::Codes(rows.iter().map(|row| words.code(&part(row.3, at))).collect()));
    }
    values.push(Values::Numbers(rows.iter().map(|row| row.4).collect()));
    let names = ["spent_on", "until"].iter().chain(columns).chain(&["amount"]).map(|name| (*name).to_owned()).collect();
    let frame = Frame::new(names, Batch::new(rows.len(), values), rows.iter().map(|row| row.0).collect());
    let not_counted = same_money(&frame, &origins(reports), &Zone::utc(), &words);
    let sum = rows.iter().enumerate().filter(|(at, _)| !not_counted.contains_key(at)).map(|(_, row)| row.4).sum();
    (sum, not_counted.into_keys().collect())
}

#[test]
fn the_same_money_counts_in_the_best_report_of_each_day() {
    let rows = [(0, 1, 0, "a", 5), (1, 1, 0, "a", 2), (1, 1, 0, "a", 3), (1, 2, 0, "a", 7)];
    // The campaign report ends on day 1: what the ads spent on day 2 is nowhere else.
    assert_eq!(counted(&rows, &[CAMPAIGNS, ADS], &["campaign"]), (12, vec![1, 2]));
}

#[test]
fn a_finer_cut_beside_its_whole_counts_once() {
    let rows = [(0, 1, 0, "a", 30), (0, 2, 0, "a", 30), (1, 1, 0, "a", 10), (1, 1, 0, "a", 20), (1, 2, 0, "a", 30)];
    assert_eq!(counted(&rows, &[CAMPAIGNS, BY_DEVICE], &["campaign"]), (60, vec![2, 3, 4]));
    // Two cuts without their whole report the same money too.
    assert_eq!(counted(&rows, &[BY_DEVICE, Report { segments: 2, ..BY_DEVICE }], &["campaign"]).0, 60);
    // A campaign that only the finer one has is counted from it.
    let rows = [(0, 1, 0, "a", 30), (0, 2, 0, "a", 30), (1, 1, 0, "a", 30), (1, 1, 0, "b", 8)];
    assert_eq!(counted(&rows, &[CAMPAIGNS, BY_DEVICE], &["campaign"]), (68, vec![2]));
}

#[test]
fn days_count_beside_their_range_where_they_cover_it() {
    let rows = [(0, 1, 0, "a", 5), (0, 2, 0, "a", 6), (0, 3, 0, "b", 7), (1, 1, 3, "a", 11), (1, 1, 3, "b", 7)];
    assert_eq!(counted(&rows, &[CAMPAIGNS, RANGE], &["campaign"]), (18, vec![3, 4]));
    // The range reaches further than the days: it is whole, and they are not.
    let rows = [(0, 1, 0, "a", 5), (0, 2, 0, "a", 6), (1, 1, 9, "a", 40)];
    assert_eq!(counted(&rows, &[CAMPAIGNS, RANGE], &["campaign"]), (40, vec![0, 1]));
}

#[test]
fn a_range_without_an_end_is_known_by_days_from_its_beginning() {
    let rows = [(0, 1, 0, "a", 5), (0, 2, 0, "b", 5), (1, 1, 0, "a", 5), (1, 1, 0, "b", 5)];
    assert_eq!(counted(&rows, &[CAMPAIGNS, RANGE], &["campaign"]), (10, vec![2, 3]));
}

#[test]
fn a_month_is_known_by_its_days() {
    let month = Report { grain: Grain::Month, ..CAMPAIGNS };
    // January 1970 has the days 0 to 30; 0 stands for "no day" here, so the days are those of February.
    let rows = [(0, 31, 0, "a", 4), (0, 58, 0, "a", 6), (1, 31, 0, "a", 10)];
    assert_eq!(counted(&rows, &[CAMPAIGNS, month], &["campaign"]), (10, vec![2]));
}

#[test]
fn a_restated_export_takes_the_place_of_the_earlier_one() {
    let rows = [(0, 1, 0, "111", 100), (0, 2, 0, "111", 100), (1, 2, 0, "111", 98), (1, 3, 0, "111", 98)];
    assert_eq!(counted(&rows, &[CAMPAIGNS, CAMPAIGNS], &["campaign_id"]), (296, vec![1]));
    // Whichever file comes first.
    let rows = [(0, 2, 0, "111", 98), (0, 3, 0, "111", 98), (1, 1, 0, "111", 100), (1, 2, 0, "111", 100)];
    assert_eq!(counted(&rows, &[CAMPAIGNS, CAMPAIGNS], &["campaign_id"]), (296, vec![3]));
    // Amounts that were corrected far away count as those of the same campaign, because its id says so.
    let rows = [(0, 1, 0, "111", 100), (1, 1, 0, "111", 3), (1, 2, 0, "111", 3)];
    assert_eq!(counted(&rows, &[CAMPAIGNS, CAMPAIGNS], &["campaign_id"]), (6, vec![0]));
}

#[test]
fn an_export_that_holds_an_earlier_one_counts_once() {
    let rows = [
        (0, 1, 0, "a", 5),
        (0, 1, 0, "b", 5),
        (0, 2, 0, "a", 5),
        (0, 2, 0, "b", 1),
        (1, 1, 0, "a", 5),
        (1, 1, 0, "b", 5),
        (1, 2, 0, "a", 5),
        (1, 2, 0, "b", 4),
        (1, 3, 0, "a", 9),
    ];
    assert_eq!(counted(&rows, &[CAMPAIGNS, CAMPAIGNS], &["campaign"]), (28, vec![0, 1, 2, 3]));
}

#[test]
fn accounts_with_campaigns_of_one_name_both_count() {
    // Their names are all there is, and the amounts have nothing to do with each other.
    let rows = [
        (0, 1, 0, "a", 5),
        (0, 2, 0, "a", 6),
        (0, 3, 0, "a", 7),
        (1, 1, 0, "a", 1),
        (1, 2, 0, "a", 2),
        (1, 3, 0, "a", 3),
    ];
    assert_eq!(counted(&rows, &[CAMPAIGNS, CAMPAIGNS], &["campaign"]), (24, Vec::new()));
    // Even the amounts are equal, and the account distinguishes them.
    let rows = [(0, 1, 0, "x/a", 5), (0, 2, 0, "x/a", 5), (1, 1, 0, "y/a", 5), (1, 2, 0, "y/a", 5)];
    assert_eq!(counted(&rows, &[CAMPAIGNS, CAMPAIGNS], &["account", "campaign"]), (20, Vec::new()));
}

#[test]
fn two_tools_are_two_moneys() {
    let other = Report { tool: "other", ..CAMPAIGNS };
    let rows = [
        (0, 1, 0, "a", 5),
        (0, 2, 0, "a", 5),
        (0, 3, 0, "a", 5),
        (1, 1, 0, "a", 5),
        (1, 2, 0, "a", 5),
        (1, 3, 0, "a", 5),
    ];
    assert_eq!(counted(&rows, &[CAMPAIGNS, other], &["campaign"]), (30, Vec::new()));
}
