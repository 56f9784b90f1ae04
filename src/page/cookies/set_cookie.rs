//! The `Set-Cookie` header.

use std::borrow::Cow;

use anyhow::{Result, anyhow};
use cookie::time::{OffsetDateTime, UtcOffset};
use cookie::{Cookie, SameSite};
use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that JavaScript's `encodeURIComponent` encodes, so that scripts can read the values of pages.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The value of a deleted cookie, for clients that ignore dates.
const DELETED: &str = "deleted";

/// The header that sets a cookie.
///
/// It is not formatted by the `cookie` crate, which validates nothing: a line break would split the header.
pub(super) fn header(cookie: &Cookie<'_>) -> Result<HeaderValue> {
    let header = match problem(cookie) {
        Some(problem) => Err(problem),
        None => HeaderValue::try_from(text(cookie)).map_err(|error| error.to_string()),
    };
    header.map_err(|problem| anyhow!("the cookie {:?} cannot be set: {problem}", cookie.name()))
}

/// The header that makes a browser delete a cookie: it expired in 1970.
pub(super) fn deleting_header(mut cookie: Cookie<'_>) -> Result<HeaderValue> {
    cookie.set_value(DELETED);
    cookie.set_max_age(None);
    cookie.set_expires(OffsetDateTime::UNIX_EPOCH);
    header(&cookie)
}

/// Finds a value that would end the header or an attribute early, or make browsers drop the cookie.
fn problem(cookie: &Cookie<'_>) -> Option<String> {
    let name = cookie.name();
    // More than the tokens of RFC 6265: browsers and other servers accept `user[id]` as a name.
    let is_of_name = |c: char| c.is_ascii_graphic() && !matches!(c, '=' | ';');
    if name.is_empty() {
        return Some("it has no name".to_owned());
    }
    if let Some(c) = name.chars().find(|&c| !is_of_name(c)) {
        return Some(format!("its name contains the character {c:?}"));
    }
    // They could be encoded, but a line break in a value is most likely an attack.
    if let Some(c) = cookie.value().chars().find(|c| matches!(c, '\r' | '\n' | '\0')) {
        return Some(format!("its value contains the character {c:?}"));
    }
    let path = cookie.path().unwrap_or_default();
    let is_of_path = |c: char| matches!(c, ' '..='~') && c != ';';
    if let Some(c) = path.chars().find(|&c| !is_of_path(c)) {
        return Some(format!("its path {path:?} contains the character {c:?}"));
    }
    let domain = cookie.domain().unwrap_or_default();
    (!domain.is_empty() && !domain.split('.').all(is_label))
        .then(|| format!("its domain {domain:?} is invalid"))
}

/// Returns true if and only if a text is a valid label of a domain.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Formats the cookie, with the attributes in the same order as Astro.
fn text(cookie: &Cookie<'_>) -> String {
    let mut parts = vec![format!("{}={}", cookie.name(), encoded(cookie.value()))];
    if let Some(age) = cookie.max_age() {
        parts.push(format!("Max-Age={}", age.whole_seconds()));
    }
    if let Some(domain) = cookie.domain().filter(|domain| !domain.is_empty()) {
        parts.push(format!("Domain={domain}"));
    }
    // Without a path, a cookie is only valid for the folder of the page that set it.
    match cookie.path().unwrap_or("/") {
        "" => {}
        path => parts.push(format!("Path={path}")),
    }
    if let Some(expires) = cookie.expires_datetime() {
        parts.push(format!("Expires={}", date(expires)));
    }
    if cookie.http_only() == Some(true) {
        parts.push("HttpOnly".to_owned());
    }
    let needs_secure =
        cookie.same_site() == Some(SameSite::None) || cookie.partitioned() == Some(true);
    if cookie.secure().unwrap_or(needs_secure) {
        parts.push("Secure".to_owned());
    }
    if cookie.partitioned() == Some(true) {
        parts.push("Partitioned".to_owned());
    }
    if let Some(same_site) = cookie.same_site() {
        parts.push(format!("SameSite={same_site}"));
    }
    parts.join("; ")
}

/// Percent-encodes a value if a browser would not accept it unchanged. A `%` is encoded, too, because values are
/// decoded when they are read.
fn encoded(value: &str) -> Cow<'_, str> {
    let stays = |c: char| c.is_ascii_graphic() && !matches!(c, '%' | '"' | ',' | ';' | '\\');
    match value.chars().all(stays) {
        true => Cow::Borrowed(value),
        false => utf8_percent_encode(value, VALUE).into(),
    }
}

/// Formats a date as in HTTP.
fn date(date: OffsetDateTime) -> String {
    let date = date.to_offset(UtcOffset::UTC);
    let (day, month, year) = (date.day(), date.month(), date.year());
    let (hour, minute, second) = date.time().as_hms();
    let weekday = date.weekday();
    format!("{weekday:.3}, {day:02} {month:.3} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

#[cfg(test)]
mod tests {
    use cookie::time::{Date, Duration, Month, Time, UtcDateTime};

    use super::*;

    #[track_caller]
    fn shown<'a>(cookie: impl Into<Cookie<'a>>) -> String {
        match header(&cookie.into()) {
            Ok(header) => header.to_str().expect("visible ASCII").to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn values_are_encoded_if_necessary() {
        let cases = [
            ("", "a="),
            ("http://localhost/path?a=b&c[0]", "a=http://localhost/path?a=b&c[0]"),
            ("two words/", "a=two%20words%2F"),
            ("50%", "a=50%25"),
            ("%20", "a=%2520"),
            ("{\"a\":1}", "a=%7B%22a%22%3A1%7D"),
            ("a;b", "a=a%3Bb"),
            ("a,b", "a=a%2Cb"),
            ("a\\b", "a=a%5Cb"),
            ("a\tb", "a=a%09b"),
            (
                "a\r\nSet-Cookie: b=c",
                "the cookie \"a\" cannot be set: its value contains the character '\\r'",
            ),
            ("\n", "the cookie \"a\" cannot be set: its value contains the character '\\n'"),
            ("b\0", "the cookie \"a\" cannot be set: its value contains the character '\\0'"),
            ("é-_.!~*'()", "a=%C3%A9-_.!~*'()"),
        ];
        for (value, expected) in cases {
            let expected = match expected.starts_with("a=") {
                true => format!("{expected}; Path=/"),
                false => expected.to_owned(),
            };
            assert_eq!(shown(("a", value)), expected);
        }
    }

    #[test]
    fn attributes_are_written_in_order() {
        let date = |year, month, day| {
            let date = Date::from_calendar_date(year, month, day).unwrap();
            UtcDateTime::new(date, Time::from_hms(9, 5, 7).unwrap()).to_offset(UtcOffset::UTC)
        };
        let of = || Cookie::build(("a", "1"));
        let cases = [
            (
                of().path("/ü"),
                "the cookie \"a\" cannot be set: its path \"/ü\" contains the character 'ü'",
            ),
            (of().path("/b c/"), "a=1; Path=/b c/"),
            (of().path("").domain(""), "a=1"),
            (of().domain(".example.com"), "a=1; Domain=example.com; Path=/"),
            (of().path("/docs/"), "a=1; Path=/docs/"),
            (of().http_only(false).secure(false), "a=1; Path=/"),
            (of().http_only(true).secure(true), "a=1; Path=/; HttpOnly; Secure"),
            (of().same_site(SameSite::None), "a=1; Path=/; Secure; SameSite=None"),
            (of().same_site(SameSite::None).secure(false), "a=1; Path=/; SameSite=None"),
            (of().partitioned(true), "a=1; Path=/; Secure; Partitioned"),
            (of().max_age(Duration::days(-1)), "a=1; Max-Age=-86400; Path=/"),
            (of().permanent(), "a=1; Max-Age=630720000; Path=/; Expires="),
            (
                of().expires(date(2024, Month::February, 29)),
                "a=1; Path=/; Expires=Thu, 29 Feb 2024 09:05:07 GMT",
            ),
            (
                of().expires(date(1, Month::May, 1)),
                "a=1; Path=/; Expires=Tue, 01 May 0001 09:05:07 GMT",
            ),
            (of().expires(None), "a=1; Path=/"),
        ];
        for (cookie, expected) in cases {
            let shown = shown(cookie);
            // The date of a permanent cookie depends on the clock.
            let is_it =
                shown == expected || (expected.ends_with('=') && shown.starts_with(expected));
            assert!(is_it, "{shown:?} instead of {expected:?}");
        }
    }

    #[test]
    fn characters_that_would_split_a_header_are_refused() {
        for c in ['\r', '\n', '\0', '\t', '\x7f', ';', 'é', '\u{2028}'] {
            let text = format!("a{c}b");
            let expected = format!("contains the character {c:?}");
            for cookie in [Cookie::new(&*text, "1"), Cookie::build(("a", "1")).path(&*text).build()]
            {
                let shown = shown(cookie);
                assert!(
                    shown.starts_with("the cookie \"a") && shown.ends_with(&expected),
                    "{shown}"
                );
            }
            let shown = shown(Cookie::build(("a", "1")).domain(&*text));
            assert_eq!(
                shown,
                format!("the cookie \"a\" cannot be set: its domain {text:?} is invalid")
            );
        }
        let long = "a".repeat(64);
        for domain in ["a..b", "a.", "-a", "a-", "a b", "..a", "a:80", "*", &*long] {
            let shown = shown(Cookie::build(("a", "1")).domain(domain));
            assert!(shown.ends_with("is invalid"), "{domain}: {shown}");
        }
        for name in ["", "a b", "a=", "="] {
            assert!(shown((name, "1")).starts_with("the cookie"), "{name}");
        }
        assert_eq!(shown(("user[id]", "1")), "user[id]=1; Path=/");
    }
}
