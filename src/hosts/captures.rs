//! Redirects that match patterns, for hosts that match regular expressions with captures.

use anyhow::Result;
use percent_encoding::utf8_percent_encode;

use super::deployment::{Deployment, Unsupported};
use crate::config::Config;
use crate::routing::matching;
use crate::routing::page_path::RoutePath;
use crate::routing::pattern::{Part, Pattern};
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};
use crate::routing::request_path::RequestPath;
use crate::routing::url::ESCAPED;

/// A rule of kiln.toml in one of its forms: with its rest param, or with an empty rest param.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Captures {
    /// A path without a slash at its end, except the root.
    pub(super) source: Vec<UrlPart>,
    pub(super) target: Vec<UrlPart>,
}

/// Part of a path or a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum UrlPart {
    /// Percent-encoded and never empty. Two texts never follow each other.
    Text(String),
    /// A param within a segment, numbered from 1 in the order of the source.
    Param(usize),
    /// One or more segments.
    Rest(usize),
}

/// The rules that match no file of the site.
///
/// kiln serves a file before it applies such a rule, but these hosts apply redirects first and would hide the file.
pub(super) fn hiding_no_file<'a>(
    deployment: &Deployment<'a>,
    unsupported: &mut Vec<Unsupported>,
) -> Result<Vec<&'a RedirectRule>> {
    let mut rules = deployment.patterns.to_vec();
    if rules.is_empty() {
        return Ok(rules);
    }
    deployment.files.for_each(&mut |file| {
        let path = RequestPath::parse(&file.path).ok();
        let path = path.and_then(|path| path.below(deployment.config.base)?.route_path().cloned());
        if let Some(path) = path {
            rules.retain(|rule| {
                let hides_it = matching::params(&rule.source, &path).is_some();
                if hides_it {
                    unsupported.push(Unsupported::Pattern { line: rule.line });
                }
                !hides_it
            });
        }
        Ok(())
    })?;
    Ok(rules)
}

/// Translates a rule; `None` if a host that copies captures into the target would do something else.
///
/// Captures are copied as they were requested. A param may therefore only be in the path of the target, where `&` and
/// `=` are harmless.
pub(super) fn translate(config: &Config, rule: &RedirectRule) -> Option<Vec<Captures>> {
    let whole = captures(config, rule, Rest::Something)?;
    if !rule.source.segments.iter().any(|segment| is_rest(segment)) {
        return Some(vec![whole]);
    }
    // If the rest param is empty, the slash before it is missing too.
    Some(vec![captures(config, rule, Rest::Nothing)?, whole])
}

/// The value of a rest param that is a segment of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Something,
    Nothing,
}

fn captures(config: &Config, rule: &RedirectRule, rest: Rest) -> Option<Captures> {
    let there = |segment: &&[Part]| rest == Rest::Something || !is_rest(segment);
    let segments = rule.source.segments.iter().copied().filter(there);
    let names: Vec<&str> = segments.flatten().filter_map(Part::name).collect();
    let mut source = path(config.base, &rule.source, &names, rest)?;
    if source.is_empty() {
        push_text(&mut source, "/");
    }
    let target = match &rule.target {
        RedirectTarget::External(parts) => external(parts, &names, rest)?,
        RedirectTarget::Internal { path, tail } => {
            let mut pieces = internal(config, path, &names, rest)?;
            push_text(&mut pieces, tail);
            pieces
        }
    };
    Some(Captures { source, target })
}

/// The path of a pattern, with base and without a slash at its end; empty for the root without base.
fn path(base: &str, pattern: &Pattern, names: &[&str], rest: Rest) -> Option<Vec<UrlPart>> {
    let mut url_parts = Vec::new();
    push_text(&mut url_parts, base);
    for segment in pattern.segments {
        if is_rest(segment) && rest == Rest::Nothing {
            continue;
        }
        push_text(&mut url_parts, "/");
        for part in *segment {
            match part {
                Part::Text(text) => {
                    push_text(&mut url_parts, &utf8_percent_encode(text, ESCAPED).to_string());
                }
                _ => url_parts.push(captured(part, names)?),
            }
        }
    }
    Some(url_parts)
}

fn internal(
    config: &Config,
    pattern: &Pattern,
    names: &[&str],
    rest: Rest,
) -> Option<Vec<UrlPart>> {
    let mut url_parts = path(config.base, pattern, names, rest)?;
    let is_left_out = |segment: &&[Part]| rest == Rest::Nothing && is_rest(segment);
    // Any text does: the slash only depends on whether there are segments.
    let some = if pattern.segments.iter().all(is_left_out) { "" } else { "some" };
    if RoutePath::of_segments(some)?.ends_in_slash(pattern, config) {
        push_text(&mut url_parts, "/");
    }
    Some(url_parts)
}

/// The URL of another site with all of its params in the path; `None` if a param is elsewhere.
fn external(parts: &[Part], names: &[&str], rest: Rest) -> Option<Vec<UrlPart>> {
    let mut url_parts = Vec::new();
    let mut before = String::new();
    for part in parts {
        if let Part::Text(text) = part {
            push_text(&mut url_parts, text);
            before.push_str(text);
            continue;
        }
        let (_, behind_scheme) = before.split_once("://")?;
        if !behind_scheme.contains('/') || behind_scheme.contains(['?', '#']) {
            return None;
        }
        let is_rest = matches!(part, Part::Rest(_));
        match captured(part, names) {
            Some(url_part) => url_parts.push(url_part),
            None if is_rest && rest == Rest::Nothing => {}
            None => return None,
        }
    }
    Some(url_parts)
}

/// Returns `None` for a param that is not in the source.
fn captured(part: &Part, names: &[&str]) -> Option<UrlPart> {
    let name = part.name()?;
    let number = names.iter().position(|known| *known == name)? + 1;
    Some(match part {
        Part::Rest(_) => UrlPart::Rest(number),
        Part::Text(_) | Part::Param(_) => UrlPart::Param(number),
    })
}

fn push_text(url_parts: &mut Vec<UrlPart>, text: &str) {
    match url_parts.last_mut() {
        _ if text.is_empty() => {}
        Some(UrlPart::Text(before)) => before.push_str(text),
        _ => url_parts.push(UrlPart::Text(text.to_owned())),
    }
}

fn is_rest(segment: &[Part]) -> bool {
    matches!(segment, [Part::Rest(_)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrailingSlash;
    use crate::hosts::example::Example;
    use crate::support::CONFIG;
    use crate::text::sorted::sorted_set;

    /// Sources and targets, with `<1>` for a param and `<<1>>` for a rest param.
    #[track_caller]
    fn check(config: Config, from: &str, to: &str, expected: &[(&str, &str)]) {
        let example = Example::new(config).pattern(from, to, None);
        let deployment = example.deployment();
        let translated = translate(deployment.config, deployment.patterns[0]);
        let shown: Option<Vec<(String, String)>> = translated
            .map(|all| all.iter().map(|rule| (shown(&rule.source), shown(&rule.target))).collect());
        let expected: Vec<(String, String)> =
            expected.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        assert_eq!(shown.unwrap_or_default(), expected, "{from} {to}");
    }

    fn shown(url_parts: &[UrlPart]) -> String {
        let shown = url_parts.iter().map(|url_part| match url_part {
            UrlPart::Text(text) => text.clone(),
            UrlPart::Param(number) => format!("<{number}>"),
            UrlPart::Rest(number) => format!("<<{number}>>"),
        });
        shown.collect()
    }

    #[test]
    fn params_are_captured_in_the_order_of_the_source() {
        let x = "https://x.com";
        check(CONFIG, "/go/[a]", &format!("{x}/[a]"), &[("/go/<1>", "https://x.com/<1>")]);
        check(
            CONFIG,
            "/[a]/b \u{e9}/[b]-[c].html",
            &format!("{x}/[c]/[a]"),
            &[("/<1>/b%20%C3%A9/<2>-<3>.html", "https://x.com/<3>/<1>")],
        );
        check(CONFIG, "/go/[a]", &format!("{x}/"), &[("/go/<1>", "https://x.com/")]);
        check(CONFIG, "/r/[...a].js", "/s/[...a]", &[("/r/<<1>>.js", "/s/<<1>>")]);
    }

    #[test]
    fn an_empty_rest_param_has_a_separate_rule() {
        check(
            CONFIG,
            "/go/[...r]/[b]",
            "https://x.com/[...r]/[b]#top",
            &[
                ("/go/<1>", "https://x.com//<1>#top"),
                ("/go/<<1>>/<2>", "https://x.com/<<1>>/<2>#top"),
            ],
        );
        let config = Config { base: "/docs", trailing_slash: TrailingSlash::Always, ..CONFIG };
        check(
            config,
            "/[...r]",
            "/new/[...r]?a=b",
            &[("/docs", "/docs/new/?a=b"), ("/docs/<<1>>", "/docs/new/<<1>>/?a=b")],
        );
        check(CONFIG, "/[...r]", "/n/[...r].json", &[]);
    }

    #[test]
    fn a_param_stays_in_the_path_of_another_site() {
        for to in ["https://x.com?q=[a]", "https://x.com/?q=[a]", "https://x.com/#[a]"] {
            check(CONFIG, "/go/[a]", to, &[]);
        }
    }

    #[test]
    fn a_rule_that_would_hide_a_file_is_unsupported() {
        let example = Example::new(Config { base: "/docs", ..CONFIG })
            .pattern("/go/[a]", "https://x.com/[a]", None)
            .pattern("/at/[...a]", "https://x.com/[...a]", None)
            .file("go/caf\u{e9}/index.html", "/docs/go/caf%C3%A9")
            .file("at.json", "/docs/at.json");
        let mut unsupported = Vec::new();
        let rules = hiding_no_file(&example.deployment(), &mut unsupported).unwrap();
        assert_eq!(rules.iter().map(|rule| rule.line).collect::<Vec<_>>(), [2]);
        assert_eq!(sorted_set(unsupported), [Unsupported::Pattern { line: 1 }]);
    }
}
