//! A date in front matter.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context as _, Result, bail};
use serde_core::de::{self, Deserialize, Deserializer, Visitor};
use serde_core::ser::{Serialize, Serializer};

use self::civil::Civil;

mod civil;
mod format;
mod read;

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
    /// Since 1970-01-01T00:00:00Z.
    seconds: i64,
    nanosecond: u32,
    /// From UTC, in seconds.
    offset: i64,
}

impl Date {
    /// Creates a date from year, month and day.
    ///
    /// # Errors
    ///
    /// Fails if there is no such day, for example the 30th of February.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self> {
        let day = Civil::midnight(year.into(), month.into(), day.into())
            .with_context(|| format!("there is no day {year:04}-{month:02}-{day:02}"))?;
        Ok(Date::of(&day, 0))
    }

    fn of(civil: &Civil, offset: i64) -> Self {
        Date { seconds: civil.seconds() - offset, nanosecond: civil.nanosecond, offset }
    }

    /// The date and its time as RFC 3339 has them: `2026-11-27T00:00:00Z`. The offset is the one that was written.
    pub fn rfc3339(&self) -> String {
        let offset = if self.offset == 0 { "Z" } else { "%:z" };
        format!("{self}T{}", self.format(&format!("%T%.f{offset}")))
    }

    /// Formats the date with the directives of `strftime`, such as `%-d %B %Y` for `27 November 2026`.
    ///
    /// They are those of the crate jiff, which documents them. Names of months and days are English.
    ///
    /// # Panics
    ///
    /// Panics if the format is invalid.
    pub fn format(&self, format: &str) -> String {
        match format::format(format, &self.civil(), self.offset) {
            Ok(text) => text,
            Err(error) => panic!("{format:?} is not a valid format of a date: {error}"),
        }
    }

    /// The day and time as written.
    fn civil(&self) -> Civil {
        Civil::at(self.seconds + self.offset, self.nanosecond)
    }
}

impl fmt::Display for Date {
    /// Writes the day as written in the file: `2026-11-27`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day, .. } = self.civil();
        // A year before 0 has six digits, so that it is read again.
        let width = if year < 0 { 7 } else { 4 };
        f.pad(&format!("{year:0width$}-{month:02}-{day:02}"))
    }
}

impl FromStr for Date {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Some((civil, offset)) = read::read(text) {
            return Ok(Date::of(&civil, offset));
        }
        let has_zone =
            |(time, zone): (&str, &str)| zone.ends_with(']') && read::read(time).is_some();
        if text.split_once('[').is_some_and(has_zone) {
            bail!(
                "`{text}` names a time zone\nhint: write its offset instead, such as 2026-11-27T10:00:00+01:00"
            );
        }
        bail!("`{text}` is not a date\nhint: {}", hint(text));
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
        text.parse().map_err(E::custom)
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

    /// The crate whose directives these are, and which reads what kiln reads.
    fn by_jiff(text: &str) -> Option<jiff::ZonedDateTime> {
        let pieces = jiff::fmt::temporal::Pieces::parse(text).ok()?;
        let datetime = pieces.date().to_datetime(pieces.time().unwrap_or_default());
        let offset = pieces.to_numeric_offset().unwrap_or(jiff::tz::Offset::UTC);
        Some(
            offset
                .to_timestamp(datetime)
                .ok()?
                .to_zoned_datetime(jiff::tz::TimeZone::fixed(offset)),
        )
    }

    #[test]
    fn dates_are_formatted_as_jiff_does() {
        let moments = [
            "2026-11-27",
            "2024-02-29T23:59:60.123456789+05:30",
            "2021-01-03T00:05:09-08:00",
            "2020-12-31T12:00:00.5Z",
            "1969-12-31T13:07:01.000100Z",
            "0001-01-01",
            "0000-02-29",
            "-000044-03-15T11:00:00Z",
            "9999-12-29",
            "2027-01-01T09:00:00+00:30",
            "2000-03-01",
            "1900-02-28",
        ];
        let letters = "%AaBbCcDdeFfGgHhIjklMmNnPpQqRrSsTtUuVWwXxYyZzEiJKLOv.".chars();
        let options = [
            "", "-", "_", "0", "^", "#", "6", "_5", "06", "-3", ":", "::", ":::", "::::", ".",
            ".3", "3.2", "^12", "0.0",
        ];
        for letter in letters {
            for option in options {
                let format = format!("<%{option}{letter}>");
                for moment in moments {
                    let date: Date = moment.parse().expect(moment);
                    let wanted =
                        jiff::fmt::strtime::format(&format, &by_jiff(moment).expect(moment));
                    let found = format::format(&format, &date.civil(), date.offset);
                    assert_eq!(found.ok(), wanted.ok(), "{format} of {moment}");
                }
            }
        }
        for format in
            ["", "%", "%-", "%5", "%.", "%.5", "100 %", "é%Y é", "%é", "%256Y", "%255Y", "%%%Y%"]
        {
            let date = Date::new(2026, 11, 27).expect("a date");
            let wanted =
                jiff::fmt::strtime::format(format, &by_jiff("2026-11-27").expect("a date"));
            assert_eq!(format::format(format, &date.civil(), 0).ok(), wanted.ok(), "{format}");
        }
    }

    #[test]
    fn days_are_counted_as_jiff_does() {
        let mut day = jiff::civil::date(1895, 1, 1);
        while day.year() < 2105 {
            let date = Date::new(day.year(), day.month(), day.day()).expect("a date");
            assert_eq!(date.to_string(), day.to_string());
            assert_eq!(
                date.format("%s %j %G-%V %u"),
                by_jiff(&day.to_string()).expect("a moment").strftime("%s %j %G-%V %u").to_string()
            );
            day = day.tomorrow().expect("a day");
        }
    }

    #[test]
    fn texts_are_read_as_jiff_does() {
        let days = [
            "2026-11-27",
            "20261127",
            "2026-1127",
            "202611-27",
            "+002026-11-27",
            "-000000-01-01",
            "-000001-01-01",
            "2026-11-31",
            "2026-00-01",
            "2026-11-00",
            "026-11-27",
            "2026-11",
            "2026-11-2",
        ];
        let times = [
            "",
            "T",
            "T10",
            "t10:00",
            " 10:00:00",
            "T1000",
            "T100000",
            "T10:0000",
            "T1000:00",
            "T10:00:60",
            "T10:00:61",
            "T24:00",
            "T10:60",
            "T10:00:00.",
            "T10:00:00,5",
            "T10:00:00.123456789",
            "T10:00:00.1234567890",
            "T100000.5",
            "T10:00:",
            "T10:",
            "T10.5",
            "x10:00",
            "  10:00",
        ];
        let offsets = [
            "", "Z", "z", "+02", "-0230", "+02:30", "-00:00", "+2", "+02:", "+02:60", "+24:00",
            " Z", "Zulu", "+0", "+02:3",
        ];
        for day in days {
            for time in times {
                for offset in offsets {
                    let text = format!("{day}{time}{offset}");
                    let (found, wanted) = (text.parse::<Date>().ok(), by_jiff(&text));
                    let found = found.map(|date| date.format("%F %T %N %z"));
                    assert_eq!(
                        found,
                        wanted.map(|date| date.strftime("%F %T %N %z").to_string()),
                        "{text}"
                    );
                }
            }
        }
    }
}
