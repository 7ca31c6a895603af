//! Headers and the names that presets know them by. Takes headers as found, gives the place of the one that a list of
//! spellings means. Compared by letters and digits only, whatever their case.

use serde::Deserialize;

/// A header in the forms in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    folded: String,
    /// What stands before, in and behind the last pair of round brackets.
    bracket: Option<(String, String, String)>,
}

impl Header {
    /// The forms of a header as found.
    pub fn of(found: &str) -> Header {
        let bracket = found.rsplit_once('(').and_then(|(before, rest)| {
            let (inside, after) = rest.split_once(')')?;
            Some((folded_header(before), inside.trim().to_owned(), folded_header(after)))
        });
        Header { folded: folded_header(found), bracket }
    }

    /// All headers of a file.
    pub fn all(found: &[String]) -> Vec<Header> {
        found.iter().map(|header| Header::of(header)).collect()
    }

    /// The currency that the header names in brackets.
    pub fn currency(&self) -> Option<&str> {
        let (_, inside, _) = self.bracket.as_ref()?;
        let is_code = inside.len() == 3 && inside.bytes().all(|byte| byte.is_ascii_uppercase());
        is_code.then_some(inside.as_str())
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
        let spelling = |written: &str| Spelling {
            written: written.to_owned(),
            folded: folded_header(written),
            bracket: written.split_once("(*)").map(|(before, after)| (folded_header(before), folded_header(after))),
        };
        Names(text.split(" | ").map(spelling).collect())
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
    fn fits(&self, header: &Header) -> bool {
        match (&self.bracket, &header.bracket) {
            (Some((before, after)), Some((found_before, _, found_after))) => {
                before == found_before && after == found_after
            }
            (Some(_), None) => false,
            (None, _) => self.folded == header.folded && !header.is_blank(),
        }
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
        assert_eq!(Names::from("Amount spent".to_owned()).place(&headers), None);
        assert_eq!(headers[1].currency(), Some("EUR"));
        assert_eq!(Header::of("Cost (all)").currency(), None);
    }
}
