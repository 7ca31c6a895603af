//! File names made from labels of the data: `Trade fair (Köln)` → `trade-fair-koeln`.
//!
//! Takes any text, gives `[a-z0-9-]{1,60}`. The label itself appears on pages only, escaped there.

use std::collections::{BTreeMap, BTreeSet};

/// Longest slug, in bytes.
const LONGEST: usize = 60;

/// Hexadecimal digits of the shortest suffix; each further attempt takes as many more.
const SUFFIX_STEP: usize = 8;

/// Most digits of a suffix; with the dash there is always room for part of the label.
const LONGEST_SUFFIX: usize = 48;

/// A file name for one label: `[a-z0-9-]{1,60}`, no dash at either end.
///
/// A label that leaves nothing, is too long or is a device name on Windows gets a suffix from its
/// blake3 hash. Two labels may share a slug; use [`unique_slugs`] for a list of them.
pub fn slug(text: &str) -> String {
    let plain = plain_slug(text);
    if plain.is_empty() || plain.len() > LONGEST || is_reserved(&plain) { suffixed(text, SUFFIX_STEP) } else { plain }
}

/// File names for a list of labels, in the same order, distinct for distinct labels.
///
/// Where labels would share a name, each of them gets a suffix from its own hash, so a name does not
/// depend on the order of the list.
pub fn unique_slugs<S: AsRef<str>>(labels: &[S]) -> Vec<String> {
    let mut names: BTreeMap<&str, (usize, String)> =
        labels.iter().map(|label| (label.as_ref(), (0, slug(label.as_ref())))).collect();
    // A longer suffix could in turn meet a label that looks just like it, hence the loop.
    loop {
        let shared = shared_names(&names);
        let mut changed = false;
        for (label, (digits, name)) in &mut names {
            if shared.contains(name) && *digits < LONGEST_SUFFIX {
                *digits += SUFFIX_STEP;
                *name = suffixed(label, *digits);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    labels.iter().map(|label| names[label.as_ref()].1.clone()).collect()
}

fn shared_names(names: &BTreeMap<&str, (usize, String)>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    names.values().filter(|(_, name)| !seen.insert(name)).map(|(_, name)| name.clone()).collect()
}

/// Whether Windows takes the name for a device, with or without an extension, in any case.
pub(super) fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let stem = stem.to_ascii_lowercase();
    let numbered = |device| stem.strip_prefix(device).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']));
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

/// Letters and digits of the label, everything between them one dash; any length, also none.
fn plain_slug(text: &str) -> String {
    let mut slug = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        let folded = fold(character);
        if !folded.is_empty() {
            slug.push_str(folded);
        } else if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') && !is_combining(character) {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

fn suffixed(text: &str, digits: usize) -> String {
    let hash = blake3::hash(text.as_bytes()).to_hex();
    let suffix = &hash.as_str()[..digits];
    let plain = plain_slug(text);
    // Slugs are ASCII, so any place is a character boundary.
    let kept = plain[..plain.len().min(LONGEST - digits - 1)].trim_end_matches('-');
    let kept = if kept.is_empty() { "x" } else { kept };
    format!("{kept}-{suffix}")
}

/// Accents written as characters of their own, as some exports have them.
fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

/// The common Latin letters outside ASCII (lower case), so that such labels stay readable.
fn fold(character: char) -> &'static str {
    match character {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ō' | 'ő' => "o",
        'ö' | 'œ' => "oe",
        'ŕ' | 'ř' => "r",
        'ś' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn suffix_of(text: &str) -> String {
        blake3::hash(text.as_bytes()).to_hex()[..8].to_owned()
    }

    #[test]
    fn labels_become_readable_names() {
        assert_eq!(slug("Trade fair (Köln) – 2026"), "trade-fair-koeln-2026");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("Ünïque ŁÓDŹ İstanbul"), "uenique-lodz-istanbul");
    }

    #[test]
    fn what_leaves_nothing_or_too_much_gets_a_suffix() {
        assert_eq!(slug("展示会"), format!("x-{}", suffix_of("展示会")));
        assert_eq!(slug(""), format!("x-{}", suffix_of("")));
        assert_eq!(slug("CON"), format!("con-{}", suffix_of("CON")));
        let long = "a".repeat(61);
        assert_eq!(slug(&long), format!("{}-{}", "a".repeat(51), suffix_of(&long)));
        assert_eq!(slug(&"a".repeat(60)), "a".repeat(60));
    }

    #[test]
    fn labels_that_collide_are_told_apart_whatever_their_order() {
        let lookalike = format!("e-mail-{}", suffix_of("E-Mail"));
        let labels = ["E-Mail", "e mail", lookalike.as_str(), "Web"];
        let names = unique_slugs(&labels);
        assert_eq!(names[1], format!("e-mail-{}", suffix_of("e mail")));
        assert_eq!(names[3], "web");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 4);
        let mut turned: Vec<_> = labels.into_iter().rev().collect();
        let mut turned_names = unique_slugs(&turned);
        turned_names.reverse();
        assert_eq!(turned_names, names);
        turned.truncate(1);
        assert_eq!(unique_slugs(&turned), ["web"]);
    }

    proptest! {
        #[test]
        fn any_labels_make_safe_and_distinct_names(labels in prop::collection::btree_set(any::<String>(), 0..12)) {
            let labels: Vec<String> = labels.into_iter().collect();
            let names = unique_slugs(&labels);
            for name in &names {
                prop_assert!((1..=60).contains(&name.len()));
                prop_assert!(name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')));
                prop_assert!(!name.starts_with('-') && !name.ends_with('-') && !is_reserved(name));
            }
            prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), labels.len());
        }
    }
}
