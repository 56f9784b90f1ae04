//! Paths and targets in the words of Vercel: patterns of path-to-regexp, and what is captured with them.

use percent_encoding::percent_decode_str;

use crate::hosts::captures::Piece;

/// Either form of a path, the one with a slash at its end and the one without.
pub(super) const SLASH: &str = "{/}?";
/// What a param stands for: as much of a segment as is needed, and nothing that a browser takes for a slash.
const SEGMENT: &str = r"([^/\\]+?)";
/// What a rest param stands for: no segment of it is empty, or `//host` could come out.
const SEGMENTS: &str = r"([^/\\]+(?:/[^/\\]+)*?)";
/// Stands in a target for what is captured, until the text around it is escaped. No URL holds it.
const CAPTURED: char = '\0';

/// A pattern for a path with a slash at its end and without it.
pub(super) fn both_forms(path: &str) -> String {
    match path.strip_suffix('/').unwrap_or(path) {
        "" => "/".to_owned(),
        path => literal(path) + SLASH,
    }
}

/// A pattern that matches a text and nothing else.
pub(super) fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, ':' | '(' | ')' | '*' | '+' | '?' | '{' | '}' | '\\') {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal
}

/// The source of a pattern, with or without a slash at its end.
pub(super) fn source(pieces: &[Piece]) -> String {
    let mut source = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => source.push_str(&literal(text)),
            Piece::Param(_) => source.push_str(SEGMENT),
            Piece::Rest(_) => source.push_str(SEGMENTS),
        }
    }
    if source == "/" { source } else { source + SLASH }
}

/// The target of a pattern; `None` where Vercel would misunderstand it.
pub(super) fn target_of(pieces: &[Piece]) -> Option<String> {
    let mut numbers = Vec::new();
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Param(number) | Piece::Rest(number) => {
                numbers.push(*number);
                text.push(CAPTURED);
            }
        }
    }
    let escaped = target(&text)?;
    let mut texts = escaped.split(CAPTURED);
    let mut target = texts.next()?.to_owned();
    for (number, text) in numbers.into_iter().zip(texts) {
        // Vercel would read the text as part of the number; and it knows no zeros.
        if number > 9 || text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            return None;
        }
        target.extend(["$", &number.to_string(), text]);
    }
    Some(target)
}

/// A target that Vercel takes as it stands; `None` where there is no way to write it.
///
/// `:x` and `(x)` are checked against the source, and refused, in paths as they are and in queries after decoding.
pub(super) fn target(to: &str) -> Option<String> {
    let (to, fragment) = to.split_at(to.find('#').unwrap_or(to.len()));
    let (to, query) = to.split_at(to.find('?').unwrap_or(to.len()));
    let start_of_path = match to.find("://") {
        Some(at) => to[at + 3..].find('/').map_or(to.len(), |slash| at + 3 + slash),
        None => 0,
    };
    let (origin, path) = to.split_at(start_of_path);
    let values = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    for (_, value) in values {
        if is_misread(&percent_decode_str(value).decode_utf8_lossy()) {
            return None;
        }
    }
    let path = path.replace(':', "%3A").replace('(', "%28");
    Some(format!("{origin}{path}{query}{fragment}").replace('$', "%24"))
}

/// Whether path-to-regexp finds a param in a text.
fn is_misread(text: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.contains('(') || text.match_indices(':').any(|(at, _)| text[at + 1..].starts_with(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_text_to_vercel() {
        for (to, expected) in [
            ("/a?b=c#d:e(f)", Some("/a?b=c#d:e(f)")),
            ("/$1?a=$2#$3", Some("/%241?a=%242#%243")),
            ("/:a(b)", Some("/%3Aa%28b)")),
            (
                "https://x.com:80/:a?u=https%3A%2F%2Fy.com",
                Some("https://x.com:80/%3Aa?u=https%3A%2F%2Fy.com"),
            ),
            ("https://x.com:80", Some("https://x.com:80")),
            ("/?t=12%3A30", None),
            ("/?a&b=c:d", None),
            ("/?a=(b)", None),
        ] {
            assert_eq!(target(to).as_deref(), expected, "{to}");
        }
    }
}
