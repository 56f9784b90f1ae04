//! Sites below a base, and redirects to the canonical form of a URL.

use super::process::{Server, built};

#[track_caller]
fn check(site: &str, cases: &[(&str, &str, u16, &str)]) {
    let server = Server::start(site, "serve", &built(site));
    for (method, target, status, expected) in cases {
        let answer = server.request(method, target, "Host: x\r\nOrigin: http://x\r\n", "");
        let shown = answer.header("location").map_or_else(|| answer.text(), str::to_owned);
        assert_eq!((answer.status, shown.trim_end()), (*status, *expected), "{method} {target}");
    }
}

const NOTHING: &str = "<p>Nothing here</p>";

#[test]
fn a_base_ends_at_a_segment_and_slashes_are_added() {
    let home = "<p>/app/ /app/about/ /app/posts/a%20b/ /app/data.json</p>";
    check(
        "based",
        &[
            ("GET", "/app/", 200, home),
            ("GET", "/app/about/", 200, "<p>/app/about/</p>"),
            ("GET", "/app/posts/a%20b/", 200, "a b at /app/posts/a%20b/"),
            ("GET", "/app/data.json", 200, "\"/app/data.json\""),
            ("GET", "/app/style.css", 200, "body { color: teal }"),
            // The other form of the URL.
            ("GET", "/app", 301, "/app/"),
            ("GET", "/app/about", 301, "/app/about/"),
            ("GET", "/app/about?a=/b/&c", 301, "/app/about/?a=/b/&c"),
            ("GET", "/app/%61bout", 301, "/app/about/"),
            ("GET", "/app/posts/a%20b", 301, "/app/posts/a%20b/"),
            ("HEAD", "/app/about", 308, "/app/about/"),
            ("POST", "/app/posts/a", 308, "/app/posts/a/"),
            ("POST", "/app/posts/a/", 200, "posted to /app/posts/a/"),
            ("GET", "/app/data.json/", 301, "/app/data.json"),
            ("GET", "/app/style.css/", 301, "/app/style.css"),
            // A path without a page is not redirected.
            ("GET", "/app/nowhere", 404, NOTHING),
            ("GET", "/app/about//", 404, NOTHING),
            ("GET", "/app//about", 404, NOTHING),
            ("GET", "//app/about", 404, NOTHING),
            ("GET", "/app//evil.example/", 404, NOTHING),
            // Outside of the base.
            ("GET", "/", 404, NOTHING),
            ("GET", "/about/", 404, NOTHING),
            ("GET", "/appX/about/", 404, NOTHING),
            ("GET", "/app-/admin/", 404, NOTHING),
            ("GET", "/App/about/", 404, NOTHING),
            ("GET", "/style.css", 404, NOTHING),
            // The other form does not get past a guard.
            ("GET", "/app/admin/", 403, "nobody comes in here"),
            ("GET", "/app/%61dmin/", 403, "nobody comes in here"),
            ("GET", "/%61pp/admin/", 403, "nobody comes in here"),
            ("GET", "/app/admin", 301, "/app/admin/"),
            // The middleware also sees paths outside of the base, which have no page in any case.
            ("GET", "/admin/", 403, "nobody comes in here"),
            // Redirects of kiln.toml.
            ("GET", "/app/old", 301, "/app/about/"),
            ("GET", "/app/old/", 301, "/app/about/"),
            ("POST", "/app/old/", 308, "/app/about/"),
            ("GET", "/app/go/a%20b/", 301, "/app/posts/a%20b/"),
            ("GET", "/old", 404, NOTHING),
        ],
    );
}

#[test]
fn slashes_are_removed() {
    let home = "<p>/ /about /posts/a%20b /data.json</p>";
    check(
        "slashless",
        &[
            ("GET", "/", 200, home),
            ("GET", "/about", 200, "<p>/about</p>"),
            ("GET", "/about/", 301, "/about"),
            ("GET", "/about/?a=/b/", 301, "/about?a=/b/"),
            ("HEAD", "/about/", 308, "/about"),
            ("GET", "/posts/a", 200, "a at /posts/a"),
            ("GET", "/posts/a/", 301, "/posts/a"),
            ("POST", "/posts/a/", 308, "/posts/a"),
            ("GET", "/posts/%2561/", 301, "/posts/%2561"),
            ("GET", "/posts/@evil.example/", 301, "/posts/@evil.example"),
            ("GET", "/data.json/", 301, "/data.json"),
            ("GET", "/style.css/", 301, "/style.css"),
            ("GET", "/about//", 404, NOTHING),
            ("GET", "//about/", 404, NOTHING),
            ("GET", "//evil.example/", 404, NOTHING),
            ("GET", "/nowhere/", 404, NOTHING),
            ("GET", "/admin", 403, "nobody comes in here"),
            ("GET", "/admin/", 301, "/admin"),
            ("GET", "/old/", 301, "/about"),
            ("GET", "/go/a", 301, "/posts/a"),
            ("PUT", "/go/a/", 308, "/posts/a"),
        ],
    );
}
