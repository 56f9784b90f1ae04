//! `_redirects`: a line for each path that is redirected, and for each pattern.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use anyhow::Result;
use percent_encoding::percent_decode_str;

use super::cloudflare::{self, DYNAMIC_REDIRECTS, FIXED_REDIRECTS, REDIRECT_LINE};
use super::deployment::{Deployment, HostFiles, Lost, Mistake, Redirect};
use super::readers::{COMMENT, Readers};
use super::redirect_pattern::{self, Pattern};
use crate::routing::matching;
use crate::routing::page_path::RoutePath;
use crate::routing::redirect_rule::RedirectRule;
use crate::text::grouped;

/// A line of the file.
#[derive(Debug)]
struct Line {
    from: String,
    to: String,
    /// As it is written: `301`, or `301!`.
    status: String,
    /// Whether its path is not the canonical one, but that with the other slash form.
    is_other_form: bool,
}

/// The lines of the file.
#[derive(Debug, Default)]
struct Lines {
    /// From one path each.
    fixed: Vec<Line>,
    /// With placeholders. Cloudflare counts each line behind the first of them as one more.
    dynamic: Vec<Line>,
    /// The sources so far. The first line of a source counts.
    sources: BTreeSet<String>,
}

/// Adds the file, where there is something to tell.
pub(super) fn add(
    deployment: &Deployment<'_>,
    readers: Readers,
    given: &mut HostFiles,
) -> Result<()> {
    let mut lines = Lines::default();
    for redirect in deployment.redirects {
        if !lines.add_redirect(redirect, readers) && redirect.file.is_none() {
            given.lost.insert(Lost::Redirect { from: redirect.from.clone() });
        }
    }
    let hiding = if readers.cloudflare() { hiding(deployment)? } else { BTreeSet::new() };
    for rule in deployment.patterns {
        match redirect_pattern::translate(deployment.config, rule, readers) {
            Some(patterns) if !hiding.contains(&rule.line) => {
                lines.add_patterns(patterns, rule, readers);
            }
            _ => {
                given.lost.insert(Lost::Pattern { line: rule.line });
            }
        }
    }
    if readers.cloudflare() {
        lines.keep_limits(given);
    }
    if let Some(text) = lines.text() {
        given.files.push(("_redirects".to_owned(), text));
    }
    Ok(())
}

/// The lines of kiln.toml whose patterns also match files of the site: Cloudflare would never serve these.
fn hiding(deployment: &Deployment<'_>) -> Result<BTreeSet<u32>> {
    let mut hiding = BTreeSet::new();
    if deployment.patterns.is_empty() {
        return Ok(hiding);
    }
    deployment.files.each(&mut |file| {
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
    /// Returns false where the readers cannot be told.
    fn add_redirect(&mut self, redirect: &Redirect, readers: Readers) -> bool {
        let Some(to) = readers.target(&redirect.to) else { return false };
        let from = if readers.is_literal_source(&redirect.from) {
            redirect.from.clone()
        } else if readers.cloudflare() && redirect.file.is_some() {
            // Workers find the HTML file, lead to this form of its path, and then find this line.
            cloudflare::encoded(&redirect.from)
        } else {
            return false;
        };
        if !readers.is_literal_source(&from) {
            return false;
        }
        // A file would go before the redirect. Cloudflare does not know the mark, and looks at redirects first.
        let forced = if readers == Readers::Netlify { "!" } else { "" };
        let status = format!("{}{forced}", readers.status(redirect.status));
        let has_forms = readers.cloudflare() && redirect.file.is_some();
        let other = other_form(&from).filter(|_| has_forms);
        let forms = [Some((from, false)), other.map(|other| (other, true))];
        let mut is_told = false;
        for (from, is_other_form) in forms.into_iter().flatten() {
            if readers.cloudflare() && cloudflare::is_refused(&from, &to) {
                continue;
            }
            let line = Line { from, to: to.clone(), status: status.clone(), is_other_form };
            self.push(line, true);
            is_told = true;
        }
        is_told
    }

    fn add_patterns(&mut self, patterns: Vec<Pattern>, rule: &RedirectRule, readers: Readers) {
        // Not forced: nothing stands for the redirect, and a page goes before it.
        let status = readers.status(rule.static_status()).to_string();
        // A slash behind a path with an extension is no form of it.
        let has_forms = readers.cloudflare() && !rule.source.has_known_extension();
        for Pattern { from, to, is_fixed } in patterns {
            // With the slash first, or it would be part of what a star stands for.
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

    /// Keeps what Cloudflare takes: where there is no room, each path in its canonical form alone.
    fn keep_limits(&mut self, given: &mut HostFiles) {
        for (lines, limit, what, hint) in [
            (
                &mut self.fixed,
                FIXED_REDIRECTS,
                "redirects",
                "take redirects out that nobody follows any more, or use a redirect list of the Cloudflare account",
            ),
            (
                &mut self.dynamic,
                DYNAMIC_REDIRECTS,
                "redirects with params",
                "join rules of `[redirects]` into one with `[...rest]`, or use a redirect list of the Cloudflare account",
            ),
        ] {
            if lines.len() > limit {
                lines.retain(|line| !line.is_other_form);
            }
            if lines.len() > limit {
                let (count, limit) = (grouped(lines.len()), grouped(limit));
                given.mistakes.push(Mistake {
                    message: format!("has {count} {what}, and Cloudflare takes {limit}"),
                    hint: hint.to_owned(),
                });
            }
        }
        for line in self.fixed.iter().chain(&self.dynamic) {
            let length = line.to_string().chars().count();
            if length > REDIRECT_LINE {
                let (length, limit) = (grouped(length), grouped(REDIRECT_LINE));
                given.mistakes.push(Mistake {
                    message: format!(
                        "the redirect from `{}` is a line of {length} characters, and Cloudflare takes {limit}",
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

/// The path with a slash at its end, or without the one that it has. The root has one form.
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

    #[track_caller]
    fn check(sample: &Sample, readers: Readers, expected: &[&str]) -> HostFiles {
        let mut given = HostFiles::default();
        add(&sample.deployment(), readers, &mut given).unwrap();
        let text = given.files.first().map_or("", |(_, text)| text);
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(lines, expected, "{readers:?}");
        given
    }

    #[test]
    fn nothing_to_tell_is_no_file() {
        for readers in [Readers::Netlify, Readers::Cloudflare, Readers::Both] {
            assert_eq!(check(&Sample::new(&[], ""), readers, &[]), HostFiles::default());
        }
    }

    #[test]
    fn a_status_is_one_that_the_readers_know() {
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
            check(&sample, Readers::Netlify, &[&line(netlify)]);
            check(&sample, Readers::Cloudflare, &[&line(cloudflare), &other(cloudflare)]);
            check(&sample, Readers::Both, &[&line(both), &other(both)]);
        }
    }

    #[test]
    fn a_redirect_that_cannot_be_told_is_lost_without_its_html_file() {
        let sample = Sample::new(&[], "")
            .redirect("/a:b.json", "/c.json", 301)
            .redirect("/http.json", "http://a.de/", 301)
            .redirect("/http", "http://a.de/", 301);
        let expected = ["/a:b.json", "/http.json"];
        let expected = expected.map(|from| Lost::Redirect { from: from.to_owned() });
        let given = check(&sample, Readers::Cloudflare, &[]);
        assert_eq!(given.lost.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_pattern_never_hides_a_page() {
        let sample = Sample::new(&[], "/base")
            .pattern("/a/[x]", "https://a.de/[x]", 1)
            .pattern("/b/[...x]", "https://b.de/[...x]", 2)
            .file("/base/a/b/c", "a/b/c", &[])
            .file("/base/b/caf%C3%A9", "b/café/index.html", &[]);
        let lines = ["/base/a/:a/ https://a.de/:a 301", "/base/a/:a https://a.de/:a 301"];
        let given = check(&sample, Readers::Cloudflare, &lines);
        assert_eq!(given.lost.into_iter().collect::<Vec<_>>(), [Lost::Pattern { line: 2 }]);
        // Netlify serves the page.
        let lines = [
            "/base/b https://b.de/ 301",
            "/base/a/:a https://a.de/:a 301",
            "/base/b/* https://b.de/:splat 301",
        ];
        assert!(check(&sample, Readers::Netlify, &lines).lost.is_empty());
    }

    #[track_caller]
    fn mistakes(sample: &Sample, readers: Readers, lines: usize, expected: &[&str]) {
        let mut given = HostFiles::default();
        add(&sample.deployment(), readers, &mut given).unwrap();
        let text = given.files.first().map_or("", |(_, text)| text);
        assert_eq!(text.lines().count(), lines + 1);
        let messages: Vec<_> = given.mistakes.into_iter().map(|mistake| mistake.message).collect();
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
        use Readers::{Both, Cloudflare, Netlify};
        mistakes(&with_redirects(1_000), Cloudflare, 2_000, &[]);
        mistakes(&with_redirects(1_001), Cloudflare, 1_001, &[]);
        mistakes(&with_redirects(2_000), Both, 2_000, &[]);
        let sample = with_redirects(2_001);
        mistakes(&sample, Netlify, 2_001, &[]);
        mistakes(&sample, Both, 2_001, &["has 2,001 redirects, and Cloudflare takes 2,000"]);
        mistakes(&with_patterns(50), Cloudflare, 100, &[]);
        mistakes(&with_patterns(100), Cloudflare, 100, &[]);
        let sample = with_patterns(101);
        let message = "has 101 redirects with params, and Cloudflare takes 100";
        mistakes(&sample, Cloudflare, 101, &[message]);
        mistakes(&sample, Netlify, 101, &[]);
    }

    #[test]
    fn a_line_has_a_limit() {
        let to = |length| format!("/{}", "b".repeat(length));
        // `/a.json`, the target and the status, with a space between them.
        let fits = Sample::new(&[], "").redirect("/a.json", &to(987), 301);
        mistakes(&fits, Readers::Cloudflare, 1, &[]);
        let exceeds = Sample::new(&[], "").redirect("/a.json", &to(988), 301);
        let message =
            "the redirect from `/a.json` is a line of 1,001 characters, and Cloudflare takes 1,000";
        mistakes(&exceeds, Readers::Cloudflare, 1, &[message]);
        mistakes(&exceeds, Readers::Netlify, 1, &[]);
    }
}
