//! Headers, hosts, proxies, caches, forms and bodies: section 3.2.

use super::row::Row;

pub(crate) const LEFT_OUT: &[(&str, &str)] = &[
    ("V-HDR-07", "needs a listener: a test of its own beside the tables"),
    ("V-HDR-15", "kiln does not watch which headers a page reads: what is rendered is private"),
];

const OWN: &str = "Origin: http://good.example\r\n";

pub(crate) fn rows() -> Vec<Row> {
    [forwarded(), hosts(), ranges(), conditions(), kept(), bodies(), forms(), said(), odd()]
        .concat()
}

/// Headers that other servers interpret.
fn forwarded() -> Vec<Row> {
    let place = |id, headers: &str| {
        let row = Row::get(id, "/where", headers, 200).has("http://good.example/where\n");
        row.preview(404)
    };
    let again = "middleware:middleware:middleware:middleware:middleware";
    let mut rows = vec![
        Row::get("V-HDR-01", "/echo/a", &format!("x-middleware-subrequest: {again}\r\n"), 200)
            .has("x-runs: 1\n")
            .preview(404),
        Row::get("V-HDR-01", "/admin", &format!("x-middleware-subrequest: src/{again}\r\n"), 403)
            .has("x-runs: 1\n")
            .preview(404),
        Row::get("V-HDR-01", "/echo/a", "x-middleware-rewrite: /admin\r\n", 200).preview(404),
        place("V-HDR-03", "X-Forwarded-Host: www.evil.com\r\n"),
        place("V-HDR-03", "Forwarded: host=www.evil.com;proto=https\r\n"),
        place("V-HDR-03", "X-Original-URL: /evil\r\nX-Rewrite-URL: /admin\r\n"),
        Row::get("V-HDR-03", "/old", "X-Forwarded-Host: www.evil.com\r\n", 301)
            .has("location: /about\n"),
        Row::get("V-HDR-10", "/echo/a", "Location: http://evil.example/\r\n", 200)
            .hasnt("location: ")
            .preview(404),
        Row::get("V-HDR-10", "/about", "Location: http://evil.example/\r\n", 200)
            .hasnt("location: "),
    ];
    for proto in ["x:admin?", "javascript", "https, http", "HTTPS ", "//evil"] {
        rows.push(place("V-HDR-04", &format!("X-Forwarded-Proto: {proto}\r\n")));
    }
    for port in ["80/../", "99999", "abc", "8443"] {
        rows.push(place("V-HDR-04", &format!("X-Forwarded-Port: {port}\r\n")));
    }
    rows
}

fn hosts() -> Vec<Row> {
    let raw = |id, host: &str| {
        let sent = format!("GET /admin HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
        Row::raw(id, sent, 400).hasnt("nobody")
    };
    let bad = [
        "example.com/health?x=",
        "a b",
        "..",
        "user@good.example",
        "good.example#@evil",
        "good.example/a",
        "good.example:0",
        "good.example:a",
        "",
    ];
    let mut rows: Vec<Row> = bad.map(|host| raw("V-HDR-06", &format!("Host: {host}\r\n"))).into();
    let any = "GET /about HTTP/1.1\r\nHost: any:1\r\nConnection: close\r\n\r\n";
    rows.push(Row::raw("V-HDR-06", any, 200).has("<p>About</p>"));
    rows.push(raw("V-HDR-09", ""));
    rows.push(raw("V-HDR-09", "Host: good.example\r\nHost: good.example\r\n"));
    rows.push(raw("V-HDR-09", "Host: good.example\r\nhost: evil\r\n"));
    rows
}

fn ranges() -> Vec<Row> {
    let many = format!("Range: bytes={}0-\r\n", "0-,".repeat(5000));
    let get = |headers: &str, status| Row::get("V-HDR-12", "/style.css", headers, status);
    vec![
        get(&many, 200).has("body { color: teal }"),
        get("Range: bytes=0-3\r\n", 206).has("\n\nbody"),
        get("Range: bytes=0-1,2-3\r\n", 200).has("body { color: teal }"),
        get("Range: bytes=-0\r\n", 416),
        get("Range: bytes=9-1\r\n", 200),
        get("Range: bytes=0-18446744073709551615\r\n", 206).has("body { color: teal }"),
        get("Range: bytes=0-99999999999999999999999\r\n", 206).has("body { color: teal }"),
        get("Range: bytes=99-\r\n", 416).has("content-range: bytes */"),
        get("Range: bytes=abc\r\n", 200),
        Row::get("V-HDR-12", "/nowhere", "Range: bytes=0-3\r\n", 404).has("Nothing here"),
        Row::get("V-HDR-12", "/users/7", "Range: bytes=0-3\r\n", 200).has("user 7").preview(404),
    ]
}

fn conditions() -> Vec<Row> {
    let tags = format!("If-None-Match: {}\"z\"\r\n", "\"a\", ".repeat(5000));
    let get = |target: &str, headers: &str, status| Row::get("V-HDR-13", target, headers, status);
    vec![
        get("/about", "If-None-Match: *\r\n", 304).hasnt("<p>"),
        get("/about", &tags, 200),
        get("/about", "If-None-Match: \"a\",,\r\n", 200),
        get("/about", "If-Modified-Since: Feb 30\r\n", 200),
        get("/about", "If-Match: \"x\r\n", 412).has("cache-control: no-store"),
        get("/about", "If-Unmodified-Since: Feb 30\r\n", 200),
        get("/nowhere", "If-None-Match: *\r\n", 404).has("no-store"),
        get("/error", "If-None-Match: *\r\n", 500).has("no-store").preview(404),
    ]
}

/// Responses that a cache may store.
fn kept() -> Vec<Row> {
    let id = "V-HDR-16";
    vec![
        Row::get(id, "/form", "Cookie: session=Ada\r\n", 200)
            .has("cache-control: private, no-store\n")
            .preview(404),
        Row::get(id, "/echo/a", "", 200).has("cache-control: private, no-store\n").preview(404),
        Row::get(id, "/admin", "", 403).has("cache-control: private, no-store\n").preview(404),
        Row::get(id, "/about", "", 200).hasnt("cache-control: private"),
    ]
}

fn bodies() -> Vec<Row> {
    let json = "Content-Type: application/json\r\n";
    let post = |id, target: &str, length: usize, status| {
        Row::of("POST", id, target, &format!("{json}Content-Length: {length}\r\n"), status)
    };
    let deep = "[".repeat(900);
    let list = "[{}".to_owned() + &",{}".repeat(2_000_000);
    let keys = "name=&".repeat(500_000);
    vec![
        post("V-HDR-18", "/echo/a", 10_737_418_240, 413),
        post("V-HDR-18", "/echo/a", 1025, 413),
        Row::of("POST", "V-HDR-18", "/echo/a", json, 200).has("0 bytes").preview(404),
        Row::of(
            "POST",
            "V-HDR-18",
            "/echo/a",
            &format!("{json}Content-Encoding: gzip\r\nContent-Length: 4\r\n"),
            200,
        )
        .body(b"\x1f\x8b\x08\x00")
        .has("4 bytes")
        .preview(404),
        post("V-HDR-19", "/notes", list.len(), 413).body(&list),
        post("V-HDR-19", "/notes", deep.len(), 400).body(&deep).preview(404),
        post("V-HDR-19", "/form", keys.len(), 413).body(&keys),
        post("V-HDR-21", "/nowhere", 3, 404).body("abc"),
        post("V-HDR-21", "/nowhere", 10_737_418_240, 413),
        Row::of("GET", "V-HDR-27", "/echo/a", "Content-Length: 3\r\n", 200)
            .body("abc")
            .preview(404),
        Row::of("HEAD", "V-HDR-27", "/about", "Content-Length: 3\r\n", 200).body("abc"),
        post("V-HDR-27", "/echo/a", 3, 200).body("abc").has("3 bytes").preview(404),
        Row::of(
            "POST",
            "V-HDR-27",
            "/echo/a",
            &format!("{json}Expect: 100-continue\r\nContent-Length: 3\r\n"),
            200,
        )
        .body("abc")
        .has("3 bytes")
        .preview(404),
    ]
}

/// Requests that a page of another site can make a browser send.
fn forms() -> Vec<Row> {
    let text = "Content-Type: text/plain\r\n";
    let evil = "Origin: https://evil.example\r\n";
    let post = |headers: &str, status| {
        let row = Row::of("POST", "V-HDR-22", "/echo/a", headers, status).preview(404);
        row.hasnt(if status == 403 { "bytes" } else { "forbidden" })
    };
    let mut rows = vec![
        post(OWN, 200).has("0 bytes"),
        post(&format!("{OWN}{text}"), 200),
        post(text, 403),
        post("", 403),
        post("Content-Type: application/x-www-form-urlencoded; abc\r\n", 403),
        post("Content-Type: MULTIPART/form-data\r\n", 403),
        post(&format!("Origin: null\r\n{text}"), 403),
        post(&format!("{evil}{text}"), 403),
        post(evil, 403),
        post(&format!("Sec-Fetch-Site: cross-site\r\n{text}"), 403),
        post(&format!("Origin: https://good.evil.com\r\n{text}"), 403),
        post(&format!("Origin: https://good.example:444\r\n{text}"), 403),
        post(&format!("Origin: http://good.example.evil.com\r\n{text}"), 403),
        post(&format!("{OWN}{evil}{text}"), 403),
    ];
    for method in ["PUT", "PATCH", "DELETE", "BREW"] {
        let row = Row::of(method, "V-HDR-22", "/any", evil, 403);
        rows.push(row.hasnt("all of it").hasnt("x-seen").preview(404));
    }
    rows
}

/// Headers of pages that are invalid.
fn said() -> Vec<Row> {
    let evil = |query: &str| {
        let row = Row::get("V-HDR-24", format!("/unsafe-header?{query}"), "", 500);
        row.has("Something is broken").hasnt("set-cookie").preview(404)
    };
    vec![
        evil("cookie"),
        evil("nul"),
        evil("path"),
        evil("redirect"),
        evil("value"),
        Row::get("V-HDR-25", "/framing", "", 200)
            .has("content-length: 4\n")
            .has("\n\nfour")
            .hasnt("999")
            .hasnt("transfer-encoding")
            .hasnt("keep-alive")
            .preview(404),
    ]
}

fn odd() -> Vec<Row> {
    let upgrade = "Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n";
    vec![
        Row::get("V-HDR-28", "/about", upgrade, 200).hasnt("upgrade"),
        Row::get("V-HDR-28", "/echo/a", upgrade, 200).hasnt("upgrade").preview(404),
    ]
}
