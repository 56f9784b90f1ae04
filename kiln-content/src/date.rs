//! A date in front matter.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context as _, Result, bail};
use jiff::civil;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};
use serde_core::de::{self, Deserialize, Deserializer, Visitor};
use serde_core::ser::{Serialize, Serializer};

use crate::loading;

/// A date, or a date with a time, as front matter has it: `2026-11-27` or `2026-11-27T10:00:00+02:00`.
///
/// A date without a time means midnight, and a time without an offset is in UTC. Dates are ordered by the moment that
/// they mean. It displays the day as written, whatever the offset.
///
/// # Example
///
/// ```
/// use kiln_content::Date;
///
/// # fn main() -> anyhow::Result<()> {
/// let date: Date = "2026-11-27T01:30:00+02:00".parse()?;
/// assert_eq!(date.to_string(), "2026-11-27");
/// assert_eq!(date.rfc3339(), "2026-11-27T01:30:00+02:00");
/// assert_eq!(date.format("%-d %B %Y"), "27 November 2026");
/// // In UTC, it is still the day before.
/// assert!(date < Date::new(2026, 11, 27)?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    moment: Timestamp,
    offset: Offset,
}

impl Date {
    /// Creates a date from year, month and day.
    ///
    /// # Errors
    ///
    /// Fails if there is no such day, for example the 30th of February.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self> {
        let date = civil::Date::new(year, month, day)
            .with_context(|| format!("there is no day {year:04}-{month:02}-{day:02}"))?;
        Date::of(date.to_datetime(civil::Time::midnight()), Offset::UTC)
    }

    fn of(datetime: civil::DateTime, offset: Offset) -> Result<Self> {
        Ok(Date { moment: offset.to_timestamp(datetime)?, offset })
    }

    /// The date and its time as RFC 3339 has them: `2026-11-27T00:00:00Z`. The offset is the one that was written.
    pub fn rfc3339(&self) -> String {
        match self.offset {
            Offset::UTC => self.moment.to_string(),
            offset => self.moment.display_with_offset(offset).to_string(),
        }
    }

    /// Formats the date with the directives of `strftime`, such as `%-d %B %Y` for `27 November 2026`.
    ///
    /// The crate jiff documents all directives. Names of months and days are English.
    ///
    /// # Panics
    ///
    /// Panics if the format is invalid.
    pub fn format(&self, format: &str) -> String {
        match jiff::fmt::strtime::format(format, &self.zoned()) {
            Ok(text) => text,
            Err(error) => panic!("{format:?} is not a valid format of a date: {error}"),
        }
    }

    fn zoned(&self) -> ZonedDateTime {
        self.moment.to_zoned_datetime(TimeZone::fixed(self.offset))
    }
}

impl fmt::Display for Date {
    /// Writes the day as written in the file: `2026-11-27`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.offset.to_datetime(self.moment).date().fmt(f)
    }
}

impl FromStr for Date {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let Ok(pieces) = Pieces::parse(text) else {
            bail!("`{text}` is not a date\nhint: {}", hint(text));
        };
        if pieces.time_zone_annotation().is_some() {
            bail!(
                "`{text}` names a time zone\nhint: write its offset instead, such as 2026-11-27T10:00:00+01:00"
            );
        }
        let datetime = pieces.date().to_datetime(pieces.time().unwrap_or_default());
        Date::of(datetime, pieces.to_numeric_offset().unwrap_or(Offset::UTC))
    }
}

/// What to write instead of a date that cannot be read.
fn hint(text: &str) -> String {
    let numbers: Vec<&str> = text.split(['-', '/', '.', ' ']).collect();
    let is_number = |text: &&str| text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if numbers.len() == 3 && numbers.iter().all(|text| is_number(text) && !text.is_empty()) {
        return "the order is year-month-day, with four, two and two digits: 2026-11-27, and the day must exist".into();
    }
    "write it as 2026-11-27 or 2026-11-27T10:00:00Z".into()
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DateVisitor)
    }
}

struct DateVisitor;

impl Visitor<'_> for DateVisitor {
    type Value = Date;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date such as 2026-11-27")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Date, E> {
        text.parse().map_err(|error| {
            loading::refuse(text, &error);
            E::custom(error)
        })
    }
}

impl Serialize for Date {
    /// Serializes the date as [`rfc3339`](Date::rfc3339) writes it, so that it is read again as the same date.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_and_yaml_write_them() {
        let cases = [
            ("2026-11-27", "2026-11-27", "2026-11-27T00:00:00Z"),
            ("2026-11-27T10:00:00Z", "2026-11-27", "2026-11-27T10:00:00Z"),
            ("2026-11-27T10:00:00", "2026-11-27", "2026-11-27T10:00:00Z"),
            ("2026-11-27 10:00:00", "2026-11-27", "2026-11-27T10:00:00Z"),
            ("2026-11-27t10:00:00z", "2026-11-27", "2026-11-27T10:00:00Z"),
            ("2026-11-27 10:00", "2026-11-27", "2026-11-27T10:00:00Z"),
            ("2026-11-27T01:30:00+02:00", "2026-11-27", "2026-11-27T01:30:00+02:00"),
            ("2026-11-27T23:30:00-08:00", "2026-11-27", "2026-11-27T23:30:00-08:00"),
            ("2026-11-27T10:00:00.25Z", "2026-11-27", "2026-11-27T10:00:00.25Z"),
        ];
        for (text, day, rfc3339) in cases {
            let date: Date = text.parse().expect(text);
            assert_eq!((&*date.to_string(), &*date.rfc3339()), (day, rfc3339), "{text}");
            assert_eq!(date.rfc3339().parse::<Date>().expect("it reads what it writes"), date);
        }
    }

    #[test]
    fn other_texts_are_refused_with_a_hint() {
        for (text, hint) in [
            ("", "2026-11-27 or"),
            ("yesterday", "2026-11-27 or"),
            ("2026-13-01", "the day must exist"),
            ("27.11.2026", "year-month-day"),
            ("11/27/2026", "year-month-day"),
            ("2026-02-30", "the day must exist"),
            ("2026-11-27T10:00:00+01:00[Europe/Berlin]", "write its offset"),
        ] {
            let error = text.parse::<Date>().expect_err(text).to_string();
            assert!(error.contains(hint), "{text}: {error}");
        }
        assert!(Date::new(2026, 2, 29).is_err());
    }

    #[test]
    fn the_order_is_that_of_the_moments() {
        let dates = ["2026-11-27T01:00:00+02:00", "2026-11-27", "2026-11-27T00:30:00Z"];
        let mut sorted = dates.map(|text| text.parse::<Date>().expect("a date"));
        sorted.reverse();
        sorted.sort();
        assert_eq!(sorted, dates.map(|text| text.parse::<Date>().expect("a date")));
    }
}
