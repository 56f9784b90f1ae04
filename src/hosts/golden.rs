//! The output for each host for one site with odd paths, targets and values. `tests/hosts` replays these files through
//! the hosts' own code.
//!
//! `BLESS=1 cargo test` rewrites the files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::deployment::{Deployment, HostFiles, Unsupported};
use super::sample::{Sample, rule};
use crate::hosts::{s3, text_files};
use crate::text::sorted::sorted_set;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hosts");

/// Redirects and headers of every kind.
fn site() -> Sample {
    let rules = [
        rule("/*", 3, &[("x-frame-options", "DENY"), ("cache-control", "public, max-age=60")]),
        rule("/*.json", 4, &[("access-control-allow-origin", "*")]),
        rule(
            "/blog/*",
            5,
            &[("cache-control", "public,max-age=600"), ("x-of-blog", "a \"b\"; c={d}")],
        ),
        rule("/blog/first", 6, &[("x-of-blog", "first # $x \\ :splat")]),
        rule("/blog/:x/*", 7, &[("x-colon", "yes")]),
        rule("/as+s$e(t)s/*.json", 8, &[("x-odd", "yes")]),
    ];
    with_files(with_redirects(Sample::new(&rules, "")))
}

fn with_redirects(sample: Sample) -> Sample {
    let mut sample = sample;
    for status in [301, 302, 303, 307, 308] {
        sample = sample.redirect(&format!("/status/{status}"), &format!("/to/{status}"), status);
    }
    for (from, to) in [
        ("/old", "/new"),
        ("/old.json", "/new.json"),
        ("/a%20b/caf%C3%A9", "/caf%C3%A9/a%20b"),
        ("/odd/!$&'()+,;=@~", "/odd/!$&'()*+,;=:@~"),
        ("/odd/a*b", "/star"),
        ("/odd/star*", "/star"),
        ("/odd/:x", "/colon"),
        ("/odd/x:y", "/colon"),
        ("/odd/x:1", "/colon"),
        ("/odd/%23%3F%25%7B%7D%22", "/odd/%23%3F%25%7B%7D%22"),
        ("/odd/301!", "/exclaimed"),
        ("/to-index", "/x/index"),
        ("/to-query", "/search?q=a+b&c=%26#part:one"),
        ("/to-splat", "/x/:splat/:a/*"),
        ("/to-site", "https://a.example"),
        ("/to-port", "https://a.example:8443/b?c#d"),
        ("/to-query-of-site", "https://a.example?b=/c"),
        ("/to-http", "http://a.example/b"),
        ("/to-slashes", "https://a.example//b"),
    ] {
        sample = sample.redirect(from, to, 301);
    }
    for (line, (from, to)) in [
        ("/go/[x]", "https://a.example/at/[x]?fixed=1#:end"),
        ("/docs/[...rest]", "https://docs.example/v1/[...rest]"),
        ("/two/[b]/[a]", "https://a.example/[a]:9/[b]x"),
        ("/mixed/v[major]/notes.json", "https://a.example/[major]"),
        ("/inside/[x]", "/to/[x]/here#part"),
        ("/query/[x]", "https://a.example/?q=[x]"),
        ("/first/[x]", "/[x]/a"),
        ("/blog/[...rest]", "https://blog.example/[...rest]"),
    ]
    .into_iter()
    .enumerate()
    {
        sample = sample.pattern(from, to, 20 + u32::try_from(line).expect("few lines"));
    }
    sample
}

fn with_files(sample: Sample) -> Sample {
    sample
        .file("/", "index.html", &[])
        .file("/404", "404.html", &[])
        .file(
            "/about",
            "about/index.html",
            &[("cache-control", "no-store"), ("x-a", "1"), ("x-a", "2")],
        )
        .file("/plain", "plain.html", &[("link", "</a.css>; rel=preload; as=style")])
        .file("/blog", "blog/index.html", &[])
        .file("/blogs", "blogs/index.html", &[])
        .file("/blog/first", "blog/first/index.html", &[])
        .file("/blog/:x/y", "blog/:x/y/index.html", &[])
        .file("/api/users", "api/users", &[("content-type", "application/json")])
        .file("/data.json", "data.json", &[("content-type", "application/ld+json"), ("age", "5")])
        .file("/xjson", "xjson", &[("expires", "Wed, 21 Oct 2026 07:28:00 GMT"), ("x-letter", "é")])
        .file("/as+s$e(t)s/a.json", "as+s$e(t)s/a.json", &[])
        .file("/caf%C3%A9/a%20b", "café/a b/index.html", &[("content-language", "fr")])
        .file(
            "/odd/a+b&c",
            "odd/a+b&c.html",
            &[("content-disposition", "attachment; filename=\"a,b.txt\"")],
        )
        .file("/odd/a*c", "odd/a*c/index.html", &[("x-star", "yes")])
}

/// Paths that match the redirects of kiln.toml, with the line of the rule and the target.
const OF_PATTERNS: [(u32, &str, &str); 13] = [
    (20, "/go/1", "https://a.example/at/1?fixed=1#:end"),
    (
        20,
        "/go/%40b.example%2F%3Fq%23f",
        "https://a.example/at/%40b.example%2F%3Fq%23f?fixed=1#:end",
    ),
    (20, "/go/@b.example", "https://a.example/at/@b.example?fixed=1#:end"),
    (20, "/go/a&b=c", "https://a.example/at/a&b=c?fixed=1#:end"),
    (21, "/docs", "https://docs.example/v1/"),
    (21, "/docs/", "https://docs.example/v1/"),
    (21, "/docs/a", "https://docs.example/v1/a"),
    (21, "/docs/a/b%20c", "https://docs.example/v1/a/b%20c"),
    (21, "/docs//b.example/c", "https://docs.example/v1//b.example/c"),
    (22, "/two/1/2", "https://a.example/2:9/1x"),
    (23, "/mixed/v2/notes.json", "https://a.example/2"),
    (24, "/inside/:x", "/to/:x/here#part"),
    (27, "/blog/gone/long-ago", "https://blog.example/gone/long-ago"),
];

/// What the replay has to find, and for each path the headers that the host does not support.
fn expected(deployment: &Deployment<'_>, output: &HostFiles) -> Result<String> {
    let unsupported = |unsupported: Unsupported| output.unsupported.contains(&unsupported);
    let redirects = deployment
        .redirects
        .iter()
        .filter(|redirect| !unsupported(Unsupported::Redirect { from: redirect.from.clone() }));
    let redirects = redirects.map(|redirect| {
        json!({ "from": redirect.from, "to": redirect.to, "status": redirect.status, "file": redirect.file })
    });
    let redirects: Vec<_> = redirects.collect();
    let patterns = OF_PATTERNS
        .iter()
        .filter(|(line, _, _)| !unsupported(Unsupported::Pattern { line: *line }));
    let patterns = patterns.map(|(_, from, to)| json!({ "from": from, "to": to, "status": 301 }));
    let patterns: Vec<_> = patterns.collect();
    let mut headers = Vec::new();
    deployment.files.for_each(&mut |file| {
        let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in deployment.headers_of(&file.path) {
            values.entry(name).or_default().push(value);
        }
        let is_lost = |name: &&str| {
            let mut rules = deployment.rules.iter().filter(|rule| rule.matches(&file.path));
            unsupported(Unsupported::Header { path: file.path.clone(), name: (*name).to_owned() })
                || rules.any(|rule| {
                    unsupported(Unsupported::RuleHeader {
                        line: rule.line,
                        name: (*name).to_owned(),
                    })
                })
        };
        let names: Vec<&str> = values.keys().copied().filter(is_lost).collect();
        values.retain(|name, _| !names.contains(name));
        let values: BTreeMap<_, _> =
            values.into_iter().map(|(name, values)| (name, values.join(", "))).collect();
        headers.push(
            json!({ "path": file.path, "file": file.name, "headers": values, "lost": names }),
        );
        Ok(())
    })?;
    let expected = json!({ "redirects": redirects, "patterns": patterns, "headers": headers });
    Ok(format!("{expected:#}\n"))
}

#[track_caller]
fn compare(folder: &str, files: impl FnOnce(&Deployment<'_>) -> Result<HostFiles>) {
    let sample = site();
    let deployment = sample.deployment();
    let output = files(&deployment).expect(folder);
    assert!(output.mistakes.is_empty(), "{:?}", output.mistakes);
    let unsupported = sorted_set(output.unsupported.clone())
        .iter()
        .fold(String::new(), |lines, unsupported| format!("{lines}{unsupported:?}\n"));
    let expected = expected(&deployment, &output).expect(folder);
    let mut wrong = Vec::new();
    let files = output.files.iter().map(|(name, text)| (&**name, text));
    for (name, text) in files.chain([("expected.json", &expected), ("lost.txt", &unsupported)]) {
        let file = Path::new(FOLDER).join(folder).join(name);
        if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
            fs::create_dir_all(file.parent().expect("a folder")).expect(name);
            fs::write(&file, text).expect(name);
        } else if fs::read_to_string(&file).ok().as_ref() != Some(text) {
            wrong.push(format!("{}:\n{text}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "not as it was; BLESS=1 takes it over\n{}", wrong.join("\n"));
}

#[test]
fn netlify_gets_what_it_supports() {
    compare("netlify-cloudflare/site/netlify", text_files::for_netlify);
}

#[test]
fn cloudflare_gets_what_it_supports() {
    compare("netlify-cloudflare/site/cloudflare", text_files::for_cloudflare);
}

#[test]
fn together_they_get_what_both_support() {
    compare("netlify-cloudflare/site/both", text_files::for_both);
}

#[test]
fn s3_gets_what_it_supports() {
    compare("s3/site", s3::files);
}
