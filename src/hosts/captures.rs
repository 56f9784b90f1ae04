//! Redirects from paths that nobody lists, for hosts that match regular expressions and capture what params stand for.

use std::collections::BTreeSet;

use anyhow::Result;
use percent_encoding::utf8_percent_encode;

use super::deployment::{Deployment, Lost};
use crate::config::Config;
use crate::routing::matching;
use crate::routing::page_path::RoutePath;
use crate::routing::pattern::{Part, Pattern};
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};
use crate::routing::request_path::RequestPath;
use crate::routing::url::ESCAPED;

/// A rule of kiln.toml, or what is left of it where its rest param matches nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Captures {
    /// A path without a slash at its end, save the root.
    pub(super) source: Vec<Piece>,
    pub(super) target: Vec<Piece>,
}

/// A piece of a path or a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Percent-encoded, and never empty. No two texts stand side by side.
    Text(String),
    /// What is captured in a segment, counted from 1 in the order of the source.
    Param(usize),
    /// One or more segments.
    Rest(usize),
}

/// The rules whose paths no file of the site has.
///
/// Where a file has such a path, it goes before the rule; but these hosts look at redirects first, and would hide it.
pub(super) fn of_no_file<'a>(
    deployment: &Deployment<'a>,
    lost: &mut BTreeSet<Lost>,
) -> Result<Vec<&'a RedirectRule>> {
    let mut rules = deployment.patterns.to_vec();
    if rules.is_empty() {
        return Ok(rules);
    }
    deployment.files.each(&mut |file| {
        let path = RequestPath::parse(&file.path).ok();
        let path = path.and_then(|path| path.below(deployment.config.base)?.route_path());
        if let Some(path) = path {
            rules.retain(|rule| {
                let hides_it = matching::params(&rule.source, &path).is_some();
                if hides_it {
                    lost.insert(Lost::Pattern { line: rule.line });
                }
                !hides_it
            });
        }
        Ok(())
    })?;
    Ok(rules)
}

/// Translates a rule; `None` where a host that puts into the target what it has captured would not mean the same.
///
/// What is captured goes into the target as it was asked for. So it must stay in the path, where no `&` or `=` in it can do harm.
pub(super) fn translate(config: &Config, rule: &RedirectRule) -> Option<Vec<Captures>> {
    let whole = captures(config, rule, Rest::Something)?;
    if !rule.source.segments.iter().any(|segment| is_rest(segment)) {
        return Some(vec![whole]);
    }
    // With nothing for the rest param, the slash before it is not there either.
    Some(vec![captures(config, rule, Rest::Nothing)?, whole])
}

/// What a rest param that is a segment of its own stands for.
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
fn path(base: &str, pattern: &Pattern, names: &[&str], rest: Rest) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    push_text(&mut pieces, base);
    for segment in pattern.segments {
        if is_rest(segment) && rest == Rest::Nothing {
            continue;
        }
        push_text(&mut pieces, "/");
        for part in *segment {
            match part {
                Part::Text(text) => {
                    push_text(&mut pieces, &utf8_percent_encode(text, ESCAPED).to_string());
                }
                _ => pieces.push(captured(part, names)?),
            }
        }
    }
    Some(pieces)
}

fn internal(config: &Config, pattern: &Pattern, names: &[&str], rest: Rest) -> Option<Vec<Piece>> {
    let mut pieces = path(config.base, pattern, names, rest)?;
    let is_left_out = |segment: &&[Part]| rest == Rest::Nothing && is_rest(segment);
    // Which segments these are does not matter for the slash, only whether there are any.
    let some = if pattern.segments.iter().all(is_left_out) { "" } else { "some" };
    if RoutePath::of_segments(some)?.ends_in_slash(pattern, config) {
        push_text(&mut pieces, "/");
    }
    Some(pieces)
}

/// The URL of another site, whose params are all in its path.
fn external(parts: &[Part], names: &[&str], rest: Rest) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut before = String::new();
    for part in parts {
        if let Part::Text(text) = part {
            push_text(&mut pieces, text);
            before.push_str(text);
            continue;
        }
        let (_, behind_scheme) = before.split_once("://")?;
        if !behind_scheme.contains('/') || behind_scheme.contains(['?', '#']) {
            return None;
        }
        let is_rest = matches!(part, Part::Rest(_));
        match captured(part, names) {
            Some(piece) => pieces.push(piece),
            None if is_rest && rest == Rest::Nothing => {}
            None => return None,
        }
    }
    Some(pieces)
}

/// `None` for a param that is left out.
fn captured(part: &Part, names: &[&str]) -> Option<Piece> {
    let name = part.name()?;
    let number = names.iter().position(|known| *known == name)? + 1;
    Some(match part {
        Part::Rest(_) => Piece::Rest(number),
        Part::Text(_) | Part::Param(_) => Piece::Param(number),
    })
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(before)) => before.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
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

    fn shown(pieces: &[Piece]) -> String {
        let shown = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Param(number) => format!("<{number}>"),
            Piece::Rest(number) => format!("<<{number}>>"),
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
    fn a_rest_param_that_matches_nothing_has_a_rule_of_its_own() {
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
    fn a_rule_that_would_hide_a_file_is_lost() {
        let example = Example::new(Config { base: "/docs", ..CONFIG })
            .pattern("/go/[a]", "https://x.com/[a]", None)
            .pattern("/at/[...a]", "https://x.com/[...a]", None)
            .file("go/caf\u{e9}/index.html", "/docs/go/caf%C3%A9")
            .file("at.json", "/docs/at.json");
        let mut lost = BTreeSet::new();
        let rules = of_no_file(&example.deployment(), &mut lost).unwrap();
        assert_eq!(rules.iter().map(|rule| rule.line).collect::<Vec<_>>(), [2]);
        assert_eq!(lost.into_iter().collect::<Vec<_>>(), [Lost::Pattern { line: 1 }]);
    }
}
