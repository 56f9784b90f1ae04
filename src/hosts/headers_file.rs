//! `_headers`: the rules of kiln.toml where the hosts match the same paths as kiln, and entries for single files
//! elsewhere.
//!
//! A host may match a pattern against other paths than kiln does, and Netlify joins the values of two patterns. So each
//! file is checked. If it would get a wrong header, an entry for Cloudflare detaches that header, and for Netlify the
//! header is taken out of the pattern and written for each file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anyhow::Result;

use super::cloudflare::{self, HEADER_LINE, HEADER_RULES};
use super::deployment::{Deployment, HostFiles, Mistake, SiteFile, Unsupported};
use super::text_hosts::{COMMENT, TextHosts};
use crate::config::header_rule::HeaderRule;
use crate::text::grouped;

/// Adds `_headers` if the site has headers.
///
/// The files are visited twice, because a header that one file takes out of a pattern has to be added to all files
/// before it.
pub(super) fn add(
    deployment: &Deployment<'_>,
    hosts: TextHosts,
    output: &mut HostFiles,
) -> Result<()> {
    if deployment.headers.is_empty() && deployment.rules.is_empty() {
        return Ok(());
    }
    output
        .unsupported
        .extend(deployment.unsupported_headers(|name, value| hosts.can_send(name, value)));
    let mut plan = Plan::new(deployment, hosts);
    deployment.files.for_each(&mut |file| {
        plan.check(&file);
        Ok(())
    })?;
    let mut entries = plan.entries_of_rules();
    deployment.files.for_each(&mut |file| {
        plan.add_entries_of(&file, &mut entries, output);
        Ok(())
    })?;
    if hosts.has_cloudflare() {
        check_limits(&entries, hosts, output);
    }
    if !entries.is_empty() {
        let mut text = COMMENT.to_owned();
        for entry in &entries {
            entry.write(&mut text);
        }
        output.files.push(("_headers".to_owned(), text));
    }
    Ok(())
}

/// A path or a pattern with its headers.
#[derive(Debug)]
struct Entry {
    path: String,
    /// Headers to remove before the others are set. Only Cloudflare supports this.
    detached: Vec<String>,
    headers: Vec<(String, String)>,
}

impl Entry {
    fn is_empty(&self) -> bool {
        self.detached.is_empty() && self.headers.is_empty()
    }

    fn write(&self, text: &mut String) {
        let _ = writeln!(text, "{}", self.path);
        for name in &self.detached {
            let _ = writeln!(text, "  ! {name}");
        }
        for (name, value) in &self.headers {
            let _ = writeln!(text, "  {name}: {value}");
        }
    }
}

/// The headers of a path by name, each with all its values.
type Headers<'a> = BTreeMap<&'a str, Vec<&'a str>>;

/// Decides which headers are written for patterns, and which for single files.
struct Plan<'a> {
    deployment: &'a Deployment<'a>,
    hosts: TextHosts,
    /// Headers that are not written for the pattern of their rule: the index of the rule, and the name.
    taken: BTreeSet<(usize, &'static str)>,
}

impl<'a> Plan<'a> {
    fn new(deployment: &'a Deployment<'a>, hosts: TextHosts) -> Self {
        let mut taken = BTreeSet::new();
        for (at, rule) in deployment.rules.iter().enumerate() {
            let is_wide = rule.after.is_some() && hosts.is_wide(rule);
            for (name, value) in rule.headers {
                // Cloudflare would insert the text that the star matched into the value.
                let is_filled = hosts.has_cloudflare() && value.contains(":splat");
                if !is_wide || is_filled || !hosts.can_send(name, value) {
                    taken.insert((at, *name));
                }
            }
        }
        Plan { deployment, hosts, taken }
    }

    /// Takes headers out of patterns that would give this file a wrong header.
    fn check(&mut self, file: &SiteFile) {
        let wanted = self.wanted(&file.path);
        for answer in self.hosts.answers(file) {
            for (at, rule) in self.wide_rules() {
                if self.hosts.matches(rule, &answer).is_none() {
                    self.taken.extend(rule.headers.iter().map(|(name, _)| (at, *name)));
                }
            }
            for (name, values) in self.by_patterns(&answer) {
                let wanted = wanted.get(name).map(Vec::as_slice);
                if !self.is_right(&values, wanted) && !self.can_override(&answer, name, wanted) {
                    self.taken.extend(values.iter().map(|(at, _)| (*at, name)));
                }
            }
        }
    }

    /// Returns true if and only if the patterns give a path the wanted values of a header.
    fn is_right(&self, values: &[(usize, &str)], wanted: Option<&[&str]>) -> bool {
        match values {
            // If two patterns match, the later one detaches the header of the earlier one.
            [.., (_, value)] if self.hosts == TextHosts::Cloudflare => wanted == Some(&[value]),
            [(_, value)] => wanted == Some(&[value]),
            _ => false,
        }
    }

    /// Returns true if and only if an entry for the path alone can override the patterns.
    fn can_override(&self, path: &str, name: &str, wanted: Option<&[&str]>) -> bool {
        self.hosts == TextHosts::Cloudflare
            && self.hosts.is_literal(path)
            && (wanted.is_some() || !cloudflare::DEFAULT_HEADERS.contains(&name))
    }

    /// The entries for rules with patterns.
    fn entries_of_rules(&self) -> Vec<Entry> {
        let mut entries: Vec<(Entry, &HeaderRule)> = Vec::new();
        for (at, rule) in self.wide_rules() {
            let headers = self
                .pattern_headers(at, rule)
                .map(|(name, value)| (name.to_owned(), value.to_owned()));
            let headers: Vec<(String, String)> = headers.collect();
            if headers.is_empty() {
                continue;
            }
            let meets = |earlier: &HeaderRule| {
                earlier.before.starts_with(rule.before) || rule.before.starts_with(earlier.before)
            };
            let is_set = |name: &str| {
                entries.iter().any(|(entry, earlier)| {
                    meets(earlier) && entry.headers.iter().any(|(set, _)| set == name)
                })
            };
            let names = headers.iter().map(|(name, _)| name);
            let detached = match self.hosts {
                TextHosts::Cloudflare => names.filter(|name| is_set(name)).cloned().collect(),
                // No two patterns set the same header of one path, since Netlify would join the values.
                TextHosts::Netlify | TextHosts::Both => Vec::new(),
            };
            let path = format!("{}*{}", rule.before, rule.after.unwrap_or_default());
            entries.push((Entry { path, detached, headers }, rule));
        }
        entries.into_iter().map(|(entry, _)| entry).collect()
    }

    /// Adds entries for the headers of a file that the patterns do not set.
    fn add_entries_of(&self, file: &SiteFile, entries: &mut Vec<Entry>, output: &mut HostFiles) {
        let wanted = self.wanted(&file.path);
        for path in self.hosts.answers(file) {
            let entry = self.entry(path, &wanted);
            if self.hosts.is_literal(&entry.path) {
                entries.extend((!entry.is_empty()).then_some(entry));
            } else {
                for (name, _) in entry.headers {
                    output.unsupported.push(Unsupported::Header { path: file.path.clone(), name });
                }
            }
        }
    }

    /// The entry that a path needs in addition to the patterns.
    fn entry(&self, path: String, wanted: &Headers<'_>) -> Entry {
        let by_patterns = self.by_patterns(&path);
        let mut entry = Entry { path, detached: Vec::new(), headers: Vec::new() };
        for (name, values) in wanted {
            let set = by_patterns.get(name);
            if set.is_some_and(|set| self.is_right(set, Some(values))) {
                continue;
            }
            entry.detached.extend(set.map(|_| (*name).to_owned()));
            let values = values.iter().map(|value| ((*name).to_owned(), (*value).to_owned()));
            entry.headers.extend(values);
        }
        for name in by_patterns.into_keys().filter(|name| !wanted.contains_key(name)) {
            entry.detached.push(name.to_owned());
            if name == "cache-control" {
                entry.headers.push((name.to_owned(), cloudflare::CACHE_CONTROL.to_owned()));
            }
        }
        entry
    }

    /// The headers of a path that all hosts can send.
    fn wanted(&self, path: &str) -> Headers<'a> {
        let mut wanted: Headers<'a> = BTreeMap::new();
        for (name, value) in self.deployment.headers_of(path) {
            if self.hosts.can_send(name, value) {
                wanted.entry(name).or_default().push(value);
            }
        }
        wanted
    }

    /// The headers that patterns set for a path: the indices of the rules, in order, and the values.
    fn by_patterns(&self, path: &str) -> BTreeMap<&'static str, Vec<(usize, &'static str)>> {
        let mut headers: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (at, rule) in self.wide_rules() {
            if self.hosts.matches(rule, path) == Some(true) {
                for (name, value) in self.pattern_headers(at, rule) {
                    headers.entry(name).or_default().push((at, value));
                }
            }
        }
        headers
    }

    /// The headers of a rule that are written for its pattern.
    fn pattern_headers(
        &self,
        at: usize,
        rule: &HeaderRule,
    ) -> impl Iterator<Item = (&'static str, &'static str)> {
        rule.headers.iter().copied().filter(move |(name, _)| !self.taken.contains(&(at, *name)))
    }

    fn wide_rules(&self) -> impl Iterator<Item = (usize, &'a HeaderRule)> + use<'a> {
        self.deployment.rules.iter().enumerate().filter(|(_, rule)| rule.after.is_some())
    }
}

fn check_limits(entries: &[Entry], hosts: TextHosts, output: &mut HostFiles) {
    if entries.len() > HEADER_RULES {
        let (count, limit) = (grouped(entries.len()), grouped(HEADER_RULES));
        let hint = match hosts {
            // A page that matches two patterns is what turns a few entries into many.
            TextHosts::Both => {
                "do not set the same header for a page in two paths of `[headers]`: Netlify then needs an entry for each page"
            }
            TextHosts::Netlify | TextHosts::Cloudflare => {
                "set the same headers for many pages with a `*` in `[headers]`"
            }
        };
        output.mistakes.push(Mistake {
            message: format!("needs {count} paths with headers, but Cloudflare allows {limit}"),
            hint: hint.to_owned(),
        });
    }
    for entry in entries {
        let mut text = String::new();
        entry.write(&mut text);
        let lengths = text.lines().map(|line| line.trim().chars().count());
        let Some(length) = lengths.max().filter(|length| *length > HEADER_LINE) else { continue };
        let (length, limit) = (grouped(length), grouped(HEADER_LINE));
        output.mistakes.push(Mistake {
            message: format!(
                "a header of `{}` is a line of {length} characters, but Cloudflare allows {limit}",
                entry.path
            ),
            hint: "shorten its value".to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hosts::sample::{Sample, rule};

    #[track_caller]
    fn check(sample: &Sample, hosts: TextHosts, expected: &str) {
        let mut output = HostFiles::default();
        add(&sample.deployment(), hosts, &mut output).unwrap();
        let text = output.files.first().map_or("", |(_, text)| text);
        let lines: Vec<&str> = text.lines().skip(1).map(str::trim).collect();
        assert_eq!(lines.join("\n"), expected, "{hosts:?}");
        assert!(output.mistakes.is_empty() && output.unsupported.is_empty(), "{output:?}");
    }

    #[test]
    fn a_site_without_rules_has_no_file() {
        let sample = Sample::new(&[rule("/nobody", 1, &[("x-a", "b")])], "");
        check(&sample.file("/", "index.html", &[]), TextHosts::Both, "");
    }

    #[test]
    fn headers_apply_where_the_host_serves_the_file() {
        let sample = Sample::new(&[rule("/base/a", 1, &[("x-a", "b")])], "/base")
            .file("/base/a", "a/index.html", &[])
            .file("/base/c", "c.html", &[("x-c", "d")]);
        check(&sample, TextHosts::Netlify, "/base/a\nx-a: b\n/base/c\nx-c: d");
        check(&sample, TextHosts::Cloudflare, "/base/a/\nx-a: b\n/base/c\nx-c: d");
    }

    #[test]
    fn the_more_specific_of_two_headers_wins() {
        let all = rule("/*", 1, &[("x-a", "1"), ("x-b", "2")]);
        let sample = Sample::new(&[all, rule("/c/*", 2, &[("x-a", "3")])], "")
            .file("/c/d", "c/d", &[("x-b", "4")])
            .file("/e", "e", &[]);
        let cloudflare = "/*\nx-a: 1\nx-b: 2\n/c/*\n! x-a\nx-a: 3\n/c/d\n! x-b\nx-b: 4";
        check(&sample, TextHosts::Cloudflare, cloudflare);
        let netlify = "/c/d\nx-a: 3\nx-b: 4\n/e\nx-a: 1\nx-b: 2";
        check(&sample, TextHosts::Netlify, netlify);
        check(&sample, TextHosts::Both, netlify);
    }

    #[test]
    fn rules_that_do_not_meet_stay_as_they_are() {
        let rules = [rule("/a/*", 1, &[("x-a", "1")]), rule("/b/*", 2, &[("x-a", "2")])];
        let sample = Sample::new(&rules, "").file("/a/c", "a/c", &[]).file("/b/c", "b/c", &[]);
        for hosts in [TextHosts::Netlify, TextHosts::Cloudflare, TextHosts::Both] {
            check(&sample, hosts, "/a/*\nx-a: 1\n/b/*\nx-a: 2");
        }
    }

    #[test]
    fn a_pattern_that_a_host_matches_differently_is_corrected() {
        let rules =
            [rule("/a/*", 1, &[("x-a", "1")]), rule("/b*c/", 2, &[("cache-control", "no-cache")])];
        let sample = Sample::new(&rules, "").file("/ab", "ab", &[]).file("/a/b", "a/b", &[]).file(
            "/b-c",
            "b-c/index.html",
            &[],
        );
        // Netlify matches `/a/*` with `/ab`, and `/b*c/` with `/b-c`.
        check(&sample, TextHosts::Netlify, "/a/b\nx-a: 1");
        // Cloudflare serves `/b-c` at `/b-c/`; in place of the removed header it gets the default.
        let restored = "/a/*\nx-a: 1\n/b*c/\ncache-control: no-cache\n\
            /b-c/\n! cache-control\ncache-control: public, max-age=0, must-revalidate";
        check(&sample, TextHosts::Cloudflare, restored);
    }

    #[test]
    fn a_default_header_of_the_host_is_not_removed() {
        let sample = Sample::new(&[rule("/b*c/", 1, &[("content-type", "text/plain")])], "")
            .file("/b-c", "b-c/index.html", &[])
            .file("/bd/c/", "bd/c/index.html", &[]);
        check(&sample, TextHosts::Cloudflare, "/bd/c/\ncontent-type: text/plain");
    }

    #[track_caller]
    fn mistakes(sample: &Sample, expected: &[&str]) {
        let mut output = HostFiles::default();
        add(&sample.deployment(), TextHosts::Cloudflare, &mut output).unwrap();
        let messages: Vec<_> = output.mistakes.into_iter().map(|mistake| mistake.message).collect();
        assert_eq!(messages, expected);
    }

    #[test]
    fn limits_are_counted() {
        let pages = |count: usize| {
            (0..count).fold(Sample::new(&[], ""), |sample, at| {
                sample.file(&format!("/{at}"), &format!("{at}"), &[("x-a", "b")])
            })
        };
        mistakes(&pages(100), &[]);
        mistakes(&pages(101), &["needs 101 paths with headers, but Cloudflare allows 100"]);
        let page =
            |length: usize| Sample::new(&[], "").file("/a", "a", &[("x-a", &"b".repeat(length))]);
        mistakes(&page(1_995), &[]);
        let message = "a header of `/a` is a line of 2,001 characters, but Cloudflare allows 2,000";
        mistakes(&page(1_996), &[message]);
    }
}
