//! The conditional headers `If-…`, in the order of RFC 9110.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::validators::Validators;

/// The result of the conditions of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Send,
    /// The client has the current version.
    NotModified,
    /// The client wants another version, or no version.
    Failed,
}

/// Evaluates the conditions of a request for a file.
pub(super) fn judge(headers: &HeaderMap, validators: &Validators, now: SystemTime) -> Verdict {
    let dates = |name| date(headers, name).zip(validators.modified);
    let has_failed = match headers.contains_key(header::IF_MATCH) {
        true => !is_any(headers, header::IF_MATCH, validators, is_strongly_same),
        false => dates(header::IF_UNMODIFIED_SINCE).is_some_and(|(date, at)| at > date),
    };
    if has_failed {
        return Verdict::Failed;
    }
    let has_version = match headers.contains_key(header::IF_NONE_MATCH) {
        true => is_any(headers, header::IF_NONE_MATCH, validators, is_weakly_same),
        false => {
            dates(header::IF_MODIFIED_SINCE).is_some_and(|(date, at)| at <= date && date <= now)
        }
    };
    if has_version { Verdict::NotModified } else { Verdict::Send }
}

/// Returns true if and only if a range may be sent: the client has the rest of the current version.
pub(super) fn takes_range(headers: &HeaderMap, validators: &Validators, now: SystemTime) -> bool {
    let mut values = headers.get_all(header::IF_RANGE).iter();
    let Some(value) = values.next() else { return true };
    if values.next().is_some() {
        return false;
    }
    if let Some(date) = value.to_str().ok().and_then(|text| httpdate::parse_http_date(text).ok()) {
        // A file can change twice within a second.
        let is_settled = |at: SystemTime| now > at + Duration::from_secs(1);
        return validators.modified.is_some_and(|at| at == date && is_settled(at));
    }
    let mut tags = Tags(value.as_bytes());
    let is_same = |tag| own_tag(validators).is_some_and(|own| is_strongly_same(tag, own));
    tags.next().is_some_and(is_same) && tags.next().is_none()
}

/// Returns true if and only if a header lists the current version, or `*`.
fn is_any(
    headers: &HeaderMap,
    name: HeaderName,
    validators: &Validators,
    is_same: fn(&[u8], &[u8]) -> bool,
) -> bool {
    let own = own_tag(validators);
    headers.get_all(name).iter().map(HeaderValue::as_bytes).any(|value| {
        value.trim_ascii() == b"*"
            || own.is_some_and(|own| Tags(value).any(|tag| is_same(tag, own)))
    })
}

/// The tag of the current version.
fn own_tag(validators: &Validators) -> Option<&[u8]> {
    Tags(validators.tag.as_ref()?.as_bytes()).next()
}

fn is_weakly_same(a: &[u8], b: &[u8]) -> bool {
    a.strip_prefix(b"W/").unwrap_or(a) == b.strip_prefix(b"W/").unwrap_or(b)
}

fn is_strongly_same(a: &[u8], b: &[u8]) -> bool {
    a == b && !a.starts_with(b"W/")
}

/// The tags of a list, such as `W/"a"`, up to the first that is malformed.
struct Tags<'a>(&'a [u8]);

impl<'a> Iterator for Tags<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let list = std::mem::take(&mut self.0);
        let start = list.iter().position(|byte| !b" \t,".contains(byte))?;
        let list = &list[start..];
        let quoted = list.strip_prefix(b"W/").unwrap_or(list).strip_prefix(b"\"")?;
        let length = quoted.iter().position(|byte| *byte == b'"')?;
        let (tag, rest) = list.split_at(list.len() - quoted.len() + length + 1);
        self.0 = rest;
        Some(tag)
    }
}

/// The date of a header; `None` without exactly one.
fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    httpdate::parse_http_date(value.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const MODIFIED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

    fn time(text: &str) -> SystemTime {
        httpdate::parse_http_date(text).expect("a date")
    }

    fn validators() -> Validators {
        let tag = Some(HeaderValue::from_static("\"a,b\""));
        Validators { tag, modified: Some(time(MODIFIED)) }
    }

    fn headers(list: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in list {
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        headers
    }

    #[track_caller]
    fn judges(list: &[(HeaderName, &str)], expected: Verdict) {
        let now = time(AFTER) + Duration::from_hours(1);
        assert_eq!(judge(&headers(list), &validators(), now), expected, "{list:?}");
    }

    #[test]
    fn tags_are_compared() {
        use Verdict::{Failed, NotModified, Send};
        for (value, if_none_match, if_match) in [
            ("\"a,b\"", NotModified, Send),
            ("W/\"a,b\"", NotModified, Failed),
            ("*", NotModified, Send),
            (" * ", NotModified, Send),
            ("\"x\", \"a,b\"", NotModified, Send),
            ("\"x\",,\t,W/\"y\",\"a,b\"", NotModified, Send),
            ("\"x\",,", Send, Failed),
            ("\"a\"", Send, Failed),
            ("\"x", Send, Failed),
            ("\"a,b", Send, Failed),
            ("a,b", Send, Failed),
            ("w/\"a,b\"", Send, Failed),
            ("\"\"", Send, Failed),
            ("", Send, Failed),
            ("\"a,b\"x", NotModified, Send),
            ("x\"a,b\"", Send, Failed),
        ] {
            judges(&[(header::IF_NONE_MATCH, value)], if_none_match);
            judges(&[(header::IF_MATCH, value)], if_match);
        }
        judges(
            &[(header::IF_NONE_MATCH, "\"x\""), (header::IF_NONE_MATCH, "\"a,b\"")],
            NotModified,
        );
    }

    #[test]
    fn long_lists_of_tags_are_read_once() {
        let mut many = "\"0123456789\",".repeat(5_000);
        judges(&[(header::IF_NONE_MATCH, &many)], Verdict::Send);
        many.push_str("\"a,b\"");
        judges(&[(header::IF_NONE_MATCH, &many)], Verdict::NotModified);
        judges(&[(header::IF_NONE_MATCH, &"\"".repeat(65_536))], Verdict::Send);
        judges(&[(header::IF_NONE_MATCH, &",".repeat(65_536))], Verdict::Send);
    }

    #[test]
    fn dates_are_compared() {
        use Verdict::{Failed, NotModified, Send};
        for (value, if_modified, if_unmodified) in [
            (BEFORE, Send, Failed),
            (MODIFIED, NotModified, Send),
            (AFTER, NotModified, Send),
            ("Sunday, 06-Nov-94 08:49:37 GMT", NotModified, Send),
            // In the future.
            ("Sun, 06 Nov 2094 08:49:37 GMT", Send, Send),
            ("Wed, 30 Feb 1994 08:49:37 GMT", Send, Send),
            ("Feb 30", Send, Send),
            ("0", Send, Send),
            ("", Send, Send),
        ] {
            judges(&[(header::IF_MODIFIED_SINCE, value)], if_modified);
            judges(&[(header::IF_UNMODIFIED_SINCE, value)], if_unmodified);
        }
        let twice = [(header::IF_MODIFIED_SINCE, AFTER), (header::IF_MODIFIED_SINCE, AFTER)];
        judges(&twice, Send);
    }

    #[test]
    fn tags_go_before_dates_and_what_must_match_before_what_must_not() {
        use Verdict::{Failed, NotModified, Send};
        judges(&[(header::IF_NONE_MATCH, "\"x\""), (header::IF_MODIFIED_SINCE, AFTER)], Send);
        let same = (header::IF_NONE_MATCH, "\"a,b\"");
        judges(&[same.clone(), (header::IF_MODIFIED_SINCE, BEFORE)], NotModified);
        judges(&[(header::IF_MATCH, "\"a,b\""), (header::IF_UNMODIFIED_SINCE, BEFORE)], Send);
        judges(&[(header::IF_MATCH, "\"x\""), same.clone()], Failed);
        judges(&[(header::IF_MATCH, "*"), same.clone()], NotModified);
        judges(&[(header::IF_UNMODIFIED_SINCE, BEFORE), same], Failed);
        judges(&[], Send);
    }

    #[test]
    fn a_file_without_validators_is_sent() {
        let list = headers(&[(header::IF_NONE_MATCH, "\"a\"")]);
        let dates =
            headers(&[(header::IF_MODIFIED_SINCE, AFTER), (header::IF_UNMODIFIED_SINCE, BEFORE)]);
        for headers in [list, dates] {
            let verdict = judge(&headers, &Validators::default(), SystemTime::now());
            assert_eq!(verdict, Verdict::Send, "{headers:?}");
        }
    }

    #[test]
    fn a_range_is_of_the_version_that_the_client_has() {
        for (value, expected) in [
            ("\"a,b\"", true),
            ("W/\"a,b\"", false),
            ("\"x\"", false),
            ("\"a,b\", \"x\"", false),
            ("*", false),
            ("", false),
            (MODIFIED, true),
            (BEFORE, false),
            (AFTER, false),
            ("Feb 30", false),
        ] {
            let list = headers(&[(header::IF_RANGE, value)]);
            let is_taken = |now| takes_range(&list, &validators(), now);
            assert_eq!(is_taken(time(AFTER) + Duration::from_secs(1)), expected, "{value}");
            let is_tag = value == "\"a,b\"";
            assert_eq!(is_taken(time(MODIFIED)), is_tag, "{value}, in the same second");
        }
        assert!(takes_range(&HeaderMap::new(), &validators(), SystemTime::now()));
    }
}
