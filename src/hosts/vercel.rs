//! Vercel: `vercel.json`.
//!
//! `vercel deploy dist` uploads the out folder as it is and reads the `vercel.json` in it, so kiln writes that file.
//! The Build Output API has plain regular expressions, but expects all files in another folder.
//!
//! Paths are patterns of path-to-regexp, matched against percent-encoded paths as they appear in URLs. Vercel inserts
//! captures into targets, and into values of headers, that contain `$1`. The captures have no names here, because
//! Vercel parses and rewrites targets with names. Redirects come before files. If two rules set the same header, the
//! later one wins.
//!
//! Vercel serves from the root of the host. Under a base, rewrites lead to the files.

mod pattern;

use std::collections::BTreeSet;

use anyhow::Result;
use serde_json::{Map, Value, json};

use self::pattern::{SLASH, both_forms, literal, source, target, target_of};
use super::deployment::{Deployment, HostFiles, Mistake, Redirect, Unsupported, joined};
use crate::config::header_rule::HeaderRule;
use crate::config::{Config, Format, TrailingSlash};
use crate::hosts::{base, captures};
use crate::text::grouped;

const FILE: &str = "vercel.json";

/// The most redirects, and the most header rules.
const RULES: usize = 2_048;
/// The longest source or target, in characters.
const PATTERN: usize = 4_096;
/// The longest value of a header, in characters.
const VALUE: usize = 32_768;

/// Generates the settings for Vercel.
pub(crate) fn files(deployment: &Deployment<'_>) -> Result<HostFiles> {
    let mut output = HostFiles::default();
    output.mistakes.extend(base::check(deployment, "Vercel")?);
    let redirects = redirects(deployment, &mut output)?;
    let headers = headers(deployment, &mut output)?;
    for (rules, what) in [(&redirects, "redirects"), (&headers, "rules for headers")] {
        check_count(rules.len(), what, &mut output.mistakes);
    }
    let mut settings = Map::new();
    if strips_html(deployment.config) {
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
        output.files.push((FILE.into(), format!("{:#}\n", Value::Object(settings))));
    }
    Ok(output)
}

/// Returns true if Vercel serves `about.html` at `/about` and redirects `/about.html` to it.
fn strips_html(config: &Config) -> bool {
    config.format != Format::Directory
}

/// Whether Vercel redirects to the form with a slash, or to the one without; `None` if it serves both.
fn trailing_slash(deployment: &Deployment<'_>) -> Result<Option<bool>> {
    match deployment.config.trailing_slash {
        TrailingSlash::Ignore => Ok(None),
        TrailingSlash::Never => Ok(Some(false)),
        TrailingSlash::Always => {
            let mut keeps_all = true;
            deployment.files.for_each(&mut |file| {
                keeps_all &= keeps_slash(&file.path);
                Ok(())
            })?;
            // Redirecting a canonical URL is worse than serving a page at two URLs.
            Ok(keeps_all.then_some(true))
        }
    }
}

/// Returns true if Vercel leaves a path unchanged while it redirects others to the form with a slash.
///
/// To Vercel, a segment with a dot is a file, and a segment that ends in letters after a dot has no slash.
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

/// Rewrites from the URLs below a base to the files.
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

fn redirects(deployment: &Deployment<'_>, output: &mut HostFiles) -> Result<Vec<Value>> {
    let mut rules = Vec::new();
    let pages = pages_at_redirects(deployment)?;
    for redirect in deployment.redirects {
        match (found_at(deployment, &pages, redirect), target(&redirect.to)) {
            (Some(from), Some(to)) => {
                rules.extend(rule(&both_forms(from), &to, redirect.status, output));
            }
            _ => output.fall_back_to_html(redirect),
        }
    }
    for pattern in captures::hiding_no_file(deployment, &mut output.unsupported)? {
        let translated = captures::translate(deployment.config, pattern);
        let translated = translated.and_then(|all| {
            let pair =
                |one: &captures::Captures| Some((source(&one.source), target_of(&one.target)?));
            all.iter().map(pair).collect::<Option<Vec<_>>>()
        });
        let Some(translated) = translated else {
            output.unsupported.push(Unsupported::Pattern { line: pattern.line });
            continue;
        };
        for (from, to) in translated {
            rules.extend(rule(&from, &to, pattern.static_status(), output));
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
        deployment.files.for_each(&mut |file| {
            let path = answered(deployment.config, &file.path).trim_end_matches('/');
            if shortened.contains(path) {
                pages.insert(path.to_owned());
            }
            Ok(())
        })?;
    }
    Ok(pages)
}

/// The path at which Vercel looks for a redirect; `None` if a page or another redirect has that path.
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

/// A redirect; `None`, with a mistake, if it is too long.
fn rule(from: &str, to: &str, status: u16, output: &mut HostFiles) -> Option<Value> {
    for text in [from, to] {
        check_length(text, "path of a redirect", PATTERN, &mut output.mistakes)?;
    }
    Some(json!({ "source": from, "destination": to, "statusCode": status }))
}

fn headers(deployment: &Deployment<'_>, output: &mut HostFiles) -> Result<Vec<Value>> {
    let config = deployment.config;
    let mut rules = Vec::new();
    for rule in deployment.rules {
        let (can, cannot): (Vec<_>, Vec<_>) =
            rule.headers.iter().copied().partition(|(_, value)| is_literal(value));
        let lose = |(name, _): (&str, &str)| Unsupported::RuleHeader {
            line: rule.line,
            name: name.into(),
        };
        output.unsupported.extend(cannot.into_iter().map(lose));
        rules.extend(header_rule(&source_of(rule, config), can, output));
    }
    for page in deployment.headers {
        let headers = page.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let (can, cannot): (Vec<_>, Vec<_>) = headers.partition(|(_, value)| is_literal(value));
        let lose = |(name, _): (&str, &str)| Unsupported::Header {
            path: page.path.clone(),
            name: name.into(),
        };
        output.unsupported.extend(cannot.into_iter().map(lose));
        if answered(config, &page.path) == page.path {
            rules.extend(header_rule(&both_forms(&page.path), can, output));
        }
    }
    if strips_html(config) {
        // No rule for `*.html` matches the paths at which these are served.
        deployment.files.for_each(&mut |file| {
            let path = answered(config, &file.path);
            if path != file.path {
                let mut headers = deployment.headers_of(&file.path);
                headers.retain(|(_, value)| is_literal(value));
                rules.extend(header_rule(&both_forms(path), headers, output));
            }
            Ok(())
        })?;
    }
    Ok(rules)
}

/// A header rule; `None` if it has no headers or is too long.
fn header_rule<'a>(
    source: &str,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    output: &mut HostFiles,
) -> Option<Value> {
    let headers = joined(headers);
    check_length(source, "path of a header", PATTERN, &mut output.mistakes)?;
    for (_, value) in headers.entries() {
        check_length(value, "value of a header", VALUE, &mut output.mistakes)?;
    }
    let pair = |(key, value): (String, String)| json!({ "key": key, "value": value });
    let headers: Vec<Value> = headers.into_iter().map(pair).collect();
    (!headers.is_empty()).then(|| json!({ "source": source, "headers": headers }))
}

/// Returns true if Vercel sends a value unchanged.
fn is_literal(value: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '{';
    !value.match_indices('$').any(|(at, _)| value[at + 1..].starts_with(is_name))
}

/// The paths of a rule at which files are served.
fn source_of(rule: &HeaderRule, config: &Config) -> String {
    let before = literal(rule.before);
    match rule.after {
        // No file has a path that is not canonical.
        None if rule.before.ends_with('/') && config.trailing_slash != TrailingSlash::Always => {
            before
        }
        None => both_forms(rule.before),
        // `/docs/*` also applies to `/docs`.
        Some("") => match before.strip_suffix('/') {
            Some("") => "/(.*)".to_owned(),
            Some(folder) => format!("{folder}{{(/.*)}}?"),
            None => format!("{before}(.*)"),
        },
        Some(after) if after.ends_with('/') => format!("{before}(.*){}", literal(after)),
        Some(after) => format!("{before}(.*){}{SLASH}", literal(after)),
    }
}

/// The path at which Vercel serves a page if it strips `.html`.
fn answered<'a>(config: &Config, path: &'a str) -> &'a str {
    match path.strip_suffix(".html") {
        Some(page) if strips_html(config) => page.strip_suffix("/index").unwrap_or(page),
        _ => path,
    }
}

fn check_count(count: usize, what: &str, mistakes: &mut Vec<Mistake>) {
    if count > RULES {
        mistakes.push(Mistake {
            message: format!("has {} {what}, but Vercel allows {}", grouped(count), grouped(RULES)),
            hint: "write one rule of kiln.toml for many paths, or remove `vercel` from `hosts`"
                .into(),
        });
    }
}

/// Returns `None`, and adds a mistake, if a text is too long.
fn check_length(text: &str, what: &str, limit: usize, mistakes: &mut Vec<Mistake>) -> Option<()> {
    let length = text.chars().count();
    if length <= limit {
        return Some(());
    }
    let start: String = text.chars().take(40).collect();
    mistakes.push(Mistake {
        message: format!(
            "the {what} that begins with `{start}` has {} characters, but Vercel allows {}",
            grouped(length),
            grouped(limit)
        ),
        hint: "shorten it, or remove `vercel` from `hosts`".into(),
    });
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::example::Example;
    use crate::support::CONFIG;
    use crate::text::sorted::sorted_set;

    fn settings(example: &Example) -> Value {
        let output = files(&example.deployment()).unwrap();
        output.files.first().map_or(Value::Null, |(_, text)| serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_site_without_rules_has_no_file() {
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
    fn paths_that_vercel_takes_for_files_keep_their_form() {
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
            let output = settings(&Example::new(config).file("x", path));
            assert_eq!(output["trailingSlash"] == true, expected, "{path}");
        }
    }

    #[test]
    fn unsupported_features_are_listed() {
        let example = Example::new(CONFIG)
            .redirect("/a.json", "/?a=(b)", 301)
            .redirect("/b", "/?a=(b)", 301)
            .pattern("/go/[a]", "https://x.com/[a]b", None)
            .rule("/*", "a", "$b")
            .rule("/*", "c", "US$ 5, $0.1, 5$")
            .page("p", "/p", &[("d", "${e}")]);
        let unsupported: Vec<Unsupported> =
            sorted_set(files(&example.deployment()).unwrap().unsupported);
        assert_eq!(
            unsupported,
            [
                Unsupported::Header { path: "/p".into(), name: "d".into() },
                Unsupported::RuleHeader { line: 1, name: "a".into() },
                Unsupported::RuleHeader { line: 2, name: "c".into() },
                Unsupported::Redirect { from: "/a.json".into() },
                Unsupported::Pattern { line: 1 },
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
        let output = files(&site(RULES + 1).deployment()).unwrap();
        assert_eq!(output.mistakes[0].message, "has 2,049 redirects, but Vercel allows 2,048");

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
                    "the path of a redirect that begins with `/{}` has 4,097 characters, but Vercel allows 4,096",
                    &start[1..]
                ),
                format!(
                    "the value of a header that begins with `{start}` has 32,769 characters, but Vercel allows 32,768"
                ),
            ]
        );
    }
}
