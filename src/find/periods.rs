//! The periods of a report: takes the months with data and the as-of day, gives quarters and months, which of them are
//! complete, and the one the site opens with.

use std::collections::BTreeSet;

use super::notices::Notice;
use super::report::Periods;
use crate::calendar::{Day, Month, Period, Quarter};
use crate::project::{Project, ReportPeriod};

/// How many quarters have pages of their own.
const PAGED_QUARTERS: usize = 8;

/// Whether a period was over on the as-of day.
pub fn is_complete(period: Period, fiscal_year_start: u8, as_of: Day) -> bool {
    period.months(fiscal_year_start).is_some_and(|(_, last)| last.last_day() <= as_of)
}

/// The periods of a report. `opening` are the months in which leads entered (or, without leads, deals closed): the site
/// opens with one of them. `months` are all those with data.
pub fn periods(opening: &BTreeSet<Month>, months: &BTreeSet<Month>, as_of: Day, project: &Project) -> Periods {
    let start = project.report.fiscal_year_start;
    let span = months.first().zip(months.last());
    let all_months: Vec<Month> = span.map(|(first, last)| (first.0..=last.0).map(Month).collect()).unwrap_or_default();
    let quarters: BTreeSet<Quarter> = all_months.iter().map(|month| month.quarter(start)).collect();
    let quarters: Vec<Period> = quarters.into_iter().map(Period::Quarter).collect();
    let has_data = |period: &Period| months.iter().any(|month| period.contains(*month, start));
    let last = as_of.plus(1).month().quarter(start).plus(-1);
    let usual = Period::Quarter(last);
    let opens = |period: &Period| opening.iter().any(|month| period.contains(*month, start));
    let latest = quarters.iter().rev().find(|period| is_complete(**period, start, as_of) && opens(period)).copied();
    let (shown, why) = match project.report.period.map(asked) {
        Some(asked) => (asked, None),
        None if latest == Some(usual) => (usual, None),
        None => match latest {
            Some(latest) => (latest, Some(Notice::NothingLastQuarter(last))),
            None => (Period::All, Some(Notice::NoCompleteQuarter)),
        },
    };
    let compared = shown.previous().filter(has_data);
    let mut paged: Vec<Period> =
        quarters.iter().rev().filter(|period| has_data(period)).take(PAGED_QUARTERS).copied().collect();
    if !paged.contains(&shown) && shown != Period::All {
        paged.insert(0, shown);
    }
    paged.push(Period::All);
    Periods {
        shown,
        compared,
        why,
        quarters,
        months: all_months.into_iter().map(Period::Month).collect(),
        paged,
        fiscal_year_start: start,
    }
}

fn asked(period: ReportPeriod) -> Period {
    match period {
        ReportPeriod::All => Period::All,
        ReportPeriod::Quarter { year, quarter } => {
            Quarter::from_year_quarter(year.into(), quarter.into()).map_or(Period::All, Period::Quarter)
        }
        ReportPeriod::Month { year, month } => {
            Month::from_year_month(year.into(), month.into()).map_or(Period::All, Period::Month)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(labels: &[&str]) -> BTreeSet<Month> {
        labels.iter().map(|label| label.parse().unwrap()).collect()
    }

    #[test]
    fn the_last_complete_quarter_is_shown() {
        let found = months(&["2026-01", "2026-05", "2026-08"]);
        let found = periods(&found, &found, "2026-08-14".parse().unwrap(), &Project::default());
        assert_eq!(found.shown.label(), "2026-Q2");
        assert_eq!(found.compared.unwrap().label(), "2026-Q1");
        assert_eq!(found.why, None);
    }

    #[test]
    fn a_quarter_without_leads_gives_way_to_the_latest_with_some() {
        let (entered, all) = (months(&["2017-06", "2018-05"]), months(&["2017-06", "2018-05", "2018-09"]));
        let found = periods(&entered, &all, "2018-11-14".parse().unwrap(), &Project::default());
        assert!(found.paged.iter().any(|period| period.label() == "2018-Q3"), "deals closed then");
        assert_eq!(found.shown.label(), "2018-Q2");
        assert_eq!(found.why, Some(Notice::NothingLastQuarter("2018-Q3".parse().unwrap())));
    }
}
