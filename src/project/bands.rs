//! Bands of numbers: takes the limits that a project file gives, tells which band a number is in and what each is called.

/// The most limits of a slice: what has more is no longer read as bands.
pub(super) const MOST_LIMITS: usize = 20;

/// Bands side by side, the first without a lower limit and the last without an upper one. A number that is a limit belongs
/// to the band above it.
#[derive(Debug, Clone, PartialEq)]
pub struct Bands(Vec<f64>);

impl Bands {
    /// Bands with these limits between them; `None` unless there is one at least and each is larger than the one before.
    pub fn of(limits: Vec<f64>) -> Option<Bands> {
        let are_finite = limits.iter().all(|limit| limit.is_finite());
        let are_in_order = limits.iter().zip(limits.iter().skip(1)).all(|(limit, next)| limit < next);
        (!limits.is_empty() && are_finite && are_in_order).then_some(Bands(limits))
    }

    /// The number of the band of a value: 1 is the lowest.
    pub fn number(&self, value: f64) -> u32 {
        let below = self.0.partition_point(|limit| *limit <= value);
        u32::try_from(below + 1).expect("few limits")
    }

    /// What the band of a number is called: `below 20`, `20 to below 50`, `50 or more`.
    pub fn label(&self, number: u32) -> Option<String> {
        let upper = number.checked_sub(1)? as usize;
        let limit = |at: usize| self.0.get(at).map(|limit| grouped(*limit));
        match (upper.checked_sub(1).and_then(limit), limit(upper)) {
            (Some(from), Some(to)) => Some(format!("{from} to below {to}")),
            (Some(from), None) => Some(format!("{from} or more")),
            (None, Some(to)) => Some(format!("below {to}")),
            (None, None) => None,
        }
    }
}

/// A limit as it is written in English, with its thousands apart.
fn grouped(limit: f64) -> String {
    let text = limit.abs().to_string();
    let (whole, decimals) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if limit < 0.0 { "-" } else { "" };
    let decimals = decimals.map(|decimals| format!(".{decimals}")).unwrap_or_default();
    format!("{sign}{grouped}{decimals}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_belongs_to_the_band_above_it() {
        let bands = Bands::of(vec![-1.5, 20.0, 10_000.0]).unwrap();
        let label = |value: f64| bands.label(bands.number(value)).unwrap();
        assert_eq!(label(f64::MIN), "below -1.5");
        assert_eq!((label(-1.5), label(19.99)), ("-1.5 to below 20".to_owned(), "-1.5 to below 20".to_owned()));
        assert_eq!((label(20.0), label(9_999.0)), ("20 to below 10,000".to_owned(), "20 to below 10,000".to_owned()));
        assert_eq!((label(10_000.0), label(f64::MAX)), ("10,000 or more".to_owned(), "10,000 or more".to_owned()));
        assert_eq!((bands.label(0), bands.label(5)), (None, None));
    }

    #[test]
    fn limits_are_numbers_each_larger_than_the_one_before() {
        for wrong in [vec![], vec![1.0, 1.0], vec![2.0, 1.0], vec![f64::NAN], vec![1.0, f64::INFINITY]] {
            assert_eq!(Bands::of(wrong.clone()), None, "{wrong:?}");
        }
    }
}
