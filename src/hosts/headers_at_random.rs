//! Random rules, pages and headers: each page has to get its headers, whichever rules match it, as the hosts read
//! `_headers`.

use std::collections::BTreeMap;

use super::deployment::{Deployment, HostFiles, SiteFile, Unsupported};
use super::sample::{Sample, rule};
use crate::hosts::{cloudflare, netlify, text_files};
use crate::support::random::Random;

const SITES: u64 = 1_000;

/// Headers as a host sends them.
type Headers = BTreeMap<String, String>;

const FILES: [(&str, &str); 12] = [
    ("/", "index.html"),
    ("/a", "a/index.html"),
    ("/ab", "ab"),
    ("/a/b", "a/b.html"),
    ("/a/b.json", "a/b.json"),
    ("/a/bjson", "a/bjson"),
    ("/a/b/c/", "a/b/c/index.html"),
    ("/a+", "a+/index.html"),
    ("/a+/b", "a+/b"),
    ("/:a/b", ":a/b"),
    ("/a/*", "a/*"),
    ("/b.html", "b.html"),
];

fn site(random: &mut Random) -> Sample {
    let paths = [
        "/*", "/a/*", "/a*", "/a/b*", "/*.json", "/*/b", "/a+/*", "/:a/*", "/a/b", "/a/b/*",
        "/*.html", "/a/b/c/",
    ];
    let headers = |random: &mut Random| {
        let mut headers: Vec<(&str, &str)> = Vec::new();
        for name in ["cache-control", "content-type", "x-a", "x-b"] {
            if random.below(3) == 0 {
                headers.push((name, random.one_of(&["1", "2", "a, b", ":splat", "é"])));
            }
        }
        headers
    };
    let mut rules = Vec::new();
    for (line, path) in (1..).zip(paths) {
        if random.below(4) == 0 {
            rules.push(rule(path, line, &headers(random)));
        }
    }
    let mut sample = Sample::new(&rules, random.one_of(&["", "/base"]));
    for (path, name) in FILES {
        if random.below(3) > 0 {
            let headers = if random.below(3) == 0 { headers(random) } else { Vec::new() };
            sample = sample.file(path, name, &headers);
        }
    }
    sample
}

/// The entries of the file: a path or a pattern, and the lines below it.
fn entries(output: &HostFiles) -> Vec<(&str, Vec<&str>)> {
    let mut entries: Vec<(&str, Vec<&str>)> = Vec::new();
    let text =
        output.files.iter().find(|(name, _)| name == "_headers").map_or("", |(_, text)| text);
    for line in text.lines().skip(1) {
        match (line.strip_prefix("  "), entries.last_mut()) {
            (Some(line), Some((_, lines))) => lines.push(line),
            _ => entries.push((line, Vec::new())),
        }
    }
    entries
}

/// The headers that Netlify sends: the lines of all matching entries, with the values of one name joined. Netlify does
/// not know `! Name`.
fn by_netlify(output: &HostFiles, path: &str) -> Headers {
    let mut headers = Headers::new();
    for (_, lines) in entries(output).iter().filter(|(pattern, _)| netlify::matches(pattern, path))
    {
        for (name, value) in lines.iter().filter_map(|line| line.split_once(": ")) {
            join(&mut headers, name, value);
        }
    }
    headers
}

/// The headers that Cloudflare sends: entry by entry, after removing the detached ones.
fn by_cloudflare(output: &HostFiles, path: &str) -> Headers {
    let mut headers = Headers::new();
    for (pattern, lines) in entries(output) {
        let matches = match pattern.contains('*') {
            true => cloudflare::matches(&rule(pattern, 1, &[]), path),
            false => pattern == path,
        };
        for line in lines.into_iter().filter(|_| matches) {
            match (line.strip_prefix("! "), line.split_once(": ")) {
                (Some(name), _) => drop(headers.remove(name)),
                (None, Some((name, value))) => join(&mut headers, name, value),
                (None, None) => panic!("{line}"),
            }
        }
    }
    // The default of Cloudflare, written explicitly.
    headers.retain(|name, value| name != "cache-control" || value != cloudflare::CACHE_CONTROL);
    headers
}

fn join(headers: &mut Headers, name: &str, value: &str) {
    let joined =
        headers.get(name).map_or(value.to_owned(), |earlier| format!("{earlier}, {value}"));
    headers.insert(name.to_owned(), joined);
}

/// Compares the headers of a file, except for the unsupported ones, with those of its page and of the rules.
#[track_caller]
fn check(deployment: &Deployment<'_>, output: &HostFiles, file: &SiteFile, mut sent: Headers) {
    assert!(output.mistakes.is_empty(), "{:?}", output.mistakes);
    let mut wanted: Headers = deployment
        .headers_of(&file.path)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let is_lost = |name: &str| {
        let name = name.to_owned();
        let mut rules = deployment.rules.iter().filter(|rule| rule.matches(&file.path));
        output
            .unsupported
            .contains(&Unsupported::Header { path: file.path.clone(), name: name.clone() })
            || rules.any(|rule| {
                output
                    .unsupported
                    .contains(&Unsupported::RuleHeader { line: rule.line, name: name.clone() })
            })
    };
    wanted.retain(|name, _| !is_lost(name));
    sent.retain(|name, _| !is_lost(name));
    assert_eq!(sent, wanted, "{}\n{output:#?}\n{deployment:#?}", file.path);
}

#[test]
fn every_page_gets_its_headers() {
    for seed in 0..SITES {
        let sample = site(&mut Random::new(seed));
        let deployment = sample.deployment();
        let [netlify, cloudflare, both] =
            [text_files::for_netlify, text_files::for_cloudflare, text_files::for_both]
                .map(|files| files(&deployment).unwrap());
        let visit = &mut |file: SiteFile| {
            for output in [&netlify, &both] {
                check(&deployment, output, &file, by_netlify(output, &file.path));
            }
            for output in [&cloudflare, &both] {
                for answer in cloudflare::answers(&file) {
                    check(&deployment, output, &file, by_cloudflare(output, &answer));
                }
            }
            Ok(())
        };
        deployment.files.for_each(visit).unwrap();
    }
}
