//! What only a server does: methods, bodies, cookies, errors, middleware, redirects, headers.

use super::client::Answer;
use super::process::{Server, built};

fn served() -> Server {
    Server::start("served", "serve", &built("served"))
}

#[track_caller]
fn is(answer: &Answer, status: u16, body: &str) {
    assert_eq!((answer.status, &*answer.text()), (status, body), "{:?}", answer.headers);
}

const HTML: &str = "<p>Nothing here</p>\n";

#[test]
fn a_segment_that_does_not_parse_is_not_found() {
    let server = served();
    is(&server.get("/users/7"), 200, "user 7\n");
    for target in ["/users/seven", "/users/-1", "/users/4294967296", "/users/7/8", "/users/7%20"] {
        let answer = server.get(target);
        is(&answer, 404, HTML);
        assert_eq!(answer.header("cache-control"), Some("private, no-store"), "{target}");
    }
    is(
        &server.request("PUT", "/users/7", "Origin: http://good.example\r\n", ""),
        200,
        "user 7 is another\n",
    );
}

#[test]
fn bodies_are_read_by_their_content_type() {
    let server = served();
    let json = "Content-Type: application/json\r\n";
    let form = "Content-Type: application/x-www-form-urlencoded\r\nOrigin: http://good.example\r\n";
    let note = r#"{ "text": "tea", "stars": 5 }"#;
    is(&server.request("POST", "/notes", json, note), 201, "tea with 5\n");
    assert_eq!(server.request("POST", "/notes", json, "{").status, 400);
    assert_eq!(
        server.request("POST", "/notes", json, r#"{ "text": "tea", "stars": 500 }"#).status,
        400
    );
    assert_eq!(server.request("POST", "/notes", form, note).status, 415);
    assert_eq!(server.request("POST", "/form", form, "nome=x").status, 400);
    assert_eq!(server.request("POST", "/form", json, "{}").status, 415);
    let long = format!("{{ \"text\": \"{}\", \"stars\": 5 }}", "a".repeat(1024));
    assert_eq!(server.request("POST", "/notes", json, &long).status, 413);
    is(&server.request("POST", "/echo/a", json, &"a".repeat(1024)), 200, "1024 bytes\n");
    assert_eq!(server.request("POST", "/echo/a", json, &"a".repeat(1025)).status, 413);
}

#[test]
fn a_login_sets_a_cookie_that_comes_back() {
    let server = served();
    let form = "Content-Type: application/x-www-form-urlencoded\r\nOrigin: http://good.example\r\n";
    let answer = server.request("POST", "/form", form, "name=Ada+L");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/form")));
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.starts_with("session=Ada%20L; ") && cookie.contains("HttpOnly"), "{cookie}");
    let sent = cookie.split(';').next().expect("a cookie");
    let answer = server.request("GET", "/form", &format!("Cookie: {sent}\r\n"), "");
    is(&answer, 200, "Ada L\n");
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    is(&server.request("GET", "/admin", &format!("Cookie: {sent}\r\n"), ""), 200, "the secret");
    is(&server.get("/admin"), 403, "nobody comes in here");
    let answer = server.request("DELETE", "/form", "Origin: http://good.example\r\n", "");
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(
        answer.status == 204
            && cookie.starts_with("session=deleted; Path=/; Expires=Thu, 01 Jan 1970"),
        "{cookie}"
    );
}

#[test]
fn a_method_without_an_export_is_answered_with_those_that_have_one() {
    let server = served();
    let own = "Origin: http://good.example\r\n";
    for (method, target, status, allow) in [
        ("POST", "/users/7", 405, Some("GET, HEAD, OPTIONS, PUT")),
        ("GET", "/notes", 405, Some("OPTIONS, POST")),
        ("OPTIONS", "/users/7", 204, Some("GET, HEAD, OPTIONS, PUT")),
        ("BREW", "/users/7", 405, Some("GET, HEAD, OPTIONS, PUT")),
        ("get", "/users/7", 405, Some("GET, HEAD, OPTIONS, PUT")),
        ("POST", "/about", 405, Some("GET, HEAD, OPTIONS")),
        ("OPTIONS", "/about", 204, Some("GET, HEAD, OPTIONS")),
        ("DELETE", "/style.css", 405, Some("GET, HEAD, OPTIONS")),
        ("POST", "/nowhere", 404, None),
    ] {
        let answer = server.request(method, target, own, "");
        let allowed = answer.header("allow").map(|allow| {
            let mut methods: Vec<&str> = allow.split(", ").collect();
            methods.sort_unstable();
            methods.join(", ")
        });
        assert_eq!((answer.status, allowed.as_deref()), (status, allow), "{method} {target}");
    }
    is(&server.get("/any"), 200, "got\n");
    is(&server.request("POST", "/any", own, ""), 200, "all of it: POST\n");
    is(&server.request("BREW", "/any", own, ""), 200, "all of it: BREW\n");
    is(&server.request("OPTIONS", "/any", own, ""), 200, "all of it: OPTIONS\n");
}

#[test]
fn head_is_get_without_a_body() {
    let server = served();
    for target in
        ["/", "/about", "/data.json", "/style.css", "/users/7", "/echo/a", "/any", "/nowhere"]
    {
        let (get, head) = (server.get(target), server.request("HEAD", target, "", ""));
        assert_eq!((head.status, &*head.body), (get.status, &b""[..]), "{target}");
        assert_eq!(head.header("content-length"), Some(&*get.body.len().to_string()), "{target}");
        for name in ["content-type", "etag", "x-seen", "x-runs", "x-frame-options"] {
            assert_eq!(head.header(name), get.header(name), "{target} {name}");
        }
    }
}

#[test]
fn a_page_on_request_has_the_type_of_its_extension() {
    let server = served();
    let text = "text/plain; charset=utf-8";
    for (target, status, expected) in [
        ("/typed/style.css", 200, "text/css; charset=utf-8"),
        // Once rendered, and once from the cache.
        ("/typed/kept.svg", 200, "image/svg+xml"),
        ("/typed/kept.svg", 200, "image/svg+xml"),
        ("/typed/text.csv", 200, text),
        ("/typed/feed.json", 200, "application/json"),
        ("/typed/a/b.PNG", 200, "image/png"),
        ("/typed/a.%63sv", 200, "text/csv; charset=utf-8"),
        ("/typed/a.xyzzy", 200, text),
        ("/echo/a.json?q=.css", 200, "application/json"),
        ("/echo/a", 200, text),
        // What the client sends is never sent back as HTML or a script.
        ("/typed/a.html", 200, text),
        ("/typed/a.js", 200, text),
        ("/echo/a.svg", 200, text),
        // The path of the request counts, then the one that it is rewritten to.
        ("/rewrite?/typed/style.css", 200, "text/css; charset=utf-8"),
        ("/rewrite?/typed/feed.json", 200, "application/json"),
        ("/around?to=/typed/feed.json", 200, "application/json"),
        ("/echo/again/a.css", 200, "text/css; charset=utf-8"),
        // A rule takes precedence over the extension.
        ("/typed/ruled/a.css", 200, "text/x-ruled"),
        ("/typed/missing.css", 404, "text/html; charset=utf-8"),
        ("/nowhere.css", 404, "text/html; charset=utf-8"),
        ("/admin", 403, text),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = server.request(method, target, "", "");
            let types: Vec<_> =
                answer.headers.iter().filter(|(name, _)| name == "content-type").collect();
            assert_eq!((answer.status, types.len()), (status, 1), "{method} {target} {answer:?}");
            assert_eq!(types[0].1, expected, "{method} {target}");
        }
    }
    let answer = server.request("POST", "/typed/style.css", "Origin: http://good.example\r\n", "");
    assert_eq!(answer.header("content-type"), Some("text/css; charset=utf-8"));
}

#[test]
fn failures_are_only_logged() {
    let server = served();
    let broken = "<p>Something is broken</p>\n";
    for (target, logged) in [
        ("/error", "hunter2: invalid digit found in string"),
        ("/panic", "the page at /panic has lost its head"),
    ] {
        let answer = server.get(target);
        is(&answer, 500, broken);
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        let line = server.logged(|line| line.contains("kiln::failure") && line.contains(logged));
        assert!(line.contains(target) || line.contains(&target[1..]), "{line}");
        let all = format!("{answer:?}");
        assert!(!all.contains("hunter2") && !all.contains("lost its head"), "{all}");
    }
    let line = server.logged(|line| line.contains("kiln::failure") && line.contains("hunter2"));
    assert!(line.contains("the ledger cannot be read"), "{line}");
    is(&server.get("/teapot"), 418, "short and stout");
    is(&server.get("/users/7"), 200, "user 7\n");
}

#[test]
fn middleware_runs_once_for_a_request() {
    let server = served();
    let total = || {
        let answer = server.get("/echo/a");
        answer.header("x-total").and_then(|total| total.parse::<usize>().ok()).expect("a count")
    };
    let mut before = total();
    for (target, runs) in [
        ("/users/7", 1),
        ("/nowhere", 1),
        ("/users/seven", 1),
        ("/error", 1),
        ("/panic", 1),
        ("/empty-404", 1),
        ("/around?to=/users/7", 1),
        ("/rewrite?/users/7", 2),
        // It ran when they were built, and does not run where there is no page or no valid path.
        ("/about", 0),
        ("/404", 1),
        ("/style.css", 0),
        ("/files/a.txt", 0),
        ("/old", 0),
        ("/posts/a", 0),
        ("/%zz", 0),
        ("//", 0),
    ] {
        server.get(target);
        let after = total();
        assert_eq!(after - before - 1, runs, "{target}");
        before = after;
    }
    assert_eq!(server.get("/rewrite?/users/7").header("x-runs"), Some("2"));
    is(&server.get("/empty-404"), 404, HTML);
}

#[test]
fn rewrites_lead_to_other_pages() {
    let server = served();
    is(&server.get("/rewrite?/users/7"), 200, "user 7\n");
    is(&server.get("/around?to=/users/7"), 200, "user 7\n");
    is(&server.get("/rewrite?/about"), 200, "<p>About</p>\n");
    is(&server.get("/rewrite?/data.json"), 200, r#"{"made":"once"}"#);
    is(&server.get("/rewrite?/nowhere"), 404, HTML);
    // A page that redirects does so, whatever its file says to hosts that cannot. A redirect of kiln.toml is not a page.
    let answer = server.get("/rewrite?/gone");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/about")), "{answer:?}");
    is(&server.get("/rewrite?/listed/old"), 404, HTML);
}

#[test]
fn redirects_of_kiln_toml_depend_on_the_method() {
    let server = served();
    let own = "Origin: http://good.example\r\n";
    for (method, target, status, location) in [
        ("GET", "/old", 301, "/about"),
        ("HEAD", "/old", 301, "/about"),
        ("GET", "/old/", 301, "/about"),
        ("POST", "/old", 308, "/about"),
        ("DELETE", "/old", 308, "/about"),
        ("GET", "/temporary", 302, "/about"),
        ("POST", "/temporary", 302, "/about"),
        ("GET", "/old?a=b%20c", 301, "/about?a=b%20c"),
        ("GET", "/queried?a=b", 301, "/about?from=queried"),
        ("GET", "/posts/a%20b", 301, "/echo/a%20b"),
        ("GET", "/posts/%61", 301, "/echo/a"),
        ("POST", "/posts/a", 308, "/echo/a"),
        ("GET", "/out/a", 301, "https://example.org/a/"),
        ("GET", "/out/@evil.com", 301, "https://example.org/@evil.com/"),
    ] {
        let answer = server.request(method, target, own, "");
        let got = (answer.status, answer.header("location"));
        assert_eq!(got, (status, Some(location)), "{method} {target}");
    }
    assert_eq!(server.get("/posts/a/b").status, 404);
}

#[test]
fn a_redirect_for_each_page_matches_no_other_path() {
    for command in ["serve", "preview"] {
        let server = Server::start("served", command, &built("served"));
        let answer = server.get("/alt/1");
        assert_eq!((answer.status, answer.header("location")), (301, Some("/notes-1")));
        for method in ["GET", "HEAD", "POST"] {
            let answer = server.request(method, "/alt/zzz", "Origin: http://good.example\r\n", "");
            assert_eq!((answer.status, answer.header("location")), (404, None), "{method}");
        }
    }
}

#[test]
fn headers_of_kiln_toml_are_for_every_answer() {
    let server = served();
    for target in ["/", "/about", "/style.css", "/files/a.txt", "/users/7", "/files/none"] {
        let answer = server.get(target);
        assert_eq!(
            (answer.status, answer.header("x-frame-options")),
            (200, Some("DENY")),
            "{target}"
        );
        assert_eq!(answer.header("x-echo"), None, "{target}");
    }
    // All of these are the same path.
    for target in ["/echo/a", "/%65cho/a", "/echo/"] {
        assert_eq!(server.get(target).header("x-echo"), Some("yes"), "{target}");
    }
    for target in ["/echo/guarded", "/echo/%67uarded", "/echo/guarded?x"] {
        let answer = server.get(target);
        assert_eq!((answer.status, answer.header("x-guard")), (403, Some("yes")), "{target}");
    }
    assert_eq!(server.get("/about").header("x-page"), Some("about"));
}

#[test]
fn files_of_public_go_before_pages_that_only_a_param_matches() {
    let server = served();
    is(&server.get("/files/a.txt"), 200, "a file of public\n");
    is(&server.get("/files/%61.txt"), 200, "a file of public\n");
    is(&server.get("/files/b.txt"), 200, "no file: Some(\"b.txt\")\n");
    is(&server.get("/files"), 200, "no file: None\n");
}

#[test]
fn only_trusted_headers_change_the_address() {
    let mut server = served();
    let own = format!("http://{}", server.address);
    for (headers, expected) in [
        ("", "http://good.example"),
        ("Host: other.example\r\n", &*own),
        ("X-Forwarded-Proto: https\r\n", "https://good.example"),
        ("X-Forwarded-Host: www.evil.com\r\n", "http://good.example"),
        (
            "Host: other.example\r\nX-Forwarded-Host: good.example:8443\r\n",
            "http://good.example:8443",
        ),
        ("X-Forwarded-Proto: x:admin?\r\n", "http://good.example"),
    ] {
        let answer = server.request("GET", "/where?q", headers, "");
        is(&answer, 200, &format!("{expected}/where?q\n"));
    }
    is(&server.get("/address"), 200, "127.0.0.1\n");
    let forwarded = "X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\n";
    is(&server.request("GET", "/address", forwarded, ""), 200, "192.0.2.7\n");
    assert!(server.is_alive());
}

#[test]
fn preview_calls_no_page() {
    let preview = Server::start("served", "preview", &built("served"));
    for target in ["/users/7", "/echo/a", "/admin", "/any", "/files/b.txt", "/error", "/nowhere"] {
        is(&preview.get(target), 404, HTML);
    }
    is(&preview.get("/about"), 200, "<p>About</p>\n");
    is(&preview.get("/files/a.txt"), 200, "a file of public\n");
    let answer = preview.get("/old");
    assert_eq!((answer.status, answer.header("location")), (301, Some("/about")));
    assert_eq!(preview.get("/nowhere").header("x-frame-options"), Some("DENY"));
}
