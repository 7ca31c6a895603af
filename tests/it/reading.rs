//! What gets into the figures: exports as people have them, small enough to count by hand, and what must come of them.
//! Each test is a kind of fault that moved a figure once.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::{Figure, Figures, built, casefile, root};

/// A folder of exports, and a project file beside it where there is one.
struct Case {
    folder: TempDir,
}

/// What a build came to.
struct Built {
    figures: Figures,
    check: String,
}

impl Case {
    fn new() -> Case {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("exports")).unwrap();
        Case { folder }
    }

    fn file(self, name: &str, text: &str) -> Case {
        fs::write(self.folder.path().join("exports").join(name), text).unwrap();
        self
    }

    fn project(self, text: &str) -> Case {
        fs::write(self.folder.path().join("casefile.toml"), text).unwrap();
        self
    }

    fn run(&self, command: &str) -> (Option<i32>, String) {
        let mut command = casefile(&[command]);
        command.arg(self.folder.path().join("exports")).current_dir(self.folder.path());
        let project = self.folder.path().join("casefile.toml");
        if project.exists() {
            command.arg("-c").arg(project);
        }
        if command.get_args().next().is_some_and(|name| name == "build") {
            command.arg("-o").arg(self.folder.path().join("site"));
        }
        if command.get_args().next().is_some_and(|name| name != "inspect") {
            command.arg("--no-cache");
        }
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text)
    }

    fn build(self) -> Built {
        let (code, text) = self.run("build");
        assert_eq!(code, Some(0), "{text}");
        let (_, check) = self.run("check");
        Built { figures: Figures::of(&self.folder.path().join("site")), check }
    }
}

impl Built {
    /// The value of a figure over all data; nothing published is nothing.
    fn all(&self, id: &str) -> Option<f64> {
        self.figures.find(id, "all", "", "").and_then(|figure| figure.value)
    }

    fn of(&self, id: &str, dimension: &str, member: &str) -> Option<f64> {
        self.figures.find(id, "all", dimension, member).and_then(|figure| figure.value)
    }

    #[track_caller]
    fn holds(&self, expected: &[(&str, f64)]) {
        for (id, value) in expected {
            assert_eq!(self.all(id).unwrap_or_default(), *value, "{id}\n{}", self.check);
        }
    }

    #[track_caller]
    fn says(&self, words: &[&str]) {
        let is_said = self.check.lines().any(|line| words.iter().all(|word| line.contains(word)));
        assert!(is_said, "nothing said like {words:?} in\n{}", self.check);
    }
}

const LEADS: &str = "lead_id,email,lead_source,created_at\n\
    L1,p1@example.com,Web,2026-01-02\nL2,p2@example.com,Web,2026-01-03\n\
    L3,p3@example.com,Fair,2026-01-04\nL4,p4@example.com,Fair,2026-01-05\n";

// --- a table is leads or deals only with evidence ---------------------------------------------------------------

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

// --- no preset without a signature ------------------------------------------------------------------------------

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

// --- what became of a deal --------------------------------------------------------------------------------------

#[test]
fn the_projects_word_goes_before_the_flag_and_the_flag_before_the_presets_word() {
    let deals = "Record ID,Deal Name,Deal Stage,Is Deal Closed?,Amount,Close Date,Create Date\n\
        1,A,Closed: abandoned,false,100,2026-02-20 10:00,2026-02-01 10:00\n\
        2,B,Closed: won,true,200,2026-02-20 10:00,2026-02-01 10:00\n\
        3,C,Contract Sent,false,300,2026-03-20 10:00,2026-02-01 10:00\n";
    let rule = "[[input]]\nfile = \"d.csv\"\n[input.values.stage]\n\"Closed: abandoned\" = \"lost\"\n";
    let built = Case::new().file("d.csv", deals).build();
    built.holds(&[("deals.won", 1.0), ("deals.open", 2.0), ("deals.lost", 0.0)]);
    let built = Case::new().file("d.csv", deals).project(rule).build();
    built.holds(&[("deals.won", 1.0), ("deals.open", 1.0), ("deals.lost", 1.0)]);
}

#[test]
fn a_closed_deal_without_an_outcome_is_unknown_and_so_is_a_word_nobody_knows() {
    let deals = "deal_id,stage,created_at,closed_at,amount\n1,Vunnet,2026-01-01,2026-02-01,100\n2,Tapt,2026-01-01,2026-02-02,200\n3,Tilbud,2026-01-01,,300\n";
    let built = Case::new().file("deals.csv", deals).build();
    built.holds(&[("deals.unknown", 3.0), ("deals.open", 0.0), ("deals.won", 0.0)]);
    built.says(&["neither open nor known to be won or lost"]);
    // One word is enough to tell that the others are on their way.
    let rule = "[[input]]\nfile = \"*\"\n[input.values.stage]\n\"Vunnet\" = \"won\"\n\"Tapt\" = \"lost\"\n";
    let built = Case::new().file("deals.csv", deals).project(rule).build();
    built.holds(&[("deals.unknown", 0.0), ("deals.open", 1.0), ("deals.won", 1.0), ("deals.lost", 1.0)]);

    let flagged = "Id,Name,StageName,CloseDate,CreatedDate,Amount,IsClosed,IsDeleted\n\
        0062900000000001AAA,A,Beendet,2026-02-10,2026-01-05T09:00:00.000Z,100,true,false\n\
        0062900000000002AAA,B,Closed Won,2026-02-10,2026-01-06T09:00:00.000Z,200,true,false\n";
    let built = Case::new().file("Opportunity.csv", flagged).build();
    built.holds(&[("deals.unknown", 1.0), ("deals.won", 1.0), ("deals.open", 0.0)]);
}

// --- identity that was damaged ----------------------------------------------------------------------------------

#[test]
fn ids_cut_to_fifteen_digits_make_no_two_leads_one() {
    let row = |n: usize| format!("120235000000000000,p{n}@example.com,Web,2026-04-0{n}\n");
    let rows: String = (1..7).map(row).collect();
    let leads = format!("lead_id,email,lead_source,created_at\n{rows}");
    let built = Case::new().file("leads.csv", &leads).build();
    built.holds(&[("roi.leads", 6.0)]);
    built.says(&["lead_id", "rounded by a spreadsheet", "export the file again"]);
    // The same person twice is one still.
    let leads = format!("{leads}{}", row(6));
    Case::new().file("leads.csv", &leads).build().holds(&[("roi.leads", 6.0)]);
    // Long ids that are whole name their records, in whatever order.
    let leads = "lead_id,email,lead_source,created_at\n120235000000000101,a@example.com,Web,2026-04-01\n120235000000000102,b@example.com,Web,2026-04-02\n120235000000000101,a@example.com,Web,2026-04-01\n";
    Case::new().file("leads.csv", leads).build().holds(&[("roi.leads", 2.0)]);
}

#[test]
fn a_reference_to_a_damaged_id_ties_nothing_together() {
    let deals = "deal_id,lead_id,stage,created_at,closed_at,amount\nD1,1.20235E+11,closed won,2026-04-01,2026-04-20,1000\nD2,1.20235E+11,closed won,2026-04-02,2026-04-21,1000\n";
    let leads = "lead_id,email,lead_source,created_at\n1.20235E+11,a@example.com,Web,2026-04-01\n1.20235E+11,b@example.com,Fair,2026-04-02\n";
    let built = Case::new().file("leads.csv", leads).file("deals.csv", deals).build();
    built.holds(&[("roi.leads", 2.0), ("deals.won", 2.0), ("roi.revenue", 0.0)]);
}

// --- touches have a side ----------------------------------------------------------------------------------------

#[test]
fn what_marketing_sends_and_what_nobody_knows_is_no_contact_by_sales() {
    let leads = "lead_id,email,created_at,handed_over_at\nL1,p1@example.com,2026-04-01 09:00,2026-04-01 10:00\nL2,p2@example.com,2026-04-01 09:00,2026-04-01 10:00\n";
    let touches = |kind: &str| {
        format!(
            "email,touch_date,channel\np1@example.com,2026-04-01 15:00,{kind}\np2@example.com,2026-04-01 09:30,{kind}\n"
        )
    };
    for kind in
        ["Newsletter click", "Webinar", "Lead form", "Paid Social ad", "Page view", "Messe", "E-Mail", "SMS", "Chat"]
    {
        let built = Case::new().file("leads.csv", leads).file("t.csv", &touches(kind)).build();
        assert_eq!(built.all("handover.within"), None, "{kind}");
        assert_eq!(built.all("handover.already_in_contact").unwrap_or_default(), 0.0, "{kind}");
    }
    for kind in ["Call", "Sales call", "Demo", "Erstgespräch", "Voicemail"] {
        let built = Case::new().file("leads.csv", leads).file("t.csv", &touches(kind)).build();
        assert_eq!(built.figures.all("handover.within").numerator, Some(1.0), "{kind}");
    }
    // A word in the export itself is stronger than the kind.
    let told = "email,touch_date,channel,side\np1@example.com,2026-04-01 15:00,Webinar,sales\n";
    let built = Case::new().file("leads.csv", leads).file("t.csv", told).build();
    assert_eq!(built.figures.all("handover.within").numerator, Some(1.0));
}

// --- currency travels with the amount ---------------------------------------------------------------------------

#[test]
fn a_currency_in_a_header_a_cell_or_a_name_is_the_amounts() {
    let spend = |header: &str, cell: &str| format!("date,campaign,{header}\n2026-01-03,A,{cell}\n");
    for (header, cell) in [
        ("spend_usd", "100.00"),
        ("Cost (USD)", "100.00"),
        ("Kosten in USD", "100.00"),
        ("Spend", "USD 100.00"),
        ("Spend [USD]", "100.00"),
    ] {
        let built = Case::new().file("leads.csv", LEADS).file("s.csv", &spend(header, cell)).build();
        assert_eq!(built.figures.all("roi.spend").unit, "USD", "{header}");
        assert_eq!(built.all("roi.spend"), Some(100.0), "{header}");
    }
    let deals = "deal_id,lead_id,stage,created_at,closed_at,amount,currency\nD1,L1,closed won,2026-01-02,2026-02-01,500,US Dollar\n";
    let built = Case::new().file("leads.csv", LEADS).file("d.csv", deals).build();
    assert_eq!(built.figures.all("deals.revenue").unit, "USD");
}

#[test]
fn two_currencies_ask_for_a_rate_also_where_one_is_named_by_an_id() {
    let deals = "deal_id,lead_id,stage,created_at,closed_at,amount,currency\nD1,L1,closed won,2026-01-02,2026-02-01,500,EUR\nD2,L2,closed won,2026-01-02,2026-02-01,700,c-17\n";
    let case = Case::new().file("leads.csv", LEADS).file("d.csv", deals);
    let (code, text) = case.run("build");
    assert_ne!(code, Some(0));
    assert!(text.contains("c-17") && text.contains("input.values.currency"), "{text}");
    let rule = "[report]\ncurrency = \"EUR\"\n[rates]\nUSD = \"0.5\"\n[[input]]\nfile = \"d.csv\"\n[input.values.currency]\n\"c-17\" = \"USD\"\n";
    case.project(rule).build().holds(&[("deals.revenue", 850.0)]);
    // One currency that nobody names is one currency.
    let deals = deals.replace("EUR", "c-17");
    Case::new().file("leads.csv", LEADS).file("d.csv", &deals).build().holds(&[("deals.revenue", 1200.0)]);
}

// --- whole rows -------------------------------------------------------------------------------------------------

#[test]
fn columns_that_are_understood_are_used_in_a_plain_table_too() {
    let leads = "lead_id,created_at,Herkunft,E-Mail,Bearbeiter\nL1,2026-01-01,Messe,a@example.com,Kim\nL2,2026-01-02,Web,b@example.com,Kim\n";
    let built = Case::new().file("leads.csv", leads).build();
    assert_eq!(built.of("roi.leads", "source", "Messe"), Some(1.0));
    let deals = "opportunity_id,deal_stage,Angelegt am,Abschlussdatum,Auftragswert\n1,won,2026-01-01,2026-02-01,100.00\n2,lost,2026-01-03,2026-02-05,300.00\n";
    let built = Case::new().file("deals.csv", deals).build();
    built.holds(&[("deals.won", 1.0), ("deals.revenue", 100.0), ("deals.cycle.p50", 31.0)]);
}

#[test]
fn a_row_of_a_tracker_is_a_lead_and_its_deal_however_few_they_are() {
    let tracker = "Name,Company,Email,Source,Stage,Created,Deal size,Closed on\n\
        P1,Org,a@example.com,Web,New,2026-01-01,,\n\
        P2,Org,b@example.com,Web,Closed won,2026-01-02,$900.00,2026-02-02\n\
        P3,Org,c@example.com,Fair,Closed lost,2026-01-03,$500.00,2026-02-03\n";
    let built = Case::new().file("tracker.csv", tracker).build();
    built.holds(&[
        ("roi.leads", 3.0),
        ("deals.won", 1.0),
        ("deals.lost", 1.0),
        ("deals.revenue", 900.0),
        ("roi.revenue", 900.0),
    ]);
    let german = "Nr;E-Mail;Quelle;Status;Eingang am;Auftragswert\n\
        1;a@example.com;Web;Neu;01.01.2026;\n2;b@example.com;Web;Gewonnen;02.01.2026;900,00\n\
        3;c@example.com;Messe;Verloren;03.01.2026;500,00\n4;d@example.com;Messe;Angebot;04.01.2026;700,00\n";
    let built = Case::new().file("liste.csv", german).build();
    built.holds(&[
        ("roi.leads", 4.0),
        ("deals.won", 1.0),
        ("deals.lost", 1.0),
        ("deals.open", 1.0),
        ("deals.revenue", 900.0),
    ]);
}

// --- links, merges, histories -----------------------------------------------------------------------------------

#[test]
fn contact_roles_and_merged_contacts_close_the_chain_from_deal_to_source() {
    let leads = "Id,IsConverted,LeadSource,Status,CreatedDate,OwnerId,ConvertedContactId,IsDeleted,LastName,Company\n\
        00Q290000000001AAA,true,Web,Closed,2026-01-05T09:00:00.000Z,00529000000001AAA,003290000000001AAA,false,A,B\n";
    let deals = "Id,Name,StageName,CloseDate,CreatedDate,Amount,IsClosed,IsWon,IsDeleted\n\
        006290000000001AAA,A,Closed Won,2026-02-10,2026-01-15T09:00:00.000Z,180,true,true,false\n";
    let roles = "Id,OpportunityId,ContactId,Role,IsPrimary,CreatedDate,IsDeleted\n\
        00K290000000001AAA,006290000000001AAA,003290000000001AAA,Buyer,true,2026-01-15T09:00:00.000Z,false\n";
    let case = Case::new().file("Lead.csv", leads).file("Opportunity.csv", deals);
    assert_eq!(case.build().of("roi.revenue", "source", "Web").unwrap_or_default(), 0.0);
    let case =
        Case::new().file("Lead.csv", leads).file("Opportunity.csv", deals).file("OpportunityContactRole.csv", roles);
    assert_eq!(case.build().of("roi.revenue", "source", "Web"), Some(180.0));
}

#[test]
fn a_merged_deal_is_set_aside_and_what_speaks_of_it_goes_on() {
    let leads = "lead_id,lead_source,created_at\nL1,Web,2026-01-01\n";
    let deals = "deal_id,lead_id,stage,created_at,closed_at,amount\nD1,L1,closed won,2026-01-02,2026-02-01,500\nD2,L1,closed won,2026-01-02,2026-02-01,500\nD3,,closed won,2026-01-02,2026-02-01,500\n";
    let merged = "kept,gone\nD1,D2\nD2,D3\n";
    let rule = "[[input]]\nfile = \"merged.csv\"\ntable = \"links\"\n[input.columns]\ndeal_id = \"kept\"\nmerged_deal_id = \"gone\"\n";
    let built =
        Case::new().file("leads.csv", leads).file("deals.csv", deals).file("merged.csv", merged).project(rule).build();
    built.holds(&[("deals.won", 1.0), ("deals.revenue", 500.0)]);
    built.says(&["deals.csv", "2 rows", "merged into another record"]);
}

#[test]
fn a_history_of_leads_tells_when_they_reached_their_stages() {
    let leads = "lead_id,lead_source,created_at\nL1,Web,2026-01-01\nL2,Web,2026-01-02\nL3,Web,2026-01-03\n";
    let history =
        "who,to,on\nL1,MQL,2026-01-05\nL1,SQL,2026-01-09\nL2,MQL,2026-01-06\nL2,No fit,2026-01-20\nL9,MQL,2026-01-06\n";
    let rule = "[[input]]\nfile = \"h.csv\"\ntable = \"stage_changes\"\n[input.columns]\nlead_id = \"who\"\nstage = \"to\"\nchanged_at = \"on\"\n\
        [input.values.stage]\n\"MQL\" = \"mql\"\n\"SQL\" = \"sql\"\n\"No fit\" = \"rejected\"\n";
    let built = Case::new().file("leads.csv", leads).file("h.csv", history).project(rule).build();
    built.holds(&[("funnel.entered.mql", 2.0), ("funnel.entered.sql", 1.0)]);
    assert_eq!(built.figures.all("feedback.rejected").numerator, Some(1.0));
    built.says(&["h.csv", "1 rows", "belongs to no lead"]);
}

// --- what there is, is reported ---------------------------------------------------------------------------------

#[test]
fn leads_without_a_date_are_in_all_data() {
    let leads = "lead_id,lead_source,status\nL1,Web,new\nL2,Web,new\nL3,Fair,new\nL4,Fair,new\n";
    let rule = "[[input]]\nfile = \"leads.csv\"\ntable = \"leads\"\n[input.columns]\nlead_id = \"lead_id\"\nsource = \"lead_source\"\nstage = \"status\"\n";
    let built = Case::new().file("leads.csv", leads).project(rule).build();
    built.holds(&[("roi.leads", 4.0), ("funnel.entered.lead", 4.0)]);
    // A yes or no of its own says how far a lead came, without a day.
    let leads = "lead_id,lead_source,bought\nL1,Web,1\nL2,Web,0\nL3,Fair,1\nL4,Fair,0\n";
    let rule = rule.replace("stage = \"status\"", "stage = \"bought\"")
        + "[input.values.stage]\n\"1\" = \"customer\"\n\"0\" = \"lead\"\n";
    let built = Case::new().file("leads.csv", leads).project(&rule).build();
    let conversion = built.figures.all("funnel.conversion.lead.customer");
    assert_eq!((conversion.numerator, conversion.denominator), (Some(2.0), Some(4.0)));
}

#[test]
fn spend_alone_is_a_report_of_spend() {
    let spend = "date,source,campaign,spend,clicks\n2026-01-03,Google,A,10.50,3\n2026-02-03,Meta,B,20.00,9\n";
    let built = Case::new().file("spend.csv", spend).build();
    built.holds(&[("roi.spend", 30.5), ("roi.clicks", 12.0)]);
    assert_eq!(built.of("roi.spend", "source", "Meta"), Some(20.0));
    assert_eq!(built.figures.get("roi.spend", "2026-01", "", "").value, Some(10.5));
    assert_eq!(built.all("roi.impressions"), None, "no report has such a column");
    built.says(&["no leads and no deals"]);
}

// --- a consultant can say it ------------------------------------------------------------------------------------

#[test]
fn one_file_is_two_tables_by_the_values_of_a_column() {
    let rows = "kind,nr,mail,on,what,money\nlead,1,a@example.com,2026-01-01,Web,\nlead,2,b@example.com,2026-01-02,Fair,\nsale,1,a@example.com,2026-02-01,won,700\nnote,9,x@example.com,2026-02-01,,\n";
    let rules = "[[input]]\nfile = \"all.csv\"\ntable = \"leads\"\nrows = { kind = [\"lead\"] }\n\
        columns = { lead_id = \"nr\", email = \"mail\", created_at = \"on\", source = \"what\" }\nconstants = { channel = \"Own list\" }\n\
        [[input]]\nfile = \"all.csv\"\ntable = \"deals\"\nrows = { kind = [\"sale\"] }\n\
        columns = { deal_id = \"nr\", email = \"mail\", closed_at = \"on\", outcome = \"what\", amount = \"money\" }\n";
    let built = Case::new().file("all.csv", rows).project(rules).build();
    built.holds(&[("roi.leads", 2.0), ("deals.won", 1.0), ("deals.revenue", 700.0), ("roi.revenue", 700.0)]);
    assert_eq!(built.of("roi.leads", "channel", "Own list").or(built.all("roi.leads")), Some(2.0));
}

#[test]
fn a_fixed_word_must_be_one_that_the_field_takes() {
    let case = Case::new().file("leads.csv", LEADS).file("t.csv", "email,touch_date\np1@example.com,2026-01-05\n");
    let case = case.project("[[input]]\nfile = \"t.csv\"\ntable = \"touches\"\nconstants = { side = \"vertrieb\" }\n");
    let (_, text) = case.run("check");
    assert!(text.contains("`vertrieb` under `side`, which is one of marketing, sales"), "{text}");
}

#[test]
fn amount_and_outcome_may_be_in_two_files() {
    let crm = "deal_id,lead_id,stage,created_at,closed_at\nD1,L1,closed won,2026-01-02,2026-02-01\nD2,L2,closed lost,2026-01-02,2026-02-01\n";
    let finance = "deal_id,amount,stage\nD1,500,\nD2,900,\nD3,100,won\n";
    let built = Case::new().file("leads.csv", LEADS).file("crm.csv", crm).file("finance.csv", finance).build();
    built.holds(&[("deals.won", 2.0), ("deals.lost", 1.0), ("deals.revenue", 600.0)]);
    built.says(&["taken into the same record of another file"]);
}

#[test]
fn a_deal_that_is_gone_from_the_newest_snapshot_left_the_pipeline() {
    let header = "deal_id,stage,created_at,closed_at,amount\n";
    let first = format!(
        "{header}D1,proposal,2026-01-02,,500\nD2,proposal,2026-01-03,,100\nD3,closed won,2026-01-03,2026-01-20,50\n"
    );
    let second = format!(
        "{header}D1,closed won,2026-01-02,2026-02-10,400\nD3,closed won,2026-01-03,2026-01-20,50\nD4,demo,2026-02-03,,70\n"
    );
    let case = || Case::new().file("deals-2026-01-31.csv", &first).file("deals-2026-02-28.csv", &second);
    let built = case().project("[[input]]\nfile = \"deals-*.csv\"\nsnapshots = true\n").build();
    built.holds(&[("deals.won", 2.0), ("deals.open", 1.0), ("deals.unknown", 1.0), ("deals.revenue", 450.0)]);
}

#[test]
fn init_writes_a_rule_for_a_file_that_nobody_knows() {
    let odd = "Ref,Wann,Ort\nA-1,2026-01-05,Bonn\nA-2,2026-01-06,Köln\n";
    let case = Case::new().file("leads.csv", LEADS).file("odd.csv", odd);
    let written = case.folder.path().join("written.toml");
    let mut init = casefile(&["init"]);
    init.arg(case.folder.path().join("exports")).arg("-o").arg(&written);
    assert!(init.output().unwrap().status.success());
    let text = fs::read_to_string(&written).unwrap();
    let at = text.find("# file = \"/odd.csv\"").expect("a rule for the file");
    let rule = &text[at..at + 600];
    for part in ["# table = ", "\"Ref\"", "such as A-1; A-2", "\"Ort\"", "such as Bonn; Köln"] {
        assert!(rule.contains(part), "{part} is missing in\n{rule}");
    }
    assert!(!rule.contains("# lead_id = "), "nothing takes the place of a lead: {rule}");
    // Unedited, it changes nothing.
    let before = Case::new().file("leads.csv", LEADS).file("odd.csv", odd).build();
    let after = Case::new().file("leads.csv", LEADS).file("odd.csv", odd).project(&text).build();
    assert_eq!(before.figures.0, after.figures.0);
}

#[test]
fn sources_that_differ_in_blanks_alone_are_named() {
    let leads =
        "lead_id,lead_source,created_at\nL1,Online Store,2026-01-01\nL2,OnlineStore,2026-01-02\nL3,Web,2026-01-02\n";
    let built = Case::new().file("leads.csv", leads).build();
    built.says(&["OnlineStore", "Online Store", "[sources.aliases]"]);
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

// --- what people who tried it found -----------------------------------------------------------------------------

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
fn an_expected_day_is_no_closing_day() {
    let deals = "opportunity_id,stage,created_date,expected_close_date,actual_close_date,amount\n\
        1,Closed Won,2026-01-05,2026-06-30,2026-02-04,750\n2,Proposal,2026-01-05,2026-07-30,,100\n";
    let built = Case::new().file("opps.csv", deals).build();
    built.holds(&[("deals.won", 1.0), ("deals.open", 1.0), ("deals.cycle.p50", 30.0)]);
    assert_eq!(built.figures.get("deals.won", "2026-02", "", "").value, Some(1.0));
    built.says(&["as of 4 February 2026"]);
}

#[test]
fn spend_beside_deals_alone_is_shown() {
    let deals = "deal_id,stage,created_at,closed_at,amount\n1,Closed Won,2026-01-05,2026-02-04,750\n2,Closed Won,2026-01-05,2026-02-05,\n";
    let spend = "date,campaign,spend\n2026-01-03,A,100\n";
    let built = Case::new().file("deals.csv", deals).file("spend.csv", spend).build();
    // A deal that does not tell its amount is no deal of 0.
    built.holds(&[("roi.spend", 100.0), ("cash.spend", 100.0), ("deals.revenue", 750.0), ("deals.average", 750.0)]);
}

#[test]
fn keys_of_others_do_not_make_leads_members_or_touches() {
    let leads = "lead_id,fecha_creacion,canal_origen,estado,campaign_id\nL1,2026-01-01,Web,nuevo,C1\nL2,2026-01-02,Feria,calificado,C1\n";
    Case::new().file("leads.csv", leads).build().holds(&[("roi.leads", 2.0)]);
    let rows: String = (1..9).map(|n| format!("L{n},P{n},Bonn,Fair,2026-01-0{n}\n")).collect();
    let leads = format!("Lead_ID,Name,City,Source_Channel,Date_Lead\n{rows}");
    Case::new().file("leads.csv", &leads).build().holds(&[("roi.leads", 8.0)]);
}

#[test]
fn words_in_a_stage_say_what_became_of_the_deal() {
    let deals = "id_oferta,cliente,etapa,fecha_cierre,importe_eur\n1,A,Cerrado ganado,2026-02-01,100.00\n2,B,Cerrado perdido,2026-02-02,50.00\n3,C,Propuesta enviada,,70.00\n";
    let rule = "[[input]]\nfile = \"d.csv\"\ntable = \"deals\"\n[input.columns]\ndeal_id = \"id_oferta\"\nstage = \"etapa\"\nclosed_at = \"fecha_cierre\"\namount = \"importe_eur\"\n";
    let built = Case::new().file("d.csv", deals).project(rule).build();
    built.holds(&[("deals.won", 1.0), ("deals.lost", 1.0), ("deals.open", 1.0), ("deals.revenue", 100.0)]);
    assert_eq!(built.figures.all("deals.revenue").unit, "EUR", "the header's currency is kept by a rule");
}

#[test]
fn days_and_sources_of_a_tool_are_found_in_a_language_that_its_preset_knows_in_part() {
    let contacts = "Datensatz-ID,E-Mail,Lifecycle-Phase,Angelegt am,Herkunft\n501,a@example.com,Lead,2026-01-05 10:00,Messe\n502,b@example.com,Lead,2026-01-06 10:00,Web\n";
    let (_, said) = Case::new().file("contacts.csv", contacts).run("inspect");
    for part in ["HubSpot contacts", "created_at ← Angelegt am", "source ← Herkunft"] {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
}
