//! Requested files as they are served, with the site `assets`.

use std::path::Path;

use super::client::Answer;
use super::process::{Server, built};

const FOREVER: &str = "public, max-age=31536000, immutable";

/// The first URL of a text whose file has this name without its hash.
#[track_caller]
fn url_in(text: &str, name: &str) -> String {
    let (stem, extension) = name.rsplit_once('.').expect("an extension");
    let start = format!("/docs/_assets/{stem}.");
    let at = text.find(&start).unwrap_or_else(|| panic!("no {name} in {text}"));
    let end = at + start.len() + 8 + 1 + extension.len();
    text[at..end].to_owned()
}

#[track_caller]
fn is_forever(answer: &Answer, kind: &str) {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some(FOREVER), "{answer:?}");
    assert_eq!(answer.header("content-type"), Some(kind), "{answer:?}");
    assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{answer:?}");
}

/// What every server does with a file, whether or not a build has written it.
#[track_caller]
fn check(server: &Server, url: &str, kind: &str) {
    let answer = server.get(url);
    is_forever(&answer, kind);
    let length = answer.body.len().to_string();
    let head = server.request("HEAD", url, "", "");
    is_forever(&head, kind);
    assert_eq!((head.header("content-length"), head.body.len()), (Some(&*length), 0));
    let tag = answer.header("etag").expect("a tag").to_owned();
    let known = server.request("GET", url, &format!("If-None-Match: {tag}\r\n"), "");
    assert_eq!((known.status, known.body.len()), (304, 0));
    let part = server.request("GET", url, "Range: bytes=2-4\r\n", "");
    assert_eq!((part.status, &part.body[..]), (206, &answer.body[2..5]));
    let refused = server.request("POST", url, "Host: x\r\nOrigin: http://x\r\n", "");
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
    // Another hash, another name and another path are other files.
    let (start, end) = url.rsplit_once('.').expect("an extension");
    let other = format!("{}00000000.{end}", &start[..start.len() - 8]);
    for path in [&*other, &format!("{url}x"), "/docs/_assets/", "/docs/_assets"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    assert_eq!(server.get("/docs/_assets/..%2fsecret").status, 400);
    assert_eq!(server.get(&url.replace("/docs", "")).status, 404);
}

#[track_caller]
fn check_all(server: &Server, has_live: bool) {
    let home = server.get("/docs/").text();
    let css = url_in(&home, "app.css");
    check(server, &css, "text/css; charset=utf-8");
    check(server, &url_in(&home, "gr%C3%B6%C3%9Fe%20%E2%9C%93.svg"), "image/svg+xml");
    let css = server.get(&css).text();
    check(server, &url_in(&css, "colors.css"), "text/css; charset=utf-8");
    check(server, &url_in(&css, "demo.woff2"), "font/woff2");
    let live = server.get("/docs/live");
    assert_eq!(live.status, if has_live { 200 } else { 404 });
    if has_live {
        let live = url_in(&live.text(), "live.css");
        check(server, &live, "text/css; charset=utf-8");
        check(server, &url_in(&server.get(&live).text(), "live.svg"), "image/svg+xml");
    }
}

#[test]
fn files_of_a_build_and_of_pages_on_request_are_served() {
    let out = built("assets");
    check_all(&Server::start("assets", "serve", &out), true);
    check_all(&Server::start("assets", "preview", &out), false);
}

#[test]
fn a_server_that_was_restarted_knows_the_urls_of_earlier_pages() {
    let live = |out: &Path| {
        let server = Server::start("assets", "serve", out);
        let live = url_in(&server.get("/docs/live").text(), "live.css");
        let svg = url_in(&server.get(&live).text(), "live.svg");
        (live, svg)
    };
    let out = built("assets");
    let (css, svg) = live(&out);
    for (url, kind) in [(&svg, "image/svg+xml"), (&css, "text/css; charset=utf-8")] {
        is_forever(&Server::start("assets", "serve", &out).get(url), kind);
    }
}
