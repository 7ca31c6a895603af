//! What the rest of the program sees of a project: every value decided, in plain types.
//! [`Project::default`] is what holds without a project file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;

use super::words::{DateOrder, DecimalMark, OwnerNames, ReportPeriod, Table, Term};
use super::{Bands, Decimal, Glob, Rates};
use crate::stage::Stage;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// A project file, or the defaults where there is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Project {
    /// Title, period and units of the report.
    pub report: Report,
    /// Folder of the user's own presets, as written; whoever reads the project file knows where it stands.
    pub presets: Option<PathBuf>,
    /// Rules for files, in the order of the file; see [`Project::input_rule`].
    pub inputs: Vec<InputRule>,
    /// Names the project gives to stages; see [`Project::stage_name`].
    pub stage_names: BTreeMap<Stage, String>,
    /// What the two teams agreed the words mean.
    pub definitions: Definitions,
    /// Times the two teams agreed on.
    pub agreements: Agreements,
    /// How sources found in the exports are named and grouped.
    pub sources: Sources,
    /// Further dimensions: name on the pages → where it comes from.
    pub slices: BTreeMap<String, SliceOrigin>,
    /// Exchange rates to the report's currency.
    pub rates: Rates,
    /// How credit for a deal is shared.
    pub attribution: Attribution,
    /// What the site withholds.
    pub privacy: Privacy,
    /// Figure id → the value the teams aim at, in the figure's own unit (a rate as a share: 0.9).
    pub targets: BTreeMap<String, f64>,
}

impl Project {
    /// The first rule whose pattern fits the path, which is relative to the exports folder. A part of a workbook or
    /// archive that no rule is about goes by the rule of the file around it.
    pub fn input_rule(&self, path: &str) -> Option<&InputRule> {
        let fitting = |path: &str| self.inputs.iter().find(|rule| rule.file.matches(path));
        let around = path.rmatch_indices('/').map(|(end, _)| &path[..end]).filter(|outer| is_container(outer));
        fitting(path).or_else(|| around.filter_map(fitting).next())
    }

    /// All rules that read the file: [`input_rule`](Project::input_rule), and those after it with the same pattern that name
    /// a table, each of which reads it as another one.
    pub fn input_rules(&self, path: &str) -> Vec<&InputRule> {
        let Some(first) = self.input_rule(path) else { return Vec::new() };
        let same = self.inputs.iter().filter(|rule| {
            !std::ptr::eq(*rule, first) && rule.file.to_string() == first.file.to_string() && rule.table.is_some()
        });
        std::iter::once(first).chain(same).collect()
    }

    /// The name shown for a stage: the project's, else the full canonical name.
    pub fn stage_name(&self, stage: Stage) -> &str {
        self.stage_names.get(&stage).map_or(stage.name(), String::as_str)
    }

    /// As [`stage_name`](Project::stage_name), where room is scarce.
    pub fn stage_short(&self, stage: Stage) -> &str {
        self.stage_names.get(&stage).map_or(stage.short(), String::as_str)
    }
}

/// Whether a file is called like one that holds others.
fn is_container(path: &str) -> bool {
    // A text may hold several tables, one below the other.
    const ENDS: [&str; 13] =
        [".zip", ".xlsx", ".xlsm", ".xls", ".ods", ".xml", ".gz", ".zst", ".htm", ".html", ".csv", ".tsv", ".txt"];
    let lower = path.to_lowercase();
    ENDS.iter().any(|end| lower.ends_with(end))
}

/// Title, period and units of the report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Title on every page.
    pub title: String,
    /// Whose report it is; empty where not said.
    pub organisation: String,
    /// The period shown first; `None`: the last complete quarter before the as-of day.
    pub period: Option<ReportPeriod>,
    /// The day the exports describe; `None`: the day of the latest event seen in them.
    pub as_of: Option<Date>,
    /// IANA name of the zone whose calendar days the report counts; it is known to exist.
    pub timezone: String,
    /// ISO 4217 code in capitals; `None`: the one found in the exports.
    pub currency: Option<String>,
    /// First month of the fiscal year, 1 to 12.
    pub fiscal_year_start: u8,
    /// Share of revenue that remains after the cost of what was sold, 0 to 1.
    pub margin: Decimal,
}

impl Default for Report {
    fn default() -> Report {
        Report {
            title: "Lead report".to_owned(),
            organisation: String::new(),
            period: None,
            as_of: None,
            timezone: "UTC".to_owned(),
            currency: None,
            fiscal_year_start: 1,
            margin: Decimal::ONE,
        }
    }
}

/// A rule for the files its pattern fits. `None` and empty maps leave the decision to recognition.
#[derive(Debug, Clone, PartialEq)]
pub struct InputRule {
    /// Which files.
    pub file: Glob,
    /// Leave these files out of the report; they are still listed.
    pub ignore: bool,
    /// Name of the encoding of the files.
    pub encoding: Option<String>,
    /// The character between cells.
    pub separator: Option<u8>,
    /// Name of a preset to use. Not checked against the presets.
    pub preset: Option<String>,
    /// The canonical table the file is.
    pub table: Option<Table>,
    /// Canonical field → header in the file. Not checked against the fields.
    pub columns: BTreeMap<String, String>,
    /// Canonical field → value found → canonical word. Not checked against the words.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Canonical field → a fixed word for every row. Not checked against the fields.
    pub constants: BTreeMap<String, String>,
    /// Header in the file → the values that a row must have there, folded. Not checked against the file.
    pub rows: BTreeMap<String, Vec<String>>,
    /// Whether the files are snapshots of all records, the last by name the newest.
    pub snapshots: bool,
    /// How to read dates such as 03/04/2026.
    pub order: Option<DateOrder>,
    /// How to read numbers such as 1,234.
    pub decimal: Option<DecimalMark>,
    /// IANA name of the zone of times written without one; `None`: the report's.
    pub timezone: Option<String>,
    /// ISO 4217 code of amounts written without one; `None`: the report's.
    pub currency: Option<String>,
}

/// What the two teams agreed the words mean.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Definitions {
    /// The agreement in the teams' own words, where they wrote one.
    pub texts: BTreeMap<Term, String>,
    /// A lead meets the agreed definition when its score reaches this; `None`: no such rule.
    pub score_threshold: Option<f64>,
}

/// Times the two teams agreed on, in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreements {
    /// Longest time from handover to the first touch by sales, in seconds.
    pub first_touch: i64,
    /// Attempts before a lead may be given up.
    pub attempts: u32,
    /// Longest time from handover to a verdict, in seconds.
    pub verdict: i64,
    /// Longest time from MQL to handover, in seconds.
    pub handover: i64,
    /// Longest time from rejection or recycling to a nurturing touch, in seconds.
    pub nurture: i64,
    /// Time after a loss without any touch at which a lead counts as forgotten, in seconds.
    pub forgotten: i64,
    /// Longest time from a win to a touch after the sale, in seconds.
    pub after_sale: i64,
    /// Longest time from new engagement of a lost lead to its reopening, in seconds.
    pub new_evidence: i64,
    /// Stage of a deal, lower case → longest time without change or activity, in seconds;
    /// other stages use their own p90. See [`Agreements::stall_limit`].
    pub stall: BTreeMap<String, i64>,
    /// Folded words in a reason that say that nobody could be reached; see [`Agreements::is_unreachable`].
    pub unreachable: BTreeSet<String>,
}

impl Agreements {
    /// The agreed limit for a deal's stage as named in the exports, in seconds; letter case does not matter.
    pub fn stall_limit(&self, stage: &str) -> Option<i64> {
        self.stall.get(&folded(stage)).copied()
    }

    /// Whether a reason says that the lead was given up because nobody could be reached.
    pub fn is_unreachable(&self, reason: &str) -> bool {
        contains_any(reason, &self.unreachable)
    }
}

/// Words that say that nobody could be reached.
const UNREACHABLE: [&str; 14] = [
    "unreach",
    "no answer",
    "no response",
    "no reply",
    "not reached",
    "could not reach",
    "voicemail",
    "nicht erreich",
    "keine antwort",
    "injoignable",
    "pas de réponse",
    "no contesta",
    "sin respuesta",
    "sem resposta",
];

impl Default for Agreements {
    fn default() -> Agreements {
        Agreements {
            first_touch: 24 * HOUR,
            attempts: 3,
            verdict: 14 * DAY,
            handover: 14 * DAY,
            nurture: 90 * DAY,
            forgotten: 180 * DAY,
            after_sale: 90 * DAY,
            new_evidence: 14 * DAY,
            stall: BTreeMap::new(),
            unreachable: UNREACHABLE.map(str::to_owned).into(),
        }
    }
}

/// How sources found in the exports are named and grouped. All keys that are compared with exports are
/// [`folded`]; use the methods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// Folded name found → name shown.
    pub aliases: BTreeMap<String, String>,
    /// Folded names that count as "no source recorded".
    pub unknown: BTreeSet<String>,
    /// Folded source, found or shown → channel.
    pub channels: BTreeMap<String, String>,
    /// Folded campaign → source.
    pub campaigns: BTreeMap<String, String>,
    /// Folded words in names of channels in which the person comes to us; see [`Sources::is_inbound`].
    pub inbound: BTreeSet<String>,
}

impl Sources {
    /// The name shown for a source: its alias, else the name found without outer blanks.
    pub fn shown<'a>(&'a self, found: &'a str) -> &'a str {
        self.aliases.get(&folded(found)).map_or(found.trim(), String::as_str)
    }

    /// Whether the name found says that nobody recorded a source.
    pub fn is_unknown(&self, found: &str) -> bool {
        let found = folded(found);
        found.is_empty() || self.unknown.contains(&found)
    }

    /// The channel the project gives to a source, found or shown.
    pub fn channel(&self, source: &str) -> Option<&str> {
        let channel = |name: &str| self.channels.get(&folded(name));
        channel(source).or_else(|| channel(self.shown(source))).map(String::as_str)
    }

    /// The source the project gives to a campaign.
    pub fn source_of_campaign(&self, campaign: &str) -> Option<&str> {
        self.campaigns.get(&folded(campaign)).map(String::as_str)
    }

    /// Whether the person comes to us by a channel, where the exports do not tell the direction.
    pub fn is_inbound(&self, channel: &str) -> bool {
        contains_any(channel, &self.inbound)
    }
}

/// Words in names of channels in which the person comes to us.
const INBOUND: [&str; 9] = ["form", "webinar", "event", "visit", "reply", "click", "download", "chat", "inbound"];

impl Default for Sources {
    fn default() -> Sources {
        Sources {
            aliases: BTreeMap::new(),
            unknown: ["unknown", "(not set)", "n/a", "not set"].map(str::to_owned).into(),
            channels: BTreeMap::new(),
            campaigns: BTreeMap::new(),
            inbound: INBOUND.map(str::to_owned).into(),
        }
    }
}

/// Whether a text contains one of some folded words.
fn contains_any(text: &str, words: &BTreeSet<String>) -> bool {
    let text = folded(text);
    words.iter().any(|word| text.contains(word.as_str()))
}

/// A name as it is compared: without outer blanks, in lower case.
pub fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Where a further dimension comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct SliceOrigin {
    /// The canonical table.
    pub table: Table,
    /// A header in the table's files or a canonical field of it. Not checked here.
    pub column: String,
    /// The bands of a column of numbers.
    pub bands: Option<Bands>,
}

impl SliceOrigin {
    /// What the column of a slice of this name is called among the fields of its table.
    pub fn field(&self, name: &str) -> String {
        format!("{}{name}", if self.bands.is_some() { BANDED_SLICE } else { SLICE })
    }
}

/// What the field of a slice begins with.
pub const SLICE: &str = "slice.";
/// The same where its numbers are put in bands.
pub const BANDED_SLICE: &str = "bands.";

/// How credit for a deal is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribution {
    /// How far back before a conversion a touch earns credit, in seconds.
    pub lookback: i64,
}

impl Default for Attribution {
    fn default() -> Attribution {
        Attribution { lookback: 90 * DAY }
    }
}

/// What the site withholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Privacy {
    /// Figures of an owner about fewer people than this are withheld.
    pub min_cell: u32,
    /// Whether owners appear by name.
    pub owners: OwnerNames,
    /// Whether pages list the record ids behind each leak.
    pub cases: bool,
}

impl Default for Privacy {
    fn default() -> Privacy {
        Privacy { min_cell: 5, owners: OwnerNames::Hidden, cases: true }
    }
}
