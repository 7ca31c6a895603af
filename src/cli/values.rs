//! Values with a form of their own: takes what was typed for a size, a share or a number of parts, gives the value, or
//! the sentence that says what is understood.

use crate::part::Share;

/// A size such as `2GiB`, `512MiB` or `1500MB`, in bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let wrong = || "give a number with a unit, such as 2GiB or 512MiB".to_owned();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "kib" | "k" => 1 << 10,
        "mib" | "m" => 1 << 20,
        "gib" | "g" => 1 << 30,
        "tib" | "t" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return Err(wrong()),
    };
    let bytes = number * unit as f64;
    if bytes >= (64_u64 << 20) as f64 { Ok(bytes as u64) } else { Err("it must be 64MiB at least".to_owned()) }
}

/// A share such as `2/5`.
pub(super) fn share(text: &str) -> Result<Share, String> {
    let wrong = || "give the number of the share and of how many, such as 2/5".to_owned();
    let (number, of) = text.split_once('/').ok_or_else(wrong)?;
    let (number, of) = (number.parse().map_err(|_| wrong())?, of.parse().map_err(|_| wrong())?);
    if (1..=of).contains(&number) && of <= 128 { Ok(Share { number, of }) } else { Err(wrong()) }
}

/// A number of parts.
pub(super) fn parts(text: &str) -> Result<usize, String> {
    let wrong = || "give a number from 1 to 128".to_owned();
    text.parse().ok().filter(|parts| (1..=128).contains(parts)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_unit() {
        assert_eq!(size("2GiB"), Ok(2 << 30));
        assert_eq!(size("1.5 gb"), Ok(1_500_000_000));
        assert_eq!(size("512m"), Ok(512 << 20));
        for wrong in ["2", "GiB", "2GiBs", "1KiB", ""] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shares_count_from_one() {
        assert_eq!(share("2/5"), Ok(Share { number: 2, of: 5 }));
        for wrong in ["0/5", "6/5", "2", "a/b", "1/129", "/", ""] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }
}
