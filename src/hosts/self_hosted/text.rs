//! Text of the snippets: regular expressions for paths, and indentation.

use std::fmt::{self, Write as _};

use anyhow::{Context, Result};
use percent_encoding::percent_decode_str;

use crate::config::header_rule::HeaderRule;

/// Requests for paths that no file can have, as a regular expression that ignores case: characters that a URL has to
/// escape, and segments that are empty, `.` or `..`, or contain a slash, a backslash or a control character.
///
/// A server normalizes such paths before it looks for a file. A redirect that repeats one, such as `//host/..`, would
/// lead to another site.
pub(in crate::hosts) const REFUSED: &str = "^[^?]*(?://|[^!$&'()*+,./0-9:;=?@A-Z_a-z~%-]|%2f|%5c|%[01][0-9a-f]|%7f|\
                                  /(?:\\.|%2e)(?:\\.|%2e)?(?:[/?]|$))";

/// The paths of a rule as a regular expression.
pub(in crate::hosts) fn regex_of(rule: &HeaderRule) -> Result<String> {
    let before = escape_regex(&decoded(rule.before)?);
    Ok(match rule.after {
        None => format!("^{}/?$", before.strip_suffix('/').unwrap_or(&before)),
        Some("") => format!("^{before}"),
        Some(after) => format!("^{before}.*{}$", escape_regex(&decoded(after)?)),
    })
}

/// A regular expression that matches exactly this text, in the syntax of both PCRE and Go.
pub(in crate::hosts) fn escape_regex(text: &str) -> String {
    let mut regex = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '/' | '-' | '_' => regex.push(c),
            '.' => regex.push_str("\\."),
            c if c.is_ascii_alphanumeric() || !c.is_ascii() => regex.push(c),
            c => push(&mut regex, format_args!("\\x{:02X}", u32::from(c))),
        }
    }
    regex
}

/// Decodes the percent-encoding of a path or a URL.
pub(in crate::hosts) fn decoded(path: &str) -> Result<String> {
    let decoded = percent_decode_str(path).decode_utf8();
    Ok(decoded
        .with_context(|| format!("`{path}` is not valid percent-encoded UTF-8"))?
        .into_owned())
}

/// Appends text. Writing to a `String` cannot fail.
pub(in crate::hosts) fn push(text: &mut String, more: fmt::Arguments<'_>) {
    text.write_fmt(more).expect("a `String` takes all text, this is a bug in kiln");
}

/// Indents each line by four spaces.
pub(in crate::hosts) fn indented(text: &str) -> String {
    text.lines()
        .map(|line| if line.is_empty() { "\n".into() } else { format!("    {line}\n") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_in_a_regular_expression() {
        for (text, expected) in [
            ("/a-b_c/\u{e9}1", "/a-b_c/\u{e9}1"),
            ("a.b", "a\\.b"),
            ("$host;", "\\x24host\\x3B"),
            ("\"{}\\ \n#", "\\x22\\x7B\\x7D\\x5C\\x20\\x0A\\x23"),
            ("(*)[^]+?|", "\\x28\\x2A\\x29\\x5B\\x5E\\x5D\\x2B\\x3F\\x7C"),
        ] {
            assert_eq!(escape_regex(text), expected);
        }
    }
}
