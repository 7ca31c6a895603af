//! What is true of the demo company, to hold a report against: `truth.json`.
//!
//! Takes the cases as they are written, gives counts. Counts are of what the exports can know when
//! they end; the true probabilities are those of the story itself.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Plan;
use super::calendar::{DAY, END, date_of, push_iso};
use super::campaigns::CAMPAIGNS;
use super::case::{Case, Deal, Judgement};
use super::clerk::RowCounts;
use super::company::SOURCES;
use super::leaks::{Leak, leaks_of};
use super::odds::{ACCEPTED_IN_TIME, ACCEPTED_LATE, true_conversion};
use super::spend::Spend;

/// Everything that is true of one demo.
#[derive(Clone, Debug, Serialize)]
pub struct Truth {
    /// What this file is. By this key, which comes first, it is known among exports as none of them.
    pub casefile: &'static str,
    /// What was asked for.
    pub plan: Plan,
    /// The latest event in the exports, planned dates left aside.
    pub as_of: String,
    /// How `true_conversion_uncensored` is made.
    pub true_conversion_formula: &'static str,
    /// Counts over all sources.
    pub totals: Counts,
    /// Counts and the true conversion of each source; the source that is not recorded is empty.
    pub sources: Vec<SourceTruth>,
    /// What a quick first touch does.
    pub speed_effect: SpeedEffect,
    /// Verdicts by kind; `none` are handed over and without one.
    pub verdicts: Verdicts,
    /// Leads that hold no leak.
    pub leads_without_leak: u64,
    /// The leaks, in the order in which the first one of a lead is found.
    pub leaks: Vec<LeakTruth>,
    /// Deals by outcome, with and without a lead.
    pub deals: Deals,
    /// Money won, in cents, repeat sales included.
    pub revenue_cents: Money,
    /// Money spent, in cents, as far as this style exports it.
    pub spend_cents: Money,
    /// Rows of data by file, headers, preambles and totals left aside.
    pub rows: BTreeMap<String, u64>,
}

/// How many leads reached each stage; a later stage implies the earlier ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Leads.
    pub leads: u64,
    /// Marketing-qualified leads.
    pub mql: u64,
    /// Handed over to sales.
    pub handed_over: u64,
    /// Accepted by sales.
    pub sal: u64,
    /// Sales-qualified leads.
    pub sql: u64,
    /// Leads with a deal.
    pub opportunity: u64,
    /// Leads that bought.
    pub customer: u64,
    /// Leads that bought again.
    pub repeat_customer: u64,
    /// Touches of all leads.
    pub touches: u64,
    /// Leads that buy sooner or later, also after the end of the exports.
    pub customer_in_the_end: u64,
}

/// What is true of one source.
#[derive(Clone, Debug, Serialize)]
pub struct SourceTruth {
    /// Its name in the CRM; empty where not recorded.
    pub source: &'static str,
    /// HubSpot's name of it.
    pub hubspot_source: &'static str,
    /// HubSpot's drill-down, where it tells the source.
    pub hubspot_detail: Option<&'static str>,
    /// P(customer | source), had the exports no end.
    pub true_conversion_uncensored: f64,
    /// What was realised.
    #[serde(flatten)]
    pub counts: Counts,
}

/// What a quick first touch does.
#[derive(Clone, Debug, Serialize)]
pub struct SpeedEffect {
    /// First sales touch within 24 hours of the handover.
    pub within_24_hours: SpeedBand,
    /// First sales touch later than that.
    pub later: SpeedBand,
}

/// Leads whose first sales touch came at one speed, among those handed over more than 14 days
/// before the end, for whom every verdict that comes has come.
#[derive(Clone, Debug, Serialize)]
pub struct SpeedBand {
    /// P(accepted | touched at this speed).
    pub true_acceptance: f64,
    /// Leads touched at this speed.
    pub touched: u64,
    /// Of these, accepted by sales.
    pub accepted: u64,
    /// Of these, customers when the exports end.
    pub customers: u64,
}

/// Verdicts of leads handed over.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verdicts {
    /// Accepted.
    pub accepted: u64,
    /// Rejected.
    pub rejected: u64,
    /// Sent back to marketing.
    pub recycled: u64,
    /// No verdict yet.
    pub none: u64,
    /// How often each reason was given with a rejection; empty where none was.
    pub rejection_reasons: BTreeMap<&'static str, u64>,
}

/// How often a leak occurs.
#[derive(Clone, Debug, Serialize)]
pub struct LeakTruth {
    /// Its number in the agreed order.
    pub number: &'static str,
    /// Its name.
    pub leak: &'static str,
    /// Whether this style's exports can show it.
    pub visible: bool,
    /// Leads that hold it, for `untraceable_deal`: deals.
    pub holding: u64,
    /// Leads for which it is the first in the order.
    pub first: u64,
    /// `holding` by source.
    pub holding_by_source: BTreeMap<&'static str, u64>,
    /// `first` by source.
    pub first_by_source: BTreeMap<&'static str, u64>,
}

/// Deals by outcome when the exports end.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Deals {
    /// Won.
    pub won: u64,
    /// Lost.
    pub lost: u64,
    /// Still open.
    pub open: u64,
    /// Of all these, sales to a customer of before.
    pub repeat: u64,
    /// Of all these, deals with no lead behind them.
    pub untraceable: u64,
    /// How often each loss reason was given; empty where none was.
    pub loss_reasons: BTreeMap<&'static str, u64>,
}

/// Cents of US dollars.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Money {
    /// All of it.
    pub total: u64,
    /// By source.
    pub by_source: BTreeMap<&'static str, u64>,
    /// What belongs to deals with no lead behind them.
    pub untraceable: u64,
    /// By month, such as `2024-01`: of winning, of the advertising report's row, or of a
    /// campaign's first day where only its whole cost is known.
    pub by_month: BTreeMap<String, u64>,
}

impl Money {
    fn add(&mut self, source: Option<&'static str>, day: i64, cents: u64) {
        let (year, month, _) = date_of(day);
        self.total += cents;
        match source {
            Some(source) => *self.by_source.entry(source).or_default() += cents,
            None => self.untraceable += cents,
        }
        *self.by_month.entry(format!("{year}-{month:02}")).or_default() += cents;
    }
}

impl Truth {
    /// The truth of a plan before its first lead.
    pub(super) fn new(plan: &Plan) -> Self {
        let mut as_of = Vec::new();
        push_iso(&mut as_of, END);
        Self {
            casefile: "what is true of an invented company, to hold a report against: no export",
            plan: *plan,
            as_of: String::from_utf8_lossy(&as_of).into_owned(),
            true_conversion_formula: "P(MQL) x P(handed over | MQL) x P(accepted | handed over) x P(SQL | accepted) x P(opportunity | SQL) x P(won | opportunity)",
            totals: Counts::default(),
            sources: SOURCES.iter().map(SourceTruth::of).collect(),
            speed_effect: SpeedEffect {
                within_24_hours: SpeedBand::of(ACCEPTED_IN_TIME.fraction()),
                later: SpeedBand::of(ACCEPTED_LATE.fraction()),
            },
            verdicts: Verdicts::default(),
            leads_without_leak: 0,
            leaks: Leak::ALL.into_iter().map(|leak| LeakTruth::of(leak, plan)).collect(),
            deals: Deals::default(),
            revenue_cents: Money::default(),
            spend_cents: Money::default(),
            rows: BTreeMap::new(),
        }
    }

    /// Counts a case.
    pub(super) fn count(&mut self, case: &Case) {
        self.totals.count(case);
        self.sources[case.source].counts.count(case);
        self.verdicts.count(case);
        self.speed_effect.count(case);
        let source = SOURCES[case.source].name;
        for deal in &case.deals {
            self.count_deal(deal, Some(source));
        }
        let mut first = true;
        for leak in leaks_of(case, END) {
            let place = Leak::ALL.iter().position(|&other| other == leak);
            let truth = &mut self.leaks[place.unwrap_or_default()];
            truth.holding += 1;
            *truth.holding_by_source.entry(source).or_default() += 1;
            if std::mem::take(&mut first) {
                truth.first += 1;
                *truth.first_by_source.entry(source).or_default() += 1;
            }
        }
        self.leads_without_leak += u64::from(first);
    }

    /// Counts a deal that has no lead.
    pub(super) fn count_loose_deal(&mut self, deal: &Deal) {
        self.count_deal(deal, None);
        self.deals.untraceable += 1;
        let leak = Leak::UntraceableDeal.label().1;
        for truth in self.leaks.iter_mut().filter(|truth| truth.leak == leak) {
            truth.holding += 1;
            truth.first += 1;
        }
    }

    fn count_deal(&mut self, deal: &Deal, source: Option<&'static str>) {
        self.deals.repeat += u64::from(deal.repeat);
        if let Some(won_at) = deal.won_at() {
            self.deals.won += 1;
            self.revenue_cents.add(source, won_at.div_euclid(DAY), deal.amount_cents);
        } else if deal.lost_at().is_some() {
            self.deals.lost += 1;
            *self.deals.loss_reasons.entry(deal.loss_reason).or_default() += 1;
        } else {
            self.deals.open += 1;
        }
    }

    /// Counts the spend; the cost of campaigns only where the style exports it.
    pub(super) fn count_spend(&mut self, spend: &Spend, with_campaign_costs: bool) {
        let source = |place: usize| Some(SOURCES[CAMPAIGNS[place].source].name);
        for ad in &spend.advertising {
            self.spend_cents.add(source(ad.campaign), ad.day, ad.cents);
        }
        if !with_campaign_costs {
            return;
        }
        for (place, &cents) in spend.campaign_cents.iter().enumerate() {
            if cents > 0 {
                self.spend_cents.add(source(place), CAMPAIGNS[place].starts, cents);
            }
        }
    }

    /// Notes the rows written.
    pub(super) fn set_rows(&mut self, rows: RowCounts) {
        self.rows = rows.into_iter().collect();
    }
}

impl Counts {
    fn count(&mut self, case: &Case) {
        let reached = |at: Option<i64>| u64::from(at.is_some());
        self.leads += 1;
        self.mql += reached(case.mql_at);
        self.handed_over += reached(case.handed_over_at);
        self.sal += reached(case.accepted_at());
        self.sql += reached(case.sql_at);
        self.opportunity += u64::from(!case.deals.is_empty());
        self.customer += reached(case.won_at());
        let wins = case.deals.iter().filter(|deal| deal.won_at().is_some());
        self.repeat_customer += u64::from(wins.count() > 1);
        self.touches += case.touches.len() as u64;
        self.customer_in_the_end += u64::from(case.customer_in_the_end);
    }
}

impl SourceTruth {
    fn of(source: &super::company::Source) -> Self {
        Self {
            source: source.name,
            hubspot_source: source.hubspot,
            hubspot_detail: source.hubspot_detail,
            true_conversion_uncensored: true_conversion(source),
            counts: Counts::default(),
        }
    }
}

impl LeakTruth {
    fn of(leak: Leak, plan: &Plan) -> Self {
        let (number, name) = leak.label();
        Self {
            number,
            leak: name,
            visible: plan.style.has_touches() || leak.shows_without_touches(),
            holding: 0,
            first: 0,
            holding_by_source: BTreeMap::new(),
            first_by_source: BTreeMap::new(),
        }
    }
}

impl SpeedBand {
    fn of(true_acceptance: f64) -> Self {
        Self { true_acceptance, touched: 0, accepted: 0, customers: 0 }
    }
}

impl SpeedEffect {
    fn count(&mut self, case: &Case) {
        let Some((handed_over_at, touched_at)) = case.handed_over_at.zip(case.first_sales_touch()) else {
            return;
        };
        // Someone who came back after a verdict and was called only then was not pursued.
        let pursued = case.verdict.is_none_or(|verdict| touched_at <= verdict.at);
        if !pursued || END - handed_over_at <= 14 * DAY {
            return;
        }
        let in_time = touched_at - handed_over_at <= DAY;
        let band = if in_time { &mut self.within_24_hours } else { &mut self.later };
        band.touched += 1;
        band.accepted += u64::from(case.accepted_at().is_some());
        band.customers += u64::from(case.won_at().is_some());
    }
}

impl Verdicts {
    fn count(&mut self, case: &Case) {
        if case.handed_over_at.is_none() {
            return;
        }
        let Some(verdict) = case.verdict else {
            self.none += 1;
            return;
        };
        match verdict.judgement {
            Judgement::Accepted => self.accepted += 1,
            Judgement::Recycled => self.recycled += 1,
            Judgement::Rejected => {
                self.rejected += 1;
                *self.rejection_reasons.entry(verdict.reason).or_default() += 1;
            }
        }
    }
}
