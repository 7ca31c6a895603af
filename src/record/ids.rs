//! Keys that join tables: record ids and e-mail addresses in one spelling.
//!
//! Takes a cell's text, gives the form in which two exports of the same record agree. Ids stay text: they
//! are never numbers. Which column is a key is for the tool's preset to say, and what to do about damaged
//! ones for the data page.

use std::borrow::Cow;

use memchr::memchr;

use super::missing;

/// What Zoho CRM puts in front of every id.
const ZOHO_PREFIX: &str = "zcrm_";
/// The longest address that can be delivered to (RFC 5321, 4.5.3.1).
const LONGEST_EMAIL: usize = 254;

/// The id as every export of the tool would write it; empty for a reference to nothing.
///
/// Blanks around and zero-width characters inside go, and so do `zcrm_` and brackets around digits (`[82945]` keeps
/// spreadsheets from rounding in Microsoft Advertising, and is a list of one in Marketo). A Salesforce id of 18
/// characters loses the three that only repeat the case of the first 15, but only where they do repeat it:
/// another tool's id of 18 characters stays whole.
#[must_use]
pub fn canonical_id(text: &str) -> Cow<'_, str> {
    let text = missing::trimmed(text);
    if missing::is_missing(text) { Cow::Borrowed("") } else { id_in(text) }
}

/// The same for a cell that is trimmed and known to hold a value.
#[must_use]
pub fn id_in(value: &str) -> Cow<'_, str> {
    if !value.is_ascii() && value.contains(missing::is_zero_width) {
        let visible: String = value.chars().filter(|&c| !missing::is_zero_width(c)).collect();
        return Cow::Owned(if missing::is_missing(&visible) { String::new() } else { shortened(&visible).to_owned() });
    }
    Cow::Borrowed(shortened(value))
}

fn shortened(id: &str) -> &str {
    let id = id.strip_prefix(ZOHO_PREFIX).unwrap_or(id);
    // What a program makes of a column of whole numbers in which one is missing.
    let whole =
        id.strip_suffix(".0").filter(|whole| !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()));
    let id = whole.unwrap_or(id);
    let bracketed = id.strip_prefix('[').and_then(|id| id.strip_suffix(']'));
    let id = bracketed.filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or(id);
    match id.split_at_checked(15) {
        Some((record, check)) if check.len() == 3 && repeats_case(record, check) => record,
        _ => id,
    }
}

/// Whether these are the three check characters of a 15-character Salesforce id: for each five characters, from the
/// right, a bit that is set for a capital, and the five bits as one of `A`…`Z`, `0`…`5` (Salesforce Help, "Converting
/// 15 character to 18 character ids").
fn repeats_case(record: &str, check: &str) -> bool {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let (Some(record), &[first, second, third]) = (record.as_bytes().first_chunk::<15>(), check.as_bytes()) else {
        return false;
    };
    // Every id of a Salesforce export comes here: its letters are looked at by eights, the last of which begin at the
    // eighth.
    let [begin, middle, end] = [0, 5, 7].map(|at| eight(record, at));
    LETTERS[capitals(begin)] == first
        && LETTERS[capitals(middle)] == second
        && LETTERS[capitals(end >> 24)] == third
        && are_alphanumeric(begin)
        && are_alphanumeric(end)
}

/// Eight letters from a place on, the first in the lowest byte.
fn eight(letters: &[u8; 15], at: usize) -> u64 {
    letters.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |eight| u64::from_le_bytes(*eight))
}

/// The same byte eight times.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The highest bit of each byte that is between two letters; no byte may have it set itself.
fn between(bytes: u64, first: u8, last: u8) -> u64 {
    // One addition sets it in those from the first on, the other in those beyond the last.
    let (from, beyond) = (bytes + each(0x80 - first), bytes + each(0x80 - last - 1));
    from & !beyond & each(0x80)
}

/// Which of the five lowest letters are capitals, a bit each, the first letter in the lowest.
fn capitals(bytes: u64) -> usize {
    const FIVE: u64 = 0x7f_7f7f_7f7f;
    let are = between(bytes & FIVE, b'A', b'Z') >> 7;
    // The multiplication brings the five bits side by side.
    let side_by_side = are.wrapping_mul(1 << 32 | 1 << 25 | 1 << 18 | 1 << 11 | 1 << 4) >> 32;
    usize::try_from(side_by_side & 31).unwrap_or_default()
}

/// Whether eight bytes are letters and digits of ASCII.
fn are_alphanumeric(bytes: u64) -> bool {
    let is_ascii = bytes & each(0x80) == 0;
    let low = bytes & each(0x7f);
    is_ascii && between(low | each(0x20), b'a', b'z') | between(low, b'0', b'9') == each(0x80)
}

/// Whether a spreadsheet turned the id into a rounded number such as `1.23E+15`: its last digits are lost.
#[must_use]
pub fn looks_damaged(text: &str) -> bool {
    let text = missing::trimmed(text);
    // Nearly all ids are recognised by these two.
    let [b'0'..=b'9', b'E' | b'e' | b'.' | b',', ..] = text.as_bytes() else {
        return false;
    };
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let (first, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix('+').unwrap_or_default();
    first.len() == 1 && is_number(first) && is_number(decimals) && is_number(exponent)
}

/// What comes before an id that is known to be damaged: it names its own row and nothing else.
pub const DAMAGED: char = '\u{1}';

/// What comes before the print of an e-mail, where that takes the place of a person's id that is lost.
pub const BY_EMAIL: char = '\u{2}';

/// Whether an id is lost: what is in its place is no id of the exports.
#[must_use]
pub fn is_lost(id: &str) -> bool {
    id.starts_with([DAMAGED, BY_EMAIL])
}

/// Whether an id names its own row alone.
#[must_use]
pub fn is_damaged(id: &str) -> bool {
    id.starts_with(DAMAGED)
}

/// Digits that a spreadsheet keeps of a number.
const KEPT_DIGITS: usize = 15;

/// Whether an id has more digits than a spreadsheet keeps, and then whether all beyond those are zeros, as it leaves them.
#[must_use]
pub fn looks_rounded(id: &str) -> Option<bool> {
    let is_long = (KEPT_DIGITS + 1..=30).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    is_long.then(|| id.bytes().skip(KEPT_DIGITS).all(|byte| byte == b'0'))
}

/// An e-mail address as a key: trimmed, in lower case; `None` if it does not look like one. Borrows where it is so
/// already.
#[must_use]
pub fn email_key(text: &str) -> Option<Cow<'_, str>> {
    let text = missing::trimmed(text);
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    if !text.is_ascii() {
        return any_email_key(text).map(Cow::Owned);
    }
    let at = memchr(b'@', text.as_bytes())?;
    let (name, domain) = (&text.as_bytes()[..at], &text.as_bytes()[at + 1..]);
    let of_name = name.iter().fold(ALL, |kinds, byte| kinds & KINDS[usize::from(*byte)]);
    let of_domain = domain.iter().fold(ALL, |kinds, byte| kinds & KINDS[usize::from(*byte)]);
    let looks_right = text.len() <= LONGEST_EMAIL
        && !name.is_empty()
        && of_name & MAILBOX != 0
        && of_domain & PLAIN != 0
        && labels_well(domain);
    if !looks_right {
        return None;
    }
    let is_lower = of_name & of_domain & NOT_UPPER != 0;
    Some(if is_lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_ascii_lowercase()) })
}

/// The same for letters of any script.
fn any_email_key(text: &str) -> Option<String> {
    let (name, domain) = text.split_once('@')?;
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_mailbox = |c: char| is_plain(c) || MAILBOX_MARKS.contains(c);
    let looks_right = text.len() <= LONGEST_EMAIL
        && !name.is_empty()
        && name.chars().all(is_mailbox)
        && domain.chars().all(is_plain)
        && labels_well(domain.as_bytes());
    looks_right.then(|| text.to_lowercase())
}

/// At least one point, and none without something before and behind it.
fn labels_well(domain: &[u8]) -> bool {
    let mut labels = domain.split(|byte| *byte == b'.');
    labels.next().is_some_and(|first| !first.is_empty()) && {
        let mut rest = labels.peekable();
        rest.peek().is_some() && rest.all(|label| !label.is_empty())
    }
}

const MAILBOX_MARKS: &str = "!#$%&'*+/=?^`{|}~";
/// May be in a domain.
const PLAIN: u8 = 1;
/// May be before the `@`.
const MAILBOX: u8 = 2;
/// No capital.
const NOT_UPPER: u8 = 4;
const ALL: u8 = PLAIN | MAILBOX | NOT_UPPER;

/// What each byte of ASCII text is.
const KINDS: [u8; 256] = {
    let (mut kinds, mut byte) = ([0; 256], 0_u8);
    while byte < 128 {
        let is_plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        kinds[byte as usize] =
            if is_plain { PLAIN | MAILBOX } else { 0 } | if byte.is_ascii_uppercase() { 0 } else { NOT_UPPER };
        byte += 1;
    }
    let mut mark = 0;
    while mark < MAILBOX_MARKS.len() {
        kinds[MAILBOX_MARKS.as_bytes()[mark] as usize] |= MAILBOX;
        mark += 1;
    }
    kinds
};

/// The ids in a cell that may hold several, parted by `;`.
pub fn split(ids: Option<&str>) -> impl Iterator<Item = &str> + Clone {
    // Nearly all cells hold one id, and short ones are looked through quickest byte by byte.
    let is_one = ids.is_none_or(|ids| ids.bytes().all(|byte| byte != b';'));
    let (one, several) = if is_one { (ids, None) } else { (None, ids) };
    let parts = several.into_iter().flat_map(|ids| ids.split(';'));
    one.into_iter().chain(parts).map(str::trim).filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lengths_of_a_salesforce_id_are_one_key() {
        assert_eq!(canonical_id("0015g00000XyZabAAF"), canonical_id(" 0015g00000XyZab "));
        assert_eq!(canonical_id("001A0000006Vm9r"), "001A0000006Vm9r");
        assert_eq!(canonical_id("001A0000006Vm9rIAC"), "001A0000006Vm9r");
        assert_eq!(canonical_id("001A0000006Vm9rIAD"), "001A0000006Vm9rIAD");
        assert_eq!(canonical_id("123456789012345678"), "123456789012345678");
    }

    proptest::proptest! {
        #[test]
        fn check_letters_are_those_of_the_rule_letter_by_letter(record in "[0-9A-Za-z@\\[`{/:]{15}", check in "[A-Z0-5]{3}") {
            let letter = |five: &[char]| {
                let number: u32 = five.iter().zip([1, 2, 4, 8, 16]).map(|(c, bit)| if c.is_ascii_uppercase() { bit } else { 0 }).sum();
                "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".chars().nth(number as usize).unwrap()
            };
            let letters: Vec<char> = record.chars().collect();
            let right: String = letters.chunks(5).map(letter).collect();
            let is_id = record.chars().all(|c| c.is_ascii_alphanumeric());
            proptest::prop_assert_eq!(repeats_case(&record, &right), is_id);
            proptest::prop_assert_eq!(repeats_case(&record, &check), is_id && check == right);
        }
    }

    #[test]
    fn prefixes_padding_and_null_references_go() {
        assert_eq!(
            (canonical_id("101.0"), canonical_id("1.0.0"), canonical_id(".0")),
            ("101".into(), "1.0.0".into(), ".0".into())
        );
        assert_eq!(canonical_id("zcrm_4876876000001"), "4876876000001");
        assert_eq!(canonical_id("\u{feff}0012\u{200b}3 "), "00123");
        for nothing in ["000000000000000AAA", "000000000000000", "", " ", "null"] {
            assert_eq!(canonical_id(nothing), "", "{nothing}");
        }
        assert_eq!(canonical_id("0"), "0");
        assert_eq!(canonical_id("[82945799304067]"), "82945799304067");
        for other in ["[]", "[a]", "[1,2]", "[1"] {
            assert_eq!(canonical_id(other), other);
        }
    }

    #[test]
    fn rounded_ids_are_seen() {
        for damaged in ["1.23E+15", "4,87688e+17", "1E+15"] {
            assert!(looks_damaged(damaged), "{damaged}");
        }
        for whole in ["123E+15", "1.23E15", "00E5", "E+15", "1.E+15", "Eve"] {
            assert!(!looks_damaged(whole), "{whole}");
        }
    }

    #[test]
    fn addresses_become_keys() {
        assert_eq!(email_key(" Ada.L+crm@Example.COM "), Some("ada.l+crm@example.com".into()));
        for other in ["", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "a@b@c.de", "a@b..c"] {
            assert_eq!(email_key(other), None, "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn ascii_addresses_are_read_as_any(
            text in proptest::prop_oneof!["(mailto:)?[A-Za-c0-2.+_!-]{0,4}@[A-Ca-c0-2-]{0,3}\\.?[a-c]{0,3}\\.?[a-c.@ ]{0,3}", "[ -~]{0,12}",
                "[a-c]{1,240}@[a-c]{1,12}\\.de"],
        ) {
            let bare = missing::trimmed(&text);
            let bare = bare.strip_prefix("mailto:").unwrap_or(bare);
            let (key, expected) = (email_key(&text), any_email_key(bare));
            proptest::prop_assert_eq!(key.as_deref(), expected.as_deref());
            let is_lower = !bare.bytes().any(|byte| byte.is_ascii_uppercase());
            proptest::prop_assert_eq!(matches!(key, Some(Cow::Borrowed(_))), key.is_some() && is_lower);
        }
    }
}
