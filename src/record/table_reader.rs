//! Turns the text of one table into values: takes blocks of text columns with the plan of their table, gives a buffer
//! of typed columns and an account of what its values have shown. Formats that are not decided yet are guessed from the
//! first rows; whether they were right, [`mod@super::formats`] decides when all files are read.

use std::collections::BTreeMap;

use super::buffer::{RowStorage, TableBuffer};
use super::columns::{self, Census, Format, Found, Kept, Reading, meaning, typed, word_column};
use super::currency::{AMOUNT_COMPANY, COMPANY_DIGITS, RowCurrencies, rescaled};
use super::formats::{FormatKey, Formats, Preferred};
use super::money::{is_currency, minor_digits};
use super::table_cache::TableCache;
use super::{LEAD_STAGE, OUTCOME_BY_PROJECT, OUTCOME_BY_STAGE, ROW_CURRENCY, usual};
use crate::calendar::Zone;
use crate::fields::{self, Kind};
use crate::intake::failure::Halt;
use crate::intake::preset::PLAIN;
use crate::intake::read::Block;
use crate::intake::recognise::Plan;
use crate::intake::{Consumer, Outcome, walk};
use crate::privacy::roll::Roll;
use crate::project::{Project, Table};
use crate::store::keys::print;
use crate::store::{Batch, NO_NUMBER, NO_WORD, Texts, Values, Words};

/// Reads values. Formats decided before are used, others tried.
pub struct ValueReader<'a> {
    project: &'a Project,
    zone: &'a Zone,
    decided: Formats,
    storage: RowStorage<'a>,
    cache: Option<&'a TableCache<'a>>,
}

impl<'a> ValueReader<'a> {
    /// A reader that appends rows to `storage`; `decided` are formats that are known already, and `cache` keeps tables for
    /// the next run.
    pub fn new(
        project: &'a Project,
        zone: &'a Zone,
        decided: Formats,
        storage: RowStorage<'a>,
        cache: Option<&'a TableCache<'a>>,
    ) -> ValueReader<'a> {
        ValueReader { project, zone, decided, storage, cache }
    }
}

/// One column to be read.
struct Task {
    field: String,
    kind: Kind,
    kept: Kept,
    format: Format,
}

/// Reads the blocks of one table.
pub struct TableReader<'a> {
    table: Table,
    tasks: Vec<Task>,
    values: BTreeMap<String, BTreeMap<String, String>>,
    project_words: BTreeMap<String, BTreeMap<String, String>>,
    constants: Vec<(String, Values, String)>,
    source_zone: Zone,
    report_zone: &'a Zone,
    project: &'a Project,
    currency: Option<String>,
    has_money: bool,
    has_side: bool,
    /// Whether no tool made the table, so that kinds of touches are words of people.
    is_own: bool,
}

/// What a block became.
pub struct Typed {
    /// Its rows; codes are in `words`.
    pub batch: Batch,
    /// The texts behind codes.
    pub words: Words,
    /// What the columns of the plan have shown.
    pub found: Vec<Found>,
    /// Currencies of amounts, with the number of amounts.
    pub currencies: BTreeMap<String, u64>,
    /// By currency: rows whose amount is also that in the company's currency, and those where it is not.
    pub company: BTreeMap<String, (u64, u64)>,
    /// The persons that its records name.
    pub people: Roll,
}

impl<'a> Consumer for ValueReader<'a> {
    type TableReader = TableReader<'a>;
    type Typed = Typed;
    type Buffer = TableBuffer;

    fn open(&self, name: &str, plan: &Plan, sample: &[Block]) -> (TableReader<'a>, TableBuffer) {
        let rule = self.project.input_rule(name);
        let zone = rule.and_then(|rule| rule.timezone.as_deref()).or(plan.zone.as_deref());
        // Names of zones are checked before anything is read.
        let source_zone = zone.and_then(|zone| Zone::named(zone).ok()).unwrap_or_else(|| self.zone.clone());
        let preferred = Preferred::of(plan, rule);
        let keys: Vec<FormatKey> = plan.columns.keys().map(|field| FormatKey::new(plan, rule, field)).collect();
        let mut tasks: Vec<Task> = Vec::with_capacity(keys.len());
        for (at, field) in plan.columns.keys().enumerate() {
            let kind = fields::kind_of(plan.table, field);
            let format = self.decided.get(name, &keys[at]).cloned().unwrap_or_else(|| {
                let mut census = Census::new(kind);
                sample.iter().for_each(|block| census.feed(&block.columns[at]));
                preferred.decide(&census)
            });
            tasks.push(Task { field: field.clone(), kind, kept: Kept::of(plan.table, kind, field), format });
        }
        guess_the_rest(&mut tasks);
        let currency = plan.currency.clone().or_else(|| rule.and_then(|rule| rule.currency.clone()));
        let table_reader = TableReader {
            table: plan.table,
            values: plan.values.clone(),
            project_words: plan.project_words.clone(),
            constants: constants(plan),
            source_zone,
            report_zone: self.zone,
            project: self.project,
            currency,
            has_money: tasks.iter().any(|task| task.kind == Kind::Money),
            is_own: plan.preset.is_empty() || plan.preset == PLAIN,
            has_side: plan.columns.contains_key("side") || plan.constants.contains_key("side"),
            tasks,
        };
        let found = table_reader.tasks.iter().map(|task| Found::new(task.kind)).collect();
        let formats = table_reader.tasks.iter().map(|task| task.format.clone()).collect();
        let buffer = TableBuffer::new(
            table_reader.names(),
            plan.columns.keys().cloned().collect(),
            found,
            formats,
            keys,
            preferred,
        );
        (table_reader, buffer)
    }

    fn read(&self, table_reader: &TableReader<'a>, mut block: Block) -> Typed {
        let people = std::mem::take(&mut block.people);
        let mut typed = table_reader.typed(&block);
        typed.people.add(&people);
        typed
    }

    fn append(&self, buffer: &mut TableBuffer, typed: Typed, before: u64) -> Result<(), Halt> {
        self.storage.append(buffer, typed, before)
    }

    fn go_on(&self) -> Result<(), Halt> {
        self.storage.go_on()
    }

    fn known(&self, file: &walk::Found) -> Option<Outcome<TableBuffer>> {
        self.cache?.get(file, &self.decided, &self.storage)
    }

    fn keep(&self, file: &walk::Found, outcome: &Outcome<TableBuffer>) {
        if let Some(cache) = self.cache {
            cache.put(file, &self.decided, outcome);
        }
    }
}

/// A column whose first rows show nothing is taken to be written like others of its kind in the same table.
fn guess_the_rest(tasks: &mut [Task]) {
    let shown = |task: &&Task| matches!(&task.format, Format::Dates(decision) if decision.values > 0);
    let Some(example) = tasks.iter().find(shown).map(|task| task.format.clone()) else { return };
    for task in tasks {
        if matches!(&task.format, Format::Dates(decision) if decision.values == 0) {
            task.format = example.clone();
        }
    }
}

/// Columns that a preset fixes for the whole file, where the file has no such column itself: name, kind of column, word.
fn constants(plan: &Plan) -> Vec<(String, Values, String)> {
    let own = |field: &&String| !plan.columns.contains_key(*field);
    (plan.constants.iter().filter(|(field, _)| own(field)))
        .map(|(field, word)| {
            let kind = fields::kind_of(plan.table, field);
            let values = match kind {
                Kind::Word(_) => Values::Words(Vec::new()),
                _ => Kept::of(plan.table, kind, field).empty(),
            };
            // What a report's tool usually brings is weaker than what its campaign says.
            let is_usual = plan.table == Table::Spend && !matches!(kind, Kind::Word(_));
            (if is_usual { usual(field) } else { field.clone() }, values, word.clone())
        })
        .collect()
}

impl TableReader<'_> {
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.tasks.iter().map(|task| task.field.clone()).collect();
        names.extend(self.constants.iter().map(|(name, ..)| name.clone()));
        if self.side_by_channel().is_some() {
            names.push("side".to_owned());
        }
        if let Some((column, ..)) = self.stage_words() {
            names.push(column.to_owned());
        }
        if self.outcome_words().is_some() {
            names.push(OUTCOME_BY_PROJECT.to_owned());
        }
        if self.has_money {
            names.push(ROW_CURRENCY.to_owned());
        }
        names
    }

    fn task(&self, field: &str) -> Option<usize> {
        self.tasks.iter().position(|task| task.field == field)
    }

    /// The column that holds what stages say, the place of the stages and the words that they may say.
    fn stage_words(&self) -> Option<(&'static str, usize, &'static [&'static str])> {
        let stage = self.task("stage")?;
        match self.table {
            Table::Deals => Some((OUTCOME_BY_STAGE, stage, fields::OUTCOMES)),
            Table::Leads => Some((LEAD_STAGE, stage, fields::LEAD_STAGES)),
            Table::StageChanges if self.task("lead_id").is_some() => Some((LEAD_STAGE, stage, fields::LEAD_STAGES)),
            _ => None,
        }
    }

    /// The columns of deals whose words the project file explains, best first.
    fn outcome_words(&self) -> Option<Vec<(usize, &BTreeMap<String, String>)>> {
        let explained = |field: &str| Some((self.task(field)?, self.project_words.get(field)?));
        let columns: Vec<_> = ["outcome", "stage"].into_iter().filter_map(explained).collect();
        (self.table == Table::Deals && !columns.is_empty()).then_some(columns)
    }

    /// The vocabulary of sides and the column of channels, where a file has no column for the side but the preset knows
    /// some channels as one side's. A channel that it does not know says nothing.
    fn side_by_channel(&self) -> Option<(&BTreeMap<String, String>, usize)> {
        let vocabulary = self.values.get("side").filter(|_| !self.has_side)?;
        Some((vocabulary, self.task("channel")?))
    }

    fn typed(&self, block: &Block) -> Typed {
        let rows = block.numbers.len();
        let mut words = Words::default();
        let text = |field: &str| self.task(field).map(|at| &block.columns[at]);
        let currency = RowCurrencies::new(
            text("currency"),
            text("amount").or_else(|| text("cost")),
            self.currency.as_deref(),
            self.values.get("currency"),
            self.project,
        );
        let row_currencies: Vec<u32> = match self.has_money {
            true => (0..rows).map(|row| words.code(&currency.of(row))).collect(),
            false => Vec::new(),
        };
        let digits_of: Vec<u8> = words.texts().iter().map(minor_digits).collect();
        let mut columns = Vec::with_capacity(self.tasks.len() + 4);
        let mut found = Vec::with_capacity(self.tasks.len());
        let mut currencies: BTreeMap<String, u64> = BTreeMap::new();
        // Of several columns of money the first gives the currencies.
        let first_money = self.tasks.iter().position(|task| task.kind == Kind::Money);
        for (at, (task, text)) in self.tasks.iter().zip(&block.columns).enumerate() {
            let reading = Reading {
                kind: task.kind,
                kept: task.kept,
                is_key: fields::key_of(self.table) == Some(task.field.as_str()) && task.kept == Kept::Texts,
                format: &task.format,
                source_zone: &self.source_zone,
                report_zone: self.report_zone,
                vocabulary: self.values.get(&task.field),
                digits: &|row| match task.field.as_str() {
                    // In the company's own currency, which may be another than the row's.
                    AMOUNT_COMPANY => COMPANY_DIGITS,
                    _ => digits_of[row_currencies[row] as usize],
                },
                numbers: &block.numbers,
            };
            let (values, shown) = typed(text, &reading, &mut words);
            if first_money == Some(at) {
                for code in
                    row_currencies.iter().enumerate().filter(|(row, _)| !values.is_absent(*row)).map(|(_, code)| code)
                {
                    let code = words.text(*code).unwrap_or_default();
                    match currencies.get_mut(code) {
                        Some(amounts) => *amounts += 1,
                        None => drop(currencies.insert(code.to_owned(), 1)),
                    }
                }
            }
            columns.push(values);
            found.push(shown);
        }
        let company = self.company(&columns, &row_currencies, &words, block);
        for (name, kind, word) in &self.constants {
            columns.push(match kind {
                Values::Words(_) => {
                    let Kind::Word(known) = fields::kind_of(self.table, name) else { unreachable!("a field of words") };
                    let place = known.iter().position(|known| known == word).and_then(|at| u8::try_from(at).ok());
                    Values::Words(vec![place.unwrap_or(NO_WORD); rows])
                }
                Values::Codes(_) => Values::Codes(vec![words.code(word); rows]),
                Values::Prints(_) => Values::Prints(vec![print(word); rows]),
                _ => Values::Texts(std::iter::repeat_n(word.as_str(), rows).collect()),
            });
        }
        if let Some((vocabulary, channel)) = self.side_by_channel() {
            columns.push(Values::Words(sides(&block.columns[channel], vocabulary, self.is_own)));
        }
        if let Some((_, stage, known)) = self.stage_words() {
            let mut stages = Found::new(Kind::Word(known));
            let vocabulary = self.values.get("stage");
            let outcomes = word_column(&block.columns[stage], known, vocabulary, &mut stages);
            found[stage].words = stages.words;
            columns.push(Values::Words(outcomes));
        }
        if let Some(explained) = self.outcome_words() {
            let mut outcomes = vec![NO_WORD; rows];
            for (place, words) in explained.into_iter().rev() {
                let by_words = outcomes_in(&block.columns[place], words);
                outcomes
                    .iter_mut()
                    .zip(by_words)
                    .filter(|(_, word)| *word != NO_WORD)
                    .for_each(|(own, word)| *own = word);
            }
            columns.push(Values::Words(outcomes));
        }
        if self.has_money {
            columns.push(Values::Codes(row_currencies));
        }
        let people = self.owners(&columns, &words);
        Typed { batch: Batch::new(rows, columns), words, found, currencies, company, people }
    }

    /// The names in the column of owners.
    fn owners(&self, columns: &[Values], words: &Words) -> Roll {
        let mut people = Roll::default();
        let Some(Values::Codes(codes)) = self.task("owner").map(|at| &columns[at]) else { return people };
        let mut is_owner = vec![false; words.texts().len() + 1];
        codes.iter().for_each(|code| is_owner[*code as usize] = true);
        let owners = (0_u32..).zip(is_owner).filter(|(_, is_owner)| *is_owner);
        owners.filter_map(|(code, _)| words.text(code)).for_each(|owner| people.owner(owner));
        people
    }

    /// By currency: in how many rows the amount is also the amount in the company's currency, and in how many it is not.
    fn company(
        &self,
        columns: &[Values],
        row_currencies: &[u32],
        words: &Words,
        block: &Block,
    ) -> BTreeMap<String, (u64, u64)> {
        let mut company: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let (Some(own), Some(other)) = (self.task("amount"), self.task(AMOUNT_COMPANY)) else { return company };
        let (Values::Numbers(own), Values::Numbers(other)) = (&columns[own], &columns[other]) else { return company };
        let named = self.task("company_currency").map(|at| &block.columns[at]);
        for (row, code) in row_currencies.iter().enumerate() {
            if own[row] == NO_NUMBER || other[row] == NO_NUMBER || own[row] == 0 {
                continue;
            }
            let code = words.text(*code).unwrap_or_default();
            let digits = minor_digits(code);
            let is_same = rescaled(other[row], COMPANY_DIGITS, digits) == Some(own[row]);
            let company_code = named.and_then(|texts| texts.get(row)).map(str::trim).filter(|code| is_currency(code));
            let (code, is_same) = company_code.map_or((code, is_same), |company_code| (company_code, true));
            let known = company.entry(code.to_owned()).or_default();
            *known = (known.0 + u64::from(is_same), known.1 + u64::from(!is_same));
        }
        company
    }
}

/// The outcome of each value by the words of the project file alone: a value that it does not name says nothing.
fn outcomes_in(texts: &Texts, outcomes: &BTreeMap<String, String>) -> Vec<u8> {
    let place = |text: &str| {
        let word = outcomes.get(&crate::project::meaning::folded(text))?;
        fields::OUTCOMES.iter().position(|known| known == word).and_then(|at| u8::try_from(at).ok())
    };
    texts.iter().map(|text| place(text).unwrap_or(NO_WORD)).collect()
}

fn sides(channels: &Texts, vocabulary: &BTreeMap<String, String>, by_words: bool) -> Vec<u8> {
    let mut seen = Words::default();
    let mut sides = vec![NO_WORD];
    let side = |channel: &str| side_of(channel, vocabulary, by_words).unwrap_or(NO_WORD);
    let of = |channel: &str| {
        let code = seen.code(channel) as usize;
        if code == sides.len() {
            sides.push(side(channel));
        }
        sides[code]
    };
    channels.iter().map(of).collect()
}

/// The side that makes touches of a kind: by the kind as a whole, else, where people named it, by the words in it, if these
/// agree.
fn side_of(channel: &str, vocabulary: &BTreeMap<String, String>, by_words: bool) -> Option<u8> {
    let channel = crate::project::meaning::folded(channel);
    let side = |text: &str| meaning(text, fields::SIDES, Some(vocabulary)).filter(|_| vocabulary.contains_key(text));
    if let Some(side) = side(&channel) {
        return Some(side);
    }
    if !by_words {
        return None;
    }
    let mut sides = channel.split(|c: char| !c.is_alphanumeric()).filter_map(side);
    let first = sides.next()?;
    sides.all(|other| other == first).then_some(first)
}

/// The account of a column's words.
pub fn found_words(
    table: Table,
    field: &str,
    found: &Found,
    plan: &Plan,
) -> Option<(columns::FoundWords, &'static [&'static str])> {
    let is_of_lead = || plan.columns.contains_key("lead_id");
    if table == Table::StageChanges && field == "stage" && !is_of_lead() {
        return None;
    }
    // Stages that no word explains are counted as unmapped.
    let words = fields::words_of(table, field)?;
    Some((columns::FoundWords::of(found, words, plan.values.get(field)), words))
}
