//! Vercel: `vercel.json`.
//!
//! `vercel deploy dist` uploads the out folder as it is, and reads the `vercel.json` in it; so that is what kiln writes. The Build
//! Output API would say the same with bare regular expressions, but asks for all files in another folder.
//!
//! Paths are patterns of path-to-regexp, matched against paths as they are in URLs: percent-encoded. What Vercel has captured, it
//! puts into targets and into the values of headers where they hold `$1`. Captures have no names here: with names, Vercel takes
//! targets apart and writes them anew. Redirects come before files; of two headers with the same name, the later one counts.
//!
//! Vercel answers from the root of the host. Under a base, rewrites lead from there to the files.

mod pattern;

use std::collections::BTreeSet;

use anyhow::Result;
use serde_json::{Map, Value, json};

use self::pattern::{SLASH, both_forms, literal, source, target, target_of};
use super::deployment::{Deployment, HostFiles, Lost, Mistake, Redirect, joined};
use crate::config::header_rule::HeaderRule;
use crate::config::{Config, Format, TrailingSlash};
use crate::hosts::{base, captures};
use crate::text::grouped;

const FILE: &str = "vercel.json";

/// The most redirects, and the most rules for headers.
const RULES: usize = 2_048;
/// The longest source or target, in characters.
const PATTERN: usize = 4_096;
/// The longest value of a header, in characters.
const VALUE: usize = 32_768;

/// What Vercel is told of a site.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let mut told = HostFiles::default();
    told.mistakes.extend(base::check(deployment, "Vercel")?);
    let redirects = redirects(deployment, &mut told)?;
    let headers = headers(deployment, &mut told)?;
    for (rules, what) in [(&redirects, "redirects"), (&headers, "rules for headers")] {
        check_count(rules.len(), what, &mut told.mistakes);
    }
    let mut settings = Map::new();
    if takes_html_off(deployment.config) {
        settings.insert("cleanUrls".into(), true.into());
    }
    if let Some(slash) = trailing_slash(deployment)? {
        settings.insert("trailingSlash".into(), slash.into());
    }
    let rewrites = rewrites(deployment.config.base);
    for (key, rules) in [("redirects", redirects), ("headers", headers), ("rewrites", rewrites)] {
        if !rules.is_empty() {
            settings.insert(key.into(), rules.into());
        }
    }
    if !settings.is_empty() {
        told.files.push((FILE.into(), format!("{:#}\n", Value::Object(settings))));
    }
    Ok(told)
}

/// Whether Vercel finds `about.html` at `/about`, and redirects from the one to the other.
fn takes_html_off(config: &Config) -> bool {
    config.format != Format::Directory
}

/// Whether Vercel redirects to the form with a slash, or to the one without; `None` where it answers both.
fn trailing_slash(deployment: &Deployment<'_>) -> Result<Option<bool>> {
    match deployment.config.trailing_slash {
        TrailingSlash::Ignore => Ok(None),
        TrailingSlash::Never => Ok(Some(false)),
        TrailingSlash::Always => {
            let mut keeps_all = true;
            deployment.files.each(&mut |file| {
                keeps_all &= keeps_slash(&file.path);
                Ok(())
            })?;
            // A canonical URL that is redirected elsewhere is worse than a second URL.
            Ok(keeps_all.then_some(true))
        }
    }
}

/// Whether Vercel, where it redirects to the form with a slash, leaves a path as it is.
///
/// To Vercel, a segment with a dot is a file, and one that ends in letters behind a dot has no slash.
fn keeps_slash(path: &str) -> bool {
    if path == "/" || path.starts_with("/.well-known/") {
        return true;
    }
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    match path.strip_suffix('/') {
        Some(folder) => {
            let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            let name = name(folder);
            let extension = name.rsplit_once('.');
            !extension
                .is_some_and(|(stem, end)| !stem.is_empty() && !end.is_empty() && is_word(end))
        }
        None => name(path).contains('.'),
    }
}

/// Under a base, from the URLs to the files.
fn rewrites(base: &str) -> Vec<Value> {
    if base.is_empty() {
        return Vec::new();
    }
    let base = literal(base);
    vec![
        json!({ "source": format!("{base}{SLASH}"), "destination": "/" }),
        json!({ "source": format!("{base}/(.+)"), "destination": "/$1" }),
    ]
}

fn redirects(deployment: &Deployment<'_>, told: &mut HostFiles) -> Result<Vec<Value>> {
    let mut rules = Vec::new();
    let pages = pages_at_redirects(deployment)?;
    for redirect in deployment.redirects {
        match (found_at(deployment, &pages, redirect), target(&redirect.to)) {
            (Some(from), Some(to)) => {
                rules.extend(rule(&both_forms(from), &to, redirect.status, told));
            }
            _ => told.leave_out(redirect),
        }
    }
    for pattern in captures::of_no_file(deployment, &mut told.lost)? {
        let translated = captures::translate(deployment.config, pattern);
        let translated = translated.and_then(|all| {
            let pair =
                |one: &captures::Captures| Some((source(&one.source), target_of(&one.target)?));
            all.iter().map(pair).collect::<Option<Vec<_>>>()
        });
        let Some(translated) = translated else {
            told.lost.insert(Lost::Pattern { line: pattern.line });
            continue;
        };
        for (from, to) in translated {
            rules.extend(rule(&from, &to, pattern.static_status(), told));
        }
    }
    Ok(rules)
}

/// The paths of pages, without a slash at their ends, at which Vercel would also look for redirects from paths in `.html`.
fn pages_at_redirects(deployment: &Deployment<'_>) -> Result<BTreeSet<String>> {
    let shortened = deployment.redirects.iter().filter_map(|Redirect { from, .. }| {
        let path = answered(deployment.config, from);
        (path != from).then_some(path)
    });
    let shortened: BTreeSet<&str> = shortened.collect();
    let mut pages = BTreeSet::new();
    if !shortened.is_empty() {
        deployment.files.each(&mut |file| {
            let path = answered(deployment.config, &file.path).trim_end_matches('/');
            if shortened.contains(path) {
                pages.insert(path.to_owned());
            }
            Ok(())
        })?;
    }
    Ok(pages)
}

/// The path at which Vercel looks for a redirect; `None` where a page or another redirect is there.
fn found_at<'a>(
    deployment: &Deployment<'_>,
    pages: &BTreeSet<String>,
    redirect: &'a Redirect,
) -> Option<&'a str> {
    let path = answered(deployment.config, &redirect.from);
    let is_of_redirect = |path: &str| {
        deployment.redirects.binary_search_by(|known| known.from.as_str().cmp(path)).is_ok()
    };
    let is_taken =
        || pages.contains(path) || is_of_redirect(path) || is_of_redirect(&format!("{path}/"));
    (path == redirect.from || !is_taken()).then_some(path)
}

/// A redirect; `None`, and a mistake, where it is too long.
fn rule(from: &str, to: &str, status: u16, told: &mut HostFiles) -> Option<Value> {
    for text in [from, to] {
        check_length(text, "path of a redirect", PATTERN, &mut told.mistakes)?;
    }
    Some(json!({ "source": from, "destination": to, "statusCode": status }))
}

fn headers(deployment: &Deployment<'_>, told: &mut HostFiles) -> Result<Vec<Value>> {
    let config = deployment.config;
    let mut rules = Vec::new();
    for rule in deployment.rules {
        let (can, cannot): (Vec<_>, Vec<_>) =
            rule.headers.iter().copied().partition(|(_, value)| is_literal(value));
        let lose =
            |(name, _): (&str, &str)| Lost::RuleHeader { line: rule.line, name: name.into() };
        told.lost.extend(cannot.into_iter().map(lose));
        rules.extend(header_rule(&source_of(rule, config), can, told));
    }
    for page in deployment.headers {
        let headers = page.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let (can, cannot): (Vec<_>, Vec<_>) = headers.partition(|(_, value)| is_literal(value));
        let lose =
            |(name, _): (&str, &str)| Lost::Header { path: page.path.clone(), name: name.into() };
        told.lost.extend(cannot.into_iter().map(lose));
        if answered(config, &page.path) == page.path {
            rules.extend(header_rule(&both_forms(&page.path), can, told));
        }
    }
    if takes_html_off(config) {
        // Where they are answered, no rule for `*.html` matches.
        deployment.files.each(&mut |file| {
            let path = answered(config, &file.path);
            if path != file.path {
                let mut headers = deployment.headers_of(&file.path);
                headers.retain(|(_, value)| is_literal(value));
                rules.extend(header_rule(&both_forms(path), headers, told));
            }
            Ok(())
        })?;
    }
    Ok(rules)
}

/// A rule for headers; `None` where there are none, or where it is too long.
fn header_rule<'a>(
    source: &str,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    told: &mut HostFiles,
) -> Option<Value> {
    let headers = joined(headers);
    check_length(source, "path of a header", PATTERN, &mut told.mistakes)?;
    for value in headers.values() {
        check_length(value, "value of a header", VALUE, &mut told.mistakes)?;
    }
    let pair = |(key, value): (String, String)| json!({ "key": key, "value": value });
    let headers: Vec<Value> = headers.into_iter().map(pair).collect();
    (!headers.is_empty()).then(|| json!({ "source": source, "headers": headers }))
}

/// Whether Vercel sends a value as it stands, and puts nothing into it.
fn is_literal(value: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '{';
    !value.match_indices('$').any(|(at, _)| value[at + 1..].starts_with(is_name))
}

/// The paths of a rule, at which files are answered.
fn source_of(rule: &HeaderRule, config: &Config) -> String {
    let before = literal(rule.before);
    match rule.after {
        // No file has the form of a path that is not canonical.
        None if rule.before.ends_with('/') && config.trailing_slash != TrailingSlash::Always => {
            before
        }
        None => both_forms(rule.before),
        // `/docs/*` is for `/docs` too.
        Some("") => match before.strip_suffix('/') {
            Some("") => "/(.*)".to_owned(),
            Some(folder) => format!("{folder}{{(/.*)}}?"),
            None => format!("{before}(.*)"),
        },
        Some(after) if after.ends_with('/') => format!("{before}(.*){}", literal(after)),
        Some(after) => format!("{before}(.*){}{SLASH}", literal(after)),
    }
}

/// The path at which Vercel answers for another, where it takes `.html` off.
fn answered<'a>(config: &Config, path: &'a str) -> &'a str {
    match path.strip_suffix(".html") {
        Some(page) if takes_html_off(config) => page.strip_suffix("/index").unwrap_or(page),
        _ => path,
    }
}

fn check_count(count: usize, what: &str, mistakes: &mut Vec<Mistake>) {
    if count > RULES {
        mistakes.push(Mistake {
            message: format!("has {} {what}, and Vercel takes {}", grouped(count), grouped(RULES)),
            hint: "write one rule of kiln.toml for many paths, or leave `vercel` out of `hosts`"
                .into(),
        });
    }
}

/// `None`, and a mistake, where a text is too long.
fn check_length(text: &str, what: &str, limit: usize, mistakes: &mut Vec<Mistake>) -> Option<()> {
    let length = text.chars().count();
    if length <= limit {
        return Some(());
    }
    let start: String = text.chars().take(40).collect();
    mistakes.push(Mistake {
        message: format!(
            "the {what} that begins with `{start}` has {} characters, and Vercel takes {}",
            grouped(length),
            grouped(limit)
        ),
        hint: "shorten it, or leave `vercel` out of `hosts`".into(),
    });
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::example::Example;
    use crate::support::CONFIG;

    fn settings(example: &Example) -> Value {
        let told = files(&example.deployment()).unwrap();
        told.files.first().map_or(Value::Null, |(_, text)| serde_json::from_str(text).unwrap())
    }

    #[test]
    fn nothing_to_tell_is_no_file() {
        let example = Example::new(CONFIG).file("about/index.html", "/about");
        assert_eq!(settings(&example), Value::Null);
    }

    #[test]
    fn pages_are_found_at_their_canonical_urls() {
        use {Format::*, TrailingSlash::*};
        for (format, trailing_slash, expected) in [
            (Directory, Always, json!({ "trailingSlash": true })),
            (Directory, Never, json!({ "trailingSlash": false })),
            (File, Ignore, json!({ "cleanUrls": true })),
            (File, Always, json!({ "cleanUrls": true, "trailingSlash": true })),
            (Preserve, Never, json!({ "cleanUrls": true, "trailingSlash": false })),
        ] {
            assert_eq!(
                settings(&Example::new(Config { format, trailing_slash, ..CONFIG })),
                expected
            );
        }
    }

    #[test]
    fn a_slash_is_not_forced_upon_what_vercel_takes_for_files() {
        for (path, expected) in [
            ("/", true),
            ("/about/", true),
            ("/a.json", true),
            ("/v1.0/notes/", true),
            ("/.well-known/x", true),
            ("/a.b-c/", true),
            ("/v1.0/", false),
            ("/CNAME", false),
            ("/a.b/CNAME", false),
        ] {
            assert_eq!(keeps_slash(path), expected, "{path}");
            let config = Config { trailing_slash: TrailingSlash::Always, ..CONFIG };
            let told = settings(&Example::new(config).file("x", path));
            assert_eq!(told["trailingSlash"] == true, expected, "{path}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_lost() {
        let example = Example::new(CONFIG)
            .redirect("/a.json", "/?a=(b)", 301)
            .redirect("/b", "/?a=(b)", 301)
            .pattern("/go/[a]", "https://x.com/[a]b", None)
            .rule("/*", "a", "$b")
            .rule("/*", "c", "US$ 5, $0.1, 5$")
            .page("p", "/p", &[("d", "${e}")]);
        let lost: Vec<Lost> = files(&example.deployment()).unwrap().lost.into_iter().collect();
        assert_eq!(
            lost,
            [
                Lost::Header { path: "/p".into(), name: "d".into() },
                Lost::RuleHeader { line: 1, name: "a".into() },
                Lost::RuleHeader { line: 2, name: "c".into() },
                Lost::Redirect { from: "/a.json".into() },
                Lost::Pattern { line: 1 },
            ]
        );
    }

    #[test]
    fn a_redirect_that_loses_its_extension_hides_nothing() {
        let config = || Config { format: Format::File, ..CONFIG };
        let example =
            Example::new(config()).redirect("/a", "/x", 301).redirect("/a.html", "/y", 301);
        let expected = json!([{ "source": "/a{/}?", "destination": "/x", "statusCode": 301 }]);
        assert_eq!(settings(&example)["redirects"], expected);
        let example = Example::new(config()).redirect("/a/index.html", "/y", 301);
        let expected = json!([{ "source": "/a{/}?", "destination": "/y", "statusCode": 301 }]);
        assert_eq!(settings(&example)["redirects"], expected);
        let example = example.file("a.html", "/a");
        assert_eq!(settings(&example)["redirects"], Value::Null);
    }

    #[test]
    fn limits_are_counted() {
        let site = |count: usize| {
            (0..count)
                .fold(Example::new(CONFIG), |site, at| site.redirect(&format!("/{at}"), "/", 301))
        };
        assert_eq!(files(&site(RULES).deployment()).unwrap().mistakes, []);
        let told = files(&site(RULES + 1).deployment()).unwrap();
        assert_eq!(told.mistakes[0].message, "has 2,049 redirects, and Vercel takes 2,048");

        let long = "a".repeat(VALUE + 1);
        let site = Example::new(CONFIG)
            .redirect("/a", &format!("/{}", &long[..PATTERN]), 301)
            .page("b", "/b", &[("c", &long)]);
        let mistakes = files(&site.deployment()).unwrap().mistakes;
        let start = "a".repeat(40);
        assert_eq!(
            mistakes.iter().map(|mistake| mistake.message.as_str()).collect::<Vec<_>>(),
            [
                format!(
                    "the path of a redirect that begins with `/{}` has 4,097 characters, and Vercel takes 4,096",
                    &start[1..]
                ),
                format!(
                    "the value of a header that begins with `{start}` has 32,769 characters, and Vercel takes 32,768"
                ),
            ]
        );
    }
}
