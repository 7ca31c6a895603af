//! What a project file can say of exports without a preset, and what `init` and `check` propose.

use std::fs;

use crate::case::{Case, LEADS};
use crate::support::casefile;

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

#[test]
fn numbers_are_a_slice_by_their_bands() {
    let leads = "lead_id,email,lead_source,created_at,Lead score,account_id\n\
        L1,a@example.com,Web,2026-01-01,\"19,99\",A1\nL2,b@example.com,Web,2026-01-02,20,A2\n\
        L3,c@example.com,Fair,2026-01-03,\"49,5\",A1\nL4,d@example.com,Fair,2026-01-04,50,\n\
        L5,e@example.com,Web,2026-01-05,,A2\nL6,f@example.com,Web,2026-01-06,n/a,A2\n\
        L7,g@example.com,Web,2026-01-07,hot,A2\nL8,h@example.com,Web,2026-01-08,75,A1\n";
    let deals = "deal_id,lead_id,stage,created_at,closed_at,amount\n\
        D1,L1,closed won,2026-01-10,2026-02-01,\"1.000,00\"\nD2,L2,closed won,2026-01-10,2026-02-02,\"999,99\"\n\
        D3,L8,closed lost,2026-01-10,2026-02-03,\"12.500,00\"\nD4,L4,proposal,2026-01-10,,\"9.999,99\"\n";
    let accounts = "account_id,industry,employees\nA1,Tools,250\nA2,Trade,1000\n";
    let slices = "[slices]\nscore = { table = \"leads\", column = \"Lead score\", bands = [20, 50] }\n\
        size = { table = \"deals\", column = \"amount\", bands = [1000, 10000.5] }\n\
        staff = { table = \"accounts\", column = \"employees\", bands = [500] }\n";
    let case = || Case::new().file("leads.csv", leads).file("deals.csv", deals).file("accounts.csv", accounts);
    let built = case().project(slices).build();
    let counted = |id: &str, slice: &str, members: &[(&str, f64)]| {
        for (member, expected) in members {
            assert_eq!(built.of(id, slice, member).unwrap_or_default(), *expected, "{id} {slice} {member}");
        }
    };
    counted("roi.leads", "score", &[("below 20", 1.0), ("20 to below 50", 2.0), ("50 or more", 2.0), ("(none)", 3.0)]);
    counted("deals.won", "size", &[("below 1,000", 1.0), ("1,000 to below 10,000.5", 1.0), ("10,000.5 or more", 0.0)]);
    counted("deals.lost", "size", &[("10,000.5 or more", 1.0)]);
    counted("deals.revenue", "score", &[("below 20", 1000.0), ("20 to below 50", 999.99)]);
    counted("roi.leads", "staff", &[("below 500", 3.0), ("500 or more", 4.0), ("(none)", 1.0)]);
    built.says(&["Lead score", "1 of 6 values are no number", "row 7"]);
    let said = built.check.lines().filter(|line| line.contains("Lead score")).count();
    assert_eq!(said, 1, "the column is a field and a slice, and is spoken of once");

    for wrong in ["[]", "[20, 20]", "[50, 20]", "[nan]"] {
        let slice = format!("[slices]\nscore = {{ table = \"leads\", column = \"Lead score\", bands = {wrong} }}\n");
        let (code, text) = case().project(&slice).run("check");
        assert_ne!(code, Some(0));
        assert!(text.contains("`bands` must be limits in rising order") && text.contains("[20, 50, 80]"), "{text}");
    }
}
