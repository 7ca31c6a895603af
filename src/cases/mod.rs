//! Cases: canonical tables in, one wide row a lead out, with everything that is known of it: slices, stages, touches,
//! verdict, deals, the rule it broke. The only place where tables are joined. Counting is left to [`crate::tally`].

pub mod attribution;
pub mod book;
pub mod campaigns;
pub mod columns;
pub mod contacts;
pub mod deals;
pub mod deals_by_lead;
mod dimensions;
pub mod facts;
pub mod feedback;
pub mod frame;
pub mod funnel;
pub mod handover;
mod history;
pub mod inputs;
pub mod journeys;
pub mod leads;
pub mod leakage;
mod links;
pub mod moments;
pub mod names;
pub mod partners;
pub mod persons;
pub mod row;
pub mod sources;
pub mod spend;
pub mod survey;
mod tellings;
pub mod time;
pub mod touches;

use polars::prelude::*;
use rayon::prelude::*;

use crate::intake::read::SetAside;
use crate::project::{Project, Table};
use crate::record::Records;
use crate::record::currency::NO_CURRENCY;
use crate::record::frame::Frame;
use crate::stage::Stage;
use attribution::{CREDIT_DIMENSIONS, Credits};
use book::Book;
use campaigns::{Campaigns, Users};
use deals::{Deal, Outcome};
use deals_by_lead::DealsByLead;
use dimensions::{CampaignSources, Dimensions};
pub use dimensions::{MemberColumns, MemberNames, Naming, OWNER, Relabelling};
pub use facts::Facts;
use frame::Rows;
use inputs::{Inputs, Presence};
use journeys::{Journeys, Side};
use leads::Lead;
use moments::{Limit, Moments};
use persons::Persons;
use row::{CaseRow, Codes, Context};
pub use survey::Survey;
use touches::Touched;

/// How many leads become rows at once.
const ROWS_AT_ONCE: usize = 16_384;

/// Why cases could not be made.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// There is no lead, no deal and nothing spent.
    #[error("the exports hold no leads, no deals and no spend")]
    Nothing,
    /// A table operation failed: our own mistake.
    #[error("the tables could not be joined: {0}")]
    Tables(#[from] PolarsError),
}

/// The joined cases, ready to be tallied.
#[derive(Debug, Clone)]
pub struct Cases {
    /// One row a lead; columns in [`frame::cases`].
    pub leads: DataFrame,
    /// One row a share of credit for a conversion; columns in [`attribution::Credits::into_table`].
    pub credits: DataFrame,
    /// One row a deal; columns in [`deals::table`].
    pub deals: DataFrame,
    /// One row a stage that a won deal has left; columns in [`deals::stage_days_table`].
    pub stage_days: DataFrame,
    /// One row an amount spent; columns in [`spend::table`].
    pub spend: DataFrame,
    /// What is known besides.
    pub facts: Facts,
}

impl Cases {
    /// Lays the rows of leads together, which come in pieces: to be done when what they were made of is gone.
    pub fn gather(&mut self) {
        self.leads.rechunk_mut();
    }
}

/// Rows that are not used, with their file.
type Aside = Vec<(SetAside, u32)>;

/// Joins the tables, all at once. Rows of touches and spend that belong to nothing are set aside in the account of
/// `records`.
///
/// # Errors
/// Where nothing is dated.
pub fn join(records: &mut Records, project: &Project) -> Result<Cases, JoinError> {
    let mut naming = Naming::new(project);
    let mut cases = join_part(records, project, None, &mut naming)?;
    naming.finish(&records.words, project).tell(&mut cases.facts, project);
    Ok(cases)
}

/// Joins the tables of one part of the exports; `survey` is of all parts, where there are several. Names of members are
/// gathered in `naming`, and told by [`MemberNames::tell`] when all parts are joined.
///
/// # Errors
/// Where nothing is dated.
pub fn join_part(
    records: &mut Records,
    project: &Project,
    survey: Option<&Survey>,
    naming: &mut Naming,
) -> Result<Cases, JoinError> {
    let campaigns = Campaigns::new(records, project);
    let presence = Presence::of(records);
    // Touches are most of the rows, and are done with before cases are made.
    let mut touches = records.tables.remove(&Table::Touches);
    let (cases, aside) = match joined(records, &mut touches, &presence, &campaigns, project, survey, naming)? {
        Some(joined) => joined,
        None => {
            // Something is dated later than can be believed: that has to be known before anything is joined.
            records.tables.extend(touches.take().map(|touches| (Table::Touches, touches)));
            let survey = Survey::of(records, project);
            let mut touches = records.tables.remove(&Table::Touches);
            let joined = joined(records, &mut touches, &presence, &campaigns, project, Some(&survey), naming)?;
            joined.expect("a survey says what limits the tables")
        }
    };
    for (reason, file) in aside {
        records.put_aside(reason, std::iter::once(file));
    }
    Ok(cases)
}

/// The cases; `None` where there is no survey and needs to be one, with `touches` as they were. Else these are done with.
fn joined(
    records: &Records,
    touches: &mut Option<Frame>,
    presence: &Presence,
    campaigns: &Campaigns,
    project: &Project,
    survey: Option<&Survey>,
    naming: &mut Naming,
) -> Result<Option<(Cases, Aside)>, JoinError> {
    let mut aside = Aside::new();
    let zone = &records.zone;
    let given = survey::given(records, project);
    let limit = given.map(|at| Limit { at, is_given: true }).or_else(|| survey?.limit());
    let seen_until = limit.map(|limit| limit.at);
    let users = Users::new(records);
    let with_verdicts = survey.map_or_else(|| leads::with_verdicts(records), |survey| survey.with_verdicts.clone());
    let leads = leads::leads(records, &with_verdicts, seen_until, &mut aside);
    let persons = Persons::new(records, &leads);
    let mut deals = deals::deals(records, &leads, &persons, limit, &mut aside);
    let inputs = match survey {
        Some(survey) => Inputs::of(&survey.presence, survey.lost_deals, &records.files),
        None => {
            let lost_deals = deals.iter().any(|deal| deal.outcome == Outcome::Lost);
            Inputs::of(presence, lost_deals, &records.files)
        }
    };
    let book = Book { persons: &persons, campaigns, users: &users, records, project };
    let mut moments = if survey.is_some() || given.is_some() { None } else { Some(Moments::of(&leads, &deals)) };
    let mut touched = Touched::of(touches.as_ref(), &leads, &deals, &persons, records, seen_until);
    touched.tell(&mut deals);
    aside.append(&mut touched.aside);
    moments.iter_mut().for_each(|moments| moments.touched(&touched.days));
    let found = moments.as_ref().or(survey.map(|survey| &survey.moments)).and_then(Moments::as_of);
    if moments.is_some() && found.is_some_and(|found| found.has_later) {
        return Ok(None);
    }
    let used_touches = touched.used;
    let journeys = touched.journeys(touches.take(), leads.len(), &book);
    // Where no lead, deal or touch is dated, what was spent may be.
    let dated = given.or(found.map(|found| found.at)).or_else(|| spend::latest(records));
    if leads.is_empty() && deals.is_empty() && dated.is_none() && records.table(Table::Spend).is_none() {
        return Err(JoinError::Nothing);
    }
    let as_of = dated.unwrap_or_default();
    // They are those of all parts, and told with the first.
    let first_survey = survey.filter(|_| given.is_none() && records.counts_spend);
    let late_closings = first_survey.map_or(0, |survey| survey.moments.closings_after(as_of));
    let spend = match records.counts_spend {
        true => spend::spend(records, campaigns, zone, given, &mut aside),
        false => Vec::new(),
    };

    let by_lead = DealsByLead::new(&deals, leads.len(), &records.words);
    let context = Context {
        inputs,
        project,
        as_of,
        persons: &persons,
        leads: &leads,
        journeys: &journeys,
        zone,
        words: &records.words,
    };
    let name = |code: u32| records.words.text(code);
    let deal_stages: Vec<u32> =
        (deals.iter()).map(|deal| naming.stages.of(deal.stage, || name(deal.stage).map(str::to_owned))).collect();
    let stage_days = deals::stage_days(records, &deals, &mut naming.stages);
    let own_sources;
    let campaign_sources = match survey {
        Some(survey) => &survey.campaign_sources,
        None => {
            own_sources = CampaignSources::of(&leads, campaigns);
            &own_sources
        }
    };
    let mut dimensions = Dimensions::new(naming, records, &book, campaign_sources);
    // Some leads at a time, so that their rows are at hand while they become columns. Names get their codes in the order of
    // leads; all else is done on all cores.
    let starts: Vec<usize> = (0..leads.len().max(1)).step_by(ROWS_AT_ONCE).collect();
    let mut credits = Credits::default();
    let named: Vec<(usize, Named)> = (starts.into_iter())
        .map(|from| {
            let places = from..leads.len().min(from + ROWS_AT_ONCE);
            (from, Named::of(places, &leads, &deals, &by_lead, &journeys, &mut dimensions, &mut credits))
        })
        .collect();
    let rows_of = |(from, named): (usize, Named)| {
        let Named { members, reasons } = named;
        let row = |(at, reason): (usize, u32)| {
            let place = from + at;
            let deal_stage = by_lead.live(place, &deals, &records.words).map_or(0, |deal| deal_stages[deal]);
            context.row(place, &by_lead.of(place, &deals), Codes { reason, deal_stage })
        };
        let rows: Vec<CaseRow<'_>> = reasons.into_iter().enumerate().map(row).collect();
        let mut reached = [false; Stage::ALL.len()];
        for progress in rows.iter().map(|row| &row.progress) {
            reached.iter_mut().zip(&progress.stages).for_each(|(reached, at)| *reached |= at.is_some());
            // A lead of which no stage is dated is a lead all the same.
            let is_undated = progress.stages.iter().all(Option::is_none);
            reached[progress.far.index()] |= is_undated || progress.far > Stage::Lead;
        }
        Ok((frame::cases(&rows, members, zone)?, reached))
    };
    let mut reached = [false; Stage::ALL.len()];
    let mut table: Option<DataFrame> = None;
    for (rows, own) in named.into_par_iter().map(rows_of).collect::<PolarsResult<Vec<_>>>()? {
        reached.iter_mut().zip(own).for_each(|(reached, own)| *reached |= own);
        match &mut table {
            Some(table) => drop(table.vstack_mut_owned(rows)?),
            None => table = Some(rows),
        }
    }
    let mut deal_members = dimensions.columns();
    deals.iter().for_each(|deal| deal_members.push(&dimensions.of_deal(deal, &leads)));
    let mut spend_members = MemberColumns::new(&CREDIT_DIMENSIONS);
    spend.iter().for_each(|spend| spend_members.push(&dimensions.of_spend(spend)));
    let day = |at: i64| zone.day_of(at);
    let reached = |stage: &Stage| survey.map_or(&reached, |survey| &survey.reached)[stage.index()];
    let facts = Facts {
        dimensions: naming.dimensions(),
        reasons: Vec::new(),
        deal_stages: Vec::new(),
        stages: Stage::ALL.into_iter().filter(reached).collect(),
        inputs,
        currency: records.currency.clone(),
        currency_assumed: records.currencies.get(NO_CURRENCY).copied().unwrap_or_default(),
        as_of_day: day(as_of),
        is_dated: dated.is_some(),
        touches: used_touches,
        side_unknown: journeys.count(|touch| touch.side == Side::Unknown),
        late_closings,
        first_close: deals.iter().filter_map(|deal| deal.closed_at).min().map(day),
        first_entry: leads.iter().filter_map(|lead| lead.created_at.get()).min().map(day),
    };
    let cases = Cases {
        leads: table.unwrap_or_default(),
        credits: credits.into_table(zone)?,
        deals: deals::table(&Rows::new(&deals, zone), deal_members, &deal_stages, as_of)?,
        stage_days: deals::stage_days_table(&Rows::new(&stage_days, zone))?,
        spend: spend::table(&Rows::new(&spend, zone), spend_members)?,
        facts,
    };
    Ok(Some((cases, aside)))
}

/// What some leads are called, in the order of their places.
struct Named {
    members: MemberColumns,
    /// Codes of the reasons of their verdicts.
    reasons: Vec<u32>,
}

impl Named {
    fn of<'a>(
        places: std::ops::Range<usize>,
        leads: &[Lead<'a>],
        deals: &[Deal<'a>],
        by_lead: &DealsByLead,
        journeys: &Journeys,
        dimensions: &mut Dimensions<'_, 'a>,
        credits: &mut Credits,
    ) -> Named {
        let mut members = dimensions.columns();
        let mut reasons = Vec::with_capacity(places.len());
        for place in places {
            let lead = &leads[place];
            let own = by_lead.of(place, deals);
            members.push(&dimensions.of_lead(lead, &own));
            reasons.push(dimensions.reason(lead.verdict_reason));
            credits.share(lead, journeys.of(place), &own, dimensions);
        }
        Named { members, reasons }
    }
}
