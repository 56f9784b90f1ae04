//! Reads the patterns of paths in `[headers]` and `sitemap` of `kiln.toml`.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::path_pattern::PathPattern;

/// The characters that are escaped in a URL path: all except RFC 3986's `pchar` and the slash.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Checks a pattern, and splits it at its `*`.
///
/// # Errors
///
/// Returns a message and a hint.
pub(super) fn parse(text: &str) -> Result<PathPattern, (String, String)> {
    let refuse = |message: String, hint: &str| Err((message, hint.to_owned()));
    if !text.starts_with('/') {
        let hint = format!("write \"/{}\"", text.trim_start_matches('/'));
        return Err(("a path must start with a slash".into(), hint));
    }
    let refused = |c: char| c.is_control() || matches!(c, '%' | '?' | '#' | '\\');
    if let Some(c) = text.chars().find(|c| refused(*c)) {
        let hint = match c {
            '%' => "URLs are encoded for you: write the character that is meant",
            _ => "write a path, without a query and a fragment",
        };
        return refuse(format!("a path cannot contain `{}`", c.escape_default()), hint);
    }
    let is_odd = |segment: &str| matches!(segment, "" | "." | "..");
    let below = text[1..].strip_suffix('/').unwrap_or(&text[1..]);
    if !below.is_empty() && below.split('/').any(is_odd) {
        let hint = "write the path as the address bar shows it, from the first slash on";
        return refuse("a path cannot have segments that are empty, `.` or `..`".into(), hint);
    }
    let escaped = |text: &str| utf8_percent_encode(text, ESCAPED).to_string();
    match text.split_once('*') {
        None => Ok(PathPattern { before: escaped(text), after: None }),
        Some((_, after)) if after.contains('*') => {
            refuse("a path can have only one `*`".into(), "keep one: it matches any text")
        }
        Some((before, after)) => {
            Ok(PathPattern { before: escaped(before), after: Some(escaped(after)) })
        }
    }
}
