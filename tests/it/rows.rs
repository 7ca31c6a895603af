//! What a row holds: everything that is understood in it, what other rows say of it, and what is reported where there is
//! little.

use crate::case::Case;

// --- whole rows ----------------------------------------------------------------------------------------------------

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

#[test]
fn days_and_sources_of_a_tool_are_found_in_a_language_that_its_preset_knows_in_part() {
    let contacts = "Datensatz-ID,E-Mail,Lifecycle-Phase,Angelegt am,Herkunft\n501,a@example.com,Lead,2026-01-05 10:00,Messe\n502,b@example.com,Lead,2026-01-06 10:00,Web\n";
    let (_, said) = Case::new().file("contacts.csv", contacts).run("inspect");
    for part in ["HubSpot contacts", "created_at ← Angelegt am", "source ← Herkunft"] {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
}

// --- links, merges, histories --------------------------------------------------------------------------------------

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

// --- what there is, is reported ------------------------------------------------------------------------------------

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

#[test]
fn spend_beside_deals_alone_is_shown() {
    let deals = "deal_id,stage,created_at,closed_at,amount\n1,Closed Won,2026-01-05,2026-02-04,750\n2,Closed Won,2026-01-05,2026-02-05,\n";
    let spend = "date,campaign,spend\n2026-01-03,A,100\n";
    let built = Case::new().file("deals.csv", deals).file("spend.csv", spend).build();
    // A deal that does not tell its amount is no deal of 0.
    built.holds(&[("roi.spend", 100.0), ("cash.spend", 100.0), ("deals.revenue", 750.0), ("deals.average", 750.0)]);
}

#[test]
fn a_table_of_two_ids_ties_deals_to_leads() {
    let leads = "lead_id,lead_source,created_at\nL1,Web,2026-01-01\nL2,Fair,2026-01-02\n";
    let deals = "deal_id,stage,created_at,closed_at,amount\n1,closed won,2026-01-05,2026-01-20,1000\n2,closed won,2026-01-05,2026-01-20,500\n";
    let links = "deal_id,lead_id,role\n1,L1,Decision maker\n2,L2,User\n";
    let built = Case::new().file("leads.csv", leads).file("deals.csv", deals).file("deal_leads.csv", links).build();
    built.holds(&[("deals.won", 2.0), ("roi.revenue", 1500.0)]);
    assert_eq!(built.of("roi.revenue", "source", "Fair"), Some(500.0));
}

#[test]
fn the_later_export_of_a_record_is_told_by_the_name_of_its_file() {
    let header = "Deal ID,Lead ID,Stage,Created Date,Close Date,Amount\n";
    let (open, won) = (
        format!("{header}D0,L1,Proposal,2025-01-05,,500\n"),
        format!("{header}D0,L1,Closed Won,2025-01-05,2025-02-03,450\n"),
    );
    for [earlier, later] in [
        ["deals_2025-01.csv", "deals_2025-02.csv"],
        ["all-deals-2025-01-31.csv", "all-deals-2025-02-28.csv"],
        ["report1735900000000.csv", "report1738600000000.csv"],
    ] {
        let built = Case::new().file(earlier, &open).file(later, &won).build();
        built.holds(&[("deals.won", 1.0), ("deals.open", 0.0), ("deals.revenue", 450.0)]);
        // A deal may well be opened again.
        let built = Case::new().file(earlier, &won).file(later, &open).build();
        built.holds(&[("deals.won", 0.0), ("deals.open", 1.0)]);
    }
    // Where nothing tells, the row that holds more is the later one.
    let built = Case::new().file("a.csv", &open).file("b.csv", &won).build();
    built.holds(&[("deals.won", 1.0), ("deals.revenue", 450.0)]);
}

#[test]
fn deals_that_name_their_person_by_e_mail_belong_to_the_lead() {
    let leads =
        "lead_id,email,lead_source,created_at\nL1,a@example.com,Web,2025-01-01\nL2,b@example.com,Fair,2025-01-02\n";
    for column in ["Email", "Contact Email", "Customer Email"] {
        let deals = format!(
            "deal_id,{column},stage,created_at,closed_at,amount\n1,A@example.com,closed won,2025-01-05,2025-01-20,1050\n"
        );
        let built = Case::new().file("leads.csv", leads).file("deals.csv", &deals).build();
        assert_eq!(built.of("roi.revenue", "source", "Web"), Some(1050.0), "{column}");
    }
}

#[test]
fn ids_that_a_program_made_decimals_of_are_those_ids() {
    let leads =
        "lead_id,email,lead_source,created_at\n101,a@example.com,Web,2025-01-01\n102,b@example.com,Fair,2025-01-02\n";
    let deals = "deal_id,lead_id,stage,created_at,closed_at,amount\nD0,101.0,closed won,2025-01-05,2025-01-28,1000\nD1,,closed won,2025-01-05,2025-01-28,70\n";
    let built = Case::new().file("leads.csv", leads).file("deals.csv", deals).build();
    built.holds(&[("deals.won", 2.0), ("roi.revenue", 1000.0)]);
}

#[test]
fn rows_with_a_day_of_deletion_are_left_out() {
    let leads = "lead_id,email,lead_source,created_at,Deleted At\n1,a@example.com,Web,2025-01-01,\n2,b@example.com,Web,2025-01-02,2025-01-09\n3,c@example.com,Web,2025-01-03,\n";
    Case::new().file("leads.csv", leads).build().holds(&[("roi.leads", 2.0)]);
}
