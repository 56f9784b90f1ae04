//! Error pages of folders: on request, from files, and behind the middleware.

use crate::client::Answer;
use crate::process::{Server, built};
use crate::support::tree;

const DOCS: &str = "<p>Nothing in the docs</p>";
const FILES: &str = "<p>Nothing among the files</p>";

fn root(path: &str) -> String {
    format!("<p>Nothing at {path}, on request: true</p>")
}

fn seen(answer: &Answer) -> (u16, String) {
    (answer.status, answer.text().trim_end().to_owned())
}

#[track_caller]
fn check(server: &Server, cases: &[(&str, u16, &str)]) {
    for (target, status, expected) in cases {
        assert_eq!(seen(&server.get(target)), (*status, (*expected).to_owned()), "{target}");
    }
}

#[test]
fn error_pages_of_a_server_are_written_only_where_they_say_so() {
    let files: Vec<String> =
        tree(&built("errors")).into_keys().filter(|name| !name.starts_with(".kiln")).collect();
    let expected = [
        "codes/404/index.html",
        "codes/500/index.html",
        "docs/404.html",
        "docs/500/index.html",
        "docs/index.html",
        "files/404.html",
        "guide/a/404.html",
        "guide/b/404.html",
    ];
    assert_eq!(files, expected);
}

#[test]
fn the_nearest_404_page_answers_on_request() {
    let server = Server::start("errors", "serve", &built("errors"));
    check(
        &server,
        &[
            ("/nope", 404, &root("/nope")),
            ("/404", 404, &root("/404")),
            ("/docs/nope", 404, DOCS),
            ("/docs/a/nope/", 404, DOCS),
            ("/docs/404", 404, DOCS),
            ("/docs/404.html", 404, DOCS),
            ("/docscape/nope", 404, &root("/docscape/nope")),
            ("/docs/500", 200, "<p>About error 500</p>"),
            ("/de/nope", 404, "<p>Hier ist nichts</p>"),
            ("/en/a/b/nope", 404, "<p>There is nothing here</p>"),
            ("/en/404", 404, "<p>There is nothing here</p>"),
            ("/fr/nope", 404, &root("/fr/nope")),
            ("/fr/404", 404, &root("/fr/404")),
            ("/guide/a/nope", 404, "<p>Nothing in part a</p>"),
            ("/guide/c/nope", 404, &root("/guide/c/nope")),
            ("/files/nope", 404, FILES),
            ("/files/404.html", 404, FILES),
            ("/codes/404", 200, "<p>About code 404</p>"),
            ("/codes/500", 200, "<p>About code 500</p>"),
            ("/codes/404.html", 404, &root("/codes/404.html")),
            ("/docs/fails?404", 404, DOCS),
            ("/docs/fails?empty", 404, ""),
            ("/docs/fails?panic", 500, "<p>Broken at /docs/fails, on request: true</p>"),
            ("/docs/fails?error", 500, "<p>Broken at /docs/fails, on request: true</p>"),
            ("/docs/empty", 404, DOCS),
        ],
    );
    let posted = server.ask("POST", "/nope", "Host: x\r\nOrigin: http://x\r\n", "abc");
    assert_eq!(seen(&posted), (404, root("/nope")));
    let head = server.ask("HEAD", "/docs/nope", "", "");
    assert_eq!((head.status, &*head.body), (404, &b""[..]));
    assert_eq!(head.header("content-length"), Some(&*DOCS.len().to_string()));
}

#[test]
fn a_rewrite_to_nowhere_is_only_logged() {
    let server = Server::start("errors", "serve", &built("errors"));
    check(
        &server,
        &[
            ("/go?/secret", 404, &root("/go")),
            ("/go?/docs/secret", 404, DOCS),
            ("/go?/de/secret", 404, "<p>Hier ist nichts</p>"),
            ("/go?/404", 404, &root("/404")),
            ("/go?/docs/404", 404, DOCS),
            ("/to/secret", 404, &root("/to/secret")),
            ("/to/docs/secret", 404, DOCS),
        ],
    );
    let line = server.logged(|line| line.contains("`/go` -> `/docs/secret`"));
    assert!(line.contains("kiln::failure") && line.contains("id="), "{line}");
    assert!(line.contains("/go: rewrites to a path that no page answers"), "{line}");
    assert_eq!(seen(&server.get("/go?round")), (508, "508 Loop Detected".to_owned()));
    server.logged(|line| line.contains("`/go` -> `/go?round` -> `/go?round` and so on"));
}

#[test]
fn no_header_of_the_middleware_is_sent_twice() {
    let server = Server::start("errors", "serve", &built("errors"));
    for (target, pattern, vary) in [
        ("/nope", "/404", &["cookie"][..]),
        ("/docs/nope", "/docs/404", &["accept", "cookie"]),
        ("/de/nope", "/[lang]/404", &["cookie"]),
        ("/guide/a/nope", "/guide/[part]/404", &["cookie"]),
        // A rewrite leads to a prerendered page.
        ("/to/docs", "/404", &["cookie"]),
    ] {
        let answer = server.get(target);
        let all = |name: &str| {
            let values = answer.headers.iter().filter(|(known, _)| known == name);
            values.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(all("x-frame-options"), ["DENY"], "{target}");
        assert_eq!(all("x-made"), ["on request"], "{target}");
        assert_eq!(all("x-pattern"), [pattern], "{target}");
        assert_eq!(all("vary"), vary, "{target}");
    }
    // A page that exists has the headers of its build.
    assert_eq!(server.get("/docs").header("x-made"), Some("at build"));
}

#[test]
fn a_preview_shows_the_files_of_error_pages() {
    let preview = Server::start("errors", "preview", &built("errors"));
    check(
        &preview,
        &[
            ("/nope", 404, "404 Not Found"),
            ("/docs/nope", 404, DOCS),
            ("/docs/404", 404, DOCS),
            ("/de/nope", 404, "404 Not Found"),
            ("/guide/b/nope", 404, "<p>Nothing in part b</p>"),
            ("/files/nope", 404, FILES),
            ("/codes/404", 200, "<p>About code 404</p>"),
        ],
    );
    assert_eq!(preview.get("/docs/nope").header("x-made"), Some("at build"));
    assert_eq!(seen(&preview.ask("POST", "/docs/nope", "", "abc")), (404, DOCS.to_owned()));
}
