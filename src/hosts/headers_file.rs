//! `_headers`: the rules of kiln.toml as they are where that is exact, and the rest file by file.
//!
//! A reader may find a pattern on other paths than kiln does, and Netlify joins what two patterns say. So each file is looked at:
//! where it would get another header than it should have, Cloudflare is told to detach it, and Netlify gets that header of
//! the pattern for each file by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anyhow::Result;

use super::cloudflare::{self, HEADER_LINE, HEADER_RULES};
use super::deployment::{Deployment, HostFiles, Lost, Mistake, SiteFile};
use super::readers::{COMMENT, Readers};
use crate::config::header_rule::HeaderRule;
use crate::text::grouped;

/// Adds the file, where there is something to tell.
///
/// The files of the site are seen twice: what one of them takes out of a pattern, those before it need as well.
pub(super) fn add(
    deployment: &Deployment<'_>,
    readers: Readers,
    given: &mut HostFiles,
) -> Result<()> {
    if deployment.headers.is_empty() && deployment.rules.is_empty() {
        return Ok(());
    }
    given.lost.extend(deployment.lost_headers(|name, value| readers.carry(name, value)));
    let mut plan = Plan::new(deployment, readers);
    deployment.files.each(&mut |file| {
        plan.check(&file);
        Ok(())
    })?;
    let mut entries = plan.entries_of_rules();
    deployment.files.each(&mut |file| {
        plan.add_entries_of(&file, &mut entries, given);
        Ok(())
    })?;
    if readers.cloudflare() {
        check_limits(&entries, readers, given);
    }
    if !entries.is_empty() {
        let mut text = COMMENT.to_owned();
        for entry in &entries {
            entry.write(&mut text);
        }
        given.files.push(("_headers".to_owned(), text));
    }
    Ok(())
}

/// A path or a pattern with its headers.
#[derive(Debug)]
struct Entry {
    path: String,
    /// Headers to take away before the others are set. Only Cloudflare knows that.
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

/// The headers of a path by name, each with all of its values.
type Headers<'a> = BTreeMap<&'a str, Vec<&'a str>>;

/// Which headers come by a pattern, and which file by file.
struct Plan<'a> {
    deployment: &'a Deployment<'a>,
    readers: Readers,
    /// Headers that do not come by the pattern of their rule: the rule's place, and their names.
    taken: BTreeSet<(usize, &'static str)>,
}

impl<'a> Plan<'a> {
    fn new(deployment: &'a Deployment<'a>, readers: Readers) -> Self {
        let mut taken = BTreeSet::new();
        for (at, rule) in deployment.rules.iter().enumerate() {
            let is_wide = rule.after.is_some() && readers.is_wide(rule);
            for (name, value) in rule.headers {
                // Cloudflare would put what the star stands for into the value.
                let is_filled = readers.cloudflare() && value.contains(":splat");
                if !is_wide || is_filled || !readers.carry(name, value) {
                    taken.insert((at, *name));
                }
            }
        }
        Plan { deployment, readers, taken }
    }

    /// Takes headers out of patterns by which this file would get what it should not have.
    fn check(&mut self, file: &SiteFile) {
        let wanted = self.wanted(&file.path);
        for answer in self.readers.answers(file) {
            for (at, rule) in self.wide_rules() {
                if self.readers.matches(rule, &answer).is_none() {
                    self.taken.extend(rule.headers.iter().map(|(name, _)| (at, *name)));
                }
            }
            for (name, values) in self.by_patterns(&answer) {
                let wanted = wanted.get(name).map(Vec::as_slice);
                if !self.is_right(&values, wanted) && !self.can_mend(&answer, name, wanted) {
                    self.taken.extend(values.iter().map(|(at, _)| (*at, name)));
                }
            }
        }
    }

    /// Returns true if and only if what patterns say of a header comes to what a path should have.
    fn is_right(&self, values: &[(usize, &str)], wanted: Option<&[&str]>) -> bool {
        match values {
            // Of two patterns, the later one detaches what the earlier one says.
            [.., (_, value)] if self.readers == Readers::Cloudflare => wanted == Some(&[value]),
            [(_, value)] => wanted == Some(&[value]),
            _ => false,
        }
    }

    /// Returns true if and only if an entry for the path alone can undo what patterns say of a header.
    fn can_mend(&self, path: &str, name: &str, wanted: Option<&[&str]>) -> bool {
        self.readers == Readers::Cloudflare
            && self.readers.is_literal(path)
            && (wanted.is_some() || !cloudflare::GIVEN.contains(&name))
    }

    /// The entries of the rules whose patterns say what kiln means.
    fn entries_of_rules(&self) -> Vec<Entry> {
        let mut entries: Vec<(Entry, &HeaderRule)> = Vec::new();
        for (at, rule) in self.wide_rules() {
            let headers =
                self.left(at, rule).map(|(name, value)| (name.to_owned(), value.to_owned()));
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
            let detached = match self.readers {
                Readers::Cloudflare => names.filter(|name| is_set(name)).cloned().collect(),
                // No two patterns set a header of one path, or Netlify would join them.
                Readers::Netlify | Readers::Both => Vec::new(),
            };
            let path = format!("{}*{}", rule.before, rule.after.unwrap_or_default());
            entries.push((Entry { path, detached, headers }, rule));
        }
        entries.into_iter().map(|(entry, _)| entry).collect()
    }

    /// Adds what a file has beside the headers that come by patterns.
    fn add_entries_of(&self, file: &SiteFile, entries: &mut Vec<Entry>, given: &mut HostFiles) {
        let wanted = self.wanted(&file.path);
        for path in self.readers.answers(file) {
            let entry = self.entry(path, &wanted);
            if self.readers.is_literal(&entry.path) {
                entries.extend((!entry.is_empty()).then_some(entry));
            } else {
                for (name, _) in entry.headers {
                    given.lost.insert(Lost::Header { path: file.path.clone(), name });
                }
            }
        }
    }

    /// What a path needs beside that which comes by patterns.
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

    /// What a path should have, of that which all readers send.
    fn wanted(&self, path: &str) -> Headers<'a> {
        let mut wanted: Headers<'a> = BTreeMap::new();
        for (name, value) in self.deployment.headers_of(path) {
            if self.readers.carry(name, value) {
                wanted.entry(name).or_default().push(value);
            }
        }
        wanted
    }

    /// What patterns say of a path: for each header the places of the rules, in their order, and the values.
    fn by_patterns(&self, path: &str) -> BTreeMap<&'static str, Vec<(usize, &'static str)>> {
        let mut headers: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (at, rule) in self.wide_rules() {
            if self.readers.matches(rule, path) == Some(true) {
                for (name, value) in self.left(at, rule) {
                    headers.entry(name).or_default().push((at, value));
                }
            }
        }
        headers
    }

    /// The headers of a rule that come by its pattern.
    fn left(
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

fn check_limits(entries: &[Entry], readers: Readers, given: &mut HostFiles) {
    if entries.len() > HEADER_RULES {
        let (count, limit) = (grouped(entries.len()), grouped(HEADER_RULES));
        let hint = match readers {
            // A page in two patterns is what makes many entries of a few.
            Readers::Both => {
                "let no two paths of `[headers]` set the same header of one page, which Netlify takes page by page"
            }
            Readers::Netlify | Readers::Cloudflare => {
                "give many pages the same headers by one path with a `*` in `[headers]`"
            }
        };
        given.mistakes.push(Mistake {
            message: format!("needs {count} paths with headers, and Cloudflare takes {limit}"),
            hint: hint.to_owned(),
        });
    }
    for entry in entries {
        let mut text = String::new();
        entry.write(&mut text);
        let lengths = text.lines().map(|line| line.trim().chars().count());
        let Some(length) = lengths.max().filter(|length| *length > HEADER_LINE) else { continue };
        let (length, limit) = (grouped(length), grouped(HEADER_LINE));
        given.mistakes.push(Mistake {
            message: format!(
                "a header of `{}` is a line of {length} characters, and Cloudflare takes {limit}",
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
    fn check(sample: &Sample, readers: Readers, expected: &str) {
        let mut given = HostFiles::default();
        add(&sample.deployment(), readers, &mut given).unwrap();
        let text = given.files.first().map_or("", |(_, text)| text);
        let lines: Vec<&str> = text.lines().skip(1).map(str::trim).collect();
        assert_eq!(lines.join("\n"), expected, "{readers:?}");
        assert!(given.mistakes.is_empty() && given.lost.is_empty(), "{given:?}");
    }

    #[test]
    fn nothing_to_tell_is_no_file() {
        let sample = Sample::new(&[rule("/nobody", 1, &[("x-a", "b")])], "");
        check(&sample.file("/", "index.html", &[]), Readers::Both, "");
    }

    #[test]
    fn headers_are_in_force_where_the_host_answers() {
        let sample = Sample::new(&[rule("/base/a", 1, &[("x-a", "b")])], "/base")
            .file("/base/a", "a/index.html", &[])
            .file("/base/c", "c.html", &[("x-c", "d")]);
        check(&sample, Readers::Netlify, "/base/a\nx-a: b\n/base/c\nx-c: d");
        check(&sample, Readers::Cloudflare, "/base/a/\nx-a: b\n/base/c\nx-c: d");
    }

    #[test]
    fn the_more_specific_of_two_headers_counts() {
        let all = rule("/*", 1, &[("x-a", "1"), ("x-b", "2")]);
        let sample = Sample::new(&[all, rule("/c/*", 2, &[("x-a", "3")])], "")
            .file("/c/d", "c/d", &[("x-b", "4")])
            .file("/e", "e", &[]);
        let cloudflare = "/*\nx-a: 1\nx-b: 2\n/c/*\n! x-a\nx-a: 3\n/c/d\n! x-b\nx-b: 4";
        check(&sample, Readers::Cloudflare, cloudflare);
        let netlify = "/c/d\nx-a: 3\nx-b: 4\n/e\nx-a: 1\nx-b: 2";
        check(&sample, Readers::Netlify, netlify);
        check(&sample, Readers::Both, netlify);
    }

    #[test]
    fn rules_that_do_not_meet_stay_as_they_are() {
        let rules = [rule("/a/*", 1, &[("x-a", "1")]), rule("/b/*", 2, &[("x-a", "2")])];
        let sample = Sample::new(&rules, "").file("/a/c", "a/c", &[]).file("/b/c", "b/c", &[]);
        for readers in [Readers::Netlify, Readers::Cloudflare, Readers::Both] {
            check(&sample, readers, "/a/*\nx-a: 1\n/b/*\nx-a: 2");
        }
    }

    #[test]
    fn a_page_that_a_reader_finds_by_another_pattern_does_not_get_its_headers() {
        let rules =
            [rule("/a/*", 1, &[("x-a", "1")]), rule("/b*c/", 2, &[("cache-control", "no-cache")])];
        let sample = Sample::new(&rules, "").file("/ab", "ab", &[]).file("/a/b", "a/b", &[]).file(
            "/b-c",
            "b-c/index.html",
            &[],
        );
        // To Netlify `/a/*` is for `/ab`, and `/b*c/` for `/b-c`.
        check(&sample, Readers::Netlify, "/a/b\nx-a: 1");
        // Cloudflare answers `/b-c` at `/b-c/`; what is taken away gives place to what it has by itself.
        let restored = "/a/*\nx-a: 1\n/b*c/\ncache-control: no-cache\n\
            /b-c/\n! cache-control\ncache-control: public, max-age=0, must-revalidate";
        check(&sample, Readers::Cloudflare, restored);
    }

    #[test]
    fn a_header_that_the_host_gives_by_itself_is_not_taken_away() {
        let sample = Sample::new(&[rule("/b*c/", 1, &[("content-type", "text/plain")])], "")
            .file("/b-c", "b-c/index.html", &[])
            .file("/bd/c/", "bd/c/index.html", &[]);
        check(&sample, Readers::Cloudflare, "/bd/c/\ncontent-type: text/plain");
    }

    #[track_caller]
    fn mistakes(sample: &Sample, expected: &[&str]) {
        let mut given = HostFiles::default();
        add(&sample.deployment(), Readers::Cloudflare, &mut given).unwrap();
        let messages: Vec<_> = given.mistakes.into_iter().map(|mistake| mistake.message).collect();
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
        mistakes(&pages(101), &["needs 101 paths with headers, and Cloudflare takes 100"]);
        let page =
            |length: usize| Sample::new(&[], "").file("/a", "a", &[("x-a", &"b".repeat(length))]);
        mistakes(&page(1_995), &[]);
        let message = "a header of `/a` is a line of 2,001 characters, and Cloudflare takes 2,000";
        mistakes(&page(1_996), &[message]);
    }
}
