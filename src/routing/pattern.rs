//! The pattern of a route or a redirect. The code generator has parsed it.

use std::fmt;
use std::slice;

use http::StatusCode;

use crate::routing::media_type;

/// A pattern such as `/posts/[slug]`. It is filled with params to make a path, and paths are matched against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern {
    /// The pattern with its brackets, for messages.
    pub text: &'static str,
    /// The parts of each segment.
    pub segments: &'static [&'static [Part]],
}

/// A part of a segment of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Literal text, NFC-normalised.
    Text(&'static str),
    /// A param, `[name]`: a value without a slash.
    Param(&'static str),
    /// A rest param, `[...name]`: any number of segments.
    Rest(&'static str),
}

impl Pattern {
    /// The names of the params, in the order of their brackets.
    pub(crate) fn params(&self) -> Params {
        Params { segments: self.segments.iter(), segment: [].iter() }
    }

    /// Returns true if and only if it has no params, and so exactly one path.
    pub(crate) fn is_static(&self) -> bool {
        self.params().next().is_none()
    }

    /// The media type of its literal extension; `None` if it has none, or an unknown one.
    pub(crate) fn media_type(&self) -> Option<&'static str> {
        let Some(Part::Text(text)) = self.segments.last().and_then(|segment| segment.last()) else {
            return None;
        };
        media_type::of_extension(text)
    }

    /// Returns true if and only if it ends in a known, literal extension.
    pub(crate) fn has_known_extension(&self) -> bool {
        self.media_type().is_some()
    }

    /// The status of the error page with this pattern: 404 for a `404.rs` in any folder, and 500 for the `500.rs` of
    /// the site.
    pub(crate) fn error_status(&self) -> Option<StatusCode> {
        match self.segments {
            [.., [Part::Text("404")]] => Some(StatusCode::NOT_FOUND),
            [[Part::Text("500")]] => Some(StatusCode::INTERNAL_SERVER_ERROR),
            _ => None,
        }
    }

    /// Returns true if and only if it is the pattern of an error page. The server sends such a page with the status of
    /// the error, and never for its own path.
    pub(crate) fn is_error_page(&self) -> bool {
        self.error_status().is_some()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl Part {
    /// The name of a param; `None` for text.
    pub(crate) fn name(&self) -> Option<&'static str> {
        match self {
            Part::Text(_) => None,
            Part::Param(name) | Part::Rest(name) => Some(name),
        }
    }
}

/// The names of the params of a pattern.
#[derive(Debug, Clone)]
pub(crate) struct Params {
    segments: slice::Iter<'static, &'static [Part]>,
    /// What is left of the current segment.
    segment: slice::Iter<'static, Part>,
}

impl Iterator for Params {
    type Item = &'static str;

    fn next(&mut self) -> Option<&'static str> {
        loop {
            for part in self.segment.by_ref() {
                if let Some(name) = part.name() {
                    return Some(name);
                }
            }
            self.segment = self.segments.next()?.iter();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support;

    #[test]
    fn params_are_in_the_order_of_their_brackets() {
        let names = |pattern| support::pattern(pattern).params().collect::<Vec<_>>();
        assert_eq!(names("/about"), [""; 0]);
        assert_eq!(names("/[lang]/v[major].[minor]/[...path]"), ["lang", "major", "minor", "path"]);
    }

    #[test]
    fn extensions_are_known_or_not() {
        for (pattern, expected) in [
            ("/data.json", true),
            ("/[id].json", true),
            ("/[...path].png", true),
            ("/a.tar.gz", true),
            ("/FEED.XML", true),
            ("/page.html", true),
            ("/", false),
            ("/about", false),
            ("/v1.0", false),
            ("/json", false),
            ("/a.", false),
            ("/[file].[ext]", false),
            ("/x.[ext]", false),
            ("/a.json/b", false),
            ("/a.json/[...rest]", false),
            ("/.well-known", false),
        ] {
            assert_eq!(support::pattern(pattern).has_known_extension(), expected, "{pattern}");
        }
    }

    #[test]
    fn error_pages_are_recognized_by_their_last_segment() {
        for (pattern, expected) in [
            ("/404", Some(StatusCode::NOT_FOUND)),
            ("/a/404", Some(StatusCode::NOT_FOUND)),
            ("/[a]/b/404", Some(StatusCode::NOT_FOUND)),
            ("/[...a]/404", Some(StatusCode::NOT_FOUND)),
            ("/500", Some(StatusCode::INTERNAL_SERVER_ERROR)),
            ("/a/500", None),
            ("/[a]/500", None),
            ("/403", None),
            ("/404.html", None),
            ("/404/a", None),
            ("/x404", None),
            ("/[a]", None),
            ("/404[a]", None),
            ("/", None),
        ] {
            assert_eq!(support::pattern(pattern).error_status(), expected, "{pattern}");
        }
    }
}
