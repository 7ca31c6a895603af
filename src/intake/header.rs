//! Headers and the names that presets know them by. Takes headers as found, gives the place of the one that a list of
//! spellings means. Compared by letters and digits only, whatever their case. A header in another language is put into
//! the one that the tables of a preset are written in.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::currencies::{is_currency, of_sign};

/// A header in the forms in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    folded: String,
    /// What comes before, in and behind the last pair of round brackets.
    bracket: Option<(String, String, String)>,
    /// The header without the currency that it names, and that currency.
    amount: Option<(String, String)>,
}

impl Header {
    /// The forms of a header as found.
    pub fn of(found: &str) -> Header {
        let bracket = found.rsplit_once('(').and_then(|(before, rest)| {
            let (inside, after) = rest.split_once(')')?;
            Some((folded_header(before), inside.trim().to_owned(), folded_header(after)))
        });
        Header { folded: folded_header(found), bracket, amount: currency_named(found) }
    }

    /// All headers of a file.
    pub fn all(found: &[String]) -> Vec<Header> {
        found.iter().map(|header| Header::of(header)).collect()
    }

    /// The currency that the header names: `Amount spent (EUR)`, `spend_usd`, `Kosten in €`.
    pub fn currency(&self) -> Option<&str> {
        self.amount.as_ref().map(|(_, code)| code.as_str())
    }

    fn is_blank(&self) -> bool {
        self.folded.is_empty()
    }
}

/// Spellings of one header, parted by ` | `. A spelling may hold one `(*)`, which fits any text in brackets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Names(Vec<Spelling>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Spelling {
    written: String,
    folded: String,
    bracket: Option<(String, String)>,
}

impl From<String> for Names {
    fn from(text: String) -> Names {
        Names(text.split(" | ").map(Spelling::of).collect())
    }
}

impl Names {
    /// The place of the first header that is meant.
    pub fn place(&self, headers: &[Header]) -> Option<usize> {
        self.0.iter().find_map(|spelling| headers.iter().position(|header| spelling.fits(header)))
    }

    /// The first spelling, for people.
    pub fn first(&self) -> &str {
        self.0.first().map_or("", |spelling| &spelling.written)
    }
}

impl Spelling {
    fn of(written: &str) -> Spelling {
        Spelling {
            written: written.to_owned(),
            folded: folded_header(written),
            bracket: written.split_once("(*)").map(|(before, after)| (folded_header(before), folded_header(after))),
        }
    }

    fn fits(&self, header: &Header) -> bool {
        match (&self.bracket, &header.bracket) {
            (Some((before, after)), Some((found_before, _, found_after))) => {
                before == found_before && after == found_after
            }
            (Some(_), None) => false,
            (None, _) => {
                let without = header.amount.as_ref().map(|(without, _)| without);
                !header.is_blank() && (self.folded == header.folded || without == Some(&self.folded))
            }
        }
    }
}

/// Codes of currencies that are ordinary words at the end of a header.
const ENGLISH_WORDS: [&str; 4] = ["ALL", "TOP", "CUP", "PEN"];

/// A header without the currency at its end, and the code of that; `None` where it names none.
fn currency_named(found: &str) -> Option<(String, String)> {
    let text = found.trim().trim_end_matches([')', ']']).trim_end();
    let sign = text
        .chars()
        .next_back()
        .filter(|c| !c.is_alphanumeric())
        .and_then(|c| of_sign(&c.to_string()).map(str::to_owned));
    let (before, code) = match sign {
        Some(code) => (text.trim_end_matches(|c: char| !c.is_alphanumeric()), code),
        None => {
            let at = text.rfind(|c: char| !c.is_alphabetic())?;
            let (before, word) = text.split_at(at + text[at..].chars().next().map_or(1, char::len_utf8));
            let is_upper = word.bytes().all(|byte| byte.is_ascii_uppercase());
            // A word in small letters is a currency only where the header is all in small letters: `spend_usd`.
            let is_lower = found.chars().all(|c| !c.is_uppercase());
            let code = word.to_uppercase();
            let is_code = word.len() == 3 && (is_upper || is_lower) && is_currency(&code);
            (before, Some(code).filter(|code| is_code && !ENGLISH_WORDS.contains(&code.as_str()))?)
        }
    };
    let before = before.trim_end().strip_suffix(" in").unwrap_or(before);
    let folded = folded_header(before);
    (!folded.is_empty()).then_some((folded, code))
}

/// Headers of a tool in one language, and what the tables of its preset call them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "BTreeMap<String, String>")]
pub struct Language {
    plain: BTreeMap<String, String>,
    /// Spellings with text in brackets, which goes over into the header.
    bracketed: Vec<(Spelling, String)>,
}

impl From<BTreeMap<String, String>> for Language {
    fn from(words: BTreeMap<String, String>) -> Language {
        let mut language = Language::default();
        for (found, header) in words {
            let spelling = Spelling::of(&found);
            match spelling.bracket {
                Some(_) => language.bracketed.push((spelling, header)),
                None => drop(language.plain.insert(spelling.folded, header)),
            }
        }
        language
    }
}

impl Language {
    /// The headers as the preset has them; `None` where this language knows none of them.
    pub fn translated(&self, headers: &[Header]) -> Option<Vec<Header>> {
        let mut knows = false;
        let mut translated = |header: &Header| {
            let known = self.header(header);
            knows |= known.is_some();
            known.unwrap_or_else(|| header.clone())
        };
        let all = headers.iter().map(&mut translated).collect();
        knows.then_some(all)
    }

    fn header(&self, header: &Header) -> Option<Header> {
        let bracketed = || {
            let (_, english) = self.bracketed.iter().find(|(spelling, _)| spelling.fits(header))?;
            let inside = header.bracket.as_ref().map_or("", |(_, inside, _)| inside);
            Some(Header::of(&english.replace("(*)", &format!("({inside})"))))
        };
        let without_currency = || {
            let (without, code) = header.amount.as_ref()?;
            Some(Header::of(&format!("{} ({code})", self.plain.get(without)?)))
        };
        let plain = self.plain.get(&header.folded).map(|english| Header::of(english));
        plain.or_else(bracketed).or_else(without_currency)
    }
}

/// A header as it is compared: letters and digits only, lower case. `MQL_Date__c` and `mql_date_c` are one.
pub fn folded_header(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_by_letters_and_digits() {
        assert_eq!(folded_header("\u{feff}MQL_Date__c "), folded_header("mql date c"));
        let headers = Header::all(&["Id".into(), "Amount spent (EUR)".into(), "CPM (cost per 1,000) (EUR)".into()]);
        assert_eq!(Names::from("Spend | amount_spent (*)".to_owned()).place(&headers), Some(1));
        assert_eq!(Names::from("CPM (cost per 1,000) (*)".to_owned()).place(&headers), Some(2));
        assert_eq!(
            Names::from("Amount spent".to_owned()).place(&headers),
            Some(1),
            "a currency is no part of the name"
        );
        assert_eq!(headers[1].currency(), Some("EUR"));
        for (header, code) in
            [("spend_usd", "USD"), ("Kosten in EUR", "EUR"), ("Umsatz €", "EUR"), ("Deal value [GBP]", "GBP")]
        {
            assert_eq!(Header::of(header).currency(), Some(code), "{header}");
        }
        for header in ["Lead all", "Top", "Close date", "Cost ($)", "EUR", "is_all"] {
            assert_eq!(Header::of(header).currency(), None, "{header}");
        }
        assert_eq!(Header::of("Cost (all)").currency(), None);
    }
}
