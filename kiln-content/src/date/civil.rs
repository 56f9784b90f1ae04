//! Days and times of the Gregorian calendar as numbers, and back.

/// The days before each month of a year that is not a leap year.
const BEFORE_MONTH: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
/// The days from 0001-01-01, a Monday, to 1970-01-01.
const EPOCH: i64 = 719_162;
const DAY: i64 = 24 * 60 * 60;

/// A day, and the time that a clock shows on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    /// Seconds since midnight.
    pub(super) second: i64,
    pub(super) nanosecond: u32,
}

impl Civil {
    /// Midnight of a day, if there is such a day in the years from -9999 to 9999.
    pub(super) fn midnight(year: i64, month: i64, day: i64) -> Option<Self> {
        let exists = (-9999..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        exists.then_some(Self { year, month, day, second: 0, nanosecond: 0 })
    }

    /// The day and time at a number of seconds after 1970-01-01T00:00:00.
    pub(super) fn at(seconds: i64, nanosecond: u32) -> Self {
        let days = seconds.div_euclid(DAY) + EPOCH;
        let year = year_of(days);
        let day_of_year = days - days_before(year);
        let is_past = |month: &i64| days_before_month(year, *month) <= day_of_year;
        let month = (2..=12).take_while(is_past).last().unwrap_or(1);
        let day = day_of_year - days_before_month(year, month) + 1;
        Self { year, month, day, second: seconds.rem_euclid(DAY), nanosecond }
    }

    /// The seconds since 1970-01-01T00:00:00.
    pub(super) fn seconds(&self) -> i64 {
        (self.days() - EPOCH) * DAY + self.second
    }

    /// From 1 on.
    pub(super) fn day_of_year(&self) -> i64 {
        days_before_month(self.year, self.month) + self.day
    }

    /// From 0, a Monday, on.
    pub(super) fn weekday(&self) -> i64 {
        self.days().rem_euclid(7)
    }

    /// Year and week of ISO 8601: a week belongs to the year that its Thursday is in.
    pub(super) fn iso_week(&self) -> (i64, i64) {
        let thursday = self.days() - self.weekday() + 3;
        let year = year_of(thursday);
        (year, (thursday - days_before(year)) / 7 + 1)
    }

    /// The days from 0001-01-01.
    fn days(&self) -> i64 {
        days_before(self.year) + self.day_of_year() - 1
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days of a year before a month of it.
fn days_before_month(year: i64, month: i64) -> i64 {
    let leap_day = i64::from(month > 2 && is_leap(year));
    BEFORE_MONTH.iter().zip(1..).find(|&(_, of)| of == month).map_or(0, |(days, _)| days + leap_day)
}

/// The days from 0001-01-01 to the first day of a year.
fn days_before(year: i64) -> i64 {
    let before = year - 1;
    365 * before + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400)
}

/// The year that a day is in.
fn year_of(days: i64) -> i64 {
    // 400 years are 146,097 days, so this is off by one year at most.
    let near = (days * 400).div_euclid(146_097) + 1;
    (near - 1..=near + 1).rev().find(|&year| days_before(year) <= days).unwrap_or(near)
}
