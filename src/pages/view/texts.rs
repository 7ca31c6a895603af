//! Figures as words: value, what it rests on, how it compares.

use super::super::leak_words;
use super::super::model::{About, Change, Detail, Direction};
use super::{CASES_TO_JUDGE, View, capitalised, uncapitalised};
use crate::calendar::Period;
use crate::cases::leakage::Leak;
use crate::find::figures::{Figure, Value};
use crate::find::gate::Judgement;
use crate::find::measure::{Compared, Id, Of, Unit};
use crate::find::stats::Interval;
use crate::record::currency::NO_CURRENCY;
use crate::stage::Stage;
use crate::words::{self, numbers, say};

/// Longest note that stands in the place of a value; a longer one stands under it.
const SHORT_NOTE: usize = 32;

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
            (None, None) => numbers::not_measurable(),
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
            Unit::MoneyPerDay => say!("figure-a-day", amount = self.money(value, true)),
        }
    }

    fn money(&self, value: Value, short: bool) -> String {
        let currency = &self.report.currency;
        match value {
            _ if short => numbers::money_short(value.real().round() as i128, currency),
            Value::Whole(minor) => numbers::money_full(minor, currency),
            Value::Real(minor) => numbers::money_average(minor, currency),
        }
    }

    /// The name of an amount with its currency: `Spend in EUR`; the name alone where none is known.
    pub fn in_currency(&self, name: impl Into<String>) -> String {
        match self.report.currency.as_str() {
            NO_CURRENCY => name.into(),
            code => say!("figure-in-currency", name = name.into(), currency = code),
        }
    }

    /// Minor units in a major one of the report's currency.
    pub(super) fn minor_per_major(&self) -> f64 {
        let digits = crate::record::money::minor_digits(&self.report.currency);
        10_f64.powi(i32::from(digits))
    }

    /// The interval of a figure in words, as in `9.9% to 11.2%`.
    pub fn interval_text(&self, id: impl Into<Id>, figure: &Figure) -> Option<String> {
        let Interval { low, high } = figure.interval?;
        let [low, high] = match figure.unit {
            Unit::Rate => return Some(numbers::percent_interval(figure.interval?, cases(figure))),
            Unit::Ratio if id.into().measure.is_return => [low, high].map(return_percent),
            Unit::Money | Unit::MoneyPerDay => [low, high].map(|end| self.money(Value::Real(end), true)),
            Unit::Ratio => [low, high].map(|end| numbers::decimal(end, 2)),
            _ => [low, high].map(|end| numbers::decimal(end, 0)),
        };
        Some(say!("figure-range", low = low, high = high))
    }

    /// What a figure rests on: `842 of 8,000, 95% interval 9.9% to 11.2%`; with its remark.
    pub fn evidence_text(&self, id: impl Into<Id>, figure: &Figure) -> String {
        let (mut evidence, mut remarks) = (Vec::new(), Vec::new());
        for Detail { about, text } in self.details(id.into(), figure) {
            match about {
                About::Interval => evidence.push(say!("figure-interval", interval = text)),
                About::Remark(_) => remarks.push(text),
                _ => evidence.push(text),
            }
        }
        let evidence = Some(evidence.join(", ")).filter(|evidence| !evidence.is_empty());
        evidence.into_iter().chain(remarks).collect::<Vec<_>>().join("; ")
    }

    /// What a figure rests on, its interval or that it is of too few cases, and the remark on it, as far as there are any.
    pub(super) fn details(&self, id: Id, figure: &Figure) -> Vec<Detail> {
        let mut details = Vec::new();
        let mut add = |about: About, text: Option<String>| details.extend(text.map(|text| Detail { about, text }));
        add(About::Basis, self.basis_text(id, figure));
        if too_few(figure) {
            add(About::TooFew, Some(say!("figure-too-few")));
        } else {
            add(About::Interval, self.interval_text(id, figure));
        }
        if let Some(remark) = figure.remark {
            add(About::Remark(remark), Some(self.note_text(figure)).filter(|note| !note.is_empty()));
        }
        details
    }

    /// Numerator and denominator in words, where the figure has them.
    fn basis_text(&self, id: Id, figure: &Figure) -> Option<String> {
        let below = figure.denominator?;
        let of = unsigned(below);
        let money = |minor| numbers::money_short(minor, &self.report.currency);
        match (figure.unit, figure.numerator) {
            (Unit::Days | Unit::Minutes, _) => Some(say!("figure-from-cases", cases = of)),
            (Unit::Count, _) if id.measure.is_percentile => Some(say!("figure-from-cases", cases = of)),
            (Unit::Rate, Some(part)) if id.measure.of == Of::Amounts => {
                Some(say!("figure-part-of", part = money(part), all = money(below)))
            }
            (Unit::Rate, Some(part)) if id.measure.of == Of::LeadsSoFar => {
                Some(say!("figure-so-far-of", part = unsigned(part), all = of))
            }
            (Unit::Rate, Some(part)) => Some(say!("figure-part-of", part = unsigned(part), all = of)),
            (Unit::Money, Some(part)) => {
                Some(say!("figure-for", amount = money(part), things = self.counted(id, below)))
            }
            (Unit::Money, None) => Some(say!("figure-from", things = self.counted(id, below))),
            (Unit::Ratio, Some(part)) if !id.measure.is_return => {
                Some(say!("figure-on", back = money(part), spent = money(below)))
            }
            _ => None,
        }
    }

    /// What an amount is spread over, counted: `1,122 leads`.
    fn counted(&self, id: Id, count: i128) -> String {
        let count = unsigned(count);
        match (id.measure.of, id.stage()) {
            (Of::LeadsAtStage, Some(stage)) => {
                say!("figure-at-stage", count = count, stage = self.report.project.stage_short(stage))
            }
            (Of::Leads | Of::LeadsSoFar, _) => say!("figure-leads", count = count),
            (Of::Customers, _) => say!("figure-customers", count = count),
            (Of::Deals, _) => say!("figure-deals", count = count),
            _ => say!("figure-cases", count = count),
        }
    }

    /// How a figure of the whole compares with the period before, for a tile. A rate only goes up or down where the
    /// interval of the difference leaves out 0; other figures name the earlier value without a verdict.
    pub fn change(&self, id: impl Into<Id>) -> Option<Change> {
        let id = id.into();
        let before = self.compared?;
        let (now, then) = (self.figure(id)?, self.figure_in(id, before)?);
        now.value.and(then.value)?;
        let name = numbers::period(before);
        if id.measure.compared == Compared::Never {
            return None;
        }
        if self.is_unfair(id) {
            return Some(level(say!("change-unfair", period = name)));
        }
        if now.unit != Unit::Rate {
            return Some(self.change_of_amount(id, now, then, before));
        }
        if too_few(now) || too_few(then) {
            return Some(level(say!("change-too-few", period = name)));
        }
        let change = self.change_between(id, before, self.period)?;
        if !change.standing_out {
            return Some(level(say!("change-unclear", period = name)));
        }
        let up = change.difference > 0.0;
        let points = numbers::decimal(change.difference.abs() * 100.0, 1);
        Some(Change {
            text: match up {
                true => say!("change-up", points = points, period = name),
                false => say!("change-down", points = points, period = name),
            },
            direction: if up { Direction::Up } else { Direction::Down },
            standing_out: true,
        })
    }

    /// How a number or an amount of the whole compares with the period before: by how much, and whether that may be chance. What
    /// is not counted to its end, or is no sum, stands beside the earlier value alone.
    fn change_of_amount(&self, id: Id, now: &Figure, then: &Figure, before: Period) -> Change {
        let (value, period) = (self.short_text(id, then), numbers::period(before));
        let is_sum = matches!(now.unit, Unit::Count | Unit::Money) && !id.measure.is_percentile;
        let is_whole = !self.is_open(self.period) && !self.is_open(before);
        let grown = now.real().zip(then.real()).filter(|(_, then)| *then > 0.0).map(|(now, then)| now / then - 1.0);
        let Some(grown) = grown.filter(|_| is_sum && is_whole) else {
            return level(say!("change-beside", value = value, period = period));
        };
        let by = return_percent(grown);
        if self.chance_of_change(id, before, self.period).is_none() {
            return level(say!("change-by", by = by, value = value, period = period));
        }
        if !self.has_changed(id, before, self.period) {
            return level(say!("change-by-unclear", by = by, value = value, period = period));
        }
        let direction = if grown > 0.0 { Direction::Up } else { Direction::Down };
        Change { text: say!("change-by", by = by, value = value, period = period), direction, standing_out: true }
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

    /// Whether a conversion of this period's cohort cannot be held against an older one: its leads are still in progress.
    pub fn is_unfair(&self, id: impl Into<Id>) -> bool {
        let id = id.into();
        let stages = id.stages().filter(|_| id.measure.compared == Compared::OnceFollowed);
        stages.is_some_and(|(from, to)| self.in_progress(from, to, self.period).is_some())
    }

    /// What the leads of a stage did that got there, in the past: `became customers`, `reached SQL`.
    pub fn reached(&self, stage: Stage) -> String {
        match stage {
            Stage::Customer => say!("stage-became-customers"),
            other => say!("stage-reached", stage = self.report.project.stage_short(other)),
        }
    }

    /// What leads do that get to a stage: `become customers`, `reach SQL`.
    pub fn reach(&self, stage: Stage) -> String {
        match stage {
            Stage::Customer => say!("stage-become-customers"),
            other => say!("stage-reach", stage = self.report.project.stage_short(other)),
        }
    }

    /// A stage within a sentence: `customer`, `SQL`.
    pub fn stage_words(&self, stage: Stage) -> String {
        uncapitalised(self.report.project.stage_short(stage))
    }

    /// The way between two stages as the name of a figure: `Lead to customer`.
    pub fn step_words(&self, from: Stage, to: Stage) -> String {
        say!("stage-step", from = capitalised(&self.stage_words(from)), to = self.stage_words(to))
    }

    /// How a member's rate may be said to compare with the rest; none where that was not asked of such figures.
    pub fn judgement(&self, id: impl Into<Id>, dimension: &str, member: &str) -> Option<Judgement> {
        self.member(id, dimension, member)?.judgement
    }

    /// Members whose rate stands out above and below the rest, in order of name.
    pub fn outstanding(&self, id: impl Into<Id>, dimension: &str) -> (Vec<&str>, Vec<&str>) {
        let id = id.into();
        let members = self.members(id, dimension);
        let like = |wanted: Judgement| {
            let same = |member: &&str| self.judgement(id, dimension, member) == Some(wanted);
            members.iter().map(|(member, _)| *member).filter(same).collect()
        };
        (like(Judgement::Above), like(Judgement::Below))
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
        Value::Real(real) => say!("figure-days", days = numbers::decimal(real, 1)),
    }
}

/// A return as a signed percentage: −0.25 is `−25%`.
fn return_percent(ratio: f64) -> String {
    let shown = numbers::decimal(ratio * 100.0, 0);
    let sign = if ratio > 0.0 && shown != "0" { "+" } else { "" };
    format!("{sign}{shown}%")
}

/// A stage's name in the plural.
pub fn many(stage: &str) -> String {
    let before = stage.strip_suffix('y').and_then(|begin| begin.chars().last());
    match before {
        Some(letter) if !"aeiou".contains(letter.to_ascii_lowercase()) => format!("{}ies", &stage[..stage.len() - 1]),
        _ if stage.ends_with('s') => stage.to_owned(),
        _ => format!("{stage}s"),
    }
}

/// A dimension within a sentence: one and several, as in `source` and `sources`.
pub fn dimension_words(dimension: &str) -> (String, String) {
    let own = format!("dimension-{dimension}");
    let of_name = [("name", dimension.into())];
    let named = |key: &str| words::find(key, &of_name);
    match named(&own).zip(named(&format!("{own}.several"))) {
        Some(words) => words,
        None => (say!("dimension-other", name = dimension), say!("dimension-other.several", name = dimension)),
    }
}

/// A member for people: `(none)` is what nobody recorded.
pub fn member_label(dimension: &str, member: &str) -> String {
    match (dimension, member) {
        (_, "(none)") => say!("member-none", dimension = dimension_words(dimension).0),
        (_, member) => member.to_owned(),
    }
}
