//! Cases: canonical tables in, one wide row a lead out, with everything that is known of it: slices, stages, touches,
//! verdict, deals, the rule it broke. The only place where tables are joined. Counting is left to [`crate::tally`].

pub mod book;
pub mod campaigns;
pub mod columns;
pub mod contacts;
pub mod credits;
pub mod deals;
pub mod deals_by_lead;
mod dimensions;
pub mod facts;
pub mod frame;
mod history;
pub mod inputs;
pub mod journeys;
pub mod leads;
pub mod leaks;
mod links;
pub mod moments;
pub mod names;
pub mod partners;
pub mod persons;
pub mod spend;
pub mod survey;
mod tellings;
pub mod time;
pub mod touches;

use std::borrow::Cow;

use polars::prelude::*;
use rayon::prelude::*;

use crate::calendar::Zone;
use crate::intake::read::SetAside;
use crate::privacy::mask;
use crate::project::{Project, Table};
use crate::record::Records;
use crate::record::currency::NO_CURRENCY;
use crate::record::frame::Frame;
use crate::record::ids::is_lost;
use crate::stage::Stage;
use crate::store::{NO_CODE, Words};
use book::Book;
use campaigns::{Campaigns, Users};
use contacts::Contact;
use deals::{Deal, Outcome};
use deals_by_lead::{DealsByLead, live_deal};
use dimensions::{CampaignSources, Dimensions};
pub use dimensions::{MemberColumns, MemberNames, Naming, OWNER, Relabelling};
pub use facts::Facts;
use frame::{Answer, CaseRow, Speed};
use inputs::{Inputs, Presence};
use journeys::{Journeys, Side, Touch};
use leads::{Lead, Verdict};
use leaks::{Case, hold};
use moments::{Limit, Moments};
use persons::Persons;
pub use survey::Survey;
use touches::Touched;

/// How many leads become rows at once.
const ROWS_AT_ONCE: usize = 16_384;

/// The dimensions that a touch can earn credit for.
pub const CREDIT_DIMENSIONS: [&str; 3] = ["source", "channel", "campaign"];
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
    /// One row a deal; columns in [`frame::deals`].
    pub deals: DataFrame,
    /// One row a stage that a won deal has left: `deal_stage`, `days`.
    pub stage_days: DataFrame,
    /// One row an amount spent: `dim.source`, `dim.channel`, `dim.campaign`, `month`, `amount`, `impressions`, `clicks`.
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
    let named: Vec<(usize, Named)> = (starts.into_iter())
        .map(|from| {
            let places = from..leads.len().min(from + ROWS_AT_ONCE);
            (from, Named::of(places, &leads, &deals, &by_lead, &journeys, &mut dimensions))
        })
        .collect();
    let rows_of = |(from, named): (usize, Named)| {
        let Named { members, names } = named;
        let row = |(at, (reason, credits)): (usize, (u32, Option<Credits>))| {
            let place = from + at;
            let row = case_row(place, &leads[place], &by_lead.of(place, &deals), &context);
            let deal_stage = by_lead.live(place, &deals, &records.words).map_or(0, |deal| deal_stages[deal]);
            CaseRow { reason, credits, deal_stage, ..row }
        };
        let rows: Vec<CaseRow<'_>> = names.into_iter().enumerate().map(row).collect();
        let mut reached = [false; Stage::ALL.len()];
        for row in &rows {
            reached.iter_mut().zip(&row.stages).for_each(|(reached, at)| *reached |= at.is_some());
            // A lead of which no stage is dated is a lead all the same.
            let is_undated = row.stages.iter().all(Option::is_none);
            reached[row.far.index()] |= is_undated || row.far > Stage::Lead;
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
    let spend = dimensions.spend(&spend)?;
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
        deals: frame::deals(&deals, deal_members, &deal_stages, zone, as_of)?,
        stage_days: frame::stage_days(&stage_days)?,
        spend,
        facts,
    };
    Ok(Some((cases, aside)))
}

/// Members of source, channel and campaign of the first and of the last touch.
type Credits = [[u32; 3]; 2];

/// What the rows of some leads are called.
struct Named {
    members: MemberColumns,
    /// By lead: the reason of its verdict, and what its touches earn credit for.
    names: Vec<(u32, Option<Credits>)>,
}

impl Named {
    fn of<'a>(
        places: std::ops::Range<usize>,
        leads: &[Lead<'a>],
        deals: &[Deal<'a>],
        by_lead: &DealsByLead,
        journeys: &Journeys,
        dimensions: &mut Dimensions<'_, 'a>,
    ) -> Named {
        let mut members = dimensions.columns();
        let mut names = Vec::with_capacity(places.len());
        for place in places {
            let lead = &leads[place];
            let own = by_lead.of(place, deals);
            members.push(&dimensions.of_lead(lead, &own));
            let reason = dimensions.reason(lead.verdict_reason);
            let path = path(lead, journeys.of(place), &own, dimensions.book());
            names.push((reason, path.and_then(|path| credits_of(&path, dimensions))));
        }
        Named { members, names }
    }
}

/// The touches of a lead that earn credit, if it converted.
fn path(lead: &Lead<'_>, journey: &[Touch], deals: &[&Deal<'_>], book: &Book<'_>) -> Option<Vec<Touch>> {
    let converted_at = credits::converted_at(lead, deals)?;
    let creation = credits::creation(lead, book.campaigns)?;
    Some(credits::path(creation, journey, converted_at, book.project.attribution.lookback, book.words()))
}

/// What each model gives the credit to, as members of dimensions.
fn credits_of(path: &[Touch], dimensions: &mut Dimensions<'_, '_>) -> Option<Credits> {
    let (first, last) = (credits::first(path)?, credits::last(path)?);
    Some([first, last].map(|touch| dimensions.credit(touch)))
}

struct Context<'c, 'a> {
    inputs: Inputs,
    project: &'c Project,
    as_of: i64,
    persons: &'c Persons,
    leads: &'c [Lead<'a>],
    journeys: &'c Journeys,
    zone: &'c Zone,
    words: &'c Words,
}

fn case_row<'a>(at: usize, lead: &Lead<'a>, deals: &[&Deal<'_>], context: &Context<'_, '_>) -> CaseRow<'a> {
    let Context { inputs, project, as_of, words, .. } = context;
    let contact = &contact(at, lead, context);
    let days = |at: i64| i64::from(context.zone.day_of(at).0);
    let of = |outcome: Outcome| deals.iter().filter(move |deal| deal.outcome == outcome);
    let mut wins: Vec<i64> = of(Outcome::Won).filter_map(|deal| deal.closed_at).collect();
    wins.sort_unstable();
    let mut stages = lead.stage_times();
    let (handed_over_at, verdict_at) = (lead.handed_over_at.get(), lead.verdict_at.get());
    let mut earliest = |stage: Stage, at: Option<i64>| {
        let known = &mut stages[stage.index()];
        *known = (*known).into_iter().chain(at).min();
    };
    earliest(Stage::Opportunity, deals.iter().filter_map(|deal| deal.created_at).min());
    earliest(Stage::Customer, wins.first().copied());
    earliest(Stage::Repeat, wins.get(1).copied());
    let is_customer = stages[Stage::Customer.index()].is_some() || lead.far >= Stage::Customer;
    let outcome = [Outcome::Won, Outcome::Open, Outcome::Lost].into_iter().find(|outcome| of(*outcome).count() > 0);
    let outcome = if is_customer { Some(Outcome::Won) } else { outcome };
    let last = |outcome| of(outcome).filter_map(|deal| deal.closed_by).max();
    let (outcome_at, outcome_by) = match outcome {
        Some(Outcome::Won) => {
            let customer_at = stages[Stage::Customer.index()];
            (wins.last().copied().or(customer_at), last(Outcome::Won).or(customer_at))
        }
        Some(Outcome::Lost) => (of(Outcome::Lost).filter_map(|deal| deal.closed_at).max(), last(Outcome::Lost)),
        _ => (None, None),
    };
    let state = CaseRow::state_of(outcome, lead.verdict);
    let last_dated = stages.iter().flatten().max().copied();
    let ended_at = match state {
        frame::State::Lost => outcome_at.or(last_dated),
        frame::State::Rejected | frame::State::Recycled => verdict_at.or(last_dated),
        frame::State::InProgress | frame::State::Customer => None,
    };
    let beyond_handover = stages[Stage::Sal.index()..].iter().any(Option::is_some) || !deals.is_empty();
    let scored = project.definitions.score_threshold.zip(lead.score()).is_some_and(|(limit, score)| score >= limit);
    let qualified_at = stages[Stage::Mql.index()].or(lead.created_at.get().filter(|_| scored));
    let case = Case {
        has_source: words.text(lead.source).is_some_and(|source| !project.sources.is_unknown(source)),
        qualified_at,
        beyond_handover,
        handed_over_at,
        has_owner: lead.owner != NO_CODE,
        contact: *contact,
        verdict: lead.verdict,
        verdict_at,
        reason: words.text(lead.verdict_reason),
        outcome,
        outcome_at: outcome_by,
        has_loss_reason: of(Outcome::Lost).any(|deal| deal.loss_reason != NO_CODE),
        newest_deal_at: deals.iter().filter_map(|deal| deal.created_at).max(),
        idle_days: live_deal(deals, words).and_then(|deal| Some(days(*as_of) - days(deal.last_change_at?))),
        knows_handover: lead.knows_handover,
        is_duplicate: is_duplicate(at, lead, context),
    };
    let won_amounts = || of(Outcome::Won).filter_map(|deal| deal.amount);
    CaseRow {
        id: shown_id(lead.id),
        stages,
        far: lead.far,
        entered_at: lead.created_at.get(),
        state,
        ended_at,
        is_customer: outcome == Some(Outcome::Won),
        won: won_amounts().sum(),
        won_deals: u32::try_from(of(Outcome::Won).count()).unwrap_or(u32::MAX),
        won_squares: won_amounts().map(|amount| i128::from(amount).pow(2)).sum(),
        open: of(Outcome::Open).filter_map(|deal| deal.amount).sum(),
        handed_over_at,
        verdict: lead.verdict.or((beyond_handover && handed_over_at.is_some()).then_some(Verdict::Accepted)),
        verdict_at,
        answer: answer(lead, beyond_handover, project, *as_of),
        reason: 0,
        speed: speed(lead, contact, *inputs, project, *as_of),
        first_sales_at: contact.first_sales_at,
        credits: None,
        held: hold(&case, *inputs, &project.agreements, *as_of),
        deal_stage: 0,
    }
}

/// A record id as lists may show it: one that is itself an address or a number of a person becomes a short fingerprint,
/// by which whoever holds the exports can still find the record.
fn shown_id(id: &str) -> Cow<'_, str> {
    if is_lost(id) {
        return Cow::Borrowed("(id lost in a spreadsheet)");
    }
    match mask(id) {
        masked if masked == id => Cow::Borrowed(id),
        _ => Cow::Owned(format!("record {}", &blake3::hash(id.as_bytes()).to_hex()[..10])),
    }
}

/// What the journey of a lead and its own columns tell of its touches.
fn contact(at: usize, lead: &Lead<'_>, context: &Context<'_, '_>) -> Contact {
    let contact = Contact::of(lead, context.journeys.of(at), context.project.agreements.nurture);
    if context.inputs.clock { contact } else { contact.in_whole_days(lead.handed_over_at.get(), context.zone) }
}

fn is_duplicate(at: usize, lead: &Lead<'_>, context: &Context<'_, '_>) -> bool {
    let first = context.persons.with_same_email(at);
    let owners =
        first.filter(|first| *first as usize != at).map(|first| (context.leads[first as usize].owner, lead.owner));
    owners.is_some_and(|(one, other)| one != NO_CODE && other != NO_CODE && one != other)
}

fn answer(lead: &Lead<'_>, beyond_handover: bool, project: &Project, as_of: i64) -> Answer {
    let Some(handed_over_at) = lead.handed_over_at.get() else { return Answer::None };
    let limit = project.agreements.verdict;
    match (lead.verdict, lead.verdict_at.get()) {
        (Some(_), Some(at)) if at - handed_over_at <= limit => Answer::InTime,
        (Some(_), Some(_)) => Answer::Late,
        (Some(_), None) => Answer::Undated,
        (None, _) if beyond_handover => Answer::Undated,
        (None, _) if as_of - handed_over_at > limit => Answer::Missing,
        (None, _) => Answer::Pending,
    }
}

fn speed(lead: &Lead<'_>, contact: &Contact, inputs: Inputs, project: &Project, as_of: i64) -> Speed {
    let Some(handed_over_at) = lead.handed_over_at.get().filter(|_| inputs.sales_touches) else { return Speed::None };
    let limit = project.agreements.first_touch;
    match contact.first_sales_at {
        _ if contact.before_handover => Speed::AlreadyInContact,
        Some(first) if first - handed_over_at <= limit => Speed::InTime,
        Some(_) => Speed::Late,
        None if as_of - handed_over_at > limit => Speed::Never,
        None => Speed::Pending,
    }
}
