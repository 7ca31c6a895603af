//! The demo company's calendar: days, seasons, office hours, and how dates are written.
//!
//! Moments are whole seconds since 1970-01-01 UTC, days are whole days since then. Leaves to
//! others what happens on them.

use super::random::{Purpose, Random};

/// Seconds in a minute.
pub const MINUTE: i64 = 60;
/// Seconds in an hour.
pub const HOUR: i64 = 3_600;
/// Seconds in a day.
pub const DAY: i64 = 86_400;

/// The first day of the exports.
pub const FIRST_DAY: i64 = day_number(2023, 1, 1);
/// The last day of the exports.
pub const LAST_DAY: i64 = day_number(2025, 12, 31);
/// The last moment of the exports: the last lead comes in then, nothing is known after it.
pub const END: i64 = (LAST_DAY + 1) * DAY - MINUTE;

/// How many leads a month brings, against an ordinary month of 100.
const SEASON: [u64; 12] = [95, 100, 112, 105, 102, 98, 78, 70, 110, 115, 108, 72];
/// How the business grows from year to year: about 15 % each.
const GROWTH: [u64; 3] = [100, 115, 132];
/// How many leads a weekday brings, Sunday first.
const WEEKDAYS: [u64; 7] = [4, 10, 11, 11, 10, 9, 4];
/// How many leads an hour of the day (UTC) brings.
const HOURS: [u64; 24] = [2, 1, 1, 1, 1, 2, 4, 7, 10, 11, 11, 9, 8, 10, 11, 10, 9, 7, 6, 6, 6, 5, 4, 3];
/// Offices are open from this hour (UTC) …
const OPENS: i64 = 8;
/// … to this one.
const CLOSES: i64 = 17;

/// The day of a date, by the algorithm of Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `days_from_civil`.
pub const fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day: the inverse of [`day_number`], `civil_from_days` in the same text.
pub fn date_of(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_month)
}

/// The day a moment falls on.
pub fn day_of(moment: i64) -> i64 {
    moment.div_euclid(DAY)
}

/// Days since Sunday: 0 is Sunday, 6 Saturday.
pub fn weekday(day: i64) -> usize {
    // 1970-01-01 was a Thursday.
    (day + 4).rem_euclid(7) as usize
}

/// How busy a day is against the others.
pub fn day_weight(day: i64) -> u64 {
    let (year, month, _) = date_of(day);
    let growth = GROWTH[(year - 2023).clamp(0, 2) as usize];
    SEASON[(month - 1) as usize] * growth * WEEKDAYS[weekday(day)]
}

/// Moves a moment that falls outside office hours to the next morning the office is open.
pub fn in_office_hours(moment: i64, random: &mut Random) -> i64 {
    let mut day = day_of(moment);
    let second = moment.rem_euclid(DAY);
    let open = (OPENS * HOUR..CLOSES * HOUR).contains(&second);
    let working = |day| !matches!(weekday(day), 0 | 6);
    if open && working(day) {
        return moment;
    }
    if second >= OPENS * HOUR {
        day += 1;
    }
    while !working(day) {
        day += 1;
    }
    day * DAY + OPENS * HOUR + random.between(0, 2 * HOUR)
}

/// When leads come in: by season, weekday and hour, in the order of their numbers.
pub struct Arrivals {
    seed: u64,
    leads: u64,
    /// Summed weight of the days up to and including each.
    until: Vec<u64>,
}

impl Arrivals {
    /// The arrivals of so many leads.
    pub fn new(seed: u64, leads: u64) -> Self {
        let mut total = 0;
        let until = (FIRST_DAY..=LAST_DAY)
            .map(|day| {
                total += day_weight(day);
                total
            })
            .collect();
        Self { seed, leads, until }
    }

    /// When the lead with this number, counted from 0, comes in. Leads divide the whole weight of
    /// all days evenly, each somewhere in its part; the last one ends the story.
    pub fn moment(&self, number: u64) -> i64 {
        if number + 1 >= self.leads {
            return END;
        }
        let jitter = Random::stream(self.seed, Purpose::Arrival, number).bits() >> 32;
        let total = self.until.last().copied().unwrap_or(1);
        // Fixed point with 32 bits behind the point.
        let place = ((u128::from(number) << 32) + u128::from(jitter)) * u128::from(total) / u128::from(self.leads);
        let index = self.until.partition_point(|&until| (u128::from(until) << 32) <= place);
        let day = FIRST_DAY + index as i64;
        let weight = day_weight(day);
        let before = u128::from(self.until[index] - weight) << 32;
        (day * DAY + second_of_day((place - before) / u128::from(weight))).min(END)
    }
}

/// The second of the day that so much of a day's leads (32 bits behind the point) came before.
fn second_of_day(part: u128) -> i64 {
    let total: u64 = HOURS.iter().sum();
    let mut place = part * u128::from(total);
    for (hour, weight) in HOURS.iter().enumerate() {
        let length = u128::from(*weight) << 32;
        if place < length {
            return hour as i64 * HOUR + ((place * HOUR as u128) / length) as i64;
        }
        place -= length;
    }
    DAY - 1
}

/// Adds `2024-01-31`.
pub fn push_day(line: &mut Vec<u8>, day: i64) {
    let (year, month, day) = date_of(day);
    push_padded(line, year as u64, 4);
    line.push(b'-');
    push_padded(line, month as u64, 2);
    line.push(b'-');
    push_padded(line, day as u64, 2);
}

/// Adds `2024-01-31T12:00:00Z`.
pub fn push_iso(line: &mut Vec<u8>, moment: i64) {
    push_clock(line, moment, b'T', true);
    line.push(b'Z');
}

/// Adds `2024-01-31T12:00:00.000Z`.
pub fn push_iso_millis(line: &mut Vec<u8>, moment: i64) {
    push_clock(line, moment, b'T', true);
    line.extend_from_slice(b".000Z");
}

/// Adds `2024-01-31 12:00`.
pub fn push_minute(line: &mut Vec<u8>, moment: i64) {
    push_clock(line, moment, b' ', false);
}

/// Adds a day, a divider and the time of day.
fn push_clock(line: &mut Vec<u8>, moment: i64, divider: u8, seconds: bool) {
    push_day(line, day_of(moment));
    line.push(divider);
    let second = moment.rem_euclid(DAY) as u64;
    push_padded(line, second / 3_600, 2);
    line.push(b':');
    push_padded(line, second / 60 % 60, 2);
    if seconds {
        line.push(b':');
        push_padded(line, second % 60, 2);
    }
}

/// Adds a whole number with leading zeros up to the width.
pub fn push_padded(line: &mut Vec<u8>, number: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    let from = at.min(digits.len() - width.min(digits.len()));
    line.extend_from_slice(&digits[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(push: fn(&mut Vec<u8>, i64), value: i64) -> String {
        let mut line = Vec::new();
        push(&mut line, value);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn dates_are_written_and_read_back() {
        assert_eq!(written(push_iso, END), "2025-12-31T23:59:00Z");
        assert_eq!(written(push_minute, 0), "1970-01-01 00:00");
        assert_eq!(written(push_day, day_number(2024, 2, 29)), "2024-02-29");
        assert_eq!(LAST_DAY - FIRST_DAY, 1_095);
        for day in FIRST_DAY..=LAST_DAY {
            let (year, month, of_month) = date_of(day);
            assert_eq!(day_number(year, month, of_month), day);
        }
    }

    #[test]
    fn leads_come_in_order_and_less_in_august() {
        let arrivals = Arrivals::new(5, 36_500);
        let moments: Vec<i64> = (0..36_500).map(|lead| arrivals.moment(lead)).collect();
        assert!(moments.is_sorted());
        assert_eq!(day_of(moments[0]), FIRST_DAY);
        assert_eq!(moments[36_499], END);
        let in_month = |month| {
            let of = |&&moment: &&i64| date_of(day_of(moment)).1 == month;
            moments.iter().filter(of).count()
        };
        assert!(in_month(8) * 3 < in_month(10) * 2);
    }

    #[test]
    fn a_saturday_evening_waits_for_monday_morning() {
        let mut random = Random::stream(1, Purpose::Story, 1);
        let saturday = day_number(2024, 6, 8);
        assert_eq!(weekday(saturday), 6);
        let moved = in_office_hours(saturday * DAY + 20 * HOUR, &mut random);
        assert_eq!(day_of(moved), saturday + 2);
        let tuesday_noon = (saturday + 3) * DAY + 12 * HOUR;
        assert_eq!(in_office_hours(tuesday_noon, &mut random), tuesday_noon);
    }
}
