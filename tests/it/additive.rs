//! The heart of the design: `tally(A ∪ B) = tally(A) + tally(B)`, for any split of the leads.

use casefile::cases::{self, Cases};
use casefile::project::Project;
use casefile::record::{self, Resources};
use casefile::tally::{self, Tallies};
use proptest::prelude::*;
use std::sync::LazyLock;

use crate::support::root;

static CASES: LazyLock<Cases> = LazyLock::new(|| {
    let project = Project::default();
    let exports = root().join("sample-data/plain");
    let means = Resources {
        memory: 1 << 30,
        scratch: &std::env::temp_dir(),
        parts: None,
        cache: None,
        go_on: &|| Ok(()),
        notify: &|_| {},
    };
    let (mut records, _) = record::record(&exports, &project, &means, &|_| {}).unwrap();
    cases::join(&mut records, &project).unwrap()
});

static WHOLE: LazyLock<Tallies> = LazyLock::new(|| counted(&CASES));

fn counted(cases: &Cases) -> Tallies {
    tally::tally(cases, &CASES.facts.pairs()).unwrap()
}

/// The cases from one row on, so many of each table.
fn part(from: f64, to: f64) -> Cases {
    let cut = |frame: &polars::prelude::DataFrame| {
        let at = |share: f64| (frame.height() as f64 * share).floor() as usize;
        frame.slice(at(from) as i64, at(to) - at(from))
    };
    Cases {
        leads: cut(&CASES.leads),
        credits: cut(&CASES.credits),
        deals: cut(&CASES.deals),
        stage_days: cut(&CASES.stage_days),
        spend: cut(&CASES.spend),
        facts: CASES.facts.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_adds_up_to_the_whole(cut in 0.0..1.0_f64, again in 0.0..1.0_f64) {
        let (first, second) = (cut.min(again), cut.max(again));
        let mut sum = counted(&part(second, 1.0));
        sum.add(counted(&part(0.0, first)));
        sum.add(counted(&part(first, second)));
        prop_assert!(sum == *WHOLE);
    }
}
