//! Collects faults while single values are decided: takes a value as written and what it may be, gives its
//! meaning, or notes the fault and goes on.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use super::file::{Names, Text};
use super::meaning::folded;
use super::problem::quoted;
use super::shape::Fault;
use super::values::Valued;

/// The faults found so far.
pub(super) struct Check {
    pub(super) faults: Vec<Fault>,
    /// Whether everything written could be read. If not, a value that is not there may have been unreadable.
    pub(super) is_whole: bool,
}

impl Check {
    /// A table of chosen names that are compared with those in the exports whatever their case.
    pub(super) fn folded_names<T, V>(
        &mut self,
        key: &str,
        names: Names<T>,
        mut value: impl FnMut(&mut Check, String, T) -> Option<V>,
    ) -> BTreeMap<String, V> {
        let mut values = BTreeMap::new();
        for (name, written) in names {
            let (span, name) = (name.span(), name.into_inner());
            let Some(value) = value(self, name.clone(), written) else {
                continue;
            };
            if values.insert(folded(&name), value).is_some() {
                let what = format!("{} names {} twice, but for letter case", quoted(key), quoted(&name));
                self.fault(span, what, Some("keep one of the two".to_owned()));
            }
        }
        values
    }

    pub(super) fn texts(&mut self, key: &str, names: Names<Text>) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        for (name, text) in names {
            if let Some(text) = self.filled(key, Some(text)) {
                texts.insert(name.into_inner(), text);
            }
        }
        texts
    }

    pub(super) fn valued<T>(
        &mut self,
        key: &str,
        text: Option<Text>,
        value: impl FnOnce(&str) -> Valued<T>,
    ) -> Option<T> {
        let text = text?;
        match value(text.get_ref()) {
            Ok(value) => Some(value),
            Err(hint) => {
                self.fault(text.span(), format!("{} cannot be {}", quoted(key), quoted(text.get_ref())), Some(hint));
                None
            }
        }
    }

    /// A text with something in it.
    pub(super) fn filled(&mut self, key: &str, text: Option<Text>) -> Option<String> {
        let text = text?;
        if text.get_ref().trim().is_empty() {
            self.fault(
                text.span(),
                format!("{} cannot be empty", quoted(key)),
                Some("write a text, or leave the key out".to_owned()),
            );
            return None;
        }
        Some(text.into_inner())
    }

    pub(super) fn within(&mut self, key: &str, number: Option<Spanned<u32>>, least: u32, most: u32) -> Option<u32> {
        let number = number?;
        if !(least..=most).contains(number.get_ref()) {
            let hint = format!("write a whole number from {least} to {most}");
            self.fault(number.span(), format!("{} cannot be `{}`", quoted(key), number.get_ref()), Some(hint));
            return None;
        }
        Some(number.into_inner())
    }

    pub(super) fn finite(&mut self, key: &str, number: Spanned<f64>) -> Option<f64> {
        if !number.get_ref().is_finite() {
            let what = format!("{} cannot be `{}`", quoted(key), number.get_ref());
            self.fault(number.span(), what, Some("write a number such as `0.9`".to_owned()));
            return None;
        }
        Some(number.into_inner())
    }

    /// A fault of something that is not there.
    pub(super) fn missing(&mut self, span: Range<usize>, what: &str, hint: &str) {
        if self.is_whole {
            self.fault(span, what.to_owned(), Some(hint.to_owned()));
        }
    }

    pub(super) fn fault(&mut self, span: Range<usize>, what: String, hint: Option<String>) {
        self.faults.push(Fault { span, what, note: None, hint });
    }
}
