//! Redirects from paths that nobody lists, with the placeholders of `_redirects`.

use std::collections::BTreeMap;

use percent_encoding::utf8_percent_encode;

use super::cloudflare;
use super::readers::Readers;
use crate::config::Config;
use crate::routing::page_path::RoutePath;
use crate::routing::pattern::{self, Part};
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};
use crate::routing::url::ESCAPED;

/// A rule of kiln.toml, or what is left of it where its rest param matches nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pub(super) from: String,
    pub(super) to: String,
    /// Whether no placeholder is in it.
    pub(super) is_fixed: bool,
}

/// Translates a rule; `None` where no pattern of the readers means the same.
///
/// What a placeholder stands for goes into the target as it was in the path that was asked for: percent-encoded, and without the
/// characters that end a path. So it must stay in the path of the target, where it can do no harm, and behind text that is not
/// the first slash, or `//host` could come out. A value that spells another placeholder may be filled once more: from the same
/// path, and so with nothing worse.
pub(super) fn translate(
    config: &Config,
    rule: &RedirectRule,
    readers: Readers,
) -> Option<Vec<Pattern>> {
    let names = names(rule)?;
    let whole = translated(config, rule, &names, readers, Rest::Splat)?;
    if !rule.source.segments.iter().any(|segment| is_rest(segment)) {
        return Some(vec![whole]);
    }
    // `/a/*` is not for `/a`, or is, and then leads to another place.
    Some(vec![translated(config, rule, &names, readers, Rest::Nothing)?, whole])
}

/// What a rest param stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Splat,
    Nothing,
}

/// The letters of params.
type Names = BTreeMap<&'static str, char>;

/// A letter for each param, none of which comes with a colon in the texts of the target; none is the head of another or of
/// `splat`.
fn names(rule: &RedirectRule) -> Option<Names> {
    let texts = texts(rule);
    if texts.contains(":splat") {
        return None;
    }
    let mut letters = ('a'..='z').filter(|c| *c != 's' && !texts.contains(&format!(":{c}")));
    rule.source.params().map(|name| Some((name, letters.next()?))).collect()
}

/// All texts of the target.
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
    readers: Readers,
    rest: Rest,
) -> Option<Pattern> {
    let from = source(config.base, &rule.source, names, readers, rest)?;
    let to = match &rule.target {
        RedirectTarget::External(parts) => external(parts, names, rest)?,
        RedirectTarget::Internal { path, tail } => internal(config, path, names, rest)? + tail,
    };
    let to = readers.target(&to)?;
    if readers.cloudflare() && cloudflare::is_refused(&from, &to) {
        return None;
    }
    let is_fixed = !from.contains('*') && !rule.source.segments.iter().any(|part| has_param(part));
    Some(Pattern { from, to, is_fixed })
}

fn source(
    base: &str,
    pattern: &pattern::Pattern,
    names: &Names,
    readers: Readers,
    rest: Rest,
) -> Option<String> {
    let mut from = base.to_owned();
    let last = pattern.segments.len().saturating_sub(1);
    for (at, segment) in pattern.segments.iter().enumerate() {
        if is_rest(segment) {
            // Only Cloudflare says that a star may stand elsewhere.
            if readers.netlify() && at != last {
                return None;
            }
            if rest == Rest::Splat {
                from.push_str("/*");
            }
            continue;
        }
        from.push('/');
        from.push_str(&segment_of_source(segment, names, readers)?);
    }
    if from.is_empty() {
        from.push('/');
    }
    Some(from)
}

/// One segment with at most one param.
///
/// With two of them the readers take as much as they can for the first, and kiln as little. Text behind a param must not be
/// read as part of its name.
fn segment_of_source(segment: &[Part], names: &Names, readers: Readers) -> Option<String> {
    let params = segment.iter().filter(|part| part.name().is_some()).count();
    let has_rest = segment.iter().any(|part| matches!(part, Part::Rest(_)));
    if params > 1 || has_rest || (readers.netlify() && params == 1 && segment.len() > 1) {
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
                    || !readers.is_literal_source(&format!("/{text}"))
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

/// The URL of another site, whose params are all in its path.
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

/// A path of this site, whose first segment begins with text.
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
        // One that is not a segment of its own must not be empty.
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

/// A param as the readers write it. All params of a target are params of the source.
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

    /// The patterns of a rule as `from to`, or nothing where the readers cannot be told.
    #[track_caller]
    fn check(from: &str, to: &str, base: &'static str, netlify: &[&str], cloudflare: &[&str]) {
        let sample = Sample::new(&[], base).pattern(from, to, 1);
        let deployment = sample.deployment();
        let (config, rule) = (deployment.config, deployment.patterns[0]);
        for (readers, expected) in [(Readers::Netlify, netlify), (Readers::Cloudflare, cloudflare)]
        {
            let patterns = translate(config, rule, readers).unwrap_or_default();
            let patterns: Vec<String> =
                patterns.iter().map(|Pattern { from, to, .. }| format!("{from} {to}")).collect();
            assert_eq!(patterns, expected, "{from} {to} {readers:?}");
        }
    }

    #[test]
    fn patterns_that_both_readers_know() {
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
    fn patterns_that_only_cloudflare_knows() {
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
    fn what_would_mean_another_thing_is_not_told() {
        for (from, to) in [
            // The host's name, the query and the fragment are for no visitor to choose.
            ("/a/[x]", "https://a.de?q=[x]"),
            ("/a/[x]", "https://a.de/?q=[x]"),
            ("/a/[x]", "https://a.de/#[x]"),
            // `//host` would come out.
            ("/a/[...r]", "/[...r]"),
            ("/a/[x]", "/[x]"),
            // Which value is which.
            ("/[x]-[y]", "https://a.de/[x]/[y]"),
            ("/[x]b", "https://a.de/[x]"),
            ("/[...r].json", "https://a.de/[...r]"),
            ("/a/[...r]", "/b/[...r].json"),
            // Texts that would be read as something else.
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
