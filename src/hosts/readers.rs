//! Who reads `_redirects` and `_headers`: Netlify, Cloudflare, or both of them the same files.

use anyhow::Result;

use super::deployment::{Deployment, HostFiles, SiteFile};
use crate::config::header_rule::HeaderRule;
use crate::hosts::{cloudflare, headers_file, netlify, redirects_file};

/// The hosts that read the two files of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    Netlify,
    Cloudflare,
    Both,
}

/// The first line of both files.
pub(super) const COMMENT: &str =
    "# Written by kiln: what stands here comes from the pages and from kiln.toml.\n";

/// What the readers are told.
pub(super) fn files(deployment: &Deployment<'_>, readers: Readers) -> Result<HostFiles> {
    let mut given = HostFiles::default();
    redirects_file::add(deployment, readers, &mut given)?;
    headers_file::add(deployment, readers, &mut given)?;
    Ok(given)
}

impl Readers {
    pub(super) fn netlify(self) -> bool {
        self != Readers::Cloudflare
    }

    pub(super) fn cloudflare(self) -> bool {
        self != Readers::Netlify
    }

    /// The status that all of them know, and that means the same.
    pub(super) fn status(self, status: u16) -> u16 {
        if self.netlify() { netlify::status(status) } else { status }
    }

    /// A target as all of them take it; `None` where one does not.
    pub(super) fn target(self, to: &str) -> Option<String> {
        // Defence in depth: a target with a space would be two.
        if to.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return None;
        }
        if self.cloudflare() { cloudflare::target(to) } else { Some(to.to_owned()) }
    }

    /// Returns true if and only if a redirect from this path is from no other, for all of them.
    pub(super) fn is_literal_source(self, path: &str) -> bool {
        (!self.netlify() || netlify::is_literal_source(path))
            && (!self.cloudflare() || cloudflare::is_literal(path))
    }

    /// Returns true if and only if headers for this path are for no other, for all of them.
    pub(super) fn is_literal(self, path: &str) -> bool {
        (!self.netlify() || netlify::is_literal(path))
            && (!self.cloudflare() || cloudflare::is_literal(path))
    }

    /// The paths that headers of a file are written for.
    pub(super) fn answers(self, file: &SiteFile) -> Vec<String> {
        if !self.cloudflare() {
            return vec![file.path.clone()];
        }
        let mut answers = cloudflare::answers(file);
        // To Netlify both slash forms are one.
        let trimmed = |path: &str| path.trim_end_matches('/').to_owned();
        let is_known = answers.iter().any(|path| trimmed(path) == trimmed(&file.path));
        if self.netlify() && !is_known {
            answers.push(file.path.clone());
        }
        answers
    }

    /// Whether the headers of a pattern come with a path; `None` where the readers do not agree.
    pub(super) fn matches(self, rule: &HeaderRule, path: &str) -> Option<bool> {
        let pattern = format!("{}*{}", rule.before, rule.after.unwrap_or_default());
        match self {
            Readers::Netlify => Some(netlify::matches(&pattern, path)),
            Readers::Cloudflare => Some(cloudflare::matches(rule, path)),
            Readers::Both => {
                let netlify = netlify::matches(&pattern, path);
                (netlify == cloudflare::matches(rule, path)).then_some(netlify)
            }
        }
    }

    /// Returns true if and only if all of them read this pattern as one with a star and nothing else.
    pub(super) fn is_wide(self, rule: &HeaderRule) -> bool {
        let pattern = format!("{}*{}", rule.before, rule.after.unwrap_or_default());
        (!self.netlify() || netlify::is_wide(&pattern))
            && (!self.cloudflare() || cloudflare::is_wide(rule))
    }

    /// Returns true if and only if all of them send this header as it is.
    pub(super) fn carry(self, name: &str, value: &str) -> bool {
        // The first two are what every object of JavaScript has, which the parsers take for values that came before.
        if ["constructor", "__proto__"].contains(&name) || name.starts_with('#') {
            return false;
        }
        let value = value.trim_matches([' ', '\t']);
        let is_cut = |c: char| c.is_whitespace() || c == '\u{feff}';
        if value.is_empty() || value.starts_with(is_cut) || value.ends_with(is_cut) {
            return false;
        }
        let by_netlify = !netlify::KEPT.contains(&name) && !has_tight_comma(value);
        // Headers of JavaScript are Latin-1.
        let by_cloudflare = !cloudflare::KEPT.contains(&name) && value.is_ascii();
        (!self.netlify() || by_netlify) && (!self.cloudflare() || by_cloudflare)
    }
}

/// Returns true if and only if a comma inside of `"…"` or `<…>` has another blank behind it than one space, or one before it.
///
/// Netlify makes `, ` of all of them. In a list that means the same; in a quoted text and in a URL it does not.
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
    fn headers_are_carried_or_not() {
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
            let carry =
                (Readers::Netlify.carry(name, value), Readers::Cloudflare.carry(name, value));
            assert_eq!(carry, (by_netlify, by_cloudflare), "{name}: {value}");
            assert_eq!(
                Readers::Both.carry(name, value),
                by_netlify && by_cloudflare,
                "{name}: {value}"
            );
        }
    }
}
