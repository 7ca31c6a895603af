//! Statistics on counts and histograms, as plain arithmetic.
//!
//! Takes counts, sums and day histograms that tallies added up, gives shares and 95 % intervals. Knows
//! nothing of leads or pages. Where there is nothing to estimate the answer is `None`, never 0 or NaN.

/// The 97.5 % point of the standard normal distribution, for two-sided 95 % intervals.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// A 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Whether the value lies inside or on an end.
    #[must_use]
    pub fn holds(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// Interval of the share `k` of `n`. Source: E. B. Wilson, JASA 22 (1927) 209–212.
#[must_use]
pub fn wilson(k: u64, n: u64) -> Option<Interval> {
    if n == 0 || k > n {
        return None;
    }
    let (count, share) = (n as f64, k as f64 / n as f64);
    let z2 = Z_95 * Z_95;
    let scale = 1.0 + z2 / count;
    let centre = (share + z2 / (2.0 * count)) / scale;
    let spread = share * (1.0 - share) / count + z2 / (4.0 * count * count);
    let half = Z_95 * spread.sqrt() / scale;
    // At the ends the formula gives 0 and 1 but for rounding.
    let low = if k == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if k == n { 1.0 } else { (centre + half).min(1.0) };
    Some(Interval { low, high })
}

/// `k1`/`n1` − `k2`/`n2` and its interval. Source: R. G. Newcombe, Statistics in Medicine 17 (1998)
/// 873–890, method 10.
#[must_use]
pub fn newcombe(k1: u64, n1: u64, k2: u64, n2: u64) -> Option<(f64, Interval)> {
    let (one, two) = (wilson(k1, n1)?, wilson(k2, n2)?);
    let (p1, p2) = (k1 as f64 / n1 as f64, k2 as f64 / n2 as f64);
    let difference = p1 - p2;
    let interval = Interval {
        low: difference - (p1 - one.low).hypot(two.high - p2),
        high: difference + (one.high - p1).hypot(p2 - two.low),
    };
    Some((difference, interval))
}

/// How often chance alone makes two shares differ as much as `k1`/`n1` and `k2`/`n2` do, or more; `None` where there is nothing
/// to compare. With 5 cases or more expected everywhere by the test of K. Pearson with N − 1 in place of N; with fewer by
/// Fisher's exact test, of what was found half. Sources: I. Campbell, Statistics in Medicine 26 (2007) 3661–3675; H. O.
/// Lancaster, JASA 56 (1961) 223–234.
#[must_use]
pub fn two_shares(k1: u64, n1: u64, k2: u64, n2: u64) -> Option<f64> {
    if n1 == 0 || n2 == 0 || k1 > n1 || k2 > n2 {
        return None;
    }
    let (all, successes) = (n1 + n2, k1 + k2);
    let failures = all - successes;
    let least = n1.min(n2) as f64 * successes.min(failures) as f64 / all as f64;
    if least < 5.0 {
        return Some(fisher(k1, n1, n2, successes));
    }
    let (n1, n2, all) = (n1 as f64, n2 as f64, all as f64);
    let cross = k1 as f64 * (n2 - k2 as f64) - k2 as f64 * (n1 - k1 as f64);
    let chi_squared = (all - 1.0) * cross * cross / (n1 * n2 * successes as f64 * failures as f64);
    Some(libm::erfc((chi_squared / 2.0).sqrt()))
}

/// Fisher's exact test: the chance of all outcomes that are rarer than `k1` of `n1`, and half of that of those as rare.
fn fisher(k1: u64, n1: u64, n2: u64, successes: u64) -> f64 {
    let (first, last) = (successes.saturating_sub(n2), successes.min(n1));
    let next = |k: u64| ((n1 - k) as f64 * (successes - k) as f64) / ((k + 1) as f64 * (n2 + k + 1 - successes) as f64);
    as_rare((k1 - first) as usize, (first..last).map(next))
}

/// How often chance alone makes two numbers of things that happen by themselves, `one` in so many days and `other` in so many,
/// differ as much or more where they are equally frequent. Given both together, the one is binomial: exact up to some
/// thousands, of what was found half; beyond by the normal distribution. `None` where nothing happened. Source: J. Przyborowski,
/// H. Wilenski, Biometrika 31 (1940) 313–323.
#[must_use]
pub fn two_counts(one: u64, days: u64, other: u64, other_days: u64) -> Option<f64> {
    let all = one + other;
    if all == 0 || days == 0 || other_days == 0 {
        return None;
    }
    let share = days as f64 / (days + other_days) as f64;
    if all > 4_000 {
        let spread = (all as f64 * share * (1.0 - share)).sqrt();
        return Some(libm::erfc((one as f64 - all as f64 * share).abs() / spread / std::f64::consts::SQRT_2));
    }
    let odds = share / (1.0 - share);
    let next = |k: u64| (all - k) as f64 / (k + 1) as f64 * odds;
    Some(as_rare(one as usize, (0..all).map(next)))
}

/// How often chance alone makes two amounts differ as much or more; each comes with half its 95 % interval.
#[must_use]
pub fn two_amounts((one, half): (f64, f64), (other, other_half): (f64, f64)) -> Option<f64> {
    let spread = half.hypot(other_half) / Z_95;
    (spread > 0.0).then(|| libm::erfc((one - other).abs() / spread / std::f64::consts::SQRT_2))
}

/// The chance of all outcomes rarer than the one found, and half that of those as rare; each as a multiple of the one before.
fn as_rare(found: usize, multiples: impl Iterator<Item = f64>) -> f64 {
    // Kept as logarithms, since the first may be rarer than a number can say.
    let mut logs = vec![0.0_f64];
    multiples.for_each(|multiple| logs.push(logs[logs.len() - 1] + multiple.ln()));
    let most = logs.iter().copied().fold(f64::MIN, f64::max);
    let weights: Vec<f64> = logs.iter().map(|log| (log - most).exp()).collect();
    let found = weights[found];
    let is_rarer = |weight: &&f64| **weight < found * (1.0 - 1e-9);
    let is_as_rare = |weight: &&f64| (**weight - found).abs() <= found * 1e-9;
    let sum = |is_such: &dyn Fn(&&f64) -> bool| weights.iter().filter(is_such).sum::<f64>();
    (sum(&is_rarer) + sum(&is_as_rare) / 2.0) / weights.iter().sum::<f64>()
}

/// What became of cases so many days after they began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayCount {
    /// Days since the case began; less than 0 counts as 0.
    pub day: i32,
    /// Cases that reached the stage on that day.
    pub reached: u64,
    /// Cases that ended otherwise on that day, so that they can no longer reach it.
    pub competing: u64,
    /// Cases still undecided when they were last seen, on that day.
    pub censored: u64,
}

/// A point of a cumulative incidence curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IncidencePoint {
    /// Days since the case began.
    pub day: i32,
    /// Share that has reached the stage by then.
    pub share: f64,
    /// Interval of the share; none where the share is 0 or 1.
    pub interval: Option<Interval>,
    /// Cases still undecided and under observation just after that day.
    pub at_risk: u64,
    /// Cases that have reached the stage by then.
    pub reached_so_far: u64,
}

/// Cumulative incidence by days since entry.
///
/// Source: O. Aalen, S. Johansen, Scandinavian Journal of Statistics 5 (1978) 141–150; without competing
/// events it is one minus the Kaplan–Meier estimate. Cases censored on the day of an event are still at risk on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Incidence {
    cases: u64,
    any_competing: bool,
    changes: Vec<Change>,
}

/// A day on which something happened. Its interval takes powers and logarithms, and is wanted of few days.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Change {
    day: i32,
    incidence: f64,
    survival: f64,
    variance: f64,
    at_risk: u64,
    reached_so_far: u64,
}

impl Incidence {
    /// The curve of a histogram that is sorted by day. `any_competing` says whether cases of this data set can end
    /// otherwise at all: it chooses the interval, also for a slice in which none happened to.
    #[must_use]
    pub fn new(days: &[DayCount], any_competing: bool) -> Self {
        let total = |count: &DayCount| count.reached + count.competing + count.censored;
        let cases = days.iter().map(total).sum();
        let any_competing = any_competing || days.iter().any(|count| count.competing > 0);
        let mut sums = RunningSums::new();
        let (mut at_risk, mut reached_so_far) = (cases, 0);
        let mut changes: Vec<Change> = Vec::with_capacity(days.len());
        let same = |one: &DayCount, other: &DayCount| one.day.max(0) == other.day.max(0);
        for count in days.chunk_by(same).map(merged) {
            sums.step(count.reached, count.competing, at_risk);
            at_risk -= total(&count);
            reached_so_far += count.reached;
            changes.push(Change {
                day: count.day,
                incidence: sums.incidence,
                survival: sums.survival,
                variance: if any_competing { sums.variance() } else { sums.sum_a },
                at_risk,
                reached_so_far,
            });
        }
        Self { cases, any_competing, changes }
    }

    /// All cases that entered.
    #[must_use]
    pub fn cases(&self) -> u64 {
        self.cases
    }

    /// The point at a day: the last change at or before it. `None` if there are no cases.
    #[must_use]
    pub fn at(&self, day: i32) -> Option<IncidencePoint> {
        if self.cases == 0 {
            return None;
        }
        let changes = self.changes.partition_point(|change| change.day <= day);
        Some(match changes.checked_sub(1) {
            Some(last) => IncidencePoint { day, ..self.point(&self.changes[last]) },
            None => IncidencePoint { day, share: 0.0, interval: None, at_risk: self.cases, reached_so_far: 0 },
        })
    }

    /// A point for each day of the histogram on which something happened.
    #[must_use]
    pub fn curve(&self) -> Vec<IncidencePoint> {
        self.changes.iter().map(|change| self.point(change)).collect()
    }

    fn point(&self, change: &Change) -> IncidencePoint {
        let Change { day, incidence, at_risk, reached_so_far, .. } = *change;
        let interval = if self.any_competing { change.competing_interval() } else { change.survival_interval() };
        // The running sum may pass 1 by its last bit.
        IncidencePoint { day, share: incidence.min(1.0), interval, at_risk, reached_so_far }
    }
}

/// The counts of one day added up, negative days on day 0.
fn merged(counts: &[DayCount]) -> DayCount {
    let mut day = DayCount { day: counts[0].day.max(0), ..DayCount::default() };
    for count in counts {
        day.reached += count.reached;
        day.competing += count.competing;
        day.censored += count.censored;
    }
    day
}

/// The sums of the variance formula, carried along so that the curve takes linear time.
///
/// With `a = d/(n(n−d))` and `c = S·dₖ/n²` the terms hold the distance `F(t) − F(tⱼ)`. When F grows by a step,
/// every distance grows by it, so the sums can be moved on; all parts are positive and nothing cancels.
struct RunningSums {
    incidence: f64,
    survival: f64,
    sum_a: f64,
    sum_a_distance: f64,
    sum_a_distance_squared: f64,
    sum_c: f64,
    sum_c_distance: f64,
    sum_b: f64,
}

impl RunningSums {
    fn new() -> Self {
        Self {
            incidence: 0.0,
            survival: 1.0,
            sum_a: 0.0,
            sum_a_distance: 0.0,
            sum_a_distance_squared: 0.0,
            sum_c: 0.0,
            sum_c_distance: 0.0,
            sum_b: 0.0,
        }
    }

    fn step(&mut self, reached: u64, competing: u64, at_risk: u64) {
        let events = reached + competing;
        if events == 0 {
            return;
        }
        let (n, k, d) = (at_risk as f64, reached as f64, events as f64);
        let grown = self.survival * k / n;
        self.sum_a_distance_squared += grown * (2.0 * self.sum_a_distance + grown * self.sum_a);
        self.sum_a_distance += grown * self.sum_a;
        self.sum_c_distance += grown * self.sum_c;
        self.incidence += grown;
        self.sum_b += self.survival * self.survival * k * (n - k) / (n * n * n);
        self.sum_c += self.survival * k / (n * n);
        if events < at_risk {
            self.sum_a += d / (n * (n - d));
            self.survival *= (n - d) / n;
        } else {
            // Nobody is left: F stays, so this day's distance stays 0 and its weight never counts.
            self.survival = 0.0;
        }
    }

    /// The variance of F.
    fn variance(&self) -> f64 {
        self.sum_a_distance_squared + self.sum_b - 2.0 * self.sum_c_distance
    }
}

impl Change {
    /// On the log(−log) scale of F: F^exp(±z·se/(F·ln F)).
    fn competing_interval(&self) -> Option<Interval> {
        let share = self.incidence;
        if share <= 0.0 || share >= 1.0 {
            return None;
        }
        let width = Z_95 * self.variance.max(0.0).sqrt() / (share * share.ln());
        let (one, other) = (share.powf(width.exp()), share.powf((-width).exp()));
        Some(Interval { low: one.min(other), high: one.max(other) })
    }

    /// On the log(−log) scale of S = 1 − F, with Greenwood's variance.
    fn survival_interval(&self) -> Option<Interval> {
        let share = self.survival;
        if share <= 0.0 || share >= 1.0 {
            return None;
        }
        let width = Z_95 * self.variance.sqrt() / share.ln().abs();
        Some(Interval { low: 1.0 - share.powf((-width).exp()), high: 1.0 - share.powf(width.exp()) })
    }
}

/// The smallest value of a histogram, sorted by value, at or below which `p_percent` of it lies.
#[must_use]
pub fn quantile(histogram: &[(i32, u64)], p_percent: u32) -> Option<i32> {
    let total: u128 = histogram.iter().map(|&(_, count)| u128::from(count)).sum();
    let wanted = total * u128::from(p_percent);
    let mut so_far = 0;
    histogram
        .iter()
        .filter(|&&(_, count)| count > 0)
        .find(|&&(_, count)| {
            so_far += u128::from(count) * 100;
            so_far >= wanted
        })
        .map(|&(value, _)| value)
}

/// Interval of a sum of amounts whose number is itself random (compound Poisson): R ± z·√Σx², in minor units,
/// clipped at 0. `None` without amounts.
#[must_use]
pub fn sum_interval(sum: i128, sum_of_squares: i128) -> Option<Interval> {
    if sum_of_squares <= 0 {
        return None;
    }
    let half = Z_95 * (sum_of_squares as f64).sqrt();
    let sum = sum as f64;
    Some(Interval { low: (sum - half).max(0.0), high: (sum + half).max(0.0) })
}

/// The share `k` of `n`, drawn towards the overall share `p0` as if `m` further cases had had it.
#[must_use]
pub fn shrunk(k: u64, n: u64, p0: f64, m: f64) -> f64 {
    let weight = n as f64 + m;
    if weight > 0.0 { (k as f64 + m * p0) / weight } else { p0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn assert_near(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
    }

    fn assert_interval(found: Option<Interval>, low: f64, high: f64, tolerance: f64) {
        let found = found.unwrap();
        assert_near(found.low, low, tolerance);
        assert_near(found.high, high, tolerance);
    }

    fn day(day: i32, reached: u64, competing: u64, censored: u64) -> DayCount {
        DayCount { day, reached, competing, censored }
    }

    #[test]
    fn wilson_gives_the_tabled_values() {
        for (k, n, low, high) in [
            (12, 40, 0.180_748, 0.454_300),
            (3, 7, 0.158_220, 0.749_542),
            (0, 10, 0.0, 0.277_533),
            (10, 10, 0.722_467, 1.0),
            (1, 1, 0.206_549, 1.0),
        ] {
            assert_interval(wilson(k, n), low, high, 5e-7);
        }
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn newcombe_gives_the_published_example() {
        let (difference, interval) = newcombe(56, 70, 48, 80).unwrap();
        assert_near(difference, 0.2, 1e-12);
        assert_interval(Some(interval), 0.0524, 0.3339, 5e-5);
    }

    /// Fisher's tea (1935): 3 of 4 and 1 of 4, exact two-sided .4857, of those as rare (32 of 70) half: .2571.
    #[test]
    fn two_shares_by_chance() {
        assert_near(two_shares(3, 4, 1, 4).unwrap(), 0.485_714_285_7 - 16.0 / 70.0, 1e-9);
        assert_near(two_shares(4, 4, 0, 4).unwrap(), 1.0 / 70.0, 1e-9);
        assert_near(two_shares(1, 108, 0, 1_700).unwrap(), 0.5 * 108.0 / 1_808.0, 1e-9);
        let chi_squared: f64 = 1_199.0 * 12_960.0_f64.powi(2) / (120.0 * 1_080.0 * 132.0 * 1_068.0);
        assert_near(two_shares(24, 120, 108, 1_080).unwrap(), libm::erfc((chi_squared / 2.0).sqrt()), 1e-12);
        assert_eq!(two_shares(0, 0, 1, 2), None);
        assert_near(two_shares(0, 50, 0, 60).unwrap(), 0.5, 1e-12);
    }

    /// Binomial by hand: 8 and 2 in equal times, of 1,024: rarer 22, as rare 90, so (22 + 45) ÷ 1,024; and the same by the normal
    /// distribution where there are many.
    #[test]
    fn two_counts_and_two_amounts_by_chance() {
        assert_near(two_counts(8, 90, 2, 90).unwrap(), 67.0 / 1_024.0, 1e-12);
        assert_near(two_counts(5, 30, 5, 30).unwrap(), (1_024.0 - 126.0) / 1_024.0, 1e-12);
        assert_eq!(two_counts(0, 90, 0, 90), None);
        assert_near(two_counts(3, 1, 0, 2).unwrap(), 0.5 / 27.0, 1e-12);
        let (few, many) = (two_counts(2_090, 90, 1_900, 90).unwrap(), two_counts(2_190, 90, 1_995, 90).unwrap());
        assert!((few - 0.0026).abs() < 2e-4 && (many - 0.0026).abs() < 2e-4, "{few} {many}");
        assert_near(two_amounts((10.0, 3.0), (5.0, 4.0)).unwrap(), 0.05, 1e-12);
        assert_eq!(two_amounts((10.0, 0.0), (5.0, 0.0)), None);
    }

    #[test]
    fn incidence_of_eight_cases() {
        let days = [
            day(2, 1, 0, 0),
            day(3, 0, 1, 0),
            day(5, 0, 0, 1),
            day(7, 1, 1, 0),
            day(10, 0, 0, 1),
            day(12, 1, 0, 0),
            day(20, 0, 0, 1),
        ];
        let incidence = Incidence::new(&days, true);
        for (at, share, low, high, at_risk) in
            [(2, 0.125, 0.0066, 0.4227, 7), (9, 0.275, 0.0389, 0.5986, 3), (365, 0.5, 0.1021, 0.8101, 0)]
        {
            let point = incidence.at(at).unwrap();
            assert_near(point.share, share, 1e-12);
            assert_interval(point.interval, low, high, 5e-5);
            assert_eq!(point.at_risk, at_risk);
        }
        let start = incidence.at(1).unwrap();
        assert_eq!((start.share, start.interval, start.at_risk), (0.0, None, 8));
        assert_eq!(Incidence::new(&[], true).at(30), None);
    }

    #[test]
    fn without_competing_events_it_is_one_minus_kaplan_meier() {
        let incidence = Incidence::new(&[day(-3, 284, 0, 0), day(30, 271, 0, 0), day(400, 0, 0, 7445)], false);
        assert_near(incidence.at(7).unwrap().share, 0.0355, 1e-9);
        assert_interval(incidence.at(7).unwrap().interval, 0.031_665, 0.039_79, 5e-7);
        assert_near(incidence.at(30).unwrap().share, 0.069_375, 1e-9);
        assert_interval(incidence.at(30).unwrap().interval, 0.064_017, 0.075_163, 5e-7);
        assert_eq!(incidence.at(30).unwrap().reached_so_far, 555);
    }

    #[test]
    fn quantiles_are_exact() {
        let histogram = [(0, 1), (1, 0), (2, 1), (9, 2)];
        for (p_percent, value) in [(0, 0), (25, 0), (26, 2), (50, 2), (51, 9), (100, 9)] {
            assert_eq!(quantile(&histogram, p_percent), Some(value), "{p_percent}");
        }
        assert_eq!(quantile(&[], 50), None);
    }

    #[test]
    fn sums_and_shrinkage() {
        let squares = 1000_i128.pow(2) + 2500_i128.pow(2) + 500_i128.pow(2);
        assert_interval(sum_interval(4000, squares), 0.0, 4000.0 + 5367.58, 5e-3);
        assert_eq!(sum_interval(0, 0), None);
        assert_near(shrunk(1, 4, 0.5, 20.0), 11.0 / 24.0, 1e-12);
    }

    proptest! {
        #[test]
        fn uncensored_incidence_is_the_plain_share(counts in proptest::collection::vec((0_u64..50, 0_u64..50), 1..40)) {
            let days: Vec<_> = (0..).zip(&counts).map(|(at, &(k, other))| day(at, k, other, 0)).collect();
            let (reached, all) = counts.iter().fold((0, 0), |(k, n), &(one, two)| (k + one, n + one + two));
            prop_assume!(all > 0);
            let mut sums = RunningSums::new();
            let mut left = all;
            for count in &days {
                sums.step(count.reached, count.competing, left);
                left -= count.reached + count.competing;
            }
            let (share, n) = (reached as f64 / all as f64, all as f64);
            let variance = sums.variance();
            prop_assert!((Incidence::new(&days, true).at(99).unwrap().share - share).abs() < 1e-9);
            prop_assert!((variance - share * (1.0 - share) / n).abs() < 1e-9);
        }
    }
}
