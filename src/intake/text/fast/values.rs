//! Values that are no labels, recognised at the first glance.

use memchr::memchr;

/// The longest text of which more than the glance is asked.
const LONGEST: usize = 64;

/// Whether [`super::Kind::of`] surely finds a number, a date or an address. Most values of typed columns are such; of
/// others it has to be asked.
#[inline]
pub(super) fn is_plain_value(value: &[u8]) -> bool {
    match value {
        [b'0'..=b'9', ..] if value.len() <= LONGEST => is_date(value) || is_number(value) || is_mail(value),
        _ => is_mail(value),
    }
}

/// A day in numbers, alone or with what clocks are written with behind it.
#[inline]
fn is_date(value: &[u8]) -> bool {
    let Some(rest) = behind_iso_day(value).or_else(|| behind_day(value)) else { return false };
    match rest {
        [] => true,
        [b'T' | b' ' | b',', clock @ ..] => {
            clock.iter().all(|byte| matches!(byte, b'0'..=b'9' | b':' | b'.' | b'+' | b'-' | b'Z'))
        }
        _ => false,
    }
}

fn behind_iso_day(value: &[u8]) -> Option<&[u8]> {
    let (day, rest) = value.split_at_checked(10)?;
    let is_digit = |at: usize| day[at].is_ascii_digit();
    let is_day = day[4] == b'-' && day[7] == b'-' && [0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(is_digit);
    is_day.then_some(rest)
}

/// `14.3.2026` or `3/14/2026`.
fn behind_day(value: &[u8]) -> Option<&[u8]> {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let first = digits(value);
    let mark = *value.get(first).filter(|mark| matches!(mark, b'.' | b'/'))?;
    let second = digits(&value[first + 1..]);
    let year = value[first + 1 + second..].strip_prefix(&[mark])?;
    let is_day = (1..=2).contains(&first) && (1..=2).contains(&second) && digits(year) == 4;
    is_day.then(|| &year[4..])
}

/// Digits with at most one point between them.
fn is_number(value: &[u8]) -> bool {
    let mut points = 0;
    let are_digits = value.iter().all(|byte| {
        points += usize::from(*byte == b'.');
        byte.is_ascii_digit() || *byte == b'.'
    });
    are_digits && points < 2 && value.last().is_some_and(u8::is_ascii_digit)
}

fn is_mail(value: &[u8]) -> bool {
    let Some(at) = memchr(b'@', value) else { return false };
    let domain = &value[at + 1..];
    at > 0
        && value.iter().all(u8::is_ascii_graphic)
        && domain.first().is_some_and(|first| *first != b'.')
        && domain.contains(&b'.')
        && !domain.iter().any(|byte| matches!(byte, b'@' | b',' | b';' | b'|'))
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_usual_values_are_plain() {
        for value in [
            "7",
            "12.50",
            "2026-03-14",
            "2026-03-14T10:00:00Z",
            "2026-03-14 10:00:00.120+02:00",
            "3/14/2026 10:00",
            "14.03.2026",
            "ada@example.com",
            "ada9@example.com",
        ] {
            assert!(is_plain_value(value.as_bytes()), "{value}");
        }
        for other in ["", "-", "Created", "MG-8769", "2026", "1.2.3"].into_iter().filter(|value| *value != "2026") {
            assert!(!is_plain_value(other.as_bytes()), "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_plain_is_no_label(
            value in prop_oneof!["[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}[T ,Z]?[0-9:.+-]{0,9}Z?", "[0-9.,]{0,70}",
                "[a-c0-9.]{0,4}@[a-c0-9.,;@é ]{0,6}", "[0-9T :.,/-]{0,12}", "\\PC{0,8}", "[0-9a-z-]{0,6}"],
        ) {
            prop_assert!(!is_plain_value(value.as_bytes()) || Kind::of(&value).is_typed(), "{}", value);
        }
    }
}
