//! Tokens of a Caddyfile: what has to be quoted or escaped, and what cannot be written at all.

/// Starts an environment variable, which Caddy always replaces.
pub(super) const VARIABLE: &str = "{$";

/// Returns true if and only if Caddy can send a header with this value.
pub(super) fn can_send(name: &str, value: &str) -> bool {
    // Caddy sets these itself.
    let reserved = [
        "accept-ranges",
        "connection",
        "content-length",
        "etag",
        "last-modified",
        "transfer-encoding",
    ];
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !name.contains(['"', '`', '\\', '{']);
    // Backticks allow no escapes, and in double quotes a backslash cannot be escaped.
    let is_quotable = !(value.contains('`') && value.contains('\\'));
    // Versions of Caddy differ in whether this backslash is an escape.
    let is_quotable = is_quotable && !value.contains("\\}");
    is_name && is_quotable && !value.contains(VARIABLE) && !reserved.contains(&name)
}

pub(super) fn target(to: &str) -> String {
    quoted(&without_braces(to), 2)
}

/// Encodes the characters of a URL that Caddy might replace. A URL has to encode them anyway.
pub(super) fn without_braces(url: &str) -> String {
    url.replace('{', "%7B")
        .replace('}', "%7D")
        .replace('"', "%22")
        .replace('`', "%60")
        .replace('\\', "%5C")
}

/// A regular expression as the input of a table. Only tables expand placeholders in it exactly once, in every version
/// of Caddy.
pub(super) fn regex(regex: &str) -> String {
    quoted(&format!("~{regex}"), 1)
}

/// Text as one token of a Caddyfile, in a position where `{…}` is replaced this many times.
pub(super) fn quoted(text: &str, times: usize) -> String {
    let text = braces_escaped(text, times);
    match text.contains('`') {
        true => format!("\"{}\"", text.replace('"', "\\\"")),
        false => format!("`{text}`"),
    }
}

/// Escapes opening braces. A closing brace without an opening one needs no escape.
pub(super) fn braces_escaped(text: &str, times: usize) -> String {
    text.replace('{', &format!("{}{{", "\\".repeat(times)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_one_token() {
        for (text, times, expected) in [
            ("/a", 2, "`/a`"),
            ("\"a\" \\ b #", 2, "`\"a\" \\ b #`"),
            ("{x}", 1, "`\\{x}`"),
            ("{x}", 2, "`\\\\{x}`"),
            ("`\"", 2, "\"`\\\"\""),
        ] {
            assert_eq!(quoted(text, times), expected);
        }
        assert_eq!(target("/a{x}\"`\\"), "`/a%7Bx%7D%22%60%5C`");
    }

    #[test]
    fn headers_that_cannot_be_sent_are_listed() {
        for (name, value, expected) in [
            ("x-a", "{\"a\":1} \\ $b", true),
            ("x-a", "{$HOME}", false),
            ("x-a", "` \\", false),
            ("x-a", "\\}", false),
            ("-x", "a", false),
            ("etag", "\"a\"", false),
        ] {
            assert_eq!(can_send(name, value), expected, "{name}: {value}");
        }
    }
}
