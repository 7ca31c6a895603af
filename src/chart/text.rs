//! Words in a picture: how wide they are, how to shorten them, how to escape them.
//!
//! Takes any text from outside and gives text that fits and cannot break the SVG. Widths are estimates
//! from a table, since the reader's font is not known; they lean to the wide side.

/// Estimated width of `words` in the unit of `size`, the font size.
pub(super) fn width(words: &str, size: f64, bold: bool) -> f64 {
    let em: f64 = words.chars().map(glyph_width).sum();
    em * size * if bold { 1.08 } else { 1.0 }
}

/// Average glyph width in em over common sans-serif fonts (Segoe UI, Helvetica, Roboto, DejaVu Sans).
fn glyph_width(glyph: char) -> f64 {
    match glyph {
        glyph if attaches(glyph) => 0.0,
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | 'I' => 0.3,
        ' ' | '\u{a0}' | 'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '/' | '-' | '"' => 0.38,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' | '—' => 0.95,
        '+' | '−' | '=' | '<' | '>' | '~' | '×' | '→' | '#' => 0.84,
        '0'..='9' | 'a'..='z' => 0.61,
        'A'..='Z' => 0.72,
        glyph if is_wide(glyph) => 1.1,
        glyph if glyph.is_ascii() => 0.64,
        glyph if glyph.is_uppercase() => 0.74,
        _ => 0.64,
    }
}

/// East Asian characters and emoji, which fill a square.
fn is_wide(glyph: char) -> bool {
    matches!(glyph,
        '\u{1100}'..='\u{115f}' | '\u{2600}'..='\u{27bf}' | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff60}' | '\u{1f000}'..='\u{3ffff}')
}

/// Characters that belong to the one before them and take no room of their own.
fn attaches(glyph: char) -> bool {
    matches!(glyph,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | JOINER | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

/// Joins two emoji into one picture.
const JOINER: char = '\u{200d}';

/// `words` as it may stand in a picture: no control characters and none that turn the direction of
/// what follows; any white space is one plain space.
pub(super) fn clean(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for glyph in words.chars().filter(|glyph| !turns_direction(*glyph)) {
        let keeps_shape = !glyph.is_whitespace() || glyph == '\u{a0}';
        if keeps_shape && !glyph.is_control() && !matches!(glyph, '\u{fffe}' | '\u{ffff}') {
            out.push(glyph);
        } else if glyph.is_whitespace() && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}

/// Marks of the Unicode bidirectional algorithm, which could make a label read as another one.
fn turns_direction(glyph: char) -> bool {
    matches!(glyph,
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `words`, cut with `…` where it is wider than `room`; never cut inside what reads as one character.
pub(super) fn shorten(words: &str, room: f64, size: f64, bold: bool) -> String {
    if width(words, size, bold) <= room {
        return words.to_owned();
    }
    let room = room - width("…", size, bold);
    let glyphs: Vec<char> = words.chars().collect();
    let mut used = 0.0;
    let mut kept = 0;
    for glyph in &glyphs {
        used += width(glyph.encode_utf8(&mut [0; 4]), size, bold);
        if used > room {
            break;
        }
        kept += 1;
    }
    let splits = |at: usize| attaches(glyphs[at]) || glyphs[at - 1] == JOINER;
    while kept > 0 && kept < glyphs.len() && splits(kept) {
        kept -= 1;
    }
    let start: String = glyphs[..kept].iter().collect();
    format!("{}…", start.trim_end())
}

/// `words` in at most `lines` lines of width `room`, broken at spaces; the last one is shortened.
pub(super) fn wrap(words: &str, room: f64, size: f64, lines: usize) -> Vec<String> {
    let mut done: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words.split(' ') {
        let longer = format!("{line} {word}");
        if line.is_empty() {
            line = word.to_owned();
        } else if done.len() + 1 >= lines || width(&longer, size, false) <= room {
            line = longer;
        } else {
            done.push(std::mem::replace(&mut line, word.to_owned()));
        }
    }
    done.push(line);
    done.iter().map(|line| shorten(line, room, size, false)).collect()
}

/// `words`, cleaned and safe as XML or HTML text and inside a quoted attribute.
pub(super) fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for glyph in clean(words).chars() {
        match glyph {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            glyph => out.push(glyph),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_label_is_shortened_to_its_room() {
        let short = shorten(&"long ".repeat(40), 120.0, 14.0, false);
        assert!(short.ends_with('…') && width(&short, 14.0, false) <= 120.0);
        assert_eq!(shorten("brief", 120.0, 14.0, false), "brief");
    }

    #[test]
    fn a_family_emoji_is_kept_or_dropped_as_one() {
        let family = "👨\u{200d}👩\u{200d}👧";
        for room in 0..80 {
            let short = shorten(&format!("a{family}bcdefgh"), f64::from(room), 14.0, false);
            let start = short.trim_end_matches('…');
            assert!(start.len() <= 1 || start.contains(family), "{short}");
        }
    }

    #[test]
    fn markup_quotes_and_direction_marks_are_harmless() {
        assert_eq!(escape("<b a=\"1\" b='2'>&\u{202e}x\u{0}\n y"), "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;x y");
    }

    #[test]
    fn words_wrap_at_spaces() {
        let lines = wrap("Partner referral programme north", 130.0, 14.0, 2);
        assert_eq!(lines[0], "Partner referral");
        assert!(lines.len() == 2 && lines[1].starts_with("programme"));
    }
}
