//! What values mean: outcomes, ids, sides of touches and currencies, in exports small enough to count by hand. Each test is
//! a kind of fault that moved a figure once.

use crate::case::{Case, LEADS};

// --- what became of a deal -----------------------------------------------------------------------------------------

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
fn words_in_a_stage_say_what_became_of_the_deal() {
    let deals = "id_oferta,cliente,etapa,fecha_cierre,importe_eur\n1,A,Cerrado ganado,2026-02-01,100.00\n2,B,Cerrado perdido,2026-02-02,50.00\n3,C,Propuesta enviada,,70.00\n";
    let rule = "[[input]]\nfile = \"d.csv\"\ntable = \"deals\"\n[input.columns]\ndeal_id = \"id_oferta\"\nstage = \"etapa\"\nclosed_at = \"fecha_cierre\"\namount = \"importe_eur\"\n";
    let built = Case::new().file("d.csv", deals).project(rule).build();
    built.holds(&[("deals.won", 1.0), ("deals.lost", 1.0), ("deals.open", 1.0), ("deals.revenue", 100.0)]);
    assert_eq!(built.figures.all("deals.revenue").unit, "EUR", "the header's currency is kept by a rule");
}

// --- identity that was damaged -------------------------------------------------------------------------------------

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

// --- touches have a side -------------------------------------------------------------------------------------------

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

#[test]
fn what_was_planned_or_called_off_is_no_contact() {
    let leads = "lead_id,email,created_at,handed_over_at\nL1,p1@example.com,2026-04-01 09:00,2026-04-01 10:00\nL2,p2@example.com,2026-04-01 09:00,2026-04-01 10:00\n";
    for (column, done, not) in [
        ("Status", "Completed", "Not Started"),
        ("Status", "Done", "Cancelled"),
        ("Done", "Yes", "No"),
        ("State", "held", "Deferred"),
    ] {
        let touches = format!(
            "lead_id,touch_date,channel,side,{column}\nL1,2026-04-01 11:00,call,sales,{done}\nL2,2026-04-01 11:00,call,sales,{not}\n"
        );
        let built = Case::new().file("leads.csv", leads).file("touches.csv", &touches).build();
        assert_eq!(built.figures.all("handover.within").numerator, Some(1.0), "{not}");
    }
}

// --- currency travels with the amount ------------------------------------------------------------------------------

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

// --- dates, flags and titles ------------------------------------------------------------------------------------

#[test]
fn a_column_that_tells_its_order_tells_that_of_its_neighbours() {
    let deals = "deal_id,lead_id,stage,created_at,closed_at,amount\nD1,L1,closed won,06/01/2026,28/01/2026,100\n\
        D2,L2,closed won,05/01/2026,27/01/2026,100\n";
    let built = Case::new().file("leads.csv", LEADS).file("deals.csv", deals).build();
    built.holds(&[("deals.cycle.p50", 22.0)]);
    // The other way round, and with a rule that says otherwise.
    let deals = "deal_id,stage,created_at,closed_at,amount\nD1,closed won,01/06/2026,01/28/2026,100\n";
    Case::new().file("deals.csv", deals).build().holds(&[("deals.cycle.p50", 22.0)]);
    let deals = "deal_id,stage,created_at,closed_at,amount\nD1,closed won,05/01/2026,05/02/2026,100\n";
    let rule = "[[input]]\nfile = \"deals.csv\"\norder = \"day_first\"\n";
    Case::new().file("deals.csv", deals).project(rule).build().holds(&[("deals.cycle.p50", 31.0)]);
}

#[test]
fn flags_of_a_plain_table_say_what_became_of_its_deals() {
    for (header, yes, no) in
        [("is_closed,is_won", "1", "0"), ("closed,won", "true", "false"), ("Is Closed,Is Won", "yes", "no")]
    {
        let deals = format!(
            "deal_id,lead_id,{header},created_at,closed_at,amount\n1,L1,{yes},{yes},2026-01-05,2026-01-20,1000\n\
             2,L2,{yes},{no},2026-01-05,2026-01-21,1000\n3,L3,{no},{no},2026-01-05,,1000\n"
        );
        let built = Case::new().file("leads.csv", LEADS).file("deals.csv", &deals).build();
        built.holds(&[("deals.won", 1.0), ("deals.lost", 1.0), ("deals.open", 1.0), ("deals.unknown", 0.0)]);
    }
    // A day in such a column is a day.
    let deals =
        "deal_id,stage,created,closed,amount\n1,won,2026-01-05,2026-01-20,1000\n2,lost,2026-01-05,2026-01-21,10\n";
    let built = Case::new().file("deals.csv", deals).build();
    built.holds(&[("deals.won", 1.0), ("deals.lost", 1.0)]);
}

#[test]
fn a_title_among_leads_is_no_lead() {
    let leads = "lead_id,email,lead_source,created_at,status\nJanuary,,,,\nA,a@example.com,Web,2026-01-03,open\n\
        B,b@example.com,Ads,2026-01-04,open\nFebruary,,,,\nC,c@example.com,Web,2026-02-03,open\n";
    let built = Case::new().file("leads.csv", leads).build();
    built.holds(&[("roi.leads", 3.0)]);
    built.says(&["2 rows", "a title among the rows"]);
    // In a list of ids with little else, a line of an id is a lead.
    let leads = "lead_id,email,lead_source,created_at\nA,,,\nB,,,\nC,,Web,2026-02-03\n";
    Case::new().file("leads.csv", leads).build().holds(&[("roi.leads", 3.0)]);
}
