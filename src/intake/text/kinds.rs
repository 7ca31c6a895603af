//! What a cell looks like, at a glance: enough to distinguish labels from values and columns from one another. Reading
//! a value for its meaning is left to [`crate::record`].

/// What a cell looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Nothing, or a word that stands for nothing.
    Missing,
    /// A number, an amount or a percentage.
    Number,
    /// A date, with or without a clock.
    Date,
    /// A clock time.
    Time,
    /// An e-mail address or a link.
    Address,
    /// One word with a digit in it: an id, a code.
    Code,
    /// Anything else.
    Words,
}

impl Kind {
    /// Whether a value of this kind would hardly be a column's label.
    pub fn is_typed(self) -> bool {
        matches!(self, Kind::Number | Kind::Date | Kind::Time | Kind::Address)
    }

    /// What a cell looks like.
    pub fn of(text: &str) -> Kind {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}');
        if is_missing(text) {
            return Kind::Missing;
        }
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits == 0 {
            return if is_address(text) { Kind::Address } else { Kind::Words };
        }
        if text.len() > 64 {
            return if is_address(text) { Kind::Address } else { Kind::Words };
        }
        if is_number(text) {
            Kind::Number
        } else if is_time(text) {
            Kind::Time
        } else if is_date(text) {
            Kind::Date
        } else if is_address(text) {
            Kind::Address
        } else if text.contains(char::is_whitespace) {
            Kind::Words
        } else {
            Kind::Code
        }
    }
}

fn is_missing(text: &str) -> bool {
    const WORDS: [&str; 12] = ["", "-", "--", "---", "–", "—", "null", "NULL", "n/a", "N/A", "(not set)", "\\N"];
    WORDS.contains(&text)
}

fn is_address(text: &str) -> bool {
    if text.contains(char::is_whitespace) {
        return false;
    }
    let is_mail = || {
        text.split_once('@').is_some_and(|(name, domain)| {
            !name.is_empty()
                && domain.contains('.')
                && !domain.contains(['@', ',', ';', '|'])
                && !domain.starts_with('.')
        })
    };
    is_mail() || text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www.")
}

/// Digits with marks between them, a sign, brackets, a percent sign, a currency before or behind, K, M or B behind.
fn is_number(text: &str) -> bool {
    let body = text.trim_start_matches(['(', '+', '-', '−', '\'']).trim_end_matches([')', '%', ' ']);
    let body = without_currency(body);
    let body = body.trim_start_matches(['+', '-', '−']).trim_end_matches(['%', ' ', 'K', 'M', 'B']);
    let bytes = body.as_bytes();
    let Some(last) = bytes.last() else { return false };
    if !(last.is_ascii_digit() || *last == b'.') || !(bytes[0].is_ascii_digit() || matches!(bytes[0], b'.' | b',')) {
        return false;
    }
    let mut points = 0;
    let mut commas = 0;
    let mut blanks = 0;
    let mut before = b'0';
    for &byte in bytes {
        match byte {
            b'0'..=b'9' => {}
            b'.' => points += 1,
            b',' => commas += 1,
            b'\'' | b' ' => blanks += 1,
            b'E' | b'e' | b'+' => return is_exponent(body),
            0xa0 | 0xc2 | 0xe2 | 0x80 | 0xaf | 0x89 => {}
            _ => return false,
        }
        if !byte.is_ascii_digit() && byte < 0x80 && !before.is_ascii_digit() {
            return false;
        }
        before = byte;
    }
    // `1.2.3` is a version or a date, `1,2,3` a list; groups of three are thousands.
    let grouped =
        |mark: char| body.split(mark).skip(1).all(|part| part.split([',', '.']).next().is_some_and(|g| g.len() == 3));
    (points < 2 || (commas < 2 && grouped('.')))
        && (commas < 2 || grouped(',') || body.len() > 6)
        && (blanks == 0 || grouped(' ') || grouped('\''))
}

fn is_exponent(body: &str) -> bool {
    let Some((mantissa, exponent)) = body.split_once(['E', 'e']) else { return false };
    let exponent = exponent.trim_start_matches(['+', '-']);
    !exponent.is_empty()
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
        && !mantissa.is_empty()
        && mantissa.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

fn without_currency(text: &str) -> &str {
    const SIGNS: [char; 10] = ['$', '€', '£', '¥', '₹', '₽', '₩', '₺', '₴', '฿'];
    let text = text.trim_start_matches(SIGNS).trim_end_matches(SIGNS).trim();
    let is_code = |code: &str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if let Some((code, rest)) = text.split_once([' ', '\u{a0}'])
        && is_code(code)
    {
        return rest.trim();
    }
    match text.rsplit_once([' ', '\u{a0}']) {
        Some((rest, code)) if is_code(code) => rest.trim(),
        _ => text,
    }
}

fn is_time(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let body = upper.trim_end_matches("AM").trim_end_matches("PM").trim_end();
    let parts: Vec<&str> = body.split(':').collect();
    (2..=3).contains(&parts.len())
        && parts.iter().all(|part| {
            let whole = part.split(['.', ',']).next().unwrap_or_default();
            (1..=2).contains(&whole.len())
                && part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        })
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn is_date(text: &str) -> bool {
    let text = text.trim_end_matches(" UTC").trim_end_matches('Z');
    // The day is first and a clock behind it, parted by `T`, a blank or a comma.
    let numeric = |day: &str| {
        let Some(mark) = day.chars().find(|c| !c.is_ascii_digit()) else { return false };
        if !matches!(mark, '-' | '/' | '.') {
            return false;
        }
        let parts: Vec<&str> = day.split(mark).filter(|part| !part.is_empty()).collect();
        let is_digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_month_name = |part: &&str| part.len() == 3 && MONTHS.contains(&part.to_ascii_lowercase().as_str());
        parts.len() == 3
            && parts.iter().all(|part| is_digits(part) || is_month_name(part))
            && matches!((parts[0].len(), parts[1].len(), parts[2].len()), (4, 1..=3, 1..=2) | (1..=2, 1..=3, 2 | 4))
    };
    let clock_like = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit() || b":.,+-TZAPMapm ".contains(&byte));
    if let Some(end) = text.find(['T', ' ', ',']) {
        let (day, rest) = text.split_at(end);
        if numeric(day) {
            return clock_like(&rest[1..]);
        }
    } else {
        return numeric(text);
    }
    let words = text.split([' ', ',', '.', '-']).filter(|word| !word.is_empty());
    let mut months = 0;
    let mut numbers = 0;
    for word in words {
        let lower = word.to_lowercase();
        if word.bytes().all(|byte| byte.is_ascii_digit()) && word.len() <= 4 {
            numbers += 1;
        } else if lower.len() >= 3 && lower.is_ascii() && MONTHS.contains(&&lower[..3]) {
            months += 1;
        } else if !(is_time(word)
            || matches!(lower.as_str(), "am" | "pm" | "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun"))
        {
            return false;
        }
    }
    months == 1 && (1..=2).contains(&numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_distinguished_from_labels() {
        for number in [
            "1",
            "-3.50",
            "1,234.56",
            "1.234,56 €",
            "$342.09K",
            "USD 485,000.00",
            "14.29%",
            "1 234,56",
            "(5.00)",
            "1.23E+15",
            "0.07",
        ] {
            assert_eq!(Kind::of(number), Kind::Number, "{number}");
        }
        for date in [
            "2026-01-31",
            "2024-01-31T12:00:00.000Z",
            "31/01/2026",
            "1/31/26 2:05 PM",
            "15 Apr, 2021 00:03:00",
            "Jun 09, 2018 09:30 pm",
            "January 20, 2026",
            "14-Mar-26",
            "2026-03-14 14:05:33+02:00",
        ] {
            assert_eq!(Kind::of(date), Kind::Date, "{date}");
        }
        for words in [
            "Close Date",
            "Total",
            "Q3 2026 plan",
            "Leads (Work Email)",
            "May flowers",
            "Cost per 1,000 People Reached",
        ] {
            assert_eq!(Kind::of(words), Kind::Words, "{words}");
        }
        assert_eq!(Kind::of("00:15"), Kind::Time);
        assert_eq!(Kind::of("MG-8769"), Kind::Code);
        assert_eq!(Kind::of("utm_source_2"), Kind::Code);
        assert_eq!(Kind::of("ada@example.com"), Kind::Address);
        assert_eq!(Kind::of(" --"), Kind::Missing);
    }
}
