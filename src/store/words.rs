//! Texts that recur, kept once: gives a small code for a text, and the text of a code. Codes are given in the order in
//! which texts come, so they mean nothing beyond the dictionary that gave them.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::batch::NO_CODE;
use super::texts::Texts;
use serde::{Deserialize, Serialize};

/// A dictionary. Code 0 is the absent text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Texts", into = "Texts")]
pub struct Words {
    texts: Texts,
    codes: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Default for Words {
    fn default() -> Words {
        let mut texts = Texts::default();
        texts.push("");
        Words { texts, codes: HashTable::new(), hasher: DefaultHashBuilder::default() }
    }
}

impl From<Texts> for Words {
    fn from(texts: Texts) -> Words {
        Words::of(&texts)
    }
}

impl From<Words> for Texts {
    fn from(words: Words) -> Texts {
        words.texts
    }
}

impl Words {
    /// How many codes there are, that of the absent text included.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is no text but the absent one.
    pub fn is_empty(&self) -> bool {
        self.len() == 1
    }

    /// The code of a text, given now where it is new.
    pub fn code(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return NO_CODE;
        }
        let Words { texts, codes, hasher } = self;
        let hash = hasher.hash_one(text);
        if let Some(code) = codes.find(hash, |code| texts.text(*code as usize) == text) {
            return *code;
        }
        let code = u32::try_from(texts.len()).expect("fewer different texts than 4 billion");
        texts.push(text);
        codes.insert_unique(hash, code, |code| hasher.hash_one(texts.text(*code as usize)));
        code
    }

    /// The code of a text, where it has one.
    pub fn known(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        self.codes.find(hash, |code| self.texts.text(*code as usize) == text).copied()
    }

    /// The text of a code; `None` for the absent one.
    pub fn text(&self, code: u32) -> Option<&str> {
        self.texts.get(code as usize)
    }

    /// Takes up all texts of another dictionary; gives, for each of its codes, the code here.
    pub fn adopt(&mut self, other: &Words) -> Vec<u32> {
        other.texts.iter().map(|text| self.code(text)).collect()
    }

    /// The texts by code, that of the absent text included.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The dictionary that [`Words::texts`] gave.
    pub fn of(texts: &Texts) -> Words {
        let mut words = Words::default();
        texts.iter().for_each(|text| {
            words.code(text);
        });
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_code_and_a_code_one_text() {
        let mut words = Words::default();
        let codes = ["web", "phone", "web", ""].map(|text| words.code(text));
        assert_eq!(codes, [1, 2, 1, 0]);
        assert_eq!((words.text(2), words.text(0), words.known("x")), (Some("phone"), None, None));
        let mut other = Words::default();
        other.code("phone");
        assert_eq!(other.adopt(&words), [0, 2, 1]);
        assert_eq!(Words::of(words.texts()).text(1), Some("web"));
    }
}
