//! Names of members of a dimension. Takes names as found, gives small codes for the tables and, for each code, the one
//! spelling that is shown. Spellings that differ only in letter case, outer blanks or zero-width marks are one
//! member; the most frequent spelling is shown, in a tie the first by alphabet.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

/// The member that stands for a blank.
pub const NONE: &str = "(none)";

/// The members of one dimension. Code 0 is always [`NONE`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<BTreeMap<String, u64>>", into = "Vec<BTreeMap<String, u64>>")]
pub struct Names {
    codes: HashMap<String, u32>,
    folded: HashMap<String, u32>,
    spellings: Vec<BTreeMap<String, u64>>,
}

impl Default for Names {
    fn default() -> Names {
        // A tool that writes out the word for a blank means a blank.
        let folded = HashMap::from_iter([(NONE.to_owned(), 0)]);
        Names { codes: HashMap::new(), folded, spellings: vec![BTreeMap::new()] }
    }
}

impl From<Vec<BTreeMap<String, u64>>> for Names {
    fn from(spellings: Vec<BTreeMap<String, u64>>) -> Names {
        let mut names = Names::default();
        for (name, times) in spellings.iter().flatten() {
            names.code(Some(name), *times);
        }
        debug_assert!(names.spellings == spellings, "each member has a name, and its own");
        names
    }
}

impl From<Names> for Vec<BTreeMap<String, u64>> {
    fn from(names: Names) -> Vec<BTreeMap<String, u64>> {
        names.spellings
    }
}

impl Names {
    /// Takes up the names of other rows; gives, for each code there, the code here.
    pub fn adopt(&mut self, other: &Names) -> Vec<u32> {
        let mut codes = vec![0; other.spellings.len()];
        for (code, spellings) in codes.iter_mut().zip(&other.spellings) {
            for (name, times) in spellings {
                *code = self.code(Some(name), *times);
            }
        }
        codes
    }

    /// The same names with codes in order of their spelling; and the new code of each.
    pub fn in_order(&self) -> (Names, Vec<u32>) {
        let key = |code: &u32| {
            let spellings = &self.spellings[*code as usize];
            spellings.keys().next().map(|name| folded(name))
        };
        let mut order: Vec<u32> = (1..).take(self.spellings.len() - 1).collect();
        order.sort_by_cached_key(key);
        let mut codes = vec![0; self.spellings.len()];
        let mut spellings = vec![BTreeMap::new()];
        for (new, old) in (1..).zip(order) {
            codes[old as usize] = new;
            spellings.push(self.spellings[old as usize].clone());
        }
        (Names::from(spellings), codes)
    }

    /// The code of a name; blank is 0. Where `times` is not 0, the name is counted as found so often.
    pub fn code(&mut self, name: Option<&str>, times: u64) -> u32 {
        let Some(name) = name.filter(|name| !name.is_empty()) else { return 0 };
        let code = match self.codes.get(name) {
            Some(code) => *code,
            None => {
                let next = u32::try_from(self.spellings.len()).expect("fewer members than rows");
                let code = *self.folded.entry(folded(name)).or_insert(next);
                if code == next {
                    self.spellings.push(BTreeMap::new());
                }
                self.codes.insert(name.to_owned(), code);
                code
            }
        };
        let spellings = &mut self.spellings[code as usize];
        match spellings.get_mut(name) {
            Some(known) => *known += times,
            None => {
                spellings.insert(name.to_owned(), times);
            }
        }
        code
    }

    /// The name shown for a code.
    pub fn shown(&self, code: u32) -> &str {
        let spellings = self.spellings.get(code as usize).filter(|_| code > 0);
        let most = spellings.and_then(|names| names.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))));
        most.map_or(NONE, |(name, _)| name)
    }

    /// A number instead of a name for each code but 0, the most frequent first: `Owner 1`, `Owner 2`, ….
    pub fn numbered(&self, word: &str) -> Vec<String> {
        let times = |code: u32| self.spellings[code as usize].values().sum::<u64>();
        let mut order: Vec<u32> = (1..).take(self.spellings.len() - 1).collect();
        order.sort_by(|a, b| times(*b).cmp(&times(*a)).then_with(|| self.shown(*a).cmp(self.shown(*b))));
        let mut labels = vec![NONE.to_owned(); self.spellings.len()];
        for (number, code) in (1..).zip(order) {
            labels[code as usize] = format!("{word} {number}");
        }
        labels
    }

    /// Every name shown, by code.
    pub fn all(&self) -> Vec<String> {
        (0..).take(self.spellings.len()).map(|code| self.shown(code).to_owned()).collect()
    }
}

/// The members that texts of a dictionary stand for, looked up once a text. How often each text was found is counted
/// beside, and told to the [`Names`] at the end.
#[derive(Debug, Clone, Default)]
pub struct Members {
    names: Names,
    /// By code of the text: its member and how often it was found; `None` where it was not looked up yet.
    texts: Vec<Option<(u32, u64)>>,
}

impl Members {
    /// The member that a text stands for; `spelled` gives the spelling of a text that comes for the first time.
    pub fn of(&mut self, code: u32, spelled: impl FnOnce() -> Option<String>) -> u32 {
        let at = code as usize;
        if at == 0 {
            return 0;
        }
        if self.texts.len() <= at {
            self.texts.resize(at + 1, None);
        }
        let names = &mut self.names;
        let (member, times) = self.texts[at].get_or_insert_with(|| (names.code(spelled().as_deref(), 0), 0));
        *times += 1;
        *member
    }

    /// The member of a name that is in no dictionary.
    pub fn named(&mut self, name: &str) -> u32 {
        self.names.code(Some(name), 1)
    }

    /// The names with what was counted; `spelled` gives the spelling of each text again.
    pub fn finish(mut self, spelled: impl Fn(u32) -> Option<String>) -> Names {
        for (code, found) in (0..).zip(&self.texts) {
            if let Some((_, times)) = found {
                self.names.code(spelled(code).as_deref(), *times);
            }
        }
        self.names
    }
}

fn folded(name: &str) -> String {
    let kept = name.trim().chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'));
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_one_member_and_the_usual_one_is_shown() {
        let mut names = Names::default();
        assert_eq!(names.code(Some(NONE), 1), 0);
        let codes: Vec<u32> = [Some("web"), Some("Web"), Some("Web"), None, Some(""), Some("Phone")]
            .map(|name| names.code(name, 1))
            .into();
        assert_eq!(codes, [1, 1, 1, 0, 0, 2]);
        assert_eq!(names.all(), [NONE, "Web", "Phone"]);
    }
}
