//! Clocks and dates in a text, which a colon or a blank would take apart. Takes a sample, says whether what parts it is part
//! of them.

use super::super::kinds::Kind;

/// Lines that are looked at.
const LINES: usize = 400;

/// Whether a colon or a blank mostly is inside clocks and dates, so that it parts no cells.
pub fn are_parted(sample: &str, mark: u8) -> bool {
    if mark == b':' {
        return in_clocks(sample);
    }
    // Whole lines that are one date or time each: the header may be anything.
    let lines = || sample.lines().map(str::trim).filter(|line| !line.is_empty()).take(LINES);
    let is_one = |line: &&str| matches!(Kind::of(line.trim_matches('"')), Kind::Date | Kind::Time);
    let (all, whole) = (lines().count(), lines().filter(is_one).count());
    whole > 1 && (whole + 1) * 10 >= all * 9
}

/// Whether at least half of the colons are in clocks.
fn in_clocks(sample: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.');
    let words = sample.lines().take(LINES).flat_map(|line| line.split(|c: char| !is_part(c)));
    let (mut all, mut inside) = (0_usize, 0_usize);
    for word in words {
        let colons = word.bytes().filter(|byte| *byte == b':').count();
        all += colons;
        inside += if colons > 0 && is_clock(word) { colons } else { 0 };
    }
    inside > 0 && inside * 2 >= all
}

/// `10:20`, `10:20:30.5`, `01T10:20:30Z`, `9:05PM`; and the pattern of one, `HH:mm:ss.S`.
fn is_clock(word: &str) -> bool {
    let word = word.trim_matches('.');
    is_pattern(word) || is_time(word)
}

fn is_time(word: &str) -> bool {
    let word = word.rsplit_once(['T', 't']).map_or(word, |(_, clock)| clock);
    let word = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let mut parts = word.split(':');
    let is_hour = |part: &str| (1..=2).contains(&part.len()) && part.parse::<u8>().is_ok_and(|hour| hour < 60);
    let is_rest = |part: &str| {
        let (whole, fraction) = part.split_once('.').unwrap_or((part, "0"));
        whole.len() == 2
            && whole.parse::<u8>().is_ok_and(|value| value < 60)
            && fraction.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_first = parts.next().is_some_and(is_hour);
    let rest: Vec<&str> = parts.collect();
    is_first && (1..=3).contains(&rest.len()) && rest.into_iter().all(is_rest)
}

/// Letters that stand for the parts of a clock, each part of one letter: `hh:mm`, `HH:mm:ss.SSS`.
fn is_pattern(word: &str) -> bool {
    let is_part = |part: &str| {
        let first = part.bytes().next();
        let is_letter = first.is_some_and(|first| b"dDhHkKmMsSfFn".contains(&first));
        is_letter && part.bytes().all(|byte| Some(byte) == first)
    };
    word.contains(':') && word.split([':', '.']).all(is_part) && word.to_ascii_lowercase().contains("m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_distinguished_from_cells_between_colons() {
        for word in ["10:20", "10:20:30.5", "01T10:20:30Z", "9:05PM", "HH:mm:ss.S", "hh:mm", "1:02:03:04"] {
            assert!(is_clock(word), "{word}");
        }
        for word in ["1:2:3", "root:x:0:0", "a:b:c", "100:20:30", "10:75", "id:name"] {
            assert!(!is_clock(word), "{word}");
        }
        assert!(are_parted("Start\n15 Apr 2026 10:20\n16 Apr 2026 11:20\n", b' '));
        assert!(!are_parted("id city amount\n1 Rome 5\n2 Cork 7\n", b' '));
    }
}
