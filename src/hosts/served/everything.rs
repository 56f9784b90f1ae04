//! Redirects and headers of every kind, including hostile ones.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::config::Host;
use crate::config::header_rule::HeaderRule;
use crate::config::{Config, TrailingSlash};
use crate::hosts::deployment::{
    Deployment, HostFiles, PageHeaders, Redirect, SiteFile, Unsupported,
};
use crate::hosts::error_status;
use crate::hosts::self_hosted::answers::tests::FilesInMemory;
use crate::hosts::served::{build_site, scratch, write_snippet};
use crate::routing::pattern::Part;
use crate::routing::redirect_rule::{RedirectRule, RedirectTarget};
use crate::support::server::{Program, Server};
use crate::support::{self, CONFIG};

/// A redirect of `kiln.toml` that matches a pattern.
fn rule(source: &str, target: RedirectTarget, status: Option<u16>) -> &'static RedirectRule {
    let source = support::pattern(source);
    Box::leak(Box::new(RedirectRule { source, target, status, after: 0, line: 1, place: "" }))
}

/// Header rules. A later one overrides an earlier one.
const RULES: &[HeaderRule] = &[
    HeaderRule {
        before: "/docs/x/",
        after: Some(""),
        headers: &[
            ("x-all", "\"a\" 'b' #c; {http.request.host} {env.HOME} \\ \\{ }"),
            ("cache-control", "no-cache"),
        ],
        line: 1,
    },
    HeaderRule {
        before: "/docs/x/assets/",
        after: Some(".css"),
        headers: &[("cache-control", "public, max-age=31536000"), ("content-type", "text/css")],
        line: 2,
    },
    HeaderRule { before: "/docs/x/about", after: None, headers: &[("x-one", "1")], line: 3 },
];

/// Sources and targets of redirects that would break out of settings without escaping.
const REDIRECTS: [(&str, &str, u16); 13] = [
    ("/docs/x/%23", "https://example.com/#%23", 301),
    ("/docs/x/%25", "/docs/x/%25", 301),
    ("/docs/x/%7B$HOME%7D", "https://example.com/$request_uri/$1/${uri}", 308),
    (
        "/docs/x/%7Bhttp.request.host%7D",
        "https://example.com/%7Bhttp.request.host%7D{env.HOME}",
        307,
    ),
    ("/docs/x/;return;", "/docs/x/about", 301),
    ("/docs/x/a%20b", "/docs/x/a%20b/%0Areturn%20200;", 301),
    ("/docs/x/a%22%7D'(c)*!$host,+=:@&~", "/docs/x/about?a=b&c=$host#top", 302),
    ("/docs/x/caf%C3%A9", "https://example.com/%22;%7D?q=$host;x", 303),
    ("/docs/x/old.json", "/docs/x/data.json", 308),
    ("/docs/x/v2.0", "https://example.com?x", 302),
    ("/docs/x/with-header", "/docs/x/about", 302),
    ("/docs/x/~", "/docs/x/", 301),
    ("/docs/x/fragment", "/docs/x/about#a$b{c}", 301),
];

/// A path with a query, below the base, and its target.
const QUERIES: [(&str, &str); 13] = [
    ("/~?utm=1&b=%20c", "/docs/x/?utm=1&b=%20c"),
    ("/~/?utm=1", "/docs/x/?utm=1"),
    ("/~?", "/docs/x/"),
    ("/~?a={env.HOME}&$host=$1", "/docs/x/?a={env.HOME}&$host=$1"),
    ("/~?a=%0d%0aX:b&c=//evil.com?d", "/docs/x/?a=%0d%0aX:b&c=//evil.com?d"),
    ("/fragment?utm=1", "/docs/x/about?utm=1#a%24b%7Bc%7D"),
    ("/%7B$HOME%7D?utm=1", "https://example.com/%24request_uri/%241/%24%7Buri%7D"),
    ("/with-header?utm=1", "/docs/x/about?utm=1"),
    // The target has a query of its own, or leads to another site.
    ("/a%22%7D'(c)*!$host,+=:@&~?utm=1", "/docs/x/about?a=b&c=%24host#top"),
    ("/%23?utm=1", "https://example.com/#%23"),
    ("/go/a?utm=1", "https://good.com/a"),
    ("/blog?utm=1", "/docs/x/articles?utm=1#top"),
    ("/blog/a/?utm=1&b", "/docs/x/articles/a?utm=1&b#top"),
];

/// The headers of pages: path, file, headers.
type PageWithHeaders = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
const PAGES_WITH_HEADERS: [PageWithHeaders; 5] = [
    ("/404", "404.html", &[("x-own", "not found")]),
    ("/a/404", "a/404.html", &[("x-own", "not found below a")]),
    (
        "/data.json",
        "data.json",
        &[
            ("cache-control", "private"),
            ("content-type", "application/vnd.x+json; a=\"b\""),
            ("link", "</a>; rel=\"next\""),
            ("link", "</b>; rel=prev"),
            ("x-dollar", "a$host"),
            ("x-env", "{$HOME}"),
            ("x-own", "{\"group\":\"x\",\"n\":[1]} \\ \\{ ${uri ` 'q' ;# é"),
        ],
    ),
    ("/v1.0", "v1.0/index.html", &[("x-own", "{\"a\":{}} \\ \\{http.request.host} ; \" ' #")]),
    ("/with-header", "with-header/index.html", &[("cache-control", "no-store")]),
];

/// Paths below the base, and their targets by the rules of kiln.toml.
const FROM_PATTERNS: [(&str, Option<&str>); 16] = [
    ("/go/a", Some("https://good.com/a")),
    ("/go/a/", Some("https://good.com/a")),
    ("/go/a?b=c", Some("https://good.com/a")),
    ("/go/@evil.com", Some("https://good.com/@evil.com")),
    ("/go/.evil.com", Some("https://good.com/.evil.com")),
    ("/go/%3F%23%26", Some("https://good.com/%3F%23%26")),
    ("/go/%7Benv.HOME%7D", Some("https://good.com/%7Benv.HOME%7D")),
    ("/go/$host", Some("https://good.com/$host")),
    ("/go/%0d%0aSet-Cookie:a=b", None),
    ("/go/a%2Fb", None),
    ("/go//evil.com", None),
    ("/go/a/b", None),
    ("/go", None),
    ("/blog", Some("/docs/x/articles#top")),
    ("/blog/a/b%20c", Some("/docs/x/articles/a/b%20c#top")),
    ("/v1.2.3/x/y", Some("https://v.com/1/2.3?r=x/y")),
];

fn patterns() -> [&'static RedirectRule; 3] {
    let articles = support::pattern("/articles/[...slug]");
    let go = &[Part::Text("https://good.com/"), Part::Param("x")];
    let v = &[
        Part::Text("https://v.com/"),
        Part::Param("a"),
        Part::Text("/"),
        Part::Param("b"),
        Part::Text("?r="),
        Part::Rest("r"),
    ];
    [
        rule("/go/[x]", RedirectTarget::External(go), Some(302)),
        rule(
            "/blog/[...slug]",
            RedirectTarget::Internal { path: articles, tail: "#top" },
            Some(308),
        ),
        rule("/v[a].[b]/[...r]", RedirectTarget::External(v), None),
    ]
}

/// Returns true if and only if the URL of a page never ends in a slash.
fn is_data(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "json")
}

#[track_caller]
fn everything_is_served(program: Program) {
    let folder = scratch(&format!("everything-{program:?}"));
    for trailing_slash in [TrailingSlash::Always, TrailingSlash::Never, TrailingSlash::Ignore] {
        let config: &'static Config =
            Box::leak(Box::new(Config { trailing_slash, base: "/docs/x", ..CONFIG }));
        let slash = if trailing_slash == TrailingSlash::Always { "/" } else { "" };
        let dist = folder.join(format!("{trailing_slash:?}/dist"));
        let files = build_site(config, &dist);
        let canonical = |path: &str| match is_data(path) {
            true => format!("/docs/x{path}"),
            false => format!("/docs/x{path}{slash}"),
        };
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let sent = PAGES_WITH_HEADERS.map(|(path, file, headers)| PageHeaders {
            path: canonical(path),
            file: file.to_owned(),
            headers: headers.iter().map(owned).collect(),
        });
        let redirects = REDIRECTS.map(|(from, to, status)| {
            let from = if is_data(from) { from.into() } else { format!("{from}{slash}") };
            Redirect { from, to: to.to_owned(), status, file: None }
        });
        let patterns = patterns();
        let deployment = Deployment {
            config,
            hosts: &[Host::Nginx, Host::Caddy],
            rules: RULES,
            redirects: &redirects,
            patterns: &patterns,
            headers: &sent,
            files: &files,
        };
        let output = write_snippet(program, &deployment, &dist);
        let server =
            Server::start(program, &program.including(&dist), &dist.with_file_name("server"));
        let (list, expected) = expected(&deployment, &output, &files);
        server.replay(&dist, &list, &expected);
        check_rest(&server, &deployment, slash);
    }
    fs::remove_dir_all(folder).expect("a folder to remove");
}

/// What a build would write: `redirects.json`, and the headers of every page.
fn expected(
    deployment: &Deployment<'_>,
    output: &HostFiles,
    files: &FilesInMemory,
) -> (Value, Value) {
    let redirect = |from: &str, redirect: &Redirect| json!({ "from": from, "to": redirect.to, "status": redirect.status });
    let other =
        |from: &str| from.strip_suffix('/').map_or_else(|| format!("{from}/"), str::to_owned);
    let redirects = deployment.redirects.iter();
    let list: Vec<Value> =
        redirects.flat_map(|r| [redirect(&r.from, r), redirect(&other(&r.from), r)]).collect();
    let page = |file: &SiteFile| {
        let mut headers = serde_json::Map::new();
        // Headers that no rule and no page sets, or that are unsupported, must be absent.
        for (name, _) in deployment.rules.iter().flat_map(|rule| rule.headers) {
            headers.insert((*name).to_owned(), Value::Null);
        }
        headers.remove("content-type");
        for (name, value) in deployment.headers_of(&file.path) {
            let unsent = Unsupported::Header { path: file.path.clone(), name: name.to_owned() };
            let joined = match (&headers.get(name), output.unsupported.contains(&unsent)) {
                (_, true) => Value::Null,
                (Some(Value::String(before)), _) => json!(format!("{before}, {value}")),
                _ => json!(value),
            };
            headers.insert(name.to_owned(), joined);
        }
        let is_404 = error_status(&file.name) == Some(404);
        json!({ "path": file.path, "file": file.name, "status": if is_404 { 404 } else { 200 }, "headers": headers })
    };
    (Value::Array(list), json!({ "headers": files.0.iter().map(page).collect::<Vec<_>>() }))
}

/// Checks everything that is not in a list: headers of errors and redirects, patterns, types, and conditional requests.
#[track_caller]
fn check_rest(server: &Server, deployment: &Deployment<'_>, slash: &str) {
    for (path, to) in FROM_PATTERNS {
        let answer = server.get(&format!("/docs/x{path}"));
        let to = to.map(|to| match to.split_once('#') {
            Some((to, tail)) => format!("{to}{slash}#{tail}"),
            None => to.to_owned(),
        });
        assert_eq!(answer.header("location"), to, "{path}");
    }
    for (path, to) in QUERIES {
        let location = server.get(&format!("/docs/x{path}")).header("location");
        let same = |to: &str| to.replace('$', "%24").replace('{', "%7B").replace('}', "%7D");
        let to = match to.split_once('?') {
            // The target is the URL of a page, whose slash depends on the settings.
            Some((page, query)) if path.starts_with("/blog") => format!("{page}{slash}?{query}"),
            _ => to.to_owned(),
        };
        assert_eq!(location.map(|to| same(&to)), Some(same(&to).replace("%22", "\"")), "{path}");
    }
    let redirect = server.get(&format!("/docs/x/with-header{slash}"));
    assert_eq!(redirect.header("cache-control").as_deref(), Some("no-store"));
    assert_eq!(server.get("/docs/x/~").header("x-all"), None);
    let not_found = server.get("/docs/x/assets/nope.css");
    let of_404 = deployment.headers_of(&deployment.headers[0].path);
    for (name, value) in of_404 {
        assert_eq!(not_found.header(name).as_deref(), Some(value), "{name} of an error");
    }
    let below = server.get("/docs/x/a/assets/nope.css").header("x-own");
    assert_eq!(below.as_deref(), Some("not found below a"));
    let page = format!("/docs/x/about{slash}");
    for (path, kind) in [
        (&*page, "text/html; charset=utf-8"),
        ("/docs/x/style.css", "text/css; charset=utf-8"),
        ("/docs/x/assets/site.css", "text/css"),
        ("/docs/x/LICENSE", "application/octet-stream"),
        ("/docs/x/nope", "text/html; charset=utf-8"),
    ] {
        assert_eq!(server.get(path).header("content-type").as_deref(), Some(kind), "{path}");
    }
    let tag = server.get(&page).header("etag").expect("an ETag");
    let unchanged = server.get_with(&page, &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
    assert_eq!(unchanged.header("cache-control").as_deref(), Some("no-cache"));
}

#[test]
#[ignore = "needs nginx and Caddy"]
fn nginx_follows_its_snippet() {
    everything_is_served(Program::Nginx);
}

#[test]
#[ignore = "needs nginx and Caddy"]
fn caddy_follows_its_snippet() {
    everything_is_served(Program::Caddy);
}
