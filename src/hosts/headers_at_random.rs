//! Rules, pages and headers at random: whatever meets, each page gets what it should have, by what the hosts make of `_headers`.

use std::collections::BTreeMap;

use super::deployment::{Deployment, HostFiles, Lost, SiteFile};
use super::sample::{Sample, rule};
use crate::hosts::{cloudflare, netlify};
use crate::support::random::Random;

const SITES: u64 = 1_000;

/// A header with its value, as a host sends it.
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
fn entries(given: &HostFiles) -> Vec<(&str, Vec<&str>)> {
    let mut entries: Vec<(&str, Vec<&str>)> = Vec::new();
    let text = given.files.iter().find(|(name, _)| name == "_headers").map_or("", |(_, text)| text);
    for line in text.lines().skip(1) {
        match (line.strip_prefix("  "), entries.last_mut()) {
            (Some(line), Some((_, lines))) => lines.push(line),
            _ => entries.push((line, Vec::new())),
        }
    }
    entries
}

/// What Netlify sends: the lines of all entries that match, those of one name joined. It does not know `! Name`.
fn by_netlify(given: &HostFiles, path: &str) -> Headers {
    let mut headers = Headers::new();
    for (_, lines) in entries(given).iter().filter(|(pattern, _)| netlify::matches(pattern, path)) {
        for (name, value) in lines.iter().filter_map(|line| line.split_once(": ")) {
            join(&mut headers, name, value);
        }
    }
    headers
}

/// What Cloudflare sends: entry by entry, first without what is detached.
fn by_cloudflare(given: &HostFiles, path: &str) -> Headers {
    let mut headers = Headers::new();
    for (pattern, lines) in entries(given) {
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
    // What it has by itself, written once more.
    headers.retain(|name, value| name != "cache-control" || value != cloudflare::CACHE_CONTROL);
    headers
}

fn join(headers: &mut Headers, name: &str, value: &str) {
    let joined =
        headers.get(name).map_or(value.to_owned(), |earlier| format!("{earlier}, {value}"));
    headers.insert(name.to_owned(), joined);
}

/// What is lost of a header's path is not looked for; all else has to be as the page and the rules say.
#[track_caller]
fn check(deployment: &Deployment<'_>, given: &HostFiles, file: &SiteFile, mut sent: Headers) {
    assert!(given.mistakes.is_empty(), "{:?}", given.mistakes);
    let mut wanted: Headers = deployment
        .headers_of(&file.path)
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let is_lost = |name: &str| {
        let name = name.to_owned();
        let mut rules = deployment.rules.iter().filter(|rule| rule.matches(&file.path));
        given.lost.contains(&Lost::Header { path: file.path.clone(), name: name.clone() })
            || rules.any(|rule| {
                given.lost.contains(&Lost::RuleHeader { line: rule.line, name: name.clone() })
            })
    };
    wanted.retain(|name, _| !is_lost(name));
    sent.retain(|name, _| !is_lost(name));
    assert_eq!(sent, wanted, "{}\n{given:#?}\n{deployment:#?}", file.path);
}

#[test]
fn every_page_gets_its_headers() {
    for seed in 0..SITES {
        let sample = site(&mut Random::new(seed));
        let deployment = sample.deployment();
        let [netlify, cloudflare, both] =
            [netlify::files, cloudflare::files, cloudflare::files_for_netlify_too]
                .map(|files| files(&deployment).unwrap());
        let see = &mut |file: SiteFile| {
            for given in [&netlify, &both] {
                check(&deployment, given, &file, by_netlify(given, &file.path));
            }
            for given in [&cloudflare, &both] {
                for answer in cloudflare::answers(&file) {
                    check(&deployment, given, &file, by_cloudflare(given, &answer));
                }
            }
            Ok(())
        };
        deployment.files.each(see).unwrap();
    }
}
