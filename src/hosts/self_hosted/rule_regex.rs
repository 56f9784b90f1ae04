//! A redirect of `kiln.toml` that matches a pattern, as regular expressions and targets.
//!
//! Params are captured from the raw path, so they keep their percent-encoding in the target: a segment stays a segment,
//! and cannot start a host, a query or a fragment.

use super::text::{decoded, escape_regex, push};
use crate::config::{Config, TrailingSlash};
use crate::routing::pattern::{Part, Pattern};
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};

/// One character of a segment in a raw path.
const CHARACTER: &str = "(?:%[0-9A-Fa-f][0-9A-Fa-f]|[^/?%])";

/// The group that captures the query of the request, with its `?`.
const QUERY: &str = "kiln_query";

/// A rule in one of its forms: with its rest param, or without it.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::hosts) struct RuleRegex {
    /// Matches the raw path and query of a request.
    pub(in crate::hosts) regex: String,
    pub(in crate::hosts) target: Vec<RegexPart>,
    pub(in crate::hosts) status: u16,
}

/// Part of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::hosts) enum RegexPart {
    Text(String),
    /// The text that a group captured.
    Group(String),
}

/// The forms of a rule: two if a rest param is a segment of its own, which may be absent.
pub(in crate::hosts) fn forms(config: &Config, rule: &RedirectRule) -> Vec<RuleRegex> {
    let is_rest = |segment: &&[Part]| matches!(segment, [Part::Rest(_)]);
    let with_rest = form(config, rule, true);
    match rule.source.segments.iter().any(is_rest) {
        true => vec![with_rest, form(config, rule, false)],
        false => vec![with_rest],
    }
}

fn form(config: &Config, rule: &RedirectRule, has_rest: bool) -> RuleRegex {
    let regex = source(config, rule, has_rest);
    let target = match &rule.target {
        RedirectTarget::External(parts) => {
            parts.iter().filter_map(|part| target_part(rule, part, has_rest)).collect()
        }
        RedirectTarget::Internal { path, tail } => internal(config, rule, path, tail, has_rest),
    };
    RuleRegex { regex, target, status: rule.static_status() }
}

fn source(config: &Config, rule: &RedirectRule, has_rest: bool) -> String {
    let base = decoded(config.base).unwrap_or_else(|_| config.base.to_owned());
    let mut regex = format!("^{}", as_sent(&base));
    for segment in kept(rule.source.segments, has_rest) {
        regex.push('/');
        for part in segment {
            match part {
                Part::Text(text) => regex.push_str(&as_sent(text)),
                Part::Param(name) => {
                    push(&mut regex, format_args!("(?P<{}>{CHARACTER}+?)", group(rule, name)));
                }
                Part::Rest(name) => push(
                    &mut regex,
                    format_args!("(?P<{}>{CHARACTER}+?(?:/{CHARACTER}+?)*?)", group(rule, name)),
                ),
            }
        }
    }
    // An empty query is removed.
    push(&mut regex, format_args!("/?(?:(?P<{QUERY}>\\?.+)|\\?)?$"));
    regex
}

/// The name of the group that captures a param.
fn group(rule: &RedirectRule, name: &str) -> String {
    let at = rule.source.params().position(|param| param == name).unwrap_or_default();
    format!("kiln_param_{}", at + 1)
}

/// `None` for a rest param that is absent.
fn target_part(rule: &RedirectRule, part: &Part, has_rest: bool) -> Option<RegexPart> {
    match part {
        Part::Text(text) => Some(RegexPart::Text((*text).to_owned())),
        Part::Rest(_) if !has_rest && is_alone(rule, part) => None,
        Part::Param(name) | Part::Rest(name) => Some(RegexPart::Group(group(rule, name))),
    }
}

/// The path of a page of this site, with the query of the request unless it has its own.
fn internal(
    config: &Config,
    rule: &RedirectRule,
    path: &Pattern,
    tail: &str,
    has_rest: bool,
) -> Vec<RegexPart> {
    let mut target = vec![RegexPart::Text(config.base.to_owned())];
    let segments: Vec<&[Part]> = kept(path.segments, has_rest).collect();
    for segment in &segments {
        target.push(RegexPart::Text("/".to_owned()));
        let parts = segment.iter().filter_map(|part| target_part(rule, part, has_rest));
        target.extend(parts.map(encoded));
    }
    let is_slashed = match segments.is_empty() {
        true => config.base.is_empty() || config.trailing_slash != TrailingSlash::Never,
        false => config.trailing_slash == TrailingSlash::Always && !path.has_known_extension(),
    };
    let slash = if is_slashed { "/" } else { "" };
    match tail.contains('?') {
        true => target.push(RegexPart::Text(format!("{slash}{tail}"))),
        false => target.extend([
            RegexPart::Text(slash.to_owned()),
            RegexPart::Group(QUERY.to_owned()),
            RegexPart::Text(tail.to_owned()),
        ]),
    }
    target
}

/// The segments of a pattern, without a rest param that is absent.
fn kept(
    segments: &'static [&'static [Part]],
    has_rest: bool,
) -> impl Iterator<Item = &'static [Part]> {
    segments.iter().copied().filter(move |segment| has_rest || !matches!(segment, [Part::Rest(_)]))
}

/// Returns true if and only if the source has this rest param as a segment of its own.
fn is_alone(rule: &RedirectRule, rest: &Part) -> bool {
    rule.source.segments.iter().any(|segment| matches!(segment, [part] if part == rest))
}

/// Matches literal text of a path in every form that a client may send: characters that need not be encoded may still
/// be.
fn as_sent(text: &str) -> String {
    let mut regex = String::new();
    for c in text.chars() {
        match c {
            '/' | '-' | '.' | '_' | '~' => regex.push_str(&escape_regex(&c.to_string())),
            c if c.is_ascii_alphanumeric() => regex.push(c),
            c => {
                let mut bytes = [0; 4];
                let bytes = c.encode_utf8(&mut bytes).bytes();
                let sent = bytes.map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
                let is_raw = "!$&'()*+,;=:@".contains(c);
                let raw = if is_raw {
                    format!("|{}", escape_regex(&c.to_string()))
                } else {
                    String::new()
                };
                push(&mut regex, format_args!("(?:(?i:{sent}){raw})"));
            }
        }
    }
    regex
}

/// Encodes text of a pattern for a URL.
fn encoded(part: RegexPart) -> RegexPart {
    match part {
        RegexPart::Text(text) => RegexPart::Text(crate::routing::url::encode_segment(&text)),
        group @ RegexPart::Group(_) => group,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{self, CONFIG};

    fn shown(form: &RuleRegex) -> String {
        let part = |part: &RegexPart| match part {
            RegexPart::Text(text) => text.clone(),
            RegexPart::Group(name) => format!("<{name}>"),
        };
        let target: String = form.target.iter().map(part).collect();
        let end = format!("(?:(?P<{QUERY}>\\?.+)|\\?)?$");
        let regex = form.regex.replace(CHARACTER, ".").replace(&end, "QUERY");
        format!("{regex} {target}")
    }

    #[track_caller]
    fn check(config: &Config, source: &str, target: RedirectTarget, expected: &[&str]) {
        let source = support::pattern(source);
        let rule = RedirectRule { source, target, status: None, after: 0, line: 1, place: "" };
        let forms: Vec<String> = forms(config, &rule).iter().map(shown).collect();
        assert_eq!(forms, expected);
    }

    fn internal(path: &str) -> RedirectTarget {
        RedirectTarget::Internal { path: support::pattern(path), tail: "?q#f" }
    }

    #[test]
    fn params_are_groups() {
        let go = RedirectTarget::External(&[Part::Text("https://a.de/"), Part::Param("b")]);
        check(
            &CONFIG,
            "/[a]/x-[b].html",
            go,
            &[
                "^/(?P<kiln_param_1>.+?)/x-(?P<kiln_param_2>.+?)\\.html/?QUERY https://a.de/<kiln_param_2>",
            ],
        );
    }

    #[test]
    fn a_rest_param_may_be_absent() {
        let rest = "(?P<kiln_param_1>.+?(?:/.+?)*?)";
        let end = "/?QUERY";
        let config = Config { base: "/d", trailing_slash: TrailingSlash::Always, ..CONFIG };
        let with = format!("^/d/a/{rest}{end} /d/b/<kiln_param_1>/?q#f");
        check(
            &config,
            "/a/[...r]",
            internal("/b/[...r]"),
            &[&with, &format!("^/d/a{end} /d/b/?q#f")],
        );
        let config = Config { base: "/d", trailing_slash: TrailingSlash::Never, ..CONFIG };
        let with = format!("^/d/a/{rest}{end} /d/<kiln_param_1>?q#f");
        check(&config, "/a/[...r]", internal("/[...r]"), &[&with, &format!("^/d/a{end} /d?q#f")]);
        let with = format!("^/a/{rest}{end} /<kiln_param_1>?q#f");
        check(&CONFIG, "/a/[...r]", internal("/[...r]"), &[&with, &format!("^/a{end} /?q#f")]);
        let with = format!("^/a/{rest}\\.json{end} /<kiln_param_1>\\.json?q#f")
            .replace("\\.json?", ".json?");
        check(&CONFIG, "/a/[...r].json", internal("/[...r].json"), &[&with]);
    }

    #[test]
    fn the_query_of_a_request_stays_unless_the_target_has_one() {
        let internal = |tail| RedirectTarget::Internal { path: support::pattern("/b"), tail };
        check(&CONFIG, "/a", internal(""), &["^/a/?QUERY /b<kiln_query>"]);
        check(&CONFIG, "/a", internal("#f"), &["^/a/?QUERY /b<kiln_query>#f"]);
        check(&CONFIG, "/a", internal("?q"), &["^/a/?QUERY /b?q"]);
        let external = RedirectTarget::External(&[Part::Text("https://a.de/")]);
        check(&CONFIG, "/a", external, &["^/a/?QUERY https://a.de/"]);
    }

    #[test]
    fn text_is_matched_in_every_encoding() {
        for (text, expected) in [
            ("a-b.c", "a-b\\.c"),
            ("caf\u{e9}", "caf(?:(?i:%C3%A9))"),
            ("a b", "a(?:(?i:%20))b"),
            ("a@b", "a(?:(?i:%40)|\\x40)b"),
            ("$", "(?:(?i:%24)|\\x24)"),
        ] {
            assert_eq!(as_sent(text), expected);
        }
    }

    #[test]
    fn text_of_an_internal_target_is_encoded() {
        check(&CONFIG, "/a", internal("/\u{e9} b"), &["^/a/?QUERY /%C3%A9%20b?q#f"]);
    }
}
