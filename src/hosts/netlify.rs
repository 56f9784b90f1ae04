//! Netlify: `_redirects` and `_headers`, as its own parsers read them.
//!
//! It compares paths as they come, percent-encoded, and takes both slash forms of a path for one. It serves a page at its
//! canonical path, whichever file that is.

use anyhow::Result;

use super::deployment::{Deployment, HostFiles};
use super::readers::{self, Readers};

/// Headers that it sets itself, and takes from nobody.
pub(super) const KEPT: [&str; 15] = [
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

/// What Netlify is told.
///
/// Redirects are forced (`301!`), since the HTML file that stands for each would be served otherwise.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    readers::files(deployment, Readers::Netlify)
}

/// The status that it knows and that means the same: its redirects are 301 or 302.
pub(super) fn status(status: u16) -> u16 {
    if matches!(status, 301 | 308) { 301 } else { 302 }
}

/// Returns true if and only if a redirect from this path is from no other.
///
/// A star counts at the end of the path, and where it is a segment; a colon at the head of a segment. An encoded one would be
/// compared with what browsers send, which is not encoded.
pub(super) fn is_literal_source(path: &str) -> bool {
    let is_literal = |segment: &str| segment != "*" && !is_placeholder(segment);
    !path.starts_with("/.netlify") && !path.ends_with('*') && path.split('/').all(is_literal)
}

/// Returns true if and only if headers for this path are for no other.
pub(super) fn is_literal(path: &str) -> bool {
    !path.contains('*') && !path.split('/').any(|segment| segment.starts_with(':'))
}

/// Returns true if and only if a pattern of `_headers` with a star has no other character with a meaning of its own.
///
/// What stands in a segment beside a star goes into a regular expression as it is.
pub(super) fn is_wide(pattern: &str) -> bool {
    pattern.split('/').all(|segment| {
        !segment.starts_with(':')
            && (!segment.contains('*') || !segment.contains(['$', '(', ')', '+']))
    })
}

/// Returns true if and only if the name is `:name`.
fn is_placeholder(segment: &str) -> bool {
    segment.len() > 1 && segment.starts_with(':')
}

/// A piece of the regular expression that a pattern of `_headers` becomes.
#[derive(Debug, Clone, Copy)]
enum Piece<'a> {
    Text(&'a str),
    /// A dot beside a star.
    AnyCharacter,
    /// `:name`.
    Segment,
    /// A star.
    Anything,
    /// The slash before a star that is a segment, and the one at the end.
    SlashOrNothing,
}

/// Returns true if and only if Netlify sends the headers of this pattern with this path.
///
/// `/a/*` is for `/ab` as well, and upper and lower case are the same: whether a rule of kiln.toml is for the same pages has to
/// be seen page by page.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let mut pieces = Vec::new();
    for segment in pattern.split('/').filter(|segment| !segment.is_empty()) {
        match segment {
            "*" => pieces.extend([Piece::SlashOrNothing, Piece::Anything]),
            _ if segment.starts_with(':') => pieces.extend([Piece::Text("/"), Piece::Segment]),
            _ => {
                pieces.push(Piece::Text("/"));
                push(&mut pieces, segment);
            }
        }
    }
    if pieces.is_empty() {
        pieces.push(Piece::Text("/"));
    }
    pieces.push(Piece::SlashOrNothing);
    fits(&pieces, path)
}

/// Adds the pieces of a segment in which a star is no segment of its own.
fn push<'a>(pieces: &mut Vec<Piece<'a>>, segment: &'a str) {
    if !segment.contains('*') {
        pieces.push(Piece::Text(segment));
        return;
    }
    for text in segment.split_inclusive(['*', '.']) {
        if let Some(text) = text.strip_suffix('*') {
            pieces.extend([Piece::Text(text), Piece::Anything]);
        } else if let Some(text) = text.strip_suffix('.') {
            pieces.extend([Piece::Text(text), Piece::AnyCharacter]);
        } else {
            pieces.push(Piece::Text(text));
        }
    }
}

fn fits(pieces: &[Piece<'_>], path: &str) -> bool {
    let Some((piece, pieces)) = pieces.split_first() else { return path.is_empty() };
    // Paths are percent-encoded, so each byte is a character.
    match piece {
        Piece::Text(text) => match path.split_at_checked(text.len()) {
            Some((head, rest)) => head.eq_ignore_ascii_case(text) && fits(pieces, rest),
            None => false,
        },
        Piece::AnyCharacter => path.get(1..).is_some_and(|rest| fits(pieces, rest)),
        Piece::SlashOrNothing => {
            path.strip_prefix('/').is_some_and(|rest| fits(pieces, rest)) || fits(pieces, path)
        }
        Piece::Segment => {
            let end = path.find('/').unwrap_or(path.len());
            (1..=end).any(|at| fits(pieces, &path[at..]))
        }
        Piece::Anything => (0..=path.len()).any(|at| fits(pieces, &path[at..])),
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
    fn more_than_that_matches() {
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
