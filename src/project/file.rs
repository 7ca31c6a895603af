//! The shape of `casefile.toml`: what may be written, before anything is decided. Every key is optional.
//! The comments on the fields are the manual: meaning, unit, default and an example of each key.
//! Whether the values make sense is for the step that turns this into a [`Project`](super::Project).

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// A text and where it stands in the file.
pub type Text = Spanned<String>;

/// A table whose keys the user chooses, such as names of sources.
pub type Names<T> = BTreeMap<Text, T>;

/// The whole of `casefile.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// Title, period and units of the report.
    pub report: Report,
    /// Folder of presets of your own, relative to this file. Default: none. Example: `"presets"`.
    pub presets: Option<Text>,
    /// Rules for files of the exports. The first rule whose pattern fits a file holds for it; further rules with the very
    /// same pattern read the file once more, each as another table.
    pub input: Vec<Spanned<Input>>,
    /// Names shown for the stages.
    pub stages: Stages,
    /// What the two teams agreed the words mean.
    pub definitions: Definitions,
    /// Times the two teams agreed on: a number and a unit, `m`, `h`, `d` or `w`.
    pub agreements: Agreements,
    /// How sources found in the exports are named and grouped.
    pub sources: Sources,
    /// Further dimensions to break figures down by: name → where it comes from.
    /// Example: `product = { table = "deals", column = "product" }`.
    pub slices: Names<Slice>,
    /// Exchange rates: one unit of the key's currency in units of `report.currency`, as text so that it is exact.
    /// Example: `USD = "0.92"`.
    pub rates: Names<Text>,
    /// How credit for a deal is shared among touches.
    pub attribution: Attribution,
    /// What the site withholds.
    pub privacy: Privacy,
    /// Figure id → the value the teams aim at; a rate is written as a share. Example: `"feedback.rate" = 0.9`.
    pub targets: Names<Spanned<f64>>,
}

/// Title, period and units of the report.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Report {
    /// Title on every page. Default: `"Lead report"`. Example: `"Leads, third quarter"`.
    pub title: Option<Text>,
    /// Whose report it is. Default: none. Example: `"Northfield Tools"`.
    pub organisation: Option<Text>,
    /// The period shown first: a fiscal quarter, a month or `"all"`.
    /// Default: the last complete quarter before `as_of`. Example: `"2026-Q3"` or `"2026-03"`.
    pub period: Option<Text>,
    /// The day the exports describe. Default: the day of the latest event in them. Example: `"2026-09-30"`.
    pub as_of: Option<Text>,
    /// IANA name of the zone whose calendar days are counted. Default: `"UTC"`. Example: `"Europe/Berlin"`.
    pub timezone: Option<Text>,
    /// ISO 4217 code of the currency of the report. Default: the one found in the exports. Example: `"EUR"`.
    pub currency: Option<Text>,
    /// First month of the fiscal year, 1 to 12. Default: `1`. Example: `4`.
    pub fiscal_year_start: Option<Spanned<u32>>,
    /// Share of revenue left after the cost of what was sold, 0 to 1, as text. Default: `"1"`. Example: `"0.6"`.
    pub margin: Option<Text>,
}

/// A rule for the files its pattern fits.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Input {
    /// Which files: a pattern on the path inside the exports folder, in which `*` stands for any text within a
    /// name, `?` for one character and `**` for any folders; letter case does not matter. A pattern without `/`
    /// is about the name in any folder. Must be given. Example: `"closed_deals*.csv"`.
    pub file: Option<Text>,
    /// Leave these files out of the report. Default: `false`. Example: `true`.
    pub ignore: Option<bool>,
    /// Name of the preset to read the files with. Default: recognised. Example: `"plain"`.
    pub preset: Option<Text>,
    /// The table the files are: leads, touches, stage_changes, deals, campaigns, campaign_members, spend, accounts,
    /// users, contacts or links. Default: recognised. Example: `"deals"`.
    pub table: Option<Text>,
    /// Field → header in the file. Default: recognised. Example: `{ lead_id = "mql_id" }`.
    pub columns: Names<Text>,
    /// Field → value found → the word it stands for. Default: recognised.
    /// Example: `{ outcome = { "Won" = "won", "Engaging" = "open" } }`.
    pub values: Names<Names<Text>>,
    /// Field → a fixed word for every row, where the file has no column for it. Default: none.
    /// Example: `{ channel = "Webinar", side = "marketing" }`.
    pub constants: Names<Text>,
    /// Header → the values that a row must have there to be read; a value that ends in `*` stands for all that begin so.
    /// Default: every row. Example: `{ "Record type" = ["Lead", "Prospect"] }`.
    pub rows: Names<Vec<Text>>,
    /// The files are snapshots, each with all records of its day, the last by name the newest: of a deal in several the newest
    /// counts, and an open deal that the newest file no longer has left the pipeline. Default: `false`. Example: `true`.
    pub snapshots: Option<bool>,
    /// How to read dates such as 03/04/2026: `"day_first"` or `"month_first"`. Default: decided from the column. Example: `"day_first"`.
    pub order: Option<Text>,
    /// The sign before decimals: `","` or `"."`. Default: decided from the column. Example: `","`.
    pub decimal: Option<Text>,
    /// Encoding of the files. Default: found out from all of their bytes. Example: `"windows-1252"`.
    pub encoding: Option<Text>,
    /// The character between cells: `","`, `";"`, `"|"`, `"\t"` or another. Default: found out. Example: `";"`.
    pub separator: Option<Text>,
    /// IANA name of the zone of times written without one. Default: `report.timezone`.
    /// Example: `"America/New_York"`.
    pub timezone: Option<Text>,
    /// ISO 4217 code of amounts written without one. Default: `report.currency`. Example: `"USD"`.
    pub currency: Option<Text>,
}

/// Names shown for the stages. Default: their usual English names.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stages {
    /// Known, not yet a lead. Default: `"Prospect"`. Example: `"Contact"`.
    pub prospect: Option<Text>,
    /// Entered as a lead. Default: `"Lead"`. Example: `"Enquiry"`.
    pub lead: Option<Text>,
    /// Ready for sales, says marketing. Default: `"Marketing qualified lead (MQL)"`. Example: `"Marketing ready"`.
    pub mql: Option<Text>,
    /// Accepted by sales. Default: `"Sales accepted lead (SAL)"`. Example: `"Accepted"`.
    pub sal: Option<Text>,
    /// Worth pursuing, says sales. Default: `"Sales qualified lead (SQL)"`. Example: `"Qualified"`.
    pub sql: Option<Text>,
    /// A deal is open. Default: `"Opportunity"`. Example: `"Deal"`.
    pub opportunity: Option<Text>,
    /// Bought. Default: `"Customer"`. Example: `"Client"`.
    pub customer: Option<Text>,
    /// Bought again. Default: `"Repeat customer"`. Example: `"Returning client"`.
    pub repeat: Option<Text>,
}

/// What the two teams agreed the words mean, in free text that the methods page shows.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Definitions {
    /// What a lead is. Default: none. Example: `"A person who asked for a price"`.
    pub lead: Option<Text>,
    /// When marketing holds a lead ready. Default: none. Example: `"Score of 50 and a phone number"`.
    pub mql: Option<Text>,
    /// When sales has accepted a lead. Default: none. Example: `"An owner set the status to Working"`.
    pub sal: Option<Text>,
    /// When sales holds a lead worth pursuing. Default: none. Example: `"Need, budget and date are known"`.
    pub sql: Option<Text>,
    /// When there is a deal. Default: none. Example: `"An offer was asked for"`.
    pub opportunity: Option<Text>,
    /// When somebody is a customer. Default: none. Example: `"The first invoice is paid"`.
    pub customer: Option<Text>,
    /// When and with what a lead is handed over. Default: none. Example: `"At MQL, with source and need"`.
    pub handover: Option<Text>,
    /// A lead meets marketing's definition when its score reaches this number. Default: no such rule. Example: `50`.
    pub score_threshold: Option<Spanned<f64>>,
}

/// Times the two teams agreed on: a number and a unit, `m`, `h`, `d` or `w`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Agreements {
    /// Longest time from handover to the first touch by sales. Default: `"24h"`. Example: `"4h"`.
    pub first_touch: Option<Text>,
    /// Attempts before a lead may be given up. Default: `3`. Example: `6`.
    pub attempts: Option<Spanned<u32>>,
    /// Longest time from handover to a verdict. Default: `"14d"`. Example: `"1w"`.
    pub verdict: Option<Text>,
    /// Longest time from MQL to handover. Default: `"14d"`. Example: `"2d"`.
    pub handover: Option<Text>,
    /// Longest time from rejection or recycling to a nurturing touch. Default: `"90d"`. Example: `"30d"`.
    pub nurture: Option<Text>,
    /// Time without any touch after which a lost lead counts as forgotten. Default: `"180d"`. Example: `"26w"`.
    pub forgotten: Option<Text>,
    /// Longest time from a win to a touch after the sale. Default: `"90d"`. Example: `"30d"`.
    pub after_sale: Option<Text>,
    /// Longest time from new engagement of a lost lead to its reopening. Default: `"14d"`. Example: `"5d"`.
    pub new_evidence: Option<Text>,
    /// Stage of a deal as in the exports → longest time without change or activity.
    /// Default: each stage's own 90th percentile. Example: `{ opportunity = "60d" }`.
    pub stall: Names<Text>,
    /// Words in the reason of a rejection which say that nobody could be reached, so that the attempts are counted.
    /// Default: such words in English, German, French, Spanish and Portuguese. Example: `["no answer", "unreachable"]`.
    pub unreachable: Option<Vec<Text>>,
}

/// How sources found in the exports are named and grouped; letter case of found names does not matter.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sources {
    /// Name shown → names found. Default: as found. Example: `{ "Paid Search" = ["paid_search", "PPC"] }`.
    pub aliases: Names<Vec<Text>>,
    /// Names found that count as no source recorded.
    /// Default: `["unknown", "(not set)", "n/a", "not set"]`. Example: `["unknown", "other"]`.
    pub unknown: Option<Vec<Text>>,
    /// Source → channel, where the exports have none. Default: none. Example: `{ "Paid Search" = "Advertising" }`.
    pub channels: Names<Text>,
    /// Campaign → source, for spend reports that know only campaigns. Default: none.
    /// Example: `{ "Spring push" = "Paid Search" }`.
    pub campaigns: Names<Text>,
    /// Words in the names of channels in which the person comes to us, where the exports do not tell the direction.
    /// Default: `["form", "webinar", "event", "visit", "reply", "click", "download", "chat", "inbound"]`.
    /// Example: `["form", "hotline"]`.
    pub inbound: Option<Vec<Text>>,
}

/// Where a further dimension comes from.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Slice {
    /// The table that has it. Must be given. Example: `"deals"`.
    pub table: Option<Text>,
    /// The column that has it. Must be given. Example: `"product"`.
    pub column: Option<Text>,
    /// For a column of numbers: the limits between bands, rising; a limit belongs to the band above it. The numbers are
    /// taken as they are written, without regard to a currency. Example: `[20, 50, 80]`.
    pub bands: Option<Spanned<Vec<f64>>>,
}

/// How credit for a deal is shared among touches.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attribution {
    /// How far back before a conversion a touch earns credit. Default: `"90d"`. Example: `"26w"`.
    pub lookback: Option<Text>,
}

/// What the site withholds.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Privacy {
    /// Figures of an owner about fewer people than this are withheld. Default: `5`. Example: `10`.
    pub min_cell: Option<Spanned<u32>>,
    /// Owners as `"hidden"` (Owner 1, Owner 2, …) or by `"names"`. Default: `"hidden"`.
    pub owners: Option<Text>,
    /// Whether pages list the record ids behind each leak. Default: `true`. Example: `false`.
    pub cases: Option<bool>,
}
