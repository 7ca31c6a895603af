//! What was spent, told by several reports: each amount counts once, in the month that it is about. Cases small enough to add
//! up by hand.

use std::fmt::Write as _;

use crate::case::{Built, Case, LEADS};

fn built(files: &[(&str, &str)]) -> Built {
    files.iter().fold(Case::new().file("leads.csv", LEADS), |case, (name, text)| case.file(name, text)).build()
}

#[track_caller]
fn spend_is(files: &[(&str, &str)], expected: f64) -> Built {
    let built = built(files);
    assert_eq!(built.all("roi.spend"), Some(expected), "{}", built.check);
    built
}

/// Ten euros a day from 1 April to 31 May 2026: 610.
fn google_by_day() -> String {
    let mut text =
        "Campaign report\n\"1 April 2026 - 31 May 2026\"\nDay,Campaign,Currency code,Cost,Impr.,Clicks\n".to_owned();
    for (month, last) in [(4, 30), (5, 31)] {
        for day in 1..=last {
            writeln!(text, "2026-0{month}-{day:02},Brand,EUR,10.00,100,5").unwrap();
        }
    }
    text
}

#[test]
fn a_report_without_days_is_about_the_range_above_it() {
    let days = google_by_day();
    let header = "Campaign status,Campaign,Currency code,Cost,Impr.,Clicks";
    for (range, expected) in [
        ("1 March 2026 - 31 March 2026", 721.0),
        ("March 1, 2026 - March 31, 2026", 721.0),
        ("1 April 2026 - 31 May 2026", 610.0),
        // What does not tell its days counts only where nothing that does tells of the same.
        ("All time", 610.0),
    ] {
        let report = format!("Campaign report\n\"{range}\"\n{header}\nEnabled,Brand,EUR,111.00,100,10\n");
        let built = spend_is(&[("days.csv", &days), ("range.csv", &report)], expected);
        assert_eq!(built.figures.get("roi.spend", "2026-04", "", "").value, Some(300.0), "{range}");
    }
    // Keywords are a part of the campaign; and alone, a report without days counts.
    let keywords = "Search keyword report\n\"1 April 2026 - 31 May 2026\"\nSearch keyword,Campaign,Ad group,Currency code,Cost,Impr.,Clicks\nshoes,Brand,G,EUR,55.00,10,1\n";
    spend_is(&[("days.csv", &days), ("keywords.csv", keywords)], 610.0);
}

#[test]
fn two_companies_that_sell_ads_are_two_moneys_even_for_campaigns_of_one_name() {
    let mut microsoft =
        "Gregorian date,Account name,Ad group,Campaign name,Campaign ID,Currency code,Impressions,Clicks,Spend\n"
            .to_owned();
    for day in 1..=30 {
        writeln!(microsoft, "4/{day}/2026,Acme,Grp,Brand,77,EUR,100,5,9.00").unwrap();
    }
    spend_is(&[("google.csv", &google_by_day()), ("microsoft.csv", &microsoft)], 880.0);
}

#[test]
fn a_list_that_names_the_company_repeats_its_own_reports() {
    let list = "month,channel,source,spend\n2026-04,Paid Search,Google Ads,290\n2026-05,Paid Search,Google Ads,310\n2026-05,Paid Social,LinkedIn,400\n2026-06,Paid Search,Google Ads,50\n";
    // June is in no report of the tool.
    let built = spend_is(&[("google.csv", &google_by_day()), ("list.csv", list)], 1060.0);
    built.says(&["list.csv", "the same money as in another report"]);
}

#[test]
fn months_are_read_where_a_month_is_what_an_amount_is_about() {
    for [april, may] in [
        ["2026-04", "2026-05"],
        ["04/2026", "05/2026"],
        ["April 2026", "May 2026"],
        ["Apr-26", "May-26"],
        ["202604", "202605"],
    ] {
        let list = format!("month,source,spend\n{april},Fair,300\n{may},Fair,620\n");
        let built = spend_is(&[("list.csv", &list)], 920.0);
        assert_eq!(built.figures.get("roi.spend", "2026-05", "", "").value, Some(620.0), "{may}");
    }
    // A lead is entered on a day: a month is none.
    let leads = "lead_id,lead_source,created_at\nL1,Web,2026-04\nL2,Web,2026-05\n";
    let said = Case::new().file("leads.csv", leads).run("check").1;
    assert!(said.contains("values are no"), "{said}");
}

#[test]
fn rows_that_are_sums_of_others_count_once() {
    let channels = "Month,Channel,Spend\n2026-04-01,Search,100\n2026-04-01,Social,50\n2026-04-01,Total,150\n2026-05-01,Search,80\n2026-05-01,Social,20\n2026-05-01,All channels,100\n";
    spend_is(&[("list.csv", channels)], 250.0).says(&["list.csv", "2 rows", "a line of totals"]);
    let pivot = "Campaign name,Platform,Placement,Amount spent (EUR),Impressions,Link clicks,Reporting starts,Reporting ends\n\
        A,All,All,100.00,1000,50,2026-05-01,2026-05-31\n,facebook,All,60.00,600,30,2026-05-01,2026-05-31\n\
        ,facebook,Feed,60.00,600,30,2026-05-01,2026-05-31\n,instagram,All,40.00,400,20,2026-05-01,2026-05-31\n\
        ,instagram,Stories,40.00,400,20,2026-05-01,2026-05-31\n";
    spend_is(&[("meta.csv", pivot)], 100.0);
    // A campaign may be called so.
    spend_is(&[("list.csv", "date,campaign,spend\n2026-04-01,All,100\n2026-04-01,Brand,30\n")], 130.0);
}

#[test]
fn the_later_of_two_exports_is_told_by_its_name_or_by_the_lines_above_it() {
    let list =
        |amount: u32| format!("date,source,campaign,spend\n2026-04-01,Fair,A,{amount}\n2026-04-02,Fair,A,{amount}\n");
    spend_is(&[("spend_2026-05-01.csv", &list(10)), ("spend_2026-06-01.csv", &list(9))], 18.0);
    let microsoft = |completed: &str, amount: u32| {
        let days: String =
            (1..=5).map(|day| format!("4/{}/2026,Acme,Brand,77,EUR,100,5,{amount}.00\n", day + 14)).collect();
        format!(
            "\"Report Time: 4/15/2026 - 4/30/2026\"\n\"Last Completed Available Day: {completed}\"\n\nGregorian date,Account name,Campaign name,Campaign ID,Currency code,Impressions,Clicks,Spend\n{days}"
        )
    };
    let files = [("a.csv", microsoft("5/2/2026", 10)), ("b.csv", microsoft("5/20/2026", 9))];
    spend_is(&files.each_ref().map(|(name, text)| (*name, text.as_str())), 45.0);
}

#[test]
fn groups_of_people_that_overlap_are_no_money() {
    let header = "Start Date (in UTC),Account Name,Currency,Campaign ID,Campaign Name";
    let campaigns = format!(
        "{header},Total Spent,Impressions,Clicks\n05/01/2026,Acme,EUR,21,Q2,50.00,900,9\n05/02/2026,Acme,EUR,21,Q2,50.00,900,9\n"
    );
    let jobs = format!(
        "{header},Job Function Segment,Total Spent,Impressions,Clicks\n05/01/2026,Acme,EUR,21,Q2,Sales,40.00,600,6\n05/01/2026,Acme,EUR,21,Q2,Marketing,40.00,600,6\n"
    );
    spend_is(&[("campaigns.csv", &campaigns), ("jobs.csv", &jobs)], 100.0);
}

/// Days of January 2025 at ten dollars, a report by month and one by quarter of the same campaign.
#[test]
fn no_money_is_lost_where_three_reports_tell_parts_of_the_same() {
    let header = |first: &str| {
        format!(
            "Campaign report\n\"January 1, 2025 - March 31, 2025\"\n{first},Campaign,Campaign ID,Currency code,Clicks,Impr.,Cost\n"
        )
    };
    let days: String = (1..=31).map(|day| format!("2025-01-{day:02},Brand,111,USD,5,100,20.00\n")).collect();
    let months = "2025-01-01,Brand,111,USD,5,100,620.00\n2025-02-01,Brand,111,USD,5,100,560.00\n2025-03-01,Brand,111,USD,5,100,620.00\n";
    let quarter = "2025-01-01,Brand,111,USD,5,100,1800.00\n";
    let files =
        [("d.csv", header("Day") + &days), ("m.csv", header("Month") + months), ("q.csv", header("Quarter") + quarter)];
    for left_out in 0..4 {
        let some: Vec<(&str, &str)> = files
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != left_out)
            .map(|(_, (name, text))| (*name, text.as_str()))
            .collect();
        let built = spend_is(&some, 1800.0);
        if left_out > 1 {
            assert_eq!(built.figures.get("roi.spend", "2025-01", "", "").value, Some(620.0));
        }
    }
}

#[test]
fn a_report_by_month_whose_column_holds_days_is_told_by_its_values() {
    let days: String = (1..=31).map(|day| format!("2025-01-{day:02},Paid Search,Brand,10.00\n")).collect();
    let daily = format!("Date,Channel,Campaign,Cost\n{days}");
    let monthly =
        "Date,Channel,Campaign,Cost\n2025-01-01,Paid Search,Brand,310.00\n2025-02-01,Paid Search,Brand,280.00\n";
    spend_is(&[("daily.csv", &daily), ("monthly.csv", monthly)], 590.0);
}

#[test]
fn a_list_that_is_to_the_cent_what_reports_tell_repeats_them() {
    let list = "Month,Source,Spend\n2026-04,Paid Search,300\n2026-04,Email,40\n2026-05,Paid Search,311\n";
    spend_is(&[("google.csv", &google_by_day()), ("list.csv", list)], 961.0);
}

#[test]
fn two_reports_without_days_that_tell_different_amounts_both_count() {
    let report = |cost: u32| {
        format!(
            "Campaign report\nCampaign status,Campaign,Currency code,Cost,Impr.,Clicks\nEnabled,Brand,EUR,{cost}.00,100,10\n"
        )
    };
    spend_is(&[("a.csv", &report(60)), ("b.csv", &report(90))], 150.0);
    spend_is(&[("a.csv", &report(60)), ("b.csv", &report(60))], 60.0);
    // Names of files may tell the days.
    let tiktok = |cost: u32| {
        format!("Campaign name,Cost,Impressions,Clicks (destination),Conversions\nSpring,{cost}.00,100,5,1\n")
    };
    let names = ["Report-(2025-01-01 to 2025-01-31).csv", "Report-(2025-02-01 to 2025-02-28).csv"];
    spend_is(&[(names[0], &tiktok(60)), (names[1], &tiktok(61))], 121.0);
}

#[test]
fn what_was_planned_and_what_other_things_cost_is_no_spend() {
    let plan = "Month,Channel,Scenario,Spend\n2025-01,Paid Search,Plan,1000\n2025-01,Paid Search,Actual,800\n2025-02,Paid Search,Plan,1000\n2025-02,Paid Search,Actual,900\n";
    spend_is(&[("plan.csv", plan)], 1700.0).says(&["plan.csv", "2 rows", "planned, not done"]);
    for other in [
        "Date,Department,Employee,Cost\n2025-01-01,Sales,N0,3500\n2025-01-02,Marketing,N1,3501\n",
        "Date,Project,Employee,Hours,Cost\n2025-01-01,A,N0,8,400\n2025-01-02,B,N1,7,350\n",
        "Date,Service,Region,Cost,Currency\n2025-01-01,Compute,eu-1,4,USD\n2025-01-02,Storage,eu-1,5,USD\n",
    ] {
        assert_eq!(built(&[("other.csv", other)]).all("roi.spend"), None, "{other}");
    }
}

#[test]
fn a_total_may_leave_blank_what_it_sums_over() {
    let list = "Month,Channel,Campaign,Spend\n2025-01,Paid Search,Brand,100\n2025-01,Paid Search,Generic,200\n2025-01,Paid Social,Spring,50\n2025-01,Total,,350\n";
    spend_is(&[("list.csv", list)], 350.0);
}
