//! Netlify: `_redirects` and `_headers`, as its own parsers read them.
//!
//! It compares percent-encoded paths as they are, and treats both slash forms of a path as equal. It serves a page at
//! its canonical path, whatever the name of its file.

/// Headers that Netlify always sets itself.
pub(super) const RESERVED_HEADERS: [&str; 15] = [
    "accept-ranges",
    "age",
    "allow",
    "alt-svc",
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "date",
    "location",
    "server",
    "set-cookie",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The closest status that Netlify supports: its redirects are 301 or 302.
pub(super) fn status(status: u16) -> u16 {
    if matches!(status, 301 | 308) { 301 } else { 302 }
}

/// Returns true if and only if a redirect from this path matches no other path.
///
/// A star is special at the end of the path and if it is a whole segment; a colon at the start of a segment. Encoding
/// them does not help: browsers send them unencoded.
pub(super) fn is_literal_source(path: &str) -> bool {
    let is_literal = |segment: &str| segment != "*" && !is_placeholder(segment);
    !path.starts_with("/.netlify") && !path.ends_with('*') && path.split('/').all(is_literal)
}

/// Returns true if and only if headers for this path match no other path.
pub(super) fn is_literal(path: &str) -> bool {
    !path.contains('*') && !path.split('/').any(|segment| segment.starts_with(':'))
}

/// Returns true if and only if the star is the only special character of a pattern in `_headers`.
///
/// Text in the same segment as a star is inserted into a regular expression without escaping.
pub(super) fn is_wide(pattern: &str) -> bool {
    pattern.split('/').all(|segment| {
        !segment.starts_with(':')
            && (!segment.contains('*') || !segment.contains(['$', '(', ')', '+']))
    })
}

/// Returns true if and only if a segment is a placeholder, `:name`.
fn is_placeholder(segment: &str) -> bool {
    segment.len() > 1 && segment.starts_with(':')
}

/// Part of the regular expression that a pattern of `_headers` becomes.
#[derive(Debug, Clone, Copy)]
enum PatternPart<'a> {
    Text(&'a str),
    /// A dot in the same segment as a star.
    AnyCharacter,
    /// `:name`.
    Segment,
    /// A star.
    Anything,
    /// The slash before a star that is a segment, and the one at the end.
    SlashOrNothing,
}

/// Returns true if and only if Netlify adds the headers of this pattern to this path.
///
/// `/a/*` also matches `/ab`, and case is ignored, so whether a rule of kiln.toml matches the same pages has to be
/// checked for each page.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = Vec::new();
    for segment in pattern.split('/').filter(|segment| !segment.is_empty()) {
        match segment {
            "*" => parts.extend([PatternPart::SlashOrNothing, PatternPart::Anything]),
            _ if segment.starts_with(':') => {
                parts.extend([PatternPart::Text("/"), PatternPart::Segment]);
            }
            _ => {
                parts.push(PatternPart::Text("/"));
                push(&mut parts, segment);
            }
        }
    }
    if parts.is_empty() {
        parts.push(PatternPart::Text("/"));
    }
    parts.push(PatternPart::SlashOrNothing);
    fits(&parts, path)
}

/// Adds the parts of a segment in which a star is not the whole segment.
fn push<'a>(parts: &mut Vec<PatternPart<'a>>, segment: &'a str) {
    if !segment.contains('*') {
        parts.push(PatternPart::Text(segment));
        return;
    }
    for text in segment.split_inclusive(['*', '.']) {
        if let Some(text) = text.strip_suffix('*') {
            parts.extend([PatternPart::Text(text), PatternPart::Anything]);
        } else if let Some(text) = text.strip_suffix('.') {
            parts.extend([PatternPart::Text(text), PatternPart::AnyCharacter]);
        } else {
            parts.push(PatternPart::Text(text));
        }
    }
}

fn fits(parts: &[PatternPart<'_>], path: &str) -> bool {
    let Some((part, parts)) = parts.split_first() else { return path.is_empty() };
    // Paths are percent-encoded, so each byte is a character.
    match part {
        PatternPart::Text(text) => match path.split_at_checked(text.len()) {
            Some((head, rest)) => head.eq_ignore_ascii_case(text) && fits(parts, rest),
            None => false,
        },
        PatternPart::AnyCharacter => path.get(1..).is_some_and(|rest| fits(parts, rest)),
        PatternPart::SlashOrNothing => {
            path.strip_prefix('/').is_some_and(|rest| fits(parts, rest)) || fits(parts, path)
        }
        PatternPart::Segment => {
            let end = path.find('/').unwrap_or(path.len());
            (1..=end).any(|at| fits(parts, &path[at..]))
        }
        PatternPart::Anything => (0..=path.len()).any(|at| fits(parts, &path[at..])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::vectors::{self, text};

    #[test]
    fn headers_are_for_the_paths_that_netlify_finds() {
        vectors::check("netlify_headers", &[], |case| {
            let found = matches(text(&case["for"]), text(&case["path"]));
            vectors::same(&found, &case["matches"].as_bool().expect("a bool"))
        });
    }

    #[test]
    fn netlify_matches_more_than_kiln() {
        for (pattern, path, expected) in [
            ("/", "/", true),
            ("/", "/a", false),
            ("/A", "/a", true),
            ("/a.json", "/aXjson", false),
            ("/*.json", "/aXjson", true),
            ("/a/*.json", "/a/b/c.json/", true),
            ("/a/*.json", "/ab.json", false),
            ("/docs/x*", "/docs/x", true),
            ("/docs/*", "/docsx/", true),
            ("/*", "/a/b/", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_path_may_mean_something_else() {
        for (path, source, header) in [
            ("/a*b", true, false),
            ("/a*", false, false),
            ("/*/a", false, false),
            ("/:a/b", false, false),
            ("/a:b", true, true),
            ("/:/b", true, false),
            ("/.netlify/x", false, true),
            ("/a!b$(c)+", true, true),
        ] {
            assert_eq!((is_literal_source(path), is_literal(path)), (source, header), "{path}");
        }
    }
}
