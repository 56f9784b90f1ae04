//! Redirects that match patterns, with the placeholders of `_redirects`.

use std::collections::BTreeMap;

use percent_encoding::utf8_percent_encode;

use super::cloudflare;
use super::text_hosts::TextHosts;
use crate::config::Config;
use crate::routing::page_path::RoutePath;
use crate::routing::pattern::{self, Part};
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};
use crate::routing::url::ESCAPED;

/// A rule of kiln.toml in one of its forms: with its rest param, or with an empty rest param.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pub(super) from: String,
    pub(super) to: String,
    /// Whether it contains no placeholder.
    pub(super) is_fixed: bool,
}

/// Translates a rule; `None` if the hosts have no equivalent pattern.
///
/// The value of a placeholder is copied into the target as it was in the requested path: percent-encoded, and without
/// the characters that end a path. It may therefore only be in the path of the target, where it is harmless, and not
/// directly after the first slash, which could produce `//host`. A value that spells another placeholder may be
/// replaced once more, but only with text from the same path.
pub(super) fn translate(
    config: &Config,
    rule: &RedirectRule,
    hosts: TextHosts,
) -> Option<Vec<Pattern>> {
    let names = names(rule)?;
    let whole = translated(config, rule, &names, hosts, Rest::Splat)?;
    if !rule.source.segments.iter().any(|segment| is_rest(segment)) {
        return Some(vec![whole]);
    }
    // `/a/*` does not match `/a`, or matches it and redirects to another URL.
    Some(vec![translated(config, rule, &names, hosts, Rest::Nothing)?, whole])
}

/// The value of a rest param.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Splat,
    Nothing,
}

/// A letter for each param.
type Names = BTreeMap<&'static str, char>;

/// Chooses a letter for each param. None of them occurs after a colon in the text of the target, and none is a prefix
/// of another or of `splat`.
fn names(rule: &RedirectRule) -> Option<Names> {
    let texts = texts(rule);
    if texts.contains(":splat") {
        return None;
    }
    let mut letters = ('a'..='z').filter(|c| *c != 's' && !texts.contains(&format!(":{c}")));
    rule.source.params().map(|name| Some((name, letters.next()?))).collect()
}

/// The literal text of the target.
fn texts(rule: &RedirectRule) -> String {
    let (parts, tail): (Vec<Part>, &str) = match rule.target {
        RedirectTarget::External(parts) => (parts.to_vec(), ""),
        RedirectTarget::Internal { path, tail } => (path.segments.concat(), tail),
    };
    let texts = parts.iter().filter_map(|part| match part {
        Part::Text(text) => Some(*text),
        Part::Param(_) | Part::Rest(_) => None,
    });
    texts.chain([tail]).collect::<Vec<_>>().join("\n")
}

fn translated(
    config: &Config,
    rule: &RedirectRule,
    names: &Names,
    hosts: TextHosts,
    rest: Rest,
) -> Option<Pattern> {
    let from = source(config.base, &rule.source, names, hosts, rest)?;
    let to = match &rule.target {
        RedirectTarget::External(parts) => external(parts, names, rest)?,
        RedirectTarget::Internal { path, tail } => internal(config, path, names, rest)? + tail,
    };
    let to = hosts.target(&to)?;
    if hosts.has_cloudflare() && cloudflare::is_refused(&from, &to) {
        return None;
    }
    let is_fixed = !from.contains('*') && !rule.source.segments.iter().any(|part| has_param(part));
    Some(Pattern { from, to, is_fixed })
}

fn source(
    base: &str,
    pattern: &pattern::Pattern,
    names: &Names,
    hosts: TextHosts,
    rest: Rest,
) -> Option<String> {
    let mut from = base.to_owned();
    let last = pattern.segments.len().saturating_sub(1);
    for (at, segment) in pattern.segments.iter().enumerate() {
        if is_rest(segment) {
            // Only Cloudflare documents that a star may be elsewhere.
            if hosts.has_netlify() && at != last {
                return None;
            }
            if rest == Rest::Splat {
                from.push_str("/*");
            }
            continue;
        }
        from.push('/');
        from.push_str(&segment_of_source(segment, names, hosts)?);
    }
    if from.is_empty() {
        from.push('/');
    }
    Some(from)
}

/// The source of one segment, which may have at most one param.
///
/// With two of them the hosts match as much as possible for the first, and kiln as little as possible. Text after a
/// param must not look like part of its name.
fn segment_of_source(segment: &[Part], names: &Names, hosts: TextHosts) -> Option<String> {
    let params = segment.iter().filter(|part| part.name().is_some()).count();
    let has_rest = segment.iter().any(|part| matches!(part, Part::Rest(_)));
    if params > 1 || has_rest || (hosts.has_netlify() && params == 1 && segment.len() > 1) {
        return None;
    }
    let mut from = String::new();
    let mut is_behind_param = false;
    for part in segment {
        match part {
            Part::Text(text) => {
                let text = utf8_percent_encode(text, ESCAPED).to_string();
                let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                if (is_behind_param && text.starts_with(is_word))
                    || !hosts.is_literal_source(&format!("/{text}"))
                {
                    return None;
                }
                from.push_str(&text);
            }
            Part::Param(_) | Part::Rest(_) => from.push_str(&placeholder(part, names)),
        }
        is_behind_param = part.name().is_some();
    }
    Some(from)
}

/// The URL of another site with all of its params in the path; `None` if a param is elsewhere.
fn external(parts: &[Part], names: &Names, rest: Rest) -> Option<String> {
    let mut to = String::new();
    for part in parts {
        if let Part::Text(text) = part {
            to.push_str(text);
            continue;
        }
        let (_, behind) = to.split_once("://")?;
        if !behind.contains('/') || behind.contains(['?', '#']) {
            return None;
        }
        if !matches!((part, rest), (Part::Rest(_), Rest::Nothing)) {
            to.push_str(&placeholder(part, names));
        }
    }
    Some(to)
}

/// A path of this site, which has to start with literal text.
fn internal(
    config: &Config,
    pattern: &pattern::Pattern,
    names: &Names,
    rest: Rest,
) -> Option<String> {
    let starts_with_text =
        matches!(pattern.segments.first().and_then(|segment| segment.first()), Some(Part::Text(_)));
    let base = config.base;
    if base.is_empty() && !starts_with_text && !pattern.segments.is_empty() {
        return None;
    }
    let mut segments = Vec::new();
    for segment in pattern.segments {
        if is_rest(segment) && rest == Rest::Nothing {
            continue;
        }
        // A rest param within a segment must not be empty.
        if !is_rest(segment) && segment.iter().any(|part| matches!(part, Part::Rest(_))) {
            return None;
        }
        let part = |part: &Part| match part {
            Part::Text(text) => utf8_percent_encode(text, ESCAPED).to_string(),
            Part::Param(_) | Part::Rest(_) => placeholder(part, names),
        };
        segments.push(segment.iter().map(part).collect::<String>());
    }
    let path = segments.join("/");
    let slash =
        if RoutePath::of_segments(&path)?.ends_in_slash(pattern, config) { "/" } else { "" };
    let head = if path.is_empty() { "" } else { "/" };
    Some(format!("{base}{head}{path}{slash}"))
}

/// A param in the syntax of the hosts. The source contains every param of the target.
fn placeholder(part: &Part, names: &Names) -> String {
    let name = part.name().and_then(|name| names.get(name));
    match (part, name) {
        (Part::Param(_), Some(letter)) => format!(":{letter}"),
        _ => ":splat".to_owned(),
    }
}

fn has_param(segment: &[Part]) -> bool {
    segment.iter().any(|part| matches!(part, Part::Param(_)))
}

fn is_rest(segment: &[Part]) -> bool {
    matches!(segment, [Part::Rest(_)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::sample::Sample;

    /// Checks the patterns of a rule as `from to`; empty if the hosts have no equivalent.
    #[track_caller]
    fn check(from: &str, to: &str, base: &'static str, netlify: &[&str], cloudflare: &[&str]) {
        let sample = Sample::new(&[], base).pattern(from, to, 1);
        let deployment = sample.deployment();
        let (config, rule) = (deployment.config, deployment.patterns[0]);
        for (hosts, expected) in
            [(TextHosts::Netlify, netlify), (TextHosts::Cloudflare, cloudflare)]
        {
            let patterns = translate(config, rule, hosts).unwrap_or_default();
            let patterns: Vec<String> =
                patterns.iter().map(|Pattern { from, to, .. }| format!("{from} {to}")).collect();
            assert_eq!(patterns, expected, "{from} {to} {hosts:?}");
        }
    }

    #[test]
    fn patterns_that_both_hosts_support() {
        for (from, to, base, expected) in [
            ("/a/[x]", "https://a.de/[x]", "", &["/a/:a https://a.de/:a"][..]),
            ("/a/[x]/[y]", "https://a.de/[y]-[x]", "", &["/a/:a/:b https://a.de/:b-:a"]),
            ("/a/[x]", "https://a.de:80/?q#:ab", "", &["/a/:b https://a.de:80/?q#:ab"]),
            (
                "/a/[...r]",
                "https://a.de/[...r]",
                "",
                &["/a https://a.de/", "/a/* https://a.de/:splat"],
            ),
            (
                "/[...r]",
                "https://a.de/b/[...r]",
                "",
                &["/ https://a.de/b/", "/* https://a.de/b/:splat"],
            ),
            ("/[...r]", "/x/[...r]", "/base", &["/base /base/x", "/base/* /base/x/:splat"]),
            ("/a b/[x]", "/c d/[x].json#e", "", &["/a%20b/:a /c%20d/:a.json#e"]),
            ("/a/[x]", "/[x]/b", "/base", &["/base/a/:a /base/:a/b"]),
            ("/a/[x]/[...r]", "/b/[...r]/[x]", "", &["/a/:a /b/:a", "/a/:a/* /b/:splat/:a"]),
        ] {
            check(from, to, base, expected, expected);
        }
    }

    #[test]
    fn patterns_that_only_cloudflare_supports() {
        for (from, to, expected) in [
            ("/v[x].json", "https://a.de/[x]", &["/v:a.json https://a.de/:a"][..]),
            (
                "/[...r]/end",
                "https://a.de/[...r]",
                &["/end https://a.de/", "/*/end https://a.de/:splat"],
            ),
        ] {
            check(from, to, "", &[], expected);
        }
    }

    #[test]
    fn ambiguous_patterns_are_not_translated() {
        for (from, to) in [
            // Visitors must not choose the host, the query or the fragment.
            ("/a/[x]", "https://a.de?q=[x]"),
            ("/a/[x]", "https://a.de/?q=[x]"),
            ("/a/[x]", "https://a.de/#[x]"),
            // This could produce `//host`.
            ("/a/[...r]", "/[...r]"),
            ("/a/[x]", "/[x]"),
            // The values are ambiguous.
            ("/[x]-[y]", "https://a.de/[x]/[y]"),
            ("/[x]b", "https://a.de/[x]"),
            ("/[...r].json", "https://a.de/[...r]"),
            ("/a/[...r]", "/b/[...r].json"),
            // The hosts would not read this text literally.
            ("/a/:b/[x]", "https://a.de/[x]"),
            ("/*/[x]", "https://a.de/[x]"),
            ("/a/[...r]", "https://a.de/:splat/[...r]"),
        ] {
            check(from, to, "", &[], &[]);
        }
        check("/a/[x]", "http://a.de/[x]", "", &["/a/:a http://a.de/:a"], &[]);
        check("/a/[...r]", "/b/index", "", &["/a /b/index", "/a/* /b/index"], &[]);
    }
}
