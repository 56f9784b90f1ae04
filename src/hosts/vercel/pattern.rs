//! Paths and targets in Vercel's syntax: patterns of path-to-regexp with captures.

use percent_encoding::percent_decode_str;

use crate::hosts::captures::UrlPart;

/// Matches a path with and without a slash at its end.
pub(super) const SLASH: &str = "{/}?";
/// Matches a param: as little of a segment as possible, and nothing that a browser treats as a slash.
const SEGMENT: &str = r"([^/\\]+?)";
/// Matches a rest param. None of its segments is empty, as this could produce `//host`.
const SEGMENTS: &str = r"([^/\\]+(?:/[^/\\]+)*?)";
/// Replaces a capture in a target until the text around it is escaped. No URL contains it.
const CAPTURED: char = '\0';

/// A pattern for a path with and without a slash at its end.
pub(super) fn both_forms(path: &str) -> String {
    match path.strip_suffix('/').unwrap_or(path) {
        "" => "/".to_owned(),
        path => literal(path) + SLASH,
    }
}

/// A pattern that only matches this text.
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
pub(super) fn source(url_parts: &[UrlPart]) -> String {
    let mut source = String::new();
    for url_part in url_parts {
        match url_part {
            UrlPart::Text(text) => source.push_str(&literal(text)),
            UrlPart::Param(_) => source.push_str(SEGMENT),
            UrlPart::Rest(_) => source.push_str(SEGMENTS),
        }
    }
    if source == "/" { source } else { source + SLASH }
}

/// The target of a pattern; `None` if Vercel would misread it.
pub(super) fn target_of(url_parts: &[UrlPart]) -> Option<String> {
    let mut numbers = Vec::new();
    let mut text = String::new();
    for url_part in url_parts {
        match url_part {
            UrlPart::Text(url_part) => text.push_str(url_part),
            UrlPart::Param(number) | UrlPart::Rest(number) => {
                numbers.push(*number);
                text.push(CAPTURED);
            }
        }
    }
    let escaped = target(&text)?;
    let mut texts = escaped.split(CAPTURED);
    let mut target = texts.next()?.to_owned();
    for (number, text) in numbers.into_iter().zip(texts) {
        // Vercel would read the text as part of the number, and has no numbers of two digits.
        if number > 9 || text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            return None;
        }
        target.extend(["$", &number.to_string(), text]);
    }
    Some(target)
}

/// A target that Vercel takes literally; `None` if it cannot be written.
///
/// Vercel compares `:x` and `(x)` with the source and rejects them, in paths as they are and in queries after decoding.
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

/// Returns true if path-to-regexp finds a param in a text.
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
