//! Words as names are compared: takes any text, gives its words one by one, each with its place and a print that letter
//! case, accents, apostrophes and invisible marks do not change. What a name is made of is left to [`super::roll`] and
//! [`super::people`].
//!
//! `ä` and `ae` are one, as are `ø` and `oe`, since names are written both ways. Scripts without blanks between words
//! give each of their letters as a word, so that a full name is found with or without a blank in it.

use std::sync::OnceLock;

use hashbrown::HashSet;

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it is compared by. Prints of several words are added, so that their order does not matter.
    pub print: u64,
    /// What it can be in a name.
    pub kind: WordKind,
}

/// What a word can be in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// A part of it.
    Part,
    /// A letter of a script without blanks: of a name all of them are needed.
    Letter,
    /// An initial, which may be there or not.
    Initial,
    /// Digits: no part of any name.
    Number,
}

/// A word under construction.
struct Open {
    start: usize,
    end: usize,
    hash: u64,
    letters: usize,
    is_number: bool,
    /// A letter that is a word of its own.
    is_alone: bool,
    last: char,
    was_lower: bool,
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

impl Open {
    fn new(start: usize, is_number: bool) -> Open {
        Open { start, end: start, hash: OFFSET, letters: 0, is_number, is_alone: false, last: ' ', was_lower: false }
    }

    /// Adds a letter; `is_bare` is one that bore no accent.
    fn push(&mut self, folded: char, is_bare: bool) {
        // The second letter of `ae`, `oe` and `ue`.
        if !(folded == 'e' && matches!(self.last, 'a' | 'o' | 'u')) {
            self.hash = (self.hash ^ u64::from(folded)).wrapping_mul(PRIME);
        }
        self.last = if is_bare { folded } else { ' ' };
    }

    fn word(&self) -> Word {
        let kind = match self.letters {
            _ if self.is_number => WordKind::Number,
            _ if self.is_alone => WordKind::Letter,
            1 => WordKind::Initial,
            _ => WordKind::Part,
        };
        Word { start: self.start, end: self.end, print: mixed(self.hash), kind }
    }
}

/// Spreads a hash over all bits, so that sums of several tell them apart.
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Gives the words of a text in their order. Where `parts_humps`, a capital behind a small letter begins a word, as in
/// `AdaLovelace`.
pub fn each_word(text: &str, parts_humps: bool, mut take: impl FnMut(Word)) {
    let mut open: Option<Open> = None;
    let mut close = |open: &mut Option<Open>| {
        if let Some(done) = open.take() {
            take(done.word());
        }
    };
    for (at, c) in text.char_indices() {
        let behind = at + c.len_utf8();
        if c.is_ascii_alphabetic() || (!c.is_ascii() && c.is_alphabetic()) {
            if is_whole(c) {
                close(&mut open);
                take_alone(&mut open, at, behind, c);
                continue;
            }
            let is_hump = parts_humps && c.is_uppercase();
            if open.as_ref().is_some_and(|word| word.is_number || word.is_alone || (is_hump && word.was_lower)) {
                close(&mut open);
            }
            let word = open.get_or_insert_with(|| Open::new(at, false));
            let lower = if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) };
            match base(lower) {
                'ß' => ['s', 's'].into_iter().for_each(|c| word.push(c, true)),
                'þ' => ['t', 'h'].into_iter().for_each(|c| word.push(c, true)),
                folded => word.push(folded, folded == lower),
            }
            word.letters += 1;
            word.end = behind;
            word.was_lower = parts_humps && c.is_lowercase();
        } else if c.is_numeric() {
            if open.as_ref().is_some_and(|word| !word.is_number) {
                close(&mut open);
            }
            let word = open.get_or_insert_with(|| Open::new(at, true));
            word.end = behind;
        } else if is_mark(c) {
            if let Some(word) = &mut open {
                word.end = behind;
                word.last = ' ';
            }
        } else if !is_within(c) {
            close(&mut open);
        }
    }
    close(&mut open);
}

/// Opens a word of one letter that is a word of its own; the next letter closes it.
fn take_alone(open: &mut Option<Open>, at: usize, behind: usize, c: char) {
    let mut word = Open::new(at, false);
    word.push(c, true);
    word.end = behind;
    word.is_alone = true;
    *open = Some(word);
}

/// Letters of scripts that leave no blank between words.
fn is_whole(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Accents that stand behind their letter.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// What may stand within a word without parting it: apostrophes, soft hyphens, marks without width.
fn is_within(c: char) -> bool {
    matches!(
        c,
        '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '`' | '\u{b4}' | '\u{ad}' | '\u{200b}'
            ..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

/// A small letter without its accent.
fn base(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    match c {
        'à'..='æ' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ǟ' | 'ǡ' | 'ǣ' | 'ǻ' | 'ǽ' | 'ȁ' | 'ȃ' | 'ȧ' | 'ḁ' | 'ẚ' | 'ạ'..='ặ' => {
            'a'
        }
        'ḃ' | 'ḅ' | 'ḇ' | 'ƀ' => 'b',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' | 'ḉ' => 'c',
        'ð' | 'ď' | 'đ' | 'ḋ' | 'ḍ' | 'ḏ' | 'ḑ' | 'ḓ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ȅ' | 'ȇ' | 'ȩ' | 'ḕ' | 'ḗ' | 'ḙ' | 'ḛ' | 'ḝ' | 'ẹ'..='ệ' | 'ə' => {
            'e'
        }
        'ḟ' => 'f',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' | 'ǥ' | 'ǧ' | 'ǵ' | 'ḡ' => 'g',
        'ĥ' | 'ħ' | 'ȟ' | 'ḣ' | 'ḥ' | 'ḧ' | 'ḩ' | 'ḫ' | 'ẖ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ǐ' | 'ȉ' | 'ȋ' | 'ḭ' | 'ḯ' | 'ỉ' | 'ị' => 'i',
        'ĵ' | 'ǰ' => 'j',
        'ķ' | 'ǩ' | 'ḱ' | 'ḳ' | 'ḵ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' | 'ḷ' | 'ḹ' | 'ḻ' | 'ḽ' => 'l',
        'ḿ' | 'ṁ' | 'ṃ' => 'm',
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ŉ' | 'ŋ' | 'ǹ' | 'ṅ' | 'ṇ' | 'ṉ' | 'ṋ' => 'n',
        'ò'..='ö'
        | 'ø'
        | 'ō'
        | 'ŏ'
        | 'ő'
        | 'œ'
        | 'ơ'
        | 'ǒ'
        | 'ǫ'
        | 'ǭ'
        | 'ǿ'
        | 'ȍ'
        | 'ȏ'
        | 'ȫ'
        | 'ȭ'
        | 'ȯ'
        | 'ȱ'
        | 'ṍ'
        | 'ṏ'
        | 'ṑ'
        | 'ṓ'
        | 'ọ'..='ợ' => 'o',
        'ṕ' | 'ṗ' => 'p',
        'ŕ' | 'ŗ' | 'ř' | 'ȑ' | 'ȓ' | 'ṙ' | 'ṛ' | 'ṝ' | 'ṟ' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' | 'ṡ' | 'ṣ' | 'ṥ' | 'ṧ' | 'ṩ' => 's',
        'ţ' | 'ť' | 'ŧ' | 'ț' | 'ṫ' | 'ṭ' | 'ṯ' | 'ṱ' | 'ẗ' => 't',
        'ù'..='ü'
        | 'ũ'
        | 'ū'
        | 'ŭ'
        | 'ů'
        | 'ű'
        | 'ų'
        | 'ư'
        | 'ǔ'
        | 'ǖ'
        | 'ǘ'
        | 'ǚ'
        | 'ǜ'
        | 'ȕ'
        | 'ȗ'
        | 'ṳ'
        | 'ṵ'
        | 'ṷ'
        | 'ṹ'
        | 'ṻ'
        | 'ụ'..='ự' => 'u',
        'ṽ' | 'ṿ' => 'v',
        'ŵ' | 'ẁ' | 'ẃ' | 'ẅ' | 'ẇ' | 'ẉ' | 'ẘ' => 'w',
        'ẋ' | 'ẍ' => 'x',
        'ý' | 'ÿ' | 'ŷ' | 'ȳ' | 'ẏ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' | 'ẙ' => 'y',
        'ź' | 'ż' | 'ž' | 'ẑ' | 'ẓ' | 'ẕ' => 'z',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'ё' => 'е',
        'й' => 'и',
        'ї' => 'і',
        // Letters as wide as those of East Asia.
        '\u{ff41}'..='\u{ff5a}' => char::from(b'a' + u8::try_from(u32::from(c) - 0xff41).unwrap_or_default()),
        _ => c,
    }
}

/// A header or a word as lists of headers have it: letters and digits only, small, without accents.
pub fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    kept.filter(|c| !is_mark(*c)).map(base).collect()
}

/// Words that stand beside a name and are none of its parts.
const TITLES: &str =
    "mr mrs ms miss mx dr prof professor sir herr frau dipl phd md mba jr ii iii esq rev sra srta dott mme mlle";
/// Words of which no name of a person is made: what people write where a name is asked for, and names of queues, teams
/// and programs among users.
const NO_NAMES: &str = "unknown unbekannt provided anonymous anonym visitor website webinar newsletter google facebook linkedin \
    instagram marketing sales vertrieb team queue support customer campaign kampagne event info gmbh ltd llc inc \
    integration process automated automation system platform hubspot salesforce pardot lead web online email mail user \
    contact kontakt account company test demo referral direct organic paid search social";

fn prints(list: &str) -> HashSet<u64> {
    let mut prints = HashSet::new();
    each_word(list, false, |word| {
        prints.insert(word.print);
    });
    prints
}

/// Whether a word is a title before or behind a name.
pub fn is_title(print: u64) -> bool {
    static PRINTS: OnceLock<HashSet<u64>> = OnceLock::new();
    PRINTS.get_or_init(|| prints(TITLES)).contains(&print)
}

/// Whether a word speaks against a name.
pub fn is_no_name(print: u64) -> bool {
    static PRINTS: OnceLock<HashSet<u64>> = OnceLock::new();
    PRINTS.get_or_init(|| prints(NO_NAMES)).contains(&print)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, parts_humps: bool) -> Vec<(String, u64, WordKind)> {
        let mut words = Vec::new();
        each_word(text, parts_humps, |word| words.push((text[word.start..word.end].to_owned(), word.print, word.kind)));
        words
    }

    fn print_of(text: &str) -> u64 {
        let words = words(text, false);
        assert_eq!(words.len(), 1, "{text}");
        words[0].1
    }

    #[test]
    fn spellings_of_one_word_have_one_print() {
        for (one, other) in [
            ("Müller", "MUELLER"),
            ("Müller", "mu\u{308}ller"),
            ("Müller", "Muller"),
            ("Jørgensen", "Joergensen"),
            ("O’Brien", "O'BRIEN"),
            ("O'Brien", "obrien"),
            ("Strauß", "Strauss"),
            ("Łukasz", "lukasz"),
            ("Nguyễn", "nguyen"),
            ("Ａｄａ", "ada"),
            ("Έλενα", "ΕΛΕΝΑ"),
            ("Şahin", "sahin"),
            ("Æsop", "Aesop"),
            ("Noé", "NOE"),
            ("Böe", "Bo\u{308}e"),
            ("Öéns", "Oeéns"),
        ] {
            assert_eq!(print_of(one), print_of(other), "{one} {other}");
        }
        assert_ne!(print_of("Ada"), print_of("Eda"));
        assert_ne!(print_of("Anna"), print_of("Anne"));
    }

    #[test]
    fn words_end_where_letters_do() {
        let texts = |text: &str, humps: bool| words(text, humps).into_iter().map(|word| word.0).collect::<Vec<_>>();
        assert_eq!(texts("Ada K. Love-Lace, 24h_x", false), ["Ada", "K", "Love", "Lace", "24", "h", "x"]);
        assert_eq!(texts("utm=AdaLovelace2024", true), ["utm", "Ada", "Lovelace", "2024"]);
        assert_eq!(texts("山田 太郎", false), ["山", "田", "太", "郎"]);
        let kinds: Vec<WordKind> = words("Ada K 山 7", false).into_iter().map(|word| word.2).collect();
        assert_eq!(kinds, [WordKind::Part, WordKind::Initial, WordKind::Letter, WordKind::Number]);
    }
}
