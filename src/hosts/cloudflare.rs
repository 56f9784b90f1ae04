//! Cloudflare, as Pages or as Workers with static assets: `_redirects` and `_headers` within its limits.
//!
//! It compares percent-encoded paths as they are, and applies redirects before files. It serves `a/index.html` at `/a/`
//! and `a.html` at `/a`, and redirects the other forms there. Workers also redirect to the form of a path that
//! JavaScript's `encodeURIComponent` produces.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::deployment::SiteFile;
use crate::config::header_rule::HeaderRule;

/// The most redirects without a star or a placeholder.
pub(super) const FIXED_REDIRECTS: usize = 2_000;
/// The most redirects with a star or a placeholder.
pub(super) const DYNAMIC_REDIRECTS: usize = 100;
/// The longest line of `_redirects`, in characters.
pub(super) const REDIRECT_LINE: usize = 1_000;
/// The most paths and patterns with headers.
pub(super) const HEADER_RULES: usize = 100;
/// The longest line of `_headers`, in characters.
pub(super) const HEADER_LINE: usize = 2_000;

/// Headers that Cloudflare always sets itself.
pub(super) const RESERVED_HEADERS: [&str; 9] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "date",
    "server",
    "set-cookie",
    "transfer-encoding",
    "upgrade",
];

/// Headers that Cloudflare adds to a file by default. A file without them cannot be expressed.
pub(super) const DEFAULT_HEADERS: [&str; 5] = [
    "access-control-allow-origin",
    "content-type",
    "etag",
    "referrer-policy",
    "x-content-type-options",
];

/// The default `cache-control` of a file.
pub(super) const CACHE_CONTROL: &str = "public, max-age=0, must-revalidate";

/// The characters of a path that `encodeURIComponent` encodes.
const ENCODED: &AsciiSet =
    &CONTROLS.add(b'$').add(b'&').add(b'+').add(b',').add(b':').add(b';').add(b'=').add(b'@');

/// Returns true if and only if a rule for this path matches no other path.
pub(super) fn is_literal(path: &str) -> bool {
    let bytes = path.as_bytes();
    let is_placeholder = |pair: &[u8]| pair[0] == b':' && pair[1].is_ascii_alphabetic();
    !path.contains('*') && !bytes.windows(2).any(is_placeholder)
}

/// Returns true if and only if the star is the only special character of a pattern in `_headers`.
pub(super) fn is_wide(rule: &HeaderRule) -> bool {
    is_literal(rule.before) && is_literal(rule.after.unwrap_or_default())
}

/// Returns true if and only if Cloudflare adds the headers of a rule to this path.
pub(super) fn matches(rule: &HeaderRule, path: &str) -> bool {
    let rest = path.strip_prefix(rule.before);
    rest.is_some_and(|rest| rest.ends_with(rule.after.unwrap_or_default()))
}

/// The paths at which Cloudflare serves a file.
pub(super) fn answers(file: &SiteFile) -> Vec<String> {
    let path = if file.name == "index.html" || file.name.ends_with("/index.html") {
        let path = file.path.strip_suffix("index.html").unwrap_or(&file.path);
        format!("{}/", path.trim_end_matches('/'))
    } else if file.name.strip_suffix(".html").is_some() {
        let path = file.path.strip_suffix(".html").unwrap_or(&file.path);
        path.trim_end_matches('/').to_owned()
    } else {
        file.path.clone()
    };
    let encoded = encoded(&path);
    if encoded == path { vec![path] } else { vec![path, encoded] }
}

/// The form of a path that Workers redirect to.
pub(super) fn encoded(path: &str) -> String {
    utf8_percent_encode(path, ENCODED).to_string()
}

/// A target in the form that Cloudflare accepts; `None` if it accepts none.
pub(super) fn target(to: &str) -> Option<String> {
    let Some(rest) = to.strip_prefix("https://") else {
        return to.starts_with('/').then(|| to.to_owned());
    };
    // Cloudflare takes everything before the first slash as the host, and drops a second slash.
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    match path.strip_prefix('/') {
        Some(path) if path.starts_with('/') => None,
        Some(_) => Some(to.to_owned()),
        None => Some(format!("https://{host}/{path}")),
    }
}

/// Returns true if and only if Cloudflare rejects a redirect as a possible loop.
pub(super) fn is_refused(from: &str, to: &str) -> bool {
    let is_index = to.ends_with("/index") || to.ends_with("/index.html");
    to.starts_with('/') && is_index && (from.ends_with('/') || from.ends_with("/*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_served_at_one_path() {
        for (name, path, expected) in [
            ("index.html", "/", &["/"][..]),
            ("index.html", "/docs", &["/docs/"]),
            ("a/index.html", "/a", &["/a/"]),
            ("a/index.html", "/a/", &["/a/"]),
            ("a/index.html", "/a/index.html", &["/a/"]),
            ("a.html", "/a", &["/a"]),
            ("a.html", "/a/", &["/a"]),
            ("a.html", "/a.html", &["/a"]),
            ("myindex.html", "/myindex", &["/myindex"]),
            ("a.json", "/a.json", &["/a.json"]),
            ("a+b(c).json", "/a+b(c).json", &["/a+b(c).json", "/a%2Bb(c).json"]),
            ("é:/index.html", "/%C3%A9:", &["/%C3%A9:/", "/%C3%A9%3A/"]),
        ] {
            let file = SiteFile { name: name.to_owned(), path: path.to_owned() };
            assert_eq!(answers(&file), expected, "{name} {path}");
        }
    }

    #[test]
    fn targets_are_taken_or_not() {
        for (to, expected) in [
            ("/a?b#c", Some("/a?b#c")),
            ("https://a.de", Some("https://a.de/")),
            ("https://a.de/", Some("https://a.de/")),
            ("https://a.de:8080/b", Some("https://a.de:8080/b")),
            ("https://a.de?b=/", Some("https://a.de/?b=/")),
            ("https://a.de#b", Some("https://a.de/#b")),
            ("https://a.de//b", None),
            ("http://a.de/", None),
        ] {
            assert_eq!(target(to).as_deref(), expected, "{to}");
        }
    }

    #[test]
    fn a_path_may_mean_something_else() {
        for (path, expected) in [
            ("/a*", false),
            ("/a:b", false),
            ("/:b/c", false),
            ("/a:1", true),
            ("/a:", true),
            ("/a:_", true),
            ("/a!$(b)+", true),
        ] {
            assert_eq!(is_literal(path), expected, "{path}");
        }
    }
}
