//! What counts as leads, deals and money at all: only what there is evidence for, in exports as people have them.

use std::fs;
use std::path::Path;

use crate::case::{Case, LEADS};
use crate::support::{Figure, Figures, built, root};

// --- a table is leads or deals only with evidence ------------------------------------------------------------------

#[test]
fn lists_of_something_else_beside_leads_move_no_figure() {
    let rows = |row: fn(usize) -> String| (1..30).map(row).collect::<Vec<_>>().join("\n");
    let others = [
        (
            "cases.csv",
            "Case No,Customer Email,Opened,State,Origin,Severity",
            rows(|n| format!("{n},q{n}@example.com,2026-01-{:02},closed,Web,2", n % 28 + 1)),
        ),
        (
            "subs.csv",
            "id,email,created,status,subscription plan,source",
            rows(|n| format!("{n},q{n}@example.com,2026-01-{:02},active,pro,web", n % 28 + 1)),
        ),
        (
            "seminar.csv",
            "ID,E-Mail,Registration Time,Attended,Source",
            rows(|n| format!("{n},q{n}@example.com,2026-01-{:02},Yes,Newsletter", n % 28 + 1)),
        ),
        (
            "rechnungen.csv",
            "Rechnungsnummer,Kunde,Datum,Betrag,Status",
            rows(|n| format!("R{n},Firma {n},2026-01-{:02},100.00,won", n % 28 + 1)),
        ),
        (
            "todo.csv",
            "id,email,created,owner,Priority,Due date",
            rows(|n| format!("{n},q{n}@example.com,2026-01-{:02},Kim,high,2026-02-01", n % 28 + 1)),
        ),
    ];
    let mut case = Case::new().file("leads.csv", LEADS);
    for (name, header, rows) in &others {
        case = case.file(name, &format!("{header}\n{rows}\n"));
    }
    let inspected = case.run("inspect").1;
    let built = case.build();
    built.holds(&[("roi.leads", 4.0), ("deals.won", 0.0), ("deals.open", 0.0), ("roi.spend", 0.0)]);
    for (name, ..) in others {
        let line =
            inspected.lines().find(|line| line.trim_start().starts_with(&format!("{name}: "))).unwrap_or_default();
        assert!(line.split_whitespace().count() > 5, "{name} is listed with a reason: {inspected}");
    }
}

#[test]
fn a_second_list_of_people_is_proposed_and_not_counted() {
    let people: String =
        (1..20).map(|n| format!("{n};q{n}@example.com;0{}.02.2026;Messe;Meier\n", n % 9 + 1)).collect();
    let list = format!("Nr;E-Mail;Eingang am;Herkunft;Bearbeiter\n{people}");
    let built = Case::new().file("leads.csv", LEADS).file("messe.csv", &list).build();
    built.holds(&[("roi.leads", 4.0)]);
    built.says(&["messe.csv", "it may be leads", "leads.csv"]);
    // Alone it is the list of leads.
    Case::new().file("messe.csv", &list).build().holds(&[("roi.leads", 19.0)]);
    // And in two files it still is.
    let (first, second) = people.split_at(people.find("10;").unwrap());
    let part = |rows: &str| format!("Nr;E-Mail;Eingang am;Herkunft;Bearbeiter\n{rows}");
    let case = Case::new().file("a.csv", &part(first)).file("b.csv", &part(second));
    case.build().holds(&[("roi.leads", 19.0)]);
}

#[test]
fn orders_count_as_deals_where_they_belong_to_the_leads() {
    let orders = |person: &str| {
        let rows: String =
            (1..5).map(|n| format!("{n},{person}{n}@example.com,\"$1,200.00\",Won,2026-02-0{n}\n")).collect();
        format!("Order No,Email,Order value,Phase,Closing date\n{rows}")
    };
    let strangers = Case::new().file("leads.csv", LEADS).file("orders.csv", &orders("q")).build();
    strangers.holds(&[("deals.won", 0.0)]);
    strangers.says(&["orders.csv", "belongs to a lead"]);
}

#[test]
fn lines_of_deals_are_no_deals() {
    let deals = "deal_id,lead_id,stage,created_at,closed_at,amount\nD1,L1,closed won,2026-01-10,2026-02-01,1000\n";
    let lines = "deal_id,product,quantity,amount,close_date\nD1,Lamp,2,400,2026-02-01\nD1,Cable,9,600,2026-02-01\n";
    let built = Case::new().file("leads.csv", LEADS).file("deals.csv", deals).file("lines.csv", lines).build();
    built.holds(&[("deals.won", 1.0), ("deals.revenue", 1000.0)]);
}

#[test]
fn what_a_list_of_leads_estimates_is_no_deal_beside_a_table_of_deals() {
    let leads = "lead_id,email,lead_source,status,created_at,estimated_deal_value\n\
        L1,a@example.com,Web,Won,2026-01-01,900\nL2,b@example.com,Web,New,2026-01-02,100\nL3,c@example.com,Fair,Lost,2026-01-03,500\n";
    let deals =
        "opportunity_id,lead_id,stage,created_at,close_date,amount\nO1,L1,Closed Won,2026-01-05,2026-02-01,750\n";
    let built = Case::new().file("leads.csv", leads).file("opps.csv", deals).build();
    built.holds(&[("roi.leads", 3.0), ("deals.won", 1.0), ("deals.lost", 0.0), ("deals.revenue", 750.0)]);
}

#[test]
fn keys_of_others_do_not_make_leads_members_or_touches() {
    let leads = "lead_id,fecha_creacion,canal_origen,estado,campaign_id\nL1,2026-01-01,Web,nuevo,C1\nL2,2026-01-02,Feria,calificado,C1\n";
    Case::new().file("leads.csv", leads).build().holds(&[("roi.leads", 2.0)]);
    let rows: String = (1..9).map(|n| format!("L{n},P{n},Bonn,Fair,2026-01-0{n}\n")).collect();
    let leads = format!("Lead_ID,Name,City,Source_Channel,Date_Lead\n{rows}");
    Case::new().file("leads.csv", &leads).build().holds(&[("roi.leads", 8.0)]);
}

/// One company's year in the exports of three tools, thrown together with what a CRM, a help desk and a shop export besides.
#[test]
fn three_tools_and_every_foreign_table_in_one_folder_add_up() {
    let case = Case::new();
    let exports = case.folder.path().join("exports");
    let copy = |from: &Path, to: &Path| {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    };
    let styles = ["salesforce", "hubspot", "plain"];
    for style in styles {
        copy(&root().join("sample-data").join(style), &exports.join(style));
    }
    let mut foreign = Vec::new();
    for tool in ["salesforce_objects", "helpdesk", "commerce"] {
        let from = root().join("tests/fixtures/presets").join(tool);
        copy(&from, &exports.join(tool));
        let names = fs::read_dir(from).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        foreign.extend(names.map(|name| format!("{tool}/{name}")));
    }
    assert!(foreign.len() > 80, "every object of a weekly export is there");
    let inspected = case.run("inspect").1;
    for name in foreign {
        let is_named = inspected.lines().any(|line| {
            line.trim_start()
                .strip_prefix(&name)
                .is_some_and(|rest| rest.starts_with(": recognised as ") && rest.contains("not used: "))
        });
        assert!(is_named, "{name} is named with a reason");
    }
    let together = case.build();
    let alone = styles.map(|style| Figures::of(&built(style)));
    for id in
        ["roi.leads", "deals.won", "deals.lost", "deals.open", "deals.revenue", "feedback.handed_over", "roi.customer"]
    {
        let sum: f64 = alone.iter().map(|figures| figures.all(id).value.unwrap()).sum();
        assert!((together.all(id).unwrap() - sum).abs() < 0.005, "{id}");
    }
    for id in ["feedback.rate", "handover.within"] {
        let parts = |figure: &Figure| [figure.numerator.unwrap(), figure.denominator.unwrap()];
        let sum = alone
            .iter()
            .map(|figures| parts(figures.all(id)))
            .fold([0.0; 2], |sum, own| [sum[0] + own[0], sum[1] + own[1]]);
        assert_eq!(parts(together.figures.all(id)), sum, "{id}");
    }
}

// --- no preset without a signature ---------------------------------------------------------------------------------

#[test]
fn a_rule_takes_no_scale_zone_or_filter_from_a_strangers_preset() {
    let spend = "date,campaign_id,campaign_name,Kosten\n2025-01-03,1,A,1000000.00\n";
    let rule =
        "[[input]]\nfile = \"k.csv\"\ntable = \"spend\"\n[input.columns]\namount = \"Kosten\"\nspent_on = \"date\"\n";
    let built = Case::new().file("leads.csv", LEADS).file("k.csv", spend).project(rule).build();
    built.holds(&[("roi.spend", 1_000_000.0)]);

    let leads = "kunde,angelegt,quelle\n1,2025-04-01 02:30,Web\n2,2025-04-02 02:30,Web\n";
    let rule = "[report]\ntimezone = \"America/New_York\"\n[[input]]\nfile = \"k.csv\"\ntable = \"leads\"\n\
        [input.columns]\nlead_id = \"kunde\"\ncreated_at = \"angelegt\"\nsource = \"quelle\"\n";
    let built = Case::new().file("k.csv", leads).project(rule).build();
    assert_eq!(built.figures.get("roi.leads", "2025-04", "", "").value, Some(2.0), "read in the report's own zone");

    let touches = "wer,wann,type\np1@example.com,2026-01-03 10:00,Anruf\np2@example.com,2026-01-04 10:00,Anruf\n";
    let rule = "[[input]]\nfile = \"t.csv\"\ntable = \"touches\"\n[input.columns]\nemail = \"wer\"\ntouched_at = \"wann\"\nchannel = \"type\"\n";
    let built = Case::new().file("leads.csv", LEADS).file("t.csv", touches).project(rule).build();
    assert_eq!(built.of("quality.rows_used", "file", "t.csv"), Some(2.0));
}

#[test]
fn ids_of_contacts_are_no_ids_of_leads() {
    let leads = "lead_id,created_at,handed_over_at\n7,2025-01-01,2025-01-01\n8,2025-01-01,2025-01-01\n";
    let touches =
        "touch_id,lead_id,contact_id,touched_at,side\na,,8,2025-01-02 12:00,sales\nb,7,,2025-01-02 12:00,sales\n";
    let built = Case::new().file("leads.csv", leads).file("touches.csv", touches).build();
    assert_eq!(built.of("quality.rows_used", "file", "touches.csv"), Some(1.0), "contact 8 is not lead 8");
    // A lead that became contact 8 is found by it.
    let leads = "lead_id,contact_id,created_at,handed_over_at\n7,8,2025-01-01,2025-01-01\n8,,2025-01-01,2025-01-01\n";
    let built = Case::new().file("leads.csv", leads).file("touches.csv", touches).build();
    assert_eq!(built.of("quality.rows_used", "file", "touches.csv"), Some(2.0));
}

#[test]
fn what_is_known_of_a_contact_says_nothing_of_a_lead_of_the_same_number() {
    let leads =
        "lead_id,email,lead_source,created_at\n1,a@example.com,Web,2026-01-01\n2,b@example.com,Fair,2026-01-02\n";
    let deals = "deal_id,contact_id,stage,created_at,closed_at,amount\nD1,2,closed won,2026-01-10,2026-02-01,800\n";
    let built = Case::new().file("leads.csv", leads).file("deals.csv", deals).build();
    built.holds(&[("deals.won", 1.0), ("deals.revenue", 800.0), ("roi.revenue", 0.0)]);
    // A deal that names its lead, and its contact by the number of another lead, is the lead's.
    let deals =
        "deal_id,lead_id,contact_id,stage,created_at,closed_at,amount\nD1,1,2,closed won,2026-01-10,2026-02-01,800\n";
    let built = Case::new().file("leads.csv", leads).file("deals.csv", deals).build();
    assert_eq!(built.of("roi.revenue", "source", "Web"), Some(800.0));
    assert_eq!(built.of("roi.revenue", "source", "Fair").unwrap_or_default(), 0.0);
}

#[test]
fn columns_called_after_deals_make_no_leads() {
    let deals = "Record ID,Opportunity Name,Opportunity State,Opportunity Value,Actual Close Date,User Responsible,Date Created,Email\n\
        1,A,OPEN,100,,Kim,1/13/2026,a@example.com\n2,B,WON,200,2/14/2026,Kim,1/14/2026,b@example.com\n3,C,LOST,300,2/15/2026,Kim,1/15/2026,c@example.com\n";
    let built = Case::new().file("o.csv", deals).build();
    built.holds(&[("roi.leads", 0.0), ("deals.won", 1.0), ("deals.lost", 1.0), ("deals.open", 1.0)]);
}

#[test]
fn lists_of_something_else_beside_deals_alone_are_no_leads() {
    let deals = "deal_id,stage,created_at,closed_at,amount\nD1,won,2026-01-02,2026-01-20,100\nD2,lost,2026-01-02,2026-01-21,100\n";
    let days = |row: fn(usize) -> String| (1..7).map(row).collect::<Vec<String>>().join("\n");
    for (header, rows) in [
        (
            "user_id,email,created_at,last_seen_at,plan,status,utm_source",
            days(|n| format!("{n},q{n}@example.com,2026-01-0{n},2026-02-0{n},pro,active,google")),
        ),
        (
            "Number,Subject,Status,Customer,Email,Assigned To,Mailbox,Created At",
            days(|n| format!("{n},Help,closed,C,q{n}@example.com,Kim,Support,2026-01-0{n}")),
        ),
        (
            "registration_id,email,product,serial,source,registered_at,status",
            days(|n| format!("{n},q{n}@example.com,Drill,S{n},Web,2026-01-0{n},ok")),
        ),
        (
            "order_id,date_created,status,billing_email,order_total,currency,utm_source",
            days(|n| format!("{n},2026-01-0{n},completed,q{n}@example.com,10.00,EUR,google")),
        ),
        (
            "Policy Number,Insured Email,Agent,Premium,Status,Effective Date,Source",
            days(|n| format!("P{n},q{n}@example.com,Kim,100,active,2026-01-0{n},Web")),
        ),
        (
            "survey_id,email,score,comment,agent,created_at,channel",
            days(|n| format!("{n},q{n}@example.com,9,fine,Kim,2026-01-0{n},mail")),
        ),
    ] {
        let built = Case::new().file("deals.csv", deals).file("other.csv", &format!("{header}\n{rows}\n")).build();
        built.holds(&[("roi.leads", 0.0), ("deals.won", 1.0), ("deals.revenue", 100.0)]);
    }
}
