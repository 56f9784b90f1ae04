//! The hosts that read `_redirects` and `_headers`: Netlify, Cloudflare, or both the same files.

use super::deployment::SiteFile;
use crate::config::header_rule::HeaderRule;
use crate::hosts::{cloudflare, netlify};

/// The hosts that read the two files of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextHosts {
    Netlify,
    Cloudflare,
    Both,
}

/// The first line of both files.
pub(super) const COMMENT: &str =
    "# Written by kiln: what stands here comes from the pages and from kiln.toml.\n";

impl TextHosts {
    pub(super) fn has_netlify(self) -> bool {
        self != TextHosts::Cloudflare
    }

    pub(super) fn has_cloudflare(self) -> bool {
        self != TextHosts::Netlify
    }

    /// The closest status that all of them support.
    pub(super) fn status(self, status: u16) -> u16 {
        if self.has_netlify() { netlify::status(status) } else { status }
    }

    /// A target in the form that all of them accept; `None` if one accepts none.
    pub(super) fn target(self, to: &str) -> Option<String> {
        // Defence in depth: a target with a space would be read as two.
        if to.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return None;
        }
        if self.has_cloudflare() { cloudflare::target(to) } else { Some(to.to_owned()) }
    }

    /// Returns true if and only if a redirect from this path matches no other path on any of them.
    pub(super) fn is_literal_source(self, path: &str) -> bool {
        (!self.has_netlify() || netlify::is_literal_source(path))
            && (!self.has_cloudflare() || cloudflare::is_literal(path))
    }

    /// Returns true if and only if headers for this path match no other path on any of them.
    pub(super) fn is_literal(self, path: &str) -> bool {
        (!self.has_netlify() || netlify::is_literal(path))
            && (!self.has_cloudflare() || cloudflare::is_literal(path))
    }

    /// The paths to write the headers of a file for.
    pub(super) fn answers(self, file: &SiteFile) -> Vec<String> {
        if !self.has_cloudflare() {
            return vec![file.path.clone()];
        }
        let mut answers = cloudflare::answers(file);
        // Netlify treats both slash forms as one path.
        let trimmed = |path: &str| path.trim_end_matches('/').to_owned();
        let is_known = answers.iter().any(|path| trimmed(path) == trimmed(&file.path));
        if self.has_netlify() && !is_known {
            answers.push(file.path.clone());
        }
        answers
    }

    /// Whether a pattern matches a path; `None` if the hosts disagree.
    pub(super) fn matches(self, rule: &HeaderRule, path: &str) -> Option<bool> {
        let pattern = format!("{}*{}", rule.before, rule.after.unwrap_or_default());
        match self {
            TextHosts::Netlify => Some(netlify::matches(&pattern, path)),
            TextHosts::Cloudflare => Some(cloudflare::matches(rule, path)),
            TextHosts::Both => {
                let netlify = netlify::matches(&pattern, path);
                (netlify == cloudflare::matches(rule, path)).then_some(netlify)
            }
        }
    }

    /// Returns true if and only if all of them read this pattern as one with a star and nothing else.
    pub(super) fn is_wide(self, rule: &HeaderRule) -> bool {
        let pattern = format!("{}*{}", rule.before, rule.after.unwrap_or_default());
        (!self.has_netlify() || netlify::is_wide(&pattern))
            && (!self.has_cloudflare() || cloudflare::is_wide(rule))
    }

    /// Returns true if and only if all of them send this header unchanged.
    pub(super) fn can_send(self, name: &str, value: &str) -> bool {
        // Every JavaScript object has the first two names, and the hosts' parsers take them for earlier values.
        if ["constructor", "__proto__"].contains(&name) || name.starts_with('#') {
            return false;
        }
        let value = value.trim_matches([' ', '\t']);
        let is_cut = |c: char| c.is_whitespace() || c == '\u{feff}';
        if value.is_empty() || value.starts_with(is_cut) || value.ends_with(is_cut) {
            return false;
        }
        let by_netlify = !netlify::RESERVED_HEADERS.contains(&name) && !has_tight_comma(value);
        // JavaScript's headers are Latin-1.
        let by_cloudflare = !cloudflare::RESERVED_HEADERS.contains(&name) && value.is_ascii();
        (!self.has_netlify() || by_netlify) && (!self.has_cloudflare() || by_cloudflare)
    }
}

/// Returns true if and only if a comma inside `"…"` or `<…>` has a blank before it, or anything but a single space
/// after it.
///
/// Netlify rewrites all of them as `, `. This is harmless in a list, but not in quoted text or a URL.
fn has_tight_comma(value: &str) -> bool {
    let mut end = None;
    let mut before = ' ';
    let mut characters = value.chars().peekable();
    while let Some(c) = characters.next() {
        match (c, end) {
            ('"', None) => end = Some('"'),
            ('<', None) => end = Some('>'),
            ('\\', Some('"')) => {
                before = characters.next().unwrap_or(c);
                continue;
            }
            (',', Some(_)) => {
                let mut behind = characters.clone();
                let is_spaced = behind.next() == Some(' ');
                let is_tight = behind.next().is_none_or(|next| !next.is_whitespace());
                if !is_spaced || !is_tight || before.is_whitespace() {
                    return true;
                }
            }
            (_, Some(expected)) if c == expected => end = None,
            _ => {}
        }
        before = c;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_can_be_sent_or_not() {
        for (name, value, by_netlify, by_cloudflare) in [
            ("cache-control", "public,max-age=1", true, true),
            ("x-odd", "a: #b; {c} $d \\e \"f\" 'g' :splat *", true, true),
            ("x-empty", "", false, false),
            ("x-blank", " \t", false, false),
            ("x-nbsp", "\u{a0}a", false, false),
            ("x-letter", "é", true, false),
            ("#x", "a", false, false),
            ("!x", "a", true, true),
            ("constructor", "a", false, false),
            ("content-encoding", "gzip", false, false),
            ("age", "1", false, true),
            ("link", "<https://a.de/b,c>; rel=x", false, true),
            ("link", "<https://a.de/b>; rel=x,<https://a.de/c>; rel=x", true, true),
            ("x-list", "\"a,b\"", false, true),
            ("x-list", "\"a, b\"", true, true),
            ("x-list", "\"a ,b\"", false, true),
            ("x-list", "\"a,  b\"", false, true),
            ("x-list", "\"a\\\"\", \"b\"", true, true),
        ] {
            let can_send = (
                TextHosts::Netlify.can_send(name, value),
                TextHosts::Cloudflare.can_send(name, value),
            );
            assert_eq!(can_send, (by_netlify, by_cloudflare), "{name}: {value}");
            assert_eq!(
                TextHosts::Both.can_send(name, value),
                by_netlify && by_cloudflare,
                "{name}: {value}"
            );
        }
    }
}
