//! The one fallible step from the shape of a project file to its meaning: takes a [`File`], decides every value,
//! and collects all faults instead of stopping at the first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use toml::Spanned;

use super::bands::MOST_LIMITS;
use super::collect::Check;
use super::file::{self, File, Names, Text};
use super::meaning::{
    Agreements, Attribution, Definitions, InputRule, Privacy, Project, Report, SliceOrigin, Sources, folded,
};
use super::problem::{Place, Problem, ProjectError, clean, quoted};
use super::shape::{self, Fault, MOST_FAULTS};
use super::values::{self, Valued};
use super::words::{DateOrder, DecimalMark, OwnerNames, Table, Term};
use super::{Bands, Glob, Rates};
use crate::stage::Stage;

/// Longest file pattern, in bytes; matching takes time in proportion to it.
const LONGEST_PATTERN: usize = 500;
/// Limits that tell a setting from a slip of the finger.
const MOST_ATTEMPTS: u32 = 1_000;
const MOST_PEOPLE_IN_A_CELL: u32 = 1_000_000;

/// Reads the text of a project file; `name` is what messages call it.
pub(super) fn read(text: &str, name: &str) -> Result<Project, ProjectError> {
    let (file, faults) = shape::read(text, name);
    let mut check = Check { is_whole: faults.is_empty(), faults };
    let project = check.project(file);
    if check.faults.is_empty() {
        return Ok(project);
    }
    let mut faults = check.faults;
    faults.sort_by_key(|fault| (fault.span.start, fault.span.end));
    let more = faults.len() > MOST_FAULTS;
    let place = |fault: Fault| Problem {
        place: Place::of(text, name, &fault.span),
        what: fault.what,
        note: fault.note.map(|note| clean(&note)),
        hint: fault.hint,
    };
    Err(ProjectError { problems: faults.into_iter().take(MOST_FAULTS).map(place).collect(), more })
}

impl Check {
    fn project(&mut self, file: File) -> Project {
        let report = self.report(file.report);
        Project {
            rates: self.rates(file.rates, report.currency.clone()),
            report,
            presets: self.filled("presets", file.presets).map(PathBuf::from),
            inputs: file.input.into_iter().filter_map(|input| self.input(input)).collect(),
            stage_names: self.stage_names(file.stages),
            definitions: self.definitions(file.definitions),
            agreements: self.agreements(file.agreements),
            sources: self.sources(file.sources),
            slices: self.slices(file.slices),
            attribution: self.attribution(file.attribution),
            privacy: self.privacy(file.privacy),
            targets: self.targets(file.targets),
        }
    }

    fn report(&mut self, file: file::Report) -> Report {
        let default = Report::default();
        Report {
            title: self.filled("title", file.title).unwrap_or(default.title),
            organisation: file.organisation.map_or(default.organisation, Spanned::into_inner),
            period: self.valued("period", file.period, values::period),
            as_of: self.valued("as_of", file.as_of, values::date),
            timezone: self.valued("timezone", file.timezone, values::timezone).unwrap_or(default.timezone),
            currency: self.valued("currency", file.currency, values::currency),
            fiscal_year_start: self
                .within("fiscal_year_start", file.fiscal_year_start, 1, 12)
                .and_then(|month| u8::try_from(month).ok())
                .unwrap_or(default.fiscal_year_start),
            margin: self.valued("margin", file.margin, values::share).unwrap_or(default.margin),
        }
    }

    fn input(&mut self, input: Spanned<file::Input>) -> Option<InputRule> {
        let header = input.span();
        let input = input.into_inner();
        let columns = self.texts("columns", input.columns);
        let mut values = BTreeMap::new();
        for (field, words) in input.values {
            // A word that `init` lists and nobody has decided on yet is left as it was.
            let decided = words.into_iter().filter(|(_, word)| !word.get_ref().trim().is_empty()).collect();
            values.insert(field.into_inner(), self.texts("values", decided));
        }
        let constants = self.texts("constants", input.constants);
        let rows = input.rows.into_iter().map(|(header, values)| {
            let values = values.into_iter().map(|value| folded(value.get_ref())).collect();
            (header.into_inner(), values)
        });
        let rows = rows.collect();
        let orders = [("day_first", DateOrder::DayFirst), ("month_first", DateOrder::MonthFirst)];
        let marks = [(",", DecimalMark::Comma), (".", DecimalMark::Point)];
        let rule = InputRule {
            file: Glob::new(""),
            ignore: input.ignore.unwrap_or(false),
            preset: self.filled("preset", input.preset),
            encoding: self.valued("encoding", input.encoding, values::encoding),
            separator: self.valued("separator", input.separator, values::separator),
            table: self.valued("table", input.table, table),
            columns,
            values,
            constants,
            rows,
            snapshots: input.snapshots.unwrap_or(false),
            order: self.valued("order", input.order, |word| values::one_of(word, &orders)),
            decimal: self.valued("decimal", input.decimal, |word| values::one_of(word, &marks)),
            timezone: self.valued("timezone", input.timezone, values::timezone),
            currency: self.valued("currency", input.currency, values::currency),
        };
        match input.file {
            Some(pattern) => {
                let file = self.valued("file", Some(pattern), glob)?;
                Some(InputRule { file, ..rule })
            }
            None => {
                self.missing(
                    header,
                    "`input` has no `file`",
                    "say which files the rule is for: `file = \"deals*.csv\"`",
                );
                None
            }
        }
    }

    fn stage_names(&mut self, file: file::Stages) -> BTreeMap<Stage, String> {
        let names = [
            (Stage::Prospect, file.prospect),
            (Stage::Lead, file.lead),
            (Stage::Mql, file.mql),
            (Stage::Sal, file.sal),
            (Stage::Sql, file.sql),
            (Stage::Opportunity, file.opportunity),
            (Stage::Customer, file.customer),
            (Stage::Repeat, file.repeat),
        ];
        names.into_iter().filter_map(|(stage, name)| Some((stage, self.filled(stage.id(), name)?))).collect()
    }

    fn definitions(&mut self, file: file::Definitions) -> Definitions {
        let texts = [
            (Term::Lead, file.lead),
            (Term::Mql, file.mql),
            (Term::Sal, file.sal),
            (Term::Sql, file.sql),
            (Term::Opportunity, file.opportunity),
            (Term::Customer, file.customer),
            (Term::Handover, file.handover),
        ];
        Definitions {
            texts: texts.into_iter().filter_map(|(term, text)| Some((term, self.filled(term.id(), text)?))).collect(),
            score_threshold: file.score_threshold.and_then(|score| self.finite("score_threshold", score)),
        }
    }

    fn agreements(&mut self, file: file::Agreements) -> Agreements {
        let default = Agreements::default();
        let mut time = |key, text, default| self.valued(key, text, values::duration).unwrap_or(default);
        Agreements {
            first_touch: time("first_touch", file.first_touch, default.first_touch),
            verdict: time("verdict", file.verdict, default.verdict),
            handover: time("handover", file.handover, default.handover),
            nurture: time("nurture", file.nurture, default.nurture),
            forgotten: time("forgotten", file.forgotten, default.forgotten),
            after_sale: time("after_sale", file.after_sale, default.after_sale),
            new_evidence: time("new_evidence", file.new_evidence, default.new_evidence),
            attempts: self.within("attempts", file.attempts, 1, MOST_ATTEMPTS).unwrap_or(default.attempts),
            stall: self.folded_names("stall", file.stall, |check, stage, text| {
                check.valued(&stage, Some(text), values::duration)
            }),
            unreachable: self.words("unreachable", file.unreachable).unwrap_or(default.unreachable),
        }
    }

    fn sources(&mut self, file: file::Sources) -> Sources {
        let unknown = |names: Vec<Text>| names.iter().map(|name| folded(name.get_ref())).collect::<BTreeSet<_>>();
        let default = Sources::default();
        Sources {
            aliases: self.aliases(file.aliases),
            unknown: file.unknown.map_or(default.unknown, unknown),
            channels: self
                .folded_names("channels", file.channels, |check, _, name| check.filled("channels", Some(name))),
            campaigns: self
                .folded_names("campaigns", file.campaigns, |check, _, name| check.filled("campaigns", Some(name))),
            inbound: self.words("inbound", file.inbound).unwrap_or(default.inbound),
        }
    }

    /// Words that are looked for in texts of the exports: an empty one would be in all of them.
    fn words(&mut self, key: &str, words: Option<Vec<Text>>) -> Option<BTreeSet<String>> {
        let words = words?.into_iter().filter_map(|word| self.filled(key, Some(word)));
        Some(words.map(|word| folded(&word)).collect())
    }

    fn aliases(&mut self, file: Names<Vec<Text>>) -> BTreeMap<String, String> {
        let mut aliases: BTreeMap<String, String> = BTreeMap::new();
        for (shown, found) in file {
            let shown = shown.into_inner();
            for name in found {
                let span = name.span();
                if let Some(other) = aliases.insert(folded(name.get_ref()), shown.clone())
                    && other != shown
                {
                    let what = format!("`aliases` names {} twice", quoted(name.get_ref()));
                    let hint = format!("keep it under {} or under {}", quoted(&other), quoted(&shown));
                    self.fault(span, what, Some(hint));
                }
            }
        }
        aliases
    }

    fn slices(&mut self, file: Names<file::Slice>) -> BTreeMap<String, SliceOrigin> {
        let mut slices = BTreeMap::new();
        for (name, slice) in file {
            let (span, name) = (name.span(), name.into_inner());
            if slice.table.is_none() || slice.column.is_none() {
                let what = format!("the slice {} needs a table and a column", quoted(&name));
                self.missing(span, &what, "write `{ table = \"deals\", column = \"product\" }`");
                continue;
            }
            let table = self.valued("table", slice.table, table);
            let column = self.filled("column", slice.column);
            if ["source", "channel", "campaign", "owner"].contains(&name.as_str()) {
                let what = format!("the slice {} has the name of a dimension that is there already", quoted(&name));
                self.fault(span, what, Some("give it another name".to_owned()));
                continue;
            }
            if table.is_some_and(|table| !matches!(table, Table::Leads | Table::Deals | Table::Accounts)) {
                let what =
                    format!("the slice {} comes from a table that describes no lead, deal or account", quoted(&name));
                self.fault(span, what, Some("use a column of `leads`, `deals` or `accounts`".to_owned()));
                continue;
            }
            let bands = self.bands(slice.bands);
            if let (Some(table), Some(column)) = (table, column) {
                slices.insert(name, SliceOrigin { table, column, bands });
            }
        }
        slices
    }

    fn bands(&mut self, limits: Option<Spanned<Vec<f64>>>) -> Option<Bands> {
        let limits = limits?;
        let span = limits.span();
        let bands = Some(limits.into_inner()).filter(|limits| limits.len() <= MOST_LIMITS).and_then(Bands::of);
        if bands.is_none() {
            let hint = format!("write 1 to {MOST_LIMITS} numbers, each larger than the one before: `[20, 50, 80]`");
            self.fault(span, "`bands` must be limits in rising order".to_owned(), Some(hint));
        }
        bands
    }

    fn rates(&mut self, file: Names<Text>, base: Option<String>) -> Rates {
        let mut to_base = BTreeMap::new();
        for (code, rate) in file {
            let span = code.span();
            let Some(code) = self.valued("rates", Some(code), values::currency) else {
                continue;
            };
            let Some(rate) = self.valued(&code, Some(rate), values::rate) else {
                continue;
            };
            match &base {
                None => {
                    let what = format!("the rate of `{code}` has no currency to convert to");
                    self.missing(span, &what, "add the report's currency under `[report]`: `currency = \"EUR\"`");
                }
                Some(base) if *base == code && rate != super::Decimal::ONE => {
                    let what = format!("the rate of `{code}` is to `{code}` itself and must be 1");
                    self.fault(span, what, Some("leave it out".to_owned()));
                }
                Some(_) => {
                    to_base.insert(code, rate);
                }
            }
        }
        Rates::new(base, to_base)
    }

    fn attribution(&mut self, file: file::Attribution) -> Attribution {
        let lookback = self.valued("lookback", file.lookback, values::duration);
        Attribution { lookback: lookback.unwrap_or(Attribution::default().lookback) }
    }

    fn privacy(&mut self, file: file::Privacy) -> Privacy {
        let default = Privacy::default();
        let words = [("hidden", OwnerNames::Hidden), ("names", OwnerNames::Names)];
        Privacy {
            min_cell: self.within("min_cell", file.min_cell, 1, MOST_PEOPLE_IN_A_CELL).unwrap_or(default.min_cell),
            owners: self.valued("owners", file.owners, |word| values::one_of(word, &words)).unwrap_or(default.owners),
            cases: file.cases.unwrap_or(default.cases),
        }
    }

    fn targets(&mut self, file: Names<Spanned<f64>>) -> BTreeMap<String, f64> {
        let mut targets = BTreeMap::new();
        for (figure, target) in file {
            let figure = figure.into_inner();
            if let Some(target) = self.finite(&figure, target) {
                targets.insert(figure, target);
            }
        }
        targets
    }
}

fn table(word: &str) -> Valued<Table> {
    values::one_of(word, &Table::ALL.map(|table| (table.id(), table)))
}

fn glob(pattern: &str) -> Valued<Glob> {
    if pattern.trim().is_empty() || pattern.len() > LONGEST_PATTERN {
        return Err(format!("write a pattern of at most {LONGEST_PATTERN} characters, such as `deals*.csv`"));
    }
    Ok(Glob::new(pattern))
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "message_tests.rs"]
mod message_tests;
