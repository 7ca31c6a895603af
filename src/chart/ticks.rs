//! Round tick values and their labels.
//!
//! Takes a range, how many ticks it should hold at most, and the unit; gives values and words. Where they
//! are drawn is left to `axis`.

use super::Unit;

/// Steps for whole days: a week, months of 30 days, quarters and years as readers count them.
const DAY_STEPS: [f64; 9] = [1.0, 2.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 360.0];

/// Steps for minutes, up to one day.
const MINUTE_STEPS: [f64; 11] = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 240.0, 480.0, 1440.0];

/// Tick values of an axis, with the step between them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ticks {
    /// Values in rising order, all inside the range.
    pub(super) values: Vec<f64>,
    /// From one value to the next.
    pub(super) step: f64,
    unit: Unit,
}

impl Ticks {
    /// Multiples of the smallest round step that cuts `low..=high` into at most `about` parts.
    pub(super) fn new(low: f64, high: f64, about: usize, unit: Unit) -> Self {
        let step = round_step((high - low) / about.max(1) as f64, unit);
        let first = (low / step - 1e-9).ceil() as i64;
        let last = (high / step + 1e-9).floor() as i64;
        let values = (first..=last).map(|times| times as f64 * step).collect();
        Self { values, step, unit }
    }

    /// The label of one of the values.
    pub(super) fn label(&self, value: f64) -> String {
        match self.unit {
            Unit::Count | Unit::Days => large(value, self.step),
            Unit::Money => money(value, self.step),
            Unit::Percent => format!("{}%", number(value * 100.0, self.step * 100.0)),
            Unit::Minutes if value == 0.0 => "0".to_owned(),
            Unit::Minutes if self.step >= 60.0 => {
                format!("{}\u{a0}h", number(value / 60.0, self.step / 60.0))
            }
            Unit::Minutes => format!("{}\u{a0}min", number(value, self.step)),
        }
    }
}

/// The smallest round step that is at least `least`.
fn round_step(least: f64, unit: Unit) -> f64 {
    let named: &[f64] = match unit {
        Unit::Days => &DAY_STEPS,
        Unit::Minutes => &MINUTE_STEPS,
        Unit::Count | Unit::Percent | Unit::Money => &[],
    };
    if let Some(step) = named.iter().find(|step| **step >= least * (1.0 - 1e-9)) {
        return *step;
    }
    // Beyond the named steps: round numbers of the largest one.
    let (least, times) = match unit {
        Unit::Count => (least.max(1.0), 1.0),
        Unit::Minutes => (least / 1440.0, 1440.0),
        Unit::Days => (least / 360.0, 360.0),
        Unit::Percent | Unit::Money => (least, 1.0),
    };
    times * decimal_step(least)
}

/// The smallest of 1, 2 and 5 times a power of ten that is at least `least`.
fn decimal_step(least: f64) -> f64 {
    let power = least.log10().floor() as i32;
    let ten = |power: i32| match power {
        0.. => 10f64.powi(power),
        _ => 1.0 / 10f64.powi(-power),
    };
    [1.0, 2.0, 5.0]
        .map(|times| times * ten(power))
        .into_iter()
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or_else(|| ten(power + 1))
}

/// `value` with as many decimals as `step` needs, thousands grouped, and a true minus sign.
fn number(value: f64, step: f64) -> String {
    let decimals = usize::try_from(-(step * (1.0 + 1e-9)).log10().floor() as i64).unwrap_or(0);
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut out = String::new();
    if value < 0.0 && digits.bytes().any(|digit| matches!(digit, b'1'..=b'9')) {
        out.push('−');
    }
    for (place, digit) in whole.char_indices() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A number in full below a million, else in millions or billions.
fn large(value: f64, step: f64) -> String {
    let (scale, suffix) = match step {
        100_000_000.0.. => (1e9, "bn"),
        200_000.0.. => (1e6, "m"),
        _ => (1.0, ""),
    };
    scaled(value, step, scale, suffix)
}

/// Money in thousands, millions or billions.
fn money(value: f64, step: f64) -> String {
    let (scale, suffix) = match step {
        100_000_000.0.. => (1e9, "bn"),
        100_000.0.. => (1e6, "m"),
        500.0.. => (1e3, "k"),
        _ => (1.0, ""),
    };
    scaled(value, step, scale, suffix)
}

fn scaled(value: f64, step: f64, scale: f64, suffix: &str) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    format!("{}{suffix}", number(value / scale, step / scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, about: usize, unit: Unit) -> Vec<String> {
        let ticks = Ticks::new(low, high, about, unit);
        ticks.values.iter().map(|v| ticks.label(*v)).collect()
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(labels(0.0, 0.234, 5, Unit::Percent), ["0%", "5%", "10%", "15%", "20%"]);
        assert_eq!(labels(0.0, 0.011, 5, Unit::Percent)[1..3], ["0.5%", "1.0%"]);
        assert_eq!(labels(0.0, 3.0, 8, Unit::Count), ["0", "1", "2", "3"]);
        assert_eq!(labels(-700.0, 1200.0, 4, Unit::Count), ["−500", "0", "500", "1,000"]);
    }

    #[test]
    fn units_have_their_own_steps() {
        assert_eq!(labels(0.0, 365.0, 6, Unit::Days), ["0", "90", "180", "270", "360"]);
        assert_eq!(
            labels(0.0, 300.0, 5, Unit::Minutes),
            ["0", "1\u{a0}h", "2\u{a0}h", "3\u{a0}h", "4\u{a0}h", "5\u{a0}h"]
        );
        assert_eq!(labels(0.0, 120_000.0, 3, Unit::Money), ["0", "50k", "100k"]);
        assert_eq!(labels(0.0, 2_500_000.0, 5, Unit::Money)[1], "0.5m");
    }

    #[test]
    fn huge_and_tiny_ranges_end() {
        assert!(Ticks::new(0.0, 1e15, 6, Unit::Days).values.len() <= 7);
        assert!(Ticks::new(0.0, 1e-6, 6, Unit::Percent).values.len() <= 7);
    }
}
