//! What is said of numbers is true: cases in which every number was right, and the sentence or the ratio was not.

use std::fmt::Write as _;

use crate::case::{Built, Case};

/// Ten leads of a source that was paid for, ten of one that was not, and ten of nobody's; one customer of each.
fn paid_and_unpaid() -> Case {
    let mut leads = "lead_id,lead_source,created_at\n".to_owned();
    let mut deals = "deal_id,lead_id,stage,amount,created_at,closed_at\n".to_owned();
    for (at, source) in ["Paid Search", "Organic", ""].into_iter().enumerate() {
        for number in 0..10 {
            writeln!(leads, "L{at}{number},{source},2026-01-{:02}", number + 1).unwrap();
        }
        writeln!(deals, "D{at},L{at}0,Closed Won,{},2026-01-12,2026-02-0{}", (at + 1) * 1_000, at + 1).unwrap();
    }
    Case::new().file("leads.csv", &leads).file("deals.csv", &deals)
}

#[track_caller]
fn remark_is(built: &Built, id: &str, dimension: &str, member: &str, words: &str) {
    let figure = built.figures.get(id, "all", dimension, member);
    assert_eq!((figure.value, figure.note.as_str()), (None, words), "{id} {dimension} {member}");
}

#[test]
fn a_return_is_over_the_sources_that_were_paid_for_and_blended_over_all() {
    let spend = "date,source,campaign,spend\n2026-01-05,Paid Search,Brand,4000\n";
    let built = paid_and_unpaid().file("spend.csv", spend).build();
    // 10 leads, a customer and 1,000 for 4,000; of all 30 leads, 3 customers and 6,000.
    built.holds(&[
        ("roi.spend", 4_000.0),
        ("roi.revenue", 6_000.0),
        ("roi.cpl", 400.0),
        ("roi.cac", 4_000.0),
        ("roi.roas", 0.25),
        ("roi.roi", -0.75),
        ("cash.roas", 0.25),
    ]);
    built.holds(&[("roi.blended_roas", 1.5), ("roi.blended_cac", 1_333.333_3), ("cash.blended_roas", 1.5)]);
    assert_eq!(built.of("roi.roas", "source", "Paid Search"), Some(0.25));
    remark_is(&built, "roi.roas", "source", "Organic", "no spend recorded");
}

#[test]
fn a_member_with_spend_and_no_lead_has_no_return_and_says_so() {
    let spend = "date,source,campaign,spend\n2026-01-05,Paid Search,Brand,4000\n2026-01-05,Billboards,City,9000\n";
    let built = paid_and_unpaid().file("spend.csv", spend).build();
    for id in ["roi.cpl", "roi.cac", "roi.roas", "roi.roi"] {
        remark_is(&built, id, "source", "Billboards", "spend but no lead");
    }
    remark_is(&built, "cash.roas", "source", "Billboards", "spend but no closed deal");
    // What it cost is in the blended figures alone.
    built.holds(&[("roi.spend", 13_000.0), ("roi.roas", 0.25), ("roi.blended_roas", 6_000.0 / 13_000.0)]);
}

/// Leaving out what was paid for in vain would praise what is left.
#[test]
fn a_source_that_was_paid_for_and_brought_nothing_in_a_period_counts_with_nothing() {
    let leads = "lead_id,lead_source,created_at\nL1,Search,2026-01-05\nL2,Social,2026-01-06\nL3,Search,2026-04-05\n";
    let deals = "deal_id,lead_id,stage,amount,created_at,closed_at\n\
        D1,L1,Closed Won,100,2026-01-12,2026-01-20\nD2,L2,Closed Won,100,2026-01-12,2026-01-20\n\
        D3,L3,Closed Won,300,2026-04-08,2026-04-20\n";
    let spend = "date,source,campaign,spend\n2026-01-05,Search,A,100\n2026-01-05,Social,B,100\n\
        2026-04-02,Search,A,100\n2026-04-02,Social,B,100\n";
    let case = Case::new().file("leads.csv", leads).file("deals.csv", deals).file("spend.csv", spend);
    let built = case.build();
    let april = |id: &str| built.figures.get(id, "2026-04", "", "").value;
    assert_eq!([april("roi.roas"), april("cash.roas"), april("roi.cpl")], [Some(1.5), Some(1.5), Some(200.0)]);
}

#[test]
fn a_campaign_that_only_deals_name_has_no_return_by_its_leads() {
    let case = paid_and_unpaid();
    let deals = std::fs::read_to_string(case.folder.path().join("exports/deals.csv")).unwrap();
    let named: Vec<String> = (deals.lines().enumerate())
        .map(|(row, line)| format!("{line},{}", if row == 0 { "campaign" } else { "Brand" }))
        .collect();
    let spend = "date,source,campaign,spend\n2026-01-05,Paid Search,Brand,4000\n";
    let built = case.file("deals.csv", &(named.join("\n") + "\n")).file("spend.csv", spend).build();
    // Without a lead of the campaign it was −100 %; what its deals brought is known.
    remark_is(&built, "roi.roi", "campaign", "Brand", "leads do not tell it");
    assert_eq!(built.of("cash.roas", "campaign", "Brand"), Some(1.5));
}

#[test]
fn where_spend_and_leads_never_meet_there_is_no_return_of_all() {
    let spend = "date,source,campaign,spend\n2026-01-05,Billboards,City,9000\n";
    let built = paid_and_unpaid().file("spend.csv", spend).build();
    remark_is(&built, "roi.roas", "", "", "no source has spend and leads");
    remark_is(&built, "cash.roas", "", "", "no source has spend and deals");
    built.holds(&[("roi.blended_cpl", 300.0)]);
}
