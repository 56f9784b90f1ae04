//! The path of a request: split, decoded and validated once.
//!
//! No code after it decodes, joins or resolves. A request and a page have the same type of path, [`RoutePath`], which
//! is the only one that is matched and the only one that makes URLs. So a redirect to the canonical form of a path
//! always leads to a page.

use std::fmt;

use http::StatusCode;
use percent_encoding::percent_decode_str;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::routing::page_path::RoutePath;

/// The path of a request, as middleware, routing, files, the log and pages see it.
///
/// It is split at slashes first, and then each segment is decoded once. So no value contains a slash, and escapes that
/// remain after decoding are plain text. Segments are NFC-normalised. None is empty, `.` or `..`, and none contains a
/// backslash or a control character. Nothing is collapsed or resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestPath {
    /// The segments, as the path of a page unless they are too long for any.
    segments: Result<RoutePath, String>,
    has_trailing_slash: bool,
}

/// The reason why the path of a request is invalid.
///
/// It is part of the result of [`Site::find`](crate::Site::find).
///
/// # Example
///
/// ```
/// use kiln::BadPath;
///
/// assert_eq!(BadPath::Segment.status(), 400);
/// assert_eq!(BadPath::EmptySegment.status(), 404);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadPath {
    /// The path does not start with a slash.
    NotAbsolute,
    /// The path contains a character that must be percent-encoded, such as `\`, `?`, `#`, a space, or one that is not
    /// ASCII.
    Character,
    /// A `%` is not followed by two hexadecimal digits, or the decoded bytes are not UTF-8.
    Encoding,
    /// A decoded segment is `.` or `..`, or contains a slash, a backslash or a control character.
    Segment,
    /// The path contains two adjacent slashes.
    EmptySegment,
}

impl BadPath {
    /// The status of the response: 404 (not found) for an empty segment, which is allowed in URLs, and 400 (bad
    /// request) otherwise.
    pub fn status(self) -> StatusCode {
        match self {
            BadPath::EmptySegment => StatusCode::NOT_FOUND,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl BadPath {
    /// The message, which repeats no part of the path.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            BadPath::NotAbsolute => "the path does not start with `/`",
            BadPath::Character => "the path contains a character that must be percent-encoded",
            BadPath::Encoding => "the path is not valid percent-encoded UTF-8",
            BadPath::Segment => "the path has an invalid segment",
            BadPath::EmptySegment => "the path has an empty segment",
        }
    }
}

/// Shows the message, which repeats no part of the path.
impl fmt::Display for BadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for BadPath {}

impl RequestPath {
    /// Parses the path of a request target, without the query.
    pub(crate) fn parse(path: &str) -> Result<Self, BadPath> {
        let below = path.strip_prefix('/').ok_or(BadPath::NotAbsolute)?;
        let seen = Seen::in_path(below.as_bytes());
        if !seen.only_allowed {
            return Err(BadPath::Character);
        }
        if below.is_empty() {
            return Ok(RequestPath::new(String::new(), true));
        }
        let (below, has_trailing_slash) = match below.strip_suffix('/') {
            Some(below) => (below, true),
            None => (below, false),
        };
        // Most paths have no escapes, and are therefore ASCII without control characters.
        if !seen.percent {
            if seen.special_start {
                below.as_bytes().split(|byte| *byte == b'/').try_for_each(check_plain)?;
            }
            return Ok(RequestPath::new(below.to_owned(), has_trailing_slash));
        }
        let mut segments = String::with_capacity(below.len());
        for (at, segment) in below.split('/').enumerate() {
            if at > 0 {
                segments.push('/');
            }
            push_decoded(&mut segments, segment)?;
        }
        Ok(RequestPath::new(segments, has_trailing_slash))
    }

    fn new(segments: String, has_trailing_slash: bool) -> Self {
        RequestPath { segments: RoutePath::try_from_segments(segments), has_trailing_slash }
    }

    /// The path below a base such as `/docs`; `None` if it is outside of the base.
    pub(crate) fn below(self, base: &str) -> Option<Self> {
        let base = base.trim_start_matches('/');
        if base.is_empty() {
            return Some(self);
        }
        let below = match self.as_str().strip_prefix(base)? {
            "" => "",
            below => below.strip_prefix('/')?,
        };
        Some(RequestPath::new(below.to_owned(), self.has_trailing_slash))
    }

    /// Returns true if and only if the path ends in a slash. The root always does.
    pub(crate) fn has_trailing_slash(&self) -> bool {
        self.has_trailing_slash
    }

    /// The decoded segments, joined with `/`; empty for the root.
    pub(crate) fn as_str(&self) -> &str {
        match &self.segments {
            Ok(path) => path.as_str(),
            Err(too_long) => too_long,
        }
    }

    /// The decoded segments, joined with `/`; empty for the root.
    #[cfg(feature = "check")]
    pub(crate) fn into_string(self) -> String {
        self.segments.map_or_else(|too_long| too_long, RoutePath::into_string)
    }

    /// The path for people: decoded, with a leading slash, and with the trailing slash of the request.
    pub(crate) fn display(&self) -> String {
        let segments = self.as_str();
        let mut shown = String::with_capacity(segments.len() + 2);
        shown.push('/');
        shown.push_str(segments);
        if self.has_trailing_slash && !segments.is_empty() {
            shown.push('/');
        }
        shown
    }

    /// The path as the path of a page; `None` if it is too long for any page.
    pub(crate) fn route_path(&self) -> Option<&RoutePath> {
        self.segments.as_ref().ok()
    }
}

/// What a path has, from one look at each byte.
struct Seen {
    only_allowed: bool,
    percent: bool,
    /// A segment that is empty, or starts with a dot.
    special_start: bool,
}

impl Seen {
    fn in_path(below: &[u8]) -> Self {
        let mut seen = Seen { only_allowed: true, percent: false, special_start: false };
        let mut before = b'/';
        for &byte in below {
            seen.only_allowed &= is_allowed(byte);
            seen.percent |= byte == b'%';
            seen.special_start |= before == b'/' && matches!(byte, b'/' | b'.');
            before = byte;
        }
        seen
    }
}

/// Returns true if and only if a byte may be part of a path: RFC 3986's `pchar`, a slash, or the `%` of an escape.
fn is_allowed(byte: u8) -> bool {
    const ALLOWED: [bool; 256] = {
        let mut allowed = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            allowed[byte as usize] = byte.is_ascii_alphanumeric();
            byte += 1;
        }
        let others = b"-._~!$&'()*+,;=:@/%";
        let mut at = 0;
        while at < others.len() {
            allowed[others[at] as usize] = true;
            at += 1;
        }
        allowed
    };
    ALLOWED[byte as usize]
}

/// Checks a segment without escapes.
fn check_plain(segment: &[u8]) -> Result<(), BadPath> {
    match segment {
        b"" => Err(BadPath::EmptySegment),
        b"." | b".." => Err(BadPath::Segment),
        _ => Ok(()),
    }
}

fn push_decoded(segments: &mut String, segment: &str) -> Result<(), BadPath> {
    if segment.is_empty() {
        return Err(BadPath::EmptySegment);
    }
    // The decoder keeps a `%` that does not start an escape.
    for (at, _) in segment.match_indices('%') {
        let is_escape = segment
            .get(at + 1..at + 3)
            .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if !is_escape {
            return Err(BadPath::Encoding);
        }
    }
    let decoded = percent_decode_str(segment).decode_utf8().map_err(|_| BadPath::Encoding)?;
    if matches!(&*decoded, "." | "..")
        || decoded.contains(|c: char| matches!(c, '/' | '\\') || c.is_control())
    {
        return Err(BadPath::Segment);
    }
    match is_nfc_quick(decoded.chars()) {
        IsNormalized::Yes => segments.push_str(&decoded),
        _ => segments.extend(decoded.nfc()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parses(path: &str, segments: &str, has_trailing_slash: bool) {
        let parsed = RequestPath::parse(path);
        let expected = RequestPath::new(segments.into(), has_trailing_slash);
        assert_eq!(parsed, Ok(expected), "{path}");
    }

    #[test]
    fn segments_are_decoded_once() {
        parses("/", "", true);
        parses("/about", "about", false);
        parses("/about/", "about", true);
        parses("/%61dmin", "admin", false);
        parses("/%2561dmin", "%61dmin", false);
        parses("/a%20b/caf%C3%A9", "a b/caf\u{e9}", false);
        parses("/a+b;x=1:y@z,w", "a+b;x=1:y@z,w", false);
        parses("/%5Bslug%5D", "[slug]", false);
        parses("/%3F%23%26", "?#&", false);
        parses("/...", "...", false);
    }

    #[test]
    fn both_unicode_forms_are_one_path() {
        parses("/caf%C3%A9", "caf\u{e9}", false);
        parses("/cafe%CC%81", "caf\u{e9}", false);
    }

    #[track_caller]
    fn refuses(path: &str, reason: BadPath) {
        assert_eq!(RequestPath::parse(path), Err(reason), "{path:?}");
    }

    #[test]
    fn invalid_paths_are_refused() {
        for path in ["", "about", "*", "http://host/about"] {
            refuses(path, BadPath::NotAbsolute);
        }
        for c in ["\\", "#", "?", " ", "\0", "\n", "\x7f", "\"", "<", "[", "|", "^", "\u{e9}"] {
            refuses(&format!("/a{c}b"), BadPath::Character);
        }
        for path in ["/%", "/%2", "/%zz", "/%+1", "/a%/b", "/%ff", "/%c0%ae", "/%ed%a0%80"] {
            refuses(path, BadPath::Encoding);
        }
        for path in ["/..", "/../secret", "/a/./b", "/a/.", "/%2e%2e/b", "/.%2E", "/a/%2e/"] {
            refuses(path, BadPath::Segment);
        }
        for path in ["/a%2Fb", "/%2f", "/a%5Cb", "/a%00b", "/a%0Ab", "/%7F", "/%C2%85"] {
            refuses(path, BadPath::Segment);
        }
        for path in ["//", "///", "//a", "/a//b", "/a//", "//a/"] {
            refuses(path, BadPath::EmptySegment);
        }
    }

    #[test]
    fn each_reason_has_a_status() {
        for reason in
            [BadPath::NotAbsolute, BadPath::Character, BadPath::Encoding, BadPath::Segment]
        {
            assert_eq!(reason.status(), StatusCode::BAD_REQUEST, "{reason}");
        }
        assert_eq!(BadPath::EmptySegment.status(), StatusCode::NOT_FOUND);
    }

    #[track_caller]
    fn below(base: &str, path: &str, expected: Option<(&str, bool)>) {
        let path = RequestPath::parse(path).unwrap().below(base);
        let path = path.as_ref().map(|path| (path.as_str(), path.has_trailing_slash));
        assert_eq!(path, expected);
    }

    #[test]
    fn a_base_ends_at_a_segment_boundary() {
        below("", "/a", Some(("a", false)));
        below("/docs", "/docs", Some(("", false)));
        below("/docs", "/docs/", Some(("", true)));
        below("/docs", "/docs/a/", Some(("a", true)));
        below("/docs", "/%64ocs/a", Some(("a", false)));
        below("/docs", "/docs/docs/a", Some(("docs/a", false)));
        below("/docs", "/docsX/a", None);
        below("/docs", "/docs-/a", None);
        below("/docs", "/doc", None);
        below("/docs", "/Docs/a", None);
        below("/docs", "/", None);
        below("/docs", "/a", None);
        below("/a/b", "/a/b/c", Some(("c", false)));
        below("/a/b", "/a/bc", None);
    }
}
