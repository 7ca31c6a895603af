//! Bytes in, text out. Decides the encoding over the whole file: a byte-order mark, else the pattern of zero bytes, else
//! UTF-8 if the bytes are that, else a code page guessed from all of them. What was decided and what could not be
//! decoded is recorded in [`Encoding`]. UTF-7 and escape-switched encodings are never decoded: they can hide markup.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use serde::{Deserialize, Serialize};

/// How the bytes of a file became text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encoding {
    /// Its name, such as `UTF-8` or `windows-1252`.
    pub name: Cow<'static, str>,
    /// Whether the file began with byte-order marks.
    pub had_mark: bool,
    /// Byte-order marks that were found and left out elsewhere in the text.
    pub stray_marks: u64,
    /// Sequences of bytes that mean nothing in the encoding, each now U+FFFD.
    pub broken: u64,
    /// The line of the first of them, from 1.
    pub first_broken_line: Option<u64>,
    /// Lines of a UTF-8 file that were in another encoding, and its name.
    pub other_lines: Option<(u64, Cow<'static, str>)>,
    /// NUL bytes at the end of the file, left out.
    pub padding: u64,
}

impl Encoding {
    /// UTF-8 without anything to report.
    pub fn plain() -> Encoding {
        Encoding::named("UTF-8")
    }

    fn named(name: &'static str) -> Encoding {
        Encoding {
            name: Cow::Borrowed(name),
            had_mark: false,
            stray_marks: 0,
            broken: 0,
            first_broken_line: None,
            other_lines: None,
            padding: 0,
        }
    }

    /// Whether nothing but plain UTF-8 was seen.
    pub fn is_plain(&self) -> bool {
        *self == Encoding { had_mark: self.had_mark, ..Encoding::named("UTF-8") }
    }
}

/// An encoding that is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// Four bytes a character: no export is known to write it.
    #[error("it is UTF-32 text, which is not read: save it as UTF-8")]
    Utf32,
    /// The project file names an encoding that does not exist.
    #[error("there is no encoding `{0}`: write a name such as `windows-1252` or `utf-16le`")]
    Unknown(String),
}

/// The name that is used for an encoding, if there is one of that name.
pub fn known(label: &str) -> Option<&'static str> {
    let encoding = encoding_rs::Encoding::for_label_no_replacement(label.as_bytes())?;
    (encoding != encoding_rs::ISO_2022_JP).then(|| encoding.name())
}

/// The text of a file. `wanted` is the encoding that the project file asks for, if it does.
///
/// # Errors
/// Where the file is in an encoding that is not read.
pub fn decode(bytes: Vec<u8>, wanted: Option<&str>) -> Result<(String, Encoding), EncodingError> {
    let mut bytes = bytes;
    let padding = without_padding(&mut bytes);
    let (mut text, mut encoding) = match wanted {
        Some(label) => with_label(&bytes, label)?,
        None => guessed(bytes)?,
    };
    encoding.padding = padding;
    let marks = text.chars().take_while(|c| *c == '\u{feff}').map(char::len_utf8).sum::<usize>();
    if marks > 0 {
        encoding.had_mark = true;
        text.drain(..marks);
    }
    if text.contains('\u{feff}') {
        encoding.stray_marks = text.matches('\u{feff}').count() as u64;
        text.retain(|c| c != '\u{feff}');
    }
    Ok((text, encoding))
}

/// NUL bytes (and the end-of-file mark of old systems) at the end are padding, but for the one that ends UTF-16 text.
fn without_padding(bytes: &mut Vec<u8>) -> u64 {
    if Wide::of(bytes).is_some() {
        return 0;
    }
    let end = bytes.iter().rposition(|byte| !matches!(byte, 0 | 0x1a)).map_or(0, |last| last + 1);
    let padding = bytes.len() - end;
    bytes.truncate(end);
    padding as u64
}

fn with_label(bytes: &[u8], label: &str) -> Result<(String, Encoding), EncodingError> {
    let unknown = || EncodingError::Unknown(label.to_owned());
    let encoding =
        known(label).and_then(|name| encoding_rs::Encoding::for_label(name.as_bytes())).ok_or_else(unknown)?;
    Ok(decoded(bytes, encoding))
}

fn guessed(bytes: Vec<u8>) -> Result<(String, Encoding), EncodingError> {
    if let Some(wide) = Wide::of(&bytes) {
        return wide.decode(&bytes);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok((text, Encoding::named("UTF-8"))),
        Err(error) => Ok(not_utf8(error.as_bytes())),
    }
}

/// Text of two or four bytes a character.
enum Wide {
    Utf16(&'static encoding_rs::Encoding),
    Utf32,
}

impl Wide {
    fn of(bytes: &[u8]) -> Option<Wide> {
        match bytes {
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return Some(Wide::Utf32),
            [0xff, 0xfe, ..] => return Some(Wide::Utf16(encoding_rs::UTF_16LE)),
            [0xfe, 0xff, ..] => return Some(Wide::Utf16(encoding_rs::UTF_16BE)),
            _ => {}
        }
        // Without a mark: text in a Latin script has a zero as every second byte, on one side only.
        let head = &bytes[..bytes.len().min(4096)];
        if head.len() < 4 || !head.contains(&0) {
            return None;
        }
        let zeros =
            |offset: usize, step: usize| head.iter().skip(offset).step_by(step).filter(|byte| **byte == 0).count();
        let quarter = head.len() / 4;
        if (0..4).filter(|offset| zeros(*offset, 4) * 10 >= quarter * 9).count() == 3 {
            return Some(Wide::Utf32);
        }
        let (even, odd, half) = (zeros(0, 2), zeros(1, 2), head.len() / 2);
        // Marks and digits are ASCII in every language, so a good part of the zeros is there in any export.
        let enough = |zeros: usize, others: usize| zeros > 2 && zeros * 10 >= half * 2 && others * 20 <= zeros;
        if enough(odd, even) {
            Some(Wide::Utf16(encoding_rs::UTF_16LE))
        } else if enough(even, odd) {
            Some(Wide::Utf16(encoding_rs::UTF_16BE))
        } else {
            None
        }
    }

    fn decode(&self, bytes: &[u8]) -> Result<(String, Encoding), EncodingError> {
        match self {
            Wide::Utf32 => Err(EncodingError::Utf32),
            Wide::Utf16(encoding) => {
                let half = bytes.len() % 2;
                let (mut text, mut account) = decoded(&bytes[..bytes.len() - half], encoding);
                if half > 0 {
                    account.broken += 1;
                    // Half a character behind the last line is no row of its own.
                    if !text.ends_with(['\n', '\r']) {
                        text.push(char::REPLACEMENT_CHARACTER);
                    }
                    let lines = || 1 + text.matches('\n').count() as u64;
                    account.first_broken_line.get_or_insert_with(lines);
                }
                Ok((text, account))
            }
        }
    }
}

/// Decodes all bytes in one encoding and counts what has no meaning in it.
fn decoded(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> (String, Encoding) {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let text = text.into_owned();
    let mut account = Encoding::named(encoding.name());
    count_broken(&text, &mut account);
    (text, account)
}

fn count_broken(text: &str, account: &mut Encoding) {
    account.broken = text.matches('\u{fffd}').count() as u64;
    account.first_broken_line =
        text.find('\u{fffd}').map(|at| 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() as u64);
}

/// Bytes that are not all UTF-8: a code page, or UTF-8 with a few broken bytes, or lines of both.
fn not_utf8(bytes: &[u8]) -> (String, Encoding) {
    let census = Census::of(bytes);
    let guess = census.guess;
    if census.good_lines == 0 {
        return decoded(bytes, guess);
    }
    // One bad byte among lines of good UTF-8 is damage; several lines that are good text in a code page are not.
    let mixed = census.foreign_lines > 1 && census.foreign_lines * 50 >= census.good_lines;
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 16);
    let mut other_lines = 0;
    for line in lines(bytes) {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) if mixed && is_foreign(line) => {
                other_lines += 1;
                text.push_str(&guess.decode_without_bom_handling(line).0);
            }
            Err(_) => text.push_str(&String::from_utf8_lossy(line)),
        }
    }
    let mut account = Encoding::named("UTF-8");
    account.other_lines = (other_lines > 0).then(|| (other_lines, Cow::Borrowed(guess.name())));
    count_broken(&text, &mut account);
    (text, account)
}

/// What the lines of a file say of its encoding.
struct Census {
    /// Lines with characters outside ASCII that are good UTF-8.
    good_lines: u64,
    /// Lines that are no UTF-8 at all, and so may be in a code page.
    foreign_lines: u64,
    /// The code page that fits these best.
    guess: &'static encoding_rs::Encoding,
}

impl Census {
    fn of(bytes: &[u8]) -> Census {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        let (mut good_lines, mut foreign_lines) = (0, 0);
        for line in lines(bytes) {
            if line.is_ascii() {
                continue;
            }
            if std::str::from_utf8(line).is_ok() {
                good_lines += 1;
                continue;
            }
            foreign_lines += u64::from(is_foreign(line));
            detector.feed(line, false);
        }
        detector.feed(b"", true);
        let guess = detector.guess(None, Utf8Detection::Deny);
        let guess =
            if guess == encoding_rs::WINDOWS_1252 && is_macintosh(bytes) { encoding_rs::MACINTOSH } else { guess };
        Census { good_lines, foreign_lines, guess }
    }
}

/// Whether a text is in the code page of old Macintosh systems, which the detector does not know and Excel there still
/// writes: read as that of Windows, its umlauts are capitals and signs in the middle of words.
fn is_macintosh(bytes: &[u8]) -> bool {
    const ENOUGH: usize = 3;
    const LOOK_BYTES: usize = 1 << 20;
    let bytes = &bytes[..bytes.len().min(LOOK_BYTES)];
    let odd = |encoding: &'static encoding_rs::Encoding| {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let letters: Vec<char> = text.chars().collect();
        let (mut odd, mut all) = (0, 0);
        for three in letters.windows(3).filter(|three| !three[1].is_ascii()) {
            let is_inside =
                three[0].is_ascii_lowercase() || (three[0].is_ascii_uppercase() && three[2].is_ascii_lowercase());
            all += usize::from(is_inside);
            odd += usize::from(is_inside && !three[1].is_lowercase());
        }
        (odd, all)
    };
    let (windows, all) = odd(encoding_rs::WINDOWS_1252);
    let (macintosh, _) = odd(encoding_rs::MACINTOSH);
    windows >= ENOUGH && windows * 3 > all && macintosh * 10 < windows
}

/// Whether a line that is not UTF-8 has not one character of UTF-8 in it.
fn is_foreign(line: &[u8]) -> bool {
    line.utf8_chunks().all(|chunk| chunk.valid().is_ascii())
}

/// Lines with their ends, so that together they are all bytes.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8]) -> (String, Encoding) {
        decode(bytes.to_vec(), None).unwrap()
    }

    fn wide(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn marks_go_wherever_they_are() {
        let (text, encoding) = text_of("\u{feff}\u{feff}a,b\n\u{feff}1,2\n".as_bytes());
        assert_eq!(text, "a,b\n1,2\n");
        assert!(encoding.had_mark);
        assert_eq!(encoding.stray_marks, 1);
    }

    #[test]
    fn utf_16_is_known_with_and_without_a_mark() {
        let line = "Name\tBetrag\nMüller\t5\n";
        for big in [false, true] {
            let name = if big { "UTF-16BE" } else { "UTF-16LE" };
            let (text, encoding) = text_of(&wide(line, big));
            assert_eq!((text.as_str(), &*encoding.name), (line, name));
            let (text, encoding) = text_of(&wide(&format!("\u{feff}{line}"), big));
            assert_eq!((text.as_str(), &*encoding.name, encoding.had_mark), (line, name, true));
        }
        let mut odd = wide(line, false);
        odd.push(b'x');
        let (text, encoding) = text_of(&odd);
        assert_eq!((text.as_str(), encoding.broken), (line, 1));
    }

    #[test]
    fn utf_32_is_refused_by_name() {
        let bytes: Vec<u8> = "\u{feff}Name\n".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        assert_eq!(decode(bytes, None), Err(EncodingError::Utf32));
        let bare: Vec<u8> = "Name,Amount\n".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        assert_eq!(decode(bare, None), Err(EncodingError::Utf32));
    }

    #[test]
    fn code_pages_are_guessed_over_the_whole_file() {
        for (label, sample) in [
            ("windows-1252", "Firma;Ort\nMüller & Söhne;Köln\nCafé Zoë – “Prêt”;Besançon\n"),
            ("macintosh", "Firma;Ort\nMüller & Söhne;Köln\nBüro Weiß;Münster\nGerätebau Süd;Düren\n"),
            ("windows-1251", "Компания;Город\nРога и копыта;Москва\nСеверный ветер;Санкт-Петербург\n"),
            ("Shift_JIS", "会社名,氏名\n株式会社山田商店,鈴木一郎\n東京電機,佐藤花子\n"),
            ("GBK", "公司,姓名\n北京科技有限公司,王小明\n上海贸易公司,李小红\n"),
        ] {
            let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
            let (bytes, _, _) = encoding.encode(sample);
            let (text, account) = text_of(&bytes);
            assert_eq!((text.as_str(), &*account.name), (sample, encoding.name()));
        }
    }

    #[test]
    fn a_bad_byte_in_good_utf_8_is_damage_and_lines_of_a_code_page_are_text() {
        let (text, encoding) = text_of(b"M\xc3\xbcller\nplain\nCaf\xe9 S\xc3\xb6hne\n");
        assert_eq!(text, "Müller\nplain\nCaf\u{fffd} Söhne\n");
        assert_eq!((encoding.broken, encoding.first_broken_line), (1, Some(3)));
        let (text, encoding) = text_of(b"M\xc3\xbcller\nCaf\xe9\nK\xf6ln\nS\xc3\xb6hne\n");
        assert_eq!(text, "Müller\nCafé\nKöln\nSöhne\n");
        assert_eq!(encoding.other_lines, Some((2, "windows-1252".into())));
    }

    #[test]
    fn overlong_forms_never_become_what_they_hide() {
        let (text, _) = text_of(b"M\xc3\xbcller,\xc0\xbcscript>\n\xc3\xa4\n");
        assert!(!text.contains('<'));
    }

    #[test]
    fn padding_goes_and_other_zeros_stay() {
        let (text, encoding) = text_of(b"a,b\n1,\x002\n\0\0\0\0");
        assert_eq!((text.as_str(), encoding.padding), ("a,b\n1,\x002\n", 4));
    }
}
