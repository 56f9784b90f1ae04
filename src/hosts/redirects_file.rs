//! `_redirects`: a line for each redirected path and for each pattern.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use anyhow::Result;
use percent_encoding::percent_decode_str;

use super::cloudflare::{self, DYNAMIC_REDIRECTS, FIXED_REDIRECTS, REDIRECT_LINE};
use super::deployment::{Deployment, HostFiles, Mistake, Redirect, Unsupported};
use super::redirect_pattern::{self, Pattern};
use super::text_hosts::{COMMENT, TextHosts};
use crate::routing::matching;
use crate::routing::page_path::RoutePath;
use crate::routing::redirect_rule::RedirectRule;
use crate::text::grouped;

/// A line of the file.
#[derive(Debug)]
struct Line {
    from: String,
    to: String,
    /// As written: `301`, or `301!`.
    status: String,
    /// Whether its path has the other slash form and is not canonical.
    is_other_form: bool,
}

/// The lines of the file.
#[derive(Debug, Default)]
struct Lines {
    /// Without placeholders.
    fixed: Vec<Line>,
    /// With placeholders. Cloudflare also counts every line after the first of these towards this limit.
    dynamic: Vec<Line>,
    /// The sources so far. The first line with a source wins.
    sources: BTreeSet<String>,
}

/// Adds `_redirects` if the site has redirects.
pub(super) fn add(
    deployment: &Deployment<'_>,
    hosts: TextHosts,
    output: &mut HostFiles,
) -> Result<()> {
    let mut lines = Lines::default();
    for redirect in deployment.redirects {
        if !lines.add_redirect(redirect, hosts) && redirect.file.is_none() {
            output.unsupported.push(Unsupported::Redirect { from: redirect.from.clone() });
        }
    }
    let hiding = if hosts.has_cloudflare() { hiding(deployment)? } else { BTreeSet::new() };
    for rule in deployment.patterns {
        match redirect_pattern::translate(deployment.config, rule, hosts) {
            Some(patterns) if !hiding.contains(&rule.line) => {
                lines.add_patterns(patterns, rule, hosts);
            }
            _ => {
                output.unsupported.push(Unsupported::Pattern { line: rule.line });
            }
        }
    }
    if hosts.has_cloudflare() {
        lines.keep_limits(output);
    }
    if let Some(text) = lines.text() {
        output.files.push(("_redirects".to_owned(), text));
    }
    Ok(())
}

/// The lines of kiln.toml whose patterns also match files of the site, which Cloudflare would then never serve.
fn hiding(deployment: &Deployment<'_>) -> Result<BTreeSet<u32>> {
    let mut hiding = BTreeSet::new();
    if deployment.patterns.is_empty() {
        return Ok(hiding);
    }
    deployment.files.for_each(&mut |file| {
        let path = file.path.strip_prefix(deployment.config.base).unwrap_or(&file.path);
        let path = percent_decode_str(path.trim_matches('/')).decode_utf8_lossy();
        let Some(path) = RoutePath::of_segments(&path) else { return Ok(()) };
        for rule in deployment.patterns {
            if matching::params(&rule.source, &path).is_some() {
                hiding.insert(rule.line);
            }
        }
        Ok(())
    })?;
    Ok(hiding)
}

impl Lines {
    /// Adds a redirect. Returns false if the hosts cannot express it.
    fn add_redirect(&mut self, redirect: &Redirect, hosts: TextHosts) -> bool {
        let Some(to) = hosts.target(&redirect.to) else { return false };
        let from = if hosts.is_literal_source(&redirect.from) {
            redirect.from.clone()
        } else if hosts.has_cloudflare() && redirect.file.is_some() {
            // Workers find the HTML file, redirect to this form of its path, and then find this line.
            cloudflare::encoded(&redirect.from)
        } else {
            return false;
        };
        if !hosts.is_literal_source(&from) {
            return false;
        }
        // Netlify would serve a file before the redirect unless it is forced. Cloudflare does not know the mark, and
        // applies redirects first.
        let forced = if hosts == TextHosts::Netlify { "!" } else { "" };
        let status = format!("{}{forced}", hosts.status(redirect.status));
        let has_forms = hosts.has_cloudflare() && redirect.file.is_some();
        let other = other_form(&from).filter(|_| has_forms);
        let forms = [Some((from, false)), other.map(|other| (other, true))];
        let mut is_added = false;
        for (from, is_other_form) in forms.into_iter().flatten() {
            if hosts.has_cloudflare() && cloudflare::is_refused(&from, &to) {
                continue;
            }
            let line = Line { from, to: to.clone(), status: status.clone(), is_other_form };
            self.push(line, true);
            is_added = true;
        }
        is_added
    }

    fn add_patterns(&mut self, patterns: Vec<Pattern>, rule: &RedirectRule, hosts: TextHosts) {
        // Not forced: no HTML file exists for the redirect, and a page has priority over it.
        let status = hosts.status(rule.static_status()).to_string();
        // A path with an extension has no form with a slash.
        let has_forms = hosts.has_cloudflare() && !rule.source.has_known_extension();
        for Pattern { from, to, is_fixed } in patterns {
            // The form with the slash comes first, since a star would also match the slash.
            let mut forms = vec![(from.clone(), false)];
            forms.extend(other_form(&from).filter(|_| has_forms).map(|other| (other, true)));
            forms.sort_by_key(|(from, _)| !from.ends_with('/'));
            for (from, is_other_form) in forms {
                let line = Line { from, to: to.clone(), status: status.clone(), is_other_form };
                self.push(line, is_fixed);
            }
        }
    }

    fn push(&mut self, line: Line, is_fixed: bool) {
        if self.sources.insert(line.from.clone()) {
            if is_fixed { &mut self.fixed } else { &mut self.dynamic }.push(line);
        }
    }

    /// Applies Cloudflare's limits. If there are too many lines, only the canonical form of each path is kept.
    fn keep_limits(&mut self, output: &mut HostFiles) {
        for (lines, limit, what, hint) in [
            (
                &mut self.fixed,
                FIXED_REDIRECTS,
                "redirects",
                "remove redirects that are no longer used, or use a redirect list of the Cloudflare account",
            ),
            (
                &mut self.dynamic,
                DYNAMIC_REDIRECTS,
                "redirects with params",
                "combine rules of `[redirects]` with `[...rest]`, or use a redirect list of the Cloudflare account",
            ),
        ] {
            if lines.len() > limit {
                lines.retain(|line| !line.is_other_form);
            }
            if lines.len() > limit {
                let (count, limit) = (grouped(lines.len()), grouped(limit));
                output.mistakes.push(Mistake {
                    message: format!("has {count} {what}, but Cloudflare allows {limit}"),
                    hint: hint.to_owned(),
                });
            }
        }
        for line in self.fixed.iter().chain(&self.dynamic) {
            let length = line.to_string().chars().count();
            if length > REDIRECT_LINE {
                let (length, limit) = (grouped(length), grouped(REDIRECT_LINE));
                output.mistakes.push(Mistake {
                    message: format!(
                        "the redirect from `{}` is a line of {length} characters, but Cloudflare allows {limit}",
                        line.from
                    ),
                    hint: "shorten its path or its target".to_owned(),
                });
            }
        }
    }

    fn text(&self) -> Option<String> {
        let mut text = COMMENT.to_owned();
        for line in self.fixed.iter().chain(&self.dynamic) {
            let _ = writeln!(text, "{line}");
        }
        (text.len() > COMMENT.len()).then_some(text)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.from, self.to, self.status)
    }
}

/// The path with a slash at its end, or without it. The root has one form.
fn other_form(path: &str) -> Option<String> {
    match path.strip_suffix('/') {
        Some("") => None,
        Some(without) => Some(without.to_owned()),
        None => Some(format!("{path}/")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::sample::Sample;
    use crate::text::sorted::sorted_set;

    #[track_caller]
    fn check(sample: &Sample, hosts: TextHosts, expected: &[&str]) -> HostFiles {
        let mut output = HostFiles::default();
        add(&sample.deployment(), hosts, &mut output).unwrap();
        let text = output.files.first().map_or("", |(_, text)| text);
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(lines, expected, "{hosts:?}");
        output
    }

    #[test]
    fn a_site_without_rules_has_no_file() {
        for hosts in [TextHosts::Netlify, TextHosts::Cloudflare, TextHosts::Both] {
            assert_eq!(check(&Sample::new(&[], ""), hosts, &[]), HostFiles::default());
        }
    }

    #[test]
    fn a_status_is_one_that_the_hosts_support() {
        for (status, netlify, cloudflare, both) in [
            (301, "301!", "301", "301"),
            (302, "302!", "302", "302"),
            (303, "302!", "303", "302"),
            (307, "302!", "307", "302"),
            (308, "301!", "308", "301"),
        ] {
            let sample = Sample::new(&[], "/docs").redirect("/docs/a", "/docs/b", status);
            let line = |status| format!("/docs/a /docs/b {status}");
            let other = |status| format!("/docs/a/ /docs/b {status}");
            check(&sample, TextHosts::Netlify, &[&line(netlify)]);
            check(&sample, TextHosts::Cloudflare, &[&line(cloudflare), &other(cloudflare)]);
            check(&sample, TextHosts::Both, &[&line(both), &other(both)]);
        }
    }

    #[test]
    fn a_redirect_without_an_html_file_may_be_unsupported() {
        let sample = Sample::new(&[], "")
            .redirect("/a:b.json", "/c.json", 301)
            .redirect("/http.json", "http://a.de/", 301)
            .redirect("/http", "http://a.de/", 301);
        let expected = ["/a:b.json", "/http.json"];
        let expected = expected.map(|from| Unsupported::Redirect { from: from.to_owned() });
        let output = check(&sample, TextHosts::Cloudflare, &[]);
        assert_eq!(sorted_set(output.unsupported), expected);
    }

    #[test]
    fn a_pattern_never_hides_a_page() {
        let sample = Sample::new(&[], "/base")
            .pattern("/a/[x]", "https://a.de/[x]", 1)
            .pattern("/b/[...x]", "https://b.de/[...x]", 2)
            .file("/base/a/b/c", "a/b/c", &[])
            .file("/base/b/caf%C3%A9", "b/café/index.html", &[]);
        let lines = ["/base/a/:a/ https://a.de/:a 301", "/base/a/:a https://a.de/:a 301"];
        let output = check(&sample, TextHosts::Cloudflare, &lines);
        assert_eq!(sorted_set(output.unsupported), [Unsupported::Pattern { line: 2 }]);
        // Netlify serves the page instead.
        let lines = [
            "/base/b https://b.de/ 301",
            "/base/a/:a https://a.de/:a 301",
            "/base/b/* https://b.de/:splat 301",
        ];
        assert!(check(&sample, TextHosts::Netlify, &lines).unsupported.is_empty());
    }

    #[track_caller]
    fn mistakes(sample: &Sample, hosts: TextHosts, lines: usize, expected: &[&str]) {
        let mut output = HostFiles::default();
        add(&sample.deployment(), hosts, &mut output).unwrap();
        let text = output.files.first().map_or("", |(_, text)| text);
        assert_eq!(text.lines().count(), lines + 1);
        let messages: Vec<_> = output.mistakes.into_iter().map(|mistake| mistake.message).collect();
        assert_eq!(messages, expected);
    }

    fn with_redirects(count: usize) -> Sample {
        (0..count).fold(Sample::new(&[], ""), |sample, at| {
            sample.redirect(&format!("/{at:04}"), "/", 301)
        })
    }

    fn with_patterns(count: usize) -> Sample {
        (0..count).fold(Sample::new(&[], ""), |sample, at| {
            sample.pattern(&format!("/{at}/[x]"), "https://a.de/[x]", 1)
        })
    }

    #[test]
    fn limits_are_counted() {
        use TextHosts::{Both, Cloudflare, Netlify};
        mistakes(&with_redirects(1_000), Cloudflare, 2_000, &[]);
        mistakes(&with_redirects(1_001), Cloudflare, 1_001, &[]);
        mistakes(&with_redirects(2_000), Both, 2_000, &[]);
        let sample = with_redirects(2_001);
        mistakes(&sample, Netlify, 2_001, &[]);
        mistakes(&sample, Both, 2_001, &["has 2,001 redirects, but Cloudflare allows 2,000"]);
        mistakes(&with_patterns(50), Cloudflare, 100, &[]);
        mistakes(&with_patterns(100), Cloudflare, 100, &[]);
        let sample = with_patterns(101);
        let message = "has 101 redirects with params, but Cloudflare allows 100";
        mistakes(&sample, Cloudflare, 101, &[message]);
        mistakes(&sample, Netlify, 101, &[]);
    }

    #[test]
    fn a_line_has_a_limit() {
        let to = |length| format!("/{}", "b".repeat(length));
        // `/a.json`, the target and the status, with a space between them.
        let fits = Sample::new(&[], "").redirect("/a.json", &to(987), 301);
        mistakes(&fits, TextHosts::Cloudflare, 1, &[]);
        let exceeds = Sample::new(&[], "").redirect("/a.json", &to(988), 301);
        let message = "the redirect from `/a.json` is a line of 1,001 characters, but Cloudflare allows 1,000";
        mistakes(&exceeds, TextHosts::Cloudflare, 1, &[message]);
        mistakes(&exceeds, TextHosts::Netlify, 1, &[]);
    }
}
