//! The sense of columns that no preset knows. Takes the headers and some records of a table, gives what table it most
//! likely is and what each column becomes, by name and values together, with a confidence and the reason. A proposal
//! is used only if it is sure enough, nothing contradicts it, and it fits the other tables, which is asked later;
//! otherwise it is shown, for a person to confirm in the project file.

mod against;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::text::kinds::Kind;
use super::text::record::Record;
use super::text::table::Table as TextTable;
use crate::fields::{self, Kind as FieldKind};
use crate::privacy::fold::plain;
use crate::project::Table;
pub use against::speaks_against;
use serde::{Deserialize, Serialize};
use words::WORDS;

/// From here on a proposal is used without being asked for.
pub const SURE: f64 = 0.75;
/// Below this nothing is proposed.
const WORTH_SAYING: f64 = 0.4;
/// From here on a column that is left over in a table that is known to be one is taken for what it is called.
const LEFT_OVER: f64 = 0.65;
/// So many columns that are called after deals make a table one of deals.
const LEAST_OF_DEALS: usize = 3;
/// Records looked at.
const SAMPLE: usize = 400;
/// A column of a few words has at most so many different ones, however few its rows.
const FEW_WORDS: usize = 12;

/// Words of a header whose dates are those of plans.
const PLANS: [&str; 18] = [
    "expected",
    "estimated",
    "est",
    "planned",
    "forecast",
    "target",
    "projected",
    "next",
    "due",
    "expiry",
    "expires",
    "renewal",
    "birth",
    "voraussichtlich",
    "geplant",
    "prévue",
    "prevista",
    "previsto",
];

/// What a table seems to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The canonical table.
    pub table: Table,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// What each column seems to be, by canonical field.
    pub roles: BTreeMap<String, Role>,
}

/// What a column seems to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Index of the column.
    pub column: usize,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// Why, in a few words.
    pub why: String,
}

/// What a table most likely is, or how it is the one that the project file says; `None` where nothing is worth saying.
pub fn propose(table: &TextTable, wanted: Option<Table>) -> Option<Proposal> {
    let headers = table.header()?;
    let columns = Columns::of(&headers, table);
    let tables = [Table::Leads, Table::Deals, Table::Touches, Table::Spend, Table::Accounts];
    let tables = tables.into_iter().filter(|table| wanted.is_none_or(|wanted| wanted == *table));
    let proposals = tables.filter_map(|table| columns.as_table(table));
    let mut all: Vec<Proposal> = proposals.filter(|proposal| proposal.confidence >= WORTH_SAYING).collect();
    all.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    // A row of a person and of a sale is a lead, and its deal: the deal is read beside it.
    let is_of_person = |proposal: &Proposal| proposal.table == Table::Leads && proposal.roles.contains_key("email");
    let at = all.iter().position(|proposal| is_of_person(proposal) && proposal.confidence >= SURE);
    all.into_iter().nth(at.unwrap_or_default())
}

/// The deal in each row of a table of leads, where its rows hold one: what each column is, by canonical field.
pub fn deals_of_leads(table: &TextTable) -> Option<BTreeMap<String, Role>> {
    let headers = table.header()?;
    let roles = Columns::of(&headers, table).roles(Table::Deals);
    let has = |fields: &[&str]| fields.iter().any(|field| roles.contains_key(*field));
    (has(&["amount"]) && has(&["stage", "outcome"])).then_some(roles)
}

/// What the columns that are left over in a table of a known kind seem to be.
pub fn left_over(table: &TextTable, kind: Table) -> BTreeMap<String, Role> {
    let Some(headers) = table.header() else { return BTreeMap::new() };
    let roles = Columns::of(&headers, table).roles(kind).into_iter();
    roles.filter(|(_, role)| role.confidence >= LEFT_OVER).collect()
}

/// One column at a glance.
struct Seen {
    name: String,
    words: BTreeSet<String>,
    /// The kind of most values.
    kind: Kind,
    /// The share of records in which it holds something.
    filled: f64,
    /// Different values by filled values.
    distinct: f64,
    /// Different values.
    different: usize,
}

struct Columns(Vec<Seen>);

impl Columns {
    fn of(headers: &[String], table: &TextTable) -> Columns {
        let mut values: Vec<Vec<String>> = vec![Vec::new(); headers.len()];
        let mut records = 0;
        table.each_record(|record: &Record| {
            if records < SAMPLE {
                records += 1;
                for (column, values) in values.iter_mut().enumerate() {
                    if Kind::of(record.text(column)) != Kind::Missing {
                        values.push(record.text(column).to_owned());
                    }
                }
            }
        });
        let seen = |(header, values): (&String, Vec<String>)| Seen::of(header, &values, records);
        Columns(headers.iter().zip(values).map(seen).collect())
    }

    /// Whether some column is about leads, or about people.
    fn is_of_people(&self) -> bool {
        let names = [
            "lead",
            "leads",
            "enquiry",
            "inquiry",
            "prospect",
            "mql",
            "contact",
            "phone",
            "mobile",
            "telefon",
            "anfrage",
            "interessent",
            "kontakt",
            "kundennummer",
            "leadquelle",
            "contacto",
            "cliente",
            "telefono",
            "piste",
        ];
        self.0.iter().any(|column| names.iter().any(|name| column.words.contains(*name)))
    }

    /// Whether columns are called after deals, so that its rows are those.
    fn is_of_deals(&self) -> bool {
        let names = ["deal", "opportunity", "oportunidad", "oportunidade", "opportunité", "affaire", "negocio"];
        let is_called =
            |column: &&Seen| names.iter().any(|name| column.words.contains(*name)) && !column.words.contains("id");
        self.0.iter().filter(is_called).count() >= LEAST_OF_DEALS
    }

    /// The table, if the columns without which it is none are there.
    fn as_table(&self, table: Table) -> Option<Proposal> {
        let roles = self.roles(table);
        let confidence = confidence(table, &roles)?;
        let confidence = match table {
            Table::Leads if self.is_of_deals() => confidence * 0.5,
            // Things have ids and days too: products, buildings, contracts.
            Table::Leads if !roles.contains_key("email") && !self.is_of_people() => confidence * 0.7,
            Table::Deals
                if !["stage", "closed_at", "won_at", "lost_at"].iter().any(|field| roles.contains_key(*field)) =>
            {
                confidence * 0.7
            }
            _ => confidence,
        };
        // One row a lead is a list of leads; touches of them recur.
        let is_once = |role: &Role| self.0[role.column].distinct == 1.0 && self.0[role.column].different > 1;
        let is_list = table == Table::Touches && roles.get("lead_id").is_some_and(is_once);
        let confidence = if is_list { confidence * 0.7 } else { confidence };
        Some(Proposal { table, confidence, roles })
    }

    /// What each column would be in a table of this kind.
    fn roles(&self, table: Table) -> BTreeMap<String, Role> {
        let mut roles: BTreeMap<String, Role> = BTreeMap::new();
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut candidates: Vec<(f64, &str, usize, String)> = Vec::new();
        for (field, spellings) in
            WORDS.iter().filter(|(of, _, _)| *of == table).map(|(_, field, words)| (*field, *words))
        {
            for (at, column) in self.0.iter().enumerate() {
                if let Some((confidence, why)) = column.role(table, field, spellings) {
                    candidates.push((confidence, field, at, why));
                }
            }
        }
        // The surest first; of equally sure ones the column further left.
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)).then(a.1.cmp(b.1)));
        for (confidence, field, column, why) in candidates {
            if !roles.contains_key(field) && taken.insert(column) {
                roles.insert(field.to_owned(), Role { column, confidence, why });
            }
        }
        roles
    }
}

/// How sure a table is: as sure as the columns that make it what it is. `None` where one of these is not there.
fn confidence(table: Table, roles: &BTreeMap<String, Role>) -> Option<f64> {
    let of = |field: &str| roles.get(field).map_or(0.0, |role| role.confidence);
    let best = |fields: &[&str]| fields.iter().map(|field| of(field)).fold(0.0, f64::max);
    // Each list: one of these must be there.
    let needed: &[&[&str]] = match table {
        Table::Leads => &[
            &["lead_id", "email"],
            &["created_at", "mql_at", "lead_at"],
            &["source", "channel", "status", "campaign", "owner"],
        ],
        Table::Deals => {
            &[&["deal_id", "account_id", "lead_id"], &["amount"], &["stage", "outcome", "closed_at", "won_at"]]
        }
        Table::Touches => &[&["lead_id", "email", "contact_id"], &["touched_at"], &["channel", "campaign"]],
        Table::Spend => &[&["amount"], &["spent_on"], &["campaign", "source", "channel", "clicks", "impressions"]],
        Table::Accounts => &[&["account_id"], &["industry", "region", "size"]],
        _ => return None,
    };
    let parts: Vec<f64> = needed.iter().map(|fields| best(fields)).collect();
    if parts.contains(&0.0) {
        return None;
    }
    let mean = parts.iter().sum::<f64>() / parts.len() as f64;
    let least = parts.iter().copied().fold(1.0, f64::min);
    // Columns that another table would have make this one doubtful.
    let doubt = match table {
        Table::Leads if roles.contains_key("deal_id") && !roles.contains_key("email") => 0.8,
        // A lead may well have an amount; a deal has a number of its own, or at least a customer.
        Table::Deals if !roles.contains_key("deal_id") => {
            if roles.contains_key("account_id") {
                0.9
            } else {
                0.7
            }
        }
        Table::Accounts => 0.9,
        _ => 1.0,
    };
    Some((mean + least) / 2.0 * doubt)
}

impl Seen {
    fn of(header: &str, values: &[String], records: usize) -> Seen {
        let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
        for value in values {
            *counts.entry(Kind::of(value)).or_default() += 1;
        }
        let kind = counts.into_iter().max_by_key(|(_, count)| *count).map_or(Kind::Missing, |(kind, _)| kind);
        let distinct: BTreeSet<&String> = values.iter().collect();
        Seen {
            name: header.trim().to_owned(),
            words: words_of(header),
            kind,
            filled: values.len() as f64 / records.max(1) as f64,
            distinct: distinct.len() as f64 / values.len().max(1) as f64,
            different: distinct.len(),
        }
    }

    /// How likely the column is the field: its name says so, and its values do not contradict it.
    fn role(&self, table: Table, field: &str, spellings: &[&str]) -> Option<(f64, String)> {
        let fits = |spelling: &&str| {
            let wanted = words_of(spelling);
            if wanted == self.words {
                Some(1.0)
            } else if wanted.is_subset(&self.words) {
                Some(0.8 - 0.1 * (self.words.len() - wanted.len()).min(3) as f64)
            } else {
                None
            }
        };
        // A plan is no moment of what happened.
        let is_plan = || PLANS.iter().any(|word| self.words.contains(*word));
        let is_moment = matches!(fields::kind_of(table, field), FieldKind::Moment | FieldKind::Period);
        if is_moment && is_plan() {
            return None;
        }
        let by_name: f64 = spellings.iter().filter_map(fits).fold(0.0, f64::max);
        if by_name == 0.0 {
            return None;
        }
        let (by_values, values) = self.speaks_for(table, field)?;
        let confidence = by_name * by_values;
        (confidence > 0.2).then(|| (confidence, format!("is called `{}` and holds {values}", self.name)))
    }

    /// How well the values go with the kind of a field, and what they are; `None` where they rule it out.
    fn speaks_for(&self, table: Table, field: &str) -> Option<(f64, &'static str)> {
        let seldom = if self.filled < 0.05 { 0.6 } else { 1.0 };
        let (fit, values) = match (fields::kind_of(table, field), self.kind) {
            (_, Kind::Missing) => (0.5, "nothing yet"),
            (FieldKind::Moment | FieldKind::Period, Kind::Date) => (1.0, "dates"),
            (FieldKind::Moment | FieldKind::Period, _) => return None,
            (FieldKind::Money, Kind::Number) => (1.0, "amounts"),
            (FieldKind::Count | FieldKind::Decimal, Kind::Number) => (1.0, "numbers"),
            (FieldKind::Money | FieldKind::Count | FieldKind::Decimal, _) => return None,
            (FieldKind::Email, Kind::Address) => (1.0, "addresses"),
            (FieldKind::Email, _) => return None,
            (FieldKind::Id | FieldKind::Ids, Kind::Number | Kind::Code) if self.distinct > 0.9 => (1.0, "ids"),
            (FieldKind::Id | FieldKind::Ids, Kind::Number | Kind::Code | Kind::Words) => (0.85, "keys that recur"),
            (FieldKind::Id | FieldKind::Ids, _) => return None,
            (FieldKind::Word(_) | FieldKind::Flag, Kind::Words | Kind::Code | Kind::Number)
                if self.distinct < 0.5 || self.different <= FEW_WORDS =>
            {
                (1.0, "a few words")
            }
            (FieldKind::Text, Kind::Words | Kind::Code) => (1.0, "words"),
            (FieldKind::Text, Kind::Number) if field != "name" => (0.6, "numbers"),
            _ => return None,
        };
        Some((fit * seldom, values))
    }
}

/// The words of a header, without accents: parted by anything but letters and digits, and where a small letter meets a
/// capital.
fn words_of(header: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut word = String::new();
    let mut before_is_small = false;
    for c in header.chars() {
        if !c.is_alphanumeric() || (before_is_small && c.is_uppercase()) {
            words.insert(plain(&std::mem::take(&mut word)));
        }
        if c.is_alphanumeric() {
            word.push(c);
        }
        before_is_small = c.is_lowercase();
    }
    words.insert(plain(&word));
    words.remove("");
    words
}

#[cfg(test)]
mod tests {
    use super::super::text::table::{DialectHint, Table as TextTable};
    use super::*;

    fn proposal(text: &str) -> Option<Proposal> {
        propose(&TextTable::find(text.to_owned(), DialectHint::default())?, None)
    }

    fn columns(proposal: &Proposal) -> Vec<(&str, usize)> {
        proposal.roles.iter().map(|(field, role)| (field.as_str(), role.column)).collect()
    }

    #[test]
    fn a_list_of_enquiries_is_leads() {
        let text = "Kundennummer;E-Mail;Eingang am;Herkunft;Bearbeiter\n\
                    K-1;ada@example.com;03.02.2026;Messe;Meier\nK-2;bob@example.org;04.02.2026;Web;Meier\n\
                    K-3;eve@example.org;14.02.2026;Web;Kurz\n";
        let found = proposal(text).unwrap();
        assert_eq!(found.table, Table::Leads);
        assert!(found.confidence >= SURE, "{found:?}");
        let expected = [("created_at", 2), ("email", 1), ("lead_id", 0), ("owner", 4), ("source", 3)];
        assert_eq!(columns(&found), expected);
        assert_eq!(found.roles["created_at"].why, "is called `Eingang am` and holds dates");
    }

    #[test]
    fn orders_are_deals_and_costs_are_spend() {
        let deals = "Order No,Customer,Order value,Phase,Closing date\n1,Acme,\"$1,200.00\",Won,2026-01-03\n\
                     2,Globex,$300.00,Lost,2026-01-09\n";
        assert_eq!(proposal(deals).unwrap().table, Table::Deals);
        let spend = "Month,Campaign,Costs,Clicks\n2026-01-01,Spring,12.50,7\n2026-02-01,Spring,99.00,70\n";
        assert_eq!(proposal(spend).unwrap().table, Table::Spend);
    }

    #[test]
    fn what_is_none_of_these_is_left_alone() {
        assert_eq!(proposal("day,country,bank holiday\n2025-05-01,DE,yes\n2025-12-25,FR,yes\n"), None);
        assert_eq!(proposal("name,colour\npen,red\nink,blue\n"), None);
    }
}
