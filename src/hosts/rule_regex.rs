//! A redirect of `kiln.toml` from paths that nobody lists, as regular expressions and what they lead to.
//!
//! Params are taken from the path as it was sent, so they go into the target with their percent-encoding: a segment stays
//! a segment, and nothing in it can begin a host, a query or a fragment.

use super::own_server::{decoded, literally, push};
use crate::config::{Config, TrailingSlash};
use crate::routing::pattern::Part;
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};

/// One character of a segment, as it is sent.
const CHARACTER: &str = "(?:%[0-9A-Fa-f][0-9A-Fa-f]|[^/?%])";

/// The group that holds the query of the request, with its `?`.
const QUERY: &str = "kiln_query";

/// A rule in one of its forms: with its rest param, or without it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RuleRegex {
    /// For the target of a request, with its query. Groups are named by [`group`].
    pub(super) regex: String,
    pub(super) target: Vec<Piece>,
    pub(super) status: u16,
}

/// A piece of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// What a group has matched.
    Group(String),
}

/// The forms of a rule: two where a rest param is a segment of its own, and may be absent.
pub(super) fn forms(config: &Config, rule: &RedirectRule) -> Vec<RuleRegex> {
    let is_rest = |segment: &&[Part]| matches!(segment, [Part::Rest(_)]);
    let with_rest = form(config, rule, true);
    match rule.source.segments.iter().any(is_rest) {
        true => vec![with_rest, form(config, rule, false)],
        false => vec![with_rest],
    }
}

fn form(config: &Config, rule: &RedirectRule, has_rest: bool) -> RuleRegex {
    let group = |name: &str| {
        let at = rule.source.params().position(|param| param == name).unwrap_or_default();
        format!("kiln_param_{}", at + 1)
    };
    let base = decoded(config.base).unwrap_or_else(|_| config.base.to_owned());
    let mut regex = format!("^{}", as_sent(&base));
    for segment in kept(rule.source.segments, has_rest) {
        regex.push('/');
        for part in segment {
            match part {
                Part::Text(text) => regex.push_str(&as_sent(text)),
                Part::Param(name) => {
                    push(&mut regex, format_args!("(?P<{}>{CHARACTER}+?)", group(name)));
                }
                Part::Rest(name) => push(
                    &mut regex,
                    format_args!("(?P<{}>{CHARACTER}+?(?:/{CHARACTER}+?)*?)", group(name)),
                ),
            }
        }
    }
    // An empty query is none.
    push(&mut regex, format_args!("/?(?:(?P<{QUERY}>\\?.+)|\\?)?$"));
    let piece = |part: &Part| match part {
        Part::Text(text) => Some(Piece::Text((*text).to_owned())),
        Part::Rest(_) if !has_rest && is_alone(rule, part) => None,
        Part::Param(name) | Part::Rest(name) => Some(Piece::Group(group(name))),
    };
    let target = match &rule.target {
        RedirectTarget::External(parts) => parts.iter().filter_map(piece).collect(),
        RedirectTarget::Internal { path, tail } => {
            let mut target = vec![Piece::Text(config.base.to_owned())];
            let segments: Vec<&[Part]> = kept(path.segments, has_rest).collect();
            for segment in &segments {
                target.push(Piece::Text("/".to_owned()));
                target.extend(segment.iter().filter_map(piece).map(encoded));
            }
            let is_slashed = match segments.is_empty() {
                true => config.base.is_empty() || config.trailing_slash != TrailingSlash::Never,
                false => {
                    config.trailing_slash == TrailingSlash::Always && !path.has_known_extension()
                }
            };
            let slash = if is_slashed { "/" } else { "" };
            match tail.contains('?') {
                true => target.push(Piece::Text(format!("{slash}{tail}"))),
                false => target.extend([
                    Piece::Text(slash.to_owned()),
                    Piece::Group(QUERY.to_owned()),
                    Piece::Text((*tail).to_owned()),
                ]),
            }
            target
        }
    };
    RuleRegex { regex, target, status: rule.static_status() }
}

/// The segments of a pattern, without those of a rest param that is absent.
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

/// Literal text of a path, in every form in which a client may send it: what a URL need not encode may be encoded all the
/// same.
fn as_sent(text: &str) -> String {
    let mut regex = String::new();
    for c in text.chars() {
        match c {
            '/' | '-' | '.' | '_' | '~' => regex.push_str(&literally(&c.to_string())),
            c if c.is_ascii_alphanumeric() => regex.push(c),
            c => {
                let mut bytes = [0; 4];
                let bytes = c.encode_utf8(&mut bytes).bytes();
                let sent = bytes.map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
                let is_raw = "!$&'()*+,;=:@".contains(c);
                let raw =
                    if is_raw { format!("|{}", literally(&c.to_string())) } else { String::new() };
                push(&mut regex, format_args!("(?:(?i:{sent}){raw})"));
            }
        }
    }
    regex
}

/// Text of a pattern, encoded as it stands in a URL.
fn encoded(piece: Piece) -> Piece {
    match piece {
        Piece::Text(text) => Piece::Text(crate::routing::url::encode_segment(&text)),
        group @ Piece::Group(_) => group,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{self, CONFIG};

    fn shown(form: &RuleRegex) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Group(name) => format!("<{name}>"),
        };
        let target: String = form.target.iter().map(piece).collect();
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
    fn text_is_matched_however_it_is_encoded() {
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
