//! Figures as words: value, what it rests on, how it compares.

use super::super::leak_words;
use super::super::model::{Change, Direction};
use super::{CASES_TO_JUDGE, View, capitalised, uncapitalised};
use crate::calendar::Period;
use crate::cases::leaks::Leak;
use crate::find::figures::{Figure, Value};
use crate::find::measure::{Compared, Id, Of, Unit};
use crate::find::stats::Interval;
use crate::record::currency::NO_CURRENCY;
use crate::stage::Stage;
use crate::words::{self, numbers};

/// Said of a rate that rests on fewer than [`CASES_TO_JUDGE`] cases.
pub const TOO_FEW_TO_JUDGE: &str = "too few to judge";

/// Longest note that stands in the place of a value; a longer one stands under it.
const SHORT_NOTE: usize = 32;

/// How a member's rate compares with the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its whole interval lies above the rate of the whole.
    Above,
    /// Its whole interval lies below the rate of the whole.
    Below,
    /// Its interval holds the rate of the whole.
    Alike,
    /// It rests on too few cases to judge.
    TooFew,
}

impl View<'_> {
    /// The value of a figure in full, for tables; where there is none, why.
    pub fn value_text(&self, id: impl Into<Id>, figure: &Figure) -> String {
        self.value_or(id.into(), figure, false)
    }

    /// The value at a glance, for tiles and charts: money with three digits.
    pub fn short_text(&self, id: impl Into<Id>, figure: &Figure) -> String {
        self.value_or(id.into(), figure, true)
    }

    fn value_or(&self, id: Id, figure: &Figure, short: bool) -> String {
        match (figure.value, short_remark(figure)) {
            (Some(value), _) => self.number(id, figure, value, short),
            (None, Some(remark)) => remark,
            (None, None) => numbers::NOT_MEASURABLE.to_owned(),
        }
    }

    /// The remark on a figure where it is not already shown in place of the value; empty for none.
    pub fn note_text(&self, figure: &Figure) -> String {
        let is_shown = figure.value.is_none() && short_remark(figure).is_some();
        figure.remark.filter(|_| !is_shown).map(words::remarks::remark).unwrap_or_default()
    }

    fn number(&self, id: Id, figure: &Figure, value: Value, short: bool) -> String {
        match figure.unit {
            Unit::Count => count(value),
            Unit::Rate => numbers::percent(value.real(), cases(figure)),
            Unit::Days => days(value),
            Unit::Minutes if self.report.inputs.clock => numbers::minutes(value.real() as i64),
            Unit::Minutes => numbers::days((value.real() / 1_440.0) as i32),
            Unit::Ratio if id.measure.is_return => return_percent(value.real()),
            Unit::Ratio => numbers::decimal(value.real(), 2),
            Unit::Money => self.money(value, short),
            Unit::MoneyPerDay => format!("{} a day", self.money(value, true)),
        }
    }

    fn money(&self, value: Value, short: bool) -> String {
        let currency = &self.report.currency;
        match value {
            _ if short => numbers::money_short(value.real().round() as i128, currency),
            Value::Whole(minor) => numbers::money_full(minor, currency),
            Value::Real(minor) => numbers::money_full(self.sensible(minor), currency),
        }
    }

    /// The currency after the name of an amount: ` in EUR`; empty where none is known.
    pub fn in_currency(&self) -> String {
        match self.report.currency.as_str() {
            NO_CURRENCY => String::new(),
            code => format!(" in {code}"),
        }
    }

    /// An average amount to the minor unit, or where it has more than three digits before the point to the major one.
    fn sensible(&self, minor: f64) -> i128 {
        let unit = self.minor_per_major();
        if minor.abs() < 1_000.0 * unit { minor.round() as i128 } else { ((minor / unit).round() * unit) as i128 }
    }

    /// Minor units in a major one of the report's currency.
    pub(super) fn minor_per_major(&self) -> f64 {
        let digits = crate::record::money::minor_digits(&self.report.currency);
        10_f64.powi(i32::from(digits))
    }

    /// The interval of a figure in words, as in `9.9% to 11.2%`.
    pub fn interval_text(&self, id: impl Into<Id>, figure: &Figure) -> Option<String> {
        let Interval { low, high } = figure.interval?;
        let text = match figure.unit {
            Unit::Rate => return Some(numbers::percent_interval(figure.interval?, cases(figure))),
            Unit::Ratio if id.into().measure.is_return => [low, high].map(return_percent),
            Unit::Money | Unit::MoneyPerDay => [low, high].map(|end| self.money(Value::Real(end), true)),
            Unit::Ratio => [low, high].map(|end| numbers::decimal(end, 2)),
            _ => [low, high].map(|end| numbers::decimal(end, 0)),
        };
        Some(text.join(" to "))
    }

    /// What a figure rests on: `842 of 8,000, 95% interval 9.9% to 11.2%`; with its note.
    pub fn evidence_text(&self, id: impl Into<Id>, figure: &Figure) -> String {
        let id = id.into();
        let mut parts: Vec<String> = self.basis_text(id, figure).into_iter().collect();
        if too_few(figure) {
            parts.push(TOO_FEW_TO_JUDGE.to_owned());
        } else if let Some(interval) = self.interval_text(id, figure) {
            parts.push(format!("95% interval {interval}"));
        }
        let note = self.note_text(figure);
        let evidence = parts.join(", ");
        match (evidence.is_empty(), note.is_empty()) {
            (_, true) => evidence,
            (true, false) => note,
            (false, false) => format!("{evidence}; {note}"),
        }
    }

    /// Numerator and denominator in words, where the figure has them.
    fn basis_text(&self, id: Id, figure: &Figure) -> Option<String> {
        let below = figure.denominator?;
        let of = numbers::count(unsigned(below));
        let money = |minor| numbers::money_short(minor, &self.report.currency);
        match (figure.unit, figure.numerator) {
            (Unit::Days | Unit::Minutes, _) => {
                Some(format!("from {}", numbers::plural(unsigned(below), "case", "cases")))
            }
            (Unit::Rate, Some(part)) if id.measure.of == Of::Amounts => {
                Some(format!("{} of {}", money(part), money(below)))
            }
            (Unit::Rate, Some(part)) if id.measure.of == Of::LeadsSoFar => {
                Some(format!("{} so far of {of}", numbers::count(unsigned(part))))
            }
            (Unit::Rate, Some(part)) => Some(numbers::of(unsigned(part), unsigned(below))),
            (Unit::Money, Some(part)) => Some(format!("{} for {}", money(part), self.counted(id, below))),
            (Unit::Money, None) => Some(format!("from {}", self.counted(id, below))),
            (Unit::Ratio, Some(part)) if !id.measure.is_return => Some(format!("{} on {}", money(part), money(below))),
            _ => None,
        }
    }

    /// What an amount is spread over, counted: `1,122 leads`.
    fn counted(&self, id: Id, count: i128) -> String {
        let (one, many) = match (id.measure.of, id.stage()) {
            (Of::LeadsAtStage, Some(stage)) => {
                return format!("{} {}", numbers::count(unsigned(count)), self.report.project.stage_short(stage));
            }
            (Of::Leads | Of::LeadsSoFar, _) => ("lead", "leads"),
            (Of::Customers, _) => ("customer", "customers"),
            (Of::Deals, _) => ("deal", "deals"),
            _ => ("case", "cases"),
        };
        numbers::plural(unsigned(count), one, many)
    }

    /// How a figure of the whole compares with the period before, for a tile. A rate only goes up or down where the
    /// interval of the difference leaves out 0; other figures name the earlier value without a verdict.
    pub fn change(&self, id: impl Into<Id>) -> Option<Change> {
        let id = id.into();
        let before = self.compared?;
        let figures = &self.report.figures;
        let (now, then) = (figures.whole(id, self.period)?, figures.whole(id, before)?);
        now.value.and(then.value)?;
        let name = numbers::period(before);
        if id.measure.compared == Compared::Never {
            return None;
        }
        if let Some(why) = self.unfair(id) {
            return Some(level(format!("not compared with {name}: {why}")));
        }
        if now.unit != Unit::Rate {
            return Some(level(format!("{} in {name}", self.short_text(id, then))));
        }
        if too_few(now) || too_few(then) {
            return Some(level(format!("too few to compare with {name}")));
        }
        let change = figures.change(id, before, self.period, "", "")?;
        if !change.standing_out {
            return Some(level(format!("no clear change from {name}")));
        }
        let up = change.difference > 0.0;
        let points = numbers::decimal(change.difference.abs() * 100.0, 1);
        Some(Change {
            text: format!("{} by {points} points from {name}", if up { "up" } else { "down" }),
            direction: if up { Direction::Up } else { Direction::Down },
            standing_out: true,
        })
    }

    /// What a figure is called, on tiles, in columns and charts.
    pub fn label(&self, id: impl Into<Id>) -> String {
        let id = id.into();
        let mut stages: Vec<(&str, words::Value<'_>)> = Vec::new();
        if let Some(stage) = id.stage() {
            let (one, several) = (self.stage_words(stage), many(&self.stage_words(stage)));
            stages.push(("stage_name", capitalised(&one).into()));
            stages.push(("stages_name", capitalised(&several).into()));
            stages.push(("stage", one.into()));
            stages.push(("stages", several.into()));
        }
        if let Some((from, to)) = id.stages() {
            stages.push(("from_name", capitalised(&self.stage_words(from)).into()));
            stages.push(("to", self.stage_words(to).into()));
        }
        let of_leak = || {
            let leak = Leak::ALL.into_iter().find(|leak| id.word() == Some(leak.id()))?;
            Some(leak_words::words(leak).title.to_owned())
        };
        words::measures::label(id, &stages).or_else(of_leak).unwrap_or_else(|| panic!("`{id}` has no name"))
    }

    /// Why a conversion of this period's cohort cannot be held against an older one.
    pub fn unfair(&self, id: impl Into<Id>) -> Option<&'static str> {
        let id = id.into();
        let (from, to) = id.stages().filter(|_| id.measure.compared == Compared::OnceFollowed)?;
        self.in_progress(from, to, self.period).map(|_| "leads still in progress")
    }

    /// What the leads of a stage did that got there, in the past: `became customers`, `reached SQL`.
    pub fn reached(&self, stage: Stage) -> String {
        match stage {
            Stage::Customer => "became customers".to_owned(),
            other => format!("reached {}", self.report.project.stage_short(other)),
        }
    }

    /// What leads do that get to a stage: `become customers`, `reach SQL`.
    pub fn reach(&self, stage: Stage) -> String {
        match stage {
            Stage::Customer => "become customers".to_owned(),
            other => format!("reach {}", self.report.project.stage_short(other)),
        }
    }

    /// A stage within a sentence: `customer`, `SQL`.
    pub fn stage_words(&self, stage: Stage) -> String {
        uncapitalised(self.report.project.stage_short(stage))
    }

    /// The way between two stages as the name of a figure: `Lead to customer`.
    pub fn step_words(&self, from: Stage, to: Stage) -> String {
        format!("{} to {}", capitalised(&self.stage_words(from)), self.stage_words(to))
    }

    /// The name of the count of leads that entered at a stage: `Leads in`.
    pub fn entered_words(&self, stage: Stage) -> String {
        format!("{} in", capitalised(&many(&self.stage_words(stage))))
    }

    /// How a member's rate compares with the whole; none where either cannot be measured.
    pub fn standing(&self, id: impl Into<Id>, dimension: &str, member: &str) -> Option<Standing> {
        // "Nobody recorded it" is a leak, not a source that does well or badly.
        if dimension == "source" && (member == "(none)" || self.report.project.sources.is_unknown(member)) {
            return None;
        }
        self.standing_in(id.into(), self.period, dimension, member)
    }

    fn standing_in(&self, id: Id, period: Period, dimension: &str, member: &str) -> Option<Standing> {
        let whole = self.report.figures.whole(id, period)?.real()?;
        let figure = self.report.figures.get(id, period, dimension, member)?;
        figure.value?;
        // A part is not below a sum: only shares and returns compare with the whole.
        if !matches!(figure.unit, Unit::Rate | Unit::Ratio) {
            return None;
        }
        if too_few(figure) {
            return Some(Standing::TooFew);
        }
        let interval = figure.interval?;
        Some(if interval.low > whole {
            Standing::Above
        } else if interval.high < whole {
            Standing::Below
        } else {
            Standing::Alike
        })
    }

    /// Members whose rate stands out above and below the whole, in order of name.
    pub fn outstanding(&self, id: impl Into<Id>, dimension: &str) -> (Vec<&str>, Vec<&str>) {
        let id = id.into();
        let members = self.report.figures.members(id, self.period, dimension);
        let like = |wanted: Standing| {
            let same = |member: &&str| self.standing(id, dimension, member) == Some(wanted);
            members.iter().map(|(member, _)| *member).filter(same).collect()
        };
        (like(Standing::Above), like(Standing::Below))
    }
}

/// Whether the figure is a rate on fewer than [`CASES_TO_JUDGE`] cases.
pub(super) fn too_few(figure: &Figure) -> bool {
    figure.unit == Unit::Rate
        && figure.value.is_some()
        && figure.denominator.is_some_and(|cases| cases < CASES_TO_JUDGE)
}

/// The remark on a figure, where it is short enough to be shown in place of its value.
fn short_remark(figure: &Figure) -> Option<String> {
    let remark = words::remarks::remark(figure.remark?);
    (remark.chars().count() <= SHORT_NOTE).then_some(remark)
}

fn level(text: String) -> Change {
    Change { text, direction: Direction::Level, standing_out: false }
}

fn unsigned(value: i128) -> u64 {
    u64::try_from(value.max(0)).unwrap_or(u64::MAX)
}

fn cases(figure: &Figure) -> u64 {
    figure.denominator.map_or(0, unsigned)
}

fn count(value: Value) -> String {
    match value {
        Value::Whole(whole) if whole >= 0 => numbers::count(unsigned(whole)),
        other => numbers::decimal(other.real(), usize::from(other.real().fract() != 0.0)),
    }
}

fn days(value: Value) -> String {
    match value {
        Value::Whole(whole) => numbers::days(i32::try_from(whole).unwrap_or(i32::MAX)),
        Value::Real(real) => format!("{} days", numbers::decimal(real, 1)),
    }
}

/// A return as a signed percentage: −0.25 is `−25%`.
fn return_percent(ratio: f64) -> String {
    let shown = numbers::decimal(ratio * 100.0, 0);
    let sign = if ratio > 0.0 && shown != "0" { "+" } else { "" };
    format!("{sign}{shown}%")
}

/// Where a figure is defined: `methods.html#def-feedback-rate`.
pub fn definition_href(id: impl Into<Id>) -> String {
    format!("methods.html#{}", definition_anchor(&id.into().definition()))
}

/// The anchor of a definition on the methods page.
pub fn definition_anchor(definition: &str) -> String {
    format!("def-{}", definition.replace(['.', '_'], "-"))
}

/// A stage's name in the plural.
pub fn many(stage: &str) -> String {
    if stage.ends_with('s') { stage.to_owned() } else { format!("{stage}s") }
}

/// A dimension within a sentence: one and several, as in `source` and `sources`.
pub fn dimension_words(dimension: &str) -> (String, String) {
    let (one, many) = match dimension {
        "speed_band" => ("time to first contact", "times to first contact"),
        "industry" => ("industry", "industries"),
        "reason" => ("reason", "reasons"),
        _ => return (dimension.to_owned(), format!("{dimension}s")),
    };
    (one.to_owned(), many.to_owned())
}

/// A member for people: `(none)` is what nobody recorded.
pub fn member_label(dimension: &str, member: &str) -> String {
    match (dimension, member) {
        (_, "(none)") => format!("no {} recorded", dimension_words(dimension).0),
        (_, member) => member.to_owned(),
    }
}
