//! The part of a file that the header `Range` selects.

use http::{HeaderMap, header};

/// The part of a file to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    /// The first and the last byte.
    Range(u64, u64),
    /// The range starts behind the end of the file.
    Unsatisfiable,
}

/// Reads the headers of a request for a file of so many bytes.
///
/// A single range of bytes selects a part. Several ranges, other units and invalid values select the whole file, as RFC 9110
/// permits, so that a request with thousands of ranges costs no more than any other.
pub(crate) fn asked(headers: &HeaderMap, length: u64) -> Part {
    let mut values = headers.get_all(header::RANGE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return Part::Whole };
    value.to_str().ok().and_then(|text| read(text, length)).unwrap_or(Part::Whole)
}

/// Reads a range; `None` if it is ignored.
fn read(text: &str, length: u64) -> Option<Part> {
    let (unit, range) = text.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = range.trim().split_once('-')?;
    let Some(end) = length.checked_sub(1) else {
        // An empty file has no first byte, and its last bytes are the whole file.
        return match (number(first), number(last)) {
            (Some(_), _) => Some(Part::Unsatisfiable),
            _ => None,
        };
    };
    if first.is_empty() {
        return Some(match number(last)? {
            0 => Part::Unsatisfiable,
            count => Part::Range(length.saturating_sub(count), end),
        });
    }
    let first = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if first > last {
        return None;
    }
    Some(if first > end { Part::Unsatisfiable } else { Part::Range(first, last.min(end)) })
}

/// Reads digits. A number that is too large becomes the largest one, since no file is that long.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    use http::HeaderValue;

    fn of(value: &str, length: u64) -> Part {
        let value = HeaderValue::from_str(value).expect("a value");
        asked(&HeaderMap::from_iter([(header::RANGE, value)]), length)
    }

    #[test]
    fn one_range_is_answered() {
        use Part::{Range, Unsatisfiable, Whole};
        for (value, expected) in [
            ("bytes=0-0", Range(0, 0)),
            ("bytes=2-4", Range(2, 4)),
            ("bytes=0-9", Range(0, 9)),
            ("bytes=9-9", Range(9, 9)),
            ("bytes=5-99", Range(5, 9)),
            ("bytes=5-", Range(5, 9)),
            ("bytes=-3", Range(7, 9)),
            ("bytes=-10", Range(0, 9)),
            ("bytes=-11", Range(0, 9)),
            ("BYTES = 2-4 ", Range(2, 4)),
            ("bytes=0-18446744073709551615", Range(0, 9)),
            ("bytes=0-18446744073709551616", Range(0, 9)),
            ("bytes=-18446744073709551616", Range(0, 9)),
            ("bytes=10-", Unsatisfiable),
            ("bytes=10-11", Unsatisfiable),
            ("bytes=-0", Unsatisfiable),
            ("bytes=18446744073709551615-", Unsatisfiable),
            ("bytes=99999999999999999999-99999999999999999999", Unsatisfiable),
            ("bytes=9-1", Whole),
            ("bytes=abc", Whole),
            ("bytes=", Whole),
            ("bytes=-", Whole),
            ("bytes=1", Whole),
            ("bytes=+1-2", Whole),
            ("bytes=1-2-3", Whole),
            ("bytes=0x1-2", Whole),
            ("bytes=0-1,3-4", Whole),
            ("bytes=0-1,", Whole),
            ("bytes 0-1", Whole),
            ("lines=0-1", Whole),
            ("", Whole),
        ] {
            assert_eq!(of(value, 10), expected, "{value}");
        }
    }

    #[test]
    fn an_empty_file_has_no_part() {
        for (value, expected) in [
            ("bytes=0-", Part::Unsatisfiable),
            ("bytes=0-0", Part::Unsatisfiable),
            ("bytes=-1", Part::Whole),
            ("bytes=a-", Part::Whole),
        ] {
            assert_eq!(of(value, 0), expected, "{value}");
        }
    }

    #[test]
    fn the_longest_file_has_its_last_byte() {
        assert_eq!(of("bytes=-1", u64::MAX), Part::Range(u64::MAX - 1, u64::MAX - 1));
        assert_eq!(of("bytes=0-", u64::MAX), Part::Range(0, u64::MAX - 1));
    }

    #[test]
    fn many_ranges_are_the_whole() {
        let many = format!("bytes={}0-", "0-,".repeat(4_999));
        assert_eq!(of(&many, 10), Part::Whole);
        let one = (header::RANGE, HeaderValue::from_static("bytes=0-1"));
        let twice = HeaderMap::from_iter([one.clone(), one]);
        assert_eq!(asked(&twice, 10), Part::Whole);
        assert_eq!(asked(&HeaderMap::new(), 10), Part::Whole);
    }
}
