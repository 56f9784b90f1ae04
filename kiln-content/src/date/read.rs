//! Reads dates and times as RFC 3339 and ISO 8601 write them.

use super::civil::Civil;

/// Reads a date, its time, and its offset from UTC in seconds. Without them it is midnight, and the offset is 0.
pub(super) fn read(text: &str) -> Option<(Civil, i64)> {
    let mut rest = Rest(text.as_bytes());
    let mut civil = day(&mut rest)?;
    let mut offset = 0;
    if rest.skip(b"Tt ") {
        (civil.second, civil.nanosecond) = time(&mut rest)?;
        offset = self::offset(&mut rest)?;
    }
    rest.0.is_empty().then_some((civil, offset))
}

/// `2026-11-27` or `20261127`; a year of six digits has a sign.
fn day(rest: &mut Rest<'_>) -> Option<Civil> {
    let year = match rest.sign() {
        None => rest.number(4)?,
        Some(sign) => {
            let year = sign * rest.number(6)?;
            // There is no year -0.
            (sign > 0 || year < 0).then_some(year)?
        }
    };
    let is_divided = rest.skip(b"-");
    let month = rest.number(2)?;
    if rest.skip(b"-") != is_divided {
        return None;
    }
    Civil::midnight(year, month, rest.number(2)?)
}

/// `10`, `10:00`, `10:00:00`, `10:00:00.25`, or without the colons: seconds since midnight, and nanoseconds.
fn time(rest: &mut Rest<'_>) -> Option<(i64, u32)> {
    let mut seconds = rest.number_up_to(23)? * 3600;
    let is_divided = rest.skip(b":");
    if !is_divided && !rest.begins_with_digit() {
        return Some((seconds, 0));
    }
    seconds += rest.number_up_to(59)? * 60;
    let has_second = if is_divided { rest.skip(b":") } else { rest.begins_with_digit() };
    if !has_second {
        return Some((seconds, 0));
    }
    // A leap second is read as the second before it: clocks that count from 1970 have none.
    seconds += rest.number_up_to(60)?.min(59);
    Some((seconds, fraction(rest)?))
}

/// `.25`, in nanoseconds; 0 if there is none.
fn fraction(rest: &mut Rest<'_>) -> Option<u32> {
    if !rest.skip(b".,") {
        return Some(0);
    }
    let (mut nanoseconds, mut place) = (0, 100_000_000);
    let mut digits = 0;
    while let Some(digit) = rest.digit() {
        nanoseconds += digit * place;
        place /= 10;
        digits += 1;
    }
    if digits == 0 || digits > 9 {
        return None;
    }
    u32::try_from(nanoseconds).ok()
}

/// `Z`, `+02:00`, `+0200` or `+02`, in seconds; 0 if there is none.
fn offset(rest: &mut Rest<'_>) -> Option<i64> {
    if rest.skip(b"Zz") {
        return Some(0);
    }
    let Some(sign) = rest.sign() else { return Some(0) };
    // No place on Earth is further from UTC.
    let mut seconds = rest.number_up_to(25)? * 3600;
    if rest.skip(b":") || rest.begins_with_digit() {
        seconds += rest.number_up_to(59)? * 60;
    }
    Some(sign * seconds)
}

/// What has not been read yet.
struct Rest<'t>(&'t [u8]);

impl Rest<'_> {
    /// Whether the next byte is one of these; it is read then.
    fn skip(&mut self, bytes: &[u8]) -> bool {
        match self.0.split_first() {
            Some((byte, rest)) if bytes.contains(byte) => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn sign(&mut self) -> Option<i64> {
        match () {
            () if self.skip(b"+") => Some(1),
            () if self.skip(b"-") => Some(-1),
            () => None,
        }
    }

    fn begins_with_digit(&self) -> bool {
        self.0.first().is_some_and(u8::is_ascii_digit)
    }

    fn digit(&mut self) -> Option<i64> {
        let (byte, rest) = self.0.split_first()?;
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        self.0 = rest;
        Some(digit)
    }

    /// A number of exactly this many digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        (0..digits).try_fold(0, |number, _| Some(number * 10 + self.digit()?))
    }

    /// A number of two digits.
    fn number_up_to(&mut self, most: i64) -> Option<i64> {
        self.number(2).filter(|&number| number <= most)
    }
}
