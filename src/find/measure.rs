//! Measures: what is known of a figure besides its values. Each is declared once, at the head of its family; pages,
//! downloads, targets, comparisons, privacy and tests read the declaration. What it is called and what it means in words is
//! left to [`crate::pages`].

use std::fmt::{self, Display, Formatter};
use std::hash::{Hash, Hasher};

use crate::calendar::Period;
use crate::stage::Stage;

/// What a value is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Whole things.
    Count,
    /// A share of 1.
    Rate,
    /// Calendar days.
    Days,
    /// Minutes.
    Minutes,
    /// A plain ratio, such as return on spend.
    Ratio,
    /// Minor units of the report's currency.
    Money,
    /// Minor units of the report's currency a day.
    MoneyPerDay,
}

/// What the denominator counts: whom a rate is a share of, what an amount is spread over or a duration rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Leads.
    Leads,
    /// Leads, of which the numerator counts those so far: the rate is an estimate and no quotient of the two.
    LeadsSoFar,
    /// Leads that reached the stage that the id names.
    LeadsAtStage,
    /// Leads that became customers.
    Customers,
    /// Cases that a rule was held against, or that are behind a leak.
    Cases,
    /// Deals.
    Deals,
    /// Minor units of the report's currency; the numerator is one too.
    Amounts,
    /// Days.
    Days,
    /// The measure has no denominator.
    Nothing,
}

/// Whether a figure may be held against that of another period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// As it is: a rate by a test of the difference, anything else by its side.
    Freely,
    /// Only where the cohort was followed long enough: a young one has had less time.
    OnceFollowed,
    /// Not at all: an estimate without a test, or what a cohort brought so far.
    Never,
}

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Good {
    /// The more the better.
    More,
    /// The less the better.
    Less,
    /// Neither.
    Neither,
}

/// What it means that a member has no such figure where others have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// It is 0.
    Zero,
    /// Nobody knows.
    Unknown,
}

/// What privacy asks of the figures of an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// Withheld by the people it is about: its denominator, for a count the count itself, else the owner's leads.
    ByPeople,
    /// Never published of an owner: it would tell the amount of a single deal.
    NotOfOwners,
}

/// By what a measure is broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By every dimension, and as a whole.
    Every,
    /// By the dimensions that spend and credit are known by, and as a whole.
    Credit,
    /// By dimensions of its own alone.
    Own(&'static [&'static str]),
    /// By these dimensions, and as a whole.
    These(&'static [&'static str]),
    /// As a whole alone.
    Whole,
}

/// A figure as it is declared.
#[derive(Debug)]
pub struct Measure {
    /// Its id, with `{}` for each stage, number or word that an id of it names.
    pub pattern: &'static str,
    /// The id of its definition, in the same way.
    pub definition: &'static str,
    /// Unit of the value.
    pub unit: Unit,
    /// What the denominator counts.
    pub of: Of,
    /// Whether it is compared between periods.
    pub compared: Compared,
    /// Which way is good.
    pub good: Good,
    /// What a member without it means.
    pub absent: Absent,
    /// What privacy asks.
    pub privacy: Privacy,
    /// By what it is broken down.
    pub by: By,
    /// Whether it is published for all data alone: what stands now and belongs to no period.
    pub is_of_all_data: bool,
    /// Whether its ids name a percentile of it.
    pub is_percentile: bool,
    /// Whether a ratio is what came back beyond what was put in, and reads as a signed percentage.
    pub is_return: bool,
}

impl Measure {
    const fn new(pattern: &'static str, unit: Unit, of: Of, absent: Absent) -> Measure {
        Measure {
            pattern,
            definition: pattern,
            unit,
            of,
            compared: Compared::Freely,
            good: Good::Neither,
            absent,
            privacy: Privacy::ByPeople,
            by: By::Every,
            is_of_all_data: false,
            is_percentile: false,
            is_return: false,
        }
    }

    /// A number of things; a member without one has none.
    pub const fn count(pattern: &'static str) -> Measure {
        Measure::new(pattern, Unit::Count, Of::Nothing, Absent::Zero)
    }

    /// A share.
    pub const fn rate(pattern: &'static str, of: Of) -> Measure {
        Measure::new(pattern, Unit::Rate, of, Absent::Unknown)
    }

    /// An amount.
    pub const fn money(pattern: &'static str, of: Of) -> Measure {
        Measure::new(pattern, Unit::Money, of, Absent::Unknown)
    }

    /// A ratio of two amounts.
    pub const fn ratio(pattern: &'static str) -> Measure {
        Measure::new(pattern, Unit::Ratio, Of::Amounts, Absent::Unknown)
    }

    /// A duration or a speed, resting on so many things.
    pub const fn of_unit(pattern: &'static str, unit: Unit, of: Of) -> Measure {
        Measure::new(pattern, unit, of, Absent::Unknown)
    }

    /// Percentiles of a duration or a number of things, resting on so many; its ids name which.
    pub const fn percentiles(pattern: &'static str, unit: Unit, of: Of) -> Measure {
        Measure { is_percentile: true, ..Measure::new(pattern, unit, of, Absent::Unknown) }
    }

    /// Defined under another id than its own.
    pub const fn defined(self, definition: &'static str) -> Measure {
        Measure { definition, ..self }
    }

    /// Compared like this.
    pub const fn compared(self, compared: Compared) -> Measure {
        Measure { compared, ..self }
    }

    /// Good this way.
    pub const fn good(self, good: Good) -> Measure {
        Measure { good, ..self }
    }

    /// Of a member without it this is true.
    pub const fn absent(self, absent: Absent) -> Measure {
        Measure { absent, ..self }
    }

    /// Privacy asks this.
    pub const fn private(self, privacy: Privacy) -> Measure {
        Measure { privacy, ..self }
    }

    /// Broken down by these.
    pub const fn by(self, by: By) -> Measure {
        Measure { by, ..self }
    }

    /// Published for all data alone.
    pub const fn of_all_data(self) -> Measure {
        Measure { is_of_all_data: true, ..self }
    }

    /// Reads as a signed percentage.
    pub const fn as_return(self) -> Measure {
        Measure { is_return: true, ..self }
    }

    /// The id of a measure that has but one.
    pub const fn id(&'static self) -> Id {
        Id { measure: self, at: Named::Nothing }
    }

    /// The id of a measure of one stage.
    pub const fn stage(&'static self, stage: Stage) -> Id {
        Id { measure: self, at: Named::Stage(stage) }
    }

    /// The id of a measure of the way between two stages.
    pub const fn pair(&'static self, from: Stage, to: Stage) -> Id {
        Id { measure: self, at: Named::Pair(from, to) }
    }

    /// The same within so many days, or at a percentile.
    pub const fn pair_at(&'static self, from: Stage, to: Stage, number: u32) -> Id {
        Id { measure: self, at: Named::PairAt(from, to, number) }
    }

    /// The id of a measure at a percentile.
    pub const fn at(&'static self, number: u32) -> Id {
        Id { measure: self, at: Named::Number(number) }
    }

    /// The id of a measure of something that a word names: a leak, a step, a model.
    pub const fn word(&'static self, word: &'static str) -> Id {
        Id { measure: self, at: Named::Word(word) }
    }

    /// Whether figures of it are published for a dimension (empty for the whole) and a period.
    pub fn is_published(&self, dimension: &str, period: Period) -> bool {
        let is_whole = dimension.is_empty();
        let is_by = match self.by {
            By::Every => is_whole || self.privacy == Privacy::ByPeople || dimension != super::withhold::OWNER,
            By::Credit => is_whole || crate::cases::attribution::CREDIT_DIMENSIONS.contains(&dimension),
            By::Own(dimensions) => dimensions.contains(&dimension),
            By::These(dimensions) => is_whole || dimensions.contains(&dimension),
            By::Whole => is_whole,
        };
        is_by && (!self.is_of_all_data || period == Period::All)
    }

    /// Whether an id may be one of this measure's.
    pub fn has(&self, id: &str) -> bool {
        let (mut own, mut parts) = (self.pattern.split('.'), id.split('.'));
        let fits = |(own, part): (&str, &str)| match own.split_once("{}") {
            None => own == part,
            Some((begin, end)) => {
                let inside = part.strip_prefix(begin).and_then(|rest| rest.strip_suffix(end));
                inside.is_some_and(|word| !word.is_empty())
            }
        };
        own.by_ref().zip(parts.by_ref()).all(fits) && self.pattern.split('.').count() == id.split('.').count()
    }
}

/// What an id names besides its measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Named {
    Nothing,
    Stage(Stage),
    Pair(Stage, Stage),
    PairAt(Stage, Stage, u32),
    Number(u32),
    Word(&'static str),
}

/// Which figure: a measure, and the stages, number or word that it is of. Its text is the id in `figures.csv`, such as
/// `funnel.conversion.mql.customer`.
#[derive(Clone, Copy)]
pub struct Id {
    /// The measure.
    pub measure: &'static Measure,
    at: Named,
}

impl Id {
    /// Whether it is one of a measure's.
    pub fn is(self, measure: &'static Measure) -> bool {
        std::ptr::eq(self.measure, measure)
    }

    /// The two stages that it is about the way between.
    pub fn stages(self) -> Option<(Stage, Stage)> {
        match self.at {
            Named::Pair(from, to) | Named::PairAt(from, to, _) => Some((from, to)),
            _ => None,
        }
    }

    /// The one stage that it is about.
    pub fn stage(self) -> Option<Stage> {
        match self.at {
            Named::Stage(stage) => Some(stage),
            _ => None,
        }
    }

    /// The word that it names: a leak, a step, a model.
    pub fn word(self) -> Option<&'static str> {
        match self.at {
            Named::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The number that it names: a percentile, or days.
    pub fn number(self) -> Option<u32> {
        match self.at {
            Named::PairAt(.., number) | Named::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The id of its definition.
    pub fn definition(self) -> String {
        let mut text = String::new();
        self.fill(self.measure.definition, &mut text).expect("writing to a string cannot fail");
        text
    }

    /// The pattern with what this id names in place of each `{}`.
    fn fill(self, pattern: &str, to: &mut impl fmt::Write) -> fmt::Result {
        let mut pieces = pattern.split("{}");
        to.write_str(pieces.next().unwrap_or_default())?;
        for (place, piece) in pieces.enumerate() {
            match (self.at, place) {
                (Named::Stage(stage) | Named::Pair(stage, _) | Named::PairAt(stage, ..), 0) => {
                    to.write_str(stage.id())?
                }
                (Named::Pair(_, stage) | Named::PairAt(_, stage, _), 1) => to.write_str(stage.id())?,
                (Named::PairAt(.., number), 2) | (Named::Number(number), 0) => write!(to, "{number}")?,
                (Named::Word(word), 0) => to.write_str(word)?,
                _ => panic!("{pattern} names more than {:?}", self.at),
            }
            to.write_str(piece)?;
        }
        Ok(())
    }
}

impl From<&'static Measure> for Id {
    fn from(measure: &'static Measure) -> Id {
        measure.id()
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, formatter)
    }
}

impl Display for Id {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.fill(self.measure.pattern, formatter)
    }
}

// Each measure is declared once, so that it is told by its place.
impl PartialEq for Id {
    fn eq(&self, other: &Id) -> bool {
        std::ptr::eq(self.measure, other.measure) && self.at == other.at
    }
}

impl Eq for Id {}

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.measure, state);
        self.at.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FAMILIES, funnel, sources};
    use super::*;

    #[test]
    fn an_id_names_its_stages_numbers_and_words() {
        let pair = funnel::CONVERSION.pair(Stage::Mql, Stage::Customer);
        assert_eq!(
            (pair.to_string(), pair.definition()),
            ("funnel.conversion.mql.customer".into(), "funnel.conversion".into())
        );
        let days = funnel::DAYS.pair_at(Stage::Lead, Stage::Customer, 90);
        assert_eq!((days.to_string(), days.definition()), ("velocity.lead.customer.p90".into(), "velocity".into()));
        let cost = sources::COST_PER.stage(Stage::Mql);
        assert_eq!((cost.to_string(), cost.definition()), ("roi.cost_per_mql".into(), "roi.cost_per".into()));
        assert!(
            pair != funnel::CONVERSION.pair(Stage::Mql, Stage::Sql)
                && pair == funnel::CONVERSION.pair(Stage::Mql, Stage::Customer)
        );
    }

    #[test]
    fn an_id_belongs_to_the_measure_whose_pattern_it_fits() {
        assert!(funnel::CONVERSION.has("funnel.conversion.lead.customer"));
        assert!(
            !funnel::CONVERSION.has("funnel.conversion.lead") && !funnel::CONVERSION.has("funnel.conversion..customer")
        );
        assert!(funnel::DAYS.has("velocity.lead.mql.p50") && !funnel::DAYS.has("velocity.lead.mql.before_start"));
        assert!(sources::COST_PER.has("roi.cost_per_mql"));
    }

    #[test]
    fn each_measure_is_declared_once() {
        let mut patterns: Vec<&str> =
            FAMILIES.iter().flat_map(|family| family.measures).map(|one| one.pattern).collect();
        let count = patterns.len();
        patterns.sort_unstable();
        patterns.dedup();
        assert_eq!(patterns.len(), count);
    }
}
