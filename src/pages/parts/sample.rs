//! A small report for the tests of pages: 200 leads in one quarter and the one before, of two sources, with two leaks.

use std::collections::BTreeMap;

use crate::calendar::Period;
use crate::cases::inputs::Inputs;
use crate::cases::leakage::Leak;
use crate::find;
use crate::find::figures::{Figure, Figures};
use crate::find::measure::{Id, Unit};
use crate::find::report::{CaseList, CaseRow, Dimension, Periods, Report};
use crate::find::stats::Interval;
use crate::pages::Account;
use crate::project::Project;
use crate::stage::Stage;

/// The quarter that the report opens with.
pub fn quarter() -> Period {
    "2026-Q3".parse().unwrap()
}

/// A report of exports without any row.
pub fn empty() -> Report {
    let before: Period = "2026-Q2".parse().unwrap();
    Report {
        figures: Figures::default(),
        periods: Periods {
            shown: quarter(),
            compared: Some(before),
            why: None,
            quarters: vec![before, quarter()],
            months: Vec::new(),
            paged: vec![quarter(), before, Period::All],
            fiscal_year_start: 1,
        },
        as_of: "2026-10-09".parse().unwrap(),
        is_dated: true,
        months: None,
        currency: "EUR".to_owned(),
        stages: Vec::new(),
        pairs: Vec::new(),
        dimensions: Vec::new(),
        deal_dimensions: Vec::new(),
        curves: BTreeMap::new(),
        leaks: Vec::new(),
        cases: BTreeMap::new(),
        gaps: Vec::new(),
        notices: Vec::new(),
        inputs: Inputs::default(),
        project: Project::default(),
    }
}

/// A report with leads.
pub fn report() -> Report {
    let mut report = empty();
    report.inputs = Inputs { leads: true, verdict: true, verdict_reason: true, clock: true, ..Inputs::default() };
    report.stages = vec![Stage::Lead, Stage::Customer];
    let members = vec!["Webinar".to_owned(), "Fair".to_owned()];
    report.dimensions = vec![Dimension { name: "source".to_owned(), members }];
    report.leaks = vec![Leak::NoOwner, Leak::NeverTouched, Leak::Duplicate];
    for period in report.periods.quarters.clone() {
        fill(&mut report.figures, period, "", "", 200);
        fill(&mut report.figures, period, "source", "Webinar", 140);
        fill(&mut report.figures, period, "source", "Fair", 60);
        for (reason, leads) in [("timing", 9), ("(none)", 21)] {
            let figure = Figure { denominator: Some(30), numerator: Some(leads.into()), ..Figure::count(leads) };
            report.figures.put(find::feedback::REASON.id(), period, "reason", reason, figure);
        }
        for (band, leads, accepted) in [("never", 40, 4), ("within 1 h", 60, 45)] {
            report.figures.put(
                find::handover::ACCEPTED.id(),
                period,
                "speed_band",
                band,
                Figure::rate(accepted, leads),
            );
        }
    }
    find::gate::judge(&mut report.figures, |_, member| member == "(none)");
    let case = CaseRow {
        id: "00Q1".to_owned(),
        source: "Fair".to_owned(),
        owner: "Owner 1".to_owned(),
        stage: Some(Stage::Lead),
        entered: None,
        money: 9_000,
    };
    report.cases.insert(Leak::NeverTouched, CaseList { cases: vec![case; 12], total: 40 });
    report
}

/// The figures of so many leads: half handed over, of these 80 % with a verdict; 20 leaks without owner, 40 untouched.
fn fill(figures: &mut Figures, period: Period, dimension: &str, member: &str, leads: u64) {
    let mut put = |id: Id, figure: Figure| figures.put(id, period, dimension, member, figure);
    let share = |tenths: u64| leads * tenths / 10;
    put(find::funnel::ENTERED.stage(Stage::Lead), Figure::count(leads));
    put(find::funnel::CONVERSION.pair(Stage::Lead, Stage::Customer), Figure::rate(share(1), leads));
    put(find::feedback::HANDED_OVER.id(), Figure::count(share(5)));
    put(find::feedback::RATE.id(), Figure::rate(share(4), share(5)));
    put(find::feedback::ACCEPTED.id(), Figure::rate(share(2), share(4)));
    put(find::feedback::REJECTED.id(), Figure::rate(share(2), share(4)));
    put(find::feedback::RECYCLED.id(), Figure::rate(0, share(4)));
    put(find::feedback::ACCEPTED_OF_ALL.id(), Figure::rate(share(2), share(5)));
    put(find::feedback::DAYS.at(50), Figure::duration(Some(4), Unit::Days, share(4)));
    put(find::feedback::DAYS.at(90), Figure::duration(Some(11), Unit::Days, share(4)));
    for (leak, cases, worth) in [("no_owner", share(1), 100), ("never_touched", share(2), 200), ("duplicate", 0, 0)] {
        let money = i128::from(cases) * worth * 100;
        let interval = Interval { low: money as f64 * 0.8, high: money as f64 * 1.2 };
        let figure = Figure { denominator: Some(cases.into()), ..Figure::money(money) };
        put(find::leakage::CASES.word(leak), Figure::count(cases));
        put(find::leakage::SHARE.word(leak), Figure::rate(cases, leads));
        put(find::leakage::MONEY.word(leak), figure.within((money > 0).then_some(interval)));
        put(find::leakage::WATERFALL.word(leak), Figure::count(cases));
    }
    put(find::leakage::MONEY_OF_ALL.id(), Figure::money(i128::from(leads) * 5_000));
    put(find::leakage::LEAKED.id(), Figure::rate(share(3), leads));
    put(find::leakage::WATERFALL.word("leads"), Figure::count(leads));
    put(find::leakage::WATERFALL.word("in_progress"), Figure::count(share(6)));
    put(find::leakage::WATERFALL.word("customers"), Figure::count(share(1)));
}

/// The account of no files.
pub fn account() -> Account<'static> {
    static NONE: BTreeMap<String, u64> = BTreeMap::new();
    Account { files: &[], skipped: &[], project_text: None, currencies: &NONE, withheld: 0 }
}
